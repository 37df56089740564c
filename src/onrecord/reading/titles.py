"""Whether somebody bears a title: "the PM" and a "prime minister", "the rail union’s leader" and a head of it."""

from collections.abc import Sequence

from onrecord.facts import institution, named
from onrecord.reading.cast import Member, fact_of
from onrecord.reading.naming import plain, without_article, without_possessive
from onrecord.reading.nouns import ORGANISATIONS, singular
from onrecord.reading.roles import Phrase

SYNONYMS = {
    "prime minister": "premier", "pm": "premier", "chief executive": "ceo", "boss": "chief",
    "chairman": "chair", "chairwoman": "chair", "chairperson": "chair", "spokeswoman": "spokesman",
    "spokesperson": "spokesman", "attorney": "lawyer", "solicitor": "lawyer", "barrister": "lawyer",
    "congresswoman": "representative", "congressman": "representative", "head": "chief", "leader": "chief",
    "policewoman": "officer", "policeman": "officer", "writer": "author", "novelist": "author", "pontiff": "pope",
    "director general": "director-general", "secretary general": "secretary-general",
    "vice president": "vice-president", "defense": "defence", "labor": "labour",
}  # fmt: skip
LEADING = frozenset({"chief", "chair", "president", "director", "ceo", "director-general", "secretary-general"})
TITLE = 2.0  # what the very title is worth; less is a hint


def bears(text: str, member: Member, found: Phrase) -> float:
    """How well the description ``found`` fits what is told of ``member``: TITLE and more for its title, 0 for nothing.

    Each shared modifier adds one; a modifier that contradicts, or another organisation, takes more than one away.
    """
    countries = _countries(text, found)
    fits = []
    for told in member.roles:
        fit = _fit(text, found, told.title, _words(told.organisation) | _country(told.country))
        if fit and countries:  # "the British prime minister" is not another country's
            fit += 1.0 if (told.country or member.country) in countries else -1.0
        fits.append(fit)
    name = [singular(w) for w in plain(member.name).split()]
    described = member.kind in ("unnamed", "group") and found.definite
    if found.head in name and (described or member.kind == "organisation"):
        shared = set(found.modifiers) & set(plain(member.name).split())
        fits.append(TITLE + len(shared) - (1.5 if described else 1.0) * len(set(found.modifiers) - shared))
    return max(fits, default=0.0)


def _fit(text: str, found: Phrase, title: str | None, of: set[str]) -> float:
    words = plain(title or "").split()
    if not words:
        return 0.0
    head, *modifiers = _canonical(found.head, found.modifiers)
    own_head, *own = _canonical(singular(words[-1]), words[:-1])
    if own_head != head and not (head == "chief" and own_head in LEADING):
        return 0.0
    strange = set(modifiers) - set(own) - of
    strange = {w for w in strange if not _is_demonym(w)}
    fit = TITLE if own_head == head and head not in ORGANISATIONS else 1.2
    fit += len(set(modifiers) & set(own)) - (1.5 if strange and set(own) - set(modifiers) else 0.4 * len(strange))
    if whose := _whose(text, found):
        fit += 1.0 if whose & of else -1.5 if of else -0.6
    return fit


def _countries(text: str, found: Phrase) -> set[str]:
    """The countries that a description names by a word for their people: of "the British prime minister", GB."""
    facts = [named(word) for word in text[found.span.start : found.span.end].split()]
    return {f.institution.country for f in facts if f and f.how == "demonym" and f.institution.country}


def _is_demonym(folded: str) -> bool:
    fact = named(folded.capitalize())
    return fact is not None and fact.how == "demonym"


def _whose(text: str, found: Phrase) -> set[str]:
    """The words of whom a description belongs to: of "Iowa’s governor" and "the governor of Iowa", Iowa."""
    words: set[str] = set()
    for span in (found.owner, found.of):
        if span is not None:
            name = without_possessive(text[span.start : span.end].strip())
            fact = fact_of(name)
            words |= _words(fact.institution.name if fact else name)
    return words


def _canonical(head: str, modifiers: Sequence[str]) -> list[str]:
    """Head first, then modifiers, in words that do not depend on fashion: "PM" and "prime minister" → premier."""
    words = [SYNONYMS.get(w, w) for w in modifiers]
    if modifiers and (both := SYNONYMS.get(f"{modifiers[-1]} {head}")):
        return [both, *words[:-1]]
    return [SYNONYMS.get(head, head), *words]


def _words(name: str | None) -> set[str]:
    return set(plain(without_article(name or "")).split())


def _country(code: str | None) -> set[str]:
    return _words(institution(code).name) if code else set()
