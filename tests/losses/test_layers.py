import pytest

from neural_style.losses.layers import content_layer_weights, style_layer_weights
from neural_style.settings import LossWeights


def test_an_exponent_of_one_weighs_the_style_layers_alike():
    assert list(style_layer_weights(LossWeights()).values()) == pytest.approx([0.2] * 5)


def test_an_exponent_of_two_doubles_from_layer_to_layer():
    weights = style_layer_weights(LossWeights(style_layer_exponent=2.0))
    assert list(weights) == ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]
    assert list(weights.values()) == pytest.approx([1 / 31, 2 / 31, 4 / 31, 8 / 31, 16 / 31])


def test_a_content_layer_of_weight_zero_is_left_out():
    assert content_layer_weights(LossWeights(content_blend=1.0)) == {"relu4_2": 1.0}
    assert content_layer_weights(LossWeights(content_blend=0.0)) == {"relu5_2": 1.0}
    assert content_layer_weights(LossWeights(content_blend=0.25)) == {"relu4_2": 0.25, "relu5_2": 0.75}


def test_layers_that_are_named_share_the_weight_by_their_own_weights_and_nothing_else_is_looked_at():
    weights = LossWeights(content_layers="relu3_1 relu2_2:3", style_layers="relu1_2:0.5,relu3_3:1.5")
    assert content_layer_weights(weights) == {"relu3_1": 0.25, "relu2_2": 0.75}
    assert style_layer_weights(weights) == {"relu1_2": 0.25, "relu3_3": 0.75}
