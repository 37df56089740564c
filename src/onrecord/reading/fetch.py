"""Pages and feeds from the web: politely, within bounds, one request at a time."""

import codecs
import io
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from urllib.parse import urldefrag

import feedparser  # type: ignore[import-untyped]
import httpx
from protego import Protego

from onrecord.errors import InputError
from onrecord.reading.captures import from_bytes, too_large
from onrecord.reading.containers import Found
from onrecord.reading.formats import MAX_ARTICLE_BYTES, Content, Format, foreign, inflate, recognise
from onrecord.types import Capture, Problem

USER_AGENT = f"onrecord/{version('onrecord')}"
MAX_REDIRECTS = 5
MAX_ROBOTS_BYTES = 500_000  # what RFC 9309 asks a crawler to read at least
MAX_CRAWL_DELAY = 60.0  # seconds; a site that asks for more pause than this gets this

_EXPECTED: Mapping[str, Format | None] = {
    "": None,
    "application/octet-stream": None,
    "application/gzip": None,
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "text/xml": "feed",
    "application/xml": "feed",
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/rdf+xml": "feed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer from the web. ``url`` is where redirects led to; the server said ``media_type`` and ``charset``."""

    url: str
    body: bytes
    media_type: str
    charset: str | None
    fetched_at: str


class Fetcher:
    """Gets pages by http and https.

    Between two requests to one host it waits ``delay`` seconds (longer if the host's robots.txt asks for it). A request
    fails if nothing comes for ``timeout`` seconds, if all of it takes six times as long, or beyond ``limit`` bytes.
    robots.txt is obeyed; where there is none (4xx) everything is allowed, where it cannot be read nothing is.
    """

    def __init__(
        self,
        *,
        delay: float = 1.0,
        timeout: float = 20.0,
        limit: int = MAX_ARTICLE_BYTES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._delay = delay
        self._timeout = timeout
        self._limit = limit
        self._sleep = sleep
        self._robots: dict[str, Protego] = {}
        self._unreadable: dict[str, str] = {}  # hosts whose robots.txt could not be read, and why
        self._last: dict[str, float] = {}
        # Only codings that can be undone piece by piece within bounds are asked for.
        headers = {"User-Agent": USER_AGENT, "Accept": "text/html,*/*;q=0.5", "Accept-Encoding": "gzip, deflate"}
        self._client = httpx.Client(headers=headers, timeout=timeout, follow_redirects=False)

    def close(self) -> None:
        """End all connections."""
        self._client.close()

    def get(self, url: str) -> Page:
        """The page at ``url``. Raises InputError with the reason if there is none to be had."""
        where = _address(url)
        for _ in range(MAX_REDIRECTS + 1):
            self._ask_robots(where)
            status, headers, body = self._request(where, self._limit)
            if status in (301, 302, 303, 307, 308) and "location" in headers:
                where = _address(str(where.join(headers["location"])))
                continue
            if not 200 <= status < 300:
                raise InputError(_status(status, headers))
            content_type = headers.get("content-type", "")
            return Page(
                url=str(where),
                body=body,
                media_type=content_type.partition(";")[0].strip().lower(),
                charset=_charset(content_type),
                fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
            )
        raise InputError(f"is redirected more than {MAX_REDIRECTS} times")

    def _ask_robots(self, url: httpx.URL) -> None:
        host = _host(url)
        if host in self._unreadable:
            raise InputError(self._unreadable[host])
        if host not in self._robots:
            try:
                self._robots[host] = self._read_robots(url.join("/robots.txt"))
            except InputError as error:
                self._unreadable[host] = f"is not fetched: the robots.txt of {host} cannot be read: it {error}"
                raise InputError(self._unreadable[host]) from None
        if not self._robots[host].can_fetch(str(url), "onrecord"):
            raise InputError(f"is not fetched: the robots.txt of {host} forbids it")

    def _read_robots(self, url: httpx.URL) -> Protego:
        for _ in range(MAX_REDIRECTS + 1):
            status, headers, body = self._request(url, MAX_ROBOTS_BYTES)
            if status in (301, 302, 303, 307, 308) and "location" in headers:
                url = _address(str(url.join(headers["location"])))
                continue
            if 200 <= status < 300:
                return Protego.parse(body.decode("utf-8", "replace").removeprefix("\ufeff"))
            if 400 <= status < 500 and status != httpx.codes.TOO_MANY_REQUESTS:
                return Protego.parse("")
            raise InputError(_status(status, headers))
        raise InputError(f"is redirected more than {MAX_REDIRECTS} times")

    def _request(self, url: httpx.URL, limit: int) -> tuple[int, httpx.Headers, bytes]:
        """One answer, redirect or not; the body only of a success."""
        host = _host(url)
        self._pause(host)
        deadline = time.monotonic() + 6 * self._timeout
        try:
            with self._client.stream("GET", url) as response:
                body = _body(response, limit, deadline) if response.is_success else b""
                return response.status_code, response.headers, body
        except httpx.TimeoutException:
            raise InputError(f"does not answer within {self._timeout:g} seconds; try again later") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise InputError(f"cannot be fetched: {error or type(error).__name__}") from None
        finally:
            self._last[host] = time.monotonic()

    def _pause(self, host: str) -> None:
        asked = self._robots[host].crawl_delay("onrecord") if host in self._robots else None
        delay = max(self._delay, min(asked or 0.0, MAX_CRAWL_DELAY))
        left = self._last.get(host, -delay) + delay - time.monotonic()
        if host in self._last and left > 0:
            self._sleep(left)


def _body(response: httpx.Response, limit: int, deadline: float) -> bytes:
    """The body, its coding undone. Never holds more than ``limit`` bytes of it, however small it came packed."""
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise InputError(f"comes in the coding {coding!r}, which was not asked for")
    chunks = _chunks(response, limit, deadline)
    try:
        body = inflate(chunks, limit) if "gzip" in coding or coding == "deflate" else b"".join(chunks)
    except (zlib.error, EOFError) as error:
        raise InputError(f"comes in damaged gzip data ({error}); try again later") from None
    if len(body) > limit:
        raise _beyond(limit)
    return body


def _chunks(response: httpx.Response, limit: int, deadline: float) -> Iterator[bytes]:
    size = 0
    for chunk in response.iter_raw():
        size += len(chunk)
        if size > limit:
            raise _beyond(limit)
        if time.monotonic() > deadline:
            raise InputError("comes too slowly; try again later")
        yield chunk


def _beyond(limit: int) -> InputError:
    return InputError(too_large("page") if limit == MAX_ARTICLE_BYTES else f"has more than {limit} bytes")


def _address(url: str) -> httpx.URL:
    """``url`` without a fragment, if it can be asked for. Raises InputError."""
    try:
        address = httpx.URL(urldefrag(url.strip()).url)
    except (httpx.InvalidURL, ValueError) as error:
        raise InputError(f"is no address: {error}") from None
    if (address.port or 0) > 65_535:
        raise InputError(f"is no address: there is no port {address.port}")
    if address.scheme not in ("http", "https") or not address.host:
        raise InputError(f"cannot be fetched: {str(address)[:80]!r} is neither http nor https")
    return address


def _host(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode()}"


def _charset(content_type: str) -> str | None:
    _, _, charset = content_type.lower().partition("charset=")
    charset = charset.partition(";")[0].strip(" \"'")
    try:
        codecs.lookup(charset)
    except (LookupError, ValueError):
        return None
    return charset


def _status(status: int, headers: httpx.Headers) -> str:
    later = f" after {headers['retry-after']} seconds" if headers.get("retry-after", "").isdigit() else " later"
    told = {
        401: "is refused (401): it wants a login",
        402: "is refused (402): it wants payment",
        403: "is refused (403): perhaps it wants a login or keeps programs out",
        404: "does not exist (404)",
        410: "does not exist any more (410)",
        429: f"is refused for too many requests (429); try again{later}",
    }
    if status >= 500:
        return f"fails at the server ({status}); try again{later}"
    return told.get(status, f"is answered with status {status}")


def read_url(url: str, fetch: Callable[[str], Page], *, fetched: Callable[[str], bool]) -> Found:
    """The page at ``url``, or the pages a feed at ``url`` links to, without those ``fetched`` tells are there already.

    A page is named by the address it was asked for; redirects show in its ``url``.
    """
    name = urldefrag(url.strip()).url
    if fetched(name):
        return
    try:
        page = fetch(name)
    except InputError as error:
        yield Problem(name=name, message=str(error))
        return
    if _format(page, Content(io.BytesIO(page.body)).head) == "feed":
        yield from read_feed(
            name, page.body, fetch, fetched=fetched, base=page.url, content_type=page.media_type, charset=page.charset
        )
    else:
        yield _captured(name, page, via=name, given={})


def read_feed(
    name: str,
    data: bytes,
    fetch: Callable[[str], Page],
    *,
    fetched: Callable[[str], bool],
    base: str = "",
    content_type: str = "application/xml",
    charset: str | None = None,
) -> Found:
    """The pages the entries of an RSS or Atom feed link to. Title, date, authors and outlet come from the feed."""
    headers = {"content-location": base, "content-type": content_type + (f"; charset={charset}" if charset else "")}
    feed = feedparser.parse(io.BytesIO(data), response_headers=headers, sanitize_html=False)
    for number, entry in enumerate(feed.entries, 1):
        link = urldefrag(str(entry.get("link") or "").strip()).url
        if not link:
            yield Problem(
                name=f"{name}#{number}", message=f"has no link to an article ({entry.get('title', 'untitled')})"
            )
            continue
        if fetched(link):
            continue
        try:
            page = fetch(link)
        except InputError as error:
            yield Problem(name=link, message=f"{error} (from the feed {name})")
            continue
        people = [author.get("name") for author in entry.get("authors", [])] or entry.get("author")
        date = dict.get(entry, "published") or dict.get(
            entry, "updated"
        )  # feedparser's own get takes one for the other
        outlet, language = feed.feed.get("title"), feed.feed.get("language")
        given = {"title": entry.get("title"), "published": date, "authors": people, "outlet": outlet}
        yield _captured(link, page, via=name, given={**given, "language": language})
    damage = feed.get("bozo_exception")
    harmless = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    if feed.bozo and not isinstance(damage, harmless):
        yield Problem(name=name, message=f"is a damaged feed ({damage}); {len(feed.entries)} entries were found in it")
    elif not feed.entries:
        yield Problem(name=name, message="is a feed without entries")


def _format(page: Page, head: bytes) -> Format | str:
    """What the page is; a string that is no Format says why it is of no use."""
    if reason := foreign(head):
        return reason
    if page.media_type not in _EXPECTED:
        return f"{page.media_type}, neither a page, a text nor a feed"
    return recognise(head, _EXPECTED[page.media_type])


def _captured(name: str, page: Page, *, via: str, given: Mapping[str, object]) -> Capture | Problem:
    content = Content(io.BytesIO(page.body))
    found = _format(page, content.head) if content.head.strip() else "text"
    if found in ("html", "text") and not content.fault:
        return from_bytes(
            name,
            content.whole() or b"",
            html=found == "html",
            via=via,
            charset=content.encoding or page.charset,
            recoded_from=content.recoded_from,
            url=page.url,
            fetched_at=page.fetched_at,
            given=given,
        )
    if found == "feed":
        found = "a feed, where an article was expected"
    elif found in ("jsonl", "json", "csv", "warc"):
        found = f"a file in the format {found}: download it and give its path"
    return Problem(name=name, message=content.fault or f"is {found}")
