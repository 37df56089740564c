"""The cast of an article: everybody it names, each with all the forms of the name, where they stand, and roles."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from onrecord.facts import Fact, named
from onrecord.reading.names import Name
from onrecord.reading.naming import (
    RANKS,
    Person,
    core,
    fits,
    initials,
    is_title,
    person,
    plain,
    shortens,
    untitled,
    without_article,
    without_possessive,
)
from onrecord.reading.nouns import ANY_STATES, ORGANISATIONS, singular
from onrecord.reading.roles import MODIFIERS, told
from onrecord.types import ActorKind, Role, Span

_TITLES = re.compile(r"((?:[^\W\d_][\w.-]*\s+){1,5})$")
_DEMONYM = re.compile(r"^[^\W\d_a-z]\w+(?:an|ese|ite|er)$")
_THE = re.compile(r"\b[Tt]he $")
_ACRONYM = re.compile(r"\s+\(([A-Z][A-Za-z&.-]{1,9})\)")


@dataclass(slots=True, kw_only=True, eq=False)
class Member:
    """Somebody in the cast, while it grows. ``spans`` are where it is named or, once resolved, spoken of as a source.

    ``unsure`` are those spans that might be another's ("Rennie" where there are two). ``key`` is the fact's, if any.
    """

    kind: ActorKind
    name: str
    spans: list[Span] = field(default_factory=list)
    forms: dict[str, None] = field(default_factory=dict)
    roles: list[Role] = field(default_factory=list)
    country: str | None = None
    parent: "Member | None" = None
    gender: str | None = None
    key: str | None = None
    unsure: set[Span] = field(default_factory=set)

    def add(self, text: str, span: Span) -> None:
        """Another place where it is named."""
        self.spans.append(span)
        self.forms[" ".join(text[slice(*span)].split())] = None


def cast(text: str, names: Iterable[Name]) -> list[Member]:
    """All named in ``text``, in the order of their first mention."""
    found = sorted(_people_by_part(text, names), key=lambda n: n.span)
    members = [*_people(text, [n.span for n in found if n.kind == "person"])]
    members += _organisations(text, [n.span for n in found if n.kind == "organisation"])
    members += _places(text, [n.span for n in found if n.kind == "place"], members)
    for member in members:
        member.spans.sort()
        if member.kind in ("person", "organisation"):
            for span in member.spans[:8]:
                member.roles += [r for r in told(text, span) if r not in member.roles]
            member.country = member.country or next((r.country for r in member.roles if r.country), None)
    members.sort(key=lambda m: m.spans[0])
    return members


def _people_by_part(text: str, names: Iterable[Name]) -> Iterator[Name]:
    """``names``; one that is a part of a person's full name ("Ewan" for Ewan Rennie) is a person's too."""
    found = list(names)
    full = [plain(text[slice(*n.span)]).split() for n in found if n.kind == "person"]
    parts = {word for words in full if len(words) > 1 for word in words}
    for n in found:
        yield replace(n, kind="person") if plain(text[slice(*n.span)]) in parts else n


def titled(text: str, span: Span) -> str:
    """The name at ``span`` with the titles that stand before it: "Mr Kos", "Sir Giles"."""
    words = " ".join(text[slice(*span)].split())
    m = _TITLES.search(text, max(0, span.start - 50), span.start)
    before = m[1].split() if m else []
    titles: list[str] = []
    while before and is_title(before[-1]) and (before[-1][0].isupper() or plain(before[-1]) not in RANKS):
        titles.insert(0, before.pop())
    return " ".join([*titles, words])


def _people(text: str, spans: list[Span]) -> Iterator[Member]:
    """People by their full names; a short name is the only one's whom it fits, or the last one's of several."""
    full: list[tuple[Member, Person]] = []
    short: list[tuple[Span, str, Person]] = []
    for span in spans:
        name = titled(text, span)
        parts = person(name)
        if not parts.surname and _THE.search(text, max(0, span.start - 4), span.start):  # "the Nebraskan"
            continue
        if not (parts.surname and parts.given):
            short.append((span, name, parts))
            continue
        same = next((m for m, p in full if fits(parts, p) and fits(p, parts)), None)
        if same is None:
            same = Member(kind="person", name=untitled(name))
            full.append((same, parts))
        same.add(text, span)
        same.gender = same.gender or parts.gender
        if len(untitled(name)) > len(same.name) and not untitled(name).isupper():
            same.name = untitled(name)
    alone: list[tuple[Member, Person]] = []
    for span, name, parts in short:
        fitting = _bearers(text, parts, full)
        if fitting:
            member = max(fitting, key=lambda m: max((s.start for s in m.spans if s.start < span.start), default=-1))
            if len(fitting) > 1:
                member.unsure.add(span)
        else:
            known = next((m for m, p in alone if _same_short(p, parts)), None)
            member = known or Member(kind="person", name=untitled(name))
            if known is None:
                alone.append((member, parts))
            elif parts.surname and not any(w in RANKS for w in plain(member.name).split()):
                member.name = untitled(name)
        member.add(text, span)
        member.gender = member.gender or parts.gender
    yield from (m for m, _ in full)
    yield from (m for m, _ in alone)


def _bearers(text: str, parts: Person, full: Sequence[tuple[Member, Person]]) -> list[Member]:
    """Those whose short name ``parts`` may be; of several, the one who bears the same title."""
    fitting = [m for m, p in full if fits(parts, p) and not (m.gender and parts.gender and m.gender != parts.gender)]
    titled_so = [m for m in fitting if set(parts.titles) & _titles_of(text, m)]
    return titled_so if len(fitting) > 1 and len(titled_so) == 1 else fitting


def _titles_of(text: str, member: Member) -> set[str]:
    return {t for span in member.spans for t in person(titled(text, span)).titles}


def _same_short(a: Person, b: Person) -> bool:
    last = {a.surname or a.given[-1], b.surname or b.given[-1]}
    return len(last) == 1 and not (a.gender and b.gender and a.gender != b.gender)


def _organisations(text: str, spans: list[Span]) -> Iterator[Member]:
    members: list[Member] = []
    by_length = sorted(spans, key=lambda s: (-len(core(text[slice(*s)])), s))
    for span in by_length:
        words = " ".join(text[slice(*span)].split())
        if not core(words):
            continue
        fact = fact_of(words)
        if fact and fact.how == "demonym":
            continue
        key = fact.institution.key if fact else None
        name = fact.institution.name if fact else proper(without_article(words))
        fitting = [m for m in members if _same_body(m, words, key)]
        if fitting:
            fitting[0].add(text, span)
            continue
        member = Member(kind=fact.institution.kind if fact and key else "organisation", name=name, key=key)
        member.country = fact.institution.country if fact and key else None
        member.add(text, span)
        if m := _ACRONYM.match(text, span.end):
            member.forms[m[1]] = None
        members.append(member)
    _acronyms(members)
    yield from members


def _same_body(member: Member, words: str, key: str | None) -> bool:
    if key:
        return member.key == key or core(member.name) == core(words)
    return core(member.name) == core(words) or any(shortens(words, form) for form in member.forms)


def _acronyms(members: list[Member]) -> None:
    """Joins "BGV" to the name whose initials or bracket it is."""
    for short in [m for m in members if len(core(m.name)) == 1 and m.name.isupper() and not m.key]:
        for long in members:
            fits_it = short.name in long.forms or (len(short.name) > 1 and initials(long.name) == plain(short.name))
            if short is not long and fits_it:
                long.spans += short.spans
                long.forms |= short.forms
                members.remove(short)
                break


def _places(text: str, spans: list[Span], others: list[Member]) -> Iterator[Member]:
    members: dict[str, Member] = {m.key: m for m in others if m.key}
    new: list[Member] = []
    for span in spans:
        words = " ".join(text[slice(*span)].split())
        fact = fact_of(words)
        of_people = fact is None and _DEMONYM.search(words) and _THE.search(text, max(0, span.start - 4), span.start)
        if of_people or (fact and fact.how == "demonym"):
            continue
        key = fact.institution.key if fact else plain(words)
        if key not in members:
            kind: ActorKind = fact.institution.kind if fact else "country"
            members[key] = Member(kind=kind, name=fact.institution.name if fact else words, key=key)
            members[key].country = fact.institution.country if fact else None
            new.append(members[key])
        members[key].add(text, span)
    yield from new


def fact_of(words: str) -> Fact | None:
    """What the tables of facts know of ``words``; None for a body that any state may have ("the Treasury")."""
    fact = named(words)
    if fact and fact.institution.kind == "organisation" and fact.how == "name":
        elsewhere = any(o.country != fact.institution.country for o in fact.others)
        if elsewhere or fact.also.startswith("any state"):
            return None
    return fact


def kind_of_noun(head: str, *, plural: bool) -> ActorKind:
    """The kind of an actor known by a description alone."""
    if singular(head) in ORGANISATIONS and not plural:
        return "organisation"
    return "group" if plural else "unnamed"


def proper(name: str) -> str:
    """A body's name; with "the" where its words would do for any ("the Interior Ministry", "the Central Bank")."""
    words = plain(name).split()
    generic = all(singular(w) in ORGANISATIONS or w in MODIFIERS for w in words)
    if generic and name[0].isupper() and (words[-1] in ANY_STATES or words[-2:] == ["central", "bank"]):
        return f"the {name}"
    return name


def described(words: str, kind: ActorKind) -> str:
    """A description as a name: as it stands for people ("a Western diplomat"), without article for bodies.

    A bare "the ministry" keeps its article: without it, it does not read as anybody’s name.
    """
    words = " ".join(words.split())
    first, _, rest = words.partition(" ")
    if first.lower() not in {"a", "an", "one", "the", "another"} or not rest:
        return without_possessive(words)
    if kind == "unnamed" or (first.lower() == "the" and " " not in rest):
        return f"{first.lower()} {without_possessive(rest)}"
    return without_possessive(rest)
