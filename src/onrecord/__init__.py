"""onrecord reads news coverage and keeps a record: who said what, where everybody stands, with the exact words.

    import onrecord

    summary = onrecord.read("articles/", record="coverage.db")
    with onrecord.Record.open("coverage.db") as record:
        for said in record.said(by="meloni", about="peacekeeping"):
            print(said.article.published, said.speakers[0].name, said.content)

    for statement in onrecord.statements("“We will not go,” said Jane Doe."):
        print(statement.kind, statement.content)

The modules, in the order in which data takes its way:

    types.py       the nouns
    errors.py      what can go wrong
    evidence.py    spans of text: check, slice, find again
    facts/         states and institutions, and the words that stand for them
    reading/       an article in, what it says out; stores nothing
    record/        the database, its register of who is who, its codebook, and what people decide
    coverage.py    reads coverage into a record
    codebook.py    what is wrong with a codebook
    suggesting.py  concepts that the coverage itself suggests
    learning.py    learns from what people coded
    coding.py      codes a record by its codebook
    analysis/      positions over time, networks, clusters, polarization; reads the record, writes nothing
    charts/        pictures of them
    exchange/      files in and out: tables, networks, .dna, annotations, registers, codebooks
    evaluation.py  how right a reading is
    cli/           the command line
    web/           the record in the browser, and as JSON
    weights/       the models, with their cards
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from onrecord.errors import OnrecordError
from onrecord.types import Appearance, Article, Capture, Problem, Read, Reading, Resolution, Role, Span, Statement
from onrecord.version import VERSION

if TYPE_CHECKING:
    from onrecord.analysis.of_record import network, windows
    from onrecord.exchange.register import read_register
    from onrecord.record import Record
    from onrecord.verbs import Summary, evaluate, read, statements

__version__ = VERSION

_LATER = {
    "Record": "onrecord.record",
    "Summary": "onrecord.verbs",
    "evaluate": "onrecord.verbs",
    "network": "onrecord.analysis.of_record",
    "read": "onrecord.verbs",
    "read_register": "onrecord.exchange.register",
    "statements": "onrecord.verbs",
    "windows": "onrecord.analysis.of_record",
}

__all__ = [
    "Appearance",
    "Article",
    "Capture",
    "OnrecordError",
    "Problem",
    "Read",
    "Reading",
    "Record",
    "Resolution",
    "Role",
    "Span",
    "Statement",
    "Summary",
    "__version__",
    "evaluate",
    "network",
    "read",
    "read_register",
    "statements",
    "windows",
]


def __getattr__(name: str) -> Any:
    """The verbs are loaded when they are first used: `onrecord --help` needs neither a database nor a model."""
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
