"""Which words of a text are names, and of what kind: decoded from what the encoder saw."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from onrecord.facts import named
from onrecord.reading.naming import PARTICLES, SUFFIXES, given_names, is_title, plain
from onrecord.reading.nouns import ORGANISATIONS, is_person, singular
from onrecord.types import Span

NameKind = Literal["person", "organisation", "place", "people"]
KINDS: tuple[NameKind, ...] = ("person", "organisation", "place", "people")
"""``people`` are words for members of a nation, party or faith: "French", "Republicans"."""

NAME_TAGS = ("O", *(f"{p}-{kind}" for kind in KINDS for p in "BI"))
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Baroness|Cllr|Sen|Rep|Gov|Prof)\.? "
    r"((?:[A-Z]\. )?[^\W\d_a-z][\w’'-]+(?: (?:de|van|von|der|al|bin) (?=[^\W\d_a-z]))?(?: [^\W\d_a-z][\w’'-]+){0,2})"
)
_WORD = re.compile(r"[^\W_][\w.-]*['’]?")
_CAPITALS = re.compile(
    r"\b[^\W\d_a-z][\w-]*['’]?(?: (?:(?:and|of|for|&) )?(?:the )?[^\W\d_a-z][\w-]*(?:['’](?!s\b))?){1,7}(?!\w)"
)
_SURNAME = re.compile(r" ([^\W\d_a-z][^\W\d_]+(?:[-’'][^\W\d_]+)?)(?!['’\w])")
_FIRST = re.compile(r"(\S+) (?=\S)")
_INITIAL = re.compile(r"(?:^| )[^\W\d_a-z]$")
_INITIALS = re.compile(r"\.?(?: ?[^\W\d_a-z]\.)* [^\W\d_a-z][^\W\d_]+(?:[-’'][^\W\d_]+)?(?!['’\w])")
_DAY = re.compile(r" (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day$")
_DISTRICT = re.compile(r"[DRI]-[A-Z]")  # "R-Ariz.": a party and a state
_NUMBER = re.compile(r" \d{1,4}(?![\w.,:%]\d|\w)")
_FIELDS = frozenset(
    "defence defense finance health education justice transport energy environment trade culture".split()
)
_BODIES = frozenset(
    "operator worker driver farmer grower seafarer hotelier trader teacher nurse exporter producer".split()
)
_STARTERS = frozenset(
    """
    the a an in on at to by for from with of and but or nor so yet as if when while after before since until though
    although because however meanwhile yesterday today tomorrow now then there here this that these those it he she
    they we i you his her its their our my your not no only even also both either neither all some many most few
    last next earlier later still again once what who why how where which
    """.split()
)
_EDGE = re.compile(r"^(?:the|a|an)\s+(?=\S)|^[“‘\"'(–—-]+|(?:['’]s?|[”’\"',.)]+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name in a text, without article and possessive ending."""

    span: Span
    kind: NameKind

    def moved(self, by: int) -> "Name":
        """The same, ``by`` characters further on."""
        return Name(span=Span(self.span.start + by, self.span.end + by), kind=self.kind)


def names(
    text: str, scores: npt.NDArray[np.float32], start: npt.NDArray[np.int64], end: npt.NDArray[np.int64]
) -> Iterator[Name]:
    """The names in ``text``, by the scores of NAME_TAGS (words, 9) and where words start and end.

    Parts that a hyphen, an apostrophe or "&" holds together are one name, whatever the tags say of its middle.
    """
    best = scores.argmax(axis=1)
    kinds = (best + 1) // 2  # 0 for none
    i = 0
    while i < len(best):
        if not best[i]:
            i += 1
            continue
        j = i + 1
        while j < len(best):
            if j + 1 < len(best) and _glued(text, int(end[j - 1]), int(start[j + 1]), int(end[j + 1])):
                j += 2
            elif text[end[j - 1] : start[j]] == " " and kinds[j] == kinds[i] and KINDS[kinds[i] - 1] != "people":
                j += 1  # two names of one kind never stand side by side
            elif "\n" not in text[end[j - 1] : start[j]] and best[j] == 2 * kinds[i]:
                j += 1
            else:
                break
        span = trimmed(text, Span(int(start[i]), int(end[j - 1])))
        if _is_name(text[span.start : span.end]):
            yield Name(span=span, kind=KINDS[int(kinds[i]) - 1])
        i = j


def _glued(text: str, end: int, start: int, stop: int) -> bool:
    """Whether what stands between a name's end and the next word holds the two together: "Menon-Clarke", "Fa’alogo"."""
    between, after = text[end:start], text[start:stop]
    if between in {"-", "‐", "‑"} or between.strip() == "&":
        return after[:1].isupper()
    return between in {"'", "’"} and after.lower() != "s"


def bodies(text: str) -> Iterator[Name]:
    """The names that a word for a body gives away: "Rail Operators Europe", "Seafarers’ and Wharf Workers’ Union"."""
    for m in _CAPITALS.finditer(text):
        words = list(_WORD.finditer(text, *m.span()))
        if _begins_sentence(text, m.start()) and plain(words[0].group()) in _STARTERS:
            words = words[1:]
        title = next(
            (i for i, w in enumerate(words) if _is_office(w.group())), len(words)
        )  # "Bank of England Governor"
        words = words[:title]
        while words and not words[-1].group()[0].isupper():
            words.pop()
        if words and plain(words[0].group()) in given_names():  # "Gurdeep Rana of the Traders’ Federation"
            words = words[next((i for i, w in enumerate(words) if w.group() in ("of", "for")), len(words)) + 1 :]
            words = words[1:] if words and words[0].group() == "the" else words
        headline = text[m.start() : m.end()].isupper()
        if (
            len(words) > 1
            and not headline
            and _is_body(words[0].group() + " " + text[words[1].start() : words[-1].end()])
        ):
            yield Name(span=trimmed(text, Span(words[0].start(), words[-1].end())), kind="organisation")


def _begins_sentence(text: str, at: int) -> bool:
    return text[max(0, at - 4) : at].rstrip(" ")[-1:] in {"", ".", "!", "?", ":", ";", "“", "”", '"', "'", "\n"}


def _is_office(word: str) -> bool:
    folded = plain(word)
    return folded not in ORGANISATIONS and (is_title(word) or (is_person(folded) and singular(folded) == folded))


def _is_body(words: str) -> bool:
    return any(singular(w) in ORGANISATIONS or singular(w) in _BODIES for w in plain(words).split())


def corrected(text: str, found: Iterable[Name]) -> Iterator[Name]:
    """``found`` with kinds as the tables of facts have them, and people's names made whole.

    "Oslo" is a place and "Czech" a people whatever the tags say; "Teodora" before "Ilić" is one name with it, and
    "Defence" after "Minister for" is none.
    """
    ordered = list(found)
    for i, name in enumerate(ordered):
        words = text[name.span.start : name.span.end]
        fact = named(words)
        start, end = name.span
        kind = name.kind
        if fact and fact.how == "demonym":
            kind = "people"
        elif fact and not fact.also and kind in {"person", "people"}:
            kind = "place" if fact.institution.kind == "country" else "organisation"
        elif kind == "person" or plain(words) in given_names():
            beside = i + 1 < len(ordered) and text[end : ordered[i + 1].span.start] == " "
            if kind != "person" and not (beside and ordered[i + 1].kind == "person"):
                yield name
                continue
            kind = "person"
            start, end = _person(text, Span(start, end))
        elif kind == "organisation" and (m := _NUMBER.match(text, end)):  # "Local 1180"
            end = m.end()
        yield Name(span=Span(start, end), kind=kind)


def _person(text: str, span: Span) -> Span:
    """A person's name without what is none, and with the surname if only the given name was tagged."""
    start, end = span
    while (m := _FIRST.match(text, start, end)) and is_title(m[1]):  # "President Trump": the title is told, not named
        start = m.end()
    words = text[start:end].split(" ")
    lower = [i for i, w in enumerate(words) if w.islower() and plain(w) not in PARTICLES]
    if lower and lower[0] > 1:  # "Gurdeep Rana of the Traders"
        end = start + len(" ".join(words[: lower[0]]))
    elif lower and lower[-1] < len(words) - 1:  # "Wheat farmer Kev Wallis"
        start += len(" ".join(words[: lower[-1] + 1])) + 1
    if m := _INITIALS.match(text, end) if _INITIAL.search(text[start:end]) else None:  # "Anthony D" + ". Weiner"
        end = m.end()
    first, _, rest = text[start:end].partition(" ")
    if rest and plain(first) in _FIELDS and text[max(0, start - 5) : start].endswith((" for ", " of ")):
        return Span(start + len(first) + 1, end)
    if not rest and first[-1:].isalnum() and (m := _SURNAME.match(text, end)) and not is_title(m[1]):
        return Span(start, m.end())
    return Span(start, end)


def titled_names(text: str) -> Iterator[Name]:
    """The names that a courtesy title or a rank announces: "Ms MacGearailt", "Sir Giles"; whatever the tags say."""
    for m in _TITLED.finditer(text):
        yield Name(span=trimmed(text, Span(m.start(1), m.end(1))), kind="person")


def together(first: Iterable[Name], others: Iterable[Name]) -> list[Name]:
    """All names of ``first``, and those of ``others`` that touch none of them, in the order of the text."""
    sure = sorted(first, key=lambda n: n.span)
    ends = [n.span.end for n in sure]
    free = []
    for n in others:
        i = bisect_right(ends, n.span.start)
        if i == len(sure) or sure[i].span.start >= n.span.end:
            free.append(n)
    return sorted([*sure, *free], key=lambda n: n.span)


def _is_name(words: str) -> bool:
    """Whether something is left that names: not a title alone, no single letter."""
    names = any(c.isupper() or (c.isalpha() and not c.islower()) for c in words)  # scripts without case name too
    names = names and sum(c.isalpha() for c in words) > 1 and not _DISTRICT.match(words)
    return names and not (is_title(words) or plain(words) in SUFFIXES)


def trimmed(text: str, span: Span) -> Span:
    """``span`` without article, quotation marks and possessive ending."""
    start, end = span
    if m := _DAY.search(text[start:end]):
        end = start + m.start()
    while start < end and (m := _EDGE.search(text[start:end])):
        start, end = (start + m.end(), end) if m.start() == 0 and m.end() < end - start else (start, start + m.start())
    return Span(start, end)
