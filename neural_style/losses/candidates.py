"""The places of a painting that a picture can be matched to: their hypercolumns, and descriptors to find them by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from neural_style.images.arrays import FloatImage
from neural_style.losses.correspondence import Candidates
from neural_style.losses.hypercolumns import GRID
from neural_style.vgg.layers import cell_px

MAX_CANDIDATES = 65_536
"""The most places of all paintings together: their hypercolumns take 160 MB in bfloat16."""

TURNS = (0, 2, 1, 3)
"""The quarter turns in which a painting is looked at, as many as there is room for."""

WINDOW_PX, WINDOW_HALO_PX = 256, 64
"""The side of the windows that are left of a painting too large for `MAX_CANDIDATES`, and what is seen around them."""

DESCRIPTOR_LENGTH = 256
"""The most numbers of a descriptor: a hypercolumn's principal components, a fifth of its numbers."""

_SAMPLE = 8192
"""The most places that the principal components are worked out from."""

_CELL_PX = cell_px(GRID)


@dataclass(frozen=True)
class Window:
    """A part of a painting, in a quarter turn: pixels to look at, and cells of theirs that count."""

    picture: FloatImage
    cells: tuple[slice, slice]


def windows(painting: FloatImage, limit: int = MAX_CANDIDATES) -> Iterator[Window]:
    """Yield the parts of a painting whose places are candidates, at most about `limit` of them.

    Where the painting has few enough places it is taken whole, in as many quarter turns as there is room for. A larger
    one is cut into windows, of which every n-th is taken.

    Args:
        painting: `[H, W, 3] float32, RGB, 0..255`, as it is shown to the network.
        limit: the number of places.
    """
    height, width = (_cells(side) for side in painting.shape[:2])
    turns = limit // (height * width)
    if turns:
        for turn in TURNS[:turns]:
            turned = np.ascontiguousarray(np.rot90(painting, turn))
            yield Window(turned, (slice(None), slice(None)))
        return
    corners = [(top, left) for top in range(0, painting.shape[0], WINDOW_PX) for left in range(0, painting.shape[1], WINDOW_PX)]
    every = -(-len(corners) // max(1, limit // _cells(WINDOW_PX) ** 2))
    for corner in corners[::every]:
        yield _window(painting, corner)


@dataclass(frozen=True, eq=False)
class Descriptors:
    """A linear map from hypercolumns to short descriptors whose cosines are nearly theirs.

    Attributes:
        basis: `[D, K] float32`, orthonormal: the principal components of a painting.
    """

    basis: NDArray[np.float32]

    @classmethod
    def of(cls, columns: NDArray[np.float32], length: int = DESCRIPTOR_LENGTH) -> "Descriptors":
        """Find the principal components of hypercolumns `[N, D]`, of a part of them where there are many."""
        sample = columns[:: max(1, len(columns) // _SAMPLE)]
        centred = sample - sample.mean(0)
        _, vectors = np.linalg.eigh(centred.T @ centred)
        return cls(np.ascontiguousarray(vectors[:, ::-1][:, :length]))

    def projected(self, columns: tf.Tensor) -> tf.Tensor:
        """Return the components of hypercolumns: `[..., D]` -> `[..., K]`."""
        return tf.tensordot(columns, tf.constant(self.basis), 1)


def normalised(projected: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return descriptors: components `[..., K]` less their mean over all places, divided by their length.

    Picture and painting are each centred on their own mean: else what all photographs differ in from all paintings
    would be most of what is compared.
    """
    centred = projected - projected.reshape(-1, projected.shape[-1]).mean(0)
    lengths = np.linalg.norm(centred, axis=-1, keepdims=True)
    return np.divide(centred, lengths, out=np.zeros_like(centred), where=lengths > 1e-6)


def candidates_of(columns: Sequence[NDArray[np.float32]], descriptors: Descriptors) -> Candidates:
    """Return the candidates of a painting from the hypercolumns `[h, w, D]` of its windows."""
    flat = np.concatenate([each.reshape(-1, each.shape[-1]) for each in columns])
    return Candidates(normalised(flat @ descriptors.basis), [each.shape[:2] for each in columns])


def _window(painting: FloatImage, corner: tuple[int, int]) -> Window:
    spans = [(start, min(start + WINDOW_PX, side)) for start, side in zip(corner, painting.shape, strict=False)]
    seen = [
        (max(0, start - WINDOW_HALO_PX), min(stop + WINDOW_HALO_PX, side))
        for (start, stop), side in zip(spans, painting.shape, strict=False)
    ]
    pairs = zip(spans, seen, strict=True)
    cells = [slice((start - first) // _CELL_PX, _cells(stop - first)) for (start, stop), (first, _) in pairs]
    (top, bottom), (left, right) = seen
    return Window(np.ascontiguousarray(painting[top:bottom, left:right]), (cells[0], cells[1]))


def _cells(side_px: int) -> int:
    return -(-side_px // _CELL_PX)
