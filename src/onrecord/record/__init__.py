"""The record: one database (an SQLite file, or PostgreSQL by URL) that holds all articles, statements and actors.

store.py         Record: add, find, count, check, judge
found.py         what it answers with, and the filters it understands
search.py        words and dates in a search
adding.py        one article and its statements into the tables
appearing.py     its actors into the tables
rows.py          from rows of the tables to the nouns
checks.py        what may be stored

The register, which says which actors of different articles are one:
register.py      whether two are one: scores, thresholds; pure functions
spelling.py      names across scripts and spellings
linking.py       the actors of an article against those of the register
gathered.py      what the register has gathered of each actor: names, roles
actors.py        actors found and listed
posts.py         who speaks for whom, and when
judgements.py    merge, split, rename, alias, undo
effect.py        what follows from the judgements that stand
filed.py         a register file's rows into the register

opening.py       from a path or a URL to an engine; the database's errors in plain words
schema.py        tables of articles and statements
actor_schema.py  tables of actors and judgements
migrations.py    views, and the steps that bring older records up to date
"""

from onrecord.record.found import (
    SORTS,
    Actor,
    ActorFilters,
    ArticleFilters,
    Covered,
    Filters,
    Given,
    Heading,
    Info,
    Judgement,
    Known,
    Listed,
    ListedActor,
    Loaded,
    Post,
    Proposal,
    ReadingUse,
    Said,
    Sort,
    Speaker,
)
from onrecord.record.store import Record

__all__ = [
    "SORTS",
    "Actor",
    "ActorFilters",
    "ArticleFilters",
    "Covered",
    "Filters",
    "Given",
    "Heading",
    "Info",
    "Judgement",
    "Known",
    "Listed",
    "ListedActor",
    "Loaded",
    "Post",
    "Proposal",
    "ReadingUse",
    "Record",
    "Said",
    "Sort",
    "Speaker",
]
