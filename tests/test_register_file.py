"""Register files: what is read, and what is told of what cannot be."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.errors import InputError, NotFound
from onrecord.exchange.register import read_register
from onrecord.record import Given

GUIDE = (Path(__file__).parent.parent / "docs" / "actors.md").read_text(encoding="utf-8")
HEAD = "name,aliases,kind,role,organisation,country,from,to,wikidata\n"
KOS = Given(
    line=2, name="Elfriede Kos", aliases=("Ms Kos", "E. Kos"), title="president", organisation="BGV", country="AT",
    since="2024-01",
)  # fmt: skip


@pytest.fixture
def file(tmp_path):
    def write(text, name="register.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def told(path):
    """Line and message of each problem."""
    return {int(p.name.removeprefix(f"{path}:")): p.message for p in read_register(path)[1]}


def test_the_csv_of_the_guide_is_read_as_the_guide_says(file):
    (example,) = re.findall(r"```csv\n(.*?)```", GUIDE, re.DOTALL)
    path = file(example)
    rows, problems = read_register(path)
    assert rows == [KOS]
    assert f"register.csv:3: {problems[0].message}" in GUIDE
    assert problems[0].name == f"{path}:3"


def test_the_toml_of_the_guide_says_the_same(file):
    (example,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    rows, problems = read_register(file(example, "register.toml"))
    assert (rows, problems) == ([replace(KOS, line=1)], [])


@pytest.mark.parametrize(
    "text",
    [
        "Name;Aliases;Role\nElfriede Kos;Ms Kos|E. Kos;président\n",
        "sep=;\nname;aliases;role\nElfriede Kos;Ms Kos|E. Kos;président\n",
        "\ufeffname,aliases,role\r\nElfriede Kos,Ms Kos ; E. Kos,président\r\n",
        'name\taliases\trole\n  Elfriede \u2009 Kos\tMs Kos|E. Kos|Elfriede Kos|\t"président"\n',
        "name,aliases,role\nElfriede Kos,Ms Kos|E. Kos,président\n".encode("windows-1252"),
        "name,aliases,role\nElfriede Kos,Ms Kos|E. Kos,président\n".encode("utf-16"),
    ],
)
def test_tables_as_spreadsheets_write_them(file, text):
    rows, problems = read_register(file(text))
    assert not problems
    assert [(g.name, g.aliases, g.title) for g in rows] == [("Elfriede Kos", ("Ms Kos", "E. Kos"), "président")]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (",,,,,,,,", None),
        (",x,,,,,,,", "has no name"),
        ("?!,,,,,,,,", "“?!” is no name"),
        ("Ann,?,,,,,,,", "“?” is no name"),
        ("Ann,,alien,,,,,,", "kind “alien” is none of person, organisation, country, group"),
        ("Ann,,unnamed,,,,,,", "kind “unnamed” is none of"),
        ("Ann,,,,,Atlantis,,,", "'Atlantis' is no country"),
        ("Ann,,,,,,01.02.2024,,", "from “01.02.2024” is no date: write 2026"),
        ("Ann,,,,,,2024-02-30,,", "from “2024-02-30” is no date"),
        ("Ann,,,,,,2024-13,,", "from “2024-13” is no date"),
        ("Ann,,,,,,,2024-1-1,", "to “2024-1-1” is no date"),
        ("Ann,,,,,,2024-05,2023,", "is from 2024-05, after to 2023"),
        ("Ann,,,,,,,,42", "wikidata “42” is no id such as Q42"),
        ("Ann,,", "has 3 cells where the header has 9"),
        ("Ann,,,,,,,,,,,", "has 12 cells where the header has 9"),
        ("A\0n,,,,,,,,", "name has the character U+0000"),
        ('"Ann,,,,,,,,', "is no row"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_the_others_are_kept(file, row, message):
    path = file(HEAD + f"First,,,,,,,,\n{row}\nLast,,,,,,,,\n")
    assert [g.name for g in read_register(path)[0]] == ["First", "Last"]
    found = told(path)
    assert found.keys() == ({3} if message else set())
    assert message is None or message in found[3]


def test_lines_are_those_of_the_file_whatever_the_cells_hold(file):
    path = file(HEAD + '"Ann\nBell",,,,,,,,\n\nCe\u2028cil\x0c,,,,,,,,\nDora,,alien,,,,,,\n')
    rows, _ = read_register(path)
    assert [(g.line, g.name) for g in rows] == [(2, "Ann Bell"), (5, "Ce cil")]
    assert told(path).keys() == {6}


def test_values_are_brought_into_one_form(file):
    path = file(
        HEAD
        + "Ann,,Person,,,norway,2024-02-29,2024-02-29,https://www.wikidata.org/wiki/Q42\n"
        + "UN,,organisation,,,,,,\nBob,,,,,NO,2024,2024-06,\n"
    )
    ann, un, bob = read_register(path)[0]
    assert (ann.kind, ann.country, ann.since, ann.until, ann.wikidata) == (
        "person",
        "NO",
        "2024-02-29",
        "2024-02-29",
        "Q42",
    )
    assert (un.kind, un.country, un.title, un.since) == ("organisation", None, None, None)
    assert (bob.country, bob.since, bob.until) == ("NO", "2024", "2024-06")


TOML = """# who is who
[[actor]]
name = "Ann Bell"
from = 2024-01-31
to = 2025

[[actor]]
name = "Bad
kind = "person"

  [[ actor ]]
name = 5

[[actor]]
name = "Cecil"
form = "2024"

[[actor]]
name = "Dora"
aliases = "Dodo"

[[actor]]
name = "Eve"
[[person]]
name = "Fay"

[[actor]]
name = "Gil"
from = 2024-05-01T10:00:00
"""


def test_tables_of_toml_that_cannot_be_used_are_named_and_the_others_are_kept(file):
    path = file(TOML, "register.TOML")
    rows, _ = read_register(path)
    assert [(g.line, g.name, g.since, g.until) for g in rows] == [
        (2, "Ann Bell", "2024-01-31", "2025"),
        (27, "Gil", "2024-05-01", None),
    ]
    found = told(path)
    assert sorted(found) == [7, 11, 14, 18, 22]
    assert "at line 8" in found[7]
    assert "name must be a text, not 5" in found[11]
    assert "unknown key “form”" in found[14]
    assert "aliases must be a list" in found[18]
    assert "unknown key “person”" in found[22]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("r.csv", "", "has no column named name"),
        ("r.csv", "who,role\nAnn,minister\n", "line 1: has no column named name"),
        ("r.csv", "name,form\nAnn,2024\n", "line 1: unknown column “form”: known are name, aliases"),
        ("r.csv", "name,name\nAnn,Bob\n", "line 1: has two columns of the same name"),
        ("r.csv", b"PK\x03\x04 xl/workbook.xml", "r.csv: is "),
        ("r.toml", "", "must hold tables"),
        ("r.toml", 'title = "x"\n[[actor]]\nname = "Ann"\n', "must hold tables"),
        ("r.toml", "name = \n[[actor]]\n", "must hold tables"),
        ("r.toml", "[[actor]]\nname = 'é'".encode("latin-1"), "not in UTF-8"),
    ],
)
def test_a_file_that_is_no_register_is_refused(file, name, text, message):
    with pytest.raises(InputError, match=re.escape(message)):
        read_register(file(text, name))


@pytest.mark.parametrize("name", ["none.csv", "none.toml"])
def test_a_file_that_is_not_there_is_told(tmp_path, name):
    with pytest.raises(InputError, match="cannot be read"):
        read_register(tmp_path / name)


def test_loading_twice_adds_nothing_twice_and_undoing_it_leaves_nothing(record, file):
    rows, _ = read_register(
        file(HEAD + "Ann Bell,Bellie,,minister,Reform,NO,2024,,\nAnn Bell,,,leader,Reform,NO,2020,2023,\n")
    )
    assert record.load_register(rows, file="r.csv", reviewer="me")[:2] == (2, 0)
    assert record.load_register(rows, file="r.csv", reviewer="me")[:2] == (0, 2)
    known = record.actor("bellie")
    assert [(p.title, p.since, p.until) for p in known.posts] == [
        ("leader", "2020", "2023"),
        ("minister", "2024", None),
    ]
    assert [p.title for p in record.roles_at("Ann Bell", "2022-05")] == ["leader"]
    assert len(record.judgements()) == 1
    record.undo(reviewer="me")
    with pytest.raises(NotFound):
        record.actor("bellie")
    assert record.load_register(rows, file="r.csv", reviewer="me")[:2] == (2, 0)


def test_a_row_that_stands_twice_in_a_file_counts_once(record, file):
    rows, _ = read_register(file(HEAD + "Ann Bell,,,minister,,,,,\n" * 2))
    record.load_register(rows, file="r.csv", reviewer="me")
    assert len(record.actor("Ann Bell").posts) == 1
