"""Annotated articles → batches of windows with gold tags and pointers, by word."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from onrecord.reading.statements import POINTERS, TAGS
from onrecord.reading.tokens import Ints, Tokens, tokens
from training.corpora import Annotated, Spans

CLS, SEP, MASK = 101, 102, 103
NOWHERE, NOT_APPLICABLE = -1, -2
STEP = 64  # lengths of batches are multiples of this


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Pieces with [CLS] and [SEP], and by word: the position of its first piece, its gold tag, where it points."""

    pieces: Ints  # (4, n): ids, shape, layout, quote
    first: Ints  # (words,)
    tags: Ints  # (words,)
    pointers: Ints  # (words, 3)
    last: Ints  # (words,): at the first word of a span, its last


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Windows padded to one length; see Window."""

    pieces: Tensor
    mask: Tensor
    first: Tensor
    words: Tensor  # mask
    tags: Tensor
    pointers: Tensor
    last: Tensor


def gold(article: Annotated, seen: Tokens) -> tuple[Ints, Ints, Ints]:
    """Tags (words,), pointers (words, 3) and last words (words,) of a text.

    A pointer stands at the first word of a span and holds a word's index, NOWHERE or NOT_APPLICABLE.
    """
    start = seen.start[seen.first]
    end = seen.end[np.append(seen.first, len(seen))[1:] - 1]
    tags = np.zeros(len(start), dtype=np.int64)
    pointers = np.full((len(start), len(POINTERS)), NOT_APPLICABLE, dtype=np.int64)
    last = np.arange(len(start))

    def covered(spans: Spans) -> list[tuple[int, int]]:
        ranges = [
            (int(np.searchsorted(end, s, side="right")), int(np.searchsorted(start, e, side="left"))) for s, e in spans
        ]
        return [(a, b) for a, b in ranges if a < b]

    words = [{role: covered(getattr(s, role)) for role in ("source", "cue", "content")} for s in article.statements]
    for role in ("content", "cue", "source"):  # the shorter ones last: they win where spans overlap
        begin = TAGS.index(f"B-{role}")
        for statement in words:
            for a, b in statement[role]:
                tags[a], tags[a + 1 : b], last[a] = begin, begin + 1, b - 1
    for statement in words:
        at = {role: (spans[0][0] if spans else NOWHERE) for role, spans in statement.items()}
        for p, (origin, goal) in enumerate(POINTERS):
            for a, _ in statement[origin]:
                pointers[a, p] = at[goal]
    return tags, pointers, last


def windows(article: Annotated, tokenizer: Tokenizer, size: int, offset: int) -> Iterator[Window]:
    """``article`` cut into windows of at most ``size`` pieces, the first ending after ``offset`` pieces."""
    seen = tokens(article.text, tokenizer)
    tags, pointers, last = gold(article, seen)
    features = np.stack([seen.ids, seen.shape, seen.layout, seen.quote])
    low, room = 0, size - 2
    high = max(1, min(offset, room))
    while low < len(seen):
        high = min(high, len(seen))
        inside = np.flatnonzero((seen.first >= low) & (seen.first < high))
        if high < len(seen) and len(inside) > 1 and high not in seen.first:
            high = int(seen.first[inside[-1]])  # a word is never cut
            inside = inside[:-1]
        local = pointers[inside].copy()
        outside = (local >= 0) & ((local < inside[0]) | (local > inside[-1])) if len(inside) else local > 0
        local = np.where(
            outside, NOT_APPLICABLE, np.where(local >= 0, local - (inside[0] if len(inside) else 0), local)
        )
        frame = np.array([[CLS, SEP], [5, 5], [0, 0], [0, 0]])
        if len(inside):
            yield Window(
                pieces=np.concatenate([frame[:, :1], features[:, low:high], frame[:, 1:]], axis=1),
                first=seen.first[inside] - low + 1,
                tags=tags[inside],
                pointers=local,
                last=np.minimum(last[inside], inside[-1]) - inside[0],
            )
        low, high = high, high + room


def batches(found: list[Window], pieces: int, rng: random.Random) -> Iterator[Batch]:
    """Windows of like length together, about ``pieces`` pieces in a batch, in random order.

    There are few distinct shapes on purpose: oneDNN compiles a kernel for each, which costs more than the padding.
    """
    rng.shuffle(found)
    groups: list[list[Window]] = []
    for length in sorted({_padded(w) for w in found}):
        alike = [w for w in found if _padded(w) == length]
        many = pieces // length
        groups += [alike[i : i + many] for i in range(0, len(alike), many)]
    rng.shuffle(groups)
    yield from (batch(g) for g in groups)


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
    first, tags, last = (np.zeros((len(group), words), dtype=np.int64) for _ in range(3))
    pointers = np.full((len(group), words, len(POINTERS)), NOT_APPLICABLE, dtype=np.int64)
    inside = np.zeros((len(group), words), dtype=bool)
    for i, w in enumerate(group):
        pieces[:, i, : w.pieces.shape[1]], mask[i, : w.pieces.shape[1]] = w.pieces, True
        k = len(w.first)
        first[i, :k], tags[i, :k], pointers[i, :k], last[i, :k], inside[i, :k] = (
            w.first,
            w.tags,
            w.pointers,
            w.last,
            True,
        )
    return Batch(
        pieces=torch.from_numpy(pieces),
        mask=torch.from_numpy(mask),
        first=torch.from_numpy(first),
        words=torch.from_numpy(inside),
        tags=torch.from_numpy(tags),
        pointers=torch.from_numpy(pointers),
        last=torch.from_numpy(last),
    )
