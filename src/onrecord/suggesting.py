"""Concepts proposed from the coverage itself: what several actors of several articles take sides on, quoted.

Each passage that reads like a demand may be the middle of a star: all passages near it (the star clustering of Aslam,
Pelekhov and Rus, 2004). The star with most actors is taken first, then the one with most of those that are left, and so
on. The stance model is then asked where each actor of a star stands on its middle; a star is proposed if they take
sides. Nothing is written: a proposition is words of an article, and each has the passages that lead to it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from onrecord.reading.nearness import Nearness, Vectors
from onrecord.reading.passages import Passage, passages
from onrecord.reading.stances import StanceModel, framed
from onrecord.record import Record
from onrecord.types import ANSWERS, Answer, Article, Span

NEAR = 0.45  # nearness to a middle from which on a passage is of its star: chosen on cases A, see docs/codebook.md
APART = 0.6  # nearness from which on two propositions are one suggestion
MOST = 4000  # passages looked at; of more, a sample
ASKED = 16  # actors of a star whose stance is asked for
TAKEN = 0.5  # chance of a stance from which on an actor takes it
SHORTEST, LONGEST = 4, 28  # words of a proposition

_DEMAND = re.compile(
    r"\b(?:should|must|ought to|needs? to|ha(?:s|ve) to|shall)\b|\bbe (?:\w+ed|put|cut|given|struck)\b"
)
_INTENT = re.compile(r"\b(?:would|will|plans? to|to [a-z]+)\b")
_WANTING = re.compile(
    r"\b(?:want|demand|call(?:s|ed|ing)? (?:for|on)|urg|oppos|object|reject|refus|back|support|favou?r|propos|plan|vot"
    r"|approv|rul(?:e|es|ed|ing) out|welcom|insist|promis|pledg|agree|resist|challeng|advis|recommend|ban|seek|sought"
    r"|appeal|against|consider|introduc|endors|accept|threaten|condemn|lobb|press|ask(?:s|ed)? for|in favour)",
    re.IGNORECASE,
)
_UNCLEAR = re.compile(
    r"^(?:(?:that|which|who|what|whether|how)\b|(?:it|this|they|he|she|we|i|you|there)\b)", re.IGNORECASE
)
_POINTING = re.compile(r"\b(?:I|we|you|he|she|it|me|us|him|her|them|this|one)\b", re.IGNORECASE)
_MARKS = "\"“”‘’'«»‚„ \n\t,;:–—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A passage of a suggestion: where an actor stands on its proposition, in which words of which article.

    ``chance`` is the model's of ``stance``.
    """

    actor_id: str
    actor: str
    stance: Answer
    chance: float
    article_id: str
    article: str
    outlet: str | None
    published: str | None
    evidence: Span
    words: str
    statement_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A concept one may want: its ``proposition`` is the words ``quoted`` of an article.

    ``instances``: one for each actor near it, those who take sides first. ``known``: the concept of the codebook that
    comes nearest, if there is one, and how near.
    """

    proposition: str
    article_id: str
    article: str
    quoted: Span
    instances: tuple[Instance, ...]
    known: str | None = None
    nearness: float = 0.0

    def actors(self, *stances: Answer) -> list[str]:
        """The names of those who take one of these stances."""
        return [i.actor for i in self.instances if i.stance in stances]

    @property
    def articles(self) -> int:
        """How many articles the instances are from."""
        return len({i.article_id for i in self.instances})


@dataclass(frozen=True, slots=True)
class _Told:
    """A passage, whose it is, and the words of it that may be a proposition with how well they read as one."""

    article: Article
    passage: Passage
    actor_id: str
    actor: str
    words: str
    quoted: Span
    demand: float


def suggest(
    record: Record, *, limit: int = 20, model: StanceModel | None = None, nearness: Nearness | None = None,
    most: int = MOST,
) -> list[Suggestion]:  # fmt: skip
    """At most ``limit`` suggestions, those on which most actors take sides first. Near-copies are left out.

    Of more than ``most`` passages a sample is looked at, always the same: of those that read like a demand first. What
    the codebook of the record has is not suggested again.
    """
    model, nearness = model or StanceModel(), nearness or Nearness()
    told = _sample(_told(record), most)
    if not told:
        return []
    vectors = nearness([t.words for t in told])
    around = nearness([t.passage.text for t in told])
    stars = dict(_stars(told, vectors, around, 3 * limit))
    found = []
    for middle, instances in _asked(told, stars, model).items():
        sides = [i for i in instances if i.stance in ("support", "oppose")]
        if len({i.article_id for i in sides}) > 1:
            found.append((_weight(sides), middle, instances))
    book = record.concepts()
    known = nearness([c.proposition for c in book]) if book else np.zeros((0, vectors.shape[1]), dtype=np.float32)
    kept: list[int] = []
    listed: list[Suggestion] = []
    for _, middle, instances in sorted(found, key=lambda f: (-f[0], f[1])):
        near = known @ vectors[middle]
        if len(listed) == limit or any(vectors[k] @ vectors[middle] >= APART for k in kept) or (near >= APART).any():
            continue
        kept.append(middle)
        t = told[middle]
        listed.append(
            Suggestion(
                proposition=t.words, article_id=t.article.id, article=t.article.name, quoted=t.quoted,
                instances=instances, known=book[int(near.argmax())].id if book else None,
                nearness=float(near.max()) if book else 0.0,
            )
        )  # fmt: skip
    return listed


def _weight(sides: Sequence[Instance]) -> float:
    """How many take sides; those on the smaller side count three times, since a dispute tells more than agreement."""
    support = sum(i.stance == "support" for i in sides)
    return len(sides) + 2 * min(support, len(sides) - support)


def _told(record: Record) -> Iterator[_Told]:
    """All passages in which somebody is said to stand somewhere, in the order of the record."""
    for covered in record.coverage(once=True):
        text = covered.article.text
        statements = {s.id: s for s in covered.read.statements}
        for passage in passages(covered.article, covered.read):
            statement = statements.get(passage.statement_id or "")
            pieces = statement.content if statement else (passage.evidence,)
            cue = text[slice(*statement.cue)] if statement and statement.cue else ""
            quoted = max((_trimmed(text, piece) for piece in pieces), key=lambda s: s.end - s.start)
            words = text[slice(*quoted)]
            if len(words.split()) < 2:
                continue
            yield _Told(
                covered.article, passage, covered.actor_ids[passage.appearance_id],
                covered.actors[passage.appearance_id], " ".join(words.split()), quoted,
                demand(words, cue) if statement else 0.0,
            )  # fmt: skip


def _trimmed(text: str, span: Span) -> Span:
    """``span`` without quotation marks and commas around it, and without "that" in front."""
    start, end = span
    while start < end and text[start] in _MARKS:
        start += 1
    while end > start and text[end - 1] in _MARKS:
        end -= 1
    if text[start:end].lower().startswith("that "):
        start += 5
    return Span(start, end)


def demand(words: str, cue: str) -> float:
    """How well the words of a statement read as a proposition one can support or oppose; 0: not at all.

    Words of wanting, refusing or supporting in the cue, and modal words in what is said, speak for it; a pronoun in
    front, which leaves open what is meant, speaks against it.
    """
    if not SHORTEST <= len(words.split()) <= LONGEST or "?" in words:
        return 0.0
    score = 2.0 * bool(_DEMAND.search(words)) + 1.0 * bool(_WANTING.search(cue)) + 0.5 * bool(_INTENT.search(words))
    return max(0.0, score - 1.5 * bool(_UNCLEAR.match(words)) - 1.0 * bool(_POINTING.search(words)))


def _sample(told: Iterator[_Told], most: int) -> list[_Told]:
    """All, or ``most`` of them in their order: demands first, then by the digests that are their ids."""
    listed = list(told)
    if len(listed) <= most:
        return listed
    ids = [f"{t.passage.statement_id or t.article.id} {t.passage.evidence.start} {t.actor_id}" for t in listed]
    chosen = sorted(range(len(listed)), key=lambda i: (listed[i].demand < 1, ids[i]))[:most]
    return [listed[i] for i in sorted(chosen)]


def _stars(told: Sequence[_Told], vectors: Vectors, around: Vectors, number: int) -> Iterator[tuple[int, list[int]]]:
    """Middles, and what is near them by its own words or those around it, the nearest first.

    Each time the middle whose own words are near those of most actors, in passages that are in no star before it.
    """
    middles = [i for i, t in enumerate(told) if t.demand >= 1]
    near = {i: np.flatnonzero(vectors @ vectors[i] >= NEAR).tolist() for i in middles}
    taken: set[int] = set()  # passages of a star before
    spent: set[int] = set()  # middles that say much the same as one before

    def gain(i: int) -> float:
        return len({told[j].actor_id for j in near[i] if j not in taken}) + told[i].demand / 4

    for _ in range(number):
        left = [i for i in middles if i not in spent]
        if not left:
            return
        best = max(left, key=lambda i: (gain(i), -i))
        wide = np.maximum(vectors @ vectors[best], around @ vectors[best])
        yield best, [int(j) for j in np.argsort(-wide, kind="stable") if wide[j] >= NEAR]
        taken |= {best, *near[best]}
        spent |= {best, *(j for j in near[best] if vectors[j] @ vectors[best] >= APART)}


def _asked(
    told: Sequence[_Told], stars: Mapping[int, Sequence[int]], model: StanceModel
) -> dict[int, tuple[Instance, ...]]:
    """The instances of each star: at most ASKED of its actors, the nearest, with two passages of each.

    Each passage is read once, however many middles are put to it.
    """
    middles_of: dict[int, list[int]] = defaultdict(list)
    for middle, star in stars.items():
        of: dict[str, list[int]] = defaultdict(list)
        for i in star:
            of[told[i].actor_id].append(i)
        if len(of) > 1:
            for mine in list(of.values())[:ASKED]:
                for i in mine[:2]:
                    middles_of[i].append(middle)
    pieces = {middle: framed(told[middle].words, model.tokenizer) for middle in stars}
    questions = [(told[i].passage.text, told[i].passage.actor, [pieces[m] for m in ms]) for i, ms in middles_of.items()]
    best: dict[int, dict[str, Instance]] = {middle: {} for middle in stars}
    for (i, middles), answers in zip(middles_of.items(), model(questions), strict=True):
        for middle, answer in zip(middles, answers, strict=True):
            made = _instance(told[i], answer.chances)
            before = best[middle].get(made.actor_id)
            if before is None or (made.stance != "none", made.chance) > (before.stance != "none", before.chance):
                best[middle][made.actor_id] = made
    order = ANSWERS.index
    return {
        middle: tuple(sorted(of.values(), key=lambda i: (order(i.stance), -i.chance, i.actor_id)))
        for middle, of in best.items()
    }


def _instance(t: _Told, chances: Sequence[float]) -> Instance:
    likely = max(range(3), key=chances.__getitem__)
    answer = likely if chances[likely] >= TAKEN else 3
    return Instance(
        actor_id=t.actor_id, actor=t.actor, stance=ANSWERS[answer], chance=chances[answer], article_id=t.article.id,
        article=t.article.name, outlet=t.article.outlet, published=t.article.published, evidence=t.passage.evidence,
        words=t.article.text[slice(*t.passage.evidence)], statement_id=t.passage.statement_id,
    )  # fmt: skip
