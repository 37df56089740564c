"""The round trip with Discourse Network Analyzer: what comes in goes back out, whatever it is."""

import os
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_cases import FIRST, article, statement
from typer.testing import CliRunner

from onrecord.cli import app
from onrecord.errors import InputError, NotFound, OnrecordError
from onrecord.exchange.dna import DnaFile, export_dna, import_dna, merged, read_dna, write_dna
from onrecord.exchange.dna.dates import published, seconds
from onrecord.exchange.dna.file import (
    Attribute,
    Coder,
    Colour,
    DnaStatement,
    Document,
    Entity,
    Regex,
    Relation,
    StatementType,
    Variable,
    VariableLink,
)
from onrecord.exchange.dna.format import LIMIT, PERMISSIONS, RELATIONS, TABLES, create_table
from onrecord.exchange.dna.importing import kind_of, slug
from onrecord.exchange.dna.offsets import Units
from onrecord.exchange.dna.passwords import fits, hashed
from onrecord.exchange.dna.roles import UNDECIDED
from onrecord.reading.quotations import quotations
from onrecord.reading.read import kind
from onrecord.record import Record
from onrecord.types import (
    Appearance,
    Coding,
    Concept,
    Condition,
    Read,
    Resolution,
    Span,
    appearance_id,
    coding_id,
)

SHARED = Path(os.environ.get("ONRECORD_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))
SAMPLE = SHARED / "dna" / "sample.dna"
sampled = pytest.mark.skipif(not SAMPLE.exists(), reason="needs DNA's sample.dna in ONRECORD_DATA")

HASH = "AAAAAAAAAAAAAAAAAAAAAHVudXNlZCBpbiB0ZXN0cyBvZiB0aGUgcm91bmQgdHJpcCE="
EMOJI = "🎉🎉 “We 𝕊upport the carbon tax,” said Ann Lee. The Greens oppose it, and so does Bob. Ends 🎉"
HEBREW = "אנו תומכים במס הפחמן, אמרה השרה. היא הוסיפה כי הממשלה תפעל 🌍 מיד."
ARABIC = "قال الوزير إن الضريبة ضرورية."


def at(text, words):
    """Where words stand, in UTF-16 units."""
    start = len(text[: text.index(words)].encode("utf-16-le")) // 2
    return start, start + len(words.encode("utf-16-le")) // 2


def coded(id_, document, words, values, *, type_=1, coder=2):
    start, stop = at(DOCUMENTS[document - 1].text, words)
    return DnaStatement(id=id_, type=type_, document=document, start=start, stop=stop, coder=coder, values=values)


DOCUMENTS = (
    Document(id=1, title="Carbon 🎉", text=EMOJI, coder=1, author="A. Rossi; B. Béranger", source="Il Foglio",
             section="Esteri", notes="line one\nline two", type="news", date=1_106_697_600),
    Document(id=2, title="מס פחמן", text=HEBREW, coder=2, source="הארץ", date=1_106_697_600 + 34_200),
    Document(id=3, title="Same title", text=ARABIC, coder=None, date=-86_400 * 365),
    Document(id=4, title="Same title", text=ARABIC + "\r\n\nMore.", coder=2, date=-1),
    Document(id=5, title="Same title", text=ARABIC, coder=2, date=0),
    Document(id=9, title="", text="", coder=2, date=1),
)  # fmt: skip
ODD = DnaFile(
    settings={"version": "3.1.2", "date": "2026-07-31", "other": "ö"},
    coders=(
        Coder(id=1, name="Admin", password=HASH, colour=Colour(255, 255, 0)),
        Coder(id=2, name="Zoë 🎉", password=HASH, colour=Colour(1, 2, 3),
              preferences={"Refresh": 30, "FontSize": 20, "PopupWidth": None, "ColorByCoder": 1, "PopupDecoration": 1,
                           "PopupAutoComplete": 0},
              may={name: n % 2 for n, name in enumerate(PERMISSIONS)}),
        Coder(id=7, name="Idle", password="no hash"),
    ),
    relations=(
        Relation(id=1, coder=1, other=2),
        Relation(id=5, coder=2, other=1, may={name: n % 2 for n, name in enumerate(RELATIONS)}),
    ),
    documents=DOCUMENTS,
    types=(
        StatementType(id=1, label="DNA Statement", colour=Colour(239, 208, 51)),
        StatementType(id=2, label="Annotation"),
        StatementType(id=4, label="Story"),
        StatementType(id=5, label="No variables"),
    ),
    variables=(
        Variable(id=1, name="Person", kind="short text", type=1),
        Variable(id=2, name="organisation", kind="short text", type=1),
        Variable(id=3, name="concept", kind="short text", type=1),
        Variable(id=4, name="agreement", kind="boolean", type=1),
        Variable(id=5, name="strength", kind="integer", type=1),
        Variable(id=6, name="note", kind="long text", type=2),
        Variable(id=8, name="hero", kind="short text", type=4),
        Variable(id=9, name="stray", kind="integer", type=None),
    ),
    links=(VariableLink(id=3, source=1, target=2), VariableLink(id=4, source=None, target=8)),
    regexes=(Regex(label="climat", colour=Colour(0, 153, 204)), Regex(label="C[Oo0]2")),
    attributes=(
        Attribute(id=1, variable=1, name="Type"), Attribute(id=2, variable=2, name="Type"),
        Attribute(id=3, variable=8, name="Type"),
    ),
    entities=(
        Entity(id=1, variable=1, value="", attributes={1: ""}),
        Entity(id=2, variable=1, value="Ann Lee", colour=Colour(255, 153, 0), attributes={1: "Minister 🎉"}),
        Entity(id=3, variable=1, value="Ann  Lee", colour=Colour(None, None, None)),
        Entity(id=4, variable=1, value="ann lee"),
        Entity(id=5, variable=2, value=""),
        Entity(id=6, variable=2, value="The Greens", attributes={2: "Party"}),
        Entity(id=7, variable=2, value="Greens", parent=6),
        Entity(id=8, variable=3, value=""),
        Entity(id=9, variable=3, value="There should be a carbon tax."),
        Entity(id=10, variable=3, value="There should be a carbon tax", parent=9),
        Entity(id=11, variable=3, value="x" * LIMIT),
        Entity(id=12, variable=3, value="מס"),
        Entity(id=13, variable=8, value="Ann Lee", attributes={3: ""}),
        Entity(id=14, variable=8, value=" "),
    ),
    statements=(
        coded(1, 1, "“We 𝕊upport the carbon tax,”", {1: 2, 2: 6, 3: 9, 4: 1, 5: -3}),
        coded(2, 1, "“We 𝕊upport the carbon tax,”", {1: 3, 2: 7, 3: 10, 4: 0}),
        coded(3, 1, "The Greens oppose it", {1: 1, 2: 6, 3: 9, 4: 0}),
        coded(4, 1, "The Greens oppose it", {1: 1, 2: 6, 3: 9, 4: 1}, coder=1),
        coded(5, 1, "and so does Bob", {1: 4, 2: 5, 3: 8, 4: 0}),
        coded(6, 1, "Ends 🎉", {1: 1, 2: 5, 3: 9, 4: 1}, coder=None),
        coded(7, 2, "אמרה השרה", {1: 2, 2: 6, 3: 12, 4: 1}),
        coded(8, 2, "🌍", {6: "a note\nof two lines"}, type_=2, coder=1),
        coded(9, 2, "🌍", {6: None}, type_=2),
        coded(10, 3, ARABIC, {8: 13}, type_=4),
        coded(11, 3, ARABIC, {}, type_=5),
        coded(12, 4, "قال", {1: 2, 2: 7, 3: 11, 4: 0}),
        coded(13, 4, "قال", {1: 2, 2: 7, 3: 11, 4: 0}),
        coded(14, 5, "قال", {1: 2, 3: 11}),
        DnaStatement(id=99, type=1, document=3, start=5, stop=5_000, coder=2, values={1: 2, 3: 9, 4: 1}),
    ),
)  # fmt: skip


def rows(path):
    with closing(sqlite3.connect(path)) as db:
        return {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES}


def sql(path, *commands):
    with closing(sqlite3.connect(path)) as db:
        for command in commands:
            db.execute(command)
        db.commit()
    return path


@pytest.fixture
def odd(tmp_path):
    path = tmp_path / "odd.dna"
    assert not write_dna(ODD, path)
    return path


def one(tmp_path, text, *statements, name="one.dna", **more):
    """A small file: one document, each statement as (words, person, organization, concept, agreement)."""
    variables = ODD.variables[:4]
    entities, numbers = [], {}
    for variable in (1, 2, 3):
        for value in dict.fromkeys(("", *(s[variable] for s in statements))):
            numbers[variable, value] = len(entities) + 1
            entities.append(Entity(id=len(entities) + 1, variable=variable, value=value))
    made = [
        DnaStatement(
            id=n, type=1, document=1, start=at(text, s[0])[0], stop=at(text, s[0])[1], coder=2,
            values={1: numbers[1, s[1]], 2: numbers[2, s[2]], 3: numbers[3, s[3]], 4: s[4]},
        )
        for n, s in enumerate(statements, start=1)
    ]  # fmt: skip
    file = DnaFile(
        coders=(Coder(id=1, name="Admin", password=HASH), Coder(id=2, name="Zoë", password=HASH)),
        documents=(Document(id=1, title="One", text=text, coder=2, date=1_106_697_600, **more),), types=ODD.types[:1],
        variables=variables, entities=tuple(entities), statements=tuple(made),
    )  # fmt: skip
    write_dna(file, tmp_path / name)
    return tmp_path / name


# The format


@sampled
def test_the_tables_are_exactly_dnas():
    def plain(statement):
        return re.sub(r"\s*([(),=<>!]+)\s*", r"\1", re.sub(r"\s+", " ", statement))

    with closing(sqlite3.connect(SAMPLE)) as db:
        made = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    assert {name: plain(statement) for name, statement in made.items()} == {
        name: plain(create_table(name)) for name in TABLES
    }
    assert list(made) == list(TABLES)


@sampled
def test_the_sample_written_anew_has_the_same_rows(tmp_path):
    file, problems = read_dna(SAMPLE)
    assert not problems
    assert not write_dna(file, tmp_path / "out.dna")
    assert rows(tmp_path / "out.dna") == rows(SAMPLE)


@sampled
def test_the_password_of_the_sample_fits_all_coders():
    coders = read_dna(SAMPLE)[0].coders
    assert len(coders) == 4
    assert all(fits("sample", coder.password) for coder in coders)
    assert not any(fits("Sample", coder.password) for coder in coders)


def test_passwords_are_salted_and_fit_only_themselves():
    first, second = hashed("pässword"), hashed("pässword")
    assert first != second
    assert fits("pa\u0308ssword", first), "the same letters, composed otherwise"
    assert not fits("password", first)
    assert not fits("x", "no hash")
    assert not fits("x", "")


def test_every_table_comes_back(odd):
    assert read_dna(odd) == (ODD, [])
    assert all(rows(odd)[name] for name in TABLES)


_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@st.composite
def files(draw):
    """Small files with whatever characters, values and gaps in the numbers."""
    variables = tuple(
        Variable(
            id=n, name=f"v{n}", kind=draw(st.sampled_from(["short text", "long text", "integer", "boolean"])), type=1
        )
        for n in sorted(draw(st.sets(st.integers(1, 9), min_size=1, max_size=4)))
    )
    entities = []
    for variable in variables:
        if variable.kind == "short text":
            for value in sorted(draw(st.sets(_WORDS, max_size=3)) | {""}):
                entities.append(Entity(id=len(entities) + 1, variable=variable.id, value=value))
    texts = draw(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30), max_size=3))
    documents = tuple(
        Document(id=n, title=draw(_WORDS), text=text, date=draw(st.integers(-(10**10), 10**10)), notes=draw(_WORDS))
        for n, text in enumerate(texts, start=1)
    )

    def value(variable):
        if variable.kind == "short text":
            return st.sampled_from([e.id for e in entities if e.variable == variable.id])
        return {"long text": st.none() | _WORDS, "integer": st.integers(-(2**40), 2**40), "boolean": st.integers(0, 1)}[
            variable.kind
        ]

    statements = []
    for n in range(draw(st.integers(0, 4)) if documents else 0):
        document = draw(st.sampled_from(documents))
        start = draw(st.integers(0, 20))
        held = draw(st.lists(st.sampled_from(variables), unique=True))
        values = {v.id: draw(value(v)) for v in sorted(held, key=lambda v: v.id)}
        statements.append(
            DnaStatement(id=n + 1, type=1, document=document.id, start=start, stop=start + draw(st.integers(1, 20)),
                         coder=1, values=values)
        )  # fmt: skip
    return DnaFile(
        coders=(Coder(id=1, name="Admin", password=HASH),), types=(StatementType(id=1, label="T"),),
        variables=variables, entities=tuple(entities), documents=documents, statements=tuple(statements),
    )  # fmt: skip


@given(files())
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_is_read(tmp_path_factory, file):
    path = tmp_path_factory.mktemp("dna") / "any.dna"
    write_dna(file, path)
    assert read_dna(path) == (file, [])


@given(st.text(st.characters(exclude_categories=["Cs"])), st.data())
def test_positions_are_counted_as_java_does(text, data):
    units = Units(text)
    assert units.length == len(text.encode("utf-16-le")) // 2
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = units.of(Span(start, end))
    assert text.encode("utf-16-le")[2 * first : 2 * last].decode("utf-16-le") == text[start:end]
    assert units.span(first, last) == (start, end)


def test_a_character_cut_in_two_is_taken_whole():
    units = Units("a🎉b")
    assert units.span(0, 2) == (0, 2)
    assert units.span(2, 4) == (1, 3)


@given(st.integers(-62_135_596_800, 253_402_300_799))
def test_dates_come_back(moment):
    assert seconds(published(moment)) == moment


def test_dates_are_those_of_the_clock_on_the_wall():
    assert published(1_106_697_600) == "2005-01-26"
    assert published(1_106_697_600 + 34_200) == "2005-01-26T09:30:00"
    assert published(-86_400) == "1969-12-31"
    assert published(1_106_697_600_000) is None, "milliseconds"
    assert published(None) is None
    assert seconds("2005-01-26T00:30:00+02:00") == 1_106_697_600 + 1_800
    assert seconds("2005-01") == seconds("2005-01-01")
    assert seconds("2005") == seconds("2005-01-01")
    assert seconds("spring") is None
    assert seconds(None) is None


@given(st.text("ab “”\"'.’‘", max_size=25), st.data())
def test_the_kind_of_a_passage_is_that_of_a_reading(text, data):
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    found = quotations(text)
    assert kind_of(span, text, [(q.start, q.end) for q in found]) == kind([span], text, found)


# Names over limits


def test_long_names_are_cut_and_told_apart(tmp_path):
    long = "The government should do what the opposition asked it for, " * 5
    file = replace(
        ODD,
        documents=(replace(DOCUMENTS[0], title=long), *DOCUMENTS[1:]),
        entities=(*ODD.entities, *(Entity(id=20 + n, variable=3, value=long + end) for n, end in enumerate("ab"))),
    )
    problems = write_dna(file, tmp_path / "long.dna")
    read, _ = read_dna(tmp_path / "long.dna")
    values = [entity.value for entity in read.entities[-2:]]
    assert [len(v) <= LIMIT for v in (*values, read.documents[0].title)] == [True] * 3
    assert values[0] != values[1]
    assert all(value.startswith(long[:150]) and "…" in value for value in values)
    assert [p.name for p in problems] == [read.documents[0].title, *values]
    assert "295 characters" in problems[0].message
    assert "DNA takes 190" in problems[0].message


def test_what_dna_would_not_take_is_refused(tmp_path):
    for wrong in (
        {"statements": (replace(ODD.statements[0], stop=0),)},
        {"statements": (replace(ODD.statements[0], document=77),)},
        {"statements": (replace(ODD.statements[0], values={77: 1}),)},
        {"coders": (*ODD.coders, ODD.coders[0])},
        {"regexes": (Regex(label="x", colour=Colour(300, 0, 0)),)},
    ):
        with pytest.raises(InputError, match="DNA would not take this"):
            write_dna(replace(ODD, **wrong), tmp_path / "wrong.dna")
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written(tmp_path):
    with pytest.raises(OnrecordError, match="cannot be written"):
        write_dna(ODD, tmp_path / "none" / "x.dna")


# Files that are none, and damaged ones


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"<?xml version='1.0'?><discourse/>", "no .dna file of DNA 3.*open it in DNA 3"),
        (b"PK\3\4" + bytes(50), "no .dna file of DNA 3"),
        (b"SQLite format 3\0" + b"\1" * 200, "cannot be read as a database|is the file whole"),
    ],
)
def test_files_of_another_kind(tmp_path, content, message):
    path = tmp_path / "x.dna"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as raised:
        read_dna(path)
    assert str(path) in str(raised.value)


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_dna(tmp_path / "none.dna")
    with pytest.raises(InputError, match="is a folder"):
        read_dna(tmp_path)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("DROP TABLE REGEXES", "has no table REGEXES"),
        ("DROP TABLE STATEMENTS", "has no table STATEMENTS: is it a .dna file"),
        ("ALTER TABLE ENTITIES RENAME COLUMN ChildOf TO Parent", "ENTITIES has no column ChildOf"),
        ("UPDATE SETTINGS SET Value = '2.0 beta 25' WHERE Property = 'version'", "made by DNA 2.0 beta 25.*open it"),
        ("UPDATE SETTINGS SET Value = '4.0' WHERE Property = 'version'", "newer than this onrecord"),
        ("UPDATE DOCUMENTS SET Date = 'yesterday' WHERE ID = 2", "row 2 of DOCUMENTS: Date is 'yesterday'"),
        ("UPDATE DOCUMENTS SET Text = CAST(x'ff' AS TEXT)", "not in UTF-8"),
    ],
)
def test_damaged_files(odd, command, message):
    with pytest.raises(InputError, match=message):
        read_dna(sql(odd, command))


def test_a_database_without_tables_and_of_something_else(tmp_path):
    sql(tmp_path / "a.dna", "PRAGMA user_version = 1")
    with pytest.raises(InputError, match="without any table"):
        read_dna(tmp_path / "a.dna")
    sql(tmp_path / "b.dna", "CREATE TABLE notes (x)")
    with pytest.raises(InputError, match=r"has no table SETTINGS.*is it a \.dna file"):
        read_dna(tmp_path / "b.dna")


def test_what_nobody_knows_and_what_refers_to_nothing_is_told(odd):
    sql(
        odd,
        "CREATE TABLE FUTURE (x)",
        "ALTER TABLE DOCUMENTS ADD COLUMN Mood TEXT",
        "INSERT INTO STATEMENTS VALUES (200, 1, 77, 1, 2, 2)",
        "INSERT INTO DATABOOLEAN VALUES (200, 201, 4, 1)",
        "INSERT INTO DATABOOLEAN VALUES (201, 1, 1, 1)",
        "INSERT INTO DATASHORTTEXT VALUES (200, 8, 1, 77)",
        "UPDATE DOCUMENTS SET Coder = 77 WHERE ID = 2",
        "INSERT INTO ENTITIES VALUES (200, 77, 'x', 0, 0, 0, NULL)",
        "INSERT INTO ENTITIES VALUES (201, 1, 'child', 0, 0, 0, 200)",
    )
    file, problems = read_dna(odd)
    told = "\n".join(p.message for p in problems)
    for part in ("table FUTURE", "column mood of table DOCUMENTS", "row 200 of STATEMENTS: DocumentId refers to 77",
                 "statement 201, which is not there", "which is no boolean variable", "the value 77",
                 "row 2 of DOCUMENTS: Coder refers to 77", "row 200 of ENTITIES", "row 201 of ENTITIES: ChildOf"):  # fmt: skip
        assert part in told
    assert len(problems) == 9
    assert file.documents[1].coder is None
    assert file.statements == ODD.statements
    assert not write_dna(file, odd)
    assert read_dna(odd) == (file, [])


def test_a_missing_date(odd, tmp_path, record):
    sql(
        odd,
        "CREATE TABLE D AS SELECT * FROM DOCUMENTS",
        "DROP TABLE DOCUMENTS",
        "ALTER TABLE D RENAME TO DOCUMENTS",
        "UPDATE DOCUMENTS SET Date = NULL, Author = NULL WHERE ID = 1",
    )
    file, problems = read_dna(odd)
    assert (file.documents[0].date, file.documents[0].author, problems) == (None, "", [])
    done = import_dna(odd, record, reviewer="me")
    assert any("no date" in p.message for p in done.problems)
    assert record.article("Carbon 🎉").published is None
    assert ["1970-01-01" in p.message for p in write_dna(file, tmp_path / "x.dna")] == [True]


# Through a record


def trip(record, path, tmp_path, **options):
    problems = import_dna(path, record, reviewer="me").problems
    export_dna(record, tmp_path / "out.dna", **options)
    return read_dna(tmp_path / "out.dna")[0], problems


def test_what_goes_in_comes_out(odd, tmp_path, record):
    file, problems = trip(record, odd, tmp_path)
    assert file == ODD
    assert rows(tmp_path / "out.dna") == rows(odd)
    assert [p.message.split(":")[0] for p in problems] == ["statement 99 is at 5 to 5000, outside of a text of 29"]
    assert not list(record.check())
    with Record.open(tmp_path / "second.db") as second:
        assert trip(second, tmp_path / "out.dna", tmp_path)[0] == ODD


@sampled
def test_the_sample_comes_out_as_it_went_in(tmp_path, record):
    done = import_dna(SAMPLE, record, reviewer="me")
    assert (done.documents, done.codings, done.actors, done.concepts, done.set_aside) == (7, 40, 14, 6, 1)
    assert not done.problems
    export_dna(record, tmp_path / "out.dna", password="sample")
    assert rows(tmp_path / "out.dna") == rows(SAMPLE)
    found = list(record.codings())
    assert sum(c.stance == "support" for c in found) == sum(value for *_, value in rows(SAMPLE)["DATABOOLEAN"])
    assert {c.judged_by for c in found} == {"Coder 1"}
    assert {c.actor: c.organisation for c in found}["Bob Slaughter"] == "National Petrochemical & Refiners Association"


@given(files())
@settings(max_examples=12, deadline=None)
def test_any_file_comes_out_as_it_went_in(tmp_path_factory, file):
    folder = tmp_path_factory.mktemp("trip")
    named = {v.id: name for v, name in zip(file.variables, ("concept", "person", "organization"), strict=False)}
    file = replace(
        file,
        variables=(*(replace(v, name=named.get(v.id, v.name)) for v in file.variables),
                   Variable(id=20, name="agreement", kind="boolean", type=1)),
        statements=tuple(replace(s, values={**s.values, 20: s.id % 2}) for s in file.statements),
    )  # fmt: skip
    write_dna(file, folder / "in.dna")
    with Record.open(folder / "r.db") as record:
        assert trip(record, folder / "in.dna", folder)[0] == file


def test_what_becomes_of_what(odd, record):
    import_dna(odd, record, reviewer="me")
    of = record.article("Carbon 🎉")
    assert (of.title, of.outlet, of.published, of.authors) == (
        "Carbon 🎉", "Il Foglio", "2005-01-26", ("A. Rossi; B. Béranger",),
    )  # fmt: skip
    assert of.text == EMOJI
    assert dict(of.extra) == {"section": "Esteri", "type": "news", "notes": "line one\nline two"}
    assert record.article("מס פחמן").published == "2005-01-26T09:30:00"
    assert len(list(record.articles())) == 6
    said = {s.content[0]: s for s in record.said(article=of.id)}
    speech = said["“We 𝕊upport the carbon tax,”"]
    assert speech.statement.kind == "direct"
    assert [(s.name, s.kind, s.how, s.score) for s in speech.speakers] == [
        ("Ann Lee", "person", "full name", 1.0), ("The Greens", "organisation", "full name", 1.0),
        ("Ann  Lee", "person", "full name", 1.0), ("Greens", "organisation", "full name", 1.0),
    ]  # fmt: skip
    assert said["Ends 🎉"].speakers[0].how == "unresolved"
    codings = [(c.words, c.actor, c.organisation, c.proposition, c.stance, c.judged_by)
               for c in record.codings(article=of.id)]  # fmt: skip
    tax = "There should be a carbon tax."
    assert codings == [
        ("“We 𝕊upport the carbon tax,”", "Ann Lee", "The Greens", tax, "support", "Zoë 🎉"),
        ("“We 𝕊upport the carbon tax,”", "Ann  Lee", "Greens", tax[:-1], "oppose", "Zoë 🎉"),
        ("The Greens oppose it", "The Greens", None, tax, "support", "Admin"),
    ]


def test_the_codebook_holds_all_concepts(odd, record):
    record.load_codebook([Concept(id="there-should-be-a-carbon-tax", proposition="Another one.")], reviewer="me")
    import_dna(odd, record, reviewer="me")
    found = {c.proposition: c for c in record.concepts()}
    assert set(found) == {
        "Another one.",
        "There should be a carbon tax.",
        "There should be a carbon tax",
        "x" * LIMIT,
        "מס",
    }
    ids = [c.id for c in found.values()]
    assert len(set(ids)) == 5
    assert found["There should be a carbon tax"].parent == found["There should be a carbon tax."].id
    assert found["Another one."].id == "there-should-be-a-carbon-tax"


def test_ids_of_concepts():
    taken = set()
    assert [slug(p, taken) for p in ("Über alles!", "Uber alles", "?", "?", "word " * 30)] == [
        "uber-alles", "uber-alles-2", "concept", "concept-2", "-".join(["word"] * 9),
    ]  # fmt: skip
    assert len(slug("a" * 300, taken)) == 48


def test_names_that_are_alike_are_two_actors_and_names_that_are_the_same_are_one(tmp_path, record):
    text = "Ann said A. Bob said B. Carol said C."
    first = one(tmp_path, text, ("Ann said A", "Elfriede Kos", "", "A", 1), ("Bob said B", "Elfriede Koss", "", "A", 1),
                ("Carol said C", "E. Kos", "", "A", 1))  # fmt: skip
    second = one(tmp_path, text + " More.", ("Ann said A", "Elfriede Kos", "", "A", 1), name="two.dna")
    import_dna(first, record, reviewer="me")
    import_dna(second, record, reviewer="me")
    assert sorted((a.name, a.articles) for a in record.actors()) == [
        ("E. Kos", 1), ("Elfriede Kos", 2), ("Elfriede Koss", 1),
    ]  # fmt: skip
    assert not record.proposals()


def test_importing_again_adds_what_is_new_only(odd, tmp_path, record):
    assert import_dna(odd, record, reviewer="me").new
    before = (list(record.codings()), list(record.said()), record.judgements(), record.actors())
    again = import_dna(odd, record, reviewer="me")
    assert (again.new, again.held, again.documents) == (False, 6, 6)
    assert (list(record.codings()), list(record.said()), record.judgements(), record.actors()) == before
    more = coded(100, 1, "said Ann Lee", {1: 2, 2: 6, 3: 9, 4: 0})
    grown = replace(ODD, statements=(*ODD.statements, more))
    write_dna(grown, odd)
    assert import_dna(odd, record, reviewer="me").new
    assert len(list(record.codings())) == len(before[0]) + 1
    assert len(record.judgements()) == len(before[2]) + 1
    export_dna(record, tmp_path / "out.dna")
    assert read_dna(tmp_path / "out.dna")[0] == grown


def test_all_or_nothing(odd, record, monkeypatch):
    from onrecord.record import imports

    def fails(*_):
        raise RuntimeError("power cut")

    monkeypatch.setattr(imports, "keep", fails)
    with pytest.raises(RuntimeError):
        import_dna(odd, record, reviewer="me")
    assert record.info().articles == 0
    assert not record.concepts()
    assert not record.judgements()


def test_a_document_the_record_holds_is_that_article(tmp_path, record):
    text = "Ann Lee said 🎉 yes. Bob Ray said no."
    held = article("story.txt", text, outlet="The Courier", published="2026-04-15")
    record.add(held, [], reading=FIRST)
    path = one(tmp_path, text, ("Ann Lee said 🎉 yes", "Ann Lee", "Greens", "A tax.", 1))
    done = import_dna(path, record, reviewer="me")
    assert (done.held, done.documents) == (1, 1)
    assert [a.name for a in record.articles()] == ["story.txt"]
    (coding,) = record.codings()
    assert (coding.article.name, coding.words, coding.actor) == ("story.txt", "Ann Lee said 🎉 yes", "Ann Lee")
    assert [s.content for s in record.said()] == [("Ann Lee said 🎉 yes",)]
    assert not list(record.check())


def test_a_changed_text_is_another_article(tmp_path, record):
    import_dna(one(tmp_path, "Yes it is.", ("Yes", "Ann", "", "A", 1)), record, reviewer="me")
    import_dna(one(tmp_path, "No it is.", ("No", "Ann", "", "A", 0)), record, reviewer="me")
    assert sorted(a.name for a in record.articles()) == ["One", "One (one 1)"]


def test_other_names_of_variables(odd, tmp_path, record):
    sql(odd, "UPDATE VARIABLES SET Variable = 'claim' WHERE ID = 3")
    done = import_dna(odd, record, reviewer="me")
    assert done.codings == 0
    assert any("no statement type" in p.message for p in done.problems)
    file, _ = read_dna(odd)
    export_dna(record, tmp_path / "out.dna", password="p")
    assert read_dna(tmp_path / "out.dna")[0].statements == file.statements
    with Record.open(tmp_path / "other.db") as other:
        assert import_dna(odd, other, reviewer="me", variables={"concept": "Claim"}).codings == 7
        export_dna(other, tmp_path / "out.dna")
        assert read_dna(tmp_path / "out.dna")[0] == file
    for wrong in ({"concept": "nothing"}, {"nothing": "claim"}):
        with pytest.raises(InputError):
            import_dna(odd, record, reviewer="me", variables=wrong)


def test_a_document_of_73000_lines(tmp_path, record):
    text = "".join(f"Line {n} 🎉\n" for n in range(73_000)) + "Ann Lee agrees."
    file, problems = trip(record, one(tmp_path, text, ("Ann Lee agrees.", "Ann Lee", "", "A", 1)), tmp_path)
    assert not problems
    assert file == read_dna(tmp_path / "one.dna")[0]
    assert [c.words for c in record.codings()] == ["Ann Lee agrees."]


def test_characters_no_database_can_hold(tmp_path, record):
    path = one(tmp_path, "Ann\0 says yes.", ("says yes", "Ann\0Lee", "", "A\0B", 1), notes="a\0b")
    before, _ = read_dna(path)
    file, problems = trip(record, path, tmp_path)
    assert [p.message for p in problems] == ["has characters that no database can hold: U+FFFD stands for them"]
    assert file == before
    assert record.article("One").text == "Ann\ufffd says yes."


# What was decided since


@pytest.fixture
def two(tmp_path, record):
    text = "Ann Lee said yes. Bob Ray said no. Nobody asked."
    path = one(tmp_path, text, ("Ann Lee said yes", "Ann Lee", "Greens", "A tax.", 1),
               ("Bob Ray said no", "Bob Ray", "Rail Union", "A tax.", 0))  # fmt: skip
    import_dna(path, record, reviewer="me")
    return record


def told(path):
    """The statements of a file in words: person, organization, concept, agreement, coder, the passage."""
    file, problems = read_dna(path)
    assert not problems
    value = {e.id: e.value for e in file.entities}
    kind_of_ = {v.id: v for v in file.variables}
    label = {t.id: t.label for t in file.types}
    found = []
    for s in file.statements:
        text = next(d.text for d in file.documents if d.id == s.document).encode("utf-16-le")
        values = {kind_of_[n].name: value[v] if kind_of_[n].kind == "short text" else v for n, v in s.values.items()}
        coder = next(c.name for c in file.coders if c.id == s.coder)
        words = text[2 * s.start : 2 * s.stop].decode("utf-16-le")
        assert {e.variable for e in file.entities if e.id in s.values.values()}
        found.append((values.get("Person", values.get("person")), values.get("organisation", values.get("organization")),
                      values["concept"], values.get("agreement"), coder, label[s.type], words))  # fmt: skip
    return found


ANN = ("Ann Lee", "Greens", "A tax.", 1, "Zoë", "DNA Statement", "Ann Lee said yes")
BOB = ("Bob Ray", "Rail Union", "A tax.", 0, "Zoë", "DNA Statement", "Bob Ray said no")


def test_what_a_person_decided_since_replaces_what_came(two, tmp_path):
    out = tmp_path / "out.dna"
    ann, bob = list(two.codings())
    two.judge_coding(ann.id, "oppose", reviewer="Eve")
    with pytest.raises(InputError, match="Eve needs a password"):
        export_dna(two, out)
    export_dna(two, out, password="p")
    assert told(out) == [(*ANN[:3], 0, "Eve", *ANN[5:]), BOB]
    two.judge_coding(bob.id, "none", reviewer="Eve")
    export_dna(two, out, password="p")
    assert told(out) == [(*ANN[:3], 0, "Eve", *ANN[5:])]
    two.undo(reviewer="Eve")
    two.undo(reviewer="Eve")
    export_dna(two, out)
    assert told(out) == [ANN, BOB]
    two.judge_coding(ann.id, "undecided", reviewer="Eve")
    assert export_dna(two, out, password="p").undecided == 1
    assert told(out) == [BOB]


def test_names_and_propositions_are_those_of_the_record_now(two, tmp_path):
    out = tmp_path / "out.dna"
    before, _ = read_dna(tmp_path / "one.dna")
    two.rename("Ann Lee", "Annette Lee", reviewer="me")
    two.rename("Rail Union", "Union of Rail Workers", reviewer="me")
    concept = two.concepts()[0]
    two.load_codebook([replace(concept, proposition="There should be a tax.")], reviewer="me")
    export_dna(two, out)
    assert [t[:3] for t in told(out)] == [
        ("Annette Lee", "Greens", "There should be a tax."), ("Bob Ray", "Union of Rail Workers", "There should be a tax."),
    ]  # fmt: skip
    after, _ = read_dna(out)
    assert [e.id for e in after.entities] == [e.id for e in before.entities], "renamed in place"
    two.merge("Bob Ray", "Annette Lee", reviewer="me")
    export_dna(two, out)
    assert [t[0] for t in told(out)] == ["Bob Ray", "Bob Ray"]
    assert [e.value for e in read_dna(out)[0].entities if e.variable == 1] == ["", "Bob Ray"]


def test_what_is_coded_in_the_record_comes_along(two, tmp_path):
    out = tmp_path / "out.dna"
    text = "🎉 Bob Ray wants a dam. Carol might."
    more = article("dam.txt", text, title="A dam", outlet="The Courier", published="2026-04", authors=("X", "Y"),
                   url="https://courier.example/dam", extra={"section": "Local", "pages": 3})  # fmt: skip
    two.add(more, [], reading=FIRST)
    two.load_codebook([Concept(id="dam", proposition="A dam should be built. " + "Yes. " * 60)], reviewer="me")
    span = Span(text.index("Bob"), text.index(". Carol"))
    condition = Condition(span=Span(2, 5))
    two.code_by_hand(more.id, span, "Bob Ray", "dam", "support", reviewer="Eve", conditions=[condition])
    two.code_by_hand(more.id, Span(text.index("Carol"), len(text) - 1), "Greens", "dam", "undecided", reviewer="Eve")
    done = export_dna(two, out, password="secret")
    assert (done.documents, done.statements, done.undecided, done.conditions) == (2, 3, 1, 1)
    assert any("A dam should be built." in p.name for p in done.problems), "a proposition over the limit"
    assert any("first day" in p.message for p in done.problems)
    statements = told(out)
    assert statements[:2] == [ANN, BOB]
    assert statements[2][0] == "Bob Ray"
    assert statements[2][3:] == (1, "Eve", "DNA Statement", "Bob Ray wants a dam")
    file, _ = read_dna(out)
    assert file.documents[1] == Document(
        id=2, title="A dam", text=text, coder=1, author="X; Y", source="The Courier", section="Local",
        notes="https://courier.example/dam", date=seconds("2026-04-01"),
    )  # fmt: skip
    assert all(fits("secret", coder.password) for coder in file.coders)
    assert {(r.coder, r.other) for r in file.relations} == {(1, 3), (2, 3), (3, 1), (3, 2)}
    export_dna(two, out, password="secret", undecided=True)
    assert told(out)[3][:1] + told(out)[3][3:] == ("", None, "Eve", UNDECIDED, "Carol might")
    with Record.open(tmp_path / "back.db") as back:
        import_dna(out, back, reviewer="me")
        assert [c.stance for c in back.codings(actor="Greens")] == ["undecided"]


def test_a_record_without_imports(filled, tmp_path):
    out = tmp_path / "out.dna"
    filled.load_codebook([Concept(id="force", proposition="A force should be sent."),
                          Concept(id="other", proposition="Nobody said so.")], reviewer="me")  # fmt: skip
    with pytest.raises(InputError, match="Admin needs a password"):
        export_dna(filled, out)
    with pytest.raises(InputError, match="Admin needs a password"):
        export_dna(filled, out, password="")
    assert not out.exists()
    done = export_dna(filled, out, password=lambda: "asked")
    file, problems = read_dna(out)
    assert not problems
    assert done.documents == len(file.documents) == 4
    assert [c.name for c in file.coders] == ["Admin"]
    assert fits("asked", file.coders[0].password)
    assert [(v.name, v.kind) for v in file.variables] == [
        ("person", "short text"), ("organization", "short text"), ("concept", "short text"), ("agreement", "boolean"),
    ]  # fmt: skip
    assert sorted(e.value for e in file.entities) == ["", "", "", "A force should be sent.", "Nobody said so."]
    assert {d.title for d in file.documents} >= {"Rome holds back", "A force for Europe"}
    assert {d.date for d in file.documents if d.title == "notes/undated.txt"} == {0}
    assert any("1970-01-01" in p.message for p in done.problems)
    with Record.open(tmp_path / "back.db") as back:
        assert import_dna(out, back, reviewer="me").documents == 4


def test_what_goes_to_dna_and_comes_back_meets_itself(two, tmp_path):
    export_dna(two, tmp_path / "out.dna")
    before = (list(two.codings()), two.judgements(), two.actors(), two.info().articles)
    done = import_dna(tmp_path / "out.dna", two, reviewer="me")
    assert (done.held, done.concepts) == (1, 0)
    assert (list(two.codings()), two.judgements(), two.actors(), two.info().articles) == before


def test_selections(odd, tmp_path, record):
    import_dna(odd, record, reviewer="me")
    out = tmp_path / "out.dna"

    def numbers(**filters):
        export_dna(record, out, password="p", **filters)
        file, _ = read_dna(out)
        return [s.id for s in file.statements], [d.id for d in file.documents]

    everything = [s.id for s in ODD.statements], [d.id for d in DOCUMENTS]
    assert numbers() == everything
    assert numbers(checked=True) == everything
    assert numbers(min_score=0.5) == everything
    assert numbers(checked=False)[0] == [5, 6, 8, 9, 10, 11, 14, 99], "what is no position"
    assert numbers(since="2000") == ([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2])
    assert numbers(until="1969") == ([10, 11, 12, 13, 99], [3, 4])
    assert numbers(outlet="il foglio") == ([1, 2, 3, 4, 5, 6], [1])
    assert numbers(concepts=["There should be a carbon tax."])[0] == [1, 3, 4]
    assert numbers(concepts=["There should be a carbon tax.", "מס"])[0] == [1, 3, 4, 7]
    assert numbers(actor=next(a.id for a in record.actors() if a.name == "The Greens"))[0] == [3, 4]
    with pytest.raises(NotFound):
        numbers(concepts=["nothing"])


# Beside what the machine read and coded

MACHINE_TEXT = "🎉 “A tax is fair if buses run,” said Ann Lee. Bob Ray voted against it."
TAX = Concept(id="tax", proposition="A tax.")


@pytest.fixture
def machine(record):
    """An article that the machine read and coded: Ann Lee for a tax on a condition, Bob Ray against it."""
    of = article("courier-1", MACHINE_TEXT, outlet="Courier", published="2026-04-01")

    def span(words):
        return Span(MACHINE_TEXT.index(words), MACHINE_TEXT.index(words) + len(words))

    ann, bob = (
        Appearance(id=appearance_id(of.id, "person", name), article_id=of.id, name=name, kind="person", names=(name,),
                   mentions=(span(name),))
        for name in ("Ann Lee", "Bob Ray")
    )  # fmt: skip
    said = statement(of, "Ann Lee", "said", "“A tax is fair if buses run,”", kind="direct")
    whose = Resolution(
        statement_id=said.id, appearance_id=ann.id, how="full name", score=0.95, evidence=span("Ann Lee")
    )
    record.add(of, Read(statements=(said,), appearances=(ann, bob), resolutions=(whose,)), reading=FIRST)
    record.load_codebook([TAX], reviewer="me")
    found = [
        Coding(id=coding_id(of.id, who.id, "tax", evidence), article_id=of.id, appearance_id=who.id, concept="tax",
               version=1, stance=stance, score=score, chances=(0.5, 0.3, 0.1), evidence=evidence, conditions=conditions)
        for who, evidence, stance, score, conditions in (
            (ann, said.content[0], "support", 0.8, (Condition(span=span("if buses run")),)),
            (bob, span("Bob Ray voted against it"), "oppose", 0.4, ()),
        )
    ]  # fmt: skip
    record.add_codings(of, found, coder="c" * 8, concepts=record.concepts(), settings={})
    return record


def test_what_nobody_decided_is_coded_by_onrecord(machine, tmp_path):
    out = tmp_path / "out.dna"
    done = export_dna(machine, out, password="p", min_score=0)
    assert (done.statements, done.conditions) == (2, 1)
    assert told(out) == [
        ("Ann Lee", "", "A tax.", 1, "onrecord", "DNA Statement", "“A tax is fair if buses run,”"),
        ("Bob Ray", "", "A tax.", 0, "onrecord", "DNA Statement", "Bob Ray voted against it"),
    ]
    for score in (0.5, None):  # else what is shown: doubtful codings would look like any other in DNA
        export_dna(machine, out, password="p", min_score=score)
        assert [t[0] for t in told(out)] == ["Ann Lee"]
    bob = next(c for c in machine.codings() if c.actor == "Bob Ray")
    machine.judge_coding(bob.id, "support", reviewer="Eve")
    export_dna(machine, out, password="p", checked=True)
    assert [t[:5] for t in told(out)] == [("Bob Ray", "", "A tax.", 1, "Eve")]


def test_what_the_machine_coded_is_decided_by_what_was_coded_in_dna(machine, tmp_path):
    path = one(tmp_path, MACHINE_TEXT, ("A tax is fair if buses run", "Ann Lee", "Greens", "A tax.", 0),
               ("is fair", "Ann Lee", "Greens", "A tax.", 1), ("voted", "Carol", "", "A tax.", 1))  # fmt: skip
    done = import_dna(path, machine, reviewer="me")
    assert (done.held, done.concepts, done.codings) == (1, 0, 3)
    found = [(c.actor, c.words, c.found, c.stance, c.judged_by, c.organisation) for c in machine.codings()]
    assert found == [
        ("Ann Lee", "“A tax is fair if buses run,”", "support", "oppose", "Zoë", "Greens"),
        ("Ann Lee", "is fair", None, "support", "Zoë", "Greens"),
        ("Bob Ray", "Bob Ray voted against it", "oppose", "oppose", None, None),
        ("Carol", "voted", None, "support", "Zoë", None),
    ]
    before = machine.judgements()
    import_dna(path, machine, reviewer="me")
    assert machine.judgements() == before
    export_dna(machine, tmp_path / "out.dna", password="p", min_score=0)
    assert [(t[0], t[3], t[4], t[6]) for t in told(tmp_path / "out.dna")] == [
        ("Ann Lee", 0, "Zoë", "A tax is fair if buses run"), ("Ann Lee", 1, "Zoë", "is fair"),
        ("Carol", 1, "Zoë", "voted"), ("Bob Ray", 0, "onrecord", "Bob Ray voted against it"),
    ]  # fmt: skip
    assert not list(machine.check())


def test_judgements_about_statements_outlast_an_import(machine, tmp_path):
    (said,) = machine.said()
    machine.judge_statement(said.statement.id, "wrong", reviewer="Eve")
    path = one(tmp_path, MACHINE_TEXT, ("is fair", "Ann Lee", "Greens", "A tax.", 1))
    import_dna(path, machine, reviewer="me")
    assert [s.content for s in machine.said()] == [("is fair",)]
    machine.undo(next(j.id for j in machine.judgements() if j.kind == "wrong"), reviewer="Eve")
    assert sorted(s.content for s in machine.said()) == [("is fair",), ("“A tax is fair if buses run,”",)]
    assert not list(machine.check())


def test_an_article_read_anew_keeps_the_codings(machine, tmp_path):
    path = one(tmp_path, MACHINE_TEXT, ("is fair", "Carol", "Greens", "A tax.", 1))
    import_dna(path, machine, reviewer="me")
    machine.add(machine.article("courier-1"), [], reading=replace(FIRST, id="second"))
    assert [(c.actor, c.stance) for c in machine.codings(checked=True)] == [("Carol", "support")]
    export_dna(machine, tmp_path / "out.dna")
    assert told(tmp_path / "out.dna")[0][:4] == ("Carol", "Greens", "A tax.", 1)
    import_dna(path, machine, reviewer="me")
    assert [(s.content, [x.name for x in s.speakers]) for s in machine.said()] == [(("is fair",), ["Carol", "Greens"])]
    assert {(a.name, a.statements) for a in machine.actors()} == {("Carol", 1), ("Greens", 1)}


# Several files


def test_files_of_two_coders_become_one(odd, tmp_path):
    other = replace(
        ODD,
        settings={},
        coders=(replace(ODD.coders[0], id=2), Coder(id=1, name="New", password=HASH)),
        relations=(),
        statements=(*(replace(s, id=s.id + 50, coder={1: 2, 2: 2, None: None}[s.coder]) for s in ODD.statements[:3]),
                    coded(1, 1, "said Ann Lee", {1: 2, 4: 1}, coder=1)),
        documents=tuple(replace(d, coder=None) for d in DOCUMENTS),
    )  # fmt: skip
    assert merged(ODD) == ODD
    assert merged(ODD, ODD, ODD) == ODD
    assert merged(DnaFile(settings={}), ODD).statements != ()
    both = merged(ODD, other)
    assert [c.name for c in both.coders] == ["Admin", "Zoë 🎉", "Idle", "New"]
    assert both.documents == ODD.documents
    assert both.entities == ODD.entities
    assert both.statements[: len(ODD.statements)] == ODD.statements
    assert [(s.id, s.coder) for s in both.statements[len(ODD.statements) :]] == [
        (100, 1), (101, 1), (102, 1), (103, 8),
    ]  # fmt: skip
    write_dna(both, tmp_path / "both.dna")
    assert read_dna(tmp_path / "both.dna")[0] == both


def test_files_that_differ_are_joined_by_what_they_say(tmp_path):
    first, _ = read_dna(one(tmp_path, "Yes.", ("Yes", "Ann", "", "A", 1), name="a.dna"))
    second, _ = read_dna(one(tmp_path, "No.", ("No", "Bob", "", "B", 0), name="b.dna"))
    second = replace(
        second,
        variables=(*second.variables[:3], replace(second.variables[3], kind="integer")),
        attributes=(Attribute(id=1, variable=1, name="Type"),),
        entities=tuple(replace(e, attributes={1: "x"} if e.variable == 1 else {}) for e in second.entities),
        regexes=(Regex(label="x"),),
    )
    both = merged(first, second)
    assert [v.name for v in both.variables] == ["Person", "organisation", "concept", "agreement", "agreement (integer)"]
    assert [d.text for d in both.documents] == ["Yes.", "No."]
    assert {e.value: dict(e.attributes) for e in both.entities if e.variable == 1} == {
        "": {1: "x"},
        "Ann": {},
        "Bob": {1: "x"},
    }
    assert (both.statements[1].document, both.statements[1].values[5]) == (2, 0)
    assert both.regexes == (Regex(label="x"),)
    write_dna(both, tmp_path / "both.dna")
    assert told(tmp_path / "both.dna")[1][:3] == ("Bob", "", "B")


def test_two_imports_go_out_as_one(tmp_path, record):
    text = "Ann said A. Bob said B."
    import_dna(one(tmp_path, text, ("Ann said A", "Ann", "", "A", 1)), record, reviewer="me")
    import_dna(one(tmp_path, text, ("Bob said B", "Bob", "", "A", 0), name="two.dna"), record, reviewer="me")
    export_dna(record, tmp_path / "out.dna")
    assert [(t[0], t[3]) for t in told(tmp_path / "out.dna")] == [("Ann", 1), ("Bob", 0)]
    assert len(read_dna(tmp_path / "out.dna")[0].documents) == 1


# The command line


def run(*words, **options):
    return CliRunner(env={"COLUMNS": "200", "ONRECORD_REVIEWER": "me"}).invoke(app, [str(w) for w in words], **options)


def test_the_commands(odd, tmp_path):
    record, out = tmp_path / "r.db", tmp_path / "out.dna"
    sql(odd, "DELETE FROM STATEMENTS WHERE ID = 99", "DELETE FROM DATASHORTTEXT WHERE StatementId = 99",
        "DELETE FROM DATABOOLEAN WHERE StatementId = 99")  # fmt: skip
    done = run("dna", "import", odd, "--record", record)
    assert (done.exit_code, "6 documents (0 held already)" in done.output) == (0, True), done.output
    assert "holds all of" in run("dna", "import", odd, "--record", record).output
    done = run("dna", "export", "--record", record, "-o", out)
    assert (done.exit_code, "14 statements" in done.output) == (0, True), done.output
    assert rows(out)["STATEMENTS"] == rows(odd)["STATEMENTS"]
    assert run("dna", "export", "--record", record, "-o", out, "--password", "p").exit_code == 0
    assert all(fits("p", c.password) for c in read_dna(out)[0].coders)
    assert run("dna", "export", "--record", record, "-o", out, env={"ONRECORD_DNA_PASSWORD": "q"}).exit_code == 0
    assert all(fits("q", c.password) for c in read_dna(out)[0].coders)


def test_the_password_is_asked_for_if_it_is_needed(tmp_path):
    where, out = tmp_path / "r.db", tmp_path / "out.dna"
    with Record.open(where) as record:
        record.add(article("a.txt", "Yes."), [], reading=FIRST)
    done = run("dna", "export", "--record", where, "-o", out, input="typed\ntyped\n")
    assert done.exit_code == 0, done.output
    assert "typed" not in done.output
    assert fits("typed", read_dna(out)[0].coders[0].password)


def test_wrong_use(odd, tmp_path):
    assert run("dna", "import", tmp_path / "none.dna", "--record", tmp_path / "r.db").exit_code == 2
    assert not (tmp_path / "r.db").exists()
    done = run("dna", "import", odd, "--record", tmp_path / "r.db", "--variable", "claim")
    assert (done.exit_code, "OURS=THEIRS" in done.output) == (2, True)
    assert run("dna", "export", "--record", tmp_path / "no.db", "-o", "x.dna").exit_code == 3
    done = run("dna", "import", odd, "--record", tmp_path / "r.db")
    assert (done.exit_code, "statement 99" in done.output) == (1, True)
