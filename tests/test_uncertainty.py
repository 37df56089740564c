"""Bounds of ties are those of articles drawn again, and of stances as often wrong as people found them."""

import warnings
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from network_cases import debate
from scipy.stats import binom

from onrecord.analysis import uncertainty
from onrecord.analysis.events import Events
from onrecord.analysis.networks import network
from onrecord.analysis.uncertainty import Errors, errors, with_uncertainty
from onrecord.analysis.windows import windows
from onrecord.errors import InputError

ALL = 1 - 1e-9  # the level whose bounds are the least and the most


def table(*rows):
    """Against, for, undecided × judged so, judged none."""
    return Errors(counts=np.array(rows, np.int64))


SURE = table([10**6, 0, 0, 0], [0, 10**6, 0, 0], [0, 0, 10**6, 0])


def drawn(events, number, seed, *, of):
    """The table with the articles of one draw, each as often as it was drawn, as articles of their own."""
    units, unit = np.unique(of, return_inverse=True)
    rng = np.random.default_rng((seed, number))
    times = rng.multinomial(len(units), np.full(len(units), 1 / len(units)))
    rows = [(row, copy) for row in range(len(events)) for copy in range(times[unit[row]])]
    index = np.array([row for row, _ in rows], np.int64)
    again = events.take(index)
    copies = np.array([copy for _, copy in rows], np.int64)
    shift = copies * 10_000
    return Events(**{name: getattr(again, name) for name in Events.__slots__} | {"documents": again.documents + shift, "groups": again.groups + shift})  # fmt: skip


@pytest.mark.parametrize("mode", ["two-mode", "one-mode"])
@pytest.mark.parametrize("duplicates", ["all", "document", "week", "month", "year", "range"])
def test_bounds_are_those_of_networks_of_drawn_articles(mode, duplicates):
    combinations = product(("ignore", "subtract"), ("no", "activity" if mode == "two-mode" else "average"))
    for seed, (aggregation, normalization) in enumerate(combinations):
        events = debate(seed, size=60, undated=0)
        settings = {
            "mode": mode, "aggregation": aggregation, "normalization": normalization, "duplicates": duplicates,
            "weights": "score" if seed % 2 else "none",
        }  # fmt: skip
        # What never counts is no article that could have been drawn.
        counting = network(events, **settings).counted
        events = events.take(np.sort(counting.chosen.index))
        made = with_uncertainty(network(events, **settings), draws=6, level=ALL, seed=seed)
        assert made.about["uncertainty"]["articles"] == len(np.unique(events.groups))
        found = []
        for number in range(6):
            again = network(drawn(events, number, seed, of=events.groups), **settings, isolates=True)
            rows = [again.rows.index(name) for name in made.rows]
            columns = [again.columns.index(name) for name in made.columns]
            found.append(again.weights[np.ix_(rows, columns)])
        np.testing.assert_allclose(made.low, np.min(found, axis=0), atol=1e-7)
        np.testing.assert_allclose(made.high, np.max(found, axis=0), atol=1e-7)


def test_bounds_of_a_share_are_those_of_the_binomial_distribution():
    # 40 articles of one statement, 30 of them on x: in a draw there are Binomial(40, 3/4) of these.
    events = Events.of({"organization": ["a"] * 40, "concept": ["x"] * 30 + ["y"] * 10, "agreement": [True] * 40})
    made = with_uncertainty(network(events), draws=4000, level=0.9)
    wanted = binom(40, 0.75).ppf([0.05, 0.95])
    assert [made.low[0, 0], made.high[0, 0]] == pytest.approx(wanted, abs=1)
    assert made.low[0, 1] == pytest.approx(40 - made.high[0, 0], abs=1)


def test_a_tie_that_hangs_on_one_article_may_not_be_there():
    events = Events.of(
        {"organization": ["a", "b", *"cdef"], "concept": ["x"] * 2 + ["y"] * 4, "agreement": [True] * 6},
        documents=[1, 1, 2, 3, 4, 5],
    )
    made = with_uncertainty(network(events, mode="one-mode", aggregation="congruence"), draws=300)
    assert made.low[0, 1] == 0 < made.high[0, 1]


def test_near_copies_are_drawn_together():
    events = Events.of(
        {"organization": ["a", "a"], "concept": ["x", "x"], "agreement": [True] * 2}, documents=["one", "two"], groups=["one", "one"]
    )  # fmt: skip
    once = with_uncertainty(network(events), draws=50)
    assert (once.low[0, 0], once.high[0, 0], once.about["uncertainty"]["articles"]) == (1, 1, 1)
    apart = with_uncertainty(network(events, copies="all"), draws=50)
    assert (apart.low[0, 0], apart.high[0, 0], apart.about["uncertainty"]["articles"]) == (2, 2, 2)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("aggregation", ["ignore", "congruence", "conflict", "subtract"])
def test_the_share_checked_is_that_of_the_evidence(seed, aggregation):
    events = debate(seed, size=80)
    checked = dict(zip(events.ids, events.checked.tolist(), strict=True))
    nets = [network(events, mode="one-mode", aggregation=aggregation)]
    nets += [network(events, aggregation=aggregation)] if aggregation in {"ignore", "subtract"} else []
    for made in (with_uncertainty(n, draws=2) for n in nets):
        for (r, row), (c, column) in product(enumerate(made.rows), enumerate(made.columns)):
            evidence = [checked[id_] for id_ in made.evidence(row, column)]
            assert made.checked[r, c] == pytest.approx(sum(evidence) / len(evidence) if evidence else 0)


def test_sure_stances_change_nothing():
    events = debate(2, size=80, copies=False)
    for mode, aggregation in (("two-mode", "subtract"), ("one-mode", "congruence"), ("one-mode", "ignore")):
        plain = with_uncertainty(network(events, mode=mode, aggregation=aggregation), draws=20)
        erring = with_uncertainty(network(events, mode=mode, aggregation=aggregation), draws=20, errors=SURE)
        np.testing.assert_allclose(plain.low, erring.low)
        np.testing.assert_allclose(plain.high, erring.high)
        assert erring.about["uncertainty"]["errors"]["support"] == {
            "support": 10**6,
            "oppose": 0,
            "undecided": 0,
            "none": 0,
        }


def said(answer, checked, times=60):
    return Events.of(
        {"organization": ["a"] * times, "concept": ["x"] * times, "agreement": [answer] * times}, checked=[checked] * times,
        kinds={"agreement": "boolean"},
    )  # fmt: skip


def test_what_is_always_found_wrong_turns_round_unless_checked():
    wrong = table([0, 10**6, 0, 0], [10**6, 0, 0, 0], [0, 0, 10**6, 0])
    for answer, sign in ((True, 1), (False, -1)):
        machine = with_uncertainty(network(said(answer, False), aggregation="subtract"), draws=30, errors=wrong)
        assert machine.low[0, 0] == machine.high[0, 0] == -60 * sign
        person = with_uncertainty(network(said(answer, True), aggregation="subtract"), draws=30, errors=wrong)
        assert person.low[0, 0] == person.high[0, 0] == 60 * sign
        assert (person.checked[0, 0], machine.checked[0, 0]) == (1, 0)


def test_what_takes_no_stance_or_is_undecided_falls_out():
    for answers in ([0, 0, 0, 10**6], [0, 0, 10**6, 0]):
        made = with_uncertainty(network(said(True, False)), draws=30, errors=table([0] * 4, answers, [0] * 4))
        assert made.high[0, 0] == 0
        assert made.weights[0, 0] == 60
    half = with_uncertainty(
        network(said(True, False), undecided="half"), draws=30, errors=table([0] * 4, [0, 0, 10**6, 0], [0] * 4)
    )
    assert half.low[0, 0] == 60


def test_the_undecided_may_turn_out_to_be_for_it():
    events = Events.of(
        {"organization": ["a"] * 10, "concept": ["x"] * 10, "agreement": [True] * 5 + ["undecided"] * 5},
        documents=[1] * 10, kinds={"agreement": "boolean"},
    )  # fmt: skip
    made = with_uncertainty(network(events), draws=30, errors=table([0] * 4, [0, 10**6, 0, 0], [0, 10**6, 0, 0]))
    assert (made.weights[0, 0], made.low[0, 0], made.high[0, 0]) == (5, 10, 10)


def test_rates_from_few_judgements_are_wider():
    widths = []
    for judged in (20, 2000):
        made = with_uncertainty(
            network(said(True, False), aggregation="subtract"), draws=400,
            errors=table([0] * 4, [judged // 4, judged - judged // 4, 0, 0], [0] * 4),
        )  # fmt: skip
        widths.append(made.high[0, 0] - made.low[0, 0])
    assert widths[0] > 1.3 * widths[1] > 0


def coded(found, stance, by="ann"):
    return SimpleNamespace(found=found, stance=stance, judged_by=by)


def test_the_table_of_errors_is_counted_from_what_people_judged():
    made = errors(
        [
            *[coded("support", "support")] * 5, coded("support", "oppose"), coded("oppose", "none"), coded("undecided", "support"),
            coded("oppose", "oppose", by=None), coded(None, "support"), coded("none", "support"),
        ]
    )  # fmt: skip
    assert made.counts.tolist() == [[0, 0, 0, 1], [1, 5, 0, 0], [0, 1, 0, 0]]
    assert made.judged == 8
    assert made.told()["oppose"] == {"support": 0, "oppose": 0, "undecided": 0, "none": 1}


def test_too_few_judgements_say_nothing_about_errors():
    made = with_uncertainty(network(said(True, False)), draws=10, errors=table([0] * 4, [19, 0, 0, 0], [0] * 4))
    assert made.low[0, 0] == 60
    assert made.about["uncertainty"]["errors"] is None


def test_the_same_seed_gives_the_same_bounds_however_much_is_held(monkeypatch):
    made = network(debate(3, size=100), mode="one-mode", aggregation="subtract", normalization="cosine")
    first = with_uncertainty(made, draws=30, seed=5)
    monkeypatch.setattr(uncertainty, "_HELD", 100)
    again = with_uncertainty(made, draws=30, seed=5)
    other = with_uncertainty(made, draws=30, seed=6)
    assert (first.low == again.low).all()
    assert (first.high == again.high).all()
    assert (first.low != other.low).any()


@pytest.mark.parametrize("qualifier", ["agreement", "intensity", "tone"])
@pytest.mark.parametrize("dna", [False, True])
def test_bounds_are_numbers_in_order_and_the_same_both_ways(qualifier, dna):
    for aggregation, normalization in product(
        ("ignore", "congruence", "conflict", "subtract"), ("no", "average", "jaccard", "cosine")
    ):
        made = with_uncertainty(
            network(debate(4, size=80), mode="one-mode", qualifier=qualifier, aggregation=aggregation, normalization=normalization, dna=dna),
            draws=8, errors=SURE,
        )  # fmt: skip
        assert np.isfinite(made.low).all()
        assert np.isfinite(made.high).all()
        assert (made.low <= made.high).all()
        assert (made.low == made.low.T).all()
        assert not made.high.diagonal().any()
        assert ((made.checked >= 0) & (made.checked <= 1)).all()
        if qualifier == "tone" and dna:
            assert (made.high != 0).any() or aggregation == "congruence"


def test_windows_have_uncertainty_too():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = windows(
            debate(5, size=120, days=60),
            "20d",
            step="20d",
            kernel="gaussian",
            mode="one-mode",
            aggregation="congruence",
        )
    for each in made:
        unsure = with_uncertainty(each, draws=40)
        assert ((unsure.low <= each.weights) | (each.weights == 0)).mean() > 0.8
        assert unsure.graph.number_of_edges() == each.graph.number_of_edges()
        assert all({"weight", "low", "high", "checked"} == set(told) for _, _, told in unsure.graph.edges(data=True))


def test_empty_networks_have_empty_bounds():
    made = with_uncertainty(
        network(debate(0).take(np.zeros(60, bool)), mode="one-mode", isolates=True), draws=5, errors=SURE
    )
    assert (made.low.shape, made.high.any(), made.checked.any()) == ((6, 6), False, False)
    assert with_uncertainty(
        network(Events.of({"organization": [], "concept": [], "agreement": []})), draws=5
    ).low.shape == (0, 0)


@pytest.mark.parametrize("options", [{"draws": 1}, {"level": 0}, {"level": 1.0}])
def test_what_cannot_be_drawn_is_refused(options):
    with pytest.raises(InputError, match="take two draws at least"):
        with_uncertainty(network(debate(0)), **options)
