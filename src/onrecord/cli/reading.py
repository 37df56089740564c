"""Commands that read coverage and show what was read: read, show, said, articles, export, evaluate, info."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from onrecord.cli.app import (
    About,
    AsJson,
    AsOneJson,
    By,
    Default,
    MinScore,
    Of,
    OfActor,
    Once,
    Outlet,
    RecordOption,
    Since,
    Until,
    app,
    errors,
    opened,
)
from onrecord.errors import InputError

Form = Literal["jsonl", "csv", "parquet", "annotations", "qdpx", "qdc"]
_COUNTED = {"jsonl": "articles", "annotations": "annotations", "qdpx": "statements and codings"}


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
    from onrecord import verbs  # noqa: PLC0415
    from onrecord.cli import terminal  # noqa: PLC0415

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
    from onrecord.cli import terminal  # noqa: PLC0415

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
    from onrecord.cli import terminal  # noqa: PLC0415

    with opened(record) as found:
        listed = found.said(
            by=by, actor=actor, about=about, outlet=outlet, since=since, until=until, kind=kind, article=article,
            min_score=min_score, once=once, limit=limit,
        )  # fmt: skip
        terminal.statements(listed, as_json=as_json)


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
    from onrecord.cli import terminal  # noqa: PLC0415

    with opened(record) as found:
        terminal.articles(
            found.article_list(words=words, outlet=outlet, since=since, until=until, once=once), as_json=as_json
        )


@app.command(epilog="Example: onrecord export csv --since 2026-04 --record coverage.db -o april.csv")
def export(
    form: Annotated[
        Form,
        typer.Argument(
            help="jsonl: a line for each article; csv, parquet: a row for each statement; annotations: W3C Web "
            "Annotations; qdpx: a REFI-QDA project; qdc: the codebook."
        ),
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
    """Write the record, or a selection, to a file.

    annotations and qdpx hold what actors were found to stand for, too. See docs/exchange.md.
    """
    from onrecord.cli import terminal  # noqa: PLC0415
    from onrecord.exchange import annotations, refi_qda, tables  # noqa: PLC0415

    if form == "qdc":
        with opened(record) as found:
            number = refi_qda.export_qdc(found, out)
        if out != "-":
            terminal.say(f"{out}: {number:,} concepts")
        return
    write = {
        "jsonl": tables.export_jsonl,
        "csv": tables.export_csv,
        "parquet": tables.export_parquet,
        "annotations": annotations.export_annotations,
        "qdpx": refi_qda.export_qdpx,
    }[form]
    with opened(record) as found:
        number = write(
            found, out, by=by, actor=actor, about=about, outlet=outlet, since=since, until=until, kind=kind,
            min_score=min_score, once=once,
        )  # fmt: skip
    if out != "-":
        terminal.say(f"{out}: {number:,} {_COUNTED.get(form, 'statements')}")


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
    from onrecord import verbs  # noqa: PLC0415
    from onrecord.cli import terminal  # noqa: PLC0415

    with errors(), terminal.progress() as tell:
        measures = verbs.evaluate(gold, bootstrap=bootstrap, tell=tell)
    terminal.measures(measures, as_json=as_json)


@app.command(epilog="Example: onrecord info --record coverage.db")
def info(record: RecordOption = Default, as_json: AsOneJson = False) -> None:
    """Tell what is in the record, and by which readings."""
    from onrecord.cli import terminal  # noqa: PLC0415

    with opened(record) as found:
        terminal.info(found.info(), record, as_json=as_json)


def named(pairs: list[str]) -> dict[str, str]:
    """["text=body"] → {"text": "body"}."""
    split = [p.partition("=") for p in pairs]
    if wrong := [p for p, (ours, _, theirs) in zip(pairs, split, strict=True) if not (ours and theirs)]:
        raise InputError(f"--field {wrong[0]}: write it as OURS=THEIRS, such as text=body")
    return {ours: theirs for ours, _, theirs in split}
