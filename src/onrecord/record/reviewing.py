"""Whatever people decide, as methods of the record: ``Record`` is a ``Reviewing`` that also holds the articles."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from types import EllipsisType
from typing import Unpack

from sqlalchemy import Connection, Engine, select

from onrecord.record import actors, decided, filed, judgements, review, review_queue, revisions
from onrecord.record.coding_found import Coded, CodingFilters
from onrecord.record.found import Filters, Given, Judgement, Loaded, Said
from onrecord.record.review import Decision
from onrecord.record.review_found import QUEUE_KINDS, Happened, Queued, QueueKind, Standing, Verdict
from onrecord.record.rows import Speaking, heading_columns, parts_of, said, with_original
from onrecord.record.schema import articles, statements
from onrecord.types import ANSWERS, ActorKind, Kind, Span


class Reviewing:
    """Decisions about actors and statements: made, withdrawn, restored, and told.

    Every one is a judgement that nothing overwrites. ``reviewer`` says who decides; ``expects`` is the revision that
    person saw, and if somebody decided meanwhile, Changed tells what, and nothing is stored. ``assignment`` makes a
    decision about a statement blind: it is kept for that assignment, and nothing else follows from it.
    """

    where: str
    _engine: Engine

    def _judging(self) -> AbstractContextManager[Connection]:
        raise NotImplementedError

    def _article_number(self, db: Connection, key: str) -> int:
        raise NotImplementedError

    def said(self, *, limit: int | None = None, **filters: Unpack[Filters]) -> Iterator[Said]:
        """See ``Record``."""
        raise NotImplementedError

    def codings(self, **filters: Unpack[CodingFilters]) -> Iterator[Coded]:
        """See ``Positions``."""
        raise NotImplementedError

    def merge(self, actor: str, *others: str, reviewer: str, expects: int | None = None) -> Judgement:
        """Makes ``actor`` stand for ``others`` too. Raises NotFound, and InputError if they are one already."""
        with self._judging() as db:
            into, *merged = (actors.find(db, key, self.where) for key in (actor, *others))
            return judgements.merge(db, into, merged, reviewer=reviewer, expects=expects)

    def split(
        self, actor: str, *keys: str, to: str | None = None, reviewer: str, expects: int | None = None
    ) -> Judgement:
        """Takes what articles say of ``actor`` from it: to a new actor, or the one called ``to`` if there is one.

        ``keys``: the articles, by anything ``Record.article`` takes.

        Raises NotFound, and InputError if it does not appear in one of the articles, or in no other.
        """
        with self._judging() as db:
            of = actors.find(db, actor, self.where)
            found = [self._article_number(db, key) for key in keys]
            ids = db.scalars(select(articles.c.id).where(articles.c.number.in_(found)))
            other = actors.meant(db, to) if to is not None else None
            other = None if other == of else other
            return judgements.split(db, of, sorted(ids), to=other, name=to, reviewer=reviewer, expects=expects)

    def rename(self, actor: str, name: str, *, reviewer: str, expects: int | None = None) -> Judgement:
        """Lets ``actor`` be called ``name``; all names it had still lead to it. Raises NotFound."""
        with self._judging() as db:
            return judgements.rename(db, actors.find(db, actor, self.where), name, reviewer=reviewer, expects=expects)

    def alias(self, actor: str, words: str, *, reviewer: str, expects: int | None = None) -> Judgement:
        """Lets ``words`` be a name of ``actor`` in all articles read from now on. Raises NotFound."""
        with self._judging() as db:
            return judgements.alias(db, actors.find(db, actor, self.where), words, reviewer=reviewer, expects=expects)

    def keep_apart(self, proposal: str, *, reviewer: str) -> Judgement:
        """Says that the two of a proposal ("appearance:actor", see ``queue``) are not one. Raises NotFound."""
        appearance, _, actor = proposal.partition(":")
        with self._judging() as db:
            return judgements.keep_apart(db, appearance, actor, reviewer=reviewer)

    def load_register(self, rows: Iterable[Given], *, file: str, reviewer: str) -> Loaded:
        """Adds actors and posts of a register file; rows that stand already are not added twice."""
        with self._judging() as db:
            return filed.load(db, list(rows), file=file, reviewer=reviewer)

    def judge_statement(
        self, statement_id: str, verdict: Verdict, *, reviewer: str, expects: int | None = None, note: str = "",
        assignment: int | None = None,
    ) -> Judgement:  # fmt: skip
        """Says that a statement is right as it stands, or wrong; a wrong one is no longer listed. Raises NotFound."""
        by = Decision(reviewer=reviewer, expects=expects, note=note, assignment=assignment)
        with self._judging() as db:
            return review.judge(db, statement_id, verdict, by, self.where)

    def correct_statement(
        self, statement_id: str, *, source: Span | EllipsisType | None = ..., cue: Span | EllipsisType | None = ...,
        content: Sequence[Span] | EllipsisType = ..., actor: str | Sequence[str] | EllipsisType | None = ...,
        kind: Kind | EllipsisType = ..., actor_kind: ActorKind = "person", reviewer: str, expects: int | None = None,
        note: str = "", assignment: int | None = None,
    ) -> Judgement:  # fmt: skip
        """Says what a statement should be. What is not given stays; None is that there is none.

        ``actor``: an id, name or alias, or several; a name that nobody has becomes an actor of ``actor_kind``; None:
        the text does not tell. A statement is its spans: with other spans it is another one, with another id
        (``judgement.detail["after"]``), and the one corrected is set aside. Raises NotFound, EvidenceError, InputError.
        """
        by = Decision(reviewer=reviewer, expects=expects, note=note, assignment=assignment)
        with self._judging() as db:
            return review.correct(
                db, statement_id, by, self.where, source=source, cue=cue, content=content, actor=actor, kind=kind,
                actor_kind=actor_kind,
            )  # fmt: skip

    def add_statement(
        self, article: str, source: Span | None, cue: Span | None, content: Sequence[Span],
        actor: str | Sequence[str] | None = None, *, kind: Kind | None = None, actor_kind: ActorKind = "person",
        reviewer: str, note: str = "", assignment: int | None = None,
    ) -> Judgement:  # fmt: skip
        """Adds a statement that the machine missed; ``actor`` as in ``correct_statement``.

        ``kind`` follows from the quotation marks unless given. Raises NotFound, EvidenceError, and InputError if the
        article has this statement already.
        """
        by = Decision(reviewer=reviewer, note=note, assignment=assignment)
        with self._judging() as db:
            number = self._article_number(db, article)
            return review.add(db, number, source, cue, content, actor, by, kind=kind, actor_kind=actor_kind)

    def split_statement(
        self, statement_id: str, pieces: Sequence[Sequence[Span]], *, reviewer: str, expects: int | None = None,
        note: str = "", assignment: int | None = None,
    ) -> Judgement:  # fmt: skip
        """Makes several statements of one, each with its own ``pieces`` of content; source, cue and actor stay."""
        by = Decision(reviewer=reviewer, expects=expects, note=note, assignment=assignment)
        with self._judging() as db:
            return review.divide(db, statement_id, pieces, by, self.where)

    def join_statements(
        self, statement_ids: Sequence[str], *, reviewer: str, expects: int | None = None, note: str = "",
        assignment: int | None = None,
    ) -> Judgement:  # fmt: skip
        """Makes one statement of several of an article: source, cue, kind and actor of the first, all contents.

        ``expects`` is the revision of the first.
        """
        by = Decision(reviewer=reviewer, expects=expects, note=note, assignment=assignment)
        with self._judging() as db:
            return review.join(db, statement_ids, by, self.where)

    def note(self, subject: str, text: str, *, reviewer: str) -> Judgement:
        """Keeps a remark on a statement, actor, article or coding, by its id; no new revision. Raises NotFound."""
        with self._judging() as db:
            return review.note(db, subject, text, reviewer=reviewer, where=self.where)

    def undo(
        self, judgement: str | None = None, *, reviewer: str, mine: bool = False, expects: int | None = None
    ) -> Judgement:
        """Withdraws the judgement with this number or id, or the last that stands; with ``mine``, of this reviewer.

        Raises NotFound, InputError if it is withdrawn already, Changed.
        """
        with self._judging() as db:
            return judgements.withdraw(db, judgement, reviewer=reviewer, mine=mine, expects=expects)

    def redo(
        self, judgement: str | None = None, *, reviewer: str, mine: bool = False, expects: int | None = None
    ) -> Judgement:
        """Lets a withdrawn judgement stand again, in its old place in their order: the last withdrawn one.

        With ``mine``, the last that this reviewer withdrew. That it was withdrawn stays in the history. Raises
        NotFound, InputError if it stands, or loaded a file (load it again), and Changed.
        """
        with self._judging() as db:
            return judgements.restore(db, judgement, reviewer=reviewer, mine=mine, expects=expects)

    def queue(
        self, *, kind: QueueKind | None = None, limit: int = 20, after: str | None = None, reviewer: str | None = None
    ) -> tuple[Queued, ...]:
        """What a person should look at first: the doubtful on which most hangs (review_queue.py says how that counts).

        ``after``: go on behind the one with this key. ``reviewer``: without what this one skipped. Raises InputError
        for a key that is none.
        """
        with self._engine.connect() as db:
            kinds = QUEUE_KINDS if kind is None else (kind,)
            found = review_queue.waiting(db, kinds, limit=limit, after=after, reviewer=reviewer)
        of = {kind: [w.place.subject for w in found if w.place.kind == kind] for kind in QUEUE_KINDS}
        ids = {*of["statement"], *of["resolution"]}
        said = {s.statement.id: s for s in self.said(ids=ids, current=False)} if ids else {}
        coded = {c.id: c for c in self.codings(ids=tuple(of["coding"]), answers=ANSWERS)} if of["coding"] else {}
        return tuple(review_queue.queued(w, said.get(w.place.subject), coded.get(w.place.subject)) for w in found)

    def skip(self, kind: QueueKind, subject: str, *, reviewer: str) -> None:
        """Leaves something (``Queued.subject``) out of the queue of this reviewer. Raises InputError."""
        with self._judging() as db:
            review_queue.skip(db, kind, subject, reviewer=reviewer)

    def judgements(self) -> list[Judgement]:
        """All judgements, withdrawn ones too, the latest first.

        Without those that coders make in an assignment that is still open: ``units`` and ``agreement`` show these.
        """
        with self._engine.connect() as db:
            return judgements.log(db)

    def revision(self, subject: str) -> int:
        """How often something was decided about a statement, actor or coding, withdrawn and restored; 0 if never."""
        with self._engine.connect() as db:
            return revisions.revisions(db, [subject])[subject]

    def history(self, subject: str) -> tuple[Happened, ...]:
        """All that was decided about a statement, actor, coding or article, the oldest first, withdrawn ones too.

        Of a statement also about those it was made from and those made from it.
        """
        with self._engine.connect() as db:
            return revisions.history(db, subject)

    def standing(self, statement_id: str) -> Standing:
        """How a statement stands: what was decided, and what took its place. Raises NotFound."""
        with self._engine.connect() as db:
            return decided.how_it_stands(db, review.held(db, statement_id, self.where))

    def statement(self, statement_id: str) -> Said:
        """The statement with this id (or its beginning), by whatever reading, also if it is set aside.

        Raises NotFound.
        """
        with self._engine.connect() as db:
            id_ = review.held(db, statement_id, self.where).id
            query = select(*heading_columns, *statements.c).select_from(
                with_original.join(statements, statements.c.article_id == articles.c.id)
            )
            row = db.execute(query.where(statements.c.id == id_)).one()
            speaking = Speaking(db)
            return said(
                row,
                parts_of(db, [row.number])[row.number],
                speaking.of([row.number])[row.number],
                speaking.reporters({row.within} if row.within else ()).get(row.within),
                decided.checked(db, [row.number]).get(row.number),
                revisions.revisions(db, [row.id])[row.id],
            )
