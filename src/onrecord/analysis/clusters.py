"""Who belongs together: groups of actors by many methods, the best of them, and how they change over time.

Modularity judges all methods alike (Newman 2006; with disagreement Gómez et al. 2009, see modularity.py). Negative
ties: methods that work on distances and profiles take disagreement for what it is (who disagree are far apart, and to
agree with somebody is another thing than to disagree); ``eigenvector`` works on the signed modularity matrix; the
community methods of networkx and ``spectral`` know positive ties only and see a negative tie as none (what rDNA calls
the positive subtract network). Modularity counts both unless ``signed`` is False.

Actors without any tie belong to no group; they are ``isolates``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.cluster.hierarchy import dendrogram as drawn
from scipy.cluster.hierarchy import optimal_leaf_ordering
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import squareform

from onrecord.analysis import divide
from onrecord.analysis.modularity import leading_eigenvector, modularity, numbered
from onrecord.analysis.ties import Floats, Integers, Weighted, agreement, is_one_mode, one_mode, one_of, profiles, whole
from onrecord.errors import InputError

Method = Literal[
    "single", "average", "complete", "ward", "kmeans", "kmedoids", "spectral", "equivalence", "concor",
    "louvain", "greedy", "labels", "eigenvector", "betweenness",
]  # fmt: skip
METHODS: tuple[Method, ...] = (
    "single", "average", "complete", "ward", "kmeans", "kmedoids", "spectral", "equivalence", "concor",
    "louvain", "greedy", "labels", "eigenvector", "betweenness",
)  # fmt: skip
FREE = ("louvain", "labels")  # find their own number of groups, and no other
OWN_NUMBER = (*FREE, "greedy", "eigenvector", "betweenness")  # find it if they are not told
USUAL = tuple(method for method in METHODS if method != "betweenness")  # which is slow

Distance = Literal["jaccard", "cosine", "euclidean", "complement"]
DISTANCES = ("jaccard", "cosine", "euclidean", "complement")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """Groups of a network's rows. ``groups`` has for each row with ties its group, 1 to ``k``, the largest being 1.

    ``k`` is the number of groups found, 0 if there are none: no ties, or fewer rows with ties than groups asked for.
    """

    method: str
    k: int
    modularity: float
    groups: Mapping[str, int]
    isolates: tuple[str, ...]

    def members(self) -> list[list[str]]:
        """The names in each group, the groups in order."""
        return [[name for name, group in self.groups.items() if group == number + 1] for number in range(self.k)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dendrogram:
    """What a dendrogram is drawn from.

    ``merges`` is scipy's linkage matrix, (names − 1) × 4: which two clusters (below ``len(names)`` single names, then
    the merges in their order), at which distance, and how many names they hold. ``order`` are the names from one side
    to the other, neighbours being as alike as can be. ``branches`` are the lines to draw: four (x, y) each, names
    standing at x = 5, 15, 25, … in that order.
    """

    method: str
    distance: str
    names: tuple[str, ...]
    order: tuple[str, ...]
    merges: Floats
    branches: tuple[tuple[tuple[float, float], ...], ...]


def distances(network: Weighted, distance: Distance | None = None) -> Floats:
    """How far apart the rows of ``network`` are, rows × rows, diagonal zero.

    ``jaccard``: 1 − Σ min / Σ max over the columns, support and opposition being told apart; for 0 and 1 the Jaccard
    distance, for weights Ruzicka's. ``cosine``: 1 − cosine of the same profiles. ``euclidean``: between them. Rows
    without ties are as far as can be from all others by the first two. ``complement`` (one-mode only): (most − w) /
    (most − least), where ``most`` is the greatest tie of the network and ``least`` the smallest or 0: the strongest
    agreement is distance 0, the strongest disagreement 1; without any ties all are 1 apart.

    Unless told, ``complement`` for one-mode networks and ``jaccard`` for two-mode ones.
    """
    distance = distance or ("complement" if is_one_mode(network) else "jaccard")
    one_of(distance, "distance", DISTANCES)
    if distance == "complement":
        weights = one_mode(network)
        most, least = weights.max(initial=0.0), weights.min(initial=0.0)
        result = (most - weights) / (most - least) if most > least else np.ones_like(weights)
    elif distance == "euclidean":
        result = divide.profile_distances(profiles(network), one_mode=False)
    elif distance == "cosine":
        rows = profiles(network)
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        unit = np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)
        result = 1 - np.clip(unit @ unit.T, 0.0, 1.0)
    else:
        rows = profiles(network)
        total = rows.sum(1)
        common = np.array([np.minimum(row, rows).sum(1) for row in rows]).reshape(len(rows), len(rows))
        either = total[:, None] + total[None, :] - common
        result = 1 - np.divide(common, either, out=np.zeros_like(common), where=either > 0)
    np.fill_diagonal(result, 0.0)
    return result


def clusters(
    network: Weighted,
    method: Method = "louvain",
    *,
    k: int | None = None,
    k_max: int = 5,
    distance: Distance | None = None,
    signed: bool = True,
    seed: int = 0,
) -> Clusters:
    """Groups of the rows of ``network`` by one method; of 2 to ``k_max`` groups the number of highest modularity.

    ``single``, ``average``, ``complete``, ``ward``: hierarchical, from ``distances``. ``kmedoids``: around medoids,
    from the same. ``kmeans``: on the rows of these distances. ``spectral``: Ng, Jordan & Weiss (2002). ``equivalence``:
    structural equivalence (Burt 1976), complete linkage. ``concor``: Breiger et al. (1975). ``louvain``, ``greedy``,
    ``labels``, ``betweenness``: see divide.py; ``eigenvector``: Newman (2006). These find how many groups there are by
    themselves and ``k_max`` does not bind them, unless ``k`` is given; ``louvain`` and ``labels`` cannot be told.

    A two-mode network is clustered by its rows: distances and profiles are those of what the rows support and oppose,
    everything else is done on the one-mode network W Wᵀ (see ``agreement`` in ties.py). A method may find fewer groups
    than ``k`` (rows that do not differ cannot be told apart) or more (``greedy`` and ``betweenness`` never join
    components). The same ``seed`` gives the same groups. Raises InputError.
    """
    one_of(method, "method", METHODS)
    if k is not None:
        whole(k, "the number of groups", 1)
        if method in FREE:
            raise InputError(f"“{method}” finds its own number of groups: leave k out, or choose another method")
    whole(k_max, "the highest number of groups", 2)
    return _Rows(network, distance, signed=signed).clusters(method, k, k_max, seed)


def compared(
    network: Weighted,
    *,
    methods: Sequence[Method] | None = None,
    k: int | None = None,
    k_max: int = 5,
    distance: Distance | None = None,
    signed: bool = True,
    seed: int = 0,
) -> list[Clusters]:
    """The groups that each of ``methods`` finds, the highest modularity first; of equal ones the method named first.

    All methods unless told, but for ``betweenness``, which is slow, and with ``k`` those that cannot be told how many
    groups to find. With ``k``, methods that found another number are left out.
    """
    chosen = methods or [method for method in USUAL if k is None or method not in FREE]
    for method in chosen:
        one_of(method, "method", METHODS)
        if k is not None and method in FREE:
            raise InputError(f"“{method}” finds its own number of groups: leave k out, or choose other methods")
    if k is not None:
        whole(k, "the number of groups", 1)
    whole(k_max, "the highest number of groups", 2)
    rows = _Rows(network, distance, signed=signed)
    found = [rows.clusters(method, k, k_max, seed) for method in chosen]
    if k is not None:
        found = [one for one in found if one.k == k]
    return sorted(found, key=lambda one: -round(one.modularity, 12))


def best_clusters(
    network: Weighted,
    *,
    methods: Sequence[Method] | None = None,
    k: int | None = None,
    k_max: int = 5,
    distance: Distance | None = None,
    signed: bool = True,
    seed: int = 0,
) -> Clusters:
    """The groups of highest modularity that any of ``methods`` finds; see ``compared``. No groups if none can."""
    found = compared(network, methods=methods, k=k, k_max=k_max, distance=distance, signed=signed, seed=seed)
    return found[0] if found else _Rows(network, distance, signed=signed).none("")


def clusters_over_time(
    networks: Sequence[Weighted],
    *,
    methods: Sequence[Method] | None = None,
    k: int | None = None,
    k_max: int = 5,
    distance: Distance | None = None,
    signed: bool = True,
    seed: int = 0,
) -> list[Clusters]:
    """The best groups of each of ``networks``, in their order, numbered so that a group keeps its number.

    Each group takes the number of that group of the last network with groups with which it shares most members (as
    Jaccard similarity; the pairing of all groups with the highest sum). A group that continues none takes a number not
    used before. So numbers may exceed ``k``.
    """
    result: list[Clusters] = []
    before: Mapping[str, int] = {}
    used = 0
    for network in networks:
        found = best_clusters(network, methods=methods, k=k, k_max=k_max, distance=distance, signed=signed, seed=seed)
        if found.k:
            renamed, used = _continued(before, found.members(), used)
            found = replace(found, groups={name: renamed[group - 1] for name, group in found.groups.items()})
            before = found.groups
        result.append(found)
    return result


def dendrogram(network: Weighted, method: str = "ward", distance: Distance | None = None) -> Dendrogram:
    """The hierarchy of the rows of ``network`` with ties, by single, average, complete or Ward's linkage."""
    one_of(method, "linkage", divide.LINKAGES)
    rows = _Rows(network, distance, signed=True)
    merges = divide.merges(rows.distances, method)
    order: list[int] = list(range(len(rows.names)))
    branches: tuple[tuple[tuple[float, float], ...], ...] = ()
    if len(order) > 1:
        merges = optimal_leaf_ordering(merges, squareform(rows.distances, checks=False))
        picture = drawn(merges, no_plot=True)
        order = picture["leaves"]
        branches = tuple(
            tuple((float(x), float(y)) for x, y in zip(xs, ys, strict=True))
            for xs, ys in zip(picture["icoord"], picture["dcoord"], strict=True)
        )
    return Dendrogram(
        method=method,
        distance=rows.distance,
        names=rows.names,
        order=tuple(rows.names[i] for i in order),
        merges=merges,
        branches=branches,
    )


class _Rows:
    """The rows of a network that have ties, and what the methods need to know of them."""

    def __init__(self, network: Weighted, distance: Distance | None, *, signed: bool) -> None:
        self.distance: str = distance or ("complement" if is_one_mode(network) else "jaccard")
        self.one_mode = is_one_mode(network)
        self.signed = signed
        features, ties = profiles(network), agreement(network)
        kept = np.flatnonzero(features.any(1))
        self.names = tuple(network.rows[int(i)] for i in kept)
        self.isolates = tuple(name for i, name in enumerate(network.rows) if not features[i].any())
        self.ties: Floats = ties[np.ix_(kept, kept)]
        self.distances: Floats = distances(network, distance)[np.ix_(kept, kept)]
        columns = np.hstack([kept, kept + len(network.rows)]) if self.one_mode else np.arange(features.shape[1])
        self.features: Floats = features[np.ix_(kept, columns)]

    def none(self, method: str) -> Clusters:
        return Clusters(method=method, k=0, modularity=0.0, groups={}, isolates=self.isolates)

    def clusters(self, method: str, k: int | None, k_max: int, seed: int) -> Clusters:
        n = len(self.names)
        if n < (k or 1):
            return self.none(method)
        if k is not None or method in OWN_NUMBER:
            return self._clusters(method, self._division(method, k, seed))
        found = [self._clusters(method, self._division(method, number, seed)) for number in range(1, min(k_max, n) + 1)]
        return max(found[1:] or found, key=lambda one: round(one.modularity, 12))

    def _clusters(self, method: str, division: Integers) -> Clusters:
        division = numbered(division)
        return Clusters(
            method=method,
            k=int(division.max()) + 1,
            modularity=modularity(self.ties, division, signed=self.signed),
            groups={name: int(group) + 1 for name, group in zip(self.names, division, strict=True)},
            isolates=self.isolates,
        )

    def _division(self, method: str, k: int | None, seed: int) -> Integers:  # noqa: PLR0911
        positive = np.maximum(self.ties, 0.0)
        if method == "eigenvector":
            return leading_eigenvector(self.ties, k, signed=self.signed)
        if method in divide.COMMUNITIES:
            return divide.communities(positive, method, k, seed)
        number = k or 1
        if method == "kmeans":
            return divide.kmeans(self.distances, number, seed)
        if method == "kmedoids":
            return divide.kmedoids(self.distances, number)
        if method == "spectral":
            return divide.spectral(positive, number, seed)
        if method == "concor":
            return divide.concor(self.features, number)
        if method == "equivalence":
            apart = divide.profile_distances(self.features, one_mode=self.one_mode)
            return divide.hierarchical(apart, "complete", number)
        return divide.hierarchical(self.distances, method, number)


def _continued(before: Mapping[str, int], groups: list[list[str]], used: int) -> tuple[list[int], int]:
    """The number of each of ``groups``, and the highest number used so far."""
    numbers = sorted(set(before.values()))
    olds = [{name for name, group in before.items() if group == number} for number in numbers]
    alike = np.array([[len(old & set(new)) / len(old | set(new)) for old in olds] for new in groups])
    renamed: dict[int, int] = {}
    if olds:
        pairs = zip(*linear_sum_assignment(-alike), strict=True)
        renamed = {int(i): numbers[int(j)] for i, j in pairs if alike[i, j] > 0}
    result = []
    for i in range(len(groups)):
        if i not in renamed:
            used += 1
            renamed[i] = used
        result.append(renamed[i])
    return result, used
