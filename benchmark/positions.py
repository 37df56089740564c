"""How right the positions are, from raw text, on cases A; how fast articles are coded.

    python -m benchmark.positions [--errors]
    python -m benchmark.positions --speed STATEMENTS --concepts N

Cases A are read and coded by all their propositions at once. A position is right if article, actor (by a name of the
annotation), proposition and stance are the annotation's. --errors lists what is scored SHOWN or more and is not right.
The stance model by itself is measured by training.stance.ship; its figures are in weights/stance_card.json.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from onrecord.analysis.positions import LISTED, SHOWN, told
from onrecord.coding import code
from onrecord.coverage import reading_of
from onrecord.evaluation import Position, position_counts, same_name
from onrecord.reading.encoder import Encoder
from onrecord.reading.read import read as read_article
from onrecord.record import Coded, Record
from onrecord.types import STANCES, Concept
from onrecord.verbs import annotated, read

HERE = Path(__file__).parent


class Case(NamedTuple):
    """An annotated article with the positions found in it, each with the coding that decided."""

    name: str
    text: str
    gold: list[Position]
    found: list[tuple[Position, Coded]]


def cases(path: Path, folder: Path) -> list[Case]:
    """The articles of ``path``, read and coded into a record in ``folder``."""
    wanted = list(annotated(path))
    with Record.open(folder / "cases.db") as record:
        encoder = Encoder()
        for a in wanted:
            record.add(a.article, read_article(a.article, encoder), reading=reading_of(encoder))
        propositions = dict.fromkeys(p for a in wanted for p in a.propositions)
        concepts = [Concept(id=f"p{i}", proposition=p) for i, p in enumerate(propositions)]
        record.load_codebook(concepts, reviewer="benchmark")
        for _ in code(record):
            pass
        out = []
        for a in wanted:
            found = []
            for articles in told(record.codings(article=a.article.id)).values():
                best = articles[0].best
                found.append((
                    Position(
                        names=frozenset({best.actor}), proposition=best.proposition, stance=articles[0].stance,
                        conditions=[c.span for c in articles[0].conditions], evidence=[best.evidence], score=best.score,
                    ),
                    best,
                ))  # fmt: skip
            out.append(Case(a.article.name, a.article.text, a.positions or [], found))
        return out


def right(case: Case, p: Position) -> bool:
    """Whether the annotation has this position."""
    return any(
        g.proposition == p.proposition and g.stance == p.stance and any(same_name(n, g.names) for n in p.names)
        for g in case.gold
    )


def table(all_cases: Sequence[Case]) -> None:
    """Scores at several thresholds."""
    print("| scored at least | precision | recall | F1 | conditions, F1 of characters | evidence overlaps |")
    print("|---|---|---|---|---|---|")
    for least in (0.0, LISTED, 0.4, SHOWN, 0.6, 0.7):
        total = sum((position_counts(c.text, c.gold, [p for p, _ in c.found if p.score >= least]) for c in all_cases), start=position_counts("", [], []))  # fmt: skip

        def f1(name: str, total: Any = total) -> tuple[float, float, float]:
            r, p, g = (total[name, k] for k in ("right", "predicted", "gold"))
            return r / max(1, p), r / max(1, g), 2 * r / max(1, p + g)

        p, r, f = f1("position")
        print(f"| {least:.2f} | {p:.3f} | {r:.3f} | {f:.3f} | {f1('position.condition')[2]:.3f} | {f1('position.evidence')[0]:.3f} |")  # fmt: skip
    print("\n| scored | positions | right | mean score |\n|---|---|---|---|")
    flat = [(p.score, right(c, p)) for c in all_cases for p, _ in c.found]
    for low in np.arange(0, 1, 0.1):
        part = [(s, ok) for s, ok in flat if low <= s < low + 0.1]
        if part:
            print(f"| {low:.1f} to {low + 0.1:.1f} | {len(part)} | {np.mean([ok for _, ok in part]):.3f} | {np.mean([s for s, _ in part]):.3f} |")  # fmt: skip
    print("\n| stance, scored LISTED or more | given | wrong |\n|---|---|---|")
    for stance in STANCES:
        given = [right(c, p) for c in all_cases for p, _ in c.found if p.stance == stance and p.score >= LISTED]
        print(f"| {stance} | {len(given)} | {1 - np.mean(given):.3f} |")


def errors(all_cases: Sequence[Case]) -> None:
    """What is shown and is not right."""
    for c in all_cases:
        for p, coded in c.found:
            if p.score >= SHOWN and not right(c, p):
                wanted = [g.stance for g in c.gold if g.proposition == p.proposition and any(same_name(n, g.names) for n in p.names)]  # fmt: skip
                print(f"{c.name}: {p.score:.2f} {coded.actor} {p.stance} (annotated: {', '.join(wanted) or 'nothing'})\n    {p.proposition}\n    “{' '.join(coded.words.split())}”")  # fmt: skip


def speed(statements: int, concepts: int, data: Path) -> None:
    """How long it takes to code so many statements by so many concepts, on all cores."""
    lines = (data / "polnear/train.jsonl").read_text(encoding="utf8").splitlines()
    propositions: list[str] = []
    for file in sorted((data / "stance").glob("*/*.jsonl")):
        for line in file.read_text(encoding="utf8").splitlines():
            propositions += [p["p"] for p in json.loads(line)["propositions"][:1]]
    step = max(1, len(propositions) // concepts)
    book = [
        Concept(id=f"c{i}", proposition=p) for i, p in enumerate(list(dict.fromkeys(propositions[::step]))[:concepts])
    ]
    with tempfile.TemporaryDirectory() as folder, Record.open(Path(folder) / "speed.db") as record:
        source = Path(folder) / "articles.jsonl"
        kept, number = [], 0
        for line in lines:
            kept.append(json.dumps({k: json.loads(line)[k] for k in ("id", "text")}))
            number += len(json.loads(line)["attributions"])
            if number >= statements:
                break
        source.write_text("\n".join(kept), encoding="utf8")
        summary = read(source, record=record)
        record.load_codebook(book, reviewer="benchmark")
        start = time.perf_counter()
        codings = sum(len(s.codings) for s in code(record))
        took = time.perf_counter() - start
        print(f"{summary.statements:,} statements of {summary.articles} articles, {len(book)} concepts: {took:.1f} s, {codings:,} codings kept")  # fmt: skip


def main() -> None:
    """Measure."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument("--errors", action="store_true")
    ap.add_argument("--speed", type=int, metavar="STATEMENTS")
    ap.add_argument("--concepts", type=int, default=100)
    a = ap.parse_args()
    if a.speed:
        speed(a.speed, a.concepts, a.data)
        return
    with tempfile.TemporaryDirectory() as folder:
        found = cases(HERE / "cases/A.jsonl", Path(folder))
    table(found)
    if a.errors:
        errors(found)


if __name__ == "__main__":
    main()
