"""The picture of a network: nodes as large as they are active, ties as wide as they are strong, stroked by sign."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import altair as alt
import numpy as np

from onrecord.charts import layout
from onrecord.charts.look import (
    COLOURS,
    GREY,
    INK,
    OPPOSE,
    OTHER,
    SHAPES,
    SMALL,
    STANCE,
    SUPPORT,
    Size,
    counted,
    finished,
    lines,
    made_from,
    text_width,
    words,
)
from onrecord.exchange.parts import Node, Tie, checked, nodes, ties

if TYPE_CHECKING:
    from onrecord.analysis.clusters import Clusters
    from onrecord.analysis.networks import Network

MOST = 1500
"""Ties drawn unless told otherwise: more of them make a picture black."""
QUOTED = 4  # statements in what a tie tells
TOLD = 600  # ties that tell their statements: a page with more of them grows too large
LETTERS_OF_A_NAME = 95.0  # points, a line of it
_NO_GROUP, _OTHERS = "no group", "other groups"
_COMBINED = "#5d3a9b"


class Stroke(NamedTuple):
    """How ties of one kind are drawn."""

    kind: str
    colour: str
    dash: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the nodes of a network stand: points by the node's id, x to the right, y down, in a frame of that size."""

    points: Mapping[str, tuple[float, float]]
    frame: tuple[float, float]


def network(
    network: "Network",
    *,
    clusters: "Clusters | Mapping[str, int] | None" = None,
    least: float = 0.0,
    most: int | None = MOST,
    former: Layout | None = None,
    arranged: Layout | None = None,
    title: str | None = None,
    size: Size | None = None,
) -> Any:
    """A picture of ``network``, an altair chart.

    ``clusters``: groups of the nodes, shown by colour and shape; without them a two-mode network shows its two sides.
    ``least``: ties whose weight is nearer to 0 are not drawn, of the others only the ``most`` strongest (None: all).
    ``former``: the layout of another picture of the same size, which this one is to resemble; ``arranged``: the layout
    itself (see ``arrange``). Names for which there is no room are left out; the caption says how many. In HTML a node
    or tie under the pointer tells what is known of it, a tie also the first statements it is made of. Raises
    OnrecordError for weights that are no numbers, or do not fit the names.
    """
    size = size or Size()
    every, drawn, hidden = _chosen(network, least, most)
    place = arranged or arrange(network, least=least, most=most, former=former, size=size)
    group = _groups(network, every, clusters)
    radii = _radii(every)
    at: layout.Floats = np.array([place.points[node.id] for node in every], np.float64).reshape(-1, 2)
    named, names = _names(every, radii, at, drawn, place.frame)
    kinds = _strokes(network)
    rows = [
        {
            "id": node.id, "name": words(node.name), "x": x, "y": y, "activity": _activity(node), "group": group[i],
            "is": words(node.variable), **_known(node),
        }
        for i, (node, (x, y)) in enumerate(zip(every, at.round(2).tolist(), strict=True))
    ]  # fmt: skip
    joined = _tie_rows(network, every, drawn, at, kinds)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, place.frame[0]], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[place.frame[1], 0], nice=False, zero=False))
    chart = alt.layer(
        _tie_marks(joined, kinds, x, y, alike=network.about.get("aggregation") == "combine"),
        *_leaders(names),
        _node_marks(rows, radii, group, network, clusters is not None, place.frame[0], x, y),
        *_name_marks(names, x, y),
    ).properties(width=place.frame[0], height=place.frame[1])  # fmt: skip
    caption = [
        made_from(network.about, network.start, network.end),
        _read(network, every, drawn),
        f"Not drawn: {counted(hidden, 'weaker tie')}." if hidden else "",
        f"Without a name for want of room: {counted(len(every) - named, 'node')}." if named < len(every) else "",
        "There is nobody in it." if not every else "",
    ]
    return finished(chart, title or heading(network), caption, size, network.about, fit=False)


def arrange(
    network: "Network", *, least: float = 0.0, most: int | None = MOST, former: Layout | None = None,
    size: Size | None = None,
) -> Layout:  # fmt: skip
    """Where ``network`` would put its nodes, with the same options; the same input gives the same layout."""
    every, drawn, _ = _chosen(network, least, most)
    width, height = (size or Size()).points
    width -= 4
    frame = (round(width, 2), round(height - 90 if height else _height(len(every), width), 2))
    before = None
    if former is not None:
        scale = np.array(frame) / np.array(former.frame)
        before = np.array([former.points.get(n.id, (np.nan, np.nan)) for n in every]).reshape(-1, 2) * scale
    points = layout.place([(t.a, t.b, t.weight) for t in drawn], _radii(every), frame, before)
    return Layout(points={n.id: (float(x), float(y)) for n, (x, y) in zip(every, points, strict=True)}, frame=frame)


def arrange_all(
    networks: Sequence["Network"], *, least: float = 0.0, most: int | None = MOST, size: Size | None = None
) -> list[Layout]:
    """Layouts for ``networks`` of windows, each near the one before; who comes back, comes back to where it was.

    All have the same frame, that of the largest network.
    """
    size = size or Size()
    if size.height is None and networks:
        width = size.points[0] - 4
        height = _height(max(len(nodes(n)) for n in networks), width) + 90
        size = Size(width=size.width, height=height / (72 / 25.4))
    found: list[Layout] = []
    seen: dict[str, tuple[float, float]] = {}
    for one in networks:
        former = Layout(points=dict(seen), frame=found[-1].frame) if found else None
        found.append(arrange(one, least=least, most=most, former=former, size=size))
        seen |= found[-1].points
    return found


def heading(network: "Network") -> str:
    """What a network shows, as a title."""
    rows, columns = plural(network.row_variable), plural(str(network.about.get("columns", network.column_variable)))
    aggregation = network.about.get("aggregation")
    if network.mode == "one-mode":
        return {
            "congruence": f"Which {rows} agree",
            "conflict": f"Which {rows} disagree",
            "subtract": f"Which {rows} agree, and which disagree",
        }.get(str(aggregation), f"Which {rows} speak of the same {columns}")
    if aggregation in {"combine", "subtract"} and network.about.get("qualifier") == "agreement":
        return f"Which {rows} support or oppose which {columns}"
    return f"Which {rows} speak of which {columns}"


def plural(noun: str) -> str:
    """organization, organizations; country, countries."""
    if re.search("[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun if noun.endswith("s") else noun + "s"


def _height(n: int, width: float) -> float:
    return float(min(max(width * (0.35 + 0.02 * n**0.75), 150.0), width * 1.2))


def _chosen(network: "Network", least: float, most: int | None) -> tuple[list[Node], list[Tie], int]:
    """The nodes, the ties to draw, weakest first so that strong ones lie upon them, and how many are not drawn."""
    checked(network)
    every = list(ties(network))
    strong = [t for t in every if abs(t.weight) >= least and t.weight and t.a != t.b]
    strong.sort(key=lambda t: (-abs(t.weight), t.a, t.b))
    kept = strong[:most][::-1]
    return nodes(network), kept, len(every) - len(kept)


def _activity(node: Node) -> float:
    given = node.attributes.get("activity", 0)
    return float(given) if isinstance(given, int | float) else 0.0


def _radii(every: Sequence[Node]) -> layout.Floats:
    """In points; the area grows with the activity."""
    largest = float(np.clip(34 / max(len(every), 1) ** 0.33, 4.0, 11.0))
    activity = np.array([_activity(node) for node in every])
    share = activity / (activity.max(initial=0.0) or 1.0)
    smallest = min(2.2, largest / 2)
    return np.sqrt(smallest**2 + (largest**2 - smallest**2) * np.clip(share, 0, 1))


def _known(node: Node) -> dict[str, Any]:
    return {k: words(v) for k, v in node.attributes.items() if k in {"kind", "country", "organisation", "title"}}


def _groups(network: "Network", every: Sequence[Node], clusters: "Clusters | Mapping[str, int] | None") -> list[str]:
    if clusters is None:
        return [words(node.variable) for node in every]
    numbers = clusters if isinstance(clusters, Mapping) else clusters.groups

    def called(node: Node) -> str:
        if node.side and network.mode == "two-mode":
            return words(node.variable)
        number = numbers.get(node.name)
        return _NO_GROUP if number is None else f"group {number}" if number <= len(COLOURS) else _OTHERS

    return [called(node) for node in every]


def _strokes(network: "Network") -> dict[Any, Stroke]:
    """The kinds of ties a network can have, by the sign of the weight, or by the weight itself if it combines."""
    aggregation = network.about.get("aggregation")
    one_mode = network.mode == "one-mode"
    if aggregation == "combine":
        return _combinations(network)
    joins = "agreement" if one_mode else "support"
    parts = "disagreement" if one_mode else "opposition"
    if aggregation == "conflict":
        return {1: Stroke(parts, OPPOSE, (4, 2))}
    if aggregation == "congruence":
        return {1: Stroke(joins, SUPPORT, (1, 0))}
    if aggregation == "subtract" or network.sparse.data.min(initial=0.0) < 0:
        more = "" if one_mode else "more "
        return {1: Stroke(more + joins, SUPPORT, (1, 0)), -1: Stroke(more + parts, OPPOSE, (4, 2))}
    return {1: Stroke("tie", GREY, (1, 0))}


def _combinations(network: "Network") -> dict[Any, Stroke]:
    called = STANCE if network.about.get("qualifier") == "agreement" else {}
    named = {int(bit): called.get(str(name), str(name)) for bit, name in network.about.get("combined", {}).items()}
    dashes = [(6, 2, 1, 2), (1, 2), (8, 2), (2, 2), (6, 2, 2, 2)]
    made: dict[Any, Stroke] = {}
    for value in sorted({int(v) for v in network.sparse.data if v}):
        kind = " and ".join(name for bit, name in sorted(named.items()) if value & bit) or str(value)
        known = {"support": Stroke(kind, SUPPORT, (1, 0)), "opposition": Stroke(kind, OPPOSE, (4, 2))}
        nth = len(made)
        both = Stroke(kind, _COMBINED if kind == "support and opposition" else COLOURS[nth % 8], dashes[nth % 5])
        made[value] = known.get(kind, both)
    return made


def _tie_rows(
    network: "Network", every: Sequence[Node], drawn: Sequence[Tie], at: layout.Floats, kinds: Mapping[Any, Stroke]
) -> list[dict[str, Any]]:
    combined = network.about.get("aggregation") == "combine"
    quote = _quotations(network)
    rows = []
    for rank, t in enumerate(drawn):
        key = int(t.weight) if combined else 1 if t.weight > 0 else -1
        a, b = every[t.a], every[t.b]
        told = quote(a.name, b.name) if len(drawn) - rank <= TOLD else {}
        (x, y), (x2, y2) = at[[t.a, t.b]].round(2).tolist()
        rows.append(
            {
                "a": a.id, "b": b.id, "between": f"{words(a.name)} – {words(b.name)}", "weight": t.weight,
                "strength": abs(t.weight), "tie": kinds[key].kind,
                "x": x, "y": y, "x2": x2, "y2": y2, **{k: round(v, 6) for k, v in t.measures.items()}, **told,
            }
        )  # fmt: skip
    return rows


def _quotations(network: "Network") -> Any:
    """Finds what a tie is made of: how many statements, and the first of them in words."""
    events = network.counted.chosen.events
    said, row = events.evidence.get("words"), {id_: i for i, id_ in enumerate(events.ids)}

    def quote(a: str, b: str) -> dict[str, Any]:
        ids = network.evidence(a, b)
        told: dict[str, Any] = {"statements": len(ids)}
        for number, id_ in enumerate(ids[:QUOTED] if said is not None else (), start=1):
            when = events.times[row[id_]]
            date = "undated" if np.isnat(when) else str(when)[:10]
            told[f"statement {number}"] = f"{date}: “{words(said[row[id_]])}”" if said is not None else date
        return told

    return quote


def _tie_marks(joined: list[dict[str, Any]], kinds: Mapping[Any, Stroke], x: Any, y: Any, *, alike: bool) -> Any:
    """``alike``: weights are no strengths, so that all ties are equally wide."""
    present = [s for s in kinds.values() if any(row["tie"] == s.kind for row in joined)] or list(kinds.values())
    legend = (
        alt.Legend(title="ties", symbolType="stroke", symbolSize=400, symbolStrokeWidth=1.5, orient="top")
        if len(kinds) > 1 or present[:1] != [Stroke("tie", GREY, (1, 0))]
        else None
    )
    strongest = max((row["strength"] for row in joined), default=1.0)
    thickest = float(np.clip(40 / max(len(joined), 1) ** 0.5, 0.8, 3.0))
    domain = [s.kind for s in present]
    near = "!isDefined(near.id) || near.id[0] === datum.a || near.id[0] === datum.b"
    shown = ["between", "tie", "weight", "low", "high", "checked", "statements"]
    shown += [f"statement {n}" for n in range(1, QUOTED + 1)]
    return (
        alt.Chart(_values(joined))
        .mark_rule(opacity=0.75, strokeCap="butt")
        .encode(
            x=x,
            y=y,
            x2="x2:Q",
            y2="y2:Q",
            stroke=alt.Stroke(
                "tie:N", scale=alt.Scale(domain=domain, range=[s.colour for s in present]), legend=legend
            ),
            strokeDash=alt.StrokeDash(
                "tie:N", scale=alt.Scale(domain=domain, range=[list(s.dash) for s in present]), legend=legend
            ),
            strokeWidth=alt.value(min(thickest, 1.5))
            if alike
            else alt.StrokeWidth(
                "strength:Q", scale=alt.Scale(domain=[0, strongest], range=[0.3, thickest]), legend=None
            ),
            opacity=alt.condition(near, alt.value(0.75), alt.value(0.06)),
            tooltip=[alt.Tooltip(f"{n}:N") for n in shown if any(n in row for row in joined)],
        )
    )


def _node_marks(
    rows: list[dict[str, Any]], radii: layout.Floats, group: list[str], network: "Network", clustered: bool,
    width: float, x: Any, y: Any,
) -> Any:  # fmt: skip
    order = _ordered(group, network)
    across = max(int(width // 62) - 1, 2)
    legend = alt.Legend(title="nodes", columns=across) if clustered or network.mode == "two-mode" else None
    colours, shapes = zip(*(_looks(name, network) for name in order), strict=True) if order else ((), ())
    near = alt.selection_point(name="near", fields=["id"], on="pointerover", clear="pointerout", empty=False)
    zoom = alt.selection_interval(name="zoom", bind="scales")
    known = ("name", "is", "kind", "country", "organisation", "title", "activity", "group")
    for row, radius in zip(rows, radii.tolist(), strict=True):
        row["area"] = round(float(np.pi * radius**2), 2)
    return (
        alt.Chart(_values(rows))
        .mark_point(filled=True, stroke="white", strokeWidth=0.6, opacity=1)
        .encode(
            x=x,
            y=y,
            fill=alt.Fill("group:N", scale=alt.Scale(domain=order, range=list(colours)), legend=legend),
            shape=alt.Shape("group:N", scale=alt.Scale(domain=order, range=list(shapes)), legend=legend),
            size=alt.Size("area:Q", scale=None, legend=None),
            tooltip=[alt.Tooltip(f"{n}:N") for n in known if any(n in row for row in rows)],
        )
        .add_params(near, zoom)
    )


def _ordered(group: Sequence[str], network: "Network") -> list[str]:
    """The groups in the order of their numbers, then those without, then the concepts of a two-mode network."""
    last = words(network.column_variable) if network.mode == "two-mode" else None

    def rank(name: str) -> tuple[int, int, str]:
        number = re.fullmatch(r"group (\d+)", name)
        return (name == last) + (name in {_OTHERS, _NO_GROUP}), int(number[1]) if number else 0, name

    return sorted(set(group), key=rank)


def _looks(name: str, network: "Network") -> tuple[str, str]:
    """Colour and shape of a group."""
    if number := re.fullmatch(r"group (\d+)", name):
        nth = int(number[1]) - 1
        return COLOURS[nth], SHAPES[nth]
    if name in {_OTHERS, _NO_GROUP}:
        return OTHER, "cross" if name == _OTHERS else "circle"
    if network.mode == "two-mode" and name == words(network.column_variable):
        return "#4d4d4d", "square"
    return COLOURS[0], "circle"


def _names(
    every: Sequence[Node], radii: layout.Floats, at: layout.Floats, drawn: Sequence[Tie], frame: tuple[float, float]
) -> tuple[int, list[dict[str, Any]]]:
    """How many names have room, and where they go, those of the most active first."""
    size = SMALL if len(every) <= 60 else 6.0 if len(every) <= 150 else 5.0
    order = sorted(range(len(every)), key=lambda i: (-_activity(every[i]), every[i].id))
    place = {node: rank for rank, node in enumerate(order)}
    broken = [lines(every[i].name, size, LETTERS_OF_A_NAME, most=2) for i in order]
    sizes = [(max(text_width(line, size) for line in b) + 1, 1.15 * size * len(b)) for b in broken]
    joined = [(place[t.a], place[t.b]) for t in drawn]
    found = layout.labels(at[order], radii[order], sizes, joined, frame)
    rows = [
        {
            "words": "\n".join(b), "x": round(label.x, 2), "y": round(label.y, 2), "align": label.align,
            "letters": size,
            **(_leader(label, at[i]) if label.far else {}),
        }
        for i, b, label in zip(order, broken, found, strict=True)
        if label is not None
    ]  # fmt: skip
    return len(rows), rows


def _leader(label: layout.Label, node: layout.Floats) -> dict[str, float]:
    """A line from a node to its name: "x2" and "y2" at the node, "x3" and "y3" at the edge of the name."""
    left, top, right, bottom = label.box
    x, y = float(node[0]), float(node[1])
    edge = (min(max(x, left), right), min(max(y, top), bottom))
    return {"x2": round(x, 2), "y2": round(y, 2), "x3": round(edge[0], 2), "y3": round(edge[1], 2)}


def _leaders(names: list[dict[str, Any]]) -> list[Any]:
    """Lines from nodes to names that stand far from them."""
    led = [{k: row[k] for k in ("x2", "y2", "x3", "y3")} for row in names if "x3" in row]
    of = {"x": alt.X("x2:Q", axis=None), "y": alt.Y("y2:Q", axis=None), "x2": "x3:Q", "y2": "y3:Q"}
    return [alt.Chart(_values(led)).mark_rule(color=INK, strokeWidth=0.4).encode(**of)] if led else []


def _name_marks(names: list[dict[str, Any]], x: Any, y: Any) -> list[Any]:
    """The names, each upon a white rim that keeps it readable where it crosses a tie."""
    made = []
    for align in ("left", "right", "center"):
        rows = [{k: row[k] for k in ("words", "x", "y", "letters")} for row in names if row["align"] == align]
        if not rows:
            continue
        size = rows[0]["letters"]
        text: dict[str, Any] = {
            "align": align, "baseline": "middle", "lineBreak": "\n", "fontSize": size, "lineHeight": 1.15 * size,
        }  # fmt: skip
        base = alt.Chart(_values(rows)).encode(x=x, y=y, text="words:N")
        made.append(base.mark_text(**text, stroke="white", strokeWidth=2.2, strokeJoin="round", opacity=0.9))
        made.append(base.mark_text(**text, color=INK))
    return made


def _read(network: "Network", every: Sequence[Node], drawn: Sequence[Tie]) -> str:
    """How sizes and widths are to be read."""
    parts = []
    said = [_activity(node) for node in every]
    if any(said):
        parts.append(f"Size of nodes: statements, {_range(said)}.")
    if drawn and network.about.get("aggregation") != "combine":
        by = network.about.get("normalization", "no")
        norm = {"average": "average activity", "no": ""}.get(by, by)
        ranged = _range([abs(t.weight) for t in drawn])
        parts.append(f"Width of ties: weight, {ranged}{f', normalised by {norm}' if norm else ''}.")
    return " ".join(parts)


def _range(values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    return f"{low:,.2g}" if low == high else f"{low:,.2g} to {high:,.2g}"


def _values(rows: list[dict[str, Any]]) -> Any:
    return alt.InlineData(values=rows)
