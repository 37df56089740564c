"""The tables, once for SQLite and PostgreSQL, the views with plain names, and the steps that bring older files up.

``docs/data-model.md`` explains every table, view and column to a person who opens the database with another tool.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    column,
    func,
    insert,
    inspect,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

APPLICATION_ID = 0x4F6E5265  # "OnRe": how SQLite files of onrecord are told from others (PRAGMA application_id)

metadata = MetaData()

# Byte order everywhere, so that both engines sort names and dates alike and exports do not depend on a locale.
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER PRIMARY KEY is SQLite's own row number

applied = Table(
    "onrecord_migrations",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", _TEXT, nullable=False),
    Column("applied_at", _TEXT, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    Column("id", _TEXT, primary_key=True),
    Column("started_at", _TEXT, nullable=False),
    Column("version", _TEXT, nullable=False),
    Column("weights_sha256", _TEXT, nullable=False),
    Column("settings", JSON, nullable=False),
)

# The text stands last: SQLite then reads the other columns without touching the pages it fills.
articles = Table(
    "articles",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("id", _TEXT, nullable=False, unique=True),
    Column("name", _TEXT, nullable=False),
    Column("url", _TEXT),
    Column("outlet", _TEXT),
    Column("published", _TEXT),
    Column("title", _TEXT),
    Column("authors", JSON, nullable=False),
    Column("language", _TEXT),
    Column("duplicate_of", _TEXT, ForeignKey("articles.id")),
    Column("replaced_by", _TEXT, ForeignKey("articles.id")),
    Column("reading_id", _TEXT, ForeignKey("readings.id"), nullable=False),
    Column("added_at", _TEXT, nullable=False),
    Column("extractor", _TEXT, nullable=False),
    Column("extra", JSON, nullable=False),
    Column("text_sha256", _TEXT, nullable=False),
    Column("signature", LargeBinary),
    Column("text", _TEXT, nullable=False),
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
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("id", _TEXT, nullable=False, unique=True),
    Column("article_id", _TEXT, ForeignKey("articles.id"), nullable=False),
    Column("reading_id", _TEXT, ForeignKey("readings.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("kind", _TEXT, nullable=False),
    Column("score", Float, nullable=False),
    # Checked when the transaction ends: a statement may continue one that is stored after it.
    Column("part_of", _TEXT, ForeignKey("statements.id", deferrable=True, initially="DEFERRED")),
    CheckConstraint("kind IN ('direct', 'mixed', 'indirect')", name="statement_kind"),
    CheckConstraint("score BETWEEN 0 AND 1", name="statement_score"),
    CheckConstraint("ordinal >= 0", name="statement_ordinal"),
    CheckConstraint("part_of <> id", name="statement_continues_another"),
)
Index("statements_by_article", statements.c.article_id, statements.c.reading_id, statements.c.ordinal)

spans = Table(
    "spans",
    metadata,
    Column("statement_number", _NUMBER, ForeignKey("statements.number"), primary_key=True, autoincrement=False),
    Column("role", _TEXT, primary_key=True),
    Column("piece", Integer, primary_key=True, autoincrement=False),
    Column("start_offset", Integer, nullable=False),
    Column("end_offset", Integer, nullable=False),
    Column("exact", _TEXT, nullable=False),
    Column("prefix", _TEXT, nullable=False),
    Column("suffix", _TEXT, nullable=False),
    CheckConstraint("role IN ('source', 'cue', 'content')", name="span_role"),
    CheckConstraint("piece = 0 OR (piece > 0 AND role = 'content')", name="span_piece"),
    CheckConstraint("start_offset >= 0 AND start_offset < end_offset", name="span_offsets"),
    CheckConstraint("length(exact) = end_offset - start_offset", name="span_words"),
    sqlite_with_rowid=False,
)

# Full-text indexes, made below: FTS5 tables in SQLite, tsvector columns in PostgreSQL. ``rowid`` is the ``number`` of
# the article or statement. They hold folded words only (search.py), so both engines find the same.
article_words = table("article_words", column("rowid"), column("title", TSVECTOR), column("text", TSVECTOR))
statement_words = table("statement_words", column("rowid"), column("source", TSVECTOR), column("content", TSVECTOR))

_WORDS = {
    "sqlite": (
        """CREATE VIRTUAL TABLE article_words
           USING fts5(title, text, content='', tokenize='unicode61 remove_diacritics 2')""",
        """CREATE VIRTUAL TABLE statement_words
           USING fts5(source, content, content='', tokenize='unicode61 remove_diacritics 2')""",
    ),
    "postgresql": (
        """CREATE TABLE article_words (
           rowid BIGINT PRIMARY KEY REFERENCES articles (number), title TSVECTOR NOT NULL, text TSVECTOR NOT NULL)""",
        """CREATE TABLE statement_words (
           rowid BIGINT PRIMARY KEY REFERENCES statements (number), source TSVECTOR NOT NULL,
           content TSVECTOR NOT NULL)""",
        "CREATE INDEX article_words_title ON article_words USING gin (title)",
        "CREATE INDEX article_words_text ON article_words USING gin (text)",
        "CREATE INDEX statement_words_source ON statement_words USING gin (source)",
        "CREATE INDEX statement_words_content ON statement_words USING gin (content)",
    ),
}

# SQLite's group_concat follows the order of the subquery; PostgreSQL's string_agg is told.
_CONTENT = {
    "sqlite": """SELECT group_concat(exact, ' … ') FROM (
                 SELECT exact FROM spans WHERE statement_number = statements.number AND role = 'content'
                 ORDER BY piece)""",
    "postgresql": """SELECT string_agg(exact, ' … ' ORDER BY piece) FROM spans
                     WHERE statement_number = statements.number AND role = 'content'""",
}

_VIEWS = """
CREATE VIEW said AS
SELECT articles.outlet, articles.published, articles.name AS article, articles.title,
       source.exact AS source, cue.exact AS cue, ({content}) AS content,
       statements.kind, statements.score,
       source.start_offset AS source_start, source.end_offset AS source_end,
       cue.start_offset AS cue_start, cue.end_offset AS cue_end,
       (SELECT min(start_offset) FROM spans
        WHERE statement_number = statements.number AND role = 'content') AS content_start,
       (SELECT max(end_offset) FROM spans
        WHERE statement_number = statements.number AND role = 'content') AS content_end,
       articles.url, original.name AS duplicate_of, statements.ordinal, statements.id AS statement_id,
       articles.id AS article_id, statements.part_of
FROM articles
JOIN statements ON statements.article_id = articles.id AND statements.reading_id = articles.reading_id
LEFT JOIN articles AS original ON original.id = articles.duplicate_of
LEFT JOIN spans AS source ON source.statement_number = statements.number AND source.role = 'source'
LEFT JOIN spans AS cue ON cue.statement_number = statements.number AND cue.role = 'cue'
WHERE articles.replaced_by IS NULL;

CREATE VIEW article_list AS
SELECT articles.outlet, articles.published, articles.name, articles.title, articles.url,
       (SELECT count(*) FROM statements
        WHERE statements.article_id = articles.id AND statements.reading_id = articles.reading_id) AS statements,
       length(articles.text) AS characters, original.name AS duplicate_of, articles.id AS article_id
FROM articles
LEFT JOIN articles AS original ON original.id = articles.duplicate_of
WHERE articles.replaced_by IS NULL;

CREATE VIEW who_said_how_much AS
SELECT source, count(*) AS statements,
       count(CASE WHEN kind = 'direct' THEN 1 END) AS direct,
       count(CASE WHEN kind = 'mixed' THEN 1 END) AS mixed,
       count(CASE WHEN kind = 'indirect' THEN 1 END) AS indirect,
       count(DISTINCT article_id) AS articles, count(DISTINCT outlet) AS outlets,
       min(published) AS first_published, max(published) AS last_published
FROM said
WHERE source IS NOT NULL AND duplicate_of IS NULL
GROUP BY source
"""

VIEWS = ("said", "article_list", "who_said_how_much")

Migration = Callable[[Connection], None]
MIGRATIONS: list[Migration] = []


def migration(step: Migration) -> Migration:
    """Declares ``step``, under its function's name, to be what takes a database from the version before to its own."""
    MIGRATIONS.append(step)
    return step


@migration
def whole_schema(db: Connection) -> None:
    """Makes everything in an empty database, as this module describes it today: no later step runs on it then."""
    metadata.create_all(db)
    for statement in (*_WORDS[db.dialect.name], *_VIEWS.format(content=_CONTENT[db.dialect.name]).split(";")):
        db.exec_driver_sql(statement)
    if db.dialect.name == "sqlite":
        db.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def version(db: Connection) -> int:
    """How many migrations this database has seen: 0 if it holds no record at all."""
    if not inspect(db).has_table(applied.name):
        return 0
    return db.scalar(select(func.max(applied.c.number))) or 0


def migrate(db: Connection) -> bool:
    """Takes the next step in the transaction ``db`` is in, with the rows that record it; False if none is left."""
    done = version(db)
    if done >= len(MIGRATIONS):
        return False
    step = MIGRATIONS[done]
    step(db)
    reached = len(MIGRATIONS) if step is whole_schema else done + 1
    now = datetime.now(UTC).isoformat(timespec="seconds")
    rows = [{"number": n + 1, "name": MIGRATIONS[n].__name__, "applied_at": now} for n in range(done, reached)]
    db.execute(insert(applied), rows)
    if db.dialect.name == "sqlite":
        db.exec_driver_sql(f"PRAGMA user_version = {reached}")
    return True
