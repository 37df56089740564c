"""Positions in the record: the codebook, what the machine coded by it, what people decided. Part of ``Record``."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Unpack

from sqlalchemy import ColumnElement, Connection, Engine

from onrecord.errors import InputError, NotFound
from onrecord.evidence import check
from onrecord.record import actors, codebook, codings
from onrecord.record.coding_found import Coded, CodingFilters, LoadedCodebook
from onrecord.record.found import ArticleFilters, Filters, Judgement
from onrecord.record.rows import articles_of
from onrecord.record.schema import articles
from onrecord.types import ANSWERS, Answer, Article, Coding, Concept, Condition, Span

_ORDER = (articles.c.published.nulls_first(), articles.c.name, articles.c.id)


class Positions:
    """What a record can do with concepts and codings."""

    where: str
    _engine: Engine

    def _judging(self) -> AbstractContextManager[Connection]:
        raise NotImplementedError

    def _which_articles(self, db: Connection, filters: ArticleFilters | Filters) -> list[ColumnElement[bool]]:
        raise NotImplementedError

    def _article_number(self, db: Connection, key: str) -> int:
        raise NotImplementedError

    def load_codebook(self, concepts: Iterable[Concept], *, reviewer: str, file: str = "a program") -> LoadedCodebook:
        """Adds concepts, and new versions of those whose proposition changed; those not among them stay.

        One judgement, which ``undo`` withdraws. Raises InputError for an id that comes twice, or an unknown parent.
        """
        with self._judging() as db:
            return codebook.load(db, concepts, file=file, reviewer=reviewer)

    def drop_concept(self, key: str, *, reviewer: str) -> Concept:
        """Takes a concept out of the codebook; ``undo`` brings it back, with all that was coded. Raises NotFound."""
        with self._judging() as db:
            concept = codebook.find(db, key, self.where)
            codebook.drop(db, concept, reviewer=reviewer)
            return concept

    def concepts(self) -> list[Concept]:
        """The codebook as it stands, in the order in which the concepts came."""
        with self._engine.connect() as db:
            return codebook.present(db)

    def concept(self, key: str) -> Concept:
        """The concept with this id, alias, or beginning of its proposition. Raises NotFound, with what comes close."""
        with self._engine.connect() as db:
            return codebook.find(db, key, self.where)

    def propositions(self, ids: Sequence[str]) -> dict[tuple[str, int], str]:
        """What these concepts said in each of their versions: proposition by id and version."""
        with self._engine.connect() as db:
            return codebook.versions(db, ids)

    def uncoded(self, coder: str, concepts: Sequence[Concept]) -> list[tuple[str, tuple[str, ...]]]:
        """The articles that this coder has not coded on all these concepts as they are read now.

        ``coder`` is what the codings depend on besides: a digest of program, weights and settings. Returns the ids of
        the articles, each with those of the concepts it lacks.
        """
        wanted = {c.id: c.version for c in concepts}
        with self._engine.connect() as db:
            lacking = list(codings.missing(db, coder, wanted))
            return [(id_, tuple(ids)) for _, id_, ids in lacking]

    def add_codings(
        self, article: Article, found: Sequence[Coding], *, coder: str, concepts: Sequence[Concept],
        settings: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """Stores what ``coder`` found in one article on these ``concepts``, in one transaction.

        What it or another coder found on them before is kept, but no longer listed; judgements stay.
        """
        for coding in found:
            check(coding.evidence, article.text)
            for condition in coding.conditions:
                check(condition.span, article.text)
        with self._judging() as db:
            number = codings.run(db, coder, concepts, settings)
            codings.store(db, article, found, run_number=number, concepts=[c.id for c in concepts])

    def codings(self, **filters: Unpack[CodingFilters]) -> Iterator[Coded]:
        """The codings the filters ask for, in the order of date, article and place. Raises NotFound."""
        with self._engine.connect() as db:
            actor, key = filters.get("actor"), filters.get("concept")
            root = actors.find(db, actor, self.where) if actor is not None else None
            concept = codebook.find(db, key, self.where) if key is not None else None
            yield from codings.listed(db, self._which_articles(db, filters), filters, root, concept, _ORDER)

    def coding(self, coding_id: str) -> Coded:
        """The coding with this id, whatever was decided about it. Raises NotFound."""
        for coded in self.codings(ids=(coding_id,), answers=ANSWERS, current=False):
            return coded
        raise NotFound(f"{self.where}: no coding {coding_id!r}")

    def judge_coding(
        self, coding_id: str, stance: Answer, *, reviewer: str, conditions: Sequence[Condition] | None = None,
        note: str = "", expects: int | None = None,
    ) -> Judgement:  # fmt: skip
        """A person's answer to what the machine (or another person) coded; ``conditions`` None: as found.

        Raises NotFound, InputError for another word than an answer, EvidenceError for a condition outside the text,
        Changed if the coding has another revision than ``expects``.
        """
        _check(stance)
        with self._judging() as db:
            coding = codings.found(db, coding_id)
            article = articles_of(db, [self._article_number(db, coding.article_id)])[0][0]
            return codings.judge(
                db,
                coding.id,
                stance,
                reviewer=reviewer,
                given=conditions,
                note=note,
                text=article.text,
                expects=expects,
            )

    def code_by_hand(
        self, article: str, evidence: Span, actor: str, concept: str, stance: Answer, *, reviewer: str,
        conditions: Sequence[Condition] = (), statement_id: str | None = None, note: str = "",
    ) -> Judgement:  # fmt: skip
        """A person's coding: where ``actor`` stands on ``concept``, as the words ``evidence`` of ``article`` tell.

        If the machine coded this actor and concept in words that overlap, this is a judgement about that coding.
        Raises NotFound for an article, actor or concept there is not, EvidenceError, InputError.
        """
        _check(stance)
        with self._judging() as db:
            held = articles_of(db, [self._article_number(db, article)])[0][0]
            check(evidence, held.text)
            return codings.by_hand(
                db, held, evidence, actors.find(db, actor, self.where), codebook.find(db, concept, self.where), stance,
                reviewer=reviewer, given=conditions, statement_id=statement_id, note=note,
            )  # fmt: skip


def _check(stance: str) -> None:
    if stance not in ANSWERS:
        raise InputError(f"{stance!r} is no answer: say {', '.join(ANSWERS)}")
