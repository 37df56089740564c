"""The ways to divide nodes into groups: from distances, from features, from positive ties.

Each function returns a division: an array of whole numbers, for each node its group. All are deterministic; where
chance has a part, by ``seed``. Distances are symmetric with a zero diagonal, features are nodes × features, ties are
symmetric, not negative, with a zero diagonal. ``k`` is at least 1 and at most the number of nodes.
"""

from typing import Any, Literal

import networkx as nx
import numpy as np
from scipy.cluster.hierarchy import cut_tree, linkage
from scipy.spatial.distance import squareform
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from onrecord.analysis.ties import Flags, Floats, Integers

Linkage = Literal["single", "average", "complete", "ward"]
LINKAGES: tuple[Linkage, ...] = ("single", "average", "complete", "ward")
Community = Literal["louvain", "greedy", "labels", "betweenness"]
COMMUNITIES: tuple[Community, ...] = ("louvain", "greedy", "labels", "betweenness")


def merges(distances: Floats, method: str) -> Floats:
    """The merges of hierarchical clustering, in scipy's form: (nodes − 1) × 4, two clusters, height, size."""
    if len(distances) < 2:
        return np.zeros((0, 4))
    result: Floats = linkage(squareform(distances, checks=False), method=method)
    return result


def hierarchical(distances: Floats, method: str, k: int) -> Integers:
    """Agglomerative clustering, cut where ``k`` groups are left; ``ward`` is Ward's criterion of least variance."""
    if len(distances) < 2:
        return np.zeros(len(distances), np.int64)
    return np.asarray(cut_tree(merges(distances, method), n_clusters=k)[:, 0], np.int64)


def kmeans(features: Floats, k: int, seed: int = 0) -> Integers:
    """k-means, the best of ten starts; fewer groups if fewer nodes differ."""
    different = len(np.unique(features.round(12), axis=0))
    model = KMeans(min(k, different), n_init=10, random_state=seed)
    with threadpool_limits(1):  # for so few nodes threads only wait for each other
        return np.asarray(model.fit_predict(features), np.int64)


def kmedoids(distances: Floats, k: int) -> Integers:
    """Partitioning around medoids: Kaufman & Rousseeuw (1990), "Finding Groups in Data", chapter 2 (BUILD and SWAP)."""
    n = len(distances)
    medoids: list[int] = []
    nearest = np.full(n, distances.max(initial=0.0) + 1)
    for _ in range(k):  # the node that brings the others nearest
        cost = np.minimum(nearest[:, None], distances).sum(0)
        cost[medoids] = np.inf
        medoids.append(int(np.argmin(cost)))
        nearest = np.minimum(nearest, distances[:, medoids[-1]])
    total = float(nearest.sum())
    while True:
        best, swap = total - 1e-12, None
        for place in range(k):
            rest = distances[:, medoids[:place] + medoids[place + 1 :]].min(1, initial=np.inf)
            cost = np.minimum(rest[:, None], distances).sum(0)
            cost[medoids] = np.inf
            node = int(np.argmin(cost))
            if cost[node] < best:
                best, swap = float(cost[node]), (place, node)
        if swap is None:
            division: Integers = np.argmin(distances[:, medoids], axis=1).astype(np.int64)
            division[medoids] = np.arange(k)  # also if another medoid is as near
            return division
        medoids[swap[0]], total = swap[1], best


def spectral(ties: Floats, k: int, seed: int = 0) -> Integers:
    """Spectral clustering: Ng, Jordan & Weiss (2002), "On spectral clustering".

    k-means on the first ``k`` eigenvectors of the ties divided by the roots of both nodes' strengths, each row of unit
    length.
    """
    root = np.sqrt(ties.sum(1))
    scale = np.divide(1.0, root, out=np.zeros_like(root), where=root > 0)
    _, vectors = np.linalg.eigh(ties * np.outer(scale, scale))
    rows = vectors[:, -k:]
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return kmeans(np.divide(rows, length, out=np.zeros_like(rows), where=length > 1e-12), k, seed)


def profile_distances(features: Floats, *, one_mode: bool) -> Floats:
    """How far rows are from being structurally equivalent: Burt (1976), "Positions in networks", Social Forces 55(1).

    Euclidean; for one-mode features (nodes × nodes, or several such side by side) what the two have with each other
    and with themselves does not count.
    """
    squares = (features**2).sum(1)
    result: Floats = squares[:, None] + squares[None, :] - 2 * features @ features.T
    if one_mode:
        n = len(features)
        for start in range(0, features.shape[1], n):
            block = features[:, start : start + n]
            own = np.diagonal(block)
            result -= (own[:, None] - block.T) ** 2 + (block - own[None, :]) ** 2
    result = np.sqrt(np.maximum((result + result.T) / 2, 0.0))
    np.fill_diagonal(result, 0.0)
    return result


def concor(features: Floats, k: int) -> Integers:
    """CONCOR: Breiger, Boorman & Arabie (1975), "An algorithm for clustering relational data", J. Math. Psych. 12(3).

    The correlations of rows are correlated again and again, until all are 1 or −1: that parts the nodes in two. The
    largest group is parted next, until there are ``k``, or none can be parted. Rows that are all the same are taken to
    correlate with nothing.
    """
    parts = [np.arange(len(features))]
    whole: list[Integers] = []
    while parts and len(parts) + len(whole) < k:
        parts.sort(key=lambda part: (-len(part), int(part[0])))
        part = parts.pop(0)
        side = _two_sides(features[part])
        if side.all():
            whole.append(part)
        else:
            parts += [part[side], part[~side]]
    division = np.zeros(len(features), np.int64)
    for number, part in enumerate(parts + whole):
        division[part] = number
    return division


def _two_sides(features: Floats) -> Flags:
    """Who is on the side of the first row."""
    matrix = _correlations(features)
    for _ in range(200):
        if np.abs(np.abs(matrix) - 1).max() < 1e-9:
            break
        matrix = _correlations(matrix)
    side: Flags = matrix[0] > 0
    side[0] = True
    return side


def _correlations(rows: Floats) -> Floats:
    centred = rows - rows.mean(1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    unit = np.divide(centred, length, out=np.zeros_like(centred), where=length > 1e-9)
    result: Floats = np.clip(unit @ unit.T, -1.0, 1.0)
    np.fill_diagonal(result, 1.0)
    return result


def communities(ties: Floats, method: str, k: int | None = None, seed: int = 0) -> Integers:
    """The communities that networkx finds; ``k`` groups if it is told (only ``greedy`` and ``betweenness`` can).

    ``louvain``: Blondel et al. (2008). ``greedy``: Clauset, Newman & Moore (2004). ``labels``: Raghavan, Albert &
    Kumara (2007). ``betweenness``: Girvan & Newman (2002), the tie taken away being the one with the highest weighted
    edge betweenness (length 1 / weight), and the level of highest modularity taken; slow beyond some 100 nodes.
    Components are never joined: with more of them than ``k`` there are more groups.
    """
    graph = nx.from_numpy_array(ties)
    if not graph.number_of_edges():
        return np.arange(len(ties))
    if method == "louvain":
        groups = nx.community.louvain_communities(graph, weight="weight", seed=seed)
    elif method == "labels":
        groups = list(nx.community.asyn_lpa_communities(graph, weight="weight", seed=seed))
    elif method == "betweenness":
        groups = _betweenness(graph, k)
    else:
        exact = {} if k is None else {"cutoff": k, "best_n": k}
        # Two components are no worse than one community of both: networkx joins them if it is told how many to find.
        if k is not None and nx.number_connected_components(graph) > k:
            groups = list(nx.connected_components(graph))
        else:
            groups = nx.community.greedy_modularity_communities(graph, weight="weight", **exact)
    division = np.zeros(len(ties), np.int64)
    for number, group in enumerate(groups):
        division[list(group)] = number
    return division


def _betweenness(graph: Any, k: int | None) -> Any:
    nx.set_edge_attributes(graph, {(a, b): 1 / w for a, b, w in graph.edges(data="weight")}, "length")

    def busiest(left: Any) -> Any:
        busy = nx.edge_betweenness_centrality(left, weight="length")
        most = max(busy.values())
        return min(edge for edge, value in busy.items() if value >= most - 1e-12)

    levels = nx.community.girvan_newman(graph, most_valuable_edge=busiest)
    if k is not None:
        parts = list(nx.connected_components(graph))
        return parts if len(parts) >= k else next(level for level in levels if len(level) >= k)
    candidates = [tuple(nx.connected_components(graph)), *levels]
    return max(candidates, key=lambda level: nx.community.modularity(graph, level, weight="weight"))
