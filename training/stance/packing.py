"""Passages → what the stance model reads: the text once, then every proposition put to its actor.

    [CLS] text … [unused0] actor [unused1] … text [SEP] [CLS] proposition 1 [SEP] [CLS] proposition 2 [SEP] …

The text never looks at a proposition, and a proposition looks at the text and at itself. So a text is read once however
many propositions are put to it, and what is found for one does not depend on the others.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from onrecord.reading.encoder import WEIGHTS
from onrecord.reading.stances import CLS, ROUND, SEP, marked
from onrecord.reading.tokens import tokenizer
from training.stance.pairs import STANCES, Asked, Passage

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

PAD, MASK = 0, 103  # vocabulary ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One passage as pieces.

    ``pieces`` (3, pieces): ids, segment (0 the text, k the k-th proposition), position. ``actor``: index of the opening
    marker. ``lead`` (propositions,): index of each one's [CLS]. ``offsets``: the text's pieces as code points, (-1, -1)
    for [CLS], [SEP] and markers. ``stance`` (propositions,); ``condition`` (propositions, text pieces).
    """

    pieces: Ints
    actor: int
    lead: Ints
    offsets: Ints
    stance: Ints
    condition: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Several packed passages: pieces (3, batch, pieces) with segment -1 where padded, actor (batch,), lead (batch,
    propositions); stance (batch, propositions), -1 where padded; condition (batch, propositions, pieces)."""

    pieces: Ints
    actor: Ints
    lead: Ints
    stance: Ints
    condition: npt.NDArray[np.bool_]


def vocabulary() -> Tokenizer:
    """The tokenizer of the base model, which is the one the program ships."""
    return tokenizer(WEIGHTS / "tokenizer.json")


def packed(p: Passage, read: Tokenizer) -> Packed:
    """``p`` as pieces."""
    ids, offsets, actor = marked(p.text, p.actor, read)
    size = len(ids)
    parts, leads, at = [np.stack([ids, np.zeros(size, dtype=np.int64), np.arange(size)])], [], size
    for k, asked in enumerate(p.asked, start=1):
        own = np.array([CLS, *read.encode(asked.proposition, add_special_tokens=False).ids, SEP], dtype=np.int64)
        parts.append(np.stack([own, np.full(len(own), k), size + np.arange(len(own))]))
        leads.append(at)
        at += len(own)
    condition = np.zeros((len(p.asked), size), dtype=bool)
    for k, asked in enumerate(p.asked):
        for start, end in asked.conditions:
            condition[k] |= (offsets[:, 0] < end) & (offsets[:, 1] > start) & (offsets[:, 0] >= 0)
    return Packed(
        pieces=np.concatenate(parts, axis=1),
        actor=actor,
        lead=np.array(leads, dtype=np.int64),
        offsets=offsets,
        stance=np.array([a.stance for a in p.asked], dtype=np.int64),
        condition=condition,
    )


def joined(group: Sequence[Packed]) -> Batch:
    """``group`` as one batch."""
    length = -(-max(p.pieces.shape[1] for p in group) // ROUND) * ROUND
    most = max(len(p.lead) for p in group)
    pieces = np.zeros((3, len(group), length), dtype=np.int64)
    pieces[1] = -1
    lead = np.zeros((len(group), most), dtype=np.int64)
    stance = np.full((len(group), most), -1, dtype=np.int64)
    condition = np.zeros((len(group), most, length), dtype=bool)
    for i, p in enumerate(group):
        pieces[:, i, : p.pieces.shape[1]] = p.pieces
        lead[i, : len(p.lead)] = p.lead
        stance[i, : len(p.lead)] = p.stance
        condition[i, : len(p.lead), : p.condition.shape[1]] = p.condition
    actor = np.array([p.actor for p in group], dtype=np.int64)
    return Batch(pieces=pieces, actor=actor, lead=lead, stance=stance, condition=condition)


def batches(passages: Sequence[Packed], pieces: int, rng: random.Random | None) -> Iterator[list[int]]:
    """Indices of ``passages`` in batches of at most ``pieces`` pieces with padding; in random order, or by length."""
    length = [-(-p.pieces.shape[1] // ROUND) * ROUND for p in passages]
    order = list(range(len(passages)))
    if rng:
        rng.shuffle(order)
    order.sort(key=lambda i: length[i])
    out: list[list[int]] = []
    for i in order:
        if not out or (len(out[-1]) + 1) * length[i] > pieces:
            out.append([])
        out[-1].append(i)
    if rng:
        rng.shuffle(out)
    yield from out


def loosened(p: Passage, rng: random.Random) -> Passage:
    """``p`` with up to three words of the same clause before the mention marked too: sources come with their titles."""
    before = re.search(rf"(?:[^\W_][\w’'-]* ){{1,{rng.randint(1, 3)}}}$", p.text[: p.actor[0]])
    return replace(p, actor=(before.start(), p.actor[1])) if before else p


def with_strangers(passages: Sequence[Passage], rng: random.Random, share: float) -> list[Passage]:
    """The passages, ``share`` of them asked one proposition more, made for another event: their actor has no stance."""
    out = []
    for p in passages:
        other = passages[rng.randrange(len(passages))]
        if rng.random() < share and other.group != p.group:
            stranger = Asked(proposition=rng.choice(other.asked).proposition, stance=STANCES.index("none"))
            out.append(replace(p, asked=(*p.asked, stranger)))
        else:
            out.append(p)
    return out


def masked(b: Batch, share: float, rng: np.random.Generator) -> Batch:
    """``b`` with ``share`` of its words' pieces hidden; specials and markers stay."""
    pieces = b.pieces.copy()
    hide = (rng.random(pieces[0].shape) < share) & (pieces[0] > MASK)
    pieces[0][hide] = MASK
    return replace(b, pieces=pieces)
