"""Which characters of a text stand inside quotation marks.

A rule, not a model: pairing marks is sure enough. British, American and agency typography: “ ” ‘ ’ " ' `` '' « ».
A quotation that runs over paragraphs has its opening mark repeated in each and is closed only in the last.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

OPENING = {"“": "”", "‘": "’", '"': '"', "'": "'", "«": "»", "``": "''", "„": "“"}
SINGLE = frozenset("‘'")
_APOSTROPHES = "’'"
_DECADE = re.compile(r"\d\ds")  # the ’90s
_BEFORE_OPENING = frozenset(" \t\n\r\u00a0\u202f\u2009([{—–-/:;,.…“\"‘'«")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Characters ``start`` to ``end``, marks included. ``closed`` is False when the paragraph ends first.

    ``continues`` is True when the paragraph before ended within a quotation and this one opens the next.
    """

    start: int
    end: int
    mark: str
    closed: bool
    continues: bool

    @property
    def single(self) -> bool:
        """Whether the marks are single ones."""
        return self.mark in SINGLE


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """The lines of ``text`` that hold more than white space, as (start, end)."""
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        if not line.isspace():
            yield start, end
        start = end


def quotations(text: str) -> tuple[Quotation, ...]:
    """The outermost quotations of ``text`` in order."""
    found: list[Quotation] = []
    for start, end in paragraphs(text):
        open_before = (
            found[-1].mark if found and not found[-1].closed and _same_run(text, found[-1].end, start) else None
        )
        found.extend(_in_paragraph(text, start, end, open_before))
    return tuple(found)


def _same_run(text: str, end: int, start: int) -> bool:
    return not text[end:start].strip()


def _in_paragraph(text: str, start: int, end: int, open_before: str | None) -> Iterator[Quotation]:
    stop = start + len(text[start:end].rstrip())
    first = start + (end - start - len(text[start:end].lstrip()))
    i = first
    while i < stop:
        mark = _opens(text, i, start, stop)
        if mark is None:
            i += 1
            continue
        close = _closing(text, i + len(mark), stop, mark)
        continues = i == first and open_before == mark
        if close is None and mark in SINGLE and not continues and not _reopened(text, end, mark):
            i += 1  # a lone apostrophe, not a quotation
            continue
        yield Quotation(
            start=i, end=stop if close is None else close, mark=mark, closed=close is not None, continues=continues
        )
        i = stop if close is None else close


def _reopened(text: str, end: int, mark: str) -> bool:
    """Whether the next paragraph begins with ``mark``: then a quotation left open runs on."""
    return text[end:].lstrip()[: len(mark)] == mark if end < len(text) else False


def _opens(text: str, i: int, start: int, stop: int) -> str | None:
    """The opening mark at ``i``, if one stands there."""
    mark = "``" if text.startswith("``", i) else text[i]
    if mark in {"“", "«", "„", "``"}:
        return mark
    if mark not in OPENING:
        return None
    before = text[i - 1] if i > start else "\n"
    after = text[i + 1 : i + 2] if i + 1 < stop else "\n"
    opens = not before.isalnum() if mark == '"' else before in _BEFORE_OPENING
    decade = mark in SINGLE and _DECADE.match(text, i + 1)
    return mark if opens and not after.isspace() and not decade else None


def _closing(text: str, i: int, stop: int, mark: str) -> int | None:
    """Where the quotation opened by ``mark`` before ``i`` ends, after its closing mark; None if it does not."""
    closing = OPENING[mark]
    if mark not in SINGLE:
        at = text.find(closing, i, stop)
        again = text.find(mark, i, stop) if mark != closing else -1
        if 0 <= again < at and text.count(closing, again, stop) == 0:
            return None
        return at + len(closing) if at >= 0 else None
    candidates = [
        k
        for k in range(i + 1, stop)
        if text[k] == closing and not text[k - 1].isspace() and not (k + 1 < stop and text[k + 1].isalnum())
    ]
    reopening = next((k for k in range(i, stop) if text[k] == mark and mark != closing), stop)
    for position, k in enumerate(candidates):
        # "the ministers’ plan": a possessive, if a mark that can close stands further on before the next opening
        possessive = text[k - 1] in "sS" and text[k + 1 : k + 2] == " " and text[k + 2 : k + 3].islower()
        later = position + 1 < len(candidates) and candidates[position + 1] < reopening
        if not (possessive and later and text[k] in _APOSTROPHES):
            return k + 1
    return None
