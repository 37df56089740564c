"""What ships must not get worse: accuracy of the reader against floors pinned to the data they were measured on.

    python -m benchmark.gate [--data ../shared/data] [--update [--allow-regression]]

cases/A.jsonl is part of the repository; PolNeAR may not be, so its part is left out, and said so, where the data is
not there. --update pins data that changed and raises floors to what is measured now, less MARGIN; it lowers one only
with --allow-regression.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from onrecord.evaluation import Measure, recall_only
from onrecord.verbs import evaluate

HERE = Path(__file__).parent
FLOORS = HERE / "floors.json"
MARGIN = 0.003  # between processors the same weights may decide a few words otherwise
MEASURES = (
    "whole", "source.frag", "cue.frag", "content.frag", "source.exact", "cue.exact", "content.exact",
    "R.direct", "R.mixed", "R.indirect", "actor.right", "actor.not wrong", "actor.recall",
    "position", "position.condition", "position.evidence",
)  # fmt: skip


def values(scores: Mapping[str, Measure]) -> dict[str, float]:
    """What floors hold for: recall of measures that are of the gold alone, else F1; of "actor.wrong" the contrary."""
    found = {name: m.recall if recall_only(name) else m.f1 for name, m in scores.items()}
    if "actor.wrong" in found:
        found["actor.not wrong"] = 1 - found["actor.wrong"]
    return {name: found[name] for name in MEASURES if name in found}


def compare(floors: dict[str, float], measured: dict[str, float]) -> list[str]:
    """What fell below its floor, a line each; a floor without a measure has fallen too."""
    return [
        f"{name}: {measured.get(name, 0):.4f} is below the floor {floor:.4f}"
        for name, floor in floors.items()
        if measured.get(name, 0) < floor
    ]


def updated(floors: dict[str, float], measured: dict[str, float], *, lower: bool) -> dict[str, float]:
    """New floors: MARGIN below what is measured, but not below the old ones unless ``lower``."""
    new = {name: round(found - MARGIN, 4) for name, found in measured.items()}
    return new if lower else {name: max(floor, floors.get(name, 0.0)) for name, floor in new.items()}


def main() -> None:
    """Measure and compare."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument("--update", action="store_true")
    ap.add_argument("--allow-regression", action="store_true")
    a = ap.parse_args()
    files = {"cases A": HERE / "cases/A.jsonl", "PolNeAR dev": a.data / "polnear/dev.jsonl"}
    pinned: dict[str, Any] = json.loads(FLOORS.read_text()) if FLOORS.exists() else {}
    failures: list[str] = []
    for name, path in files.items():
        if not path.exists():
            print(f"{name}: {path} is not here, not measured")
            continue
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        before = pinned.get(name, {"sha256": digest, "floors": {}})
        if before["sha256"] != digest and not a.update:
            failures.append(f"{name}: the data is not what the floors were measured on; see --update")
        scores = evaluate(path, bootstrap=1000)
        measured = values(scores)
        for m, found in measured.items():
            interval = "[{:.3f}, {:.3f}]".format(*(scores[m].interval or (0, 0))) if m in scores else ""
            print(f"{name:12} {m:15} {found:.4f} {interval:14}  floor {before['floors'].get(m, 0):.4f}")
        if a.update:
            pinned[name] = {"sha256": digest, "floors": updated(before["floors"], measured, lower=a.allow_regression)}
        failures += [f"{name} {f}" for f in compare(pinned.get(name, before)["floors"], measured)]
    if a.update:
        FLOORS.write_text(json.dumps(pinned, indent=1) + "\n")
    print("\n".join(failures) or "all floors hold")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
