"""The stance model: a passage with its actor marked, and propositions → where the actor stands, on what condition.

    [CLS] text … [unused0] actor [unused1] … text [SEP] [CLS] proposition 1 [SEP] [CLS] proposition 2 [SEP] …

The text never looks at a proposition, and a proposition looks at the text and at itself. So a text is read once however
many propositions are put to it, and what is found for one does not depend on the others.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from onrecord.errors import WeightsError
from onrecord.reading.encoder import WEIGHTS, session
from onrecord.reading.tokens import Ints, tokenizer
from onrecord.types import ANSWERS, Span

Floats = npt.NDArray[np.floating]

OPEN, CLOSE, CLS, SEP = 1, 2, 101, 102
"""Vocabulary ids; [unused0] (1) and [unused1] (2) stand around the actor's mention."""
LONGEST = 192  # pieces of a text with the frame; a longer one is cut around the actor
PROPOSITION = 64  # pieces of a proposition; what is longer is cut
ROUND = 16  # lengths are multiples of this: few shapes
BATCH = 2048  # pieces run at once, with padding

STANCE_FILE = "stance.onnx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One passage and what is put to its actor, as pieces.

    ``pieces`` (3, pieces): ids, segment (0 the text, k the k-th proposition), position. ``actor``: index of the opening
    marker. ``lead`` (propositions,): index of each one's [CLS]. ``offsets``: the text's pieces as code points, (-1, -1)
    for [CLS], [SEP] and markers.
    """

    pieces: Ints
    actor: int
    lead: Ints
    offsets: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the model makes of one passage and one proposition.

    ``chances``: of support, oppose, undecided and none. ``condition``: the words it depends on, in the passage.
    """

    chances: tuple[float, float, float, float]
    condition: Span | None


def marked(text: str, actor: Span, read: Tokenizer) -> tuple[Ints, Ints, int]:
    """Ids of the framed text with its actor marked, offsets of each piece, and the opening marker's index."""
    encoding = read.encode(text, add_special_tokens=False)
    offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    inside = np.flatnonzero((offsets[:, 0] < actor[1]) & (offsets[:, 1] > actor[0]))
    first, last = (int(inside[0]), int(inside[-1]) + 1) if len(inside) else (0, 0)
    room = LONGEST - 4
    low = max(0, min((first + last - room) // 2, len(offsets) - room))
    high = min(len(offsets), low + room)
    first, last = max(first, low), max(min(last, high), low)
    ids = encoding.ids
    none = [(-1, -1)]
    parts = [
        ([CLS], none), (ids[low:first], offsets[low:first]), ([OPEN], none), (ids[first:last], offsets[first:last]),
        ([CLOSE], none), (ids[last:high], offsets[last:high]), ([SEP], none),
    ]  # fmt: skip
    return (
        np.concatenate([np.array(i, dtype=np.int64) for i, _ in parts]),
        np.concatenate([np.array(o, dtype=np.int64).reshape(-1, 2) for _, o in parts]),
        first - low + 1,
    )


def framed(proposition: str, read: Tokenizer) -> Ints:
    """[CLS] proposition [SEP]."""
    return np.array([CLS, *read.encode(proposition, add_special_tokens=False).ids[:PROPOSITION], SEP], dtype=np.int64)


def packed(text: str, actor: Span, asked: Sequence[Ints], read: Tokenizer) -> Packed:
    """The passage ``text`` and what is ``asked`` of ``actor``: propositions that are ``framed``."""
    ids, offsets, at_actor = marked(text, actor, read)
    size = len(ids)
    parts, leads, at = [np.stack([ids, np.zeros(size, dtype=np.int64), np.arange(size)])], [], size
    for k, own in enumerate(asked, start=1):
        parts.append(np.stack([own, np.full(len(own), k), size + np.arange(len(own))]))
        leads.append(at)
        at += len(own)
    return Packed(
        pieces=np.concatenate(parts, axis=1), actor=at_actor, lead=np.array(leads, dtype=np.int64), offsets=offsets
    )


def joined(group: Sequence[Packed]) -> tuple[Ints, Ints, Ints]:
    """``group`` as one batch: pieces (3, batch, pieces) with segment -1 where padded, actor (batch,), and lead (batch,
    propositions), 0 where padded."""
    length = _rounded(max(p.pieces.shape[1] for p in group))
    pieces = np.zeros((3, len(group), length), dtype=np.int64)
    pieces[1] = -1
    lead = np.zeros((len(group), max(len(p.lead) for p in group)), dtype=np.int64)
    for i, p in enumerate(group):
        pieces[:, i, : p.pieces.shape[1]] = p.pieces
        lead[i, : len(p.lead)] = p.lead
    return pieces, np.array([p.actor for p in group], dtype=np.int64), lead


def batches(lengths: Sequence[int], pieces: int = BATCH) -> Iterator[list[int]]:
    """Indices of passages of these lengths, the shortest first, in batches of at most ``pieces`` with padding."""
    group: list[int] = []
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        if group and (len(group) + 1) * _rounded(lengths[i]) > pieces:
            yield group
            group = []
        group.append(i)
    if group:
        yield group


def _rounded(length: int) -> int:
    return -(-length // ROUND) * ROUND


def chances(logits: Floats, temperature: float = 1.0) -> Floats:
    """Softmax over the last axis."""
    raised = np.exp((logits - logits.max(-1, keepdims=True)) / temperature)
    return np.asarray(raised / raised.sum(-1, keepdims=True))


def condition_span(logits: Floats, offsets: Ints, shift: float = 0.0) -> Span | None:
    """The run of pieces with the greatest sum of log-odds (plus ``shift`` each), if that is above 0, as code points.

    logits (pieces,), offsets (pieces, 2) with (-1, -1) for pieces that are not the text's.
    """
    best, total, start, where = 0.0, 0.0, 0, None
    for i, value in enumerate(logits[: len(offsets)]):
        if offsets[i, 0] < 0:
            continue
        if total <= 0:
            total, start = 0.0, i
        total += float(value) + shift
        if total > best:
            best, where = total, (start, i)
    return Span(int(offsets[where[0], 0]), int(offsets[where[1], 1])) if where else None


NOT_HOLD = frozenset(
    ("unless", "without", "until", "till", "barring", "failing", "except", "save", "pending", "before", "absent")
)
"""Opening words of a condition that must not hold, or not yet, for the stance to be as it is."""


def must_hold(words: str) -> bool:
    """Whether the stance needs the condition ``words`` to hold ("if …", "only after …"), not to fail ("unless …").

    Decided by the first word, or by the second after "or", "and", "but"; "only until" and "not before" name what must
    hold.
    """
    first, *rest = [*re.findall(r"[a-z]+", words.lower()), ""]
    return first not in NOT_HOLD and not (first in {"or", "and", "but"} and rest[0] in NOT_HOLD)


@dataclass(frozen=True)
class StanceModel:
    """The shipped stance weights, loaded. ``folder`` holds stance.onnx and tokenizer.json."""

    folder: Path = WEIGHTS
    threads: int = 1

    def __call__(self, passages: Sequence[tuple[str, Span, Sequence[Ints]]]) -> list[list[Told]]:
        """For each passage (text, actor in it, what is asked, framed) an answer to each proposition."""
        out: list[list[Told]] = [[] for _ in passages]
        packs = [packed(text, actor, asked, self.tokenizer) for text, actor, asked in passages]
        for group in batches([p.pieces.shape[1] for p in packs]):
            pieces, actor, lead = joined([packs[i] for i in group])
            inputs = {"pieces": pieces, "actor": actor, "lead": lead}
            stance, condition = self._session.run(("stance", "condition"), inputs)
            for row, i in enumerate(group):
                for k in range(len(packs[i].lead)):
                    support, oppose, undecided, none = chances(stance[row, k], self._temperature).tolist()
                    span = condition_span(condition[row, k], packs[i].offsets, self._shift)
                    out[i].append(Told(chances=(support, oppose, undecided, none), condition=span))
        return out

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """What makes the pieces."""
        return tokenizer(self.folder / "tokenizer.json")

    @cached_property
    def sha256(self) -> str:
        """Digest of the weights, in hexadecimal."""
        try:
            return hashlib.sha256((self.folder / STANCE_FILE).read_bytes()).hexdigest()
        except OSError as e:
            raise WeightsError(f"{self.folder / STANCE_FILE}: {e.strerror}; install onrecord again") from e

    @cached_property
    def _session(self) -> Any:
        return session(self.folder / STANCE_FILE, self.threads)

    @cached_property
    def _values(self) -> dict[str, Any]:
        stored = self._session.get_modelmeta().custom_metadata_map
        values = {name: json.loads(value) for name, value in stored.items()}
        if tuple(values.get("stances", ())) != ANSWERS:
            raise WeightsError(f"{self.folder / STANCE_FILE}: not a stance model; install onrecord again")
        return values

    @property
    def _temperature(self) -> float:
        return float(self._values["temperature"])

    @property
    def _shift(self) -> float:
        return float(self._values["condition_shift"])
