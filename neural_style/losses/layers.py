"""The layers that the losses look at (Gatys et al. 2016), and how they share a weight. Needs no TensorFlow."""

from neural_style.layers import layer_weights
from neural_style.settings import LossWeights

CONTENT_LAYERS = ("relu4_2", "relu5_2")
"""The original program's content layers, finer first; the content blend shares the weight between them."""

STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
"""The original program's style layers, finest first."""


def content_layer_weights(weights: LossWeights) -> dict[str, float]:
    """Return layer -> its part of the content weight, summing to 1; without layers of weight 0.

    Where no layers are named, it is the original program's `content_weight_blend`, that part on relu4_2 and the rest on
    relu5_2.
    """
    if weights.content_layers is not None:
        return _normalised(layer_weights(weights.content_layers))
    shares = dict(zip(CONTENT_LAYERS, (weights.content_blend, 1.0 - weights.content_blend), strict=True))
    return {layer: share for layer, share in shares.items() if share > 0.0}


def style_layer_weights(weights: LossWeights) -> dict[str, float]:
    """Return layer -> its part of the style weight, summing to 1.

    Where no layers are named, they are in geometric progression, `exponent ** k` for the k-th style layer, the original
    program's `style_layer_weight_exp`: above 1 it stresses deep layers (large forms), below 1 shallow ones (texture).
    """
    if weights.style_layers is not None:
        return _normalised(layer_weights(weights.style_layers))
    return _normalised({layer: weights.style_layer_exponent**k for k, layer in enumerate(STYLE_LAYERS)})


def _normalised(weights: dict[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {layer: weight / total for layer, weight in weights.items()}
