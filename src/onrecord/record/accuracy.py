"""How right the machine is on the user's own articles, as far as people checked: samples drawn, and shares counted.

Only a random sample gives an honest share: a person who follows the review queue sees the doubtful first.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from onrecord.errors import InputError, NotFound
from onrecord.record.actor_schema import judgements
from onrecord.record.agreement import Stratum, calibration_error, weighted, wilson
from onrecord.record.decided import machines_codings
from onrecord.record.double_coding import machines_entries
from onrecord.record.gathered import next_number
from onrecord.record.position_schema import coding_judged, codings, conditions
from onrecord.record.review_found import Accuracy, Bin, Sample, Share
from onrecord.record.review_schema import sampled, samples, standing
from onrecord.record.revisions import now
from onrecord.record.schema import articles, statements
from onrecord.record.standing import root_ids

EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)  # of the bins of scores: few statements are kept below one half
OF = ("statement", "coding")
_STRATIFY = ("outlet", "kind", "score")
_AT_ONCE = 500


class _Checked(NamedTuple):
    """Something a person checked: what it counts as, and how it came out, part by part."""

    subject: str
    kind: str
    outlet: str
    score: float
    right: Mapping[str, bool]


def draw(
    db: Connection, n: int, *, seed: int, stratify: str | None, of: str, name: str,
    which: Sequence[ColumnElement[bool]], reviewer: str,
) -> Sample:  # fmt: skip
    """Draws ``n`` of the machine's statements or codings in these articles at random, the same for the same seed.

    Near-copies are left out. With ``stratify`` each outlet, kind or bin of scores gets its part of ``n``, and one at
    least as long as ``n`` allows. Raises InputError if there is nothing to draw.
    """
    if of not in OF or stratify not in (None, *_STRATIFY) or n < 1:
        raise InputError(
            f"a sample is of {' or '.join(OF)}, stratified by {', '.join(_STRATIFY)} or nothing, of 1 or more"
        )
    population: dict[str, list[str]] = defaultdict(list)
    for row in db.execute(_population(db, of, which)):
        population[_stratum(row, stratify)].append(row.id)
    if not population:
        raise InputError(f"there is no {of} to draw from")
    rng = random.Random(seed)
    drawn: list[tuple[str, str]] = []
    for stratum, part in allocate({s: len(ids) for s, ids in population.items()}, n).items():
        drawn += [(stratum, id_) for id_ in rng.sample(sorted(population[stratum]), part)]
    rng.shuffle(drawn)  # so that the first of a sample that is not finished are a random sample too
    number = next_number(db, samples.c.number)
    row_ = {"number": number, "name": name.strip() or f"sample {number}", "of": of, "seed": seed, "stratify": stratify}
    db.execute(insert(samples), row_ | {"made_by": reviewer, "made_at": now()})
    rows = [
        {
            "sample_number": number,
            "place": place,
            "subject": id_,
            "stratum": stratum,
            "population": len(population[stratum]),
        }
        for place, (stratum, id_) in enumerate(drawn)
    ]
    db.execute(insert(sampled), rows)
    return find(db, number)


def allocate(sizes: Mapping[str, int], n: int) -> dict[str, int]:
    """How many of ``n`` to draw from strata of these sizes: in proportion, one at least while ``n`` allows it."""
    n = min(n, sum(sizes.values()))
    order = sorted(sizes, key=lambda stratum: (-sizes[stratum], stratum))
    part = {stratum: 1 if i < n else 0 for i, stratum in enumerate(order)}
    whole = sum(sizes.values())
    while (left := n - sum(part.values())) > 0:
        # The stratum that is furthest below its proportion gets the next.
        for _ in range(left):
            lacking = {s: n * sizes[s] / whole - part[s] for s in order if part[s] < sizes[s]}
            part[max(lacking, key=lambda s: (lacking[s], sizes[s], s))] += 1
    return {stratum: part[stratum] for stratum in sorted(part)}


def _population(db: Connection, of: str, which: Sequence[ColumnElement[bool]]) -> Any:
    first = (articles.c.duplicate_of.is_(None), *which)
    if of == "coding":
        joined, listed_ones = machines_codings(db)
        query = select(codings.c.id, codings.c.answer.label("kind"), codings.c.score, articles.c.outlet)
        return query.select_from(joined).where(*listed_ones, *first)
    found = _found()
    query = select(
        statements.c.id, found.kind.label("kind"), found.score.label("score"), articles.c.outlet.label("outlet")
    )
    query = query.select_from(statements.join(articles, articles.c.id == statements.c.article_id))
    query = query.outerjoin(standing, standing.c.statement_number == statements.c.number)
    return query.where(found.reading == articles.c.reading_id, *first)


class _Found(NamedTuple):
    """What the machine found of a statement, whatever people decided; ``standing`` must be joined."""

    reading: ColumnElement[Any]
    kind: ColumnElement[Any]
    score: ColumnElement[Any]


def _found() -> _Found:
    names = ("reading_id", "kind", "score")
    return _Found(*(func.coalesce(standing.c[f"found_{name}"], statements.c[name]) for name in names))


def _stratum(row: Row[Any], stratify: str | None) -> str:
    if stratify == "score":
        return bin_of(row.score)
    return str(getattr(row, stratify) or "(none)") if stratify else "all"


def bin_of(score: float) -> str:
    """The bin of a score: "0.8–0.9"; the upper edge belongs to the next."""
    place = next(i for i, high in enumerate(EDGES[1:]) if score < high or high == 1.0)
    return f"{EDGES[place]:g}–{EDGES[place + 1]:g}"


def listed(db: Connection) -> list[Sample]:
    """All samples, the latest first, with how many of each are checked."""
    found = []
    for row in db.execute(select(samples).order_by(samples.c.number.desc())).all():
        ids = select(sampled.c.subject).where(sampled.c.sample_number == row.number)
        size = db.scalar(select(func.count()).select_from(ids.subquery())) or 0
        table, over, key = (
            (codings, coding_judged, coding_judged.c.coding_number)
            if row.of == "coding"
            else (statements, standing, standing.c.statement_number)
        )
        query = select(func.count()).select_from(table.join(over, key == table.c.number)).where(table.c.id.in_(ids))
        found.append(Sample(**row._mapping, size=size, checked=db.scalar(query) or 0))
    return found


def find(db: Connection, number: int) -> Sample:
    """The sample with this number. Raises NotFound."""
    for found in listed(db):
        if found.number == number:
            return found
    raise NotFound(f"no sample {number}: the command accuracy --samples lists them")


def subjects_of(db: Connection, number: int) -> list[str]:
    """The ids of what was drawn, in random order."""
    query = select(sampled.c.subject).where(sampled.c.sample_number == number).order_by(sampled.c.place)
    return list(db.scalars(query))


def measure(
    db: Connection, which: Sequence[ColumnElement[bool]], *, sample: Sample | None, random_only: bool
) -> Accuracy:
    """How right the machine is in these articles, on a sample, or on all that was checked."""
    drawn = set(subjects_of(db, sample.number)) if sample else set(db.scalars(select(sampled.c.subject)))
    checked = [*_statements(db, which), *_codings(db, which)]
    if sample or random_only:
        checked = [c for c in checked if c.subject in drawn]
    own = [c for c in checked if "statement" in c.right]
    return Accuracy(
        checked=len(own),
        random=sum(c.subject in drawn for c in own),
        drawn=len(drawn),
        missed=0 if sample or random_only else _missed(db, which),
        lines=tuple(_lines(checked)),
        calibration=tuple(bins := _bins(own)),
        weighted=_weighted(db, sample, checked) if sample else None,
        calibration_error=calibration_error([(b.checked, b.mean_score, b.share) for b in bins]),
    )


def _statements(db: Connection, which: Sequence[ColumnElement[bool]]) -> list[_Checked]:
    """Those of the present readings that people judged."""
    query = select(
        statements.c.id, articles.c.outlet, standing.c.verdict, standing.c.found_kind, standing.c.found_score,
        judgements.c.detail,
    )  # fmt: skip
    query = query.select_from(standing.join(statements, statements.c.number == standing.c.statement_number))
    query = query.join(articles, articles.c.id == standing.c.article_id)
    query = query.join(judgements, judgements.c.number == standing.c.judgement_number)
    query = query.where(standing.c.found_reading_id == articles.c.reading_id, *which).order_by(statements.c.number)
    rows = db.execute(query).all()
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(rows), _AT_ONCE):
        found |= machines_entries(db, [row.id for row in rows[start : start + _AT_ONCE]])
    named = [e for row in rows for e in row.detail["after"]] + list(found.values())
    root = root_ids(db, {a["id"] for e in named for a in e["actors"]})
    made = []
    for row in rows:
        mine = found[row.id]
        after = [e for e in row.detail["after"] if e["id"] == row.id] or row.detail["after"]
        right = {"statement": row.verdict in ("right", "added")}
        if after and row.verdict != "wrong":
            right["content"] = [mine["content"]] == [e["content"] for e in after]
            right["source"] = all(mine["source"] == e["source"] for e in after)
            said = [[root[a["id"]] for a in e["actors"]] for e in after]
            machine = [root[a["id"]] for a in mine["actors"]]
            if machine or any(said):
                right["actor"] = all(sorted(machine) == sorted(ids) for ids in said)
            right["statement"] = mine["kind"] == after[0]["kind"] and all(right.get(p, True) for p in _PARTS)
        made.append(_Checked(row.id, row.found_kind, row.outlet or "(none)", row.found_score, right))
    return made


_PARTS = ("content", "source", "actor")


def _codings(db: Connection, which: Sequence[ColumnElement[bool]]) -> list[_Checked]:
    """Codings of the machine's that people judged: whether the stance is right, and where it is, the conditions."""
    query = select(
        codings.c.id, codings.c.number, codings.c.answer, codings.c.score, coding_judged.c.answer.label("judged"),
        coding_judged.c.conditions, articles.c.outlet,
    )  # fmt: skip
    query = query.select_from(codings.join(coding_judged, coding_judged.c.coding_number == codings.c.number))
    query = query.join(articles, articles.c.id == codings.c.article_id)
    query = query.where(codings.c.present == 1, codings.c.run_number.is_not(None), *which).order_by(codings.c.number)
    rows = db.execute(query).all()
    found: dict[int, set[tuple[int, int, bool]]] = defaultdict(set)
    numbers = [row.number for row in rows]
    for start in range(0, len(numbers), _AT_ONCE):
        mine = conditions.c.coding_number.in_(numbers[start : start + _AT_ONCE])
        for c in db.execute(select(conditions).where(mine)):
            found[c.coding_number].add((c.start_offset, c.end_offset, bool(c.holds)))
    made = []
    for row in rows:
        right = {"stance": row.answer == row.judged}
        if right["stance"] and row.judged != "none":
            machine = found[row.number]
            given = machine if row.conditions is None else {(c[0], c[1], bool(c[2])) for c in row.conditions}
            if machine or given:
                right["condition"] = machine == given
        made.append(_Checked(row.id, row.answer, row.outlet or "(none)", row.score, right))
    return made


def _missed(db: Connection, which: Sequence[ColumnElement[bool]]) -> int:
    """Statements that stand by people's word alone: the present reading has not found them, nor what they correct."""
    query = select(func.count()).select_from(standing.join(articles, articles.c.id == standing.c.article_id))
    query = query.where(
        standing.c.verdict.in_(("added", "right")), standing.c.found_reading_id != articles.c.reading_id
    )
    return db.scalar(query.where(*which)) or 0


def _lines(checked: Sequence[_Checked]) -> Iterable[Share]:
    for what in ("statement", "source", "content", "actor", "stance", "condition"):
        mine = [c for c in checked if what in c.right]
        yield share(what, None, None, sum(c.right[what] for c in mine), len(mine))
        for by in ("kind", "outlet", "score"):
            groups: dict[str, list[bool]] = defaultdict(list)
            for c in mine:
                groups[bin_of(c.score) if by == "score" else getattr(c, by)].append(c.right[what])
            for value in sorted(groups):
                yield share(what, by, value, sum(groups[value]), len(groups[value]))


def share(what: str, by: str | None, value: str | None, right: int, checked: int) -> Share:
    """A line: so many of so many are right."""
    found = wilson(right, checked)
    return Share(
        what=what, by=by, value=value, right=right, checked=checked, share=found.value, low=found.low, high=found.high
    )


def _bins(own: Sequence[_Checked]) -> list[Bin]:
    groups: dict[str, list[_Checked]] = defaultdict(list)
    for c in own:
        groups[bin_of(c.score)].append(c)
    found = []
    for low, high in pairwise(EDGES):
        if mine := groups.get(bin_of(low)):
            right = sum(c.right["statement"] for c in mine)
            of = wilson(right, len(mine))
            assert of.value is not None
            assert of.low is not None
            assert of.high is not None
            mean = sum(c.score for c in mine) / len(mine)
            found.append(
                Bin(low=low, high=high, checked=len(mine), mean_score=mean, right=right, share=of.value,
                    share_low=of.low, share_high=of.high)
            )  # fmt: skip
    return found


def _weighted(db: Connection, sample: Sample, checked: Sequence[_Checked]) -> Share:
    """The share right in the population that the sample was drawn from, each stratum at its weight there."""
    what = "statement" if sample.of == "statement" else "stance"
    outcome = {c.subject: c.right[what] for c in checked if what in c.right}
    rows = db.execute(select(sampled).where(sampled.c.sample_number == sample.number)).all()
    strata: dict[str, list[bool]] = defaultdict(list)
    size = {row.stratum: row.population for row in rows}
    for row in rows:
        if row.subject in outcome:
            strata[row.stratum].append(outcome[row.subject])
    found = weighted([Stratum(size[s], len(strata[s]), sum(strata[s])) for s in sorted(size)])
    return Share(
        what=what, by="sample", value=sample.name, right=sum(outcome.values()), checked=len(outcome),
        share=found.value, low=found.low, high=found.high,
    )  # fmt: skip
