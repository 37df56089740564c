"""The tables of review: what follows from decisions about statements, who decides, what was drawn to be checked.

Decisions themselves are in ``judgements``. ``subjects`` says what each is about, ``changes`` when it was withdrawn or
restored. ``standing`` and all that begins with ``found_`` follow from these (see standing.py): the tables of statements
show what stands, and what the machine found is kept aside exactly, to come back when a decision is withdrawn.
"""

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Index, Integer, Table

from onrecord.record.actor_schema import judgements
from onrecord.record.schema import NUMBER, TEXT, metadata

SET_ASIDE = "set aside"
"""The reading to which whatever people set aside belongs while it is not listed. No article is read by it."""

VERDICTS = ("right", "wrong", "corrected", "added", "replaced")

subjects = Table(
    "subjects",
    metadata,
    Column("subject", TEXT, primary_key=True),
    Column("judgement_number", NUMBER, ForeignKey("judgements.number"), primary_key=True, autoincrement=False),
    Column("kind", TEXT, nullable=False),
    Column("counts", Integer, nullable=False),
    CheckConstraint("counts IN (0, 1)", name="subject_counts"),
    sqlite_with_rowid=False,
)
Index("subjects_by_judgement", subjects.c.judgement_number)

changes = Table(
    "changes",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("judgement_number", NUMBER, ForeignKey("judgements.number"), nullable=False),
    Column("what", TEXT, nullable=False),
    Column("reviewer", TEXT, nullable=False),
    Column("made_at", TEXT, nullable=False),
    CheckConstraint("what IN ('undone', 'redone')", name="change_what"),
)
Index("changes_by_judgement", changes.c.judgement_number)

standing = Table(
    "standing",
    metadata,
    Column("statement_number", NUMBER, ForeignKey("statements.number"), primary_key=True, autoincrement=False),
    Column("article_id", TEXT, ForeignKey("articles.id"), nullable=False),
    Column("verdict", TEXT, nullable=False),
    Column("judgement_number", NUMBER, ForeignKey("judgements.number"), nullable=False),
    Column("found_reading_id", TEXT, ForeignKey("readings.id"), nullable=False),
    Column("found_kind", TEXT, nullable=False),
    Column("found_score", Float, nullable=False),
    Column("resolved", Integer, nullable=False),
    CheckConstraint(f"verdict IN ({', '.join(map(repr, VERDICTS))})", name="standing_verdict"),
    CheckConstraint("resolved IN (0, 1)", name="standing_resolved"),
)
Index("standing_by_article", standing.c.article_id)
Index("standing_by_judgement", standing.c.judgement_number)

found_resolutions = Table(
    "found_resolutions",
    metadata,
    Column("statement_number", NUMBER, ForeignKey("statements.number"), primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("appearance_number", NUMBER, ForeignKey("appearances.number")),
    Column("how", TEXT, nullable=False),
    Column("score", Float, nullable=False),
    Column("start_offset", Integer),
    Column("end_offset", Integer),
    Column("exact", TEXT),
    sqlite_with_rowid=False,
)

found_links = Table(
    "found_links",
    metadata,
    Column("statement_number", NUMBER, ForeignKey("statements.number"), primary_key=True, autoincrement=False),
    Column("article_id", TEXT, ForeignKey("articles.id"), nullable=False),
    Column("part_of", TEXT),
    Column("within", TEXT),
)
Index("found_links_by_article", found_links.c.article_id)

placed = Table(
    "placed",
    metadata,
    Column("appearance_number", NUMBER, ForeignKey("appearances.number"), primary_key=True, autoincrement=False),
    Column("article_id", TEXT, ForeignKey("articles.id"), nullable=False),
    Column("judgement_number", NUMBER, ForeignKey("judgements.number"), nullable=False),
)
Index("placed_by_article", placed.c.article_id)

apart = Table(
    "apart",
    metadata,
    Column("appearance_number", NUMBER, ForeignKey("appearances.number"), primary_key=True, autoincrement=False),
    Column("actor_number", NUMBER, ForeignKey("actors.number"), primary_key=True, autoincrement=False),
    Column("judgement_number", NUMBER, ForeignKey("judgements.number"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
Index("apart_by_judgement", apart.c.judgement_number)

skipped = Table(
    "skipped",
    metadata,
    Column("reviewer", TEXT, primary_key=True),
    Column("subject_kind", TEXT, primary_key=True),
    Column("subject", TEXT, primary_key=True),
    sqlite_with_rowid=False,
)

coders = Table(
    "coders",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("role", TEXT, nullable=False),
    Column("password", TEXT),
    Column("added_at", TEXT, nullable=False),
    Column("removed_at", TEXT),
    CheckConstraint("role IN ('reader', 'coder', 'admin')", name="coder_role"),
    CheckConstraint("length(name) > 0", name="coder_name"),
    sqlite_with_rowid=False,
)

logins = Table(
    "logins",
    metadata,
    Column("token_sha256", TEXT, primary_key=True),
    Column("coder", TEXT, ForeignKey("coders.name"), nullable=False),
    Column("made_at", TEXT, nullable=False),
    Column("expires_at", TEXT, nullable=False),
    sqlite_with_rowid=False,
)
Index("logins_by_coder", logins.c.coder)

failed_logins = Table(
    "failed_logins",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("coder", TEXT, nullable=False),
    Column("client", TEXT, nullable=False),
    Column("failed_at", TEXT, nullable=False),
)
Index("failed_logins_by_time", failed_logins.c.failed_at)

samples = Table(
    "samples",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("name", TEXT, nullable=False),
    Column("of", TEXT, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("stratify", TEXT),
    Column("made_by", TEXT, nullable=False),
    Column("made_at", TEXT, nullable=False),
)

sampled = Table(
    "sampled",
    metadata,
    Column("sample_number", NUMBER, ForeignKey("samples.number"), primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("subject", TEXT, nullable=False),
    Column("stratum", TEXT, nullable=False),
    Column("population", Integer, nullable=False),
    CheckConstraint("population > 0", name="sampled_population"),
    sqlite_with_rowid=False,
)
Index("sampled_by_subject", sampled.c.subject)

assignments = Table(
    "assignments",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("name", TEXT, nullable=False),
    Column("shows", TEXT, nullable=False),
    Column("made_by", TEXT, nullable=False),
    Column("made_at", TEXT, nullable=False),
    Column("closed_by", TEXT),
    Column("closed_at", TEXT),
    CheckConstraint("shows IN ('machine', 'nothing')", name="assignment_shows"),
)

assigned_coders = Table(
    "assigned_coders",
    metadata,
    Column("assignment_number", NUMBER, ForeignKey("assignments.number"), primary_key=True, autoincrement=False),
    Column("coder", TEXT, primary_key=True),
    sqlite_with_rowid=False,
)

# ``statement_ids`` narrows the assignment to these of the article's statements; none of a row means all of them.
assigned_units = Table(
    "assigned_units",
    metadata,
    Column("assignment_number", NUMBER, ForeignKey("assignments.number"), primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("article_id", TEXT, ForeignKey("articles.id"), nullable=False),
    Column("subject", TEXT),
    sqlite_with_rowid=False,
)

blind = Table(
    "blind",
    metadata,
    Column("judgement_number", NUMBER, ForeignKey("judgements.number"), primary_key=True, autoincrement=False),
    Column("assignment_number", NUMBER, ForeignKey("assignments.number"), nullable=False),
    Column("article_id", TEXT, ForeignKey("articles.id"), nullable=False),
    Column("coder", TEXT, nullable=False),
)
Index("blind_by_assignment", blind.c.assignment_number, blind.c.article_id)

TABLES = (
    subjects, changes, standing, found_resolutions, found_links, placed, apart, skipped, coders, logins, failed_logins,
    samples, sampled, assignments, assigned_coders, assigned_units, blind,
)  # fmt: skip

__all__ = ["SET_ASIDE", "TABLES", "VERDICTS", "judgements"]
