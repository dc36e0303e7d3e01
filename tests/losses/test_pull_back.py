"""The gradients of the terms, which are written by hand, against those that TensorFlow finds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from neural_style.layers import cell_px
from neural_style.losses.content import ContentTerm
from neural_style.losses.hypercolumns import GRID, LAYER_SHARES
from neural_style.losses.matching import MatchingTerm
from neural_style.losses.objective import Objective
from neural_style.losses.style import StyleTerm, blend
from neural_style.losses.term import PIXELS, Plane, Term, View
from neural_style.losses.total_variation import TotalVariationTerm
from neural_style.losses.wasserstein import LAYERS, Gaussian, WassersteinTerm
from neural_style.vgg.levels import level_of
from tests import oracle
from tests.fakes import small_picture

Size = tuple[int, int]
CHANNELS = 5

WINDOWS: dict[str, tuple[Size, Sequence[int] | None]] = {
    "whole": ((48, 64), None),
    "whole, of odd size": ((33, 47), None),
    "core": ((48, 64), (16, 32, 16, 48)),
    "core up to the ends": ((48, 64), (16, 48, 0, 64)),
    "core up to odd ends": ((33, 47), (16, 33, 16, 47)),
    "core that ends within cells": ((61, 77), (16, 43, 32, 71)),
}
"""What is said of a window -> its size, and its core."""


def cells(size: Size, layer: str) -> Size:
    height, width = (-(-side // cell_px(layer)) for side in size)
    return height, width


def features_of(size: Size, layers: Sequence[str], seed: int = 1) -> dict[str, tf.Tensor]:
    """Random activations as behind a ReLU, at the level of the layer."""
    rng = np.random.default_rng(seed)
    shapes = {layer: (*cells(size, layer), CHANNELS) for layer in layers}
    return {
        layer: tf.constant(level_of(layer) * np.maximum(rng.normal(0.3, 1.0, shape), 0.0), tf.float32)
        for layer, shape in shapes.items()
    }


def content(size: Size) -> ContentTerm:
    targets = features_of(size, ("relu4_2", "relu5_2"), seed=2)
    planes = {layer: Plane(layer, values) for layer, values in targets.items()}
    return ContentTerm({"relu4_2": 3.0, "relu5_2": 5.0}, planes)


def gram(size: Size) -> StyleTerm:
    paintings = [features_of(size, ("relu1_1", "relu3_1"), seed) for seed in (3, 4)]
    targets = {
        layer: blend(
            [oracle.gram(2.0 * painting[layer].numpy()).astype(np.float32) for painting in paintings], [0.4, 0.6]
        )
        for layer in paintings[0]
    }
    return StyleTerm.of_targets(targets, {"relu1_1": 3.0, "relu3_1": 5.0})


def wasserstein(size: Size) -> WassersteinTerm:
    rng = np.random.default_rng(5)
    targets = {}
    for layer in LAYERS:
        samples = np.maximum(rng.normal(size=(60, CHANNELS)) @ rng.normal(size=(CHANNELS, CHANNELS)), 0.0)
        targets[layer] = Gaussian.of_moments(samples.mean(0), samples.T @ samples / len(samples)).target
    return WassersteinTerm(3.0, targets, dict.fromkeys(LAYERS, 0.25), tuple(targets))


def matching(size: Size) -> MatchingTerm:
    rng = np.random.default_rng(6)
    factors = {layer: 0.5 / level_of(layer) * (k + 1) for k, layer in enumerate(LAYER_SHARES)}
    columns = np.maximum(rng.normal(0.3, 1.0, (30, len(factors) * CHANNELS)), 0.0)
    columns /= np.linalg.norm(columns, axis=-1, keepdims=True)
    parts = np.split(columns, len(factors), -1)
    targets = {layer: tf.constant(part, tf.bfloat16) for layer, part in zip(factors, parts, strict=True)}
    index = tf.constant(rng.integers(0, 30, (*cells(size, GRID), 1)), tf.int32)
    return MatchingTerm(3.0, factors, targets, {"index": Plane(GRID, index)})


def smoothing(**fields: Any) -> Callable[[Size], TotalVariationTerm]:
    return lambda _size: TotalVariationTerm(3.0, **fields)


def adaptive(**fields: Any) -> Callable[[Size], TotalVariationTerm]:
    def made(size: Size) -> TotalVariationTerm:
        smoothness = tf.random.stateless_uniform([*size, 1], (1, 2), 0.25, 9.0)
        return TotalVariationTerm(3.0, **fields, planes={"smoothness": Plane(PIXELS, smoothness)})

    return made


OF_FEATURES = {"content": content, "gram": gram, "wasserstein": wasserstein, "matching": matching}

TERMS: dict[str, Callable[[Size], Term]] = {
    **OF_FEATURES,
    "squared differences": smoothing(),
    "squared differences, colour more": smoothing(chroma_smoothing=16.0),
    "absolute differences": smoothing(exponent=1.0),
    "absolute differences, colour more": smoothing(exponent=1.0, chroma_smoothing=16.0),
    "squared differences, here more than there": adaptive(),
    "squared differences, colour more, here more than there": adaptive(chroma_smoothing=16.0),
    "absolute differences, here more than there": adaptive(exponent=1.0),
    "absolute differences, colour more, here more than there": adaptive(exponent=1.0, chroma_smoothing=16.0),
}


def view_of(terms: Sequence[Term], size: Size, core: Sequence[int] | None, dtype: tf.DType = tf.float32) -> View:
    """A picture that the terms see; for one term with its planes."""
    layers = Objective(terms).layers
    features = {layer: tf.cast(values, dtype) for layer, values in features_of(size, layers).items()}
    planes = {name: plane.values for name, plane in terms[0].planes.items()} if len(terms) == 1 else {}
    return View(tf.constant(small_picture(*size)), features, planes, None if core is None else tf.constant(core))


def by_hand(term: Term, view: View) -> Mapping[str, tf.Tensor]:
    sums, pull_back = term.with_pull_back(view)
    _, derivatives = Objective([term]).values_and_derivatives({term.name: sums})
    return pull_back(derivatives[term.name])


def by_tape(term: Term, view: View) -> dict[str, np.ndarray]:
    with tf.GradientTape() as tape:
        tape.watch([view.image, *view.features.values()])
        value = term.value(term.sums(view))
    found = tape.gradient(value, {PIXELS: view.image, **view.features})
    return {layer: np.asarray(gradient) for layer, gradient in found.items() if gradient is not None}


def relative_error(found: tf.Tensor, expected: np.ndarray) -> float:
    assert np.linalg.norm(expected) > 0.0
    return float(np.linalg.norm(tf.cast(found, tf.float32).numpy() - expected) / np.linalg.norm(expected))


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
@pytest.mark.parametrize("make", TERMS.values(), ids=TERMS)
def test_the_gradient_by_what_is_seen_is_that_which_tensorflow_finds(make, window):
    size, core = window
    term = make(size)
    view = view_of([term], size, core)
    found, expected = by_hand(term, view), by_tape(term, view)
    assert set(found) == set(expected) == set(term.layers or [PIXELS])
    for layer, gradient in found.items():
        assert gradient.shape == expected[layer].shape
        np.testing.assert_allclose(gradient, expected[layer], atol=1e-4 * np.abs(expected[layer]).max(), err_msg=layer)
        assert relative_error(gradient, expected[layer]) < 1e-4


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
@pytest.mark.parametrize("make", OF_FEATURES.values(), ids=OF_FEATURES)
def test_of_bfloat16_activations_it_is_that_of_float32_within_a_few_per_cent(make, window):
    size, core = window
    term = make(size)
    rounded = view_of([term], size, core, tf.bfloat16)
    exact = {layer: tf.cast(values, tf.float32) for layer, values in rounded.features.items()}
    expected = by_tape(term, View(rounded.image, exact, rounded.planes, rounded.core))
    for layer, gradient in by_hand(term, rounded).items():
        assert relative_error(gradient, expected[layer]) < 0.03, layer


@pytest.mark.parametrize("dtype", [tf.float32, tf.bfloat16])
@pytest.mark.parametrize("core", [None, (16, 33, 16, 47)])
@pytest.mark.parametrize("make", OF_FEATURES.values(), ids=OF_FEATURES)
def test_it_has_the_format_of_the_activations(make, core, dtype):
    term = make((33, 47))
    gradients = by_hand(term, view_of([term], (33, 47), core, dtype))
    assert {gradient.dtype for gradient in gradients.values()} == {dtype}


@pytest.mark.parametrize("make", TERMS.values(), ids=TERMS)
def test_the_sums_alone_are_those_that_come_with_the_gradient(make):
    term = make((33, 47))
    view = view_of([term], (33, 47), (16, 33, 0, 32))
    sums, _ = term.with_pull_back(view)
    alone = term.sums(view)
    assert set(alone) == set(sums)
    for name, values in sums.items():
        np.testing.assert_array_equal(alone[name], values)


@pytest.mark.parametrize("make", TERMS.values(), ids=TERMS)
def test_outside_of_the_core_nothing_has_a_gradient_but_the_pixels_that_are_compared_with_those_in_it(make):
    term = make((48, 64))
    core = (16, 32, 16, 48)
    for layer, gradient in by_hand(term, view_of([term], (48, 64), core)).items():
        outside = np.array(gradient)
        top, bottom, left, right = (side // cell_px(layer) for side in core)
        edge = 1 if layer == PIXELS else 0
        outside[top : bottom + edge, left : right + edge] = 0.0
        assert not outside.any()


@pytest.mark.parametrize("core", [None, (16, 33, 16, 47)])
def test_gradients_by_a_layer_that_several_terms_look_at_are_added(core):
    size = (33, 47)
    terms = [content(size), gram(size), wasserstein(size), matching(size), smoothing()(size)]
    view = view_of(terms, size, core)
    planes = {term.name: {name: plane.values for name, plane in term.planes.items()} for term in terms}
    objective = Objective(terms)
    sums, pull_back = objective.with_pull_back(view.image, view.features, planes, view.core)
    found = pull_back(objective.values_and_derivatives(sums)[1])
    expected: dict[str, np.ndarray] = {}
    for term in terms:
        seen = View(view.image, view.features, planes[term.name], view.core)
        for layer, gradient in by_tape(term, seen).items():
            expected[layer] = expected.get(layer, 0.0) + gradient
    assert set(found) == set(expected) == {PIXELS, *objective.layers}
    for layer, gradient in found.items():
        assert relative_error(gradient, expected[layer]) < 1e-4, layer


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.5, 2.0])
def test_any_exponent_has_the_gradient_that_tensorflow_finds(exponent):
    term = TotalVariationTerm(3.0, chroma_smoothing=16.0, exponent=exponent)
    view = view_of([term], (17, 22), None)
    assert relative_error(by_hand(term, view)[PIXELS], by_tape(term, view)[PIXELS]) < 1e-4


def test_a_flat_picture_has_no_gradient_of_its_differences_and_a_finite_one_of_its_activations():
    size = (33, 47)
    for make in TERMS.values():
        term = make(size)
        seen = view_of([term], size, None)
        flat = {layer: tf.zeros_like(values) for layer, values in seen.features.items()}
        gradients = by_hand(term, View(tf.fill([*size, 3], 90.0), flat, seen.planes))
        for layer, gradient in gradients.items():
            assert np.isfinite(gradient).all()
            assert layer != PIXELS or not np.any(gradient)
