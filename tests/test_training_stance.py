"""The parts of the stance model's training that need no network: data, packing, measures, passages of the cases."""

import json
import random

import numpy as np
import pytest

from onrecord.reading.passages import sentences
from onrecord.reading.stances import CLOSE, CLS, LONGEST, OPEN, SEP, chances, condition_span, marked, must_hold
from training.stance.cases import Answer, candidates, context, measured
from training.stance.exchange import exchangeable, exchanged, with_exchanges
from training.stance.measure import calibration_error, condition_f1, f1, risk_coverage, temperature
from training.stance.negatives import elsewhere, neighbours, with_leads, with_near
from training.stance.packing import MASK, batches, joined, loosened, masked, packed, vocabulary, with_strangers
from training.stance.pairs import STANCES, Asked, Passage, directed, groups, occurrence, part, passage, split

READ = vocabulary()
TEXT = "Norway will sign if Sweden does. Denmark's minister, Ida Holm, said no."


def line(**change):
    raw = {
        "text": TEXT,
        "actor": "Norway",
        "nth": 1,
        "propositions": [
            {"p": "Norway should sign.", "stance": "support", "conditions": ["if Sweden does"]},
            {"p": "Fish should be free.", "stance": "none", "conditions": []},
        ],
    }
    return json.dumps(raw | change)


def test_a_line_becomes_spans_of_its_text():
    p = passage(line(), "W")
    assert p.text[slice(*p.actor)] == "Norway"
    assert [STANCES[a.stance] for a in p.asked] == ["support", "none"]
    assert [p.text[slice(*c)] for c in p.asked[0].conditions] == ["if Sweden does"]


def test_the_nth_mention_is_meant():
    assert occurrence("Iran, Iraq, Iran", "Iran", 2) == (12, 16)
    assert occurrence("Iran, Iraq, Iran", "Iran", 5) == (12, 16)
    with pytest.raises(ValueError, match="is not in"):
        occurrence("Iran", "Oman", 1)


def test_texts_about_one_event_share_a_group():
    other = ["Teachers in Leeds ended their strike.", "The bank kept rates at four percent.", "Rain stopped play."]
    a = "Malta backed the shipping levy in Valletta, minister Vassallo said."
    b = "Minister Vassallo of Malta said in Valletta that the shipping levy had backers."
    assert groups([a, *other, b, a]) == [0, 1, 2, 3, 0, 0]


def test_a_group_is_never_torn_and_every_part_gets_its_share():
    texts = [f"text {i}" for i in range(4000)]
    passages = [Passage(text=t, actor=(0, 4), asked=(), origin="W", group=i // 2) for i, t in enumerate(texts)]
    parts = split(passages)
    where = {name: {p.group for p in those} for name, those in parts.items()}
    assert not where["train"] & where["dev"] | where["train"] & where["held"] | where["dev"] & where["held"]
    assert 0.035 < len(parts["dev"]) / 4000 < 0.065
    assert 0.035 < len(parts["held"]) / 4000 < 0.065
    assert part("text 1") == part("text 1")


def test_packing_marks_the_actor_and_gives_each_proposition_its_segment():
    p = packed(passage(line(), "W"), READ)
    ids, segment, position = p.pieces
    assert ids[0] == CLS
    assert ids[p.actor] == OPEN
    assert READ.decode(ids[p.actor + 1 : list(ids).index(CLOSE)].tolist()) == "norway"
    assert [ids[i] for i in p.lead] == [CLS, CLS]
    assert [ids[i - 1] for i in p.lead] == [SEP, SEP]
    size = int((segment == 0).sum())
    assert list(position[:size]) == list(range(size))
    assert {int(position[i]) for i in p.lead} == {size}
    assert sorted(set(segment.tolist())) == [0, 1, 2]


def test_condition_pieces_are_those_of_the_words():
    p = packed(passage(line(), "W"), READ)
    chosen = p.offsets[p.condition[0]]
    assert TEXT[chosen[0, 0] : chosen[-1, 1]] == "if Sweden does"
    assert not p.condition[1].any()


def test_a_long_text_is_cut_around_its_actor():
    text = "word " * 300 + "Norway" + " word" * 300
    ids, offsets, actor = marked(text, (1500, 1506), READ)
    assert len(ids) == len(offsets) == LONGEST
    assert ids[actor] == OPEN
    assert text[slice(*offsets[actor + 1])] == "Norway"
    early, _, first = marked(text, (0, 4), READ)
    assert (first, early[1], len(early)) == (1, OPEN, LONGEST)


def test_a_batch_pads_without_touching_what_it_holds():
    a, b = packed(passage(line(), "W"), READ), packed(passage(line(propositions=[]), "W"), READ)
    batch = joined([a, b])
    assert batch.pieces.shape[2] % 16 == 0
    assert np.array_equal(batch.pieces[:, 0, : a.pieces.shape[1]], a.pieces)
    assert set(batch.pieces[1, 1, b.pieces.shape[1] :].tolist()) == {-1}
    assert batch.stance.tolist() == [[0, 3], [-1, -1]]


def test_batches_hold_everything_once_and_keep_their_size():
    those = [packed(passage(line(propositions=[{"p": "Sign.", "stance": "none", "conditions": []}] * n), "W"), READ) for n in range(1, 9)] * 5  # fmt: skip
    made = list(batches(those, 256, random.Random(0)))
    assert sorted(i for group in made for i in group) == list(range(40))
    assert all(joined([those[i] for i in g]).pieces[0].size <= 256 for g in made)


def test_hiding_spares_specials_and_markers():
    batch = joined([packed(passage(line(), "W"), READ)])
    hidden = masked(batch, 1.0, np.random.default_rng(0)).pieces[0]
    kept = hidden != MASK
    assert set(batch.pieces[0][kept].tolist()) <= {0, OPEN, CLOSE, CLS, SEP}
    assert np.array_equal(batch.pieces[0][kept], hidden[kept])


def test_a_loosened_mention_takes_titles_but_no_other_clause():
    text = "Asked twice, Finance Minister Ida Holm said no."
    p = Passage(text=text, actor=(30, 38), asked=(), origin="W")
    seen = {text[slice(*loosened(p, random.Random(i)).actor)] for i in range(20)}
    assert seen == {"Minister Ida Holm", "Finance Minister Ida Holm"}


def test_strangers_come_from_other_events_and_carry_no_stance():
    asked = tuple(Asked(proposition=f"p{i}", stance=0) for i in range(2))
    passages = [Passage(text="t", actor=(0, 1), asked=asked, origin="W", group=g) for g in (1, 1, 2)]
    passages[2] = Passage(text="t", actor=(0, 1), asked=(Asked(proposition="far", stance=1),), origin="W", group=2)
    seen = [p.asked[2:] for i in range(30) for p in with_strangers(passages, random.Random(i), 1.0)[:2]]
    assert {a.proposition for extra in seen for a in extra} == {"far"}
    assert {STANCES[a.stance] for extra in seen for a in extra} == {"none"}


def test_f1_counts_each_stance_alike():
    got = f1(np.array([0, 0, 1, 2, 3]), np.array([0, 1, 1, 2, 3]))
    assert got["support"] == pytest.approx(2 / 3)
    assert got["oppose"] == pytest.approx(2 / 3)
    assert got["macro"] == pytest.approx((2 / 3 + 2 / 3 + 1 + 1) / 4)


def test_temperature_cools_what_is_too_sure():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(4000, 4))
    gold = np.array([rng.choice(4, p=row) for row in chances(logits)])
    assert temperature(logits, gold) == pytest.approx(1.0, abs=0.15)
    assert temperature(3 * logits, gold) == pytest.approx(3.0, abs=0.4)
    right = (3 * logits).argmax(1) == gold
    assert calibration_error(chances(3 * logits, 3.0).max(1), right) < calibration_error(
        chances(3 * logits).max(1), right
    )


def test_risk_falls_with_coverage_when_scores_are_good():
    chance = np.array([[0.9, 0.1, 0, 0], [0.8, 0.2, 0, 0], [0.6, 0.4, 0, 0], [0.5, 0.4, 0.1, 0], [0, 0, 0, 1.0]])
    assert risk_coverage(chance, np.array([0, 0, 0, 1, 0])) == {"25%": 1.0, "50%": 1.0, "75%": 1.0, "100%": 0.75}


def test_the_condition_is_the_best_run_of_pieces():
    offsets = np.array([[-1, -1], [0, 2], [3, 5], [6, 8], [9, 11], [-1, -1]])
    assert condition_span(np.array([9.0, -1, 2, -0.5, 1, 9]), offsets) == (3, 11)
    assert condition_span(np.array([9.0, -1, 2, -3, 1, 9]), offsets) == (3, 5)
    assert condition_span(np.full(6, -1.0), offsets) is None
    assert condition_span(np.full(6, -1.0), offsets, shift=2.0) == (0, 11)


def test_condition_scores_count_characters_without_blanks():
    assert condition_f1([("if a b", [(0, 6)], (0, 4))])["chars"] == pytest.approx(2 * 3 / 7)
    assert condition_f1([("if a b", [], (0, 4)), ("if a b", [(0, 4)], None)]) == {"chars": 0.0, "present": 0.0}


@pytest.mark.parametrize(
    "words", ["if Paris pays", "only after a vote", "provided the", "Not before May", "but not until it"]
)
def test_these_must_hold(words):
    assert must_hold(words)


@pytest.mark.parametrize("words", ["unless Paris pays", "Without a mandate", "until the", '"unless'])
def test_these_must_not_hold(words):
    assert not must_hold(words)


def test_sentences_end_at_their_marks_and_at_lines():
    text = "Mr. Holt left. “Why?” he asked.\nNo. 3 won.\n\nThe U.S. team lost 2.5 points."
    assert [text[slice(*s)] for s in sentences(text)] == [
        "Mr. Holt left.", "“Why?” he asked.", "No. 3 won.", "The U.S. team lost 2.5 points.",
    ]  # fmt: skip


def test_context_is_the_paragraph_or_as_much_of_it_as_is_enough():
    text = "Before.\n\nOne is here. Two is there. Three is far.\n\nAfter."
    at = text.index("Two")
    assert text[slice(*context(text, [(at, at + 3)]))] == "One is here. Two is there. Three is far."
    assert text[slice(*context(text, [(at, at + 3)], enough=30))] == "One is here. Two is there."
    assert text[slice(*context(text, [(at, at + 3)], enough=5))] == "Two is there."


def article():
    text = "Norway’s premier, Ida Holm, backs the tax if Sweden does.\n\n“It is fair. It is good.”"
    return {
        "id": "x",
        "text": text,
        "proposals": [{"id": "p1", "proposition": "Tax."}, {"id": "p2", "proposition": "War."}],
        "actors": [{"id": "a1", "name": "Ida Holm", "kind": "person", "aliases": ["the premier"]}],
        "statements": [{"actor": "a1", "source": None, "cue": None, "content": [[59, len(text)]]}],
        "positions": [
            {"actor": "a1", "proposal": "p1", "stance": "support", "conditions": [[42, 56]], "evidence": [0, 57]}
        ],
    }


def test_an_actor_who_is_not_named_in_a_passage_is_named_before_it():
    (_, said, start), (_, told, zero) = candidates(article())
    assert said.text.startswith("Ida Holm: “It")
    assert article()["text"][start + said.text.index("fair") :].startswith("fair")
    assert told.text[slice(*told.actor)] == "Ida Holm"
    assert zero == 0


def test_a_position_counts_with_its_actor_its_proposal_and_its_stance():
    yes, no = np.array([0.9, 0.05, 0.05, 0]), np.array([0, 0.95, 0.05, 0])
    right = Answer(actor="a1", proposal="p1", chance=yes, condition=(42, 56))
    wrong = Answer(actor="a1", proposal="p2", chance=no, condition=None)
    got = measured([article()], [[right, wrong]])
    assert (got["precision"], got["recall"]) == (0.5, 1.0)
    assert got["condition"]["chars"] == 1.0
    louder = Answer(actor="a1", proposal="p1", chance=no, condition=None)
    assert measured([article()], [[right, louder]])["recall"] == 0.0


def test_two_actors_exchange_names_and_the_question_stays_at_its_place():
    p = passage(line(), "W")
    got = exchanged(p, "Ida Holm")
    assert got.text == "Ida Holm will sign if Sweden does. Denmark's minister, Norway, said no."
    assert got.text[slice(*got.actor)] == "Ida Holm"
    assert [q.proposition for q in got.asked] == ["Ida Holm should sign.", "Fish should be free."]
    assert [got.text[slice(*c)] for c in got.asked[0].conditions] == ["if Sweden does"]


def test_only_names_that_tell_nothing_elsewhere_are_exchanged():
    assert exchangeable("Ann Lee and Bo Ek.", "Ann Lee", "Bo Ek")
    assert not exchangeable("Ann Lee and Bo Ek. Lee left.", "Ann Lee", "Bo Ek")
    assert not exchangeable("The bank and Bo Ek.", "The bank", "Bo Ek")
    assert not exchangeable("Ann Lee and Lee.", "Ann Lee", "Lee")


def test_an_exchange_needs_another_actor_of_the_same_text():
    passages = [passage(line(actor=a), "W") for a in ("Norway", "Ida Holm")]
    alone = passage(line(text="Norway signs.", propositions=[]), "W")
    got = with_exchanges([*passages, alone], random.Random(0), 1.0)
    assert [p.text[slice(*p.actor)] for p in got] == ["Ida Holm", "Norway", "Norway"]


def test_sentences_of_directed_sentiment_tell_whose_the_stance_is(tmp_path):
    rows = [
        {"sentence": "[Ann Lee] praised [the mayor]s plan.", "p": "Ann Lee", "q": "the mayor", "label": "1"},
        {"sentence": "[Ann Lee] was attacked by [Bob].", "p": "Ann Lee", "q": "Bob", "label": "4"},
        {"sentence": "[Ann Lee] met [Bob].", "p": "Ann Lee", "q": "Bob", "label": "0"},
    ]
    file = tmp_path / "train.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = [(p.text[slice(*p.actor)], p.asked[0].proposition, STANCES[p.asked[0].stance]) for p in directed(file)]
    assert found == [
        ("Ann Lee", "the mayors", "support"), ("the mayors", "Ann Lee", "none"),
        ("Ann Lee", "Bob", "none"), ("Bob", "Ann Lee", "oppose"),
    ]  # fmt: skip
    assert {p.text for p in directed(file)} == {"Ann Lee praised the mayors plan.", "Ann Lee was attacked by Bob."}


def test_a_proposition_moved_to_another_country_keeps_its_form():
    rng = random.Random(3)
    moved = {elsewhere("Norway should send Norwegian troops.", "Norway will decide.", rng) for _ in range(40)}
    assert len(moved - {None}) > 10
    for proposition in moved - {None}:
        assert proposition.endswith(" troops.")
        assert (proposition.startswith("Norway")) != ("Norwegian" in proposition)
    assert elsewhere("Taxes should rise.", "Norway will decide.", rng) is None


def test_near_questions_are_of_other_events_and_have_no_stance():
    def one(text, proposition, group):
        return Passage(
            text=text, actor=(0, 3), asked=(Asked(proposition=proposition, stance=0),), origin="K", group=group
        )

    passages = [one("Ann says yes.", "a", 0), one("Bob says no.", "b", 1), one("Cat says no.", "c", 2)]
    table = {"a": (1, 0, 0), "b": (0.5, 0.866, 0), "c": (0.1, 0, 0.995)}
    near = neighbours(passages, lambda texts: np.array([table[t] for t in texts], dtype=np.float32))
    assert near[0] == ["b"]
    asked = with_near(passages, near, random.Random(0), 1.0)
    assert [(q.proposition, q.stance) for q in asked[0].asked] == [("a", 0), ("b", 3)]
    assert asked[2].asked == passages[2].asked


def test_a_lead_moves_the_actor_and_the_conditions():
    a = Passage(text="Ann would, if Bob did.", actor=(0, 3), origin="K", group=0,
                asked=(Asked(proposition="p", stance=0, conditions=((11, 21),)),))  # fmt: skip
    b = Passage(text="Bob refused it. He laughed.", actor=(0, 3), asked=a.asked[:0], origin="K", group=0)
    led = with_leads([a, b], random.Random(0), 1.0)[0]
    assert led.text == "Bob refused it. Ann would, if Bob did."
    assert led.text[slice(*led.actor)] == "Ann"
    assert [led.text[slice(*c)] for c in led.asked[0].conditions] == ["if Bob did"]
