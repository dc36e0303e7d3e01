import numpy as np
import pytest
import tensorflow as tf

from neural_style.losses.gram import blend_grams, gram_matrix, gram_sum
from tests import oracle


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


def test_one_blended_gram_stands_for_the_sum_over_three_styles():
    rng = np.random.default_rng(1)
    grams = [oracle.gram(rng.normal(size=(5, 5, 6)) * scale) for scale in (1.0, 3.0, 10.0)]
    shares = [0.5, 0.3, 0.2]
    picture = oracle.gram(rng.normal(size=(8, 4, 6)))
    summed = sum(share * ((picture - gram) ** 2).mean() for share, gram in zip(shares, grams, strict=True))
    blended = blend_grams([gram.astype(np.float32) for gram in grams], shares)
    assert ((picture - blended.mean) ** 2).mean() + blended.spread == pytest.approx(summed, rel=1e-5)


def test_a_single_style_has_no_spread():
    gram = np.eye(3, dtype=np.float32)
    blended = blend_grams([gram], [1.0])
    assert blended.spread == 0.0
    np.testing.assert_array_equal(blended.mean, gram)


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
    np.testing.assert_allclose(
        np.asarray(tape.gradient(value, features)).reshape(-1, 3), expected, rtol=1e-5, atol=1e-6
    )
