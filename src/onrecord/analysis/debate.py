"""A debate as two tables of counts: who supports what, and who opposes it. Backbones and scaling are made from it."""

from dataclasses import dataclass

import numpy as np

from onrecord.analysis.events import Events
from onrecord.analysis.ties import Flags, Floats
from onrecord.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Debate:
    """Who supports and who opposes what: ``support``, ``oppose`` are counts of statements, actors × concepts, ≥ 0."""

    actors: tuple[str, ...]
    concepts: tuple[str, ...]
    support: Floats
    oppose: Floats

    def __post_init__(self) -> None:
        shape = (len(self.actors), len(self.concepts))
        for what, counts in (("support", self.support), ("opposition", self.oppose)):
            if np.shape(counts) != shape:
                raise InputError(f"{what} has the shape {np.shape(counts)}, but there are {shape} actors and concepts")
            if not (np.isfinite(counts).all() and (np.asarray(counts) >= 0).all()):
                raise InputError(f"{what} has cells that are no counts: each must be 0 or more")
        for kind, names in (("actor", self.actors), ("concept", self.concepts)):
            if len(set(names)) < len(names):
                raise InputError(f"there are two of one {kind}: give each {kind} one row or column")


def debate(
    events: Events,
    *,
    actors: str = "organization",
    concepts: str = "concept",
    qualifier: str = "agreement",
    once: bool = True,
) -> Debate:
    """The statements in ``events`` counted by actor, concept and stance.

    ``actors`` and ``concepts`` name variables, ``qualifier`` one of yes and no. Rows without a value of the three do
    not count, and neither do undecided ones; who has no others is not in the debate. ``once``: near-copies count once
    (see ``first_copies``). Raises InputError for a variable there is not, or a qualifier that is no yes and no.
    """
    who, what, stance = (events.variable(name) for name in (actors, concepts, qualifier))
    if stance.kind != "boolean":
        raise InputError(f"the variable “{qualifier}” is no yes and no: name the one that says support or opposition")
    rows = (who.codes >= 0) & (what.codes >= 0) & ((stance.codes == 0) | (stance.codes == 1))
    if once:
        rows &= first_copies(events)
    counts = np.zeros((2, len(who.levels), len(what.levels)))
    np.add.at(counts, (stance.codes[rows], who.codes[rows], what.codes[rows]), 1.0)
    present, spoken = counts.sum((0, 2)) > 0, counts.sum((0, 1)) > 0
    oppose, support = counts[:, present][:, :, spoken]
    return Debate(
        actors=tuple(name for name, is_in in zip(who.names(), present, strict=True) if is_in),
        concepts=tuple(name for name, is_in in zip(what.names(), spoken, strict=True) if is_in),
        support=support,
        oppose=oppose,
    )


def first_copies(events: Events) -> Flags:
    """Which rows count if near-copies of an article count once: a mask of the rows.

    Articles that copy one another are a group. A statement that stands in several of them (the same values of all
    variables that are not of the document) counts as often as in that one which has it most often; of several, in the
    one published first. So what only a longer copy has counts, too.
    """
    own = [v.codes for v in events.variables.values() if not v.document]
    n = len(events)
    if not n:
        return np.ones(0, bool)
    statement = np.unique(np.stack([events.groups, *own]), axis=1, return_inverse=True)[1].reshape(-1)
    place, of, often = np.unique(
        np.stack([statement, events.documents]), axis=1, return_inverse=True, return_counts=True
    )
    of = of.reshape(-1)
    times = events.times.astype("datetime64[s]").astype(np.int64)  # NaT is the least: put it last
    times = np.where(np.isnat(events.times), np.iinfo(np.int64).max, times)
    first_time = np.full(len(often), np.iinfo(np.int64).max)
    np.minimum.at(first_time, of, times)
    first_row = np.full(len(often), n)
    np.minimum.at(first_row, of, np.arange(n))
    order = np.lexsort((first_row, first_time, -often, place[0]))  # of each statement the best place comes first
    best = order[np.unique(place[0][order], return_index=True)[1]]
    chosen = np.zeros(len(often), bool)
    chosen[best] = True
    return chosen[of]
