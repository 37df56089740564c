"""What counts as right."""

import random

import pytest

from onrecord.evaluation import Scored, b_cubed, kind_of
from onrecord.evaluation import evaluate as evaluated

TEXT = "“No,” said Ann. Bob wants to go."
ANN = {"source": [(11, 14)], "cue": [(6, 10)], "content": [(0, 5)]}
BOB = {"source": [(16, 19)], "cue": [(20, 25)], "content": [(26, 31)]}


def evaluate(articles, **options):
    return evaluated([Scored(*a) for a in articles], **options)


def test_the_same_is_right():
    scores = evaluate([(TEXT, [ANN, BOB], [BOB, ANN])])
    assert all(m.f1 == 1 for name, m in scores.items() if not name.startswith("R."))
    assert (scores["R.direct"].recall, scores["R.indirect"].recall) == (1, 1)


def test_another_source_is_not_whole():
    scores = evaluate([(TEXT, [ANN], [ANN | {"source": [(16, 19)]}])])
    assert scores["whole"].right == 0
    assert scores["content.exact"].f1 == 1


def test_no_source_agrees_with_no_source_only():
    assert evaluate([(TEXT, [ANN | {"source": []}], [ANN | {"source": []}])])["whole"].f1 == 1
    assert evaluate([(TEXT, [ANN | {"source": []}], [ANN])])["whole"].f1 == 0


def test_half_of_the_content_is_enough_less_is_not():
    assert evaluate([(TEXT, [BOB | {"content": [(20, 31)]}], [BOB | {"content": [(26, 31)]}])])["whole"].right == 0
    assert evaluate([(TEXT, [BOB | {"content": [(23, 31)]}], [BOB | {"content": [(26, 31)]}])])["whole"].right == 1


def test_a_split_content_is_one_span_but_two_fragments():
    split = ANN | {"content": [(0, 5), (26, 31)]}
    scores = evaluate([(TEXT, [split], [ANN])])
    assert scores["content.exact"].right == 0
    assert (scores["content.frag"].right, scores["content.frag"].gold) == (1, 2)


def test_white_space_does_not_count():
    assert evaluate([(TEXT, [BOB], [BOB | {"source": [(15, 20)]}])])["source.exact"].f1 == 1


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("“No.”", "direct"),
        ('that it is "dead" now', "mixed"),
        ("that it is dead", "indirect"),
        ("it’s dead", "indirect"),
    ],
)
def test_kind_of(words, kind):
    assert kind_of(words) == kind


def test_intervals_hold_the_value_and_shrink_with_more_articles():
    rng = random.Random(0)
    articles = [(TEXT, [ANN, BOB], [ANN] if rng.random() < 0.5 else [ANN, BOB]) for _ in range(200)]
    few, many = (evaluate(articles[:n], bootstrap=200)["whole"] for n in (20, 200))
    for m in (few, many):
        assert m.interval[0] <= m.f1 <= m.interval[1]
    assert many.interval[1] - many.interval[0] < few.interval[1] - few.interval[0]
    assert evaluate(articles, bootstrap=50) == evaluate(articles, bootstrap=50)


def test_an_actor_is_right_by_any_of_its_names_wrong_or_open():
    names = [frozenset({"Ann Day", "Ann"}), frozenset({"Bob Lee"})]
    scores = evaluate([(TEXT, [ANN, BOB], [ANN, BOB], names, ["ann", "Bob"])])
    assert (scores["actor.right"].recall, scores["actor.wrong"].recall, scores["actor.open"].recall) == (0.5, 0.5, 0)
    scores = evaluate([(TEXT, [ANN, BOB], [ANN], names, [None])])
    assert (scores["actor.open"].right, scores["actor.recall"].gold) == (1, 2)


def test_b_cubed_of_a_known_case():
    # Bagga & Baldwin: one cluster of two joined with one of three
    precision, recall, _ = b_cubed([("a", 1), ("a", 1), ("b", 1), ("b", 1), ("b", 1)])
    assert precision == pytest.approx((2 * 2 / 5 + 3 * 3 / 5) / 5)
    assert recall == 1
