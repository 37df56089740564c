"""What the record answers with about positions, and the filters it understands."""

from dataclasses import dataclass
from typing import NamedTuple

from onrecord.record.found import ArticleFilters, Heading
from onrecord.types import ActorKind, Answer, Span


class CodingFilters(ArticleFilters, total=False):
    """Which codings, in which articles. What is left out, or None, does not restrict.

    ``actor``: of this one, by anything ``Record.actor`` takes. ``concept``: on this one, by anything
    ``Record.concept`` takes. ``answers``: with one of these; the three stances unless told otherwise. ``min_score``:
    scored at least this; what a person decided always is. ``checked``: True, decided by a person; False, by nobody.
    ``ids``: one of these.
    """

    actor: str | None
    concept: str | None
    answers: tuple[Answer, ...] | None
    min_score: float | None
    checked: bool | None
    ids: tuple[str, ...] | None


class CodedCondition(NamedTuple):
    """A condition: where it stands, its words, whether it must hold, and the concept it speaks of (id), if any."""

    span: Span
    words: str
    holds: bool
    concept: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """Where an actor stands on a concept, as one passage of an article tells.

    ``stance`` is what counts: a person's decision if there is one, else what the machine ``found`` (None: a person
    added it). ``score`` is the probability that it is right, 1 where a person decided. ``chances`` are the machine's of
    support, oppose and undecided. ``version`` is that of the concept when it was coded, ``present_version`` what the
    codebook has now. ``according_to`` names who reports it of another. ``organisation`` and ``country`` are whom the
    actor speaks for at the date of the article, as far as the record tells.
    """

    id: str
    article: Heading
    actor_id: str
    actor: str
    actor_kind: ActorKind
    concept: str
    proposition: str
    version: int
    present_version: int
    stance: Answer
    found: Answer | None
    score: float
    chances: tuple[float, float, float]
    evidence: Span
    words: str
    statement_id: str | None = None
    conditions: tuple[CodedCondition, ...] = ()
    according_to: str | None = None
    judged_by: str | None = None
    judged_at: str | None = None
    judgement_id: str | None = None
    revision: int = 0
    title: str | None = None
    organisation: str | None = None
    country: str | None = None


class LoadedCodebook(NamedTuple):
    """What loading a codebook did, by ids. ``reworded`` concepts have another proposition, so a new version."""

    new: tuple[str, ...]
    reworded: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
