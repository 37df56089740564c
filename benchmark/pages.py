"""How well the article on a page is read, beside trafilatura alone in the same run.

    python benchmark/pages.py DATA [--failures]

DATA is the folder with html_scrapinghub/ (181 pages with their whole text) and html_trafilatura/ (884 pages with
strings that must and must not appear, title, author, date).

Token F1 is that of the article extraction benchmark of Scrapinghub: of the bags of n-token sequences of the gold and
the extracted text, precision and recall of each page, averaged over pages; F1 of the averages. n is 4 there; n = 1 is
given too. Intervals are 95%, from 2,000 resamples of pages with seed 0.
"""

import argparse
import gzip
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import NamedTuple

import trafilatura

from onrecord.errors import InputError
from onrecord.reading.article import article
from onrecord.types import Article, Capture

RESAMPLES = 2000


class Overlap(NamedTuple):
    """Precision and recall of one page; None where there is nothing to divide by."""

    precision: float | None
    recall: float | None


def main() -> None:
    """Print all measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--failures", action="store_true", help="print what fails, worst pages first")
    options = parser.parse_args()
    whole_texts(options.data / "html_scrapinghub", failures=options.failures)
    segments_and_metadata(options.data / "html_trafilatura", failures=options.failures)


def ours(body: bytes, name: str) -> Article | None:
    """The article of a page, None if it is refused."""
    try:
        return article(Capture(name=name, body=body, media_type="text/html", via="benchmark"))
    except InputError:
        return None


def alone(body: bytes, **settings: bool) -> str:
    """Main text by trafilatura as it comes, comments left out."""
    return trafilatura.extract(body, include_comments=False, **settings) or ""  # type: ignore[arg-type]


def whole_texts(folder: Path, *, failures: bool) -> None:
    """Token F1 of the main text."""
    gold = list(rows(folder / "gold.jsonl"))
    bodies = [page(folder, f"{r['id']}.html") for r in gold]
    texts = [r["articleBody"] for r in gold]
    print(f"{folder.name}: {len(gold)} pages")
    readers: dict[str, Callable[[bytes], str]] = {
        "onrecord": lambda body: getattr(ours(body, "page"), "text", ""),
        "trafilatura": alone,
        "trafilatura, fast": lambda body: alone(body, fast=True),
        "trafilatura, precision": lambda body: alone(body, favor_precision=True),
    }
    found: dict[str, list[str]] = {}
    for name, reader in readers.items():
        start = time.process_time()
        found[name] = [reader(body) for body in bodies]
        seconds = time.process_time() - start
        for n in (4, 1):
            overlaps = [overlap(g, f, n) for g, f in zip(texts, found[name], strict=True)]
            low, high = interval(overlaps)
            p, r, f1 = averaged(overlaps)
            print(f"  {name:23} n={n}  P {p:.4f}  R {r:.4f}  F1 {f1:.4f} [{low:.4f}, {high:.4f}]  {seconds:.0f} s")
    if failures:
        _print_worst([(r["url"], r["articleBody"], f) for r, f in zip(gold, found["onrecord"], strict=True)])


def overlap(gold: str, found: str, n: int) -> Overlap:
    """Precision and recall of the bags of n-token sequences."""
    a, b = sequences(gold, n), sequences(found, n)
    shared = (a & b).total()
    return Overlap(shared / b.total() if b else None, shared / a.total() if a else None)


def sequences(text: str, n: int) -> Counter[tuple[str, ...]]:
    """The bag of n-token sequences; a shorter text is one sequence."""
    tokens = re.findall(r"\w+", text)
    return Counter(tuple(tokens[i : i + n]) for i in range(max(1, len(tokens) - n + 1)) if tokens)


def averaged(overlaps: Sequence[Overlap]) -> tuple[float, float, float]:
    """Mean precision, mean recall, and their F1."""
    p = mean(o.precision for o in overlaps if o.precision is not None)
    r = mean(o.recall for o in overlaps if o.recall is not None)
    return p, r, 2 * p * r / (p + r)


def interval(overlaps: Sequence[Overlap]) -> tuple[float, float]:
    """The 95% interval of F1, pages resampled."""
    draw = random.Random(0)
    scores = sorted(averaged(draw.choices(overlaps, k=len(overlaps)))[2] for _ in range(RESAMPLES))
    return scores[int(0.025 * RESAMPLES)], scores[int(0.975 * RESAMPLES)]


def segments_and_metadata(folder: Path, *, failures: bool) -> None:
    """Strings that must and must not appear; title, author and date against what people noted."""
    gold = list(rows(folder / "gold_segments.jsonl"))
    bodies = [page(folder, r["file"]) for r in gold]
    print(f"{folder.name}: {len(gold)} pages")
    start = time.process_time()
    read = [ours(body, r["file"]) for r, body in zip(gold, bodies, strict=True)]
    seconds = time.process_time() - start
    _segments("onrecord", gold, [a.text if a else "" for a in read], seconds, failures=failures)
    for name, settings in (("trafilatura", {}), ("trafilatura, fast", {"fast": True})):
        start = time.process_time()
        texts = [alone(body, **settings) for body in bodies]
        _segments(name, gold, texts, time.process_time() - start, failures=False)
    theirs = [_metadata(body) for body in bodies]
    print(f"  refused by onrecord: {sum(a is None for a in read)}")
    for field, same, ours_said in (
        ("title", _same_words, lambda a: a.title),
        ("author", _same_people, lambda a: "; ".join(a.authors)),
        ("date", lambda wanted, said: said[:10] == wanted, lambda a: a.published),
    ):
        noted = [(r, a, t) for r, a, t in zip(gold, read, theirs, strict=True) if r.get(field)]
        right = sum(a is not None and same(r[field], ours_said(a) or "") for r, a, _ in noted)
        others = sum(same(r[field], getattr(t, field) or "") for r, _, t in noted)
        invented = sum(bool(a and ours_said(a)) for r, a in zip(gold, read, strict=True) if not r.get(field))
        print(
            f"  {field:6} right {right}/{len(noted)} = {right / len(noted):.3f} (trafilatura {others / len(noted):.3f}); "
            f"given where people noted none: {invented}/{len(gold) - len(noted)}"
        )
        for r, a, _ in noted if failures else []:
            if a is None or not same(r[field], ours_said(a) or ""):
                print(f"    {field} of {r['file']}: {r[field]!r}, read as {ours_said(a) if a else None!r}")


def _segments(name: str, gold: Sequence[dict], texts: Sequence[str], seconds: float, *, failures: bool) -> None:  # type: ignore[type-arg]
    wanted = [(r["file"], s, s in _joined(t)) for r, t in zip(gold, texts, strict=True) for s in r["with"]]
    unwanted = [(r["file"], s, s in _joined(t)) for r, t in zip(gold, texts, strict=True) for s in r["without"]]
    hits, false = sum(f for *_, f in wanted), sum(f for *_, f in unwanted)
    p, r = hits / (hits + false), hits / len(wanted)
    accuracy = (hits + len(unwanted) - false) / (len(wanted) + len(unwanted))
    print(f"  {name:23} P {p:.4f}  R {r:.4f}  F1 {2 * p * r / (p + r):.4f}  accuracy {accuracy:.4f}  {seconds:.0f} s")
    for file, segment, found in [*wanted, *unwanted] if failures else []:
        must = (file, segment, found) in wanted
        if must != found:
            print(f"    {file}: {'missing' if must else 'too much'}: {segment[:100]!r}")


def _joined(text: str) -> str:
    return text.replace("\n\n", "\n")


def _metadata(body: bytes) -> trafilatura.metadata.Document:
    return trafilatura.extract_metadata(body.decode("utf-8", "replace"))


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _same_words(wanted: str, said: str) -> bool:
    return _words(wanted) == _words(said)


def _same_people(wanted: str | list[str], said: str) -> bool:
    names = wanted if isinstance(wanted, list) else re.split("[;,]", wanted)
    return {_words(n) for n in names} == {_words(n) for n in re.split("[;,]", said)}


def _print_worst(pages: Sequence[tuple[str, str, str]]) -> None:
    for url, gold, found in sorted(
        pages, key=lambda p: (overlap(p[1], p[2], 4).precision or 0) * (overlap(p[1], p[2], 4).recall or 0)
    )[:40]:
        o = overlap(gold, found, 4)
        print(f"  {url[:110]}  P {o.precision or 0:.2f}  R {o.recall or 0:.2f}")
        told, shown = _words(gold), _words(found)
        for mark, lines, other in (("too much", found, told), ("missing", gold, shown)):
            for line in [s for s in lines.splitlines() if _words(s) and _words(s) not in other][:6]:
                print(f"      {mark}: {line[:110]}")


def page(folder: Path, file: str) -> bytes:
    """A page of the data set, unpacked."""
    packed = folder / "html" / f"{file}.gz"
    return gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / "html" / file).read_bytes()


def rows(path: Path) -> Iterator[dict]:  # type: ignore[type-arg]
    """The objects of a JSONL file."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
