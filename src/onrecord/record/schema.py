"""The tables of articles and statements, once for SQLite and PostgreSQL. Those of actors are in actor_schema.py.

``docs/data-model.md`` explains every table, view and column to a person who opens the database with another tool.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    column,
    table,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

APPLICATION_ID = 0x4F6E5265  # "OnRe": how SQLite files of onrecord are told from others (PRAGMA application_id)

metadata = MetaData()

# Byte order everywhere, so that both engines sort names and dates alike and exports do not depend on a locale.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
NUMBER = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER PRIMARY KEY is SQLite's own row number

applied = Table(
    "onrecord_migrations",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", TEXT, nullable=False),
    Column("applied_at", TEXT, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("started_at", TEXT, nullable=False),
    Column("version", TEXT, nullable=False),
    Column("weights_sha256", TEXT, nullable=False),
    Column("settings", JSON, nullable=False),
)

# The text stands last: SQLite then reads the other columns without touching the pages it fills.
articles = Table(
    "articles",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("id", TEXT, nullable=False, unique=True),
    Column("name", TEXT, nullable=False),
    Column("url", TEXT),
    Column("outlet", TEXT),
    Column("published", TEXT),
    Column("title", TEXT),
    Column("authors", JSON, nullable=False),
    Column("language", TEXT),
    Column("duplicate_of", TEXT, ForeignKey("articles.id")),
    Column("replaced_by", TEXT, ForeignKey("articles.id")),
    Column("reading_id", TEXT, ForeignKey("readings.id"), nullable=False),
    Column("added_at", TEXT, nullable=False),
    Column("extractor", TEXT, nullable=False),
    Column("extra", JSON, nullable=False),
    Column("text_sha256", TEXT, nullable=False),
    Column("signature", LargeBinary),
    Column("text", TEXT, nullable=False),
    CheckConstraint("length(text_sha256) = 64", name="article_digest"),
    CheckConstraint("duplicate_of <> id", name="article_copies_another"),
    CheckConstraint("replaced_by <> id", name="article_replaced_by_another"),
)
# The order of every list, undated first: SQLite sorts so without being told, and does not let itself be told.
Index("articles_in_order", articles.c.published, articles.c.name, articles.c.id).ddl_if(dialect="sqlite")
Index("articles_in_order_pg", articles.c.published.nulls_first(), articles.c.name, articles.c.id).ddl_if(
    dialect="postgresql"
)
Index("articles_by_name", articles.c.name)
Index("articles_by_url", articles.c.url)
Index("articles_by_outlet", articles.c.outlet)
Index("articles_by_original", articles.c.duplicate_of)

statements = Table(
    "statements",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("id", TEXT, nullable=False, unique=True),
    Column("article_id", TEXT, ForeignKey("articles.id"), nullable=False),
    Column("reading_id", TEXT, ForeignKey("readings.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("score", Float, nullable=False),
    # Checked when the transaction ends: a statement may continue, or stand within, one that is stored after it.
    Column("part_of", TEXT, ForeignKey("statements.id", deferrable=True, initially="DEFERRED")),
    Column("within", TEXT, ForeignKey("statements.id", deferrable=True, initially="DEFERRED")),
    CheckConstraint("kind IN ('direct', 'mixed', 'indirect')", name="statement_kind"),
    CheckConstraint("score BETWEEN 0 AND 1", name="statement_score"),
    CheckConstraint("ordinal >= 0", name="statement_ordinal"),
    CheckConstraint("part_of <> id", name="statement_continues_another"),
    CheckConstraint("within <> id", name="statement_within_another"),
)
Index("statements_by_article", statements.c.article_id, statements.c.reading_id, statements.c.ordinal)

spans = Table(
    "spans",
    metadata,
    Column("statement_number", NUMBER, ForeignKey("statements.number"), primary_key=True, autoincrement=False),
    Column("role", TEXT, primary_key=True),
    Column("piece", Integer, primary_key=True, autoincrement=False),
    Column("start_offset", Integer, nullable=False),
    Column("end_offset", Integer, nullable=False),
    Column("exact", TEXT, nullable=False),
    Column("prefix", TEXT, nullable=False),
    Column("suffix", TEXT, nullable=False),
    CheckConstraint("role IN ('source', 'cue', 'content')", name="span_role"),
    CheckConstraint("piece = 0 OR (piece > 0 AND role = 'content')", name="span_piece"),
    CheckConstraint("start_offset >= 0 AND start_offset < end_offset", name="span_offsets"),
    CheckConstraint("length(exact) = end_offset - start_offset", name="span_words"),
    sqlite_with_rowid=False,
)

# Full-text indexes, made in migrations.py: FTS5 tables in SQLite, tsvector columns in PostgreSQL. ``rowid`` is the
# number of the article or statement. They hold folded words only (search.py), so both engines find the same.
article_words = table("article_words", column("rowid"), column("title", TSVECTOR), column("text", TSVECTOR))
statement_words = table("statement_words", column("rowid"), column("source", TSVECTOR), column("content", TSVECTOR))
