"""Fields that come with an article: dates, authors, what options, a sidecar and file names add."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath
from string import Formatter

from onrecord.errors import InputError
from onrecord.reading.formats import ENDINGS, ending
from onrecord.types import Problem

Fields = Mapping[str, object]

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = "|".join([*_MONTHS, *(month[:3] for month in _MONTHS), "sept"])
_ISO_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d))?")
_ISO_BASIC = re.compile(r"(\d{4})(\d\d)(\d\d)")
_ISO_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?) ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?")
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_DAY_MONTH = re.compile(
    rf"(?:[a-z]+,? )?(\d{{1,2}})(?:st|nd|rd|th)?[ -]({_MONTH})\.?,?[ -](\d{{4}})"
    r"(?:,? (\d\d:\d\d(?::\d\d)?)(?:\.\d+)?)?",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(rf"(?:[a-z]+,? )?({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})", re.IGNORECASE)
_MONTH_ONLY = re.compile(rf"({_MONTH})\.?,? (\d{{4}})", re.IGNORECASE)
_MAIL = re.compile(r"(?:[A-Za-z]{3},? )?\d{1,2} [A-Za-z]{3} \d{4} \d\d:\d\d(?::\d\d)?(?: .*)?")
_SURROGATES = re.compile("[\ud800-\udfff\0]")


def iso_date(value: object) -> str | None:
    """``value`` as an ISO 8601 date or time, None if it can be read in two ways or in none.

    "2026", "2026-04", "2026-04-03", "2026-04-03T10:00:00+01:00", "3 April 2026" and the dates of e-mail and feeds are
    read; 13/04/2026 is too, for there is no thirteenth month, but 3/4/2026 is not. Midnight without a time zone is how
    tables write a date alone, and is read so.
    """
    if isinstance(value, datetime):
        return _time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = " ".join(str(value).split())
    try:
        return _iso_date(text)
    except ValueError:  # no such day
        return None


def _iso_date(text: str) -> str | None:  # noqa: PLR0911 - a table of forms
    if found := _ISO_PARTIAL.fullmatch(text):
        year, month = found.groups()
        return _day(year, month or "1", "1") and text
    if found := _ISO_BASIC.fullmatch(text):
        return _day(*found.groups())
    if found := _ISO_TIME.fullmatch(text):
        day, time, zone = found.groups()
        zone = {"UTC": "Z", "GMT": "Z", None: ""}.get(zone, zone)
        return _time(datetime.fromisoformat(f"{day}T{time.replace(',', '.')}{zone}"))
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(found[1], found[3], found[4])
    if found := _YEAR_LAST.fullmatch(text):
        day, month = sorted((found[1], found[3]), key=int, reverse=True)
        return _day(found[4], month, day) if int(day) > 12 or int(day) == int(month) else None
    if found := _DAY_MONTH.fullmatch(text):
        day = _day(found[3], _month(found[2]), found[1])
        return _time(datetime.fromisoformat(f"{day}T{found[4]}")) if day and found[4] else day
    if found := _MONTH_DAY.fullmatch(text):
        return _day(found[3], _month(found[1]), found[2])
    if found := _MONTH_ONLY.fullmatch(text):
        day_one = _day(found[2], _month(found[1]), "1")
        return day_one and day_one[:7]
    return _time(parsedate_to_datetime(text)) if _MAIL.fullmatch(text) else None


def _month(name: str) -> str:
    return str([month[:3] for month in _MONTHS].index(name[:3].lower()) + 1)


def _day(year: str, month: str, day: str) -> str | None:
    """The date, None before there were newspapers: year 1 is how some programs write "unknown"."""
    found = date(int(year), int(month), int(day))
    return found.isoformat() if 1600 <= found.year <= 2999 else None


def _time(moment: datetime) -> str | None:
    if _day(str(moment.year), "1", "1") is None:
        return None
    bare = moment.tzinfo is None and moment.time() == moment.time().min
    return moment.date().isoformat() if bare else moment.isoformat()


def tidy(fields: Mapping[str, object]) -> dict[str, object]:
    """Fields as an article needs them.

    Empty ones are left out. ``published`` is ISO 8601, or under ``published_raw`` as found if it cannot be read for
    sure; ``authors`` is a tuple; the other fields with a place of their own are text. Characters no database takes (NUL
    and lone surrogates) become U+FFFD.
    """
    tidied: dict[str, object] = {}
    for key, raw in fields.items():
        value = _storable(raw)
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        if key == "authors":
            value = _authors(value)
        elif key in ("title", "outlet", "language", "url"):
            value = " ".join(str(value).split())
        elif key == "published":
            day = iso_date(value)
            key, value = ("published", day) if day else ("published_raw", value)  # noqa: PLW2901
        if value not in ((), []):
            tidied[str(_storable(key))] = value
    return tidied


def _authors(value: object) -> tuple[str, ...]:
    """Names from a list, or from one text in which semicolons part them."""
    listed = value if isinstance(value, list | tuple) else str(value).split(";")
    names = (name.get("name") if isinstance(name, dict) else name for name in listed)
    return tuple(" ".join(str(name).split()) for name in names if name and str(name).strip())


def _storable(value: object) -> object:
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {str(_storable(str(key))): _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value


def unstorable(text: str) -> str | None:
    """Why ``text`` cannot be kept exactly, None if it can."""
    found = _SURROGATES.search(text)
    if found is None:
        return None
    what = "a NUL character" if found[0] == "\0" else f"half of a surrogate pair (U+{ord(found[0]):04X})"
    return f"has {what} at character {found.start()} of its text, which no database can keep; remove it"


class NamePattern:
    """A pattern on file names: ``{outlet}_{published}_{title}``, or ``{outlet}/{published}`` with folders.

    Each field in braces stands for any characters but a slash; ``published`` begins with a digit; ``{}`` for a part
    that does not matter. The pattern is laid on the end of the path, without the file's ending. Raises InputError if it
    is no pattern.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.unmatched: list[str] = []
        names: set[str] = set()
        parts: list[str] = []
        try:
            for literal, name, spec, conversion in Formatter().parse(pattern):
                parts.append(re.escape(literal))
                if name is None:
                    continue
                if spec or conversion or name in names or (name and not name.isidentifier()):
                    raise ValueError(f"{{{name}}} must be a plain name that occurs once")  # noqa: TRY301
                names.update([name] if name else [])
                wanted = r"\d[^/]*?" if name == "published" else "[^/]+?"
                parts.append(f"(?P<{name}>{wanted})" if name else f"(?:{wanted})")
        except ValueError as error:
            raise InputError(f"name pattern {pattern!r}: {error}") from None
        if not names:
            raise InputError(f"name pattern {pattern!r} names no field; write for example {{outlet}}_{{published}}")
        self._depth = pattern.count("/") + 1
        self._regex = re.compile("".join(parts))

    def fields(self, path: str) -> dict[str, object]:
        """What the path of a file says; nothing if the pattern does not fit (``unmatched`` then holds the path)."""
        tail = "/".join(PurePosixPath(path).parts[-self._depth :])
        stem = tail.removesuffix(".gz")
        if ending(tail) in ENDINGS:
            stem = str(PurePosixPath(stem).with_suffix(""))
        for candidate in (stem, tail):
            if found := self._regex.fullmatch(candidate):
                return dict(found.groupdict())
        self.unmatched.append(path)
        return {}

    def problems(self) -> Iterator[Problem]:
        """One problem that tells which files the pattern did not fit, if there are any."""
        if self.unmatched:
            listed = _some(self.unmatched)
            message = f"does not fit {len(self.unmatched)} file names; read without its fields: {listed}"
            yield Problem(name=f"name pattern {self.pattern!r}", message=message)


class Sidecar:
    """A table beside the articles that holds their fields.

    Its column ``path`` (relative to the table's folder), ``name`` or ``id`` says which article, or which file of many
    articles, a row is about. Other columns are fields.
    """

    KEYS = ("path", "name", "id")

    def __init__(self, path: Path, rows: Iterable[tuple[str, Fields | Problem]]) -> None:
        """``rows`` are (where it stands, its fields, or why it cannot be read)."""
        self.path = path
        self._folder = path.absolute().parent
        self._rows: dict[str, tuple[str, dict[str, object]]] = {}
        self._used: set[str] = set()
        self._problems: list[Problem] = []
        for where, row in rows:
            if isinstance(row, Problem):
                self._problems.append(row)
                continue
            column = next((name for name in self.KEYS if row.get(name)), None)
            if column is None:
                message = "has neither path, name nor id, so it is not known which article it is about"
                self._problems.append(Problem(name=where, message=message))
                continue
            key = str(row[column])
            key = os.path.normpath(self._folder / key) if column == "path" else key
            if key in self._rows:
                message = f"is about {row[column]} like {self._rows[key][0]}; only the first is used"
                self._problems.append(Problem(name=where, message=message))
                continue
            self._rows[key] = (
                where,
                {name: value for name, value in row.items() if name not in self.KEYS},
            )

    def fields(self, *keys: str | None) -> dict[str, object]:
        """The fields of the articles known by ``keys`` (absolute path, name, URL), the first found first."""
        found = [key for key in keys if key is not None and key in self._rows]
        self._used.update(found)
        return {name: value for key in reversed(found) for name, value in self._rows[key][1].items()}

    def problems(self) -> Iterator[Problem]:
        """What is wrong with rows, and one problem for all that nothing read matches."""
        yield from self._problems
        unused = [f"{where} ({Path(key).name})" for key, (where, _) in self._rows.items() if key not in self._used]
        if unused:
            yield Problem(name=str(self.path), message=f"{len(unused)} rows match nothing read: {_some(unused)}")


def completed(given: Fields, *fallbacks: Fields) -> dict[str, object]:
    """``given``, and what it lacks from ``fallbacks``, the first first."""
    fields = dict(given)
    for fallback in fallbacks:
        for name, value in tidy(fallback).items():
            fields.setdefault(name, value)
    return fields


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
