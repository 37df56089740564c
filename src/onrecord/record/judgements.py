"""What people decide: made, logged, withdrawn, restored; and what they decide about the register.

A judgement is never changed or deleted; ``withdraw`` marks it, ``restore`` takes the mark away, and both are noted. Of
a withdrawn one nothing remains: names it gave go with it, what it merged comes apart, what it split comes together.
What follows from judgements about actors is in effect.py, from those about statements in standing.py.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from onrecord.errors import InputError, NotFound
from onrecord.record import answering, effect, gathered, register, standing
from onrecord.record.actor_schema import actors, appearances, given, judgements, names
from onrecord.record.checks import askable
from onrecord.record.found import Judgement
from onrecord.record.gathered import next_number
from onrecord.record.review_schema import apart, changes, subjects
from onrecord.record.revisions import change, expect, judgement, now, touch, unseen
from onrecord.record.schema import articles
from onrecord.types import content_id


def merge(db: Connection, into: int, others: Sequence[int], *, reviewer: str, expects: int | None = None) -> Judgement:
    """Makes ``into`` stand for ``others`` too. Raises InputError if there is nothing to merge."""
    others = [other for other in dict.fromkeys(others) if other != into]
    if not others:
        raise InputError("nothing to merge: all these names are one actor already")
    rows = {row.number: row for row in db.execute(select(actors).where(actors.c.number.in_([into, *others])))}
    merged = [rows[other] for other in others]
    detail = {"name": rows[into].name, "others": [row.id for row in merged], "names": [row.name for row in merged]}
    made = make(db, "merge", rows[into].id, detail, reviewer, expects=expects)
    _give_names(db, made)
    effect.recompute(db)
    return made


def split(
    db: Connection, of: int, article_ids: Sequence[str], *, to: int | None, name: str | None, reviewer: str,
    expects: int | None = None,
) -> Judgement:  # fmt: skip
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
    made = make(db, "split", subject.id, detail, reviewer, expects=expects)
    if other is None:
        new = next_number(db, actors.c.number)
        row = {"number": new, "id": detail["to"], "kind": subject.kind, "name": name or parted[0].name}
        db.execute(insert(actors), row | {"stands_for": new, "judgement_number": made.number})
    _give_names(db, made)
    effect.recompute(db)
    return made


def rename(db: Connection, actor: int, name: str, *, reviewer: str, expects: int | None = None) -> Judgement:
    """Lets an actor be called ``name``; the names it had still lead to it."""
    return _name(db, "rename", actor, name, reviewer, expects)


def alias(db: Connection, actor: int, words: str, *, reviewer: str, expects: int | None = None) -> Judgement:
    """Lets ``words`` be a name of an actor: articles read from now on that call somebody so mean this one."""
    return _name(db, "alias", actor, words, reviewer, expects)


def _name(db: Connection, kind: str, actor: int, name: str, reviewer: str, expects: int | None) -> Judgement:
    name = " ".join(name.split())
    if not register.folded(name):
        raise InputError(f"{name!r} is no name: it has no letter")
    subject = db.execute(select(actors).where(actors.c.number == actor)).one()
    made = make(db, kind, subject.id, {"name": subject.name, "called": name}, reviewer, expects=expects)
    _give_names(db, made)
    gathered.settle(db, {actor})
    return made


def keep_apart(db: Connection, appearance: str, actor: str, *, reviewer: str) -> Judgement:
    """Says that this appearance is not that actor, though it was proposed. Raises NotFound if either is not held."""
    of = select(appearances, actors.c.id.label("actor_id"), actors.c.name.label("actor")).join(
        actors, actors.c.number == appearances.c.actor_number
    )
    mine = db.execute(of.where(appearances.c.id == askable(appearance))).first()
    other = db.execute(select(actors).where(actors.c.id == askable(actor))).first()
    if mine is None or other is None:
        raise NotFound(f"no proposal {appearance}:{actor}: the command actors --doubtful lists them")
    detail = {"name": mine.actor, "other": other.name, "appearance": mine.id, "others": [other.id]}
    made = make(db, "apart", mine.actor_id, detail, reviewer)
    _set_apart(db, made)
    return made


def _set_apart(db: Connection, made: Judgement) -> None:
    which = {"appearance_number": select(appearances.c.number).where(appearances.c.id == made.detail["appearance"]),
             "actor_number": select(actors.c.number).where(actors.c.id == made.detail["others"][0])}  # fmt: skip
    row = {column: db.scalar(query) for column, query in which.items()}
    db.execute(insert(apart), row | {"judgement_number": made.number})


def _give_names(db: Connection, made: Judgement) -> None:
    """Gives an actor the name that a judgement gives it; taken back when the judgement is withdrawn."""
    detail, named = made.detail, made.subject
    called = detail["name"] if made.kind == "merge" else detail["called"]
    if made.kind == "split":
        named = detail["to"]
    if called:  # an actor that a split makes may be left with the names it is read by
        number = db.scalars(select(actors.c.number).where(actors.c.id == named)).one()
        gathered.give_names(db, number, [called], made.kind, made.number)


def withdraw(
    db: Connection, which: str | None, *, reviewer: str, mine: bool = False, expects: int | None = None
) -> Judgement:
    """Undoes the judgement with this number or id (or beginning of it), or the last that stands.

    With ``mine``, the last of this reviewer. Raises NotFound if there is none, InputError if it is withdrawn already,
    Changed if the revision is another.
    """
    standing_ones = judgements.c.withdrawn_at.is_(None)
    row = _judgement(db, which) if which else _last(db, standing_ones, judgements.c.reviewer, reviewer, mine, "undo")
    if row.withdrawn_at is not None:
        raise InputError(f"judgement {row.number} was withdrawn already, on {row.withdrawn_at}")
    expect(db, row.subject, expects)
    values = {"withdrawn_by": reviewer, "withdrawn_at": now()}
    db.execute(update(judgements).where(judgements.c.number == row.number).values(values))
    change(db, row.number, "undone", reviewer=reviewer)
    touched = set(db.scalars(select(names.c.actor_number).where(names.c.judgement_number == row.number)))
    touched |= set(db.scalars(select(given.c.actor_number).where(given.c.judgement_number == row.number)))
    for table in (names, given, apart):
        db.execute(delete(table).where(table.c.judgement_number == row.number))
    gathered.settle(db, touched)
    _follow(db, row)
    return judgement(_judgement(db, str(row.number)))


def restore(
    db: Connection, which: str | None, *, reviewer: str, mine: bool = False, expects: int | None = None
) -> Judgement:
    """Lets a withdrawn judgement stand again, in its old place; without ``which`` the one that was withdrawn last.

    Raises NotFound if there is none, InputError if it stands or cannot be restored, Changed if the revision is another.
    """
    withdrawn = judgements.c.withdrawn_at.is_not(None)
    row = _judgement(db, which) if which else _last(db, withdrawn, judgements.c.withdrawn_by, reviewer, mine, "redo")
    if row.withdrawn_at is None:
        raise InputError(f"judgement {row.number} stands: there is nothing to restore")
    if row.kind == "load":
        raise InputError(f"judgement {row.number} loaded {row.subject}: load the file again instead")
    expect(db, row.subject, expects)
    values = {"withdrawn_by": None, "withdrawn_at": None}
    db.execute(update(judgements).where(judgements.c.number == row.number).values(values))
    change(db, row.number, "redone", reviewer=reviewer)
    made = judgement(_judgement(db, str(row.number)))
    if made.kind in _NAMING:
        _give_names(db, made)
        gathered.settle(
            db, set(db.scalars(select(names.c.actor_number).where(names.c.judgement_number == made.number)))
        )
    elif made.kind == "apart":
        _set_apart(db, made)
    _follow(db, row)
    return made


_NAMING = ("merge", "split", "rename", "alias")


def _follow(db: Connection, row: Row[Any]) -> None:
    """Brings what follows from a judgement in line, after it was withdrawn or restored."""
    if row.kind in effect.ABOUT_ACTORS:
        effect.recompute(db)
    elif row.subject_kind == "statement" and row.kind in standing.KINDS:
        standing.recompute(db, row.detail["article"])
    elif row.kind == "coding":
        answering.settle(db, [row.subject])


def _last(db: Connection, which: Any, whose: Any, reviewer: str, mine: bool, wanted: str) -> Row[Any]:
    query = select(judgements).where(which, judgements.c.kind != "note")
    order: tuple[Any, ...] = (judgements.c.number.desc(),)
    if wanted == "redo":
        undone = select(changes.c.number).where(changes.c.judgement_number == judgements.c.number)
        order = (undone.order_by(changes.c.number.desc()).limit(1).scalar_subquery().desc().nulls_last(), *order)
    query = query.where(whose == reviewer if mine else judgements.c.number.not_in(unseen()))
    row = db.execute(query.order_by(*order).limit(1)).first()
    if row is None:
        raise NotFound(f"there is no judgement{' of yours' if mine else ''} to {wanted}")
    return row


def _judgement(db: Connection, which: str) -> Row[Any]:
    query = select(judgements).order_by(judgements.c.number.desc())
    which = askable(which)
    if which.isdecimal() and (row := db.execute(query.where(judgements.c.number == int(which[:15]))).first()):
        return row
    found = db.execute(query.where(judgements.c.id.startswith(which, autoescape=True)).limit(2)).all()
    if len(found) != 1 or len(which) < 4:
        raise NotFound(f"no judgement {which!r}: the command actors log lists them")
    return found[0]


def log(db: Connection) -> list[Judgement]:
    """All judgements, the latest first, but those that coders make in an assignment that is still open."""
    query = select(judgements).where(judgements.c.number.not_in(unseen()))
    return [judgement(row) for row in db.execute(query.order_by(judgements.c.number.desc()))]


def made_by_load(db: Connection, file: str, rows: int, reviewer: str) -> Judgement:
    """The judgement that a register file says what is; its rows are in ``given``."""
    return make(db, "load", file, {"name": file, "rows": rows}, reviewer, subject_kind="file")


def forget(db: Connection, number: int) -> None:
    """Takes back a judgement, in the transaction that made it, that turned out to say nothing."""
    db.execute(delete(subjects).where(subjects.c.judgement_number == number))
    db.execute(delete(judgements).where(judgements.c.number == number))


def make(
    db: Connection,
    kind: str,
    subject: str,
    detail: Mapping[str, Any],
    reviewer: str,
    *,
    subject_kind: str = "actor",
    about: Mapping[str, str] | None = None,
    expects: int | None = None,
    counts: bool = True,
) -> Judgement:
    """Logs a judgement. ``about`` are other subjects it is about, with their kinds (of actors ``detail`` tells them).

    ``counts``: it makes a new revision of its subjects. Raises Changed if ``subject`` has another revision than
    ``expects``, and InputError if nobody is named as reviewer.
    """
    if not reviewer.strip():
        raise InputError("a judgement needs a reviewer: say who decides")
    expect(db, subject, expects)
    number = next_number(db, judgements.c.number)
    made_at = now()
    row: dict[str, Any] = {
        "number": number, "id": content_id("judgement", number, kind, subject, detail, reviewer, made_at), "kind": kind,
        "subject_kind": subject_kind, "subject": subject, "detail": dict(detail), "reviewer": reviewer,
        "made_at": made_at,
    }  # fmt: skip
    db.execute(insert(judgements), row)
    made = Judgement(**row, withdrawn_by=None, withdrawn_at=None)
    mentioned = effect.mentioned(made) if subject_kind == "actor" else ()
    touch(db, number, dict.fromkeys(mentioned, "actor") | dict(about or {}) | {subject: subject_kind}, counts=counts)
    return made
