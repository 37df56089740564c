"""Facts about states: what words stand for, and whether a place or those who act there are meant."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.facts import body_of, government, institution, mentions, named, stands_for_government, states
from onrecord.facts.metonymy import evidence
from onrecord.facts.naming import folded
from onrecord.facts.table import institutions, readings, words_of_institutions


def stands_for(words):
    fact = named(words)
    return fact and (fact.institution.name, fact.how)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Britain", ("United Kingdom", "name")),
        ("the UK", ("United Kingdom", "name")),
        ("U.S.", ("United States", "name")),
        ("the United States’", ("United States", "name")),
        ("Turkey’s", ("Turkey", "name")),
        ("Türkiye", ("Turkey", "name")),
        ("TURKEY", ("Turkey", "name")),
        ("Côte d’Ivoire", ("Ivory Coast", "name")),
        ("Saint Lucia", ("St Lucia", "name")),
        ("French", ("France", "demonym")),
        ("the Dutch", ("Netherlands", "demonym")),
        ("Frenchmen", ("France", "demonym")),
        ("Paris", ("France", "capital")),
        ("Washington, D.C.", ("United States", "capital")),
        ("the Kremlin", ("Russia", "seat")),
        ("the Hague", ("Netherlands", "seat")),
        ("No.\u00a010", ("Downing Street", "seat")),
        ("Elysée Palace", ("Élysée", "name")),
        ("the Quai d’Orsay", ("French foreign ministry", "seat")),
        ("Bankova", ("Ukrainian presidency", "seat")),
        ("Brussels", ("European Commission", "seat")),
        ("Whitehall", ("UK government", "seat")),
        ("Edinburgh", ("Scottish Government", "seat")),
        ("the Knesset", ("Israeli parliament", "name")),
        ("the W.T.O.", ("World Trade Organization", "name")),
    ],
)
def test_words_stand_for(words, expected):
    assert stands_for(words) == expected


@pytest.mark.parametrize(
    "words", ["", "the", "us", "turkey", "polish", "who", "Hague", "House of Representatives", "New Mexico", "Jane Doe"]
)
def test_words_that_stand_for_nothing(words):
    assert named(words) is None


@pytest.mark.parametrize(
    ("words", "name", "country"),
    [
        ("Austria’s government", "Austrian government", "AT"),
        ("the government of Austria", "Austrian government", "AT"),
        ("British government", "UK government", "GB"),
        ("Uganda's Health Ministry", "Ugandan health ministry", "UG"),
        ("the Ministry of Health of Uganda", "Ugandan health ministry", "UG"),
        ("the Russian Defense Ministry", "Russian defence ministry", "RU"),
        ("France's Ministry of Foreign Affairs", "French foreign ministry", "FR"),
        ("Britain's Foreign Office", "Foreign Office", "GB"),
        ("Denmark's parliament", "Danish parliament", "DK"),
    ],
)
def test_a_state_and_its_body_are_one_institution_however_they_are_put_together(words, name, country):
    fact = named(words)
    assert (fact.institution.name, fact.institution.country) == (name, country)


def test_any_state_has_bodies_that_no_table_lists():
    assert body_of("Peru", "Ministry of Defense") == named("the Peruvian defence ministry").institution
    assert body_of("FR", "foreign ministry") == institution("fr/foreign-ministry")
    with pytest.raises(KeyError):
        body_of("Ruritania", "army")


def test_a_state_with_something_that_is_no_body_is_nothing():
    assert named("Austria's bakers") is None
    assert named("the King of Spain") is None


def test_words_with_several_readings_tell_them_all():
    assert [o.key for o in named("Congolese").others] == ["CG"]
    assert [o.key for o in named("the Congolese army").others] == ["cg/army"]
    assert named("Georgia").also == "US state; given name"
    assert "BE" in [o.key for o in named("Brussels").others]
    assert not named("Austria").others
    assert not named("Austria").also


def test_governments_have_their_usual_names():
    assert [government(c) for c in ("AT", "Turkey", "the US", "Britain", "New Zealand", "GB-SCT")] == [
        "Austrian government",
        "Turkish government",
        "US government",
        "UK government",
        "New Zealand government",
        "Scottish Government",
    ]
    assert government("CD") == "Congolese government"
    assert government("CG") == "Republic of the Congo government"
    with pytest.raises(KeyError):
        government("England")


def test_all_members_of_the_united_nations_are_there_with_what_news_needs():
    members = [s for s in states().values() if s.status == "member"]
    assert len(members) == 193
    assert not [s.name for s in members if not (s.adjectives and s.head_of_state and s.head_of_government)]
    assert [s.name for s in members if not s.capitals] == ["Singapore"]


def test_no_two_institutions_share_words_unless_the_table_of_readings_says_which_is_meant():
    keys = defaultdict(set)
    for words, key, _ in words_of_institutions():
        keys[folded(words)].add(key)
    told = {folded(r.words): set(r.keys) for r in readings()}
    assert not {words: k for words, k in keys.items() if len(k) > 1 and not k <= told.get(words, set())}


def test_each_reading_leads_to_an_institution_and_the_first_knows_the_words():
    assert not [key for r in readings() for key in r.keys if key not in institutions()]
    known = {(folded(words), key) for words, key, _ in words_of_institutions()}
    assert not [r.words for r in readings() if r.keys and (folded(r.words), r.keys[0]) not in known]
    assert not [r.words for r in readings() if len(r.keys) < 2 and not r.also]


def test_tables_are_clean():
    found = [*words_of_institutions()]
    assert not [words for words, *_ in found if words != words.strip() or "  " in words or not folded(words)]
    assert not [key for _, key, _ in found if key not in institutions()]
    assert len({i.name for i in institutions().values()}) == len(institutions())


def test_mentions_are_the_longest_names_and_pass_over_names_that_only_contain_one():
    text = "PARIS — In Papua New Guinea, New Mexico and the Netherlands' south, the U.S. government told The Hague no."
    assert [(text[m.start : m.end], m.fact.institution.name) for m in mentions(text)] == [
        ("PARIS", "France"),
        ("Papua New Guinea", "Papua New Guinea"),
        ("Netherlands", "Netherlands"),
        ("U.S. government", "US government"),
        ("The Hague", "Netherlands"),
    ]


def test_names_do_not_run_over_commas_and_sentences():
    text = "He left Guinea, Bissau and the United. States followed. In North. Korea"
    assert [text[m.start : m.end] for m in mentions(text)] == ["Guinea", "Bissau", "Korea"]


@given(st.text(alphabet=st.sampled_from("US.K the'’ofFrench –No10\n,é"), max_size=40))
def test_any_text_can_be_asked(text):
    named(text)
    for m in mentions(text):
        assert 0 <= m.start < m.end <= len(text)
        assert named(text[m.start : m.end]) == m.fact


def chance(sentence, name, *, speaks=False):
    start = sentence.index(name)
    return stands_for_government(sentence, start, start + len(name), speaks=speaks)


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Turkey, however, insisted on a vote.", "Turkey"),
        ("Berlin wants more time.", "Berlin"),
        ("The Kremlin denied it.", "Kremlin"),
        ("Britain accused its neighbours.", "Britain"),
    ],
)
def test_who_says_or_wants_something_is_no_place(sentence, name):
    assert chance(sentence, name) > 0.5


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Officials in Moscow said so.", "Moscow"),
        ("Rain fell in Italy, Spain and southern France.", "France"),
        ("He flew to Ankara on Monday.", "Ankara"),
        ("The Paris-based group said so.", "Paris"),
        ("PARIS (AP) — Nobody said so.", "PARIS"),
        ("Berlin – Nobody said so.", "Berlin"),
        ("They met in Vienna, Austria on Monday.", "Austria"),
    ],
)
def test_where_something_happens_is_a_place(sentence, name):
    assert chance(sentence, name) < 0.1


def test_the_source_of_a_cue_acts():
    assert chance("Moscow said it would respond.", "Moscow", speaks=True) > 0.95
    assert chance("According to Tehran, it never happened.", "Tehran", speaks=True) > 0.95
    assert chance("PARIS (AP) — Nobody said so.", "PARIS", speaks=True) < 0.5


def test_the_evidence_is_named():
    assert evidence("Officials in Oslo and Bergen agreed.", 22, 28, speaks=False) == ("in", "says")
    assert evidence("Oslo agreed.", 0, 4, speaks=True) == ("source of a cue", "capital")
