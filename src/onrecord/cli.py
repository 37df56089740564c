"""The command line. Thin: what it does is in verbs.py, record/ and exchange/; how it looks is in terminal.py.

Exit codes: 0 all well; 1 something could not be read (the rest was); 2 wrong usage; 3 the record or the weights cannot
be used, or what was asked for is not there; 130 interrupted.
"""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from onrecord.errors import InputError, OnrecordError
from onrecord.types import ActorKind, Kind

if TYPE_CHECKING:
    from onrecord.record import Record

app = typer.Typer(
    name="onrecord",
    help="Reads news coverage and keeps a record of who said what, with the exact words.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


register = typer.Typer(
    help="List the actors, and say who is who.",
    rich_markup_mode=None,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Examples: onrecord actors --kind person --organisation labour --since 2026-04 | "
    "onrecord actors --doubtful | onrecord actors merge 'Elfriede Kos' Kos | onrecord actors undo",
)
app.add_typer(register, name="actors")


Sorting = Literal["statements", "articles", "name", "first", "last"]
Form = Literal["jsonl", "csv", "parquet"]
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


@app.command(
    epilog="Examples: onrecord read articles/ | onrecord read coverage.jsonl --record coverage.db | "
    "onrecord read 'dump/*.warc.gz' --outlet 'The Courier'"
)
def read(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Files, folders, globs, web addresses, or - for standard input."),
    ],
    record: RecordOption = Default,
    outlet: Annotated[str | None, typer.Option(help="The outlet, where the input does not say it.")] = None,
    published: Annotated[
        str | None, typer.Option(metavar="DATE", help="The date, where the input does not say it.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="The language, where the input does not say it.")] = None,
    sidecar: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="A table with metadata, a row for each path, name or id.")
    ] = None,
    name_pattern: Annotated[
        str | None, typer.Option(metavar="PATTERN", help="What file names say: {outlet}_{published}_{title}")
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(metavar="OURS=THEIRS", help="How the input calls a field: text=body. May be repeated."),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Read articles of an earlier reading anew.")] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Articles read at once; one for each core unless given.")
    ] = None,
    delay: Annotated[float, typer.Option(min=0, help="Seconds between two requests to one web host.")] = 1.0,
) -> None:
    """Read coverage into a record.

    Text, HTML, JSON lines, CSV, WARC, feeds, and all of them gzipped. What the record holds already is not read again,
    so a reading that was stopped goes on when it is started again. See docs/input.md.
    """
    from onrecord import terminal, verbs  # noqa: PLC0415

    given = {k: v for k, v in {"outlet": outlet, "published": published, "language": language}.items() if v}
    with errors():
        with terminal.progress() as tell:
            summary = verbs.read(
                *paths, record=record, tell=tell, given=given, sidecar=sidecar, name_pattern=name_pattern,
                fields=named(field or []), again=again, jobs=jobs, delay=delay, stdin=sys.stdin.buffer,
            )  # fmt: skip
        terminal.summary(summary, record)
    if summary.stopped or summary.problems:
        raise typer.Exit(130 if summary.stopped else 1)


@app.command(epilog="Example: onrecord show 'Vienna unveils' --record coverage.db")
def show(
    article: Annotated[str, typer.Argument(help="An article's id (or its beginning), name or address.")],
    record: RecordOption = Default,
    min_score: MinScore = None,
) -> None:
    """Show an article with its statements: source, cue and content marked, and whose each is."""
    from onrecord import terminal  # noqa: PLC0415

    with opened(record) as found:
        held = found.article(article)
        terminal.article(held, list(found.said(article=held.id, min_score=min_score)))


@app.command(epilog="Example: onrecord said --by minister --about 'pension age' --since 2026-04 --record coverage.db")
def said(
    record: RecordOption = Default,
    by: By = None,
    actor: OfActor = None,
    about: About = None,
    outlet: Outlet = None,
    since: Since = None,
    until: Until = None,
    kind: Of = None,
    article: Annotated[str | None, typer.Option(help="In this article only.")] = None,
    min_score: MinScore = None,
    once: Once = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    as_json: AsJson = False,
) -> None:
    """List statements: who said what, where and when."""
    from onrecord import terminal  # noqa: PLC0415

    with opened(record) as found:
        listed = found.said(
            by=by, actor=actor, about=about, outlet=outlet, since=since, until=until, kind=kind, article=article,
            min_score=min_score, once=once, limit=limit,
        )  # fmt: skip
        terminal.statements(listed, as_json=as_json)


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
    from onrecord import terminal  # noqa: PLC0415

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
    from onrecord import terminal  # noqa: PLC0415

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
    from onrecord import terminal  # noqa: PLC0415

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
    from onrecord import terminal  # noqa: PLC0415

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
    from onrecord import terminal  # noqa: PLC0415

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
    from onrecord import terminal  # noqa: PLC0415

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
    from onrecord import terminal  # noqa: PLC0415

    with judging(record) as found:
        terminal.judged(found.undo(judgement, reviewer=reviewing(reviewer)))


@register.command(epilog="Example: onrecord actors log --record coverage.db")
def log(record: RecordOption = Default, as_json: AsJson = False) -> None:
    """List the judgements: who decided what, and when."""
    from onrecord import terminal  # noqa: PLC0415

    with opened(record) as found:
        terminal.judgements(found.judgements(), as_json=as_json)


@register.command(epilog="Example: onrecord actors load members.csv --record coverage.db")
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or TOML; see docs/actors.md.")],
    record: RecordOption = Default,
    reviewer: Reviewer = None,
) -> None:
    """Load a register file: names, aliases, and roles with dates. Loading it again adds nothing twice."""
    from onrecord import terminal  # noqa: PLC0415
    from onrecord.exchange.register import read_register  # noqa: PLC0415

    with errors():
        rows, problems = read_register(file)
    with judging(record, create=True) as found:
        loaded = found.load_register(rows, file=str(file), reviewer=reviewing(reviewer))
        problems += loaded.problems
        terminal.loaded(loaded, problems, file)
    if problems:
        raise typer.Exit(1)


@app.command(epilog="Example: onrecord articles --outlet 'The Courier' --record coverage.db")
def articles(
    record: RecordOption = Default,
    words: Annotated[
        str | None, typer.Option("--about", metavar="WORDS", help="Title or text hold these words.")
    ] = None,
    outlet: Outlet = None,
    since: Since = None,
    until: Until = None,
    once: Once = False,
    as_json: AsJson = False,
) -> None:
    """List the articles, with how many statements each holds."""
    from onrecord import terminal  # noqa: PLC0415

    with opened(record) as found:
        terminal.articles(
            found.article_list(words=words, outlet=outlet, since=since, until=until, once=once), as_json=as_json
        )


@app.command(epilog="Example: onrecord export csv --since 2026-04 --record coverage.db -o april.csv")
def export(
    form: Annotated[
        Form, typer.Argument(help="jsonl: a line for each article; csv, parquet: a row for each statement.")
    ],
    out: Annotated[str, typer.Option("--out", "-o", metavar="FILE", help="Where to; - for standard output.")] = "-",
    record: RecordOption = Default,
    by: By = None,
    actor: OfActor = None,
    about: About = None,
    outlet: Outlet = None,
    since: Since = None,
    until: Until = None,
    kind: Of = None,
    min_score: MinScore = None,
    once: Once = False,
) -> None:
    """Write the record, or a selection, to a file."""
    from onrecord import terminal  # noqa: PLC0415
    from onrecord.exchange import tables  # noqa: PLC0415

    write = {"jsonl": tables.export_jsonl, "csv": tables.export_csv, "parquet": tables.export_parquet}[form]
    with opened(record) as found:
        number = write(
            found, out, by=by, actor=actor, about=about, outlet=outlet, since=since, until=until, kind=kind,
            min_score=min_score, once=once,
        )  # fmt: skip
    if out != "-":
        terminal.say(f"{out}: {number:,} {'articles' if form == 'jsonl' else 'statements'}")


@app.command(epilog="Example: onrecord evaluate my-annotations.jsonl")
def evaluate(
    gold: Annotated[
        Path, typer.Argument(metavar="GOLD.jsonl", help="Annotated articles, one a line: id, text, statements.")
    ],
    bootstrap: Annotated[int, typer.Option(min=0, help="Resamples for the intervals; 0 for none.")] = 1000,
    as_json: AsOneJson = False,
) -> None:
    """Measure how right onrecord reads articles that you annotated.

    Each line holds "text" and "statements": [{"source": [start, end] or null, "cue": …, "content": [[start, end], …]}].
    See docs/evaluation.md for what is measured.
    """
    from onrecord import terminal, verbs  # noqa: PLC0415

    with errors(), terminal.progress() as tell:
        measures = verbs.evaluate(gold, bootstrap=bootstrap, tell=tell)
    terminal.measures(measures, as_json=as_json)


@app.command(epilog="Example: onrecord info --record coverage.db")
def info(record: RecordOption = Default, as_json: AsOneJson = False) -> None:
    """Tell what is in the record, and by which readings."""
    from onrecord import terminal  # noqa: PLC0415

    with opened(record) as found:
        terminal.info(found.info(), record, as_json=as_json)


@app.callback(invoke_without_command=True)
def about(
    version: Annotated[bool, typer.Option("--version", help="Show the version.", is_eager=True)] = False,
) -> None:
    """Reads news coverage and keeps a record of who said what, with the exact words."""
    if version:
        from onrecord.version import VERSION  # noqa: PLC0415

        typer.echo(f"onrecord {VERSION}")
        raise typer.Exit


def named(pairs: list[str]) -> dict[str, str]:
    """["text=body"] → {"text": "body"}."""
    split = [p.partition("=") for p in pairs]
    if wrong := [p for p, (ours, _, theirs) in zip(pairs, split, strict=True) if not (ours and theirs)]:
        raise InputError(f"--field {wrong[0]}: write it as OURS=THEIRS, such as text=body")
    return {ours: theirs for ours, _, theirs in split}


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


def main(*args: Any) -> None:
    """Entry point."""
    app(*args)


if __name__ == "__main__":
    main()
