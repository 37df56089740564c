"""How well near-copies are found: against marked copies, against measured overlap, and how fast.

    python benchmark/copies.py DATA

DATA is the folder with cases/A.jsonl, neardup_silver/ and the corpora its pairs come from. There is no human label for
the pairs of neardup_silver: a pair counts as a copy if 0.7 of the shorter text's five-word sequences stand in the
longer one, and as none below 0.4; between them either answer passes. For Reuters, days between the two reports are
given, since forms that are filled in each week come on different days, and a reprint of wire copy soon.
"""

import argparse
import json
import re
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from onrecord.reading.copies import NearCopies, containment, is_copy, signature

COPY, NO_COPY = 0.7, 0.4


def main() -> None:
    """Print all measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    marked(data / "cases" / "A.jsonl")
    texts = {
        "reuters": dict(reuters(data / "reuters21578" / "all.jsonl")),
        "polnear": {r["id"]: r["text"] for n in ("train", "dev") for r in rows(data / "polnear" / f"{n}.jsonl")},
        "seesaw": {
            r["id"]: "\n".join(s["text"] for s in r["sentences"])
            for n in ("train", "valid")
            for r in rows(data / "seesaw" / f"{n}.jsonl")
        },
    }
    for name, known in texts.items():
        silver(name, rows(data / "neardup_silver" / f"{name}_pairs.jsonl"), known)
    weekly(data, texts["reuters"])
    speed(list(texts["reuters"].values())[:10_000])


def marked(path: Path) -> None:
    """Articles marked as copies of others: all pairs, and the order of arrival."""
    articles = list(rows(path))
    signatures = {a["id"]: signature(a["text"]) for a in articles}
    met = NearCopies()
    right = wrong = missed = 0
    for a in sorted(articles, key=lambda a: (a["duplicate_of"] is not None, a["id"])):
        found = met.match(signatures[a["id"]])
        met.add(a["id"], signatures[a["id"]])
        right += found is not None and found == a["duplicate_of"]
        wrong += found is not None and found != a["duplicate_of"]
        missed += found is None and a["duplicate_of"] is not None
    print(f"{path.name}: {len(articles)} articles: {right} copies found, {wrong} wrong, {missed} missed")


def silver(name: str, pairs: Iterator[dict[str, object]], texts: dict[str, str]) -> None:
    """Pairs with measured overlap: what is called a copy, and how far the estimate is from the count."""
    signatures: dict[str, bytes] = {}
    errors: list[float] = []
    table = {(sure, found): 0 for sure in ("copy", "none", "between") for found in (True, False)}
    for pair in pairs:
        ids = str(pair["a"]), str(pair["b"])
        if not all(i in texts for i in ids):
            continue
        for i in ids:
            signatures.setdefault(i, signature(texts[i]))
        a, b = (signatures[i] for i in ids)
        exact = exact_containment(*(texts[i] for i in ids))
        errors.append(abs(exact - containment(a, b)))
        table["copy" if exact >= COPY else "none" if exact < NO_COPY else "between", is_copy(a, b)] += 1
    found, missed, false = table["copy", True], table["copy", False], table["none", True]
    print(
        f"{name}: {len(errors)} pairs; overlap >= {COPY}: {found} found, {missed} not; < {NO_COPY}: {false} found, "
        f"{table['none', False]} not; between: {table['between', True]} found, {table['between', False]} not; "
        f"error of the estimate {sum(errors) / len(errors):.3f} (largest {max(errors):.2f})"
    )


def weekly(data: Path, texts: dict[str, str]) -> None:
    """Reuters in order of arrival: how many reports are called copies, and how long after the first."""
    dates = {str(r["id"]): _day(r["date"]) for r in rows(data / "reuters21578" / "all.jsonl")}
    met = NearCopies()
    soon = later = unknown = 0
    for i, text in sorted(texts.items(), key=lambda item: int(item[0])):
        sketch = signature(text)
        found = met.match(sketch)
        met.add(i, sketch)
        a, b = dates.get(i), dates.get(found or "")
        if found is None:
            continue
        if a is None or b is None:
            unknown += 1
        elif abs((a - b).total_seconds()) <= 3 * 86400:
            soon += 1
        else:
            later += 1
    print(f"reuters, all {len(texts)}: {soon} copies within three days, {later} later (forms), {unknown} without date")


def speed(texts: list[str]) -> None:
    """Seconds of processor time for signatures, and for matching and adding, one after the other."""
    start = time.process_time()
    signatures = [signature(t) for t in texts]
    middle = time.process_time()
    met = NearCopies()
    for number, sketch in enumerate(signatures):
        met.match(sketch)
        met.add(str(number), sketch)
    end = time.process_time()
    print(
        f"{len(texts)} articles: signatures {middle - start:.1f} s, matching {end - middle:.1f} s of one processor; "
        f"largest signature {max(map(len, signatures))} bytes"
    )


def exact_containment(a: str, b: str) -> float:
    """The share of the shorter text's five-word sequences that stand in the longer one, counted."""
    sequences = []
    for text in (a, b):
        words = re.findall(r"\w+", text.lower())
        sequences.append({tuple(words[i : i + 5]) for i in range(max(1, len(words) - 4))})
    return len(sequences[0] & sequences[1]) / max(1, min(map(len, sequences)))


def reuters(path: Path) -> Iterator[tuple[str, str]]:
    """Reports that have a body."""
    return ((str(r["id"]), r["body"]) for r in rows(path) if r.get("body"))


def rows(path: Path) -> Iterator[dict]:  # type: ignore[type-arg]
    """The objects of a JSONL file."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _day(value: str | None) -> datetime | None:
    match = re.search(r"\d+-[A-Z]{3}-\d{4} \d{1,2}:\d{2}(?!\d)", value or "")
    return datetime.strptime(match[0], "%d-%b-%Y %H:%M") if match else None


if __name__ == "__main__":
    main()
