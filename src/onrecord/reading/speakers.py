"""Whose each statement is, within one article: from the words of its source to a member of the cast.

Rules where words are sure (a name, a title only one bears); for pronouns and descriptions, what the encoder's pointer
to antecedents says of each member of the cast.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from onrecord.facts import Fact
from onrecord.reading.cast import Member, described, fact_of, kind_of_noun
from onrecord.reading.naming import fits, person, plain, shortens, without_possessive
from onrecord.reading.nouns import ANY_STATES, DOCUMENTS, KIN, NUMBERS, ORGANISATIONS, SPOKESPEOPLE, is_person, singular
from onrecord.reading.roles import POSSESSIVES, Phrase, phrase
from onrecord.reading.statements import Antecedents
from onrecord.reading.titles import TITLE, bears
from onrecord.types import ActorKind, How, Span, Statement

SINGULAR = {"he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f"}
NEUTER = frozenset("it its itself".split())
PLURAL = frozenset("they them their theirs themselves".split())
SPEAKER = frozenset("i we me us my our mine ours myself ourselves".split())
RELATIVE = frozenset("who which that whom whose".split())
ANY_BODY = frozenset(
    "company firm group body organisation organization agency bloc authority executive network".split()
)
FAR = 3000  # characters back in which "one of them" looks for a group
NEAR = 300  # characters: as far as a quotation without source may be from the statement it continues
BEFORE, RECENT, AGO, FLOOR = 0.5, 1.0, -0.4, 0.1  # see _chances: chosen on pronouns of cases A and those held back
LIKELY = 0.5  # what is less likely is left open

_ONE_OF = re.compile(
    r"(?:one|two|three|four|some|several|many|most|all|both|none|each|another) of (?=the |them\b|these |those )",
    re.IGNORECASE,
)
_COORDINATED = re.compile(r"\s*(?:,|,?\s*and|&|;)\s*(?:the\s+)?", re.IGNORECASE)
_APPOSED = re.compile(
    r"(?:\s*(?:of|for|at|in|from|there|here|himself|herself|itself)\b[^,;]*|\s*)[,–—-]+\s*(?:[\w’'.-]+\s+){0,4}"
)  # "its president, Elfriede Kos", "the head of the union, Dr Kos"
_SENTENCE_END = re.compile(r"[.!?][”’\"']?\s")


class Speaker(NamedTuple):
    """Who a source is; ``member`` is None where the text does not tell.

    ``sure`` is how often such a resolution is right on cases A (`python -m benchmark.actors`): the constants of this
    module, and for pronouns and descriptions the chance by _chances.
    """

    member: Member | None
    how: How
    sure: float
    evidence: Span | None


class Candidate(NamedTuple):
    """A member that a source may mean: how likely, and where it is spoken of last before it."""

    chance: float
    member: Member
    span: Span


UNRESOLVED = Speaker(None, "unresolved", 0.0, None)


@dataclass(slots=True, kw_only=True)
class Speakers:
    """Finds whose statements are, one after another in the order of the text; the cast grows with what is described.

    ``asked`` holds, for sources, what the encoder thinks of whom they mean.
    """

    text: str
    cast: list[Member]
    asked: Mapping[Span, Antecedents]
    by_statement: dict[str, list[Speaker]] = field(default_factory=dict)
    _mentions: list[tuple[int, int, int]] = field(default_factory=list)  # start, end, place in the cast; sorted
    _by_source: dict[Span, list[Speaker]] = field(default_factory=dict)
    _contents: list[tuple[Span, str]] = field(default_factory=list)
    _last: Member | None = None

    def __post_init__(self) -> None:
        self._mentions = sorted((s.start, s.end, i) for i, m in enumerate(self.cast) for s in m.spans)

    def of(self, statement: Statement, before: Statement | None) -> list[Speaker]:
        """Whose ``statement`` is; ``before`` is the one before it in the text."""
        if statement.source is None:
            found = [self._without_source(statement, before)]
        else:
            found = self._by_source.get(statement.source) or self._whose(statement.source)
            self._by_source[statement.source] = found
        self.by_statement[statement.id] = found
        self._contents += [(span, statement.id) for span in statement.content]
        self._last = found[0].member
        return found

    def _whose(self, source: Span) -> list[Speaker]:
        found = self._named(source) or [self._described(source)]
        for speaker in found:
            if (
                speaker.member
                and source not in speaker.member.spans
                and speaker.how in ("title", "description", "pronoun")
            ):
                speaker.member.spans.append(source)
        return found

    def _without_source(self, statement: Statement, before: Statement | None) -> Speaker:
        """A quotation that runs on is the last speaker's; else whoever the encoder takes it for."""
        chances = self._chances(statement.content[0], lambda _: True)
        near = before is not None and statement.content[0].start - before.content[-1].end < NEAR
        earlier = statement.part_of or (before.id if near and before and statement.kind != "indirect" else None)
        last = self.by_statement.get(earlier or "", [UNRESOLVED])[0]
        if last.member and statement.cue is None:
            chance = next((c.chance for c in chances if c.member is last.member), 0.0)
            apart = not statement.part_of and before is not None and self._between(before, statement) > 30
            sure = 0.95 if statement.part_of else (0.3 if apart else 0.6) + 0.35 * chance
            if sure > LIKELY:
                return Speaker(last.member, "continued", min(last.sure, sure), last.evidence)
            return UNRESOLVED
        return _likeliest(chances, "description")

    def _between(self, before: Statement, statement: Statement) -> int:
        """How many letters stand between two statements that belong to neither."""
        own = [s for s in (before.source, before.cue) if s is not None]
        low, high = before.content[-1].end, statement.content[0].start
        told = sum(c.isalpha() for c in self.text[low:high])
        return told - sum(sum(c.isalpha() for c in self.text[slice(*s)]) for s in own if low <= s.start < high)

    # Names

    def _named(self, source: Span) -> list[Speaker]:
        """Those the source names as its head, or in an apposition to it; nobody if it names none so."""
        text = self.text
        found = phrase(text, source)
        if found is None:
            return []
        whole = Span(source.start, found.span.end)
        inside = self._inside(source)
        if fact := self._fact(text[slice(*source)]) or self._fact(text[slice(*whole)]):
            how: How = "full name" if fact.how == "name" else "metonym"
            return [
                Speaker(self._institution(fact, whole), how, 0.95 if how == "full name" else 0.85, whole),
                *self._joined(inside, whole.end, source),
            ]
        head = self._head(found, inside) or self._apposed(found, inside) or self._by_part(found)
        if head is None:
            return []
        return [self._by_name(*head), *self._joined(inside, head[0].end, source)]

    def _head(self, found: Phrase, inside: Sequence[tuple[Span, Member]]) -> tuple[Span, Member] | None:
        """The name the phrase ends with: "Labour’s Losa Fa’alogo", "the union federation BGV"."""
        if found.determiner == "another":  # "another Furey" is not the Furey the article knows
            return None
        owner = found.owner.end if found.owner else 0
        ending = [x for x in inside if x[0].start < found.span.end <= x[0].end + 1 and x[0].end > owner]
        if ending:
            return ending[-1]
        if found.of and is_person(found.head) and not found.determiner and not found.plural:
            people = [x for x in inside if x[1].kind == "person" and x[0].start >= found.of.start]
            if people and not re.search(r"[,;]", self.text[found.span.end : people[-1][0].start]):
                return people[-1]  # "President of the Commission Ursula Day"
        return None

    def _apposed(self, found: Phrase, inside: Sequence[tuple[Span, Member]]) -> tuple[Span, Member] | None:
        """The name after a description: "its president, Elfriede Kos", "the junior partner, New List"."""
        by_person = is_person(found.head) or found.head in KIN
        kinds = ("person", "organisation") if by_person else ("organisation",)
        if found.determiner == "another":
            kinds = ("person",)
        after = next((x for x in inside if x[0].start > found.span.end and x[1].kind in kinds), None)
        if after is None or found.plural or not _APPOSED.fullmatch(self.text, found.span.end, after[0].start):
            return None
        return after

    def _by_part(self, found: Phrase) -> tuple[Span, Member] | None:
        """Somebody called by a part of a known name: "Elfriede" for Elfriede Kos, "Avonside" for Avonside Steel."""
        words = self.text[slice(*found.span)]
        if not words[0].isupper() or found.determiner or is_person(found.head) or found.head in ORGANISATIONS:
            return None
        parts = person(words)
        fitting = [m for m in self.cast if m.kind == "person" and fits(parts, person(m.name))]
        fitting = fitting or [m for m in self.cast if m.kind == "organisation" and shortens(words, m.name)]
        return (found.span, fitting[0]) if len(fitting) == 1 else None

    def _joined(self, inside: Sequence[tuple[Span, Member]], at: int, source: Span) -> Iterator[Speaker]:
        """The others of "Italy, Norway and Spain" after the one that ends at ``at``."""
        for span, member in inside:
            joint = span.start >= at and _COORDINATED.fullmatch(self.text, at, span.start)
            if joint and re.search(r"\band\b|&", self.text[at : source.end]):
                yield self._by_name(span, member)
                at = span.end

    def _fact(self, words: str) -> Fact | None:
        """The state or institution that ``words`` as a whole are, where they are one without doubt."""
        fact = fact_of(without_possessive(words))
        return fact if fact and fact.how != "demonym" and not fact.also else None

    def _institution(self, fact: Fact, span: Span) -> Member:
        known = next((m for m in self.cast if m.key == fact.institution.key), None)
        if known is None:
            known = self._member(fact.institution.name, fact.institution.kind, span, country=fact.institution.country)
            known.key = fact.institution.key
        else:
            self._mention(known, span)
        return known

    def _by_name(self, span: Span, member: Member) -> Speaker:
        words = self.text[slice(*span)]
        if member.key and (fact := fact_of(words)) and fact.how in ("capital", "seat"):
            return Speaker(member, "metonym", 0.85, span)
        full = plain(words) == plain(member.name) or len(words.split()) > 1
        sure = 0.6 if span in member.unsure else 0.97
        return Speaker(member, "full name" if full else "short name", sure, span)

    def _inside(self, source: Span) -> list[tuple[Span, Member]]:
        """The members named within ``source``; not those known by this very description."""
        return [
            (span, member)
            for span, member in self._around(source.start, source.end)
            if span.end <= source.end and (span != source or member.kind not in ("unnamed", "group"))
        ]

    def _around(self, low: int, high: int) -> Iterator[tuple[Span, Member]]:
        """All mentions that begin between two places, in order."""
        for start, end, i in self._mentions[
            bisect_left(self._mentions, (low, 0, 0)) : bisect_left(self._mentions, (high, 0, 0))
        ]:
            yield Span(start, end), self.cast[i]

    def _mention(self, member: Member, span: Span) -> None:
        """Notes that ``member`` is spoken of at ``span``."""
        entry = (span.start, span.end, next(i for i, m in enumerate(self.cast) if m is member))
        if span not in member.spans:
            member.add(self.text, span)
        at = bisect_left(self._mentions, entry)
        if self._mentions[at : at + 1] != [entry]:
            self._mentions.insert(at, entry)

    # Pronouns and descriptions

    def _described(self, source: Span) -> Speaker:
        words = plain(self.text[slice(*source)])
        if words in SINGULAR or words in NEUTER | PLURAL | SPEAKER | RELATIVE:
            return self._pronoun(source, words)
        if m := _ONE_OF.match(self.text, *source):  # "one of the sources", "two of them"
            return self._described(Span(m.end(), source.end))
        found = phrase(self.text, source)
        if found is None:
            return UNRESOLVED
        if found.head in DOCUMENTS and not is_person(found.head):
            return self._document(source, found)
        known = self._known(source, found) if found.definite or not (found.determiner or found.plural) else None
        several = found.plural or found.determiner in NUMBERS
        unknown = kind_of_noun(found.head, plural=several) == "unnamed"
        unknown = unknown and not (
            found.head in SPOKESPEOPLE and (found.owner or found.of or found.determiner != "the")
        )
        if known is None and found.definite and unknown:
            return UNRESOLVED  # "the politician": somebody the article knows, but it does not say who
        return known or self._new(source, found)

    def _pronoun(self, source: Span, word: str) -> Speaker:
        if word in SPEAKER:
            quoting = next((s for span, s in reversed(self._contents) if span.start <= source.start < span.end), "")
            outer = self.by_statement.get(quoting, [UNRESOLVED])[0]
            return outer._replace(how="pronoun", sure=outer.sure * 0.95) if outer.member else UNRESOLVED
        if word in RELATIVE:
            near = [(s, m) for s, m in self._around(source.start - 120, source.start) if source.start - s.end <= 40]
            near = [n for n in near if not _SENTENCE_END.search(self.text, n[0].end, source.start)]
            if near:
                span, member = max(near, key=lambda n: n[0].end)
                return Speaker(member, "pronoun", 0.85, span)
        if source not in self.asked:  # "one of them": the last group spoken of
            near = [(s, m) for s, m in self._around(source.start - FAR, source.start) if s.end <= source.start]
            earlier = [(s, m) for s, m in near if m.kind == "group" or plain(m.name).split()[0] in NUMBERS]
            if word not in PLURAL or not earlier:
                return UNRESOLVED
            span, member = max(earlier, key=lambda e: e[0])
            return Speaker(member, "pronoun", 0.6, span)
        speaker = _likeliest(self._chances(source, _fitting(word), ahead=False), "pronoun", least=0.35)
        if speaker.member and word in SINGULAR and speaker.member.gender is None:
            speaker.member.gender = SINGULAR[word]
        return speaker

    def _chances(self, source: Span, may_be: Callable[[Member], bool], *, ahead: bool = True) -> list[Candidate]:
        """The members a source may mean, the likeliest first; ``ahead``: also those named only further on.

        The encoder's chance that a word of theirs is the antecedent, made more likely for who spoke last (BEFORE) and
        for who is named in this sentence or the last (RECENT), and less with every further sentence (AGO).
        """
        asked = self.asked.get(source)
        if asked is None:
            return []
        seen: dict[int, tuple[Member, list[Span]]] = {}
        for span, member in self._around(int(asked.start[0]), int(asked.end[-1])):
            if span.end <= source.start or (ahead and span.start >= source.end):
                seen.setdefault(id(member), (member, []))[1].append(span)
        found: list[tuple[float, Member, Span]] = []
        for member, spans in seen.values():
            if not may_be(member):
                continue
            nearest = max((s for s in spans if s.end <= source.start), default=spans[0])
            away = sum(1 for _ in _SENTENCE_END.finditer(self.text, nearest.end, source.start))
            weight = math.log(asked.of(spans) + FLOOR) + BEFORE * (member is self._last) + RECENT * (away <= 1)
            found.append((weight + AGO * min(away, 8), member, nearest))
        total = sum(math.exp(weight) for weight, *_ in found) + asked.none
        ranked = [Candidate(math.exp(weight) / total, member, span) for weight, member, span in found]
        return sorted(ranked, key=lambda c: (-c.chance, -c.span.start))

    def _document(self, source: Span, found: Phrase) -> Speaker:
        """A report, letter, poll: whose it is."""
        inside = self._inside(source)
        if inside:
            return Speaker(inside[0][1], "description", 0.75, inside[0][0])
        if found.determiner in POSSESSIVES and (owner := self._owner(source, found.determiner)):
            return Speaker(owner.member, "description", owner.chance * 0.9, owner.span)
        return _likeliest(self._chances(source, lambda _: True), "description")

    def _owner(self, source: Span, word: str) -> Candidate | None:
        """Whom "his", "her", "its", "their" at the start of ``source`` means."""
        chances = self._chances(Span(source.start, source.start + len(word)), _fitting(word), ahead=False)
        return chances[0] if chances else None

    def _known(self, source: Span, found: Phrase) -> Speaker | None:
        """The member a definite description means: one who bears the title, or whom the encoder finds."""
        if found.determiner in SPEAKER:  # "my brother": who speaks is not told here
            return None
        body = found.head in ORGANISATIONS and not is_person(found.head)
        ranked = []
        for chance, member, span in self._chances(source, lambda m: not body or m.kind != "person"):
            fit = bears(self.text, member, found)
            if fit > 0 or (chance > 0.3 and not (body and _another(member, found))):
                ranked.append((2 * fit + math.log(chance + 0.03), fit, chance, member, span))
        if not ranked:
            return None
        _, fit, chance, member, span = max(ranked, key=lambda r: (r[0], r[4].start))
        if fit >= TITLE:
            rivals = sum(r[1] >= fit for r in ranked) - 1
            return Speaker(member, "title", max(LIKELY, chance) if rivals else 0.85, span)
        generic = found.head in ANY_STATES and not found.modifiers and found.owner is None
        if (chance > LIKELY and not generic) or (fit > 0 and chance > 0.2):
            return Speaker(member, "description", chance, span)
        return None

    def _new(self, source: Span, found: Phrase) -> Speaker:
        """Somebody known by the description alone: an unnamed actor of this article, a group, a body."""
        inside = [x for x in self._inside(source) if x[1].kind != "person" or found.of or found.owner]
        link = self.text[found.span.end : found.of.start].strip() if found.of else ""
        if found.of and (found.plural or found.head == "staff") and link in ("at", "for", "from"):
            body = next((x for x in inside if x[0].start >= found.of.start and x[1].kind == "organisation"), None)
            if body:  # "economists at the fiscal council" speak for it
                return Speaker(body[1], "description", 0.7, source)
            of = phrase(self.text, found.of)
            if of and of.definite and of.head in ORGANISATIONS:
                speaker = self._described(found.of)
                return speaker._replace(how="description", sure=min(speaker.sure, 0.7))
        kind = kind_of_noun(found.head, plural=found.plural or found.determiner in NUMBERS)
        place_only = link == "in" and found.modifiers  # "a Western diplomat in New York"
        end = found.of.end if found.of and not place_only else found.span.end
        name = described(self.text[source.start : end].strip(" ,"), kind)
        parent = inside[0][1] if inside else None
        if found.determiner in POSSESSIVES:
            owner = self._owner(source, found.determiner)
            if owner and owner.chance > 0.4:
                parent, noun = owner.member, self.text[slice(*found.span)]
                office = found.head in ("office", "government", "ministry")
                name = f"{noun} of {parent.name}" if office else f"{parent.name}’s {noun}"
        elif found.head in SPOKESPEOPLE and parent is None:
            near = self._chances(source, lambda m: m.kind in ("organisation", "country"))
            parent = near[0].member if near and near[0].chance > 0.3 else None
        member = self._member(name, kind, source, country=parent.country if parent else None)
        if member.parent is None and parent is not member:
            member.parent = parent
        return (
            Speaker(member, "unnamed", 0.6, source)
            if kind == "unnamed"
            else Speaker(member, "description", 0.75, source)
        )

    def _member(self, name: str, kind: ActorKind, span: Span, *, country: str | None) -> Member:
        """The member of this name and kind, who joins the cast if new."""
        for member in self.cast:
            if plain(member.name) == plain(name) and (member.kind == kind or member.key):
                break
        else:
            member = Member(kind=kind, name=name, country=country)
            self.cast.append(member)
        self._mention(member, span)
        return member


def _another(member: Member, found: Phrase) -> bool:
    """Whether a body's name says it is of another sort: a union is no bank, but may be "the group"."""
    own = [w for w in map(singular, plain(member.name).split()) if w in ORGANISATIONS]
    return bool(own) and found.head not in own and found.head not in ANY_BODY


def _fitting(word: str) -> Callable[[Member], bool]:
    """Whom a pronoun may mean."""
    if gender := SINGULAR.get(word):
        return lambda m: m.kind in ("person", "unnamed") and m.gender in (None, gender)
    if word in NEUTER:
        return lambda m: m.kind in ("organisation", "country", "group")
    return lambda _: True


def _likeliest(chances: Sequence[Candidate], how: How, *, least: float = LIKELY) -> Speaker:
    if not chances or chances[0].chance <= least:
        return UNRESOLVED
    best = chances[0]
    return Speaker(best.member, how, best.chance, best.span)
