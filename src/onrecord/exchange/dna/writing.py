"""Values into a .dna file that DNA opens: its tables, with their constraints."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from onrecord.errors import InputError
from onrecord.exchange.dna.file import Coder, DnaFile
from onrecord.exchange.dna.format import (
    DATA,
    LIMIT,
    PERMISSIONS,
    PREFERENCES,
    RELATIONS,
    TABLES,
    create_table,
)
from onrecord.exchange.writing import writing
from onrecord.types import Problem

_MARK = "…"  # stands at the end of what was cut
_UNIQUE = {"VARIABLES": (3, 1), "REGEXES": (0,), "ENTITIES": (1, 2), "ATTRIBUTEVARIABLES": (1, 2)}
"""The columns which no two rows may share, where what was cut may clash; the last is the text."""


def write_dna(file: DnaFile, where: str | Path) -> list[Problem]:
    """Writes ``file``, whole or not at all; returns what had to be cut to DNA's 190 characters, and undated texts.

    Two texts that are the same once cut are told apart by a number at their end. A document without a date gets
    1 January 1970, since DNA needs one. Raises InputError for values that DNA's tables refuse, OnrecordError if
    nothing can be written there.
    """
    problems = [
        Problem(name=document.title, message="has no date, which DNA needs: 1970-01-01 stands for it")
        for document in file.documents
        if document.date is None
    ]
    try:
        with closing(sqlite3.connect(":memory:")) as db:
            _fill(db, file, problems)
            db.commit()
            content = db.serialize()
    except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
        raise InputError(f"{where}: DNA would not take this: {error}") from error
    with writing(where) as out:
        out.write(content)
    return problems


def _fill(db: sqlite3.Connection, file: DnaFile, problems: list[Problem]) -> None:
    for name in TABLES:
        db.execute(create_table(name))
    for name, rows in _tables(file):
        marks = ", ".join("?" * len(TABLES[name].columns))
        db.executemany(f"INSERT INTO {name} VALUES ({marks})", _fitting(name, rows, problems))  # noqa: S608
    if row := db.execute("PRAGMA foreign_key_check").fetchone():
        raise sqlite3.IntegrityError(f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there")


def _fitting(name: str, rows: Iterable[tuple[Any, ...]], problems: list[Problem]) -> Iterator[tuple[Any, ...]]:
    """The rows with no text longer than DNA takes."""
    columns = TABLES[name].columns
    limited = [i for i, column in enumerate(columns) if column.limit]
    if not limited:
        yield from rows
        return
    rows = list(rows)
    key = _UNIQUE.get(name, ())
    taken = {tuple(row[i] for i in key) for row in rows} if key else set()
    for row in rows:
        long = [i for i in limited if len(row[i]) > LIMIT]
        if not long:
            yield row
            continue
        fitted = list(row)
        for i in long:
            fitted[i] = row[i][: LIMIT - 1] + _MARK
            number = 1
            while key and i == key[-1] and tuple(fitted[k] for k in key) in taken:
                number += 1
                fitted[i] = row[i][: LIMIT - 9] + f"{_MARK} ({number})"
            taken.add(tuple(fitted[k] for k in key))
            what = f"{columns[i].name} in {name} has {len(row[i])} characters, DNA takes {LIMIT}: cut"
            problems.append(Problem(name=fitted[i], message=what))
        yield tuple(fitted)


def _tables(file: DnaFile) -> Iterator[tuple[str, Iterable[tuple[Any, ...]]]]:
    """The rows of each table."""
    yield "SETTINGS", file.settings.items()
    yield "CODERS", map(_coder, file.coders)
    yield (
        "DOCUMENTS",
        (
            (d.id, d.title, d.text, d.coder, d.author, d.source, d.section, d.notes, d.type, d.date or 0)
            for d in file.documents
        ),
    )
    yield "STATEMENTTYPES", ((t.id, t.label, *t.colour) for t in file.types)
    yield "VARIABLES", ((v.id, v.name, v.kind, v.type) for v in file.variables)
    yield "VARIABLELINKS", ((link.id, link.source, link.target) for link in file.links)
    yield "REGEXES", ((r.label, *r.colour) for r in file.regexes)
    yield "CODERRELATIONS", ((r.id, r.coder, r.other, *(r.may[name] for name in RELATIONS)) for r in file.relations)
    yield "STATEMENTS", ((s.id, s.type, s.document, s.start, s.stop, s.coder) for s in file.statements)
    yield "ENTITIES", ((e.id, e.variable, e.value, *e.colour, e.parent) for e in file.entities)
    yield "ATTRIBUTEVARIABLES", ((a.id, a.variable, a.name) for a in file.attributes)
    values = ((e.id, attribute, value) for e in file.entities for attribute, value in e.attributes.items())
    yield "ATTRIBUTEVALUES", ((n, *row) for n, row in enumerate(values, start=1))
    yield from _data(file)


def _data(file: DnaFile) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    table = {variable.id: DATA[variable.kind] for variable in file.variables}
    rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for statement in file.statements:
        for variable, value in statement.values.items():
            if variable not in table:
                raise sqlite3.IntegrityError(f"statement {statement.id} has a value of the unknown variable {variable}")
            found = rows[table[variable]]
            found.append((len(found) + 1, statement.id, variable, value))
    yield from rows.items()


def _coder(coder: Coder) -> tuple[Any, ...]:
    named = {"ID": coder.id, "Name": coder.name, "Password": coder.password} | coder.colour._asdict()
    named |= {name.title(): named.pop(name) for name in coder.colour._fields}
    named |= {name: coder.preferences[name] for name in PREFERENCES} | {name: coder.may[name] for name in PERMISSIONS}
    return tuple(named[column.name] for column in TABLES["CODERS"].columns)
