"""Statistics of regions: by hand, against float64, and as sums that tiles may add up."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from neural_style.losses.gram import gram_sum
from neural_style.losses.objective import Objective
from neural_style.losses.regional import RegionalTerm, box_of, mean_in_cells
from neural_style.losses.style import StyleTerm, style_term
from neural_style.losses.term import PIXELS, Sources, Term, View
from neural_style.losses.wasserstein import WassersteinTerm, moment_sums, wasserstein_term
from neural_style.masks import READY, Mask, divide
from neural_style.regions import Division, Region
from neural_style.settings import LossWeights, Settings
from neural_style.vgg.extractor import FeatureExtractor
from tests.fakes import small_picture, tiny_network
from tests.losses.sources import WholePictures

NETWORK = tiny_network()
PHOTO = small_picture(48, 64, seed=1)
PAINTINGS = [small_picture(40, 40, seed=2), small_picture(44, 36, seed=3)]
MAKERS = [style_term, wasserstein_term]


def sources(division: Division) -> Sources:
    settings = Settings(weights=LossWeights(style=5.0, wasserstein=1.0))
    return WholePictures(NETWORK, PHOTO, PAINTINGS, division, settings)


def halves(**kept: Mask | None) -> Division:
    return divide((READY["left"], READY["right"]), (1.0, 1.0), kept.get("kept"), PHOTO.shape[:2])


def view_of(term: Term, picture: np.ndarray, core: list[int] | None = None) -> View:
    features = FeatureExtractor(NETWORK, term.layers, "max")(tf.constant(picture))
    planes = {name: plane.values for name, plane in term.planes.items()}
    return View(tf.constant(picture), features, planes, None if core is None else tf.constant(core))


def value(term: Term, picture: np.ndarray) -> float:
    return float(term.value(term.sums(view_of(term, picture))))


def made(maker: Callable[[Sources], Any], division: Division) -> Any:
    return maker(sources(division))


def test_a_weighted_gram_sum_worked_out_by_hand() -> None:
    features = tf.constant([[[1.0, 2.0]], [[3.0, -1.0]]])
    weights = tf.constant([[[1.0]], [[0.5]]])
    np.testing.assert_allclose(gram_sum(features, weights), [[1 + 4.5, 2 - 1.5], [2 - 1.5, 4 + 0.5]])


@pytest.mark.parametrize("dtype", [tf.float32, tf.bfloat16])
def test_weights_of_one_change_no_sum(dtype: tf.DType) -> None:
    features = tf.cast(tf.random.stateless_normal([9, 7, 5], (1, 2)), dtype)
    ones = tf.ones([9, 7, 1])
    np.testing.assert_array_equal(gram_sum(features, ones), gram_sum(features))
    layer = "relu1_1"
    plain = moment_sums(View(features, {layer: features}, {}), [layer])
    weighted = moment_sums(View(features, {layer: features}, {f"{layer} weights": ones}), [layer])
    for name, values in plain.items():
        np.testing.assert_allclose(weighted[name], values, rtol=1e-6)


@pytest.mark.parametrize("maker", MAKERS)
def test_a_region_that_is_the_whole_picture_is_as_none(maker: Callable[[Sources], Any]) -> None:
    whole = Mask(np.full((2, 2), 255, np.uint8))
    region = made(maker, divide((whole, whole), (0.75, 0.25), None, PHOTO.shape[:2]))
    parts = [made(maker, Division.of_shares([share, 1.0 - share])) for share in (1.0, 0.0)]
    expected = 0.75 * value(parts[0], PHOTO) + 0.25 * value(parts[1], PHOTO)
    assert value(region, PHOTO) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("maker", MAKERS)
def test_the_value_is_that_of_the_halves_by_their_areas(maker: Callable[[Sources], Any]) -> None:
    """What a half of the picture holds decides its own part alone, where no cell sees across the border."""
    term = made(maker, halves())
    assert isinstance(term, RegionalTerm)
    left, right = term.parts
    assert value(term, PHOTO) == pytest.approx(value(left, PHOTO) + value(right, PHOTO), rel=1e-5)
    changed = PHOTO.copy()
    changed[:, -8:] = 255.0 - changed[:, -8:]
    of_left = {name: np.asarray(sums) for name, sums in left.sums(view_of(left, changed)).items()}
    for name, sums in left.sums(view_of(left, PHOTO)).items():
        if "relu1" in name or "relu2" in name:
            np.testing.assert_allclose(of_left[name], sums, rtol=1e-6)
    assert value(right, changed) != pytest.approx(value(right, PHOTO), rel=1e-3)


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("kept", [None, READY["ground"].feathered(0.1)])
def test_the_gradient_is_that_of_finite_differences(maker: Callable[[Sources], Any], kept: Mask | None) -> None:
    term = made(maker, halves(kept=kept))
    view = view_of(term, PHOTO)
    sums, pull_back = term.with_pull_back(view)
    _, derivatives = Objective([term]).values_and_derivatives({term.name: sums})
    gradients = pull_back(derivatives[term.name])
    for layer, gradient in gradients.items():
        direction = gradient.numpy() / np.linalg.norm(gradient)

        def along(step: float, layer: str = layer, direction: np.ndarray = direction) -> float:
            features = {name: tf.cast(values, tf.float64) for name, values in view.features.items()}
            features[layer] += step * direction
            planes = {name: tf.cast(plane, tf.float64) for name, plane in view.planes.items()}
            return float(_value64(term, View(view.image, features, planes)))

        slope = (along(1e-4) - along(-1e-4)) / 2e-4
        assert float(tf.reduce_sum(gradient * direction)) == pytest.approx(slope, rel=1e-3)


def _value64(term: Any, view: View) -> Any:
    """Return the value with sums of float64, worked out here."""
    total = 0.0
    for index, part in enumerate(term.parts if isinstance(term, RegionalTerm) else [term]):
        sums: dict[str, Any] = {}
        for layer in part.layers:
            weights = view.planes[f"{index} {layer} weights"]
            features = view.features[layer]
            rows, parts = tf.reshape(features, [-1, features.shape[-1]]), tf.reshape(weights, [-1, 1])
            products = tf.matmul(rows, parts * rows, transpose_a=True)
            if isinstance(part, StyleTerm):
                sums[f"{layer} products"] = products
                sums[f"{layer} count"] = tf.reduce_sum(parts) * float(rows.numpy().shape[1])
            else:
                assert isinstance(part, WassersteinTerm)
                sums[layer] = products
                sums[f"{layer} mean"] = tf.matmul(parts, rows, transpose_a=True)[0]
                sums[f"{layer} positions"] = tf.reduce_sum(parts)
        total += part.value(sums)
    return total


@pytest.mark.parametrize("maker", MAKERS)
def test_the_sums_of_tiles_add_up(maker: Callable[[Sources], Any]) -> None:
    term = made(maker, halves())
    whole = term.sums(view_of(term, PHOTO))
    parts = [term.sums(view_of(term, PHOTO, core)) for core in ([0, 32, 0, 64], [32, 48, 0, 64])]
    for name, values in whole.items():
        np.testing.assert_allclose(parts[0][name] + parts[1][name], values, rtol=1e-5, atol=1e-3)


def test_a_mask_on_the_grid_of_a_layer_is_the_mean_in_each_cell() -> None:
    plane = np.arange(15, dtype=np.float32).reshape(3, 5)
    expected = [[(0 + 1 + 5 + 6) / 4, (2 + 3 + 7 + 8) / 4, (4 + 9) / 2], [10.5, 12.5, 14.0]]
    np.testing.assert_allclose(mean_in_cells(plane, "relu2_1").numpy()[..., 0], expected)
    np.testing.assert_allclose(mean_in_cells(plane, PIXELS).numpy()[..., 0], plane)


def test_a_box_has_all_of_a_region_in_whole_cells_of_the_coarsest_grid():
    weights = np.zeros((50, 70), np.float32)
    weights[17, 33:40] = 0.1
    assert box_of(Region((0,), (1.0,), weights)).tolist() == [16, 32, 32, 48]
    weights[49, 69] = 1.0
    assert box_of(Region((0,), (1.0,), weights)).tolist() == [16, 50, 32, 70]
    weights[0, 0] = 1.0
    assert box_of(Region((0,), (1.0,), weights)).tolist() == [0, 50, 0, 70]


@pytest.mark.parametrize("maker", MAKERS)
def test_a_region_is_the_same_within_its_box_and_in_the_whole_picture(maker: Callable[[Sources], Any]) -> None:
    corner = np.zeros((48, 64), np.float32)
    corner[20:40, 10:30] = 1.0
    masks = Mask.of(corner), Mask.of(1.0 - corner)
    term = made(maker, divide(masks, (1.0, 1.0), None, PHOTO.shape[:2]))
    whole = term.sums(view_of(term, PHOTO, [0, 48, 0, 64]))
    for name, sums in term.sums(view_of(term, PHOTO)).items():
        np.testing.assert_allclose(sums, whole[name], rtol=1e-5, atol=1e-5 * np.abs(whole[name]).max())
