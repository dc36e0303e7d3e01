import numpy as np
import pytest
import tensorflow as tf

from neural_style.losses.term import PIXELS, Plane, View
from neural_style.losses.total_variation import TotalVariationTerm, chroma_stressed, total_variation
from tests.fakes import small_picture


def smoothing(image: np.ndarray) -> float:
    return float(total_variation(tf.constant(image)))


def test_total_variation_worked_out_by_hand():
    image = np.zeros((2, 3, 3), np.float32)
    image[0, 0] = 6.0  # one vertical difference of 6 among 9, one horizontal among 12
    assert smoothing(image) == pytest.approx(36 * 3 / 9 + 36 * 3 / 12)


def test_total_variation_does_not_change_with_brightness_or_orientation():
    image = small_picture(20, 20)
    value = smoothing(image)
    assert smoothing(image * 0.5 + 60.0) == pytest.approx(value / 4, rel=1e-4)
    assert smoothing(image.transpose(1, 0, 2)) == pytest.approx(value, rel=1e-5)


def test_weighed_total_variation_worked_out_by_hand():
    image = np.zeros((2, 3, 3), np.float32)
    image[0, 0] = 6.0
    smoothness = tf.constant([[[3.0], [1.0], [1.0]], [[1.0], [1.0], [1.0]]])
    assert float(total_variation(tf.constant(image), smoothness)) == pytest.approx(2.0 * (36 * 3 / 9 + 36 * 3 / 12))


def test_a_weight_of_1_everywhere_is_the_plain_total_variation():
    image = tf.constant(small_picture(20, 24))
    assert float(total_variation(image, tf.ones([20, 24, 1]))) == pytest.approx(float(total_variation(image)), rel=1e-6)


def test_gray_differences_stay_and_differences_of_colour_alone_grow_by_the_factor():
    gray = tf.constant(np.repeat(small_picture(20, 24)[..., :1], 3, axis=-1))
    np.testing.assert_allclose(chroma_stressed(gray, 16.0), gray, atol=1e-3)
    colour = np.zeros((2, 3, 3), np.float32)
    colour[0, 0] = [587.0, -299.0, 0.0]  # no luma
    plain, stressed = (smoothing(chroma_stressed(tf.constant(colour), factor).numpy()) for factor in (1.0, 16.0))
    assert stressed == pytest.approx(16.0 * plain, rel=1e-5)


def test_the_term_is_the_weighted_total_variation_of_the_picture():
    image = tf.constant(small_picture(20, 24))
    term = TotalVariationTerm(weight=7.0)
    value = term.value(term.sums(View(image, {}, {})))
    assert float(value) == pytest.approx(7.0 * float(total_variation(image)), rel=1e-6)


def test_the_term_weighs_places_by_its_plane():
    image = tf.constant(small_picture(20, 24))
    smoothness = tf.random.stateless_uniform([20, 24, 1], (1, 2), 0.25, 9.0)
    term = TotalVariationTerm(weight=1.0, planes={"smoothness": Plane(PIXELS, smoothness)})
    value = term.value(term.sums(View(image, {}, {"smoothness": smoothness})))
    assert float(value) == pytest.approx(float(total_variation(image, smoothness)), rel=1e-6)


def value_of(image: np.ndarray, exponent: float) -> float:
    term = TotalVariationTerm(1.0, exponent=exponent)
    return float(term.value(term.sums(View(tf.constant(image), {}, {}))))


def test_a_power_of_the_differences_worked_out_by_hand():
    image = np.zeros((2, 3, 3), np.float32)
    image[0, 0] = 6.0  # one vertical difference of 6 among 3 places, one horizontal among 4
    of_six, of_none = (36.0 + 1.0) ** 0.25, 1.0
    assert value_of(image, 0.5) == pytest.approx((of_six + 2 * of_none) / 3 + (of_six + 3 * of_none) / 4, rel=1e-5)


def test_with_an_exponent_of_1_an_edge_costs_as_much_as_a_ramp_and_with_2_much_more():
    edge, ramp = np.zeros((8, 64, 3), np.float32), np.zeros((8, 64, 3), np.float32)
    edge[:, 32:] = 250.0
    ramp += np.linspace(0.0, 250.0, 64, dtype=np.float32)[:, None]
    assert value_of(edge, 1.0) == pytest.approx(value_of(ramp, 1.0), rel=0.3)
    assert value_of(edge, 2.0) > 20.0 * value_of(ramp, 2.0)
