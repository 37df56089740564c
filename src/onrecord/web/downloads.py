"""Whole lists as CSV and JSON, with the filters of the pages. Statements as CSV are those of `onrecord export csv`."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import TypeAdapter
from starlette.background import BackgroundTask

from onrecord.exchange import tables
from onrecord.exchange.writing import guarded
from onrecord.record import Listed, ListedActor, Said
from onrecord.web.api import WRONG
from onrecord.web.queries import Actors, Articles, Statements
from onrecord.web.showing import Served

router = APIRouter(prefix="/api", responses=WRONG, tags=["download"])
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}

_ARTICLE_COLUMNS = (
    "article_id", "name", "outlet", "published", "title", "url", "near_copy_of", "characters", "statements",
)  # fmt: skip
_ACTOR_COLUMNS = (
    "actor_id", "name", "kind", "title", "organisation", "country", "wikidata", "statements", "articles", "first",
    "last",
)  # fmt: skip


@router.get("/statements.csv", responses=_CSV, response_class=FileResponse)
def statements_csv(record: Served, asked: Statements) -> FileResponse:
    """All statements the filters ask for, by date; limit, offset and order do not count."""
    with tempfile.NamedTemporaryFile(suffix=".csv", delete=False) as file:
        path = Path(file.name)
    try:
        tables.export_csv(record, path, **asked.filters())
    except BaseException:
        path.unlink()
        raise
    return FileResponse(
        path, media_type="text/csv; charset=utf-8", filename="statements.csv", background=BackgroundTask(path.unlink)
    )


@router.get("/statements.json", response_model=list[Said])
def statements_json(record: Served, asked: Statements) -> StreamingResponse:
    """All statements the filters ask for, by date."""
    return _json("statements", TypeAdapter(Said), record.said(**asked.filters()))


@router.get("/articles.csv", responses=_CSV, response_class=StreamingResponse)
def articles_csv(record: Served, asked: Articles) -> StreamingResponse:
    """All articles the filters ask for, by date."""
    return _csv("articles", _ARTICLE_COLUMNS, _article_row, record.article_list(**asked.filters()))


@router.get("/articles.json", response_model=list[Listed])
def articles_json(record: Served, asked: Articles) -> StreamingResponse:
    """All articles the filters ask for, by date."""
    return _json("articles", TypeAdapter(Listed), record.article_list(**asked.filters()))


@router.get("/actors.csv", responses=_CSV, response_class=StreamingResponse)
def actors_csv(record: Served, asked: Actors) -> StreamingResponse:
    """All actors the filters ask for."""
    return _csv("actors", _ACTOR_COLUMNS, _actor_row, record.actors(**asked.filters()))


@router.get("/actors.json", response_model=list[ListedActor])
def actors_json(record: Served, asked: Actors) -> StreamingResponse:
    """All actors the filters ask for."""
    return _json("actors", TypeAdapter(ListedActor), record.actors(**asked.filters()))


def _article_row(listed: Listed) -> tuple[object, ...]:
    a = listed.article
    return (
        a.id, a.name, a.outlet, a.published, a.title, a.url, a.original, listed.characters, listed.statements,
    )  # fmt: skip


def _actor_row(a: ListedActor) -> tuple[object, ...]:
    return (
        a.id, a.name, a.kind, a.title, a.organisation, a.country, a.wikidata, a.statements, a.articles, a.first, a.last,
    )  # fmt: skip


def _csv(
    name: str, columns: tuple[str, ...], row: Callable[[Any], tuple[object, ...]], listed: Iterable[Any]
) -> StreamingResponse:
    def lines() -> Iterator[str]:
        for cells in chain([columns], map(row, begun)):
            line = io.StringIO()
            csv.writer(line).writerow([guarded(cell) for cell in cells])
            yield line.getvalue()

    begun = _begun(listed)
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=_attached(f"{name}.csv"))


def _json(name: str, form: TypeAdapter[Any], listed: Iterable[Any]) -> StreamingResponse:
    def parts() -> Iterator[bytes]:
        before = b"[\n"
        for item in begun:
            yield before + form.dump_json(item)
            before = b",\n"
        yield b"\n]\n" if before == b",\n" else b"[]\n"

    begun = _begun(listed)
    return StreamingResponse(parts(), media_type="application/json", headers=_attached(f"{name}.json"))


def _begun(listed: Iterable[Any]) -> Iterator[Any]:
    """The same, with the first fetched now: what is wrong with a filter must be told before the answer begins."""
    items = iter(listed)
    return chain(list(_first(items)), items)


def _first(items: Iterator[Any]) -> Iterator[Any]:
    for item in items:
        yield item
        return


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
