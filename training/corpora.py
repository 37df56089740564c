"""The training and development data as one type: texts with their gold statements."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROLES = ("source", "cue", "content")
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """One annotated statement: the spans of each role, in text order; a role may have none or several."""

    source: Spans
    cue: Spans
    content: Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """A text and its statements."""

    id: str
    text: str
    statements: tuple[Gold, ...]


def load(path: Path) -> list[Annotated]:
    """Articles of a JSONL file with "attributions" (PolNeAR) or "statements" (cases)."""
    with path.open(encoding="utf8") as lines:
        return [annotated(json.loads(line)) for line in lines if line.strip()]


def annotated(article: dict[str, Any]) -> Annotated:
    """One line of either form."""
    if "attributions" in article:
        gold = [
            Gold(**{role: tuple(sorted((x["start"], x["end"]) for x in a.get(role, ()))) for role in ROLES})
            for a in article["attributions"]
        ]
    else:
        gold = [
            Gold(
                source=(tuple(s["source"]),) if s.get("source") else (),
                cue=(tuple(s["cue"]),) if s.get("cue") else (),
                content=tuple(sorted((c[0], c[1]) for c in s["content"])),
            )
            for s in article["statements"]
        ]
    return Annotated(id=article["id"], text=article["text"], statements=tuple(gold))


def outer(article: Annotated) -> Annotated:
    """Without the statements that stand within the content of another: one layer of tags cannot hold them.

    Of several statements over the same words (one for each of joint speakers) the first is kept.
    """
    kept: list[Gold] = []
    for s in article.statements:
        inside = any(
            o is not s
            and o.content != s.content
            and all(any(a <= x and y <= b for a, b in o.content) for x, y in s.content)
            for o in article.statements
        )
        if not inside and not any(k.content == s.content for k in kept):
            kept.append(s)
    return Annotated(id=article.id, text=article.text, statements=tuple(kept))
