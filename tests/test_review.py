"""What people decide about statements: it stands, it is never lost, and undone it leaves nothing behind."""

import multiprocessing
import os
import random
import shutil
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from actor_cases import add, appears, person, span, story
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from record_cases import ALL, FIRST, ROME, ROME_SAID, SECOND, statement
from sqlalchemy import text as sql
from sqlalchemy.schema import CreateTable

from onrecord.errors import Changed, EvidenceError, InputError, NotFound, OnrecordError
from onrecord.exchange.tables import export_jsonl
from onrecord.record import Record
from onrecord.types import Read, Resolution, Span

SAID, ADDED, PRESS = ROME_SAID
WORDS = "Italy would send no troops"
TROOPS = Span(ROME.text.index("no troops"), ROME.text.index("no troops") + len("no troops"))
BIGGER = Span(ROME.text.index(WORDS), ROME.text.index(WORDS) + len(WORDS) + 1)


def contents(record, **filters):
    return [s.content for s in record.said(**filters)]


def after(judgement):
    return [entry["id"] for entry in judgement.detail["after"]]


def everything(record):
    """All that is listed, with who decided left out: what undoing must bring back."""
    with record._engine.connect() as db:
        tables = {
            name: sorted(map(repr, db.execute(sql(f"SELECT * FROM {name}"))))
            for name in ("resolutions", "found_resolutions", "found_links", "standing", "names", "told")
        }
        machine = sorted(map(repr, db.execute(sql("SELECT * FROM statements WHERE reading_id <> 'set aside'"))))
    listed = [replace(s, revision=0) for s in record.said()]
    return listed, tables, machine, record.actors(sort="name"), record.info()


# Decisions


def test_wrong_ones_are_left_out_and_still_to_be_found(filled):
    made = filled.judge_statement(PRESS.id, "wrong", reviewer="Ann", note="nobody says it")
    assert (made.kind, made.subject, made.reviewer) == ("wrong", PRESS.id, "Ann")
    assert PRESS.id not in {s.statement.id for s in filled.said()}
    assert filled.info().statements == 7
    (wrong,) = filled.said(wrong=True)
    assert wrong.statement.id == PRESS.id
    assert (wrong.checked.verdict, wrong.checked.reviewer, wrong.checked.note) == ("wrong", "Ann", "nobody says it")
    assert wrong.checked.found_score == wrong.statement.score == 0.5
    assert [s.ordinal for s in ordinals(filled, ROME.id)] == [0, 1]
    assert list(filled.check()) == []


def ordinals(record, article):
    with record._engine.connect() as db:
        query = "SELECT ordinal FROM said WHERE article_id = :a ORDER BY ordinal"
        return db.execute(sql(query), {"a": article}).all()


def test_right_ones_are_sure_and_the_machines_score_is_kept(filled):
    filled.judge_statement(ADDED.id, "right", reviewer="Ann")
    (sure,) = filled.said(article="rome.txt", checked=True)
    assert (sure.statement.score, sure.checked.found_score, sure.revision) == (1.0, 0.75, 1)
    assert len(list(filled.said(article="rome.txt", checked=False))) == 2
    assert sure.statement == replace(ADDED, score=1.0)


def test_corrected_spans_stand_in_the_place_of_what_was_found(filled):
    made = filled.correct_statement(SAID.id, content=[TROOPS], reviewer="Ann")
    (new,) = after(made)
    said = filled.statement(new)
    assert said.content == ("no troops",)
    assert said.source == "Prime Minister Giorgia Meloni"
    assert said.checked.verdict == "corrected"
    assert said.checked.found_score is None
    assert contents(filled, article="rome.txt")[0] == ("no troops",)
    assert filled.standing(SAID.id).replaced_by == (new,)
    assert filled.standing(SAID.id).checked.verdict == "replaced"
    assert contents(filled, about='"no troops"')[0] == ("no troops",)
    assert contents(filled, about="italy") == []
    assert filled.statement(SAID.id).content == (WORDS,)
    assert list(filled.check()) == []


def test_a_source_may_be_taken_away_and_another_kind_given(filled):
    (new,) = after(filled.correct_statement(PRESS.id, source=None, cue=None, kind="mixed", reviewer="Ann"))
    said = filled.statement(new)
    assert (said.source, said.cue, said.statement.kind) == (None, None, "mixed")
    filled.correct_statement(ADDED.id, kind="mixed", reviewer="Ann")
    assert filled.statement(ADDED.id).statement.kind == "mixed"
    assert filled.statement(ADDED.id).checked.found_kind == "direct"


def test_what_says_nothing_or_is_no_evidence_is_refused(filled):
    with pytest.raises(InputError, match="says already"):
        filled.correct_statement(SAID.id, content=SAID.content, reviewer="Ann")
    with pytest.raises(EvidenceError, match="does not fit"):
        filled.correct_statement(SAID.id, content=[Span(5, 9_999)], reviewer="Ann")
    with pytest.raises(EvidenceError, match="overlap"):
        filled.correct_statement(SAID.id, content=[Span(5, 9), Span(8, 12)], reviewer="Ann")
    with pytest.raises(EvidenceError, match="no content"):
        filled.correct_statement(SAID.id, content=[], reviewer="Ann")
    with pytest.raises(NotFound, match="no statement"):
        filled.judge_statement("0123456789", "right", reviewer="Ann")
    with pytest.raises(InputError, match="no verdict"):
        filled.judge_statement(SAID.id, "perhaps", reviewer="Ann")
    with pytest.raises(InputError, match="no letter"):
        filled.correct_statement(SAID.id, actor="…", reviewer="Ann")
    with pytest.raises(InputError, match="reviewer"):
        filled.judge_statement(SAID.id, "right", reviewer=" ")
    assert filled.judgements() == []


def test_a_missed_statement_is_added(filled):
    content = [Span(*span(ROME, "nothing will change"))]
    made = filled.add_statement("rome.txt", None, None, content, "Il Foglio", actor_kind="organisation", reviewer="Ann")
    (new,) = after(made)
    said = filled.statement(new)
    assert (said.checked.verdict, said.statement.kind, said.speakers[0].name) == ("added", "indirect", "Il Foglio")
    assert said.speakers[0].how == "judged"
    assert new in {s.statement.id for s in filled.said(actor="Il Foglio")}
    assert [a.name for a in filled.actors()] == ["Il Foglio"]
    with pytest.raises(InputError, match="there already"):
        filled.add_statement("rome.txt", None, None, content, reviewer="Ann")
    filled.undo(reviewer="Ann")
    assert filled.actors() == []
    assert new not in {s.statement.id for s in filled.said()}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("“We want peace,”", "direct"),
        ("We want peace,", "direct"),
        ("troops. “We want", "mixed"),
        ("no troops", "indirect"),
    ],
)
def test_the_kind_follows_from_the_quotation_marks(filled, words, kind):
    made = filled.add_statement("rome.txt", None, None, [span(ROME, words)], reviewer="Ann")
    assert made.detail["after"][0]["kind"] == kind


def test_one_statement_is_two_and_two_are_one(filled):
    pieces = [[piece] for piece in ADDED.content]
    made = filled.split_statement(ADDED.id, pieces, reviewer="Ann")
    assert contents(filled, article="rome.txt")[1:3] == [("“We want peace,”",), ("“and soon.”",)]
    again = filled.join_statements(after(made), reviewer="Bo")
    assert after(again) == [ADDED.id]
    assert filled.statement(ADDED.id).checked.verdict == "corrected"
    assert [h.words for h in filled.history(ADDED.id)] == [
        "divided into “We want peace,” | “and soon.”",
        "joined 2 statements: “We want peace,” … “and soon.”",
    ]
    with pytest.raises(InputError, match="two or more"):
        filled.split_statement(SAID.id, [SAID.content], reviewer="Ann")
    with pytest.raises(InputError, match="one article"):
        filled.join_statements([SAID.id], reviewer="Ann")


def test_what_stood_within_a_statement_stands_within_its_correction(record):
    outer = statement(ROME, "Prime Minister Giorgia Meloni", "said", WORDS)
    inner = replace(statement(ROME, None, None, "no troops"), within=outer.id)
    record.add(ROME, [outer, inner], reading=FIRST)
    made = record.correct_statement(outer.id, cue=None, reviewer="Ann")
    assert record.statement(inner.id).statement.within == after(made)[0]
    record.judge_statement(after(made)[0], "wrong", reviewer="Ann")
    assert record.statement(inner.id).statement.within is None
    record.undo(reviewer="Ann")
    record.undo(reviewer="Ann")
    assert record.statements(ROME.id) == (outer, inner)


# Actors


KOS = story("kos.txt", person("Elfriede Kos", role="president"), person("Tom Rennie"))
PIT = story("pit.txt", person("Elfriede Kos"), published="2026-05-01")


def statement_of(record, name, article="kos.txt"):
    return next(s.statement.id for s in record.said(article=article) if s.speakers[0].name == name)


def test_another_actor(record):
    add(record, KOS, PIT)
    before = everything(record)
    id_ = statement_of(record, "Tom Rennie")
    record.correct_statement(id_, actor="elfriede kos", reviewer="Ann")
    said = record.statement(id_)
    assert [(s.name, s.how, s.score) for s in said.speakers] == [("Elfriede Kos", "judged", 1.0)]
    assert said.speakers[0].words == "Tom Rennie"
    assert record.actor("Elfriede Kos").statements == 3
    assert record.actor("Tom Rennie").statements == 0
    assert record.history(id_)[0].words == "actor: Tom Rennie → Elfriede Kos"
    record.undo(reviewer="Ann")
    assert everything(record) == before


def test_nobody_and_several(record):
    add(record, KOS, PIT)
    id_ = statement_of(record, "Tom Rennie")
    record.correct_statement(id_, actor=None, reviewer="Ann")
    assert [(s.name, s.how) for s in record.statement(id_).speakers] == [(None, "unresolved")]
    record.correct_statement(id_, actor=["Tom Rennie", "Elfriede Kos", "Zoe Zed"], reviewer="Ann")
    assert [s.name for s in record.statement(id_).speakers] == ["Tom Rennie", "Elfriede Kos", "Zoe Zed"]
    assert record.actor("Zoe Zed").statements == 1
    assert list(record.check()) == []


def test_a_name_that_nobody_has_is_the_same_actor_when_given_again(record):
    add(record, KOS)
    id_ = statement_of(record, "Tom Rennie")
    record.correct_statement(id_, actor="Zoe Zed", reviewer="Ann")
    first = record.actor("Zoe Zed").id
    record.undo(reviewer="Ann")
    with pytest.raises(NotFound):
        record.actor("Zoe Zed")
    record.correct_statement(id_, actor="Zoe Zed", reviewer="Ann")
    assert record.actor("Zoe Zed").id == first


def test_actors_merged_or_split_later_take_judged_statements_along(record):
    add(record, KOS, PIT)
    id_ = statement_of(record, "Tom Rennie")
    record.correct_statement(id_, actor="Elfriede Kos", reviewer="Ann")
    record.split("Elfriede Kos", "kos.txt", to="Eva Kos", reviewer="Ann")
    assert record.statement(id_).speakers[0].name == "Eva Kos"
    record.judge_statement(statement_of(record, "Eva Kos"), "right", reviewer="Bo")  # makes the article follow anew
    assert record.statement(id_).speakers[0].name == "Eva Kos"
    record.correct_statement(id_, actor="Elfriede Kos", reviewer="Ann")  # later than the split: it stands
    record.merge("Elfriede Kos", "Tom Rennie", reviewer="Ann")
    assert record.statement(id_).speakers[0].name == "Elfriede Kos"


def test_a_confirmed_actor_is_whoever_it_is_after_a_merge_is_undone(record):
    add(record, KOS, PIT)
    merged = record.merge("Elfriede Kos", "Tom Rennie", reviewer="Ann")
    ids = [s.statement.id for s in record.said(article="kos.txt")]
    record.judge_statement(ids[1], "right", reviewer="Ann")
    with pytest.raises(InputError, match="says already"):
        record.correct_statement(ids[1], actor="Tom Rennie", reviewer="Ann")
    record.undo(merged.id, reviewer="Ann")
    assert record.statement(ids[1]).speakers[0].name == "Tom Rennie"
    record.judge_statement(ids[0], "right", reviewer="Ann")  # makes the article follow anew
    assert [(s.name, s.how) for s in record.statement(ids[1]).speakers] == [("Tom Rennie", "full name")]


def test_a_proposal_is_kept_apart(record):
    for n in range(3):
        add(record, story(f"{n}.txt", person("Anna Lee", role="minister", of_country="AT"), published="2026-01-01"))
    add(record, story("other.txt", person("Anna Lee", role="baker", of_country="FR"), published="2026-06-01"))
    proposals = record.proposals()
    if not proposals:
        pytest.fail("this story must leave a doubt")
    with record._engine.connect() as db:
        (a, b), *_ = db.execute(
            sql(
                "SELECT appearances.id, actors.id FROM proposals JOIN appearances ON appearances.number = appearance_number "
                "JOIN actors ON actors.number = proposals.actor_number"
            )
        ).all()
    record.keep_apart(f"{a}:{b}", reviewer="Ann")
    assert len(record.proposals()) == len(proposals) - 1
    record.undo(reviewer="Ann")
    assert record.proposals() == proposals
    record.redo(reviewer="Ann")
    assert len(record.proposals()) == len(proposals) - 1
    with pytest.raises(NotFound, match="no proposal"):
        record.keep_apart("x:y", reviewer="Ann")


# Undo, redo, history, and two at once


def test_undo_and_redo_are_logged(filled):
    made = filled.judge_statement(SAID.id, "wrong", reviewer="Ann")
    filled.undo(made.id, reviewer="Bo")
    assert SAID.id in {s.statement.id for s in filled.said()}
    filled.redo(reviewer="Cy")
    assert SAID.id not in {s.statement.id for s in filled.said()}
    assert [(h.who, h.what) for h in filled.history(SAID.id)] == [("Ann", "judged"), ("Bo", "undone"), ("Cy", "redone")]
    assert filled.history(SAID.id)[1].words == "withdrew what Ann decided (wrong)"
    assert filled.revision(SAID.id) == 3
    with pytest.raises(InputError, match="nothing to restore"):
        filled.redo(made.id, reviewer="Ann")
    filled.undo(made.id, reviewer="Ann")
    with pytest.raises(InputError, match="withdrawn already"):
        filled.undo(made.id, reviewer="Ann")
    with pytest.raises(NotFound, match="of yours to undo"):
        filled.undo(reviewer="Bo", mine=True)


def test_mine_is_the_last_of_this_reviewer(filled):
    ann = filled.judge_statement(SAID.id, "wrong", reviewer="Ann")
    filled.judge_statement(PRESS.id, "wrong", reviewer="Bo")
    assert filled.undo(reviewer="Ann", mine=True).id == ann.id
    with pytest.raises(NotFound, match="of yours to redo"):
        filled.redo(reviewer="Bo", mine=True)
    assert filled.redo(reviewer="Ann", mine=True).id == ann.id


def test_what_actors_are_called_can_be_restored(record):
    add(record, KOS, PIT)
    for judge in (
        lambda: record.rename("Elfriede Kos", "The President", reviewer="Ann"),
        lambda: record.alias("Tom Rennie", "Tommy", reviewer="Ann"),
        lambda: record.merge("Tom Rennie", "The President", reviewer="Ann"),
    ):
        judge()
        state = record.actors(sort="name"), [record.actor(a.id) for a in record.actors()]
        record.undo(reviewer="Ann")
        record.redo(reviewer="Ann")
        assert (record.actors(sort="name"), [record.actor(a.id) for a in record.actors()]) == state
    assert record.revision(record.actor("Tom Rennie").id) == 6


def test_notes_are_history_but_no_decision(filled):
    filled.note(SAID.id, "ask the desk", reviewer="Ann")
    filled.note(ROME.id, "translated", reviewer="Ann")
    assert filled.history(SAID.id)[0].words == "noted: “ask the desk”"
    assert filled.history(ROME.id)[0].words == "noted: “translated”"
    assert filled.revision(SAID.id) == 0
    with pytest.raises(NotFound, match="nothing has the id"):
        filled.note("x", "y", reviewer="Ann")


def test_the_second_of_two_sees_what_the_first_did(filled):
    seen = filled.statement(SAID.id).revision
    filled.correct_statement(SAID.id, content=[TROOPS], reviewer="Bo", expects=seen)
    with pytest.raises(
        Changed, match=r"Bo was here before you.*content: Italy would send no troops → no troops"
    ) as told:
        filled.judge_statement(SAID.id, "right", reviewer="Ann", expects=seen)
    assert (told.value.revision, told.value.subject, told.value.judgement.reviewer) == (1, SAID.id, "Bo")
    assert len(filled.judgements()) == 1
    filled.undo(reviewer="Bo")
    with pytest.raises(Changed, match=r"Bo was here before you.*withdrew"):
        filled.judge_statement(SAID.id, "right", reviewer="Ann", expects=1)
    filled.judge_statement(SAID.id, "right", reviewer="Ann", expects=2)
    with pytest.raises(Changed):
        filled.undo(reviewer="Bo", expects=2)


def test_two_writers_at_once(where):
    """Of two who saw the same, exactly one decides, each time."""
    with Record.open(where) as record:
        for of, said in ALL:
            record.add(of, said, reading=FIRST)
    outcomes, told = [], []

    def decide(name, start):
        with Record.open(where) as mine:
            for expects in range(6):
                start.wait()
                try:
                    mine.judge_statement(SAID.id, "right", reviewer=name, expects=expects)
                    outcomes.append((expects, name))
                except Changed as changed:
                    told.append((name, changed.judgement.reviewer))
                start.wait()

    start = threading.Barrier(2)
    both = [threading.Thread(target=decide, args=(name, start)) for name in ("Ann", "Bo")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(n for n, _ in outcomes) == list(range(6))
    assert len(told) == 6
    assert all(who != other for who, other in told)


# Reading anew


def test_reading_anew_keeps_every_judgement(filled):
    corrected = after(filled.correct_statement(SAID.id, content=[TROOPS], reviewer="Ann"))[0]
    filled.judge_statement(PRESS.id, "wrong", reviewer="Ann")
    filled.judge_statement(ADDED.id, "right", reviewer="Ann")
    better = statement(ROME, "Giorgia Meloni", "said", WORDS, score=0.8)
    assert filled.add(ROME, [better, PRESS], reading=SECOND)
    found = {s.statement.id: s.checked and s.checked.verdict for s in filled.said(article="rome.txt")}
    assert found == {better.id: None, corrected: "corrected", ADDED.id: "right"}
    assert list(filled.check()) == []
    for _ in range(3):
        filled.undo(reviewer="Ann")
    assert filled.statements(ROME.id) == (better, PRESS)


def test_a_judged_statement_that_is_found_again_may_be_let_go(filled):
    added = statement(ROME, None, None, "“and soon.”", kind="direct", score=0.6)
    filled.add_statement("rome.txt", None, None, added.content, reviewer="Ann")
    filled.add(ROME, [added], reading=SECOND)
    assert filled.statement(added.id).checked.found_score == 0.6
    filled.undo(reviewer="Ann")
    assert filled.statements(ROME.id) == (added,)


def test_reading_anew_with_another_actor_keeps_the_persons(record):
    of, read = KOS
    add(record, KOS)
    rennie, kos = statement_of(record, "Tom Rennie"), statement_of(record, "Elfriede Kos")
    record.correct_statement(rennie, actor="Zoe Zed", reviewer="Ann")
    record.judge_statement(kos, "right", reviewer="Ann")
    eva = appears(of, "Tom Rennie")
    whose = [Resolution(statement_id=s.id, appearance_id=eva.id, how="full name", score=0.7) for s in read.statements]
    record.add(of, Read(statements=read.statements, appearances=(eva,), resolutions=tuple(whose)), reading=SECOND)
    assert record.statement(rennie).speakers[0].name == "Zoe Zed"
    assert [(s.name, s.how) for s in record.statement(kos).speakers] == [("Elfriede Kos", "judged")]
    assert record.actor("Elfriede Kos").statements == 1
    record.undo(reviewer="Ann")
    record.undo(reviewer="Ann")
    assert {s.speakers[0].name for s in record.said()} == {"Tom Rennie"}
    assert [a.name for a in record.actors()] == ["Tom Rennie"]


def test_exports_and_counts_show_what_stands(filled, tmp_path):
    filled.judge_statement(PRESS.id, "wrong", reviewer="Ann")
    filled.correct_statement(SAID.id, content=[TROOPS], reviewer="Ann")
    export_jsonl(filled, tmp_path / "out.jsonl", article="rome.txt")
    exported = (tmp_path / "out.jsonl").read_text(encoding="utf-8")
    assert f'"content": [[{TROOPS.start}, {TROOPS.end}]]' in exported
    assert exported.count('"cue"') == 2
    (listed,) = (x for x in filled.article_list() if x.article.name == "rome.txt")
    assert listed.statements == 2
    assert filled.info().readings[0].reading == FIRST
    assert len(filled.info().readings) == 1


def test_an_older_record_is_brought_up_to_date_with_its_judgements(where):
    """As it was before there was review: other tables, and a CHECK that knows no "judged"."""
    from onrecord.record import migrations
    from onrecord.record.review_schema import TABLES

    with Record.open(where) as record:
        add(record, KOS, PIT)
        record.merge("Elfriede Kos", "Tom Rennie", reviewer="Ann")
        record.rename("Elfriede Kos", "The President", reviewer="Ann")
        record.undo(reviewer="Bo")
        listed, log = list(record.said()), record.judgements()
        number = [m.__name__ for m in migrations.MIGRATIONS].index("what_people_decide") + 1
        with record._engine.begin() as db:
            for view in migrations.VIEWS[::-1]:
                db.execute(sql(f"DROP VIEW {view}"))
            for table in TABLES[::-1]:
                db.execute(sql(f"DROP TABLE {table.name}"))
            db.execute(sql("CREATE TABLE old AS SELECT * FROM resolutions"))
            db.execute(sql("DROP TABLE resolutions"))
            made = str(CreateTable(migrations.resolutions).compile(db)).replace(", 'judged'", "")
            db.execute(sql(made))
            db.execute(sql("INSERT INTO resolutions SELECT * FROM old"))
            db.execute(sql("DROP TABLE old"))
            for view in migrations.VIEWS:
                db.execute(sql(f"CREATE VIEW {view} AS SELECT 1 AS one"))
            db.execute(sql(f"DELETE FROM onrecord_migrations WHERE number >= {number}"))
    with Record.open(where) as record:
        assert (list(record.said()), record.judgements()) == (listed, log)
        kos = record.actor("Elfriede Kos").id
        assert [h.words for h in record.history(kos)] == [
            "Tom Rennie is Elfriede Kos",
            "Elfriede Kos is called The President",
            "withdrew what Ann decided (Elfriede Kos is called The President)",
        ]
        record.correct_statement(listed[0].statement.id, actor="Zoe Zed", reviewer="Ann")
        assert record.statement(listed[0].statement.id).speakers[0].how == "judged"
        assert list(record.check()) == []


# Any sequence


FOLDER = Path(tempfile.mkdtemp(prefix="onrecord-review-"))
NAMES = ["Elfriede Kos", "Tom Rennie", "Zoe Zed", None]


def teardown_module():
    shutil.rmtree(FOLDER)


class Deciding(RuleBasedStateMachine):
    """Decides at random; a model that replays the log from nothing must say what is listed, and whose it is."""

    made = 0

    @initialize()
    def fill(self):
        template = FOLDER / "template.db"
        if not template.exists():
            with Record.open(template) as record:
                add(record, KOS, PIT)
        Deciding.made += 1
        shutil.copy(template, FOLDER / f"{self.made}.db")
        self.record = Record.open(FOLDER / f"{self.made}.db")
        self.before = everything(self.record)
        self.base = {s.statement.id: (s.content, tuple(x.name for x in s.speakers)) for s in self.record.said()}
        self.log = []  # [judgement id, set aside, {id: (content, names)}, stands]
        self.readings = 0

    def note(self, judge):
        try:
            judgement = judge()
        except OnrecordError:
            return
        before = {e["id"] for e in judgement.detail["before"]}
        new = {
            e["id"]: (tuple(e["words"]["content"]), tuple(a["name"] for a in e["actors"]))
            for e in judgement.detail["after"]
        }
        self.log.append([judgement.id, before - set(new), new, True])

    @rule(n=st.integers(0, 9), verdict=st.sampled_from(["right", "wrong"]))
    def judge(self, n, verdict):
        ids = self.ids()
        self.note(lambda: self.record.judge_statement(ids[n % len(ids)], verdict, reviewer="me"))

    def ids(self):
        return sorted({*self.base, *(i for _, _, new, _ in self.log for i in new)})

    @rule(n=st.integers(0, 9), name=st.sampled_from(NAMES), cut=st.integers(0, 5))
    def correct(self, n, name, cut):
        ids = self.ids()
        id_ = ids[n % len(ids)]
        content = self.record.statement(id_).statement.content
        shorter = [content[0]._replace(end=max(content[0].start + 1, content[0].end - cut)), *content[1:]]
        self.note(lambda: self.record.correct_statement(id_, content=shorter, actor=name, reviewer="me"))

    @rule(n=st.integers(0, 9), at=st.integers(1, 8))
    def divide(self, n, at):
        ids = self.ids()
        id_ = ids[n % len(ids)]
        whole = self.record.statement(id_).statement.content[0]
        middle = min(whole.start + at, whole.end - 1)
        if middle > whole.start:
            pieces = [[Span(whole.start, middle)], [Span(middle, whole.end)]]
            self.note(lambda: self.record.split_statement(id_, pieces, reviewer="me"))

    @rule(a=st.integers(0, 9), b=st.integers(0, 9))
    def join(self, a, b):
        ids = self.ids()
        self.note(lambda: self.record.join_statements([ids[a % len(ids)], ids[b % len(ids)]], reviewer="me"))

    @rule(start=st.integers(0, 20), length=st.integers(1, 9), name=st.sampled_from(NAMES))
    def add_one(self, start, length, name):
        self.note(
            lambda: self.record.add_statement("kos.txt", None, None, [Span(start, start + length)], name, reviewer="me")
        )

    @rule(n=st.integers(0, 9))
    def undo(self, n):
        standing = [entry for entry in self.log if entry[3]]
        if standing:
            entry = standing[n % len(standing)]
            self.record.undo(entry[0], reviewer="me")
            entry[3] = False

    @rule(n=st.integers(0, 9))
    def redo(self, n):
        withdrawn = [entry for entry in self.log if not entry[3]]
        if withdrawn:
            entry = withdrawn[n % len(withdrawn)]
            self.record.redo(entry[0], reviewer="me")
            entry[3] = True

    @rule(found=st.sets(st.integers(0, 1)))
    def read_anew(self, found):
        """Another model finds some of the article's statements, and nothing of what people added."""
        self.readings += 1
        of, read = KOS
        kept = tuple(s for n, s in enumerate(read.statements) if n in found)
        whose = tuple(r for r in read.resolutions if r.statement_id in {s.id for s in kept})
        again = replace(read, statements=kept, resolutions=whose)
        assert self.record.add(of, again, reading=replace(SECOND, id=f"anew-{self.readings}"))
        named = {r.statement_id: a.name for r in whose for a in read.appearances if a.id == r.appearance_id}
        mine = {s.id: ((of.text[slice(*s.content[0])],), (named[s.id],)) for s in kept}
        others = {s.id for s in read.statements}
        self.base = {i: v for i, v in self.base.items() if i not in others} | mine

    @invariant()
    def the_log_replayed_says_the_same(self):
        if not hasattr(self, "record"):
            return
        model = dict(self.base)
        for _, aside, new, stands in self.log:
            if stands:
                model = {i: v for i, v in model.items() if i not in aside} | new
        listed = {s.statement.id: (s.content, tuple(x.name for x in s.speakers if x.name)) for s in self.record.said()}
        assert listed == model
        assert list(self.record.check()) == []

    def teardown(self):
        if not hasattr(self, "record"):
            return
        for entry in self.log:
            if entry[3]:
                self.record.undo(entry[0], reviewer="me")
                entry[3] = False
        if self.readings:
            self.the_log_replayed_says_the_same()
        else:
            assert everything(self.record) == self.before
        self.record.close()


TestDeciding = Deciding.TestCase
TestDeciding.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)


# Killed at any moment


def judge_all(where, told):
    """In a process of its own: judges on and on, and tells of each judgement that was confirmed."""
    with Record.open(where) as record:
        while True:
            for verdict in ("wrong", "right"):
                for id_ in (SAID.id, PRESS.id):
                    made = record.judge_statement(id_, verdict, reviewer="Ann")
                    os.write(told, f"{made.number}\n".encode())


def test_killed_at_any_moment_no_confirmed_judgement_is_lost(where):
    with Record.open(where) as record:
        for of, said in ALL:
            record.add(of, said, reading=FIRST)
    chance = random.Random(3)
    confirmed = set()
    for _ in range(6):
        hear, tell = os.pipe()
        child = multiprocessing.get_context("fork").Process(target=judge_all, args=(where, tell))
        child.start()
        os.close(tell)
        with os.fdopen(hear, "rb") as told:
            heard = [told.readline() for _ in range(1 + chance.randrange(4))]
            time.sleep(chance.uniform(0, 0.1))
            child.kill()
            child.join()
            heard += [line for line in told.readlines() if line.endswith(b"\n")]
        confirmed |= {int(line) for line in heard}
        with Record.open(where) as record:
            held = record.judgements()
            assert {j.number for j in held} >= confirmed
            assert list(record.check()) == []
            last = next(j for j in held if j.subject == SAID.id)
            assert (SAID.id in {s.statement.id for s in record.said()}) == (last.kind == "right")
            assert record.standing(SAID.id).checked.judgement == last.id
    assert len(confirmed) >= 6
