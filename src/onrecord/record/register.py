"""Whether an actor in an article is one the register knows: pure functions, no database.

The score of a link is a sum: what the names alone tell (``name_match``), and what speaks for it or against it besides
(``circumstances``): role, organisation, country, and the company they keep. From ``LINK`` on it is a link; from
``PROPOSE`` on a proposal, for a person to decide; and so it is if another actor comes within ``MARGIN``. The figures
were chosen on invented and real stories (benchmark/register.py); they are points, not probabilities.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from onrecord.reading.naming import RANKS, Person, core, plain
from onrecord.reading.nouns import GROUPS, ORGANISATIONS, PEOPLE, singular
from onrecord.record import spelling
from onrecord.record.search import words
from onrecord.types import ActorKind, Appearance

LINK = 0.8
PROPOSE = 0.6
MARGIN = 0.1
COMPANY = 0.25  # for two others or more with whom both were seen

_OTHER_GENERATION = 0.6  # at most, for "John Doe" and "John Doe Jr"
_OTHER_BODY = 0.5  # at most, for two bodies that share a short form, but not their names
_LIKE_GROUP = 0.4  # at most, for "two officials" and "two officials"
_FAR_MORE = 10  # times as often in the record: no rival
_BODIES = ("organisation", "group")
# Of these, a country or a body has one at a time: with a surname, they nearly tell who it is.
_SINGLE_OFFICES = frozenset(
    (
        "president", "prime minister", "pm", "premier", "chancellor", "taoiseach", "pope", "king", "queen", "governor",
        "mayor", "first minister", "secretary general", "foreign minister", "foreign secretary", "home secretary",
    )
)  # fmt: skip
_INDEFINITE = ("a ", "an ", "one ", "another ", "some ")


class Match(NamedTuple):
    """How much speaks for a link, and what."""

    score: float
    reason: str


NO_MATCH = Match(0.0, "")


class Name(NamedTuple):
    """A name of an actor. ``judged``: a person said that it is (an alias, or a name in a register file).

    ``full``: some article has no fuller one. ``of``: which of the actors that were merged into this one has it.
    """

    name: str
    judged: bool = False
    full: bool = True
    of: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What an actor is known to be: folded words of title and organisation, and country, each as far as known.

    ``since`` and ``until`` are dates of a register file; ``judged`` says that it is from one.
    """

    title: str = ""
    organisation: str = ""
    country: str = ""
    since: str | None = None
    until: str | None = None
    judged: bool = False

    def holds(self, date: str | None) -> bool:
        """Whether it holds at ``date``, which may be partial, as far as dates are known."""
        if date is None:
            return self.since is None and self.until is None
        return not (
            (self.since and date < self.since[: len(date)]) or (self.until and date[: len(self.until)] > self.until)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An actor of the register that an appearance may be.

    ``uses``: in how many articles it appears. ``maybe``: other actors that it may be, as proposals say.
    """

    number: int
    kind: ActorKind
    names: tuple[Name, ...]
    posts: tuple[Post, ...] = ()
    uses: int = 0
    maybe: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What an article tells of an actor: folded titles, organisations it is of, countries; and when."""

    titles: frozenset[str]
    organisations: frozenset[str]
    countries: frozenset[str]
    date: str | None


def context(appearance: Appearance, article: Mapping[str, Appearance], date: str | None) -> Context:
    """What the appearances of its ``article`` (by id) tell of ``appearance``; ``date`` is that of publication."""
    parent = article.get(appearance.parent or "")
    named = [role.organisation for role in appearance.roles] + ([parent.name, *parent.names] if parent else [])
    countries = {role.country for role in appearance.roles} | {appearance.country, parent.country if parent else None}
    return Context(
        titles=frozenset(folded(role.title) for role in appearance.roles if role.title and not role.former),
        organisations=frozenset(spelling.body(name) for name in named if name),
        countries=frozenset(country for country in countries if country),
        date=date[:10] if date else None,
    )


def folded(text: str) -> str:
    """The words of ``text`` without case, accents and punctuation."""
    return " ".join(words(text))


def keys(kind: ActorKind, name: str, *, country: str | None = None) -> set[str]:
    """By which an actor is looked up: two actors that may be one have a key in common.

    People: the letters of the name without vowels; its words in any order; the surname; given initial and surname.
    Bodies: the name, the name without its first or last word, the acronym. Countries: the ISO code too. Unnamed actors
    have none.
    """
    if kind == "unnamed" or not spelling.sound(name):
        return set()
    if kind == "country":
        return _body_keys(name) | ({f"country {country}"} if country else set())
    if kind != "person":
        return _body_keys(name)
    person = spelling.parts(name)
    names = (*person.given, *person.surname.split())
    if len(names) == 1:
        return {f"single {names[0]}"}
    found = {
        f"letters {spelling.consonants(''.join(names))}",  # for other scripts, other spaces
        f"words {' '.join(sorted(names))}",  # for another order
        f"last {spelling.last(person.surname)}",
    }
    surnames = {spelling.last(person.surname), *(given for given in person.given[1:] if len(given) > 1)}
    return found | {f"initial {person.given[0][:1]} {surname}" for surname in surnames if person.given}


def _body_keys(name: str) -> set[str]:
    full = spelling.body(name).split()
    found = {"body " + " ".join(full)}
    if len(full) > 1:
        found |= {"part " + " ".join(full[1:]), "part " + " ".join(full[:-1])}
    if letters := spelling.acronym(name) or spelling.first_letters(name):
        found.add(f"acronym {letters}")
    return found


def asked_keys(appearance: Appearance) -> set[str]:
    """The keys under which actors that ``appearance`` may be are found in the register."""
    found: set[str] = set()
    for name in _used_names(appearance):
        for key in keys(appearance.kind, name, country=appearance.country):
            sort, words = key.split(" ", maxsplit=1)
            # A name may be the shorter of two ("Reform", a part of "Reform UK"; "Kos", a surname) or the longer; two
            # that only share a part are not compared.
            asked = {"body": ("body", "part"), "part": ("body",), "single": ("single", "last"), "last": ("single",)}
            found |= {f"{other} {words}" for other in asked.get(sort, (sort,))}
    return found


def _used_names(appearance: Appearance) -> Iterator[str]:
    """The names that count: of people the fullest, of all others whatever is a name."""
    yield appearance.name
    if appearance.kind != "person":
        yield from (name for name in appearance.names if spelling.is_proper(name) and name != appearance.name)


def name_match(appearance: Appearance, candidate: Candidate) -> Match:
    """What the names alone say about whether ``appearance`` is the actor ``candidate``."""
    if not _kinds_fit(appearance.kind, candidate.kind):
        return NO_MATCH
    if any(given.judged and plain(given.name) == plain(appearance.name) for given in candidate.names):
        return Match(1.0, "a name given by a person")
    if appearance.kind == "country" and candidate.kind == "country":
        return _country_match(appearance, candidate)
    return _person_match(appearance, candidate) if appearance.kind == "person" else _body_match(appearance, candidate)


def _person_match(appearance: Appearance, candidate: Candidate) -> Match:
    if not _people_fit(appearance.name, candidate):
        return NO_MATCH
    return max((people(appearance.name, known.name) for known in candidate.names), default=NO_MATCH)


def _body_match(appearance: Appearance, candidate: Candidate) -> Match:
    pairs = (bodies(used, known.name) for used in _used_names(appearance) for known in candidate.names)
    best = max(pairs, default=NO_MATCH)
    if appearance.kind == "group" and not spelling.is_proper(appearance.name):
        return min(best, Match(_LIKE_GROUP, best.reason))
    if best.score > _OTHER_BODY and not _full_names_fit(appearance, candidate):
        return Match(_OTHER_BODY, f"{best.reason}, which may be short for another")
    return best


def member(appearance: Appearance, candidate: Candidate) -> int:
    """Which of the actors merged into ``candidate`` the name belongs to: the link is that one's, should they part."""
    compared = people if appearance.kind == "person" else bodies

    def fit(known: Name) -> tuple[float, bool]:
        given = known.judged and plain(known.name) == plain(appearance.name)
        return 1.0 if given else compared(appearance.name, known.name).score, known.of == candidate.number

    best = max(candidate.names, key=fit, default=None)
    return best.of if best and fit(best)[0] else candidate.number


def _people_fit(name: str, candidate: Candidate) -> bool:
    """Whether a full name fits a full name of the actor, not only a surname by which it goes as well."""
    full = [known.name for known in candidate.names if _is_full(known.name)]
    return not full or not _is_full(name) or any(people(name, other).score for other in full)


def _is_full(name: str) -> bool:
    found = spelling.parts(name)
    return bool(found.given and found.surname)


def _full_names_fit(appearance: Appearance, candidate: Candidate) -> bool:
    """Whether the fullest name in the article fits the fullest of the actor: not "Northgate Pipelines", "… Compute"."""
    full = [known.name for known in candidate.names if known.full]
    return not full or any(bodies(appearance.name, name).score for name in full)


def _kinds_fit(a: ActorKind, b: ActorKind) -> bool:
    """Groups are no organisations: "New List’s deputies" are not New List."""
    return a != "unnamed" and (a == b or {a, b} == {"organisation", "country"})


def _country_match(appearance: Appearance, candidate: Candidate) -> Match:
    codes = {post.country for post in candidate.posts if post.country}
    if appearance.country and codes:
        return Match(1.0, "the same country") if appearance.country in codes else NO_MATCH
    return max((bodies(appearance.name, known.name) for known in candidate.names), default=NO_MATCH)


def people(a: str, b: str) -> Match:
    """What two names of people say about whether they are one person, whichever comes first."""
    a, b = sorted((a, b))
    one, two = spelling.parts(a), spelling.parts(b)
    if not (spelling.whole(a) and spelling.whole(b)):
        return NO_MATCH
    generations = {spelling.generation(a), spelling.generation(b)}
    if (one.gender and two.gender and one.gender != two.gender) or generations == {"jr", "sr"}:
        return NO_MATCH
    found = _people(a, one, b, two) if spelling.whole(a) and spelling.whole(b) else NO_MATCH
    if len(generations) > 1 and found.score > _OTHER_GENERATION:
        return Match(_OTHER_GENERATION, f"{found.reason}, perhaps father and son")
    return found


def _people(a: str, one: Person, b: str, two: Person) -> Match:
    if not (one.given and one.surname and two.given and two.surname):
        return _short(a, one, b, two)
    if sorted(spelling.whole(a)) == sorted(spelling.whole(b)) and _same_words(a, one, b, two):
        return Match(0.95, "the same name") if plain(a) == plain(b) else Match(0.93, "the same name, spelled otherwise")
    if spelling.written_without_vowels(a) != spelling.written_without_vowels(b):
        same = spelling.consonants(spelling.whole(a)) == spelling.consonants(spelling.whole(b))
        return Match(0.85, "the same letters but for vowels") if same else NO_MATCH
    return _full(one, two)


def _same_words(a: str, one: Person, b: str, two: Person) -> bool:
    same = sorted((*one.given, *one.surname.split())) == sorted((*two.given, *two.surname.split()))
    return same or spelling.whole(a) == spelling.whole(b)


def _full(one: Person, two: Person) -> Match:
    """Two names of given name and surname, which are not the same."""
    first, other = one.given[0], two.given[0]
    if not _surnames_fit(one, two):
        alike = len(one.surname) >= 5 and spelling.alike(one.surname, two.surname)
        return Match(0.75, "the same given name, a like surname") if alike and first == other else NO_MATCH
    if any(not _given_fit(x, y) for x, y in zip(one.given[1:], two.given[1:], strict=False)):
        return NO_MATCH
    return Match(0.9, "the same given name and surname") if first == other else _given(first, other)


def _given(first: str, other: str) -> Match:
    """Two given names before one surname, which are not the same."""
    short, long = sorted((first, other), key=len)
    if len(short) == 1:
        return Match(0.65, "the same surname and initial") if long.startswith(short) else NO_MATCH
    if long.startswith(short):
        return Match(0.72 if len(short) > 2 else 0.65, "the same surname, a short given name")
    if spelling.alike(first, other):
        same = spelling.consonants(first) == spelling.consonants(other)
        return Match(0.78 if same else 0.72, "the same surname, a like given name")
    return NO_MATCH


def _surnames_fit(one: Person, two: Person) -> bool:
    """The same surname, with or without its particles, or one of two surnames."""
    if spelling.last(one.surname) == spelling.last(two.surname):
        return True
    return one.surname in two.given[1:] or two.surname in one.given[1:]


def _given_fit(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return long.startswith(short) or spelling.alike(a, b)


def _short(a: str, one: Person, b: str, two: Person) -> Match:
    """A name of one word, compared with any other."""
    ranks = {*one.titles} & {*two.titles} & RANKS
    if ranks and one.surname and one.surname == two.surname and not (one.given and two.given):
        return Match(0.82, "the same rank and surname")
    if spelling.whole(a) == spelling.whole(b):
        full = spelling.whole(a) not in {*one.given, one.surname} or spelling.whole(b) not in {*two.given, two.surname}
        return Match(0.85, "the same name, in one word") if full else Match(0.6, "the same single name")
    # The longer one is that with given name and surname, else that with a surname, which the other may be.
    short, long = sorted((one, two), key=lambda name: (bool(name.given and name.surname), bool(name.surname)))
    word = spelling.last(short.surname) or short.given[-1]
    if word == spelling.last(long.surname):
        return Match(0.55, "the same surname")
    return Match(0.4, "the same given name") if long.given and word == long.given[0] else NO_MATCH


def bodies(a: str, b: str) -> Match:
    """What two names of organisations or groups say about whether they are one."""
    one, two = spelling.body(a), spelling.body(b)
    if not (one and two):
        return NO_MATCH
    if one == two:
        return _same_body(a, b)
    short, long = sorted((one.split(), two.split()), key=len)
    letters = {spelling.acronym(a), spelling.acronym(b)} - {None}
    if letters & {spelling.first_letters(a), spelling.first_letters(b)} and len(letters) == 1:
        return Match(0.55, "an acronym that fits")
    if len(short) < len(long) and short in (long[: len(short)], long[-len(short) :]):
        return Match(0.55, "a shorter form of the name")
    if len(one) >= 8 and len(short) == len(long) and all(map(spelling.alike, one.split(), two.split())):
        return Match(0.6, "a like name")
    return NO_MATCH


def _same_body(a: str, b: str) -> Match:
    if not (spelling.is_proper(a) and spelling.is_proper(b)) or _is_description(a):
        return Match(0.55, "the same description")
    if len(spelling.body(a).split()) == 1 and not spelling.acronym(a):
        return Match(0.85, "the same name of one word")  # "Labour": other countries may have one too
    return Match(0.95, "the same name")


def _is_description(name: str) -> bool:
    """Whether a name says only what a body is, of which there are many: "Parliament", "the Commission"."""
    return len(core(name)) == 1 and singular(core(name)[0]) in ORGANISATIONS | PEOPLE | GROUPS


def circumstances(told: Context, candidate: Candidate, company: int, *, sure_of_name: bool) -> Match:
    """What besides the name speaks for a link or against it; ``company``: how many actors both were seen with."""
    points = 0.0
    reasons: list[str] = []
    posts = [post for post in candidate.posts if post.holds(told.date)]
    countries = {post.country for post in candidate.posts if post.country}
    titles = {post.title for post in posts if post.title} & told.titles
    same_country = bool(countries & told.countries)
    if any(_same_organisation(post.organisation, name) for post in posts for name in told.organisations):
        points, reasons = points + 0.25, [*reasons, "the same organisation"]
    if titles:
        single = same_country or titles & _SINGLE_OFFICES
        points, reasons = points + (0.25 if single else 0.1), [*reasons, "the same role"]
    if same_country:
        points, reasons = points + 0.06, [*reasons, "the same country"]
    elif countries and told.countries:
        points, reasons = points - (0.17 if sure_of_name else 0.4), [*reasons, "another country"]
    if company:
        points, reasons = points + (0.15 if company == 1 else COMPANY), [*reasons, f"{company} others in common"]
    return Match(points, ", ".join(reasons))


def _same_organisation(a: str, b: str) -> bool:
    if not a or not b:
        return False
    short, long = sorted((a.split(), b.split()), key=len)
    return short in (long[: len(short)], long[-len(short) :])


def office_match(appearance: Appearance, told: Context, candidate: Candidate) -> Match:
    """Whether somebody told only by an office ("the chancellor") is who a register file says held it at that date."""
    if appearance.kind != "unnamed" or candidate.kind != "person" or appearance.name.startswith(_INDEFINITE):
        return NO_MATCH
    titles = told.titles | {office(appearance.name)}
    for post in candidate.posts:
        if not (post.judged and post.title in titles and post.holds(told.date)):
            continue
        owned = post.country in told.countries or any(
            _same_organisation(post.organisation, o) for o in told.organisations
        )
        if owned:
            return Match(0.85, "held that office at the time, says the register file")
        return Match(0.6, "held such an office at the time, says the register file")
    return NO_MATCH


def office(description: str) -> str:
    """ "the Chancellor" → "chancellor": a description as the title of an office."""
    return folded(description).removeprefix("the ")


def same_name(a: Appearance, b: Appearance) -> bool:
    """Whether two appearances in one article are one name, which the reading took for two actors."""
    if a.kind == "person":
        return bool(spelling.whole(a.name)) and spelling.whole(a.name) == spelling.whole(b.name)
    return spelling.body(a.name) == spelling.body(b.name)


class Scored(NamedTuple):
    """A candidate with the score of the link, and of the names alone."""

    number: int
    score: float
    reason: str
    named: float = 0.0
    uses: int = 0
    maybe: frozenset[int] = frozenset()

    @property
    def rank(self) -> tuple[bool, float, float, int, int]:
        """Best last: a better name goes before better circumstances."""
        return self.score >= LINK, round(self.named, 1), self.score, self.uses, -self.number

    def yields_to(self, other: "Scored") -> bool:
        """Whether this is no rival of ``other``: one may be the other anyway, or is in far more articles."""
        if self.number in other.maybe or other.number in self.maybe:
            return True
        return other.score >= self.score and other.uses >= _FAR_MORE * max(self.uses, 1)


def score(appearance: Appearance, told: Context, candidate: Candidate, company: int) -> Scored:
    """How much speaks for a link: names and circumstances together. It may exceed 1."""
    named = name_match(appearance, candidate)
    total, reason = named
    if not total:
        total, reason = office_match(appearance, told, candidate)
    elif total < 1:
        besides = circumstances(told, candidate, company, sure_of_name=total >= 0.9 and appearance.kind == "person")
        total = round(max(total + besides.score, 0.0), 2)
        reason = ", ".join(filter(None, (reason, besides.reason)))
    return Scored(candidate.number, total, reason, named.score, candidate.uses, candidate.maybe)


def company_matters(scored: Scored, chosen: Scored | None) -> bool:
    """Whether others whom an actor was seen with could turn the scale; ``chosen`` is who is so far beyond doubt."""
    if scored.named in (0.0, 1.0) or scored.score >= LINK + MARGIN or scored.score + COMPANY < PROPOSE:
        return False
    return chosen is None or scored.rank[1] >= chosen.rank[1]


def choose(scored: Sequence[Scored]) -> tuple[Scored | None, tuple[Scored, ...]]:
    """The actor to link to, if one is beyond doubt, and otherwise those to propose, best first."""
    ranked = sorted(scored, key=lambda s: s.rank, reverse=True)
    best = ranked[:1]
    best += [s for s in ranked[1:] if s.score > best[0].score - MARGIN and s.rank[1] >= best[0].rank[1]]
    for one in best:
        if one.score >= LINK and all(other is one or other.yields_to(one) for other in best):
            return one, ()
    proposed = sorted((s for s in ranked if s.score >= PROPOSE), key=lambda s: (-s.score, s.number))
    return None, tuple(proposed[:3])
