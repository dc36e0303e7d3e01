"""The sizes of tensors that are known: all where nothing is being compiled, few within a function for any size."""

from typing import Any

import tensorflow as tf


def known_shape(tensor: tf.Tensor) -> tuple[int, ...]:
    """Return the shape as plain numbers.

    Raises:
        TypeError: a side is not known yet.
    """
    shape: Any = tensor.shape
    return tuple(int(side) for side in shape)
