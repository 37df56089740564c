"""Where everybody stands: from codings to one position for each article, and from these to positions over time.

A position holds until another stance is told. Articles of the same days that tell different stances contradict each
other: both are shown, none is averaged away.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from onrecord.record import Coded, Record
from onrecord.record.coding_found import CodedCondition
from onrecord.types import STANCES, ActorKind, Stance

DAYS = 2  # two articles that lie no further apart, and tell different stances, contradict each other
SHOWN = 0.5  # what is scored below is not shown unless asked for
LISTED = 0.25  # what is scored below is not exported: it is the threshold with the best F1 on the development cases


def shown_from(record: Record) -> float:
    """The score from which positions are shown: what was best on the codings learned from, else SHOWN."""
    learned = record.learned()
    enough = learned.trained_on["enough"] if learned else None
    return SHOWN if enough is None else float(enough)


class Key(NamedTuple):
    """Whose position, on what: ids of the actor and the concept."""

    actor: str
    concept: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one article tells of where an actor stands: the surest of its codings first.

    ``against`` are codings of the same article that tell another stance. ``score`` is that of the surest.
    """

    stance: Stance
    score: float
    evidence: tuple[Coded, ...]
    against: tuple[Coded, ...] = ()

    @property
    def best(self) -> Coded:
        """The coding that decides."""
        return self.evidence[0]

    @property
    def date(self) -> str | None:
        """When the article was published, as far as known."""
        return self.best.article.published

    @property
    def conditions(self) -> tuple[CodedCondition, ...]:
        """What the position depends on."""
        return next((c.conditions for c in self.evidence if c.conditions), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where an actor stands on a concept: since when, on what condition, on the strength of which words.

    ``since`` and ``last`` are the dates of the first and the last article that tell this stance without another between
    them. ``evidence`` are these, the latest first; ``disputed`` those of about the same days that tell another stance.
    ``articles`` counts them without near-copies; ``checked`` how many of them a person decided. ``outdated``: all were
    coded under an earlier version of the concept.
    """

    actor_id: str
    actor: str
    actor_kind: ActorKind
    organisation: str | None
    country: str | None
    concept: str
    proposition: str
    stance: Stance
    score: float
    since: str | None
    last: str | None
    conditions: tuple[CodedCondition, ...]
    evidence: tuple[Told, ...]
    disputed: tuple[Told, ...]
    articles: int
    checked: int
    outdated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A change of position: the last article that told the old one, and the first that tells the new one."""

    actor_id: str
    actor: str
    concept: str
    proposition: str
    old: Stance
    new: Stance
    before: Coded
    after: Coded


def told(codings: Iterable[Coded]) -> dict[Key, list[Told]]:
    """What each article tells, by actor and concept, in the order of dates (undated first).

    ``codings`` come as ``Record.codings`` gives them. A near-copy tells nothing of its own: its codings are left out if
    the article it copies tells of the same actor and concept.
    """
    of: dict[Key, dict[str, list[Coded]]] = defaultdict(lambda: defaultdict(list))
    for c in codings:
        if c.stance in STANCES:
            of[Key(c.actor_id, c.concept)][c.article.id].append(c)
    found: dict[Key, list[Told]] = {}
    for key, articles in of.items():
        named = {group[0].article.name for group in articles.values()}
        own = [group for group in articles.values() if group[0].article.original not in named]
        found[key] = sorted((_told(group) for group in own), key=_when)
    return found


def _told(group: Sequence[Coded]) -> Told:
    """The position of one article: what a person decided, else the surest coding, tells the stance."""
    ordered = sorted(group, key=lambda c: (c.judged_by is None, -c.score, c.evidence))
    first = ordered[0]
    same = tuple(c for c in ordered if c.stance == first.stance)
    return Told(
        stance=_stance(first), score=first.score, evidence=same,
        against=tuple(c for c in ordered if c.stance != first.stance),
    )  # fmt: skip


def _stance(coded: Coded) -> Stance:
    return next(s for s in STANCES if s == coded.stance)


def _when(t: Told) -> tuple[str, str]:
    return t.date or "", t.best.article.name


def stands(codings: Iterable[Coded]) -> list[Stand]:
    """Where everybody stands after all ``codings``, by concept and actor."""
    found = [_stand(list(articles)) for articles in told(codings).values()]
    return sorted(found, key=lambda s: (s.concept, s.actor, s.actor_id))


def _stand(articles: list[Told]) -> Stand:
    """The position at the end of these articles of one actor and concept."""
    last = _surest_of_the_last_days(articles)
    holding: list[Told] = []
    disputed: list[Told] = []
    for t in reversed(articles):
        if t.stance == last.stance:
            holding.append(t)
        elif _apart(t, last) <= DAYS or any(_apart(t, h) <= DAYS for h in holding):
            disputed.append(t)
        else:
            break
    c = last.best
    return Stand(
        actor_id=c.actor_id, actor=c.actor, actor_kind=c.actor_kind, organisation=c.organisation, country=c.country,
        concept=c.concept, proposition=c.proposition, stance=last.stance, score=last.score,
        since=min((t.date for t in holding if t.date), default=None),
        last=max((t.date for t in holding if t.date), default=None),
        conditions=next((t.conditions for t in holding if t.conditions), ()),
        evidence=tuple(holding), disputed=tuple(disputed), articles=len(holding),
        checked=sum(any(e.judged_by for e in t.evidence) for t in holding),
        outdated=all(e.version != e.present_version for t in holding for e in t.evidence),
    )  # fmt: skip


def _surest_of_the_last_days(articles: Sequence[Told]) -> Told:
    """What counts at the end: the last article, or a surer one of about the same days; a person's decision first."""
    end = articles[-1]
    near = [t for t in articles if _apart(t, end) <= DAYS]
    return max(near, key=lambda t: (t.best.judged_by is not None, t.score, _when(t)))


def _apart(a: Told, b: Told) -> float:
    """Days between two articles; infinite if one has no full date."""
    days = [_day(t.date) for t in (a, b)]
    if days[0] is None or days[1] is None:
        return 0.0 if a.date == b.date else float("inf")
    return abs((days[0] - days[1]).days)


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None


def shifts(codings: Iterable[Coded]) -> list[Shift]:
    """Who changed position, from what to what, between which articles; in the order of the dates of the change.

    Articles that contradict each other (see DAYS) are no change, unless the new stance is told again later.
    """
    found: list[Shift] = []
    for articles in told(codings).values():
        found += _changes(articles)
    return sorted(found, key=lambda s: (s.after.article.published or "", s.concept, s.actor))


def _changes(articles: Sequence[Told]) -> Iterator[Shift]:
    settled: Told | None = None  # the last article that tells the position held so far
    for i, t in enumerate(articles):
        if settled is None or t.stance == settled.stance:
            settled = t
            continue
        again = any(later.stance == t.stance and _apart(later, t) > 0 for later in articles[i + 1 :])
        if _apart(t, settled) <= DAYS and not again:
            continue
        old, new = settled.best, t.best
        yield Shift(
            actor_id=new.actor_id, actor=new.actor, concept=new.concept, proposition=new.proposition,
            old=settled.stance, new=t.stance, before=old, after=new,
        )  # fmt: skip
        settled = t
