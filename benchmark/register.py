"""How well the register links actors across articles: python -m benchmark.register [--data ../shared/data].

Reading is left out: the actors of each article are taken from the annotation, each by the fullest name that the article
itself has, with a role where the article has its words. So this measures the linking alone. B³ (Bagga & Baldwin 1998)
counts, for every appearance, how many of those linked with it are the same actor (precision) and how many of the same
actor are linked with it (recall). Each set was written as one invented world: a country, or a name of several words, is
the same actor in all its stories; a name of one word ("Parliament", "Greens") is another's in each.
"""

import argparse
import json
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

from onrecord import facts
from onrecord.record import Record
from onrecord.types import ActorKind, Appearance, Article, Read, Reading, Role, Span, appearance_id, article_id

READING = Reading(id="gold", started_at="2026-01-01T00:00:00+00:00", version="gold", weights_sha256="0" * 64)


class Case(NamedTuple):
    """An article with the actors in it, and who each is (by the id of the appearance)."""

    article: Article
    read: Read
    gold: Mapping[str, str]


def cases(path: Path) -> Iterator[Case]:
    """The articles of an annotated file, with the actors that stand in them by a name."""
    for line in path.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        article = made_article(given["id"], given["text"], given["outlet"], given["published"])
        found: dict[str, Appearance] = {}
        for actor in given["actors"]:
            forms = [
                f for f in (actor["name"], *actor["aliases"]) if named(f, actor["name"]) and place(f, article.text)
            ]
            if forms:
                found[actor["id"]] = appearance(article, actor, forms, given["actors"])
        kept = {a.id for a in found.values()}
        read = Read(
            statements=(),
            appearances=tuple({a.id: a for a in found.values() if a.parent is None or a.parent in kept}.values()),
        )
        gold = {found[a["id"]].id: who(a, path.stem, given["story"]) for a in given["actors"] if a["id"] in found}
        yield Case(article, read, gold)


def who(actor: Mapping[str, Any], world: str, story: str) -> str:
    """What tells an annotated actor from all others."""
    known = named(actor["name"], "") and (" " in actor["name"] or actor["kind"] == "country")
    return f"{'' if actor['kind'] == 'country' else world}/{'' if known else story}/{actor['kind']}/{actor['name']}"


def named(form: str, name: str) -> bool:
    """Whether a form is a name, not a description: "Kos", "BGV", not "the minister"; or is all the actor has."""
    proper = not form.startswith(("the ", "a ", "an ")) and any(c.isupper() for c in form)
    return proper or form == name


def place(form: str, text: str) -> Span | None:
    """Where it first stands as a word."""
    match = re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text)
    return Span(*match.span()) if match else None


def appearance(
    article: Article, actor: Mapping[str, Any], forms: list[str], others: list[dict[str, Any]]
) -> Appearance:
    """An annotated actor as a reading would give it."""
    full = max(forms, key=lambda form: (form == actor["name"], len(form)))
    kind: ActorKind = actor["kind"]
    owner = next((o for o in others if o["id"] == actor["member_of"]), None)
    title = (actor["role"] or "").split(" of ")[0]
    where = place(title, article.text) if title else None
    organisation = (
        next((f for f in (owner["name"], *owner["aliases"]) if place(f, article.text)), None) if owner else None
    )
    role = Role(title=title, organisation=organisation, country=None, former=False, evidence=where) if where else None
    return Appearance(
        id=appearance_id(article.id, kind, full),
        article_id=article.id,
        name=full,
        kind=kind,
        names=tuple(dict.fromkeys((full, *forms))),
        mentions=tuple(sorted(span for form in forms if (span := place(form, article.text)))),
        roles=(role,) if role and kind == "person" else (),
        country=fact.institution.country if (fact := facts.named(full)) and kind != "person" else None,
    )


def made_article(name: str, text: str, outlet: str | None, published: str | None) -> Article:
    """An article as given."""
    return Article(
        id=article_id(name, text), name=name, text=text, text_sha256=sha256(text.encode()).hexdigest(),
        extractor="as given", outlet=outlet, published=published,
    )  # fmt: skip


class Linked(NamedTuple):
    """An appearance: by which name, who it is, and which actor of the register it was linked to."""

    name: str
    gold: str
    actor: str


def linked(found: list[Case], *, seed: int) -> tuple[list[Linked], int, float]:
    """Everything linked, read in a random order; how many doubtful links; seconds of computing."""
    random.Random(seed).shuffle(found)
    with tempfile.TemporaryDirectory() as folder, Record.open(Path(folder) / "r.db") as record:
        start = process_time()
        for case in found:
            record.add(case.article, case.read, reading=READING)
        seconds = process_time() - start
        gold = {id_: who for case in found for id_, who in case.gold.items()}
        rows = []
        for covered in record.coverage():
            rows += [Linked(a.name, gold[a.id], covered.actor_ids[a.id]) for a in covered.read.appearances]
        return rows, len(record.proposals()), seconds


def b_cubed(rows: list[Linked]) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    actors, gold, both = (
        Counter(r.actor for r in rows),
        Counter(r.gold for r in rows),
        Counter((r.actor, r.gold) for r in rows),
    )
    precision = sum(both[r.actor, r.gold] / actors[r.actor] for r in rows) / len(rows)
    recall = sum(both[r.actor, r.gold] / gold[r.gold] for r in rows) / len(rows)
    return precision, recall, 2 * precision * recall / (precision + recall)


def errors(rows: list[Linked]) -> Iterator[str]:
    """Actors that were linked and are not one; actors that were not linked and are."""
    for title, key, other in (("one, but are not", "actor", "gold"), ("not one, but are", "gold", "actor")):
        groups: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for row in rows:
            groups[getattr(row, key)].add((getattr(row, other), row.name))
        for group in groups.values():
            if len({who for who, _ in group}) > 1:
                yield f"  {title}: " + "; ".join(f"{name} ({who})" for who, name in sorted(group))


def main() -> None:
    """Prints a line for each set of articles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    folder = options.data / "cases"
    sets = {name: list(cases(folder / f"{name}.jsonl")) for name in "AST"}
    sets["A, S and T"] = [case for name in "AST" for case in sets[name]]
    print("set         articles  appearances  actors  precision  recall  F1     proposals  ms an article")
    for name, found in sets.items():
        for seed in range(options.seeds):
            rows, proposals, seconds = linked(found, seed=seed)
            precision, recall, f1 = b_cubed(rows)
            print(
                f"{name:11} {len(found):8} {len(rows):12} {len({r.gold for r in rows}):7} {precision:10.3f} {recall:7.3f}"
                f"  {f1:.3f} {proposals:10} {1000 * seconds / len(found):14.1f}"
            )
        if options.errors:
            print(*sorted(set(errors(rows))), sep="\n")


if __name__ == "__main__":
    main()
