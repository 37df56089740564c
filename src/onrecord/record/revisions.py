"""What was decided about something: its revision, whether it is still what a person saw, and its history in words."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from onrecord.errors import Changed
from onrecord.record.actor_schema import judgements
from onrecord.record.found import Judgement
from onrecord.record.gathered import next_number
from onrecord.record.review_found import Happened
from onrecord.record.review_schema import assignments, blind, changes, subjects

_VERBS = {"undone": "withdrew", "redone": "restored"}
_AT_ONCE = 500  # subjects asked for in one query


def now() -> str:
    """The time, as all times of decisions are written (UTC)."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def judgement(row: Row[Any]) -> Judgement:
    """From a row of the table."""
    fields: dict[str, Any] = {c.name: getattr(row, c.name) for c in judgements.c}
    return Judgement(**fields)


def unseen() -> Select[tuple[int]]:
    """The judgements that nobody may see yet but who made them: those in assignments that are still open."""
    query = select(blind.c.judgement_number).join(assignments, assignments.c.number == blind.c.assignment_number)
    return query.where(assignments.c.closed_at.is_(None))


def touch(db: Connection, number: int, about: Mapping[str, str], *, counts: bool = True) -> None:
    """Notes what a judgement is about: subjects with their kinds. ``counts``: it makes a new revision of them."""
    rows = [
        {"subject": subject, "judgement_number": number, "kind": kind, "counts": int(counts and kind != "article")}
        for subject, kind in about.items()
    ]
    db.execute(insert(subjects), rows)


def change(db: Connection, number: int, what: str, *, reviewer: str, made_at: str | None = None) -> None:
    """Notes that a judgement was "undone" or "redone", now unless told when."""
    row = {"number": next_number(db, changes.c.number), "judgement_number": number, "what": what}
    db.execute(insert(changes), row | {"reviewer": reviewer, "made_at": made_at or now()})


def revisions(db: Connection, about: Collection[str]) -> dict[str, int]:
    """How many decisions, withdrawals and restorations there were of each of these subjects, by its id."""
    found: Counter[str] = Counter()
    wanted = sorted(set(about))
    for start in range(0, len(wanted), _AT_ONCE):
        mine = (subjects.c.subject.in_(wanted[start : start + _AT_ONCE]), subjects.c.counts == 1)
        made = select(subjects.c.subject, func.count()).where(*mine).group_by(subjects.c.subject)
        later = select(subjects.c.subject, func.count()).join(
            changes, changes.c.judgement_number == subjects.c.judgement_number
        )
        for query in (made, later.where(*mine).group_by(subjects.c.subject)):
            for subject, number in db.execute(query):
                found[subject] += number
    return found


def expect(db: Connection, subject: str, expects: int | None) -> None:
    """Raises Changed if the subject has another revision than ``expects``; None expects nothing."""
    if expects is None:
        return
    revision = revisions(db, [subject])[subject]
    if revision == expects:
        return
    last = next(reversed(list(_happened(db, [subject], counts=True))), None)
    if last is None:
        raise Changed(
            f"{subject} is not what you saw (revision {expects}, now {revision}): look at it again",
            subject=subject, revision=revision, judgement=None,
        )  # fmt: skip
    raise Changed(
        f"{last.who} was here before you, at {last.at[11:16]} UTC on {last.at[:10]}: {last.words}. "
        "Nothing of yours was stored: look at it again, then decide",
        subject=subject, revision=revision, judgement=last.judgement,
    )  # fmt: skip


def history(db: Connection, subject: str) -> tuple[Happened, ...]:
    """All that was decided about a subject and what it came from or became, the oldest first; withdrawn ones too.

    Not what coders decide in an assignment that is still open: they may not see each other's decisions.
    """
    return tuple(_happened(db, _lineage(db, subject)))


def _lineage(db: Connection, subject: str) -> set[str]:
    """A statement, what it was made from, and what was made from it; of anything else just itself."""
    known: set[str] = set()
    new = {subject}
    while new:
        known |= new
        made = select(subjects.c.judgement_number).where(subjects.c.subject.in_(new), subjects.c.kind == "statement")
        found = select(subjects.c.subject).where(subjects.c.judgement_number.in_(made), subjects.c.kind == "statement")
        new = set(db.scalars(found)) - known
    return known


def _happened(db: Connection, about: Iterable[str], *, counts: bool = False) -> Iterator[Happened]:
    mine = select(subjects.c.judgement_number).where(subjects.c.subject.in_(sorted(about)))
    if counts:
        mine = mine.where(subjects.c.counts == 1)
    mine = mine.where(subjects.c.judgement_number.not_in(unseen()))
    rows = {row.number: judgement(row) for row in db.execute(select(judgements).where(judgements.c.number.in_(mine)))}
    events: dict[str, list[Happened]] = defaultdict(list)
    for number in sorted(rows):
        made = rows[number]
        events[made.made_at].append(
            Happened(at=made.made_at, who=made.reviewer, what="judged", words=told(made), judgement=made)
        )
    later = select(changes).where(changes.c.judgement_number.in_(mine)).order_by(changes.c.number)
    for row in db.execute(later):
        made = rows[row.judgement_number]
        words = f"{_VERBS[row.what]} what {made.reviewer} decided ({told(made)})"
        events[row.made_at].append(
            Happened(at=row.made_at, who=row.reviewer, what=row.what, words=words, judgement=made)
        )
    for at in sorted(events):
        yield from events[at]


def told(made: Judgement) -> str:
    """What a judgement says, in plain words: "actor: Ann Lee → Bob Ray"."""
    detail = made.detail
    words = _ACTORS[made.kind](detail) if made.kind in _ACTORS else _statement(made)
    note = detail.get("note")
    return f"{words} (“{note}”)" if note and made.kind != "note" else words


_ACTORS: dict[str, Any] = {
    "merge": lambda d: f"{', '.join(d['names'])} is {d['name']}",
    "split": lambda d: f"{d['name']} is {d['called'] or 'somebody else'} in {len(d['articles'])} of the articles",
    "rename": lambda d: f"{d['name']} is called {d['called']}",
    "alias": lambda d: f"{d['called']} is a name of {d['name']}",
    "load": lambda d: f"loaded {d['rows']} rows of {d['name']}",
    "coding": lambda d: f"{d['concept']}: {d['found']} → {d['stance']}",
    "codebook": lambda d: (
        "codebook: " + ", ".join((*d.get("concepts", ()), *(f"{i} dropped" for i in d.get("dropped", ()))))
    ),
    "apart": lambda d: f"{d['name']} is not {d['other']}",
}


def _statement(made: Judgement) -> str:
    before, after = made.detail.get("before", []), made.detail.get("after", [])
    if made.kind == "note":
        return f"noted: “{made.detail['note']}”"
    if made.kind == "add":
        return f"added: {_shown(after[0])}"
    if made.kind == "divide":
        return f"divided into {' | '.join(_words(entry, 'content') for entry in after)}"
    if made.kind == "join":
        return f"joined {len(before)} statements: {_words(after[0], 'content')}"
    if made.kind == "correct" and before and after:
        return "; ".join(_differences(before[0], after[0])) or "corrected"
    return made.kind


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for part in ("source", "cue", "content"):
        if before[part] != after[part]:
            yield f"{part}: {_words(before, part) or '(none)'} → {_words(after, part) or '(none)'}"
    if before["kind"] != after["kind"]:
        yield f"kind: {before['kind']} → {after['kind']}"
    if [a["id"] for a in before["actors"]] != [a["id"] for a in after["actors"]]:
        yield f"actor: {_actors(before)} → {_actors(after)}"


def _words(entry: Mapping[str, Any], part: str) -> str:
    words = entry["words"][part]
    return " … ".join(words) if isinstance(words, list) else words or ""


def _actors(entry: Mapping[str, Any]) -> str:
    return ", ".join(a["name"] for a in entry["actors"]) or "(nobody)"


def _shown(entry: Mapping[str, Any]) -> str:
    return f"{_actors(entry)}: {_words(entry, 'content')}"
