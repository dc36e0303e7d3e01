"""Painting by regions with a small network: each part after its own painting, and what is left alone untouched."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from neural_style.color import LUMA
from neural_style.engine.stylize import stylize
from neural_style.errors import OptionsError
from neural_style.images.arrays import FloatImage
from neural_style.images.resize import resize
from neural_style.masks import READY, Mask
from neural_style.request import Style, StylizeRequest
from neural_style.settings import LossWeights, Settings
from tests.fakes import small_picture, tiny_network

NETWORK = tiny_network()
RED, BLUE = (
    np.clip(small_picture(48, 48, seed=seed) * 0.3 + color, 0, 255).astype(np.float32)
    for seed, color in ((2, np.array([120.0, 0.0, 0.0])), (3, np.array([0.0, 0.0, 120.0])))
)
LOSSES = {
    "gram": LossWeights(content=1.0, style=500.0),
    "wasserstein": LossWeights(content=0.01, style=0.0, wasserstein=1.0),
    "matching": LossWeights(content=0.01, style=0.0, matching=1.0),
}


def request(masks: list[Mask | None], weights: LossWeights = LOSSES["gram"], **more: Any) -> StylizeRequest:
    left_alone = more.pop("left_alone", None)
    settings = {"iterations": 25, "optimizer": "lbfgs", "start": "colors", "precision": "float32", "weights": weights}
    styles = [Style(image, region=mask) for image, mask in zip((RED, BLUE), masks, strict=False)]
    return StylizeRequest(
        content=small_picture(64, 96, seed=1),
        styles=styles,
        settings=Settings(**(settings | more)),
        left_alone=left_alone,
    )


def painted(request: StylizeRequest, **options: Any) -> FloatImage:
    *_, last = stylize(request, lambda: NETWORK, **options)
    return last.result().astype(np.float32)


def distance(picture: FloatImage, painting: FloatImage) -> float:
    """Return how far the mean and the deviation of the colours are from those of the painting."""
    moments = [np.concatenate([each.mean((0, 1)), each.std((0, 1))]) for each in (picture, painting)]
    return float(np.linalg.norm(moments[0] - moments[1]))


@pytest.mark.parametrize("losses", LOSSES)
def test_each_half_has_the_colours_of_its_own_painting(losses: str) -> None:
    result = painted(request([READY["left"], READY["right"]], LOSSES[losses]))
    left, right = result[:, :48], result[:, 48:]
    assert 3 * distance(left, RED) < distance(left, BLUE)
    assert 3 * distance(right, BLUE) < distance(right, RED)


def test_what_is_left_alone_stays_within_two_levels() -> None:
    asked = request([None, None], left_alone=READY["bottom"], padding_px=8, scales=2)
    result, photo = painted(asked), asked.content
    assert np.abs(result[33:] - photo[33:]).max() <= 2.0
    assert np.abs(result[:30] - photo[:30]).mean() > 10.0
    for iterate in stylize(asked, lambda: NETWORK):
        assert np.abs(iterate.picture()[33:].astype(np.float32) - photo[33:]).max() <= 2.0


def test_outside_of_all_regions_the_photo_stays() -> None:
    asked = request([READY["left"]], width=48)
    result = painted(asked)
    assert np.abs(result[:, 26:] - resize(asked.content, 32, 48)[:, 26:]).max() <= 2.0


def test_colours_can_be_kept_where_it_is_painted() -> None:
    asked = request([READY["left"]], preserve_colors=True)
    result = painted(asked)
    assert np.abs(result[:, 50:] - asked.content[:, 50:]).max() <= 2.0


@pytest.mark.parametrize("losses", ["gram", "wasserstein"])
def test_in_tiles_it_is_painted_as_whole(losses: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = request([READY["left"].feathered(0.05), None], LOSSES[losses], iterations=6)
    asked = replace(asked, content=small_picture(200, 300, seed=1))
    whole = painted(asked)
    monkeypatch.setattr("neural_style.engine.scale_run.choose_plan", tiled_plan)
    tiled = painted(asked)
    assert np.abs(tiled - whole).mean() < 0.5


def tiled_plan(*_: Any) -> Any:
    from neural_style.engine.memory_plan import Plan

    return Plan(64, 12)


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (1024, 1024)])
def test_a_mask_may_have_any_size(shape: tuple[int, int]) -> None:
    mask = Mask(np.full(shape, 128, np.uint8))
    assert np.isfinite(painted(request([mask, None], iterations=2))).all()


def test_a_region_of_one_pixel_is_painted_or_left_and_harms_nothing() -> None:
    dot = np.zeros((64, 96), np.uint8)
    dot[10, 10] = 255
    result = painted(request([Mask(dot), None], iterations=3))
    assert np.isfinite(result).all()
    assert distance(result, BLUE) < distance(result, RED)


def test_an_empty_region_is_refused_in_words() -> None:
    with pytest.raises(OptionsError, match=r"The region of style 1 is empty\. Select a part of the picture"):
        request([Mask(np.zeros((4, 4), np.uint8)), None])


def test_where_nothing_is_left_to_paint_it_is_refused_in_words() -> None:
    with pytest.raises(OptionsError, match="leave nothing to paint"):
        request([None], left_alone=Mask(np.full((4, 4), 255, np.uint8)))


@pytest.mark.parametrize("way", ["ycbcr", "lab", "luminance"])
def test_the_photos_chroma_is_kept_to_a_level_and_a_half_by_every_way_that_puts_it_back(way: str) -> None:
    asked = request([None, None], LOSSES["wasserstein"], preserve_colors=True, color_way=way, iterations=8)
    muted = (127.0 + 0.2 * (asked.content - 127.0)).astype(np.float32)
    asked = replace(asked, content=muted)
    result = painted(asked)
    inside = (result.min(-1) > 0) & (result.max(-1) < 255)
    errors = [np.abs(chroma(result) - chroma(muted))[inside] for chroma in (_cb, _cr)]
    assert max(error.max() for error in errors) < (1.5 if way != "lab" else 12.0)
    assert np.abs(result - muted).mean() > 0.5


def _cb(image: FloatImage) -> FloatImage:
    return np.asarray(0.564 * (image[..., 2] - image @ LUMA), np.float32)


def _cr(image: FloatImage) -> FloatImage:
    return np.asarray(0.713 * (image[..., 0] - image @ LUMA), np.float32)
