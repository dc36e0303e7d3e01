"""Pooling of 2x2 cells with stride 2; at an odd edge a window holds only what is inside the picture (SAME)."""

from collections.abc import Mapping, Sequence

import tensorflow as tf

from neural_style.settings import Pooling

_WINDOW = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "SAME"}

GAINS: Mapping[Pooling, float] = {"scaled-avg": 1.6, "l2": 1.4}
"""The factors of the poolings that make up for the level which is lost beside the maximum that VGG was trained with.

With them the mean activations of relu2_1 to relu5_1 are 0.89 to 1.20 and 0.94 to 1.12 times those with the maximum (the
VGG-16 that comes along, eleven photographs of 384 px); averages without a factor leave a tenth of them in the end."""


def pool(inputs: tf.Tensor, pooling: Pooling) -> tf.Tensor:
    """Pool 2x2 cells: `[1, h, w, C]` -> `[1, ceil(h / 2), ceil(w / 2), C]`, in the same format."""
    if pooling == "max":
        return tf.nn.max_pool2d(inputs, 2, 2, "SAME")
    if pooling == "l2":  # squares are out of float16's range
        mean = tf.nn.avg_pool2d(tf.square(tf.cast(inputs, tf.float32)), 2, 2, "SAME")
        return tf.cast(GAINS[pooling] * tf.sqrt(mean), inputs.dtype)
    average = tf.nn.avg_pool2d(inputs, 2, 2, "SAME")
    return average if pooling == "avg" else tf.cast(GAINS[pooling], inputs.dtype) * average


def pull_back(gradient: tf.Tensor, inputs: tf.Tensor, outputs: tf.Tensor, pooling: Pooling) -> tf.Tensor:
    """Return the gradient by the inputs of `pool` from that by its outputs; of equal maxima the first has it."""
    if pooling == "max":
        return tf.raw_ops.MaxPoolGrad(orig_input=inputs, orig_output=outputs, grad=gradient, **_WINDOW)
    size = tf.shape(inputs)[1:3]
    shared = gradient / cells_pooled(size, gradient.dtype)
    if pooling == "avg":
        return repeated(shared, size)
    gain = tf.cast(GAINS[pooling], gradient.dtype)
    if pooling == "scaled-avg":
        return repeated(gain * shared, size)
    exact = (tf.cast(each, tf.float32) for each in (shared, outputs, inputs))  # quotients are out of float16's range
    by_square, root, values = next(exact), next(exact), next(exact)
    whole = repeated(tf.math.divide_no_nan(GAINS[pooling] ** 2 * by_square, root), size) * values
    return tf.cast(whole, gradient.dtype)


def cells_pooled(size: tf.Tensor, dtype: tf.DType) -> tf.Tensor:
    """Return the number of cells in each window of (rows, columns) cells: 1, 2 or 4.

    Args:
        size: `[2] int32`: h and w.
        dtype: of the result, `[1, ceil(h / 2), ceil(w / 2), 1]`.
    """
    rows, columns = (tf.minimum(2, side - tf.range(0, side, 2)) for side in tf.unstack(size))
    return tf.cast(rows[tf.newaxis, :, tf.newaxis, tf.newaxis] * columns[:, tf.newaxis], dtype)


def repeated(values: tf.Tensor, size: tf.Tensor | Sequence[int]) -> tf.Tensor:
    """Repeat each cell of `[1, h, w, C]` 2x2, and cut the result to a size of (rows, columns)."""
    shape = tf.shape(values)
    rows, columns, channels = shape[1], shape[2], values.shape[-1]
    doubled = tf.broadcast_to(values[:, :, tf.newaxis, :, tf.newaxis], [1, rows, 2, columns, 2, channels])
    return tf.reshape(doubled, [1, 2 * rows, 2 * columns, channels])[:, : size[0], : size[1]]
