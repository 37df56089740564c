"""The tables of actors: what articles say of them, the register that links them, and what people have decided.

What is read is never edited: ``appearances``, ``mentions``, ``roles`` and ``resolutions`` are as ``Record.add`` got
them, ``appearances.found_number`` is the machine's link. What people decide is in ``judgements`` and ``given``. All the
rest follows from these two (see effect.py): ``appearances.actor_number``, ``actors.stands_for``, ``names``, ``told``.
"""

from sqlalchemy import JSON, CheckConstraint, Column, Float, ForeignKey, Index, Integer, Table, text

from onrecord.record.schema import NUMBER, TEXT, metadata
from onrecord.types import ACTOR_KINDS, HOW

_KINDS = f"kind IN ({', '.join(map(repr, ACTOR_KINDS))})"
_HOWS = f"how IN ({', '.join(map(repr, HOW))})"


def _evidence(table: str, *, optional: bool = False) -> tuple[Column[int] | Column[str] | CheckConstraint, ...]:
    """The words of the article that say so, and where they stand."""
    return (
        Column("start_offset", Integer, nullable=optional),
        Column("end_offset", Integer, nullable=optional),
        Column("exact", TEXT, nullable=optional),
        CheckConstraint("start_offset >= 0 AND start_offset < end_offset", name=f"{table}_offsets"),
        CheckConstraint("length(exact) = end_offset - start_offset", name=f"{table}_words"),
    )


judgements = Table(
    "judgements",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("id", TEXT, nullable=False, unique=True),
    Column("kind", TEXT, nullable=False),
    Column("subject_kind", TEXT, nullable=False),
    Column("subject", TEXT, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("reviewer", TEXT, nullable=False),
    Column("made_at", TEXT, nullable=False),
    Column("withdrawn_by", TEXT),
    Column("withdrawn_at", TEXT),
    CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="judgement_withdrawn"),
)

actors = Table(
    "actors",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("id", TEXT, nullable=False, unique=True),
    Column("kind", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("country", TEXT),
    Column("wikidata", TEXT),
    Column("stands_for", NUMBER, ForeignKey("actors.number"), nullable=False),
    Column("judgement_number", NUMBER, ForeignKey("judgements.number")),
    CheckConstraint(_KINDS, name="actor_kind"),
    CheckConstraint("length(name) > 0", name="actor_name"),
)
Index("actors_by_root", actors.c.stands_for)

appearances = Table(
    "appearances",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("id", TEXT, nullable=False, unique=True),
    Column("article_id", TEXT, ForeignKey("articles.id"), nullable=False),
    Column("reading_id", TEXT, ForeignKey("readings.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("names", JSON, nullable=False),
    Column("country", TEXT),
    Column("parent", TEXT, ForeignKey("appearances.id", deferrable=True, initially="DEFERRED")),
    Column("actor_number", NUMBER, ForeignKey("actors.number"), nullable=False),
    Column("found_number", NUMBER, ForeignKey("actors.number"), nullable=False),
    Column("link_score", Float, nullable=False),
    Column("link_reason", TEXT, nullable=False),
    CheckConstraint(_KINDS, name="appearance_kind"),
    CheckConstraint("length(name) > 0", name="appearance_name"),
    CheckConstraint("ordinal >= 0", name="appearance_ordinal"),
    CheckConstraint("parent <> id", name="appearance_of_another"),
    CheckConstraint("link_score BETWEEN 0 AND 1", name="appearance_link_score"),
)
Index("appearances_by_article", appearances.c.article_id, appearances.c.reading_id)
Index("appearances_by_actor", appearances.c.actor_number, appearances.c.number)
Index(
    "appearances_moved",
    appearances.c.number,
    sqlite_where=text("actor_number <> found_number"),
    postgresql_where=text("actor_number <> found_number"),
)

mentions = Table(
    "mentions",
    metadata,
    Column("appearance_number", NUMBER, ForeignKey("appearances.number"), primary_key=True, autoincrement=False),
    Column("piece", Integer, primary_key=True, autoincrement=False),
    *_evidence("mention"),
    sqlite_with_rowid=False,
)

roles = Table(
    "roles",
    metadata,
    Column("appearance_number", NUMBER, ForeignKey("appearances.number"), primary_key=True, autoincrement=False),
    Column("piece", Integer, primary_key=True, autoincrement=False),
    Column("title", TEXT),
    Column("organisation", TEXT),
    Column("country", TEXT),
    Column("former", Integer, nullable=False),
    *_evidence("role"),
    CheckConstraint("former IN (0, 1)", name="role_former"),
    sqlite_with_rowid=False,
)

resolutions = Table(
    "resolutions",
    metadata,
    Column("statement_number", NUMBER, ForeignKey("statements.number"), primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("appearance_number", NUMBER, ForeignKey("appearances.number")),
    Column("how", TEXT, nullable=False),
    Column("score", Float, nullable=False),
    *_evidence("resolution", optional=True),
    CheckConstraint(_HOWS, name="resolution_how"),
    CheckConstraint("(appearance_number IS NULL) = (how = 'unresolved')", name="resolution_of_somebody"),
    CheckConstraint("score BETWEEN 0 AND 1", name="resolution_score"),
    CheckConstraint("ordinal >= 0", name="resolution_ordinal"),
    CheckConstraint(
        "(start_offset IS NULL) = (exact IS NULL) AND (end_offset IS NULL) = (exact IS NULL)",
        name="resolution_evidence",
    ),
    sqlite_with_rowid=False,
)
Index("resolutions_by_appearance", resolutions.c.appearance_number)

proposals = Table(
    "proposals",
    metadata,
    Column("appearance_number", NUMBER, ForeignKey("appearances.number"), primary_key=True, autoincrement=False),
    Column("actor_number", NUMBER, ForeignKey("actors.number"), primary_key=True, autoincrement=False),
    Column("score", Float, nullable=False),
    Column("reason", TEXT, nullable=False),
    CheckConstraint("score BETWEEN 0 AND 1", name="proposal_score"),
    sqlite_with_rowid=False,
)

Index("proposals_by_actor", proposals.c.actor_number)

given = Table(
    "given",
    metadata,
    Column("judgement_number", NUMBER, ForeignKey("judgements.number"), primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("actor_number", NUMBER, ForeignKey("actors.number"), nullable=False),
    Column("name", TEXT, nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("country", TEXT),
    Column("wikidata", TEXT),
    Column("title", TEXT),
    Column("organisation", TEXT),
    Column("since", TEXT),
    Column("until", TEXT),
    Column("title_words", TEXT, nullable=False),
    Column("organisation_words", TEXT, nullable=False),
    CheckConstraint(_KINDS, name="given_kind"),
    sqlite_with_rowid=False,
)
Index("given_by_actor", given.c.actor_number)
Index("given_by_title", given.c.title_words)

# Names are kept once for each actor, with how many present appearances use them (``uses``), and of how many they are
# the fullest (``heads``). A name that a person gave has the number of the judgement, and goes when that is withdrawn.
names = Table(
    "names",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("actor_number", NUMBER, ForeignKey("actors.number"), nullable=False),
    Column("name", TEXT, nullable=False),
    Column("words", TEXT, nullable=False),
    Column("origin", TEXT, nullable=False),
    Column("judgement_number", NUMBER, ForeignKey("judgements.number")),
    Column("uses", Integer, nullable=False),
    Column("heads", Integer, nullable=False),
    CheckConstraint("origin IN ('read', 'given', 'alias', 'rename', 'split', 'merge')", name="name_origin"),
    CheckConstraint("(origin = 'read') = (judgement_number IS NULL)", name="name_by_judgement"),
    CheckConstraint("uses >= heads AND heads >= 0", name="name_uses"),
)
Index("names_by_actor", names.c.actor_number)
Index("names_by_words", names.c.words)
Index("names_by_judgement", names.c.judgement_number)

name_keys = Table(
    "name_keys",
    metadata,
    Column("key", TEXT, primary_key=True),
    Column("name_number", NUMBER, ForeignKey("names.number", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)
Index("name_keys_by_name", name_keys.c.name_number)

# What present appearances say of an actor, once each; empty text instead of nothing, for the sake of the key.
told = Table(
    "told",
    metadata,
    Column("actor_number", NUMBER, ForeignKey("actors.number"), primary_key=True, autoincrement=False),
    Column("title", TEXT, primary_key=True),
    Column("organisation", TEXT, primary_key=True),
    Column("country", TEXT, primary_key=True),
    Column("title_words", TEXT, nullable=False),
    Column("organisation_words", TEXT, nullable=False),
    Column("uses", Integer, nullable=False),
    CheckConstraint("uses > 0", name="told_uses"),
    sqlite_with_rowid=False,
)

TABLES = (
    judgements, actors, appearances, mentions, roles, resolutions, proposals, given, names, name_keys, told,
)  # fmt: skip
