"""Spans of text as evidence: check them, slice them, find them again in changed text."""

from typing import NamedTuple

from onrecord.errors import EvidenceError
from onrecord.types import Span

CONTEXT = 32  # characters kept on each side of a quote: enough to tell apart repeated short quotes in news


class Quote(NamedTuple):
    """The exact words with what stands around them: the W3C TextQuoteSelector."""

    exact: str
    prefix: str
    suffix: str


def check(span: Span, text: str) -> Span:
    """``span`` itself, if it is not empty and lies within ``text``; raises EvidenceError otherwise."""
    if not 0 <= span.start < span.end <= len(text):
        raise EvidenceError(f"span {span.start}:{span.end} does not fit a text of {len(text)} characters")
    return span


def words(span: Span, text: str) -> str:
    """The words ``span`` covers, exactly."""
    check(span, text)
    return text[span.start : span.end]


def quote(span: Span, text: str, *, context: int = CONTEXT) -> Quote:
    """The words of ``span`` with up to ``context`` characters before and after."""
    exact = words(span, text)
    return Quote(exact, text[max(0, span.start - context) : span.start], text[span.end : span.end + context])


def find(selector: Quote, text: str) -> Span | None:
    """Where ``selector`` stands in ``text``: the occurrence whose surroundings agree best, None if there is none.

    Two occurrences that agree equally well are not told apart: the answer is then None rather than a guess.
    """
    best: list[tuple[int, int]] = []
    start = text.find(selector.exact)
    while start >= 0 and selector.exact:
        end = start + len(selector.exact)
        agreement = _common(selector.prefix[::-1], text[:start][::-1][: len(selector.prefix)]) + _common(
            selector.suffix, text[end : end + len(selector.suffix)]
        )
        best.append((agreement, start))
        start = text.find(selector.exact, start + 1)
    best.sort(key=lambda found: -found[0])
    if not best or (len(best) > 1 and best[0][0] == best[1][0]):
        return None
    return Span(best[0][1], best[0][1] + len(selector.exact))


def _common(a: str, b: str) -> int:
    """Length of the common beginning."""
    for i, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return i
    return min(len(a), len(b))
