"""The format of .dna files as Discourse Network Analyzer 3 makes them: an SQLite database with these tables.

Facts of the format, told by a file of DNA's own: names, types, defaults and constraints of all columns.
"""

from typing import Literal, NamedTuple

LIMIT = 190
"""Characters that names, titles and values may have: the database takes fewer than 191."""
VERSION = {"version": "3.0.7", "date": "2022-06-10"}
"""The settings of the oldest release known to make files of this form: newer ones open it too."""
KINDS = ("short text", "long text", "integer", "boolean")
"""Of variables: what their values are, and so in which table they stand."""
DATA = {"boolean": "DATABOOLEAN", "integer": "DATAINTEGER", "short text": "DATASHORTTEXT", "long text": "DATALONGTEXT"}

PERMISSIONS = (
    "PermissionAddDocuments", "PermissionEditDocuments", "PermissionDeleteDocuments", "PermissionImportDocuments",
    "PermissionAddStatements", "PermissionEditStatements", "PermissionDeleteStatements", "PermissionEditAttributes",
    "PermissionEditRegex", "PermissionEditStatementTypes", "PermissionEditCoders", "PermissionEditCoderRelations",
    "PermissionViewOthersDocuments", "PermissionEditOthersDocuments", "PermissionViewOthersStatements",
    "PermissionEditOthersStatements",
)  # fmt: skip
PREFERENCES = ("Refresh", "FontSize", "PopupWidth", "ColorByCoder", "PopupDecoration", "PopupAutoComplete")
"""Of a coder: how DNA looks to them."""
RELATIONS = ("viewStatements", "editStatements", "viewDocuments", "editDocuments")
"""What a coder may do with another coder's work."""


class Column(NamedTuple):
    """A column: its name, what it holds, and the rest of its definition. ``limit``: characters it may have."""

    name: str
    holds: Literal["INTEGER", "TEXT"]
    definition: str = ""
    limit: int | None = None

    @property
    def nullable(self) -> bool:
        """Whether it may hold nothing."""
        return "NOT NULL" not in self.definition and "PRIMARY KEY" not in self.definition

    @property
    def written(self) -> str:
        """As it stands in CREATE TABLE."""
        return f"{self.name} {self.holds} {self.definition}".rstrip()


class Table(NamedTuple):
    """A table: its columns in order, and what holds of several of them."""

    columns: tuple[Column, ...]
    constraints: tuple[str, ...] = ()


def _id(written: str = "NOT NULL PRIMARY KEY") -> Column:
    return Column("ID", "INTEGER", written)


def _text(name: str, *, default: bool = False, key: bool = False) -> Column:
    """A short text; it has a limit."""
    begin = "PRIMARY KEY" if key else "NOT NULL DEFAULT ''" if default else "NOT NULL"
    return Column(name, "TEXT", f"{begin} CHECK (LENGTH({name}) < {LIMIT + 1})", limit=LIMIT)


def _colours(*, optional: bool = False) -> tuple[Column, ...]:
    begin = "" if optional else "NOT NULL DEFAULT 0 "
    return tuple(Column(n, "INTEGER", f"{begin}CHECK ({n} BETWEEN 0 AND 255)") for n in ("Red", "Green", "Blue"))


def _flag(name: str, default: int) -> Column:
    return Column(name, "INTEGER", f"NOT NULL CHECK ({name} BETWEEN 0 AND 1) DEFAULT {default}")


def _refers(column: str, table: str) -> str:
    return f"FOREIGN KEY({column}) REFERENCES {table}(ID) ON DELETE CASCADE"


def _data(value: Column) -> Table:
    """Values of variables: at most one for each statement and variable."""
    return Table(
        (
            _id("PRIMARY KEY NOT NULL"),
            Column("StatementId", "INTEGER", "NOT NULL"),
            Column("VariableId", "INTEGER", "NOT NULL"),
            value,
        ),
        (
            _refers("StatementId", "STATEMENTS"),
            _refers("VariableId", "VARIABLES"),
            *((_refers("Entity", "ENTITIES"),) if value.name == "Entity" else ()),
            "UNIQUE (StatementId, VariableId)",
        ),
    )


TABLES: dict[str, Table] = {
    "SETTINGS": Table((Column("Property", "TEXT", "PRIMARY KEY"), Column("Value", "TEXT", "NOT NULL"))),
    "CODERS": Table(
        (
            _id(),
            _text("Name"),
            *_colours(),
            Column("Refresh", "INTEGER", "NOT NULL CHECK (Refresh BETWEEN 0 AND 9999) DEFAULT 0"),
            Column("FontSize", "INTEGER", "NOT NULL CHECK (FontSize BETWEEN 1 AND 99) DEFAULT 14"),
            _text("Password"),
            Column("PopupWidth", "INTEGER", "CHECK (PopupWidth BETWEEN 100 AND 9999) DEFAULT 300"),
            _flag("ColorByCoder", 0),
            _flag("PopupDecoration", 0),
            _flag("PopupAutoComplete", 1),
            *(_flag(name, 1) for name in PERMISSIONS),
        )
    ),
    "DOCUMENTS": Table(
        (
            _id(),
            _text("Title"),
            Column("Text", "TEXT", "NOT NULL"),
            Column("Coder", "INTEGER"),
            _text("Author", default=True),
            _text("Source", default=True),
            _text("Section", default=True),
            Column("Notes", "TEXT", "NOT NULL DEFAULT ''"),
            _text("Type", default=True),
            Column("Date", "INTEGER", "NOT NULL"),
        ),
        (_refers("Coder", "CODERS"),),
    ),
    "STATEMENTTYPES": Table((_id(), _text("Label"), *_colours())),
    "VARIABLES": Table(
        (
            _id(),
            _text("Variable"),
            Column(
                "DataType",
                "TEXT",
                "NOT NULL CHECK (DataType = 'boolean' OR DataType = 'integer' OR DataType = 'long text' "
                "OR DataType = 'short text') DEFAULT 'short text'",
            ),
            Column("StatementTypeId", "INTEGER"),
        ),
        (_refers("StatementTypeId", "STATEMENTTYPES"), "UNIQUE (Variable, StatementTypeId)"),
    ),
    "VARIABLELINKS": Table(
        (_id(), Column("SourceVariableId", "INTEGER"), Column("TargetVariableId", "INTEGER")),
        (
            "CHECK (TargetVariableId != SourceVariableId)",
            _refers("SourceVariableId", "VARIABLES"),
            _refers("TargetVariableId", "VARIABLES"),
        ),
    ),
    "REGEXES": Table((_text("Label", key=True), *_colours())),
    "CODERRELATIONS": Table(
        (
            _id(),
            Column("Coder", "INTEGER", "CHECK(Coder > 0)"),
            Column("OtherCoder", "INTEGER", "CHECK(OtherCoder > 0)"),
            *(Column(n, "INTEGER", f"NOT NULL DEFAULT 1 CHECK({n} BETWEEN 0 AND 1)") for n in RELATIONS),
        ),
        ("CHECK (Coder != OtherCoder)", _refers("Coder", "CODERS"), _refers("OtherCoder", "CODERS")),
    ),
    "STATEMENTS": Table(
        (
            _id(),
            Column("StatementTypeId", "INTEGER"),
            Column("DocumentId", "INTEGER"),
            Column("Start", "INTEGER", "NOT NULL CHECK(Start >= 0)"),
            Column("Stop", "INTEGER", "NOT NULL CHECK(Stop >= 0)"),
            Column("Coder", "INTEGER"),
        ),
        (
            "CHECK (Start < Stop)",
            _refers("StatementTypeId", "STATEMENTTYPES"),
            _refers("Coder", "CODERS"),
            _refers("DocumentId", "DOCUMENTS"),
        ),
    ),
    "DATABOOLEAN": _data(Column("Value", "INTEGER", "NOT NULL DEFAULT 1")),
    "DATAINTEGER": _data(Column("Value", "INTEGER", "NOT NULL DEFAULT 0")),
    "ENTITIES": Table(
        (
            _id("PRIMARY KEY NOT NULL"),
            Column("VariableId", "INTEGER", "NOT NULL"),
            _text("Value", default=True),
            *_colours(optional=True),
            Column("ChildOf", "INTEGER", "CHECK(ChildOf > 0)"),
        ),
        ("UNIQUE (VariableId, Value)", _refers("ChildOf", "ENTITIES"), _refers("VariableId", "VARIABLES")),
    ),
    "DATASHORTTEXT": _data(Column("Entity", "INTEGER", "NOT NULL")),
    "DATALONGTEXT": _data(Column("Value", "TEXT", "DEFAULT ''")),
    "ATTRIBUTEVARIABLES": Table(
        (
            _id("PRIMARY KEY NOT NULL"),
            Column("VariableId", "INTEGER", "NOT NULL"),
            _text("AttributeVariable"),
        ),
        ("UNIQUE(VariableId, AttributeVariable)", _refers("VariableId", "VARIABLES")),
    ),
    "ATTRIBUTEVALUES": Table(
        (
            _id("PRIMARY KEY NOT NULL"),
            Column("EntityId", "INTEGER", "NOT NULL"),
            Column("AttributeVariableId", "INTEGER", "NOT NULL"),
            _text("AttributeValue", default=True),
        ),
        (
            "UNIQUE (EntityId, AttributeVariableId)",
            _refers("EntityId", "ENTITIES"),
            _refers("AttributeVariableId", "ATTRIBUTEVARIABLES"),
        ),
    ),
}
"""All tables, in the order in which DNA makes them."""


def create_table(name: str) -> str:
    """The statement that makes a table."""
    columns, constraints = TABLES[name]
    return f"CREATE TABLE {name}({', '.join([*(column.written for column in columns), *constraints])})"
