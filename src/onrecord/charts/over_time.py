"""Pictures of what changes: polarization, how often, where actors stand."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from onrecord.charts.graph import plural
from onrecord.charts.look import (
    COLOURS,
    GREY,
    INK,
    MEDIUM,
    OPPOSE,
    OTHER,
    POINT,
    SMALL,
    STANCE,
    SUPPORT,
    UNDECIDED,
    Size,
    counted,
    finished,
    made_from,
    shortened,
    text_width,
    words,
)
from onrecord.errors import InputError

if TYPE_CHECKING:
    from onrecord.analysis.frequencies import Frequencies, FrequenciesOverTime
    from onrecord.analysis.polarization import Polarization
    from onrecord.analysis.positions import Key, Told

PANELS = 8
"""Values of a variable over time that have a panel of their own; the others are told of in the caption."""
BARS = 40
POSITIONS = 40
"""Rows of a timeline unless told otherwise: they fill a page."""
ROW = 13.0  # points, of an actor
LANE = 0.22  # rows, by which support is above and opposition below the middle
_STANCES = ("support", "undecided", "opposition")
_FILL = {"support": SUPPORT, "undecided": UNDECIDED, "opposition": OPPOSE}
_SHAPE = {"support": "triangle-up", "undecided": "diamond", "opposition": "triangle-down"}


def polarization(
    results: Sequence["Polarization"],
    starts: Iterable[Any],
    ends: Iterable[Any],
    *,
    about: Mapping[str, Any] | None = None,
    title: str | None = None,
    caption: str = "",
    size: Size | None = None,
) -> Any:
    """Polarization over time, an altair chart: the score of each window, at its middle.

    ``starts`` and ``ends`` are those of the windows (``Windows.starts``). Beside the score stand the share of agreement
    that is within camps and of disagreement that is between them. A window too small to have camps is a gap. Raises
    InputError if there are not as many windows as results.
    """
    size = size or Size(height=75.0)
    first, last = (np.array(list(times), "datetime64[s]") for times in (starts, ends))
    if not len(results) == len(first) == len(last):
        raise InputError(f"there are {len(results)} results for {len(first)} windows: give one for each")
    middle = first + (last - first) / 2
    kinds = ("polarization", "agreement within camps", "disagreement between camps")
    rows = [
        {
            "time": f"{at}Z", "from": str(a)[:10], "to": str(b)[:10], "series": kind,
            "value": None if not r.groups else value, "actors": len(r.groups),
        }
        for r, a, b, at in zip(results, first, last, middle, strict=True)
        for kind, value in zip(kinds, (r.score, r.congruence_within, r.conflict_between), strict=True)
        if kind == kinds[0] or _comparable(results)
    ]  # fmt: skip
    shown = kinds if _comparable(results) else kinds[:1]
    looks: dict[str, list[Any]] = {
        "color": [INK, SUPPORT, OPPOSE],
        "strokeDash": [[1, 0], [5, 2], [1.5, 2]],
        "strokeWidth": [1.8, 1, 1],
    }
    low = min([0.0, *(r.score for r in results if r.groups)])
    high = max([1.0 if _comparable(results) else 0.0, *(r.score for r in results if r.groups)])
    legend = alt.Legend(title=None, symbolType="stroke", symbolSize=400)
    scaled = {
        name: cls("series:N", scale=alt.Scale(domain=shown, range=looks[name][: len(shown)]), legend=legend)
        for name, cls in (("color", alt.Color), ("strokeDash", alt.StrokeDash), ("strokeWidth", alt.StrokeWidth))
    }
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=_time("time", [f"{middle.min()}Z", f"{middle.max()}Z"] if len(middle) > 1 else None),
        y=alt.Y("value:Q", scale=alt.Scale(domain=[low, high]), axis=alt.Axis(title="score, shares", tickCount=5)),
        tooltip=[alt.Tooltip(f"{name}:N") for name in ("from", "to", "series", "value", "actors")],
    )
    chart = alt.layer(
        base.mark_line().encode(**scaled),
        base.transform_filter("isValid(datum.value)").mark_point(filled=True, size=14, opacity=1).encode(
            color=scaled["color"]
        ),
    ).properties(width=size.width * POINT, height=(size.height or 75.0) * POINT)  # fmt: skip
    empty = sum(not r.groups for r in results)
    under = [
        made_from(about or {}, first.min() if len(first) else None, last.max() if len(last) else None),
        caption,
        f"{counted(len(results), 'window')}, each at its middle." if len(results) else "There is no window.",
        f"Gaps: {counted(empty, 'window')} with too few actors." if empty else "",
    ]
    return finished(chart, title or "How far the camps are apart", under, size, about or {})


def _comparable(results: Sequence["Polarization"]) -> bool:
    """Scores that are not normalised are on another scale than shares."""
    return all(abs(r.score) <= 1 + 1e-9 for r in results)


def _time(field: str, domain: list[str] | None = None) -> Any:
    scale = alt.Scale(type="utc", domain=domain, nice=False) if domain else alt.Scale(type="utc")  # days of papers
    axis = alt.Axis(title=None, grid=False, labelOverlap=True, tickCount=8, format=_dates(domain))
    return alt.X(f"{field}:T", scale=scale, axis=axis)


def _dates(domain: list[str] | None) -> str:
    """How dates are written so that the year is always told."""
    if not domain:
        return "%b %Y"
    days = (np.datetime64(domain[-1][:10]) - np.datetime64(domain[0][:10])).astype(int)
    return "%-d %b %Y" if days < 120 else "%b %Y" if days < 2500 else "%Y"


def frequency(
    found: "Frequencies | FrequenciesOverTime",
    *,
    about: Mapping[str, Any] | None = None,
    most: int | None = None,
    title: str | None = None,
    caption: str = "",
    size: Size | None = None,
) -> Any:
    """How often, an altair chart: bars of statements by value and stance, or the same over time.

    ``most``: values shown, the most frequent ones (bars 40, panels over time 8, unless told); the caption says how many
    are not. ``about`` is that of the events.
    """
    over_time = hasattr(found, "periods")
    limit = most or (PANELS if over_time else BARS)
    values, hidden = list(found.values[:limit]), len(found.values) - limit
    size = size or Size()
    draw = _over_time if over_time else _bars
    chart, fit = draw(found, values, size)  # type: ignore[arg-type]
    noun = plural(found.variable or "statement")
    under = [
        made_from({"used": int(found.counts.sum()), **(about or {})}),
        caption,
        f"Not shown: {hidden:,} {noun} with fewer statements." if hidden > 0 else "",
        f"{counted(found.copies, 'statement')} in near-copies not counted." if found.copies else "",
        f"{counted(found.undated, 'statement')} without a date not counted." if getattr(found, "undated", 0) else "",  # type: ignore[union-attr]
    ]
    by = f", by {'stance' if found.qualifier == 'agreement' else found.qualifier}" if found.qualifier else ""
    what = f"Statements on each {found.variable}" if found.variable else "Statements"
    when = f" in each {found.unit}" if over_time else ""  # type: ignore[union-attr]
    return finished(chart, title or f"{what}{when}{by}", under, size, about or {}, fit=fit)


def _called(level: str, qualifier: str | None) -> str:
    return STANCE.get(level, level) if qualifier == "agreement" else level


def _level_looks(levels: Sequence[str], qualifier: str | None) -> tuple[list[str], list[str]]:
    """The levels in the order they are stacked, and their colours."""
    names = [_called(level, qualifier) for level in levels]
    if qualifier == "agreement":
        known = [s for s in _STANCES if s in names]
        rest = [name for name in names if name not in known]
        return known + rest, [_FILL[s] for s in known] + [OTHER] * len(rest)
    if len(names) == 1:
        return names, [COLOURS[0]]
    return names, [COLOURS[i % len(COLOURS)] for i in range(len(names))]


def _bars(found: "Frequencies", values: list[str], size: Size) -> tuple[Any, bool]:
    order, colours = _level_looks(found.levels, found.qualifier)
    rows: list[dict[str, Any]] = []
    for i, value in enumerate(values):
        at = 0
        for level in sorted(found.levels, key=lambda one: order.index(_called(one, found.qualifier))):
            n = int(found.counts[i, found.levels.index(level)])
            rows.append({"value": value, "place": i, "level": _called(level, found.qualifier), "count": n, "at": at})
            at += n
    shown = [row for row in rows if row["count"]]
    room = min(max((text_width(v, SMALL) for v in values), default=0.0) + 8, 0.4 * size.width * POINT)
    names = [shortened(v, SMALL, room - 4) for v in values]
    y = alt.Y(
        "place:O",
        axis=alt.Axis(
            title=None, labelExpr=f"{json.dumps(names, ensure_ascii=False)}[datum.value]", ticks=False, domain=False,
            labelPadding=4,
        ),
        scale=alt.Scale(domain=list(range(len(values))), paddingInner=0.25, paddingOuter=0.15),
    )  # fmt: skip
    longest = max((int(found.counts[i].sum()) for i in range(len(values))), default=1)
    unit = (size.width * POINT - room - 10) / longest
    legend = alt.Legend(title=None, symbolType="square", symbolStrokeWidth=0.5) if len(order) > 1 else None
    base = alt.Chart(alt.InlineData(values=shown)).transform_calculate(end="datum.at + datum.count")
    x = alt.X(
        "at:Q",
        axis=alt.Axis(title="statements", tickMinStep=1, format=",d", tickCount=6),
        scale=alt.Scale(domain=[0, longest], nice=True),
    )
    bars = base.mark_bar(stroke=GREY, strokeWidth=0.5).encode(
        y=y, x=x, x2="end:Q",
        fill=alt.Fill("level:N", scale=alt.Scale(domain=order, range=colours), legend=legend),
        tooltip=["value:N", "level:N", "count:Q"],
    )  # fmt: skip
    figures = (
        base.transform_filter(f"datum.count * {unit} > 5 * length('' + datum.count) + 3")
        .transform_calculate(middle="datum.at + datum.count / 2")
        .mark_text(fontSize=6, baseline="middle")
        .encode(
            y=y, x=alt.X("middle:Q", title="statements"), text="count:Q",
            color=alt.condition(f"datum.level === '{_STANCES[1]}'", alt.value(INK), alt.value("white")),
        )
    )  # fmt: skip
    height = size.height * POINT if size.height else len(values) * ROW + 80
    return alt.layer(bars, figures).properties(width=size.width * POINT - 4, height=height), True


def _over_time(found: "FrequenciesOverTime", values: list[str], size: Size) -> tuple[Any, bool]:
    order, colours = _level_looks(found.levels, found.qualifier)
    rows = _stacked(found, values, order, size)
    span = [str(found.starts[0]), max(row["end"] for row in rows)] if rows else None
    legend = alt.Legend(title=None, symbolType="square", symbolStrokeWidth=0.5) if len(order) > 1 else None
    panels = found.variable is not None and bool(values)
    height = size.height * POINT - 60 if size.height else max(52.0 * len(values), 130.0)
    title = None if panels else "statements"
    bars = (
        alt.Chart(alt.Undefined if panels else alt.InlineData(values=rows))
        .mark_rect(stroke=GREY, strokeWidth=0.4)
        .encode(
            x=_time("start", span),
            x2="end:T",
            y=alt.Y("at:Q", axis=alt.Axis(title=title, tickMinStep=1, format=",d", tickCount=3 if panels else 6)),
            y2="top:Q",
            fill=alt.Fill("level:N", scale=alt.Scale(domain=order, range=colours), legend=legend),
            tooltip=["value:N", "period:N", "level:N", "count:Q"],
        )
    )
    if not panels:
        return bars.properties(width=size.width * POINT - 4, height=height + 60), True
    sort = list(dict.fromkeys(row["panel"] for row in rows))
    panel = bars.properties(width=size.width * POINT - 34, height=height / len(values) - 20)
    made = panel.facet(
        data=alt.InlineData(values=rows),
        facet=alt.Facet("panel:N", sort=sort, header=alt.Header(title=None, labelAnchor="start", labelPadding=2)),
        columns=1,
        spacing=4,
    )
    return made, False


def _stacked(
    found: "FrequenciesOverTime", values: Sequence[str], order: Sequence[str], size: Size
) -> list[dict[str, Any]]:
    """A piece for each value, period and level that has statements, from "at" to "top", value by value."""
    after = [*found.starts[1:], _next(found.starts[-1], found.unit)] if len(found.starts) else []
    levels = sorted(range(len(found.levels)), key=lambda k: order.index(_called(found.levels[k], found.qualifier)))
    rows = []
    for rank, value in enumerate(values):
        panel = f"{shortened(value, SMALL, size.width * POINT - 60)}"
        for t, (period, start, end) in enumerate(zip(found.periods, found.starts, after, strict=True)):
            at = 0
            for k in levels:
                if n := int(found.counts[t, rank, k]):
                    level = _called(found.levels[k], found.qualifier)
                    rows.append(
                        {
                            "value": value, "period": period, "start": str(start), "end": str(end), "count": n,
                            "level": level, "at": at, "top": at + n, "panel": panel,
                        }
                    )  # fmt: skip
                at += n
    return rows


def _next(start: np.datetime64, unit: str) -> Any:
    if unit in {"day", "week"}:
        return start + np.timedelta64(1 if unit == "day" else 7, "D")
    letter = "M" if unit == "month" else "Y"
    return (start.astype(f"datetime64[{letter}]") + 1).astype("datetime64[D]")


def timeline(
    told: Mapping["Key", Sequence["Told"]],
    *,
    about: Mapping[str, Any] | None = None,
    most: int | None = POSITIONS,
    title: str | None = None,
    caption: str = "",
    size: Size | None = None,
) -> Any:
    """Where actors stand over time, an altair chart: a row for each actor, under each concept.

    ``told`` is what ``analysis.positions.told`` gives. Each article is a mark: support points up and stands above the
    middle of the row, opposition points down below it; a line holds the position until another is told. What depends on
    a condition has a ring. In HTML a mark tells the words, where they stand and the condition. Undated articles are not
    shown; the caption says how many. ``most``: rows, those that most articles tell of (None: all).
    """
    size = size or Size()
    kept = sorted(told, key=lambda key: (-len(told[key]), key))[:most]
    rows, names, concepts, undated = _positions({key: told[key] for key in kept})
    lines_ = [step for own in _by_row(rows) for step in _steps(own)]
    count = len(names)
    height = size.height * POINT if size.height else count * ROW + 75
    room = min(max((text_width(n, SMALL) for n in names if n), default=0.0) + 8, 0.35 * size.width * POINT)
    written = [shortened(n, SMALL, room) for n in names]
    y = alt.Y(
        "y:Q",
        scale=alt.Scale(domain=[max(count, 1), 0], nice=False, zero=False),
        axis=alt.Axis(
            title=None, values=[i + 0.5 for i, name in enumerate(names) if name], grid=False, ticks=False, domain=False,
            labelExpr=f"{json.dumps(written, ensure_ascii=False)}[floor(datum.value)]",
            labelOverlap=False, labelPadding=6,
        ),
    )  # fmt: skip
    days = sorted(row["time"] for row in rows)
    x = _time("time", _padded(days) if days else None)
    present = [s for s in _STANCES if any(row["stance"] == s for row in rows)] or list(_STANCES)
    legend = alt.Legend(title=None, symbolStrokeWidth=0.8)
    colours, shapes = ([of[s] for s in present] for of in (_FILL, _SHAPE))
    looks = {
        "fill": alt.Fill("stance:N", scale=alt.Scale(domain=present, range=colours), legend=legend),
        "shape": alt.Shape("stance:N", scale=alt.Scale(domain=present, range=shapes), legend=legend),
    }
    marks = alt.Chart(alt.InlineData(values=rows))
    layers = [
        alt.Chart(alt.InlineData(values=[{"y": i + 0.5} for i, name in enumerate(names) if name]))
        .mark_rule(color="#e0e0e0", strokeWidth=0.5)
        .encode(y=y),
        alt.Chart(alt.InlineData(values=lines_)).mark_line(color=GREY, strokeWidth=0.9).encode(
            x=x, y=y, detail="row:N", order="part:Q"
        ),
        marks.transform_filter("datum.condition != ''")
        .mark_point(shape="circle", size=80, stroke=INK, strokeWidth=0.6, filled=False, opacity=1)
        .encode(x=x, y=y),
        marks.mark_point(filled=True, size=34, stroke=INK, strokeWidth=0.5, opacity=1).encode(
            x=x, y=y, **looks, tooltip=[alt.Tooltip(f"{n}:N") for n in _TOLD]
        ),
    ]  # fmt: skip
    if any(not name for name in names):
        layers.append(_concept_marks(concepts, names, size.width * POINT - room - 12, y))
    chart = alt.layer(*layers).properties(width=size.width * POINT - 4, height=height)
    heading = "Who stands where" if len(concepts) != 1 else f"Who stands where on: {concepts[0][1]}"
    hidden = len(told) - len(kept)
    conditional = any(row["condition"] for row in rows)
    used = {"used": len(rows), **(about or {})}
    under = [
        made_from(used, days[0] if days else None, days[-1] if days else None, noun="position"),
        caption,
        "Above the line: support; below: opposition." if rows else "Nobody is told to stand anywhere.",
        f"Not shown: {counted(hidden, 'row')} that fewer articles tell of." if hidden else "",
        "Ringed: on a condition." if conditional else "",
        f"{counted(undated, 'article')} without a full date not shown." if undated else "",
    ]
    return finished(chart, title or heading, under, size, about or {})


_TOLD = ("actor", "concept", "stance", "words", "condition", "date", "outlet", "article", "score", "decided by")


def _positions(
    told: Mapping["Key", Sequence["Told"]],
) -> tuple[list[dict[str, Any]], list[str], list[tuple[int, str]], int]:
    """The marks, the names of the rows ("" above a concept's rows), the concepts with their rows, undated articles."""
    of: dict[str, list[list[Told]]] = {}
    for articles in told.values():
        if articles:
            of.setdefault(articles[0].best.concept, []).append(list(articles))
    rows: list[dict[str, Any]] = []
    names: list[str] = []
    concepts: list[tuple[int, str]] = []
    undated = 0
    for groups in (of[concept] for concept in sorted(of)):
        dated = [[t for t in articles if len(t.date or "") >= len("2026-04-15")] for articles in groups]
        undated += sum(len(a) - len(d) for a, d in zip(groups, dated, strict=True))
        dated = sorted((d for d in dated if d), key=lambda d: (d[0].date, d[0].best.actor, d[0].best.actor_id))
        if not dated:
            continue
        concepts.append((len(names), words(dated[0][0].best.proposition)))
        if len(of) > 1:  # a heading above the concept's rows
            names.append("")
        for articles in dated:
            rows += [_mark(t, len(names)) for t in articles]
            names.append(words(articles[0].best.actor))
    return rows, names, concepts, undated


def _mark(t: "Told", row: int) -> dict[str, Any]:
    best = t.best
    stance = STANCE.get(t.stance, t.stance)
    lane = {"support": -LANE, "opposition": LANE}.get(stance, 0.0)
    conditions = "; ".join(f"{'if' if c.holds else 'unless'}: {words(c.words)}" for c in t.conditions)
    return {
        "row": row, "y": round(row + 0.5 + lane, 3), "time": (t.date or "")[:10], "stance": stance,
        "actor": words(best.actor), "concept": words(best.proposition), "words": f"“{words(best.words)}”",
        "condition": conditions, "date": t.date, "outlet": best.article.outlet, "article": best.article.name,
        "score": round(t.score, 3), "decided by": best.judged_by,
    }  # fmt: skip


def _by_row(rows: Sequence[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    of: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        of.setdefault(row["row"], []).append(row)
    return of.values()


def _steps(own: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A line that stays where it is until the next article tells another stance."""
    corners: list[tuple[str, float]] = []
    for mark in own:
        if corners and corners[-1][1] != mark["y"]:
            corners.append((mark["time"], corners[-1][1]))
        corners.append((mark["time"], mark["y"]))
    return [{"row": own[0]["row"], "part": part, "time": time, "y": y} for part, (time, y) in enumerate(corners)]


def _padded(days: Sequence[str]) -> list[str]:
    """Some room at either end, so that no mark is cut."""
    first, last = (np.datetime64(days[i], "D") for i in (0, -1))
    room = max(int((last - first).astype(int) // 40), 1)
    return [str(first - room), str(last + room)]


def _concept_marks(concepts: Sequence[tuple[int, str]], names: Sequence[str], width: float, y: Any) -> Any:
    """The proposition above the rows of its actors."""
    rows = [{"y": row + 0.6, "concept": shortened(text, MEDIUM, width)} for row, text in concepts if not names[row]]
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_text(align="left", baseline="middle", fontWeight="bold", fontSize=SMALL)
        .encode(x=alt.value(0), y=y, text="concept:N")
    )
