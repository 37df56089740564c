"""The views with plain names, the full-text indexes, and the steps that bring older records up to date."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, inspect, select

from onrecord.record.actor_schema import TABLES, judgements, resolutions
from onrecord.record.effect import mentioned
from onrecord.record.kept_schema import kept
from onrecord.record.learned_schema import learned_models
from onrecord.record.position_schema import TABLES as POSITION_TABLES
from onrecord.record.review_schema import TABLES as REVIEW_TABLES
from onrecord.record.revisions import change, touch
from onrecord.record.schema import APPLICATION_ID, applied, metadata

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
       source.exact AS source, actor.name AS actor, resolutions.how, resolutions.score AS actor_score,
       cue.exact AS cue, ({content}) AS content, statements.kind, statements.score,
       source.start_offset AS source_start, source.end_offset AS source_end,
       cue.start_offset AS cue_start, cue.end_offset AS cue_end,
       (SELECT min(start_offset) FROM spans
        WHERE statement_number = statements.number AND role = 'content') AS content_start,
       (SELECT max(end_offset) FROM spans
        WHERE statement_number = statements.number AND role = 'content') AS content_end,
       articles.url, original.name AS duplicate_of, statements.ordinal, statements.id AS statement_id,
       articles.id AS article_id, statements.part_of, statements.within,
       actor.id AS actor_id, actor.kind AS actor_kind
FROM articles
JOIN statements ON statements.article_id = articles.id AND statements.reading_id = articles.reading_id
LEFT JOIN articles AS original ON original.id = articles.duplicate_of
LEFT JOIN spans AS source ON source.statement_number = statements.number AND source.role = 'source'
LEFT JOIN spans AS cue ON cue.statement_number = statements.number AND cue.role = 'cue'
LEFT JOIN resolutions ON resolutions.statement_number = statements.number AND resolutions.ordinal = 0
LEFT JOIN appearances ON appearances.number = resolutions.appearance_number
LEFT JOIN actors AS found ON found.number = appearances.actor_number
LEFT JOIN actors AS actor ON actor.number = found.stands_for
WHERE articles.replaced_by IS NULL;

CREATE VIEW said_by AS
SELECT actor.name AS actor, actor.kind AS actor_kind, actor.country, resolutions.how, resolutions.score,
       resolutions.exact AS words, resolutions.start_offset AS words_start, resolutions.end_offset AS words_end,
       appearances.name AS named, appearances.link_score, appearances.link_reason,
       articles.outlet, articles.published, articles.name AS article, original.name AS duplicate_of,
       statements.within, statements.id AS statement_id, resolutions.ordinal, articles.id AS article_id,
       appearances.id AS appearance_id, actor.id AS actor_id
FROM articles
JOIN statements ON statements.article_id = articles.id AND statements.reading_id = articles.reading_id
JOIN resolutions ON resolutions.statement_number = statements.number
JOIN appearances ON appearances.number = resolutions.appearance_number
JOIN actors AS found ON found.number = appearances.actor_number
JOIN actors AS actor ON actor.number = found.stands_for
LEFT JOIN articles AS original ON original.id = articles.duplicate_of
WHERE articles.replaced_by IS NULL;

CREATE VIEW actor_list AS
SELECT actor.name, actor.kind, actor.country, actor.wikidata,
       (SELECT count(DISTINCT said_by.statement_id) FROM said_by WHERE said_by.actor_id = actor.id) AS statements,
       count(DISTINCT articles.id) AS articles, min(articles.published) AS first_published,
       max(articles.published) AS last_published, actor.id AS actor_id
FROM actors AS actor
JOIN actors AS found ON found.stands_for = actor.number
JOIN appearances ON appearances.actor_number = found.number
JOIN articles ON articles.id = appearances.article_id AND articles.reading_id = appearances.reading_id
WHERE articles.replaced_by IS NULL
GROUP BY actor.number, actor.name, actor.kind, actor.country, actor.wikidata, actor.id;

CREATE VIEW roles_told AS
SELECT actor.name AS actor, roles.title, roles.organisation, roles.country, roles.former, roles.exact AS words,
       articles.published, articles.outlet, articles.name AS article, appearances.name AS named,
       roles.start_offset AS words_start, roles.end_offset AS words_end, articles.id AS article_id,
       actor.id AS actor_id
FROM roles
JOIN appearances ON appearances.number = roles.appearance_number
JOIN articles ON articles.id = appearances.article_id AND articles.reading_id = appearances.reading_id
JOIN actors AS found ON found.number = appearances.actor_number
JOIN actors AS actor ON actor.number = found.stands_for
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

VIEWS = ("said", "said_by", "actor_list", "roles_told", "article_list", "who_said_how_much")

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
    for statement in _WORDS[db.dialect.name]:
        db.exec_driver_sql(statement)
    _make_views(db)
    if db.dialect.name == "sqlite":
        db.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


@migration
def the_register(db: Connection) -> None:
    """Actors and judgements, and statements within statements.

    Makes the tables as actor_schema.py describes them today; whoever changes them later lets this step make them as
    they were before.
    """
    column = "TEXT" if db.dialect.name == "sqlite" else 'TEXT COLLATE "C"'
    db.exec_driver_sql(
        f"ALTER TABLE statements ADD COLUMN within {column} CONSTRAINT statement_within_another CHECK (within <> id) "
        "REFERENCES statements (id) DEFERRABLE INITIALLY DEFERRED"
    )
    metadata.create_all(db, tables=TABLES)
    for view in ("who_said_how_much", "article_list", "said"):
        db.exec_driver_sql(f"DROP VIEW {view}")
    _make_views(db)


@migration
def what_imports_brought(db: Connection) -> None:
    """A table of what came with an import and has no place of its own."""
    metadata.create_all(db, tables=[kept])


@migration
def positions(db: Connection) -> None:
    """The codebook, and what is coded by it."""
    metadata.create_all(db, tables=POSITION_TABLES)


@migration
def what_people_decide(db: Connection) -> None:
    """Decisions about statements, who decides, samples and assignments; a person may say whose a statement is."""
    metadata.create_all(db, tables=REVIEW_TABLES)
    for view in VIEWS[::-1]:
        db.exec_driver_sql(f"DROP VIEW {view}")
    # SQLite cannot change a CHECK, so the table is made anew; nothing refers to it.
    kept = db.execute(select(resolutions)).all()
    resolutions.drop(db)
    resolutions.create(db)
    if kept:
        db.execute(insert(resolutions), [dict(row._mapping) for row in kept])
    _make_views(db)
    for row in db.execute(select(judgements).order_by(judgements.c.number)).all():
        about = dict.fromkeys(mentioned(row), "actor") if row.subject_kind == "actor" else {}
        touch(db, row.number, about | {row.subject: row.subject_kind})
        if row.withdrawn_at is not None:
            change(db, row.number, "undone", reviewer=row.withdrawn_by, made_at=row.withdrawn_at)


@migration
def what_is_learned(db: Connection) -> None:
    """A table of the models learned from people's codings."""
    metadata.create_all(db, tables=[learned_models])


def _make_views(db: Connection) -> None:
    for statement in _VIEWS.format(content=_CONTENT[db.dialect.name]).split(";"):
        db.exec_driver_sql(statement)


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
