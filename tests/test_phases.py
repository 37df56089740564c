"""Phases: distances and indices against their formulas, debates that change, and debates that do not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_score

from onrecord.analysis.phases import METHODS, dunn, network_distances, phases, silhouette
from onrecord.analysis.ties import ties
from onrecord.errors import InputError

NAMES = ("a", "b", "c", "d", "e", "f")


def network(group, noise=0.0, seed=0):
    group = np.array(group)
    weights = np.where(group[:, None] == group[None, :], 1.0, 0.0)
    extra = np.triu(np.random.default_rng(seed).random((6, 6)), 1) * noise
    weights += extra + extra.T
    np.fill_diagonal(weights, 0)
    return ties(weights, NAMES)


def changing(noise=0.2):
    """Two camps, then three, then two again."""
    two, three = [0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2]
    course = [two] * 4 + [three] * 5 + [two] * 3
    return [network(group, noise, seed) for seed, group in enumerate(course)]


def random_networks(seed, n):
    rng = np.random.default_rng(seed)
    result = []
    for _ in range(n):
        weights = np.triu(rng.integers(-2, 4, (5, 5)), 1).astype(float)
        result.append(ties(weights + weights.T, NAMES[:5]))
    return result


@given(st.integers(0, 10**6), st.booleans())
@settings(deadline=None, max_examples=30)
def test_distances_by_the_formula(seed, normalize):
    networks = random_networks(seed, 4)
    absolute = network_distances(networks, normalize=normalize)
    spectral = network_distances(networks, "spectral", normalize=normalize)
    for s in range(4):
        for t in range(4):
            one, other = networks[s].weights, networks[t].weights
            if normalize:
                one, other = (2 * w / max(abs(w).sum(), 1e-9) for w in (one, other))
            by_hand = sum(abs(one[i, j] - other[i, j]) for i in range(5) for j in range(i))
            assert absolute[s, t] == pytest.approx(by_hand, abs=1e-12)
            values = []
            for w in (one, other):
                p = np.where(w > 0, w, 0)
                eigenvalues = np.sort(np.linalg.eigvals(np.diag(p.sum(1)) - p).real)
                values.append(eigenvalues / eigenvalues.sum() if p.any() else 0 * eigenvalues)
            assert spectral[s, t] == pytest.approx(np.linalg.norm(values[0] - values[1]), abs=1e-9)


def test_actors_that_come_and_go_are_brought_together():
    networks = [ties([[0, 2], [2, 0]], ["a", "b"]), ties([[0, 3], [3, 0]], ["b", "c"])]
    assert network_distances(networks).tolist() == [[0, 5], [5, 0]]


def test_two_mode_networks_by_absolute_difference():
    networks = [ties([[1, -1]], ["a"], ["c", "d"]), ties([[0, 1]], ["a"], ["c", "d"])]
    assert network_distances(networks)[0, 1] == 3
    assert network_distances(networks, normalize=True)[0, 1] == pytest.approx(0.5 + 1.5)
    with pytest.raises(InputError, match="choose “absolute”"):
        network_distances(networks, "spectral")
    with pytest.raises(InputError, match="same rows and columns"):
        network_distances([*networks, ties([[1.0]], ["a"], ["c"])])


@given(st.integers(0, 10**6), st.integers(2, 8), st.integers(2, 4))
@settings(deadline=None)
def test_dunn_and_silhouette_by_the_formula(seed, n, k):
    rng = np.random.default_rng(seed)
    d = np.triu(rng.random((n, n)) + 0.1, 1)
    d = d + d.T
    division = rng.integers(k, size=n)
    pairs = [(i, j) for i in range(n) for j in range(i)]
    between = [d[i, j] for i, j in pairs if division[i] != division[j]]
    within = [d[i, j] for i, j in pairs if division[i] == division[j]]
    expected = min(between) / max(within) if between and within else 0
    assert dunn(d, division) == pytest.approx(expected)
    found = silhouette(d, division)
    if 2 <= len(set(division)) < n:
        assert found == pytest.approx(silhouette_score(d, division, metric="precomputed"))
    else:
        assert found == 0


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("difference", ["absolute", "spectral"])
def test_a_debate_that_changes_and_changes_back(method, difference):
    found = phases(changing(), methods=[method], difference=difference, k_max=4)
    assert found.states == (1,) * 4 + (2,) * 5 + (1,) * 3
    assert found.transitions == (4, 9)
    assert found.k == 2
    assert found.dunn > 1
    assert 0 < found.silhouette <= 1


@pytest.mark.parametrize("criterion", ["dunn", "silhouette"])
def test_the_best_of_all_that_was_tried(criterion):
    found = phases(random_networks(3, 9), methods=METHODS, criterion=criterion, k_max=4)
    best = max(value for _, _, value in found.tried)
    assert getattr(found, criterion) == pytest.approx(best)
    assert (found.method, found.k, pytest.approx(best)) in found.tried


def test_identical_windows_within_a_state_are_no_division_by_nought():
    found = phases(changing(noise=0), k_max=5)
    assert found.transitions == (4, 9)
    assert np.isfinite(found.dunn)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "networks",
    [
        [],
        [network([0] * 6)],
        [network([0] * 6)] * 5,
        [ties(np.zeros((6, 6)), NAMES)] * 3,
        [ties(np.zeros((0, 0)), [])] * 2,
    ],
    ids=["no windows", "one window", "no change", "no ties", "no actors"],
)
def test_debates_without_phases(networks, method):
    for difference in ("absolute", "spectral"):
        found = phases(networks, methods=[method], difference=difference)
        assert found.states == (1,) * len(networks)
        assert found.transitions == ()
        assert (found.dunn, found.silhouette) == (0, 0)


def test_fewer_windows_than_states():
    found = phases([network([0, 0, 0, 1, 1, 1]), network([0] * 6)], k_min=3)
    assert (found.k, found.tried) == (1, ())


def test_busy_times_are_not_apart_if_normalized():
    quiet, busy = network([0, 0, 0, 1, 1, 1]), ties(7 * network([0, 0, 0, 1, 1, 1]).weights, NAMES)
    assert network_distances([quiet, busy])[0, 1] == 36
    assert network_distances([quiet, busy], normalize=True)[0, 1] == pytest.approx(0)
    assert network_distances([quiet, busy], "spectral")[0, 1] == pytest.approx(0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"methods": ["magic"]}, "average, single"),
        ({"methods": []}, "no method is named"),
        ({"k_min": 1}, "at least 2"),
        ({"k_min": 3, "k_max": 2}, "at least 3"),
        ({"criterion": "gut"}, "dunn, silhouette"),
        ({"difference": "big"}, "absolute, spectral"),
    ],
)
def test_wrong_settings_are_told(change, message):
    with pytest.raises(InputError, match=message):
        phases(changing(), **change)
