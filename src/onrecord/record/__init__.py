"""The record: one database (an SQLite file, or PostgreSQL by URL) that holds all articles and statements.

store.py     Record: add, find, count, check
found.py     what it answers with, and the filters it understands
search.py    words and dates in a search
adding.py    one article into the tables
rows.py      from rows of the tables to the nouns
checks.py    what may be stored
opening.py   from a path or a URL to an engine; the database's errors in plain words
schema.py    tables, views, migrations
"""

from onrecord.record.found import ArticleFilters, Covered, Filters, Heading, Info, Listed, ReadingUse, Said
from onrecord.record.store import Record

__all__ = ["ArticleFilters", "Covered", "Filters", "Heading", "Info", "Listed", "ReadingUse", "Record", "Said"]
