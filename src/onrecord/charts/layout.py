"""Where the nodes of a network stand and where their names go. Geometry only; the same input gives the same picture.

Nodes are placed by stress majorization (Gansner, Koren & North 2005, "Graph drawing by stress majorization", Graph
Drawing 2004, LNCS 3383): distances on paper are to be those along the ties. From window to window each node is also
held near where it stood (anchored stress: Brandes & Mader 2012, "A quantitative comparison of stress-minimization
approaches for offline dynamic graph drawing", Graph Drawing 2011, LNCS 7034).
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

Floats = np.ndarray[Any, np.dtype[np.float64]]
Integers = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Corners = list[tuple[float, float]]

LONGEST = 2.5  # the weakest tie, in lengths of the strongest
APART = 3.0  # a negative tie
HELD = 0.5  # how strongly a node is held where it stood, as a share of the pull of all others
ROUNDS = 200
SETTLED = 1e-4
_GOLDEN = 2.399963  # radians: directions that never repeat


class Label(NamedTuple):
    """Where a name goes: the box it fills, and whether its lines begin ("left"), end or have their middle at ``x``."""

    x: float
    y: float
    align: str
    box: tuple[float, float, float, float]
    far: bool  # so far from its node that a line should lead to it


def place(
    ties: Sequence[tuple[int, int, float]],
    radii: Floats,
    frame: tuple[float, float],
    former: Floats | None = None,
) -> Floats:
    """Points (nodes × 2, x to the right and y down) in a frame of width and height, in the unit of ``radii``.

    ``ties`` are pairs of nodes with a weight, negative ones keeping them apart. Nodes without ties stand in rows at the
    bottom. ``former`` are the points of an earlier picture in the same frame, NaN for nodes that were not in it.
    """
    n = len(radii)
    points = np.zeros((n, 2))
    if not n:
        return points
    tied = np.zeros(n, bool)
    for a, b, _ in ties:
        tied[[a, b]] = True
    shelf = _shelf(int((~tied).sum()), frame, radii[~tied])
    points[~tied] = shelf
    room = float(shelf[:, 1].min(initial=frame[1]) - (2.5 * radii[~tied].max(initial=0.0) if len(shelf) else 0))
    if not tied.any():
        points[:, 1] += frame[1] / 2 - points[:, 1].mean()
        return points
    number = np.cumsum(tied) - 1
    inner = [(int(number[a]), int(number[b]), w) for a, b, w in ties]
    known = None if former is None else former[tied]
    points[tied] = _placed(inner, radii[tied], (frame[0], room), known)
    return points


def _shelf(n: int, frame: tuple[float, float], radii: Floats) -> Floats:
    """Rows of ``n`` points at the bottom, each with room for a name."""
    across = max(int(frame[0] // 80), 1)
    step = max(2.4 * float(radii.max(initial=0.0)) + 9, 14)
    row, column = np.divmod(np.arange(n), across)
    y = frame[1] - step * ((n - 1) // across - row) - step / 2
    return np.column_stack([(column + 0.5) * frame[0] / across, y]).reshape(n, 2)


def _placed(
    ties: list[tuple[int, int, float]], radii: Floats, frame: tuple[float, float], former: Floats | None
) -> Floats:
    lengths = _lengths(len(radii), ties)  # infinite between parts that have no tie
    known: Flags = np.array([], bool) if former is None else np.asarray(np.isfinite(former).all(1), np.bool_)
    if former is not None and int(known.sum()) > 1:
        points = _held(lengths, former, known, ties)
        points = _apart(points, radii, frame)
        return _within(points, radii, frame)
    return _apart(_fitted(_packed(lengths, frame), radii, frame), radii, frame)


def _packed(lengths: Floats, frame: tuple[float, float]) -> Floats:
    """The parts of a network placed each by itself, then side by side in rows, in whatever rows fill the frame best."""
    points = np.zeros((len(lengths), 2))
    boxes: list[tuple[float, float, Integers]] = []
    parts, of = connected_components(np.isfinite(lengths), directed=False)
    for part in range(parts):
        own = np.flatnonzero(of == part)
        inner = lengths[np.ix_(own, own)]
        made = _turned(_stress(inner, _scaled(inner)))
        made -= made.min(0)
        points[own] = made
        wide, high = made.max(0) + 1.2
        boxes.append((float(high), float(wide), own))
    boxes.sort(key=lambda box: (-box[0], -box[1], int(box[2][0])))
    widest = max(wide for _, wide, _ in boxes)
    tries = [_rows(boxes, limit) for limit in np.linspace(widest, sum(wide for _, wide, _ in boxes), 40)]

    def worth(corners: Iterable[tuple[float, float]]) -> float:
        corners = list(corners)
        right = max(x + wide for (x, _), (_, wide, _) in zip(corners, boxes, strict=True))
        below = max(y + high for (_, y), (high, _, _) in zip(corners, boxes, strict=True))
        return max(right / frame[0], below / frame[1])

    for corner, (_, _, own) in zip(min(tries, key=worth), boxes, strict=True):
        points[own] += corner
    return points


def _rows(boxes: list[tuple[float, float, Integers]], limit: float) -> Corners:
    """The upper left corners of boxes (height, width, …) put into rows no longer than ``limit``, the highest first."""
    corners: Corners = []
    x = y = high = 0.0
    for height, width, _ in boxes:
        if x and x + width > limit + 1e-9:
            x, y, high = 0.0, y + high, 0.0
        corners.append((x, y))
        x, high = x + width, max(high, height)
    return corners


def _lengths(n: int, ties: list[tuple[int, int, float]]) -> Floats:
    """How far any two nodes should be apart, n × n: along the ties, the stronger the shorter."""
    a, b = (np.array([t[i] for t in ties], np.int64) for i in (0, 1))
    w = np.array([t[2] for t in ties])
    most = float(np.abs(w).max(initial=0.0)) or 1.0
    long = np.where(w > 0, np.minimum(np.sqrt(most / np.maximum(np.abs(w), 1e-12)), LONGEST), APART)
    graph = coo_array((long, (a, b)), shape=(n, n)).tocsr()
    found = np.asarray(dijkstra(graph, directed=False), np.float64)
    negative = w < 0
    found[a[negative], b[negative]] = np.maximum(found[a[negative], b[negative]], APART)
    found[b[negative], a[negative]] = found[a[negative], b[negative]]
    return found


def _scaled(lengths: Floats) -> Floats:
    """Where to start: classical scaling (Torgerson 1952). Ends of the axes are chosen, so that nothing is left open."""
    n = len(lengths)
    middle = np.eye(n) - 1 / n
    values, vectors = np.linalg.eigh(-0.5 * middle @ lengths**2 @ middle)
    points = np.zeros((n, 2))
    for axis, k in enumerate(range(n - 1, max(n - 3, -1), -1)):
        vector = vectors[:, k]
        vector = vector * np.sign(vector[np.argmax(np.abs(np.round(vector, 9)))])
        points[:, axis] = vector * np.sqrt(max(values[k], 0.0))
    turn = np.arange(n) * _GOLDEN
    return points + 0.01 * np.column_stack([np.cos(turn), np.sin(turn)])  # none exactly upon another


def _stress(lengths: Floats, points: Floats, anchor: Floats | None = None, hold: Floats | None = None) -> Floats:
    """The points of least stress majorization finds from ``points``; ``hold`` is how much each keeps its anchor."""
    n = len(lengths)
    if n == 1:
        return points
    weight = 1 / np.maximum(lengths, 1e-9) ** 2
    np.fill_diagonal(weight, 0.0)
    pull = weight.sum(1)
    matrix = np.diag(pull) - weight
    at: Floats = np.zeros_like(points)
    if anchor is not None and hold is not None:
        matrix += np.diag(hold * pull)
        at = anchor * (hold * pull)[:, None]
    else:
        matrix += pull.mean() / n  # nothing holds the plane: keep its centre at 0
    factor = cho_factor(matrix)
    for _ in range(ROUNDS):
        between = np.linalg.norm(points[:, None] - points[None], axis=2)
        ratio = weight * np.divide(lengths, between, out=np.zeros_like(lengths), where=between > 1e-9)
        np.fill_diagonal(ratio, 0.0)
        moved = cho_solve(factor, ratio.sum(1)[:, None] * points - ratio @ points + at)
        change = float(np.abs(moved - points).max())
        points = moved
        if change < SETTLED * float(lengths.max()):
            break
    return points


def _held(lengths: Floats, former: Floats, known: Flags, ties: Sequence[tuple[int, int, float]]) -> Floats:
    """From the former points: who is new begins in the middle of those it is tied to."""
    points = np.where(known[:, None], former, 0.0)
    centre = former[known].mean(0)
    for node in np.flatnonzero(~known):
        friends = [b if a == node else a for a, b, _ in ties if node in {a, b}]
        friends = [other for other in friends if known[other]]
        turn = node * _GOLDEN
        middle = former[friends].mean(0) if friends else centre
        points[node] = middle + 5 * np.array([np.cos(turn), np.sin(turn)])
    between = np.linalg.norm(former[known][:, None] - former[known][None], axis=2)
    wanted = np.where(np.isfinite(lengths), lengths, 0.0)[np.ix_(known, known)]
    weight = np.divide(1.0, wanted**2, out=np.zeros_like(wanted), where=wanted > 0)
    near = float((weight * wanted**2).sum())
    scale = float((weight * wanted * between).sum()) / near if near else float(between.max())
    lengths = np.where(np.isfinite(lengths), lengths, 2 * np.where(np.isfinite(lengths), lengths, 0.0).max())
    anchor = np.asarray(np.where(known[:, None], points - centre, 0.0), np.float64)
    moved = _stress(lengths * scale, points - centre, anchor, np.asarray(HELD * known, np.float64))
    return np.asarray(moved + centre, np.float64)


def _turned(points: Floats) -> Floats:
    """The longer way across the page."""
    centred = points - points.mean(0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    if axes.shape != (2, 2):
        return np.asarray(centred, np.float64)
    axes = axes * np.sign(axes[np.arange(2), np.argmax(np.abs(np.round(axes, 9)), axis=1)])[:, None]
    return np.asarray(centred @ axes.T, np.float64)


def _fitted(points: Floats, radii: Floats, frame: tuple[float, float]) -> Floats:
    """As large as the frame allows, one way up to half as much again as the other."""
    margin = float(radii.max()) + np.array([30.0, 8.0])  # names stand beside their nodes
    low, high = points.min(0), points.max(0)
    room = np.maximum(np.array(frame) - 2 * margin, 1.0)
    scale = room / np.maximum(high - low, 1e-9)
    scale = np.minimum(scale, 1.5 * scale.min())
    scale = np.minimum(scale, 0.5 * max(frame))  # two nodes need not fill the page
    return np.asarray((points - (low + high) / 2) * scale + np.array(frame) / 2, np.float64)


def _within(points: Floats, radii: Floats, frame: tuple[float, float]) -> Floats:
    margin = radii[:, None] + 2
    return np.asarray(np.clip(points, margin, np.maximum(np.array(frame) - margin, margin)), np.float64)


def _apart(points: Floats, radii: Floats, frame: tuple[float, float]) -> Floats:
    """Nodes that would cover each other pushed apart."""
    least = radii[:, None] + radii[None, :] + np.clip(300 / len(radii), 3, 10)
    np.fill_diagonal(least, 0.0)
    n = len(points)
    turn = (np.arange(n)[:, None] * n + np.arange(n)[None, :]) * _GOLDEN
    upper = np.triu(np.ones((n, n)), 1) - np.tril(np.ones((n, n)), -1)
    chance = np.stack([np.cos(turn + turn.T), np.sin(turn + turn.T)], 2) * upper[:, :, None]
    for _ in range(60):
        gap = points[:, None] - points[None]
        between = np.linalg.norm(gap, axis=2)
        lacking = np.maximum(least - between, 0.0)
        if lacking.max() < 0.1:
            break
        way = np.where(between[:, :, None] > 1e-6, gap / np.maximum(between, 1e-6)[:, :, None], chance)
        points = _within(points + 0.5 * (lacking[:, :, None] * way).sum(1), radii, frame)
    return _within(points, radii, frame)


def labels(
    points: Floats,
    radii: Floats,
    sizes: Sequence[tuple[float, float]],
    ties: Sequence[tuple[int, int]],
    frame: tuple[float, float],
) -> list[Label | None]:
    """A place for each name, width × height as ``sizes`` tell; None where there is no room. The first come first.

    A name stands beside its node, upon no other node or name, across as few ties as can be.
    """
    bodies = np.column_stack([points - radii[:, None], points + radii[:, None]])
    lines = np.array([[*points[a], *points[b]] for a, b in ties]).reshape(-1, 4)
    taken = np.zeros((0, 4))
    found: list[Label | None] = []
    for node in range(len(points)):
        best: tuple[float, Label] | None = None
        others = np.vstack([np.delete(bodies, node, 0), taken])
        for rank, label in enumerate(_around(points[node], float(radii[node]), sizes[node])):
            left, top, right, bottom = label.box
            if left < 0 or top < 0 or right > frame[0] or bottom > frame[1]:
                continue
            if _meets(label.box, others):
                continue
            cost = _crossed(label.box, lines) + 0.3 * rank
            if best is None or cost < best[0]:
                best = cost, label
        found.append(best[1] if best else None)
        if best:
            taken = np.vstack([taken, best[1].box])
    return found


def _around(point: Floats, radius: float, size: tuple[float, float]) -> list[Label]:
    """Where a name could go: right, left, below, above, at the corners, and the same farther off."""
    x, y, (w, h) = float(point[0]), float(point[1]), size
    made = []
    for gap in (radius + 1.5, radius + 6, radius + 12):
        near = 0.7 * gap
        for at, middle, align in (
            (x + gap, y, "left"), (x - gap, y, "right"), (x, y + gap + h / 2, "center"), (x, y - gap - h / 2, "center"),
            (x + near, y - near - h / 4, "left"), (x + near, y + near + h / 4, "left"),
            (x - near, y - near - h / 4, "right"), (x - near, y + near + h / 4, "right"),
        ):  # fmt: skip
            left = at - {"left": 0, "center": w / 2, "right": w}[align]
            made.append(Label(at, middle, align, (left, middle - h / 2, left + w, middle + h / 2), gap > radius + 5))
    return made


def _meets(box: tuple[float, float, float, float], others: Floats) -> bool:
    left, top, right, bottom = box
    return bool(((others[:, 0] < right) & (others[:, 2] > left) & (others[:, 1] < bottom) & (others[:, 3] > top)).any())


def _crossed(box: tuple[float, float, float, float], lines: Floats) -> float:
    """How many lines cross a box (Liang & Barsky 1984)."""
    if not len(lines):
        return 0.0
    start, way = lines[:, :2], lines[:, 2:] - lines[:, :2]
    safe = np.where(np.abs(way) < 1e-9, 1e-9, way)
    enter = (np.array(box[:2]) - start) / safe
    leave = (np.array(box[2:]) - start) / safe
    first = np.minimum(enter, leave).max(1)
    last = np.maximum(enter, leave).min(1)
    return float(((first <= last) & (first < 1) & (last > 0)).sum())
