"""What a record found in each article, for forms that need the text beside it: statements, and codings on concepts."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple, Unpack, cast

from onrecord.analysis.positions import shown_from
from onrecord.record import Filters, Record, Said
from onrecord.record.coding_found import Coded, CodingFilters
from onrecord.types import Article

_OF_STATEMENTS = ("by", "about", "kind", "ids", "wrong")  # filters that codings do not have, or that mean others there


class Found(NamedTuple):
    """An article, what is said in it and by whom, and where actors stand in it; in the order of the text."""

    article: Article
    original: str | None
    said: tuple[Said, ...]
    codings: tuple[Coded, ...]


def found_in(record: Record, **filters: Unpack[Filters]) -> Iterator[Found]:
    """Each article in which something is found that the filters ask for, in the order of date and name.

    Codings are asked for with the same filters; with ``by``, ``about``, ``kind``, ``ids`` or ``wrong``, which ask for
    statements, they are the codings of the statements found. Articles that have codings alone come last.
    """
    by_statement = any(filters.get(name) not in (None, False) for name in _OF_STATEMENTS)
    codings = _codings(record, filters)
    groups = groupby(record.said(**filters), key=lambda said: said.article.id)
    ahead = next(groups, None)
    for covered in record.coverage(**filters):
        article = covered.article
        said: tuple[Said, ...] = ()
        if ahead is not None and ahead[0] == article.id:
            said, ahead = tuple(ahead[1]), next(groups, None)
        coded = codings.pop(article.id, [])
        if by_statement:
            asked = {s.statement.id for s in said}
            coded = [c for c in coded if c.statement_id in asked]
        if said or coded:
            yield Found(article, covered.original, said, tuple(coded))
    for id_, coded in () if by_statement else codings.items():
        for covered in record.coverage(article=id_):
            yield Found(covered.article, covered.original, (), tuple(coded))


def _codings(record: Record, filters: Filters) -> dict[str, list[Coded]]:
    """What is shown, or scored as asked, by the id of the article, in order."""
    known = {name: value for name, value in filters.items() if name in CodingFilters.__annotations__ and name != "ids"}
    by_article: dict[str, list[Coded]] = {}
    if known.get("min_score") is None:
        known["min_score"] = shown_from(record)
    for coded in record.codings(**cast("CodingFilters", known)):
        by_article.setdefault(coded.article.id, []).append(coded)
    return by_article
