"""What a person should look at first: the doubtful on which most hangs.

Everything a machine decided and nobody judged stands in the queue by (1 − score) × how much hangs on it:

    statement   its score; itself, the codings that rest on it, the near-copies of its article
    resolution  how surely it is whose it is taken for (0 if that is open); the same hangs on it
    link        how surely two actors are two (1 − the proposal's score); the statements of the one with fewer
    coding      its score; itself and the near-copies, twice if nothing else tells where this actor stands on this

Near-copies do not stand in the queue themselves.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
)

from onrecord.errors import InputError
from onrecord.record.actor_schema import actors, appearances, proposals, resolutions
from onrecord.record.checks import askable
from onrecord.record.coding_found import Coded
from onrecord.record.decided import machines_codings
from onrecord.record.found import Proposal, Said
from onrecord.record.position_schema import coding_judged, codings
from onrecord.record.review_found import QUEUE_KINDS, Queued, QueueKind
from onrecord.record.review_schema import apart, skipped, standing
from onrecord.record.rows import heading, heading_columns, with_original
from onrecord.record.schema import articles, statements

_MILLIONTHS = 1_000_000  # weights are compared as whole numbers, so that a list can be gone on with exactly


class Place(NamedTuple):
    """Where something stands in the queue: the heaviest first, then by kind and subject."""

    weight: int
    kind: QueueKind
    subject: str

    @classmethod
    def of(cls, key: str) -> "Place":
        """From a key. Raises InputError for what is none."""
        weight, _, rest = key.partition("|")
        kind, _, subject = rest.partition("|")
        if not weight.isdecimal() or len(weight) > 15 or kind not in QUEUE_KINDS:
            raise InputError(f"{key!r} is no place in the queue: begin at its head")
        return cls(int(weight), next(k for k in QUEUE_KINDS if k == kind), subject)

    @property
    def key(self) -> str:
        """As a person's program keeps it."""
        return f"{self.weight}|{self.kind}|{self.subject}"


class Waiting(NamedTuple):
    """A row of the queue: its place, how sure the machine is, how much hangs on it, and what tells the reason."""

    place: Place
    score: float
    hangs: int
    row: Row[Any]


def waiting(
    db: Connection, kinds: Sequence[QueueKind], *, limit: int, after: str | None, reviewer: str | None
) -> list[Waiting]:
    """The first rows of these kinds after a place, without what ``reviewer`` skipped."""
    place = Place.of(after) if after is not None else None
    found: list[Waiting] = []
    for kind in kinds:
        query, subject, score, hangs = _QUERIES[kind](db)
        weight = cast((1 - score) * hangs * _MILLIONTHS, BigInteger)
        query = query.add_columns(
            subject.label("subject"), score.label("sure"), hangs.label("hangs"), weight.label("weight")
        )
        query = query.where(weight > 0)
        if place is not None:
            query = query.where(_later(kind, weight, subject, place))
        if reviewer is not None:
            mine = (skipped.c.reviewer == reviewer, skipped.c.subject_kind == kind, skipped.c.subject == subject)
            query = query.where(~exists().where(*mine))
        rows = db.execute(query.order_by(weight.desc(), subject).limit(limit))
        found += [Waiting(Place(int(r.weight), kind, r.subject), float(r.sure), int(r.hangs), r) for r in rows]
    found.sort(key=lambda w: (-w.place.weight, w.place.kind, w.place.subject))
    return found[:limit]


def skip(db: Connection, kind: QueueKind, subject: str, *, reviewer: str) -> None:
    """Leaves something out of this reviewer's queue."""
    if kind not in QUEUE_KINDS:
        raise InputError(f"{kind!r} is not in the queue: {', '.join(QUEUE_KINDS)}")
    key = {"reviewer": reviewer, "subject_kind": kind, "subject": askable(subject)}
    if db.execute(select(skipped).filter_by(**key)).first() is None:
        db.execute(insert(skipped), key)


def _later(kind: str, weight: ColumnElement[Any], subject: ColumnElement[Any], place: Place) -> ColumnElement[bool]:
    if kind == place.kind:
        return or_(weight < place.weight, and_(weight == place.weight, subject > place.subject))
    return weight <= place.weight if kind > place.kind else weight < place.weight


def _copies() -> Any:
    """How many current near-copies an article has, by its id."""
    of = select(articles.c.duplicate_of.label("original"), func.count().label("copies"))
    of = of.where(articles.c.duplicate_of.is_not(None), articles.c.replaced_by.is_(None))
    return of.group_by(articles.c.duplicate_of).subquery()


def _resting() -> Any:
    """How many codings rest on a statement, by its number."""
    of = select(codings.c.statement_number, func.count().label("codings"))
    of = of.where(codings.c.present == 1, codings.c.answer != "none", codings.c.statement_number.is_not(None))
    return of.group_by(codings.c.statement_number).subquery()


def _first() -> tuple[ColumnElement[bool], ...]:
    return articles.c.replaced_by.is_(None), articles.c.duplicate_of.is_(None)


def _of_statements(*columns: Any) -> tuple[Select[Any], ColumnElement[Any], ColumnElement[Any]]:
    copies, resting = _copies(), _resting()
    n_copies, n_codings = func.coalesce(copies.c.copies, 0), func.coalesce(resting.c.codings, 0)
    present = and_(statements.c.article_id == articles.c.id, statements.c.reading_id == articles.c.reading_id)
    query = select(n_copies.label("copies"), n_codings.label("codings"), *columns)
    query = query.select_from(articles.join(statements, present)
                              .outerjoin(copies, copies.c.original == articles.c.id)
                              .outerjoin(resting, resting.c.statement_number == statements.c.number))  # fmt: skip
    judged = exists().where(standing.c.statement_number == statements.c.number)
    return query.where(*_first(), ~judged), statements.c.id, 1 + n_copies + n_codings


def _statements(_: Connection) -> Any:
    query, subject, hangs = _of_statements()
    return query, subject, statements.c.score, hangs


def _resolutions(_: Connection) -> Any:
    query, subject, hangs = _of_statements(resolutions.c.exact, resolutions.c.how)
    first = and_(resolutions.c.statement_number == statements.c.number, resolutions.c.ordinal == 0)
    return query.join(resolutions, first), subject, resolutions.c.score, hangs


def _spoken() -> Any:
    """How many present statements an actor of the register made, by its number."""
    found = actors.alias("speaking")
    present = and_(statements.c.article_id == articles.c.id, statements.c.reading_id == articles.c.reading_id)
    of = select(found.c.stands_for.label("root"), func.count(statements.c.number.distinct()).label("statements"))
    of = of.select_from(articles.join(statements, present)
                        .join(resolutions, resolutions.c.statement_number == statements.c.number)
                        .join(appearances, appearances.c.number == resolutions.c.appearance_number)
                        .join(found, found.c.number == appearances.c.actor_number))  # fmt: skip
    return of.where(articles.c.replaced_by.is_(None)).group_by(found.c.stands_for).subquery()


def _links(_: Connection) -> Any:
    found, mine, theirs, other = (actors.alias(name) for name in ("found", "mine", "theirs", "other"))
    spoken = _spoken()
    of_mine, of_other = spoken.alias("of_mine"), spoken.alias("of_other")
    mine_n, other_n = func.coalesce(of_mine.c.statements, 0), func.coalesce(of_other.c.statements, 0)
    present = and_(appearances.c.article_id == articles.c.id, appearances.c.reading_id == articles.c.reading_id)
    subject = appearances.c.id + literal(":") + theirs.c.id
    query = select(
        *heading_columns, proposals.c.score.label("likely"), proposals.c.reason, mine.c.id.label("mine_id"),
        mine.c.name.label("mine"), mine.c.kind.label("actor_kind"), other.c.id.label("other_id"),
        other.c.name.label("other"), mine_n.label("mine_n"), other_n.label("other_n"),
    )  # fmt: skip
    query = query.select_from(with_original.join(appearances, present)
                              .join(proposals, proposals.c.appearance_number == appearances.c.number)
                              .join(found, found.c.number == appearances.c.actor_number)
                              .join(mine, mine.c.number == found.c.stands_for)
                              .join(theirs, theirs.c.number == proposals.c.actor_number)
                              .join(other, other.c.number == theirs.c.stands_for)
                              .outerjoin(of_mine, of_mine.c.root == mine.c.number)
                              .outerjoin(of_other, of_other.c.root == other.c.number))  # fmt: skip
    kept_apart = exists().where(
        apart.c.appearance_number == proposals.c.appearance_number, apart.c.actor_number == proposals.c.actor_number
    )
    query = query.where(*_first(), mine.c.number != other.c.number, ~kept_apart)
    query = query.where(appearances.c.actor_number == appearances.c.found_number)
    fewer = case((mine_n < other_n, mine_n), else_=other_n)
    return query, subject, 1 - proposals.c.score, 1 + fewer


def _codings(db: Connection) -> Any:
    copies = _copies()
    found, mine = actors.alias("found"), actors.alias("mine")
    n_copies = func.coalesce(copies.c.copies, 0)
    joined, listed = machines_codings(db)
    joined = joined.join(found, found.c.number == appearances.c.actor_number)
    in_cell = func.count().over(partition_by=(mine.c.number, codings.c.concept))
    inner = select(codings.c.id, codings.c.number, codings.c.score, codings.c.article_id, in_cell.label("in_cell"))
    inner = inner.select_from(joined.join(mine, mine.c.number == found.c.stands_for))
    of = inner.where(*listed, *_first()).subquery()
    query = select(n_copies.label("copies"), of.c.in_cell)
    query = query.select_from(of.outerjoin(copies, copies.c.original == of.c.article_id))
    query = query.where(~exists().where(coding_judged.c.coding_number == of.c.number))
    return query, of.c.id, of.c.score, (1 + n_copies) * case((of.c.in_cell == 1, 2), else_=1)


_QUERIES: dict[str, Any] = {
    "statement": _statements, "resolution": _resolutions, "link": _links, "coding": _codings,
}  # fmt: skip


def proposal(row: Row[Any]) -> Proposal:
    """From a row of links."""
    return Proposal(
        actor_id=row.mine_id, actor=row.mine, other_id=row.other_id, other=row.other, kind=row.actor_kind,
        score=row.likely, reason=row.reason, article=row.name, published=row.published,
    )  # fmt: skip


def queued(found: Waiting, said: Said | None, coded: Coded | None) -> Queued:
    """From a row, and the statement or coding that it is about."""
    known = said or coded
    return Queued(
        key=found.place.key,
        kind=found.place.kind,
        subject=found.place.subject,
        weight=found.place.weight / _MILLIONTHS,
        score=found.score,
        hangs=found.hangs,
        reason=reason(found, said),
        article=known.article if known is not None else heading(found.row),
        statement=said,
        proposal=proposal(found.row) if found.place.kind == "link" else None,
        coded=coded,
    )


def reason(found: Waiting, said: Said | None) -> str:
    """Why something stands where it does, in a sentence."""
    row, sure = found.row, f"{round(found.score * 100)} %"
    if found.place.kind == "statement":
        return f"The machine is {sure} sure of this statement{_resting_on(row.codings, row.copies)}."
    if found.place.kind == "resolution":
        if row.how == "unresolved":
            return f"The machine does not know whose this is{_resting_on(row.codings, row.copies)}."
        name = said.speakers[0].name if said is not None and said.speakers else "who it is taken for"
        called = f"“{row.exact}” is {name}" if row.exact else f"this is {name}’s"
        return f"The machine is {sure} sure that {called}{_resting_on(row.codings, row.copies)}."
    if found.place.kind == "link":
        likely = f"{round(row.likely * 100)} %"
        each = f"{row.mine_n} and {row.other_n} statements"
        return f"{row.mine} and {row.other} ({each}) are one with a chance of {likely}: {row.reason}."
    alone = "nothing else tells where this actor stands on it" if row.in_cell == 1 else None
    copies = _many(row.copies, "near-copy", "near-copies")
    told = "; ".join(part for part in (alone, copies and f"{copies} of the article") if part)
    return f"The machine is {sure} sure of this coding{'; ' + told if told else ''}."


def _resting_on(n_codings: int, copies: int) -> str:
    on_it = [_many(n_codings, "coding", "codings"), _many(copies, "near-copy", "near-copies")]
    told = " and ".join(part for part in on_it if part)
    one = (n_codings or copies) == 1 and not (n_codings and copies)
    return f"; {told} {'hangs' if one else 'hang'} on it" if told else ""


def _many(number: int, one: str, many: str) -> str | None:
    return f"{number} {one if number == 1 else many}" if number else None
