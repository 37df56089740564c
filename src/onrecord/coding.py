"""A record's articles coded by its codebook: what has not been coded yet, one article after another.

Each article is stored by itself, so a run that is stopped or killed has lost nothing: the same command goes on.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from onrecord.coverage import cores
from onrecord.errors import InputError, OnrecordError
from onrecord.learning import learned
from onrecord.reading.nearness import Nearness
from onrecord.reading.positions import NEAREST, Coder
from onrecord.reading.stances import StanceModel
from onrecord.record import Record
from onrecord.types import Article, Coding, Concept, Problem, content_id
from onrecord.version import VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What became of one article: its codings, or why it has none. ``left`` articles are still to be coded."""

    article: Article
    codings: tuple[Coding, ...] = ()
    problem: Problem | None = None
    left: int = 0


def coder_id(model: StanceModel, nearness: Nearness, concepts: Sequence[Concept], learned: str | None = None) -> str:
    """The digest of all that codings depend on besides the article: program, weights, the codebook, what was learned.

    All concepts count, since they compete for a passage.
    """
    book = sorted((c.id, c.version, c.proposition, *c.aliases) for c in concepts)
    return content_id("coder", VERSION, model.sha256, nearness.sha256, book, learned)


def code(
    record: Record,
    *,
    concepts: Sequence[str] | None = None,
    model: StanceModel | None = None,
    nearness: Nearness | None = None,
    jobs: int | None = None,
) -> Iterator[Step]:
    """Codes what the record's codebook asks and no run has coded; yields what became of each article, in order.

    ``concepts``: on these only. ``jobs``: articles coded at once, one for each core unless given; the result does not
    depend on it. Raises InputError if the codebook is empty, NotFound for a concept there is not.
    """
    book = record.concepts()
    if not book:
        raise InputError(f"{record.where}: the codebook is empty: load one with --codebook FILE")
    asked = [record.concept(key) for key in concepts] if concepts else book
    model, nearness = model or StanceModel(), nearness or Nearness()
    lessons = learned(record, model, nearness)
    coder = Coder.of(book, model, nearness, lessons)
    key = coder_id(model, nearness, book, lessons.digest if lessons else None)
    by_id = {c.id: c for c in asked}
    todo = deque(record.uncoded(key, asked))
    jobs = jobs or cores()
    waiting: deque[tuple[Article, list[Concept], Future[list[Coding]]]] = deque()
    settings = {"version": VERSION, "stance": model.sha256, "retrieve": nearness.sha256, "nearest": NEAREST}
    settings |= {"learned": lessons.digest} if lessons else {}
    with ThreadPoolExecutor(jobs) as pool:
        try:
            while todo or waiting:
                while todo and len(waiting) <= 2 * jobs:
                    article_id, ids = todo.popleft()
                    covered = next(record.coverage(article=article_id))
                    future = pool.submit(coder, covered.article, covered.read, ids)
                    waiting.append((covered.article, [by_id[i] for i in ids], future))
                article, on, future = waiting.popleft()
                left = len(todo) + len(waiting)
                try:
                    found = future.result()
                    record.add_codings(article, found, coder=key, concepts=on, settings=settings)
                except OnrecordError as e:
                    problem = Problem(name=article.name, message=str(e))
                    yield Step(article=article, problem=problem, left=left)
                    continue
                yield Step(article=article, codings=tuple(found), left=left)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
