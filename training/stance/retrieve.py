"""How well a cheap comparison of vectors finds the propositions a passage takes a stance on, among many.

    python -m training.stance.retrieve --data ../shared/data

Two kinds of vector are compared on the dev part: the sentence encoder's, and one read from a table: each word piece
has the vector the sentence encoder gives it alone, weighted by how rare it is (as in Arora et al. 2017), added up.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from transformers import BertModel

from onrecord.reading.stances import CLS, SEP
from training.stance.measure import NONE
from training.stance.model import BASE
from training.stance.packing import vocabulary
from training.stance.pairs import Passage, load, split

Floats = npt.NDArray[np.float32]


def unit(vectors: Floats) -> Floats:
    """Rows of length 1; a row of zeros stays."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(length == 0, 1, length), dtype=np.float32)


def encoded(texts: Sequence[Sequence[int]], encoder: BertModel, pieces: int = 8192) -> Floats:
    """Unit vectors of texts given as ids without frame: the mean over pieces, as the sentence encoder was trained."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    out = np.zeros((len(texts), encoder.config.hidden_size), dtype=np.float32)
    at = 0
    while at < len(order):
        step = max(1, pieces // (len(texts[order[min(at + 256, len(order) - 1)]]) + 2))
        group = order[at : at + step]
        length = -(-(len(texts[group[-1]]) + 2) // 4) * 4
        ids = torch.zeros(len(group), length, dtype=torch.long)
        mask = torch.zeros(len(group), length)
        for row, i in enumerate(group):
            own = [CLS, *texts[i], SEP]
            ids[row, : len(own)], mask[row, : len(own)] = torch.tensor(own), 1
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            states = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        mean = (states.float() * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        out[group] = mean.numpy()
        at += step
    return unit(out)


def table(encoder: BertModel) -> Floats:
    """(vocabulary, size) the vector of each piece by itself."""
    return encoded([[i] for i in range(encoder.config.vocab_size)], encoder, 16384)


def rarity(texts: Sequence[Sequence[int]], size: int, *, smooth: float = 1e-3) -> Floats:
    """(vocabulary,) weights smooth / (smooth + share of the piece among all) (Arora, Liang & Ma 2017)."""
    count = Counter(i for t in texts for i in t)
    total = sum(count.values())
    share = np.array([count[i] / total for i in range(size)], dtype=np.float32)
    return np.asarray(smooth / (smooth + share), dtype=np.float32)


def summed(texts: Sequence[Sequence[int]], vectors: Floats, weight: Floats) -> Floats:
    """Unit vectors of texts: the weighted sum of their pieces' vectors."""
    return unit(np.stack([(vectors[list(t)] * weight[list(t), None]).sum(0) for t in texts]))


def recall(
    passages: Sequence[Passage], texts: Floats, asked: Sequence[Floats], pool: int, kept: Sequence[int], seed: int = 1
) -> dict[int, float]:
    """Share of the propositions with a stance that are among the ``kept`` nearest of ``pool``.

    ``texts`` (passages, size), ``asked`` one (propositions, size) for each passage. The pool of a passage is its own
    propositions, filled up with those of other groups.
    """
    rng = random.Random(seed)
    everything = [(p.group, v) for p, vs in zip(passages, asked, strict=True) for v in vs]
    found: Counter[int] = Counter()
    total = 0
    for p, text, own in zip(passages, texts, asked, strict=True):
        others = rng.sample([v for g, v in everything if g != p.group], pool - len(own))
        score = np.concatenate([own, np.stack(others)]) @ text
        for k, question in enumerate(p.asked):
            if question.stance != NONE:
                total += 1
                before = int((score > score[k]).sum())
                found.update(n for n in kept if before < n)
    return {n: found[n] / total for n in kept}


def ids(texts: Sequence[str], read: Tokenizer) -> list[list[int]]:
    """Word pieces without frame."""
    return [e.ids for e in read.encode_batch(list(texts), add_special_tokens=False)]


def main() -> None:
    """Measure."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument("--threads", type=int, default=2)
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    parts, read = split(load(a.data / "stance")), vocabulary()
    dev = parts["dev"]
    encoder = BertModel.from_pretrained(BASE, add_pooling_layer=False, attn_implementation="eager")
    encoder.train(mode=False)
    texts = ids([p.text for p in dev], read)
    asked = [ids([q.proposition for q in p.asked], read) for p in dev]
    cuts = np.cumsum([len(x) for x in asked])[:-1]
    flat = [x for own in asked for x in own]
    seen = ids([x for p in parts["train"] for x in (p.text, *(q.proposition for q in p.asked))], read)
    vectors, weight = table(encoder), rarity(seen, encoder.config.vocab_size)
    for name, t, q in (
        ("sentence encoder", encoded(texts, encoder), encoded(flat, encoder)),
        ("table", summed(texts, vectors, weight), summed(flat, vectors, weight)),
    ):
        for pool in (50, 100, 500):
            share = recall(dev, t, np.split(q, cuts), pool, (5, 10, 20))
            print(name, pool, json.dumps({k: round(v, 4) for k, v in share.items()}), flush=True)


if __name__ == "__main__":
    main()
