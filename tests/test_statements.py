"""From scores to statements: decoding, pointing, grouping. The scores are made by hand, no model is loaded."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import FREE, seen

from onrecord.reading.statements import (
    POINTERS,
    TAGS,
    allowed_transitions,
    best_tags,
    bucket,
    distance,
    found_statements,
    spans,
)
from onrecord.types import Span


def test_contents_that_share_a_cue_are_one_statement():
    words = ["“No,”", "said", "Ann", "“never.”"]
    tags = ["B-content", "B-cue", "B-source", "B-content"]
    points = [(0, 0, 1), (0, 3, 1), (1, 0, 2), (1, 3, 2), (2, 1, 2)]
    (found,) = found_statements(seen(words, tags, points))
    text = " ".join(words)
    assert [text[s:e] for s, e in found.content] == ["“No,”", "“never.”"]
    assert text[slice(*found.cue)] == "said"
    assert text[slice(*found.source)] == "Ann"


def test_two_speakers_stay_two():
    words = ["Ann", "said", "yes", "Bob", "said", "no"]
    tags = ["B-source", "B-cue", "B-content"] * 2
    points = [(0, 2, 1), (1, 2, 0), (2, 1, 0), (0, 5, 4), (1, 5, 3), (2, 4, 3)]
    first, second = found_statements(seen(words, tags, points))
    assert (first.source, second.source) == (Span(0, 3), Span(13, 16))


def test_a_content_may_have_neither_cue_nor_source():
    (found,) = found_statements(seen(["“Never.”"], ["B-content"], []))
    assert found.cue is None
    assert found.source is None
    assert found.score == pytest.approx(0.5)  # not calibrated: nothing is claimed


def test_what_is_far_away_is_not_pointed_to():
    words = ["said", *["x"] * 80, "“Never.”"]
    tags = ["B-cue", *["O"] * 80, "B-content"]
    (found,) = found_statements(seen(words, tags, [(0, 81, 0)]))
    assert found.cue is None


def test_no_words_no_statements():
    assert list(found_statements(seen([], [], []))) == []


def test_distance_is_counted_from_the_nearer_end():
    assert distance((4, 7), np.array([0, 3, 4, 6, 7, 9])).tolist() == [-4, -1, 0, 0, 1, 3]


def test_buckets_grow_with_distance_and_keep_the_sides_apart():
    size = [int(bucket(np.array([d]))[0]) for d in (1, 2, 5, 20, 100, 1000)]
    assert size == sorted(size)
    assert not set(bucket(np.arange(-300, 0)).tolist()) & set(bucket(np.arange(0, 300)).tolist())


@given(
    st.lists(st.lists(st.floats(-5, 5, width=32), min_size=7, max_size=7), min_size=1, max_size=4), st.integers(0, 99)
)
def test_viterbi_finds_the_best_allowed_path(rows, seed):
    tags = np.array(rows, dtype=np.float32)
    transition = FREE + np.random.default_rng(seed).normal(size=(7, 7)).astype(np.float32)
    start = allowed_transitions()[0]

    def worth(path):
        steps = sum(float(transition[a, b]) for a, b in itertools.pairwise(path))
        return steps + sum(float(tags[i, t]) for i, t in enumerate(path)) + (0 if start[path[0]] else -1e4)

    best = max(itertools.product(range(7), repeat=len(tags)), key=worth)
    assert worth(best_tags(tags, transition).tolist()) == pytest.approx(worth(best), abs=1e-3)


def test_spans_of_a_path():
    path = np.array([TAGS.index(t) for t in ("B-content", "I-content", "B-content", "O", "B-cue", "I-cue", "B-source")])
    assert spans(path) == {"content": [(0, 2), (2, 3)], "cue": [(4, 6)], "source": [(6, 7)]}
    assert len(POINTERS) == 4


def test_a_statement_within_the_content_of_another_is_found_by_its_own_layer():
    words = "Ann said Bob wants peace".split()
    tags = ["B-source", "B-cue", "B-content", "I-content", "I-content"]
    inner = ["O", "O", "B-source", "B-cue", "B-content"]
    points = [(0, 2, 1), (1, 2, 0), (2, 1, 0), (0, 4, 3), (1, 4, 2), (2, 3, 2)]
    text = " ".join(words)
    found = list(found_statements(seen(words, tags, points, inner=inner)))
    assert [(f.inner, text[f.source.start : f.source.end]) for f in found] == [(False, "Ann"), (True, "Bob")]


def test_an_inner_statement_outside_of_any_other_is_none():
    words = "Ann said Bob wants peace".split()
    inner = ["O", "O", "B-source", "B-cue", "B-content"]
    assert list(found_statements(seen(words, ["O"] * 5, [(0, 4, 3), (1, 4, 2)], inner=inner))) == []
