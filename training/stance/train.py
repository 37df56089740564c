"""Train the stance model on data/stance; choose on its dev part.

    python -m training.stance.train --data ../shared/data --out runs/stance/first

Writes to OUT after every pass: last.pt (to go on from), model.pt (the averaged weights), log.jsonl.
"""

import argparse
import json
import math
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from onrecord.reading.nearness import Nearness
from onrecord.reading.stances import chances, condition_span
from training.stance.exchange import with_exchanges
from training.stance.measure import condition_f1, f1, risk_coverage
from training.stance.model import losses, pretrained
from training.stance.negatives import neighbours, with_leads, with_near
from training.stance.packing import Batch, Packed, batches, joined, loosened, masked, packed, vocabulary, with_strangers
from training.stance.pairs import Passage, directed, load, split

EACH = 4  # steps between updates of the average


def tensors(b: Batch) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """What the model takes."""
    return torch.from_numpy(b.pieces), torch.from_numpy(b.actor), torch.from_numpy(b.lead)


def answers(
    model: torch.nn.Module, passages: Sequence[Packed], pieces: int = 4096
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Logits of stance (propositions, 4) and condition (propositions, text pieces) for each passage."""
    model.eval()
    out: list[Any] = [None] * len(passages)
    with torch.no_grad():
        for group in batches(passages, pieces, None):
            stance, condition = model(*tensors(joined([passages[i] for i in group])))
            for row, i in enumerate(group):
                asked, size = passages[i].condition.shape
                out[i] = (stance[row, :asked].numpy(), condition[row, :asked, :size].numpy())
    model.train()
    return out


def scores(
    passages: Sequence[Passage], read: Sequence[Packed], found: Sequence[tuple[np.ndarray, np.ndarray]]
) -> dict[str, Any]:
    """All measures of ``found`` answers; conditions are measured on pairs whose gold stance is not none."""
    logits = np.concatenate([s for s, _ in found])
    gold = np.concatenate([p.stance for p in read])
    guess = logits.argmax(1)
    origin = np.array([p.origin for p in passages for _ in p.asked])
    conditions = [
        (p.text, asked.conditions, condition_span(c[k], r.offsets))
        for p, r, (_, c) in zip(passages, read, found, strict=True)
        for k, asked in enumerate(p.asked)
        if asked.stance != 3
    ]
    return {
        **f1(gold, guess),
        "accuracy": float((gold == guess).mean()),
        "sets": {o: f1(gold[origin == o], guess[origin == o])["macro"] for o in sorted(set(origin))},
        "right_among_top": risk_coverage(chances(logits), gold),
        "condition": condition_f1(conditions),
    }


def rounded(value: Any) -> Any:
    """Numbers with four digits, at any depth."""
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def moving_average(average: torch.Tensor, now: torch.Tensor, steps: torch.Tensor | int) -> torch.Tensor:
    """An exponential average that forgets its untrained beginning: it starts short and grows to 500 steps."""
    return torch.lerp(average, now, max(0.002 * EACH, 9 / (10 + int(steps))))


def main() -> None:
    """Train."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument("--out", type=Path, default=Path("runs/stance/first"))
    ap.add_argument("--start", type=Path, help="a stance model, or a reading model whose encoder, to start from")
    ap.add_argument("--passes", type=int, default=5)
    ap.add_argument("--stop-after", type=int, help="end after so many passes, though rates are planned for more")
    ap.add_argument("--pieces", type=int, default=1792, help="word pieces in a batch")
    ap.add_argument("--rate", type=float, default=2e-4)
    ap.add_argument("--heads-rate", type=float, default=6e-4)
    ap.add_argument("--dropout", type=float, default=0.1)
    ap.add_argument("--hide", type=float, default=0.04, help="share of pieces masked")
    ap.add_argument("--strangers", type=float, default=0.3, help="share of texts asked a proposition of another event")
    ap.add_argument("--exchange", type=float, default=0.0, help="share of texts in which two actors exchange names")
    ap.add_argument("--directed", type=float, default=0.0, help="share of data/directed_sentiment in every pass")
    ap.add_argument("--near", type=float, default=0.0, help="share of texts asked a near proposition of another event")
    ap.add_argument("--leads", type=float, default=0.0, help="share of texts put after a lead about the same event")
    ap.add_argument("--nearness", type=Path, default=Path("runs/stance/final"), help="the folder of retrieve.onnx")
    ap.add_argument("--loosen", type=float, default=0.2, help="share of mentions marked with words before them")
    ap.add_argument("--smooth", type=float, default=0.05)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--threads", type=int, default=2)
    a = ap.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(a.seed)
    torch.set_num_threads(a.threads)
    rng, noise = random.Random(a.seed), np.random.default_rng(a.seed)

    parts = split(load(a.data / "stance"))
    beside = directed(a.data / "directed_sentiment" / "train.jsonl") if a.directed else []
    read = vocabulary()
    dev = [packed(p, read) for p in parts["dev"]]
    model = pretrained(dropout=a.dropout, start=a.start)
    encoder = [p for p in model.encoder.parameters() if p.requires_grad]
    heads = [p for n, p in model.named_parameters() if not n.startswith("encoder.")]
    optimiser = torch.optim.AdamW(
        [{"params": encoder, "lr": a.rate}, {"params": heads, "lr": a.heads_rate}], weight_decay=0.01, fused=True
    )
    average = torch.optim.swa_utils.AveragedModel(model, avg_fn=moving_average)
    near = neighbours(parts["train"], Nearness(a.nearness, a.threads)) if a.near else [[] for _ in parts["train"]]
    train = [packed(p, read) for p in with_strangers(parts["train"], random.Random(0), a.strangers)]
    train += [packed(p, read) for p in beside[: round(a.directed * len(beside))]]
    total = a.passes * sum(1 for _ in batches(train, a.pieces, None))

    def rate(step: int) -> float:
        warm = 0.06 * total
        return step / warm if step < warm else max(0.02, 0.5 * (1 + math.cos(math.pi * (step - warm) / (total - warm))))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, rate)
    done = 0
    last = a.out / "last.pt"
    if last.exists():
        state = torch.load(last, weights_only=False)
        for name, part in (("model", model), ("average", average), ("optimiser", optimiser), ("schedule", schedule)):
            part.load_state_dict(state[name])
        rng.setstate(state["rng"])
        noise.bit_generator.state = state["noise"]
        torch.set_rng_state(state["torch"])
        done = state["done"]
    log = (a.out / "log.jsonl").open("a", encoding="utf8")
    settings = {k: str(v) if isinstance(v, Path) else v for k, v in vars(a).items()}
    sizes = {k: sum(len(p.asked) for p in v) for k, v in parts.items()}
    print(json.dumps({"settings": settings, "pairs": sizes, "steps": total, "from_pass": done}), file=log, flush=True)

    model.train()
    for number in range(done, min(a.passes, a.stop_after or a.passes)):
        start, pieces, sums, steps = time.time(), 0, np.zeros(2), 0
        asked = with_leads(with_near(parts["train"], near, rng, a.near), rng, a.leads)
        asked = with_strangers(with_exchanges(asked, rng, a.exchange), rng, a.strangers)
        asked += rng.sample(beside, round(a.directed * len(beside)))
        train = [packed(loosened(p, rng) if rng.random() < a.loosen else p, read) for p in asked]
        for group in batches(train, a.pieces, rng):
            b = masked(joined([train[i] for i in group]), a.hide, noise)
            gold, words = torch.from_numpy(b.stance), torch.from_numpy(b.condition)
            told, words_told = model(*tensors(b))
            text = torch.from_numpy(b.pieces[1] == 0)
            stance, condition = losses(told, words_told, gold, words, text, a.smooth)
            optimiser.zero_grad(set_to_none=True)
            (stance + condition).backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            if schedule.last_epoch % EACH == 0:
                average.update_parameters(model)
            sums += (float(stance.detach()), float(condition.detach()))
            pieces += b.pieces[0].size
            steps += 1
            if steps % 50 == 0:
                speed = pieces / (time.time() - start)
                print(f"pass {number + 1} step {steps}/{total // a.passes} stance {sums[0] / steps:.3f} condition {sums[1] / steps:.3f} {speed:.0f} pieces/s", flush=True)  # fmt: skip
        dev_scores = scores(parts["dev"], dev, answers(average.module, dev))
        line = rounded({"pass": number + 1, "stance": sums[0] / steps, "condition": sums[1] / steps, "seconds": time.time() - start, "dev": dev_scores})  # fmt: skip
        print(json.dumps(line), file=log, flush=True)
        print(json.dumps(line), flush=True)
        torch.save(average.module.state_dict(), a.out / "model.pt")
        torch.save({"model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(),
                    "schedule": schedule.state_dict(), "rng": rng.getstate(), "noise": noise.bit_generator.state,
                    "torch": torch.get_rng_state(), "done": number + 1}, last)  # fmt: skip


if __name__ == "__main__":
    main()
