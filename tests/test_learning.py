"""What people coded becomes corrections of the machine's answers: the regression, what is borne out, and the record."""

import json
from dataclasses import replace

import numpy as np
import pytest
from actor_cases import add, person, story
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import approx_fprime
from typer.testing import CliRunner

from onrecord.cli import app
from onrecord.errors import InputError, RecordError
from onrecord.learning import Learned, evidence_words, learn_from, learned, next_to_code, taught
from onrecord.reading import corrections as c
from onrecord.reading.corrections import Corrections, Lessons, chances, crossed, folds, learn, regressed, useful
from onrecord.reading.passages import Passage, passages
from onrecord.reading.positions import CHANCE, Coder
from onrecord.reading.stances import StanceModel, Told
from onrecord.record import Record
from onrecord.types import ANSWERS, Coding, Concept, Example, Span, coding_id

NONE = ANSWERS.index("none")


def made(answers, groups=None, concepts=None, *, odds=None, vectors=None, near=0.4):
    n = len(answers)
    odds = np.zeros((n, 4)) if odds is None else np.asarray(odds, dtype=float)
    return Lessons(
        concept=np.array(concepts or ["tolls"] * n), group=np.array(groups or [f"a{i}" for i in range(n)]),
        answer=np.array(answers), odds=odds, base=odds, near=np.full((n, 2), near),
        vectors=np.zeros((n, 2)) if vectors is None else np.asarray(vectors, dtype=float),
    )  # fmt: skip


# The regression


def test_without_codings_nothing_changes():
    asked = made([0, 1], odds=[[2, 0, 0, 1], [0, 0, 3, 1]])
    assert np.allclose(Corrections()(asked), chances(asked.base))
    assert np.allclose(learn(made([]).take(np.array([], dtype=int)))(asked), chances(asked.base))


@settings(deadline=None)
@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 10**6))
def test_the_weights_are_where_the_posterior_is_greatest(n, d, seed):
    """Against the objective written down another way: over all weights of contrasts, its slope there is nought."""
    rng = np.random.default_rng(seed)
    features, odds = rng.normal(size=(n, d)), rng.normal(size=(n, 4))
    answer = rng.integers(0, 4, n)
    weights = regressed(features, odds, answer)
    out = c.CONTRASTS * c.FREEDOM[:, None]
    inner = weights @ np.linalg.pinv(out)
    assert np.allclose(inner @ out, weights, atol=1e-8)  # no answer is pushed but along the contrasts

    def cost(flat):
        z = odds + features @ flat.reshape(d, 3) @ out
        return 0.5 * flat @ flat - sum(z[i, a] - np.log(np.exp(z[i]).sum()) for i, a in enumerate(answer))

    assert np.abs(approx_fprime(inner.ravel(), cost, 1e-6)).max() < 2e-3
    assert cost(inner.ravel()) <= cost(np.zeros(3 * d)) + 1e-9


def test_contrasts_are_orthonormal_and_leave_the_sum_alone():
    assert np.allclose(c.CONTRASTS @ c.CONTRASTS.T, np.eye(3))
    assert np.allclose(c.CONTRASTS.sum(axis=1), 0)


def test_many_codings_outweigh_the_model():
    """It takes everything for support; people say that one half, by its vector, tells nothing."""
    vectors = [[1, 0], [0, 1]] * 30
    lessons = made([0, NONE] * 30, odds=[[2, 0, 0, 0]] * 60, vectors=vectors)
    taught_ = learn(lessons)
    found = taught_(made([0, NONE], odds=[[2, 0, 0, 0]] * 2, vectors=vectors[:2]))
    assert found.argmax(axis=1).tolist() == [0, NONE]
    assert taught_.strength[1] > 0
    # of a concept that nobody coded only what holds for all is learned, and that tells the two apart by nothing
    other = taught_(made([0, 0], concepts=["rents"] * 2, odds=[[2, 0, 0, 0]] * 2, vectors=vectors[:2]))
    assert np.allclose(other[0], other[1])


def test_what_cannot_be_borne_out_is_not_used():
    """The answers have nothing to do with the vectors, and the model is right: it stays as it is."""
    rng = np.random.default_rng(3)
    answers = rng.integers(0, 4, 80)
    odds = np.eye(4)[answers] * 6
    vectors = rng.normal(size=(80, 2))
    taught_ = learn(made(answers.tolist(), odds=odds, vectors=vectors / np.linalg.norm(vectors, axis=1, keepdims=True)))
    assert taught_(made([0, 1], odds=odds[:2], vectors=vectors[:2])).argmax(axis=1).tolist() == answers[:2].tolist()


def test_learning_is_deterministic():
    rng = np.random.default_rng(0)
    lessons = made(
        rng.integers(0, 4, 30).tolist(), groups=[f"a{i % 7}" for i in range(30)], concepts=["x", "y"] * 15,
        odds=rng.normal(size=(30, 4)), vectors=rng.normal(size=(30, 2)),
    )  # fmt: skip
    one, two = learn(lessons), learn(lessons)
    assert one.strength == two.strength
    assert one.enough == two.enough
    assert all(np.array_equal(one.own[k], two.own[k]) for k in one.own)


def test_one_article_bears_nothing_out():
    taught_ = learn(made([0, 1, 3], groups=["same"] * 3))
    assert taught_.strength == c.STRENGTHS[2]
    assert taught_.enough is None
    assert c.measured(made([0, 1], groups=["same"] * 2), taught_) == {}


# Cross-validation


@settings(deadline=None)
@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=30))
def test_folds_hold_out_whole_articles_and_every_one_once(groups):
    groups = np.array(groups)
    held = list(folds(groups))
    assert (np.sum(held, axis=0) == 1).all()
    assert len(held) == min(c.FOLDS, len(set(groups.tolist())))
    for group in set(groups.tolist()):
        assert sum(bool(h[groups == group].any()) for h in held) == 1


def test_no_lesson_is_answered_by_what_its_own_article_teaches():
    """Each article has its own vector; in one the answer is odd. Tested on itself that would be found; it must not be."""
    vectors = np.eye(6).repeat(2, axis=0)
    answers = [0] * 10 + [1] * 2
    lessons = made(answers, groups=[g for g in "abcdef" for _ in range(2)], vectors=vectors)
    (found,) = crossed(lessons, [(1.0, 1.0)])
    assert found[10:].argmax(axis=1).tolist() == [0, 0]
    inside = replace(c.fitted(lessons), strength=(1.0, 1.0))(lessons)
    assert inside[10:, 1].min() > found[10:, 1].max()


@settings(deadline=None)
@given(
    arrays(float, st.tuples(st.integers(1, 12), st.just(4)), elements=st.sampled_from([0.1, 0.2, 0.3, 0.4, 0.7])),
    st.data(),
)
def test_threshold_has_the_best_f1_of_all(found, data):
    answer = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(found), max_size=len(found))))
    best = c.threshold(found, answer)
    every = {t: c.stance_f1(found, answer, t) for t in found[:, :NONE].max(axis=1).tolist()}
    right = (found[:, :NONE].argmax(axis=1) == answer).any()
    assert (best is None) == (not right)
    if best is not None:
        assert c.stance_f1(found, answer, best) == pytest.approx(max(every.values()))


def test_threshold_by_hand():
    found = np.array([[0.9, 0, 0, 0.1], [0.6, 0, 0, 0.4], [0.3, 0, 0, 0.7], [0.2, 0, 0, 0.8]])
    assert c.threshold(found, np.array([0, 0, NONE, NONE])) == 0.6
    assert c.threshold(found, np.array([0, NONE, 0, NONE])) == 0.3
    assert c.threshold(found, np.array([1, 1, 1, 1])) is None


def test_f1_of_stances_by_hand():
    found = np.array([[0.9, 0, 0, 0.1], [0, 0.6, 0, 0.4], [0.3, 0, 0, 0.7]])
    assert c.stance_f1(found, np.array([0, 0, 0])) == pytest.approx(2 * 1 / (2 + 3))
    assert c.stance_f1(found[2:], np.array([NONE])) == 1.0


def test_measured_counts_and_intervals():
    rng = np.random.default_rng(1)
    lessons = made(
        [0, NONE] * 20, groups=[f"a{i // 2}" for i in range(40)], odds=[[1, 0, 0, 0]] * 40,
        vectors=np.array([[1, 0], [0, 1]] * 20) + rng.normal(0, 0.05, (40, 2)),
    )  # fmt: skip
    found = c.measured(lessons, learn(lessons), draws=200)
    m = found["tolls"]
    assert found == {"": m, "tolls": m}
    assert m.codings == 40
    assert m.accuracy[0] == 0.5
    assert m.accuracy[1] > 0.9
    assert m.f1[0] == pytest.approx(2 / 3)  # half of what is taken is right, and nothing is missed
    assert m.gain[0] <= m.f1[1] - m.f1[0] <= m.gain[1]
    assert m.gain[0] > 0
    assert m.f1[0] <= m.half <= 1


# What to code next


def test_next_is_doubtful_typical_and_new():
    vectors = np.array([[1, 0], [1, 0], [0.96, 0.28], [0, 1]])
    found = np.array([[0.25] * 4, [0.97, 0.01, 0.01, 0.01], [0.25] * 4, [0.25] * 4])
    # 2 is nearest the middle; 0 is much like it, so the odd one comes before; the sure one last
    assert useful(found, vectors, vectors[:0], 4) == [2, 3, 0, 1]
    assert useful(found, vectors, np.array([[0.96, 0.28]]), 1) == [3]
    assert useful(found[:0], vectors[:0], vectors[:0], 3) == []


@settings(deadline=None)
@given(st.integers(0, 12), st.integers(0, 15), st.integers(0, 999))
def test_next_lists_each_once(n, number, seed):
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, 3))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    chosen = useful(rng.dirichlet(np.ones(4), n), vectors, vectors[: n // 2], number)
    assert len(chosen) == len(set(chosen)) == min(n, number)


# In the record


class Words:
    """A nearness that knows only which words two texts share."""

    def __init__(self, sha256="words"):
        self.sha256 = sha256

    def __call__(self, texts):
        out = np.full((len(texts), 384), 1e-3, dtype=np.float32)
        for i, text in enumerate(texts):
            for word in text.lower().split():
                out[i, sum(word.encode()) % 384] += 1
        return out / np.linalg.norm(out, axis=1, keepdims=True)


class Agrees:
    """A model that takes whatever it is asked for support."""

    def __init__(self, sha256="agrees"):
        self.sha256 = sha256
        self.tokenizer = StanceModel().tokenizer

    def __call__(self, questions):
        told = Told(chances=(0.6, 0.1, 0.1, 0.2), condition=None)
        return [[told for _ in asked] for _, _, asked in questions]


TOLLS = Concept(id="tolls", proposition="Cars should pay tolls.")
RENTS = Concept(id="rents", proposition="Rents should be capped.")


@pytest.fixture
def coded(record):
    """Ten articles, in each of which somebody says something; the machine takes all for support of tolls."""
    record.load_codebook([TOLLS, RENTS], reviewer="ann")
    stories = [story(f"{i}.txt", person(f"Ada Number{i}")) for i in range(10)]
    add(record, *stories)
    for of, read in stories:
        coder = Coder.of([TOLLS, RENTS], Agrees(), Words())
        record.add_codings(of, coder(of, read), coder="c", concepts=[TOLLS, RENTS], settings={})
    return record


def judged(record, answer="none", number=10):
    ids = [x.id for x in record.codings(concept="tolls")]
    return [record.judge_coding(i, answer, reviewer="ann") for i in ids[:number]]


def test_codings_become_passages_with_the_persons_answer(coded):
    judged(coded, "oppose", 3)
    found, outdated = taught(coded)
    assert len(found) == 3
    assert not outdated
    for t in found:
        assert (t.concept, t.answer, t.version) == ("tolls", "oppose", 1)
        who = t.passage.text[slice(*t.passage.actor)]
        assert who.startswith("Ada Number")
        assert evidence_words(t.passage) == f"{who} said that matter 0 was settled"


def test_what_a_person_adds_by_hand_teaches_too(coded):
    place = next(iter(coded.codings(concept="tolls"))).article.id
    coded.code_by_hand(place, Span(0, 11), "Ada Number0", "rents", "support", reviewer="bo")
    (own,) = [t for t in taught(coded)[0] if t.concept == "rents"]
    assert own.answer == "support"


def test_examples_teach(record):
    examples = (Example(text="Kos rejects tolls.", stance="oppose", actor="Kos"), Example(text="No!", stance="oppose"))
    record.load_codebook([replace(TOLLS, examples=examples)], reviewer="ann")
    one, two = taught(record)[0]
    assert one.passage.text[slice(*one.passage.actor)] == "Kos"
    assert (two.passage.text, two.passage.text[slice(*two.passage.actor)]) == ("The speaker: No!", "The speaker")
    assert evidence_words(two.passage) == "No!"
    assert one.group != two.group


def test_learning_changes_answers_as_people_coded(coded):
    judged(coded, "none", 8)
    before = [x.score for x in coded.codings(concept="tolls", checked=False)]
    taught_, report = learn_from(coded, Agrees(), Words())
    told = report.lessons
    after = [score for _, score in recoded(coded, taught_, "tolls")]
    assert len(before) == 2
    assert max(after[-2:]) < min(before)
    tolls = next(x for x in told if x.concept == "tolls")
    assert tolls.codings == 8
    assert tolls.answers == {"support": 0, "oppose": 0, "undecided": 0, "none": 8}
    assert tolls.measured.accuracy == (0.0, 1.0)
    assert "say none" in tolls.advice
    assert "Nothing coded yet" in next(x for x in told if x.concept == "rents").advice


def recoded(record, adjust, concept):
    out = []
    for covered in record.coverage():
        coder = Coder.of(record.concepts(), Agrees(), Words(), adjust)
        found = [x for x in coder(covered.article, covered.read) if x.concept == concept]
        out += [(x.stance, x.score) for x in found] or [("none", 0.0)]
    return out


def test_no_judgement_is_ever_contradicted(coded):
    """One said oppose against nine who said none: its own passage stays oppose, surely, and the others are none."""
    ids = [x.id for x in coded.codings(concept="tolls")]
    for i, id_ in enumerate(ids):
        coded.judge_coding(id_, "oppose" if i == 4 else "none", reviewer="ann")
    taught_, _ = learn_from(coded, Agrees(), Words())
    found = recoded(coded, taught_, "tolls")
    assert [s for s, _ in found] == ["none"] * 4 + ["oppose"] + ["none"] * 5
    assert found[4][1] > 0.99


def test_the_answer_holds_for_the_same_concept_and_actor_alone(coded):
    judged(coded, "oppose", 1)
    taught_, _ = learn_from(coded, Agrees(), Words())
    of = next(iter(coded.coverage(name="0.txt")))
    (passage,) = [p for p in passages(of.article, of.read) if p.statement_id]
    told = Told(chances=(0.6, 0.1, 0.1, 0.2), condition=None)
    vector = Words()([passage.text])[0]
    assert taught_(passage, TOLLS, told, vector) == (0.0, 1.0, 0.0)
    assert taught_(passage, RENTS, told, vector) != (0.0, 1.0, 0.0)
    assert taught_(replace(passage, actor=Span(0, 3)), TOLLS, told, vector) != (0.0, 1.0, 0.0)
    assert taught_(passage, replace(TOLLS, version=2), told, vector) != (0.0, 1.0, 0.0)


def test_two_answers_to_one_question_decide_nothing(record):
    """A codebook with contradictory examples: neither is taken for certain."""
    both = (
        Example(text="Kos spoke.", stance="support", actor="Kos"),
        Example(text="Kos spoke.", stance="oppose", actor="Kos"),
    )
    record.load_codebook([replace(TOLLS, examples=both)], reviewer="ann")
    taught_, _ = learn_from(record, Agrees(), Words())
    assert taught_.answers == {}


def test_adjusted_chances_give_the_score_the_corrections_say():
    """CHANCE weighs the model's log-odds in the coder, so the change is divided by it: the coder undoes that."""
    weights = np.zeros((7, 4))
    weights[0] = [1.0, 0.0, 0.0, -1.0]
    taught_ = Learned("d", Corrections(shared=weights, strength=(1.0, 0.0)), {}, {}, Words(), {})
    passage = Passage(
        appearance_id="", kind="said", text="Kos spoke", actor=Span(0, 3), start=0, own=9, evidence=Span(0, 9)
    )
    model = (0.4, 0.1, 0.1, 0.4)
    got = taught_(passage, TOLLS, Told(chances=model, condition=None), Words()(["Kos spoke"])[0])
    odds = CHANCE * np.log(np.array([*got, 1 - sum(got)]))
    before = CHANCE * np.log(np.array(model))
    moved = (odds - before) - (odds - before)[1]
    assert moved == pytest.approx([c.SHARED[0], 0, 0, -c.SHARED[0]])


def test_what_was_learned_is_kept_and_used_again(coded, where):
    assert learned(coded, Agrees(), Words()) is None
    judged(coded, "none", 6)
    one, _ = learn_from(coded, Agrees(), Words())
    with Record.open(where) as again:
        two = learned(again, Agrees(), Words())
        kept = again.learned()
    assert two.digest == one.digest == kept.id
    assert two.answers == one.answers
    assert two.corrections.strength == one.corrections.strength
    assert recoded(coded, one, "tolls") == recoded(coded, two, "tolls")
    assert kept.trained_on["stance"] == "agrees"
    assert kept.trained_on["versions"] == {"tolls": 1, "rents": 1}
    assert len(kept.trained_on["sources"]) == 6


def test_the_digest_follows_what_was_learned(coded):
    judged(coded, "none", 5)
    one, _ = learn_from(coded, Agrees(), Words())
    same, _ = learn_from(coded, Agrees(), Words())
    judged(coded, "oppose", 1)
    other, _ = learn_from(coded, Agrees(), Words())
    coded.undo(reviewer="ann")
    back, _ = learn_from(coded, Agrees(), Words())
    assert one.digest == same.digest == back.digest != other.digest
    assert learned(coded, Agrees(), Words()).digest == one.digest  # the last that was learned counts


def test_other_weights_learn_anew_from_the_same_codings(coded):
    judged(coded, "none", 5)
    one, _ = learn_from(coded, Agrees(), Words())
    new = learned(coded, Agrees("better"), Words())
    assert new.digest != one.digest
    assert coded.learned().trained_on["stance"] == "better"


def test_codings_of_an_earlier_wording_are_left_out_and_said(coded):
    judged(coded, "none", 4)
    learn_from(coded, Agrees(), Words())
    coded.load_codebook([replace(TOLLS, proposition="Cars should pay no tolls.")], reviewer="ann")
    found, outdated = taught(coded)
    assert (found, outdated) == ([], {"tolls": 4})
    assert len(taught(coded, earlier=True)[0]) == 4
    taught_, told = learn_from(coded, Agrees(), Words())
    assert taught_.corrections.strength == (0.0, 0.0)
    assert "4 codings of an earlier wording" in next(x for x in told.lessons if x.concept == "tolls").advice
    old, _ = learn_from(coded, Agrees(), Words(), earlier=True)
    assert old.corrections.strength != (0.0, 0.0)
    assert old.answers == {}  # an answer to another question is certain of nothing
    coded.load_codebook([TOLLS], reviewer="ann")
    assert len(taught(coded)[0]) == 4  # nothing was lost


def test_nothing_to_learn_from_is_said(record, coded):
    with pytest.raises(InputError, match="nobody has coded anything yet"):
        learn_from(coded, Agrees(), Words())
    for id_ in ("tolls", "rents"):
        coded.drop_concept(id_, reviewer="ann")
    with pytest.raises(InputError, match="the codebook is empty"):
        learn_from(coded, Agrees(), Words())


def test_a_damaged_model_says_what_to_do(coded):
    judged(coded, "none", 3)
    taught_, _ = learn_from(coded, Agrees(), Words())
    coded.keep_learned(taught_.digest, trained_on={}, weights=b"nothing")
    with pytest.raises(RecordError, match="run onrecord learn again"):
        learned(coded, Agrees(), Words())


def test_next_to_code_leaves_out_what_is_checked(coded):
    judged(coded, "none", 7)
    asked = next_to_code(coded, Words(), 30)
    left = {x.id for x in coded.codings(checked=False)}
    assert {x.id for x in asked} == left
    assert next_to_code(coded, Words(), 2) == asked[:2]


def test_a_coding_in_words_the_reader_found_nobody_in(coded):
    """By hand, where no passage of the actor is: the words are put after its name."""
    of = next(iter(coded.coverage(name="0.txt"))).article
    who = next(iter(coded.coverage(name="1.txt")))
    (actor,) = set(who.actor_ids.values())
    coded.code_by_hand(of.id, Span(0, 11), actor, "rents", "support", reviewer="bo")
    (own,) = [t for t in taught(coded)[0] if t.concept == "rents"]
    assert own.passage.text == "Ada Number1: " + of.text[:11]
    assert own.passage.text[slice(*own.passage.actor)] == "Ada Number1"


def test_near_copies_are_one_article(record):
    record.load_codebook([TOLLS], reviewer="ann")
    one, two = story("one.txt", person("Ada Lee")), story("two.txt", person("Ada Lee"))
    copy = (replace(two[0], duplicate_of=one[0].id), two[1])
    add(record, one, copy)
    for of, read in (one, copy):
        (a,) = read.appearances
        evidence = Span(9, 20)
        coding = Coding(
            id=coding_id(of.id, a.id, "tolls", evidence), article_id=of.id, appearance_id=a.id, concept="tolls",
            version=1, stance="support", score=0.5, chances=(0.5, 0.1, 0.1), evidence=evidence,
        )  # fmt: skip
        record.add_codings(of, [coding], coder="c", concepts=[TOLLS], settings={})
        record.judge_coding(coding.id, "support", reviewer="ann")
    assert len({t.group for t in taught(record)[0]}) == 1


# The command


def test_learn_on_the_command_line(coded, where, monkeypatch):
    monkeypatch.setattr("onrecord.reading.stances.StanceModel", Agrees)
    monkeypatch.setattr("onrecord.reading.nearness.Nearness", Words)
    run = CliRunner().invoke
    nothing = run(app, ["learn", "--record", where, "--next", "2"])
    assert nothing.exit_code == 2
    assert "nobody has coded anything yet" in nothing.stderr
    assert nothing.stdout.count("that matter 0 was settled") == 2  # what to begin with
    judged(coded, "none", 9)
    shown = run(app, ["learn", "--record", where, "--next", "3"])
    assert shown.exit_code == 0, shown.stderr
    assert "0.00 → 1.00" in shown.stdout
    assert "Learned" in shown.stderr
    told = json.loads(run(app, ["learn", "--record", where, "--json", "--next", "3"]).stdout)
    assert told["learned"] == coded.learned().id
    assert {x["concept"]: x["codings"] for x in told["lessons"]} == {"tolls": 9, "rents": 0}
    assert [x["concept"] for x in told["next"]] == [x.concept for x in next_to_code(coded, Words(), 3)]
