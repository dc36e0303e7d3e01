"""The convolutions of a network as fast as this machine has them: direct or Winograd's, in one of three formats.

A kernel is constant, so its gradient is never wanted, and the gradient of the picture is a convolution, too: with the
kernel turned by 180 degrees and its channels exchanged. On a CPU that is up to twice as fast as the general gradient.
"""

from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from neural_style.settings import Arithmetic
from neural_style.vgg.network import Network
from neural_style.vgg.winograd import transform_kernel, winograd_convolution

MIN_WINOGRAD_CHANNELS = 128
"""The fewest channels for Winograd's way: below, the transforms cost more than they save, as measured on conv1_2,
conv2_1 and conv2_2. The size of the picture decides less: down to 12 tiles it is the faster one for 512 channels."""


def data_type(arithmetic: Arithmetic) -> tf.DType:
    """Return the format that activations have between the layers."""
    return tf.float32 if arithmetic == "winograd" else tf.as_dtype(arithmetic)


def gains_by_winograd(inputs: int, outputs: int) -> bool:
    """Whether Winograd's way is faster for so many channels."""
    return min(inputs, outputs) >= MIN_WINOGRAD_CHANNELS


class Convolution:
    """A 3x3 convolution with stride 1, zeros outside the picture (SAME), a bias and a ReLU; and its gradient.

    Each is a small function in which the kernel is a constant: a library rearranges constants once for its own use, but
    others at every call, or takes a slower way for them. Within a function that is being compiled it becomes a part of
    that.

    Args:
        kernel: `[3, 3, in, out] float32`.
        bias: `[out] float32`.
        arithmetic: how it is worked out.
    """

    def __init__(self, kernel: NDArray[np.float32], bias: NDArray[np.float32], arithmetic: Arithmetic) -> None:
        self._kernel, self._bias = kernel, bias
        self._type = data_type(arithmetic)
        self._is_winograd = arithmetic == "winograd" and gains_by_winograd(*kernel.shape[2:])

    def __call__(self, inputs: tf.Tensor) -> tf.Tensor:
        """Convolve, add the bias, and rectify: `[1, h, w, in]` -> `[1, h, w, out]` in the format of the arithmetic."""
        inputs = tf.cast(inputs, self._type)
        if self._is_winograd:
            return tf.nn.relu(
                tf.nn.bias_add(winograd_convolution(inputs, self._forward_matrices), self._constant(self._bias))
            )
        return self._forward(inputs)

    def pull_back(self, gradient: tf.Tensor) -> tf.Tensor:
        """Return the gradient by the inputs, `[1, h, w, in]`, from that by the outputs before they are rectified."""
        gradient = tf.cast(gradient, self._type)
        if self._is_winograd:
            return winograd_convolution(gradient, self._backward_matrices)
        return self._backward(gradient)

    @cached_property
    def _forward(self) -> Any:
        kernel, bias = self._constant(self._kernel), self._constant(self._bias)
        return self._compiled(
            lambda inputs: tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(inputs, kernel, 1, "SAME"), bias)), 2
        )

    @cached_property
    def _backward(self) -> Any:
        kernel = self._constant(_turned(self._kernel))
        return self._compiled(lambda gradient: tf.nn.conv2d(gradient, kernel, 1, "SAME"), 3)

    def _compiled(self, function: Any, channels_axis: int) -> Any:
        """Compile a function of pictures of any size; it outlives the function being compiled, if one is."""
        spec = tf.TensorSpec([1, None, None, self._kernel.shape[channels_axis]], self._type)
        with tf.init_scope():
            return tf.function(function, autograph=False).get_concrete_function(spec)

    def _constant(self, array: NDArray[np.float32]) -> Any:
        return array.astype(self._type.as_numpy_dtype)

    @cached_property
    def _forward_matrices(self) -> tf.Tensor:
        return _kept(transform_kernel(self._kernel))

    @cached_property
    def _backward_matrices(self) -> tf.Tensor:
        return _kept(transform_kernel(_turned(self._kernel)))


def convolution(network: Network, layer: str, arithmetic: Arithmetic) -> Convolution:
    """Return the convolution of that layer, for example "conv3_1"; the same object as long as the network lives."""
    of_network = _CONVOLUTIONS.setdefault(network, {})
    key = layer, arithmetic
    if key not in of_network:
        of_network[key] = Convolution(network.kernels[layer], network.biases[layer], arithmetic)
    return of_network[key]


_CONVOLUTIONS: WeakKeyDictionary[Network, dict[tuple[str, Arithmetic], Convolution]] = WeakKeyDictionary()


def _turned(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the kernel turned by 180 degrees, with inputs and outputs exchanged."""
    return np.ascontiguousarray(kernel[::-1, ::-1].transpose(0, 1, 3, 2))


def _kept(array: NDArray[np.float32]) -> tf.Tensor:
    """Return a tensor that outlives the function being compiled, if one is."""
    with tf.init_scope():
        return tf.constant(array)
