"""What a program or a notebook calls: the command line in Python."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from onrecord.analysis.positions import LISTED
from onrecord.analysis.positions import told as positions
from onrecord.coding import code
from onrecord.coverage import Step, reading_of, steps
from onrecord.errors import InputError
from onrecord.evaluation import Attribution, Measure, Position, Scored
from onrecord.evaluation import evaluate as measured
from onrecord.reading.article import article
from onrecord.reading.encoder import Encoder
from onrecord.reading.read import read as read_article
from onrecord.record import Record
from onrecord.types import Article, Capture, Concept, Problem, Statement, article_id


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
    min_score: float | None = None,
) -> dict[str, Measure]:
    """Scores of the reader on annotated articles, by measure; see evaluation.py.

    Each line of ``gold`` holds "text" and "statements" as an export does, or "attributions" with lists of
    {"start", "end"} for each role. Where it says whose the statements are ("actors" with "id", "name", "aliases", and
    "actor" of each statement), the actors are measured too, by their names in a record of all the articles. Where it
    says where they stand ("proposals" with "id" and "proposition", "positions" with "actor", "proposal", "stance",
    "conditions", "evidence"), that is measured too, over what is exported (LISTED), or scored at least ``min_score``.

    Raises InputError, naming the line, for what is not so.
    """
    encoder = encoder or Encoder()
    wanted = list(annotated(Path(gold)))
    if not wanted:
        raise InputError(f"{gold}: no annotated article in it")
    scored = []
    with TemporaryDirectory() as folder, Record.open(Path(folder) / "evaluation.db") as record:
        reading = reading_of(encoder)
        for a in wanted:
            found = read_article(a.article, encoder)
            record.add(a.article, found, reading=reading)
            tell(Step(name=a.article.name, outcome="read", statements=found.statements))
        named = {covered.article.id: covered for covered in record.coverage()}
        told = _positions(record, [p for a in wanted for p in a.propositions], min_score)
        for a in wanted:
            covered = named[a.article.id]
            statements = [s for s in covered.statements if a.nested or s.within is None]
            names = covered.names()
            scored.append(
                Scored(
                    text=a.article.text,
                    gold=a.gold,
                    predicted=[attribution(s) for s in statements],
                    wanted=a.names,
                    said=[names.get(s.id) for s in statements],
                    positions=a.positions,
                    told=told.get(a.article.id, []),
                )
            )
    return measured(scored, bootstrap=bootstrap)


def _positions(record: Record, propositions: Sequence[str], min_score: float | None) -> dict[str, list[Position]]:
    """The positions found in each article on these propositions, by the id of the article."""
    if not propositions:
        return {}
    concepts = [Concept(id=f"p{i}", proposition=p) for i, p in enumerate(dict.fromkeys(propositions))]
    record.load_codebook(concepts, reviewer="evaluation")
    for step in code(record):
        if step.problem:
            raise InputError(f"{step.problem.name}: {step.problem.message}")
    found: dict[str, list[Position]] = defaultdict(list)
    for covered in record.coverage():
        codings = record.codings(article=covered.article.id, min_score=LISTED if min_score is None else min_score)
        for told in positions(codings).values():
            best = told[0].best
            found[covered.article.id].append(
                Position(
                    names=frozenset({best.actor}),
                    proposition=best.proposition,
                    stance=told[0].stance,
                    conditions=[c.span for c in told[0].conditions],
                    evidence=[best.evidence],
                    score=told[0].score,
                )
            )
    return found


def attribution(s: Statement) -> Attribution:
    """A statement as the spans of each role."""
    return {"source": [s.source] if s.source else [], "cue": [s.cue] if s.cue else [], "content": s.content}


class AnnotatedArticle(NamedTuple):
    """An article of a file for evaluation: gold statements, and the names their actors may go by (none: not told).

    ``nested``: statements within the content of others are annotated as well. ``positions`` are where actors stand on
    the ``propositions``; None if that is not annotated.
    """

    article: Article
    gold: list[Attribution]
    names: list[frozenset[str]]
    nested: bool
    positions: list[Position] | None = None
    propositions: tuple[str, ...] = ()


def annotated(path: Path) -> Iterator[AnnotatedArticle]:
    """The annotated articles of a file. Raises InputError, which names the line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as e:
        raise InputError(f"{path}: cannot be read ({e})") from e
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _annotated(json.loads(line), number)
            except (ValueError, TypeError, KeyError) as e:
                raise InputError(
                    f"{path}: line {number}: not an annotated article ({e!r}); see docs/evaluation.md"
                ) from e


def _annotated(line: dict[str, Any], number: int) -> AnnotatedArticle:
    name, text = f"{number}: {line.get('id', '')}", str(line["text"])
    article = Article(
        id=article_id(name, text), name=name, text=text, text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        extractor="as given", outlet=line.get("outlet"), published=line.get("published"), title=line.get("title"),
    )  # fmt: skip
    if "attributions" in line:  # PolNeAR annotates no statement within another
        return AnnotatedArticle(article, [_spans(s) for s in line["attributions"]], [], nested=False)
    known = {a["id"]: frozenset({a["name"], *a.get("aliases", ())}) for a in line.get("actors") or ()}
    names = [known.get(s.get("actor"), frozenset()) for s in line["statements"]] if known else []
    asked = {p["id"]: str(p["proposition"]) for p in line.get("proposals") or ()}
    told = [
        Position(
            names=known[p["actor"]], proposition=asked[p["proposal"]], stance=p["stance"],
            conditions=[(s, e) for s, e in p.get("conditions", ())], evidence=[tuple(p["evidence"])],
        )
        for p in line.get("positions", ())
    ] if asked else None  # fmt: skip
    return AnnotatedArticle(
        article, [_spans(s) for s in line["statements"]], names, nested=True, positions=told,
        propositions=tuple(asked.values()),
    )  # fmt: skip


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
    return read_article(article(capture), encoder or Encoder()).statements
