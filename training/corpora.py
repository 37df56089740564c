"""The training and development data as one type: texts with their gold statements, names and chains."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROLES = ("source", "cue", "content")
HELD_EVERY = 6
Spans = tuple[tuple[int, int], ...]
Name = tuple[int, int, str]
"""Start, end and kind (see onrecord.reading.names.KINDS) of a name in a text."""

PRONOUNS = frozenset({"he", "she", "it", "they", "him", "her", "them", "his", "its", "their"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """One annotated statement: the spans of each role, in text order; a role may have none or several.

    ``inner``: it stands within the content of another.
    """

    source: Spans
    cue: Spans
    content: Spans
    inner: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """A text and what is known of it.

    ``statements`` is None where a corpus has none annotated; ``nested`` is True where it also has the inner ones.
    ``names`` is None where it has none. ``chains`` are the spans of one actor each; ``askers`` those spans, of sources
    and others, whose chain is to be found from the text.
    """

    id: str
    text: str
    statements: tuple[Gold, ...] | None
    nested: bool = False
    names: tuple[Name, ...] | None = None
    chains: tuple[Spans, ...] = ()
    askers: Spans = ()


def load(path: Path) -> list[Annotated]:
    """Articles of a JSONL file with "attributions" (PolNeAR) or "statements" (cases)."""
    return [annotated(article) for article in _lines(path)]


def _cases(data: Path) -> list[Annotated]:
    return [x for f in ("S", "T") for x in load(data / f"cases/{f}.jsonl")]


def training_cases(data: Path) -> list[Annotated]:
    """Cases S and T, without those held back."""
    return [x for number, x in enumerate(_cases(data)) if number % HELD_EVERY]


def held_cases(data: Path) -> list[Annotated]:
    """The sixth of cases S and T that no head is trained on: to measure nested statements and antecedents."""
    return [x for number, x in enumerate(_cases(data)) if not number % HELD_EVERY]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def annotated(article: dict[str, Any]) -> Annotated:
    """One line of either form."""
    if "attributions" in article:
        gold = [
            Gold(**{role: tuple(sorted((x["start"], x["end"]) for x in a.get(role, ()))) for role in ROLES})
            for a in article["attributions"]
        ]
        return Annotated(id=article["id"], text=article["text"], statements=tuple(gold))
    gold = [
        Gold(
            source=(tuple(s["source"]),) if s.get("source") else (),
            cue=(tuple(s["cue"]),) if s.get("cue") else (),
            content=tuple(sorted((c[0], c[1]) for c in s["content"])),
        )
        for s in article["statements"]
    ]
    chains = _actor_chains(article, [s.source or s.content[:1] for s in gold])
    return Annotated(
        id=article["id"],
        text=article["text"],
        statements=tuple(gold),
        nested=True,
        chains=tuple(chains),
        askers=tuple(dict.fromkeys((s.source or s.content)[0] for s in gold)),
    )


def layered(article: Annotated) -> Annotated:
    """With the statements that stand within the content of another marked as inner, for a layer of tags of their own.

    Of several statements over the same words (one for each of joint speakers) the first is kept.
    """
    kept: list[Gold] = []
    statements = article.statements or ()
    for s in statements:
        inside = any(
            o is not s
            and o.content != s.content
            and all(any(a <= x and y <= b for a, b in o.content) for x, y in s.content)
            for o in statements
        )
        if not any(k.content == s.content for k in kept):
            kept.append(replace(s, inner=inside))
    return replace(article, statements=tuple(kept))


def outer(article: Annotated) -> Annotated:
    """Without the inner statements."""
    kept = layered(article).statements or ()
    return replace(article, statements=tuple(s for s in kept if not s.inner))


def folded(text: str) -> str:
    """``text`` without accents and case, character by character: the same length."""
    plain = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ß": "s", "æ": "a", "’": "'", "‘": "'"}
    return "".join(plain.get(c.lower()[:1], unicodedata.normalize("NFD", c)[0].lower()[:1] or c) for c in text)


def _actor_chains(article: dict[str, Any], sources: Sequence[Spans]) -> list[Spans]:
    """For each actor of a case: where it is named, and the sources of its statements."""
    text = folded(article["text"])
    wanted: list[tuple[str, str]] = []
    for actor in article["actors"]:
        names = {
            folded(re.sub(r"^(the|a|an) ", "", n, flags=re.IGNORECASE)) for n in (actor["name"], *actor["aliases"])
        }
        if actor["kind"] == "person":
            names.add(folded(actor["name"].split()[-1]))
        wanted += [(name, actor["id"]) for name in names if len(name) > 2]
    owners: dict[str, set[str]] = {}
    for name, owner in wanted:
        owners.setdefault(name, set()).add(owner)
    spans: dict[str, list[tuple[int, int]]] = {a["id"]: [] for a in article["actors"]}
    taken = [False] * len(text)
    for name, owner in sorted(set(wanted), key=lambda w: (-len(w[0]), w)):
        if len(owners[name]) > 1:  # "the minister" of two: which of them cannot be told from the words
            continue
        for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            if not any(taken[m.start() : m.end()]):
                taken[m.start() : m.end()] = [True] * (m.end() - m.start())
                spans[owner].append(m.span())
    for statement, source in zip(article["statements"], sources, strict=True):
        if statement["actor"] in spans:
            spans[statement["actor"]] += source
    return [tuple(dict.fromkeys(found)) for found in spans.values() if found]


def gum(paths: Iterable[Path]) -> Iterator[Annotated]:
    """Texts of GUM: chains of persons and organisations; asked are pronouns and definite descriptions."""
    for path in paths:
        for line in _lines(path):
            chains: dict[str, list[tuple[int, int]]] = {}
            askers = []
            for m in line["mentions"]:
                if m["etype"] in {"person", "organization"}:
                    chains.setdefault(m["cluster"], []).append((m["start"], m["end"]))
                    if m["text"].lower() in PRONOUNS or m["text"].lower().startswith("the "):
                        askers.append((m["start"], m["end"]))
            yield Annotated(id=line["id"], text=line["text"], statements=None, chains=tuple(map(tuple, chains.values())),
                            askers=tuple(a for a in askers if _linked(a, chains.values())))  # fmt: skip


def cross_document(path: Path) -> Iterator[Annotated]:
    """Texts of a corpus of cdcr/: its chains; asked are pronouns and definite descriptions."""
    for line in _lines(path):
        starts, text = [], ""
        for token in ("\n" if t == "\\n" else t for t in line["tokens"]):
            text += "" if not text or text.endswith("\n") or token in ".,;:!?)'’" or token.startswith("'") else " "
            starts.append(len(text))
            text += token
        chains: dict[str, list[tuple[int, int]]] = {}
        for first, last, chain in line["mentions"]:
            chains.setdefault(chain, []).append((starts[first], starts[last - 1] + len(line["tokens"][last - 1])))
        spans = [s for chain in chains.values() for s in chain]
        asking = [s for s in spans if (w := text[s[0] : s[1]].lower()) in PRONOUNS or w.startswith("the ")]
        yield Annotated(id=line["id"], text=text, statements=None, chains=tuple(map(tuple, chains.values())),
                        askers=tuple(a for a in asking if _linked(a, chains.values())))  # fmt: skip


def _linked(span: tuple[int, int], chains: Iterable[Sequence[tuple[int, int]]]) -> bool:
    return any(span in chain and len(chain) > 1 for chain in chains)
