"""The actors of an article into the tables, and whose each statement is: part of what ``Record.add`` does."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from onrecord.evidence import words
from onrecord.reading.naming import without_article
from onrecord.record import effect, gathered, linking, register
from onrecord.record.actor_schema import actors, appearances, mentions, proposals, resolutions, roles
from onrecord.record.gathered import next_number
from onrecord.record.linking import Link
from onrecord.record.schema import articles, statements
from onrecord.types import Appearance, Article, Read, Reading, Resolution, Span, content_id


def retire(db: Connection, article_ids: Sequence[str]) -> None:
    """Takes back what these articles have said of actors, before they are read anew or replaced."""
    present = (appearances.c.article_id == articles.c.id) & (appearances.c.reading_id == articles.c.reading_id)
    query = select(appearances.c.number).join(articles, present)
    query = query.where(articles.c.id.in_(article_ids), articles.c.replaced_by.is_(None))
    gathered.count(db, list(db.scalars(query)), -1)


def store_actors(db: Connection, article: Article, read: Read, *, reading: Reading) -> None:
    """Stores the actors of an article that stands in its table already, links them, and says whose statements are."""
    found = read.appearances
    query = select(appearances.c.id, appearances.c.number, appearances.c.found_number)
    held = {row.id: row for row in db.execute(query.where(appearances.c.article_id == article.id))}
    known = {a.id: held[a.id].found_number for a in found if a.id in held}
    roots = {
        row.number: row.stands_for for row in db.execute(select(actors).where(actors.c.number.in_(known.values())))
    }
    links = {
        link.appearance.id: link for link in linking.link(db, article, found, {i: roots[n] for i, n in known.items()})
    }
    numbers = _store_appearances(db, found, links, {i: row.number for i, row in held.items()}, reading)
    for table, column in ((mentions, mentions.c.appearance_number), (roles, roles.c.appearance_number)):
        db.execute(delete(table).where(column.in_([numbers[a.id] for a in found])))
    _insert(db, mentions, [_mention(article, a, n, span, numbers) for a in found for n, span in enumerate(a.mentions)])
    _insert(db, roles, [row for a in found for row in _roles(article, a, numbers[a.id])])
    doubtful = [
        {
            "appearance_number": numbers[link.appearance.id],
            "actor_number": s.number,
            "score": s.score,
            "reason": s.reason,
        }
        for link in links.values()
        for s in link.proposals
    ]
    _insert(db, proposals, doubtful)
    _store_resolutions(db, article, read.resolutions, numbers)
    if held:
        effect.splits(db, [numbers[a.id] for a in found])
    gathered.count(db, [numbers[a.id] for a in found], 1)


def _store_appearances(
    db: Connection, found: Sequence[Appearance], links: dict[str, Link], held: dict[str, int], reading: Reading
) -> dict[str, int]:
    """Their numbers, by id. Those the record holds keep the actor they are linked to."""
    number = next_number(db, appearances.c.number)
    numbers, new, again = dict(held), [], []
    made = _new_actors(db, [a for a in found if a.id in links and links[a.id].number is None])
    for ordinal, a in enumerate(found):
        row: dict[str, Any] = {
            "reading_id": reading.id, "ordinal": ordinal, "names": list(a.names),
            "country": a.country, "parent": a.parent,
        }  # fmt: skip
        if a.id in held:
            again.append(row | {"known": held[a.id]})
            continue
        link = links[a.id]
        actor = link.number if link.number is not None else made[a.id]
        row |= {"number": number, "id": a.id, "article_id": a.article_id, "kind": a.kind, "name": a.name}
        row |= {"actor_number": actor, "found_number": actor, "link_score": link.score, "link_reason": link.reason}
        new.append(row)
        numbers[a.id] = number
        number += 1
    if again:
        fields = ("reading_id", "ordinal", "names", "country", "parent")
        changed: dict[str, Any] = {field: bindparam(field, type_=appearances.c[field].type) for field in fields}
        db.execute(update(appearances).where(appearances.c.number == bindparam("known")).values(changed), again)
    _insert(db, appearances, new)
    return numbers


def _new_actors(db: Connection, found: Sequence[Appearance]) -> dict[str, int]:
    """Numbers of new actors, by the id of the appearance.

    The id of an actor depends on kind and name, so that it is the same in every record; on the appearance if that is
    taken, or if there is no name.
    """
    wanted = {a.id: content_id("actor", a.kind, register.folded(without_article(a.name)) or a.name) for a in found}
    taken = set(db.scalars(select(actors.c.id).where(actors.c.id.in_(wanted.values())))) if wanted else set()
    first = next_number(db, actors.c.number) if wanted else 0
    rows = []
    for number, a in enumerate(found, start=first):
        id_ = wanted[a.id] if a.kind != "unnamed" and wanted[a.id] not in taken else content_id("actor", a.id)
        taken.add(id_)
        rows.append(
            {"number": number, "id": id_, "kind": a.kind, "name": a.name, "country": a.country, "stands_for": number}
        )
    _insert(db, actors, rows)
    return {a.id: number for number, a in enumerate(found, start=first)}


def _mention(article: Article, a: Appearance, piece: int, span: Span, numbers: dict[str, int]) -> dict[str, Any]:
    return {"appearance_number": numbers[a.id], "piece": piece} | _evidence(article, span)


def _roles(article: Article, a: Appearance, number: int) -> list[dict[str, Any]]:
    return [
        {"appearance_number": number, "piece": piece, "title": role.title, "organisation": role.organisation,
         "country": role.country, "former": int(role.former)} | _evidence(article, role.evidence)
        for piece, role in enumerate(a.roles)
    ]  # fmt: skip


def _store_resolutions(db: Connection, article: Article, found: Sequence[Resolution], numbers: dict[str, int]) -> None:
    """Replaces what was known of whose these statements are."""
    own = select(statements.c.id, statements.c.number, statements.c.reading_id).where(
        statements.c.article_id == article.id
    )
    statement = {row.id: row.number for row in db.execute(own)}
    present = select(statements.c.number).join(
        articles, (articles.c.id == statements.c.article_id) & (articles.c.reading_id == statements.c.reading_id)
    )
    present = present.where(articles.c.id == article.id)
    db.execute(delete(resolutions).where(resolutions.c.statement_number.in_(present)))
    ordinal: dict[str, int] = {}
    rows = []
    for resolution in found:
        n = ordinal[resolution.statement_id] = ordinal.get(resolution.statement_id, -1) + 1
        evidence = {"start_offset": None, "end_offset": None, "exact": None}
        rows.append(
            {
                "statement_number": statement[resolution.statement_id],
                "ordinal": n,
                "appearance_number": numbers[resolution.appearance_id] if resolution.appearance_id else None,
                "how": resolution.how,
                "score": resolution.score,
            }
            | (_evidence(article, resolution.evidence) if resolution.evidence else evidence)
        )
    _insert(db, resolutions, rows)


def _evidence(article: Article, span: Span) -> dict[str, Any]:
    return {"start_offset": span.start, "end_offset": span.end, "exact": words(span, article.text)}


def _insert(db: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.execute(insert(table), rows)
