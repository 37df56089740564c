"""What a network is made by: the settings a user can choose, with their defaults, and what does not go together."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypedDict, get_args

from onrecord.analysis.formulas import OF_ONE_MODE, OF_TWO_MODE, ONE_MODE, TWO_MODE, Aggregation, Normalization
from onrecord.errors import InputError

Mode = Literal["two-mode", "one-mode"]
Duplicates = Literal["all", "document", "week", "month", "year", "range"]
Weights = Literal["none", "score"]
Copies = Literal["once", "all"]
Undecided = Literal["out", "half"]
Weeks = Literal["iso", "us"]


class Options(TypedDict, total=False):
    """How a network is made. What is left out has the default that stands first.

    ``mode``: "two-mode", rows × columns; "one-mode", rows × rows, tied by the columns they share.
    ``rows``, ``columns``: "organization", "concept", or any other variable. ``qualifier``: "agreement", any other
    variable, or None.

    ``aggregation``: "ignore" the qualifier; of two-mode networks "combine" (1 support, 2 opposition, 3 both),
    "subtract" opposition from support; of one-mode networks "congruence", "conflict", "subtract" conflict from
    congruence.
    ``normalization``: "no"; of two-mode networks by "activity" of the row, "prominence" of the column; of one-mode
    networks "average" activity, "jaccard", "cosine".
    ``duplicates``: "all" count; or those with the same row, column and level count once per "document", "week",
    "month", "year", "range" (all the time, or the window). Levels that are ignored need not be the same.

    ``isolates``: False; True has all nodes of the variable, also those without a statement that counts.
    ``exclude``, ``keep``: by variable, values whose statements are left out, or are all that is kept.
    ``start``, ``end``: from, and up to: a date, or "2026-04-15", "2026-04", "2026". What is undated is then left out.

    ``weights``: "none", each statement counts as one; "score", as its score. ``copies``: "once", what stands in
    near-copies of one article counts once; "all". ``undecided``: "out", who is undecided is left out where the
    qualifier is yes and no; "half", it lies between. ``scale``: the lowest and highest an integer qualifier can be;
    what occurs in the whole table unless given.

    ``dna``: False; True gives Discourse Network Analyzer's numbers (see docs/networks.md for what differs). ``weeks``:
    by which rule weeks are numbered then: "iso" as in most of Europe, or "us".
    """

    mode: Mode
    rows: str
    columns: str
    qualifier: str | None
    aggregation: Aggregation
    normalization: Normalization
    duplicates: Duplicates
    isolates: bool
    exclude: Mapping[str, Collection[str]]
    keep: Mapping[str, Collection[str]]
    start: str | date | None
    end: str | date | None
    weights: Weights
    copies: Copies | None
    undecided: Undecided
    scale: tuple[int, int] | None
    dna: bool
    weeks: Weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The same, whole. ``copies`` is "once", in DNA's way "all", unless given. Raises InputError for what cannot be."""

    mode: Mode = "two-mode"
    rows: str = "organization"
    columns: str = "concept"
    qualifier: str | None = "agreement"
    aggregation: Aggregation = "ignore"
    normalization: Normalization = "no"
    duplicates: Duplicates = "all"
    isolates: bool = False
    exclude: Mapping[str, Collection[str]] = field(default_factory=dict)
    keep: Mapping[str, Collection[str]] = field(default_factory=dict)
    start: str | date | None = None
    end: str | date | None = None
    weights: Weights = "none"
    copies: Copies | None = None
    undecided: Undecided = "out"
    scale: tuple[int, int] | None = None
    dna: bool = False
    weeks: Weeks = "iso"

    def __post_init__(self) -> None:
        one_mode = self.mode == "one-mode"
        for name, value, allowed in (
            ("mode", self.mode, get_args(Mode)),
            ("aggregation", self.aggregation, ONE_MODE if one_mode else TWO_MODE),
            ("normalization", self.normalization, OF_ONE_MODE if one_mode else OF_TWO_MODE),
            ("duplicates", self.duplicates, get_args(Duplicates)),
            ("weights", self.weights, get_args(Weights)),
            ("copies", self.copies, (None, *get_args(Copies))),
            ("undecided", self.undecided, get_args(Undecided)),
            ("weeks", self.weeks, get_args(Weeks)),
        ):
            if value not in allowed:
                of = f" of a {self.mode} network" if name in {"aggregation", "normalization"} else ""
                choices = ", ".join(str(a) for a in allowed if a is not None)
                raise InputError(f"{value!r} is no {name}{of}: choose {choices}")
        if self.rows == self.columns:
            raise InputError(f"rows and columns are both {self.rows!r}: take two different variables")
        if self.qualifier is None and self.aggregation != "ignore":
            raise InputError(f"the aggregation {self.aggregation} needs a qualifier: name one, or take ignore")
        if self.scale is not None and not self.scale[0] < self.scale[1]:
            raise InputError(f"the scale {self.scale} has no length: give the lowest and the highest value")

    @property
    def copies_once(self) -> bool:
        """Whether near-copies count once."""
        return self.copies == "once" or (self.copies is None and not self.dna)

    def told(self) -> dict[str, Any]:
        """As JSON can hold it; what is not chosen is left out."""
        own: dict[str, Any] = {
            "mode": self.mode, "rows": self.rows, "columns": self.columns, "qualifier": self.qualifier,
            "aggregation": self.aggregation, "normalization": self.normalization, "duplicates": self.duplicates,
            "isolates": self.isolates, "weights": self.weights, "copies": "once" if self.copies_once else "all",
            "undecided": self.undecided, "dna": self.dna,
        }  # fmt: skip
        for name in ("exclude", "keep"):
            if given := getattr(self, name):
                own[name] = {variable: sorted(values) for variable, values in sorted(given.items())}
        for name, value in (("from", self.start), ("to", self.end)):
            if value is not None:
                own[name] = str(value)
        return own | ({"scale": list(self.scale)} if self.scale else {}) | ({"weeks": self.weeks} if self.dna else {})
