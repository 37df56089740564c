"""What an article says somebody is: titles before a name, descriptions after it, and what they consist of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from onrecord.facts import named
from onrecord.reading.naming import plain, without_article, without_possessive
from onrecord.reading.nouns import DOCUMENTS, FORMER, KIN, NUMBERS, ORGANISATIONS, is_person, is_plural, singular
from onrecord.types import Role, Span

POSSESSIVES = frozenset(
    """
    his her its their my our your whose
    """.split()
)
_CUT = re.compile(r",|;|:|\(|\s[–—-]+\s|\b(?:who|whom|whose|which|that|where|when|speaking|told|said|says)\b")
_PREPOSITION = re.compile(r"\b(?:of|for|at|in|from|with|to|on|and|by|within|under|against|about|among|inside|near)\b")
_WORD = re.compile(r"[^\W_][\w.]*(?:[-'’&]\w+)*['’]?")
_AFTER = re.compile(
    r",\s+((?:[^,.;:“”\"\n–—]|(?<=[A-Z])\.|(?<=\w)\.(?=\w)){3,110}?)"
    r"(?=,|;|\.|\n|\s[–—]\s|:|\)|$|\s(?:said|says|told)\b)"
)
_NO_DESCRIPTION = re.compile(r"(?:and|but|who|which|whose|where|said|in|on|at|as|to|or|with)\b")
_PHRASE_START = re.compile(r"\b(?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[A-Z][\w-]*['’]s)\b")
_DETERMINERS = frozenset("the a an this that these those one another any each".split())
_AFTER_HEAD = frozenset("himself herself itself themselves said all too also".split())
_BEFORE = re.compile(r"(?:^|[\s“\"‘(—–])((?:[^,.;:“”\"\n()]){3,80}),\s+$")
_TITLED = re.compile(r"(?:Sir|Dame|Lord|Lady|Baroness|Dr|Mr|Mrs|Ms|Prof)\.? $")
_LED = re.compile(r"((?:[\w’'.&-]+ ){1,8})$")
_OF = re.compile(r" of (?:the )?([^\W\d_a-z][\w’'&-]*(?: (?:of |for |and |& )?[^\W\d_a-z][\w’'&-]*)*)(?!\w)")
_PARTICIPLE = re.compile(r"[a-z]+ed|seen|held|made|taken|written|sent|shown|drawn|led|known|run|signed|there|here|now")
MODIFIERS = frozenset(
    """
    central supreme constitutional accounts
    former acting deputy vice chief prime senior foreign finance defence defense interior home health education
    justice trade energy transport environment economy economic agriculture social affairs labour labor culture
    business shadow outgoing incoming interim joint national federal regional local state general chief
    executive managing lead veteran opposition government party union council district managing fisheries
    housing climate digital security police army parliamentary cabinet assistant associate junior special
    presidential security independent retired late public legal political rural planning district county city
    town foreign affairs
    """.split()
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A noun phrase taken apart: "Iowa’s two former utility chiefs" or "a spokesman for the president".

    ``head`` is its main noun, folded, in the singular; ``plural`` whether it names several. ``modifiers`` stand before
    it, folded. ``determiner``: "the", "a", "his", …, a number, or "" for none. ``owner`` is the name or noun whose it
    is ("Iowa", "the president"), ``of`` what follows its first preposition. Offsets are those of the text.
    """

    determiner: str
    head: str
    plural: bool
    modifiers: tuple[str, ...]
    owner: Span | None
    of: Span | None
    span: Span

    @property
    def definite(self) -> bool:
        """Whether it speaks of something known: "the minister", "its chair", "Iowa’s governor"."""
        return self.determiner == "the" or self.determiner in POSSESSIVES or self.owner is not None


def phrase(text: str, span: Span) -> Phrase | None:
    """The noun phrase at the start of ``span``, up to a comma or a relative clause; None if there is no word."""
    start = span.start
    cut = _CUT.search(text, start + 1, span.end)
    end = cut.start() if cut else span.end
    words = list(_WORD.finditer(text, start, end))
    if not words:
        return None
    determiner, owner, of = "", None, None
    first = plain(words[0].group())
    if first in _DETERMINERS | POSSESSIVES | NUMBERS or first.isdigit():
        determiner = first
        words = words[1:]
        while words and ((w := plain(words[0].group())) in NUMBERS | {"other", "same", "very"} or w.isdigit()):
            words = words[1:]
    participle = next(
        (i for i, w in enumerate(words) if i and _PARTICIPLE.fullmatch(w.group()) and _noun(words[i - 1].group())),
        len(words),
    )
    words = words[:participle]
    preposition = next((i for i, w in enumerate(words) if i and _PREPOSITION.fullmatch(w.group())), len(words))
    if preposition < len(words) - 1:
        of = Span(words[preposition + 1].start(), end)
    words = words[:preposition]
    possessive = next((i for i, w in enumerate(words) if re.search(r"['’]s?$", w.group())), None)
    if possessive is not None and possessive < len(words) - 1:
        owner = Span(words[0].start(), words[possessive].end())
        words = words[possessive + 1 :]
    while words and plain(words[-1].group()) in _AFTER_HEAD:
        words.pop()
    while len(words) > 1 and words[-1].group()[0].isdigit():
        words.pop()
    if not words:
        return None
    noun = plain(words[-1].group())
    return Phrase(
        determiner=determiner,
        head=singular(noun),
        plural=is_plural(noun),
        modifiers=tuple(plain(w.group()) for w in words[:-1]),
        owner=owner,
        of=of,
        span=Span(words[0].start(), words[-1].end()),
    )


def _noun(word: str) -> bool:
    folded = plain(word)
    return is_person(folded) or is_plural(folded) or {folded, singular(folded)} & (ORGANISATIONS | DOCUMENTS) != set()


def role(text: str, span: Span) -> Role | None:
    """What a description says: title, organisation, country; None if it does not describe a person or body."""
    found = phrase(text, span)
    if found is None or not (is_person(found.head) or found.head in ORGANISATIONS or found.head in KIN):
        return None
    country = organisation = None
    words = [w.group() for w in _WORD.finditer(text, *found.span)]
    while len(words) > 1 and (fact := named(words[0])) and fact.how == "demonym":
        country, words = fact.institution.country, words[1:]
    former = any(w in FORMER or w.startswith("ex-") for w in found.modifiers)
    for of in (found.owner, found.of):
        if of is None:
            continue
        name = without_possessive(without_article(text[slice(*of)].strip()))
        fact = named(name)
        if fact and fact.institution.country and fact.institution.kind == "country":
            country = country or fact.institution.country
        elif name[:1].isupper() or any(w in ORGANISATIONS for w in plain(name).split()):
            organisation = organisation or name
    title = " ".join(w for w in words if plain(w) not in FORMER).removeprefix("ex-")
    if len(words) > 1 and organisation is None and not is_person(found.head) and found.head not in ORGANISATIONS:
        return None
    return Role(title=title or None, organisation=organisation, country=country, former=former, evidence=span)


def told(text: str, name: Span) -> Iterator[Role]:
    """The roles told of the name at ``name``: before it ("Transport Minister …", "its chair, …") and after it."""
    start = name.start
    if m := _TITLED.search(text, max(0, start - 12), start):  # "its president, Dr Kos"
        start = m.start()
    before = _titles_before(text, name.start)
    title = _before(text, before) if before else None
    if title or _OF.match(text, name.end):
        yield _completed(text, name, title)
    if m := _BEFORE.search(text, max(0, start - 90), start):
        found_phrase = _last_phrase(text, Span(m.start(1), m.end(1)))
        if found_phrase and (found := role(text, found_phrase)) and is_person(plain(found.title or "").split()[-1]):
            yield found
    end = name.end + (2 if text[name.end : name.end + 2] in ("’s", "'s") else 0)
    if m := _AFTER.match(text, end):
        after = Span(m.start(1), m.end(1))
        if m[1].isdigit() or re.fullmatch(r"\d+", m[1].strip()):  # an age: "Grace Njeri, 43, a nurse"
            again = _AFTER.match(text, m.end())
            after = Span(again.start(1), again.end(1)) if again else after
        words = text[after.start : after.end]
        found = None if _NO_DESCRIPTION.match(words) else role(text, after)
        if found and (words[0].islower() or found.organisation or found.country or re.match(r"An? |The ", words)):
            yield found


def _completed(text: str, name: Span, title: Role | None) -> Role:
    """The title before a name with what follows it: "President Ana Kovacs of Hungary", "Kev Doyle of the union"."""
    m = _OF.match(text, name.end)
    if title and (m is None or title.country or title.organisation):
        return title
    assert m is not None
    fact = named(m[1])
    country = fact.institution.country if fact and fact.institution.kind == "country" else None
    return Role(
        title=title.title if title else None,
        organisation=None if country else m[1],
        country=country,
        former=title is not None and title.former,
        evidence=Span(title.evidence.start if title else name.start, m.end()),
    )


def _titles_before(text: str, start: int) -> Span | None:
    """The words directly before a name that may be its title."""
    m = _LED.search(text, max(0, start - 90), start)
    return Span(m.start(1), start) if m else None


def _before(text: str, span: Span) -> Role | None:
    """What stands before a name: "Transport Minister", "Labour’s", "the Finnish prime minister"."""
    words = list(_WORD.finditer(text, *span))
    if not words or text[words[-1].end() : span.end].strip():
        return None
    last = plain(words[-1].group())
    owner = words[-1].group().endswith(("’s", "'s"))
    if owner:
        fact = named(words[-1].group())
        name = without_possessive(words[-1].group())
        first = len(words) - 1
        while first and words[first - 1].group()[0].isupper() and _beside(text, *words[first - 1 : first + 1]):
            first -= 1
        if not name[0].isupper():
            return None
        whole = Span(words[first].start(), words[-1].end())
        country = fact.institution.country if fact and fact.institution.kind == "country" else None
        organisation = None if country else without_article(without_possessive(text[slice(*whole)]))
        return Role(title=None, organisation=organisation, country=country, former=False, evidence=whole)
    if not is_person(last):
        return None
    first = len(words) - 1
    while first:
        word = words[first - 1].group()
        folded = plain(word)
        if word.endswith(("’s", "'s")) or folded in {"the", "a", "an", *POSSESSIVES}:
            first -= 1
            continue_on = word.endswith(("’s", "'s"))
            if continue_on and first and words[first - 1].group()[0].isupper():
                first -= 1
            break
        if not (word[0].isupper() or folded in MODIFIERS or folded in ORGANISATIONS or is_person(folded)):
            break
        first -= 1
    return role(text, Span(words[first].start(), words[-1].end()))


def _last_phrase(text: str, span: Span) -> Span | None:
    """The noun phrase that ends ``span``: "… said its president" → "its president"."""
    starts = [m.start() for m in _PHRASE_START.finditer(text, span.start, span.end)]
    return Span(starts[-1], span.end) if starts else None


def _beside(text: str, word: re.Match[str], following: re.Match[str]) -> bool:
    return text[word.end() : following.start()] == " "
