"""From counts of statements to the weights of ties: the formulas of discourse networks, on sparse matrices.

x_ijk is how often i (an actor) speaks of j (a concept) with the level k of the qualifier (support). The formulas are
those of Leifeld (2017), "Discourse Network Analysis: Policy Debates as Dynamic Networks", The Oxford Handbook of
Political Networks, and of chapter 2 of the Discourse Network Analyzer Manual (Leifeld, Gruber & Bossner 2018);
docs/networks.md writes them out. The plain sums they must equal stand in tests/network_cases.py.

What makes them fast: agreement and disagreement are shares of what two actors say on the same concepts, and the two
shares are one. So with T the ties that ignore the qualifier, C congruence and D conflict, T = C + D: two sparse
products give all three. For a scale with the thresholds t between its levels, D = Σ_t gap_t (U_t L_tᵀ + L_t U_tᵀ),
where U_t and L_t count what is said above and below t: one product again.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from onrecord.errors import InputError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Aggregation = Literal["ignore", "combine", "congruence", "conflict", "subtract"]
Normalization = Literal["no", "activity", "prominence", "average", "jaccard", "cosine"]
TWO_MODE: tuple[Aggregation, ...] = ("ignore", "combine", "subtract")
ONE_MODE: tuple[Aggregation, ...] = ("ignore", "congruence", "conflict", "subtract")
OF_TWO_MODE: tuple[Normalization, ...] = ("no", "activity", "prominence")
OF_ONE_MODE: tuple[Normalization, ...] = ("no", "average", "jaccard", "cosine")
_NOISE = 1e-12  # what is left of a tie that should be 0, as a share of T: sums of weights are not exact
_COMBINED = 52  # levels that the bits of a float can tell apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The levels of a qualifier. ``names`` as they are written; ``values`` are what a statement adds to a subtract tie.

    ``positions`` are their places, whole numbers, on a scale of the length ``span``: of no and yes 0 and 1 of 1, of an
    integer the integer. Both they and ``values`` are None if the levels are just different, as words are. ``span`` 0:
    the scale has one level only. ``bits`` is the rank of each in a combined tie: 0 for yes, 1 for no.
    """

    names: tuple[str, ...]
    positions: Integers | None
    span: int
    values: Floats | None
    bits: Integers

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The array x: entry e says that ``x[e]`` statements (or their weight, ≥ 0) have row i[e], column j[e], level k[e].

    Entries of the same place add up. ``n`` and ``m`` are the numbers of rows and columns.
    """

    i: Integers
    j: Integers
    k: Integers
    x: Floats
    n: int
    m: int
    scale: Scale

    def table(self, *, by_level: bool = False) -> Any:
        """x as a sparse matrix, rows × columns, or with ``by_level`` rows × (columns · levels)."""
        if not by_level:
            return _csr(self.x, self.i, self.j, (self.n, self.m))
        levels = len(self.scale)
        return _csr(self.x, self.i, self.j * levels + self.k, (self.n, self.m * levels))


def two_mode(
    counts: Counts, aggregation: Aggregation, normalization: Normalization, *, dna: bool = False
) -> tuple[Any, int]:
    """The ties of rows to columns as a sparse matrix n × m, and how many of them are 0/0; these are 0.

    ignore: Σ_k x_ijk. subtract: Σ_k k x_ijk, with yes as 1 and no as −1. combine: Σ 2^r over the levels that occur, r
    being the level's rank: 1 for support, 2 for opposition, 3 for both. activity divides by all that the row says,
    Σ_jk x_ijk; prominence by all that is said of the column, Σ_ik x_ijk.

    Raises InputError for words that are subtracted, for combined ties that are divided (``dna`` divides them), and for
    more levels than can be combined.
    """
    if aggregation == "combine":
        if normalization != "no" and not dna:
            raise InputError("combined ties are kinds of ties, not amounts: take the normalization no, or DNA’s way")
        ties = _combined(counts)
    elif aggregation == "subtract":
        if counts.scale.values is None:
            raise InputError("words cannot be subtracted: take a qualifier of numbers or of yes and no, or ignore it")
        ties = _csr(counts.x * counts.scale.values[counts.k], counts.i, counts.j, (counts.n, counts.m))
    else:
        ties = counts.table()
    ties = ties.tocoo()
    row, column, tie, undefined = ties.row, ties.col, ties.data, 0
    if normalization != "no":
        of_rows = normalization == "activity"
        said = np.bincount(counts.i if of_rows else counts.j, counts.x, counts.n if of_rows else counts.m)
        # What has a tie has been spoken of; the cells of those who said nothing are 0/0.
        undefined = int((said == 0).sum()) * (counts.m if of_rows else counts.n)
        tie = tie / said[row if of_rows else column]
    kept = np.abs(tie) > 0
    return _csr(tie[kept], row[kept], column[kept], (counts.n, counts.m)), undefined


def one_mode(
    counts: Counts, aggregation: Aggregation, normalization: Normalization, *, dna: bool = False
) -> tuple[Any, int]:
    """The ties among rows as a sparse symmetric matrix n × n, and how many of them are 0/0; these are 0.

    ignore: Σ_j (Σ_k x_ijk)(Σ_k x_i'jk). congruence: Σ_j Σ_kl x_ijk x_i'jl (1 − |k − l| / span), of words (levels
    without a scale) Σ_jk x_ijk x_i'jk. conflict: ignore − congruence. subtract: congruence − conflict. Nobody has a tie
    to itself.

    average divides by (a_i + a_i') / 2, a being all that a row says; jaccard by Σ_jk x_ijk [x_i'jk = 0] +
    Σ_jk x_i'jk [x_ijk = 0] + Σ_jk x_ijk x_i'jk; both levels apart unless they are ignored. cosine divides by
    √(s_i s_i'), s_i being the congruence of i with itself (if levels are ignored, its overlap with itself): two who say
    the same have 1.

    ``dna``: cosine divides by a_i a_i'. Conflict of words is Σ_jk x_ijk [x_i'jk = 0] + x_i'jk [x_ijk = 0]. On a scale
    of one level all but ignore are 0/0.
    """
    pairs = counts.n * (counts.n - 1)
    if dna and counts.scale.positions is not None and counts.scale.span == 0 and aggregation != "ignore":
        return sparse.csr_array((counts.n, counts.n), dtype=np.float64), pairs
    table = counts.table(by_level=aggregation != "ignore")
    unmatched = dna and counts.scale.positions is None and aggregation in {"conflict", "subtract"}
    made = _unmatched(table, aggregation) if unmatched else _ties(counts, table, aggregation)
    row, column = np.repeat(np.arange(counts.n, dtype=np.int32), np.diff(made.indptr)), made.indices
    made.data[row == column] = 0
    undefined = 0
    if normalization != "no":
        said = np.asarray(table.sum(axis=1)).ravel()
        silent = int((said == 0).sum())
        undefined = silent * (silent - 1)
        if normalization == "average":
            by = (said[row] + said[column]) / 2
        elif normalization == "jaccard":
            by = _either(table, said, row, column)
        else:
            norm = said if dna else np.sqrt(_with_itself(counts, table, aggregation))
            by = norm[row] * norm[column]
            undefined = pairs - (counts.n - silent) * (counts.n - silent - 1)
        made.data /= by
    made.eliminate_zeros()
    return made, undefined


def behind(counts: Counts, aggregation: Aggregation, picked: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """How many statements stand behind each tie among rows, and how many of these are ``picked`` (by entry of x).

    Two matrices n × n. What i says of j on the level k stands behind its tie to i' if i' speaks of j on a level that
    ``answers`` k.
    """
    levels = len(counts.scale)
    there = (counts.table(by_level=True) > 0).astype(np.float64)
    answered = there @ sparse.kron(sparse.eye_array(counts.m), answers(counts.scale, aggregation) * 1.0, format="csr")
    answered = (answered > 0).astype(np.float64)
    found = []
    for chosen in (counts.x > 0, picked & (counts.x > 0)):
        number = _csr(chosen * 1.0, counts.i, counts.j * levels + counts.k, there.shape)
        own = (number @ answered.T).toarray()
        np.fill_diagonal(own, 0)
        found.append(own + own.T)
    return found[0], found[1]


def answers(scale: Scale, aggregation: Aggregation) -> NDArray[np.bool_]:
    """Whether the level k of one actor and l of another make a tie between them: levels × levels, symmetric.

    For congruence if they agree at least in part, for conflict if they differ, otherwise always.
    """
    same = np.eye(len(scale), dtype=bool)
    if aggregation == "congruence":
        if scale.positions is None:
            return same
        return np.asarray(np.abs(scale.positions[:, None] - scale.positions) < max(scale.span, 1))
    return ~same if aggregation == "conflict" else np.ones_like(same)


def _combined(counts: Counts) -> Any:
    levels = len(counts.scale)
    if levels > _COMBINED:
        raise InputError(f"the qualifier has {levels} levels: at most {_COMBINED} can be combined")
    table = counts.table(by_level=True).tocoo()
    bits = 2.0 ** counts.scale.bits[table.col % levels]
    return _csr(bits, table.row, table.col // levels, (counts.n, counts.m))


def _ties(counts: Counts, table: Any, aggregation: Aggregation) -> Any:
    """The ties before normalisation, with those of rows to themselves.

    Both halves are the same to the last bit: their sums run over the same columns in the same order.
    """
    if aggregation == "ignore":
        return table @ table.T
    together = counts.table()
    if counts.scale.positions is not None and counts.scale.span == 0:
        return together @ together.T * (0.0 if aggregation == "conflict" else 1.0)
    two_levels = counts.scale.positions is None or counts.scale.span == 1
    if aggregation == "congruence" and two_levels:
        return table @ table.T
    # As real and imaginary part of one matrix, T and what is a part of it share their places.
    part = table @ table.T if two_levels else _apart(counts)
    both = _turned(together @ together.T) + 1j * _turned(part)
    total, share = both.data.real, both.data.imag / (1 if two_levels else counts.scale.span)
    share = np.where(share > _NOISE * total, share, 0.0)
    rest = np.where(total - share > _NOISE * total, total - share, 0.0)
    agreed, contested = (share, rest) if two_levels else (rest, share)
    found = {"congruence": agreed, "conflict": contested, "subtract": agreed - contested}[aggregation]
    found = np.where(np.abs(found) > _NOISE * total, found, 0.0)
    return sparse.csr_array((found, both.indices, both.indptr), shape=both.shape)


def _apart(counts: Counts) -> Any:
    """D · span as a sparse matrix: Σ_j Σ_kl x_ijk x_i'jl |k − l|, exact if x are counts."""
    positions = counts.scale.positions
    assert positions is not None
    occurring = np.unique(positions[counts.k])
    gaps = np.diff(occurring).astype(np.float64)
    rank = np.searchsorted(occurring, positions[counts.k])
    above, below = rank, len(gaps) - rank  # of each entry, how many thresholds it is above, and below
    shape = (counts.n, counts.m * max(len(gaps), 1))

    def repeated(times: Integers, first: Integers, weights: Floats | None) -> Any:
        entry = np.repeat(np.arange(len(times)), times)
        threshold = np.arange(len(entry)) - np.repeat(np.cumsum(times) - times, times) + first[entry]
        x = counts.x[entry] if weights is None else counts.x[entry] * weights[threshold]
        return _csr(x, counts.i[entry], counts.j[entry] * max(len(gaps), 1) + threshold, shape)

    over = repeated(above, np.zeros_like(rank), gaps)
    one_way = over @ repeated(below, rank, None).T
    return one_way + one_way.T


def _unmatched(table: Any, aggregation: Aggregation) -> Any:
    """DNA’s conflict of words: what one says and the other does not. Nearly every pair has some."""
    said = np.asarray(table.sum(axis=1)).ravel()
    shared = (table @ (table > 0).astype(np.float64).T).toarray()  # what i says that i' says, too
    found = said[:, None] + said - shared - shared.T
    if aggregation == "subtract":
        found = (table @ table.T).toarray() - found
    return sparse.csr_array(np.where(np.abs(found) > _NOISE * (said[:, None] + said), found, 0.0))


def _either(table: Any, said: Floats, row: NDArray[Any], column: NDArray[Any]) -> Floats:
    """The denominator of Jaccard for these pairs; at least one of each says something."""
    there = (table > 0).astype(np.float64)
    shared = table @ there.T
    both = (shared + shared.T - table @ table.T).toarray()
    return np.asarray(said[row] + said[column] - both[row, column])


def _with_itself(counts: Counts, table: Any, aggregation: Aggregation) -> Floats:
    """s_i: the congruence of each row with itself; if levels are ignored, its overlap with itself."""
    own = np.asarray(table.multiply(table).sum(axis=1)).ravel()
    if aggregation == "ignore" or counts.scale.positions is None or counts.scale.span == 1:
        return own
    together = counts.table()
    total = np.asarray(together.multiply(together).sum(axis=1)).ravel()
    if counts.scale.span == 0:
        return total
    return np.asarray(total - _apart(counts).diagonal() / counts.scale.span)


def _turned(symmetric: Any) -> Any:
    """The same matrix, read by columns for rows: this puts it in order without sorting."""
    return symmetric.T.tocsr()


def _csr(x: Any, i: Integers, j: Integers, shape: tuple[int, int]) -> Any:
    """A sparse matrix whose equal places are summed, its columns in order: so products are the same both ways."""
    made = sparse.csr_array((x, (i, j)), shape=shape)
    made.sum_duplicates()
    return made
