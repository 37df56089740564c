import json
import time

import pytest

from onrecord.errors import InputError
from onrecord.reading.article import article, authors_of
from onrecord.reading.page import Page, read_page
from onrecord.types import Capture, article_id

PARAGRAPHS = [
    "The night ferry to Ostend will stop running in April, the harbour board said on Monday after a meeting of five hours.",
    "“We have lost money on every crossing since the autumn,” said Ada Quill, who chairs the board. “Nobody wanted this.”",
    "Passengers who gathered at the quay in the evening said that they had been told nothing, and that they would protest.",
    "The union of seafarers wants the ministry to take the line over; a spokesman called the decision “an act of sabotage”.",
    "A decision on the two remaining day ferries is expected in the summer, once the new figures for freight are known.",
]


def page(body=None, head="", *, attributes='lang="en"'):
    paragraphs = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    inner = body if body is not None else f"<article><h1>Night ferry to stop</h1>{paragraphs}</article>"
    return f"<!DOCTYPE html><html {attributes}><head>{head}</head><body>{inner}</body></html>"


def capture(body, media_type="text/html", *, name="ferry", url=None, **given):
    return Capture(name=name, body=body, media_type=media_type, via="test", url=url, given=given)


def refusal(captured):
    with pytest.raises(InputError) as caught:
        article(captured)
    message = str(caught.value)
    assert message.startswith(f"{captured.name}: ")
    assert "\n" not in message
    return message


# --- plain text ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["  One.\r\n\r\n\tTwo\u00a0.  ", "Read more\nSign up\n", "e\u0301 \U0001f6f3 قال", "x" * 2_000_000]
)
@pytest.mark.parametrize("as_bytes", [True, False])
def test_plain_text_is_kept_exactly(text, as_bytes):
    read = article(capture(text.encode() if as_bytes else text, "text/plain"))
    assert read.text == text
    assert read.extractor == "as given"
    assert read.id == article_id("ferry", text)


def test_byte_order_mark_is_no_text():
    assert article(capture("\ufeffOne.".encode(), "text/plain")).text == "One."
    assert article(capture("Één.".encode("utf-16"), "text/plain")).text == "Één."


@pytest.mark.parametrize("media_type", ["text/plain; charset=windows-1252", "text/plain; charset=ISO-8859-1"])
def test_declared_encoding_is_used(media_type):
    assert article(capture("“Café”, said Zoë.".encode("cp1252"), media_type)).text == "“Café”, said Zoë."


def test_metadata_given_and_unknown_fields():
    given = {"title": "T", "outlet": "O", "published": 2025, "authors": "By Ada Quill and Bram Roe", "language": "en"}
    read = article(
        capture("One.", "text/plain", url="https://a.example/1", section="News", n=3, charset="utf-8", **given)
    )
    assert (read.title, read.outlet, read.published, read.language) == ("T", "O", "2025", "en")
    assert read.authors == ("Ada Quill", "Bram Roe")
    assert read.url == "https://a.example/1"
    assert read.extra == {"section": "News", "n": 3}


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("By Ada Quill and Bram Roe", ("Ada Quill", "Bram Roe")),
        ("Ada Quill, Bram Roe, and Cleo Finn", ("Ada Quill", "Bram Roe", "Cleo Finn")),
        ("Ada Quill; Bram Roe", ("Ada Quill", "Bram Roe")),
        (["Ada Quill", " ", "Ada Quill"], ("Ada Quill",)),
        ("Byron Andrews", ("Byron Andrews",)),
        (None, ()),
        (7, ()),
    ],
)
def test_bylines(given, names):
    assert authors_of(given) == names


@pytest.mark.parametrize(
    ("body", "media_type", "reason"),
    [
        ("", "text/plain", "no text"),
        (b" \n\t", "text/plain", "no text"),
        ("a\0b", "text/plain", "NUL"),
        ("a\ud800b", "text/plain", "surrogates"),
        (bytes(range(256)) * 40, "text/plain", "encoding"),
        (b"\xff\xfeabc", "text/plain", "UTF-16"),
        (b"%PDF", "application/pdf", "application/pdf"),
        ("One.", "", "unknown"),
    ],
)
def test_what_is_no_text_is_refused(body, media_type, reason):
    assert reason in refusal(capture(body, media_type))


# --- pages -----------------------------------------------------------------------------------------------------------


def test_paragraphs_of_a_page():
    read = article(capture(page()))
    assert read.text == "\n\n".join(PARAGRAPHS)
    assert read.title == "Night ferry to stop"
    assert read.language == "en"
    assert read.extractor.startswith("trafilatura ")


def test_what_is_not_the_article_is_dropped():
    body = f"""<header><a href="/">Home</a> <a href="/news">News</a></header><article><h1>Night ferry to stop</h1>
    <p class="byline">By Ada Quill</p>
    <figure><img src="a.jpg"><figcaption>The ferry in March. Photograph: Bram Roe/AFP</figcaption></figure>
    <p>{PARAGRAPHS[0]}</p><p>Sign up to our morning briefing</p><p>{PARAGRAPHS[1]}</p>
    <p><strong><a href="/other">Harbour board chair buys a yacht</a></strong></p>
    <div class="related-articles"><h3>Related</h3><ul><li><a href="/x">Ferries elsewhere</a></li></ul></div>
    <p>{PARAGRAPHS[2]}</p><p>Read more: How the ferry began</p>
    <p>{PARAGRAPHS[3]} <span class="tooltip-text">A union is a body of workers.</span></p><p>{PARAGRAPHS[4]}</p>
    <ul><li><a href="/1">Captain on trial in Ghent</a></li><li><a href="/2">Owner of ferry vanishes</a></li></ul>
    <p>© 2025 Harbour Post. All rights reserved.</p></article>
    <footer>We use cookies. <a href="/privacy">Privacy</a></footer>"""
    head = '<meta name="author" content="Ada Quill">'
    assert article(capture(page(body, head))).text == "\n\n".join(PARAGRAPHS)


def test_a_body_cut_into_containers_is_whole():
    first, second = ("".join(f"<p>{p}</p>" for p in part) for part in (PARAGRAPHS[:3], PARAGRAPHS[3:]))
    cut = '<div class="row"><div class="article-body">{}</div></div>'
    body = f"<main><h1>Night ferry to stop</h1><div>{cut.format(first)}<div>Advertisement</div>{cut.format(second)}</div></main>"
    assert article(capture(page(body))).text == "\n\n".join(PARAGRAPHS)


def test_another_article_below_is_not_joined():
    other = "".join(
        f"<p>{p}</p>" for p in ("A bakery in Ghent has won the prize for the best loaf in the province again." * 2,) * 2
    )
    own = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    body = (
        f'<main><section><h1>Night ferry to stop</h1><div class="article-body">{own}</div></section>'
        f'<section><h1>Best loaf</h1><div class="article-body">{other}</div></section></main>'
    )
    assert "bakery" not in article(capture(page(body))).text


def test_names_of_classes_do_not_remove_the_article():
    own = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    body = f'<div class="related"><h1>Night ferry to stop</h1><div class="content">{own}</div></div>'
    assert article(capture(page(body))).text == "\n\n".join(PARAGRAPHS)


DESCRIBED = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "Organization", "name": "Harbour Post"},
        {
            "@type": ["NewsArticle"],
            "headline": "Night ferry to stop",
            "datePublished": "2025-03-04T18:05:00+01:00",
            "author": [{"@type": "Person", "name": "Ada Quill"}, {"@type": "Person", "name": "Bram Roe"}],
            "publisher": {"@type": "Organization", "name": "Harbour Post"},
            "articleBody": "\n".join(PARAGRAPHS),
        },
    ],
}


def ld_json(described):
    return f'<script type="application/ld+json">{json.dumps(described)}</script>'


def test_metadata_of_a_page():
    read = article(capture(page(head=ld_json(DESCRIBED) + "<title>Night ferry to stop | Harbour Post</title>")))
    assert read.title == "Night ferry to stop"
    assert read.outlet == "Harbour Post"
    assert read.authors == ("Ada Quill", "Bram Roe")
    assert read.published == "2025-03-04T18:05:00+01:00"


def test_metadata_from_meta_tags():
    head = """<title>Night ferry to stop - Harbour Post</title><meta property="og:title" content="Night ferry to stop - Harbour Post">
    <meta property="og:site_name" content="Harbour Post"><meta property="article:published_time" content="2025-03-04">
    <link rel="canonical" href="https://post.example/ferry"><meta name="author" content="Ada Quill">"""
    body = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    read = article(capture(page(f"<article>{body}</article>", head)))
    assert read.title == "Night ferry to stop"
    assert (read.outlet, read.published, read.url) == ("Harbour Post", "2025-03-04", "https://post.example/ferry")
    assert read.authors == ("Ada Quill",)


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("2025-03-04T18:05:00+0100", "2025-03-04T18:05:00+01:00"),
        ("2025-03-04 18:05", "2025-03-04T18:05"),
        ("2025-03-04T17:05:00.123Z", "2025-03-04T17:05:00Z"),
        ("2025-03-04", "2025-03-04"),
    ],
)
def test_times_of_publication_are_iso_8601(told, read):
    head = f'<meta property="article:published_time" content="{told}">'
    assert article(capture(page(head=head))).published == read


def test_outlet_falls_back_on_the_domain():
    assert article(capture(page(), url="https://www.post.example/ferry")).outlet == "post.example"


def test_desks_and_outlets_are_no_authors():
    described = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "author": {"@type": "Person", "name": "News Desk"},
    }
    assert article(capture(page(head=ld_json(described)))).authors == ()


def test_given_metadata_goes_before_the_page():
    given = {"title": "Mine", "outlet": "My Post", "published": "2025", "authors": ["Cleo Finn"], "language": "nl"}
    read = article(capture(page(head=ld_json(DESCRIBED)), url="https://a.example/1", **given))
    assert (read.title, read.outlet, read.published, read.language) == ("Mine", "My Post", "2025", "nl")
    assert read.authors == ("Cleo Finn",)
    assert read.url == "https://a.example/1"


def test_text_in_the_metadata_rescues_a_page_without_text():
    body = f"<article><h1>Night ferry to stop</h1><p>{PARAGRAPHS[0]}</p></article>"
    assert article(capture(page(body, ld_json(DESCRIBED)))).text == "\n\n".join(PARAGRAPHS)
    escaped = {**DESCRIBED["@graph"][1], "articleBody": "".join(f"&lt;p&gt;{p}&lt;/p&gt;" for p in PARAGRAPHS)}
    assert article(capture(page(body, ld_json({"@context": "https://schema.org", **escaped})))).text == "\n\n".join(
        PARAGRAPHS
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_encodings_of_pages(encoding):
    declared = "windows-1252" if encoding == "windows-1252" else "utf-8"
    body = page(head=f'<meta charset="{declared}">').encode(encoding)
    assert article(capture(body)).text == "\n\n".join(PARAGRAPHS)


def test_charset_of_the_server_is_used():
    body = page().encode("windows-1252")
    assert article(capture(body, charset="windows-1252")).text == "\n\n".join(PARAGRAPHS)


def test_encoding_is_detected_if_nobody_tells():
    assert article(capture(page().encode("windows-1252"))).text == "\n\n".join(PARAGRAPHS)


def test_page_cut_off_in_a_character():
    body = page().encode()
    cut = body[: body.rindex("“".encode()) + 1]
    assert article(capture(cut)).text.startswith("\n\n".join(PARAGRAPHS[:3]))


def test_another_reader_of_pages():
    def read(markup, *, url=None):
        return Page(text=f"{markup} {url} " + "word " * 20, title="T")

    found = article(capture("<p>", url="https://a.example/1"), extract=read, extractor="mine 1")
    assert found.text.startswith("<p> https://a.example/1")
    assert found.extractor == "mine 1"


LINKS = "".join(f'<h3><a href="/{i}">Ferry number {i} leaves the harbour late again</a></h3>' for i in range(40))
TEASERS = "".join(
    f'<div class="card"><h3><a href="/{i}">Ferry {i} is late</a></h3><p>{p} ({i})</p></div>'
    for i, p in enumerate(PARAGRAPHS)
)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (page(""), "no text"),
        ("", "empty"),
        (page("<p>Short.</p>"), "too little text"),
        (page('<form><p>Your account</p><input type="password"></form>'), "login"),
        (
            page(
                "<h1>Night ferry to stop</h1><p>Log in to continue reading this article, or subscribe for two euros a week.</p>"
            ),
            "login",
        ),
        (
            page(
                "<p>Before you continue to Harbour Post, we and our partners use cookies and data to serve you better.</p>"
            ),
            "consent",
        ),
        (
            page(
                "<p>Please enable JavaScript and cookies to continue to this site; checking your browser takes a moment.</p>"
            ),
            "consent",
        ),
        (page(f"<h1>Harbour Post</h1>{LINKS}"), "list of links"),
        (page(f"<main><h2>Latest</h2>{TEASERS}</main>"), "list of links"),
        (page("<div>" * 300 + PARAGRAPHS[0]), "nested"),
        (page("<p>word</p>" * 70_000), "elements"),
        ("<p>" + "word " * 5_000_000, "characters"),
    ],
)
def test_pages_without_an_article_are_refused(body, reason):
    assert reason in refusal(capture(body))


def test_an_article_that_mentions_walls_is_read():
    text = [
        *PARAGRAPHS,
        "Readers of the paper must log in to continue reading, its editor said, or they can subscribe for a week.",
    ]
    body = "<article>" + "".join(f"<p>{p}</p>" for p in text) + '<form><input type="password"></form></article>'
    assert article(capture(page(body))).text == "\n\n".join(text)


HOSTILE = {
    "script": f"<script>{'var a = 1;' * 200_000}</script>",
    "unclosed scripts": "<script>" * 5_000,
    "comment": f"<!--{'-' * 1_000_000}-->",
    "entities": "&#0;&#xd800;&#x110000;&bogus;" * 500,
    "NUL": "\0" * 1000,
    "links": '<a href="/x">word</a> ' * 5_000,
    "same containers": f'<div class="a b">{"<p>" + "word " * 30 + "</p>"}</div>' * 1_000,
    "embedded nesting": f'<script type="application/ld+json">{"[" * 100_000}</script>',
    "embedded nonsense": '<script type="application/ld+json">{"@type":"NewsArticle","@context":"https://schema.org",'
    '"author":[1,null,{"name":{}}],"headline":5,"datePublished":["x"],"publisher":"x"}</script>',
    "broken embedded": f'<script type="application/ld+json">{{"author": "{"x " * 50_000}</script>',
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_pages_take_bounded_time(kind):
    own = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    markup = page(f"<article><h1>Night ferry to stop</h1>{own}</article>{HOSTILE[kind]}")
    start = time.process_time()
    found = article(capture(markup))
    assert time.process_time() - start < 5
    assert PARAGRAPHS[1] in found.text


def test_entities_of_a_document_type_are_not_expanded():
    bomb = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))
    markup = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a0 "lol">{bomb}]>' + page().removeprefix(
        "<!DOCTYPE html>"
    ).replace("<article>", "<article><p>&a9;</p>")
    assert len(article(capture(markup, "application/xhtml+xml")).text) < 2 * sum(map(len, PARAGRAPHS))


def test_reading_a_page_twice_gives_the_same():
    markup = page(head=ld_json(DESCRIBED))
    assert read_page(markup) == read_page(markup)
