import numpy as np
import tensorflow as tf

from neural_style.losses.term import View


def view(core: tuple[int, int, int, int] | None = None) -> View:
    return View(tf.zeros([64, 96, 3]), {}, {}, None if core is None else tf.constant(core))


def test_all_positions_of_a_whole_picture_count():
    values = tf.constant(np.arange(24.0).reshape(4, 6, 1), tf.float32)
    assert view().counted(values, "relu5_1") is values


def test_the_core_is_cut_out_on_the_grid_of_the_layer_and_a_cell_that_is_cut_counts():
    values = np.arange(24.0, dtype=np.float32).reshape(4, 6, 1)  # cells of 16 px
    counted = view((16, 48, 32, 90)).counted(tf.constant(values), "relu5_1")
    np.testing.assert_array_equal(counted, values[1:3, 2:6])


def test_the_core_of_the_picture_itself_is_in_pixels():
    values = np.random.default_rng(0).normal(size=(64, 96, 3)).astype(np.float32)
    np.testing.assert_array_equal(view((3, 7, 10, 20)).counted(tf.constant(values)), values[3:7, 10:20])


def test_the_values_of_a_part_weigh_one_each():
    values = np.arange(24.0, dtype=np.float32).reshape(4, 6, 1)
    total, weight = view((16, 48, 32, 90)).sum_and_weight(tf.constant(values), "relu5_1")
    assert (float(total), float(weight)) == (values[1:3, 2:6].sum(), 8.0)


def test_sum_over_weight_is_the_mean_of_a_part_and_of_the_whole():
    values = np.arange(24.0, dtype=np.float32).reshape(4, 6, 1)
    for core, part in (((16, 48, 32, 90), values[1:3, 2:6]), (None, values)):
        total, weight = view(core).sum_and_weight(tf.constant(values), "relu5_1")
        assert float(total) / float(weight) == part.mean()
