"""Positions in a text: DNA counts UTF-16 units, as Java does; onrecord counts code points."""

import re
from bisect import bisect_left

from onrecord.types import Span

_BEYOND = re.compile("[\U00010000-\U0010ffff]")  # characters that are two units


class Units:
    """Counts one text both ways."""

    def __init__(self, text: str) -> None:
        self._points = [match.start() for match in _BEYOND.finditer(text)]
        self._units = [point + n for n, point in enumerate(self._points)]
        self.length = len(text) + len(self._points)

    def of(self, span: Span) -> tuple[int, int]:
        """Code points → units."""
        start, end = (point + bisect_left(self._points, point) for point in span)
        return start, end

    def span(self, start: int, stop: int) -> Span:
        """Units → code points; a character that is cut in two is taken whole."""
        return Span(self._point(start, up=False), self._point(stop, up=True))

    def _point(self, unit: int, *, up: bool) -> int:
        before = bisect_left(self._units, unit)  # characters of two units that begin before it
        cut = before > 0 and self._units[before - 1] == unit - 1
        return unit - before + (cut and up)
