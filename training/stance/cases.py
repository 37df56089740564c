"""The stance model on the cases of set A: gold statements and evidence, gold actors, all proposals of the story.

Set A is never trained on. What is found for an actor and a proposal in one article is the answer with the highest
score among all passages of this actor; it counts if actor, proposal and stance are those of a gold position.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from onrecord.reading.passages import sentences
from onrecord.reading.stances import chances, condition_span
from training.stance.measure import NONE, condition_f1
from training.stance.packing import Packed, packed
from training.stance.pairs import STANCES, Asked, Passage, Span

Ask = Callable[[Sequence[Packed]], list[tuple[np.ndarray, np.ndarray]]]
"""The model: packed passages → for each, logits of stances and of condition pieces."""
ENOUGH = 320  # characters of a passage; a longer paragraph is cut down to the sentences that matter


def context(text: str, spans: Sequence[Span], *, enough: int = ENOUGH) -> Span:
    """The paragraph around ``spans``, or, if that is long, as many of its sentences as bring it to ``enough``."""
    low, high = min(s for s, _ in spans), max(e for _, e in spans)
    parts = list(sentences(text))
    first = max((i for i, (s, _) in enumerate(parts) if s <= low), default=0)
    last = max((i for i, (s, _) in enumerate(parts) if s < high), default=first)
    while True:
        grown = False
        for i, j in ((first - 1, last), (first, last + 1)):
            if (
                i < 0
                or j >= len(parts)
                or ("\n" in text[parts[i][0] : parts[j][1]].strip() and "\n" not in text[low:high])
            ):
                continue
            if parts[j][1] - parts[i][0] <= enough:
                first, last, grown = i, j, True
                break
        if not grown:
            return parts[first][0], parts[last][1]


def mention(text: str, area: Span, actor: dict[str, Any], near: int) -> Span | None:
    """The actor's name, last name or alias within ``area``, the closest to ``near``."""
    names = [actor["name"], *actor["aliases"]]
    if actor["kind"] == "person":
        names.append(actor["name"].split()[-1])
    found = [
        m.span()
        for name in names
        for m in re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE).finditer(text, *area)
    ]
    return min(found, key=lambda s: (abs(s[0] - near), s[0] - s[1]), default=None)


def candidates(article: dict[str, Any]) -> Iterator[tuple[str, Passage, int]]:
    """Actor id, passage with all proposals, and where the passage starts in the article (-1: a name was set before)."""
    text = article["text"]
    actors = {a["id"]: a for a in article["actors"]}
    told = [(s["actor"], [*map(tuple, s["content"]), *(tuple(s[r]) for r in ("source", "cue") if s[r])], s["source"])
            for s in article["statements"] if s["actor"]]  # fmt: skip
    told += [(p["actor"], [tuple(p["evidence"])], None) for p in article["positions"]]
    asked = tuple(Asked(proposition=p["proposition"], stance=NONE) for p in article["proposals"])
    for who, spans, source in told:
        area = context(text, spans)
        at = tuple(source) if source else mention(text, area, actors[who], spans[0][0])
        if at:
            moved = (at[0] - area[0], at[1] - area[0])
            yield who, Passage(text=text[slice(*area)], actor=moved, asked=asked, origin=article["id"]), area[0]
        else:
            name = actors[who]["name"]
            words = f"{name}: {text[slice(*area)]}"
            yield (
                who,
                Passage(text=words, actor=(0, len(name)), asked=asked, origin=article["id"]),
                area[0] - len(name) - 2,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one passage says of an actor and a proposal: chances of the stances, and the condition in the article."""

    actor: str
    proposal: str
    chance: npt.NDArray[np.floating]
    condition: Span | None


def answered(article: dict[str, Any], ask: Ask, read: Tokenizer, warm: float, shift: float) -> list[Answer]:
    """The answers of all passages of ``article``; ``warm`` and ``shift``: see chances and condition_span."""
    tried = list(candidates(article))
    packs = [packed(p, read) for _, p, _ in tried]
    out = []
    for (actor, _, start), pack, (stance, condition) in zip(tried, packs, ask(packs), strict=True):
        for k, proposal in enumerate(article["proposals"]):
            span = condition_span(condition[k], pack.offsets, shift)
            moved = (span[0] + start, span[1] + start) if span else None
            chance = chances(stance[k], warm)
            out.append(Answer(actor=actor, proposal=proposal["id"], chance=chance, condition=moved))
    return out


def measured(articles: Sequence[dict[str, Any]], found: Sequence[Sequence[Answer]]) -> dict[str, Any]:
    """Scores of the answers ``found`` in each of ``articles``."""
    right: list[tuple[float, bool]] = []
    wanted = 0
    conditions = []
    confusion = np.zeros((4, 4), dtype=int)
    for article, rows in zip(articles, found, strict=True):
        gold = {(p["actor"], p["proposal"]): p for p in article["positions"]}
        wanted += len(gold)
        best: dict[tuple[str, str], tuple[float, int, Span | None]] = {}
        for a in rows:
            stance = int(a.chance.argmax())
            if stance != NONE and a.chance[stance] > best.get((a.actor, a.proposal), (0.0, 0, None))[0]:
                best[a.actor, a.proposal] = (float(a.chance[stance]), stance, a.condition)
        for key in gold.keys() | best.keys():
            score, stance, span = best.get(key, (0.0, NONE, None))
            real = STANCES.index(gold[key]["stance"]) if key in gold else NONE
            confusion[real, stance] += 1
            if stance != NONE:
                right.append((score, real == stance))
            if real == stance != NONE:
                conditions.append((article["text"], [tuple(c) for c in gold[key]["conditions"]], span))
    right.sort(reverse=True)
    hits = np.cumsum([ok for _, ok in right])
    given = len(right)
    total = int(hits[-1]) if given else 0
    at = {}
    for goal in (0.75, 0.9):
        good = [k for k in range(given) if hits[k] / (k + 1) >= goal]
        at[f"recall at precision {goal}"] = float(hits[good[-1]] / wanted) if good else 0.0
    return {
        "precision": total / max(1, given), "recall": total / wanted, "f1": 2 * total / (given + wanted),
        "best f1 over thresholds": max(2 * float(h) / (k + 1 + wanted) for k, h in enumerate(hits)),
        **at, "condition": condition_f1(conditions), "gold by found": confusion.tolist(),
    }  # fmt: skip
