"""Fixtures: a record on either database, empty or filled with a small coverage."""

import pytest
from record_cases import ALL, FIRST, POSTGRES, postgres_schema


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request, tmp_path):
    """A place for a new record: every test that takes it runs on both databases."""
    if request.param == "sqlite":
        yield str(tmp_path / "record.db")
        return
    if not POSTGRES:
        pytest.skip("set ONRECORD_TEST_POSTGRES=postgresql://… to a database the tests may make schemas in")
    with postgres_schema() as url:
        yield url


@pytest.fixture
def record(where):
    from onrecord.record import Record  # here, so that other tests need not wait for it

    with Record.open(where) as opened:
        yield opened


@pytest.fixture
def filled(record):
    for of, said in ALL:
        assert record.add(of, said, reading=FIRST)
    return record
