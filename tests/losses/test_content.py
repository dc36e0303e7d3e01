import numpy as np
import pytest
import tensorflow as tf

from neural_style.losses.content import ContentTerm, content_term
from neural_style.losses.term import Plane, View
from neural_style.regions import Division
from neural_style.settings import LossWeights, Settings
from tests.fakes import small_picture, tiny_network
from tests.losses.sources import WholePictures


def value_of(term: ContentTerm, features: dict[str, np.ndarray]) -> float:
    tensors = {name: tf.constant(values, tf.float32) for name, values in features.items()}
    planes = {name: plane.values for name, plane in term.planes.items()}
    return float(term.value(term.sums(View(tf.zeros([1, 1, 3]), tensors, planes))))


def term_of(factors: dict[str, float], targets: dict[str, np.ndarray]) -> ContentTerm:
    planes = {name: Plane(name, tf.constant(values, tf.float32)) for name, values in targets.items()}
    return ContentTerm(factors, planes)


def test_the_content_loss_worked_out_by_hand():
    target = np.array([[[1.0, 2.0]], [[3.0, 4.0]]])
    term = term_of({"relu4_2": 5.0}, {"relu4_2": target})
    moved = target + np.array([[[2.0, 0.0]], [[0.0, -4.0]]])
    assert value_of(term, {"relu4_2": moved}) == pytest.approx(5.0 * (4.0 + 16.0) / 4)


def test_each_layer_has_its_factor():
    ones = np.ones((2, 2, 3))
    term = term_of({"relu4_2": 1.25, "relu5_2": 3.75}, {"relu4_2": 0 * ones, "relu5_2": 0 * ones})
    assert value_of(term, {"relu4_2": 2.0 * ones, "relu5_2": ones}) == pytest.approx(1.25 * 4.0 + 3.75)


def test_layers_share_the_weight_by_the_blend():
    picture = small_picture(16, 17)
    weights = LossWeights(content=5.0, content_blend=0.25)
    term = content_term(
        WholePictures(tiny_network(), picture, [picture], Division.of_shares([1.0]), Settings(weights=weights))
    )
    assert term.layers == tuple(term.planes) == ("relu4_2", "relu5_2")
    assert term.factors == pytest.approx({"relu4_2": 1.25, "relu5_2": 3.75})


def test_the_photograph_itself_has_no_loss_and_shuffled_positions_have_the_same():
    rng = np.random.default_rng(0)
    target, picture = rng.normal(size=(2, 6, 4, 3))
    term = term_of({"relu4_2": 1.0}, {"relu4_2": target})
    assert value_of(term, {"relu4_2": target}) == 0.0
    order = rng.permutation(6)
    shuffled = term_of({"relu4_2": 1.0}, {"relu4_2": target[order]})
    assert value_of(shuffled, {"relu4_2": picture[order]}) == pytest.approx(
        value_of(term, {"relu4_2": picture}), rel=1e-5
    )


def test_without_layers_the_term_is_zero():
    assert value_of(term_of({}, {}), {}) == 0.0
