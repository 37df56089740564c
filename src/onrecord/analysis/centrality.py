"""How central each actor of a one-mode network is, by the usual measures.

Degree and strength: Freeman (1978), "Centrality in social networks", Social Networks 1(3), and Barrat et al. (2004),
"The architecture of complex weighted networks", PNAS 101(11). Betweenness: Brandes (2001). Closeness: Wasserman &
Faust (1994), p. 200, for graphs in several parts. Eigenvector: Bonacich (1972).
"""

from dataclasses import dataclass

import networkx as nx
import numpy as np

from onrecord.analysis.ties import Floats, Weighted, agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Central:
    """One actor's centrality.

    ``degree``: with how many others it has any tie. ``positive``, ``negative``: the sums of its positive ties and of
    its negative ones (as a positive figure); ``strength``: of both. ``betweenness``: the share of pairs of others whose
    shortest path leads over it, 0 to 1. ``closeness``: how near the others are, 0 to 1 for ties of weight 1.
    ``eigenvector``: high if those it agrees with are central themselves; the squares of all add up to 1.

    Betweenness, closeness and eigenvector centrality are of the positive ties; a tie of weight w is 1 / w long.
    """

    actor: str
    degree: int
    strength: float
    positive: float
    negative: float
    betweenness: float
    closeness: float
    eigenvector: float


def centrality(network: Weighted) -> list[Central]:
    """The centrality of each row of ``network``, in their order; of a two-mode network by its one-mode ties W Wᵀ."""
    weights = agreement(network)
    positive = np.maximum(weights, 0.0)
    graph = nx.from_numpy_array(positive)
    for _, _, tie in graph.edges(data=True):
        tie["length"] = 1 / tie["weight"]
    between = nx.betweenness_centrality(graph, weight="length")
    close = nx.closeness_centrality(graph, distance="length")
    central = principal(positive)
    return [
        Central(
            actor=name,
            degree=int(np.count_nonzero(weights[i])),
            strength=float(np.abs(weights[i]).sum()),
            positive=float(positive[i].sum()),
            negative=float(np.maximum(-weights[i], 0.0).sum()),
            betweenness=float(between[i]),
            closeness=float(close[i]),
            eigenvector=float(central[i]),
        )
        for i, name in enumerate(network.rows)
    ]


def principal(weights: Floats) -> Floats:
    """The principal eigenvector of symmetric ``weights`` ≥ 0, of length 1, none of it negative; zeros without ties.

    If several vectors are principal (parts of a network with the same eigenvalue), the one nearest to that in which all
    have the same: so nobody depends on the order of rows.
    """
    if not weights.any():
        return np.zeros(len(weights))
    values, vectors = np.linalg.eigh(weights)
    span = vectors[:, values > values[-1] * (1 - 1e-9)]
    nearest = span @ span.sum(0)
    nearest = np.where(np.abs(nearest) < 1e-9, 0.0, np.abs(nearest))
    result: Floats = nearest / np.linalg.norm(nearest)
    return result
