"""A .dna file into values. Nothing in it is changed, and no password is needed."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from onrecord.errors import InputError
from onrecord.exchange.dna.file import (
    Attribute,
    Coder,
    Colour,
    DnaFile,
    DnaStatement,
    Document,
    Entity,
    Regex,
    Relation,
    StatementType,
    Value,
    Variable,
    VariableLink,
)
from onrecord.exchange.dna.format import DATA, PERMISSIONS, PREFERENCES, RELATIONS, TABLES
from onrecord.types import Problem

_HEADER = b"SQLite format 3\0"
_NEWEST = 3  # the major release whose files are known
_RESAVE = "open it in DNA 3 and save it there as a new database"


def read_dna(path: str | Path) -> tuple[DnaFile, list[Problem]]:
    """What the file holds, and what in it could not be used: rows that refer to nothing, things nobody knows.

    Raises InputError for what is no .dna file of DNA 3, with what to do, or one with damaged tables.
    """
    path = Path(path)
    _check_header(path)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            known = _known_tables(db, path)
            return _Reader(path, {name: list(_rows(db, path, name)) for name in TABLES}, known).file()
    except sqlite3.Error as error:
        raise InputError(f"{path}: cannot be read as a database ({error}): is the file whole?") from error


def _check_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(len(_HEADER))
    except IsADirectoryError as error:
        raise InputError(f"{path}: this is a folder: name a .dna file in it") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    if not head:
        raise InputError(f"{path}: is empty")
    if head != _HEADER:
        raise InputError(
            f"{path}: is no .dna file of DNA 3, which is an SQLite database; if an older DNA made it, {_RESAVE}"
        )


def _known_tables(db: sqlite3.Connection, path: Path) -> list[Problem]:
    """Raises InputError unless all tables and columns are there; returns what else is."""
    found = {name.upper(): name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not found:
        raise InputError(f"{path}: is an SQLite database without any table")
    columns = {
        table: {row[1].lower() for row in db.execute(f'PRAGMA table_info("{name}")')} for table, name in found.items()
    }
    _check_version(db, path, columns)
    if missing := [name for name in TABLES if name not in found]:
        hint = f"if an older DNA made it, {_RESAVE}" if "STATEMENTS" in found else "is it a .dna file?"
        raise InputError(f"{path}: has no table {', '.join(missing)}: {hint}")
    for name, table in TABLES.items():
        if lacking := [c.name for c in table.columns if c.name.lower() not in columns[name]]:
            raise InputError(f"{path}: table {name} has no column {', '.join(lacking)}: {_RESAVE}")
    others = [f"table {name}" for name in found if name not in TABLES and not name.startswith("SQLITE_")]
    for name, table in TABLES.items():
        more = sorted(columns[name] - {c.name.lower() for c in table.columns})
        others += [f"column {column} of table {name}" for column in more]
    return [Problem(name=str(path), message=f"{other} is not known to onrecord: it is left out") for other in others]


def _check_version(db: sqlite3.Connection, path: Path, columns: dict[str, set[str]]) -> None:
    if not {"property", "value"} <= columns.get("SETTINGS", set()):
        return
    row = db.execute("SELECT Value FROM SETTINGS WHERE lower(Property) = 'version'").fetchone()
    if not (row and (match := re.match(r"\s*(\d+)", str(row[0])))):
        return
    if int(match[1]) < _NEWEST:
        raise InputError(f"{path}: made by DNA {row[0]}, whose files are of another form: {_RESAVE}")
    if int(match[1]) > _NEWEST:
        raise InputError(f"{path}: made by DNA {row[0]}, which is newer than this onrecord knows: update onrecord")


def _rows(db: sqlite3.Connection, path: Path, name: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table. Where a text is missing it is empty; where anything else is, the file is damaged."""
    columns = TABLES[name].columns
    for c in columns:
        type_ = c.holds.lower()
        missing = type_ == "text" or c.nullable or c.name == "Date"
        wrong = f"SELECT rowid, {c.name} FROM {name} WHERE typeof({c.name}) NOT IN (?, ?) LIMIT 1"  # noqa: S608
        if row := db.execute(wrong, (type_, "null" if missing else type_)).fetchone():
            what = "a number" if type_ == "integer" else "a text"
            raise InputError(f"{path}: row {row[0]} of {name}: {c.name} is {row[1]!r}, not {what}")
    listed = ", ".join(c.name if c.holds == "INTEGER" or c.nullable else f"ifnull({c.name}, '')" for c in columns)
    order = columns[0].name if columns[0].name == "ID" else "rowid"
    try:
        yield from db.execute(f"SELECT {listed} FROM {name} ORDER BY {order}")  # noqa: S608
    except sqlite3.OperationalError as error:
        if "decode" in str(error):
            raise InputError(f"{path}: table {name} has a text that is not in UTF-8") from error
        raise


class _Whose(NamedTuple):
    """A reference: the column, what it should refer to, and whether the row makes sense without."""

    column: str
    number: int | None
    to: str
    optional: bool = False


class _Reader:
    """Puts the rows together, and leaves out what refers to nothing."""

    def __init__(self, path: Path, rows: dict[str, list[tuple[Any, ...]]], problems: Sequence[Problem]) -> None:
        self._path = path
        self._rows = rows
        self._problems = list(problems)
        self._there: dict[str, set[int]] = {}
        for name, table in TABLES.items():
            if table.columns[0].name == "ID" and name not in {*DATA.values(), "ATTRIBUTEVALUES"}:
                self._there[name] = {row[0] for row in rows[name]}
                if len(self._there[name]) < len(rows[name]):
                    raise InputError(f"{path}: table {name} has one ID in several rows")

    def file(self) -> tuple[DnaFile, list[Problem]]:
        """The whole, and what was left out."""
        variables = self._variables()
        read = DnaFile(
            settings=dict(self._rows["SETTINGS"]),
            coders=tuple(map(_coder, self._rows["CODERS"])),
            relations=tuple(self._relations()),
            documents=tuple(self._documents()),
            types=tuple(
                StatementType(id=r[0], label=r[1], colour=Colour(*r[2:5])) for r in self._rows["STATEMENTTYPES"]
            ),
            variables=tuple(variables.values()),
            links=tuple(self._links()),
            regexes=tuple(Regex(label=r[0], colour=Colour(*r[1:])) for r in self._rows["REGEXES"]),
            attributes=tuple(self._attributes()),
            entities=tuple(self._entities()),
            statements=tuple(self._statements(variables)),
        )
        return read, self._problems

    def _refers(self, table: str, row: int, *whose: _Whose) -> list[int | None] | None:
        """The numbers referred to; None, noted as a problem, if one of them is not there and the row needs it."""
        found: list[int | None] = []
        for column, number, to, optional in whose:
            if number is None or number in self._there[to]:
                found.append(number)
                continue
            does = "that is dropped" if optional else "the row is left out"
            self._note(f"row {row} of {table}: {column} refers to {number} of {to}, which is not there: {does}")
            if not optional:
                self._there.get(table, set()).discard(row)
                return None
            found.append(None)
        return found

    def _note(self, message: str) -> None:
        self._problems.append(Problem(name=str(self._path), message=message))

    def _relations(self) -> Iterator[Relation]:
        for id_, coder, other, *may in self._rows["CODERRELATIONS"]:
            if self._refers(
                "CODERRELATIONS", id_, _Whose("Coder", coder, "CODERS"), _Whose("OtherCoder", other, "CODERS")
            ):
                yield Relation(id=id_, coder=coder, other=other, may=dict(zip(RELATIONS, may, strict=True)))

    def _documents(self) -> Iterator[Document]:
        for id_, title, text, coder, author, source, section, notes, type_, date in self._rows["DOCUMENTS"]:
            found = self._refers("DOCUMENTS", id_, _Whose("Coder", coder, "CODERS", True)) or [None]
            yield Document(
                id=id_, title=title, text=text, coder=found[0], author=author, source=source, section=section,
                notes=notes, type=type_, date=date,
            )  # fmt: skip

    def _variables(self) -> dict[int, Variable]:
        found = {}
        for id_, name, kind, type_ in self._rows["VARIABLES"]:
            if kind not in DATA:
                raise InputError(f"{self._path}: variable {name!r} is of the unknown type {kind!r}")
            if self._refers("VARIABLES", id_, _Whose("StatementTypeId", type_, "STATEMENTTYPES")):
                found[id_] = Variable(id=id_, name=name, kind=kind, type=type_)
        return found

    def _links(self) -> Iterator[VariableLink]:
        for id_, source, target in self._rows["VARIABLELINKS"]:
            ends = (_Whose("SourceVariableId", source, "VARIABLES"), _Whose("TargetVariableId", target, "VARIABLES"))
            if self._refers("VARIABLELINKS", id_, *ends):
                yield VariableLink(id=id_, source=source, target=target)

    def _attributes(self) -> Iterator[Attribute]:
        for id_, variable, name in self._rows["ATTRIBUTEVARIABLES"]:
            if self._refers("ATTRIBUTEVARIABLES", id_, _Whose("VariableId", variable, "VARIABLES")):
                yield Attribute(id=id_, variable=variable, name=name)

    def _entities(self) -> Iterator[Entity]:
        attributes: dict[int, dict[int, str]] = defaultdict(dict)
        for id_, entity, attribute, value in self._rows["ATTRIBUTEVALUES"]:
            ends = (
                _Whose("EntityId", entity, "ENTITIES"),
                _Whose("AttributeVariableId", attribute, "ATTRIBUTEVARIABLES"),
            )
            if self._refers("ATTRIBUTEVALUES", id_, *ends):
                attributes[entity][attribute] = value
        rows = [
            row
            for row in self._rows["ENTITIES"]
            if self._refers("ENTITIES", row[0], _Whose("VariableId", row[1], "VARIABLES"))
        ]
        for id_, variable, value, *colour, parent in rows:  # only now is it known which are there
            found = self._refers("ENTITIES", id_, _Whose("ChildOf", parent, "ENTITIES", True)) or [None]
            yield Entity(
                id=id_, variable=variable, value=value, colour=Colour(*colour), parent=found[0],
                attributes=attributes.get(id_, {}),
            )  # fmt: skip

    def _statements(self, variables: dict[int, Variable]) -> Iterator[DnaStatement]:
        values = self._values(variables)
        for id_, type_, document, start, stop, coder in self._rows["STATEMENTS"]:
            ends = (_Whose("StatementTypeId", type_, "STATEMENTTYPES"), _Whose("DocumentId", document, "DOCUMENTS"))
            if found := self._refers("STATEMENTS", id_, *ends, _Whose("Coder", coder, "CODERS", True)):
                yield DnaStatement(
                    id=id_, type=type_, document=document, start=start, stop=stop, coder=found[2],
                    values=values.get(id_, {}),
                )  # fmt: skip

    def _values(self, variables: dict[int, Variable]) -> dict[int, dict[int, Value]]:
        """The values of each statement, in the order of the variables."""
        found: dict[int, dict[int, Value]] = defaultdict(dict)
        statements, entities = self._there["STATEMENTS"], self._there["ENTITIES"]
        for kind, table in DATA.items():
            mine = {v.id for v in variables.values() if v.kind == kind}
            for id_, statement, variable, value in self._rows[table]:
                if statement not in statements:
                    fault = f"refers to statement {statement}, which is not there"
                elif variable not in mine:
                    fault = f"refers to {variable}, which is no {kind} variable"
                elif kind == "short text" and value not in entities:
                    fault = f"refers to the value {value}, which is not there"
                elif variable in found[statement]:
                    fault = f"statement {statement} has another value there"
                else:
                    found[statement][variable] = value
                    continue
                self._note(f"row {id_} of {table}: {fault}: left out")
        return {statement: dict(sorted(held.items())) for statement, held in found.items()}


def _coder(row: tuple[Any, ...]) -> Coder:
    named = dict(zip((c.name for c in TABLES["CODERS"].columns), row, strict=True))
    return Coder(
        id=named["ID"],
        name=named["Name"],
        password=named["Password"],
        colour=Colour(named["Red"], named["Green"], named["Blue"]),
        preferences={name: named[name] for name in PREFERENCES},
        may={name: named[name] for name in PERMISSIONS},
    )
