"""The table of what was learned from people's codings: every model that was ever trained; the last one counts."""

from sqlalchemy import JSON, CheckConstraint, Column, LargeBinary, Table

from onrecord.record.schema import NUMBER, TEXT, metadata

learned_models = Table(
    "learned_models",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    # Depends on all the model was learned from and with: the same is never learned twice.
    Column("id", TEXT, nullable=False, unique=True),
    Column("learned_at", TEXT, nullable=False),
    # The weights (SHA-256), the judgements (ids) and the versions of the concepts it was learned from.
    Column("trained_on", JSON, nullable=False),
    Column("weights", LargeBinary, nullable=False),
    CheckConstraint("length(id) > 0", name="learned_id"),
)
"""``weights`` is a NumPy archive (npz) without pickled objects."""
