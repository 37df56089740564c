"""The codebook and codings in the record: versions, what is coded and what is not, what people decide."""

import pytest
from record_cases import FIRST, SECOND, article, statement

from onrecord.errors import Changed, EvidenceError, InputError, NotFound
from onrecord.types import (
    Appearance,
    Coding,
    Concept,
    Condition,
    Example,
    Read,
    Resolution,
    Span,
    appearance_id,
    coding_id,
)

TOLLS = Concept(id="tolls", proposition="Tolls should be charged.", aliases=("road pricing",))
BUSES = Concept(id="buses", proposition="Buses should run at night.", parent="tolls")
TEXT = "“Tolls are fair if buses run,” said Ann Lee. Bob Ray voted against them."
COURIER = article("courier-1", TEXT, outlet="Courier", published="2026-04-01")


def read_of(of):
    ann = Appearance(
        id=appearance_id(of.id, "person", "Ann Lee"), article_id=of.id, name="Ann Lee", kind="person",
        names=("Ann Lee",), mentions=(Span(36, 43),),
    )  # fmt: skip
    bob = Appearance(
        id=appearance_id(of.id, "person", "Bob Ray"), article_id=of.id, name="Bob Ray", kind="person",
        names=("Bob Ray",), mentions=(Span(45, 52),),
    )  # fmt: skip
    said = statement(of, "Ann Lee", "said", "“Tolls are fair if buses run,”", kind="direct")
    resolved = Resolution(
        statement_id=said.id, appearance_id=ann.id, how="full name", score=0.95, evidence=Span(36, 43)
    )
    return Read(statements=(said,), appearances=(ann, bob), resolutions=(resolved,))


READ = read_of(COURIER)
ANN, BOB = READ.appearances


def coding(who, concept=TOLLS, stance="support", score=0.8, evidence=None, conditions=(), **more):
    evidence = evidence or Span(0, 30)
    chances = tuple(score if s == stance else 0.01 for s in ("support", "oppose", "undecided"))
    return Coding(
        id=coding_id(who.article_id, who.id, concept.id, evidence), article_id=who.article_id, appearance_id=who.id,
        concept=concept.id, version=concept.version, stance=stance, score=score, chances=chances, evidence=evidence,
        conditions=conditions, **more,
    )  # fmt: skip


@pytest.fixture
def coded(record):
    record.add(COURIER, READ, reading=FIRST)
    record.load_codebook([TOLLS, BUSES], reviewer="ann", file="book.toml")
    found = [
        coding(ANN, conditions=(Condition(span=Span(16, 28), concept="buses"),), statement_id=READ.statements[0].id),
        coding(BOB, stance="oppose", score=0.4, evidence=Span(45, 72), according_to=ANN.id),
    ]
    record.add_codings(COURIER, found, coder="c1", concepts=record.concepts(), settings={"a": 1})
    return record


def shown(record, **filters):
    return [(c.actor, c.concept, c.stance) for c in record.codings(**filters)]


def test_a_codebook_is_loaded_once_and_versions_follow_the_proposition(record):
    first = record.load_codebook([TOLLS, BUSES], reviewer="ann")
    assert first.new == ("tolls", "buses")
    again = record.load_codebook([TOLLS, BUSES], reviewer="ann")
    assert again.same == ("tolls", "buses")
    assert len(record.judgements()) == 1, "what changes nothing is no judgement"
    noted = Concept(id="tolls", proposition=TOLLS.proposition, note="on motorways", examples=(Example(text="x", stance="support"),))  # fmt: skip
    assert record.load_codebook([noted], reviewer="bo").changed == ("tolls",)
    assert record.concept("tolls") == noted
    reworded = Concept(id="tolls", proposition="All roads should have tolls.")
    assert record.load_codebook([reworded], reviewer="bo").reworded == ("tolls",)
    assert record.concept("tolls").version == 2
    assert [c.id for c in record.concepts()] == ["tolls", "buses"], "those not in the file stay, in their order"
    assert record.propositions(["tolls"]) == {("tolls", 1): TOLLS.proposition, ("tolls", 2): reworded.proposition}
    record.undo(reviewer="bo")
    assert record.concept("tolls") == noted
    assert record.load_codebook([TOLLS], reviewer="bo").changed == ("tolls",)
    assert record.concept("tolls").version == 1, "the same words are the same version"


@pytest.mark.parametrize(("concepts", "words"), [
    ([TOLLS, TOLLS], "tolls: an id may be used once"), ([BUSES], "no concept tolls"),
])  # fmt: skip
def test_a_codebook_that_cannot_be_is_refused_whole(record, concepts, words):
    with pytest.raises(InputError, match=words):
        record.load_codebook(concepts, reviewer="ann")
    assert record.concepts() == []


def test_a_concept_is_found_by_id_alias_and_beginning(coded):
    for key in ("tolls", "Road  pricing", "tolls should", "TOLLS"):
        assert coded.concept(key).id == "tolls"
    with pytest.raises(NotFound, match="did you mean tolls"):
        coded.concept("tols")


def test_codings_are_listed_with_all_they_tell(coded):
    ann, bob = coded.codings()
    assert (ann.actor, ann.stance, ann.found, ann.score, ann.words) == ("Ann Lee", "support", "support", 0.8, TEXT[:30])
    assert [(c.words, c.holds, c.concept) for c in ann.conditions] == [("if buses run", True, "buses")]
    assert ann.statement_id == READ.statements[0].id
    assert (bob.stance, bob.according_to, bob.statement_id) == ("oppose", "Ann Lee", None)
    assert ann.article.name == "courier-1"
    assert coded.coding(ann.id) == ann


@pytest.mark.parametrize(("filters", "count"), [
    ({"min_score": 0.5}, 1), ({"actor": "Bob Ray"}, 1), ({"concept": "buses"}, 0), ({"answers": ("oppose",)}, 1),
    ({"outlet": "courier"}, 2), ({"since": "2026-05"}, 0), ({"checked": True}, 0), ({"checked": False}, 2),
    ({"article": "courier-1"}, 2),
])  # fmt: skip
def test_filters(coded, filters, count):
    assert len(shown(coded, **filters)) == count


def test_what_a_person_decides_counts_and_the_machines_answer_stays(coded):
    ann, _ = coded.codings()
    coded.judge_coding(ann.id, "oppose", reviewer="bo", conditions=[Condition(span=Span(1, 6), holds=False)], expects=0)
    now = coded.coding(ann.id)
    assert (now.stance, now.found, now.score, now.judged_by, now.revision) == ("oppose", "support", 1.0, "bo", 1)
    assert [(c.words, c.holds) for c in now.conditions] == [("Tolls", False)]
    with pytest.raises(Changed):
        coded.judge_coding(ann.id, "support", reviewer="cy", expects=0)
    coded.judge_coding(ann.id, "none", reviewer="cy")
    assert shown(coded) == [("Bob Ray", "tolls", "oppose")]
    coded.undo(reviewer="cy")
    assert coded.coding(ann.id).stance == "oppose"
    coded.undo(reviewer="cy")
    assert coded.coding(ann.id) == ann.__class__(**{f: getattr(ann, f) for f in ann.__slots__ if f != "revision"}, revision=coded.coding(ann.id).revision)  # fmt: skip
    coded.redo(reviewer="cy")
    assert coded.coding(ann.id).judged_by == "bo"


def test_bad_decisions_are_refused(coded):
    ann, _ = coded.codings()
    with pytest.raises(InputError, match="'yes' is no answer"):
        coded.judge_coding(ann.id, "yes", reviewer="bo")
    with pytest.raises(EvidenceError):
        coded.judge_coding(ann.id, "support", reviewer="bo", conditions=[Condition(span=Span(0, 9999))])
    with pytest.raises(NotFound):
        coded.judge_coding("0" * 20, "support", reviewer="bo")
    with pytest.raises(EvidenceError):
        coded.code_by_hand("courier-1", Span(5, 5), "Ann Lee", "tolls", "support", reviewer="bo")
    with pytest.raises(NotFound):
        coded.code_by_hand("courier-1", Span(0, 5), "Zoe", "tolls", "support", reviewer="bo")


def test_a_coding_by_hand_decides_the_machines_or_stands_by_itself(coded):
    made = coded.code_by_hand("courier-1", Span(2, 20), "Ann Lee", "tolls", "undecided", reviewer="bo")
    assert made.subject == next(c.id for c in coded.codings(actor="Ann Lee")), "its words overlap with the machine's"
    coded.code_by_hand("courier-1", Span(53, 72), "Ann Lee", "buses", "support", reviewer="bo")
    new = next(coded.codings(concept="buses"))
    assert (new.found, new.words, new.judged_by) == (None, TEXT[53:72], "bo")
    coded.undo(reviewer="bo")
    assert shown(coded, concept="buses") == [], "of a decision that is withdrawn nothing remains"


def test_coding_again_replaces_what_the_machine_found_and_keeps_decisions(coded):
    _, bob = coded.codings()
    coded.judge_coding(bob.id, "support", reviewer="bo")
    coded.add_codings(COURIER, [coding(ANN, stance="oppose")], coder="c2", concepts=coded.concepts(), settings={})
    assert shown(coded) == [("Ann Lee", "tolls", "oppose"), ("Bob Ray", "tolls", "support")]


def test_a_decision_stays_with_the_version_it_was_made_under(coded):
    ann, _ = coded.codings()
    coded.judge_coding(ann.id, "oppose", reviewer="bo")
    reworded = Concept(id="tolls", proposition="Roads should be free.")
    coded.load_codebook([reworded], reviewer="ann")
    coded.add_codings(
        COURIER, [coding(ANN, coded.concept("tolls"))], coder="c2", concepts=coded.concepts(), settings={}
    )
    (now,) = coded.codings(actor="Ann Lee")
    assert (now.stance, now.version, now.present_version) == ("oppose", 1, 2)


def test_only_what_is_not_coded_is_coded(coded):
    book = coded.concepts()
    assert coded.uncoded("c1", book) == []
    assert coded.uncoded("c2", book) == [(COURIER.id, ("tolls", "buses"))]
    coded.load_codebook([Concept(id="new", proposition="A bridge should be built.")], reviewer="ann")
    assert coded.uncoded("c1", coded.concepts()) == [(COURIER.id, ("new",))]
    coded.load_codebook([Concept(id="tolls", proposition="Roads should be free.")], reviewer="ann")
    assert coded.uncoded("c1", [coded.concept("tolls")]) == [(COURIER.id, ("tolls",))]
    assert {c.version for c in coded.codings()} == {1}
    assert {c.present_version for c in coded.codings()} == {2}, "the old ones say by which version they were coded"
    coded.add(COURIER, READ, reading=SECOND)
    assert coded.uncoded("c1", [coded.concept("buses")]) == [(COURIER.id, ("buses",))], "read anew, coded anew"


def test_a_concept_that_is_dropped_is_not_listed_and_comes_back(coded):
    coded.drop_concept("tolls", reviewer="ann")
    assert shown(coded) == []
    coded.undo(reviewer="ann")
    assert len(shown(coded)) == 2


def test_a_corrected_speaker_takes_the_position_along(coded):
    coded.correct_statement(READ.statements[0].id, actor="Bob Ray", reviewer="bo")
    assert shown(coded) == [("Bob Ray", "tolls", "support"), ("Bob Ray", "tolls", "oppose")]
    coded.undo(reviewer="bo")
    coded.judge_statement(READ.statements[0].id, "wrong", reviewer="bo")
    assert shown(coded) == [("Bob Ray", "tolls", "oppose")], "nobody said it, so nobody stands there"
