"""Made-up debates, and discourse networks by plain loops over the published definitions."""

from datetime import date, datetime, timedelta
from itertools import product

import numpy as np

from onrecord.analysis.events import Events

QUALIFIERS = ("agreement", "intensity", "tone", None)  # yes and no, integer, words, none


def debate(seed, *, size=60, actors=6, concepts=4, days=500, undated=0.1, copies=True):
    """Events of all kinds of qualifiers, some undated, some undecided, some in near-copies, with scores."""
    rng = np.random.default_rng(seed)
    documents = rng.integers(0, max(size // 3, 1), size)
    day = rng.integers(0, days, size)[documents]
    none = rng.random(size)[documents] < undated
    times = [None if none[e] else datetime(2024, 11, 3) + timedelta(days=int(day[e])) for e in range(size)]
    copy_of = {d: (d - 1 if copies and d % 4 == 3 else d) for d in range(size)}
    return Events.of(
        {
            "organization": [None if rng.random() < 0.03 else f"org {a}" for a in rng.integers(0, actors, size)],
            "concept": [f"concept {c}" for c in rng.integers(0, concepts, size)],
            "agreement": rng.choice([True, False, True, False, True, "undecided"], size).tolist(),
            "intensity": rng.choice([-3, -1, 0, 2, 5], size).tolist(),
            "tone": [t or None for t in rng.choice(["calm", "loud", "sharp", ""], size)],
            "outlet": [f"paper {d % 3}" for d in documents],
        },
        times=times,
        documents=documents.tolist(),
        groups=[copy_of[d] for d in documents.tolist()],
        weights=np.round(rng.random(size) * 0.9 + 0.1, 3).tolist(),
        checked=(rng.random(size) < 0.3).tolist(),
        kinds={"agreement": "boolean"},
        document_level=["outlet"],
    )


def brute(events, *, mode="two-mode", rows="organization", columns="concept", qualifier="agreement", aggregation="ignore",
          normalization="no", duplicates="all", weights="none", copies=None, undecided="out", dna=False, isolates=False,
          factors=None):  # fmt: skip
    """Row names, column names, weights as a dict of pairs, and the number of pairs that are 0/0."""
    counted = statements(events, rows=rows, columns=columns, qualifier=qualifier, aggregation=aggregation,
                         duplicates=duplicates, weights=weights, copies=copies, undecided=undecided, dna=dna,
                         factors=factors)  # fmt: skip
    of_rows, of_columns = sorted({s["i"] for s in counted}), sorted({s["j"] for s in counted})
    if isolates:
        of_rows, of_columns = events.variables[rows].levels, events.variables[columns].levels
    levels, distance = scale(events, counted, qualifier, aggregation, undecided, dna)
    x = dict.fromkeys(product(of_rows, of_columns, levels), 0.0)
    for s in counted:
        x[s["i"], s["j"], s["k"]] += s["w"]
    if mode == "two-mode":
        return of_rows, of_columns, *two_mode(x, of_rows, of_columns, levels, qualifier, aggregation, normalization)
    return of_rows, of_rows, *one_mode(x, of_rows, of_columns, levels, distance, aggregation, normalization, dna)


def statements(
    events, *, rows, columns, qualifier, aggregation, duplicates, weights, copies, undecided, dna, factors=None
):
    once = copies == "once" or (copies is None and not dna)
    values = {name: v.values() for name, v in events.variables.items()}
    found = []
    for e in range(len(events)):
        k = values[qualifier][e] if qualifier else None
        if values[rows][e] is None or values[columns][e] is None or (k == "undecided" and undecided == "out"):
            continue
        k = None if aggregation == "ignore" else "" if k is None and dna and qualifier == "tone" else k
        if k is None and aggregation != "ignore":
            continue
        factor = 1.0 if factors is None else factors[e]
        weight = factor * (events.weights[e] if weights == "score" else 1.0)
        if weight <= 0:
            continue
        when = None if np.isnat(events.times[e]) else events.times[e].astype(object)
        document, group = int(events.documents[e]), int(events.groups[e])
        found.append({"e": e, "i": values[rows][e], "j": values[columns][e], "k": k, "w": weight, "t": when,
                      "d": document, "g": group if once else document})  # fmt: skip
    found.sort(key=lambda s: (s["t"] is None, s["t"] or datetime(1, 1, 1)))
    kept = {}
    for s in found:
        alike = (s["i"], s["j"], s["k"])
        if duplicates == "all":
            before = sum(1 for o in found if (o["i"], o["j"], o["k"]) == alike and o["d"] == s["d"] and o["e"] < s["e"])
            key = (*alike, s["g"], before)
        elif duplicates == "document":
            key = (*alike, s["g"])
        elif duplicates == "range":
            key = alike
        elif s["t"] is None:
            key = (*alike, "undated", s["g"])
        else:
            key = (*alike, calendar(s["t"].date(), duplicates, dna))
        if key not in kept or s["w"] > kept[key]["w"]:
            kept[key] = s
    return list(kept.values())


def calendar(day, unit, dna):
    year, week, _ = day.isocalendar()
    if unit == "year":
        return day.year
    if unit == "month":
        return day.month if dna else (day.year, day.month)
    return week if dna else (year, week)


def scale(events, counted, qualifier, aggregation, undecided, dna):
    """The levels, and the distance of each two; None where it is 0/0."""
    if aggregation == "ignore" or qualifier is None:
        return [None], lambda k, m: 0.0
    if qualifier == "agreement":
        place = {0: 0.0, 1: 1.0, "undecided": 0.5}
        return list(place), lambda k, m: abs(place[k] - place[m])
    if qualifier == "tone":
        return ["calm", "loud", "sharp", ""], lambda k, m: float(k != m)
    every = [s["k"] for s in counted] if dna else events.variables[qualifier].levels
    span = max(every, default=0) - min(every, default=0)
    if span == 0:
        return sorted(set(every)), lambda k, m: None if dna else 0.0
    return sorted(set(every)), lambda k, m: abs(k - m) / span


def two_mode(x, of_rows, of_columns, levels, qualifier, aggregation, normalization):
    y, undefined = {}, 0
    sign = {1: 1, 0: -1, "undecided": 0}
    bit = {1: 1, 0: 2, "undecided": 4}
    if qualifier == "intensity":
        bit = {k: 2**r for r, k in enumerate(sorted([-3, -1, 0, 2, 5], reverse=True))}
    elif qualifier == "tone":
        bit = {"calm": 1, "loud": 2, "sharp": 4, "": 8}
    for i, j in product(of_rows, of_columns):
        if aggregation == "ignore":
            value = sum(x[i, j, k] for k in levels)
        elif aggregation == "subtract":
            value = sum((k if qualifier == "intensity" else sign[k]) * x[i, j, k] for k in levels)
        else:
            value = sum(bit[k] for k in levels if x[i, j, k] > 0)
        by = 1.0
        if normalization == "activity":
            by = sum(x[i, c, k] for c in of_columns for k in levels)
        elif normalization == "prominence":
            by = sum(x[r, j, k] for r in of_rows for k in levels)
        undefined += by == 0
        y[i, j] = value / by if by else 0.0
    return y, undefined


def one_mode(x, of_rows, of_columns, levels, distance, aggregation, normalization, dna):
    y, undefined = {}, 0
    words = levels[0] == "calm"

    def congruence(a, b):
        total = 0.0
        for j, k, m in product(of_columns, levels, levels):
            apart = distance(k, m)
            total += x[a, j, k] * x[b, j, m] * (float("nan") if apart is None else 1 - apart)
        return total

    def conflict(a, b):
        if dna and words:
            return sum(
                x[a, j, k] * (x[b, j, k] == 0) + x[b, j, k] * (x[a, j, k] == 0) for j in of_columns for k in levels
            )
        total = 0.0
        for j, k, m in product(of_columns, levels, levels):
            apart = distance(k, m)
            total += x[a, j, k] * x[b, j, m] * (float("nan") if apart is None else apart)
        return total

    said = {i: sum(x[i, j, k] for j in of_columns for k in levels) for i in of_rows}
    for a, b in product(of_rows, of_rows):
        if a == b:
            y[a, b] = 0.0
            continue
        value = {
            "ignore": lambda a, b: sum(x[a, j, k] * x[b, j, m] for j in of_columns for k in levels for m in levels),
            "congruence": congruence, "conflict": conflict, "subtract": lambda a, b: congruence(a, b) - conflict(a, b),
        }[aggregation](a, b)  # fmt: skip
        by = 1.0
        if normalization == "average":
            by = (said[a] + said[b]) / 2
        elif normalization == "jaccard":
            by = sum(
                x[a, j, k] * (x[b, j, k] == 0) + x[b, j, k] * (x[a, j, k] == 0) + x[a, j, k] * x[b, j, k]
                for j in of_columns for k in levels
            )  # fmt: skip
        elif normalization == "cosine":
            by = said[a] * said[b] if dna else (congruence(a, a) * congruence(b, b)) ** 0.5
        bad = value != value or by == 0  # noqa: PLR0124
        undefined += bad
        y[a, b] = 0.0 if bad else value / by
    return y, undefined


def as_matrix(of_rows, of_columns, y):
    return np.array([[y[i, j] for j in of_columns] for i in of_rows]).reshape(len(of_rows), len(of_columns))


def day(text):
    return date.fromisoformat(text)
