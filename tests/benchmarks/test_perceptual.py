"""LPIPS and its features against float64 and by hand; with the real numbers where their file can be had."""

import numpy as np
import pytest

from benchmarks.perceptual import ALEXNET, VGG16, FeatureNetwork, Layer, features, lpips
from neural_style.errors import ImageError
from tests.benchmarks.judging import features_in_float64, lpips_in_float64, random_network
from tests.fakes import small_picture

SMALL = {"alex": random_network(ALEXNET, first_kernel_px=11), "vgg": random_network(VGG16)}

PICTURES = small_picture(64, 72, seed=1), small_picture(64, 72, seed=2)


@pytest.mark.parametrize("name", SMALL)
def test_features_are_those_worked_out_in_float64(name):
    found, expected = features(PICTURES[0], SMALL[name]), features_in_float64(PICTURES[0], SMALL[name])
    assert [layer.shape for layer in found] == [layer.shape for layer in expected]
    for ours, theirs in zip(found, expected, strict=True):
        assert theirs.max() > 0
        np.testing.assert_allclose(ours, theirs, atol=1e-5 * theirs.max())


@pytest.mark.parametrize("name", SMALL)
def test_the_distance_is_that_worked_out_in_float64(name):
    expected = lpips_in_float64(*PICTURES, SMALL[name])
    assert expected > 0.01
    assert lpips(*PICTURES, SMALL[name]) == pytest.approx(expected, rel=1e-4)


def test_layers_have_the_sizes_of_the_published_networks():
    shapes = [layer.shape for layer in features(np.zeros((224, 224, 3), np.uint8), SMALL["alex"])]
    assert [shape[0] for shape in shapes] == [55, 27, 13, 13, 13]
    shapes = [layer.shape for layer in features(np.zeros((224, 224, 3), np.uint8), SMALL["vgg"])]
    assert [shape[0] for shape in shapes] == [224, 112, 56, 28, 14]


def test_black_and_white_differ_by_what_their_channels_count():
    red_and_its_opposite = np.zeros((1, 1, 3, 2), np.float32)
    red_and_its_opposite[0, 0, 0] = 1, -1  # black has all of its length in the one channel, white in the other
    network = FeatureNetwork(
        [Layer(padding_px=0)], [red_and_its_opposite], [np.zeros(2, np.float32)], [np.array([0.25, 0.5], np.float32)]
    )
    black, white = np.zeros((32, 32, 3), np.uint8), np.full((32, 32, 3), 255, np.uint8)
    assert lpips(black, white, network) == pytest.approx(0.75)


@pytest.mark.parametrize("name", SMALL)
def test_a_picture_is_at_no_distance_from_itself_and_both_ways_are_as_far(name):
    network = SMALL[name]
    assert lpips(PICTURES[0], PICTURES[0], network) == 0
    assert lpips(*PICTURES, network) == pytest.approx(lpips(PICTURES[1], PICTURES[0], network), rel=1e-6)


def test_more_noise_is_further_away():
    picture = PICTURES[0]
    noise = np.random.default_rng(0).normal(size=picture.shape)
    distances = [lpips(picture, np.clip(picture + size * noise, 0, 255), SMALL["alex"]) for size in (4, 16, 64)]
    assert distances == sorted(distances)
    assert distances[0] > 0


def test_bytes_and_floats_are_the_same_picture():
    picture = PICTURES[0].astype(np.uint8)
    for ours, theirs in zip(
        features(picture, SMALL["alex"]), features(picture.astype(np.float64), SMALL["alex"]), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


def test_what_cannot_be_compared_is_refused_in_a_sentence():
    with pytest.raises(ImageError, match="40x31 px; its features need 32 px"):
        features(small_picture(31, 40), SMALL["alex"])
    assert features(small_picture(32, 32), SMALL["alex"])[-1].size > 0
    with pytest.raises(ImageError, match="of one size"):
        lpips(small_picture(40, 40), small_picture(40, 41), SMALL["alex"])
    with pytest.raises(ImageError, match="measured"):
        features(np.zeros((64, 64)), SMALL["alex"])


PINNED = {"alex": 0.287575, "vgg": 0.639879}
"""By the code that gave 0.722 and 0.138 (AlexNet) for the two pairs of examples that the authors of LPIPS publish."""


@pytest.mark.slow
@pytest.mark.parametrize("name", PINNED)
def test_with_the_published_numbers_the_distance_is_the_published_one(judges, name):
    network = getattr(judges, name)
    found = lpips(*PICTURES, network)
    assert found == pytest.approx(PINNED[name], rel=1e-4)
    assert found == pytest.approx(lpips_in_float64(*PICTURES, network), rel=1e-4)


@pytest.mark.slow
def test_the_published_heads_reward_no_difference(judges):
    for network in (judges.alex, judges.vgg):
        assert [head.size for head in network.heads] == [
            kernel.shape[-1] for layer, kernel in zip(network.layers, network.kernels, strict=True) if layer.compared
        ]
        assert min(head.min() for head in network.heads) >= 0
