"""The actors in one article, and whose each statement is."""

from collections.abc import Mapping, Sequence

from onrecord.reading.cast import Member, cast
from onrecord.reading.names import Name
from onrecord.reading.speakers import Speaker, Speakers
from onrecord.reading.statements import Antecedents
from onrecord.types import Appearance, Article, Resolution, Span, Statement, appearance_id


def actors(
    article: Article, statements: Sequence[Statement], names: Sequence[Name], asked: Mapping[Span, Antecedents]
) -> tuple[tuple[Appearance, ...], tuple[Resolution, ...]]:
    """The actors of ``article`` in the order in which they are named, and whose each of its statements is."""
    members = cast(article.text, names)
    speakers = Speakers(text=article.text, cast=members, asked=asked)
    found: list[tuple[Statement, list[Speaker]]] = []
    before: Statement | None = None
    for statement in sorted(statements, key=lambda s: (s.within is not None, s.content[0])):
        several = {id(s.member): s for s in reversed(speakers.of(statement, before))}  # nobody twice
        found.append((statement, list(reversed(several.values()))))
        before = statement
    ids = _ids(article.id, members)
    resolutions = [
        Resolution(
            statement_id=statement.id,
            appearance_id=ids[id(s.member)] if s.member else None,
            how=s.how,
            score=round(min(max(s.sure, 0.0), 1.0), 4),
            evidence=s.evidence,
        )
        for statement, several in found
        for s in several
    ]
    return tuple(_appearance(m, article, ids) for m in _kept(members, found)), tuple(resolutions)


def _kept(members: Sequence[Member], found: Sequence[tuple[Statement, list[Speaker]]]) -> list[Member]:
    """Those who speak, whom they belong to, and all others with a name; not places nobody takes for an actor."""
    speaking = {id(s.member): s.member for _, several in found for s in several if s.member}
    for member in list(speaking.values()):
        parent = member.parent
        while parent is not None and id(parent) not in speaking:
            speaking[id(parent)] = parent
            parent = parent.parent
    return [m for m in members if id(m) in speaking or m.kind in ("person", "organisation") or (m.key and m.country)]


def _ids(article: str, members: Sequence[Member]) -> dict[int, str]:
    """An id for each member; of two with one name and kind, the second's tells that it is."""
    ids: dict[int, str] = {}
    taken: dict[tuple[str, str], int] = {}
    for m in members:
        taken[m.kind, m.name] = number = taken.get((m.kind, m.name), 0) + 1
        ids[id(m)] = appearance_id(article, m.kind, m.name if number == 1 else f"{m.name} ({number})")
    return ids


def _appearance(m: Member, article: Article, ids: Mapping[int, str]) -> Appearance:
    return Appearance(
        id=ids[id(m)],
        article_id=article.id,
        name=m.name,
        kind=m.kind,
        names=tuple(dict.fromkeys((m.name, *m.forms))),
        mentions=tuple(sorted(set(m.spans))),
        roles=tuple(m.roles),
        country=m.country,
        parent=ids[id(m.parent)] if m.parent is not None else None,
    )
