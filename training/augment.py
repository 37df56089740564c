"""Other typography, paragraphs and names for a text, with its statements kept in place.

PolNeAR is American, of 2016, and half of its sources are two people. The reader must also work on single quotation
marks, one-sentence paragraphs and names it has never seen.
"""

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from onrecord.reading.quotations import Quotation, quotations
from training.corpora import Annotated, Spans

Edit = tuple[int, int, str]

STYLES = {"“": ("“", "”"), '"': ('"', '"'), "‘": ("‘", "’"), "'": ("'", "'"), "``": ("``", "''")}
STYLE_WEIGHTS = (3, 3, 3, 1, 0.3)
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)][.!?]|[.!?,][”\"’])[ \u00a0]+(?=[A-Z“\"‘])")
_PARAGRAPH_END = re.compile(r"\n\s*\n")
_TITLE = re.compile(r"\b(Mr|Mrs|Ms|Dr|Sen|Rep|Gov)\.(?= [A-Z])")
_PERSON = re.compile(r"(?:(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov)\.? )?(?:([A-Z][a-z]+) )?([A-Z][a-z]{2,})")


def edited(article: Annotated, edits: Iterable[Edit]) -> Annotated:
    """``article`` with each (start, end, replacement) applied; edits must not overlap."""
    ordered = sorted(edits)
    pieces: list[str] = []
    at = 0
    for start, end, new in ordered:
        pieces += [article.text[at:start], new]
        at = end
    pieces.append(article.text[at:])

    shifts: list[tuple[int, int, int]] = []
    total = 0
    for start, end, new in ordered:
        shifts.append((start, end, total))
        total += len(new) - (end - start)

    def moved(position: int) -> int:
        """Where ``position`` is now; inside an edit, its start."""
        low, high = 0, len(shifts)
        while low < high:
            middle = (low + high) // 2
            if shifts[middle][1] <= position and not shifts[middle][0] == shifts[middle][1] == position:
                low = middle + 1
            else:
                high = middle
        if low == len(shifts):
            return position + total
        start, _, before = shifts[low]
        return (min(position, start)) + before

    def spans(old: Spans) -> Spans:
        return tuple((moved(s), moved(e)) for s, e in old)

    names = article.names
    return replace(
        article,
        text="".join(pieces),
        statements=article.statements
        and tuple(
            replace(s, source=spans(s.source), cue=spans(s.cue), content=spans(s.content)) for s in article.statements
        ),
        names=names and tuple((moved(s), moved(e), kind) for s, e, kind in names),
        chains=tuple(spans(chain) for chain in article.chains),
        askers=spans(article.askers),
    )


def restyled_quotes(article: Annotated, rng: random.Random) -> Annotated:
    """All outer quotations in one other style of marks."""
    opening, closing = STYLES[rng.choices(tuple(STYLES), STYLE_WEIGHTS)[0]]
    edits: list[Edit] = []
    for q in quotations(article.text):
        edits.append((q.start, q.start + len(q.mark), opening))
        if q.closed:
            edits.append((q.end - len(STYLES.get(q.mark, ("", "”"))[1]), q.end, closing))
    return edited(article, edits)


def restyled_paragraphs(article: Annotated, rng: random.Random) -> Annotated:
    """Sentences as paragraphs of their own, or paragraphs run together."""
    if rng.random() < 0.3:
        return edited(
            article,
            [(m.start(), m.end(), rng.choice(("\n", "\n", " "))) for m in _PARAGRAPH_END.finditer(article.text)],
        )
    often = rng.choice((0.3, 0.9))
    inside = quotations(article.text)
    return edited(
        article,
        [
            (m.start(), m.end(), "\n\n")
            for m in _SENTENCE_END.finditer(article.text)
            if rng.random() < often and not _within(m.start(), inside)
        ],
    )


def _within(position: int, found: Sequence[Quotation]) -> bool:
    return any(q.start < position < q.end for q in found)


def restyled_marks(article: Annotated, rng: random.Random) -> Annotated:
    """Apostrophes of the other form, titles without their full stop, all as one choice for the text."""
    edits: list[Edit] = []
    old, new = rng.choice((("’", "'"), ("'", "’")))
    edits += [(m.start(), m.end(), new) for m in re.finditer(rf"(?<=\w){old}(?=\w)", article.text)]
    if rng.random() < 0.5:
        edits += [(m.end() - 1, m.end(), "") for m in _TITLE.finditer(article.text)]
    return edited(article, edits)


def people(articles: Sequence[Annotated], *, at_least: int = 2) -> tuple[frozenset[str], frozenset[str]]:
    """First names and surnames among the sources of ``articles``: words that are seldom written in lower case."""
    lower = Counter(w for a in articles for w in re.findall(r"\b[a-z]+\b", a.text))
    first: Counter[str] = Counter()
    last: Counter[str] = Counter()
    for article in articles:
        for s in article.statements or ():
            for start, end in s.source:
                if (name := _PERSON.fullmatch(article.text[start:end])) and name[1]:
                    first[name[1]] += 1
                    last[name[2]] += 1
    return frozenset(
        w for w in first if first[w] >= at_least and first[w] > last[w] and lower[w.lower()] < first[w]
    ), frozenset(w for w in last if last[w] >= at_least and last[w] >= first[w] and lower[w.lower()] < last[w])


def renamed(
    article: Annotated,
    rng: random.Random,
    known: tuple[frozenset[str], frozenset[str]],
    pool: Sequence[tuple[str, str]],
) -> Annotated:
    """Each known person of the text under another name, the same throughout."""
    others: dict[str, str] = {}
    edits: list[Edit] = []
    for m in re.finditer(r"\b[A-Z][a-z]+\b", article.text):
        for names, part in zip(known, (0, 1), strict=True):
            if m[0] in names:
                edits.append((m.start(), m.end(), others.setdefault(m[0], rng.choice(pool)[part])))
                break
    return edited(article, edits)


def augmented(
    article: Annotated,
    rng: random.Random,
    known: tuple[frozenset[str], frozenset[str]],
    pool: Sequence[tuple[str, str]],
) -> Annotated:
    """``article`` as it is in four cases of ten, else with one or more changes."""
    if rng.random() < 0.4:
        return article
    if rng.random() < 0.5:
        article = restyled_quotes(article, rng)
    if rng.random() < 0.35:
        article = restyled_paragraphs(article, rng)
    if rng.random() < 0.3:
        article = restyled_marks(article, rng)
    if rng.random() < 0.4:
        article = renamed(article, rng, known, pool)
    return article
