"""The sizes of tensors, which are all known when a step is compiled: a request has one size."""

from typing import Any

import tensorflow as tf


def known_shape(tensor: tf.Tensor) -> tuple[int, ...]:
    """Return the shape as plain numbers.

    Raises:
        TypeError: a side is not known yet.
    """
    shape: Any = tensor.shape
    return tuple(int(side) for side in shape)
