import numpy as np
import pytest
import tensorflow as tf

from neural_style.layers import cell_px
from neural_style.losses.style import StyleTerm
from neural_style.losses.term import PIXELS, Plane, View, count, mean_square, sum_of_squares
from neural_style.losses.total_variation import TotalVariationTerm
from neural_style.vgg.shapes import known_shape


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


def test_the_values_of_a_part_count_one_each():
    counted = view((16, 48, 32, 90)).counted(tf.zeros([4, 6, 3]), "relu5_1")
    assert (float(count(counted)), count(counted).dtype) == (24.0, tf.float32)


def test_sum_of_squares_over_count_is_the_mean_square_of_a_part_and_of_the_whole():
    values = np.arange(24.0, dtype=np.float32).reshape(4, 6, 1)
    for core, part in (((16, 48, 32, 90), values[1:3, 2:6]), (None, values)):
        counted = view(core).counted(tf.constant(values), "relu5_1")
        assert float(sum_of_squares(counted)) == (part**2).sum()
        assert float(sum_of_squares(counted) / count(counted)) == pytest.approx((part**2).mean())
        assert float(mean_square(counted)) == pytest.approx((part**2).mean())


def test_a_gradient_by_all_positions_of_a_whole_picture_stays_as_it_is():
    gradient = tf.ones([4, 6, 1])
    assert view().uncounted(gradient, tf.zeros([4, 6, 1]), "relu5_1") is gradient


def test_the_gradient_by_positions_that_do_not_count_is_zero():
    values, gradient = tf.ones([4, 6, 1]), np.arange(1.0, 9.0, dtype=np.float32).reshape(2, 4, 1)
    expected = np.zeros((4, 6, 1))
    expected[1:3, 2:6] = gradient
    np.testing.assert_array_equal(view((16, 48, 32, 90)).uncounted(tf.constant(gradient), values, "relu5_1"), expected)


@pytest.mark.parametrize("layer", [PIXELS, "relu1_2", "relu3_1", "relu5_2"])
@pytest.mark.parametrize("core", [None, (0, 64, 0, 96), (16, 48, 32, 90), (48, 61, 0, 16), (32, 64, 80, 93)])
def test_uncounted_is_the_adjoint_of_counted(core, layer):
    rng = np.random.default_rng(1)
    shape = (*(-(-side // cell_px(layer)) for side in (61, 93)), 3)
    seen = view(core)
    values = tf.constant(rng.normal(size=shape))
    counted = seen.counted(values, layer)
    gradient = tf.constant(rng.normal(size=known_shape(counted)))
    by_values = seen.uncounted(gradient, values, layer)
    assert by_values.shape == values.shape
    product = float(tf.reduce_sum(counted * gradient))
    assert float(tf.reduce_sum(values * by_values)) == pytest.approx(product, rel=1e-12)


def test_the_format_of_a_gradient_is_kept():
    values = tf.ones([4, 6, 1], tf.bfloat16)
    seen = view((16, 48, 32, 90))
    assert seen.uncounted(seen.counted(values, "relu5_1"), values, "relu5_1").dtype == tf.bfloat16


SMOOTH = Plane(PIXELS, tf.ones([4, 4, 1]))


def test_numbers_are_the_fields_that_a_compiled_function_takes_and_those_that_are_none_are_left_out():
    assert TotalVariationTerm(3.0, 4.0).numbers == {"weight": 3.0, "chroma_smoothing": 4.0}
    assert TotalVariationTerm(3.0, 4.0, 1.0).numbers == {"weight": 3.0, "chroma_smoothing": 4.0, "exponent": 1.0}


def test_terms_of_other_numbers_have_one_structure_and_terms_of_other_planes_layers_or_kinds_have_not():
    plain = TotalVariationTerm(3.0)
    assert plain.structure == TotalVariationTerm(1.0, chroma_smoothing=9.0).structure
    others = [
        TotalVariationTerm(3.0, exponent=1.0),
        TotalVariationTerm(3.0, planes={"smoothness": SMOOTH}),
        TotalVariationTerm(3.0, name="another"),
        StyleTerm({}, {}, 0.0, ()),
        StyleTerm({}, {}, 0.0, ("relu1_1",)),
    ]
    assert len({plain.structure, *(other.structure for other in others)}) == 1 + len(others)


def test_with_other_numbers_a_term_has_the_names_of_its_planes_but_not_their_values():
    term = TotalVariationTerm(3.0, exponent=1.0, planes={"smoothness": SMOOTH})
    other = term.with_numbers({"weight": 5.0, "chroma_smoothing": 2.0, "exponent": 1.5})
    assert (other.weight, other.chroma_smoothing, other.exponent) == (5.0, 2.0, 1.5)
    assert other.planes["smoothness"].layer == PIXELS
    assert other.planes["smoothness"].values is None
    assert other.structure == term.structure
    assert term.planes["smoothness"] is SMOOTH
