"""One article into the tables: what ``Record.add`` does within its transaction."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from onrecord.errors import RecordError
from onrecord.evidence import quote
from onrecord.record.appearing import retire
from onrecord.record.gathered import next_number
from onrecord.record.schema import article_words, articles, readings, spans, statement_words, statements
from onrecord.record.search import indexed
from onrecord.types import Article, Reading, Statement


class Known(NamedTuple):
    """What the record holds of an article already."""

    number: int
    reading_id: str
    replaced_by: str | None
    title: str | None


def known(db: Connection, article_id: str) -> Known | None:
    """What the record holds of this article, None if nothing."""
    columns = (articles.c.number, articles.c.reading_id, articles.c.replaced_by, articles.c.title)
    row = db.execute(select(*columns).where(articles.c.id == article_id)).one_or_none()
    return Known(*row) if row else None


def store_reading(db: Connection, reading: Reading) -> None:
    """Notes the reading, unless it is: then it began when it first did."""
    if db.scalar(select(readings.c.id).where(readings.c.id == reading.id)) is None:
        values = {field: getattr(reading, field) for field in ("id", "started_at", "version", "weights_sha256")}
        db.execute(insert(readings), values | {"settings": dict(reading.settings)})


def store_article(
    db: Connection, article: Article, before: Known | None, *, reading: Reading, signature: bytes | None
) -> None:
    """Makes the article the present text of its name, read by ``reading``."""
    others = (articles.c.name == article.name, articles.c.id != article.id, articles.c.replaced_by.is_(None))
    replaced = list(db.scalars(select(articles.c.id).where(*others)))
    retire(db, [article.id, *replaced])
    fields = ("name", "url", "outlet", "published", "title", "language", "extractor")
    values: dict[str, Any] = {field: getattr(article, field) for field in fields} | {
        "authors": list(article.authors),
        "extra": dict(article.extra),
        "duplicate_of": _original(db, article),
        "replaced_by": None,
        "reading_id": reading.id,
    }
    if signature is not None:
        values["signature"] = signature
    if before is None:
        number = next_number(db, articles.c.number)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        values |= {"number": number, "id": article.id, "added_at": now}
        db.execute(insert(articles), values | {"text": article.text, "text_sha256": article.text_sha256})
        _index_article(db, number, article)
    else:
        db.execute(update(articles).where(articles.c.id == article.id).values(values))
        if before.title != article.title:
            _unindex_article(db, before, article)
            _index_article(db, before.number, article)
    if replaced:
        db.execute(update(articles).where(articles.c.id.in_(replaced)).values(replaced_by=article.id))


def store_statements(db: Connection, article: Article, ordered: list[Statement], *, reading: Reading) -> None:
    """Stores the statements new to the record, and lets those it holds belong to ``reading``."""
    found = db.execute(select(statements.c.id, statements.c.number).where(statements.c.article_id == article.id))
    numbers = {row.id: row.number for row in found}
    number = next_number(db, statements.c.number)
    new, again, words, quoted = [], [], [], []
    for ordinal, statement in enumerate(ordered):
        row = {field: getattr(statement, field) for field in ("kind", "score", "part_of", "within")}
        row |= {"ordinal": ordinal, "reading_id": reading.id}
        if statement.id in numbers:
            again.append(row | {"known": numbers[statement.id]})
            continue
        new.append(row | {"number": number, "id": statement.id, "article_id": article.id})
        pieces = _pieces(article, statement, number)
        quoted += pieces
        words.append(_words(db, pieces, number))
        number += 1
    if again:
        fields = ("ordinal", "kind", "score", "part_of", "within", "reading_id")
        changed: dict[str, Any] = {column: bindparam(column) for column in fields}
        db.execute(update(statements).where(statements.c.number == bindparam("known")).values(changed), again)
    if new:
        db.execute(insert(statements), new)
        db.execute(insert(spans), quoted)
        db.execute(insert(statement_words), words)


def store_statement(db: Connection, article: Article, statement: Statement, *, reading_id: str) -> int:
    """Stores one statement that the record does not hold, as of this reading; returns its number."""
    number = next_number(db, statements.c.number)
    row = {field: getattr(statement, field) for field in ("id", "article_id", "kind", "score", "part_of", "within")}
    db.execute(insert(statements), row | {"number": number, "reading_id": reading_id, "ordinal": 0})
    pieces = _pieces(article, statement, number)
    db.execute(insert(spans), pieces)
    db.execute(insert(statement_words), [_words(db, pieces, number)])
    return number


def _words(db: Connection, pieces: list[dict[str, Any]], number: int) -> dict[str, Any]:
    of = {role: " ".join(p["exact"] for p in pieces if p["role"] == role) for role in ("source", "content")}
    return {"rowid": number} | {role: indexed(text, db.dialect.name) for role, text in of.items()}


def _pieces(article: Article, statement: Statement, number: int) -> list[dict[str, Any]]:
    source, cue = ([span] if span else [] for span in (statement.source, statement.cue))
    rows = []
    for role, found in (("source", source), ("cue", cue), ("content", statement.content)):
        for piece, span in enumerate(found):
            offsets = {"start_offset": span.start, "end_offset": span.end}
            words = quote(span, article.text)._asdict()
            rows.append({"statement_number": number, "role": role, "piece": piece} | offsets | words)
    return rows


def _original(db: Connection, article: Article) -> str | None:
    """The article this one is a near-copy of; not an earlier text of its own name, which it replaces."""
    if article.duplicate_of is None:
        return None
    columns = (articles.c.id, articles.c.name, articles.c.duplicate_of)
    original = db.execute(select(*columns).where(articles.c.id == article.duplicate_of)).one_or_none()
    if original is None or original.id == article.id:
        raise RecordError(f"{article.name!r}: near-copy of {article.duplicate_of}, which the record does not hold")
    found: str | None = original.id if original.name != article.name else original.duplicate_of
    return found


def _index_article(db: Connection, number: int, article: Article) -> None:
    db.execute(insert(article_words), {"rowid": number} | _indexed(db, article.title, article.text))


def _unindex_article(db: Connection, before: Known, article: Article) -> None:
    if db.dialect.name == "sqlite":
        # An FTS5 index without content of its own must be told what to forget.
        words = _indexed(db, before.title, article.text)
        command = "INSERT INTO article_words (article_words, rowid, title, text) VALUES ('delete', ?, ?, ?)"
        db.exec_driver_sql(command, (before.number, words["title"], words["text"]))
    else:
        db.execute(article_words.delete().where(article_words.c.rowid == before.number))


def _indexed(db: Connection, title: str | None, text: str) -> dict[str, Any]:
    return {"title": indexed(title or "", db.dialect.name), "text": indexed(text, db.dialect.name)}
