"""The one neural pass over a text: overlapping windows through the encoder, each word decided where it sees most.

Only user of onnxruntime. An article is always run by itself: what the encoder sees of it must not depend on which
other articles happen to be read at the same time, or the same input would not give the same output.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onrecord.errors import WeightsError
from onrecord.reading.statements import POINTERS, Floats, Parameters, Seen
from onrecord.reading.tokens import Ints, Tokens, tokenizer, tokens

WINDOW = 256  # pieces, with [CLS] and [SEP]
OVERLAP = 56  # pieces two neighbouring windows share: each word has at least half of that on either side
BATCH = 12  # windows run at once
CLS, SEP = 101, 102
FRAME = np.array([[CLS, SEP], [5, 5], [0, 0], [0, 0]], dtype=np.int64)  # ids and features of [CLS] and [SEP]

OUTPUTS = ("tags", "inner", "names", "begin", "close", "key", "null")
Run = Callable[[Ints, npt.NDArray[np.bool_], Ints], Sequence[Floats]]
"""(4, batch, pieces) ids and features, (batch, pieces) mask, (batch, words) first pieces → OUTPUTS, by word."""

WEIGHTS = Path(__file__).parent.parent / "weights"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Pieces ``low`` to ``high`` of a text, of which those from ``keep`` to ``until`` are decided here."""

    low: int
    high: int
    keep: int
    until: int


def windows(pieces: int, first: Ints, *, size: int = WINDOW, overlap: int = OVERLAP) -> Iterator[Window]:
    """Windows over a text of ``pieces`` pieces whose words begin at ``first``; no word is cut by a border."""
    room = size - len(FRAME[0])
    count = 1 if pieces <= room else 1 + -(-(pieces - room) // (room - overlap))
    lows = [round(i * (pieces - room) / (count - 1)) if count > 1 else 0 for i in range(count)]
    borders = [0]
    for before, after in pairwise(lows):
        middle = (before + room + after) // 2
        borders.append(int(first[np.searchsorted(first, middle)]) if middle <= first[-1] else pieces)
    borders.append(pieces)
    for low, keep, until in zip(lows, borders[:-1], borders[1:], strict=True):
        if keep < until:
            yield Window(low=low, high=min(low + room, pieces), keep=keep, until=until)


def see(text: Tokens, run: Run, *, parameters: Parameters, size: int = WINDOW, overlap: int = OVERLAP) -> Seen:
    """What the encoder sees of ``text``, by word."""
    features = np.stack([text.ids, text.shape, text.layout, text.quote])
    parts: list[list[Floats]] = []
    plan = list(windows(len(text), text.first, size=size, overlap=overlap)) if len(text) else []
    for i in range(0, len(plan), BATCH):
        group = plan[i : i + BATCH]
        words = [text.first[(text.first >= w.keep) & (text.first < w.until)] - w.low + 1 for w in group]
        length = max(w.high - w.low for w in group) + 2
        pieces = np.zeros((4, len(group), length), dtype=np.int64)
        mask = np.zeros((len(group), length), dtype=bool)
        first = np.zeros((len(group), max(map(len, words))), dtype=np.int64)
        for j, w in enumerate(group):
            n = w.high - w.low
            pieces[:, j, 0], pieces[:, j, 1 : n + 1], pieces[:, j, n + 1] = (
                FRAME[:, 0],
                features[:, w.low : w.high],
                FRAME[:, 1],
            )
            mask[j, : n + 2] = True
            first[j, : len(words[j])] = words[j]
        outputs = run(pieces, mask, first)
        parts += [[o[j, : len(words[j])] for o in outputs] for j in range(len(group))]
    return _joined(text, parts, parameters)


def _joined(text: Tokens, parts: Sequence[Sequence[Floats]], parameters: Parameters) -> Seen:
    tags, inner, names, begin, close, key, null = (
        np.concatenate([p[i] for p in parts]) if parts else np.zeros((0, len(POINTERS)), dtype=np.float32)
        for i in range(len(OUTPUTS))
    )
    pointing = (len(tags), len(POINTERS), -1 if len(tags) else 0)
    return Seen(
        tags=tags,
        inner=inner,
        names=names,
        begin=begin.reshape(pointing),
        close=close.reshape(pointing),
        key=key.reshape(pointing),
        null=null,
        parameters=parameters,
        start=text.start[text.first],
        end=text.end[np.append(text.first, len(text))[1:] - 1],
    )


def session(path: Path, threads: int) -> Any:  # onnxruntime has no type hints
    """The network stored at ``path``, ready to run on so many cores."""
    import onnxruntime  # noqa: PLC0415  half of the start-up time; commands that read nothing do without

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # shapes differ from text to text: patterns would only pile up
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as e:  # onnxruntime raises a type of its own for each kind of damage
        raise WeightsError(f"{path} cannot be loaded ({e}); install onrecord again") from e


@dataclass(frozen=True)
class Encoder:
    """The shipped weights, loaded: ``encoder(text)`` is what the reading model sees of a text.

    ``folder`` holds model.onnx, tokenizer.json and card.json. ``threads`` is the number of cores one text may use.
    """

    folder: Path = WEIGHTS
    threads: int = 1

    def __call__(self, text: str) -> Seen:
        """What the encoder sees of ``text``, by word."""
        return see(
            tokens(text, tokenizer(self.folder / "tokenizer.json")),
            self._run,
            parameters=self.parameters,
        )

    @cached_property
    def sha256(self) -> str:
        """Digest of the weights: of model.onnx, in hexadecimal."""
        try:
            return hashlib.sha256((self.folder / "model.onnx").read_bytes()).hexdigest()
        except OSError as e:
            raise WeightsError(f"{self.folder / 'model.onnx'}: {e.strerror}; install onrecord again") from e

    @cached_property
    def parameters(self) -> Parameters:
        """The arrays that decoding needs besides the network: kept in the model file's metadata as JSON."""
        stored = self._session.get_modelmeta().custom_metadata_map
        return Parameters(
            **{f.name: np.array(json.loads(stored[f.name]), dtype=np.float32) for f in fields(Parameters)}
        )

    @cached_property
    def _session(self) -> Any:
        return session(self.folder / "model.onnx", self.threads)

    def _run(self, pieces: Ints, mask: npt.NDArray[np.bool_], first: Ints) -> Sequence[Floats]:
        outputs: list[Floats] = self._session.run(OUTPUTS, {"pieces": pieces, "mask": mask, "first": first})
        return outputs
