"""Actors in the record, on both databases: stored as read, linked, found, listed, judged, and brought up from old files."""

from dataclasses import replace

import pytest
from actor_cases import add, appears, body, groups, person, span, story
from record_cases import FIRST, ROME, ROME_SAID, SECOND, WARSAW, article
from sqlalchemy import text as sql

from onrecord.errors import EvidenceError, InputError, NotFound, RecordError
from onrecord.record import Given, Record, migrations
from onrecord.types import Read, Resolution, Role, Span, Statement, statement_id

KOS = person("Elfriede Kos", role="president", organisation="BGV", country="AT")
FIVE = [
    story("courier-1", KOS, person("Jakob Wieser", role="minister", country="AT"), body("BGV", country="AT")),
    story("courier-2", KOS, body("Rail Union"), published="2026-04-20"),
    story("mail-1", person("Elfriede Kos"), person("Tom Rennie"), outlet="The Mail", published="2026-05"),
    story("mail-2", {"name": "a Western diplomat", "kind": "unnamed"}, outlet="The Mail", published=None),
    story("mail-3", person("Elfriede Kos", role="candidate", organisation="Reform"), published="2026-06-01"),
]


@pytest.fixture
def told(record):
    add(record, *FIVE)
    return record


def names_of(record, **filters):
    return [a.name for a in record.actors(**filters)]


# Stored as read


def test_what_is_stored_is_what_was_read(told):
    for of, read in FIVE:
        (covered,) = told.coverage(article=of.id)
        assert covered.read == read
        assert covered.original is None
    assert list(told.check()) == []


def chain():
    """A said B had told him: a statement within another's, and one that nobody is told to have made."""
    of = article("chain", "Ann Lee said Bob Ray had told her that it was over. It rained, somebody said.")
    ann, bob = appears(of, "Ann Lee"), appears(of, "Bob Ray")
    made = []
    for source, cue, content in (
        ("Ann Lee", "said", "Bob Ray had told her that it was over"),
        ("Bob Ray", "had told", "that it was over"),
        ("somebody", None, "It rained"),
    ):
        parts = (span(of, source), cue and span(of, cue), (span(of, content),))
        made.append(
            Statement(
                id=statement_id(of.id, *parts),
                article_id=of.id,
                source=parts[0],
                cue=parts[1],
                content=parts[2],
                kind="indirect",
                score=0.9,
            )
        )
    made[1] = replace(made[1], within=made[0].id)
    resolutions = (
        Resolution(statement_id=made[0].id, appearance_id=ann.id, how="full name", score=0.97, evidence=made[0].source),
        Resolution(statement_id=made[1].id, appearance_id=bob.id, how="full name", score=0.95, evidence=made[1].source),
        Resolution(statement_id=made[1].id, appearance_id=ann.id, how="pronoun", score=0.5, evidence=span(of, "her")),
        Resolution(statement_id=made[2].id, appearance_id=None, how="unresolved", score=0.4),
    )
    return of, Read(statements=tuple(made), appearances=(ann, bob), resolutions=resolutions)


def test_a_statement_within_another_shows_who_reports_it(record):
    add(record, chain())
    outer, inner, nobody = sorted(record.said(), key=lambda s: (s.source == "somebody", len(s.content[0]) < 30))
    assert outer.reported_by is None
    assert inner.statement.within == outer.statement.id
    assert inner.reported_by == "Ann Lee"
    assert [(s.name, s.how, s.words) for s in inner.speakers] == [
        ("Bob Ray", "full name", "Bob Ray"), ("Ann Lee", "pronoun", "her"),
    ]  # fmt: skip
    assert [(s.name, s.how, s.score) for s in nobody.speakers] == [(None, "unresolved", 0.4)]
    with record._engine.connect() as db:
        row = db.execute(sql("SELECT * FROM said WHERE within IS NOT NULL")).one()
        assert (row.actor, row.how, row.within) == ("Bob Ray", "full name", outer.statement.id)
        both = db.execute(sql("SELECT actor, words FROM said_by WHERE within IS NOT NULL ORDER BY ordinal")).all()
        assert [tuple(r) for r in both] == [("Bob Ray", "Bob Ray"), ("Ann Lee", "her")]


def wrong(**changes):
    of, read = story("x", person("Ann Lee"))
    return of, replace(read, **changes)


OF, READ = story("x", person("Ann Lee"))
(ANN,), (HERS,) = READ.appearances, READ.resolutions


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"appearances": (ANN, ANN)}, "appearance is there twice"),
        ({"appearances": (replace(ANN, mentions=(Span(0, 999),)),)}, "does not fit"),
        ({"appearances": (replace(ANN, kind="robot"),)}, "kind 'robot'"),
        ({"appearances": (replace(ANN, name=" "),)}, "name ' '"),
        ({"appearances": (replace(ANN, article_id="y"),)}, "another article"),
        ({"appearances": (replace(ANN, parent=ANN.id),)}, "belongs to"),
        ({"appearances": (replace(ANN, parent="z"),)}, "belongs to z"),
        ({"appearances": (replace(ANN, names=("a\0",)),)}, "no database can hold"),
        (
            {"appearances": (replace(ANN, roles=(Role(title="x", organisation=None, country=None, former=False, evidence=Span(5, 5)),)),)},
            "does not fit",
        ),
        ({"resolutions": (replace(HERS, appearance_id="z"),)}, "not among the article's actors"),
        ({"resolutions": (replace(HERS, statement_id="z"),)}, "not among the article's statements"),
        ({"resolutions": (replace(HERS, how="guess"),)}, "how 'guess'"),
        ({"resolutions": (replace(HERS, appearance_id=None),)}, "how 'full name'"),
        ({"resolutions": (replace(HERS, how="unresolved"),)}, "how 'unresolved'"),
        ({"resolutions": (replace(HERS, score=1.1),)}, "score"),
        ({"resolutions": (HERS, HERS)}, "there twice"),
        ({"resolutions": (replace(HERS, evidence=Span(-1, 2)),)}, "does not fit"),
        ({"statements": (replace(READ.statements[0], within="z"),), "resolutions": ()}, "stands within z"),
    ],
)  # fmt: skip
def test_what_is_no_evidence_is_refused_and_nothing_is_stored(record, changes, message):
    with pytest.raises(EvidenceError, match=message):
        record.add(OF, replace(READ, **changes), reading=FIRST)
    assert not record.knows(OF.id)
    assert record.actors() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE appearances SET kind = 'robot'",
        "UPDATE appearances SET link_score = 2",
        "UPDATE mentions SET start_offset = -1",
        "UPDATE mentions SET exact = exact || '!'",
        "UPDATE roles SET former = 2",
        "UPDATE resolutions SET how = 'guess'",
        "UPDATE resolutions SET appearance_number = NULL",
        "UPDATE resolutions SET exact = NULL",
        "UPDATE resolutions SET score = -0.1",
        "UPDATE actors SET stands_for = 999",
        "UPDATE statements SET within = id",
        "DELETE FROM actors",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(told, change):
    with pytest.raises(RecordError), told._engine.begin() as db:
        db.execute(sql(change))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (
            "UPDATE mentions SET exact = 'Xlfriede Kos' WHERE exact = 'Elfriede Kos' AND appearance_number = 1",
            "mention of",
        ),
        ("UPDATE roles SET start_offset = 9000, end_offset = 9012 WHERE appearance_number = 1", "role of Elfriede Kos"),
        ("UPDATE resolutions SET exact = 'Xlfriede Kos' WHERE statement_number = 1", "whose statement"),
    ],
)
def test_check_finds_evidence_changed_with_another_tool(told, change, what):
    with told._engine.begin() as db:
        db.execute(sql(change))
    (problem,) = told.check()
    assert problem.name == "courier-1"
    assert what in problem.message


# Read anew


def test_reading_anew_keeps_links_and_takes_back_what_is_no_longer_told(told):
    of, read = FIVE[2]
    kept = told.actor("Tom Rennie").id
    told.rename("Tom Rennie", "Thomas Rennie", reviewer="me")
    tom = replace(read.appearances[1], names=("Tom Rennie", "Rennie"))
    assert told.add(of, replace(read, appearances=(read.appearances[0], tom)), reading=SECOND)
    assert told.actor("Rennie").id == kept
    assert told.actor("Tom Rennie").name == "Thomas Rennie"
    without = Read(statements=read.statements, appearances=(read.appearances[0],))
    assert told.add(of, without, reading=replace(SECOND, id="reading-3"))
    assert "Thomas Rennie" not in names_of(told)
    assert told.actor("Thomas Rennie").articles == 0, "a name that a person gave stays"
    told.undo(reviewer="me")
    with pytest.raises(NotFound):
        told.actor("Tom Rennie")
    assert told.add(of, read, reading=FIRST)
    assert told.actor("Tom Rennie").id == kept


def test_another_text_of_the_same_name_takes_its_actors_away(told):
    later, read = story("mail-1", person("Ann Lee"), text="Ann Lee said that matter 0 was settled.")
    assert told.add(later, read, reading=FIRST)
    assert "Tom Rennie" not in names_of(told)
    assert told.actor("Elfriede Kos").articles == 3
    assert told.add(*FIVE[2], reading=FIRST)
    assert "Tom Rennie" in names_of(told)
    assert "Ann Lee" not in names_of(told)


def test_statements_alone_may_be_added_too(record):
    assert record.add(ROME, ROME_SAID, reading=FIRST)
    assert [s.speakers for s in record.said()] == [()] * 3
    assert record.actors() == []


# Found and listed


def test_an_actor_by_any_name_and_by_id(told):
    kos = told.actor("Elfriede Kos")
    assert (kos.kind, kos.country, kos.articles, kos.statements) == ("person", "AT", 4, 4)
    assert (kos.first, kos.last) == ("2026-04-15", "2026-06-01")
    for key in (kos.id, kos.id[:8], "elfriede KOS", "  Elfriede   Kos ", "Elfriede Koss"):
        assert told.actor(key).id == kos.id, key
    assert told.actor("the Rail Union").name == "Rail Union"


def test_an_actor_by_its_name_in_another_script(record):
    add(record, story("1", person("Volodymyr Zelensky")), story("2", person("Володимир Зеленський")))
    add(record, story("3", person("Volodymyr Zelenskyy")), story("4", person("Volodymyr Zelenskiy")))
    for name in ("Volodymyr Zelensky", "Volodymyr Zelenskii", "Володимир Зеленський"):
        assert record.actor(name).articles == 4


def test_an_unknown_actor_is_told_with_what_comes_near(told):
    with pytest.raises(NotFound, match="did you mean 'Elfriede Kos'"):
        told.actor("Elfride Kso")
    with pytest.raises(NotFound, match="did you mean 'Tom Rennie'"):
        told.actor("Rennie")
    for nothing in ("", "zzzz", "%", "\0", "\ud800", "'; DROP TABLE actors", "x" * 5000):
        with pytest.raises(NotFound):
            told.actor(nothing)


def test_a_name_of_several_is_told_with_all_of_them(told):
    add(told, story("mail-4", person("Tim Rennie", names=("Rennie",))))
    add(told, story("mail-5", person("Tom Rennie", names=("Rennie",))))
    with pytest.raises(NotFound, match=r"may be any of Tim Rennie \(person, .*\), Tom Rennie"):
        told.actor("Rennie")


def test_lists_are_filtered_and_sorted(told):
    assert names_of(told) == ["Elfriede Kos", "BGV", "Jakob Wieser", "Rail Union", "Tom Rennie"]
    assert names_of(told, kind="organisation", sort="name") == ["BGV", "Rail Union"]
    assert names_of(told, kind="unnamed") == ["a Western diplomat"]
    assert names_of(told, outlet="the mail") == ["Elfriede Kos", "Tom Rennie"]
    assert [a.statements for a in told.actors(outlet="the mail")] == [1, 1]
    assert names_of(told, since="2026-05-15", until="2026-05-20") == ["Elfriede Kos", "Tom Rennie"]
    assert names_of(told, country="Austria") == names_of(told, country="at") == ["Elfriede Kos", "BGV", "Jakob Wieser"]
    assert names_of(told, organisation="bgv") == ["Elfriede Kos", "BGV"]
    assert names_of(told, organisation="bgv", kind="person") == ["Elfriede Kos"]
    assert names_of(told, words="minister") == ["Jakob Wieser"]
    assert names_of(told, words="ren*") == ["Tom Rennie"]
    assert names_of(told, words="") == []
    assert names_of(told, sort="last", limit=1) == ["Elfriede Kos"]
    assert names_of(told, sort="first", limit=2) == ["BGV", "Elfriede Kos"]
    with pytest.raises(InputError, match="no country"):
        told.actors(country="Atlantis")
    with pytest.raises(InputError, match="no date"):
        told.actors(since="April")


def test_what_an_actor_is_depends_on_the_date(told):
    def at(date):
        return [(post.title, post.organisation) for post in told.roles_at("Elfriede Kos", date)]

    assert at("2026-04-15") == [("president", "BGV")]
    assert at("2026-05-30") == [("president", "BGV")]
    assert at("2026-06-02") == [("candidate", "Reform"), ("president", "BGV")]
    assert at("2020") == [("president", "BGV")], "nothing else is known of that time"
    add(
        told,
        story("mail-6", person("Elfriede Kos", role="president", organisation="BGV", former=True), published="2026-07"),
    )
    assert at(None) == [("candidate", "Reform")]
    assert at("2026-06-15") == [("candidate", "Reform"), ("president", "BGV")]
    (listed,) = told.actors(words="elfriede", until="2026-05")
    assert (listed.title, listed.organisation) == ("president", "BGV")
    said = {s.article.name: s.speakers[0] for s in told.said(actor="Elfriede Kos")}
    assert (said["mail-1"].title, said["mail-1"].organisation, said["mail-1"].country) == ("president", "BGV", "AT")
    assert said["mail-6"].organisation == "Reform"


def test_said_by_takes_names_roles_and_organisations(told):
    told.alias("Elfriede Kos", "die Eiserne", reviewer="me")
    for by in ("elfriede", "eiserne", "president bgv", "Reform", '"elfriede kos"', "eis*"):
        assert {s.article.name for s in told.said(by=by)} >= {"mail-1", "mail-3"}, by
    assert [s.article.name for s in told.said(by="kos", outlet="The Mail")] == ["mail-1"]
    assert list(told.said(by="kos president rail")) == []
    assert [s.article.name for s in told.said(actor="die Eiserne", about="matter", since="2026-05")] == [
        "mail-1",
        "mail-3",
    ]
    with pytest.raises(NotFound):
        list(told.said(actor="nobody"))


def test_views_count_by_actor(told):
    with told._engine.connect() as db:
        rows = {r.name: r for r in db.execute(sql("SELECT * FROM actor_list"))}
        assert (rows["Elfriede Kos"].statements, rows["Elfriede Kos"].articles) == (4, 4)
        roles = db.execute(sql("SELECT title, words FROM roles_told WHERE actor = 'Jakob Wieser'")).all()
        assert [tuple(r) for r in roles] == [("minister", "Jakob Wieser")]


# Judged


def test_merge_and_undo(told):
    add(told, story("mail-4", person("Kos")))
    before = groups(told)
    made = told.merge("Elfriede Kos", "Kos", "Tom Rennie", reviewer="Ann")
    assert (made.kind, made.reviewer, made.detail["names"]) == ("merge", "Ann", ["Kos", "Tom Rennie"])
    kos = told.actor("Tom Rennie")
    assert (kos.name, kos.articles) == ("Elfriede Kos", 5)
    assert told.actor("Kos").id == kos.id
    assert names_of(told).count("Elfriede Kos") == 1
    with told._engine.connect() as db:
        assert db.scalar(sql("SELECT count(*) FROM said_by WHERE actor = 'Elfriede Kos'")) == 6
    with pytest.raises(InputError, match="one actor already"):
        told.merge("Tom Rennie", "Elfriede Kos", reviewer="Ann")
    add(told, story("mail-5", person("Tom Rennie")))
    assert told.actor("Elfriede Kos").articles == 6, "a name of what was merged leads to it"
    undone = told.undo(reviewer="Bob")
    assert (undone.id, undone.withdrawn_by) == (made.id, "Bob")
    assert groups(told) == sorted(
        [
            *(g for g in before if ("mail-1", "Tom Rennie") not in g),
            [("mail-1", "Tom Rennie"), ("mail-5", "Tom Rennie")],
        ]
    )
    with pytest.raises(NotFound, match="no judgement to undo"):
        told.undo(reviewer="Bob")
    with pytest.raises(InputError, match="withdrawn already"):
        told.undo(str(made.number), reviewer="Bob")
    assert [j.withdrawn_by for j in told.judgements()] == ["Bob"]


def test_split_to_a_new_actor_and_undo(told):
    before, listed = groups(told), told.actors()
    told.split("Elfriede Kos", "mail-1", "mail-3", to="Elfriede Kos (Reform)", reviewer="Ann")
    assert told.actor("Elfriede Kos").articles == 2
    other = told.actor("Elfriede Kos (Reform)")
    assert (other.articles, [p.organisation for p in other.posts]) == (2, ["Reform"])
    add(told, story("mail-7", person("Elfriede Kos", role="candidate", organisation="Reform")))
    assert told.actor(other.id).articles == 3, "the split holds for what is read later"
    of, read = FIVE[2]
    told.add(
        of, replace(read, appearances=(replace(read.appearances[0], country="AT"), read.appearances[1])), reading=SECOND
    )
    assert told.actor(other.id).articles == 3, "and for what is read anew"
    told.add(of, read, reading=FIRST)
    told.undo(reviewer="Ann")
    assert told.actor(other.id).name == "Elfriede Kos", "what was read meanwhile is hers again"
    with pytest.raises(NotFound):
        told.actor("Elfriede Kos (Reform)")
    assert [g for g in groups(told) if ("mail-7", "Elfriede Kos") not in g] == [
        g for g in before if ("mail-1", "Elfriede Kos") not in g
    ]
    assert len(told.actors()) == len(listed)


def test_split_to_an_actor_there_is(told):
    told.split("Elfriede Kos", "mail-1", to="Tom Rennie", reviewer="Ann")
    assert (told.actor("Tom Rennie").statements, told.actor("Elfriede Kos").articles) == (2, 3)
    told.undo(reviewer="Ann")
    assert told.actor("Tom Rennie").statements == 1


def test_what_cannot_be_split(told):
    with pytest.raises(InputError, match="does not appear in mail-2"):
        told.split("Elfriede Kos", "mail-2", reviewer="Ann")
    with pytest.raises(InputError, match="no other article"):
        told.split("Tom Rennie", "mail-1", reviewer="Ann")
    with pytest.raises(NotFound, match="no article 'mail-9'"):
        told.split("Elfriede Kos", "mail-9", reviewer="Ann")
    assert told.judgements() == []


def test_rename_keeps_the_names_there_were(told):
    told.rename("BGV", "Federation of Trade Unions", reviewer="Ann")
    told.rename("BGV", "Trade Union Federation", reviewer="Ann")
    assert told.actor("BGV").name == told.actor("Federation of Trade Unions").name == "Trade Union Federation"
    assert {s.speakers[0].name for s in told.said(by="bgv", article="courier-1")} >= {"Trade Union Federation"}
    told.undo("1", reviewer="Ann")
    assert told.actor("BGV").name == "Trade Union Federation"
    told.undo(reviewer="Ann")
    assert told.actor("BGV").name == "BGV"
    with pytest.raises(InputError, match="no name"):
        told.rename("BGV", " … ", reviewer="Ann")


def test_an_alias_links_what_is_read_later(told):
    told.alias("Elfriede Kos", "Mother Courage", reviewer="Ann")
    add(told, story("mail-4", person("Mother Courage")))
    assert told.actor("Elfriede Kos").articles == 5
    told.undo(reviewer="Ann")
    add(told, story("mail-5", person("Mother Courage", country="AT")))
    assert told.actor("Mother Courage").name == "Elfriede Kos", "an article still calls her so"


def test_a_judgement_undone_in_the_middle_leaves_the_others(told):
    told.merge("BGV", "Rail Union", reviewer="Ann")
    told.merge("Tom Rennie", "BGV", reviewer="Ann")
    told.rename("Tom Rennie", "Everybody", reviewer="Ann")
    told.undo("1", reviewer="Ann")
    assert told.actor("Rail Union").name == "Rail Union"
    assert told.actor("BGV").name == "Everybody"
    told.undo("2", reviewer="Ann")
    told.undo("3", reviewer="Ann")
    assert names_of(told, sort="name") == ["BGV", "Elfriede Kos", "Jakob Wieser", "Rail Union", "Tom Rennie"]


def test_a_record_that_is_only_read_takes_no_judgement(where):
    Record.open(where).close()
    with Record.open(where, read_only=True) as record, pytest.raises(RecordError, match="reading only"):
        record.rename("a", "b", reviewer="me")


# A register file's rows


def test_loaded_rows_take_part_in_linking(record):
    rows = [
        Given(line=2, name="Leonore Achatz", aliases=("Leo Achatz", "the Iron Chancellor"), country="AT", title="chancellor",
              organisation="Austrian government", since="2025-03", until="2026-05", wikidata="Q1"),
        Given(line=3, name="Elfriede Kos", title="president", organisation="BGV", since="2020"),
    ]  # fmt: skip
    add(record, story("0", KOS))
    assert record.load_register(rows, file="actors.csv", reviewer="Ann") == (2, 0, ())
    assert record.load_register(rows, file="actors.csv", reviewer="Ann") == (0, 2, ())
    assert len(record.judgements()) == 1
    assert record.actor("Leo Achatz").wikidata == "Q1"
    assert [p.organisation for p in record.roles_at("Leonore Achatz", "2025-04")] == ["Austrian government"]
    assert record.roles_at("Leonore Achatz", "2026-06") == ()
    chancellor = {"name": "the chancellor", "kind": "unnamed", "country": "AT"}
    add(
        record, story("1", person("Leo Achatz")), story("2", chancellor), story("3", chancellor, published="2027-01-01")
    )
    add(record, story("4", {"name": "the chancellor", "kind": "unnamed", "country": "DE"}))
    assert {name for name, _ in next(g for g in groups(record) if ("1", "Leo Achatz") in g)} == {"1", "2"}
    assert [p.article for p in record.proposals()] == ["4"]
    assert record.actor("Elfriede Kos").articles == 1
    record.undo(reviewer="Ann")
    assert record.actor("Leo Achatz").wikidata is None
    with pytest.raises(NotFound):
        record.actor("the Iron Chancellor")


def test_a_row_given_twice_is_loaded_once(record):
    rows = [Given(line=line, name="Elfriede Kos", title="president", organisation="BGV") for line in (2, 3)]
    assert record.load_register(rows, file="actors.csv", reviewer="Ann") == (1, 1, ())
    assert [p.title for p in record.actor("Elfriede Kos").posts] == ["president"]


def test_rows_that_may_mean_two_are_told_and_the_others_are_loaded(record):
    add(record, story("1", person("John Smith", country="AU")), story("2", person("John Smith", country="GB")))
    rows = [
        Given(line=2, name="John Smith"),
        Given(line=3, name="Ann Lee"),
        Given(line=4, name="John Smith", title="MP"),
    ]
    loaded = record.load_register(rows, file="a.csv", reviewer="me")
    assert (loaded.new, [p.name for p in loaded.problems]) == (1, ["a.csv:2", "a.csv:4"])
    assert "may be any of John Smith" in loaded.problems[0].message
    british = [Given(line=2, name="John Smith", country="GB", title="baker")]
    assert record.load_register(british, file="b.csv", reviewer="me").new == 1
    assert {a.title for a in record.actors(country="GB")} == {"baker"}


def test_two_of_one_name_are_told_apart_by_wikidata(record):
    rows = [Given(line=2, name="John Smith", wikidata="Q1"), Given(line=3, name="John Smith", wikidata="Q2")]
    assert record.load_register(rows, file="a.csv", reviewer="me").new == 2
    with pytest.raises(NotFound, match="may be any of"):
        record.actor("John Smith")


# Older files


def make_old(record):
    """Takes a record back to the form it had before there were actors."""
    with record._engine.begin() as db:
        for view in migrations.VIEWS[::-1]:
            db.execute(sql(f"DROP VIEW {view}"))
        first = {"onrecord_migrations", "readings", "articles", "statements", "spans"}
        for table in migrations.metadata.sorted_tables[::-1]:
            if table.name not in first:
                db.execute(sql(f"DROP TABLE {table.name}"))
        if db.dialect.name == "sqlite":  # the column cannot be dropped while a CHECK names it
            db.execute(sql("CREATE TABLE old AS SELECT * FROM statements"))
            (made,) = db.execute(sql("SELECT sql FROM sqlite_master WHERE name = 'statements'")).one()
            lines = [line.rstrip(", \n") for line in made.splitlines() if "within" not in line]
            db.execute(sql("PRAGMA defer_foreign_keys = ON"))
            db.execute(sql("DROP TABLE statements"))
            db.execute(sql(f"{lines[0]} {', '.join(lines[1:-1])} )"))
            db.execute(
                sql(
                    "INSERT INTO statements SELECT number, id, article_id, reading_id, ordinal, kind, score, part_of FROM old"
                )
            )
            db.execute(sql("DROP TABLE old"))
        else:
            db.execute(sql("ALTER TABLE statements DROP COLUMN within"))
        for view in ("said", "article_list", "who_said_how_much"):
            db.execute(sql(f"CREATE VIEW {view} AS SELECT 1 AS one"))
        db.execute(sql("DELETE FROM onrecord_migrations WHERE number > 1"))


def test_a_record_without_actors_is_brought_up_to_date(where):
    with Record.open(where) as record:
        record.add(ROME, ROME_SAID, reading=FIRST)
        make_old(record)
    with pytest.raises(RecordError, match="older onrecord"):
        Record.open(where, read_only=True)
    with Record.open(where) as record:
        assert record.statements(ROME.id) == tuple(ROME_SAID)
        assert list(record.check()) == []
        assert record.actors() == []
        assert record.add(WARSAW, [], reading=FIRST)
        add(record, *FIVE)
        assert record.actor("Elfriede Kos").articles == 4
        with record._engine.connect() as db:
            assert db.scalar(sql("SELECT count(*) FROM said")) == 12
            within = next(c for c in migrations.inspect(db).get_columns("statements") if c["name"] == "within")
            assert within["nullable"]
