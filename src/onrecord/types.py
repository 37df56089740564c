"""The nouns. All are frozen values; offsets are half-open and count Unicode code points."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Kind = Literal["direct", "mixed", "indirect"]
KINDS: tuple[Kind, ...] = ("direct", "mixed", "indirect")
ActorKind = Literal["person", "organisation", "country", "group", "unnamed"]
ACTOR_KINDS: tuple[ActorKind, ...] = ("person", "organisation", "country", "group", "unnamed")
How = Literal[
    "full name",
    "short name",
    "title",
    "description",
    "pronoun",
    "continued",
    "metonym",
    "unnamed",
    "unresolved",
    "judged",
]
HOW: tuple[How, ...] = (
    "full name", "short name", "title", "description", "pronoun", "continued", "metonym", "unnamed", "unresolved",
    "judged",
)  # fmt: skip
"""How it was found whose a statement is. "judged": a person said so."""

Stance = Literal["support", "oppose", "undecided"]
STANCES: tuple[Stance, ...] = ("support", "oppose", "undecided")
Answer = Literal["support", "oppose", "undecided", "none"]
ANSWERS: tuple[Answer, ...] = (*STANCES, "none")
"""What can be answered when a proposition is put to what somebody said: a stance, or none."""


class Span(NamedTuple):
    """Characters ``start`` to ``end`` (exclusive) of an article's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Something collected that should hold one article: a file, a page, a line of JSONL.

    ``name`` is what the user knows it by: the id given in JSONL or CSV, else the path or the URL. It becomes the
    article's name. ``body`` is bytes as found, or text where the container already told the encoding. ``given`` holds
    the metadata that came with it (title, outlet, published, authors, language, url and any other field).
    """

    name: str
    body: bytes | str
    media_type: str
    via: str
    url: str | None = None
    fetched_at: str | None = None
    given: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that could not be read: ``name`` says which, ``message`` why and what to do."""

    name: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One news text as published.

    ``published`` is an ISO 8601 date or time and may be partial ("2026", "2026-04"). ``extractor`` says how the text
    was got ("as given", or the library and its version). ``extra`` keeps fields of the input that have no place here.
    """

    id: str
    name: str
    text: str
    text_sha256: str
    extractor: str
    url: str | None = None
    outlet: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    language: str | None = None
    duplicate_of: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One attribution: somebody (``source``) says, writes, believes, wants (``cue``) something (``content``).

    ``content`` has one or more spans in reading order. ``score`` is the calibrated probability that the statement is
    right as a whole. ``part_of`` is the id of the statement whose quote this one continues. ``within`` is the id of
    the statement that reports this one: "A said B had told him that …" is a statement of A's with one of B's within.
    """

    id: str
    article_id: str
    source: Span | None
    cue: Span | None
    content: tuple[Span, ...]
    kind: Kind
    score: float
    part_of: str | None = None
    within: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What an article says somebody is: "chairman of Reform", "Finland’s defence minister", "the Iowa Republican".

    ``title`` ("chairman"), ``organisation`` ("Reform") and ``country`` (ISO 3166 alpha-2) as far as the words tell.
    ``former``: the words say it is no longer so. ``evidence`` are those words.
    """

    title: str | None
    organisation: str | None
    country: str | None
    former: bool
    evidence: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """An actor as one article knows it. The record links the appearances of one actor (see record/register.py).

    ``name`` is the fullest the article gives ("Elfriede Kos"), without titles; for an unnamed actor its description
    ("Western diplomat"). ``names`` are all forms used, ``mentions`` where it is named, ``roles`` what it is said to be.
    ``country`` (ISO 3166 alpha-2) is whom it stands for or comes from, as far as the article tells. ``parent`` is the
    appearance it speaks for or belongs to: a ministry's government, a spokesman's office, a leader's party.
    """

    id: str
    article_id: str
    name: str
    kind: ActorKind
    names: tuple[str, ...]
    mentions: tuple[Span, ...]
    roles: tuple[Role, ...] = ()
    country: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Whose a statement is. A statement of several actors at once has several, in the order of the text.

    ``appearance_id`` is None where the text does not tell (``how`` is then "unresolved", ``score`` 0). ``score`` is the
    calibrated probability that it is this actor. ``evidence`` are the words that decided: the name itself, or the
    antecedent.
    """

    statement_id: str
    appearance_id: str | None
    how: How
    score: float
    evidence: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What one article says: its statements in the order of the text, the actors in it, and who made which."""

    statements: tuple[Statement, ...]
    appearances: tuple[Appearance, ...] = ()
    resolutions: tuple[Resolution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text that the writer of a codebook coded: where its actor stands on the concept. ``actor`` are words of it."""

    text: str
    stance: Answer
    actor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """Something actors can agree or disagree with: ``proposition`` is one sentence that says it.

    ``id`` is how people call it for short ("peacekeepers"); ``parent`` is the id of a wider concept. ``version`` counts
    up when the proposition changes: what was coded before keeps the version it was coded under.
    """

    id: str
    proposition: str
    note: str = ""
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    examples: tuple[Example, ...] = ()
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What must hold (``holds``: "if …", "only after …") or must not ("unless …") for a stance to be as it is.

    ``concept`` is the id of the codebook's concept that the words speak of, if one does.
    """

    span: Span
    holds: bool = True
    concept: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """Where one actor stands on one concept, as one passage of an article tells.

    ``evidence`` are the deciding words: a statement from source to content, for the cue may decide ("ruled out"); of an
    act its sentence. ``statement_id`` is the statement, None for an act told in the reporter's voice. ``according_to``
    is the appearance who reports the position of another. ``chances`` are the calibrated probabilities of support,
    oppose and undecided (the rest is none); ``score`` is the chance that ``stance`` is right. ``version`` is that of
    the concept it was coded under.
    """

    id: str
    article_id: str
    appearance_id: str
    concept: str
    version: int
    stance: Answer
    score: float
    chances: tuple[float, float, float]
    evidence: Span
    statement_id: str | None = None
    conditions: tuple[Condition, ...] = ()
    according_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way of reading: a version of onrecord with given weights and settings. ``id`` depends on just these."""

    id: str
    started_at: str
    version: str
    weights_sha256: str
    settings: Mapping[str, object] = field(default_factory=dict)


def content_id(*parts: object) -> str:
    """An id that depends on ``parts`` alone: 20 hexadecimal digits (80 bits) of the SHA-256 of their JSON."""
    canonical = json.dumps(parts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def article_id(name: str, text: str) -> str:
    """The id of an article: the same name with other words is another article."""
    return content_id("article", name, text)


def appearance_id(article: str, kind: str, name: str) -> str:
    """The id of an actor's appearance in an article: two of one name and kind in one article are told apart by name."""
    return content_id("appearance", article, kind, name)


def statement_id(article: str, source: Span | None, cue: Span | None, content: tuple[Span, ...]) -> str:
    """The id of a statement: the same spans of the same article are the same statement, whoever found them."""
    return content_id("statement", article, source, cue, content)


def coding_id(article: str, actor: str, concept: str, evidence: Span) -> str:
    """The id of a coding: the same words put to the same actor's stand on the same concept, whoever codes them."""
    return content_id("coding", article, actor, concept, evidence)
