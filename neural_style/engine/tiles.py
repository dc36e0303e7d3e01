"""Loss and gradient of a picture of any size, exactly, in the memory of a tile and a few arrays of the picture's size.

A Gram matrix is a sum over positions, so it can be summed tile by tile. Once those of the whole picture are known, the
derivative of the style loss by them is a constant, with which each tile can be differentiated by itself: two passes
over the picture instead of one. The network sees a tile's core with a halo around it that is as wide as a cell of its
deepest layer can see; only the cells of the core count. The gradient of a core reaches into its halo, and what several
tiles say about one pixel is added up.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from neural_style.errors import OptionsError
from neural_style.losses.gram import gram_sum
from neural_style.losses.terms import Targets, chroma_stressed, squared_differences, style_factors
from neural_style.settings import LossWeights
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.gradient import losses_and_gradient
from neural_style.vgg.layers import content_layer_weights, convolution_names

CELL_PX = 16
"""Side in pixels of a cell of the fifth block. Windows and cores begin at multiples of it, so that the poolings of a
tile divide the picture as those of the whole picture do."""


def receptive_radius_px(topology: str, layers: Iterable[str]) -> int:
    """How far beyond its own pixels a cell of the deepest of `layers` sees.

    Each 3x3 convolution adds one cell of its block: 1, 2, 4, 8 or 16 px. The 2x2 poolings add nothing, since their
    windows do not overlap. At relu5_1 it is 58 px for VGG-16 and 70 px for VGG-19, so that a halo has 64 or 80 px.
    """
    names = [name.replace("conv", "relu") for name in convolution_names(topology)]
    deepest = max(names.index(layer) for layer in layers)
    return sum(_cell_px(name) for name in names[: deepest + 1])


@dataclass(frozen=True)
class Tile:
    """A rectangle of a picture: the window that the network sees and the core in it that counts, indices in pixels."""

    window: tuple[slice, slice]
    core: tuple[slice, slice]

    def core_in_window(self) -> tf.Tensor:
        """`[4] int32`: top, bottom, left and right of the core, in pixels from the window's first row and column."""
        sides = zip(self.window, self.core, strict=True)
        return tf.constant([edge - seen.start for seen, core in sides for edge in (core.start, core.stop)])


@dataclass(frozen=True)
class Tiling:
    """How pictures are divided.

    Attributes:
        tile_side_px: the longest side of a core, a multiple of 16. At the edges of a picture, where there is nothing
            more to see, a core takes its halo in; so no window is longer than a tile and two halos.
        halo_px: what is seen around a core, a multiple of 16.
    """

    tile_side_px: int
    halo_px: int

    def __post_init__(self) -> None:
        for name, side in (("side of a tile", self.tile_side_px), ("halo of a tile", self.halo_px)):
            if side <= 0 or side % CELL_PX:
                raise OptionsError(f"The {name} must be a positive multiple of {CELL_PX} px; got {side}.")

    def tiles(self, height: int, width: int) -> Iterator[Tile]:
        """Tiles whose cores cover the picture once, by rows; their windows have at most four different shapes."""
        for (rows, core_rows), (columns, core_columns) in product(self._spans(height), self._spans(width)):
            yield Tile((rows, columns), (core_rows, core_columns))

    def _spans(self, length: int) -> list[tuple[slice, slice]]:
        """(window, core) along one dimension: as few as possible, of one length but for the last, which is shorter."""
        between_halos = length - 2 * self.halo_px
        count = max(1, -(-between_halos // self.tile_side_px))
        stride = _rounded_up(-(-between_halos // count)) if count > 1 else length
        starts = [stride * index for index in range(count)]
        windows = [slice(start, min(start + stride + 2 * self.halo_px, length)) for start in starts]
        edges = [0, *(start + self.halo_px for start in starts[1:]), length]
        return list(zip(windows, map(slice, edges[:-1], edges[1:]), strict=True))


def tiling_for(tile_side_px: int, topology: str, layers: Iterable[str]) -> Tiling:
    """Tiles with the halo that `layers` need: their receptive radius, rounded up to a multiple of 16."""
    return Tiling(tile_side_px, _rounded_up(receptive_radius_px(topology, layers)))


def tiled_features(extract: FeatureExtractor, image: tf.Tensor, tiling: Tiling) -> dict[str, tf.Tensor]:
    """`extract(image)` put together from tiles, for an `image` `[H, W, 3] float32, RGB, 0..255` of any size."""
    compiled: Any = tf.function(extract, autograph=False)
    whole: dict[str, NDArray[np.float32]] = {}
    for tile in tiling.tiles(*_size(image)):
        for name, features in compiled(image[tile.window]).items():
            if name not in whole:
                whole[name] = np.empty((*_size(image, name), features.shape[-1]), np.float32)
            whole[name][_cells(tile.core, name)] = _core(features, tile.core_in_window(), name)
    return {name: tf.constant(whole.pop(name)) for name in list(whole)}  # only one of them exists twice at a time


def tiled_grams(extract: FeatureExtractor, image: tf.Tensor, tiling: Tiling) -> dict[str, NDArray[np.float32]]:
    """`gram_matrix` of each layer of `extract(image)`, `[C, C] float32`, for an `image` of any size."""
    grams = _grams(_compiled_gram_sums(extract), image, tiling)
    return {name: gram.astype(np.float32) for name, gram in grams.items()}


class TiledEvaluation:
    """An `Evaluate` that works tile by tile and compiles its parts itself: call it outside of any `tf.function`.

    While it works it holds one array of the picture's size, the gradient, and in the end the copy that it returns.

    Args:
        extract: gives the layers of `targets`, for the deepest of which `tiling` has its halo.
        targets: what to come close to; the content activations are those of the whole picture.
        weights: factors of the terms.
        tiling: how the picture is divided.
    """

    def __init__(self, extract: FeatureExtractor, targets: Targets, weights: LossWeights, tiling: Tiling) -> None:
        self._targets, self._weights, self._tiling = targets, weights, tiling
        self._gram_sums = _compiled_gram_sums(extract, tuple(targets.style))
        self._style_factors = style_factors(targets.style, weights)
        content_factors = _content_factors(targets, weights)
        self._differentiate = _compiled_gradient(extract, content_factors, weights.chroma_smoothing)

    @np.errstate(over="ignore", invalid="ignore")  # a loss that is not finite is for the caller to notice
    def __call__(self, image: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """`[H, W, 3] float32, RGB, 0..255` -> (`[4]` in the order of `TERMS`, `[H, W, 3]`), float32."""
        style, of_gram_sums = self._style(image)
        of_differences = _of_differences(_size(image), self._weights.total_variation)
        gradient = np.zeros((*_size(image), 3), np.float32)
        sums = np.zeros(2)
        for tile in self._tiling.tiles(*_size(image)):
            wanted = {name: whole[_cells(tile.window, name)] for name, whole in self._targets.content.items()}
            smoothness = self._targets.smoothness
            weighed = of_differences, None if smoothness is None else smoothness[tile.window]
            constants = of_gram_sums, wanted, weighed
            values, of_crop = self._differentiate(image[tile.window], tile.core_in_window(), *constants)
            sums += np.asarray(values)
            gradient[tile.window] += np.asarray(of_crop)
        content, smoothing = sums
        return tf.constant([content, style, smoothing, content + style + smoothing], tf.float32), tf.constant(gradient)

    def _style(self, image: tf.Tensor) -> tuple[float, dict[str, tf.Tensor]]:
        """The weighted style loss and, for each layer, its derivative by the sum F^T F, `[C, C] float32`."""
        if not self._targets.style:
            return 0.0, {}
        loss, derivatives = 0.0, {}
        for name, gram in _grams(self._gram_sums, image, self._tiling).items():
            factor, target = self._style_factors[name], self._targets.style[name]
            difference = gram - target.mean
            loss += factor * (float(np.mean(difference**2)) + target.spread)
            of_gram = 2.0 * factor * difference / difference.size
            derivatives[name] = tf.constant(of_gram / (len(gram) * prod(_size(image, name))), tf.float32)
        return loss, derivatives


def _compiled_gradient(extract: FeatureExtractor, content_factors: Mapping[str, float], chroma_smoothing: float) -> Any:
    """The second pass over a tile: (`[2]`, content and smoothing of its core; gradient of all terms by its window)."""

    @tf.function(autograph=False)  # traced for each shape of window; what differs between tiles beside it is a tensor
    def differentiate(crop: Any, core: Any, of_gram_sums: Any, wanted: Any, weighed: Any) -> Any:
        of_differences, smoothness = weighed

        def losses(picture: tf.Tensor, features: Mapping[str, tf.Tensor]) -> tf.Tensor:
            content = tf.constant(0.0)
            for name, factor in content_factors.items():
                content += factor * tf.reduce_sum(tf.square(_core(features[name] - wanted[name], core, name)))
            squares = squared_differences(chroma_stressed(picture, chroma_smoothing), smoothness)
            sums = [tf.reduce_sum(_core(of_direction, core)) for of_direction in squares]
            smoothing = tf.tensordot(of_differences, tf.stack(sums), 1)
            style = tf.constant(0.0)  # has the gradient of the style loss, though not its value
            for name, of_gram_sum in of_gram_sums.items():
                style += tf.reduce_sum(of_gram_sum * gram_sum(_core(features[name], core, name)))
            return tf.stack([content, smoothing, content + style + smoothing])

        terms, gradient = losses_and_gradient(crop, extract, losses)
        return terms[:2], gradient

    return differentiate


def _compiled_gram_sums(extract: FeatureExtractor, layers: Iterable[str] | None = None) -> Any:
    """The first pass over a tile: layer -> F^T F over its core, for `layers` or all that there are."""

    @tf.function(autograph=False)
    def gram_sums(crop: tf.Tensor, core: tf.Tensor) -> dict[str, tf.Tensor]:
        features = extract(crop)
        return {name: gram_sum(_core(features[name], core, name)) for name in layers or features}

    return gram_sums


def _grams(gram_sums: Any, image: tf.Tensor, tiling: Tiling) -> dict[str, NDArray[np.float64]]:
    """Layer -> F^T F / size(F) of the whole picture, the tiles added up in float64."""
    grams: dict[str, NDArray[np.float64]] = {}
    for tile in tiling.tiles(*_size(image)):
        for name, of_tile in gram_sums(image[tile.window], tile.core_in_window()).items():
            grams[name] = grams.get(name, 0.0) + np.asarray(of_tile, np.float64)
    return {name: total / (len(total) * prod(_size(image, name))) for name, total in grams.items()}


def _core(values: tf.Tensor, core: tf.Tensor, name: str = "relu1_1") -> tf.Tensor:
    """The core's part of what was computed for a window, `[h, w, C]` on the grid of the layer `name`."""
    cell = _cell_px(name)
    top, bottom, left, right = tf.unstack(core)
    return values[top // cell : -(-bottom // cell), left // cell : -(-right // cell)]


def _content_factors(targets: Targets, weights: LossWeights) -> dict[str, float]:
    """What the sum of the squared differences of a layer of the whole picture is multiplied by."""
    layer_weights = content_layer_weights(weights.content_blend)
    return {
        name: weights.content * layer_weights[name] / int(tf.size(wanted)) for name, wanted in targets.content.items()
    }


def _of_differences(size: tuple[int, int], weight: float) -> tf.Tensor:
    """What the sums of the squared vertical and horizontal differences are multiplied by; see `total_variation`."""
    height, width = size
    return tf.constant([weight / ((height - 1) * width * 3), weight / (height * (width - 1) * 3)], tf.float32)


def _size(image: tf.Tensor, name: str = "relu1_1") -> tuple[int, int]:
    """(height, width) of the activations of the layer `name`; relu1_1 has the size of the picture."""
    rows, columns = _cells((slice(0, image.shape[0]), slice(0, image.shape[1])), name)
    return rows.stop, columns.stop


def _cells(pixels: tuple[slice, slice], name: str) -> tuple[slice, slice]:
    """An index of the picture as one of the activations of the layer `name`."""
    cell = _cell_px(name)
    rows, columns = (slice(side.start // cell, -(-side.stop // cell)) for side in pixels)
    return rows, columns


def _cell_px(name: str) -> int:
    """Side of a cell of the layer `name`: each pooling before its block doubles it."""
    return 2 ** (int(name[len("relu")]) - 1)


def _rounded_up(length: int) -> int:
    return -(-length // CELL_PX) * CELL_PX
