import numpy as np
import pytest

from neural_style.engine.canvas import (
    NOISE_DEVIATION,
    Canvas,
    padded_size,
    prepare_canvas,
    recolored_photo,
    without_padding,
)
from neural_style.images.resize import resize
from neural_style.masks import READY
from neural_style.request import Style, StylizeRequest
from neural_style.settings import Settings
from neural_style.vgg.network import IMAGENET_MEAN_RGB
from tests.fakes import small_picture


def canvas(initial: np.ndarray | None = None, **settings: object) -> Canvas:
    request = StylizeRequest(
        content=small_picture(60, 80, seed=1),
        styles=[Style(small_picture(50, 40, seed=2), scale=0.5), Style(small_picture(30, 90, seed=3), scale=1.5)],
        settings=Settings(**settings),  # pyright: ignore[reportArgumentType]
        initial=initial,
    )
    return prepare_canvas(request, IMAGENET_MEAN_RGB)


def test_every_style_has_its_scale_times_the_width_of_the_result():
    prepared = canvas(width=64)
    assert prepared.content.shape == (48, 64, 3)
    assert [style.shape for style in prepared.styles] == [(40, 32, 3), (32, 96, 3)]


def test_a_style_of_share_zero_is_not_even_resized():
    request = StylizeRequest(
        small_picture(), [Style(small_picture(seed=2), share=0.0), Style(small_picture(seed=3))], Settings()
    )
    assert len(prepare_canvas(request, IMAGENET_MEAN_RGB).styles) == 1


def test_noise_lies_around_the_mean_colour_with_the_deviation_of_the_original_program():
    start = canvas(start="noise").start - np.array(IMAGENET_MEAN_RGB)
    assert start.std() == pytest.approx(NOISE_DEVIATION, rel=0.02)
    assert np.abs(start.mean((0, 1))).max() < 0.02


def test_noise_is_repeated_by_its_seed_and_changed_by_another():
    np.testing.assert_array_equal(canvas(seed=7).start, canvas(seed=7).start)
    assert not np.array_equal(canvas(seed=7).start, canvas(seed=8).start)


def test_a_noise_blend_below_one_mixes_in_the_content():
    prepared = canvas(start="noise", initial_noiseblend=0.25)
    noise = canvas(start="noise").start
    np.testing.assert_allclose(prepared.start, 0.75 * prepared.content + 0.25 * noise, atol=1e-4)


def test_a_given_picture_is_brought_to_the_size_of_the_result_and_may_be_mixed_with_noise():
    given = small_picture(33, 44, seed=9)
    np.testing.assert_array_equal(canvas(given, start="image").start, resize(given, 60, 80))
    half = canvas(given, start="image", initial_noiseblend=0.5).start
    np.testing.assert_allclose(half, (resize(given, 60, 80) + canvas(start="noise").start) / 2, atol=1e-3)


def test_the_content_itself_can_be_the_start():
    prepared = canvas(start="content")
    np.testing.assert_array_equal(prepared.start, prepared.content)


def test_padding_mirrors_content_and_start_and_is_cut_off_again():
    plain, prepared = canvas(start="content"), canvas(start="content", padding_px=5)
    assert (plain.padding_px, prepared.padding_px) == (0, 5)
    assert prepared.content.shape == prepared.start.shape == (70, 90, 3)
    np.testing.assert_array_equal(without_padding(prepared.start, 5), plain.start)
    np.testing.assert_array_equal(prepared.content[4], prepared.content[6])
    np.testing.assert_array_equal(prepared.content[:, 4], prepared.content[:, 6])
    assert [style.shape for style in prepared.styles] == [style.shape for style in plain.styles]


def test_a_picture_smaller_than_its_padding_is_mirrored_as_far_as_it_goes():
    prepared = canvas(start="content", padding_px=100, width=32)
    assert prepared.padding_px == 23
    assert prepared.start.shape == (70, 78, 3)


def test_colours_are_matched_to_the_styles_by_their_shares():
    start = canvas(start="colors").start
    expected = np.mean([style.mean((0, 1)) for style in canvas().styles], axis=0)
    np.testing.assert_allclose(start.mean((0, 1)), expected, atol=4.0)  # clipping moves the mean a little


def test_the_recoloured_photo_is_what_a_run_from_it_starts_with():
    request = StylizeRequest(small_picture(60, 80), [Style(small_picture(50, 40, seed=2))], Settings(start="colors"))
    start = prepare_canvas(request, IMAGENET_MEAN_RGB, (30, 40)).start
    np.testing.assert_array_equal(recolored_photo(request, (30, 40)), start)


def test_a_padded_size_has_the_padding_on_both_sides_as_far_as_it_can_be_mirrored():
    assert padded_size((60, 80), 16) == (92, 112)
    assert padded_size((10, 80), 16) == (28, 98)


def test_a_painting_is_turned_at_the_size_it_is_looked_at_and_its_excerpt_with_it():
    painting = small_picture(80, 80, seed=2)
    request = StylizeRequest(
        small_picture(80, 80, seed=1),
        [Style(painting, turn=90.0, excerpt=READY["top"]), Style(painting, turn=30.0), Style(painting)],
        Settings(),
    )
    prepared = prepare_canvas(request, IMAGENET_MEAN_RGB)
    quarter, turned, plain = prepared.styles
    assert prepared.are_turned == [True, True, False]
    np.testing.assert_array_equal(quarter[..., :3], np.rot90(painting))
    assert quarter[:, :38, 3].min() == 255.0
    assert quarter[:, 42:, 3].max() == 0.0
    assert turned.shape == (58, 58, 3)
    np.testing.assert_array_equal(plain, painting)


def test_the_start_has_the_colours_of_the_excerpt_alone():
    painting = np.zeros((64, 64, 3), np.float32)
    painting[:, :32], painting[:, 32:] = [200.0, 40.0, 30.0], [30.0, 40.0, 200.0]
    request = StylizeRequest(
        small_picture(48, 48, seed=1), [Style(painting, excerpt=READY["left"])], Settings(start="colors")
    )
    red, _, blue = prepare_canvas(request, IMAGENET_MEAN_RGB).start.mean((0, 1))
    assert red > 190.0
    assert blue < 45.0
