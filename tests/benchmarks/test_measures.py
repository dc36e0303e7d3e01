"""Each measure against a value worked out by hand, an invariance, and what it refuses."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import measures
from benchmarks.measures import HEADLINES, Measures, finest_ratio, measure
from benchmarks.planes import cosine, distance_to_edge, finest_band, lab, ring_steps
from neural_style.errors import ImageError
from neural_style.vgg.network import IMAGENET_MEAN_RGB
from tests.fakes import small_picture, tiny_network

GREY_128 = 53.585  # L* of (128, 128, 128)


def flat(*rgb, height=64, width=80):
    return np.full((height, width, 3), rgb, np.uint8)


def checkerboard(dark, light, side=32):
    y, x = np.mgrid[0:side, 0:side]
    return np.repeat(np.where((x + y) % 2, light, dark)[..., np.newaxis], 3, -1).astype(np.uint8)


def ramp(side=64, low=40, high=200):
    """Grey, lighter to the right."""
    return np.tile(np.linspace(low, high, side)[np.newaxis, :, np.newaxis], (side, 1, 3))


def noisy(picture, deviation, seed=0):
    noise = np.random.default_rng(seed).normal(0, deviation, np.shape(picture))
    return np.clip(picture + noise, 0, 255)


def framed(picture, difference, width_px=16):
    mask = distance_to_edge(*picture.shape[:2]) < width_px
    return np.clip(picture + difference * mask[..., np.newaxis], 0, 255)


@pytest.mark.parametrize(
    ("rgb", "expected"),
    [
        ((255, 255, 255), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((128, 128, 128), (GREY_128, 0, 0)),
        ((255, 0, 0), (53.241, 80.092, 67.203)),
        ((0, 0, 255), (32.297, 79.188, -107.860)),
    ],
)
def test_lab_has_the_published_values(rgb, expected):
    np.testing.assert_allclose(lab(flat(*rgb))[3, 5], expected, atol=0.02)


def test_grey_has_no_chroma_at_all():
    np.testing.assert_allclose(lab(ramp())[..., 1:], 0, atol=1e-9)


def test_bytes_and_floats_are_the_same_picture():
    picture = flat(10, 200, 30)
    np.testing.assert_array_equal(lab(picture), lab(picture.astype(np.float64)))


def test_the_finest_band_of_a_flat_plane_is_empty_and_that_of_a_checkerboard_is_all_of_it_but_a_trace():
    assert np.abs(finest_band(np.full((20, 20), 7.0))).max() < 1e-12
    y, x = np.mgrid[0:40, 0:40]
    inside = finest_band(np.where((x + y) % 2, 1.0, -1.0))[10:30, 10:30]
    kept = (2 * np.exp(-(np.pi**2) / 2)) ** 2  # of the fastest change by a sampled Gaussian, in both directions
    np.testing.assert_allclose(np.abs(inside), 1 - kept, atol=1e-6)


def test_the_painting_itself_has_no_specks_and_is_not_soft():
    painting = noisy(small_picture(), 10)
    assert measures.speckle(painting, painting) == 0
    assert measures.softness(painting, painting) == 0
    assert measures.chroma_noise(painting, painting) == 0


def test_the_ratio_of_two_checkerboards_is_that_of_their_contrasts():
    weak, strong = checkerboard(100, 120), checkerboard(60, 180)
    lightness = [lab(picture)[0, :2, 0] for picture in (weak, strong)]
    ratio = np.ptp(lightness[1]) / np.ptp(lightness[0])
    assert measures.speckle(strong, weak) == pytest.approx(ratio - 1)
    assert measures.softness(strong, weak) == 0
    assert measures.softness(weak, strong) == pytest.approx(1 - 1 / ratio)
    assert measures.speckle(weak, strong) == 0


@given(st.integers(0, 1000), st.floats(0.0, 30.0))
@settings(max_examples=15, deadline=None)
def test_the_ratio_is_1_and_the_specks_less_the_softness(seed, deviation):
    result, painting = noisy(small_picture(seed=seed), deviation), small_picture(seed=seed + 1)
    ratio = finest_ratio(lab(result)[..., 0], lab(painting)[..., 0])
    assert 1 + measures.speckle(result, painting) - measures.softness(result, painting) == pytest.approx(ratio)


def test_noise_raises_specks_and_more_noise_raises_them_more():
    painting = small_picture()
    found = [measures.speckle(noisy(painting, deviation), painting) for deviation in (10, 20, 40)]
    assert 0 < found[0] < found[1] < found[2]


def test_noise_of_grey_is_no_noise_of_colour_and_the_reverse():
    painting = flat(128, 128, 128)
    grey = painting + np.random.default_rng(0).normal(0, 10, (*painting.shape[:2], 1))
    assert measures.speckle(grey, painting) > 10
    assert measures.chroma_noise(grey, painting) == 0
    assert measures.chroma_noise(noisy(painting, 10), painting) > 10


def test_two_flat_pictures_have_neither_specks_nor_softness():
    assert measures.speckle(flat(1, 2, 3), flat(200, 100, 0)) == 0
    assert measures.softness(flat(1, 2, 3), flat(200, 100, 0)) == 0


def test_specks_count_where_the_photo_is_flat_and_only_there():
    photo = np.full((128, 128, 3), 128.0)
    photo[:, 64:] = noisy(photo[:, 64:], 60)
    specks = np.random.default_rng(1).normal(0, 10, photo.shape)
    elsewhere, there = specks.copy(), specks.copy()
    elsewhere[:, :64], there[:, 64:] = 0, 0
    assert measures.flat_speckle(128 + elsewhere, photo) == pytest.approx(0, abs=1e-9)
    assert measures.flat_speckle(128 + there, photo) > 1


def test_rings_lie_at_their_distance_from_the_edge():
    assert distance_to_edge(3, 5).tolist() == [[0, 0, 0, 0, 0], [0, 1, 1, 1, 0], [0, 0, 0, 0, 0]]
    steps = ring_steps(framed(flat(128, 128, 128, height=128, width=128), -20), 16)
    assert steps[0, 0] == pytest.approx(lab(flat(108, 108, 108))[0, 0, 0] - GREY_128, abs=1e-3)
    np.testing.assert_allclose(steps[1:, :6], 0, atol=1e-9)


def test_a_flat_picture_with_a_frame_differs_there_by_about_the_step_of_its_lightness():
    photo = flat(128, 128, 128, height=128, width=160)
    step = GREY_128 - lab(flat(108, 108, 108))[0, 0, 0]
    assert measures.border(framed(photo, -20), photo) == pytest.approx(step, rel=0.1)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("difference", [-25, 25])
def test_a_frame_raises_the_border(seed, difference):
    photo = small_picture(128, 160, seed=seed)
    assert measures.border(photo, photo) == pytest.approx(0, abs=1e-3)
    assert measures.border(framed(photo, difference), photo) > 5


def test_a_frame_that_the_photo_has_is_none_of_the_painters():
    photo = framed(small_picture(128, 160), -40)
    assert measures.border(photo, photo) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("width_px", [2, 3, 5, 8, 16])
def test_thin_frames_are_found_like_wide_ones(width_px):
    photo = small_picture(128, 160)
    assert measures.border(framed(photo, -30, width_px), photo) > 5


def test_a_smooth_gradient_is_no_frame():
    gradient = ramp(128)
    assert measures.border(gradient, np.full_like(gradient, 128)) < 0.6
    assert measures.border(framed(gradient, -20), np.full_like(gradient, 128)) > 4


def test_rings_are_narrower_in_small_pictures_and_a_tiny_one_is_refused():
    photo = flat(128, 128, 128, height=16, width=40)
    assert measures.border(framed(photo, -20, width_px=2), photo) > 4
    with pytest.raises(ImageError, match="8 px"):
        measures.border(flat(1, 1, 1, height=7), flat(1, 1, 1, height=7))


def test_the_palettes_of_two_flat_pictures_differ_by_their_mean_difference_along_the_directions():
    red, blue = (255, 0, 0), (0, 0, 255)
    axes = np.random.default_rng(5).normal(size=(64, 3))
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    difference = lab(flat(*red))[0, 0] - lab(flat(*blue))[0, 0]
    expected = np.abs(axes @ difference).mean()
    assert measures.palette(flat(*red), flat(*blue, height=20), seed=5) == pytest.approx(expected)
    assert expected == pytest.approx(np.linalg.norm(difference) / 2, rel=0.15)


def test_half_of_the_pixels_moved_is_half_of_the_distance():
    black, white = flat(0, 0, 0), flat(255, 255, 255)
    half = np.concatenate([black[:, :40], white[:, 40:]], axis=1)
    assert measures.palette(half, black) == pytest.approx(measures.palette(white, black) / 2, rel=0.01)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_where_the_colours_are_does_not_matter_to_the_palette(seed):
    picture, other = small_picture(24, 30), small_picture(20, 20, seed=1)
    moved = np.random.default_rng(seed).permutation(picture.reshape(-1, 3)).reshape(30, 24, 3)
    assert measures.palette(moved, picture) == pytest.approx(0, abs=1e-9)
    assert measures.palette(moved, other) == pytest.approx(measures.palette(other, picture))


def test_the_photo_has_its_own_structure():
    photo = small_picture()
    assert measures.structure(photo, photo) == pytest.approx(0, abs=1e-12)


def test_structure_sees_neither_contrast_nor_brightness_and_a_negative_is_the_opposite():
    photo, other = flat(0, 0, 0), flat(90, 90, 90)
    photo[20:40, 30:], other[20:40, 30:] = 255, 120
    negative = 255 - photo
    assert measures.structure(other, photo) == pytest.approx(0, abs=1e-12)
    assert measures.structure(negative, photo) == pytest.approx(2)


def test_gradients_across_each_other_have_nothing_in_common():
    assert measures.structure(ramp(), ramp().transpose(1, 0, 2)) == pytest.approx(1)


def test_a_flat_picture_has_no_structure_in_common_with_any_but_a_flat_one():
    assert measures.structure(flat(9, 9, 9), small_picture(64, 80)) == 1
    assert measures.structure(flat(9, 9, 9), flat(99, 99, 99)) == 0
    assert cosine(np.array([3.0, 4.0]), np.array([4.0, 3.0])) == pytest.approx(24 / 25)


@given(st.integers(0, 1000), st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_structure_is_symmetric_and_between_0_and_2(first, second):
    ours, theirs = small_picture(seed=first), small_picture(seed=second)
    found = measures.structure(ours, theirs)
    assert 0 <= found <= 2
    assert found == pytest.approx(measures.structure(theirs, ours), abs=1e-12)


@pytest.mark.parametrize("topology", ["VGG-16", "VGG-19"])
def test_the_painting_has_its_own_style(topology):
    painting = small_picture(64, 48)
    assert measures.style_elsewhere(painting, painting, tiny_network(topology)) == 0


def test_without_biases_half_the_contrast_is_a_quarter_of_every_gram_matrix():
    network = tiny_network()
    network = replace(network, biases={name: np.zeros_like(bias) for name, bias in network.biases.items()})
    mean = np.array(IMAGENET_MEAN_RGB, np.float32)
    painting = mean + 0.4 * (small_picture(48, 64) - 127.0)
    result = mean + 0.5 * (painting - mean)
    parts = measures.style_parts(result, painting, network)
    assert parts == pytest.approx({"half": 0.75, "double": 0.75, "between": 0.75}, rel=1e-3)
    assert measures.style_elsewhere(result, painting, network) == pytest.approx(0.75, rel=1e-3)


def test_result_and_painting_may_have_different_sizes():
    assert measures.style_elsewhere(small_picture(40, 64), small_picture(64, 40), tiny_network()) > 0


def test_all_of_them_are_0_for_a_picture_that_is_photo_and_painting_at_once():
    picture = flat(100, 150, 200)
    found = measure(picture, picture, picture, tiny_network())
    assert found == Measures(**dict.fromkeys(found.as_dict(), pytest.approx(0, abs=1e-3)))  # pyright: ignore[reportArgumentType]
    assert tuple(found.as_dict())[: len(HEADLINES)] == HEADLINES


def test_style_is_the_mean_of_its_parts():
    found = measure(small_picture(), small_picture(seed=1), small_picture(seed=2), tiny_network())
    assert found.style == pytest.approx((found.style_half + found.style_double + found.style_between) / 3)


@pytest.mark.parametrize("name", ["border", "structure", "flat_speckle"])
def test_a_photo_of_another_size_is_refused_in_a_sentence(name):
    with pytest.raises(ImageError, match="80x64 px and the photo 70x64"):
        getattr(measures, name)(flat(0, 0, 0), flat(0, 0, 0, width=70))


@pytest.mark.parametrize("name", ["speckle", "softness", "chroma_noise", "border", "palette", "structure"])
@pytest.mark.parametrize("wrong", [np.zeros((40, 40)), np.full((40, 40, 3), np.nan), np.zeros((40, 40, 4))])
def test_what_is_no_picture_is_refused(name, wrong):
    with pytest.raises(ImageError, match="picture to be measured"):
        getattr(measures, name)(wrong, wrong)
