"""The convolutions of a network as fast as this machine has them: direct or Winograd's, in one of three formats.

A kernel is constant, so its gradient is never wanted, and the gradient of the picture is a convolution, too: with the
kernel turned by 180 degrees and its channels exchanged. On a CPU that is up to twice as fast as the general gradient.
What a network's kernels become is kept as long as the network is, so that content, styles, steps and later runs share
it.
"""

from collections.abc import Sequence
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from neural_style.settings import Arithmetic
from neural_style.vgg.network import Network
from neural_style.vgg.shapes import known_shape
from neural_style.vgg.winograd import tile_count, transform_kernel, winograd_convolution

MIN_WINOGRAD_CHANNELS = 128
"""The fewest channels: below, the transforms cost more than they save, as measured on conv1_2, conv2_1 and conv2_2."""

MIN_WINOGRAD_TILES = 32
"""The fewest tiles for Winograd's way: below, reading the transformed kernels costs more, measured on conv4_2 (48
tiles, gains) and conv5_1 (12, loses)."""


def data_type(arithmetic: Arithmetic) -> tf.DType:
    """Return the format that activations have between the layers."""
    return tf.float32 if arithmetic == "winograd" else tf.as_dtype(arithmetic)


def gains_by_winograd(height: int, width: int, inputs: int, outputs: int) -> bool:
    """Whether Winograd's way is faster at `height` x `width` cells and so many channels."""
    return min(inputs, outputs) >= MIN_WINOGRAD_CHANNELS and tile_count(height, width) >= MIN_WINOGRAD_TILES


class Convolution:
    """A 3x3 convolution with stride 1 and zeros outside the picture (SAME), and its gradient.

    Args:
        kernel: `[3, 3, in, out] float32`.
        arithmetic: how it is worked out.
    """

    def __init__(self, kernel: NDArray[np.float32], arithmetic: Arithmetic) -> None:
        self._kernel = kernel
        self._type = data_type(arithmetic)
        self._may_be_winograd = arithmetic == "winograd"

    def __call__(self, inputs: tf.Tensor) -> tf.Tensor:
        """Convolve: `[1, h, w, in]` -> `[1, h, w, out]`, in the format of the arithmetic."""
        if self._is_winograd(inputs):
            return winograd_convolution(inputs, self._forward_matrices)
        return tf.nn.conv2d(inputs, self._forward_kernel, 1, "SAME")

    def pull_back(self, gradient: tf.Tensor) -> tf.Tensor:
        """Return the gradient by the inputs, `[1, h, w, in]`, from that by the outputs, `[1, h, w, out]`."""
        if self._is_winograd(gradient):
            return winograd_convolution(gradient, self._backward_matrices)
        return tf.nn.conv2d(gradient, self._backward_kernel, 1, "SAME")

    def _is_winograd(self, inputs: tf.Tensor) -> bool:
        _, height, width, _ = known_shape(inputs)
        return self._may_be_winograd and gains_by_winograd(height, width, *self._kernel.shape[2:])

    @cached_property
    def _forward_kernel(self) -> tf.Tensor:
        return _kept(self._kernel, self._type)

    @cached_property
    def _backward_kernel(self) -> tf.Tensor:
        return _kept(_turned(self._kernel), self._type)

    @cached_property
    def _forward_matrices(self) -> Sequence[tf.Tensor]:
        return [_kept(matrix, tf.float32) for matrix in transform_kernel(self._kernel)]

    @cached_property
    def _backward_matrices(self) -> Sequence[tf.Tensor]:
        return [_kept(matrix, tf.float32) for matrix in transform_kernel(_turned(self._kernel))]


def convolution(network: Network, layer: str, arithmetic: Arithmetic) -> Convolution:
    """Return the convolution of that layer, for example "conv3_1"; the same object as long as the network lives."""
    of_network = _CONVOLUTIONS.setdefault(network, {})
    key = layer, arithmetic
    if key not in of_network:
        of_network[key] = Convolution(network.kernels[layer], arithmetic)
    return of_network[key]


_CONVOLUTIONS: WeakKeyDictionary[Network, dict[tuple[str, Arithmetic], Convolution]] = WeakKeyDictionary()


def _turned(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the kernel turned by 180 degrees, with inputs and outputs exchanged."""
    return np.ascontiguousarray(kernel[::-1, ::-1].transpose(0, 1, 3, 2))


def _kept(array: NDArray[np.float32], data_type: tf.DType) -> tf.Tensor:
    """Return a tensor that outlives the function being traced, if one is."""
    with tf.init_scope():
        return tf.cast(tf.constant(array), data_type)
