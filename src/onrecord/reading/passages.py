"""What may tell where somebody stands: statements, and sentences in the reporter's voice that name an actor.

A passage is what the stance model reads: the words around a statement or an act with the actor's mention in them, after
the first sentence of the article, which says what it is about ("Brussels welcomed the vote").
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from onrecord.types import Appearance, Article, Read, Span

ENOUGH = 320  # characters of a passage; a longer paragraph is cut down to the sentences that matter
LEAD = 240  # characters of the article's first sentence; a longer one says too much
LONGEST = 500  # characters from a source to the end of what it says; beyond, the content alone is looked at

Kind = Literal["said", "inner", "act", "other"]
"""A statement; one that another reports; an act in the reporter's voice; an act told within another's statement."""

# A full stop after up to three letters with a capital may be that of "Mr", "Sen" or an initial.
_END = re.compile(r"(?:[!?]|(?<![A-Z][a-z])(?<!\b[A-Z])(?<!\b[A-Z][a-z]{2})\.)[\"”’')]*\s+(?=[\"“‘'(]?[A-Z0-9])")
_LOCATED = re.compile(r"\b(?:in|at|near|from|around|outside|across)\s+(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Words that may tell where the actor of ``appearance_id`` stands.

    ``actor`` is its mention in ``text``. The last ``own`` characters of ``text`` are the article's from ``start`` on;
    what stands before them was set there. ``evidence`` are the deciding words in the article. ``according_to`` is the
    appearance that reports it of another.
    """

    appearance_id: str
    kind: Kind
    text: str
    actor: Span
    start: int
    own: int
    evidence: Span
    statement_id: str | None = None
    according_to: str | None = None

    def place(self, span: Span) -> Span | None:
        """Where ``span`` of ``text`` is in the article; None if it lies in what was set before."""
        before = len(self.text) - self.own
        if span.start < before:
            return None
        return Span(span.start - before + self.start, span.end - before + self.start)


def sentences(text: str) -> Iterator[Span]:
    """Sentences by their marks, never over the end of a line."""
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for end in _END.finditer(line.group()):
            yield Span(start, line.start() + end.start() + len(end.group().rstrip()))
            start = line.start() + end.end()
        if text[start : line.end()].strip():
            yield Span(start, line.end())


def passages(article: Article, read: Read) -> list[Passage]:
    """All passages of an article, statements first, each for every actor it may tell of."""
    places = _Places(article.text, read.appearances)
    whose: dict[str, list[str]] = {}
    for r in read.resolutions:
        if r.appearance_id is not None:
            whose.setdefault(r.statement_id, []).append(r.appearance_id)
    found = []
    contents: list[tuple[Span, list[str]]] = []
    sources: list[tuple[Span, list[str]]] = []
    for s in read.statements:
        parts = [*s.content, *(part for part in (s.source, s.cue) if part)]
        whole = Span(min(p.start for p in parts), max(p.end for p in parts))
        near = whole if whole.end - whole.start <= LONGEST else s.content[0]
        actors = whose.get(s.id, [])
        reporter = next(iter(whose.get(s.within, [])), None) if s.within else None
        contents += [(c, actors) for c in s.content]
        sources += [(s.source, actors)] if s.source else []
        for actor in actors:
            kind: Kind = "inner" if s.within else "said"
            found.append(places.passage(actor, kind, near, s.source, near, s.id, reporter))
    for appearance in read.appearances:
        found += [places.passage(appearance.id, *act) for act in places.acts(appearance, contents, sources)]
    return found


class _Places:
    """The sentences of a text and who is named in them."""

    def __init__(self, text: str, appearances: Sequence[Appearance]) -> None:
        self.text = text
        self.sentences = list(sentences(text))
        self.appearances = {a.id: a for a in appearances}
        first = self.sentences[0] if self.sentences else Span(0, 0)
        self.lead = text[first.start : first.end] if first.end - first.start <= LEAD else ""
        self.lead_end = first.end

    def acts(
        self, actor: Appearance, contents: Sequence[tuple[Span, list[str]]], sources: Sequence[tuple[Span, list[str]]]
    ) -> Iterator[tuple[Kind, Span, Span, Span, None, str | None]]:
        """The sentences that name an actor, but for those in which it speaks: they are statements already.

        A name that only tells whose spokesman another speaker is, or where something is, is no actor's.
        """
        for sentence in self.sentences:
            mention = next((m for m in actor.mentions if sentence.start <= m.start < sentence.end), None)
            if mention is None or _LOCATED.search(self.text, max(sentence.start, mention.start - 16), mention.start):
                continue
            if any(actor.id in who and c.start < sentence.end and c.end > sentence.start for c, who in contents):
                continue
            if any(s.start <= mention.start < s.end for s, _ in sources):
                continue
            told = [who for c, who in contents if c.start <= mention.start and mention.end <= c.end]
            by = told[0][0] if told and told[0] else None
            yield "other" if told else "act", sentence, mention, sentence, None, by

    def passage(
        self, actor: str, kind: Kind, near: Span, mention: Span | None, evidence: Span, statement_id: str | None,
        according_to: str | None,
    ) -> Passage:  # fmt: skip
        """The words around ``near`` with a mention of the actor, or its name set before them."""
        low, high = self._around(near)
        if mention is None or not low <= mention.start < high:
            mentions = [m for m in self.appearances[actor].mentions if low <= m.start < high]
            mention = min(mentions, key=lambda m: abs(m.start - near.start), default=None)
        before = f"{self.lead} " if self.lead and low >= self.lead_end else ""
        own = self.text[low:high]
        if mention is None:
            name = self.appearances[actor].name
            at = Span(len(before), len(before) + len(name))
            before += f"{name}: "
        else:
            at = Span(mention.start - low + len(before), min(mention.end, high) - low + len(before))
        return Passage(
            appearance_id=actor, kind=kind, text=before + own, actor=at, start=low, own=len(own), evidence=evidence,
            statement_id=statement_id, according_to=according_to,
        )  # fmt: skip

    def _around(self, near: Span) -> Span:
        """The paragraph of ``near``, or as many of its sentences as bring it to ENOUGH."""
        parts = self.sentences
        first = max((i for i, s in enumerate(parts) if s.start <= near.start), default=0)
        last = max((i for i, s in enumerate(parts) if s.start < near.end), default=first)
        grown = True
        while grown:
            grown = False
            for i, j in ((first - 1, last), (first, last + 1)):
                if i >= 0 and j < len(parts) and self._together(parts[i].start, parts[j].end, near):
                    first, last, grown = i, j, True
                    break
        return Span(parts[first].start, parts[last].end)

    def _together(self, low: int, high: int, near: Span) -> bool:
        """Whether these characters are short enough, and of one paragraph, unless ``near`` itself is of several."""
        lines = "\n" not in self.text[low:high] or "\n" in self.text[near.start : near.end]
        return high - low <= ENOUGH and lines
