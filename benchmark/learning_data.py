"""What ``benchmark.learning`` learns from: passages whose actor's stance on a concept is known, concept by concept."""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from onrecord.reading.passages import Kind, passages, sentences
from onrecord.types import ANSWERS, ActorKind, Appearance, Article, Read, Resolution, Span, Statement, content_id
from training.stance import pairs

LEAST = 20  # codings of a concept below which nothing can be learned and measured
SENTIMENT = {"POS": "support", "NEG": "oppose"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A passage, its actor and deciding words (spans of ``text``), what is asked, and the ``gold`` answer (an index).

    ``concept`` names what is coded, ``group`` the article or event: what is of one group is either learned or tested.
    """

    concept: str
    proposition: str
    group: str
    text: str
    actor: Span
    evidence: Span
    kind: Kind = "said"
    actor_kind: ActorKind = "person"
    gold: int


def cases(path: Path) -> Iterator[Case]:
    """Cases A: every passage of an article, put to all proposals of its story; statements and actors are the gold's.

    A passage of an actor with a position is left out unless it holds evidence of it: the gold does not say whether it
    tells the position too. An article and its near-copy are one group.
    """
    for line in path.read_text(encoding="utf8").splitlines():
        raw = json.loads(line)
        article, read = _annotated(raw)
        held = {(p["actor"], p["proposal"]): p for p in raw["positions"]}
        ids = {a.id: own["id"] for a, own in zip(read.appearances, raw["actors"], strict=True)}
        kinds = {a.id: a.kind for a in read.appearances}
        for p in passages(article, read):
            before = len(p.text) - p.own
            low, high = max(p.evidence.start, p.start), min(p.evidence.end, p.start + p.own)
            evidence = Span(low - p.start + before, max(low, high) - p.start + before)
            for proposal in raw["proposals"]:
                position = held.get((ids[p.appearance_id], proposal["id"]))
                answer = "none"
                if position:
                    start, end = position["evidence"]
                    if not (start < p.evidence.end and p.evidence.start < end):
                        continue
                    answer = position["stance"]
                yield Case(
                    concept=f"{raw['story']} {proposal['id']}", proposition=proposal["proposition"],
                    group=raw["duplicate_of"] or raw["id"], text=p.text, actor=p.actor, evidence=evidence, kind=p.kind,
                    actor_kind=kinds[p.appearance_id], gold=ANSWERS.index(answer),
                )  # fmt: skip


def _annotated(raw: Mapping[str, Any]) -> tuple[Article, Read]:
    """An article as a perfect reader would read it."""
    text = raw["text"]
    article = Article(id=raw["id"], name=raw["id"], text=text, text_sha256="", extractor="as given")
    appearances = []
    for actor in raw["actors"]:
        names = [actor["name"], *actor["aliases"]]
        if actor["kind"] == "person":
            names.append(actor["name"].split()[-1])
        appearances.append(
            Appearance(
                id=content_id("actor", raw["id"], actor["id"]),
                article_id=raw["id"],
                name=actor["name"],
                kind=actor["kind"],
                names=tuple(names),
                mentions=tuple(_named(text, names)),
            )
        )
    ids = {own["id"]: a.id for a, own in zip(appearances, raw["actors"], strict=True)}
    statements, resolutions = [], []
    for n, s in enumerate(raw["statements"]):
        made = Statement(
            id=f"{raw['id']}-{n}", article_id=raw["id"], source=s["source"] and Span(*s["source"]),
            cue=s["cue"] and Span(*s["cue"]), content=tuple(Span(*c) for c in s["content"]), kind=s["kind"], score=1.0,
        )  # fmt: skip
        statements.append(made)
        if s["actor"]:
            whose = Resolution(statement_id=made.id, appearance_id=ids[s["actor"]], how="full name", score=1.0)
            resolutions.append(whose)
    return article, Read(statements=tuple(statements), appearances=tuple(appearances), resolutions=tuple(resolutions))


def _named(text: str, names: Iterable[str]) -> list[Span]:
    """Where one of these names stands, the longest first where they overlap."""
    either = "|".join(re.escape(n) for n in sorted(set(names), key=len, reverse=True))
    return [Span(*m.span()) for m in re.finditer(rf"(?<!\w)(?:{either})(?!\w)", text, re.IGNORECASE)]


def events(folder: Path, part: str) -> list[Case]:
    """A part of data/stance: what is asked about one event is one concept; a text is one group."""
    found = []
    for p in pairs.split(pairs.load(folder))[part]:
        actor = Span(*p.actor)
        own = next(s for s in [*sentences(p.text), Span(0, len(p.text))] if s.start <= actor.start < s.end)
        found += [
            Case(
                concept=f"event {p.group}",
                proposition=a.proposition,
                group=content_id(p.text),
                text=p.text,
                actor=actor,
                evidence=own,
                gold=a.stance,
            )
            for a in p.asked
        ]
    return found


def sentiments(folder: Path, *, seed: int = 0) -> list[Case]:
    """SEESAW: sentences of US news with somebody named who is for or against an entity; the entity is the concept.

    Of sentences in which somebody named takes no side on it, as many as take one, drawn by ``seed``. Articles on one
    story are one group.
    """
    found: dict[str, list[Case]] = defaultdict(list)
    for file in ("train.jsonl", "valid.jsonl"):
        for line in (folder / file).read_text(encoding="utf8").splitlines():
            for case in _sentiments(json.loads(line)):
                found[case.concept].append(case)
    rng = random.Random(seed)
    out = []
    for _, own in sorted(found.items()):
        sided = [c for c in own if c.gold != ANSWERS.index("none")]
        rest = [c for c in own if c.gold == ANSWERS.index("none")]
        out += sided + rng.sample(rest, min(len(rest), len(sided)))
    return out


def _sentiments(raw: Mapping[str, Any]) -> Iterator[Case]:
    told: dict[tuple[int, str, str], set[str]] = defaultdict(set)
    for s in raw["stances"]:
        told[s["sent"], s["subject"], s["object"]].add(SENTIMENT[s["sentiment"]])
    people = [e["name"] for e in raw["entities"]]
    before = ""
    for sentence in raw["sentences"]:
        words = sentence["text"]
        text = f"{before} {words}" if before and len(before) + len(words) <= 320 else words
        own = Span(len(text) - len(words), len(text))
        before = words
        for subject in people:
            mentions = [m for m in _named(text, {subject, subject.split()[-1]}) if m.start >= own.start]
            for target in people if mentions else ():
                answers = told.get((sentence["id"], subject, target), {"none"})
                if target != subject and len(answers) == 1:
                    yield Case(
                        concept=target, proposition=f"{target} deserves support.", group=raw["story"], text=text,
                        actor=mentions[0], evidence=own, gold=ANSWERS.index(next(iter(answers))),
                    )  # fmt: skip


def large(found: Sequence[Case], least: int = LEAST) -> list[Case]:
    """Those of concepts with at least ``least`` cases, in two groups or more."""
    count: dict[str, int] = defaultdict(int)
    of: dict[str, set[str]] = defaultdict(set)
    for c in found:
        count[c.concept] += 1
        of[c.concept].add(c.group)
    return [c for c in found if count[c.concept] >= least and len(of[c.concept]) > 1]


def topics(found: Sequence[Case], near: Any, size: int) -> list[Case]:
    """``found`` with events on near matters as one concept of about ``size`` cases; an event is then one group.

    ``near`` (n, d): unit vectors of the propositions. Greedy: the largest event left takes the nearest events.
    """
    rows: dict[str, list[int]] = defaultdict(list)
    for i, c in enumerate(found):
        rows[c.concept].append(i)
    centre = {e: near[own].mean(axis=0) for e, own in rows.items()}
    left = sorted(rows, key=lambda e: (-len(rows[e]), e))
    topic: dict[str, str] = {}
    while left:
        first = left[0]
        nearest = sorted(left, key=lambda e: (e != first, -float(centre[e] @ centre[first])))
        total = 0
        for event in nearest:
            if total >= size:
                break
            topic[event] = f"topic of {first}"
            total += len(rows[event])
            left.remove(event)
    return [replace(c, concept=topic[c.concept], group=c.concept) for c in found]
