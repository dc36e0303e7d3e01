"""The frozen feature extractor: a VGG (Simonyan and Zisserman 2014) without its classifier, as deep as is needed."""

from collections.abc import Iterable, Mapping

import tensorflow as tf

from neural_style.core.convolution import convolution, data_type
from neural_style.core.layers import convolution_names
from neural_style.core.network import Network
from neural_style.core.pooling import pool
from neural_style.errors import NetworkError
from neural_style.request import Arithmetic, Pooling


class FeatureExtractor:
    """Maps a picture to the activations of some layers, computing nothing above the deepest of them.

    Convolutions are 3x3 and poolings 2x2 with stride 2, both with TensorFlow's SAME padding, as in the seed; so a
    side of n pixels has ceil(n / 2^k) cells after k poolings.

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
        """`[H, W, 3] float32, RGB, 0..255` -> layer name -> `[h, w, C] float32` activations."""
        current = tf.cast(self.preprocess(image), self._type)[tf.newaxis]
        features = {}
        for name in self._plan:
            if name.startswith("conv"):
                current = tf.nn.relu(tf.nn.bias_add(self._convolutions[name](current), self._biases[name]))
                name = name.replace("conv", "relu")
            else:
                current = pool(current, self._pooling)
            if name in self._wanted:
                features[name] = tf.cast(current[0], tf.float32)
        return features

    def preprocess(self, image: tf.Tensor) -> tf.Tensor:
        """Subtract the network's mean colour: the only place where a picture becomes the network's input."""
        return image - self._mean


def _plan(network: Network, wanted: frozenset[str]) -> list[str]:
    """The convolutions and poolings to run, in order, up to the deepest layer wanted."""
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
