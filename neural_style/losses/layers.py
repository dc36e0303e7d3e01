"""The layers that the losses look at (Gatys et al. 2016), and how they share a weight. Needs no TensorFlow."""

CONTENT_LAYERS = ("relu4_2", "relu5_2")
"""The original program's content layers, finer first; the content blend shares the weight between them."""

STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
"""The original program's style layers, finest first."""


def content_layer_weights(blend: float) -> dict[str, float]:
    """Return `blend` for relu4_2 and the rest for relu5_2, without layers of weight 0.

    This is the original program's `content_weight_blend`.
    """
    weights = dict(zip(CONTENT_LAYERS, (blend, 1.0 - blend), strict=True))
    return {layer: weight for layer, weight in weights.items() if weight > 0.0}


def style_layer_weights(exponent: float) -> dict[str, float]:
    """Return layer weights in geometric progression: `exponent ** k` for the k-th style layer, normalised to sum 1.

    This is the original program's `style_layer_weight_exp`: above 1 it stresses deep layers (large forms), below 1
    shallow ones (texture).
    """
    weights = [exponent**k for k in range(len(STYLE_LAYERS))]
    total = sum(weights)
    return {layer: weight / total for layer, weight in zip(STYLE_LAYERS, weights, strict=True)}
