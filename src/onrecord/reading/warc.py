"""Web archives: the pages of a WARC file."""

import io
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, cast

from onrecord.reading.captures import from_bytes, too_large
from onrecord.reading.containers import Found
from onrecord.reading.formats import MAX_ARTICLE_BYTES, Content, inflate
from onrecord.types import Capture, Problem

if TYPE_CHECKING:
    from fastwarc.stream_io import WarcReader
    from fastwarc.warc import WarcRecord

_HTML = ("text/html", "application/xhtml+xml")
_CUT = "is cut off: it ends within a record; get the file again"


def read_warc(name: str, content: Content) -> Found:
    """The pages of an archive: successful responses with HTML, and records of text or HTML made from pages.

    Images, redirects, errors and robots.txt belong to every crawl and are passed over. A page is named by its URL.
    """
    from fastwarc.warc import ArchiveIterator  # noqa: PLC0415 - only archives need it

    pages = number = 0
    try:
        # The iterator decodes nothing: after a packed body that was not read to its end it has lost its way.
        for record in ArchiveIterator(cast("BinaryIO", content), parse_http=False, fsspec_args=False):
            number += 1
            if not (record.headers.get("Content-Length") or "").isdigit():
                content.fault = content.fault or _CUT
            elif (found := _page(f"{name}#{number}", record, content)) is not None:
                pages += isinstance(found, Capture)
                yield found
            if content.fault:
                break
    except OSError as error:
        content.fault = content.fault or f"is damaged after record {number} ({error}); what follows cannot be found"
    if content.fault:
        yield Problem(name=name, message=f"{content.fault} ({pages} pages were read)")
    elif not pages:
        yield Problem(name=name, message="holds no page: no successful response with HTML and no record of text")


def _page(where: str, record: "WarcRecord", content: Content) -> Capture | Problem | None:
    """The page in ``record``, None if it holds none. A record that is cut off sets the fault of ``content``."""
    url = record.headers.get("WARC-Target-URI")
    name = (url or where).strip("<>")
    kind = _kind(record)
    length = record.content_length
    if kind is None or length > MAX_ARTICLE_BYTES:
        if record.consume() < length:
            content.fault = content.fault or _CUT
        return Problem(name=name, message=too_large("page")) if kind else None
    body = record.reader.read(length) if length else b""
    if len(body) < length:
        content.fault = content.fault or _CUT
        return None
    charset = None
    if record.is_http_parsed:
        charset = record.http_charset
        decoded = _decoded(body, record)
        if isinstance(decoded, str):
            return Problem(name=name, message=decoded)
        body = decoded
    return from_bytes(
        name,
        body,
        html=kind == "html",
        via=where,
        charset=charset,
        url=url,
        fetched_at=record.headers.get("WARC-Date"),
    )


def _kind(record: "WarcRecord") -> str | None:
    """Whether the record holds a page as "html" or "text", None if it holds something else. Reads HTTP headers."""
    from fastwarc.warc import WarcRecordType  # noqa: PLC0415

    if record.record_type == WarcRecordType.response and record.is_http:
        record.parse_http(auto_decode="none")
        status = record.http_headers.status_code
        media_type = record.http_content_type or "text/html"
        return "html" if status and 200 <= status < 300 and media_type.lower() in _HTML else None
    if record.record_type in (WarcRecordType.resource, WarcRecordType.conversion):
        media_type = (record.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        return "html" if media_type in _HTML else "text" if media_type == "text/plain" else None
    return None


def _decoded(body: bytes, record: "WarcRecord") -> bytes | str:
    """The body of a response without its transfer and content codings, or why that cannot be."""
    from fastwarc import stream_io  # noqa: PLC0415

    codings: dict[str, Callable[[bytes], bytes]] = {
        "chunked": lambda data: _read(stream_io.ChunkedReader(io.BytesIO(data))),
        "gzip": lambda data: inflate([data]),
        "x-gzip": lambda data: inflate([data]),
        "deflate": lambda data: inflate([data]),
        "br": lambda data: _read(stream_io.BrotliReader(io.BytesIO(data))),
        "zstd": lambda data: _read(stream_io.ZstdReader(io.BytesIO(data))),
    }
    told = [record.http_headers.get(header) or "" for header in ("Content-Encoding", "Transfer-Encoding")]
    for coding in reversed(",".join(told).lower().replace(" ", "").split(",")):
        if coding not in codings or not body:
            continue
        try:
            unpacked = codings[coding](body)
        except (OSError, EOFError, zlib.error) as error:
            if body.lstrip().startswith(b"<"):  # a crawler took the coding off and left the header
                continue
            return f"cannot be unpacked: its {coding} coding is damaged or cut off ({error})"
        if len(unpacked) > MAX_ARTICLE_BYTES:
            return too_large("page")
        body = unpacked
    return body


def _read(reader: "WarcReader") -> bytes:
    parts: list[bytes] = []
    size = 0
    while size <= MAX_ARTICLE_BYTES and (part := reader.read(1 << 20)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)
