"""Moving windows are the networks of what lies in them, weighed by the kernel."""

import math
import warnings
from datetime import date, datetime
from itertools import product

import numpy as np
import pytest
from network_cases import as_matrix, brute, debate

from onrecord.analysis.events import Events
from onrecord.analysis.networks import network
from onrecord.analysis.windows import KERNELS, length, weight, windows
from onrecord.errors import InputError

COMBINATIONS = (
    *product(["two-mode"], ("ignore", "subtract"), ("no", "activity", "prominence")),
    *product(["one-mode"], ("ignore", "congruence", "conflict", "subtract"), ("no", "average", "jaccard", "cosine")),
)


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* statements without a date")
        yield


def kernel_by_hand(name, u):
    if name == "gaussian":
        return math.exp(-u * u / 2) / math.sqrt(2 * math.pi) if abs(u) <= 4 else 0.0
    if abs(u) > 1:
        return 0.0
    return {None: 1.0, "uniform": 0.5, "triangular": 1 - abs(u), "epanechnikov": 0.75 * (1 - u * u)}[name]


def factors(events, start, days, kernel):
    """What each statement counts in the window of so many days that begins on ``start``: its day’s distance."""
    found = []
    for moment in events.times:
        if np.isnat(moment):
            found.append(0.0)
            continue
        number = (moment.astype("datetime64[D]").astype(date) - start).days  # 0 to days - 1 within
        found.append(kernel_by_hand(kernel, (number - (days - 1) / 2) / (days / 2)))
    return found


@pytest.mark.parametrize("kernel", [None, *KERNELS])
@pytest.mark.parametrize("duplicates", ["all", "document", "week", "month", "year", "range"])
def test_every_window_is_the_plain_formula_on_weighed_statements(kernel, duplicates):
    for seed, (mode, aggregation, normalization) in enumerate(COMBINATIONS):
        events = debate(seed, size=30, actors=4, concepts=3, days=110)
        settings = {
            "mode": mode, "aggregation": aggregation, "normalization": normalization, "duplicates": duplicates,
            "qualifier": ("agreement", "intensity")[seed % 2], "isolates": seed % 3 == 0,
            "weights": "score" if seed % 5 == 0 else "none",
        }  # fmt: skip
        made = windows(events, "30d", step="23d", kernel=kernel, indent=bool(seed % 2), **settings)
        assert len(made) >= 2
        for start, found in zip(made.starts, made, strict=True):
            weights = factors(events, start.astype("datetime64[D]").astype(date), 30, kernel)
            rows, columns, y, undefined = brute(events, factors=weights, **settings)
            assert (found.rows, found.columns) == (tuple(rows), tuple(columns))
            np.testing.assert_allclose(found.weights, as_matrix(rows, columns, y), rtol=1e-8, atol=1e-12)
            assert found.about["undefined"] == undefined


@pytest.mark.parametrize("window", ["17d", "5w", "2m", "1y", "400h"])
@pytest.mark.parametrize("duplicates", ["all", "month", "range"])
def test_a_window_without_kernel_is_the_network_of_its_time(window, duplicates):
    events = debate(4, size=120, days=800)
    settings = {"mode": "one-mode", "aggregation": "subtract", "normalization": "average", "duplicates": duplicates}
    step = {"d": "40d", "w": "7w", "m": "3m", "y": "1y", "h": "1000h"}[window[-1]]
    made = windows(events, window, step=step, **settings)
    assert len(made) > 1
    for found in made:
        alone = network(events, start=found.start.astype(datetime), end=found.end.astype(datetime), **settings)
        assert alone.rows == found.rows
        assert (alone.weights == found.weights).all()
        assert (alone.start, alone.end) == (found.start, found.end)


def test_in_dna_duplicates_are_looked_for_once_in_the_whole_time():
    events = Events.of(
        {"organization": ["a", "a"], "concept": ["x", "x"], "agreement": [True, True]},
        times=["2026-01-01", "2026-01-10"],
    )
    assert [w.weights.sum() for w in windows(events, "5d", step="5d", duplicates="range")] == [1, 1]
    assert [w.weights.sum() for w in windows(events, "5d", step="5d", duplicates="range", dna=True)] == [1, 0]


# Where windows are: the examples of rDNA’s manual pages


def on(*days, **more):
    size = len(days)
    return Events.of(
        {"organization": ["a"] * size, "concept": ["x"] * size, "agreement": [True] * size, **more}, times=days
    )


def test_windows_of_21_days_that_lie_within_the_year():
    made = windows(on("2026-02-01", "2026-12-31"), "21d")
    assert (str(made.starts[0]), str(made.ends[0])) == (
        "2026-02-01T00:00:00",
        "2026-02-21T23:59:59",
    )  # around 11 February
    assert (str(made.starts[-1])[:10], str(made.ends[-1])[:10]) == ("2026-12-11", "2026-12-31")
    assert len(made) == 334 - 20
    around = windows(on("2026-02-01", "2026-12-31"), "21d", indent=False)
    assert len(around) == 334
    assert (str(around.starts[0])[:10], str(around.ends[0])[:10]) == ("2026-01-22", "2026-02-11")  # around 1 February
    assert (str(around.starts[-1])[:10], str(around.ends[-1])[:10]) == ("2026-12-21", "2027-01-10")


def test_windows_of_months_and_years():
    made = windows(on("2026-01-31", "2026-06-30"), "1m")
    assert [str(s)[:10] for s in made.starts] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]
    assert [str(s)[:10] for s in windows(on("2024-02-29", "2027-03-01"), "1y").ends] == [
        "2025-02-27",
        "2026-02-27",
        "2027-02-27",
    ]
    given = windows(on("2026-02-10", "2026-03-20"), "1m", start="2026", end="2026-03")
    assert [str(s)[:10] for s in given.ends] == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert [len(w.rows) for w in given] == [0, 1, 1]


def test_windows_of_hours_and_seconds_take_times_as_they_are():
    made = windows(on("2026-01-01T10:00:00", "2026-01-01T12:30:00", "2026-01-01T13:00:00"), "2h")
    assert [(str(w.start)[11:], w.weights.sum()) for w in made] == [("10:00:00", 1), ("11:00:00", 1), ("12:00:00", 2)]
    assert len(windows(on("2026-01-01T10:00:00", "2026-01-01T10:00:09"), "3s")) == 8


def test_windows_of_events_take_in_what_happened_at_the_same_moment():
    made = windows(on("2026-01-01", "2026-01-02", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05"), "2 events")
    assert [w.weights.sum() for w in made] == [3, 2, 3, 2, 2]
    assert [(str(w.start)[8:10], str(w.end)[8:10]) for w in made] == [
        ("01", "02"),
        ("02", "02"),
        ("02", "03"),
        ("03", "04"),
        ("04", "05"),
    ]
    same = on(*["2026-01-01"] * 4, "2026-01-02")
    assert [w.weights.sum() for w in windows(same, "2 events")] == [4, 5]
    assert [w.weights.sum() for w in windows(same, "2 events", dna=True)] == [4, 4, 4, 5]
    assert [
        w.weights.sum() for w in windows(on("2026-01-01", "2026-01-02", "2026-01-03"), "3 events", indent=False)
    ] == [2, 3, 2]


@pytest.mark.parametrize("kernel", KERNELS)
def test_kernels_weigh_windows_of_events_by_their_numbers(kernel):
    made = windows(on(*(f"2026-01-0{d}" for d in range(1, 8))), "5 events", kernel=kernel)
    numbers = range(7) if kernel == "gaussian" else range(5)
    wanted = sum(kernel_by_hand(kernel, (n - 2) / 2.5) for n in numbers)
    assert made[0].weights.sum() == pytest.approx(wanted)


@pytest.mark.parametrize("kernel", KERNELS)
def test_kernels_are_densities(kernel):
    u = np.linspace(-5, 5, 100_001)
    made = weight(kernel, u)
    assert made.sum() * (u[1] - u[0]) == pytest.approx(1, abs=1e-4)
    np.testing.assert_allclose(made, made[::-1], atol=1e-9)
    assert made.max() == made[50_000]


def test_every_day_of_a_window_counts_and_both_halves_the_same():
    days = [f"2026-02-{d:02}" for d in range(1, 22)]
    first = windows(on(*days), "21d", kernel="triangular")[0]
    by_day = [weight("triangular", np.array([(d - 10) / 10.5]))[0] for d in range(21)]
    assert first.weights.sum() == pytest.approx(sum(by_day))
    assert by_day[0] == by_day[-1] > 0


def test_evidence_of_a_window_is_within_it():
    events = on("2026-01-01", "2026-01-05", "2026-01-09")
    assert [w.evidence("a", "x") for w in windows(events, "5d", step="4d")] == [("1", "2"), ("2", "3")]


def test_windows_are_a_sequence_and_a_stack():
    events = debate(6, days=60)
    made = windows(events, "20d", mode="one-mode", isolates=True)
    assert made[-1].about["number"] == len(made) == made[0].about["windows"]
    assert [w.start for w in made[1:3]] == list(made.starts[1:3])
    assert made.stack().shape == (len(made), 6, 6)
    with pytest.raises(IndexError):
        made[len(made)]
    with pytest.raises(InputError, match="isolates"):
        windows(events, "20d").stack()


def test_undated_statements_are_told_of():
    with pytest.warns(UserWarning, match="1 statements without a date are in no window"):
        made = windows(on("2026-01-01", None, "2026-01-02"), "1d")
    assert [w.weights.sum() for w in made] == [1, 1]
    assert made[0].about["warnings"] == ["1 statements without a date are in no window"]


def test_no_window_where_nothing_is_dated_and_empty_ones_where_nothing_is_said():
    assert len(windows(on(None, None), "5d")) == 0
    assert len(windows(on(), "5 events")) == 0
    assert windows(on(), "5d", isolates=True).stack().shape[0] == 0
    made = windows(
        on("2026-01-01", "2026-03-01"), "5d", mode="one-mode", aggregation="congruence", normalization="cosine"
    )
    assert {len(w.rows) for w in made} == {0, 1}
    asked = windows(on(None), "1m", start="2026-01", end="2026-03")
    assert [len(w.rows) for w in asked] == [0, 0, 0]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("60d", (60, "d")),
        ("8 weeks", (8, "w")),
        ("3m", (3, "m")),
        ("1 Year", (1, "y")),
        ("50 events", (50, "events")),
        ("90min", (90, "min")),
    ],
)
def test_lengths(words, wanted):
    assert length(words) == wanted


@pytest.mark.parametrize("words", ["0d", "d", "5", "-3d", "1.5m", "5 fortnights", ""])
def test_what_is_no_length(words):
    with pytest.raises(InputError, match="is no length of a window"):
        length(words)


def test_what_cannot_be_is_refused():
    events = on("2026-01-01")
    with pytest.raises(InputError, match="is no kernel: choose uniform"):
        windows(events, "5d", kernel="cosine")
    with pytest.raises(InputError, match="not in the unit"):
        windows(events, "5w", step="1d")
    with pytest.raises(InputError, match="longer step"):
        windows(on("1900-01-01", "2026-01-01"), "1s")


def test_permuted_statements_have_the_same_windows():
    events = debate(9, size=150, days=100)
    shuffled = events.take(np.random.default_rng(1).permutation(len(events)))
    for window, kernel in product(("20d", "30 events"), (None, *KERNELS)):
        settings = {"mode": "one-mode", "aggregation": "congruence", "normalization": "average", "kernel": kernel}
        for a, b in zip(windows(events, window, **settings), windows(shuffled, window, **settings), strict=True):
            assert a.rows == b.rows
            np.testing.assert_allclose(a.weights, b.weights, rtol=1e-12)
