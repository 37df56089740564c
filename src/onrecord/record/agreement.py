"""How far coders agree, and how sure a share is. Formulas over plain values; nothing here knows the database."""

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Z = 1.959963984540054  # of the standard normal distribution: 95 %, two-sided
RESAMPLES = 1000
_DRAWN = 100  # draws made at once: of very many units more would not fit into the memory


class Interval(NamedTuple):
    """A figure with its 95 % interval; None where it is not defined."""

    value: float | None
    low: float | None
    high: float | None


def counted(units: Sequence[Sequence[Hashable]]) -> NDArray[np.int64]:
    """How many coders gave which value to which unit: an array (units, values), of units with two values or more.

    ``units`` are the values that each unit got, one from every coder who decided on it.
    """
    paired = [unit for unit in units if len(unit) > 1]
    place = {value: i for i, value in enumerate(dict.fromkeys(value for unit in paired for value in unit))}
    table = np.zeros((len(paired), len(place)), dtype=np.int64)
    for row, unit in enumerate(paired):
        for value, times in Counter(unit).items():
            table[row, place[value]] = times
    return table


def alpha(table: NDArray[np.int64]) -> float | None:
    """Krippendorff's alpha for nominal data, from ``counted``; any number of coders, any may be missing.

    1 − (n − 1) Σ_u Σ_{c<k} n_uc n_uk / (m_u − 1) / Σ_{c<k} n_c n_k, where n_uc coders gave the value c to the unit u,
    m_u values are in u, n_c values are c, and n values there are (Krippendorff, Content Analysis, 4th ed., 2019,
    ch. 12; Computing Krippendorff's Alpha-Reliability, 2011). None where nothing is paired or nothing varies: what
    is the same throughout shows no reliability.
    """
    each = table.sum(axis=1)
    of_value = table.sum(axis=0)
    total = int(of_value.sum())
    differing = (each**2 - (table**2).sum(axis=1)) / 2  # pairs of different values in each unit
    expected = (total**2 - int((of_value**2).sum())) / 2
    if not len(table) or not expected:
        return None
    return float(1 - (total - 1) * (differing / (each - 1)).sum() / expected)


def percent(table: NDArray[np.int64]) -> float | None:
    """The share of pairs of values of one unit that are the same, over all units; None if there are no pairs."""
    each = table.sum(axis=1)
    pairs = (each * (each - 1)).sum() / 2
    same = (table * (table - 1)).sum() / 2
    return float(same / pairs) if pairs else None


def resampled(table: NDArray[np.int64], *, seed: int = 0, times: int = RESAMPLES) -> tuple[Interval, Interval]:
    """Percent agreement and alpha, with the 2.5th and 97.5th percentile over units drawn with replacement.

    The percentile bootstrap (Efron & Tibshirani 1993, ch. 13), over whole units. Draws in which nothing varies have no
    alpha and are left out; if these are more than one in ten, there are too few data for an interval of alpha.
    """
    figures = (percent(table), alpha(table))
    if len(table) < 2:
        return Interval(figures[0], None, None), Interval(figures[1], None, None)
    each = table.sum(axis=1)
    # All that the figures need of a unit; a draw is how often each unit is in it, so all draws are a few products.
    of_unit = np.column_stack(
        [
            (table * (table - 1)).sum(axis=1) / 2,
            each * (each - 1) / 2,
            (each**2 - (table**2).sum(axis=1)) / 2 / (each - 1),
            table,
        ]
    )
    rng = np.random.default_rng(seed)
    sums = np.concatenate([_draws(rng, len(table), min(_DRAWN, times - i)) @ of_unit for i in range(0, times, _DRAWN)])
    same, pairs, differing, of_value = sums[:, 0], sums[:, 1], sums[:, 2], sums[:, 3:]
    total = of_value.sum(axis=1)
    expected = (total**2 - (of_value**2).sum(axis=1)) / 2
    known = expected > 0
    alphas = 1 - (total[known] - 1) * differing[known] / expected[known]
    enough = figures[1] is not None and known.mean() >= 0.9
    of_alpha = _percentiles(alphas) if enough else (None, None)
    return Interval(figures[0], *_percentiles(same / pairs)), Interval(figures[1], *of_alpha)


def _draws(rng: np.random.Generator, units: int, times: int) -> NDArray[np.int64]:
    """How often each of the units is in each draw of as many with replacement: an array (times, units)."""
    drawn = rng.integers(0, units, (times, units)) + units * np.arange(times)[:, None]
    return np.bincount(drawn.ravel(), minlength=times * units).reshape(times, units)


def _percentiles(values: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.percentile(values, (2.5, 97.5))
    return float(low), float(high)


def wilson(right: float, of: float) -> Interval:
    """A share with its score interval (Wilson 1927, JASA 22): it stays within 0 and 1, also for few cases.

    ``of`` may be an effective number of cases, and ``right`` then the share times it.
    """
    if of <= 0:
        return Interval(None, None, None)
    share = right / of
    middle = (share + Z**2 / (2 * of)) / (1 + Z**2 / of)
    reach = Z / (1 + Z**2 / of) * math.sqrt(share * (1 - share) / of + Z**2 / (4 * of**2))
    return Interval(share, max(0.0, min(share, middle - reach)), min(1.0, max(share, middle + reach)))


class Stratum(NamedTuple):
    """Of ``population`` cases ``checked`` were looked at, drawn at random, and ``right`` are right."""

    population: int
    checked: int
    right: int


def weighted(strata: Sequence[Stratum]) -> Interval:
    """The share right in the whole population, from random draws within strata (Cochran 1977, ch. 5).

    Σ W_h p_h with variance Σ W_h² (1 − n_h / N_h) p_h (1 − p_h) / n_h; the interval is Wilson's with the number of
    cases that a simple draw would need for that variance (Korn & Graubard 1998). Strata of which nothing is checked are
    left out: the figure does not speak for them.
    """
    known = [s for s in strata if s.checked]
    whole = sum(s.population for s in known)
    if not whole:
        return Interval(None, None, None)
    share = sum(s.population / whole * s.right / s.checked for s in known)
    variance = 0.0
    for s in known:
        p = s.right / s.checked
        left = max(0.0, 1 - s.checked / s.population)
        variance += (s.population / whole) ** 2 * left * p * (1 - p) / s.checked
    checked = sum(s.checked for s in known)
    effective = share * (1 - share) / variance if variance > 0 else checked
    return wilson(share * effective, effective)


def calibration_error(bins: Sequence[tuple[int, float, float]]) -> float | None:
    """How far scores lie from shares: Σ n_b |share_b − mean score_b| / n (Guo et al. 2017), over (n, mean, share)."""
    total = sum(n for n, _, _ in bins)
    return sum(n * abs(share - mean) for n, mean, share in bins) / total if total else None


def by_unit(decisions: Mapping[str, Mapping[str, Hashable]], coders: Sequence[str]) -> list[list[Hashable]]:
    """The values that each unit got from these coders, from values by coder and unit."""
    units: dict[str, list[Hashable]] = {}
    for coder in coders:
        for unit, value in decisions.get(coder, {}).items():
            units.setdefault(unit, []).append(value)
    return [units[unit] for unit in sorted(units)]
