import numpy as np
import tensorflow as tf

from neural_style.losses.centred_gram import CENTRED_GRAM
from neural_style.losses.term import View


def test_a_centred_gram_matrix_worked_out_by_hand():
    features = tf.constant([[[1.0, 2.0]], [[3.0, -1.0]]])  # means 2 and 0.5, deviations 1 and -1.5
    sums = CENTRED_GRAM.sums(View(tf.zeros([2, 1, 3]), {"relu1_1": features}, {}), "relu1_1", None)
    np.testing.assert_allclose(CENTRED_GRAM.of(sums, "relu1_1"), np.array([[1.0, -1.5], [-1.5, 2.25]]) / 2)


def test_it_is_numpys_covariance_by_the_number_of_channels_and_says_nothing_of_the_mean():
    values = np.random.default_rng(0).normal(size=(7, 5, 4))
    expected = np.cov(values.reshape(-1, 4), rowvar=False, bias=True) / 4
    for shift in (0.0, 10.0):
        features = tf.constant(values + shift, tf.float32)
        sums = CENTRED_GRAM.sums(View(tf.zeros([7, 5, 3]), {"relu1_1": features}, {}), "relu1_1", None)
        np.testing.assert_allclose(CENTRED_GRAM.of(sums, "relu1_1"), expected, atol=5e-5)
