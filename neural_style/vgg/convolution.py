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

    Direct convolutions have their kernels in one of two ways. As constants of the function being compiled, the library
    rearranges them once for its own use, while it would rearrange those that a function captures at every call: up to
    half of a step of a small picture. But each compiled function then has copies of its own; so it is for the steps
    alone.

    Args:
        kernel: `[3, 3, in, out] float32`.
        bias: `[out] float32`.
        arithmetic: how it is worked out.
    """

    def __init__(self, kernel: NDArray[np.float32], bias: NDArray[np.float32], arithmetic: Arithmetic) -> None:
        self._kernel, self._bias = kernel, bias
        self._type = data_type(arithmetic)
        self._is_winograd = arithmetic == "winograd" and gains_by_winograd(*kernel.shape[2:])

    def __call__(self, inputs: tf.Tensor, *, as_constant: bool = False) -> tf.Tensor:
        """Convolve, add the bias, and rectify: `[1, h, w, in]` -> `[1, h, w, out]`, in the format of the arithmetic.

        Args:
            inputs: in any format.
            as_constant: the function being compiled is to have the kernel as its constant.
        """
        inputs = tf.cast(inputs, self._type)
        if self._is_winograd:
            convolved = winograd_convolution(inputs, self._forward_matrices)
        else:
            kernel = self._constant(self._kernel) if as_constant else self._forward_kernel
            convolved = tf.nn.conv2d(inputs, kernel, 1, "SAME")
        return tf.nn.relu(tf.nn.bias_add(convolved, tf.constant(self._bias, self._type)))

    def pull_back(self, gradient: tf.Tensor, *, as_constant: bool = False) -> tf.Tensor:
        """Return the gradient by the inputs, `[1, h, w, in]`, from that by the outputs before they are rectified."""
        gradient = tf.cast(gradient, self._type)
        if self._is_winograd:
            return winograd_convolution(gradient, self._backward_matrices)
        kernel = self._constant(_turned(self._kernel)) if as_constant else self._backward_kernel
        return tf.nn.conv2d(gradient, kernel, 1, "SAME")

    def _constant(self, kernel: NDArray[np.float32]) -> NDArray[Any]:
        return kernel.astype(self._type.as_numpy_dtype)

    @cached_property
    def _forward_kernel(self) -> tf.Tensor:
        return _kept(self._kernel, self._type)

    @cached_property
    def _backward_kernel(self) -> tf.Tensor:
        return _kept(_turned(self._kernel), self._type)

    @cached_property
    def _forward_matrices(self) -> tf.Tensor:
        return _kept(transform_kernel(self._kernel), tf.float32)

    @cached_property
    def _backward_matrices(self) -> tf.Tensor:
        return _kept(transform_kernel(_turned(self._kernel)), tf.float32)


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


def _kept(array: NDArray[np.float32], data_type: tf.DType) -> tf.Tensor:
    """Return a tensor that outlives the function being compiled, if one is."""
    with tf.init_scope():
        return tf.cast(tf.constant(array), data_type)
