"""A record's codings as the table that networks are made of."""

from itertools import count

import numpy as np
import pytest
from actor_cases import person, span, story
from record_cases import FIRST

from onrecord.analysis import of_record
from onrecord.analysis.events import Events, extent, of_codings, variable
from onrecord.analysis.networks import network
from onrecord.errors import InputError
from onrecord.record import Coded, CodedCondition, Heading, Post
from onrecord.types import Concept, Span

NUMBERS = count()


def coded(actor="Ann Lee", stance="support", *, id_=None, kind="person", day="2026-04-15", name=None, original=None, by=None,
          organisation=None, country=None, concept="tolls", score=0.9, outlet="Courier", found="support"):  # fmt: skip
    n = next(NUMBERS)
    name = name or f"article {n}"
    heading = Heading(
        id=f"id of {name}",
        name=name,
        url="https://c.example/a",
        outlet=outlet,
        published=day,
        title="Tolls",
        original=original,
    )
    return Coded(
        id=f"c{n}", article=heading, actor_id=id_ or f"{actor} id", actor=actor, actor_kind=kind, concept=concept,
        proposition=f"There should be {concept}.", version=1, present_version=1, stance=stance, found=found, score=score,
        chances=(0.9, 0.05, 0.05), evidence=Span(3, 9), words="words", statement_id="s1", judged_by=by,
        conditions=(CodedCondition(Span(0, 2), "it rains", True, None), CodedCondition(Span(0, 2), "it snows", False, None)),
        organisation=organisation, country=country,
    )  # fmt: skip


def test_each_kind_of_actor_has_its_variables():
    events = of_codings(
        [
            coded("Ann Lee", organisation="Labour", country="GB"),
            coded("Greens", "oppose", kind="organisation", country="GB"),
            coded("Norland", "undecided", kind="country", country="NO"),
            coded("a diplomat", kind="unnamed", organisation="NATO"),
            coded("Bo Ray"),
        ]
    )
    told = {name: v.values() for name, v in events.variables.items()}
    assert told["actor"] == ["Ann Lee", "Greens", "Norland", None, "Bo Ray"]
    assert told["person"] == ["Ann Lee", None, None, None, "Bo Ray"]
    assert told["organization"] == ["Labour", "Greens", "Norland", "NATO", None]
    assert told["party"] == ["Labour", "Greens", "Norland", "NATO", None]
    assert told["country"] == ["GB", "GB", "NO", None, None]
    assert told["agreement"] == [1, 0, "undecided", 1, 1]
    assert {n for n, v in events.variables.items() if v.document} == {
        "outlet",
        "source",
        "document",
        "title",
        "author",
        "section",
        "type",
    }
    assert events.attributes["person"]["Ann Lee"] == {"kind": "person", "country": "GB", "organisation": "Labour"}
    assert events.attributes["organization"]["Norland"] == {"kind": "country", "country": "NO"}
    assert network(events, rows="person", qualifier=None).attributes["Ann Lee"]["activity"] == 1


def test_what_tells_of_a_coding_stays_with_it():
    row = next(of_codings([coded(by="anna", name="a.txt")]).rows())
    assert (row["words"], row["start"], row["end"], row["judged_by"], row["found"]) == (
        "words",
        3,
        9,
        "anna",
        "support",
    )
    assert row["conditions"] == "if: it rains; unless: it snows"
    assert (row["document"], row["time"], row["score"], row["checked"]) == ("a.txt", "2026-04-15T00:00:00", 0.9, True)


def test_two_actors_of_one_name_are_two():
    events = of_codings(
        [coded("Ann Lee", id_="aaaaaaaa"), coded("Ann Lee", id_="bbbbbbbb"), coded("Ann Lee", id_="aaaaaaaa")]
    )
    made = network(events, rows="person")
    assert made.rows == ("Ann Lee (aaaaaa)", "Ann Lee (bbbbbb)")
    assert made.weights.tolist() == [[2], [1]]


def test_a_party_is_found_among_posts_at_the_date():
    posts = (
        Post(title="minister", organisation="Ministry of Roads", country="NO", since="2025", until=None),
        Post(title="chair", organisation="Centre Party", country="NO", since="2025", until="2026-05"),
    )
    events = of_codings(
        [coded(organisation="Ministry of Roads"), coded(organisation="Ministry of Roads", day="2026-09-01")],
        posts=lambda _: posts,
    )
    assert events.variables["party"].values() == ["Centre Party", "Ministry of Roads"]
    assert events.variables["organization"].values() == ["Ministry of Roads"] * 2


def test_near_copies_share_a_group():
    events = of_codings([coded(name="wire"), coded(name="copy", original="wire"), coded(name="own")])
    assert len(np.unique(events.groups)) == 2
    assert len(np.unique(events.documents)) == 3
    assert network(events, rows="person").weights.sum() == 2


def test_concepts_by_proposition_and_excluded_by_either():
    codings = [coded(concept="tolls"), coded(concept="tunnels")]
    assert network(of_codings(codings), rows="person").columns == ("tolls", "tunnels")
    by_words = of_codings(codings, concepts="proposition")
    assert network(by_words, rows="person").columns == ("There should be tolls.", "There should be tunnels.")
    for events in (of_codings(codings), by_words):
        for name in ("tolls", "There should be tolls."):
            assert len(network(events, rows="person", exclude={"concept": [name]}).columns) == 1


def test_nothing_coded_is_an_empty_table():
    events = of_codings([])
    assert len(events) == 0
    assert network(events, mode="one-mode", aggregation="subtract").weights.shape == (0, 0)
    assert list(events.rows()) == []


def test_dates_known_in_part_are_in_the_middle():
    events = Events.of({"a": ["x"] * 4}, times=["2026", "2026-04", "2026-04-15T23:30:00+05:00", None])
    assert [str(t) for t in events.times] == [
        "2026-07-02T12:00:00",
        "2026-04-16T00:00:00",
        "2026-04-15T23:30:00",
        "NaT",
    ]
    assert events.partial == 2
    assert extent("2026-12")[1].isoformat() == "2027-01-01T00:00:00"


def test_variables_have_the_kind_of_their_values():
    assert variable([True, False, None]).levels == (0, 1)
    assert variable([3, -1, 3]).codes.tolist() == [1, 0, 1]
    assert variable([3, "x"]).levels == ("3", "x")
    assert variable([float("nan"), ""], kind="text").codes.tolist() == [-1, -1]
    yes = variable(["support", "no", "undecided"], kind="boolean")
    assert [yes.of_word(w) for w in ("Support", "false", "undecided", "maybe")] == [1, 0, 2, None]


def test_a_data_frame_will_do():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"organization": ["a", "b"], "concept": ["x", "x"], "agreement": [True, False]})
    events = Events.of(frame, times=frame.organization.map({"a": "2026-01-01", "b": "2026-01-02"}))
    assert network(events, mode="one-mode", aggregation="conflict").weights[0, 1] == 1
    assert events.table.time.dt.day.tolist() == [1, 2]


# From a record


@pytest.fixture
def debated(record):
    """Three articles, one a near-copy, with what four actors are coded to say on two concepts."""
    tolls, tunnels = (
        Concept(id="tolls", proposition="Tolls should be charged."),
        Concept(id="tunnels", proposition="Tunnels should be dug."),
    )
    record.load_codebook([tolls, tunnels], reviewer="anna")
    ann = person("Ann Lee", role="chair", organisation="Labour Party", of_country="GB")
    greens, rail = person("Greens", kind="organisation"), person("Rail Union", kind="organisation")
    first, said = story(
        "one.txt", ann, greens, published="2026-04-01", authors=("A. Rossi",), extra={"section": "News"}
    )
    record.add(first, said, reading=FIRST)
    copy, copied = story("copy.txt", ann, greens, published="2026-04-02", duplicate_of=first.id, text=first.text)
    record.add(copy, copied, reading=FIRST)
    third, more = story("two.txt", greens, rail, published="2026-06-01", outlet="The Mail")
    record.add(third, more, reading=FIRST)
    for article, number, actor, concept, stance in (
        (first, 0, "Ann Lee", "tolls", "support"), (first, 1, "Greens", "tolls", "support"),
        (copy, 0, "Ann Lee", "tolls", "support"), (copy, 1, "Greens", "tolls", "support"),
        (third, 0, "Greens", "tunnels", "oppose"), (third, 1, "Rail Union", "tunnels", "support"),
    ):  # fmt: skip
        where = span(article, f"that matter {number} was settled")
        record.code_by_hand(article.id, where, actor, concept, stance, reviewer="anna")
    return record


def test_a_network_of_a_record(debated):
    made = of_record.network(debated, aggregation="subtract")
    assert made.rows == ("Greens", "Labour Party", "Rail Union")
    assert made.weights.tolist() == [[1, -1], [1, 0], [0, 1]]
    assert of_record.network(debated, aggregation="subtract", copies="all").weights.tolist() == [
        [2, -1],
        [2, 0],
        [0, 1],
    ]
    assert of_record.network(debated, dna=True).columns == ("Tolls should be charged.", "Tunnels should be dug.")
    one = of_record.network(debated, mode="one-mode", aggregation="conflict", uncertain=10)
    assert [debated.coding(id_).stance for id_ in one.evidence("Greens", "Rail Union")] == ["oppose", "support"]
    assert one.checked[0, 2] == 1
    assert one.about["uncertainty"]["errors"] is None
    assert one.about["filters"] == {"min_score": 0.5}
    assert of_record.network(debated, rows="outlet", outlet="The Mail").rows == ("The Mail",)
    assert of_record.network(debated, rows="section").about["left_out"] == {"without section": 4}
    assert of_record.network(debated, rows="author").rows == ("A. Rossi",)
    assert of_record.network(debated, checked=False).rows == ()
    assert len(of_record.windows(debated, "1m")) == 2
    assert len(of_record.event_list(debated)) == 4


def test_the_same_record_gives_the_same_network(debated):
    a, b = (of_record.network(debated, mode="one-mode", aggregation="congruence", uncertain=5) for _ in range(2))
    assert (a.low == b.low).all()
    assert a.about == b.about
    assert str(debated.where) not in str(a.about), "neither a path of this machine nor a password stands in files"


def test_whom_somebody_speaks_for_has_its_name_in_the_register(debated):
    rail = debated.actor("Rail Union")
    debated.rename(rail.id, "National Union of Rail Workers", reviewer="anna")
    debated.alias(rail.id, "Labour party", reviewer="anna")
    made = of_record.network(debated)
    assert made.rows == ("Greens", "National Union of Rail Workers")
    assert made.weights.tolist() == [[1, 1], [1, 1]]


def test_options_that_are_none_are_named(debated):
    with pytest.raises(InputError, match="'colour' is no option of a network: there are actor, aggregation"):
        of_record.network(debated, colour="red")
    with pytest.raises(InputError, match="only a record can be filtered so"):
        of_record.network(of_record.events(debated), outlet="The Mail")
