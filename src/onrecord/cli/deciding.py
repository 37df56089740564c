"""How what people decide looks in a terminal, and the review queue gone through there."""

import dataclasses
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import typer
from rich.padding import Padding
from rich.text import Text

from onrecord.cli.terminal import STYLES, out, say, table
from onrecord.errors import NotFound, OnrecordError
from onrecord.record import (
    Accuracy,
    Agreement,
    Assignment,
    Coder,
    Happened,
    Judgement,
    Measured,
    Queued,
    QueueKind,
    Record,
    Sample,
    Share,
    Verdict,
)
from onrecord.record.revisions import told as in_words

_KEYS = {
    "statement": {"r": "right", "w": "wrong", "a": "another actor"},
    "resolution": {"r": "right", "w": "wrong", "a": "another actor"},
    "link": {"s": "the same", "d": "different"},
    "coding": {"r": "right", "+": "supports", "-": "opposes", "?": "undecided", "0": "takes no stand"},
}
_ALWAYS = {"n": "next", "x": "leave out for good", "u": "undo my last", "q": "quit"}
_STANCES = {"+": "support", "-": "oppose", "?": "undecided", "0": "none"}


def go_through(record: Record, *, kind: QueueKind | None, reviewer: str) -> None:
    """Shows what waits, one after the other, and does what the keys say."""
    after, done = None, 0
    while waiting := record.queue(kind=kind, limit=1, after=after, reviewer=reviewer):
        (one,) = waiting
        _show(one)
        key = _key(_KEYS[one.kind] | _ALWAYS)
        if key == "q":
            break
        if key == "n":
            after = one.key
        elif key == "u":
            _tried(partial(_undo, record, reviewer))
            after = None  # what is undone waits again, perhaps before this
        else:  # what is decided no longer waits; what is refused is shown again
            done += _tried(partial(_decide, record, one, key, reviewer)) and key != "x"
    else:
        say("Nothing more waits.")
    say(f"{done:,} decided by {reviewer}")


def _tried(judge: Callable[[], None]) -> bool:
    """Whether a decision was taken; one that is refused is told."""
    try:
        judge()
    except OnrecordError as error:
        say(str(error))
        return False
    return True


def _undo(record: Record, reviewer: str) -> None:
    say(f"undone: {in_words(record.undo(reviewer=reviewer, mine=True))}")


def _decide(record: Record, one: Queued, key: str, reviewer: str) -> None:
    if key == "x":
        record.skip(one.kind, one.subject, reviewer=reviewer)
    elif one.kind == "link" and one.proposal is not None:
        if key == "s":
            record.merge(one.proposal.other_id, one.proposal.actor_id, reviewer=reviewer)
        else:
            record.keep_apart(one.subject, reviewer=reviewer)
    elif one.kind == "coding" and one.coded is not None:
        stance = one.coded.stance if key == "r" else _STANCES[key]
        record.judge_coding(one.subject, stance, reviewer=reviewer, expects=one.coded.revision)  # type: ignore[arg-type]
    elif one.statement is not None:
        expects = one.statement.revision
        if key == "a":
            name = typer.prompt("whose is it (nothing: the text does not tell)", default="", show_default=False)
            record.correct_statement(one.subject, actor=name or None, reviewer=reviewer, expects=expects)
        else:
            verdict: Verdict = "right" if key == "r" else "wrong"
            record.judge_statement(one.subject, verdict, reviewer=reviewer, expects=expects)


def _key(meaning: dict[str, str]) -> str:
    say("  ".join(f"{key} {does}" for key, does in meaning.items()))
    while True:
        try:
            key = typer.getchar().lower()
        except EOFError:
            return "q"
        if key in ("\x03", "\x04", "\x1b", ""):
            return "q"
        if key in meaning:
            return key
        say(f"{key!r} does nothing here")


def _show(one: Queued) -> None:
    out.print()
    where = " ".join(
        part for part in ((one.article.published or "undated")[:10], one.article.outlet, one.article.name) if part
    )
    out.print(Text.assemble((f"{one.kind}  ", "bold"), (where, "dim")), soft_wrap=True)
    if one.statement is not None:
        said = one.statement
        named = ", ".join(s.name for s in said.speakers if s.name)
        head = Text.assemble(
            (said.source or "(no source)", STYLES["source"]), " ", (said.cue or "", STYLES["cue"]),
            f"  → {named}" if named else "",
        )  # fmt: skip
        out.print(head, soft_wrap=True)
        for piece in said.content:
            out.print(Padding(Text(piece, STYLES["content"]), (0, 0, 0, 4)))
    if one.coded is not None:
        out.print(Text(f"{one.coded.actor}: {one.coded.stance} “{one.coded.proposition}”"), soft_wrap=True)
        out.print(Padding(Text(one.coded.words, STYLES["content"]), (0, 0, 0, 4)))
    out.print(Text(one.reason, "dim"), soft_wrap=True)


def told(made: Judgement) -> None:
    """What a person just decided, and how to take it back."""
    if made.withdrawn_at:
        say(f"undone: {in_words(made)}; to let it stand again: onrecord redo {made.number}")
    else:
        say(f"{in_words(made)}; to take it back: onrecord undo {made.number}")


def history(happened: Sequence[Happened], *, as_json: bool) -> None:
    """What was decided about something, the oldest first."""
    if as_json:
        _json_lines(happened)
        return
    table(
        ("when", "who", "number", "what"),
        ((h.at[:16].replace("T", " "), h.who, str(h.judgement.number), h.words) for h in happened),
        nothing="Nobody decided anything about it.",
    )


def drawn(sample: Sample, ids: Iterable[str]) -> None:
    """The ids of a sample, one a line, in the order in which to check them."""
    for id_ in ids:
        sys.stdout.write(f"{id_}\n")
    say(f"sample {sample.number}: {sample.size:,} drawn; when they are judged, see accuracy --sample {sample.number}")


def samples(listed: Sequence[Sample], *, as_json: bool) -> None:
    """The samples, with how far they are checked."""
    if as_json:
        sys.stdout.write(json.dumps([dataclasses.asdict(s) for s in listed], ensure_ascii=False) + "\n")
        return
    columns = ("number", "name", "of", "drawn", "checked", "stratified by", "seed", "by", "when")
    table(
        columns,
        (
            (str(s.number), s.name, s.of, str(s.size), str(s.checked), s.stratify or "", str(s.seed), s.made_by,
             s.made_at[:10])
            for s in listed
        ),
        nothing="There is no sample: onrecord sample draws one.",
    )  # fmt: skip


def accuracy(measured: Accuracy, *, as_json: bool) -> None:
    """How right the machine is, as far as people checked."""
    if as_json:
        sys.stdout.write(json.dumps(dataclasses.asdict(measured), ensure_ascii=False) + "\n")
        return
    whole = measured.share("statement")
    if not measured.checked and not measured.share("stance").checked:
        say("Nobody checked anything yet: onrecord sample draws what to check, onrecord review goes through it.")
        return
    if measured.checked:
        sure = _percent(whole.share, whole.low, whole.high)
        say(f"of {whole.checked:,} checked statements {whole.right:,} right: {sure}")
    if measured.weighted is not None and measured.weighted.share is not None:
        w = measured.weighted
        say(f"in the whole that the sample was drawn from: {_percent(w.share, w.low, w.high)}")
    if measured.random < measured.checked:
        say(
            f"{measured.checked - measured.random:,} of these were not drawn at random: whoever looks at the doubtful "
            "first finds more wrong than there are. onrecord sample draws some."
        )
    if measured.missed:
        say(f"{measured.missed:,} statements were added that the machine had missed")
    table(("what", "by", "right", "checked", "share"), (_line(s) for s in measured.lines if s.checked), nothing="")
    if measured.calibration:
        table(
            ("score", "checked", "mean score", "right", "share right"),
            (
                (f"{b.low:g}–{b.high:g}", str(b.checked), f"{b.mean_score:.2f}", str(b.right),
                 _percent(b.share, b.share_low, b.share_high))
                for b in measured.calibration
            ),
            nothing="",
        )  # fmt: skip


def _line(s: Share) -> tuple[str, ...]:
    by = f"{s.by} {s.value}" if s.by else "all"
    return s.what, by, str(s.right), str(s.checked), _percent(s.share, s.low, s.high)


def _percent(share: float | None, low: float | None, high: float | None) -> str:
    if share is None:
        return "–"
    between = f" ({100 * low:.1f}–{100 * high:.1f})" if low is not None and high is not None else ""
    return f"{100 * share:.1f} %{between}"


def assigned(made: Assignment) -> None:
    """An assignment that was just made."""
    say(f"assignment {made.number}, {made.name!r}: {', '.join(made.coders)} on {len(made.articles):,} articles")


def assignments(listed: Sequence[Assignment], *, as_json: bool) -> None:
    """The assignments."""
    if as_json:
        sys.stdout.write(json.dumps([dataclasses.asdict(a) for a in listed], ensure_ascii=False) + "\n")
        return
    table(
        ("number", "name", "coders", "articles", "shown", "by", "when", "closed"),
        (
            (str(a.number), a.name, ", ".join(a.coders), str(len(a.articles)), a.shows, a.made_by, a.made_at[:10],
             (a.closed_at or "")[:10])
            for a in listed
        ),
        nothing="There is no assignment: onrecord assign makes one.",
    )  # fmt: skip


def which(listed: Sequence[Assignment], number: int | None) -> int:
    """The assignment that is meant. Raises NotFound if there is none."""
    if number is not None:
        return number
    if not listed:
        raise NotFound("there is no assignment: onrecord assign makes one")
    return listed[0].number


def closed(number: int, assignment: int) -> None:
    """An assignment that just ended."""
    say(f"assignment {assignment} is closed: {number:,} decisions on which all agree stand from now on")


def agreement(found: Agreement, of: Assignment, *, as_json: bool) -> None:
    """How far coders agree, and where they do not."""
    if as_json:
        sys.stdout.write(json.dumps(dataclasses.asdict(found), ensure_ascii=False) + "\n")
        return
    say(f"assignment {of.number}, {of.name!r}: {len(found.differences):,} statements on which coders differ")
    table(("what", "coders", "units", "agree", "alpha"), (_measure(m) for m in found.measures if m.units), nothing="")
    for d in found.differences:
        out.print(Text.assemble((f"{d.subject}  ", "dim"), " … ".join(d.said.content)), soft_wrap=True)
        for decision in d.decisions:
            out.print(Text(f"    {decision.coder}: {decision.words}  [{decision.judgement.id[:8]}]"), soft_wrap=True)
        if d.adjudicated is not None:
            out.print(Text(f"    {d.adjudicated.reviewer} settled it: {in_words(d.adjudicated)}"), soft_wrap=True)


def _measure(m: Measured) -> tuple[str, ...]:
    alpha = "–"
    if m.alpha is not None:
        between = f" ({m.alpha_low:.2f}–{m.alpha_high:.2f})" if m.alpha_low is not None else ""
        alpha = f"{m.alpha:.3f}{between}"
    return m.variable, ", ".join(m.coders), str(m.units), _percent(m.percent, m.percent_low, m.percent_high), alpha


def coders(listed: Sequence[Coder], *, as_json: bool) -> None:
    """Who may read and decide."""
    if as_json:
        _json_lines(listed)
        return
    table(
        ("name", "role", "password", "since", "removed"),
        (
            (c.name, c.role, "yes" if c.has_password else "no", c.added_at[:10], (c.removed_at or "")[:10])
            for c in listed
        ),
        nothing="There is no coder: onrecord coders add NAME.",
    )


def coder(of: Coder, done: str) -> None:
    """What was just done about a coder."""
    say(f"{of.name} ({of.role}) {done}")


def ask_password(name: str) -> str:
    """A password typed twice; or the first line of standard input, for programs."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = typer.prompt(f"Password for {name}", hide_input=True, confirmation_prompt=True)
    return asked


def _json_lines(listed: Iterable[Any]) -> None:
    for item in listed:
        sys.stdout.write(json.dumps(dataclasses.asdict(item), ensure_ascii=False) + "\n")
