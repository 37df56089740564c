"""Harder questions for training: propositions near to what a passage speaks of, on which its actor says nothing.

Articles put many proposals of one matter to one actor: "British troops should go", "Turkish troops should go". What is
asked beside the texts of data/stance lies further away, so a model trained on that alone answers all of them alike.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt

from onrecord.facts.table import states
from training.stance.pairs import STANCES, Asked, Passage

NONE = STANCES.index("none")
NEAR = (0.35, 0.6)
"""Nearer propositions of another event may ask the same thing; those further away are too easy."""

Vectors = npt.NDArray[np.float32]


def elsewhere(proposition: str, text: str, rng: random.Random) -> str | None:
    """``proposition`` about another country, of which ``text`` says nothing; None if it is about none."""
    words, pattern = _countries()
    found = sorted(set(pattern.findall(proposition)))
    if not found:
        return None
    own = rng.choice(found)
    other = rng.choice(words[own])
    if other in text or other in proposition:
        return None
    return re.sub(rf"\b{re.escape(own)}\b", other, proposition)


@cache
def _countries() -> tuple[dict[str, list[str]], re.Pattern[str]]:
    """Each name and adjective of a member state, with those that can stand in its place; and what finds one."""
    members = [s for s in states().values() if s.status == "member"]
    names = {n for s in members for n in (s.name, *s.other_names) if not n.isupper()}
    adjectives = {s.adjectives[0] for s in members if s.adjectives}
    others = {"name": sorted(s.name for s in members), "adjective": sorted(adjectives - names)}
    words = dict.fromkeys(names, others["name"]) | dict.fromkeys(others["adjective"], others["adjective"])
    longest = sorted(words, key=len, reverse=True)
    return words, re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b")


def neighbours(
    passages: Sequence[Passage], vectors: Callable[[Sequence[str]], Vectors], *, kept: int = 12, seed: int = 0
) -> list[list[str]]:
    """For each passage up to ``kept`` propositions of other events that are NEAR those put to it."""
    texts = sorted({q.proposition for p in passages for q in p.asked})
    at = {t: i for i, t in enumerate(texts)}
    of = np.zeros(len(texts), dtype=np.int64)
    for p in passages:
        for q in p.asked:
            of[at[q.proposition]] = p.group
    table = vectors(texts)
    rng = random.Random(seed)
    out = []
    for p in passages:
        own = table[[at[q.proposition] for q in p.asked]]
        near = (table @ own.T).max(1)
        some = np.flatnonzero((near > NEAR[0]) & (near < NEAR[1]) & (of != p.group)).tolist()
        some.sort(key=lambda i: -near[i])
        some = some[: 4 * kept]
        out.append([texts[i] for i in rng.sample(some, min(kept, len(some)))])
    return out


def with_near(
    passages: Sequence[Passage], near: Sequence[Sequence[str]], rng: random.Random, share: float
) -> list[Passage]:
    """The passages, ``share`` of them asked a proposition that is near to theirs, or the same of another country."""
    out = []
    for p, others in zip(passages, near, strict=True):
        asked = list(p.asked)
        if others and rng.random() < share:
            asked.append(Asked(proposition=rng.choice(others), stance=NONE))
        if rng.random() < share:
            moved = elsewhere(rng.choice(p.asked).proposition, p.text, rng)
            if moved:
                asked.append(Asked(proposition=moved, stance=NONE))
        out.append(replace(p, asked=tuple(asked)))
    return out


def with_leads(passages: Sequence[Passage], rng: random.Random, share: float) -> list[Passage]:
    """The passages, ``share`` of those with another text about the same event after the first sentence of that.

    So the model learns to take what a text is about from its lead, and a stance from the words about the actor alone.
    """
    of: dict[int, list[str]] = {}
    for p in passages:
        texts = of.setdefault(p.group, [])
        if p.text not in texts:
            texts.append(p.text)
    out = []
    for p in passages:
        others = [t for t in of[p.group] if t != p.text]
        if not others or rng.random() >= share:
            out.append(p)
            continue
        first = re.match(r".+?[.!?][\"”’')]*(?=\s+[\"“‘'(]?[A-Z0-9]|$)", rng.choice(others))
        if not first:
            out.append(p)
            continue
        before = first.group() + " "
        by = len(before)
        asked = tuple(replace(q, conditions=tuple((s + by, e + by) for s, e in q.conditions)) for q in p.asked)
        out.append(replace(p, text=before + p.text, actor=(p.actor[0] + by, p.actor[1] + by), asked=asked))
    return out
