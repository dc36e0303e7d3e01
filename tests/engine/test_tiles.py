from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from neural_style.engine.evaluation import CompiledLoss, compiled_loss, losses_and_gradient, plane_values
from neural_style.engine.tiles import TiledEvaluation, tiled_cells, tiled_features, tiled_sums
from neural_style.engine.tiling import Tiling, tiling_for
from neural_style.errors import OptionsError
from neural_style.losses.gram import GRAM, gram_matrix
from neural_style.losses.hypercolumns import GRID, LAYER_SHARES, raw_hypercolumns
from neural_style.losses.objective import Objective, loss_layers, objective
from neural_style.losses.style import Blended, StyleTerm, statistic_sums, statistics_of
from neural_style.regions import Division
from neural_style.settings import Arithmetic, LossWeights, Pooling, Settings
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.network import Network
from tests.fakes import small_picture, tiny_network
from tests.losses.sources import WholePictures

BOTH_CONTENT_LAYERS = LossWeights(content_blend=0.5)
STYLE_SIZE = (72, 60)


@cache
def network_of(topology: str) -> Network:
    """One network, and so one compiled function, for all pictures that it looks at."""
    return tiny_network(topology)


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
    def picture(self) -> Any:
        """A tensor, as on a GPU."""
        return tf.constant(small_picture(self.height, self.width, seed=5))

    @property
    def layers(self) -> tuple[str, ...]:
        return loss_layers(self.weights)

    @property
    def extract(self) -> FeatureExtractor:
        return FeatureExtractor(network_of(self.topology), self.layers, self.pooling, self.arithmetic)

    @property
    def objective(self) -> Objective:
        smoothing = "adaptive" if self.is_adaptive else "even"
        settings = Settings(weights=self.weights, pooling=self.pooling, smoothing=smoothing)
        content, style = small_picture(self.height, self.width, seed=1), small_picture(*STYLE_SIZE, seed=2)
        return objective(
            WholePictures(network_of(self.topology), content, [style], Division.of_shares([1.0]), settings)
        )

    @property
    def tiling(self) -> Tiling:
        return tiling_for(32, self.topology, self.layers)

    def compiled(self, objective: Objective | None = None) -> CompiledLoss:
        network = network_of(self.topology)
        return compiled_loss(network, objective or self.objective, self.pooling, self.arithmetic)

    def untiled(self) -> tuple[np.ndarray, np.ndarray]:
        """Loss and gradient of the whole picture, worked out without compiling anything."""
        objective = self.objective
        terms, gradient = losses_and_gradient(self.picture, self.extract, objective, plane_values(objective))
        return terms.numpy(), gradient.numpy()

    def evaluation(self, tiling: Tiling | None = None) -> TiledEvaluation:
        objective = self.objective
        return TiledEvaluation(self.compiled(objective), objective, tiling or self.tiling)


SMALL = Problem(height=192, width=192)
"""Four tiles of one shape, so that there is little to compile."""


def relative_error(came: object, wanted: np.ndarray) -> float:
    difference = np.asarray(came, np.float64) - wanted
    return float(np.linalg.norm(difference) / np.linalg.norm(wanted))


def assert_equal_to_untiled(problem: Problem, tiling: Tiling | None = None) -> None:
    terms, gradient = problem.evaluation(tiling)(problem.picture)
    wanted_terms, wanted_gradient = problem.untiled()
    np.testing.assert_allclose(terms, wanted_terms, rtol=1e-4)
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
    of_tiles = TiledEvaluation(problem.compiled(), SMALL.objective, SMALL.tiling)(SMALL.picture)[1]
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


@pytest.mark.parametrize(
    "weights",
    [
        LossWeights(style=0.0, wasserstein=30.0),
        LossWeights(style=0.0, matching=10.0),
        LossWeights(style=0.0, wasserstein=30.0, matching=10.0, coherence=1.0),
    ],
    ids=["Wasserstein", "matching", "both"],
)
@pytest.mark.parametrize("size", [(192, 192), (129, 211)])
def test_paintings_may_be_followed_by_their_distribution_and_by_their_places(weights, size):
    assert_equal_to_untiled(Problem("VGG-19", weights=weights, height=size[0], width=size[1]))


def test_a_style_of_several_paintings_keeps_its_spread():
    problem = SMALL
    content, style, smoothing = problem.objective.terms
    assert isinstance(style, StyleTerm)
    spread = {layer: Blended(mean, spread=1.0) for layer, mean in style.means.items()}  # one painting alone has 0
    changed = Objective([content, StyleTerm.of_targets(spread, style.factors), smoothing])
    terms, _ = TiledEvaluation(problem.compiled(changed), changed, problem.tiling)(problem.picture)
    assert terms[1] == pytest.approx(problem.untiled()[0][1] + problem.weights.style, rel=1e-4)


def test_a_term_that_needs_the_whole_picture_is_refused_in_a_sentence():
    _, style, _ = SMALL.objective.terms
    assert isinstance(style, StyleTerm)
    matched = Objective([replace(style, name="matched_strokes", is_additive=False)])
    with pytest.raises(
        OptionsError, match=r"The matched strokes loss needs the whole picture at once.*Choose a smaller"
    ):
        TiledEvaluation(SMALL.compiled(matched), matched, SMALL.tiling)


def test_a_halo_that_is_too_small_is_seen_in_the_gradient():
    problem = SMALL
    assert relative_error(problem.evaluation(Tiling(32, 48))(problem.picture)[1], problem.untiled()[1]) > 1e-3


def test_what_was_returned_does_not_change_with_later_calls():
    problem = SMALL
    evaluate = problem.evaluation()
    _, gradient = evaluate(problem.picture)
    before = gradient.copy()
    evaluate(problem.picture / 2.0)
    np.testing.assert_array_equal(gradient, before)


def test_the_same_picture_gives_the_same_gradient_to_the_last_bit():
    problem = SMALL
    evaluate = problem.evaluation()
    np.testing.assert_array_equal(evaluate(problem.picture)[1], evaluate(problem.picture)[1])


def test_the_picture_given_is_not_changed_and_may_be_an_array_or_a_tensor():
    evaluate = SMALL.evaluation()
    picture = SMALL.picture.numpy()
    before = picture.copy()
    terms, gradient = evaluate(picture)
    np.testing.assert_array_equal(picture, before)
    of_tensor = evaluate(SMALL.picture)
    assert of_tensor[0] == terms
    np.testing.assert_array_equal(of_tensor[1], gradient)


def test_the_terms_are_numbers_of_python_and_the_gradient_is_an_array_of_its_own():
    evaluate = SMALL.evaluation()
    (terms, first), (_, second) = evaluate(SMALL.picture), evaluate(SMALL.picture)
    assert {type(term) for term in terms} == {float}
    assert len(terms) == len(SMALL.objective.terms) + 1
    assert isinstance(first, np.ndarray)
    assert first.dtype == np.float32
    assert not np.shares_memory(first, second)


def test_windows_of_all_shapes_and_pictures_of_all_sizes_are_worked_out_by_the_same_two_functions(monkeypatch):
    traced = []
    original = FeatureExtractor.with_pull_back

    def counting(self: FeatureExtractor, image: tf.Tensor) -> object:
        traced.append(image.shape)
        return original(self, image)

    first = Problem(height=129, width=150)
    loss = CompiledLoss(first.extract, first.objective)
    others = [replace(first, height=height, width=width) for height, width in ((192, 192), (40, 56))]
    objectives = [problem.objective for problem in (first, *others)]  # targets are seen by the network, too
    monkeypatch.setattr(FeatureExtractor, "with_pull_back", counting)
    for problem, objective_ in zip((first, *others), objectives, strict=True):
        evaluate = TiledEvaluation(loss, objective_, problem.tiling)
        for _ in range(2):
            evaluate(problem.picture)
    assert [shape.as_list() for shape in traced] == [[None, None, 3]] * 2


def test_numbers_that_overflow_give_a_loss_that_is_not_finite_without_a_warning(recwarn):
    problem = Problem(height=40, width=56)
    terms, _ = problem.evaluation()(problem.picture * 1e30)
    assert not np.isfinite(terms).any()
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
    tiling, layers = tiling_for(48, "VGG-19", problem.layers), problem.layers
    sums = tiled_sums(problem.extract, problem.picture, tiling, lambda view: statistic_sums(GRAM, view, layers, {}))
    came = statistics_of(GRAM, sums, layers)
    for name, features in problem.extract(problem.picture).items():
        assert came[name].dtype == np.float32
        assert relative_error(came[name], gram_matrix(features).numpy()) < 1e-5, name


@pytest.mark.parametrize("size", [(213, 251), (40, 56)])
def test_hypercolumns_put_together_from_tiles_are_those_of_the_whole_picture(size):
    extract = FeatureExtractor(tiny_network(), LAYER_SHARES)
    picture, tiling = tf.constant(small_picture(*size)), tiling_for(32, "VGG-16", LAYER_SHARES)
    np.testing.assert_allclose(
        tiled_cells(extract, picture, tiling, raw_hypercolumns, GRID), raw_hypercolumns(extract(picture)), atol=1e-3
    )
