"""Colours that are named by numbers, brought to sRGB: by hand, by ICC, and by what must not change."""

from itertools import pairwise

import numpy as np
import pytest

from neural_style.images.color_spaces import ADOBE_RGB, SRGB_PRIMARIES, of_code_points, of_gamma, to_srgb

P3, BT2020 = 12, 9
SRGB_CURVE, LINEAR, PQ, HLG = 13, 8, 16, 18


def brought(colors: list[float], primaries: int, transfer: int) -> np.ndarray:
    space = of_code_points(primaries, transfer)
    assert space is not None
    return to_srgb(np.array([[colors]], np.float32), space)[0, 0]


@pytest.mark.parametrize("transfer", [1, 2, 6, 13, 14, 15])
@pytest.mark.parametrize("primaries", [1, 2])
def test_srgb_and_what_screens_show_like_it_is_left_alone(primaries: int, transfer: int) -> None:
    assert of_code_points(primaries, transfer) is None


def test_linear_light_of_a_half_is_188() -> None:
    np.testing.assert_allclose(brought([127.5] * 3, 1, LINEAR), 187.5, atol=0.1)  # 1.055 * 0.5 ** (1 / 2.4) - 0.055


def test_a_colour_of_display_p3_by_hand() -> None:
    """The linear matrix from P3 to sRGB, after CSS Color Module Level 4."""
    matrix = np.array([[1.2249, -0.2247, 0.0], [-0.0420, 1.0419, 0.0], [-0.0197, -0.0786, 1.0979]])
    stored = np.array([200.0, 120.0, 90.0]) / 255
    linear = ((stored + 0.055) / 1.055) ** 2.4
    wanted = 255 * (1.055 * np.clip(matrix @ linear, 0, 1) ** (1 / 2.4) - 0.055)
    np.testing.assert_allclose(brought([200, 120, 90], P3, SRGB_CURVE), wanted, atol=0.2)


@pytest.mark.parametrize("primaries", [1, 5, 6, 9, 11, 12])
@pytest.mark.parametrize("transfer", [4, 5, 8, PQ, HLG])
def test_grays_stay_gray_whatever_the_white_is(primaries: int, transfer: int) -> None:
    for level in (0.0, 20.0, 128.0, 255.0):
        red, green, blue = brought([level] * 3, primaries, transfer)
        assert red == pytest.approx(green, abs=0.1)
        assert blue == pytest.approx(green, abs=0.1)


def test_the_green_of_adobe_rgb_is_more_than_srgb_has_and_its_gray_is_the_same() -> None:
    found = to_srgb(np.array([[[0, 255, 0], [128, 128, 128], [255, 255, 255]]], np.float32), ADOBE_RGB)[0]
    np.testing.assert_allclose(found[0], [0, 255, 0], atol=0.1)
    np.testing.assert_allclose(found[1:], [[129.03] * 3, [255.0] * 3], atol=0.1)


@pytest.mark.parametrize(("transfer", "white"), [(PQ, 0.5807), (HLG, 0.75)])
def test_the_white_of_highlights_is_a_bright_gray_and_more_light_is_brighter(transfer: int, white: float) -> None:
    """ITU-R BT.2408 has the white of graphics at 58 % of PQ and 75 % of HLG."""
    stored = np.linspace(0, 1, 101)
    shown = [brought([255 * level] * 3, BT2020, transfer)[0] for level in stored]
    assert all(later >= earlier for earlier, later in pairwise(shown))
    assert 225 < brought([255 * white] * 3, BT2020, transfer)[0] < 250
    assert shown[-1] == pytest.approx(255, abs=1)


def test_highlights_keep_their_hue() -> None:
    red, green, blue = brought([200.0, 150.0, 150.0], 1, PQ)
    assert red > green == pytest.approx(blue)


def test_a_usual_gamma_is_srgb_and_others_are_not() -> None:
    assert of_gamma(0.45455, None) is None
    assert of_gamma(0.45455, SRGB_PRIMARIES) is None
    space = of_gamma(1.0, None)
    assert space is not None
    np.testing.assert_allclose(to_srgb(np.full((1, 1, 3), 127.5, np.float32), space), 187.5, atol=0.1)
    wide = of_gamma(0.45455, ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06), (0.3127, 0.329)))
    assert wide is not None


@pytest.mark.parametrize("gamma", [0.0, -1.0, 50.0])
def test_a_gamma_that_there_is_not_is_left_aside(gamma: float) -> None:
    assert of_gamma(gamma, None) is None


def test_primaries_on_one_line_are_left_aside() -> None:
    assert of_gamma(1.0, ((0.3, 0.3), (0.4, 0.4), (0.5, 0.5), (0.3127, 0.329))) is None
    assert of_gamma(1.0, ((0.64, 0.33), (0.3, 0.0), (0.15, 0.06), (0.3127, 0.329))) is None


def test_a_large_picture_is_the_same_in_parts() -> None:
    colors = np.random.default_rng(0).uniform(0, 255, (600, 3, 3)).astype(np.float32)
    whole = to_srgb(colors, ADOBE_RGB)
    np.testing.assert_array_equal(whole[300:310], to_srgb(colors[300:310], ADOBE_RGB))
