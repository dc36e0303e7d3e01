"""Evaluate loss and gradient of a picture of any size exactly, in the memory of a tile and a few arrays of its size.

Sums over positions can be added up tile by tile. Once those of the whole picture are known, the derivative of the loss
by them is a constant, with which each tile can be differentiated by itself: two passes over the picture instead of one.
The gradient of a core reaches into its halo, and what several tiles say about one pixel is added up.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from neural_style.engine.evaluation import CompiledLoss, WholeEvaluation, tensors
from neural_style.engine.tiling import Tile, Tiling, tiling_for
from neural_style.errors import OptionsError
from neural_style.images.arrays import FloatImage
from neural_style.layers import cells_in
from neural_style.losses.objective import Objective, Planes, TermSums
from neural_style.losses.term import NumpySums, Plane, Sums, View
from neural_style.optimizers.protocol import Evaluate
from neural_style.optimizers.vectors import Array
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.shapes import known_shape


class TiledEvaluation:
    """An `Evaluate` that works tile by tile.

    While it works it holds one array of the picture's size, the gradient.

    Args:
        loss: what was compiled for the structure of the objective.
        objective: the terms of the loss; their planes are those of the whole picture.
        tiling: how the picture is divided, with the halo that the deepest layer needs.

    Raises:
        OptionsError: a term of the loss needs the whole picture at once.
    """

    def __init__(self, loss: CompiledLoss, objective: Objective, tiling: Tiling) -> None:
        if objective.inseparable:
            raise OptionsError(
                f"The {objective.inseparable[0].replace('_', ' ')} loss needs the whole picture at once, but it does "
                "not fit into the memory. Choose a smaller size, allow more memory, or leave that loss out."
            )
        self._loss, self._objective, self._tiling = loss, objective, tiling
        self._numbers = tensors(objective.numbers)

    @np.errstate(over="ignore", invalid="ignore")  # a loss that is not finite is for the caller to notice
    def __call__(self, picture: Array) -> tuple[list[float], FloatImage]:
        """Evaluate `[H, W, 3] float32, RGB, 0..255`: the values of the terms, their total last, and the gradient."""
        image = np.asarray(picture)
        values, derivatives = self._objective.values_and_derivatives(self._whole_sums(image))
        derivatives = tf.nest.map_structure(lambda derivative: tf.cast(derivative, tf.float32), derivatives)
        gradient = np.zeros(image.shape, np.float32)
        for tile in self._tiling.tiles(*image.shape[:2]):
            window = *self._window(image, tile), self._numbers, derivatives
            gradient[tile.window] += np.asarray(self._loss.gradient(*window))
        return np.asarray(values, np.float32).tolist(), gradient

    def _whole_sums(self, image: FloatImage) -> TermSums:
        """Add up the sums of all tiles, in float64."""
        whole: dict[str, dict[str, Any]] = {name: {} for name in self._objective.names}
        for tile in self._tiling.tiles(*image.shape[:2]):
            of_tile = self._loss.sums(*self._window(image, tile), self._numbers)
            for term, sums in of_tile.items():
                _add(whole[term], sums)
        return tf.nest.map_structure(tf.constant, whole)

    def _window(self, image: FloatImage, tile: Tile) -> tuple[tf.Tensor, tf.Tensor, Planes]:
        """Return what is seen of a tile: its window, its core, and the planes in the window."""
        planes = {term: _in_window(own, tile) for term, own in self._objective.planes.items()}
        return tf.constant(image[tile.window]), tile.core_in_window(), planes


def build_evaluation(loss: CompiledLoss, objective: Objective, topology: str, tile_side_px: int | None) -> Evaluate:
    """Return the evaluation of whole pictures, or where a side of tiles is given, that in tiles.

    Raises:
        OptionsError: a term of the loss needs the whole picture at once.
    """
    if tile_side_px is None:
        return WholeEvaluation(loss, objective)
    return TiledEvaluation(loss, objective, tiling_for(tile_side_px, topology, objective.layers))


def tiled_features(extract: FeatureExtractor, image: tf.Tensor, tiling: Tiling) -> dict[str, tf.Tensor]:
    """Return `extract(image)` put together from tiles, for an `image` `[H, W, 3] float32, RGB, 0..255` of any size."""
    whole = _put_together(extract, image, tiling)
    return {name: tf.constant(whole.pop(name)) for name in list(whole)}  # only one of them exists twice at a time


def tiled_cells(
    extract: FeatureExtractor,
    image: tf.Tensor,
    tiling: Tiling,
    transform: Callable[[Mapping[str, tf.Tensor]], tf.Tensor],
    grid: str,
) -> NDArray[np.float32]:
    """Return `transform(extract(image))`, `[h, w, C] float32` on the grid of a layer, put together from tiles."""
    return _put_together(lambda crop: {grid: transform(extract(crop))}, image, tiling)[grid]


def tiled_sums(
    extract: FeatureExtractor,
    image: tf.Tensor,
    tiling: Tiling,
    sums: Callable[[View], Sums],
    planes: Mapping[str, Plane] = MappingProxyType({}),
) -> NumpySums:
    """Return `sums` over an `image` `[H, W, 3] float32, RGB, 0..255` of any size, added up in float64."""

    @tf.function(autograph=False)
    def of_tile(crop: tf.Tensor, core: tf.Tensor, in_window: Mapping[str, tf.Tensor]) -> Sums:
        return sums(View(crop, extract(crop), in_window, core))

    compiled: Any = of_tile
    whole: dict[str, Any] = {}
    for tile in tiling.tiles(*_size(image)):
        _add(whole, compiled(image[tile.window], tile.core_in_window(), _in_window(planes, tile)))
    return whole


def _put_together(
    of_crop: Callable[[tf.Tensor], Mapping[str, tf.Tensor]], image: tf.Tensor, tiling: Tiling
) -> dict[str, NDArray[np.float32]]:
    """Return layer name -> values on its grid, put together from those of the cores."""
    compiled: Any = tf.function(of_crop, autograph=False)
    whole: dict[str, NDArray[np.float32]] = {}
    height, width = _size(image)
    for tile in tiling.tiles(height, width):
        for name, values in compiled(image[tile.window]).items():
            if name not in whole:
                rows, columns = _cells((slice(0, height), slice(0, width)), name)
                whole[name] = np.empty((rows.stop, columns.stop, values.shape[-1]), np.float32)
            view = View(image, {}, {}, tile.core_in_window())
            whole[name][_cells(tile.core, name)] = view.counted(values, name)
    return whole


def _in_window(planes: Mapping[str, Plane], tile: Tile) -> dict[str, tf.Tensor]:
    """Return the values of planes in the window of a tile."""
    return {
        name: tf.convert_to_tensor(plane.values[_cells(tile.window, plane.layer)]) for name, plane in planes.items()
    }


def _size(image: tf.Tensor) -> tuple[int, int]:
    height, width, _ = known_shape(image)
    return height, width


def _add(whole: dict[str, Any], of_tile: Sums) -> None:
    for name, values in of_tile.items():
        whole[name] = whole.get(name, 0.0) + np.asarray(values, np.float64)


def _cells(pixels: tuple[slice, slice], layer: str) -> tuple[slice, slice]:
    """Convert an index of the picture into one of the activations of a layer."""
    rows, columns = (cells_in(side.start, side.stop, layer) for side in pixels)
    return rows, columns
