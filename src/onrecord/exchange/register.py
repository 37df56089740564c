"""A register file: what the user knows of actors, as CSV or TOML, for ``Record.load_register``.

CSV has a row for each post of an actor, under a row with the columns ``name``, ``aliases`` (with "|" or ";" between
them), ``kind``, ``role``, ``organisation``, ``country``, ``from``, ``to``, ``wikidata``; only ``name`` must be there.
TOML has the same keys, in a table ``[[actor]]`` for each post; ``aliases`` is then a list.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from onrecord.errors import InputError
from onrecord.reading.containers import read_table
from onrecord.reading.formats import Content, foreign
from onrecord.record import Given
from onrecord.record.actors import code
from onrecord.types import ACTOR_KINDS, Problem

COLUMNS = ("name", "aliases", "kind", "role", "organisation", "country", "from", "to", "wikidata")
KINDS = tuple(kind for kind in ACTOR_KINDS if kind != "unnamed")

_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?")
_WIKIDATA = re.compile(r"(?:https?://www\.wikidata\.org/(?:wiki|entity)/)?(Q[1-9][0-9]*)")
_TABLE = re.compile(r"^[ \t]*\[\[[ \t]*actor[ \t]*\]\]", re.MULTILINE)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

Rows = Iterator[tuple[int, Mapping[str, Any] | str]]  # line; what stands there, or why it cannot be read


def read_register(path: str | Path) -> tuple[list[Given], list[Problem]]:
    """The rows of a register file, and what is wrong with those that cannot be used, each named ``path:line``.

    A row that says the same as one before it is taken once.

    Raises InputError for a file that is no register at all: it cannot be opened, or its columns are others.
    """
    path = Path(path)
    rows: dict[Given, Given] = {}  # by what they say, wherever they stand
    problems: list[Problem] = []
    for line, found in _toml(path) if path.suffix.lower() == ".toml" else _csv(path):
        try:
            row = _given(line, found)
            rows.setdefault(replace(row, line=0), row)
        except ValueError as error:
            problems.append(Problem(name=f"{path}:{line}", message=str(error)))
    return list(rows.values()), problems


def _csv(path: Path) -> Rows:
    try:
        with path.open("rb") as stream:
            content = Content(stream)
            if what := foreign(content.head):
                raise InputError(f"{path}: is {what}")
            rows = list(read_table(str(path), content, ("name", "Name", "NAME"), {}))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    if content.fault:
        raise InputError(f"{path}: {content.fault}")
    for where, row, _ in rows:
        if where == str(path):  # not of one row: of the columns
            raise InputError(f"{path}: line 1: {row.message if isinstance(row, Problem) else row}")
        line = int(where.rsplit(":", 1)[1])
        if isinstance(row, Problem):
            yield line, row.message
            continue
        cells = {column.lower(): str(cell) for column, cell in row.items()}
        if unknown := [column for column in cells if column not in COLUMNS]:
            raise InputError(f"{path}: line 1: unknown column “{unknown[0]}”: known are {', '.join(COLUMNS)}")
        if any(cell.strip() for cell in cells.values()):
            yield line, cells | {"aliases": re.split("[|;]", cells.get("aliases", ""))}


def _toml(path: Path) -> Rows:
    """Each table is parsed by itself: a broken one does not spoil the others, and the line of each is known."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not in UTF-8, as TOML must be (byte {error.start})") from error
    starts = [match.start() for match in _TABLE.finditer(text)]
    if not starts or _has_keys(text[: starts[0]]):
        raise InputError(f"{path}: line 1: must hold tables [[actor]] and nothing else")
    for start, end in pairwise([*starts, len(text)]):
        before = text.count("\n", 0, start)
        try:
            read = tomllib.loads("\n" * before + text[start:end])
        except tomllib.TOMLDecodeError as error:
            yield before + 1, f"is no TOML: {error}"
        else:
            (table,) = read.pop("actor")
            yield before + 1, table | read


def _has_keys(text: str) -> bool:
    try:
        return bool(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        return True


def _given(line: int, found: Mapping[str, Any] | str) -> Given:
    """One row; raises ValueError, which says what is wrong with it."""
    if isinstance(found, str):
        raise ValueError(found)  # noqa: TRY004 - it is what was wrong with the row
    if unknown := [key for key in found if key not in COLUMNS]:
        raise ValueError(f"unknown key “{unknown[0]}”: known are {', '.join(COLUMNS)}")
    aliases = found.get("aliases", [])
    if not isinstance(aliases, list):
        raise ValueError("aliases must be a list of texts")  # noqa: TRY004
    name, *called = (_words("name" if i == 0 else "alias", n) for i, n in enumerate([found.get("name"), *aliases]))
    if name is None:
        raise ValueError("has no name")
    for words in (name, *called):
        if words and not any(map(str.isalnum, words)):
            raise ValueError(f"“{words}” is no name: it has no letter")
    kind = (_words("kind", found.get("kind")) or "person").lower()
    if kind not in KINDS:
        raise ValueError(f"kind “{kind}” is none of {', '.join(KINDS)}")
    since, until = (_date(key, found.get(key)) for key in ("from", "to"))
    if since and until and since[: len(until)] > until[: len(since)]:
        raise ValueError(f"is from {since}, after to {until}")
    return Given(
        line=line,
        name=name,
        aliases=tuple(dict.fromkeys(alias for alias in called if alias and alias != name)),
        kind=kind,
        country=_country(_words("country", found.get("country"))),
        wikidata=_wikidata(_words("wikidata", found.get("wikidata"))),
        title=_words("role", found.get("role")),
        organisation=_words("organisation", found.get("organisation")),
        since=since,
        until=until,
    )


def _words(key: str, value: object) -> str | None:
    """A text with single spaces between its words; None if it is empty."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"{key} must be a text, not {value!r}")  # noqa: TRY004
    if found := _UNSTORABLE.search(value):
        raise ValueError(f"{key} has the character U+{ord(found[0]):04X}, which no database can hold")
    return " ".join(value.split()) or None


def _date(key: str, value: object) -> str | None:
    """A date that may be partial, as text; TOML knows dates, and a year may be a number."""
    if isinstance(value, datetime):
        value = value.date()
    written = str(value) if isinstance(value, date | int) else _words(key, value)
    if written is None:
        return None
    if not _is_date(written):
        raise ValueError(f"{key} “{written}” is no date: write 2026, 2026-04 or 2026-04-15")
    return written


def _is_date(written: str) -> bool:
    try:
        return bool(_DATE.fullmatch(written) and date.fromisoformat(written + "-01-01"[len(written) - 4 :]))
    except ValueError:  # 2026-02-30
        return False


def _country(written: str | None) -> str | None:
    try:
        return written and code(written)
    except InputError as error:
        raise ValueError(f"country {error}") from None


def _wikidata(written: str | None) -> str | None:
    if written is None:
        return None
    if not (found := _WIKIDATA.fullmatch(written)):
        raise ValueError(f"wikidata “{written}” is no id such as Q42")
    return found[1]
