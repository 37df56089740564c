"""Articles with actors, made by hand for the tests of the register."""

from record_cases import FIRST, article

from onrecord.types import (
    Appearance,
    Read,
    Resolution,
    Role,
    Span,
    Statement,
    appearance_id,
    statement_id,
)


def span(of, words):
    start = of.text.index(words)
    return Span(start, start + len(words))


def appears(
    of,
    name,
    *,
    kind="person",
    names=(),
    role=None,
    organisation=None,
    country=None,
    of_country=None,
    parent=None,
    former=False,
):
    """An actor of an article, named where its name first stands; a role is told by the same words."""
    where = span(of, name)
    roles = ()
    if role or organisation or of_country:
        roles = (Role(title=role, organisation=organisation, country=of_country, former=former, evidence=where),)
    return Appearance(
        id=appearance_id(of.id, kind, name), article_id=of.id, name=name, kind=kind, names=(name, *names),
        mentions=(where,), roles=roles, country=country, parent=parent and parent.id,
    )  # fmt: skip


def story(name, *actors, published="2026-04-15", text=None, **more):
    """An article in which each of ``actors`` (keyword arguments of ``appears``) says something."""
    said = text or " ".join(f"{a['name']} said that matter {n} was settled." for n, a in enumerate(actors))
    of = article(name, said, published=published, outlet=more.pop("outlet", "The Courier"), **more)
    found = tuple(appears(of, **a) for a in actors)
    statements, resolutions = [], []
    for n, appearance in enumerate(found):
        parts = (span(of, appearance.name), None, (span(of, f"that matter {n} was settled"),))
        statement = Statement(
            id=statement_id(of.id, *parts), article_id=of.id, source=parts[0], cue=None, content=parts[2],
            kind="indirect", score=0.9,
        )  # fmt: skip
        statements.append(statement)
        how = "unnamed" if appearance.kind == "unnamed" else "full name"
        resolutions.append(
            Resolution(statement_id=statement.id, appearance_id=appearance.id, how=how, score=0.95, evidence=parts[0])
        )
    return of, Read(statements=tuple(statements), appearances=found, resolutions=tuple(resolutions))


def person(name, **more):
    return {"name": name, **more}


def body(name, **more):
    return {"name": name, "kind": "organisation", **more}


def add(record, *stories, reading=FIRST):
    for of, read in stories:
        assert record.add(of, read, reading=reading)


def groups(record, kind=None):
    """Which articles each actor is in, by the name it goes by there: {("courier-1", "Kos"), …} for each actor."""
    found = {}
    for covered in record.coverage():
        for a in covered.read.appearances:
            if kind in (None, a.kind):
                found.setdefault(covered.actor_ids[a.id], set()).add((covered.article.name, a.name))
    return sorted(map(sorted, found.values()))


def one(record, *names):
    """Whether articles that name somebody by each of these names, and no more, are about one actor."""
    for n, name in enumerate(names):
        add(record, story(f"{n}.txt", person(name)))
    return len(groups(record)) == 1
