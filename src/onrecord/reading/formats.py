"""What the bytes of an input are: decompressed within bounds, recognised by their content."""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import BinaryIO, Literal

from onrecord.reading.decoding import BYTE_ORDER_MARKS, unmarked_utf16

Format = Literal["text", "html", "jsonl", "json", "csv", "warc", "feed"]

MAX_ARTICLE_BYTES = 20_000_000  # one article: ten times the longest text ever met, small enough for any laptop
MAX_LINE_BYTES = 2 * MAX_ARTICLE_BYTES  # one line of a container: JSON may escape every letter
MAX_SKIPPED_BYTES = 1_000_000_000  # how far to look for the end of a line that is too long: a gzip bomb has none
HEAD = 65_536  # bytes looked at to recognise a format

ENDINGS: dict[str, Format] = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".warc": "warc",
    ".xml": "feed",
    ".rss": "feed",
    ".atom": "feed",
}
# Endings of files that probably hold articles onrecord cannot read: in a folder they are named, not passed over.
FOREIGN_ENDINGS = frozenset(
    [
        *(".pdf", ".doc", ".docx", ".odt", ".rtf", ".epub", ".xls", ".xlsx", ".ods", ".parquet", ".mht", ".mhtml"),
        *(".eml", ".zip", ".7z", ".rar", ".tar", ".tgz", ".zst", ".bz2", ".xz", ".wacz"),
    ]
)

_GZIP = b"\x1f\x8b"
# What begins a file that is no text: (offset, bytes, what it is and what to do).
_UNPACK = "unpack it first"
_NO_TEXT = "it holds no text"
_FOREIGN: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "a PDF: convert it to text first, for example with pdftotext"),
    (0, b"{\\rtf", "an RTF document: save it as plain text or HTML first"),
    (0, b"\xd0\xcf\x11\xe0", "an old Microsoft Office document: save it as plain text, HTML or CSV first"),
    (0, b"PAR1", "a Parquet table: export it as CSV or JSONL first"),
    (0, b"SQLite format 3\0", "an SQLite database: export its table as CSV or JSONL first"),
    (0, b"7z\xbc\xaf\x27\x1c", f"a 7-Zip archive: {_UNPACK}"),
    (0, b"Rar!\x1a", f"a RAR archive: {_UNPACK}"),
    (0, b"BZh", f"compressed with bzip2: {_UNPACK}"),
    (0, b"\xfd7zXZ\0", f"compressed with xz: {_UNPACK}"),
    (0, b"\x28\xb5\x2f\xfd", f"compressed with Zstandard: {_UNPACK}"),
    (257, b"ustar", f"a tar archive: {_UNPACK}"),
    (0, b"\xff\xd8\xff", f"a JPEG image: {_NO_TEXT}"),
    (0, b"\x89PNG", f"a PNG image: {_NO_TEXT}"),
    (0, b"GIF8", f"a GIF image: {_NO_TEXT}"),
    (0, b"II*\0", f"a TIFF image: {_NO_TEXT}"),
    (0, b"MM\0*", f"a TIFF image: {_NO_TEXT}"),
    (8, b"WEBP", f"a WebP image: {_NO_TEXT}"),
    (8, b"WAVE", f"a sound file: {_NO_TEXT}"),
    (0, b"ID3", f"a sound file: {_NO_TEXT}"),
    (0, b"OggS", f"a sound file: {_NO_TEXT}"),
    (4, b"ftyp", f"a video: {_NO_TEXT}"),
    (0, b"\x7fELF", f"a program: {_NO_TEXT}"),
)
_ZIPPED = (
    (b"word/", "a Word document (.docx): save it as plain text or HTML first"),
    (b"xl/", "an Excel workbook (.xlsx): save the sheet as CSV first"),
    (b"opendocument.spreadsheet", "an OpenDocument sheet (.ods): save it as CSV first"),
    (b"opendocument", "an OpenDocument text (.odt): save it as plain text or HTML first"),
    (b"epub+zip", "an EPUB book: convert it to HTML first"),
    (b"archive/", "a WACZ web archive: unpack it and give the .warc.gz files in it"),
)

_MIME = re.compile(rb"(?:[A-Z][\w-]*: ?[^\n]*\n(?:[ \t][^\n]*\n)*)*?MIME-Version: ?1\.0", re.IGNORECASE)
_PROLOGUE = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?!\s+html)[^>]*>)*", re.DOTALL | re.IGNORECASE)
_HTML_DOCUMENT = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_HTML_ELEMENT = re.compile(
    r"</?(?:!doctype\s+html|html|head|body|meta|title|link|script|style|div|p|article|section|main|header|h[1-6]|br|hr"
    r"|a|b|i|em|strong|span|table|ul|ol|li|img|figure|blockquote|font|center|nav|time|pre|form)\b[^<>]*>",
    re.IGNORECASE,
)
_FEED_ROOT = re.compile(r"<(?:rss|(?:atom:)?feed|rdf:RDF)\b")
_XML_ROOT = re.compile(r"<([A-Za-z_][\w:.-]*)")
_JSON_START = re.compile(r'(?:\[\s*)?\{\s*"(?:[^"\\]|\\.)*"\s*:\s*["\[{\dtfn-]')
_FIELD_NAMES = frozenset(["id", "text", "html", "title", "published", "outlet", "url", "authors", "language"])


class Content(io.RawIOBase):
    """The bytes of one input as a stream: gzip undone, UTF-16 and UTF-32 made UTF-8, a byte order mark taken off.

    Bytes are read, and expanded, only as they are asked for. What goes wrong on the way ends the stream and is kept in
    ``fault``, in words for the user: what was read before it is good. ``encoding`` is what a byte order mark, or the
    shape of the bytes, says; None if neither says anything. ``head`` is the beginning, to recognise the format by.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._rest = stream
        self._position = 0
        self._decoder: codecs.IncrementalDecoder | None = None
        self.fault: str | None = None
        self.encoding: str | None = None
        self._ready = b""
        self._fill()
        if self._ready.startswith(_GZIP):
            packed = _Prefixed(self._ready, stream)
            self._rest, self._ready = gzip.GzipFile(fileobj=packed), b""  # type: ignore[assignment]
            self._fill()
        self._unmark()
        self.head = self._ready

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """The next bytes, as many as there are at once; 0 at the end and at a fault."""
        while not self._ready:
            data = self._more(max(len(buffer), 4096))
            self._ready = self._recoded(data)
            if not data:
                break
        taken = self._ready[: len(buffer)]
        self._ready = self._ready[len(taken) :]
        buffer[: len(taken)] = taken
        self._position += len(taken)
        return len(taken)

    @property
    def recoded_from(self) -> str | None:
        """The encoding the bytes had, if it was another than the UTF-8 they have now."""
        return self.encoding if self.encoding != "utf-8" else None

    def tell(self) -> int:
        """How many bytes have been read."""
        return self._position

    def whole(self, limit: int = MAX_ARTICLE_BYTES) -> bytes | None:
        """All that is left, or None if that is more than ``limit`` bytes."""
        data = io.BufferedReader(self, HEAD).read(limit + 1)
        return data if len(data) <= limit else None

    def lines(self, limit: int = MAX_LINE_BYTES) -> Iterator[bytes | None]:
        """The lines with their ends, None in place of each that is longer than ``limit`` bytes."""
        reader = io.BufferedReader(self, HEAD)
        while line := reader.readline(limit + 1):
            if len(line) <= limit:
                yield line
                continue
            skipped = len(line)
            while line and not line.endswith(b"\n"):
                line = reader.readline(HEAD)
                skipped += len(line)
                if skipped > MAX_SKIPPED_BYTES:
                    self.fault = f"has a line of more than {MAX_SKIPPED_BYTES // 1_000_000_000} GB; given up there"
                    return
            yield None

    def _fill(self) -> None:
        while len(self._ready) < HEAD and (data := self._more(HEAD - len(self._ready))):
            self._ready += data

    def _more(self, size: int) -> bytes:
        """Up to ``size`` bytes from below. One low-level read: a fault then cannot take good bytes with it."""
        if self.fault:
            return b""
        read = getattr(self._rest, "read1", self._rest.read)
        try:
            return bytes(read(size) or b"")
        except EOFError:
            self.fault = "is cut off: its gzip data has no end; get the file again"
        except (gzip.BadGzipFile, zlib.error) as error:
            self.fault = f"has damaged gzip data ({error}); get the file again"
        except (OSError, ValueError) as error:
            self.fault = f"cannot be read further: {getattr(error, 'strerror', None) or error}"
        return b""

    def _unmark(self) -> None:
        """Take off a byte order mark; recode what is not one byte for each ASCII letter."""
        for mark, encoding in BYTE_ORDER_MARKS:
            if self._ready.startswith(mark):
                self.encoding = encoding
                self._ready = self._ready.removeprefix(mark)
                break
        else:
            self.encoding = None if _signature(self._ready) else unmarked_utf16(self._ready)
        if self.encoding and self.encoding != "utf-8":
            self._decoder = codecs.getincrementaldecoder(self.encoding)()
            self._ready = self._recoded(self._ready)

    def _recoded(self, data: bytes) -> bytes:
        if self._decoder is None:
            return data
        try:
            return self._decoder.decode(data, final=not data).encode()
        except UnicodeError as error:
            self.fault = self.fault or f"is no valid {str(self.encoding).upper()} ({error}); save it as UTF-8"
            self._decoder = None
            self._rest = io.BytesIO()
            return b""


class _Prefixed(io.RawIOBase):
    """Bytes already taken from a stream, then the rest of it: what gzip reads from."""

    def __init__(self, taken: bytes, rest: BinaryIO) -> None:
        self._taken = taken
        self._rest = rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        if not self._taken:
            return self._rest.read(size)
        data = self._taken if size < 0 else self._taken[:size]
        self._taken = self._taken[len(data) :]
        return data


def inflate(chunks: Iterable[bytes], limit: int = MAX_ARTICLE_BYTES) -> bytes:
    """What ``chunks`` in gzip or zlib coding hold; a byte more than ``limit`` if it is more than that.

    Raises zlib.error if it is damaged, EOFError if it has no end.
    """
    coding = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # gzip or zlib, told by its header
    data = bytearray()
    for chunk in chunks:
        data += coding.decompress(chunk, limit + 1 - len(data))
        if len(data) > limit:
            return bytes(data)
    if not coding.eof:
        raise EOFError("it has no end")
    return bytes(data)


def ending(path: str) -> str:
    """The ending of a file name that tells its format, in lower case and without .gz: ``.warc`` of ``a/X.WARC.gz``."""
    name = PurePath(path.lower())
    return PurePath(name.stem).suffix if name.suffix == ".gz" else name.suffix


def foreign(head: bytes) -> str | None:
    """What a file is that is no text at all and what to do about it, None if it may be text."""
    if what := _signature(head):
        return what
    if head.startswith(_GZIP):
        return "compressed more than once: unpack it first"
    if _MIME.match(head):
        return "an e-mail or a page saved as MHTML: save it as plain text or HTML first"
    first = head.partition(b"\n")[0]
    if b"\0" in first:
        return "no text: it holds NUL bytes"
    controls = sum(first.count(code) for code in (*range(1, 9), *range(14, 27), 127))
    return "no text: it holds control characters" if controls * 10 > len(first) else None


def _signature(head: bytes) -> str | None:
    """What the first bytes say a file is, if they are those of a format that is no text."""
    if head.startswith(b"PK\x03\x04"):
        return next((what for mark, what in _ZIPPED if mark in head), f"a ZIP archive: {_UNPACK}")
    binary = b"\0" in head or not head.isascii()  # a text may begin with "BZh" or "ID3"
    for offset, mark, what in _FOREIGN:
        if head.startswith(mark, offset) and (binary or mark in (b"%PDF-", b"{\\rtf")):
            return what
    return None


def recognise(head: bytes, expected: Format | None) -> Format | str:
    """The format of an input that begins with ``head`` and whose name or type lets one expect ``expected``.

    The content decides where it contradicts the name. A string that is no Format says, for the user, why the input
    cannot be read.
    """
    if head.startswith(b"WARC/"):
        return "warc"
    text = head.decode("utf-8", "replace")
    start = text[_PROLOGUE.match(text).end() :]  # type: ignore[union-attr]
    if start.startswith("<"):
        return _marked_up(start, text, expected)
    if start.startswith(("{", "[")) and (found := _json(start, expected)):
        return found
    if expected == "html":
        return "html" if _HTML_ELEMENT.search(text) else "text"
    if expected == "csv" or (expected in (None, "text") and _is_table(start)):
        return "csv"
    return _plain(start, expected)


def _marked_up(start: str, text: str, expected: Format | None) -> Format | str:
    if _FEED_ROOT.match(start):
        return "feed"
    if _HTML_DOCUMENT.match(start) or expected == "html":
        return "html"
    if expected in (None, "text") and _HTML_ELEMENT.match(start) and not text.lstrip().startswith("<?xml"):
        return "html"
    root = _XML_ROOT.match(start)
    if expected == "feed" or (text.lstrip().startswith("<?xml") and root):
        return f"XML, but neither a feed nor a page (its root is <{root[1] if root else '?'}>): convert it to JSONL"
    return _plain(start, expected)


def _plain(start: str, expected: Format | None) -> Format | str:
    if expected in ("jsonl", "json") and re.search(r"^\s*[{\[]", start, re.MULTILINE):
        return "jsonl"  # its first lines are broken: let each say so
    if expected in ("jsonl", "json", "warc", "feed"):
        named = {"jsonl": "JSON lines", "json": "JSON", "warc": "a WARC archive", "feed": "a feed"}[expected]
        return f"not {named} as its name says: it begins with {start[:30]!r}"
    return "csv" if expected == "csv" else "text"


def _json(start: str, expected: Format | None) -> Format | None:
    """JSON in one piece, or an object on each line; None for text that merely begins with a bracket."""
    if expected not in ("jsonl", "json") and not _JSON_START.match(start):
        return None
    first, _, rest = start.partition("\n")
    first = first.strip()
    if first.startswith("[") or first == "{":
        return "json"
    if expected == "json" and not (first.endswith("}") and rest.lstrip().startswith("{")):
        return "json"
    return "jsonl"


def _is_table(start: str) -> bool:
    """Whether a text begins with a header of columns we know, text or html among them."""
    first = start.partition("\n")[0]
    for delimiter in ",;\t":
        columns = [column.strip().strip('"').lower() for column in first.split(delimiter)]
        if {"text", "html"} & set(columns) and len(_FIELD_NAMES & set(columns)) > 1:
            return True
    return False
