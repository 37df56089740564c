"""Moving windows: a network for each stretch of time, or for each so many statements.

The windows follow one another by a step, one unit unless told otherwise, as in DNA and rDNA. They begin with the day,
hour, minute or second in which the time begins. In windows of days and longer units all that is said on a day is said
at its noon: so a window is the same before and after its middle. Shorter ones take the times as they are.

Kernels weigh a statement by how far it is from the middle of the window, u, in halves of the window's length:

    uniform        1/2                 |u| ≤ 1
    triangular     1 − |u|             |u| ≤ 1
    epanechnikov   3/4 (1 − u²)        |u| ≤ 1
    gaussian       e^(−u²/2) / √(2π)   cut off at |u| = 4, so that a window reaches beyond its ends

These are the kernels of density estimation (Wand & Jones 1995, Kernel Smoothing, table 2.1) that rDNA's manual names:
1/2 within the window for uniform, the standard normal density for gaussian. It does not say what u is for the gaussian
kernel; half the window's length as standard deviation is this program's choice. Without a kernel each statement
counts as one. In one-mode networks the weights of both statements multiply.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Unpack, get_args, overload

import numpy as np
from numpy.typing import NDArray

from onrecord.analysis.counting import Chosen, choose, count, period
from onrecord.analysis.events import Events
from onrecord.analysis.formulas import Floats, Integers
from onrecord.analysis.networks import Network, built, warn
from onrecord.analysis.settings import Options, Settings
from onrecord.errors import InputError

Kernel = Literal["uniform", "triangular", "epanechnikov", "gaussian"]
Unit = Literal["s", "min", "h", "d", "w", "m", "y", "events"]
KERNELS: tuple[Kernel, ...] = get_args(Kernel)
REACH = {"gaussian": 4.0}
"""How far a kernel reaches, in halves of the window; the others end with it."""
_CALLED: dict[Unit, str] = {
    "s": "s sec second seconds", "min": "min minute minutes", "h": "h hour hours", "d": "d day days",
    "w": "w week weeks", "m": "m mo month months", "y": "y year years", "events": "event events statements",
}  # fmt: skip
_WORDS: dict[str, Unit] = {word: unit for unit, words in _CALLED.items() for word in words.split()}
_LENGTHS = {
    "s": timedelta(seconds=1), "min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}  # fmt: skip
_MOST = 200_000  # windows
_EPOCH = datetime(1970, 1, 1)  # without a zone, as all times of papers


class Length(NamedTuple):
    """So many units of time, or events."""

    number: int
    unit: Unit


def length(given: str) -> Length:
    """ "60d", "8 weeks", "3m", "1y", "50 events". Raises InputError."""
    found = re.fullmatch(r"\s*(\d+)\s*([a-z]+)\s*", given.casefold())
    unit = _WORDS.get(found[2]) if found else None
    if not found or unit is None or int(found[1]) < 1:
        raise InputError(f"{given!r} is no length of a window: write 60d, 8w, 3m, 1y, 12h or '50 events'")
    return Length(int(found[1]), unit)


def weight(kernel: Kernel | None, u: Floats) -> Floats:
    """What a statement ``u`` halves of the window from its middle counts; see above. 1 without a kernel."""
    within = np.abs(u) <= REACH.get(kernel or "", 1.0)
    if kernel is None:
        shape = np.ones_like(u)
    elif kernel == "uniform":
        shape = np.full_like(u, 0.5)
    elif kernel == "triangular":
        shape = 1 - np.abs(u)
    elif kernel == "epanechnikov":
        shape = 0.75 * (1 - u**2)
    else:
        shape = np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)
    return np.where(within, shape, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Windows(Sequence[Network]):
    """The networks of moving windows, in the order of time; each is made when it is asked for.

    ``starts`` and ``ends`` (datetime64[s], both within) are those of the windows. ``notes`` are what a user should
    know. ``windows[3]`` is the fourth network, ``for network in windows`` goes through all.
    """

    chosen: Chosen
    window: Length
    step: int
    kernel: Kernel | None
    starts: NDArray[np.datetime64]
    ends: NDArray[np.datetime64]
    notes: tuple[str, ...]
    _first: Integers  # of each window the first statement that it reaches, by its place in chosen
    _after: Integers  # and the first behind it
    _place: Floats  # where each statement is: seconds, or its number
    _middle: Floats  # of each window, in the same measure
    _half: Floats  # half its length

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, at: int) -> Network: ...
    @overload
    def __getitem__(self, at: slice) -> list[Network]: ...

    def __getitem__(self, at: int | slice) -> Network | list[Network]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        at = range(len(self))[at]
        within = slice(int(self._first[at]), int(self._after[at]))
        factors = None
        if self.kernel is not None:
            factors = weight(self.kernel, (self._place[within] - self._middle[at]) / self._half[at])
        told = {"window": f"{self.window.number} {self.window.unit}", "kernel": self.kernel, "number": at + 1}
        return built(
            count(self.chosen, within, factors), start=self.starts[at], end=self.ends[at],
            more=told | {"windows": len(self), "warnings": list(self.notes)},
        )  # fmt: skip

    def __iter__(self) -> Iterator[Network]:
        return (self[i] for i in range(len(self)))

    def stack(self) -> Floats:
        """All weights as one array, windows × rows × columns; windows must have the same nodes (``isolates``).

        Raises InputError if they have not.
        """
        if not self.chosen.settings.isolates:
            raise InputError("the windows have different nodes, so they cannot be stacked: ask for isolates")
        if not len(self):
            return np.zeros((0, 0, 0))
        return np.stack([network.weights for network in self])


def windows(
    events: Events,
    window: str,
    *,
    kernel: Kernel | None = None,
    step: str | None = None,
    indent: bool = True,
    **options: Unpack[Options],
) -> Windows:
    """The networks of a window that moves through time.

    ``window`` is its length: "60d", "8w", "3m", "1y", "12h", or "50 events". ``step``: by how much it moves, in the
    same unit; one unless given. ``indent``: the first window begins where the time asked for (or the first statement)
    begins, and the last ends where it ends; False: the windows are in the middle of these days, so that the first and
    last reach beyond it, where nothing is.

    A window of events has so many statements, and those of the same moment as its first and last; with a kernel they
    are weighed by their numbers. Windows that hold the very statements of the one before are left out, unless ``dna``.
    Duplicates are looked for within each window, in DNA's way in the whole time; so is the observed range of integers.
    Undated statements are in no window, of which a warning tells. Empty windows are empty networks; without a dated
    statement there is no window. Raises InputError as ``network``, and for a length that is none.
    """
    if kernel is not None and kernel not in KERNELS:
        raise InputError(f"{kernel!r} is no kernel: choose {', '.join(KERNELS)}")
    long, by = length(window), length(step) if step else None
    if by is not None and by.unit != long.unit:
        raise InputError(f"the step {step!r} is not in the unit of the window {window!r}")
    settings = Settings(**options)
    chosen = choose(events, settings)
    notes = list(chosen.notes)
    if undated := int(chosen.counting[chosen.dated :].sum()):
        notes.append(f"{undated:,} statements without a date are in no window")
    warn(tuple(notes))
    moving = _by_events if long.unit == "events" else _by_time
    starts, ends, first, after, place, middle, half = moving(
        chosen, long, by.number if by else 1, kernel, indent=indent
    )
    return Windows(
        chosen=chosen, window=long, step=by.number if by else 1, kernel=kernel, starts=starts, ends=ends,
        notes=tuple(notes), _first=first, _after=after, _place=place, _middle=middle, _half=half,
    )  # fmt: skip


class _Moved(NamedTuple):
    starts: NDArray[np.datetime64]
    ends: NDArray[np.datetime64]
    first: Integers
    after: Integers
    place: Floats
    middle: Floats
    half: Floats


def _by_time(chosen: Chosen, long: Length, step: int, kernel: Kernel | None, *, indent: bool) -> _Moved:
    time = chosen.time[: chosen.dated]
    daily = long.unit in {"d", "w", "m", "y"}
    begin, end = _range(chosen, long.unit)
    bounds = [] if begin is None or end is None else list(_bounds(begin, end, long, step, indent=indent))
    starts = np.array([a for a, _ in bounds], "datetime64[s]")
    afters = np.array([b for _, b in bounds], "datetime64[s]")
    place = time.astype(np.int64).astype(np.float64)
    if daily:
        place = place - place % 86_400 + 43_200
    left, right = starts.astype(np.int64).astype(np.float64), afters.astype(np.int64).astype(np.float64)
    middle, half = (left + right) / 2, (right - left) / 2
    reach = half * REACH.get(kernel or "", 1.0)
    first = np.searchsorted(place, middle - reach, side="left")
    after = np.searchsorted(place, middle + reach, side="left")
    ends = np.array([b - timedelta(seconds=1) for _, b in bounds], "datetime64[s]")
    return _Moved(starts, ends, first, after, place, middle, half)


def _range(chosen: Chosen, unit: Unit) -> tuple[datetime | None, datetime | None]:
    """From when to when windows go: what was asked for, else where the statements are; in whole hours, days …"""
    first, after = period(chosen.settings.start, chosen.settings.end)
    if np.isnat(chosen.first) and (first is None or after is None):
        return None, None
    begin = chosen.first if first is None else first
    last = chosen.last if after is None else after + np.timedelta64(-1, "s")
    step = int(_LENGTHS[unit if unit in {"s", "min", "h"} else "d"].total_seconds())
    left = int(begin.astype(np.int64)) // step * step
    right = (int(last.astype(np.int64)) // step + 1) * step
    return _EPOCH + timedelta(seconds=left), _EPOCH + timedelta(seconds=right)


def _bounds(
    begin: datetime, end: datetime, long: Length, step: int, *, indent: bool
) -> Iterator[tuple[datetime, datetime]]:
    """From when (inclusive) to when (exclusive) each window is."""
    back = 0 if indent else long.number // 2
    for number in range(_MOST + 1):
        if number == _MOST:
            raise InputError(f"more than {_MOST:,} windows: let them move by a longer step")
        at = number * step
        start = _moved(begin, at - back, long.unit)
        after = _moved(begin, at - back + long.number, long.unit)
        if (after > end) if indent else (_moved(begin, at, long.unit) >= end):
            return
        yield start, after


def _moved(moment: datetime, number: int, unit: Unit) -> datetime:
    """``number`` units later; a day that a month does not have is its last."""
    if unit not in {"m", "y"}:
        return moment + number * _LENGTHS[unit]
    months = moment.year * 12 + moment.month - 1 + number * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    last = (datetime(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def _by_events(chosen: Chosen, long: Length, step: int, kernel: Kernel | None, *, indent: bool) -> _Moved:
    every = chosen.time[: chosen.dated].astype(np.int64)
    seconds = every[chosen.counting[: chosen.dated]]
    size = len(seconds)
    back = 0 if indent else long.number // 2
    begin = np.arange(0, max(size - long.number + 1, 0) if indent else size, step, dtype=np.int64) - back
    left, right = np.clip(begin, 0, size), np.clip(begin + long.number, 0, size)
    # Statements of one moment have no order: all are in if one is.
    starts, ends = seconds[left], seconds[right - 1]
    first, after = np.searchsorted(every, starts, "left"), np.searchsorted(every, ends, "right")
    place: Floats = (np.searchsorted(seconds, every, "left") + np.searchsorted(seconds, every, "right") - 1) / 2.0
    kept = np.ones(len(begin), bool)
    if not chosen.settings.dna:
        kept[1:] = (np.diff(first) != 0) | (np.diff(after) != 0)
    begin, first, after, starts, ends = begin[kept], first[kept], after[kept], starts[kept], ends[kept]
    middle = begin + np.float64((long.number - 1) / 2 if indent else back)
    # What shares the moment of the first or last is within; so the half reaches to the farthest of them.
    half: Floats = np.full(len(begin), long.number / 2)
    if len(begin):
        half = np.maximum(half, np.maximum(middle - place[first], place[np.maximum(after - 1, 0)] - middle))
    if kernel == "gaussian":
        first = np.searchsorted(place, middle - half * REACH["gaussian"], "left")
        after = np.searchsorted(place, middle + half * REACH["gaussian"], "right")
    return _Moved(starts.astype("datetime64[s]"), ends.astype("datetime64[s]"), first, after, place, middle, half)
