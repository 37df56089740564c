"""Spans as evidence: checked, quoted, and found again in changed text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.errors import EvidenceError
from onrecord.evidence import check, find, quote, words
from onrecord.types import Span

TEXT = "Ann said no. Bob said no. 🇺🇦 Cem said no."


@pytest.mark.parametrize("span", [Span(-1, 2), Span(3, 3), Span(4, 2), Span(0, 99)])
def test_a_span_that_does_not_fit_is_refused(span):
    with pytest.raises(EvidenceError):
        check(span, TEXT)


def test_a_repeated_quote_is_found_by_what_stands_around_it():
    second = Span(22, 24)
    assert words(second, TEXT) == "no"
    changed = "A new first paragraph.\n\n" + TEXT
    assert find(quote(second, TEXT), changed) == Span(second.start + 24, second.end + 24)


def test_what_cannot_be_told_apart_is_not_guessed():
    assert find(quote(Span(0, 2), "no"), "no no no") is None
    assert find(quote(Span(0, 3), TEXT), "Nobody here.") is None


@given(st.text(min_size=1), st.data())
def test_a_quote_is_found_where_it_was_or_not_at_all(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    found = find(quote(span, text, context=len(text)), text)
    assert found == span
