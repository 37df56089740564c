"""Which concepts a passage may be about: its vector beside those of the propositions.

Most statements concern no concept and most of the rest few, so the stance model is asked only about the nearest.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onrecord.errors import WeightsError
from onrecord.reading.encoder import CLS, SEP, WEIGHTS, session
from onrecord.reading.stances import batches
from onrecord.reading.tokens import tokenizer

Vectors = npt.NDArray[np.float32]

RETRIEVE_FILE = "retrieve.onnx"
LONGEST = 126  # pieces of a text; what is longer is cut


@dataclass(frozen=True)
class Nearness:
    """The shipped sentence encoder, loaded: ``nearness(texts)`` are unit vectors; near texts have great products."""

    folder: Path = WEIGHTS
    threads: int = 1

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """(texts, 384) a vector of length 1 for each text."""
        read = tokenizer(self.folder / "tokenizer.json")
        ids = [[CLS, *e.ids[:LONGEST], SEP] for e in read.encode_batch(list(texts), add_special_tokens=False)]
        out = np.zeros((len(ids), 384), dtype=np.float32)
        for group in batches([len(i) for i in ids]):
            length = max(len(ids[i]) for i in group)
            pieces = np.zeros((len(group), length), dtype=np.int64)
            for row, i in enumerate(group):
                pieces[row, : len(ids[i])] = ids[i]
            (out[group],) = self._session.run(("vector",), {"ids": pieces, "mask": pieces > 0})
        return out

    @cached_property
    def sha256(self) -> str:
        """Digest of the weights, in hexadecimal."""
        try:
            return hashlib.sha256((self.folder / RETRIEVE_FILE).read_bytes()).hexdigest()
        except OSError as e:
            raise WeightsError(f"{self.folder / RETRIEVE_FILE}: {e.strerror}; install onrecord again") from e

    @cached_property
    def _session(self) -> Any:
        return session(self.folder / RETRIEVE_FILE, self.threads)
