import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from neural_style.errors import OptionsError
from neural_style.layers import (
    block_of,
    cell_px,
    cells_in,
    check_layers,
    convolution_names,
    layer_weights,
    receptive_radius_px,
)


def test_the_two_topologies_have_13_and_16_convolutions_in_five_blocks():
    assert len(convolution_names("VGG-16")) == 13
    assert len(convolution_names("VGG-19")) == 16
    assert convolution_names("VGG-19")[:5] == ("conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1")
    assert convolution_names("VGG-19")[-1] == "conv5_4"


def test_each_pooling_doubles_the_side_of_a_cell_and_the_picture_itself_has_pixels():
    assert [cell_px(f"relu{block}_1") for block in range(1, 6)] == [1, 2, 4, 8, 16]
    assert cell_px("") == 1


def test_a_cell_that_is_cut_by_the_end_is_within_it():
    assert cells_in(16, 50, "relu4_1") == slice(2, 7)
    assert cells_in(3, 50, "") == slice(3, 50)


def test_cells_may_be_asked_for_by_tensors():
    found = cells_in(tf.constant(16), tf.constant(50), "relu4_1")
    assert (int(found.start), int(found.stop)) == (2, 7)


@pytest.mark.parametrize(
    ("topology", "layer", "radius"),
    [
        ("VGG-16", "relu1_1", 1),
        ("VGG-16", "relu4_2", 34),
        ("VGG-16", "relu5_1", 58),
        ("VGG-16", "relu5_2", 74),
        ("VGG-19", "relu5_1", 70),
        ("VGG-19", "relu5_2", 86),
    ],
)
def test_the_receptive_radius_follows_from_the_convolutions_up_to_the_deepest_layer(topology, layer, radius):
    assert receptive_radius_px(topology, ("relu1_1", layer)) == radius


def test_without_layers_nothing_is_seen_around_a_pixel():
    assert receptive_radius_px("VGG-16", ()) == 0


def test_the_number_of_a_layer_s_block_is_in_its_name():
    assert [block_of(layer) for layer in ("relu1_2", "relu3_4", "relu5_1")] == [1, 3, 5]


@pytest.mark.parametrize("text", ["relu1_1 relu4_3:0.5", "relu1_1:1, relu4_3:5e-1", "  relu1_1,relu4_3:.5 "])
def test_layers_are_read_with_their_weights_whatever_stands_between_them(text):
    assert layer_weights(text) == {"relu1_1": 1.0, "relu4_3": 0.5}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "relu6_1",
        "conv1_1",
        "relu1_1 relu1_1:2",
        "relu1_1:0",
        "relu1_1:-1",
        "relu1_1:nan",
        "relu1_1:1e308",
        "relu1_1:x",
        "relu1_1:",
    ],
)
def test_what_are_no_layers_is_refused_with_what_is_wanted_and_what_came(text):
    with pytest.raises(OptionsError, match=r"such as relu2_1 relu3_1:0\.5; got"):
        layer_weights(text)


@given(st.text(max_size=30))
def test_any_text_is_layers_with_weights_or_refused(text):
    try:
        weights = layer_weights(text)
    except OptionsError:
        return
    assert weights
    assert all(0.0 < weight < float("inf") for weight in weights.values())


def test_layers_that_a_topology_lacks_are_refused():
    check_layers("VGG-19", ["relu3_4", "relu1_1"])
    with pytest.raises(OptionsError, match=r"VGG-16 and has no layer relu3_4"):
        check_layers("VGG-16", ["relu1_1", "relu3_4"])
