"""The record as JSON, under /api: everything the pages show, with the same filters. Described at /api/openapi.json."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from onrecord.record import Listed, ListedActor
from onrecord.record.browsing import Called, Month, Page
from onrecord.web import answers
from onrecord.web.queries import Actors, Articles, Statements
from onrecord.web.showing import Served


class Wrong(BaseModel):
    """What went wrong, in a sentence."""

    error: str


WRONG: dict[int | str, dict[str, Any]] = {
    400: {"model": Wrong, "description": "What was asked makes no sense, such as a date that is none."},
    404: {"model": Wrong, "description": "The record does not hold it."},
    422: {"model": Wrong, "description": "A parameter is unknown or out of its bounds."},
    503: {"model": Wrong, "description": "The record cannot be used now: it says why."},
}
router = APIRouter(prefix="/api", responses=WRONG, tags=["read"])

StatementId = Annotated[str, Path(pattern="^[0-9a-f]{20}$", description="A statement’s id: 20 hexadecimal digits.")]
Key = Annotated[str, Path(min_length=1, max_length=300, description="An id, or its beginning, or a name.")]

Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=100_000_000)]


@router.get("/overview")
def overview(record: Served) -> answers.Overview:
    """What is in the record at a glance."""
    return answers.overview(record)


@router.get("/articles")
def articles(record: Served, asked: Articles) -> Page[Listed]:
    """Articles, without their texts."""
    return answers.articles(record, asked)


@router.get("/articles/{key}")
def article(record: Served, key: Key) -> answers.ReadArticle:
    """An article with its text, its statements and its near-copies."""
    return answers.article(record, key)


@router.get("/statements")
def statements(record: Served, asked: Statements) -> Page[answers.InContext]:
    """Statements: who said what, with the words around."""
    return answers.statements(record, asked)


@router.get("/statements/{statement_id}")
def statement(record: Served, statement_id: StatementId) -> answers.OneStatement:
    """A statement by itself, and what its actor said else on the matter."""
    return answers.statement(record, statement_id)


@router.get("/actors")
def actors(record: Served, asked: Actors) -> Page[ListedActor]:
    """Actors: who speaks, as what, how often, since when."""
    return answers.actors(record, asked)


@router.get("/actors/{key}")
def actor(record: Served, key: Key) -> answers.OneActor:
    """An actor: names, posts with their evidence, months, company. What it said: /api/statements?actor=."""
    return answers.actor(record, key)


@router.get("/months")
def months(record: Served, asked: Statements) -> tuple[Month, ...]:
    """How many articles and statements there are of each month, as far as the filters ask for them."""
    return answers.months(record, asked)


@router.get("/names")
def names(
    record: Served,
    typed: Annotated[str, Query(max_length=100, description="The beginnings of words of a name.")],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> tuple[Called, ...]:
    """Actors one of whose names begins as what was typed."""
    return answers.names(record, typed, limit)


@router.get("/decisions")
def decisions(record: Served, limit: Limit = 100, offset: Offset = 0) -> Page[answers.Decision]:
    """All that people decided, the latest first, withdrawn decisions too."""
    return answers.decisions(record, limit, offset)
