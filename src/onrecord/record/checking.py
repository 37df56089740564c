"""Who checks what, and what comes of it, as methods of the record: coders, assignments, samples, accuracy."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Unpack

from sqlalchemy import ColumnElement, Connection, Engine, Row, select

from onrecord.errors import InputError
from onrecord.record import accuracy, coders, decided, double_coding
from onrecord.record.found import ArticleFilters, Filters, Judgement, Said
from onrecord.record.review_found import (
    Accuracy,
    Agreement,
    Assignment,
    Coder,
    CoderDecision,
    CoderRole,
    Difference,
    Login,
    Sample,
    Shows,
    Stratify,
    Task,
    Unit,
)
from onrecord.record.revisions import told
from onrecord.record.rows import (
    Speaking,
    heading,
    heading_columns,
    parts_of,
    said,
    with_original,
)
from onrecord.record.schema import articles, statements


class Checking:
    """Coders and their sessions, double coding and agreement, random samples and accuracy."""

    where: str
    _engine: Engine

    def _judging(self) -> AbstractContextManager[Connection]:
        raise NotImplementedError

    def _article_number(self, db: Connection, key: str) -> int:
        raise NotImplementedError

    def _which_articles(self, db: Connection, filters: ArticleFilters | Filters) -> list[ColumnElement[bool]]:
        raise NotImplementedError

    def statement(self, statement_id: str) -> Said:
        """See ``Reviewing``."""
        raise NotImplementedError

    def coders(self) -> list[Coder]:
        """Everybody who may read or decide, or once could, by name."""
        with self._engine.connect() as db:
            return coders.listed(db)

    def coder(self, name: str) -> Coder:
        """The coder of this name, in any case. Raises NotFound, also for one who was removed."""
        with self._engine.connect() as db:
            return coders.find(db, name)

    def add_coder(self, name: str, *, role: CoderRole = "coder", password: str | None = None) -> Coder:
        """Adds a coder; without a password only for a record that nobody else can reach. Raises InputError."""
        with self._judging() as db:
            return coders.add(db, name, role=role, password=password)

    def change_coder(self, name: str, *, role: CoderRole) -> Coder:
        """Gives a coder another role. Raises NotFound, and InputError if no admin would be left."""
        with self._judging() as db:
            return coders.change(db, name, role=role)

    def set_password(self, name: str, password: str) -> Coder:
        """Gives a coder a password, and ends all their sessions. Raises NotFound, InputError if it is too short."""
        with self._judging() as db:
            return coders.set_password(db, name, password)

    def remove_coder(self, name: str) -> Coder:
        """Lets a coder log in no more; what they decided stays. Raises NotFound, InputError for the only admin."""
        with self._judging() as db:
            return coders.remove(db, name)

    def log_in(self, name: str, password: str, *, client: str = "", hours: float = 12) -> Login:
        """A session of so many hours for who knows the password. ``client`` says where from, such as an IP address.

        Raises TooMany after too many failures, before it looks at the password, and Refused if name and password do
        not go together, whichever is wrong.
        """
        with self._engine.connect() as db:
            coders.refuse_if_too_many(db, name, client)
            hashed = coders.password_of(db, name)
        fits = coders.fits(hashed, password)  # takes its time: outside of any transaction
        with self._judging() as db:
            coders.refuse_if_too_many(db, name, client)  # others may have tried meanwhile
            if fits:
                return coders.begin(db, name, client=client, hours=hours)
            coders.note_failure(db, name, client)
        raise coders.refused()

    def coder_of(self, token: str) -> Coder | None:
        """Whose session this is; None if it is none, or over."""
        with self._engine.connect() as db:
            return coders.of_token(db, token)

    def log_out(self, token: str) -> None:
        """Ends a session."""
        with self._judging() as db:
            coders.log_out(db, token)

    def assign(
        self, *, coders: Sequence[str], articles: Sequence[str] | None = None, sample: int | None = None,
        name: str = "", shows: Shows = "machine", reviewer: str,
    ) -> Assignment:  # fmt: skip
        """Lets several coders decide on the same articles, or on a random sample's statements, without seeing others.

        ``articles``: by anything ``Record.article`` takes. ``shows``: "machine" lets them judge what the machine found,
        "nothing" lets them mark what they find. Raises NotFound, InputError for less than two coders or no articles.
        """
        if (articles is None) == (sample is None):
            raise InputError("an assignment is of articles, or of a sample: give one of the two")
        with self._judging() as db:
            units = self._units_of(db, articles) if articles is not None else self._sampled(db, sample or 0)
            return double_coding.assign(db, name=name, coders=coders, units=units, shows=shows, reviewer=reviewer)

    def _units_of(self, db: Connection, keys: Sequence[str]) -> list[tuple[str, str | None]]:
        numbers = [self._article_number(db, key) for key in dict.fromkeys(keys)]
        ids = {row.number: row.id for row in db.execute(select(articles).where(articles.c.number.in_(numbers)))}
        return [(ids[number], None) for number in dict.fromkeys(numbers)]

    def _sampled(self, db: Connection, sample: int) -> list[tuple[str, str | None]]:
        drawn = accuracy.find(db, sample)
        if drawn.of != "statement":
            raise InputError(f"sample {drawn.name!r} is of codings: assign a sample of statements")
        ids = accuracy.subjects_of(db, sample)
        query = select(statements.c.id, statements.c.article_id).where(statements.c.id.in_(ids))
        of = {row.id: row.article_id for row in db.execute(query)}
        return [(of[id_], id_) for id_ in ids]

    def assignments(self) -> list[Assignment]:
        """All assignments, the latest first."""
        with self._engine.connect() as db:
            return double_coding.listed(db)

    def assignment(self, number: int) -> Assignment:
        """The assignment with this number. Raises NotFound."""
        with self._engine.connect() as db:
            return double_coding.find(db, number)

    def assigned(self, assignment: int, coder: str) -> list[Task]:
        """The articles of an assignment, and how much of each this coder has done. Raises NotFound.

        Where coders are shown nothing, ``units`` are the statements this coder marked.
        """
        with self._engine.connect() as db:
            found = double_coding.find(db, assignment)
            double_coding.check_coder(found, coder)
            wanted = double_coding.to_decide(db, found, found.articles)
            done = double_coding.decisions(db, assignment, coder=coder)[coder]
            query = select(*heading_columns).select_from(with_original).where(articles.c.id.in_(found.articles))
            rows: list[Row[Any]] = list(db.execute(query))
            shown = {row.heading_id: heading(row) for row in rows}
            tasks = []
            for id_ in found.articles:
                mine = {unit for unit, made in done.items() if made.detail["article"] == id_}
                units = {row.id for row in wanted.get(id_, [])} if found.shows == "machine" else mine
                tasks.append(Task(article=shown[id_], units=len(units), done=len(units & mine)))
            return tasks

    def units(self, assignment: int, coder: str, article: str) -> list[Unit]:
        """What a coder decides on in an article, in the order of the text: the machine's statements, and own ones.

        Of other people's decisions, in this assignment or elsewhere, nothing shows. Raises NotFound.
        """
        with self._engine.connect() as db:
            found = double_coding.find(db, assignment)
            double_coding.check_coder(found, coder)
            number = self._article_number(db, article)
            id_ = db.scalars(select(articles.c.id).where(articles.c.number == number)).one()
            wanted = [row.id for row in double_coding.to_decide(db, found, [id_]).get(id_, [])]
            done = double_coding.decisions(db, assignment, coder=coder)[coder]
            own = {u for u, made in done.items() if made.detail["article"] == id_}
            units = [Unit(said=s, mine=done.get(s.statement.id)) for s in self._as_found(db, {*wanted, *own})]
        return sorted(units, key=lambda unit: (unit.said.statement.content[0], unit.said.statement.id))

    def _as_found(self, db: Connection, ids: set[str]) -> Iterator[Said]:
        """Statements as the machine found them, whatever people decided."""
        joined = with_original.join(statements, statements.c.article_id == articles.c.id)
        query = select(*heading_columns, *statements.c).select_from(joined).where(statements.c.id.in_(sorted(ids)))
        rows = db.execute(query).all()
        numbers = [row.number for row in rows]
        parts, speakers = parts_of(db, numbers), Speaking(db).as_found(numbers)
        judged = decided.checked(db, numbers)
        for row in rows:
            shown, over = said(row, parts[row.number], speakers.get(row.number, ())), judged.get(row.number)
            if over is not None and over.found_kind is not None and over.found_score is not None:
                found = replace(shown.statement, kind=over.found_kind, score=over.found_score)
                shown = replace(shown, statement=found)
            yield shown

    def agreement(self, assignment: int) -> Agreement:
        """How far the coders of an assignment agree, with each other and with the machine, and where they do not.

        Raises NotFound.
        """
        with self._engine.connect() as db:
            found = double_coding.find(db, assignment)
            made = double_coding.decisions(db, assignment)
            wanted = double_coding.to_decide(db, found, found.articles)
            units = {row.id for rows in wanted.values() for row in rows}
            entries = double_coding.machines_entries(db, units) if units else {}
            root = double_coding.roots(db, made, entries)
            measures = double_coding.measured(made, entries, found.coders, root, shows=found.shows)
            differ = double_coding.differing(made, root)
            known = double_coding.settled(db, differ)
            shown = {s.statement.id: s for s in self._as_found(db, set(differ))}
        return Agreement(
            assignment=assignment,
            measures=tuple(measures),
            differences=tuple(
                Difference(
                    subject=unit,
                    article=shown[unit].article,
                    said=shown[unit],
                    variables=differ[unit],
                    decisions=tuple(
                        CoderDecision(coder, made[coder][unit], told(made[coder][unit]))
                        for coder in found.coders
                        if unit in made.get(coder, {})
                    ),
                    adjudicated=known.get(unit),
                )
                for unit in sorted(differ, key=lambda u: (shown[u].article.name, shown[u].statement.content[0], u))
            ),
        )

    def adjudicate(self, assignment: int, judgement: str, *, reviewer: str, note: str = "") -> Judgement:
        """Lets what a coder decided in an assignment stand: a judgement of the reviewer's that says the same.

        ``judgement``: the id of the coder's. To decide otherwise than all coders, judge the statement as usual. Raises
        NotFound, InputError if the coder withdrew it.
        """
        with self._judging() as db:
            found = double_coding.find(db, assignment)
            return double_coding.adjudicate(db, found, judgement, reviewer=reviewer, note=note)

    def close_assignment(self, assignment: int, *, reviewer: str) -> int:
        """Ends an assignment: what two coders or more decided alike stands from now on. Returns how many that are.

        What they differ on, and what only one decided, is left as it is. Raises NotFound, InputError if it is closed.
        """
        with self._judging() as db:
            return double_coding.close(db, double_coding.find(db, assignment), reviewer=reviewer)

    def sample(
        self, n: int, *, seed: int = 0, stratify: Stratify | None = None, of: str = "statement", called: str = "",
        reviewer: str, **filters: Unpack[ArticleFilters],
    ) -> Sample:  # fmt: skip
        """Draws ``n`` statements (or codings) at random to be checked, so that their share right is an honest figure.

        The same seed draws the same from the same record. ``stratify``: by "outlet", "kind" or "score", each gets its
        part. ``called`` is its name. Near-copies are left out. Raises InputError.
        """
        with self._judging() as db:
            which = self._which_articles(db, filters)
            return accuracy.draw(
                db, n, seed=seed, stratify=stratify, of=of, name=called, which=which, reviewer=reviewer
            )

    def samples(self) -> list[Sample]:
        """All samples, the latest first, with how much of each is checked."""
        with self._engine.connect() as db:
            return accuracy.listed(db)

    def drawn(self, sample: int) -> tuple[str, ...]:
        """The ids of a sample's statements or codings, in the random order in which to check them. Raises NotFound."""
        with self._engine.connect() as db:
            return tuple(accuracy.subjects_of(db, accuracy.find(db, sample).number))

    def accuracy(
        self, *, sample: int | None = None, random_only: bool = False, **filters: Unpack[ArticleFilters]
    ) -> Accuracy:
        """How right the machine's present readings are on what people checked, in these articles.

        ``sample``: on this sample only; ``random_only``: only on what was drawn at random. Raises NotFound.
        """
        with self._engine.connect() as db:
            drawn = accuracy.find(db, sample) if sample is not None else None
            which = self._which_articles(db, filters)
            return accuracy.measure(db, which, sample=drawn, random_only=random_only)
