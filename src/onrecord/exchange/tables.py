"""Exports as plain tables: JSON lines (one article each), CSV and Parquet (one statement each).

The same content gives the same bytes, in whatever order it was read. A file is written beside its place and moved
there when it is whole; ``-`` is the standard output. Filters are those of ``Record.said``.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Unpack

from onrecord.analysis.positions import LISTED, told
from onrecord.errors import InputError
from onrecord.exchange.writing import guarded, writing
from onrecord.record import Covered, Filters, Record, Said
from onrecord.types import KINDS, Article, Resolution, Span, Statement, article_id, statement_id

_DIGITS = 4  # of scores: the same on machines whose arithmetic differs in the last place
_GAP = " … "  # between the pieces of a content
_ROW_GROUP = 10_000  # rows of Parquet held in memory at once

COLUMNS = (
    "statement_id",
    "outlet",
    "published",
    "article",
    "title",
    "url",
    "duplicate_of",
    "kind",
    "score",
    "source",
    "cue",
    "content",
    "source_start",
    "source_end",
    "cue_start",
    "cue_end",
    "content_start",
    "content_end",
    "content_pieces",
    "part_of",
    "within",
    "reported_by",
    "actor",
    "actor_id",
    "actor_kind",
    "how",
    "actor_score",
    "role",
    "organisation",
    "country",
    "actors",
    "article_id",
)


def export_jsonl(record: Record, where: str | Path, **filters: Unpack[Filters]) -> int:
    """Writes one line for each article, with its text and statements; returns how many lines.

    ``{"id", "url", "outlet", "published", "title", "text", "duplicate_of", "statements": [{"source": [start, end] or
    null, "cue", "content": [[start, end], …], "kind", "score", "actor", "how", "actor_score", "actors", "within"}]}``:
    ``id`` is the article's name, ``duplicate_of`` the name of the article it is a near-copy of. ``actor`` is the name
    in the register of whose the statement is, null if the text does not tell; ``actors`` lists all of several.
    ``within`` is the place, from 0, of the statement that reports this one. If the record has a codebook, the line
    also has ``"positions": [{"actor", "concept", "stance", "conditions": [[start, end], …], "evidence": [[start, end],
    …], "score", "according_to"}]``: where each actor stands on a concept (its proposition), as this article tells.
    """
    lines = 0
    coded = bool(record.concepts())
    with writing(where) as out:
        for covered in record.coverage(**filters):
            line = _line(covered) | ({"positions": _positions(record, covered.article.id)} if coded else {})
            out.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            lines += 1
    return lines


def export_csv(record: Record, where: str | Path, **filters: Unpack[Filters]) -> int:
    """Writes one row for each statement, as RFC 4180 in UTF-8, under a row with ``COLUMNS``; returns how many.

    ``content`` joins its pieces with “ … ”; ``content_pieces`` are their offsets: "12:40 55:80". A cell that a
    spreadsheet would run as a formula gets an apostrophe in front; JSON lines and Parquet have the words as they are.
    """
    rows = 0
    with writing(where) as out:
        text = io.TextIOWrapper(out, encoding="utf-8", newline="")
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for said in record.said(**filters):
            row = _row(said)
            row["content_pieces"] = " ".join(f"{span.start}:{span.end}" for span in said.statement.content)
            writer.writerow([guarded(row[column]) for column in COLUMNS])
            rows += 1
        text.detach()  # flushes, and leaves the stream to whom it belongs
    return rows


def export_parquet(record: Record, where: str | Path, **filters: Unpack[Filters]) -> int:
    """Writes one row for each statement, with ``COLUMNS``; returns how many.

    As in CSV, but ``content_pieces`` is a list of {start, end, words}, and all words are as they are.
    """
    import pyarrow as pa  # noqa: PLC0415 # slow to import, and only needed here
    from pyarrow.parquet import ParquetWriter  # noqa: PLC0415

    offsets = {"source_start", "source_end", "cue_start", "cue_end", "content_start", "content_end"}
    piece = pa.struct([("start", pa.int32()), ("end", pa.int32()), ("words", pa.string())])
    types = {"score": pa.float64(), "actor_score": pa.float64(), "content_pieces": pa.list_(piece)} | dict.fromkeys(
        offsets, pa.int32()
    )
    schema = pa.schema([(column, types.get(column, pa.string())) for column in COLUMNS])
    found = (_row(said) for said in record.said(**filters))
    rows = 0
    with writing(where) as out, ParquetWriter(out, schema, compression="zstd") as writer:
        while group := list(islice(found, _ROW_GROUP)):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
            rows += len(group)
    return rows


def read_jsonl(path: str | Path) -> Iterator[tuple[Article, tuple[Statement, ...]]]:
    """What ``export_jsonl`` wrote: articles with their statements; near-copies come last, as ``Record.add`` needs it.

    Scores come back rounded, and what the format does not hold (authors, language, ``part_of``) or what is a link to
    the record's register (the actors) is lost. Raises
    InputError, which names the line, for anything else than such a file.
    """
    ids: dict[str, str] = {}
    for number, line in _lines(path):
        with _explained(path, number):
            ids[line["id"]] = article_id(line["id"], line["text"])
            found = _read(line, None)
        if line.get("duplicate_of") is None:
            yield found
    for number, line in _lines(path):
        if (original := line.get("duplicate_of")) is None:
            continue
        if original not in ids:
            raise InputError(f"{path}: line {number}: a near-copy of {original!r}, which is not in the file")
        yield _read(line, ids[original])


def _line(covered: Covered) -> dict[str, Any]:
    article = covered.article
    whose: dict[str, list[Resolution]] = {}
    for resolution in covered.read.resolutions:
        whose.setdefault(resolution.statement_id, []).append(resolution)
    place = {statement.id: i for i, statement in enumerate(covered.statements)}
    found = [
        {
            "source": statement.source,
            "cue": statement.cue,
            "content": statement.content,
            "kind": statement.kind,
            "score": round(statement.score, _DIGITS),
            **_whose(whose.get(statement.id, ()), covered.actors),
            "within": place.get(statement.within) if statement.within else None,
        }
        for statement in covered.statements
    ]
    return {
        "id": article.name,
        "url": article.url,
        "outlet": article.outlet,
        "published": article.published,
        "title": article.title,
        "text": article.text,
        "duplicate_of": covered.original,
        "statements": found,
    }


def _positions(record: Record, article: str) -> list[dict[str, Any]]:
    return [
        {
            "actor": t.best.actor,
            "concept": t.best.proposition,
            "stance": t.stance,
            "conditions": [c.span for c in t.conditions],
            "evidence": sorted({c.evidence for c in t.evidence}),
            "score": round(t.score, _DIGITS),
            "according_to": t.best.according_to,
        }
        for (t,) in told(record.codings(article=article, min_score=LISTED, current=False)).values()
    ]


def _whose(resolutions: Sequence[Resolution], names: Mapping[str, str]) -> dict[str, Any]:
    known = [r for r in resolutions if r.appearance_id is not None]
    first = known[0] if known else resolutions[0] if resolutions else None
    actors = list(dict.fromkeys(names[r.appearance_id] for r in known if r.appearance_id is not None))
    return {
        "actor": actors[0] if actors else None,
        "how": first and first.how,
        "actor_score": first and round(first.score, _DIGITS),
        "actors": actors,
    }


def _row(said: Said) -> dict[str, Any]:
    statement, article = said.statement, said.article
    pieces = list(zip(statement.content, said.content, strict=True))
    speaker = said.speakers[0] if said.speakers else None
    return {
        "statement_id": statement.id,
        "outlet": article.outlet,
        "published": article.published,
        "article": article.name,
        "title": article.title,
        "url": article.url,
        "duplicate_of": article.original,
        "kind": statement.kind,
        "score": round(statement.score, _DIGITS),
        "source": said.source,
        "cue": said.cue,
        "content": _GAP.join(said.content),
        "source_start": statement.source and statement.source.start,
        "source_end": statement.source and statement.source.end,
        "cue_start": statement.cue and statement.cue.start,
        "cue_end": statement.cue and statement.cue.end,
        "content_start": statement.content[0].start,
        "content_end": statement.content[-1].end,
        "content_pieces": [{"start": span.start, "end": span.end, "words": words} for span, words in pieces],
        "part_of": statement.part_of,
        "within": statement.within,
        "reported_by": said.reported_by,
        "actor": speaker and speaker.name,
        "actor_id": speaker and speaker.actor_id,
        "actor_kind": speaker and speaker.kind,
        "how": speaker and speaker.how,
        "actor_score": speaker and round(speaker.score, _DIGITS),
        "role": speaker and speaker.title,
        "organisation": speaker and speaker.organisation,
        "country": speaker and speaker.country,
        "actors": "; ".join(s.name for s in said.speakers if s.name),
        "article_id": article.id,
    }


def _lines(path: str | Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with Path(path).open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                with _explained(path, number):
                    read = json.loads(line)
                    if not isinstance(read, dict):
                        raise TypeError("a line must hold one JSON object")
                yield number, read
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error


@contextmanager
def _explained(path: str | Path, number: int) -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, LookupError) as error:
        what = f"no {error}" if isinstance(error, KeyError) else error
        raise InputError(f"{path}: line {number}: not as export jsonl writes it: {what}") from error


def _read(line: Mapping[str, Any], duplicate_of: str | None) -> tuple[Article, tuple[Statement, ...]]:
    article = Article(
        id=article_id(line["id"], line["text"]),
        name=line["id"],
        text=line["text"],
        text_sha256=hashlib.sha256(line["text"].encode()).hexdigest(),
        extractor="as given",
        duplicate_of=duplicate_of,
        url=line.get("url"),
        outlet=line.get("outlet"),
        published=line.get("published"),
        title=line.get("title"),
    )
    statements = [_statement(found, article.id) for found in line["statements"]]
    outer = [found.get("within") for found in line["statements"]]
    if any(i is not None and not 0 <= i < len(statements) for i in outer):
        raise ValueError("within is no statement's place")
    return article, tuple(
        s if i is None else replace(s, within=statements[i].id) for s, i in zip(statements, outer, strict=True)
    )


def _statement(found: Mapping[str, Any], article: str) -> Statement:
    source, cue = (Span(*found[role]) if found[role] is not None else None for role in ("source", "cue"))
    content = tuple(Span(*span) for span in found["content"])
    if found["kind"] not in KINDS:
        raise ValueError(f"kind {found['kind']!r} is none of {', '.join(KINDS)}")
    return Statement(
        id=statement_id(article, source, cue, content),
        article_id=article,
        source=source,
        cue=cue,
        content=content,
        kind=found["kind"],
        score=found["score"],
    )
