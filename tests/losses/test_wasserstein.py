"""The Wasserstein style loss, against SciPy in float64."""

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray
from scipy.linalg import sqrtm

from neural_style.losses.term import View
from neural_style.losses.wasserstein import (
    BLOCK_WEIGHTS,
    LAYERS,
    RIDGE,
    SCALE,
    Gaussian,
    WassersteinTerm,
    mixture,
    moment_sums,
    squared_distance,
    wasserstein_layer_weights,
    wasserstein_layers,
)
from neural_style.settings import LossWeights
from neural_style.vgg.levels import level_of

Moments = tuple[NDArray[np.float64], NDArray[np.float64]]


def activations(seed: int, positions: int = 60, channels: int = 7) -> NDArray[np.float64]:
    """As after a ReLU, with channels that go together."""
    rng = np.random.default_rng(seed)
    return np.maximum(rng.normal(size=(positions, channels)) @ rng.normal(size=(channels, channels)), 0.0)


def moments(samples: NDArray[np.float64]) -> Moments:
    return samples.mean(0), samples.T @ samples / len(samples)


def covariance(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.cov(samples.T, bias=True)


def by_scipy(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> float:
    """The definition, with general matrix roots."""
    ridge = RIDGE * np.eye(ours.shape[1])
    first, second = covariance(ours) + ridge, covariance(theirs) + ridge
    root = np.asarray(sqrtm(second))
    trace = np.trace(first + second - 2.0 * np.asarray(sqrtm(root @ first @ root))).real
    return float(np.mean((ours.mean(0) - theirs.mean(0)) ** 2) + trace / ours.shape[1])


def distance(samples: NDArray[np.float64], target: Gaussian, dtype: str = "float64") -> float:
    return float(
        squared_distance(tf.constant(samples.mean(0), dtype), tf.constant(covariance(samples), dtype), target.target)
    )


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-6), ("float32", 1e-3)])
def test_the_distance_is_that_of_scipys_matrix_roots(dtype: str, tolerance: float) -> None:
    ours, theirs = activations(1), 1.7 * activations(2)
    target = Gaussian.of_moments(*moments(theirs))
    assert distance(ours, target, dtype) == pytest.approx(by_scipy(ours, theirs), rel=tolerance)


def test_in_one_dimension_it_is_the_difference_of_means_and_of_standard_deviations_squared() -> None:
    target = Gaussian.of_moments(np.array([5.0]), np.array([[25.0 + 9.0]]))
    found = float(squared_distance(tf.constant([2.0], tf.float64), tf.constant([[1.0]], tf.float64), target.target))
    assert found == pytest.approx((5 - 2) ** 2 + (np.sqrt(9 + RIDGE) - np.sqrt(1 + RIDGE)) ** 2, rel=1e-9)


def test_a_picture_is_at_no_distance_from_itself_and_from_its_shuffled_positions() -> None:
    samples = activations(3)
    shuffled = np.random.default_rng(0).permutation(samples)
    assert distance(shuffled, Gaussian.of_moments(*moments(samples))) == pytest.approx(0.0, abs=1e-9)


def test_the_gradient_is_that_of_finite_differences() -> None:
    rng = np.random.default_rng(4)
    samples, direction = activations(5), rng.normal(size=(60, 7))
    target = Gaussian.of_moments(*moments(2.0 * activations(6))).target

    def loss(picture: tf.Tensor) -> tf.Tensor:
        mean = tf.reduce_mean(picture, 0)
        second = tf.matmul(picture, picture, transpose_a=True) / len(samples)
        return squared_distance(mean, second - tf.tensordot(mean, mean, 0), target)

    picture = tf.constant(samples)
    with tf.GradientTape() as tape:
        tape.watch(picture)
        value = loss(picture)
    slope = float(np.sum(np.asarray(tape.gradient(value, picture)) * direction))
    step = 1e-5
    above, below = (float(loss(tf.constant(samples + sign * step * direction))) for sign in (1, -1))
    assert slope == pytest.approx((above - below) / (2 * step), rel=1e-5)


@pytest.mark.parametrize("flat", ["ours", "theirs", "both"])
def test_flat_pictures_have_a_finite_distance_and_gradient(flat: str) -> None:
    ours, theirs = activations(7), activations(8)
    if flat in ("ours", "both"):
        ours = np.ones_like(ours)
    if flat in ("theirs", "both"):
        theirs = np.zeros_like(theirs)
    target = Gaussian.of_moments(*moments(theirs)).target
    given = tf.constant(covariance(ours), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(given)
        value = squared_distance(tf.constant(ours.mean(0), tf.float32), given, target)
    assert np.isfinite(float(value))
    assert np.isfinite(np.asarray(tape.gradient(value, given))).all()


def test_the_mixture_of_two_paintings_has_the_moments_of_a_picture_made_of_both() -> None:
    first, second = activations(9, positions=30), 3.0 + activations(10, positions=90)
    joined = np.concatenate([first, second])
    target = mixture([moments(first), moments(second)], [0.25, 0.75])
    np.testing.assert_allclose(target.mean, joined.mean(0))
    np.testing.assert_allclose(target.covariance, covariance(joined) + RIDGE * np.eye(7))


def test_the_term_weighs_the_layers_at_torchvisions_level() -> None:
    rng = np.random.default_rng(11)
    features = {layer: rng.uniform(size=(6, 5, 4)).astype(np.float32) * level_of(layer) for layer in LAYERS}
    theirs = {layer: rng.uniform(size=(30, 4)) for layer in LAYERS}
    targets = {layer: Gaussian.of_moments(*moments(samples)).target for layer, samples in theirs.items()}
    weights: dict[str, float] = dict(zip(LAYERS, (0.4, 0.3, 0.2, 0.1), strict=True))
    term = WassersteinTerm(3.0, targets, weights, tuple(targets))
    view = View(tf.zeros([6, 5, 3]), {layer: tf.constant(values) for layer, values in features.items()}, {})
    found = float(term.value(term.sums(view)))
    expected = sum(
        weight * by_scipy(features[layer].reshape(-1, 4).astype(np.float64) / level_of(layer), theirs[layer])
        for layer, weight in weights.items()
    )
    assert found == pytest.approx(3.0 * SCALE * expected, rel=1e-3)


def test_only_the_core_of_a_window_counts() -> None:
    values = np.random.default_rng(12).uniform(size=(32, 32, 5)).astype(np.float32)
    core = tf.constant([16, 32, 0, 16])
    sums = moment_sums(View(tf.zeros([32, 32, 3]), {"relu1_1": tf.constant(values)}, {}, core), ["relu1_1"])
    inside = values[16:32, 0:16].reshape(-1, 5)
    np.testing.assert_allclose(np.asarray(sums["relu1_1 mean"]), inside.sum(0), rtol=1e-5)
    np.testing.assert_allclose(np.asarray(sums["relu1_1"]), inside.T @ inside, rtol=1e-5)
    assert float(sums["relu1_1 positions"]) == 256


def test_without_a_weight_no_layer_is_looked_at() -> None:
    assert wasserstein_layers(LossWeights()) == ()
    assert wasserstein_layers(LossWeights(wasserstein=1.0)) == LAYERS


def test_layers_weigh_by_their_block_and_what_they_are_given() -> None:
    usual = wasserstein_layer_weights(LossWeights())
    assert list(usual.values()) == pytest.approx([weight / 340.0 for weight in BLOCK_WEIGHTS[:4]])
    named = wasserstein_layer_weights(LossWeights(style_layers="relu3_2:2 relu5_1"))
    assert named == pytest.approx({"relu3_2": 32.0 / 33.0, "relu5_1": 1.0 / 33.0})
