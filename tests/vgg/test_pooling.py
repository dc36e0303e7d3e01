import numpy as np
import pytest
import tensorflow as tf

from neural_style.vgg.pooling import pool, pull_back
from tests import oracle

RNG = np.random.default_rng(0)


def gradient_of(inputs: np.ndarray, pooling: str, upstream: np.ndarray) -> np.ndarray:
    values = tf.constant(inputs)
    return pull_back(tf.constant(upstream), values, pool(values, pooling), pooling).numpy()  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("pooling", ["max", "avg"])
@pytest.mark.parametrize("size", [(1, 1), (4, 6), (5, 6), (7, 9)])
def test_outputs_equal_those_worked_out_cell_by_cell(size, pooling):
    inputs = RNG.uniform(0.0, 9.0, (1, *size, 3)).astype(np.float32)
    np.testing.assert_allclose(pool(tf.constant(inputs), pooling)[0], oracle.pool(inputs[0], pooling), rtol=1e-6)


@pytest.mark.parametrize("pooling", ["max", "avg"])
@pytest.mark.parametrize("size", [(4, 6), (5, 6), (7, 9)])
def test_without_equal_values_the_gradient_is_tensorflows(size, pooling):
    inputs = RNG.uniform(0.0, 9.0, (1, *size, 3)).astype(np.float32)
    upstream = RNG.normal(size=(1, -(-size[0] // 2), -(-size[1] // 2), 3)).astype(np.float32)
    with tf.GradientTape() as tape:
        values = tf.constant(inputs)
        tape.watch(values)
        product = tf.reduce_sum(pool(values, pooling) * upstream)
    expected = np.asarray(tape.gradient(product, values))
    np.testing.assert_allclose(gradient_of(inputs, pooling, upstream), expected, rtol=1e-5)


def test_equal_values_share_the_gradient_of_their_window():
    inputs = np.array([[2.0, 2.0, 1.0], [2.0, 0.0, 1.0], [3.0, 3.0, 5.0]], np.float32)[np.newaxis, ..., np.newaxis]
    upstream = np.array([[6.0, 4.0], [2.0, 7.0]], np.float32)[np.newaxis, ..., np.newaxis]
    expected = [[2.0, 2.0, 2.0], [2.0, 0.0, 2.0], [1.0, 1.0, 7.0]]
    np.testing.assert_allclose(gradient_of(inputs, "max", upstream)[0, ..., 0], expected)
