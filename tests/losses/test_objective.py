import numpy as np
import pytest
import tensorflow as tf

from neural_style.losses.gram import GramTerm
from neural_style.losses.objective import Objective, loss_layers, objective
from neural_style.settings import LossWeights, Pooling, Settings
from neural_style.vgg.extractor import FeatureExtractor
from tests import oracle
from tests.fakes import small_picture, tiny_network
from tests.losses.sources import WholePictures

CASES = {
    "the original program's defaults": LossWeights(),
    "both content layers": LossWeights(content_blend=0.3),
    "only the deep content layer": LossWeights(content_blend=0.0),
    "deep style layers stressed": LossWeights(style_layer_exponent=2.0, total_variation=1.0),
    "style layers relative to their targets": LossWeights(style_balance="relative", style_layer_exponent=0.5),
    "colour smoothed more than lightness": LossWeights(content=0.0, total_variation=1e4, chroma_smoothing=9.0),
    "content alone": LossWeights(style=0.0, total_variation=0.0),
    "style alone": LossWeights(content=0.0, total_variation=0.0),
}
STYLE_SIZES = ((48, 40), (30, 51), (64, 24))
SHARES = (0.5, 0.3, 0.2)


class Problem:
    """A content, three styles and a picture in between, seen by the program and by the oracle."""

    def __init__(self, weights: LossWeights, pooling: Pooling) -> None:
        self.network = tiny_network("VGG-19")
        self.weights, self.pooling = weights, pooling
        self.content = small_picture(33, 46, seed=1)
        self.styles = [small_picture(*size, seed=10 + k) for k, size in enumerate(STYLE_SIZES)]
        self.picture = small_picture(33, 46, seed=5)
        settings = Settings(weights=weights, pooling=pooling)
        self.objective = objective(WholePictures(self.network, self.content, self.styles, SHARES, settings))
        self.extract = FeatureExtractor(self.network, self.objective.layers, pooling)

    def terms_and_gradient(self) -> tuple[np.ndarray, np.ndarray]:
        picture = tf.constant(self.picture)
        with tf.GradientTape() as tape:
            tape.watch(picture)
            terms = self.objective(picture, self.extract(picture))
            total = terms[-1]
        return terms.numpy(), np.asarray(tape.gradient(total, picture))

    def oracle_terms(self, picture: np.ndarray) -> tuple[float, float, float]:
        return oracle.loss_terms(self.network, picture, self.content, self.styles, SHARES, self.weights, self.pooling)


@pytest.mark.parametrize("pooling", ["max", "avg"])
@pytest.mark.parametrize("case", CASES)
def test_every_term_equals_its_float64_value_summed_over_three_styles_one_by_one(case, pooling):
    problem = Problem(CASES[case], pooling)
    terms, _ = problem.terms_and_gradient()
    expected = problem.oracle_terms(problem.picture)
    np.testing.assert_allclose(terms[:3], expected, rtol=1e-4, atol=1e-4)
    assert terms[3] == pytest.approx(sum(expected), rel=1e-4)


@pytest.mark.parametrize("pooling", ["max", "avg"])
@pytest.mark.parametrize("case", CASES)
def test_the_gradient_equals_finite_differences_of_the_float64_loss(case, pooling):
    problem = Problem(CASES[case], pooling)
    _, gradient = problem.terms_and_gradient()
    picture, gradient = problem.picture.astype(np.float64), gradient.astype(np.float64)
    for direction in (gradient, np.random.default_rng(3).normal(size=gradient.shape)):
        step = direction * (1e-4 / np.abs(direction).max())
        rise = sum(problem.oracle_terms(picture + step)) - sum(problem.oracle_terms(picture - step))
        scale = float(np.linalg.norm(gradient) * np.linalg.norm(step))
        assert rise / 2 == pytest.approx((gradient * step).sum(), rel=1e-4, abs=1e-6 * scale)


def test_the_loss_is_the_spread_of_the_styles_at_least():
    problem = Problem(LossWeights(content=0.0, total_variation=0.0), "max")
    terms, _ = problem.terms_and_gradient()
    style = problem.objective.terms[1]
    assert isinstance(style, GramTerm)
    assert problem.objective.least == pytest.approx(
        sum(500.0 * 0.2 * target.spread for target in style.targets.values())
    )
    assert terms[1] > problem.objective.least > 0.0


def test_a_term_of_weight_zero_asks_for_no_layer():
    assert loss_layers(LossWeights(style=0.0)) == ("relu4_2",)
    assert loss_layers(LossWeights(content=0.0)) == ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")


def test_the_layers_that_the_terms_look_at_are_those_that_the_weights_ask_for():
    for case in CASES.values():
        assert Problem(case, "max").objective.layers == loss_layers(case)


def test_the_terms_are_reported_in_one_order_and_their_total_comes_last():
    problem = Problem(LossWeights(content=0.0, total_variation=0.0), "max")
    terms, _ = problem.terms_and_gradient()
    assert problem.objective.names == ("content", "style", "total_variation")
    assert terms.tolist() == [0.0, terms[1], 0.0, terms[1]]


def test_sums_of_two_halves_added_up_have_the_value_of_the_whole():
    problem = Problem(LossWeights(content_blend=0.3, chroma_smoothing=4.0), "max")
    image = tf.constant(problem.picture)
    features = problem.extract(image)
    planes = {name: {key: plane.values for key, plane in own.items()} for name, own in problem.objective.planes.items()}
    height, width, _ = problem.picture.shape
    cores = [tf.constant(core) for core in ((0, 32, 0, width), (32, height, 0, width))]
    halves = [problem.objective.sums(image, features, planes, core) for core in cores]
    added = {term: {key: halves[0][term][key] + halves[1][term][key] for key in halves[0][term]} for term in halves[0]}
    whole, _ = problem.terms_and_gradient()
    np.testing.assert_allclose(problem.objective.values(added), whole, rtol=1e-4)


def test_without_terms_there_is_nothing_to_minimise():
    assert Objective(()).names == ()
    assert Objective(()).least == 0
