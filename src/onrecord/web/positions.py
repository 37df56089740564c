"""Where everybody stands: the matrix of actors and concepts, who changed, and on which words; as pages and as JSON."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from onrecord.analysis import positions
from onrecord.analysis.positions import Shift, Stand
from onrecord.record import Coded, Record
from onrecord.record.browsing import Page
from onrecord.record.coding_found import CodingFilters
from onrecord.types import ANSWERS, ActorKind, Concept
from onrecord.web.api import WRONG, Key
from onrecord.web.queries import Asked, Date, Words
from onrecord.web.showing import Served, page

router = APIRouter(prefix="/api", responses=WRONG, tags=["positions"])
pages = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


class PositionQuery(Asked):
    """Which codings count."""

    concept: Words = Field(default=None, description="On this concept: its id, or the beginning of its proposition.")
    actor: Words = Field(default=None, description="Of this actor.")
    outlet: Words = Field(default=None)
    since: Date = Field(default=None)
    until: Date = Field(default=None)
    min_score: float | None = Field(
        default=None, ge=0, le=1, description="Scored at least this; from what was learned, or 0.5, unless given."
    )
    checked: bool = Field(default=False, description="Only what a person decided.")

    def codings(self, record: Record) -> Iterator[Coded]:
        """Those that count."""
        asked = self._filters("concept", "actor", "outlet", "since", "until", "min_score")
        asked.setdefault("min_score", positions.shown_from(record))
        return record.codings(**cast(CodingFilters, asked | ({"checked": True} if self.checked else {})))


Positions = Annotated[PositionQuery, Query()]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorStands:
    """A row of the matrix: where an actor stands on each concept it takes a position on."""

    actor_id: str
    actor: str
    kind: ActorKind
    organisation: str | None
    stands: tuple[Stand, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Actors × concepts, of both those with most positions first. Each position holds its evidence."""

    concepts: tuple[Concept, ...]
    rows: Page[ActorStands]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """All passages that tell where an actor stands on a concept, in the order of time, for and against."""

    concept: Concept
    actor_id: str
    actor: str
    codings: tuple[Coded, ...]


def matrix(record: Record, asked: PositionQuery) -> Matrix:
    """Where everybody stands."""
    of: dict[str, list[Stand]] = {}
    for stand in positions.stands(asked.codings(record)):
        of.setdefault(stand.actor_id, []).append(stand)
    rows = [
        ActorStands(
            actor_id=stands[0].actor_id, actor=stands[0].actor, kind=stands[0].actor_kind,
            organisation=next((s.organisation for s in stands if s.organisation), None), stands=tuple(stands),
        )
        for stands in of.values()
    ]  # fmt: skip
    rows.sort(key=lambda r: (-len(r.stands), -sum(s.articles for s in r.stands), r.actor, r.actor_id))
    shown = tuple(rows[asked.offset : asked.offset + asked.limit])
    known = {c.id: c for c in record.concepts()}
    taken = Counter(s.concept for r in rows for s in r.stands)
    concepts = sorted((c for id_, c in known.items() if id_ in taken or not asked.concept), key=lambda c: -taken[c.id])
    return Matrix(
        concepts=tuple(concepts), rows=Page(items=shown, total=len(rows), offset=asked.offset, limit=asked.limit)
    )


def changes(record: Record, asked: PositionQuery) -> Page[Shift]:
    """Who changed position, the latest first."""
    found = list(reversed(positions.shifts(asked.codings(record))))
    return Page(
        items=tuple(found[asked.offset : asked.offset + asked.limit]), total=len(found), offset=asked.offset,
        limit=asked.limit,
    )  # fmt: skip


def why(record: Record, actor: str, concept: str) -> Why:
    """On which words a position rests. Raises NotFound."""
    known, book = record.actor(actor), record.concept(concept)
    codings = record.codings(actor=known.id, concept=book.id, answers=ANSWERS)
    return Why(concept=book, actor_id=known.id, actor=known.name, codings=tuple(codings))


@router.get("/positions")
def positions_json(record: Served, asked: Positions) -> Matrix:
    """Where everybody stands: actors × concepts, each position with its evidence."""
    return matrix(record, asked)


@router.get("/shifts")
def shifts_json(record: Served, asked: Positions) -> Page[Shift]:
    """Who changed position, from what to what, with both passages."""
    return changes(record, asked)


@router.get("/positions/{actor}/{concept}")
def why_json(record: Served, actor: Key, concept: Key) -> Why:
    """All passages that tell where an actor stands on a concept."""
    return why(record, actor, concept)


@router.get("/concepts")
def concepts_json(record: Served) -> tuple[Concept, ...]:
    """The codebook as it stands."""
    return tuple(record.concepts())


@pages.get("/positions")
def positions_page(request: Request, record: Served, asked: Positions) -> HTMLResponse:
    """Where everybody stands."""
    values = {"matrix": matrix(record, asked), "asked": asked.model_dump(exclude_defaults=True), "query": asked}
    return page(request, "positions.html", values)


@pages.get("/shifts")
def shifts_page(request: Request, record: Served, asked: Positions) -> HTMLResponse:
    """Who changed position."""
    values = {"list": changes(record, asked), "asked": asked.model_dump(exclude_defaults=True), "query": asked}
    return page(request, "shifts.html", values)


@pages.get("/positions/{actor}/{concept}")
def why_page(request: Request, record: Served, actor: Key, concept: Key) -> HTMLResponse:
    """On which words a position rests."""
    return page(request, "why.html", {"why": why(record, actor, concept)})
