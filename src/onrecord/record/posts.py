"""Who speaks for whom, and when: the posts of an actor through time."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import lru_cache

from sqlalchemy import Connection, select

from onrecord.record.actor_schema import actors, appearances, given, roles
from onrecord.record.found import Post
from onrecord.record.register import folded
from onrecord.record.schema import articles


def of_actors(db: Connection, roots: Collection[int]) -> dict[int, list[Post]]:
    """The posts of these actors: those of register files first, then as articles tell, in the order of dates."""
    found: dict[int, list[Post]] = defaultdict(list)
    files = select(actors.c.stands_for, given).join(actors, actors.c.number == given.c.actor_number)
    for row in db.execute(
        files.where(actors.c.stands_for.in_(roots)).order_by(given.c.since, *given.primary_key.columns)
    ):
        if row.title or row.organisation:
            post = Post(
                title=row.title, organisation=row.organisation, country=row.country, since=row.since, until=row.until
            )
            found[row.stands_for].append(post)
    told = select(
        actors.c.stands_for, roles.c.title, roles.c.organisation, roles.c.country, roles.c.former, roles.c.exact,
        articles.c.published, articles.c.name.label("article"), appearances.c.country.label("own_country"),
    )  # fmt: skip
    told = told.join_from(roles, appearances, appearances.c.number == roles.c.appearance_number)
    told = told.join(
        articles, (articles.c.id == appearances.c.article_id) & (articles.c.reading_id == appearances.c.reading_id)
    ).join(actors, actors.c.number == appearances.c.actor_number)
    told = told.where(actors.c.stands_for.in_(roots), articles.c.replaced_by.is_(None))
    order = (articles.c.published.nulls_first(), articles.c.name, appearances.c.number, roles.c.piece)
    for row in db.execute(told.order_by(*order)):
        found[row.stands_for].append(
            Post(
                title=row.title,
                organisation=row.organisation,
                country=row.country or row.own_country,
                told=row.published,
                former=bool(row.former),
                evidence=row.exact,
                article=row.article,
            )
        )
    return found


def at(known: Sequence[Post], date: str | None) -> tuple[Post, ...]:
    """Those of the ``known`` posts that are held at ``date`` (None: now), the surest first.

    What a register file says of that date comes first, then what articles up to it tell, the latest first, as far as
    none tells that it is over. What only later articles tell is taken if nothing else is known, the nearest first.
    """
    filed = [post for post in known if _filed(post) and _holds(post, date)]
    before: list[Post] = []
    after: list[Post] = []
    for post in known:
        if not _filed(post):
            (before if date is None or post.told is None or _up_to(post.told, date) else after).append(post)
    held: dict[tuple[str, str], Post] = {}
    for post in before:
        key = _key(post.title or "", post.organisation or "")
        if post.former:
            held = {k: p for k, p in held.items() if not _ended(k, key)}
        else:
            held.pop(key, None)
            held[key] = post
    return (*filed, *reversed(held.values())) or tuple(post for post in after if not post.former)[:1]


@lru_cache(maxsize=50_000)  # who is heard often is told to be the same, article for article
def _key(title: str, organisation: str) -> tuple[str, str]:
    return folded(title), folded(organisation)


def _filed(post: Post) -> bool:
    return post.evidence is None


def _holds(post: Post, date: str | None) -> bool:
    if date is None:
        return post.until is None
    return (post.since is None or _up_to(post.since, date)) and (post.until is None or _up_to(date, post.until))


def _up_to(earlier: str, later: str) -> bool:
    """Whether one date is not after another, as far as both are precise."""
    known = min(len(earlier), len(later), 10)
    return earlier[:known] <= later[:known]


def _ended(held: tuple[str, str], over: tuple[str, str]) -> bool:
    """Whether a post is the one that is said to be over: the same title, and no other organisation."""
    return held[0] == over[0] and (held[1] == over[1] or not held[1] or not over[1])


def main(held: Sequence[Post]) -> Post:
    """What to show of several posts held at once: the first with a title, with what it lacks from the others."""
    first = next((post for post in held if post.title), held[0] if held else None)
    if first is None:
        return Post(title=None, organisation=None, country=None)
    return Post(
        title=first.title,
        organisation=first.organisation or next((p.organisation for p in held if p.organisation), None),
        country=first.country or next((p.country for p in held if p.country), None),
    )
