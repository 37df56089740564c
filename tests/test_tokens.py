"""Word pieces and their features."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import onrecord
from onrecord.reading.tokens import tokenizer, tokens

READ = tokenizer(Path(onrecord.__file__).parent / "weights" / "tokenizer.json")


def pieces(text):
    seen = tokens(text, READ)
    return [text[s:e] for s, e in zip(seen.start, seen.end, strict=True)], seen


def test_offsets_count_code_points():
    words, _ = pieces("𝕏 Zürich 🇺🇦 said")
    assert words[-1] == "said"
    assert "Zürich" in "".join(words)


def test_shape_tells_what_an_uncased_vocabulary_loses():
    words, seen = pieces("the Minister NATO McKay 2.3 !")
    by_word = {words[i]: int(seen.shape[i]) for i in seen.first}
    assert by_word["the"] == 0
    assert by_word["Minister"] == 1
    assert by_word["NATO"] == 2
    assert by_word["2"] == 4
    assert by_word["!"] == 5


def test_layout_tells_lines_and_paragraphs():
    words, seen = pieces("one two\nthree\n\nfour\r\n\r\nfive")
    assert dict(zip(words, seen.layout.tolist(), strict=True)) == {"one": 2, "two": 0, "three": 1, "four": 2, "five": 2}


def test_quote_tells_inside_from_outside():
    words, seen = pieces("He “never” and ‘ever’ left")
    state = dict(zip(words, seen.quote.tolist(), strict=True))
    assert (state["He"], state["“"], state["never"], state["”"], state["ever"], state["left"]) == (0, 3, 1, 3, 2, 0)


@given(st.text())
def test_any_text_has_pieces_in_order_within_it(text):
    seen = tokens(text, READ)
    assert np.all(seen.start <= seen.end)
    assert len(seen) == 0 or seen.end.max() <= len(text)
    assert np.all(np.diff(seen.start) >= 0)
    assert len(seen.first) == 0 or seen.first[0] == 0
