"""The nouns. All are frozen values; offsets are half-open and count Unicode code points."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Kind = Literal["direct", "mixed", "indirect"]
KINDS: tuple[Kind, ...] = ("direct", "mixed", "indirect")


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
    right as a whole. ``part_of`` is the id of the statement whose quote this one continues.
    """

    id: str
    article_id: str
    source: Span | None
    cue: Span | None
    content: tuple[Span, ...]
    kind: Kind
    score: float
    part_of: str | None = None


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


def statement_id(article: str, source: Span | None, cue: Span | None, content: tuple[Span, ...]) -> str:
    """The id of a statement: the same spans of the same article are the same statement, whoever found them."""
    return content_id("statement", article, source, cue, content)
