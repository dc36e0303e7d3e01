"""Hypercolumns: the activations of several layers at one place, as one vector (Hariharan et al. 2015).

They say what a few pixels look like and what they are part of: two places with similar hypercolumns look similar to a
person, too. All layers are brought to the grid of the third block, whose cells are 4x4 px.
"""

from collections.abc import Mapping, Sequence

import tensorflow as tf

from neural_style.layers import cell_px
from neural_style.vgg.pooling import cells_pooled, pool, repeated

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
    size = tf.shape(features[GRID])[:2]
    brought = {}
    for layer in LAYER_SHARES:
        values, cell = features[layer][tf.newaxis], cell_px(layer)
        while cell < cell_px(GRID):  # by twos: a wider window would begin outside a picture of odd size
            values, cell = pool(values, "avg"), 2 * cell
        if cell > cell_px(GRID):
            values = repeated(values, size)
        brought[layer] = tf.cast(values[0], tf.float32)
    return brought


def on_grid_pull_back(gradients: Mapping[str, tf.Tensor], features: Mapping[str, tf.Tensor]) -> dict[str, tf.Tensor]:
    """Return the gradients by activations, in their format, from those by what `on_grid` makes of them."""
    return {
        layer: _brought_back(tf.cast(gradient, features[layer].dtype)[tf.newaxis], tf.shape(features[layer])[:2], layer)
        for layer, gradient in gradients.items()
    }


def _brought_back(gradient: tf.Tensor, size: tf.Tensor, layer: str) -> tf.Tensor:
    """Return the gradient by activations of that size, `[h, w, C]`, from that by what they became, `[1, h, w, C]`."""
    cell, sizes = cell_px(layer), []
    if cell > cell_px(GRID):
        cells = tf.shape(gradient)[1:3]
        return (pool(gradient, "avg") * cells_pooled(cells, gradient.dtype))[0]
    while cell < cell_px(GRID):
        sizes.append(size)
        cell, size = 2 * cell, -(-size // 2)
    for each in reversed(sizes):
        gradient = repeated(gradient / cells_pooled(each, gradient.dtype), each)
    return gradient[0]


def raw_hypercolumns(features: Mapping[str, tf.Tensor]) -> tf.Tensor:
    """Return the hypercolumns, `[h, w, D] float32`, of the activations of `LAYER_SHARES`' layers as they are."""
    return tf.concat(list(on_grid(features).values()), -1)


def balanced_factors(columns: tf.Tensor, channels: Sequence[int]) -> dict[str, tf.Tensor]:
    """Return the factor of each layer's channels: each layer has its share of the squared length then, on average.

    Args:
        columns: hypercolumns as they are, `[N, D]`.
        channels: the number of channels of each layer, in the order of `LAYER_SHARES`.
    """
    energies = tf.reduce_mean(tf.square(tf.cast(columns, tf.float32)), 0)
    return {
        layer: tf.sqrt(share / tf.maximum(tf.reduce_sum(part), _LEAST_ENERGY))
        for (layer, share), part in zip(LAYER_SHARES.items(), tf.split(energies, channels), strict=True)
    }


def of_channels(factors: Mapping[str, tf.Tensor], channels: Sequence[int]) -> tf.Tensor:
    """Return the factors of each layer for each of its channels, `[D] float32`."""
    return tf.repeat(tf.stack([factors[layer] for layer in LAYER_SHARES]), channels)


def by_layer(columns: tf.Tensor, channels: Sequence[int]) -> dict[str, tf.Tensor]:
    """Divide hypercolumns `[..., D]` into the parts of the layers."""
    return dict(zip(LAYER_SHARES, tf.split(columns, channels, -1), strict=True))
