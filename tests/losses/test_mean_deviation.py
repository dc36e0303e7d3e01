import numpy as np
import tensorflow as tf

from neural_style.losses.mean_deviation import MEAN_DEVIATION, RIDGE
from neural_style.losses.term import View
from neural_style.vgg.levels import level_of

LAYER = "relu1_1"


def found(values: np.ndarray) -> np.ndarray:
    view = View(tf.zeros([*values.shape[:2], 3]), {LAYER: tf.constant(values, tf.float32)}, {})
    return np.asarray(MEAN_DEVIATION.of(MEAN_DEVIATION.sums(view, LAYER, None), LAYER))


def test_mean_and_deviation_worked_out_by_hand():
    values = 1000.0 * np.array([[[1.0, 2.0]], [[3.0, 5.0]]])
    np.testing.assert_allclose(found(values), [[2000.0, 3500.0], [1000.0, 1500.0]], rtol=1e-5)


def test_they_are_those_of_numpy_beside_the_ridge():
    values = 100.0 * np.random.default_rng(0).normal(size=(7, 5, 4))
    deviation = np.sqrt(values.var((0, 1)) + RIDGE * level_of(LAYER) ** 2)
    np.testing.assert_allclose(found(values), [values.mean((0, 1)), deviation], rtol=1e-4)


def test_what_goes_together_does_not_count():
    values = np.random.default_rng(1).normal(size=(7, 5, 4))
    apart = np.stack([np.random.default_rng(c).permutation(values[..., c].ravel()) for c in range(4)], -1)
    np.testing.assert_allclose(found(apart.reshape(values.shape)), found(values), rtol=1e-4, atol=1e-5)
