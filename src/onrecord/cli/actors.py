"""Commands about who is who: actor, actors and what people decide about them."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from onrecord.cli.app import (
    LOOK,
    About,
    AsJson,
    AsOneJson,
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
from onrecord.types import ActorKind

Sorting = Literal["statements", "articles", "name", "first", "last"]

register = typer.Typer(
    help="List the actors, and say who is who.",
    invoke_without_command=True,
    **LOOK,
    epilog="Examples: onrecord actors --kind person --organisation labour --since 2026-04 | "
    "onrecord actors --doubtful | onrecord actors merge 'Elfriede Kos' Kos | onrecord actors undo",
)
app.add_typer(register, name="actors")


@app.command(epilog="Example: onrecord actor 'Elfriede Kos' --since 2026-04 --record coverage.db")
def actor(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name, an alias, or an id or its beginning.")],
    record: RecordOption = Default,
    about: About = None,
    outlet: Outlet = None,
    since: Since = None,
    until: Until = None,
    once: Once = False,
    as_json: AsOneJson = False,
) -> None:
    """Show an actor: names, roles with their evidence, and everything said, with how each was resolved."""
    from onrecord.cli import terminal  # noqa: PLC0415

    with opened(record) as found:
        known = found.actor(name)
        said = found.said(actor=known.id, about=about, outlet=outlet, since=since, until=until, once=once)
        terminal.actor(known, said, as_json=as_json)


@register.callback()
def actors(
    context: typer.Context,
    record: RecordOption = Default,
    kind: Annotated[ActorKind | None, typer.Option(help="Of this kind; unnamed ones only if asked for.")] = None,
    name: Annotated[str | None, typer.Option(metavar="WORDS", help="A name or a role holds these words.")] = None,
    organisation: Annotated[
        str | None, typer.Option(metavar="WORDS", help="The organisation holds these words.")
    ] = None,
    country: Annotated[str | None, typer.Option(help="Of this country: AT, Austria.")] = None,
    outlet: Outlet = None,
    since: Since = None,
    until: Until = None,
    sort: Annotated[Sorting, typer.Option(help="By what the list is sorted.")] = "statements",
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    doubtful: Annotated[bool, typer.Option("--doubtful", help="List the links that a person should decide.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the actors: who they are, how much they said, when they were first and last seen. See docs/actors.md."""
    from onrecord.cli import terminal  # noqa: PLC0415

    if context.invoked_subcommand is not None:
        sources = map(context.get_parameter_source, context.params)
        if any(source and source.name == "COMMANDLINE" for source in sources):
            raise typer.BadParameter(f"options go after “{context.invoked_subcommand}”, not before it")
        return
    with opened(record) as found:
        if doubtful:
            terminal.proposals(found.proposals(), as_json=as_json)
            return
        listed = found.actors(
            kind=kind, words=name, organisation=organisation, country=country, outlet=outlet, since=since,
            until=until, sort=sort, limit=limit,
        )  # fmt: skip
        terminal.actors(listed, as_json=as_json)


@register.command(epilog="Example: onrecord actors merge 'Elfriede Kos' Kos 'Mrs Kos' --record coverage.db")
def merge(
    actor: Annotated[str, typer.Argument(metavar="A", help="The actor that remains.")],
    others: Annotated[list[str], typer.Argument(metavar="B...", help="Those that are the same.")],
    record: RecordOption = Default,
    reviewer: Reviewer = None,
) -> None:
    """Make one actor of several: B is A. Undo takes them apart again."""
    from onrecord.cli import terminal  # noqa: PLC0415

    with judging(record) as found:
        terminal.judged(found.merge(actor, *others, reviewer=reviewing(reviewer)))


@register.command(
    epilog="Example: onrecord actors split Rennie --article courier-7 --as 'Tom Rennie' --record coverage.db"
)
def split(
    actor: Annotated[str, typer.Argument(metavar="A", help="The actor that is two.")],
    article: Annotated[list[str], typer.Option(help="An article in which A is somebody else. May be repeated.")],
    to: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Who that is: an actor there is, or a new name.")
    ] = None,
    record: RecordOption = Default,
    reviewer: Reviewer = None,
) -> None:
    """Make two actors of one: in these articles, A is somebody else. Undo makes them one again."""
    from onrecord.cli import terminal  # noqa: PLC0415

    with judging(record) as found:
        terminal.judged(found.split(actor, *article, to=to, reviewer=reviewing(reviewer)))


@register.command(epilog="Example: onrecord actors rename BGV 'Federation of Trade Unions' --record coverage.db")
def rename(
    actor: Annotated[str, typer.Argument(metavar="A")],
    name: Annotated[str, typer.Argument(metavar="NEW", help="The name to show; those it had still lead to it.")],
    record: RecordOption = Default,
    reviewer: Reviewer = None,
) -> None:
    """Give an actor another name."""
    from onrecord.cli import terminal  # noqa: PLC0415

    with judging(record) as found:
        terminal.judged(found.rename(actor, name, reviewer=reviewing(reviewer)))


@register.command(epilog="Example: onrecord actors alias 'Elfriede Kos' 'the iron president' --record coverage.db")
def alias(
    actor: Annotated[str, typer.Argument(metavar="A")],
    words: Annotated[str, typer.Argument(metavar="WORDS", help="A name of A, in articles read from now on too.")],
    record: RecordOption = Default,
    reviewer: Reviewer = None,
) -> None:
    """Add a name by which an actor is known."""
    from onrecord.cli import terminal  # noqa: PLC0415

    with judging(record) as found:
        terminal.judged(found.alias(actor, words, reviewer=reviewing(reviewer)))


@register.command(epilog="Example: onrecord actors undo 3 --record coverage.db")
def undo(
    judgement: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Its number in the log; the last if none.")
    ] = None,
    record: RecordOption = Default,
    reviewer: Reviewer = None,
) -> None:
    """Withdraw a judgement: what it did is as if it had never been."""
    from onrecord.cli import terminal  # noqa: PLC0415

    with judging(record) as found:
        terminal.judged(found.undo(judgement, reviewer=reviewing(reviewer)))


@register.command(epilog="Example: onrecord actors log --record coverage.db")
def log(record: RecordOption = Default, as_json: AsJson = False) -> None:
    """List the judgements: who decided what, and when."""
    from onrecord.cli import terminal  # noqa: PLC0415

    with opened(record) as found:
        terminal.judgements(found.judgements(), as_json=as_json)


@register.command(epilog="Example: onrecord actors load members.csv --record coverage.db")
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or TOML; see docs/actors.md.")],
    record: RecordOption = Default,
    reviewer: Reviewer = None,
) -> None:
    """Load a register file: names, aliases, and roles with dates. Loading it again adds nothing twice."""
    from onrecord.cli import terminal  # noqa: PLC0415
    from onrecord.exchange.register import read_register  # noqa: PLC0415

    with errors():
        rows, problems = read_register(file)
    with judging(record, create=True) as found:
        loaded = found.load_register(rows, file=str(file), reviewer=reviewing(reviewer))
        problems += loaded.problems
        terminal.loaded(loaded, problems, file)
    if problems:
        raise typer.Exit(1)
