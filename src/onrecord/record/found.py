"""What the record answers with, and the filters it understands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypedDict

from onrecord.types import ActorKind, Article, How, Kind, Problem, Read, Reading, Span, Statement


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

    ``by``: a search in the words that name the source, and in the names, roles and organisations of the actor whose
    statement it is. ``actor``: made by this one, by anything ``Record.actor`` takes. ``about``: a search in the
    content. ``kind``: of this kind. ``min_score``: scored at least this, 0 to 1. ``ids``: one of these. ``checked``:
    that a person judged (True), or nobody did (False). ``wrong``: what people set aside, instead of what stands.
    """

    by: str | None
    actor: str | None
    about: str | None
    kind: Kind | None
    min_score: float | None
    ids: Collection[str] | None
    checked: bool | None
    wrong: bool


class ActorFilters(TypedDict, total=False):
    """Which actors, and what of them is counted. What is left out, or None, does not restrict.

    ``kind``: of this kind; unnamed actors are only listed if asked for. ``organisation``: a search in their
    organisations and, for organisations, their names. ``country``: an ISO 3166 code, or a name of a country. ``words``:
    a search in their names and roles. ``outlet``, ``since``, ``until`` as for articles: what else they said is not
    counted, and who does not appear is left out. ``sort``: by what; numbers and ``last`` from the highest.
    """

    kind: ActorKind | None
    organisation: str | None
    country: str | None
    words: str | None
    outlet: str | None
    since: str | None
    until: str | None
    sort: "Sort"
    limit: int | None


Sort = Literal["statements", "articles", "name", "first", "last"]
SORTS: tuple[Sort, ...] = ("statements", "articles", "name", "first", "last")


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
class Post:
    """What an actor is at some time: ``title`` in ``organisation``, for ``country`` (ISO 3166), as far as known.

    ``told`` is the date of the article that says so, ``evidence`` the words in it, and ``article`` its name. A post
    from a register file has none of these, but may have ``since`` and ``until``.
    """

    title: str | None
    organisation: str | None
    country: str | None
    since: str | None = None
    until: str | None = None
    told: str | None = None
    former: bool = False
    evidence: str | None = None
    article: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who made a statement: an actor of the register, or nobody the text tells (``actor_id`` and ``name`` are None).

    ``named`` is what this article calls the actor at its fullest, ``evidence`` where the words stand that decided, and
    ``words`` are these. ``score`` is the probability that the article means this one of its actors; ``link_score`` and
    ``link_reason`` say how surely that one is this actor of the register, and why. ``title``, ``organisation`` and
    ``country`` are whom the actor speaks for at the date of the article, as far as the record tells.
    """

    actor_id: str | None
    name: str | None
    kind: ActorKind | None
    how: How
    score: float
    appearance_id: str | None = None
    named: str | None = None
    words: str | None = None
    evidence: Span | None = None
    link_score: float | None = None
    link_reason: str | None = None
    title: str | None = None
    organisation: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a person decided about a statement, by the judgement in force: its id and number, by whom, when.

    ``verdict``: right, wrong, corrected, added (the machine had missed it), or replaced by another. ``found_score`` and
    ``found_kind`` are the machine's, None if it had not found the statement.
    """

    verdict: Literal["right", "wrong", "corrected", "added", "replaced"]
    judgement: str
    number: int
    reviewer: str
    made_at: str
    found_score: float | None
    found_kind: Kind | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A statement with the exact words of its source, cue and pieces of content, and the article it stands in.

    ``speakers`` are the actors who made it, none if the record does not know of any. ``reported_by`` names who reports
    it, if it stands within another's statement: an actor, or the words of the source. What a person decided stands in
    ``checked``; ``revision`` counts decisions, for whoever decides next (``expects``).
    """

    statement: Statement
    article: Heading
    source: str | None
    cue: str | None
    content: tuple[str, ...]
    speakers: tuple[Speaker, ...] = ()
    reported_by: str | None = None
    checked: Checked | None = None
    revision: int = 0


class Covered(NamedTuple):
    """An article with what was read in it, and the name of the article it is a near-copy of.

    ``actors`` are the names in the register of its actors, ``actor_ids`` their ids, by the id of their appearance.
    """

    article: Article
    read: Read
    original: str | None
    actors: Mapping[str, str]
    actor_ids: Mapping[str, str]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Its statements in the order of the text."""
        return self.read.statements

    def names(self) -> dict[str, str]:
        """The name in the register of whose each statement is, by its id; of several actors the first."""
        named: dict[str, str] = {}
        for r in self.read.resolutions:
            if r.appearance_id is not None:
                named.setdefault(r.statement_id, self.actors[r.appearance_id])
        return named


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedActor:
    """An actor in a list: what it is (now, or at the end of the time asked for), and how much the record holds of it.

    ``first`` and ``last`` are the dates of the first and the last article in which it appears.
    """

    id: str
    name: str
    kind: ActorKind
    country: str | None
    wikidata: str | None
    title: str | None
    organisation: str | None
    statements: int
    articles: int
    first: str | None
    last: str | None


class Known(NamedTuple):
    """A name of an actor, how many appearances use it, and where it comes from: read, or what gave it."""

    name: str
    uses: int
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """An actor of the register, with all names and every post it is told to have, in the order of dates."""

    id: str
    name: str
    kind: ActorKind
    country: str | None
    wikidata: str | None
    names: tuple[Known, ...]
    posts: tuple[Post, ...]
    statements: int
    articles: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Somebody in an article who may be another actor of the register than the one it was taken for."""

    actor_id: str
    actor: str
    other_id: str
    other: str
    kind: ActorKind
    score: float
    reason: str
    article: str
    published: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a person decided. ``detail`` depends on ``kind``.

    About actors: merge, split, rename, alias, apart, or load; ``subject`` is the id of the actor, of a load the name of
    the file. About statements: right, wrong, correct, add, divide, join; ``subject`` is the statement's id, and
    ``detail`` has the entries ``before`` and ``after``. A note is about anything.
    """

    number: int
    id: str
    kind: str
    subject_kind: str
    subject: str
    detail: Mapping[str, Any]
    reviewer: str
    made_at: str
    withdrawn_by: str | None
    withdrawn_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A row of a register file: an actor, and one post it has or had. ``line`` is where it stands in the file."""

    line: int
    name: str
    aliases: tuple[str, ...] = ()
    kind: ActorKind = "person"
    country: str | None = None
    wikidata: str | None = None
    title: str | None = None
    organisation: str | None = None
    since: str | None = None
    until: str | None = None


class Loaded(NamedTuple):
    """What loading a register file did: rows that are new, known already, or could not be used (and why)."""

    new: int
    known: int
    problems: tuple[Problem, ...]


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
