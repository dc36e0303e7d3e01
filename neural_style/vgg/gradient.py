"""Compute loss and gradient of a picture, also where the network works in half precision.

The chain rule is applied in two parts. The losses and their gradient by the activations are float32 in any case. What
goes back through a network in float16 is first multiplied so that its largest value is well inside that format's range,
and divided again behind it (the loss scaling of Micikevicius et al. 2018, with a scale that suits every step).
"""

from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

from neural_style.vgg.extractor import FeatureExtractor

Losses = Callable[[tf.Tensor, Mapping[str, tf.Tensor]], tf.Tensor]
"""A function from (picture, its activations) to the loss terms with the total last."""

FLOAT16_TARGET = 256.0
"""The largest value of the scaled gradients of the activations; float16 reaches from 6e-8 to 65504."""


def losses_and_gradient(image: tf.Tensor, extract: FeatureExtractor, losses: Losses) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the terms of `losses` and the gradient of the last of them.

    Args:
        image: `[H, W, 3] float32, RGB, 0..255`.
        extract: computes the activations.
        losses: what is differentiated.

    Returns:
        `[terms] float32` and `[H, W, 3] float32`.
    """
    features, pull_back = extract.with_pull_back(image)
    with tf.GradientTape() as tape:  # opened and closed within a step: a tape must not cross threads
        for tensor in (image, *features.values()):
            tape.watch(tensor)
        terms = losses(image, features)
        total = terms[-1]
    sources: Any = [image, *features.values()]
    gradients: Any = tape.gradient(total, sources, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    direct, *upstream = gradients
    if not features:
        return terms, direct
    if extract.arithmetic != "float16":
        return terms, direct + pull_back(dict(zip(features, upstream, strict=True)))
    scale = _scale(upstream)
    scaled = {name: scale * gradient for name, gradient in zip(features, upstream, strict=True)}
    return terms, direct + pull_back(scaled) / scale


def _scale(upstream: list[tf.Tensor]) -> tf.Tensor:
    largest = tf.reduce_max([tf.reduce_max(tf.abs(gradient)) for gradient in upstream])
    return tf.where(largest > 0.0, FLOAT16_TARGET / largest, 1.0)
