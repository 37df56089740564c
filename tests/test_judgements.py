"""Whatever people judge can be undone: any sequence of judgements, undone in any order, leaves nothing behind."""

import shutil
import tempfile
from pathlib import Path

from actor_cases import add, body, person, story
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import text as sql

from onrecord.errors import OnrecordError
from onrecord.record import Record

STORIES = [
    story("1", person("Ann Lee", role="minister", country="AT"), body("BGV"), published="2026-01"),
    story("2", person("Ann Lee"), person("Bob Ray"), published="2026-02"),
    story("3", person("Ann Lee"), body("Rail Union"), person("Bob Ray"), published="2026-03"),
    story("4", person("Lee"), {"name": "a diplomat", "kind": "unnamed"}, published="2026-04"),
]
NAMES = ["Ann Lee", "Lee", "Bob Ray", "BGV", "Rail Union", "a diplomat"]
FOLDER = Path(tempfile.mkdtemp(prefix="onrecord-judgements-"))


def teardown_module():
    shutil.rmtree(FOLDER)


def state(record):
    """All that a user sees of the register."""
    listed = record.actors(sort="name") + record.actors(kind="unnamed")
    with record._engine.connect() as db:
        rows = {
            "names": "SELECT actors.id, names.name, origin, uses, heads FROM names JOIN actors ON actors.number = actor_number",
            "keys": "SELECT key, names.name FROM name_keys JOIN names ON names.number = name_number",
            "told": "SELECT actors.id, title, organisation, told.country, uses FROM told JOIN actors ON actors.number = actor_number",
            "links": "SELECT appearances.id, actors.id FROM appearances JOIN actors ON actors.number = actor_number",
        }
        tables = {name: sorted(map(tuple, db.execute(sql(query)))) for name, query in rows.items()}
    said = [(s.statement.id, s.speakers) for s in record.said()]
    return listed, tables, said, record.proposals(), [record.actor(a.id) for a in listed]


def read_all(record):
    return {a.id: a for a in (*record.actors(), *record.actors(kind="unnamed"))}


class Judging(RuleBasedStateMachine):
    """Judges at random; every name of an actor that is listed can be judged."""

    made = 0

    @initialize()
    def fill(self):
        template = FOLDER / "template.db"
        if not template.exists():
            with Record.open(template) as record:
                add(record, *STORIES)
        Judging.made += 1
        shutil.copy(template, FOLDER / f"{self.made}.db")
        self.record = Record.open(FOLDER / f"{self.made}.db")
        self.before = state(self.record)

    def ids(self):
        return sorted(read_all(self.record))

    def tried(self, judge):
        """Whether a judgement was taken; one that says nothing is refused, and must change nothing."""
        before = state(self.record)
        try:
            judge()
        except OnrecordError:
            assert state(self.record) == before
            return False
        return True

    @rule(a=st.integers(0, 9), b=st.integers(0, 9), c=st.integers(0, 9))
    def merge(self, a, b, c):
        ids = self.ids()
        into, *others = (ids[n % len(ids)] for n in (a, b, c))
        if self.tried(lambda: self.record.merge(into, *others, reviewer="me")):
            assert {self.record.actor(other).id for other in others} == {into}

    @rule(
        a=st.integers(0, 9),
        n=st.sampled_from("1234"),
        to=st.none() | st.sampled_from(["Ann Lee (2)", "Bob Ray", "BGV"]),
    )
    def split(self, a, n, to):
        ids = self.ids()
        actor = ids[a % len(ids)]
        articles = self.record.actor(actor).articles
        if self.tried(lambda: self.record.split(actor, n, to=to, reviewer="me")):
            left = [known for known in read_all(self.record).values() if known.id == actor]
            assert sum(known.articles for known in left) == articles - 1

    @rule(a=st.integers(0, 9), name=st.sampled_from([*NAMES, "Zoe", "ann lee"]))
    def rename(self, a, name):
        ids = self.ids()
        actor = ids[a % len(ids)]
        assert self.tried(lambda: self.record.rename(actor, name, reviewer="me"))
        assert self.record.actor(actor).name == name

    @rule(a=st.integers(0, 9), words=st.sampled_from(["Zoe", "the boss", "Lee"]))
    def alias(self, a, words):
        ids = self.ids()
        assert self.tried(lambda: self.record.alias(ids[a % len(ids)], words, reviewer="me"))

    @precondition(lambda self: any(j.withdrawn_at is None for j in self.record.judgements()))
    @rule(n=st.integers(0, 9))
    def undo(self, n):
        standing = [j for j in self.record.judgements() if j.withdrawn_at is None]
        self.record.undo(standing[n % len(standing)].id, reviewer="me")

    @invariant()
    def every_statement_is_somebodys(self):
        if not hasattr(self, "record"):
            return
        listed = read_all(self.record)
        said = [speaker.actor_id for s in self.record.said() for speaker in s.speakers]
        assert len(said) == 9
        assert set(said) == set(listed)
        assert sum(a.statements for a in listed.values()) == 9
        assert list(self.record.check()) == []

    def teardown(self):
        if not hasattr(self, "record"):
            return
        while any(j.withdrawn_at is None for j in self.record.judgements()):
            self.record.undo(reviewer="me")
        assert state(self.record) == self.before
        self.record.close()


TestJudging = Judging.TestCase
TestJudging.settings = settings(max_examples=8, stateful_step_count=8, deadline=None)
