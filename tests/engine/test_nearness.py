import json
from dataclasses import replace

import numpy as np
import pytest

from neural_style.engine.nearness import nearness
from neural_style.engine.stylize import stylize
from neural_style.masks import READY
from neural_style.record.recipe import parse_recipe, recipe
from neural_style.request import Style, StylizeRequest
from neural_style.settings import LossWeights, Settings
from tests.fakes import small_picture, small_request, tiny_network

NETWORK = tiny_network()
PHOTO = small_picture(64, 64, seed=1)
PAINTING = (0.4 * small_picture(64, 64, seed=2)).astype(np.float32)
REQUEST = StylizeRequest(PHOTO, [Style(PAINTING)], Settings())


def every(measured) -> list[float]:
    return [value for layers in measured.values() for value in layers.values()]


def test_the_photo_is_at_0_and_the_painting_itself_at_1_by_every_measure():
    photo, painting = (nearness(REQUEST, picture, NETWORK) for picture in (PHOTO, PAINTING))
    assert set(photo) == {"content", "style", "wasserstein", "colors"}
    assert set(photo["style"]) == {"relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"}
    assert every(photo) == pytest.approx([0.0] * len(every(photo)), abs=1e-3)
    assert every(painting) == pytest.approx([1.0] * len(every(painting)), abs=0.02)


def test_a_picture_that_is_half_the_one_and_half_the_other_lies_between():
    halves = np.concatenate([PHOTO[:, :32], PAINTING[:, 32:]], 1)
    measured = nearness(REQUEST, halves, NETWORK)
    fine = [measured["colors"]["pixels"], *(measured[term]["relu1_1"] for term in ("style", "wasserstein"))]
    assert all(0.1 < value < 0.9 for value in fine)  # deep layers see the edge, which is in neither of them


def test_it_follows_the_statistic_and_the_layers_that_the_picture_was_painted_by():
    weights = LossWeights(style_statistic="moments", style_layers="relu2_2 relu3_1", content_layers="relu3_1")
    measured = nearness(replace(REQUEST, settings=Settings(weights=weights)), PHOTO, NETWORK)
    assert set(measured["style"]) == {"relu2_2", "relu3_1"}
    assert set(measured["content"]) == {"relu3_1"}


def test_each_region_counts_by_its_own_painting():
    red, blue = np.zeros((64, 64, 3), np.float32), np.zeros((64, 64, 3), np.float32)
    red[..., 0], blue[..., 2] = 200.0, 200.0
    styles = [Style(red, region=READY["left"]), Style(blue, region=READY["right"])]
    request = StylizeRequest(PHOTO, styles, Settings())
    right = np.concatenate([red[:, :32], blue[:, 32:]], 1)
    assert nearness(request, right, NETWORK)["colors"]["pixels"] > 0.9
    assert nearness(request, right[:, ::-1], NETWORK)["colors"]["pixels"] < 0.2


def test_what_photo_and_painting_do_not_differ_in_is_left_out():
    assert nearness(StylizeRequest(PHOTO, [Style(PHOTO)], Settings()), PAINTING, NETWORK).keys() <= {"content"}
    flat = np.full((32, 32, 3), 90.0, np.float32)
    for value in every(nearness(StylizeRequest(flat, [Style(PAINTING)], Settings()), flat, NETWORK)):
        assert np.isfinite(value)


def test_the_size_of_the_result_hardly_matters():
    small, large = (
        nearness(replace(REQUEST, settings=Settings(width=width)), PAINTING, NETWORK)["colors"]["pixels"]
        for width in (48, 400)
    )
    assert small == pytest.approx(large, abs=0.05)


def test_the_last_iterate_of_a_run_tells_it_and_the_recipe_keeps_it():
    request = small_request(optimizer="lbfgs", iterations=6)
    *_, last = stylize(request, tiny_network)
    assert last.nearness is not None
    assert last.nearness() is last.nearness()
    kept = json.loads(recipe(request, last))
    assert kept["nearness"] == last.nearness()
    assert "nearness" not in json.loads(recipe(request, last, is_measured=False))
    assert parse_recipe(kept).settings == replace(request.settings, precision="float32")
