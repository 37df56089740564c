"""Annotated articles → batches of windows with gold tags and pointers, by word."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from onrecord.reading.names import NAME_TAGS
from onrecord.reading.statements import ANTECEDENT, POINTERS, TAGS
from onrecord.reading.tokens import Ints, Tokens, tokens
from training.corpora import Annotated, Spans

CLS, SEP, MASK = 101, 102, 103
NOWHERE, NOT_APPLICABLE = -1, -2
BEGINNINGS = frozenset(i for i, tag in enumerate(TAGS) if tag.startswith("B-"))
STEP = 64  # lengths of batches are multiples of this


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The gold of a text, or of a window of it, by word; NOT_APPLICABLE where a corpus does not say.

    ``tags``, ``inner``: of the statements, and of those within the content of another. ``pointers`` (words, 4): at the
    first word of a span, the first word of the span it points to, or NOWHERE; an antecedent's is its chain instead.
    ``names``: tags. ``chain``: the chain a word belongs to, from 1; 0 for none. ``last``: at the first word of a span,
    its last.
    """

    tags: Ints
    inner: Ints
    pointers: Ints
    names: Ints
    chain: Ints
    last: Ints

    def part(self, inside: Ints) -> "Words":
        """Those of the words ``inside``, counted from the first of them; pointers that leave it do not apply."""
        if not len(inside):
            return Words(**{f.name: getattr(self, f.name)[inside] for f in fields(Words)})
        low, high = inside[0], inside[-1]
        pointers = self.pointers[inside].copy()
        to = pointers[:, :ANTECEDENT]
        pointers[:, :ANTECEDENT] = np.where(
            (to >= 0) & ((to < low) | (to > high)), NOT_APPLICABLE, np.where(to >= 0, to - low, to)
        )
        return Words(
            tags=self.tags[inside], inner=self.inner[inside], pointers=pointers, names=self.names[inside],
            chain=self.chain[inside], last=np.minimum(self.last[inside], high) - low,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Pieces with [CLS] and [SEP], by word the position of its first piece, and the gold.

    ``document`` is the same for windows that follow each other in one text, ``at`` the index of its first word there.
    """

    pieces: Ints  # (4, n): ids, shape, layout, quote
    first: Ints  # (words,)
    gold: Words
    document: int
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Windows padded to one length; see Window. ``words`` is the mask of words."""

    pieces: Tensor
    mask: Tensor
    first: Tensor
    words: Tensor
    tags: Tensor
    inner: Tensor
    pointers: Tensor
    names: Tensor
    chain: Tensor
    last: Tensor
    document: Tensor
    at: Tensor


def gold(article: Annotated, seen: Tokens) -> Words:
    """The gold of a text."""
    start = seen.start[seen.first]
    end = seen.end[np.append(seen.first, len(seen))[1:] - 1]
    unknown = np.full(len(start), NOT_APPLICABLE, dtype=np.int64)
    pointers = np.full((len(start), len(POINTERS)), NOT_APPLICABLE, dtype=np.int64)
    last = np.arange(len(start))

    def covered(spans: Spans) -> list[tuple[int, int]]:
        ranges = [
            (int(np.searchsorted(end, s, side="right")), int(np.searchsorted(start, e, side="left"))) for s, e in spans
        ]
        return [(a, b) for a, b in ranges if a < b]

    chain = np.zeros(len(start), dtype=np.int64)
    members = [(b - a, a, b, number) for number, spans in enumerate(article.chains, 1) for a, b in covered(spans)]
    for _, a, b, number in sorted(members, reverse=True):  # the shorter ones last: they win where spans overlap
        chain[a:b] = number
    whose = {(a, b): number for _, a, b, number in members}
    for a, b in covered(article.askers):
        if (a, b) in whose:
            pointers[a, ANTECEDENT], last[a] = whose[a, b], b - 1

    names = unknown
    if article.names is not None:
        names = np.zeros(len(start), dtype=np.int64)
        for s, e, kind in article.names:
            for a, b in covered(((s, e),)):
                begin = NAME_TAGS.index(f"B-{kind}")
                names[a], names[a + 1 : b] = begin, begin + 1

    layers = []
    for inner in (False, True):
        known = article.nested if inner else article.statements is not None
        layers.append(np.zeros(len(start), dtype=np.int64) if known else unknown)
        words = [
            {role: covered(getattr(s, role)) for role in ("source", "cue", "content")}
            for s in article.statements or ()
            if known and s.inner == inner
        ]
        for role in ("content", "cue", "source"):
            begin = TAGS.index(f"B-{role}")
            for statement in words:
                for a, b in statement[role]:
                    layers[-1][a], layers[-1][a + 1 : b] = begin, begin + 1
                    if not (inner and layers[0][a] in BEGINNINGS):
                        last[a] = b - 1
        for statement in words:
            at = {role: (spans[0][0] if spans else NOWHERE) for role, spans in statement.items()}
            for p, (origin, goal) in enumerate(POINTERS[:ANTECEDENT]):
                for a, _ in statement[origin]:
                    if not inner or pointers[a, p] == NOT_APPLICABLE:
                        pointers[a, p] = at[goal]
    return Words(tags=layers[0], inner=layers[1], pointers=pointers, names=names, chain=chain, last=last)


def windows(article: Annotated, tokenizer: Tokenizer, size: int, offset: int, document: int = 0) -> Iterator[Window]:
    """``article`` cut into windows of at most ``size`` pieces, the first ending after ``offset`` pieces."""
    seen = tokens(article.text, tokenizer)
    words = gold(article, seen)
    features = np.stack([seen.ids, seen.shape, seen.layout, seen.quote])
    low, room = 0, size - 2
    high = max(1, min(offset, room))
    while low < len(seen):
        high = min(high, len(seen))
        inside = np.flatnonzero((seen.first >= low) & (seen.first < high))
        if high < len(seen) and len(inside) > 1 and high not in seen.first:
            high = int(seen.first[inside[-1]])  # a word is never cut
            inside = inside[:-1]
        frame = np.array([[CLS, SEP], [5, 5], [0, 0], [0, 0]])
        if len(inside):
            yield Window(
                pieces=np.concatenate([frame[:, :1], features[:, low:high], frame[:, 1:]], axis=1),
                first=seen.first[inside] - low + 1,
                gold=words.part(inside),
                document=document,
                at=int(inside[0]),
            )
        low, high = high, high + room


def batches(found: list[Window], pieces: int, rng: random.Random) -> Iterator[Batch]:
    """Windows of like length together, about ``pieces`` pieces in a batch, in random order.

    There are few distinct shapes on purpose: oneDNN compiles a kernel for each, which costs more than the padding.
    Windows of one document, where it is numbered (not 0), stay together: antecedents are looked for in all of it.
    """
    rng.shuffle(found)
    groups: list[list[Window]] = []
    single = [w for w in found if not w.document]
    for length in sorted({_padded(w) for w in single}):
        alike = [w for w in single if _padded(w) == length]
        many = pieces // length
        groups += [alike[i : i + many] for i in range(0, len(alike), many)]
    groups += _documents([w for w in found if w.document], pieces)
    rng.shuffle(groups)
    yield from (batch(g) for g in groups)


def _documents(found: Sequence[Window], pieces: int) -> Iterator[list[Window]]:
    group: list[Window] = []
    documents: dict[int, list[Window]] = {}
    for w in found:
        documents.setdefault(w.document, []).append(w)
    for together in documents.values():
        together.sort(key=lambda w: w.at)
        for i in range(0, len(together), 6):  # of a long text, so many at once
            part = together[i : i + 6]
            if group and sum(map(_padded, group + part)) > pieces:
                yield group
                group = []
            group += part
    if group:
        yield group


def _padded(w: Window) -> int:
    return -(-w.pieces.shape[1] // STEP) * STEP


def masked(b: Batch, share: float) -> Batch:
    """``b`` with a random ``share`` of its pieces hidden: the model must not lean on single words."""
    hide = torch.rand(b.mask.shape) < share
    hide &= b.pieces[0] > MASK
    pieces = b.pieces.clone()
    pieces[0][hide] = MASK
    return replace(b, pieces=pieces)


def batch(group: Sequence[Window]) -> Batch:
    """One padded batch."""
    n, words = max(map(_padded, group)), max(len(w.first) for w in group)
    pieces = np.zeros((4, len(group), n), dtype=np.int64)
    mask = np.zeros((len(group), n), dtype=bool)
    first, chain, last = (np.zeros((len(group), words), dtype=np.int64) for _ in range(3))
    tags, inner, names = (np.full((len(group), words), NOT_APPLICABLE, dtype=np.int64) for _ in range(3))
    pointers = np.full((len(group), words, len(POINTERS)), NOT_APPLICABLE, dtype=np.int64)
    inside = np.zeros((len(group), words), dtype=bool)
    for i, w in enumerate(group):
        pieces[:, i, : w.pieces.shape[1]], mask[i, : w.pieces.shape[1]] = w.pieces, True
        k = len(w.first)
        first[i, :k], inside[i, :k] = w.first, True
        for array, of in ((tags, w.gold.tags), (inner, w.gold.inner), (names, w.gold.names), (chain, w.gold.chain)):
            array[i, :k] = of
        pointers[i, :k], last[i, :k] = w.gold.pointers, w.gold.last
    arrays = {"pieces": pieces, "mask": mask, "first": first, "words": inside, "tags": tags, "inner": inner,
              "pointers": pointers, "names": names, "chain": chain, "last": last,
              "document": np.array([w.document or -i for i, w in enumerate(group)]),
              "at": np.array([w.at for w in group])}  # fmt: skip
    return Batch(**{name: torch.from_numpy(array) for name, array in arrays.items()})
