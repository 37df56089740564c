"""How pictures look: sizes for print, one family of letters, colours and shapes that all readers tell apart.

One unit of a picture is a point (1/72 inch), so a size of letters here is one on paper. Colours are those of Okabe &
Ito (2008), "Color universal design"; nothing is told by colour alone: a shape, a stroke or a place says the same.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import wrap
from typing import Any

import altair as alt

from onrecord.exchange.writing import xml_words
from onrecord.version import VERSION

POINT = 72 / 25.4
"""Points in a millimetre."""
COLUMN, PAGE = 85.0, 170.0
"""Millimetres: one and two columns of most journals."""
LETTERS = "Arial, Liberation Sans, Helvetica, sans-serif"
SMALL, MEDIUM, LARGE = 7.0, 8.0, 10.0
"""Sizes of letters in points: names and figures, titles of axes, the title."""

INK, GREY, PALE = "#222222", "#767676", "#d9d9d9"
SUPPORT, OPPOSE, UNDECIDED = "#0072b2", "#d55e00", "#ffffff"
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#5d3a9b", "#8c6d31")
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "triangle-right", "triangle-left")
OTHER = "#999999"

STANCE = {"1": "support", "0": "opposition", "yes": "support", "no": "opposition", "oppose": "opposition"}
"""What the levels of agreement are called in pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Millimetres on paper. A height that is None is what the picture needs."""

    width: float = PAGE
    height: float | None = None

    @property
    def points(self) -> tuple[float, float | None]:
        """Width and height in points."""
        return self.width * POINT, None if self.height is None else self.height * POINT


def words(text: object) -> str:
    """``text`` on one line, without characters that an SVG cannot hold."""
    return " ".join(xml_words(str(text)).split())


def text_width(text: str, size: float) -> float:
    """About how wide ``text`` is in Arial of ``size``, in the same unit; on the wide side."""
    return size * sum(map(_letter, text))


def _letter(c: str) -> float:
    if unicodedata.combining(c):
        return 0.0
    if unicodedata.east_asian_width(c) in "WF":
        return 1.0
    if c in "iljI|!.,:;'’‘ft()[] ":
        return 0.31
    if c in "mwMW@%—":
        return 0.88
    return 0.68 if c.isupper() else 0.55


def lines(text: str, size: float, width: float, most: int = 3) -> list[str]:
    """``text`` broken into lines no wider than ``width``, ``most`` of them; what does not fit ends in "…"."""
    whole = words(text)
    letters = max(int(len(whole) * width / max(text_width(whole, size), 1e-9)), 8)
    broken = wrap(whole, letters, break_on_hyphens=False) or [""]
    if len(broken) > most:
        broken = [*broken[: most - 1], broken[most - 1][: letters - 1].rstrip() + "…"]
    return broken


def shortened(text: str, size: float, width: float) -> str:
    """``text`` on one line no wider than ``width``."""
    return lines(text, size, width, most=1)[0]


def day(moment: Any) -> str:
    """7 October 2025."""
    given = date.fromisoformat(str(moment)[:10])
    return f"{given.day} {given:%B %Y}"


def counted(number: float, noun: str) -> str:
    """1 statement, 2 statements, 1,000 statements."""
    return f"{number:,.10g} {noun}{'' if number == 1 else 's'}"


def made_from(about: Mapping[str, Any], start: Any = None, end: Any = None, *, noun: str = "statement") -> str:
    """What a picture was made from, in a sentence: record, dates, statements, how many of them people checked."""
    parts = [f"Record {words(about['record'])}"] if about.get("record") else []
    if start is not None and end is not None:
        first, last = day(start), day(end)
        parts.append(first if first == last else f"{first} to {last}")
    if (used := about.get("used")) is not None:
        parts.append(counted(used, noun))
        parts += [f"{about['checked']:,} checked by people"] if about.get("checked") else []
    if score := dict(about.get("filters") or {}).get("min_score"):
        parts.append(f"score at least {score:g}")
    return ", ".join(parts) + "." if parts else ""


def finished(
    chart: Any, title: str, caption: Iterable[str], size: Size, about: Mapping[str, Any], *, fit: bool = True
) -> Any:
    """``chart`` with title, caption, letters and colours, and with what it was made from in ``usermeta``.

    ``fit``: axes and legends are within the size; otherwise they come on top of that of ``chart``.
    """
    width = size.width * POINT - 4
    under = lines(" ".join(filter(None, caption)), SMALL, width * 1.04, most=6)
    heading = lines(title, LARGE, width * 0.96, most=3)
    told = {"title": " ".join(heading), "description": " ".join(under), "width_mm": size.width, "onrecord": VERSION}
    chart = chart.properties(
        title=alt.TitleParams(text=heading, subtitle=under if any(under) else []),
        padding={"left": 2, "right": 2, "top": 2, "bottom": 2},
        background="white",
        usermeta={"onrecord": told | {"made_from": plain(about)}, "embedOptions": {"actions": False}},
    )
    if fit:
        chart = chart.properties(autosize=alt.AutoSizeParams(type="fit", contains="padding"))
    return chart.configure(**_CONFIG)


def plain(value: Any) -> Any:
    """``value`` as JSON can hold it."""
    if isinstance(value, Mapping):
        return {str(key): plain(v) for key, v in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str):
        return [plain(v) for v in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return xml_words(str(value))


_CONFIG: dict[str, Any] = {
    "font": LETTERS,
    "aria": False,  # a label for each mark would repeat all words of its tooltip; the picture has a description
    "view": {"stroke": None},
    "title": {
        "anchor": "start", "frame": "bounds", "fontSize": LARGE, "fontWeight": "bold", "color": INK, "offset": 8,
        "subtitleFontSize": SMALL, "subtitleColor": "#4d4d4d", "subtitlePadding": 3, "subtitleLineHeight": 9,
        "lineHeight": 12,
    },
    "axis": {
        "labelFontSize": SMALL, "titleFontSize": MEDIUM, "titleFontWeight": "normal", "labelColor": INK,
        "titleColor": INK, "domainColor": GREY, "domainWidth": 0.5, "tickColor": GREY, "tickWidth": 0.5, "tickSize": 3,
        "gridColor": "#e6e6e6", "gridWidth": 0.5, "labelLimit": 1000, "titlePadding": 5,
    },
    "legend": {
        "labelFontSize": SMALL, "titleFontSize": SMALL, "titleFontWeight": "bold", "labelColor": INK,
        "titleColor": INK, "orient": "bottom", "direction": "horizontal", "symbolSize": 36, "labelLimit": 240,
        "titleLimit": 400, "columnPadding": 8, "padding": 0, "offset": 8, "titleOrient": "left", "titlePadding": 6,
    },
    "header": {"labelFontSize": SMALL, "labelColor": INK, "titleFontSize": MEDIUM, "labelFontWeight": "bold"},
    "text": {"fontSize": SMALL, "color": INK},
}  # fmt: skip
