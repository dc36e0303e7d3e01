"""The histogram of each feature: how often it has each of its values.

Risser et al. 2017, "Stable and Controllable Neural Texture Synthesis and Style Transfer Using Histogram Losses", remap
the activations to the painting's histogram at every step. Here cumulative histograms are compared (Cramér's distance):
their values are sums over positions, so that they can be taken of tiles and of regions, and the loss is one function of
the picture.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from neural_style.losses.mean_deviation import MEAN_DEVIATION
from neural_style.losses.statistic import Statistic, from_rows, weighted_rows
from neural_style.losses.term import NumpySums, Sources, Sums, View
from neural_style.vgg.levels import level_of

BINS = 16
"""The number of bins from 0 to the end of a feature's range."""

DEVIATIONS = 3.0
"""The end of a feature's range: its mean and so many standard deviations in the painting that has most of it."""

_ABOVE, _COUNT = "above", "count"


class HistogramStatistic:
    """How much of each channel lies above each bin's lower end, `[BINS + 1, C]`; a `Statistic`.

    A value within a bin counts in part, so that there is a gradient; what lies beyond the last bin counts by how far.
    """

    def prepared(self, sources: Sources, layers: Sequence[str]) -> Mapping[str, Any]:
        """See `Statistic.prepared`: the width of the bins of each channel, `[C]`."""
        ranges = [self._ranges(MEAN_DEVIATION, sources, layer) for layer in layers]
        least = [1e-3 * level_of(layer) for layer in layers]  # of a feature that no painting has
        widths = [np.maximum(each / BINS, floor) for each, floor in zip(ranges, least, strict=True)]
        return {layer: width.astype(np.float32) for layer, width in zip(layers, widths, strict=True)}

    def sums(self, view: View, layer: str, prepared: Any) -> Sums:
        """See `Statistic.sums`."""
        rows, weights = weighted_rows(view, layer)
        bins = rows / prepared
        above = [tf.clip_by_value(bins - lower, 0.0, 1.0) for lower in range(BINS)] + [tf.nn.relu(bins - BINS)]
        return {
            _ABOVE: tf.concat([tf.matmul(weights, each, transpose_a=True) for each in above], 0),
            _COUNT: tf.reduce_sum(weights),
        }

    def of(self, sums: Mapping[str, Any], layer: str) -> Any:  # noqa: ARG002 - part of the protocol
        """See `Statistic.of`: `[BINS + 1, C]`."""
        return sums[_ABOVE] / sums[_COUNT]

    def gradient(self, view: View, layer: str, derivatives: Sums, prepared: Any) -> tf.Tensor:
        """See `Statistic.gradient`: that of the bin that a value lies in."""
        rows, weights = weighted_rows(view, layer)
        bins, slopes = rows / prepared, tf.unstack(derivatives[_ABOVE] / prepared)
        gradient = tf.zeros_like(rows)
        for lower, slope in enumerate(slopes):
            is_in = bins > lower if lower == BINS else (bins > lower) & (bins <= lower + 1)
            gradient = tf.where(is_in, slope, gradient)
        return from_rows(weights * gradient, view, layer)

    @staticmethod
    def _ranges(statistic: Statistic, sources: Sources, layer: str) -> np.ndarray:
        """Return the end of the range of each channel, `[C]`."""

        def summarised(sums: NumpySums) -> np.ndarray:
            exact = {name: np.asarray(value, np.float64) for name, value in sums.items()}
            mean, deviation = statistic.of(exact, layer)
            return mean + DEVIATIONS * deviation

        found = sources.style_summaries("ranges", [layer], lambda view: statistic.sums(view, layer, None), summarised)
        return np.max(found, axis=0)


HISTOGRAM = HistogramStatistic()
