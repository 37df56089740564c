"""How right it is and how far coders agree: samples, accuracy, double coding; as pages and as JSON."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from onrecord.errors import InputError, NotFound
from onrecord.record import Record, browsing
from onrecord.record.found import Judgement
from onrecord.record.review_found import Accuracy, Agreement, Assignment, Coder, Sample, Shows, Stratify, Task, Unit
from onrecord.web.answers import InContext
from onrecord.web.api import WRONG, Key
from onrecord.web.showing import Served, page
from onrecord.web.signing import Decider, Manager, Person, Reader

router = APIRouter(prefix="/api", responses=WRONG, tags=["check"])
pages = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Name = Annotated[str, Field(min_length=1, max_length=300)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
_SHOWN = 10  # statements of a sample on one page


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """How right the machine is on what people checked, and the samples that were drawn."""

    accuracy: Accuracy
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OneAssignment:
    """An assignment, what the one who asks has to do in it, and how far its coders agree.

    ``agreement`` is None for a coder while it goes on: the coding is blind.
    """

    assignment: Assignment
    tasks: tuple[Task, ...]
    agreement: Agreement | None


class Drawn(BaseModel):
    """A random sample to check."""

    model_config = ConfigDict(extra="forbid")
    size: Annotated[int, Field(ge=1, le=100_000)] = 200
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    stratify: Stratify | None = None
    name: Annotated[str, Field(max_length=200)] = ""


class Assigned(BaseModel):
    """Articles for several coders, by their ids or names; or the statements of a sample, by its number."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1, max_length=200)]
    coders: Annotated[list[Name], Field(min_length=2, max_length=20)]
    articles: Annotated[list[Annotated[str, Field(max_length=300)]], Field(min_length=1, max_length=10_000)] | None = (
        None
    )
    sample: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    shows: Shows = "machine"


class Settled(BaseModel):
    """Whose decision stands."""

    model_config = ConfigDict(extra="forbid")
    judgement: Annotated[str, Field(min_length=4, max_length=40)]
    note: Annotated[str, Field(max_length=5000)] = ""


def checks(record: Record, sample: int | None) -> Checks:
    """How right the machine is; on this sample, or on all that was checked."""
    return Checks(accuracy=record.accuracy(sample=sample), samples=tuple(record.samples()))


def one(record: Record, number: int, person: Person) -> OneAssignment:
    """An assignment as this person may see it. Raises NotFound."""
    found = record.assignment(number)
    mine = person.name in found.coders
    open_to = (person.manages and not mine) or found.closed_at is not None
    return OneAssignment(
        assignment=found,
        tasks=tuple(record.assigned(number, person.name)) if mine else (),
        agreement=record.agreement(number) if open_to else None,
    )


@router.get("/accuracy")
def accuracy_json(record: Served, sample: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None) -> Checks:
    """Of so many checked statements so many right, by kind, outlet and score, with 95 % intervals."""
    return checks(record, sample)


@router.post("/samples")
def draw(record: Served, by: Decider, sent: Drawn) -> Sample:
    """Draws a random sample to check."""
    return record.sample(sent.size, seed=sent.seed, stratify=sent.stratify, called=sent.name, reviewer=by.name)


@router.get("/assignments")
def assignments_json(record: Served) -> tuple[Assignment, ...]:
    """What several coders decide on, each without seeing the others."""
    return tuple(record.assignments())


@router.post("/assignments")
def assign(record: Served, by: Manager, sent: Assigned) -> Assignment:
    """Hands articles out to several coders."""
    return record.assign(
        coders=sent.coders, articles=sent.articles, sample=sent.sample, name=sent.name, shows=sent.shows,
        reviewer=by.name,
    )  # fmt: skip


@router.get("/assignments/{number}")
def assignment_json(record: Served, by: Reader, number: Number) -> OneAssignment:
    """An assignment: what you have to do in it, or how far its coders agree."""
    return one(record, number, by)


@router.get("/assignments/{number}/articles/{key}")
def units_json(record: Served, by: Reader, number: Number, key: Key) -> tuple[Unit, ...]:
    """What you have to decide on in an article of an assignment."""
    return tuple(record.units(number, by.name, key))


@router.post("/assignments/{number}/settle")
def settle(record: Served, by: Manager, number: Number, sent: Settled) -> Judgement:
    """Lets the decision of one of the coders stand."""
    return record.adjudicate(number, sent.judgement, reviewer=by.name, note=sent.note)


@router.post("/assignments/{number}/close")
def close(record: Served, by: Manager, number: Number) -> int:
    """Ends an assignment: what all agree on stands from now on. Returns how many decisions that are."""
    return record.close_assignment(number, reviewer=by.name)


@router.get("/coders")
def coders_json(record: Served) -> tuple[Coder, ...]:
    """Who may read and decide."""
    return tuple(record.coders())


@pages.get("/accuracy")
def accuracy_page(
    request: Request, record: Served, sample: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> HTMLResponse:
    """How right the machine is on what people checked."""
    return page(request, "accuracy.html", {"checks": checks(record, sample), "sample": sample})


@pages.post("/samples")
def draw_page(
    record: Served,
    by: Decider,
    size: Annotated[int, Form(ge=1, le=100_000)],
    seed: Annotated[int, Form(ge=0, le=2**31 - 1)],
    stratify: Annotated[Literal["", "outlet", "kind", "score"], Form()] = "",
) -> RedirectResponse:
    """Draws a sample, and goes there."""
    made = record.sample(size, seed=seed, stratify=stratify or None, called=f"{size} at random", reviewer=by.name)
    return RedirectResponse(f"/samples/{made.number}", 303)


@pages.get("/samples/{number}")
def sample_page(request: Request, record: Served, number: Number) -> HTMLResponse:
    """What is left to check of a sample, in the order in which it was drawn."""
    found = next((s for s in record.samples() if s.number == number), None)
    if found is None:
        raise NotFound(f"there is no sample {number}: the page Accuracy lists those there are")
    ids = list(record.drawn(number))
    left = {s.statement.id: s for s in record.said(ids=ids, checked=False, current=False)}
    said = [left[i] for i in ids if i in left][:_SHOWN]
    around = browsing.around(record, said)
    items = [InContext(said=s, around=around[s.statement.id]) for s in said]
    return page(request, "sample.html", {"sample": found, "items": items})


@pages.get("/assignments")
def assignments_page(request: Request, record: Served) -> HTMLResponse:
    """Double coding."""
    known = [c for c in record.coders() if c.removed_at is None and c.role != "reader"]
    return page(request, "assignments.html", {"assignments": record.assignments(), "coders": known})


@pages.post("/assignments")
def assign_page(
    record: Served,
    by: Manager,
    name: Annotated[str, Form(min_length=1, max_length=200)],
    size: Annotated[int, Form(ge=1, le=100_000)],
    coders: Annotated[list[str] | None, Form(max_length=20)] = None,
    shows: Annotated[Shows, Form()] = "machine",
) -> RedirectResponse:
    """Draws statements at random, hands them out, and goes there."""
    if len(coders or ()) < 2:
        raise InputError("double coding takes two coders or more: tick them")
    drawn = record.sample(size, seed=len(record.samples()), called=name, reviewer=by.name)
    made = record.assign(coders=coders or (), sample=drawn.number, name=name, shows=shows, reviewer=by.name)
    return RedirectResponse(f"/assignments/{made.number}", 303)


@pages.get("/assignments/{number}")
def assignment_page(request: Request, record: Served, by: Reader, number: Number) -> HTMLResponse:
    """An assignment: what is to be done, and how far the coders agree."""
    return page(request, "assignment.html", {"one": one(record, number, by)})


@pages.get("/assignments/{number}/articles/{key}")
def units_page(request: Request, record: Served, by: Reader, number: Number, key: Key) -> HTMLResponse:
    """An article of an assignment, with what this coder decided, and nobody else."""
    units = tuple(record.units(number, by.name, key))
    values = {"assignment": record.assignment(number), "units": units, "article": record.article(key)}
    return page(request, "units.html", values)
