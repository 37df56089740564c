"""Windows over a text: every word is decided once, where it sees most."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onrecord
from onrecord.errors import WeightsError
from onrecord.reading.encoder import OUTPUTS, Encoder, see, windows
from onrecord.reading.statements import Parameters
from onrecord.reading.tokens import tokenizer, tokens

READ = tokenizer(Path(onrecord.__file__).parent / "weights" / "tokenizer.json")
PARAMETERS = Parameters(
    transition=np.zeros((7, 7), np.float32), distance=np.zeros((3, 32), np.float32), calibration=np.zeros(7, np.float32)
)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=300))
def test_windows_decide_each_piece_once_and_cut_no_word(lengths):
    first = np.cumsum([0, *lengths[:-1]])
    pieces = sum(lengths)
    found = list(windows(pieces, first, size=42, overlap=16))
    assert found[0].keep == 0
    assert found[-1].until == pieces
    assert all(a.until == b.keep for a, b in itertools.pairwise(found))
    assert all(w.low <= w.keep < w.until <= w.high and w.high - w.low <= 40 for w in found)
    assert all(w.keep in first for w in found)
    inner = [w for w in found[1:] if w.low > 0]
    assert all(w.keep - w.low >= 2 for w in inner)


def test_what_is_seen_comes_in_the_order_of_the_words():
    text = tokens(" ".join(f"word{i}" for i in range(500)), READ)

    def run(pieces, mask, first):
        ids = np.take_along_axis(pieces[0], first, axis=1)[..., None].astype(np.float32)
        assert mask.shape == pieces.shape[1:]
        return [np.repeat(ids, n, axis=2) for n in (7, 7, 9, 4, 4, 4, 4)]

    seen = see(text, run, parameters=PARAMETERS)
    assert len(OUTPUTS) == 7
    assert seen.tags[:, 0].tolist() == text.ids[text.first].tolist()
    assert seen.begin.shape == (len(text.first), 4, 1)


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(WeightsError, match=r"model\.onnx"):
        _ = Encoder(tmp_path).sha256
    with pytest.raises(WeightsError, match=r"tokenizer\.json"):
        Encoder(tmp_path)("text")


def test_damaged_weights_are_named(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(WeightsError, match="install onrecord again"):
        _ = Encoder(tmp_path).parameters
