import gc

import numpy as np
import pytest

from neural_style.engine.canvas import prepare_canvas
from neural_style.engine.smoothness import smoothness_map
from neural_style.engine.targets import GramCache, compute_targets, style_grams
from neural_style.losses.terms import Targets
from neural_style.settings import LossWeights
from tests import oracle
from tests.fakes import small_picture, small_request, tiny_network

LAYERS = ("relu1_1", "relu3_1")


@pytest.mark.parametrize("pooling", ["max", "avg"])
def test_the_grams_of_a_painting_equal_those_worked_out_in_float64(pooling):
    network, painting = tiny_network(), small_picture(33, 20)
    features = oracle.features(network, painting, pooling)
    grams = style_grams(painting, LAYERS, network, pooling)
    assert tuple(grams) == LAYERS
    for layer in LAYERS:
        expected = oracle.gram(features[layer])
        np.testing.assert_allclose(grams[layer], expected, atol=1e-5 * np.abs(expected).max())


def targets_of(**settings: object) -> Targets:
    request = small_request(**settings)
    network = tiny_network()
    return compute_targets(prepare_canvas(request, network.mean_rgb), request.shares, network, request.settings)


def test_smoothing_is_even_unless_asked_for_otherwise():
    assert targets_of().smoothness is None
    request = small_request()
    canvas = prepare_canvas(request, tiny_network().mean_rgb)
    expected = smoothness_map(canvas.content, canvas.styles, request.shares)
    np.testing.assert_array_equal(targets_of(smoothing="adaptive").smoothness, expected)


def test_no_map_is_made_where_nothing_is_smoothed():
    assert targets_of(smoothing="adaptive", weights=LossWeights(total_variation=0.0)).smoothness is None


def test_a_painting_is_remembered_for_its_network_size_layers_and_pooling():
    network, painting = tiny_network(), small_picture(33, 20)
    first = style_grams(painting, LAYERS, network, "max")
    assert style_grams(painting.copy(), LAYERS, network, "max") is first
    assert style_grams(painting, LAYERS, network, "avg") is not first
    assert style_grams(painting, LAYERS[:1], network, "max") is not first
    assert style_grams(painting[:, :-1], LAYERS, network, "max") is not first
    assert style_grams(painting, LAYERS, tiny_network(seed=1), "max") is not first
    assert style_grams(painting.reshape(20, 33, 3), LAYERS, network, "max") is not first


def test_only_the_paintings_used_last_are_kept():
    cache, network, computed = GramCache(capacity=2), tiny_network(), []

    def get(key: str) -> None:
        cache.get(network, key, lambda: computed.append(key) or {})

    for key in ("a", "b", "a", "c", "a", "b"):
        get(key)
    assert computed == ["a", "b", "c", "b"]


def test_what_was_remembered_goes_with_its_network():
    cache, network = GramCache(), tiny_network()
    cache.get(network, "a", dict)
    assert len(cache._of_networks) == 1
    del network
    gc.collect()
    assert len(cache._of_networks) == 0
