"""Another reading of a passage for training: two of its actors exchange names, so that only the sentence tells who
stands where, and never the name."""

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from training.stance.pairs import Passage, Span


def name(p: Passage) -> str:
    """The words of the actor's mention."""
    return p.text[slice(*p.actor)]


def exchangeable(text: str, a: str, b: str) -> bool:
    """Whether ``a`` and ``b`` can take each other's place in ``text``.

    They are of one form (both with "the" or both without), neither is within the other, and no last name stands by
    itself elsewhere, which would still tell who is who.
    """
    if a in b or b in a or a.lower().startswith("the ") != b.lower().startswith("the "):
        return False
    rest = re.sub("|".join(map(re.escape, (a, b))), "", text)
    return not any(re.search(rf"\b{re.escape(x.split()[-1])}\b", rest) for x in (a, b))


def exchanged(p: Passage, other: str) -> Passage:
    """``p`` with its actor's name and ``other`` in each other's place, in the text and in the propositions.

    What is asked is still asked of the actor at the same place, under the new name.
    """
    own = name(p)
    pattern = re.compile(rf"(?<!\w)(?:{re.escape(own)}|{re.escape(other)})(?!\w)")

    def turned(text: str) -> str:
        return pattern.sub(lambda m: other if m.group() == own else own, text)

    def moved(at: int) -> int:
        """Where the offset ``at`` is afterwards; within a name, its beginning."""
        shift = 0
        for m in pattern.finditer(p.text):
            if m.end() <= at:
                shift += (len(other) - len(own)) * (1 if m.group() == own else -1)
            elif m.start() < at:
                return m.start() + shift
        return at + shift

    def span(s: Span) -> Span:
        return moved(s[0]), moved(s[1])

    asked = tuple(
        replace(q, proposition=turned(q.proposition), conditions=tuple(span(c) for c in q.conditions)) for q in p.asked
    )
    return replace(p, text=turned(p.text), actor=span(p.actor), asked=asked)


def with_exchanges(passages: Sequence[Passage], rng: random.Random, share: float) -> list[Passage]:
    """The passages, ``share`` of them with the name of another actor of the same text, where that is possible."""
    names: dict[str, set[str]] = defaultdict(set)
    for p in passages:
        names[p.text].add(name(p))
    out = []
    for p in passages:
        others = [n for n in sorted(names[p.text]) if exchangeable(p.text, name(p), n)]
        out.append(exchanged(p, rng.choice(others)) if others and rng.random() < share else p)
    return out
