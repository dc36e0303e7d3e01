"""The original algorithm as its program runs it, in code of our own: the same formulas, and none of our savings.

It has a fixed graph in float32; TensorFlow's convolution and pooling with their gradients; every layer up to relu5_2,
although the default weighs relu5_2 with 0; one Gram difference for each style and layer; Adam with learning rate 10,
from noise, never clipped.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from neural_style.engine.canvas import prepare_canvas
from neural_style.images.arrays import FloatImage
from neural_style.layers import convolution_names
from neural_style.losses.layers import CONTENT_LAYERS, STYLE_LAYERS, style_layer_weights
from neural_style.losses.term import mean_square
from neural_style.losses.total_variation import total_variation
from neural_style.request import StylizeRequest
from neural_style.settings import AdamSettings, Pooling
from neural_style.vgg.network import Network


class AdamState(NamedTuple):
    """The picture, running means of the gradient and of its square, and the number of updates made."""

    trial: tf.Tensor
    mean: tf.Tensor
    square: tf.Tensor
    updates: tf.Tensor


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
    options, start = request.settings.adam, tf.constant(canvas.start)

    @tf.function(autograph=False)  # the whole step is one graph, as in the original program
    def step(state: AdamState) -> tuple[AdamState, tf.Tensor]:
        loss, gradient = evaluate(state.trial)
        return _updated(state, gradient, options), loss

    compiled: Any = step
    return compiled, AdamState(start, tf.zeros_like(start), tf.zeros_like(start), tf.constant(0.0, tf.float64))


def _updated(state: AdamState, gradient: tf.Tensor, options: AdamSettings) -> AdamState:
    """Return the state after TensorFlow 1's Adam: epsilon is added to the root of the uncorrected second moment.

    The corrections, two numbers, are worked out in float64: in float32 they are off by 1e-5, which soon shows in a run.
    """
    updates = state.updates + 1.0
    mean = options.beta1 * state.mean + (1.0 - options.beta1) * gradient
    square = options.beta2 * state.square + (1.0 - options.beta2) * tf.square(gradient)
    first, second = (1.0 - tf.pow(tf.constant(beta, tf.float64), updates) for beta in (options.beta1, options.beta2))
    length = tf.cast(options.learning_rate * tf.sqrt(second) / first, tf.float32)
    change = length * mean / (tf.sqrt(square) + options.epsilon)
    return AdamState(state.trial - change, mean, square, updates)


def original_evaluation(
    content: FloatImage, styles: Sequence[FloatImage], request: StylizeRequest, network: Network
) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """Return the total loss of a picture and its gradient; `content` and `styles` have the size to paint at."""
    weights = request.settings.weights
    extract = _extractor(network, request.settings.pooling)
    content_targets = extract(tf.constant(content))
    style_targets = [_grams(extract(tf.constant(style))) for style in styles]
    blends = dict(zip(CONTENT_LAYERS, (weights.content_blend, 1.0 - weights.content_blend), strict=True))
    layer_weights = style_layer_weights(weights)

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
