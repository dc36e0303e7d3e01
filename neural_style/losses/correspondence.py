"""Correspondence: for each place of a picture the place of a painting that is most like it, and like its neighbours'.

A correspondence is an index into the candidates, which are the places of one or more pictures, one after the other.
Likeness is the cosine of descriptors. Alone it maps a plain sky onto one place of the painting, and neighbours to
places far apart; so a place also considers what the matches of its neighbours continue to, as texture synthesis by
coherent search does (Ashikhmin 2001) and PatchMatch (Barnes et al. 2009). Then strokes are taken over in one piece.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

SIMILARITIES_AT_ONCE = 30_000_000
"""The most similarities held at a time: 60 MB in bfloat16, 120 MB in float32."""

SWEEPS = 6
"""The most times that every place looks at its neighbours; after that hardly any changes."""

NEIGHBOURS = tuple((row, column) for row in (-1, 0, 1) for column in (-1, 0, 1) if row or column)

_NO_MATCH = -1

_LEAST_GAIN = 1e-6
"""The least gain of score for which a match changes: of equal ones the present one stays."""

_WHOLE = slice(None), slice(None)

_PARTS = tuple((slice(row, None, 2), slice(column, None, 2)) for row, column in ((0, 0), (1, 1), (0, 1), (1, 0)))
"""The places by the parities of row and column: those of one part are no neighbours."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """The places to choose from.

    Attributes:
        descriptors: `[N, D] float32`, each of length 1 or 0.
        grids: (height, width) of each picture that they are from, in cells; rows follow each other.
        may_be: `[N] bool`, those that may be chosen, at least one; None: all.
    """

    descriptors: NDArray[np.float32]
    grids: Sequence[tuple[int, int]]
    may_be: NDArray[np.bool_] | None = None
    _owners: NDArray[np.int32] = field(init=False)
    _first: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        sizes = [height * width for height, width in self.grids]
        object.__setattr__(self, "_owners", np.repeat(np.arange(len(sizes), dtype=np.int32), sizes))
        object.__setattr__(self, "_first", np.cumsum([0, *sizes[:-1]]))

    def shifted(self, index: NDArray[np.int64], rows: int, columns: int) -> NDArray[np.int64]:
        """Return the candidates that lie so many cells further in the same picture; -1 where that is outside."""
        known = np.maximum(index, 0)
        owner = self._owners[known]
        heights, widths = (np.asarray(sides)[owner] for sides in zip(*self.grids, strict=True))
        row, column = np.divmod(known - self._first[owner], widths)
        row, column = row + rows, column + columns
        inside = (index >= 0) & (row >= 0) & (row < heights) & (column >= 0) & (column < widths)
        there = np.where(inside, self._first[owner] + row * widths + column, _NO_MATCH)
        return there if self.may_be is None else np.where(self.may_be[there], there, _NO_MATCH)


@dataclass(frozen=True, eq=False)
class Correspondence:
    """The match of each place.

    Attributes:
        index: `[h, w] int64`, into the candidates.
        cosine: `[h, w] float32`, likeness of the match, -1..1.
    """

    index: NDArray[np.int64]
    cosine: NDArray[np.float32]


def nearest(
    queries: NDArray[np.float32], candidates: Candidates, product_type: tf.DType = tf.float32
) -> Correspondence:
    """Return the candidate of greatest cosine for each place; the first one of equal ones.

    Args:
        queries: `[h, w, D] float32`, each of length 1 or 0.
        candidates: what to choose from.
        product_type: bfloat16 may take another of nearly equal candidates; the cosine is float32 in any case.
    """
    height, width, depth = queries.shape
    flat, choice = queries.reshape(-1, depth), None
    if candidates.may_be is not None:
        choice = np.flatnonzero(candidates.may_be)
    descriptors = candidates.descriptors if choice is None else candidates.descriptors[choice]
    sought = tf.cast(tf.constant(descriptors), product_type)
    rows = max(1, SIMILARITIES_AT_ONCE // len(descriptors))
    found = [
        tf.argmax(tf.matmul(tf.cast(flat[start : start + rows], product_type), sought, transpose_b=True), 1).numpy()
        for start in range(0, len(flat), rows)
    ]
    index = np.concatenate(found) if choice is None else choice[np.concatenate(found)]
    return Correspondence(
        index.reshape(height, width), _cosines(flat, candidates.descriptors, index).reshape(height, width)
    )


def coherent(
    queries: NDArray[np.float32], candidates: Candidates, start: Correspondence, coherence: float | NDArray[np.float32]
) -> Correspondence:
    """Let matches agree with those of their neighbours; see `score`, which never falls.

    Places that are no neighbours of each other change at once: a quarter of all, by the parities of row and column.

    Args:
        queries: `[h, w, D] float32`, each of length 1 or 0.
        candidates: what to choose from.
        start: the matches to begin with.
        coherence: what agreeing with all eight neighbours is worth, in cosine, 0 or more; a number, or `[h, w]`.
    """
    found = Correspondence(start.index.copy(), start.cosine.copy())
    worth = np.broadcast_to(np.asarray(coherence, np.float32), found.index.shape)
    for _ in range(SWEEPS):
        changed = 0
        for part in _PARTS:
            if found.index[part].size:
                changed += _improve(queries[part], candidates, found, part, worth[part])
        if changed <= found.index.size // 1000:
            break
    return found


def score(correspondence: Correspondence, candidates: Candidates, coherence: float | NDArray[np.float32]) -> float:
    """Return the sum of the cosines and, for each pair of neighbours that agree, of an eighth of the coherence.

    Neighbours agree where the match of the one lies from the match of the other as they lie from each other. With a
    coherence that differs from place to place, that of a pair is the mean of the two.
    """
    worth = np.broadcast_to(np.asarray(coherence, np.float64), correspondence.index.shape)
    proposals = _proposals(correspondence.index, candidates)
    agreements = (proposals == correspondence.index).sum(0)  # counts each pair twice
    return float(correspondence.cosine.sum(dtype=np.float64) + (worth * agreements).sum() / 2 / len(NEIGHBOURS))


def _improve(
    queries: NDArray[np.float32],
    candidates: Candidates,
    found: Correspondence,
    part: tuple[slice, slice],
    worth: NDArray[np.float32],
) -> int:
    """Let the places of a part take the best of their match and their neighbours' proposals; count the changes."""
    proposals = _proposals(found.index, candidates, part)
    best, best_cosine = found.index[part], found.cosine[part]
    best_score = best_cosine + worth * (proposals == best).mean(0)
    before, flat = best.copy(), queries.reshape(-1, queries.shape[-1])
    for proposal in proposals:
        likeness = _cosines(flat, candidates.descriptors, np.maximum(proposal, 0).ravel()).reshape(best.shape)
        proposed = np.where(proposal >= 0, likeness + worth * (proposals == proposal).mean(0), -np.inf)
        better = proposed > best_score + _LEAST_GAIN
        best = np.where(better, proposal, best)
        best_cosine = np.where(better, likeness, best_cosine)
        best_score = np.where(better, proposed, best_score)
    found.index[part], found.cosine[part] = best, best_cosine
    return int((best != before).sum())


def _proposals(
    index: NDArray[np.int64], candidates: Candidates, part: tuple[slice, slice] = _WHOLE
) -> NDArray[np.int64]:
    """Return what the match of each neighbour continues to at a place: `[8, h, w]`, -1 for nothing."""
    height, width = index.shape
    framed = np.pad(index, 1, constant_values=_NO_MATCH)
    seen = [framed[1 + row : 1 + row + height, 1 + column : 1 + column + width][part] for row, column in NEIGHBOURS]
    shifts = zip(seen, NEIGHBOURS, strict=True)
    return np.stack([candidates.shifted(neighbour, -row, -column) for neighbour, (row, column) in shifts])


def _cosines(
    queries: NDArray[np.float32], descriptors: NDArray[np.float32], index: NDArray[np.int64]
) -> NDArray[np.float32]:
    return np.einsum("nd,nd->n", queries, descriptors[index])
