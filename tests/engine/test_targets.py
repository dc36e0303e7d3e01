from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from neural_style.color import match_colors
from neural_style.engine.canvas import Canvas, prepare_canvas
from neural_style.engine.smoothness import smoothness_map
from neural_style.engine.targets import PictureSources
from neural_style.images.arrays import FloatImage
from neural_style.images.resize import resize
from neural_style.layers import cell_px
from neural_style.losses.gram import GRAM
from neural_style.losses.objective import Objective, objective
from neural_style.losses.style import STATISTICS, Values, statistic_sums, statistics_of, style_statistics
from neural_style.losses.term import View
from neural_style.regions import Division
from neural_style.settings import LossWeights, Pooling, Settings
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.network import Network
from tests import oracle
from tests.fakes import small_picture, small_request, tiny_network

LAYERS = ("relu1_1", "relu3_1")


def grams_of_painting(style: FloatImage, layers: tuple[str, ...], network: Network, pooling: Pooling) -> Values:
    sources = PictureSources(
        Canvas(style, [style], style, Division.of_shares([1.0])), network, Settings(pooling=pooling)
    )
    return style_statistics(GRAM, sources, layers)[0]


@pytest.mark.parametrize("pooling", ["max", "avg"])
def test_the_grams_of_a_painting_equal_those_worked_out_in_float64(pooling):
    network, painting = tiny_network(), small_picture(33, 20)
    features = oracle.features(network, painting, pooling)
    grams = grams_of_painting(painting, LAYERS, network, pooling)
    assert tuple(grams) == LAYERS
    for layer in LAYERS:
        expected = oracle.gram(features[layer])
        np.testing.assert_allclose(grams[layer], expected, atol=1e-5 * np.abs(expected).max())


def objective_of(**settings: object) -> Objective:
    request = small_request(**settings)
    network = tiny_network()
    canvas = prepare_canvas(request, network.mean_rgb)
    return objective(PictureSources(canvas, network, request.settings))


def test_smoothing_is_even_unless_asked_for_otherwise():
    assert objective_of().planes["total_variation"] == {}
    request = small_request()
    canvas = prepare_canvas(request, tiny_network().mean_rgb)
    expected = smoothness_map(canvas.content, canvas.styles, request.shares)
    plane = objective_of(smoothing="adaptive").planes["total_variation"]["smoothness"]
    np.testing.assert_array_equal(plane.values, expected)


def test_no_map_is_made_where_nothing_is_smoothed():
    weights = LossWeights(total_variation=0.0)
    assert objective_of(smoothing="adaptive", weights=weights).planes["total_variation"] == {}


def test_a_painting_is_remembered_for_its_network_size_layers_and_pooling():
    network, painting = tiny_network(), small_picture(33, 20)
    first = grams_of_painting(painting, LAYERS, network, "max")
    assert grams_of_painting(painting.copy(), LAYERS, network, "max") is first
    assert grams_of_painting(painting, LAYERS, network, "avg") is not first
    assert grams_of_painting(painting, LAYERS[:1], network, "max") is not first
    assert grams_of_painting(painting[:, :-1], LAYERS, network, "max") is not first
    assert grams_of_painting(painting, LAYERS, tiny_network(seed=1), "max") is not first
    assert grams_of_painting(painting.reshape(20, 33, 3), LAYERS, network, "max") is not first


def test_two_statistics_of_a_painting_are_remembered_apart():
    painting = small_picture(33, 20)
    sources = PictureSources(
        Canvas(painting, [painting], painting, Division.of_shares([1.0])), tiny_network(), Settings()
    )
    found = [
        sources.style_summaries(
            name, LAYERS, lambda view: statistic_sums(GRAM, view, LAYERS, {}), lambda _sums, name=name: name
        )
        for name in ("first", "second")
    ]
    assert found == [["first"], ["second"]]


def test_a_large_painting_is_looked_at_in_tiles_to_the_same_gram_matrices(monkeypatch):
    painting = small_picture(130, 150)
    whole = grams_of_painting(painting, LAYERS, tiny_network(), "max")
    monkeypatch.setattr("neural_style.engine.targets.TILED_ABOVE_PIXELS", 100)
    monkeypatch.setattr("neural_style.engine.targets.TILE_PX", 32)
    tiled = grams_of_painting(painting, LAYERS, tiny_network(), "max")
    for layer in LAYERS:
        np.testing.assert_allclose(tiled[layer], whole[layer], rtol=1e-4, atol=1e-4 * np.abs(whole[layer]).max())


MATCHED = {"weights": LossWeights(style=0.0, matching=1.0), "start": "colors"}


def sources_of(painted: FloatImage | None = None, **settings: object) -> PictureSources:
    request = small_request(**settings)
    network = tiny_network()
    canvas = prepare_canvas(request, network.mean_rgb, painted=painted)
    return PictureSources(canvas, network, request.settings)


def recolored(sources: PictureSources) -> FloatImage:
    return match_colors(sources.canvas.content, sources.canvas.styles, [1.0])


def test_the_forms_are_those_of_the_photo_or_of_the_photo_recoloured():
    pictures = {"photo": sources_of().canvas.content, "colors": recolored(sources_of())}
    for forms, picture in pictures.items():
        found = sources_of(forms=forms).content_features(LAYERS)
        expected = oracle.features(tiny_network(), picture, "max")
        for layer in LAYERS:
            np.testing.assert_allclose(found[layer], expected[layer], atol=1e-4 * np.abs(expected[layer]).max())


def test_at_first_the_recoloured_photo_is_sought_in_the_paintings():
    sources = sources_of(**MATCHED)
    np.testing.assert_array_equal(sources.sought, recolored(sources))
    np.testing.assert_allclose(sources.sought.mean((0, 1)), sources.styles[0].mean((0, 1)), atol=3.0)


def test_at_the_next_size_a_quarter_of_what_was_painted_is_sought_with_the_photos_finest_detail():
    painted = small_picture(20, 28, seed=7)
    sources = sources_of(painted, **MATCHED)
    photo, start = recolored(sources), sources.canvas.start
    smooth = resize(resize(photo, photo.shape[0] // 2, photo.shape[1] // 2), *photo.shape[:2])
    np.testing.assert_allclose(sources.sought, 0.75 * photo + 0.25 * (start + photo - smooth), atol=1e-3)


def test_a_large_photo_is_sought_in_tiles_and_finds_the_same(monkeypatch):
    def matches() -> np.ndarray:
        request = small_request(**MATCHED)
        request = replace(request, content=small_picture(150, 170, seed=8))
        canvas = prepare_canvas(request, tiny_network().mean_rgb)
        made = objective(PictureSources(canvas, tiny_network(), request.settings))
        return np.asarray(made.planes["matching"]["index"].values)

    whole = matches()
    monkeypatch.setattr("neural_style.engine.targets.TILED_ABOVE_PIXELS", 1000)
    monkeypatch.setattr("neural_style.engine.targets.TILE_PX", 32)
    assert (matches() == whole).mean() > 0.98  # rounding may choose another of two like places


@pytest.mark.parametrize("statistic", STATISTICS.values(), ids=STATISTICS)
@pytest.mark.parametrize("size", [(48, 64), (1100, 1000)])
def test_the_statistics_of_an_excerpt_are_those_of_its_part_of_the_painting(statistic, size):
    network, painting = tiny_network(), small_picture(*size, seed=4)
    parts = np.zeros(size, np.float32)
    parts[:32, :32] = 255.0
    canvas = Canvas(painting, [np.dstack([painting, parts])], painting, Division.of_shares([1.0]))
    sources = PictureSources(canvas, network, Settings())
    prepared = statistic.prepared(sources, LAYERS)
    found = style_statistics(statistic, sources, LAYERS, prepared)[0]
    features = FeatureExtractor(network, LAYERS)(tf.constant(painting))
    alone = {layer: values[: 32 // cell_px(layer), : 32 // cell_px(layer)] for layer, values in features.items()}
    sums = statistic_sums(statistic, View(tf.zeros([32, 32, 3]), alone, {}), LAYERS, prepared)
    expected = statistics_of(statistic, {name: np.asarray(value) for name, value in sums.items()}, LAYERS)
    for layer in LAYERS:
        np.testing.assert_allclose(found[layer], expected[layer], atol=1e-3 * np.abs(expected[layer]).max())


def test_a_painting_with_an_excerpt_is_not_taken_for_the_whole_of_it():
    network, painting = tiny_network(), small_picture(40, 48, seed=4)
    half = np.dstack([painting, np.zeros((40, 48), np.float32)])
    half[:, :24, 3] = 255.0
    sources = PictureSources(
        Canvas(painting, [painting, half], painting, Division.of_shares([0.5, 0.5])), network, Settings()
    )
    whole, of_half = style_statistics(STATISTICS["gram"], sources, ["relu1_1"])
    assert not np.allclose(whole["relu1_1"], of_half["relu1_1"], rtol=0.01)
