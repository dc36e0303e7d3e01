"""The Wasserstein style loss: how far the activations must be moved to be spread like those of the paintings.

The activations of a layer are taken for samples of a Gaussian. The squared 2-Wasserstein distance of two Gaussians has
a closed form (Dowson and Landau 1982), and so has its derivative. As a style loss it is due to Katherine Crowson's
style-transfer-pytorch, whose layer weights are used. Compared with Gram matrices it tells means from covariances, and
grows with the distance instead of its fourth power: no layer and no contrast drowns the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from neural_style.layers import block_of, layer_weights
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
    flat,
)
from neural_style.regions import Region
from neural_style.settings import LossWeights
from neural_style.vgg.levels import level_of

LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1")
"""The layers whose distributions are compared unless others are asked for.

The original has relu5_1, too: without it no difference is seen, and a step is a seventh shorter."""

BLOCK_WEIGHTS = (256.0, 64.0, 16.0, 4.0, 1.0)
"""The weights of layers by their block, up to a factor, for activations at torchvision's level."""

RIDGE = 1e-4
"""What is added to the variances, at torchvision's level: it keeps the roots of flat pictures' covariances gentle."""

SCALE = 1e5
"""The factor of the loss within its weight: it keeps weights in the size of those of the other terms."""

_LEAST_EIGENVALUE = 1e-8
"""The least eigenvalue of a product of covariances, relative to the largest: about the rounding of float32."""

_MEAN, _COUNT = "{layer} mean", "{layer} positions"


@dataclass(frozen=True, eq=False)
class Gaussian:
    """The distribution of the activations of one layer.

    Attributes:
        mean: `[C] float64`.
        covariance: `[C, C] float64`, with the ridge.
        root: its symmetric square root.
    """

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]
    root: NDArray[np.float64]

    @classmethod
    def of_moments(cls, mean: NDArray[np.float64], second: NDArray[np.float64]) -> "Gaussian":
        """Return the Gaussian of a mean `[C]` and a second moment E[x x^T] `[C, C]`."""
        covariance = second - np.outer(mean, mean) + RIDGE * np.eye(len(mean))
        values, vectors = np.linalg.eigh(covariance)
        return cls(mean, covariance, (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)

    @property
    def target(self) -> "Target":
        """What the distance from it needs."""
        return Target(self.mean, self.root, np.trace(self.covariance))


def squared_distance(mean: tf.Tensor, covariance: tf.Tensor, target: "Target") -> tf.Tensor:
    """Return the squared 2-Wasserstein distance of two Gaussians on `[C]` numbers, divided by C: a scalar.

    It is mean((m - m*)^2) + tr(C + S - 2 (S^1/2 C S^1/2)^1/2) / channels. The derivative by C of the trace is
    I - S^1/2 (S^1/2 C S^1/2)^-1/2 S^1/2: differentiating the eigenvalues instead would divide by their differences.

    Args:
        mean: `[C]` float32 or float64.
        covariance: `[C, C]` of the same type, symmetric; the ridge is added here.
        target: the Gaussian to come close to.
    """
    channels: Any = mean.shape[-1]
    root, identity = tf.cast(target.root, mean.dtype), tf.eye(channels, dtype=mean.dtype)
    covariance = covariance + RIDGE * identity
    constant = tf.stop_gradient(covariance)
    values, vectors = tf.linalg.eigh(root @ constant @ root)
    values = tf.maximum(values, _LEAST_EIGENVALUE * values[-1])
    turned = root @ vectors
    derivative = identity - tf.matmul(turned / tf.sqrt(values), turned, transpose_b=True)
    trace = tf.linalg.trace(constant) + tf.cast(target.trace, mean.dtype) - 2.0 * tf.reduce_sum(tf.sqrt(values))
    linear = tf.reduce_sum(tf.stop_gradient(derivative) * covariance)
    spread = trace + linear - tf.stop_gradient(linear)
    return tf.reduce_mean(tf.square(mean - tf.cast(target.mean, mean.dtype))) + spread / channels


class Target(NamedTuple):
    """What the distance needs of the Gaussian to come close to.

    Attributes:
        mean: `[C]`.
        root: the symmetric square root of its covariance, `[C, C]`.
        trace: of its covariance.
    """

    mean: Any
    root: Any
    trace: Any


def mixture(moments: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]], shares: Sequence[float]) -> Gaussian:
    """Return the Gaussian of a picture that has each painting's moments on its share of the positions.

    Args:
        moments: for each painting a mean `[C]` and a second moment `[C, C]`.
        shares: one for each painting, summing to 1.
    """
    mean = sum(share * mean for share, (mean, _) in zip(shares, moments, strict=True))
    second = sum(share * second for share, (_, second) in zip(shares, moments, strict=True))
    return Gaussian.of_moments(np.asarray(mean), np.asarray(second))


@dataclass(frozen=True, eq=False)
class WassersteinTerm(BaseTerm):
    """The weighted sum over layers of squared 2-Wasserstein distances from the paintings; a `Term`.

    Attributes:
        weight: factor of the term.
        targets: layer name -> distribution to come close to, at torchvision's level.
        layer_weights: layer name -> its part of the weight, summing to 1.
        layers: the layers whose distributions are compared.
        planes: of a region, how much each position of each layer counts.
    """

    NUMBERS: ClassVar[tuple[str, ...]] = ("weight", "targets", "layer_weights")

    weight: Any
    targets: Mapping[str, Target]
    layer_weights: Mapping[str, Any]
    layers: tuple[str, ...]
    planes: Mapping[str, Plane] = field(default_factory=dict)
    name: str = "wasserstein"
    least: float = 0.0
    is_additive: bool = True

    def with_pull_back(self, view: View) -> tuple[Sums, PullBack]:
        """Sum the activations of each layer and their products, and count positions."""

        def pull_back(derivatives: Sums) -> Gradients:
            return {layer: _moments_gradient(view, layer, derivatives) for layer in self.layers}

        return moment_sums(view, self.layers), pull_back

    def value(self, sums: Sums) -> tf.Tensor:
        """See `Term.value`."""
        distances = list(self._distances(sums).values())
        return tf.cast(self.weight, distances[0].dtype) * SCALE * tf.add_n(distances)

    def by_layer(self, sums: Sums) -> dict[str, tf.Tensor]:
        """See `Term.by_layer`."""
        return {
            layer: tf.cast(self.weight, distance.dtype) * SCALE * distance
            for layer, distance in self._distances(sums).items()
        }

    def _distances(self, sums: Sums) -> dict[str, tf.Tensor]:
        """Return layer -> the squared distance, times its part of the weight."""
        distances = {}
        for layer in self.layers:
            mean, second = _moments(sums, layer)
            covariance = second - tf.tensordot(mean, mean, 0)
            distance = squared_distance(mean, covariance, self.targets[layer])
            distances[layer] = tf.cast(self.layer_weights[layer], distance.dtype) * distance
        return distances


def moment_sums(view: View, layers: Sequence[str]) -> Sums:
    """Return sum w f and sum w f f^T over the positions that count of each layer, and the sum of w; all float32.

    The weights w are 1 but in a region. Products are float32 although the activations may be bfloat16: roots of small
    variances need their digits.
    """
    sums: dict[str, tf.Tensor] = {}
    for layer in layers:
        rows = flat(tf.cast(view.counted(view.features[layer], layer), tf.float32))
        weights = view.weights(layer)
        parts = tf.ones([tf.shape(rows)[0], 1]) if weights is None else flat(weights)
        sums[layer] = tf.matmul(rows, rows if weights is None else parts * rows, transpose_a=True)
        sums[_MEAN.format(layer=layer)] = tf.matmul(parts, rows, transpose_a=True)[0]
        sums[_COUNT.format(layer=layer)] = tf.reduce_sum(parts)
    return sums


def _moments_gradient(view: View, layer: str, derivatives: Sums) -> tf.Tensor:
    """Return the gradient by the activations of a layer: W F (D + D^T) with a symmetric D, and that of the mean."""
    features = view.features[layer]
    counted = view.counted(features, layer)
    rows = flat(tf.cast(counted, tf.float32))
    by_mean = derivatives[_MEAN.format(layer=layer)]
    gradient = tf.nn.bias_add(tf.matmul(rows, 2.0 * derivatives[layer]), by_mean)
    weights = view.weights(layer)
    if weights is not None:
        gradient *= flat(weights)
    return view.uncounted(tf.cast(tf.reshape(gradient, tf.shape(counted)), features.dtype), features, layer)


def wasserstein_layers(weights: LossWeights) -> tuple[str, ...]:
    """Return the layers whose distributions are compared."""
    return tuple(wasserstein_layer_weights(weights)) if weights.wasserstein > 0 else ()


def wasserstein_layer_weights(weights: LossWeights) -> dict[str, float]:
    """Return layer -> its part of the weight, summing to 1: that of its block, times the weight it is given."""
    given = dict.fromkeys(LAYERS, 1.0) if weights.style_layers is None else layer_weights(weights.style_layers)
    of_blocks = {layer: BLOCK_WEIGHTS[block_of(layer) - 1] * weight for layer, weight in given.items()}
    total = sum(of_blocks.values())
    return {layer: weight / total for layer, weight in of_blocks.items()}


def wasserstein_term(sources: Sources) -> Term | None:
    """Make the term from the activations of the paintings of each region."""
    weights = sources.settings.weights
    layers, shares = wasserstein_layers(weights), wasserstein_layer_weights(weights)
    if not layers:
        return None
    of_styles = sources.style_summaries(
        "moments", layers, lambda view: moment_sums(view, layers), lambda sums: _numpy_moments(sums, layers)
    )

    def of_region(region: Region) -> WassersteinTerm:
        moments = [of_styles[index] for index in region.styles]
        targets = {layer: mixture([each[layer] for each in moments], region.shares).target for layer in layers}
        planes = weight_planes(region.weights, layers)
        return WassersteinTerm(region.area * weights.wasserstein, targets, shares, layers, planes)

    return by_region(sources.division, of_region)


def _moments(sums: Mapping[str, Any], layer: str) -> tuple[Any, Any]:
    """Return the mean and the second moment of a layer, at torchvision's level."""
    positions, level = sums[_COUNT.format(layer=layer)], level_of(layer)
    return sums[_MEAN.format(layer=layer)] / positions / level, sums[layer] / positions / level**2


def _numpy_moments(
    sums: NumpySums, layers: Sequence[str]
) -> Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    exact = {name: np.asarray(values, np.float64) for name, values in sums.items()}
    return {layer: _moments(exact, layer) for layer in layers}


WASSERSTEIN = TermFamily(wasserstein_layers, wasserstein_term)
