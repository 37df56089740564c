"""A DnaFile as JSON, to be kept in a record: what has no place of its own there comes back from here.

Rows are lists, as in the tables. The text of a document is left out where an article of the record has it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, NamedTuple

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
    Variable,
    VariableLink,
)

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Part(NamedTuple):
    """A part of a file: where it stands in DnaFile, what it consists of, and the columns that are not as in JSON."""

    name: str
    noun: type[Any]

    def packed(self, item: Any) -> list[Any]:
        """As a row."""
        return [getattr(item, field.name) for field in fields(self.noun)]

    def unpacked(self, row: list[Any]) -> Any:
        """From a row."""
        named = dict(zip((field.name for field in fields(self.noun)), row, strict=True))
        if "colour" in named:
            named["colour"] = Colour(*named["colour"])
        for numbered in ("values", "attributes"):  # JSON has texts for keys
            if numbered in named:
                named[numbered] = {int(number): value for number, value in named[numbered].items()}
        return self.noun(**named)


PARTS = (
    Part("coders", Coder),
    Part("relations", Relation),
    Part("documents", Document),
    Part("types", StatementType),
    Part("variables", Variable),
    Part("links", VariableLink),
    Part("regexes", Regex),
    Part("attributes", Attribute),
    Part("entities", Entity),
    Part("statements", DnaStatement),
)


def packed(file: DnaFile, *, without: Mapping[int, str]) -> dict[str, Any]:
    """``file`` as JSON; documents that have the text given in ``without``, by their number, do not repeat it."""
    slim = replace(
        file,
        documents=tuple(replace(d, text="") if without.get(d.id) == d.text else d for d in file.documents),
    )
    return {"settings": dict(file.settings)} | {p.name: list(map(p.packed, getattr(slim, p.name))) for p in PARTS}


def unpacked(payload: Mapping[str, Any], texts: Mapping[int, str]) -> DnaFile:
    """What was packed; ``texts`` are those of the documents that do not have their own, by their number."""
    parts = {p.name: tuple(map(p.unpacked, payload[p.name])) for p in PARTS}
    parts["documents"] = tuple(_whole(parts["documents"], texts))
    return DnaFile(settings=payload["settings"], **parts)


def _whole(documents: tuple[Document, ...], texts: Mapping[int, str]) -> Iterator[Document]:
    for document in documents:
        yield document if document.text else replace(document, text=texts.get(document.id, ""))


def storable(text: str) -> str:
    """``text`` with U+FFFD for each character that no database can hold, so that its length stays."""
    return _UNSTORABLE.sub("\ufffd", text)
