"""Centrality: figures worked out by hand or published, signed ties, and networks in parts."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.analysis.centrality import centrality, principal
from onrecord.analysis.clusters import best_clusters, dendrogram
from onrecord.analysis.debate import debate
from onrecord.analysis.events import Events
from onrecord.analysis.networks import network
from onrecord.analysis.phases import phases
from onrecord.analysis.polarization import polarization
from onrecord.analysis.scaling import scale, scaled_ties
from onrecord.analysis.ties import ties
from onrecord.errors import InputError


def star(n):
    w = np.zeros((n, n))
    w[0, 1:] = w[1:, 0] = 1
    return ties(w, [f"a{i}" for i in range(n)])


def test_a_star_by_hand():
    centre, leaf, *_ = centrality(star(5))
    assert (centre.degree, centre.strength, centre.betweenness, centre.closeness) == (4, 4, 1, 1)
    assert (leaf.degree, leaf.strength, leaf.betweenness) == (1, 1, 0)
    assert leaf.closeness == pytest.approx(4 / 7)
    assert (centre.eigenvector, leaf.eigenvector) == pytest.approx((0.5**0.5, 0.5**0.5 / 2))


def test_positive_and_negative_ties_are_told_apart():
    network = ties([[0, 2, -3], [2, 0, 0.5], [-3, 0.5, 0]], ["a", "b", "c"])
    a, b, c = centrality(network)
    assert (a.degree, a.strength, a.positive, a.negative) == (2, 5, 2, 3)
    assert b.betweenness == 1  # a and c only fight
    assert a.closeness == pytest.approx(2 / (1 / 2 + (1 / 2 + 2)))
    assert c.negative == 3


def test_strong_ties_are_short():
    network = ties([[0, 1, 4], [1, 0, 4], [4, 4, 0]], ["a", "b", "c"])
    assert centrality(network)[2].betweenness == 1  # 1/4 + 1/4 is shorter than 1


def test_the_karate_club_by_networkx():
    graph = nx.karate_club_graph()
    found = centrality(ties(nx.to_numpy_array(graph, weight=None), [str(v) for v in graph]))
    eigenvector = nx.eigenvector_centrality_numpy(graph)
    assert [c.eigenvector for c in found] == pytest.approx([eigenvector[v] for v in graph], abs=1e-6)
    assert found[0].betweenness == pytest.approx(0.437635, abs=1e-6)  # published for Mr Hi
    assert found[0].degree == 16


@given(st.integers(0, 10**6), st.integers(1, 8))
@settings(deadline=None)
def test_the_order_of_rows_does_not_matter(seed, n):
    rng = np.random.default_rng(seed)
    w = np.triu(rng.integers(-2, 3, (n, n)), 1).astype(float)
    w += w.T
    order = rng.permutation(n)
    names = [f"a{i}" for i in range(n)]
    one = {c.actor: c for c in centrality(ties(w, names))}
    for c in centrality(ties(w[np.ix_(order, order)], [names[i] for i in order])):
        for figure in ("degree", "strength", "betweenness", "closeness", "eigenvector"):
            assert getattr(c, figure) == pytest.approx(getattr(one[c.actor], figure), abs=1e-6)


def test_parts_of_a_network_alike_are_alike():
    assert principal(np.kron(np.eye(2), np.ones((3, 3)) - np.eye(3))) == pytest.approx(np.full(6, 6**-0.5))
    uneven = np.zeros((5, 5))
    uneven[:3, :3] = 1 - np.eye(3)
    uneven[3, 4] = uneven[4, 3] = 1
    assert principal(uneven) == pytest.approx([3**-0.5] * 3 + [0, 0])


@pytest.mark.parametrize("weights", [np.zeros((0, 0)), np.zeros((1, 1)), np.zeros((3, 3)), np.eye(3) - 1])
def test_nobody_is_central_without_agreement(weights):
    for c in centrality(ties(weights, [f"a{i}" for i in range(len(weights))])):
        assert (c.positive, c.betweenness, c.closeness, c.eigenvector) == (0, 0, 0, 0)


def test_ties_have_to_be_mutual():
    with pytest.raises(InputError, match="mutual"):
        centrality(ties([[0, 1], [0, 0]], ["a", "b"]))


def test_all_analyses_take_networks_as_they_are_made():
    rng = np.random.default_rng(3)
    rows = [(f"a{i % 8}", f"c{rng.integers(6)}", bool((i % 8 < 4) ^ (rng.random() < 0.2))) for i in range(80)]
    columns = {name: [r[k] for r in rows] for k, name in enumerate(("actor", "concept", "agreement"))}
    days = [f"2026-0{1 + i // 40}-{1 + i % 28:02}" for i in range(80)]
    events = Events.of(columns, times=days)
    options = {"rows": "actor", "columns": "concept", "qualifier": "agreement", "aggregation": "subtract"}
    for mode in ("one-mode", "two-mode"):
        made = network(events, mode=mode, **options)
        assert polarization(made, quality="ei").groups == {f"a{i}": 1 if i < 4 else 2 for i in range(8)}
        assert best_clusters(made, k=2).groups == {f"a{i}": 1 if i < 4 else 2 for i in range(8)}
        assert len(centrality(made)) == len(scaled_ties(made).places) == 8
        assert len(dendrogram(made).order) == 8
    months = [network(events, mode="one-mode", start=f"2026-0{m}-01", end=f"2026-0{m}-28", **options) for m in (1, 2)]
    assert phases(months).k == 2
    placed = scale(debate(events, actors="actor"), positive="a0")
    assert placed.positions[:4, 0].min() > placed.positions[4:, 0].max()
