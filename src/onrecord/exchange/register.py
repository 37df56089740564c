"""A register file: what the user knows of actors, as CSV or TOML, for ``Record.load_register``.

CSV has a row for each post of an actor, under a row with the columns ``name``, ``aliases`` (with "|" or ";" between
them), ``kind``, ``role``, ``organisation``, ``country``, ``from``, ``to``, ``wikidata``; only ``name`` must be there.
TOML has the same keys, in a table ``[[actor]]`` for each post; ``aliases`` is then a list.
"""

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from onrecord.errors import InputError
from onrecord.facts import named, states
from onrecord.record import Given
from onrecord.types import ActorKind, Problem

COLUMNS = ("name", "aliases", "kind", "role", "organisation", "country", "from", "to", "wikidata")
KINDS = tuple(kind for kind in get_args(ActorKind) if kind != "unnamed")

_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
_WIKIDATA = re.compile(r"Q[1-9][0-9]*")
_TABLE = re.compile(r"^\s*\[\[\s*actor\s*\]\]", re.MULTILINE)
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def read_register(path: str | Path) -> tuple[list[Given], list[Problem]]:
    """The rows of a register file, and what is wrong with those that cannot be used, each with its line.

    Raises InputError for a file that is no register at all.
    """
    path = Path(path)
    rows: list[Given] = []
    problems: list[Problem] = []
    for line, found in _toml(path) if path.suffix.lower() == ".toml" else _csv(path):
        try:
            rows.append(_given(line, found))
        except ValueError as error:
            problems.append(Problem(name=f"{path}:{line}", message=str(error)))
    return rows, problems


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not in UTF-8 (byte {error.start}): save it as UTF-8") from error


def _csv(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    text = _text(path)
    head = text.split("\n", maxsplit=1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    columns = [column.strip().lower() for column in next(reader, [])]
    _check_columns(path, columns)
    last = 1
    try:
        for cells in reader:
            line, last = last + 1, reader.line_num
            if any(cell.strip() for cell in cells):
                extra = {None: cells[len(columns) :]} if any(cell.strip() for cell in cells[len(columns) :]) else {}
                found = dict(zip(columns, cells, strict=False))
                found["aliases"] = re.split(r"[|;]", found.get("aliases", ""))  # type: ignore[assignment]
                yield line, {**found, **extra}  # type: ignore[dict-item]
    except csv.Error as error:
        raise InputError(f"{path}: line {reader.line_num}: {error}") from error


def _check_columns(path: Path, columns: list[str]) -> None:
    if "name" not in columns:
        raise InputError(f"{path}: line 1: no column “name”: the first row names the columns ({', '.join(COLUMNS)})")
    if unknown := [column for column in columns if column not in COLUMNS]:
        raise InputError(f"{path}: line 1: unknown column “{unknown[0]}”: known are {', '.join(COLUMNS)}")


def _toml(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    text = _text(path)
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: no TOML: {error}") from error
    tables = read.pop("actor", None)
    if read or not isinstance(tables, list):
        raise InputError(f"{path}: must hold tables [[actor]] and nothing else")
    lines = [text.count("\n", 0, match.start(0) + len(match[0])) + 1 for match in _TABLE.finditer(text)]
    for n, table in enumerate(tables):
        yield lines[n] if len(lines) == len(tables) else n + 1, table


def _given(line: int, found: Mapping[Any, Any]) -> Given:
    """One row; raises ValueError, which says what is wrong with it."""
    if unknown := [key for key in found if key not in COLUMNS]:
        raise ValueError("more cells than columns" if unknown == [None] else f"unknown key “{unknown[0]}”")
    aliases = found.get("aliases") or []
    if not (isinstance(aliases, list) and all(isinstance(alias, str) for alias in aliases)):
        raise ValueError("aliases must be a list of texts")
    cells = {key: _cell(key, found.get(key)) for key in COLUMNS if key != "aliases"}
    name, kind = cells["name"], (cells["kind"] or "person").lower()
    if not name or not any(c.isalnum() for c in name):
        raise ValueError("no name")
    if kind not in KINDS:
        raise ValueError(f"kind “{kind}” is none of {', '.join(KINDS)}")
    for key in ("from", "to"):
        if (date := cells[key]) and not _DATE.fullmatch(date):
            raise ValueError(f"{key} “{date}” is no date: write 2026, 2026-04 or 2026-04-15")
    since, until = cells["from"], cells["to"]
    if since and until and since[: len(until)] > until[: len(since)]:
        raise ValueError(f"from {since} is after to {until}")
    if cells["wikidata"] and not _WIKIDATA.fullmatch(cells["wikidata"]):
        raise ValueError(f"wikidata “{cells['wikidata']}” is no id such as Q42")
    known = dict.fromkeys(_cell("aliases", alias) for alias in aliases)
    return Given(
        line=line,
        name=name,
        aliases=tuple(alias for alias in known if alias and alias != name),
        kind=kind,  # type: ignore[arg-type]
        country=_country(cells["country"]),
        wikidata=cells["wikidata"],
        title=cells["role"],
        organisation=cells["organisation"],
        since=since,
        until=until,
    )


def _cell(key: str, value: object) -> str | None:
    """A cell as text without spaces around and within; None for an empty one."""
    if value is None:
        return None
    text = " ".join(str(value).split())  # TOML knows dates
    if found := _UNWRITABLE.search(text):
        raise ValueError(f"{key} has the character U+{ord(found[0]):04X}, which no database can hold")
    return text or None


def _country(written: str | None) -> str | None:
    if written is None or written.upper() in states():
        return written and written.upper()
    fact = named(written)
    if fact is None or fact.institution.kind != "country":
        raise ValueError(f"country “{written}” is none: write its ISO code, such as AT, or its English name")
    return fact.institution.key
