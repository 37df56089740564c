"""How right a reading is, against articles annotated by hand.

A span is the set of non-blank characters it covers, so a split content is one span.

    exact    the same characters
    frag     exact, each contiguous piece by itself: what sequence taggers publish
    overlap  any shared character, one to one, largest first
    whole    one to one on content intersection over union ≥ 0.5, where the sources share a character or both are absent
    R.KIND   recall of whole among the gold statements of one kind

Where the gold says whose each statement is, among the gold statements found (content as for whole):

    actor.right, actor.wrong, actor.open   named by its name or an alias of it; by another; left open
    actor.recall                           named right, over all gold statements with an actor, found or not

Where the gold says where actors stand on given propositions:

    position             the same actor, proposition and stance, over the positions that are shown
    position.STANCE      of those with one stance
    position.condition   of positions that are right: characters of the words they depend on
    position.evidence    of positions that are right: whether the evidence shares a character with the gold's

Intervals are percentiles of a bootstrap over articles.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from onrecord.types import Kind

ROLES = ("source", "cue", "content")
Spans = Sequence[tuple[int, int]]
Attribution = Mapping[str, Spans]  # role → spans
Characters = frozenset[int]
Counts = Counter[tuple[str, str]]

_QUOTED = re.compile(r'"[^"]+"|“[^”]*”|(?:``|\'\').+?\'\'|(?<!\w)[‘\'].+?[’\'](?!\w)', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Precision, recall and F1 of one measure, with counts and the 95% interval of F1 (of recall for R.KIND)."""

    precision: float
    recall: float
    f1: float
    right: int
    predicted: int
    gold: int
    interval: tuple[float, float] | None = None


def kind_of(words: str) -> Kind:
    """Whether a content's ``words`` are quoted as a whole (direct), in part (mixed) or not (indirect)."""
    if not _QUOTED.search(words):
        return "indirect"
    return "mixed" if re.search(r"\w", _QUOTED.sub("", words)) else "direct"


class Position(NamedTuple):
    """Where somebody (who goes by ``names``) stands on a proposition; ``score`` of one found, for a threshold."""

    names: frozenset[str]
    proposition: str
    stance: str
    conditions: Spans = ()
    evidence: Spans = ()
    score: float = 1.0


class Scored(NamedTuple):
    """One article to be scored: its text, the gold statements, those found.

    ``wanted`` holds the names each gold statement's actor may go by (empty for none), ``said`` the name given to each
    statement found; both empty where actors are not annotated. ``positions`` are the gold ones, ``told`` those found;
    None where positions are not annotated.
    """

    text: str
    gold: Sequence[Attribution]
    predicted: Sequence[Attribution]
    wanted: Sequence[frozenset[str]] = ()
    said: Sequence[str | None] = ()
    positions: Sequence[Position] | None = None
    told: Sequence[Position] = ()


def evaluate(articles: Iterable[Scored], *, bootstrap: int = 0, seed: int = 0) -> dict[str, Measure]:
    """Scores by measure. ``bootstrap`` resamples give the intervals; 0 leaves them out."""
    each = [counts(*a[:5]) + position_counts(a.text, a.positions, a.told) for a in articles]
    total = sum(each, Counter())
    names = sorted({name for name, _ in total})
    draws: dict[str, list[float]] = {name: [] for name in names}
    rng = random.Random(seed)
    for _ in range(bootstrap if each else 0):
        drawn = sum((each[rng.randrange(len(each))] for _ in each), Counter())
        for name in names:
            measure = _measure(drawn, name)
            draws[name].append(measure.recall if recall_only(name) else measure.f1)
    return {name: _measure(total, name, sorted(draws[name])) for name in names}


def recall_only(name: str) -> bool:
    """Whether a measure is of gold statements alone, so that it has no precision."""
    return name.startswith(("R.", "actor."))


def counts(
    text: str,
    gold: Sequence[Attribution],
    predicted: Sequence[Attribution],
    wanted: Sequence[frozenset[str]] = (),
    said: Sequence[str | None] = (),
) -> Counts:
    """What one article adds: for each measure its "right", "predicted" and "gold" number. Counts add."""
    c: Counts = Counter()

    def add(name: str, right: int, predicted_: int, gold_: int) -> None:
        c[name, "right"] += right
        c[name, "predicted"] += predicted_
        c[name, "gold"] += gold_

    for role in ROLES:
        g, p = _distinct(role, gold, text), _distinct(role, predicted, text)
        add(f"{role}.exact", len(set(g) & set(p)), len(p), len(g))
        add(f"{role}.overlap", len(_one_to_one(g, p, lambda a, b: len(a & b))), len(p), len(g))
        gf, pf = _fragments(role, gold, text), _fragments(role, predicted, text)
        add(f"{role}.frag", len(gf & pf), len(pf), len(gf))
    found = matches(text, gold, predicted)
    right = {i for i, (_, agreed) in found.items() if agreed}
    add("whole", len(right), len(predicted), len(gold))
    for i, names in enumerate(wanted):
        if names:
            name = said[found[i][0]] if i in found else None
            named = name is not None and same_name(name, names)
            add("actor.recall", named, 0, 1)
            if i in found:
                add("actor.right", named, 0, 1)
                add("actor.wrong", name is not None and not named, 0, 1)
                add("actor.open", name is None, 0, 1)
    for i, statement in enumerate(gold):
        kind = kind_of(" ".join(text[s:e] for s, e in statement["content"]))
        add(f"R.{kind}", i in right, 0, 1)
    return c


def position_counts(text: str, gold: Sequence[Position] | None, told: Sequence[Position]) -> Counts:
    """What the positions of one article add; nothing if they are not annotated (None)."""
    c: Counts = Counter()
    if gold is None:
        return c
    free = list(gold)
    pairs = []
    for found in sorted(told, key=lambda p: -p.score):
        for name in ("position", f"position.{found.stance}"):
            c[name, "predicted"] += 1
        mine = next((g for g in free if _same_position(g, found)), None)
        if mine:
            free.remove(mine)
            pairs.append((mine, found))
    for wanted in gold:
        for name in ("position", f"position.{wanted.stance}"):
            c[name, "gold"] += 1
    for wanted, found in pairs:
        for name in ("position", f"position.{found.stance}"):
            c[name, "right"] += 1
        for part in ("conditions", "evidence"):
            g, f = _characters(getattr(wanted, part), text), _characters(getattr(found, part), text)
            sizes = (len(g & f), len(f), len(g)) if part == "conditions" else (bool(g & f), 1, 1)
            for what, n in zip(("right", "predicted", "gold"), sizes, strict=True):
                c["position.condition" if part == "conditions" else "position.evidence", what] += n
    return c


def _same_position(gold: Position, found: Position) -> bool:
    same = gold.proposition == found.proposition and gold.stance == found.stance
    return same and any(same_name(name, gold.names) for name in found.names)


def matches(text: str, gold: Sequence[Attribution], predicted: Sequence[Attribution]) -> dict[int, tuple[int, bool]]:
    """For each gold statement found: the prediction it goes with, and whether the source is right too."""
    gold_content = [_characters(s["content"], text) for s in gold]
    content = [_characters(s["content"], text) for s in predicted]
    gold_source = [_characters(s["source"], text) for s in gold]
    source = [_characters(s["source"], text) for s in predicted]

    def agree(i: int, j: int) -> bool:
        return bool(gold_source[i] & source[j]) or not (gold_source[i] or source[j])

    pairs = sorted(
        (not agree(i, j), -iou, i, j)
        for i in range(len(gold))
        for j in range(len(predicted))
        if (iou := _iou(gold_content[i], content[j])) >= 0.5
    )
    found: dict[int, tuple[int, bool]] = {}
    taken: set[int] = set()
    for wrong, _, i, j in pairs:
        if i not in found and j not in taken:
            found[i] = j, not wrong
            taken.add(j)
    return found


def same_name(said: str, names: Iterable[str]) -> bool:
    """Whether ``said`` is one of ``names``, but for case, punctuation and spaces."""
    return _bare(said) in {_bare(name) for name in names}


def _bare(name: str) -> str:
    return re.sub(r"\W+", " ", name.casefold()).strip()


def b_cubed(pairs: Sequence[tuple[object, object]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of clusters, by B³ (Bagga & Baldwin 1998).

    ``pairs`` gives for each item its gold cluster and the one it was put into; an item left alone is given a cluster
    of its own.
    """
    if not pairs:
        return 0.0, 0.0, 0.0
    both, gold, put = Counter(pairs), Counter(g for g, _ in pairs), Counter(p for _, p in pairs)
    precision = sum(n * n / put[p] for (_, p), n in both.items()) / len(pairs)
    recall = sum(n * n / gold[g] for (g, _), n in both.items()) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _characters(spans: Spans, text: str) -> Characters:
    return frozenset(i for s, e in spans for i in range(max(0, s), min(e, len(text))) if not text[i].isspace())


def _distinct(role: str, statements: Sequence[Attribution], text: str) -> list[Characters]:
    return list(dict.fromkeys(x for s in statements if (x := _characters(s[role], text))))


def _fragments(role: str, statements: Sequence[Attribution], text: str) -> set[Characters]:
    return {x for s in statements for span in s[role] if (x := _characters([span], text))}


def _iou(a: Characters, b: Characters) -> float:
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared) if shared else 0.0


def _one_to_one(
    gold: list[Characters], predicted: list[Characters], value: Callable[[Characters, Characters], int]
) -> list[tuple[int, int]]:
    pairs = sorted((-value(g, p), i, j) for i, g in enumerate(gold) for j, p in enumerate(predicted))
    seen_gold: set[int] = set()
    seen: set[int] = set()
    out = []
    for worth, i, j in pairs:
        if worth < 0 and i not in seen_gold and j not in seen:
            seen_gold.add(i)
            seen.add(j)
            out.append((i, j))
    return out


def _measure(c: Counts, name: str, draws: Sequence[float] = ()) -> Measure:
    right, predicted, gold = c[name, "right"], c[name, "predicted"], c[name, "gold"]
    precision, recall = right / predicted if predicted else 0.0, right / gold if gold else 0.0
    return Measure(
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / (precision + recall) if right else 0.0,
        right=right,
        predicted=predicted,
        gold=gold,
        interval=(draws[int(0.025 * len(draws))], draws[int(0.975 * len(draws)) - 1]) if draws else None,
    )
