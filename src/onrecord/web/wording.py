"""How dates, numbers and people are put into words. What the templates call by name."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode, urlsplit

from onrecord.facts import states
from onrecord.record import Heading, Post, Said, Speaker
from onrecord.record.browsing import Month
from onrecord.types import Span

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def date(written: str | None) -> str:
    """ "2026-04-15T09:30:00" → "15 April 2026"; as precise as it is written; "undated" if it is not."""
    if not written:
        return "undated"
    parts = written[:10].split("-")
    try:
        month = _MONTHS[int(parts[1]) - 1] if len(parts) > 1 else ""
        day = str(int(parts[2])) if len(parts) > 2 else ""
    except (ValueError, IndexError):
        return written
    return " ".join(part for part in (day, month, parts[0]) if part)


def moment(written: str) -> str:
    """ "2026-04-15T09:30:00+00:00" → "15 April 2026, 09:30 UTC"."""
    return f"{date(written)}, {written[11:16]} UTC" if len(written) > 16 else date(written)


def number(value: int) -> str:
    """12345 → "12,345"."""
    return f"{value:,}"


def count(value: int, one: str, many: str | None = None) -> str:
    """1 → "1 statement"; 2 → "2 statements"."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def percent(score: float | None) -> str:
    """0.934 → "93 %"; never 100 % of what is not certain."""
    if score is None:
        return "–"
    return f"{100 if score == 1 else min(99, round(score * 100))} %"


def pairs(values: Sequence[str]) -> list[tuple[str, str]]:
    """What may be chosen, each with how it is shown: as it is."""
    return [(value, value) for value in values]


def spans(content: Sequence[Span]) -> str:
    """The pieces of a content as the scripts take them: "12:40 55:80"."""
    return " ".join(f"{span.start}:{span.end}" for span in content)


def country(code: str | None) -> str:
    """ "AT" → "Austria"."""
    fact = states().get(code) if code else None
    return fact.name if fact is not None else code or ""


def role(of: Speaker | Post | object) -> str:
    """What somebody is: "chairman, Reform"; empty if nothing is known."""
    parts = [getattr(of, "title", None), getattr(of, "organisation", None)]
    return ", ".join(str(part) for part in parts if part)


def who(said: Said) -> str:
    """Whose a statement is: names, else the words of the source, else that nobody is told."""
    names = [s.name for s in said.speakers if s.name]
    return " and ".join(names) if names else said.source or "Nobody the text names"


def headline(of: Heading) -> str:
    """What to call an article."""
    return of.title or of.name


def web_link(url: str | None) -> str | None:
    """``url`` if it leads to the web; anything else, such as javascript:, is no link."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme in ("http", "https") and parts.netloc else None


def address(path: str, asked: dict[str, object], **changed: object) -> str:
    """``path`` with the parameters that are asked, some of them changed; None leaves one out."""
    values = {k: v for k, v in {**asked, **changed}.items() if v not in (None, "", False)}
    return quote(path) + ("?" + urlencode({k: "true" if v is True else v for k, v in values.items()}) if values else "")


def bars(months: Sequence[Month]) -> list[tuple[Month, int, int]]:
    """The dated months without gaps, each with its place and the height of its bar, 0 to 100."""
    dated = {m.month: m for m in months if len(m.month) == 7}
    if not dated:
        return []
    highest = max(m.statements for m in dated.values()) or 1
    listed: list[tuple[Month, int, int]] = []
    key = min(dated)
    while key <= max(dated) and len(listed) < 1200:
        m = dated.get(key) or Month(month=key, articles=0, statements=0)
        height = round(100 * m.statements / highest)
        listed.append((m, len(listed), max(height, 2) if m.statements else 0))
        year, month = int(key[:4]), int(key[5:])
        key = f"{year + month // 12:04d}-{month % 12 + 1:02d}"
    return listed
