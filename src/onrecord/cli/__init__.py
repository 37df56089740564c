"""The command line. Thin: what it does is in verbs.py, record/, exchange/ and analysis/.

app.py       the program, and what its commands have in common
reading.py   read, show, said, articles, export, evaluate, info
actors.py    actor, actors …
terminal.py  how things look

Exit codes: 0 all well; 1 something could not be read (the rest was); 2 wrong usage; 3 the record or the weights cannot
be used, or what was asked for is not there; 130 interrupted.
"""

from typing import Any

from onrecord.cli import actors, reading
from onrecord.cli.app import app

__all__ = ["actors", "app", "main", "reading"]


def main(*args: Any) -> None:
    """Entry point."""
    app(*args)
