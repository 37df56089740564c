"""The tables of positions: the codebook, what the machine coded by it, and what people decided.

``concepts`` keeps every version; the present one of an id is the last whose judgement stands. ``codings`` and
``conditions`` are as the machine found them, or as a person added them. What people decide is in ``judgements``;
``coding_judged`` follows from it.
"""

from sqlalchemy import JSON, CheckConstraint, Column, Float, ForeignKey, Index, Integer, Table

from onrecord.record.schema import NUMBER, TEXT, metadata
from onrecord.types import ANSWERS

_ANSWERS = ", ".join(map(repr, ANSWERS))

concepts = Table(
    "concepts",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("id", TEXT, nullable=False),
    Column("version", Integer, nullable=False),
    Column("proposition", TEXT, nullable=False),
    Column("note", TEXT, nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("parent", TEXT),
    Column("examples", JSON, nullable=False),
    Column("dropped", Integer, nullable=False),
    Column("judgement_number", NUMBER, ForeignKey("judgements.number"), nullable=False),
    CheckConstraint("length(id) > 0", name="concept_id"),
    CheckConstraint("length(proposition) > 0", name="concept_proposition"),
    CheckConstraint("version > 0", name="concept_version"),
    CheckConstraint("dropped IN (0, 1)", name="concept_dropped"),
)
Index("concepts_by_id", concepts.c.id, concepts.c.number)

# One way of coding by one state of the codebook: ``coder`` is the digest of program, weights and settings, ``concepts``
# maps ids to versions.
runs = Table(
    "runs",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("coder", TEXT, nullable=False),
    Column("concepts", JSON, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("started_at", TEXT, nullable=False),
)

# Which article, as it was read, has been coded by which run.
coded = Table(
    "coded",
    metadata,
    Column("article_number", NUMBER, ForeignKey("articles.number"), primary_key=True, autoincrement=False),
    Column("run_number", NUMBER, ForeignKey("runs.number"), primary_key=True, autoincrement=False),
    Column("reading_id", TEXT, ForeignKey("readings.id"), nullable=False),
    sqlite_with_rowid=False,
)

codings = Table(
    "codings",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("id", TEXT, nullable=False, unique=True),
    Column("article_id", TEXT, ForeignKey("articles.id"), nullable=False),
    Column("concept", TEXT, nullable=False),
    Column("version", Integer, nullable=False),
    # The machine's are of an appearance; a person's may be of any actor of the register.
    Column("appearance_number", NUMBER, ForeignKey("appearances.number")),
    Column("actor_number", NUMBER, ForeignKey("actors.number")),
    Column("statement_number", NUMBER, ForeignKey("statements.number")),
    Column("reporter_number", NUMBER, ForeignKey("appearances.number")),
    Column("run_number", NUMBER, ForeignKey("runs.number")),
    Column("present", Integer, nullable=False),
    Column("answer", TEXT, nullable=False),
    Column("score", Float, nullable=False),
    Column("support", Float, nullable=False),
    Column("oppose", Float, nullable=False),
    Column("undecided", Float, nullable=False),
    Column("start_offset", Integer, nullable=False),
    Column("end_offset", Integer, nullable=False),
    Column("exact", TEXT, nullable=False),
    CheckConstraint("(appearance_number IS NULL) <> (actor_number IS NULL)", name="coding_of_somebody"),
    CheckConstraint("(run_number IS NULL) = (appearance_number IS NULL)", name="coding_by_somebody"),
    CheckConstraint(f"answer IN ({_ANSWERS})", name="coding_answer"),
    CheckConstraint("score BETWEEN 0 AND 1", name="coding_score"),
    CheckConstraint("support >= 0 AND oppose >= 0 AND undecided >= 0", name="coding_chances"),
    CheckConstraint("present IN (0, 1)", name="coding_present"),
    CheckConstraint("start_offset >= 0 AND start_offset < end_offset", name="coding_offsets"),
    CheckConstraint("length(exact) = end_offset - start_offset", name="coding_words"),
)
Index("codings_by_article", codings.c.article_id, codings.c.concept)
Index("codings_by_concept", codings.c.concept, codings.c.present)
Index("codings_by_appearance", codings.c.appearance_number)
Index("codings_by_actor", codings.c.actor_number)
Index("codings_by_statement", codings.c.statement_number)

conditions = Table(
    "conditions",
    metadata,
    Column("coding_number", NUMBER, ForeignKey("codings.number"), primary_key=True, autoincrement=False),
    Column("piece", Integer, primary_key=True, autoincrement=False),
    Column("holds", Integer, nullable=False),
    Column("concept", TEXT),
    Column("start_offset", Integer, nullable=False),
    Column("end_offset", Integer, nullable=False),
    Column("exact", TEXT, nullable=False),
    CheckConstraint("holds IN (0, 1)", name="condition_holds"),
    CheckConstraint("start_offset >= 0 AND start_offset < end_offset", name="condition_offsets"),
    CheckConstraint("length(exact) = end_offset - start_offset", name="condition_words"),
    sqlite_with_rowid=False,
)

coding_judged = Table(
    "coding_judged",
    metadata,
    Column("coding_number", NUMBER, ForeignKey("codings.number"), primary_key=True, autoincrement=False),
    Column("judgement_number", NUMBER, ForeignKey("judgements.number"), nullable=False),
    Column("answer", TEXT, nullable=False),
    # [[start, end, holds, concept, words], …] if the person said so, else as the machine found them
    Column("conditions", JSON(none_as_null=True)),
    CheckConstraint(f"answer IN ({_ANSWERS})", name="judged_answer"),
    sqlite_with_rowid=False,
)

TABLES = (concepts, runs, coded, codings, conditions, coding_judged)
