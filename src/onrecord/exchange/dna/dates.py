"""Dates: DNA counts seconds from 1970 of what the clock on the wall showed; onrecord keeps ISO 8601, maybe partial."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def published(seconds: int | None) -> str | None:
    """ISO 8601 without a zone, of midnight the day alone; None for what is no date of the years 1 to 9999."""
    if seconds is None:
        return None
    try:
        found = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None
    found = found.replace(tzinfo=None)
    return found.date().isoformat() if seconds % 86_400 == 0 else found.isoformat()


def seconds(published: str | None) -> int | None:
    """Seconds from 1970 of a date or time as written; its zone does not count, as nowhere in a record.

    A partial date means its first day. None for what is no date.
    """
    if not published:
        return None
    try:
        found = datetime.fromisoformat(published + "-01-01"[len(published) - 4 :] if len(published) < 10 else published)
    except ValueError:
        return None
    return (found.replace(tzinfo=UTC) - _EPOCH) // timedelta(seconds=1)
