"""Many codings that people made elsewhere, in one transaction: each is a judgement by its coder."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from onrecord.evidence import words
from onrecord.record import answering, codebook
from onrecord.record.actor_schema import actors, appearances
from onrecord.record.actor_schema import judgements as log
from onrecord.record.bulk import numbers, parts, put
from onrecord.record.gathered import next_number
from onrecord.record.position_schema import codings
from onrecord.record.review_schema import subjects
from onrecord.record.revisions import now
from onrecord.record.schema import statements
from onrecord.types import Answer, Span, coding_id, content_id


@dataclass(frozen=True, slots=True, kw_only=True)
class HandCoding:
    """Where an actor stands on a concept, as a coder found in a passage of an article; ``reviewer`` is the coder.

    ``organisation`` is the appearance of whom the actor speaks for there, if the coder says so.
    """

    article_id: str
    appearance_id: str
    statement_id: str
    evidence: Span
    concept: str
    stance: Answer
    reviewer: str
    organisation: str | None = None


class _Held(NamedTuple):
    """A coding of the machine's: its id, where it stands, and what it says."""

    id: str
    span: Span
    answer: str


class _Who(NamedTuple):
    """The actor that an appearance is."""

    number: int
    id: str


def store(db: Connection, made: Sequence[HandCoding], texts: Mapping[str, str]) -> list[str]:
    """Stores these codings, the articles of which stand in their tables; returns the id of each.

    What the machine coded of the same actor and concept in overlapping words is decided by it, as when one codes by
    hand in the record; two codings of a coder stay two. Who said the same before, and stands by it, says it once.
    """
    who = _actors(db, {c.appearance_id for c in made})
    version = {concept.id: concept.version for concept in codebook.present(db)}
    said = numbers(db, statements, {c.statement_id for c in made})
    by_machine = _by_machine(db, {c.article_id for c in made})
    known = _known(db, {_id(c, who) for c in made})
    taken: set[str] = set()
    number = next_number(db, codings.c.number)
    rows: list[dict[str, Any]] = []
    ids: list[str] = []
    for c in made:
        actor, id_ = who[c.appearance_id], _id(c, who)
        held = [h for h in by_machine[c.article_id, c.concept, actor.number] if h.id not in taken]
        near = [h for h in held if h.span.start < c.evidence.end and h.span.end > c.evidence.start]
        if id_ not in known and near:
            best = min(near, key=lambda h: (h.span != c.evidence, abs(h.span.start - c.evidence.start), h.id))
            taken.add(best.id)
            known[best.id] = best.answer
            ids.append(best.id)
            continue
        if id_ not in known:
            known[id_] = "none"
            rows.append(
                {"number": number + len(rows), "id": id_, "article_id": c.article_id, "concept": c.concept,
                 "version": version[c.concept], "appearance_number": None, "actor_number": actor.number,
                 "statement_number": said.get(c.statement_id), "reporter_number": None, "run_number": None,
                 "present": 1, "answer": "none", "score": 0.0, "support": 0.0, "oppose": 0.0, "undecided": 0.0,
                 "start_offset": c.evidence.start, "end_offset": c.evidence.end,
                 "exact": words(c.evidence, texts[c.article_id])}
            )  # fmt: skip
        ids.append(id_)
    put(db, codings, rows)
    _judge(db, made, ids, known, texts)
    return ids


def _id(coding: HandCoding, who: Mapping[str, _Who]) -> str:
    return coding_id(coding.article_id, who[coding.appearance_id].id, coding.concept, coding.evidence)


def _actors(db: Connection, wanted: set[str]) -> dict[str, _Who]:
    root = actors.alias("root")
    query = select(appearances.c.id, root.c.number, root.c.id.label("actor"))
    query = query.join(actors, actors.c.number == appearances.c.actor_number)
    query = query.join(root, root.c.number == actors.c.stands_for)
    return {
        row.id: _Who(row.number, row.actor)
        for some in parts(sorted(wanted))
        for row in db.execute(query.where(appearances.c.id.in_(some)))
    }


def _by_machine(db: Connection, article_ids: set[str]) -> dict[tuple[str, str, int], list[_Held]]:
    """What the machine coded, by article, concept and actor."""
    query = select(
        codings.c.id, codings.c.article_id, codings.c.concept, codings.c.answer, codings.c.start_offset,
        codings.c.end_offset, actors.c.stands_for,
    ).join(appearances, appearances.c.number == codings.c.appearance_number)  # fmt: skip
    query = query.join(actors, actors.c.number == func.coalesce(codings.c.actor_number, appearances.c.actor_number))
    query = query.where(codings.c.run_number.is_not(None), codings.c.present == 1)
    found: dict[tuple[str, str, int], list[_Held]] = defaultdict(list)
    for some in parts(sorted(article_ids)):
        for row in db.execute(query.where(codings.c.article_id.in_(some))):
            held = _Held(row.id, Span(row.start_offset, row.end_offset), row.answer)
            found[row.article_id, row.concept, row.stands_for].append(held)
    return found


def _known(db: Connection, ids: set[str]) -> dict[str, str]:
    """What those codings of these ids say that the record holds."""
    return {
        row.id: row.answer
        for some in parts(sorted(ids))
        for row in db.execute(select(codings.c.id, codings.c.answer).where(codings.c.id.in_(some)))
    }


def _judge(
    db: Connection, made: Sequence[HandCoding], ids: Sequence[str], known: Mapping[str, str], texts: Mapping[str, str]
) -> None:
    standing = select(log.c.subject, log.c.reviewer, log.c.detail).where(log.c.kind == "coding")
    standing = standing.where(log.c.withdrawn_at.is_(None)).order_by(log.c.number)
    said = {
        (row.subject, row.reviewer): row.detail["stance"]
        for some in parts(sorted(set(ids)))
        for row in db.execute(standing.where(log.c.subject.in_(some)))
    }
    version = {
        row.id: row.version
        for some in parts(sorted(set(ids)))
        for row in db.execute(select(codings.c.id, codings.c.version).where(codings.c.id.in_(some)))
    }
    number, made_at = next_number(db, log.c.number), now()
    rows: list[dict[str, Any]] = []
    about: list[dict[str, Any]] = []
    for c, id_ in zip(made, ids, strict=True):
        if said.get((id_, c.reviewer)) == c.stance:
            continue
        said[id_, c.reviewer] = c.stance
        detail = {
            "stance": c.stance, "found": known[id_], "concept": c.concept, "version": version[id_],
            "words": words(c.evidence, texts[c.article_id])[:200],
        }  # fmt: skip
        if c.organisation is not None:
            detail["organisation"] = c.organisation
        n = number + len(rows)
        rows.append(
            {"number": n, "id": content_id("judgement", n, "coding", id_, detail, c.reviewer, made_at),
             "kind": "coding", "subject_kind": "coding", "subject": id_, "detail": detail, "reviewer": c.reviewer,
             "made_at": made_at}
        )  # fmt: skip
        about.append({"subject": id_, "judgement_number": n, "kind": "coding", "counts": 1})
        about.append({"subject": c.article_id, "judgement_number": n, "kind": "article", "counts": 0})
    put(db, log, rows)
    put(db, subjects, about)
    for some in parts(sorted({row["subject"] for row in rows})):
        answering.settle(db, some)
