"""LPIPS v0.1 (Zhang et al. 2018), how different two pictures look to people, and the features that it compares.

Pure functions of pictures and of a network's numbers; `perceptual_file` says where those come from. Neither of the two
networks is the one that paints, and AlexNet is no relative of it either, so that no recipe here minimises what is
measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike, NDArray

from benchmarks.planes import checked
from neural_style.errors import ImageError

Features = NDArray[np.float32]
"""The activations of a layer, `[h, w, C] float32`, 0 and more."""

MIN_SIDE_PX = 32
"""The least side of a picture that leaves something of it in the last layer of both networks."""

_SHIFT = np.array([-0.030, -0.088, -0.188], np.float32)
_SCALE = np.array([0.458, 0.448, 0.450], np.float32)
"""Mean and deviation of RGB in -1..1 that version 0.1 of LPIPS brings pictures to."""

_LEAST_LENGTH = 1e-10
"""What LPIPS adds to the length of a column of features before it divides by it."""


@dataclass(frozen=True)
class Layer:
    """A convolution with ReLU.

    Attributes:
        stride: of the convolution.
        padding_px: zeros around its input.
        pool_px: side of the maxima, every 2 px, that are taken before it; 0 for none.
        compared: whether its activations are among the features.
    """

    stride: int = 1
    padding_px: int = 1
    pool_px: int = 0
    compared: bool = True


ALEXNET = (Layer(stride=4, padding_px=2), Layer(padding_px=2, pool_px=3), Layer(pool_px=3), Layer(), Layer())
"""The five convolutions of AlexNet (Krizhevsky 2014)."""

VGG16 = tuple(
    Layer(pool_px=2 if block and not index else 0, compared=index == count - 1)
    for block, count in enumerate((2, 2, 3, 3, 3))
    for index in range(count)
)
"""The thirteen of VGG-16 (Simonyan and Zisserman 2014), of which the last of each block is compared."""


@dataclass(frozen=True, eq=False)
class FeatureNetwork:
    """A network that was trained to recognise things, with what LPIPS learned about its features.

    Attributes:
        layers: its convolutions, from the first.
        kernels: of each, `[h, w, in, out] float32`.
        biases: of each, `[out] float32`.
        heads: for each layer that is compared how much each channel counts, `[out] float32`, 0 and more.
    """

    layers: Sequence[Layer]
    kernels: Sequence[NDArray[np.float32]]
    biases: Sequence[NDArray[np.float32]]
    heads: Sequence[NDArray[np.float32]]


def features(picture: ArrayLike, network: FeatureNetwork) -> list[Features]:
    """Return the activations of the layers that are compared, from the first.

    Args:
        picture: `[H, W, 3]` uint8 or float, RGB, 0..255.
        network: whose features.

    Raises:
        ImageError: it is no picture, or has a side below `MIN_SIDE_PX`.
    """
    values = checked(picture)
    height, width = values.shape[:2]
    if min(height, width) < MIN_SIDE_PX:
        raise ImageError(f"The picture has {width}x{height} px; its features need {MIN_SIDE_PX} px on each side.")
    state = tf.constant((values[np.newaxis] / np.float32(127.5) - 1 - _SHIFT) / _SCALE)
    found: list[Features] = []
    for layer, kernel, bias in zip(network.layers, network.kernels, network.biases, strict=True):
        if layer.pool_px:
            state = tf.nn.max_pool2d(state, layer.pool_px, 2, "VALID")
        around = [layer.padding_px] * 2
        state = tf.pad(state, [[0, 0], around, around, [0, 0]])
        state = tf.nn.relu(tf.nn.conv2d(state, kernel, layer.stride, "VALID") + bias)
        if layer.compared:
            found.append(state[0].numpy())
    return found


def lpips(picture: ArrayLike, other: ArrayLike, network: FeatureNetwork) -> float:
    """Return the LPIPS of two pictures of one size: 0 is the same picture, about 0.7 a very different one.

    The columns of features are brought to length 1; their squared differences, weighted by channel, are averaged over
    the positions of each layer and summed over the layers.

    Raises:
        ImageError: one is no picture, is too small, or the sizes differ.
    """
    shapes = [checked(each).shape for each in (picture, other)]
    if shapes[0] != shapes[1]:
        raise ImageError(f"LPIPS compares pictures of one size; these are {shapes[0]} and {shapes[1]}. Resize one.")
    ours, theirs = (features(each, network) for each in (picture, other))
    return sum(map(_weighted_distance, ours, theirs, network.heads))


def _weighted_distance(ours: Features, theirs: Features, head: NDArray[np.float32]) -> float:
    difference = _of_length_one(ours) - _of_length_one(theirs)
    return float((np.square(difference) @ head).mean(dtype=np.float64))


def _of_length_one(columns: Features) -> Features:
    return columns / (np.linalg.norm(columns, axis=-1, keepdims=True) + np.float32(_LEAST_LENGTH))
