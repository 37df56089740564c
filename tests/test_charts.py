"""Pictures: the specification is valid and holds what went in, files are what they say, and odd input draws."""

import itertools
import json
import re
import struct
import zlib
from datetime import date, timedelta
from types import SimpleNamespace
from xml.etree import ElementTree

import altair as alt
import jsonschema
import numpy as np
import pytest
from exchange_cases import fill
from hypothesis import given, settings
from hypothesis import strategies as st
from network_cases import debate
from typer.testing import CliRunner

from onrecord import charts
from onrecord.analysis.clusters import clusters, dendrogram
from onrecord.analysis.events import Events
from onrecord.analysis.frequencies import frequencies, frequencies_over_time
from onrecord.analysis.networks import network
from onrecord.analysis.polarization import polarization_over_time
from onrecord.analysis.positions import Key, Told
from onrecord.analysis.ties import ties
from onrecord.analysis.windows import windows
from onrecord.charts import files, layout
from onrecord.charts.look import lines, text_width
from onrecord.cli import app
from onrecord.errors import InputError, OnrecordError
from onrecord.record import Record
from onrecord.record.coding_found import Coded, CodedCondition
from onrecord.types import Span

ODD = [
    '</script><script>alert("1")</script>',
    'O\'Brien \\ "quoted"',
    "حزب الخضر",
    "緑の党",
    "a\nb\x07<&>",
    "𝔘 😀",
    "\u2028",
]
SVG = "{http://www.w3.org/2000/svg}"


def table(rows, **more):
    """Events of (organization, concept, agreement, day) rows."""
    return Events.of(
        {"organization": [r[0] for r in rows], "concept": [r[1] for r in rows], "agreement": [r[2] for r in rows]},
        times=[r[3] if len(r) > 3 else "2026-04-15" for r in rows],
        kinds={"organization": "text", "concept": "text", "agreement": "boolean"},
        evidence={"words": [f"{r[0]} on {r[1]}" for r in rows]},
        **more,
    )


def small():
    return table([
        ("Greens", "tax", True), ("Labour", "tax", True), ("Tories", "tax", False), ("Greens", "road", False),
        ("Labour", "road", False), ("Tories", "road", True), ("Greens", "tax", True, "2026-06-01"),
    ])  # fmt: skip


def one_mode(events, aggregation="subtract", **options):
    return network(events, mode="one-mode", aggregation=aggregation, **options)


def valid(chart):
    """The specification, checked against the schema of Vega-Lite as a whole."""
    spec = chart.to_dict()
    jsonschema.validate(spec, alt.load_schema())
    return spec


def data(spec, *needed):
    """The rows of the data set that has these columns."""
    found = [rows for rows in spec["datasets"].values() if rows and set(needed) <= set(rows[0])]
    return found[0] if found else []


def title(spec):
    return " ".join(spec["title"]["text"]), " ".join(spec["title"].get("subtitle", []))


# Networks


@pytest.mark.parametrize("aggregation", ["ignore", "congruence", "conflict", "subtract"])
def test_a_one_mode_picture_has_the_ties_and_nodes_of_its_network(aggregation):
    made = one_mode(debate(1), aggregation)
    spec = valid(charts.network(made, most=None))
    drawn = {(r["a"], r["b"]): r["weight"] for r in data(spec, "a", "b", "weight")}
    assert drawn == {(a, b): w for a, b, w in made.graph.edges(data="weight")}
    assert {r["name"]: r["activity"] for r in data(spec, "id", "name")} == {
        name: known["activity"] for name, known in made.attributes.items()
    }


@pytest.mark.parametrize("aggregation", ["ignore", "combine", "subtract"])
def test_a_two_mode_picture_has_both_sides(aggregation):
    made = network(debate(2), aggregation=aggregation)
    spec = valid(charts.network(made, most=None))
    drawn = {(r["a"], r["b"]): r["weight"] for r in data(spec, "a", "b", "weight")}
    assert drawn == {(a[1], b[1]): w for a, b, w in made.graph.edges(data="weight")}
    assert {r["group"] for r in data(spec, "id", "name")} == {"organization", "concept"}


def test_agreement_and_disagreement_differ_by_stroke_and_colour():
    spec = valid(charts.network(one_mode(small())))
    tie_layer = next(one for one in spec["layer"] if one["mark"]["type"] == "rule")
    dash, colour = (tie_layer["encoding"][name]["scale"] for name in ("strokeDash", "stroke"))
    assert dash["domain"] == colour["domain"] == ["agreement", "disagreement"]
    assert len({tuple(d) for d in dash["range"]}) == len(set(colour["range"])) == 2
    kinds = {(r["a"], r["b"]): r["tie"] for r in data(spec, "a", "b", "tie")}
    assert kinds == {
        ("Greens", "Labour"): "agreement", ("Greens", "Tories"): "disagreement", ("Labour", "Tories"): "disagreement",
    }  # fmt: skip


def test_combined_ties_are_called_by_what_they_combine():
    events = table([("A", "x", True), ("A", "y", False), ("B", "x", True), ("B", "x", False)])
    spec = valid(charts.network(network(events, aggregation="combine")))
    assert {(r["a"], r["b"]): r["tie"] for r in data(spec, "a", "b", "tie")} == {
        ("A", "x"): "support", ("A", "y"): "opposition", ("B", "x"): "support and opposition",
    }  # fmt: skip


def test_groups_have_their_own_colours_and_shapes():
    made = one_mode(debate(3, actors=9), "congruence")
    found = clusters(made, "complete", k=3)
    spec = valid(charts.network(made, clusters=found))
    assert {r["name"]: r["group"] for r in data(spec, "id", "name")} == {
        name: f"group {found.groups[name]}" if name in found.groups else "no group" for name in made.rows
    }
    nodes = next(one for one in spec["layer"] if one["mark"]["type"] == "point")
    scales = [nodes["encoding"][name]["scale"] for name in ("fill", "shape")]
    assert all(len(set(s["range"])) == len(s["domain"]) for s in scales)


def test_a_tie_tells_its_statements():
    (tie,) = data(valid(charts.network(one_mode(small(), "congruence"), least=0.1)), "a", "b")
    assert (tie["a"], tie["b"], tie["statements"]) == ("Greens", "Labour", 5)
    assert tie["statement 1"] == "2026-04-15: “Greens on tax”"


def test_weak_ties_are_left_out_and_the_caption_says_so():
    made = one_mode(debate(4), "congruence")
    spec = valid(charts.network(made, most=3))
    weights = sorted((abs(w) for *_, w in made.graph.edges(data="weight")), reverse=True)
    assert sorted((r["weight"] for r in data(spec, "a", "b")), reverse=True) == weights[:3]
    assert f"Not drawn: {len(weights) - 3} weaker ties." in title(spec)[1]


def test_the_caption_says_what_the_picture_was_made_from():
    made = one_mode(small())
    made = network(
        table([("A", "x", True, "2026-01-02"), ("B", "x", True, "2026-03-04")], about={"record": "debate.db"}),
        mode="one-mode", aggregation="congruence",
    )  # fmt: skip
    spec = valid(made.plot())
    head, under = title(spec)
    assert head == "Which organizations agree"
    assert under.startswith("Record debate.db, 2 January 2026 to 4 March 2026, 2 statements.")
    assert spec["usermeta"]["onrecord"]["made_from"]["aggregation"] == "congruence"


@pytest.mark.parametrize("aggregation", ["congruence", "subtract"])
def test_an_empty_network_and_one_node_draw(aggregation, tmp_path):
    empty = valid(charts.network(one_mode(table([]), aggregation)))
    assert "There is nobody in it." in title(empty)[1]
    alone = charts.network(one_mode(table([("A", "x", True)]), aggregation, isolates=True))
    assert [r["name"] for r in data(valid(alone), "id")] == ["A"]
    for n, chart in enumerate((charts.network(one_mode(table([]))), alone)):
        assert charts.write(chart, tmp_path / f"{n}.svg").stat().st_size > 500


def test_three_hundred_nodes_draw(tmp_path):
    rng = np.random.default_rng(0)
    rows = [(f"Organisation {a}", f"concept {c}", bool(s)) for a, c, s in
            zip(rng.integers(0, 300, 3000), rng.integers(0, 60, 3000), rng.integers(0, 2, 3000), strict=True)]  # fmt: skip
    made = one_mode(table(rows))
    chart = charts.network(made, clusters=clusters(made, "louvain"))
    spec = valid(chart)
    assert len(data(spec, "id", "name")) == 300
    assert len(data(spec, "a", "b")) == 1500
    points = np.array([(r["x"], r["y"]) for r in data(spec, "id", "name")])
    radii = np.sqrt(np.array([r["area"] for r in data(spec, "id", "name")]) / np.pi)
    gap = np.linalg.norm(points[:, None] - points[None], axis=2) - radii[:, None] - radii[None]
    np.fill_diagonal(gap, 1)
    assert (gap < -0.5).sum() == 0, "nodes cover each other"
    assert charts.write(chart, tmp_path / "large.png", dpi=72).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("mode", ["one-mode", "two-mode"])
def test_odd_names_stay_what_they_are(mode, tmp_path):
    events = table([(name, other, True) for name in ODD for other in (*ODD, "x")])
    chart = charts.network(network(events, mode=mode, aggregation="subtract"))
    names = {r["name"] for r in data(valid(chart), "id", "name")}
    assert {
        '</script><script>alert("1")</script>',
        'O\'Brien \\ "quoted"',
        "حزب الخضر",
        "a b\ufffd<&>",
        "𝔘 😀",
    } <= names
    root = ElementTree.fromstring(charts.write(chart, tmp_path / "odd.svg").read_text("utf-8"))
    assert "حزب الخضر" in "".join(root.itertext())
    page = charts.write(chart, tmp_path / "odd.html").read_text("utf-8")
    assert page.count("</script>") == 3
    spec = json.loads(re.search(r'<script type="application/json" id="spec">(.*?)</script>', page, re.DOTALL)[1])
    assert names == {r["name"] for r in data(spec, "id", "name")}


# Where things stand


def test_layouts_of_windows_stay_near_each_other():
    found = windows(
        debate(5, size=400, actors=14, undated=0), "250d", step="25d", mode="one-mode", aggregation="congruence"
    )
    held = charts.arrange_all(list(found))
    assert len({one.frame for one in held}) == 1
    apart = [charts.arrange(one, size=charts.Size(height=120)) for one in found]

    def moved(layouts):
        steps = [
            np.hypot(*np.subtract(b.points[n], a.points[n]))
            for a, b in itertools.pairwise(layouts) for n in a.points.keys() & b.points.keys()
        ]  # fmt: skip
        return float(np.mean(steps))

    assert moved(held) < 0.5 * moved(apart)


def test_who_comes_back_comes_back_to_where_it_was():
    here, there = (one_mode(table([(n, "x", True) for n in names]), "congruence") for names in ("ABCD", "ABC"))
    first, _, again = charts.arrange_all([here, there, here])
    span = np.hypot(*first.frame)
    assert all(np.hypot(*np.subtract(first.points[n], again.points[n])) < 0.15 * span for n in "ABCD")


TIES = st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14), st.sampled_from([0.1, 1.0, 3.0, -2.0])), max_size=40)


@given(TIES, st.integers(15, 25))
@settings(deadline=None, max_examples=60)
def test_nodes_stand_within_the_frame_apart_and_always_the_same(pairs, n):
    joined = [(a, b, w) for (a, b), w in {(min(a, b), max(a, b)): w for a, b, w in pairs}.items() if a != b]
    radii = np.linspace(2, 8, n)
    frame = (480.0, 400.0)
    points = layout.place(joined, radii, frame)
    assert np.isfinite(points).all()
    assert ((points >= 0) & (points <= frame)).all()
    assert np.array_equal(points, layout.place(joined, radii, frame))
    gap = np.linalg.norm(points[:, None] - points[None], axis=2) - radii[:, None] - radii[None]
    assert gap[np.triu_indices(n, 1)].min() > -1
    again = layout.place(joined, radii, frame, former=points)
    assert np.isfinite(again).all()


def test_strong_ties_are_short_and_disagreement_is_long():
    joined = [(0, 1, 4.0), (1, 2, 1.0), (0, 2, 1.0), (2, 3, -4.0), (0, 3, -4.0), (1, 3, -4.0)]
    points = layout.place(joined, np.full(4, 4.0), (400.0, 300.0))
    long = {(a, b): np.hypot(*(points[a] - points[b])) for a, b, _ in joined}
    assert long[0, 1] < long[1, 2] < long[2, 3]


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=40)
def test_names_cover_neither_names_nor_nodes(seed):
    rng = np.random.default_rng(seed)
    n = 40
    points, radii = rng.uniform(10, 390, (n, 2)), rng.uniform(2, 9, n)
    found = layout.labels(
        points, radii, [(float(w), 9.0) for w in rng.uniform(10, 90, n)], [(0, 1), (2, 3)], (400, 400)
    )
    boxes = [(i, label.box) for i, label in enumerate(found) if label]
    assert boxes
    for i, (w, t, e, b) in boxes:
        assert 0 <= w < e <= 400
        assert 0 <= t < b <= 400
        for j, (w2, t2, e2, b2) in boxes:
            assert i == j or e <= w2 or e2 <= w or b <= t2 or b2 <= t
        for j in set(range(n)) - {i}:
            (x, y), d = points[j], radii[j]
            assert not (w < x + d and e > x - d and t < y + d and b > y - d)


def test_words_are_broken_to_fit():
    broken = lines("European Parliament’s transport and tourism committee", 7, 95, most=2)
    assert len(broken) == 2
    assert broken[1].endswith("…")
    assert all(text_width(line, 7) < 110 for line in broken)
    assert lines("", 7, 95) == [""]
    assert lines("緑の党" * 30, 7, 50, most=1)[0].endswith("…")


# Matrices


def test_a_heat_map_has_every_cell_in_its_order():
    made = ties([[0, 2, -1], [2, 0, -2], [-1, -2, 0]], ["Ann", "Bob", "Cem"])
    cells = data(valid(charts.heatmap(made, order=["Cem", "Ann"])), "row", "weight")
    assert {(c["row"], c["column"]): c["weight"] for c in cells} == {
        (a, b): made.weights[i, j] for i, a in enumerate(made.rows) for j, b in enumerate(made.rows) if i != j
    }
    assert {c["row"]: c["y"] for c in cells} == {"Cem": 0, "Ann": 1, "Bob": 2}
    assert {c["column"]: c["x"] for c in cells} == {"Cem": 0, "Ann": 1, "Bob": 2}


def test_a_heat_map_of_many_rows_leaves_white_cells_out():
    rng = np.random.default_rng(0)
    weights = rng.integers(0, 2, (300, 20)) * rng.random((300, 20))
    made = ties(weights, [f"r{i}" for i in range(300)], [f"c{j}" for j in range(20)])
    cells = data(valid(charts.heatmap(made)), "row", "weight")
    assert {(c["y"], c["x"]): c["weight"] for c in cells} == {(i, j): weights[i, j] for i, j in np.argwhere(weights)}


def test_a_heat_map_refuses_an_order_of_other_names():
    with pytest.raises(InputError, match="“Dan”, which is not in the matrix"):
        charts.heatmap(ties([[0, 1], [1, 0]], ["Ann", "Bob"]), order=["Dan"])


@pytest.mark.parametrize("size", [0, 1])
def test_small_matrices_draw(size):
    made = ties(np.zeros((size, size)), ["A"][:size])
    assert valid(charts.heatmap(made))
    assert valid(charts.dendrogram(dendrogram(made)))


def test_a_dendrogram_has_the_branches_of_its_tree():
    tree = dendrogram(one_mode(debate(6, actors=8), "congruence"), "average")
    spec = valid(charts.dendrogram(tree, clusters={tree.names[0]: 1}))
    rows = data(spec, "branch", "distance")
    assert [(r["branch"], r["part"], r["distance"], r["y"]) for r in rows] == [
        (i, k, y, x / 10) for i, branch in enumerate(tree.branches) for k, (x, y) in enumerate(branch)
    ]
    assert [r["name"] for r in data(spec, "name", "group")] == list(tree.order)
    assert json.dumps(list(tree.order)) in json.dumps(spec).replace('\\"', '"')


# Over time


def test_polarization_has_each_window_and_gaps_where_there_is_none():
    found = windows(debate(7, undated=0), "100d", step="50d", mode="one-mode", aggregation="subtract")
    results = polarization_over_time(list(found))
    empty = SimpleNamespace(score=0.0, groups={}, congruence_within=0.0, conflict_between=0.0)
    assert results[1].groups
    results[1] = empty
    spec = valid(charts.polarization(results, found.starts, found.ends))
    rows = [r for r in data(spec, "series", "value") if r["series"] == "polarization"]
    assert [r["value"] for r in rows] == [r.score if r.groups else None for r in results]
    assert [r["from"] for r in rows] == [str(s)[:10] for s in found.starts]
    gaps = sum(not r.groups for r in results)
    assert f"Gaps: {gaps} windows with too few actors." in title(spec)[1]


def test_scores_that_are_no_shares_stand_alone():
    found = windows(debate(7, undated=0), "100d", step="50d", mode="one-mode", aggregation="subtract")
    results = polarization_over_time(list(found), normalize=False)
    spec = valid(charts.polarization(results, found.starts, found.ends))
    assert {r["series"] for r in data(spec, "series", "value")} == {"polarization"}


def test_polarization_without_windows_draws_and_odd_numbers_of_them_are_refused():
    assert "There is no window." in title(valid(charts.polarization([], [], [])))[1]
    with pytest.raises(InputError, match="0 results for 1 windows"):
        charts.polarization([], ["2026-01-01"], ["2026-02-01"])


def test_bars_have_the_counts_and_lie_end_to_end():
    counts = frequencies(debate(8))
    rows = data(valid(charts.frequency(counts)), "value", "count")
    called = {"0": "opposition", "1": "support", "undecided": "undecided"}
    assert {(r["value"], r["level"]): r["count"] for r in rows} == {(v, called[k]): n for v, k, n in counts.rows() if n}
    for value in counts.values:
        own = sorted((r for r in rows if r["value"] == value), key=lambda r: r["at"])
        assert [r["at"] for r in own] == list(np.cumsum([0, *(r["count"] for r in own)])[:-1])


@pytest.mark.parametrize("unit", ["day", "week", "month", "year"])
def test_bars_over_time_have_the_counts(unit):
    counts = frequencies_over_time(debate(8), unit, variable="concept")
    rows = data(valid(charts.frequency(counts)), "value", "period")
    called = {"0": "opposition", "1": "support", "undecided": "undecided"}
    assert {(r["period"], r["value"], r["level"]): r["count"] for r in rows} == {
        (t, v, called[k]): n for t, v, k, n in counts.rows() if n
    }
    ends = {r["start"]: r["end"] for r in rows}
    starts = [str(s) for s in counts.starts]
    assert all(ends[a] == b for a, b in itertools.pairwise(starts) if a in ends)


def test_what_is_not_shown_is_said():
    events = table([(f"org {i}", f"c{i}", True) for i in range(50)])
    spec = valid(charts.frequency(frequencies(events)))
    assert "Not shown: 10 concepts with fewer statements." in title(spec)[1]


@pytest.mark.parametrize("qualifier", ["agreement", None])
def test_no_statements_draw(qualifier):
    assert valid(charts.frequency(frequencies(table([]), qualifier=qualifier)))
    for variable in (None, "concept"):
        assert valid(charts.frequency(frequencies_over_time(table([]), variable=variable, qualifier=qualifier)))


def coded(actor, stance, published, *, concept="tax", conditions=(), name="courier-1"):
    article = SimpleNamespace(id=name, name=name, outlet="Courier", published=published, original=None)
    return Coded(
        id=f"{actor}-{published}", article=article, actor_id=actor, actor=actor, actor_kind="person", concept=concept,
        proposition=f"There should be a {concept}.", version=1, present_version=1, stance=stance, found=stance, score=0.8,
        chances=(0.8, 0.1, 0.1), evidence=Span(0, 4), words=f"{actor} says </script>", conditions=conditions,
    )  # fmt: skip


def telling(*codings):
    found = {}
    for c in codings:
        found.setdefault(Key(c.actor_id, c.concept), []).append(Told(stance=c.stance, score=c.score, evidence=(c,)))
    return found


def test_a_timeline_has_each_article_with_its_words():
    condition = CodedCondition(Span(0, 2), "if it rains", True, None)
    told = telling(
        coded("Ann", "support", "2026-01-01"), coded("Ann", "oppose", "2026-02-01", conditions=(condition,)),
        coded("Bob", "undecided", "2026-01-15"), coded("Cem", "support", "2026-03"),
    )  # fmt: skip
    spec = valid(charts.timeline(told))
    rows = data(spec, "actor", "stance")
    assert [(r["actor"], r["time"], r["stance"], r["condition"]) for r in rows] == [
        ("Ann", "2026-01-01", "support", ""), ("Ann", "2026-02-01", "opposition", "if: if it rains"),
        ("Bob", "2026-01-15", "undecided", ""),
    ]  # fmt: skip
    assert rows[0]["words"] == "“Ann says </script>”"
    assert rows[0]["y"] < 0.5 < rows[1]["y"], "support above, opposition below"
    assert rows[2]["y"] == 1.5
    steps = [(r["time"], r["y"]) for r in data(spec, "row", "part") if r["row"] == 0]
    assert steps == [("2026-01-01", rows[0]["y"]), ("2026-02-01", rows[0]["y"]), ("2026-02-01", rows[1]["y"])]
    head, under = title(spec)
    assert head == "Who stands where on: There should be a tax."
    assert "1 January 2026 to 1 February 2026, 3 positions" in under
    assert "1 article without a full date not shown." in under


def test_a_timeline_of_several_concepts_has_a_heading_for_each():
    told = telling(coded("Ann", "support", "2026-01-01"), coded("Ann", "oppose", "2026-01-02", concept="road"))
    spec = valid(charts.timeline(told))
    assert [r["concept"] for r in data(spec, "concept", "y")[:2]] in (
        ["There should be a road.", "There should be a tax."],
        [r["concept"] for r in data(spec, "actor", "stance")],
    )
    assert [r["y"] for r in data(spec, "actor", "stance")] == [1.72, 3.28]


def test_a_timeline_shows_those_that_most_articles_tell_of():
    days = [str(date(2026, 1, 1) + timedelta(i)) for i in range(5)]
    told = telling(*(coded("Ann", "support", d) for d in days), coded("Bob", "oppose", days[0]))
    spec = valid(charts.timeline(told, most=1))
    assert {r["actor"] for r in data(spec, "actor", "stance")} == {"Ann"}
    assert "Not shown: 1 row that fewer articles tell of." in title(spec)[1]
    assert "Nobody is told to stand anywhere." in title(valid(charts.timeline({})))[1]


# Files


@pytest.fixture(scope="module")
def picture():
    return charts.network(one_mode(small()), size=charts.Size(width=85, height=70))


def test_svg_is_xml_of_the_asked_width_and_says_what_it_is(picture, tmp_path):
    root = ElementTree.fromstring(charts.write(picture, tmp_path / "a.svg").read_text("utf-8"))
    assert root.get("width") == "85mm"
    assert root.find(f"{SVG}title").text == "Which organizations agree, and which disagree"
    assert json.loads(root.find(f"{SVG}metadata").text)["made_from"]["mode"] == "one-mode"
    assert {"Greens", "Labour", "Tories"} <= {t.text for t in root.iter(f"{SVG}text")}
    fonts = {t.get("font-family") for t in root.iter(f"{SVG}text")}
    assert len(fonts) == 1, "one family of letters"


def test_png_has_the_asked_dots_and_says_what_it_is(picture, tmp_path):
    made = charts.write(picture, tmp_path / "a.png", dpi=150).read_bytes()
    assert made.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">I", made[16:20])[0] == pytest.approx(85 / 25.4 * 150, abs=2)
    chunks, at = {}, 8
    while at < len(made):
        (size,) = struct.unpack(">I", made[at : at + 4])
        kind, content = made[at + 4 : at + 8], made[at + 8 : at + 8 + size]
        assert struct.unpack(">I", made[at + 8 + size : at + 12 + size])[0] == zlib.crc32(kind + content)
        chunks.setdefault(kind, []).append(content)
        at += 12 + size
    assert struct.unpack(">IIB", chunks[b"pHYs"][0]) == (5906, 5906, 1)
    assert b"Which organizations agree" in chunks[b"iTXt"][0]


def test_pdf_has_the_asked_width(picture, tmp_path):
    made = charts.write(picture, tmp_path / "a.pdf").read_bytes()
    assert made.startswith(b"%PDF-")
    (width,) = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+)", made)
    assert float(width) == pytest.approx(85 / 25.4 * 72, abs=1)


def test_html_loads_nothing_and_offers_nothing_to_send(picture, tmp_path):
    page = charts.write(picture, tmp_path / "a.html").read_text("utf-8")
    shell = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"""\b(?:src|href)\s*=|@import|url\(""", shell)
    assert "default-src 'none'" in shell
    assert "actions:false" in page
    spec = json.loads(re.search(r'id="spec">(.*?)</script>', page, re.DOTALL)[1])
    assert "url" not in json.dumps(spec.get("data", {}))
    assert spec["datasets"] == picture.to_dict()["datasets"]


def test_a_picture_is_the_same_each_time(picture, tmp_path):
    again = charts.network(one_mode(small()), size=charts.Size(width=85, height=70))
    one, other = charts.write(picture, tmp_path / "a.svg"), charts.write(again, tmp_path / "b.svg")
    assert one.read_bytes() == other.read_bytes()


def test_unknown_endings_and_places_are_refused(picture, tmp_path):
    with pytest.raises(InputError, match=r"end the name in \.svg, \.png, \.pdf, \.html"):
        charts.write(picture, tmp_path / "a.gif")
    with pytest.raises(OnrecordError, match="cannot be written"):
        charts.write(picture, tmp_path / "none" / "a.svg")
    assert files.form_of("A.SVG") == "svg"


# The command line


@pytest.fixture
def record(tmp_path):
    with Record.open(tmp_path / "coverage.db") as found:
        fill(found)
    return str(tmp_path / "coverage.db")


def ran(*arguments):
    return CliRunner().invoke(app, ["plot", *arguments])


@pytest.mark.parametrize(
    "arguments",
    [
        ("network", "--rows", "actor", "--aggregation", "combine"),
        ("network", "--mode", "one-mode", "--rows", "actor", "--clusters", "louvain"),
        ("heatmap", "--rows", "actor"),
        ("heatmap", "--mode", "one-mode", "--rows", "actor", "--order", "names"),
        ("dendrogram", "--rows", "actor", "--clusters", "best"),
        ("frequency",),
        ("frequency", "--by", "none", "--over", "month", "--qualifier", "none"),
        ("frequency", "--by", "actor", "--over", "week", "--keep", "actor=Elfriede Kos"),
        ("timeline",),
        ("timeline", "--concept", "defence", "--from", "2020"),
    ],
    ids=" ".join,
)
def test_every_picture_is_drawn_from_a_record(arguments, record, tmp_path):
    out = tmp_path / "picture.svg"
    result = ran(*arguments, "--record", record, "-o", str(out), "--width", "120")
    assert result.exit_code == 0, result.output
    assert ElementTree.fromstring(out.read_text("utf-8")).get("width") == "120mm" or arguments[0] == "heatmap"
    assert "coverage.db" in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("network", "-o", "a.gif"), "there are no pictures of this form"),
        (("network", "-o", "a.svg", "--step", "3d"), "--kernel and --step are of use with --window only"),
        (("network", "-o", "a.svg", "--rows", "nothing"), "no variable 'nothing'"),
        (("network", "-o", "a.svg", "--exclude", "x"), "write it as VARIABLE=VALUE"),
        (("network", "-o", "a.svg", "--aggregation", "congruence"), "is no aggregation of a two-mode network"),
        (("polarization", "-o", "a.svg", "--window", "9 moons"), "is no length of a window"),
        (("frequency", "-o", "a.svg", "--by", "none"), "--by none makes one bar"),
    ],
)
def test_wrong_usage_is_told(arguments, message, record):
    result = ran(*arguments, "--record", record)
    assert result.exit_code == 2
    assert message in result.output


def test_windows_are_files_of_their_own(tmp_path, record):
    from onrecord.cli.plotting import _names

    days = [
        SimpleNamespace(start=np.datetime64(a, "s"), end=np.datetime64("2026-03-31", "s")) for a in ("2026-01-01",) * 2
    ]
    names = _names(days, tmp_path / "a.svg")
    assert [n.rpartition("/")[2] for n in names] == ["a.2026-01-01_2026-03-31.svg", "a.2026-01-01_2026-03-31.2.svg"]
