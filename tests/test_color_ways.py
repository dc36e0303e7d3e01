"""Ways to keep the photo's colours: what each one keeps, and that none stumbles over pictures without colour."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from neural_style.color import LUMA
from neural_style.color_ways import (
    WAYS,
    as_painted,
    finished,
    gray,
    gray_like,
    keep_colors_lab,
    match_histograms,
    way_of,
)
from neural_style.images.arrays import FloatImage
from neural_style.images.lab import to_lab
from neural_style.masks import READY, divide
from neural_style.regions import Division
from neural_style.settings import ColorWay, Settings
from tests.fakes import small_picture

KEEPING = Settings(preserve_colors=True)
WHOLE = Division.of_shares([1.0])


def muted(seed: int) -> FloatImage:
    """Return a picture of gentle colours: none of its lightnesses and hues together is outside of sRGB."""
    return (127.0 + 0.25 * (small_picture(seed=seed) - 127.0)).astype(np.float32)


PHOTO, PAINTING, RESULT = muted(1), muted(2), muted(3)
FLAT = np.full((8, 9, 3), 90.0, np.float32)
GRAY = gray(small_picture(8, 9))
TWO = np.tile(np.array([255, 0, 0], np.float32), (8, 9, 1))
TWO[:, 4:] = (0, 0, 255)


def settings_of(way: str, strength: float = 1.0) -> Settings:
    return replace(KEEPING, color_way=way, color_strength=strength)  # pyright: ignore[reportArgumentType]


def never() -> FloatImage:
    raise AssertionError("the recoloured photo is not wanted")


def test_every_way_has_a_row() -> None:
    assert set(WAYS) == set(get_args(ColorWay))


def test_where_the_paintings_colours_are_taken_nothing_is_done() -> None:
    for settings in (Settings(), settings_of("lab", 0.0), Settings(color_way="luminance")):
        content, styles = as_painted(PHOTO, [PAINTING], settings, WHOLE)
        assert content is PHOTO
        assert styles[0] is PAINTING
        assert finished(RESULT, PHOTO, settings, never) is RESULT


def test_lab_has_the_lightness_of_what_was_painted_and_the_colour_of_the_photo() -> None:
    kept = to_lab(keep_colors_lab(RESULT, PHOTO))
    np.testing.assert_allclose(kept[..., 0], to_lab(RESULT)[..., 0], atol=0.01)
    np.testing.assert_allclose(kept[..., 1:], to_lab(PHOTO)[..., 1:], atol=0.01)


def test_a_large_picture_is_converted_part_by_part_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = keep_colors_lab(RESULT, PHOTO)
    monkeypatch.setattr("neural_style.color.ROWS_AT_ONCE", 7)
    np.testing.assert_array_equal(keep_colors_lab(RESULT, PHOTO), whole)


def test_matched_histograms_have_the_quantiles_of_the_target_and_the_order_of_the_picture() -> None:
    matched = to_lab(match_histograms(PAINTING, PHOTO))
    for channel in range(3):
        own, wanted = (
            np.quantile(each[..., channel], np.linspace(0.01, 0.99, 20)) for each in (matched, to_lab(PHOTO))
        )
        np.testing.assert_allclose(own, wanted, atol=0.3)
    before, after = to_lab(PAINTING)[..., 0].ravel(), matched[..., 0].ravel()
    order = np.argsort(before)
    assert (np.diff(after[order]) >= -1e-2).all()


def test_a_picture_matched_with_itself_stays_as_it_is() -> None:
    np.testing.assert_allclose(match_histograms(PHOTO, PHOTO), PHOTO, atol=0.1)


def test_the_gray_painting_has_the_lightness_of_the_photo() -> None:
    matched = gray_like(PAINTING, PHOTO)
    assert matched.mean() == pytest.approx(gray(PHOTO).mean(), abs=0.1)
    assert matched.std() == pytest.approx(gray(PHOTO).std(), rel=0.05)
    np.testing.assert_array_equal(matched[..., 0], matched[..., 2])


def test_with_lightness_alone_the_result_has_the_chroma_of_the_photo() -> None:
    settings = settings_of("luminance")
    content, (style,) = as_painted(PHOTO, [PAINTING], settings, WHOLE)
    for picture in (content, style):
        np.testing.assert_array_equal(picture[..., 0], picture[..., 1])
    done = finished(gray(RESULT), PHOTO, settings, never)
    np.testing.assert_allclose(done @ LUMA, RESULT @ LUMA, atol=0.01)
    np.testing.assert_allclose(done[..., 2] - done @ LUMA, PHOTO[..., 2] - PHOTO @ LUMA, atol=0.01)
    half = finished(gray(RESULT), PHOTO, settings_of("luminance", 0.5), lambda: PAINTING)
    np.testing.assert_allclose(
        half[..., 2] - half @ LUMA, (0.5 * (PHOTO + PAINTING)) @ [-0.299, -0.587, 0.886], atol=0.01
    )


@pytest.mark.parametrize("way", ["matched", "histogram"])
def test_a_painting_is_brought_into_the_colours_of_the_photo_before(way: str) -> None:
    _, (style,) = as_painted(PHOTO, [PAINTING], settings_of(way), WHOLE)
    own, wanted = (to_lab(each) if way == "histogram" else each for each in (style, PHOTO))
    np.testing.assert_allclose(own.mean((0, 1)), wanted.mean((0, 1)), atol=0.5)
    np.testing.assert_allclose(own.std((0, 1)), wanted.std((0, 1)), rtol=0.05)
    assert finished(RESULT, PHOTO, settings_of(way), never) is RESULT
    _, (half,) = as_painted(PHOTO, [PAINTING], settings_of(way, 0.5), WHOLE)
    np.testing.assert_allclose(half, 0.5 * (style + PAINTING), atol=1e-3)


def test_a_painting_takes_the_colours_of_its_own_region() -> None:
    photo = PHOTO.copy()
    photo[:, : photo.shape[1] // 2] = (200.0, 30.0, 30.0)
    division = divide((READY["left"], READY["right"]), (1.0, 1.0), None, (photo.shape[0], photo.shape[1]))
    _, (left, right) = as_painted(photo, [PAINTING, PAINTING], settings_of("matched"), division)
    np.testing.assert_allclose(left.mean((0, 1)), (200, 30, 30), atol=3)
    assert abs(right.mean((0, 1))[0] - 200) > 30


@pytest.mark.parametrize("strength", [0.3, 1.0])
@pytest.mark.parametrize("way", get_args(ColorWay))
def test_pictures_without_colour_and_of_two_colours_stay_finite(way: ColorWay, strength: float) -> None:
    settings = settings_of(way, strength)
    for photo in (FLAT, GRAY, TWO):
        for painting in (FLAT, GRAY, TWO, small_picture(8, 9, seed=2)):
            content, (style,) = as_painted(photo, [painting], settings, WHOLE)
            done = finished(content, photo, settings, lambda photo=photo: photo)
            for picture in (content, style, done):
                assert np.isfinite(picture).all()
                assert picture.dtype == np.float32
                assert 0.0 <= picture.min() <= picture.max() <= 255.0


def test_the_way_is_that_of_the_settings() -> None:
    assert way_of(settings_of("lab")) is WAYS["lab"]
    assert way_of(KEEPING) is WAYS["ycbcr"], "as before there were several"
