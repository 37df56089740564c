"""Events: the table that networks are made of. One row is one statement: who, on what, with which stance, when, where.

The columns that networks are built from are ``Variable``s, of text, integers, or yes and no. From a record each coding
is a row (``from_record``); any other table comes in by ``Events.of``.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, Unpack

import numpy as np
from numpy.typing import NDArray

from onrecord.errors import InputError, NotFound
from onrecord.record.found import ArticleFilters
from onrecord.record.posts import at
from onrecord.record.register import folded

if TYPE_CHECKING:
    from onrecord.record import Coded, CodingFilters, Post, Record

Kind = Literal["text", "integer", "boolean"]
UNDECIDED = "undecided"
"""What a yes and no is if it is neither."""
_YES = frozenset({"1", "true", "yes", "support"})
_NO = frozenset({"0", "false", "no", "oppose"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Variable:
    """A column: ``codes`` (int64) say which of the ``levels`` each row has, −1 that it has none.

    ``levels`` are in order: words by code point, integers by size, of yes and no 0, 1 and maybe "undecided".
    ``document``: it belongs to the document, not the statement.
    """

    codes: NDArray[np.int64]
    levels: tuple[str | int, ...]
    kind: Kind
    document: bool = False

    def names(self) -> tuple[str, ...]:
        """The levels as they are written."""
        return tuple(map(str, self.levels))

    def values(self) -> list[str | int | None]:
        """The value of each row; None if it has none."""
        known = (*self.levels, None)
        return [known[code] for code in self.codes]

    def of_word(self, word: str) -> int | None:
        """The code of the level that ``word`` writes ("support" and "true" are 1); None if there is none."""
        if self.kind == "boolean":
            folded = word.strip().casefold()
            word = "1" if folded in _YES else "0" if folded in _NO else folded
        names = self.names()
        return names.index(word) if word in names else None


def variable(values: Iterable[Any], *, kind: Kind | None = None, document: bool = False) -> Variable:
    """A column of ``values``. None and the empty string are missing; ``kind`` is told by the values unless given.

    Raises InputError for a value that is not of the kind.
    """
    given = [None if v is None or v == "" or v != v else v for v in values]  # noqa: PLR0124 # NaN is not itself
    known = set(given) - {None}
    kind = kind or _kind(given)
    try:
        told: dict[Any, str | int] = {v: _level(v, kind) for v in known}
    except ValueError as e:
        raise InputError(f"{e}: give values of one kind") from None
    levels = sorted(set(told.values()), key=lambda level: (isinstance(level, str), level))
    if kind == "boolean":
        levels = [0, 1, *(level for level in levels if level == UNDECIDED)]
    place = {level: code for code, level in enumerate(levels)}
    codes = np.fromiter((-1 if v is None else place[told[v]] for v in given), np.int64, len(given))
    return Variable(codes=codes, levels=tuple(levels), kind=kind, document=document)


def _kind(given: Sequence[Any]) -> Kind:
    types = {type(v) for v in given if v is not None}
    if types and types <= {bool, np.bool_}:
        return "boolean"
    return "integer" if types and all(issubclass(t, int | np.integer) for t in types) else "text"


def _level(value: Any, kind: Kind) -> str | int:
    if kind == "text":
        return str(value)
    if kind == "integer":
        if int(value) != float(value):
            raise ValueError(f"{value!r} is no integer")
        return int(value)
    word = str(value).strip().casefold()
    if word == UNDECIDED:
        return UNDECIDED
    if word not in _YES | _NO:
        raise ValueError(f"{value!r} is neither yes nor no nor {UNDECIDED}")
    return int(word in _YES)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Events:
    """A table of statements, one a row, in any order.

    ``ids`` name the rows; ``times`` are datetime64[s], NaT if not known. ``documents`` (codes) says which rows stand in
    one document, ``groups`` which documents are copies of one another, so that their rows have one source. ``weights``
    are scores, 0 to 1; ``checked`` is what a person decided. ``evidence`` has columns that tell of a row, but are no
    variables: the words, where they stand. ``attributes`` tell of the levels of a variable: by variable, level, name.
    ``partial``: how many times are known by month or year only and were put in its middle. ``about`` says where the
    table comes from.
    """

    ids: tuple[str, ...]
    times: NDArray[np.datetime64]
    documents: NDArray[np.int64]
    groups: NDArray[np.int64]
    variables: Mapping[str, Variable]
    weights: NDArray[np.float64]
    checked: NDArray[np.bool_]
    evidence: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    attributes: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    partial: int = 0
    about: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        columns: Mapping[str, Iterable[Any]],
        *,
        ids: Iterable[Any] | None = None,
        times: Iterable[Any] | None = None,
        documents: Iterable[Any] | None = None,
        groups: Iterable[Any] | None = None,
        weights: Iterable[float] | None = None,
        checked: Iterable[bool] | None = None,
        kinds: Mapping[str, Kind] | None = None,
        document_level: Iterable[str] = (),
        evidence: Mapping[str, Iterable[Any]] | None = None,
        attributes: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None,
        about: Mapping[str, Any] | None = None,
    ) -> "Events":
        """A table of ``columns`` of one length: name → values. A pandas DataFrame will do.

        ``times`` are dates or times, or ISO 8601 words ("2026-04-15"; "2026-04" is put in the middle of April).
        Without ``documents`` each row is its own. ``groups`` are of documents, one for each row, too; without them no
        document is a copy. ``document_level`` names the columns that belong to documents. Raises InputError for columns
        of different lengths, a date that is none, a weight that is not 0 to 1.
        """
        own = set(document_level)
        made = {str(n): variable(v, kind=(kinds or {}).get(str(n)), document=n in own) for n, v in columns.items()}
        size = len(next(iter(made.values())).codes) if made else 0
        texts = [str(i) for i in range(1, size + 1)] if ids is None else [str(i) for i in ids]
        moments = [_moment(t) for t in times] if times is not None else [(np.datetime64("NaT", "s"), False)] * size
        of_document = variable(map(str, documents if documents is not None else range(size)), kind="text").codes
        of_group = of_document if groups is None else variable(map(str, groups), kind="text").codes
        score = np.ones(size) if weights is None else np.asarray(list(weights), np.float64)
        sure = np.zeros(size, bool) if checked is None else np.asarray(list(checked), bool)
        told = {name: list(values) for name, values in (evidence or {}).items()}
        lengths = {name: len(v.codes) for name, v in made.items()} | {name: len(v) for name, v in told.items()}
        lengths |= {"ids": len(texts), "times": len(moments), "documents": len(of_document), "groups": len(of_group)}
        lengths |= {"weights": len(score), "checked": len(sure)}
        if wrong := [name for name, length in lengths.items() if length != size]:
            raise InputError(f"the column {wrong[0]} has {lengths[wrong[0]]} rows, others have {size}")
        if not ((score >= 0) & (score <= 1)).all():
            raise InputError("a weight is not between 0 and 1: give the probability that the row is right")
        return cls(
            ids=tuple(texts),
            times=np.array([t for t, _ in moments], "datetime64[s]"),
            documents=of_document,
            groups=of_group,
            variables=made,
            weights=score,
            checked=sure,
            evidence=told,
            attributes=attributes or {},
            partial=sum(partial for _, partial in moments),
            about=about or {},
        )

    def __len__(self) -> int:
        return len(self.ids)

    def called(self, name: str) -> str:
        """How the variable ``name`` is called here: "organisation" is "organization", too.

        Raises InputError, which names those there are.
        """
        for spelled in (name, name.replace("isation", "ization")):
            if spelled in self.variables:
                return spelled
        raise InputError(f"no variable {name!r}: there are {', '.join(self.variables) or 'none'}")

    def variable(self, name: str) -> Variable:
        """The variable of this name (see ``called``). Raises InputError."""
        return self.variables[self.called(name)]

    def take(self, rows: NDArray[Any]) -> "Events":
        """Those rows only, by number (in that order) or by a mask; levels that are left without rows stay levels."""
        index = np.arange(len(self))[rows]
        return replace(
            self,
            ids=tuple(self.ids[i] for i in index),
            times=self.times[index],
            documents=self.documents[index],
            groups=self.groups[index],
            variables={n: replace(v, codes=v.codes[index]) for n, v in self.variables.items()},
            weights=self.weights[index],
            checked=self.checked[index],
            evidence={name: [values[i] for i in index] for name, values in self.evidence.items()},
        )

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each row with all that is known of it: id, time (ISO 8601 or None), variables, score, checked, evidence."""
        columns: dict[str, Sequence[Any]] = {
            "id": self.ids,
            "time": [None if np.isnat(t) else str(t) for t in self.times],
            **{name: v.values() for name, v in self.variables.items()},
            "score": self.weights.tolist(),
            "checked": self.checked.tolist(),
            **self.evidence,
        }
        for values in zip(*columns.values(), strict=True):
            yield dict(zip(columns, values, strict=True))

    @property
    def table(self) -> Any:
        """The rows as a pandas DataFrame."""
        import pandas as pd  # noqa: PLC0415 # slow to import

        frame = pd.DataFrame(list(self.rows()))
        if len(frame):
            frame["time"] = pd.Series(self.times, dtype="datetime64[s]")
        return frame


def times(values: Iterable[Any]) -> NDArray[np.datetime64]:
    """Dates, times or ISO 8601 words as datetime64[s]; see ``Events.of``."""
    return np.array([_moment(v)[0] for v in values], "datetime64[s]")


def _moment(given: Any) -> tuple[np.datetime64, bool]:
    """The moment (without its time zone: as it stands in the paper), and whether it was known in part only."""
    if given is None or given == "" or given != given:  # noqa: PLR0124 # NaT is not itself
        return np.datetime64("NaT", "s"), False
    if isinstance(given, np.datetime64):
        return given.astype("datetime64[s]"), False
    if isinstance(given, date):
        return np.datetime64(_plain(given), "s"), False
    if isinstance(given, int | np.integer):
        return np.datetime64(int(given), "s"), False
    first, after = extent(str(given))
    day = len(str(given)) > len("2026-04")
    middle = first if day else first + (after - first) / 2
    return np.datetime64(middle.replace(microsecond=0), "s"), not day


def extent(given: str) -> tuple[datetime, datetime]:
    """From when (inclusive) to when (exclusive) "2026", "2026-04", "2026-04-15" or a time is. Raises InputError."""
    text = given.strip()
    try:
        if len(text) == len("2026"):
            first = datetime(int(text), 1, 1)  # dates of papers have no zone
            return first, first.replace(year=first.year + 1)
        if len(text) == len("2026-04"):
            first = datetime.fromisoformat(f"{text}-01")
            return first, (first + timedelta(days=32)).replace(day=1)
        first = _plain(datetime.fromisoformat(text))
        if len(text) == len("2026-04-15"):
            return first, first + timedelta(days=1)
        return first, first + timedelta(seconds=1)
    except ValueError:
        raise InputError(f"{given!r} is no date: write 2026-04-15, 2026-04 or 2026") from None


def _plain(given: date) -> datetime:
    if isinstance(given, datetime):
        return given.replace(tzinfo=None)
    return datetime(given.year, given.month, given.day)


def from_record(
    record: "Record", *, concepts: Literal["id", "proposition"] = "id", **filters: "Unpack[CodingFilters]"
) -> Events:
    """The codings of ``record`` that the filters ask for (see ``Record.codings``), one a row, as variables:

    actor, kind        the actor, what it is; unnamed actors are nobody in particular and have no name here
    person             the actor if it is a person
    organization       the actor if it is an organisation, country or group, else whom it speaks for at the article's
                       date, as far as the record tells; by its name in the register if it is known there
    party              the party among its posts at that date, else the organization
    country            ISO 3166 code of whom it speaks for or comes from
    concept            the concept's id, or its ``proposition``
    agreement          yes, no, or "undecided"
    outlet, source     who published it, twice: DNA says source
    document, title, author, section, type    of the article

    The weights are scores, 1 for what a person decided. Two actors of one name are told apart by the beginning of their
    ids. Near-copies share a group. Raises NotFound for an actor, concept or article there is not.
    """
    return of_codings(
        list(record.codings(**filters)),
        concepts=concepts,
        articles=_articles(record, filters),
        posts=lambda actor: record.actor(actor).posts,
        body=lambda words: _in_register(record, words),
        about={"record": record.where.rstrip("/").rpartition("/")[2].partition("?")[0], "filters": dict(filters)},
    )


def of_codings(
    codings: Sequence["Coded"],
    *,
    concepts: Literal["id", "proposition"] = "id",
    articles: Mapping[str, tuple[str, Mapping[str, object]]] | None = None,
    posts: Callable[[str], Sequence["Post"]] = lambda _: (),
    body: Callable[[str], str] = lambda words: words,
    about: Mapping[str, Any] | None = None,
) -> Events:
    """``codings`` as ``from_record`` makes them a table.

    ``articles`` has the authors and extra fields of each by its id; ``posts`` finds those of an actor by its id, and
    ``body`` what an organisation is called, by the words of a post.
    """
    articles = articles or {}
    names = _told_apart(codings)
    people = {c.actor_id for c in codings if c.actor_kind == "person"}
    held = {actor: posts(actor) for actor in sorted(people)}
    bodies = cache(body)
    rows = [_row(c, names, held, bodies, articles.get(c.article.id, ("", {})), concepts) for c in codings]
    columns = {name: [row[name] for row in rows] for name in _COLUMNS}
    told = [_told(c) for c in codings]
    return Events.of(
        columns,
        ids=[c.id for c in codings],
        times=[c.article.published for c in codings],
        documents=[c.article.name for c in codings],
        groups=[c.article.original or c.article.name for c in codings],
        weights=[c.score for c in codings],
        checked=[c.judged_by is not None for c in codings],
        kinds={name: "boolean" if name == "agreement" else "text" for name in _COLUMNS},
        document_level=_OF_DOCUMENT,
        evidence={name: [row[name] for row in told] for name in (told[0] if told else ())},
        attributes=_attributes(codings, columns),
        about=about,
    )


_OF_DOCUMENT = ("outlet", "source", "document", "title", "author", "section", "type")
_COLUMNS = (
    "actor", "kind", "person", "organization", "party", "country", "concept", "agreement", *_OF_DOCUMENT,
)  # fmt: skip
_BODIES = frozenset({"organisation", "country", "group"})
_AGREEMENT = {"support": True, "oppose": False, "undecided": UNDECIDED}
_PARTY = frozenset(
    "party parties partei parti partido partito partij partia labour tories conservatives democrats republicans greens "
    "liberals".split()
)


def _articles(record: "Record", filters: Mapping[str, Any]) -> dict[str, tuple[str, Mapping[str, object]]]:
    """Authors and extra fields of the articles the filters ask for, by id."""
    wanted: Any = {key: value for key, value in filters.items() if key in ArticleFilters.__annotations__}
    return {a.id: ("; ".join(a.authors), a.extra) for a in record.articles(**wanted)}


def _told_apart(codings: Iterable["Coded"]) -> dict[str, str | None]:
    """The name of each actor by its id, none of them another's."""
    found = {c.actor_id: c.actor for c in codings if c.actor_kind != "unnamed"}
    uses = Counter(found.values())
    return {id_: name if uses[name] == 1 else f"{name} ({id_[:6]})" for id_, name in found.items()}


def _row(
    c: "Coded", names: Mapping[str, str | None], held: Mapping[str, Sequence["Post"]], bodies: Callable[[str], str],
    article: tuple[str, Mapping[str, object]], concepts: str,
) -> dict[str, Any]:  # fmt: skip
    name = names.get(c.actor_id)
    body = name
    if c.actor_kind not in _BODIES:
        body = bodies(c.organisation) if c.organisation else None
    party = next((p.organisation for p in at(held.get(c.actor_id, ()), c.article.published) if _is_party(p)), None)
    author, extra = article
    return {
        "actor": name,
        "kind": c.actor_kind,
        "person": name if c.actor_kind == "person" else None,
        "organization": body,
        "party": bodies(party) if party else body,
        "country": c.country,
        "concept": c.concept if concepts == "id" else c.proposition,
        "agreement": _AGREEMENT[c.stance],
        "outlet": c.article.outlet,
        "source": c.article.outlet,
        "document": c.article.name,
        "title": c.article.title,
        "author": author,
        "section": extra.get("section"),
        "type": extra.get("type"),
    }


def _in_register(record: "Record", words: str) -> str:
    """The name in the register of the organisation that is called so, else the words."""
    try:
        found = record.actor(words)
    except NotFound:  # nobody, or several
        return words
    known = found.kind in _BODIES and folded(words) in {folded(name.name) for name in found.names}
    return found.name if known else words


def _is_party(post: "Post") -> bool:
    return bool(post.organisation and _PARTY & set(post.organisation.casefold().replace("-", " ").split()))


def _told(c: "Coded") -> dict[str, Any]:
    """What tells of a coding beside its variables."""
    return {
        "concept_id": c.concept,
        "proposition": c.proposition,
        "words": c.words,
        "start": c.evidence.start,
        "end": c.evidence.end,
        "url": c.article.url,
        "statement": c.statement_id,
        "conditions": "; ".join(f"{'if' if x.holds else 'unless'}: {x.words}" for x in c.conditions),
        "according_to": c.according_to,
        "near_copy_of": c.article.original,
        "found": c.found,
        "judged_by": c.judged_by,
        "judged_at": c.judged_at,
    }


def _attributes(
    codings: Sequence["Coded"], columns: Mapping[str, Sequence[Any]]
) -> dict[str, dict[str, dict[str, Any]]]:
    """What is known of actors, organisations and concepts; what changes with time as the last article tells it."""
    found: dict[str, dict[str, dict[str, Any]]] = {n: {} for n in ("actor", "person", "organization", "concept")}
    for row in sorted(range(len(codings)), key=lambda i: codings[i].article.published or ""):
        c = codings[row]
        is_body = columns["organization"][row] == columns["actor"][row]
        told = {"kind": c.actor_kind, "country": c.country, "title": c.title, "organisation": c.organisation}
        if is_body:
            del told["organisation"]
        for of in ("actor", "person", *(["organization"] if is_body else [])):
            if name := columns[of][row]:
                found[of].setdefault(name, {}).update({k: v for k, v in told.items() if v})
        found["concept"][columns["concept"][row]] = {"id": c.concept, "proposition": c.proposition}
    return found
