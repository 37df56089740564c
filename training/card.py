"""The model card, in words, from card.json."""

from typing import Any

TEXT = """# The reading model

Finds statements in English news (the words that name the source, the cue, the content, and which belong together), also
those within the content of others; names; and whom a source means. Made by `make train`; `card.json` beside this file holds all of the figures below, the training log and the digests of the
data.

| | |
|---|---|
| encoder | MiniLM-L6-H384-uncased (10.6 M parameters, 6 layers) from sentence-transformers/all-MiniLM-L6-v2, Apache-2.0 |
| heads | a linear chain over words (source, cue, content), pointers content → cue, content → source, cue → source |
| heads for actors | on a sixth layer of their own: statements within statements, names (person, organisation, place, people), a pointer from sources to antecedents |
| form | {form} ONNX, {megabytes:.0f} MB; `model.onnx` sha256 `{digest}` |
| trained on | PolNeAR 1.0, train: 840 articles of seven US publishers, 2015–16; 132 articles written for onrecord (`cases` S and T: British, European and agency style) |
| actors trained on | five of six of cases S and T; chains of GUM (annotations CC BY 4.0), MEANTIME and NewsWCL50 (CC BY-SA 4.0 annotations); names as spaCy's en_core_web_sm (MIT) tags them in these and in PolNeAR |
| chosen on | PolNeAR 1.0, dev; scores are calibrated on it too |
| not trained on | `benchmark/cases/A.jsonl` |

## Licence

The weights are published under Apache-2.0 as far as that is ours to say. PolNeAR (Newell, Margolin & Ruths 2018) states
no licence for its annotations, and its articles are the copyright of their publishers; none of it is in this package.
Whether weights trained on such texts may be used for a purpose depends on where you are: ask before you build a product
on them.

## Scores

F1 (recall for single kinds of statement) with 95% intervals by bootstrap over articles, measured with these very files;
definitions in docs/evaluation.md; command: `make train`, and `make gate` for what ships.

{table}

Expected calibration error of `score` on PolNeAR dev, in cross-validation over articles: {after:.3f} (the bare product of
the model's probabilities: {before:.3f}). {forms}

## Known weaknesses

- Beliefs, intentions and acts of positioning with unusual cues ("threw its weight behind", "is all for") are missed most
  often; so are noun cues ("the claim that …").
- Dialogues and transcripts in which a colon or a dash gives the speaker ("PENCE: …", "― Jane Doe, 34") are read badly.
- Where two people speak in one sentence, the source may be the wrong one of them.
- Of statements within statements ("Ann said Bob wants …") a fifth to a third is found: `python -m benchmark.actors`.
- US politics of 2016 is over-represented. Other languages than English are not read.
"""

ROWS = ("whole", "source.frag", "cue.frag", "content.frag", "source.exact", "cue.exact", "content.exact", "R.direct", "R.mixed", "R.indirect")  # fmt: skip


def markdown(card: dict[str, Any], size: int) -> str:
    """The card for a model file of ``size`` bytes."""
    scores = card["scores"]
    table = ["| | PolNeAR dev | cases A |", "|---|---|---|"]
    for name in ROWS:
        cells = [cell(scores[corpus][name]) for corpus in ("polnear_dev", "cases_a")]
        table.append(f"| {name} | {' | '.join(cells)} |")
    whole = card["whole_f1_on_polnear_dev"]
    return TEXT.format(
        form=card["form"],
        megabytes=size / 1e6,
        digest=card["sha256"]["model.onnx"],
        table="\n".join(table),
        forms=f"Whole F1 on PolNeAR dev: float32 {whole['float32']:.3f}, 8-bit {whole['int8']:.3f}.",
        **scores["calibration_error"],
    )


def cell(score: dict[str, Any]) -> str:
    """0.712 [0.68, 0.74]."""
    low, high = score["interval"]
    return f"{score.get('f1', score['recall']):.3f} [{low:.3f}, {high:.3f}]"
