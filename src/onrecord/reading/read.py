"""One article in; its statements, the actors in it, and who made which, out: the unit of work everywhere."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from onrecord.reading.actors import actors
from onrecord.reading.furniture import furniture
from onrecord.reading.names import Name, bodies, corrected, names, titled_names, together
from onrecord.reading.quotations import Quotation, quotations
from onrecord.reading.roles import POSSESSIVES
from onrecord.reading.statements import Antecedents, Found, Seen, antecedents, found_statements
from onrecord.types import Article, Kind, Read, Span, Statement, statement_id

SECTION = 60_000  # characters read at a time: some 40 pages, so that a book-length text needs no more memory

INNER = 0.4  # of a statement within another: those less sure are more often wrong than right (docs/decisions/5)

Encode = Callable[[str], Seen]
"""A text → what the encoder sees of it; an Encoder is one."""


@dataclass(slots=True)
class Sight:
    """What is kept of what the encoder saw: statements, names, and whom sources may mean; offsets of the article."""

    found: list[Found] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    asked: dict[Span, Antecedents] = field(default_factory=dict)


def read(article: Article, encode: Encode, *, section: int = SECTION) -> Read:
    """What ``article`` says: its statements in the order of the text, the actors in it, and who made which.

    Lines that are not the article's own (see furniture) hold no statements. A text longer than ``section`` characters
    is read in parts.
    """
    sight = _seen(article.text, encode, section)
    statements = _statements(article, sight.found)
    appearances, resolutions = actors(article, statements, sight.names, sight.asked)
    return Read(statements=statements, appearances=appearances, resolutions=resolutions)


def _statements(article: Article, found: Sequence[Found]) -> tuple[Statement, ...]:
    text = article.text
    quoted = quotations(text)
    others = furniture(text)
    own = [f for f in found if not touches(f.content, others)]
    statements: list[Statement] = []
    for f in sorted(own, key=lambda f: (f.inner, f.content[0])):
        content = tuple(sorted(f.content))
        within = _reporting(content, statements) if f.inner else None
        if f.inner and (within is None or f.score * within.score < INNER or _said_already(content, statements)):
            continue
        statements.append(
            Statement(
                id=statement_id(article.id, f.source, f.cue, content),
                article_id=article.id,
                source=f.source,
                cue=f.cue,
                content=content,
                kind=kind(content, text, quoted),
                score=f.score * within.score if within else f.score,
                part_of=None if f.inner else _continued(f, content, statements, quoted),
                within=within.id if within else None,
            )
        )
    ordered = sorted(statements, key=lambda s: (s.content[0].start, -s.content[-1].end))
    return tuple({s.id: s for s in ordered}.values())


def _said_already(content: tuple[Span, ...], statements: Sequence[Statement]) -> bool:
    return any(s.content == content for s in statements)


def _reporting(content: Sequence[Span], outer: Sequence[Statement]) -> Statement | None:
    """The shortest statement whose content holds all of ``content``."""
    holding = [s for s in outer if all(any(a <= x and y <= b for a, b in s.content) for x, y in content)]
    return min(holding, key=lambda s: sum(b - a for a, b in s.content), default=None)


def sections(text: str, *, size: int = SECTION) -> Iterator[Span]:
    """``text`` in pieces of at most ``size`` characters, cut at the end of a paragraph, a sentence or a word."""
    start = 0
    while len(text) - start > size:
        ends = (text.rfind(mark, start + size // 2, start + size) for mark in ("\n\n", "\n", ". ", " "))
        end = next((e + 1 for e in ends if e > 0), start + size)
        yield Span(start, end)
        start = end
    yield Span(start, len(text))


def kind(content: Sequence[Span], text: str, quoted: Sequence[Quotation]) -> Kind:
    """Direct if all words of ``content`` stand in quotation marks, mixed if some do, else indirect."""
    within = without = False
    for span in content:
        at = _first_ending_after(span.start, quoted)
        for i in range(span.start, span.end):
            while at < len(quoted) and quoted[at].end <= i:
                at += 1
            if text[i].isalnum():
                inside = at < len(quoted) and quoted[at].start <= i
                within, without = within or inside, without or not inside
    return "mixed" if within and without else "direct" if within else "indirect"


def _first_ending_after(position: int, quoted: Sequence[Quotation]) -> int:
    """Index of the first quotation that ends after ``position``."""
    return bisect_right(quoted, position, key=lambda q: q.end)


def _seen(text: str, encode: Encode, size: int) -> Sight:
    sight = Sight()
    for section in sections(text, size=size):
        part = text[section.start : section.end]
        seen = encode(part)
        found = list(found_statements(seen))
        sight.found += [f.moved(section.start) for f in found]
        tagged = corrected(part, names(part, seen.names, seen.start, seen.end))
        named = together(together(bodies(part), titled_names(part)), tagged)
        sight.names += [n.moved(section.start) for n in named]
        asking = dict.fromkeys(span for f in found for span in _asking(part, f))
        sight.asked |= {
            Span(s + section.start, e + section.start): a.moved(section.start)
            for (s, e), a in antecedents(seen, asking)
        }
    return sight


def _asking(text: str, f: Found) -> Iterator[Span]:
    """The spans whose antecedent may be wanted: a source, or a content without one; "his" in "his spokesman"."""
    yield f.source or f.content[0]
    if f.source:
        first = text[f.source.start : f.source.end].split(maxsplit=1)
        if len(first) > 1 and first[0].lower() in POSSESSIVES:
            yield Span(f.source.start, f.source.start + len(first[0]))


def touches(content: Sequence[Span], others: Sequence[Span]) -> bool:
    """Whether any of the one overlaps any of the others."""
    return any(a.start < b.end and b.start < a.end for a in content for b in others)


def _continued(
    f: Found, content: tuple[Span, ...], before: Sequence[Statement], quoted: Sequence[Quotation]
) -> str | None:
    """The statement whose quote ``content`` continues: the paragraph before ended within it, and no other speaks."""
    if f.source or f.cue:
        return None
    at = _first_ending_after(content[0].start, quoted)
    if at == len(quoted) or quoted[at].start > content[0].start or not quoted[at].continues:
        return None
    earlier = [Span(quoted[at - 1].start, quoted[at - 1].end)]
    continued = next((s for s in reversed(before) if touches(s.content, earlier)), None)
    return (continued.part_of or continued.id) if continued else None
