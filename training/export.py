"""Write the trained model as ONNX: float32, fused, and with the encoder's matrix products in 8-bit integers.

    python -m training.export --model runs/reading/model.pt --out runs/reading

Writes float32.onnx and int8.onnx. Which of them ships is decided by training.card, which measures both.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from torch import Tensor, nn

from onrecord.reading.encoder import OUTPUTS
from onrecord.reading.statements import Parameters
from training.model import ReadingModel, pretrained
from training.train import BASE

INPUTS = ("pieces", "mask", "first")


class Exported(nn.Module):
    """The model with the inputs and outputs that onrecord.reading.encoder knows."""

    def __init__(self, model: ReadingModel) -> None:
        super().__init__()
        self.model = model
        table = model.encoder.embeddings.word_embeddings.weight.detach()
        scale = table.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("table", (table / scale).round().to(torch.int8))

    def words(self, ids: Tensor) -> Tensor:
        """The word embeddings, kept as 8-bit integers with a scale for each word: a quarter of the file, no loss."""
        return self.get_buffer("table")[ids].float() * self.get_buffer("scale")[ids]

    def forward(self, pieces: Tensor, mask: Tensor, first: Tensor) -> tuple[Tensor, ...]:
        """See onrecord.reading.encoder.Run."""
        both = self.model.encode(self.words(pieces[0]), pieces[1], pieces[2], pieces[3], mask)
        at = first.unsqueeze(2).expand(-1, -1, both[0].shape[2])
        return self.model.heads(*(states.gather(1, at) for states in both))


def trained(path: Path) -> ReadingModel:
    """The model with the weights stored at ``path``."""
    model = pretrained(BASE, dropout=0.0)
    model.load_state_dict(torch.load(path, weights_only=True))
    return model.eval()


def export(model: ReadingModel, path: Path) -> None:
    """``model`` as fused float32 ONNX at ``path``."""
    sample = (
        torch.randint(1000, 2000, (4, 2, 24)) % 3,
        torch.ones(2, 24, dtype=torch.bool),
        torch.tensor([[1, 2, 4], [1, 3, 5]]),
    )
    raw = path.with_suffix(".raw.onnx")
    torch.onnx.export(
        Exported(model), sample, str(raw), input_names=INPUTS, output_names=OUTPUTS, opset_version=17, dynamo=False,
        dynamic_axes={"pieces": {1: "batch", 2: "pieces"}, "mask": {0: "batch", 1: "pieces"},
                      "first": {0: "batch", 1: "words"}, **{o: {0: "batch", 1: "words"} for o in OUTPUTS}},
    )  # fmt: skip
    options = FusionOptions("bert")
    config = model.encoder.config
    fused = optimize_model(
        str(raw), model_type="bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size,
        optimization_options=options, opt_level=0, only_onnxruntime=False,
    )  # fmt: skip
    print(fused.get_fused_operator_statistics())
    fused.save_model_to_file(str(path))
    raw.unlink()


def quantise(source: Path, target: Path) -> None:
    """The encoder's weights as 8-bit integers with a scale for each output channel; the heads stay as they are."""
    graph = onnx.load(source).graph
    heads = [
        n.name
        for n in graph.node
        if n.op_type in {"MatMul", "Gemm"} and not any(f"/{part}/" in n.name for part in ("encoder", "actors_layer"))
    ]
    quantize_dynamic(
        source, target, per_channel=True, reduce_range=False, weight_type=QuantType.QInt8, nodes_to_exclude=heads,
        op_types_to_quantize=["MatMul", "Attention", "Gemm"], extra_options={"MatMulConstBOnly": True, "DefaultTensorType": onnx.TensorProto.FLOAT},
    )  # fmt: skip


def add_parameters(path: Path, parameters: Mapping[str, np.ndarray] | Parameters) -> None:
    """Store what decoding needs besides the network in the metadata of the model at ``path``."""
    values = (
        parameters if isinstance(parameters, Mapping) else {n: getattr(parameters, n) for n in parameters.__slots__}
    )
    model = onnx.load(path)
    del model.metadata_props[:]
    for name, value in sorted(values.items()):
        entry = model.metadata_props.add()
        entry.key, entry.value = name, json.dumps(np.round(value.astype(float), 6).tolist())
    onnx.save(model, path)


def main() -> None:
    """Export."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--model", type=Path, default=Path("runs/reading/model.pt"))
    ap.add_argument("--out", type=Path, default=Path("runs/reading"))
    a = ap.parse_args()
    model = trained(a.model)
    export(model, a.out / "float32.onnx")
    quantise(a.out / "float32.onnx", a.out / "int8.onnx")
    for name in ("float32", "int8"):
        add_parameters(a.out / f"{name}.onnx", model.parameters_for_decoding())
        print(name, (a.out / f"{name}.onnx").stat().st_size)


if __name__ == "__main__":
    main()
