"""What people decide about statements: right, wrong, corrected, missed, two in one, one in two.

Each becomes a judgement with the entries as they stood before it and as they stand after it; standing.py makes the
record's statements follow. An entry has the statement's id, its spans and their words, its kind, and whose it is.
A statement is its spans: one with other spans is another, which stands in its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import EllipsisType
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from onrecord.errors import InputError, NotFound
from onrecord.evidence import words
from onrecord.reading.naming import without_article
from onrecord.record import actors as register
from onrecord.record import adding, judgements, standing
from onrecord.record.actor_schema import actors, names
from onrecord.record.checks import askable, check_statements
from onrecord.record.found import Judgement
from onrecord.record.gathered import next_number
from onrecord.record.position_schema import codings
from onrecord.record.register import folded
from onrecord.record.review_found import Verdict
from onrecord.record.review_schema import SET_ASIDE, assigned_coders, assignments, blind, found_resolutions
from onrecord.record.review_schema import standing as laid
from onrecord.record.rows import articles_of, parts_of, statement
from onrecord.record.schema import articles, statements
from onrecord.types import ActorKind, Article, Kind, Span, Statement, content_id, statement_id

Entry = dict[str, Any]
_OPENING, _CLOSING = "“\"„«‹‘'", "”\"“»›’'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decides, on what they saw. ``assignment``: blind, for this assignment; nothing follows from it by itself."""

    reviewer: str
    expects: int | None = None
    note: str = ""
    assignment: int | None = None


def judge(db: Connection, key: str, verdict: Verdict, by: Decision, where: str) -> Judgement:
    """Says that a statement is right as it stands, or wrong."""
    if verdict not in ("right", "wrong"):
        raise InputError(f"{verdict!r} is no verdict: right or wrong")
    row = held(db, key, where)
    before = entries(db, [row], found=by.assignment is not None)
    return _decide(db, verdict, row, before, before if verdict == "right" else [], by)


def correct(
    db: Connection,
    key: str,
    by: Decision,
    where: str,
    *,
    source: Span | EllipsisType | None = ...,
    cue: Span | EllipsisType | None = ...,
    content: Sequence[Span] | EllipsisType = ...,
    actor: str | Sequence[str] | EllipsisType | None = ...,
    kind: Kind | EllipsisType = ...,
    actor_kind: ActorKind = "person",
) -> Judgement:
    """Says what a statement should be; what is not given stays. Raises InputError if that changes nothing."""
    row = held(db, key, where)
    (before,) = entries(db, [row], found=by.assignment is not None)
    article = _article(db, row.article_id)
    after = _made(
        article,
        _span(before["source"]) if isinstance(source, EllipsisType) else source,
        _span(before["cue"]) if isinstance(cue, EllipsisType) else cue,
        [Span(*s) for s in before["content"]] if isinstance(content, EllipsisType) else content,
        before["kind"] if isinstance(kind, EllipsisType) else kind,
    )
    after["actors"] = before["actors"] if isinstance(actor, EllipsisType) else _meant(db, actor, actor_kind)
    if _same(db, before["actors"], after["actors"]):
        after["actors"] = before["actors"]
    if after == before:
        raise InputError("this is what the statement says already: change something, or judge it right")
    _keep(db, article, after, of=row)
    return _decide(db, "correct", row, [before], [after], by)


def add(
    db: Connection,
    article_number: int,
    source: Span | None,
    cue: Span | None,
    content: Sequence[Span],
    actor: str | Sequence[str] | None,
    by: Decision,
    *,
    kind: Kind | None = None,
    actor_kind: ActorKind = "person",
) -> Judgement:
    """Adds a statement that was missed; its kind follows from the quotation marks unless given."""
    (article, _), *_ = articles_of(db, [article_number])
    after = _made(article, source, cue, content, kind or kind_of(article.text, content))
    row = db.execute(select(statements).where(statements.c.id == after["id"])).first()
    present = db.scalar(select(articles.c.reading_id).where(articles.c.id == article.id))
    if row is not None and row.reading_id == present and by.assignment is None:
        raise InputError(f"this statement is there already ({row.id}): correct that one")
    after["actors"] = _meant(db, actor, actor_kind)
    _keep(db, article, after)
    return _decide(db, "add", held(db, after["id"], article.name), [], [after], by)


def divide(db: Connection, key: str, pieces: Sequence[Sequence[Span]], by: Decision, where: str) -> Judgement:
    """Makes several statements of one: each has its source, cue and actor, and its own ``pieces`` of content."""
    row = held(db, key, where)
    (before,) = entries(db, [row], found=by.assignment is not None)
    if len(pieces) < 2:
        raise InputError("a statement is divided into two or more: give the content of each")
    article = _article(db, row.article_id)
    after = []
    for content in pieces:
        part = _made(article, _span(before["source"]), _span(before["cue"]), content, before["kind"])
        part["actors"] = before["actors"]
        after.append(part)
    if len({part["id"] for part in after}) < len(after):
        raise InputError("two of the parts are the same: give each its own words")
    for part in after:
        _keep(db, article, part, of=row)
    return _decide(db, "divide", row, [before], after, by)


def join(db: Connection, keys: Sequence[str], by: Decision, where: str) -> Judgement:
    """Makes one statement of several: source, cue, kind and actor of the first, the contents of all."""
    rows = [held(db, key, where) for key in dict.fromkeys(keys)]
    if len(rows) < 2 or len({row.article_id for row in rows}) > 1:
        raise InputError("two or more statements of one article can be joined")
    before = entries(db, rows, found=by.assignment is not None)
    article = _article(db, rows[0].article_id)
    content = sorted({Span(*s) for entry in before for s in entry["content"]})
    first = before[0]
    after = _made(article, _span(first["source"]), _span(first["cue"]), content, first["kind"])
    after["actors"] = first["actors"]
    _keep(db, article, after, of=rows[0])
    return _decide(db, "join", rows[0], before, [after], by)


def note(db: Connection, subject: str, text: str, *, reviewer: str, where: str) -> Judgement:
    """Keeps a remark on a statement, actor, article or coding; nothing follows from it."""
    if not text.strip():
        raise InputError("a note needs words")
    return judgements.make(
        db, "note", subject, {"note": text.strip()}, reviewer, subject_kind=_kind(db, subject, where), counts=False
    )


def kind_of(text: str, content: Sequence[Span]) -> Kind:
    """The kind of a statement by the quotation marks in and around its content."""

    def quoted(span: Span) -> bool:
        said = text[span.start : span.end].strip()
        around = text[span.start - 1 : span.start] + text[span.end : span.end + 1]
        within = len(said) > 1 and said[0] in _OPENING and said[-1].strip(",.") in (*_CLOSING, "")
        return within or (len(around) == 2 and around[0] in _OPENING and around[1] in _CLOSING)

    if all(quoted(span) for span in content):
        return "direct"
    return "mixed" if any(mark in words(span, text) for span in content for mark in '“”"«»„') else "indirect"


def entries(db: Connection, rows: Sequence[Row[Any]], *, found: bool = False) -> list[Entry]:
    """These statements as they stand; with ``found``, as the machine found them."""
    numbers = [row.number for row in rows]
    parts = parts_of(db, numbers)
    kinds: dict[int, str] = {}
    whose = standing.whose(db, numbers)
    if found:
        over = db.execute(select(laid).where(laid.c.statement_number.in_(numbers))).all()
        kinds = {row.statement_number: row.found_kind for row in over}
        resolved = [row.statement_number for row in over if row.resolved]
        whose |= {n: [] for n in resolved} | standing.whose(db, resolved, found_resolutions)
    wanted = {number for pairs in whose.values() for pair in pairs for number in pair}
    known = {row.number: row for row in db.execute(select(actors).where(actors.c.number.in_(wanted)))}
    made = []
    for row in rows:
        entry = _entry(statement(row, parts[row.number]), parts[row.number])
        entry["kind"] = kinds.get(row.number, row.kind)
        entry["actors"] = [{"id": known[own].id, "name": known[root].name} for own, root in whose.get(row.number, [])]
        made.append(entry)
    return made


def _entry(of: Statement, parts: Mapping[str, Any]) -> Entry:
    said = {role: [quoted.quote.exact for quoted in found] for role, found in parts.items()}
    return {
        "id": of.id,
        "source": list(of.source) if of.source else None,
        "cue": list(of.cue) if of.cue else None,
        "content": [list(span) for span in of.content],
        "kind": of.kind,
        "actors": [],
        "words": {"source": next(iter(said["source"]), None), "cue": next(iter(said["cue"]), None),
                  "content": said["content"]},
    }  # fmt: skip


def _made(article: Article, source: Span | None, cue: Span | None, content: Sequence[Span], kind: Kind) -> Entry:
    """An entry by its spans. Raises EvidenceError unless they are evidence from the article."""
    source, cue = (Span(*span) if span is not None else None for span in (source, cue))
    pieces = tuple(sorted(Span(*span) for span in content))
    of = Statement(
        id=statement_id(article.id, source, cue, pieces), article_id=article.id, source=source, cue=cue, content=pieces,
        kind=kind, score=1.0,
    )  # fmt: skip
    check_statements(article, [of])
    return {
        "id": of.id,
        "source": list(source) if source else None,
        "cue": list(cue) if cue else None,
        "content": [list(span) for span in pieces],
        "kind": kind,
        "actors": [],
        "words": {"source": words(source, article.text) if source else None,
                  "cue": words(cue, article.text) if cue else None,
                  "content": [words(span, article.text) for span in pieces]},
    }  # fmt: skip


def _keep(db: Connection, article: Article, entry: Entry, *, of: Row[Any] | None = None) -> None:
    """Stores the statement of an entry, unless the record holds it; it is not listed before a judgement says so."""
    if db.scalar(select(statements.c.number).where(statements.c.id == entry["id"])) is not None:
        return
    standing.need_the_reading(db)
    made = Statement(
        id=entry["id"], article_id=article.id, source=_span(entry["source"]), cue=_span(entry["cue"]),
        content=tuple(Span(*s) for s in entry["content"]), kind=entry["kind"], score=1.0,
        part_of=of.part_of if of is not None else None, within=of.within if of is not None else None,
    )  # fmt: skip
    adding.store_statement(db, article, made, reading_id=SET_ASIDE)


def _decide(
    db: Connection, kind: str, row: Row[Any], before: list[Entry], after: list[Entry], by: Decision
) -> Judgement:
    detail: dict[str, Any] = {"article": row.article_id, "before": before, "after": after}
    if by.note.strip():
        detail["note"] = by.note.strip()
    about = {entry["id"]: "statement" for entry in (*before, *after)} | {row.article_id: "article"}
    unseen = by.assignment is not None
    made = judgements.make(
        db, kind, row.id, detail, by.reviewer, subject_kind="statement", about=about,
        expects=None if unseen else by.expects, counts=not unseen,
    )  # fmt: skip
    if unseen:
        _note_blind(db, made, row.article_id, by)
    else:
        standing.recompute(db, row.article_id)
    return made


def _note_blind(db: Connection, made: Judgement, article_id: str, by: Decision) -> None:
    """Keeps a coder's decision for an assignment. Of several about one statement the last counts."""
    assignment = db.execute(select(assignments).where(assignments.c.number == by.assignment)).first()
    if assignment is None:
        raise NotFound(f"no assignment {by.assignment}: the command agreement --list lists them")
    if assignment.closed_at is not None:
        raise InputError(
            f"assignment {assignment.name!r} was closed on {assignment.closed_at[:10]}: decide outside of it"
        )
    mine = select(assigned_coders).where(
        assigned_coders.c.assignment_number == by.assignment, assigned_coders.c.coder == by.reviewer
    )
    if db.execute(mine).first() is None:
        raise InputError(f"{by.reviewer} is no coder of assignment {assignment.name!r}")
    row = {"judgement_number": made.number, "assignment_number": by.assignment, "article_id": article_id}
    db.execute(insert(blind), row | {"coder": by.reviewer})


def _meant(db: Connection, named: str | Sequence[str] | None, kind: ActorKind) -> list[dict[str, str]]:
    """The actors that these names mean; one that nobody has becomes an actor. Raises NotFound if it may be several."""
    found = []
    for name in dict.fromkeys([named] if isinstance(named, str) else named or ()):
        number = register.meant(db, name)
        if number is None:
            number = _new_actor(db, " ".join(askable(name).split()), kind)
        row = db.execute(select(actors).where(actors.c.number == number)).one()
        found.append({"id": row.id, "name": row.name})
    return list({a["id"]: a for a in found}.values())


def _same(db: Connection, some: Sequence[Mapping[str, str]], others: Sequence[Mapping[str, str]]) -> bool:
    """Whether these are the same actors, as they are merged now."""
    root = standing.root_ids(db, {a["id"] for a in (*some, *others)})
    return [root[a["id"]] for a in some] == [root[a["id"]] for a in others]


def _new_actor(db: Connection, name: str, kind: ActorKind) -> int:
    """An actor by a name that nobody has. One whom an undone judgement left without any name is taken again."""
    if not folded(name):
        raise InputError(f"{name!r} is no name: it has no letter")
    id_ = content_id("actor", kind, folded(without_article(name)) or name)
    known = db.execute(select(actors).where(actors.c.id == id_)).first()
    if known is not None and known.stands_for == known.number:
        named = select(names.c.number).where(names.c.actor_number == known.number)
        if db.scalar(named.limit(1)) is None:
            return int(known.number)
    number = next_number(db, actors.c.number)
    id_ = id_ if known is None else content_id("actor", "judged", name, number)
    row = {"number": number, "id": id_, "kind": kind, "name": name, "country": None, "stands_for": number}
    db.execute(insert(actors), row)
    return number


_SUBJECTS = (
    ("statement", statements.c.id), ("actor", actors.c.id), ("coding", codings.c.id), ("article", articles.c.id),
)  # fmt: skip


def _kind(db: Connection, subject: str, where: str) -> str:
    for kind, column in _SUBJECTS:
        if db.scalar(select(column).where(column == askable(subject))) is not None:
            return kind
    raise NotFound(f"{where}: nothing has the id {subject!r}")


def held(db: Connection, key: str, where: str) -> Row[Any]:
    """The row of the statement with this id (or its beginning, at least 6 characters)."""
    key = askable(key)
    found = db.execute(select(statements).where(statements.c.id == key)).all()
    if not found and len(key) >= 6:
        found = db.execute(select(statements).where(statements.c.id.startswith(key, autoescape=True)).limit(2)).all()
    if len(found) != 1:
        raise NotFound(f"{where}: no statement {key!r}: the command said --json shows their ids")
    return found[0]


def _article(db: Connection, id_: str) -> Article:
    number = db.scalars(select(articles.c.number).where(articles.c.id == id_)).one()
    return articles_of(db, [number])[0][0]


def _span(offsets: Sequence[int] | None) -> Span | None:
    return Span(*offsets) if offsets else None
