"""Coverage into a record: collect → article → near-copy? → statements, actors → store, one article after another.

An article that cannot be read is a problem that is told and counted; all others are read. Each article is stored by
itself, so a reader that is stopped or killed has lost nothing: reading the same coverage again goes on where it was.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from onrecord.errors import OnrecordError
from onrecord.reading.article import article as article_of
from onrecord.reading.collect import collect
from onrecord.reading.copies import NearCopies, signature
from onrecord.reading.encoder import Encoder
from onrecord.reading.read import Encode, read
from onrecord.record import Record
from onrecord.types import Article, Capture, Problem, Read, Reading, Statement, content_id
from onrecord.version import VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What became of one thing collected.

    ``outcome``: "read" (stored with its statements), "copy" (the same, and it is a near-copy), "known" (the record has
    it already) or "problem" (then ``problem`` says why).
    """

    name: str
    outcome: Literal["read", "copy", "known", "problem"]
    article: Article | None = None
    statements: tuple[Statement, ...] = ()
    problem: Problem | None = None


class _Pending(NamedTuple):
    article: Article
    signature: bytes
    read: "Future[Read]"


def reading_of(encoder: Encoder) -> Reading:
    """The reading that ``encoder`` does. Its id depends on the version and the weights, not on the time."""
    return Reading(
        id=content_id("reading", VERSION, encoder.sha256),
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        version=VERSION,
        weights_sha256=encoder.sha256,
    )


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def steps(
    record: Record,
    paths: Iterable[str],
    *,
    encoder: Encoder | None = None,
    again: bool = False,
    jobs: int | None = None,
    **options: Any,
) -> Iterator[Step]:
    """Reads everything ``paths`` lead to into ``record``; yields what became of each article, in order.

    ``again``: articles of an earlier reading are read anew. ``jobs``: articles read at once, by default one for each
    core; the result does not depend on it. ``options`` go to ``collect``.
    """
    encoder = encoder or Encoder()
    reading = reading_of(encoder)
    copies = NearCopies()
    for known, stored in record.signatures():
        copies.add(known, stored)
    jobs = jobs or cores()
    waiting: deque[_Pending] = deque()
    options.setdefault("fetched", record.knows_url)
    with ThreadPoolExecutor(jobs) as pool:
        try:
            for item in collect(paths, **options):
                step = _begin(item, record, reading, copies, waiting, pool, encoder, again=again)
                if step:
                    while waiting:  # problems are told in their place
                        yield _finish(waiting.popleft(), record, reading)
                    yield step
                while len(waiting) > 2 * jobs:
                    yield _finish(waiting.popleft(), record, reading)
            while waiting:
                yield _finish(waiting.popleft(), record, reading)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _begin(
    item: Capture | Problem,
    record: Record,
    reading: Reading,
    copies: NearCopies,
    waiting: deque[_Pending],
    pool: ThreadPoolExecutor,
    encode: Encode,
    *,
    again: bool,
) -> Step | None:
    """Puts an article to be read into ``waiting``; a Step if there is nothing to be read."""
    if isinstance(item, Problem):
        return Step(name=item.name, outcome="problem", problem=item)
    try:
        article = article_of(item)
        before = record.reading_of(article.id)
    except OnrecordError as e:
        return Step(name=item.name, outcome="problem", problem=_problem(item.name, e))
    if before == reading.id or (before and not again) or any(w.article.id == article.id for w in waiting):
        return Step(name=article.name, outcome="known", article=article)
    mark = signature(article.text)
    if before:
        article = replace(article, duplicate_of=record.article(article.id).duplicate_of)
    else:
        article = replace(article, duplicate_of=copies.match(mark))
        copies.add(article.id, mark)
    waiting.append(_Pending(article, mark, pool.submit(read, article, encode)))
    return None


def _finish(pending: _Pending, record: Record, reading: Reading) -> Step:
    """Waits for what an article says and stores it."""
    article = pending.article
    try:
        found = pending.read.result()
        record.add(article, found, reading=reading, signature=pending.signature)
    except OnrecordError as e:
        return Step(name=article.name, outcome="problem", problem=_problem(article.name, e))
    outcome: Literal["read", "copy"] = "copy" if article.duplicate_of else "read"
    return Step(name=article.name, outcome=outcome, article=article, statements=found.statements)


def _problem(name: str, error: OnrecordError) -> Problem:
    """``error`` about ``name``, which is said once."""
    return Problem(name=name, message=str(error).removeprefix(f"{name}: "))
