from typing import get_args

import numpy as np
import pytest
import tensorflow as tf

from neural_style.settings import Pooling
from neural_style.vgg.pooling import GAINS, cells_pooled, pool, pull_back, repeated
from tests import oracle

RNG = np.random.default_rng(0)
SIZES = [(1, 1), (1, 5), (4, 6), (5, 6), (6, 5), (7, 9)]


def gradient_of(inputs: np.ndarray, pooling: str, upstream: np.ndarray) -> np.ndarray:
    values = tf.constant(inputs)
    return pull_back(tf.constant(upstream), values, pool(values, pooling), pooling).numpy()  # pyright: ignore[reportArgumentType]


def gradient_by_tape(inputs: np.ndarray, pooling: str, upstream: np.ndarray) -> np.ndarray:
    with tf.GradientTape() as tape:
        values = tf.constant(inputs)
        tape.watch(values)
        product = tf.reduce_sum(plainly(values, pooling) * upstream)
    return np.asarray(tape.gradient(product, values))


def plainly(values: tf.Tensor, pooling: str) -> tf.Tensor:
    if pooling == "max":
        return tf.nn.max_pool2d(values, 2, 2, "SAME")
    if pooling == "l2":
        return GAINS["l2"] * tf.sqrt(tf.nn.avg_pool2d(tf.square(values), 2, 2, "SAME"))
    return (GAINS["scaled-avg"] if pooling == "scaled-avg" else 1.0) * tf.nn.avg_pool2d(values, 2, 2, "SAME")


def pooled_size(size: tuple[int, int]) -> tuple[int, int]:
    return -(-size[0] // 2), -(-size[1] // 2)


@pytest.mark.parametrize("pooling", ["max", "avg"])
@pytest.mark.parametrize("size", SIZES)
def test_outputs_equal_those_worked_out_cell_by_cell(size, pooling):
    inputs = RNG.uniform(0.0, 9.0, (1, *size, 3)).astype(np.float32)
    np.testing.assert_allclose(pool(tf.constant(inputs), pooling)[0], oracle.pool(inputs[0], pooling), rtol=1e-6)


@pytest.mark.parametrize("pooling", get_args(Pooling))
@pytest.mark.parametrize("size", SIZES)
def test_the_gradient_is_tensorflows(size, pooling):
    inputs = RNG.uniform(0.0, 9.0, (1, *size, 3)).astype(np.float32)
    upstream = RNG.normal(size=(1, *pooled_size(size), 3)).astype(np.float32)
    expected = gradient_by_tape(inputs, pooling, upstream)
    np.testing.assert_allclose(gradient_of(inputs, pooling, upstream), expected, rtol=1e-5)


@pytest.mark.parametrize("pooling", get_args(Pooling))
def test_sizes_may_be_unknown_when_a_function_is_compiled(pooling):
    unknown = tf.TensorSpec([1, None, None, 3])

    @tf.function(input_signature=[unknown, unknown], autograph=False)
    def compiled(upstream: tf.Tensor, inputs: tf.Tensor) -> tf.Tensor:
        return pull_back(upstream, inputs, pool(inputs, pooling), pooling)

    for size in ((4, 6), (7, 5)):
        inputs = RNG.uniform(0.0, 9.0, (1, *size, 3)).astype(np.float32)
        upstream = RNG.normal(size=(1, *pooled_size(size), 3)).astype(np.float32)
        expected = gradient_by_tape(inputs, pooling, upstream)
        np.testing.assert_allclose(compiled(tf.constant(upstream), tf.constant(inputs)), expected, rtol=1e-5)


def test_one_of_equal_largest_values_has_the_gradient_of_their_window():
    inputs = np.array([[2.0, 2.0, 1.0], [2.0, 0.0, 1.0], [3.0, 3.0, 5.0]], np.float32)[np.newaxis, ..., np.newaxis]
    upstream = np.array([[6.0, 4.0], [2.0, 7.0]], np.float32)[np.newaxis, ..., np.newaxis]
    expected = [[6.0, 0.0, 4.0], [0.0, 0.0, 0.0], [2.0, 0.0, 7.0]]
    np.testing.assert_array_equal(gradient_of(inputs, "max", upstream)[0, ..., 0], expected)


@pytest.mark.parametrize("pooling", ["max", "avg"])
@pytest.mark.parametrize("size", SIZES)
def test_the_sum_of_the_gradient_is_kept_among_equal_values_too(size, pooling):
    inputs = RNG.integers(0, 3, (1, *size, 4)).astype(np.float32)
    upstream = RNG.normal(size=(1, *pooled_size(size), 4)).astype(np.float32)
    gradient = gradient_of(inputs, pooling, upstream)
    np.testing.assert_allclose(gradient.sum((1, 2)), upstream.sum((1, 2)), rtol=1e-5, atol=1e-5)


def test_a_window_at_an_odd_edge_has_the_cells_that_are_inside_the_picture():
    found = cells_pooled(tf.constant([5, 6]), tf.float32)
    assert found.dtype == tf.float32
    assert found.shape == (1, 3, 3, 1)
    np.testing.assert_array_equal(found.numpy()[0, ..., 0], [[4, 4, 4], [4, 4, 4], [2, 2, 2]])
    np.testing.assert_array_equal(cells_pooled(tf.constant([3, 3]), tf.bfloat16).numpy()[0, ..., 0], [[4, 2], [2, 1]])
    np.testing.assert_array_equal(cells_pooled(tf.constant([1, 1]), tf.int32), [[[[1]]]])


@pytest.mark.parametrize("size", SIZES)
def test_the_windows_have_all_the_cells_of_the_picture(size):
    assert int(tf.reduce_sum(cells_pooled(tf.constant(size), tf.int32))) == size[0] * size[1]


@pytest.mark.parametrize("size", SIZES)
def test_a_cell_is_repeated_two_by_two_and_cut_at_an_odd_edge(size):
    values = RNG.normal(size=(1, *pooled_size(size), 3)).astype(np.float32)
    expected = values.repeat(2, 1).repeat(2, 2)[:, : size[0], : size[1]]
    np.testing.assert_array_equal(repeated(tf.constant(values), size), expected)
    np.testing.assert_array_equal(repeated(tf.constant(values), tf.constant(size)), expected)


def test_the_root_mean_square_worked_out_by_hand_also_where_a_window_is_cut_or_empty():
    inputs = np.array([[3.0, 5.0, 6.0], [1.0, 1.0, 8.0], [0.0, 0.0, 2.0]], np.float32)[np.newaxis, ..., np.newaxis]
    expected = 1.4 * np.array([[3.0, 50.0**0.5], [0.0, 2.0]])
    np.testing.assert_allclose(np.asarray(pool(tf.constant(inputs), "l2"))[0, ..., 0], expected, rtol=1e-6)
    gradient = np.asarray(gradient_of(inputs, "l2", np.ones((1, 2, 2, 1), np.float32)))[0, ..., 0]
    assert np.isfinite(gradient).all()
    np.testing.assert_allclose(gradient[:2, :2], 1.4 * np.array([[3.0, 5.0], [1.0, 1.0]]) / (4 * 3.0), rtol=1e-6)
    np.testing.assert_array_equal(gradient[2, :2], 0.0)


def test_averages_at_the_level_of_the_maximum_are_a_multiple_of_plain_ones():
    inputs = tf.constant(RNG.uniform(size=(1, 5, 7, 3)), tf.float32)
    np.testing.assert_allclose(pool(inputs, "scaled-avg"), 1.6 * pool(inputs, "avg"), rtol=1e-6)


def test_squares_that_float16_cannot_hold_are_pooled_all_the_same():
    inputs = tf.fill([1, 4, 4, 2], tf.constant(1000.0, tf.float16))
    pooled = pool(inputs, "l2")
    assert pooled.dtype == tf.float16
    np.testing.assert_allclose(pooled, 1400.0, rtol=1e-3)


def test_the_gradient_of_small_activations_in_float16_is_that_of_float32():
    inputs = RNG.uniform(0.0, 1e-4, (1, 4, 6, 3))
    upstream = RNG.normal(size=(1, 2, 3, 3))
    found, exact = (
        np.asarray(pull_back(tf.constant(upstream, dtype), values, pool(values, "l2"), "l2"), np.float64)
        for dtype in (tf.float16, tf.float32)
        for values in [tf.constant(inputs, dtype)]
    )
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, exact, atol=0.02 * np.abs(exact).max())
