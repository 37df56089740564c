"""Names of people and organisations as words: their parts, and whether two may mean the same.

What is known here is language (titles, nobiliary particles, legal forms), never who holds an office.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Kept as part of a name, as newspapers do; all other titles are roles or courtesy.
RANKS = frozenset(
    """
    sir dame lord lady baroness baron viscount viscountess earl countess duke duchess marquess king queen prince
    princess pope emperor sheikh sheikha sultan emir
    """.split()
)
COURTESY = frozenset(
    """
    mr mrs ms miss mx mister madam monsieur madame herr frau senor senora signor signora
    """.split()
)
FEMALE = frozenset(
    """
    mrs ms miss madam madame frau senora signora dame lady baroness viscountess countess duchess queen princess
    sister sheikha
    """.split()
)
MALE = frozenset(
    """
    mr mister monsieur herr senor signor sir lord baron viscount earl duke king prince pope father sheikh sultan
    emir emperor
    """.split()
)
TITLES = (
    frozenset(
        """
    dr doctor prof professor rev reverend fr father sister rabbi imam cardinal archbishop bishop canon saint st
    judge justice magistrate cllr councillor councilman councilwoman councilmember cr deputy senator sen rep
    representative congressman congresswoman congressmember assemblyman assemblywoman alderman delegate gov
    governor president vice-president pm minister premier chancellor taoiseach tanaiste secretary ambassador
    commissioner chairman chairwoman chair mayor mp mep msp gen general col colonel maj major capt captain lt
    lieutenant sgt sergeant sergeant-major cpl corporal pte private adm admiral cmdr commander brig brigadier
    marshal prime vice acting former ex pc dc ds dci di supt superintendent inspector insp det detective chief
    constable officer ch sheriff attorney speaker lawyer economist spokesman spokeswoman spokesperson analyst
    coach
    """.split()
    )
    | COURTESY
)
_BEFORE_GIVEN = frozenset(
    """
    sir dame king queen prince princess pope emperor saint st sister brother
    """.split()
)
PARTICLES = frozenset(
    """
    de del della der den di da do dos das du la le van von zu zum zur af av bin ibn al el ter ten
    """.split()
)
SUFFIXES = frozenset(
    """
    jr sr ii iii iv qc kc mp mep mbe obe cbe phd md esq
    """.split()
)
_FOLD = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe",
                       "’": "'", "‘": "'", "‐": "-", "‑": "-", "–": "-"})  # fmt: skip
_FILLERS = frozenset(
    """
    the of for and & in on at to de la le du des der die das
    """.split()
)
_LEGAL = frozenset(
    """
    inc ltd plc llc llp corp co company gmbh ag sa se spa nv bv ab oy as limited incorporated group
    """.split()
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person's name taken apart: ``titles`` and ``given`` names in order, ``surname`` with its particles.

    All are folded (see plain); ``surname`` is empty where there is a single name, which may be either.
    """

    titles: tuple[str, ...]
    given: tuple[str, ...]
    surname: str

    @property
    def gender(self) -> str | None:
        """ "m" or "f" where a title or the first name tells."""
        if any(t in FEMALE for t in self.titles):
            return "f"
        if any(t in MALE for t in self.titles):
            return "m"
        return given_names().get(self.given[0].split("-")[0]) if self.given else None


@cache
def given_names() -> Mapping[str, str]:
    """First names, folded → "m" or "f", where nearly all languages agree (training/given_names.py says whence)."""
    men, women = (Path(__file__).parent / "given_names.txt").read_text(encoding="utf-8").split("\n\n")
    return dict.fromkeys(men.split(), "m") | dict.fromkeys(women.split(), "f")


@cache
def plain(words: str) -> str:
    """``words`` without accents, case, full stops, possessive and double spaces."""
    words = unicodedata.normalize("NFKD", words.casefold().translate(_FOLD))
    words = "".join(c for c in words if not unicodedata.combining(c))
    words = re.sub(r"'s?(?=\s|$)", "", words)
    return " ".join(re.sub(r"[.,\"“”]", "", words).split())


def without_article(words: str) -> str:
    """``words`` without "the", "a" or "an" before them."""
    return re.sub(r"^(?:the|an?) +(?=\S)", "", words, flags=re.IGNORECASE)


def without_possessive(words: str) -> str:
    """``words`` without ’s after them."""
    return re.sub(r"(?:['’]s?)$", "", words)


def is_title(word: str) -> bool:
    """Whether ``word`` may stand before a person's name and is none."""
    folded = plain(word)
    return folded in TITLES or folded in RANKS


def untitled(name: str) -> str:
    """``name`` without courtesy and office, with rank: "Sir Giles Thackeray", "Elfriede Kos"."""
    words = without_possessive(name.strip()).split()
    kept = [w for w in words if plain(w) in RANKS]
    first = 0
    while first < len(words) - 1 and is_title(words[first]):
        first += 1
    return " ".join([w for w in kept if w in words[:first]] + words[first:])


@cache
def person(name: str) -> Person:
    """The parts of a person's name."""
    words = plain(name).split()
    titles = []
    while len(words) > 1 and is_title(words[0]):
        titles.append(words.pop(0))
    while len(words) > 1 and words[-1] in SUFFIXES:
        words.pop()
    if len(words) == 1:
        by_surname = titles and titles[-1] not in _BEFORE_GIVEN
        return Person(tuple(titles), (), words[0]) if by_surname else Person(tuple(titles), tuple(words), "")
    last = len(words) - 1
    while last and words[last - 1] in PARTICLES:
        last -= 1
    return Person(tuple(titles), tuple(words[:last]), " ".join(words[last:]))


def fits(short: Person, full: Person) -> bool:
    """Whether ``short`` may be another form of the full name ``full``: "Mr Kos", "Elfriede", "E. Kos", "Sir Giles"."""
    if short.titles and short.gender and full.gender and short.gender != full.gender:
        return False
    if not full.surname:
        return short.given == full.given and not short.surname
    if not short.surname:
        word = short.given[0] if short.given else ""
        parts = full.surname.split()
        return word in (*full.given, full.surname, parts[-1], *full.surname.split("-"))
    endings = {full.surname, full.surname.split()[-1]}
    if short.surname not in endings and not (set(short.surname.split("-")) & set(full.surname.split("-"))):
        return " ".join((*full.given, full.surname)).endswith(" " + short.surname) and not short.given
    return all(any(_given(a, b) for b in full.given) for a in short.given)


def _given(a: str, b: str) -> bool:
    return a == b or (len(a) <= 2 and b.startswith(a[0])) or (len(b) <= 2 and a.startswith(b[0]))


@cache
def initials(name: str) -> str:
    """The first letters of an organisation's words, fillers left out: "European Central Bank" → "ecb"."""
    return "".join(w[0] for w in re.split(r"[\s\-]+", plain(name)) if w and w not in _FILLERS and w[0].isalnum())


@cache
def core(name: str) -> tuple[str, ...]:
    """The words of an organisation's name that count: folded, without article, fillers and legal form."""
    words = [w for w in plain(name).split() if w not in _FILLERS]
    while len(words) > 1 and words[-1] in _LEGAL:
        words.pop()
    return tuple(words)


def shortens(short: str, full: str) -> bool:
    """Whether ``short`` may be a shorter form of an organisation's name: "Prairie", "the Commission", "ECB", "BGV"."""
    a, b = core(short), core(full)
    if not a or not b or len(a) > len(b):
        return False
    if len(a) == 1 and len(a[0]) > 1 and without_possessive(without_article(short)).isupper():
        return a[0] == initials(full) or a[0] in b
    return a in (b, b[: len(a)], b[-len(a) :])
