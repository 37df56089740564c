"""Names as words: their parts, and whether two may mean the same."""

import pytest

from onrecord.reading.naming import fits, person, plain, shortens, untitled


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mr Kos", "Kos"),
        ("Sir Giles Thackeray", "Sir Giles Thackeray"),
        ("Dr Sione Vaipulu’s", "Sione Vaipulu"),
        ("Det Ch Insp Leona Farrow", "Leona Farrow"),
        ("Baroness Vale", "Baroness Vale"),
        ("May", "May"),
    ],
)
def test_a_name_is_kept_with_its_rank_and_without_courtesy_or_office(name, expected):
    assert untitled(name) == expected


@pytest.mark.parametrize(
    ("short", "full", "expected"),
    [
        ("Mr Rennie", "Ewan Rennie", True),
        ("Callum Rennie", "Ewan Rennie", False),
        ("E. Rennie", "Ewan Rennie", True),
        ("Sir Giles", "Sir Giles Thackeray", True),
        ("Ms Kos", "Sir Giles Kos", False),
        ("Elfriede", "Elfriede Kos", True),
        ("Mrs Elfriede", "Elfriede Kos", False),
        ("Adeyinka", "Yusuf Adeyinka-Holt", True),
        ("Petrovic", "Goran Petrović", True),
        ("von der Leyen", "Ursula von der Leyen", True),
        ("Kozanli", "Serhat Kozanlı", True),
    ],
)
def test_a_short_name_fits_a_full_one_or_not(short, full, expected):
    assert fits(person(short), person(full)) is expected


@pytest.mark.parametrize(
    ("short", "full", "expected"),
    [
        ("the Commission", "European Commission", True),
        ("Prairie", "Prairie Light & Power", True),
        ("ECB", "European Central Bank", True),
        ("Light", "Prairie Light & Power", False),
        ("Bank of France", "Bank of England", False),
    ],
)
def test_an_organisation_is_shortened_to_its_first_or_last_words_or_initials(short, full, expected):
    assert shortens(short, full) is expected


def test_folding_takes_away_accents_case_and_possessives():
    assert plain("Petrović’s") == plain("PETROVIC") == "petrovic"
