"""What is wrong with the propositions of a codebook: looked at one by one, and beside each other. Stores nothing.

A proposition works if it is one demand that can be supported or opposed, said positively, in English (which the model
reads), and if no other says the same. How often each check is right was measured: see docs/codebook.md.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from onrecord.reading.nearness import Nearness
from onrecord.reading.stances import PROPOSITION, Floats, StanceModel, framed
from onrecord.types import Concept, Example, Span

Kind = Literal["vague", "double-barrelled", "negated", "too long", "not English", "same demand", "contradictory"]
KINDS: tuple[Kind, ...] = (
    "vague", "double-barrelled", "negated", "too long", "not English", "same demand", "contradictory",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to look at in the concept with the id ``concept``; ``other`` is the concept it is held against.

    ``message`` says what is wrong and what to do. ``score`` is how sure it is, 1 where a rule decides.
    """

    concept: str
    kind: Kind
    message: str
    other: str | None = None
    score: float = 1.0


MODAL = r"(?:should|must|shall|ought\s+to|needs?\s+to|ha(?:s|ve)\s+to|may|can|could|might|will|would)"
_MODALS = frozenset(
    ("should", "must", "shall", "ought", "need", "needs", "may", "can", "could", "might", "will", "would")
)
_WISH = r"(?:should|must|shall|ought\s+to|needs?\s+to|ha(?:s|ve)\s+to)"
_JUDGING = re.compile(
    r"\b(?:right|wrong|rightly|wrongly|good|bad|fair|unfair|just|justified|unjustified|acceptable|unacceptable|welcome"
    r"|enough|sufficient|insufficient|too|mistake|necessary|unnecessary|needed|needs?|deserves?|deserved|worth|urgent"
    r"|premature|overdue|legitimate|harmful|harms?|helps?|useful|useless|best|better|worse|fine|sensible|reasonable"
    r"|excessive|tolerable|sense|adequate|outrage|proper|positive|preferable|improvement|credible|founded|safe|dangerous|cannot|favou?r|bans?|rights?)\b"
)
_ENGLISH = frozenset(
    """the of and to should must be is are was by with for that from not have has had will would an its their more it
    this a in on as at than may can ought does do no who which into over until before after if all there been being out
    up under against between deserve deserves needs could like new any what""".split()
)
_SAYS_LITTLE = frozenset(
    """more less much something everything anything nothing things thing it this that they these those we one people
    enough better done do act action actions steps measures help matter matters issue issues problem problems situation
    politicians government governments everybody everyone somebody someone change changes addressed improved tackled
    handled considered discussed happen seriously together now soon quickly urgently finally good way find solution
    solutions different differently""".split()
)
_VERBS = """abandon abolish abstain accept adopt align allow amend annex apologise appear appoint approve authorise
    avoid ban become begin bring build buy cancel cease charge choose close commit compensate continue contribute create
    decide declare defend deliver deploy develop disarm disclose end enforce ensure enter examine expand expel extend
    finance form fund give grant guarantee halt hire hold impose include increase introduce invest invite join keep
    launch lead leave lend levy lift lower maintain make merge move nationalise negotiate open oppose pay permit
    preserve privatise prohibit promise protect provide publish punish purchase quit raise ratify receive recognise
    recruit redistribute reduce refuse regulate reject remain remove renounce reopen repay replace require resign
    resume return scrap seize sell send set share shut sign simplify spend stay stop subsidise suspend tax teach tighten
    train transfer vote withdraw""".split()
_DETERMINER = r"(?:the|a|an|its|their|his|her|our|all|any|every|no|more|fewer|less|out|from|to|for|with|in|up|off|new)"
_TAIL = (
    r"(?=\s*[.;,!]?\s*$|\s+(?:by|to|in|for|with|from|at|on|until|before|after|within|under|as|against|into|when|if)\b)"
)

_TWO_DEMANDS = re.compile(
    rf"\b{_WISH}\b(?!\s+(?:have|need)\s+to).*?(?:\b(?:and|or|but)\b|;).*?"
    rf"(?<!\bthat )(?<!\bwho )(?<!\bwhich )\b{_WISH}\b"
)
_TWO_VERBS = re.compile(
    rf"\b{MODAL}\s+(?!be\b)(?:\w+\s+)?\w+\b[^.;]*?\s(?:and|or|but)\s+"
    rf"(?:also\s+|then\s+|not\s+)?(?:{'|'.join(_VERBS)})\s+{_DETERMINER}\b"
)
_STRONG = "put|cut|set|built|made|held|kept|sent|sold|paid|shut|taught|thrown"  # participles without -ed or -en
_TWO_PASSIVES = re.compile(
    rf"\b{MODAL}\s+(?:\w+ly\s+)?be\s+(?:\w+ly\s+)?(?:\w+(?:ed|en)|{_STRONG})\b[^.;]*?\b(?:and|or|but)\s+"
    rf"(?:also\s+|then\s+|not\s+)?(?:be\s+)?(?:\w{{2,}}ed|given|taken|{_STRONG}){_TAIL}"
)
_NEGATED = re.compile(
    r"^(?:(?!\b(?:if|when|where|while|who|which|that|until|unless)\b).)*?"
    rf"\b(?:{MODAL}\s+(?:not(?!\s+only)|never|no\s+longer)|cannot|(?:is|are|do|does)\s+not)\b",
    re.IGNORECASE,
)
_CONTRACTED = re.compile(r"\b([A-Za-z]+)n[’']t\b")
_WHOLE = {"ca": "can", "wo": "will", "sha": "shall"}
_NOBODY = re.compile(rf"^(?:No(?!-|\s+more\s+than)|Neither|Nobody|None)\b.*?\b{MODAL}\b")

SURE = 0.8
"""How sure it must be that two concepts make or deny one demand; chosen for few false alarms (docs/codebook.md)."""
LEAST = 0.55
"""Nearness below which two propositions are about other things, whatever the model says of them."""
ALIKE = 0.8
"""Nearness from which on two propositions are told whatever the model says of them."""
COMMON = (1.0, 1.18, -1.24)
"""Log-odds that two propositions make or deny one demand: nearness, the model's log-odds that whoever says the one
takes a stance on the other, and a constant. Fitted on pairs of one text in the stance data (benchmark/codebook.py)."""
NEAREST = 8  # concepts that each is held against: costs stay linear in their number
_SAID = "The minister said: {}"


def check(concepts: Sequence[Concept], nearness: Nearness, model: StanceModel) -> list[Finding]:
    """What to look at, in the order of the concepts; each proposition is held against its nearest ones only."""
    found = {c.id: [*_alone(c, model), *contradictions(c)] for c in concepts}
    for pair in _pairs(concepts, nearness, model):
        found[pair.concept].append(pair)
    return [finding for c in concepts for finding in found[c.id]]


def _alone(concept: Concept, model: StanceModel) -> Iterator[Finding]:
    """What can be said of a proposition by itself."""
    for kind, message in wording(concept.proposition):
        yield Finding(concept=concept.id, kind=kind, message=message)
    encoding = model.tokenizer.encode(concept.proposition, add_special_tokens=False)
    if len(framed(concept.proposition, model.tokenizer)) < len(encoding.ids) + 2:
        last = concept.proposition[: encoding.offsets[PROPOSITION - 1][1]].split()[-4:]
        message = f"too long: the model reads to “… {' '.join(last)}” and no further: say it in one short sentence"
        yield Finding(concept=concept.id, kind="too long", message=message)


def wording(proposition: str) -> Iterator[tuple[Kind, str]]:
    """What is wrong with how a proposition is put, and what to do about it."""
    said = _CONTRACTED.sub(lambda m: f"{_WHOLE.get(m[1], m[1])} not", " ".join(proposition.split()))
    words = re.findall(r"[^\W_]+", said.lower())
    if _foreign(words):
        yield "not English", "does not look like English, which is all the model reads: translate the proposition"
        return
    if said.endswith("?"):
        yield "vague", "is a question: write the answer that one can support or oppose (“Turkey should join the EU.”)"
        return
    if not re.search(rf"\b{MODAL}\b", said, re.IGNORECASE) and not _JUDGING.search(said.lower()):
        yield "vague", _undemanding(said, words)
    elif re.search(rf"\b{_WISH}\b", said, re.IGNORECASE) and (missing := _little(words)):
        yield "vague", f"is vague: say {missing}"
    if _TWO_DEMANDS.search(said) or _TWO_VERBS.search(said) or _TWO_PASSIVES.search(said):
        yield "double-barrelled", "asks two things at once: make two concepts of it, as one can be for one of them only"
    if _NEGATED.search(said) or _NOBODY.search(said):
        yield "negated", "is negated, so that to oppose it is to be for something: say it positively"


def _foreign(words: Sequence[str]) -> bool:
    known = sum(word in _ENGLISH for word in words)
    return len(words) >= 3 and known < max(1, len(words) / 10)


def _undemanding(said: str, words: Sequence[str]) -> str:
    if len(words) < 8 and said[-1] not in ".!”":
        return "is a heading: write a sentence that says who should do what"
    return "says what is, not what should be: actors take sides on “X should do Y”"


def _little(words: Sequence[str]) -> str:
    """What a demand leaves open: who, or what; empty if it says enough."""
    at = next((i for i, word in enumerate(words) if word in _MODALS), None)
    if at is None:
        return ""
    who, what = ([w for w in part if w not in _SAYS_LITTLE | _ENGLISH] for part in (words[:at], words[at + 1 :]))
    if not what:
        return "what should be done" if who else "who should do what"
    alone = words[:at] in (["it"], ["this"], ["they"]) and not re.search(r" (?:to|that|for|if) ", " ".join(words[at:]))
    return "who or what is meant, as the sentence is read alone" if alone else ""


def contradictions(concept: Concept) -> Iterator[Finding]:
    """Examples with the same text and actor, but another stance."""
    first: dict[tuple[str, str], Example] = {}
    for example in concept.examples:
        before = first.setdefault(asked(example), example)
        if before.stance != example.stance:
            message = f"“{_short(before.text)}” is coded {before.stance} and {example.stance}: take one out"
            yield Finding(concept=concept.id, kind="contradictory", message=message)


def asked(example: Example) -> tuple[str, str]:
    """What is asked in an example: two with the same text and actor can have one stance only."""
    return " ".join(example.text.split()).casefold(), " ".join((example.actor or "").split()).casefold()


def _short(words: str) -> str:
    return words if len(words) <= 60 else words[:59] + "…"


def _pairs(concepts: Sequence[Concept], nearness: Nearness, model: StanceModel) -> Iterator[Finding]:
    """Concepts that make the same demand as one before them, or deny it."""
    if len(concepts) < 2:
        return
    vectors = nearness([c.proposition for c in concepts])
    near = vectors @ vectors.T
    np.fill_diagonal(near, -1)
    order = np.argsort(-near, axis=1, kind="stable")[:, :NEAREST]
    pairs = sorted(
        {(min(i, int(j)), max(i, int(j))) for i, row in enumerate(order) for j in row if near[i, j] >= LEAST}
    )
    nearnesses = np.array([near[i, j] for i, j in pairs])
    scored = common([(concepts[i].proposition, concepts[j].proposition) for i, j in pairs], nearnesses, model)
    for (i, j), score in zip(pairs, scored.tolist(), strict=True):
        one, other = concepts[i], concepts[j]
        if score >= SURE and not _told_apart(one, other):
            message = (
                f"may make the same demand as {one.id} (“{_short(one.proposition)}”), or deny it: "
                "keep one of them, or put them so that somebody can be for the one and not for the other"
            )
            yield Finding(concept=other.id, kind="same demand", message=message, other=one.id, score=score)


def _told_apart(one: Concept, other: Concept) -> bool:
    """Whether one is the other's parent, or both have one: then who wrote them knows that they are near."""
    return one.id == other.parent or other.id == one.parent or (one.parent is not None and one.parent == other.parent)


def common(pairs: Sequence[tuple[str, str]], near: Floats, model: StanceModel) -> Floats:
    """(pairs,) how likely it is that the two propositions of a pair make or deny one demand.

    ``near`` (pairs,): their nearness. The model is asked where somebody who says the one stands on the other, and the
    other way round; its chances are averaged. Whether they make or deny it, it cannot tell well enough.
    """
    put: dict[str, dict[str, float]] = defaultdict(dict)  # said → put → chance that it tells no stance
    for one, other in pairs:
        put[one][other] = put[other][one] = 1.0
    at = _SAID.index("minister")
    actor = Span(0, at + len("minister"))
    pieces = {said: framed(said, model.tokenizer) for said in put}
    answers = model([(_SAID.format(said), actor, [pieces[p] for p in others]) for said, others in put.items()])
    for others, told in zip(put.values(), answers, strict=True):
        others.update((p, t.chances[3]) for p, t in zip(list(others), told, strict=True))
    none = np.array([(put[one][other] + put[other][one]) / 2 for one, other in pairs])
    taken = (1 - none).clip(0.003, 0.997)
    odds = COMMON[0] * near + COMMON[1] * np.log(taken / (1 - taken)) + COMMON[2]
    return np.asarray(np.maximum(1 / (1 + np.exp(-odds)), np.where(near >= ALIKE, near, 0)))
