"""The command network: discourse networks of a record, to files."""

import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from onrecord.cli.app import Default, Outlet, RecordOption, app, opened
from onrecord.errors import InputError

if TYPE_CHECKING:
    from onrecord.analysis.networks import Network
    from onrecord.record import Record

Mode = Literal["two-mode", "one-mode", "event-list"]
Aggregation = Literal["ignore", "combine", "congruence", "conflict", "subtract"]
Normalization = Literal["no", "activity", "prominence", "average", "jaccard", "cosine"]
Duplicates = Literal["all", "document", "week", "month", "year", "range"]
Kernel = Literal["uniform", "triangular", "epanechnikov", "gaussian"]
Pairs = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="VARIABLE=VALUE", help="Leave these statements out. May be repeated."),
]


@app.command(
    epilog="Examples: onrecord network --mode one-mode --aggregation congruence --normalization average -o ties.graphml"
    " | onrecord network --rows person --aggregation subtract --window 60d --kernel gaussian -o debate.gexf"
)
def network(
    out: Annotated[
        str,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="Where to; .csv, .long.csv, .graphml, .gexf, .dl, .net, .json, .parquet.",
        ),
    ],
    record: RecordOption = Default,
    mode: Annotated[Mode, typer.Option(help="Rows × columns, rows × rows, or the statements one by one.")] = "two-mode",
    rows: Annotated[
        str, typer.Option(metavar="VARIABLE", help="organization, person, actor, party, country, outlet, document …")
    ] = "organization",
    columns: Annotated[str, typer.Option(metavar="VARIABLE", help="What rows are tied to, or tied by.")] = "concept",
    qualifier: Annotated[
        str, typer.Option(metavar="VARIABLE", help="What tells statements apart; none for nothing.")
    ] = "agreement",
    aggregation: Annotated[
        Aggregation,
        typer.Option(help="Two-mode: ignore, combine, subtract. One-mode: ignore, congruence, conflict, subtract."),
    ] = "ignore",
    normalization: Annotated[
        Normalization,
        typer.Option(help="Two-mode: no, activity, prominence. One-mode: no, average, jaccard, cosine."),
    ] = "no",
    duplicates: Annotated[Duplicates, typer.Option(help="The same said again: all counts, or once for each …")] = "all",
    dna: Annotated[
        bool, typer.Option("--dna", help="The numbers of Discourse Network Analyzer; see docs/networks.md.")
    ] = False,
    weeks: Annotated[
        Literal["iso", "us"], typer.Option(help="With --dna: how the computer that DNA ran on numbers weeks.")
    ] = "iso",
    exclude: Pairs = None,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="VARIABLE=VALUE", help="Take only these statements. May be repeated."),
    ] = None,
    isolates: Annotated[bool, typer.Option("--isolates", help="All nodes, also those nothing counts of.")] = False,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="From this date: 2026-04-15, 2026-04, 2026.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Up to this date, which is within.")] = None,
    window: Annotated[
        str | None, typer.Option(metavar="LENGTH", help="Moving windows: 60d, 8w, 3m, 1y, 12h, '50 events'.")
    ] = None,
    step: Annotated[
        str | None, typer.Option(metavar="LENGTH", help="By how much windows move; one unit unless given.")
    ] = None,
    kernel: Annotated[
        Kernel | None, typer.Option(help="What is far from the middle of a window counts less; nothing unless given.")
    ] = None,
    indent: Annotated[
        bool, typer.Option("--indent/--no-indent", help="Windows lie within the time, or around each day of it.")
    ] = True,
    outlet: Outlet = None,
    min_score: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="Scored at least this, 0.5 if nothing was learned; what people decided always counts."
        ),
    ] = None,
    checked: Annotated[bool, typer.Option("--checked", help="Only what people decided.")] = False,
    weights: Annotated[Literal["none", "score"], typer.Option(help="Each counts as one, or as its score.")] = "none",
    copies: Annotated[
        Literal["once", "all"] | None,
        typer.Option(help="What near-copies of an article say counts once; all is the default with --dna."),
    ] = None,
    undecided: Annotated[
        Literal["out", "half"], typer.Option(help="Who is undecided is left out, or half-way between.")
    ] = "out",
    scale: Annotated[
        str | None, typer.Option(metavar="LOW:HIGH", help="What an integer qualifier can be; what occurs unless given.")
    ] = None,
    uncertainty: Annotated[
        int | None, typer.Option(min=2, metavar="DRAWS", help="Bounds of ties from so many draws of articles: 1000.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same draws.")] = 0,
) -> None:
    """Make discourse networks of a record, and write them to a file.

    The ending says in which form; each window is a file, or a moment of a .gexf. See docs/networks.md.
    """
    from onrecord.cli import terminal  # noqa: PLC0415
    from onrecord.exchange.graphs import form_of  # noqa: PLC0415

    with opened(record) as found:
        form_of(out)  # before the work is done
        options = {
            "rows": rows, "columns": columns, "qualifier": None if qualifier == "none" else qualifier,
            "aggregation": aggregation, "normalization": normalization, "duplicates": duplicates, "dna": dna,
            "weeks": weeks, "exclude": by_variable(exclude, "--exclude"), "keep": by_variable(keep, "--keep"),
            "isolates": isolates, "start": start, "end": end, "weights": weights, "copies": copies,
            "undecided": undecided, "scale": _scale(scale), "outlet": outlet, "min_score": min_score,
            "checked": checked or None,
        }  # fmt: skip
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", UserWarning)
            if mode == "event-list":
                _refused(window=window, kernel=kernel, step=step, uncertainty=uncertainty)
                files, line = _listed(found, out, options)
            else:
                made = _made(
                    found, options | {"mode": mode}, window=window, kernel=kernel, step=step, indent=indent,
                    uncertainty=uncertainty, seed=seed,
                )  # fmt: skip
                files, line = _written(made, out, windows=window is not None)
    for note in dict.fromkeys(str(w.message) for w in told if w.category is UserWarning):
        terminal.say(f"note: {note}")
    terminal.say(f"{files[0]}{f' and {len(files) - 1} more' if len(files) > 1 else ''}: {line}")


def by_variable(pairs: Iterable[str] | None, option: str) -> dict[str, list[str]]:
    """["concept=x", "concept=y"] → {"concept": ["x", "y"]}. Raises InputError for a pair that is none."""
    found: dict[str, list[str]] = defaultdict(list)
    for pair in pairs or ():
        variable, equals, value = pair.partition("=")
        if not (variable.strip() and equals and value):
            raise InputError(f"{option} {pair}: write it as VARIABLE=VALUE, such as organization=Senate")
        found[variable.strip()].append(value)
    return dict(found)


def _scale(given: str | None) -> tuple[int, int] | None:
    if given is None:
        return None
    low, _, high = given.partition(":")
    try:
        return int(low), int(high)
    except ValueError:
        raise InputError(f"--scale {given}: write it as LOW:HIGH, such as -5:5") from None


def _refused(**given: object) -> None:
    if wrong := [name for name, value in given.items() if value is not None]:
        raise InputError(f"--{wrong[0]} is of no use for an event list: leave it out, or make a network")


def _listed(record: "Record", out: str, options: dict[str, Any]) -> tuple[list[str], str]:
    from onrecord.analysis import of_record  # noqa: PLC0415
    from onrecord.exchange.graphs import write_events  # noqa: PLC0415

    made = of_record.event_list(
        record, **{k: v for k, v in options.items() if k not in {"aggregation", "normalization"}}
    )
    told = {key: value for key, value in options.items() if value not in (None, {}, False)}
    file = write_events(made.rows(), out, about={"mode": "event-list", **made.about, **told})
    return [str(file)], f"{len(made):,} statements"


def _made(
    record: "Record", options: dict[str, Any], *, window: str | None, kernel: Kernel | None, step: str | None,
    indent: bool, uncertainty: int | None, seed: int,
) -> "Sequence[Network]":  # fmt: skip
    """One network, or those of all windows."""
    from onrecord.analysis import of_record  # noqa: PLC0415
    from onrecord.analysis.uncertainty import with_uncertainty  # noqa: PLC0415

    if window is None:
        if kernel or step:
            raise InputError("--kernel and --step are of use with --window only")
        return [of_record.network(record, uncertain=uncertainty or 0, seed=seed, **options)]
    moving = of_record.windows(record, window, kernel=kernel, step=step, indent=indent, **options)
    if not uncertainty:
        return moving
    wrong = of_record.errors(record)
    return [with_uncertainty(each, draws=uncertainty, seed=seed, errors=wrong) for each in moving]


def _written(made: "Sequence[Network]", out: str, *, windows: bool) -> tuple[list[str], str]:
    from onrecord.exchange.graphs import write_network, write_networks  # noqa: PLC0415

    if not windows:
        return [str(file) for file in write_network(made[0], out)], str(made[0])
    files = write_networks(made, out)
    return [str(file) for file in files], f"{len(made):,} windows"
