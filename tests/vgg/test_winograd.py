import numpy as np
import pytest
import tensorflow as tf

from neural_style.vgg.winograd import tile_count, transform_kernel, winograd_convolution
from tests import oracle


def convolved(inputs: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    return winograd_convolution(tf.constant(inputs[np.newaxis]), tf.constant(transform_kernel(kernel))).numpy()[0]


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (4, 4), (8, 6), (13, 22)])
def test_it_equals_the_convolution_worked_out_in_float64(size):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(*size, 5)).astype(np.float32)
    kernel = rng.normal(size=(3, 3, 5, 7)).astype(np.float32)
    expected = oracle.convolve(inputs, kernel)
    np.testing.assert_allclose(convolved(inputs, kernel), expected, atol=2e-5 * np.abs(expected).max())


def test_a_kernel_of_a_single_one_in_the_middle_changes_nothing():
    kernel = np.zeros((3, 3, 1, 1), np.float32)
    kernel[1, 1] = 1.0
    inputs = np.arange(30, dtype=np.float32).reshape(5, 6, 1)
    np.testing.assert_allclose(convolved(inputs, kernel), inputs, atol=1e-4)


def test_many_channels_lose_no_more_precision_than_a_direct_convolution_may():
    rng = np.random.default_rng(1)
    inputs = np.maximum(rng.normal(size=(16, 16, 256)), 0.0).astype(np.float32)
    kernel = rng.normal(0.0, 0.03, (3, 3, 256, 128)).astype(np.float32)
    direct = tf.nn.conv2d(inputs[np.newaxis], kernel, 1, "SAME").numpy()[0]
    assert np.abs(convolved(inputs, kernel) - direct).max() < 1e-4 * np.abs(direct).max()


def test_a_kernel_becomes_a_matrix_for_each_of_the_36_points():
    kernel = np.random.default_rng(2).normal(size=(3, 3, 5, 7)).astype(np.float32)
    matrices = transform_kernel(kernel)
    assert (matrices.shape, matrices.dtype) == ((36, 5, 7), np.float32)
    twice = transform_kernel(2.0 * kernel)
    np.testing.assert_allclose(twice, 2.0 * matrices, rtol=1e-6)


def test_sizes_may_be_unknown_when_a_function_is_compiled():
    rng = np.random.default_rng(3)
    kernel = rng.normal(size=(3, 3, 5, 7)).astype(np.float32)
    matrices = tf.constant(transform_kernel(kernel))

    @tf.function(input_signature=[tf.TensorSpec([1, None, None, 5])], autograph=False)
    def compiled(inputs: tf.Tensor) -> tf.Tensor:
        return winograd_convolution(inputs, matrices)

    for size in ((4, 8), (7, 9), (1, 2)):
        inputs = rng.normal(size=(*size, 5)).astype(np.float32)
        expected = oracle.convolve(inputs, kernel)
        np.testing.assert_allclose(
            compiled(tf.constant(inputs[np.newaxis]))[0], expected, atol=2e-5 * np.abs(expected).max()
        )


def test_tiles_cover_the_outputs():
    assert [tile_count(4, 4), tile_count(5, 4), tile_count(9, 13)] == [1, 2, 12]
