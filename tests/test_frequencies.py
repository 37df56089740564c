"""Frequencies: statements counted row by row, near-copies once, periods by the calendar."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.analysis.debate import debate, first_copies
from onrecord.analysis.events import Events
from onrecord.analysis.frequencies import frequencies, frequencies_over_time
from onrecord.errors import InputError

ROW = st.tuples(
    st.sampled_from(["Ann", "Bob", None]),
    st.sampled_from(["ceasefire", "troops", "aid", None]),
    st.sampled_from([True, False, "undecided", None]),
    st.one_of(st.none(), st.dates(date(2023, 12, 20), date(2026, 1, 10))),
    st.integers(0, 5),  # document
)


def table(rows, copies=lambda document: document):
    """``copies`` says which documents are copies of one another."""
    return Events.of(
        {
            "actor": [r[0] for r in rows],
            "concept": [r[1] for r in rows],
            "agreement": [r[2] for r in rows],
            "outlet": [f"paper {r[4]}" for r in rows],
        },
        times=[r[3] for r in rows],
        documents=[r[4] for r in rows],
        groups=[copies(r[4]) for r in rows],
        kinds={"agreement": "boolean", "actor": "text", "concept": "text", "outlet": "text"},
        document_level=["outlet"],
    )


def level(stance):
    return {True: "1", False: "0", None: "(none)"}.get(stance, stance)


@given(st.lists(ROW, max_size=25), st.sampled_from(["actor", "concept"]))
@settings(deadline=None, max_examples=80)
def test_counts_are_those_of_the_rows(rows, variable):
    found = frequencies(table(rows), variable)
    column = 0 if variable == "actor" else 1
    expected = Counter((r[column], level(r[2])) for r in rows if r[column])
    assert {(v, q): n for v, q, n in found.rows() if n} == dict(expected)
    assert found.missing == sum(r[column] is None for r in rows)
    totals = found.counts.sum(1).tolist()
    assert list(zip([-n for n in totals], found.values, strict=True)) == sorted(
        zip([-n for n in totals], found.values, strict=True)
    )
    assert frequencies(table(rows), variable, qualifier=None).counts.sum(1).tolist() == totals


@given(st.lists(ROW, max_size=25), st.sampled_from(["day", "week", "month", "year"]))
@settings(deadline=None, max_examples=80)
def test_periods_are_those_of_the_calendar(rows, unit):
    found = frequencies_over_time(table(rows), unit, variable="concept")

    def period(day):
        iso = day.isocalendar()
        return {"day": str(day), "week": f"{iso[0]}-W{iso[1]:02}", "month": f"{day:%Y-%m}", "year": f"{day:%Y}"}[unit]

    counted = [r for r in rows if r[1] and r[3]]
    assert {(t, v, q): n for t, v, q, n in found.rows() if n} == dict(
        Counter((period(r[3]), r[1], level(r[2])) for r in counted)
    )
    assert found.undated == sum(r[3] is None for r in rows)
    if counted:
        days = [r[3] for r in counted]
        span = [min(days) + timedelta(i) for i in range((max(days) - min(days)).days + 1)]
        assert list(found.periods) == list(dict.fromkeys(map(period, span)))
        assert [period(start) for start in found.starts.astype(object)] == list(found.periods)
    else:
        assert (found.periods, found.counts.shape[0]) == ((), 0)


@given(st.lists(ROW, max_size=20), st.integers(1, 4))
@settings(deadline=None, max_examples=80)
def test_copies_count_as_often_as_in_the_fullest_of_them(rows, groups):
    events = table(rows, copies=lambda document: document % groups)
    chosen = first_copies(events)
    per_document = Counter((r[4] % groups, r[:3], r[4]) for r in rows)
    most = Counter()
    for (group, statement, _), n in per_document.items():
        most[group, statement] = max(most[group, statement], n)
    found = Counter((r[4] % groups, r[:3]) for r, is_in in zip(rows, chosen, strict=True) if is_in)
    assert found == most
    # all that counts of one statement stands in one document
    assert all(
        len({r[4] for r, is_in in zip(rows, chosen, strict=True) if is_in and (r[4] % groups, r[:3]) == key}) == 1
        for key in found
    )


def test_the_first_copy_counts():
    rows = [("Ann", "aid", True, date(2024, 3, 2), 1), ("Ann", "aid", True, date(2024, 3, 1), 2), ("Bob", "aid", True, date(2024, 3, 2), 1)]  # fmt: skip
    assert first_copies(table(rows, copies=lambda _: 0)).tolist() == [False, True, True]
    found = frequencies(table(rows, copies=lambda _: 0))
    assert (found.counts.tolist(), found.copies) == ([[0, 2]], 1)
    everything = frequencies(table(rows, copies=lambda _: 0), once=False)
    assert (everything.counts.tolist(), everything.copies) == ([[0, 3]], 0)
    over = frequencies_over_time(table(rows, copies=lambda _: 0), "day")
    assert (over.periods, over.counts[:, 0].tolist()) == (("2024-03-01", "2024-03-02"), [[0, 1], [0, 1]])


def test_a_bar_plot_by_hand():
    rows = [("Ann", "aid", True, None, 0), ("Ann", "troops", False, None, 0), ("Bob", "troops", True, None, 1), ("Bob", "troops", "undecided", None, 2)]  # fmt: skip
    found = frequencies(table(rows))
    assert (found.values, found.levels) == (("troops", "aid"), ("0", "1", "undecided"))
    assert found.counts.tolist() == [[1, 1, 1], [0, 1, 0]]
    assert frequencies(table(rows), "actor", qualifier=None).counts.tolist() == [[2], [2]]
    assert frequencies(table(rows), "outlet").values == ("paper 0", "paper 1", "paper 2")


def test_weeks_at_the_turn_of_the_year():
    rows = [("Ann", "aid", True, date(2024, 12, 29), 0), ("Ann", "aid", True, date(2024, 12, 30), 1), ("Ann", "aid", True, date(2025, 1, 6), 2)]  # fmt: skip
    assert frequencies_over_time(table(rows), "week").periods == ("2024-W52", "2025-W01", "2025-W02")


def test_no_statements():
    found = frequencies(table([]))
    assert (found.values, found.counts.shape[0], list(found.rows())) == ((), 0, [])
    over = frequencies_over_time(table([]), variable="actor")
    assert (over.periods, list(over.rows())) == ((), [])
    assert debate(table([]), actors="actor").actors == ()


def test_wrong_names_are_told():
    with pytest.raises(InputError, match="no variable 'mood'"):
        frequencies(table([]), "mood")
    with pytest.raises(InputError, match="day, week, month, year"):
        frequencies_over_time(table([]), "hour")
    with pytest.raises(InputError, match="no yes and no"):
        debate(table([]), actors="actor", qualifier="outlet")


@given(st.lists(ROW, max_size=25))
@settings(deadline=None, max_examples=60)
def test_a_debate_counts_support_and_opposition(rows):
    found = debate(table(rows), actors="actor")
    support = Counter((r[0], r[1]) for r in rows if r[0] and r[1] and r[2] is True)
    oppose = Counter((r[0], r[1]) for r in rows if r[0] and r[1] and r[2] is False)
    for counts, expected in ((found.support, support), (found.oppose, oppose)):
        assert {
            (a, c): counts[i, j]
            for i, a in enumerate(found.actors)
            for j, c in enumerate(found.concepts)
            if counts[i, j]
        } == dict(expected)
    said = found.support + found.oppose
    assert (said.sum(0) > 0).all()
    assert (said.sum(1) > 0).all()


def test_copies_in_a_debate_count_once():
    rows = [("Ann", "aid", True, None, d) for d in range(4)]
    assert debate(table(rows, copies=lambda _: 0), actors="actor").support.tolist() == [[1]]
    assert debate(table(rows, copies=lambda _: 0), actors="actor", once=False).support.tolist() == [[4]]
    assert np.array_equal(debate(table(rows), actors="actor").support, [[4]])
