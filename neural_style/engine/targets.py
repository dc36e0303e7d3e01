"""The sources of the targets: the photograph and the paintings as the network sees them.

Paintings are remembered from one run to the next. What the steps are held to is worked out in float32 whatever their
precision; what is only compared, to find matches, as they are.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import tensorflow as tf

from neural_style.engine.canvas import Canvas
from neural_style.engine.network_cache import NetworkCache
from neural_style.engine.smoothness import smoothness_of_regions
from neural_style.engine.tiles import tiled_cells, tiled_features, tiled_sums
from neural_style.engine.tiling import Tiling, tiling_for
from neural_style.images.arrays import FloatImage, digest, parts_of_pixels, rgb_of
from neural_style.images.resize import resize
from neural_style.losses.candidates import DIRECTED_TURNS, TURNS
from neural_style.losses.regional import weight_planes
from neural_style.losses.term import NumpySums, Sums, View
from neural_style.regions import Division
from neural_style.settings import Arithmetic, Settings
from neural_style.vgg.convolution import data_type
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.network import Network

REMEMBERED_PAINTINGS = 16
"""The number of paintings remembered for each network, at 2.4 MB each. A painting at one size counts as one: enough for
four styles at four scales."""

TILED_ABOVE_PIXELS, TILE_PX = 1_000_000, 512
"""The area above which a picture is read in tiles of that side: to the same numbers, in less than 0.5 GB."""


PAINTED_SHARE = 0.25
"""The part that the picture so far has in what is looked for in the paintings; the rest is the photograph."""


_CACHE = NetworkCache(REMEMBERED_PAINTINGS)


class Memory:
    """What is remembered of the last targets of one size, for the next ones, of which most may be the same."""

    def __init__(self) -> None:
        self._key: Hashable = None
        self._value: Any = None

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return what was made for that key, if it was the last one, else what is made now."""
        if self._key != key:
            self._key, self._value = key, make()
        return self._value


@dataclass(frozen=True, eq=False)
class PictureSources:
    """The pictures of one scale as a network sees them; a `losses.term.Sources`.

    Attributes:
        canvas: the pictures at the size they are painted at, and how it is divided.
        network: what looks at them.
        settings: which layers have a weight, and how to pool.
        arithmetic: that of the steps.
        memory: of the targets before, if any.
    """

    canvas: Canvas
    network: Network
    settings: Settings
    arithmetic: Arithmetic = "float32"
    memory: Memory = field(default_factory=Memory)

    def remembered(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """See `Sources.remembered`."""
        return self.memory.get(key, make)

    def content_features(self, layers: Sequence[str]) -> Mapping[str, tf.Tensor]:
        """See `Sources.content_features`."""
        extract, image = self._extractor(layers), self._forms
        if layers and _is_large(image):
            return tiled_features(extract, tf.constant(image), self._tiling(layers))
        return extract(tf.constant(image))

    def style_summaries(
        self, name: Hashable, layers: Sequence[str], sums: Callable[[View], Sums], summarise: Callable[[NumpySums], Any]
    ) -> list[Any]:
        """See `Sources.style_summaries`."""

        def summary(style: FloatImage) -> Any:
            key = name, digest(style), tuple(layers), self.settings.pooling
            return _CACHE.get(self.network, key, lambda: summarise(self._sums(style, layers, sums)))

        return [summary(style) for style in self.canvas.styles]

    @property
    def division(self) -> Division:
        """See `Sources.division`."""
        return self.canvas.division

    @property
    def styles(self) -> Sequence[FloatImage]:
        """See `Sources.styles`."""
        return self.canvas.styles

    @property
    def turns(self) -> Sequence[Sequence[int]]:
        """See `Sources.turns`."""
        are_turned = self.canvas.are_turned or [False] * len(self.styles)
        return [DIRECTED_TURNS if is_turned else TURNS for is_turned in are_turned]

    @property
    def sought(self) -> FloatImage:
        """See `Sources.sought`: the recoloured photograph, with a part of what was painted so far."""
        photo, painted = self._recolored, self.canvas.start
        if not self.canvas.is_painted:
            return photo
        return (photo + PAINTED_SHARE * (painted + _finest_band(photo) - photo)).astype(np.float32)

    def channels(self, layers: Sequence[str]) -> Sequence[int]:
        """See `Sources.channels`."""
        return [self.network.channels(layer) for layer in layers]

    @property
    def product_type(self) -> tf.DType:
        """See `Sources.product_type`: where convolutions gain by bfloat16, products do, too."""
        return tf.bfloat16 if data_type(self.arithmetic) != tf.float32 else tf.float32

    def map_cells(
        self,
        picture: FloatImage,
        layers: Sequence[str],
        transform: Callable[[Mapping[str, tf.Tensor]], tf.Tensor],
        grid: str,
    ) -> tf.Tensor:
        """See `Sources.map_cells`."""
        extract = FeatureExtractor(self.network, layers, self.settings.pooling, self.arithmetic)
        image = tf.constant(picture, tf.float32)
        if _is_large(picture):
            return tf.convert_to_tensor(tiled_cells(extract, image, self._tiling(layers), transform, grid))
        return transform(extract(image))

    @cached_property
    def _recolored(self) -> FloatImage:
        return self.division.recolored(self.canvas.content, self.canvas.styles)

    @property
    def _forms(self) -> FloatImage:
        return self._recolored if self.settings.forms == "colors" else self.canvas.content

    def smoothness(self) -> tf.Tensor:
        """See `Sources.smoothness`."""
        return tf.constant(smoothness_of_regions(self.canvas.content, self.canvas.styles, self.division))

    def _sums(self, style: FloatImage, layers: Sequence[str], sums: Callable[[View], Sums]) -> NumpySums:
        extract, image = self._extractor(layers), tf.constant(rgb_of(style))
        planes = weight_planes(parts_of_pixels(style), layers)
        if _is_large(style):
            return tiled_sums(extract, image, self._tiling(layers), sums, planes)
        view = View(image, extract(image), {name: plane.values for name, plane in planes.items()})
        return {name: np.asarray(values) for name, values in sums(view).items()}

    def _extractor(self, layers: Sequence[str]) -> FeatureExtractor:
        exact: Arithmetic = "winograd" if self.arithmetic == "winograd" else "float32"
        return FeatureExtractor(self.network, layers, self.settings.pooling, exact)

    def _tiling(self, layers: Sequence[str]) -> Tiling:
        return tiling_for(TILE_PX, self.network.topology, layers)


def _is_large(image: FloatImage) -> bool:
    return image.shape[0] * image.shape[1] > TILED_ABOVE_PIXELS


def _finest_band(image: FloatImage) -> FloatImage:
    """Return what the picture loses by being halved in size."""
    height, width = image.shape[:2]
    halved = resize(image, max(1, height // 2), max(1, width // 2))
    return image - resize(halved, height, width)
