"""The style loss: statistics of several paintings are blended, and compared layer by layer."""

import numpy as np
import pytest
import tensorflow as tf

from neural_style.losses.style import STATISTICS, StyleTerm, blend, style_layers, style_term
from neural_style.losses.term import View
from neural_style.regions import Division
from neural_style.settings import LossWeights, Settings
from tests import oracle
from tests.fakes import small_picture, tiny_network
from tests.losses.sources import WholePictures


def test_one_blended_gram_stands_for_the_sum_over_three_styles():
    rng = np.random.default_rng(1)
    grams = [oracle.gram(rng.normal(size=(5, 5, 6)) * scale) for scale in (1.0, 3.0, 10.0)]
    shares = [0.5, 0.3, 0.2]
    picture = oracle.gram(rng.normal(size=(8, 4, 6)))
    summed = sum(share * ((picture - gram) ** 2).mean() for share, gram in zip(shares, grams, strict=True))
    blended = blend([gram.astype(np.float32) for gram in grams], shares)
    assert ((picture - blended.mean) ** 2).mean() + blended.spread == pytest.approx(summed, rel=1e-5)


def test_a_single_style_has_no_spread():
    gram = np.eye(3, dtype=np.float32)
    blended = blend([gram], [1.0])
    assert blended.spread == 0.0
    np.testing.assert_array_equal(blended.mean, gram)


def test_the_term_is_the_weighted_mean_squared_difference_of_gram_matrices_and_the_spread_of_the_targets():
    rng = np.random.default_rng(6)
    layers = ("relu1_1", "relu2_1")
    features = {layer: rng.normal(size=(6, 5, 4)).astype(np.float32) for layer in layers}
    grams = {layer: [oracle.gram(rng.normal(size=(5, 5, 4))).astype(np.float32) for _ in range(2)] for layer in layers}
    targets = {layer: blend(grams[layer], [0.3, 0.7]) for layer in layers}
    term = StyleTerm.of_targets(targets, {"relu1_1": 2.0, "relu2_1": 5.0})
    view = View(tf.zeros([6, 5, 3]), {layer: tf.constant(values) for layer, values in features.items()}, {})
    expected = sum(
        factor * share * ((oracle.gram(features[layer]) - gram) ** 2).mean()
        for layer, factor in (("relu1_1", 2.0), ("relu2_1", 5.0))
        for share, gram in zip([0.3, 0.7], grams[layer], strict=True)
    )
    assert float(term.value(term.sums(view))) == pytest.approx(expected, rel=1e-5)
    assert term.least == pytest.approx(2.0 * targets["relu1_1"].spread + 5.0 * targets["relu2_1"].spread)


@pytest.mark.parametrize("name", STATISTICS)
def test_every_statistic_can_be_asked_for_and_is_balanced_by_what_the_painting_has(name):
    photo, painting = small_picture(48, 64, seed=1), small_picture(40, 40, seed=2)
    settings = Settings(weights=LossWeights(style=2.0, style_statistic=name, style_balance="relative"))
    term = style_term(WholePictures(tiny_network(), photo, [painting], Division.of_shares([1.0]), settings))
    assert isinstance(term, StyleTerm)
    assert term.statistic is STATISTICS[name]
    assert term.layers == ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
    for layer in term.layers:
        energy = float(np.mean(np.square(term.means[layer], dtype=np.float64)))
        assert term.factors[layer] * energy == pytest.approx(2.0 * 0.2 * 1e5, rel=1e-5)


def test_layers_that_are_named_are_those_that_are_looked_at():
    weights = LossWeights(style_layers="relu3_2 relu1_2")
    assert style_layers(weights) == ("relu3_2", "relu1_2")
    assert style_layers(LossWeights(style=0.0, style_layers="relu3_2")) == ()
