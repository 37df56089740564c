"""Backbones: the searches against all subsets of concepts, the measures against their formulas, odd debates."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.analysis.backbone import (
    fixed,
    loss_of,
    nested,
    one_mode_network,
    penalized,
    spectral_distance,
    spectrum,
)
from onrecord.analysis.debate import Debate
from onrecord.analysis.debate import debate as debate_of
from onrecord.analysis.events import Events
from onrecord.analysis.networks import network
from onrecord.errors import InputError


def debate(support, oppose=None):
    support = np.asarray(support, float)
    oppose = np.zeros_like(support) if oppose is None else np.asarray(oppose, float)
    n, m = support.shape
    return Debate(
        actors=tuple(f"a{i}" for i in range(n)),
        concepts=tuple(f"c{i}" for i in range(m)),
        support=support,
        oppose=oppose,
    )


def random_debate(seed, n, m):
    rng = np.random.default_rng(seed)
    return debate(rng.poisson(0.7, (n, m)), rng.poisson(0.5, (n, m)))


def tie(d, i, j, concepts, aggregation, normalization):
    """From the counts of two actors, concept by concept."""
    s, o = d.support.tolist(), d.oppose.tolist()
    same = sum(s[i][c] * s[j][c] + o[i][c] * o[j][c] for c in concepts)
    other = sum(s[i][c] * o[j][c] + o[i][c] * s[j][c] for c in concepts)
    x = {"congruence": same, "conflict": other, "subtract": same - other, "ignore": same + other}[aggregation]
    if aggregation == "ignore":
        a, b = ([s[x][c] + o[x][c] for c in concepts] for x in (i, j))
    else:
        a, b = ([s[x][c] for c in concepts] + [o[x][c] for c in concepts] for x in (i, j))
    pairs = list(zip(a, b, strict=True))
    unit = {
        "no": 1,
        "average": (sum(a) + sum(b)) / 2,
        "jaccard": sum(p if not q else q if not p else p * q for p, q in pairs),
        "cosine": (sum(p * p for p in a) * sum(q * q for q in b)) ** 0.5,
    }[normalization]
    return x / unit if unit and i != j else 0


def loss_by_hand(d, kept, loss):
    n = len(d.actors)

    def network(concepts):
        return np.array([[tie(d, i, j, concepts, "subtract", "average") for j in range(n)] for i in range(n)])

    full, part = network(range(len(d.concepts))), network(kept)
    if loss == "euclidean":
        return ((full - part) ** 2).sum() ** 0.5 / ((full**2).sum() ** 0.5 or 1)
    values = []
    for w in (full, part):
        p = np.where(w > 0, w, 0)
        eigenvalues = np.sort(np.linalg.eigvals(np.diag(p.sum(1)) - p).real)
        values.append(eigenvalues / eigenvalues.sum() if p.any() else eigenvalues * 0)
    return ((values[0] - values[1]) ** 2).sum() ** 0.5


@given(st.integers(0, 10**6), st.sampled_from(["congruence", "conflict", "subtract", "ignore"]), st.sampled_from(["no", "average", "jaccard", "cosine"]))  # fmt: skip
@settings(deadline=None, max_examples=30)
def test_ties_by_the_formula(seed, aggregation, normalization):
    d = random_debate(seed, 4, 5)
    chosen = [0, 2, 3]
    found = one_mode_network(d, chosen, aggregation=aggregation, normalization=normalization)
    for i in range(4):
        for j in range(4):
            assert found[i, j] == pytest.approx(tie(d, i, j, chosen, aggregation, normalization))


@pytest.mark.parametrize("aggregation", ["congruence", "conflict", "subtract", "ignore"])
@pytest.mark.parametrize("normalization", ["no", "average", "jaccard", "cosine"])
def test_backbones_are_made_of_the_same_ties_as_networks(aggregation, normalization):
    rng = np.random.default_rng(5)
    rows = [(f"a{rng.integers(6)}", f"c{rng.integers(5)}", bool(rng.integers(2))) for _ in range(40)]
    columns = {n: [r[k] for r in rows] for k, n in enumerate(("actor", "concept", "agreement"))}
    events = Events.of(columns)
    made = network(
        events, mode="one-mode", rows="actor", columns="concept", qualifier="agreement",
        aggregation=aggregation, normalization=normalization, duplicates="all",
    )  # fmt: skip
    d = debate_of(events, actors="actor")
    assert d.actors == made.rows
    found = one_mode_network(d, aggregation=aggregation, normalization=normalization)
    assert found == pytest.approx(made.weights, abs=1e-12)


def test_spectrum_of_a_complete_graph():
    assert spectrum(np.ones((4, 4)) - np.eye(4)) == pytest.approx(np.array([0, 4, 4, 4]) / 12, abs=1e-12)
    assert spectral_distance(np.ones((4, 4)) - np.eye(4), np.zeros((4, 4))) == pytest.approx(3**0.5 / 3)
    assert spectrum(-np.ones((3, 3))).tolist() == [0, 0, 0]


@pytest.mark.parametrize("loss", ["spectral", "euclidean"])
@pytest.mark.parametrize("seed", range(3))
def test_all_subsets(loss, seed):
    d = random_debate(seed, 6, 6)
    every = {kept: loss_by_hand(d, kept, loss) for size in range(1, 6) for kept in combinations(range(6), size)}
    for size in (1, 2, 4):
        found = fixed(d, size, loss=loss, iterations=400)
        best = min(value for kept, value in every.items() if len(kept) == size)
        assert found.loss == pytest.approx(best, abs=1e-9)
        assert every[tuple(d.concepts.index(c) for c in found.backbone)] == pytest.approx(found.loss, abs=1e-9)
        assert every[tuple(d.concepts.index(c) for c in found.redundant)] == pytest.approx(
            found.redundant_loss, abs=1e-9
        )
    for penalty in (0, 2.5, 7.5):
        found = penalized(d, penalty, loss=loss, iterations=800)
        best = min(value * np.exp(-penalty * (6 - len(kept)) / 6) for kept, value in every.items())
        assert found.penalized == pytest.approx(best, abs=1e-9)
        assert list(found.steps) == sorted(found.steps, reverse=True)
        assert loss_of(d, found.backbone, penalty=penalty, loss=loss) == pytest.approx(
            (found.penalized, found.redundant_loss)
        )


@pytest.mark.parametrize("loss", ["spectral", "euclidean"])
@pytest.mark.parametrize("seed", range(3))
def test_nested_takes_the_least_loss_at_each_step(loss, seed):
    d = random_debate(seed, 5, 5)
    steps = nested(d, loss=loss)
    assert [s.left for s in steps] == [4, 3, 2, 1, 0]
    kept = set(range(5))
    for step in steps:
        least = min(loss_by_hand(d, sorted(kept - {c}), loss) for c in kept)
        assert step.loss == pytest.approx(least, abs=1e-9)
        kept.discard(d.concepts.index(step.concept))
        assert step.loss == pytest.approx(loss_by_hand(d, sorted(kept), loss), abs=1e-9)


def test_a_concept_nobody_disagrees_on_differently_is_redundant():
    support = [[1, 1, 0], [1, 1, 0], [0, 0, 0], [0, 0, 0]]
    oppose = [[0, 0, 0], [0, 0, 0], [1, 1, 0], [1, 1, 0]]
    steps = nested(debate(support, oppose), normalization="cosine", loss="euclidean")
    assert [s.loss for s in steps][:2] == pytest.approx([0, 0])
    assert steps[0].concept == "c0"  # the same as c1, which stays
    assert steps[2].concept == "c1"


def test_a_larger_penalty_leaves_a_smaller_backbone():
    d = random_debate(7, 8, 7)
    sizes = [len(penalized(d, p, iterations=1000).backbone) for p in (0, 3, 10, 50)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 3
    assert sizes[-1] == 1


def test_the_seed_decides():
    d = random_debate(9, 8, 12)
    assert penalized(d, iterations=200, seed=3) == penalized(d, iterations=200, seed=3)
    assert fixed(d, 4, iterations=200, seed=3) == fixed(d, 4, iterations=200, seed=3)


def test_annealing_is_never_worse_than_nested():
    d = random_debate(11, 10, 15)
    at = {s.left: s.loss for s in nested(d)}
    assert fixed(d, 5, iterations=100).loss <= at[5] + 1e-12
    assert fixed(d, 5, iterations=3000).loss <= fixed(d, 5, iterations=1).loss + 1e-12


@pytest.mark.parametrize(("n", "m"), [(0, 0), (1, 3), (3, 0), (3, 1), (2, 4)])
def test_small_and_silent_debates(n, m):
    d = debate(np.zeros((n, m)))
    assert all(s.loss == 0 for s in nested(d))
    assert len(nested(d)) == m
    found = penalized(d, iterations=20)
    assert found.loss == 0
    assert set(found.backbone) | set(found.redundant) == set(d.concepts)
    if m > 1:
        assert len(fixed(d, 1, iterations=20).backbone) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda d: fixed(d, 0), "size of the backbone is 0"),
        (lambda d: fixed(d, 4), "1 to 3"),
        (lambda d: penalized(d, -1), "0 or more"),
        (lambda d: penalized(d, float("nan")), "0 or more"),
        (lambda d: nested(d, loss="big"), "spectral, euclidean"),
        (lambda d: nested(d, normalization="x"), "no, average, jaccard, cosine"),
        (lambda d: loss_of(d, ["peace"]), "no concept “peace”"),
        (lambda d: debate([[-1.0]]), "no counts"),
        (lambda d: Debate(actors=("a",), concepts=(), support=np.ones((1, 1)), oppose=np.ones((1, 1))), "shape"),
        (lambda d: Debate(actors=("a", "a"), concepts=("c",), support=np.ones((2, 1)), oppose=np.ones((2, 1))), "two"),
    ],
)
def test_wrong_input_is_told(call, message):
    with pytest.raises(InputError, match=message):
        call(random_debate(1, 3, 4))
