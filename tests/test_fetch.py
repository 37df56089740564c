"""Pages and feeds, from a server of our own in a thread. No network beyond this machine."""

import gzip
import http.server
import threading
import time
from collections import Counter

import pytest

from onrecord.errors import InputError
from onrecord.reading import fetch as web
from onrecord.reading.collect import collect
from onrecord.reading.fetch import USER_AGENT, Fetcher, Page
from onrecord.types import Capture, Problem

PAGE = "<html><head><title>Bridge</title></head><body><p>The minister said it would reopen.</p></body></html>"
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>The Harbour Herald</title><language>en-gb</language>
<item><title>Bridge &amp; tunnel</title><link>{base}/one#top</link><author>Ada One</author>
<pubDate>Fri, 03 Apr 2026 10:00:00 GMT</pubDate></item>
<item><title>Gone</title><link>{base}/missing</link></item>
<item><title>Third</title><link>/three</link><pubDate>sometime</pubDate></item>
<item><title>Nowhere</title></item>
<item><title>Once more</title><link>{base}/one</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Herald</title><entry><title>A</title>
<link href="{base}/one"/><author><name>Ada One</name></author><author><name>Ben Two</name></author>
<updated>2026-04-03T10:00:00Z</updated></entry></feed>"""


class Site(http.server.ThreadingHTTPServer):
    """A site whose pages are set by each test: path → (status, headers, body) or a function of the handler."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server_port}"
        self.pages = {"/one": html(PAGE), "/three": html(PAGE)}
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.open = self.most_open = 0
        self.lock = threading.Lock()

    def handle_error(self, request, client_address):
        """Clients of these tests hang up: no news."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        site = self.server
        with site.lock:
            site.asked.append(self.path)
            site.agents.add(self.headers["User-Agent"])
            site.open += 1
            site.most_open = max(site.most_open, site.open)
        done = threading.Event()

        def answered():
            """Before the last byte is sent: once it has it, the client may ask again at once."""
            if not done.is_set():
                done.set()
                with site.lock:
                    site.open -= 1

        try:
            page = site.pages.get(self.path, (404, {}, b"nothing here"))
            if callable(page):
                page(self)
                return
            status, headers, body = page
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            answered()
            self.end_headers()
            self.wfile.write(body)
        finally:
            answered()

    def log_message(self, format, *args):  # noqa: A002
        """Silent."""


def html(text, **headers):
    return 200, {"Content-Type": "text/html; charset=utf-8", **headers}, text.encode()


def moved(where):
    return 302, {"Location": where}, b""


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def read(*addresses, **options):
    found = list(collect(addresses, delay=0, **{"timeout": 5, **options}))
    return [c for c in found if isinstance(c, Capture)], [p for p in found if isinstance(p, Problem)]


def refusal(*addresses, **options):
    captures, problems = read(*addresses, **options)
    assert captures == []
    assert len(problems) == 1, problems
    return problems[0]


def test_a_page(site):
    captures, problems = read(f"{site.base}/one#section")
    assert problems == []
    (page,) = captures
    assert (page.name, page.url, page.via) == (f"{site.base}/one",) * 3
    assert (page.body, page.media_type, page.given["charset"]) == (PAGE.encode(), "text/html", "utf-8")
    assert page.fetched_at.startswith("20")
    assert page.fetched_at.endswith("+00:00")
    assert site.asked == ["/robots.txt", "/one"]
    assert site.agents == {USER_AGENT}
    assert USER_AGENT.startswith("onrecord/")


def test_a_text_in_the_charset_the_server_names(site):
    site.pages["/a.txt"] = (
        200,
        {"Content-Type": 'text/plain; charset="ISO-8859-5"'},
        "Министр сказал нет".encode("iso8859_5"),
    )
    captures, _ = read(f"{site.base}/a.txt")
    assert captures[0].body == "Министр сказал нет"
    assert captures[0].given["encoding"] == "iso-8859-5"


def test_a_packed_page(site):
    site.pages["/z"] = 200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(PAGE.encode())
    assert read(f"{site.base}/z")[0][0].body == PAGE.encode()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((404, {}, b""), "does not exist (404)"),
        ((403, {}, b""), "is refused (403)"),
        ((429, {"Retry-After": "30"}, b""), "try again after 30 seconds"),
        ((500, {}, b""), "fails at the server (500)"),
        ((200, {"Content-Type": "text/html"}, b" \n"), "is empty"),
        ((200, {"Content-Type": "image/png"}, b"\x89PNG\r\n\x1a\n\0"), "is a PNG image"),
        ((200, {"Content-Type": "text/html"}, b"%PDF-1.4"), "is a PDF"),
        ((200, {"Content-Type": "application/json"}, b'{"a": 1}'), "is application/json, neither a page"),
        ((200, {"Content-Type": "text/plain"}, b'{"text": "Hello."}\n'), "download it"),
        ((200, {"Content-Type": "text/html", "Content-Encoding": "br"}, b"x"), "coding 'br'"),
        ((200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, b"not gzip"), "damaged gzip data"),
        (
            (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(b"x" * 99)[:-9]),
            "it has no end",
        ),
        ((200, {"Content-Type": "text/html", "Content-Length": "999"}, b"<p>short"), "cannot be fetched"),
        (moved("/a"), "redirected more than 5 times"),
        (moved("ftp://x.example/a"), "neither http nor https"),
        (moved("file:///etc/passwd"), "neither http nor https"),
        (lambda handler: handler.wfile.write(b"nonsense\r\n\r\n"), "cannot be fetched"),
    ],
)
def test_what_cannot_be_had_is_told_and_the_rest_is_read(site, answer, told):
    def hang_up(handler):
        handler.close_connection = True
        status, headers, body = answer
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    site.pages["/a"] = hang_up if isinstance(answer, tuple) and "999" in answer[1].values() else answer
    captures, problems = read(f"{site.base}/a", f"{site.base}/one")
    assert [capture.name for capture in captures] == [f"{site.base}/one"]
    assert [problem.name for problem in problems] == [f"{site.base}/a"]
    assert told in problems[0].message


@pytest.mark.parametrize("address", ["http://", "https:///path", "http://127.0.0.1:99999999/", "http://[::1/"])
def test_addresses_that_are_none(address):
    assert "address" in refusal(address).message or "neither" in refusal(address).message


def test_nobody_answers():
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as closed:
        port = closed.server_port
    assert "cannot be fetched" in refusal(f"http://127.0.0.1:{port}/a").message


def test_a_slow_server(site):
    done = threading.Event()
    site.pages["/slow"] = lambda handler: done.wait(5)
    try:
        began = time.monotonic()
        problem = refusal(f"{site.base}/slow", timeout=0.3)
        assert "does not answer within 0.3 seconds" in problem.message
        assert time.monotonic() - began < 4
    finally:
        done.set()


def test_a_server_that_drips(site):
    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"<p>x</p>")
            time.sleep(0.05)

    site.pages["/drip"] = drip
    assert "comes too slowly" in refusal(f"{site.base}/drip", timeout=0.2).message


def test_too_large(site):
    site.pages["/large"] = html("<html>" + "x" * 200_000)
    site.pages["/bomb"] = (
        200,
        {"Content-Type": "text/html", "Content-Encoding": "gzip"},
        gzip.compress(b"x" * 30_000_000),
    )
    fetcher = Fetcher(delay=0, limit=100_000)
    with pytest.raises(InputError, match="more than 100000 bytes"):
        fetcher.get(f"{site.base}/large")
    fetcher.close()
    assert "20 MB" in refusal(f"{site.base}/bomb").message


def test_redirects_are_followed_and_told(site):
    site.pages["/old"] = moved("/older")
    site.pages["/older"] = moved(f"{site.base}/one")
    captures, _ = read(f"{site.base}/old")
    assert (captures[0].name, captures[0].url) == (f"{site.base}/old", f"{site.base}/one")


def test_robots_are_obeyed(site):
    site.pages["/robots.txt"] = 200, {}, b"User-agent: *\nDisallow: /private\n\nUser-agent: onrecord\nDisallow: /no\n"
    site.pages["/sly"] = moved("/no/a")
    captures, problems = read(*(f"{site.base}{path}" for path in ("/no/a", "/sly", "/one")))
    assert [capture.name for capture in captures] == [f"{site.base}/one"]
    assert all("forbids it" in problem.message for problem in problems)
    assert Counter(site.asked) == {"/robots.txt": 1, "/sly": 1, "/one": 1}


@pytest.mark.parametrize("status", [500, 503, 429])
def test_robots_that_cannot_be_read_forbid_everything(site, status):
    site.pages["/robots.txt"] = status, {}, b""
    captures, problems = read(f"{site.base}/one", f"{site.base}/three")
    assert captures == []
    assert all("robots.txt" in problem.message and str(status) in problem.message for problem in problems)
    assert site.asked == ["/robots.txt"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_allow_everything(site, status):
    site.pages["/robots.txt"] = status, {}, b"User-agent: *\nDisallow: /"
    assert len(read(f"{site.base}/one")[0]) == 1


def test_robots_that_move(site):
    site.pages["/robots.txt"] = moved("/rules")
    site.pages["/rules"] = 200, {}, b"User-agent: *\nDisallow: /one"
    assert "forbids" in refusal(f"{site.base}/one").message


def test_a_pause_between_requests(site):
    pauses = []
    fetcher = Fetcher(delay=10, sleep=pauses.append)
    for path in ("/one", "/three"):
        fetcher.get(site.base + path)
    fetcher.close()
    assert len(pauses) == 2  # robots.txt, one, three
    assert all(9 < pause <= 10 for pause in pauses)


def test_a_site_may_ask_for_longer_pauses(site):
    site.pages["/robots.txt"] = 200, {}, b"User-agent: *\nCrawl-delay: 30\n"
    pauses = []
    fetcher = Fetcher(delay=0, sleep=pauses.append)
    fetcher.get(f"{site.base}/one")
    fetcher.close()
    assert 29 < pauses[0] <= 30


def test_a_feed(site):
    site.pages["/feed"] = 200, {"Content-Type": "application/rss+xml"}, RSS.format(base=site.base).encode()
    captures, problems = read(f"{site.base}/feed")
    assert [capture.name for capture in captures] == [f"{site.base}/one", f"{site.base}/three"]
    first, third = captures
    given = {"title": "Bridge & tunnel", "published": "2026-04-03T10:00:00+00:00", "authors": ("Ada One",)}
    own = {"outlet": "The Harbour Herald", "language": "en-gb", "charset": "utf-8"}
    assert first.given == {**given, **own, "url": first.name}
    assert third.given == {"title": "Third", "published_raw": "sometime", **own, "url": third.name}
    assert first.via == f"{site.base}/feed"
    assert [problem.name for problem in problems] == [f"{site.base}/missing", f"{site.base}/feed#4"]
    assert "404" in problems[0].message
    assert "from the feed" in problems[0].message
    assert site.most_open == 1


def test_a_feed_as_a_file(site, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "feed.xml").write_text(ATOM.format(base=site.base))
    (tmp_path / "feed.txt.gz").write_bytes(gzip.compress(ATOM.format(base=f"{site.base}/three?").encode("utf-16")))
    captures, problems = read("feed.xml", "feed.txt.gz")
    assert captures[0].given["authors"] == ("Ada One", "Ben Two")
    assert captures[0].given["published"] == "2026-04-03T10:00:00+00:00"
    assert captures[0].via == "feed.xml"
    assert [problem.name for problem in problems] == [f"{site.base}/three?/one"]


def test_feeds_that_are_none(site, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.rss").write_text('<rss version="2.0"><channel><title>x</title></channel></rss>')
    (tmp_path / "b.rss").write_text(ATOM.format(base=site.base)[:-25])
    captures, problems = read("a.rss", "b.rss")
    assert [capture.name for capture in captures] == [f"{site.base}/one"]
    assert "feed without entries" in problems[0].message
    assert "damaged feed" in problems[1].message


def test_a_feed_where_an_article_was_expected(site):
    site.pages["/feed"] = 200, {"Content-Type": "text/xml"}, ATOM.format(base=f"{site.base}/feed?x=").encode()
    site.pages["/feed?x=/one"] = site.pages["/feed"]
    assert "is a feed, where an article was expected" in refusal(f"{site.base}/feed").message


def test_it_goes_on_where_it_stopped(site):
    site.pages["/feed"] = 200, {"Content-Type": "application/rss+xml"}, RSS.format(base=site.base).encode()
    record = {capture.name for capture in read(f"{site.base}/one")[0]}
    site.asked.clear()
    captures, _ = read(f"{site.base}/feed", f"{site.base}/one", fetched=record.__contains__)
    assert [capture.name for capture in captures] == [f"{site.base}/three"]
    assert "/one" not in site.asked


def test_what_options_and_the_sidecar_add(site, tmp_path):
    sidecar = tmp_path / "meta.csv"
    sidecar.write_text(f"id,outlet,published\n{site.base}/one,Herald,2026-04-03\n{site.base}/known,Herald,2026\n")
    captures, problems = read(
        f"{site.base}/one",
        f"{site.base}/known",
        sidecar=sidecar,
        given={"outlet": "x", "language": "en"},
        fetched=lambda a: a.endswith("known"),
    )
    assert problems == []
    fields = {name: captures[0].given[name] for name in ("outlet", "published", "language")}
    assert fields == {"outlet": "Herald", "published": "2026-04-03", "language": "en"}


def test_another_way_to_get_pages():
    def fetch(address):
        return Page(url=address, body=PAGE.encode(), media_type="text/html", charset=None, fetched_at="2026-04-03")

    captures, problems = read("https://herald.example/a", fetch=fetch)
    assert (captures[0].body, problems) == (PAGE.encode(), [])


def test_the_limits_are_those_documented():
    assert (web.MAX_REDIRECTS, web.MAX_CRAWL_DELAY) == (5, 60)
