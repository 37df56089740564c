"""Pictures of matrices: the heat map, and the tree of who is merged with whom at which distance."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import altair as alt
import numpy as np

from onrecord.charts.graph import heading, plural
from onrecord.charts.look import (
    COLOURS,
    GREY,
    INK,
    OPPOSE,
    OTHER,
    POINT,
    SHAPES,
    SMALL,
    SUPPORT,
    Size,
    counted,
    finished,
    made_from,
    shortened,
    text_width,
)
from onrecord.errors import InputError

if TYPE_CHECKING:
    from onrecord.analysis.clusters import Clusters, Dendrogram
    from onrecord.analysis.ties import Weighted

ROOM = 130.0  # points, for a name beside a heat map
LEAST = 3.5  # points: smaller letters are not written
FIGURES = 14.0  # points, the narrowest cell that its figure is written in


def heatmap(
    network: "Weighted",
    *,
    order: Sequence[str] | None = None,
    column_order: Sequence[str] | None = None,
    title: str | None = None,
    caption: str = "",
    size: Size | None = None,
) -> Any:
    """The matrix of ``network`` (or of ``Ties``) as a heat map, an altair chart.

    ``order`` and ``column_order`` are names from top to bottom and from left to right, such as those of a dendrogram;
    names they lack come after them. A one-mode matrix has the same order both ways. Weights above 0 are blue, below 0
    orange, and white is 0; the figures are in the cells where there is room, and in what a cell tells in HTML. Raises
    InputError for a name in an order that the matrix does not have.
    """
    size = size or Size()
    one_mode = tuple(network.rows) == tuple(network.columns)
    rows = _order(network.rows, order)
    columns = rows if one_mode else _order(network.columns, column_order)
    weights = np.asarray(network.weights, np.float64)[np.ix_(rows, columns)]
    names, above = [network.rows[i] for i in rows], [network.columns[j] for j in columns]
    room = min(max((text_width(n, SMALL) for n in names), default=0.0) + 8, ROOM)
    top = min(max((text_width(n, SMALL) for n in above), default=0.0) + 8, ROOM)
    width, height = size.points
    across = max((width - room - 12) / max(len(above), 1), 0.5)
    step = min(across, 12.0) if height is None else max((height - top - 75) / max(len(names), 1), 0.5)
    step = max(step, min(across, 9.0)) if height is None else step
    across = min(across, 2.5 * step)
    cells = _cells(weights, names, above, one_mode=one_mode)
    most = float(np.abs(weights).max(initial=0.0)) or 1.0
    signed = bool((weights < 0).any())
    colour = alt.Color(
        "weight:Q",
        scale=alt.Scale(domain=[-most, 0, most], range=[OPPOSE, "#ffffff", SUPPORT], interpolate="rgb")
        if signed
        else alt.Scale(domain=[0, most], range=["#ffffff", "#00406b"], interpolate="rgb"),
        legend=alt.Legend(title="weight", gradientLength=120, gradientThickness=7, tickCount=5),
    )
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, len(above)], nice=False), axis=_axis(above, across, top, "top"))
    y = alt.Y("y:Q", scale=alt.Scale(domain=[len(names), 0], nice=False), axis=_axis(names, step, room, "left"))
    told = [alt.Tooltip(f"{name}:N") for name in ("row", "column", "weight")]
    base = alt.Chart(alt.InlineData(values=cells))
    layers = [
        base.mark_rect(stroke="#e6e6e6", strokeWidth=0.4 if min(step, across) > 4 else 0).encode(
            x=x, x2="x2:Q", y=y, y2="y2:Q", color=colour, tooltip=told
        )
    ]
    if one_mode and names:
        layers.append(_diagonal(len(names), x, y))
    if min(step, across) >= 9 and across >= FIGURES and cells:
        dark = f"abs(datum.weight) > {0.55 * most}"
        layers.append(
            base.transform_filter("datum.weight != 0")
            .transform_calculate(cx="datum.x + 0.5", cy="datum.y + 0.5")
            .mark_text(fontSize=min(SMALL, 0.62 * step, across / 3), baseline="middle")
            .encode(
                x=alt.X("cx:Q", axis=_axis(above, across, top, "top")),
                y=alt.Y("cy:Q", axis=_axis(names, step, room, "left")),
                text=alt.Text("weight:Q", format=_format(weights)),
                color=alt.condition(dark, alt.value("white"), alt.value(INK)),
            )
        )
    chart = alt.layer(*layers).properties(width=across * max(len(above), 1), height=step * max(len(names), 1))
    about: Mapping[str, Any] = getattr(network, "about", {})
    under = [
        made_from(about, getattr(network, "start", None), getattr(network, "end", None)),
        caption,
        "There is nothing in it." if not cells else "",
    ]
    wide = (across * len(above) + room + 12) / POINT
    return finished(chart, title or _heading(network), under, _narrowed(size, wide), about, fit=False)


def _narrowed(size: Size, needed: float) -> Size:
    """A matrix of few columns is not blown up to the width of the page."""
    return Size(width=min(size.width, max(needed, 60.0)), height=size.height)


def _heading(network: "Weighted") -> str:
    return heading(network) if hasattr(network, "about") else "Weights"  # type: ignore[arg-type]


def _order(names: Sequence[str], order: Sequence[str] | None) -> list[int]:
    place = {name: i for i, name in enumerate(names)}
    if wrong := [name for name in order or () if name not in place]:
        raise InputError(f"the order names “{wrong[0]}”, which is not in the matrix")
    first = [place[name] for name in dict.fromkeys(order or ())]
    return first + [i for i in range(len(names)) if i not in set(first)]


def _cells(
    weights: "np.ndarray[Any, np.dtype[np.float64]]", names: Sequence[str], above: Sequence[str], *, one_mode: bool
) -> list[dict[str, Any]]:
    """Each cell; of large matrices those only that are not 0, since these are white as the paper."""
    whole = weights.size <= 2500
    return [
        {"row": names[i], "column": above[j], "weight": float(weights[i, j]), "x": j, "x2": j + 1, "y": i, "y2": i + 1}
        for i, j in np.argwhere(np.full(weights.shape, True) if whole else weights != 0).tolist()
        if not (one_mode and i == j)
    ]


def _diagonal(n: int, x: Any, y: Any) -> Any:
    """Nobody agrees or disagrees with themselves."""
    rows = [{"x": i, "x2": i + 1, "y": i, "y2": i + 1} for i in range(n)]
    return alt.Chart(alt.InlineData(values=rows)).mark_rect(color="#e3e3e3").encode(x=x, x2="x2:Q", y=y, y2="y2:Q")


def _axis(names: Sequence[str], step: float, room: float, side: Literal["top", "left"], padding: float = 3) -> Any:
    """Names in the middle of their rows or columns."""
    size = min(SMALL, 0.9 * step)
    written = [shortened(n, size, room - 4) for n in names] if size >= LEAST else []
    angle: dict[str, Any] = (
        {"labelAngle": -90, "labelAlign": "left", "labelBaseline": "middle"} if side == "top" else {}
    )
    return alt.Axis(
        orient=side, title=None, values=[i + 0.5 for i in range(len(written))], labelFontSize=max(size, LEAST),
        labelExpr=_named(written, "datum.value"), labelPadding=padding, labelOverlap=False, grid=False, ticks=False,
        domain=False, **angle,
    )  # fmt: skip


def _named(names: Sequence[str], value: str) -> str:
    """A Vega expression: the name at the place ``value``, rounded down."""
    return f"{json.dumps(list(names), ensure_ascii=False)}[floor({value})]"


def _format(weights: "np.ndarray[Any, np.dtype[np.float64]]") -> str:
    return "d" if np.array_equal(weights, np.round(weights)) else ".1f" if np.abs(weights).max() >= 10 else ".2f"


def dendrogram(
    tree: "Dendrogram",
    *,
    clusters: "Clusters | Mapping[str, int] | None" = None,
    about: Mapping[str, Any] | None = None,
    title: str | None = None,
    caption: str = "",
    size: Size | None = None,
) -> Any:
    """A tree of names, an altair chart: whose branches meet near the names are alike.

    ``clusters``: groups, shown by a coloured shape at each name. ``about`` is that of the network.
    """
    size = size or Size()
    names = list(tree.order)
    room = min(max((text_width(n, SMALL) for n in names), default=0.0) + 8, 0.4 * size.width * POINT)
    _, height = size.points
    step = 11.0 if height is None else max((height - 70) / max(len(names), 1), 1.0)
    axis = _axis(names, step, room, "left", 3 if clusters is None else 8)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[max(len(names), 1), 0], nice=False), axis=axis)
    branches = [
        {"branch": i, "part": part, "distance": distance, "y": place / 10}
        for i, branch in enumerate(tree.branches)
        for part, (place, distance) in enumerate(branch)
    ]
    x = alt.X(
        "distance:Q",
        scale=alt.Scale(zero=True, nice=True),
        axis=alt.Axis(title=f"distance ({tree.distance}, {tree.method} linkage)", grid=False, tickCount=6),
    )
    layers = [
        alt.Chart(alt.InlineData(values=branches))
        .mark_line(color=INK, strokeWidth=0.8, strokeJoin="miter")
        .encode(x=x, y=y, detail="branch:N", order="part:Q")
    ]
    if clusters is not None and names:
        layers.append(_leaves(names, clusters if isinstance(clusters, Mapping) else clusters.groups, x, y))
    chart = alt.layer(*layers).properties(
        width=size.width * POINT - 4, height=step * max(len(names), 1) + 75 if height is None else height
    )
    known = about or {}
    under = [
        made_from(known), caption, f"{counted(len(names), 'name')} with ties." if names else "Nobody has ties."
    ]  # fmt: skip
    return finished(chart, title or f"Which {plural(str(known.get('rows', 'actor')))} are alike", under, size, known)


def _leaves(names: Sequence[str], groups: Mapping[str, int], x: Any, y: Any) -> Any:
    rows: list[dict[str, Any]] = []
    for i, name in enumerate(names):
        number = groups.get(name)
        known = number is not None and number <= len(COLOURS)
        called = f"group {number}" if known else "no group" if number is None else "other groups"
        rows.append({"name": name, "group": called, "distance": 0, "y": i + 0.5})
    order = sorted({row["group"] for row in rows}, key=lambda g: (not g.startswith("group"), g))
    nth = [int(g.rpartition(" ")[2]) - 1 if g.startswith("group") else None for g in order]
    colours = [OTHER if n is None else COLOURS[n] for n in nth]
    shapes = ["cross" if n is None else SHAPES[n] for n in nth]
    legend = alt.Legend(title="groups", symbolStrokeWidth=0.3, columns=5)
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_point(filled=True, size=30, stroke=GREY, strokeWidth=0.3, opacity=1, clip=False)
        .encode(
            x=x,
            y=y,
            fill=alt.Fill("group:N", scale=alt.Scale(domain=order, range=colours), legend=legend),
            shape=alt.Shape("group:N", scale=alt.Scale(domain=order, range=shapes), legend=legend),
            tooltip=["name:N", "group:N"],
        )
    )
