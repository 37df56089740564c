"""What the record answers with, and the filters it understands."""

from dataclasses import dataclass
from typing import NamedTuple, TypedDict

from onrecord.types import Article, Kind, Reading, Statement


class ArticleFilters(TypedDict, total=False):
    """Which articles. What is left out, or None, does not restrict.

    ``article``: this one, by anything ``Record.article`` takes. ``outlet``: published by it, written in any case.
    ``since``, ``until``: published from or up to this date ("2026", "2026-04", "2026-04-15"; inclusive). A partial
    date counts wherever it may lie: "2026-04" is since 15 April and until 15 April. Undated articles are then left out.
    ``name``: these characters occur in its name. ``words``: a search in title and text (see search.py).
    ``once``: leave near-copies out. ``current``: leave out texts replaced by a later one of the same name; True unless
    told otherwise.
    """

    article: str | None
    outlet: str | None
    since: str | None
    until: str | None
    name: str | None
    words: str | None
    once: bool
    current: bool


class Filters(ArticleFilters, total=False):
    """Which statements, in which articles.

    ``by``: a search in the words that name the source; ``about``: a search in the content. ``kind``: of this kind.
    ``min_score``: scored at least this, 0 to 1.
    """

    by: str | None
    about: str | None
    kind: Kind | None
    min_score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What identifies an article to a person. ``original`` is the name of the article it is a near-copy of."""

    id: str
    name: str
    url: str | None
    outlet: str | None
    published: str | None
    title: str | None
    original: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An article in a list: its length in characters and how many statements its present reading found."""

    article: Heading
    characters: int
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A statement with the exact words of its source, cue and pieces of content, and the article it stands in."""

    statement: Statement
    article: Heading
    source: str | None
    cue: str | None
    content: tuple[str, ...]


class Covered(NamedTuple):
    """An article with its statements in the order of the text, and the name of the article it is a near-copy of."""

    article: Article
    statements: tuple[Statement, ...]
    original: str | None


class ReadingUse(NamedTuple):
    """A reading, and how many articles it is the present reading of."""

    reading: Reading
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """What a record holds. All but ``replaced`` count current articles and their present readings only.

    ``articles`` includes the ``near_copies``. ``replaced`` counts earlier texts kept because their name was read again.
    ``outlets`` are (name, number of articles), most articles first. ``first`` and ``last`` are dates of publication.
    """

    articles: int
    near_copies: int
    replaced: int
    statements: int
    direct: int
    mixed: int
    indirect: int
    outlets: tuple[tuple[str, int], ...]
    first: str | None
    last: str | None
    readings: tuple[ReadingUse, ...]
