"""What the judgements about statements make of what the machine found: which statements stand, and whose they are.

The tables of statements hold what stands. Where that is not what the machine found, the machine's values are kept in
``standing`` and the ``found_`` tables. ``lift`` puts them back exactly, ``lay`` lays the judgements that stand over
them again, in the order in which they were made. So a judgement that is withdrawn leaves nothing behind, and an article
that is read anew keeps all judgements: it is lifted before and laid after.

Every judgement says the same: of the entries ``before`` it, those that are not among the entries ``after`` it are set
aside; those after it stand, as they are given there.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from onrecord.record import effect, gathered
from onrecord.record.actor_schema import actors, appearances, judgements, resolutions
from onrecord.record.checks import reading_order
from onrecord.record.gathered import next_number
from onrecord.record.review_schema import (
    SET_ASIDE,
    blind,
    found_links,
    found_resolutions,
    placed,
    standing,
    subjects,
)
from onrecord.record.rows import parts_of, statement
from onrecord.record.schema import articles, readings, statements
from onrecord.types import content_id
from onrecord.version import VERSION

KINDS = ("right", "wrong", "correct", "add", "divide", "join")
_VERDICTS = {"right": "right", "correct": "corrected", "divide": "corrected", "join": "corrected", "add": "added"}
_AT_ONCE = 500  # ids asked for in one query
_RESOLUTION = tuple(c.name for c in resolutions.c)


@dataclass(slots=True)
class _Outcome:
    """What the judgements of an article come to: what stands, what is set aside, and what took whose place."""

    stands: dict[str, tuple[Mapping[str, Any], Row[Any]]] = field(default_factory=dict)
    aside: dict[str, tuple[str, Row[Any]]] = field(default_factory=dict)
    instead: dict[str, str | None] = field(default_factory=dict)

    def apply(self, made: Row[Any]) -> None:
        before, after = made.detail["before"], made.detail["after"]
        for entry in after:
            self.aside.pop(entry["id"], None)
            self.instead.pop(entry["id"], None)
            self.stands[entry["id"]] = (entry, made)
        for entry in before:
            if all(entry["id"] != other["id"] for other in after):
                self.stands.pop(entry["id"], None)
                self.aside[entry["id"]] = ("replaced" if after else "wrong", made)
                self.instead[entry["id"]] = after[0]["id"] if after else None


def recompute(db: Connection, article_id: str) -> None:
    """Brings the statements of an article in line with the judgements that stand."""
    lift(db, article_id)
    lay(db, article_id)
    _renumber(db, article_id)


def lift(db: Connection, article_id: str) -> bool:
    """Puts back what the machine found in an article; True if anything lay over it."""
    rows = db.execute(select(standing).where(standing.c.article_id == article_id)).all()
    if not rows:
        return False
    numbers = [row.statement_number for row in rows]
    fields: dict[str, Any] = {name: bindparam(f"found_{name}") for name in ("reading_id", "kind", "score")}
    found = [
        {"known": row.statement_number} | {f"found_{name}": getattr(row, f"found_{name}") for name in fields}
        for row in rows
    ]
    db.execute(update(statements).where(statements.c.number == bindparam("known")).values(fields), found)
    resolved = [row.statement_number for row in rows if row.resolved]
    db.execute(delete(resolutions).where(resolutions.c.statement_number.in_(resolved)))
    kept = select(*found_resolutions.c).where(found_resolutions.c.statement_number.in_(resolved))
    db.execute(insert(resolutions).from_select(_RESOLUTION, kept))
    db.execute(delete(found_resolutions).where(found_resolutions.c.statement_number.in_(numbers)))
    links = db.execute(select(found_links).where(found_links.c.article_id == article_id)).all()
    _link(db, [{"known": row.statement_number, "to_part": row.part_of, "to_within": row.within} for row in links])
    db.execute(delete(found_links).where(found_links.c.article_id == article_id))
    present = select(placed.c.appearance_number).join(appearances, appearances.c.number == placed.c.appearance_number)
    present = present.where(placed.c.article_id == article_id, appearances.c.reading_id != SET_ASIDE)
    _set_aside(db, article_id, list(db.scalars(present)))
    db.execute(delete(standing).where(standing.c.article_id == article_id))
    return True


def lay(db: Connection, article_id: str) -> bool:
    """Lays the judgements that stand over what the machine found, which must lie open; True if there are any."""
    outcome = _Outcome()
    for made in about(db, article_id):
        outcome.apply(made)
    if not outcome.stands and not outcome.aside:
        return False
    need_the_reading(db)
    article = db.execute(select(articles).where(articles.c.id == article_id)).one()
    ids = [*outcome.stands, *outcome.aside]
    rows = {row.id: row for row in db.execute(select(statements).where(statements.c.id.in_(ids)))}
    theirs = _resolve(db, article, {rows[id_].number: judged for id_, judged in outcome.stands.items()})
    changed, laid = [], []
    for id_, row in rows.items():
        if id_ in outcome.stands:
            entry, made = outcome.stands[id_]
            verdict = _VERDICTS[made.kind]
            changed.append({"known": row.number, "to": article.reading_id, "as": entry["kind"], "sure": 1.0})
        else:
            verdict, made = outcome.aside[id_]
            changed.append({"known": row.number, "to": SET_ASIDE, "as": row.kind, "sure": row.score})
        laid.append(
            {"statement_number": row.number, "article_id": article_id, "verdict": verdict,
             "judgement_number": made.number, "found_reading_id": row.reading_id, "found_kind": row.kind,
             "found_score": row.score, "resolved": int(row.number in theirs)}
        )  # fmt: skip
    values: dict[str, Any] = {"reading_id": bindparam("to"), "kind": bindparam("as"), "score": bindparam("sure")}
    db.execute(insert(standing), laid)
    db.execute(update(statements).where(statements.c.number == bindparam("known")).values(values), changed)
    _relink(db, article_id, outcome.instead)
    return True


def laid_again(db: Connection, article_id: str) -> None:
    """After an article was read anew, and lifted before that."""
    if lay(db, article_id):
        _renumber(db, article_id)


def about(db: Connection, article_id: str) -> Sequence[Row[Any]]:
    """The judgements about statements of this article that stand and count, in the order in which they were made."""
    mine = select(subjects.c.judgement_number).where(subjects.c.subject == article_id, subjects.c.kind == "article")
    unseen = select(blind.c.judgement_number)
    query = select(judgements).where(judgements.c.number.in_(mine), judgements.c.kind.in_(KINDS))
    query = query.where(judgements.c.withdrawn_at.is_(None), judgements.c.number.not_in(unseen))
    return db.execute(query.order_by(judgements.c.number)).all()


def whose(db: Connection, numbers: Collection[int], table: Any = resolutions) -> dict[int, list[tuple[int, int]]]:
    """Whose these statements are, by their number, in order: the actor, and the one that stands for it.

    The first is what a judgement keeps: it stays the same if actors that were merged are taken apart again.
    """
    query = select(table.c.statement_number, actors.c.number, actors.c.stands_for).select_from(
        table.join(appearances, appearances.c.number == table.c.appearance_number).join(
            actors, actors.c.number == appearances.c.actor_number
        )
    )
    query = query.where(table.c.statement_number.in_(numbers)).order_by(table.c.statement_number, table.c.ordinal)
    found: dict[int, list[tuple[int, int]]] = {}
    for number, own, root in db.execute(query):
        found.setdefault(number, []).append((own, root))
    return found


def root_ids(db: Connection, ids: Collection[str]) -> dict[str, str]:
    """The ids of the actors that now stand for these, by their ids."""
    own, root = actors.alias("own"), actors.alias("root")
    query = select(own.c.id, root.c.id.label("root")).join(root, root.c.number == own.c.stands_for)
    found: dict[str, str] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), _AT_ONCE):
        rows = db.execute(query.where(own.c.id.in_(wanted[start : start + _AT_ONCE])))
        found |= {row.id: row.root for row in rows}
    return found


def _resolve(db: Connection, article: Row[Any], judged: Mapping[int, tuple[Mapping[str, Any], Row[Any]]]) -> set[int]:
    """Lets statements be of whom people said; returns those of which the machine says something else."""
    ids = {a["id"] for entry, _ in judged.values() for a in entry["actors"]}
    root = {row.id: row.stands_for for row in db.execute(select(actors).where(actors.c.id.in_(ids)))}
    found = {n: [root_ for _, root_ in pairs] for n, pairs in whose(db, judged).items()}
    wanted = {n: [root[a["id"]] for a in entry["actors"]] for n, (entry, _) in judged.items()}
    theirs = {n for n in judged if wanted[n] != found.get(n, [])}
    held = db.execute(select(resolutions).where(resolutions.c.statement_number.in_(theirs))).all()
    if held:
        db.execute(insert(found_resolutions), [dict(row._mapping) for row in held])
        db.execute(delete(resolutions).where(resolutions.c.statement_number.in_(theirs)))
    placing = [(a, made) for n in sorted(theirs) for a in judged[n][0]["actors"] for made in (judged[n][1],)]
    at = _place(db, article, placing)
    rows: list[dict[str, Any]] = []
    for n in sorted(theirs):
        entry, made = judged[n]
        evidence = _evidence(entry)
        for ordinal, a in enumerate(entry["actors"]):
            where = at[appearance_id(article.id, made.id, a["id"])]
            rows.append(
                {"statement_number": n, "ordinal": ordinal, "appearance_number": where, "how": "judged"} | evidence
            )
        if not entry["actors"]:
            none: dict[str, Any] = {"start_offset": None, "end_offset": None, "exact": None}
            rows.append({"statement_number": n, "ordinal": 0, "appearance_number": None, "how": "unresolved"} | none)
    if rows:
        db.execute(insert(resolutions), [row | {"score": 1.0} for row in rows])
    return theirs


def _evidence(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The words that name the source: what a person saw when they said who it is."""
    start, end = entry["source"] or (None, None)
    return {"start_offset": start, "end_offset": end, "exact": entry["words"]["source"]}


def appearance_id(article: str, judgement: str, actor: str) -> str:
    """The id of an actor's appearance that a person placed in an article."""
    return content_id("appearance", article, "judged", judgement, actor)


def _place(db: Connection, article: Row[Any], placing: Iterable[tuple[Mapping[str, Any], Row[Any]]]) -> dict[str, int]:
    """The numbers of the appearances by which these actors stand in the article, by id; placed there if they do not."""
    wanted = {appearance_id(article.id, made.id, a["id"]): (a, made) for a, made in placing}
    held = {row.id: row.number for row in db.execute(select(appearances).where(appearances.c.id.in_(wanted)))}
    known = {
        row.id: row for row in db.execute(select(actors).where(actors.c.id.in_({a["id"] for a, _ in wanted.values()})))
    }
    number = next_number(db, appearances.c.number)
    last = db.scalar(
        select(appearances.c.ordinal)
        .where(appearances.c.article_id == article.id)
        .order_by(appearances.c.ordinal.desc())
        .limit(1)
    )
    new: list[dict[str, Any]] = []
    noted: list[dict[str, Any]] = []
    for id_, (a, made) in wanted.items():
        if id_ in held:
            continue
        actor = known[a["id"]]
        held[id_] = number
        new.append(
            {"number": number, "id": id_, "article_id": article.id, "reading_id": article.reading_id,
             "ordinal": (last or 0) + 1 + len(new), "kind": actor.kind, "name": a["name"], "names": [a["name"]],
             "country": None, "parent": None, "actor_number": actor.number, "found_number": actor.number,
             "link_score": 1.0, "link_reason": f"judged by {made.reviewer}"}
        )  # fmt: skip
        noted.append({"appearance_number": number, "article_id": article.id, "judgement_number": made.number})
        number += 1
    if new:
        db.execute(insert(appearances), new)
        db.execute(insert(placed), noted)
    numbers = [held[id_] for id_ in wanted]
    db.execute(update(appearances).where(appearances.c.number.in_(numbers)).values(reading_id=article.reading_id))
    if new:
        effect.splits(db, [row["number"] for row in new])
    if article.replaced_by is None:
        gathered.count(db, numbers, 1)
    return held


def _set_aside(db: Connection, article_id: str, numbers: Sequence[int]) -> None:
    """Takes appearances that people placed out of the article."""
    if not numbers:
        return
    if db.scalar(select(articles.c.replaced_by).where(articles.c.id == article_id)) is None:
        gathered.count(db, numbers, -1)
    db.execute(update(appearances).where(appearances.c.number.in_(numbers)).values(reading_id=SET_ASIDE))


def _relink(db: Connection, article_id: str, instead: Mapping[str, str | None]) -> None:
    """Lets what continued or stood within a statement that is set aside do so with what stands in its place."""
    if not instead:
        return
    in_article = statements.c.article_id == article_id
    linked = select(statements).where(in_article, statements.c.part_of.in_(instead) | statements.c.within.in_(instead))
    rows = db.execute(linked).all()
    outer = {
        row.id: row.within
        for row in db.execute(select(statements.c.id, statements.c.within).where(statements.c.id.in_(instead)))
    }

    def stands(id_: str | None, *, outwards: bool) -> str | None:
        seen = set()
        while id_ is not None and id_ in instead and id_ not in seen:
            seen.add(id_)
            id_ = instead[id_] or (outer[id_] if outwards else None)
        return None if id_ in seen else id_

    kept, moved = [], []
    for row in rows:
        part, within = stands(row.part_of, outwards=False), stands(row.within, outwards=True)
        kept.append(
            {"statement_number": row.number, "article_id": article_id, "part_of": row.part_of, "within": row.within}
        )
        moved.append(
            {
                "known": row.number,
                "to_part": None if part == row.id else part,
                "to_within": None if within == row.id else within,
            }
        )
    if kept:
        db.execute(insert(found_links), kept)
    _link(db, moved)


def _link(db: Connection, moved: Sequence[dict[str, Any]]) -> None:
    if moved:
        values: dict[str, Any] = {"part_of": bindparam("to_part"), "within": bindparam("to_within")}
        db.execute(update(statements).where(statements.c.number == bindparam("known")).values(values), moved)


def _renumber(db: Connection, article_id: str) -> None:
    """Numbers the statements that stand in the order of the text."""
    present = select(statements).join(articles, articles.c.id == statements.c.article_id)
    rows = db.execute(
        present.where(articles.c.id == article_id, statements.c.reading_id == articles.c.reading_id)
    ).all()
    parts = parts_of(db, [row.number for row in rows])
    ordered = sorted(rows, key=lambda row: reading_order(statement(row, parts[row.number])))
    moved = [{"known": row.number, "to": n} for n, row in enumerate(ordered) if row.ordinal != n]
    if moved:
        change = update(statements).where(statements.c.number == bindparam("known")).values(ordinal=bindparam("to"))
        db.execute(change, moved)


def need_the_reading(db: Connection) -> None:
    """Makes sure there is the reading to which what is set aside belongs."""
    if db.scalar(select(readings.c.id).where(readings.c.id == SET_ASIDE)) is None:
        row = {"id": SET_ASIDE, "started_at": "", "version": VERSION, "weights_sha256": "", "settings": {}}
        db.execute(insert(readings), row)
