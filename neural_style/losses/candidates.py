"""The places of a painting that a picture can be matched to: their hypercolumns, and descriptors to find them by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from neural_style.images.arrays import FloatImage
from neural_style.layers import cell_px
from neural_style.losses.hypercolumns import GRID
from neural_style.vgg.shapes import known_shape

MAX_CANDIDATES = 65_536
"""The most places of all paintings together: their hypercolumns take 160 MB in bfloat16."""

TURNS = (0, 2, 1, 3)
"""The quarter turns in which a painting is looked at, as many as there is room for."""

DIRECTED_TURNS = (0, 2)
"""Those of a painting whose strokes were turned by an angle that somebody chose: they keep their direction."""

WINDOW_PX, WINDOW_HALO_PX = 256, 64
"""The side of the windows that are left of a painting too large for `MAX_CANDIDATES`, and what is seen around them."""

DESCRIPTOR_LENGTH = 256
"""The most numbers of a descriptor, a fifth of a hypercolumn's. A match that is found by them is by 0.003 to 0.005 less
alike, in the cosine of whole hypercolumns, than the best one (means of two pairs at 136 and 256 px)."""

SAMPLE = 8192
"""The number of places that statistics of hypercolumns are taken from."""

_POWER_ITERATIONS = 2

_LEAST_LENGTH = 1e-6

_CELL_PX = cell_px(GRID)


@dataclass(frozen=True, eq=False)
class Window:
    """A part of a painting, in a quarter turn: pixels to look at, and cells of theirs that count."""

    picture: FloatImage
    cells: tuple[slice, slice] = (slice(None), slice(None))


def windows(painting: FloatImage, limit: int = MAX_CANDIDATES, turns: Sequence[int] = TURNS) -> Iterator[Window]:
    """Yield the parts of a painting whose places are candidates, together about `limit` places at most.

    A painting that has fewer is taken whole, in as many quarter turns as there is room for. Of a larger one, windows
    are taken, as many as there is room for, spread evenly.

    Args:
        painting: `[H, W, 3] float32, RGB, 0..255`, as it is shown to the network, perhaps with a fourth channel.
        limit: the number of places.
        turns: the quarter turns that it may be taken in.
    """
    height, width = painting.shape[:2]
    room = limit // (_cells(height) * _cells(width))
    for turn in turns[:room]:
        yield Window(np.ascontiguousarray(np.rot90(painting, turn)))
    if not room:
        corners = [(top, left) for top in range(0, height, WINDOW_PX) for left in range(0, width, WINDOW_PX)]
        kept = min(len(corners), max(1, limit // _cells(WINDOW_PX) ** 2))
        for index in range(kept):
            yield _window(painting, corners[index * len(corners) // kept])


def sample(columns: tf.Tensor, most: int = SAMPLE) -> tf.Tensor:
    """Return every n-th of hypercolumns `[N, D]`, `most` or a few more where there are so many, as float32."""
    return tf.cast(columns[:: max(1, known_shape(columns)[0] // most)], tf.float32)


def parts_of(columns: Any, most: int = SAMPLE) -> Iterator[Any]:
    """Yield the rows of a tensor or array `[N, D]` a part at a time, so that what is made of each takes little memory.

    The parts of an array are views of it.
    """
    return (columns[start : start + most] for start in range(0, len(columns), most))


def principal_components(columns: tf.Tensor, length: int = DESCRIPTOR_LENGTH, seed: int = 0) -> tf.Tensor:
    """Return an orthonormal basis `[D, K]` of the directions in which hypercolumns `[N, D] float32` differ most.

    By a randomised range finder with power iterations (Halko et al. 2011): eigenvectors would take longer than the
    search that they are for.
    """
    centred = columns - tf.reduce_mean(columns, 0)
    _, depth = known_shape(columns)
    basis = tf.random.stateless_normal([depth, min(length, depth)], (seed, 0))
    for _ in range(1 + _POWER_ITERATIONS):
        basis, _ = tf.linalg.qr(tf.matmul(centred, tf.matmul(centred, basis), transpose_a=True))
    return basis


def descriptors(projected: tf.Tensor) -> NDArray[np.float32]:
    """Return components `[..., K]` less their mean over all places, divided by their length, which may stay 0.

    Picture and painting are each centred on their own mean: else what all photographs differ in from all paintings
    would be most of what is compared. They are worked out in place: those of a print take gigabytes.
    """
    values = tf.cast(projected, tf.float32).numpy().copy()
    rows = values.reshape(-1, values.shape[-1])
    mean = rows.mean(0, dtype=np.float64).astype(np.float32)
    for part in parts_of(rows):
        part -= mean
        lengths = np.linalg.norm(part, axis=1, keepdims=True)
        part /= np.where(lengths > _LEAST_LENGTH, lengths, np.inf)
    return values


def _window(painting: FloatImage, corner: Sequence[int]) -> Window:
    pixels, cells = [], []
    for start, side in zip(corner, painting.shape[:2], strict=True):
        stop = min(start + WINDOW_PX, side)
        first = max(0, start - WINDOW_HALO_PX)
        pixels.append(slice(first, min(stop + WINDOW_HALO_PX, side)))
        cells.append(slice((start - first) // _CELL_PX, _cells(stop - first)))
    return Window(np.ascontiguousarray(painting[pixels[0], pixels[1]]), (cells[0], cells[1]))


def _cells(side_px: int) -> int:
    return -(-side_px // _CELL_PX)
