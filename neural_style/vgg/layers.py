"""The layers of VGG (Simonyan and Zisserman 2014) and those that the losses look at (Gatys et al. 2016).

This module and `network` need NumPy only, so that what merely names layers does not load TensorFlow.
"""

CONTENT_LAYERS = ("relu4_2", "relu5_2")
"""The original program's content layers, finer first; `content_weight_blend` shares the weight between them."""

STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")

CONVOLUTIONS_PER_BLOCK = {"VGG-16": (2, 2, 3, 3, 3), "VGG-19": (2, 2, 4, 4, 4)}
"""Topology -> number of 3x3 convolutions in each of the five blocks; a 2x2 pooling ends each block."""


def convolution_names(topology: str) -> tuple[str, ...]:
    """`conv1_1`, `conv1_2`, `conv2_1`, ... in the order of the network."""
    return tuple(
        f"conv{block}_{index}"
        for block, count in enumerate(CONVOLUTIONS_PER_BLOCK[topology], start=1)
        for index in range(1, count + 1)
    )


def style_layer_weights(exponent: float) -> dict[str, float]:
    """Layer weights in geometric progression, `exponent ** k` for the k-th style layer, normalised to sum 1.

    The original program's `style_layer_weight_exp`: above 1 stresses deep layers (large forms), below 1 shallow ones
    (texture).
    """
    weights = [exponent**k for k in range(len(STYLE_LAYERS))]
    total = sum(weights)
    return {layer: weight / total for layer, weight in zip(STYLE_LAYERS, weights, strict=True)}


def content_layer_weights(blend: float) -> dict[str, float]:
    """`blend` for relu4_2, the rest for relu5_2 (the original program's `content_weight_blend`); none of weight 0."""
    weights = dict(zip(CONTENT_LAYERS, (blend, 1.0 - blend), strict=True))
    return {layer: weight for layer, weight in weights.items() if weight > 0.0}
