"""From pictures to what the losses compare with."""

from collections.abc import Sequence

import tensorflow as tf

from neural_style.core.losses import Targets, loss_layers
from neural_style.core.network import Network
from neural_style.core.statistics import BlendedGram, blend_grams, gram_matrix
from neural_style.core.vgg import FeatureExtractor
from neural_style.engine.canvas import Canvas
from neural_style.request import Settings


def compute_targets(canvas: Canvas, shares: Sequence[float], network: Network, settings: Settings) -> Targets:
    """Content activations of the photograph and blended Gram matrices of the styles, of the layers that matter.

    Args:
        canvas: the pictures at the size they are painted at.
        shares: one for each style of the canvas, summing to 1.
        network: what looks at them.
        settings: which layers have a weight, and how to pool.
    """
    content_layers, style_layers = loss_layers(settings.weights)
    content = FeatureExtractor(network, content_layers, settings.pooling)(tf.constant(canvas.content))
    return Targets(content, _blended_grams(canvas, shares, FeatureExtractor(network, style_layers, settings.pooling)))


def _blended_grams(canvas: Canvas, shares: Sequence[float], extract: FeatureExtractor) -> dict[str, BlendedGram]:
    grams = [
        {name: gram_matrix(features).numpy() for name, features in extract(tf.constant(style)).items()}
        for style in canvas.styles
    ]
    return {name: blend_grams([of_style[name] for of_style in grams], shares) for name in grams[0]}
