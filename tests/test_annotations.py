"""Web Annotations, read back as JSON-LD by a library that did not write them."""

import json
import re

import pytest
from exchange_cases import TEXT, fill
from pyld import jsonld

from onrecord.evidence import Quote, find
from onrecord.exchange.annotations import export_annotations
from onrecord.record import Record
from onrecord.types import Span

OA, AS, DC = "http://www.w3.org/ns/oa#", "http://www.w3.org/ns/activitystreams#", "http://purl.org/dc/terms/"
# The part of http://www.w3.org/ns/anno.jsonld that is used, by the Web Annotation Vocabulary (W3C, 2017): tests have
# no network.
VOCABULARY = {
    "@context": {
        "id": {"@type": "@id", "@id": "@id"}, "type": {"@type": "@id", "@id": "@type"},
        **{name: OA + name for name in (
            "Annotation", "SpecificResource", "TextQuoteSelector", "TextPositionSelector", "exact", "prefix", "suffix",
        )},
        "TextualBody": OA + "TextualBody", "AnnotationCollection": AS + "OrderedCollection",
        "AnnotationPage": AS + "OrderedCollectionPage", "Software": AS + "Application",
        "Person": "http://xmlns.com/foaf/0.1/Person", "Organization": "http://xmlns.com/foaf/0.1/Organization",
        "Text": "http://purl.org/dc/dcmitype/Text", "name": "http://xmlns.com/foaf/0.1/name",
        "identifying": OA + "identifying", "classifying": OA + "classifying",
        "body": {"@type": "@id", "@id": OA + "hasBody"}, "target": {"@type": "@id", "@id": OA + "hasTarget"},
        "source": {"@type": "@id", "@id": OA + "hasSource"}, "selector": {"@type": "@id", "@id": OA + "hasSelector"},
        "motivation": {"@type": "@vocab", "@id": OA + "motivatedBy"}, "purpose": {"@type": "@vocab", "@id": OA + "hasPurpose"},
        "start": {"@type": "http://www.w3.org/2001/XMLSchema#nonNegativeInteger", "@id": OA + "start"},
        "end": {"@type": "http://www.w3.org/2001/XMLSchema#nonNegativeInteger", "@id": OA + "end"},
        "value": "http://www.w3.org/1999/02/22-rdf-syntax-ns#value", "format": "http://purl.org/dc/elements/1.1/format",
        "language": "http://purl.org/dc/elements/1.1/language",
        "created": {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@id": DC + "created"},
        "creator": {"@type": "@id", "@id": DC + "creator"}, "generator": {"@type": "@id", "@id": AS + "generator"},
        "label": "http://www.w3.org/2000/01/rdf-schema#label", "total": AS + "totalItems",
        "first": {"@type": "@id", "@id": AS + "first"}, "startIndex": AS + "startIndex",
        "items": {"@type": "@id", "@container": "@list", "@id": AS + "items"},
    }
}  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    path = tmp_path_factory.mktemp("annotations") / "record.db"
    with Record.open(path) as record:
        fill(record)
    return path


@pytest.fixture
def exported(kept, tmp_path):
    def export(**filters):
        with Record.open(kept, read_only=True) as record:
            number = export_annotations(record, tmp_path / "out.jsonld", **filters)
        document = json.loads((tmp_path / "out.jsonld").read_text(encoding="utf-8"))
        assert document["total"] == number == len(document["first"]["items"])
        return document

    return export


def items(document, kind):
    return [item for item in document["first"]["items"] if any(b["type"] == f"onrecord:{kind}" for b in item["body"])]


def pieces(document):
    """All selections, in targets and bodies."""
    if isinstance(document, dict):
        if document.get("type") == "SpecificResource":
            yield document
        for value in document.values():
            yield from pieces(value)
    elif isinstance(document, list):
        for value in document:
            yield from pieces(value)


def test_each_statement_and_coding_is_an_annotation(exported):
    document = exported()
    assert document["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    assert (len(items(document, "Statement")), len(items(document, "Coding"))) == (2, 3)
    said = items(document, "Statement")[0]
    name, told = said["body"]
    assert name == {"type": "TextualBody", "value": "Elfriede Kos", "format": "text/plain", "purpose": "identifying"}
    assert told["onrecord:kind"] == "indirect"
    assert (told["onrecord:speaker"][0]["type"], told["onrecord:speaker"][0]["name"]) == ("Person", "Elfriede Kos")
    assert told["onrecord:source"]["selector"][0]["exact"] == "Elfriede Kos"
    assert "onrecord:cue" not in told
    assert said["target"]["source"]["id"] == "https://courier.example/1?a=b&c=d"
    assert items(document, "Statement")[1]["target"]["source"]["id"].startswith("urn:onrecord:article:")
    assert "creator" not in said


def test_codings_say_stance_condition_and_who_decided(exported):
    machine, judged, by_hand = items(exported(), "Coding")
    assert "creator" not in machine
    assert (machine["body"][1]["onrecord:stance"], machine["body"][1]["onrecord:score"]) == ("support", 0.8124)
    assert machine["body"][1]["onrecord:concept"]["id"] == "urn:onrecord:concept:defence"
    assert machine["body"][1]["onrecord:statement"]["id"].startswith("urn:onrecord:statement:")
    assert judged["creator"] == {"type": "Person", "name": "Ann"}
    assert re.match(r"\d{4}-\d\d-\d\dT", judged["created"])
    told = judged["body"][1]
    assert (told["onrecord:stance"], told["onrecord:found"]) == ("undecided", "support")
    (condition,) = told["onrecord:condition"]
    assert (condition["selector"][0]["exact"], condition["onrecord:holds"]) == ("if Paris \x07pays", True)
    assert told["onrecord:concept"]["id"] == "urn:onrecord:concept:troops%20%3C1%3E"
    assert by_hand["creator"]["name"] == "Ben"
    assert by_hand["target"]["selector"][0]["exact"] == "The Härte Union voted against it."
    assert "onrecord:found" not in by_hand["body"][1]


def test_every_selector_finds_its_words(exported):
    document = exported(article="courier-1")
    found = list(pieces(document))
    assert len(found) == 6  # a statement with its source, three codings, a condition
    for piece in found:
        quote, place = piece["selector"]
        assert (quote["type"], place["type"]) == ("TextQuoteSelector", "TextPositionSelector")
        span = Span(place["start"], place["end"])
        assert TEXT[slice(*span)] == quote["exact"]
        assert TEXT[: span.start].endswith(quote["prefix"])
        assert TEXT[span.end :].startswith(quote["suffix"])
        assert find(Quote(quote["exact"], quote["prefix"], quote["suffix"]), TEXT) == span


def test_a_json_ld_processor_reads_it(exported):
    def load(url, _options=None):
        assert url == "http://www.w3.org/ns/anno.jsonld"
        return {"contextUrl": None, "documentUrl": url, "document": VOCABULARY, "contentType": "application/ld+json"}

    document = exported()
    (collection,) = jsonld.expand(document, {"documentLoader": load})
    assert collection["@type"] == [AS + "OrderedCollection"]
    (page,) = collection[AS + "first"]
    (listed,) = page[AS + "items"]
    annotations = listed["@list"]
    assert len(annotations) == 5
    ids = [annotation["@id"] for annotation in annotations]
    assert len(set(ids)) == 5
    for annotation in annotations:
        assert annotation["@type"] == [OA + "Annotation"]
        assert annotation[OA + "motivatedBy"][0]["@id"] in {OA + "identifying", OA + "classifying"}
        for target in annotation[OA + "hasTarget"]:
            (source,) = target[OA + "hasSource"]
            assert source["@id"].split(":")[0] in {"https", "urn"}
            kinds = [selector["@type"] for selector in target[OA + "hasSelector"]]
            assert kinds == [[OA + "TextQuoteSelector"], [OA + "TextPositionSelector"]]
    # Every key in the file means something: what a processor does not know it drops.
    back = jsonld.compact(
        jsonld.expand(document, {"documentLoader": load}), document["@context"], {"documentLoader": load}
    )
    assert keys(back) == keys(document)


def keys(document):
    if isinstance(document, dict):
        return set(document).union(*map(keys, document.values()))
    return set().union(*map(keys, document)) if isinstance(document, list) else set()


def test_filters(exported):
    assert exported(since="2026-05")["total"] == 1
    assert exported(article="empty.txt")["total"] == 0
    of_kos = exported(actor="Elfriede Kos")
    assert (len(items(of_kos, "Statement")), len(items(of_kos, "Coding"))) == (1, 2)
    about = exported(about="settled", outlet="The Courier")
    assert (len(items(about, "Statement")), len(items(about, "Coding"))) == (2, 1)
    one = items(about, "Statement")[0]["body"][-1]["id"].removeprefix("urn:onrecord:statement:")
    of_one = exported(ids=[one])
    assert (len(items(of_one, "Statement")), len(items(of_one, "Coding"))) == (1, 1)
    union = exported(actor="Härte Union")  # who says nothing: its article comes for the coding alone
    assert (len(items(union, "Statement")), len(items(union, "Coding"))) == (0, 1)
    assert json.loads(union["onrecord:filters"]) == {"actor": "Härte Union"}


def test_the_same_record_gives_the_same_bytes(kept, tmp_path):
    with Record.open(kept, read_only=True) as record:
        for name in "ab":
            export_annotations(record, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_command_writes_every_form(kept, tmp_path):
    from typer.testing import CliRunner

    from onrecord.cli import app

    def run(form, *options):
        out = tmp_path / f"out.{form}"
        done = CliRunner().invoke(app, ["export", form, "--record", str(kept), "-o", str(out), *options])
        assert done.exit_code == 0, done.output
        assert out.stat().st_size
        return done.output

    assert "5 annotations" in run("annotations")
    assert "1 annotations" in run("annotations", "--since", "2026-05")
    assert "5 statements and codings" in run("qdpx")
    assert "2 concepts" in run("qdc")
    assert "2 statements" in run("csv")
    piped = CliRunner().invoke(app, ["export", "annotations", "--record", str(kept)])
    assert json.loads(piped.output)["total"] == 5
    assert CliRunner().invoke(app, ["export", "qdpx", "--record", str(kept)]).stdout_bytes[:2] == b"PK"
