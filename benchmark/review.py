"""How long decisions take in a large record: python -m benchmark.review [--statements 100000].

Makes a record of generated articles, each with 40 statements by six of 3,000 people, judges every fiftieth, and times
what a person at the review page waits for. Prints the median and the longest of several runs, in milliseconds.
"""

import argparse
import hashlib
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from onrecord.record import Record
from onrecord.types import (
    Appearance,
    Article,
    Read,
    Reading,
    Resolution,
    Span,
    Statement,
    appearance_id,
    article_id,
    statement_id,
)

_EACH = 40  # statements of an article
_READING = Reading(id="benchmark", started_at="2026-01-01T00:00:00+00:00", version="0", weights_sha256="0" * 64)


def made(number: int, rng: random.Random) -> tuple[Article, Read]:
    """An article in which six people say 40 things."""
    people = [f"Person {chr(65 + n % 26)}{chr(97 + n // 26 % 26)}{n}" for n in rng.sample(range(3_000), 6)]
    lines, found, whose = [], [], []
    start = 0
    name = f"article-{number:06}"
    spoken = [people[k % 6] for k in range(_EACH)]
    text = "\n".join(f"{who} said that matter {k} of {number} was settled." for k, who in enumerate(spoken))
    id_ = article_id(name, text)
    for line, who in zip(text.split("\n"), spoken, strict=True):
        source = Span(start, start + len(who))
        content = (Span(source.end + len(" said that "), start + len(line) - 1),)
        cue = Span(source.end + 1, source.end + 5)
        lines.append((who, source))
        found.append(
            Statement(
                id=statement_id(id_, source, cue, content),
                article_id=id_,
                source=source,
                cue=cue,
                content=content,
                kind="indirect",
                score=round(rng.uniform(0.4, 1), 3),
            )
        )
        start += len(line) + 1
    cast = {
        who: Appearance(
            id=appearance_id(id_, "person", who),
            article_id=id_,
            name=who,
            kind="person",
            names=(who,),
            mentions=tuple(source for other, source in lines if other == who),
        )
        for who in people
    }
    for statement, (who, source) in zip(found, lines, strict=True):
        whose.append(
            Resolution(statement_id=statement.id, appearance_id=cast[who].id, how="full name",
                       score=round(rng.uniform(0.5, 1), 3), evidence=source)
        )  # fmt: skip
    article = Article(
        id=id_, name=name, text=text, text_sha256=hashlib.sha256(text.encode()).hexdigest(), extractor="as given",
        outlet=f"Outlet {number % 12}", published=f"2026-{1 + number % 12:02}-{1 + number % 28:02}",
    )  # fmt: skip
    return article, Read(statements=tuple(found), appearances=tuple(cast.values()), resolutions=tuple(whose))


def timed(what: str, act: Callable[[], object], times: int) -> None:
    """Runs ``act`` so many times and prints how long it took."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        took.append(1000 * (time.perf_counter() - begun))
    print(f"{what:44} {statistics.median(took):9.1f} {max(took):9.1f}")


def main() -> None:
    """Makes the record, and times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=100_000)
    asked = parser.parse_args()
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder, Record.open(Path(folder) / "r.db") as record:
        for number in range(asked.statements // _EACH):
            article, read = made(number, rng)
            record.add(article, read, reading=_READING)
        ids = [s.statement.id for s in record.said()]
        rng.shuffle(ids)
        for id_ in ids[: len(ids) // 50]:
            record.judge_statement(id_, rng.choice(("right", "right", "wrong")), reviewer="Ann")
        print(f"{len(ids):,} statements, {len(record.judgements()):,} judgements; milliseconds: median, longest")
        left = iter(ids[len(ids) // 50 :])
        timed("judge a statement", lambda: record.judge_statement(next(left), "right", reviewer="Ann"), 50)
        timed("correct its actor", lambda: record.correct_statement(next(left), actor="Zoe", reviewer="Ann"), 50)
        timed("undo", lambda: record.undo(reviewer="Ann"), 50)
        timed("the first 20 of the queue", lambda: record.queue(reviewer="Ann"), 5)
        after = record.queue(limit=200)[-1].key
        timed("20 of the queue, further on", lambda: record.queue(after=after), 5)
        timed("accuracy", record.accuracy, 3)
        timed("draw a sample of 200", lambda: record.sample(200, reviewer="Ann"), 3)
        timed("history of a statement", lambda: record.history(ids[0]), 20)


if __name__ == "__main__":
    main()
