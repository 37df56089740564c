"""Who is speaking: how often right, on which kinds of source, and at what cost.

    python -m benchmark.actors [--data ../shared/data] [--errors]

Cases A is part of the repository (names as the record has them after all its articles are read). With the data: BASIL's
quotes with a named speaker, NewsWCL50's actors across articles, and the nested statements of the cases that no head was
trained on. ``--errors`` lists what is wrong.
"""

import argparse
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from onrecord.coverage import reading_of
from onrecord.evaluation import b_cubed, matches, same_name
from onrecord.reading import read as reading
from onrecord.reading.article import article as article_of
from onrecord.reading.encoder import Encoder
from onrecord.reading.naming import fits, person, plain
from onrecord.reading.read import read
from onrecord.record import Record, Speaker
from onrecord.types import Article, Capture, Span
from onrecord.verbs import AnnotatedArticle, annotated, attribution

HERE = Path(__file__).parent
HELD_EVERY = 6  # as in training/corpora.py: these of cases S and T no head was trained on
GROUPS = frozenset(
    "other lawmakers campaign officials democrats republicans catholics plaintiffs protestors now".split()
)


class Resolved(NamedTuple):
    """A gold statement that was found: whose it is, and whom the record takes for it."""

    article: str
    source: str
    wanted: frozenset[str]
    speaker: Speaker

    @property
    def right(self) -> bool:
        """Whether the name is right."""
        return self.speaker.name is not None and same_name(self.speaker.name, self.wanted)


def resolved(articles: Sequence[AnnotatedArticle], encoder: Encoder) -> Iterator[Resolved]:
    """The gold statements with an actor that are found, in a record of all ``articles``."""
    with tempfile.TemporaryDirectory() as folder, Record.open(Path(folder) / "actors.db") as record:
        for a in articles:
            record.add(a.article, read(a.article, encoder), reading=reading_of(encoder))
        for a in articles:
            said = list(record.said(article=a.article.id))
            found = matches(a.article.text, a.gold, [attribution(s.statement) for s in said])
            for i, (j, _) in sorted(found.items()):
                if a.names and a.names[i] and said[j].speakers:
                    source = said[j].source or ""
                    yield Resolved(a.article.name, source, a.names[i], said[j].speakers[0])


def by_how(found: Sequence[Resolved]) -> None:
    """Prints how often each way of resolving is right, wrong, open."""
    for how in sorted({r.speaker.how for r in found}):
        of = [r for r in found if r.speaker.how == how]
        right, left = sum(r.right for r in of), sum(r.speaker.name is None for r in of)
        print(f"  {how:12} {len(of):4}  right {right / len(of):.3f}  wrong {(len(of) - right - left) / len(of):.3f}")


def cases(path: Path, encoder: Encoder, *, errors: bool) -> None:
    """Prints all figures of cases A."""
    articles = list(annotated(path))
    found = list(resolved(articles, encoder))
    gold = sum(bool(names) for a in articles for names in a.names)
    right = sum(r.right for r in found)
    left = sum(r.speaker.name is None for r in found)
    print(f"{path.name}: {len(found)} of {gold} statements with an actor found")
    print(f"  right {right / len(found):.3f}  wrong {(len(found) - right - left) / len(found):.3f}  "
          f"open {left / len(found):.3f}  recall {right / gold:.3f}")  # fmt: skip
    by_how(found)
    pronouns = [r for r in found if r.source.lower() in {"he", "she", "it", "they"}]
    print(f"  pronoun sources: {sum(r.right for r in pronouns)} of {len(pronouns)} right")
    sure = [r for r in found if r.speaker.name and r.speaker.score >= 0.9]
    print(
        f"  score ≥ 0.9: {sum(r.right for r in sure)} of {len(sure)} right ({sum(r.right for r in sure) / len(sure):.3f})"
    )
    stories = {a["id"]: a["story"] for a in _lines(path)}
    pairs = [((stories[r.article.split(": ")[1]], min(r.wanted)), r.speaker.actor_id or id(r)) for r in found]
    print(
        "  actors across the articles of a story, B³: precision {:.3f} recall {:.3f} F1 {:.3f}".format(*b_cubed(pairs))
    )
    if errors:
        for r in found:
            if not r.right:
                print(f"    {r.article}: {r.source!r} ({r.speaker.how}) {r.speaker.name!r}, not {sorted(r.wanted)}")


def basil(path: Path, encoder: Encoder, *, errors: bool) -> None:
    """Prints how many quotes with a named speaker are resolved to that person."""
    count: Counter[str] = Counter()
    for line in _lines(path):
        text, sentences = "", []
        for paragraph in line["article"]["body-paragraphs"]:
            text += "\n\n" if text else ""
            for i, sentence in enumerate(paragraph):
                text += " " if i else ""
                sentences.append(len(text))
                text += sentence
        quotes = [p for p in line["annotation"]["phrase-level-annotations"] if p["quote"] == "yes"]
        quotes = [q for q in quotes if _is_person(q["speaker"])]
        if not quotes:
            continue
        result = read(_article(line["file"], text), encoder)
        names = {x.id: x.name for x in result.appearances}
        whose = {r.statement_id: r for r in reversed(result.resolutions)}
        for q in quotes:
            at = sentences[int(q["id"].lstrip("p"))] + int(q["start"])  # offsets are those of the sentence
            wanted = person(q["speaker"].replace("_", " "))
            end = at + len(q["txt"])
            over = [
                s
                for s in result.statements
                if s.within is None and any(c.start < end and at < c.end for c in s.content)
            ]
            quoting = max(
                over,
                key=lambda s: sum(
                    min(c.end, end) - max(c.start, at) for c in s.content if c.start < end and at < c.end
                ),
                default=None,
            )
            count["quotes"] += 1
            if quoting is None:
                count["not found"] += 1
                continue
            said = whose[quoting.id].appearance_id
            right = said is not None and (fits(person(names[said]), wanted) or fits(wanted, person(names[said])))
            count["right" if right else "open" if said is None else "wrong"] += 1
            if errors and not right:
                print(f"    {line['file']}: {q['txt'][:60]!r} {said and names[said]!r}, not {q['speaker']}")
    found = count["quotes"] - count["not found"]
    print(f"BASIL: {count['quotes']} quotes of named people, {found} found; of these right {count['right'] / found:.3f} "
          f"wrong {count['wrong'] / found:.3f} open {count['open'] / found:.3f}")  # fmt: skip


def across(path: Path, encoder: Encoder) -> None:
    """Prints B³ over the people of NewsWCL50 that are named: mentions of one chain against actors of the record."""
    pairs: list[tuple[object, object]] = []
    events: dict[str, list[tuple[str, list[tuple[int, int, str]]]]] = defaultdict(list)
    for line in _lines(path):
        text, starts = "", []
        for token in line["tokens"]:
            word = "\n" if token == "\\n" else token
            text += "" if not text or text.endswith("\n") or word in ".,;:!?)'’" or word.startswith("'") else " "
            starts.append(len(text))
            text += word
        spans = [(starts[a], starts[b - 1] + len(line["tokens"][b - 1]), c) for a, b, c in line["mentions"] if c.endswith("_ACTOR")]  # fmt: skip
        events[line["id"].split("/")[0]].append((text, spans))
    for event, articles in events.items():
        with tempfile.TemporaryDirectory() as folder, Record.open(Path(folder) / "x.db") as record:
            for number, (text, _) in enumerate(articles):
                article = _article(f"{event}/{number}", text)
                record.add(article, read(article, encoder), reading=reading_of(encoder))
            for covered in record.coverage():
                text, spans = articles[int(covered.article.name.split("/")[1])]
                for x in covered.read.appearances:
                    for start, end, chain in spans:
                        if x.kind == "person" and Span(start, end) in x.mentions:
                            pairs.append(((event, chain), (event, covered.actors[x.id])))
    print(
        f"NewsWCL50: {len(pairs)} named mentions of people, B³: "
        + "precision {:.3f} recall {:.3f} F1 {:.3f}".format(*b_cubed(pairs))
    )


def held_back(folder: Path, encoder: Encoder, *, errors: bool) -> None:
    """Prints all figures of the cases S and T that no head was trained on."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "held-back cases S, T"
        path.write_text("\n".join(map(json.dumps, _held(folder))), encoding="utf-8")
        cases(path, encoder, errors=errors)


def _held(folder: Path) -> list[dict[str, Any]]:
    return [line for name in ("S", "T") for line in _lines(folder / f"{name}.jsonl")][::HELD_EVERY]


def nested(folder: Path, encoder: Encoder) -> None:
    """Prints how many statements within others are found, on cases that no head was trained on, and with the reporter."""
    lines = _held(folder)
    gold_inner = found_inner = predicted = 0
    for line in lines:
        article = _article(line["id"], line["text"])
        result = read(article, encoder)
        gold = [
            {"source": [s["source"]] if s["source"] else [], "cue": [], "content": s["content"]}
            for s in line["statements"]
        ]
        inside = [i for i, g in enumerate(gold) if any(_within(g["content"], o["content"]) for o in gold)]
        inner = [s for s in result.statements if s.within]
        found = matches(line["text"], [gold[i] for i in inside], [attribution(s) for s in inner])
        gold_inner, predicted, found_inner = (
            gold_inner + len(inside),
            predicted + len(inner),
            found_inner + sum(ok for _, ok in found.values()),
        )
    print(
        f"statements within statements: {gold_inner} in {len(lines)} held-back cases, {predicted} found, {found_inner} right"
    )


def cost(path: Path, encoder: Encoder) -> None:
    """Prints what share of the reading's time finding the actors takes (best of three)."""
    articles = [a.article for a in annotated(path)]
    shares = []
    for _ in range(3):
        started = time.perf_counter()
        for article in articles:
            read(article, encoder)
        whole = time.perf_counter() - started
        spent = 0.0

        find = vars(reading)["actors"]

        def timed(*args: Any, find: Any = find) -> Any:
            nonlocal spent
            begin = time.perf_counter()
            found = find(*args)
            spent += time.perf_counter() - begin
            return found

        vars(reading)["actors"] = timed
        for article in articles:
            read(article, encoder)
        vars(reading)["actors"] = find
        shares.append(spent / whole)
    print(f"cost of actors after the encoder: {min(shares):.1%} of the reading's time, one core")


def _within(inner: Sequence[Sequence[int]], outer: Sequence[Sequence[int]]) -> bool:
    return inner != outer and all(any(a <= x and y <= b for a, b in outer) for x, y in inner)


def _is_person(speaker: str) -> bool:
    words = plain(speaker.replace("_", " ")).split()
    return len(words) > 1 and not GROUPS & set(words)


def _article(name: str, text: str) -> Article:
    return article_of(Capture(name=name, body=text, media_type="text/plain", via="benchmark"))


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    """Measure."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument("--errors", action="store_true")
    a = ap.parse_args()
    encoder = Encoder()
    cases(HERE / "cases/A.jsonl", encoder, errors=a.errors)
    if (a.data / "basil").exists():
        held_back(a.data / "cases", encoder, errors=a.errors)
        nested(a.data / "cases", encoder)
        basil(a.data / "basil/all.jsonl", encoder, errors=a.errors)
        across(a.data / "cdcr/newswcl50.jsonl", encoder)
    else:
        print(f"{a.data}: not here; BASIL, NewsWCL50 and the held-back cases are not measured")
    cost(HERE / "cases/A.jsonl", encoder)


if __name__ == "__main__":
    main()
