"""What the judgements that stand make of the machine's links.

Merges make one actor stand for others, splits move appearances to another actor. Both are worked out anew from the
machine's links and the judgements that are not withdrawn, in the order in which they were made. So a judgement that is
withdrawn leaves nothing behind, whatever was judged after it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select, update

from onrecord.record import gathered
from onrecord.record.actor_schema import actors, appearances, judgements
from onrecord.record.found import Judgement
from onrecord.record.review_schema import placed
from onrecord.record.schema import articles

ABOUT_ACTORS = ("merge", "split")


def recompute(db: Connection) -> None:
    """Brings links and names in line with the judgements that stand."""
    made = list(db.execute(_about_actors()))
    number = _numbers(db, made)
    moved, groups = _replayed(db, made, number)
    _stand_for(db, {n: groups.root(n) for n in number.values()})
    before = select(appearances.c.number).where(appearances.c.actor_number != appearances.c.found_number)
    _move(db, {*db.scalars(before), *moved}, moved)


def splits(db: Connection, numbers: Sequence[int]) -> None:
    """Moves these appearances, of an article just read anew, as splits that stand want it; they are not counted yet."""
    standing = _about_actors().where(judgements.c.kind == "split", judgements.c.withdrawn_at.is_(None))
    if db.execute(standing.limit(1)).first() is None:
        return
    made = list(db.execute(_about_actors()))
    moved, _ = _replayed(db, made, _numbers(db, made))
    if found := [{"known": n, "to": moved[n]} for n in numbers if n in moved]:
        db.execute(_MOVE, found)


_MOVE = update(appearances).where(appearances.c.number == bindparam("known")).values(actor_number=bindparam("to"))


def _about_actors() -> Any:
    return select(judgements).where(judgements.c.kind.in_(ABOUT_ACTORS)).order_by(judgements.c.number)


def mentioned(judgement: Row[Any] | Judgement) -> Iterator[str]:
    """The ids of the actors a judgement about actors is about."""
    yield judgement.subject
    yield from judgement.detail.get("others", [])
    if "to" in judgement.detail:
        yield judgement.detail["to"]


def _numbers(db: Connection, made: Sequence[Row[Any]]) -> dict[str, int]:
    ids = {id_ for judgement in made for id_ in mentioned(judgement)}
    return {row.id: row.number for row in db.execute(select(actors).where(actors.c.id.in_(ids)))}


class _Groups:
    """Actors that are one: each group has the one that stands for all."""

    def __init__(self) -> None:
        self._next: dict[int, int] = {}

    def root(self, number: int) -> int:
        while number in self._next:
            number = self._next[number]
        return number

    def join(self, into: int, other: int) -> None:
        into, other = self.root(into), self.root(other)
        if into != other:
            self._next[other] = into


def _replayed(db: Connection, made: Sequence[Row[Any]], number: Mapping[str, int]) -> tuple[dict[int, int], _Groups]:
    """Where appearances were moved, and who stands for whom, after all judgements that stand."""
    groups = _Groups()
    moved: dict[int, int] = {}
    undone: list[tuple[int, int]] = []
    for judgement in made:
        subject = number[judgement.subject]
        if judgement.withdrawn_at is not None:
            if judgement.kind == "split" and judgement.detail["new"]:
                undone.append((subject, number[judgement.detail["to"]]))
        elif judgement.kind == "merge":
            for other in judgement.detail["others"]:
                groups.join(subject, number[other])
        else:
            to = number[judgement.detail["to"]]
            for row in _meant(db, judgement):
                if row.id in judgement.detail["appearances"] or _is(groups, moved, row, subject):
                    moved[row.number] = to
    for subject, made_for_split in undone:
        # Articles read meanwhile may have been linked to the actor that the split made; it is its subject again.
        if groups.root(made_for_split) == made_for_split:
            groups.join(subject, made_for_split)
    return moved, groups


def _is(groups: _Groups, moved: Mapping[int, int], row: Row[Any], subject: int) -> bool:
    return groups.root(moved.get(row.number, row.found_number)) == groups.root(subject)


def _meant(db: Connection, split: Row[Any]) -> list[Row[Any]]:
    """The appearances a split may move: those it names, and all in the articles it names, by whatever reading.

    Not those that a person placed there after it: that decision is the later one.
    """
    named = appearances.c.id.in_(split.detail["appearances"])
    query = select(appearances.c.number, appearances.c.id, appearances.c.found_number)
    later = select(placed.c.appearance_number).where(placed.c.judgement_number > split.number)
    query = query.where(appearances.c.number.not_in(later))
    return list(db.execute(query.where(or_(named, appearances.c.article_id.in_(split.detail["articles"])))))


def _stand_for(db: Connection, wanted: Mapping[int, int]) -> None:
    query = select(actors.c.number, actors.c.stands_for)
    query = query.where(or_(actors.c.number.in_(wanted), actors.c.stands_for != actors.c.number))
    before = {row.number: row.stands_for for row in db.execute(query)}
    changed = {n: wanted.get(n, n) for n, root in before.items() if wanted.get(n, n) != root}
    if changed:
        change = update(actors).where(actors.c.number == bindparam("known")).values(stands_for=bindparam("root"))
        db.execute(change, [{"known": n, "root": root} for n, root in sorted(changed.items())])
        gathered.settle(db, {*changed, *changed.values(), *(before[n] for n in changed)})


def _move(db: Connection, numbers: Collection[int], moved: Mapping[int, int]) -> None:
    """Lets these appearances be of whom ``moved`` says, or of whom the machine found."""
    query = select(appearances.c.number, appearances.c.actor_number, appearances.c.found_number)
    rows = db.execute(query.where(appearances.c.number.in_(numbers))).all()
    to: dict[int, int] = defaultdict(int)
    for row in rows:
        wanted = moved.get(row.number, row.found_number)
        if wanted != row.actor_number:
            to[row.number] = wanted
    if not to:
        return
    present = select(appearances.c.number).join(
        articles, (articles.c.id == appearances.c.article_id) & (articles.c.reading_id == appearances.c.reading_id)
    )
    counted = list(db.scalars(present.where(appearances.c.number.in_(to), articles.c.replaced_by.is_(None))))
    gathered.count(db, counted, -1)
    db.execute(_MOVE, [{"known": n, "to": actor} for n, actor in sorted(to.items())])
    gathered.count(db, counted, 1)
