import numpy as np
import pytest
import tensorflow as tf

from neural_style.losses.term import mean_square
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.gradient import losses_and_gradient
from tests.fakes import small_picture, tiny_network

IMAGE = tf.constant(small_picture(24, 31))


def losses(image: tf.Tensor, features) -> tf.Tensor:
    first = mean_square(features["relu1_1"])
    return tf.stack([first, first + 3.0 * mean_square(features["relu3_1"]) + mean_square(image - 9.0)])


def test_it_is_the_gradient_of_the_last_term_by_the_chain_rule_in_one_piece():
    extract = FeatureExtractor(tiny_network(), ["relu1_1", "relu3_1"])
    terms, gradient = losses_and_gradient(IMAGE, extract, losses)
    with tf.GradientTape() as tape:
        tape.watch(IMAGE)
        expected_terms = losses(IMAGE, extract(IMAGE))
        total = expected_terms[-1]
    np.testing.assert_allclose(terms, expected_terms, rtol=1e-6)
    expected = np.asarray(tape.gradient(total, IMAGE))
    np.testing.assert_allclose(gradient, expected, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("factor", [1e-7, 1.0, 1e6])
def test_in_float16_neither_small_nor_large_losses_lose_their_gradient(factor):
    def scaled(image: tf.Tensor, features) -> tf.Tensor:
        return factor * losses(image, features)

    def gradient(arithmetic) -> np.ndarray:
        extract = FeatureExtractor(tiny_network(), ["relu1_1", "relu3_1"], "avg", arithmetic)
        return losses_and_gradient(IMAGE, extract, scaled)[1].numpy() / factor

    half, single = gradient("float16"), gradient("float32")
    assert np.linalg.norm(half - single) < 0.02 * np.linalg.norm(single)


def test_without_layers_there_is_the_gradient_of_the_picture_alone():
    extract = FeatureExtractor(tiny_network(), [])
    _, gradient = losses_and_gradient(IMAGE, extract, lambda image, _features: tf.stack([tf.reduce_sum(2.0 * image)]))
    np.testing.assert_array_equal(gradient, 2.0 * np.ones_like(gradient))
