import numpy as np
import pytest
import tensorflow as tf

from neural_style.losses.histogram import BINS, DEVIATIONS, HISTOGRAM
from neural_style.losses.term import View
from neural_style.regions import Division
from neural_style.vgg.extractor import FeatureExtractor
from tests.fakes import small_picture, tiny_network
from tests.losses.sources import WholePictures

LAYER = "relu1_1"


def found(values: np.ndarray, width: float = 1.0) -> np.ndarray:
    view = View(tf.zeros([*values.shape[:2], 3]), {LAYER: tf.constant(values, tf.float32)}, {})
    widths = np.full(values.shape[-1], width, np.float32)
    return np.asarray(HISTOGRAM.of(HISTOGRAM.sums(view, LAYER, widths), LAYER))


def test_a_cumulative_histogram_worked_out_by_hand():
    values = np.array([0.0, 0.5, 2.25, 18.0]).reshape(2, 2, 1)  # the last lies two bins beyond the end
    above = found(values)[:, 0]
    assert above.shape == (BINS + 1,)
    np.testing.assert_allclose(above[:4], [2.5 / 4, 2.0 / 4, 1.25 / 4, 1.0 / 4])
    np.testing.assert_allclose(above[4:BINS], 1.0 / 4)
    assert above[BINS] == 2.0 / 4


def test_it_is_what_numpy_counts_where_values_lie_on_the_ends_of_bins():
    values = np.random.default_rng(0).integers(0, BINS + 1, (9, 8, 3)).astype(np.float64)
    for channel in range(3):
        counts = np.bincount(values[..., channel].astype(int).ravel(), minlength=BINS + 1)
        at_least = counts[::-1].cumsum()[::-1] / counts.sum()
        np.testing.assert_allclose(found(values)[:BINS, channel], at_least[1:], rtol=1e-6)


def test_two_pictures_of_one_mean_and_deviation_differ_in_it():
    even, apart = np.array([3.0, 3.0, 5.0, 5.0]), np.array([4.0, 4.0, 4.0 - 2**0.5, 4.0 + 2**0.5])
    assert even.std() == pytest.approx(apart.std())
    assert np.abs(found(even.reshape(2, 2, 1)) - found(apart.reshape(2, 2, 1))).max() > 0.2


def test_the_bins_reach_as_far_as_the_painting_that_has_most_of_a_feature():
    network, paintings = tiny_network(), [small_picture(40, 40, seed=2), 0.2 * small_picture(44, 36, seed=3)]
    division = Division.of_shares([0.5, 0.5])
    widths = HISTOGRAM.prepared(WholePictures(network, paintings[0], paintings, division), [LAYER])[LAYER]
    ends = []
    for painting in paintings:
        values = (
            FeatureExtractor(network, [LAYER])(tf.constant(painting, tf.float32))[LAYER]
            .numpy()
            .reshape(-1, network.channels(LAYER))
        )
        ends.append(values.mean(0) + DEVIATIONS * values.std(0))
    np.testing.assert_allclose(widths, np.max(ends, 0) / BINS, rtol=0.02, atol=0.05)
