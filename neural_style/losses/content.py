"""The content loss: squared differences of activations from those of the photograph (Gatys et al. 2016)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import tensorflow as tf

from neural_style.losses.layers import content_layer_weights
from neural_style.losses.term import (
    BaseTerm,
    Gradients,
    Plane,
    PullBack,
    Sources,
    Sums,
    TermFamily,
    View,
    count,
    sum_of_squares,
)
from neural_style.settings import LossWeights

_COUNT = "{layer} count"


@dataclass(frozen=True, eq=False)
class ContentTerm(BaseTerm):
    """The mean squared difference of the activations, blended over the content layers; a `Term`.

    It is a mean, since the original program writes it as 2 l2_loss(.) / size, and l2_loss halves the sum.

    Attributes:
        factors: layer name -> the weight of its mean squared difference.
        planes: layer name -> the activations to come close to, `[h, w, C] float32`.
    """

    NUMBERS: ClassVar[tuple[str, ...]] = ("factors",)
    FACTORS: ClassVar[tuple[str, ...]] = ("factors",)

    factors: Mapping[str, Any]
    planes: Mapping[str, Plane]
    name: str = "content"
    least: float = 0.0
    is_additive: bool = True

    @property
    def layers(self) -> tuple[str, ...]:
        """See `Term.layers`."""
        return tuple(self.planes)

    def with_pull_back(self, view: View) -> tuple[Sums, PullBack]:
        """Sum the squared differences of each layer, and count them."""
        differences = {
            layer: tf.cast(view.features[layer], tf.float32) - target for layer, target in view.planes.items()
        }
        counted = {layer: view.counted(difference, layer) for layer, difference in differences.items()}
        sums: dict[str, tf.Tensor] = {}
        for layer, difference in counted.items():
            sums[layer], sums[_COUNT.format(layer=layer)] = sum_of_squares(difference), count(difference)

        def pull_back(derivatives: Sums) -> Gradients:
            gradients = {layer: 2.0 * derivatives[layer] * difference for layer, difference in counted.items()}
            return {
                layer: view.uncounted(tf.cast(gradient, view.features[layer].dtype), differences[layer], layer)
                for layer, gradient in gradients.items()
            }

        return sums, pull_back

    def value(self, sums: Sums) -> tf.Tensor:
        """See `Term.value`."""
        terms = list(self.by_layer(sums).values())
        return tf.add_n(terms) if terms else tf.constant(0.0)

    def by_layer(self, sums: Sums) -> dict[str, tf.Tensor]:
        """See `Term.by_layer`."""
        return {layer: self._part(sums, layer) for layer in self.layers}

    def _part(self, sums: Sums, layer: str) -> tf.Tensor:
        mean = sums[layer] / sums[_COUNT.format(layer=layer)]
        return tf.cast(self.factors[layer], mean.dtype) * mean


def content_layers(weights: LossWeights) -> tuple[str, ...]:
    """Return the content layers that have a weight above 0."""
    return tuple(content_layer_weights(weights)) if weights.content > 0 else ()


def content_term(sources: Sources) -> ContentTerm:
    """Make the term from the activations of the photograph."""
    weights = sources.settings.weights
    features = sources.content_features(content_layers(weights))
    shares = content_layer_weights(weights)
    factors = {layer: weights.content * shares[layer] for layer in features}
    return ContentTerm(factors, {layer: Plane(layer, values) for layer, values in features.items()})


CONTENT = TermFamily(content_layers, content_term)
