import pytest

from neural_style.losses.layers import content_layer_weights, style_layer_weights


def test_an_exponent_of_one_weighs_the_style_layers_alike():
    assert list(style_layer_weights(1.0).values()) == pytest.approx([0.2] * 5)


def test_an_exponent_of_two_doubles_from_layer_to_layer():
    weights = style_layer_weights(2.0)
    assert list(weights) == ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]
    assert list(weights.values()) == pytest.approx([1 / 31, 2 / 31, 4 / 31, 8 / 31, 16 / 31])


def test_a_content_layer_of_weight_zero_is_left_out():
    assert content_layer_weights(1.0) == {"relu4_2": 1.0}
    assert content_layer_weights(0.0) == {"relu5_2": 1.0}
    assert content_layer_weights(0.25) == {"relu4_2": 0.25, "relu5_2": 0.75}
