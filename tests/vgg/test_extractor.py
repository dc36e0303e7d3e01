import numpy as np
import pytest
import tensorflow as tf

from neural_style.errors import NetworkError
from neural_style.vgg.extractor import FeatureExtractor
from tests import oracle
from tests.fakes import small_picture, tiny_network

EVERY_KIND = ["relu1_1", "pool1", "relu2_2", "relu3_1", "relu4_2", "relu5_1", "relu5_2", "pool5"]


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
