"""The frozen feature extractor: a VGG (Simonyan and Zisserman 2014) without its classifier, as deep as is needed."""

from collections.abc import Callable, Iterable, Mapping

import tensorflow as tf

from neural_style.errors import NetworkError
from neural_style.settings import Arithmetic, Pooling
from neural_style.vgg.convolution import convolution, data_type
from neural_style.vgg.layers import convolution_names
from neural_style.vgg.network import Network
from neural_style.vgg.pooling import pool
from neural_style.vgg.pooling import pull_back as pooling_pull_back

PullBack = Callable[[Mapping[str, tf.Tensor]], tf.Tensor]
"""A function from gradients by activations (layer -> `[h, w, C]`) to that by the image, `[H, W, 3]`; all float32."""

PullBackLayer = Callable[[tf.Tensor], tf.Tensor]
"""A function from the gradient by the outputs of a layer to that by its inputs."""


class FeatureExtractor:
    """A map from a picture to the activations of some layers, which computes nothing above the deepest of them.

    Convolutions are 3x3 and poolings 2x2 with stride 2, both with TensorFlow's SAME padding, as in the original
    program; so a side of n pixels has ceil(n / 2^k) cells after k poolings.

    Args:
        network: the numbers.
        layers: names such as "relu4_2" or "pool5".
        pooling: "max", as VGG was trained, or "avg", which Gatys et al. found smoother.
        arithmetic: how convolutions are worked out.

    Raises:
        NetworkError: the network has no layer of that name.
    """

    def __init__(
        self,
        network: Network,
        layers: Iterable[str],
        pooling: Pooling = "max",
        arithmetic: Arithmetic = "float32",
    ) -> None:
        self._mean = tf.constant(network.mean_rgb, tf.float32)
        self.arithmetic: Arithmetic = arithmetic
        self._pooling: Pooling = pooling
        self._type = data_type(arithmetic)
        self._wanted = frozenset(layers)
        self._plan = _plan(network, self._wanted)
        convolutions = [name for name in self._plan if name.startswith("conv")]
        self._convolutions = {name: convolution(network, name, arithmetic) for name in convolutions}
        self._biases = {name: tf.constant(network.biases[name], self._type) for name in convolutions}

    def __call__(self, image: tf.Tensor) -> Mapping[str, tf.Tensor]:
        """Return the activations, layer name -> `[h, w, C] float32`, of `[H, W, 3] float32, RGB, 0..255`."""
        return self.with_pull_back(image)[0]

    def with_pull_back(self, image: tf.Tensor) -> tuple[Mapping[str, tf.Tensor], PullBack]:
        """Return the activations of a call, and a function from gradients by them to the gradient by the image.

        The backward pass is written out because TensorFlow's own is slower: see `convolution` and `pooling`. (Custom
        gradients would be the usual way, but TensorFlow keeps each for ever, with the graph that it belongs to.)
        """
        current = tf.cast(self.preprocess(image), self._type)[tf.newaxis]
        features: dict[str, tf.Tensor] = {}
        layers: list[tuple[str, PullBackLayer]] = []
        for name in self._plan:
            if name.startswith("conv"):
                current, back = self._convolved(name, current)
                name = name.replace("conv", "relu")
            else:
                current, back = self._pooled(current)
            layers.append((name, back))
            if name in self._wanted:
                features[name] = tf.cast(current[0], tf.float32)

        def pull_back(upstream: Mapping[str, tf.Tensor]) -> tf.Tensor:
            gradient = tf.zeros_like(current)
            for name, back in reversed(layers):
                if name in upstream:
                    gradient += tf.cast(upstream[name], self._type)[tf.newaxis]
                gradient = back(gradient)
            return tf.cast(gradient[0], tf.float32)

        return features, pull_back

    def _convolved(self, name: str, inputs: tf.Tensor) -> tuple[tf.Tensor, PullBackLayer]:
        convolve = self._convolutions[name]
        outputs = tf.nn.relu(tf.nn.bias_add(convolve(inputs), self._biases[name]))
        return outputs, lambda gradient: convolve.pull_back(tf.raw_ops.ReluGrad(gradients=gradient, features=outputs))

    def _pooled(self, inputs: tf.Tensor) -> tuple[tf.Tensor, PullBackLayer]:
        outputs = pool(inputs, self._pooling)
        return outputs, lambda gradient: pooling_pull_back(gradient, inputs, outputs, self._pooling)

    def preprocess(self, image: tf.Tensor) -> tf.Tensor:
        """Subtract the network's mean colour: the only place where a picture becomes the network's input."""
        return image - self._mean


def _plan(network: Network, wanted: frozenset[str]) -> list[str]:
    """List the convolutions and poolings to run, in order, up to the deepest layer wanted."""
    plan: list[str] = []
    missing = set(wanted)
    previous_block = "1"
    for name in convolution_names(network.topology):
        block = name[len("conv")]
        if block != previous_block:
            plan.append(f"pool{previous_block}")
            previous_block = block
            missing.discard(plan[-1])
        if not missing:
            break
        plan.append(name)
        missing.discard(name.replace("conv", "relu"))
    if missing == {f"pool{previous_block}"}:
        plan.append(missing.pop())
    if missing:
        raise NetworkError(f"{network.title} has no layer {', '.join(sorted(missing))}.")
    return plan
