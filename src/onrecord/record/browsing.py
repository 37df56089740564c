"""What a person who looks through a record asks it: a page of a list, an entry with its surroundings, counts by month.

The lists are those of ``Record``, with the same filters, in pages and in orders that a person chooses.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from onrecord.record import actors as register
from onrecord.record import posts, search
from onrecord.record.actor_schema import actors, appearances, names
from onrecord.record.found import (
    ActorFilters,
    ArticleFilters,
    Filters,
    Heading,
    Listed,
    ListedActor,
    Said,
)
from onrecord.record.rows import heading, heading_columns, with_original
from onrecord.record.schema import articles, spans, statements
from onrecord.record.store import Record
from onrecord.types import ActorKind, Span

T = TypeVar("T")

ArticleSort = Literal["date", "title", "outlet", "statements", "length"]
StatementSort = Literal["date", "score"]

CURRENT = articles.c.replaced_by.is_(None)
PRESENT = and_(statements.c.article_id == articles.c.id, statements.c.reading_id == articles.c.reading_id)

_AROUND = 180  # characters of the article shown on each side of a statement
_COMPARED = 600  # statements of an actor among which those on the same matter are looked for
_ALIKE = 0.12  # cosine of the words of two statements on one matter; below, they share little but grammar
_UNDATED = "undated"
_BREAK = re.compile(r"\n\s*\n")
_BROKEN_START, _BROKEN_END = re.compile(r"^\S*\s+"), re.compile(r"\s+\S*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """``items`` ``offset`` to ``offset + limit`` of a list of ``total``."""

    items: tuple[T, ...]
    total: int
    offset: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """A stretch of an article: ``text`` starts at character ``start`` of it; ``more`` says whether it goes on."""

    start: int
    text: str
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A statement by itself. ``present``: whether it stands, in what the record lists."""

    said: Said
    present: bool
    around: Around


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """How much there is of a month ("2026-04"; "2026" where no month is known, "undated" where nothing is)."""

    month: str
    articles: int
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """An actor who appears beside another: in how many articles."""

    id: str
    name: str
    kind: ActorKind
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A name that fits what a person typed, and whose it is; ``role`` tells apart who is
    called alike, ``uses`` counts in how many articles its names stand."""

    name: str
    actor_id: str
    actor: str
    kind: ActorKind
    role: str | None
    uses: int


def statement_page(
    record: Record,
    filters: Filters,
    *,
    limit: int,
    offset: int = 0,
    sort: StatementSort = "date",
    descending: bool = False,
) -> Page[Said]:
    """Statements as ``Record.said`` finds them, a page of them. ``sort``: by date, or by score."""
    with record._engine.connect() as db:
        conditions = (*record._which_articles(db, filters), *record._which_statements(db, filters))
        of = statements.join(articles, statements.c.article_id == articles.c.id if filters.get("wrong") else PRESENT)
        within = select(statements.c.id).select_from(of).where(*conditions)
        total = db.scalar(select(func.count()).select_from(of).where(*conditions)) or 0
        first: tuple[ColumnElement[Any], ...] = (statements.c.score,) if sort == "score" else ()
        keys = (*first, articles.c.published, articles.c.name, articles.c.id)
        # In one article the order of the text is the order of reading, whichever date comes first.
        order = (*(_directed(key, descending=descending) for key in keys), statements.c.ordinal)
        ids = list(db.scalars(within.order_by(*order).limit(limit).offset(offset)))
    again: Filters = {"ids": ids, "current": False, "wrong": bool(filters.get("wrong"))}
    found = {s.statement.id: s for s in record.said(**again)} if ids else {}
    return Page(items=tuple(found[i] for i in ids if i in found), total=total, offset=offset, limit=limit)


def article_page(
    record: Record,
    filters: ArticleFilters,
    *,
    limit: int,
    offset: int = 0,
    sort: ArticleSort = "date",
    descending: bool = False,
) -> Page[Listed]:
    """Articles as ``Record.article_list`` finds them, a page of them."""
    count = select(func.count()).select_from(statements).where(PRESENT).correlate(articles).scalar_subquery()
    length = func.length(articles.c.text)
    keys: dict[ArticleSort, ColumnElement[Any]] = {
        "date": articles.c.published,
        "title": func.lower(func.coalesce(articles.c.title, articles.c.name)),
        "outlet": articles.c.outlet,
        "statements": count,
        "length": length,
    }
    order = [_directed(key, descending=descending) for key in (keys[sort], articles.c.published)]
    with record._engine.connect() as db:
        conditions = record._which_articles(db, filters)
        total = db.scalar(select(func.count()).select_from(articles).where(*conditions)) or 0
        page = select(articles.c.number).where(*conditions)
        page = page.order_by(*order, articles.c.name, articles.c.id).limit(limit).offset(offset)
        numbers = list(db.scalars(page))
        columns: list[Any] = [*heading_columns, articles.c.number, length.label("characters")]
        columns.append(count.label("statements"))
        rows = db.execute(select(*columns).select_from(with_original).where(articles.c.number.in_(numbers)))
        found = {
            row.number: Listed(article=heading(row), characters=row.characters, statements=row.statements)
            for row in rows
        }
    return Page(items=tuple(found[n] for n in numbers), total=total, offset=offset, limit=limit)


def actor_page(
    record: Record, filters: ActorFilters, *, limit: int, offset: int = 0, descending: bool | None = None
) -> Page[ListedActor]:
    """Actors as ``Record.actors`` finds them, a page of them. ``descending``: as their sort has it unless told."""
    places: ArticleFilters = {k: filters[k] for k in ("outlet", "since", "until") if k in filters}  # type: ignore[assignment]
    with record._engine.connect() as db:
        rows = register.counted(db, record._which_articles(db, places), filters)
        if descending is not None and descending != (filters.get("sort", "statements") not in ("name", "first")):
            rows.reverse()
        shown = register.shown(db, rows[offset : offset + limit], filters.get("until"))
    return Page(items=tuple(shown), total=len(rows), offset=offset, limit=limit)


def _directed(key: ColumnElement[Any], *, descending: bool) -> ColumnElement[Any]:
    """Nothing known comes first when ascending, last when descending, on both databases."""
    return key.desc().nulls_last() if descending else key.asc().nulls_first()


def entry(record: Record, statement_id: str) -> Entry:
    """The statement with this id, by whatever reading, and also if people set it aside. Raises NotFound."""
    found = record.statement(statement_id)
    with record._engine.connect() as db:
        here = select(statements.c.id).join(articles, and_(PRESENT, CURRENT))
        present = db.scalar(here.where(statements.c.id == found.statement.id)) is not None
    near = around(record, [found], 2 * _AROUND, paragraphs=True)
    return Entry(said=found, present=present, around=near[found.statement.id])


def around(
    record: Record, found: Sequence[Said], characters: int = _AROUND, *, paragraphs: bool = False
) -> dict[str, Around]:
    """What of the article stands around these statements, by their id: from their first to their last word, and more.

    Up to so many ``characters`` on each side, in whole words; within its paragraphs, unless ``paragraphs`` asks for
    others too. A statement whose source or cue stands far away is shown from its content only.
    """
    taken = {}
    with record._engine.connect() as db:
        for s in found:
            content = s.statement.content
            near = [span for span in (s.statement.source, s.statement.cue) if span and _near(span, content, characters)]
            start, end = min(x.start for x in (*near, *content)), max(x.end for x in (*near, *content))
            first, last = max(0, start - characters), end + characters
            cut = func.substr(articles.c.text, first + 1, last - first).label("text")
            query = select(cut, func.length(articles.c.text).label("all")).where(articles.c.id == s.article.id)
            row = db.execute(query).one()
            before, after = row.text[: start - first], row.text[end - first :]
            if first > 0:
                before = _BROKEN_START.sub("", before, count=1)
            if last < row.all:
                after = _BROKEN_END.sub("", after, count=1)
            if not paragraphs:
                before, after = _BREAK.split(before)[-1], _BREAK.split(after)[0]
            text = before + row.text[start - first : end - first] + after
            first = start - len(before)
            taken[s.statement.id] = Around(start=first, text=text, more=first + len(text) < row.all)
    return taken


def _near(span: Span, content: Sequence[Span], characters: int) -> bool:
    return span.end >= content[0].start - characters and span.start <= content[-1].end + characters


def copies(record: Record, article_id: str) -> tuple[Heading, ...]:
    """The other current articles of which this one is a near-copy, or which are near-copies of it or of the same."""
    with record._engine.connect() as db:
        original = db.scalar(select(articles.c.duplicate_of).where(articles.c.id == article_id)) or article_id
        same = or_(articles.c.id == original, articles.c.duplicate_of == original)
        columns: list[Any] = [*heading_columns]
        query = select(*columns).select_from(with_original).where(same, articles.c.id != article_id, CURRENT)
        return tuple(heading(row) for row in db.execute(query.order_by(articles.c.published, articles.c.name)))


def outlets(record: Record) -> tuple[tuple[str, int], ...]:
    """The outlets of current articles with how many each has, by name."""
    query = select(articles.c.outlet, func.count()).where(CURRENT, articles.c.outlet.is_not(None))
    with record._engine.connect() as db:
        return tuple((name, n) for name, n in db.execute(query.group_by(articles.c.outlet).order_by(articles.c.outlet)))


def months(record: Record, filters: Filters) -> tuple[Month, ...]:
    """How many articles and statements there are of each month, as far as the filters ask for them; undated first.

    Without filters on statements, articles without any count too.
    """
    month = func.coalesce(func.substr(articles.c.published, 1, 7), _UNDATED)
    counted = (
        month.label("month"),
        func.count(articles.c.number.distinct()).label("articles"),
        func.count(statements.c.number).label("statements"),
    )
    with record._engine.connect() as db:
        asked = record._which_statements(db, filters)
        joined = articles.join(statements, PRESENT, isouter=not asked)
        query = select(*counted).select_from(joined).where(*record._which_articles(db, filters), *asked)
        rows = [Month(**row._mapping) for row in db.execute(query.group_by(month).order_by(month))]
    return tuple(sorted(rows, key=lambda m: (m.month != _UNDATED, m.month)))


def company(record: Record, actor: str, *, limit: int = 12) -> tuple[Company, ...]:
    """Who appears in the same articles as an actor, whoever does most often first; unnamed actors left out.

    ``actor`` is anything ``Record.actor`` takes. Near-copies count once.
    """
    found, beside, root = appearances.alias("mine"), appearances.alias("beside"), actors.alias("root")
    mine, theirs = actors.alias("of_mine"), actors.alias("of_theirs")
    together = func.count(articles.c.number.distinct()).label("articles")
    with record._engine.connect() as db:
        number = register.find(db, actor, record.where)
        query = (
            select(root.c.id, root.c.name, root.c.kind, together)
            .select_from(mine)
            .join(found, found.c.actor_number == mine.c.number)
            .join(articles, and_(articles.c.id == found.c.article_id, articles.c.reading_id == found.c.reading_id))
            .join(beside, and_(beside.c.article_id == articles.c.id, beside.c.reading_id == articles.c.reading_id))
            .join(theirs, theirs.c.number == beside.c.actor_number)
            .join(root, root.c.number == theirs.c.stands_for)
            .where(mine.c.stands_for == number, CURRENT, articles.c.duplicate_of.is_(None))
            .where(root.c.number != number, root.c.kind != "unnamed")
            .group_by(root.c.id, root.c.name, root.c.kind)
            .order_by(together.desc(), root.c.name, root.c.id)
            .limit(limit)
        )
        return tuple(Company(**row._mapping) for row in db.execute(query))


def names_like(record: Record, typed: str, *, limit: int = 10) -> tuple[Called, ...]:
    """Actors one of whose names holds words that begin as those ``typed``: who is heard most first, once each."""
    wanted = search.words(typed)
    if not wanted:
        return ()
    padded = " " + names.c.words
    fits = [padded.like(f"% {word}%") for word in wanted]
    root = actors.alias("root")
    uses = func.sum(names.c.uses)
    query = (
        select(root.c.number, root.c.id, root.c.name, root.c.kind, uses.label("uses"))
        .select_from(names.join(actors, actors.c.number == names.c.actor_number))
        .join(root, root.c.number == actors.c.stands_for)
        .where(*fits, root.c.kind != "unnamed")
        .group_by(root.c.number, root.c.id, root.c.name, root.c.kind)
        .order_by(uses.desc(), root.c.name, root.c.id)
        .limit(limit)
    )
    with record._engine.connect() as db:
        rows = db.execute(query).all()
        held = posts.of_actors(db, [row.number for row in rows])
        found = []
        for row in rows:
            post = posts.main(posts.at(held.get(row.number, []), None))
            role = ", ".join(part for part in (post.title, post.organisation) if part) or None
            called = _spelling(db, row.number, wanted) or row.name
            found.append(
                Called(name=called, actor_id=row.id, actor=row.name, kind=row.kind, role=role, uses=int(row.uses or 0))
            )
        return tuple(found)


def _spelling(db: Connection, root: int, wanted: Sequence[str]) -> str | None:
    """The name of an actor that fits best what was typed: its most used that does."""
    query = select(names.c.name).join(actors, actors.c.number == names.c.actor_number)
    query = query.where(actors.c.stands_for == root, *((" " + names.c.words).like(f"% {word}%") for word in wanted))
    return db.scalar(query.order_by(names.c.uses.desc(), names.c.name).limit(1))


def on_the_matter(record: Record, statement: Said, *, limit: int = 6) -> tuple[Said, ...]:
    """Other statements of the same actor on the same matter: those whose words are most like this one's.

    Likeness is the cosine of the words' weights, tf · ln((1 + N) / df) over the actor's statements (Salton and Buckley
    1988); the latest few hundred are compared. Near-copies of an article are left out.
    """
    whose = next((s.actor_id for s in statement.speakers if s.actor_id), None)
    if whose is None:
        return ()
    filters: Filters = {"actor": whose, "once": True}
    content: dict[str, list[str]] = {}
    with record._engine.connect() as db:
        conditions = (*record._which_articles(db, filters), *record._which_statements(db, filters))
        mine = select(statements.c.number).select_from(statements.join(articles, PRESENT)).where(*conditions)
        mine = mine.where(statements.c.id != statement.statement.id)
        numbers = list(db.scalars(mine.order_by(articles.c.published.desc().nulls_last()).limit(_COMPARED)))
        words = select(statements.c.id, spans.c.exact).join(spans, spans.c.statement_number == statements.c.number)
        words = words.where(statements.c.number.in_(numbers), spans.c.role == "content")
        for id_, exact in db.execute(words.order_by(statements.c.id, spans.c.piece)):
            content.setdefault(id_, []).append(exact)
    bags = [Counter(search.words(" ".join(c))) for c in (statement.content, *content.values())]
    among = Counter(word for bag in bags for word in bag)
    weights = [{w: n * math.log((1 + len(bags)) / among[w]) for w, n in bag.items()} for bag in bags]
    lengths = [math.sqrt(sum(v * v for v in weight.values())) for weight in weights]
    scored = []
    for id_, weight, length in zip(content, weights[1:], lengths[1:], strict=True):
        if length and lengths[0]:
            likeness = sum(weights[0].get(word, 0.0) * value for word, value in weight.items()) / (length * lengths[0])
            if likeness >= _ALIKE:
                scored.append((-likeness, id_))
    ids = [id_ for _, id_ in sorted(scored)[:limit]]
    found = {s.statement.id: s for s in record.said(ids=ids, current=False)} if ids else {}
    return tuple(found[id_] for id_ in ids if id_ in found)
