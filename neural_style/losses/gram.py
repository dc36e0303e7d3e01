"""The style loss: squared differences of Gram matrices from those of the paintings (Gatys et al. 2016)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from neural_style.losses.balance import style_factors
from neural_style.losses.layers import style_layer_weights
from neural_style.losses.term import NumpySums, Plane, Sources, Sums, TermFamily, View, count, mean_square
from neural_style.settings import LossWeights

Grams = Mapping[str, NDArray[np.float32]]
"""The Gram matrices of a picture: layer name -> `[C, C] float32`."""

_COUNT = "{layer} count"


def gram_matrix(features: tf.Tensor) -> tf.Tensor:
    """Return F^T F / size(F) for `[h, w, C]` activations, F being `[h w, C]`: `[C, C] float32`.

    Gatys et al. sum over positions; the original program divides by h w C, which makes pictures of different sizes
    comparable.
    """
    return gram_sum(features) / count(features)


def gram_sum(features: tf.Tensor) -> tf.Tensor:
    """Return F^T F, the sum over positions alone: `[h, w, C] float32` -> `[C, C]`.

    Its gradient is F (D + D^T), and what is made of a Gram matrix here has a symmetric derivative D by it: so it is
    taken as 2 F D^T, one matrix product instead of two. (Twice a number less that number is exact.)
    """
    flat = tf.reshape(features, [-1, features.shape[-1]])
    products = tf.matmul(flat, tf.stop_gradient(flat), transpose_a=True)
    return 2.0 * products - tf.stop_gradient(products)


def gram_sums(view: View, layers: Sequence[str]) -> Sums:
    """Return F^T F of each layer over the positions that count, and the number of activations summed over."""
    sums: dict[str, tf.Tensor] = {}
    for layer in layers:
        features = view.counted(view.features[layer], layer)
        sums[layer] = gram_sum(features)
        sums[_COUNT.format(layer=layer)] = count(features)
    return sums


def grams_of(sums: NumpySums, layers: Sequence[str]) -> Grams:
    """Return the Gram matrices of a picture from its sums: float64 is used and rounded once."""
    return {
        layer: (sums[layer] / np.asarray(sums[_COUNT.format(layer=layer)], np.float64)).astype(np.float32)
        for layer in layers
    }


@dataclass(frozen=True, eq=False)
class BlendedGram:
    """One target that stands for several Gram matrices S_i of shares s_i summing to 1.

    For a Gram matrix G, `sum_i s_i mean((G - S_i)^2) = mean((G - mean)^2) + spread`, so that many styles cost what one
    costs and the loss still equals the sum over the styles.

    Attributes:
        mean: sum_i s_i S_i, `[C, C] float32`.
        spread: sum_i s_i mean((S_i - mean)^2), a constant that no picture can get below.
    """

    mean: NDArray[np.float32]
    spread: float

    @property
    def energy(self) -> float:
        """The mean square of `mean`."""
        return float(np.mean(np.square(self.mean, dtype=np.float64)))


def blend_grams(grams: Sequence[NDArray[np.float32]], shares: Sequence[float]) -> BlendedGram:
    """Blend `[C, C]` Gram matrices by shares that sum to 1; worked out in float64."""
    stacked = np.stack(grams).astype(np.float64)
    mean = np.tensordot(np.asarray(shares, np.float64), stacked, axes=1)
    spreads = ((stacked - mean) ** 2).mean(axis=(1, 2))
    return BlendedGram(mean.astype(np.float32), float(np.dot(shares, spreads)))


@dataclass(frozen=True, eq=False)
class GramTerm:
    """The share-weighted sum over the paintings of the mean squared differences of Gram matrices; a `Term`.

    Attributes:
        targets: layer name -> the Gram matrix to come close to, blended over the paintings.
        factors: layer name -> factor of its mean squared difference; see `balance.style_factors`.
    """

    targets: Mapping[str, BlendedGram]
    factors: Mapping[str, float]
    planes: Mapping[str, Plane] = field(default_factory=dict)
    name: str = "style"
    is_additive: bool = True

    @property
    def layers(self) -> tuple[str, ...]:
        """See `Term.layers`."""
        return tuple(self.targets)

    @property
    def least(self) -> float:
        """The weighted difference of the paintings among themselves, which no picture can get below."""
        return sum(self.factors[name] * target.spread for name, target in self.targets.items())

    def sums(self, view: View) -> Sums:
        """Sum the products of the activations of each layer."""
        return gram_sums(view, self.layers)

    def value(self, sums: Sums) -> tf.Tensor:
        """See `Term.value`."""
        terms = []
        for name, target in self.targets.items():
            gram = sums[name] / sums[_COUNT.format(layer=name)]
            difference = gram - tf.cast(target.mean, gram.dtype)
            terms.append(self.factors[name] * (mean_square(difference) + target.spread))
        return tf.add_n(terms) if terms else tf.constant(0.0)


def style_layers(weights: LossWeights) -> tuple[str, ...]:
    """Return the style layers that have a weight above 0."""
    return tuple(style_layer_weights(weights.style_layer_exponent)) if weights.style > 0 else ()


def style_grams(sources: Sources, layers: Sequence[str]) -> list[Grams]:
    """Return the Gram matrices of each painting."""
    return sources.style_summaries(
        "gram", layers, lambda view: gram_sums(view, layers), lambda sums: grams_of(sums, layers)
    )


def gram_term(sources: Sources) -> GramTerm:
    """Make the term from the Gram matrices of the paintings."""
    weights = sources.settings.weights
    layers = style_layers(weights)
    if not layers:
        return GramTerm({}, {})
    grams = style_grams(sources, layers)
    targets = {name: blend_grams([of_style[name] for of_style in grams], sources.shares) for name in layers}
    return GramTerm(targets, style_factors({name: target.energy for name, target in targets.items()}, weights))


GRAM = TermFamily(style_layers, gram_term)
