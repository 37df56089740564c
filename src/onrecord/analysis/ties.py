"""Matrices of ties with the names of their rows and columns: what the analyses of networks take, and how it is checked.

Anything with ``rows``, ``columns`` and ``weights`` will do, a ``Network`` above all. Whoever has a plain numpy matrix
puts it into ``Ties``. A matrix is one-mode if its rows and columns have the same names; it must then be symmetric.
Ties of a row to itself are never counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from onrecord.errors import InputError

Floats = np.ndarray[Any, np.dtype[np.float64]]
Integers = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


class Weighted(Protocol):
    """A matrix of ties: ``weights`` has one row for each name in ``rows``, one column for each in ``columns``."""

    @property
    def rows(self) -> Sequence[str]:
        """The names of the rows."""

    @property
    def columns(self) -> Sequence[str]:
        """The names of the columns; those of the rows if the matrix is one-mode."""

    @property
    def weights(self) -> Floats:
        """The weights of the ties, float64, rows × columns; negative is disagreement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """A numpy matrix with names. Raises InputError if the names do not fit it, or a weight is no number."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    weights: Floats

    def __post_init__(self) -> None:
        checked(self)


def ties(weights: Any, rows: Sequence[str], columns: Sequence[str] | None = None) -> Ties:
    """``weights`` with names; without ``columns`` a one-mode matrix, whose columns are its rows."""
    return Ties(
        rows=tuple(rows),
        columns=tuple(rows if columns is None else columns),
        weights=np.asarray(weights, np.float64),
    )


def is_one_mode(network: Weighted) -> bool:
    """Whether rows and columns are the same."""
    return tuple(network.rows) == tuple(network.columns)


def checked(network: Weighted) -> Floats:
    """The weights of ``network``, rows × columns. Raises InputError if they are no matrix of numbers with its names."""
    weights = np.asarray(network.weights, np.float64)
    shape = (len(network.rows), len(network.columns))
    if weights.shape != shape:
        raise InputError(
            f"the matrix has the shape {weights.shape}, but there are names for {shape[0]} rows and {shape[1]} columns"
        )
    for what, names in (("rows", network.rows), ("columns", network.columns)):
        if len(set(names)) < len(names):
            twice = next(name for i, name in enumerate(names) if name in names[:i])
            raise InputError(f"“{twice}” names two {what} of the matrix: give each its own name")
    if not np.isfinite(weights).all():
        i, j = np.argwhere(~np.isfinite(weights))[0]
        raise InputError(
            f"the tie of “{network.rows[i]}” and “{network.columns[j]}” is {weights[i, j]}: replace it by a number"
        )
    return weights


def one_mode(network: Weighted) -> Floats:
    """The weights of a one-mode ``network``: symmetric, its diagonal zero; a copy.

    Raises InputError if rows and columns differ, or the ties in the two directions do.
    """
    weights = checked(network).copy()
    if not is_one_mode(network):
        raise InputError("this analysis needs a one-mode network: the names of rows and columns differ")
    if not np.allclose(weights, weights.T, rtol=1e-9, atol=1e-12):
        i, j = np.argwhere(~np.isclose(weights, weights.T, rtol=1e-9, atol=1e-12))[0]
        a, b = network.rows[i], network.rows[j]
        raise InputError(f"the tie of “{a}” to “{b}” is not that of “{b}” to “{a}”: ties need to be mutual")
    weights = (weights + weights.T) / 2
    np.fill_diagonal(weights, 0.0)
    return weights


def agreement(network: Weighted) -> Floats:
    """The one-mode ties of the rows of ``network``, rows × rows, diagonal zero: who agrees with whom.

    Of a one-mode network its weights. Of a two-mode network W the product W Wᵀ: if W is support less opposition (the
    two-mode subtract network), that is congruence less conflict (Leifeld 2017, "Discourse network analysis").
    """
    if is_one_mode(network):
        return one_mode(network)
    weights = checked(network)
    together = weights @ weights.T
    np.fill_diagonal(together, 0.0)
    return together


def profiles(network: Weighted) -> Floats:
    """What a row is known by, rows × features, none negative: its support of each column, then its opposition.

    Of a one-mode network, with which rows it agrees, then with which it disagrees.
    """
    weights = one_mode(network) if is_one_mode(network) else checked(network)
    return np.hstack([np.maximum(weights, 0.0), np.maximum(-weights, 0.0)])


def aligned(networks: Sequence[Weighted]) -> tuple[tuple[str, ...], Floats]:
    """One-mode networks (of windows of time, say) brought to the same rows.

    Returns the names, sorted, of all their rows, and the weights, networks × names × names. Who is not in a network
    has no ties in it. Networks that have the same rows keep the order of these.
    """
    if not networks:
        return (), np.zeros((0, 0, 0))
    first = tuple(networks[0].rows)
    same = all(tuple(network.rows) == first for network in networks)
    names = first if same else tuple(sorted({name for network in networks for name in network.rows}))
    place = {name: i for i, name in enumerate(names)}
    stack = np.zeros((len(networks), len(names), len(names)))
    for t, network in enumerate(networks):
        at = np.array([place[name] for name in network.rows], np.intp)
        stack[t][np.ix_(at, at)] = one_mode(network)
    return names, stack


def whole(value: int, what: str, least: int, most: int | None = None) -> int:
    """``value`` if it is a whole number in the limits; else an InputError that says so."""
    if isinstance(value, bool) or int(value) != value or value < least or (most is not None and value > most):
        limits = f"at least {least}" if most is None else f"{least} to {most}"
        raise InputError(f"{what} is {value}: it must be a whole number, {limits}")
    return int(value)


def one_of(value: str, what: str, allowed: Sequence[str]) -> str:
    """``value`` if it is allowed; else an InputError that lists what is."""
    if value not in allowed:
        raise InputError(f"there is no {what} “{value}”: choose one of {', '.join(allowed)}")
    return value
