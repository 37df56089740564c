"""One file, many articles: JSONL, JSON and CSV, read one article at a time."""

import csv
import io
import json
import re
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from onrecord.reading.captures import NO_TEXT, from_fields
from onrecord.reading.decoding import decode, eight_bit
from onrecord.reading.formats import MAX_LINE_BYTES, Content
from onrecord.types import Capture, Problem

Found = Iterator[Capture | Problem]
Names = Mapping[str, str]  # the names fields have in the input, and those they have here: {"body": "text"}

_FIELDS = ("text", "html", "title", "published", "outlet", "url", "authors", "language", "id", "name", "path")


def read_jsonl(name: str, content: Content, names: Names) -> Found:
    """The articles of a file with one JSON object a line. A bad line is a problem named ``name:line``."""
    article = from_fields(names)
    decoded = _decoder(content)
    for number, line in enumerate(content.lines(), 1):
        where = f"{name}:{number}"
        if line is None:
            yield Problem(
                name=where, message=f"is longer than {MAX_LINE_BYTES // 1_000_000} MB; split it or leave it out"
            )
        elif line.strip():
            text, encoding = decoded(line)
            parsed = _parse(text)
            if isinstance(parsed, Problem):
                if not content.fault:  # a line that is cut off belongs to the fault
                    yield Problem(name=where, message=parsed.message)
            else:
                yield article(where, parsed, encoding)
    yield from _fault(name, content, "what came before was read")


def read_json(name: str, content: Content, names: Names) -> Found:
    """The articles of one JSON value: a list of objects, an object with such a list, or one object with an article.

    The third article of a list is named ``name#3``. A list may be of any length; an object is read as a whole.
    """
    article = from_fields(names)
    codec = "utf-8" if _is_utf8(content.head) else eight_bit(content.head)
    told = codec if codec != "utf-8" else content.recoded_from
    text = io.TextIOWrapper(io.BufferedReader(content), codec, errors="replace", newline="")
    buffer = text.read(MAX_LINE_BYTES) if content.head.lstrip().startswith(b"{") else ""
    if buffer:
        whole = "is larger than one JSON object may be; make it JSONL" if text.read(1) else None
        parsed = Problem(name=name, message=whole) if whole else _parse(buffer)
        items = _items(parsed)
        if isinstance(items, Problem):
            yield Problem(name=name, message=content.fault or items.message)
            return
        for number, item in enumerate(items, 1):
            yield article(name if items[0] is parsed else f"{name}#{number}", item, told)
        return
    number = 0
    for number, element in enumerate(_elements(text), 1):
        where = f"{name}#{number}"
        if isinstance(element, Problem):
            yield Problem(name=where, message=content.fault or element.message)
            return
        yield article(where, element, told)
    if not number:
        yield Problem(name=name, message="is an empty list")


def read_csv(name: str, content: Content, names: Names) -> Found:
    """The articles of a table with a column ``text`` or ``html``. A bad row is a problem named ``name:line``."""
    article = from_fields(names)
    for where, row, encoding in read_table(name, content, ("text", "html"), names):
        if isinstance(row, Problem):
            yield row
        else:
            yield article(where, row, encoding)
    yield from _fault(name, content, "the rows before were read")


def gathered(found: Found, *, after: int = 10) -> Found:
    """``found``, with long runs of lines that lack a text told as one problem: then the file holds something else."""
    run = 0
    last: Problem | None = None
    for item in found:
        run = run + 1 if isinstance(item, Problem) and item.message.startswith(NO_TEXT) else 0
        if isinstance(item, Problem) and run > after:
            last = Problem(name=item.name, message=f"{item.message}; likewise {run - after - 1} lines before it")
            continue
        if last:
            yield last
            last = None
        yield item
    if last:
        yield last


def read_table(
    name: str, content: Content, wanted: Collection[str], names: Names
) -> Iterator[tuple[str, dict[str, object] | Problem, str | None]]:
    """The rows of a table as (where, fields, encoding): commas, semicolons or tabs, whichever yields a wanted column.

    Rows with more or fewer cells than the header are problems; so are rows with broken quotation marks, after which
    reading goes on with the next line that makes a row.
    """
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE_BYTES))
    decoded = _decoder(content)
    encoding: str | None = None

    def lines() -> Iterator[str | None]:
        nonlocal encoding
        for line in content.lines():
            text, found = (None, None) if line is None else decoded(line)
            encoding = encoding or found
            yield text

    source, rest, number = lines(), deque[str | None](), 2
    header = next(source, None) or ""
    if re.fullmatch(r"sep=.\s*", header):  # Excel's hint; the columns tell as much
        header, number = next(source, None) or "", 3
    headers = [_columns(header, delimiter, names) for delimiter in ",;\t"]
    columns = max(headers, key=lambda names: (any(name in wanted for name in names), len(names)))
    delimiter = ",;\t"[headers.index(columns)]
    if not any(name in wanted for name in columns):
        message = f"has no column named {' or '.join(wanted)}; its columns are {', '.join(columns)[:200]}; rename one"
        yield name, Problem(name=name, message=message), None
        return
    if len(set(columns)) < len(columns):
        yield name, Problem(name=name, message="has two columns of the same name; rename one in its first line"), None
        return
    bad = _BadRows(name)
    while True:
        row, taken = _row(source, rest, delimiter)
        if not taken:
            break
        if isinstance(row, str):
            bad.add(number, row)
        elif row and len(row) != len(columns):
            bad.add(number, f"has {len(row)} cells where the header has {len(columns)}")
        elif row:
            yield from bad.flush()
            yield f"{name}:{number}", dict(zip(columns, row, strict=True)), encoding
        number += taken
    yield from bad.flush()


def _columns(header: str, delimiter: str, names: Names) -> list[str]:
    try:
        cells = next(csv.reader([header.rstrip("\r\n")], delimiter=delimiter), [])
    except csv.Error:
        cells = [header]
    found = [names.get(cell.strip(), cell.strip()) for cell in cells]
    return [name.lower() if name.lower() in _FIELDS else name for name in found]


def _row(source: Iterator[str | None], rest: deque[str | None], delimiter: str) -> tuple[list[str] | str, int]:
    """The next row, or what is wrong with it, and how many lines it took (0 at the end).

    A row that is broken took one line: the lines after it are looked at again, in case it only lacked a quotation mark.
    """
    taken: list[str | None] = []

    def lines() -> Iterator[str]:
        size = 0
        while (line := rest.popleft() if rest else next(source, "")) != "":
            taken.append(line)
            size += len(line or "")
            if line is None or size > MAX_LINE_BYTES:
                raise csv.Error(f"more than {MAX_LINE_BYTES // 1_000_000} MB in one row")
            yield line

    try:
        row = next(csv.reader(lines(), delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        rest.extendleft(reversed(taken[1:]))
        return f"is no row: {error}; are its quotation marks right?", 1
    return row, len(taken)


class _BadRows:
    """Neighbouring rows that cannot be read, told as one problem: mostly one mark is to blame for all of them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lines: list[int] = []
        self._message = ""

    def add(self, line: int, message: str) -> None:
        self._message = self._message or message
        self._lines.append(line)

    def flush(self) -> Iterator[tuple[str, Problem, None]]:
        if self._lines:
            where = f"{self._name}:{self._lines[0]}"
            more = f"; nor can the {len(self._lines) - 1} after it be read" if len(self._lines) > 1 else ""
            yield where, Problem(name=where, message=f"{self._message}{more}"), None
        self._lines, self._message = [], ""


def _parse(text: str) -> Any:
    """The JSON object in ``text``, or a Problem without a name."""
    try:
        parsed = json.loads(text, parse_constant=lambda _: None)  # NaN is how pandas writes "missing"
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}" if error.lineno > 1 else f"column {error.colno}"
        return Problem(name="", message=f"is no valid JSON: {error.msg} at {place}")
    except (ValueError, RecursionError) as error:
        return Problem(name="", message=f"cannot be read as JSON: {error}")
    if not isinstance(parsed, dict):
        return Problem(name="", message=f"is no JSON object in braces but a {type(parsed).__name__}")
    return parsed


def _items(parsed: Any) -> list[dict[str, object]] | Problem:
    """The articles in one parsed value: the object itself, or the list of objects in it."""
    if isinstance(parsed, Problem):
        return parsed
    if {"text", "html"} & parsed.keys():
        return [parsed]
    lists = [value for value in parsed.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
    if len(lists) != 1:
        found = "no list" if not lists else f"{len(lists)} lists"
        return Problem(name="", message=f"is a JSON object with neither text nor html and {found} of articles in it")
    return [item if isinstance(item, dict) else {} for item in lists[0]]


def _elements(text: io.TextIOWrapper) -> Iterator[dict[str, object] | Problem]:
    """The elements of a JSON list of any length, each parsed as soon as it is there; a Problem ends them."""
    decoder = json.JSONDecoder(parse_constant=lambda _: None)
    buffer, at, step = text.read(1 << 16).lstrip()[1:], 0, 1 << 16
    while True:
        at = _after_spaces(buffer, at)
        if buffer.startswith("]", at):
            return
        try:
            element, end = decoder.raw_decode(buffer, at)
            end = _after_spaces(buffer, end)
            if not buffer.startswith((",", "]"), end):
                raise json.JSONDecodeError("Expecting ',' or ']'", buffer, end)
        except (ValueError, RecursionError) as error:
            more = text.read(step) if len(buffer) - at <= MAX_LINE_BYTES else ""
            buffer, at, step = buffer[at:] + more, 0, 2 * step  # ever larger steps: a long article is not parsed often
            if not more:
                told = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
                message = f"is no valid JSON ({told}); this and what follows could not be read"
                yield Problem(name="", message=message)
                return
            continue
        yield element if isinstance(element, dict) else {}
        step = 1 << 16
        at = end + buffer.startswith(",", end)
        if at > step:
            buffer, at = buffer[at:], 0


def _after_spaces(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n\ufeff":
        at += 1
    return at


def _decoder(content: Content) -> Callable[[bytes], tuple[str, str | None]]:
    """How the lines of a file are decoded: UTF-8, or else one encoding for all that are not."""
    other: str | None = None

    def decoded(line: bytes) -> tuple[str, str | None]:
        nonlocal other
        try:
            return line.decode("utf-8"), content.recoded_from
        except UnicodeDecodeError:
            pass
        if other is None:
            text, found = decode(line)
            if found and found.startswith("utf-8"):
                return text, found
            other = eight_bit(content.head if not _is_utf8(content.head) else line)
        return line.decode(other, "replace"), other

    return decoded


def _is_utf8(head: bytes) -> bool:
    try:
        head[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _fault(name: str, content: Content, so_far: str) -> Iterator[Problem]:
    if content.fault:
        yield Problem(name=name, message=f"{content.fault} ({so_far})")
