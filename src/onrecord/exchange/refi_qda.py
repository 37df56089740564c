"""REFI-QDA, the exchange format of NVivo, MAXQDA, ATLAS.ti, QualCoder and others: projects (.qdpx), codebooks (.qdc).

A project is a zip with project.qde and the articles as text files. What stands where:

    users      this program, and the people whose judgements count
    codes      Statement with direct, mixed, indirect, source, cue; Position with a code for each concept (below its
               wider one), each with support, oppose, undecided; and condition
    variables  of cases: kind, country; of articles: outlet, published, url
    cases      the actors, with the passages that are theirs
    sources    the articles; a selection for each passage, with its codings; who says so is its description
    notes      of each coding on a concept: proposition, stance, conditions, score, who decided

Positions count Unicode code points of the text file. Lines end with LF there, whatever ended them in the article, and
there is no byte order mark, for programs that normalise both would else count otherwise; positions follow.
Source: REFI-QDA standard 1.5 and its schemas Project.xsd and Codebook.xsd (2019), https://www.qdasoftware.org.
"""

import re
import zipfile
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Unpack
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from onrecord.errors import InputError
from onrecord.exchange.found import Found, found_in
from onrecord.exchange.writing import writing, xml_words
from onrecord.record import Filters, Record, Said
from onrecord.record.coding_found import Coded
from onrecord.types import KINDS, STANCES, Article, Concept, Span
from onrecord.version import VERSION

_PROJECT = "urn:QDA-XML:project:1.0"
_CODEBOOK = "urn:QDA-XML:codebook:1.0"
_OURS = uuid5(NAMESPACE_URL, "urn:onrecord")
_MACHINE = f"onrecord {VERSION}"
_MOMENT = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")  # xsd:dateTime
_COLOURS = {"support": "#2E7D32", "oppose": "#C62828", "undecided": "#757575"}
_THEN = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can tell: the same content gives the same bytes


def export_qdpx(record: Record, where: str | Path, **filters: Unpack[Filters]) -> int:
    """Writes a project with the statements and codings the filters ask for; returns how many these are."""
    project = _Project(record.concepts(), _last_reading(record))
    number = 0
    with writing(where) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for found in found_in(record, **filters):
            text = project.add(found)
            _put(archive, f"sources/{_guid('article', found.article.id)}.txt", text.encode("utf-8", "replace"))
            number += len(found.said) + len(found.codings)
        _put(archive, "project.qde", _bytes(project.element()))
    return number


def export_qdc(record: Record, where: str | Path) -> int:
    """Writes the codebook; returns how many concepts it holds. Raises InputError if it holds none."""
    concepts = record.concepts()
    if not concepts:
        raise InputError(f"{where}: the record has no concepts yet: load a codebook first")
    root = _element(_CODEBOOK, "CodeBook", {"origin": _MACHINE})
    codes = _below(root, "Codes")
    for element in _concept_codes(_CODEBOOK, concepts):
        codes.append(element)
    with writing(where) as out:
        out.write(_bytes(root))
    return len(concepts)


@dataclass(slots=True)
class _Case:
    """An actor, and the passages that are its own."""

    name: str
    known: dict[str, str | None]
    selections: dict[str, None] = field(default_factory=dict)


class _Project:
    """Gathers a project article by article: users, cases and notes stand in the file before or after the sources."""

    def __init__(self, concepts: Sequence[Concept], read_at: str | None) -> None:
        self.concepts = {concept.id: concept for concept in concepts}
        self.users = {_MACHINE: None}
        self.cases: dict[str, _Case] = {}
        self.sources: list[Any] = []
        self.notes: list[Any] = []
        self.read_at = read_at

    def add(self, found: Found) -> str:
        """Adds an article with what was found in it; returns its text as the file must have it."""
        article = found.article
        source = _Source(article, _made(_MACHINE, self.read_at))
        for said in found.said:
            self._statement(source, said)
        for coded in found.codings:
            self._coding(source, coded)
        known = {"outlet": article.outlet, "published": article.published, "url": article.url}
        self.sources.append(source.element(_values(known)))
        return source.text

    def _statement(self, source: "_Source", said: Said) -> None:
        statement, by = said.statement, _made(_MACHINE, self.read_at)
        if said.checked:
            self.users.setdefault(said.checked.reviewer)
            by = _made(said.checked.reviewer, said.checked.made_at)
        places: list[tuple[str, Span]] = [(statement.kind, span) for span in statement.content]
        places += [(role, span) for role in ("source", "cue") if (span := getattr(statement, role)) is not None]
        for n, (code, span) in enumerate(places):
            coding = _element(_PROJECT, "Coding", {"guid": _guid("statement", statement.id, n), **by})
            _below(coding, "CodeRef", {"targetGUID": _guid("code", code)})
            selection = source.selection(span, by, _who(said) if code == statement.kind else None)
            selection.append(coding)
            for speaker in said.speakers:
                if speaker.actor_id and speaker.name and code == statement.kind:
                    self._case(speaker.actor_id, speaker.name, speaker.kind, speaker.country).selections.setdefault(
                        selection.get("guid", "")
                    )

    def _coding(self, source: "_Source", coded: Coded) -> None:
        if coded.stance not in STANCES:
            return
        if coded.concept not in self.concepts:  # no longer in the codebook
            self.concepts[coded.concept] = Concept(id=coded.concept, proposition=coded.proposition)
        if coded.judged_by:
            self.users.setdefault(coded.judged_by)
        by = _made(coded.judged_by or _MACHINE, coded.judged_at or self.read_at)
        note = _guid("note", coded.id)
        coding = _element(_PROJECT, "Coding", {"guid": _guid("coding", coded.id), **by})
        _below(coding, "CodeRef", {"targetGUID": _guid("concept", coded.concept, coded.stance)})
        _below(coding, "NoteRef", {"targetGUID": note})
        selection = source.selection(coded.evidence, by, f"{coded.actor}: {coded.stance}, {coded.concept}")
        selection.append(coding)
        self.notes.append(_note(note, coded, by))
        case = self._case(coded.actor_id, coded.actor, coded.actor_kind, coded.country)
        case.selections.setdefault(selection.get("guid", ""))
        for n, condition in enumerate(coded.conditions):
            of = _element(_PROJECT, "Coding", {"guid": _guid("condition", coded.id, n), **by})
            _below(of, "CodeRef", {"targetGUID": _guid("code", "condition")})
            _below(of, "NoteRef", {"targetGUID": note})
            source.selection(condition.span, by).append(of)

    def _case(self, id_: str, name: str, kind: str | None, country: str | None) -> _Case:
        case = self.cases.setdefault(id_, _Case(name, {"kind": kind, "country": country}))
        case.known["country"] = case.known["country"] or country
        return case

    def element(self) -> Any:
        """The whole project."""
        about = {"name": "onrecord", "origin": _MACHINE, "creatingUserGUID": _guid("user", _MACHINE)}
        root = _element(_PROJECT, "Project", about | _at(self.read_at))
        users = _below(root, "Users")
        for user in self.users:
            _below(users, "User", {"guid": _guid("user", user), "name": user, "id": user})
        _below(root, "CodeBook").append(self._codes())
        variables = _below(root, "Variables")
        for name in ("kind", "country", "outlet", "published", "url"):
            of = {"guid": _guid("variable", name), "name": name, "typeOfVariable": "Text"}
            _below(variables, "Variable", of)
        self._all(root, "Cases", (self._case_element(id_, case) for id_, case in self.cases.items()))
        self._all(root, "Sources", self.sources)
        self._all(root, "Notes", self.notes)
        return root

    def _codes(self) -> Any:
        codes = _element(_PROJECT, "Codes")
        statement = _code(codes, _guid("code", "statement"), "Statement", codable=False)
        for name in (*KINDS, "source", "cue"):
            _code(statement, _guid("code", name), name)
        if self.concepts:
            position = _code(codes, _guid("code", "position"), "Position", codable=False)
            for element in _concept_codes(_PROJECT, list(self.concepts.values())):
                position.append(element)
            _code(position, _guid("code", "condition"), "condition")
        return codes

    @staticmethod
    def _case_element(id_: str, case: _Case) -> Any:
        element = _element(_PROJECT, "Case", {"guid": _guid("actor", id_), "name": case.name})
        element.extend(_values(case.known))
        for selection in case.selections:
            _below(element, "SelectionRef", {"targetGUID": selection})
        return element

    @staticmethod
    def _all(root: Any, tag: str, elements: Iterable[Any]) -> None:
        if found := list(elements):  # the schema wants none of these empty
            _below(root, tag).extend(found)


class _Source:
    """An article: its text with lines that end in LF, and its selections, one for each passage."""

    def __init__(self, article: Article, by: Mapping[str, str]) -> None:
        self.article = article
        self.text = article.text.replace("\r\n", "\n").replace("\r", "\n")
        self._line_feeds = [found.start() + 1 for found in re.finditer("\r\n", article.text)]
        self._selections: dict[Span, Any] = {}
        self._by = by

    def selection(self, span: Span, by: Mapping[str, str], said: str | None = None) -> Any:
        """The selection of ``span``, made ``by`` if there is none yet; ``said`` is put to what its description says."""
        if (element := self._selections.get(span)) is None:
            start, end = (place - bisect_left(self._line_feeds, place) for place in span)
            name = " ".join(self.text[start:end].split())
            element = _element(
                _PROJECT,
                "PlainTextSelection",
                {
                    "guid": _guid("selection", self.article.id, *span),
                    "name": name if len(name) <= 60 else name[:59] + "…",
                    "startPosition": str(start),
                    "endPosition": str(end),
                    **by,
                },
            )
            self._selections[span] = element
        if said:
            if len(element) == 0 or not str(element[0].tag).endswith("Description"):
                element.insert(0, _element(_PROJECT, "Description"))
            element[0].text = "\n".join(filter(None, (element[0].text, xml_words(said))))
        return element

    def element(self, values: Sequence[Any]) -> Any:
        guid = _guid("article", self.article.id)
        title = {"guid": guid, "name": self.article.name, "plainTextPath": f"internal://{guid}.txt", **self._by}
        element = _element(_PROJECT, "TextSource", title)
        if self.article.title:
            _below(element, "Description", text=self.article.title)
        element.extend(self._selections[span] for span in sorted(self._selections))
        element.extend(values)
        return element


def _concept_codes(space: str, concepts: Sequence[Concept]) -> list[Any]:
    """A code for each concept, below that of its wider one, with a code for each stance."""
    made = {}
    for concept in concepts:
        codable = {"guid": _guid("concept", concept.id), "name": concept.id, "isCodable": "true"}
        element = _element(space, "Code", codable)
        _below(element, "Description", text="\n\n".join(filter(None, (concept.proposition, concept.note))))
        for stance in STANCES:
            _code(element, _guid("concept", concept.id, stance), stance, colour=_COLOURS[stance])
        made[concept.id] = element
    wider = {concept.id: concept.parent for concept in concepts}
    top = []
    for concept in concepts:
        if concept.parent in made and not _goes_round(concept.id, wider):
            made[concept.parent].append(made[concept.id])
        else:
            top.append(made[concept.id])
    return top


def _goes_round(id_: str, wider: Mapping[str, str | None]) -> bool:
    """Whether one comes back to ``id_`` by going to ever wider concepts."""
    seen: set[str] = set()
    at = wider[id_]
    while at is not None and at != id_ and at not in seen:
        seen.add(at)
        at = wider.get(at)
    return at == id_


def _code(parent: Any, guid: str, name: str, *, codable: bool = True, colour: str | None = None) -> Any:
    attributes = {"guid": guid, "name": name, "isCodable": "true" if codable else "false"}
    return _below(parent, "Code", attributes | ({"color": colour} if colour else {}))


def _note(guid: str, coded: Coded, by: Mapping[str, str]) -> Any:
    lines = [
        f"{coded.actor}: {coded.stance}",
        f"On: {coded.proposition}",
        *(f"{'If' if c.holds else 'Unless'}: {c.words}" for c in coded.conditions),
        coded.according_to and f"According to: {coded.according_to}",
        f"Decided by {coded.judged_by}" if coded.judged_by else f"Read by {_MACHINE}, score {coded.score:.2f}",
        coded.judged_by and coded.found and coded.found != coded.stance and f"The machine had read: {coded.found}",
    ]
    note = _element(_PROJECT, "Note", {"guid": guid, "name": f"{coded.actor}: {coded.stance}", **by})
    _below(note, "PlainTextContent", text="\n".join(line for line in lines if line))
    return note


def _who(said: Said) -> str:
    names = ", ".join(speaker.name for speaker in said.speakers if speaker.name) or said.source or "nobody named"
    reported = f", reported by {said.reported_by}" if said.reported_by else ""
    return f"{names}{reported} ({said.statement.kind}, score {said.statement.score:.2f})"


def _values(known: Mapping[str, str | None]) -> list[Any]:
    made = []
    for name, value in known.items():
        if value:
            element = _element(_PROJECT, "VariableValue")
            _below(element, "VariableRef", {"targetGUID": _guid("variable", name)})
            _below(element, "TextValue", text=value)
            made.append(element)
    return made


def _made(user: str, when: str | None) -> dict[str, str]:
    return {"creatingUser": _guid("user", user), **_at(when)}


def _at(when: str | None) -> dict[str, str]:
    return {"creationDateTime": when} if when and _MOMENT.fullmatch(when) else {}


def _last_reading(record: Record) -> str | None:
    """When the last reading began: the same record gives the same file, whenever it is written."""
    return max((use.reading.started_at for use in record.info().readings), default=None)


def _guid(*parts: object) -> str:
    return str(uuid5(_OURS, ":".join(map(str, parts))))


def _element(space: str, tag: str, attributes: Mapping[str, str] | None = None) -> Any:
    legal = {key: xml_words(value) for key, value in (attributes or {}).items()}
    return etree.Element(f"{{{space}}}{tag}", legal, nsmap={None: space})


def _below(parent: Any, tag: str, attributes: Mapping[str, str] | None = None, *, text: str | None = None) -> Any:
    element = _element(etree.QName(parent).namespace or "", tag, attributes)
    element.text = text and xml_words(text)
    parent.append(element)
    return element


def _bytes(root: Any) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=_THEN)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
