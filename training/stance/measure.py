"""How good stances and conditions are: F1, calibration, risk and coverage, characters of conditions."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from onrecord.reading.stances import chances
from training.stance.pairs import STANCES, Span

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.int64]
NONE = STANCES.index("none")
BINS = 10  # of scores, for the expected calibration error


def f1(gold: Ints, found: Ints) -> dict[str, float]:
    """F1 of each stance and their mean, "macro"."""
    out = {}
    for i, name in enumerate(STANCES):
        hit = int(((gold == i) & (found == i)).sum())
        wanted = int((gold == i).sum()) + int((found == i).sum())
        out[name] = 2 * hit / wanted if wanted else 0.0
    return out | {"macro": sum(out.values()) / len(STANCES)}


def temperature(logits: Floats, gold: Ints) -> float:
    """The temperature with the least negative log-likelihood (Guo et al. 2017), by a search over a fine grid."""
    rows = np.arange(len(gold))
    tried = np.geomspace(0.3, 5.0, 200)
    return float(min(tried, key=lambda t: -np.log(chances(logits, t)[rows, gold]).mean()))


def calibration_error(score: Floats, right: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error over BINS equal bins (Naeini et al. 2015)."""
    bins = np.minimum((score * BINS).astype(int), BINS - 1)
    return float(sum(abs(score[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins)))


def risk_coverage(chance: Floats, gold: Ints, shares: Sequence[float] = (0.25, 0.5, 0.75, 1.0)) -> dict[str, float]:
    """Share of right stances among the answers that take one (not "none"), for the most certain part of them."""
    found = chance.argmax(1)
    bearing = found != NONE
    order = np.argsort(-chance.max(1)[bearing], kind="stable")
    right = (found == gold)[bearing][order]
    return {f"{share:.0%}": float(right[: max(1, round(share * len(right)))].mean()) for share in shares}


def condition_f1(pairs: Sequence[tuple[str, Sequence[Span], Span | None]]) -> dict[str, float]:
    """F1 of condition characters that are not blank (text, gold spans, found span), and of there being a condition."""
    hit = wanted = given = 0
    both = has = says = 0
    for text, gold, found in pairs:
        g = {i for s, e in gold for i in range(s, e) if not text[i].isspace()}
        f = {i for i in range(*found) if not text[i].isspace()} if found else set()
        hit, wanted, given = hit + len(g & f), wanted + len(g), given + len(f)
        both, has, says = both + bool(g and f), has + bool(g), says + bool(f)
    return {"chars": 2 * hit / max(1, wanted + given), "present": 2 * both / max(1, has + says)}
