"""Discourse networks: who says what on which concepts, and who agrees with whom.

    >>> network = network(events, mode="one-mode", aggregation="congruence", normalization="average")
    >>> network.matrix                        # pandas
    >>> network.graph                         # networkx
    >>> network.evidence("Greens", "Labour")  # the statements the tie is made of

The formulas are in formulas.py, what counts in counting.py, settings and defaults in ``settings.Options``. With
``dna=True`` all numbers are those of Discourse Network Analyzer; docs/networks.md says where the default differs.
"""

import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from types import MappingProxyType
from typing import Any, Unpack

import numpy as np

from onrecord.analysis import formulas
from onrecord.analysis.counting import Counted, choose, count, period
from onrecord.analysis.events import Events
from onrecord.analysis.formulas import Floats
from onrecord.analysis.settings import Mode, Options, Settings
from onrecord.errors import InputError, OnrecordError
from onrecord.version import VERSION


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """A network with all it was made from.

    ``rows`` and ``columns`` are the names of its nodes, in order, of a one-mode network the same. ``sparse`` holds the
    ties as a scipy matrix (rows × columns), ``weights`` as a numpy one. ``start`` and ``end`` (datetime64[s], both
    within; None if nothing is dated) are what was asked for, else the first and last statement. ``about`` tells what
    it was made from, as JSON can hold it: settings, counts of statements used and left out, of ties that were 0/0 and
    are 0 (``undefined``), and ``warnings``. ``low``, ``high`` and ``checked`` (float64, rows × columns) are there after
    ``with_uncertainty``: between what the weights lie, and which share of the statements people checked.
    """

    mode: Mode
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    row_variable: str
    column_variable: str
    sparse: Any = field(repr=False)
    start: np.datetime64 | None
    end: np.datetime64 | None
    about: Mapping[str, Any]
    counted: Counted = field(repr=False)
    low: Floats | None = field(default=None, repr=False)
    high: Floats | None = field(default=None, repr=False)
    checked: Floats | None = field(default=None, repr=False)

    @property
    def weights(self) -> Floats:
        """The weights of the ties: float64, rows × columns, 0 where there is none. A new array each time."""
        return np.asarray(self.sparse.toarray(), np.float64)

    @property
    def matrix(self) -> Any:
        """The weights as a pandas DataFrame with names."""
        import pandas as pd  # noqa: PLC0415 # slow to import

        rows, columns = pd.Index(self.rows, name=self.row_variable), pd.Index(self.columns, name=self.column_variable)
        return pd.DataFrame(self.weights, index=rows, columns=columns)

    @property
    def graph(self) -> Any:
        """As a networkx Graph. Ties have ``weight`` (signed) and, if known, ``low``, ``high``, ``checked``.

        Nodes have their attributes. In a two-mode network they are (variable, name), for an organisation may be called
        as a concept is, and have ``name``, ``variable`` and ``bipartite`` (0 rows, 1 columns) as well.
        """
        import networkx as nx  # noqa: PLC0415 # slow to import

        made = nx.Graph(**self.about)
        two_mode = self.mode == "two-mode"
        known = self.attributes
        rows: list[Any] = [(self.row_variable, name) for name in self.rows] if two_mode else list(self.rows)
        columns: list[Any] = [(self.column_variable, name) for name in self.columns] if two_mode else rows
        sides = [(0, self.row_variable, rows, self.rows)]
        sides += [(1, self.column_variable, columns, self.columns)] if two_mode else []
        for side, variable, nodes, names in sides:
            for node, name in zip(nodes, names, strict=True):
                own = {"name": name, "variable": variable} | ({"bipartite": side} if two_mode else {})
                made.add_node(node, **(dict(known.get(name, {})) | own))
        measures = {n: m for n in ("low", "high", "checked") if (m := getattr(self, n)) is not None}
        ties = self.sparse.tocoo()
        for r, c, weight in zip(ties.row.tolist(), ties.col.tolist(), ties.data.tolist(), strict=True):
            if two_mode or r < c:
                told = {name: float(matrix[r, c]) for name, matrix in measures.items()}
                made.add_edge(rows[r], columns[c], weight=weight, **told)
        return made

    @property
    def attributes(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each node, by name, and its ``activity``: how many statements count (or their weight)."""
        counts, known = self.counted.counts, self.counted.chosen.events.attributes
        activity = np.bincount(counts.i, counts.x, counts.n).tolist()
        told = {
            name: {**known.get(self.row_variable, {}).get(name, {}), "activity": said}
            for name, said in zip(self.rows, activity, strict=True)
        }
        if self.mode == "two-mode":
            prominence = np.bincount(counts.j, counts.x, counts.m).tolist()
            for name, said in zip(self.columns, prominence, strict=True):
                told.setdefault(name, {**known.get(self.column_variable, {}).get(name, {}), "activity": said})
        return told

    def evidence(self, a: str, b: str) -> tuple[str, ...]:
        """The ids of the statements that the tie of ``a`` and ``b`` is made of, in the order of time.

        Of a two-mode network those of the row ``a`` on the column ``b``; of a one-mode network those of both on what
        they share. Empty if there is no tie. Raises InputError for a name that is no node.
        """
        counts, chosen = self.counted.counts, self.counted.chosen
        row, column = _place(a, self.rows, self.row_variable), _place(b, self.columns, self.column_variable)
        if self.mode == "two-mode":
            found = (counts.i == row) & (counts.j == column)
        else:
            answer = formulas.answers(counts.scale, chosen.settings.aggregation)
            found = np.zeros(len(counts.i), bool)
            for one, other in ((row, column), (column, row)) if row != column else ():
                theirs = counts.i == other
                answered = np.zeros((counts.m, len(counts.scale)), bool)
                np.logical_or.at(answered, counts.j[theirs], answer[counts.k[theirs]])
                found |= (counts.i == one) & answered[counts.j, counts.k]
        return tuple(chosen.events.ids[i] for i in chosen.index[self.counted.entries[found]])

    def plot(self, **options: Any) -> Any:
        """A picture of the network: ``onrecord.charts.network``."""
        try:
            charts = import_module("onrecord.charts")  # pictures know networks; networks do not know pictures
        except ImportError:
            raise OnrecordError(
                "this version of onrecord draws no networks: take .graph to networkx, or write a file"
            ) from None
        return charts.network(self, **options)

    def __str__(self) -> str:
        kinds = self.row_variable if self.mode == "one-mode" else f"{self.row_variable} × {self.column_variable}"
        ties = self.sparse.nnz // (2 if self.mode == "one-mode" else 1)
        size = f"{len(self.rows)}" if self.mode == "one-mode" else f"{len(self.rows)} × {len(self.columns)}"
        when = f", {str(self.start)[:10]} to {str(self.end)[:10]}" if self.start is not None else ""
        return f"{self.mode} network, {kinds}: {size} nodes, {ties} ties, {self.about['used']} statements{when}"


def network(events: Events, **options: Unpack[Options]) -> Network:
    """The network of ``events`` that the options describe (see ``settings.Options``).

    Statements that lack row, column or a level that is asked for do not count; a tie that is 0/0 is 0. What a user
    should know (values that no statement has, undated statements left out) is a Python warning, and in ``about``. A
    network without nodes is a network. Raises InputError for options that do not go together, and for a variable there
    is not.
    """
    chosen = choose(events, Settings(**options))
    warn(chosen.notes)
    return built(count(chosen))


def event_list(events: Events, **options: Unpack[Options]) -> Events:
    """The rows of ``events`` that the options let through, in the order of time, with all variables.

    Row, column and qualifier (unless it is None) tell what a duplicate is, and may be unknown. Who is undecided stays.
    Raises InputError as ``network``.
    """
    settings = Settings(**options)
    if settings.qualifier is not None:  # whatever does not ignore it
        settings = replace(settings, mode="two-mode", aggregation="combine", normalization="no")
    chosen = choose(events, settings, whole=True)
    warn(chosen.notes)
    return events.take(chosen.index[count(chosen).entries])


def warn(notes: tuple[str, ...]) -> None:
    """Tells a user, as Python warnings."""
    for note in notes:
        warnings.warn(note, stacklevel=3)


def built(
    counted: Counted, *, start: np.datetime64 | None = None, end: np.datetime64 | None = None,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> Network:  # fmt: skip
    """The network of what is counted; ``start`` and ``end`` of a window, and what ``more`` there is to tell of it."""
    settings = counted.chosen.settings
    two_mode = settings.mode == "two-mode"
    formula = formulas.two_mode if two_mode else formulas.one_mode
    ties, undefined = formula(counted.counts, settings.aggregation, settings.normalization, dna=settings.dna)
    first, last = _bounds(counted)
    return Network(
        mode=settings.mode,
        rows=counted.rows,
        columns=counted.columns if two_mode else counted.rows,
        row_variable=settings.rows,
        column_variable=settings.columns if two_mode else settings.rows,
        sparse=ties,
        start=first if start is None else start,
        end=last if end is None else end,
        about=_about(counted, undefined) | dict(more),
        counted=counted,
    )


def _bounds(counted: Counted) -> tuple[np.datetime64 | None, np.datetime64 | None]:
    """The first and last moment asked for, else of what counts."""
    settings = counted.chosen.settings
    first, after = period(settings.start, settings.end)
    dated = counted.chosen.time[counted.entries]
    dated = dated[~np.isnat(dated)]
    if len(dated):
        first = dated[0] if first is None else first
        after = dated[-1] + np.timedelta64(1, "s") if after is None else after
    return first, None if after is None else after - np.timedelta64(1, "s")


def _about(counted: Counted, undefined: int) -> dict[str, Any]:
    chosen = counted.chosen
    left_out = Counter(chosen.left_out)
    looked_at = int((chosen.weight[counted.within] * counted.factors > 0).sum())
    if number := looked_at - len(counted.entries):
        left_out["duplicates"] += number
    checked = chosen.events.checked[chosen.index[counted.entries]]
    told = {
        "onrecord": VERSION,
        **chosen.events.about,
        **chosen.settings.told(),
        "statements": len(chosen.events),
        "used": len(counted.entries),
        "checked": int(checked.sum()),
        "left_out": dict(sorted(left_out.items())),
        "undefined": undefined,
        "warnings": list(chosen.notes),
    }
    if chosen.settings.aggregation == "combine":
        named = zip(chosen.scale.bits.tolist(), chosen.scale.names, strict=True)
        told["combined"] = {str(2**bit): name for bit, name in named}
    if chosen.events.partial:
        told["dates known by month or year only"] = chosen.events.partial
    return told


def _place(name: str, names: tuple[str, ...], variable: str) -> int:
    try:
        return names.index(name)
    except ValueError:
        raise InputError(f"the network has no {variable} {name!r}") from None
