"""Statements and codings as W3C Web Annotations: one JSON-LD document, an AnnotationCollection of one page.

Each target is a piece of an article, told in two ways: by its words with what stands around them
(TextQuoteSelector), which finds it again in changed text, and by its place in the text as the record holds it
(TextPositionSelector, Unicode code points). So evidence can be passed on without the article. The body tells who said
it and how, or where which actor stands on which concept; ``onrecord:…`` are terms of this program.
Source: Web Annotation Data Model, W3C Recommendation of 23 February 2017.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Unpack
from urllib.parse import quote as escaped

from onrecord import evidence
from onrecord.exchange.found import Found, found_in
from onrecord.exchange.writing import writing
from onrecord.record import Filters, Record, Said, Speaker
from onrecord.record.coding_found import Coded
from onrecord.types import Article, Span, content_id
from onrecord.version import VERSION

CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"onrecord": "urn:onrecord:"}]
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_GENERATOR = {"id": "urn:onrecord:program", "type": "Software", "name": f"onrecord {VERSION}"}
_DIGITS = 4  # of scores, as in all exports


def export_annotations(record: Record, where: str | Path, **filters: Unpack[Filters]) -> int:
    """Writes an annotation for each statement and each coding the filters ask for; returns how many.

    What a person made or judged has that person as its ``creator``, the rest has none; ``generator`` is this
    program. An article without a web address is called ``urn:onrecord:article:ID``.
    """
    asked = {name: value for name, value in sorted(filters.items()) if value not in (None, False)}
    name = f"urn:onrecord:annotations:{content_id('annotations', asked)}"
    head = {
        "@context": CONTEXT,
        "id": name,
        "type": "AnnotationCollection",
        "label": "Who said what, and where actors stand, with the words that tell it",
        "generator": _GENERATOR,
        "onrecord:filters": json.dumps(asked, ensure_ascii=False),
    }
    page = {"id": f"{name}:page", "type": "AnnotationPage", "startIndex": 0}
    number = 0
    with writing(where) as out:
        out.write(_json(head)[:-1] + b', "first": ' + _json(page)[:-1] + b', "items": [')
        for annotation in (a for found in found_in(record, **filters) for a in _annotations(found)):
            out.write((b",\n" if number else b"\n") + _json(annotation))
            number += 1
        out.write(b'\n]}, "total": %d}\n' % number)
    return number


def _annotations(found: Found) -> Iterator[dict[str, Any]]:
    for said in found.said:
        yield _of_statement(said, found.article)
    for coded in found.codings:
        yield _of_coding(coded, found.article)


def _of_statement(said: Said, article: Article) -> dict[str, Any]:
    statement = said.statement
    who = [speaker.name for speaker in said.speakers if speaker.name] or ([said.source] if said.source else [])
    body = {
        "id": f"urn:onrecord:statement:{statement.id}",
        "type": "onrecord:Statement",
        "onrecord:kind": statement.kind,
        "onrecord:score": round(statement.score, _DIGITS),
        "onrecord:verdict": said.checked and said.checked.verdict,
        "onrecord:source": statement.source and _piece(statement.source, article),
        "onrecord:cue": statement.cue and _piece(statement.cue, article),
        "onrecord:speaker": [_speaker(speaker) for speaker in said.speakers if speaker.actor_id],
        "onrecord:reportedBy": said.reported_by,
        "onrecord:partOf": statement.part_of and {"id": f"urn:onrecord:statement:{statement.part_of}"},
        "onrecord:within": statement.within and {"id": f"urn:onrecord:statement:{statement.within}"},
    }
    annotation = {
        "id": f"urn:onrecord:annotation:{statement.id}",
        "type": "Annotation",
        "motivation": "identifying",
        "creator": said.checked and {"type": "Person", "name": said.checked.reviewer},
        "created": said.checked and said.checked.made_at,
        "generator": _GENERATOR,
        "body": [*(_text(name, "identifying") for name in who), _without_nothing(body)],
        "target": _one_or_all(_target(span, article) for span in statement.content),
    }
    return _without_nothing(annotation)


def _of_coding(coded: Coded, article: Article) -> dict[str, Any]:
    concept = f"urn:onrecord:concept:{escaped(coded.concept, safe='')}"
    body = {
        "id": f"urn:onrecord:coding:{coded.id}",
        "type": "onrecord:Coding",
        "onrecord:actor": _actor(coded.actor_id, coded.actor, coded.actor_kind)
        | _without_nothing({"onrecord:organisation": coded.organisation, "onrecord:country": coded.country}),
        "onrecord:concept": {"id": concept, "name": coded.concept, "onrecord:proposition": coded.proposition},
        "onrecord:version": coded.version,
        "onrecord:stance": coded.stance,
        "onrecord:found": coded.found,
        "onrecord:score": round(coded.score, _DIGITS),
        "onrecord:condition": [
            _piece(condition.span, article)
            | {"onrecord:holds": condition.holds}
            | _without_nothing({"onrecord:concept": condition.concept})
            for condition in coded.conditions
        ],
        "onrecord:statement": coded.statement_id and {"id": f"urn:onrecord:statement:{coded.statement_id}"},
        "onrecord:accordingTo": coded.according_to,
    }
    annotation = {
        "id": f"urn:onrecord:annotation:{coded.id}",
        "type": "Annotation",
        "motivation": "classifying",
        "creator": coded.judged_by and {"type": "Person", "name": coded.judged_by},
        "created": coded.judged_at,
        "generator": _GENERATOR,
        "body": [_text(f"{coded.actor}: {coded.stance}", "classifying"), _without_nothing(body)],
        "target": _target(coded.evidence, article),
    }
    return _without_nothing(annotation)


def _piece(span: Span, article: Article) -> dict[str, Any]:
    found = evidence.quote(span, article.text)
    return {
        "type": "SpecificResource",
        "source": _address(article),
        "selector": [
            {"type": "TextQuoteSelector", "exact": found.exact, "prefix": found.prefix, "suffix": found.suffix},
            {"type": "TextPositionSelector", "start": span.start, "end": span.end},
        ],
    }


def _target(span: Span, article: Article) -> dict[str, Any]:
    source = {
        "id": _address(article),
        "type": "Text",
        "language": article.language,
        "onrecord:article": article.name,
        "onrecord:outlet": article.outlet,
        "onrecord:published": article.published,
        "onrecord:textSha256": article.text_sha256,  # of the text that the positions count in
    }
    return _piece(span, article) | {"source": _without_nothing(source)}


def _address(article: Article) -> str:
    return article.url if article.url and _ADDRESS.fullmatch(article.url) else f"urn:onrecord:article:{article.id}"


def _speaker(speaker: Speaker) -> dict[str, Any]:
    more = {
        "onrecord:how": speaker.how,
        "onrecord:score": round(speaker.score, _DIGITS),
        "onrecord:role": speaker.title,
        "onrecord:organisation": speaker.organisation,
        "onrecord:country": speaker.country,
    }
    return _actor(speaker.actor_id, speaker.name, speaker.kind) | _without_nothing(more)


def _actor(id_: str | None, name: str | None, kind: str | None) -> dict[str, Any]:
    types = {"person": "Person", "organisation": "Organization"}
    made = {"id": f"urn:onrecord:actor:{id_}", "type": types.get(kind or ""), "name": name, "onrecord:kind": kind}
    return _without_nothing(made)


def _text(value: str, purpose: str) -> dict[str, Any]:
    return {"type": "TextualBody", "value": value, "format": "text/plain", "purpose": purpose}


def _one_or_all(pieces: Iterable[dict[str, Any]]) -> dict[str, Any] | list[dict[str, Any]]:
    found = list(pieces)
    return found[0] if len(found) == 1 else found


def _without_nothing(made: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in made.items() if value is not None and value != []}


def _json(made: Mapping[str, Any]) -> bytes:
    return json.dumps(made, ensure_ascii=False).encode()
