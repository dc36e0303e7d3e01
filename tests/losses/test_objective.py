import numpy as np
import pytest
import tensorflow as tf

from neural_style.engine.evaluation import losses_and_gradient, plane_values
from neural_style.losses.content import ContentTerm
from neural_style.losses.objective import Objective, loss_layers, objective
from neural_style.losses.term import PIXELS
from neural_style.losses.total_variation import TotalVariationTerm
from neural_style.regions import Division
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
        self.objective = objective(
            WholePictures(self.network, self.content, self.styles, Division.of_shares(SHARES), settings)
        )
        self.extract = FeatureExtractor(self.network, self.objective.layers, pooling)

    def terms_and_gradient(self) -> tuple[np.ndarray, np.ndarray]:
        planes = plane_values(self.objective)
        terms, gradient = losses_and_gradient(tf.constant(self.picture), self.extract, self.objective, planes)
        return terms.numpy(), gradient.numpy()

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
    seen = [oracle.features(problem.network, style, "max") for style in problem.styles]
    spreads = 0.0
    for layer in problem.objective.layers:
        grams = [oracle.gram(features[layer]) for features in seen]
        mean = np.tensordot(SHARES, grams, axes=1)
        spreads += sum(share * ((gram - mean) ** 2).mean() for share, gram in zip(SHARES, grams, strict=True))
    assert problem.objective.least == pytest.approx(500.0 * 0.2 * spreads, rel=1e-4)
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
    planes = plane_values(problem.objective)
    height, width, _ = problem.picture.shape
    cores = [tf.constant(core) for core in ((0, 32, 0, width), (32, height, 0, width))]
    halves = [problem.objective.sums(image, features, planes, core) for core in cores]
    added = {term: {key: halves[0][term][key] + halves[1][term][key] for key in halves[0][term]} for term in halves[0]}
    whole, _ = problem.terms_and_gradient()
    np.testing.assert_allclose(problem.objective.values(added), whole, rtol=1e-4)


def test_the_gradients_of_two_halves_added_up_are_that_of_the_whole():
    problem = Problem(LossWeights(content_blend=0.3, chroma_smoothing=4.0), "max")
    image, planes = tf.constant(problem.picture), plane_values(problem.objective)
    features = problem.extract(image)
    height, width, _ = problem.picture.shape
    sums, whole = problem.objective.with_pull_back(image, features, planes)
    _, derivatives = problem.objective.values_and_derivatives(sums)
    expected = whole(derivatives)
    cores = [tf.constant(core) for core in ((0, 32, 0, width), (32, height, 0, width))]
    halves = [problem.objective.with_pull_back(image, features, planes, core)[1](derivatives) for core in cores]
    assert set(expected) == {PIXELS, *problem.objective.layers}
    for layer, gradient in expected.items():
        added = halves[0][layer] + halves[1][layer]
        np.testing.assert_allclose(added, gradient, atol=1e-5 * np.abs(gradient).max())


def test_the_derivatives_are_those_of_the_total_by_each_sum_and_0_where_it_does_not_depend_on_one():
    term = TotalVariationTerm(weight=3.0)
    counts = {"vertical count": tf.constant(4.0), "horizontal count": tf.constant(5.0)}
    sums = {term.name: {"vertical": tf.constant(8.0), "horizontal": tf.constant(10.0), **counts}, "idle": {}}
    idle = ContentTerm({}, {}, name="idle")
    values, derivatives = Objective([idle, term]).values_and_derivatives(sums)
    assert values.numpy().tolist() == [0.0, 12.0, 12.0]
    assert float(derivatives[term.name]["vertical"]) == pytest.approx(3.0 / 4)
    assert float(derivatives[term.name]["horizontal"]) == pytest.approx(3.0 / 5)
    assert float(derivatives[term.name]["vertical count"]) == pytest.approx(-3.0 * 8 / 4**2)
    assert derivatives["idle"] == {}
    _, derivatives = Objective([idle]).values_and_derivatives({"idle": {"unused": tf.constant(1.0)}})
    assert float(derivatives["idle"]["unused"]) == 0.0


def test_objectives_that_differ_in_numbers_alone_have_one_structure_and_one_becomes_the_other_by_them():
    first = Problem(LossWeights(content_blend=0.3), "max")
    weights = LossWeights(content_blend=0.6, content=2.0, style=9.0, total_variation=3.0, chroma_smoothing=4.0)
    second = Problem(weights, "max")
    assert first.objective.structure == second.objective.structure
    assert hash(first.objective.structure) == hash(second.objective.structure)
    image = tf.constant(second.picture)
    features = second.extract(image)
    both = [first.objective.with_numbers(second.objective.numbers), second.objective]
    sums, expected = (each.sums(image, features, plane_values(second.objective)) for each in both)
    np.testing.assert_array_equal(both[0].values(sums), both[1].values(expected))


@pytest.mark.parametrize("case", ["only the deep content layer", "both content layers", "content alone", "style alone"])
def test_objectives_of_other_layers_have_other_structures(case):
    plain, other = (Problem(weights, "max").objective for weights in (LossWeights(), CASES[case]))
    assert plain.structure != other.structure


def test_without_terms_there_is_nothing_to_minimise():
    assert Objective(()).names == ()
    assert Objective(()).least == 0
