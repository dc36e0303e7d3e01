import pytest
import tensorflow as tf

from neural_style.vgg.layers import cell_px, cells_in, convolution_names, receptive_radius_px


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
