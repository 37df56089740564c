"""onrecord network: from a record to files, by the options scripts rely on."""

import csv
import json
import os
from pathlib import Path

import pytest
from actor_cases import person, span, story
from record_cases import FIRST
from typer.testing import CliRunner

from onrecord.cli import app
from onrecord.record import Record
from onrecord.types import Concept

SAMPLE = Path(os.environ.get("ONRECORD_DATA", Path(__file__).parents[2] / "shared" / "data")) / "dna" / "sample.dna"
CODED = (  # article, date, organisation, concept, stance
    ("one", "2026-03-31", "Green Alliance", "tolls", "support"), ("one", "2026-03-31", "Rail Union", "tolls", "support"),
    ("two", "2026-04-01", "Green Alliance", "tunnels", "oppose"), ("two", "2026-04-01", "Road Drivers Association", "tolls", "oppose"),
    ("three", "2026-05-20", "Road Drivers Association", "tunnels", "support"), ("three", "2026-05-20", "Rail Union", "tunnels", "undecided"),
    ("four", None, "Green Alliance", "tolls", "support"),
)  # fmt: skip


@pytest.fixture(scope="module")
def coded(tmp_path_factory):
    path = tmp_path_factory.mktemp("networks") / "r.db"
    with Record.open(path) as record:
        record.load_codebook(
            [Concept(id=c, proposition=f"More {c} are needed.") for c in ("tolls", "tunnels")], reviewer="anna"
        )
        for name in dict.fromkeys(row[0] for row in CODED):
            mine = [row for row in CODED if row[0] == name]
            actors = [person(body, kind="organisation") for _, _, body, _, _ in mine]
            article, read = story(
                f"{name}.txt", *actors, published=mine[0][1], outlet="The Courier" if name == "two" else "The Mail"
            )
            record.add(article, read, reading=FIRST)
            for number, (_, _, body, concept, stance) in enumerate(mine):
                where = span(article, f"that matter {number} was settled")
                record.code_by_hand(article.id, where, body, concept, stance, reviewer="anna")
    return path


def run(record, out, *options, code=0):
    done = CliRunner().invoke(app, ["network", "--record", str(record), "-o", str(out), *options])
    assert done.exit_code == code, done.output
    return " ".join(done.output.split())


def matrix(path):
    with Path(path).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    return {(row[0], name): float(cell) for row in rows[1:] for name, cell in zip(rows[0][1:], row[1:], strict=True)}


def test_a_two_mode_matrix_with_row_names_in_its_first_column(coded, tmp_path):
    told = run(coded, tmp_path / "n.csv", "--aggregation", "subtract")
    assert "two-mode network, organization × concept: 3 × 2 nodes, 5 ties, 6 statements" in told
    assert matrix(tmp_path / "n.csv") == {
        ("Green Alliance", "tolls"): 2, ("Green Alliance", "tunnels"): -1, ("Rail Union", "tolls"): 1, ("Rail Union", "tunnels"): 0,
        ("Road Drivers Association", "tolls"): -1, ("Road Drivers Association", "tunnels"): 1,
    }  # fmt: skip
    about = json.loads((tmp_path / "n.csv.about.json").read_text())
    assert (about["used"], about["left_out"], about["record"]) == (6, {"undecided": 1}, "r.db")


@pytest.mark.parametrize("form", ["csv", "long.csv", "graphml", "gexf", "dl", "net", "json", "parquet"])
def test_every_form_is_written(coded, tmp_path, form):
    run(
        coded, tmp_path / f"n.{form}", "--mode", "one-mode", "--aggregation", "congruence", "--normalization", "average"
    )
    assert (tmp_path / f"n.{form}").stat().st_size > 0


def test_values_are_left_out_or_kept_and_what_matches_nothing_is_told(coded, tmp_path):
    out = tmp_path / "n.csv"
    run(coded, out, "--exclude", "organization=Rail Union", "--exclude", "concept=More tunnels are needed.")
    assert set(matrix(out)) == {("Green Alliance", "tolls"), ("Road Drivers Association", "tolls")}
    run(coded, out, "--keep", "outlet=The Courier", "--isolates")
    assert {pair for pair, weight in matrix(out).items() if weight} == {
        ("Green Alliance", "tunnels"),
        ("Road Drivers Association", "tolls"),
    }
    assert ("Rail Union", "tolls") in matrix(out)
    told = run(coded, out, "--exclude", "organization=Nobody")
    assert "note: exclude organization=Nobody: no statement has it" in told


def test_a_period_and_windows(coded, tmp_path):
    told = run(coded, tmp_path / "n.csv", "--from", "2026-04", "--to", "2026-04")
    assert "note: 1 statements without a date are left out" in told
    assert matrix(tmp_path / "n.csv") == {
        ("Road Drivers Association", "tolls"): 1,
        ("Road Drivers Association", "tunnels"): 0,
        ("Green Alliance", "tolls"): 0,
        ("Green Alliance", "tunnels"): 1,
    }
    told = run(coded, tmp_path / "w.csv", "--window", "1m", "--from", "2026-03", "--to", "2026-05")
    assert "w.2026-03-01_2026-03-31.csv" in told
    assert "3 windows" in told
    assert len(list(tmp_path.glob("w.*.csv"))) == 3
    run(
        coded,
        tmp_path / "w.gexf",
        "--window",
        "2d",
        "--step",
        "1d",
        "--kernel",
        "gaussian",
        "--mode",
        "one-mode",
        "--no-indent",
    )
    assert "timestamp" in (tmp_path / "w.gexf").read_text()
    assert "no window to write" in run(coded, tmp_path / "x.csv", "--window", "9y", code=2)


def test_uncertainty_stands_in_the_long_table(coded, tmp_path):
    run(coded, tmp_path / "n.long.csv", "--mode", "one-mode", "--aggregation", "congruence", "--uncertainty", "20")
    with (tmp_path / "n.long.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {"low", "high", "checked"} <= set(rows[0])
    assert {row["checked"] for row in rows} == {"1"}
    first = (tmp_path / "n.long.csv").read_bytes()
    run(coded, tmp_path / "n.long.csv", "--mode", "one-mode", "--aggregation", "congruence", "--uncertainty", "20")
    assert (tmp_path / "n.long.csv").read_bytes() == first
    run(coded, tmp_path / "w.long.csv", "--window", "60d", "--uncertainty", "5", "--no-indent", "--step", "30d")


def test_an_event_list_has_all_variables_and_the_evidence(coded, tmp_path):
    told = run(coded, tmp_path / "e.csv", "--mode", "event-list")
    assert "e.csv: 7 statements" in told
    with (tmp_path / "e.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {
        "organization",
        "concept",
        "agreement",
        "outlet",
        "document",
        "words",
        "start",
        "end",
        "score",
        "checked",
    } <= set(rows[0])
    assert [row["time"][:10] for row in rows] == ["2026-03-31"] * 2 + ["2026-04-01"] * 2 + ["2026-05-20"] * 2 + [""]
    assert {row["words"] for row in rows} == {"that matter 0 was settled", "that matter 1 was settled"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--rows", "orgs"], "no variable 'orgs': there are actor, kind, person, organization"),
        (["--aggregation", "congruence"], "no aggregation of a two-mode network: choose ignore, combine, subtract"),
        (["--exclude", "Senate"], "--exclude Senate: write it as VARIABLE=VALUE"),
        (["--from", "soon"], "'soon' is no date"),
        (["--window", "5 fortnights"], "is no length of a window"),
        (["--kernel", "gaussian"], "of use with --window only"),
        (["--mode", "event-list", "--window", "5d"], "--window is of no use for an event list"),
        (["--scale", "big"], "write it as LOW:HIGH"),
        (["--qualifier", "none", "--aggregation", "subtract"], "needs a qualifier"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(coded, tmp_path, options, message):
    assert message in run(coded, tmp_path / "n.csv", *options, code=2)
    assert not list(tmp_path.iterdir())


def test_an_ending_that_tells_no_form_and_a_record_that_is_not_there(coded, tmp_path):
    assert "does not tell in which form" in run(coded, tmp_path / "n.xyz", code=2)
    assert "none.db" in run(tmp_path / "none.db", tmp_path / "n.csv", code=3)


@pytest.mark.skipif(not SAMPLE.exists(), reason="dna/sample.dna is not here: set ONRECORD_DATA")
def test_a_dna_file_gives_the_numbers_of_dna(tmp_path):
    record, out = tmp_path / "r.db", tmp_path / "n.csv"
    assert CliRunner().invoke(app, ["dna", "import", str(SAMPLE), "--record", str(record)]).exit_code in {0, 1}
    run(record, out, "--dna")
    made = matrix(out)
    assert (len(made), sum(made.values())) == (42, 40)
    assert made["Sierra Club", "CO2 legislation will not hurt the economy."] == 2
    run(record, out, "--dna", "--mode", "one-mode")
    assert (len(matrix(out)), sum(matrix(out).values())) == (49, 276)
    average = ("--dna", "--mode", "one-mode", "--aggregation", "congruence", "--normalization", "average")
    run(record, out, *average)
    assert round(sum(matrix(out).values()), 2) == 25.80
    less = (
        "concept=There should be legislation to regulate emissions.",
        "organization=Senate",
        "organization=Sierra Club",
    )
    run(record, out, *average, *(x for pair in less for x in ("--exclude", pair)))
    assert (len(matrix(out)), round(sum(matrix(out).values()), 2)) == (25, 9.81)
    run(record, out, *average, "--keep", "section=1")
    assert len(matrix(out)) == 16
