"""The record: articles and their statements are added here, found here, and never lost.

One article is one transaction, so a reader that is killed leaves whole articles only. Whatever is listed comes in the
order of the date of publication (undated first), the name and the id of the article, then the place in its text. It is
streamed, so a record may be far larger than the memory.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, case, exists, func, or_, select

from onrecord.errors import EvidenceError, NotFound, RecordError
from onrecord.evidence import quote
from onrecord.record import actors, adding, appearing, decided, posts, search, standing
from onrecord.record.checking import Checking
from onrecord.record.checks import askable, check_actors, check_article, check_statements
from onrecord.record.coding import Positions
from onrecord.record.found import (
    Actor,
    ActorFilters,
    ArticleFilters,
    Covered,
    Filters,
    Info,
    Listed,
    ListedActor,
    Post,
    Proposal,
    ReadingUse,
    Said,
)
from onrecord.record.imports import Imports
from onrecord.record.learned import Learning
from onrecord.record.opening import open_engine
from onrecord.record.review_schema import SET_ASIDE
from onrecord.record.reviewing import Reviewing
from onrecord.record.revisions import revisions
from onrecord.record.rows import (
    Speaking,
    actor_evidence,
    appearances_of,
    articles_of,
    heading,
    heading_columns,
    parts_of,
    resolutions_of,
    said,
    statement,
    stream,
    with_original,
)
from onrecord.record.schema import article_words, articles, readings, statement_words, statements
from onrecord.types import Article, Problem, Read, Reading, Statement

_ROWS = 500  # statements fetched at once
_TEXTS = 50  # articles fetched at once, with their texts
_ORDER = (articles.c.published.nulls_first(), articles.c.name, articles.c.id)
_CURRENT = articles.c.replaced_by.is_(None)
_OF_ARTICLE = statements.c.article_id == articles.c.id
_PRESENT = and_(_OF_ARTICLE, statements.c.reading_id == articles.c.reading_id)


class Record(Positions, Reviewing, Checking, Imports, Learning):
    """A database of articles and the statements read in them. Made by ``Record.open``; close it when done."""

    def __init__(self, engine: Engine, where: str, *, read_only: bool) -> None:
        self.where = where
        self.read_only = read_only
        self._engine = engine
        self._dialect = engine.dialect.name

    @classmethod
    def open(cls, where: str | Path, *, create: bool = True, read_only: bool = False, wait: float = 10.0) -> "Record":
        """The record in the SQLite file, or at the postgresql:// URL, ``where``; made if it is not there yet.

        ``create=False`` raises RecordError instead of making one; ``read_only`` also opens what may not be written.
        ``wait``: seconds to wait for another program that writes, before RecordBusy. Raises NotARecord for another
        kind of file or database, RecordTooNew, and RecordError for whatever else stands in the way.
        """
        engine, shown = open_engine(where, create=create, read_only=read_only, wait=wait)
        return cls(engine, shown, read_only=read_only)

    def close(self) -> None:
        """Lets go of the database. An SQLite record is then a single file."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def add(
        self, article: Article, read: Read | Iterable[Statement], *, reading: Reading, signature: bytes | None = None
    ) -> bool:
        """Stores an article with what ``reading`` found in it, in one transaction; True if that changed anything.

        ``read`` are its statements and actors, or statements alone. Each actor is linked to one of the register, or
        becomes one; where that is doubtful, a proposal is kept beside (see linking.py). A link once made stays, also
        if the article is read anew and the actor is found in it again.

        Nothing changes if the record holds it by the same reading. By another reading, the article and its statements
        become those of the new one; statements only the older found are kept, but no longer listed. An article of the
        same name with another text is kept too, as replaced by this one. ``signature`` is kept to recognise
        near-copies. A mark that the article is a near-copy of an earlier text of its own name is dropped.

        Raises EvidenceError for a statement or an actor whose spans do not fit the text, RecordError for an article
        that cannot be stored; nothing is stored then.
        """
        self._refuse_if_read_only()
        read = read if isinstance(read, Read) else Read(statements=tuple(read))
        check_article(article)
        ordered = check_statements(article, read.statements)
        check_actors(article, read)
        with self._engine.execution_options(writing=True).begin() as db:
            before = adding.known(db, article.id)
            if before and before.reading_id == reading.id and before.replaced_by is None:
                return False
            standing.lift(db, article.id)
            adding.store_reading(db, reading)
            adding.store_article(db, article, before, reading=reading, signature=signature)
            adding.store_statements(db, article, ordered, reading=reading)
            appearing.store_actors(db, article, read, reading=reading)
            standing.laid_again(db, article.id)
        return True

    def _refuse_if_read_only(self) -> None:
        if self.read_only:
            raise RecordError(f"{self.where}: opened for reading only")

    @contextmanager
    def _judging(self) -> Iterator[Connection]:
        """A transaction in which a person's decision is stored."""
        self._refuse_if_read_only()
        with self._engine.execution_options(writing=True).begin() as db:
            yield db

    def _article_number(self, db: Connection, key: str) -> int:
        return _number(db, key, self.where)

    def knows(self, article_id: str) -> bool:
        """Whether it holds this article, as the present text of its name."""
        return self.reading_of(article_id) is not None

    def reading_of(self, article_id: str) -> str | None:
        """The id of the present reading of this article; None if it is not held, or replaced by a later text."""
        with self._engine.connect() as db:
            return db.scalar(select(articles.c.reading_id).where(articles.c.id == article_id, _CURRENT))

    def knows_url(self, url: str) -> bool:
        """Whether it holds an article from this URL."""
        with self._engine.connect() as db:
            return bool(db.scalar(select(exists().where(articles.c.url == askable(url), _CURRENT))))

    def article(self, key: str) -> Article:
        """The article with this id, name, URL, or beginning of an id (at least 4 characters): the first that fits.

        Of several texts with one name or URL it is the present one. Raises NotFound, with names that come close; also
        if several articles fit.
        """
        with self._engine.connect() as db:
            return articles_of(db, [_number(db, key, self.where)])[0][0]

    def statements(self, article_id: str) -> tuple[Statement, ...]:
        """What the present reading found in this article, in the order of the text."""
        return tuple(said.statement for said in self.said(article=article_id))

    def signatures(self) -> Iterator[tuple[str, bytes]]:
        """Id and signature of every current article that has one, in the order of adding."""
        query = select(articles.c.id, articles.c.signature).where(articles.c.signature.is_not(None), _CURRENT)
        query = query.order_by(articles.c.number)
        with self._engine.connect() as db, stream(db, query, _ROWS) as found:
            for row in found:
                yield row.id, bytes(row.signature)

    def articles(self, **filters: Unpack[ArticleFilters]) -> Iterator[Article]:
        """The articles the filters ask for, with their texts."""
        with self._engine.connect() as db:
            query = select(articles.c.number).where(*self._which_articles(db, filters)).order_by(*_ORDER)
            with stream(db, query, _TEXTS) as found:
                for rows in found.partitions():
                    yield from (article for article, _ in articles_of(db, [row.number for row in rows]))

    def article_list(self, **filters: Unpack[ArticleFilters]) -> Iterator[Listed]:
        """The articles the filters ask for, without their texts, as a list shows them."""
        count = select(func.count()).select_from(statements).where(_PRESENT).correlate(articles).scalar_subquery()
        columns = (*heading_columns, func.length(articles.c.text).label("characters"), count.label("statements"))
        with self._engine.connect() as db:
            query = select(*columns).select_from(with_original).where(*self._which_articles(db, filters))
            with stream(db, query.order_by(*_ORDER), _ROWS) as found:
                for row in found:
                    yield Listed(article=heading(row), characters=row.characters, statements=row.statements)

    def said(self, *, limit: int | None = None, **filters: Unpack[Filters]) -> Iterator[Said]:
        """The statements the filters ask for, at most ``limit`` of them."""
        with self._engine.connect() as db:
            conditions = (*self._which_articles(db, filters), *self._which_statements(db, filters))
            listed = _OF_ARTICLE if filters.get("wrong") else _PRESENT
            query = select(*heading_columns, *statements.c).select_from(with_original.join(statements, listed))
            query = query.where(*conditions).order_by(*_ORDER, statements.c.ordinal).limit(limit)
            with stream(db, query, _ROWS) as found:
                speaking = Speaking(db)
                for rows in found.partitions():
                    numbers = [row.number for row in rows]
                    parts, speakers = parts_of(db, numbers), speaking.of(numbers)
                    reporters = speaking.reporters({row.within for row in rows if row.within})
                    judged, seen = decided.checked(db, numbers), revisions(db, [row.id for row in rows])
                    for row in rows:
                        n = row.number
                        yield said(row, parts[n], speakers[n], reporters.get(row.within), judged.get(n), seen[row.id])

    def coverage(self, **filters: Unpack[Filters]) -> Iterator[Covered]:
        """Each article with its statements. Filters on statements also leave out articles without such a statement."""
        with self._engine.connect() as db:
            asked = self._which_statements(db, filters)
            query = select(articles.c.number).where(*self._which_articles(db, filters))
            if asked:
                query = query.where(exists().where(_PRESENT, *asked))
            with stream(db, query.order_by(*_ORDER), _TEXTS) as found:
                for rows in found.partitions():
                    yield from self._covered(db, [row.number for row in rows], asked)

    def _covered(self, db: Connection, numbers: list[int], asked: list[ColumnElement[bool]]) -> Iterator[Covered]:
        query = select(statements).join(articles, _PRESENT).where(articles.c.number.in_(numbers), *asked)
        of: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in db.execute(query.order_by(statements.c.ordinal)):
            of[row.article_id].append(row)
        listed = [row.number for rows in of.values() for row in rows]
        parts, whose = parts_of(db, listed), resolutions_of(db, listed)
        found = articles_of(db, numbers)
        cast = appearances_of(db, [article.id for article, _ in found])
        for article, original in found:
            read = Read(
                statements=tuple(statement(row, parts[row.number]) for row in of[article.id]),
                appearances=tuple(a for a, _ in cast[article.id]),
                resolutions=tuple(resolution for row in of[article.id] for resolution in whose[row.number]),
            )
            names, ids = ({a.id: known[n] for a, known in cast[article.id]} for n in (1, 0))
            yield Covered(article, read, original, actors=names, actor_ids=ids)

    def info(self) -> Info:
        """What the record holds, counted."""
        copies, dates = articles.c.duplicate_of, articles.c.published
        counts = select(func.count(), func.count(copies), func.min(dates), func.max(dates)).where(_CURRENT)
        replaced = select(func.count()).where(articles.c.replaced_by.is_not(None))
        kinds = select(statements.c.kind, func.count().label("number")).join(articles, _PRESENT).where(_CURRENT)
        outlets = select(articles.c.outlet, func.count()).where(_CURRENT, articles.c.outlet.is_not(None))
        used = func.count(case((_CURRENT, 1))).label("used")
        uses = select(*readings.c, used).outerjoin(articles, articles.c.reading_id == readings.c.id)
        uses = uses.where(readings.c.id != SET_ASIDE)
        with self._engine.connect() as db:
            held, near_copies, first, last = db.execute(counts).one()
            kind = Counter({row.kind: row.number for row in db.execute(kinds.group_by(statements.c.kind))})
            return Info(
                articles=held,
                near_copies=near_copies,
                replaced=db.scalar(replaced) or 0,
                statements=kind.total(),
                direct=kind["direct"],
                mixed=kind["mixed"],
                indirect=kind["indirect"],
                outlets=tuple(
                    (outlet, number)
                    for outlet, number in db.execute(
                        outlets.group_by(articles.c.outlet).order_by(func.count().desc(), articles.c.outlet)
                    )
                ),
                first=first,
                last=last,
                readings=tuple(
                    ReadingUse(Reading(**{c.name: getattr(row, c.name) for c in readings.c}), row.used)
                    for row in db.execute(uses.group_by(readings.c.id).order_by(readings.c.started_at, readings.c.id))
                ),
            )

    def check(self) -> Iterator[Problem]:
        """Reads everything and yields what is not as it was stored: damage, or changes made with other tools."""
        with self._engine.connect() as db:
            if self._dialect == "sqlite":
                for row in db.exec_driver_sql("PRAGMA integrity_check"):
                    if row[0] != "ok":
                        yield Problem(name=self.where, message=f"the file is damaged: {row[0]}")
                for row in db.exec_driver_sql("PRAGMA foreign_key_check"):
                    yield Problem(name=self.where, message=f"row {row[1]} of {row[0]} refers to nothing in {row[2]}")
            with stream(db, select(articles.c.number).order_by(articles.c.number), _TEXTS) as found:
                for rows in found.partitions():
                    for article, _ in articles_of(db, [row.number for row in rows]):
                        yield from self._faults(db, article)

    def _faults(self, db: Connection, article: Article) -> Iterator[Problem]:
        listed = db.execute(select(statements).where(statements.c.article_id == article.id)).all()
        parts = parts_of(db, [row.number for row in listed])
        try:
            check_article(article)
            check_statements(article, [statement(row, parts[row.number]) for row in listed])
        except (EvidenceError, RecordError) as error:
            yield Problem(name=article.name, message=str(error))
            return
        for row in listed:
            for role, found in parts[row.number].items():
                if any(quote(part.span, article.text) != part.quote for part in found):
                    yield Problem(name=article.name, message=f"statement {row.id}: its {role} has other words")
        for what, span, exact in actor_evidence(db, article.id):
            if not 0 <= span.start < span.end <= len(article.text) or article.text[slice(*span)] != exact:
                yield Problem(name=article.name, message=f"{what}: the evidence has other words")

    def actors(self, **filters: Unpack[ActorFilters]) -> list[ListedActor]:
        """The actors of current articles that the filters ask for. Raises InputError for a country that is none."""
        with self._engine.connect() as db:
            places: ArticleFilters = {k: filters[k] for k in ("outlet", "since", "until") if k in filters}  # type: ignore[assignment]
            return actors.listed(db, self._which_articles(db, places), filters)

    def actor(self, key: str) -> Actor:
        """The actor with this id (or its beginning, at least 6 characters), name or alias, in any spelling.

        Raises NotFound, with names that come close; also if several actors fit, with what tells them apart.
        """
        with self._engine.connect() as db:
            return actors.actor(db, actors.find(db, key, self.where))

    def roles_at(self, key: str, date: str | None = None) -> tuple[Post, ...]:
        """The posts that an actor holds at ``date`` (may be partial; None: now), the surest first; see posts.py."""
        with self._engine.connect() as db:
            root = actors.find(db, key, self.where)
            return posts.at(posts.of_actors(db, [root])[root], date)

    def proposals(self) -> list[Proposal]:
        """The links that a person should decide, the likeliest first."""
        with self._engine.connect() as db:
            return actors.doubtful(db)

    def _which_articles(self, db: Connection, filters: ArticleFilters | Filters) -> list[ColumnElement[bool]]:
        conditions = search.published_within(articles.c.published, filters.get("since"), filters.get("until"))
        if (key := filters.get("article")) is not None:
            conditions.append(articles.c.number == _number(db, key, self.where))
        elif filters.get("current", True):
            conditions.append(_CURRENT)
        if (outlet := filters.get("outlet")) is not None:
            written = db.scalars(select(articles.c.outlet).distinct().where(articles.c.outlet.is_not(None)))
            asked = search.fold(outlet)
            conditions.append(articles.c.outlet.in_([name for name in written if name and search.fold(name) == asked]))
        if (name := filters.get("name")) is not None:
            conditions.append(articles.c.name.icontains(askable(name), autoescape=True))
        if (words := filters.get("words")) is not None:
            conditions.append(articles.c.number.in_(search.matching(article_words, words, self._dialect)))
        if filters.get("once"):
            conditions.append(articles.c.duplicate_of.is_(None))
        return conditions

    def _which_statements(self, db: Connection, filters: Filters) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if (by := filters.get("by")) is not None:
            found = search.matching(statement_words, by, self._dialect, column="source")
            conditions.append(or_(statements.c.number.in_(found), actors.said_by(actors.matching(by))))
        if (actor := filters.get("actor")) is not None:
            conditions.append(actors.said_by(actors.find(db, actor, self.where)))
        if (about := filters.get("about")) is not None:
            found = search.matching(statement_words, about, self._dialect, column="content")
            conditions.append(statements.c.number.in_(found))
        if (kind := filters.get("kind")) is not None:
            conditions.append(statements.c.kind == kind)
        if (score := filters.get("min_score")) is not None:
            conditions.append(statements.c.score >= score)
        if (ids := filters.get("ids")) is not None:
            conditions.append(statements.c.id.in_(ids))
        if (checked := filters.get("checked")) is not None:
            conditions.append(decided.is_checked() if checked else ~decided.is_checked())
        if filters.get("wrong"):
            conditions.append(decided.is_set_aside())
        return conditions


def _number(db: Connection, key: str, where: str) -> int:
    """The number of the one article ``key`` means."""
    key = askable(key)
    ways: list[tuple[ColumnElement[bool], ...]] = [
        (articles.c.id == key,),
        (articles.c.name == key, _CURRENT),
        (articles.c.url == key, _CURRENT),
    ]
    if len(key) >= 4:
        ways.append((articles.c.id.startswith(key, autoescape=True),))
    for conditions in ways:
        found = db.execute(select(articles.c.number, articles.c.id, articles.c.name).where(*conditions).limit(5)).all()
        if len(found) == 1:
            return int(found[0].number)
        if found:
            several = ", ".join(f"{row.id} ({row.name})" for row in found)
            raise NotFound(f"{key!r} may be any of {several}: give one of these ids")
    names = select(articles.c.name).where(_CURRENT).order_by(articles.c.name)
    near = list(db.scalars(names.where(articles.c.name.icontains(key, autoescape=True)).limit(3)))
    near = near or get_close_matches(key, db.scalars(names.limit(10_000)))
    hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "the command articles lists what there is"
    raise NotFound(f"{where}: no article {key!r}: {hint}")
