"""Groups of actors: each method against brute force or published figures, and networks that have none."""

import re
from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from onrecord.analysis import divide
from onrecord.analysis.clusters import (
    DISTANCES,
    FREE,
    METHODS,
    best_clusters,
    clusters,
    clusters_over_time,
    compared,
    dendrogram,
    distances,
)
from onrecord.analysis.modularity import modularity
from onrecord.analysis.ties import agreement, aligned, ties
from onrecord.errors import InputError


def names(n):
    return tuple(f"a{i:02}" for i in range(n))


def camps(*sizes, within=1.0, between=-1.0):
    group = np.repeat(np.arange(len(sizes)), sizes)
    weights = np.where(group[:, None] == group[None, :], within, between)
    np.fill_diagonal(weights, 0)
    return ties(weights, names(len(group)))


def random_distances(seed, n):
    d = np.triu(np.random.default_rng(seed).random((n, n)), 1)
    return d + d.T


def random_signed(seed, n):
    weights = np.triu(np.random.default_rng(seed).integers(-3, 4, (n, n)), 1).astype(float)
    return weights + weights.T


def karate():
    return nx.to_numpy_array(nx.karate_club_graph(), weight=None)


def same(division, other):
    return adjusted_rand_score(division, other) == 1


def agglomerate(d, method, k):
    """Hierarchical clustering as the textbook has it: the two nearest clusters become one, again and again."""
    groups = [[i] for i in range(len(d))]
    over = {"single": min, "complete": max, "average": lambda x: sum(x) / len(x)}[method]
    while len(groups) > k:
        a, b = min(combinations(groups, 2), key=lambda two: over([d[i, j] for i in two[0] for j in two[1]]))
        groups = [g for g in groups if g not in (a, b)] + [a + b]
    return [next(n for n, g in enumerate(groups) if i in g) for i in range(len(d))]


@given(st.integers(0, 10**6), st.integers(2, 8), st.integers(1, 4), st.sampled_from(["single", "complete", "average"]))
@settings(deadline=None, max_examples=50)
def test_hierarchical_is_that_of_the_textbook(seed, n, k, method):
    d, k = random_distances(seed, n), min(n, k)
    assert same(divide.hierarchical(d, method, k), agglomerate(d, method, k))


def test_ward_joins_what_raises_the_variance_least():
    points = np.array([0, 1, 2.1, 10, 11.2, 30])
    d = np.abs(points[:, None] - points[None, :])

    def variance(parts):
        return sum(((points[p] - points[p].mean()) ** 2).sum() for p in map(list, parts))

    parts = [(i,) for i in range(6)]
    while len(parts) > 1:
        parts = min(
            ([p for p in parts if p not in two] + [two[0] + two[1]] for two in combinations(parts, 2)), key=variance
        )
        division = [next(n for n, p in enumerate(parts) if i in p) for i in range(6)]
        assert same(divide.hierarchical(d, "ward", len(parts)), division)


@given(st.integers(0, 10**6), st.integers(2, 9), st.integers(1, 3))
@settings(deadline=None, max_examples=50)
def test_no_other_medoid_is_better(seed, n, k):
    d, k = random_distances(seed, n), min(n, k)
    division = divide.kmedoids(d, k)
    assert len(set(division)) == k

    def cost(medoids):
        return d[:, medoids].min(1).sum()

    def total(labels):
        return sum(min(d[np.ix_(labels == g, [m])].sum() for m in np.flatnonzero(labels == g)) for g in set(labels))

    best = min(cost(list(m)) for m in combinations(range(n), k))
    assert total(division) >= best - 1e-12
    if k == 1 or n - k <= 1:
        assert total(division) == pytest.approx(best)
    # a local optimum: the division is that of some medoids none of which can be swapped for a better one
    assert any(
        total(division) <= cost(list(m)) + 1e-12
        and all(cost([*(x for x in m if x != out), new]) >= cost(list(m)) - 1e-12 for out in m for new in range(n))
        for m in combinations(range(n), k)
    )


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 5))
@settings(deadline=None)
def test_jaccard_cosine_and_euclidean_by_the_formula(seed, n, m):
    w = np.random.default_rng(seed).integers(-2, 3, (n, m)).astype(float)
    network = ties(w, names(n), [f"c{i}" for i in range(m)])
    found = {distance: distances(network, distance) for distance in ("jaccard", "cosine", "euclidean")}
    for i in range(n):
        for j in range(n):
            a = [max(x, 0) for x in w[i]] + [max(-x, 0) for x in w[i]]
            b = [max(x, 0) for x in w[j]] + [max(-x, 0) for x in w[j]]
            either = sum(map(max, a, b))
            dot, norms = sum(x * y for x, y in zip(a, b, strict=True)), (np.dot(a, a) * np.dot(b, b)) ** 0.5
            jaccard = 1 - sum(map(min, a, b)) / either if either else 1
            cosine = 1 - dot / norms if norms else 1
            assert found["jaccard"][i, j] == pytest.approx(0 if i == j else jaccard)
            assert found["cosine"][i, j] == pytest.approx(0 if i == j else cosine, abs=1e-12)
            assert found["euclidean"][i, j] == pytest.approx(np.linalg.norm(np.subtract(a, b)), abs=1e-6)


def test_jaccard_of_sets():
    network = ties([[1, 1, 0], [0, 1, 1], [0, -1, 0]], names(3), ["c", "d", "e"])
    assert distances(network)[0, 1] == pytest.approx(1 - 1 / 3)
    assert distances(network)[0, 2] == 1  # to oppose is not to support


def test_complement_puts_the_strongest_conflict_farthest():
    network = ties([[0, 4, -2], [4, 0, 1], [-2, 1, 0]], names(3))
    assert distances(network) == pytest.approx(np.array([[0, 0, 1], [0, 0, 0.5], [1, 0.5, 0]]))
    with pytest.raises(InputError, match="one-mode"):
        distances(ties([[1.0]], ["a"], ["c"]), "complement")


@given(st.integers(0, 10**6), st.integers(1, 6))
@settings(deadline=None)
def test_structural_equivalence_leaves_the_two_out(seed, n):
    w = random_signed(seed, n)
    both = np.hstack([np.maximum(w, 0), np.maximum(-w, 0)])
    found = divide.profile_distances(both, one_mode=True)
    for i in range(n):
        for j in range(n):
            others = [c for c in range(2 * n) if c % n not in (i, j)]
            assert found[i, j] == pytest.approx(np.linalg.norm(both[i, others] - both[j, others]), abs=1e-6)


def test_concor_is_iterated_correlation():
    rng = np.random.default_rng(4)
    features = np.vstack([rng.random((4, 12)) + np.r_[np.ones(6), np.zeros(6)], rng.random((3, 12)) + np.r_[np.zeros(6), np.ones(6)]])  # fmt: skip
    matrix = features
    for _ in range(30):
        matrix = np.corrcoef(matrix)
    assert same(divide.concor(features, 2), matrix[0] > 0)
    assert same(divide.concor(features, 2), [0] * 4 + [1] * 3)
    three = divide.concor(features, 3)
    assert len(set(three)) == 3
    assert len(set(three[4:])) == 1  # the larger one is parted


def test_concor_cannot_part_what_is_the_same():
    assert set(divide.concor(np.ones((3, 4)), 2)) <= {0, 1}
    assert len(set(divide.concor(np.tile([1.0, 0, 2], (4, 1)), 3))) == 1


def test_published_modularity_of_the_karate_club():
    w = karate()

    def q(method):
        return clusters(ties(w, names(34)), method).modularity

    assert q("greedy") == pytest.approx(0.381, abs=0.0005)  # Clauset, Newman & Moore 2004; Newman 2006, table 1
    assert q("betweenness") == pytest.approx(0.401, abs=0.0005)  # Newman 2006, table 1
    assert q("eigenvector") == pytest.approx(0.419, abs=0.0005)  # the same
    assert 0.40 < q("louvain") < 0.4199  # the highest there is: 0.4198


def test_communities_of_two_cliques():
    w = np.zeros((9, 9))
    w[:4, :4], w[4:, 4:], w[3, 4], w[4, 3] = 1, 1, 1, 1
    np.fill_diagonal(w, 0)
    for method in (m for m in METHODS if m not in ("single", "kmedoids")):  # for which the tie between is as good
        found = clusters(ties(w, names(9)), method, k=None if method in FREE else 2)
        assert same(list(found.groups.values()), [0] * 4 + [1] * 5), method
        assert found.members()[0] == list(names(9)[4:])  # the larger group is the first


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("k", [2, 3])
def test_camps_that_fight_are_found_by_all(method, k):
    found = clusters(camps(*[4, 5, 3][:k]), method)
    truth = np.repeat(np.arange(k), [4, 5, 3][:k])
    assert found.k == k
    assert same(list(found.groups.values()), truth)
    assert found.modularity == pytest.approx(modularity(camps(*[4, 5, 3][:k]).weights, truth))


@pytest.mark.parametrize("method", METHODS)
def test_two_mode_networks_by_their_rows(method):
    w = np.array([[2, 1, -1, 0], [1, 1, 0, -1], [1, 2, -1, -1], [-1, 0, 1, 2], [0, -1, 2, 1], [0, 0, 0, 0]])
    found = clusters(ties(w, names(6), ["c", "d", "e", "f"]), method, k=None if method in FREE else 2)
    assert found.members() == [["a00", "a01", "a02"], ["a03", "a04"]]
    assert found.isolates == ("a05",)


def test_agreement_is_congruence_less_conflict():
    w = np.array([[1, -1, 2], [1, 1, 0], [-1, 0, 1]])
    expected = [[sum(w[i, c] * w[j, c] for c in range(3)) if i != j else 0 for j in range(3)] for i in range(3)]
    assert agreement(ties(w, names(3), ["c", "d", "e"])).tolist() == expected


def test_the_best_number_of_groups_is_that_of_highest_modularity():
    network = ties(random_signed(3, 14), names(14))
    for method in ("average", "kmeans", "concor", "equivalence"):
        each = [clusters(network, method, k=k).modularity for k in range(2, 6)]
        assert clusters(network, method, k_max=5).modularity == pytest.approx(max(each))


def test_the_best_method_is_the_first_compared():
    network = ties(random_signed(8, 20), names(20))
    found = compared(network)
    assert [c.modularity for c in found] == sorted((c.modularity for c in found), reverse=True)
    assert {c.method for c in found} == set(METHODS) - {"betweenness"}
    assert best_clusters(network) == found[0]
    for one in found:
        labels = np.array([one.groups[name] for name in network.rows])
        assert one.modularity == pytest.approx(modularity(network.weights, labels))
    assert {c.k for c in compared(network, k=3)} == {3}


def test_negative_ties_may_be_left_out():
    network = camps(3, 3, between=-1)
    assert clusters(network, "louvain").modularity == pytest.approx((12 - 6 + 9) / 30)
    assert clusters(network, "louvain", signed=False).modularity == pytest.approx(0.5)


@pytest.mark.parametrize("method", METHODS)
def test_the_seed_decides_and_nothing_else(method):
    network = ties(random_signed(5, 16), names(16))
    assert clusters(network, method, seed=7) == clusters(network, method, seed=7)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("weights", "groups"),
    [
        (np.zeros((0, 0)), 0),
        (np.zeros((1, 1)), 0),
        (np.zeros((4, 4)), 0),
        (1.0 - np.eye(2), None),
        (np.eye(3) - 1.0, None),
        (1.0 - np.eye(5), None),
        (np.kron(np.eye(3), 1.0 - np.eye(2)), None),
    ],
    ids=["empty", "one actor", "no ties", "one tie", "conflict only", "all alike", "three components"],
)
def test_odd_networks_have_groups_or_none(method, weights, groups):
    found = clusters(ties(weights, names(len(weights))), method)
    assert np.isfinite(found.modularity)
    assert sorted(set(found.groups.values())) == list(range(1, found.k + 1))
    assert set(found.groups) | set(found.isolates) == set(names(len(weights)))
    if groups is not None:
        assert (found.k, found.groups) == (groups, {})


@pytest.mark.parametrize("method", ["greedy", "betweenness", "ward", "spectral"])
def test_components_are_groups(method):
    found = clusters(ties(np.kron(np.eye(3), 1.0 - np.eye(3)), names(9)), method)
    assert found.k == 3
    assert found.modularity == pytest.approx(2 / 3)


def test_components_are_never_joined_by_communities():
    three = ties(np.kron(np.eye(3), 1.0 - np.eye(3)), names(9))
    assert clusters(three, "greedy", k=2).k == clusters(three, "betweenness", k=2).k == 3


@pytest.mark.parametrize("method", [m for m in METHODS if m not in FREE])
def test_fewer_actors_than_groups(method):
    found = clusters(camps(2), method, k=3)
    assert (found.k, found.groups, found.modularity) == (0, {}, 0.0)
    assert best_clusters(camps(2), k=3).k == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda n: clusters(n, "magic"), "choose one of single"),
        (lambda n: clusters(n, "louvain", k=2), "its own number"),
        (lambda n: compared(n, methods=["louvain"], k=2), "its own number"),
        (lambda n: clusters(n, "ward", k=0), "number of groups is 0"),
        (lambda n: clusters(n, "ward", k_max=1), "at least 2"),
        (lambda n: clusters(n, "ward", distance="miles"), "jaccard, cosine"),
        (lambda n: dendrogram(n, "median"), "single, average"),
        (lambda n: clusters(ties([[0, 1], [0, 0]], ["a", "b"])), "mutual"),
    ],
)
def test_wrong_settings_are_told(call, message):
    with pytest.raises(InputError, match=message):
        call(camps(2, 2))


def test_groups_keep_their_number_over_time():
    first = camps(3, 2)
    turned = ties(first.weights[::-1, ::-1], names(5)[::-1])  # the same, in another order
    smaller = ties(camps(2, 3).weights, ["a03", "a04", "b1", "b2", "b3"])  # the first camp is gone, a new one is larger
    found = clusters_over_time([first, turned, ties(np.zeros((2, 2)), ["x", "y"]), smaller], k=2)
    assert found[0].groups == found[1].groups == {"a00": 1, "a01": 1, "a02": 1, "a03": 2, "a04": 2}
    assert found[2].groups == {}
    assert found[3].groups == {"a03": 2, "a04": 2, "b1": 3, "b2": 3, "b3": 3}


def test_networks_of_windows_are_brought_to_the_same_actors():
    rows, stack = aligned([ties([[0, 2], [2, 0]], ["b", "a"]), ties([[0, 1], [1, 0]], ["c", "a"])])
    assert rows == ("a", "b", "c")
    assert stack.tolist() == [[[0, 2, 0], [2, 0, 0], [0, 0, 0]], [[0, 0, 1], [0, 0, 0], [1, 0, 0]]]
    assert aligned([])[1].shape == (0, 0, 0)


@pytest.mark.parametrize("method", ["single", "average", "complete", "ward"])
def test_a_dendrogram_can_be_drawn(method):
    network = ties(random_distances(2, 9), names(9))
    tree = dendrogram(network, method, "euclidean")
    assert sorted(tree.order) == sorted(tree.names)
    assert sorted(tree.merges[:, 2]) == pytest.approx(divide.merges(distances(network, "euclidean"), method)[:, 2])
    assert max(y for branch in tree.branches for _, y in branch) == pytest.approx(tree.merges[-1, 2])
    assert len(tree.branches) == 8
    feet = {x for branch in tree.branches for x, y in branch if y == 0}
    assert feet == {5.0 + 10 * i for i in range(9)}


@pytest.mark.parametrize("n", [0, 1])
def test_a_dendrogram_of_nobody(n):
    tree = dendrogram(ties(np.zeros((n, n)), names(n)))
    assert (tree.names, tree.order, tree.branches, tree.merges.shape) == ((), (), (), (0, 4))


@pytest.mark.parametrize("distance", DISTANCES)
def test_all_distances_lead_to_the_camps(distance):
    for method in ("single", "average", "complete", "ward", "kmedoids", "kmeans"):
        found = clusters(camps(4, 3), method, k=2, distance=distance)
        assert same(list(found.groups.values()), [0] * 4 + [1] * 3), (method, distance)


def test_the_example_of_the_documentation_is_true():
    text = (Path(__file__).parent.parent / "docs" / "analyses.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1)
    *lines, last = code.strip().splitlines()
    expression, _, told = last.partition("  # ")
    space = {}
    exec("\n".join(lines), space)
    assert repr(eval(expression, space)) == told
