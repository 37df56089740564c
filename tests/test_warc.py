"""Pages out of web archives, whole, damaged and cut off."""

import gzip
import random
import zlib

import pytest

from onrecord.reading.collect import collect
from onrecord.types import Capture, Problem

PAGE = b"<html><head><title>Bridge</title></head><body><p>The minister said no.</p></body></html>"
DATE = "2026-04-03T10:00:00Z"


def record(url, block, *, kind="response", content_type="application/http; msgtype=response"):
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {DATE}\r\n"
    head += f"WARC-Record-ID: <urn:uuid:{url}>\r\nContent-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def response(url, body, *, status="200 OK", content_type="text/html", **headers):
    lines = {"Content-Type": content_type, **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = f"HTTP/1.1 {status}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return record(url, head.encode() + b"\r\n" + body)


def read(path, data):
    path.write_bytes(data)
    found = list(collect([str(path)]))
    return [c for c in found if isinstance(c, Capture)], [p for p in found if isinstance(p, Problem)]


CRAWL = [
    record("", b"software: test\r\n", kind="warcinfo", content_type="application/warc-fields"),
    record(
        "http://a.example/1",
        b"GET / HTTP/1.1\r\n\r\n",
        kind="request",
        content_type="application/http; msgtype=request",
    ),
    response("http://a.example/1", PAGE, content_type="text/html; charset=iso-8859-1"),
    response("http://a.example/robots.txt", b"User-agent: *", content_type="text/plain"),
    response("http://a.example/old", b"", status="301 Moved", Location="/1"),
    response("http://a.example/gone", PAGE, status="404 Not Found"),
    response("http://a.example/photo", b"\xff\xd8\xff", content_type="image/jpeg"),
    response("http://a.example/2", gzip.compress(PAGE), Content_Encoding="gzip"),
    response(
        "http://a.example/3",
        b"10\r\n" + PAGE[:16] + b"\r\n%x\r\n" % len(PAGE[16:]) + PAGE[16:] + b"\r\n0\r\n\r\n",
        Transfer_Encoding="chunked",
    ),
    response("http://a.example/4", zlib.compress(PAGE), Content_Encoding="deflate"),
    response("http://a.example/5", PAGE, Content_Encoding="gzip"),  # unpacked by the crawler, header left
    response("http://a.example/6", PAGE, content_type=""),
    record("http://a.example/7", "The minister said “no”.".encode(), kind="conversion", content_type="text/plain"),
    record("http://a.example/8", PAGE, kind="resource", content_type="text/html"),
    record("dns:a.example", b"20260403 1.2.3.4", kind="resource", content_type="text/dns"),
]
URLS = [f"http://a.example/{n}" for n in range(1, 9)]


@pytest.mark.parametrize("pack", [b"".join, lambda records: b"".join(map(gzip.compress, records))])
def test_a_crawl(tmp_path, pack):
    captures, problems = read(tmp_path / "crawl.warc.gz", pack(CRAWL))
    assert problems == []
    assert [capture.name for capture in captures] == URLS
    assert [capture.url for capture in captures] == URLS
    assert {capture.fetched_at for capture in captures} == {DATE}
    assert [capture.body for capture in captures if capture.media_type == "text/html"] == [PAGE] * 7
    assert captures[0].given["charset"] == "iso-8859-1"
    assert captures[6].body == "The minister said “no”."
    assert captures[0].via.endswith("crawl.warc.gz#3")


def test_bad_records_do_not_stop_the_rest(tmp_path):
    bad = [
        response("http://a.example/bomb", gzip.compress(b"x" * 30_000_000), Content_Encoding="gzip"),
        response("http://a.example/cut", gzip.compress(random.Random(1).randbytes(999))[:30], Content_Encoding="gzip"),
        response("http://a.example/pdf", b"%PDF-1.4 \xe2"),
        response("http://a.example/empty", b""),
        response("http://a.example/large", b"x" * 20_000_001),
        record("http://a.example/nul", b"a \0 b\nc", kind="conversion", content_type="text/plain"),
    ]
    captures, problems = read(tmp_path / "a.warc", b"".join([*bad, CRAWL[2]]))
    assert [capture.name for capture in captures] == URLS[:1]
    told = {problem.name.rpartition("/")[2]: problem.message for problem in problems}
    assert list(told) == ["bomb", "cut", "pdf", "empty", "large", "nul"]
    assert "20 MB" in told["bomb"]
    assert "20 MB" in told["large"]
    assert "PDF" in told["pdf"]
    assert "NUL" in told["nul"]


def test_cut_off_anywhere(tmp_path):
    """What was whole is read, then one problem; a cut between two records cannot be seen."""
    whole = b"".join([CRAWL[2], CRAWL[7], CRAWL[6], CRAWL[12]])
    ends = [len(b"".join(part)) for part in ([CRAWL[2]], [CRAWL[2], CRAWL[7]], [CRAWL[2], CRAWL[7], CRAWL[6]])]
    for cut in range(10, len(whole), 7):
        captures, problems = read(tmp_path / "a.warc", whole[:cut])
        pages = sum(cut >= end - 4 for end in ends[:2])  # the blank lines after a record may be missing
        assert len(captures) == pages, cut
        assert all(capture.body == PAGE for capture in captures)
        assert len(problems) == 1 or (not problems and min(abs(cut - end) for end in ends) <= 4), (cut, problems)


def test_cut_off_and_packed(tmp_path):
    members = [gzip.compress(CRAWL[2]), gzip.compress(CRAWL[7])]
    captures, problems = read(tmp_path / "a.warc.gz", b"".join(members)[:-20])
    assert [capture.name for capture in captures][:1] == URLS[:1]
    assert len(problems) == 1
    assert "cut off" in problems[0].message
    assert problems[0].name.endswith("a.warc.gz")


def test_garbage_between_records(tmp_path):
    captures, problems = read(tmp_path / "a.warc", CRAWL[2] + b"garbage garbage\r\n\r\n" + CRAWL[7])
    assert len(captures) == 1
    assert "damaged after record 1" in problems[0].message


def test_an_archive_without_pages(tmp_path):
    captures, problems = read(tmp_path / "a.warc", b"".join(CRAWL[3:7]))
    assert captures == []
    assert "holds no page" in problems[0].message


def test_damaged_bytes_never_raise(tmp_path):
    whole = b"".join(CRAWL[:9])
    rng = random.Random(7)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(rng.randint(1, 8)):
            damaged[rng.randrange(5, len(whole))] = rng.choice(b"\r\n \0:9x\xff")
        captures, problems = read(tmp_path / "a.warc", bytes(damaged))
        assert captures or problems
