"""The frozen feature extractor: a VGG (Simonyan and Zisserman 2014) without its classifier, as deep as is needed."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import tensorflow as tf

from neural_style.errors import NetworkError
from neural_style.layers import convolution_names
from neural_style.settings import Arithmetic, Pooling
from neural_style.vgg.convolution import convolution, data_type
from neural_style.vgg.network import Network
from neural_style.vgg.pooling import pool
from neural_style.vgg.pooling import pull_back as pooling_pull_back

PullBack = Callable[[Mapping[str, tf.Tensor]], tf.Tensor]
"""A function from gradients by activations (layer -> `[h, w, C]`) to that by the image, `[H, W, 3] float32`."""

FIRST = "conv1_1"
"""The convolution that is float32 in any case. It has a hundredth of all operations, and sees the picture itself, which
would lose half a grey level to bfloat16: the cosine of the gradient with float32's was 0.987 by that, and is 0.997."""

FLOAT16_TARGET = 256.0
"""The largest value of the gradients that go back through a network in float16, which reaches from 6e-8 to 65504."""


class FeatureExtractor:
    """A map from a picture to the activations of some layers, which computes nothing above the deepest of them.

    Convolutions are 3x3 and poolings 2x2 with stride 2, both with TensorFlow's SAME padding, as in the original
    program; so a side of n pixels has ceil(n / 2^k) cells after k poolings.

    Activations are bfloat16 where the network works in it, so that nothing is converted on the way to the losses and
    back; otherwise float32.

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
        self._pooling: Pooling = pooling
        self._type = data_type(arithmetic)
        self._type_of_features = tf.bfloat16 if self._type == tf.bfloat16 else tf.float32
        self._wanted = frozenset(layers)
        self._plan = _plan(network, self._wanted)
        convolutions = [name for name in self._plan if name.startswith("conv")]
        self._convolutions = {
            name: convolution(network, name, "float32" if name == FIRST else arithmetic) for name in convolutions
        }

    def __call__(self, image: tf.Tensor) -> Mapping[str, tf.Tensor]:
        """Return the activations, layer name -> `[h, w, C]`, of `[H, W, 3] float32, RGB, 0..255`."""
        return self.with_pull_back(image)[0]

    def with_pull_back(self, image: tf.Tensor) -> tuple[Mapping[str, tf.Tensor], PullBack]:
        """Return the activations of a call, and a function from gradients by them to the gradient by the image.

        The backward pass is written out because TensorFlow's own is slower: see `convolution`. (Custom gradients would
        be the usual way, but TensorFlow keeps each for ever, with the graph that it belongs to.)
        """
        current, seen = self.preprocess(image)[tf.newaxis], []
        for name in self._plan:
            inputs = current
            if name.startswith("conv"):
                convolved = self._convolutions[name](inputs)
                current = tf.cast(convolved, self._type)
            else:
                current = pool(inputs, self._pooling)
            seen.append(_Seen(name, name.replace("conv", "relu"), inputs, current))
        features = {of.layer: tf.cast(of.outputs[0], self._type_of_features) for of in seen if of.layer in self._wanted}

        def pull_back(upstream: Mapping[str, tf.Tensor]) -> tf.Tensor:
            scale = _float16_scale(upstream) if self._type == tf.float16 else None
            added = {
                layer: tf.cast(gradient if scale is None else scale * gradient, self._type)[tf.newaxis]
                for layer, gradient in upstream.items()
            }
            gradient = tf.cast(self._pulled_back(seen, added), tf.float32)[0]
            return gradient if scale is None else gradient / scale

        return features, pull_back

    def _pulled_back(self, seen: list["_Seen"], upstream: Mapping[str, tf.Tensor]) -> tf.Tensor:
        """Return the gradient by the network's input, `[1, H, W, 3]`, from those by activations, `[1, h, w, C]`.

        A ReLU stops the gradient where its output is 0. Before a maximum pooling that can be done behind the pooling,
        at a quarter of the cells: where the largest of four outputs is 0, all are.
        """
        gradient: Any = None
        is_rectified = False
        for name, layer, inputs, outputs in reversed(seen):
            if layer in upstream:
                gradient = upstream[layer] if gradient is None else gradient + upstream[layer]
                is_rectified = False
            if gradient is None:
                continue
            is_convolution = name.startswith("conv")
            if not is_rectified and (is_convolution or self._pooling == "max"):
                gradient = tf.raw_ops.ReluGrad(gradients=gradient, features=outputs)
            if is_convolution:
                gradient = self._convolutions[name].pull_back(gradient)
            else:
                gradient = pooling_pull_back(gradient, inputs, outputs, self._pooling)
            is_rectified = not is_convolution and self._pooling == "max"
        return tf.zeros_like(seen[0].inputs) if gradient is None else gradient

    def preprocess(self, image: tf.Tensor) -> tf.Tensor:
        """Subtract the network's mean colour: the only place where a picture becomes the network's input."""
        return image - self._mean


class _Seen(NamedTuple):
    """What a convolution or pooling, under its name and that of the layer it ends, was given and has made of it."""

    name: str
    layer: str
    inputs: tf.Tensor
    outputs: tf.Tensor


def _float16_scale(upstream: Mapping[str, tf.Tensor]) -> tf.Tensor:
    """Return the factor that brings the gradients well inside float16 (Micikevicius et al. 2018), anew at each step."""
    largest = tf.reduce_max([tf.reduce_max(tf.abs(gradient)) for gradient in upstream.values()])
    return tf.where(largest > 0.0, FLOAT16_TARGET / largest, 1.0)


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
