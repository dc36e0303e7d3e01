"""Hypercolumns: the activations of several layers at one place, as one vector (Hariharan et al. 2015).

They say what a few pixels look like and what they are part of: two places with similar hypercolumns look similar to a
person, too. All layers are brought to the grid of the third block, whose cells are 4x4 px.
"""

from collections.abc import Mapping, Sequence

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

_LEAST_ENERGY = 1e-12


def on_grid(features: Mapping[str, tf.Tensor]) -> dict[str, tf.Tensor]:
    """Bring the activations of each layer to `GRID`: `[h, w, C] float32` each, for one h and w.

    Finer layers are averaged over a cell. A coarser one is repeated: interpolated, a cell would depend on those beside
    it, and tiles would need a wider halo.
    """
    height, width, _ = known_shape(features[GRID])
    brought = {}
    for layer in LAYER_SHARES:
        values, cell = features[layer][tf.newaxis], cell_px(layer)
        while cell < cell_px(GRID):  # by twos: a wider window would begin outside a picture of odd size
            values, cell = tf.nn.avg_pool2d(values, 2, 2, "SAME"), 2 * cell
        if cell > cell_px(GRID):
            values = tf.repeat(tf.repeat(values, 2, 1), 2, 2)[:, :height, :width]
        brought[layer] = values[0]
    return brought


def raw_hypercolumns(features: Mapping[str, tf.Tensor]) -> tf.Tensor:
    """Return the hypercolumns, `[h, w, D] float32`, of the activations of `LAYER_SHARES`' layers as they are."""
    return tf.concat(list(on_grid(features).values()), -1)


def balanced_factors(columns: tf.Tensor, channels: Sequence[int]) -> tf.Tensor:
    """Return factors, `[D] float32`, that give each layer its share of the squared length of hypercolumns on average.

    Args:
        columns: hypercolumns as they are, `[N, D]`.
        channels: the number of channels of each layer, in the order of `LAYER_SHARES`.
    """
    energies = tf.reduce_mean(tf.square(tf.cast(columns, tf.float32)), 0)
    factors = [
        tf.fill([part.shape[0]], tf.sqrt(share / tf.maximum(tf.reduce_sum(part), _LEAST_ENERGY)))
        for share, part in zip(LAYER_SHARES.values(), tf.split(energies, channels), strict=True)
    ]
    return tf.concat(factors, 0)
