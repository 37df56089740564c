"""What people decided about statements, as lists show it."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, FromClause, Row, or_, select

from onrecord.record import codebook
from onrecord.record.actor_schema import appearances, judgements
from onrecord.record.found import Checked
from onrecord.record.position_schema import codings
from onrecord.record.review_found import Standing
from onrecord.record.review_schema import SET_ASIDE, standing
from onrecord.record.revisions import revisions
from onrecord.record.schema import articles, statements

_SET_ASIDE = ("wrong", "replaced")


def is_checked() -> ColumnElement[bool]:
    """That a person judged a statement."""
    return statements.c.number.in_(select(standing.c.statement_number))


def is_set_aside() -> ColumnElement[bool]:
    """That a person judged a statement wrong, or put another in its place."""
    return statements.c.number.in_(select(standing.c.statement_number).where(standing.c.verdict.in_(_SET_ASIDE)))


def checked(db: Connection, numbers: Collection[int]) -> dict[int, Checked]:
    """What was decided about these statements, by their number, as far as anything was."""
    query = select(
        standing, judgements.c.number, judgements.c.id, judgements.c.reviewer, judgements.c.made_at, judgements.c.detail
    )
    query = query.join(judgements, judgements.c.number == standing.c.judgement_number)
    return {
        row.statement_number: Checked(
            verdict=row.verdict,
            judgement=row.id,
            number=row.number,
            reviewer=row.reviewer,
            made_at=row.made_at,
            found_score=row.found_score if row.found_reading_id != SET_ASIDE else None,
            found_kind=row.found_kind if row.found_reading_id != SET_ASIDE else None,
            note=row.detail.get("note", ""),
        )
        for row in db.execute(query.where(standing.c.statement_number.in_(numbers)))
    }


def how_it_stands(db: Connection, row: Row[object]) -> Standing:
    """How a statement stands, from its row."""
    found = checked(db, [row.number]).get(row.number)
    instead: list[str] = []
    if found is not None and found.verdict == "replaced":
        detail = db.scalars(select(judgements.c.detail).where(judgements.c.number == found.number)).one()
        instead = [entry["id"] for entry in detail["after"]]
    revision = revisions(db, [row.id])[row.id]
    return Standing(statement_id=row.id, revision=revision, checked=found, replaced_by=tuple(instead))


def machines_codings(db: Connection) -> tuple[FromClause, list[ColumnElement[bool]]]:
    """The machine's codings with their articles, and the conditions that lists show them on.

    Not those of concepts that are no longer in the codebook, of articles read anew since, or of statements set aside.
    """
    joined = codings.join(articles, articles.c.id == codings.c.article_id)
    joined = joined.join(appearances, appearances.c.number == codings.c.appearance_number)
    joined = joined.outerjoin(statements, statements.c.number == codings.c.statement_number)
    stands = or_(codings.c.statement_number.is_(None), statements.c.reading_id == articles.c.reading_id)
    known = codings.c.concept.in_([concept.id for concept in codebook.present(db)])
    read_now = appearances.c.reading_id == articles.c.reading_id
    own = (codings.c.present == 1, codings.c.run_number.is_not(None), codings.c.answer != "none")
    return joined, [*own, known, read_now, stands]
