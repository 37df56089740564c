"""Several coders on the same articles, each without seeing the others: who has what to do, and how far they agree.

What a coder decides in an assignment is a judgement like any other, but nothing follows from it: the record shows it to
nobody else before it is adjudicated, or the assignment is closed and all agree.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, insert, select, update

from onrecord.errors import InputError, NotFound
from onrecord.record import agreement, judgements, review, standing
from onrecord.record.actor_schema import judgements as log
from onrecord.record.found import Judgement
from onrecord.record.gathered import next_number
from onrecord.record.review_found import Assignment, Measured, Shows
from onrecord.record.review_schema import (
    SET_ASIDE,
    assigned_coders,
    assigned_units,
    assignments,
    blind,
    subjects,
)
from onrecord.record.review_schema import standing as laid
from onrecord.record.revisions import judgement, now
from onrecord.record.schema import articles, statements

MACHINE = "machine"
"""The machine among coders: what it found, compared with what people say of it."""

Variable = Literal["verdict", "content", "source", "cue", "kind", "actor"]
VARIABLES: tuple[Variable, ...] = ("verdict", "content", "source", "cue", "kind", "actor")
Decisions = dict[str, dict[str, Judgement]]
Roots = Mapping[str, str]
_SEED = 20190517  # of the bootstrap: the same figures each time they are asked for


def assign(
    db: Connection, *, name: str, coders: Sequence[str], units: Sequence[tuple[str, str | None]], shows: Shows,
    reviewer: str,
) -> Assignment:  # fmt: skip
    """Makes an assignment. ``units`` are article ids, each with a statement's id or None for all of the article's."""
    coders = list(dict.fromkeys(" ".join(coder.split()) for coder in coders))
    if len(coders) < 2 or not all(coders) or MACHINE in coders:
        raise InputError("an assignment needs two coders or more, by their names")
    if not units:
        raise InputError("an assignment needs articles: none fits")
    if shows not in ("machine", "nothing"):
        raise InputError(f"coders are shown the machine's statements or nothing, not {shows!r}")
    number = next_number(db, assignments.c.number)
    row = {"number": number, "name": name.strip() or f"assignment {number}", "shows": shows}
    db.execute(insert(assignments), row | {"made_by": reviewer, "made_at": now()})
    db.execute(insert(assigned_coders), [{"assignment_number": number, "coder": coder} for coder in coders])
    rows = [
        {"assignment_number": number, "place": place, "article_id": article, "subject": subject}
        for place, (article, subject) in enumerate(units)
    ]
    db.execute(insert(assigned_units), rows)
    return find(db, number)


def listed(db: Connection) -> list[Assignment]:
    """All assignments, the latest first."""
    rows = db.execute(select(assignments).order_by(assignments.c.number.desc())).all()
    named, texts = defaultdict(list), defaultdict(list)
    for row in db.execute(select(assigned_coders).order_by(assigned_coders.c.coder)):
        named[row.assignment_number].append(row.coder)
    for row in db.execute(select(assigned_units).order_by(assigned_units.c.place)):
        texts[row.assignment_number].append(row.article_id)
    return [
        Assignment(**row._mapping, coders=tuple(named[row.number]), articles=tuple(dict.fromkeys(texts[row.number])))
        for row in rows
    ]


def find(db: Connection, number: int) -> Assignment:
    """The assignment with this number. Raises NotFound."""
    for found in listed(db):
        if found.number == number:
            return found
    raise NotFound(f"no assignment {number}: the command agreement --list lists them")


def check_coder(assignment: Assignment, coder: str) -> None:
    """Raises NotFound unless the coder is one of the assignment."""
    if coder not in assignment.coders:
        raise NotFound(f"{coder} is no coder of assignment {assignment.name!r}")


def to_decide(db: Connection, assignment: Assignment, article_ids: Collection[str]) -> dict[str, list[Row[Any]]]:
    """The rows of the statements that coders decide on, as the machine's present reading found them, by article."""
    if assignment.shows == "nothing":
        return {}
    mine = select(assigned_units.c.article_id, assigned_units.c.subject)
    wanted: dict[str, set[str | None]] = defaultdict(set)
    for article, subject in db.execute(mine.where(assigned_units.c.assignment_number == assignment.number)):
        wanted[article].add(subject)
    reading = func.coalesce(laid.c.found_reading_id, statements.c.reading_id)
    query = select(statements).join(articles, articles.c.id == statements.c.article_id)
    query = query.outerjoin(laid, laid.c.statement_number == statements.c.number)
    query = query.where(articles.c.id.in_(article_ids), reading == articles.c.reading_id)
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in db.execute(query.order_by(statements.c.article_id, statements.c.ordinal, statements.c.number)):
        if None in wanted[row.article_id] or row.id in wanted[row.article_id]:
            found[row.article_id].append(row)
    return found


def decisions(db: Connection, assignment: int, *, coder: str | None = None) -> Decisions:
    """What each coder decided last about each statement, by coder and statement; withdrawn ones left out."""
    query = select(log, blind.c.coder).join(blind, blind.c.judgement_number == log.c.number)
    query = query.where(blind.c.assignment_number == assignment, log.c.withdrawn_at.is_(None))
    if coder is not None:
        query = query.where(blind.c.coder == coder)
    found: Decisions = defaultdict(dict)
    for row in db.execute(query.order_by(log.c.number)):
        for entry in row.detail["before"] or row.detail["after"]:
            found[row.coder][entry["id"]] = judgement(row)
    return found


def value(made: Judgement, variable: Variable, root: Roots) -> str | None:
    """What a decision says of a variable; None if it says nothing of it.

    A verdict is right (also of what a coder added), wrong or corrected. Who says that a statement is none says nothing
    of its parts. ``root`` are the ids of the actors that stand for others.
    """
    if variable == "verdict":
        return _VERDICT.get(made.kind, made.kind)
    after = made.detail["after"]
    return _part(after, variable, root) if after else None


_VERDICT = {"correct": "corrected", "divide": "corrected", "join": "corrected", "add": "right"}


def _part(entries: Sequence[Mapping[str, Any]], variable: Variable, root: Roots) -> str:
    if variable == "actor":
        return repr([sorted(root.get(a["id"], a["id"]) for a in entry["actors"]) for entry in entries])
    return repr([entry[variable] for entry in entries])


def roots(db: Connection, decided: Decisions, found: Mapping[str, Mapping[str, Any]]) -> Roots:
    """Which actors now stand for those that decisions and the machine's entries name."""
    after = [entry for units in decided.values() for made in units.values() for entry in made.detail["after"]]
    return standing.root_ids(db, {a["id"] for entry in (*after, *found.values()) for a in entry["actors"]})


def values(
    decided: Decisions, found: Mapping[str, Mapping[str, Any]], variable: Variable, root: Roots
) -> dict[str, dict[str, str]]:
    """What coders, and the machine, say of a variable, by coder and statement. ``found`` are the machine's entries.

    Who decided on an article and did not mark a statement there that somebody added has missed it.
    """
    said: dict[str, dict[str, str]] = {MACHINE: {}}
    for id_, entry in found.items():
        said[MACHINE][id_] = "right" if variable == "verdict" else _part([entry], variable, root)
    for coder, units in decided.items():
        told = {unit: value(made, variable, root) for unit, made in units.items()}
        said[coder] = {unit: v for unit, v in told.items() if v is not None}
    if variable == "verdict":
        added = {unit: made for units in decided.values() for unit, made in units.items() if made.kind == "add"}
        active = {coder: {made.detail["article"] for made in units.values()} for coder, units in decided.items()}
        for unit, made in added.items():
            said[MACHINE].setdefault(unit, _MISSED)
            for coder, texts in active.items():
                if made.detail["article"] in texts:
                    said[coder].setdefault(unit, _MISSED)
    return said


_MISSED = "missed"


def measured(
    decided: Decisions,
    found: Mapping[str, Mapping[str, Any]],
    coders: Sequence[str],
    root: Roots,
    *,
    shows: Shows = "machine",
) -> list[Measured]:
    """The agreement of all coders on each variable, of each pair, and of each coder with the machine.

    Where coders are shown nothing there is no alpha of the verdict: nobody marks what is no statement.
    """
    groups = [tuple(coders)] if len(coders) > 1 else []
    groups += [pair for pair in combinations(coders, 2) if pair not in groups]
    groups += [(coder, MACHINE) for coder in coders]
    lines = []
    for variable in VARIABLES:
        said = values(decided, found, variable, root)
        for group in groups:
            line = _measure(variable, group, said)
            if variable == "verdict" and shows == "nothing":
                line = replace(line, alpha=None, alpha_low=None, alpha_high=None)
            lines.append(line)
    return lines


def _measure(variable: Variable, group: tuple[str, ...], values: Mapping[str, Mapping[str, str]]) -> Measured:
    table = agreement.counted(agreement.by_unit(values, group))
    share, alpha = agreement.resampled(table, seed=_SEED)
    return Measured(
        variable=variable, coders=group, units=len(table), percent=share.value, percent_low=share.low,
        percent_high=share.high, alpha=alpha.value, alpha_low=alpha.low, alpha_high=alpha.high,
    )  # fmt: skip


def differing(decided: Decisions, root: Roots) -> dict[str, tuple[Variable, ...]]:
    """The statements on which coders differ, and in what. One that a coder missed differs in its verdict."""
    found: dict[str, list[Variable]] = defaultdict(list)
    for variable in VARIABLES:
        of: dict[str, set[str]] = defaultdict(set)
        for coder, units in values(decided, {}, variable, root).items():
            if coder != MACHINE:
                for unit, said in units.items():
                    of[unit].add(said)
        for unit, said_of in of.items():
            if len(said_of) > 1:
                found[unit].append(variable)
    return {unit: tuple(found[unit]) for unit in sorted(found)}


def settled(db: Connection, units: Iterable[str]) -> dict[str, Judgement]:
    """The judgement in force about each of these statements, as far as there is one."""
    about = select(subjects.c.subject, log).join(log, log.c.number == subjects.c.judgement_number)
    about = about.where(subjects.c.subject.in_(sorted(units)), subjects.c.counts == 1, log.c.withdrawn_at.is_(None))
    return {row.subject: judgement(row) for row in db.execute(about.order_by(log.c.number))}


def adjudicate(db: Connection, assignment: Assignment, key: str, *, reviewer: str, note: str) -> Judgement:
    """Lets what a coder decided stand: a judgement of the reviewer's that says the same. Raises NotFound."""
    query = select(log).join(blind, blind.c.judgement_number == log.c.number)
    row = db.execute(query.where(blind.c.assignment_number == assignment.number, log.c.id == key)).first()
    if row is None:
        raise NotFound(f"no decision {key!r} in assignment {assignment.name!r}")
    if row.withdrawn_at is not None:
        raise InputError(f"{row.reviewer} withdrew that decision on {row.withdrawn_at}")
    return _let_stand(db, assignment, row, reviewer=reviewer, note=note)


def _let_stand(db: Connection, assignment: Assignment, row: Row[Any], *, reviewer: str, note: str) -> Judgement:
    detail = {**row.detail, "adjudicates": assignment.number, "decided_by": row.reviewer}
    detail.pop("note", None)
    if note.strip():
        detail["note"] = note.strip()
    ids = {entry["id"]: "statement" for entry in (*detail["before"], *detail["after"])}
    made = judgements.make(
        db,
        row.kind,
        row.subject,
        detail,
        reviewer,
        subject_kind="statement",
        about=ids | {detail["article"]: "article"},
    )
    standing.recompute(db, detail["article"])
    return made


def close(db: Connection, assignment: Assignment, *, reviewer: str) -> int:
    """Ends an assignment; what two or more coders decided and all say alike stands from now on. Returns how many."""
    if assignment.closed_at is not None:
        raise InputError(f"assignment {assignment.name!r} was closed on {assignment.closed_at[:10]}")
    decided = decisions(db, assignment.number)
    differ = differing(decided, roots(db, decided, {}))
    by_unit: dict[str, list[Judgement]] = defaultdict(list)
    for said in decided.values():
        for unit, one in said.items():
            by_unit[unit].append(one)
    known = settled(db, by_unit)
    agreed = {
        unit: made for unit, made in by_unit.items() if len(made) > 1 and unit not in differ and unit not in known
    }
    for unit in sorted(agreed):
        first = min(agreed[unit], key=lambda made: made.number)
        row = db.execute(select(log).where(log.c.number == first.number)).one()
        _let_stand(db, assignment, row, reviewer=reviewer, note="")
    values = {"closed_by": reviewer, "closed_at": now()}
    db.execute(update(assignments).where(assignments.c.number == assignment.number).values(values))
    return len(agreed)


def machines_entries(db: Connection, units: Collection[str]) -> dict[str, dict[str, Any]]:
    """What the machine found of these statements, by id; not what people added."""
    reading = func.coalesce(laid.c.found_reading_id, statements.c.reading_id)
    query = select(statements).outerjoin(laid, laid.c.statement_number == statements.c.number)
    rows = db.execute(query.where(statements.c.id.in_(sorted(units)), reading != SET_ASIDE)).all()
    return {entry["id"]: entry for entry in review.entries(db, rows, found=True)}
