"""A small coverage written for the tests of the record, and a PostgreSQL schema to put it in."""

import hashlib
import os
import uuid
from contextlib import contextmanager

from onrecord.types import Article, Reading, Span, Statement, article_id, statement_id

POSTGRES = os.environ.get("ONRECORD_TEST_POSTGRES")
FIRST = Reading(id="reading-1", started_at="2026-04-01T08:00:00+00:00", version="0.1", weights_sha256="a" * 64)
SECOND = Reading(id="reading-2", started_at="2026-05-01T08:00:00+00:00", version="0.2", weights_sha256="b" * 64)


@contextmanager
def postgres_schema():
    import psycopg

    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f"CREATE SCHEMA {name}")
        try:
            yield f"{POSTGRES}{'&' if '?' in POSTGRES else '?'}options=-csearch_path%3D{name}"
        finally:
            server.execute(f"DROP SCHEMA {name} CASCADE")


def article(name, text, **more):
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Article(id=article_id(name, text), name=name, text=text, text_sha256=digest, extractor="as given", **more)


def statement(of, source, cue, *content, kind="indirect", score=0.9, part_of=None):
    """A statement by its words, each found in the article where it first stands."""

    def span(words):
        return None if words is None else Span(of.text.index(words), of.text.index(words) + len(words))

    parts = (span(source), span(cue), tuple(span(words) for words in content))
    return Statement(
        id=statement_id(of.id, *parts), article_id=of.id, source=parts[0], cue=parts[1], content=parts[2],
        kind=kind, score=score, part_of=part_of,
    )  # fmt: skip


ROME = article(
    "rome.txt",
    "Prime Minister Giorgia Meloni said Italy would send no troops. “We want peace,” she added, “and soon.” "
    "According to the Melonist press, nothing will change.",
    outlet="Il Foglio",
    published="2026-04-15T09:30:00+02:00",
    title="Rome holds back",
    authors=("A. Rossi", "B. Béranger"),
    language="en",
    url="https://foglio.example/rome",
    extra={"section": "Esteri", "pages": [1, 2], "né": None},
)
ROME_SAID = [
    statement(ROME, "Prime Minister Giorgia Meloni", "said", "Italy would send no troops"),
    statement(ROME, "she", "added", "“We want peace,”", "“and soon.”", kind="direct", score=0.75),
    statement(ROME, "the Melonist press", "According to", "nothing will change", score=0.5),
]
WARSAW = article(
    "warsaw.txt",
    "Łukasz Wałęsa wants a European peacekeeping force. It should be led by Paris, he argued. "
    "Nobody objected to troops.",
    outlet="The Courier",
    published="2026-04",
    title="A force for Europe",
)
WARSAW_SAID = [
    statement(WARSAW, "Łukasz Wałęsa", "wants", "a European peacekeeping force"),
    statement(WARSAW, "he", "argued", "It should be led by Paris", kind="mixed", score=1.0),
    statement(WARSAW, None, None, "Nobody objected to troops", score=0.0),
]
COPY = article("copy.txt", WARSAW.text + " (wire)", outlet="The Mail", published="2026-05-02", duplicate_of=WARSAW.id)
COPY_SAID = [statement(COPY, "Łukasz Wałęsa", "wants", "a European peacekeeping force")]
UNDATED = article("notes/undated.txt", "It is over, says the mayor.")
UNDATED_SAID = [statement(UNDATED, "the mayor", "says", "It is over")]
ALL = [(ROME, ROME_SAID), (WARSAW, WARSAW_SAID), (COPY, COPY_SAID), (UNDATED, UNDATED_SAID)]
