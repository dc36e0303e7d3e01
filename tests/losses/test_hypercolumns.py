"""Hypercolumns: several layers on one grid."""

import numpy as np
import pytest
import tensorflow as tf

from neural_style.losses.hypercolumns import GRID, LAYER_SHARES, balanced_factors, on_grid, raw_hypercolumns
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.layers import cell_px
from tests.fakes import small_picture, tiny_network

NETWORK = tiny_network()
CHANNELS = [NETWORK.channels(layer) for layer in LAYER_SHARES]


def activations(height: int, width: int, seed: int = 0) -> dict[str, tf.Tensor]:
    """Random, of three channels."""
    rng = np.random.default_rng(seed)
    sizes = {layer: [-(-side // cell_px(layer)) for side in (height, width)] for layer in LAYER_SHARES}
    return {layer: tf.constant(rng.normal(size=(*size, 3)).astype(np.float32)) for layer, size in sizes.items()}


def test_a_cell_has_the_means_of_the_finer_layers_and_the_value_of_the_coarser_one() -> None:
    features = activations(32, 48)
    brought = {layer: values.numpy() for layer, values in on_grid(features).items()}
    assert {values.shape for values in brought.values()} == {(8, 12, 3)}
    finest, second, coarse = (features[layer].numpy() for layer in ("relu1_2", "relu2_2", "relu4_1"))
    np.testing.assert_allclose(brought["relu1_2"][2, 3], finest[8:12, 12:16].mean((0, 1)), rtol=1e-5)
    np.testing.assert_allclose(brought["relu2_2"][2, 3], second[4:6, 6:8].mean((0, 1)), rtol=1e-5)
    np.testing.assert_array_equal(brought["relu4_1"][2, 3], coarse[1, 1])
    np.testing.assert_array_equal(brought[GRID], features[GRID].numpy())


@pytest.mark.parametrize("size", [(33, 47), (17, 16), (5, 4)])
def test_odd_sizes_have_a_cell_for_what_is_cut_by_the_end(size: tuple[int, int]) -> None:
    columns = raw_hypercolumns(activations(*size))
    assert columns.shape == (-(-size[0] // 4), -(-size[1] // 4), 15)


def test_the_factors_give_each_layer_its_share_of_the_squared_length() -> None:
    features = FeatureExtractor(NETWORK, LAYER_SHARES)(tf.constant(small_picture(48, 64)))
    columns = tf.reshape(raw_hypercolumns(features), [-1, sum(CHANNELS)])
    scaled = (columns * balanced_factors(columns, CHANNELS)).numpy().astype(np.float64)
    parts = [np.square(part).sum(1).mean() for part in np.split(scaled, np.cumsum(CHANNELS)[:-1], axis=1)]
    np.testing.assert_allclose(parts, list(LAYER_SHARES.values()), rtol=1e-4)
    assert sum(LAYER_SHARES.values()) == pytest.approx(1.0)


def test_a_layer_without_any_activation_has_a_finite_factor() -> None:
    assert np.isfinite(balanced_factors(tf.zeros([4, sum(CHANNELS)]), CHANNELS).numpy()).all()
