"""A register file: what the user knows of actors, as CSV or TOML, for ``Record.load_register``.

CSV has a row for each post of an actor, under a row with the columns ``name``, ``aliases`` (with "|" or ";" between
them), ``kind``, ``role``, ``organisation``, ``country``, ``from``, ``to``, ``wikidata``; only ``name`` must be there.
TOML has the same keys, in a table ``[[actor]]`` for each post; ``aliases`` is then a list.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from onrecord.errors import InputError
from onrecord.exchange.rows import csv_rows, listed, toml_rows, words
from onrecord.record import Given
from onrecord.record.actors import code
from onrecord.types import ACTOR_KINDS, Problem

COLUMNS = ("name", "aliases", "kind", "role", "organisation", "country", "from", "to", "wikidata")
KINDS = tuple(kind for kind in ACTOR_KINDS if kind != "unnamed")

_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?")
_WIKIDATA = re.compile(r"(?:https?://www\.wikidata\.org/(?:wiki|entity)/)?(Q[1-9][0-9]*)")


def read_register(path: str | Path) -> tuple[list[Given], list[Problem]]:
    """The rows of a register file, and what is wrong with those that cannot be used, each named ``path:line``.

    A row that says the same as one before it is taken once.

    Raises InputError for a file that is no register at all: it cannot be opened, or its columns are others.
    """
    path = Path(path)
    rows: dict[Given, Given] = {}  # by what they say, wherever they stand
    problems: list[Problem] = []
    toml = path.suffix.lower() == ".toml"
    for line, found, _ in toml_rows(path, "actor") if toml else csv_rows(path, COLUMNS, "name"):
        try:
            row = _given(line, found)
            rows.setdefault(replace(row, line=0), row)
        except ValueError as error:
            problems.append(Problem(name=f"{path}:{line}", message=str(error)))
    return list(rows.values()), problems


def _given(line: int, found: Mapping[str, Any] | str) -> Given:
    """One row; raises ValueError, which says what is wrong with it."""
    if isinstance(found, str):
        raise ValueError(found)  # noqa: TRY004 - it is what was wrong with the row
    if unknown := [key for key in found if key not in COLUMNS]:
        raise ValueError(f"unknown key “{unknown[0]}”: known are {', '.join(COLUMNS)}")
    aliases = listed("aliases", found.get("aliases", []))
    name, *called = (words("name" if i == 0 else "alias", n) for i, n in enumerate([found.get("name"), *aliases]))
    if name is None:
        raise ValueError("has no name")
    for form in (name, *called):
        if form and not any(map(str.isalnum, form)):
            raise ValueError(f"“{form}” is no name: it has no letter")
    kind = (words("kind", found.get("kind")) or "person").lower()
    if kind not in KINDS:
        raise ValueError(f"kind “{kind}” is none of {', '.join(KINDS)}")
    since, until = (_date(key, found.get(key)) for key in ("from", "to"))
    if since and until and since[: len(until)] > until[: len(since)]:
        raise ValueError(f"is from {since}, after to {until}")
    return Given(
        line=line,
        name=name,
        aliases=tuple(dict.fromkeys(alias for alias in called if alias and alias != name)),
        kind=kind,
        country=_country(words("country", found.get("country"))),
        wikidata=_wikidata(words("wikidata", found.get("wikidata"))),
        title=words("role", found.get("role")),
        organisation=words("organisation", found.get("organisation")),
        since=since,
        until=until,
    )


def _date(key: str, value: object) -> str | None:
    """A date that may be partial, as text; TOML knows dates, and a year may be a number."""
    if isinstance(value, datetime):
        value = value.date()
    written = str(value) if isinstance(value, date | int) else words(key, value)
    if written is None:
        return None
    if not _is_date(written):
        raise ValueError(f"{key} “{written}” is no date: write 2026, 2026-04 or 2026-04-15")
    return written


def _is_date(written: str) -> bool:
    try:
        return bool(_DATE.fullmatch(written) and date.fromisoformat(written + "-01-01"[len(written) - 4 :]))
    except ValueError:  # 2026-02-30
        return False


def _country(written: str | None) -> str | None:
    try:
        return written and code(written)
    except InputError as error:
        raise ValueError(f"country {error}") from None


def _wikidata(written: str | None) -> str | None:
    if written is None:
        return None
    if not (found := _WIKIDATA.fullmatch(written)):
        raise ValueError(f"wikidata “{written}” is no id such as Q42")
    return found[1]
