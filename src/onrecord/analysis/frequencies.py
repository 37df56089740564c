"""How often: statements counted by concept, actor or any other variable, by stance, and over time.

What the bar plots of ``dna_barplot`` and the frequency plots of rDNA show. Statements in near-copies of one article
count once unless told otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from onrecord.analysis.debate import first_copies
from onrecord.analysis.events import Events
from onrecord.analysis.ties import Flags, Integers, one_of

Unit = Literal["day", "week", "month", "year"]
UNITS = ("day", "week", "month", "year")
MISSING = "(none)"
ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequencies:
    """``counts``, values × levels: how many statements have each value of a variable, by the level of the qualifier.

    Values with most statements come first, of equal ones in alphabetical order. ``levels`` are those of the qualifier
    (agreement: "0" is opposition, "1" support, "undecided"), and "(none)" if statements have none; without a qualifier
    there is one level, "all". ``missing`` statements have no value of the variable, ``copies`` were not counted
    because they stand in a near-copy.
    """

    variable: str
    qualifier: str | None
    values: tuple[str, ...]
    levels: tuple[str, ...]
    counts: Integers
    missing: int
    copies: int

    def rows(self) -> Iterator[tuple[str, str, int]]:
        """Value, level and count of each cell, for a table or a chart."""
        for i, value in enumerate(self.values):
            for j, level in enumerate(self.levels):
                yield value, level, int(self.counts[i, j])


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequenciesOverTime:
    """``counts``, periods × values × levels: how many statements have a value and a level in each period.

    ``periods`` are all from the first to the last, those without statements too, named "2026-04-15", "2026-W16" (ISO
    week), "2026-04" or "2026"; ``starts`` are their first days (datetime64[D]). ``values`` and ``levels`` as in
    ``Frequencies``; without a variable there is one value, "all". ``undated`` statements are in no period.
    """

    unit: str
    variable: str | None
    qualifier: str | None
    periods: tuple[str, ...]
    starts: "np.ndarray[tuple[int], np.dtype[np.datetime64]]"
    values: tuple[str, ...]
    levels: tuple[str, ...]
    counts: Integers
    undated: int
    missing: int
    copies: int

    def rows(self) -> Iterator[tuple[str, str, str, int]]:
        """Period, value, level and count of each cell, for a table or a chart."""
        for t, period in enumerate(self.periods):
            for i, value in enumerate(self.values):
                for j, level in enumerate(self.levels):
                    yield period, value, level, int(self.counts[t, i, j])


def frequencies(
    events: Events, variable: str = "concept", *, qualifier: str | None = "agreement", once: bool = True
) -> Frequencies:
    """The statements of ``events`` counted by ``variable`` and ``qualifier``, which is None to leave stances out.

    ``once``: near-copies count once (see ``first_copies`` in debate.py). Values that only statements left out have are
    not listed. Raises InputError for a variable there is not.
    """
    counted = first_copies(events) if once else np.ones(len(events), bool)
    value, values = _codes(events, variable)
    level, levels = _levels(events, qualifier, counted & (value >= 0))
    rows = counted & (value >= 0)
    counts = np.zeros((len(values), len(levels)), np.int64)
    np.add.at(counts, (value[rows], level[rows]), 1)
    order = _most_first(counts.sum(1), values)
    return Frequencies(
        variable=variable,
        qualifier=qualifier,
        values=tuple(values[i] for i in order),
        levels=levels,
        counts=counts[order],
        missing=int((counted & (value < 0)).sum()),
        copies=int((~counted).sum()),
    )


def frequencies_over_time(
    events: Events,
    unit: Unit = "month",
    *,
    variable: str | None = None,
    qualifier: str | None = "agreement",
    once: bool = True,
) -> FrequenciesOverTime:
    """The same by day, ISO week, month or year; see ``frequencies``. Raises InputError."""
    one_of(unit, "unit of time", UNITS)
    counted = first_copies(events) if once else np.ones(len(events), bool)
    dated = counted & ~np.isnat(events.times)
    value, values = _codes(events, variable)
    rows = dated & (value >= 0)
    level, levels = _levels(events, qualifier, rows)
    number = np.zeros(len(events), np.int64)
    number[rows] = _numbers(events.times[rows], unit)
    first, last = (int(number[rows].min()), int(number[rows].max())) if rows.any() else (0, -1)
    counts = np.zeros((last - first + 1, len(values), len(levels)), np.int64)
    np.add.at(counts, (number[rows] - first, value[rows], level[rows]), 1)
    order = _most_first(counts.sum((0, 2)), values)
    starts = _starts(np.arange(first, last + 1), unit)
    return FrequenciesOverTime(
        unit=unit,
        variable=variable,
        qualifier=qualifier,
        periods=tuple(_name(start, unit) for start in starts),
        starts=starts,
        values=tuple(values[i] for i in order),
        levels=levels,
        counts=counts[:, order],
        undated=int((counted & np.isnat(events.times)).sum()),
        missing=int((dated & (value < 0)).sum()),
        copies=int((~counted).sum()),
    )


def _codes(events: Events, variable: str | None) -> tuple[Integers, tuple[str, ...]]:
    if variable is None:
        return np.zeros(len(events), np.int64), (ALL,)
    column = events.variable(variable)
    return column.codes, column.names()


def _levels(events: Events, qualifier: str | None, rows: Flags) -> tuple[Integers, tuple[str, ...]]:
    codes, names = _codes(events, qualifier)
    if (codes[rows] < 0).any():
        return np.where(codes < 0, len(names), codes), (*names, MISSING)
    return codes, (ALL,) if qualifier is None else names


def _most_first(totals: Integers, values: tuple[str, ...]) -> Integers:
    order = sorted(np.flatnonzero(totals).tolist(), key=lambda i: (-int(totals[i]), values[i]))
    return np.array(order, np.int64)


def _numbers(times: "np.ndarray[tuple[int], np.dtype[np.datetime64]]", unit: str) -> Integers:
    """The number of the period each time is in, so that the next period has the next number."""
    if unit == "week":
        days = times.astype("datetime64[D]").astype(np.int64)
        return np.asarray((days + 3) // 7, np.int64)  # 1 January 1970 was a Thursday; weeks begin on Monday
    return times.astype(f"datetime64[{_LETTER[unit]}]").astype(np.int64)


def _starts(numbers: Integers, unit: str) -> "np.ndarray[tuple[int], np.dtype[np.datetime64]]":
    if unit == "week":
        return (numbers * 7 - 3).astype("datetime64[D]")
    return numbers.astype(f"datetime64[{_LETTER[unit]}]").astype("datetime64[D]")


_LETTER = {"day": "D", "month": "M", "year": "Y"}


def _name(start: np.datetime64, unit: str) -> str:
    if unit == "week":
        year, week, _ = start.astype(object).isocalendar()
        return f"{year}-W{week:02}"
    return str(start)[: {"day": 10, "month": 7, "year": 4}[unit]]
