"""Hypercolumns: several layers on one grid."""

import numpy as np
import pytest
import tensorflow as tf

from neural_style.layers import cell_px
from neural_style.losses.hypercolumns import (
    GRID,
    LAYER_SHARES,
    balanced_factors,
    by_layer,
    of_channels,
    on_grid,
    on_grid_pull_back,
    raw_hypercolumns,
)
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.shapes import known_shape
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


@pytest.mark.parametrize("size", [(32, 48), (33, 47), (18, 22), (17, 16), (21, 27), (5, 4), (1, 1), (2, 7)])
@pytest.mark.parametrize("layer", LAYER_SHARES)
def test_the_pull_back_is_the_adjoint_of_what_brings_a_layer_to_the_grid(layer: str, size: tuple[int, int]) -> None:
    features = activations(*size)
    brought = on_grid(features)[layer]
    gradient = tf.constant(np.random.default_rng(1).normal(size=known_shape(brought)).astype(np.float32))
    back = on_grid_pull_back({layer: gradient}, features)[layer]
    assert back.shape == features[layer].shape
    there = np.sum(brought.numpy().astype(np.float64) * gradient.numpy())
    here = np.sum(features[layer].numpy().astype(np.float64) * back.numpy())
    assert here == pytest.approx(there, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("size", [(32, 48), (33, 47), (21, 27)])
def test_the_pull_back_is_the_gradient_that_tensorflow_finds(size: tuple[int, int]) -> None:
    features = activations(*size)
    with tf.GradientTape() as tape:
        tape.watch(features)
        brought = on_grid(features)
        rng = np.random.default_rng(2)
        upstream = {
            layer: tf.constant(rng.normal(size=known_shape(values)), tf.float32) for layer, values in brought.items()
        }
        product = tf.add_n([tf.reduce_sum(brought[layer] * upstream[layer]) for layer in LAYER_SHARES])
    expected = tape.gradient(product, features)
    for layer, gradient in on_grid_pull_back(upstream, features).items():
        np.testing.assert_allclose(gradient, np.asarray(expected[layer]), rtol=1e-5, atol=1e-6)


def test_the_pull_back_has_the_format_of_the_activations() -> None:
    features = {layer: tf.cast(values, tf.bfloat16) for layer, values in activations(33, 47).items()}
    upstream = on_grid(features)
    assert {values.dtype for values in upstream.values()} == {tf.float32}
    assert {values.dtype for values in on_grid_pull_back(upstream, features).values()} == {tf.bfloat16}


def test_factors_of_channels_are_those_of_their_layers() -> None:
    channels = [1, 2, 3, 1, 2]
    factors = {layer: tf.constant(float(k)) for k, layer in enumerate(LAYER_SHARES)}
    columns = of_channels(factors, channels)
    assert columns.numpy().tolist() == [0, 1, 1, 2, 2, 2, 3, 4, 4]
    divided = by_layer(columns[tf.newaxis], channels)
    assert {layer: values.numpy().tolist() for layer, values in divided.items()} == {
        layer: [[float(k)] * channels[k]] for k, layer in enumerate(LAYER_SHARES)
    }


def test_the_factors_give_each_layer_its_share_of_the_squared_length() -> None:
    features = FeatureExtractor(NETWORK, LAYER_SHARES)(tf.constant(small_picture(48, 64)))
    columns = tf.reshape(raw_hypercolumns(features), [-1, sum(CHANNELS)])
    scaled = (columns * of_channels(balanced_factors(columns, CHANNELS), CHANNELS)).numpy().astype(np.float64)
    parts = [np.square(part).sum(1).mean() for part in np.split(scaled, np.cumsum(CHANNELS)[:-1], axis=1)]
    np.testing.assert_allclose(parts, list(LAYER_SHARES.values()), rtol=1e-4)
    assert sum(LAYER_SHARES.values()) == pytest.approx(1.0)


def test_a_layer_without_any_activation_has_a_finite_factor() -> None:
    factors = balanced_factors(tf.zeros([4, sum(CHANNELS)]), CHANNELS)
    assert set(factors) == set(LAYER_SHARES)
    assert np.isfinite(list(factors.values())).all()
