"""Statements as matrices, in the definitions of Discourse Network Analyzer (DNA) 3.

The definitions are those of `dna_network` in the R package rDNA 3 and of the program behind it
(https://github.com/leifeld/dna, class `export.Exporter`), described in

    Leifeld, P., Gruber, J. & Bossner, F. R. (2018). Discourse Network Analyzer Manual, chapter 2.
    Leifeld, P. (2017). Discourse network analysis. The Oxford Handbook of Political Networks.

Let x[a, i, k] be how often actor a takes side k (yes or no) on issue i.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kcgraph.claims import Ref
from kcgraph.network.statements import Statement

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    Floats = NDArray[np.float64]

TWO_MODE_QUALIFIERS = ("ignore", "combine", "subtract")
ONE_MODE_QUALIFIERS = ("ignore", "congruence", "conflict", "subtract")
TWO_MODE_NORMALIZATIONS = ("none", "activity", "prominence")
ONE_MODE_NORMALIZATIONS = ("none", "average", "jaccard", "cosine", "dna-jaccard", "dna-cosine")


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """`values[r, c]` is the tie between `rows[r]` and `columns[c]`, as a sparse matrix.

    In a one-mode network rows and columns are the same actors and the matrix is symmetric with a
    diagonal of zeros; in a two-mode network rows are actors and columns issues.
    """

    rows: tuple[Ref, ...]
    columns: tuple[Ref, ...]
    values: csr_array
    one_mode: bool

    @property
    def row_labels(self) -> tuple[str, ...]:
        return labels(self.rows)

    @property
    def column_labels(self) -> tuple[str, ...]:
        return labels(self.columns)

    def dense(self) -> Floats:
        """The values as an array of rows x columns."""
        array: Floats = self.values.toarray()
        return array

    def ties(self) -> list[tuple[int, int, float]]:
        """The values other than 0 as (row, column, value); of a one-mode network each pair once."""
        found = self.values.tocoo()
        some = zip(found.row.tolist(), found.col.tolist(), found.data.tolist(), strict=True)
        return sorted((r, c, v) for r, c, v in some if v and (r < c or not self.one_mode))


def labels(refs: Sequence[Ref]) -> tuple[str, ...]:
    """The labels of `refs`, each once: of two that are alike, the later gets a number."""
    seen: set[str] = set()
    found = []
    for ref in refs:
        label, n = ref.label, 1
        while label in seen:
            n += 1
            label = f"{ref.label} ({n})"
        seen.add(label)
        found.append(label)
    return tuple(found)


def two_mode(
    some: Iterable[Statement],
    *,
    qualifier: str = "subtract",
    normalization: str = "none",
    isolates: Iterable[Statement] = (),
) -> Matrix:
    """The actor by issue matrix of `some` statements.

    `qualifier`: "ignore" adds the statements of both sides, x[yes] + x[no]; "subtract" is
    x[yes] - x[no]; "combine" is 1 where the actor only says yes, 2 where only no, 3 where both.
    `normalization`: "activity" divides by the number of statements of the actor, "prominence" by
    the number of statements on the issue; either makes no sense of "combine".
    Actors and issues of `isolates` that have no statement among `some` are rows and columns of 0.
    """
    from scipy.sparse import csr_array

    some = list(some)
    rows, columns, no, yes = _counts(some, isolates)
    both = yes + no
    if qualifier == "combine":
        values = (yes > 0).astype(float) + 2 * (no > 0).astype(float)
    else:
        values = both if qualifier == "ignore" else yes - no
    if normalization == "activity":
        values = values.multiply(_inverse(both.sum(axis=1))[:, None])
    elif normalization == "prominence":
        values = values.multiply(_inverse(both.sum(axis=0))[None, :])
    return Matrix(rows, columns, csr_array(values), one_mode=False)


def one_mode(
    some: Iterable[Statement],
    *,
    qualifier: str = "congruence",
    normalization: str = "none",
    isolates: Iterable[Statement] = (),
) -> Matrix:
    """The actor by actor matrix of `some` statements.

    `qualifier`, summed over issues: "congruence" x[a, yes] x[b, yes] + x[a, no] x[b, no];
    "conflict" x[a, yes] x[b, no] + x[a, no] x[b, yes]; "subtract" the first minus the second;
    "ignore" the product of the statements of both, whatever their side.

    `normalization` divides by: "average" the mean number of statements of a and b; "dna-cosine"
    their product (DNA's "cosine": the root of a squared sum, not of a sum of squares);
    "dna-jaccard" m10 + m01 + m11, where m10 counts the statements of a with a side of an issue that
    b never takes, m01 those of b, and m11 is the congruence (DNA's "jaccard").

    The textbooks' measures compare what each actor says, as a vector over (issue, side): "cosine"
    is the cosine of the angle between the vectors, "jaccard" the number of sides of issues that
    both take over the number that either takes, how often whatever. For "conflict" the sides of
    one of the two are exchanged, for "ignore" the issues are compared without sides, and "subtract"
    is the difference of the measures of congruence and conflict.

    A normalization by 0 gives 0. Actors of `isolates` without a statement among `some` are zeros.
    """
    from scipy.sparse import csr_array, hstack

    some = list(some)
    actors, _, no, yes = _counts(some, isolates)
    profile, exchanged = csr_array(hstack([yes, no])), csr_array(hstack([no, yes]))
    either = csr_array(yes + no)
    pairs = {
        "ignore": [(either, either, 1)],
        "congruence": [(profile, profile, 1)],
        "conflict": [(profile, exchanged, 1)],
        "subtract": [(profile, profile, 1), (profile, exchanged, -1)],
    }[qualifier]
    total = csr_array((len(actors), len(actors)))
    for left, right, sign in pairs:
        total = total + sign * _compared(left, right, profile, normalization)
    return Matrix(actors, actors, csr_array(total), one_mode=True)


def _compared(left: Any, right: Any, profile: Any, normalization: str) -> csr_array:
    """`left` times `right` transposed, normalised, without the diagonal."""
    from scipy.sparse import coo_array, csr_array

    if normalization == "jaccard":
        left, right = (left > 0).astype(float), (right > 0).astype(float)
    found = coo_array(left @ right.T)
    apart = found.row != found.col
    a, b, values = found.row[apart], found.col[apart], found.data[apart]
    said = profile.sum(axis=1)
    if normalization == "average":
        values = values / ((said[a] + said[b]) / 2)
    elif normalization == "dna-cosine":
        values = values / (said[a] * said[b])
    elif normalization == "dna-jaccard":
        takes = (profile > 0).astype(float)
        shared = csr_array(profile @ takes.T)  # statements of a on sides that b takes too
        m10, m01 = said[a] - _at(shared, a, b), said[b] - _at(shared, b, a)
        values = values / (m10 + m01 + _at(csr_array(profile @ profile.T), a, b))
    elif normalization == "cosine":
        one, other = _length(left), _length(right)
        values = np.minimum(values / (one[a] * other[b]), 1.0)  # rounding can exceed 1
    elif normalization == "jaccard":
        sizes, others = left.sum(axis=1), right.sum(axis=1)
        values = values / (sizes[a] + others[b] - values)
    return csr_array((values, (a, b)), shape=found.shape)


def _length(vectors: Any) -> Floats:
    """The Euclidean length of every row."""
    squares: Floats = vectors.multiply(vectors).sum(axis=1)
    return np.sqrt(squares)


def _at(matrix: csr_array, rows: Any, columns: Any) -> Floats:
    """The values at the places (rows[n], columns[n])."""
    return np.asarray(matrix[rows, columns]).ravel() if len(rows) else np.zeros(0)


def _inverse(sums: Floats) -> Floats:
    return np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)


def _counts(
    some: Sequence[Statement], isolates: Iterable[Statement]
) -> tuple[tuple[Ref, ...], tuple[Ref, ...], csr_array, csr_array]:
    """Actors and issues by label, and how often each actor says no and yes to each issue."""
    from scipy.sparse import csr_array

    actors, issues = _Numbered(), _Numbered()
    at = np.array([(actors(s.actor), issues(s.issue), s.agreement) for s in some], dtype=np.intp)
    for one in isolates:
        actors(one.actor)
        issues(one.issue)
    rows, row_of = actors.by_label()
    columns, column_of = issues.by_label()
    row, column, agreement = at.reshape(-1, 3).T
    sides = []
    for side in (False, True):
        places = (row_of[row[agreement == side]], column_of[column[agreement == side]])
        counted = csr_array((np.ones(len(places[0])), places), shape=(len(rows), len(columns)))
        counted.sum_duplicates()
        sides.append(counted)
    return rows, columns, sides[0], sides[1]


class _Numbered:
    """Numbers for actors or issues, in the order in which they come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._refs: list[Ref] = []

    def __call__(self, ref: Ref) -> int:
        number = self._numbers.get(ref.iri)
        if number is None:
            number = self._numbers[ref.iri] = len(self._refs)
            self._refs.append(ref)
        return number

    def by_label(self) -> tuple[tuple[Ref, ...], NDArray[np.intp]]:
        """Them by label, and for each number the place there."""
        labels = [(ref.label.casefold(), ref.iri) for ref in self._refs]
        order = sorted(range(len(labels)), key=labels.__getitem__)
        places = np.empty(len(order), dtype=np.intp)
        places[order] = np.arange(len(order))
        return tuple(self._refs[n] for n in order), places
