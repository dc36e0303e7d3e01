"""The centred Gram matrix: the covariance of the activations, which says nothing of how strong they are on average.

Gram matrices mix mean and covariance: a picture can have the right matrix by other means of both. See Li et al. 2017,
"Demystifying Neural Style Transfer", on what the parts do.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from neural_style.losses.gram import gram_gradient, gram_sum
from neural_style.losses.statistic import PlainStatistic, from_rows, weighted_rows
from neural_style.losses.term import Sums, View

_PRODUCTS, _VALUES, _COUNT = "products", "values", "count"


class CentredGramStatistic(PlainStatistic):
    """The covariance of the activations divided by the number of channels, as Gram matrices are; a `Statistic`."""

    def sums(self, view: View, layer: str, prepared: Any) -> Sums:  # noqa: ARG002 - part of the protocol
        """See `Statistic.sums`."""
        rows, weights = weighted_rows(view, layer)
        return {
            _PRODUCTS: gram_sum(view.counted(view.features[layer], layer), view.weights(layer)),
            _VALUES: tf.matmul(weights, rows, transpose_a=True)[0],
            _COUNT: tf.reduce_sum(weights),
        }

    def of(self, sums: Mapping[str, Any], layer: str) -> Any:  # noqa: ARG002
        """See `Statistic.of`: `[C, C]`."""
        mean = sums[_VALUES] / sums[_COUNT]
        return (sums[_PRODUCTS] / sums[_COUNT] - mean[:, None] * mean[None, :]) / mean.shape[0]

    def gradient(self, view: View, layer: str, derivatives: Sums, prepared: Any) -> tf.Tensor:  # noqa: ARG002
        """See `Statistic.gradient`."""
        _, weights = weighted_rows(view, layer)
        of_values = from_rows(weights * derivatives[_VALUES], view, layer)
        return gram_gradient(view, layer, derivatives[_PRODUCTS]) + of_values


CENTRED_GRAM = CentredGramStatistic()
