"""What counts for codings: the last judgement about each that stands."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select

from onrecord.record.actor_schema import judgements
from onrecord.record.position_schema import coding_judged, codings


def settle(db: Connection, ids: Collection[str]) -> None:
    """Brings what counts for these codings in line with the judgements that stand: the last decides."""
    rows = {row.id: row for row in db.execute(select(codings.c.id, codings.c.number).where(codings.c.id.in_(ids)))}
    db.execute(delete(coding_judged).where(coding_judged.c.coding_number.in_([r.number for r in rows.values()])))
    standing = select(judgements).where(
        judgements.c.kind == "coding", judgements.c.subject.in_(rows), judgements.c.withdrawn_at.is_(None)
    )
    last = {row.subject: row for row in db.execute(standing.order_by(judgements.c.number))}
    values = [
        {
            "coding_number": rows[subject].number, "judgement_number": row.number, "answer": row.detail["stance"],
            "conditions": row.detail.get("conditions"),
        }
        for subject, row in last.items()
    ]  # fmt: skip
    if values:
        db.execute(insert(coding_judged), values)
