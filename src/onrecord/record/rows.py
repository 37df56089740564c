"""From rows of the tables to the nouns."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult, Row, Select, select

from onrecord.evidence import Quote
from onrecord.record.found import Heading, Said
from onrecord.record.schema import articles, spans
from onrecord.types import Article, Span, Statement

originals = articles.alias("originals")
with_original = articles.outerjoin(originals, originals.c.id == articles.c.duplicate_of)
heading_columns = (
    articles.c.id.label("heading_id"),
    articles.c.name,
    articles.c.url,
    articles.c.outlet,
    articles.c.published,
    articles.c.title,
    originals.c.name.label("original"),
)


class Quoted(NamedTuple):
    """One span of a statement, as stored."""

    span: Span
    quote: Quote


Parts = dict[str, list[Quoted]]  # by role: source, cue, content


def stream(db: Connection, query: Select[Any], at_once: int) -> CursorResult[Any]:
    """The rows of ``query``, fetched ``at_once`` at a time, in partitions of so many; to be closed, in a ``with``."""
    return db.execute(query, execution_options={"yield_per": at_once})


def heading(row: Row[Any]) -> Heading:
    """From a row with ``heading_columns``."""
    return Heading(
        id=row.heading_id,
        name=row.name,
        url=row.url,
        outlet=row.outlet,
        published=row.published,
        title=row.title,
        original=row.original,
    )


def parts_of(db: Connection, numbers: Sequence[int]) -> dict[int, Parts]:
    """The spans of these statements, by their number."""
    found: dict[int, Parts] = defaultdict(lambda: {"source": [], "cue": [], "content": []})
    key = (spans.c.statement_number, spans.c.role, spans.c.piece)
    for row in db.execute(select(spans).where(spans.c.statement_number.in_(numbers)).order_by(*key)):
        quoted = Quoted(Span(row.start_offset, row.end_offset), Quote(row.exact, row.prefix, row.suffix))
        found[row.statement_number][row.role].append(quoted)
    return found


def statement(row: Row[Any], parts: Parts) -> Statement:
    """From a row of statements and the spans that belong to it."""
    return Statement(
        id=row.id,
        article_id=row.article_id,
        source=parts["source"][0].span if parts["source"] else None,
        cue=parts["cue"][0].span if parts["cue"] else None,
        content=tuple(quoted.span for quoted in parts["content"]),
        kind=row.kind,
        score=row.score,
        part_of=row.part_of,
    )


def said(row: Row[Any], parts: Parts) -> Said:
    """From a row of statements with ``heading_columns``, and the spans that belong to it."""
    words = {role: tuple(quoted.quote.exact for quoted in found) for role, found in parts.items()}
    return Said(
        statement=statement(row, parts),
        article=heading(row),
        source=words["source"][0] if words["source"] else None,
        cue=words["cue"][0] if words["cue"] else None,
        content=words["content"],
    )


def articles_of(db: Connection, numbers: Sequence[int]) -> list[tuple[Article, str | None]]:
    """These articles in this order, each with the name of the one it is a near-copy of."""
    columns = (*(c for c in articles.c if c.name != "signature"), originals.c.name.label("original"))
    query = select(*columns).select_from(with_original).where(articles.c.number.in_(numbers))
    found = {row.number: row for row in db.execute(query)}
    return [(_article(found[number]), found[number].original) for number in numbers]


def _article(row: Row[Any]) -> Article:
    return Article(
        id=row.id,
        name=row.name,
        text=row.text,
        text_sha256=row.text_sha256,
        extractor=row.extractor,
        url=row.url,
        outlet=row.outlet,
        title=row.title,
        authors=tuple(row.authors),
        published=row.published,
        language=row.language,
        duplicate_of=row.duplicate_of,
        extra=row.extra,
    )
