"""Pages to read. Each shows what the API answers at the same address under /api."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from onrecord.record import browsing
from onrecord.record.review_found import QUEUE_KINDS, QueueKind
from onrecord.web import answers
from onrecord.web.api import Key, Limit, Offset, StatementId
from onrecord.web.queries import Actors, Articles, Asked, Statements
from onrecord.web.showing import Served, page
from onrecord.web.signing import Reader

_QUEUED = 10  # entries of the queue on a page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/")
def overview(request: Request, record: Served) -> HTMLResponse:
    """What is in the record at a glance."""
    return page(request, "overview.html", {"overview": answers.overview(record)})


@router.get("/articles")
def articles(request: Request, record: Served, asked: Articles) -> HTMLResponse:
    """The list of articles."""
    values = {"list": answers.articles(record, asked), "outlets": browsing.outlets(record), **_asked(asked)}
    return page(request, "articles.html", values)


@router.get("/articles/{key}")
def article(request: Request, record: Served, key: Key) -> HTMLResponse:
    """An article to read, its statements marked."""
    return page(request, "article.html", {"read": answers.article(record, key)})


@router.get("/statements")
def statements(request: Request, record: Served, asked: Statements) -> HTMLResponse:
    """The search: statements, with their words in context."""
    values = {"list": answers.statements(record, asked), "outlets": browsing.outlets(record), **_asked(asked)}
    return page(request, "statements.html", values)


@router.get("/statements/{statement_id}")
def statement(request: Request, record: Served, statement_id: StatementId) -> HTMLResponse:
    """A statement by itself: a stable link."""
    return page(request, "statement.html", {"one": answers.statement(record, statement_id)})


@router.get("/actors")
def actors(request: Request, record: Served, asked: Actors) -> HTMLResponse:
    """The list of actors."""
    values = {"list": answers.actors(record, asked), "outlets": browsing.outlets(record), **_asked(asked)}
    return page(request, "actors.html", values)


@router.get("/actors/{key}")
def actor(request: Request, record: Served, key: Key, asked: Statements) -> HTMLResponse:
    """An actor: everything said, in order; with whom; over time."""
    one = answers.actor(record, key)
    said = answers.statements(record, asked.model_copy(update={"actor": one.actor.id}))
    return page(request, "actor.html", {"one": one, "list": said, **_asked(asked)})


@router.get("/queue")
def queue(
    request: Request,
    record: Served,
    by: Reader,
    kind: QueueKind | None = None,
    after: Annotated[str | None, Query(max_length=300)] = None,
) -> HTMLResponse:
    """What a person should look at, what matters most first."""
    queued = record.queue(kind=kind, limit=_QUEUED, after=after or None, reviewer=by.name)
    said = [q.statement for q in queued if q.statement]
    around = browsing.around(record, said)
    values = {"queued": queued, "around": around, "kind": kind, "kinds": QUEUE_KINDS, "after": after}
    return page(request, "queue.html", values)


@router.get("/decisions")
def decisions(request: Request, record: Served, limit: Limit = 100, offset: Offset = 0) -> HTMLResponse:
    """All that people decided, the latest first."""
    return page(request, "decisions.html", {"list": answers.decisions(record, limit, offset)})


@router.get("/api")
def api(request: Request) -> HTMLResponse:
    """What the API offers, for a person."""
    return page(request, "api.html", {"described": request.app.openapi()})


def _asked(query: Asked) -> dict[str, object]:
    """The parameters as they were asked, for forms and links."""
    return {"asked": query.model_dump(exclude_defaults=True), "query": query}
