"""Networks are what the published formulas say, whatever is chosen; DNA's numbers are DNA's."""

import os
import warnings
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from network_cases import QUALIFIERS, as_matrix, brute, debate

from onrecord.analysis.events import Events
from onrecord.analysis.networks import event_list, network
from onrecord.analysis.settings import Settings
from onrecord.errors import InputError, OnrecordError
from onrecord.exchange.dna.events import dna_events
from onrecord.exchange.dna.file import Attribute, DnaFile, DnaStatement, Document, Entity, StatementType, Variable

DUPLICATES = ("all", "document", "week", "month", "year", "range")
TWO_MODE = tuple(product(("ignore", "combine", "subtract"), ("no", "activity", "prominence")))
ONE_MODE = tuple(product(("ignore", "congruence", "conflict", "subtract"), ("no", "average", "jaccard", "cosine")))
SAMPLE = Path(os.environ.get("ONRECORD_DATA", Path(__file__).parents[2] / "shared" / "data")) / "dna" / "sample.dna"


def possible(qualifier, aggregation, normalization, *, dna):
    if qualifier is None:
        return aggregation == "ignore"
    if aggregation == "combine":
        return normalization == "no" or dna
    return not (aggregation == "subtract" and qualifier == "tone" and normalization in {"no", "activity", "prominence"})


def same(made, wanted, *, mode):
    rows, columns, y, undefined = wanted
    assert made.rows == tuple(rows)
    assert made.columns == tuple(columns)
    np.testing.assert_allclose(made.weights, as_matrix(rows, columns, y), rtol=1e-9, atol=1e-12)
    assert made.about["undefined"] == undefined


@pytest.mark.parametrize("dna", [False, True], ids=["correct", "dna"])
@pytest.mark.parametrize("qualifier", QUALIFIERS)
@pytest.mark.parametrize("mode", ["two-mode", "one-mode"])
def test_every_combination_is_the_plain_formula(mode, qualifier, dna):
    combinations = product(TWO_MODE if mode == "two-mode" else ONE_MODE, DUPLICATES)
    for seed, ((aggregation, normalization), duplicates) in enumerate(combinations):
        if mode == "two-mode" and not possible(qualifier, aggregation, normalization, dna=dna):
            continue
        if qualifier is None and aggregation != "ignore":
            continue
        settings = {
            "mode": mode, "qualifier": qualifier, "aggregation": aggregation, "normalization": normalization,
            "duplicates": duplicates, "dna": dna, "weights": "score" if seed % 3 == 0 else "none",
            "undecided": "half" if seed % 2 and not dna else "out", "isolates": seed % 4 == 0,
        }  # fmt: skip
        events = debate(seed, size=50 + seed % 20)
        same(network(events, **settings), brute(events, **settings), mode=mode)


@pytest.mark.parametrize("seed", range(6))
def test_one_mode_networks_are_symmetric_and_have_no_ties_to_oneself(seed):
    for (aggregation, normalization), qualifier in product(ONE_MODE, ("agreement", "intensity", "tone")):
        made = network(
            debate(seed, size=300, actors=20), mode="one-mode", qualifier=qualifier, aggregation=aggregation,
            normalization=normalization, weights="score",
        ).weights  # fmt: skip
        assert (made == made.T).all()
        assert not made.diagonal().any()
        assert np.isfinite(made).all()


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_the_table_does_not_matter(seed):
    events = debate(seed, size=200)
    shuffled = events.take(np.random.default_rng(seed).permutation(len(events)))
    for mode, combinations in (("two-mode", TWO_MODE), ("one-mode", ONE_MODE)):
        for (aggregation, normalization), duplicates in product(combinations, DUPLICATES):
            if aggregation == "combine" and normalization != "no":
                continue
            settings = {
                "mode": mode,
                "aggregation": aggregation,
                "normalization": normalization,
                "duplicates": duplicates,
            }
            a, b = network(events, **settings), network(shuffled, **settings)
            assert (a.rows, a.columns) == (b.rows, b.columns)
            np.testing.assert_allclose(a.weights, b.weights, rtol=1e-12)


@pytest.mark.parametrize("qualifier", ["agreement", "intensity", "tone"])
def test_agreement_and_disagreement_add_up_and_leave_no_dust(qualifier):
    events = debate(3, size=400, actors=30)
    kinds = {
        a: network(events, mode="one-mode", qualifier=qualifier, aggregation=a, weights="score", isolates=True).weights
        for a in ("congruence", "conflict", "subtract")
    }
    np.testing.assert_allclose(kinds["congruence"] - kinds["conflict"], kinds["subtract"], atol=1e-12)
    for weights in kinds.values():
        assert not ((np.abs(weights) > 0) & (np.abs(weights) < 1e-6)).any()


def test_actors_who_say_the_same_have_cosine_one_and_none_has_more():
    for qualifier in ("agreement", "intensity", "tone"):
        made = network(
            debate(8, size=300), mode="one-mode", qualifier=qualifier, aggregation="congruence", normalization="cosine"
        )
        assert made.weights.max() <= 1 + 1e-12
    twins = Events.of(
        {"organization": ["a", "a", "b", "b"], "concept": ["x", "y", "x", "y"], "agreement": [True, False] * 2}
    )
    assert network(twins, mode="one-mode", aggregation="congruence", normalization="cosine").weights[
        0, 1
    ] == pytest.approx(1)


# The manual's own examples (chapter 2)


def test_the_example_of_the_manual_on_an_integer_scale():
    said = [("a", -4)] * 2 + [("b", 2)] * 3
    events = Events.of({"organization": [a for a, _ in said], "concept": ["c"] * 5, "intensity": [k for _, k in said]})
    made = {
        a: network(events, mode="one-mode", qualifier="intensity", aggregation=a, scale=(-5, 5)).weights[0, 1]
        for a in ("congruence", "conflict")
    }
    # 2 · 3 · (1 − |−4 − 2| / 10) is 2.4; the manual prints 4.2.
    assert made["congruence"] == pytest.approx(2 * 3 * (1 - 6 / 10))
    assert made["conflict"] == pytest.approx(2 * 3 * 6 / 10)


def test_a_small_debate_worked_out_by_hand():
    rows = [
        ("A", "x", 1),
        ("A", "x", 1),
        ("A", "y", 0),
        ("B", "x", 1),
        ("B", "y", 1),
        ("C", "x", 0),
        ("C", "x", 1),
        ("D", "z", 1),
    ]
    events = Events.of(
        {"organization": [r[0] for r in rows], "concept": [r[1] for r in rows], "agreement": [bool(r[2]) for r in rows]}
    )
    two = network(events)
    assert (two.rows, two.columns) == (("A", "B", "C", "D"), ("x", "y", "z"))
    assert two.weights.tolist() == [[2, 1, 0], [1, 1, 0], [2, 0, 0], [0, 0, 1]]
    assert network(events, aggregation="subtract").weights.tolist() == [[2, -1, 0], [1, 1, 0], [0, 0, 0], [0, 0, 1]]
    assert network(events, aggregation="combine").weights.tolist() == [[1, 2, 0], [1, 1, 0], [3, 0, 0], [0, 0, 1]]
    assert network(events, normalization="activity").weights[0].tolist() == [2 / 3, 1 / 3, 0]
    assert network(events, normalization="prominence").weights[:, 0].tolist() == [2 / 5, 1 / 5, 2 / 5, 0]
    one = {
        a: network(events, mode="one-mode", aggregation=a).weights
        for a in ("ignore", "congruence", "conflict", "subtract")
    }
    assert one["ignore"].tolist() == [[0, 3, 4, 0], [3, 0, 2, 0], [4, 2, 0, 0], [0, 0, 0, 0]]
    assert one["congruence"].tolist() == [[0, 2, 2, 0], [2, 0, 1, 0], [2, 1, 0, 0], [0, 0, 0, 0]]
    assert one["conflict"].tolist() == [[0, 1, 2, 0], [1, 0, 1, 0], [2, 1, 0, 0], [0, 0, 0, 0]]
    assert one["subtract"].tolist() == [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    normal = {
        n: network(events, mode="one-mode", aggregation="congruence", normalization=n).weights[0, 1]
        for n in ("average", "jaccard", "cosine")
    }
    # A says x+ twice, y− once; B says x+ and y+ once each.
    assert normal == pytest.approx({"average": 2 / 2.5, "jaccard": 2 / (1 + 1 + 2), "cosine": 2 / (5**0.5 * 2**0.5)})
    in_dna = network(events, mode="one-mode", aggregation="congruence", normalization="cosine", dna=True)
    assert in_dna.weights[0, 1] == pytest.approx(2 / (3 * 2))


# DNA's sample, as its tests expect it (field notes 1c)


@pytest.fixture(scope="module")
def sample():
    if not SAMPLE.exists():
        pytest.skip(f"{SAMPLE} is not here: set ONRECORD_DATA to the folder that has dna/sample.dna")
    return dna_events(SAMPLE)


REGULATE = "There should be legislation to regulate emissions."


@pytest.mark.parametrize("dna", [False, True])
def test_the_golden_numbers_of_the_sample(sample, dna):
    two = network(sample, dna=dna)
    assert (two.weights.shape, two.weights.sum()) == ((7, 6), 40)
    ignored = network(sample, mode="one-mode", dna=dna)
    assert (ignored.weights.shape, ignored.weights.sum()) == ((7, 7), 276)
    congruence = {"mode": "one-mode", "aggregation": "congruence", "normalization": "average", "dna": dna}
    made = network(sample, **congruence)
    assert (made.weights.shape, round(made.weights.sum(), 2)) == ((7, 7), 25.80)
    fewer = network(sample, **congruence, exclude={"concept": [REGULATE], "organization": ["Senate", "Sierra Club"]})
    assert (fewer.weights.shape, round(fewer.weights.sum(), 2)) == ((5, 5), 9.81)
    assert network(sample, **congruence, keep={"section": ["1"]}).weights.shape == (4, 4)
    assert network(sample, **congruence, exclude={"section": ["867", "876"]}).weights.shape == (4, 4)


def test_document_level_variables_can_be_rows(sample):
    by_section = network(sample, rows="section", aggregation="subtract")
    assert by_section.rows == ("1", "867", "876")
    assert network(sample, rows="section").weights.sum(1).tolist() == [20, 16, 4]
    assert network(sample, mode="one-mode", rows="author", qualifier="section", aggregation="congruence").weights.any()


STORY = DnaFile(
    documents=(
        Document(id=1, title="one", text="\U0001f600 We will win. They lost.", author="Ann", section="s1", date=1102377600),
        Document(id=2, title="two", text="Nobody won.", author="Bo", section="s2", date=None),
    ),
    types=(StatementType(id=1, label="Empty"), StatementType(id=2, label="Story")),
    variables=(
        Variable(id=1, name="hero", kind="short text", type=2), Variable(id=2, name="type", kind="short text", type=2),
        Variable(id=3, name="drama", kind="integer", type=2), Variable(id=4, name="true", kind="boolean", type=2),
        Variable(id=5, name="note", kind="long text", type=2),
    ),
    attributes=(Attribute(id=1, variable=1, name="Alias"),),
    entities=(
        Entity(id=1, variable=1, value=""), Entity(id=2, variable=1, value="Robin", attributes={1: "Hood"}),
        Entity(id=3, variable=1, value="Marian"), Entity(id=4, variable=2, value="rise"), Entity(id=5, variable=1, value="John"),
    ),
    statements=(
        DnaStatement(id=7, type=2, document=1, start=3, stop=15, coder=None, values={1: 2, 2: 4, 3: -2, 4: 1, 5: "x"}),
        DnaStatement(id=8, type=2, document=1, start=16, stop=26, coder=None, values={1: 3, 2: 4, 3: 3, 4: 0}),
        DnaStatement(id=9, type=2, document=2, start=0, stop=6, coder=None, values={1: 1, 2: 4}),
    ),
)  # fmt: skip


def test_any_statement_type_of_a_dna_file_makes_networks():
    events = dna_events(STORY, "Story")
    rows = list(events.rows())
    assert [row["words"] for row in rows] == ["We will win.", "They lost.", "Nobody"]
    assert (rows[0]["start"], rows[0]["end"]) == (2, 14), "code points, not UTF-16 units"
    assert [row["drama"] for row in rows] == [-2, 3, None]
    assert [row["document type"] for row in rows] == [None, None, None]
    assert [row["time"] for row in rows] == ["2004-12-07T00:00:00", "2004-12-07T00:00:00", None]
    made = network(events, mode="one-mode", rows="hero", columns="type", qualifier="drama", aggregation="conflict")
    assert made.rows == ("Marian", "Robin")
    assert made.weights[0, 1] == 1
    assert made.about["left_out"] == {"without hero": 1}
    assert made.attributes["Robin"] == {"Alias": "Hood", "activity": 1}
    assert network(events, rows="author", columns="hero", qualifier=None).columns == ("Marian", "Robin")
    assert len(dna_events(STORY)) == 0
    with pytest.raises(InputError, match="no statement type 'Tale': there are Empty, Story"):
        dna_events(STORY, "Tale")


def test_british_spelling_names_the_same_variable():
    made = network(debate(0), rows="organisation", exclude={"organisation": ["org 1"]})
    assert (made.row_variable, "org 1" in made.rows) == ("organization", False)


# The traps: what DNA counts otherwise


def dated(*times, **more):
    size = len(times)
    return Events.of(
        {"organization": ["a"] * size, "concept": ["x"] * size, "agreement": [True] * size, **more}, times=times
    )


@pytest.mark.parametrize(
    ("duplicates", "times", "correct", "dna"),
    [
        ("month", ["2004-03-02", "2005-03-02", "2005-04-01"], 3, 2),
        ("week", ["2004-03-02", "2005-03-08", "2005-03-20"], 3, 2),  # two of them in a week 10
        ("week", ["2024-12-30", "2025-01-02"], 1, 1),  # one week that two years share
        ("year", ["2004-03-02", "2004-12-31", "2005-01-01"], 2, 2),
        ("range", ["2004-03-02", "2025-12-31", None], 1, 1),
        ("month", ["2004-03-02", "2004-03-31", None, None], 3, 3),  # the undated stand in two documents
    ],
)
def test_calendar_duplicates(duplicates, times, correct, dna):
    assert network(dated(*times), duplicates=duplicates).weights.sum() == correct
    assert network(dated(*times), duplicates=duplicates, dna=True).weights.sum() == dna


def test_week_numbers_of_the_united_states():
    # 2023-01-01 is a Sunday: week 1 in the US, week 52 of 2022 by ISO 8601.
    events = dated("2023-01-01", "2023-01-02", "2024-12-30")
    assert network(events, duplicates="week", dna=True, weeks="us").weights.sum() == 1
    assert network(events, duplicates="week", dna=True, weeks="iso").weights.sum() == 2


def test_the_scale_of_an_integer_is_its_full_one():
    events = Events.of(
        {"organization": ["a", "b", "c"], "concept": ["x", "x", "y"], "intensity": [2, 5, -5]}, times=["2026-01-01"] * 3
    )
    chosen = {"mode": "one-mode", "qualifier": "intensity", "exclude": {"organization": ["c"]}}
    assert network(events, **chosen, aggregation="conflict").weights[0, 1] == pytest.approx(0.3)
    assert network(events, **chosen, aggregation="conflict", dna=True).weights[0, 1] == pytest.approx(1)
    assert network(events, **chosen, aggregation="conflict", scale=(-10, 20)).weights[0, 1] == pytest.approx(0.1)
    with pytest.raises(InputError, match="goes from -5 to 5"):
        network(events, **chosen, aggregation="conflict", scale=(-1, 5))


def test_one_level_of_an_integer_is_no_conflict_and_in_dna_0_by_0():
    events = Events.of({"organization": ["a", "b"], "concept": ["x", "x"], "intensity": [3, 3]})
    chosen = {"mode": "one-mode", "qualifier": "intensity"}
    assert network(events, **chosen, aggregation="congruence").weights[0, 1] == 1
    assert network(events, **chosen, aggregation="conflict").weights[0, 1] == 0
    assert network(events, **chosen, aggregation="subtract").weights[0, 1] == 1
    in_dna = network(events, **chosen, aggregation="congruence", dna=True)
    assert (in_dna.weights.sum(), in_dna.about["undefined"]) == (0, 2)


def test_near_copies_count_once_per_source():
    # The article says it twice, its copy twice, another article once.
    events = Events.of(
        {"organization": ["a"] * 5, "concept": ["x"] * 5, "agreement": [True] * 5},
        documents=["wire", "wire", "copy", "copy", "own"], groups=["wire", "wire", "wire", "wire", "own"],
    )  # fmt: skip
    assert network(events).weights.sum() == 3
    assert network(events, copies="all").weights.sum() == 5
    assert network(events, duplicates="document").weights.sum() == 2
    assert network(events, duplicates="document", dna=True).weights.sum() == 3
    assert network(events, dna=True).weights.sum() == 5
    assert network(events).about["left_out"] == {"duplicates": 2}


def test_undecided_is_left_out_or_half_way():
    events = Events.of(
        {"organization": ["a", "b", "c"], "concept": ["x"] * 3, "agreement": [True, False, "undecided"]},
        kinds={"agreement": "boolean"},
    )
    out = network(events)
    assert (out.rows, out.about["left_out"]) == (("a", "b"), {"undecided": 1})
    assert network(events, qualifier=None).rows == ("a", "b", "c")
    half = {"mode": "one-mode", "undecided": "half"}
    assert network(events, **half, aggregation="conflict").weights.tolist() == [[0, 1, 0.5], [1, 0, 0.5], [0.5, 0.5, 0]]
    assert network(events, undecided="half", aggregation="subtract").weights.tolist() == [[1], [-1], [0]]
    assert network(events, undecided="half", aggregation="combine").weights.tolist() == [[1], [2], [4]]
    assert network(events, undecided="half", aggregation="combine").about["combined"] == {
        "1": "yes",
        "2": "no",
        "4": "undecided",
    }


# Evidence, names, attributes


def test_evidence_is_what_a_tie_is_made_of_in_the_order_of_time():
    rows = [("A", "x", True, "2026-03-01"), ("B", "x", True, "2026-01-01"), ("A", "y", True, "2026-02-01"), ("B", "y", False, "2026-02-02"), ("A", "z", True, None)]  # fmt: skip
    events = Events.of(
        {"organization": [r[0] for r in rows], "concept": [r[1] for r in rows], "agreement": [r[2] for r in rows]},
        ids=["s1", "s2", "s3", "s4", "s5"], times=[r[3] for r in rows],
    )  # fmt: skip
    assert network(events, mode="one-mode", aggregation="congruence").evidence("A", "B") == ("s2", "s1")
    assert network(events, mode="one-mode", aggregation="conflict").evidence("B", "A") == ("s3", "s4")
    assert network(events, mode="one-mode", aggregation="subtract").evidence("A", "B") == ("s2", "s3", "s4", "s1")
    assert network(events, mode="one-mode").evidence("A", "A") == ()
    assert network(events).evidence("A", "z") == ("s5",)
    assert network(events).evidence("B", "z") == ()
    with pytest.raises(InputError, match="no organization 'C'"):
        network(events).evidence("C", "z")


@pytest.mark.parametrize("seed", range(4))
def test_a_tie_has_evidence_if_it_has_weight(seed):
    events = debate(seed, size=80)
    for qualifier, aggregation in product(("agreement", "intensity", "tone"), ("ignore", "congruence", "conflict")):
        made = network(events, mode="one-mode", qualifier=qualifier, aggregation=aggregation)
        for (a, name_a), (b, name_b) in product(enumerate(made.rows), enumerate(made.columns)):
            assert bool(made.evidence(name_a, name_b)) == bool(made.weights[a, b])


def test_matrix_and_graph_hold_the_same():
    events = debate(1)
    two, one = network(events, aggregation="subtract"), network(events, mode="one-mode", aggregation="subtract")
    assert two.matrix.loc["org 1", "concept 2"] == two.weights[two.rows.index("org 1"), two.columns.index("concept 2")]
    assert one.graph.number_of_nodes() == len(one.rows)
    for a, b, told in one.graph.edges(data=True):
        assert told["weight"] == one.weights[one.rows.index(a), one.columns.index(b)]
    assert {told["bipartite"] for _, told in two.graph.nodes(data=True)} == {0, 1}
    assert two.graph.number_of_edges() == (two.weights != 0).sum()
    assert one.attributes["org 1"]["activity"] == network(events, isolates=True).weights[1].sum()
    assert "one-mode network, organization" in str(one)


# Bad input


def test_what_cannot_be_is_refused_in_plain_words():
    events = debate(0)
    for options, message in (
        ({"rows": "orgnization"}, "no variable 'orgnization': there are organization, concept"),
        ({"mode": "three-mode"}, "'three-mode' is no mode: choose two-mode, one-mode"),
        ({"aggregation": "congruence"}, "no aggregation of a two-mode network: choose ignore, combine, subtract"),
        ({"mode": "one-mode", "normalization": "activity"}, "choose no, average, jaccard, cosine"),
        ({"normalization": "minus"}, "no normalization"),
        ({"duplicates": "day"}, "choose all, document, week"),
        ({"rows": "concept"}, "both 'concept'"),
        ({"qualifier": None, "aggregation": "subtract"}, "needs a qualifier"),
        ({"qualifier": "tone", "aggregation": "subtract"}, "words cannot be subtracted"),
        ({"aggregation": "combine", "normalization": "activity"}, "kinds of ties"),
        ({"scale": (5, 5)}, "no length"),
        ({"start": "soon"}, "'soon' is no date"),
        ({"start": "2026-05", "end": "2026-04"}, "before it begins"),
        ({"exclude": {"colour": ["red"]}}, "no variable 'colour'"),
    ):
        with pytest.raises(InputError, match=message):
            network(events, **options)
    with pytest.raises(TypeError):
        Settings(colour="red")


def test_values_that_no_statement_has_are_told():
    with pytest.warns(UserWarning, match="exclude organization=org 77: no statement has it"):
        made = network(debate(0), exclude={"organization": ["org 77", "org 1"]})
    assert made.about["warnings"] == ["exclude organization=org 77: no statement has it"]
    assert "org 1" not in made.rows


def test_a_period_leaves_out_what_is_undated_and_says_so():
    events = dated("2026-04-30T23:59:59", "2026-05-01", None, "2026-03-31", "2026-04")
    with pytest.warns(UserWarning, match="1 statements without a date"):
        made = network(events, start="2026-04", end="2026-04")
    assert made.about["left_out"] == {"outside the period": 2, "undated": 1}
    assert made.weights.sum() == 2
    assert (str(made.start), str(made.end)) == ("2026-04-01T00:00:00", "2026-04-30T23:59:59")
    assert made.about["dates known by month or year only"] == 1


@pytest.mark.parametrize("mode", ["two-mode", "one-mode"])
def test_empty_networks_are_networks(mode):
    empty = Events.of({"organization": [], "concept": [], "agreement": []})
    undecided = Events.of(
        {"organization": ["a"], "concept": ["x"], "agreement": ["undecided"]}, kinds={"agreement": "boolean"}
    )
    alone = Events.of({"organization": ["a", "a"], "concept": ["x", "y"], "agreement": [True, False]})
    nothing = debate(0).take(np.zeros(60, bool))
    combinations = TWO_MODE if mode == "two-mode" else ONE_MODE
    for (aggregation, normalization), isolates, dna in product(combinations, (False, True), (False, True)):
        if aggregation == "combine" and normalization != "no":
            continue
        for events, size in ((empty, 0), (undecided, int(isolates)), (alone, 1), (nothing, 6 * isolates)):
            made = network(
                events, mode=mode, aggregation=aggregation, normalization=normalization, isolates=isolates, dna=dna
            )
            assert len(made.rows) == size
            assert np.isfinite(made.weights).all()
            assert made.weights.shape == (len(made.rows), len(made.columns))
            assert made.matrix.shape == made.weights.shape
            assert made.graph.number_of_nodes() >= size
            assert str(made)


def test_events_refuse_what_does_not_fit():
    with pytest.raises(InputError, match="column b has 2 rows, others have 1"):
        Events.of({"a": ["x"], "b": ["x", "y"]})
    with pytest.raises(InputError, match="neither yes nor no"):
        Events.of({"a": ["perhaps"]}, kinds={"a": "boolean"})
    with pytest.raises(InputError, match="no integer"):
        Events.of({"a": [1.5]}, kinds={"a": "integer"})
    with pytest.raises(InputError, match="not between 0 and 1"):
        Events.of({"a": ["x"]}, weights=[2])
    with pytest.raises(InputError, match="is no date"):
        Events.of({"a": ["x"]}, times=["yesterday"])


def test_an_event_list_has_every_variable_and_no_duplicate():
    events = debate(5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        listed = event_list(events, start="2025", end="2025", duplicates="month")
    rows = list(listed.rows())
    assert rows == sorted(rows, key=lambda row: row["time"])
    assert {
        "id",
        "time",
        "organization",
        "concept",
        "agreement",
        "intensity",
        "tone",
        "outlet",
        "score",
        "checked",
    } == set(rows[0])
    keys = [(r["organization"], r["concept"], r["agreement"], r["time"][:7]) for r in rows]
    assert len(set(keys)) == len(keys)
    assert "undecided" in {r["agreement"] for r in rows}
    every = event_list(events, copies="all")
    assert len(every) == len(events)
    assert len(event_list(events, copies="all").table) == len(events)


def test_a_picture_without_charts_says_so(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "onrecord.charts", None)
    with pytest.raises(OnrecordError, match="draws no networks"):
        network(debate(0)).plot()
