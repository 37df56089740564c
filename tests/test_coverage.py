"""Coverage into a record: what is read, known, copied, refused; stopping and going on."""

import json

import pytest
from made import SaidEncoder, said_encoder

from onrecord.coverage import steps
from onrecord.errors import OnrecordError
from onrecord.exchange.tables import export_jsonl
from onrecord.record import Record

WIRE = (
    "The ministry published its forecast on Monday after months of delay. “The numbers are what they are,” said Ann. "
    "Employers had asked for more time, unions for none, and the cabinet will discuss the matter again in the autumn. "
    "No date was given for a vote, and several members of the committee were absent when the figures were shown. "
    "Outside the building a few dozen people waited in the rain for an answer that did not come before the evening news."
)


@pytest.fixture
def record(tmp_path):
    with Record.open(tmp_path / "r.db") as opened:
        yield opened


def jsonl(path, *articles):
    path.write_text("".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in articles), encoding="utf-8")
    return str(path)


def outcomes(record, *paths, **options):
    options.setdefault("encoder", SaidEncoder())
    return [(s.name, s.outcome, len(s.statements)) for s in steps(record, paths, **options)]


def test_reading_again_adds_only_what_is_new(record, tmp_path):
    source = jsonl(tmp_path / "a.jsonl", ("one", "“Yes,” said Ann."), ("two", "It rained."))
    assert outcomes(record, source) == [("one", "read", 1), ("two", "read", 0)]
    source = jsonl(
        tmp_path / "a.jsonl", ("one", "“Yes,” said Ann."), ("two", "It rained."), ("three", "“No,” said Bob.")
    )
    assert outcomes(record, source) == [("one", "known", 0), ("two", "known", 0), ("three", "read", 1)]


def test_the_same_article_twice_in_one_reading_is_read_once(record, tmp_path):
    first, second = (jsonl(tmp_path / f, ("one", "“Yes,” said Ann.")) for f in ("a.jsonl", "b.jsonl"))
    assert outcomes(record, first, second) == [("one", "read", 1), ("one", "known", 0)]


def test_near_copies_are_marked_within_and_across_readings(record, tmp_path):
    source = jsonl(tmp_path / "a.jsonl", ("one", WIRE), ("two", WIRE.replace("Monday", "Tuesday")))
    assert [o for _, o, _ in outcomes(record, source)] == ["read", "copy"]
    later = jsonl(tmp_path / "b.jsonl", ("three", WIRE.replace("months", "weeks")))
    assert [o for _, o, _ in outcomes(record, later)] == ["copy"]
    assert {a.name: a.duplicate_of for a in record.articles()}["three"] == record.article("one").id


def test_other_weights_read_anew_only_when_asked(record, tmp_path):
    source = jsonl(tmp_path / "a.jsonl", ("one", WIRE), ("two", WIRE.replace("Monday", "Tuesday")))
    outcomes(record, source)
    other = SaidEncoder("other weights")
    assert [o for _, o, _ in outcomes(record, source, encoder=other)] == ["known", "known"]
    assert [o for _, o, _ in outcomes(record, source, encoder=other, again=True)] == ["read", "copy"]
    assert len(list(record.said())) == 2


def test_what_cannot_be_read_is_told_and_the_rest_is_read(record, tmp_path):
    source = tmp_path / "a.jsonl"
    source.write_text(
        '{"id": "one", "text": "“Yes,” said Ann."}\n{"id": "two"\n{"id": "three", "text": "It rained."}\n'
    )
    found = list(steps(record, [str(source), str(tmp_path / "nowhere")], encoder=SaidEncoder()))
    assert [s.outcome for s in found] == ["read", "problem", "read", "problem"]
    assert "a.jsonl:2" in found[1].problem.name
    assert "nowhere" in found[3].problem.name


def test_an_error_in_one_article_leaves_the_others(record, tmp_path):
    class Fails(SaidEncoder):
        def __call__(self, text):
            if "fails" in text:
                raise OnrecordError("no good")
            return said_encoder(text)

    source = jsonl(
        tmp_path / "a.jsonl", ("one", "“Yes,” said Ann."), ("two", "This fails."), ("three", "“No,” said Bob.")
    )
    assert [o for _, o, _ in outcomes(record, source, encoder=Fails())] == ["read", "problem", "read"]
    assert [a.name for a in record.articles()] == ["one", "three"]


def test_the_number_of_jobs_changes_nothing(tmp_path):
    source = jsonl(tmp_path / "a.jsonl", *((f"a{i}", f"“Number {i},” said Ann. {WIRE[: i * 9]}") for i in range(30)))
    exported = []
    for jobs in (1, 3):
        with Record.open(tmp_path / f"{jobs}.db") as record:
            outcomes(record, source, jobs=jobs)
            export_jsonl(record, tmp_path / f"{jobs}.jsonl")
        exported.append((tmp_path / f"{jobs}.jsonl").read_bytes())
    assert exported[0] == exported[1]
    assert exported[0].count(b"\n") == 30


def test_stopping_halfway_and_going_on_gives_the_same(tmp_path):
    source = jsonl(tmp_path / "a.jsonl", *((f"a{i}", f"“Number {i},” said Ann. {WIRE}") for i in range(12)))
    with Record.open(tmp_path / "whole.db") as record:
        outcomes(record, source)
        export_jsonl(record, tmp_path / "whole.jsonl")
    with Record.open(tmp_path / "halves.db") as record:
        going = steps(record, [source], encoder=SaidEncoder())
        for _ in range(5):
            next(going)
        going.close()
        assert 5 <= len(list(record.articles())) < 12
        outcomes(record, source)
        export_jsonl(record, tmp_path / "halves.jsonl")
    assert (tmp_path / "halves.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
