"""A text cut into pieces, with source, cue and content marked, so that a template can write them one after another.

Spans of different statements may overlap and lie within one another: a piece knows all it belongs to. Nothing here
makes HTML; templates escape every word.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

from onrecord.record import Said
from onrecord.record.search import Term, fold, terms
from onrecord.types import Span

Part = Literal["source", "cue", "content"]

_WORD = re.compile(r"[^\W_]+")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")


class Mark(NamedTuple):
    """A span that belongs to a statement, as what."""

    span: Span
    part: Part
    statement: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words that belong to the same statements. ``at``: where they start in the article.

    ``opens`` is the statement whose first content begins here, if one does: that is where its link stands. ``hit``:
    the words were searched for.
    """

    text: str
    at: int
    marks: tuple[Mark, ...] = ()
    opens: str | None = None
    hit: bool = False

    @property
    def classes(self) -> str:
        """What the style sheet knows it by: "content direct source"."""
        return " ".join(dict.fromkeys(name for m in self.marks for name in _classes(m)))

    @property
    def statements(self) -> tuple[str, ...]:
        """The ids of the statements it belongs to."""
        return tuple(dict.fromkeys(m.statement for m in self.marks))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """The pieces of a paragraph. ``at``: where it starts in the article."""

    at: int
    pieces: tuple[Piece, ...] = field(default_factory=tuple)


def _classes(mark: Mark) -> tuple[str, ...]:
    return ("content", mark.kind) if mark.part == "content" else (mark.part,)


def marks(said: Iterable[Said]) -> list[Mark]:
    """All spans of these statements."""
    found: list[Mark] = []
    for s in said:
        statement = s.statement
        if statement.source:
            found.append(Mark(statement.source, "source", statement.id, statement.kind))
        if statement.cue:
            found.append(Mark(statement.cue, "cue", statement.id, statement.kind))
        found += [Mark(span, "content", statement.id, statement.kind) for span in statement.content]
    return found


def paragraphs(text: str, said: Sequence[Said], *, start: int = 0, search: str = "") -> list[Paragraph]:
    """``text``, which starts at ``start`` of an article, in paragraphs of pieces; what was searched for is marked."""
    marked, hits = marks(said), [Span(a + start, b + start) for a, b in found(text, search)]
    made = []
    for a, b in _paragraphs(text):
        made.append(Paragraph(at=start + a, pieces=tuple(_pieces(text[a:b], start + a, marked, hits))))
    return made


def _paragraphs(text: str) -> Iterable[Span]:
    begin = 0
    for gap in _PARAGRAPH.finditer(text):
        if text[begin : gap.start()].strip():
            yield Span(begin, gap.start())
        begin = gap.end()
    if text[begin:].strip():
        yield Span(begin, len(text))


def _pieces(text: str, start: int, marked: Sequence[Mark], hits: Sequence[Span]) -> Iterable[Piece]:
    end = start + len(text)
    here = [m for m in marked if m.span.start < end and m.span.end > start]
    struck = [h for h in hits if h.start < end and h.end > start]
    cuts = {start, end} | {p for span in (*(m.span for m in here), *struck) for p in span if start < p < end}
    opening = _openings(marked)
    for a, b in pairwise(sorted(cuts)):
        yield Piece(
            text=text[a - start : b - start],
            at=a,
            marks=tuple(m for m in here if m.span.start <= a and b <= m.span.end),
            opens=opening.get(a),
            hit=any(h.start <= a and b <= h.end for h in struck),
        )


def _openings(marked: Sequence[Mark]) -> dict[int, str]:
    """Where each statement's content begins; of two that begin together the longer, in which the other lies."""
    first: dict[str, Span] = {}
    for m in marked:
        if m.part == "content" and (m.statement not in first or m.span < first[m.statement]):
            first[m.statement] = m.span
    longest = sorted(first.items(), key=lambda item: (item[1].start, item[1].end))
    return {span.start: statement for statement, span in longest}


def found(text: str, search: str) -> list[Span]:
    """Where ``text`` has the words, phrases and beginnings that a person searched for."""
    wanted = terms(search)
    words = [(fold(m[0]), Span(*m.span())) for m in _WORD.finditer(text)] if wanted else []
    return [
        Span(words[i][1].start, words[i + len(term.words) - 1][1].end)
        for i in range(len(words))
        for term in wanted
        if _fits(term, [word for word, _ in words[i : i + len(term.words)]])
    ]


def _fits(term: Term, words: Sequence[str]) -> bool:
    if len(words) < len(term.words):
        return False
    *before, last = term.words
    return list(words[:-1]) == before and (words[-1].startswith(last) if term.prefix else words[-1] == last)
