"""What a page shows and the API answers: the same values, asked of the record once for both."""

from dataclasses import dataclass

from onrecord.record import Actor, Heading, Info, Judgement, Listed, ListedActor, Proposal, Record, Said, browsing
from onrecord.record.browsing import Around, Called, Company, Month, Page
from onrecord.record.review_found import Happened
from onrecord.record.revisions import told
from onrecord.types import Article
from onrecord.web.queries import ActorQuery, ArticleQuery, StatementQuery

_HEARD = 12  # actors on the overview
_DOUBTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletCount:
    """An outlet, and how many current articles it has."""

    outlet: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What is in the record at a glance. ``checked``: how many of the statements a person judged.

    ``doubts`` counts the links that a person should decide.
    """

    articles: int
    near_copies: int
    statements: int
    direct: int
    mixed: int
    indirect: int
    checked: int
    first: str | None
    last: str | None
    outlets: tuple[OutletCount, ...]
    months: tuple[Month, ...]
    heard: tuple[ListedActor, ...]
    actors: int
    doubts: int
    doubtful: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadArticle:
    """An article with its statements, those people ``set_aside``, and its near-copies, or those of the same."""

    article: Article
    said: tuple[Said, ...]
    set_aside: tuple[Said, ...]
    copies: tuple[Heading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OneStatement:
    """A statement in its surroundings, with what the actor said else on the matter.

    ``present``: whether it stands: the present reading finds it, or a person added it, and nobody set it aside.
    ``replaced_by`` are the ids of what stands in its place.
    """

    said: Said
    present: bool
    around: Around
    replaced_by: tuple[str, ...]
    on_the_matter: tuple[Said, ...]
    history: tuple[Happened, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InContext:
    """A statement with the words of the article around it."""

    said: Said
    around: Around


@dataclass(frozen=True, slots=True, kw_only=True)
class OneActor:
    """An actor: how much was heard of it in each month, and who appears beside it."""

    actor: Actor
    months: tuple[Month, ...]
    company: tuple[Company, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A judgement, and what it says in words."""

    words: str
    judgement: Judgement


def overview(record: Record) -> Overview:
    """What is in the record at a glance."""
    info: Info = record.info()
    heard = browsing.actor_page(record, {}, limit=_HEARD)
    doubtful = record.proposals()
    return Overview(
        articles=info.articles,
        near_copies=info.near_copies,
        statements=info.statements,
        direct=info.direct,
        mixed=info.mixed,
        indirect=info.indirect,
        checked=browsing.statement_page(record, {"checked": True}, limit=1).total,
        first=info.first,
        last=info.last,
        outlets=tuple(OutletCount(outlet=name, articles=n) for name, n in info.outlets),
        months=browsing.months(record, {}),
        heard=heard.items,
        actors=heard.total,
        doubts=len(doubtful),
        doubtful=tuple(doubtful[:_DOUBTS]),
    )


def articles(record: Record, asked: ArticleQuery) -> Page[Listed]:
    """A page of the articles."""
    return browsing.article_page(
        record,
        asked.filters(),
        limit=asked.limit,
        offset=asked.offset,
        sort=asked.sort,
        descending=asked.order == "down",
    )


def statements(record: Record, asked: StatementQuery) -> Page[InContext]:
    """A page of the statements, each with the words around it."""
    page = browsing.statement_page(
        record,
        asked.filters(),
        limit=asked.limit,
        offset=asked.offset,
        sort=asked.sort,
        descending=asked.order == "down",
    )
    around = browsing.around(record, page.items)
    items = tuple(InContext(said=said, around=around[said.statement.id]) for said in page.items)
    return Page(items=items, total=page.total, offset=page.offset, limit=page.limit)


def actors(record: Record, asked: ActorQuery) -> Page[ListedActor]:
    """A page of the actors."""
    return browsing.actor_page(
        record, asked.filters(), limit=asked.limit, offset=asked.offset, descending=asked.descending()
    )


def article(record: Record, key: str) -> ReadArticle:
    """An article as one reads it. Raises NotFound."""
    found = record.article(key)
    return ReadArticle(
        article=found,
        said=tuple(record.said(article=found.id)),
        set_aside=tuple(record.said(article=found.id, wrong=True)),
        copies=browsing.copies(record, found.id),
    )


def statement(record: Record, key: str) -> OneStatement:
    """A statement by itself. Raises NotFound."""
    entry = browsing.entry(record, key)
    return OneStatement(
        said=entry.said,
        present=entry.present,
        around=entry.around,
        replaced_by=record.standing(key).replaced_by,
        on_the_matter=browsing.on_the_matter(record, entry.said),
        history=record.history(key),
    )


def actor(record: Record, key: str) -> OneActor:
    """An actor. Raises NotFound."""
    found = record.actor(key)
    return OneActor(
        actor=found,
        months=browsing.months(record, {"actor": found.id}),
        company=browsing.company(record, found.id),
    )


def names(record: Record, typed: str, limit: int) -> tuple[Called, ...]:
    """Actors whose names begin as what was typed."""
    return browsing.names_like(record, typed, limit=limit)


def months(record: Record, asked: StatementQuery) -> tuple[Month, ...]:
    """Articles and statements of each month."""
    return browsing.months(record, asked.filters())


def decisions(record: Record, limit: int, offset: int) -> Page[Decision]:
    """All that people decided, the latest first, withdrawn decisions too."""
    made = record.judgements()
    shown = tuple(Decision(words=told(j), judgement=j) for j in made[offset : offset + limit])
    return Page(items=shown, total=len(made), offset=offset, limit=limit)
