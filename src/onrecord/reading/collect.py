"""Whatever the user points at (files, folders, globs, standard input, addresses) becomes captures, one after the other.

``collect`` walks and dispatches. What a file holds is found out by ``formats``; one article is made a capture by
``captures``; files with many are taken apart by ``containers`` and ``warc``; the web is ``fetch``'s; what options, a
sidecar table and file names add to an article is ``metadata``'s.
"""

import codecs
import glob
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from onrecord.errors import InputError
from onrecord.reading import containers, warc
from onrecord.reading.captures import from_bytes, too_large
from onrecord.reading.formats import ENDINGS, FOREIGN_ENDINGS, Content, ending, foreign, recognise
from onrecord.reading.metadata import Fields, NamePattern, Sidecar, completed, tidy
from onrecord.types import Capture, Problem

if TYPE_CHECKING:
    from onrecord.reading.fetch import Page

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)


def collect(
    paths: Iterable[str],
    *,
    stdin: BinaryIO | None = None,
    fields: Mapping[str, str] | None = None,
    given: Fields | None = None,
    sidecar: Path | None = None,
    name_pattern: str | None = None,
    fetched: Callable[[str], bool] = lambda _: False,
    fetch: "Callable[[str], Page] | None" = None,
    delay: float = 1.0,
    timeout: float = 20.0,
) -> Iterator[Capture | Problem]:
    """Everything ``paths`` lead to, in a fixed order: captures, and a problem for each thing that cannot be read.

    A path is a file, a folder (walked in the order of names), a glob, "-" for ``stdin``, or an http(s) address of a
    page or a feed. Nothing is collected twice. One article is held at a time.

    ``fields`` tells how JSONL, JSON and CSV call what onrecord calls text, published and so on: {"text": "body"}.
    What the input itself says about an article counts most; what it does not say is taken from the table ``sidecar``,
    then from ``name_pattern`` laid on the file's name ("{outlet}_{published}_{title}"), then from ``given``.

    ``fetched`` tells which addresses need not be fetched again. ``fetch`` gets one page; by default from the web, with
    ``delay`` seconds between two requests to one host and ``timeout`` seconds of patience.

    Raises InputError at once, before anything is read, if ``given``, ``sidecar`` or ``name_pattern`` are of no use.
    """
    known = tidy(given or {})
    if "published_raw" in known:
        raise InputError(f"published {known['published_raw']!r} is no date that can be read for sure; write 2026-04-03")
    run = _Run(
        stdin=stdin,
        names={theirs: ours for ours, theirs in (fields or {}).items()},
        given=known,
        sidecar=_sidecar(sidecar) if sidecar else None,
        pattern=NamePattern(name_pattern) if name_pattern else None,
        fetched=fetched,
        fetch=fetch,
        delay=delay,
        timeout=timeout,
    )
    return run.collect(paths)


def _sidecar(path: Path) -> Sidecar:
    try:
        with path.open("rb") as stream:
            content = Content(stream)
            rows = [(where, row) for where, row, _ in containers.read_table(str(path), content, Sidecar.KEYS, {})]
    except OSError as error:
        raise InputError(f"sidecar {path}: {_reason(error)}") from None
    if content.fault:
        raise InputError(f"sidecar {path} {content.fault}")
    if len(rows) == 1 and isinstance(rows[0][1], Problem) and rows[0][0] == str(path):
        raise InputError(f"sidecar {path} {rows[0][1].message}")
    return Sidecar(path, rows)


@dataclass(slots=True, kw_only=True)
class _Run:
    """One call of ``collect``: what was asked for, and what has been met so far."""

    stdin: BinaryIO | None
    names: Mapping[str, str]
    given: Fields
    sidecar: Sidecar | None
    pattern: NamePattern | None
    fetched: Callable[[str], bool]
    fetch: "Callable[[str], Page] | None"
    delay: float
    timeout: float
    met: set[str] = field(default_factory=set)  # absolute paths and addresses

    close: Callable[[], None] | None = None

    def collect(self, paths: Iterable[str]) -> Iterator[Capture | Problem]:
        try:
            for path in paths:
                scheme = _ADDRESS.match(path)
                if path == "-":
                    yield from self._standard_input()
                elif scheme and scheme[1].lower() in ("http", "https"):
                    yield from self._address(path)
                elif scheme:
                    yield Problem(name=path, message=f"is an address onrecord cannot fetch: {scheme[1]} is not http")
                else:
                    yield from self._path(path)
        finally:
            if self.close:
                self.close()
        if self.sidecar:
            yield from self.sidecar.problems()
        if self.pattern:
            yield from self.pattern.problems()

    def _standard_input(self) -> Iterator[Capture | Problem]:
        if self.stdin is None:
            yield Problem(name="-", message="is standard input, but there is none")
        elif "-" not in self.met:
            self.met.add("-")
            yield from self._completed(self._content("-", self.stdin, "-"))

    def _address(self, address: str) -> Iterator[Capture | Problem]:
        from onrecord.reading.fetch import read_url  # noqa: PLC0415 - slow to import, not needed for files

        yield from self._completed(read_url(address, self._get, fetched=self._have))

    def _path(self, argument: str) -> Iterator[Capture | Problem]:
        for path in _files(argument):
            if isinstance(path, Problem):
                yield path
                continue
            absolute = _absolute(path)
            if absolute in self.met or (self.sidecar and absolute == _absolute(self.sidecar.path)):
                continue
            self.met.add(absolute)
            name = _name(absolute)
            try:
                stream = path.open("rb")
            except OSError as error:
                yield Problem(name=name, message=f"cannot be opened: {_reason(error)}")
                continue
            with stream:
                yield from self._completed(self._content(name, stream, name), absolute)

    def _content(self, name: str, stream: BinaryIO, path: str) -> Iterator[Capture | Problem]:
        """What one file holds, whatever its format."""
        content = Content(stream)
        head = content.head
        if not head.strip():
            yield Problem(name=name, message=content.fault or "is empty")
            return
        found = recognise(head, ENDINGS.get(ending(path)))
        reason = foreign(head) if found != "warc" else None
        if reason:
            yield Problem(name=name, message=f"is {reason}")
        elif found == "jsonl":
            yield from containers.gathered(containers.read_jsonl(name, content, self.names))
        elif found == "json":
            yield from containers.gathered(containers.read_json(name, content, self.names))
        elif found == "csv":
            yield from containers.gathered(containers.read_csv(name, content, self.names))
        elif found == "warc":
            yield from warc.read_warc(name, content)
        elif found in ("text", "html", "feed"):
            data = content.whole()
            if data is None or content.fault:
                yield Problem(name=name, message=content.fault or too_large(found))
            elif found == "feed":
                yield from self._feed(name, data, content)
            else:
                yield from_bytes(
                    name,
                    data,
                    html=found == "html",
                    via=name,
                    charset=content.encoding,
                    recoded_from=content.recoded_from,
                )
        else:
            yield Problem(name=name, message=f"is {found}")

    def _feed(self, name: str, data: bytes, content: Content) -> Iterator[Capture | Problem]:
        from onrecord.reading.fetch import read_feed  # noqa: PLC0415 - as above

        if content.encoding:  # the bytes are UTF-8 now, whatever the XML declaration says
            data = codecs.BOM_UTF8 + data
        yield from read_feed(name, data, self._get, fetched=self._have)

    def _get(self, address: str) -> "Page":
        if self.fetch is None:
            from onrecord.reading.fetch import Fetcher  # noqa: PLC0415 - as above

            fetcher = Fetcher(delay=self.delay, timeout=self.timeout)
            self.fetch, self.close = fetcher.get, fetcher.close
        return self.fetch(address)

    def _have(self, address: str) -> bool:
        """Whether the page at ``address`` was collected in this run or, as the caller knows, before."""
        if address in self.met:
            return True
        self.met.add(address)
        if not self.fetched(address):
            return False
        if self.sidecar:
            self.sidecar.fields(address)  # so that its row counts as used
        return True

    def _completed(
        self, found: Iterator[Capture | Problem], absolute: str | None = None
    ) -> Iterator[Capture | Problem]:
        """What was found, each capture with the fields it lacks."""
        patterned = self.pattern.fields(Path(absolute).as_posix()) if self.pattern and absolute else {}
        for capture in found:
            if isinstance(capture, Problem):
                yield capture
                continue
            beside = self.sidecar.fields(absolute, capture.name, capture.url) if self.sidecar else {}
            given = completed(capture.given, beside, patterned, self.given)
            yield replace(capture, given=given, url=capture.url or _text(given.get("url")))


def _files(argument: str) -> Iterator[Path | Problem]:
    """The files a path means: itself, those below it, or those that match it as a glob."""
    path = Path(argument)
    try:
        mode = path.stat().st_mode if argument else None
    except (FileNotFoundError, NotADirectoryError):
        mode = None
    except (OSError, ValueError) as error:
        yield Problem(name=_printable(argument), message=f"cannot be opened: {_reason(error)}")
        return
    if mode is not None:
        yield from _walk(path) if stat.S_ISDIR(mode) else [path]
    elif path.is_symlink():
        yield Problem(name=_printable(argument), message="is a link to a file that does not exist")
    elif glob.has_magic(argument):
        matches = sorted(glob.glob(argument, recursive=True))  # noqa: PTH207 - Path.glob refuses absolute patterns
        for match in matches:
            yield from _walk(Path(match)) if Path(match).is_dir() else [Path(match)]
        if not matches:
            yield Problem(name=_printable(argument), message="matches no file")
    else:
        yield Problem(name=_printable(argument) or "''", message="does not exist")


def _walk(folder: Path) -> Iterator[Path | Problem]:
    """The files below ``folder`` that may hold articles, in the order of their names. Hidden ones are passed over."""
    known = others = 0  # files to read; things that a problem tells of
    passed = Counter[str]()
    entered: set[tuple[int, int]] = set()  # by device and number: links may lead in circles
    waiting: list[Path] = [folder]
    while waiting:
        path = waiting.pop()
        try:
            status = path.stat()
            if not stat.S_ISDIR(status.st_mode):
                kind = ending(path.name)
                if stat.S_ISREG(status.st_mode) and kind in ENDINGS:
                    known += 1
                    yield path
                elif stat.S_ISREG(status.st_mode) and kind in FOREIGN_ENDINGS:
                    others += 1
                    yield path  # reading it tells what it is
                else:
                    passed[kind or "without ending"] += 1
            elif (status.st_dev, status.st_ino) not in entered:
                entered.add((status.st_dev, status.st_ino))
                inside = sorted(path.iterdir(), key=lambda entry: entry.name, reverse=True)
                waiting += [entry for entry in inside if not entry.name.startswith(".")]
        except OSError as error:
            others += 1
            yield Problem(name=_name(_absolute(path)), message=f"cannot be opened: {_reason(error)}")
    if not known and not others:
        seen = ", ".join(f"{count} {kind}" for kind, count in passed.most_common(5))
        message = f"holds no file onrecord can read{f' (but {seen})' if seen else ''}; a file can be named for itself"
        yield Problem(name=_name(_absolute(folder)), message=message)


def _absolute(path: Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - resolve would follow links; articles are named as the user sees them


def _name(absolute: str) -> str:
    """A path as the article's name: relative if it lies below the current directory, with forward slashes."""
    path = Path(absolute)
    below = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return _printable(below.as_posix())


def _printable(path: str) -> str:
    """A path as text that can be stored: file names may hold bytes that are no UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace").replace("\0", "\ufffd")


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
