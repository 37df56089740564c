"""Which actors of the register the actors of an article are: asks the database, lets register.py decide."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from onrecord.record import register, spelling
from onrecord.record.actor_schema import actors, appearances, given, name_keys, names, proposals, told
from onrecord.record.register import Candidate, Context, Name, Post, Scored
from onrecord.types import Appearance, Article

_BLOCK = 100  # actors compared under one key: the most written about
_POSTS = 100  # roles of an actor that are looked at: those told most often
_SUREST = 0.99  # of a link that no person made
_SEEN = 100  # of an actor's articles, the latest, in which company is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Which actor an appearance is (None: one the register does not have yet), and whom else it may be."""

    appearance: Appearance
    number: int | None
    score: float
    reason: str
    proposals: tuple[Scored, ...] = ()


def link(
    db: Connection, article: Article, found: Sequence[Appearance], known: Mapping[str, int] | None = None
) -> list[Link]:
    """Links the actors of an article, in their order; those in ``known`` (id → actor) are linked already."""
    linked = dict(known or {})
    by_id = {appearance.id: appearance for appearance in found}
    new = [appearance for appearance in found if appearance.id not in linked]
    told_of = {a.id: register.context(a, by_id, article.published) for a in new}
    candidates = _candidates(db, new, told_of)
    scored = {a.id: [register.score(a, told_of[a.id], c, 0) for c in candidates[a.id]] for a in new}
    chosen = {a.id: register.choose(scored[a.id])[0] for a in new}
    sure = {one.number for a in new if a.kind != "country" and (one := chosen[a.id])}
    sure |= {number for id_, number in linked.items() if by_id[id_].kind != "country"}
    for a in new:
        for n, (candidate, before) in enumerate(zip(candidates[a.id], scored[a.id], strict=True)):
            if register.company_matters(before, chosen[a.id]):
                company = _company(db, candidate.number, sure - {candidate.number}, article.id)
                if company:
                    scored[a.id][n] = register.score(a, told_of[a.id], candidate, company)
    everyone = {candidate.number: candidate for found in candidates.values() for candidate in found}
    decided = {link.appearance.id: link for link in _one_to_one(new, scored, linked, by_id, everyone)}
    return [decided[a.id] for a in new]


def _one_to_one(
    new: Sequence[Appearance],
    scored: Mapping[str, list[Scored]],
    linked: Mapping[str, int],
    by_id: Mapping[str, Appearance],
    candidates: Mapping[int, Candidate],
) -> Iterable[Link]:
    """Two actors of one article are two in the register, unless they have one name; the surer goes first."""
    taken: dict[int, Appearance] = {number: by_id[id_] for id_, number in linked.items()}
    order = sorted(range(len(new)), key=lambda n: (-max((s.score for s in scored[new[n].id]), default=0), n))
    for n in order:
        appearance = new[n]
        free = [
            s for s in scored[appearance.id] if s.number not in taken or register.same_name(taken[s.number], appearance)
        ]
        chosen, proposed = register.choose(free)
        if chosen:
            taken[chosen.number] = appearance
            number = register.member(appearance, candidates[chosen.number])
            score = chosen.score if chosen.named == 1 else min(chosen.score, _SUREST)
            yield Link(appearance=appearance, number=number, score=score, reason=chosen.reason)
        else:
            shown = tuple(s._replace(score=min(s.score, _SUREST)) for s in proposed)
            yield Link(appearance=appearance, number=None, score=1.0, reason="first seen here", proposals=shown)


def _candidates(
    db: Connection, new: Sequence[Appearance], told_of: Mapping[str, Context]
) -> dict[str, list[Candidate]]:
    """The actors each appearance may be, those of the same key."""
    asked = {a.id: register.asked_keys(a) for a in new}
    offices = {a.id: told_of[a.id].titles | {register.office(a.name)} for a in new if a.kind == "unnamed"}
    by_key = _roots_by_key(db, {key for keys in asked.values() for key in keys})
    by_office = _holders(db, {title for titles in offices.values() for title in titles})
    roots = {
        a.id: {root for key in asked[a.id] for root in by_key[key]}
        | {root for title in offices.get(a.id, ()) for root in by_office[title]}
        for a in new
    }
    loaded = load(db, {root for found in roots.values() for root in found})
    return {a.id: [loaded[root] for root in sorted(roots[a.id])] for a in new}


def _roots_by_key(db: Connection, keys: Collection[str]) -> dict[str, set[int]]:
    place = func.row_number().over(partition_by=name_keys.c.key, order_by=(names.c.uses.desc(), names.c.number))
    block = select(name_keys.c.key, names.c.actor_number, place.label("place"))
    block = block.join(names, names.c.number == name_keys.c.name_number).where(name_keys.c.key.in_(keys))
    within = block.subquery()
    query = select(within.c.key, actors.c.stands_for).join(actors, actors.c.number == within.c.actor_number)
    found: dict[str, set[int]] = defaultdict(set)
    if keys:
        for row in db.execute(query.where(within.c.place <= _BLOCK)):
            found[row.key].add(row.stands_for)
    return found


def _holders(db: Connection, titles: Collection[str]) -> dict[str, set[int]]:
    """The actors of whom a register file says that they held an office, by its folded title."""
    query = select(given.c.title_words, actors.c.stands_for).join(actors, actors.c.number == given.c.actor_number)
    found: dict[str, set[int]] = defaultdict(set)
    if titles:
        for row in db.execute(query.where(given.c.title_words.in_(titles)).distinct()):
            found[row.title_words].add(row.stands_for)
    return found


def load(db: Connection, roots: Collection[int]) -> dict[int, Candidate]:
    """These actors of the register as candidates, with the names and roles of all that were merged into them."""
    if not roots:
        return {}
    called: dict[int, list[Name]] = defaultdict(list)
    uses: dict[int, int] = defaultdict(int)
    for row in db.execute(_of_roots(roots, names.c.actor_number, names, actors.c.kind)):
        if row.kind == "unnamed" and row.origin == "read":
            continue
        judged = row.origin in ("alias", "given")
        if judged or row.heads or row.origin != "read" or (row.kind != "person" and spelling.is_proper(row.name)):
            called[row.stands_for].append(
                Name(row.name, judged, bool(row.heads) or row.origin != "read", row.actor_number)
            )
        uses[row.stands_for] += row.heads
    posts, maybe = _posts(db, roots), _proposed(db, roots)
    rows = db.execute(select(actors).where(actors.c.number.in_(roots)))
    return {
        row.number: Candidate(
            number=row.number,
            kind=row.kind,
            names=tuple(dict.fromkeys(called[row.number])),
            posts=(*posts[row.number], *([Post(country=row.country)] if row.country else [])),
            uses=uses[row.number],
            maybe=frozenset(maybe[row.number]),
        )
        for row in rows
    }


def _posts(db: Connection, roots: Collection[int]) -> dict[int, list[Post]]:
    found: dict[int, list[Post]] = defaultdict(list)
    place = func.row_number().over(partition_by=actors.c.stands_for, order_by=told.c.uses.desc())
    ranked = _of_roots(roots, told.c.actor_number, told, place.label("place")).subquery()
    for row in db.execute(select(ranked).where(ranked.c.place <= _POSTS)):
        organisation = spelling.body(row.organisation) if row.organisation else ""
        found[row.stands_for].append(Post(title=row.title_words, organisation=organisation, country=row.country))
    for row in db.execute(_of_roots(roots, given.c.actor_number, given)):
        found[row.stands_for].append(
            Post(
                title=row.title_words or "",
                organisation=spelling.body(row.organisation) if row.organisation else "",
                country=row.country or "",
                since=row.since,
                until=row.until,
                judged=True,
            )
        )
    return found


def _proposed(db: Connection, roots: Collection[int]) -> dict[int, set[int]]:
    """Which of these actors each may be, by proposals."""
    mine, theirs = actors.alias("mine"), actors.alias("theirs")
    query = (
        select(mine.c.stands_for, theirs.c.stands_for.label("other"))
        .join_from(proposals, appearances, appearances.c.number == proposals.c.appearance_number)
        .join(mine, mine.c.number == appearances.c.actor_number)
        .join(theirs, theirs.c.number == proposals.c.actor_number)
        .where(theirs.c.stands_for.in_(roots), mine.c.stands_for.in_(roots))
    )
    found: dict[int, set[int]] = defaultdict(set)
    for row in db.execute(query.distinct()):
        found[row.stands_for].add(row.other)
    return found


def _of_roots(roots: Collection[int], of: ColumnElement[int], *columns: Any) -> Select[Any]:
    """Rows about these actors or any merged into them: with ``stands_for``."""
    return (
        select(actors.c.stands_for, *columns).join(actors, actors.c.number == of).where(actors.c.stands_for.in_(roots))
    )


def _company(db: Connection, root: int, others: Collection[int], but: str) -> int:
    """How many of ``others`` stand in the latest articles that name ``root``, leaving out the article ``but``."""
    if not others:
        return 0
    shared: set[str] = set()
    for number in db.scalars(select(actors.c.number).where(actors.c.stands_for == root)).all():
        # One actor at a time: then the index has the latest first, however many articles name this one.
        mine = select(appearances.c.article_id).where(appearances.c.actor_number == number)
        latest = mine.where(appearances.c.article_id != but).order_by(appearances.c.number.desc()).limit(_SEEN)
        shared.update(db.scalars(latest))
    met = select(func.count(actors.c.stands_for.distinct())).select_from(appearances)
    met = met.join(actors, actors.c.number == appearances.c.actor_number)
    return db.scalar(met.where(appearances.c.article_id.in_(shared), actors.c.stands_for.in_(others))) or 0
