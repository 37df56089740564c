"""From a trained stance model to the files that ship: export, calibrate, measure, choose, write the card.

    python -m training.stance.ship --data ../shared/data --run runs/stance/first --out runs/stance/final

stance.onnx takes what training.stance.packing makes:

    pieces  int64 (3, batch, pieces)      ids, segment, position of every piece:
                                          [CLS] text with [unused0] actor [unused1] [SEP], segment 0, then each
                                          proposition as [CLS] … [SEP], segments 1, 2, …; -1 where padded.
                                          Positions run through the text; every proposition goes on from its end
    actor   int64 (batch,)                index of [unused0] (id 1); [unused1] is id 2
    lead    int64 (batch, propositions)   index of each proposition's [CLS]; 0 where padded

and gives logits:

    stance     (batch, propositions, 4)       support, oppose, undecided, none; divide by the temperature
    condition  (batch, propositions, pieces)  whether a piece of the text is one of the condition's words

Its metadata hold "stances", "temperature", "condition_shift" (added to every piece's logit before the best run of
pieces is sought, see training.stance.measure.condition_span).

retrieve.onnx is the sentence encoder as it is: ids int64 (batch, pieces) of [CLS] text [SEP] and mask bool (batch,
pieces) → vector (batch, 384) of length 1; a passage and the propositions nearest to it have the greatest products.

The 8-bit model ships if it loses no more than LOSS of
macro F1 on dev.
"""

import argparse
import hashlib
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from torch import Tensor, nn
from transformers import BertModel

from onrecord.reading.encoder import WEIGHTS
from onrecord.reading.stances import chances, condition_span
from training.stance.cases import answered, measured
from training.stance.measure import calibration_error, condition_f1, temperature
from training.stance.model import BASE, FAR, StanceModel, pretrained
from training.stance.packing import Packed, batches, joined, packed, vocabulary
from training.stance.pairs import STANCES, Passage, load, split
from training.stance.retrieve import recall
from training.stance.train import rounded, scores

LOSS = 0.005
OUTPUTS = ("stance", "condition")
Answers = list[tuple[np.ndarray, np.ndarray]]


class Words(nn.Module):
    """Word embeddings as 8-bit integers with a scale for each word: a quarter of the file, no loss."""

    def __init__(self, embeddings: nn.Embedding) -> None:
        super().__init__()
        table = embeddings.weight.detach()
        scale = table.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("table", (table / scale).round().to(torch.int8))

    def forward(self, ids: Tensor) -> Tensor:
        """(…) ids → (…, size)."""
        return self.get_buffer("table")[ids].float() * self.get_buffer("scale")[ids]


class Exported(nn.Module):
    """The stance model with what stance.onnx takes and gives."""

    def __init__(self, model: StanceModel) -> None:
        super().__init__()
        self.model = model
        self.words = Words(model.encoder.embeddings.word_embeddings)

    def forward(self, pieces: Tensor, actor: Tensor, lead: Tensor) -> tuple[Tensor, Tensor]:
        """See the module."""
        return self.model.heads(self.model.encode(self.words(pieces[0]), pieces), pieces[1], actor, lead)


class Retriever(nn.Module):
    """The sentence encoder with what retrieve.onnx takes and gives."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        self.words = Words(encoder.embeddings.word_embeddings)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """See the module."""
        far = torch.where(mask[:, None, None], 0.0, FAR)
        states = self.encoder(inputs_embeds=self.words(ids), attention_mask=far).last_hidden_state
        whole = (states * mask[..., None]).sum(1)
        return nn.functional.normalize(whole, dim=1)


def export(model: nn.Module, path: Path, sample: Sequence[Tensor], axes: dict[str, dict[int, str]]) -> None:
    """``model`` as fused float32 ONNX at ``path``; ``axes``: inputs and OUTPUTS in order, and their free dimensions."""
    raw = path.with_suffix(".raw.onnx")
    names = list(axes)
    torch.onnx.export(
        model.eval(), tuple(sample), str(raw), input_names=names[: len(sample)], output_names=names[len(sample) :],
        opset_version=17, dynamo=False, dynamic_axes=axes,
    )  # fmt: skip
    fused = optimize_model(
        str(raw), model_type="bert", num_heads=12, hidden_size=384, optimization_options=FusionOptions("bert"),
        opt_level=0, only_onnxruntime=False,
    )  # fmt: skip
    fused.save_model_to_file(str(path))
    raw.unlink()


def export_stance(model: StanceModel, path: Path, sample: Sequence[Packed]) -> None:
    """stance.onnx at ``path``, in float32; ``sample`` is what it is traced with."""
    b = joined(sample)
    export(
        Exported(model),
        path,
        [torch.from_numpy(x) for x in (b.pieces, b.actor, b.lead)],
        {
            "pieces": {1: "batch", 2: "pieces"},
            "actor": {0: "batch"},
            "lead": {0: "batch", 1: "propositions"},
            "stance": {0: "batch", 1: "propositions"},
            "condition": {0: "batch", 1: "propositions", 2: "pieces"},
        },
    )


def export_retrieve(path: Path) -> None:
    """retrieve.onnx at ``path``, in float32."""
    encoder = BertModel.from_pretrained(BASE, add_pooling_layer=False, attn_implementation="eager")
    free = {0: "batch", 1: "pieces"}
    sample = [torch.full((2, 9), 2000), torch.ones(2, 9, dtype=torch.bool)]
    export(Retriever(encoder), path, sample, {"ids": free, "mask": free, "vector": {0: "batch"}})


def quantise(source: Path, target: Path) -> None:
    """The encoder's weights as 8-bit integers with a scale for each output channel; the heads stay as they are.

    So do the second products of the first three feed-forward layers: what goes into them has outliers, and with one
    scale for all of it the model loses half a point of macro F1 (dev), for 5 MB less.
    """
    graph = onnx.load(source).graph
    spared = re.compile(r"/layer\.[012]/output/dense/")
    kept = [
        n.name
        for n in graph.node
        if n.op_type in {"MatMul", "Gemm"} and ("/encoder/" not in n.name or spared.search(n.name))
    ]
    quantize_dynamic(
        source, target, per_channel=True, reduce_range=False, weight_type=QuantType.QInt8, nodes_to_exclude=kept,
        op_types_to_quantize=["MatMul", "Attention", "Gemm"],
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": onnx.TensorProto.FLOAT},
    )  # fmt: skip


def add_metadata(path: Path, values: dict[str, Any]) -> None:
    """Store ``values`` as JSON in the metadata of the model at ``path``."""
    model = onnx.load(path)
    del model.metadata_props[:]
    for name, value in sorted(values.items()):
        entry = model.metadata_props.add()
        entry.key, entry.value = name, json.dumps(value)
    onnx.save(model, path)


def session(path: Path, threads: int = 2) -> onnxruntime.InferenceSession:
    """A session on the CPU."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def ask(run: onnxruntime.InferenceSession, passages: Sequence[Packed]) -> Answers:
    """Logits of stance and condition pieces for each passage."""
    out: list[Any] = [None] * len(passages)
    for group in batches(passages, 2048, None):
        b = joined([passages[i] for i in group])
        stance, condition = run.run(OUTPUTS, {"pieces": b.pieces, "actor": b.actor, "lead": b.lead})
        for row, i in enumerate(group):
            asked, size = passages[i].condition.shape
            out[i] = (stance[row, :asked], condition[row, :asked, :size])
    return out


def best_shift(passages: Sequence[Passage], read: Sequence[Packed], found: Answers) -> float:
    """What to add to the logits of condition pieces for the best F1 of characters."""

    def score(shift: float) -> float:
        pairs = [
            (
                p.text,
                q.conditions,
                condition_span(c[k], r.offsets, shift) if s[k].argmax() != len(STANCES) - 1 else None,
            )
            for p, r, (s, c) in zip(passages, read, found, strict=True)
            for k, q in enumerate(p.asked)
        ]
        return condition_f1(pairs)["chars"]

    return float(max(np.arange(-2, 3.01, 0.25), key=score))


def reported(
    passages: Sequence[Passage], read: Sequence[Packed], found: Answers, warm: float, shift: float
) -> dict[str, Any]:
    """All scores of one part, with the calibration error before and after."""
    logits, gold = np.concatenate([s for s, _ in found]), np.concatenate([r.stance for r in read])
    right = logits.argmax(1) == gold
    errors = {
        name: calibration_error(chances(logits, t).max(1), right) for name, t in (("before", 1.0), ("after", warm))
    }
    moved = [(s / warm, c + shift) for s, c in found]
    return {**scores(passages, read, moved), "calibration_error": errors, "pairs": len(gold)}


def nearest(run: onnxruntime.InferenceSession, passages: Sequence[Passage]) -> dict[str, dict[int, float]]:
    """Share of propositions with a stance among the 5, 10, 20 nearest of so many, see training.stance.retrieve.recall."""
    read = vocabulary()

    def vectors(texts: Sequence[str]) -> np.ndarray:
        rows = []
        for t in texts:
            ids = np.array([read.encode(t).ids], dtype=np.int64)
            rows.append(run.run(None, {"ids": ids, "mask": np.ones(ids.shape, dtype=bool)})[0][0])
        return np.stack(rows)

    asked = [vectors([q.proposition for q in p.asked]) for p in passages]
    texts = vectors([p.text for p in passages])
    return {f"of {pool}": recall(passages, texts, asked, pool, (5, 10, 20)) for pool in (50, 100, 500)}


def digest(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Ship."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument("--run", type=Path, default=Path("runs/stance/first"), help="folder with model.pt and log.jsonl")
    ap.add_argument("--out", type=Path, default=Path("runs/stance/final"))
    a = ap.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    model = pretrained(dropout=0.0, start=a.run / "model.pt")
    model.eval()
    vocabulary_ = vocabulary()
    parts = {k: v for k, v in split(load(a.data / "stance")).items() if k != "train"}
    read = {k: [packed(p, vocabulary_) for p in v] for k, v in parts.items()}
    articles = [json.loads(x) for x in (a.data / "cases/A.jsonl").read_text(encoding="utf8").splitlines()]

    files = {form: a.out / f"{form}.onnx" for form in ("float32", "int8")}
    export_stance(model, files["float32"], read["dev"][:3])
    quantise(files["float32"], files["int8"])
    results: dict[str, Any] = {}
    for form, file in files.items():
        run = session(file)
        found = {k: ask(run, v) for k, v in read.items()}
        logits, gold = np.concatenate([s for s, _ in found["dev"]]), np.concatenate([r.stance for r in read["dev"]])
        warm, shift = temperature(logits, gold), best_shift(parts["dev"], read["dev"], found["dev"])
        values = {"stances": STANCES, "temperature": round(warm, 4), "condition_shift": round(shift, 4)}
        add_metadata(file, values)
        cases = [answered(x, lambda packs, run=run: ask(run, packs), vocabulary_, warm, shift) for x in articles]  # type: ignore[misc]
        results[form] = {
            "calibration": values,
            **{k: reported(parts[k], read[k], found[k], warm, shift) for k in parts},
            "cases_a": measured(articles, cases),
        }
        print(form, json.dumps(rounded(results[form])), flush=True)

    macro = {form: results[form]["dev"]["macro"] for form in files}
    chosen = "int8" if macro["int8"] >= macro["float32"] - LOSS else "float32"
    shutil.copyfile(files[chosen], a.out / "stance.onnx")
    shutil.copyfile(WEIGHTS / "tokenizer.json", a.out / "tokenizer.json")
    export_retrieve(a.out / "retrieve32.onnx")
    quantise(a.out / "retrieve32.onnx", a.out / "retrieve.onnx")
    found_among = {
        form: nearest(session(a.out / file), parts["dev"])
        for form, file in (("float32", "retrieve32.onnx"), ("int8", "retrieve.onnx"))
    }
    print(json.dumps(rounded(found_among)), flush=True)
    card = {
        "sha256": {file: digest(a.out / file) for file in ("stance.onnx", "retrieve.onnx", "tokenizer.json")},
        "recall_of_retrieve": found_among,
        "form": chosen,
        "macro_f1_on_dev": macro,
        "scores": results[chosen],
        "trained_on": "data/stance, sets W X Y P Q K L M N O R S T, nine tenths by event",
        "log": [json.loads(x) for x in (a.run / "log.jsonl").read_text(encoding="utf8").splitlines()],
    }
    (a.out / "card.json").write_text(json.dumps(rounded(card), indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    print(f"{chosen} ships: {(a.out / 'stance.onnx').stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
