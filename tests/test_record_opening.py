import multiprocessing
import os
import random
import re
import sqlite3
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from record_cases import (
    COPY,
    COPY_SAID,
    FIRST,
    POSTGRES,
    ROME,
    ROME_SAID,
    WARSAW,
    WARSAW_SAID,
    article,
    postgres_schema,
    statement,
)
from sqlalchemy import text as sql

from onrecord.errors import NotARecord, RecordBusy, RecordError, RecordTooNew
from onrecord.exchange.tables import export_jsonl
from onrecord.record import Record, migrations, schema


def test_a_closed_record_is_one_file_with_its_marks(tmp_path):
    path = tmp_path / "r.db"
    with Record.open(path) as record:
        record.add(ROME, ROME_SAID, reading=FIRST)
    assert [p.name for p in tmp_path.iterdir()] == ["r.db"]
    db = sqlite3.connect(path)
    marks = [db.execute(f"PRAGMA {p}").fetchone()[0] for p in ("application_id", "user_version", "journal_mode")]
    assert marks == [schema.APPLICATION_ID, len(migrations.MIGRATIONS), "wal"]
    assert db.execute("SELECT authors, extra FROM articles").fetchone() == (
        '["A. Rossi", "B. Béranger"]', '{"section": "Esteri", "pages": [1, 2], "né": null}',
    )  # fmt: skip
    db.close()


def test_opening_again_finds_everything(where):
    with Record.open(where) as record:
        record.add(ROME, ROME_SAID, reading=FIRST)
    for options in ({}, {"create": False}, {"read_only": True}):
        with Record.open(where, **options) as record:
            assert record.article("rome.txt") == ROME
    with Record.open(where, read_only=True) as record, pytest.raises(RecordError, match="reading only"):
        record.add(WARSAW, WARSAW_SAID, reading=FIRST)


def test_read_only_holds_in_the_database_too(where):
    Record.open(where).close()
    with (
        Record.open(where, read_only=True) as record,
        pytest.raises(RecordError, match="may not be written"),
        record._engine.begin() as db,
    ):
        db.execute(sql("DELETE FROM articles"))


def test_nothing_is_made_unless_asked_for(where):
    for options in ({"create": False}, {"read_only": True}):
        with pytest.raises(RecordError, match="read some articles into it first"):
            Record.open(where, **options)
    assert "://" in where or not Path(where).exists()


def test_another_kind_of_file_is_no_record(tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("SQLite? No: notes. " * 100)
    image = tmp_path / "truncated.db"
    image.write_bytes(b"SQLite format 3\0 and then nothing of the kind" * 100)
    other = tmp_path / "other.db"
    db = sqlite3.connect(other)
    db.execute("CREATE TABLE cats (name)")
    db.commit()
    db.close()
    before = other.read_bytes()
    for path in (text, image, other):
        with pytest.raises(NotARecord, match="choose another file") as refused:
            Record.open(path)
        assert str(path) in str(refused.value)
        assert "\n" not in str(refused.value)
    assert other.read_bytes() == before, "not even its journal mode is touched"
    with pytest.raises(RecordError, match="this is a folder"):
        Record.open(tmp_path)
    with pytest.raises(RecordError, match="no folder"):
        Record.open(tmp_path / "missing" / "r.db")
    with pytest.raises(RecordError, match="unknown kind"):
        Record.open("mysql://me:secret@host/db")


def test_an_empty_file_becomes_a_record(tmp_path):
    path = tmp_path / "r.db"
    path.touch()
    with pytest.raises(RecordError, match="holds no record yet"):
        Record.open(path, create=False)
    with Record.open(path) as record:
        assert record.info().articles == 0


def test_a_damaged_record_is_named(tmp_path):
    path = tmp_path / "r.db"
    with Record.open(path) as record:
        for n in range(60):
            record.add(article(f"{n}.txt", f"{n} " + ROME.text * 5), [], reading=FIRST)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(random.Random(0).randbytes(size - 4096 * 3))
    said = r"r\.db: (the file is damaged|not an onrecord database)"
    with pytest.raises(RecordError, match=said), Record.open(path) as record:
        list(record.articles())


def test_a_newer_record_is_refused_and_left_alone(where):
    with Record.open(where) as record, record._engine.begin() as db:
        db.execute(sql("INSERT INTO onrecord_migrations VALUES (99, 'of the future', 'later')"))
    for read_only in (False, True):
        with pytest.raises(RecordTooNew, match="update onrecord"):
            Record.open(where, read_only=read_only)


def test_an_older_record_is_brought_up_to_date(where, monkeypatch):
    with Record.open(where) as record:
        record.add(ROME, ROME_SAID, reading=FIRST)

    def add_a_note(db):
        db.exec_driver_sql("ALTER TABLE articles ADD COLUMN note TEXT")

    def fail_half_way(db):
        db.exec_driver_sql("ALTER TABLE articles ADD COLUMN half TEXT")
        db.exec_driver_sql("SELECT nonsense")

    monkeypatch.setattr(migrations, "MIGRATIONS", [*migrations.MIGRATIONS, add_a_note, fail_half_way])
    with pytest.raises(RecordError, match="older onrecord"):
        Record.open(where, read_only=True)
    with pytest.raises(RecordError, match="nonsense"):
        Record.open(where)
    monkeypatch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:-1])
    with Record.open(where) as record, record._engine.connect() as db:
        steps = db.execute(sql("SELECT number, name FROM onrecord_migrations ORDER BY number"))
        *_, last = [tuple(step) for step in steps]
        assert last == (len(migrations.MIGRATIONS), "add_a_note")
        columns = {c["name"] for c in migrations.inspect(db).get_columns("articles")}
        assert "note" in columns
        assert "half" not in columns, "a step that fails leaves nothing behind"
        assert record.article("rome.txt") == ROME


def test_a_new_record_takes_no_step_meant_for_older_ones(where, monkeypatch):
    def never(db):
        raise AssertionError

    monkeypatch.setattr(migrations, "MIGRATIONS", [*migrations.MIGRATIONS, never])
    with Record.open(where) as record, record._engine.connect() as db:
        assert migrations.version(db) == len(migrations.MIGRATIONS)


def test_a_locked_record_is_busy(tmp_path):
    path = tmp_path / "r.db"
    with Record.open(path, wait=0.05) as record:
        record.add(ROME, ROME_SAID, reading=FIRST)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RecordBusy, match=r"r\.db: another program"):
            record.add(WARSAW, WARSAW_SAID, reading=FIRST)
        assert record.article("rome.txt") == ROME, "readers do not wait for a writer"
        other.execute("ROLLBACK")
        other.close()
        assert record.add(WARSAW, WARSAW_SAID, reading=FIRST)


def test_two_records_share_one_database(where):
    with Record.open(where) as one, Record.open(where, wait=0.2) as two:
        assert one.add(ROME, ROME_SAID, reading=FIRST)
        assert not two.add(ROME, ROME_SAID, reading=FIRST)
        assert two.add(WARSAW, WARSAW_SAID, reading=FIRST)
        with one._engine.execution_options(writing=True).begin(), pytest.raises(RecordBusy):
            two.add(COPY, COPY_SAID, reading=FIRST)
        assert len(list(one.said())) == 6


@contextmanager
def as_ordinary_user():
    """Permissions mean nothing to root: steps down while what they forbid is tried."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def archive():
    """A record in a folder that may not be written; not in tmp_path, which is closed to an ordinary user."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.db"
        with Record.open(path) as record:
            record.add(ROME, ROME_SAID, reading=FIRST)
        path.chmod(0o444)
        path.parent.chmod(0o555)
        yield path
        path.parent.chmod(0o755)


def test_a_read_only_file_or_folder(archive):
    with as_ordinary_user():
        for path in (archive, archive.with_name("new.db")):
            with pytest.raises(RecordError, match="read-only"):
                Record.open(path)
        with Record.open(archive, read_only=True) as record:
            assert record.article("rome.txt") == ROME
            assert list(record.check()) == []
    archive.chmod(0o000)
    with as_ordinary_user(), pytest.raises(RecordError, match="check its permissions"):
        Record.open(archive, read_only=True)


def test_postgres_without_its_package_names_the_extra(monkeypatch):
    monkeypatch.setattr("onrecord.record.opening.find_spec", lambda name: None)
    with pytest.raises(RecordError, match=r"onrecord\[postgres\]"):
        Record.open("postgresql://localhost/none")


def test_a_server_that_cannot_be_reached_is_named_without_the_password():
    pytest.importorskip("psycopg")
    with pytest.raises(RecordError, match="cannot be reached") as failed:
        Record.open("postgresql://me:secret@127.0.0.1:1/none")
    assert "secret" not in str(failed.value)
    assert "\n" not in str(failed.value)


@pytest.mark.skipif(not POSTGRES, reason="set ONRECORD_TEST_POSTGRES=postgresql://…")
def test_a_postgres_database_of_something_else_is_left_alone():
    import psycopg

    with postgres_schema() as url:
        with psycopg.connect(url, autocommit=True) as db:
            db.execute("CREATE TABLE cats (name text)")
        with pytest.raises(NotARecord, match="something else"):
            Record.open(url)
        with psycopg.connect(url, autocommit=True) as db:
            found = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
            assert found == [("cats",)]


# Killed at any moment


def coverage(number=60):
    """Articles long enough that a kill is likely to strike within a transaction."""
    chance = random.Random(42)
    for n in range(number):
        names = [f"Person {chance.randrange(99)}" for _ in range(30)]
        sentences = [f"{name} {k} said that matter {k} of {n} was settled." for k, name in enumerate(names)]
        of = article(f"{n:03}.txt", "\n".join(sentences), published=f"2026-{1 + n % 12:02}", outlet=f"Outlet {n % 3}")
        found = [
            statement(of, f"{name} {k}", "said", f"that matter {k} of {n} was settled") for k, name in enumerate(names)
        ]
        yield of, found


def add_all(where, told):
    """In a process of its own: adds the whole coverage and tells of each article it added."""
    with Record.open(where) as record:
        for of, said in coverage():
            if record.add(of, said, reading=FIRST):
                os.write(told, b".")


def test_killed_at_any_moment_it_holds_whole_articles_and_goes_on(where, tmp_path):
    whole, again = tmp_path / "whole.jsonl", tmp_path / "again.jsonl"
    with Record.open(tmp_path / "whole.db") as record:
        for of, said in coverage():
            record.add(of, said, reading=FIRST)
        export_jsonl(record, whole)
    chance = random.Random(7)
    held = []
    for _ in range(20):
        hear, tell = os.pipe()
        child = multiprocessing.get_context("fork").Process(target=add_all, args=(where, tell))
        child.start()
        os.close(tell)
        for _ in range(chance.randrange(4)):
            os.read(hear, 1)
        time.sleep(chance.uniform(0, 0.01))
        child.kill()
        child.join()
        os.close(hear)
        with Record.open(where) as record:
            assert list(record.check()) == []
            statements = [listed.statements for listed in record.article_list()]
        assert set(statements) <= {30}
        held.append(len(statements))
    assert held == sorted(held), "nothing that was added is lost"
    assert len(set(held)) > 5, "hardly any kill struck while articles were added"
    assert held[-1] < 60, "all were added before the last kill"
    with Record.open(where) as record:
        for of, said in coverage():
            record.add(of, said, reading=FIRST)
        export_jsonl(record, again)
    assert again.read_bytes() == whole.read_bytes()


# docs/data-model.md

DOCS = Path(__file__).parent.parent / "docs" / "data-model.md"


def test_every_table_view_and_column_is_documented(where):
    documented = DOCS.read_text(encoding="utf-8")
    parts = re.split(r"^### ", documented, flags=re.MULTILINE)
    described = {match[1]: part for part in parts if (match := re.match(r"`(\w+)`", part))}
    with Record.open(where) as record, record._engine.connect() as db:
        inspector = migrations.inspect(db)
        names = [*inspector.get_table_names(), *inspector.get_view_names()]
        hidden = re.compile(r"(article|statement)_words_")  # what FTS5 keeps beside its tables
        names = [name for name in names if not hidden.match(name)]
        assert {"articles", "statements", "spans", "statement_words", *migrations.VIEWS} <= set(names)
        for name in names:
            assert name in described, f"{name} has no section in docs/data-model.md"
            for column in inspector.get_columns(name):
                assert f"`{column['name']}`" in described[name], f"{name}.{column['name']} is not documented"


def test_the_queries_in_the_documentation_run(tmp_path):
    queries = re.findall(r"```sql\n(.+?)```", DOCS.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(queries) >= 4
    path = tmp_path / "r.db"
    with Record.open(path) as record:
        record.add(ROME, ROME_SAID, reading=FIRST)
        record.add(WARSAW, WARSAW_SAID, reading=FIRST)
        record.judge_statement(ROME_SAID[0].id, "right", reviewer="Ann")
    db = sqlite3.connect(path)
    of_actors = re.compile("said_by|actor_list|roles_told")  # this record has none: that the query runs must do
    for query in queries:
        assert db.execute(query).fetchall() or of_actors.search(query), f"finds nothing: {query}"
    db.close()
