"""How long the pages of a large record take, and how large they are: python -m benchmark.web.

A record of 100,000 statements is made up (2,500 people in 12,500 articles of 40 outlets over six years), served as
`onrecord serve` does, and each kind of page asked for over HTTP; the median of five times, after one that warms up. The
first page is also timed as it comes right after the start.
"""

import argparse
import hashlib
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx
import uvicorn

from onrecord.record import Record, bulk
from onrecord.record.bulk import CodedArticle
from onrecord.types import (
    Appearance,
    Article,
    Read,
    Reading,
    Resolution,
    Role,
    Span,
    Statement,
    appearance_id,
    article_id,
    statement_id,
)
from onrecord.web import Setting, make_app
from onrecord.web.serving import listen

_AT_ONCE = 500
FIRST_LIMIT, LIMIT, SIZE = 0.3, 1.0, 300_000
_SYLLABLES = "ka lo mi ren ta vos el dra fin gor ha ju ster pel ni wa zu bri co dan".split()
_WORDS = (
    "pension reform budget strike border tariff harbour school energy tax treaty coal rail water housing troops peace "
    "wage court energy vote plan union minister council price gas climate ferry bridge hospital nurse teacher debt"
).split()


def made_up(record: Record, statements: int, seed: int = 1) -> None:
    """Fills ``record`` with articles that say nothing, eight statements each."""
    chance = random.Random(seed)
    people = [" ".join("".join(chance.choices(_SYLLABLES, k=3)).title() for _ in range(2)) for _ in range(2500)]
    bodies = [f"{''.join(chance.choices(_SYLLABLES, k=2)).title()} Union" for _ in range(120)]
    reading = Reading(id="made up", started_at="2026-01-01T00:00:00+00:00", version="0", weights_sha256="0" * 64)
    numbers = range(statements // 8)
    for start in numbers[::_AT_ONCE]:
        batch = [CodedArticle(*_article(n, chance, people, bodies)) for n in numbers[start : start + _AT_ONCE]]
        with record._judging() as db:  # as an import does: one by one, adding would take half an hour
            bulk.store(db, batch, reading=reading)


def _article(number: int, chance: random.Random, people: list[str], bodies: list[str]) -> tuple[Article, Read]:
    who = [people[min(int(chance.paretovariate(0.7)) - 1, len(people) - 1)] for _ in range(4)]
    lines = []
    for n in range(8):
        words = " ".join(chance.choices(_WORDS, k=chance.randint(8, 30)))
        lines.append((who[n % 4], f"of the {bodies[len(who[n % 4]) % len(bodies)]}", words))
    text = "\n\n".join(f"{name}, head {of}, said that {words}. {'It rained. ' * 12}" for name, of, words in lines)
    name = f"article-{number}"
    id_ = article_id(name, text)
    day = f"{2020 + number % 6}-{1 + number % 12:02d}-{1 + number % 28:02d}"
    article = Article(
        id=id_, name=name, text=text, text_sha256=hashlib.sha256(text.encode()).hexdigest(), extractor="as given",
        outlet=f"Outlet {number % 40}", published=day, title=" ".join(chance.choices(_WORDS, k=7)).capitalize(),
    )  # fmt: skip
    found, appearances, resolutions, at = [], {}, [], 0
    for person, of, words in lines:
        start = text.index(f"{person}, head {of}, said that {words}", at)
        source = Span(start, start + len(person))
        content = (Span(text.index(words, start), text.index(words, start) + len(words)),)
        at = content[0].end
        made = Statement(
            id=statement_id(id_, source, None, content), article_id=id_, source=source, cue=None, content=content,
            kind="indirect", score=round(chance.uniform(0.3, 1), 3),
        )  # fmt: skip
        found.append(made)
        if person not in appearances:
            role = Span(source.end + 2, source.end + 6 + len(of) + 1)
            appearances[person] = Appearance(
                id=appearance_id(id_, "person", person), article_id=id_, name=person, kind="person", names=(person,),
                mentions=(source,), roles=(Role(title="head", organisation=of[7:], country=None, former=False, evidence=role),),
            )  # fmt: skip
        resolutions.append(
            Resolution(
                statement_id=made.id, appearance_id=appearances[person].id, how="full name", score=0.9, evidence=source
            )
        )
    return article, Read(
        statements=tuple(found), appearances=tuple(appearances.values()), resolutions=tuple(resolutions)
    )


def measured(record: Record) -> dict[str, tuple[float, int]]:
    """Seconds and bytes of each kind of page; "first" is the overview right after the start."""
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(
        uvicorn.Config(make_app(record, Setting(reviewer="benchmark")), log_level="warning", lifespan="off")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=60) as client:
            times = {"first": _timed(client, "/", 1, warm=False)}
            found = client.get("/api/statements?limit=1&offset=50000&about=pension").json()
            one = (
                found["items"][0]["said"]
                if found["items"]
                else client.get("/api/statements?limit=1").json()["items"][0]["said"]
            )
            most = client.get("/api/actors?limit=1").json()["items"][0]["id"]
            for path in (
                "/", "/articles", "/articles?sort=statements&order=down", "/articles?offset=10000", "/articles?words=pension",
                f"/articles/{one['article']['id']}", "/statements", "/statements?order=down", "/statements?offset=90000",
                "/statements?about=pension", "/statements?about=pension+reform&order=down", "/statements?sort=score",
                "/statements?outlet=Outlet+7&since=2024", f"/statements?actor={most}", "/statements?by=head",
                f"/statements/{one['statement']['id']}", "/actors", "/actors?sort=name", "/actors?words=head", f"/actors/{most}",
                "/queue", "/decisions", "/positions", "/shifts", "/accuracy", "/assignments", "/api/names?typed=ka",
            ):  # fmt: skip
                times[path] = _timed(client, path, 5)
    finally:
        server.should_exit = True
        thread.join()
    return times


def _timed(client: httpx.Client, path: str, runs: int, *, warm: bool = True) -> tuple[float, int]:
    taken, size = [], 0
    for n in range(runs + warm):
        began = time.perf_counter()
        answer = client.get(path)
        answer.raise_for_status()
        size = len(answer.content)
        if n or not warm:
            taken.append(time.perf_counter() - began)
    return statistics.median(taken), size


def main() -> int:
    """Prints a line for each page; 1 if one is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--record", type=Path, help="Keep the record made up here, and use it if it is there.")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        where = options.record or Path(folder) / "web.db"
        there = where.exists()
        with Record.open(where) as record:
            if not there:
                made_up(record, options.statements)
            times = measured(record)
    over = [
        path
        for path, (seconds, size) in times.items()
        if seconds > (FIRST_LIMIT if path == "first" else LIMIT) or size > SIZE
    ]
    if options.json:
        sys.stdout.write(json.dumps({path: {"seconds": s, "bytes": b} for path, (s, b) in times.items()}) + "\n")
    else:
        for path, (seconds, size) in times.items():
            sys.stdout.write(
                f"{seconds * 1000:7.0f} ms {size / 1000:7.1f} kB  {path}{'  OVER' if path in over else ''}\n"
            )
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
