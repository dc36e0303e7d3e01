"""Hypercolumns: the activations of several layers at one place, as one vector (Hariharan et al. 2015).

They say what a few pixels look like and what they are part of: two places with similar hypercolumns look similar to a
person, too. All layers are brought to the grid of the third block, whose cells are 4x4 px.
"""

from collections.abc import Mapping

import tensorflow as tf

from neural_style.vgg.layers import cell_px
from neural_style.vgg.shapes import known_shape

LAYER_SHARES: Mapping[str, float] = {
    "relu1_2": 0.13,
    "relu2_2": 0.27,
    "relu3_1": 0.22,
    "relu3_3": 0.25,
    "relu4_1": 0.13,
}
"""Layer -> its part of the squared length of a hypercolumn, on average over a painting. Chosen by eye."""

GRID = "relu3_1"
"""The layer whose grid hypercolumns lie on."""

Factors = Mapping[str, float]
"""Layer -> what its activations are multiplied by, so that each has its share."""

_LEAST_ENERGY = 1e-12


def on_grid(features: Mapping[str, tf.Tensor]) -> dict[str, tf.Tensor]:
    """Bring the activations of each layer to `GRID`: `[h, w, C] float32` each, for one h and w.

    Finer layers are averaged over a cell. A coarser one is repeated: interpolated, a cell would depend on those beside
    it, and tiles would need a wider halo.
    """
    height, width, _ = known_shape(features[GRID])
    brought = {}
    for layer in LAYER_SHARES:
        values, ratio = features[layer][tf.newaxis], cell_px(GRID) / cell_px(layer)
        if ratio > 1:
            values = tf.nn.avg_pool2d(values, int(ratio), int(ratio), "SAME")
        elif ratio < 1:
            values = tf.repeat(tf.repeat(values, 2, 1), 2, 2)[:, :height, :width]
        brought[layer] = values[0]
    return brought


def energies(features: Mapping[str, tf.Tensor]) -> dict[str, tf.Tensor]:
    """Return the squared length of each layer's part, summed over positions, as scalars; from `on_grid`."""
    return {layer: tf.reduce_sum(tf.square(values)) for layer, values in features.items()}


def factors_of(mean_energies: Mapping[str, float]) -> Factors:
    """Return factors that give each layer its share of the squared length, on average.

    Args:
        mean_energies: layer -> mean squared length of its part over the positions of a painting.
    """
    return {
        layer: (share / max(mean_energies[layer], _LEAST_ENERGY)) ** 0.5 for layer, share in LAYER_SHARES.items()
    }


def hypercolumns(features: Mapping[str, tf.Tensor], factors: Factors) -> tf.Tensor:
    """Return the hypercolumns, `[h, w, D] float32`, of the activations of `LAYER_SHARES`' layers."""
    return tf.concat([factors[layer] * values for layer, values in on_grid(features).items()], -1)
