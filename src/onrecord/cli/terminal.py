"""How things look in a terminal: progress, tables, an article with its statements marked."""

import dataclasses
import itertools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.padding import Padding
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from onrecord.coverage import Step
from onrecord.evaluation import Measure, recall_only
from onrecord.record import Actor, Info, Judgement, Listed, ListedActor, Loaded, Post, Proposal, Said, Speaker
from onrecord.record.revisions import told
from onrecord.types import Article, Problem, Span
from onrecord.verbs import Summary

STYLES = {"content": "green", "cue": "bold yellow", "source": "bold underline cyan"}  # later ones win where they meet
NUMBERS = frozenset(
    {"score", "sure", "number", "articles", "statements", "precision", "recall", "F1", "right", "found", "gold"}
)

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


@contextmanager
def counting(what: str) -> Iterator[Callable[[str], None]]:
    """Shows how far something is, in words, if standard error is a terminal."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what)
        yield lambda words: bar.update(task, description=words)


def problems(found: Iterable[Problem]) -> None:
    """Problems, each with what it is about."""
    for problem in found:
        err.print(Text.assemble((f"{problem.name}: ", "bold"), problem.message))


def summary(read: Summary, record: str) -> None:
    """What a reading did."""
    parts = [f"{read.articles:,} articles read", f"{read.statements:,} statements"]
    parts += [f"{n:,} {what}" for n, what in ((read.copies, "near-copies"), (read.known, "known already")) if n]
    parts += [f"{len(read.problems):,} could not be read"] if read.problems else []
    say(f"{record}: {', '.join(parts)}")
    if read.stopped:
        say("Stopped. Start the same command again to go on.")


def statements(listed: Iterable[Said], *, as_json: bool) -> None:
    """Statements for a person to read, as rows for a program, or as JSON lines."""
    if as_json:
        for s in listed:
            sys.stdout.write(json.dumps(_said(s), ensure_ascii=False) + "\n")
    elif out.is_terminal:
        shown = False
        for s in listed:
            _statement(s, _whose(s), (s.article.published or "undated")[:10], s.article.outlet)
            shown = True
        if not shown:
            say("No statement fits.")
    else:
        _rows(
            ("date", "outlet", "source", "actor", "how", "cue", "content", "kind", "score"),
            (
                (
                    (s.article.published or "")[:10],
                    s.article.outlet or "",
                    s.source or "(none)",
                    _who(s),
                    s.speakers[0].how if s.speakers else "",
                    s.cue or "",
                    " … ".join(s.content),
                    s.statement.kind,
                    f"{s.statement.score:.2f}",
                )
                for s in listed
            ),
        )


def _statement(s: Said, whose: str, *where: str | None) -> None:
    """A statement for a person to read: where, who in which words, how sure, whose, and what."""
    head = Text.assemble(
        *((f"{place} ", "dim") for place in where if place),
        (s.source or "(no source)", STYLES["source"]), " ", (s.cue or "", STYLES["cue"]),
        (f"  {s.statement.kind} {s.statement.score:.2f}", "dim"), f"  → {whose}" if whose else "",
    )  # fmt: skip
    out.print(head, soft_wrap=not out.is_terminal)
    for piece in s.content:
        text = Text(piece, STYLES["content"])
        if out.is_terminal:
            out.print(Padding(text, (0, 0, 0, 4)))
        else:
            out.print(Text("    ") + text, soft_wrap=True)


def articles(listed: Iterable[Listed], *, as_json: bool) -> None:
    """Articles as a table, or as JSON lines."""
    if as_json:
        for a in listed:
            line = dataclasses.asdict(a.article) | {"characters": a.characters, "statements": a.statements}
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        return
    table(
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
        _statement(s, _whose(s), f"{number:3}")


def actors(listed: Iterable[ListedActor], *, as_json: bool) -> None:
    """Actors as a table, or as JSON lines."""
    if as_json:
        _json_lines(listed)
        return
    if not out.is_terminal:
        _rows(
            ("id", "name", "kind", "role", "organisation", "country", "statements", "articles", "first", "last"),
            (
                (
                    a.id[:8],
                    a.name,
                    a.kind,
                    a.title or "",
                    a.organisation or "",
                    a.country or "",
                    str(a.statements),
                    str(a.articles),
                    (a.first or "")[:10],
                    (a.last or "")[:10],
                )
                for a in listed
            ),
        )
        return
    table(
        ("name", "what", "statements", "articles", "first", "last"),
        (
            (
                a.name,
                ", ".join(part for part in (a.title or a.kind, a.organisation, a.country) if part),
                str(a.statements),
                str(a.articles),
                (a.first or "")[:10],
                (a.last or "")[:10],
            )
            for a in listed
        ),
        wide={"name": 3, "what": 4},
        nothing="No actor fits.",
    )


def actor(known: Actor, listed: Iterable[Said], *, as_json: bool) -> None:
    """An actor with names, posts and everything it said."""
    if as_json:
        plain = dataclasses.asdict(known) | {"names": [name._asdict() for name in known.names]}
        plain["said"] = [_said(s) for s in listed]
        sys.stdout.write(json.dumps(plain, ensure_ascii=False, indent=1) + "\n")
        return
    out.print(Text(known.name, "bold"), soft_wrap=True)
    facts = [known.kind, known.country, known.wikidata, known.id]
    out.print(Text(" · ".join(fact for fact in facts if fact), "dim"), soft_wrap=True)
    counted = f"{known.statements:,} statements, {known.articles:,} articles"
    out.print(counted + (f", {known.first[:10]} to {(known.last or '')[:10]}" if known.first else ""))
    called = (f"{n.name} ({n.uses})" if n.origin == "read" else f"{n.name} ({n.origin})" for n in known.names)
    for line in ("names: " + ", ".join(called), *("role: " + _post(post) for post in known.posts)):
        out.print(Text(line), soft_wrap=not out.is_terminal)
    out.print()
    made = ((s, speaker) for s in listed for speaker in s.speakers if speaker.actor_id == known.id)
    if out.is_terminal:
        for s, speaker in made:
            whose = f"{speaker.how} {speaker.score:.2f}; {_link(speaker)}" + _reported(s)
            _statement(s, whose, (s.article.published or "undated")[:10], s.article.outlet, s.article.name)
        return
    _rows(
        ("date", "outlet", "article", "source", "how", "sure", "cue", "content", "why this actor"),
        (
            (
                (s.article.published or "")[:10],
                s.article.outlet or "",
                s.article.name,
                s.source or "(none)",
                speaker.how,
                f"{speaker.score:.2f}",
                s.cue or "",
                " … ".join(s.content) + _reported(s),
                _link(speaker),
            )
            for s, speaker in made
        ),
    )


def _link(speaker: Speaker) -> str:
    return f"{speaker.named}: {speaker.link_reason} {speaker.link_score:.2f}"


def proposals(listed: Iterable[Proposal], *, as_json: bool) -> None:
    """Doubtful links as a table, or as JSON lines."""
    if as_json:
        _json_lines(listed)
        return
    if not out.is_terminal:
        _rows(
            ("score", "actor", "id", "may be", "other id", "because", "article"),
            ((f"{p.score:.2f}", p.actor, p.actor_id[:8], p.other, p.other_id[:8], p.reason, p.article) for p in listed),
        )
        return
    table(
        ("score", "actor", "may be", "because"),
        (
            (
                f"{p.score:.2f}",
                f"{p.actor} ({p.actor_id[:8]})",
                f"{p.other} ({p.other_id[:8]})",
                f"{p.reason} ({p.article})",
            )
            for p in listed
        ),
        wide={"actor": 2, "may be": 2, "because": 3},
        nothing="No link is in doubt.",
    )


def judgements(listed: Iterable[Judgement], *, as_json: bool) -> None:
    """The log, as a table or as JSON lines."""
    if as_json:
        _json_lines(listed)
        return
    table(
        ("number", "made", "by", "judgement", "withdrawn"),
        (
            (
                str(j.number), _minute(j.made_at), j.reviewer, _decided(j),
                f"{_minute(j.withdrawn_at)} by {j.withdrawn_by}" if j.withdrawn_at else "",
            )
            for j in listed
        ),
        wide={"judgement": 4},
        nothing="No judgement yet.",
    )  # fmt: skip


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")


def judged(made: Judgement) -> None:
    """What a person just decided, and how to take it back."""
    if made.withdrawn_at:
        say(f"undone: {_decided(made)}")
    else:
        say(f"{_decided(made)}; to take it back: onrecord actors undo {made.number}")


def loaded(done: Loaded, problems: Iterable[Problem], file: Path) -> None:
    """What loading a register file did."""
    for problem in problems:
        err.print(Text.assemble((f"{problem.name}: ", "bold"), problem.message))
    say(f"{file}: rows loaded {done.new:,}, known already {done.known:,}")


def _decided(j: Judgement) -> str:
    detail = j.detail
    match j.kind:
        case "merge":
            return f"{detail['name']} is also {', '.join(detail['names'])}"
        case "split":
            other = detail["called"] or f"somebody else ({detail['to'][:8]})"
            number = len(detail["articles"])
            return f"{detail['name']} is {other} in {number} article{'s' if number > 1 else ''}"
        case "rename":
            return f"{detail['name']} is called {detail['called']}"
        case "alias":
            return f"{detail['name']} is known as {detail['called']}"
        case "load":
            return f"{detail['name']} loaded, {detail['rows']} rows"
    return told(j) + f" ({j.subject_kind} {j.subject})"


def _post(post: Post) -> str:
    words = ", ".join(part for part in (post.title, post.organisation, post.country) if part)
    if post.evidence is None:
        return f"{words} (register file; {post.since or '…'} to {post.until or '…'})"
    former = "formerly " if post.former else ""
    return f"{former}{words} ({(post.told or 'undated')[:10]}, {post.article}: “{' '.join(post.evidence.split())}”)"


def _who(s: Said) -> str:
    return ", ".join(speaker.name for speaker in s.speakers if speaker.name) + _reported(s)


def _whose(s: Said) -> str:
    """Whose a statement is, and how that was found; nothing if the record knows of nobody."""
    if not s.speakers:
        return ""
    named = ", ".join(speaker.name for speaker in s.speakers if speaker.name)
    how = s.speakers[0].how
    return (f"{named} ({how})" if named else how) + _reported(s)


def _reported(s: Said) -> str:
    return f" (reported by {s.reported_by})" if s.reported_by else ""


def _json_lines(listed: Iterable[Any]) -> None:
    for item in listed:
        sys.stdout.write(json.dumps(dataclasses.asdict(item), ensure_ascii=False) + "\n")


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
    table(
        ("measure", "precision", "recall", "F1", "95% interval", "right", "found", "gold"),
        (_measured(name, m) for name, m in measured.items()),
        nothing="Nothing to measure.",
    )


def _measured(name: str, m: Measure) -> tuple[str, ...]:
    interval = "[{:.3f}, {:.3f}]".format(*m.interval) if m.interval else ""
    if recall_only(name):
        return (name, "", f"{m.recall:.3f}", "", interval, str(m.right), "", str(m.gold))
    scores = (f"{m.precision:.3f}", f"{m.recall:.3f}", f"{m.f1:.3f}")
    return (name, *scores, interval, str(m.right), str(m.predicted), str(m.gold))


def _said(s: Said) -> dict[str, Any]:
    spans = {role: getattr(s.statement, role) for role in ("source", "cue", "content")}
    return {
        "id": s.statement.id, "article": s.article.name, "outlet": s.article.outlet, "published": s.article.published,
        "title": s.article.title, "source": s.source, "cue": s.cue, "content": list(s.content),
        "kind": s.statement.kind, "score": round(s.statement.score, 4), "part_of": s.statement.part_of, "spans": spans,
        "duplicate_of": s.article.original, "within": s.statement.within, "reported_by": s.reported_by,
        "actor": s.speakers[0].name if s.speakers else None, "how": s.speakers[0].how if s.speakers else None,
        "actor_score": round(s.speakers[0].score, 4) if s.speakers else None,
        "actors": [dataclasses.asdict(speaker) for speaker in s.speakers],
    }  # fmt: skip


def _spans(value: Span | tuple[Span, ...] | None) -> tuple[Span, ...]:
    return () if value is None else (value,) if isinstance(value, Span) else value


def table(
    columns: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, wide: Mapping[str, int] | None = None, nothing: str
) -> None:
    """A table for a person in a terminal; rows for a program."""
    if not out.is_terminal:
        _rows(columns, rows)
        return
    drawn = Table(box=None, pad_edge=False, header_style="bold", expand=bool(wide))
    for column in columns:
        fixed = column in {"date", "kind", "score", "sure", "id", "other id", "first", "last", "number"}
        justify: Literal["left", "right"] = "right" if column in NUMBERS else "left"
        drawn.add_column(column, ratio=(wide or {}).get(column), justify=justify, overflow="fold", no_wrap=fixed)
    for row in rows:
        drawn.add_row(*(Text(" ".join(cell.split())) for cell in row))
    if drawn.row_count:
        out.print(drawn)
    else:
        say(nothing)


def _rows(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """A row a line as it comes, cells separated by tabs."""
    for row in itertools.chain([columns], rows):
        sys.stdout.write("\t".join(" ".join(cell.split()) for cell in row) + "\n")


def _short(words: str, length: int) -> str:
    return words if len(words) <= length else "…" + words[1 - length :]
