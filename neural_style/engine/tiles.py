"""Evaluate loss and gradient of a picture of any size exactly, in the memory of a tile and a few arrays of its size.

Sums over positions can be added up tile by tile. Once those of the whole picture are known, the derivative of the loss
by them is a constant, with which each tile can be differentiated by itself: two passes over the picture instead of one.
The gradient of a core reaches into its halo, and what several tiles say about one pixel is added up.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from neural_style.engine.tiling import Tile, Tiling
from neural_style.errors import OptionsError
from neural_style.losses.objective import Objective, Planes
from neural_style.losses.term import NumpySums, Sums, View
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.gradient import losses_and_gradient
from neural_style.vgg.layers import cells_in
from neural_style.vgg.shapes import known_shape

_TermArrays = dict[str, dict[str, Any]]
"""Name of a term -> name of a sum -> its value, float64."""


class TiledEvaluation:
    """An `Evaluate` that works tile by tile and compiles its parts itself: call it outside of any `tf.function`.

    While it works it holds one array of the picture's size, the gradient, and in the end the copy that it returns.

    Args:
        extract: gives the layers of `objective`, for the deepest of which `tiling` has its halo.
        objective: the terms of the loss; their planes are those of the whole picture.
        tiling: how the picture is divided.

    Raises:
        OptionsError: a term of the loss needs the whole picture at once.
    """

    def __init__(self, extract: FeatureExtractor, objective: Objective, tiling: Tiling) -> None:
        if objective.inseparable:
            raise OptionsError(
                f"The {objective.inseparable[0].replace('_', ' ')} loss needs the whole picture at once, but it does "
                "not fit into the memory. Choose a smaller size, allow more memory, or leave that loss out."
            )
        self._objective, self._tiling = objective, tiling
        self._sums = _compiled_sums(extract, objective)
        self._differentiate = _compiled_gradient(extract, objective)

    @np.errstate(over="ignore", invalid="ignore")  # a loss that is not finite is for the caller to notice
    def __call__(self, image: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Evaluate `[H, W, 3] float32, RGB, 0..255`: the values of the terms, their total last, and the gradient."""
        values, derivatives = self._values_and_derivatives(self._whole_sums(image))
        gradient = np.zeros(known_shape(image), np.float32)
        for tile in self._tiling.tiles(*_size(image)):
            window = image[tile.window], tile.core_in_window(), self._planes_in(tile)
            gradient[tile.window] += np.asarray(self._differentiate(*window, derivatives))
        return tf.cast(values, tf.float32), tf.constant(gradient)

    def _whole_sums(self, image: tf.Tensor) -> _TermArrays:
        """Add up the sums of all tiles, in float64."""
        whole: _TermArrays = {name: {} for name in self._objective.names}
        for tile in self._tiling.tiles(*_size(image)):
            of_tile = self._sums(image[tile.window], tile.core_in_window(), self._planes_in(tile))
            for term, sums in of_tile.items():
                _add(whole[term], sums)
        return whole

    def _values_and_derivatives(self, sums: _TermArrays) -> tuple[tf.Tensor, _TermArrays]:
        """Evaluate the terms, and differentiate the total by each sum, in float64; the derivatives are float32."""
        tensors = tf.nest.map_structure(tf.constant, sums)
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            values = self._objective.values(tensors)
            total = values[-1]
        derivatives: Any = tape.gradient(total, tensors, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return values, tf.nest.map_structure(lambda derivative: tf.cast(derivative, tf.float32), derivatives)

    def _planes_in(self, tile: Tile) -> Planes:
        return {
            term: {name: plane.values[_cells(tile.window, plane.layer)] for name, plane in planes.items()}
            for term, planes in self._objective.planes.items()
        }


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


def tiled_sums(extract: FeatureExtractor, image: tf.Tensor, tiling: Tiling, sums: Callable[[View], Sums]) -> NumpySums:
    """Return `sums` over an `image` `[H, W, 3] float32, RGB, 0..255` of any size, added up in float64."""

    @tf.function(autograph=False)
    def of_tile(crop: tf.Tensor, core: tf.Tensor) -> Sums:
        return sums(View(crop, extract(crop), {}, core))

    compiled: Any = of_tile
    whole: dict[str, Any] = {}
    for tile in tiling.tiles(*_size(image)):
        _add(whole, compiled(image[tile.window], tile.core_in_window()))
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


def _compiled_sums(extract: FeatureExtractor, objective: Objective) -> Any:
    """Compile the first pass over a tile: the sums of each term over its core."""

    @tf.function(autograph=False)  # traced for each shape of window; what differs between tiles beside it is a tensor
    def sums(crop: Any, core: Any, planes: Any) -> Any:
        return objective.sums(crop, extract(crop), planes, core)

    return sums


def _compiled_gradient(extract: FeatureExtractor, objective: Objective) -> Any:
    """Compile the second pass over a tile: the gradient of the total by its window, `[h, w, 3] float32`.

    The style comes last, as in version 0.1: float addition is not associative, and pictures shall stay what they were.
    """
    ordered = Objective(sorted(objective.terms, key=lambda term: term.name == "style"))

    @tf.function(autograph=False)
    def differentiate(crop: Any, core: Any, planes: Any, derivatives: Any) -> Any:
        def linearised(picture: tf.Tensor, features: Mapping[str, tf.Tensor]) -> tf.Tensor:
            """Return a loss with the gradient of the total, though not with its value."""
            sums = ordered.sums(picture, features, planes, core)
            products = [
                tf.reduce_sum(derivatives[term][name] * values) for term in sums for name, values in sums[term].items()
            ]
            return tf.stack([tf.add_n(products)])

        return losses_and_gradient(crop, extract, linearised)[1]

    return differentiate


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
