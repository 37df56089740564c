"""Many articles that people coded elsewhere, in one transaction; who is who goes by the exact name alone.

A coder wrote names that mean one actor each: two that are alike are two. So the register is not asked whom a name may
mean (linking.py) but who is called just so. What an article says already, by whatever reading, stays beside.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Table, bindparam, func, insert, select, update

from onrecord.reading.naming import without_article
from onrecord.record import adding, gathered, register, standing
from onrecord.record.actor_schema import actors, appearances, names, resolutions, roles
from onrecord.record.checks import reading_order
from onrecord.record.gathered import next_number
from onrecord.record.rows import parts_of, statement
from onrecord.record.schema import articles, statements
from onrecord.types import ActorKind, Appearance, Article, Read, Reading, Resolution, content_id

_AT_ONCE = 5_000  # rows asked for in one query: databases take some tens of thousands of parameters
_REASON = "the name a coder gave"


class CodedArticle(NamedTuple):
    """An article with what was coded in it. The record holds it already, or gets it."""

    article: Article
    read: Read


class Named(NamedTuple):
    """What an actor is called, and what it is."""

    kind: ActorKind
    name: str


def holding(db: Connection, digests: Collection[str]) -> dict[str, list[Article]]:
    """The current articles whose texts have these digests, in the order of adding; without the texts' words."""
    found: dict[str, list[Article]] = defaultdict(list)
    for some in parts(sorted(set(digests))):
        query = select(articles.c.id, articles.c.name, articles.c.text_sha256, articles.c.text, articles.c.extractor)
        query = query.where(articles.c.text_sha256.in_(some), articles.c.replaced_by.is_(None))
        for row in db.execute(query.order_by(articles.c.number)):
            found[row.text_sha256].append(Article(**row._mapping))
    return found


def names_taken(db: Connection, asked: Collection[str]) -> set[str]:
    """Those of these names that current articles have."""
    current = select(articles.c.name).where(articles.c.replaced_by.is_(None))
    return {name for some in parts(sorted(set(asked))) for name in db.scalars(current.where(articles.c.name.in_(some)))}


def called(db: Connection, ids: Collection[str]) -> dict[str, str]:
    """What the actors of these appearances are called now."""
    root = actors.alias("root")
    query = select(appearances.c.id, root.c.name).join(actors, actors.c.number == appearances.c.actor_number)
    query = query.join(root, root.c.number == actors.c.stands_for)
    return {
        row.id: row.name for some in parts(sorted(ids)) for row in db.execute(query.where(appearances.c.id.in_(some)))
    }


def store(db: Connection, coded: Sequence[CodedArticle], *, reading: Reading) -> None:
    """Stores what of this the record does not hold yet. What is given must have been checked (checks.py)."""
    adding.store_reading(db, reading)
    back: set[str] = set()
    lifted: list[str] = []
    for article, read in coded:
        before = adding.known(db, article.id)
        if before is None or before.replaced_by is not None:
            ordered = sorted(read.statements, key=reading_order)
            adding.store_article(db, article, before, reading=reading, signature=None)
            adding.store_statements(db, article, ordered, reading=reading)
            back |= {article.id} if before else set()
            continue
        if standing.lift(db, article.id):  # what people decided about its statements; laid over it again below
            lifted.append(article.id)
        _join(db, article, read, replace(reading, id=before.reading_id))
    counted = _store_appearances(db, coded, back)
    _store_resolutions(db, coded)
    for some in parts(_by_actor(db, counted)):
        gathered.count(db, some, 1)
    for id_ in lifted:
        standing.laid_again(db, id_)


def _by_actor(db: Connection, counted: Iterable[int]) -> list[int]:
    """These appearances, those of one actor together: what is gathered of each is then settled once, not often."""
    columns = (appearances.c.actor_number, appearances.c.number)
    pairs = [
        (row.actor_number, row.number)
        for some in parts(counted)
        for row in db.execute(select(*columns).where(appearances.c.number.in_(some)))
    ]
    return [number for _, number in sorted(pairs)]


def _join(db: Connection, article: Article, read: Read, present: Reading) -> None:
    """Adds the statements that the article does not have to those of its present reading, in the order of the text."""
    mine = (statements.c.article_id == article.id, statements.c.reading_id == present.id)
    rows = db.execute(select(statements).where(*mine)).all()
    parts = parts_of(db, [row.number for row in rows])
    held = {row.id: statement(row, parts[row.number]) for row in rows}
    together = held | {s.id: s for s in read.statements if s.id not in held}
    if len(together) > len(held):
        adding.store_statements(db, article, sorted(together.values(), key=reading_order), reading=present)


def _store_appearances(db: Connection, coded: Sequence[CodedArticle], back: Collection[str]) -> list[int]:
    """Stores the actors of each article that its present reading does not have; returns what is to be counted.

    ``back`` are the articles that were replaced and are not any more.
    """
    everyone = [appearance for _, read in coded for appearance in read.appearances]
    place = _places(db, [article.id for article, _ in coded])
    held: dict[str, Row[Any]] = {}
    for some in parts(sorted({a.id for a in everyone})):
        columns = (appearances.c.id, appearances.c.number, appearances.c.reading_id)
        held |= {row.id: row for row in db.execute(select(*columns).where(appearances.c.id.in_(some)))}
    of = _actors(db, [appearance for appearance in everyone if appearance.id not in held])
    number = next_number(db, appearances.c.number)
    new: list[dict[str, Any]] = []
    again: list[dict[str, Any]] = []
    for a in everyone:
        reading, ordinal = place[a.article_id]
        if a.id in held and held[a.id].reading_id == reading:
            continue
        place[a.article_id] = (reading, ordinal + 1)
        if a.id in held:
            again.append({"known": held[a.id].number, "present": reading, "place": ordinal})
            continue
        actor = of[Named(a.kind, a.name)]
        new.append(
            {"number": number + len(new), "id": a.id, "article_id": a.article_id, "reading_id": reading,
             "ordinal": ordinal, "kind": a.kind, "name": a.name, "names": list(a.names), "country": a.country,
             "parent": a.parent, "actor_number": actor, "found_number": actor, "link_score": 1.0,
             "link_reason": _REASON}
        )  # fmt: skip
    # Whom others belong to come first: while one is still to come, SQLite looks through all rows for each new one.
    put(db, appearances, sorted(new, key=lambda row: row["parent"] is not None))
    texts = {article.id: article.text for article, _ in coded}
    number_of = {row["id"]: row["number"] for row in new}
    told = [row for a in everyone if (n := number_of.get(a.id)) for row in _roles(a, n, texts[a.article_id])]
    put(db, roles, told)
    if again:
        change = update(appearances).where(appearances.c.number == bindparam("known"))
        db.execute(change.values(reading_id=bindparam("present"), ordinal=bindparam("place")), again)
    counted = {row["number"] for row in new} | {row["known"] for row in again}
    for some in parts(sorted(back)):
        present = select(appearances.c.number).join(articles, articles.c.id == appearances.c.article_id)
        present = present.where(articles.c.id.in_(some), articles.c.reading_id == appearances.c.reading_id)
        counted |= set(db.scalars(present))
    return sorted(counted)


def _roles(appearance: Appearance, number: int, text: str) -> Iterator[dict[str, Any]]:
    for piece, role in enumerate(appearance.roles):
        start, end = role.evidence
        yield {
            "appearance_number": number, "piece": piece, "title": role.title, "organisation": role.organisation,
            "country": role.country, "former": int(role.former), "start_offset": start, "end_offset": end,
            "exact": text[start:end],
        }  # fmt: skip


def _places(db: Connection, ids: Sequence[str]) -> dict[str, tuple[str, int]]:
    """The present reading of each article, and the place of the next actor in it."""
    found: dict[str, tuple[str, int]] = {}
    count = func.coalesce(func.max(appearances.c.ordinal) + 1, 0).label("next")
    for some in parts(ids):
        query = select(articles.c.id, articles.c.reading_id, count).where(articles.c.id.in_(some))
        query = query.outerjoin(appearances, appearances.c.article_id == articles.c.id)
        for row in db.execute(query.group_by(articles.c.id, articles.c.reading_id)):
            found[row.id] = (row.reading_id, row.next)
    return found


def _actors(db: Connection, found: Sequence[Appearance]) -> dict[Named, int]:
    """The actor of each name: who is shown by it, else who is called so among other names, else a new one."""
    wanted = list(dict.fromkeys(Named(a.kind, a.name) for a in found))
    of: dict[Named, int] = {}
    taken: set[int] = set()
    for asked in (_shown(db, wanted), _called(db, wanted)):
        for named, number in asked:
            if named not in of and number not in taken:
                of[named] = number
                taken.add(number)
    return of | _new_actors(db, [named for named in wanted if named not in of])


def _shown(db: Connection, wanted: Sequence[Named]) -> Iterator[tuple[Named, int]]:
    asked = set(wanted)
    for some in parts(sorted({named.name for named in wanted})):
        query = select(actors.c.kind, actors.c.name, actors.c.number).where(actors.c.name.in_(some))
        for row in db.execute(query.where(actors.c.stands_for == actors.c.number).order_by(actors.c.number)):
            if (named := Named(row.kind, row.name)) in asked:
                yield named, row.number


def _called(db: Connection, wanted: Sequence[Named]) -> Iterator[tuple[Named, int]]:
    asked = set(wanted)
    root = actors.alias("root")
    for some in parts(sorted({named.name for named in wanted})):
        query = select(root.c.kind, names.c.name, root.c.number).where(names.c.name.in_(some))
        query = query.join(actors, actors.c.number == names.c.actor_number)
        query = query.join(root, root.c.number == actors.c.stands_for)
        whole = (names.c.heads > 0) | (names.c.origin != "read")  # not "Kos", where others are called so in passing
        for row in db.execute(query.where(whole).order_by(names.c.uses.desc(), root.c.number)):
            if (named := Named(row.kind, row.name)) in asked:
                yield named, row.number


def _new_actors(db: Connection, wanted: Sequence[Named]) -> dict[Named, int]:
    """As in appearing.py, the id depends on kind and name; on the exact name where that is taken."""
    ids = {n: content_id("actor", n.kind, register.folded(without_article(n.name)) or n.name) for n in wanted}
    taken = set(_by_id(db, actors.c.id, set(ids.values())))
    first = next_number(db, actors.c.number)
    rows: list[dict[str, Any]] = []
    for number, named in enumerate(wanted, start=first):
        id_ = ids[named] if ids[named] not in taken else content_id("actor", "coded", *named)
        taken.add(id_)
        rows.append(
            {"number": number, "id": id_, "kind": named.kind, "name": named.name, "country": None, "stands_for": number}
        )
    put(db, actors, rows)
    return {named: number for number, named in enumerate(wanted, start=first)}


def _store_resolutions(db: Connection, coded: Sequence[CodedArticle]) -> None:
    """Adds whose statements are where that is not known yet."""
    found = [resolution for _, read in coded for resolution in read.resolutions]
    statement_number = numbers(db, statements, {r.statement_id for r in found})
    appearance_number = numbers(db, appearances, {r.appearance_id for r in found if r.appearance_id})
    known: dict[int, list[int | None]] = defaultdict(list)
    for some in parts(list(statement_number.values())):
        query = select(resolutions.c.statement_number, resolutions.c.appearance_number)
        for found_row in db.execute(query.where(resolutions.c.statement_number.in_(some))):
            known[found_row.statement_number].append(found_row.appearance_number)
    rows = [row for resolution in found if (row := _resolution(resolution, statement_number, appearance_number, known))]
    put(db, resolutions, rows)


def _resolution(
    resolution: Resolution,
    statement_number: Mapping[str, int],
    appearance_number: Mapping[str, int],
    known: Mapping[int, list[int | None]],
) -> dict[str, Any] | None:
    statement = statement_number[resolution.statement_id]
    of = known[statement]
    whose = appearance_number[resolution.appearance_id] if resolution.appearance_id else None
    if whose in of or (whose is None and of):
        return None
    of.append(whose)
    return {
        "statement_number": statement, "ordinal": len(of) - 1, "appearance_number": whose, "how": resolution.how,
        "score": resolution.score, "start_offset": None, "end_offset": None, "exact": None,
    }  # fmt: skip


def numbers(db: Connection, table: Any, ids: Collection[str]) -> dict[str, int]:
    """The numbers of the rows of ``table`` with these ids."""
    found: dict[str, int] = {}
    for some in parts(sorted(ids)):
        found |= {
            row.id: row.number for row in db.execute(select(table.c.id, table.c.number).where(table.c.id.in_(some)))
        }
    return found


def _by_id(db: Connection, column: Any, ids: Collection[str]) -> Iterator[str]:
    for some in parts(sorted(ids)):
        yield from db.scalars(select(column).where(column.in_(some)))


def parts(items: Iterable[Any]) -> Iterator[list[Any]]:
    """``items`` in lists that are short enough for one query."""
    rest = iter(items)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def put(db: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts many rows with the same columns; on SQLite without SQLAlchemy's work on each, a third of the time."""
    if not rows:
        return
    if db.dialect.name != "sqlite":
        db.execute(insert(table), rows)
        return
    columns = list(rows[0])
    written = {name: table.c[name].type.dialect_impl(db.dialect).bind_processor(db.dialect) for name in columns}
    ready = [tuple(f(row[name]) if (f := written[name]) else row[name] for name in columns) for row in rows]
    marks = ", ".join("?" * len(columns))
    db.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})", ready)  # noqa: S608
