"""From words to what they stand for: "Britain", "the Kremlin", "French", "Ankara", "Uganda's health ministry"."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from onrecord.facts.table import (
    HOWS,
    How,
    Institution,
    institution,
    institutions,
    readings,
    states,
    whose,
    words_of_institutions,
)

WORD = re.compile(r"(?:[A-Z]\.){2,}|[^\W_]+\+?")
"""A word, or initials with full stops; a plus belongs to it ("OPEC+")."""

BODY = re.compile(
    r"(?:\w+ ){0,4}(?:government|cabinet|administration|presidency|parliament|legislature|ministry|treasury"
    r"|central bank|military|army|navy|air force|armed forces|police|supreme court|constitutional court|embassy"
    r"|regulator|watchdog|intelligence service|security service|coast guard|general staff|electoral commission)"
)
"""Bodies that any state may have, as they stand after its name: "health ministry", "central bank"."""

MINISTRY = re.compile(r"ministry (?:of|for) (?:the )?(.+)")
SPELLED = {"defense": "defence", "labor": "labour", "foreign affairs": "foreign"}
"""One spelling for a body, so that one body has one key."""


SHORTEST_IN_CAPITALS = 4  # letters: below, "US" and "WHO" may be pronouns in a headline in capitals


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What words stand for.

    ``how`` says by which kind of word. ``others`` are further readings of the same words, the usual first. ``also``
    tells what else the words may be that no table holds ("US state", "given name"): if it is not empty, or ``others``
    is not, the words alone do not decide.
    """

    institution: Institution
    how: How
    others: tuple[Institution, ...] = ()
    also: str = ""


class Mention(NamedTuple):
    """Characters ``start`` to ``end`` of a text, and what they stand for by themselves."""

    start: int
    end: int
    fact: Fact


Words = tuple[str, ...]


def named(words: str) -> Fact | None:
    """What ``words`` as a whole stand for, None if the tables do not know them.

    "the", a final ’s, full stops in initials, hyphens and accents make no difference; capitals do ("us" is not "US"),
    except that words all in capitals are understood from four letters on.
    """
    phrase = folded(words)
    if not phrase:
        return None
    return _looked_up(phrase) or _body(words, phrase)


def mentions(text: str) -> Iterator[Mention]:
    """What the tables know in ``text``, from left to right, the longest words first; without "the" and ’s.

    Longer names that only contain a country's ("New Mexico") are passed over.
    """
    found = [(m.start(), m.end(), _fold(m.group())) for m in WORD.finditer(text)]
    past = 0
    for i, (start, _, first) in enumerate(found):
        if i < past or first not in _longest():
            continue
        for n in range(min(_longest()[first], len(found) - i), 0, -1):
            run = found[i : i + n]
            phrase = tuple(word for *_, word in run)
            if phrase == ("the",) or not all(_joined(a[2], text[a[1] : b[0]]) for a, b in pairwise(run)):
                continue
            if phrase in _passed_over():
                past = i + n
                break
            if fact := _exactly(phrase):
                past = i + n
                yield Mention(start, run[-1][1], fact)
                break


def government(country: str) -> str:
    """The canonical name of the government of ``country`` (a code or a name): "AT" → "Austrian government".

    Raises KeyError for what is no country, or has no government of its own.
    """
    return institution(f"{_code(country).lower()}/government").name


def body_of(country: str, body: str) -> Institution:
    """A state's body of a kind: ("UG", "Ministry of Health") → "Ugandan health ministry".

    Bodies of the tables are found by this too: ("FR", "foreign ministry") is the one the Quai d'Orsay stands for.
    Raises KeyError for what is no country.
    """
    state = states()[_code(country)]
    kind = _kind(" ".join(folded(body)))
    for adjective in state.adjectives:
        known = _facts().get(folded(f"{adjective} {kind}"))
        if known:
            return known.institution
    key = f"{state.code.lower()}/{kind.replace(' ', '-')}"
    name = f"{whose(state)} {kind}"
    return institutions().get(key) or Institution(key=key, name=name, kind="organisation", country=state.code)


def folded(words: str) -> Words:
    """The words as the tables are keyed: without ’s at the end, full stops, hyphens and accents; "St" for "Saint"."""
    bare = re.sub(r"['’]s?$", "", words.strip())
    return tuple(_fold(word) for word in WORD.findall(bare))


@cache
def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.replace(".", ""))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return {"The": "the", "THE": "the", "Saint": "St"}.get(plain, plain)


def _looked_up(phrase: Words) -> Fact | None:
    candidates = (phrase, phrase[1:]) if phrase[0] == "the" else (phrase,)
    if any(candidate in _passed_over() for candidate in candidates):
        return None
    return next((fact for candidate in candidates if (fact := _exactly(candidate))), None)


def _exactly(phrase: Words) -> Fact | None:
    if found := _facts().get(phrase):
        return found
    bare = phrase[phrase[:1] == ("the",) :]
    in_capitals = sum(map(len, bare)) >= SHORTEST_IN_CAPITALS and all(map(str.isupper, bare))
    return _in_capitals().get(phrase) if in_capitals else None


def _body(words: str, phrase: Words) -> Fact | None:
    """ "Uganda's Health Ministry", "the Ugandan health ministry", "the health ministry of Uganda"."""
    if phrase[0] == "the":
        phrase = phrase[1:]
    for i in range(len(phrase) - 1, 0, -1):
        owner = _looked_up(phrase[:i])
        rest = phrase[i + 1 :] if phrase[i : i + 1] == ("s",) else phrase[i:]
        if owner and owner.institution.kind == "country" and owner.how in {"name", "demonym"} and rest:
            return _body_fact(owner, rest)
    head, of, owner_words = words.rpartition(" of ")
    owner = named(owner_words) if of else None
    if owner and owner.institution.kind == "country" and owner.how == "name":
        return _body_fact(owner, tuple(w for w in folded(head) if w != "the"))
    return None


def _body_fact(owner: Fact, body: Words) -> Fact | None:
    for adjective in states()[owner.institution.key].adjectives:
        if listed := _facts().get((*folded(adjective), *body)):
            return listed
    kind = _kind(" ".join(body))
    if not BODY.fullmatch(kind):
        return None
    others = (body_of(other.key, kind) for other in owner.others if other.kind == "country")
    return Fact(institution=body_of(owner.institution.key, kind), how="name", others=tuple(others), also=owner.also)


def _kind(body: str) -> str:
    kind = MINISTRY.sub(r"\1 ministry", body.lower())
    for spelling, usual in SPELLED.items():
        kind = re.sub(rf"\b{spelling}\b", usual, kind)
    return kind


def _code(country: str) -> str:
    if country in states():
        return country
    fact = named(country)
    if fact is None or fact.institution.kind != "country":
        raise KeyError(country)
    return fact.institution.key


def _joined(before: str, between: str) -> bool:
    """Whether two words may belong to one name, by the first and the characters between them."""
    return bool(re.fullmatch(r"\s|[-‐‑–'’]|\s?&\s?", between)) or (before in {"St", "No"} and between == ". ")


@cache
def _facts() -> Mapping[Words, Fact]:
    """What each phrase stands for. Two institutions for one phrase must be told apart in readings.csv."""
    found: dict[Words, dict[str, How]] = {}
    for words, key, how in words_of_institutions():
        hows = found.setdefault(folded(words), {})
        hows[key] = min(hows.get(key, how), how, key=HOWS.index)
    ordered = {folded(r.words): r for r in readings() if r.keys}
    facts = {}
    for phrase, hows in found.items():
        reading = ordered.get(phrase)
        keys = reading.keys if reading else tuple(hows)
        facts[phrase] = Fact(
            institution=institution(keys[0]),
            how=hows[keys[0]],
            others=tuple(institution(key) for key in keys[1:]),
            also=reading.also if reading else "",
        )
    return facts


@cache
def _in_capitals() -> Mapping[Words, Fact]:
    return {tuple(w if w == "the" else w.upper() for w in phrase): fact for phrase, fact in _facts().items()}


@cache
def _passed_over() -> frozenset[Words]:
    return frozenset(folded(r.words) for r in readings() if not r.keys)


@cache
def _longest() -> Mapping[str, int]:
    """How many words the longest name has that begins with a word."""
    found: dict[str, int] = {}
    for phrase in (*_facts(), *_in_capitals(), *_passed_over()):
        found[phrase[0]] = max(found.get(phrase[0], 0), len(phrase))
    return found
