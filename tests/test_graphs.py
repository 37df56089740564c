"""Networks as files: each form is read back by a program that did not write it, or by the rules of its specification."""

import csv
import io
import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime

import networkx as nx
import numpy as np
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from onrecord.analysis.events import Events
from onrecord.analysis.networks import network as network_of
from onrecord.errors import InputError, OnrecordError
from onrecord.exchange.graphs import FORMS, form_of, write_events, write_network, write_networks
from onrecord.exchange.parts import number, value_of
from onrecord.exchange.writing import xml_words


@dataclass(frozen=True, kw_only=True)
class Made:
    """A network made by hand."""

    mode: str = "two-mode"
    rows: tuple = ()
    columns: tuple = ()
    weights: np.ndarray = None
    row_variable: str = "organization"
    column_variable: str = "concept"
    start: object = None
    end: object = None
    about: dict = field(default_factory=dict)
    attributes: dict = field(default_factory=dict)
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    checked: np.ndarray | None = None


ODD = ('Say "no", Inc.', "two\nlines", "=1+1", "مصر", "😀 emoji", "bell\x07", "a;b,c\td", "")
AFFILIATION = Made(
    rows=("EPA", "Sierra Club"),
    columns=("cap and trade", "carbon tax", "EPA"),
    weights=np.array([[1.0, -2.5, 0.0], [0.0, 1 / 3, 4.0]]),
    start=np.datetime64("2026-01-01T00:00:00"),
    end=datetime(2026, 3, 31, 23, 59, 59),
    about={"aggregation": "subtract", "statements": np.int64(12), "filters": {"since": None, "outlets": ["Ä", "B"]}},
    attributes={"EPA": {"kind": "organisation", "activity": 3, "share": 0.5, "checked": True, "country": None}},
)
CONGRUENCE = Made(
    mode="one-mode",
    rows=("A", "B", "C", "alone"),
    columns=("A", "B", "C", "alone"),
    weights=np.array([[0, 2, -1.5, 0], [2, 0, 0, 0], [-1.5, 0, 0, 0], [0, 0, 0, 0]], dtype=float),
    column_variable="organization",
    attributes={"A": {"activity": 2}, "B": {"activity": 1.5}},
)
NOTHING = Made(weights=np.zeros((0, 0)))


def odd(mode="two-mode"):
    """Names that break careless writers, each tied to each by a weight of its own."""
    n = len(ODD)
    weights = np.arange(n * n, dtype=float).reshape(n, n) - 10
    if mode == "one-mode":
        weights = weights + weights.T
        return Made(mode=mode, rows=ODD, columns=ODD, weights=weights, column_variable="organization")
    return Made(rows=ODD, columns=ODD, weights=weights)


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def legal(name):
    return name.replace("\x07", "\ufffd")


# What every form does


@pytest.mark.parametrize("form", FORMS)
def test_a_network_without_anything_is_written(form, tmp_path):
    for network in (NOTHING, Made(rows=("A",), weights=np.zeros((1, 0)))):
        files = write_network(network, tmp_path / f"n.{form}")
        assert files[0] == tmp_path / f"n.{form}"
        assert all(file.stat().st_size for file in files)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_refused_and_leaves_no_file(form, wrong, tmp_path):
    weights = np.array([[1.0, wrong, wrong]])
    network = Made(rows=("A",), columns=("x", "y", "z"), weights=weights)
    with pytest.raises(OnrecordError, match="between 'A' and 'y' and in 1 other"):
        write_network(network, tmp_path / f"n.{form}")
    with pytest.raises(OnrecordError, match="low hold"):
        write_network(
            Made(rows=("A",), columns=("x", "y", "z"), weights=np.ones((1, 3)), low=weights), tmp_path / f"n.{form}"
        )
    known = Made(rows=("A",), weights=np.zeros((1, 0)), attributes={"A": {"betweenness": wrong}})
    if form in {"graphml", "gexf", "json"}:
        with pytest.raises(OnrecordError, match="leave it out"):
            write_network(known, tmp_path / f"n.{form}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (Made(rows=("A",), columns=("x",), weights=np.zeros((2, 1))), "1 rows and 1 columns"),
        (Made(mode="one-mode", rows=("A",), columns=("B",), weights=np.zeros((1, 1))), "different names"),
        (
            Made(mode="one-mode", rows=("A", "B"), columns=("A", "B"), weights=np.array([[0.0, 1], [2, 0]])),
            "both directions",
        ),
        (Made(mode="three-mode", weights=np.zeros((0, 0))), "neither one-mode nor two-mode"),
    ],
)
def test_what_does_not_fit_is_refused(network, message, tmp_path):
    with pytest.raises(OnrecordError, match=message):
        write_network(network, tmp_path / "n.csv")


def test_the_ending_tells_the_form():
    assert [form_of(f"a.b.{form.upper()}") for form in FORMS] == list(FORMS)
    with pytest.raises(InputError, match=r"network\.xlsx: the ending does not tell.*\.csv.*\.parquet"):
        form_of("network.xlsx")


@pytest.mark.parametrize("form", FORMS)
def test_the_same_network_gives_the_same_bytes(form, tmp_path):
    first, second = (write_network(AFFILIATION, tmp_path / f"{n}.{form}")[0].read_bytes() for n in "ab")
    assert first == second


def test_what_it_was_made_from_goes_with_every_form(tmp_path):
    def said(form):
        path = write_network(AFFILIATION, tmp_path / f"n.{form}")[-1]
        if form == "parquet":
            return pyarrow.parquet.read_schema(path).metadata[b"onrecord"].decode()
        text = path.read_text(encoding="utf-8-sig")
        if form == "graphml":
            return etree.fromstring(text.encode()).findtext("{*}desc")
        if form == "gexf":
            return etree.fromstring(text.encode()).findtext("{*}meta/{*}description")
        if form == "net":
            return text.splitlines()[0].removeprefix("% ")
        return json.dumps(json.loads(text)["graph"]) if form == "json" else text

    for form in FORMS:
        about = json.loads(said(form))
        assert about["program"].startswith("onrecord ")
        assert (about["mode"], about["rows"], about["columns"]) == ("two-mode", 2, 3)
        assert (about["start"], about["end"]) == ("2026-01-01", "2026-03-31")
        assert about["filters"] == {"since": None, "outlets": ["Ä", "B"]}
        assert about["statements"] == 12


# CSV


def test_a_matrix_has_the_row_names_in_its_first_column(tmp_path):
    files = write_network(AFFILIATION, tmp_path / "n.csv")
    assert [file.name for file in files] == ["n.csv", "n.csv.about.json"]
    assert table(files[0]) == [
        ["organization", "cap and trade", "carbon tax", "EPA"],
        ["EPA", "1", "-2.5", "0"],
        ["Sierra Club", "0", "0.3333333333", "4"],
    ]
    assert files[0].read_bytes().count(b"\r\n") == 3


def test_odd_names_come_back_from_csv(tmp_path):
    rows = table(write_network(odd(), tmp_path / "n.csv")[0])
    guarded = [f"'{name}" if name.startswith("=") else name for name in ODD]
    assert rows[0][1:] == guarded
    assert [row[0] for row in rows[1:]] == guarded
    assert np.array_equal(np.array([row[1:] for row in rows[1:]], float), odd().weights)


def test_a_long_table_has_a_row_for_each_tie(tmp_path):
    rows = table(write_network(CONGRUENCE, tmp_path / "n.long.csv")[0])
    assert rows == [["row", "column", "weight"], ["A", "B", "2"], ["A", "C", "-1.5"]]


def test_a_tie_that_may_be_there_is_in_the_long_tables_only(tmp_path):
    sure, unsure = np.array([[1.0, 0.0, 0.0]]), np.array([[2.0, 0.5, 0.0]])
    network = Made(rows=("A",), columns=("x", "y", "z"), weights=sure, low=sure, high=unsure, checked=sure / 4)
    rows = table(write_network(network, tmp_path / "n.long.csv")[0])
    assert rows == [
        ["row", "column", "weight", "low", "high", "checked"],
        ["A", "x", "1", "1", "2", "0.25"],
        ["A", "y", "0", "0", "0.5", "0"],
    ]
    write_network(network, tmp_path / "n.json")
    edges = json.loads((tmp_path / "n.json").read_text())["edges"]
    assert edges == [{"source": "A", "target": "x", "weight": 1.0, "low": 1.0, "high": 2.0, "checked": 0.25}]
    write_network(network, tmp_path / "n.graphml")
    ((_, _, told),) = nx.read_graphml(tmp_path / "n.graphml").edges(data=True)
    assert (told["low"], told["high"], told["checked"]) == (1, 2, 0.25)


@given(st.floats(-1e300, 1e300))
def test_numbers_are_short_and_near(value):
    assert float(number(value)) == pytest.approx(value, rel=1e-9, abs=0)
    assert len(number(value)) <= 17
    assert number(-0.0) != "-0"


# Parquet


def test_parquet_is_exact(tmp_path):
    found = pyarrow.parquet.read_table(write_network(AFFILIATION, tmp_path / "n.parquet")[0]).to_pylist()
    assert [(row["row"], row["column"], row["weight"]) for row in found] == [
        ("EPA", "cap and trade", 1.0), ("EPA", "carbon tax", -2.5),
        ("Sierra Club", "carbon tax", 1 / 3), ("Sierra Club", "EPA", 4.0),
    ]  # fmt: skip


# GraphML and GEXF, by the rules of their schemas


@dataclass(frozen=True)
class Rule:
    """What an element may hold: attributes (name → pattern; those with "!" must be there), children in order, text."""

    attributes: dict
    children: str = ""
    text: bool = False


def broken(element, rules):
    """What in ``element`` and below is not as ``rules`` say."""
    tag = etree.QName(element).localname
    if (rule := rules.get(tag)) is None:
        return [f"{tag}: not in the specification"]
    found = []
    allowed = {name.rstrip("!"): pattern for name, pattern in rule.attributes.items()}
    for name, value in element.attrib.items():
        if name.startswith("{http://www.w3.org/2001/XMLSchema-instance}"):
            continue
        if name not in allowed or not re.fullmatch(allowed[name], value, re.DOTALL):
            found.append(f"{tag}/@{name}: {value!r}")
    found += [
        f"{tag} lacks {name}" for name in rule.attributes if name.endswith("!") and name[:-1] not in element.attrib
    ]
    inside = "".join(f"{etree.QName(child).localname} " for child in element)
    if not re.fullmatch(rule.children, inside):
        found.append(f"{tag} holds {inside!r}")
    if not rule.text and (element.text or "").strip():
        found.append(f"{tag} has text")
    return found + [fault for child in element for fault in broken(child, rules)]


ID = r"[\w.:-]+"  # NMTOKEN
GRAPHML = {  # graphml-structure.xsd and graphml-attributes.xsd of GraphML 1.1, as far as it has no ports or hyperedges
    "graphml": Rule({}, "(desc )?(key )*(data |graph )*"),
    "desc": Rule({}, text=True),
    "key": Rule(
        {
            "id!": ID,
            "for": "all|graphml|graph|node|edge",
            "attr.name": ".*",
            "attr.type": "boolean|int|long|float|double|string",
        },
        "(desc )?(default )?",
    ),
    "graph": Rule({"id": ID, "edgedefault!": "directed|undirected"}, "(desc )?(data |node |edge )*"),
    "node": Rule({"id!": ID}, "(desc )?(data )*"),
    "edge": Rule({"id": ID, "source!": ID, "target!": ID, "directed": "true|false"}, "(desc )?(data )*"),
    "data": Rule({"key!": ID}, text=True),
}
NUMBER = r"-?\d+(\.\d+)?(e[+-]\d+)?"
TIME = r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?"
TIMES = {"start": TIME, "end": TIME, "timestamp": TIME}
GEXF = {  # gexf.xsd, data.xsd and dynamics.xsd of GEXF 1.3
    "gexf": Rule({"version!": r"1\.3", "variant": ".*"}, "(meta )?graph "),
    "meta": Rule({"lastmodifieddate": r"\d{4}-\d\d-\d\d"}, "(creator |keywords |description )*"),
    "creator": Rule({}, text=True),
    "description": Rule({}, text=True),
    "graph": Rule(
        {
            "defaultedgetype": "directed|undirected|mutual", "mode": "static|dynamic|slice",
            "timeformat": "integer|double|date|dateTime", "timerepresentation": "interval|timestamp", **TIMES,
        },
        "(attributes |nodes |edges )*",
    ),
    "attributes": Rule({"class!": "node|edge", "mode": "static|dynamic"}, "(attribute )*"),
    "attribute": Rule({"id!": ".+", "title!": ".*", "type!": "integer|long|double|float|boolean|string|anyURI"}),
    "nodes": Rule({"count": r"\d+"}, "(node )*"),
    "edges": Rule({"count": r"\d+"}, "(edge )*"),
    "node": Rule({"id!": ".*", "label": ".*"}, "(attvalues )?(spells )?"),
    "edge": Rule({"id!": ".*", "source!": ".*", "target!": ".*", "weight": NUMBER}, "(attvalues )?(spells )?"),
    "attvalues": Rule({}, "(attvalue )*"),
    "attvalue": Rule({"for!": ".+", "value!": ".*", **TIMES}),
    "spells": Rule({}, "(spell )+"),
    "spell": Rule(TIMES),
}  # fmt: skip


def graphml_faults(path):
    root = etree.parse(path).getroot()
    found = broken(root, GRAPHML)
    keys = {key.get("id"): key for key in root.iter("{*}key")}
    nodes = [node.get("id") for node in root.iter("{*}node")]
    if len(set(nodes)) < len(nodes) or len(keys) < len(list(root.iter("{*}key"))):
        found.append("an id stands twice")
    for edge in root.iter("{*}edge"):
        found += [f"no node {edge.get(end)}" for end in ("source", "target") if edge.get(end) not in set(nodes)]
    for data in root.iter("{*}data"):
        key = keys.get(data.get("key"))
        if key is None or key.get("for") != etree.QName(data.getparent()).localname:
            found.append(f"data of {data.get('key')}")
        elif not re.fullmatch(
            {"boolean": "true|false", "long": r"-?\d+", "double": NUMBER, "string": ".*"}[key.get("attr.type")],
            data.text or "",
            re.DOTALL,
        ):
            found.append(f"{data.text!r} is no {key.get('attr.type')}")
    return found


def gexf_faults(path):
    root = etree.parse(path).getroot()
    found = broken(root, GEXF)
    titles = {}
    for attributes in root.iter("{*}attributes"):
        for attribute in attributes:
            key = attributes.get("class"), attribute.get("id")
            if key in titles:
                found.append(f"attribute {key} stands twice")
            titles[key] = attribute.get("title")
    nodes = [node.get("id") for node in root.iter("{*}node")]
    if len(set(nodes)) < len(nodes):
        found.append("a node stands twice")
    for edge in root.iter("{*}edge"):
        found += [f"no node {edge.get(end)!r}" for end in ("source", "target") if edge.get(end) not in set(nodes)]
    for values in root.iter("{*}attvalues"):
        when = [tuple(value.get(name) for name in ("for", "start", "timestamp")) for value in values]
        if len(set(when)) < len(when):
            found.append("an attribute has two values at one time")
    for value in root.iter("{*}attvalue"):
        if (etree.QName(value.getparent().getparent()).localname, value.get("for")) not in titles:
            found.append(f"value of {value.get('for')!r}")
    return found


NETWORKS = [NOTHING, AFFILIATION, CONGRUENCE, odd(), odd("one-mode")]


def test_the_rules_find_what_is_wrong():
    wrong = (
        '<graphml><graph><node id="a b"/><edge id="e" source="n0"/><hyper/></graph><key id="k" for="nodes"/></graphml>'
    )
    faults = broken(etree.fromstring(wrong), GRAPHML)
    for part in ("graph lacks edgedefault!", "node/@id", "edge lacks target!", "hyper", "key/@for", "graphml holds"):
        assert any(part in fault for fault in faults), part
    wrong = '<gexf version="1.2"><graph><nodes><node label="x"><spells/></node></nodes></graph></gexf>'
    faults = broken(etree.fromstring(wrong), GEXF)
    for part in ("gexf/@version", "node lacks id!", "spells holds"):
        assert any(part in fault for fault in faults), part


@pytest.mark.parametrize("network", NETWORKS)
def test_graphml_is_as_specified_and_read_by_networkx(network, tmp_path):
    path = write_network(network, tmp_path / "n.graphml")[0]
    assert graphml_faults(path) == []
    graph = nx.read_graphml(path)
    names = [*network.rows, *(network.columns if network.mode == "two-mode" else ())]
    assert [told["label"] for _, told in graph.nodes(data=True)] == list(map(legal, names))
    assert not graph.is_directed()
    place = {node: i for i, node in enumerate(graph)}
    shift = len(network.rows) if network.mode == "two-mode" else 0
    found = np.zeros_like(network.weights)
    for a, b, told in graph.edges(data=True):
        found[place[a], place[b] - shift] = told["weight"]
        if network.mode == "one-mode":
            found[place[b], place[a]] = told["weight"]
        assert told["strength"] == abs(told["weight"])
        assert told["sign"] == ("negative" if told["weight"] < 0 else "positive")
    assert np.allclose(found, network.weights, rtol=1e-9, atol=0)


def test_attributes_keep_their_types(tmp_path):
    graph = nx.read_graphml(write_network(AFFILIATION, tmp_path / "n.graphml")[0])
    told = graph.nodes["n0"]
    assert told == {
        "label": "EPA", "name": "EPA", "variable": "organization", "bipartite": 0, "kind": "organisation", "activity": 3,
        "share": 0.5, "checked": True,
    }  # fmt: skip
    assert "kind" not in graph.nodes["n1"]
    assert graph.nodes["n4"] == {"label": "EPA", "name": "EPA", "variable": "concept", "bipartite": 1}
    mixed = nx.read_graphml(write_network(CONGRUENCE, tmp_path / "m.graphml")[0])
    assert [mixed.nodes[n].get("activity") for n in mixed] == [2.0, 1.5, None, None]


@pytest.mark.parametrize("network", NETWORKS)
def test_gexf_is_as_specified_and_read_by_networkx(network, tmp_path):
    path = write_network(network, tmp_path / "n.gexf")[0]
    assert gexf_faults(path) == []
    graph = nx.read_gexf(path, version="1.3")
    assert len(graph) == len(network.rows) + (len(network.columns) if network.mode == "two-mode" else 0)
    assert {told["label"] for _, told in graph.nodes(data=True)} == {
        legal(n) for n in (*network.rows, *network.columns)
    }
    values = sorted(told["value"] for *_, told in graph.edges(data=True))
    weights = np.triu(network.weights) if network.mode == "one-mode" else network.weights
    assert values == pytest.approx(sorted(weights[weights != 0]), rel=1e-9)
    assert all(told["weight"] == abs(told["value"]) for *_, told in graph.edges(data=True))


# The networks of the analysis


def analysed(start=None, end=None, **options):
    events = Events.of(
        {
            "organization": ["EPA", "EPA", "Sierra Club", "Sierra Club", "Kleenex & Co"],
            "concept": ["carbon tax", "cap and trade", "carbon tax", "cap and trade", "carbon tax"],
            "agreement": [True, True, True, False, False],
        },
        ids=["s1", "s2", "s3", "s4", "s5"],
        times=["2026-01-05", "2026-01-20", "2026-02-03", "2026-02-11", "2026-02-20"],
        evidence={"words": ["one", "two", "three", "=four", "five"]},
    )
    return events, network_of(
        events, rows="organization", columns="concept", qualifier="agreement", start=start, end=end, **options
    )


@pytest.mark.parametrize("form", FORMS)
def test_what_the_analysis_makes_is_written(form, tmp_path):
    for options in ({"mode": "two-mode", "aggregation": "subtract"}, {"mode": "one-mode", "aggregation": "subtract"}):
        _, made = analysed(**options)
        path = write_network(made, tmp_path / f"{options['mode']}.{form}")[0]
        if form == "csv":
            assert [row[0] for row in table(path)][1:] == list(made.rows)
            assert np.array_equal(np.array([row[1:] for row in table(path)[1:]], float), made.weights)
        if form == "gexf":
            assert gexf_faults(path) == []
        if form == "graphml":
            assert graphml_faults(path) == []
            assert {told["activity"] for _, told in nx.read_graphml(path).nodes(data=True)} >= {1, 2}


def test_windows_and_events_of_the_analysis_are_written(tmp_path):
    options = {"mode": "two-mode", "aggregation": "subtract"}
    events, first = analysed("2026-01-01", "2026-01-31", **options)
    _, second = analysed("2026-02-01", "2026-02-28", **options)
    path = write_networks([first, second], tmp_path / "n.gexf")[0]
    assert gexf_faults(path) == []
    spells = {(s.get("start"), s.get("end")) for s in etree.parse(path).iter("{*}spell")}
    assert spells == {("2026-01-01", "2026-01-31"), ("2026-02-01", "2026-02-28")}
    rows = table(write_events(events.rows(), tmp_path / "events.csv"))
    assert rows[0][:5] == ["id", "time", "organization", "concept", "agreement"]
    assert rows[4][-1] == "'=four"


# Windows


def window(start, end, *, weight=1.0, activity=1, rows=("A", "B")):
    weights = np.array([[0, weight], [weight, 0]], dtype=float)
    return Made(
        mode="one-mode", rows=rows, columns=rows, weights=weights, column_variable="organization", start=start, end=end,
        attributes={rows[0]: {"activity": activity, "country": "IT"}},
    )  # fmt: skip


def test_windows_are_files_with_their_dates(tmp_path):
    first, again, later = (
        window("2026-01-01", "2026-01-31"),
        window("2026-01-01", "2026-01-31"),
        window(None, date(2026, 3, 1)),
    )
    files = write_networks([first, again, later], tmp_path / "n.long.csv")
    assert [file.name for file in files] == [
        "n.2026-01-01_2026-01-31.long.csv", "n.2026-01-01_2026-01-31.long.csv.about.json",
        "n.2026-01-01_2026-01-31.2.long.csv", "n.2026-01-01_2026-01-31.2.long.csv.about.json",
        "n.open_2026-03-01.long.csv", "n.open_2026-03-01.long.csv.about.json",
    ]  # fmt: skip
    assert write_networks([first], tmp_path / "one.graphml") == [tmp_path / "one.graphml"]
    with pytest.raises(InputError, match="no window to write"):
        write_networks([], tmp_path / "n.csv")


def test_windows_apart_are_intervals_of_one_gexf(tmp_path):
    windows = [
        window("2026-01-01", "2026-01-31", weight=2, activity=1),
        window("2026-02-01", "2026-02-28", weight=0),
        window("2026-03-01", "2026-03-31", weight=-3, activity=5),
    ]
    (path,) = write_networks(windows, tmp_path / "n.gexf")
    assert gexf_faults(path) == []
    root = etree.parse(path).getroot()
    graph = root.find("{*}graph")
    assert (graph.get("mode"), graph.get("timeformat"), graph.get("timerepresentation")) == (
        "dynamic",
        "date",
        "interval",
    )
    (edge,) = root.iter("{*}edge")
    assert [dict(spell.attrib) for spell in edge.iter("{*}spell")] == [
        {"start": "2026-01-01", "end": "2026-01-31"}, {"start": "2026-03-01", "end": "2026-03-31"},
    ]  # fmt: skip
    weights = [(v.get("start"), v.get("value")) for v in edge.iter("{*}attvalue") if v.get("for") == "weight"]
    assert weights == [("2026-01-01", "2"), ("2026-03-01", "3")]
    modes = {
        (group.get("class"), attribute.get("title")): group.get("mode")
        for group in root.iter("{*}attributes") for attribute in group
    }  # fmt: skip
    assert modes["node", "activity"] == "dynamic"
    assert modes["node", "country"] == "static"
    assert modes["edge", "value"] == "dynamic"
    node = next(root.iter("{*}node"))
    assert len(list(node.iter("{*}spell"))) == 3
    read = nx.read_gexf(path, version="1.3")
    ((_, _, told),) = read.edges(data=True)
    assert told["value"] == [(2.0, "2026-01-01", "2026-01-31"), (-3.0, "2026-03-01", "2026-03-31")]


def test_windows_that_overlap_are_moments(tmp_path):
    windows = [window(f"2026-01-{d:02}", f"2026-01-{d + 10:02}T23:59:59", weight=d) for d in (1, 2, 3)]
    windows += [windows[-1], window("2026-01-10", "2026-01-20", rows=("A", "new"))]
    root = etree.parse(write_networks(windows, tmp_path / "n.gexf")[0]).getroot()
    assert gexf_faults(tmp_path / "n.gexf") == []
    graph = root.find("{*}graph")
    assert (graph.get("timeformat"), graph.get("timerepresentation")) == ("dateTime", "timestamp")
    spells = [[s.get("timestamp") for s in node.iter("{*}spell")] for node in root.iter("{*}node")]
    assert len(set(spells[0])) == 5
    assert spells[0] == sorted(spells[0])
    assert spells[0][0] == "2026-01-06T11:59:59"
    assert [len(s) for s in spells] == [5, 4, 1]


def test_windows_without_time_or_of_two_kinds_are_refused(tmp_path):
    dated = window("2026-01-01", "2026-01-31")
    for wrong, message in [
        (window(None, "2026-01-31"), "no place in time"),
        (window("2026-13", "2026-01-31"), "no place in time"),
        (AFFILIATION, "different kinds"),
    ]:
        with pytest.raises(OnrecordError, match=message):
            write_networks([dated, wrong], tmp_path / "n.gexf")
    assert not list(tmp_path.iterdir())


# UCINET DL and Pajek


def read_dl(text):
    """A full matrix by the grammar of UCINET's help: keywords, then labels and numbers apart by spaces."""
    head, _, data = text.partition("data:")
    words = head.lower().split()
    assert words[0] == "dl"
    sizes = {key: int(n) for key, n in re.findall(r"\b(n|nr|nc)=(\d+)", head)}
    nr, nc = (sizes["n"], sizes["n"]) if "n" in sizes else (sizes["nr"], sizes["nc"])
    assert "format=fullmatrix" in words
    assert "labels embedded" in head or ("row labels embedded" in head and "column labels embedded" in head)
    tokens = [quoted if plain == "" else plain for quoted, plain in re.findall(r'"([^"]*)"|([^\s",=]+)', data)]
    columns, rest = tokens[:nc], tokens[nc:]
    lines = [rest[i : i + nc + 1] for i in range(0, len(rest), nc + 1)]
    assert len(lines) == nr
    return [line[0] for line in lines], columns, np.array([line[1:] for line in lines], float).reshape(nr, nc)


@pytest.mark.parametrize("network", NETWORKS)
def test_dl_is_read_by_its_grammar(network, tmp_path):
    rows, columns, weights = read_dl(write_network(network, tmp_path / "n.dl")[0].read_text(encoding="utf-8"))
    flat = [legal(" ".join(name.split())).replace('"', "'") for name in network.rows]
    assert rows == flat
    assert len(columns) == len(network.columns)
    assert np.allclose(weights, network.weights, rtol=1e-9, atol=0)


def read_pajek(text):
    """Vertices and edges by the reference manual; networkx does not know two-mode files."""
    lines = [line for line in text.removeprefix("\ufeff").splitlines() if not line.startswith("%")]
    sizes = [int(n) for n in re.fullmatch(r"\*Vertices (\d+)(?: (\d+))?", lines[0]).groups() if n]
    vertices = [re.fullmatch(r'(\d+) "([^"]*)"', line).groups() for line in lines[1 : 1 + sizes[0]]]
    assert [int(n) for n, _ in vertices] == list(range(1, sizes[0] + 1))
    assert lines[1 + sizes[0]] == "*Edges"
    edges = [line.split() for line in lines[2 + sizes[0] :]]
    return sizes, [label for _, label in vertices], [(int(a), int(b), float(weight)) for a, b, weight in edges]


@pytest.mark.parametrize("network", NETWORKS)
def test_pajek_is_read_by_its_grammar(network, tmp_path):
    sizes, labels, edges = read_pajek(write_network(network, tmp_path / "n.net")[0].read_text(encoding="utf-8"))
    rows = len(network.rows)
    two_mode = network.mode == "two-mode"
    assert sizes == ([rows + len(network.columns), rows] if two_mode else [rows])
    assert len(labels) == sizes[0]
    found = np.zeros_like(network.weights)
    for a, b, weight in edges:
        found[a - 1, b - 1 - rows * two_mode] = weight
    weights = network.weights if two_mode else np.triu(network.weights)
    assert np.allclose(found, weights, rtol=1e-9, atol=0)


def test_networkx_reads_a_one_mode_pajek_file(tmp_path):
    graph = nx.read_pajek(write_network(CONGRUENCE, tmp_path / "n.net")[0])
    assert set(graph) == {"A", "B", "C", "alone"}
    assert {(a, b, told["weight"]) for a, b, told in graph.edges(data=True)} == {("A", "B", 2.0), ("A", "C", -1.5)}


# JSON


@pytest.mark.parametrize("network", NETWORKS)
def test_networkx_reads_node_link(network, tmp_path):
    document = json.loads(write_network(network, tmp_path / "n.json")[0].read_text(encoding="utf-8"))
    graph = nx.node_link_graph(document, edges="edges")
    assert [told["name"] for _, told in graph.nodes(data=True)] == [
        *network.rows, *(network.columns if network.mode == "two-mode" else ()),
    ]  # fmt: skip
    nodes = list(graph)
    shift = len(network.rows) if network.mode == "two-mode" else 0
    for i, j in np.argwhere(network.weights):
        assert graph.edges[nodes[i], nodes[j + shift]]["weight"] == network.weights[i, j]
    assert graph.number_of_edges() == np.count_nonzero(np.triu(network.weights) if shift == 0 else network.weights)


def test_a_name_on_both_sides_is_two_nodes(tmp_path):
    write_network(AFFILIATION, tmp_path / "n.json")
    nodes = json.loads((tmp_path / "n.json").read_text())["nodes"]
    assert [(node["id"], node["bipartite"]) for node in nodes if node["name"] == "EPA"] == [
        ("EPA", 0),
        ("EPA (concept)", 1),
    ]


# The event list

EVENTS = [
    {"id": "s1", "time": np.datetime64("2026-04-15T09:30:00"), "organization": "EPA", "agreement": True, "score": 0.75,
     "words": "=we,\nwill", "roles": ("chair", "member")},
    {"id": "s2", "time": np.datetime64("NaT"), "organization": None, "agreement": False, "score": 1.0, "section": "Esteri"},
]  # fmt: skip


def test_an_event_list_has_all_variables(tmp_path):
    path = write_events(EVENTS, tmp_path / "events.csv", about={"record": "coverage.db"})
    rows = table(path)
    assert rows == [
        ["id", "time", "organization", "agreement", "score", "words", "roles", "section"],
        ["s1", "2026-04-15T09:30:00", "EPA", "1", "0.75", "'=we,\nwill", "chair; member", ""],
        ["s2", "", "", "0", "1", "", "", "Esteri"],
    ]
    assert json.loads((tmp_path / "events.csv.about.json").read_text()) == {"record": "coverage.db"}
    found = pyarrow.parquet.read_table(write_events(EVENTS, tmp_path / "events.parquet"))
    assert found.column("words").to_pylist() == ["=we,\nwill", None]
    assert found.column("agreement").to_pylist() == [True, False]
    assert write_events([], tmp_path / "none.csv").read_bytes() == b"\r\n"


def test_an_event_list_refuses_what_it_cannot_hold(tmp_path):
    with pytest.raises(OnrecordError, match="a value is nan"):
        write_events([{"score": float("nan")}], tmp_path / "events.csv")
    with pytest.raises(InputError, match=r"as \.csv or \.parquet"):
        write_events(EVENTS, tmp_path / "events.gexf")
    assert not list(tmp_path.iterdir())


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), unique=True, max_size=5),
    seed=st.integers(0, 1000),
)
def test_any_names_come_back(tmp_path_factory, names, seed):
    folder = tmp_path_factory.mktemp("any")
    n = len(names)
    weights = np.round(np.random.default_rng(seed).normal(size=(n, n)), 3)
    weights = np.triu(weights) + np.triu(weights, 1).T
    network = Made(
        mode="one-mode", rows=tuple(names), columns=tuple(names), weights=weights, column_variable="organization"
    )
    write_network(network, folder / "n.csv")
    (_, *header), *rows = list(csv.reader(io.StringIO((folder / "n.csv").read_bytes().decode(), newline="")))
    assert [h[1:] if h[:1] == "'" and h != n else h for h, n in zip(header, names, strict=True)] == names
    assert np.array_equal(np.array([row[1:] for row in rows], float).reshape(n, n), weights)
    assert graphml_faults(write_network(network, folder / "n.graphml")[0]) == []
    assert gexf_faults(write_network(network, folder / "n.gexf")[0]) == []
    labels = [node.get("label") for node in etree.parse(folder / "n.gexf").iter("{*}node")]
    assert labels == [xml_words(name) for name in names]
    told = etree.parse(folder / "n.graphml").findall("{*}graph/{*}node/{*}data[@key='n0']")
    assert [data.text or "" for data in told] == labels
    assert np.array_equal(read_dl(write_network(network, folder / "n.dl")[0].read_bytes().decode())[2], weights)
    document = json.loads(write_network(network, folder / "n.json")[0].read_bytes())
    assert [node["id"] for node in document["nodes"]] == names


def test_xml_holds_no_character_it_must_not():
    assert xml_words("a\x00\x1b\ud800\ufffe\t\r\n é😀") == "a\ufffd\ufffd\ufffd\ufffd\t\r\n é😀"


def test_values_are_plain():
    assert value_of([3, None, "b", 0.5]) == "3; b; 0.5"
    assert value_of({"b", "a"}) == "a; b"
    assert value_of(np.bool_(True)) is True
    assert value_of(date(2026, 4, 1)) == "2026-04-01"
    assert value_of(None) is None
