"""The command line, with the weights that ship."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from onrecord.cli import app

EXAMPLES = Path(__file__).parent.parent / "examples" / "coverage.jsonl"
TEXT = "The plan is dead.\n\n“We will not go,” said Jane Doe, the minister. She wants a vote by May.\n"


def run(*arguments, **options):
    return CliRunner().invoke(app, [str(a) for a in arguments], **options)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filled")
    source = folder / "articles.jsonl"
    lines = EXAMPLES.read_text(encoding="utf-8").splitlines()[:4]
    source.write_text(
        "\n".join([*lines, json.dumps({"id": "mine", "outlet": "The Test", "published": "2026-04-20", "text": TEXT})])
    )
    record = folder / "r.db"
    done = run("read", source, "--record", record)
    assert done.exit_code == 0, done.output
    return record


@pytest.fixture
def kept(filled, tmp_path):
    """A record like ``filled`` that a test may change."""
    path = tmp_path / "kept.db"
    path.write_bytes(filled.read_bytes())
    return path


def listed(record, *options):
    done = run("actors", "--json", "--record", record, *options)
    assert done.exit_code == 0, done.output
    return {a["name"]: a for a in map(json.loads, done.output.splitlines())}


def decided(record, *arguments):
    done = run("actors", *arguments, "--record", record, "--reviewer", "anna")
    assert done.exit_code == 0, done.output
    return done.output


def test_every_command_has_help_with_an_example():
    for group, commands in (
        ((), ("read", "show", "said", "actors", "actor", "articles", "export", "evaluate", "info")),
        (("actors",), ("merge", "split", "rename", "alias", "undo", "log", "load")),
    ):
        shown = run(*group, "--help").output
        for command in commands:
            assert command in shown
            told = run(*group, command, "--help").output.replace("Examples:", "Example:")
            assert f"Example: {' '.join(('onrecord', *group, command))}" in told


def test_said_finds_who_and_what(filled):
    lines = [json.loads(line) for line in run("said", "--by", "doe", "--json", "--record", filled).output.splitlines()]
    said, *others = [s for s in lines if s["article"] == "mine"]
    assert all(s["actor"] == "Jane Doe" for s in [said, *others])
    assert said["source"] == "Jane Doe, the minister"
    assert said["content"] == ["“We will not go,”"]
    assert said["kind"] == "direct"
    assert TEXT[slice(*said["spans"]["content"][0])] == said["content"][0]


def test_said_as_rows_for_other_programs(filled):
    head, *rows = run("said", "--article", "mine", "--record", filled).output.splitlines()
    assert head.split("\t")[:3] == ["date", "outlet", "source"]
    assert any("We will not go" in row for row in rows)


def test_show_marks_the_article(filled):
    shown = run("show", "mine", "--record", filled).output
    assert "The plan is dead." in shown
    assert "Jane Doe, the minister" in shown.split("She wants a vote by May.")[1]


def test_articles_and_info(filled):
    assert "The Test" in run("articles", "--since", "2026", "--record", filled).output
    told = json.loads(run("info", "--json", "--record", filled).output)
    assert told["articles"] == 5
    assert told["readings"][0]["articles"] == 5
    assert "5 articles" in run("info", "--record", filled).output


def test_export_has_offsets_into_the_text_as_given(filled, tmp_path):
    out = tmp_path / "out.jsonl"
    assert run("export", "jsonl", "--record", filled, "-o", out).exit_code == 0
    lines = {a["id"]: a for a in map(json.loads, out.read_text(encoding="utf-8").splitlines())}
    assert lines["mine"]["text"] == TEXT
    assert all(s["content"] for a in lines.values() for s in a["statements"])
    assert "Jane Doe" in {s["actor"] for s in lines["mine"]["statements"]}
    assert "content_start" in run("export", "csv", "--record", filled).output.splitlines()[0]


def test_reading_again_reads_nothing(filled, tmp_path):
    source = tmp_path / "again.jsonl"
    source.write_text(json.dumps({"id": "mine", "text": TEXT}) + "\n")
    assert "0 articles read" in run("read", source, "--record", filled).output


def test_bad_input_is_named_and_the_rest_is_read(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.txt").write_text(TEXT)
    (tmp_path / "in" / "empty.txt").write_text("")
    (tmp_path / "in" / "image.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (tmp_path / "in" / "wall.html").write_text("<form><input type=password></form><p>Log in to continue reading</p>")
    done = run("read", tmp_path / "in", tmp_path / "nowhere", "--record", tmp_path / "r.db")
    assert done.exit_code == 1
    for name in ("empty.txt", "image.txt", "wall.html", "nowhere"):
        assert any(name in line for line in done.output.splitlines())
    assert not any(line.count("image.txt") > 1 or line.count("wall.html") > 1 for line in done.output.splitlines())
    assert "1 articles read" in done.output
    assert "4 could not be read" in done.output


def test_a_record_that_is_none_is_refused(tmp_path):
    (tmp_path / "r.db").write_text("not a database, but text that is long enough to look like a file of some kind")
    done = run("said", "--record", tmp_path / "r.db")
    assert done.exit_code == 3
    assert "r.db" in done.output
    assert run("said", "--record", tmp_path / "none.db").exit_code == 3
    assert not (tmp_path / "none.db").exists()


def test_wrong_usage(tmp_path):
    assert run("read", "--record", tmp_path / "r.db").exit_code == 2
    assert run("read", tmp_path, "--field", "text", "--record", tmp_path / "r.db").exit_code == 2
    assert run("said", "--kind", "loud").exit_code == 2


def test_an_unknown_article_is_told(filled):
    done = run("show", "min", "--record", filled)
    assert done.exit_code == 3
    assert "mine" in done.output


def test_evaluate_scores_ones_own_annotations(tmp_path):
    gold = tmp_path / "gold.jsonl"
    source = TEXT.index("Jane Doe")
    statement = {"source": [source, source + 22], "cue": [source - 5, source - 1], "content": [[19, 36]]}
    gold.write_text(json.dumps({"id": "1", "text": TEXT, "statements": [statement]}) + "\n")
    measures = json.loads(run("evaluate", gold, "--json").output)
    assert measures["R.direct"]["recall"] == 1
    gold.write_text('{"id": "1", "text": "x"}\n')
    done = run("evaluate", gold)
    assert done.exit_code == 2
    assert "line 1" in done.output


def test_help_loads_neither_a_model_nor_a_database():
    code = "import sys, onrecord.cli; print({'onnxruntime', 'sqlalchemy', 'numpy', 'trafilatura'} & set(sys.modules))"
    assert (
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
        == "set()"
    )


def test_actors_are_merged_and_that_is_undone(kept):
    before = listed(kept)
    other = next(a for a in before.values() if a["kind"] == "person" and a["name"] != "Jane Doe")
    assert f"Jane Doe is also {other['name']}" in decided(kept, "merge", "Jane Doe", other["name"])
    merged = listed(kept)
    assert other["name"] not in merged
    assert merged["Jane Doe"]["statements"] == before["Jane Doe"]["statements"] + other["statements"]
    decided(kept, "undo")
    assert listed(kept) == before


def test_an_unknown_actor_is_answered_with_names_that_come_close(filled):
    asked = run("actor", "Jane Dough", "--record", filled)
    assert asked.exit_code == 3
    assert "Jane Doe" in asked.output


def test_statements_show_whose_they_are(filled):
    lines = [
        json.loads(line) for line in run("said", "--article", "mine", "--json", "--record", filled).output.splitlines()
    ]
    assert [(s["source"], s["actor"], s["how"]) for s in lines] == [
        ("Jane Doe, the minister", "Jane Doe", "full name"),
        ("She", "Jane Doe", "pronoun"),
    ]
    (doe, _) = (s["actors"][0] for s in lines)
    assert TEXT[slice(*doe["evidence"])] == doe["words"] == "Jane Doe"
    assert doe["title"] == "minister"
    head, _, second = run("said", "--article", "mine", "--record", filled).output.splitlines()
    assert head.split("\t")[3:5] == ["actor", "how"]
    assert second.split("\t")[2:5] == ["She", "Jane Doe", "pronoun"]
    assert "→ Jane Doe (pronoun)" in run("show", "mine", "--record", filled).output


def test_said_by_takes_a_role_and_said_of_an_actor_takes_just_this_one(filled):
    def sources(*options):
        lines = run("said", "--json", "--article", "mine", "--record", filled, *options).output.splitlines()
        return [json.loads(line)["source"] for line in lines]

    assert sources("--by", "minister") == ["Jane Doe, the minister", "She"]
    assert sources("--actor", "jane doe") == ["Jane Doe, the minister", "She"]
    assert sources("--actor", next(iter(listed(filled, "--name", "kos")))) == []
    assert run("said", "--actor", "nobody at all", "--record", filled).exit_code == 3
    rows = run("export", "csv", "--actor", "jane doe", "--record", filled).output.splitlines()
    assert len(rows) == 3
    assert all(",Jane Doe," in row for row in rows[1:])


def test_a_statement_within_another_names_who_reports_it(filled):
    lines = [json.loads(line) for line in run("said", "--json", "--record", filled).output.splitlines()]
    inner = [s for s in lines if s["within"]]
    assert inner
    outer = {s["id"]: ", ".join(a["name"] for a in s["actors"] if a["name"]) or s["source"] for s in lines}
    assert [s["reported_by"] for s in inner] == [outer[s["within"]] for s in inner]
    shown = run("show", inner[0]["article"], "--record", filled).output
    assert f"(reported by {inner[0]['reported_by']})" in shown


def test_actors_are_chosen_and_sorted(filled):
    everyone = listed(filled)
    assert everyone["Jane Doe"] | {"id": ""} == {
        "id": "", "name": "Jane Doe", "kind": "person", "country": None, "wikidata": None, "title": "minister",
        "organisation": None, "statements": 2, "articles": 1, "first": "2026-04-20", "last": "2026-04-20",
    }  # fmt: skip
    counts = [a["statements"] for a in everyone.values()]
    assert counts == sorted(counts, reverse=True)
    assert list(listed(filled, "--sort", "name")) == sorted(everyone)
    assert list(listed(filled, "--outlet", "the test")) == ["Jane Doe"]
    assert list(listed(filled, "--kind", "person", "--name", "minister", "--outlet", "The Test")) == ["Jane Doe"]
    assert len(listed(filled, "--limit", "2")) == 2
    assert {a["kind"] for a in listed(filled, "--kind", "organisation").values()} == {"organisation"}
    assert not listed(filled, "--since", "2030")
    head, *rows = run("actors", "--outlet", "The Test", "--record", filled).output.splitlines()
    assert dict(zip(head.split("\t"), rows[0].split("\t"), strict=True))["role"] == "minister"
    refused = run("actors", "--country", "Atlantis", "--record", filled)
    assert (refused.exit_code, "Atlantis" in refused.output) == (2, True)
    assert run("actors", "--kind", "ghost", "--record", filled).exit_code == 2


def test_an_actor_is_shown_with_names_roles_and_their_evidence(filled):
    told = run("actor", "JANE DOE", "--record", filled).output
    for line in ("names: Jane Doe (1)", "role: minister (2026-04-20, mine: “the minister”)"):
        assert line in told
    assert "\tShe\tpronoun\t" in told
    plain = json.loads(run("actor", "Jane Doe", "--json", "--record", filled).output)
    assert [s["source"] for s in plain["said"]] == ["Jane Doe, the minister", "She"]
    assert plain["posts"][0]["evidence"] == "the minister"
    assert json.loads(run("actor", plain["id"][:8], "--json", "--record", filled).output) == plain


@pytest.mark.parametrize("width", [80, 120])
def test_in_a_terminal_no_word_is_broken(filled, monkeypatch, width):
    from onrecord.cli import terminal

    def shown(*arguments):
        written = io.StringIO()
        console = Console(file=written, force_terminal=True, width=width, color_system=None)
        monkeypatch.setattr(terminal, "out", console)
        assert run(*arguments, "--record", filled).exit_code == 0
        assert max(map(len, written.getvalue().splitlines() or [""])) <= width
        return written.getvalue()

    said, actors = " ".join(shown("said").split()), shown("actors")  # lines of the first may be broken anywhere
    assert all(words in said for words in ("Elfriede Kos", "“We will not go,”", "→ Jane Doe (full name)", "unresolved"))
    assert all(words in actors for words in ("federation", "Elfriede Kos"))
    kos = " ".join(shown("actor", "Elfriede Kos").split())
    assert all(words in kos for words in ("federation", "full name 0.97", "the same name"))
    assert "→ Jane Doe (pronoun)" in shown("show", "mine")
    assert not shown("said", "--about", "nothingness") + shown("actors", "log")
    for proposal in run("actors", "--doubtful", "--json", "--record", filled).output.splitlines():
        assert json.loads(proposal)["actor_id"][:8] in shown("actors", "--doubtful")


def test_judgements_are_made_logged_and_taken_back(kept):
    before = listed(kept)
    assert "actors undo 1" in decided(kept, "rename", "jane doe", "Dame Jane Doe")
    assert "Dame Jane Doe" in listed(kept)
    assert "known as the PM" in decided(kept, "alias", "Jane Doe", "the PM")
    assert json.loads(run("actor", "the pm", "--json", "--record", kept).output)["name"] == "Dame Jane Doe"
    kos = next(a for a in before.values() if a["kind"] == "person" and a["articles"] > 1)
    article = json.loads(run("said", "--json", "--actor", kos["id"], "--record", kept).output.splitlines()[0])[
        "article"
    ]
    assert f"{kos['name']} is Another in 1 article;" in decided(
        kept, "split", kos["name"], "--article", article, "--as", "Another"
    )
    assert listed(kept)["Another"]["articles"] == 1
    log = [json.loads(line) for line in run("actors", "log", "--json", "--record", kept).output.splitlines()]
    assert [(j["number"], j["kind"], j["reviewer"]) for j in log] == [
        (3, "split", "anna"),
        (2, "alias", "anna"),
        (1, "rename", "anna"),
    ]
    for n in ("3", None, log[2]["id"]):
        assert "undone: " in decided(kept, "undo", *([n] if n else []))
    assert listed(kept) == before
    assert all("by anna" in row for row in run("actors", "log", "--record", kept).output.splitlines()[1:])
    nothing = run("actors", "undo", "--record", kept)
    assert (nothing.exit_code, "no judgement to undo" in nothing.output) == (3, True)


def test_the_reviewer_may_be_set_for_all_commands(kept):
    run("actors", "rename", "Jane Doe", "J. Doe", "--record", kept, env={"ONRECORD_REVIEWER": "ben"})
    assert "\tben\t" in run("actors", "log", "--record", kept).output


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["merge", "Jane Doe", "jane doe"], 2, "one actor already"),
        (["merge", "Jane Doe", "Jane Dough"], 3, "did you mean 'Jane Doe'?"),
        (["merge", "Jane Doe"], 2, "B..."),
        (["split", "Jane Doe"], 2, "--article"),
        (["split", "Jane Doe", "--article", "mine"], 2, "rename it instead"),
        (["split", "Jane Doe", "--article", "nowhere"], 3, "no article 'nowhere'"),
        (["rename", "Jane Doe", "?!"], 2, "is no name"),
        (["undo", "7"], 3, "no judgement '7'"),
        (["shout"], 2, "shout"),
    ],
)
def test_judgements_that_cannot_be_made_are_refused(kept, arguments, code, message):
    done = run("actors", *arguments, *(["--record", kept] if arguments != ["shout"] else []))
    assert (done.exit_code, message in done.output) == (code, True), done.output
    assert not run("actors", "log", "--json", "--record", kept).output


def test_options_before_a_command_of_actors_are_not_lost_in_silence(kept):
    done = run("actors", "--record", kept, "rename", "Jane Doe", "J. Doe")
    assert done.exit_code == 2
    assert "options go after “rename”" in done.output


def test_a_register_file_is_loaded_before_or_after_reading(kept, tmp_path):
    file = tmp_path / "register.csv"
    file.write_text(
        "name,aliases,role,from\nJane Doe,the iron minister,chancellor,2026-02-30\nJane Doe,Janie,leader,2020\n"
    )
    done = run("actors", "load", file, "--record", kept)
    assert done.exit_code == 1
    assert f"{file}:2: from “2026-02-30” is no date" in " ".join(done.output.split())
    assert "rows loaded 1, known already 0" in done.output
    assert "role: leader (register file; 2020 to …)" in run("actor", "janie", "--record", kept).output
    assert "rows loaded 0, known already 1" in run("actors", "load", file, "--record", kept).output
    new, source = tmp_path / "new.db", tmp_path / "one.txt"
    assert run("actors", "load", file, "--record", new).exit_code == 1
    source.write_text(TEXT)
    run("read", source, "--record", new)
    assert (
        json.loads(run("said", "--by", "janie", "--json", "--record", new).output.splitlines()[0])["actor"]
        == "Jane Doe"
    )
    assert run("actors", "load", tmp_path / "none.csv", "--record", tmp_path / "none.db").exit_code == 2
    assert not (tmp_path / "none.db").exists()


def test_evaluate_measures_actors_where_they_are_annotated(tmp_path):
    gold = tmp_path / "gold.jsonl"
    start = TEXT.index("Jane Doe")
    statement = {"source": [start, start + 22], "cue": [start - 5, start - 1], "content": [[19, 36]], "actor": "d"}
    line = {"id": "1", "text": TEXT, "actors": [{"id": "d", "name": "J. Doe", "aliases": ["Jane Doe"]}]}
    gold.write_text(json.dumps(line | {"statements": [statement]}) + "\n")
    measures = json.loads(run("evaluate", gold, "--json").output)
    assert {name: m["right"] for name, m in measures.items() if name.startswith("actor.")} == {
        "actor.right": 1, "actor.wrong": 0, "actor.open": 0, "actor.recall": 1,
    }  # fmt: skip
    (row,) = [r for r in run("evaluate", gold).output.splitlines() if r.startswith("actor.wrong")]
    assert row.split("\t")[1:4] == ["", "0.000", ""]
