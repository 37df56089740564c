"""A network taken apart into what all file forms need: its nodes, its ties, and what it was made from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from onrecord.errors import OnrecordError
from onrecord.version import VERSION

Value = bool | int | float | str
Type = Literal["boolean", "long", "double", "string"]
MEASURES = ("low", "high", "checked")
"""Matrices a network may have beside its weights: the bounds of each tie, and the share of it that people checked."""


class Network(Protocol):
    """What is written: a matrix whose rows and columns have names (see analysis/networks.py).

    ``mode`` is "two-mode" (rows and columns are different things) or "one-mode" (the same, the matrix symmetric).
    ``weights`` are float64 of shape (rows, columns). ``attributes`` tells of each name what is known of it. ``start``
    and ``end`` are its first and last day, None if open. ``about`` says what it was made from. It may have matrices of
    the same shape called as in ``MEASURES``.
    """

    @property
    def mode(self) -> str: ...  # noqa: D102 # said above
    @property
    def rows(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def columns(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def weights(self) -> NDArray[np.float64]: ...  # noqa: D102
    @property
    def row_variable(self) -> str: ...  # noqa: D102
    @property
    def column_variable(self) -> str: ...  # noqa: D102
    @property
    def start(self) -> Any: ...  # noqa: D102
    @property
    def end(self) -> Any: ...  # noqa: D102
    @property
    def about(self) -> Mapping[str, Any]: ...  # noqa: D102
    @property
    def attributes(self) -> Mapping[str, Mapping[str, Any]]: ...  # noqa: D102


class Node(NamedTuple):
    """``id`` is the name, or one made of it where a row and a column share a name. ``side`` is 0 for rows, else 1."""

    id: str
    name: str
    side: int
    variable: str
    attributes: Mapping[str, Value]


class Tie(NamedTuple):
    """Between two nodes, by their places in the list of nodes. ``measures`` are those the network has."""

    a: int
    b: int
    weight: float
    measures: Mapping[str, float]

    @property
    def sign(self) -> str:
        """Whether it joins or parts."""
        return "negative" if self.weight < 0 else "positive"


def checked(network: Network) -> Network:
    """``network`` itself, if a file can hold it. Raises OnrecordError, which names the place, otherwise."""
    shape = (len(network.rows), len(network.columns))
    weights = network.weights  # may be made anew each time
    if network.mode not in {"one-mode", "two-mode"}:
        raise OnrecordError(f"the network’s mode {network.mode!r} is neither one-mode nor two-mode")
    for what, matrix in {"weights": weights, **measures(network)}.items():
        if matrix.shape != shape:
            raise OnrecordError(f"the network’s {what} are {matrix.shape} for {shape[0]} rows and {shape[1]} columns")
        if len(wrong := np.argwhere(~np.isfinite(matrix))):
            i, j = wrong[0]
            raise OnrecordError(
                f"the network’s {what} hold {matrix[i, j]} between {network.rows[i]!r} and {network.columns[j]!r} "
                f"and in {len(wrong) - 1} other cells: a file cannot say what that means; set them to a number first"
            )
    if network.mode == "one-mode":
        if tuple(network.rows) != tuple(network.columns):
            raise OnrecordError("the network is one-mode, but its rows and columns have different names")
        if not np.allclose(weights, weights.T):
            raise OnrecordError("the network is one-mode, but its weights are not the same in both directions")
    return network


def measures(network: Network) -> dict[str, NDArray[np.float64]]:
    """The matrices of ``MEASURES`` that ``network`` has."""
    found = {name: getattr(network, name, None) for name in MEASURES}
    return {name: matrix for name, matrix in found.items() if matrix is not None}


def nodes(network: Network) -> list[Node]:
    """The rows, and of a two-mode network the columns after them; those without a tie too."""
    known = network.attributes  # may be gathered anew each time
    rows = [Node(name, name, 0, network.row_variable, _known(known.get(name, {}))) for name in network.rows]
    if network.mode == "one-mode":
        return rows
    taken, both = set(network.rows), set(network.rows)
    columns = []
    for name in network.columns:
        own = distinct(name, network.column_variable, taken)
        told = {} if name in both else known.get(name, {})  # of a name on both sides the row is meant
        columns.append(Node(own, name, 1, network.column_variable, _known(told)))
    return rows + columns


def distinct(name: str, variable: str, taken: set[str]) -> str:
    """``name``, with ``variable`` behind it as often as it takes to be none of ``taken``; it is taken then."""
    while name in taken:
        name = f"{name} ({variable})"
    taken.add(name)
    return name


def ties(network: Network, *, also_unsure: bool = False) -> Iterator[Tie]:
    """Each tie once, in the order of rows and columns; with ``also_unsure`` those of weight 0 whose bounds are not."""
    more = measures(network)
    weights = network.weights
    there = weights != 0
    if also_unsure:
        for bound in ("low", "high"):
            there = there | (more[bound] != 0) if bound in more else there
    one_mode = network.mode == "one-mode"
    shift = 0 if one_mode else len(network.rows)
    for i, j in zip(*np.nonzero(np.triu(there) if one_mode else there), strict=True):
        told = {name: float(matrix[i, j]) for name, matrix in more.items()}
        yield Tie(int(i), int(j) + shift, float(weights[i, j]), told)


def told(network: Network) -> dict[str, Any]:
    """What the network was made from, as JSON can hold it: the program, what rows and columns are, ``about``."""
    own = {
        "program": f"onrecord {VERSION}",
        "mode": network.mode,
        "row_variable": network.row_variable,
        "column_variable": network.column_variable,
        "rows": len(network.rows),
        "columns": len(network.columns),
        "start": day(network.start),
        "end": day(network.end),
    }
    return own | {str(key): _plain(value) for key, value in network.about.items() if key not in own}


def day(moment: Any) -> str | None:
    """The day of a date, a time, a numpy time or a string that begins with it; None for none."""
    text = _moment(moment)
    return text and text[:10]


def number(value: float) -> str:
    """As short as can be: whole numbers without a point, others with ten digits that count, the last rounded."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return format(value, ".10g")


def columns(of: Iterable[Mapping[str, Value]]) -> dict[str, Type]:
    """The names of all values in ``of``, in the order they come, with the narrowest type that holds them."""
    kinds: dict[str, set[type]] = {}
    for known in of:
        for name, value in known.items():
            kinds.setdefault(name, set()).add(type(value))
    return {name: _narrowest(found) for name, found in kinds.items()}


def written(value: Value) -> str:
    """As XML Schema writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else number(value)


def value_of(given: Any) -> Value | None:
    """``given`` as one plain value: times in ISO 8601, several joined by “; ”. None for what is not known.

    Raises OnrecordError for a number that is none (NaN, infinite).
    """
    if isinstance(given, np.datetime64 | date):
        return _moment(given)
    if isinstance(given, np.generic):
        given = given.item()
    if isinstance(given, float) and not np.isfinite(given):
        raise OnrecordError(f"a value is {given}: a file cannot say what that means; leave it out, or give a number")
    if given is None or isinstance(given, bool | int | float | str):
        return given
    if isinstance(given, list | tuple | set | frozenset):
        found = [written(value) for value in map(value_of, given) if value is not None]
        return "; ".join(sorted(found) if isinstance(given, set | frozenset) else found)
    return None if (text := str(given)) == "NaT" else text  # as pandas writes a time that is not known


def _narrowest(kinds: set[type]) -> Type:
    if kinds == {bool}:
        return "boolean"
    if kinds == {int}:
        return "long"
    return "double" if kinds <= {int, float} else "string"


def _known(attributes: Mapping[str, Any]) -> dict[str, Value]:
    values = ((str(key), value_of(given)) for key, given in attributes.items())
    return {key: value for key, value in values if value is not None}


def _moment(given: Any) -> str | None:
    if given is None or (isinstance(given, np.datetime64) and np.isnat(given)):
        return None
    return given.isoformat() if isinstance(given, date | datetime) else str(given)


def _plain(given: Any) -> Any:
    if isinstance(given, Mapping):
        return {str(key): _plain(value) for key, value in given.items()}
    if isinstance(given, list | tuple):
        return [_plain(value) for value in given]
    return value_of(given)
