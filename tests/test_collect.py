"""Everything a user may point at, good and bad, becomes captures and problems. No network."""

import gzip
import io
import json
import os
import random
import stat
import sys
import tempfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.errors import InputError
from onrecord.reading import formats
from onrecord.reading.collect import collect
from onrecord.reading.formats import MAX_ARTICLE_BYTES
from onrecord.reading.metadata import NamePattern, iso_date
from onrecord.types import Capture, Problem

STORY = "The minister said the bridge would reopen in May.\n“No later,” she added.\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def lines(*objects: object) -> str:
    return "".join(json.dumps(item) + "\n" for item in objects)


def split(found) -> tuple[list[Capture], list[Problem]]:
    found = list(found)
    return [c for c in found if isinstance(c, Capture)], [p for p in found if isinstance(p, Problem)]


def only(found) -> Capture:
    captures, problems = split(found)
    assert problems == []
    assert len(captures) == 1
    return captures[0]


def refusal(found) -> Problem:
    captures, problems = split(found)
    assert captures == []
    assert len(problems) == 1, problems
    assert "\n" not in problems[0].message
    return problems[0]


# ---- plain text: exactly as in the file


@pytest.mark.parametrize(
    "text",
    [
        "one\r\ntwo\rthree\n\n  four\t\n",
        "  leading and trailing  ",
        "שלום, אמר השר. مرحبا",
        "𝒜 quote from 👩‍👩‍👧 beyond the basic plane",
        "a form feed \f, a separator \u2028 and a mark inside \ufeff stay",
        "[Reuters] LONDON: brackets first",
        "{curly} first",
        "<3 from Leeds, the caption read",
        '{"quoted": is how the headline began',
        "BZh is no archive here, and ID3 no sound",
    ],
)
def test_plain_text_is_kept_exactly(folder, text):
    write(folder / "a.txt", text)
    capture = only(collect(["a.txt"]))
    assert (capture.name, capture.body, capture.media_type, dict(capture.given)) == ("a.txt", text, "text/plain", {})


@pytest.mark.parametrize(
    ("encoding", "text", "told"),
    [
        ("utf-8-sig", "Née à Łódź", None),
        ("utf-16", "Née à Łódź\r\nand on", "utf-16-le"),
        ("utf-16-be", "An unmarked file, written big end first", "utf-16-be"),
        ("utf-16-le", "An unmarked file, as some editors write them", "utf-16-le"),
        ("utf-32", "Née à Łódź", "utf-32-le"),
        ("cp1252", "“We won’t agree,” said the minister – £5m short. " * 4, "windows-1252"),
        ("cp1252", "Der Außenminister erklärte, die Länder müßten über Öl verhandeln. ", "windows-1252"),
        ("cp1252", "Le maire a refusé.", "windows-1252"),
        ("cp1250", "Minister powiedział, że rząd nie zgodzi się na żadne ustępstwa wobec związków. " * 2, "cp1250"),
        ("cp1251", "Министр заявил, что правительство не согласится на уступки. " * 3, "cp1251"),
        ("shift_jis", "大臣は政府は譲歩しないと述べた。これは重要な問題である。" * 3, "shift_jis"),
    ],
)
def test_encodings(folder, encoding, text, told):
    write(folder / "a.txt", text.encode(encoding))
    capture = only(collect(["a.txt"]))
    assert capture.body == text
    assert capture.given.get("encoding") == told


def test_stray_nuls_do_not_make_utf16(folder):
    write(folder / "a.txt", "A text with some NULs\0 in \0it here and there\0.\n")
    assert "NUL" in refusal(collect(["a.txt"])).message


def test_a_few_damaged_bytes_do_not_spoil_the_rest(folder):
    write(folder / "a.txt", "Né à Łódź: ".encode() + b"\xff" + b" fin")
    capture = only(collect(["a.txt"]))
    assert capture.body == "Né à Łódź: \ufffd fin"
    assert capture.given["encoding"] == "utf-8 with 1 damaged characters"


def test_a_surrogate_pair_across_the_looked_at_beginning(folder):
    text = "x" * (formats.HEAD // 2 - 2) + "😀" * 5
    write(folder / "a.txt", text.encode("utf-16"))
    write(folder / "b.txt", text.encode("utf-16-le"))
    assert [capture.body for capture in split(collect(["a.txt", "b.txt"]))[0]] == [text, text]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_exactly(text):
    """From a text file, from JSONL escaped or not, from CSV, and packed; or it is refused with a reason."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "b.jsonl", json.dumps({"id": "x", "text": text}))
        write(folder / "c.jsonl.gz", gzip.compress(json.dumps({"text": text}, ensure_ascii=False).encode()))
        write(folder / "d.csv", 'id,text\r\nx,"' + text.replace('"', '""') + '"\r\n')
        for file in sorted(folder.iterdir()):
            captures, problems = split(collect([str(file)]))
            if not text.strip() or "\0" in text:
                assert captures == []
                assert len(problems) == 1
            else:
                assert problems == []
                assert captures[0].body == text
        plain = write(folder / "a.txt", text)
        captures, problems = split(collect([str(plain)]))
        assert len(captures) + len(problems) >= 1
        # NULs in every second place are UTF-16; a text may happen to be a page or a table.
        if (
            captures
            and "\0" not in text
            and captures[0].media_type == "text/plain"
            and captures[0].via == captures[0].name
        ):
            assert captures[0].body == text.removeprefix("\ufeff")


@settings(max_examples=40, deadline=None, derandomize=True)
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), end=st.sampled_from("\n\r."))
def test_any_prose_in_a_text_file_comes_back_exactly(text, end):
    prose = f"Said: {text}{end}"
    with tempfile.TemporaryDirectory() as name:
        assert only(collect([str(write(Path(name) / "a.txt", prose))])).body == prose


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    data=st.binary(max_size=300),
    name=st.sampled_from(["a.txt", "a.jsonl", "a.json", "a.csv", "a.warc", "a.xml", "a.html", "a.gz", "a"]),
)
def test_any_bytes_are_read_or_refused(data, name):
    with tempfile.TemporaryDirectory() as folder:
        found = list(collect([str(write(Path(folder) / name, data))]))
        assert found


# ---- HTML stays bytes


def test_html_stays_bytes(folder):
    page = "<!DOCTYPE html><html><head><meta charset='latin-1'></head><p>é</p>".encode("latin-1")
    write(folder / "a.html", page)
    capture = only(collect(["a.html"]))
    assert (capture.body, capture.media_type) == (page, "text/html")


def test_html_in_utf16_is_text_for_its_bytes_are_not_as_found(folder):
    page = "<html><head><meta charset='utf-16'></head><p>é</p></html>"
    write(folder / "a.html", page.encode("utf-16"))
    assert only(collect(["a.html"])).body == page


def test_a_byte_order_mark_tells_the_charset_of_html(folder):
    write(folder / "a.html", "<p>é</p>".encode("utf-8-sig"))
    capture = only(collect(["a.html"]))
    assert (capture.body, capture.given["charset"]) == ("<p>é</p>".encode(), "utf-8")


# ---- the content decides


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("page.txt", "<!doctype html><html><p>Hello</p></html>", "text/html"),
        ("page.txt", "\n <!-- saved --> <html><p>Hello</p></html>", "text/html"),
        ("page.csv", "<html><p>Hello</p></html>", "text/html"),
        ("page.jsonl", "<html><p>Hello</p></html>", "text/html"),
        ("page.xml", '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><p>Hi</p></html>', "text/html"),
        ("story.html", STORY, "text/plain"),
        ("lines.txt", lines({"text": STORY}), "text/plain"),
        ("lines.json", lines({"text": STORY}, {"text": "Two."}), "text/plain"),
        ("list.jsonl", json.dumps([{"text": STORY}], indent=1), "text/plain"),
        ("table.txt", f'id,text\n1,"{STORY}"\n', "text/plain"),
        ("noending", STORY, "text/plain"),
        ("story.article", STORY, "text/plain"),
    ],
)
def test_mislabelled_files(folder, name, content, media_type):
    write(folder / name, content)
    captures, problems = split(collect([name]))
    assert problems == []
    assert captures[0].media_type == media_type
    assert captures[0].body == (STORY if media_type == "text/plain" else content.encode())


def test_gzip_is_recognised_whatever_the_name(folder):
    write(folder / "a.txt", gzip.compress(STORY.encode()))
    write(folder / "b.txt.gz", STORY)
    assert [capture.body for capture in split(collect(["a.txt", "b.txt.gz"]))[0]] == [STORY, STORY]


# ---- JSONL and JSON


def test_jsonl_fields(folder):
    full = {"id": 7, "text": STORY, "title": " A  title ", "published": "3 April 2026", "outlet": "Herald"}
    more = {"url": "https://herald.example/a", "authors": "Ada One; Ben Two", "section": "home", "n": 3, "gone": None}
    write(folder / "a.jsonl", b"\xef\xbb\xbf" + lines({**full, **more}).encode() + b"\n\n")
    capture = only(collect(["a.jsonl"]))
    assert (capture.name, capture.body, capture.via) == ("7", STORY, "a.jsonl:1")
    assert capture.url == "https://herald.example/a"
    assert capture.given == {
        "title": "A title",
        "published": "2026-04-03",
        "outlet": "Herald",
        "url": "https://herald.example/a",
        "authors": ("Ada One", "Ben Two"),
        "section": "home",
        "n": 3,
    }


def test_jsonl_names_and_html(folder):
    page = "<p>\u00e9</p>"
    write(folder / "a.jsonl", lines({"text": "A."}, {"text": "B.", "url": "http://x.example/b"}, {"html": page}))
    captures, problems = split(collect(["a.jsonl"]))
    assert [capture.name for capture in captures] == ["a.jsonl:1", "http://x.example/b", "a.jsonl:3"]
    assert (captures[2].body, captures[2].media_type) == (page, "text/html")
    assert problems == []


def test_jsonl_bad_lines_do_not_stop_the_rest(folder):
    deep = "[" * 100_000
    bad = [
        b'{"id": "a", "text": "one"',
        b'{"title": "no text"}',
        b'{"text": ["a", "list"]}',
        b"[1, 2]",
        b'{"text": "half \\ud800"}',
        b'{"text": "nul \\u0000"}',
        b'{"text": "x", "n": ' + b"9" * 5000 + b"}",
        b'{"text": "x", "n": ' + deep.encode() + b"}",
        b'{"text": "  "}',
        b'"just a string"',
    ]
    write(folder / "a.jsonl", b"\n".join([*bad, b'{"id": "good", "text": "Good.", "title": "half \\ud800", "x": NaN}']))
    captures, problems = split(collect(["a.jsonl"]))
    assert [problem.name for problem in problems] == [f"a.jsonl:{n}" for n in range(1, 11)]
    told = [problem.message for problem in problems]
    assert "no valid JSON" in told[0]
    assert "has no text and no html (its other fields: title)" in told[1]
    assert "a list" in told[2]
    assert "no JSON object" in told[3]
    assert "U+D800" in told[4]
    assert "NUL character at character 4" in told[5]
    assert "cannot be read as JSON" in told[7]
    assert [capture.name for capture in captures] == ["good"]
    assert captures[0].given == {"title": "half \ufffd"}
    json.dumps(captures[0].given).encode()


def test_jsonl_the_same_id_with_another_text(folder):
    write(folder / "a.jsonl", lines(*({"id": "x", "text": text} for text in ("One.", "One.", "Two."))))
    captures, problems = split(collect(["a.jsonl"]))
    assert [capture.body for capture in captures] == ["One.", "One."]
    assert problems == [Problem(name="a.jsonl:3", message=problems[0].message)]
    assert "a.jsonl:1" in problems[0].message


def test_a_file_of_other_things_is_told_in_a_few_lines(folder):
    write(folder / "a.jsonl", lines(*({"body": "x"} for _ in range(1000)), {"text": "Good."}))
    captures, problems = split(collect(["a.jsonl"]))
    assert len(captures) == 1
    assert len(problems) == 11
    assert problems[-1].name == "a.jsonl:1000"
    assert "989 lines" in problems[-1].message


def test_other_names_of_fields(folder):
    write(folder / "a.jsonl", lines({"body": STORY, "date": "2026-04-03", "Byline": "Ada"}))
    write(folder / "b.csv", "body;date\nGood.;2026\n")
    captures, problems = split(collect(["a.jsonl", "b.csv"], fields={"text": "body", "published": "date"}))
    assert problems == []
    assert [capture.body for capture in captures] == [STORY, "Good."]
    assert captures[0].given == {"published": "2026-04-03", "Byline": "Ada"}
    assert captures[1].given == {"published": "2026"}


def test_jsonl_in_windows_1252(folder):
    text = "“Où est l’été ?” demanda le maire, déçu. " * 3
    write(folder / "a.jsonl", json.dumps({"text": text}, ensure_ascii=False).encode("cp1252"))
    capture = only(collect(["a.jsonl"]))
    assert (capture.body, capture.given["encoding"]) == (text, "windows-1252")


def test_jsonl_in_utf16(folder):
    write(folder / "a.jsonl", lines({"text": "Eins."}, {"text": "Zwei."}).encode("utf-16"))
    captures, problems = split(collect(["a.jsonl"]))
    assert [capture.body for capture in captures] == ["Eins.", "Zwei."]
    assert problems == []


def test_json_list_object_and_single_article(folder):
    items = [{"text": f"Text {n}.", "filler": "x" * 3000} for n in range(100)]
    write(folder / "list.json", json.dumps(items))
    write(folder / "object.json", json.dumps({"total": 100, "articles": items}, indent=2))
    write(folder / "one.json", json.dumps({"id": "one", "text": STORY}, indent=2))
    captures, problems = split(collect(["list.json", "object.json", "one.json"]))
    assert problems == []
    assert [capture.body for capture in captures] == [item["text"] for item in items * 2] + [STORY]
    assert [captures[2].name, captures[102].name, captures[200].name] == ["list.json#3", "object.json#3", "one"]


def test_json_cut_off_keeps_what_was_whole(folder):
    whole = json.dumps([{"text": "One."}, {"text": "Two."}, {"text": "Three."}])
    write(folder / "a.json", whole[:-12])
    captures, problems = split(collect(["a.json"]))
    assert [capture.body for capture in captures] == ["One.", "Two."]
    assert problems[0].name == "a.json#3"


@pytest.mark.parametrize("content", ["[]", "{}", '{"a": [{"x": 1}], "b": [{"x": 1}]}', '{"text": "x"', "[1, 2"])
def test_json_without_articles(folder, content):
    write(folder / "a.json", content)
    captures, problems = split(collect(["a.json"]))
    assert captures == []
    assert problems


# ---- CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_dialects(folder, delimiter):
    rows = [["ID", "Text", "Outlet", "Desk"], ["1", '"A, b; c\td\r\ne', "Herald", "home"]]
    content = "\r\n".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    write(folder / "a.csv", content)
    capture = only(collect(["a.csv"]))
    assert (capture.name, capture.body) == ("1", '"A, b; c\td\r\ne')
    assert capture.given == {"outlet": "Herald", "Desk": "home"}


def test_csv_bad_rows(folder):
    content = (
        'id,text\n1,One.\n2,Two,too,many\n3\n\n4,"broken" quote\n5,Five.\n6,\n7,"never ends\n8,Eight.\n9,"Nine."\n'
    )
    write(folder / "a.csv", content)
    captures, problems = split(collect(["a.csv"]))
    assert [capture.name for capture in captures] == ["1", "5", "8", "9"]
    assert [problem.name for problem in problems] == ["a.csv:3", "a.csv:8", "a.csv:9"]
    assert "4 cells where the header has 2" in problems[0].message
    assert "2 after it" in problems[0].message


def test_csv_with_a_quotation_mark_that_never_ends_at_all(folder):
    write(folder / "a.csv", "id,text\n" + '1,"One\n' + "".join(f"{n},Text {n}.\n" for n in range(2, 2000)))
    captures, problems = split(collect(["a.csv"]))
    assert len(captures) == 1998
    assert [problem.name for problem in problems] == ["a.csv:2"]


def test_csv_big_field_and_windows_1252(folder):
    big = "Où ? " * 200_000
    write(folder / "a.csv", f"sep=;\r\nid;text\r\n1;{big}\r\n".encode("cp1252"))
    capture = only(collect(["a.csv"]))
    assert capture.body == big
    assert capture.given["encoding"] == "windows-1252"


def test_csv_without_text(folder):
    write(folder / "a.csv", "name,date\nx,2026\n")
    problem = refusal(collect(["a.csv"]))
    assert "has no column named text or html; its columns are name, date" in problem.message


# ---- bad files


BAD = {
    "empty.txt": (b"", "is empty"),
    "blank.txt": (b" \n\t\n", "is empty"),
    "empty.txt.gz": (gzip.compress(b""), "is empty"),
    "paper.pdf": (b"%PDF-1.7\n%\xe2\xe3", "PDF: convert it to text first"),
    "paper.txt": (b"%PDF-1.7\n%\xe2\xe3", "PDF: convert it to text first"),
    "photo.jpg": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "Microsoft Office"),
    "note.rtf": (b"{\\rtf1\\ansi Hello}", "RTF"),
    "mail.eml": (b"From: a@b.example\nSubject: x\n y\nMIME-Version: 1.0\n\nHello", "MHTML"),
    "binary.txt": (bytes(range(256)) * 4, "NUL"),
    "nul.txt": (b"Some text,\nthen a \0 in it", "NUL character at character 18"),
    "controls.txt": (bytes(range(1, 9)) * 20, "control characters"),
    "twice.txt.gz": (gzip.compress(gzip.compress(b"Hello")), "more than once"),
    "cut.txt.gz": (gzip.compress(random.Random(1).randbytes(1000).hex().encode())[:-20], "cut off"),
    "bad.txt.gz": (gzip.compress(b"x" * 1000)[:12] + b"\xff" * 30, "gzip"),
    "odd.txt": ("Łódź".encode("utf-16")[:-1], "UTF-16-LE"),
    "half.txt": (b"\xff\xfea\x00\x00\xd8b\x00", "UTF-16-LE"),
    "other.xml": (b"<?xml version='1.0'?><nitf><p>Hello</p></nitf>", "root is <nitf>"),
    "prose.xml": (STORY.encode(), "not a feed as its name says"),
    "prose.jsonl": (STORY.encode(), "not JSON lines as its name says"),
    "prose.warc": (STORY.encode(), "not a WARC archive as its name says"),
    "large.html": (b"<html>" + b"<p>x</p>" * 3_750_000, "more than 20 MB"),
    "large.jsonl": (b'{"text": "' + b"x" * 30_000_000 + b'"}', "more than 20 MB"),
    "bomb.txt.gz": (gzip.compress(bytes(1) + b"x" * 30_000_000), "NUL"),
    "bomb2.txt.gz": (gzip.compress(b"x" * 30_000_000), "more than 20 MB"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_file_gets_one_clear_line_and_the_rest_is_read(folder, name):
    content, told = BAD[name]
    write(folder / name, content)
    write(folder / "~good.txt", STORY)
    captures, problems = split(collect([name, "~good.txt"]))
    assert [capture.body for capture in captures] == [STORY]
    assert len(problems) == 1
    assert problems[0].name.startswith(name)
    assert told in problems[0].message
    assert len(problems[0].message) < 300


def test_office_documents_are_told_apart(folder):
    for inner, told in {"word/document.xml": "Word", "xl/workbook.xml": "Excel", "x.txt": "ZIP"}.items():
        with zipfile.ZipFile(folder / "a.zip", "w") as packed:
            packed.writestr(inner, "x")
        assert told in refusal(collect(["a.zip"])).message


def test_a_bomb_is_refused_in_little_memory(folder):
    write(folder / "bomb.jsonl.gz", gzip.compress(b'{"text": "' + b"x" * 100_000_000))
    tracemalloc.start()
    try:
        problem = refusal(collect(["bomb.jsonl.gz"]))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "longer than 40 MB" in problem.message
    assert peak < 150_000_000


def test_an_endless_line_is_given_up(folder, monkeypatch):
    monkeypatch.setattr(formats, "MAX_SKIPPED_BYTES", 45_000_000)
    write(folder / "bomb.jsonl.gz", gzip.compress(b"{" + b"x" * 60_000_000 + b'\n{"text": "lost"}'))
    assert "given up" in refusal(collect(["bomb.jsonl.gz"])).message


def test_two_million_characters_are_an_article(folder):
    text = "“Ω” said 😀. " * 170_000
    assert len(text) > 2_000_000
    write(folder / "a.txt", text)
    write(folder / "b.jsonl", json.dumps({"text": text}))
    assert [capture.body == text for capture in split(collect(["a.txt", "b.jsonl"]))[0]] == [True, True]


def test_the_limit_is_exact(folder):
    write(folder / "a.txt", b"x" * MAX_ARTICLE_BYTES)
    assert len(only(collect(["a.txt"])).body) == MAX_ARTICLE_BYTES
    write(folder / "b.txt", b"x" * (MAX_ARTICLE_BYTES + 1))
    assert "20 MB" in refusal(collect(["b.txt"])).message


def test_jsonl_gz_cut_off_keeps_whole_lines(folder):
    noise = random.Random(2)
    content = lines(*({"id": n, "text": noise.randbytes(500).hex()} for n in range(500)))
    write(folder / "a.jsonl.gz", gzip.compress(content.encode())[:-5000])
    captures, problems = split(collect(["a.jsonl.gz"]))
    assert 480 < len(captures) < 500
    assert [capture.name for capture in captures] == [str(n) for n in range(len(captures))]
    assert problems == [Problem(name="a.jsonl.gz", message=problems[0].message)]
    assert "cut off" in problems[0].message


# ---- paths


def test_a_folder_is_walked_in_order(folder):
    for name in ["b.txt", "a/2.md", "a/1.txt.gz", "c.htm", "z/deep/er/x.TXT", ".hidden/x.txt", "a/.x.txt", "style.css"]:
        write(folder / "in" / name, gzip.compress(STORY.encode()) if name.endswith(".gz") else STORY)
    captures, problems = split(collect(["in"]))
    assert problems == []
    assert [c.name for c in captures] == ["in/a/1.txt.gz", "in/a/2.md", "in/b.txt", "in/c.htm", "in/z/deep/er/x.TXT"]


def test_nothing_is_collected_twice(folder):
    write(folder / "in/a.txt", STORY)
    assert only(collect(["in", "in/a.txt", "./in/../in/a.txt", str(folder / "in"), "in/*.txt"])).name == "in/a.txt"


def test_links_in_circles(folder):
    write(folder / "in/a.txt", STORY)
    (folder / "in/b").symlink_to(folder / "in")
    (folder / "in/sub").mkdir()
    (folder / "in/sub/up").symlink_to("..")
    (folder / "in/gone.txt").symlink_to("nowhere.txt")
    captures, problems = split(collect(["in"]))
    assert [capture.name for capture in captures] == ["in/a.txt"]
    assert [problem.name for problem in problems] == ["in/gone.txt"]


def test_names_of_files(folder, monkeypatch):
    write(folder / "sub/a.txt", STORY)
    monkeypatch.chdir(folder / "sub")
    assert only(collect(["a.txt"])).name == "a.txt"
    assert only(collect([str(folder / "sub" / "a.txt")])).name == "a.txt"
    monkeypatch.chdir("/")
    assert only(collect([str(folder / "sub" / "a.txt")])).name == (folder / "sub" / "a.txt").as_posix().removeprefix(
        "/"
    )


def test_names_that_are_no_utf8(folder):
    try:
        write(Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")), STORY)
    except OSError:
        pytest.skip("this file system wants UTF-8")
    assert only(collect(["."])).name == "caf\ufffd.txt"


def test_globs(folder):
    for name in ["b.txt", "a.txt", "c.html", "sub/d.txt", "x[1].txt"]:
        write(folder / name, STORY)
    assert [c.name for c in split(collect(["[ab].txt"]))[0]] == ["a.txt", "b.txt"]
    assert [c.name for c in split(collect(["**/d.txt"]))[0]] == ["sub/d.txt"]
    assert only(collect(["x[1].txt"])).name == "x[1].txt"
    assert refusal(collect(["*.nothing"])).message == "matches no file"


def test_paths_that_lead_nowhere(folder):
    (folder / "empty").mkdir()
    write(folder / "css/a.css", "x")
    (folder / "link.txt").symlink_to("nowhere")
    told = {
        "missing.txt": "does not exist",
        "missing.txt/below": "does not exist",
        "": "does not exist",
        "empty": "holds no file onrecord can read",
        "css": "(but 1 .css)",
        "link.txt": "link to a file that does not exist",
        "ftp://x.example/a": "ftp is not http",
        "a\0b": "cannot be opened",
        "x" * 5000: "cannot be opened",
        "-": "standard input",
    }
    captures, problems = split(collect(told))
    assert captures == []
    for problem, message in zip(problems, told.values(), strict=True):
        assert message in problem.message


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read everything")
def test_unreadable_files_and_folders(folder):
    write(folder / "in/a.txt", STORY).chmod(0)
    write(folder / "in/b.txt", STORY)
    write(folder / "in/closed/c.txt", STORY)
    (folder / "in/closed").chmod(0)
    try:
        captures, problems = split(collect(["in"]))
    finally:
        (folder / "in/closed").chmod(stat.S_IRWXU)
    assert [capture.name for capture in captures] == ["in/b.txt"]
    assert [(p.name, p.message) for p in problems] == [
        ("in/a.txt", "cannot be opened: Permission denied"),
        ("in/closed", "cannot be opened: Permission denied"),
    ]


def test_a_file_that_cannot_be_opened_is_told(folder, monkeypatch):
    write(folder / "a.txt", STORY)
    write(folder / "b.txt", STORY)
    opened = Path.open

    def refusing(path, *args, **kwargs):
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refusing)
    captures, problems = split(collect(["a.txt", "b.txt"]))
    assert [capture.name for capture in captures] == ["b.txt"]
    assert problems == [Problem(name="a.txt", message="cannot be opened: Permission denied")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_in_a_folder_does_not_block(folder):
    os.mkfifo(folder / "pipe.txt")
    assert "holds no file" in refusal(collect(["."])).message


@pytest.mark.parametrize(
    "content",
    [
        STORY.encode(),
        gzip.compress(STORY.encode()),
        lines({"text": STORY}).encode(),
        b'id,text\n1,"' + STORY.encode() + b'"',
    ],
)
def test_standard_input(content):
    class Pipe(io.RawIOBase):
        """Gives a few bytes at a time, and cannot seek."""

        rest = content

        def readable(self):
            return True

        def readinto(self, buffer):
            part, self.rest = self.rest[:7], self.rest[7:]
            buffer[: len(part)] = part
            return len(part)

    capture = only(collect(["-"], stdin=io.BufferedReader(Pipe())))
    assert capture.body == STORY
    assert capture.name in ("-", "-:1", "1")


def test_it_streams(folder):
    write(folder / "a.jsonl", lines({"text": "One."}) * 3)
    found = collect(["a.jsonl", "b.txt"])
    assert isinstance(next(found), Capture)
    found.close()


# ---- metadata that is missing


def test_precedence(folder):
    write(folder / "in/Herald_2026-04-03_x.jsonl", lines({"text": "A.", "outlet": "Own"}, {"text": "B."}))
    write(folder / "sidecar.csv", "path,published,desk\nin/Herald_2026-04-03_x.jsonl,2026-05-05,home\n")
    captures, problems = split(
        collect(
            ["in"],
            given={"outlet": "Option", "language": "en"},
            sidecar=folder / "sidecar.csv",
            name_pattern="{outlet}_{published}_{title}",
        )
    )
    assert problems == []
    common = {"published": "2026-05-05", "desk": "home", "title": "x", "language": "en"}
    assert captures[0].given == {"outlet": "Own", **common}
    assert captures[1].given == {"outlet": "Herald", **common}


def test_sidecar_rows_by_path_name_and_id(folder):
    write(folder / "in/a.txt", STORY)
    write(folder / "in/b.jsonl", lines({"id": "b1", "text": STORY}))
    rows = "id;outlet;published\nb1;Herald;13/04/2026\nnone;x;2026\nb1;Other;2026\n;y;2026\nragged\n"
    write(folder / "in/meta.csv", rows)
    captures, problems = split(collect(["in"], sidecar=folder / "in/meta.csv"))
    assert [capture.given for capture in captures] == [{}, {"outlet": "Herald", "published": "2026-04-13"}]
    assert [problem.name.rpartition(":")[2] for problem in problems[:3]] == ["4", "5", "6"]
    assert "1 rows match nothing read" in problems[3].message
    assert ":3 (none)" in problems[3].message


@pytest.mark.parametrize(
    "options",
    [
        {"sidecar": Path("missing.csv")},
        {"sidecar": Path("nokey.csv")},
        {"name_pattern": "{outlet"},
        {"name_pattern": "outlet"},
        {"name_pattern": "{outlet}_{outlet}"},
        {"name_pattern": "{0}_{outlet:>3}"},
        {"given": {"published": "3/4/2026"}},
    ],
)
def test_options_of_no_use_are_refused_before_anything_is_read(folder, options):
    write(folder / "nokey.csv", "outlet\nx\n")
    with pytest.raises(InputError):
        collect(["a.txt"], **options)


@pytest.mark.parametrize(
    ("pattern", "path", "fields"),
    [
        (
            "{outlet}_{published}_{title}",
            "x/the_herald_2026-04-03_A_b.txt.gz",
            {"outlet": "the_herald", "published": "2026-04-03", "title": "A_b"},
        ),
        ("{outlet}/{published}", "x/Herald/20260403.html", {"outlet": "Herald", "published": "20260403"}),
        ("{outlet}/{}/{title}", "Herald/2026/Title.one.txt", {"outlet": "Herald", "title": "Title.one"}),
        ("{published}.{desk}.txt", "2026.home.txt", {"published": "2026", "desk": "home"}),
        ("{outlet}_{published}", "herald.txt", {}),
    ],
)
def test_name_patterns(pattern, path, fields):
    assert NamePattern(pattern).fields(path) == fields


def test_names_that_do_not_fit_are_told_once(folder):
    for name in ("a_2026.txt", "b.txt", "c.txt"):
        write(folder / name, STORY)
    captures, problems = split(collect(["."], name_pattern="{outlet}_{published}"))
    assert len(captures) == 3
    assert len(problems) == 1
    assert "does not fit 2 file names" in problems[0].message


# ---- dates


@pytest.mark.parametrize(
    ("given_date", "iso"),
    [
        ("2026", "2026"),
        (2026, "2026"),
        ("2026-04", "2026-04"),
        ("2026-04-03", "2026-04-03"),
        ("20260403", "2026-04-03"),
        (20260403, "2026-04-03"),
        ("2026/4/3", "2026-04-03"),
        ("2026-04-03T10:20:30Z", "2026-04-03T10:20:30+00:00"),
        ("2026-04-03 10:20:30.5 +0100", "2026-04-03T10:20:30.500000+01:00"),
        ("2026-04-03 10:20 UTC", "2026-04-03T10:20:00+00:00"),
        ("2026-04-03 00:00:00", "2026-04-03"),
        ("2026-04-03T00:00:00Z", "2026-04-03T00:00:00+00:00"),
        ("Fri, 03 Apr 2026 10:20:30 GMT", "2026-04-03T10:20:30+00:00"),
        ("3 Apr 2026 10:20:30 -0500", "2026-04-03T10:20:30-05:00"),
        ("3 April 2026", "2026-04-03"),
        ("Friday, April 3rd, 2026", "2026-04-03"),
        ("Sept. 3, 2026", "2026-09-03"),
        ("April 2026", "2026-04"),
        ("26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01"),
        ("3 April 2026, 09:30", "2026-04-03T09:30:00"),
        ("13/04/2026", "2026-04-13"),
        ("04/13/2026", "2026-04-13"),
        ("4/4/2026", "2026-04-04"),
        ("3/4/2026", None),
        ("03.04.2026", None),
        ("3/4/26", None),
        ("2026-13", None),
        ("2026-02-30", None),
        ("31 April 2026", None),
        ("0001-01-01", None),
        ("1775210400", None),
        ("yesterday", None),
        ("Fri, 99 Apr 2026 10:20:30 GMT", None),
        (True, None),
        (["2026"], None),
    ],
)
def test_dates(given_date, iso):
    assert iso_date(given_date) == iso


def test_a_date_that_could_be_two_is_kept_raw(folder):
    write(folder / "a.jsonl", lines({"text": STORY, "published": "3/4/2026"}))
    assert only(collect(["a.jsonl"])).given == {"published_raw": "3/4/2026"}
    assert only(collect(["a.jsonl"], given={"published": "2026"})).given == {
        "published_raw": "3/4/2026",
        "published": "2026",
    }


def test_collecting_files_does_not_load_the_web(folder):
    write(folder / "a.txt", STORY)
    code = "import sys; from onrecord.reading.collect import collect; list(collect(['a.txt']));"
    code += "assert not {'httpx', 'feedparser', 'fastwarc'} & set(sys.modules)"
    assert os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-c", code) == 0
