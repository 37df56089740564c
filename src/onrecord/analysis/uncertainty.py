"""How sure a tie is: bounds of its weight, and the share of the statements behind it that people checked.

Two things make a tie unsure. Another week would have brought other articles: articles are drawn again with replacement
(the bootstrap of Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 6; articles, not statements, since what
one article says is not independent), near-copies together with what they copy. And the machine errs: where people
judged what it had found, the table of found and judged stances (``errors``) tells how often. In each draw the rates are
drawn from their distribution given this table (Dirichlet, with 1/2 added to each cell), and by them the stance of each
statement that nobody checked. A statement judged to take no stance is then left out.

The bounds are quantiles of the weights of all draws. A tie that hangs on one article has a bound of 0.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from onrecord.analysis import formulas
from onrecord.analysis.counting import Chosen, Counted, count, duplicates
from onrecord.analysis.events import UNDECIDED
from onrecord.analysis.formulas import Floats, Integers
from onrecord.analysis.networks import Network
from onrecord.errors import InputError
from onrecord.types import ANSWERS, STANCES

if TYPE_CHECKING:
    from onrecord.record import Coded

_CODES = {"oppose": 0, "support": 1, UNDECIDED: 2}  # of the levels no, yes, undecided
_NONE = 3
_ENOUGH = 20  # judged codings, below which their table says nothing
_HELD = 1 << 26  # weights of draws held at once: 512 MB


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Errors:
    """How often people gave each answer to what the machine had found.

    ``counts`` is 3 × 4: found to be against, for, undecided (the codes 0, 1, 2 of a yes and no) × judged to be so, and
    to take no stance.
    """

    counts: Integers

    @property
    def judged(self) -> int:
        """How many codings it rests on."""
        return int(self.counts.sum())

    def told(self) -> dict[str, dict[str, int]]:
        """The table in words: found → judged → how many."""
        return {
            found: {answer: int(self.counts[_CODES[found], _CODES.get(answer, _NONE)]) for answer in ANSWERS}
            for found in STANCES
        }


def errors(codings: "Iterable[Coded]") -> Errors:
    """The table of errors of the ``codings`` that the machine found and people judged; others are passed over.

    Give all answers, those judged to be none too: ``record.codings(checked=True, answers=ANSWERS)``.
    """
    counts = np.zeros((3, 4), np.int64)
    for c in codings:
        if c.judged_by is not None and c.found in _CODES:
            counts[_CODES[c.found], _CODES.get(c.stance, _NONE)] += 1
    return Errors(counts=counts)


def with_uncertainty(
    network: Network, *, draws: int = 1000, level: float = 0.95, errors: Errors | None = None, seed: int = 0
) -> Network:
    """``network`` with ``low``, ``high`` (between which the share ``level`` of the draws lies) and ``checked``.

    ``checked`` is 0 where there is no tie. The same ``seed`` gives the same bounds. ``errors`` are taken into account
    if the qualifier is a yes and no, and there are 20 judged codings or more; ``about["uncertainty"]`` tells. Raises
    InputError for fewer than two draws, or a level that is not between 0 and 1.
    """
    if draws < 2 or not 0 < level < 1:
        raise InputError(f"{draws} draws, level {level}: take two draws at least, and a level between 0 and 1")
    counted = network.counted
    simulated = errors if errors is not None and errors.judged >= _ENOUGH and _is_yes_and_no(counted) else None
    drawing = _Drawing(network, simulated, seed)
    low, high = np.zeros(network.sparse.shape), np.zeros(network.sparse.shape)
    row, column = _possible(network)
    size = max(_HELD // draws, 1)
    for begin in range(0, len(row), size):
        r, c = row[begin : begin + size], column[begin : begin + size]
        found = np.empty((draws, len(r)))
        for number, weights in enumerate(drawing.networks(draws)):
            found[number] = weights[r, c]
        low[r, c], high[r, c] = np.quantile(found, [(1 - level) / 2, (1 + level) / 2], axis=0)
    if network.mode == "one-mode":
        low, high = low + low.T, high + high.T
    told: dict[str, Any] = {"draws": draws, "level": level, "seed": seed, "articles": drawing.units}
    told["errors"] = simulated.told() if simulated else None
    return replace(
        network, low=low, high=high, checked=_checked(counted), about=dict(network.about) | {"uncertainty": told}
    )


class _Drawing:
    """Networks of articles drawn again, and of stances as they may be."""

    def __init__(self, network: Network, errors: Errors | None, seed: int) -> None:
        counted = network.counted
        chosen, settings = counted.chosen, counted.chosen.settings
        self._counted, self._errors, self._seed = counted, errors, seed
        # All nodes stay, in the order of the network, whatever is drawn.
        self._chosen = replace(chosen, settings=replace(settings, isolates=True))
        self._rows = _places(network.rows, chosen.row_names)
        two_mode = network.mode == "two-mode"
        self._columns = _places(network.columns, chosen.column_names) if two_mode else self._rows
        self._formula = formulas.two_mode if two_mode else formulas.one_mode
        of_source = chosen.events.groups if settings.copies_once else chosen.events.documents
        units, self._unit = np.unique(of_source[chosen.index[counted.within]], return_inverse=True)
        self.units = len(units)
        # What counts once in a month counts once, however often its articles are drawn.
        self._once = settings.duplicates in {"week", "month", "year", "range"}

    def networks(self, draws: int) -> Iterator[Floats]:
        """The weights of each draw: rows × columns of the network."""
        settings = self._chosen.settings
        shares = np.full(self.units, 1 / max(self.units, 1))
        for number in range(draws):
            rng = np.random.default_rng((self._seed, number))
            times = rng.multinomial(self.units, shares)[self._unit]
            factors = self._counted.factors * ((times > 0) if self._once else times)
            chosen = self._chosen if self._errors is None else self._erring(rng, self._errors)
            counts = count(chosen, self._counted.within, factors).counts
            ties, _ = self._formula(counts, settings.aggregation, settings.normalization, dna=settings.dna)
            yield ties.toarray()[np.ix_(self._rows, self._columns)]

    def _erring(self, rng: np.random.Generator, errors: Errors) -> Chosen:
        """The statements with stances drawn for what nobody checked."""
        chosen, settings, events = self._chosen, self._chosen.settings, self._chosen.events
        found = events.variable(settings.qualifier or "").codes[chosen.index]
        unsure = ~events.checked[chosen.index]
        stance = found.copy()
        for answer in range(3):
            drawn = np.flatnonzero((found == answer) & unsure)
            stance[drawn] = rng.choice(4, len(drawn), p=rng.dirichlet(errors.counts[answer] + 0.5))
        gone = (stance == _NONE) | ((stance == _CODES[UNDECIDED]) & (settings.undecided == "out"))
        weight = events.weights[chosen.index] if settings.weights == "score" else np.ones(len(chosen))
        k = chosen.k if settings.aggregation == "ignore" else np.where(gone, 0, stance)
        drawn_again = replace(chosen, k=k, weight=np.where(gone, 0.0, weight))
        return drawn_again if chosen.same is None else replace(drawn_again, same=duplicates(drawn_again))


def _is_yes_and_no(counted: Counted) -> bool:
    qualifier = counted.chosen.settings.qualifier
    return qualifier is not None and counted.chosen.events.variable(qualifier).kind == "boolean"


def _possible(network: Network) -> tuple[Integers, Integers]:
    """The pairs that may have a tie in a draw; of a one-mode network each once."""
    counts, settings = network.counted.counts, network.counted.chosen.settings
    two_mode = network.mode == "two-mode"
    if settings.dna and counts.scale.positions is None:
        there: Any = np.ones(network.sparse.shape)
    else:
        table = counts.table()
        there = table if two_mode else table @ table.T
    row, column = there.nonzero()
    kept = np.ones(len(row), bool) if two_mode else row < column
    return row[kept], column[kept]


def _checked(counted: Counted) -> Floats:
    """Of each tie the share of the statements behind it that people checked; 0 where there is none."""
    counts, chosen = counted.counts, counted.chosen
    sure = chosen.events.checked[chosen.index[counted.entries]]
    if chosen.settings.mode == "two-mode":
        every = replace(counts, x=np.ones(len(sure))).table().toarray()
        picked = replace(counts, x=sure.astype(np.float64)).table().toarray()
    else:
        every, picked = formulas.behind(counts, chosen.settings.aggregation, sure)
    share: Floats = np.divide(picked, every, out=np.zeros_like(every), where=every > 0)
    return share


def _places(names: tuple[str, ...], every: tuple[str, ...]) -> Integers:
    place = {name: number for number, name in enumerate(every)}
    return np.array([place[name] for name in names], np.int64)
