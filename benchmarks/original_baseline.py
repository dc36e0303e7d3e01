"""The original algorithm as its program runs it, in code of our own: the same formulas, and none of our savings.

It has a fixed graph in float32; TensorFlow's convolution and pooling with their gradients; every layer up to relu5_2,
although the default weighs relu5_2 with 0; one Gram difference for each style and layer; Adam with learning rate 10,
from noise, never clipped.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

import tensorflow as tf

from neural_style.engine.canvas import prepare_canvas
from neural_style.images.arrays import FloatImage
from neural_style.losses.layers import CONTENT_LAYERS, STYLE_LAYERS, style_layer_weights
from neural_style.losses.term import mean_square
from neural_style.losses.total_variation import total_variation
from neural_style.optimizers.adam import Adam, AdamState
from neural_style.request import StylizeRequest
from neural_style.settings import Pooling
from neural_style.vgg.layers import convolution_names
from neural_style.vgg.network import Network


def original_losses(request: StylizeRequest, network: Network) -> Generator[float, None, None]:
    """Yield the total loss of the start picture, then that after each update, for ever.

    Args:
        request: its settings must be the original program's: Adam from noise.
        network: what looks at the pictures.
    """
    step, state = original_step(request, network)
    while True:
        state, loss = step(state)
        yield float(loss)


def original_step(request: StylizeRequest, network: Network) -> tuple[Callable[[AdamState], Any], AdamState]:
    """Return a step, from a state to (the next one, the loss of the picture before it), and the state to begin with."""
    canvas = prepare_canvas(request, network.mean_rgb)
    evaluate = original_evaluation(canvas.content, canvas.styles, request, network)
    adam = Adam(request.settings.adam)

    @tf.function(autograph=False)
    def step(state: Any) -> Any:
        return adam.step(state, evaluate)

    return step, adam.start(tf.constant(canvas.start))


def original_evaluation(
    content: FloatImage, styles: Sequence[FloatImage], request: StylizeRequest, network: Network
) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """Return the total loss of a picture and its gradient; `content` and `styles` have the size to paint at."""
    weights = request.settings.weights
    extract = _extractor(network, request.settings.pooling)
    content_targets = extract(tf.constant(content))
    style_targets = [_grams(extract(tf.constant(style))) for style in styles]
    blends = dict(zip(CONTENT_LAYERS, (weights.content_blend, 1.0 - weights.content_blend), strict=True))
    layer_weights = style_layer_weights(weights.style_layer_exponent)

    def loss_of(image: tf.Tensor) -> tf.Tensor:
        features = extract(image)
        content_loss = tf.add_n(
            [blend * mean_square(features[layer] - content_targets[layer]) for layer, blend in blends.items()]
        )
        style_losses = [
            share * weight * mean_square(_gram(features[layer]) - targets[layer])
            for targets, share in zip(style_targets, request.shares, strict=True)
            for layer, weight in layer_weights.items()
        ]
        smoothing = weights.total_variation * total_variation(image)
        return weights.content * content_loss + weights.style * tf.add_n(style_losses) + smoothing

    def evaluate(image: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(image)
            loss = loss_of(image)
        return loss, tf.convert_to_tensor(tape.gradient(loss, image))

    return evaluate


def _extractor(network: Network, pooling: Pooling) -> Callable[[tf.Tensor], Mapping[str, tf.Tensor]]:
    """Return all ReLUs up to relu5_2, in one line of plain TensorFlow operations."""
    names = convolution_names(network.topology)
    names = names[: names.index("conv5_2") + 1]
    kernels = {name: tf.constant(network.kernels[name]) for name in names}
    biases = {name: tf.constant(network.biases[name]) for name in names}
    pool = tf.nn.max_pool2d if pooling == "max" else tf.nn.avg_pool2d

    def extract(image: tf.Tensor) -> Mapping[str, tf.Tensor]:
        features, block = {}, "1"
        current = (image - tf.constant(network.mean_rgb, tf.float32))[tf.newaxis]
        for name in names:
            if name[len("conv")] != block:
                block = name[len("conv")]
                current = pool(current, 2, 2, "SAME")
            convolved = tf.nn.conv2d(current, kernels[name], 1, "SAME")
            current = tf.nn.relu(tf.nn.bias_add(convolved, biases[name]))
            features[name.replace("conv", "relu")] = current[0]
        return features

    return extract


def _grams(features: Mapping[str, tf.Tensor]) -> Mapping[str, tf.Tensor]:
    return {layer: _gram(features[layer]) for layer in STYLE_LAYERS}


def _gram(features: tf.Tensor) -> tf.Tensor:
    flat = tf.reshape(features, [-1, features.shape[-1]])
    return tf.matmul(flat, flat, transpose_a=True) / tf.cast(tf.size(features), tf.float32)
