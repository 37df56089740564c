"""The command that learns from a person's codings: learn."""

import dataclasses
import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onrecord.cli.app import AsOneJson, Default, RecordOption, app, judging

if TYPE_CHECKING:
    from onrecord.learning import Learned, Report
    from onrecord.reading.corrections import Measured
    from onrecord.record import Coded


@app.command(epilog="Example: onrecord learn --next 10 --record coverage.db")
def learn(
    record: RecordOption = Default,
    next_: Annotated[
        int, typer.Option("--next", min=0, metavar="N", help="Also list the N codings that would teach most.")
    ] = 0,
    earlier: Annotated[
        bool, typer.Option("--earlier", help="Also learn from codings made under an earlier wording of a concept.")
    ] = False,
    as_json: AsOneJson = False,
) -> None:
    """Learn from what people coded, and show how much better the machine codes each concept.

    Before and after are measured on the codings themselves, each by what those of other articles teach. The next
    onrecord code uses what was learned. See docs/learning.md.
    """
    from onrecord.errors import InputError  # noqa: PLC0415
    from onrecord.learning import learn_from, next_to_code  # noqa: PLC0415
    from onrecord.reading.nearness import Nearness  # noqa: PLC0415
    from onrecord.reading.stances import StanceModel  # noqa: PLC0415

    with judging(record) as found:
        nearness = Nearness()
        asked = next_to_code(found, nearness, next_) if next_ else []
        try:
            learned, report = learn_from(found, StanceModel(), nearness, earlier=earlier)
        except InputError:
            if not asked or as_json:
                raise
            _next(asked)  # what to do about it
            raise
    if as_json:
        sys.stdout.write(json.dumps(_as_json(learned, report, asked), ensure_ascii=False) + "\n")
        return
    _table(report)
    _summary(learned)
    _next(asked)


def _table(report: "Report") -> None:
    from onrecord.cli import terminal  # noqa: PLC0415

    rows = []
    for x in report.lessons:
        answers = "/".join(str(n) for n in x.answers.values())
        rows.append((x.concept, str(x.codings), answers, *_measures(x.measured), x.advice))
    if report.overall:
        rows.append(("all", str(report.overall.codings), "", *_measures(report.overall), ""))
    terminal.table(
        ("concept", "codings", "+/−/?/·", "accuracy", "F1 of stances", "gain, points", "next"), rows,
        nothing="The codebook is empty.",
    )  # fmt: skip


def _measures(m: "Measured | None") -> tuple[str, str, str]:
    """Accuracy and F1, before and after, and the interval of the gain in F1."""
    if m is None:
        return ("", "", "")
    accuracy, f1 = (f"{before:.2f} → {after:.2f}" for before, after in (m.accuracy, m.f1))
    low, high = (100 * end for end in m.gain)
    return (accuracy, f1, f"{low:+.0f} to {high:+.0f}")


def _summary(learned: "Learned") -> None:
    from onrecord.cli import terminal  # noqa: PLC0415

    shared, own = learned.corrections.strength
    if not shared and not own:
        terminal.say(
            "Nothing that was coded makes the machine's answers better on other articles: they stay as they are."
        )
    elif not own:
        terminal.say(
            "Learned: a correction of all answers. Those of single concepts do not hold on other articles yet."
        )
    else:
        terminal.say("Learned. onrecord code codes the record anew with it.")
    if learned.corrections.enough is not None:
        enough = learned.corrections.enough
        terminal.say(f"Positions are shown from a score of {enough:.2f} on: there codings miss and err about alike.")


def _next(asked: "list[Coded]") -> None:
    from onrecord.cli import terminal  # noqa: PLC0415

    for c in asked:
        words = " ".join(c.words.split())
        line = f"{c.id}  {c.concept}  {c.actor}: {c.stance}? {c.score:.2f}  ({c.article.name}) “{words}”"
        terminal.out.print(line, markup=False, soft_wrap=True)


def _as_json(learned: "Learned", report: "Report", asked: "list[Coded]") -> dict[str, Any]:
    return {
        "learned": learned.digest, "strength": list(learned.corrections.strength), "enough": learned.corrections.enough,
        **dataclasses.asdict(report), "next": [dataclasses.asdict(c) for c in asked],
    }  # fmt: skip
