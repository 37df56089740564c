"""Commands by which people check: review, judge, correct, undo, redo, history, sample, accuracy, assign, agreement."""

from typing import Annotated, Literal

import typer

from onrecord.cli.app import (
    LOOK,
    AsJson,
    AsOneJson,
    Default,
    Outlet,
    RecordOption,
    Reviewer,
    Since,
    Until,
    app,
    judging,
    opened,
    reviewing,
)
from onrecord.types import ActorKind, Kind

Kinds = Literal["statement", "resolution", "link", "coding"]
Roles = Literal["reader", "coder", "admin"]
Note = Annotated[str, typer.Option(metavar="WORDS", help="A remark, kept with the judgement.")]
StatementId = Annotated[
    str, typer.Argument(metavar="ID", help="The statement's id or its beginning; said --json shows it.")
]

people = typer.Typer(
    help="Say who may read and decide, when the record is served.",
    no_args_is_help=True,
    **LOOK,
    epilog="Example: onrecord coders add Ann --role admin --record coverage.db",
)
app.add_typer(people, name="coders")


@app.command(epilog="Example: onrecord review --kind resolution --record coverage.db")
def review(
    record: RecordOption = Default,
    kind: Annotated[Kinds | None, typer.Option(help="Of this kind only.")] = None,
    reviewer: Reviewer = None,
) -> None:
    """Look at what is most doubtful and matters most, one by one, and decide with a key. See docs/review.md."""
    from onrecord.cli import deciding  # noqa: PLC0415

    with judging(record) as found:
        deciding.go_through(found, kind=kind, reviewer=reviewing(reviewer))


@app.command(epilog="Example: onrecord judge 1f0c2a wrong --note 'an opinion piece' --record coverage.db")
def judge(
    statement: StatementId,
    verdict: Annotated[Literal["right", "wrong"], typer.Argument(metavar="right|wrong")],
    record: RecordOption = Default,
    note: Note = "",
    reviewer: Reviewer = None,
) -> None:
    """Say that a statement is right, or wrong: a wrong one is no longer listed, and undo brings it back."""
    from onrecord.cli import deciding  # noqa: PLC0415

    with judging(record) as found:
        deciding.told(found.judge_statement(statement, verdict, reviewer=reviewing(reviewer), note=note))


@app.command(epilog="Example: onrecord correct 1f0c2a --actor 'Elfriede Kos' --record coverage.db")
def correct(
    statement: StatementId,
    record: RecordOption = Default,
    actor: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Whose it is: a name, an alias, an id, or a new name. May be repeated."),
    ] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="The text does not tell whose it is.")] = False,
    kind: Annotated[Kind | None, typer.Option(help="Its kind.")] = None,
    actor_kind: Annotated[ActorKind, typer.Option(help="What somebody with a new name is.")] = "person",
    note: Note = "",
    reviewer: Reviewer = None,
) -> None:
    """Say whose a statement is, or of what kind. Words are corrected in the browser: onrecord serve."""
    from onrecord.cli import deciding  # noqa: PLC0415

    if nobody and actor:
        raise typer.BadParameter("either --actor or --nobody")
    with judging(record) as found:
        made = found.correct_statement(
            statement, actor=None if nobody else actor or ..., kind=kind or ..., actor_kind=actor_kind,
            reviewer=reviewing(reviewer), note=note,
        )  # fmt: skip
        deciding.told(made)


@app.command(epilog="Example: onrecord undo 12 --record coverage.db")
def undo(
    judgement: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Its number or id; your own last one if none.")
    ] = None,
    record: RecordOption = Default,
    reviewer: Reviewer = None,
) -> None:
    """Withdraw a judgement: what it did is as if it had never been, but stays in the history."""
    from onrecord.cli import deciding  # noqa: PLC0415

    with judging(record) as found:
        deciding.told(found.undo(judgement, reviewer=reviewing(reviewer), mine=judgement is None))


@app.command(epilog="Example: onrecord redo --record coverage.db")
def redo(
    judgement: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Its number or id; the one you withdrew last if none.")
    ] = None,
    record: RecordOption = Default,
    reviewer: Reviewer = None,
) -> None:
    """Let a judgement that was withdrawn stand again."""
    from onrecord.cli import deciding  # noqa: PLC0415

    with judging(record) as found:
        deciding.told(found.redo(judgement, reviewer=reviewing(reviewer), mine=judgement is None))


@app.command(epilog="Example: onrecord history 1f0c2a… --record coverage.db")
def history(
    subject: Annotated[str, typer.Argument(metavar="ID", help="The id of a statement, actor, coding or article.")],
    record: RecordOption = Default,
    as_json: AsJson = False,
) -> None:
    """Show all that was decided about something: who, when, what; withdrawn judgements too."""
    from onrecord.cli import deciding  # noqa: PLC0415

    with opened(record) as found:
        deciding.history(found.history(subject), as_json=as_json)


@app.command(epilog="Example: onrecord sample 200 --seed 7 --stratify outlet --record coverage.db")
def sample(
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="How many to draw.")],
    record: RecordOption = Default,
    seed: Annotated[int, typer.Option(help="The same seed draws the same.")] = 0,
    stratify: Annotated[
        Literal["outlet", "kind", "score"] | None, typer.Option(help="Give each of these its part.")
    ] = None,
    of: Annotated[Literal["statement", "coding"], typer.Option(help="What to draw.")] = "statement",
    name: Annotated[str, typer.Option(help="What to call the sample.")] = "",
    outlet: Outlet = None,
    since: Since = None,
    until: Until = None,
    reviewer: Reviewer = None,
) -> None:
    """Draw a random sample to be checked, so that the accuracy found on it is an honest figure."""
    from onrecord.cli import deciding  # noqa: PLC0415

    with judging(record) as found:
        drawn = found.sample(
            number, seed=seed, stratify=stratify, of=of, called=name, reviewer=reviewing(reviewer), outlet=outlet,
            since=since, until=until,
        )  # fmt: skip
        deciding.drawn(drawn, found.drawn(drawn.number))


@app.command(epilog="Example: onrecord accuracy --sample 1 --record coverage.db")
def accuracy(
    record: RecordOption = Default,
    number: Annotated[int | None, typer.Option("--sample", metavar="N", help="On this random sample.")] = None,
    random: Annotated[bool, typer.Option("--random", help="Only on what was drawn at random.")] = False,
    samples: Annotated[bool, typer.Option("--samples", help="List the samples instead.")] = False,
    outlet: Outlet = None,
    since: Since = None,
    until: Until = None,
    as_json: AsOneJson = False,
) -> None:
    """Show how right the machine is on what people checked: shares with 95 % intervals. See docs/review.md."""
    from onrecord.cli import deciding  # noqa: PLC0415

    with opened(record) as found:
        if samples:
            deciding.samples(found.samples(), as_json=as_json)
            return
        measured = found.accuracy(sample=number, random_only=random, outlet=outlet, since=since, until=until)
        deciding.accuracy(measured, as_json=as_json)


@app.command(epilog="Example: onrecord assign --coder Ann --coder Bo --article courier-7 --record coverage.db")
def assign(
    coder: Annotated[list[str], typer.Option(metavar="NAME", help="Who decides; two or more.")],
    record: RecordOption = Default,
    article: Annotated[list[str] | None, typer.Option(help="An article. May be repeated.")] = None,
    number: Annotated[int | None, typer.Option("--sample", metavar="N", help="A random sample instead.")] = None,
    nothing: Annotated[
        bool, typer.Option("--nothing", help="Show coders no statements of the machine: they mark what they find.")
    ] = False,
    name: Annotated[str, typer.Option(help="What to call it.")] = "",
    reviewer: Reviewer = None,
) -> None:
    """Let several coders decide on the same, each without seeing the others."""
    from onrecord.cli import deciding  # noqa: PLC0415

    with judging(record) as found:
        made = found.assign(
            coders=coder, articles=article, sample=number, name=name, shows="nothing" if nothing else "machine",
            reviewer=reviewing(reviewer),
        )  # fmt: skip
        deciding.assigned(made)


@app.command(epilog="Example: onrecord agreement 1 --record coverage.db")
def agreement(
    assignment: Annotated[int | None, typer.Argument(metavar="[N]", help="The assignment; the last if none.")] = None,
    record: RecordOption = Default,
    listing: Annotated[bool, typer.Option("--list", help="List the assignments instead.")] = False,
    close: Annotated[
        bool, typer.Option("--close", help="End it: what all its coders decided alike stands from now on.")
    ] = False,
    reviewer: Reviewer = None,
    as_json: AsOneJson = False,
) -> None:
    """Show how far coders agree: percent and Krippendorff's alpha with 95 % intervals, and where they differ."""
    from onrecord.cli import deciding  # noqa: PLC0415

    if close:
        with judging(record) as found:
            number = deciding.which(found.assignments(), assignment)
            deciding.closed(found.close_assignment(number, reviewer=reviewing(reviewer)), number)
        return
    with opened(record) as found:
        if listing:
            deciding.assignments(found.assignments(), as_json=as_json)
            return
        number = deciding.which(found.assignments(), assignment)
        deciding.agreement(found.agreement(number), found.assignment(number), as_json=as_json)


CoderName = Annotated[str, typer.Argument(metavar="NAME")]
Role = Annotated[Roles, typer.Option(help="reader: reads; coder: decides too; admin: says who may.")]
NoPassword = Annotated[bool, typer.Option("--no-password", help="For a record that only this computer can reach.")]


@people.command("list", epilog="Example: onrecord coders list --record coverage.db")
def coders_list(record: RecordOption = Default, as_json: AsJson = False) -> None:
    """List who may read and decide, and who once could."""
    from onrecord.cli import deciding  # noqa: PLC0415

    with opened(record) as found:
        deciding.coders(found.coders(), as_json=as_json)


@people.command("add", epilog="Example: onrecord coders add Ann --role admin --record coverage.db")
def coders_add(
    name: CoderName, record: RecordOption = Default, role: Role = "coder", no_password: NoPassword = False
) -> None:
    """Add a coder. The password is asked for, twice, or read from standard input if that is no terminal."""
    from onrecord.cli import deciding  # noqa: PLC0415

    with judging(record, create=True) as found:
        password = None if no_password else deciding.ask_password(name)
        deciding.coder(found.add_coder(name, role=role, password=password), "added")


@people.command("role", epilog="Example: onrecord coders role Bo admin --record coverage.db")
def coders_role(
    name: CoderName,
    role: Annotated[Roles, typer.Argument(metavar="reader|coder|admin")],
    record: RecordOption = Default,
) -> None:
    """Give a coder another role."""
    from onrecord.cli import deciding  # noqa: PLC0415

    with judging(record) as found:
        deciding.coder(found.change_coder(name, role=role), "changed")


@people.command("password", epilog="Example: onrecord coders password Ann --record coverage.db")
def coders_password(name: CoderName, record: RecordOption = Default) -> None:
    """Give a coder a new password, and end all their sessions."""
    from onrecord.cli import deciding  # noqa: PLC0415

    with judging(record) as found:
        known = found.coder(name)
        deciding.coder(found.set_password(known.name, deciding.ask_password(known.name)), "has a new password")


@people.command("remove", epilog="Example: onrecord coders remove Bo --record coverage.db")
def coders_remove(name: CoderName, record: RecordOption = Default) -> None:
    """Let a coder log in no more; what they decided stays."""
    from onrecord.cli import deciding  # noqa: PLC0415

    with judging(record) as found:
        deciding.coder(found.remove_coder(name), "removed")
