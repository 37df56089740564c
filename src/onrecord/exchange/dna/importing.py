"""A .dna file into a record: documents, who said what, the codebook, and the coders' judgements. The rest is kept."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from anyascii import anyascii

from onrecord.exchange.dna.dates import published
from onrecord.exchange.dna.file import DnaFile, DnaStatement, Document, Entity
from onrecord.exchange.dna.offsets import Units
from onrecord.exchange.dna.payload import packed, storable
from onrecord.exchange.dna.reading import read_dna
from onrecord.exchange.dna.roles import Roles, roles
from onrecord.reading.quotations import OPENING, quotations
from onrecord.record import CodedArticle, HandCoding, Record
from onrecord.types import (
    ActorKind,
    Answer,
    Appearance,
    Article,
    Concept,
    Kind,
    Problem,
    Read,
    Reading,
    Resolution,
    Role,
    Span,
    Statement,
    appearance_id,
    article_id,
    content_id,
    statement_id,
)
from onrecord.version import VERSION

KEPT = "dna"
"""The kind of what a record keeps of .dna files."""
NOBODY = "unknown coder"
"""Whose judgement it is where a statement has no coder."""
_whose, _said = lru_cache(maxsize=10_000)(appearance_id), lru_cache(maxsize=10_000)(statement_id)
_SLUG = 48  # characters of a concept's id


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did. ``held``: documents whose very text the record had. ``set_aside``: statements kept only."""

    documents: int
    held: int
    statements: int
    codings: int
    actors: int
    concepts: int
    set_aside: int
    new: bool
    problems: tuple[Problem, ...]


def import_dna(
    path: str | Path, record: Record, *, reviewer: str = "dna import", variables: Mapping[str, str] | None = None
) -> Imported:
    """Takes a .dna file into ``record``, in one transaction. No password is needed, and none is checked.

    Each document becomes an article; one whose very text the record holds is that article. A passage that was coded
    for a person or an organization becomes a statement of theirs, and what was coded a judgement by its coder. What has
    no place in a record (other statement types, attributes, colours, permissions …) is kept, and ``export_dna`` gives
    it back. Importing the same again changes nothing.

    ``variables``: what the file calls person, organization, concept and agreement, if it does not call them so.
    ``reviewer`` is who puts its concepts into the codebook. Raises InputError for what is no .dna file of DNA 3.
    """
    file, problems = read_dna(path)
    taken = _Taking(file, Path(path).stem, record, variables)
    articles = taken.articles()
    texts = {document: coded.article.text for document, coded in taken.of.items()}
    kept = packed(file, without=texts) | {
        "articles": {str(document): coded.article.id for document, coded in taken.of.items()},
        "roles": dict(variables or {}),
        "coded": taken.coded,
    }
    new = record.add_coded(
        articles, concepts=taken.concepts, codings=taken.codings, reading=_reading(), reviewer=reviewer,
        file=Path(path).name, kind=KEPT, kept=kept,
    )  # fmt: skip
    return Imported(
        documents=len(file.documents),
        held=taken.held,
        statements=len(file.statements),
        codings=len(taken.codings),
        actors=len({(a.kind, a.name) for _, read in articles for a in read.appearances}),
        concepts=len(taken.concepts),
        set_aside=len(file.statements) - len(taken.codings),
        new=new,
        problems=tuple(problems + taken.problems),
    )


def _reading() -> Reading:
    """By which all that was coded elsewhere came in."""
    return Reading(
        id=content_id("reading", "dna"),
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        version=VERSION,
        weights_sha256=hashlib.sha256(b"").hexdigest(),
        settings={"coded in": "Discourse Network Analyzer"},
    )


class Passage(NamedTuple):
    """What was coded of a DNA statement: whose it is, about which concept, and which stance."""

    statement: DnaStatement
    span: Span
    person: str | None
    organization: str | None
    concept: str | None
    stance: Answer | None

    @property
    def actor(self) -> tuple[ActorKind, str] | None:
        """Whose position it is: the person's, else the organisation's."""
        if self.person:
            return "person", self.person
        return ("organisation", self.organization) if self.organization else None


class _Taking:
    """Turns what a file holds into what a record takes."""

    def __init__(self, file: DnaFile, stem: str, record: Record, variables: Mapping[str, str] | None) -> None:
        self.problems: list[Problem] = []
        self.codings: list[HandCoding] = []
        self.coded: list[int] = []
        """The numbers of the statements that the codings come from."""
        self.of: dict[int, CodedArticle] = {}
        self.held = 0
        self._file, self._stem, self._record = file, stem, record
        self._roles = roles(file, variables)
        self._values = {entity.id: storable(entity.value) for entity in file.entities}
        self._coders = {coder.id: storable(coder.name) or NOBODY for coder in file.coders}
        self.concepts, self._concept_ids = self._codebook()
        if file.statements and not self._roles:
            types = ", ".join(t.label for t in file.types)
            self._note(
                stem,
                f"no statement type ({types}) has a concept, an agreement and a person or an organization: "
                "all statements are kept, none becomes a position; say what the file calls them",
            )

    def _note(self, what: str, message: str) -> None:
        self.problems.append(Problem(name=what, message=message))

    def _codebook(self) -> tuple[list[Concept], dict[int, str]]:
        """The concepts that the record does not have, and the id of each concept by the number of the entity."""
        mine = {role.concept for role in self._roles.values()}
        entities = [e for e in self._file.entities if e.variable in mine and self._values[e.id].strip()]
        known = {concept.proposition: concept.id for concept in self._record.concepts()}
        taken = {concept.id for concept in self._record.concepts()}
        ids: dict[int, str] = {}
        new: dict[str, Entity] = {}
        for entity in entities:
            proposition = self._values[entity.id]
            if proposition not in known:
                known[proposition] = slug(proposition, taken)
                new[proposition] = entity
            ids[entity.id] = known[proposition]
        concepts = [
            Concept(id=known[proposition], proposition=proposition, parent=ids.get(entity.parent or 0))
            for proposition, entity in new.items()
        ]
        return concepts, ids

    def articles(self) -> list[CodedArticle]:
        """All documents, with what was coded in each."""
        by_document: dict[int | None, list[DnaStatement]] = defaultdict(list)
        for statement in self._file.statements:
            by_document[statement.document].append(statement)
        for document, article in self._named():
            units = Units(document.text)
            passages = [
                p for s in by_document[document.id] if s.type in self._roles and (p := self._passage(article, units, s))
            ]
            self.of[document.id] = CodedArticle(article, read(article, passages))
            self.codings += self._coded(article, passages)
        return list(self.of.values())

    def _named(self) -> Iterator[tuple[Document, Article]]:
        """Each document as an article: the one that the record has of this very text, or one of a name of its own."""
        texts = {document.id: storable(document.text) for document in self._file.documents}
        digests = {id_: hashlib.sha256(text.encode()).hexdigest() for id_, text in texts.items()}
        free = {digest: list(held) for digest, held in self._record.holding(set(digests.values())).items()}
        wanted = [name for d in self._file.documents for name in (_name(d), _name(d, self._stem))]
        names = set(self._record.names_taken(wanted))
        for document in self._file.documents:
            if texts[document.id] != document.text:
                self._note(document.title, "has characters that no database can hold: U+FFFD stands for them")
            if held := free.get(digests[document.id]):
                self.held += 1
                yield document, held.pop(0)
                continue
            yield document, self._article(document, texts[document.id], digests[document.id], names)

    def _article(self, document: Document, text: str, digest: str, names: set[str]) -> Article:
        name = next(n for n in _names(document, self._stem, digest) if n not in names)
        names.add(name)
        day = published(document.date)
        if day is None:
            self._note(document.title or name, f"has no date ({document.date}): it stays undated")
        return Article(
            id=article_id(name, text),
            name=name,
            text=text,
            text_sha256=digest,
            extractor="as given",
            outlet=storable(document.source) or None,
            title=storable(document.title) or None,
            authors=(storable(document.author),) if document.author else (),
            published=day,
            extra={
                key: storable(value)
                for key, value in (("section", document.section), ("type", document.type), ("notes", document.notes))
                if value
            },
        )

    def _passage(self, article: Article, units: Units, statement: DnaStatement) -> Passage | None:
        if not 0 <= statement.start < statement.stop <= units.length:
            self._note(
                article.name,
                f"statement {statement.id} is at {statement.start} to {statement.stop}, outside of a text of "
                f"{units.length}: it is kept, and no position",
            )
            return None
        role = self._roles[statement.type or 0]
        agreement = None if role.agreement is None else statement.values.get(role.agreement)
        stance: Answer | None = "undecided" if role.undecided else None
        if agreement is not None:
            stance = "support" if agreement else "oppose"
        concept = role.entity(statement, "concept")
        return Passage(
            statement=statement,
            span=units.span(statement.start, statement.stop),
            person=self._value(role, statement, "person"),
            organization=self._value(role, statement, "organization"),
            concept=None if concept is None else self._concept_ids.get(concept),
            stance=stance,
        )

    def _value(self, role: Roles, statement: DnaStatement, name: str) -> str | None:
        entity = role.entity(statement, name)
        value = "" if entity is None else self._values[entity]
        return value if value.strip() else None

    def _coded(self, article: Article, passages: Iterable[Passage]) -> Iterator[HandCoding]:
        for p in passages:
            if p.actor and p.concept and p.stance:
                kind, name = p.actor
                self.coded.append(p.statement.id)
                yield HandCoding(
                    article_id=article.id,
                    appearance_id=_whose(article.id, kind, name),
                    statement_id=_said(article.id, None, None, (p.span,)),
                    evidence=p.span,
                    concept=p.concept,
                    stance=p.stance,
                    reviewer=self._coders[p.statement.coder] if p.statement.coder is not None else NOBODY,
                    organisation=_whose(article.id, "organisation", p.organization)
                    if p.person and p.organization
                    else None,
                )


def read(article: Article, passages: Sequence[Passage]) -> Read:
    """What was coded in an article, as a reading would give it: one statement for each passage, by all who say it."""
    has_marks = any(mark in article.text for mark in OPENING)  # most coded texts are long, and many have none
    quoted = [(q.start, q.end) for q in quotations(article.text)] if passages and has_marks else []
    actors: dict[tuple[ActorKind, str], dict[str, Span]] = {}  # with the organisations each speaks for, and where
    by_span: dict[Span, dict[tuple[ActorKind, str], None]] = defaultdict(dict)
    for p in passages:
        named: list[tuple[ActorKind, str]] = []
        if p.person:
            named.append(("person", p.person))
        if p.organization:
            named.append(("organisation", p.organization))
        by_span[p.span].update(dict.fromkeys(named))
        for actor in named:
            speaks_for = actors.setdefault(actor, {})
            if actor[0] == "person" and p.organization:
                speaks_for.setdefault(p.organization, p.span)
    statements, resolutions = [], []
    for span, named_by in sorted(by_span.items()):
        id_ = _said(article.id, None, None, (span,))
        kind = kind_of(span, article.text, quoted)
        statements.append(
            Statement(id=id_, article_id=article.id, source=None, cue=None, content=(span,), kind=kind, score=1.0)
        )
        for actor in named_by:
            whose = _whose(article.id, *actor)
            resolutions.append(Resolution(statement_id=id_, appearance_id=whose, how="full name", score=1.0))
        if not named_by:
            resolutions.append(Resolution(statement_id=id_, appearance_id=None, how="unresolved", score=0.0))
    return Read(
        statements=tuple(statements),
        appearances=tuple(
            Appearance(
                id=_whose(article.id, kind, name),
                article_id=article.id,
                name=name,
                kind=kind,
                names=(name,),
                mentions=(),
                roles=tuple(
                    Role(title=None, organisation=body, country=None, former=False, evidence=span)
                    for body, span in speaks_for.items()
                ),
                parent=_whose(article.id, "organisation", next(iter(speaks_for))) if speaks_for else None,
            )
            for (kind, name), speaks_for in actors.items()
        ),
        resolutions=tuple(resolutions),
    )


def kind_of(span: Span, text: str, quoted: Sequence[tuple[int, int]]) -> Kind:
    """Direct if all words of ``span`` stand in quotation marks, mixed if some do, else indirect; as of a reading."""
    within = without = False
    at = span.start
    for start, end in quoted:
        if end <= at or start >= span.end:
            continue
        without = without or _has_words(text[at : max(at, start)])
        within = within or _has_words(text[max(at, start) : min(end, span.end)])
        at = min(end, span.end)
    without = without or _has_words(text[at : span.end])
    return "mixed" if within and without else "direct" if within else "indirect"


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def slug(proposition: str, taken: set[str]) -> str:
    """An id for a concept, of its first words, that is not ``taken``; it is then."""
    words = re.findall("[a-z0-9]+", anyascii(proposition).lower())
    stem = ""
    for word in words:
        if len(stem) + len(word) >= _SLUG:
            break
        stem = f"{stem}-{word}" if stem else word
    stem = stem or (words[0][:_SLUG] if words else "concept")
    id_, number = stem, 1
    while id_ in taken:
        number += 1
        id_ = f"{stem}-{number}"
    taken.add(id_)
    return id_


def _name(document: Document, stem: str | None = None) -> str:
    title = storable(document.title).strip() or f"document {document.id}"
    return f"{title} ({stem} {document.id})" if stem is not None else title


def _names(document: Document, stem: str, digest: str) -> Iterator[str]:
    """Names for a document, the best first: the last is that of no other text."""
    yield _name(document)
    yield _name(document, stem)
    yield f"{_name(document, stem)} {digest[:8]}"
