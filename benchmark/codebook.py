"""How right the checks of a codebook and the suggested concepts are: python -m benchmark.codebook [--data DATA]"""

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from onrecord import read
from onrecord.codebook import LEAST, SURE, check, common, wording
from onrecord.reading.nearness import Nearness
from onrecord.reading.stances import StanceModel
from onrecord.record import Record
from onrecord.suggesting import suggest
from onrecord.types import Concept

PAIRS = Path(__file__).parent / "codebook_pairs.jsonl"
OTHER_SIDE = {"support": "oppose", "oppose": "support", "undecided": "undecided", "none": "none"}
Pair = tuple[str, str]


def stance_texts(data: Path) -> dict[str, dict[str, dict[str, str]]]:
    """text → proposition → actor → stance."""
    texts: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for path in sorted(data.glob("stance/*/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            for asked in row["propositions"]:
                texts[row["text"]][asked["p"]][f"{row['actor']} {row.get('nth', 1)}"] = asked["stance"]
    return texts


def pairs(texts: dict[str, dict[str, dict[str, str]]]) -> dict[str, list[Pair]]:
    """Pairs of propositions of one text that is asked of actors on both sides: opposite if all stances are, or other.

    Where all stances agree, two may say the same or not: 110 of those pairs were judged by hand, see PAIRS.
    """
    found: dict[str, list[Pair]] = {"opposite": [], "other": []}
    for propositions in texts.values():
        for a, b in combinations(propositions, 2):
            actors = propositions[a].keys() & propositions[b].keys()
            stances = [(propositions[a][actor], propositions[b][actor]) for actor in actors]
            if len({x for x, _ in stances} & {"support", "oppose"}) < 2:
                continue
            if all(OTHER_SIDE[x] == y for x, y in stances):
                found["opposite"].append((a, b))
            elif any(x != y for x, y in stances):
                found["other"].append((a, b))
    return found


def measure_pairs(data: Path, sample: int) -> None:
    """Recall of pairs that say the same or the opposite, and false alarms among pairs of one text."""
    model, nearness = StanceModel(), Nearness()
    found_pairs = pairs(stance_texts(data))
    chosen = {kind: random.Random(7).sample(found, min(sample, len(found))) for kind, found in found_pairs.items()}
    judged = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    chosen["same (by hand)"] = [(j["one"], j["other"]) for j in judged if j["same"]]
    chosen["agreeing, not the same (by hand)"] = [(j["one"], j["other"]) for j in judged if not j["same"]]
    for kind, found in chosen.items():
        vectors = nearness([p for pair in found for p in pair]).reshape(len(found), 2, -1)
        near = np.einsum("ij,ij->i", vectors[:, 0], vectors[:, 1])
        scores = np.where(near >= LEAST, common(found, near, model), 0)
        told = ", ".join(f"{(scores >= least).mean():.3f} at {least}" for least in (0.5, 0.65, SURE, 0.9))
        print(f"{kind}: {len(found)} pairs, told: {told}")


def measure_strangers(data: Path, books: int = 3, size: int = 150) -> None:
    """False alarms in codebooks of propositions drawn from all texts, which hardly ever make one demand."""
    propositions = sorted({p for propositions in stance_texts(data).values() for p in propositions})
    model, nearness = StanceModel(), Nearness()
    counts = []
    for seed in range(books):
        drawn = random.Random(seed).sample(propositions, size)
        found = check([Concept(id=str(i), proposition=p) for i, p in enumerate(drawn)], nearness, model)
        counts.append(sum(f.kind == "same demand" for f in found))
    print(f"codebooks of {size} propositions from all over: {counts} told as the same demand")


def measure_wording(data: Path) -> None:
    """How many of the propositions written for the stance data each rule finds fault with."""
    propositions = sorted({p for propositions in stance_texts(data).values() for p in propositions})
    counted = Counter(kind for p in propositions for kind, _ in wording(p))
    for kind, number in counted.most_common():
        print(f"{kind}: {number} of {len(propositions)} propositions, {number / len(propositions):.4f}")


def measure_suggestions(data: Path, limit: int) -> None:
    """Reads cases A into a record, suggests concepts, and prints each given proposal beside the nearest suggestion."""
    rows = [json.loads(line) for line in (data / "cases" / "A.jsonl").read_text(encoding="utf-8").splitlines()]
    proposals = list(dict.fromkeys(p["proposition"] for row in rows for p in row["proposals"]))
    nearness = Nearness()
    with TemporaryDirectory() as folder:
        where = str(Path(folder) / "cases.db")
        read(str(data / "cases" / "A.jsonl"), record=where)
        with Record.open(where) as record:
            began = time.process_time()
            listed = suggest(record, limit=limit, nearness=nearness)
            took = time.process_time() - began
    print(f"{len(listed)} suggestions in {took:.0f} s of one core")
    for s in listed:
        counts = f"{len(s.actors('support'))} for, {len(s.actors('oppose'))} against, {s.articles} articles"
        print(f"  “{s.proposition}” ({counts})")
    near = nearness(proposals) @ nearness([s.proposition for s in listed]).T
    for least in (0.5, 0.55, 0.6, 0.7):
        print(
            f"nearest suggestion at {least} or more: {(near.max(axis=1) >= least).sum()} of {len(proposals)} proposals"
        )
    for proposal, row in zip(proposals, near, strict=True):
        print(f"  {row.max():.2f} {proposal} ← {listed[int(row.argmax())].proposition}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--sample", type=int, default=1000, help="pairs of each kind")
    parser.add_argument("--limit", type=int, default=20, help="suggestions")
    given = parser.parse_args()
    measure_wording(given.data)
    measure_pairs(given.data, given.sample)
    measure_strangers(given.data)
    measure_suggestions(given.data, given.limit)
