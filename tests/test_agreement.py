"""Figures of agreement and accuracy: published examples, brute force, and laws they must keep."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.record.agreement import (
    Stratum,
    alpha,
    calibration_error,
    counted,
    percent,
    resampled,
    weighted,
    wilson,
)

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): examples A, B and C.
MEG, OWEN = "0100000010", "1110010000"
BEN, GERRY = "aabbdcccedda", "babbbccceddd"
FOUR = ("123321412***", "1233224125*3", "*3332342251*", "1233244125 1*".replace(" ", ""))


def units(*coders):
    return [[value for value in unit if value != "*"] for unit in zip(*coders, strict=True)]


@pytest.mark.parametrize(
    ("coders", "published"), [((MEG, OWEN), 0.095), ((BEN, GERRY), 0.692), (FOUR, 0.743)], ids="ABC"
)
def test_published_examples(coders, published):
    assert alpha(counted(units(*coders))) == pytest.approx(published, abs=0.0005)


def test_percent_agreement_of_the_published_examples():
    assert percent(counted(units(MEG, OWEN))) == pytest.approx(0.6)
    assert percent(counted(units(BEN, GERRY))) == pytest.approx(0.75)


def slow_alpha(found):
    """By the definition: observed over expected disagreement, pair by pair."""
    paired = [unit for unit in found if len(unit) > 1]
    values = [value for unit in paired for value in unit]
    observed = sum(sum(a != b for a, b in itertools.permutations(unit, 2)) / (len(unit) - 1) for unit in paired) / max(
        1, len(values)
    )
    expected = sum(a != b for a, b in itertools.permutations(values, 2))
    if not expected:
        return None
    return 1 - observed / (expected / (len(values) * (len(values) - 1)))


coded = st.lists(st.lists(st.sampled_from("abc"), max_size=4), max_size=12)


@given(coded)
def test_alpha_is_what_its_definition_says(found):
    fast, slow = alpha(counted(found)), slow_alpha(found)
    assert fast == pytest.approx(slow) if slow is not None else fast is None
    assert fast is None or fast <= 1


@given(coded, st.permutations("abc"))
def test_alpha_does_not_depend_on_names_or_order(found, other):
    renamed = [[dict(zip("abc", other, strict=True))[v] for v in reversed(unit)] for unit in reversed(found)]
    a, b = alpha(counted(found)), alpha(counted(renamed))
    assert a == pytest.approx(b) if a is not None else b is None


def test_where_nothing_varies_there_is_no_alpha():
    same = counted([["a", "a"]] * 5)
    assert alpha(same) is None
    assert percent(same) == 1
    assert alpha(counted([["a"], []])) is None
    assert percent(counted([])) is None


def test_intervals_hold_the_figure_and_narrow_with_more_units():
    few, many = counted(units(BEN, GERRY)), counted(units(BEN, GERRY) * 20)
    for table in (few, many):
        for interval in resampled(table, seed=1):
            assert interval.low <= interval.value <= interval.high
    width = [interval.high - interval.low for interval in (resampled(few, seed=1)[1], resampled(many, seed=1)[1])]
    assert width[1] < width[0] / 3
    assert resampled(few, seed=1) == resampled(few, seed=1)
    assert resampled(counted([["a", "b"]]))[1].low is None


def test_intervals_are_those_of_draws_made_one_by_one():
    table = counted(units(*FOUR) * 3)
    rng = np.random.default_rng(7)
    drawn = [table[rng.integers(0, len(table), len(table))] for _ in range(4000)]
    for figure, interval in zip((percent, alpha), resampled(table, seed=1, times=4000), strict=True):
        slow = np.percentile([figure(one) for one in drawn], (2.5, 97.5))
        assert (interval.low, interval.high) == pytest.approx(tuple(slow), abs=0.02)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    """Two coders who each know the truth in 80 of 100 cases: the interval of their agreement, over many trials."""
    rng = np.random.default_rng(5)
    truth = 0.8 * 0.8 + 0.2 * 0.2
    hits = 0
    for trial in range(120):
        right = rng.random((60, 2)) < 0.8
        found = resampled(counted([list(map(bool, unit)) for unit in right]), seed=trial, times=300)[0]
        hits += found.low <= truth <= found.high
    assert 0.88 <= hits / 120 <= 0.99


# Wilson's interval: Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3.
@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_as_published(right, of, low, high):
    found = wilson(right, of)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    other = wilson(of - right, of)
    assert (1 - other.high, 1 - other.low) == (pytest.approx(found.low), pytest.approx(found.high))


@given(st.integers(0, 300), st.integers(1, 300))
def test_wilson_solves_its_equation(right, of):
    right = min(right, of)
    found = wilson(right, of)
    assert 0 <= found.low <= found.value <= found.high <= 1
    for bound in (found.low, found.high):
        if 0 < bound < 1:
            assert abs(found.value - bound) == pytest.approx(1.959964 * math.sqrt(bound * (1 - bound) / of), rel=1e-4)


def test_nothing_checked_has_no_share():
    assert wilson(0, 0) == (None, None, None)
    assert weighted([Stratum(10, 0, 0)]) == (None, None, None)
    assert calibration_error([]) is None


def test_strata_count_by_what_they_stand_for():
    """A tenth of the record is all wrong, the rest all right; both were checked alike."""
    found = weighted([Stratum(900, 50, 50), Stratum(100, 50, 0)])
    assert found.value == pytest.approx(0.9)
    one = weighted([Stratum(1_000_000, 200, 187)])
    plain = wilson(187, 200)
    assert (one.low, one.high) == (pytest.approx(plain.low, abs=1e-4), pytest.approx(plain.high, abs=1e-4))
    whole = weighted([Stratum(200, 200, 187), Stratum(100, 100, 50)])
    assert whole.value == pytest.approx(237 / 300)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=5))
def test_weighted_shares_stay_within_bounds(made):
    strata = [Stratum(max(n, checked), checked, min(right, checked)) for n, checked, right in made]
    found = weighted(strata)
    if any(s.checked for s in strata):
        assert 0 <= found.low <= found.value + 1e-12
        assert found.value - 1e-12 <= found.high <= 1


def test_calibration_error():
    assert calibration_error([(10, 0.9, 0.8), (30, 0.5, 0.5)]) == pytest.approx(0.025)
