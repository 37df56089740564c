"""A capture in, its article out.

Plain text is kept exactly as given, so that offsets refer to the user's own file. A page is read by ``read_page``;
another reader of pages can be passed in its place.
"""

import codecs
import hashlib
import re
from collections.abc import Iterable
from typing import Protocol

import charset_normalizer

from onrecord.errors import InputError
from onrecord.reading.furniture import ATTRIBUTES
from onrecord.reading.page import EXTRACTOR, Page, read_page
from onrecord.types import Article, Capture, article_id

TEXT_TYPES = frozenset({"text/plain"})
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})

FEWEST_WORDS = 15  # of a page: the shortest flashes of news agencies have more
MOST_BROKEN = 5000  # characters to one that is damaged, in a text that is UTF-8 all the same

# What stands on pages instead of an article, with the number of words below which the page is nothing else.
_WALLS = (
    (
        150,
        r"(subscribe|register|sign up|log ?in|sign in|create an? (free )?account) (now )?to (continue|read|keep|unlock)"
        r"|to (continue|keep) reading|(continue|keep) reading (with|by)"
        r"|read the (full|rest of the) (article|story) .{0,40}subscri",
    ),
    (
        60,
        r"(log|sign) ?-?in (to|or) (your|continue|access|view|proceed|create|register|sign up)|already a subscriber"
        r"|before you continue to|(enable|turn on|allow) (cookies|java ?script)|checking your browser"
        r"|access (is )?denied|are (you )?(not )?a (robot|human)|verify (that )?you are (a )?human"
        r"|(accept|consent to|agree to) .{0,20}cookies|we (and our partners )?(use|value) (cookies|your privacy)",
    ),
)
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,40})""")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_OWN_FIELDS = frozenset({"title", "outlet", "published", "authors", "language", "url", "charset"})


class ReadPage(Protocol):
    """What reads a page; raises ValueError, with the reason, for a page it cannot read."""

    def __call__(self, markup: str, *, url: str | None = None) -> Page:
        """The article on the page ``markup``, found at ``url``."""
        ...


def article(capture: Capture, *, extract: ReadPage = read_page, extractor: str = EXTRACTOR) -> Article:
    """The article that ``capture`` holds.

    Metadata that came with the capture (``capture.given``) goes before what the page says; fields that have no place
    in an Article go to ``extra``. ``extractor`` names what ``extract`` is. Raises InputError, naming the capture, if
    there is no article in it: no or too little text, a login or consent wall, a list of links, an unknown type, bytes
    that are no text.
    """
    media_type = capture.media_type.split(";")[0].strip().lower()
    if media_type in TEXT_TYPES:
        text = _decode(capture, is_html=False)
        if not text.strip():
            raise InputError(f"{capture.name}: no text in it")
        return _article(capture, text, Page(text=text), extractor="as given")
    if media_type in HTML_TYPES:
        page = _page(capture, extract)
        return _article(capture, page.text, page, extractor=extractor)
    known = ", ".join(sorted(TEXT_TYPES | HTML_TYPES))
    raise InputError(f"{capture.name}: the type {capture.media_type or 'unknown'!r} cannot be read (known: {known})")


def _article(capture: Capture, text: str, page: Page, *, extractor: str) -> Article:
    given = capture.given
    url = _word(given.get("url")) or capture.url or page.url
    return Article(
        id=article_id(capture.name, text),
        name=capture.name,
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        extractor=extractor,
        url=url,
        outlet=_word(given.get("outlet")) or page.outlet,
        title=_word(given.get("title")) or page.title,
        authors=authors_of(given.get("authors")) or page.authors,
        published=_word(given.get("published")) or page.published,
        language=_word(given.get("language")) or page.language,
        extra={key: value for key, value in given.items() if key not in _OWN_FIELDS},
    )


def _page(capture: Capture, extract: ReadPage) -> Page:
    """The page, if an article is on it."""
    markup = _decode(capture, is_html=True)
    if not markup.strip():
        raise InputError(f"{capture.name}: the page is empty")
    try:
        page = extract(markup, url=_word(capture.given.get("url")) or capture.url)
    except ValueError as error:
        raise InputError(f"{capture.name}: {error}") from error
    except RecursionError as error:
        raise InputError(f"{capture.name}: the page is nested too deep to be read") from error
    words = len(_WORD.findall(page.text))
    if page.asks_login or _is_wall(page.text or _visible(markup), words):
        raise InputError(f"{capture.name}: the page asks for a login or for consent; save it after logging in")
    if page.lists_links:
        raise InputError(f"{capture.name}: the page is a list of links, not an article; give the articles' own pages")
    if words < FEWEST_WORDS:
        told = f"too little text on the page ({words} words)" if words else "no text of an article on the page"
        raise InputError(f"{capture.name}: {told}")
    return page


def _is_wall(text: str, words: int) -> bool:
    """Whether a text of so many words is what stands instead of an article; what somebody is said to say is not."""
    walls = [wall for most, wall in _WALLS if words < most]
    own = [" ".join(paragraph.split()) for paragraph in text.split("\n") if not ATTRIBUTES.search(paragraph)]
    return any(re.search(wall, paragraph, re.IGNORECASE) for wall in walls for paragraph in own)


def _visible(markup: str) -> str:
    """Roughly the words of a short page, for a page whose main text is empty."""
    return " ".join(re.sub(r"<[^<>]{0,2000}>", " ", markup[:100_000]).split())


def authors_of(value: object) -> tuple[str, ...]:
    """Authors' names from a list of names or a byline ("By Jane Doe and John Roe")."""
    if isinstance(value, str):
        byline = re.sub(r"^\s*by\s+", "", value, flags=re.IGNORECASE)
        names: Iterable[object] = re.split(r"\s*[;|&]\s*|\s*,\s+(?:and\s+)?|\s+and\s+", byline)
    else:
        names = value if isinstance(value, (list, tuple)) else ()
    return tuple(dict.fromkeys(" ".join(n.split()) for n in names if isinstance(n, str) and n.strip()))


def _word(value: object) -> str | None:
    """A given value as text; numbers are taken for what they say (a year, for instance), empty values for missing."""
    return str(value).strip() or None if isinstance(value, (str, int)) and not isinstance(value, bool) else None


# --- encoding --------------------------------------------------------------------------------------------------------


def _decode(capture: Capture, *, is_html: bool) -> str:
    """The capture's body as text; bytes by mark, by being UTF-8, by what the server or page says, or by detection."""
    if isinstance(capture.body, str):
        text = capture.body
    else:
        text = _decode_bytes(capture.body, _hints(capture, is_html=is_html), name=capture.name)
    if not is_html and "\0" in text:
        raise InputError(f"{capture.name}: holds NUL characters; it is no text file")
    if any("\ud800" <= c <= "\udfff" for c in text if c > "\u07ff"):
        raise InputError(f"{capture.name}: holds half characters (lone surrogates); its encoding is damaged")
    return text


def _hints(capture: Capture, *, is_html: bool) -> list[str]:
    hints = [_charset(capture.media_type), _word(capture.given.get("charset"))]
    if is_html and isinstance(capture.body, bytes):
        beginning = capture.body[:4096]
        hints += [m[1].decode("ascii") for m in (_META_CHARSET.search(beginning), _XML_CHARSET.search(beginning)) if m]
    return [hint for hint in hints if hint]


def _charset(media_type: str) -> str | None:
    match = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", media_type, re.IGNORECASE)
    return match[1] if match else None


def _decode_bytes(body: bytes, hints: Iterable[str], *, name: str) -> str:
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            try:
                return body.decode(encoding).removeprefix("\ufeff")
            except UnicodeDecodeError as error:
                raise InputError(f"{name}: says it is {encoding.upper()}, but is not ({error.reason})") from error
    for encoding in ("utf-8", *hints):
        # browsers read Latin-1 as Windows-1252, and so do the people who declare it
        wanted = (
            "cp1252"
            if encoding.lower().replace("_", "-") in ("iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii")
            else encoding
        )
        try:
            return body.decode(wanted)
        except (UnicodeDecodeError, LookupError):
            continue
    text = body.decode("utf-8", "replace")
    if any(b > 127 for b in body) and text.count("\ufffd") <= 1 + len(text) // MOST_BROKEN:
        return text
    best = charset_normalizer.from_bytes(body[:200_000]).best()
    if best is None or b"\0" in body[:10_000]:
        raise InputError(f"{name}: no text: its encoding cannot be made out (is it a binary file?)")
    return body.decode(best.encoding, "replace")
