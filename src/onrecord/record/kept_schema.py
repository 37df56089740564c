"""The table of what came with an import and has no place of its own in a record."""

from sqlalchemy import JSON, CheckConstraint, Column, Table

from onrecord.record.schema import NUMBER, TEXT, metadata

kept = Table(
    "kept",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("id", TEXT, nullable=False, unique=True),
    Column("kind", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("kept_at", TEXT, nullable=False),
    Column("payload", JSON, nullable=False),
    CheckConstraint("length(kind) > 0", name="kept_kind"),
)
