import numpy as np
import pytest
import tensorflow as tf

from neural_style.losses.gram import BlendedGram, blend_grams, gram_matrix
from neural_style.losses.terms import (
    STYLE_ENERGY,
    Targets,
    chroma_stressed,
    least_style_loss,
    loss_layers,
    loss_terms,
    style_factors,
    total_variation,
)
from neural_style.settings import LossWeights, Pooling
from neural_style.vgg.extractor import FeatureExtractor
from tests import oracle
from tests.fakes import small_picture, tiny_network

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
        content_layers, style_layers = loss_layers(weights)
        extract_styles = FeatureExtractor(self.network, style_layers, pooling)
        per_style = [
            {k: gram_matrix(v).numpy() for k, v in extract_styles(tf.constant(s)).items()} for s in self.styles
        ]
        grams = {layer: blend_grams([own[layer] for own in per_style], SHARES) for layer in style_layers}
        content = FeatureExtractor(self.network, content_layers, pooling)(tf.constant(self.content))
        self.targets = Targets(content, grams)
        self.extract = FeatureExtractor(self.network, content_layers + style_layers, pooling)

    def terms_and_gradient(self) -> tuple[np.ndarray, np.ndarray]:
        picture = tf.constant(self.picture)
        with tf.GradientTape() as tape:
            tape.watch(picture)
            terms = loss_terms(picture, self.extract(picture), self.targets, self.weights)
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


def test_the_loss_is_the_spread_of_the_styles_at_least():
    problem = Problem(LossWeights(content=0.0, total_variation=0.0), "max")
    terms, _ = problem.terms_and_gradient()
    least = least_style_loss(problem.targets, problem.weights)
    assert least == pytest.approx(sum(500.0 * 0.2 * target.spread for target in problem.targets.style.values()))
    assert terms[1] > least > 0.0


RELATIVE = LossWeights(style=3.0, style_balance="relative")


def targets_of(*scales: float) -> dict[str, BlendedGram]:
    gram = np.array([[1.0, 2.0], [2.0, 5.0]], np.float32)  # mean square 8.5
    return {f"relu{k}_1": BlendedGram(scale * gram, 0.0) for k, scale in enumerate(scales, start=1)}


def test_relative_factors_worked_out_by_hand():
    factors = style_factors(targets_of(1.0, 10.0, 1.0, 1.0, 1.0), RELATIVE)
    assert factors["relu1_1"] == pytest.approx(3.0 * 0.2 * STYLE_ENERGY / 8.5)
    assert factors["relu2_1"] == pytest.approx(3.0 * 0.2 * STYLE_ENERGY / 850.0)


def test_a_painting_of_any_contrast_has_the_same_relative_loss():
    pale, garish = (style_factors(targets_of(*[scale] * 5), RELATIVE) for scale in (0.1, 30.0))
    assert {name: 0.1**2 * factor for name, factor in pale.items()} == pytest.approx(
        {name: 30.0**2 * factor for name, factor in garish.items()}
    )


def test_a_layer_in_which_a_painting_has_all_but_nothing_does_not_count_most():
    factors = style_factors(targets_of(1.0, 1.0, 1.0, 1.0, 1e-12), RELATIVE)
    assert factors["relu5_1"] == pytest.approx(1e6 * factors["relu1_1"])
    nothing = style_factors(targets_of(*[0.0] * 5), RELATIVE)
    assert all(np.isfinite(factor) for factor in nothing.values())


def test_a_term_of_weight_zero_asks_for_no_layer():
    assert loss_layers(LossWeights(style=0.0)) == (("relu4_2",), ())
    assert loss_layers(LossWeights(content=0.0)) == ((), ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"))
