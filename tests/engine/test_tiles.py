import itertools
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from neural_style.engine.tiles import (
    TiledEvaluation,
    Tiling,
    receptive_radius_px,
    tiled_features,
    tiled_grams,
    tiling_for,
)
from neural_style.errors import OptionsError
from neural_style.losses.gram import BlendedGram, blend_grams, gram_matrix
from neural_style.losses.terms import Targets, loss_layers, loss_terms
from neural_style.settings import Arithmetic, LossWeights, Pooling
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.gradient import losses_and_gradient
from tests.fakes import small_picture, tiny_network

BOTH_CONTENT_LAYERS = LossWeights(content_blend=0.5)
STYLE_SIZE = (72, 60)


@dataclass(frozen=True)
class Problem:
    """A picture to evaluate, a content of its size and a style, seen by a tiny network."""

    topology: str = "VGG-16"
    pooling: Pooling = "max"
    weights: LossWeights = field(default_factory=LossWeights)
    height: int = 213
    width: int = 251
    arithmetic: Arithmetic = "float32"
    is_adaptive: bool = False

    @property
    def picture(self) -> tf.Tensor:
        return tf.constant(small_picture(self.height, self.width, seed=5))

    @property
    def layers(self) -> tuple[str, ...]:
        content, style = loss_layers(self.weights)
        return content + style

    @property
    def extract(self) -> FeatureExtractor:
        return FeatureExtractor(tiny_network(self.topology), self.layers, self.pooling, self.arithmetic)

    @property
    def targets(self) -> Targets:
        content, style = loss_layers(self.weights)
        of_content = self.extract(tf.constant(small_picture(self.height, self.width, seed=1)))
        of_style = self.extract(tf.constant(small_picture(*STYLE_SIZE, seed=2)))
        grams = {name: blend_grams([gram_matrix(of_style[name]).numpy()], [1.0]) for name in style}
        smoothness = tf.random.stateless_uniform([self.height, self.width, 1], (1, 2), 0.25, 9.0)
        return Targets({name: of_content[name] for name in content}, grams, smoothness if self.is_adaptive else None)

    @property
    def tiling(self) -> Tiling:
        return tiling_for(32, self.topology, self.layers)

    def untiled(self) -> tuple[np.ndarray, np.ndarray]:
        terms, gradient = losses_and_gradient(
            self.picture, self.extract, lambda image, seen: loss_terms(image, seen, self.targets, self.weights)
        )
        return terms.numpy(), gradient.numpy()

    def evaluation(self, tiling: Tiling | None = None) -> TiledEvaluation:
        return TiledEvaluation(self.extract, self.targets, self.weights, tiling or self.tiling)


SMALL = Problem(height=192, width=192)
"""Four tiles of one shape, so that there is little to compile."""


def relative_error(came: object, wanted: np.ndarray) -> float:
    difference = np.asarray(came, np.float64) - wanted
    return float(np.linalg.norm(difference) / np.linalg.norm(wanted))


def assert_equal_to_untiled(problem: Problem, tiling: Tiling | None = None) -> None:
    terms, gradient = problem.evaluation(tiling)(problem.picture)
    wanted_terms, wanted_gradient = problem.untiled()
    np.testing.assert_allclose(terms.numpy(), wanted_terms, rtol=1e-4)
    assert relative_error(gradient, wanted_gradient) < 1e-4


@pytest.mark.parametrize(
    ("topology", "pooling", "weights"),
    [
        ("VGG-16", "max", LossWeights()),
        ("VGG-16", "avg", BOTH_CONTENT_LAYERS),
        ("VGG-19", "max", BOTH_CONTENT_LAYERS),
        ("VGG-19", "avg", LossWeights()),
    ],
)
def test_loss_and_gradient_in_tiles_are_those_of_the_whole_picture(topology, pooling, weights):
    assert_equal_to_untiled(Problem(topology, pooling, weights))


@pytest.mark.parametrize("arithmetic", ["bfloat16", "float16"])
def test_in_half_precision_the_gradient_is_as_good_as_that_of_the_whole_picture(arithmetic):
    wanted = SMALL.untiled()[1]
    problem = replace(SMALL, arithmetic=arithmetic)
    of_tiles = TiledEvaluation(problem.extract, SMALL.targets, SMALL.weights, SMALL.tiling)(SMALL.picture)[1]
    of_whole = problem.untiled()[1]
    assert relative_error(of_tiles, wanted) < max(0.01, 1.5 * relative_error(of_whole, wanted))


@pytest.mark.parametrize("size", [(256, 192), (129, 241), (300, 17), (40, 56)])
def test_the_picture_may_have_any_size(size):
    assert_equal_to_untiled(Problem(height=size[0], width=size[1]))


def test_the_tile_may_have_any_size():
    for tile_side_px in (48, 1024):
        assert_equal_to_untiled(SMALL, Tiling(tile_side_px, 64))


@pytest.mark.parametrize(
    "weights",
    [
        LossWeights(style=0.0),
        LossWeights(content=0.0),
        LossWeights(style=0.0, total_variation=0.0, content_blend=0.0),
        LossWeights(content=0.0, total_variation=0.0, style_layer_exponent=2.0),
    ],
    ids=["no style", "no content", "relu5_2 alone", "style alone"],
)
def test_terms_of_weight_zero_are_left_out(weights):
    assert_equal_to_untiled(replace(SMALL, weights=weights))


def test_the_style_may_be_relative_to_the_painting():
    assert_equal_to_untiled(replace(SMALL, weights=LossWeights(content=0.0, style_balance="relative")))


def test_colour_may_be_smoothed_more_than_lightness():
    weights = LossWeights(style=0.0, total_variation=1e4, chroma_smoothing=9.0)
    assert_equal_to_untiled(replace(SMALL, weights=weights))


def test_smoothing_may_weigh_differently_from_place_to_place():
    assert_equal_to_untiled(replace(SMALL, is_adaptive=True))
    assert_equal_to_untiled(replace(SMALL, is_adaptive=True, weights=LossWeights(style=0.0, total_variation=1e4)))


def test_a_style_of_several_paintings_keeps_its_spread():
    problem = SMALL
    targets = problem.targets
    spread = {name: BlendedGram(gram.mean, gram.spread + 1.0) for name, gram in targets.style.items()}
    evaluate = TiledEvaluation(problem.extract, replace(targets, style=spread), problem.weights, problem.tiling)
    terms, _ = evaluate(problem.picture)
    assert terms[1].numpy() == pytest.approx(problem.untiled()[0][1] + problem.weights.style, rel=1e-4)


def test_a_halo_that_is_too_small_is_seen_in_the_gradient():
    problem = SMALL
    assert relative_error(problem.evaluation(Tiling(32, 48))(problem.picture)[1], problem.untiled()[1]) > 1e-3


def test_what_was_returned_does_not_change_with_later_calls():
    problem = SMALL
    evaluate = problem.evaluation()
    _, gradient = evaluate(problem.picture)
    before = gradient.numpy().copy()
    evaluate(problem.picture / 2.0)
    np.testing.assert_array_equal(gradient.numpy(), before)


def test_the_same_picture_gives_the_same_gradient_to_the_last_bit():
    problem = SMALL
    evaluate = problem.evaluation()
    np.testing.assert_array_equal(evaluate(problem.picture)[1], evaluate(problem.picture)[1])


def test_there_is_one_trace_for_each_shape_of_window():
    problem = Problem(height=260, width=300)
    evaluate = problem.evaluation()
    for _ in range(2):
        evaluate(problem.picture)
    assert evaluate._differentiate.experimental_get_tracing_count() == 4
    assert evaluate._gram_sums.experimental_get_tracing_count() == 4


def test_numbers_that_overflow_give_a_loss_that_is_not_finite_without_a_warning(recwarn):
    problem = Problem(height=40, width=56)
    terms, _ = problem.evaluation()(problem.picture * 1e30)
    assert not np.isfinite(terms.numpy()).any()
    assert not recwarn.list


@pytest.mark.parametrize("pooling", ["max", "avg"])
@pytest.mark.parametrize("size", [(213, 251), (40, 56)])
def test_activations_put_together_from_tiles_are_those_of_the_whole_picture(size, pooling):
    problem = Problem("VGG-19", pooling, BOTH_CONTENT_LAYERS, *size)
    expected = problem.extract(problem.picture)
    came = tiled_features(problem.extract, problem.picture, tiling_for(48, "VGG-19", problem.layers))
    assert set(came) == set(expected)
    for name, features in expected.items():
        assert came[name].shape == features.shape
        assert relative_error(came[name], features.numpy()) < 1e-5, name


@pytest.mark.parametrize("size", [(213, 251), (40, 56)])
def test_gram_matrices_summed_over_tiles_are_those_of_the_whole_picture(size):
    problem = Problem("VGG-19", "max", LossWeights(content=0.0), *size)
    came = tiled_grams(problem.extract, problem.picture, tiling_for(48, "VGG-19", problem.layers))
    for name, features in problem.extract(problem.picture).items():
        assert came[name].dtype == np.float32
        assert relative_error(came[name], gram_matrix(features).numpy()) < 1e-5, name


@pytest.mark.parametrize(
    ("topology", "layer", "radius", "halo"),
    [
        ("VGG-16", "relu1_1", 1, 16),
        ("VGG-16", "relu4_2", 34, 48),
        ("VGG-16", "relu5_1", 58, 64),
        ("VGG-16", "relu5_2", 74, 80),
        ("VGG-19", "relu5_1", 70, 80),
        ("VGG-19", "relu5_2", 86, 96),
    ],
)
def test_the_halo_follows_from_the_convolutions_up_to_the_deepest_layer(topology, layer, radius, halo):
    layers = ("relu1_1", layer)
    assert receptive_radius_px(topology, layers) == radius
    assert tiling_for(512, topology, layers) == Tiling(512, halo)


def test_a_pixel_as_far_away_as_the_receptive_radius_is_seen_and_one_beyond_is_not():
    network = tiny_network()
    extract = FeatureExtractor(network, ["relu3_1"], "avg")
    picture = tf.constant(small_picture(128, 128))
    with tf.GradientTape() as tape:
        tape.watch(picture)
        cell = tf.reduce_sum(extract(picture)["relu3_1"][16, 16])  # its own pixels are 64 to 67
    gradient = np.asarray(tape.gradient(cell, picture))
    seen = np.flatnonzero(np.abs(gradient).sum(axis=(1, 2)))
    radius = receptive_radius_px("VGG-16", ("relu3_1",))
    assert (64 - seen.min(), seen.max() - 67) == (radius, radius)


@given(
    length=st.integers(1, 3000),
    other=st.integers(1, 600),
    tile=st.integers(1, 40).map(lambda k: 16 * k),
    halo=st.integers(1, 6).map(lambda k: 16 * k),
)
def test_every_pixel_is_in_one_core_and_every_core_has_its_halo(length, other, tile, halo):
    tiles = list(Tiling(tile, halo).tiles(length, other))
    assert sum(np.prod(_shape(tile.core)) for tile in tiles) == length * other
    assert len({_shape(tile.window) for tile in tiles}) <= 4
    column = [(tile.window[0], tile.core[0]) for tile in tiles if tile.core[1].start == 0]
    assert column[0][1].start == 0
    assert column[-1][1].stop == length
    assert all(one.stop == next_one.start for (_, one), (_, next_one) in itertools.pairwise(column))
    for window, core in column:
        assert window.start % 16 == core.start % 16 == 0
        assert window.stop - window.start <= tile + 2 * halo
        assert window.start <= max(0, core.start - halo)
        assert window.stop >= min(length, core.stop + halo)


def _shape(index: tuple[slice, slice]) -> tuple[int, ...]:
    return tuple(side.stop - side.start for side in index)


@pytest.mark.parametrize("side", [0, -16, 40])
def test_a_tile_or_a_halo_that_is_no_multiple_of_16_is_refused(side):
    with pytest.raises(OptionsError, match=rf"The side of a tile must be a positive multiple of 16 px; got {side}\."):
        Tiling(side, 64)
    with pytest.raises(OptionsError, match=r"The halo of a tile must be"):
        Tiling(64, side)
