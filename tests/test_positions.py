"""From an article to codings: passages, what the model is asked and answers, scores, conditions."""

import numpy as np
import pytest
from record_cases import article, statement

from onrecord.reading.passages import passages, sentences
from onrecord.reading.positions import Coder, likely, names, words
from onrecord.reading.stances import (
    CLOSE,
    CLS,
    LONGEST,
    OPEN,
    SEP,
    StanceModel,
    Told,
    batches,
    condition_span,
    framed,
    joined,
    marked,
    must_hold,
    packed,
)
from onrecord.types import Appearance, Concept, Read, Resolution, Span, appearance_id

TEXT = (
    "Norland will decide on tolls this week.\n\n"
    "“Tolls are fair,” said Ann Lee, the mayor, if the buses run. Bob Ray voted against them.\n\n"
    "Ann Lee said Cem Oz wanted no tolls. A man in Oz laughed."
)
ARTICLE = article("tolls.txt", TEXT, published="2026-04-01")
MODEL = StanceModel()


def where(words, nth=0):
    at = -1
    for _ in range(nth + 1):
        at = TEXT.index(words, at + 1)
    return Span(at, at + len(words))


def appearance(name, *mentions, kind="person"):
    return Appearance(
        id=appearance_id(ARTICLE.id, kind, name), article_id=ARTICLE.id, name=name, kind=kind, names=(name,),
        mentions=mentions,
    )  # fmt: skip


ANN = appearance("Ann Lee", where("Ann Lee"), where("Ann Lee", 1))
BOB = appearance("Bob Ray", where("Bob Ray"))
CEM = appearance("Cem Oz", where("Cem Oz"))
TOWN = appearance("Oz", where("Oz laughed")._replace(end=where("Oz laughed").start + 2), kind="organisation")
SAID = [
    statement(ARTICLE, "Ann Lee, the mayor", "said", "“Tolls are fair,”", kind="direct"),
    statement(ARTICLE, None, None, "Cem Oz wanted no tolls"),
]
READ = Read(
    statements=tuple(SAID),
    appearances=(ANN, BOB, CEM, TOWN),
    resolutions=tuple(
        Resolution(statement_id=s.id, appearance_id=ANN.id, how="full name", score=0.9, evidence=None) for s in SAID
    ),
)


def test_sentences_end_at_their_marks_and_at_lines():
    text = "Mr. Lee came. “No!” He left\nU.S. Rep. Ray stayed."
    assert [text[slice(*s)] for s in sentences(text)] == ["Mr. Lee came.", "“No!”", "He left", "U.S. Rep. Ray stayed."]


def test_passages_are_statements_acts_and_reports_of_others():
    found = {(p.kind, p.appearance_id): p for p in passages(ARTICLE, READ)}
    assert set(found) == {("said", ANN.id), ("act", BOB.id), ("other", CEM.id)}, "a town in which a man is does nothing"
    said = next(p for p in passages(ARTICLE, READ) if p.statement_id == SAID[0].id)
    assert said.text.startswith("Norland will decide on tolls this week. “Tolls are fair,”")
    assert said.text[slice(*said.actor)] == "Ann Lee, the mayor"
    assert TEXT[slice(*said.evidence)] == "“Tolls are fair,” said Ann Lee, the mayor", "the cue may be what decides"
    act = found["act", BOB.id]
    assert act.text[slice(*act.actor)] == "Bob Ray"
    assert TEXT[slice(*act.evidence)] == "Bob Ray voted against them."
    assert found["other", CEM.id].according_to == ANN.id


def test_a_place_in_a_passage_is_the_articles_and_the_lead_is_no_place():
    said = next(p for p in passages(ARTICLE, READ) if p.statement_id == SAID[0].id)
    at = said.text.index("if the buses run")
    assert TEXT[slice(*said.place(Span(at, at + 16)))] == "if the buses run"
    assert said.place(Span(0, 7)) is None


def test_an_actor_who_is_not_named_nearby_is_set_before_the_words():
    far = appearance("Dee", kind="unnamed")
    unsourced = statement(ARTICLE, None, None, "“Tolls are fair,”", kind="direct")
    read = Read(
        statements=(unsourced,), appearances=(far,),
        resolutions=(Resolution(statement_id=unsourced.id, appearance_id=far.id, how="continued", score=0.9),),
    )  # fmt: skip
    (passage,) = passages(ARTICLE, read)
    assert passage.text[slice(*passage.actor)] == "Dee"
    assert "Dee: “Tolls are fair,”" in passage.text


def test_the_model_reads_the_text_once_and_each_proposition_beside_it():
    text = "Norway will sign if Sweden does."
    asked = [framed(p, MODEL.tokenizer) for p in ("Norway should sign.", "Fish should be free.")]
    p = packed(text, Span(0, 6), asked, MODEL.tokenizer)
    ids, segments, positions = p.pieces
    assert ids[0] == CLS
    assert ids[p.actor] == OPEN
    assert (ids == CLOSE).sum() == 1
    assert [ids[at] for at in p.lead] == [CLS, CLS]
    assert (ids == SEP).sum() == 3
    assert list(np.unique(segments)) == [0, 1, 2]
    size = int((segments == 0).sum())
    assert positions[p.lead[0]] == positions[p.lead[1]] == size, "each goes on from the end of the text"
    kept = [text[s:e] for s, e in p.offsets if s >= 0]
    assert "".join(kept).lower() == text.replace(" ", "").lower()


def test_a_long_text_is_cut_around_the_actor():
    text = "word " * 400 + "Norway spoke. " + "word " * 400
    ids, offsets, actor = marked(text, Span(text.index("Norway"), text.index("Norway") + 6), MODEL.tokenizer)
    assert len(ids) <= LONGEST
    assert text[slice(*offsets[actor + 1])] == "Norway"


def test_batches_hold_all_passages_once_within_their_size():
    lengths = [5, 300, 17, 90, 90, 90, 2500]
    groups = list(batches(lengths, 512))
    assert sorted(i for g in groups for i in g) == list(range(len(lengths)))
    assert all(len(g) == 1 or len(g) * max(-(-lengths[i] // 16) * 16 for i in g) <= 512 for g in groups)
    packs = [packed("a b", Span(0, 1), [framed("c", MODEL.tokenizer)] * n, MODEL.tokenizer) for n in (1, 3)]
    pieces, actor, lead = joined(packs)
    assert pieces.shape[1:] == (2, 16)
    assert (pieces[1, 0, packs[0].pieces.shape[1] :] == -1).all()
    assert lead.tolist()[0][1:] == [0, 0]
    assert actor.tolist() == [1, 1]


@pytest.mark.parametrize(("values", "span"), [
    ([-1, 2, 1, -3, 1], (2, 7)), ([-1, -2, -1, -1, -1], None), ([3, -1, 2, -9, 4], (0, 7)),
])  # fmt: skip
def test_the_condition_is_the_likeliest_run_of_pieces(values, span):
    offsets = np.array([(0, 1), (2, 4), (5, 7), (8, 9), (10, 12)])
    assert condition_span(np.array(values, dtype=float), offsets) == span


@pytest.mark.parametrize(("said", "holds"), [
    ("if the buses run", True), ("only after the vote", True), ("unless it rains", False), ("or until May", False),
    ("without a referendum", False), ("provided that", True),
])  # fmt: skip
def test_a_condition_must_hold_or_must_not(said, holds):
    assert must_hold(said) is holds


def test_what_a_proposition_names():
    assert names("The United Kingdom should send troops to the Keld valley.") == {"GB", "keld"}
    assert names("Taxes should rise.") == frozenset()
    assert names("Turkish troops should stay.") <= words("Ankara’s men are there; the Turkish army said so.")


def test_a_score_is_higher_where_the_concept_is_nearer_and_the_actor_has_a_name():
    def score(chance=0.8, share=1.0, kind="said", actor="person", absent=False):
        return likely(chance, share, kind, actor, absent=absent)

    assert score() > score(chance=0.6) > score(chance=0.3)
    assert score() > score(share=0.8) > score(share=0.5)
    assert score() > score(actor="unnamed")
    assert score() > score(absent=True)
    assert 0 < likely(1.0, 1.0, "said", "person", absent=False) < 1


def coder(answer, concepts, near):
    """A coder whose model gives ``answer(text, actor's words)`` and whose vectors are looked up by a word."""

    def model(passages):
        return [[answer(text, text[slice(*actor)]) for _ in asked] for text, actor, asked in passages]

    model.tokenizer = MODEL.tokenizer

    def nearness(texts):
        found = [next(v for k, v in near.items() if k in t or k == "") for t in texts]
        return np.array(found, dtype=np.float32)

    return Coder.of(concepts, model, nearness)


TOLLS = Concept(id="tolls", proposition="Tolls should be charged.")
BUSES = Concept(id="buses", proposition="Buses should run at night.")
NEAR = {"Tolls should": (1, 0), "Buses should": (0, 1), "buses": (0.6, 0.8), "": (0.9, 0.1)}


def test_codings_have_evidence_stance_conditions_and_who_reports_them():
    def answer(text, actor):
        if actor.startswith("Ann"):
            at = text.find("if the buses run")
            return Told(chances=(0.9, 0.02, 0.03, 0.05), condition=Span(at, at + 16) if at >= 0 else None)
        return Told(chances=(0.1, 0.7, 0.05, 0.15) if "Bob" in actor else (0.02, 0.03, 0.01, 0.94), condition=None)

    found = coder(answer, [TOLLS, BUSES], NEAR)(ARTICLE, READ)
    assert len({c.id for c in found}) == len(found)
    tolls = {(c.appearance_id, c.statement_id): c for c in found if c.concept == "tolls"}
    ann = tolls[ANN.id, SAID[0].id]
    assert ann.stance == "support"
    (condition,) = ann.conditions
    assert TEXT[slice(*condition.span)] == "if the buses run"
    assert condition.holds
    assert condition.concept == "buses"
    assert tolls[BOB.id, None].stance == "oppose"
    assert TEXT[slice(*tolls[BOB.id, None].evidence)] == "Bob Ray voted against them."
    assert not [c for c in found if c.appearance_id == CEM.id], "none is not kept"
    assert all(0 <= c.score <= 1 for c in found)


def test_only_some_concepts_may_be_coded_and_what_is_learned_decides():
    def answer(text, actor):
        return Told(chances=(0.6, 0.2, 0.1, 0.1), condition=None)

    base = coder(answer, [TOLLS, BUSES], NEAR)
    assert {c.concept for c in base(ARTICLE, READ, ["buses"])} == {"buses"}
    learned = Coder(base.asked, base.model, base.nearness, lambda p, concept, told, vector: (0.05, 0.9, 0.0))
    assert {c.stance for c in learned(ARTICLE, READ)} == {"oppose"}


def test_nothing_to_code():
    empty = coder(lambda *_: None, [], NEAR)
    assert empty(ARTICLE, READ) == []
    assert coder(lambda *_: None, [TOLLS], NEAR)(ARTICLE, Read(statements=())) == []


def test_the_weights_that_ship_tell_for_from_against_and_find_the_condition():
    text = "Norway backs the treaty provided that Sweden signs too. Denmark rejects it outright."
    asked = [framed("The treaty should be signed.", MODEL.tokenizer)]
    (norway,), (denmark,) = MODEL([(text, Span(0, 6), asked), (text, Span(56, 63), asked)])
    assert max(range(4), key=norway.chances.__getitem__) == 0
    assert max(range(4), key=denmark.chances.__getitem__) == 1
    assert norway.condition
    assert "Sweden signs" in text[slice(*norway.condition)]
