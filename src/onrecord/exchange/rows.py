"""Files that users write by hand, row by row: a CSV with a header, or TOML with one table after another.

Each row comes with its line, so that what is wrong with it can be told; a row that cannot be read spoils no other.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from onrecord.errors import InputError
from onrecord.reading.containers import read_table
from onrecord.reading.formats import Content, foreign
from onrecord.types import Problem

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""Characters that no database can hold."""


class Row(NamedTuple):
    """What stands on a line, or in words why it cannot be read; ``inner``: the lines of tables within it, by key."""

    line: int
    found: Mapping[str, Any] | str
    inner: Mapping[str, Sequence[int]] = {}


def csv_rows(path: Path, columns: Collection[str], needed: str) -> Iterator[Row]:
    """The rows of a table with these columns, of which ``needed`` must be there; empty rows are left out.

    ``aliases`` are a list, with "|" or ";" between them. Raises InputError for a file that is no such table at all.
    """
    try:
        with path.open("rb") as stream:
            content = Content(stream)
            if what := foreign(content.head):
                raise InputError(f"{path}: is {what}")
            rows = list(read_table(str(path), content, (needed, needed.title(), needed.upper()), {}))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    if content.fault:
        raise InputError(f"{path}: {content.fault}")
    for where, row, _ in rows:
        if where == str(path):  # not of one row: of the columns
            raise InputError(f"{path}: line 1: {row.message if isinstance(row, Problem) else row}")
        line = int(where.rsplit(":", 1)[1])
        if isinstance(row, Problem):
            yield Row(line, row.message)
            continue
        cells = {column.lower(): str(cell) for column, cell in row.items()}
        if unknown := [column for column in cells if column not in columns]:
            raise InputError(f"{path}: line 1: unknown column “{unknown[0]}”: known are {', '.join(columns)}")
        if any(cell.strip() for cell in cells.values()):
            yield Row(line, cells | {"aliases": re.split("[|;]", cells.get("aliases", ""))})


def toml_rows(path: Path, name: str) -> Iterator[Row]:
    """The tables ``[[name]]`` of a file that holds nothing else.

    Each is parsed by itself: a broken one does not spoil the others, and the line of each is known. Raises InputError
    for a file that holds no such table.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not in UTF-8, as TOML must be (byte {error.start})") from error
    starts = [match.start() for match in re.finditer(rf"^[ \t]*\[\[[ \t]*{name}[ \t]*\]\]", text, re.MULTILINE)]
    if not starts or _has_keys(text[: starts[0]]):
        raise InputError(f"{path}: line 1: must hold tables [[{name}]] and nothing else")
    for start, end in pairwise([*starts, len(text)]):
        before = text.count("\n", 0, start)
        try:
            read = tomllib.loads(text[start:end])
        except tomllib.TOMLDecodeError as error:
            yield Row(before + 1, f"is no TOML: {_moved(str(error), before)}")
        else:
            (table,) = read.pop(name)
            yield Row(before + 1, table | read, _inner(text[start:end], name, before + 1))


def _has_keys(text: str) -> bool:
    try:
        return bool(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        return True


def _moved(message: str, lines: int) -> str:
    """What tomllib says of a text that begins so many lines further down."""
    return re.sub(r"(?<=\(at line )\d+", lambda line: str(int(line[0]) + lines), message)


def _inner(text: str, name: str, line: int) -> dict[str, list[int]]:
    """The lines of ``[[name.key]]`` by key, in a text that begins on ``line``."""
    lines: dict[str, list[int]] = {}
    header = rf"^[ \t]*\[\[[ \t]*{name}[ \t]*\.[ \t]*([A-Za-z0-9_-]+)[ \t]*\]\]"
    for match in re.finditer(header, text, re.MULTILINE):
        lines.setdefault(match[1], []).append(line + text.count("\n", 0, match.start()))
    return lines


def words(key: str, value: object) -> str | None:
    """A text with single spaces between its words; None if it is empty. Raises ValueError, which says what is wrong."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"{key} must be a text, not {value!r}")  # noqa: TRY004
    if found := UNSTORABLE.search(value):
        raise ValueError(f"{key} has the character U+{ord(found[0]):04X}, which no database can hold")
    return " ".join(value.split()) or None


def listed(key: str, value: object) -> list[object]:
    """A list of whatever it holds. Raises ValueError if it is none."""
    if not isinstance(value, list):
        raise ValueError(f"{key} must be a list of texts")  # noqa: TRY004
    return value
