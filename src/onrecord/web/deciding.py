"""What people decide, as the API takes it. A decision is stored when the answer comes, and not before."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from onrecord.record.found import Judgement, Said
from onrecord.record.review_found import Happened, Queued, QueueKind, Verdict
from onrecord.types import ActorKind, Answer, Condition, Kind, Span
from onrecord.web.api import WRONG, Key, StatementId, Wrong
from onrecord.web.showing import Served
from onrecord.web.signing import Decider, Reader

_WRITE: dict[int | str, dict[str, Any]] = {
    401: {"model": Wrong, "description": "Sign in first."},
    403: {"model": Wrong, "description": "You may read, but not do this; or the request came from another site."},
    409: {"model": Wrong, "description": "Somebody else decided meanwhile: it says who and what. Nothing was stored."},
}
router = APIRouter(prefix="/api", responses=WRONG | _WRITE, tags=["decide"])

Offset = Annotated[int, Field(ge=0, le=2**31 - 1)]
Part = Annotated[list[Offset], Field(min_length=2, max_length=2, description="[start, end) in the article’s text.")]
Name = Annotated[str, Field(min_length=1, max_length=300)]
Remark = Annotated[str, Field(default="", max_length=5000)]
Revision = Annotated[
    int | None, Field(default=None, ge=0, le=2**31 - 1, description="The revision you saw; refused if it is another.")
]
Assigned = Annotated[int | None, Field(default=None, ge=1, le=2**31 - 1, description="Decide blind, for this one.")]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Judged(_Sent):
    """Right as it stands, or wrong."""

    verdict: Verdict
    expects: Revision
    note: Remark
    assignment: Assigned


class Corrected(_Sent):
    """What a statement should be. What is left out stays as it is; null is that there is none."""

    source: Part | None = None
    cue: Part | None = None
    content: Annotated[list[Part], Field(min_length=1, max_length=100)] | None = None
    actor: Name | Annotated[list[Name], Field(min_length=1, max_length=20)] | None = None
    actor_kind: ActorKind = "person"
    kind: Kind | None = None
    expects: Revision
    note: Remark
    assignment: Assigned


class Added(_Sent):
    """A statement that the machine missed."""

    source: Part | None = None
    cue: Part | None = None
    content: Annotated[list[Part], Field(min_length=1, max_length=100)]
    actor: Name | Annotated[list[Name], Field(min_length=1, max_length=20)] | None = None
    actor_kind: ActorKind = "person"
    kind: Kind | None = None
    note: Remark
    assignment: Assigned


class Divided(_Sent):
    """The content of each of the statements that one should be."""

    pieces: Annotated[list[Annotated[list[Part], Field(min_length=1)]], Field(min_length=2, max_length=50)]
    expects: Revision
    note: Remark


class Joined(_Sent):
    """The statements that should be one; the first gives source, cue and actor."""

    statements: Annotated[list[Annotated[str, Field(pattern="^[0-9a-f]{20}$")]], Field(min_length=2, max_length=50)]
    expects: Revision
    note: Remark


class Remarked(_Sent):
    """A note on a statement, an actor, an article or a coding, by its id."""

    subject: Name
    text: Annotated[str, Field(min_length=1, max_length=5000)]


class Withdrawn(_Sent):
    """Which judgement; your last unless told."""

    judgement: Annotated[str | None, Field(max_length=40)] = None
    expects: Revision


class Linked(_Sent):
    """Whether the two of a proposal are one."""

    subject: Name
    actor: Name
    other: Name
    same: bool
    note: Remark


class Skipped(_Sent):
    """What to show you no more."""

    kind: QueueKind
    subject: Name


class Coded(_Sent):
    """Where an actor stands, decided by a person."""

    stance: Answer
    conditions: list["ConditionSent"] | None = None
    expects: Revision
    note: Remark


class ConditionSent(_Sent):
    """The words of a condition, and whether it must hold or must not."""

    span: Part
    holds: bool = True
    concept: Name | None = None


@router.post("/statements/{statement_id}/judgements")
def judge(record: Served, by: Decider, statement_id: StatementId, sent: Judged) -> Judgement:
    """Says that a statement is right as it stands, or wrong."""
    return record.judge_statement(
        statement_id, sent.verdict, reviewer=by.name, expects=sent.expects, note=sent.note, assignment=sent.assignment
    )


@router.post("/statements/{statement_id}/corrections")
def correct(record: Served, by: Decider, statement_id: StatementId, sent: Corrected) -> Judgement:
    """Says what a statement should be: other words, another actor, another kind."""
    given: dict[str, Any] = {
        name: _span(getattr(sent, name)) for name in ("source", "cue") if name in sent.model_fields_set
    }
    if sent.content is not None:
        given["content"] = [_span(part) for part in sent.content]
    if "actor" in sent.model_fields_set:
        given |= {"actor": sent.actor, "actor_kind": sent.actor_kind}
    if sent.kind is not None:
        given["kind"] = sent.kind
    return record.correct_statement(
        statement_id, reviewer=by.name, expects=sent.expects, note=sent.note, assignment=sent.assignment, **given
    )


@router.post("/articles/{key}/statements")
def add(record: Served, by: Decider, key: Key, sent: Added) -> Judgement:
    """Adds a statement that the machine missed."""
    return record.add_statement(
        key, _span(sent.source), _span(sent.cue), [Span(*part) for part in sent.content], sent.actor, kind=sent.kind,
        actor_kind=sent.actor_kind, reviewer=by.name, note=sent.note, assignment=sent.assignment,
    )  # fmt: skip


@router.post("/statements/{statement_id}/parts")
def divide(record: Served, by: Decider, statement_id: StatementId, sent: Divided) -> Judgement:
    """Makes several statements of one."""
    pieces = [[Span(*part) for part in piece] for piece in sent.pieces]
    return record.split_statement(statement_id, pieces, reviewer=by.name, expects=sent.expects, note=sent.note)


@router.post("/join")
def join(record: Served, by: Decider, sent: Joined) -> Judgement:
    """Makes one statement of several of an article."""
    return record.join_statements(sent.statements, reviewer=by.name, expects=sent.expects, note=sent.note)


@router.post("/notes")
def note(record: Served, by: Decider, sent: Remarked) -> Judgement:
    """Keeps a remark on something."""
    return record.note(sent.subject, sent.text, reviewer=by.name)


@router.post("/undo")
def undo(record: Served, by: Decider, sent: Withdrawn) -> Judgement:
    """Withdraws a judgement; it stays in the history."""
    return record.undo(sent.judgement, reviewer=by.name, mine=sent.judgement is None, expects=sent.expects)


@router.post("/redo")
def redo(record: Served, by: Decider, sent: Withdrawn) -> Judgement:
    """Lets a withdrawn judgement stand again."""
    return record.redo(sent.judgement, reviewer=by.name, mine=sent.judgement is None, expects=sent.expects)


@router.post("/codings/{coding_id}/judgements")
def judge_coding(record: Served, by: Decider, coding_id: StatementId, sent: Coded) -> Judgement:
    """Says where an actor stands on a concept, by these words."""
    conditions = None
    if sent.conditions is not None:
        conditions = [Condition(span=Span(*c.span), holds=c.holds, concept=c.concept) for c in sent.conditions]
    return record.judge_coding(
        coding_id, sent.stance, reviewer=by.name, conditions=conditions, note=sent.note, expects=sent.expects
    )


@router.get("/queue")
def queue(
    record: Served,
    by: Reader,
    kind: QueueKind | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str | None, Query(max_length=300)] = None,
) -> tuple[Queued, ...]:
    """What a person should look at, what matters most first."""
    return record.queue(kind=kind, limit=limit, after=after, reviewer=by.name)


@router.post("/queue/later")
def later(record: Served, by: Decider, sent: Skipped) -> Literal["later"]:
    """Leaves something to others."""
    record.skip(sent.kind, sent.subject, reviewer=by.name)
    return "later"


@router.post("/queue/links")
def link(record: Served, by: Decider, sent: Linked) -> Judgement:
    """Says whether two actors are one."""
    if sent.same:
        return record.merge(sent.actor, sent.other, reviewer=by.name)
    return record.keep_apart(sent.subject, reviewer=by.name)


@router.get("/history/{subject}")
def history(record: Served, subject: Key) -> tuple[Happened, ...]:
    """All that was decided about something, the oldest first, withdrawn decisions too."""
    return record.history(subject)


@router.get("/statements/{statement_id}/stands")
def stands(record: Served, statement_id: StatementId) -> Said:
    """A statement as it stands now, with its revision."""
    return record.statement(statement_id)


def _span(part: list[int] | None) -> Span | None:
    return None if part is None else Span(part[0], part[1])
