"""Commands for users of Discourse Network Analyzer: dna import, dna export."""

from pathlib import Path
from typing import Annotated

import typer

from onrecord.cli.app import (
    LOOK,
    Default,
    Once,
    Outlet,
    RecordOption,
    Reviewer,
    Since,
    Until,
    app,
    errors,
    judging,
    opened,
    reviewing,
)
from onrecord.errors import InputError

group = typer.Typer(
    help="Take over work from Discourse Network Analyzer, and give it back.",
    no_args_is_help=True,
    **LOOK,
    epilog="Examples: onrecord dna import coded.dna --record coverage.db | "
    "onrecord dna export --record coverage.db -o coverage.dna",
)
app.add_typer(group, name="dna")


@group.command(
    "import",
    epilog="Examples: onrecord dna import coded.dna --record coverage.db | "
    "onrecord dna import coded.dna --variable concept=claim --record coverage.db",
)
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.dna", help="A file of DNA 3.")],
    record: RecordOption = Default,
    variable: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OURS=THEIRS",
            help="What the file calls person, organization, concept or agreement: concept=claim. May be repeated.",
        ),
    ] = None,
    reviewer: Reviewer = None,
) -> None:
    """Take a .dna file into a record: documents, actors, concepts, and the coders' statements as their judgements.

    No password is needed. Nothing is lost: what has no place in a record is kept, and "dna export" gives it back.
    Importing a file again adds only what is new in it. See docs/dna.md.
    """
    from onrecord.cli import terminal  # noqa: PLC0415
    from onrecord.exchange.dna import import_dna, read_dna  # noqa: PLC0415

    with errors():
        variables = _named(variable or [])
        read_dna(file)  # no record is made for a file that is none
    with judging(record, create=True) as found:
        done = import_dna(file, found, variables=variables, reviewer=reviewing(reviewer))
    terminal.problems(done.problems)
    if done.new:
        terminal.say(
            f"{record}: {done.documents:,} documents ({done.held:,} held already), {done.actors:,} actors, "
            f"{done.concepts:,} new concepts, {done.codings:,} codings; "
            f"{done.set_aside:,} of {done.statements:,} statements are no positions and are kept as they are"
        )
    else:
        terminal.say(f"{record}: holds all of {file} already")
    if done.problems:
        raise typer.Exit(1)


@group.command(
    epilog="Examples: onrecord dna export --record coverage.db -o coverage.dna | "
    "onrecord dna export --checked --since 2026-01 --concept peacekeepers --record coverage.db -o checked.dna"
)
def export(
    out: Annotated[str, typer.Option("--out", "-o", metavar="FILE.dna", help="Where to.")],
    record: RecordOption = Default,
    password: Annotated[
        str | None,
        typer.Option(
            help="What opens the file in DNA, for each coder. Asked for if it is needed and not given.",
            envvar="ONRECORD_DNA_PASSWORD",
        ),
    ] = None,
    checked: Annotated[bool, typer.Option("--checked", help="Only what a person decided.")] = False,
    concept: Annotated[
        list[str] | None, typer.Option(metavar="CONCEPT", help="On this concept only. May be repeated.")
    ] = None,
    actor: Annotated[str | None, typer.Option(metavar="NAME", help="Of this actor only.")] = None,
    outlet: Outlet = None,
    since: Since = None,
    until: Until = None,
    min_score: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Scored at least this; what people decided always is."),
    ] = None,
    once: Once = False,
    undecided: Annotated[
        bool,
        typer.Option("--undecided", help="Write undecided stances too, as statements of a type without agreement."),
    ] = False,
) -> None:
    """Write a record, or a selection, as a file that DNA 3 opens; reviewers are its coders.

    Give the password by the environment (ONRECORD_DNA_PASSWORD) or when asked, and it is not kept in the history of
    your shell. See docs/dna.md.
    """
    from onrecord.cli import terminal  # noqa: PLC0415
    from onrecord.exchange.dna import export_dna  # noqa: PLC0415

    with opened(record) as found:
        done = export_dna(
            found, out, password=_asked if password is None else password, undecided=undecided, concepts=concept,
            checked=checked or None, actor=actor, outlet=outlet, since=since, until=until, min_score=min_score,
            once=once,
        )  # fmt: skip
    terminal.problems(done.problems)
    left = [
        f"{number:,} {what}"
        for number, what in (
            (done.undecided, "undecided stances (--undecided writes them)"),
            (done.conditions, "conditions"),
        )
        if number
    ]
    told = f"{out}: {done.documents:,} documents, {done.statements:,} statements"
    terminal.say(told + (f"; left out, since DNA has no place for them: {' and '.join(left)}" if left else ""))


def _asked() -> str:
    """The password, typed twice by the user."""
    return str(typer.prompt("Password for the coders of the file", hide_input=True, confirmation_prompt=True, err=True))


def _named(pairs: list[str]) -> dict[str, str]:
    """["concept=claim"] → {"concept": "claim"}."""
    split = [pair.partition("=") for pair in pairs]
    if wrong := ["".join(parts) for parts in split if not (parts[0] and parts[2])]:
        raise InputError(f"--variable {wrong[0]}: write it as OURS=THEIRS, such as concept=claim")
    return {ours: theirs for ours, _, theirs in split}
