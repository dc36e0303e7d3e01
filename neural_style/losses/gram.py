"""The style loss: squared differences of Gram matrices from those of the paintings (Gatys et al. 2016)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from neural_style.losses.balance import style_factors
from neural_style.losses.layers import style_layer_weights
from neural_style.losses.regional import by_region, weight_planes
from neural_style.losses.term import (
    BaseTerm,
    Gradients,
    NumpySums,
    Plane,
    PullBack,
    Sources,
    Sums,
    Term,
    TermFamily,
    View,
    count,
    flat,
    mean_square,
)
from neural_style.regions import Region
from neural_style.settings import LossWeights

Grams = Mapping[str, NDArray[np.float32]]
"""The Gram matrices of a picture: layer name -> `[C, C] float32`."""

CHUNKS = 8
"""The number of parts in which a product of bfloat16 is summed: each is rounded to bfloat16, their sum is float32."""

_COUNT = "{layer} count"


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


def gram_sums(view: View, layers: Sequence[str]) -> Sums:
    """Return F^T W F of each layer over the positions that count, and the weight of all activations summed over."""
    sums: dict[str, tf.Tensor] = {}
    for layer in layers:
        features, weights = view.counted(view.features[layer], layer), view.weights(layer)
        channels = tf.cast(tf.shape(features)[-1], tf.float32)
        sums[layer] = gram_sum(features, weights)
        sums[_COUNT.format(layer=layer)] = count(features) if weights is None else tf.reduce_sum(weights) * channels
    return sums


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
class GramTerm(BaseTerm):
    """The share-weighted sum over the paintings of the mean squared differences of Gram matrices; a `Term`.

    Attributes:
        means: layer name -> the Gram matrix to come close to, blended over the paintings, `[C, C] float32`.
        factors: layer name -> factor of its mean squared difference; see `balance.style_factors`.
        least: the weighted difference of the paintings among themselves.
        layers: the style layers.
        planes: of a region, how much each position of each layer counts.
    """

    NUMBERS: ClassVar[tuple[str, ...]] = ("means", "factors", "least")

    means: Mapping[str, Any]
    factors: Mapping[str, Any]
    least: float
    layers: tuple[str, ...]
    planes: Mapping[str, Plane] = field(default_factory=dict)
    name: str = "style"
    is_additive: bool = True

    @classmethod
    def of_targets(
        cls,
        targets: Mapping[str, BlendedGram],
        factors: Mapping[str, float],
        planes: Mapping[str, Plane] | None = None,
    ) -> "GramTerm":
        """Make the term from the blended Gram matrix and the factor of each layer, and perhaps weights of positions."""
        least = sum(factors[layer] * target.spread for layer, target in targets.items())
        means = {layer: target.mean for layer, target in targets.items()}
        return cls(means, factors, least, tuple(targets), planes or {})

    def with_pull_back(self, view: View) -> tuple[Sums, PullBack]:
        """Sum the products of the activations of each layer."""

        def pull_back(derivatives: Sums) -> Gradients:
            return {layer: gram_gradient(view, layer, derivatives[layer]) for layer in self.layers}

        return gram_sums(view, self.layers), pull_back

    def value(self, sums: Sums) -> tf.Tensor:
        """See `Term.value`."""
        if not self.layers:
            return tf.constant(0.0)
        terms = []
        for layer in self.layers:
            gram = sums[layer] / sums[_COUNT.format(layer=layer)]
            difference = gram - tf.cast(self.means[layer], gram.dtype)
            terms.append(tf.cast(self.factors[layer], gram.dtype) * mean_square(difference))
        return tf.add_n(terms) + tf.cast(self.least, terms[0].dtype)


def style_layers(weights: LossWeights) -> tuple[str, ...]:
    """Return the style layers that have a weight above 0."""
    return tuple(style_layer_weights(weights.style_layer_exponent)) if weights.style > 0 else ()


def style_grams(sources: Sources, layers: Sequence[str]) -> list[Grams]:
    """Return the Gram matrices of each painting."""
    return sources.style_summaries(
        "gram", layers, lambda view: gram_sums(view, layers), lambda sums: grams_of(sums, layers)
    )


def gram_term(sources: Sources) -> Term:
    """Make the term from the Gram matrices of the paintings of each region."""
    weights = sources.settings.weights
    layers = style_layers(weights)
    if not layers:
        return GramTerm.of_targets({}, {})
    grams = style_grams(sources, layers)

    def of_region(region: Region) -> GramTerm:
        targets = {name: blend_grams([grams[index][name] for index in region.styles], region.shares) for name in layers}
        factors = style_factors({layer: target.energy for layer, target in targets.items()}, weights)
        by_area = {layer: region.area * factor for layer, factor in factors.items()}
        return GramTerm.of_targets(targets, by_area, weight_planes(region, layers))

    return by_region(sources.division, of_region)


GRAM = TermFamily(style_layers, gram_term)
