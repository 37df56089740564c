"""Who may read and decide: passwords, sessions, and too many attempts."""

from datetime import timedelta

import pytest
from sqlalchemy import text as sql

from onrecord.errors import InputError, NotFound, Refused, TooMany
from onrecord.record import Record, coders

SECRET = "correct horse battery"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Hashes that cost next to nothing; what they are is checked in a test of its own."""
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    coders._nobodys.cache_clear()
    monkeypatch.setattr(coders, "_hasher", lambda: cheap)
    yield
    coders._nobodys.cache_clear()


@pytest.fixture
def clock(monkeypatch):
    """Time that passes when told."""
    begun, passed = coders._now(), [timedelta(0)]
    monkeypatch.setattr(coders, "_now", lambda: begun + passed[0])

    def forward(**time):
        passed[0] += timedelta(**time)

    return forward


@pytest.fixture
def staffed(record):
    record.add_coder("Ann", role="admin", password=SECRET)
    record.add_coder("Bo")
    return record


def test_coders_come_and_go(staffed):
    assert [(c.name, c.role, c.has_password) for c in staffed.coders()] == [
        ("Ann", "admin", True),
        ("Bo", "coder", False),
    ]
    with pytest.raises(InputError, match="already"):
        staffed.add_coder("Bo")
    staffed.change_coder("Bo", role="reader")
    staffed.set_password("Bo", SECRET)
    assert (staffed.coder("bo").role, staffed.coder("Bo").has_password) == ("reader", True)
    staffed.remove_coder("Bo")
    assert [c.removed_at is None for c in staffed.coders()] == [True, False]
    with pytest.raises(NotFound):
        staffed.coder("Bo")
    assert staffed.add_coder("Bo", role="coder").has_password is False


@pytest.mark.parametrize(
    ("name", "role", "password", "message"),
    [
        ("  ", "coder", None, "needs a name"),
        ("a\u202eb", "coder", None, "needs a name"),
        ("x" * 101, "coder", None, "needs a name"),
        ("Cy", "boss", None, "no role"),
        ("Cy", "coder", "short", "10 characters"),
        ("Cy", "coder", "x" * 1001, "1000 characters"),
    ],
)
def test_what_cannot_be_a_coder_is_refused(record, name, role, password, message):
    with pytest.raises(InputError, match=message):
        record.add_coder(name, role=role, password=password)
    assert record.coders() == []


def test_there_is_always_an_admin(staffed):
    for judge in (lambda: staffed.remove_coder("Ann"), lambda: staffed.change_coder("Ann", role="coder")):
        with pytest.raises(InputError, match="only admin"):
            judge()
    staffed.change_coder("Bo", role="admin")
    staffed.remove_coder("Ann")
    staffed.remove_coder("Bo")  # nobody is left to be shut out
    assert all(c.removed_at for c in staffed.coders())


def test_a_session_lasts_until_it_is_over(staffed, clock):
    login = staffed.log_in("ann", SECRET, hours=2)
    assert (login.coder.name, staffed.coder_of(login.token).name) == ("Ann", "Ann")
    clock(minutes=119)
    assert staffed.coder_of(login.token)
    clock(minutes=2)
    assert staffed.coder_of(login.token) is None
    other = staffed.log_in("Ann", SECRET)
    staffed.log_out(other.token)
    assert staffed.coder_of(other.token) is None
    assert staffed.coder_of("nothing") is None
    assert staffed.coder_of("\ud800") is None


def test_a_password_is_the_same_from_any_keyboard(staffed):
    staffed.set_password("Bo", "Zoë’s café au lait")
    assert staffed.log_in("Bo", "Zoe\u0308’s cafe\u0301 au lait").coder.name == "Bo"


@pytest.mark.parametrize("end", ["password", "remove"])
def test_a_new_password_or_removal_ends_all_sessions(staffed, end):
    staffed.change_coder("Bo", role="admin")
    tokens = [staffed.log_in("Ann", SECRET).token for _ in range(2)]
    if end == "password":
        staffed.set_password("Ann", "another " + SECRET)
    else:
        staffed.remove_coder("Ann")
    assert [staffed.coder_of(token) for token in tokens] == [None, None]
    with pytest.raises(Refused):
        staffed.log_in("Ann", SECRET)


@pytest.mark.parametrize(
    ("name", "password"),
    [("Ann", "wrong"), ("Nobody", SECRET), ("Bo", ""), ("Ann", "x" * 5000), ("", ""), ("\0\ud800", "\ud800")],
)
def test_all_who_are_refused_hear_the_same(staffed, name, password):
    with pytest.raises(Refused, match="do not go together") as told:
        staffed.log_in(name, password)
    assert "Ann" not in str(told.value)


def test_too_many_attempts_must_wait(staffed, clock):
    for _ in range(5):
        with pytest.raises(Refused, match="together"):
            staffed.log_in("Ann", "wrong", client="10.0.0.1")
        clock(minutes=1)
    with pytest.raises(TooMany, match="wait 10 minutes") as told:
        staffed.log_in("Ann", SECRET, client="10.0.0.1")
    assert told.value.wait == 600
    assert staffed.log_in("Ann", SECRET, client="10.0.0.2")  # Ann is not shut out by somebody else
    clock(minutes=10, seconds=1)
    assert staffed.log_in("Ann", SECRET, client="10.0.0.1")
    with pytest.raises(Refused, match="together"):  # and the count begins anew
        staffed.log_in("Ann", "wrong", client="10.0.0.1")


def test_one_client_may_not_try_many_names_nor_many_clients_one_name(staffed):
    for n in range(20):
        with pytest.raises(Refused, match="together"):
            staffed.log_in(f"name {n}", "wrong", client="10.0.0.9")
    with pytest.raises(TooMany):
        staffed.log_in("Ann", SECRET, client="10.0.0.9")
    for n in range(50):
        with pytest.raises(Refused, match="together"):
            staffed.log_in("Bo", "wrong", client=f"10.0.1.{n}")
    with pytest.raises(TooMany):
        staffed.log_in("Bo", SECRET, client="10.0.2.1")


def test_the_database_holds_no_secret(where, monkeypatch):
    monkeypatch.undo()  # the hashes of real life
    coders._nobodys.cache_clear()
    with Record.open(where) as record:
        record.add_coder("Ann", role="admin", password=SECRET)
        token = record.log_in("Ann", SECRET).token
        with record._engine.connect() as db:
            held = [
                str(row) for t in ("coders", "logins", "failed_logins") for row in db.execute(sql(f"SELECT * FROM {t}"))
            ]
    assert not [row for row in held if SECRET in row or token in row]
    assert any("$argon2id$v=19$m=65536,t=3,p=4$" in row for row in held)
