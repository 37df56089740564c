"""What an article tells of where its actors stand on the concepts of a codebook: passages × propositions → codings."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from onrecord.facts import mentions
from onrecord.reading.nearness import Nearness, Vectors
from onrecord.reading.passages import Kind as PassageKind
from onrecord.reading.passages import Passage, passages
from onrecord.reading.stances import StanceModel, Told, framed, must_hold
from onrecord.reading.tokens import Ints
from onrecord.types import STANCES, ActorKind, Article, Coding, Concept, Condition, Read, Span, coding_id

_WORD = re.compile(r"[\w’'-]+")

NEAREST = 5  # concepts put to a passage: of those with a stance, 98 in 100 are among the nearest ten of fifty
LINKED = 0.5  # nearness of a condition's words to a concept that they speak of
LEAST = 0.1  # chance of a stance below which a passage is not kept

OFFSET, CHANCE, COMPETITION, ABSENT = -0.70, 0.74, 2.57, -0.57
"""Log-odds that a coding is right: OFFSET + CHANCE · logit of the model's chance + COMPETITION · ln of how near the
concept is beside the nearest of all + ABSENT if the proposition names somebody whom the passage does not + what the
kinds of passage and of actor weigh. A logistic regression on the development cases: `python -m benchmark.positions
--fit`."""
OF_PASSAGE: dict[PassageKind, float] = {"said": 0.0, "inner": 0.0, "act": -0.18, "other": -0.10}
OF_ACTOR: dict[ActorKind, float] = {
    "person": 0.0, "organisation": 0.0, "country": 0.0, "group": -2.08, "unnamed": -1.86
}  # fmt: skip

Chances = tuple[float, float, float]
Adjust = Callable[[Passage, Concept, Told, Vectors], Chances]
"""What learning makes of an answer: other chances of support, oppose and undecided; the vector is the passage's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A concept as it is put to passages: framed pieces, and unit vectors of its proposition and aliases,
    and whom the proposition ``names``."""

    concept: Concept
    pieces: Ints
    vectors: Vectors
    names: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a passage says of one concept, and what its score depends on besides.

    ``share``: how near the concept is to the passage beside the nearest of all, 0 to 1. ``absent``: the proposition
    names somebody whom the passage does not. ``actor``: the actor's kind.
    """

    passage: Passage
    concept: Concept
    chances: Chances
    condition: Span | None
    share: float
    absent: bool
    actor: ActorKind


@dataclass(frozen=True, slots=True)
class Coder:
    """Codes articles by a codebook: ``coder(article, read)`` are their codings."""

    asked: Sequence[Asked]
    model: StanceModel
    nearness: Nearness
    adjust: Adjust | None = None

    @classmethod
    def of(
        cls, concepts: Sequence[Concept], model: StanceModel, nearness: Nearness, adjust: Adjust | None = None
    ) -> "Coder":
        """A coder for these concepts."""
        asked = []
        for concept in concepts:
            vectors = nearness([concept.proposition, *concept.aliases])
            pieces = framed(concept.proposition, model.tokenizer)
            own = names(concept.proposition)
            asked.append(Asked(concept=concept, pieces=pieces, vectors=vectors, names=own))
        return cls(asked, model, nearness, adjust)

    def __call__(self, article: Article, read: Read, only: Iterable[str] | None = None) -> list[Coding]:
        """The codings of an article, in the order of its passages; ``only`` on these concepts (all compete anyway)."""
        best: dict[str, Coding] = {}
        for answered in self.answers(article, read, only):
            if max(answered.chances) >= LEAST:
                coding = _coding(article, answered)
                if coding.id not in best or coding.score > best[coding.id].score:
                    best[coding.id] = coding
        return self._linked(article, list(best.values()))

    def answers(self, article: Article, read: Read, only: Iterable[str] | None = None) -> Iterator[Answered]:
        """Every answer, also those that are most likely none."""
        found = passages(article, read)
        if not found or not self.asked:
            return
        wanted = {a.concept.id for a in self.asked} if only is None else set(only)
        vectors = self.nearness([p.text for p in found])
        near = self._near(vectors)
        chosen = [self._nearest(row, wanted) for row in near]
        questions = [(p.text, p.actor, [self.asked[k].pieces for k in ks]) for p, ks in zip(found, chosen, strict=True)]
        actors = {a.id: a for a in read.appearances}
        for i, (passage, told) in enumerate(zip(found, self.model(questions), strict=True)):
            actor = actors[passage.appearance_id]
            spoken = words(passage.text) | {actor.country or ""}
            for k, answer in zip(chosen[i], told, strict=True):
                concept = self.asked[k].concept
                yield Answered(
                    passage=passage,
                    concept=concept,
                    chances=self.adjust(passage, concept, answer, vectors[i]) if self.adjust else answer.chances[:3],
                    condition=answer.condition,
                    share=float(near[i, k] / near[i].max()),
                    absent=not self.asked[k].names <= spoken,
                    actor=actor.kind,
                )

    def _near(self, vectors: Vectors) -> Vectors:
        """(texts, concepts) how near each text is to each concept: to its proposition, or one of its aliases."""
        return np.stack([(vectors @ a.vectors.T).max(axis=1) for a in self.asked], axis=1).clip(min=1e-3)

    def _nearest(self, near: Vectors, wanted: set[str]) -> list[int]:
        order = np.argsort(-near, kind="stable")[:NEAREST].tolist()
        return [k for k in order if self.asked[k].concept.id in wanted]

    def _linked(self, article: Article, codings: list[Coding]) -> list[Coding]:
        """``codings``, with the concept that a condition speaks of, if one of the codebook's is LINKED to its words."""
        spans = sorted({c.span for coding in codings for c in coding.conditions})
        if not spans:
            return codings
        near = self._near(self.nearness([article.text[s.start : s.end] for s in spans]))
        row = dict(zip(spans, near, strict=True))
        ids = [a.concept.id for a in self.asked]

        def linked(coding: Coding, condition: Condition) -> Condition:
            nearest = max((n, i) for n, i in zip(row[condition.span], ids, strict=True) if i != coding.concept)
            return replace(condition, concept=nearest[1]) if nearest[0] >= LINKED else condition

        if len(ids) < 2:
            return codings
        return [replace(c, conditions=tuple(linked(c, x) for x in c.conditions)) for c in codings]


def _coding(article: Article, answered: Answered) -> Coding:
    p, concept, chances = answered.passage, answered.concept, answered.chances
    place = p.place(answered.condition) if answered.condition else None
    held = (Condition(span=place, holds=must_hold(article.text[slice(*place)])),) if place else ()
    return Coding(
        id=coding_id(article.id, p.appearance_id, concept.id, p.evidence),
        article_id=article.id,
        appearance_id=p.appearance_id,
        concept=concept.id,
        version=concept.version,
        stance=STANCES[chances.index(max(chances))],
        score=likely(max(chances), answered.share, p.kind, answered.actor, absent=answered.absent),
        chances=chances,
        evidence=p.evidence,
        statement_id=p.statement_id,
        conditions=held,
        according_to=p.according_to if p.according_to != p.appearance_id else None,
    )


def likely(chance: float, share: float, passage: PassageKind, actor: ActorKind, *, absent: bool) -> float:
    """The calibrated probability that a coding is right; see OFFSET."""
    odds = math.log(max(chance, 1e-6) / max(1 - chance, 1e-6))
    weighed = OFFSET + CHANCE * odds + COMPETITION * math.log(share) + ABSENT * absent
    return 1 / (1 + math.exp(-(weighed + OF_PASSAGE[passage] + OF_ACTOR[actor])))


def names(proposition: str) -> frozenset[str]:
    """Whom a proposition names: states and institutions by their keys, others by words (but for the first word)."""
    found, places = _institutions(proposition)
    others = (m for m in _WORD.finditer(proposition) if m.start() and m.group()[0].isupper())
    return frozenset(found) | {_plain(m.group()) for m in others if not any(a <= m.start() < b for a, b in places)}


def words(text: str) -> set[str]:
    """All words of a text, and the states and institutions in it by their key."""
    return {_plain(w) for w in _WORD.findall(text)} | _institutions(text)[0]


def _institutions(text: str) -> tuple[set[str], list[tuple[int, int]]]:
    found = list(mentions(text))
    return {m.fact.institution.country or m.fact.institution.key for m in found}, [(m.start, m.end) for m in found]


def _plain(word: str) -> str:
    return re.sub(r"['’]s$", "", word).lower()
