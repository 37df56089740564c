import csv
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
from dataclasses import replace

import pyarrow.parquet
import pytest
from actor_cases import add, body, person, story
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from record_cases import ALL, FIRST, ROME, SECOND, UNDATED, WARSAW, article, statement
from test_record import covered

from onrecord.errors import InputError, OnrecordError
from onrecord.exchange.tables import COLUMNS, export_csv, export_jsonl, export_parquet, read_jsonl
from onrecord.record import Record
from onrecord.types import Resolution

EXPORTS = [export_jsonl, export_csv, export_parquet]


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A record without anything in it, to be copied: that is faster than making one."""
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    Record.open(path).close()
    return path


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# JSON lines


def test_a_line_is_an_article_with_offsets_into_its_text(filled, tmp_path):
    out = tmp_path / "out.jsonl"
    assert export_jsonl(filled, out) == 4
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["notes/undated.txt", "warsaw.txt", "rome.txt", "copy.txt"]
    rome = lines[2]
    assert list(rome) == ["id", "url", "outlet", "published", "title", "text", "duplicate_of", "statements"]
    assert rome["text"] == ROME.text
    assert [line["duplicate_of"] for line in lines] == [None, None, None, "warsaw.txt"]
    she = rome["statements"][1]
    told = ["source", "cue", "content", "kind", "score", "actor", "how", "actor_score", "actors", "within"]
    assert list(she) == told
    assert [rome["text"][s:e] for s, e in she["content"]] == ["“We want peace,”", "“and soon.”"]
    assert (rome["text"][slice(*she["source"])], she["kind"], she["score"], she["actor"]) == (
        "she",
        "direct",
        0.75,
        None,
    )
    nobody = lines[1]["statements"][2]
    assert (nobody["source"], nobody["cue"]) == (None, None)
    assert "Łukasz".encode() in out.read_bytes()


def test_scores_have_four_digits(record, tmp_path):
    record.add(UNDATED, [statement(UNDATED, None, None, "over", score=1 / 3)], reading=FIRST)
    export_jsonl(record, tmp_path / "o.jsonl")
    assert '"score": 0.3333,' in (tmp_path / "o.jsonl").read_text()


def test_the_order_and_the_runs_do_not_matter(filled, tmp_path):
    for n, order in enumerate([[0, 1, 2, 3], [3, 1, 2, 0], [1, 2, 0, 3]]):
        path = tmp_path / f"{n}.db"
        # A near-copy can only be added after its original.
        originals_first = sorted(order, key=lambda i: ALL[i][0].duplicate_of is not None)
        for i in originals_first:
            with Record.open(path) as record:
                shuffled = random.Random(n).sample(ALL[i][1], len(ALL[i][1]))
                record.add(ALL[i][0], shuffled, reading=FIRST)
        with Record.open(path, read_only=True) as record:
            for export in EXPORTS:
                export(filled, tmp_path / "expected")
                export(record, tmp_path / "found")
                assert (tmp_path / "found").read_bytes() == (tmp_path / "expected").read_bytes()


def test_only_what_is_current_is_exported(filled, tmp_path):
    later = article("rome.txt", "Another text.")
    filled.add(later, [], reading=FIRST)
    filled.add(WARSAW, [], reading=SECOND)
    export_jsonl(filled, tmp_path / "o.jsonl")
    lines = {line["id"]: line for line in map(json.loads, (tmp_path / "o.jsonl").read_text().splitlines())}
    assert lines["rome.txt"]["text"] == "Another text."
    assert lines["warsaw.txt"]["statements"] == []
    assert export_csv(filled, tmp_path / "o.csv") == 2


def test_filters(filled, tmp_path):
    out = tmp_path / "out"
    assert export_jsonl(filled, out, once=True) == 3
    assert export_jsonl(filled, out, by="meloni") == 1
    assert [len(json.loads(line)["statements"]) for line in out.read_text().splitlines()] == [1]
    assert export_csv(filled, out, kind="direct") == 1
    assert export_parquet(filled, out, outlet="the mail") == 1
    assert export_jsonl(filled, out, since="2030") == 0
    assert out.read_bytes() == b""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=covered(), second=covered(), copy=st.booleans())
def test_exported_read_and_added_it_is_the_same(tmp_path_factory, empty, first, second, copy):
    folder = tmp_path_factory.mktemp("round")
    for name in ("a.db", "b.db"):
        shutil.copy(empty, folder / name)
    (one, one_said), (two, two_said) = first, second
    with Record.open(folder / "a.db") as record:
        record.add(one, one_said, reading=FIRST)
        if copy and one.name != two.name:
            two = replace(two, duplicate_of=one.id)
        record.add(two, two_said, reading=FIRST)
        export_jsonl(record, folder / "a.jsonl")
    with Record.open(folder / "b.db") as record:
        for of, said in read_jsonl(folder / "a.jsonl"):
            assert record.add(of, said, reading=SECOND)
        export_jsonl(record, folder / "b.jsonl")
    assert (folder / "a.jsonl").read_bytes() == (folder / "b.jsonl").read_bytes()


def test_near_copies_are_read_after_their_originals(record, tmp_path):
    early = article("early.txt", WARSAW.text + " (early wire)", published="2020", duplicate_of=WARSAW.id)
    record.add(WARSAW, [], reading=FIRST)
    record.add(early, [], reading=FIRST)
    export_jsonl(record, tmp_path / "o.jsonl")
    found = [of for of, _ in read_jsonl(tmp_path / "o.jsonl")]
    assert [of.name for of in found] == ["warsaw.txt", "early.txt"]
    assert found[1].duplicate_of == WARSAW.id


GOOD = '{"id": "a", "text": "He said so.", "statements": []}'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: not as export jsonl writes it"),
        ("[]", "one JSON object"),
        ('{"id": "b"}', "no 'text'"),
        ('{"id": "b", "text": "x"}', "no 'statements'"),
        ('{"id": "b", "text": "x", "statements": [{"source": [1]}]}', "line 2"),
        (
            '{"id": "b", "text": "x", "statements": '
            '[{"source": null, "cue": null, "content": [[0, 1]], "kind": "odd", "score": 1}]}',
            "kind 'odd'",
        ),
        (
            '{"id": "b", "text": "x", "statements": [{"source": null, "cue": null, "content": [[0, 1]], '
            '"kind": "direct", "score": 1, "within": -1}]}',
            "no statement's place",
        ),
        ('{"id": "b", "text": "x", "statements": [], "duplicate_of": "c"}', "near-copy of 'c'"),
    ],
)
def test_a_line_that_is_no_export_is_named(tmp_path, line, message):
    path = tmp_path / "in.jsonl"
    path.write_text(f"{GOOD}\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message) as refused:
        list(read_jsonl(path))
    assert str(path) in str(refused.value)


def test_a_file_that_is_no_text_is_named(tmp_path):
    (tmp_path / "in.jsonl").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "in.jsonl", tmp_path / "missing.jsonl", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            list(read_jsonl(path))


# CSV


def test_csv_has_a_row_for_each_statement(filled, tmp_path):
    out = tmp_path / "out.csv"
    assert export_csv(filled, out) == 8
    raw = out.read_bytes()
    assert raw.startswith(b"statement_id,outlet,")
    assert raw.endswith(b"\r\n")
    rows = rows_of(out)
    assert tuple(rows[0]) == COLUMNS
    she = next(row for row in rows if row["source"] == "she")
    assert she["content"] == "“We want peace,” … “and soon.”"
    pieces = [tuple(map(int, piece.split(":"))) for piece in she["content_pieces"].split()]
    assert [ROME.text[s:e] for s, e in pieces] == ["“We want peace,”", "“and soon.”"]
    assert ROME.text[int(she["source_start"]) : int(she["source_end"])] == "she"
    assert ROME.text[int(she["cue_start"]) : int(she["cue_end"])] == "added"
    assert (int(she["content_start"]), int(she["content_end"])) == (pieces[0][0], pieces[-1][1])
    assert (she["article"], she["score"], she["duplicate_of"]) == ("rome.txt", "0.75", "")
    assert rows[-1]["duplicate_of"] == "warsaw.txt"
    assert rows[3]["source"] == rows[3]["source_start"] == rows[3]["cue"] == ""


def unguarded(cell):
    """As the documentation says how to get the words back."""
    return cell[1:] if re.match("'+[=+\\-@＝＋－＠\t\r\n]", cell) else cell


HOSTILE = st.text("=+-@＝'\t\r\n\",;x", min_size=1, max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=HOSTILE, title=HOSTILE)
def test_no_cell_is_a_formula_and_the_words_can_be_got_back(tmp_path_factory, empty, words, title):
    folder = tmp_path_factory.mktemp("csv")
    shutil.copy(empty, folder / "r.db")
    of = article("a", f"{words} said no", title=title)
    with Record.open(folder / "r.db") as record:
        record.add(of, [statement(of, words, "said", "no")], reading=FIRST)
        export_csv(record, folder / "o.csv")
        export_parquet(record, folder / "o.parquet")
    (row,) = rows_of(folder / "o.csv")
    for cell in row.values():
        assert not cell.startswith(("=", "+", "-", "@", "＝", "\t", "\r", "\n"))
    assert (unguarded(row["source"]), unguarded(row["title"])) == (words, title)
    (row,) = pyarrow.parquet.read_table(folder / "o.parquet").to_pylist()
    assert (row["source"], row["title"]) == (words, title)


# Actors


@pytest.fixture
def spoken(record):
    """Two speakers at once, one the text does not tell, and one whom another reports; later called by one name."""
    of, read = story(
        "talks.txt",
        person("Ann Bell", role="minister", organisation="Reform", country="NO"),
        body("Reform", country="NO"),
        person("Cecil Dorn"),
        person("Eve"),
    )
    ann, reform, cecil, eve = read.statements
    inner = replace(cecil, within=reform.id)
    whose = {r.statement_id: r for r in read.resolutions}
    resolutions = (
        whose[ann.id],
        replace(whose[reform.id], statement_id=ann.id, score=0.7),
        whose[reform.id],
        replace(whose[cecil.id], score=1 / 3, how="short name"),
        Resolution(statement_id=eve.id, appearance_id=None, how="unresolved", score=0.4),
    )
    add(record, (of, replace(read, statements=(ann, reform, inner, eve), resolutions=resolutions)))
    record.rename("Ann Bell", "Dame Ann Bell", reviewer="me")
    return record


def test_a_line_names_actors_as_the_register_does(spoken, tmp_path):
    export_jsonl(spoken, tmp_path / "o.jsonl")
    (line,) = map(json.loads, (tmp_path / "o.jsonl").read_text(encoding="utf-8").splitlines())
    assert [(s["actor"], s["how"], s["actor_score"], s["actors"], s["within"]) for s in line["statements"]] == [
        ("Dame Ann Bell", "full name", 0.95, ["Dame Ann Bell", "Reform"], None),
        ("Reform", "full name", 0.95, ["Reform"], None),
        ("Cecil Dorn", "short name", 0.3333, ["Cecil Dorn"], 1),
        (None, "unresolved", 0.4, [], None),
    ]
    ((_, back),) = read_jsonl(tmp_path / "o.jsonl")
    assert [s.within for s in back] == [None, None, back[1].id, None]


def test_rows_tell_who_it_is_and_for_whom_that_speaks(spoken, tmp_path):
    export_csv(spoken, tmp_path / "o.csv")
    export_parquet(spoken, tmp_path / "o.parquet")
    rows = rows_of(tmp_path / "o.csv")
    columns = ("actor", "actor_kind", "how", "actor_score", "role", "organisation", "country", "actors", "reported_by")
    assert [tuple(row[c] for c in columns) for row in rows] == [
        ("Dame Ann Bell", "person", "full name", "0.95", "minister", "Reform", "NO", "Dame Ann Bell; Reform", ""),
        ("Reform", "organisation", "full name", "0.95", "", "", "NO", "Reform", ""),
        ("Cecil Dorn", "person", "short name", "0.3333", "", "", "", "Cecil Dorn", "Reform"),
        ("", "", "unresolved", "0.4", "", "", "", "", ""),
    ]
    assert rows[0]["actor_id"] == spoken.actor("Dame Ann Bell").id
    assert [row["within"] for row in rows] == ["", "", rows[1]["statement_id"], ""]
    read = pyarrow.parquet.read_table(tmp_path / "o.parquet").to_pylist()
    texts = [c for c in (*columns, "actor_id", "within") if c != "actor_score"]
    assert [[row[c] or "" for c in texts] for row in read] == [[row[c] for c in texts] for row in rows]
    assert [row["actor_score"] for row in read] == [0.95, 0.95, 0.3333, 0.4]


def test_an_export_of_one_actor_holds_no_other(spoken, tmp_path):
    assert export_csv(spoken, tmp_path / "o.csv", actor="ann bell") == 1
    assert export_csv(spoken, tmp_path / "o.csv", by="reform") == 2
    assert export_csv(spoken, tmp_path / "o.csv", actor="Reform") == 2


# Parquet


def test_parquet_has_the_same_rows(filled, tmp_path):
    assert export_parquet(filled, tmp_path / "o.parquet") == 8
    export_csv(filled, tmp_path / "o.csv")
    table = pyarrow.parquet.read_table(tmp_path / "o.parquet")
    assert tuple(table.column_names) == COLUMNS
    for row, plain in zip(table.to_pylist(), rows_of(tmp_path / "o.csv"), strict=True):
        pieces = row.pop("content_pieces")
        assert plain.pop("content_pieces") == " ".join(f"{p['start']}:{p['end']}" for p in pieces)
        assert " … ".join(p["words"] for p in pieces) == row["content"]
        assert {column: "" if value is None else str(value) for column, value in row.items()} == plain
    assert str(table.schema.field("source_start").type) == "int32"


def test_an_empty_record_gives_an_empty_table(record, tmp_path):
    assert [export(record, tmp_path / "o") for export in EXPORTS] == [0, 0, 0]
    assert pyarrow.parquet.read_table(tmp_path / "o").num_rows == 0


# Where it goes


class Broken:
    """A record that fails half way."""

    def __init__(self, record):
        self.record = record

    def concepts(self):
        return self.record.concepts()

    def said(self):
        yield from self.record.said(limit=2)
        raise KeyboardInterrupt

    def coverage(self):
        yield next(self.record.coverage())
        raise KeyboardInterrupt


@pytest.mark.parametrize("export", EXPORTS)
def test_a_file_is_whole_or_as_it_was(filled, tmp_path, export):
    out = tmp_path / "out"
    out.write_bytes(b"as it was")
    with pytest.raises(KeyboardInterrupt):
        export(Broken(filled), out)
    assert out.read_bytes() == b"as it was"
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == ["out"], "nothing is left behind"
    link = tmp_path / "link"
    link.symlink_to(out)
    export(filled, link)
    assert link.is_symlink()
    assert len(out.read_bytes()) > 100


@pytest.mark.parametrize("export", EXPORTS)
def test_a_place_that_cannot_be_written_is_named(filled, tmp_path, export):
    for place in (tmp_path, tmp_path / "missing" / "out"):
        with pytest.raises(OnrecordError, match="cannot be written") as refused:
            export(filled, place)
        assert str(place) in str(refused.value)


def test_a_named_pipe_is_written_to_and_stays(filled, tmp_path):
    pipe, expected = tmp_path / "pipe", tmp_path / "expected"
    export_jsonl(filled, expected)
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        export_jsonl(filled, pipe)
        assert reader.stdout.read() == expected.read_bytes()
    assert pipe.is_fifo()


@pytest.mark.parametrize("export", EXPORTS)
def test_standard_output(filled, tmp_path, monkeypatch, export):
    class Pipe(io.RawIOBase):
        """Takes bytes and cannot go back, as a pipe."""

        def __init__(self):
            self.taken = b""

        def writable(self):
            return True

        def write(self, data):
            self.taken += bytes(data)
            return len(data)

    pipe = Pipe()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(pipe)))
    export(filled, "-")
    assert not sys.stdout.closed
    assert not sys.stdout.buffer.closed
    export(filled, tmp_path / "expected")
    assert pipe.taken == (tmp_path / "expected").read_bytes()
