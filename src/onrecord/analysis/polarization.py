"""How far a debate falls apart into camps: the best division into ``k`` groups, and how good it is.

A polarized debate has congruence within groups and conflict between them. The division of actors into ``k`` groups is
searched that fits this best, and how well it fits is the polarization of the network. Over time, each network of a
moving window is searched by itself. This is the idea of ``dna_polarization`` in rDNA by Leifeld (its manual describes
groups of equal size, modularity or the E-I index as quality, a greedy and a genetic search); see also Leifeld (2014),
"Polarization of coalitions in an agent-based model of political discourse", Computational Social Networks 1:7. The
manual gives no formula, so the figures here follow the papers named below and not rDNA to the digit.

Two measures of quality, from the ties of congruence w⁺ and of conflict w⁻, both ≥ 0:

``modularity``: that of Gómez, Jensen & Arenas (2009), see modularity.py.
``ei``: the E-I index of Krackhardt & Stern (1988), "Informal networks and organizational crises", Social Psychology
Quarterly 51(2), turned round, so that more is more polarized, and reversed for conflict: (congruence within +
conflict between − congruence between − conflict within) / (all congruence + all conflict), −1 to 1. If it is 1, the
network is balanced in the sense of Doreian & Mrvar (1996), "A partitioning approach to structural balance".
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, factorial, prod
from typing import Literal

import numpy as np

from onrecord.analysis.modularity import benefit, even_sizes, improve, numbered, within
from onrecord.analysis.ties import Floats, Integers, Weighted, agreement, is_one_mode, one_mode, one_of, whole
from onrecord.errors import InputError

Quality = Literal["modularity", "ei"]
Search = Literal["exact", "greedy", "genetic"]
Sizes = Literal["equal", "any"]
QUALITIES = ("modularity", "ei")
SEARCHES = ("exact", "greedy", "genetic")
SIZES = ("equal", "any")
SETTLED = 50  # generations without a better division
MOST_EXACT = 200_000  # divisions, some seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Polarization:
    """How polarized one network is, and its camps.

    ``score`` is the quality of the best division found (for ``ei`` −1 to 1, for ``modularity`` below 1); without
    normalisation that times ``mass``, the sum of all ties, each pair once. ``groups`` has the group, 1 to ``k``, of
    each actor with ties; ``isolates`` are those without. ``congruence_within`` is the share of congruence within
    groups, ``conflict_between`` the share of conflict between them; 0 where there is none. ``steps`` are the best
    qualities found, in the order of the search, to see whether it had settled.
    """

    score: float
    k: int
    groups: Mapping[str, int]
    isolates: tuple[str, ...]
    mass: float
    congruence_within: float
    conflict_between: float
    steps: tuple[float, ...] = ()


def polarization(
    network: Weighted,
    *,
    conflict: Weighted | None = None,
    k: int = 2,
    quality: Quality = "modularity",
    sizes: Sizes = "equal",
    search: Search = "greedy",
    normalize: bool = True,
    starts: int = 30,
    iterations: int = 1000,
    elite: float = 0.1,
    mutation: float = 0.1,
    seed: int = 0,
) -> Polarization:
    """The polarization of ``network`` for ``k`` camps.

    ``network`` is one-mode: its positive ties are congruence, its negative ones conflict (a subtract network). If it is
    a congruence network, the conflict network of the same actors is given as ``conflict``, none of whose ties are
    negative: then what a pair agrees and disagrees on does not cancel out. A two-mode network is made one-mode first.

    ``sizes``: groups of equal size (but for one actor), or any. With any size, a debate of one mind scores well under
    ``ei``, since nobody outside is needed for it. ``search``: ``exact`` tries all divisions (small networks only),
    ``greedy`` takes the best step from each of ``starts`` random divisions until none helps, ``genetic`` breeds
    ``starts`` divisions for up to ``iterations`` generations, until 50 bring nothing: the share ``elite`` of the best
    stays, the others are crossings of two of the better half, and in each the share ``mutation`` of actors (two at
    least) changes places (Leifeld's scheme); in the end the best takes the steps of the greedy search. The same
    ``seed`` gives the same result.

    Fewer than ``k`` actors with ties have no polarization: the score is 0, and there are no groups. Raises InputError.
    """
    one_of(quality, "quality", QUALITIES)
    one_of(search, "search", SEARCHES)
    one_of(sizes, "rule for sizes", SIZES)
    whole(k, "the number of camps", 2)
    whole(starts, "the number of starts", 2)
    whole(iterations, "the number of generations", 1)
    for share, what in ((elite, "elite"), (mutation, "mutation")):
        if not 0 <= share <= 1:
            raise InputError(f"{what} is {share}: it is a share, 0 to 1")
    congruent, conflicting = _pair(network, conflict)
    kept = np.flatnonzero((congruent + conflicting).sum(1) > 0)
    isolates = tuple(name for i, name in enumerate(network.rows) if i not in set(kept.tolist()))
    congruent, conflicting = congruent[np.ix_(kept, kept)], conflicting[np.ix_(kept, kept)]
    mass = float(congruent.sum() + conflicting.sum()) / 2
    if len(kept) < k:
        return Polarization(
            score=0.0, k=k, groups={}, isolates=isolates, mass=mass, congruence_within=0.0, conflict_between=0.0
        )
    worth, constant = _worth(congruent, conflicting, quality)
    equal = sizes == "equal"
    rng = np.random.default_rng(seed)
    if search == "exact":
        division, steps = _exact(worth, k, equal=equal)
    elif search == "greedy":
        division, steps = _greedy(worth, k, rng, starts, equal=equal)
    else:
        division, steps = _genetic(worth, k, rng, starts, iterations, elite, mutation, equal=equal)
    division = numbered(division)
    unit = 1.0 if normalize else mass
    return Polarization(
        score=(within(worth, division) + constant) * unit,
        k=k,
        groups={network.rows[int(i)]: int(g) + 1 for i, g in zip(kept, division, strict=True)},
        isolates=isolates,
        mass=mass,
        congruence_within=_share(congruent, division),
        conflict_between=1 - _share(conflicting, division) if conflicting.any() else 0.0,
        steps=tuple((step + constant) * unit for step in steps),
    )


def polarization_over_time(
    networks: Sequence[Weighted], *, conflicts: Sequence[Weighted] | None = None, **settings: object
) -> list[Polarization]:
    """The polarization of each of ``networks`` (of ``windows``), in their order; ``settings`` as for ``polarization``.

    ``conflicts`` are the conflict networks of the same windows, if ``networks`` hold congruence only. Each network is
    searched by itself with the same seed, so the figure of a window does not depend on the others.
    """
    if conflicts is not None and len(conflicts) != len(networks):
        raise InputError(f"there are {len(networks)} congruence networks, but {len(conflicts)} conflict networks")
    against = [None] * len(networks) if conflicts is None else conflicts
    measure: Callable[..., Polarization] = polarization
    return [measure(network, conflict=other, **settings) for network, other in zip(networks, against, strict=True)]


def _pair(network: Weighted, conflict: Weighted | None) -> tuple[Floats, Floats]:
    if conflict is None:
        weights = agreement(network)
        return np.maximum(weights, 0.0), np.maximum(-weights, 0.0)
    if not is_one_mode(network) or tuple(conflict.rows) != tuple(network.rows):
        raise InputError("congruence and conflict network must be one-mode, with the same actors in the same order")
    pair = one_mode(network), one_mode(conflict)
    if min(matrix.min(initial=0.0) for matrix in pair) < 0:
        raise InputError("with a conflict network of its own, no tie may be negative: give the congruence network")
    return pair


def _worth(congruent: Floats, conflicting: Floats, quality: str) -> tuple[Floats, float]:
    """A matrix whose cells within groups, and a figure, add up to the quality of a division."""
    total = congruent.sum() + conflicting.sum()
    if quality == "modularity":
        # A pair may have both ties, so that its parts cannot be told from a difference of the two.
        parts = [(benefit(part), part.sum() / total) for part in (congruent, conflicting)]
        return parts[0][0] * parts[0][1] - parts[1][0] * parts[1][1], 0.0
    # within − between = 2 within − all
    return 2 * (congruent - conflicting) / total, float((conflicting.sum() - congruent.sum()) / total)


def _share(weights: Floats, division: Integers) -> float:
    total = weights.sum()
    return within(weights, division) / float(total) if total > 0 else 0.0


def divisions(n: int, k: int, *, equal: bool) -> Iterator[Integers]:
    """All divisions of ``n`` nodes into ``k`` groups, none empty, each once; with ``equal`` those of equal sizes."""
    if equal:
        sizes = np.bincount(even_sizes(n, k), minlength=k).tolist()
        yield from (np.array(labels) for labels in _equal(tuple(range(n)), sizes, [0] * n, 0))
    else:
        yield from (np.array(labels) for labels in _growing(n, k, [], 0))


def _growing(n: int, k: int, labels: list[int], used: int) -> Iterator[list[int]]:
    if n - len(labels) < k - used:
        return
    if len(labels) == n:
        yield labels
        return
    for group in range(min(used + 1, k)):
        yield from _growing(n, k, [*labels, group], max(used, group + 1))


def _equal(open_: tuple[int, ...], sizes: list[int], labels: list[int], group: int) -> Iterator[list[int]]:
    if not open_:
        yield list(labels)
        return
    first, *others = open_  # is in some group: one of each size that is left, so that no division comes twice
    for size in sorted(set(sizes)):
        left = list(sizes)
        left.remove(size)
        for company in combinations(others, size - 1):
            for node in (first, *company):
                labels[node] = group
            yield from _equal(tuple(x for x in others if x not in company), left, labels, group + 1)


def how_many(n: int, k: int, *, equal: bool) -> int:
    """How many ``divisions`` there are: Stirling numbers of the second kind, or multinomials."""
    if not equal:
        return int(sum((-1) ** (k - i) * comb(k, i) * i**n for i in range(k + 1)) // factorial(k))
    sizes: list[int] = np.bincount(even_sizes(n, k), minlength=k).tolist()
    alike = prod(factorial(sizes.count(size)) for size in set(sizes))
    return factorial(n) // (prod(factorial(size) for size in sizes) * alike)


def _exact(worth: Floats, k: int, *, equal: bool) -> tuple[Integers, list[float]]:
    n = len(worth)
    if (amount := how_many(n, k, equal=equal)) > MOST_EXACT:
        raise InputError(
            f"{n} actors have {amount:,} divisions into {k} groups, too many to try: use the greedy or genetic search"
        )
    best = max(divisions(n, k, equal=equal), key=lambda division: within(worth, division))
    return best, [within(worth, best)]


def _start(n: int, k: int, rng: np.random.Generator, *, equal: bool) -> Integers:
    if equal:
        return rng.permutation(even_sizes(n, k))
    labels = rng.integers(k, size=n)
    labels[rng.permutation(n)[:k]] = np.arange(k)  # no group is empty
    return labels


def _greedy(
    worth: Floats, k: int, rng: np.random.Generator, starts: int, *, equal: bool
) -> tuple[Integers, list[float]]:
    best, division, steps = -np.inf, np.zeros(len(worth), np.int64), []
    for _ in range(starts):
        found = improve(worth, _start(len(worth), k, rng, equal=equal), k, exchange=equal)
        value = within(worth, found)
        if value > best + 1e-12:
            best, division = value, found
        steps.append(best)
    return division, steps


def _genetic(
    worth: Floats,
    k: int,
    rng: np.random.Generator,
    parents: int,
    iterations: int,
    elite: float,
    mutation: float,
    *,
    equal: bool,
) -> tuple[Integers, list[float]]:
    n = len(worth)
    kept = max(1, round(elite * parents))
    population = [_start(n, k, rng, equal=equal) for _ in range(parents)]
    steps: list[float] = []
    for _ in range(iterations):
        values = np.array([within(worth, division) for division in population])
        order = np.argsort(-values, kind="stable")
        population = [population[i] for i in order]
        steps.append(float(values[order[0]]))
        if len(steps) > SETTLED and steps[-1] - steps[-1 - SETTLED] <= 1e-12:
            break
        better = population[: max(2, parents // 2)]
        children = population[:kept]
        while len(children) < parents:
            one, other = (better[i] for i in rng.integers(len(better), size=2))
            child = _crossed(one, other, k, rng, equal=equal)
            changed = rng.permutation(n)[: max(2, round(mutation * n))]
            child[changed] = rng.permutation(child[changed])
            if not equal and n > k:
                child[rng.integers(n)] = rng.integers(k)
                child = _filled(child, k, rng)
            children.append(child)
        population = children
    return improve(worth, population[0], k, exchange=equal), steps


def _crossed(one: Integers, other: Integers, k: int, rng: np.random.Generator, *, equal: bool) -> Integers:
    """A child that has the group of one of its parents for each node, the groups of ``other`` renamed to fit."""
    overlap = np.zeros((k, k))
    np.add.at(overlap, (other, one), 1)
    rename = np.zeros(k, np.int64)
    for _ in range(k):
        a, b = divmod(int(np.argmax(overlap)), k)
        rename[a] = b
        overlap[a], overlap[:, b] = -1, -1
    second = rename[other]
    child = np.where(rng.random(len(one)) < 0.5, one, second)
    if not equal:
        return _filled(child, k, rng)
    sizes = np.bincount(even_sizes(len(one), k), minlength=k)
    order = np.argsort(np.argsort(-np.bincount(child, minlength=k), kind="stable"), kind="stable")
    wanted = np.sort(sizes)[::-1][order]  # the larger groups stay the larger ones
    spare = np.concatenate([rng.permutation(np.flatnonzero(child == g))[wanted[g] :] for g in range(k)])
    short = np.repeat(np.arange(k), np.maximum(wanted - np.bincount(child, minlength=k), 0))
    child[spare.astype(np.intp)] = rng.permutation(short)
    return child


def _filled(division: Integers, k: int, rng: np.random.Generator) -> Integers:
    """The same with a node of a larger group put into each empty one."""
    sizes = np.bincount(division, minlength=k)
    for empty in np.flatnonzero(sizes == 0):
        node = rng.choice(np.flatnonzero(sizes[division] > 1))
        sizes[division[node]] -= 1
        sizes[empty] += 1
        division[node] = empty
    return division
