from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from record_cases import ALL, FIRST, ROME, ROME_SAID, SECOND, WARSAW, article, statement
from sqlalchemy import text as sql

from onrecord.errors import EvidenceError, InputError, NotFound, RecordError
from onrecord.exchange.tables import export_jsonl
from onrecord.record import search
from onrecord.types import KINDS, Span, Statement, statement_id


def contents(found):
    return [" … ".join(said.content) for said in found]


# What is stored is what was read


def test_what_is_stored_is_what_was_read(filled):
    for of, said in ALL:
        assert filled.article(of.id) == of
        assert filled.statements(of.id) == tuple(sorted(said, key=lambda s: min(x.start for x in s.content)))
    assert list(filled.check()) == []


def test_words_come_with_the_statement(filled):
    said = next(s for s in filled.said(article="rome.txt") if s.source == "she")
    assert (said.cue, said.content) == ("added", ("“We want peace,”", "“and soon.”"))
    assert (said.article.name, said.article.outlet, said.article.original) == ("rome.txt", "Il Foglio", None)


def test_lists_are_in_order_of_date_name_and_text(filled):
    names = ["notes/undated.txt", "warsaw.txt", "rome.txt", "copy.txt"]
    assert [a.name for a in filled.articles()] == names
    assert [listed.article.name for listed in filled.article_list()] == names
    assert [listed.statements for listed in filled.article_list()] == [1, 3, 3, 1]
    assert [covered.article.name for covered in filled.coverage()] == names
    assert contents(filled.said(article="warsaw.txt")) == [
        "a European peacekeeping force", "It should be led by Paris", "Nobody objected to troops",
    ]  # fmt: skip
    assert len(list(filled.said())) == 8
    assert len(list(filled.said(limit=3))) == 3


def test_adding_again_changes_nothing(filled, tmp_path):
    before = tmp_path / "before.jsonl"
    after = tmp_path / "after.jsonl"
    export_jsonl(filled, before)
    for of, said in ALL:
        assert not filled.add(of, said, reading=FIRST)
    export_jsonl(filled, after)
    assert before.read_bytes() == after.read_bytes()


def test_a_new_reading_shows_its_own_statements_and_loses_none(filled):
    kept = replace(ROME_SAID[1], score=0.25, kind="mixed")
    found = statement(ROME, None, None, "nothing will change")
    retitled = replace(ROME, title="Rome says no")
    assert filled.add(retitled, [kept, found], reading=SECOND)
    assert filled.statements(ROME.id) == (kept, found)
    assert filled.reading_of(ROME.id) == "reading-2"
    assert filled.article("rome.txt") == retitled
    assert contents(filled.said(about="troops")) == ["Nobody objected to troops"]
    assert [a.name for a in filled.articles(words="says no")] == ["rome.txt"]
    assert not list(filled.articles(words="back"))
    assert filled.info().statements == 7
    # What only the first reading found is still there for judgements that refer to it, and shown when it reads again.
    with filled._engine.connect() as db:
        assert db.scalar(sql("SELECT count(*) FROM statements")) == 9
    assert filled.add(ROME, ROME_SAID, reading=FIRST)
    assert filled.statements(ROME.id) == tuple(ROME_SAID)
    assert list(filled.check()) == []


def test_another_text_of_the_same_name_replaces_it(filled):
    later = article("rome.txt", "Rome has changed its mind, Meloni said.", published="2026-04-16", duplicate_of=ROME.id)
    assert filled.add(later, [statement(later, "Meloni", "said", "Rome has changed its mind")], reading=FIRST)
    assert not filled.knows(ROME.id)
    assert filled.knows(later.id)
    assert filled.article("rome.txt") == replace(later, duplicate_of=None), "no near-copy of its own earlier text"
    assert filled.article(ROME.id) == ROME
    assert contents(filled.said(by="meloni")) == ["Rome has changed its mind"]
    assert len(list(filled.articles(current=False))) == 5
    assert filled.info().replaced == 1
    assert [s.statement for s in filled.said(article=ROME.id)] == ROME_SAID
    assert filled.add(ROME, ROME_SAID, reading=FIRST), "the old text is back"
    assert filled.article("rome.txt") == ROME
    assert not filled.knows(later.id)


def test_signatures_come_in_the_order_of_adding(record):
    for n, (of, said) in enumerate(ALL):
        record.add(of, said, reading=FIRST, signature=bytes([n, 0, 255]) if n != 1 else None)
    assert list(record.signatures()) == [(of.id, bytes([n, 0, 255])) for n, (of, _) in enumerate(ALL) if n != 1]


# Refusals


def tampered(**changes):
    return replace(ROME_SAID[0], **changes)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ([tampered(source=Span(0, 10_000))], "does not fit"),
        ([tampered(source=Span(-3, 4))], "does not fit"),
        ([tampered(cue=Span(5, 5))], "does not fit"),
        ([tampered(content=())], "no content"),
        ([tampered(content=(Span(20, 30), Span(10, 15)))], "not in reading order"),
        ([tampered(content=(Span(10, 30), Span(20, 35)))], "overlap"),
        ([tampered(source=Span(0, 5))], "not the id of its spans"),
        ([tampered(article_id=WARSAW.id)], "another article"),
        ([tampered(kind="shouted")], "kind"),
        ([tampered(score=1.5)], "score"),
        ([tampered(score=float("nan"))], "score"),
        ([tampered(part_of="elsewhere")], "continues elsewhere"),
        ([tampered(), tampered()], "twice"),
    ],
)  # fmt: skip
def test_a_statement_that_is_no_evidence_is_refused_and_nothing_is_stored(record, said, message):
    with pytest.raises(EvidenceError, match=message) as refused:
        record.add(ROME, said, reading=FIRST)
    assert "rome.txt" in str(refused.value)
    assert not record.knows(ROME.id)
    assert record.info().readings == ()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (article("nul.txt", "a\0b"), r"text has the character U\+0000 at 1"),
        (article("half.txt", "a\ud83d"), r"text has the character U\+D83D"),
        (article("x.txt", "a", title="t\0"), "title has"),
        (article("x.txt", "a", extra={"k": "\udc00"}), "extra has"),
        (article("x.txt", "a", extra={"k": object()}), "cannot be kept as JSON"),
        (replace(ROME, text_sha256="0" * 64), "digest"),
        (replace(ROME, text=ROME.text + "."), "digest"),
        (replace(ROME, name="other.txt"), "not the id"),
        (replace(ROME, duplicate_of="missing"), "near-copy of missing"),
        (replace(ROME, duplicate_of=ROME.id), "near-copy of"),
    ],
)
def test_an_article_that_cannot_be_stored_is_refused(record, wrong, message):
    with pytest.raises(RecordError, match=message):
        record.add(wrong, [], reading=FIRST)
    assert record.info().articles == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE spans SET start_offset = -1 WHERE role = 'cue'",
        "UPDATE spans SET end_offset = start_offset WHERE role = 'cue'",
        "UPDATE spans SET exact = exact || '!' WHERE role = 'cue'",
        "UPDATE spans SET role = 'speaker' WHERE role = 'cue'",
        "UPDATE spans SET piece = 1 WHERE role = 'cue'",
        "UPDATE statements SET kind = 'shouted'",
        "UPDATE statements SET score = 1.01",
        "UPDATE statements SET reading_id = 'none'",
        "UPDATE articles SET duplicate_of = id",
        "DELETE FROM articles",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(filled, change):
    with pytest.raises(RecordError), filled._engine.begin() as db:
        db.execute(sql(change))
    assert list(filled.check()) == []


def test_check_finds_words_changed_with_another_tool(filled):
    with filled._engine.begin() as db:
        db.execute(sql("UPDATE spans SET exact = 'XXXX' WHERE exact = 'said'"))
    assert [problem.name for problem in filled.check()] == ["rome.txt"]


# Finding


def test_knows(filled):
    assert filled.knows(ROME.id)
    assert not filled.knows("0" * 20)
    assert filled.reading_of(ROME.id) == "reading-1"
    assert filled.reading_of("0" * 20) is None
    assert filled.knows_url("https://foglio.example/rome")
    assert not filled.knows_url("https://foglio.example/")


def test_an_article_by_id_its_beginning_name_or_url(filled):
    for key in (ROME.id, ROME.id[:6], "rome.txt", "https://foglio.example/rome"):
        assert filled.article(key) == ROME
    for key in ("%", "_", "", ROME.id[:3]):
        with pytest.raises(NotFound):
            filled.article(key)
    with pytest.raises(NotFound, match=r"did you mean 'notes/undated\.txt'"):
        filled.article("Undated")
    with pytest.raises(NotFound, match=r"did you mean 'warsaw\.txt'"):
        filled.article("warsow.txt")
    with pytest.raises(NotFound, match="no article 'zzz'"):
        list(filled.said(article="zzz"))


def test_what_fits_several_articles_says_so(record):
    for name in ("a.txt", "b.txt"):
        record.add(article(name, f"Text of {name}", url="https://same.example/"), [], reading=FIRST)
    with pytest.raises(NotFound, match=r"a\.txt.*b\.txt"):
        record.article("https://same.example/")


@pytest.mark.parametrize(
    ("by", "found"),
    [
        ("meloni", ["Italy would send no troops"]),
        ("MELONI giorgia", ["Italy would send no troops"]),
        ("melon*", ["Italy would send no troops", "nothing will change"]),
        ('"minister giorgia"', ["Italy would send no troops"]),
        ('"giorgia minister"', []),
        ("“minister giorgia”", ["Italy would send no troops"]),
        ("walesa", ["a European peacekeeping force"] * 2),
        ("lukasz WAŁĘSA", ["a European peacekeeping force"] * 2),
        ("wałesa", ["a European peacekeeping force"] * 2),
        ("troops", []),
    ],
)
def test_by_searches_the_words_of_the_source(filled, by, found):
    assert contents(filled.said(by=by)) == found


@pytest.mark.parametrize(
    ("about", "found"),
    [
        ("troops", ["Nobody objected to troops", "Italy would send no troops"]),
        ("troops italy", ["Italy would send no troops"]),
        ('"no troops"', ["Italy would send no troops"]),
        ("peace", ["“We want peace,” … “and soon.”"]),
        ("peace soon", ["“We want peace,” … “and soon.”"]),
        (
            "peace*",
            ["a European peacekeeping force", "“We want peace,” … “and soon.”", "a European peacekeeping force"],
        ),
        ('"european peace"*', ["a European peacekeeping force"] * 2),
        ("wants", []),
        ("", []),
        ("***", []),
    ],
)
def test_about_searches_the_content(filled, about, found):
    assert contents(filled.said(about=about)) == found


@pytest.mark.parametrize(
    "hostile",
    [
        '"',
        "a OR",
        "NEAR(",
        "content: x",
        "^q",
        "{",
        "-",
        "x AND",
        "' OR 1=1 --",
        "*",
        "''",
        "\\",
        "q:*",
        "!&|",
        "<->",
        "%",
        "\0",
        "\ud800",
        "né\0e",
        "x" * 5000,
    ],
)
def test_whatever_is_typed_is_no_error(filled, hostile):
    assert list(filled.said(about=hostile)) == []
    assert list(filled.said(by=hostile)) == []
    assert list(filled.articles(words=hostile)) == []
    assert list(filled.articles(outlet=hostile)) == []
    assert not filled.knows_url(hostile)
    with pytest.raises(NotFound):
        filled.article(hostile)
    with pytest.raises(InputError):
        list(filled.said(since=f"2026-04-15T{hostile}x"))


def test_filters(filled):
    def names(**filters):
        return [a.name for a in filled.articles(**filters)]

    assert names(outlet="the COURIER") == ["warsaw.txt"]
    assert names(outlet="courier") == []
    assert names(since="2026-04-15") == ["warsaw.txt", "rome.txt", "copy.txt"]
    assert names(since="2026-04-16", until="2026-04") == ["warsaw.txt"]
    assert names(until="2026-04-15") == ["warsaw.txt", "rome.txt"]
    assert names(until="2026-04-14") == ["warsaw.txt"]
    assert names(until="2026") == ["warsaw.txt", "rome.txt", "copy.txt"]
    assert names(since="2027") == []
    assert names(since="2026-05", until="2026-05-02") == ["copy.txt"]
    assert names(name="TXT", once=True) == ["notes/undated.txt", "warsaw.txt", "rome.txt"]
    assert names(name="%") == names(name="\0") == names(name="\ud800") == []
    assert names(words="europe led") == ["warsaw.txt"]
    assert names(words='"a force for"') == ["warsaw.txt"]
    assert contents(filled.said(kind="direct")) == ["“We want peace,” … “and soon.”"]
    assert contents(filled.said(min_score=0.9, once=True, since="2026")) == [
        "a European peacekeeping force", "It should be led by Paris", "Italy would send no troops",
    ]  # fmt: skip
    assert contents(filled.said(by="he", about="paris", outlet="The Courier", kind="mixed")) == [
        "It should be led by Paris"
    ]
    assert [c.article.name for c in filled.coverage(kind="direct")] == ["rome.txt"]
    assert [len(c.statements) for c in filled.coverage(min_score=0.9)] == [1, 2, 1, 1]
    assert [c.original for c in filled.coverage()] == [None, None, None, "warsaw.txt"]
    with pytest.raises(InputError, match="April"):
        list(filled.said(since="April"))


def test_info(filled):
    info = filled.info()
    assert (info.articles, info.near_copies, info.replaced) == (4, 1, 0)
    assert (info.statements, info.direct, info.mixed, info.indirect) == (8, 1, 1, 6)
    assert info.outlets == (("Il Foglio", 1), ("The Courier", 1), ("The Mail", 1))
    assert (info.first, info.last) == ("2026-04", "2026-05-02")
    assert info.readings == ((FIRST, 4),)


def test_the_views_read_as_the_documentation_says(filled):
    with filled._engine.connect() as db:
        row = db.execute(sql("SELECT * FROM said WHERE source = 'she'")).one()
        assert (row.content, row.kind, row.outlet) == ("“We want peace,” … “and soon.”", "direct", "Il Foglio")
        assert ROME.text[row.content_start : row.content_end] == "“We want peace,” she added, “and soon.”"
        assert ROME.text[row.cue_start : row.cue_end] == "added"
        counts = {row.name: row.statements for row in db.execute(sql("SELECT * FROM article_list"))}
        assert counts == {"rome.txt": 3, "warsaw.txt": 3, "copy.txt": 1, "notes/undated.txt": 1}
        walesa = db.execute(sql("SELECT * FROM who_said_how_much WHERE source = 'Łukasz Wałęsa'")).one()
        assert (walesa.statements, walesa.articles, walesa.outlets) == (1, 1, 1), "near-copies count once"


def test_one_may_add_while_a_list_is_read(filled):
    found = filled.said()
    next(found)
    later = article("later.txt", "Later, she said so.", published="2026-06-01")
    assert filled.add(later, [statement(later, "she", "said", "so")], reading=FIRST)
    assert len(list(found)) == 7, "a list shows the record as it was when it began"
    assert len(list(filled.said())) == 9


# Any text

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60)


@st.composite
def spans(draw, text):
    start = draw(st.integers(0, len(text) - 1))
    return Span(start, draw(st.integers(start + 1, len(text))))


@st.composite
def covered(draw):
    """An article with any text and any statements in it."""
    text = draw(ANY_TEXT)
    of = article(
        draw(ANY_TEXT),
        text,
        title=draw(st.none() | ANY_TEXT),
        outlet=draw(st.none() | ANY_TEXT),
        authors=tuple(draw(st.lists(ANY_TEXT, max_size=2))),
        extra=draw(st.dictionaries(st.text("aé\0\n", max_size=3), ANY_TEXT, max_size=2)),
        published=draw(st.sampled_from([None, "2026", "2026-04", "2026-04-15T10:00:00Z"])),
    )
    found = {}
    for _ in range(draw(st.integers(0, 4))):
        source, cue = draw(st.none() | spans(text)), draw(st.none() | spans(text))
        cuts = sorted(draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=6)))
        content = tuple(Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False))
        made = Statement(
            id=statement_id(of.id, source, cue, content),
            article_id=of.id,
            source=source,
            cue=cue,
            content=content,
            kind=draw(st.sampled_from(KINDS)),
            score=draw(st.floats(0, 1)),
            part_of=draw(st.sampled_from([None, *found])),
        )
        found.setdefault(made.id, made)
    return of, list(found.values())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(articles=st.lists(covered(), min_size=1, max_size=3, unique_by=lambda c: c[0].name))
def test_any_text_comes_back_as_it_went_in(record, articles):
    with record._engine.connect() as db:
        had = {row[0] for row in db.execute(sql("SELECT id FROM articles"))}
    for of, said in articles:
        record.add(of, said, reading=FIRST)
        if of.id not in had:
            assert record.article(of.id) == of
            stored = record.statements(of.id)
            assert sorted(stored, key=lambda s: s.id) == sorted(said, key=lambda s: s.id)
            for found in record.said(article=of.id):
                assert found.source == (of.text[slice(*found.statement.source)] if found.statement.source else None)
                assert found.content == tuple(of.text[slice(*span)] for span in found.statement.content)


@given(st.text(max_size=30))
def test_folding_is_stable(text):
    assert search.fold(search.fold(text)) == search.fold(text)
    assert search.words(" ".join(search.words(text))) == search.words(text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=12) | st.text("ab\"* ()-+:^{}'", max_size=12))
def test_any_query_is_answered(filled, query):
    for said in filled.said(about=query):
        assert said.content
    for found in filled.articles(words=query):
        assert found.text


def test_what_exceeds_an_index_is_still_stored(record):
    words = " ".join(f"wort{n}" for n in range(120_000))
    long = article("long.txt", f"{words} {'x' * 5000}")
    assert record.add(long, [], reading=FIRST)
    assert record.article("long.txt") == long
    assert [a.name for a in record.articles(words="wort7 wort8")] == ["long.txt"]
    assert [a.name for a in record.articles(words="x" * 5000)] == (["long.txt"] if record._dialect == "sqlite" else [])
