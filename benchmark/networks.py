"""Speed of discourse networks, beside a plain loop over pairs of statements and networkx's projection.

    python -m benchmark.networks [--statements 100000] [--actors 2000] [--concepts 500] [--windows 1000] [--draws 1000]

The debate is made up: actors and concepts are spoken of as often as in Zipf's law with exponent 0.8, over ten years.
The loop is what one writes from the definition: for each concept all pairs of its statements. It is run on a share of
the statements and its time multiplied, since the number of pairs grows with the square. networkx's
``weighted_projected_graph`` counts shared concepts and knows no agreement; it is run on that share. Times are those of the
processor on one thread, and by the clock; the limits are for the first.
"""

import argparse
import os
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from itertools import combinations
from typing import Any

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import networkx as nx
import numpy as np

from onrecord.analysis.events import Events
from onrecord.analysis.networks import Network, network
from onrecord.analysis.uncertainty import with_uncertainty
from onrecord.analysis.windows import Kernel, Windows, windows


def debate(statements: int, actors: int, concepts: int, *, seed: int = 1) -> Events:
    """A made-up debate over ten years; six statements an article."""
    rng = np.random.default_rng(seed)

    def often(size: int) -> Any:
        shares = 1 / np.arange(1, size + 1) ** 0.8
        return rng.choice(size, statements, p=shares / shares.sum())

    documents = np.sort(rng.integers(0, max(statements // 6, 1), statements))
    day = np.sort(rng.integers(0, 3650, statements // 6 + 1))[documents]
    return Events.of(
        {
            "organization": [f"organisation {a}" for a in often(actors)],
            "concept": [f"concept {c}" for c in often(concepts)],
            "agreement": (rng.random(statements) < 0.6).tolist(),
        },
        times=(np.datetime64("2016-01-01") + day).astype("datetime64[s]"),
        documents=documents.tolist(),
        checked=(rng.random(statements) < 0.1).tolist(),
    )


def loop(events: Events) -> dict[tuple[str, str], float]:
    """Congruence by pairs of statements."""
    rows = list(events.rows())
    of_concept = defaultdict(list)
    for row in rows:
        of_concept[row["concept"], row["agreement"]].append(row["organization"])
    ties: dict[tuple[str, str], float] = defaultdict(float)
    for said_by in of_concept.values():
        for a, b in combinations(said_by, 2):
            if a != b:
                ties[a, b] += 1
                ties[b, a] += 1
    return ties


def projected(events: Events) -> Any:
    """networkx's projection of the two-mode graph onto the organisations."""
    graph = nx.Graph()
    actors = {("organization", row["organization"]) for row in events.rows()}
    graph.add_edges_from((("organization", r["organization"]), ("concept", r["concept"])) for r in events.rows())
    return nx.bipartite.weighted_projected_graph(graph, actors)


def timed(what: str, work: Callable[[], Any], *, limit: float | None = None, times: float = 1) -> Any:
    """Runs ``work`` once and prints a line: time of the processor, and by the clock; ``times`` multiplies them."""
    start, clock = time.process_time(), time.perf_counter()
    result = work()
    took, passed = (time.process_time() - start) * times, (time.perf_counter() - clock) * times
    held = "" if limit is None else f"  limit {limit:g} s {'held' if took <= limit else 'NOT HELD'}"
    print(f"{what:<76}{took:>9.2f} s {passed:>9.2f} s{held}", flush=True)
    return result


def ties(moving: Windows, which: range) -> int:
    """Makes these windows; how many ties they have."""
    return sum(moving[i].sparse.nnz // 2 for i in which)


def main() -> None:
    """Measure."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--statements", type=int, default=100_000)
    ap.add_argument("--actors", type=int, default=2000)
    ap.add_argument("--concepts", type=int, default=500)
    ap.add_argument("--windows", type=int, default=1000)
    ap.add_argument("--draws", type=int, default=1000)
    a = ap.parse_args()
    network(debate(100, 10, 5), mode="one-mode", aggregation="congruence")  # libraries are loaded
    events = debate(a.statements, a.actors, a.concepts)
    print(f"{a.statements:,} statements, {a.actors:,} actors, {a.concepts:,} concepts")
    one: dict[str, Any] = {"mode": "one-mode", "aggregation": "congruence"}
    made: Network = timed("one-mode congruence", lambda: network(events, **one), limit=1)
    timed("  as a numpy matrix, too", lambda: network(events, **one).weights, limit=1)
    timed("  duplicates by month, cosine", lambda: network(events, **one, duplicates="month", normalization="cosine"))
    timed("  subtract, average activity", lambda: network(events, mode="one-mode", aggregation="subtract", normalization="average"))  # fmt: skip
    timed("two-mode subtract", lambda: network(events, aggregation="subtract"))

    cases: tuple[tuple[str, Kernel | None], ...] = (
        ("60d", None), ("365d", None), ("60d", "gaussian"), ("365d", "epanechnikov"), ("365d", "gaussian"),
    )  # fmt: skip
    for length, kernel in cases:
        step = (3650 - int(length[:-1])) // a.windows
        moving = windows(events, length, step=f"{step}d", kernel=kernel, **one)
        # A gaussian kernel of a year reaches over four: one window in ten is made.
        every = 10 if (length, kernel) == ("365d", "gaussian") else 1
        count = min(a.windows, len(moving))
        what = f"{count:,} windows of {length}, {kernel or 'no'} kernel, one-mode congruence"
        timed(what, partial(ties, moving, range(0, count, every)), limit=30, times=every)
    small = debate(20_000, 300, 100)
    made = network(small, **one, normalization="average")
    what = f"{a.draws:,} draws of a network of {len(made.rows)} actors, {len(small):,} statements"
    timed(what, lambda: with_uncertainty(made, draws=a.draws), limit=60)

    few = 20
    share = events.take(np.arange(len(events)) % few == 0)
    print(f"  (the loop: one in {few} statements, time × {few**2})")
    looped = timed("one-mode congruence, plain loop", lambda: loop(share), times=few**2)
    ours = network(share, **one)
    place = {name: number for number, name in enumerate(ours.rows)}
    matrix = np.zeros_like(ours.weights)
    for (r, c), weight in looped.items():
        matrix[place[r], place[c]] = weight
    assert (matrix == ours.weights).all(), "the loop and the fast way differ"
    what = f"shared concepts of {len(share):,} statements, networkx weighted_projected_graph"
    timed(what, lambda: projected(share))
    timed("  the same, here", lambda: network(share, mode="one-mode", qualifier=None, duplicates="range"))


if __name__ == "__main__":
    main()
