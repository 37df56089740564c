"""An HTML page in, the article on it out: main text, title, date, authors, outlet, language, address.

trafilatura finds the main text and most metadata. What stands round it here was measured on whole pages
(benchmark/pages.py): what no article contains is taken away before (``_prune``), a body cut into several containers
is made whole (``_join``), and what slipped through is taken away after (``_clean``).
"""

import html
import json
import logging
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import urlsplit

import trafilatura
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.settings import Document, Extractor
from trafilatura.utils import load_html

from onrecord.reading.furniture import is_furniture

# trafilatura logs each page it gives up on; here the caller gets an exception that says so.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

EXTRACTOR = f"trafilatura {version('trafilatura')}, onrecord"

# The time of extraction grows faster than the page. Article pages have a few thousand elements, seldom 20,000.
MOST_ELEMENTS = 60_000
MOST_ELEMENTS_IN_FULL = 8_000  # for trafilatura's full way, whose time grows with the square
MOST_CHARACTERS = 20_000_000
DEEPEST = 200  # levels of nesting; article pages have 20 to 40
LONGEST_EMBEDDED = 2_000_000  # characters of one block of embedded metadata

LITTLE = 200  # characters in long paragraphs: not more than a slogan or a notice
MOSTLY = 0.5
MANY_TEASERS = 4  # headings that are links, with a paragraph each
LONG_PARAGRAPH = 80  # characters: shorter ones are as often labels as text
LINKED = 0.9  # share of a block's characters in links: above, it is a pointer to something else
MENU_LINES = 0.9  # share of a text's lines that are short: above, it is a menu
FEWEST_MENU_LINES = 40
FOUND_LITTLE = 0.25  # of the characters in the page's long paragraphs
RESCUE = 1.5  # the body in the page's metadata replaces one found in its markup that is this much shorter

Described = dict[str, object]  # an article as JSON-LD tells of it

_BLOCKS = frozenset({"p", "head", "list", "item", "quote", "table", "row", "code", "div", "body", "ab"})
_ARTICLE_TYPE = re.compile(r"(?:article|report|blogposting|newsstory)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one HTML page says.

    ``lists_links`` and ``asks_login`` tell of a page that has no article of its own but links to many, or a form for a
    password and nothing to read.
    """

    text: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    outlet: str | None = None
    language: str | None = None
    url: str | None = None
    lists_links: bool = False
    asks_login: bool = False


def read_page(markup: str, *, url: str | None = None) -> Page:
    """The article on an HTML page; ``url`` is where the page was found, if known.

    The text has a blank line between paragraphs; it is empty if the page has none. Raises ValueError, saying why, for
    a page too big or too deep to be taken apart in bounded time.
    """
    tree = _parse(markup)
    described = _described_articles(tree)
    metadata = trafilatura.extract_metadata(tree, default_url=url)
    title = _title(tree, metadata, described)
    page_url = metadata.url or url
    outlet = _outlet(tree, metadata, described, page_url)
    authors = _authors(metadata, outlet)
    published = _published(tree, metadata, described)
    language = _language(tree)
    asks_password = tree.find('.//input[@type="password"]') is not None
    says_article = bool(described) or _meta(tree, "og:type") == "article"
    teasers = _teasers(tree)
    mostly_links = _link_share(tree) > MOSTLY
    _prune(tree)
    _join(tree)
    paragraphs = _clean(_main_text(tree), title, authors)
    for body in (a.get("articleBody") for a in described):
        if not isinstance(body, str):
            continue
        told = _clean(_plain(body).split("\n\n"), title, authors)
        run_together = len(told) > len(paragraphs) and _bare(" ".join(told)) == _bare(" ".join(paragraphs))
        if run_together or sum(map(len, told)) > RESCUE * sum(map(len, paragraphs)):
            paragraphs = told
    running = _long(paragraphs)
    leading_on = {teasers[bare] for bare in map(_bare, paragraphs) if bare in teasers}
    lists_teasers = len(leading_on) >= MANY_TEASERS and len(paragraphs) <= 2 * len(leading_on)
    return Page(
        text="\n\n".join(paragraphs),
        title=title,
        authors=authors,
        published=published,
        outlet=outlet,
        language=language,
        url=page_url,
        lists_links=not says_article and (lists_teasers or (mostly_links and running < LITTLE)),
        asks_login=asks_password and running < LITTLE and not says_article,
    )


def _parse(markup: str) -> HtmlElement:
    """The page as a tree without scripts, styles and comments; embedded metadata stays."""
    if len(markup) > MOST_CHARACTERS:
        raise ValueError(f"a page of {len(markup):,} characters; the limit is {MOST_CHARACTERS:,}")
    tree = load_html(markup.replace("\0", ""))
    if tree is None:
        raise ValueError("not HTML, or damaged beyond reading")
    for element in tree.xpath("//script|//style|//template|//svg"):
        is_metadata = element.tag == "script" and "ld+json" in (element.get("type") or "")
        if not is_metadata or len(element.text or "") > LONGEST_EMBEDDED:
            element.drop_tree()
    count = depth = deepest = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
        count += event == "start"
    if count > MOST_ELEMENTS:
        raise ValueError(f"a page of {count:,} elements; the limit is {MOST_ELEMENTS:,}")
    if deepest > DEEPEST:
        raise ValueError(f"elements nested {deepest} deep; the limit is {DEEPEST}")
    return tree


# --- main text -------------------------------------------------------------------------------------------------------

_WORDS_OF_NAME = "re:test(@class, '{0}', 'i') or re:test(@id, '{0}', 'i')"
_CAPTION = r"(^|[\s_-])(img|image|photo|picture|figure|media|video)?-?_?(caption|credit)s?(__?|-|\s|$)"
_HOVER = r"(^|[\s_-])(tooltip|rollover|popover|hovercard|pop-?up)([\s_-]|$)"
_PROMOTION = (
    r"(^|[\s_-])(newsletter|related|recirc|read-?more|more-?stories|most-?read|most-?popular|recommended|recommendations|"
    r"sign-?up|latest-?news|trending|outbrain|taboola|subscribe|inline-?promo|print-?(header|footer))s?([\s_-]|$)"
)
_NOT_TEXT = etree.XPath(
    f"""//figcaption | //*[@itemprop='caption' or @itemprop='copyrightHolder']
    | //*[self::div or self::p or self::span or self::small][{_WORDS_OF_NAME.format(_CAPTION)}]
    | //*[self::div or self::span][{_WORDS_OF_NAME.format(_HOVER)}]
    | //*[self::div or self::section or self::ul or self::ol or self::p][{_WORDS_OF_NAME.format(_PROMOTION)}]""",
    namespaces={"re": "http://exslt.org/regular-expressions"},
)


def _prune(tree: HtmlElement) -> None:
    """Take away captions, text shown on hovering, promotions, and paragraphs and lists that are links only.

    Names lie: an element that holds a third of the page's long paragraphs is kept whatever it is called.
    """
    total = _long_text(tree)
    named = {e: _long_text(e) for e in _NOT_TEXT(tree)}
    small = [e for e, n in named.items() if 3 * n <= total and not any(a in named for a in e.iterancestors())]
    pointers = [e for e in tree.iter("p", "ul", "ol", "h2", "h3", "h4", "h5", "h6") if _is_pointer(e)]
    for unwanted in (small, pointers):
        if 3 * sum(map(_long_text, unwanted)) <= 2 * total:
            for element in unwanted:
                if element.getparent() is not None:
                    element.drop_tree()


def _is_pointer(element: HtmlElement) -> bool:
    """Whether a paragraph or list says nothing but where else to go."""
    length = _length(element)
    if not length or (element.tag in ("ul", "ol") and len(element) < 2):
        return False
    return sum(_length(a) for a in element.iter("a") if a.get("href")) >= LINKED * length


def _join(tree: HtmlElement) -> None:
    """Bring together a body that is cut into several containers of the same class, by advertisements for instance.

    trafilatura takes the first such container. Containers with a heading before them are articles of their own.
    """
    first: dict[tuple[HtmlElement, str, str], HtmlElement] = {}
    headed = {above for heading in tree.iter("h1") for above in heading.iterancestors()}
    for element in list(tree.iter("div", "section")):
        name = " ".join(sorted((element.get("class") or "").split()))
        if not name or sum(_length(p) >= LONG_PARAGRAPH for p in element.iterchildren("p")) < 2:
            continue
        parent = element.getparent()
        if parent is None or parent.tag == "article" or parent in headed:
            continue
        above = parent.getparent()
        for level in (parent,) if above is None else (parent, above):
            head = first.setdefault((level, str(element.tag), name), element)
            if head is not element:
                head.extend(list(element))
                break


def _main_text(tree: HtmlElement) -> list[str]:
    """Paragraphs of the main text, as trafilatura finds it.

    Its fast way is the best of its ways on news pages, with two exceptions: on a page without a container for its body
    it may take menus for text, where the precise way does not, and it may find next to nothing, where the full one
    finds more.
    """
    found = _paragraphs(tree, Extractor(fast=True, comments=False))
    lines = [line for paragraph in found for line in paragraph.split("\n")]
    if sum(len(line) < LONG_PARAGRAPH for line in lines) > MENU_LINES * len(lines) and len(lines) > FEWEST_MENU_LINES:
        return _paragraphs(tree, Extractor(precision=True, comments=False)) or found
    if _long(found) < FOUND_LITTLE * _long_text(tree) and sum(1 for _ in tree.iter()) <= MOST_ELEMENTS_IN_FULL:
        more = _paragraphs(tree, Extractor(comments=False))
        return more if _long(more) > 2 * _long(found) else found
    return found


def _long(paragraphs: Sequence[str]) -> int:
    return sum(len(p) for p in paragraphs if len(p) >= LONG_PARAGRAPH)


def _paragraphs(tree: HtmlElement, options: Extractor) -> list[str]:
    document = trafilatura.bare_extraction(tree, options=options)
    if not isinstance(document, Document):
        return []
    paragraphs: list[str] = []
    run: list[str] = []
    for event, element in etree.iterwalk(document.body, events=("start", "end")):
        if element.tag in _BLOCKS:
            paragraphs.extend(_split("".join(run)))
            run.clear()
        elif event == "start" and element.tag in ("lb", "cell"):
            run.append("\n" if element.tag == "lb" else " ")
        run.append((element.text if event == "start" else element.tail) or "")
    return paragraphs + _split("".join(run))


def _split(run: str) -> list[str]:
    """Text between two block borders as paragraphs: two line breaks end one, white space is made single."""
    run = re.sub(r"[^\S\n]+", " ", unicodedata.normalize("NFC", run))
    parts = re.split(r" ?\n(?: ?\n)+ ?", run.strip())
    return [re.sub(r" ?\n ?", "\n", p).strip() for p in parts if p.strip()]


def _clean(paragraphs: Sequence[str], title: str | None, authors: Sequence[str]) -> list[str]:
    """Without furniture, the repeated headline and byline, and long paragraphs that stand there twice."""
    headline = _bare(title or "")
    byline = set(_bare(" ".join(authors)).split()) | {"by", "and", "the", "von"}
    kept: list[str] = []
    seen: set[str] = set()
    for paragraph in paragraphs:
        lines = [line for line in paragraph.split("\n") if not is_furniture(line)]
        text = "\n".join(lines).strip()
        bare = _bare(text)
        if not bare or bare == headline or (bare in seen and len(bare) >= LONG_PARAGRAPH):
            continue
        if len(kept) < 3 and authors and set(bare.split()) <= byline:
            continue
        seen.add(bare)
        kept.append(text)
    return kept


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _length(element: HtmlElement) -> int:
    """Characters of text in ``element``, white space apart."""
    return sum(map(len, str(element.text_content()).split()))


def _long_text(element: HtmlElement) -> int:
    """Characters in the long paragraphs of ``element``."""
    own = [element] if element.tag == "p" else []
    return sum(n for n in map(_length, [*own, *element.iterdescendants("p")]) if n >= LONG_PARAGRAPH)


def _teasers(tree: HtmlElement) -> dict[str, int]:
    """Long paragraphs that stand under a heading which is a link, each with the number of its heading."""
    found: dict[str, int] = {}
    heading = 0
    linked = False
    for element in tree.iter("h1", "h2", "h3", "h4", "p"):
        if element.tag != "p":
            heading += 1
            linked = element.find(".//a") is not None or next(element.iterancestors("a"), None) is not None
        elif linked and _length(element) >= LONG_PARAGRAPH:
            found[_bare(element.text_content())] = heading
    return found


def _link_share(tree: HtmlElement) -> float:
    body = tree.find(".//body")
    length = _length(body) if body is not None else 0
    return sum(map(_length, body.iter("a"))) / length if body is not None and length else 0.0


# --- metadata --------------------------------------------------------------------------------------------------------


def _described_articles(tree: HtmlElement) -> list[Described]:
    """The articles that the page describes in JSON-LD (schema.org), the page's own first."""
    found: list[Described] = []
    for script in tree.xpath('//script[contains(@type, "ld+json")]'):
        try:
            queue = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        while queue and len(found) < 10:
            node = queue.pop(0)
            if isinstance(node, list):
                queue.extend(node)
            elif isinstance(node, dict):
                types = node.get("@type")
                named = types if isinstance(types, list) else [types]
                if any(isinstance(t, str) and _ARTICLE_TYPE.search(t) for t in named):
                    found.append(node)
                queue.extend(node[key] for key in ("@graph", "mainEntity") if key in node)
    return found


def _plain(body: str) -> str:
    """A body from JSON-LD as text: it may hold markup, escaped or not, and one line break for each paragraph."""
    body = html.unescape(body)
    if re.search(r"</?(?:p|br|div)\b", body, re.IGNORECASE):
        body = re.sub(r"</?(?:p|div|h\d|li|br)\b[^<>]*>", "\n\n", body, flags=re.IGNORECASE)
    body = re.sub(r"<[^<>]{1,2000}>", "", body)
    return "\n\n".join(_split(re.sub(r"\s*\n\s*", "\n\n", body)))


def _meta(tree: HtmlElement, *names: str) -> str | None:
    """The first ``<meta>`` content under one of ``names``, in their order."""
    for name in names:
        for value in tree.xpath("//meta[@property=$name or @name=$name or @itemprop=$name]/@content", name=name):
            if value.strip():
                return str(value).strip()
    return None


def _text_of(value: object) -> str | None:
    return " ".join(html.unescape(value).split()) or None if isinstance(value, str) else None


def _title(tree: HtmlElement, metadata: Document, described: Sequence[Described]) -> str | None:
    """The headline, without the outlet's name after it."""
    told = [_text_of(a.get("headline")) for a in described[:1]]
    headings = [" ".join("".join(h.itertext()).split()) for h in tree.iter("h1")]
    candidates = [t for t in (*told, _text_of(metadata.title)) if t]
    for candidate in candidates:
        for heading in headings:
            # the page's own heading is what readers saw; titles for machines carry the outlet or are cut short
            told_as, shown_as = _bare(candidate), _bare(heading)
            if told_as and shown_as and (told_as.startswith(shown_as) or shown_as.startswith(told_as)):
                return heading
    title = candidates[0] if candidates else next(filter(None, headings), None)
    if title is None:
        return None
    parts = re.split(r"\s+(?:[|»·•–—-]|::)\s+", title)
    site = _bare(metadata.sitename or "")
    host = re.sub(r"^www\.|\.\w+$", "", urlsplit(metadata.url or "").hostname or "")
    names = {site.replace(" ", ""), host.replace("-", "")}
    while len(parts) > 1 and _bare(parts[-1]).replace(" ", "") in names:
        title = title[: title.rindex(parts.pop())].rstrip(" |»·•–—-:")
    return title


def _outlet(tree: HtmlElement, metadata: Document, described: Sequence[Described], url: str | None) -> str | None:
    """Who published the page: the publisher it names, its site's name, or its domain."""
    for article in described[:1]:
        publisher = article.get("publisher")
        if isinstance(publisher, dict) and (name := _text_of(publisher.get("name"))):
            return name
    host = (urlsplit(url or "").hostname or "").removeprefix("www.")
    return _text_of(_meta(tree, "og:site_name")) or _text_of(metadata.sitename) or host or None


LONGEST_NAME = 60
_NO_PERSON = re.compile(
    r"\b(?:staff|editors?|editorial|newsroom|news\s?desk|desk|team|admin|administrator|redaktion|agency|agencies|press|"
    r"reuters|afp|dpa|contributors?|correspondents?|reporters?|news|online|https?|www|com)\b",
    re.IGNORECASE,
)


def _authors(metadata: Document, outlet: str | None) -> tuple[str, ...]:
    """People's names; desks, agencies and the outlet itself are no authors."""
    names = [" ".join(n.split()) for n in (metadata.author or "").split(";")]
    people = [n for n in names if n and len(n) <= LONGEST_NAME and not _NO_PERSON.search(n)]
    return tuple(dict.fromkeys(n for n in people if _bare(n) != _bare(outlet or "")))


_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?")


def _published(tree: HtmlElement, metadata: Document, described: Sequence[Described]) -> str | None:
    """Date or time of publication in ISO 8601, as exact as the page tells it."""
    told = [
        *(_text_of(a.get("datePublished")) for a in described[:1]),
        _meta(tree, "article:published_time", "datePublished", "og:article:published_time", "parsely-pub-date", "date"),
    ]
    for value in told:
        match = _ISO.match(value or "")
        if match and 1 <= int(match[2]) <= 12 and 1 <= int(match[3]) <= 31:
            date = "-".join(match.group(1, 2, 3))
            zone = re.sub(r"(\d\d)(\d\d)$", r"\1:\2", match[5] or "")
            return date + (f"T{match[4]}{zone}" if match[4] else "")
    return metadata.date


def _language(tree: HtmlElement) -> str | None:
    said = tree.get("lang") or tree.get("xml:lang") or _meta(tree, "og:locale", "language") or ""
    match = re.match(r"[A-Za-z]{2,3}(?=$|[-_ ])", said.strip())
    return match[0].lower() if match else None
