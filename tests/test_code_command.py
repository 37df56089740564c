"""onrecord code, stands, shifts, why: the whole way with the weights that ship, on two short articles."""

import json

import pytest
from typer.testing import CliRunner

from onrecord.cli import app

BOOK = """
[[concept]]
id = "bridge"
proposition = "The Millbrook bridge should be built."

[[concept]]
id = "tolls"
proposition = "Drivers should pay a toll on the Millbrook bridge."
"""
ARTICLES = [
    {"id": "one", "outlet": "Courier", "published": "2026-04-01", "text":
        "Millbrook will decide on its bridge in June.\n\n"
        "“The bridge must be built,” said Ann Lee, the mayor of Millbrook. “I fully support it.”\n\n"
        "Bob Ray, the leader of the opposition, said he was against the bridge. “I oppose it.”"},
    {"id": "two", "outlet": "Courier", "published": "2026-06-01", "text":
        "Millbrook’s council votes on the bridge tonight.\n\n"
        "Ann Lee, the mayor of Millbrook, said she now rejected the bridge. “It should not be built,” Ms Lee said."},
]  # fmt: skip


def run(*words, code=0):
    done = CliRunner().invoke(app, [str(w) for w in words])
    assert done.exit_code == code, done.output
    return done


@pytest.fixture(scope="module")
def coded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("code")
    (folder / "a.jsonl").write_text("".join(json.dumps(a) + "\n" for a in ARTICLES), encoding="utf-8")
    (folder / "book.toml").write_text(BOOK, encoding="utf-8")
    run("read", folder / "a.jsonl", "--record", folder / "r.db")
    run("code", "--codebook", folder / "book.toml", "--record", folder / "r.db", "--reviewer", "ann")
    return folder


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_who_stands_where(coded):
    found = {s["actor"]: s["stance"] for s in lines(run("stands", "bridge", "--record", coded / "r.db", "--json"))}
    assert (found["Ann Lee"], found["Bob Ray"]) == ("oppose", "oppose")
    shown = run("stands", "bridge", "--record", coded / "r.db").stdout
    assert "The Millbrook bridge should be built." in shown
    assert "− Ann Lee: oppose  since 2026-06-01" in shown
    assert "Ann Lee" in run("stands", "--record", coded / "r.db").stdout


def test_who_changed_and_why(coded):
    changes = lines(run("shifts", "--record", coded / "r.db", "--json"))
    anns = [(c["old"], c["new"]) for c in changes if (c["concept"], c["actor"]) == ("bridge", "Ann Lee")]
    assert anns == [("support", "oppose")]
    said = run("why", "Ann Lee", "bridge", "--record", coded / "r.db").stdout
    assert "one" in said
    assert "two" in said
    evidence = lines(run("why", "Ann Lee", "bridge", "--record", coded / "r.db", "--json"))
    texts = {a["id"]: a["text"] for a in ARTICLES}
    assert evidence
    assert all(texts[e["article"]["name"]][slice(*e["evidence"])] == e["words"] for e in evidence)


def test_nothing_is_coded_twice_and_the_same_input_gives_the_same(coded, tmp_path):
    assert "0 articles coded" in run("code", "--record", coded / "r.db").stderr
    run("read", coded / "a.jsonl", "--record", tmp_path / "r.db")
    run("code", "--codebook", coded / "book.toml", "--record", tmp_path / "r.db", "--jobs", "1", "--reviewer", "ann")
    exports = []
    for record in (coded / "r.db", tmp_path / "r.db"):
        run("export", "jsonl", "--record", record, "-o", tmp_path / "out.jsonl")
        exports.append((tmp_path / "out.jsonl").read_bytes())
    assert exports[0] == exports[1]
    positions = json.loads(exports[0].splitlines()[0])["positions"]
    assert {p["concept"] for p in positions} <= {"The Millbrook bridge should be built.", "Drivers should pay a toll on the Millbrook bridge."}  # fmt: skip
    assert all(set(p) == {"actor", "concept", "stance", "conditions", "evidence", "score", "according_to"} for p in positions)  # fmt: skip


def test_errors_say_what_to_do(tmp_path, coded):
    run("read", coded / "a.jsonl", "--record", tmp_path / "r.db")
    assert "the codebook is empty" in run("code", "--record", tmp_path / "r.db", code=2).stderr
    assert "no concept 'brigde'" in run("stands", "brigde", "--record", coded / "r.db", code=3).stderr
    assert "no actor 'Zoe'" in run("why", "Zoe", "bridge", "--record", coded / "r.db", code=3).stderr
    (tmp_path / "b.toml").write_text(BOOK + '\n[[concept]]\nid = "tolls"\nproposition = "Tolls are bad for trade."\n')
    done = run("code", "--codebook", tmp_path / "b.toml", "--record", tmp_path / "r.db", code=1)
    assert "b.toml:10" in done.stderr
    assert "2 articles coded" in done.stderr, "what is wrong with one concept does not keep the others from being coded"
