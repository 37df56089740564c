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
judgements.py    judgements made, withdrawn and restored; merge, split, rename, alias
effect.py        what follows from those about actors that stand
filed.py         a register file's rows into the register

coding.py        Record: the codebook and what is coded by it
coding_found.py  what it answers with about positions
codebook.py      versions of concepts
codings.py       codings into the tables and out of them
answering.py     what counts for codings: the last judgement that stands

imports.py       Record: what was coded elsewhere
bulk.py          many articles at once, whose actors go by exact names
by_hand.py       many codings by people at once
kept.py          what an import brought that has no place of its own

What people decide about statements, and how right the machine is by it:
reviewing.py     the methods of a record by which people decide
review.py        right, wrong, corrected, added, divided, joined
standing.py      what follows from that: which statements stand, and whose they are
decided.py       what was decided, as lists show it
revisions.py     revisions, conflicts, history in words
review_queue.py  what to look at first
checking.py      the methods of a record about who checks, and what comes of it
coders.py        names, roles, passwords, sessions
double_coding.py several coders on the same articles
accuracy.py      samples drawn at random, and shares right
agreement.py     the formulas: alpha, intervals
review_found.py  what all this answers with

opening.py       from a path or a URL to an engine; the database's errors in plain words
schema.py        tables of articles and statements
actor_schema.py  tables of actors and judgements
position_schema.py  tables of concepts and codings
kept_schema.py   the table of what is kept of imports
review_schema.py tables of review
migrations.py    views, and the steps that bring older records up to date
"""

from onrecord.record.bulk import CodedArticle
from onrecord.record.by_hand import HandCoding
from onrecord.record.coding_found import Coded, CodedCondition, CodingFilters, LoadedCodebook
from onrecord.record.found import (
    SORTS,
    Actor,
    ActorFilters,
    ArticleFilters,
    Checked,
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
from onrecord.record.kept import Kept
from onrecord.record.review_found import (
    CODER_ROLES,
    QUEUE_KINDS,
    Accuracy,
    Agreement,
    Assignment,
    Bin,
    Coder,
    CoderDecision,
    CoderRole,
    Difference,
    Happened,
    Login,
    Measured,
    Queued,
    QueueKind,
    Sample,
    Share,
    Shows,
    Standing,
    Stratify,
    Task,
    Unit,
    Verdict,
)
from onrecord.record.store import Record

__all__ = [
    "CODER_ROLES",
    "QUEUE_KINDS",
    "SORTS",
    "Accuracy",
    "Actor",
    "ActorFilters",
    "Agreement",
    "ArticleFilters",
    "Assignment",
    "Bin",
    "Checked",
    "Coded",
    "CodedArticle",
    "CodedCondition",
    "Coder",
    "CoderDecision",
    "CoderRole",
    "CodingFilters",
    "Covered",
    "Difference",
    "Filters",
    "Given",
    "HandCoding",
    "Happened",
    "Heading",
    "Info",
    "Judgement",
    "Kept",
    "Known",
    "Listed",
    "ListedActor",
    "Loaded",
    "LoadedCodebook",
    "Login",
    "Measured",
    "Post",
    "Proposal",
    "QueueKind",
    "Queued",
    "ReadingUse",
    "Record",
    "Said",
    "Sample",
    "Share",
    "Shows",
    "Sort",
    "Speaker",
    "Standing",
    "Stratify",
    "Task",
    "Unit",
    "Verdict",
]
