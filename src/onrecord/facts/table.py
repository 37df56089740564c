"""The tables of facts, read once: states, institutions, and words with several readings."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

How = Literal["name", "capital", "seat", "demonym"]
HOWS: tuple[How, ...] = ("name", "capital", "seat", "demonym")

GENERAL = re.compile(
    r"(?:(?:House|Houses|Assembly|Council|Congress|Parliament|Legislature|Chamber|Deputies|Representatives|General|Grand"
    r"|Great|National|Federal|Legislative|Consultative|Parliamentary|Supreme|Transitional|Plurinational|Islamic|Peoples?'?"
    r"s?|Republic|Union|States|Shura|and|of|the) ?)+"
)
"""Names that many parliaments have: they name one only beside a state ("French National Assembly")."""

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """Whom words about a state can stand for: a country as an actor, or an organisation of a state or of several.

    ``key`` is an ISO 3166 code for a country ("AT"; parts of states as in ISO 3166-2: "GB-SCT"), else prefix and slug
    ("at/government", "eu/commission", "un/imf"). ``name`` is the canonical one. ``country`` is the code of the state
    it belongs to (a country belongs to itself), None if to none or several.
    """

    key: str
    name: str
    kind: Literal["country", "organisation"]
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the table says of a state, a part of one, or a territory. Offices are kinds of office, without holders.

    ``adjectives`` begins with the one that names the government ("Austrian", "UK"). ``people`` holds singulars and
    plurals. ``capitals`` and ``seats`` (buildings and cities) are the words that can stand for the state. Words are
    without accents where newspapers leave them out. ``status``: member or observer of the UN, partly recognised,
    territory, part of a state, former.
    """

    code: str
    name: str
    other_names: tuple[str, ...]
    adjectives: tuple[str, ...]
    people: tuple[str, ...]
    capitals: tuple[str, ...]
    seats: tuple[str, ...]
    head_of_state: tuple[str, ...]
    head_of_government: tuple[str, ...]
    parliament: tuple[str, ...]
    status: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Words with several readings: keys of institutions, the usual one first; ``also`` what else the words may be."""

    words: str
    keys: tuple[str, ...]
    also: str
    note: str


@cache
def states() -> Mapping[str, State]:
    """All states by code, in the order of the table."""
    return {
        row["code"]: State(
            code=row["code"],
            name=row["name"],
            other_names=_several(row["other_names"]),
            adjectives=_several(row["adjectives"]),
            people=tuple(form for one in _several(row["people"]) for form in _singular_and_plural(one)),
            capitals=_several(row["capital"]),
            seats=_several(row["seats"]),
            head_of_state=_several(row["head_of_state"]),
            head_of_government=_several(row["head_of_government"]),
            parliament=_several(row["parliament"]),
            status=row["status"],
            note=row["note"],
        )
        for row in _rows("states.csv")
    }


@cache
def institutions() -> Mapping[str, Institution]:
    """All institutions by key: each country, its government and parliament, and those of the table."""
    found = {s.code: Institution(key=s.code, name=s.name, kind="country", country=s.code) for s in states().values()}
    listed = [(row["key"], row["name"]) for row in _rows("institutions.csv")]
    for key, name in [*_implied(), *listed]:
        found[key] = Institution(key=key, name=name, kind="organisation", country=country_of(key))
    return found


def institution(key: str) -> Institution:
    """The institution of a key; raises KeyError if the tables have none."""
    return institutions()[key]


def whose(state: State) -> str:
    """What names a body of the state as its own: its adjective, or its name where the adjective is first another's."""
    taken = {r.words: r.keys[0] for r in readings() if r.keys}
    adjective = state.adjectives[0]
    return adjective if taken.get(adjective, state.code) == state.code else state.name


def country_of(key: str) -> str | None:
    """The code of the state a key belongs to: "gb-sct/government" → "GB-SCT", "ca-on/government" → "CA"."""
    prefix = key.split("/", maxsplit=1)[0].upper()
    return next((code for code in (prefix, prefix.split("-")[0]) if code in states()), None)


def words_of_institutions() -> Iterator[tuple[str, str, How]]:
    """Everything the tables call an institution: words, key, how."""
    for state in states().values():
        yield from _words_of(state)
    people = Counter(word for state in states().values() for word in {*state.adjectives, *state.people})
    for state in states().values():
        government, parliament = f"{state.code.lower()}/government", f"{state.code.lower()}/parliament"
        own = [adjective for adjective in state.adjectives if people[adjective] == 1]
        for whose in (*own, *(f"{name}'s" for name in (state.name, *state.other_names))):
            if state.head_of_government:
                yield f"{whose} government", government, "name"
            if state.parliament:
                yield f"{whose} parliament", parliament, "name"
            yield from ((f"{whose} {name}", parliament, "name") for name in state.parliament)
        if state.head_of_government:
            yield from ((f"government of {name}", government, "name") for name in (state.name, *state.other_names))
        yield from ((name, parliament, "name") for name in state.parliament if not GENERAL.fullmatch(name))
    for row in _rows("institutions.csv"):
        yield row["name"], row["key"], "name"
        yield from ((words, row["key"], "name") for words in _several(row["other_names"]))
        yield from ((words, row["key"], "seat") for words in _several(row["seats"]))


@cache
def readings() -> tuple[Reading, ...]:
    """The words with several readings, and longer names that only contain a country's ("New Mexico": no keys)."""
    return tuple(
        Reading(words=row["words"], keys=_several(row["keys"]), also=row["also"], note=row["note"])
        for row in _rows("readings.csv")
    )


def _words_of(state: State) -> Iterator[tuple[str, str, How]]:
    yield from ((words, state.code, "name") for words in (state.name, *state.other_names))
    yield from ((words, state.code, "demonym") for words in (*state.adjectives, *state.people))
    if state.status != "part":  # the capital of a part of a state stands for its government: see institutions.csv
        yield from ((words, state.code, "capital") for words in state.capitals)
        yield from ((words, state.code, "seat") for words in state.seats)


def _implied() -> Iterator[tuple[str, str]]:
    """Key and name of the government and the parliament of each state, where it has them."""
    for state in states().values():
        if state.head_of_government:
            yield f"{state.code.lower()}/government", f"{whose(state)} government"
        if state.parliament:
            kind = "Congress" if state.parliament[0].endswith("Congress") else "parliament"
            yield f"{state.code.lower()}/parliament", f"{whose(state)} {kind}"


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _singular_and_plural(one: str) -> tuple[str, str]:
    """ "Dane" → Dane, Danes; a plural without s stands after a slash: "Frenchman/Frenchmen"."""
    singular, _, plural = one.partition("/")
    return singular, plural or f"{singular}s"
