"""The content loss: squared differences of activations from those of the photograph (Gatys et al. 2016)."""

from collections.abc import Mapping
from dataclasses import dataclass

import tensorflow as tf

from neural_style.losses.layers import content_layer_weights
from neural_style.losses.term import Plane, Sources, Sums, TermFamily, View
from neural_style.settings import LossWeights


@dataclass(frozen=True, eq=False)
class ContentTerm:
    """The mean squared difference of the activations, blended over the content layers; a `Term`.

    It is a mean, since the original program writes it as 2 l2_loss(.) / size, and l2_loss halves the sum.

    Attributes:
        weight: factor of the term.
        layer_weights: layer name -> its part of the weight.
        planes: layer name -> the activations to come close to, `[h, w, C] float32`.
    """

    weight: float
    layer_weights: Mapping[str, float]
    planes: Mapping[str, Plane]
    name: str = "content"
    least: float = 0.0
    is_additive: bool = True

    @property
    def layers(self) -> tuple[str, ...]:
        """See `Term.layers`."""
        return tuple(self.planes)

    def sums(self, view: View) -> Sums:
        """Sum the squared differences of each layer, and their weights."""
        sums: dict[str, tf.Tensor] = {}
        for layer, target in view.planes.items():
            squares = tf.square(view.features[layer] - target)
            sums[layer], sums[f"{layer} weight"] = view.sum_and_weight(squares, layer)
        return sums

    def value(self, sums: Sums) -> tf.Tensor:
        """See `Term.value`."""
        terms = [self.layer_weights[layer] * (sums[layer] / sums[f"{layer} weight"]) for layer in self.layers]
        return self.weight * tf.add_n(terms) if terms else tf.constant(0.0)


def content_layers(weights: LossWeights) -> tuple[str, ...]:
    """Return the content layers that have a weight above 0."""
    return tuple(content_layer_weights(weights.content_blend)) if weights.content > 0 else ()


def content_term(sources: Sources) -> ContentTerm:
    """Make the term from the activations of the photograph."""
    weights = sources.settings.weights
    features = sources.content_features(content_layers(weights))
    planes = {layer: Plane(layer, activations) for layer, activations in features.items()}
    return ContentTerm(weights.content, content_layer_weights(weights.content_blend), planes)


CONTENT = TermFamily(content_layers, content_term)
