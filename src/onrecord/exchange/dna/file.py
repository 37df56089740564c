"""What a .dna file holds, as frozen values: all of it, under the numbers by which its parts refer to one another.

Positions of statements count UTF-16 units, as they stand in the file; see offsets.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from onrecord.exchange.dna.format import PERMISSIONS, RELATIONS, VERSION

DataType = Literal["short text", "long text", "integer", "boolean"]
Value = int | str | None
"""Of a variable in a statement. Boolean: 0 or 1; short text: the number of the entity."""


class Colour(NamedTuple):
    """Red, green and blue, 0 to 255; an entity may have none."""

    red: int | None = 0
    green: int | None = 0
    blue: int | None = 0


BLACK = Colour(0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coder:
    """Somebody who codes. ``password`` is hashed (passwords.py). ``preferences`` and ``may`` go by column names."""

    id: int
    name: str
    password: str
    colour: Colour = BLACK
    preferences: Mapping[str, int | None] = field(
        default_factory=lambda: {
            "Refresh": 0, "FontSize": 14, "PopupWidth": 300, "ColorByCoder": 0, "PopupDecoration": 0,
            "PopupAutoComplete": 1,
        }
    )  # fmt: skip
    may: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(PERMISSIONS, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What ``coder`` may see and change of what ``other`` did; ``may`` goes by column names."""

    id: int
    coder: int
    other: int
    may: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(RELATIONS, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text. ``date`` counts seconds from 1970 as if the clock on the wall showed UTC; negative before."""

    id: int
    title: str
    text: str
    coder: int | None = None
    author: str = ""
    source: str = ""
    section: str = ""
    notes: str = ""
    type: str = ""
    date: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementType:
    """A kind of statement; its variables are those of ``Variable`` that name it."""

    id: int
    label: str
    colour: Colour = BLACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """What is coded of statements of a type."""

    id: int
    name: str
    kind: DataType
    type: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableLink:
    """A link between two variables."""

    id: int
    source: int | None
    target: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regex:
    """A pattern that is highlighted in texts."""

    label: str
    colour: Colour = BLACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """An attribute that the entities of a short-text variable have ("Type")."""

    id: int
    variable: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A value of a short-text variable. ``attributes``: the values it has, by the number of the attribute."""

    id: int
    variable: int
    value: str
    colour: Colour = BLACK
    parent: int | None = None
    attributes: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DnaStatement:
    """A coded passage of a document, with its values by the number of the variable."""

    id: int
    type: int | None
    document: int | None
    start: int
    stop: int
    coder: int | None
    values: Mapping[int, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DnaFile:
    """All that a .dna file holds, in the order of its tables."""

    settings: Mapping[str, str] = field(default_factory=lambda: dict(VERSION))
    coders: tuple[Coder, ...] = ()
    relations: tuple[Relation, ...] = ()
    documents: tuple[Document, ...] = ()
    types: tuple[StatementType, ...] = ()
    variables: tuple[Variable, ...] = ()
    links: tuple[VariableLink, ...] = ()
    regexes: tuple[Regex, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    entities: tuple[Entity, ...] = ()
    statements: tuple[DnaStatement, ...] = ()
