"""Scaling: positions known from simulation, the estimate against a likelihood worked out otherwise, odd debates."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize

from onrecord.analysis.clusters import distances
from onrecord.analysis.debate import Debate
from onrecord.analysis.scaling import ITEM_SPREAD, scale, scaled_ties
from onrecord.analysis.ties import ties
from onrecord.errors import InputError


def debate(yes, said=None):
    """From answers, 1 and 0, and which of them were given."""
    yes = np.asarray(yes, float)
    said = np.ones_like(yes) if said is None else np.asarray(said, float)
    n, m = yes.shape
    return Debate(
        actors=tuple(f"a{i:03}" for i in range(n)),
        concepts=tuple(f"c{j:03}" for j in range(m)),
        support=yes * said,
        oppose=(1 - yes) * said,
    )


def simulated(seed, n=100, m=40, dimensions=1, given=1.0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, dimensions))
    alpha, beta = rng.normal(0, 0.7, m), rng.normal(0, 1.5, (m, dimensions))
    if dimensions == 2:  # most concepts are about the one or the other
        beta *= np.where(np.arange(m)[:, None] % 3 == [1, 2], 0.2, 1) * [1.3, 1]
    p = 1 / (1 + np.exp(-(alpha + x @ beta.T)))
    return debate(rng.random((n, m)) < p, rng.random((n, m)) < given), x, alpha, beta


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("m", "given"), [(40, 1.0), (100, 0.4)])
def test_positions_are_recovered(seed, m, given):
    d, x, alpha, beta = simulated(seed, m=m, given=given)
    found = scale(d, positive=d.actors[int(np.argmax(x))])
    assert found.converged
    assert np.corrcoef(found.positions[:, 0], x[:, 0])[0, 1] > 0.9
    assert np.corrcoef(found.discrimination[:, 0], beta[:, 0])[0, 1] > 0.9
    assert np.corrcoef(found.difficulty, alpha)[0, 1] > 0.8  # one concept has 40 answers at the least
    # the unit is that of the population: no figure is stretched
    assert np.polyfit(x[:, 0], found.positions[:, 0], 1)[0] == pytest.approx(1, abs=0.3)


@pytest.mark.parametrize("seed", range(3))
def test_answers_are_used_nearly_as_well_as_if_the_concepts_were_known(seed):
    d, x, alpha, beta = simulated(seed, m=100, given=0.4)
    grid = np.linspace(-5, 5, 201)
    p = 1 / (1 + np.exp(-(alpha + grid[:, None] * beta[:, 0])))
    logs = d.support @ np.log(p).T + d.oppose @ np.log(1 - p).T - grid**2 / 2
    weight = np.exp(logs - logs.max(1, keepdims=True))
    known = (weight @ grid) / weight.sum(1)
    found = scale(d, positive=d.actors[int(np.argmax(x))])
    assert np.corrcoef(found.positions[:, 0], x[:, 0])[0, 1] > np.corrcoef(known, x[:, 0])[0, 1] - 0.03


def test_errors_are_as_large_as_the_errors():
    distance, expected, items, item_errors = [], [], [], []
    for seed in range(6):
        d, x, alpha, _ = simulated(seed, n=120, m=30, given=0.6)
        found = scale(d, positive=d.actors[int(np.argmax(x))])
        distance += list(np.abs(found.positions - x)[:, 0])
        expected += list(found.errors[:, 0])
        items += list(np.abs(found.difficulty - alpha))
        item_errors += list(found.difficulty_errors)
    distance, expected = np.array(distance), np.array(expected)
    assert 0.9 < (distance < 1.96 * expected).mean() < 0.99
    assert 0.9 < (np.array(items) < 1.96 * np.array(item_errors)).mean() < 0.995


def test_who_says_little_is_placed_less_surely():
    rng = np.random.default_rng(2)
    d, *_ = simulated(2)
    said = np.ones((100, 40))
    said[:50] = rng.random((50, 40)) < 0.1
    said[:, 0] = 1
    found = scale(Debate(actors=d.actors, concepts=d.concepts, support=d.support * said, oppose=d.oppose * said))
    assert found.errors[:50].mean() > 1.5 * found.errors[50:].mean()
    assert np.corrcoef(found.answers, found.errors[:, 0])[0, 1] < -0.5


def test_two_dimensions_are_recovered():
    d, x, _, beta = simulated(4, n=250, m=60, dimensions=2)
    found = scale(d, dimensions=2)
    # the model does not fix the rotation but by convention: the true positions are turned by the same rule
    axes = np.linalg.eigh(beta.T @ beta)[1]
    turned = x @ axes[:, ::-1]
    for dimension in range(2):
        assert abs(np.corrcoef(found.positions[:, dimension], turned[:, dimension])[0, 1]) > 0.85
    fitted = (
        np.hstack([np.ones((250, 1)), found.positions])
        @ np.linalg.lstsq(np.hstack([np.ones((250, 1)), found.positions]), x, rcond=None)[0]
    )
    assert min(np.corrcoef(fitted[:, i], x[:, i])[0, 1] for i in range(2)) > 0.9
    gram = found.discrimination.T @ found.discrimination
    assert abs(gram[0, 1]) < 1e-6 * gram[0, 0]
    assert gram[0, 0] >= gram[1, 1]


def test_the_estimate_is_the_maximum_of_the_marginal_likelihood():
    """Worked out with adaptive quadrature and another optimiser, on a debate small enough."""
    d, *_ = simulated(11, n=12, m=3)

    def log_posterior(flat):
        items = flat.reshape(3, 2)
        total = -0.5 * (items**2).sum() / ITEM_SPREAD**2
        for i in range(12):

            def at(x, i=i):
                density = np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)
                for j in range(3):
                    p = 1 / (1 + np.exp(-(items[j, 0] + items[j, 1] * x)))
                    density *= p if d.support[i, j] else 1 - p
                return density

            total += np.log(quad(at, -8, 8)[0])
        return total

    found = scale(d, tolerance=1e-12)
    figures = np.column_stack([found.difficulty, found.discrimination[:, 0]]).ravel()
    best = minimize(lambda flat: -log_posterior(flat), figures + 0.05, method="L-BFGS-B", options={"maxiter": 30})
    assert log_posterior(figures) == pytest.approx(-best.fun, abs=1e-3)


def test_two_camps_stand_apart_and_far_ends_stay_finite():
    found = scale(debate([[1, 1, 0, 0]] * 4 + [[0, 0, 1, 1]] * 3), positive="a000")
    assert found.positions[:4, 0].min() > 0.5
    assert found.positions[4:, 0].max() < -0.5
    assert np.isfinite(found.discrimination).all()
    assert (found.discrimination[:2, 0] > 0).all()
    assert (found.discrimination[2:, 0] < 0).all()


def test_the_named_actor_is_on_the_positive_side():
    d, *_ = simulated(5, n=30, m=12)
    plain = scale(d)
    lowest = d.actors[int(np.argmin(plain.positions[:, 0]))]
    turned = scale(d, positive=lowest)
    assert turned.positions == pytest.approx(-plain.positions)
    assert turned.errors == pytest.approx(plain.errors)
    assert plain.discrimination[:, 0].sum() > 0


def test_order_and_repetition_do_not_matter():
    d, *_ = simulated(6, n=20, m=8, given=0.7)
    order, columns = np.random.default_rng(0).permutation(20), np.random.default_rng(1).permutation(8)
    other = Debate(
        actors=tuple(d.actors[i] for i in order),
        concepts=tuple(d.concepts[j] for j in columns),
        support=d.support[np.ix_(order, columns)] * 5,  # said five times, it is one answer still
        oppose=d.oppose[np.ix_(order, columns)] * 5,
    )
    one, two = scale(d, tolerance=1e-10), scale(other, tolerance=1e-10)
    at = dict(zip(two.actors, two.positions[:, 0], strict=True))
    assert [at[name] for name in one.actors] == pytest.approx(one.positions[:, 0], abs=1e-3)
    assert scale(d).positions.tolist() == scale(d).positions.tolist()


def test_who_says_both_stands_between():
    yes = np.array([[1.0, 1, 1, 1]] * 4 + [[0.5, 0.5, 0.5, 0.5]] + [[0, 0, 0, 0]] * 4)
    found = scale(debate(yes))
    assert found.positions[4, 0] == pytest.approx(0, abs=0.1)
    assert found.positions[0, 0] > 0.5 > -0.5 > found.positions[8, 0]


def test_what_nobody_else_speaks_of_is_left_out():
    yes = [[1, 1, 0], [1, 0, 0], [0, 0, 1]]
    said = [[1, 1, 0], [1, 1, 0], [0, 0, 1]]
    found = scale(debate(yes, said))
    assert found.actors == ("a000", "a001")
    assert found.concepts == ("c000", "c001")
    assert found.left_out == ("a002", "c002")
    with pytest.raises(InputError, match="says too little"):
        scale(debate(yes, said), positive="a002")
    assert scale(debate(yes, said), least_answers=3).actors == ()


@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize(
    ("yes", "said"),
    [
        (np.zeros((0, 0)), None),
        (np.zeros((1, 3)), None),
        (np.zeros((3, 0)), None),
        (np.ones((3, 2)), np.zeros((3, 2))),
        (np.ones((3, 2)), None),
        (np.ones((2, 1)), None),
    ],
    ids=["empty", "one actor", "no concepts", "all undecided", "all of one mind", "one concept"],
)
def test_odd_debates(yes, said, dimensions):
    found = scale(debate(yes, said), dimensions=dimensions)
    for figures in (found.positions, found.errors, found.difficulty, found.discrimination, found.discrimination_errors):
        assert np.isfinite(figures).all()
    assert found.converged
    assert found.positions.shape == (len(found.actors), dimensions)
    assert np.isfinite(found.log_likelihood)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dimensions": 3}, "1 to 2"),
        ({"positive": "x"}, "no actor “x”"),
        ({"least_answers": 0}, "at least 1"),
        ({"iterations": 0}, "at least 1"),
    ],
)
def test_wrong_settings_are_told(change, message):
    with pytest.raises(InputError, match=message):
        scale(debate([[1, 0], [0, 1]]), **change)


def places(seed, n=8):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 2))


@pytest.mark.parametrize("technique", ["classical", "metric"])
def test_distances_that_are_those_of_a_plane_are_shown_as_they_are(technique):
    x = places(1)
    x -= x.min(0)  # profiles that support only
    network = ties(x, [f"a{i}" for i in range(8)], ["c", "d"])
    found = scaled_ties(network, technique=technique, distance="euclidean")
    shown = np.linalg.norm(found.places[:, None] - found.places[None, :], axis=2)
    assert shown == pytest.approx(distances(network, "euclidean"), abs=1e-4)
    assert found.stress == pytest.approx(0, abs=1e-4)
    assert sum(found.shares) == pytest.approx(1)
    assert found.places.sum(0) == pytest.approx([0, 0], abs=1e-9)
    assert all(found.places[np.argmax(np.abs(found.places[:, d])), d] > 0 for d in range(2))


def test_metric_scaling_has_less_stress():
    rng = np.random.default_rng(3)
    w = np.triu(rng.integers(-3, 4, (12, 12)), 1).astype(float)
    network = ties(w + w.T, [f"a{i}" for i in range(12)])
    classical, metric = scaled_ties(network), scaled_ties(network, technique="metric")
    assert metric.stress < classical.stress
    assert scaled_ties(network, technique="metric").places.tolist() == metric.places.tolist()


@pytest.mark.parametrize("technique", ["classical", "metric"])
@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_few_rows_have_places(n, technique):
    found = scaled_ties(ties(np.zeros((n, n)), [f"a{i}" for i in range(n)]), technique=technique)
    assert found.places.shape == (n, 2)
    assert np.isfinite(found.places).all()
    assert np.isfinite(found.stress)


def test_no_distance_at_all():
    found = scaled_ties(ties(np.ones((3, 3)) - np.eye(3), ["a", "b", "c"]), technique="metric")
    assert not found.places.any()
    assert found.stress == 0
