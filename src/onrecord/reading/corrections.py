"""What a person's codings change in the stance model's answers: one correction for all concepts, one for each.

Multinomial logistic regression on top of the model's log-odds, with normal priors centred at no change (maximum a
posteriori; Bishop 2006, 4.3.4): without codings the answer is the model's, with many it is what they say. What helps is
decided by cross-validation, so codings from which nothing can be learned change nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from onrecord.reading.positions import CHANCE
from onrecord.types import ANSWERS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NONE = ANSWERS.index("none")
CONTRASTS = np.array([[1, 1, 1, -3], [1, -1, 0, 0], [-1, -1, 2, 0]]) / np.sqrt([[12], [2], [6]])
"""Directions in which answers are corrected: any stance or none, support or oppose, undecided or decided."""
FREEDOM = np.array([1.5, 0.5, 0.2])
"""How far each contrast may go: what a passage is about shows in its vector, on which side it is hardly."""
SHARED = (0.1, 0.05, 0.05)
OWN = (0.5, 0.5, 1.5, 2.5)
"""Standard deviations, before the data, of the weights of: the constant, the log-odds, how near the concept is, and for
a concept's own correction the vectors. Chosen on cases A and SEESAW (docs/learning.md); results hardly depend on it."""
MIDDLE = 0.4  # a usual nearness of a passage to a concept it speaks of
STRENGTHS = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (1.0, 1.0))
"""How much of the shared and of the concepts' own corrections is used: whichever of these the codings bear out."""
FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """n coded passages, a row each.

    ``concept`` (n,) ids. ``group`` (n,) the article each is from: what is of one article is never learned from and
    tested at once. ``answer`` (n,) indices into ANSWERS. ``odds`` (n, 4) logarithms of the model's chances, ``base``
    (n, 4) of what the coder makes of them without learning, both up to a constant. ``near`` (n, 2) cosines of passage
    and evidence with the concept. ``vectors`` (n, d) unit vectors of both, in one row.
    """

    concept: npt.NDArray[np.str_]
    group: npt.NDArray[np.str_]
    answer: Ints
    odds: Floats
    base: Floats
    near: Floats
    vectors: Floats

    def __len__(self) -> int:
        return len(self.answer)

    def take(self, rows: npt.NDArray[np.bool_] | Ints) -> "Lessons":
        """The lessons of these rows."""
        return Lessons(
            concept=self.concept[rows], group=self.group[rows], answer=self.answer[rows], odds=self.odds[rows],
            base=self.base[rows], near=self.near[rows], vectors=self.vectors[rows],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """Weights of the shared correction (7, 4) and of each concept's own (7 + d, 4), and how much of each is used.

    ``enough`` is the chance of a stance from which to believe it, if missed and wrong codings are equally bad (the best
    F1 of stances in cross-validation); None if too little was coded to tell.
    """

    shared: Floats = field(default_factory=lambda: np.zeros((7, 4)))
    own: Mapping[str, Floats] = field(default_factory=dict)
    strength: tuple[float, float] = (0.0, 0.0)
    enough: float | None = None

    def __call__(self, asked: Lessons) -> Floats:
        """(n, 4) the corrected chances of each answer; the ``answer`` of ``asked`` is not looked at."""
        return chances(asked.base + self.change(asked))

    def change(self, asked: Lessons) -> Floats:
        """(n, 4) what is added to the coder's log-odds; looks at no ``answer`` and no ``base``."""
        change = self.strength[0] * (_common(asked, SHARED) @ self.shared)
        for concept in sorted(set(asked.concept.tolist()) & self.own.keys()):
            rows = asked.concept == concept
            change[rows] += self.strength[1] * (_particular(asked.take(rows)) @ self.own[concept])
        return np.asarray(change)


def chances(odds: Floats) -> Floats:
    """Softmax over the last axis."""
    raised = np.exp(odds - odds.max(-1, keepdims=True))
    return np.asarray(raised / raised.sum(-1, keepdims=True))


def weighed(odds: Floats, weight: Floats) -> Floats:
    """(n, 4) what the coder makes of the model's log-chances ``odds`` (n, 4): it adds ``weight`` (n,) to stances."""
    base = CHANCE * _centred(odds)
    base[:, :NONE] += weight[:, None]
    return base


def learn(lessons: Lessons) -> Corrections:
    """The corrections that ``lessons`` teach, as strong as cross-validation over their articles bears out.

    With lessons of a single article nothing can be borne out, and half of what they teach is used.
    """
    whole = fitted(lessons)
    if len(set(lessons.group.tolist())) < 2:
        return replace(whole, strength=STRENGTHS[2] if len(lessons) else STRENGTHS[0])
    tried = crossed(lessons)
    rows = np.arange(len(lessons))
    loss = [-np.log(np.maximum(t[rows, lessons.answer], 1e-9)).mean() for t in tried]
    best = int(np.argmin(np.round(loss, 9)))
    return replace(whole, strength=STRENGTHS[best], enough=threshold(tried[best], lessons.answer))


def fitted(lessons: Lessons) -> Corrections:
    """Corrections fitted to all of ``lessons``, at full strength: the shared one first, then each concept's on top."""
    with threadpool_limits(1):  # the matrices are so small that threads cost fifty times what they bring
        common = _common(lessons, SHARED)
        shared = regressed(common, lessons.base, lessons.answer)
        odds = lessons.base + common @ shared
        own = {}
        for concept in sorted(set(lessons.concept.tolist())):
            rows = lessons.concept == concept
            own[concept] = regressed(_particular(lessons.take(rows)), odds[rows], lessons.answer[rows])
    return Corrections(shared=shared, own=own, strength=STRENGTHS[-1])


def regressed(features: Floats, odds: Floats, answer: Ints) -> Floats:
    """(d, 4) the weights with the greatest posterior density, given features (n, d), odds (n, 4) and answers (n,).

    The prior of each weight is normal with mean 0 and the FREEDOM of its contrast; scale a feature to change its own.
    """
    n, d = features.shape
    if not n:
        return np.zeros((d, len(ANSWERS)))
    # The weights lie in the space the rows span: with fewer rows than features that is far smaller.
    basis = np.linalg.qr(features.T)[0] if n < d else np.eye(d)
    rows, out = features @ basis, CONTRASTS * FREEDOM[:, None]
    gold = np.eye(len(ANSWERS))[answer]

    def cost(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(-1, len(out))
        found = chances(odds + rows @ weights @ out)
        likelihood = np.log(np.maximum(found[np.arange(n), answer], 1e-300)).sum()
        slope = rows.T @ (found - gold) @ out.T + weights
        return float(0.5 * (weights**2).sum() - likelihood), slope.ravel()

    start = np.zeros(rows.shape[1] * len(out))
    best = minimize(cost, start, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return np.asarray(basis @ best.x.reshape(-1, len(out)) @ out)


def crossed(
    lessons: Lessons, strengths: Sequence[tuple[float, float]] = STRENGTHS, *, share: float = 1.0, seed: int = 0
) -> list[Floats]:
    """For each strength the chances (n, 4) of every lesson, learned from lessons of other articles only.

    ``share`` of those are used, drawn by ``seed``: what less coding would have taught.
    """
    out = [np.zeros((len(lessons), len(ANSWERS))) for _ in strengths]
    rng = np.random.default_rng(seed)
    for held in folds(lessons.group):
        rest = np.flatnonzero(~held)
        if share < 1:
            rest = np.sort(rng.permutation(rest)[: round(share * len(rest))])
        taught = fitted(lessons.take(rest))
        for strength, found in zip(strengths, out, strict=True):
            found[held] = replace(taught, strength=strength)(lessons.take(held))
    return out


def folds(group: npt.NDArray[np.str_], number: int = FOLDS) -> Iterator[npt.NDArray[np.bool_]]:
    """Which rows are held out together, in at most ``number`` turns: whole groups, the largest spread first."""
    names, sizes = np.unique(group, return_counts=True)
    number = min(number, len(names))
    load = np.zeros(number)
    turn = np.zeros(len(names), dtype=np.int64)
    for i in sorted(range(len(names)), key=lambda i: (-sizes[i], names[i])):
        turn[i] = int(load.argmin())
        load[turn[i]] += sizes[i]
    of = turn[np.searchsorted(names, group)]
    for k in range(number):
        yield of == k


def threshold(found: Floats, answer: Ints) -> float | None:
    """The chance of a stance from which on codings have the best F1; None without a right one."""
    score, stance = found[:, :NONE].max(axis=1), found[:, :NONE].argmax(axis=1)
    order = np.argsort(-score, kind="stable")
    right = np.cumsum((stance == answer)[order])
    if not len(order) or not right[-1]:
        return None
    f1 = 2 * right / (np.arange(1, len(order) + 1) + (answer != NONE).sum())
    f1[:-1][score[order][1:] == score[order][:-1]] = -1  # a threshold takes all of one score or none
    return float(score[order][int(f1.argmax())])


def _centred(odds: Floats) -> Floats:
    return np.asarray(odds - odds.mean(axis=-1, keepdims=True))


def _common(lessons: Lessons, scale: Sequence[float]) -> Floats:
    constant, odds, near = scale[:3]
    return np.concatenate(
        [np.full((len(lessons), 1), constant), _centred(lessons.odds) * odds, (lessons.near - MIDDLE) * near], axis=1
    )


def _particular(lessons: Lessons) -> Floats:
    return np.concatenate([_common(lessons, OWN), lessons.vectors * OWN[3]], axis=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How well lessons are answered: without learning and with it.

    ``accuracy`` over the four answers, ``f1`` over the stances scored above a threshold, which is learned from all
    lessons; (before, after) each. ``gain`` is the interval of the gain in ``f1`` (95%, percentiles of a bootstrap over
    articles). ``half`` is what ``f1`` is after half of the codings.
    """

    codings: int
    accuracy: tuple[float, float]
    f1: tuple[float, float]
    gain: tuple[float, float]
    half: float


def measured(lessons: Lessons, taught: Corrections, *, draws: int = 500, seed: int = 0) -> dict[str, Measured]:
    """How well the lessons of each concept, and under "" of all, are answered by what those of other articles teach.

    {} for a single article: what it teaches cannot be tested on it.
    """
    if len(set(lessons.group.tolist())) < 2:
        return {}
    tried = [chances(lessons.base), *(crossed(lessons, [taught.strength], share=share)[0] for share in (0.5, 1.0))]
    enough = [threshold(found, lessons.answer) or 0.5 for found in tried]
    gold = lessons.answer

    def f1(rows: Ints) -> list[float]:
        return [stance_f1(found[rows], gold[rows], least) for found, least in zip(tried, enough, strict=True)]

    def gained(rows: Ints) -> float:
        before, _, after = f1(rows)
        return after - before

    out = {}
    for concept in ["", *sorted(set(lessons.concept.tolist()))]:
        rows = np.flatnonzero((lessons.concept == concept) | (concept == ""))
        before, half, after = f1(rows)
        right = [float((found[rows].argmax(axis=1) == gold[rows]).mean()) for found in (tried[0], tried[2])]
        out[concept] = Measured(
            codings=len(rows), accuracy=(right[0], right[1]), f1=(before, after), half=half,
            gain=interval(lessons.group[rows], lambda at, rows=rows: gained(rows[at]), draws, seed),  # type: ignore[misc]
        )  # fmt: skip
    return out


def stance_f1(found: Floats, answer: Ints, enough: float | None = None) -> float:
    """F1 of the stances taken: by the likeliest answer, or where a stance's chance is ``enough``. 1 if none is due."""
    stance = found[:, :NONE].argmax(axis=1)
    taken = found.argmax(axis=1) != NONE if enough is None else found[:, :NONE].max(axis=1) >= enough
    wanted = int((answer != NONE).sum()) + int(taken.sum())
    return 2 * int((taken & (stance == answer)).sum()) / wanted if wanted else 1.0


def interval(
    group: npt.NDArray[np.str_], value: Callable[[Ints], float], draws: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """The 95% interval of ``value`` of rows, whole groups drawn with replacement (percentile bootstrap)."""
    rows = [np.flatnonzero(group == g) for g in sorted(set(group.tolist()))]
    rng = np.random.default_rng(seed)
    drawn = [value(np.concatenate([rows[i] for i in rng.integers(0, len(rows), len(rows))])) for _ in range(draws)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


DENSITY = 1.0  # weight of how typical a passage is beside how doubtful its answer is


def useful(found: Floats, vectors: Floats, known: Floats, number: int) -> list[int]:
    """Which of n passages a person should code next, the most useful first.

    Each is worth its doubt (the entropy of ``found`` (n, 4)) times how typical it is, its mean cosine with the others
    (information density, Settles & Craven 2008), times how new it is beside what is ``known`` (m, d) and chosen
    already: 1 less its greatest cosine with one of those. ``vectors`` (n, d) are unit vectors.
    """
    doubt = -(found * np.log(np.maximum(found, 1e-12))).sum(axis=1)
    typical = np.maximum((vectors @ vectors.mean(axis=0)), 0) ** DENSITY if len(vectors) else doubt
    nearest = (vectors @ known.T).max(axis=1, initial=0.0) if len(known) else np.zeros(len(vectors))
    chosen: list[int] = []
    for _ in range(min(number, len(vectors))):
        worth = doubt * typical * (1 - np.clip(nearest, 0, 1))
        worth[chosen] = -1
        best = int(worth.argmax())
        chosen.append(best)
        nearest = np.maximum(nearest, vectors @ vectors[best])
    return chosen
