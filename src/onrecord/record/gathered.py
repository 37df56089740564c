"""What the register has gathered of each actor from articles: names and roles, counted as articles come and go.

An article that is read anew, or replaced by another text, takes back what it added, so ``names`` and ``told`` always
say what the present appearances say.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from onrecord.reading.naming import plain, without_article
from onrecord.record import register, spelling
from onrecord.record.actor_schema import actors, appearances, given, name_keys, names, roles, told
from onrecord.types import ActorKind


class Uses(NamedTuple):
    """How many appearances use a name, and of how many it is the fullest."""

    uses: int
    heads: int


def count(db: Connection, numbers: Collection[int], sign: int) -> None:
    """Adds (``sign`` 1) or takes back (-1) what these appearances say of the actors they are linked to."""
    rows = db.execute(select(appearances).where(appearances.c.number.in_(numbers)).order_by(appearances.c.number)).all()
    if not rows:
        return
    _count_names(db, rows, sign)
    _count_told(db, rows, sign)
    settle(db, {row.actor_number for row in rows})


def _count_names(db: Connection, rows: Sequence[Row[Any]], sign: int) -> None:
    change: dict[tuple[int, str], Uses] = defaultdict(lambda: Uses(0, 0))
    of = {row.actor_number for row in rows}
    kinds = {row.number: row for row in db.execute(select(actors).where(actors.c.number.in_(of)))}
    for row in rows:
        if row.kind == "unnamed" != kinds[row.actor_number].kind:
            continue  # "the chancellor" is no name of whoever holds the office
        for name in dict.fromkeys((row.name, *row.names)):
            so_far = change[row.actor_number, name]
            change[row.actor_number, name] = Uses(so_far.uses + sign, so_far.heads + sign * (name == row.name))
    touched = {actor for actor, _ in change}
    held = {
        (row.actor_number, row.name): row
        for row in db.execute(select(names).where(names.c.actor_number.in_(touched), names.c.origin == "read"))
    }
    changed: list[dict[str, Any]] = []
    new: list[dict[str, Any]] = []
    gone: list[int] = []
    number = next_number(db, names.c.number)
    keyed: list[dict[str, Any]] = []
    for (actor, name), uses in change.items():
        before = held.get((actor, name))
        now = Uses(uses.uses + (before.uses if before else 0), uses.heads + (before.heads if before else 0))
        if before and now.uses == 0:
            gone.append(before.number)
        elif before:
            changed.append({"known": before.number} | now._asdict())
            if now.heads and not before.heads:
                keyed += _keyed(before.number, kinds[actor], name, head=True)
        else:
            new.append(name_row(number, actor, name, "read") | now._asdict())
            keyed += _keyed(number, kinds[actor], name, head=bool(now.heads))
            number += 1
    if gone:
        db.execute(delete(names).where(names.c.number.in_(gone)))
    if changed:
        statement = update(names).where(names.c.number == bindparam("known"))
        db.execute(statement.values(uses=bindparam("uses"), heads=bindparam("heads")), changed)
    if new:
        db.execute(insert(names), new)
    _add_keys(db, keyed)


def name_row(number: int, actor: int, name: str, origin: str, judgement: int | None = None) -> dict[str, Any]:
    """A row of ``names`` that nothing uses yet."""
    return {
        "number": number, "actor_number": actor, "name": name, "words": register.folded(name), "origin": origin,
        "judgement_number": judgement, "uses": 0, "heads": 0,
    }  # fmt: skip


def give_names(db: Connection, actor: int, found: Iterable[str], origin: str, judgement: int) -> None:
    """Adds names that a person gave."""
    kind = db.execute(select(actors).where(actors.c.number == actor)).one()
    number = next_number(db, names.c.number)
    rows = [name_row(number + n, actor, name, origin, judgement) for n, name in enumerate(dict.fromkeys(found))]
    if rows:
        db.execute(insert(names), rows)
    _add_keys(db, [key for row in rows for key in _keyed(row["number"], kind, row["name"], head=True)])


def _keyed(number: int, actor: Row[Any], name: str, *, head: bool) -> list[dict[str, Any]]:
    """Keys of a name: of a person's only if it is the fullest somewhere, of a body's if it is a name at all."""
    if not head and (actor.kind == "person" or not spelling.is_proper(name)):
        return []
    kind: ActorKind = actor.kind
    return [{"key": key, "name_number": number} for key in sorted(register.keys(kind, name, country=actor.country))]


def _add_keys(db: Connection, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    held = select(name_keys.c.name_number).where(name_keys.c.name_number.in_({row["name_number"] for row in rows}))
    known = set(db.scalars(held))
    if fresh := [row for row in rows if row["name_number"] not in known]:
        db.execute(insert(name_keys), fresh)


def _count_told(db: Connection, rows: Sequence[Row[Any]], sign: int) -> None:
    change: Counter[tuple[int, str, str, str]] = Counter()
    parents = _parents(db, rows)
    said = defaultdict(list)
    for role in db.execute(select(roles).where(roles.c.appearance_number.in_([row.number for row in rows]))):
        said[role.appearance_number].append(role)
    for row in rows:
        posts = {(r.title or "", r.organisation or "", r.country or row.country or "") for r in said[row.number]}
        if row.parent in parents:
            posts.add(("", parents[row.parent], row.country or ""))
        if row.country and not any(country == row.country for *_, country in posts):
            posts.add(("", "", row.country))
        change.update({(row.actor_number, *post): sign for post in posts})
    key = (told.c.actor_number, told.c.title, told.c.organisation, told.c.country)
    touched = {actor for actor, *_ in change}
    held = {
        tuple(row[:4]): row.uses
        for row in db.execute(select(*key, told.c.uses).where(told.c.actor_number.in_(touched)))
    }
    new, changed, gone = [], [], []
    for post, difference in change.items():
        values = dict(zip(("actor", "post", "body", "land"), post, strict=True))
        uses = held.get(post, 0) + difference
        if post not in held and uses:
            _, title, organisation, country = post
            new.append(
                {"actor_number": post[0], "title": title, "organisation": organisation, "country": country,
                 "uses": uses, "title_words": register.folded(title),
                 "organisation_words": register.folded(organisation)}
            )  # fmt: skip
        elif uses:
            changed.append(values | {"now": uses})
        elif post in held:
            gone.append(values)
    same = [column == bindparam(name) for column, name in zip(key, ("actor", "post", "body", "land"), strict=True)]
    if new:
        db.execute(insert(told), new)
    if changed:
        db.execute(update(told).where(*same).values(uses=bindparam("now")), changed)
    if gone:
        db.execute(delete(told).where(*same), gone)


def _parents(db: Connection, rows: Sequence[Row[Any]]) -> dict[str, str]:
    """The names of the appearances that these belong to, by id."""
    wanted = {row.parent for row in rows if row.parent}
    if not wanted:
        return {}
    found = db.execute(select(appearances.c.id, appearances.c.name).where(appearances.c.id.in_(wanted)))
    return {row.id: row.name for row in found}


def settle(db: Connection, numbers: Collection[int]) -> None:
    """Gives these actors, and those they stand for, the name, country and Wikidata id that follow from all the rest."""
    if not numbers:
        return
    stands = db.execute(select(actors.c.number, actors.c.stands_for).where(actors.c.number.in_(numbers))).all()
    wanted = {row.number for row in stands} | {row.stands_for for row in stands}
    mine = select(actors).where(actors.c.number.in_(wanted) | actors.c.stands_for.in_(wanted))
    rows = {row.number: row for row in db.execute(mine)}
    under: dict[int, list[int]] = defaultdict(list)
    for m, row in rows.items():
        under[row.stands_for].append(m)
    members = {n: under[n] if rows[n].stands_for == n else [n] for n in wanted}
    everyone = sorted({m for found in members.values() for m in found})
    called, from_file = defaultdict(list), defaultdict(list)
    for row in db.execute(select(names).where(names.c.actor_number.in_(everyone))):
        called[row.actor_number].append(row)
    for row in db.execute(select(given).where(given.c.actor_number.in_(everyone)).order_by(*given.primary_key.columns)):
        from_file[row.actor_number].append(row)
    totals = select(told.c.actor_number, told.c.country, func.sum(told.c.uses).label("uses"))
    totals = totals.where(told.c.actor_number.in_(everyone), told.c.country != "")
    countries = defaultdict(list)
    for row in db.execute(totals.group_by(told.c.actor_number, told.c.country)):
        countries[row.actor_number].append(row)
    changed = []
    for number in sorted(wanted):
        own = members[number]
        files = [row for m in sorted(own, key=lambda m: (m != number, m)) for row in from_file[m]]
        votes: Counter[str] = Counter()
        for m in own:
            votes.update({row.country: int(row.uses) for row in countries[m]})
        voted = min(votes, key=lambda country: (-votes[country], country), default=None)
        values = {
            "name": _display(
                number, rows[number].kind, [r for m in own if _names_count(rows[m], rows[number]) for r in called[m]]
            )
            or rows[number].name,
            "country": next((row.country for row in files if row.country), voted),
            "wikidata": next((row.wikidata for row in files if row.wikidata), None),
        }
        if any(getattr(rows[number], field) != value for field, value in values.items()):
            changed.append({"known": number} | values)
    if changed:
        fields: dict[str, Any] = {field: bindparam(field) for field in ("name", "country", "wikidata")}
        db.execute(update(actors).where(actors.c.number == bindparam("known")).values(fields), changed)


def _names_count(member: Row[Any], root: Row[Any]) -> bool:
    """Whether an actor may go by the names of one merged into it: not if these are only descriptions."""
    return bool(member.kind != "unnamed" or root.kind == "unnamed")


def _display(number: int, kind: str, called: Sequence[Row[Any]]) -> str | None:
    """The name to show: as a person said, else the most used of the full ones."""
    for origins in (("rename", "split", "merge"), ("given",)):
        judged = [
            row for row in called if row.origin in origins and (row.actor_number == number or origins == ("given",))
        ]
        if judged:
            own = [row for row in judged if row.actor_number == number] or judged
            pick = max if origins[0] == "rename" else min
            return str(pick(own, key=lambda row: row.number).name)
    totals: dict[str, int] = Counter()
    for row in called:
        if row.origin == "read":
            totals[row.name] += row.heads
    heads = {name: heads for name, heads in totals.items() if heads}
    spelled = Counter[str]()  # "Petrovic" counts for "Petrović", which is the better spelling
    for name, uses in heads.items():
        spelled[register.folded(without_article(name))] += uses

    def preference(name: str) -> tuple[Any, ...]:
        same = spelled[register.folded(without_article(name))]
        written = (" " in name and name.isupper(), name != without_article(name), name.isascii())
        return (_is_short(kind, name), -same, *written, -heads[name], -len(name), name)

    return min(heads, key=preference, default=None)


def _is_short(kind: str, name: str) -> bool:
    if kind == "person":
        return len(plain(name).split()) == 1
    return kind != "country" and spelling.acronym(name) is not None


def next_number(db: Connection, column: Any) -> int:
    """One more than the highest; safe since there is one writer at a time."""
    return int(db.scalar(select(func.coalesce(func.max(column), 0) + 1)) or 1)
