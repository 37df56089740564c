"""What may be stored, and whether what is stored still holds."""

import hashlib
import json
import re
from collections.abc import Iterable
from itertools import pairwise

from onrecord.errors import EvidenceError, RecordError
from onrecord.evidence import check
from onrecord.types import ACTOR_KINDS, HOW, KINDS, Appearance, Article, Read, Span, Statement, article_id, statement_id

# PostgreSQL cannot hold the first in a text, UTF-8 cannot hold the others at all.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def check_article(article: Article) -> None:
    """Raises RecordError unless the article can be stored as it is, and its id and digest are those of its text."""
    fields = ("name", "text", "url", "outlet", "title", "published", "language", "extractor")
    values = {field: getattr(article, field) or "" for field in fields} | {"authors": "\n".join(article.authors)}
    try:
        values["extra"] = json.dumps(dict(article.extra), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise RecordError(f"{article.name!r}: a field that was given cannot be kept as JSON: {error}") from error
    for field, value in values.items():
        if found := _UNSTORABLE.search(value):
            raise RecordError(
                f"{article.name!r}: its {field} has the character U+{ord(found[0]):04X} at {found.start()}, "
                "which no database can hold: remove it"
            )
    if article.text_sha256 != hashlib.sha256(article.text.encode()).hexdigest():
        raise RecordError(f"{article.name!r}: text_sha256 is not the digest of its text")
    if article.id != article_id(article.name, article.text):
        raise RecordError(f"{article.name!r}: {article.id} is not the id of this name and text")


def askable(text: str) -> str:
    """``text`` as a database can be asked for it; what it cannot hold anyway is replaced, and so not found."""
    return _UNSTORABLE.sub("\ufffd", text)


def check_statements(article: Article, statements: Iterable[Statement]) -> list[Statement]:
    """The statements in the order of the text; raises EvidenceError if one is not evidence from this article."""
    ordered = sorted(statements, key=reading_order)
    ids = {statement.id for statement in ordered}
    for statement in ordered:
        what = f"{article.name!r}: statement {statement.id}"
        if statement.article_id != article.id:
            raise EvidenceError(f"{what}: belongs to another article ({statement.article_id})")
        if not statement.content:
            raise EvidenceError(f"{what}: has no content")
        _check_spans(what, all_spans(statement), article.text)
        if any(after.start < before.end for before, after in pairwise(statement.content)):
            raise EvidenceError(f"{what}: its pieces of content overlap or are not in reading order")
        if statement.id != statement_id(article.id, statement.source, statement.cue, statement.content):
            raise EvidenceError(f"{what}: this is not the id of its spans")
        if statement.kind not in KINDS or not 0 <= statement.score <= 1:
            raise EvidenceError(f"{what}: kind {statement.kind!r} or score {statement.score} is none")
        for does, other in (("continues", statement.part_of), ("stands within", statement.within)):
            if other is not None and (other == statement.id or other not in ids):
                raise EvidenceError(f"{what}: {does} {other}, which is not among the article's statements")
    for before, after in pairwise(sorted(statement.id for statement in ordered)):
        if before == after:
            raise EvidenceError(f"{article.name!r}: statement {before}: is there twice")
    return ordered


def check_actors(article: Article, read: Read) -> None:
    """Raises EvidenceError if an appearance or a resolution is not evidence from this article and its statements."""
    statements = {statement.id for statement in read.statements}
    appearances = {appearance.id for appearance in read.appearances}
    if len(appearances) < len(read.appearances):
        raise EvidenceError(f"{article.name!r}: an actor's appearance is there twice")
    for appearance in read.appearances:
        _check_appearance(article, appearance, appearances)
    whose = set()
    for resolution in read.resolutions:
        what = f"{article.name!r}: whose statement {resolution.statement_id} is"
        if resolution.statement_id not in statements:
            raise EvidenceError(f"{what}: it is not among the article's statements")
        if resolution.appearance_id is not None and resolution.appearance_id not in appearances:
            raise EvidenceError(f"{what}: {resolution.appearance_id} is not among the article's actors")
        unresolved = resolution.how == "unresolved"
        if resolution.how not in HOW or unresolved != (resolution.appearance_id is None):
            raise EvidenceError(f"{what}: how {resolution.how!r} does not go with {resolution.appearance_id}")
        if not 0 <= resolution.score <= 1:
            raise EvidenceError(f"{what}: score {resolution.score} is none")
        if (resolution.statement_id, resolution.appearance_id) in whose:
            raise EvidenceError(f"{what}: {resolution.appearance_id} is there twice")
        whose.add((resolution.statement_id, resolution.appearance_id))
        _check_spans(what, [resolution.evidence] if resolution.evidence else [], article.text)


def _check_appearance(article: Article, appearance: Appearance, others: set[str]) -> None:
    what = f"{article.name!r}: actor {appearance.name!r}"
    if appearance.article_id != article.id:
        raise EvidenceError(f"{what}: belongs to another article ({appearance.article_id})")
    if appearance.kind not in ACTOR_KINDS or not appearance.name.strip():
        raise EvidenceError(f"{what}: kind {appearance.kind!r} or name {appearance.name!r} is none")
    if appearance.parent is not None and (appearance.parent == appearance.id or appearance.parent not in others):
        raise EvidenceError(f"{what}: belongs to {appearance.parent}, which is not among the article's actors")
    told = [text for role in appearance.roles for text in (role.title, role.organisation, role.country)]
    if any(text is not None and _UNSTORABLE.search(text) for text in (*appearance.names, appearance.country, *told)):
        raise EvidenceError(f"{what}: has a character which no database can hold")
    _check_spans(what, [*appearance.mentions, *(role.evidence for role in appearance.roles)], article.text)


def _check_spans(what: str, spans: Iterable[Span], text: str) -> None:
    try:
        for span in spans:
            check(span, text)
    except EvidenceError as error:
        raise EvidenceError(f"{what}: {error}") from error


def all_spans(statement: Statement) -> list[Span]:
    """Source, cue and pieces of content, as far as there are any."""
    return [span for span in (statement.source, statement.cue, *statement.content) if span is not None]


def reading_order(statement: Statement) -> tuple[int, tuple[Span, ...], tuple[Span, ...], tuple[Span, ...]]:
    """The order of statements in an article: by their first character, then by their spans."""
    source, cue = ((span,) if span else () for span in (statement.source, statement.cue))
    return min((s.start for s in all_spans(statement)), default=0), statement.content, source, cue
