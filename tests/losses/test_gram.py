import numpy as np
import pytest
import tensorflow as tf

from neural_style.losses.gram import CHUNKS, gram_gradient, gram_matrix, gram_sum
from neural_style.losses.term import View


def test_a_gram_matrix_worked_out_by_hand():
    features = np.array([[[1.0, 2.0]], [[3.0, -1.0]]], np.float32)  # two positions, two channels
    expected = np.array([[1 + 9, 2 - 3], [2 - 3, 4 + 1]]) / 4.0
    np.testing.assert_allclose(gram_matrix(tf.constant(features)).numpy(), expected)


def test_a_gram_matrix_does_not_change_when_the_positions_are_shuffled():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(6, 7, 4)).astype(np.float32)
    shuffled = rng.permutation(features.reshape(-1, 4)).reshape(7, 6, 4)
    np.testing.assert_allclose(
        gram_matrix(tf.constant(features)).numpy(), gram_matrix(tf.constant(shuffled)).numpy(), rtol=1e-5, atol=1e-7
    )


def relative_errors(found: tf.Tensor, exact: np.ndarray) -> np.ndarray:
    """Of the numbers that are not 0; all below 0 where the processor cuts digits off instead of rounding."""
    return ((tf.cast(found, tf.float32).numpy() - exact) / np.where(exact, exact, 1.0))[exact != 0]


@pytest.mark.parametrize("size", [(64, 64), (37, 41), (5, 13), (2, 8)])
def test_a_gram_sum_of_bfloat16_is_nearer_to_that_of_float64_than_a_product_that_is_rounded_once(size):
    rng = np.random.default_rng(3)
    features = tf.constant(np.maximum(rng.normal(size=(*size, 64)), 0.0), tf.bfloat16)
    flat = features.numpy().astype(np.float64).reshape(-1, 64)
    exact = flat.T @ flat
    once = tf.linalg.matmul(tf.reshape(features, [-1, 64]), tf.reshape(features, [-1, 64]), transpose_a=True)
    in_chunks, in_one = relative_errors(gram_sum(features), exact), relative_errors(once, exact)
    assert gram_sum(features).dtype == tf.float32
    assert np.abs(in_chunks).max() < np.abs(in_one).max() < 2**-7
    assert np.sqrt(np.mean(in_chunks**2)) < np.sqrt(np.mean(in_one**2))
    assert in_chunks.std() < 0.75 * in_one.std()


def test_fewer_positions_than_chunks_and_none_at_all_are_summed_too():
    rng = np.random.default_rng(4)
    for positions in range(CHUNKS + 1):
        features = tf.constant(np.maximum(rng.normal(size=(1, positions, 3)), 0.0), tf.bfloat16)
        flat = features.numpy().astype(np.float64).reshape(-1, 3)
        np.testing.assert_allclose(gram_sum(features), flat.T @ flat, rtol=2**-7)


@pytest.mark.parametrize("dtype", [tf.float32, tf.bfloat16])
def test_sizes_may_be_unknown_when_a_function_is_compiled(dtype):
    compiled = tf.function(gram_sum, input_signature=[tf.TensorSpec([None, None, 6], dtype)], autograph=False)
    rng = np.random.default_rng(5)
    for size in ((9, 8), (2, 3), (7, 5)):
        features = tf.constant(rng.normal(size=(*size, 6)), dtype)
        np.testing.assert_allclose(compiled(features), gram_sum(features), rtol=1e-5, atol=1e-5)


def test_the_gradient_of_a_gram_sum_is_that_of_the_plain_product_where_what_follows_is_symmetric():
    rng = np.random.default_rng(2)
    features = tf.constant(rng.normal(size=(5, 4, 3)).astype(np.float32))
    upstream = rng.normal(size=(3, 3)).astype(np.float32)
    upstream += upstream.T
    with tf.GradientTape() as tape:
        tape.watch(features)
        value = tf.reduce_sum(gram_sum(features) * upstream)
    flat = features.numpy().reshape(-1, 3)
    expected = flat @ (upstream + upstream.T)
    found = gram_gradient(View(tf.zeros([5, 4, 3]), {"relu1_1": features}, {}), "relu1_1", tf.constant(upstream))
    for gradient in (tape.gradient(value, features), found):
        np.testing.assert_allclose(np.asarray(gradient).reshape(-1, 3), expected, rtol=1e-5, atol=1e-6)
