"""The program, and what its commands have in common: options, the record opened, errors in plain words."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onrecord.errors import InputError, OnrecordError
from onrecord.types import Kind

if TYPE_CHECKING:
    from onrecord.record import Record

LOOK: dict[str, Any] = {
    "rich_markup_mode": None,
    "context_settings": {"help_option_names": ["-h", "--help"], "max_content_width": 100},
}
"""How every group of commands shows its help."""

app = typer.Typer(
    name="onrecord",
    help="Reads news coverage and keeps a record of who said what, with the exact words.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    **LOOK,
)

RecordOption = Annotated[
    str,
    typer.Option(
        "--record", "-r", metavar="FILE", help="The record: a file, or a postgresql:// URL.", envvar="ONRECORD"
    ),
]
Outlet = Annotated[str | None, typer.Option(help="Published by this outlet.")]
Since = Annotated[
    str | None, typer.Option(metavar="DATE", help="Published on this date or later: 2026-04-15, 2026-04, 2026.")
]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Published on this date or earlier.")]
Once = Annotated[bool, typer.Option("--once", help="Leave near-copies out.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line instead of a table.")]
AsOneJson = Annotated[bool, typer.Option("--json", help="As one JSON object.")]
By = Annotated[
    str | None,
    typer.Option(metavar="WORDS", help="The source's words, or the actor's names, roles or organisations, hold these."),
]
OfActor = Annotated[
    str | None, typer.Option("--actor", metavar="NAME", help="Made by this actor: a name, an alias, or an id.")
]
About = Annotated[
    str | None,
    typer.Option(metavar="WORDS", help='The content holds these words; "…" for a phrase, end* for a beginning.'),
]
Of = Annotated[Kind | None, typer.Option(help="Of this kind only.")]
MinScore = Annotated[float | None, typer.Option(min=0, max=1, help="Scored at least this.")]
Reviewer = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Who decides, for the log; your user name unless given.", envvar="ONRECORD_REVIEWER"
    ),
]
Default = "record.db"


@app.callback(invoke_without_command=True)
def about(
    version: Annotated[bool, typer.Option("--version", help="Show the version.", is_eager=True)] = False,
) -> None:
    """Reads news coverage and keeps a record of who said what, with the exact words."""
    if version:
        from onrecord.version import VERSION  # noqa: PLC0415

        typer.echo(f"onrecord {VERSION}")
        raise typer.Exit


@contextmanager
def errors() -> Iterator[None]:
    """Expected errors become one line and an exit code; what is not expected keeps its traceback."""
    try:
        yield
    except InputError as e:
        typer.echo(f"onrecord: {e}", err=True)
        raise typer.Exit(2) from None
    except OnrecordError as e:
        typer.echo(f"onrecord: {e}", err=True)
        raise typer.Exit(3) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


@contextmanager
def opened(record: str) -> "Iterator[Record]":
    """The record, which must be there; only read."""
    from onrecord.record import Record  # noqa: PLC0415

    with errors(), Record.open(record, create=False, read_only=True) as found:
        yield found


@contextmanager
def judging(record: str, *, create: bool = False) -> "Iterator[Record]":
    """The record, to store a person's decision in it."""
    from onrecord.record import Record  # noqa: PLC0415

    with errors(), Record.open(record, create=create) as found:
        yield found


def reviewing(given: str | None) -> str:
    """Who decides."""
    try:
        return given or getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        return "unknown"
