"""The three terms of the loss, with the original program's constants.

Content and style: Gatys et al. 2016. Total variation: Mahendran and Vedaldi 2015.

Every term is a mean of squares, since the original program writes them as 2 l2_loss(.) / size and l2_loss halves the
sum.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from neural_style.color import LUMA
from neural_style.losses.gram import BlendedGram, gram_matrix
from neural_style.settings import LossWeights
from neural_style.vgg.layers import content_layer_weights, style_layer_weights

TERMS = ("content", "style", "total_variation", "total")
"""The order of the values in a vector of loss terms."""

STYLE_ENERGY = 1e5
"""Mean square of a Gram matrix of a painting as there are many, over layers and paintings; see `style_factors`."""

LEAST_STYLE_ENERGY = 1e-6
"""Of a layer, relative to the layer that has most, or to 1 where none has as much: less is taken for nothing, or what a
flat picture has least of would count most."""


@dataclass(frozen=True, eq=False)
class Targets:
    """What the losses compare with.

    Attributes:
        content: layer name -> activations.
        style: layer name -> blended Gram matrix.
        smoothness: `[H, W, 1] float32`, how much the total variation weighs at each pixel; None: 1 everywhere.
    """

    content: Mapping[str, tf.Tensor]
    style: Mapping[str, BlendedGram]
    smoothness: tf.Tensor | None = None


def loss_layers(weights: LossWeights) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(content layers, style layers) that have a weight above 0: nothing else needs computing."""
    content = tuple(content_layer_weights(weights.content_blend)) if weights.content > 0 else ()
    style = tuple(style_layer_weights(weights.style_layer_exponent)) if weights.style > 0 else ()
    return content, style


def all_loss_layers(weights: LossWeights) -> tuple[str, ...]:
    """Content layers, then style layers, as the network is asked for them."""
    content, style = loss_layers(weights)
    return content + style


def loss_terms(
    image: tf.Tensor, features: Mapping[str, tf.Tensor], targets: Targets, weights: LossWeights
) -> tf.Tensor:
    """The weighted terms and their sum, in the order of `TERMS`: `[4] float32`.

    Args:
        image: `[H, W, 3] float32`, RGB, 0..255.
        features: the activations of `image` at the layers of `targets`.
        targets: what to come close to.
        weights: factors of the terms.
    """
    content = weights.content * content_loss(features, targets.content, weights.content_blend)
    style = style_loss(features, targets.style, style_factors(targets.style, weights))
    smoothed = chroma_stressed(image, weights.chroma_smoothing)
    smoothing = weights.total_variation * total_variation(smoothed, targets.smoothness)
    return tf.stack([content, style, smoothing, content + style + smoothing])


def content_loss(features: Mapping[str, tf.Tensor], targets: Mapping[str, tf.Tensor], blend: float) -> tf.Tensor:
    """Mean squared difference of the activations, blended over the content layers; a scalar."""
    layers = content_layer_weights(blend)
    terms = [layers[name] * mean_square(features[name] - target) for name, target in targets.items()]
    return tf.add_n(terms) if terms else tf.constant(0.0)


def style_loss(
    features: Mapping[str, tf.Tensor], targets: Mapping[str, BlendedGram], factors: Mapping[str, float]
) -> tf.Tensor:
    """Share-weighted sum over the styles of the mean squared differences of the Gram matrices; a scalar.

    Args:
        features: the activations of the picture.
        targets: layer name -> what its Gram matrix is compared with.
        factors: layer name -> what its term is multiplied by; see `style_factors`.
    """
    terms = [
        factors[name] * (mean_square(gram_matrix(features[name]) - target.mean) + target.spread)
        for name, target in targets.items()
    ]
    return tf.add_n(terms) if terms else tf.constant(0.0)


def style_factors(targets: Mapping[str, BlendedGram], weights: LossWeights) -> dict[str, float]:
    """Layer name -> what the mean squared difference of its Gram matrices is multiplied by in the loss.

    The mean square of a Gram matrix, its energy, grows with the fourth power of a painting's contrast: it differs 350
    times between the paintings that come along, and 1000 times between the layers. With the balance "relative" each
    difference is divided by the energy of its target, so that a weight means as much for a pale painting as for a
    garish one, and as much on every layer; times `STYLE_ENERGY`, so that weights keep their magnitude.
    """
    layers = style_layer_weights(weights.style_layer_exponent)
    factors = {name: weights.style * layers[name] for name in targets}
    if weights.style_balance == "absolute":
        return factors
    energies = {name: float(np.mean(np.square(target.mean, dtype=np.float64))) for name, target in targets.items()}
    least = LEAST_STYLE_ENERGY * max(1.0, *energies.values()) if energies else 1.0
    return {name: factor * STYLE_ENERGY / max(energies[name], least) for name, factor in factors.items()}


def least_style_loss(targets: Targets, weights: LossWeights) -> float:
    """The part of the weighted style loss that no picture can get below: what the styles differ among themselves."""
    factors = style_factors(targets.style, weights)
    return sum(factors[name] * target.spread for name, target in targets.style.items())


def total_variation(image: tf.Tensor, smoothness: tf.Tensor | None = None) -> tf.Tensor:
    """Mean squared difference of vertical neighbours plus that of horizontal ones, `[H, W, 3]`; a scalar.

    The original program squares the differences and takes the mean for each direction, so that the term does not grow
    with the picture; the papers sum absolute values or their powers. With `smoothness`, `[H, W, 1]`, each square is
    multiplied by the mean of that of its two pixels before the mean is taken.
    """
    return tf.add_n([tf.reduce_mean(squares) for squares in squared_differences(image, smoothness)])


def chroma_stressed(image: tf.Tensor, factor: float) -> tf.Tensor:
    """The picture with squared differences of colour alone `factor` times as large, those of gray as they are.

    Strokes are told apart by their lightness, while specks and fringes of colour are seen as noise, which painters do
    not make. `[H, W, 3]` -> the same; linear, and the picture itself for 1.
    """
    if factor == 1.0:
        return image
    luma = tf.tensordot(image, tf.constant(LUMA, tf.float32), 1)[..., tf.newaxis]
    return luma + math.sqrt(factor) * (image - luma)


def squared_differences(image: tf.Tensor, smoothness: tf.Tensor | None = None) -> tuple[tf.Tensor, tf.Tensor]:
    """Of vertical neighbours, `[H - 1, W, 3]`, and of horizontal ones, `[H, W - 1, 3]`, weighed as it is said there."""
    vertical = tf.square(image[1:] - image[:-1])
    horizontal = tf.square(image[:, 1:] - image[:, :-1])
    if smoothness is None:
        return vertical, horizontal
    of_rows = 0.5 * (smoothness[1:] + smoothness[:-1])
    of_columns = 0.5 * (smoothness[:, 1:] + smoothness[:, :-1])
    return of_rows * vertical, of_columns * horizontal


def mean_square(values: tf.Tensor) -> tf.Tensor:
    """Mean of the squares of all values; a scalar."""
    return tf.reduce_mean(tf.square(values))
