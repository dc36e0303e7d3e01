"""The Gram matrix: which features of a layer come together, how often and how strongly (Gatys et al. 2016)."""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from neural_style.losses.statistic import PlainStatistic
from neural_style.losses.term import Sums, View, count, flat

CHUNKS = 8
"""The number of parts in which a product of bfloat16 is summed: each is rounded to bfloat16, their sum is float32."""

_PRODUCTS, _COUNT = "products", "count"


def gram_matrix(features: tf.Tensor) -> tf.Tensor:
    """Return F^T F / size(F) for `[h, w, C]` activations, F being `[h w, C]`: `[C, C] float32`.

    Gatys et al. sum over positions; the original program divides by h w C, which makes pictures of different sizes
    comparable.
    """
    return gram_sum(features) / count(features)


def gram_sum(features: tf.Tensor, weights: tf.Tensor | None = None) -> tf.Tensor:
    """Return F^T W F, the sum over positions alone: `[h, w, C]`, and perhaps weights `[h, w, 1]` -> `[C, C] float32`.

    Of bfloat16 activations it is summed in chunks, which loses less than a single product that is rounded at its end.
    """
    rows = flat(features)
    weighted = rows if weights is None else flat(features * tf.cast(weights, features.dtype))
    if features.dtype != tf.bfloat16:
        return tf.matmul(rows, weighted, transpose_a=True)
    size = tf.shape(rows)[0] // CHUNKS
    chunks, of_weighted = (
        tf.reshape(each[: CHUNKS * size], [CHUNKS, size, rows.shape[-1]]) for each in (rows, weighted)
    )
    of_chunks = tf.reduce_sum(tf.cast(tf.matmul(chunks, of_weighted, transpose_a=True), tf.float32), 0)
    rest = tf.matmul(rows[CHUNKS * size :], weighted[CHUNKS * size :], transpose_a=True)
    return of_chunks + tf.cast(rest, tf.float32)


def gram_gradient(view: View, layer: str, derivative: tf.Tensor) -> tf.Tensor:
    """Return the gradient by the activations of a layer from that by their `gram_sum`, in their format.

    It is W F (D + D^T). What is made of a Gram matrix here has a symmetric derivative D by it: one product, 2 W F D.
    """
    features = view.features[layer]
    counted, weights = view.counted(features, layer), view.weights(layer)
    product = tf.matmul(flat(counted), tf.cast(2.0 * derivative, features.dtype))
    gradient = tf.reshape(product, tf.shape(counted))
    if weights is not None:
        gradient *= tf.cast(weights, features.dtype)
    return view.uncounted(gradient, features, layer)


class GramStatistic(PlainStatistic):
    """F^T W F divided by the weight of all activations; a `Statistic`."""

    def sums(self, view: View, layer: str, prepared: Any) -> Sums:  # noqa: ARG002 - part of the protocol
        """See `Statistic.sums`."""
        features, weights = view.counted(view.features[layer], layer), view.weights(layer)
        channels = tf.cast(tf.shape(features)[-1], tf.float32)
        counted = count(features) if weights is None else tf.reduce_sum(weights) * channels
        return {_PRODUCTS: gram_sum(features, weights), _COUNT: counted}

    def of(self, sums: Mapping[str, Any], layer: str) -> Any:  # noqa: ARG002
        """See `Statistic.of`: `[C, C]`."""
        return sums[_PRODUCTS] / sums[_COUNT]

    def gradient(self, view: View, layer: str, derivatives: Sums, prepared: Any) -> tf.Tensor:  # noqa: ARG002
        """See `Statistic.gradient`."""
        return gram_gradient(view, layer, derivatives[_PRODUCTS])


GRAM = GramStatistic()
