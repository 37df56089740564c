"""From rows of the tables to the nouns."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult, Row, Select, Table, select

from onrecord.evidence import Quote
from onrecord.record import posts
from onrecord.record.actor_schema import actors, appearances, mentions, resolutions, roles
from onrecord.record.found import Checked, Heading, Post, Said, Speaker
from onrecord.record.review_schema import found_resolutions, standing
from onrecord.record.schema import articles, spans, statements
from onrecord.types import Appearance, Article, Resolution, Role, Span, Statement

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

_POSTS_KEPT = 5_000  # actors whose posts are kept while statements are listed


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
        within=row.within,
    )


def said(
    row: Row[Any],
    parts: Parts,
    speakers: Sequence[Speaker] = (),
    reported_by: str | None = None,
    checked: Checked | None = None,
    revision: int = 0,
) -> Said:
    """From a row of statements with ``heading_columns``, and what belongs to it."""
    words = {role: tuple(quoted.quote.exact for quoted in found) for role, found in parts.items()}
    return Said(
        statement=statement(row, parts),
        article=heading(row),
        source=words["source"][0] if words["source"] else None,
        cue=words["cue"][0] if words["cue"] else None,
        content=words["content"],
        speakers=tuple(speakers),
        reported_by=reported_by,
        checked=checked,
        revision=revision,
    )


class Speaking:
    """Finds who made statements, and keeps the posts of those who speak often."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._posts: dict[int, list[Post]] = {}

    def of(self, numbers: Sequence[int]) -> dict[int, list[Speaker]]:
        """Who made these statements, by their number, with the posts held at the date of the article."""
        return self._of(resolutions, numbers)

    def as_found(self, numbers: Sequence[int]) -> dict[int, list[Speaker]]:
        """Who made these statements as the machine found it, whatever people decided."""
        over = select(standing.c.statement_number).where(
            standing.c.statement_number.in_(numbers), standing.c.resolved == 1
        )
        resolved = list(self._db.scalars(over))
        return self._of(resolutions, [n for n in numbers if n not in resolved]) | self._of(found_resolutions, resolved)

    def _of(self, table: Table, numbers: Sequence[int]) -> dict[int, list[Speaker]]:
        found: dict[int, list[Speaker]] = defaultdict(list)
        rows = self._db.execute(_speaker_rows(table).where(table.c.statement_number.in_(numbers))).all()
        self._load({row.root for row in rows if row.root is not None})
        for row in rows:
            found[row.statement_number].append(self._speaker(row))
        return found

    def reporters(self, within: Collection[str]) -> dict[str, str]:
        """Who reports what stands within these statements, by their id: actors, else the words of the source."""
        if not within:
            return {}
        ids = {row.number: row.id for row in self._db.execute(select(statements).where(statements.c.id.in_(within)))}
        speakers, parts = self.of(list(ids)), parts_of(self._db, list(ids))
        found = {}
        for number, id_ in ids.items():
            names = [speaker.name for speaker in speakers[number] if speaker.name]
            words = parts[number]["source"][0].quote.exact if parts[number]["source"] else None
            if told := ", ".join(names) or words:
                found[id_] = told
        return found

    def _load(self, roots: set[int]) -> None:
        wanted = roots - self._posts.keys()
        if len(self._posts) > _POSTS_KEPT:
            self._posts.clear()
            wanted = roots
        if wanted:
            self._posts |= {root: [] for root in wanted} | posts.of_actors(self._db, wanted)

    def _speaker(self, row: Row[Any]) -> Speaker:
        if row.root is None:
            return Speaker(actor_id=None, name=None, kind=None, how=row.how, score=row.score)
        post = posts.main(posts.at(self._posts[row.root], row.published))
        return Speaker(
            actor_id=row.actor_id,
            name=row.actor,
            kind=row.actor_kind,
            how=row.how,
            score=row.score,
            appearance_id=row.appearance_id,
            named=row.named,
            words=row.exact,
            evidence=_span(row),
            link_score=row.link_score,
            link_reason=row.link_reason,
            title=post.title,
            organisation=post.organisation,
            country=post.country or row.own_country or row.country,
        )


def _speaker_rows(of: Table) -> Select[Any]:
    found = actors.alias("found")
    return (
        select(
            of, appearances.c.id.label("appearance_id"), appearances.c.name.label("named"),
            appearances.c.country.label("own_country"), appearances.c.link_score, appearances.c.link_reason,
            actors.c.number.label("root"), actors.c.id.label("actor_id"), actors.c.name.label("actor"),
            actors.c.kind.label("actor_kind"), actors.c.country, articles.c.published,
        )
        .join_from(of, statements, statements.c.number == of.c.statement_number)
        .join(articles, articles.c.id == statements.c.article_id)
        .outerjoin(appearances, appearances.c.number == of.c.appearance_number)
        .outerjoin(found, found.c.number == appearances.c.actor_number)
        .outerjoin(actors, actors.c.number == found.c.stands_for)
        .order_by(of.c.statement_number, of.c.ordinal)
    )  # fmt: skip


def _span(row: Row[Any]) -> Span | None:
    return None if row.start_offset is None else Span(row.start_offset, row.end_offset)


def appearances_of(db: Connection, article_ids: Sequence[str]) -> dict[str, list[tuple[Appearance, tuple[str, str]]]]:
    """The present actors of these articles, each with the id and name it has in the register, in their order."""
    found, root = actors.alias("found"), actors.alias("root")
    present = (articles.c.id == appearances.c.article_id) & (articles.c.reading_id == appearances.c.reading_id)
    query = select(appearances, root.c.id.label("actor_id"), root.c.name.label("actor")).join(articles, present)
    query = query.join(found, found.c.number == appearances.c.actor_number).join(
        root, root.c.number == found.c.stands_for
    )
    query = query.where(articles.c.id.in_(article_ids)).order_by(appearances.c.article_id, appearances.c.ordinal)
    rows = db.execute(query).all()
    numbers = [row.number for row in rows]
    named: dict[int, list[Row[Any]]] = defaultdict(list)
    told: dict[int, list[Row[Any]]] = defaultdict(list)
    for table, collected in ((mentions, named), (roles, told)):
        key = (table.c.appearance_number, table.c.piece)
        for row in db.execute(select(table).where(table.c.appearance_number.in_(numbers)).order_by(*key)):
            collected[row.appearance_number].append(row)
    of: dict[str, list[tuple[Appearance, tuple[str, str]]]] = defaultdict(list)
    for row in rows:
        appearance = Appearance(
            id=row.id,
            article_id=row.article_id,
            name=row.name,
            kind=row.kind,
            names=tuple(row.names),
            mentions=tuple(Span(m.start_offset, m.end_offset) for m in named[row.number]),
            roles=tuple(_role(role) for role in told[row.number]),
            country=row.country,
            parent=row.parent,
        )
        of[row.article_id].append((appearance, (row.actor_id, row.actor)))
    return of


def actor_evidence(db: Connection, article_id: str) -> Iterator[tuple[str, Span, str]]:
    """Every span about an article's actors, with what it is for and the words as stored, by whatever reading."""
    for table, what in ((mentions, "mention"), (roles, "role")):
        query = select(table, appearances.c.name).join(appearances).where(appearances.c.article_id == article_id)
        for row in db.execute(query.order_by(table.c.appearance_number, table.c.piece)):
            yield f"{what} of {row.name}", Span(row.start_offset, row.end_offset), row.exact
    whose = select(resolutions, statements.c.id).join(statements).where(statements.c.article_id == article_id)
    whose = whose.where(resolutions.c.exact.is_not(None))
    for row in db.execute(whose.order_by(resolutions.c.statement_number, resolutions.c.ordinal)):
        yield f"whose statement {row.id} is", Span(row.start_offset, row.end_offset), row.exact


def _role(row: Row[Any]) -> Role:
    return Role(
        title=row.title,
        organisation=row.organisation,
        country=row.country,
        former=bool(row.former),
        evidence=Span(row.start_offset, row.end_offset),
    )


def resolutions_of(db: Connection, numbers: Sequence[int]) -> dict[int, list[Resolution]]:
    """Whose these statements are, by their number."""
    query = select(resolutions, statements.c.id, appearances.c.id.label("appearance_id"))
    query = query.join(statements, statements.c.number == resolutions.c.statement_number)
    query = query.outerjoin(appearances, appearances.c.number == resolutions.c.appearance_number)
    query = query.where(resolutions.c.statement_number.in_(numbers))
    found: dict[int, list[Resolution]] = defaultdict(list)
    for row in db.execute(query.order_by(resolutions.c.statement_number, resolutions.c.ordinal)):
        found[row.statement_number].append(
            Resolution(
                statement_id=row.id,
                appearance_id=row.appearance_id,
                how=row.how,
                score=row.score,
                evidence=_span(row),
            )
        )
    return found


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
