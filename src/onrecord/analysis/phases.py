"""Phases of a debate: which windows of time look alike, and when the debate passes from one state to another.

Masuda & Holme (2019), "Detecting sequences of system states in temporal networks", Scientific Reports 9:795: distances
between the networks of all windows, clusters of windows by these distances, as many as Dunn's index is highest for; a
cluster is a state of the debate, and where the state changes there is a transition. ``dna_phaseTransitions`` in rDNA
by Leifeld does the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from onrecord.analysis import divide
from onrecord.analysis.backbone import spectrum
from onrecord.analysis.modularity import leading_eigenvector
from onrecord.analysis.ties import Floats, Integers, Weighted, aligned, checked, is_one_mode, one_of, whole
from onrecord.errors import InputError

Difference = Literal["absolute", "spectral"]
DIFFERENCES = ("absolute", "spectral")
Method = Literal["single", "average", "complete", "ward", "kmedoids", "spectral", "concor", "greedy", "eigenvector"]
METHODS: tuple[Method, ...] = (
    "average", "single", "complete", "ward", "kmedoids", "spectral", "concor", "greedy", "eigenvector"
)  # fmt: skip
Criterion = Literal["dunn", "silhouette"]
CRITERIA = ("dunn", "silhouette")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """The states of a debate over time.

    ``states`` has the state of each window, numbered 1, 2, … as they first appear. ``transitions`` are the numbers,
    counted from 0, of the windows whose state is not that of the window before. ``dunn`` and ``silhouette`` say how
    well the states are apart (0 if there is only one). ``tried`` has for each method and number of states the value of
    the criterion. ``distances`` is windows × windows.
    """

    method: str
    k: int
    states: tuple[int, ...]
    transitions: tuple[int, ...]
    dunn: float
    silhouette: float
    distances: Floats
    tried: tuple[tuple[str, int, float], ...]


def network_distances(
    networks: Sequence[Weighted], difference: Difference = "absolute", *, normalize: bool = False
) -> Floats:
    """How far apart the networks of windows are, windows × windows.

    ``absolute``: the sum over all ties of the absolute difference of weights, each tie once. ``spectral``: the
    Euclidean distance of the eigenvalues of the Laplacians D − W of the positive ties, each divided by their sum
    (Masuda & Holme 2019 compare several spectra; this is the one rDNA takes). ``normalize``: divide each network by
    the sum of its absolute ties first, so that busy times are not apart from quiet ones only for being busy.

    One-mode networks are brought to the same actors; two-mode ones need the same rows and columns, and are compared
    by ``absolute`` only. Raises InputError.
    """
    one_of(difference, "difference", DIFFERENCES)
    if all(is_one_mode(network) for network in networks):
        stack, share = aligned(networks)[1], 0.5  # each tie stands in two cells
    else:
        first = networks[0]
        if any((tuple(n.rows), tuple(n.columns)) != (tuple(first.rows), tuple(first.columns)) for n in networks):
            raise InputError("two-mode networks of windows need the same rows and columns: make them with all isolates")
        if difference == "spectral":
            raise InputError("the spectral difference needs one-mode networks: choose “absolute”")
        stack, share = np.stack([checked(network) for network in networks]), 1.0
    if normalize:
        total = np.abs(stack).sum((1, 2), keepdims=True) * share
        stack = np.divide(stack, total, out=np.zeros_like(stack), where=total > 0)
    if difference == "spectral":
        spectra = np.array([spectrum(weights) for weights in stack]).reshape(stack.shape[:2])
        return np.array([np.linalg.norm(spectra - one, axis=1) for one in spectra]).reshape(len(stack), len(stack))
    flat = stack.reshape(len(stack), int(np.prod(stack.shape[1:])))
    return np.array([np.abs(flat - one).sum(1) * share for one in flat]).reshape(len(stack), len(stack))


def phases(
    networks: Sequence[Weighted],
    *,
    difference: Difference = "absolute",
    normalize: bool = False,
    methods: Sequence[Method] = ("average",),
    k_min: int = 2,
    k_max: int = 6,
    criterion: Criterion = "dunn",
    seed: int = 0,
) -> Phases:
    """The states of a debate from the networks of its windows, in the order of time.

    Of all ``methods`` and numbers of states from ``k_min`` to ``k_max`` those with the highest ``criterion`` win; of
    equal ones the method named first, then the fewer states. Methods that work on ties get 1 − distance / greatest
    distance. Windows that do not differ at all are one state, and so is a single window. Raises InputError.
    """
    for method in methods:
        one_of(method, "method", METHODS)
    if not methods:
        raise InputError("no method is named: name one, such as “average”")
    one_of(criterion, "criterion", CRITERIA)
    whole(k_min, "the smallest number of states", 2)
    whole(k_max, "the greatest number of states", k_min)
    distances = network_distances(networks, difference, normalize=normalize)
    n = len(distances)
    best: tuple[float, str, Integers] | None = None
    tried = []
    if distances.max(initial=0.0) > 0:
        measure = dunn if criterion == "dunn" else silhouette
        for method in methods:
            for k in range(k_min, min(k_max, n) + 1):
                division = _division(distances, method, k, seed)
                if len(np.unique(division)) != k:
                    continue  # the method cannot tell so many apart
                value = measure(distances, division)
                tried.append((method, k, value))
                if best is None or value > best[0] + 1e-12:
                    best = value, method, division
    _, method_, division = best or (0.0, methods[0], np.zeros(n, np.int64))
    states = _in_order(division)
    return Phases(
        method=method_,
        k=len(set(states)),
        states=states,
        transitions=tuple(t for t in range(1, n) if states[t] != states[t - 1]),
        dunn=dunn(distances, division),
        silhouette=silhouette(distances, division),
        distances=distances,
        tried=tuple(tried),
    )


def dunn(distances: Floats, division: Integers) -> float:
    """Dunn's index: the smallest distance between groups over the greatest within one (Dunn 1974, J. Cybernetics 4(1)).

    0 if there is one group only, or if each node is alone. Where no two of a group differ, the greatest distance within
    is taken to be 1e-12 of the greatest of all, so that the index stays a number.
    """
    same = division[:, None] == division[None, :]
    if same.all() or same.sum() == len(division):
        return 0.0
    return float(distances[~same].min() / max(distances[same].max(), 1e-12 * distances.max(), 1e-300))


def silhouette(distances: Floats, division: Integers) -> float:
    """The mean silhouette width (Rousseeuw 1987), −1 to 1; who is alone has 0, and so has a single group."""
    member = np.eye(int(division.max(initial=0)) + 1)[division]
    sizes = member.sum(0)
    if len(division) < 2 or (sizes > 0).sum() < 2:
        return 0.0
    sums = distances @ member
    own = sizes[division]
    nodes = np.arange(len(division))
    inside = sums[nodes, division] / np.maximum(own - 1, 1)
    means = np.where(sizes > 0, sums / np.maximum(sizes, 1), np.inf)
    means[nodes, division] = np.inf
    outside = means.min(1)
    greater = np.maximum(inside, outside)
    widths = np.divide(outside - inside, greater, out=np.zeros_like(greater), where=(greater > 0) & (own > 1))
    return float(widths.mean())


def _division(distances: Floats, method: str, k: int, seed: int) -> Integers:
    if method in divide.LINKAGES:
        return divide.hierarchical(distances, method, k)
    if method == "kmedoids":
        return divide.kmedoids(distances, k)
    near = 1 - distances / distances.max()
    if method == "concor":
        return divide.concor(near, k)
    np.fill_diagonal(near, 0.0)
    if method == "spectral":
        return divide.spectral(near, k, seed)
    return leading_eigenvector(near, k) if method == "eigenvector" else divide.communities(near, "greedy", k)


def _in_order(division: Integers) -> tuple[int, ...]:
    number: dict[int, int] = {}
    return tuple(number.setdefault(int(label), len(number) + 1) for label in division)
