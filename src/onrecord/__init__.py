"""onrecord reads news coverage and keeps a record of who said what, with the exact words.

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
    record/        the database, and its register of who is who
    coverage.py    reads coverage into a record
    exchange/      the record as JSON lines, CSV, Parquet; register files
    evaluation.py  how right a reading is
    cli/           the command line
    weights/       the reading model, with its card
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from onrecord.errors import OnrecordError
from onrecord.types import Appearance, Article, Capture, Problem, Read, Reading, Resolution, Role, Span, Statement
from onrecord.version import VERSION

if TYPE_CHECKING:
    from onrecord.exchange.register import read_register
    from onrecord.record import Record
    from onrecord.verbs import Summary, evaluate, read, statements

__version__ = VERSION

_LATER = {
    "Record": "onrecord.record",
    "Summary": "onrecord.verbs",
    "evaluate": "onrecord.verbs",
    "read": "onrecord.verbs",
    "read_register": "onrecord.exchange.register",
    "statements": "onrecord.verbs",
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
    "read",
    "read_register",
    "statements",
]


def __getattr__(name: str) -> Any:
    """The verbs are loaded when they are first used: `onrecord --help` needs neither a database nor a model."""
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
