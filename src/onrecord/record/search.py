"""Words and dates in a search: what a person types, what the indexes hold, and the conditions in SQL.

A search finds what holds all its words, in any order, whatever their case and accents. Words in quotation marks must
follow one another, and a word that ends in ``*`` stands for every word that begins so. Nothing a person types is an
error; a search without any word finds nothing.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Cast, ColumnElement, Select, TableClause, cast, false, func, literal, literal_column, or_, select
from sqlalchemy.dialects.postgresql import TSQUERY

from onrecord.errors import InputError

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_WORD = re.compile(r"[^\W_]+")
_TERM = re.compile(r'"([^"]*)"?(\*?)|([^\s"]+)')
_QUOTES = str.maketrans("“”„‟«»", '""""""')
# Letters that Unicode does not take apart into a letter and its mark, and how people type them without.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}([T ][0-9:.,+Z-]*)?)?)?")

_LONGEST = 200  # characters of a word that count, in index and query alike: PostgreSQL takes 2 KB at most

# PostgreSQL holds at most 1 MB of words for one text, and 255 places of one word.
_TSVECTOR_BYTES = 1_000_000
_TSVECTOR_PLACES = 255


class Term(NamedTuple):
    """Words that must follow one another; with ``prefix``, the last may go on."""

    words: tuple[str, ...]
    prefix: bool


def fold(text: str) -> str:
    """``text`` without case, accents and the like: what two spellings of a name have in common."""
    return _BEYOND_ASCII.sub(lambda run: _folded(run[0]), text).lower()


@lru_cache(maxsize=10_000)  # most of what is beyond ASCII in a text are a few quotation marks and letters
def _folded(run: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", run).casefold())
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn").translate(_LETTERS)


def words(text: str) -> list[str]:
    """The folded words of ``text``: runs of letters and digits."""
    return [word[:_LONGEST] for word in _WORD.findall(fold(text))]


def terms(query: str) -> list[Term]:
    """What a person asks for."""
    found = []
    for phrase, star, plain in _TERM.findall(query.translate(_QUOTES)):
        asked = tuple(words(phrase or plain))
        if asked:
            found.append(Term(asked, bool(star) or plain.endswith("*")))
    return found


def indexed(text: str, dialect: str) -> str:
    """``text`` as the full-text index of ``dialect`` takes it."""
    return " ".join(words(text)) if dialect == "sqlite" else _tsvector(words(text))


def matching(index: TableClause, query: str, dialect: str, *, column: str | None = None) -> Select[tuple[int]]:
    """The numbers of the rows that match ``query`` in this column of a full-text index, or in all of them together."""
    found = select(index.c.rowid)
    wanted = terms(query)
    if not wanted:
        return found.where(false())
    if dialect == "sqlite":
        asked = _fts5(wanted) if column is None else f"{{{column}}} : ({_fts5(wanted)})"
        return found.where(literal_column(index.name).op("MATCH")(asked))
    columns = [c for c in index.c if c.name == column or (column is None and c.name != "rowid")]
    return found.where(*(or_(*(c.op("@@")(_tsquery(term)) for c in columns)) for term in wanted))


def published_within(
    published: ColumnElement[str | None], since: str | None, until: str | None
) -> list[ColumnElement[bool]]:
    """That ``published`` may lie between these dates, both inclusive; dates are compared as written, without zones."""
    conditions = []
    if since is not None:
        # As far as both are precise: "2026-04" is not before "2026-04-15".
        known = func.substr(literal(_date(since)), 1, func.length(published))
        conditions.append(published >= known)
    if until is not None:
        conditions.append(func.substr(published, 1, len(_date(until))) <= until)
    return conditions


def _date(written: str) -> str:
    if not _DATE.fullmatch(written):
        raise InputError(f"“{written}” is no date: write 2026, 2026-04 or 2026-04-15")
    return written


def _fts5(wanted: list[Term]) -> str:
    return " AND ".join(f'"{" ".join(term.words)}"{"*" if term.prefix else ""}' for term in wanted)


def _tsquery(term: Term) -> Cast[str]:
    return cast(" <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.prefix else ""), TSQUERY)


def _tsvector(found: list[str]) -> str:
    """The words with their positions as PostgreSQL writes them; what exceeds its limits is left out of the index."""
    positions: dict[str, list[int]] = {}
    size = 0
    for position, word in enumerate(found, start=1):
        size += 2 if word in positions else len(word.encode()) + 8
        if size > _TSVECTOR_BYTES:
            break
        places = positions.setdefault(word, [])
        if len(places) < _TSVECTOR_PLACES:
            places.append(position)
    return " ".join(f"'{word}':{','.join(map(str, places))}" for word, places in positions.items())
