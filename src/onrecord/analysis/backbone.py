"""The backbone of a debate: the concepts that alone make who agrees with whom look as it does with all concepts.

The concepts are parted into a backbone and a redundant set so that the one-mode network of the actors made from the
backbone's concepts is as near as can be to that of all. This is ``dna_backbone`` in rDNA by Leifeld & Henrichsen, whose
manual describes the three searches: a greedy nested one, and simulated annealing (Kirkpatrick, Gelatt & Vecchi 1983,
Science 220) with a fixed size or with a penalty for large backbones.

Two measures of what is lost. ``spectral``: the Euclidean distance between the eigenvalues, sorted, of the two
networks' Laplacians D − W, each divided by their sum (which is the sum of all ties); negative ties count as none, as in
rDNA. Networks that look alike are near, whoever is who. ``euclidean``: the root of the sum of squared differences of
the ties of all pairs, over that of the full network, so that 0 is nothing lost, and 1 what an empty network loses.
Here negative ties count, and who is who matters.

The penalised loss is loss · exp(−p · redundant / all): with p = 0 it is the loss, and the best backbone
mostly lacks one concept; the larger p, the more there is to gain from a large redundant set, which is never empty.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from onrecord.analysis.debate import Debate
from onrecord.analysis.ties import Flags, Floats, Integers, one_of, whole
from onrecord.errors import InputError

Aggregation = Literal["congruence", "conflict", "subtract", "ignore"]
AGGREGATIONS = ("congruence", "conflict", "subtract", "ignore")
Normalization = Literal["no", "average", "jaccard", "cosine"]
NORMALIZATIONS = ("no", "average", "jaccard", "cosine")
Loss = Literal["spectral", "euclidean"]
LOSSES = ("spectral", "euclidean")
Build = Callable[[Sequence[int] | Integers], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backbone:
    """A backbone and the redundant concepts, in the order of the concepts, and what the network of each lacks.

    ``loss`` is that of the backbone's network, ``redundant_loss`` that of the redundant set's. ``penalized`` is what
    the search made small. ``steps`` are the lowest values found after each iteration.
    """

    backbone: tuple[str, ...]
    redundant: tuple[str, ...]
    loss: float
    redundant_loss: float
    penalized: float
    steps: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """One step of the nested search: the concept that became redundant, and how many are left with what loss."""

    concept: str
    left: int
    loss: float


def one_mode_network(
    debate: Debate,
    concepts: Sequence[int] | Integers | None = None,
    *,
    aggregation: str = "subtract",
    normalization: str = "average",
) -> Floats:
    """The ties between the actors, actors × actors, made from some concepts (by number), diagonal zero.

    With S and O the counts of support and opposition, congruence is S Sᵀ + O Oᵀ, conflict S Oᵀ + O Sᵀ, subtract the one
    less the other, ignore both together; normalised as ``formulas.one_mode`` does it (and equal to that: here the
    matrices are dense, since the searches ask for thousands of small networks). 0 / 0 is 0.
    """
    one_of(aggregation, "aggregation", AGGREGATIONS)
    one_of(normalization, "normalization", NORMALIZATIONS)
    chosen = slice(None) if concepts is None else np.asarray(concepts, np.intp)
    s, o = np.asarray(debate.support, np.float64)[:, chosen], np.asarray(debate.oppose, np.float64)[:, chosen]
    said = s + o if aggregation == "ignore" else np.hstack([s, o])
    alike = said @ said.T  # for ignore, what they say at all; else what they say alike
    if aggregation in {"conflict", "subtract"}:
        conflict = s @ o.T + o @ s.T
        ties: Floats = conflict if aggregation == "conflict" else alike - conflict
    else:
        ties = alike
    activity = said.sum(1)
    if normalization == "average":
        unit = (activity[:, None] + activity[None, :]) / 2
    elif normalization == "jaccard":
        alone = said @ (said == 0).T.astype(np.float64)
        unit = alone + alone.T + alike
    elif normalization == "cosine":
        length = np.sqrt(np.diagonal(alike))
        unit = np.outer(length, length)
    else:
        unit = np.ones_like(ties)
    ties = np.divide(ties, unit, out=np.zeros_like(ties), where=unit > 0)
    np.fill_diagonal(ties, 0.0)
    return ties


def spectrum(weights: Floats) -> Floats:
    """The eigenvalues of the Laplacian of the positive ties, rising, divided by their sum; zeros without ties."""
    positive = np.maximum(weights, 0.0)
    strength = positive.sum(1)
    total = float(strength.sum())
    if total <= 0:
        return np.zeros(len(weights))
    values: Floats = np.linalg.eigvalsh(np.diag(strength) - positive) / total
    return values


def spectral_distance(one: Floats, other: Floats) -> float:
    """The Euclidean distance of the ``spectrum`` of two networks of as many nodes."""
    return float(np.linalg.norm(spectrum(one) - spectrum(other)))


def loss_of(debate: Debate, backbone: Collection[str], *, penalty: float = 0.0, **settings: str) -> tuple[float, float]:
    """The penalised loss of a backbone that the user names, and the loss of its redundant set.

    ``settings`` are ``loss``, ``aggregation`` and ``normalization`` as for ``nested``. Raises InputError for a concept
    that is not in the debate.
    """
    if unknown := sorted(set(backbone) - set(debate.concepts)):
        raise InputError(f"the debate has no concept “{unknown[0]}”")
    search = _Search(debate, **settings)
    kept = np.array([concept in set(backbone) for concept in debate.concepts])
    return search.loss(kept) * search.discount(kept, penalty), search.loss(~kept)


def nested(
    debate: Debate,
    *,
    loss: Loss = "spectral",
    aggregation: Aggregation = "subtract",
    normalization: Normalization = "average",
) -> list[Removed]:
    """Concepts in the order in which they become redundant: each time the one whose removal loses least.

    Deterministic (of equal ones the first), and each backbone is part of the one before. A backbone of a given size
    may be somewhat worse than the best of this size. The last concept left is the core of the debate.
    """
    search = _Search(debate, loss=loss, aggregation=aggregation, normalization=normalization)
    kept = np.ones(len(debate.concepts), bool)
    steps: list[Removed] = []
    while kept.any():
        losses = []
        for concept in np.flatnonzero(kept).tolist():
            kept[concept] = False
            losses.append(search.loss(kept))
            kept[concept] = True
        first = int(np.argmin(np.array(losses).round(12)))
        concept = int(np.flatnonzero(kept)[first])
        kept[concept] = False
        steps.append(Removed(concept=debate.concepts[concept], left=int(kept.sum()), loss=losses[first]))
    return steps


def fixed(
    debate: Debate,
    size: int,
    *,
    loss: Loss = "spectral",
    aggregation: Aggregation = "subtract",
    normalization: Normalization = "average",
    iterations: int = 10_000,
    seed: int = 0,
) -> Backbone:
    """The backbone of ``size`` concepts with the smallest loss that simulated annealing finds.

    Each iteration swaps a concept of the backbone for a redundant one. Starts from the nested backbone of that size, so
    is never worse. The same ``seed`` gives the same backbone. Raises InputError.
    """
    whole(size, "the size of the backbone", 1, max(1, len(debate.concepts) - 1))
    search = _Search(debate, loss=loss, aggregation=aggregation, normalization=normalization)
    order = [step.concept for step in nested(debate, loss=loss, aggregation=aggregation, normalization=normalization)]
    start = np.isin(debate.concepts, order[len(order) - size :])
    return search.annealed(start, _swapped, 0.0, whole(iterations, "the number of iterations", 1), seed)


def penalized(
    debate: Debate,
    penalty: float = 3.5,
    *,
    loss: Loss = "spectral",
    aggregation: Aggregation = "subtract",
    normalization: Normalization = "average",
    iterations: int = 10_000,
    seed: int = 0,
) -> Backbone:
    """The backbone of any size with the smallest penalised loss that simulated annealing finds.

    Each iteration moves a concept into the other set, or swaps two. Neither set is ever empty. Starts from the best
    nested backbone. The same ``seed`` gives the same backbone. Raises InputError.
    """
    if not (np.isfinite(penalty) and penalty >= 0):
        raise InputError(f"the penalty is {penalty}: it must be 0 or more")
    search = _Search(debate, loss=loss, aggregation=aggregation, normalization=normalization)
    kept = np.ones(len(debate.concepts), bool)
    best, start = np.inf, kept.copy()
    for step in nested(debate, loss=loss, aggregation=aggregation, normalization=normalization)[:-1]:
        kept[debate.concepts.index(step.concept)] = False
        if (value := step.loss * search.discount(kept, penalty)) < best - 1e-12:
            best, start = value, kept.copy()
    return search.annealed(start, _changed, penalty, whole(iterations, "the number of iterations", 1), seed)


class _Search:
    """What backbones of one debate lose; remembers what it has worked out."""

    def __init__(
        self, debate: Debate, *, loss: str = "spectral", aggregation: str = "subtract", normalization: str = "average"
    ) -> None:
        one_of(loss, "loss", LOSSES)
        one_of(aggregation, "aggregation", AGGREGATIONS)
        one_of(normalization, "normalization", NORMALIZATIONS)
        self.debate = debate
        self.build: Build = partial(one_mode_network, debate, aggregation=aggregation, normalization=normalization)
        full = self.build(np.arange(len(debate.concepts)))
        self.spectral = loss == "spectral"
        self.full = spectrum(full) if self.spectral else full
        self.size = 1.0 if self.spectral else float(np.linalg.norm(full)) or 1.0
        self.known: dict[bytes, float] = {}

    def loss(self, kept: Flags) -> float:
        key = kept.tobytes()
        if key not in self.known:
            network = self.build(np.flatnonzero(kept))
            image = spectrum(network) if self.spectral else network
            self.known[key] = float(np.linalg.norm(image - self.full)) / self.size
        return self.known[key]

    def discount(self, kept: Flags, penalty: float) -> float:
        return float(np.exp(-penalty * (~kept).mean())) if len(kept) else 1.0

    def annealed(
        self,
        start: Flags,
        change: Callable[..., Flags],
        penalty: float,
        iterations: int,
        seed: int,
    ) -> Backbone:
        """Simulated annealing on the logarithm of the penalised loss, so that only its relative changes matter.

        The temperature falls from the mean change of some first steps to a thousandth of it.
        """
        if len(start) < 2:
            return self.backbone(start, penalty, [])
        rng = np.random.default_rng(seed)

        def value(kept: Flags) -> float:
            return float(np.log(max(self.loss(kept), 1e-12))) - penalty * float((~kept).mean())

        present = best = start
        now = lowest = value(start)
        hot = float(np.mean([abs(value(change(start, rng)) - now) for _ in range(20)])) or 1.0
        steps = []
        for iteration in range(iterations):
            proposed = change(present, rng)
            worth = value(proposed)
            temperature = hot * 0.001 ** (iteration / iterations)
            if worth <= now or rng.random() < np.exp((now - worth) / temperature):
                present, now = proposed, worth
            if now < lowest - 1e-12:
                best, lowest = present, now
            steps.append(self.loss(best) * self.discount(best, penalty))
        return self.backbone(best, penalty, steps)

    def backbone(self, kept: Flags, penalty: float, steps: list[float]) -> Backbone:
        loss = self.loss(kept)
        return Backbone(
            backbone=tuple(c for c, is_in in zip(self.debate.concepts, kept, strict=True) if is_in),
            redundant=tuple(c for c, is_in in zip(self.debate.concepts, kept, strict=True) if not is_in),
            loss=loss,
            redundant_loss=self.loss(~kept),
            penalized=loss * self.discount(kept, penalty),
            steps=tuple(steps),
        )


def _swapped(kept: Flags, rng: np.random.Generator) -> Flags:
    kept = kept.copy()
    out, in_ = rng.choice(np.flatnonzero(kept)), rng.choice(np.flatnonzero(~kept))
    kept[[out, in_]] = False, True
    return kept


def _changed(kept: Flags, rng: np.random.Generator) -> Flags:
    one = int(rng.integers(len(kept)))
    moved = kept.copy()
    moved[one] = not moved[one]
    return moved if moved.any() and not moved.all() and rng.random() < 0.7 else _swapped(kept, rng)
