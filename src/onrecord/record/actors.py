"""Actors found and listed: by a name, an alias or an id; by what they are; with what they said counted."""

from collections.abc import Collection, Sequence
from typing import Any

from rapidfuzz import process
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select

from onrecord.errors import InputError, NotFound
from onrecord.facts import named, states
from onrecord.reading.naming import without_article
from onrecord.record import posts, register, search, spelling
from onrecord.record.actor_schema import actors, appearances, given, name_keys, names, proposals, resolutions, told
from onrecord.record.checks import askable
from onrecord.record.found import Actor, ActorFilters, Known, ListedActor, Proposal
from onrecord.record.review_schema import apart
from onrecord.record.schema import articles, statements

CURRENT = articles.c.replaced_by.is_(None)
PRESENT = and_(appearances.c.article_id == articles.c.id, appearances.c.reading_id == articles.c.reading_id, CURRENT)

_SUGGESTED = 3
_NEAR = 60  # of 100, similarity of a name that may be meant
_LOOKED_THROUGH = 50_000  # names, the most used, among which one that is near is looked for
_SHORTEST_ID = 6


def find(db: Connection, key: str, where: str) -> int:
    """The number of the one actor that ``key`` means: an id (or its beginning), a name or an alias in any spelling.

    Raises NotFound, with names that come close or the actors that it may be.
    """
    if (found := meant(db, key)) is not None:
        return found
    near = _near(db, askable(key))
    hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "the command actors lists who there is"
    raise NotFound(f"{where}: no actor {key!r}: {hint}")


def meant(db: Connection, key: str) -> int | None:
    """As ``find``, but None if there is no such actor. Raises NotFound if there are several."""
    key = askable(key).strip()
    exact = db.scalar(select(actors.c.stands_for).where(actors.c.id == key))
    if exact is not None:
        return int(exact)
    for found in (_called(db, key), _spelled(db, key), _by_id(db, key)):
        if len(found) == 1:
            return found.pop()
        if found:
            raise NotFound(f"{key!r} may be any of {_choices(db, found)}: give an id or a fuller name")
    return None


def _called(db: Connection, key: str) -> set[int]:
    """Actors of whom it is a name, whatever the case and accents; those who are known by it before all others."""
    words = {register.folded(key), register.folded(without_article(key))} - {""}
    query = select(actors.c.stands_for, names.c.heads, names.c.origin).join(
        actors, actors.c.number == names.c.actor_number
    )
    rows = db.execute(query.where(names.c.words.in_(words))).all()
    everyone = {row.stands_for for row in rows}
    shown = db.execute(select(actors.c.number, actors.c.name, actors.c.kind).where(actors.c.number.in_(everyone))).all()
    by_name = {row.number for row in shown if register.folded(row.name) in words and row.kind != "unnamed"}
    full = {row.stands_for for row in rows if row.heads or row.origin != "read"}
    named_ones = full - {row.number for row in shown if row.kind == "unnamed"}
    return by_name or named_ones or full or everyone


def _spelled(db: Connection, key: str) -> set[int]:
    """Actors whose name is the same but for its spelling or script."""
    asked = register.keys("person", key) | register.keys("organisation", key)
    query = select(actors.c.stands_for, actors.c.kind, names.c.name).join(
        actors, actors.c.number == names.c.actor_number
    )
    query = query.join(name_keys, name_keys.c.name_number == names.c.number).where(name_keys.c.key.in_(asked))
    found = set()
    for row in db.execute(query.distinct()):
        compared = register.people if row.kind == "person" else register.bodies
        if compared(key, row.name).score > 0.9 or spelling.sound(key) == spelling.sound(row.name):
            found.add(row.stands_for)
    return found


def _by_id(db: Connection, key: str) -> set[int]:
    if len(key) < _SHORTEST_ID:
        return set()
    return set(db.scalars(select(actors.c.stands_for).where(actors.c.id.startswith(key, autoescape=True)).limit(5)))


def _choices(db: Connection, found: Collection[int]) -> str:
    rows = db.execute(
        select(actors).where(actors.c.number.in_(found)).order_by(actors.c.name, actors.c.id).limit(6)
    ).all()
    return ", ".join(
        f"{row.name} ({row.kind}{', ' + row.country if row.country else ''}, {row.id[:8]})" for row in rows
    )


def _near(db: Connection, key: str) -> list[str]:
    """Names that a person may have meant."""
    words = register.folded(key)
    if not words:
        return []
    holding = select(names.c.name).where(names.c.words.icontains(words, autoescape=True), names.c.heads > 0)
    near = list(
        db.scalars(
            holding.group_by(names.c.name).order_by(func.max(names.c.uses).desc(), names.c.name).limit(_SUGGESTED)
        )
    )
    if near:
        return near
    listed = db.execute(
        select(names.c.words, names.c.name)
        .where(names.c.heads > 0)
        .order_by(names.c.uses.desc())
        .limit(_LOOKED_THROUGH)
    )
    known = {row.words: row.name for row in listed}
    found = process.extract(words, list(known), score_cutoff=_NEAR, limit=_SUGGESTED)
    return [known[match] for match, *_ in found]


def matching(query: str) -> Select[Any]:
    """The numbers of actors (of the groups they belong to) of whom a name, or a role, holds all words of a search."""
    asked = search.terms(query)
    sources: list[tuple[Any, Any]] = [(names.c.actor_number, names.c.words)]
    sources += [(t.c.actor_number, t.c.title_words + " " + t.c.organisation_words) for t in (told, given)]
    return select(actors.c.stands_for).where(
        or_(*(actors.c.number.in_(select(number).where(*_holds(words, asked))) for number, words in sources))
    )


def _holds(words: ColumnElement[Any], asked: list[search.Term]) -> list[ColumnElement[bool]]:
    if not asked:
        return [words.is_(None), words.is_not(None)]
    padded = " " + words + " "
    return [padded.like(f"% {' '.join(term.words)}{'' if term.prefix else ' '}%") for term in asked]


def said_by(root: int | Select[Any]) -> ColumnElement[bool]:
    """That a statement is of this actor, or of one of these."""
    of = resolutions.join(appearances, appearances.c.number == resolutions.c.appearance_number)
    of = of.join(actors, actors.c.number == appearances.c.actor_number)
    query = select(resolutions.c.statement_number).select_from(of)
    is_it = actors.c.stands_for == root if isinstance(root, int) else actors.c.stands_for.in_(root)
    return statements.c.number.in_(query.where(is_it))


def _counted() -> tuple[Any, ...]:
    return (
        func.count(statements.c.number.distinct()).label("statements"),
        func.count(articles.c.number.distinct()).label("articles"),
        func.min(articles.c.published).label("first"),
        func.max(articles.c.published).label("last"),
    )


def _appearing(*columns: Any) -> Select[Any]:
    """Actors with their appearances in current articles, and the statements that are theirs."""
    found = actors.alias("found")
    of = articles.join(appearances, PRESENT).join(found, found.c.number == appearances.c.actor_number)
    of = of.join(actors, actors.c.number == found.c.stands_for)
    of = of.outerjoin(resolutions, resolutions.c.appearance_number == appearances.c.number)
    of = of.outerjoin(
        statements,
        and_(statements.c.number == resolutions.c.statement_number, statements.c.reading_id == articles.c.reading_id),
    )
    return select(*columns).select_from(of)


def listed(db: Connection, conditions: list[ColumnElement[bool]], filters: ActorFilters) -> list[ListedActor]:
    """The actors the filters ask for; ``conditions`` say in which articles."""
    return shown(db, counted(db, conditions, filters)[: filters.get("limit")], filters.get("until"))


def counted(db: Connection, conditions: list[ColumnElement[bool]], filters: ActorFilters) -> list[Row[Any]]:
    """The rows of all actors the filters ask for, in their order, with what is counted of each."""
    columns = [actors.c.number, actors.c.id, actors.c.name, actors.c.kind, actors.c.country, actors.c.wikidata]
    query = _appearing(*columns, *_counted()).where(*conditions, *_which(filters)).group_by(*columns)
    rows = sorted(db.execute(query).all(), key=lambda row: (row.name, row.id))
    by = filters.get("sort", "statements")
    if by in ("statements", "articles"):
        rows.sort(
            key=lambda row: (row.statements, row.articles) if by == "statements" else (row.articles, row.statements),
            reverse=True,
        )
    elif by in ("first", "last"):
        rows.sort(key=lambda row: getattr(row, by) or "", reverse=by == "last")
    return rows


def shown(db: Connection, rows: Sequence[Row[Any]], until: str | None) -> list[ListedActor]:
    """These rows of ``counted`` with what each actor is, at the date ``until``."""
    held = _posts_of(db, [row.number for row in rows])
    return [_listed(row, posts.main(posts.at(held.get(row.number, []), until))) for row in rows]


def _posts_of(db: Connection, roots: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for start in range(0, len(roots), 500):
        found |= posts.of_actors(db, roots[start : start + 500])
    return found


def _listed(row: Row[Any], post: Any) -> ListedActor:
    return ListedActor(
        id=row.id,
        name=row.name,
        kind=row.kind,
        country=row.country or post.country,
        wikidata=row.wikidata,
        title=post.title,
        organisation=post.organisation,
        statements=row.statements,
        articles=row.articles,
        first=row.first,
        last=row.last,
    )


def _which(filters: ActorFilters) -> list[ColumnElement[bool]]:
    kind = filters.get("kind")
    conditions = [actors.c.kind == kind if kind else actors.c.kind != "unnamed"]
    if (words := filters.get("words")) is not None:
        conditions.append(actors.c.number.in_(matching(words)))
    if (organisation := filters.get("organisation")) is not None:
        conditions.append(actors.c.number.in_(_of_organisation(organisation)))
    if (country := filters.get("country")) is not None:
        conditions.append(actors.c.country == code(country))
    return conditions


def _of_organisation(query: str) -> Select[Any]:
    asked = search.terms(query)
    own = select(names.c.actor_number).join(actors, actors.c.number == names.c.actor_number)
    own = own.where(actors.c.kind != "person", *_holds(names.c.words, asked))
    of, filed = (select(t.c.actor_number).where(*_holds(t.c.organisation_words, asked)) for t in (told, given))
    found = or_(actors.c.number.in_(own), actors.c.number.in_(of), actors.c.number.in_(filed))
    return select(actors.c.stands_for).where(found)


def code(country: str) -> str:
    """The ISO 3166 code of a country given by code or name. Raises InputError if it is neither."""
    if country.upper() in states():
        return country.upper()
    fact = named(country) or named(country.title())
    if fact is None or fact.institution.kind != "country":
        raise InputError(f"{country!r} is no country: write its ISO code, such as AT, or its English name")
    return fact.institution.key


def actor(db: Connection, root: int) -> Actor:
    """An actor with all its names and posts."""
    row = db.execute(select(actors).where(actors.c.number == root)).one()
    counted = db.execute(_appearing(*_counted()).where(actors.c.number == root)).one()
    called = select(names.c.name, func.sum(names.c.uses).label("uses"), names.c.origin)
    called = called.join(actors, actors.c.number == names.c.actor_number).where(actors.c.stands_for == root)
    called = called.group_by(names.c.name, names.c.origin)
    known = [Known(r.name, int(r.uses), r.origin) for r in db.execute(called)]
    return Actor(
        id=row.id,
        name=row.name,
        kind=row.kind,
        country=row.country,
        wikidata=row.wikidata,
        names=tuple(sorted(known, key=lambda k: (-k.uses, k.origin == "read", k.name))),
        posts=tuple(posts.of_actors(db, [root])[root]),
        statements=counted.statements,
        articles=counted.articles,
        first=counted.first,
        last=counted.last,
    )


def doubtful(db: Connection) -> list[Proposal]:
    """The links that a person should decide, the likeliest first; without those that merges have settled."""
    found, mine, theirs, other = (actors.alias(name) for name in ("found", "mine", "theirs", "other"))
    query = (
        select(proposals, mine.c.id, mine.c.name, mine.c.kind,
               other.c.id.label("other_id"), other.c.name.label("other"),
               articles.c.name.label("article"), articles.c.published)
        .join_from(proposals, appearances, appearances.c.number == proposals.c.appearance_number)
        .join(articles, PRESENT)
        .join(found, found.c.number == appearances.c.actor_number)
        .join(mine, mine.c.number == found.c.stands_for)
        .join(theirs, theirs.c.number == proposals.c.actor_number)
        .join(other, other.c.number == theirs.c.stands_for)
        .where(mine.c.number != other.c.number, appearances.c.actor_number == appearances.c.found_number)
        .where(~exists().where(apart.c.appearance_number == proposals.c.appearance_number,
                               apart.c.actor_number == proposals.c.actor_number))
        .order_by(proposals.c.score.desc(), mine.c.name, other.c.name, articles.c.published, articles.c.name)
    )  # fmt: skip
    return [
        Proposal(
            actor_id=row.id,
            actor=row.name,
            other_id=row.other_id,
            other=row.other,
            kind=row.kind,
            score=row.score,
            reason=row.reason,
            article=row.article,
            published=row.published,
        )
        for row in db.execute(query)
    ]
