"""One article in, its statements out: the unit of work everywhere, on a laptop or a cluster."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from onrecord.reading.furniture import furniture
from onrecord.reading.quotations import Quotation, quotations
from onrecord.reading.statements import Found, Seen, found_statements
from onrecord.types import Article, Kind, Span, Statement, statement_id

SECTION = 60_000  # characters read at a time: some 40 pages, so that a book-length text needs no more memory

Encode = Callable[[str], Seen]
"""A text → what the encoder sees of it; an Encoder is one."""


def read(article: Article, encode: Encode, *, section: int = SECTION) -> tuple[Statement, ...]:
    """The statements of ``article`` in the order of the text.

    Lines that are not the article's own (see furniture) hold none. A text longer than
    ``section`` characters is read in parts.
    """
    text = article.text
    quoted = quotations(text)
    others = furniture(text)
    own = [f for f in _found(text, encode, section) if not touches(f.content, others)]
    statements: list[Statement] = []
    for f in sorted(own, key=lambda f: f.content[0]):
        content = tuple(sorted(f.content))
        statements.append(
            Statement(
                id=statement_id(article.id, f.source, f.cue, content),
                article_id=article.id,
                source=f.source,
                cue=f.cue,
                content=content,
                kind=kind(content, text, quoted),
                score=f.score,
                part_of=_continued(f, content, statements, quoted),
            )
        )
    return tuple({s.id: s for s in statements}.values())


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


def _found(text: str, encode: Encode, size: int) -> Iterator[Found]:
    for section in sections(text, size=size):
        for f in found_statements(encode(text[section.start : section.end])):
            yield f.moved(section.start)


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
