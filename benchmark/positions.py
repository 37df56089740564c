"""How right the positions are, from raw text, on cases A; how fast articles are coded.

    python -m benchmark.positions [--errors] [--fit]
    python -m benchmark.positions --speed STATEMENTS --concepts N

Cases A are read and coded by all their propositions at once. A position is right if article, actor (by a name of the
annotation), proposition and stance are the annotation's. --errors lists what is scored SHOWN or more and is not right.
--fit fits the constants of reading/positions.py anew, and tells the best F1 with each story left out of the fit.
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
from sklearn.linear_model import LogisticRegression

from onrecord.analysis.positions import LISTED, SHOWN, told
from onrecord.coding import code
from onrecord.coverage import reading_of
from onrecord.evaluation import Position, position_counts, same_name
from onrecord.reading.encoder import Encoder
from onrecord.reading.nearness import Nearness
from onrecord.reading.positions import Coder
from onrecord.reading.read import read as read_article
from onrecord.reading.stances import StanceModel
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


def fit(path: Path) -> None:
    """The constants of reading/positions.py, fitted on the cases; and the best F1 if each story is left out of the fit."""
    wanted = list(annotated(path))
    book = [Concept(id=p, proposition=p) for p in dict.fromkeys(p for a in wanted for p in a.propositions)]
    encoder, coder = Encoder(), Coder.of(book, StanceModel(), Nearness())
    features, right_, keys, stories = [], [], [], []
    for a in wanted:
        found = read_article(a.article, encoder)
        names = {x.id: (x.name, *x.names) for x in found.appearances}
        for answered in coder.answers(a.article, found):
            chance = max(answered.chances)
            stance = STANCES[answered.chances.index(chance)]
            kind, actor = answered.passage.kind, answered.actor
            features.append([
                np.log(max(chance, 1e-6) / max(1 - chance, 1e-6)), np.log(answered.share), answered.absent,
                *(kind == k for k in ("act", "other", "inner")), *(actor == k for k in ("group", "unnamed")),
            ])  # fmt: skip
            mine = names[answered.passage.appearance_id]
            gold = next(
                (g for g in a.positions or () if g.proposition == answered.concept.id and any(same_name(n, g.names) for n in mine)),
                None,
            )  # fmt: skip
            right_.append(gold is not None and gold.stance == stance)
            who = min(gold.names) if gold else mine[0]
            keys.append((a.article.id, who, answered.concept.id))
            stories.append(a.propositions)
    x, y, total = np.array(features, dtype=float), np.array(right_), sum(len(a.positions or ()) for a in wanted)
    named = ("CHANCE", "COMPETITION", "ABSENT", "act", "other", "inner", "group", "unnamed")
    whole = LogisticRegression(C=1.0, max_iter=1000).fit(x, y)
    constants = {n: round(float(c), 2) for n, c in zip(named, whole.coef_[0], strict=True)}
    print({"OFFSET": round(float(whole.intercept_[0]), 2), **constants})
    score = np.zeros(len(y))
    for story in set(stories):
        out = np.array([s == story for s in stories])
        score[out] = LogisticRegression(C=1.0, max_iter=1000).fit(x[~out], y[~out]).predict_proba(x[out])[:, 1]
    best: dict[tuple[str, str, str], tuple[float, bool]] = {}
    for key, s, ok in zip(keys, score.tolist(), right_, strict=True):
        best[key] = max(best.get(key, (0.0, False)), (s, ok))
    ordered = sorted(best.values(), reverse=True)
    hits = np.cumsum([ok for _, ok in ordered])
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + total)
    print(f"left out story by story: best F1 {f1.max():.3f} at {ordered[int(f1.argmax())][0]:.2f}")


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
    ap.add_argument("--fit", action="store_true")
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
    if a.fit:
        fit(HERE / "cases/A.jsonl")


if __name__ == "__main__":
    main()
