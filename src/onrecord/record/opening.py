"""From a file path or a PostgreSQL URL to an engine that is safe to use, and from its errors to ours."""

import json
import os
import sqlite3
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from onrecord.errors import NotARecord, RecordBusy, RecordError, RecordTooNew
from onrecord.record import migrations, schema

_SQLITE_HEADER = b"SQLite format 3\0"
_to_json = partial(json.dumps, ensure_ascii=False, allow_nan=False)  # readable in any SQLite tool


def open_engine(where: str | Path, *, create: bool, read_only: bool, wait: float) -> tuple[Engine, str]:
    """An engine for the record at ``where``, made or brought up to date if need be, and what to call it in messages.

    A transaction of ``engine.execution_options(writing=True)`` is the only one that writes, on both databases: it
    takes the lock when it begins, and gives up with RecordBusy after ``wait`` seconds.
    """
    is_url = isinstance(where, str) and "://" in where
    engine, shown = (
        _postgresql(str(where), read_only=read_only, wait=wait)
        if is_url
        else _sqlite(Path(where), create=create, read_only=read_only, wait=wait)
    )
    event.listen(engine, "handle_error", partial(_translate, shown=shown))
    try:
        _bring_up(engine, shown, create=create and not read_only, read_only=read_only)
    except BaseException:
        engine.dispose()
        raise
    return engine, shown


def _bring_up(engine: Engine, shown: str, *, create: bool, read_only: bool) -> None:
    """Checks that a record of our version is there, or makes or migrates it."""
    with engine.connect() as db:
        _refuse_others(db, shown)
        version = migrations.version(db)
    if version > len(migrations.MIGRATIONS):
        raise RecordTooNew(
            f"{shown}: made by a newer onrecord (schema {version}, this one knows {len(migrations.MIGRATIONS)}): "
            "update onrecord"
        )
    if version == 0 and not create:
        raise RecordError(f"{shown}: holds no record yet: read some articles into it first")
    if read_only and version < len(migrations.MIGRATIONS):
        raise RecordError(f"{shown}: made by an older onrecord: open it once for writing, which brings it up to date")
    if read_only:
        return
    if engine.dialect.name == "sqlite":
        # Readers never wait for the writer. Kept in the file; must stand outside a transaction.
        raw = engine.raw_connection()
        try:
            raw.driver_connection.execute("PRAGMA journal_mode = WAL")  # type: ignore[union-attr]
        except sqlite3.Error as error:
            raise _meaning(error, shown) from error
        finally:
            raw.close()
    behind = version < len(migrations.MIGRATIONS)
    while behind:
        with engine.execution_options(writing=True).begin() as db:
            behind = migrations.migrate(db)


def _refuse_others(db: Connection, shown: str) -> None:
    """Raises NotARecord if the database holds something, but no record."""
    tables = inspect(db).get_table_names()
    ours = schema.applied.name in tables
    if db.dialect.name == "sqlite":
        found = db.exec_driver_sql("PRAGMA application_id").scalar_one()
        if found != schema.APPLICATION_ID and (tables or found):
            raise NotARecord(f"{shown}: an SQLite database of another program: choose another file")
    elif tables and not ours:
        raise NotARecord(f"{shown}: holds tables of something else: give the record a database of its own (createdb)")


def _sqlite(path: Path, *, create: bool, read_only: bool, wait: float) -> tuple[Engine, str]:
    shown = str(path)
    folder = path.absolute().parent
    if not path.exists():
        if read_only or not create:
            raise RecordError(f"{shown}: there is no such record: check the name, or read some articles into it first")
        if not folder.is_dir():
            raise RecordError(f"{shown}: there is no folder {path.parent}: make it first")
    else:
        _check_header(path, shown)
    writable = _may_write(folder) and (_may_write(path) or not path.exists())
    if not (writable or read_only):
        raise RecordError(
            f"{shown}: the file or its folder is read-only, so nothing can be added: copy it to a folder of your own"
        )
    if writable:
        mode = "?mode=rwc" if create and not read_only else "?mode=rw"
    elif Path(f"{path}-wal").exists():
        mode = "?mode=ro"
    else:
        mode = "?mode=ro&immutable=1"  # SQLite would want to write its -wal and -shm files; nobody else has it open
    address = path.absolute().as_uri() + mode

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address, uri=True, timeout=wait, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")  # with WAL, a killed process loses nothing
        if read_only:
            connection.execute("PRAGMA query_only = ON")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, json_serializer=_to_json)

    def begin(db: Connection) -> None:
        # Python's sqlite3 would begin late and without the lock; a writer must wait at the beginning, not half way.
        db.exec_driver_sql("BEGIN IMMEDIATE" if db.get_execution_options().get("writing") else "BEGIN")

    event.listen(engine, "begin", begin)
    return engine, shown


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _check_header(path: Path, shown: str) -> None:
    if path.is_dir():
        raise RecordError(f"{shown}: this is a folder: name a file in it, such as {path / 'record.db'}")
    try:
        with path.open("rb") as file:
            header = file.read(len(_SQLITE_HEADER))
    except OSError as error:
        raise RecordError(f"{shown}: cannot be opened ({error.strerror}): check its permissions") from error
    if header and header != _SQLITE_HEADER:
        raise NotARecord(f"{shown}: not an onrecord database but a file of another kind: choose another file")


def _postgresql(where: str, *, read_only: bool, wait: float) -> tuple[Engine, str]:
    scheme, rest = where.split("://", 1)
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise RecordError(f"{scheme}://…: unknown kind of record: give a file or a postgresql:// URL")
    if find_spec("psycopg") is None:
        raise RecordError('PostgreSQL needs the package psycopg: pip install "onrecord[postgres]"')
    try:
        url = make_url(f"postgresql+psycopg://{rest}")
    except ArgumentError as error:
        raise RecordError(f"{scheme}://…: not a URL: write postgresql://USER:PASSWORD@HOST:PORT/DATABASE") from error
    shown = url.set(drivername="postgresql").render_as_string(hide_password=True)
    engine = create_engine(
        url,
        isolation_level="REPEATABLE READ",  # whoever reads sees one state of the record, as in SQLite
        json_serializer=_to_json,
        connect_args={"connect_timeout": max(2, round(wait)), "client_encoding": "utf8"},
    )

    def begin(db: Connection) -> None:
        if read_only:
            db.exec_driver_sql("SET TRANSACTION READ ONLY")
        elif db.get_execution_options().get("writing"):
            # One writer at a time, as in SQLite: then numbers are the order of adding, without gaps. The transaction
            # must see what the writer before it did, so it may not take its snapshot while it waits.
            db.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            db.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, round(wait * 1000))}")
            db.exec_driver_sql(f"SELECT pg_advisory_xact_lock({schema.APPLICATION_ID})")

    event.listen(engine, "begin", begin)
    return engine, shown


def _translate(context: ExceptionContext, *, shown: str) -> None:
    """Lets the database's errors leave as ours; anything else (an interrupt, a mistake of ours) as it is."""
    error = context.original_exception
    if isinstance(error, context.dialect.loaded_dbapi.Error):
        raise _meaning(error, shown) from error


# By the name SQLite or psycopg gives an error, or the beginning of it.
_MEANINGS: tuple[tuple[tuple[str, ...], type[RecordError], str], ...] = (
    (
        ("SQLITE_BUSY", "SQLITE_LOCKED", "LockNotAvailable"),
        RecordBusy,
        "another program is writing to it: wait for it or close it, and start again",
    ),
    (("SQLITE_NOTADB",), NotARecord, "not an onrecord database, or an encrypted one: choose another file"),
    (("SQLITE_CORRUPT",), RecordError, "the file is damaged ({}): take a copy kept elsewhere, or read anew"),
    (
        ("SQLITE_READONLY", "ReadOnlySqlTransaction", "InsufficientPrivilege"),
        RecordError,
        "may not be written ({}): check its permissions",
    ),
    (("SQLITE_FULL", "SQLITE_IOERR", "DiskFull"), RecordError, "the disk is full or fails ({}): mend it, start again"),
    (("SQLITE_CANTOPEN",), RecordError, "cannot be opened ({}): check the path and its permissions"),
    (("OperationalError", "ConnectionTimeout"), RecordError, "cannot be reached ({}): check the server and the URL"),
    (("",), RecordError, "{}"),
)


def _meaning(error: BaseException, shown: str) -> RecordError:
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    said = (str(error).strip() or name).splitlines()[0]
    kind, meaning = next((kind, meaning) for names, kind, meaning in _MEANINGS if name.startswith(names))
    return kind(f"{shown}: {meaning.format(said)}")
