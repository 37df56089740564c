"""Commands about positions: code, stands, shifts, why."""

import dataclasses
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onrecord.cli.app import (
    AsJson,
    Default,
    Once,
    Outlet,
    RecordOption,
    Reviewer,
    Since,
    Until,
    app,
    errors,
    opened,
    reviewing,
)

if TYPE_CHECKING:
    from onrecord.analysis.positions import Shift, Stand
    from onrecord.record import Coded

MinScore = Annotated[
    float | None, typer.Option(min=0, max=1, help="Scored at least this; what people decided is always shown.")
]
Checked = Annotated[bool, typer.Option("--checked", help="Only what a person decided.")]
ConceptArgument = Annotated[
    str | None, typer.Argument(metavar="[CONCEPT]", help="A concept's id, or the beginning of its proposition.")
]
MARKS = {"support": "+", "oppose": "−", "undecided": "?", "none": "·"}


@app.command(epilog="Example: onrecord code --codebook examples/codebook.toml --record coverage.db")
def code(
    record: RecordOption = Default,
    codebook: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Load this codebook first: TOML, CSV, or the concepts of a .dna file."),
    ] = None,
    concept: Annotated[list[str] | None, typer.Option(help="Code this concept only. May be repeated.")] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Articles coded at once; one for each core unless given.")
    ] = None,
    reviewer: Reviewer = None,
) -> None:
    """Code the record by a codebook: where each actor stands on each concept, in which words.

    What has been coded is not coded again, so a run that was stopped goes on when it is started again. See
    docs/positions.md.
    """
    from onrecord.cli import terminal  # noqa: PLC0415
    from onrecord.coding import code as steps  # noqa: PLC0415
    from onrecord.exchange.codebook import read_codebook  # noqa: PLC0415
    from onrecord.record import Record  # noqa: PLC0415

    problems = 0
    with errors(), Record.open(record, create=False) as found:
        if codebook:
            concepts, faults = read_codebook(codebook)
            terminal.problems(faults)
            problems += len(faults)
            found.load_codebook(concepts, reviewer=reviewing(reviewer), file=str(codebook))
        articles = codings = 0
        try:
            with terminal.counting("coding") as tell:
                for step in steps(found, concepts=concept, jobs=jobs):
                    articles += step.problem is None
                    codings += len(step.codings)
                    if step.problem:
                        terminal.problems([step.problem])
                        problems += 1
                    tell(f"{articles:,} articles, {codings:,} codings, {step.left:,} articles left")
        except KeyboardInterrupt:
            terminal.say("Stopped. Start the same command again to go on.")
            raise
        terminal.say(f"{record}: {articles:,} articles coded, {codings:,} codings")
    if problems:
        raise typer.Exit(1)


@app.command(epilog="Example: onrecord stands pension-age --since 2026-04 --record coverage.db")
def stands(
    concept: ConceptArgument = None,
    record: RecordOption = Default,
    outlet: Outlet = None,
    since: Since = None,
    until: Until = None,
    min_score: MinScore = None,
    checked: Checked = False,
    once: Once = False,
    as_json: AsJson = False,
) -> None:
    """Show where everybody stands: actors and concepts, or one concept with conditions and evidence."""
    from onrecord.analysis import positions  # noqa: PLC0415

    with opened(record) as found:
        codings = found.codings(
            concept=concept, outlet=outlet, since=since, until=until, checked=checked or None, once=once,
            min_score=positions.shown_from(found) if min_score is None else min_score,
        )  # fmt: skip
        listed = positions.stands(codings)
        if as_json:
            _lines(_stand(s) for s in listed)
        elif concept is None:
            _matrix(listed, [c.id for c in found.concepts()])
        else:
            _on_one(listed, found.concept(concept).proposition)


@app.command(epilog="Example: onrecord shifts --since 2026-04 --record coverage.db")
def shifts(
    concept: ConceptArgument = None,
    record: RecordOption = Default,
    actor: Annotated[str | None, typer.Option(metavar="NAME", help="Of this actor only.")] = None,
    outlet: Outlet = None,
    since: Since = None,
    until: Until = None,
    min_score: MinScore = None,
    checked: Checked = False,
    as_json: AsJson = False,
) -> None:
    """List who changed position: from what to what, between which articles, with both sentences."""
    from onrecord.analysis import positions  # noqa: PLC0415
    from onrecord.cli import terminal  # noqa: PLC0415

    with opened(record) as found:
        codings = found.codings(
            concept=concept, actor=actor, outlet=outlet, since=since, until=until, checked=checked or None,
            min_score=positions.shown_from(found) if min_score is None else min_score,
        )  # fmt: skip
        changes = positions.shifts(codings)
    if as_json:
        _lines(_shift(s) for s in changes)
        return
    for s in changes:
        terminal.out.print(f"{s.actor}: {s.old} → {s.new}  {s.concept}: {s.proposition}", style="bold", markup=False)
        for coded in (s.before, s.after):
            terminal.out.print(_evidence(coded), markup=False, soft_wrap=True)
    if not changes:
        terminal.say("Nobody changed position, as far as is coded.")


@app.command(epilog="Example: onrecord why 'Elfriede Kos' pension-age --record coverage.db")
def why(
    actor: Annotated[str, typer.Argument(metavar="ACTOR", help="A name, an alias, or an id or its beginning.")],
    concept: Annotated[str, typer.Argument(metavar="CONCEPT", help="Its id, or the beginning of its proposition.")],
    record: RecordOption = Default,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """List all evidence of where an actor stands on a concept, in order, for and against, with scores."""
    from onrecord.cli import terminal  # noqa: PLC0415
    from onrecord.types import ANSWERS  # noqa: PLC0415

    with opened(record) as found:
        book = found.concept(concept)
        known = found.actor(actor)
        codings = list(found.codings(actor=known.id, concept=book.id, since=since, until=until, answers=ANSWERS))
    if as_json:
        _lines(_coded(c) for c in codings)
        return
    terminal.out.print(f"{known.name} on {book.id}: {book.proposition}", style="bold", markup=False)
    for c in codings:
        terminal.out.print(_evidence(c), markup=False, soft_wrap=True)
    if not codings:
        terminal.say("Nothing coded tells where this actor stands on it.")


def _matrix(listed: Sequence["Stand"], concepts: Sequence[str]) -> None:
    """Actors × concepts, those with most positions first."""
    from onrecord.cli import terminal  # noqa: PLC0415

    of: dict[str, dict[str, Stand]] = {}
    names = {s.actor_id: s.actor for s in listed}
    for s in listed:
        of.setdefault(s.actor_id, {})[s.concept] = s
    rows = sorted(of.items(), key=lambda item: (-len(item[1]), names[item[0]]))
    terminal.table(
        ("actor", *concepts),
        ((names[actor], *(_cell(row.get(c)) for c in concepts)) for actor, row in rows),
        nothing="Nobody stands anywhere yet: code the record first (onrecord code), or lower --min-score.",
    )
    if rows:
        terminal.say("+ supports, − opposes, ? undecided; c: on a condition; !: disputed; number of articles.")


def _cell(s: "Stand | None") -> str:
    if s is None:
        return ""
    return f"{MARKS[s.stance]}{'c' if s.conditions else ''}{'!' if s.disputed else ''} {s.articles}"


def _on_one(listed: Sequence["Stand"], proposition: str) -> None:
    from onrecord.cli import terminal  # noqa: PLC0415

    terminal.out.print(proposition, style="bold", markup=False)
    for s in listed:
        terminal.out.print(f"{MARKS[s.stance]} {s.actor}: {s.stance}  {_held(s)}", markup=False)
        for condition in s.conditions:
            about = f" → {condition.concept}" if condition.concept else ""
            words = f"    {'if' if condition.holds else 'unless'}: “{condition.words}”{about}"
            terminal.out.print(words, markup=False, soft_wrap=True)
        terminal.out.print(_evidence(s.evidence[0].best), markup=False, soft_wrap=True)
        for t in s.disputed:
            terminal.out.print("    but: " + _evidence(t.best).strip(), markup=False, soft_wrap=True)
    if not listed:
        terminal.say("Nobody stands anywhere on it, as far as is coded. Lower --min-score to see doubtful codings.")


def _held(s: "Stand") -> str:
    """Since when, on how many articles, how many of them checked."""
    parts = [f"since {(s.since or 'undated')[:10]}"]
    parts += [f"last told {s.last[:10]}"] if s.last and s.last != s.since else []
    parts += [f"{s.articles} article{'s' if s.articles != 1 else ''}"]
    parts += [f"{s.checked} checked"] if s.checked else []
    return ", ".join(parts + (["coded under an earlier version"] if s.outdated else []))


def _evidence(c: "Coded") -> str:
    by = f", {c.judged_by} decided" if c.judged_by else ""
    told = f", according to {c.according_to}" if c.according_to else ""
    where = " ".join(x for x in ((c.article.published or "undated")[:10], c.article.outlet, f"({c.article.name})") if x)
    words = " ".join(c.words.split())
    return f"    {MARKS[c.stance]} {c.score:.2f} {where}{told}{by}: “{words}”"


def _lines(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def _coded(c: "Coded") -> dict[str, Any]:
    return dataclasses.asdict(c)


def _stand(s: "Stand") -> dict[str, Any]:
    return dataclasses.asdict(s)


def _shift(s: "Shift") -> dict[str, Any]:
    return dataclasses.asdict(s)
