"""From a trained model to the weights in the package: export, calibrate, measure, choose, write the card.

    python -m training.ship --data ../shared/data --run runs/reading

Everything is measured with the program as users run it. The 8-bit model ships if it loses no more than LOSS of whole
F1 on PolNeAR dev.
"""

import argparse
import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from onrecord.evaluation import Attribution, Measure, evaluate, matches
from onrecord.evaluation import Scored as Article
from onrecord.reading.article import article
from onrecord.reading.encoder import WEIGHTS, Encoder
from onrecord.reading.furniture import furniture
from onrecord.reading.read import read, touches
from onrecord.reading.statements import Found, Parameters, evidence_of, found_statements
from onrecord.types import Capture
from onrecord.verbs import attribution
from training.card import markdown
from training.corpora import ROLES, Annotated, load
from training.export import add_parameters, export, quantise, trained
from training.train import BASE

LOSS = 0.005
NULL_SHIFT = (0.0, -2.0, -2.0)  # on the score of "no source": chosen on PolNeAR dev from 0, -1, -2, -4
BINS = 10  # of scores, for the expected calibration error
Scored = tuple[str, list[Attribution], list[Found]]


def read_all(folder: Path, articles: Sequence[Annotated]) -> list[Scored]:
    """Text, gold and found statements of each article, without those within others, which PolNeAR does not mark."""
    encoder = Encoder(folder, threads=2)
    out = []
    for a in articles:
        others = furniture(a.text)
        found = [f for f in found_statements(encoder(a.text)) if not touches(f.content, others)]
        found = [f for f in found if not f.inner]
        gold: list[Attribution] = [{role: getattr(s, role) for role in ROLES} for s in a.statements or ()]
        out.append((a.text, gold, found))
    return out


def read_cases(folder: Path, articles: Sequence[Annotated]) -> dict[str, Measure]:
    """All measures of what the program reads in ``articles``, statements within others included."""
    encoder = Encoder(folder, threads=2)

    def scored() -> Iterator[Article]:
        for a in articles:
            news = article(Capture(name=a.id, body=a.text, media_type="text/plain", via="training"))
            gold: list[Attribution] = [{role: getattr(s, role) for role in ROLES} for s in a.statements or ()]
            yield Article(a.text, gold, [attribution(s) for s in read(news, encoder).statements])

    return evaluate(scored(), bootstrap=1000)


def attributions(found: Sequence[Found]) -> list[Attribution]:
    """Found statements as evaluate() wants them."""
    return [
        {"source": [f.source] if f.source else [], "cue": [f.cue] if f.cue else [], "content": f.content} for f in found
    ]


def measured(scored: Sequence[Scored]) -> dict[str, Measure]:
    """All measures with intervals."""
    return evaluate((Article(text, gold, attributions(found)) for text, gold, found in scored), bootstrap=1000)


def outcomes(scored: Sequence[Scored]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Evidence (n, 7), whether right (n,), and the number of the article (n,), of every statement found."""
    evidence, right, article = [], [], []
    for number, (text, gold, found) in enumerate(scored):
        good = {j for j, ok in matches(text, gold, attributions(found)).values() if ok}
        for j, f in enumerate(found):
            evidence.append(evidence_of(f.certainty, f.cue is None, f.source is None))
            right.append(j in good)
            article.append(number)
    return np.array(evidence), np.array(right, dtype=float), np.array(article)


def logistic(evidence: np.ndarray, right: np.ndarray, *, ridge: float = 1.0) -> np.ndarray:
    """Weights of a logistic regression, by Newton's method."""
    weights = np.zeros(evidence.shape[1])
    penalty = ridge * np.eye(len(weights))
    penalty[0, 0] = 0
    for _ in range(30):
        chance = 1 / (1 + np.exp(-evidence @ weights))
        slope = evidence.T @ (right - chance) - penalty @ weights
        curve = (evidence * (chance * (1 - chance))[:, None]).T @ evidence + penalty
        weights = weights + np.linalg.solve(curve, slope)
    return weights


def calibration_error(chance: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error over BINS equal bins (Naeini et al. 2015)."""
    bins = np.minimum((chance * BINS).astype(int), BINS - 1)
    return float(sum(abs(chance[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins)))


def calibrated(scored: Sequence[Scored]) -> tuple[np.ndarray, float, float]:
    """Weights of the score, and its calibration error on articles it was not fitted on (5 folds): before, after."""
    evidence, right, article = outcomes(scored)
    chance = np.zeros(len(right))
    for fold in range(5):
        held = article % 5 == fold
        chance[held] = 1 / (1 + np.exp(-evidence[held] @ logistic(evidence[~held], right[~held])))
    raw = np.exp(evidence[:, 1] + evidence[:, 3] + evidence[:, 4])
    return logistic(evidence, right), calibration_error(raw, right), calibration_error(chance, right)


def digest(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def figures(measures: dict[str, Measure]) -> dict[str, Any]:
    """Measures for the card, rounded."""
    out: dict[str, Any] = {}
    for name, m in measures.items():
        value = (
            {"recall": m.recall}
            if name.startswith("R.")
            else {"precision": m.precision, "recall": m.recall, "f1": m.f1}
        )
        out[name] = {k: round(v, 4) for k, v in value.items()} | {"interval": [round(x, 4) for x in m.interval or ()]}
    return out


def main() -> None:
    """Ship."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, default=Path("../shared/data"))
    ap.add_argument(
        "--run", type=Path, default=Path("runs/reading"), help="folder with model.pt; all else is written there"
    )
    ap.add_argument("--logs", type=Path, nargs="*", default=[], help="logs of the rounds that led to it")
    a = ap.parse_args()
    model = trained(a.run / "model.pt")
    with torch.no_grad():
        model.null.bias += torch.tensor(NULL_SHIFT)
    parameters = model.parameters_for_decoding()
    dev, cases = load(a.data / "polnear/dev.jsonl"), load(a.data / "cases/A.jsonl")

    folders = {name: a.run / name for name in ("float32", "int8")}
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
        tokenizer = Tokenizer.from_file(str(BASE / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tokenizer.save(str(folder / "tokenizer.json"))
    export(model, folders["float32"] / "model.onnx")
    quantise(folders["float32"] / "model.onnx", folders["int8"] / "model.onnx")

    results: dict[str, Any] = {}
    for name, folder in folders.items():
        add_parameters(folder / "model.onnx", parameters)
        scored = read_all(folder, dev)
        weights, before, after = calibrated(scored)
        add_parameters(
            folder / "model.onnx",
            Parameters(
                transition=parameters.transition, distance=parameters.distance, calibration=weights.astype(np.float32)
            ),
        )
        results[name] = {
            "calibration_error": {"before": round(before, 4), "after": round(after, 4)},
            "polnear_dev": figures(measured(scored)),
            "cases_a": figures(read_cases(folder, cases)),
        }
        print(name, json.dumps({k: results[name][k]["whole"] for k in ("polnear_dev", "cases_a")}), before, after)

    whole = {name: results[name]["polnear_dev"]["whole"]["f1"] for name in folders}
    chosen = "int8" if whole["int8"] >= whole["float32"] - LOSS else "float32"
    WEIGHTS.mkdir(exist_ok=True)
    for file in ("model.onnx", "tokenizer.json"):
        shutil.copyfile(folders[chosen] / file, WEIGHTS / file)
    card = {
        "sha256": {file: digest(WEIGHTS / file) for file in ("model.onnx", "tokenizer.json")},
        "form": chosen,
        "scores": results[chosen],
        "whole_f1_on_polnear_dev": whole,
        "data": {
            file: digest(a.data / file)
            for file in ("polnear/train.jsonl", "polnear/dev.jsonl", "cases/S.jsonl", "cases/T.jsonl", "cases/A.jsonl")
        },
        "log": [json.loads(line) for log in a.logs for line in log.read_text(encoding="utf8").splitlines()],
    }
    (WEIGHTS / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    size = (WEIGHTS / "model.onnx").stat().st_size
    (WEIGHTS / "card.md").write_text(markdown(card, size), encoding="utf8")
    print(f"{chosen} ships: {size:,} bytes")


if __name__ == "__main__":
    main()
