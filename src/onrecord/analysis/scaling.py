"""Where actors stand on one or two dimensions: from what they support and oppose, or from who agrees with whom.

``scale`` is a binary item-response model, as ``dna_scale1dbin`` and ``dna_scale2dbin`` of rDNA fit by simulation
(Clinton, Jackman & Rivers 2004, "The statistical analysis of roll call data", APSR 98(2)). Here it is fitted without
chance, in seconds. ``scaled_ties`` places actors so that their distances fit their ties (multidimensional scaling).
"""

from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
from sklearn.manifold import smacof

from onrecord.analysis.clusters import Distance, distances
from onrecord.analysis.debate import Debate
from onrecord.analysis.ties import Floats, Weighted, one_of, whole
from onrecord.errors import InputError

ITEM_SPREAD = 2.0  # standard deviation of the prior of what describes a concept, as MCMCpack users set it (B0 = 0.25)
NODES = {1: 61, 2: 25}  # of the quadrature, for each dimension


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Positions of actors and what separates them, from a binary item-response model.

    ``positions``, actors × dimensions, are posterior means, in standard deviations of the population of actors;
    ``errors`` their posterior standard deviations, given the concepts' figures. ``difficulty`` of a concept is the log
    odds that an actor in the middle supports it, ``discrimination``, concepts × dimensions, how much these rise with
    each unit of the dimension; ``difficulty_errors`` and ``discrimination_errors`` are their standard errors.
    ``answers`` is on how many concepts each actor says anything. ``converged``: the search ended because nothing
    changed any more. ``left_out`` are actors and concepts with too little to go by.
    """

    actors: tuple[str, ...]
    concepts: tuple[str, ...]
    positions: Floats
    errors: Floats
    difficulty: Floats
    difficulty_errors: Floats
    discrimination: Floats
    discrimination_errors: Floats
    answers: tuple[int, ...]
    log_likelihood: float
    iterations: int
    converged: bool
    left_out: tuple[str, ...]


def scale(
    debate: Debate,
    *,
    dimensions: int = 1,
    positive: str | None = None,
    least_answers: int = 1,
    iterations: int = 2000,
    tolerance: float = 1e-7,
) -> Scale:
    """Positions of the actors of ``debate`` on one or two dimensions.

    The model: actor i supports concept j with the probability 1 / (1 + exp(−(αⱼ + βⱼ·xᵢ))), independently given the
    position xᵢ. An actor answers a concept once, however often it speaks of it; who has said both yes and no answers
    with the share of yes. A concept it said nothing of is missing, and taken to be missing at random: who keeps silent
    because of where it stands is not modelled.

    The estimate: marginal maximum likelihood by the EM algorithm of Bock & Aitkin (1981), Psychometrika 46(4), the
    positions integrated over a grid, with a normal prior (standard deviation 2) on αⱼ and βⱼ that keeps them finite
    where all actors of one side agree. Then each actor's posterior mean and standard deviation. Errors of the concepts'
    figures are from the outer product of the actors' scores and the prior.

    What is fixed by convention: positions come from a standard normal distribution, which sets origin and unit. The
    direction: ``positive`` names an actor who is on the positive side of the first dimension; otherwise, and on the
    second dimension, the discriminations have a positive sum. The rotation, with two dimensions: the first is that on
    which concepts differ most (principal axes of the discriminations).

    Concepts that only one actor addresses, and actors with fewer than ``least_answers`` on the others, are left out.
    With nothing left the result is empty. The same input gives the same output. Raises InputError.
    """
    whole(dimensions, "the number of dimensions", 1, 2)
    whole(least_answers, "the least number of answers", 1)
    whole(iterations, "the number of iterations", 1)
    if positive is not None and positive not in debate.actors:
        raise InputError(f"there is no actor “{positive}” in the debate")
    yes, answered, actors, concepts = _answers(debate, least_answers)
    kept = set(actors) | set(concepts)
    left_out = tuple(name for name in (*debate.actors, *debate.concepts) if name not in kept)
    if positive is not None and positive not in actors:
        raise InputError(f"“{positive}” says too little to be placed: name another actor for the positive side")
    grid, prior = _grid(dimensions)
    items = _start(yes, answered, dimensions)
    before, round_, converged = -np.inf, 0, not actors
    while not converged and round_ < iterations:
        round_ += 1
        weight, likelihood = _posterior(yes, answered, items, grid, prior)
        value = likelihood - 0.5 * float((items**2).sum()) / ITEM_SPREAD**2
        converged = value - before <= tolerance * (1 + abs(value)) and round_ > 1
        before = value
        items = _maximized(weight.T @ yes, weight.T @ answered, items, grid)
    weight, likelihood = _posterior(yes, answered, items, grid, prior)
    turn = _rotation(items[:, 1:], weight @ grid[:, 1:], actors.index(positive) if positive is not None else None)
    full = np.eye(dimensions + 1)
    full[1:, 1:] = turn
    items, grid = items @ full, grid @ full
    mean = weight @ grid[:, 1:]
    spread = np.sqrt(np.maximum(weight @ grid[:, 1:] ** 2 - mean**2, 0.0))
    item_errors = _item_errors(yes, answered, items, grid, weight)
    return Scale(
        actors=tuple(actors),
        concepts=tuple(concepts),
        positions=mean,
        errors=spread,
        difficulty=items[:, 0],
        difficulty_errors=item_errors[:, 0],
        discrimination=items[:, 1:],
        discrimination_errors=item_errors[:, 1:],
        answers=tuple(int(n) for n in answered.sum(1)),
        log_likelihood=likelihood,
        iterations=round_,
        converged=converged,
        left_out=left_out,
    )


def _answers(debate: Debate, least: int) -> tuple[Floats, Floats, list[str], list[str]]:
    """Share of yes and whether answered, actors × concepts, of those who answer enough."""
    support, oppose = np.asarray(debate.support, np.float64), np.asarray(debate.oppose, np.float64)
    said = support + oppose
    answered = (said > 0).astype(np.float64)
    rows, columns = np.ones(len(debate.actors), bool), np.ones(len(debate.concepts), bool)
    while True:  # who is left out may leave a concept with one actor only
        few_rows = rows & (answered[:, columns].sum(1) < least)
        few_columns = columns & (answered[rows].sum(0) < 2)
        if not few_rows.any() and not few_columns.any():
            break
        rows &= ~few_rows
        columns &= ~few_columns
    yes = np.divide(support, said, out=np.zeros_like(said), where=said > 0)
    return (
        yes[np.ix_(rows, columns)],
        answered[np.ix_(rows, columns)],
        [name for name, is_in in zip(debate.actors, rows, strict=True) if is_in],
        [name for name, is_in in zip(debate.concepts, columns, strict=True) if is_in],
    )


def _grid(dimensions: int) -> tuple[Floats, Floats]:
    """Points (1, x) of the space of positions, and the logarithm of their weights under the standard normal."""
    axis = np.linspace(-5, 5, NODES[dimensions])
    points = np.array(list(product(axis, repeat=dimensions)))
    log_weight = -0.5 * (points**2).sum(1)
    log_weight -= np.log(np.exp(log_weight).sum())
    return np.hstack([np.ones((len(points), 1)), points]), log_weight


def _start(yes: Floats, answered: Floats, dimensions: int) -> Floats:
    """Concepts × (1 + dimensions): shares of yes, and the main directions in which answers differ from them."""
    items = np.zeros((yes.shape[1], dimensions + 1))
    if not yes.size:
        return items
    share = (yes.sum(0) + 0.5) / (answered.sum(0) + 1)
    items[:, 0] = np.log(share / (1 - share))
    _, values, directions = np.linalg.svd((yes - share) * answered, full_matrices=False)
    for d in range(min(dimensions, len(values))):
        direction = directions[d] * np.sign(directions[d][np.argmax(np.abs(directions[d]).round(9))] or 1.0)
        items[:, d + 1] = direction * np.sqrt(yes.shape[1])
    return items


def _log_odds(items: Floats, grid: Floats) -> Floats:
    return grid @ items.T


def _posterior(yes: Floats, answered: Floats, items: Floats, grid: Floats, prior: Floats) -> tuple[Floats, float]:
    """The weight of each point of the grid for each actor, and the log likelihood of all answers."""
    odds = _log_odds(items, grid)
    # yes · log p + (answered − yes) · log(1 − p) = yes · odds − answered · log(1 + exp(odds))
    logs = yes @ odds.T - answered @ np.logaddexp(0, odds).T + prior
    top = logs.max(1, keepdims=True) if logs.size else np.zeros((len(logs), 1))
    weight = np.exp(logs - top)
    total = weight.sum(1, keepdims=True)
    return weight / total, float((top + np.log(total)).sum())


def _maximized(yes: Floats, answered: Floats, items: Floats, grid: Floats, steps: int = 4) -> Floats:
    """The concepts' figures that fit best what is expected at each point (points × concepts), by Newton's method."""
    size = grid.shape[1]
    for _ in range(steps):
        p = 1 / (1 + np.exp(-_log_odds(items, grid)))
        slope = (yes - answered * p).T @ grid - items / ITEM_SPREAD**2
        curve = np.einsum("qj,qa,qb->jab", answered * p * (1 - p), grid, grid) + np.eye(size) / ITEM_SPREAD**2
        step = np.linalg.solve(curve, slope[:, :, None])[:, :, 0]
        items = items + step / np.maximum(1.0, np.abs(step).max(1, keepdims=True) / 2)  # far steps overshoot
    return items


def _rotation(discrimination: Floats, positions: Floats, positive: int | None) -> Floats:
    """The turn of the axes, dimensions × dimensions, that the conventions ask for."""
    size = discrimination.shape[1]
    values, axes = np.linalg.eigh(discrimination.T @ discrimination)
    turn: Floats = axes[:, np.argsort(-values, kind="stable")] if size > 1 else np.eye(1)
    for d in range(size):
        direction = float((discrimination @ turn)[:, d].sum())
        if d == 0 and positive is not None:
            direction = float((positions @ turn)[positive, 0])
        if direction < 0:
            turn[:, d] *= -1
    return turn


def _item_errors(yes: Floats, answered: Floats, items: Floats, grid: Floats, weight: Floats) -> Floats:
    """Standard errors of the concepts' figures, concepts × (1 + dimensions)."""
    n, m, size = len(yes), len(items), grid.shape[1]
    if not n or not m:
        return np.zeros((m, size))
    p = 1 / (1 + np.exp(-_log_odds(items, grid)))
    scores = np.empty((n, m, size))
    for a in range(size):
        scores[:, :, a] = yes * (weight @ grid[:, a])[:, None] - answered * (weight @ (p * grid[:, a : a + 1]))
    flat = scores.reshape(n, m * size)
    information = flat.T @ flat + np.eye(m * size) / ITEM_SPREAD**2
    return np.sqrt(np.diagonal(np.linalg.inv(information))).reshape(m, size)


Technique = Literal["classical", "metric"]
TECHNIQUES = ("classical", "metric")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinates:
    """Places for the rows of a network. ``places`` is rows × dimensions, centred on 0.

    ``stress`` is Kruskal's stress-1, √(Σ (d − d̂)² / Σ d²) over pairs: 0 is a perfect picture, above 0.2 a poor one.
    ``shares`` are the parts of the (positive) variation that the dimensions of a classical solution show.
    """

    rows: tuple[str, ...]
    places: Floats
    stress: float
    shares: tuple[float, ...]


def scaled_ties(
    network: Weighted,
    *,
    dimensions: int = 2,
    technique: Technique = "classical",
    distance: Distance | None = None,
) -> Coordinates:
    """Places for the rows of ``network``, so that those who agree are near (multidimensional scaling).

    ``classical``: Torgerson (1952), from the eigenvectors of the doubly centred squared distances. ``metric``: stress
    made small from there by SMACOF (de Leeuw 1977). Distances as in ``clusters.distances``. Each axis points to where
    the row that lies farthest out on it is (of equal ones the first). Missing dimensions are 0. Raises InputError.
    """
    whole(dimensions, "the number of dimensions", 1)
    one_of(technique, "technique", TECHNIQUES)
    apart = distances(network, distance)
    n = len(apart)
    places = np.zeros((n, dimensions))
    shares = [0.0] * dimensions
    if n > 1:
        centre = np.eye(n) - 1 / n
        values, vectors = np.linalg.eigh(-0.5 * centre @ apart**2 @ centre)
        values, vectors = values[::-1], vectors[:, ::-1]
        total = float(np.maximum(values, 0).sum())
        for d in range(min(dimensions, n)):
            if values[d] > 1e-9 * max(total, 1e-300):
                places[:, d] = vectors[:, d] * np.sqrt(values[d])
                shares[d] = float(values[d]) / total
        if technique == "metric" and total > 0:
            places, _ = smacof(
                apart, n_components=dimensions, init=places, n_init=1, max_iter=500, eps=1e-9, normalized_stress=False
            )
        places = places - places.mean(0)
        farthest = places[np.argmax(np.abs(places).round(9), axis=0), np.arange(dimensions)]
        places = places * np.where(farthest < 0, -1.0, 1.0)
    return Coordinates(rows=tuple(network.rows), places=places, stress=_stress(apart, places), shares=tuple(shares))


def _stress(apart: Floats, places: Floats) -> float:
    shown = np.linalg.norm(places[:, None] - places[None, :], axis=2)
    total = float((apart**2).sum())
    return float(np.sqrt(((apart - shown) ** 2).sum() / total)) if total > 0 else 0.0
