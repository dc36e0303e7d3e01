"""What holds of every statistic: its gradient, its weights, its sums over tiles, and that positions have no order."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from neural_style.losses.statistic import Statistic
from neural_style.losses.style import STATISTICS, StyleTerm, blend, statistics_of, style_term
from neural_style.losses.term import View
from neural_style.masks import READY, divide
from neural_style.regions import Division
from neural_style.settings import LossWeights, Settings
from neural_style.vgg.levels import level_of
from tests.fakes import small_picture, tiny_network
from tests.losses.sources import WholePictures

LAYER = "relu3_1"
SIZE, CHANNELS = (6, 9), 5
EACH = pytest.mark.parametrize("statistic", STATISTICS.values(), ids=STATISTICS)


def activations(seed: int, size: tuple[int, int] = SIZE, *, spread: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    values = np.maximum(rng.normal(0.3, spread, (*size, CHANNELS)), 0.0)
    return (level_of(LAYER) * values).astype(np.float32)


def view_of(features: np.ndarray, weights: np.ndarray | None = None, core: Sequence[int] | None = None) -> View:
    planes = {} if weights is None else {f"{LAYER} weights": tf.constant(weights[..., np.newaxis], tf.float32)}
    image = tf.zeros([4 * features.shape[0], 4 * features.shape[1], 3])
    return View(image, {LAYER: tf.constant(features)}, planes, None if core is None else tf.constant(core))


def prepared_for(statistic: Statistic) -> Mapping[str, Any]:
    """What the statistic needs, of paintings seen by a network whose layer has as many channels."""
    network = tiny_network()
    paintings = [small_picture(40, 40, seed=2), small_picture(44, 36, seed=3)]
    settings = Settings(weights=LossWeights(style_layers=LAYER))
    sources = WholePictures(network, paintings[0], paintings, Division.of_shares([0.5, 0.5]), settings)
    made = statistic.prepared(sources, [LAYER])
    return {layer: np.resize(values, (*np.shape(values)[:-1], CHANNELS)) for layer, values in made.items()}


def term_of(statistic: Statistic) -> StyleTerm:
    prepared = prepared_for(statistic)
    sums = {
        f"{LAYER} {name}": np.asarray(value)
        for name, value in statistic.sums(view_of(activations(2, (8, 8))), LAYER, prepared.get(LAYER)).items()
    }
    target = blend([statistics_of(statistic, sums, [LAYER])[LAYER]], [1.0])
    factor = {LAYER: 1.0 / target.energy}
    return StyleTerm.of_targets({LAYER: target}, factor, statistic=statistic, prepared=prepared)


def value_of(term: StyleTerm, view: View) -> float:
    sums = {name: tf.cast(value, tf.float64) for name, value in term.sums(view).items()}
    return float(term.value(sums))


def gradient_of(term: StyleTerm, view: View) -> np.ndarray:
    sums, pull_back = term.with_pull_back(view)
    with tf.GradientTape() as tape:
        tape.watch(sums)
        value = term.value(sums)
    derivatives: Any = tape.gradient(value, sums, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return np.asarray(pull_back(derivatives)[LAYER])


@EACH
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("core", [None, (0, 16, 16, 32)])
def test_the_gradient_is_that_of_finite_differences(statistic, weighted, core):
    term = term_of(statistic)
    features = activations(1)
    features[features > 0] += 0.01  # no value on the kink of a ReLU
    weights = np.random.default_rng(5).uniform(0.1, 1.0, SIZE) if weighted else None
    gradient = gradient_of(term, view_of(features, weights, core))
    rng = np.random.default_rng(6)
    step = 3e-4 * level_of(LAYER)
    for direction in (gradient / np.linalg.norm(gradient), rng.normal(size=features.shape).astype(np.float32)):
        ahead, behind = (value_of(term, view_of(features + way * step * direction, weights, core)) for way in (1, -1))
        slope, error = (ahead - behind) / (2 * step), 0.01 * float(np.linalg.norm(gradient))
        assert float((gradient * direction).sum()) == pytest.approx(slope, rel=0.02, abs=error)


@EACH
def test_positions_have_no_order(statistic):
    term, features = term_of(statistic), activations(1)
    shuffled = np.random.default_rng(7).permutation(features.reshape(-1, CHANNELS)).reshape(features.shape)
    assert value_of(term, view_of(shuffled)) == pytest.approx(value_of(term, view_of(features)), rel=1e-5)


@EACH
def test_a_picture_with_the_statistic_of_the_painting_has_no_loss_at_any_size(statistic):
    term = term_of(statistic)
    painting = activations(2, (8, 8))
    assert value_of(term, view_of(painting)) < 1e-9
    assert value_of(term, view_of(np.concatenate([painting, painting]))) < 1e-9
    assert value_of(term, view_of(activations(1))) > 1e-4


@EACH
def test_what_has_no_weight_does_not_count(statistic):
    term, features = term_of(statistic), activations(1)
    weights = np.zeros(SIZE)
    weights[:3] = 1.0
    assert value_of(term, view_of(features, weights)) == pytest.approx(value_of(term, view_of(features[:3])), rel=1e-4)
    changed = features.copy()
    changed[3:] = 0.0
    assert value_of(term, view_of(changed, weights)) == pytest.approx(value_of(term, view_of(features, weights)))


@EACH
def test_the_sums_of_tiles_add_up(statistic):
    term, features = term_of(statistic), activations(1, (8, 8))
    whole = term.sums(view_of(features))
    parts = [term.sums(view_of(features, core=core)) for core in ((0, 16, 0, 32), (16, 32, 0, 32))]
    for name, sums in whole.items():
        np.testing.assert_allclose(sum(np.asarray(part[name]) for part in parts), sums, rtol=1e-5)


@EACH
def test_flat_activations_and_none_at_all_leave_loss_and_gradient_finite(statistic):
    term = term_of(statistic)
    for features in (np.zeros((*SIZE, CHANNELS), np.float32), np.full((*SIZE, CHANNELS), 3.0, np.float32)):
        assert np.isfinite(value_of(term, view_of(features)))
        assert np.isfinite(gradient_of(term, view_of(features))).all()


@EACH
def test_of_bfloat16_activations_the_gradient_is_that_of_float32_within_a_few_per_cent(statistic):
    term, features = term_of(statistic), tf.cast(activations(1), tf.bfloat16)
    exact = gradient_of(term, view_of(tf.cast(features, tf.float32).numpy()))
    view = view_of(activations(1))
    rounded = gradient_of(term, View(view.image, {LAYER: features}, {}))
    error = np.asarray(rounded, np.float32) - exact
    assert np.linalg.norm(error) < 0.05 * np.linalg.norm(exact)


@EACH
def test_each_half_of_a_picture_is_held_to_its_own_painting(statistic):
    name: Any = next(name for name, each in STATISTICS.items() if each is statistic)
    settings = Settings(weights=LossWeights(style=1.0, style_layers=LAYER, style_statistic=name))
    photo, paintings = small_picture(48, 64, seed=1), [small_picture(40, 40, seed=2), small_picture(44, 36, seed=3)]
    division = divide((READY["left"], READY["right"]), (1.0, 1.0), None, photo.shape[:2])
    term: Any = style_term(WholePictures(tiny_network(), photo, paintings, division, settings))
    left, right = (np.asarray(part.means[LAYER]) for part in term.parts)
    assert not np.allclose(left, right, rtol=0.01)
