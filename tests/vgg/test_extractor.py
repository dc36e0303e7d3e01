from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from neural_style.errors import NetworkError
from neural_style.layers import convolution_names
from neural_style.settings import Arithmetic
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.network import Network
from neural_style.vgg.shapes import known_shape
from tests import oracle
from tests.fakes import small_picture, tiny_network

EVERY_KIND = ["relu1_1", "pool1", "relu2_2", "relu3_1", "relu4_2", "relu5_1", "relu5_2", "pool5"]

UPSTREAM = {
    "the first layer": ["relu1_1"],
    "before a pooling": ["relu1_2"],
    "behind a pooling": ["pool1"],
    "before and behind poolings": ["relu1_2", "pool1", "relu2_2", "pool2"],
    "in the middle of a block": ["relu3_2"],
    "at the end": ["relu5_3"],
    "behind the last pooling": ["pool5"],
    "everywhere": EVERY_KIND,
}
"""What is said of some layers -> the layers that gradients come from."""


def plain_features(network: Network, image: tf.Tensor, pooling: str) -> dict[str, tf.Tensor]:
    """Every ReLU and pooling, by TensorFlow's operations as they are."""
    pool = tf.nn.max_pool2d if pooling == "max" else tf.nn.avg_pool2d
    current, found, block = (image - tf.constant(network.mean_rgb))[tf.newaxis], {}, "1"
    for name in convolution_names(network.topology):
        if name[4] != block:
            current = found[f"pool{block}"] = pool(current, 2, 2, "SAME")
            block = name[4]
        current = tf.nn.relu(tf.nn.conv2d(current, network.kernels[name], 1, "SAME") + network.biases[name])
        found[name.replace("conv", "relu")] = current
    found[f"pool{block}"] = pool(current, 2, 2, "SAME")
    return {layer: values[0] for layer, values in found.items()}


def random_upstream(
    features: Mapping[str, tf.Tensor], layers: Sequence[str], scale: float = 1.0
) -> dict[str, tf.Tensor]:
    rng = np.random.default_rng(7)
    return {layer: tf.constant(scale * rng.normal(size=known_shape(features[layer])), tf.float32) for layer in layers}


def of_whole_numbers(network: Network) -> Network:
    """Return the network with kernels of -1, 0 and 1: sums of two blocks are exact in any order."""
    rounded = {name: np.clip(np.rint(4.0 * kernel), -1.0, 1.0) for name, kernel in network.kernels.items()}
    biases = {name: np.rint(bias) for name, bias in network.biases.items()}
    return replace(network, kernels=rounded, biases=biases, mean_rgb=(124.0, 117.0, 104.0))


def gradient_by_tape(network: Network, image: tf.Tensor, pooling: str, upstream: Mapping[str, tf.Tensor]) -> np.ndarray:
    with tf.GradientTape() as tape:
        tape.watch(image)
        features = plain_features(network, image, pooling)
        total = tf.add_n([tf.reduce_sum(features[layer] * gradient) for layer, gradient in upstream.items()])
    return np.asarray(tape.gradient(total, image))


def assert_close(found: tf.Tensor, expected: np.ndarray, tolerance: float = 1e-5) -> None:
    np.testing.assert_allclose(found, expected, atol=tolerance * np.abs(expected).max())


def relative_error(found: Any, expected: Any) -> float:
    return float(np.linalg.norm(np.asarray(found) - expected) / np.linalg.norm(expected))


@pytest.mark.parametrize("pooling", ["max", "avg"])
@pytest.mark.parametrize("topology", ["VGG-16", "VGG-19"])
@pytest.mark.parametrize("size", [(40, 56), (33, 47), (16, 17)])
def test_activations_equal_those_worked_out_in_float64(topology, pooling, size):
    network = tiny_network(topology)
    image = small_picture(*size)
    features = FeatureExtractor(network, EVERY_KIND, pooling)(tf.constant(image))
    expected = oracle.features(network, image, pooling)
    assert set(features) == set(EVERY_KIND)
    for name in EVERY_KIND:
        scale = np.abs(expected[name]).max() + 1.0
        np.testing.assert_allclose(features[name].numpy() / scale, expected[name] / scale, atol=2e-6, err_msg=name)


def test_nothing_above_the_deepest_layer_wanted_is_computed():
    network = tiny_network()
    extract = FeatureExtractor(network, ["relu3_1", "relu1_1"])
    assert set(extract._convolutions) == {"conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1"}


def test_pure_red_becomes_red_minus_the_mean_colour():
    extract = FeatureExtractor(tiny_network(), ["relu1_1"])
    red = np.array([[[255.0, 0.0, 0.0]]], np.float32)
    np.testing.assert_allclose(
        extract.preprocess(tf.constant(red)).numpy()[0, 0], [131.32, -116.779, -103.939], rtol=1e-5
    )


def test_a_layer_that_the_network_lacks_is_named():
    with pytest.raises(NetworkError, match=r"tiny random VGG-16 has no layer relu3_4\."):
        FeatureExtractor(tiny_network("VGG-16"), ["relu1_1", "relu3_4"])


@pytest.mark.parametrize("pooling", ["max", "avg"])
@pytest.mark.parametrize("layers", UPSTREAM.values(), ids=UPSTREAM)
@pytest.mark.parametrize("size", [(32, 48), (33, 47)])
def test_activations_and_gradient_are_those_of_plain_operations(size, layers, pooling):
    network, image = tiny_network(), tf.constant(small_picture(*size))
    features, pull_back = FeatureExtractor(network, layers, pooling).with_pull_back(image)
    plain = plain_features(network, image, pooling)
    assert set(features) == set(layers)
    for layer in layers:
        assert_close(features[layer], plain[layer].numpy())
    upstream = random_upstream(plain, layers)
    assert_close(pull_back(upstream), gradient_by_tape(network, image, pooling, upstream))


@pytest.mark.parametrize("pooling", ["max", "avg"])
def test_where_activations_are_equal_the_gradient_is_that_of_plain_operations_too(pooling):
    network, image = of_whole_numbers(tiny_network()), tf.constant(np.full((24, 31, 3), 90.0, np.float32))
    layers = ["relu1_2", "relu2_1"]
    features, pull_back = FeatureExtractor(network, layers, pooling).with_pull_back(image)
    upstream = random_upstream(features, layers)
    assert_close(pull_back(upstream), gradient_by_tape(network, image, pooling, upstream))


@pytest.mark.parametrize("layer", ["relu1_1", "relu2_2", "relu4_2"])
def test_layers_whose_gradient_is_not_given_add_nothing(layer):
    network, image = tiny_network(), tf.constant(small_picture(24, 31))
    features, pull_back = FeatureExtractor(network, EVERY_KIND).with_pull_back(image)
    upstream = random_upstream(features, ["relu1_1", "relu2_2", "relu4_2"])
    alone = {layer: upstream[layer]}
    assert_close(pull_back(alone), gradient_by_tape(network, image, "max", alone))


@pytest.mark.parametrize("topology", ["VGG-16", "VGG-19"])
def test_gradients_of_several_layers_add_up(topology):
    network, image = tiny_network(topology), tf.constant(small_picture(24, 31))
    features, pull_back = FeatureExtractor(network, EVERY_KIND).with_pull_back(image)
    upstream = random_upstream(features, EVERY_KIND)
    parts = [pull_back({layer: gradient}).numpy() for layer, gradient in upstream.items()]
    assert_close(pull_back(upstream), np.sum(parts, 0))


@pytest.mark.parametrize("arithmetic", ["float32", "bfloat16"])
@pytest.mark.parametrize("pooling", ["max", "avg"])
def test_a_compiled_function_of_unknown_sizes_gives_what_is_worked_out_eagerly(pooling, arithmetic):
    network = tiny_network()
    eager = FeatureExtractor(network, EVERY_KIND, pooling, arithmetic)
    extract = FeatureExtractor(network, EVERY_KIND, pooling, arithmetic)

    def evaluated(extractor: FeatureExtractor, image: tf.Tensor) -> tuple[Mapping[str, tf.Tensor], tf.Tensor]:
        features, pull_back = extractor.with_pull_back(image)
        return features, pull_back({layer: values - 1.0 for layer, values in features.items()})

    @tf.function(input_signature=[tf.TensorSpec([None, None, 3])], autograph=False)
    def compiled(image: tf.Tensor) -> tuple[Mapping[str, tf.Tensor], tf.Tensor]:
        return evaluated(extract, image)

    tolerance = 1e-5 if arithmetic == "float32" else 3e-2
    for size in ((32, 48), (33, 47), (17, 16)):
        image = tf.constant(small_picture(*size))
        (features, gradient), (expected, expected_gradient) = compiled(image), evaluated(eager, image)
        for layer, values in expected.items():
            assert features[layer].dtype == values.dtype
            assert relative_error(tf.cast(features[layer], tf.float32), tf.cast(values, tf.float32)) < tolerance
        assert relative_error(gradient, expected_gradient.numpy()) < tolerance


@pytest.mark.parametrize(
    ("arithmetic", "data_type"),
    [("float32", tf.float32), ("winograd", tf.float32), ("float16", tf.float32), ("bfloat16", tf.bfloat16)],
)
def test_activations_are_bfloat16_where_the_network_works_in_it_and_the_gradient_is_float32(arithmetic, data_type):
    extract = FeatureExtractor(tiny_network(), ["relu1_1", "relu3_1"], "max", arithmetic)
    features, pull_back = extract.with_pull_back(tf.constant(small_picture(24, 31)))
    assert {values.dtype for values in features.values()} == {data_type}
    assert pull_back(features).dtype == tf.float32


@pytest.mark.parametrize("arithmetic", ["winograd", "bfloat16", "float16"])
def test_other_arithmetics_give_nearly_the_activations_and_gradient_of_float32(arithmetic):
    network, image, layers = tiny_network(), tf.constant(small_picture(33, 47)), ["relu1_1", "relu2_2", "relu3_1"]
    plain = plain_features(network, image, "avg")
    features, pull_back = FeatureExtractor(network, layers, "avg", arithmetic).with_pull_back(image)
    for layer in layers:
        assert relative_error(tf.cast(features[layer], tf.float32), plain[layer].numpy()) < 0.02
    upstream = random_upstream(plain, layers)
    assert relative_error(pull_back(upstream), gradient_by_tape(network, image, "avg", upstream)) < 0.03


@pytest.mark.parametrize("factor", [1e-9, 1e-7, 1.0, 1e6])
def test_in_float16_neither_small_nor_large_gradients_are_lost(factor):
    layers, image = ["relu1_1", "relu3_1"], tf.constant(small_picture(24, 31))

    def gradient(arithmetic: Arithmetic) -> np.ndarray:
        features, pull_back = FeatureExtractor(tiny_network(), layers, "avg", arithmetic).with_pull_back(image)
        return pull_back(random_upstream(features, layers, factor)).numpy() / factor

    single = gradient("float32")
    assert relative_error(gradient("float16"), single) < 0.02


def test_in_float16_gradients_that_are_scaled_give_the_scaled_gradient():
    layers, image = ["relu1_1", "relu3_1"], tf.constant(small_picture(24, 31))
    features, pull_back = FeatureExtractor(tiny_network(), layers, "avg", "float16").with_pull_back(image)
    small, large = (pull_back(random_upstream(features, layers, factor)) for factor in (2.0**-20, 2.0**20))
    np.testing.assert_allclose(2.0**40 * small, large, rtol=1e-5)


def test_in_float16_a_gradient_of_nothing_but_zeros_is_zero():
    features, pull_back = FeatureExtractor(tiny_network(), ["relu2_1"], "max", "float16").with_pull_back(
        tf.constant(small_picture(24, 31))
    )
    np.testing.assert_array_equal(pull_back({"relu2_1": tf.zeros_like(features["relu2_1"])}), np.zeros([24, 31, 3]))
