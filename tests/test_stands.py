"""Where everybody stands: codings made by hand → positions of articles, positions over time, changes."""

from itertools import count

import pytest

from onrecord.analysis.positions import Key, shifts, stands, told
from onrecord.record import Coded, CodedCondition, Heading
from onrecord.types import Span

NUMBERS = count()


def coded(day, stance="support", score=0.9, actor="ann", concept="tolls", name=None, original=None, by=None, words="w",
          conditions=(), version=1):  # fmt: skip
    n = next(NUMBERS)
    name = name or f"{day}-{n}"
    heading = Heading(id=name, name=name, url=None, outlet="Courier", published=day, title=None, original=original)
    return Coded(
        id=f"c{n}", article=heading, actor_id=actor, actor=actor.title(), actor_kind="person", concept=concept,
        proposition="Tolls should be charged.", version=version, present_version=1, stance=stance, found=stance,
        score=score, chances=(0, 0, 0), evidence=Span(n, n + 1), words=words, conditions=conditions, judged_by=by,
    )  # fmt: skip


IF = (CodedCondition(Span(0, 2), "if it rains", True, None),)


def only(listed):
    (one,) = listed
    return one


def test_in_an_article_the_surest_coding_tells_and_the_others_are_kept():
    a, b = coded("2026-04-01", "support", 0.6, name="x"), coded("2026-04-01", "oppose", 0.8, name="x")
    position = only(told([a, b])[Key("ann", "tolls")])
    assert (position.stance, position.score, position.evidence, position.against) == ("oppose", 0.8, (b,), (a,))
    c = coded("2026-04-01", "undecided", 1.0, name="x", by="bo")
    assert only(told([a, b, c])[Key("ann", "tolls")]).stance == "undecided", "a person's decision comes first"


def test_none_is_no_position():
    assert told([coded("2026-04-01", "none")]) == {}
    assert stands([]) == []
    assert shifts([]) == []


def test_a_near_copy_tells_nothing_of_its_own():
    first, copy = coded("2026-04-01", name="x"), coded("2026-04-02", name="y", original="x")
    assert only(stands([first, copy])).articles == 1
    assert only(stands([copy])).articles == 1, "unless what it copies tells nothing"


def test_a_position_holds_since_the_first_article_and_shows_its_condition():
    stand = only(stands([coded("2026-04-01", conditions=IF), coded("2026-05-01"), coded("2026-06-01", by="bo")]))
    assert (stand.stance, stand.since, stand.last) == ("support", "2026-04-01", "2026-06-01")
    assert (stand.articles, stand.checked) == (3, 1)
    assert stand.conditions == IF, "the last condition that is told"
    assert [t.date for t in stand.evidence] == ["2026-06-01", "2026-05-01", "2026-04-01"]


def test_a_position_holds_until_another_is_told():
    stand = only(stands([coded("2026-04-01"), coded("2026-05-01", "oppose", 0.6)]))
    assert (stand.stance, stand.since, stand.disputed) == ("oppose", "2026-05-01", ())


def test_articles_of_the_same_days_contradict_each_other_and_both_are_shown():
    a, b = coded("2026-05-01", "support", 0.9), coded("2026-05-02", "oppose", 0.7)
    stand = only(stands([a, b]))
    assert stand.stance == "support", "the surer one"
    assert [t.best for t in stand.disputed] == [b]
    assert shifts([a, b]) == [], "a contradiction is no change of mind"


def test_a_change_names_both_articles():
    a, b, c = coded("2026-04-01"), coded("2026-05-01"), coded("2026-06-01", "oppose", words="never")
    change = only(shifts([a, b, c]))
    assert (change.old, change.new, change.before, change.after) == ("support", "oppose", b, c)


def test_a_change_within_days_counts_if_it_is_told_again_later():
    a, b, c = coded("2026-04-01"), coded("2026-04-02", "oppose"), coded("2026-05-01", "oppose")
    assert [(s.before, s.after) for s in shifts([a, b, c])] == [(a, b)]


def test_back_and_forth_are_two_changes():
    found = shifts([coded("2026-04-01"), coded("2026-05-01", "oppose"), coded("2026-06-01")])
    assert [(s.old, s.new) for s in found] == [("support", "oppose"), ("oppose", "support")]


@pytest.mark.parametrize("day", [None, "2026", "2026-04"])
def test_dates_may_be_missing_or_partial(day):
    stand = only(stands([coded(day), coded("2026-04-05", "oppose")]))
    assert stand.stance == "oppose"
    assert only(shifts([coded(day), coded("2026-04-05", "oppose")])).new == "oppose"


def test_actors_and_concepts_are_apart():
    found = stands([coded("2026-04-01"), coded("2026-04-01", actor="bob"), coded("2026-04-01", concept="buses")])
    assert [(s.concept, s.actor) for s in found] == [("buses", "Ann"), ("tolls", "Ann"), ("tolls", "Bob")]


def test_what_was_coded_under_an_earlier_version_says_so():
    assert only(stands([coded("2026-04-01", version=1)])).outdated is False
    assert only(stands([coded("2026-04-01", version=0)])).outdated is True
