"""The command line. Thin: what it does is in verbs.py, record/, exchange/ and analysis/.

app.py       the program, and what its commands have in common
reading.py   read, show, said, articles, export, evaluate, info
actors.py    actor, actors …
review.py    review, judge, correct, undo, redo, history, sample, accuracy, assign, agreement, coders …
positions.py code, stands, shifts, why
codebook.py  codebook …, concepts suggest
learning.py  learn
dna.py       dna import, dna export
networks.py  network
plotting.py  plot …
serving.py   serve
terminal.py  how things look
deciding.py  how decisions look, and the queue gone through

Exit codes: 0 all well; 1 something could not be read (the rest was); 2 wrong usage; 3 the record or the weights cannot
be used, or what was asked for is not there; 130 interrupted.
"""

from typing import Any

from onrecord.cli import actors, codebook, dna, learning, networks, plotting, positions, reading, review, serving
from onrecord.cli.app import app

__all__ = [
    "actors",
    "app",
    "codebook",
    "dna",
    "learning",
    "main",
    "networks",
    "plotting",
    "positions",
    "reading",
    "review",
    "serving",
]


def main(*args: Any) -> None:
    """Entry point."""
    app(*args)
