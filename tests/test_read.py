"""One article in, its statements out. The encoder is made by hand, so what is tested is all around it."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import said_encoder, seen

from onrecord.reading.quotations import quotations
from onrecord.reading.read import kind, read, sections
from onrecord.types import Article, Read, Span, article_id


def article(text):
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(id=article_id("a", text), name="a", text=text, text_sha256=digest, extractor="as given")


def words(text, spans):
    return [text[s.start : s.end] for s in spans]


def test_a_statement_has_source_cue_content_and_kind():
    text = "Nothing happened. “We will not go,” said Ann. It rained."
    (found,) = read(article(text), said_encoder).statements
    assert words(text, found.content) == ["“We will not go,”"]
    assert words(text, [found.source, found.cue]) == ["Ann", "said"]
    assert found.kind == "direct"
    assert found.article_id == article(text).id


def test_a_quote_over_paragraphs_belongs_to_one_speaker():
    text = "“One,” said Ann. “Two.\n\n“Three.\n\n“Four.”\n\nIt rained."
    first, *rest = read(article(text), said_encoder).statements
    assert len(rest) == 3
    assert [s.part_of for s in rest[1:]] == [rest[0].id, rest[0].id]
    assert first.part_of is None


def test_the_next_quote_is_not_a_part_of_a_closed_one():
    _, second = read(article("“One,” said Ann.\n\n“Two.”"), said_encoder).statements
    assert second.part_of is None


@pytest.mark.parametrize(("sure", "kept"), [(5, ["Ann", "Bob"]), (0, ["Ann"])])
def test_a_statement_within_another_is_kept_if_it_is_sure_enough_and_marked_with_who_reports_it(sure, kept):
    words = "Ann said Bob wants peace".split()
    tags = ["B-source", "B-cue", "B-content", "I-content", "I-content"]
    inner = ["O", "O", "B-source", "B-cue", "B-content"]
    names = ["B-person", "O", "B-person", "O", "O"]
    points = [(0, 2, 1), (1, 2, 0), (2, 1, 0), (0, 4, 3), (1, 4, 2), (2, 3, 2)]
    made = seen(words, tags, points, inner=inner, names=names)
    calibration = np.array([sure, 0, 0, 0, 0, 0, 0], np.float32)
    made = replace(made, parameters=replace(made.parameters, calibration=calibration))
    text = " ".join(words)
    found = read(article(text), lambda _: made)
    assert words_of_sources(text, found) == kept
    for reported in found.statements[1:]:
        assert reported.within == found.statements[0].id
        assert reported.score < found.statements[0].score


def words_of_sources(text, found):
    return [text[s.source.start : s.source.end] for s in found.statements]


def test_lines_that_are_not_the_articles_own_hold_no_statement():
    text = "“One,” said Ann.\n\nRead more: “Never again,” said Bob\n\nPhotograph: Jane Doe/AFP"
    found = read(article(text), said_encoder).statements
    assert [words(text, s.content) for s in found] == [["“One,”"]]


def test_reading_twice_gives_the_same_ids():
    text = "“One,” said Ann. “Two,” said Bob."
    assert read(article(text), said_encoder) == read(article(text), said_encoder)


def test_no_text_no_statements():
    assert read(article(" \n "), said_encoder) == Read(statements=())


def test_offsets_hold_in_a_text_of_several_sections():
    text = "".join(f"“Number {i},” said Ann{i}.\n\n" + "It rained all day. " * 40 + "\n\n" for i in range(40))
    found = read(article(text), said_encoder, section=3000).statements
    assert [text[s.content[0].start : s.content[0].end] for s in found] == [f"“Number {i},”" for i in range(40)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We will not go,”", "direct"),
        ("that it was “a present we gave ourselves”", "mixed"),
        ("that the age would rise", "indirect"),
        ("'We won't go'", "direct"),
        ("the ministers’ plan", "indirect"),
    ],
)
def test_kind(text, expected):
    assert kind([Span(0, len(text))], text, quotations(text)) == expected


@given(st.text(alphabet=st.sampled_from("a. \n")), st.integers(2, 30))
def test_sections_cover_the_text_once(text, size):
    parts = list(sections(text, size=size))
    assert "".join(text[p.start : p.end] for p in parts) == text
    assert all(p.end - p.start <= size for p in parts)
    assert all(p.end > p.start for p in parts) or text == ""
