"""Learning from a person's codings: what judgements and examples teach about the concepts of a record's codebook.

What is coded becomes lessons (the passage, the model's answer to it, the person's answer), lessons become corrections
of the model's answers (reading/corrections.py), and these are stored in the record, where coding takes them up.
"""

import io
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from onrecord.errors import InputError, RecordError
from onrecord.reading.corrections import (
    Corrections,
    Floats,
    Lessons,
    Measured,
    chances,
    learn,
    measured,
    useful,
    weighed,
)
from onrecord.reading.nearness import Nearness, Vectors
from onrecord.reading.passages import Passage, passages
from onrecord.reading.positions import CHANCE, Chances, likely, names, words
from onrecord.reading.stances import StanceModel, Told, framed
from onrecord.record import Coded, Record
from onrecord.record.found import Covered
from onrecord.types import ANSWERS, STANCES, Answer, Appearance, Concept, Example, Span, content_id

FEW = 10  # codings of a concept below which little can be learned
TELLING = 30  # codings of a concept from which on half of them can be compared with all
DOUBTFUL = 2000  # uncoded passages, the most doubtful ones, among which the next to be coded are chosen
SOMEBODY = "The speaker"  # whose an example's text is if the codebook does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """One passage with a person's answer on a concept.

    ``source`` is the judgement's id, or that of an example; ``group`` the article, of near-copies the first.
    ``actor`` is None for an example, ``version`` that of the concept when it was coded.
    """

    concept: str
    version: int
    passage: Passage
    actor: Appearance | None
    answer: Answer
    source: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What ``onrecord learn`` tells of one concept: how many codings, how well they are answered, what to do.

    ``outdated`` codings were made under an earlier wording and left out. ``doubt`` is how unsure the machine is of what
    nobody has checked: the mean of 1 - |2 · score - 1|, None if there is nothing.
    """

    concept: str
    proposition: str
    codings: int
    answers: Mapping[Answer, int]
    measured: Measured | None
    outdated: int
    doubt: float | None
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was learned from: all codings together (None if they are of one article or none), and concept by concept."""

    overall: Measured | None
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True)
class Learned:
    """What was learned, as coding uses it: an ``Adjust`` of positions.py.

    A passage that a person coded, put to the same concept for the same actor, gets that person's answer, whatever the
    corrections say. A concept whose proposition has changed since (another version than in ``versions``) keeps the
    shared correction and loses its own. ``digest`` changes when anything that was learned does.
    """

    digest: str
    corrections: Corrections
    versions: Mapping[str, int]
    answers: Mapping[str, int]
    nearness: Nearness
    concepts: Mapping[str, Vectors]
    _evidence: dict[str, Vectors] = field(default_factory=dict)

    def __call__(self, passage: Passage, concept: Concept, told: Told, vector: Vectors) -> Chances:
        """Other chances of support, oppose and undecided."""
        known = self.answers.get(question(concept.id, concept.version, passage))
        if known is not None:
            support, oppose, undecided = (float(known == k) for k in range(len(STANCES)))
            return support, oppose, undecided
        odds = np.log(np.maximum(np.array([told.chances]), 1e-6))
        own = concept.id if self.versions.get(concept.id) == concept.version else ""
        both = np.stack([vector, self._vector(evidence_words(passage))])
        near = (both @ self._concept(concept).T).max(axis=1)
        asked = Lessons(
            concept=np.array([own]), group=np.array([""]), answer=np.zeros(1, dtype=np.int64), odds=odds, base=odds,
            near=near[None].astype(np.float64), vectors=both.reshape(1, -1).astype(np.float64),
        )  # fmt: skip
        support, oppose, undecided, _ = chances(odds + self.corrections.change(asked) / CHANCE)[0].tolist()
        return support, oppose, undecided

    def _vector(self, said: str) -> Vectors:
        """The vector of these words; the last few thousand are kept, since a passage is put to several concepts."""
        known = self._evidence.get(said)
        if known is None:
            known = self.nearness([said])[0]
            if len(self._evidence) > DOUBTFUL:
                self._evidence.clear()
            self._evidence[said] = known
        return known

    def _concept(self, concept: Concept) -> Vectors:
        known = self.concepts.get(concept.id)
        return known if known is not None else self.nearness([concept.proposition, *concept.aliases])


def question(concept: str, version: int, passage: Passage) -> str:
    """What makes two passages the same question: the concept, its wording, the text, and where in it the actor is."""
    return content_id("question", concept, version, passage.text, passage.actor)


def evidence_words(passage: Passage) -> str:
    """The deciding words of a passage, as far as it holds them; else all its own words."""
    before = len(passage.text) - passage.own
    low = max(passage.evidence.start - passage.start, 0) + before
    high = max(passage.evidence.end - passage.start, 0) + before
    return passage.text[low:high].strip() or passage.text[before:].strip() or passage.text


# What was coded


def taught(record: Record, *, earlier: bool = False) -> tuple[list[Taught], Counter[str]]:
    """All that people coded of the codebook as it stands, and by concept how much was left out.

    A coding made under an earlier wording of its concept is left out, unless ``earlier``: what somebody supports may be
    the contrary of what was asked then. Nothing of it is lost: with the old wording it counts again.
    """
    book = {c.id: c for c in record.concepts()}
    by_article: dict[str, list[Coded]] = defaultdict(list)
    outdated: Counter[str] = Counter()
    for coded in record.codings(checked=True, answers=ANSWERS):
        if coded.version != book[coded.concept].version and not earlier:
            outdated[coded.concept] += 1
        else:
            by_article[coded.article.id].append(coded)
    found = [_example(c, e) for c in book.values() for e in c.examples]
    for article, rows in by_article.items():
        for covered in record.coverage(article=article):
            found += [_judged(covered, coded) for coded in rows]
    return found, outdated


def _example(concept: Concept, example: Example) -> Taught:
    place = re.search(re.escape(example.actor), example.text) if example.actor else None
    name = example.actor or SOMEBODY
    before = "" if place else f"{name}: "
    actor = Span(*place.span()) if place else Span(0, len(name))
    text, size = before + example.text, len(example.text)
    source = content_id("example", concept.id, example.text, example.actor, example.stance)
    whole = Passage(
        appearance_id="", kind="said", text=text, actor=actor, start=0, own=size, evidence=Span(0, size)
    )  # fmt: skip
    return Taught(
        concept=concept.id, version=concept.version, passage=whole, actor=None, answer=example.stance, source=source,
        group=content_id("example", example.text),
    )  # fmt: skip


def _judged(covered: Covered, coded: Coded) -> Taught:
    """The passage a coding is about: of its actor, the one with just this evidence, or sharing most of it."""
    own = [
        p for p in passages(covered.article, covered.read) if covered.actor_ids.get(p.appearance_id) == coded.actor_id
    ]
    shared = [(min(p.evidence.end, coded.evidence.end) - max(p.evidence.start, coded.evidence.start), p) for p in own]
    exact = [p for p in own if p.evidence == coded.evidence]
    best = exact[0] if exact else max(shared, key=lambda s: s[0], default=(0, None))[1] if shared else None
    if best is None or (not exact and max(s for s, _ in shared) <= 0):
        best = _spelled_out(covered, coded)
    actor = next((a for a in covered.read.appearances if a.id == best.appearance_id), None)
    return Taught(
        concept=coded.concept, version=coded.version, passage=best, actor=actor, answer=coded.stance,
        source=coded.judgement_id or coded.id, group=covered.article.duplicate_of or covered.article.id,
    )  # fmt: skip


def _spelled_out(covered: Covered, coded: Coded) -> Passage:
    """A passage of words in which the reader found nobody: the coded words after the actor's name."""
    said = covered.article.text[slice(*coded.evidence)]
    return Passage(
        appearance_id="", kind="said", text=f"{coded.actor}: {said}", actor=Span(0, len(coded.actor)),
        start=coded.evidence.start, own=len(said), evidence=coded.evidence,
    )  # fmt: skip


# From codings to corrections


def lessons(found: Sequence[Taught], book: Sequence[Concept], model: StanceModel, nearness: Nearness) -> Lessons:
    """What is ``found`` coded, with the model's answers and the coder's weights, as numbers."""
    concepts = {c.id: c for c in book}
    vectors = {c.id: nearness([c.proposition, *c.aliases]) for c in book}
    pieces = {c.id: framed(c.proposition, model.tokenizer) for c in book}
    asked = [(t.passage.text, t.passage.actor, [pieces[t.concept]]) for t in found]
    odds = np.log(np.maximum(np.array([[told.chances] for (told,) in model(asked)]).reshape(-1, 4), 1e-6))
    texts = nearness([t.passage.text for t in found])
    evidence = nearness([evidence_words(t.passage) for t in found])
    near = np.array(
        [[(v[i] @ vectors[t.concept].T).max() for v in (texts, evidence)] for i, t in enumerate(found)]
    ).reshape(-1, 2)
    nearest = np.stack([(texts @ v.T).max(axis=1) for v in vectors.values()], axis=1).max(axis=1, initial=1e-3)
    shares = np.maximum(near[:, 0], 1e-3) / nearest
    weights = [_weight(t, concepts[t.concept], float(share)) for t, share in zip(found, shares, strict=True)]
    return Lessons(
        concept=np.array([t.concept for t in found]), group=np.array([t.group for t in found]),
        answer=np.array([ANSWERS.index(t.answer) for t in found], dtype=np.int64), odds=odds,
        base=weighed(odds, np.array(weights)), near=near.astype(np.float64),
        vectors=np.concatenate([texts, evidence], axis=1).astype(np.float64),
    )  # fmt: skip


def _weight(t: Taught, concept: Concept, share: float) -> float:
    """The log-odds that the coder adds to the model's, of the stance of this passage."""
    country = t.actor.country if t.actor else None
    absent = t.actor is not None and not names(concept.proposition) <= words(t.passage.text) | {country or ""}
    even = likely(0.5, share, t.passage.kind, t.actor.kind if t.actor else "person", absent=absent)
    return math.log(even / (1 - even))


def learn_from(
    record: Record, model: StanceModel, nearness: Nearness, *, earlier: bool = False
) -> tuple[Learned, Report]:
    """Learns from all codings and examples of the record, stores what was learned, and tells how well it does.

    Raises InputError if the codebook is empty, or nothing was ever coded.
    """
    book = record.concepts()
    if not book:
        raise InputError(f"{record.where}: the codebook is empty: load one with onrecord code --codebook FILE")
    found, outdated = taught(record, earlier=earlier)
    if not found and not outdated and record.learned() is None:
        raise InputError(
            f"{record.where}: nobody has coded anything yet: code {FEW} passages of a concept (onrecord learn "
            f"--next {FEW} lists the most useful, onrecord serve shows them), or give examples in the codebook"
        )
    coded = lessons(found, book, model, nearness) if found else _no_lessons()
    corrections = learn(coded)
    versions = {c.id: c.version for c in book}
    trained_on: dict[str, Any] = {
        "stance": model.sha256, "retrieve": nearness.sha256, "enough": corrections.enough,
        "strength": list(corrections.strength), "versions": versions,
        "earlier": earlier, "sources": sorted({t.source for t in found}),
    }  # fmt: skip
    answers = _answers(found, {c.id: c for c in book})
    digest = content_id("learned", trained_on, [[t.concept, t.source, t.answer] for t in found])
    record.keep_learned(digest, trained_on=trained_on, weights=_packed(corrections, answers))
    learned_ = _as_learned(digest, corrections, versions, answers, book, nearness)
    return learned_, _told(record, coded, corrections, book, outdated)


def learned(record: Record, model: StanceModel, nearness: Nearness) -> Learned | None:
    """What coding should use: the model that was learned last; None if none was.

    One that was learned with other weights than these is learned anew from the same record, and stored.
    """
    stored = record.learned()
    if stored is None:
        return None
    trained_on = stored.trained_on
    if (trained_on["stance"], trained_on["retrieve"]) != (model.sha256, nearness.sha256):
        return learn_from(record, model, nearness, earlier=trained_on["earlier"])[0]
    corrections, answers = _unpacked(stored.weights, trained_on, record.where)
    return _as_learned(stored.id, corrections, trained_on["versions"], answers, record.concepts(), nearness)


def _as_learned(
    digest: str, corrections: Corrections, versions: Mapping[str, int], answers: Mapping[str, int],
    book: Sequence[Concept], nearness: Nearness,
) -> Learned:  # fmt: skip
    vectors = {c.id: nearness([c.proposition, *c.aliases]) for c in book}
    return Learned(digest, corrections, versions, answers, nearness, vectors)


def _answers(found: Sequence[Taught], book: Mapping[str, Concept]) -> dict[str, int]:
    """A person's answers by question, of the present wording; a question that got two different ones is left open."""
    given: dict[str, set[int]] = defaultdict(set)
    for t in found:
        if t.version == book[t.concept].version:
            given[question(t.concept, t.version, t.passage)].add(ANSWERS.index(t.answer))
    return {key: next(iter(own)) for key, own in given.items() if len(own) == 1}


def _packed(corrections: Corrections, answers: Mapping[str, int]) -> bytes:
    out = io.BytesIO()
    ids = sorted(corrections.own)
    names_ = np.frombuffer(json.dumps({"concepts": ids, "answers": dict(answers)}).encode(), dtype=np.uint8)
    own = {f"own_{i}": corrections.own[id_].astype(np.float32) for i, id_ in enumerate(ids)}
    np.savez_compressed(out, names=names_, shared=corrections.shared, **own)  # type: ignore[arg-type]
    return out.getvalue()


def _unpacked(weights: bytes, trained_on: Mapping[str, Any], where: str) -> tuple[Corrections, dict[str, int]]:
    try:
        with np.load(io.BytesIO(weights), allow_pickle=False) as found:
            listed = json.loads(found["names"].tobytes())
            own = {id_: found[f"own_{i}"].astype(np.float64) for i, id_ in enumerate(listed["concepts"])}
            shared = found["shared"]
    except (OSError, ValueError, KeyError) as e:
        raise RecordError(f"{where}: what was learned is damaged ({e}): run onrecord learn again") from e
    first, second = trained_on["strength"]
    made = Corrections(shared=shared, own=own, strength=(first, second), enough=trained_on["enough"])
    return made, listed["answers"]


def _no_lessons() -> Lessons:
    none = np.array([], dtype=np.str_)
    zero = np.zeros((0, 4))
    return Lessons(
        concept=none, group=none, answer=np.zeros(0, dtype=np.int64), odds=zero, base=zero, near=np.zeros((0, 2)),
        vectors=np.zeros((0, 0)),
    )  # fmt: skip


# What is told of it


def _told(
    record: Record, coded: Lessons, corrections: Corrections, book: Sequence[Concept], outdated: Mapping[str, int]
) -> Report:
    found = measured(coded, corrections) if len(coded) else {}
    doubts: dict[str, list[float]] = defaultdict(list)
    for c in record.codings(checked=False):
        doubts[c.concept].append(1 - abs(2 * c.score - 1))
    out = []
    for concept in book:
        rows = coded.concept == concept.id
        counts = np.bincount(coded.answer[rows], minlength=len(ANSWERS)).tolist()
        answers: dict[Answer, int] = dict(zip(ANSWERS, counts, strict=True))
        doubt = float(np.mean(doubts[concept.id])) if doubts[concept.id] else None
        out.append(
            Lesson(
                concept=concept.id,
                proposition=concept.proposition,
                codings=int(rows.sum()),
                answers=answers,
                measured=found.get(concept.id),
                outdated=outdated.get(concept.id, 0),
                doubt=doubt,
                advice=_advice(answers, found.get(concept.id), outdated.get(concept.id, 0)),
            )
        )
    out.sort(key=lambda x: (x.codings >= FEW, -(x.doubt or 0.0), x.concept))
    return Report(overall=found.get(""), lessons=tuple(out))


def _advice(answers: Mapping[Answer, int], found: Measured | None, outdated: int) -> str:
    """What to do next for a concept, in one or two sentences."""
    said = _to_do(answers, found)
    if not outdated:
        return said
    return f"{outdated} codings of an earlier wording are left out: judge them anew, or use --earlier. {said}"


def _to_do(answers: Mapping[Answer, int], found: Measured | None) -> str:  # noqa: PLR0911  one for each case
    total, given = sum(answers.values()), [a for a in ANSWERS if answers[a]]
    if not total:
        return f"Nothing coded yet: code {FEW}, the first that --next lists."
    if len(given) == 1:
        return f"All {total} say {given[0]}: code some that say otherwise, or what sets them apart is not learned."
    if total < FEW:
        return f"Only {total} coded: {FEW - total} more let much more be learned."
    if found is None:
        return "Code passages of more articles: what one article teaches cannot be tested on it."
    if total < TELLING:
        return f"{TELLING - total} more, and what further ones would bring can be told."
    brought = round(100 * (found.f1[1] - found.half))
    if brought >= 2:
        half = f"The second half of the codings brought {brought} points of F1"
        return f"{half}; {total} more may bring about {brought / 2:.0f}, if it goes on like that."
    return "The second half of the codings brought little: code other concepts first."


def next_to_code(record: Record, nearness: Nearness, number: int) -> list[Coded]:
    """The codings that nobody has checked and that would teach most, the most useful first: doubtful, typical, new."""
    found = sorted(record.codings(checked=False), key=lambda c: (abs(c.score - 0.5), c.id))[:DOUBTFUL]
    if not found:
        return []
    checked = [c.words for c in record.codings(checked=True, answers=ANSWERS)]
    known = nearness(checked[-DOUBTFUL:]) if checked else np.zeros((0, 384), dtype=np.float32)
    vectors = nearness([c.words for c in found])
    return [found[i] for i in useful(_chances_of(found), vectors.astype(np.float64), known.astype(np.float64), number)]


def _chances_of(found: Sequence[Coded]) -> Floats:
    """(n, 4) chances as scored: the stance's is the score, the other stances keep their share of the rest."""
    out = []
    for c in found:
        rest = [0.0 if s == c.stance else p for s, p in zip(STANCES, c.chances, strict=True)]
        none = max(1 - sum(c.chances), 1e-6)
        left = (1 - c.score) / max(sum(rest) + none, 1e-6)
        out.append([*(c.score if s == c.stance else p * left for s, p in zip(STANCES, rest, strict=True)), none * left])
    return np.array(out)
