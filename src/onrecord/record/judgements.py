"""What people decide about the register: made, logged, withdrawn. What follows from it is in effect.py.

A judgement is never changed or deleted; ``withdraw`` marks it. Names it gave go with it, what it merged comes apart,
what it split comes together.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from onrecord.errors import InputError, NotFound
from onrecord.record import effect, gathered, register
from onrecord.record.actor_schema import actors, appearances, given, judgements, names
from onrecord.record.checks import askable
from onrecord.record.found import Judgement
from onrecord.record.gathered import next_number
from onrecord.record.schema import articles
from onrecord.types import content_id


def merge(db: Connection, into: int, others: Sequence[int], *, reviewer: str) -> Judgement:
    """Makes ``into`` stand for ``others`` too. Raises InputError if there is nothing to merge."""
    others = [other for other in dict.fromkeys(others) if other != into]
    if not others:
        raise InputError("nothing to merge: all these names are one actor already")
    rows = {row.number: row for row in db.execute(select(actors).where(actors.c.number.in_([into, *others])))}
    merged = [rows[other] for other in others]
    detail = {"name": rows[into].name, "others": [row.id for row in merged], "names": [row.name for row in merged]}
    made = _made(db, "merge", rows[into].id, detail, reviewer)
    gathered.give_names(db, into, [rows[into].name], "merge", made.number)  # which it keeps, whatever it is joined by
    effect.recompute(db)
    return made


def split(
    db: Connection, of: int, article_ids: Sequence[str], *, to: int | None, name: str | None, reviewer: str
) -> Judgement:
    """Takes what these articles say of an actor from it: to the actor ``to``, or a new one, called ``name`` if given.

    Raises InputError if it does not appear in one of the articles, or in no others.
    """
    subject = db.execute(select(actors).where(actors.c.number == of)).one()
    present = select(appearances).join(actors, actors.c.number == appearances.c.actor_number)
    present = present.join(
        articles, (articles.c.id == appearances.c.article_id) & (articles.c.reading_id == appearances.c.reading_id)
    )
    rows = db.execute(present.where(actors.c.stands_for == of, articles.c.replaced_by.is_(None))).all()
    missing = set(article_ids) - {row.article_id for row in rows}
    if missing or not article_ids:
        titles = db.scalars(select(articles.c.name).where(articles.c.id.in_(missing)).order_by(articles.c.name))
        raise InputError(f"{subject.name} does not appear in {', '.join(titles) or 'no article'}")
    parted = [row for row in rows if row.article_id in article_ids]
    if len(parted) == len(rows) and to is None:
        raise InputError(f"{subject.name} appears in no other article: rename it instead")
    other = db.execute(select(actors).where(actors.c.number == to)).one() if to is not None else None
    number = next_number(db, judgements.c.number)
    detail = {
        "name": subject.name,
        "articles": sorted(article_ids),
        "appearances": sorted(row.id for row in parted),
        "to": other.id if other else content_id("actor", "split", number, subject.id, sorted(article_ids)),
        "new": other is None,
        "called": other.name if other else name,
    }
    made = _made(db, "split", subject.id, detail, reviewer)
    if other is None:
        new = next_number(db, actors.c.number)
        row = {"number": new, "id": detail["to"], "kind": subject.kind, "name": name or parted[0].name}
        db.execute(insert(actors), row | {"stands_for": new, "judgement_number": made.number})
        if name:
            gathered.give_names(db, new, [name], "split", made.number)
    else:
        gathered.give_names(db, other.number, [other.name], "split", made.number)
    effect.recompute(db)
    return made


def rename(db: Connection, actor: int, name: str, *, reviewer: str) -> Judgement:
    """Lets an actor be called ``name``; the names it had still lead to it."""
    return _name(db, "rename", actor, name, reviewer)


def alias(db: Connection, actor: int, words: str, *, reviewer: str) -> Judgement:
    """Lets ``words`` be a name of an actor: articles read from now on that call somebody so mean this one."""
    return _name(db, "alias", actor, words, reviewer)


def _name(db: Connection, kind: str, actor: int, name: str, reviewer: str) -> Judgement:
    name = " ".join(name.split())
    if not register.folded(name):
        raise InputError(f"{name!r} is no name: it has no letter")
    subject = db.execute(select(actors).where(actors.c.number == actor)).one()
    made = _made(db, kind, subject.id, {"name": subject.name, "called": name}, reviewer)
    gathered.give_names(db, actor, [name], kind, made.number)
    gathered.settle(db, {actor})
    return made


def withdraw(db: Connection, which: str | None, *, reviewer: str) -> Judgement:
    """Undoes the judgement with this number or id (or beginning of it), or the last that stands.

    Raises NotFound if there is none, InputError if it is withdrawn already.
    """
    row = _judgement(db, which)
    if row.withdrawn_at is not None:
        raise InputError(f"judgement {row.number} was withdrawn already, on {row.withdrawn_at}")
    values = {"withdrawn_by": reviewer, "withdrawn_at": _now()}
    db.execute(update(judgements).where(judgements.c.number == row.number).values(values))
    touched = set(db.scalars(select(names.c.actor_number).where(names.c.judgement_number == row.number)))
    touched |= set(db.scalars(select(given.c.actor_number).where(given.c.judgement_number == row.number)))
    db.execute(delete(names).where(names.c.judgement_number == row.number))
    db.execute(delete(given).where(given.c.judgement_number == row.number))
    gathered.settle(db, touched)
    if row.kind in effect.ABOUT_ACTORS:
        effect.recompute(db)
    return judgement(_judgement(db, str(row.number)))


def _judgement(db: Connection, which: str | None) -> Row[Any]:
    query = select(judgements).order_by(judgements.c.number.desc())
    if which is None:
        row = db.execute(query.where(judgements.c.withdrawn_at.is_(None)).limit(1)).first()
        if row is None:
            raise NotFound("there is no judgement to undo")
        return row
    which = askable(which)
    if which.isdecimal() and (row := db.execute(query.where(judgements.c.number == int(which[:15]))).first()):
        return row
    found = db.execute(query.where(judgements.c.id.startswith(which, autoescape=True)).limit(2)).all()
    if len(found) != 1 or len(which) < 4:
        raise NotFound(f"no judgement {which!r}: the command actors log lists them")
    return found[0]


def log(db: Connection) -> list[Judgement]:
    """All judgements, the latest first."""
    return [judgement(row) for row in db.execute(select(judgements).order_by(judgements.c.number.desc()))]


def judgement(row: Row[Any]) -> Judgement:
    """From a row of the table."""
    fields: dict[str, Any] = {c.name: getattr(row, c.name) for c in judgements.c}
    return Judgement(**fields)


def made_by_load(db: Connection, file: str, rows: int, reviewer: str) -> Judgement:
    """The judgement that a register file says what is; its rows are in ``given``."""
    return _made(db, "load", file, {"name": file, "rows": rows}, reviewer, subject_kind="file")


def forget(db: Connection, number: int) -> None:
    """Takes back a judgement, in the transaction that made it, that turned out to say nothing."""
    db.execute(delete(judgements).where(judgements.c.number == number))


def _made(
    db: Connection, kind: str, subject: str, detail: Mapping[str, Any], reviewer: str, *, subject_kind: str = "actor"
) -> Judgement:
    number = next_number(db, judgements.c.number)
    now = _now()
    row: dict[str, Any] = {
        "number": number, "id": content_id("judgement", number, kind, subject, detail, reviewer, now), "kind": kind,
        "subject_kind": subject_kind, "subject": subject, "detail": dict(detail), "reviewer": reviewer, "made_at": now,
    }  # fmt: skip
    db.execute(insert(judgements), row)
    return Judgement(**row, withdrawn_by=None, withdrawn_at=None)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
