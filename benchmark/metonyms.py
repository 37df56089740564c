"""How far the facts about states can be trusted: what they know, and whether a place or a government is meant.

    python -m benchmark.metonyms [--data ../shared/data] [--disagreements] [--fit]

DATA is the folder with knowledge/ (the factbook, countries.jsonl, the actor dictionary of PETRARCH2), cases/, polnear/
and metonymy/. --fit fits the weights of metonymy.toml's features again and writes them to weights.json.

Weights are fitted on ReLocaR train and on the sources in cases S and T that are a place's name; half the places of
ReLocaR were chosen to be metonymic. Accuracy there is cross-validated: ten parts, a sentence in one part only, seed 0. Two numbers are then set for running text: the bias, so
that the mean probability over SemEval train is its share of metonymic places, and the weight of "source of a cue", so
that the mean over those n sources in cases S and T, once it is told that they are sources, is (n + 1) / (n + 2). SemEval sees nothing else of the weights, PolNeAR and cases A nothing at all. Mixed readings count as metonymic.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from onrecord.facts import Institution, named, stands_for_government, states
from onrecord.facts.metonymy import SOURCE, evidence, names, set_by_hand
from onrecord.facts.table import FOLDER

Floats = npt.NDArray[np.float64]
PARTS = 10
STRENGTH = 1.0  # of the pull of weights towards 0 (half the squared norm); 0.3 and 3 are no better
COMMAND = "python -m benchmark.metonyms --fit"


class Place(NamedTuple):
    """A name in a sentence, and whether it stands for who acts there."""

    sentence: str
    start: int
    end: int
    speaks: bool
    acts: bool

    @property
    def name(self) -> str:
        """The words of the name."""
        return self.sentence[self.start : self.end]


def main() -> None:
    """Print all measures; fit first if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--disagreements", action="store_true", help="print what the tables and others see differently")
    parser.add_argument("--fit", action="store_true", help="fit the weights again and write them")
    options = parser.parse_args()
    relocar = list(annotated(options.data / "metonymy" / "relocar_train.jsonl"))
    spoken = [place for name in "ST" for place in speaking(options.data / "cases" / f"{name}.jsonl")]
    semeval = list(annotated(options.data / "metonymy" / "semeval2007_loc_train.jsonl"))
    accuracy = cross_validated(relocar, spoken)
    if options.fit:
        write(calibrated(fitted([*relocar, *untold(spoken)]), semeval, spoken), accuracy)
    for title, compared_words in knowledge(options.data / "knowledge").items():
        known = [row for row in compared_words if row.found]
        right = [row for row in known if row.agrees]
        print(f"{title}: known {len(known)}/{len(compared_words)}, the same state {len(right)}/{len(known)}")
        for row in compared_words if options.disagreements else []:
            if not row.agrees:
                print(f"    {row.words!r} is {row.said} there, here {[f.key for f in row.found]}")
    print(convention(options.data / "cases", disagreements=options.disagreements))
    report(relocar, semeval, spoken, accuracy, options.data)


def convention(folder: Path, *, disagreements: bool) -> str:
    """How often the tables give the source of a statement in the cases the name its actor has there, or an alias."""
    same = alias = other = 0
    lines = []
    for name in "AST":
        for row in rows(folder / f"{name}.jsonl"):
            actors = {a["id"]: a for a in row["actors"]}
            for statement in row["statements"]:
                source = statement["source"] and row["text"][slice(*statement["source"])]
                fact = named(source) if source else None
                actor = actors.get(statement["actor"])
                if fact is None or actor is None or fact.how == "demonym":
                    continue
                ours = fact.institution.name.lower()
                called = {re.sub("^the ", "", words.lower()) for words in actor["aliases"]}
                same += ours == actor["name"].lower()
                alias += ours != actor["name"].lower() and ours in called
                if ours not in {actor["name"].lower(), *called}:
                    other += 1
                    lines.append(f"    {name}: {source!r} is {actor['name']!r} there, here {fact.institution.name!r}")
    told = (
        f"cases: {same + alias + other} sources in the tables; the actor's name {same}, its alias {alias}, else {other}"
    )
    return "\n".join([told, *(lines if disagreements else ())])


class Compared(NamedTuple):
    """Words, what another source says they are (a code), and what the tables say."""

    words: str
    said: str
    found: tuple[Institution, ...]

    @property
    def agrees(self) -> bool:
        """Whether one reading of the words belongs to the same state, or to a part of it."""
        return any(self.said in {f.country, (f.country or "").split("-")[0]} for f in self.found)


def knowledge(folder: Path) -> dict[str, list[Compared]]:
    """The tables beside other collections, by collection and kind of word."""
    countries = list(rows(folder / "countries.jsonl"))
    codes = {c["cca3"]: {"UNK": "XK"}.get(c["cca3"], c["cca2"]) for c in countries}
    found: dict[str, list[Compared]] = {}
    for country in countries:
        code = codes[country["cca3"]]
        if code not in states():
            continue
        for kind, words in (
            ("names", {country["name"]["common"], country["name"]["official"]}),
            ("capitals", set(country["capital"])),
            ("demonyms", set(country["demonyms"].get("eng", {}).values())),
        ):
            found.setdefault(f"countries.jsonl {kind}", []).extend(compared(w, code) for w in sorted(words) if w)
    for entry in rows(folder / "factbook_2026-05-17.jsonl"):
        name = named(entry["long"] or "") or named(entry["name"] or "")
        if name is None or name.institution.key not in states():
            continue
        for kind, cell in (
            ("capitals", entry["capital"]), ("demonyms", f"{entry['demonym_noun']}, {entry['demonym_adj']}"),
        ):  # fmt: skip
            parts = factbook_words(cell or "")
            found.setdefault(f"factbook {kind}", []).extend(compared(w, name.institution.key) for w in parts)
    found["petrarch2, words in both"] = [
        compared(words, codes[code]) for words, code in petrarch(folder / "phoenix_actors.jsonl") if code in codes
    ]
    return found


def compared(words: str, said: str) -> Compared:
    """What the tables know of ``words``."""
    fact = named(words)
    return Compared(words, said, (fact.institution, *fact.others) if fact else ())


def factbook_words(cell: str) -> list[str]:
    """The names in a cell of the factbook: "Washington, D.C."; "Croat(s), Croatian(s)"; "Kyiv (Kiev is …)"."""
    bare = re.sub(r"note\b.*|, D\.C\.|\bin Romanian\b|\((?!men|women)[^)]*\)", "", cell)
    parts = re.split(r"[;,]|\bor\b", bare)
    return sorted({p.strip() for p in parts if re.fullmatch(r"[A-Zl][\w'’ .-]+", p.strip())})


def petrarch(path: Path) -> Iterator[tuple[str, str]]:
    """Words the tables know that the dictionary of PETRARCH2 gives to one state or its government, and its code.

    Persons are in that dictionary too; they are left out because the tables know none.
    """
    for row in rows(path):
        code = row["codes"][0].split()[0] if row["codes"] else ""
        if "Countries" not in row["file"] or not re.fullmatch(r"[A-Z]{3}(?:GOV|LEG|MIL|COP|SPY|JUD)?", code):
            continue
        for words in (row["name"], *row["syn"]):
            title = words.title().replace("'S", "'s")
            if named(title) or named(words):
                yield (title if named(title) else words), code[:3]


def annotated(path: Path) -> Iterator[Place]:
    """The places of ReLocaR or SemEval, with the reading people gave them."""
    for row in rows(path):
        start, end = sentence_around(row["text"], row["start"], row["end"])
        at, to = row["start"] - start, row["end"] - start
        yield Place(row["text"][start:end], at, to, speaks=False, acts=not row["reading"].startswith("lit"))


def speaking(path: Path) -> Iterator[Place]:
    """Sources of statements that are nothing but the name of a country, a capital or a seat: who acts is meant.

    In cases an actor that is a person ("Jordan") is left out; PolNeAR does not tell.
    """
    for row in rows(path):
        people = {a["id"] for a in row.get("actors", ()) if a["kind"] == "person"}
        for statement in row.get("statements", ()):
            if statement["source"] and statement["actor"] not in people:
                yield from _source(row["text"], *statement["source"])
        for attribution in row.get("attributions", ()):
            if len(attribution["source"]) == 1:
                yield from _source(row["text"], attribution["source"][0]["start"], attribution["source"][0]["end"])


def _source(text: str, start: int, end: int) -> Iterator[Place]:
    fact = named(text[start:end])
    if fact and fact.how != "demonym" and "/" not in fact.institution.key:
        begin, close = sentence_around(text, start, end)
        yield Place(text[begin:close], start - begin, end - begin, speaks=True, acts=True)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets of the sentence around a name, by full stops and line breaks: enough to see what governs the name."""
    begin = max((m.end() for m in re.finditer(r"[.!?]['\"”’]?\s+(?=[\"“‘A-Z])|\n+", text[:start])), default=0)
    close = re.compile(r"[.!?]['\"”’]?(?=\s+[\"“‘A-Z]|\s*$)|\n").search(text, end)
    return begin, close.end() if close else len(text)


def matrix(places: Sequence[Place]) -> Floats:
    """A row for each place, a column for each feature, the last column for the bias."""
    column = {name: i for i, name in enumerate(names())}
    found = np.zeros((len(places), len(column) + 1))
    found[:, -1] = 1
    for i, p in enumerate(places):
        found[i, [column[name] for name in evidence(p.sentence, p.start, p.end, speaks=p.speaks)]] = 1
    return found


def fitted(places: Sequence[Place]) -> Floats:
    """Weights of a logistic regression with a quadratic penalty on all but the bias, by Newton's method.

    The weights set by hand are put in afterwards: their features hold for hardly any of the places.
    """
    x, y = matrix(places), np.array([p.acts for p in places], dtype=np.float64)
    by_hand = {names().index(name): weight for name, weight in set_by_hand().items()}
    x[:, list(by_hand)] = 0
    penalty = np.full(x.shape[1], STRENGTH)
    penalty[-1] = 1e-6
    weights = np.zeros(x.shape[1])
    for _ in range(30):
        p = probability(x, weights)
        step = np.linalg.solve((x.T * (p * (1 - p))) @ x + np.diag(penalty), x.T @ (y - p) - penalty * weights)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    weights[list(by_hand)] = list(by_hand.values())
    return weights


def probability(x: Floats, weights: Floats) -> Floats:
    """Of each row."""
    p: Floats = 1 / (1 + np.exp(-x @ weights))
    return p


def calibrated(weights: Floats, running: Sequence[Place], spoken: Sequence[Place]) -> Floats:
    """The bias set by the share of metonymic places in running text, then the weight of being the source of a cue."""
    share = float(np.mean([p.acts for p in running]))
    weights = with_mean(weights, -1, matrix(running), share)
    return with_mean(weights, names().index(SOURCE), matrix(spoken), (len(spoken) + 1) / (len(spoken) + 2))


def with_mean(weights: Floats, which: int, x: Floats, wanted: float) -> Floats:
    """The weights with one of them such that the mean probability is as wanted, by halving an interval."""
    low, high = -20.0, 20.0
    changed = weights.copy()
    for _ in range(60):
        changed[which] = (low + high) / 2
        if probability(x, changed).mean() < wanted:
            low = changed[which]
        else:
            high = changed[which]
    return changed


def untold(places: Sequence[Place]) -> list[Place]:
    """The places without the knowledge that they are sources: the words around them have to tell."""
    return [p._replace(speaks=False) for p in places]


def cross_validated(places: Sequence[Place], spoken: Sequence[Place]) -> float:
    """Accuracy on parts that the weights did not see."""
    sentences = sorted({p.sentence for p in places})
    random.Random(0).shuffle(sentences)
    part = {sentence: i % PARTS for i, sentence in enumerate(sentences)}
    right = 0
    for i in range(PARTS):
        weights = fitted([*(p for p in places if part[p.sentence] != i), *untold(spoken)])
        held = [p for p in places if part[p.sentence] == i]
        right += int(((matrix(held) @ weights > 0) == np.array([p.acts for p in held])).sum())
    return right / len(places)


def write(weights: Floats, accuracy: float) -> None:
    """Put the weights where `stands_for_government` finds them."""
    content = {
        "command": COMMAND,
        "fitted on": "ReLocaR train, cases S and T; bias and source of a cue set on SemEval-2007 train and cases S and T",
        "accuracy on ReLocaR train, cross-validated": round(accuracy, 3),
        "weights": {name: round(float(w), 3) for name, w in zip((*names(), "bias"), weights, strict=True)},
    }
    (FOLDER / "weights.json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def report(
    relocar: Sequence[Place], semeval: Sequence[Place], spoken: Sequence[Place], accuracy: float, data: Path
) -> None:
    """How often a place and a government are told apart."""
    literal = float(np.mean([not p.acts for p in semeval]))
    always = float(np.mean([not p.acts for p in relocar]))
    print(
        f"ReLocaR train, {len(relocar)} places, cross-validated: accuracy {accuracy:.3f} (always literal: {always:.3f})"
    )
    right, found, wanted = _counts(semeval)
    print(
        f"SemEval-2007 train, {len(semeval)} places: accuracy {right / len(semeval):.3f} (always literal: "
        f"{literal:.3f}), precision {found[0] / found[1]:.3f}, recall {found[0] / wanted:.3f}, area under ROC {area(semeval):.3f}"
    )
    sources = {"cases S and T (fitted on)": spoken, "cases A": list(speaking(data / "cases" / "A.jsonl"))}
    sources["PolNeAR dev"] = list(speaking(data / "polnear" / "dev.jsonl"))
    sources["PolNeAR train"] = list(speaking(data / "polnear" / "train.jsonl"))
    for name, places in sources.items():
        with_cue = [stands_for_government(p.sentence, p.start, p.end, speaks=True) for p in places]
        without = [stands_for_government(p.sentence, p.start, p.end, speaks=False) for p in places]
        print(
            f"{name}: {len(places)} sources that are a place's name; said to act {sum(v > 0.5 for v in with_cue)}, "
            f"mean {np.mean(with_cue):.3f}; without being told of the cue {sum(v > 0.5 for v in without)}, "
            f"mean {np.mean(without):.3f}"
        )


def area(places: Sequence[Place]) -> float:
    """The chance that a place for which somebody acts gets a higher probability than one for which nobody does."""
    of = {True: [], False: []}  # type: dict[bool, list[float]]
    for p in places:
        of[p.acts].append(stands_for_government(p.sentence, p.start, p.end, speaks=p.speaks))
    higher = np.array(of[True])[:, None] - np.array(of[False])[None, :]
    return float(np.mean((higher > 0) + 0.5 * (higher == 0)))


def _counts(places: Sequence[Place]) -> tuple[int, tuple[int, int], int]:
    said = [stands_for_government(p.sentence, p.start, p.end, speaks=p.speaks) > 0.5 for p in places]
    right = sum(s == p.acts for s, p in zip(said, places, strict=True))
    both = sum(s and p.acts for s, p in zip(said, places, strict=True))
    return right, (both, sum(said)), sum(p.acts for p in places)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
