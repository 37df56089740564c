"""The commands plot …: pictures of a record, to files."""

import functools
import inspect
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from onrecord.cli.app import LOOK, Default, Outlet, RecordOption, app, opened
from onrecord.cli.networks import Aggregation, Duplicates, Kernel, Normalization, Pairs, by_variable
from onrecord.errors import InputError

if TYPE_CHECKING:
    from onrecord.analysis.clusters import Clusters
    from onrecord.analysis.networks import Network
    from onrecord.record import Record

group = typer.Typer(help="Draw pictures of the record, fit to print: .svg, .png, .pdf, or .html.", **LOOK)
app.add_typer(group, name="plot", no_args_is_help=True)

Mode = Literal["two-mode", "one-mode"]
Method = Literal[
    "best", "single", "average", "complete", "ward", "kmeans", "kmedoids", "spectral", "equivalence", "concor",
    "louvain", "greedy", "labels", "eigenvector", "betweenness",
]  # fmt: skip
Out = Annotated[str, typer.Option("--out", "-o", metavar="FILE", help="Where to: .svg, .png, .pdf, .html.")]
Title = Annotated[str | None, typer.Option(help="What stands above the picture.")]
Width = Annotated[float, typer.Option(min=40, max=1000, metavar="MM", help="As wide on paper.")]
Height = Annotated[
    float | None, typer.Option(min=30, max=1500, metavar="MM", help="As high; what it needs unless given.")
]
Dpi = Annotated[int, typer.Option(min=36, max=1200, help="Dots to the inch of a .png.")]
Variable = Annotated[
    str, typer.Option(metavar="VARIABLE", help="organization, person, actor, party, country, outlet …")
]
Start = Annotated[str | None, typer.Option("--from", metavar="DATE", help="From this date: 2026-04-15, 2026-04, 2026.")]
End = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Up to this date, which is within.")]
MinScore = Annotated[
    float | None,
    typer.Option(
        min=0, max=1, help="Scored at least this, 0.5 if nothing was learned; what people decided always counts."
    ),
]
Checked = Annotated[bool, typer.Option("--checked", help="Only what people decided.")]
Keep = Annotated[
    list[str] | None,
    typer.Option("--keep", metavar="VARIABLE=VALUE", help="Take only these statements. May be repeated."),
]
Qualifier = Annotated[str, typer.Option(metavar="VARIABLE", help="What tells statements apart; none for nothing.")]
Window = Annotated[str | None, typer.Option(metavar="LENGTH", help="Moving windows: 60d, 8w, 3m, 1y, '50 events'.")]
Step = Annotated[str | None, typer.Option(metavar="LENGTH", help="By how much they move; a quarter unless given.")]
Weighing = Annotated[Kernel | None, typer.Option(help="What is far from the middle of a window counts less.")]
Grouping = Annotated[
    Method | None, typer.Option("--clusters", help="Show groups; best: by the method of highest modularity.")
]
MOST_FILES = 200


def _selection(
    record: RecordOption = Default,
    mode: Annotated[Mode, typer.Option(help="Rows × columns, or rows × rows.")] = "two-mode",
    rows: Variable = "organization",
    columns: Annotated[str, typer.Option(metavar="VARIABLE", help="What rows are tied to, or tied by.")] = "concept",
    qualifier: Qualifier = "agreement",
    aggregation: Annotated[
        Aggregation,
        typer.Option(help="Two-mode: ignore, combine, subtract. One-mode: ignore, congruence, conflict, subtract."),
    ] = "subtract",
    normalization: Annotated[
        Normalization,
        typer.Option(help="Two-mode: no, activity, prominence. One-mode: no, average, jaccard, cosine."),
    ] = "no",
    duplicates: Annotated[Duplicates, typer.Option(help="The same said again: all counts, or once for each …")] = "all",
    dna: Annotated[bool, typer.Option("--dna", help="The numbers of Discourse Network Analyzer.")] = False,
    exclude: Pairs = None,
    keep: Keep = None,
    isolates: Annotated[bool, typer.Option("--isolates", help="All nodes, also those nothing counts of.")] = False,
    start: Start = None,
    end: End = None,
    outlet: Outlet = None,
    min_score: MinScore = None,
    checked: Checked = False,
    weights: Annotated[Literal["none", "score"], typer.Option(help="Each counts as one, or as its score.")] = "none",
) -> tuple[str, dict[str, Any]]:
    """The record, and which network of it: as ``onrecord network`` has it."""
    options = {
        "mode": mode, "rows": rows, "columns": columns, "qualifier": None if qualifier == "none" else qualifier,
        "aggregation": aggregation, "normalization": normalization, "duplicates": duplicates, "dna": dna,
        "isolates": isolates, "start": start, "end": end, "weights": weights, "outlet": outlet,
        "min_score": min_score, "checked": checked or None, "exclude": exclude, "keep": keep,
    }  # fmt: skip
    return record, options


def selecting(**defaults: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Gives a command the options of ``_selection``, which it gets as ``selected``; with other ``defaults``."""
    shared = [
        p.replace(kind=p.KEYWORD_ONLY, default=defaults.get(p.name, p.default))
        for p in inspect.signature(_selection).parameters.values()
    ]
    names = {p.name for p in shared}

    def given(command: Callable[..., None]) -> Callable[..., None]:
        own = [p for p in inspect.signature(command).parameters.values() if p.name != "selected"]

        @functools.wraps(command)
        def run(**values: Any) -> None:
            selected = _selection(**{k: v for k, v in values.items() if k in names})
            command(selected=selected, **{k: v for k, v in values.items() if k not in names})

        every = [*(p.replace(kind=p.KEYWORD_ONLY) for p in own), *shared]
        run.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in every}
        del run.__wrapped__  # its annotations are not all there are
        return run

    return given


@contextmanager
def _drawing(record: str, out: str) -> "Iterator[Record]":
    """The record; what there is to know is said once the picture is there."""
    from onrecord.charts.files import form_of  # noqa: PLC0415
    from onrecord.cli import terminal  # noqa: PLC0415

    with opened(record) as found:
        form_of(out)  # before the work is done
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", UserWarning)
            yield found
    for note in dict.fromkeys(str(w.message) for w in told if w.category is UserWarning):
        terminal.say(f"note: {note}")


def _written(pictures: Sequence[tuple[Any, str]], dpi: int) -> None:
    from onrecord import charts  # noqa: PLC0415
    from onrecord.cli import terminal  # noqa: PLC0415

    for picture, path in pictures:
        charts.write(picture, path, dpi=dpi)
    first = f"{pictures[0][1]}{f' and {len(pictures) - 1} more' if len(pictures) > 1 else ''}"
    terminal.say(f"{first}: {pictures[0][0].to_dict()['usermeta']['onrecord']['title']}")


def _options(given: dict[str, Any]) -> dict[str, Any]:
    return given | {name: by_variable(given[name], f"--{name}") for name in ("exclude", "keep")}


def _network(record: "Record", given: dict[str, Any]) -> "Network":
    from onrecord.analysis import of_record  # noqa: PLC0415

    return of_record.network(record, **_options(given))


def _windows(
    record: "Record", given: dict[str, Any], window: str, step: str | None, kernel: Kernel | None, most: int
) -> Any:
    from onrecord.analysis import of_record  # noqa: PLC0415
    from onrecord.analysis.windows import length  # noqa: PLC0415

    long = length(window)
    step = step or f"{max(long.number // 4, 1)} {long.unit}"
    made = of_record.windows(record, window, kernel=kernel, step=step, **_options(given))
    if not len(made):
        raise InputError("there is no window: choose a longer time, or a shorter --window")
    if len(made) > most:
        raise InputError(f"{len(made):,} windows are too many to draw: let them move by a longer --step")
    return made


def _clusters(networks: "Sequence[Network]", method: Method | None) -> "Sequence[Clusters | None]":
    """Groups of each; from window to window a group keeps its number, and so its colour."""
    from onrecord.analysis.clusters import clusters_over_time  # noqa: PLC0415

    if method is None:
        return [None] * len(networks)
    return clusters_over_time(networks, methods=None if method == "best" else [method])


@group.command(
    epilog="Examples: onrecord plot network --mode one-mode --normalization average --clusters best -o ties.svg | "
    "onrecord plot network --aggregation combine --columns concept -o debate.html"
)
@selecting()
def network(
    selected: Any,
    out: Out,
    clusters: Grouping = None,
    least: Annotated[float, typer.Option(min=0, help="Leave out ties nearer to 0 than this.")] = 0.0,
    most: Annotated[int, typer.Option(min=1, help="Draw the strongest ties, so many.")] = 1500,
    window: Window = None,
    step: Step = None,
    kernel: Weighing = None,
    title: Title = None,
    width: Width = 170.0,
    height: Height = None,
    dpi: Dpi = 300,
) -> None:
    """Draw a network: who agrees with whom, or who supports what.

    Nodes are as large as they are active, ties as wide as they are strong; solid is agreement, dashed disagreement. In
    .html, point at a tie to read its statements. Of moving windows each is a file, and nodes stay near where they were.
    """
    from onrecord import charts  # noqa: PLC0415

    record, given = selected
    size = charts.Size(width=width, height=height)
    with _drawing(record, out) as found:
        if window is None:
            if step or kernel:
                raise InputError("--kernel and --step are of use with --window only")
            networks, paths = [_network(found, given)], [out]
        else:
            networks = list(_windows(found, given, window, step, kernel, MOST_FILES))
            paths = _names(networks, Path(out))
        layouts = charts.arrange_all(networks, least=least, most=most, size=size)
        groups = _clusters(networks, clusters)
        pictures = [
            charts.network(each, clusters=own, least=least, most=most, arranged=layout, title=title, size=size)
            for each, own, layout in zip(networks, groups, layouts, strict=True)
        ]
        _written(list(zip(pictures, paths, strict=True)), dpi)


def _names(networks: Sequence["Network"], path: Path) -> list[str]:
    """NAME.2026-01-01_2026-03-31.svg and so on; windows of the same days are numbered."""
    names: list[str] = []
    for each in networks:
        stem = f"{path.stem}.{str(each.start)[:10]}_{str(each.end)[:10]}"
        name = str(path.with_name(stem + path.suffix))
        again = sum(other.startswith(name.removesuffix(path.suffix)) for other in names)
        names.append(str(path.with_name(f"{stem}.{again + 1}{path.suffix}")) if again else name)
    return names


@group.command(epilog="Example: onrecord plot heatmap --mode one-mode --normalization average -o ties.pdf")
@selecting()
def heatmap(
    selected: Any,
    out: Out,
    order: Annotated[
        Literal["clusters", "names"], typer.Option(help="Neighbours are alike, or names by the alphabet.")
    ] = "clusters",
    title: Title = None,
    width: Width = 170.0,
    height: Height = None,
    dpi: Dpi = 300,
) -> None:
    """Draw a network as a matrix, coloured by weight."""
    from onrecord import charts  # noqa: PLC0415
    from onrecord.analysis.clusters import dendrogram as tree  # noqa: PLC0415
    from onrecord.analysis.ties import ties  # noqa: PLC0415

    record, given = selected
    with _drawing(record, out) as found:
        made = _network(found, given)
        rows = columns = None
        if order == "clusters":
            rows = tree(made, "average").order
            turned = ties(made.weights.T, made.columns, made.rows)
            columns = tree(turned, "average").order if made.mode == "two-mode" else None
        size = charts.Size(width=width, height=height)
        caption = "Neighbours are alike (average linkage)." if order == "clusters" else ""
        picture = charts.heatmap(made, order=rows, column_order=columns, title=title, caption=caption, size=size)
        _written([(picture, out)], dpi)


@group.command(epilog="Example: onrecord plot dendrogram --mode one-mode --clusters louvain -o tree.svg")
@selecting()
def dendrogram(
    selected: Any,
    out: Out,
    linkage: Annotated[
        Literal["single", "average", "complete", "ward"], typer.Option(help="How groups are merged.")
    ] = "ward",
    distance: Annotated[
        Literal["jaccard", "cosine", "euclidean", "complement"] | None,
        typer.Option(help="jaccard for two-mode networks, complement for one-mode ones, unless given."),
    ] = None,
    clusters: Grouping = None,
    title: Title = None,
    width: Width = 170.0,
    height: Height = None,
    dpi: Dpi = 300,
) -> None:
    """Draw the tree of who is like whom."""
    from onrecord import charts  # noqa: PLC0415
    from onrecord.analysis.clusters import dendrogram as tree  # noqa: PLC0415

    record, given = selected
    with _drawing(record, out) as found:
        made = _network(found, given)
        picture = charts.dendrogram(
            tree(made, linkage, distance), clusters=_clusters([made], clusters)[0], about=made.about, title=title,
            size=charts.Size(width=width, height=height),
        )  # fmt: skip
        _written([(picture, out)], dpi)


@group.command(epilog="Example: onrecord plot polarization --window 90d --rows person -o polarization.svg")
@selecting(mode="one-mode")
def polarization(
    selected: Any,
    out: Out,
    window: Annotated[str, typer.Option(metavar="LENGTH", help="Of which length windows are: 60d, 8w, 3m.")] = "90d",
    step: Step = None,
    kernel: Weighing = None,
    camps: Annotated[int, typer.Option(min=2, help="How many camps there are.")] = 2,
    quality: Annotated[Literal["modularity", "ei"], typer.Option(help="How a division is judged.")] = "modularity",
    sizes: Annotated[Literal["equal", "any"], typer.Option(help="Whether camps are equally large.")] = "equal",
    title: Title = None,
    width: Width = 170.0,
    height: Annotated[float, typer.Option(min=30, max=1500, metavar="MM", help="As high.")] = 75.0,
    dpi: Dpi = 300,
) -> None:
    """Draw how far the camps of a debate are apart, over time."""
    from onrecord import charts  # noqa: PLC0415
    from onrecord.analysis.polarization import polarization_over_time  # noqa: PLC0415

    record, given = selected
    with _drawing(record, out) as found:
        moving = _windows(found, given, window, step, kernel, 5000)
        networks = list(moving)
        results = polarization_over_time(networks, k=camps, quality=quality, sizes=sizes)
        caption = f"Windows of {window}, {camps} camps, quality: {'E-I index' if quality == 'ei' else quality}."
        picture = charts.polarization(
            results, moving.starts, moving.ends, about=moving.chosen.events.about, title=title, caption=caption,
            size=charts.Size(width=width, height=height),
        )  # fmt: skip
        _written([(picture, out)], dpi)


@group.command(
    epilog="Examples: onrecord plot frequency -o concepts.svg | "
    "onrecord plot frequency --by organization --over month -o months.pdf"
)
def frequency(
    out: Out,
    record: RecordOption = Default,
    by: Annotated[
        str, typer.Option(metavar="VARIABLE", help="What is counted: concept, organization …; none for all together.")
    ] = "concept",
    over: Annotated[
        Literal["day", "week", "month", "year"] | None, typer.Option(help="Over time, in such steps.")
    ] = None,
    qualifier: Qualifier = "agreement",
    most: Annotated[int | None, typer.Option(min=1, help="Show the most frequent, so many.")] = None,
    exclude: Pairs = None,
    keep: Keep = None,
    start: Start = None,
    end: End = None,
    outlet: Outlet = None,
    min_score: MinScore = None,
    checked: Checked = False,
    title: Title = None,
    width: Width = 170.0,
    height: Height = None,
    dpi: Dpi = 300,
) -> None:
    """Draw how often: bars of statements by concept and stance, or over time."""
    from onrecord import charts  # noqa: PLC0415
    from onrecord.analysis import frequencies, of_record  # noqa: PLC0415

    with _drawing(record, out) as found:
        chosen = None if qualifier == "none" else qualifier
        if by == "none" and over is None:
            raise InputError("--by none makes one bar: say over which time, as --over month")
        events = of_record.event_list(
            found, qualifier=chosen, exclude=by_variable(exclude, "--exclude"), keep=by_variable(keep, "--keep"),
            start=start, end=end, copies="all", outlet=outlet, min_score=min_score, checked=checked or None,
        )  # fmt: skip
        if over is None:
            counts: Any = frequencies.frequencies(events, by, qualifier=chosen)
        else:
            counts = frequencies.frequencies_over_time(
                events, over, variable=None if by == "none" else by, qualifier=chosen
            )
        dates = f"{start or ''} to {end or ''}".strip() if start or end else ""
        picture = charts.frequency(
            counts, about=events.about, most=most, title=title, caption=f"Dates: {dates}." if dates else "",
            size=charts.Size(width=width, height=height),
        )  # fmt: skip
        _written([(picture, out)], dpi)


@group.command(
    epilog="Examples: onrecord plot timeline --concept pension-age -o stands.svg | "
    "onrecord plot timeline --actor 'Elfriede Kos' -o kos.html"
)
def timeline(
    out: Out,
    record: RecordOption = Default,
    concept: Annotated[
        str | None, typer.Option(metavar="CONCEPT", help="On this one: its id, or the beginning of its proposition.")
    ] = None,
    actor: Annotated[str | None, typer.Option(metavar="NAME", help="Of this actor only.")] = None,
    most: Annotated[int, typer.Option(min=1, help="Show those that most articles tell of, so many rows.")] = 40,
    start: Start = None,
    end: End = None,
    outlet: Outlet = None,
    min_score: MinScore = None,
    checked: Checked = False,
    title: Title = None,
    width: Width = 170.0,
    height: Height = None,
    dpi: Dpi = 300,
) -> None:
    """Draw where actors stand over time, each article a mark. In .html, point at a mark to read the words."""
    from onrecord import charts  # noqa: PLC0415
    from onrecord.analysis import positions  # noqa: PLC0415

    with _drawing(record, out) as found:
        least = positions.shown_from(found) if min_score is None else min_score
        filters: dict[str, Any] = {"concept": concept, "actor": actor, "outlet": outlet, "since": start, "until": end}
        told = positions.told(found.codings(min_score=least, checked=checked or None, **filters))
        about = {
            "record": found.where.rstrip("/").rpartition("/")[2].partition("?")[0],
            "filters": {"min_score": least, **{name: value for name, value in filters.items() if value}},
        }
        picture = charts.timeline(
            told, about=about, most=most, title=title, size=charts.Size(width=width, height=height)
        )
        _written([(picture, out)], dpi)
