"""What a program or a notebook calls: the command line in Python."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.coverage import Step, steps
from onrecord.errors import InputError
from onrecord.evaluation import Attribution, Measure
from onrecord.evaluation import evaluate as measured
from onrecord.reading.article import article
from onrecord.reading.encoder import Encoder
from onrecord.reading.read import read as read_article
from onrecord.record import Record
from onrecord.types import Capture, Problem, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a reading did, counted.

    ``articles`` were read now, ``copies`` of them are near-copies of others; ``known`` were in the record already.
    ``stopped``: interrupted before the end.
    """

    articles: int
    copies: int
    known: int
    statements: int
    problems: tuple[Problem, ...]
    stopped: bool = False


def read(
    *paths: str | Path,
    record: str | Path | Record = "record.db",
    tell: Callable[[Step], None] = lambda _: None,
    **options: Any,
) -> Summary:
    """Reads files, folders, globs, feeds and addresses into ``record``; what it holds already is not read again.

    ``record`` is a path, a postgresql:// URL, or an open Record. ``tell`` is called with each step, for progress.
    ``options`` are those of ``coverage.steps`` and ``collect``: ``jobs``, ``again``, ``given``, ``sidecar``, …
    Ctrl-C stops after the present article; the summary then says so. Raises RecordError for a record that cannot be
    opened and InputError for options of no use; everything else is a problem in the summary.
    """
    count: Counter[str] = Counter()
    problems: list[Problem] = []
    stopped = False
    with nullcontext(record) if isinstance(record, Record) else Record.open(record) as opened:
        try:
            for step in steps(opened, [str(p) for p in paths], **options):
                count[step.outcome] += 1
                count["statements"] += len(step.statements)
                if step.problem:
                    problems.append(step.problem)
                tell(step)
        except KeyboardInterrupt:
            stopped = True
    return Summary(
        articles=count["read"] + count["copy"],
        copies=count["copy"],
        known=count["known"],
        statements=count["statements"],
        problems=tuple(problems),
        stopped=stopped,
    )


def evaluate(
    gold: str | Path,
    *,
    bootstrap: int = 1000,
    tell: Callable[[Step], None] = lambda _: None,
    encoder: Encoder | None = None,
) -> dict[str, Measure]:
    """Scores of the reader on annotated articles, by measure; see evaluation.py.

    Each line of ``gold`` holds "text" and "statements" as an export does, or "attributions" with lists of
    {"start", "end"} for each role. Raises InputError, naming the line, for what is not so.
    """
    encoder = encoder or Encoder()
    scored = []
    for name, text, wanted in annotated(Path(gold)):
        found = statements(text, encoder=encoder)
        tell(Step(name=name, outcome="read", statements=found))
        scored.append((text, wanted, [attribution(s) for s in found]))
    if not scored:
        raise InputError(f"{gold}: no annotated article in it")
    return measured(scored, bootstrap=bootstrap)


def attribution(s: Statement) -> Attribution:
    """A statement as the spans of each role."""
    return {"source": [s.source] if s.source else [], "cue": [s.cue] if s.cue else [], "content": s.content}


def annotated(path: Path) -> Iterator[tuple[str, str, list[Attribution]]]:
    """Name, text and gold statements of each line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as e:
        raise InputError(f"{path}: cannot be read ({e})") from e
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                article = json.loads(line)
                gold = [_spans(s) for s in article["attributions" if "attributions" in article else "statements"]]
                yield str(article.get("id", number)), article["text"], gold
            except (ValueError, TypeError, KeyError) as e:
                raise InputError(
                    f"{path}: line {number}: not an annotated article ({e!r}); see docs/evaluation.md"
                ) from e


def _spans(s: dict[str, Any]) -> Attribution:
    def one(value: Any) -> list[tuple[int, int]]:
        if not value:
            return []
        many = value if isinstance(value[0], list | dict) else [value]
        return [(x["start"], x["end"]) if isinstance(x, dict) else (x[0], x[1]) for x in many]

    return {role: one(s.get(role)) for role in ("source", "cue", "content")}


def statements(text: str, *, encoder: Encoder | None = None) -> tuple[Statement, ...]:
    """The statements in ``text``, without any record."""
    capture = Capture(name="text", body=text, media_type="text/plain", via="text")
    return read_article(article(capture), encoder or Encoder())
