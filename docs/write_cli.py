"""Writes docs/cli.md from the program itself: python docs/write_cli.py > docs/cli.md; a test compares the two."""

import sys
from collections.abc import Iterator
from typing import Any

import typer
from typer.testing import CliRunner

from onrecord.cli import app

INTRODUCTION = """# The command line

Made from the program by `make docs`.

Exit codes: 0 all well; 1 something could not be read (the rest was); 2 wrong usage; 3 the record or the weights cannot
be used, or what was asked for is not there; 130 interrupted.
"""


def pages() -> str:
    """The help of the program and of each command, as Markdown."""
    commands = ["", *_names(typer.main.get_command(app))]
    parts = [INTRODUCTION]
    for name in commands:
        shown = CliRunner(env={"COLUMNS": "100", "TERM": "dumb"}).invoke(
            app, [*name.split(), "--help"], prog_name="onrecord"
        )
        text = "\n".join(line.rstrip() for line in shown.output.strip().splitlines())
        parts.append(f"## onrecord {name}".rstrip() + f"\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def _names(group: Any) -> Iterator[str]:
    """The commands of a group, each followed by its own."""
    for name, command in group.commands.items():
        yield name
        if hasattr(command, "commands"):
            yield from (f"{name} {sub}" for sub in _names(command))


if __name__ == "__main__":
    sys.stdout.write(pages())
