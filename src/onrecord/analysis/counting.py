"""Which statements count in a network, and how often: filters, periods, duplicates, near-copies, levels."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onrecord.analysis.events import UNDECIDED, Events, Variable, extent
from onrecord.analysis.formulas import Counts, Floats, Integers, Scale
from onrecord.analysis.settings import Settings
from onrecord.errors import InputError

_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chosen:
    """The statements of ``events`` that the settings let through, in the order of time, those without one last.

    Of each: its number in the table (``index``), the codes of row, column and level, time and weight. Who is undecided
    and left out for it is there with the weight 0: a person might find it decided (uncertainty.py). ``same`` is one
    number for all that are duplicates of each other, None if there are none. ``first`` and ``last`` are the times of
    the first and last, NaT if nothing is dated. ``row_names`` and ``column_names`` are of
    all nodes there can be. ``left_out`` counts what was not let through, by why; ``notes`` are what a user should know.
    """

    settings: Settings
    events: Events
    index: Integers
    i: Integers
    j: Integers
    k: Integers
    time: NDArray[np.datetime64]
    weight: Floats
    same: Integers | None
    first: np.datetime64
    last: np.datetime64
    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    scale: Scale
    left_out: Mapping[str, int]
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.index)

    @property
    def dated(self) -> int:
        """How many have a time: those before this number."""
        return int((~np.isnat(self.time)).sum())

    @property
    def counting(self) -> NDArray[np.bool_]:
        """Which count at all."""
        return self.weight > 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """The statements that count, as an array of numbers: ``counts`` over the nodes ``rows`` × ``columns`` (names).

    ``entries`` are their places in ``chosen``, in the order of time; the entries of ``counts`` are in the same order.
    ``within`` are the places of all that were looked at, duplicates too, ``factors`` what they were multiplied by.
    """

    chosen: Chosen
    counts: Counts
    entries: Integers
    within: Integers
    factors: Floats
    rows: tuple[str, ...]
    columns: tuple[str, ...]


def choose(events: Events, settings: Settings, *, whole: bool = False) -> Chosen:
    """The statements that the settings let through. Raises InputError for a variable there is not, or a wrong date.

    ``whole``: also those that lack row, column or level, or are undecided; their codes are then −1.
    """
    settings = replace(settings, rows=events.called(settings.rows), columns=events.called(settings.columns))
    of_rows, of_columns = events.variables[settings.rows], events.variables[settings.columns]
    left_out: Counter[str] = Counter()
    notes: list[str] = []
    kept = np.ones(len(events), bool)

    def leave_out(why: str, out: NDArray[np.bool_]) -> None:
        nonlocal kept
        if number := int((kept & out).sum()):
            left_out[why] += number
        kept = kept & ~out

    for variable, values in settings.exclude.items():
        leave_out("excluded", _having(events, variable, values, "exclude", notes))
    for variable, values in settings.keep.items():
        leave_out("not kept", ~_having(events, variable, values, "keep", notes))
    first, after = period(settings.start, settings.end)
    if first is not None or after is not None:
        leave_out("undated", np.isnat(events.times))
        leave_out("outside the period", _outside(events.times, first, after))
        if left_out["undated"]:
            notes.append(f"{left_out['undated']:,} statements without a date are left out")
    if not whole:
        leave_out(f"without {settings.rows}", of_rows.codes < 0)
        leave_out(f"without {settings.columns}", of_columns.codes < 0)
    weight = events.weights if settings.weights == "score" else np.ones(len(events))
    leave_out("of score 0", weight <= 0)
    levels = np.zeros(len(events), np.int64)
    qualifier = None
    if settings.qualifier is not None:
        qualifier = events.variable(settings.qualifier)
        has_undecided = qualifier.kind == "boolean" and UNDECIDED in qualifier.levels
        if has_undecided and settings.undecided == "out" and not whole:
            out = kept & (qualifier.codes == qualifier.levels.index(UNDECIDED))
            weight = np.where(out, 0.0, weight)
            left_out.update({UNDECIDED: int(out.sum())} if out.any() else {})
        if settings.aggregation != "ignore":
            levels = qualifier.codes
            if settings.dna and qualifier.kind == "text":
                levels = np.where(levels < 0, len(qualifier.levels), levels)  # what is empty is a word of its own
            if not whole:
                leave_out(f"without {settings.qualifier}", levels < 0)
    index = np.flatnonzero(kept)
    index = index[np.argsort(events.times[index], kind="stable")]  # NaT is sorted last
    dated = events.times[index][(weight[index] > 0) & ~np.isnat(events.times[index])]
    none = np.datetime64("NaT", "s")
    scale = _scale(qualifier if settings.aggregation != "ignore" else None, levels[index], settings)
    chosen = Chosen(
        settings=settings, events=events, index=index, i=of_rows.codes[index], j=of_columns.codes[index],
        k=levels[index], time=events.times[index], weight=weight[index], same=None,
        first=dated[0] if len(dated) else none, last=dated[-1] if len(dated) else none, row_names=of_rows.names(),
        column_names=of_columns.names(), scale=scale, left_out=left_out, notes=tuple(notes),
    )  # fmt: skip
    chosen = replace(chosen, same=duplicates(chosen))
    if settings.dna and chosen.same is not None:
        # DNA looks for duplicates in the whole range, whatever windows it is cut into.
        chosen = _without_duplicates(chosen)
    return chosen


def count(chosen: Chosen, within: slice | NDArray[Any] | None = None, factors: Floats | None = None) -> Counted:
    """The statements ``within`` (all unless given), each multiplied by its factor, duplicates once, over their nodes.

    Of duplicates the one with the most weight counts, of equal ones the earliest. Without isolates only nodes that
    have a statement are rows and columns; names are in order.
    """
    looked_at = np.arange(len(chosen))[slice(None) if within is None else within]
    factors = np.ones(len(looked_at)) if factors is None else factors
    weight = chosen.weight[looked_at] * factors
    entries, weight = looked_at[weight > 0], weight[weight > 0]
    if chosen.same is not None and len(entries):
        first = _first(chosen.same[entries], weight)
        entries, weight = entries[first], weight[first]
    i, j = chosen.i[entries], chosen.j[entries]
    rows, columns = np.arange(len(chosen.row_names)), np.arange(len(chosen.column_names))
    if not chosen.settings.isolates:
        rows, i = np.unique(i, return_inverse=True)
        columns, j = np.unique(j, return_inverse=True)
    counts = Counts(i=i, j=j, k=chosen.k[entries], x=weight, n=len(rows), m=len(columns), scale=chosen.scale)
    return Counted(
        chosen=chosen,
        counts=counts,
        entries=entries,
        within=looked_at,
        factors=factors,
        rows=tuple(chosen.row_names[r] for r in rows),
        columns=tuple(chosen.column_names[c] for c in columns),
    )


def period(start: str | date | None, end: str | date | None) -> tuple[np.datetime64 | None, np.datetime64 | None]:
    """From when (inclusive) to when (exclusive). Raises InputError for what is no date, or an end before the start."""
    first = None if start is None else np.datetime64(_extent(start)[0], "s")
    after = None if end is None else np.datetime64(_extent(end)[1], "s")
    if first is not None and after is not None and after <= first:
        raise InputError(f"the time ends ({end}) before it begins ({start})")
    return first, after


def _extent(given: str | date) -> tuple[datetime, datetime]:
    if isinstance(given, datetime):
        return given.replace(tzinfo=None), given.replace(tzinfo=None) + timedelta(seconds=1)
    return extent(str(given))


def _outside(
    times: NDArray[np.datetime64], first: np.datetime64 | None, after: np.datetime64 | None
) -> NDArray[np.bool_]:
    out = np.zeros(len(times), bool)
    if first is not None:
        out |= times < first
    if after is not None:
        out |= times >= after
    return out


def _having(events: Events, name: str, values: Collection[str], what: str, notes: list[str]) -> NDArray[np.bool_]:
    """Which rows have one of the values of the variable; a concept may be named by its id or its proposition."""
    variable = events.variable(name)
    others = {
        str(told[key]): level
        for level, told in events.attributes.get(events.called(name), {}).items()
        for key in ("id", "proposition")
        if told.get(key)
    }
    codes = []
    for value in [values] if isinstance(values, str) else values:
        code = variable.of_word(str(value))
        if code is None and str(value) in others:
            code = variable.of_word(others[str(value)])
        if code is None or not (variable.codes == code).any():
            notes.append(f"{what} {name}={value}: no statement has it")
        else:
            codes.append(code)
    return np.isin(variable.codes, codes)


def _scale(qualifier: Variable | None, occurring: Integers, settings: Settings) -> Scale:
    """The levels of the qualifier; one that is ignored has one."""
    if qualifier is None:
        return Scale(names=("",), positions=np.zeros(1, np.int64), span=0, values=None, bits=np.zeros(1, np.int64))
    if qualifier.kind == "boolean":
        half = settings.undecided == "half"
        return Scale(
            names=("no", "yes", UNDECIDED), positions=np.array([0, 2, 1] if half else [0, 1, 0]),
            span=2 if half else 1, values=np.array([-1.0, 1.0, 0.0]), bits=np.array([1, 0, 2]),
        )  # fmt: skip
    size = len(qualifier.levels)
    if qualifier.kind == "text":
        names = (*qualifier.names(), "") if settings.dna else qualifier.names()
        values = None if size else np.zeros(len(names))  # a column without any value could be of numbers as well
        return Scale(names=names, positions=None, span=0, values=values, bits=np.arange(len(names)))
    places = np.array(qualifier.levels, np.int64)
    low, high = settings.scale or (int(places.min()), int(places.max())) if size else (0, 0)
    if size and not (low <= places.min() and places.max() <= high):
        raise InputError(
            f"{settings.qualifier} goes from {places.min()} to {places.max()}: the scale {low} to {high} is too short"
        )

    if settings.dna:
        found = places[occurring]
        low, high = (int(found.min()), int(found.max())) if len(found) else (0, 0)
    return Scale(
        names=qualifier.names(), positions=places, span=high - low, values=places.astype(np.float64),
        bits=np.arange(size)[::-1].copy(),
    )  # fmt: skip


def duplicates(chosen: Chosen) -> Integers | None:
    """One number for all duplicates of each other; None if nothing is one."""
    settings, events = chosen.settings, chosen.events
    documents, groups = events.documents[chosen.index], events.groups[chosen.index]
    of_source = groups if settings.copies_once else documents
    if settings.duplicates == "all" and len(np.unique(of_source)) == len(np.unique(documents)):
        return None
    alike = ((chosen.i + 1) * (len(chosen.column_names) + 1) + chosen.j + 1) * (len(chosen.scale) + 1) + chosen.k + 1
    alike = np.unique(alike * 2 + chosen.counting, return_inverse=True)[1].astype(np.int64)
    if settings.duplicates == "all":
        # What an article says twice, its copy says twice: the second of one is the second of the other.
        nth = _nth(alike, documents)
        within = of_source * (nth.max(initial=0) + 1) + nth
    elif settings.duplicates == "document":
        within = of_source
    elif settings.duplicates == "range":
        within = np.zeros_like(alike)
    else:
        within = _periods(chosen.time, settings)
        # When an undated article was written is not known: only what it says itself is taken for a duplicate.
        within = np.where(np.isnat(chosen.time), within.max(initial=0) + 1 + of_source, within)
    within = np.unique(within, return_inverse=True)[1]
    return np.asarray(alike * (within.max(initial=0) + 1) + within, np.int64)


def _nth(alike: Integers, documents: Integers) -> Integers:
    """How many of its kind come before each in its document."""
    order = np.lexsort((np.arange(len(alike)), documents, alike))
    new = np.ones(len(order), bool)
    new[1:] = (np.diff(alike[order]) != 0) | (np.diff(documents[order]) != 0)
    begin = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    nth = np.empty(len(order), np.int64)
    nth[order] = np.arange(len(order)) - begin
    return nth


def _periods(time: NDArray[np.datetime64], settings: Settings) -> Integers:
    """A number for the calendar week (from Monday), month or year of each time.

    In DNA's way weeks and months of all years have the same numbers: 1 to 53, 0 to 11.
    """
    if settings.duplicates == "year":
        return time.astype("datetime64[Y]").astype(np.int64)
    if settings.duplicates == "month":
        months = time.astype("datetime64[M]").astype(np.int64)
        return months % 12 if settings.dna else months
    days = time.astype("datetime64[D]").astype(np.int64)  # day 0, 1 January 1970, was a Thursday
    if not settings.dna:
        return (days + 3) // 7
    # A week is of the year in which this day of it lies: its Thursday, or in the US its Saturday (the first week is
    # the one with 1 January).
    deciding = days - (days + 3) % 7 + 3 if settings.weeks == "iso" else days - (days + 4) % 7 + 6
    moment = deciding.astype("datetime64[D]")
    weeks: Integers = (moment - moment.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64) // 7 + 1
    return weeks


def _first(same: Integers, weight: Floats) -> NDArray[np.int64]:
    """The places of those that stand for their duplicates: the most weight, then the earliest; in order."""
    order = np.lexsort((-weight, same))  # stable: equal ones stay in the order of time
    new = np.ones(len(order), bool)
    new[1:] = np.diff(same[order]) != 0
    return np.sort(order[new])


def _without_duplicates(chosen: Chosen) -> Chosen:
    assert chosen.same is not None
    first = _first(chosen.same, chosen.weight)
    told = Counter(chosen.left_out)
    if number := int(chosen.counting.sum() - chosen.counting[first].sum()):
        told["duplicates"] = number
    fields: dict[str, Any] = {name: getattr(chosen, name)[first] for name in ("index", "i", "j", "k", "time", "weight")}
    return replace(chosen, same=None, left_out=told, **fields)
