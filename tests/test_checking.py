"""What to look at first, several coders on the same articles, and how right the machine is by what people checked."""

from dataclasses import replace

import pytest
from actor_cases import add, person, span, story
from hypothesis import given
from hypothesis import strategies as st
from record_cases import COPY_SAID, FIRST, ROME, ROME_SAID, SECOND, WARSAW, WARSAW_SAID, article, statement

from onrecord.errors import InputError, NotFound
from onrecord.record.accuracy import allocate, bin_of
from onrecord.types import Concept, Span

SAID, ADDED, PRESS = ROME_SAID
KOS = story("kos.txt", person("Elfriede Kos", role="president"), person("Tom Rennie"))


# The queue


def queued(record, **asked):
    return [(q.subject, round(q.weight, 4)) for q in record.queue(**asked)]


def test_what_is_least_sure_and_matters_most_comes_first(filled):
    """WARSAW has one near-copy, so what it says counts twice; the copy itself does not wait."""
    sure = {s.id: s.score for s in (*ROME_SAID, *WARSAW_SAID)}
    expected = {s.id: (1 - s.score) * (2 if s in WARSAW_SAID else 1) for s in (*ROME_SAID, *WARSAW_SAID)}
    found = filled.queue(kind="statement", limit=50)
    mine = [q for q in found if q.subject in sure]
    assert {q.subject: round(q.weight, 4) for q in mine} == {i: round(w, 4) for i, w in expected.items() if w}
    assert [q.weight for q in found] == sorted((q.weight for q in found), reverse=True)
    assert COPY_SAID[0].id not in {q.subject for q in found}
    first = found[0]
    assert first.subject == WARSAW_SAID[2].id
    assert first.reason == "The machine is 0 % sure of this statement; 1 near-copy hangs on it."
    assert first.statement.content == ("Nobody objected to troops",)
    assert first.article.name == "warsaw.txt"


def test_the_queue_is_gone_on_with_and_decided_things_leave_it(filled):
    whole = filled.queue(limit=100)
    paged = []
    after = None
    while page := filled.queue(limit=2, after=after):
        paged += page
        after = page[-1].key
    assert paged == list(whole)
    filled.judge_statement(whole[0].subject, "right", reviewer="Ann")
    assert whole[0].subject not in {q.subject for q in filled.queue(limit=100)}
    filled.skip(whole[1].kind, whole[1].subject, reviewer="Ann")
    filled.skip(whole[1].kind, whole[1].subject, reviewer="Ann")
    assert whole[1].subject not in {q.subject for q in filled.queue(limit=100, reviewer="Ann")}
    assert whole[1].subject in {q.subject for q in filled.queue(limit=100, reviewer="Bo")}
    for key in ("", "x|statement|a", "1|nothing|a", "9" * 99 + "|link|a"):
        with pytest.raises(InputError, match="no place in the queue"):
            filled.queue(after=key)
    with pytest.raises(InputError, match="not in the queue"):
        filled.skip("nothing", "a", reviewer="Ann")


def test_whose_a_statement_is_waits_too(record):
    of, read = KOS
    doubtful = [replace(r, score=score) for r, score in zip(read.resolutions, (0.6, 0.9), strict=True)]
    doubtful[1] = replace(doubtful[1], appearance_id=None, how="unresolved", score=0.0, evidence=None)
    record.add(of, replace(read, resolutions=tuple(doubtful)), reading=FIRST)
    first, second = record.queue(kind="resolution")
    assert (first.score, first.weight) == (0, 1)
    assert first.reason == "The machine does not know whose this is."
    assert second.reason == "The machine is 60 % sure that “Elfriede Kos” is Elfriede Kos."
    assert second.weight == pytest.approx(0.4)


def test_links_wait_until_they_are_decided(record):
    for n in range(3):
        add(record, story(f"{n}.txt", person("Anna Lee", role="minister", of_country="AT"), published="2026-01-01"))
    add(record, story("other.txt", person("Anna Lee", role="baker", of_country="FR"), published="2026-06-01"))
    (link,) = record.queue(kind="link")
    (proposal,) = record.proposals()
    assert link.proposal == proposal
    assert link.weight == pytest.approx(proposal.score * (1 + 1), abs=1e-5)
    assert link.reason.startswith("Anna Lee and Anna Lee (1 and 3 statements) are one with a chance of ")
    record.keep_apart(link.subject, reviewer="Ann")
    assert record.queue(kind="link") == ()
    record.undo(reviewer="Ann")
    record.merge(proposal.actor_id, proposal.other_id, reviewer="Ann")
    assert record.queue(kind="link") == ()


# Double coding


def test_coders_decide_without_seeing_each_other(filled):
    before = list(filled.said())
    work = filled.assign(coders=["Ann", "Bo"], articles=["rome.txt", "warsaw.txt"], name="pilot", reviewer="Cy")
    assert (work.name, work.coders, work.articles, work.closed_at) == (
        "pilot",
        ("Ann", "Bo"),
        (ROME.id, WARSAW.id),
        None,
    )
    filled.judge_statement(SAID.id, "wrong", reviewer="Ann", assignment=work.number)
    filled.correct_statement(ADDED.id, cue=None, reviewer="Ann", assignment=work.number)
    filled.add_statement("rome.txt", None, None, [span(ROME, "no troops")], reviewer="Ann", assignment=work.number)
    assert list(filled.said()) == before, "nothing follows, no revision"
    assert (filled.judgements(), filled.history(SAID.id), filled.history(ROME.id)) == ([], (), ()), "nobody is told"
    with pytest.raises(NotFound, match="no judgement to undo"):
        filled.undo(reviewer="Bo")
    filled.undo(reviewer="Ann", mine=True)
    filled.redo(reviewer="Ann", mine=True)
    mine = {u.said.statement.id: u.mine and u.mine.kind for u in filled.units(work.number, "Bo", "rome.txt")}
    assert mine == dict.fromkeys(s.id for s in ROME_SAID)
    kinds = [u.mine and u.mine.kind for u in filled.units(work.number, "Ann", "rome.txt")]
    assert sorted(kinds, key=str) == [None, "add", "correct", "wrong"]
    assert [(t.article.name, t.units, t.done) for t in filled.assigned(work.number, "Ann")] == [
        ("rome.txt", 3, 2), ("warsaw.txt", 3, 0),
    ]  # fmt: skip
    assert [t.done for t in filled.assigned(work.number, "Bo")] == [0, 0]
    with pytest.raises(NotFound, match="no coder of"):
        filled.units(work.number, "Cy", "rome.txt")
    with pytest.raises(InputError, match="no coder of"):
        filled.judge_statement(SAID.id, "wrong", reviewer="Cy", assignment=work.number)
    with pytest.raises(NotFound, match="no assignment 7"):
        filled.judge_statement(SAID.id, "wrong", reviewer="Ann", assignment=7)


def test_others_decisions_elsewhere_do_not_show_either(record):
    add(record, KOS)
    id_ = next(s.statement.id for s in record.said() if s.speakers[0].name == "Tom Rennie")
    record.correct_statement(id_, actor="Zoe Zed", kind="mixed", reviewer="Cy")
    work = record.assign(coders=["Ann", "Bo"], articles=["kos.txt"], reviewer="Cy")
    shown = {u.said.statement.id: u.said for u in record.units(work.number, "Ann", "kos.txt")}[id_]
    assert ([s.name for s in shown.speakers], shown.statement.kind, shown.statement.score) == (
        ["Tom Rennie"],
        "indirect",
        0.9,
    )
    assert (shown.checked, shown.revision) == (None, 0)
    made = record.judge_statement(id_, "right", reviewer="Ann", assignment=work.number)
    assert made.detail["before"][0]["actors"][0]["name"] == "Tom Rennie"
    record.judge_statement(id_, "wrong", reviewer="Cy")
    assert len(record.units(work.number, "Ann", "kos.txt")) == 2


def decide(record, work, coder, verdicts):
    for id_, verdict in verdicts.items():
        record.judge_statement(id_, verdict, reviewer=coder, assignment=work.number)


def test_agreement_differences_and_what_settles_them(filled):
    work = filled.assign(coders=["Ann", "Bo"], articles=["rome.txt", "warsaw.txt"], reviewer="Cy")
    ids = [s.id for s in (*ROME_SAID, *WARSAW_SAID)]
    ann = dict(zip(ids, ("right", "right", "wrong", "right", "wrong", "wrong"), strict=True))
    decide(filled, work, "Ann", ann)
    decide(filled, work, "Bo", ann | {ids[2]: "right"})
    filled.correct_statement(ids[1], kind="mixed", reviewer="Bo", assignment=work.number)
    found = filled.agreement(work.number)
    line = {(m.variable, m.coders): m for m in found.measures}
    verdict = line["verdict", ("Ann", "Bo")]
    assert (verdict.units, verdict.percent) == (6, pytest.approx(4 / 6))
    # By hand: Ann 3 right 3 wrong; Bo 3 right, 2 wrong, 1 corrected. Of 12 values 6 are right, 5 wrong, 1 corrected.
    assert verdict.alpha == pytest.approx(1 - 11 * 2 / (6 * 5 + 6 * 1 + 5 * 1))
    assert verdict.percent_low <= verdict.percent <= verdict.percent_high
    assert line["kind", ("Ann", "Bo")].units == 3, "who says it is no statement says nothing of its kind"
    assert line["kind", ("Ann", "Bo")].percent == pytest.approx(2 / 3)
    assert line["content", ("Ann", "Bo")].percent == 1
    assert line["verdict", ("Ann", "machine")].percent == pytest.approx(0.5)
    assert {d.subject: d.variables for d in found.differences} == {ids[1]: ("verdict", "kind"), ids[2]: ("verdict",)}
    press = next(d for d in found.differences if d.subject == ids[2])
    assert [(d.coder, d.words) for d in press.decisions] == [("Ann", "wrong"), ("Bo", "right")]
    assert press.adjudicated is None
    made = filled.adjudicate(work.number, press.decisions[0].judgement.id, reviewer="Cy", note="an opinion piece")
    assert (made.kind, made.reviewer, made.detail["decided_by"]) == ("wrong", "Cy", "Ann")
    assert ids[2] not in {s.statement.id for s in filled.said()}
    again = next(d for d in filled.agreement(work.number).differences if d.subject == ids[2])
    assert again.adjudicated.id == made.id
    assert filled.close_assignment(work.number, reviewer="Cy") == 4
    assert filled.standing(ids[0]).checked.reviewer == "Cy"
    assert filled.standing(ids[1]).checked is None, "they differ, and nobody settled it"
    assert ids[4] not in {s.statement.id for s in filled.said()}
    for again in (
        lambda: filled.close_assignment(work.number, reviewer="Cy"),
        lambda: filled.judge_statement(ids[0], "wrong", reviewer="Ann", assignment=work.number),
    ):
        with pytest.raises(InputError, match="was closed"):
            again()
    assert filled.assignments()[0].closed_by == "Cy"
    assert [h.who for h in filled.history(ids[1])] == ["Ann", "Bo", "Bo"], "now it may be seen"


def test_the_last_decision_of_a_coder_counts_unless_it_is_withdrawn(filled):
    work = filled.assign(coders=["Ann", "Bo"], articles=["rome.txt"], reviewer="Cy")
    decide(filled, work, "Ann", {SAID.id: "wrong"})
    decide(filled, work, "Bo", {SAID.id: "right"})
    last = filled.judge_statement(SAID.id, "right", reviewer="Ann", assignment=work.number)
    assert filled.agreement(work.number).differences == ()
    filled.undo(last.id, reviewer="Ann")
    assert len(filled.agreement(work.number).differences) == 1
    with pytest.raises(InputError, match="withdrew"):
        filled.adjudicate(work.number, last.id, reviewer="Cy")
    with pytest.raises(NotFound, match="no decision"):
        filled.adjudicate(work.number, "nothing", reviewer="Cy")


def test_coders_agree_on_an_actor_under_any_of_its_names(record):
    add(record, KOS, story("pit.txt", person("Elfriede Kos")))
    record.merge("Elfriede Kos", "Tom Rennie", reviewer="Cy")
    work = record.assign(coders=["Ann", "Bo"], articles=["kos.txt"], reviewer="Cy")
    id_ = record.units(work.number, "Ann", "kos.txt")[1].said.statement.id
    for coder, kind in (("Ann", "direct"), ("Bo", "mixed")):
        record.correct_statement(id_, actor=["tom rennie"], kind=kind, reviewer=coder, assignment=work.number)
    record.correct_statement(id_, cue=Span(0, 3), reviewer="Bo", assignment=work.number)
    (differing,) = record.agreement(work.number).differences
    assert "actor" not in differing.variables
    lines = {(m.variable, m.coders): m.percent for m in record.agreement(work.number).measures}
    assert lines["actor", ("Ann", "Bo")] == lines["actor", ("Ann", "machine")] == 1


def test_what_one_coder_missed_is_a_difference(filled):
    work = filled.assign(coders=["Ann", "Bo", "Di"], articles=["rome.txt"], shows="nothing", reviewer="Cy")
    assert filled.units(work.number, "Ann", "rome.txt") == []
    troops, peace = [span(ROME, "no troops")], [span(ROME, "We want peace")]
    for coder, contents in (("Ann", (troops, peace)), ("Bo", (troops,))):
        for content in contents:
            filled.add_statement("rome.txt", None, None, content, reviewer=coder, assignment=work.number)
    found = filled.agreement(work.number)
    (missed,) = found.differences
    assert (missed.variables, [d.coder for d in missed.decisions]) == (("verdict",), ["Ann"])
    verdict = next(m for m in found.measures if (m.variable, m.coders) == ("verdict", ("Ann", "Bo")))
    assert (verdict.units, verdict.percent, verdict.alpha) == (2, 0.5, None)
    assert [(t.units, t.done) for t in filled.assigned(work.number, "Ann")] == [(2, 2)]
    assert filled.close_assignment(work.number, reviewer="Cy") == 1
    assert [s.content for s in filled.said(article="rome.txt", checked=True)] == [("no troops",)]


def test_what_cannot_be_assigned_is_refused(filled):
    for asked, message in (
        ({"coders": ["Ann", "Ann"], "articles": ["rome.txt"]}, "two coders"),
        ({"coders": ["Ann", "machine"], "articles": ["rome.txt"]}, "two coders"),
        ({"coders": ["Ann", "Bo"], "articles": []}, "needs articles"),
        ({"coders": ["Ann", "Bo"]}, "one of the two"),
        ({"coders": ["Ann", "Bo"], "articles": ["rome.txt"], "shows": "all"}, "not 'all'"),
    ):
        with pytest.raises(InputError, match=message):
            filled.assign(reviewer="Cy", **asked)
    with pytest.raises(NotFound, match="no sample"):
        filled.assign(coders=["Ann", "Bo"], sample=3, reviewer="Cy")
    assert filled.assignments() == []


def test_a_sample_is_assigned_statement_by_statement(filled):
    sample = filled.sample(3, seed=4, reviewer="Cy")
    work = filled.assign(coders=["Ann", "Bo"], sample=sample.number, reviewer="Cy")
    units = [u.said.statement.id for a in work.articles for u in filled.units(work.number, "Ann", a)]
    assert sorted(units) == sorted(filled.drawn(sample.number))


# Accuracy


def test_shares_right_by_part(filled):
    filled.judge_statement(SAID.id, "right", reviewer="Ann")
    filled.correct_statement(ADDED.id, source=None, reviewer="Ann")
    filled.judge_statement(PRESS.id, "wrong", reviewer="Ann")
    filled.add_statement("rome.txt", None, None, [span(ROME, "no troops")], reviewer="Ann")
    filled.correct_statement(WARSAW_SAID[0].id, content=[span(WARSAW, "a European peacekeeping")], reviewer="Ann")
    found = filled.accuracy()
    assert (found.checked, found.random, found.missed) == (4, 0, 1)
    shares = {what: (found.share(what).right, found.share(what).checked) for what in ("statement", "source", "content")}
    assert shares == {"statement": (1, 4), "source": (2, 3), "content": (2, 3)}
    assert found.share("statement", "outlet", "Il Foglio").checked == 3
    assert found.share("statement", "kind", "direct").right == 0
    assert found.share("statement", "score", "0.9–1").right == 1
    assert found.share("statement").low < 0.25 < found.share("statement").high
    bins = {(b.low, b.high): (b.checked, b.right, round(b.mean_score, 3)) for b in found.calibration}
    assert bins == {(0.5, 0.6): (1, 0, 0.5), (0.7, 0.8): (1, 0, 0.75), (0.9, 1.0): (2, 1, 0.9)}
    assert found.calibration_error == pytest.approx((0.5 + 0.75 + 2 * 0.4) / 4)
    assert filled.accuracy(outlet="the courier").checked == 1
    filled.undo(reviewer="Ann")
    assert filled.accuracy().checked == 3


def test_actors_are_right_if_they_are_the_same_now(record):
    add(record, KOS, story("pit.txt", person("Elfriede Kos")))
    whose = {s.speakers[0].name: s.statement.id for s in record.said(article="kos.txt")}
    record.judge_statement(whose["Elfriede Kos"], "right", reviewer="Ann")
    record.correct_statement(whose["Tom Rennie"], actor="Elfriede Kos", reviewer="Ann")
    assert (record.accuracy().share("actor").right, record.accuracy().share("statement").right) == (1, 1)
    record.merge("Elfriede Kos", "Tom Rennie", reviewer="Ann")
    assert record.accuracy().share("actor").right == 2


def test_another_reading_is_measured_on_what_it_finds(filled):
    filled.judge_statement(SAID.id, "right", reviewer="Ann")
    filled.judge_statement(PRESS.id, "wrong", reviewer="Ann")
    filled.add(ROME, [PRESS], reading=SECOND)
    found = filled.accuracy()
    assert (found.checked, found.share("statement").right, found.missed) == (1, 0, 1)


def many(record, outlets=("Big", "Big", "Big", "Small"), per=10):
    """Articles with ``per`` statements each, of which every fifth is wrong at Big and every second at Small."""
    wrong = set()
    for n, outlet in enumerate(outlets):
        sentences = [f"Person {n} {k} said that matter {k} of {n} was settled." for k in range(per)]
        of = article(f"{n}.txt", "\n".join(sentences), outlet=outlet)
        found = [
            statement(of, f"Person {n} {k}", "said", f"that matter {k} of {n} was settled", score=0.55 + k / 25)
            for k in range(per)
        ]
        record.add(of, found, reading=FIRST)
        wrong |= {s.id for k, s in enumerate(found) if k % (2 if outlet == "Small" else 5) == 0}
    return wrong


def test_a_sample_is_random_the_same_for_its_seed_and_tells_how_far_it_is(record):
    many(record)
    one = record.sample(12, seed=5, reviewer="Ann")
    again = record.sample(12, seed=5, called="again", reviewer="Ann")
    other = record.sample(12, seed=6, reviewer="Ann")
    drawn = {s.number: record.drawn(s.number) for s in (one, again, other)}
    assert drawn[one.number] == drawn[again.number] != drawn[other.number]
    assert len(set(drawn[one.number])) == one.size == 12
    record.judge_statement(drawn[one.number][0], "right", reviewer="Ann")
    assert {s.name: s.checked for s in record.samples()}["again"] == 1
    assert record.sample(500, reviewer="Ann").size == 40
    record.judge_statement(next(s.statement.id for s in record.said(checked=False)), "wrong", reviewer="Ann")
    for asked, message in (
        ({"n": 0}, "1 or more"),
        ({"n": 2, "of": "cats"}, "a sample is of"),
        ({"n": 2, "of": "coding"}, "no coding"),
    ):
        with pytest.raises(InputError, match=message):
            record.sample(**asked, reviewer="Ann")
    with pytest.raises(InputError, match="no statement to draw"):
        record.sample(2, outlet="nowhere", reviewer="Ann")
    with pytest.raises(NotFound, match="no sample 99"):
        record.accuracy(sample=99)


def test_a_stratified_sample_gives_the_share_of_the_whole_record(record):
    wrong = many(record)
    sample = record.sample(20, seed=1, stratify="outlet", reviewer="Ann")
    outlet = {s.statement.id: s.article.outlet for s in record.said()}
    ids = record.drawn(sample.number)
    assert sorted(outlet[i] for i in ids) == ["Big"] * 15 + ["Small"] * 5
    for id_ in ids:
        record.judge_statement(id_, "wrong" if id_ in wrong else "right", reviewer="Ann")
    extra = next(i for i in wrong if i not in ids)
    record.judge_statement(extra, "wrong", reviewer="Ann")  # not of the sample: it may not move the figure
    found = record.accuracy(sample=sample.number)
    share = {o: sum(i not in wrong for i in ids if outlet[i] == o) / n for o, n in (("Big", 15), ("Small", 5))}
    assert found.weighted.share == pytest.approx(0.75 * share["Big"] + 0.25 * share["Small"])
    assert found.weighted.low < found.weighted.share < found.weighted.high
    assert (found.checked, record.accuracy().checked, record.accuracy(random_only=True).checked) == (20, 21, 20)
    assert record.accuracy().random == 20


def test_the_queue_misleads_and_a_random_sample_does_not(record):
    """What the docs say: of the ten most doubtful fewer are right than of ten drawn at random, on average."""
    wrong = many(record, outlets=("Big",) * 4)
    first = [q.subject for q in record.queue(kind="statement", limit=10)]
    score = {s.statement.id: s.statement.score for s in record.said()}
    drawn = [record.drawn(record.sample(10, seed=n, reviewer="Ann").number) for n in range(8)]
    mean = sum(score[i] for ids in drawn for i in ids) / 80
    assert sum(score[i] for i in first) / 10 < 0.6 < mean < 0.8
    assert wrong


@given(st.dictionaries(st.text("abc", min_size=1, max_size=2), st.integers(1, 400), min_size=1), st.integers(1, 300))
def test_strata_get_their_part(sizes, n):
    part = allocate(sizes, n)
    whole = sum(sizes.values())
    assert sum(part.values()) == min(n, whole)
    assert all(0 <= part[s] <= sizes[s] for s in sizes)
    if n >= len(sizes):
        assert all(part.values())
        assert all(abs(part[s] - min(n, whole) * sizes[s] / whole) <= len(sizes) for s in sizes)


def test_bins_of_scores():
    assert [bin_of(s) for s in (0, 0.499, 0.5, 0.6, 0.899, 0.9, 1.0)] == [
        "0–0.5", "0–0.5", "0.5–0.6", "0.6–0.7", "0.8–0.9", "0.9–1", "0.9–1",
    ]  # fmt: skip


# Positions


def test_stances_and_conditions_count_and_codings_wait(record):
    from onrecord.types import Coding, Condition, coding_id

    of, read = KOS
    add(record, KOS)
    concept = Concept(id="settle", proposition="The matter should be settled")
    record.load_codebook([concept], reviewer="Ann")
    spans, ids = [s.content[0] for s in read.statements], [s.id for s in read.statements]
    found = [
        Coding(
            id=coding_id(of.id, a.id, "settle", evidence), article_id=of.id, appearance_id=a.id, concept="settle",
            version=1, stance="support", score=score, chances=(score, 0.1, 0.1), evidence=evidence, statement_id=statement_id,
            conditions=(Condition(span=Span(evidence.start, evidence.start + 4)),),
        )
        for a, evidence, statement_id, score in zip(read.appearances, spans, ids, (0.7, 0.6), strict=True)
    ]  # fmt: skip
    record.add_codings(of, found, coder="c" * 64, concepts=record.concepts(), settings={})
    waiting = record.queue(kind="coding")
    assert [(q.subject, round(q.weight, 3)) for q in waiting] == [(found[1].id, 0.8), (found[0].id, 0.6)]
    assert waiting[0].reason == (
        "The machine is 60 % sure of this coding; nothing else tells where this actor stands on it."
    )
    assert waiting[0].coded.actor == "Tom Rennie"
    record.judge_statement(read.statements[1].id, "wrong", reviewer="Ann")
    assert [q.subject for q in record.queue(kind="coding")] == [found[0].id], "its statement is none"
    record.undo(reviewer="Ann")
    record.drop_concept("settle", reviewer="Ann")
    assert record.queue(kind="coding") == ()
    with pytest.raises(InputError, match="no coding"):
        record.sample(2, of="coding", reviewer="Ann")
    record.undo(reviewer="Ann")
    assert record.queue(kind="coding") == waiting
    sample = record.sample(2, of="coding", reviewer="Ann")
    record.judge_coding(found[0].id, "support", conditions=[], reviewer="Ann")
    record.judge_coding(found[1].id, "oppose", reviewer="Ann")
    assert record.queue(kind="coding") == ()
    accuracy = record.accuracy()
    assert [(accuracy.share(w).right, accuracy.share(w).checked) for w in ("stance", "condition")] == [(1, 2), (0, 1)]
    assert record.accuracy(sample=sample.number).weighted.share == 0.5
    assert [(h.who, h.what) for h in record.history(found[1].id)] == [("Ann", "judged")]
    assert "oppose" in record.history(found[1].id)[0].words
