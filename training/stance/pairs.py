"""The stance data: a text, the actor asked about, and propositions with the stance and the condition words.

Texts about the same event stand together in one group, and a group is either trained on, or used to choose (dev), or
held back: nothing that is measured was seen before in other words.
"""

import hashlib
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

STANCES = ("support", "oppose", "undecided", "none")
SETS = "WXYPQKLMNORST"
SIMILAR = 0.25  # cosine of two texts about one event; below it, pairs only share a phrase or a country
Span = tuple[int, int]
"""Half-open offsets in code points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A proposition put to the actor of a text: its words, the stance (index into STANCES), the condition's spans."""

    proposition: str
    stance: int
    conditions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text with the actor's mention and all that is asked of this actor; ``origin`` names the set."""

    text: str
    actor: Span
    asked: tuple[Asked, ...]
    origin: str
    group: int = -1


def occurrence(text: str, words: str, number: int) -> Span:
    """Where ``words`` stand in ``text`` for the ``number``-th time (from 1), or the last time before that."""
    found = [m.start() for m in re.finditer(re.escape(words), text)]
    if not found:
        raise ValueError(f"{words!r} is not in {text!r}")
    start = found[min(number, len(found)) - 1]
    return start, start + len(words)


def passage(line: str, origin: str) -> Passage:
    """One line of a set."""
    raw = json.loads(line)
    text = raw["text"]
    return Passage(
        text=text,
        actor=occurrence(text, raw["actor"], raw["nth"]),
        asked=tuple(
            Asked(
                proposition=p["p"],
                stance=STANCES.index(p["stance"]),
                conditions=tuple(occurrence(text, c, 1) for c in p["conditions"]),
            )
            for p in raw["propositions"]
        ),
        origin=origin,
    )


def load(folder: Path) -> list[Passage]:
    """All sets in ``folder``, with groups."""
    read = [
        passage(line, name)
        for name in SETS
        for file in sorted((folder / name).glob("*.jsonl"))
        for line in file.read_text(encoding="utf8").splitlines()
    ]
    numbers = groups([p.text for p in read])
    return [replace(p, group=n) for p, n in zip(read, numbers, strict=True)]


def directed(file: Path) -> list[Passage]:
    """Sentences of data/directed_sentiment in which one of two named actors is for or against the other.

    The proposition is the other's name alone: "is A for B?" teaches whose the stance is. What is not said of an actor
    is none: if A praises B, nothing is told of what B thinks of A. Neutral sentences are left out: that one of them
    tells no sentiment does not mean that it tells no stance.
    """
    out = []
    for line in file.read_text(encoding="utf8").splitlines():
        raw = json.loads(line)
        label = int(raw["label"])
        found = [re.search(rf"\[{re.escape(raw[k])}\]\w*", raw["sentence"]) for k in "pq"]
        if not label or not all(found):
            continue
        text = raw["sentence"].replace("[", "").replace("]", "")
        first, second = (m for m in found if m)
        for m, n, tells in ((first, second, label in (1, 3)), (second, first, label in (2, 4))):
            start = m.start() - raw["sentence"][: m.start()].count("[") - raw["sentence"][: m.start()].count("]")
            stance = (0 if label in (1, 2) else 1) if tells else STANCES.index("none")
            named = n.group().replace("[", "").replace("]", "")
            asked = (Asked(proposition=named, stance=stance),)
            out.append(Passage(text=text, actor=(start, start + len(m.group()) - 2), asked=asked, origin="directed"))
    return out


def vectors(texts: Sequence[str]) -> list[dict[str, float]]:
    """TF-IDF vectors of length 1: words of three letters and more, (1 + ln n) · ln((1 + texts) / documents)."""
    words = [Counter(re.findall(r"[^\W_]{3,}", t.lower())) for t in texts]
    documents = Counter(w for c in words for w in c)
    out = []
    for c in words:
        raw = {w: (1 + math.log(n)) * math.log((1 + len(texts)) / documents[w]) for w, n in c.items()}
        length = math.sqrt(sum(v * v for v in raw.values())) or 1.0
        out.append({w: v / length for w, v in raw.items()})
    return out


def alike(texts: Sequence[str], similar: float) -> Iterator[tuple[int, int]]:
    """Pairs of different texts with a cosine of ``similar`` or more.

    Only pairs that have a word in common which at most one of fifty texts has are looked at.
    """
    weights = vectors(texts)
    holding: dict[str, list[int]] = defaultdict(list)
    for i, own in enumerate(weights):
        for w in own:
            holding[w].append(i)
    rare = {w for w, those in holding.items() if len(those) <= max(2, len(texts) / 50)}
    for i, own in enumerate(weights):
        for j in sorted({j for w in own.keys() & rare for j in holding[w] if j < i}):
            if sum(v * weights[j].get(w, 0.0) for w, v in own.items()) >= similar:
                yield i, j


def groups(texts: Sequence[str], *, similar: float = SIMILAR) -> list[int]:
    """A number for each text, which texts that are ``alike`` share: the index of their first one in the group."""
    distinct = {t: i for i, t in reversed(list(enumerate(texts)))}
    first = sorted(distinct.values())
    root = list(range(len(texts)))

    def top(i: int) -> int:
        while root[i] != i:
            i = root[i]
        return i

    for i, j in alike([texts[k] for k in first], similar):
        low, high = sorted((top(first[i]), top(first[j])))
        root[high] = low
    return [top(distinct[t]) for t in texts]


def part(text: str) -> str:
    """train (90%), dev or held (5% each): drawn by the digest of a group's first text."""
    share = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) / 2**32
    return "dev" if share < 0.05 else "held" if share < 0.10 else "train"


def split(passages: Iterable[Passage]) -> dict[str, list[Passage]]:
    """Passages by part; a group is never torn."""
    first: dict[int, str] = {}
    out: dict[str, list[Passage]] = {"train": [], "dev": [], "held": []}
    for p in passages:
        out[part(first.setdefault(p.group, p.text))].append(p)
    return out
