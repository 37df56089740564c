"""Modularity of a division of actors into groups, for agreement and disagreement, and the search for a good division.

Newman (2006), "Modularity and community structure in networks", PNAS 103(23): ties within groups, less what chance
would put there. With disagreement, Gómez, Jensen & Arenas (2009), "Analysis of community structure in networks of
correlated data", Physical Review E 80, 016114: agreement belongs within groups, disagreement between them.

A division is an array of whole numbers, one for each node: its group. ``benefit`` matrices are symmetric, and what a
division is worth is the sum of their cells whose row and column are in one group.
"""

from itertools import pairwise

import numpy as np

from onrecord.analysis.ties import Floats, Integers


def benefit(weights: Floats, *, signed: bool = True) -> Floats:
    """What it adds to modularity to have two nodes in one group, nodes × nodes; the sum within groups is modularity.

    ``weights`` is symmetric with a zero diagonal. With w⁺, w⁻ ≥ 0 its positive and negative parts, k⁺, k⁻ their row
    sums, m⁺, m⁻ their sums (each tie twice), the cell is ((w⁺ − k⁺k⁺ᵀ / m⁺) − (w⁻ − k⁻k⁻ᵀ / m⁻)) / (m⁺ + m⁻).
    Without ``signed`` negative ties are left out, as if they were none. Without ties all is zero.
    """
    positive = np.maximum(weights, 0.0)
    negative = np.maximum(-weights, 0.0) if signed else np.zeros_like(weights)
    total = positive.sum() + negative.sum()
    if total <= 0:
        return np.zeros_like(weights, np.float64)
    result: Floats = (_excess(positive) - _excess(negative)) / total
    return result


def _excess(weights: Floats) -> Floats:
    total = weights.sum()
    strength = weights.sum(1)
    return weights - np.outer(strength, strength) / total if total > 0 else weights


def within(worth: Floats, division: Integers) -> float:
    """The sum of the cells of ``worth`` (nodes × nodes) whose row and column are in one group."""
    return float(worth[division[:, None] == division].sum())


def modularity(weights: Floats, division: Integers, *, signed: bool = True) -> float:
    """The modularity of ``division``, at most 1; 0 if all are in one group, or if there are no ties."""
    return within(benefit(weights, signed=signed), division)


def members(division: Integers, k: int) -> Floats:
    """``division`` into groups 0 to ``k`` − 1 as a matrix of 0 and 1, nodes × groups."""
    return np.eye(k)[division]


def improve(worth: Floats, division: Integers, k: int, *, exchange: bool = False) -> Integers:
    """``division`` into groups 0 to ``k`` − 1 after all steps that raise its worth, the best step first.

    A step puts one node into another group (never the last one of its group), or with ``exchange`` swaps two nodes, so
    that groups keep their sizes. The result is a local optimum. Equal steps: the first node, the first group.
    """
    division = division.copy()
    own = np.diagonal(worth).copy()
    links = worth @ members(division, k)  # what each node has with each group
    nodes = np.arange(len(division))
    scale = np.abs(worth).sum() or 1.0
    while True:
        sizes = np.bincount(division, minlength=k)
        stay = links[nodes, division] - own
        if exchange:
            move = links[:, division] - stay[:, None]  # of row node into the column node's group
            gain = 2 * (move + move.T - 2 * worth)
            gain[division[:, None] == division[None, :]] = -np.inf
            step = int(np.argmax(np.triu(gain, 1) + np.tril(np.full_like(gain, -np.inf))))
            a, b = divmod(step, len(division))
            moves, best = [(a, int(division[b])), (b, int(division[a]))], float(gain[a, b])
        else:
            gain = 2 * (links - stay[:, None])
            gain[nodes, division] = -np.inf
            gain[sizes[division] == 1] = -np.inf
            a, group = divmod(int(np.argmax(gain)), k)
            moves, best = [(a, group)], float(gain[a, group])
        if not best > 1e-12 * scale:
            return division
        for node, group in moves:
            links[:, division[node]] -= worth[:, node]
            links[:, group] += worth[:, node]
            division[node] = group


def leading_eigenvector(weights: Floats, k: int | None = None, *, signed: bool = True) -> Integers:
    """Groups by the leading eigenvectors of the modularity matrix (Newman 2006), refined by moving single nodes.

    A group is split by the signs of the leading eigenvector of its part of the matrix (its row sums taken off the
    diagonal) as long as that raises modularity; with ``k`` until there are so many, the best split first, and a group
    that no eigenvector splits stays whole. Newman's paper is for positive ties; for signed ones the same is done with
    the matrix of Gómez et al. (see ``benefit``).
    """
    worth = benefit(weights, signed=signed)
    groups = [np.arange(len(weights))]
    open_: list[tuple[float, Integers, Integers]] = []
    done: list[Integers] = []
    while groups or open_:
        for group in groups:
            gain, first, second = _split(worth, group)
            if gain > 1e-12 * (np.abs(worth).sum() or 1.0):
                open_.append((gain, first, second))
            else:
                done.append(group)
        groups = []
        open_.sort(key=lambda found: (-found[0], int(found[1][0])))
        if not open_ or (k is not None and len(done) + len(open_) >= k):
            break
        _, first, second = open_.pop(0)
        groups = [first, second]
    parts = done + [np.sort(np.concatenate(found[1:])) for found in open_]
    division = np.zeros(len(weights), np.int64)
    for number, part in enumerate(parts):
        division[part] = number
    return division


def _split(worth: Floats, group: Integers) -> tuple[float, Integers, Integers]:
    """The best split of a group that its leading eigenvector leads to, and what it adds."""
    if len(group) < 2:
        return 0.0, group, group[:0]
    part = worth[np.ix_(group, group)]
    part = part - np.diag(part.sum(1))
    values, vectors = np.linalg.eigh(part)
    if values[-1] <= 0:
        return 0.0, group, group[:0]
    vector = vectors[:, -1]
    vector = vector * np.sign(vector[np.argmax(np.abs(vector) > 1e-9)])  # the first to count is positive
    side = (vector <= 1e-12).astype(np.int64)
    if side.min() == side.max():
        return 0.0, group, group[:0]
    side = improve(part, side, 2)
    return within(part, side), group[side == 0], group[side == 1]


def numbered(division: Integers) -> Integers:
    """The same groups numbered 0, 1, … from the largest to the smallest; of equal size, by their first node."""
    labels, first, sizes = np.unique(division, return_index=True, return_counts=True)
    order = sorted(range(len(labels)), key=lambda i: (-sizes[i], first[i]))
    number = {int(labels[i]): n for n, i in enumerate(order)}
    return np.array([number[int(g)] for g in division], np.int64)


def even_sizes(n: int, k: int) -> Integers:
    """A division of ``n`` nodes in their order into ``k`` groups whose sizes differ by one at most."""
    edges = [i * n // k for i in range(k + 1)]
    return np.repeat(np.arange(k), [b - a for a, b in pairwise(edges)])
