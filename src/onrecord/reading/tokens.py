"""Text → the word pieces the encoder reads, with what an uncased vocabulary loses: case, layout, quotation marks."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from onrecord.errors import WeightsError
from onrecord.reading.quotations import quotations

Ints = npt.NDArray[np.int64]

SHAPES = 6  # lower, Title, UPPER, mIxed, with a digit, no letter or digit
LAYOUTS = 3  # within a line, first of a line, first of a paragraph (after an empty line, or of the text)
QUOTES = 4  # outside, inside double marks, inside single marks, a mark itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The pieces of one text. All arrays but ``first`` have one entry for each piece.

    ``ids`` vocabulary; ``start``, ``end`` code points; ``shape``, ``layout``, ``quote`` features (see the constants);
    ``first`` indexes the pieces that begin a word.
    """

    ids: Ints
    start: Ints
    end: Ints
    shape: Ints
    layout: Ints
    quote: Ints
    first: Ints

    def __len__(self) -> int:
        return len(self.ids)


@cache
def tokenizer(path: Path) -> Tokenizer:
    """The word-piece tokenizer stored at ``path`` (tokenizer.json)."""
    if not path.is_file():
        raise WeightsError(f"{path}: the tokenizer is missing; install onrecord again")
    loaded = Tokenizer.from_file(str(path))
    loaded.no_truncation()
    loaded.no_padding()
    return loaded


def tokens(text: str, tokenizer: Tokenizer) -> Tokens:
    """The pieces of ``text``, without special tokens."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    word = np.array(encoding.word_ids, dtype=np.int64)
    begins = np.diff(word, prepend=-1) != 0
    first = np.flatnonzero(begins)
    last = np.append(first, len(word))[1:] - 1
    count = np.diff(np.append(first, len(word)))
    shapes = [_shape(text[s:e]) for s, e in zip(offsets[first, 0], offsets[last, 1], strict=True)]
    layout = np.zeros(len(word), dtype=np.int64)
    gaps = zip([0, *offsets[last, 1][:-1]], offsets[first, 0], strict=False)
    layout[first] = [_layout(text[a:b], a) for a, b in gaps]
    return Tokens(
        ids=np.array(encoding.ids, dtype=np.int64),
        start=offsets[:, 0],
        end=offsets[:, 1],
        shape=np.repeat(np.array(shapes, dtype=np.int64), count),
        layout=layout,
        quote=_quote_state(text)[offsets[:, 0]].astype(np.int64) if len(word) else np.zeros(0, dtype=np.int64),
        first=first,
    )


def _shape(word: str) -> int:
    if not any(c.isalnum() for c in word):
        return 5
    if any(c.isdigit() for c in word):
        return 4
    if word.islower() or not any(c.isupper() for c in word):
        return 0
    if word.isupper() and len(word) > 1:
        return 2
    return 1 if word[0].isupper() and not any(c.isupper() for c in word[1:]) else 3


def _layout(gap: str, at: int) -> int:
    return 2 if at == 0 else min(len((gap + ".").splitlines()) - 1, 2)


def _quote_state(text: str) -> npt.NDArray[np.int8]:
    state = np.zeros(len(text) + 1, dtype=np.int8)
    for q in quotations(text):
        state[q.start : q.end] = 2 if q.single else 1
        state[q.start : q.start + len(q.mark)] = 3
        if q.closed:
            state[q.end - 1] = 3
    return state
