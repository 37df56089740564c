"""Which characters stand in quotation marks, in the typographies of news."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.reading.quotations import quotations

CASES = [
    ("American, curly", "“Never,” he said. “No.”", ["“Never,”", "“No.”"]),
    ("American, straight", '"Never," he said. "No."', ['"Never,"', '"No."']),
    ("British, curly", "‘Never,’ he said. ‘No.’", ["‘Never,’", "‘No.’"]),
    ("British, straight", "'Never,' he said. 'No.'", ["'Never,'", "'No.'"]),
    ("old newswire", "``Never,'' he said.", ["``Never,''"]),
    ("French", "« Jamais », said the minister.", ["« Jamais »"]),
    ("apostrophes are no marks", "It’s the boys’ plan, isn’t it? It's the boys' plan.", []),
    ("an apostrophe inside single marks", "‘I don’t want it,’ he said.", ["‘I don’t want it,’"]),
    ("a possessive inside single marks", "‘The ministers’ plan is dead,’ he said.", ["‘The ministers’ plan is dead,’"]),
    ("a decade", "In the ’90s and the '80s they said ‘yes’.", ["‘yes’"]),
    ("single marks inside double ones", "“He said ‘no’ to me,” she said.", ["“He said ‘no’ to me,”"]),
    ("nothing", "", []),
]


@pytest.mark.parametrize(("text", "quoted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_quotations(text, quoted):
    assert [text[q.start : q.end] for q in quotations(text)] == quoted


def test_a_quotation_over_paragraphs_is_left_open_and_continued():
    text = "“One.\n\n“Two.\n\n“Three,” she said.\n\n“Four,” he said."
    found = quotations(text)
    assert [(q.closed, q.continues) for q in found] == [(False, False), (False, True), (True, True), (True, False)]


def test_a_missing_closing_mark_does_not_swallow_the_next_paragraph():
    found = quotations("“One.\n\nNobody spoke.\n\n“Two,” he said.")
    assert [(q.closed, q.continues) for q in found] == [(False, False), (True, False)]


@given(st.text(alphabet=st.sampled_from("ab ,.\n“”‘’\"'`«»’s")))
def test_quotations_are_in_order_and_within_the_text(text):
    end = 0
    for q in quotations(text):
        assert end <= q.start < q.end <= len(text)
        end = q.end
