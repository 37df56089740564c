"""The statements of a .dna file as the table networks are made of: any statement type, with all its variables.

A record has a place for who agrees with what. Networks of other types ("victim" × "plot", an integer qualifier) are
made from the file itself:

    >>> network(dna_events("stories.dna", "NPF Story Element"), rows="hero", columns="plot", qualifier=None, dna=True)
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from onrecord.analysis.events import Events, Kind
from onrecord.errors import InputError
from onrecord.exchange.dna.dates import published
from onrecord.exchange.dna.file import DataType, DnaFile, Document, StatementType
from onrecord.exchange.dna.offsets import Units
from onrecord.exchange.dna.reading import read_dna

_KINDS: dict[DataType, Kind] = {
    "short text": "text", "long text": "text", "integer": "integer", "boolean": "boolean",
}  # fmt: skip
_OF_DOCUMENT = ("author", "source", "section", "type", "title")


def dna_events(source: str | Path | DnaFile, type_: str | None = None) -> Events:
    """The statements of the type with the label ``type_`` (the first type unless given), one a row, by their numbers.

    Variables are those of the type; of the document author, source, section, type, title and its number ("document"),
    with "document " in front where the type has a variable of that name. What nobody coded is missing, also a yes and
    no: DNA would take its default. Attributes of entities are those of nodes. All are checked: people coded them.
    Raises InputError for what is no .dna file, or a type there is not.
    """
    file = source if isinstance(source, DnaFile) else read_dna(source)[0]
    of_type = _type(file.types, type_)
    documents = {d.id: d for d in file.documents}
    mine = [s for s in file.statements if s.type == of_type.id and s.document in documents]
    there = [documents[s.document] for s in mine if s.document is not None]
    entities = {e.id: e for e in file.entities}
    variables = [v for v in file.variables if v.type == of_type.id]
    columns: dict[str, list[Any]] = {}
    kinds: dict[str, Kind] = {}
    for v in variables:
        found = [s.values.get(v.id) for s in mine]
        if v.kind == "short text":
            columns[v.name] = [entities[x].value if isinstance(x, int) and x in entities else None for x in found]
        else:
            columns[v.name] = found
        kinds[v.name] = _KINDS[v.kind]
    level = [name if name not in columns else f"document {name}" for name in (*_OF_DOCUMENT, "document")]
    for name, own in zip(level, (*_OF_DOCUMENT, "id"), strict=True):
        columns[name] = [str(getattr(d, own)) for d in there]
    names = {a.id: a.name for a in file.attributes}
    return Events.of(
        columns,
        ids=[s.id for s in mine],
        times=[published(d.date) for d in there],
        documents=[d.id for d in there],
        checked=[True] * len(mine),
        kinds=kinds,
        document_level=level,
        evidence=_evidence(file, documents, mine),
        attributes={
            v.name: {
                e.value: {names[a]: value for a, value in e.attributes.items() if value and a in names}
                for e in file.entities
                if e.variable == v.id
            }
            for v in variables
        },
        about={"dna": source.name if isinstance(source, Path) else Path(source).name if isinstance(source, str) else ""}
        | {"statement type": of_type.label},
    )


def _type(types: Iterable[StatementType], label: str | None) -> StatementType:
    found = list(types)
    for each in found:
        if label is None or each.label == label:
            return each
    raise InputError(f"no statement type {label!r}: there are {', '.join(t.label for t in found) or 'none'}")


def _evidence(file: DnaFile, documents: dict[int, Document], mine: Iterable[Any]) -> dict[str, list[Any]]:
    """Words and places of the statements, and who coded them."""
    coders = {c.id: c.name for c in file.coders}
    units = {id_: Units(document.text) for id_, document in documents.items()}
    spans = [(documents[s.document].text, units[s.document].span(s.start, s.stop), s.coder) for s in mine]
    return {
        "words": [text[span.start : span.end] for text, span, _ in spans],
        "start": [span.start for _, span, _ in spans],
        "end": [span.end for _, span, _ in spans],
        "judged_by": [coders.get(coder) if coder is not None else None for _, _, coder in spans],
    }
