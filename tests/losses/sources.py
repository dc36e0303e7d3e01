"""The pictures that the tests of the losses make targets from: whole, seen by a tiny network, nothing remembered."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import tensorflow as tf

from neural_style.losses.candidates import TURNS
from neural_style.losses.term import NumpySums, Sums, View
from neural_style.regions import Division
from neural_style.settings import Settings
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.network import Network


@dataclass(frozen=True, eq=False)
class WholePictures:
    """A `losses.term.Sources` of pictures that are looked at as a whole."""

    network: Network
    content: np.ndarray
    styles: Sequence[np.ndarray]
    division: Division
    settings: Settings = field(default_factory=Settings)
    product_type: tf.DType = tf.float32

    def content_features(self, layers: Sequence[str]) -> Mapping[str, tf.Tensor]:
        return self._features(self.content, layers)

    def style_summaries(
        self, name: Hashable, layers: Sequence[str], sums: Callable[[View], Sums], summarise: Callable[[NumpySums], Any]
    ) -> list[Any]:
        del name  # nothing is remembered
        views = [View(tf.constant(style), self._features(style, layers), {}) for style in self.styles]
        return [summarise({key: np.asarray(value) for key, value in sums(view).items()}) for view in views]

    def remembered(self, key: Hashable, make: Callable[[], Any]) -> Any:
        del key  # nothing is remembered
        return make()

    @property
    def turns(self) -> Sequence[Sequence[int]]:
        return [TURNS] * len(self.styles)

    @property
    def sought(self) -> np.ndarray:
        return self.content

    def channels(self, layers: Sequence[str]) -> Sequence[int]:
        return [self.network.channels(layer) for layer in layers]

    def map_cells(
        self,
        picture: np.ndarray,
        layers: Sequence[str],
        transform: Callable[[Mapping[str, tf.Tensor]], tf.Tensor],
        grid: str,
    ) -> tf.Tensor:
        del grid  # that of the values themselves
        return transform(self._features(picture, layers))

    def smoothness(self) -> tf.Tensor:
        return tf.random.stateless_uniform([*self.content.shape[:2], 1], (1, 2), 0.25, 9.0)

    def _features(self, image: np.ndarray, layers: Sequence[str]) -> Mapping[str, tf.Tensor]:
        return FeatureExtractor(self.network, layers, self.settings.pooling)(tf.constant(image))
