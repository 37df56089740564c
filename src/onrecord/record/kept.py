"""What came with an import and has no place of its own in a record: kept as it came, to go back out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from onrecord.record.gathered import next_number
from onrecord.record.kept_schema import kept
from onrecord.types import content_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One import: of which ``kind`` ("dna"), from which file, when, and what came with it, as JSON."""

    number: int
    id: str
    kind: str
    name: str
    kept_at: str
    payload: Mapping[str, Any]


def keep(db: Connection, kind: str, name: str, payload: Mapping[str, Any]) -> bool:
    """Keeps what was imported from the file ``name``, unless the same is kept already; True if it is new."""
    id_ = content_id("kept", kind, payload)
    if db.scalar(select(kept.c.number).where(kept.c.id == id_)) is not None:
        return False
    row = {"number": next_number(db, kept.c.number), "id": id_, "kind": kind, "name": name, "payload": dict(payload)}
    db.execute(insert(kept), row | {"kept_at": datetime.now(UTC).isoformat(timespec="seconds")})
    return True


def of_kind(db: Connection, kind: str) -> Iterator[Kept]:
    """All imports of a kind, in the order in which they came."""
    for row in db.execute(select(kept).where(kept.c.kind == kind).order_by(kept.c.number)):
        yield Kept(**row._mapping)
