"""Polarization: the searches against all divisions, figures worked out by hand, and debates that have no camps."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.analysis.modularity import benefit, improve, leading_eigenvector, modularity, within
from onrecord.analysis.polarization import divisions, how_many, polarization, polarization_over_time
from onrecord.analysis.ties import Ties, ties
from onrecord.errors import InputError


def names(n):
    return tuple(f"a{i:02}" for i in range(n))


def random_network(seed, n, low=-3, high=4):
    rng = np.random.default_rng(seed)
    weights = np.triu(rng.integers(low, high, (n, n)), 1).astype(float)
    return ties(weights + weights.T, names(n))


def camps(*sizes, within_=1.0, between=-1.0):
    group = np.repeat(np.arange(len(sizes)), sizes)
    weights = np.where(group[:, None] == group[None, :], within_, between)
    np.fill_diagonal(weights, 0)
    return ties(weights, names(len(group)))


def cells(weights):
    """Gómez, Jensen & Arenas 2009, equation 11: what each pair of nodes adds if it is in one group."""
    n = len(weights)
    plus = [[max(w, 0) for w in row] for row in weights]
    minus = [[max(-w, 0) for w in row] for row in weights]
    p, m = [sum(row) for row in plus], [sum(row) for row in minus]
    chance = [[p[i] * p[j] / max(sum(p), 1e-9) - m[i] * m[j] / max(sum(m), 1e-9) for j in range(n)] for i in range(n)]
    return [[(weights[i][j] - chance[i][j]) / max(sum(p) + sum(m), 1e-9) for j in range(n)] for i in range(n)]


def by_the_paper(weights):
    worth = cells(weights.tolist())
    pairs = list(product(range(len(worth)), repeat=2))
    return lambda division: sum(worth[i][j] for i, j in pairs if division[i] == division[j])


def by_hand_ei(weights):
    pairs = [(i, j, w) for i, row in enumerate(weights.tolist()) for j, w in enumerate(row[:i])]
    everything = sum(abs(w) for _, _, w in pairs)
    return lambda division: sum(w if division[i] == division[j] else -w for i, j, w in pairs) / everything


@given(st.integers(0, 10**6), st.integers(2, 8), st.integers(1, 4))
@settings(deadline=None)
def test_modularity_is_that_of_the_paper(seed, n, k):
    weights = random_network(seed, n).weights
    division = np.random.default_rng(seed + 1).integers(k, size=n)
    assert modularity(weights, division) == pytest.approx(by_the_paper(weights)(division), abs=1e-12)


def test_modularity_of_the_karate_club():
    networkx = pytest.importorskip("networkx")
    graph = networkx.karate_club_graph()
    weights = networkx.to_numpy_array(graph)
    sides = np.array([int(graph.nodes[v]["club"] == "Officer") for v in graph])
    groups = [set(np.flatnonzero(sides == s).tolist()) for s in (0, 1)]
    assert modularity(weights, sides) == pytest.approx(networkx.community.modularity(graph, groups))
    unweighted = (weights > 0).astype(float)
    # Newman 2006, table 1: the leading eigenvector method finds 0.419, which is also the highest there is (0.4198)
    assert modularity(unweighted, leading_eigenvector(unweighted)) == pytest.approx(0.419, abs=0.001)


@given(st.integers(0, 10**6), st.integers(2, 8), st.integers(2, 3), st.booleans())
@settings(deadline=None, max_examples=60)
def test_no_single_step_is_left_that_helps(seed, n, k, exchange):
    n = max(n, k)
    worth = benefit(random_network(seed, n).weights)
    start = np.random.default_rng(seed).permutation(np.arange(n) % k)
    found = improve(worth, start, k, exchange=exchange)
    value = within(worth, found)
    assert value >= within(worth, start) - 1e-12
    assert len(set(found)) == k
    for a in range(n):
        for b in range(n):
            other = found.copy()
            if exchange:
                other[a], other[b] = found[b], found[a]
            elif np.sum(found == found[a]) > 1:
                other[a] = b % k
            assert within(worth, other) <= value + 1e-9


@pytest.mark.parametrize(("n", "k"), [(1, 1), (4, 2), (5, 2), (6, 3), (7, 3)])
@pytest.mark.parametrize("equal", [True, False])
def test_all_divisions_each_once(n, k, equal):
    def form(labels):
        return frozenset(frozenset(i for i in range(n) if labels[i] == g) for g in set(labels))

    every = {form(labels) for labels in product(range(k), repeat=n) if len(set(labels)) == k}
    if equal:
        every = {d for d in every if max(map(len, d)) - min(map(len, d)) <= 1}
    found = [form(labels.tolist()) for labels in divisions(n, k, equal=equal)]
    assert len(found) == len(set(found))
    assert set(found) == every
    assert how_many(n, k, equal=equal) == len(every)


@pytest.mark.parametrize("sizes", ["equal", "any"])
@pytest.mark.parametrize("quality", ["modularity", "ei"])
@pytest.mark.parametrize(("n", "k"), [(6, 2), (7, 2), (6, 3)])
def test_exact_is_the_best_of_all_and_greedy_and_genetic_find_it(n, k, quality, sizes):
    for seed in range(2):
        network = random_network(seed, n)
        measure = {"modularity": by_the_paper, "ei": by_hand_ei}[quality](network.weights)
        fits = [
            labels
            for labels in product(range(k), repeat=n)
            if len(set(labels)) == k
            and (sizes == "any" or max(map(labels.count, range(k))) - min(map(labels.count, range(k))) <= 1)
        ]
        best = max(measure(labels) for labels in fits)
        for search in ("exact", "greedy", "genetic"):
            found = polarization(network, k=k, quality=quality, sizes=sizes, search=search)
            labels = [found.groups[name] for name in network.rows]
            assert found.score == pytest.approx(measure(labels), abs=1e-12)
            assert found.score == pytest.approx(best, abs=1e-9), search


@pytest.mark.parametrize("search", ["exact", "greedy", "genetic"])
def test_two_camps_are_fully_polarized(search):
    found = polarization(camps(3, 3), quality="ei", search=search)
    assert found.score == pytest.approx(1)
    assert found.congruence_within == found.conflict_between == 1
    assert list(found.groups.values()) == [1, 1, 1, 2, 2, 2]
    assert found.mass == 6 + 9
    whole_score = polarization(camps(3, 3), quality="ei", search=search, normalize=False)
    assert whole_score.score == pytest.approx(15)


def test_modularity_of_two_camps_by_hand():
    # m+ = 12, all k+ = 2; m- = 18, all k- = 3. Within: 12 of 30 ties; chance 18 · 4/12 = 6; 18 · 9/18 = 9.
    assert polarization(camps(3, 3)).score == pytest.approx((12 - 6 + 9) / 30)


def test_a_debate_of_one_mind_is_not_polarized_by_equal_camps():
    found = polarization(camps(6), quality="ei")
    assert found.score == pytest.approx((6 - 9) / 15)
    assert found.conflict_between == 0


def test_ties_of_both_kinds_do_not_cancel_out_with_a_conflict_network():
    both = camps(2, 2, within_=1, between=1)
    against = camps(2, 2, within_=0, between=1)
    found = polarization(both, conflict=against, quality="ei")
    assert found.score == pytest.approx((2 + 4 - 4) / 10)
    assert found.mass == 10


def test_large_networks_have_their_camps_found():
    rng = np.random.default_rng(1)
    group = rng.permutation(np.arange(120) % 2)
    noise = np.triu(rng.normal(0, 1.5, (120, 120)), 1)
    weights = np.where(group[:, None] == group[None, :], 1.0, -1.0) + noise + noise.T
    np.fill_diagonal(weights, 0)
    network = ties(weights, names(120))
    for search in ("greedy", "genetic"):
        found = polarization(network, quality="ei", search=search, starts=20, iterations=200)
        labels = np.array(list(found.groups.values()))
        assert abs(np.corrcoef(labels, group)[0, 1]) > 0.99
        assert list(found.steps) == sorted(found.steps)


@pytest.mark.parametrize("search", ["greedy", "genetic"])
def test_the_seed_decides(search):
    network = random_network(5, 20)
    assert polarization(network, search=search, seed=3) == polarization(network, search=search, seed=3)


@given(st.integers(0, 10**4), st.integers(0, 10**4))
@settings(deadline=None, max_examples=30)
def test_the_order_of_actors_does_not_matter(seed, shuffle):
    network = random_network(seed, 6)
    order = np.random.default_rng(shuffle).permutation(6)
    other = ties(network.weights[np.ix_(order, order)], [network.rows[i] for i in order])
    assert polarization(network, search="exact").score == pytest.approx(polarization(other, search="exact").score)


def test_two_mode_networks_are_made_one_mode():
    network = ties([[2, -1], [1, -1], [-1, 1], [-1, 2]], names(4), ["c", "d"])
    assert polarization(network, quality="ei").score == 1


@pytest.mark.parametrize("search", ["exact", "greedy", "genetic"])
@pytest.mark.parametrize(
    "network",
    [
        ties(np.zeros((0, 0)), []),
        ties([[0.0]], ["a"]),
        ties(np.zeros((3, 3)), ["a", "b", "c"]),
    ],
    ids=["empty", "one actor", "no ties"],
)
def test_without_ties_there_are_no_camps(network, search):
    found = polarization(network, search=search)
    assert (found.score, found.groups, found.isolates) == (0.0, {}, network.rows)


def test_fewer_actors_than_camps():
    assert polarization(camps(2), k=3).score == 0
    assert polarization(camps(3), k=3, quality="ei").groups == {"a00": 1, "a01": 2, "a02": 3}


def test_who_has_no_ties_is_in_no_camp():
    weights = np.zeros((5, 5))
    weights[:4, :4] = camps(2, 2).weights
    found = polarization(ties(weights, names(5)))
    assert found.isolates == ("a04",)
    assert len(found.groups) == 4


def test_windows_one_by_one():
    found = polarization_over_time([camps(2, 2), camps(4), ties(np.zeros((2, 2)), ["a", "b"])], quality="ei")
    assert [round(p.score, 6) for p in found] == [1, round((2 - 4) / 6, 6), 0]
    with pytest.raises(InputError, match="3 congruence networks, but 1"):
        polarization_over_time([camps(2)] * 3, conflicts=[camps(2)])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"k": 1}, "number of camps"),
        ({"search": "magic"}, "exact, greedy, genetic"),
        ({"quality": "beauty"}, "modularity, ei"),
        ({"elite": 2}, "a share, 0 to 1"),
        ({"conflict": camps(2, 1)}, "same actors"),
        ({"conflict": camps(2, 2)}, "no tie may be negative"),
    ],
)
def test_wrong_settings_are_told(change, message):
    with pytest.raises(InputError, match=message):
        polarization(camps(2, 2), **change)


def test_too_many_divisions_are_refused():
    with pytest.raises(InputError, match="use the greedy"):
        polarization(random_network(1, 24), search="exact")


@pytest.mark.parametrize(
    ("weights", "rows", "message"),
    [
        ([[0, np.nan], [np.nan, 0]], ["a", "b"], "“a” and “b” is nan"),
        ([[0, 1], [2, 0]], ["a", "b"], "ties need to be mutual"),
        ([[0, 1]], ["a", "b"], "shape"),
        ([[0, 1], [1, 0]], ["a", "a"], "“a” names two rows"),
    ],
)
def test_matrices_that_are_none(weights, rows, message):
    with pytest.raises(InputError, match=message):
        polarization(ties(weights, rows))


def test_ties_are_checked_when_made():
    with pytest.raises(InputError):
        Ties(rows=("a",), columns=("b", "c"), weights=np.zeros((1, 1)))
