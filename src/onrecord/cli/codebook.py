"""Commands about the codebook: codebook check, load, show, export, drop; concepts suggest."""

import dataclasses
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onrecord.cli.app import LOOK, AsJson, Default, RecordOption, Reviewer, app, errors, judging, opened, reviewing

if TYPE_CHECKING:
    from onrecord.suggesting import Suggestion

book = typer.Typer(
    help="Check a codebook, and keep it in the record. See docs/codebook.md.",
    no_args_is_help=True,
    **LOOK,
    epilog="Examples: onrecord codebook check codebook.toml | onrecord codebook load codebook.toml --record my.db",
)
app.add_typer(book, name="codebook")
found_concepts = typer.Typer(help="Find concepts in the coverage.", no_args_is_help=True, **LOOK)
app.add_typer(found_concepts, name="concepts")

CodebookFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A codebook: TOML, CSV, or a .dna file for its concepts.")
]
SHOWN = 6  # passages shown of a suggestion


@book.command(epilog="Example: onrecord codebook check codebook.toml")
def check(file: CodebookFile, as_json: AsJson = False) -> None:
    """Find propositions that are vague, double-barrelled, negated, too long, not English, or say what another says.

    Nothing is changed. The exit code is 1 if there is something to look at.
    """
    from onrecord.cli import terminal  # noqa: PLC0415
    from onrecord.codebook import check as findings  # noqa: PLC0415
    from onrecord.exchange.codebook import read_placed  # noqa: PLC0415
    from onrecord.reading.nearness import Nearness  # noqa: PLC0415
    from onrecord.reading.stances import StanceModel  # noqa: PLC0415
    from onrecord.types import Problem  # noqa: PLC0415

    with errors():
        placed, problems = read_placed(file)
        listed = findings([concept for _, concept in placed], Nearness(), StanceModel())
    lines = {concept.id: line for line, concept in placed}
    if as_json:
        _lines({"line": lines[f.concept] or None, **dataclasses.asdict(f)} for f in listed)
        terminal.problems(problems)
    else:
        terminal.problems(problems)
        for f in listed:
            where = f"{file}:{lines[f.concept]}" if lines[f.concept] else str(file)
            terminal.problems([Problem(name=f"{where}: {f.concept}", message=f"{f.message} [{f.kind}]")])
        terminal.say(f"{file}: {len(placed):,} concepts, {len(problems) + len(listed):,} things to look at")
    if problems or listed:
        raise typer.Exit(1)


@book.command(epilog="Example: onrecord codebook load codebook.toml --record coverage.db")
def load(file: CodebookFile, record: RecordOption = Default, reviewer: Reviewer = None) -> None:
    """Take a codebook into the record: new concepts, and new versions of those whose proposition changed.

    Concepts that are not in the file stay. Undo takes the loading back.
    """
    from onrecord.cli import terminal  # noqa: PLC0415
    from onrecord.exchange.codebook import read_codebook  # noqa: PLC0415

    with judging(record, create=True) as found:
        concepts, problems = read_codebook(file)
        terminal.problems(problems)
        done = found.load_codebook(concepts, reviewer=reviewing(reviewer), file=str(file))
    counted = ", ".join(f"{len(ids):,} {sort}" for sort, ids in done._asdict().items())
    terminal.say(f"{file}: concepts: {counted}")
    if done.reworded:
        terminal.say(f"New versions, whose earlier codings stay under the old one: {', '.join(done.reworded)}")
    if problems:
        raise typer.Exit(1)


@book.command(epilog="Example: onrecord codebook show --record coverage.db")
def show(record: RecordOption = Default, as_json: AsJson = False) -> None:
    """List the concepts of the record's codebook."""
    from onrecord.cli import terminal  # noqa: PLC0415

    with opened(record) as found:
        concepts = found.concepts()
    if as_json:
        _lines(dataclasses.asdict(c) for c in concepts)
        return
    terminal.table(
        ("id", "version", "proposition", "parent", "aliases", "examples"),
        (
            (c.id, str(c.version), c.proposition, c.parent or "", ", ".join(c.aliases), str(len(c.examples)))
            for c in concepts
        ),
        wide={"proposition": 4, "aliases": 2},
        nothing="The codebook is empty: load one with onrecord codebook load FILE.",
    )


@book.command(epilog="Example: onrecord codebook export codebook.toml --record coverage.db")
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to: a name that ends in .csv makes it CSV.")],
    record: RecordOption = Default,
) -> None:
    """Write the record's codebook to a file: TOML or CSV."""
    from onrecord.cli import terminal  # noqa: PLC0415
    from onrecord.exchange.codebook import write_codebook  # noqa: PLC0415

    with opened(record) as found:
        concepts = found.concepts()
        write_codebook(concepts, file)
    if str(file) != "-":
        terminal.say(f"{file}: {len(concepts):,} concepts")


@book.command(epilog="Example: onrecord codebook drop pension-age --record coverage.db")
def drop(
    concept: Annotated[str, typer.Argument(metavar="CONCEPT", help="Its id, or the beginning of its proposition.")],
    record: RecordOption = Default,
    reviewer: Reviewer = None,
) -> None:
    """Take a concept out of the codebook. What was coded of it is kept, and comes back with undo."""
    from onrecord.cli import terminal  # noqa: PLC0415

    with judging(record) as found:
        dropped = found.drop_concept(concept, reviewer=reviewing(reviewer))
    terminal.say(f"{dropped.id} is out of the codebook; to take it back: onrecord undo")


@found_concepts.command(epilog="Example: onrecord concepts suggest --limit 10 --record coverage.db")
def suggest(
    record: RecordOption = Default,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Propose concepts: what several actors of several articles take sides on, quoted, with the passages.

    What the record's codebook has is not proposed again. Write a sentence of each that you want: see docs/codebook.md.
    """
    from onrecord.cli import terminal  # noqa: PLC0415
    from onrecord.suggesting import suggest as suggestions  # noqa: PLC0415

    with opened(record) as found:
        listed = suggestions(found, limit=limit)
    if as_json:
        _lines(dataclasses.asdict(s) for s in listed)
        return
    for s in listed:
        _shown(s)
    if not listed:
        terminal.say(
            "Nothing that several actors of several articles take sides on was found, or all is coded already."
        )


def _shown(s: "Suggestion") -> None:
    """The quoted proposition, who is for and against, and the passages that say so most surely."""
    from onrecord.cli import terminal  # noqa: PLC0415

    terminal.out.print(f"“{s.proposition}” ({s.article})", style="bold", markup=False, soft_wrap=True)
    for stance, sign in (("support", "+"), ("oppose", "−"), ("undecided", "?")):
        told = [i for i in s.instances if i.stance == stance]
        for i in told[:SHOWN]:
            words = " ".join(i.words.split())
            terminal.out.print(f"  {sign} {i.actor} ({i.article}): “{words}”", markup=False, soft_wrap=True)
        if len(told) > SHOWN:
            more = ", ".join(i.actor for i in told[SHOWN:])
            terminal.out.print(f"  {sign} also {more}", markup=False, soft_wrap=True)


def _lines(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
