"""A record, or a selection, as a .dna file: what imports brought comes back, what was decided since lies over it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Unpack, cast

from onrecord.analysis.positions import shown_from
from onrecord.exchange.dna.building import Building, Password
from onrecord.exchange.dna.file import DnaFile, DnaStatement
from onrecord.exchange.dna.importing import KEPT, NOBODY
from onrecord.exchange.dna.merging import merge
from onrecord.exchange.dna.offsets import Units
from onrecord.exchange.dna.payload import storable, unpacked
from onrecord.exchange.dna.roles import Roles, roles
from onrecord.exchange.dna.writing import write_dna
from onrecord.record import ArticleFilters, Coded, CodingFilters, Record
from onrecord.types import ActorKind, Article, Problem, appearance_id

MACHINE = "onrecord"
"""The coder of what no person decided."""
_OF_CODINGS = ("actor", "concept", "min_score", "checked", "answers", "ids")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written. ``undecided`` and ``conditions``: what a .dna file has no place for, left out."""

    documents: int
    statements: int
    undecided: int
    conditions: int
    problems: tuple[Problem, ...]


def export_dna(
    record: Record,
    where: str | Path,
    password: Password = None,
    *,
    undecided: bool = False,
    concepts: Sequence[str] | None = None,
    **filters: Unpack[CodingFilters],
) -> Exported:
    """Writes the codings the filters ask for, in the articles they ask for, as a file that DNA 3 opens.

    Without ``min_score`` they are what is shown (``shown_from``): a file for DNA says nothing of doubt.

    Reviewers are its coders, and "onrecord" that of what no person decided. ``password`` (or a function that asks for
    one if it is needed) opens the file for each of them; whoever came with an imported file keeps the password from
    there if none is given. Undecided stances, for which a boolean agreement has no place, are left out and counted;
    with ``undecided`` they become statements of a type of their own, which has no agreement. ``concepts``: on these
    only, by anything ``Record.concept`` takes. What imported files hold besides positions comes back with their
    documents, unless an actor or a concept is asked for.

    Raises InputError if there is a coder without a password, and as ``write_dna`` and the filters do.
    """
    if filters.get("min_score") is None:
        filters["min_score"] = shown_from(record)
    exporting = _Exporting(record, filters, concepts=concepts, undecided=undecided)
    exporting.lay_kept()
    exporting.add_codings()
    file = exporting.build.file(password)
    problems = write_dna(file, where)
    return Exported(
        documents=len(file.documents),
        statements=len(file.statements),
        undecided=exporting.undecided,
        conditions=exporting.conditions,
        problems=tuple(exporting.problems + problems),
    )


class _Came(NamedTuple):
    """The imports of a record as one file, with what in the record its documents and statements are."""

    file: DnaFile
    articles: Mapping[int, str]
    codings: Mapping[int, str]
    roles: Mapping[int, Roles]


def _came(record: Record, texts: Mapping[str, str]) -> _Came:
    file, named = DnaFile(), dict[str, str]()
    articles: dict[int, str] = {}
    codings: dict[int, str] = {}
    for n, kept in enumerate(record.kept(KEPT)):
        payload: Mapping[str, Any] = kept.payload
        of = {int(document): id_ for document, id_ in payload["articles"].items()}
        one = unpacked(payload, {document: texts.get(id_, "") for document, id_ in of.items()})
        coded = dict(zip(payload["coded"], payload["codings"], strict=True))
        named |= payload["roles"]
        if n == 0:
            file, articles, codings = one, of, coded
            continue
        both = merge(file, one)
        file = both.file
        for document, id_ in of.items():
            articles.setdefault(both.documents[document], id_)
        for statement, id_ in coded.items():
            codings.setdefault(both.statements[statement], id_)
    return _Came(file, articles, codings, roles(file, named))


class _Exporting:
    """Puts a file together from a record."""

    def __init__(
        self, record: Record, filters: CodingFilters, *, concepts: Sequence[str] | None, undecided: bool
    ) -> None:
        self.problems: list[Problem] = []
        self.undecided = self.conditions = 0
        self._record, self._with_undecided = record, undecided
        of_articles = cast("ArticleFilters", {k: v for k, v in filters.items() if k not in _OF_CODINGS})
        self._articles = {article.id: article for article in record.articles(**of_articles)}
        asked = {record.concept(key).id for key in concepts or ()}
        self._codings = {
            coded.id: coded
            for coded in record.codings(**filters)
            if coded.stance != "none" and (not asked or coded.concept in asked)
        }
        self._whole = not asked and filters.get("actor") is None and filters.get("concept") is None
        """Whether what is no position is selected too."""
        self._concepts = {concept.id: concept.proposition for concept in record.concepts()}
        texts = {article.id: article.text for article in record.articles(current=False)}
        self._came = _came(record, texts)
        self._document: dict[str, int] = {}
        """The number of the document that an article is."""
        self._units: dict[str, Units] = {}
        self.build = Building(self._came.file, self._came.roles)

    def lay_kept(self) -> None:
        """What imports brought, as far as it is selected and stands."""
        for document in self._came.file.documents:
            id_ = self._came.articles.get(document.id)
            if id_ in self._articles:
                self.build.documents.append(document)
                self._document.setdefault(str(id_), document.id)
        there = {document.id for document in self.build.documents}
        imported = self._imported()
        changed: set[str] = set()
        statements: list[tuple[DnaStatement, str | None]] = []
        for statement in self._came.file.statements:
            id_ = self._came.codings.get(statement.id)
            if statement.document not in there or (id_ is None and not self._whole):
                continue
            if id_ is None:
                statements.append((statement, None))
                continue
            coded = self._codings.get(id_)
            if coded is None:
                continue  # withdrawn since, or not selected
            if (coded.stance, coded.judged_by) in imported[id_]:
                statements.append((statement, id_))
            elif id_ not in changed:
                changed.add(id_)
                if (now := self._decided_anew(statement, coded)) is not None:
                    statements.append((now, id_))
        self.build.statements += self._called_as_now(statements)

    def _imported(self) -> dict[str, set[tuple[str, str]]]:
        """What coders said of each coding when it came."""
        coders = {coder.id: storable(coder.name) for coder in self._came.file.coders}
        said: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for statement in self._came.file.statements:
            if (id_ := self._came.codings.get(statement.id)) is not None:
                role = self._came.roles[statement.type or 0]
                stance = "undecided" if role.undecided else _stance(statement.values[role.agreement or 0])
                said[id_].add((stance, coders[statement.coder] if statement.coder is not None else NOBODY))
        return said

    def _decided_anew(self, statement: DnaStatement, coded: Coded) -> DnaStatement | None:
        """A statement as it was decided since it came."""
        role = self._came.roles[statement.type or 0]
        self._count(coded)
        if coded.stance == "undecided" or role.agreement is None:
            return self._new(coded)
        return replace(
            statement,
            coder=self.build.coder(coded.judged_by or MACHINE),
            values={**statement.values, role.agreement: int(coded.stance == "support")},
        )

    def _called_as_now(self, statements: Sequence[tuple[DnaStatement, str | None]]) -> list[DnaStatement]:
        """The statements, with actors and concepts by the names that they have in the record now."""
        wanted = {id_ for s, _ in statements for id_, *_ in self._appearances(s)}
        now = self._record.actor_names(wanted)
        uses: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for place, (statement, id_) in enumerate(statements):
            for appearance, entity in self._appearances(statement):
                words = self.build.value(entity)
                name = now.get(appearance, words)
                uses[entity][words if storable(words) == name else name].append(place)
            role = self._came.roles.get(statement.type or 0)
            about = role.entity(statement, "concept") if role and id_ is not None else None
            if about is not None:
                words, proposition = self.build.value(about), self._concepts[self._codings[str(id_)].concept]
                uses[about][words if storable(words) == proposition else proposition].append(place)
        found = [statement for statement, _ in statements]
        for entity, by_name in uses.items():
            variable = self.build.variable(entity)
            renamed = self.build.renamed(entity, tuple(by_name))
            for name, places in by_name.items():
                if renamed[name] != entity:
                    for place in places:
                        values = {**found[place].values, variable: renamed[name]}
                        found[place] = replace(found[place], values=values)
        return found

    def _appearances(self, statement: DnaStatement) -> Iterator[tuple[str, int]]:
        """The appearances of the person and the organization of a statement, with the numbers of their entities."""
        role = self._came.roles.get(statement.type or 0)
        article = self._came.articles.get(statement.document or 0)
        if role is None or article is None:
            return
        kinds: tuple[tuple[str, ActorKind], ...] = (("person", "person"), ("organization", "organisation"))
        for name, kind in kinds:
            entity = role.entity(statement, name)
            if entity is not None and (value := storable(self.build.value(entity))).strip():
                yield appearance_id(article, kind, value), entity

    def add_codings(self) -> None:
        """What no import brought: articles, the codebook, and codings."""
        for article in self._articles.values():
            if article.id not in self._document:
                self._document[article.id] = self.build.document(article, self.problems)
        if self._whole:
            self.build.add_concepts(self._concepts.values())
        came = set(self._came.codings.values())
        for coded in self._codings.values():
            if coded.id not in came and coded.article.id in self._document:
                self._count(coded)
                if (statement := self._new(coded)) is not None:
                    self.build.statements.append(statement)

    def _count(self, coded: Coded) -> None:
        self.conditions += len(coded.conditions)
        self.undecided += coded.stance == "undecided" and not self._with_undecided

    def _new(self, coded: Coded) -> DnaStatement | None:
        """A coding as a statement; None of an undecided one, unless these are wanted."""
        if coded.stance == "undecided" and not self._with_undecided:
            return None
        article = self._articles[coded.article.id]
        start, stop = self._counted(article).of(coded.evidence)
        speaks = coded.actor_kind in ("person", "unnamed")
        return self.build.statement(
            document=self._document[article.id],
            start=start,
            stop=stop,
            coder=coded.judged_by or MACHINE,
            person=coded.actor if speaks else "",
            organization=(coded.organisation or "") if speaks else coded.actor,
            concept=self._concepts[coded.concept],
            agreement=None if coded.stance == "undecided" else coded.stance == "support",
        )

    def _counted(self, article: Article) -> Units:
        if article.id not in self._units:
            self._units[article.id] = Units(article.text)
        return self._units[article.id]


def _stance(agreement: object) -> str:
    return "support" if agreement else "oppose"
