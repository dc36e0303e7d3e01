"""From pictures to what the losses compare with. Paintings are remembered from one run to the next."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from weakref import WeakKeyDictionary

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from neural_style.engine.canvas import Canvas
from neural_style.engine.smoothness import smoothness_map
from neural_style.engine.tiles import tiled_features, tiled_grams, tiling_for
from neural_style.images.arrays import FloatImage
from neural_style.losses.gram import BlendedGram, blend_grams, gram_matrix
from neural_style.losses.terms import Targets, loss_layers
from neural_style.settings import Pooling, Settings
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.network import Network

Grams = Mapping[str, NDArray[np.float32]]
"""Style layer -> the Gram matrix of one painting, `[C, C]`."""

REMEMBERED_PAINTINGS = 16
"""For each network, at 2.4 MB each. A painting at one size counts as one: enough for four styles at four scales."""


TILED_ABOVE_PIXELS, TILE_PX = 1_000_000, 512
"""A larger picture is looked at in tiles of that side: to the same numbers, in less than 0.5 GB."""


class GramCache:
    """The Gram matrices of the paintings used last; safe to use from many threads. Goes with its network."""

    def __init__(self, capacity: int = REMEMBERED_PAINTINGS) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._of_networks: WeakKeyDictionary[Network, OrderedDict[Hashable, Grams]] = WeakKeyDictionary()

    def get(self, network: Network, key: Hashable, compute: Callable[[], Grams]) -> Grams:
        """What was remembered under `key`, or what `compute` gives, which is then remembered."""
        with self._lock:
            remembered = self._of_networks.setdefault(network, OrderedDict())
            if key in remembered:
                remembered.move_to_end(key)
                return remembered[key]
        grams = compute()
        with self._lock:
            remembered[key] = grams
            while len(remembered) > self._capacity:
                remembered.popitem(last=False)
        return grams


_CACHE = GramCache()


def compute_targets(canvas: Canvas, shares: Sequence[float], network: Network, settings: Settings) -> Targets:
    """Content activations of the photograph and blended Gram matrices of the styles, of the layers that matter.

    Worked out in float32 whatever the precision of the steps: they are what the steps are held to.

    Args:
        canvas: the pictures at the size they are painted at.
        shares: one for each style of the canvas, summing to 1.
        network: what looks at them.
        settings: which layers have a weight, and how to pool.
    """
    content_layers, style_layers = loss_layers(settings.weights)
    content = _features(canvas.content, content_layers, network, settings.pooling)
    grams = [style_grams(style, style_layers, network, settings.pooling) for style in canvas.styles]
    return Targets(content, _blended(grams, style_layers, shares), _smoothness(canvas, shares, settings))


def _smoothness(canvas: Canvas, shares: Sequence[float], settings: Settings) -> tf.Tensor | None:
    if settings.smoothing == "even" or settings.weights.total_variation == 0:
        return None
    return tf.constant(smoothness_map(canvas.content, canvas.styles, shares))


def style_grams(style: FloatImage, layers: Sequence[str], network: Network, pooling: Pooling) -> Grams:
    """The Gram matrices of a painting, `[H, W, 3] float32, RGB, 0..255`, computed or remembered."""

    def compute() -> Grams:
        extract = FeatureExtractor(network, layers, pooling)
        if _is_large(style):
            return tiled_grams(extract, tf.constant(style), tiling_for(TILE_PX, network.topology, layers))
        return {name: gram_matrix(values).numpy() for name, values in extract(tf.constant(style)).items()}

    fingerprint = hashlib.blake2b(np.ascontiguousarray(style).data).digest()
    return _CACHE.get(network, (fingerprint, style.shape, tuple(layers), pooling), compute)


def _features(image: FloatImage, layers: Sequence[str], network: Network, pooling: Pooling) -> Mapping[str, tf.Tensor]:
    extract = FeatureExtractor(network, layers, pooling)
    if layers and _is_large(image):
        return tiled_features(extract, tf.constant(image), tiling_for(TILE_PX, network.topology, layers))
    return extract(tf.constant(image))


def _is_large(image: FloatImage) -> bool:
    return image.shape[0] * image.shape[1] > TILED_ABOVE_PIXELS


def _blended(grams: Sequence[Grams], layers: Sequence[str], shares: Sequence[float]) -> dict[str, BlendedGram]:
    return {name: blend_grams([of_style[name] for of_style in grams], shares) for name in layers}
