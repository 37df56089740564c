"""The codebook in the record: every version of every concept; the present one is the last whose judgement stands."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from onrecord.errors import InputError, NotFound
from onrecord.record import judgements
from onrecord.record.actor_schema import judgements as log
from onrecord.record.checks import askable
from onrecord.record.coding_found import LoadedCodebook
from onrecord.record.gathered import next_number
from onrecord.record.position_schema import concepts
from onrecord.types import Concept, Example


def load(db: Connection, wanted: Iterable[Concept], *, file: str, reviewer: str) -> LoadedCodebook:
    """Adds what is new among ``wanted`` or differs from what stands, as one judgement that can be withdrawn.

    A concept with other words for its proposition becomes a new version; what was coded before keeps the older one.
    Concepts that are not among ``wanted`` stay. Raises InputError for an id that comes twice or a parent there is not.
    """
    wanted = list(wanted)
    ids = [c.id for c in wanted]
    if twice := sorted({i for i in ids if ids.count(i) > 1}):
        raise InputError(f"{file}: {', '.join(twice)}: an id may be used once only")
    held = {c.id: c for c in present(db)}
    if missing := sorted({c.parent for c in wanted if c.parent and c.parent not in {*ids, *held}}):
        raise InputError(f"{file}: no concept {', '.join(missing)}, which others name as their parent")
    sorts: dict[str, list[str]] = {"new": [], "reworded": [], "changed": [], "same": []}
    rows = []
    for concept in wanted:
        before = held.get(concept.id)
        sort = _sort(before, concept)
        sorts[sort].append(concept.id)
        if sort != "same":
            rows.append(_row(concept, _version(db, concept) if sort in ("new", "reworded") else before.version))  # type: ignore[union-attr]
    if rows:
        detail = {"name": file, "concepts": [row["id"] for row in rows]}
        made = judgements.make(db, "codebook", file, detail, reviewer, subject_kind="file")
        first = next_number(db, concepts.c.number)
        db.execute(
            insert(concepts),
            [row | {"number": first + i, "judgement_number": made.number} for i, row in enumerate(rows)],
        )
    return LoadedCodebook(**{sort: tuple(found) for sort, found in sorts.items()})


def drop(db: Connection, concept: Concept, *, reviewer: str) -> None:
    """Takes a concept out of the codebook; what was coded of it stays in the record, and is no longer listed."""
    detail = {"name": concept.id, "dropped": [concept.id]}
    made = judgements.make(db, "codebook", concept.id, detail, reviewer, subject_kind="concept")
    row = _row(concept, concept.version) | {"dropped": 1, "judgement_number": made.number}
    db.execute(insert(concepts), row | {"number": next_number(db, concepts.c.number)})


def _sort(before: Concept | None, now: Concept) -> str:
    if before is None:
        return "new"
    if before.proposition != now.proposition:
        return "reworded"
    fields = ("note", "aliases", "parent", "examples")
    return "same" if all(getattr(before, f) == getattr(now, f) for f in fields) else "changed"


def _version(db: Connection, concept: Concept) -> int:
    """The version these words had before, if they had one; else one more than the highest."""
    same = select(concepts.c.version).where(concepts.c.id == concept.id, concepts.c.proposition == concept.proposition)
    if (known := db.scalar(same.limit(1))) is not None:
        return int(known)
    return 1 + (db.scalar(select(func.max(concepts.c.version)).where(concepts.c.id == concept.id)) or 0)


def _row(concept: Concept, version: int) -> dict[str, Any]:
    return {
        "id": concept.id, "version": version, "proposition": concept.proposition, "note": concept.note,
        "aliases": list(concept.aliases), "parent": concept.parent, "dropped": 0,
        "examples": [{"text": e.text, "stance": e.stance, "actor": e.actor} for e in concept.examples],
    }  # fmt: skip


def present(db: Connection) -> list[Concept]:
    """The concepts as they stand, in the order in which they came into the codebook."""
    last = select(func.max(concepts.c.number)).join(log, log.c.number == concepts.c.judgement_number)
    last = last.where(log.c.withdrawn_at.is_(None)).group_by(concepts.c.id)
    first = select(concepts.c.id, func.min(concepts.c.number).label("first")).group_by(concepts.c.id).subquery()
    query = select(concepts).join(first, first.c.id == concepts.c.id)
    query = query.where(concepts.c.number.in_(last), concepts.c.dropped == 0).order_by(first.c.first)
    return [_concept(row) for row in db.execute(query)]


def versions(db: Connection, ids: Sequence[str]) -> dict[tuple[str, int], str]:
    """The proposition of every version of these concepts."""
    query = select(concepts.c.id, concepts.c.version, concepts.c.proposition).where(concepts.c.id.in_(ids))
    return {(row.id, row.version): row.proposition for row in db.execute(query.order_by(concepts.c.number))}


def _concept(row: Row[Any]) -> Concept:
    return Concept(
        id=row.id, proposition=row.proposition, note=row.note, aliases=tuple(row.aliases), parent=row.parent,
        examples=tuple(Example(**e) for e in row.examples), version=row.version,
    )  # fmt: skip


def find(db: Connection, key: str, where: str) -> Concept:
    """The concept with this id, alias, or beginning of its proposition. Raises NotFound, with what comes close."""
    held = present(db)
    asked = " ".join(askable(key).split()).casefold()
    ways = (
        [c for c in held if c.id.casefold() == asked],
        [c for c in held if c.proposition.casefold() == asked or asked in (a.casefold() for a in c.aliases)],
        [
            c
            for c in held
            if asked and (c.id.casefold().startswith(asked) or c.proposition.casefold().startswith(asked))
        ],
    )
    for found in ways:
        if len(found) == 1:
            return found[0]
        if found:
            raise NotFound(f"{key!r} may be any of {', '.join(c.id for c in found)}: give one of these ids")
    near = get_close_matches(asked, [c.id for c in held], n=2)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(c.id for c in held[:12])}"
    raise NotFound(f"{where}: no concept {key!r}: " + (hint if held else "the codebook is empty: load one"))
