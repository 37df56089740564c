"""What the encoder saw → statements: spans of source, cue and content, and which belong together.

The encoder gives each word a score for each tag and, for pointing, query and key vectors. Here spans are decoded
under the constraints of BIO, each content points to its cue and source, each cue to its source, and contents that
share a cue become one statement.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from onrecord.types import Span

Floats = npt.NDArray[np.float32]

ROLES = ("source", "cue", "content")
TAGS = ("O", *(f"{p}-{role}" for role in ROLES for p in "BI"))
POINTERS = (("content", "cue"), ("content", "source"), ("cue", "source"), ("source", "antecedent"))
ANTECEDENT = 3  # the last of these; a content asks for it where there is no source
REACH = 50  # words between a content and its cue or source at most: further on, pointers of other windows compete
BUCKETS = 16  # of distance on each side, see bucket()
IMPOSSIBLE = np.float32(-1e4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What decoding needs of the weights besides the network.

    ``transition`` (7, 7) scores one tag after another, ``distance`` (4, 2 * BUCKETS) a pointer by how far it reaches
    from its span, ``calibration`` (7,) turns what a statement is sure of into the probability that it is right.
    """

    transition: Floats
    distance: Floats
    calibration: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the encoder saw of one text, by word.

    ``tags`` (words, 7) unnormalised scores, ``inner`` (words, 7) those for statements within the content of another,
    ``names`` (words, 9) those of names.NAME_TAGS. ``begin``, ``close``, ``key`` (words, 4, width), one for each of
    POINTERS: a span asks with the sum of its first word's ``begin`` and its last word's ``close``; the inner product
    with the ``key`` of a word is the score that it points there. ``null`` (words, 4) is the score of pointing nowhere,
    by the first word. ``start``, ``end`` are the words' code points.
    """

    tags: Floats
    inner: Floats
    names: Floats
    begin: Floats
    close: Floats
    key: Floats
    null: Floats
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    parameters: Parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One statement as found.

    ``certainty`` holds log-probabilities: of the content's tags (mean and least), of the pointer to the cue, of the
    pointer to the source. ``score`` is the calibrated probability that the statement is right as a whole. ``inner``: it
    stands within the content of another.
    """

    source: Span | None
    cue: Span | None
    content: tuple[Span, ...]
    certainty: tuple[float, float, float, float]
    score: float
    inner: bool = False

    def moved(self, by: int) -> "Found":
        """The same, ``by`` characters further on."""

        def there(span: Span) -> Span:
            return Span(span.start + by, span.end + by)

        return replace(
            self,
            source=self.source and there(self.source),
            cue=self.cue and there(self.cue),
            content=tuple(there(s) for s in self.content),
        )


def allowed_transitions() -> npt.NDArray[np.bool_]:
    """(7, 7): I-x follows only B-x or I-x."""
    allowed = np.ones((len(TAGS), len(TAGS)), dtype=bool)
    for to, tag in enumerate(TAGS):
        if tag.startswith("I-"):
            allowed[:, to] = [before in (tag, "B-" + tag[2:]) for before in TAGS]
    return allowed


def best_tags(tags: Floats, transition: Floats) -> npt.NDArray[np.int64]:
    """The best allowed sequence of tags (Viterbi)."""
    if not len(tags):
        return np.zeros(0, dtype=np.int64)
    score = np.where(allowed_transitions()[0], tags[0], IMPOSSIBLE)
    back = np.zeros(tags.shape, dtype=np.int64)
    steps = np.arange(len(TAGS))
    for i in range(1, len(tags)):
        reach = score[:, None] + transition
        back[i] = reach.argmax(axis=0)
        score = reach[back[i], steps] + tags[i]
    path = np.zeros(len(tags), dtype=np.int64)
    path[-1] = score.argmax()
    for i in range(len(tags) - 1, 0, -1):
        path[i - 1] = back[i, path[i]]
    return path


def spans(path: npt.NDArray[np.int64]) -> dict[str, list[tuple[int, int]]]:
    """The spans of each role, as half-open ranges of words."""
    found: dict[str, list[tuple[int, int]]] = {role: [] for role in ROLES}
    begin = [i for i, tag in enumerate(path) if tag and tag % 2 == 1]
    for i in begin:
        role, end = int(path[i]) // 2, i + 1
        while end < len(path) and path[end] == path[i] + 1:
            end += 1
        found[ROLES[role]].append((i, end))
    return found


def bucket(distance: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Signed distances in words → buckets that widen with the logarithm; 0 ≤ bucket < 2 * BUCKETS."""
    size = np.minimum((np.log2(np.abs(distance) + 1) * 2).astype(np.int64), BUCKETS - 1)
    buckets: npt.NDArray[np.int64] = np.where(distance < 0, size, BUCKETS + size)
    return buckets


def distance(origin: tuple[int, int], to: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Words from the nearer end of ``origin`` (half-open) to each word of ``to``: negative before, 0 within."""
    first, last = origin[0], origin[1] - 1
    away: npt.NDArray[np.int64] = np.where(to > last, to - last, np.minimum(to - first, 0))
    return away


def point(seen: Seen, pointer: int, origin: tuple[int, int], targets: Sequence[tuple[int, int]]) -> Floats:
    """Log-probabilities that the span ``origin`` points to each of ``targets``, and last, nowhere.

    A target counts by the best of its words: "Its minister, Jane Doe" may be pointed to at "Its" or at "Jane".
    """
    scores = np.full(len(targets) + 1, IMPOSSIBLE, dtype=np.float32)
    scores[-1] = seen.null[origin[0], pointer]
    near = [i for i, t in enumerate(targets) if t[0] - origin[1] < REACH and origin[0] - t[0] <= REACH]
    if near:
        lengths = [targets[i][1] - targets[i][0] for i in near]
        to = np.concatenate([np.arange(*targets[i]) for i in near])
        asked = seen.begin[origin[0], pointer] + seen.close[origin[1] - 1, pointer]
        words = seen.key[to, pointer] @ asked + seen.parameters.distance[pointer, bucket(distance(origin, to))]
        scores[near] = np.maximum.reduceat(words, np.cumsum([0, *lengths[:-1]]))
    scores -= scores.max()
    chances: Floats = scores - np.log(np.exp(scores).sum())
    return chances


@dataclass(frozen=True, slots=True, kw_only=True)
class Antecedents:
    """Where the encoder looks for whom a span means: the chance of each word around it, and that it is none of them.

    ``start``, ``end`` are the words' code points; all arrays (words,).
    """

    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    chance: Floats
    none: float

    def moved(self, by: int) -> "Antecedents":
        """The same, ``by`` characters further on."""
        return replace(self, start=self.start + by, end=self.end + by)

    def of(self, spans: Sequence[Span]) -> float:
        """The chance that it is one of ``spans``."""
        covered = np.zeros(len(self.start), dtype=bool)
        for span in spans:
            covered[np.searchsorted(self.end, span.start, "right") : np.searchsorted(self.start, span.end, "left")] = (
                True
            )
        return float(self.chance[covered].sum())


FAR = 600  # words on either side among which an antecedent is looked for


def antecedents(seen: Seen, spans: Iterable[Span]) -> Iterator[tuple[Span, Antecedents]]:
    """For each of ``spans``: who in the text it may mean."""
    for span in spans:
        first = int(np.searchsorted(seen.end, span.start, "right"))
        last = int(np.searchsorted(seen.start, span.end, "left"))
        if first >= last:
            continue
        low, high = max(0, first - FAR), min(len(seen.start), last + FAR)
        words = np.arange(low, high)
        asked = seen.begin[first, ANTECEDENT] + seen.close[last - 1, ANTECEDENT]
        away = seen.parameters.distance[ANTECEDENT, bucket(distance((first, last), words))]
        scores = np.append(seen.key[low:high, ANTECEDENT] @ asked + away, seen.null[first, ANTECEDENT])
        scores[first - low : last - low] = IMPOSSIBLE
        chance = np.exp(scores - scores.max())
        chance /= chance.sum()
        yield (
            span,
            Antecedents(start=seen.start[low:high], end=seen.end[low:high], chance=chance[:-1], none=float(chance[-1])),
        )


def found_statements(seen: Seen) -> Iterator[Found]:
    """The statements, and those within the content of others, each in the order of their first content."""
    outer = list(_decoded(seen, seen.tags))
    yield from outer
    for found in _decoded(seen, seen.inner):
        if any(_holds(f.content, found.content) for f in outer) and found.cue:
            yield replace(found, inner=True)


def _holds(outer: Sequence[Span], inner: Sequence[Span]) -> bool:
    """Whether all of ``inner`` is in ``outer``, and not the same."""
    inside = all(any(a.start <= b.start and b.end <= a.end for a in outer) for b in inner)
    return inside and sum(e - s for s, e in inner) < sum(e - s for s, e in outer)


def _decoded(seen: Seen, tags: Floats) -> Iterator[Found]:
    path = best_tags(tags, seen.parameters.transition)
    by_role = spans(path)
    sure = tags - tags.max(axis=1, keepdims=True)
    sure = (sure - np.log(np.exp(sure).sum(axis=1, keepdims=True)))[np.arange(len(path)), path]
    cues, sources = by_role["cue"], by_role["source"]
    to_cue = [point(seen, 0, content, cues) for content in by_role["content"]]
    to_source = [point(seen, 1, content, sources) for content in by_role["content"]]
    cue_to_source = [point(seen, 2, cue, sources) for cue in cues]

    groups: dict[tuple[str, int], list[int]] = {}
    for i, chances in enumerate(to_cue):
        to = int(chances.argmax())
        groups.setdefault(("content", i) if to == len(cues) else ("cue", to), []).append(i)
    for (kind, key), contents in groups.items():
        cue = cues[key] if kind == "cue" else None
        chances = np.mean([to_source[i] for i in contents], axis=0)
        if cue:
            chances = (chances + cue_to_source[key]) / 2
        source = int(chances.argmax())
        inside = np.concatenate([sure[slice(*by_role["content"][i])] for i in contents])
        certainty = (
            float(inside.mean()),
            float(inside.min()),
            float(np.mean([to_cue[i].max() for i in contents])),
            float(chances[source]),
        )
        yield Found(
            source=_characters(seen, sources[source]) if source < len(sources) else None,
            cue=_characters(seen, cue) if cue else None,
            content=tuple(_characters(seen, by_role["content"][i]) for i in contents),
            certainty=certainty,
            score=_score(certainty, cue is None, source == len(sources), seen.parameters.calibration),
        )


def evidence_of(certainty: tuple[float, float, float, float], without_cue: bool, without_source: bool) -> list[float]:
    """What the score is a logistic function of; the first is for the intercept."""
    return [1.0, *certainty, float(without_cue), float(without_source)]


def _score(
    certainty: tuple[float, float, float, float], without_cue: bool, without_source: bool, weights: Floats
) -> float:
    at = float(np.dot(evidence_of(certainty, without_cue, without_source), weights))
    return 1 / (1 + math.exp(-at))


def _characters(seen: Seen, words: tuple[int, int]) -> Span:
    return Span(int(seen.start[words[0]]), int(seen.end[words[1] - 1]))
