"""Near-copies: wire copy, lightly edited reprints, reprints that are cut or extended.

A signature is a bottom-k sketch (Broder's MinHash in its one-hash form): of all hashes of five-word sequences, the
smallest. Of two signatures, the hashes below the smaller of their two largest ones are a fair sample of both texts,
and so tell not only how alike the texts are, but how much of the shorter one stands in the longer one. Signatures are
kept in records, so they must never change with a library's version: that is why the hashing is written out here.

Reports that fill a form each week share their words, not their figures. So a copy must share its numbers, too.
"""

import re
import struct
import zlib
from typing import NamedTuple

import numpy as np

from onrecord.reading.furniture import furniture

WORDS = 5  # in a sequence: shorter ones are shared by formulae, longer ones are broken by light editing
SKETCH = 190  # hashes kept; a text with no more sequences is compared exactly
NUMBERS = 48  # hashes of numbers kept
KEYS = 16  # of the hashes, by which an article is found again
CONTAINED = 0.6  # share of the shorter text's sequences that stand in the longer one
SAME_NUMBERS = 0.7  # share of the shorter text's numbers that stand in the longer one
FEWEST_NUMBERS = 4  # fewer tell nothing
SHORT = 60  # sequences: what is shorter is mostly a form filled in, and has to agree almost wholly
SHORT_CONTAINED = 0.95

_FORMAT = 1  # goes up when signatures of old and new can no longer be compared
_HEAD = struct.Struct("<BBHII")  # format, numbers kept, hashes kept, all numbers, all sequences

# Chinese and Japanese do not part words: there each character counts as one.
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")


class _Sketch(NamedTuple):
    hashes: np.ndarray[tuple[int], np.dtype[np.uint32]]
    size: int
    numbers: np.ndarray[tuple[int], np.dtype[np.uint32]]
    amount: int


def signature(text: str) -> bytes:
    """What ``text`` is recognised by: at most 1 KB, the same on every machine and in every process.

    Case, punctuation, spacing and lines that are not the article's own do not count.
    """
    tokens = _TOKEN.findall(_own_words(text).lower())
    words = np.fromiter((zlib.crc32(t.encode("utf-8", "surrogatepass")) for t in tokens), np.uint64, len(tokens))
    length = min(WORDS, len(words))
    sequences = np.zeros(len(words) - length + 1 if length else 0, np.uint64)
    for i in range(length):
        sequences = _mixed(sequences + words[i : len(words) - length + i + 1] + np.uint64(1))
    figures = np.array([w for w, t in zip(words, tokens, strict=True) if t[0].isdigit()], np.uint64)
    hashes, numbers = _upper(sequences), _upper(_mixed(figures))
    kept, kept_numbers = hashes[:SKETCH], numbers[:NUMBERS]
    head = _HEAD.pack(_FORMAT, len(kept_numbers), len(kept), len(numbers), len(hashes))
    return head + kept.astype("<u4").tobytes() + kept_numbers.astype("<u4").tobytes()


def containment(a: bytes, b: bytes) -> float:
    """The estimated share (0 to 1) of the shorter text's word sequences that stand in the longer one."""
    return _contained(_opened(a), _opened(b))


def is_copy(a: bytes, b: bytes) -> bool:
    """Whether two texts with these signatures are copies of each other, or one of a part of the other."""
    return _is_copy(_opened(a), _opened(b))


class NearCopies:
    """The articles met so far, asked for the one that a new article copies.

    Needs about 3 KB of memory for each article. What it answers depends on the order of ``add`` alone.
    """

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._signatures: list[bytes] = []
        self._found_by: dict[int, list[int]] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, article_id: str, signature: bytes) -> None:
        """Remember an article. Raises ValueError for a signature that this version cannot compare."""
        number = len(self._ids)
        self._ids.append(article_id)
        self._signatures.append(signature)
        for key in _opened(signature).hashes[:KEYS].tolist():
            self._found_by.setdefault(key, []).append(number)

    def match(self, signature: bytes) -> str | None:
        """The id of the earliest added article that the one with ``signature`` copies; None if it copies none."""
        sketch = _opened(signature)
        candidates = sorted({n for key in sketch.hashes.tolist() for n in self._found_by.get(key, ())})
        return next((self._ids[n] for n in candidates if _is_copy(sketch, _opened(self._signatures[n]))), None)


def _own_words(text: str) -> str:
    parts: list[str] = []
    end = 0
    for span in furniture(text):
        parts.append(text[end : span.start])
        end = span.end
    return "".join([*parts, text[end:]])


def _mixed(values: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """Each bit of a value spread over all 64 bits (the finaliser of MurmurHash3)."""
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return values ^ (values >> np.uint64(33))


def _upper(values: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    """The upper half of the bits, each value once, in order."""
    return np.unique((values >> np.uint64(32)).astype(np.uint32))


def _opened(signature: bytes) -> _Sketch:
    try:
        version, kept_numbers, kept, amount, size = _HEAD.unpack_from(signature)
        values = np.frombuffer(signature, "<u4", kept + kept_numbers, _HEAD.size)
    except (struct.error, ValueError):
        raise ValueError("not a signature of an article") from None
    if version != _FORMAT:
        raise ValueError(f"a signature of format {version}; this version compares format {_FORMAT}")
    return _Sketch(values[:kept], size, values[kept:], amount)


def _is_copy(a: _Sketch, b: _Sketch) -> bool:
    shorter, longer = (a, b) if a.size <= b.size else (b, a)
    contained = _contained(a, b)
    if shorter.size < SHORT:
        return contained >= SHORT_CONTAINED and shorter.size >= SHORT_CONTAINED * longer.size
    if contained < CONTAINED:
        return False
    if shorter.amount < FEWEST_NUMBERS:
        return True
    return _share(shorter.numbers, longer.numbers, shorter.amount, longer.amount) >= SAME_NUMBERS


def _contained(a: _Sketch, b: _Sketch) -> float:
    shorter, longer = (a, b) if a.size <= b.size else (b, a)
    return _share(shorter.hashes, longer.hashes, shorter.size, longer.size)


def _share(
    part: np.ndarray[tuple[int], np.dtype[np.uint32]],
    whole: np.ndarray[tuple[int], np.dtype[np.uint32]],
    part_size: int,
    whole_size: int,
) -> float:
    """The share of one set that is in another, from the smallest hashes of both."""
    limits = [int(kept[-1]) for kept, size in ((part, part_size), (whole, whole_size)) if len(kept) < size]
    limit = min(limits, default=0xFFFFFFFF)
    below = part[part <= limit]
    return len(np.intersect1d(below, whole[whole <= limit], assume_unique=True)) / len(below) if len(below) else 0.0
