"""Concepts suggested from a coverage: quoted, with several actors of several articles, always the same."""

import json
import random
from dataclasses import replace

import pytest
from record_cases import FIRST, article, statement
from typer.testing import CliRunner

from onrecord.cli import app
from onrecord.record import Record
from onrecord.suggesting import _trimmed, demand, suggest
from onrecord.types import Appearance, Concept, Read, Resolution, Span, appearance_id

SAID = {  # article: (source, cue, content)
    "monday": [
        ("The Harbour Union", "demanded", "that diesel cars be banned from the port of Marrow"),
        ("Ada Quist", "said", "“It rained all morning.”"),
    ],
    "tuesday": [
        ("Ben Orrell", "opposes", "a ban on diesel cars in the port of Marrow"),
        ("The Chamber of Trade", "rejected", "the ban on diesel cars in the port"),
        ("Cora Dunmore", "said", "the dentist had moved to a larger house"),
    ],
    "wednesday": [
        ("Mayor Dila Ferran", "said", "diesel cars must be banned from the port of Marrow by May"),
        ("Ada Quist", "wants", "her own parrot to be quiet at night"),
    ],
}


@pytest.fixture(scope="module")
def models():
    from onrecord.reading.nearness import Nearness
    from onrecord.reading.stances import StanceModel

    return {"nearness": Nearness(), "model": StanceModel()}


def coverage(said=SAID):
    for name, rows in said.items():
        text = "Marrow, a town by the sea.\n" + " ".join(" ".join(row).rstrip(".") + "." for row in rows)
        of = article(f"{name}.txt", text, outlet="The Courier", published="2026-04-15")
        statements = [statement(of, *row) for row in rows]
        appearances = {}
        for s, (source, _, _) in zip(statements, rows, strict=True):
            kind = "person" if len(source.split()) < 4 and not source.startswith("The") else "organisation"
            key = appearance_id(of.id, kind, source)
            appearances.setdefault(source, Appearance(
                id=key, article_id=of.id, name=source, kind=kind, names=(source,), mentions=(s.source,),
            ))  # fmt: skip
        resolutions = [
            Resolution(statement_id=s.id, appearance_id=appearances[row[0]].id, how="full name", score=1, evidence=s.source)
            for s, row in zip(statements, rows, strict=True)
        ]  # fmt: skip
        yield (
            of,
            Read(statements=tuple(statements), appearances=tuple(appearances.values()), resolutions=tuple(resolutions)),
        )


@pytest.fixture
def spoken(record):
    for of, read in coverage():
        assert record.add(of, read, reading=FIRST)
    return record


def test_what_several_actors_take_sides_on_is_suggested_in_words_of_an_article(spoken, models):
    (found,) = suggest(spoken, **models)
    assert "diesel cars" in found.proposition
    quoted = spoken.article(found.article_id)
    assert quoted.name == found.article
    assert quoted.text[slice(*found.quoted)] == found.proposition
    assert {"The Harbour Union", "Mayor Dila Ferran"} <= {*found.actors("support")}
    assert {"Ben Orrell", "The Chamber of Trade"} <= {*found.actors("oppose")}
    assert found.articles == 3
    for i in found.instances:
        assert spoken.article(i.article_id).text[slice(*i.evidence)] == i.words
        assert 0 <= i.chance <= 1
    assert len({i.actor_id for i in found.instances}) == len(found.instances)


def test_it_is_the_same_each_time_and_a_limit_takes_the_first(spoken, models):
    assert suggest(spoken, **models) == suggest(spoken, **models)
    assert suggest(spoken, limit=1, **models) == suggest(spoken, **models)[:1]


def test_what_the_codebook_has_is_not_suggested_again(spoken, models):
    spoken.load_codebook(
        [Concept(id="diesel", proposition="Diesel cars should be banned from the port of Marrow.")], reviewer="ann"
    )
    assert suggest(spoken, **models) == []


def test_the_nearest_concept_of_the_codebook_is_told(spoken, models):
    spoken.load_codebook([Concept(id="parrots", proposition="Parrots should be quiet at night.")], reviewer="ann")
    (found,) = suggest(spoken, **models)
    assert found.known == "parrots"
    assert found.nearness < 0.6


def test_one_article_alone_or_no_sides_or_nothing_gives_no_suggestion(record, models):
    assert suggest(record, **models) == []
    for of, read in coverage({"tuesday": SAID["tuesday"]}):
        record.add(of, read, reading=FIRST)
    assert suggest(record, **models) == []


def test_near_copies_are_no_further_article(record, models):
    (of, read), (copy, again) = coverage({"tuesday": SAID["tuesday"], "copy": SAID["tuesday"]})
    record.add(of, read, reading=FIRST)
    record.add(replace(copy, duplicate_of=of.id), again, reading=FIRST)
    assert suggest(record, **models) == []


def test_of_many_passages_a_sample_is_looked_at_demands_first(spoken, models):
    few = suggest(spoken, most=4, **models)
    assert few == suggest(spoken, most=4, **models)
    assert len(few) == 1
    assert sum(i.stance != "none" for i in few[0].instances) == 4  # the four demands were kept, not the weather


@pytest.mark.parametrize(
    ("words", "cue", "least"),
    [
        ("the port should be closed to diesel cars", "said", 2),
        ("the early exit be struck out", "demanded", 3),
        ("a ban on diesel cars in the port", "opposes", 1),
        ("a ban on diesel cars in the port", "described", 0),
        ("the dentist had moved to a larger house", "said", 0),
        ("he should go to the port", "said", 0),
        ("peace", "demanded", 0),
        ("must the port be closed again?", "asked", 0),
        ("the port should " + "be closed and " * 20, "said", 0),
    ],
)
def test_what_reads_like_a_demand(words, cue, least):
    assert demand(words, cue) >= least
    assert least or demand(words, cue) < 1


def test_marks_and_that_are_trimmed_off_and_never_more():
    shuffled = random.Random(3)
    for _ in range(300):
        text = "".join(shuffled.choices("“”\"' ,.abt", k=12))
        start, end = sorted(shuffled.sample(range(13), 2))
        found = _trimmed(text, Span(start, end))
        assert start <= found.start <= found.end <= end
        assert [c for c in text[found.start : found.end] if c.isalpha()] == [c for c in text[start:end] if c.isalpha()]
    text = " “that the port be closed,” "
    assert text[slice(*_trimmed(text, Span(0, len(text))))] == "the port be closed"


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


def test_the_commands_of_the_codebook(tmp_path):
    file, record = tmp_path / "codebook.toml", tmp_path / "record.db"
    file.write_text(
        '[[concept]]\nid = "diesel"\nproposition = "Diesel cars should be banned from the port."\n\n'
        '[[concept]]\nid = "vague"\nproposition = "More should be done."\n\n[[concept]]\nid = "empty"\n'
    )
    with Record.open(record) as made:
        for of, read in coverage():
            made.add(of, read, reading=FIRST)
    checked = run("codebook", "check", file)
    assert checked.exit_code == 1
    assert "codebook.toml:9: has no proposition" in checked.stderr.replace("\n", "")
    assert "say who should do what" in " ".join(checked.stderr.split())
    as_json = [json.loads(line) for line in run("codebook", "check", file, "--json").stdout.splitlines()]
    assert [(f["line"], f["concept"], f["kind"]) for f in as_json] == [(5, "vague", "vague")]
    loaded = run("codebook", "load", file, "--record", record, "--reviewer", "ann")
    assert loaded.exit_code == 1  # one concept was left out
    assert "2 new" in loaded.stderr + loaded.stdout
    shown = [json.loads(line) for line in run("codebook", "show", "--record", record, "--json").stdout.splitlines()]
    assert [(c["id"], c["version"]) for c in shown] == [("diesel", 1), ("vague", 1)]
    assert run("codebook", "drop", "vague", "--record", record, "--reviewer", "ann").exit_code == 0
    assert run("codebook", "drop", "vague", "--record", record).exit_code == 3
    out = tmp_path / "out.csv"
    assert run("codebook", "export", out, "--record", record).exit_code == 0
    assert out.read_text().splitlines()[1].startswith("diesel,Diesel cars should be banned")
    assert run("codebook", "check", out).exit_code == 0
    assert run("codebook", "check", tmp_path / "none.toml").exit_code == 2


def test_the_command_that_suggests(tmp_path):
    record = tmp_path / "record.db"
    with Record.open(record) as made:
        for of, read in coverage():
            made.add(of, read, reading=FIRST)
    listed = run("concepts", "suggest", "--record", record, "--json")
    assert listed.exit_code == 0, listed.output
    (found,) = [json.loads(line) for line in listed.stdout.splitlines()]
    assert {i["stance"] for i in found["instances"]} >= {"support", "oppose"}
    plain = run("concepts", "suggest", "--record", record)
    assert f"“{found['proposition']}”" in " ".join(plain.stdout.split())
    assert run("concepts", "suggest", "--record", tmp_path / "none.db").exit_code == 3
