"""Place or government: does a place's name in a sentence stand for those who act there?

A logistic regression over what stands around the name. The features are the list in metonymy.toml, the weights are in
weights.json; both can be read, and `evidence` says which features held. How well it does: docs/facts.md.
"""

import json
import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from onrecord.facts.naming import named
from onrecord.facts.table import FOLDER

TOKEN = re.compile(r"(?:[A-Z]\.){2,}|[^\W_]+(?:[-'’.][^\W_]+)*|['’]s?|[^\w\s]")


VERB = re.compile(r"[a-z]+(?:ed|[^s]s)|also|never|still|now|not|then|often|soon")
SOURCE = "source of a cue"
GOVERNS = frozenset({"in", "of", "to", "from", "at", "for", "with", "on", "by", "into", "between", "against", "near"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The words of a sentence before and after a name, and the name."""

    before: tuple[str, ...]
    name: str
    after: tuple[str, ...]


def stands_for_government(sentence: str, start: int, end: int, *, speaks: bool) -> float:
    """The probability that the place named by characters ``start`` to ``end`` means who acts there, not the place.

    Who acts may be a government, an institution, the people or a national team: words around the name tell these from
    a place, hardly from each other. ``speaks`` says that the name by itself is the source of a cue of saying ("Paris
    insisted …"; not "officials in Paris said").
    """
    weights = _weights()
    spoken = sum(weights[name] for name in evidence(sentence, start, end, speaks=speaks))
    return 1 / (1 + math.exp(-spoken - weights["bias"]))


def evidence(sentence: str, start: int, end: int, *, speaks: bool) -> tuple[str, ...]:
    """The features of metonymy.toml that hold for the name at ``start`` to ``end``, in the order of that file."""
    where = Surroundings(
        before=tuple(TOKEN.findall(sentence[:start])),
        name=sentence[start:end],
        after=tuple(TOKEN.findall(sentence[end:])),
    )
    found = {feature.name for feature in _features() if feature.holds(where)}
    if speaks:
        found = found - _read_as_subject() | {SOURCE}
    return tuple(name for name in names() if name in found)


@cache
def names() -> tuple[str, ...]:
    """The names of all features; SOURCE is what ``speaks`` says, the others look at the sentence."""
    return (SOURCE, *(feature.name for feature in _features()))


@dataclass(frozen=True, slots=True)
class _Feature:
    name: str
    where: str
    words: re.Pattern[str]

    def holds(self, place: Surroundings) -> bool:
        return any(self.words.fullmatch(word) for word in LOOKS[self.where](place))


def _governing(place: Surroundings) -> tuple[str, ...]:
    """What precedes the name and those joined to it: "flew from Italy and Spain" → ("flew", "from")."""
    before = list(place.before)
    while before:
        joint = before[-1] in {",", "and", "or", "&"}
        if before[-1].lower() in _passed_over():
            before.pop()
        elif joint and len(before) > 1 and before[-2][:1].isupper() and before[-2].lower() not in _passed_over():
            before.pop()
            while before and before[-1][:1].isupper():
                before.pop()
        else:
            break
    return tuple(before)


def _before(place: Surroundings) -> list[str]:
    governing = _governing(place)
    if [word.lower() for word in governing[-2:]] == ["according", "to"]:
        return []
    return [governing[-1].lower()] if governing else []


def _owned(place: Surroundings) -> bool:
    return bool(place.after) and place.after[0] in {"'s", "’s", "'", "’"} and not place.name.endswith("'s")


def _next(place: Surroundings) -> list[str]:
    """The first word after the name, an inserted clause between commas passed over: "Turkey, however, said"."""
    if not place.after:
        return []
    if place.after[0] == "," and "," in place.after[1:6]:
        closing = place.after.index(",", 1)
        return [word.lower() for word in place.after[closing + 1 : closing + 2]]
    return [place.after[0].lower()]


def _next_noun(place: Surroundings) -> list[str]:
    return [word.lower() for word in place.after[:1]]


def _verb(place: Surroundings) -> list[str]:
    """Whether what follows looks like a verb and the name like its subject, not like what a preposition governs."""
    governing = _governing(place)
    if governing and governing[-1].lower() in GOVERNS:
        return []
    return ["yes"] if any(VERB.fullmatch(word) for word in _next(place)) else []


def _dateline(place: Surroundings) -> list[str]:
    """ "PARIS (AP) — …", "Berlin – …": the name opens the text, and a dash follows it or the agency's name."""
    if place.before:
        return []
    rest = place.after[3:] if place.after[:1] == ("(",) and place.after[2:3] == (")",) else place.after
    return ["yes"] if rest[:1] in {("—",), ("–",)} or rest[:2] == ("-", "-") else []


def _after_place(place: Surroundings) -> list[str]:
    before = place.before
    return ["yes"] if len(before) > 1 and before[-1] == "," and before[-2][:1].isupper() else []


def _hyphen(place: Surroundings) -> list[str]:
    return ["yes"] if len(place.after) > 1 and place.after[0] in {"-", "‑", "–"} and place.after[1].islower() else []


def _kind(place: Surroundings) -> list[str]:
    fact = named(place.name)
    return [fact.how] if fact else []


LOOKS: Mapping[str, Callable[[Surroundings], list[str]]] = {
    "before": _before,
    "after": _next,
    "possessive": lambda place: ["yes"] if _owned(place) else [],
    "next noun": _next_noun,
    "hyphen": _hyphen,
    "after place": _after_place,
    "verb": _verb,
    "dateline": _dateline,
    "kind": _kind,
    "sentence": lambda place: [word.lower() for word in (*place.before, *place.after)],
}
"""Where a feature looks; it holds if one of the words found there is one of its own."""


@cache
def _file() -> dict[str, list]:  # type: ignore[type-arg]
    return tomllib.loads((FOLDER / "metonymy.toml").read_text(encoding="utf-8"))


@cache
def _passed_over() -> frozenset[str]:
    return frozenset(_file()["passed_over"])


@cache
def _features() -> tuple[_Feature, ...]:
    return tuple(
        _Feature(f["name"], f["where"], re.compile("|".join(map(_pattern, f.get("words", ["yes"])))))
        for f in _file()["feature"]
    )


def _pattern(word: str) -> str:
    return re.escape(word.removesuffix("*")) + (".*" if word.endswith("*") else "")


@cache
def _read_as_subject() -> frozenset[str]:
    """Features of the word after a name, which say nothing more once the name is known to be what speaks."""
    return frozenset(f.name for f in _features() if f.where in {"after", "verb", "sentence"})


@cache
def set_by_hand() -> Mapping[str, float]:
    """The weights of the features that are not fitted, by name."""
    return {f["name"]: f["weight"] for f in _file()["feature"] if "weight" in f}


@cache
def _weights() -> Mapping[str, float]:
    fitted: dict[str, float] = json.loads((FOLDER / "weights.json").read_text(encoding="utf-8"))["weights"]
    return {**fitted, **set_by_hand()}
