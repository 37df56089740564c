"""What a user's codings bring on concepts the stance model has never seen, by how many she has coded.

    python -m benchmark.learning --data ../shared/data [--weights FOLDER] [--only SET] [--held]

A concept's passages are parted by article, story or event: half (of few: two in three) may be coded, the rest is
tested. Of the former those are coded that ``onrecord learn --next`` would ask for (next), or any that the machine found
something in, by chance (drawn). Before: the answers of the model as the coder weighs them. Sets:

    A        20 proposals of cases A, on all passages of their stories
    topics   data/stance, dev part (--held: the held one): events on near matters as one concept of many propositions,
             which the model was trained to answer in just this kind of text
    seesaw   who is for or against a politician or party, in US news that was never trained on

F1 of stances over all tests, before and after: of the likeliest answers; of what is scored above a threshold, which is
learned from the same codings in both cases; and after it beside what the model alone finds likeliest. AP is the mean of
the precisions at which each stance is found. Intervals of gains are bootstraps over concepts.
"""

import argparse
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmark.learning_data import Case, cases, events, large, sentiments, topics
from onrecord.reading.corrections import (
    NONE,
    Floats,
    Ints,
    Lessons,
    chances,
    learn,
    stance_f1,
    threshold,
    useful,
    weighed,
)
from onrecord.reading.encoder import WEIGHTS
from onrecord.reading.nearness import Nearness
from onrecord.reading.positions import LEAST, likely, names, words
from onrecord.reading.stances import StanceModel, framed

CODED = (10, 50)
Draw = Callable[[Lessons, int, np.random.Generator], Ints]


def lessons(found: Sequence[Case], model: StanceModel, nearness: Nearness, *, compete: bool) -> Lessons:
    """``found`` as they would be after coding; ``compete``: the concepts compete for a passage, as in a codebook."""
    asked: dict[tuple[str, tuple[int, int]], list[int]] = defaultdict(list)
    for i, c in enumerate(found):
        asked[c.text, c.actor].append(i)
    passages = [(found[own[0]].text, found[own[0]].actor, [framed(found[i].proposition, model.tokenizer) for i in own]) for own in asked.values()]  # fmt: skip
    chance = np.zeros((len(found), 4))
    for own, told in zip(asked.values(), model(passages), strict=True):
        chance[own] = [t.chances for t in told]
    texts = _vectors([c.text for c in found], nearness)
    evidence = _vectors([c.text[slice(*c.evidence)] for c in found], nearness)
    propositions = _vectors([c.proposition for c in found], nearness)
    near = np.stack([(v * propositions).sum(axis=1) for v in (texts, evidence)], axis=1)
    own_near = np.maximum(near[:, 0], 1e-3)
    share = np.ones(len(found))
    if compete:
        book = _vectors(sorted({c.proposition for c in found}), nearness)
        share = own_near / np.maximum((texts @ book.T).max(axis=1), own_near)
    odds = np.log(np.maximum(chance, 1e-6))
    weights = [weight(c, s) for c, s in zip(found, share.tolist(), strict=True)]
    return Lessons(
        concept=np.array([c.concept for c in found]), group=np.array([c.group for c in found]),
        answer=np.array([c.gold for c in found]), odds=odds, base=weighed(odds, np.array(weights)), near=near,
        vectors=np.concatenate([texts, evidence], axis=1).astype(np.float64),
    )  # fmt: skip


def weight(case: Case, share: float) -> float:
    """The log-odds that the coder adds to those of a stance."""
    absent = not names(case.proposition) <= words(case.text)
    even = likely(0.5, share, case.kind, case.actor_kind, absent=absent)
    return math.log(even / (1 - even))


def _vectors(texts: Sequence[str], nearness: Nearness) -> Floats:
    distinct = {t: i for i, t in enumerate(dict.fromkeys(texts))}
    return np.asarray(nearness(list(distinct))[[distinct[t] for t in texts]], dtype=np.float64)


def drawn(own: Lessons, number: int, rng: np.random.Generator) -> Ints:
    """By chance, first of those in which the machine found a stance: what a user sees."""
    found = chances(own.base)[:, :NONE].max(axis=1) >= LEAST
    order = rng.permutation(len(own))
    return np.asarray(order[np.argsort(~found[order], kind="stable")][:number])


def chosen(own: Lessons, number: int, rng: np.random.Generator) -> Ints:
    """What ``onrecord learn --next`` asks for, among a random nine tenths (so that repeats differ)."""
    some = np.sort(rng.permutation(len(own))[: max(number, round(0.9 * len(own)))])
    unit = own.vectors[some] / np.sqrt(2)
    return np.asarray(some[useful(chances(own.base[some]), unit, unit[:0], number)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """Tests of all repeats: which ``repeat`` and concept, gold answer, chances before and after
    and of the model ``alone``, thresholds (n,)."""

    concept: np.ndarray
    answer: Ints
    before: Floats
    after: Floats
    enough: Floats
    enough_before: Floats
    alone: Floats


def simulated(all_: Lessons, number: int, draw: Draw, repeats: int, seed: int = 0) -> Tested:
    """``repeats`` users who each code ``number`` passages of every concept."""
    rows = [_user(all_, number, draw, np.random.default_rng(seed + r)) for r in range(repeats)]
    return Tested(**{f: np.concatenate([getattr(r, f) for r in rows]) for f in Tested.__slots__})


def _user(all_: Lessons, number: int, draw: Draw, rng: np.random.Generator) -> Tested:
    learning = np.isin(all_.group, list(_learned_from(all_, rng)))
    coded: list[int] = []
    for concept in sorted(set(all_.concept.tolist())):
        own = np.flatnonzero(learning & (all_.concept == concept))
        coded += own[draw(all_.take(own), number, rng)].tolist()
    taught, rest = all_.take(np.array(coded)), all_.take(~learning)
    corrections = learn(taught)
    before = threshold(chances(taught.base), taught.answer)
    return Tested(
        concept=rest.concept, answer=rest.answer, before=chances(rest.base), after=corrections(rest),
        enough=np.full(len(rest), corrections.enough or 0.5), enough_before=np.full(len(rest), before or 0.5),
        alone=chances(rest.odds),
    )  # fmt: skip


def _learned_from(all_: Lessons, rng: np.random.Generator) -> Iterator[str]:
    """The groups that may be coded: of each set of groups that share concepts, half, or two in three of few."""
    of: dict[str, list[str]] = defaultdict(list)
    for group in sorted(set(all_.group.tolist())):
        first = min(all_.concept[all_.group == group].tolist())
        of[first].append(group)
    for groups in of.values():
        order = [str(g) for g in rng.permutation(groups)]
        yield from order[: max(1, round(len(order) * 2 / 3) if len(order) < 5 else len(order) // 2)]


def scores(t: Tested) -> dict[str, tuple[float, float]]:
    """Each measure, before and after."""
    return {
        "F1 above threshold": (_f1(t.before, t.answer, t.enough_before), _f1(t.after, t.answer, t.enough)),
        "F1 likeliest": (stance_f1(t.before, t.answer), stance_f1(t.after, t.answer)),
        "F1 of the model alone, after": (stance_f1(t.alone, t.answer), _f1(t.after, t.answer, t.enough)),
        "macro F1 of four": (_macro(t.before, t.answer), _macro(t.after, t.answer)),
        "AP": (_precision(t.before, t.answer), _precision(t.after, t.answer)),
    }  # fmt: skip


def _f1(found: Floats, answer: Ints, enough: Floats) -> float:
    taken = found[:, :NONE].max(axis=1) >= enough
    right = taken & (found[:, :NONE].argmax(axis=1) == answer)
    return float(2 * right.sum() / max(1, taken.sum() + (answer != NONE).sum()))


def _macro(found: Floats, answer: Ints) -> float:
    stance = found.argmax(axis=1)
    each = [
        2 * ((stance == k) & (answer == k)).sum() / max(1, (stance == k).sum() + (answer == k).sum())
        for k in sorted(set(answer.tolist()))
    ]
    return float(np.mean(each)) if each else 0.0


def _precision(found: Floats, answer: Ints) -> float:
    order = np.argsort(-found[:, :NONE].max(axis=1), kind="stable")
    right = (found[:, :NONE].argmax(axis=1) == answer)[order]
    return float((np.cumsum(right) / np.arange(1, len(right) + 1))[right].sum() / max(1, (answer != NONE).sum()))


def gains(t: Tested, draws: int = 500) -> dict[str, tuple[float, float]]:
    """The 95% interval of the gain in each measure: concepts drawn with replacement."""
    rows = [np.flatnonzero(t.concept == c) for c in sorted(set(t.concept.tolist()))]
    rng = np.random.default_rng(0)
    found: dict[str, list[float]] = defaultdict(list)
    for _ in range(draws):
        at = np.concatenate([rows[i] for i in rng.integers(0, len(rows), len(rows))])
        for measure, (before, after) in scores(Tested(**{f: getattr(t, f)[at] for f in Tested.__slots__})).items():
            found[measure].append(after - before)
    return {m: (float(np.percentile(v, 2.5)), float(np.percentile(v, 97.5))) for m, v in found.items()}


def _topics(folder: Path, part: str, nearness: Nearness) -> list[Case]:
    asked = events(folder, part)
    return topics(asked, _vectors([c.proposition for c in asked], nearness), 120)


def main() -> None:
    """Measure."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument("--weights", type=Path, default=WEIGHTS)
    ap.add_argument("--held", action="store_true", help="the held part of data/stance instead of dev")
    ap.add_argument("--only", choices=("A", "topics", "seesaw"), help="one of the sets")
    ap.add_argument("--repeats", type=int, default=10)
    a = ap.parse_args()
    model, nearness = StanceModel(a.weights), Nearness(a.weights)
    sets: dict[str, tuple[Callable[[], list[Case]], bool]] = {
        "A": (lambda: list(cases(a.data / "cases/A.jsonl")), True),
        "topics": (lambda: _topics(a.data / "stance", "held" if a.held else "dev", nearness), False),
        "seesaw": (lambda: large(sentiments(a.data / "seesaw"), 100), False),
    }
    for name, (found, compete) in sets.items():
        if a.only not in {None, name}:
            continue
        one = lessons(found(), model, nearness, compete=compete)
        print(f"{name}: {len(set(one.concept.tolist()))} concepts, {len(one)} passages, {np.bincount(one.answer).tolist()} {'/'.join(('support', 'oppose', 'undecided', 'none'))}")  # fmt: skip
        for number in CODED:
            for way, draw in (("next", chosen), ("drawn", drawn)):
                t = simulated(one, number, draw, a.repeats)
                intervals = gains(t)
                for measure, (before, after) in scores(t).items():
                    low, high = intervals[measure]
                    print(f"  {number} coded, {way:5} {measure:42} {before:.3f} → {after:.3f}  {100 * (after - before):+5.1f} [{100 * low:+.1f}, {100 * high:+.1f}]", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
