"""Codings into the tables and out of them: what the machine found, and what people decided about it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from onrecord.errors import NotFound
from onrecord.evidence import words
from onrecord.record import answering, codebook, judgements, posts
from onrecord.record.actor_schema import actors, appearances, resolutions
from onrecord.record.actor_schema import judgements as log
from onrecord.record.bulk import called
from onrecord.record.checks import askable
from onrecord.record.coding_found import Coded, CodedCondition, CodingFilters
from onrecord.record.found import Judgement, Post
from onrecord.record.gathered import next_number
from onrecord.record.position_schema import coded, coding_judged, codings, conditions, runs
from onrecord.record.revisions import revisions as revisions_of
from onrecord.record.rows import heading, heading_columns, stream, with_original
from onrecord.record.schema import articles, statements
from onrecord.types import STANCES, Answer, Article, Coding, Concept, Condition, Span, coding_id

_ROWS = 500


# What the machine found


def missing(db: Connection, coder: str, wanted: Mapping[str, int]) -> Iterator[tuple[int, str, list[str]]]:
    """The articles that this coder has not coded on all ``wanted`` concepts (id → version) as they are read now.

    Yields number and id of the article with the ids of the concepts to be coded, in the order of the numbers.
    """
    done = {row.number: row.concepts for row in db.execute(select(runs).where(runs.c.coder == coder))}
    present = and_(coded.c.article_number == articles.c.number, coded.c.reading_id == articles.c.reading_id)
    query = select(articles.c.number, articles.c.id, coded.c.run_number).outerjoin(coded, present)
    query = query.where(articles.c.replaced_by.is_(None)).order_by(articles.c.number)
    known: dict[int, set[str]] = {}
    ids: dict[int, str] = {}
    for row in db.execute(query):
        ids[row.number] = row.id
        held = done.get(row.run_number, {})
        known.setdefault(row.number, set()).update(i for i, v in wanted.items() if held.get(i) == v)
    for number, has in known.items():
        if lacks := [i for i in wanted if i not in has]:
            yield number, ids[number], lacks


def run(db: Connection, coder: str, wanted: Sequence[Concept], settings: Mapping[str, Any]) -> int:
    """The number of the run of this coder over these versions of concepts; noted if it is new."""
    held = {c.id: c.version for c in wanted}
    for row in db.execute(select(runs).where(runs.c.coder == coder)):
        if row.concepts == held:
            return int(row.number)
    number = next_number(db, runs.c.number)
    values = {"number": number, "coder": coder, "concepts": held, "settings": dict(settings), "started_at": _now()}
    db.execute(insert(runs), values)
    return number


def store(
    db: Connection, article: Article, made: Sequence[Coding], *, run_number: int, concepts: Sequence[str]
) -> None:
    """Stores what one article says on these ``concepts``; what was found on them before is kept, but not present."""
    row = db.execute(select(articles.c.number, articles.c.reading_id).where(articles.c.id == article.id)).one()
    before = (codings.c.article_id == article.id, codings.c.concept.in_(concepts), codings.c.run_number.is_not(None))
    db.execute(update(codings).where(*before).values(present=0))
    ids, found_in, said = (
        {r.id: r.number for r in db.execute(select(t.c.id, t.c.number).where(t.c.article_id == article.id))}
        for t in (codings, appearances, statements)
    )
    number = next_number(db, codings.c.number)
    new, again, pieces = [], [], []
    for coding in made:
        values: dict[str, Any] = {
            "version": coding.version, "statement_number": said.get(coding.statement_id or ""),
            "reporter_number": found_in.get(coding.according_to or ""), "run_number": run_number, "present": 1,
            "answer": coding.stance, "score": coding.score,
            **dict(zip(STANCES, coding.chances, strict=True)),
        }  # fmt: skip
        known = ids.get(coding.id)
        if known is None:
            span = coding.evidence
            fixed = {
                "number": number, "id": coding.id, "article_id": article.id, "concept": coding.concept,
                "appearance_number": found_in[coding.appearance_id], "actor_number": None,
                "start_offset": span.start, "end_offset": span.end, "exact": words(span, article.text),
            }  # fmt: skip
            new.append(values | fixed)
            known = number
            number += 1
        else:
            again.append(values | {"known": known})
        pieces += [_condition(c, i, article.text) | {"coding_number": known} for i, c in enumerate(coding.conditions)]
    if again:
        db.execute(delete(conditions).where(conditions.c.coding_number.in_([row["known"] for row in again])))
        fields = [f for f in again[0] if f != "known"]
        change: dict[str, Any] = {f: bindparam(f"new_{f}") for f in fields}
        db.execute(
            update(codings).where(codings.c.number == bindparam("known")).values(change),
            [{"known": r["known"], **{f"new_{f}": r[f] for f in fields}} for r in again],
        )
    if new:
        db.execute(insert(codings), new)
    if pieces:
        db.execute(insert(conditions), pieces)
    done = {"article_number": row.number, "run_number": run_number, "reading_id": row.reading_id}
    db.execute(delete(coded).where(coded.c.article_number == row.number, coded.c.run_number == run_number))
    db.execute(insert(coded), done)


def _condition(c: Condition, piece: int, text: str) -> dict[str, Any]:
    place = {"start_offset": c.span.start, "end_offset": c.span.end, "exact": words(c.span, text)}
    return place | {"piece": piece, "holds": int(c.holds), "concept": c.concept}


# What people decide


def judge(
    db: Connection, key: str, answer: Answer, *, reviewer: str, given: Sequence[Condition] | None, note: str, text: str,
    expects: int | None = None,
) -> Judgement:  # fmt: skip
    """A person's answer to a coding there is; ``given`` conditions, None: as found. ``text`` is the article's."""
    row = found(db, key)
    detail: dict[str, Any] = {
        "stance": answer, "found": row.answer, "concept": row.concept, "version": row.version, "words": row.exact[:200]
    }  # fmt: skip
    if given is not None:
        detail["conditions"] = [[*c.span, c.holds, c.concept, words(c.span, text)] for c in given]
    if note:
        detail["note"] = note
    made = judgements.make(
        db,
        "coding",
        row.id,
        detail,
        reviewer,
        subject_kind="coding",
        about={row.article_id: "article"},
        expects=expects,
    )
    answering.settle(db, [row.id])
    return made


def by_hand(
    db: Connection, article: Article, evidence: Span, actor: int, concept: Concept, answer: Answer, *, reviewer: str,
    given: Sequence[Condition], statement_id: str | None, note: str,
) -> Judgement:  # fmt: skip
    """A person's coding. If the machine coded the same actor and concept in words that overlap, that is decided."""
    found, root = actors.alias("found"), actors.c.id
    same = select(codings.c.id, codings.c.start_offset, codings.c.end_offset).outerjoin(
        appearances, appearances.c.number == codings.c.appearance_number
    )
    same = same.join(found, found.c.number == func.coalesce(codings.c.actor_number, appearances.c.actor_number))
    same = same.where(
        codings.c.article_id == article.id, codings.c.concept == concept.id, found.c.stands_for == actor,
        codings.c.start_offset < evidence.end, codings.c.end_offset > evidence.start,
    )  # fmt: skip
    rows = db.execute(same.order_by(func.abs(codings.c.start_offset - evidence.start), codings.c.number)).all()
    exact = next((row for row in rows if (row.start_offset, row.end_offset) == evidence), None)
    key = exact.id if exact else rows[0].id if rows else None
    if key is None:
        who = db.scalar(select(root).where(actors.c.number == actor))
        key = coding_id(article.id, str(who), concept.id, evidence)
        number = None
        if statement_id is not None:
            of = (statements.c.id == statement_id, statements.c.article_id == article.id)
            number = db.scalar(select(statements.c.number).where(*of))
        db.execute(
            insert(codings),
            {
                "number": next_number(db, codings.c.number), "id": key, "article_id": article.id,
                "concept": concept.id, "version": concept.version, "appearance_number": None, "actor_number": actor,
                "statement_number": number, "reporter_number": None, "run_number": None, "present": 1,
                "answer": "none", "score": 0.0, "support": 0.0, "oppose": 0.0, "undecided": 0.0,
                "start_offset": evidence.start, "end_offset": evidence.end, "exact": words(evidence, article.text),
            },
        )  # fmt: skip
    return judge(db, key, answer, reviewer=reviewer, given=given or None, note=note, text=article.text)


def found(db: Connection, key: str) -> Row[Any]:
    """The row of the coding with this id or beginning of it. Raises NotFound."""
    rows = db.execute(select(codings).where(codings.c.id.startswith(askable(key), autoescape=True)).limit(2)).all()
    exact = [row for row in rows if row.id == key]
    if len(exact) != 1 and (len(rows) != 1 or len(key) < 6):
        raise NotFound(f"no coding {key!r}: the command why lists them")
    return (exact or rows)[0]


# What is listed

_found, _root = actors.alias("found"), actors.alias("root")
_reporter, _reporter_found, _reporter_root = appearances.alias("reporter"), actors.alias("rf"), actors.alias("rr")
_judged = resolutions.alias("judged")  # whose the statement is, where a person said so
_JUDGED = and_(
    _judged.c.statement_number == codings.c.statement_number, _judged.c.how == "judged", _judged.c.ordinal == 0
)
_APPEARANCE = func.coalesce(_judged.c.appearance_number, codings.c.appearance_number)
_STANDS = or_(codings.c.statement_number.is_(None), statements.c.reading_id == articles.c.reading_id)
_EFFECTIVE = func.coalesce(coding_judged.c.answer, codings.c.answer)


def listed(
    db: Connection, article_conditions: list[ColumnElement[bool]], filters: CodingFilters, root: int | None,
    concept: Concept | None, order: Sequence[Any],
) -> Iterator[Coded]:  # fmt: skip
    """The codings the filters ask for; ``root`` and ``concept`` are what ``actor`` and ``concept`` mean."""
    held = {c.id: c for c in codebook.present(db)}
    query = _query().where(*article_conditions, codings.c.concept.in_(held))
    # The machine's codings count as the article is read now; what a person decided stays, whatever is read later.
    read_now = or_(appearances.c.reading_id == articles.c.reading_id, _judged.c.how.is_not(None))
    by_machine = and_(codings.c.present == 1, codings.c.run_number.is_not(None), read_now, _STANDS)
    query = query.where(or_(coding_judged.c.coding_number.is_not(None), by_machine))
    answers = filters.get("answers") or STANCES
    query = query.where(_EFFECTIVE.in_(answers))
    if root is not None:
        query = query.where(_root.c.number == root)
    if concept is not None:
        query = query.where(codings.c.concept == concept.id)
    if (score := filters.get("min_score")) is not None:
        query = query.where(or_(coding_judged.c.coding_number.is_not(None), codings.c.score >= score))
    if (checked := filters.get("checked")) is not None:
        query = query.where((coding_judged.c.coding_number.is_not(None)) == checked)
    if (ids := filters.get("ids")) is not None:
        query = query.where(codings.c.id.in_(ids))
    query = query.order_by(*order, codings.c.start_offset, codings.c.concept, codings.c.number)
    known: dict[int, list[Post]] = {}
    with stream(db, query, _ROWS) as found:
        for rows in found.partitions():
            pieces = _conditions_of(db, [row.number for row in rows])
            lacking = {row.root for row in rows} - known.keys()
            known |= {root: [] for root in lacking} | posts.of_actors(db, lacking)
            revisions = revisions_of(db, [row.id for row in rows])
            spoken_for = called(db, {id_ for row in rows if (id_ := _spoken_for(row))})
            for row in rows:
                revision, body = revisions.get(row.id, 0), spoken_for.get(_spoken_for(row) or "")
                yield _coded(row, held[row.concept], pieces[row.number], known[row.root], revision, body)


def _spoken_for(row: Row[Any]) -> str | None:
    """The appearance of the organisation for which the actor spoke, if whoever coded it said so (by_hand.py)."""
    return (row.judged_detail or {}).get("organisation")


def _query() -> Select[Any]:
    return (
        select(
            *heading_columns, codings, coding_judged.c.answer.label("judged"), log.c.id.label("judgement_id"),
            coding_judged.c.conditions.label("judged_conditions"), log.c.reviewer.label("judged_by"),
            log.c.detail.label("decision"),
            log.c.detail.label("judged_detail"),
            log.c.made_at.label("judged_at"), _root.c.number.label("root"), _root.c.id.label("actor_id"),
            _root.c.name.label("actor"), _root.c.kind.label("actor_kind"), _root.c.country.label("own_country"),
            statements.c.id.label("statement_id"), _reporter_root.c.name.label("reporter"),
        )
        .select_from(with_original)
        .join(codings, codings.c.article_id == articles.c.id)
        .outerjoin(_judged, _JUDGED)
        .outerjoin(appearances, appearances.c.number == _APPEARANCE)
        .join(_found, _found.c.number == func.coalesce(codings.c.actor_number, appearances.c.actor_number))
        .join(_root, _root.c.number == _found.c.stands_for)
        .outerjoin(coding_judged, coding_judged.c.coding_number == codings.c.number)
        .outerjoin(log, log.c.number == coding_judged.c.judgement_number)
        .outerjoin(statements, statements.c.number == codings.c.statement_number)
        .outerjoin(_reporter, _reporter.c.number == codings.c.reporter_number)
        .outerjoin(_reporter_found, _reporter_found.c.number == _reporter.c.actor_number)
        .outerjoin(_reporter_root, _reporter_root.c.number == _reporter_found.c.stands_for)
    )  # fmt: skip


def _conditions_of(db: Connection, numbers: Sequence[int]) -> dict[int, list[CodedCondition]]:
    found: dict[int, list[CodedCondition]] = defaultdict(list)
    query = select(conditions).where(conditions.c.coding_number.in_(numbers))
    for row in db.execute(query.order_by(conditions.c.coding_number, conditions.c.piece)):
        span = Span(row.start_offset, row.end_offset)
        found[row.coding_number].append(CodedCondition(span, row.exact, bool(row.holds), row.concept))
    return found


def _coded(
    row: Row[Any], concept: Concept, found: list[CodedCondition], known: list[Post], revision: int, body: str | None
) -> Coded:
    post = posts.main(posts.at(known, row.published))
    if row.judged_conditions is not None:
        found = [CodedCondition(Span(s, e), said, holds, about) for s, e, holds, about, said in row.judged_conditions]
    return Coded(
        id=row.id, article=heading(row), actor_id=row.actor_id, actor=row.actor, actor_kind=row.actor_kind,
        concept=concept.id, proposition=concept.proposition,
        version=row.decision["version"] if row.judged else row.version,
        present_version=concept.version,
        stance=row.judged or row.answer, found=row.answer if row.run_number is not None else None,
        score=1.0 if row.judged else row.score, chances=(row.support, row.oppose, row.undecided),
        evidence=Span(row.start_offset, row.end_offset), words=row.exact, statement_id=row.statement_id,
        conditions=tuple(found), according_to=row.reporter, judged_by=row.judged_by, judged_at=row.judged_at,
        judgement_id=row.judgement_id, revision=revision, title=post.title, organisation=body or post.organisation,
        country=post.country or row.own_country,
    )  # fmt: skip


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
