"""The protocol of a statistic of activations, which the style loss compares with that of the paintings.

A statistic is made of sums over positions, so that it is the same in tiles, and can be taken of a part of a picture.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import tensorflow as tf

from neural_style.losses.term import Sources, Sums, View, flat


class Statistic(Protocol):
    """A statistic of the activations of one layer.

    The sums that it is made of have names of its own, and are the same for TensorFlow and, in float64, for NumPy.
    """

    def prepared(self, sources: Sources, layers: Sequence[str]) -> Mapping[str, Any]:
        """Return layer -> the array that its sums need, which is the same for picture and paintings; mostly none."""
        ...

    def sums(self, view: View, layer: str, prepared: Any) -> Sums:
        """Sum over the positions of the view that count, by their weights."""
        ...

    def of(self, sums: Mapping[str, Any], layer: str) -> Any:
        """Return the statistic, an array of any shape, from the sums over the whole picture."""
        ...

    def gradient(self, view: View, layer: str, derivatives: Sums, prepared: Any) -> tf.Tensor:
        """Return the gradient by the activations, in their format, from the derivatives of the loss by the sums."""
        ...


class PlainStatistic:
    """What statistics have in common whose sums need nothing but the picture."""

    def prepared(self, sources: Sources, layers: Sequence[str]) -> Mapping[str, Any]:  # noqa: ARG002 - the protocol's
        """See `Statistic.prepared`."""
        return {}


def weighted_rows(view: View, layer: str) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the activations that count as rows, `[n, C] float32`, and how much each row does, `[n, 1]`."""
    rows = flat(tf.cast(view.counted(view.features[layer], layer), tf.float32))
    weights = view.weights(layer)
    return rows, tf.ones([tf.shape(rows)[0], 1]) if weights is None else flat(weights)


def from_rows(gradient: tf.Tensor, view: View, layer: str) -> tf.Tensor:
    """Return the gradient by the activations of a layer from that by their rows, `[n, C]`; see `weighted_rows`."""
    features = view.features[layer]
    counted = tf.reshape(gradient, tf.shape(view.counted(features, layer)))
    return view.uncounted(tf.cast(counted, features.dtype), features, layer)
