"""Whether two actors are one: the names alone, what speaks for and against, and whom the register then links."""

import pytest
from actor_cases import add, appears, body, groups, person, story
from hypothesis import example, given
from hypothesis import strategies as st
from record_cases import FIRST, article

from onrecord.record import Record, register, spelling
from onrecord.record.register import LINK, PROPOSE, Candidate, Name, Post, Scored, bodies, choose, people

SURE, DOUBTFUL, NONE = "sure", "doubtful", "none"


@pytest.fixture
def record(tmp_path):
    with Record.open(tmp_path / "r.db") as opened:
        yield opened


def sureness(match):
    return SURE if match.score >= LINK else DOUBTFUL if match.score else NONE


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Volodymyr Zelensky", "Volodymyr Zelenskyy", SURE),
        ("Volodymyr Zelensky", "Volodymyr Zelenskiy", SURE),
        ("Volodymyr Zelenskyy", "Володимир Зеленський", SURE),
        ("Goran Petrović", "Goran Petrovic", SURE),
        ("Goran Petrović", "Goran Petrovich", SURE),
        ("Serhat Kozanlı", "Serhat Kozanli", SURE),
        ("Tom Müller", "Tom Mueller", SURE),
        ("Łukasz Wałęsa", "Lukasz Walesa", SURE),
        ("Losa Fa’alogo", "Losa Fa'alogo", SURE),
        ("Xi Jinping", "習近平", SURE),
        ("Mohammed bin Salman", "محمد بن سلمان", SURE),
        ("Viktor Orbán", "Orbán Viktor", SURE),
        ("Donald Trump", "Donald J. Trump", SURE),
        ("Sir Keir Starmer", "Keir Starmer", SURE),
        ("Ursula von der Leyen", "Ursula Leyen", SURE),
        ("Pedro Sánchez", "Pedro Sánchez Pérez-Castejón", SURE),
        ("Lady Strang", "Lady Strang", SURE),
        ("Volodymyr Zelensky", "Vladimir Zelensky", DOUBTFUL),
        ("Elfriede Kos", "E. Kos", DOUBTFUL),
        ("Ed Davey", "Edward Davey", DOUBTFUL),
        ("Elfriede Kos", "Kos", DOUBTFUL),
        ("Kos", "Kos", DOUBTFUL),
        ("John Doe", "John Doe Jr", DOUBTFUL),
        ("John Doe Sr", "John Doe Jr", NONE),
        ("Callum Rennie", "Ewan Rennie", NONE),
        ("John A. Smith", "John B. Smith", NONE),
        ("Ian Smith", "Jan Smith", NONE),
        ("Will Self", "Will Young", NONE),
        ("Theresa May", "Brian May", NONE),
        ("Mr Theresa", "Mrs Theresa", NONE),
        ("Kos", "de Kos", DOUBTFUL),
        ("Kos", ":", NONE),
    ],
)
def test_names_of_people_alone(a, b, expected):
    assert sureness(people(a, b)) == expected
    assert people(a, b) == people(b, a)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("European Central Bank", "the European Central Bank", SURE),
        ("Rail Union Ltd", "Rail Union", SURE),
        ("BGV", "B.G.V.", SURE),
        ("Міністерство оборони", "Ministerstvo oboroni", SURE),
        ("European Central Bank", "ECB", DOUBTFUL),
        ("Reform UK", "Reform", DOUBTFUL),
        ("Parliament", "Parliament", DOUBTFUL),
        ("the union", "the union", DOUBTFUL),
        ("Bank of England", "Bank of America", NONE),
        ("Bank of England", "Bank of Ireland", NONE),
        ("Ministry of Health", "Ministry of Defence", NONE),
    ],
)
def test_names_of_organisations_alone(a, b, expected):
    assert sureness(bodies(a, b)) == expected
    assert bodies(a, b) == bodies(b, a)


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)


@given(NAMES, NAMES, st.sampled_from(["person", "organisation", "group", "country"]))
def test_any_names_are_compared_alike_both_ways_and_the_same_are_found_by_a_key(a, b, kind):
    compared = people if kind == "person" else bodies
    assert compared(a, b).score == compared(b, a).score
    assert 0 <= compared(a, b).score <= 1
    assert spelling.sound(spelling.sound(a)) is not None
    of = article("x", f"{a} ")
    if spelling.sound(a):
        asked = register.asked_keys(appears(of, a, kind=kind))
        assert asked & register.keys(kind, a)


PARTS = st.lists(
    st.sampled_from("Ann Anna J. Jr Sir Mrs de von Kos Koš Orbán Nagy Зеленський 習近平 Will May".split()),
    min_size=1,
    max_size=4,
)


@given(PARTS.map(" ".join), PARTS.map(" ".join))
@example("von Ann von", "von Ann von J.")
def test_names_of_any_parts_are_compared_alike_both_ways_and_never_missed(a, b):
    assert people(a, b).score == people(b, a).score
    if people(a, b).score >= PROPOSE:
        asked = register.asked_keys(appears(article("x", f"{a} said so."), a))
        assert asked & register.keys("person", b)


def test_every_pair_that_may_be_one_has_a_key_in_common():
    pairs = [
        ("person", "Volodymyr Zelensky", "Володимир Зеленський"), ("person", "Kos", "Elfriede Kos"),
        ("person", "E. Kos", "Elfriede Kos"), ("person", "Xi Jinping", "習近平"),
        ("person", "Viktor Orbán", "Orbán Viktor"), ("person", "Donald Trump", "Donald J. Trump"),
        ("person", "Mohammed bin Salman", "محمد بن سلمان"), ("person", "Volodymyr Zelensky", "Vladimir Zelensky"),
        ("person", "Pedro Sánchez", "Pedro Sánchez Pérez-Castejón"), ("person", "Ursula von der Leyen", "Ursula Leyen"),
        ("organisation", "Reform", "Reform UK"), ("organisation", "ECB", "European Central Bank"),
        ("organisation", "Union", "Rail Union"),
    ]  # fmt: skip
    for kind, a, b in pairs:
        for name, other in ((a, b), (b, a)):
            asked = register.asked_keys(appears(article("x", f"{name} said so."), name, kind=kind))
            assert asked & register.keys(kind, other), f"{name} does not find {other}"


def test_a_post_of_a_register_file_holds_between_its_dates():
    post = Post(title="chancellor", since="2024-05", until="2026-04-20")
    assert [post.holds(d) for d in ("2024-04-30", "2024-05-01", "2024", "2026-04-20", "2026-04-21", "2026-04", None)] == [
        False, True, True, True, False, True, False,
    ]  # fmt: skip


def scored(number, score, named=0.95, uses=1, maybe=()):
    return Scored(number, score, "", named, uses, frozenset(maybe))


@pytest.mark.parametrize(
    ("candidates", "chosen", "proposed"),
    [
        ([], None, []),
        ([scored(1, 0.95)], 1, []),
        ([scored(1, 0.7)], None, [1]),
        ([scored(1, 0.3)], None, []),
        ([scored(1, 0.95), scored(2, 0.9)], None, [1, 2]),
        ([scored(1, 0.99), scored(2, 0.8)], 1, []),
        ([scored(1, 0.95), scored(2, 0.99, named=0.55)], 1, []),
        ([scored(1, 0.95, uses=50), scored(2, 0.95, uses=3)], 1, []),
        ([scored(1, 0.95, uses=5), scored(2, 0.95, uses=3)], None, [1, 2]),
        ([scored(1, 0.95, uses=5), scored(2, 0.95, uses=3, maybe=[1])], 1, []),
        ([scored(1, 0.95, uses=5), scored(2, 0.95, uses=5), scored(3, 0.95, maybe=[1, 2])], 3, []),
    ],
)
def test_the_best_is_chosen_unless_another_comes_near(candidates, chosen, proposed):
    best, others = choose(candidates)
    assert best == next((c for c in candidates if c.number == chosen), None)
    assert [s.number for s in others] == proposed


def test_a_name_a_person_gave_is_beyond_doubt():
    actor = Candidate(number=1, kind="person", names=(Name("Elfriede Kos"), Name("die Eiserne", True)))
    of = article("x", "die Eiserne said no.")
    appearance = appears(of, "die Eiserne")
    told = register.context(appearance, {appearance.id: appearance}, None)
    assert register.score(appearance, told, actor, 0).score == 1


# What the register then does


def test_a_surname_needs_company_or_the_same_office(record):
    kos = person("Elfriede Kos", role="president", organisation="BGV")
    add(record, story("1", kos, body("Chamber of Labour"), body("Industry Association"), person("Jakob Wieser")))
    add(record, story("2", person("Kos")))
    assert len(groups(record, "person")) == 3, "nothing tells that it is she"
    add(record, story("3", person("Kos", role="president", organisation="BGV")))
    add(record, story("4", person("Kos"), body("Chamber of Labour"), body("Industry Association")))
    assert [("1", "Elfriede Kos"), ("3", "Kos"), ("4", "Kos")] in groups(record)


def test_two_brothers_stay_two_however_much_they_share(record):
    company = [body("Scottish Deepwater Fleet Association"), person("Lady Strang")]
    both = [person("Callum Rennie", role="skipper", country="GB"), person("Ewan Rennie", role="skipper", country="GB")]
    add(record, story("1", *both, *company), story("2", both[0], *company), story("3", both[1], *company))
    found = groups(record, "person")
    assert [("1", "Callum Rennie"), ("2", "Callum Rennie")] in found
    assert [("1", "Ewan Rennie"), ("3", "Ewan Rennie")] in found
    add(record, story("4", person("Rennie", role="skipper", country="GB"), *company))
    assert [("4", "Rennie")] in groups(record), "it may be either"
    assert {p.other for p in record.proposals()} == {"Callum Rennie", "Ewan Rennie"}


def test_names_that_one_article_tells_apart_are_told_apart(record):
    add(record, story("1", person("Ann Rennie"), body("Fleet"), body("Harbour Trust")))
    add(record, story("2", person("Anna Rennie"), person("Ann Rennie"), body("Fleet"), body("Harbour Trust")))
    assert [("2", "Anna Rennie")] in groups(record)


@pytest.mark.parametrize(
    "pair",
    [
        (person("Will"), person("Will Self")), (person("May"), person("Theresa May")),
        (person("Bush"), person("George Bush")), (body("Reading"), person("Reading")),
        (person("Nice"), {"name": "Nice", "kind": "country"}), (person("May"), person("May")),
        (body("Reading"), body("Reading Council")),
    ],
)  # fmt: skip
def test_names_that_are_common_words_are_not_linked_without_more(record, pair):
    add(record, story("1", pair[0]), story("2", pair[1]))
    assert len(groups(record)) == 2


def test_unnamed_actors_are_of_their_article_alone(record):
    diplomat = {"name": "a Western diplomat", "kind": "unnamed", "country": "US"}
    add(record, story("1", diplomat), story("2", diplomat), story("3", {"name": "officials", "kind": "group"}))
    add(record, story("4", {"name": "officials", "kind": "group"}))
    assert len(groups(record)) == 4
    assert [a.name for a in record.actors(kind="unnamed")] == ["a Western diplomat"] * 2


def test_countries_are_one_by_their_code(record):
    add(record, story("1", {"name": "Turkey", "kind": "country", "country": "TR"}))
    add(record, story("2", {"name": "Ankara", "kind": "country", "country": "TR"}))
    add(record, story("3", {"name": "Georgia", "kind": "country", "country": "GE"}))
    add(record, story("4", {"name": "Georgia", "kind": "country", "country": "US-GA"}))
    assert groups(record) == [[("1", "Turkey"), ("2", "Ankara")], [("3", "Georgia")], [("4", "Georgia")]]


def test_an_organisation_is_found_by_its_acronym_once_an_article_gives_both(record):
    add(record, story("1", body("BGV")), story("2", body("Federation of Trade Unions", names=("BGV",))))
    assert len(groups(record)) == 2
    add(record, story("3", body("BGV")))
    assert [("1", "BGV"), ("3", "BGV")] in groups(record)


def test_bodies_that_share_a_short_name_stay_apart(record):
    add(record, story("1", body("Northgate Pipelines", names=("Northgate",))))
    add(record, story("2", body("Northgate Compute", names=("Northgate",))))
    assert len(groups(record)) == 2


def test_parties_of_one_name_in_two_countries_stay_apart(record):
    add(record, story("1", body("Labour Party", country="GB")), story("2", body("Labour Party", country="NZ")))
    add(record, story("3", body("Labour Party", country="NZ")))
    assert groups(record) == [[("1", "Labour Party")], [("2", "Labour Party"), ("3", "Labour Party")]]


def test_two_of_one_full_name_and_different_countries_are_a_proposal(record):
    add(record, story("1", person("John Smith", role="senator", country="AU")))
    add(record, story("2", person("John Smith", role="baker", country="GB")))
    assert len(groups(record)) == 2
    (proposal,) = record.proposals()
    assert (proposal.actor, proposal.other, proposal.article) == ("John Smith", "John Smith", "2")
    assert "another country" in proposal.reason
    add(record, story("3", person("John Smith", role="baker", country="GB")))
    assert [("2", "John Smith"), ("3", "John Smith")] in groups(record)


def test_a_name_in_doubt_does_not_make_a_new_actor_each_time(record):
    add(record, story("1", person("John Smith", country="AU")), story("2", person("John Smith", country="GB")))
    for n in range(3, 9):
        add(record, story(str(n), person("John Smith")))
    assert len(groups(record)) == 2


def test_two_hundred_names_in_one_article(record):
    names = [f"Person{chr(97 + n // 26)}{chr(97 + n % 26)} Surname{n}" for n in range(200)]
    add(record, story("1", *map(person, names)), story("2", *map(person, reversed(names))))
    assert len(groups(record)) == 200
    assert all(len(group) == 2 for group in groups(record))


def test_names_in_capitals_are_the_same_names(record):
    add(record, story("1", person("Elfriede Kos")), story("2", person("ELFRIEDE KOS")))
    assert len(groups(record)) == 1
    assert record.actor("elfriede kos").name == "Elfriede Kos"


def test_the_order_of_reading_does_not_matter_for_full_names(tmp_path):
    stories = [
        story("1", person("Goran Petrović")), story("2", person("Goran Petrovic")), story("3", person("Goran Petrović")),
        story("4", person("Elfriede Kos")), story("5", body("Rail Union")), story("6", body("the Rail Union")),
    ]  # fmt: skip
    found = []
    for n, order in enumerate([stories, stories[::-1]]):
        with Record.open(tmp_path / f"{n}.db") as record:
            for of, read in order:
                record.add(of, read, reading=FIRST)
            found.append((groups(record), [(a.id, a.name) for a in record.actors(sort="name")]))
    assert found[0] == found[1]
