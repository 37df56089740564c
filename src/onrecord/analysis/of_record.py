"""Networks of a record, or of any table of events: what the command line and a notebook call.

>>> ties = onrecord.network(record, mode="one-mode", aggregation="congruence", normalization="average")
>>> months = onrecord.windows(record, "3m", rows="person", columns="concept", aggregation="subtract")
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from onrecord.analysis import networks, uncertainty
from onrecord.analysis import windows as moving
from onrecord.analysis.events import Events, from_record
from onrecord.analysis.networks import Network
from onrecord.analysis.positions import shown_from
from onrecord.analysis.settings import Options
from onrecord.analysis.uncertainty import Errors
from onrecord.analysis.windows import Kernel, Windows
from onrecord.errors import InputError
from onrecord.record.coding_found import CodingFilters
from onrecord.record.found import ArticleFilters
from onrecord.types import ANSWERS

if TYPE_CHECKING:
    from onrecord.record import Record

_FILTERS = frozenset({*ArticleFilters.__annotations__, *CodingFilters.__annotations__})
_OPTIONS = frozenset(Options.__annotations__)


def network(of: "Record | Events", *, uncertain: int = 0, seed: int = 0, **options: Any) -> Network:
    """The network of a record's codings, or of a table of events.

    ``options`` are those of ``settings.Options`` and, for a record, the filters of ``Record.codings``: ``min_score`` is
    0.5 unless given, ``checked=True`` takes only what people decided. With ``dna`` concepts are called by their
    propositions, as in DNA. ``uncertain``: by so many draws the bounds of each tie are found, and the share of it that
    people checked (see uncertainty.py; of a record the errors of the machine are taken into account). Raises
    InputError, NotFound.
    """
    filters, chosen = _parted(options)
    made = networks.network(events(of, dna=bool(chosen.get("dna")), **filters), **chosen)
    return uncertainty.with_uncertainty(made, draws=uncertain, seed=seed, errors=errors(of)) if uncertain else made


def windows(
    of: "Record | Events", window: str, *, kernel: Kernel | None = None, step: str | None = None, indent: bool = True,
    **options: Any,
) -> Windows:  # fmt: skip
    """The networks of a moving window, see ``windows.windows``; ``options`` as for ``network``."""
    filters, chosen = _parted(options)
    table = events(of, dna=bool(chosen.get("dna")), **filters)
    return moving.windows(table, window, kernel=kernel, step=step, indent=indent, **chosen)


def event_list(of: "Record | Events", **options: Any) -> Events:
    """The rows a network would be made of, see ``networks.event_list``; ``options`` as for ``network``."""
    filters, chosen = _parted(options)
    return networks.event_list(events(of, dna=bool(chosen.get("dna")), **filters), **chosen)


def events(of: "Record | Events", *, dna: bool = False, **filters: Any) -> Events:
    """The table of a record (``events.from_record``), or the table itself. ``min_score``: from what is shown on."""
    if isinstance(of, Events):
        if filters:
            raise InputError(
                f"{', '.join(filters)}: only a record can be filtered so; use exclude, keep, start and end"
            )
        return of
    told: Any = {"min_score": shown_from(of)} | {key: value for key, value in filters.items() if value is not None}
    return from_record(of, concepts="proposition" if dna else "id", **told)


def errors(of: "Record | Events") -> Errors | None:
    """How often people found the machine's stances wrong in this record; None of a table."""
    if isinstance(of, Events):
        return None
    return uncertainty.errors(of.codings(checked=True, answers=ANSWERS))


def _parted(options: Mapping[str, Any]) -> tuple[dict[str, Any], Options]:
    """Filters of the record, and options of the network. Raises InputError for what is neither."""
    if unknown := sorted(set(options) - _FILTERS - _OPTIONS):
        raise InputError(
            f"{unknown[0]!r} is no option of a network: there are {', '.join(sorted(_OPTIONS | _FILTERS))}"
        )
    filters = {key: value for key, value in options.items() if key in _FILTERS}
    return filters, cast("Options", {key: value for key, value in options.items() if key in _OPTIONS})
