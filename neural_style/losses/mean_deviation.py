"""Mean and standard deviation of each feature by itself (Li et al. 2017, "Demystifying Neural Style Transfer").

It is what adaptive instance normalisation matches (Huang and Belongie 2017). Which features come together is left open:
the touch is looser than by Gram matrices, and a step is cheaper.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from neural_style.losses.statistic import PlainStatistic, from_rows, weighted_rows
from neural_style.losses.term import Sums, View
from neural_style.vgg.levels import level_of

RIDGE = 1e-4
"""What is added to variances, at torchvision's level: it keeps the slope of the root finite where all is flat."""

_VALUES, _SQUARES, _COUNT = "values", "squares", "count"


class MeanDeviationStatistic(PlainStatistic):
    """Means and standard deviations of the channels, `[2 C]`; a `Statistic`."""

    def sums(self, view: View, layer: str, prepared: Any) -> Sums:  # noqa: ARG002 - part of the protocol
        """See `Statistic.sums`."""
        rows, weights = weighted_rows(view, layer)
        return {
            _VALUES: tf.matmul(weights, rows, transpose_a=True)[0],
            _SQUARES: tf.matmul(weights, tf.square(rows), transpose_a=True)[0],
            _COUNT: tf.reduce_sum(weights),
        }

    def of(self, sums: Mapping[str, Any], layer: str) -> Any:
        """See `Statistic.of`: `[2, C]`, the means and the deviations."""
        mean = sums[_VALUES] / sums[_COUNT]
        variance = sums[_SQUARES] / sums[_COUNT] - mean * mean
        rounded = (variance + abs(variance)) / 2  # rounding may leave it just below 0
        deviation = (rounded + RIDGE * level_of(layer) ** 2) ** 0.5
        return _stacked(mean, deviation)

    def gradient(self, view: View, layer: str, derivatives: Sums, prepared: Any) -> tf.Tensor:  # noqa: ARG002
        """See `Statistic.gradient`."""
        rows, weights = weighted_rows(view, layer)
        return from_rows(weights * (derivatives[_VALUES] + 2.0 * rows * derivatives[_SQUARES]), view, layer)


def _stacked(one: Any, other: Any) -> Any:
    """Return two arrays of NumPy or TensorFlow, `[C]` each, as `[2, C]`."""
    return tf.stack([one, other]) if tf.is_tensor(one) else [one, other]


MEAN_DEVIATION = MeanDeviationStatistic()
