"""Who may read and decide: names, roles, passwords, who is logged in, and how often somebody failed to be.

Passwords are kept as Argon2id hashes, sessions as digests of their tokens: who steals the database can log in with
neither. A coder who is removed stays in the table, since judgements name them.
"""

import hashlib
import secrets
import unicodedata
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from onrecord.errors import InputError, NotFound, Refused, TooMany
from onrecord.record.checks import askable
from onrecord.record.gathered import next_number
from onrecord.record.review_found import CODER_ROLES, Coder, CoderRole, Login
from onrecord.record.review_schema import coders, failed_logins, logins

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 10  # characters of a password
_LONGEST = 1000  # more costs time and helps nobody
_WINDOW = timedelta(minutes=15)
# Failures within the window after which no password is looked at: of one name from one client, of one client with any
# name, of one name from anywhere. The last is high, since anybody could lock a coder out by it.
_FAILURES = ((("coder", "client"), 5), (("client",), 20), (("coder",), 50))
_KEPT = timedelta(days=30)  # failed logins, for whoever looks into them


def listed(db: Connection) -> list[Coder]:
    """All coders, removed ones too, by name."""
    return [_coder(row) for row in db.execute(select(coders).order_by(coders.c.name))]


def find(db: Connection, name: str) -> Coder:
    """The coder of this name who is not removed. Raises NotFound."""
    row = _row(db, name)
    if row is None or row.removed_at is not None:
        raise NotFound(f"no coder {name!r}: the command coders list shows who there is")
    return _coder(row)


def add(db: Connection, name: str, *, role: CoderRole, password: str | None) -> Coder:
    """Adds a coder; one who was removed comes back, with this role and password. Raises InputError."""
    name = _name(name)
    _check_role(role)
    before = _row(db, name)
    if before is not None and before.removed_at is None:
        raise InputError(f"there is a coder {name!r} already")
    values = {"role": role, "password": _hashed(password) if password is not None else None, "removed_at": None}
    if before is None:
        db.execute(insert(coders), values | {"name": name, "added_at": _written(_now())})
    else:
        db.execute(update(coders).where(coders.c.name == name).values(values))
    return find(db, name)


def change(db: Connection, name: str, *, role: CoderRole) -> Coder:
    """Gives a coder another role. Raises NotFound, and InputError if the last admin would be none."""
    _check_role(role)
    coder = find(db, name)
    if role != "admin":
        _leave_an_admin(db, coder)
    db.execute(update(coders).where(coders.c.name == coder.name).values(role=role))
    return find(db, coder.name)


def set_password(db: Connection, name: str, password: str) -> Coder:
    """Gives a coder a password, and ends all their sessions. Raises NotFound, InputError if it is too short."""
    coder = find(db, name)
    db.execute(update(coders).where(coders.c.name == coder.name).values(password=_hashed(password)))
    db.execute(delete(logins).where(logins.c.coder == coder.name))
    return find(db, coder.name)


def remove(db: Connection, name: str) -> Coder:
    """Lets a coder log in no more, and ends their sessions; what they decided stays. Raises NotFound, InputError."""
    coder = find(db, name)
    _leave_an_admin(db, coder)
    db.execute(delete(logins).where(logins.c.coder == coder.name))
    values = {"password": None, "removed_at": _written(_now())}
    db.execute(update(coders).where(coders.c.name == coder.name).values(values))
    row = _row(db, coder.name)
    assert row is not None
    return _coder(row)


def refuse_if_too_many(db: Connection, name: str, client: str) -> None:
    """Raises TooMany after too many failures of late, with this name or from this client."""
    tried = {"coder": _tried(name), "client": _tried(client)}
    since = _written(_now() - _WINDOW)
    for columns, most in _FAILURES:
        mine = [failed_logins.c[column] == tried[column] for column in columns]
        query = select(failed_logins.c.failed_at).where(*mine, failed_logins.c.failed_at > since)
        times = list(db.scalars(query.order_by(failed_logins.c.failed_at.desc()).limit(most)))
        if len(times) == most:
            free = datetime.fromisoformat(times[-1]) + _WINDOW
            wait = max(1, round((free - _now()).total_seconds()))
            minutes = -(-wait // 60)
            raise TooMany(f"too many attempts: wait {minutes} minute{'s' if minutes > 1 else ''}", wait=wait)


def password_of(db: Connection, name: str) -> str | None:
    """The hash of the password of this coder; None if there is none to log in with."""
    row = _row(db, name)
    return row.password if row is not None and row.removed_at is None else None


def fits(hashed: str | None, password: str) -> bool:
    """Whether a password is the one with this hash. Takes its time, also where there is no hash."""
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415

    if len(password) > _LONGEST:
        return False
    try:
        return _hasher().verify(hashed or _nobodys(), _bytes(password)) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def note_failure(db: Connection, name: str, client: str) -> None:
    """Notes that name and password did not go together."""
    now = _now()
    db.execute(delete(failed_logins).where(failed_logins.c.failed_at < _written(now - _KEPT)))
    number = next_number(db, failed_logins.c.number)
    failed = {"number": number, "coder": _tried(name), "client": _tried(client), "failed_at": _written(now)}
    db.execute(insert(failed_logins), failed)


def begin(db: Connection, name: str, *, client: str, hours: float) -> Login:
    """A session for a coder whose password fits."""
    row = _row(db, name)
    if row is None or row.removed_at is not None:  # removed while the password was looked at
        raise refused()
    mine = (failed_logins.c.coder == _tried(name), failed_logins.c.client == _tried(client))
    db.execute(delete(failed_logins).where(*mine))
    db.execute(delete(logins).where(logins.c.expires_at <= _written(_now())))
    token = secrets.token_urlsafe(32)
    expires = _written(_now() + timedelta(hours=hours))
    session = {"token_sha256": _digest(token), "coder": row.name, "made_at": _written(_now()), "expires_at": expires}
    db.execute(insert(logins), session)
    return Login(token=token, coder=_coder(row), expires_at=expires)


def of_token(db: Connection, token: str) -> Coder | None:
    """Whose session this is; None if it is none, or over."""
    query = select(coders).join(logins, logins.c.coder == coders.c.name)
    query = query.where(logins.c.token_sha256 == _digest(token), logins.c.expires_at > _written(_now()))
    row = db.execute(query.where(coders.c.removed_at.is_(None))).first()
    return _coder(row) if row is not None else None


def log_out(db: Connection, token: str) -> None:
    """Ends a session, if it is one."""
    db.execute(delete(logins).where(logins.c.token_sha256 == _digest(token)))


def refused() -> Refused:
    """What to tell who could not log in: not which of name and password was wrong."""
    return Refused("name and password do not go together: try again, or ask an admin for a new password")


@lru_cache(maxsize=1)
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # noqa: PLC0415 # only who logs in needs it

    return PasswordHasher()  # RFC 9106's second recommended option: 64 MiB, 3 passes, 4 lanes


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """The hash of a password that nobody has: so that an unknown name takes as long as a wrong password."""
    return _hasher().hash(secrets.token_urlsafe(32))


def _hashed(password: str) -> str:
    if len(password) < SHORTEST:
        raise InputError(f"a password needs {SHORTEST} characters or more: several words are easy to keep")
    if len(password) > _LONGEST:
        raise InputError(f"a password has {_LONGEST} characters at most")
    return _hasher().hash(_bytes(password))


def _bytes(password: str) -> bytes:
    """A password as it is hashed: the same however a keyboard composes its letters (RFC 8265)."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _leave_an_admin(db: Connection, coder: Coder) -> None:
    others = select(func.count()).where(
        coders.c.role == "admin", coders.c.removed_at.is_(None), coders.c.name != coder.name
    )
    anybody = select(func.count()).where(coders.c.removed_at.is_(None), coders.c.name != coder.name)
    if coder.role == "admin" and not db.scalar(others) and db.scalar(anybody):
        raise InputError(f"{coder.name!r} is the only admin: make another coder admin first")


def _name(name: str) -> str:
    name = " ".join(askable(name).split())
    if not name or len(name) > 100 or not name.isprintable():
        raise InputError("a coder needs a name of up to 100 characters")
    return name


def _name_or_nothing(name: str) -> str:
    return " ".join(askable(name[:_LONGEST]).split())


def _tried(value: str) -> str:
    """What was given, cut: whoever tries may give anything."""
    return _name_or_nothing(value)[:100]


def _check_role(role: str) -> None:
    if role not in CODER_ROLES:
        raise InputError(f"{role!r} is no role: {', '.join(CODER_ROLES)}")


def _row(db: Connection, name: str) -> Row[Any] | None:
    """The coder of this name, in any case if that is clear."""
    name = _name_or_nothing(name)
    rows = db.execute(select(coders).where(or_(coders.c.name == name, func.lower(coders.c.name) == name.lower()))).all()
    exact = [row for row in rows if row.name == name] or rows
    return exact[0] if len(exact) == 1 else None


def _coder(row: Row[Any]) -> Coder:
    return Coder(
        name=row.name,
        role=row.role,
        has_password=row.password is not None,
        added_at=row.added_at,
        removed_at=row.removed_at,
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)


def _written(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds")
