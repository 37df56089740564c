"""Codebook files, and what a check says of the propositions in them."""

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.errors import InputError
from onrecord.exchange.codebook import read_codebook, read_placed, write_codebook
from onrecord.types import ANSWERS, Concept, Example

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "codebook.md"

TOML = """\
[[concept]]
id = "force"
proposition = "European states should send a peacekeeping force."
note = \"\"\"
Only soldiers on the ground.

Not: money, not: weapons.\"\"\"
aliases = ["troops", "boots on the ground"]

[[concept.example]]
text = "We will not go, said  Meloni."
stance = "oppose"
actor = "Meloni"

[[concept.counterexample]]
text = "The army is short of soldiers."

[[concept]]
id = "force-un"
proposition = "The force should be led by the United Nations."
parent = "FORCE"
"""
FORCE = Concept(
    id="force", proposition="European states should send a peacekeeping force.",
    note="Only soldiers on the ground.\n\nNot: money, not: weapons.", aliases=("troops", "boots on the ground"),
    examples=(
        Example(text="We will not go, said Meloni.", stance="oppose", actor="Meloni"),
        Example(text="The army is short of soldiers.", stance="none"),
    ),
)  # fmt: skip
UNDER = Concept(id="force-un", proposition="The force should be led by the United Nations.", parent="force")


@pytest.fixture
def file(tmp_path):
    def write(text, name="codebook.toml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def told(path):
    """Line and message of each problem."""
    return [(int(p.name.removeprefix(f"{path}:")), p.message) for p in read_codebook(path)[1]]


def concept(id_, proposition="A sentence of it.", **more):
    lines = [f'id = "{id_}"', f'proposition = "{proposition}"', *(f'{k} = "{v}"' for k, v in more.items())]
    return "\n".join(["[[concept]]", *lines, ""])


def test_toml_is_read(file):
    assert read_codebook(file(TOML)) == ([FORCE, UNDER], [])
    assert [line for line, _ in read_placed(file(TOML))[0]] == [1, 18]


def test_csv_is_read_with_an_example_a_row(file):
    text = (
        "ID;Proposition;Note;Aliases;Parent;Example;Stance;Actor\n"
        'force;European states should send a peacekeeping force.;"Only soldiers on the ground.\n\nNot: money, '
        'not: weapons.";troops | boots on the ground;;We will not go, said Meloni.;Oppose;Meloni\n'
        "force-un;The force should be led by the United Nations.;;;force;;;\n"
        "force;;;;;The army is short of soldiers.;none;\n"
    )
    assert read_codebook(file(text, "codebook.csv")) == ([FORCE, UNDER], [])
    assert read_codebook(file(text.encode("utf-16"), "codebook.csv")) == ([FORCE, UNDER], [])


def test_one_column_is_enough_and_ids_are_made_of_the_first_words(file):
    text = "proposition\nTaxes should fall in Köln.\nTaxes should fall in Köln!\n税 should fall.\n"
    concepts, problems = read_codebook(file(text, "codebook.csv"))
    assert not problems
    assert [c.id for c in concepts] == ["taxes-should-fall-in-koln", "taxes-should-fall-in-koln-2", "shui-should-fall"]


def test_an_id_that_is_made_is_none_that_is_given(file):
    text = "id,proposition\n,Taxes should fall.\ntaxes-should-fall,They should fall slowly.\n"
    concepts, _ = read_codebook(file(text, "codebook.csv"))
    assert [c.id for c in concepts] == ["taxes-should-fall-2", "taxes-should-fall"]


@pytest.mark.parametrize(
    ("text", "line", "message", "kept"),
    [
        (concept("a") + concept("b") + concept("A"), 7, "id “A” is used already, on line 1", ["a", "b"]),
        (concept("a") + concept("b", ""), 4, "has no proposition", ["a"]),
        (concept("a") + '[[concept]]\nid = "b"\n', 4, "has no proposition", ["a"]),
        (concept("a") + concept("b", "  Peace! – "), 4, "the proposition “Peace! –” is one word", ["a"]),
        (concept("a") + concept("?!"), 4, "id “?!” has no letter", ["a"]),
        (concept("a", parent="z"), 1, "parent “z” is no concept of this file", ["a"]),
        (concept("a", colour="red"), 1, "unknown key “colour”: known are id, proposition", []),
        (concept("a", aliases="b"), 1, "aliases must be a list", []),
        ("[[concept]]\nproposition = 3\n" + concept("b"), 1, "proposition must be a text, not 3", ["b"]),
        ('[[concept]]\nproposition = "We\\u0000 go"\n' + concept("b"), 1, "the character U+0000", ["b"]),
        ('[[concept]]\nid = "a\n' + concept("b"), 1, "is no TOML: Illegal character", ["b"]),
        (concept("a") + "[[concept]]\nid = b\n" + concept("c"), 4, "is no TOML: Invalid value (at line 5", ["a", "c"]),
        (concept("a", parent="a"), 1, "its parents lead back to it (a → a)", ["a"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line_and_the_rest_is_used(file, text, line, message, kept):
    path = file(text)
    assert [c.id for c in read_codebook(path)[0]] == kept
    ((at, said),) = told(path)
    assert at == line
    assert message in said
    assert read_codebook(path)[0] == [replace(c, parent=None) for c in read_codebook(path)[0]]


def test_parents_in_a_circle_are_dropped_but_not_those_that_lead_there(file):
    path = file(concept("a", parent="b") + concept("b", parent="c") + concept("c", parent="b"))
    assert {c.id: c.parent for c in read_codebook(path)[0]} == {"a": "b", "b": None, "c": None}
    assert told(path) == [
        (5, "its parents lead back to it (b → c → b): all of them are dropped"),
        (9, "its parents lead back to it (c → b → c): all of them are dropped"),
    ]


@pytest.mark.parametrize(
    ("example", "line", "message"),
    [
        ('[[concept.example]]\ntext = "No."\nstance = "against"', 4, "has the stance “against”: say support, oppose, un"),
        ('[[concept.example]]\ntext = "No."', 4, "has no stance: say support"),
        ('[[concept.example]]\nstance = "oppose"', 4, "has no text"),
        ('[[concept.counterexample]]\ntext = "No."\nstance = "oppose"', 4, "unknown key “stance” of an example"),
        ('[[concept.example]]\ntext = "No."\nstance = "oppose"\nactor = "Bob"', 4, "the actor “Bob” is not in the text"),
        ('example = ["No."]', 1, "an example must be a table"),
        (
            '[[concept.counterexample]]\ntext = "Go, Ann."\n[[concept.example]]\ntext = "go,  ann."\nstance = "support"',
            6, "coded support here and none on line 4: neither is used",
        ),
    ],
)  # fmt: skip
def test_a_bad_example_is_named_and_the_concept_stays(file, example, line, message):
    path = file(concept("a") + example + "\n\n" + concept("b"))
    concepts, _ = read_codebook(path)
    assert concepts == [Concept(id=i, proposition="A sentence of it.") for i in "ab"]
    ((at, said),) = told(path)
    assert at == line
    assert message in said


def test_one_text_has_a_stance_for_each_of_its_actors(file):
    example = '[[concept.example]]\ntext = "Ann is for it, Bob is not."\nstance = "{}"\nactor = "{}"\n'
    path = file(concept("a") + example.format("support", "Ann") + example.format("oppose", "Bob") * 2)
    ((found,), problems) = read_codebook(path)
    assert not problems
    assert [(e.actor, e.stance) for e in found.examples] == [("Ann", "support"), ("Bob", "oppose")]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.toml", "\xff".encode("latin-1"), "is not in UTF-8, as TOML must be (byte 0)"),
        ("a.toml", "", "must hold tables [[concept]] and nothing else"),
        ("a.toml", "title = 'x'\n" + concept("a"), "must hold tables [[concept]]"),
        ("a.toml", "[[actor]]\nname = 'Ann'\n", "must hold tables [[concept]]"),
        ("a.csv", "id,text\na,b\n", "has no column named proposition"),
        ("a.csv", "id,proposition,colour\na,b c,red\n", "unknown column “colour”"),
        ("a.csv", "", "has no column"),
        ("a.csv", b"PK\x03\x04" + b"\0" * 40, "is "),
        ("a.dna", b"nothing", "is no .dna file"),
    ],
)
def test_what_is_no_codebook_at_all_is_refused(file, name, text, message):
    path = file(text, name)
    with pytest.raises(InputError, match=re.escape(message)) as raised:
        read_codebook(path)
    assert str(path) in str(raised.value)


def test_a_file_that_is_not_there(tmp_path):
    for name in ("a.toml", "a.csv", "a.dna"):
        with pytest.raises(InputError, match=re.escape(name)):
            read_codebook(tmp_path / name)


def test_two_hundred_concepts_are_read_at_once(file):
    path = file("".join(concept(f"c{i}", parent=f"c{i // 2 or 400}") for i in range(1, 401)))
    began = time.process_time()
    concepts, problems = read_codebook(path)
    assert time.process_time() - began < 1
    assert len(concepts) == 400
    assert len(problems) == 9  # 400 → 200 → 100 → 50 → 25 → 12 → 6 → 3 → 1 → 400


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30).map(
    lambda text: " ".join(text.split())
)
SENTENCES = st.tuples(TEXTS, st.sampled_from(["a b", "Taxes should fall.", "=1+1 ok", "'tis so", 'a b """', "\\u [[concept]] x y"])).map(
    lambda parts: " ".join(" ".join(parts).split())
)  # fmt: skip
EXAMPLES = st.builds(
    lambda text, actor, stance: Example(text=f"{text} {actor or ''}".strip(), stance=stance, actor=actor or None),
    SENTENCES, TEXTS, st.sampled_from(ANSWERS),
)  # fmt: skip
CONCEPTS = st.lists(
    st.builds(
        Concept,
        id=TEXTS.map(lambda text: f"{text} c".strip()),
        proposition=SENTENCES,
        note=st.lists(TEXTS, max_size=3).map(lambda lines: "\n".join(lines).strip()),
        aliases=st.lists(TEXTS.filter(bool), max_size=3, unique=True).map(tuple),
        examples=st.lists(EXAMPLES, max_size=3, unique_by=lambda e: " ".join(e.text.split()).casefold()).map(tuple),
    ),
    min_size=1, max_size=5, unique_by=lambda c: c.id.casefold(),
)  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(concepts=CONCEPTS, parent=st.integers(0, 4))
def test_what_is_written_is_read_again(tmp_path_factory, concepts, parent):
    concepts = [*concepts[:-1], replace(concepts[-1], parent=concepts[parent].id)] if parent < len(concepts) - 1 else concepts  # fmt: skip
    folder = tmp_path_factory.mktemp("codebook")
    write_codebook(concepts, folder / "a.toml")
    assert read_codebook(folder / "a.toml") == (concepts, [])
    plain = [replace(c, aliases=tuple(a for a in c.aliases if not set(a) & set("|;"))) for c in concepts]
    write_codebook(plain, folder / "a.csv")
    assert read_codebook(folder / "a.csv") == (plain, [])


def test_what_csv_cannot_hold_is_told_and_nothing_written(tmp_path):
    with pytest.raises(InputError, match=r"cannot hold the alias “a\|b” of c: write TOML"):
        write_codebook([Concept(id="c", proposition="We go.", aliases=("a|b",))], tmp_path / "a.csv")
    with pytest.raises(InputError, match=r"U\+D800"):
        write_codebook([Concept(id="c", proposition="We go \ud800.")], tmp_path / "a.toml")
    assert not list(tmp_path.iterdir())


def test_a_cell_that_a_spreadsheet_would_run_is_written_as_words(tmp_path):
    path = tmp_path / "a.csv"
    write_codebook([Concept(id="c", proposition="=1+1 is two.")], path)
    assert "'=1+1" in path.read_text()
    assert read_codebook(path)[0][0].proposition == "=1+1 is two."


@pytest.fixture(scope="module")
def checked():
    """What is found in these propositions, as (id, kind, other) with ids a, b, c …"""
    from onrecord.codebook import check
    from onrecord.reading.nearness import Nearness
    from onrecord.reading.stances import StanceModel

    nearness, model = Nearness(), StanceModel()

    def run(*propositions, **more):
        concepts = [Concept(id="abcdefgh"[i], proposition=p, **more) for i, p in enumerate(propositions)]
        return check(concepts, nearness, model)

    return run


@pytest.mark.parametrize(
    ("proposition", "kind", "message"),
    [
        ("More should be done.", "vague", "say who should do what"),
        ("Something must change!", "vague", "say who should do what"),
        ("Politicians must act now.", "vague", "say who should do what"),
        ("The housing shortage should be tackled.", "vague", "say what should be done"),
        ("It should be closed at night.", "vague", "say who or what is meant"),
        ("Should Turkey join the EU?", "vague", "is a question"),
        ("Reform of the pensions", "vague", "is a heading"),
        ("The climate is changing because of greenhouse gases.", "vague", "says what is, not what should be"),
        ("The pension age should be raised and extended.", "double-barrelled", "make two concepts"),
        ("Britain should leave the EU and join a customs union.", "double-barrelled", "make two concepts"),
        ("Taxes should fall and pensions should rise.", "double-barrelled", "make two concepts"),
        ("Turkey should not join the EU.", "negated", "say it positively"),
        ("Nuclear plants mustn’t be closed.", "negated", "say it positively"),
        ("No school should be closed.", "negated", "say it positively"),
        ("Die Türkei soll der Europäischen Union beitreten.", "not English", "translate"),
        ("La Turquie devrait rejoindre l’Union européenne.", "not English", "translate"),
        ("Турция должна вступить в Европейский союз.", "not English", "translate"),
        ("土耳其 应该 加入 欧盟 吧", "not English", "translate"),
        (
            "Turkey should join " + "the group of states that met in the old town " * 8 + ".",
            "too long",
            "the model reads",
        ),
    ],
)
def test_each_way_to_put_it_badly_is_named_with_what_to_do(checked, proposition, kind, message):
    assert [(f.kind, message in f.message) for f in checked(proposition)] == [(kind, True)]


@pytest.mark.parametrize(
    "proposition",
    [
        "European states should send a peacekeeping force.",
        "Britain should leave the EU.",
        "Trade and industry should pay less tax.",
        "The ministry of trade and industry should be moved to Lyon.",
        "Large customers should have to pay for the power they reserve, whether or not they use it.",
        "Firms that should have paid must pay a fine.",
        "Not only banks should pay the levy.",
        "It should be possible to retire at 62.",
        "Dockers should stop work.",
        "The legal age for buying a rifle should be 21.",
        "No-fault evictions should be outlawed.",
        "No more than one cabin should be allowed per garden.",
        "A truce should be concluded even if the children are not back.",
        "Four hospital groups would be enough.",
        "The deal is acceptable.",
        "Separate hours should be set for men and women.",
        "The allies must keep their promise to Ukraine.",
        "New Zealand should back Palestine's full UN membership.",
    ],
)
def test_what_is_put_well_is_left_alone(checked, proposition):
    assert checked(proposition) == []


def test_a_long_proposition_is_told_where_the_model_stops(checked):
    (found,) = checked(
        " ".join(["Turkey should join the EU of the states"] + ["and of the old towns"] * 14 + ["at once."])
    )
    assert re.search(r"reads to “… \w+ \w+ \w+ \w+” and no further", found.message)


def test_the_same_demand_and_its_denial_are_found_and_others_are_not(checked):
    found = checked(
        "Turkey should be admitted to the European Union.",
        "The pension age should be raised to 67.",
        "The European Union should admit Turkey.",
        "Turkey should be kept out of the European Union.",
        "Grain imports from Ukraine should be stopped at the border.",
    )
    assert {(f.concept, f.other) for f in found} == {("c", "a"), ("d", "a"), ("d", "c")}
    assert {f.kind for f in found} == {"same demand"}
    assert all(0.8 <= f.score <= 1 for f in found)


def test_concepts_of_one_parent_are_told_apart_already(checked):
    assert not checked("Ireland should send troops to Mali.", "Norway should send troops to Mali.", parent="troops")


def test_nothing_and_one_concept_are_no_trouble(checked):
    assert checked() == []
    assert checked("Turkey should join the EU.") == []


def test_examples_that_contradict_each_other(checked):
    examples = (Example(text="Ann is for it.", stance="support"), Example(text="ann  is for it.", stance="none"))
    (found,) = checked("Turkey should join the EU.", examples=examples)
    assert (found.kind, found.concept) == ("contradictory", "a")
    assert "“Ann is for it.” is coded support and none: take one out" in found.message


def test_the_example_of_the_project_is_in_order():
    from onrecord.codebook import wording

    concepts, problems = read_codebook(ROOT / "examples" / "codebook.toml")
    assert (len(concepts), problems) == (20, [])
    assert not [found for c in concepts for found in wording(c.proposition)]
    assert sum(len(c.examples) for c in concepts) == 4


def test_the_two_files_of_the_guide_say_the_same(file, checked):
    text = GUIDE.read_text(encoding="utf-8")
    (toml,), (table,) = (re.findall(rf"```{form}\n(.*?)```", text, re.DOTALL) for form in ("toml", "csv"))
    concepts, problems = read_codebook(file(toml))
    assert not problems
    assert [(c.id, len(c.examples)) for c in concepts] == [("pension-age", 2), ("pensions", 0)]
    assert read_codebook(file(table, "guide.csv")) == (concepts, [])
    assert checked(*(c.proposition for c in concepts), parent="both") == []


def test_the_concepts_of_a_dna_file_have_the_ids_that_importing_gives_them(tmp_path):
    from onrecord.exchange.dna.file import DnaFile, Entity, StatementType, Variable
    from onrecord.exchange.dna.importing import import_dna
    from onrecord.exchange.dna.writing import write_dna
    from onrecord.record import Record

    values = ["", "Turkey should join the EU.", "Turkey should join the EU!", "Peace", "The EU should\tgrow."]
    kinds = {1: ("person", "short text"), 2: ("concept", "short text"), 3: ("agreement", "boolean")}
    file = DnaFile(
        types=(StatementType(id=1, label="DNA Statement"),),
        variables=tuple(Variable(id=i, name=n, kind=k, type=1) for i, (n, k) in kinds.items()),
        entities=tuple(
            Entity(id=i, variable=2, value=v, parent=5 if i == 2 else None) for i, v in enumerate(values, start=1)
        ),
    )  # fmt: skip
    path = tmp_path / "a.dna"
    write_dna(file, path)
    concepts, problems = read_codebook(path)
    assert [(c.id, c.proposition, c.parent) for c in concepts] == [
        ("turkey-should-join-the-eu", "Turkey should join the EU.", "the-eu-should-grow"),
        ("turkey-should-join-the-eu-2", "Turkey should join the EU!", None),
        ("the-eu-should-grow", "The EU should grow.", None),
    ]
    told = [p.message for p in problems]
    assert any("“Peace” is one word" in message for message in told)
    with Record.open(tmp_path / "a.db") as record:
        import_dna(path, record, reviewer="ann")
        assert {c.id for c in record.concepts()} >= {c.id for c in concepts}
