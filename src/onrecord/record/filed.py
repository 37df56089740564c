"""A register file into the register: whom its rows mean, and what they say of them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from onrecord.reading.naming import without_article
from onrecord.record import gathered, judgements, linking, register, spelling
from onrecord.record.actor_schema import actors, given, name_keys, names
from onrecord.record.checks import askable
from onrecord.record.found import Given, Loaded
from onrecord.record.gathered import next_number
from onrecord.types import Appearance, Problem, content_id

_FIELDS = ("name", "aliases", "kind", "country", "wikidata", "title", "organisation", "since", "until")
_SURE = 0.9  # of a name: a file's actor is one of the register only if the name is the same, in whatever spelling


def load(db: Connection, rows: Sequence[Given], *, file: str, reviewer: str) -> Loaded:
    """Adds what is new among ``rows``, as one judgement that can be withdrawn."""
    standing = {_content(row) for row in db.execute(select(given))}
    new: dict[tuple[Any, ...], Given] = {}
    for row in rows:
        if _content(row) not in standing:
            new.setdefault(_content(row), row)  # a row that stands twice is one
    by_person: dict[tuple[str, str], list[Given]] = defaultdict(list)
    for row in new.values():
        by_person[row.kind, row.wikidata or register.folded(row.name)].append(row)
    problems: list[Problem] = []
    made = judgements.made_by_load(db, file, len(new), reviewer) if new else None
    loaded = 0
    for group in by_person.values():
        found = _meant(db, group)
        if isinstance(found, str):
            problems += [Problem(name=f"{file}:{row.line}", message=found) for row in group]
        elif made:
            actor = found if found is not None else _new_actor(db, group[0], made.number)
            _give(db, group, actor, made.number)
            loaded += len(group)
    if made and not loaded:
        judgements.forget(db, made.number)
    return Loaded(loaded, len(rows) - len(new), tuple(sorted(problems, key=lambda p: int(p.name.rsplit(":", 1)[1]))))


def _content(row: Any) -> tuple[Any, ...]:
    return tuple(tuple(v) if isinstance(v := getattr(row, field), list) else v for field in _FIELDS)


def _meant(db: Connection, group: Sequence[Given]) -> int | str | None:
    """The actor these rows are about: one of the register, None if it has none, or why that cannot be told."""
    first = group[0]
    if first.wikidata:
        of = select(actors.c.stands_for).join(given, given.c.actor_number == actors.c.number)
        if (root := db.scalar(of.where(given.c.wikidata == first.wikidata).limit(1))) is not None:
            return int(root)
    asked = {key for row in group for key in register.keys(row.kind, row.name, country=row.country)}
    query = select(actors.c.stands_for).join(names, names.c.actor_number == actors.c.number)
    query = (
        query.join(name_keys, name_keys.c.name_number == names.c.number).where(name_keys.c.key.in_(asked)).distinct()
    )
    candidates = linking.load(db, set(db.scalars(query)))
    rows = {row.number: row for row in db.execute(select(actors).where(actors.c.number.in_(candidates)))}
    scored = []
    for number, candidate in candidates.items():
        other = rows[number].wikidata
        named = register.name_match(_as_appearance(first), candidate)
        if named.score >= _SURE and not (other and first.wikidata and other != first.wikidata):
            scored.append((number, register.score(_as_appearance(first), _told(group), candidate, 0).score))
    best = max((score for _, score in scored), default=0)
    likely = [number for number, score in scored if score > best - register.MARGIN]
    if len(likely) > 1:
        several = ", ".join(f"{rows[n].name} ({rows[n].id[:8]})" for n in likely)
        return f"{first.name} may be any of {several}: merge them, or rename one, and load again"
    return likely[0] if likely else None


def _as_appearance(row: Given) -> Appearance:
    return Appearance(
        id="", article_id="", name=row.name, kind=row.kind, names=(row.name,), mentions=(), country=row.country
    )


def _told(group: Sequence[Given]) -> register.Context:
    return register.Context(
        titles=frozenset(register.folded(row.title) for row in group if row.title),
        organisations=frozenset(spelling.body(row.organisation) for row in group if row.organisation),
        countries=frozenset(row.country for row in group if row.country),
        date=None,
    )


def _new_actor(db: Connection, row: Given, judgement: int) -> int:
    id_ = content_id("actor", row.kind, register.folded(without_article(row.name)) or row.name)
    if db.scalar(select(actors.c.number).where(actors.c.id == id_)) is not None:
        id_ = content_id("actor", row.kind, row.name, row.wikidata, judgement, row.line)
    number = next_number(db, actors.c.number)
    values = {"number": number, "id": id_, "kind": row.kind, "name": row.name, "country": row.country}
    db.execute(insert(actors), values | {"stands_for": number, "judgement_number": judgement})
    return number


def _give(db: Connection, group: Sequence[Given], actor: int, judgement: int) -> None:
    db.execute(
        insert(given),
        [
            {field: getattr(row, field) for field in _FIELDS}
            | {"judgement_number": judgement, "line": row.line, "actor_number": actor, "aliases": list(row.aliases)}
            | {
                "title_words": register.folded(row.title or ""),
                "organisation_words": register.folded(row.organisation or ""),
            }
            for row in group
        ],
    )
    gathered.settle(db, {actor})  # first, since keys depend on the country
    called = [name for row in group for name in (row.name, *row.aliases)]
    gathered.give_names(db, actor, map(askable, called), "given", judgement)
    gathered.settle(db, {actor})
