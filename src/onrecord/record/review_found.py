"""What the record answers with about people's decisions."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from onrecord.record.coding_found import Coded
from onrecord.record.found import Checked, Heading, Judgement, Proposal, Said

Verdict = Literal["right", "wrong"]
QueueKind = Literal["statement", "resolution", "link", "coding"]
QUEUE_KINDS: tuple[QueueKind, ...] = ("statement", "resolution", "link", "coding")
CoderRole = Literal["reader", "coder", "admin"]
CODER_ROLES: tuple[CoderRole, ...] = ("reader", "coder", "admin")
Shows = Literal["machine", "nothing"]
Stratify = Literal["outlet", "kind", "score"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a statement stands. ``revision`` counts what was decided about it, and what of that withdrawn or restored.

    ``checked`` is None if nobody decided; ``replaced_by`` are the ids of the statements that stand in its place.
    """

    statement_id: str
    revision: int
    checked: Checked | None
    replaced_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that happened to a subject: somebody judged, withdrew or restored. ``words`` tell it in plain words."""

    at: str
    who: str
    what: Literal["judged", "undone", "redone"]
    words: str
    judgement: Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """Something a person should look at. ``weight`` is (1 − ``score``) × ``hangs``; ``reason`` says it in words.

    ``subject`` is the id of a statement (of kind "statement" and "resolution") or a coding; of a link
    "appearance:actor". ``key`` says where in the queue it stands.
    """

    key: str
    kind: QueueKind
    subject: str
    weight: float
    score: float
    hangs: int
    reason: str
    article: Heading
    statement: Said | None = None
    proposal: Proposal | None = None
    coded: Coded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coder:
    """Somebody who reads or decides. ``removed_at``: since when no longer."""

    name: str
    role: CoderRole
    has_password: bool
    added_at: str
    removed_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A coder who is logged in. ``token`` is a secret that only the coder's browser keeps."""

    token: str
    coder: Coder
    expires_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Articles that several coders decide on, each without seeing the others.

    ``shows``: "machine", and they judge what the machine found; "nothing", and they mark what they find themselves.
    """

    number: int
    name: str
    shows: Shows
    coders: tuple[str, ...]
    articles: tuple[str, ...]
    made_by: str
    made_at: str
    closed_by: str | None
    closed_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An article of an assignment: how many statements a coder has to decide on there, and how many are done."""

    article: Heading
    units: int
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A statement as the machine found it, or as the coder added it, and what this coder decided."""

    said: Said
    mine: Judgement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How far ``coders`` agree on ``variable``, over ``units`` that at least two of them decided on.

    ``percent``: the share (0 to 1) of pairs of decisions on one unit that are the same. ``alpha``: Krippendorff's, for
    nominal data; None if nothing varies or nothing is paired. Low and high: 95 % intervals (bootstrap over units).
    """

    variable: str
    coders: tuple[str, ...]
    units: int
    percent: float | None
    percent_low: float | None
    percent_high: float | None
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None


class CoderDecision(NamedTuple):
    """What one coder decided, and that in words."""

    coder: str
    judgement: Judgement
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A statement on which coders differ, in which ``variables``, and the judgement that settled it, if one did."""

    subject: str
    article: Heading
    said: Said
    variables: tuple[str, ...]
    decisions: tuple[CoderDecision, ...]
    adjudicated: Judgement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far coders agree, all together and pair by pair, and where they do not."""

    assignment: int | None
    measures: tuple[Measured, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Statements (or codings) drawn at random to be checked. ``checked``: how many of the ``size`` are."""

    number: int
    name: str
    of: str
    seed: int
    stratify: str | None
    made_by: str
    made_at: str
    size: int
    checked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Of ``checked`` ones ``right`` are right. ``share`` and its 95 % interval are None if none was checked.

    ``what``: statement, source, content, actor, stance or condition. ``by``, ``value``: of which ones, all if None.
    """

    what: str
    by: str | None
    value: str | None
    right: int
    checked: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Checked statements the machine scored from ``low`` to ``high``: are as many right as the scores promised?"""

    low: float
    high: float
    checked: int
    mean_score: float
    right: int
    share: float
    share_low: float
    share_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How right the machine is on what people checked.

    ``random``: how many of the ``checked`` were drawn at random. What was chosen otherwise, such as from the review
    queue, tells too little: the queue shows the doubtful first. ``drawn``: the size of the samples. ``missed``:
    statements that people added in articles where something was checked. ``weighted``: the share of statements right,
    with each stratum at its weight in the record; None without samples. ``calibration_error``: how far scores lie
    from shares, over the bins; None without checked statements.
    """

    checked: int
    random: int
    drawn: int
    missed: int
    lines: tuple[Share, ...]
    calibration: tuple[Bin, ...]
    weighted: Share | None
    calibration_error: float | None

    def share(self, what: str, by: str | None = None, value: str | None = None) -> Share:
        """The line of these."""
        return next(line for line in self.lines if (line.what, line.by, line.value) == (what, by, value))
