"""The commands by which people check."""

import json

import pytest
from actor_cases import add, person, story
from record_cases import ALL, FIRST, ROME_SAID
from typer.testing import CliRunner

from onrecord.cli import app
from onrecord.record import Record

SAID, ADDED, PRESS = ROME_SAID


def run(*arguments, **options):
    return CliRunner().invoke(app, [str(a) for a in arguments], **options)


def well(*arguments, **options):
    done = run(*arguments, **options)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def path(tmp_path):
    where = tmp_path / "r.db"
    with Record.open(where) as record:
        for of, said in ALL:
            record.add(of, said, reading=FIRST)
        add(record, story("kos.txt", person("Elfriede Kos"), person("Tom Rennie")))
    return where


@pytest.fixture(autouse=True)
def whoever(monkeypatch, path):
    monkeypatch.setenv("ONRECORD", str(path))
    monkeypatch.setenv("ONRECORD_REVIEWER", "Ann")


def test_judge_undo_redo_and_history():
    assert "wrong (“nobody says so”); to take it back: onrecord undo 1" in well(
        "judge", PRESS.id[:8], "wrong", "--note", "nobody says so"
    )
    assert PRESS.id not in well("said", "--json")
    assert "undone: wrong" in well("undo")
    assert PRESS.id in well("said", "--json")
    assert "to take it back" in well("redo")
    told = [json.loads(line) for line in well("history", PRESS.id, "--json").splitlines()]
    assert [(h["who"], h["what"]) for h in told] == [("Ann", "judged"), ("Ann", "undone"), ("Ann", "redone")]
    assert "nobody says so" in well("history", PRESS.id)
    assert run("undo", "--reviewer", "Bo").exit_code == 3
    assert run("judge", "nothing-at-all", "right").exit_code == 3
    assert run("judge", PRESS.id, "perhaps").exit_code == 2


def test_correct(path):
    with Record.open(path) as record:
        id_ = next(s.statement.id for s in record.said(actor="Tom Rennie"))
    assert "actor: Tom Rennie → Elfriede Kos" in well("correct", id_, "--actor", "elfriede kos")
    assert "actor: Elfriede Kos → (nobody)" in well("correct", id_, "--nobody")
    assert "kind: indirect → mixed" in well("correct", id_, "--kind", "mixed")
    assert run("correct", id_).exit_code == 2
    assert run("correct", id_, "--nobody", "--actor", "x").exit_code == 2


def test_the_queue_is_gone_through_with_keys(path):
    shown = well("review", "--kind", "statement", input="r?wnxuq")
    assert "Nobody objected to troops" in shown
    assert "The machine is 0 % sure of this statement; 1 near-copy hangs on it." in shown
    assert "'?' does nothing here" in shown
    assert "undone: wrong" in shown
    assert "2 decided by Ann" in shown
    with Record.open(path) as record:
        assert [(j.kind, j.withdrawn_at is None) for j in record.judgements()] == [("wrong", False), ("right", True)]
    with Record.open(path) as record:
        waiting = len(record.queue(limit=100, reviewer="Ann"))
    assert "Nothing more waits." in well("review", input="n" * waiting)


def test_another_actor_in_the_queue(path):
    with Record.open(path) as record:
        (first, *_) = record.queue(kind="resolution")
    well("review", "--kind", "resolution", input="aZoe Zed\nq")
    with Record.open(path) as record:
        assert [s.name for s in record.statement(first.subject).speakers] == ["Zoe Zed"]


def test_links_in_the_queue(tmp_path):
    where = tmp_path / "links.db"
    with Record.open(where) as record:
        for n in range(3):
            add(record, story(f"{n}.txt", person("Anna Lee", role="minister", of_country="AT"), published="2026-01-01"))
        add(record, story("x.txt", person("Anna Lee", role="baker", of_country="FR"), published="2026-06-01"))
    assert "Nothing more waits." in well("review", "--kind", "link", "--record", where, input="d")
    with Record.open(where) as record:
        assert len(record.actors()) == 2
    assert "undone: Anna Lee is not Anna Lee" in well("undo", "--record", where)
    well("review", "--kind", "link", "--record", where, input="s")
    with Record.open(where) as record:
        assert [a.statements for a in record.actors()] == [4]


def test_samples_and_accuracy():
    assert "Nobody checked anything yet" in well("accuracy")
    drawn = well("sample", "4", "--seed", "3", "--stratify", "outlet", "--name", "first")
    ids = [line for line in drawn.splitlines() if len(line) == 20]
    assert len(ids) == 4
    for n, id_ in enumerate(ids):
        well("judge", id_, "wrong" if n == 0 else "right")
    well("judge", next(s.id for s in (*ROME_SAID,) if s.id not in ids), "right")
    told = well("accuracy")
    assert "of 5 checked statements 4 right: 80.0 % (37.6–96.4)" in told
    assert "1 of these were not drawn at random" in told
    assert "of 4 checked statements 3 right" in well("accuracy", "--random")
    assert "in the whole that the sample was drawn from" in well("accuracy", "--sample", "1")
    assert json.loads(well("accuracy", "--json"))["checked"] == 5
    assert json.loads(well("accuracy", "--samples", "--json"))[0] | {"made_at": ""} == {
        "number": 1, "name": "first", "of": "statement", "seed": 3, "stratify": "outlet", "made_by": "Ann",
        "made_at": "", "size": 4, "checked": 4,
    }  # fmt: skip
    assert "first" in well("accuracy", "--samples")
    assert run("accuracy", "--sample", "9").exit_code == 3


def test_assignments_and_agreement(path):
    assert run("agreement").exit_code == 3
    assert "1, 'pilot'" in well("assign", "--coder", "Bo", "--coder", "Cy", "--article", "rome.txt", "--name", "pilot")
    with Record.open(path) as record:
        for coder, verdicts in (("Bo", ("right", "wrong", "wrong")), ("Cy", ("right", "right", "wrong"))):
            for s, verdict in zip(ROME_SAID, verdicts, strict=True):
                record.judge_statement(s.id, verdict, reviewer=coder, assignment=1)
    told = well("agreement")
    assert "1 statements on which coders differ" in told
    assert "verdict\tBo, Cy\t3\t66.7 %" in told
    assert "    Bo: wrong" in told
    assert json.loads(well("agreement", "1", "--json"))["measures"][0]["units"] == 3
    assert "pilot" in well("agreement", "--list")
    assert "2 decisions on which all agree" in well("agreement", "--close")
    assert run("agreement", "--close").exit_code == 2
    assert run("assign", "--coder", "Bo").exit_code == 2


def test_coders(path):
    assert "Ann (admin) added" in well("coders", "add", "Ann", "--role", "admin", input="correct horse battery\n")
    well("coders", "add", "Bo", "--no-password")
    assert run("coders", "add", "Cy", input="short\n").exit_code == 2
    assert "Bo (reader) changed" in well("coders", "role", "Bo", "reader")
    assert "new password" in well("coders", "password", "bo", input="another long secret\n")
    with Record.open(path) as record:
        assert record.log_in("Bo", "another long secret").coder.role == "reader"
    assert "removed" in well("coders", "remove", "Bo")
    assert [json.loads(line)["name"] for line in well("coders", "list", "--json").splitlines()] == ["Ann", "Bo"]
    assert "admin" in well("coders", "list")
    assert run("coders", "remove", "Zoe").exit_code == 3
