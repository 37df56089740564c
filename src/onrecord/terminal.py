"""How things look in a terminal: progress, tables, an article with its statements marked."""

import dataclasses
import itertools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from onrecord.coverage import Step
from onrecord.evaluation import Measure
from onrecord.record import Info, Listed, Said
from onrecord.types import Article, Span
from onrecord.verbs import Summary

STYLES = {"content": "green", "cue": "bold yellow", "source": "bold underline cyan"}  # later ones win where they meet
NUMBERS = frozenset({"score", "statements", "precision", "recall", "F1", "right", "found", "gold"})

out = Console(highlight=False)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def say(line: str) -> None:
    """One line about what was done, on standard error, so that it never mixes with output."""
    err.print(line, markup=False)


@contextmanager
def progress() -> Iterator[Callable[[Step], None]]:
    """Shows how far a reading is, if standard error is a terminal; problems are told as they come in any case."""
    count = {"articles": 0, "statements": 0, "problems": 0}
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("reading")

        def tell(step: Step) -> None:
            count["articles"] += step.outcome != "problem"
            count["statements"] += len(step.statements)
            count["problems"] += step.outcome == "problem"
            if step.problem:
                err.print(Text.assemble((f"{step.problem.name}: ", "bold"), step.problem.message))
            bar.update(
                task, description=", ".join(f"{n:,} {what}" for what, n in count.items()) + f"  {_short(step.name, 40)}"
            )

        yield tell


def summary(read: Summary, record: str) -> None:
    """What a reading did."""
    parts = [f"{read.articles:,} articles read", f"{read.statements:,} statements"]
    parts += [f"{n:,} {what}" for n, what in ((read.copies, "near-copies"), (read.known, "known already")) if n]
    parts += [f"{len(read.problems):,} could not be read"] if read.problems else []
    say(f"{record}: {', '.join(parts)}")
    if read.stopped:
        say("Stopped. Start the same command again to go on.")


def statements(listed: Iterable[Said], *, as_json: bool) -> None:
    """Statements as a table, or as JSON lines."""
    if as_json:
        for s in listed:
            sys.stdout.write(json.dumps(_said(s), ensure_ascii=False) + "\n")
        return
    _table(
        ("date", "outlet", "source", "cue", "content", "kind", "score"),
        (
            (
                (s.article.published or "")[:10],
                s.article.outlet or "",
                s.source or "(none)",
                s.cue or "",
                " … ".join(s.content),
                s.statement.kind,
                f"{s.statement.score:.2f}",
            )
            for s in listed
        ),
        wide={"content": 5, "source": 2},
        nothing="No statement fits.",
    )


def articles(listed: Iterable[Listed], *, as_json: bool) -> None:
    """Articles as a table, or as JSON lines."""
    if as_json:
        for a in listed:
            line = dataclasses.asdict(a.article) | {"characters": a.characters, "statements": a.statements}
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        return
    _table(
        ("id", "date", "outlet", "title", "statements", "near-copy of"),
        (
            (
                a.article.id[:8],
                (a.article.published or "")[:10],
                a.article.outlet or "",
                a.article.title or a.article.name,
                str(a.statements),
                a.article.original or "",
            )
            for a in listed
        ),
        wide={"title": 3},
        nothing="No article fits.",
    )


def article(shown: Article, found: list[Said]) -> None:
    """An article with its statements marked by colour, and listed below it, which needs no colour."""
    out.print(Text(shown.title or shown.name, "bold"))
    facts = [shown.outlet, shown.published, ", ".join(shown.authors), shown.url]
    out.print(Text(" · ".join(f for f in facts if f), "dim"))
    text = Text(shown.text)
    for role, style in STYLES.items():
        for s in found:
            spans: Span | tuple[Span, ...] | None = getattr(s.statement, role)
            for span in _spans(spans):
                text.stylize(style, *span)
    out.print()
    out.print(text, soft_wrap=not out.is_terminal)
    out.print()
    for number, s in enumerate(found, 1):
        head = Text.assemble(
            (f"{number:3} ", "dim"), (s.source or "(no source)", STYLES["source"]), " ", (s.cue or "", STYLES["cue"]),
            (f"  {s.statement.kind} {s.statement.score:.2f}", "dim"),
        )  # fmt: skip
        out.print(head, soft_wrap=True)
        for piece in s.content:
            out.print(Text("    " + piece, STYLES["content"]), soft_wrap=not out.is_terminal)


def info(counted: Info, record: str, *, as_json: bool) -> None:
    """What a record holds."""
    if as_json:
        plain = dataclasses.asdict(counted) | {
            "readings": [dataclasses.asdict(use.reading) | {"articles": use.articles} for use in counted.readings]
        }
        sys.stdout.write(json.dumps(plain, ensure_ascii=False, indent=1) + "\n")
        return
    kinds = f"{counted.direct:,} direct, {counted.mixed:,} mixed, {counted.indirect:,} indirect"
    out.print(Text(record, "bold"))
    out.print(
        f"{counted.articles:,} articles, {counted.near_copies:,} of them near-copies; "
        f"{counted.replaced:,} earlier versions"
    )
    out.print(f"{counted.statements:,} statements: {kinds}")
    if counted.first:
        out.print(f"published from {counted.first} to {counted.last}")
    for name, number in counted.outlets[:20]:
        out.print(Text(f"  {number:7,}  {name}"))
    for use in counted.readings:
        reading = use.reading
        out.print(
            f"read by onrecord {reading.version}, weights {reading.weights_sha256[:12]}: {use.articles:,} articles"
        )


def measures(measured: Mapping[str, Measure], *, as_json: bool) -> None:
    """Scores as a table, or as JSON."""
    if as_json:
        sys.stdout.write(json.dumps({k: dataclasses.asdict(m) for k, m in measured.items()}, indent=1) + "\n")
        return
    _table(
        ("measure", "precision", "recall", "F1", "95% interval", "right", "found", "gold"),
        (_measured(name, m) for name, m in measured.items()),
        nothing="Nothing to measure.",
    )


def _measured(name: str, m: Measure) -> tuple[str, ...]:
    recall_only = name.startswith("R.")  # of one kind of gold statement: there is no precision
    interval = "[{:.3f}, {:.3f}]".format(*m.interval) if m.interval else ""
    if recall_only:
        return (name, "", f"{m.recall:.3f}", "", interval, str(m.right), "", str(m.gold))
    scores = (f"{m.precision:.3f}", f"{m.recall:.3f}", f"{m.f1:.3f}")
    return (name, *scores, interval, str(m.right), str(m.predicted), str(m.gold))


def _said(s: Said) -> dict[str, Any]:
    spans = {role: getattr(s.statement, role) for role in ("source", "cue", "content")}
    return {
        "id": s.statement.id, "article": s.article.name, "outlet": s.article.outlet, "published": s.article.published,
        "title": s.article.title, "source": s.source, "cue": s.cue, "content": list(s.content),
        "kind": s.statement.kind, "score": round(s.statement.score, 4), "part_of": s.statement.part_of, "spans": spans,
        "duplicate_of": s.article.original,
    }  # fmt: skip


def _spans(value: Span | tuple[Span, ...] | None) -> tuple[Span, ...]:
    return () if value is None else (value,) if isinstance(value, Span) else value


def _table(
    columns: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, wide: Mapping[str, int] | None = None, nothing: str
) -> None:
    """A table for a person in a terminal; for a program, a row a line as it comes, cells separated by tabs."""
    if not out.is_terminal:
        for row in itertools.chain([columns], rows):
            sys.stdout.write("\t".join(" ".join(cell.split()) for cell in row) + "\n")
        return
    table = Table(box=None, pad_edge=False, header_style="bold", expand=bool(wide))
    for column in columns:
        fixed = column in {"date", "kind", "score", "id"}
        justify: Literal["left", "right"] = "right" if column in NUMBERS else "left"
        table.add_column(column, ratio=(wide or {}).get(column), justify=justify, overflow="fold", no_wrap=fixed)
    for row in rows:
        table.add_row(*(Text(" ".join(cell.split())) for cell in row))
    if table.row_count:
        out.print(table)
    else:
        say(nothing)


def _short(words: str, length: int) -> str:
    return words if len(words) <= length else "…" + words[1 - length :]
