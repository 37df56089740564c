"""The command line, with the weights that ship."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
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


def test_every_command_has_help_with_an_example():
    shown = run("--help").output
    for command in ("read", "show", "said", "articles", "export", "evaluate", "info"):
        assert command in shown
        assert f"Example: onrecord {command}" in run(command, "--help").output.replace("Examples:", "Example:")


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


def test_actors_are_listed_shown_merged_and_that_is_undone(filled):
    listed = [json.loads(line) for line in run("actors", "--json", "--record", filled).output.splitlines()]
    assert "Jane Doe" in [a["name"] for a in listed]
    shown = run("actor", "jane doe", "--record", filled)
    assert shown.exit_code == 0, shown.output
    assert "We will not go" in shown.output
    other = next(a["name"] for a in listed if a["name"] != "Jane Doe" and a["kind"] == "person")
    assert run("actors", "merge", "Jane Doe", other, "--record", filled).exit_code == 0
    merged = [json.loads(line)["name"] for line in run("actors", "--json", "--record", filled).output.splitlines()]
    assert other not in merged
    assert run("actors", "undo", "--record", filled).exit_code == 0
    again = [json.loads(line) for line in run("actors", "--json", "--record", filled).output.splitlines()]
    assert again == listed


def test_an_unknown_actor_is_answered_with_names_that_come_close(filled):
    asked = run("actor", "Jane Dough", "--record", filled)
    assert asked.exit_code == 3
    assert "Jane Doe" in asked.output
