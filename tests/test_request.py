"""A request cannot be built wrong, and what it says about itself is right."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neural_style.errors import ImageError, NeuralStyleError, OptionsError
from neural_style.masks import READY, Mask
from neural_style.request import STYLE_MASKS, STYLE_NUMBERS, ChosenStyle, Style, StylizeRequest, check_size
from neural_style.settings import MAX_ASPECT, MAX_PIXELS, MIN_SIDE_PX, Settings
from tests.fakes import small_picture


def request_with(*, styles: list[Style] | None = None, **options: Any) -> StylizeRequest:
    styles = [Style(small_picture(seed=2))] if styles is None else styles
    return StylizeRequest(content=small_picture(seed=1), styles=styles, settings=Settings(**options))


class TestRefusals:
    def test_styles_are_needed(self):
        with pytest.raises(OptionsError, match="At least one style"):
            request_with(styles=[])

    def test_shares_that_are_all_zero_or_negative_are_refused(self):
        with pytest.raises(OptionsError, match="all 0"):
            request_with(styles=[Style(small_picture(), share=0.0), Style(small_picture(), share=0.0)])
        with pytest.raises(OptionsError, match="share of a style"):
            Style(small_picture(), share=-0.5)
        with pytest.raises(OptionsError, match="scale of a style"):
            Style(small_picture(), scale=0.0)

    def test_an_initial_picture_and_the_start_image_go_together(self):
        with pytest.raises(OptionsError, match="go together"):
            request_with(start="image")
        with pytest.raises(OptionsError, match="go together"):
            StylizeRequest(content=small_picture(), styles=[Style(small_picture())], initial=small_picture())

    @pytest.mark.parametrize(
        ("height", "width", "words"),
        [
            (MIN_SIDE_PX - 1, 100, "at least 16"),
            (16, 16 * MAX_ASPECT + 1, "at most 16 times"),
            (7100, 7100, "50 million"),
        ],
    )
    def test_sizes_that_cannot_be_painted_are_refused_naming_the_size(self, height: int, width: int, words: str):
        with pytest.raises(ImageError, match=words) as refusal:
            check_size("painted picture", height, width)
        assert f"{width}x{height} px" in str(refusal.value)

    def test_the_limits_themselves_are_allowed(self):
        check_size("picture", MIN_SIDE_PX, MIN_SIDE_PX * MAX_ASPECT)
        check_size("picture", 2000, MAX_PIXELS // 2000)

    def test_a_style_too_small_at_its_scale_is_refused_unless_it_has_no_share(self):
        tiny = small_picture(), 1.0, 0.1
        with pytest.raises(ImageError, match="style picture at its scale"):
            request_with(styles=[Style(*tiny)])
        request_with(styles=[Style(small_picture()), Style(tiny[0], share=0.0, scale=0.1)])


class TestWhatARequestSays:
    def test_a_style_is_shown_at_the_results_width_unless_a_scale_is_given(self):
        assert Style(small_picture()).scale == 1.0

    def test_shares_are_normalised_and_a_zero_leaves_the_style_out(self):
        styles = [Style(small_picture(), share=share) for share in (3.0, 0.0, 1.0)]
        request = request_with(styles=styles)
        assert request.active_styles == (styles[0], styles[2])
        assert request.shares == pytest.approx((0.75, 0.25))

    @settings(deadline=None)
    @given(st.lists(st.floats(0, 1.7e308), min_size=1, max_size=4))
    def test_shares_sum_to_one_however_large_or_small(self, shares: list[float]):
        picture = small_picture(20, 20)
        try:
            request = StylizeRequest(content=picture, styles=[Style(picture, share) for share in shares])
        except NeuralStyleError:
            assert sum(shares) == 0
            return
        assert sum(request.shares) == pytest.approx(1.0)

    def test_the_size_is_the_contents_unless_a_width_or_a_bound_is_given(self):
        assert request_with().canvas_size == (40, 56)
        assert request_with(width=112).canvas_size == (80, 112)
        assert request_with(longest_side_px=28).canvas_size == (20, 28)
        assert request_with(longest_side_px=1000).canvas_size == (40, 56)

    def test_a_style_is_shown_at_its_scale_times_the_results_width_in_its_own_shape(self):
        style = Style(small_picture(50, 100), scale=0.5)
        assert style.size((300, 200)) == (50, 100)
        assert Style(small_picture(50, 100)).size((30, 64)) == (32, 64)

    def test_a_style_may_be_shown_with_its_longest_side_as_long_as_the_results_whichever_side_that_is(self):
        tall = Style(small_picture(100, 50))
        assert tall.size((60, 200), "longest") == (200, 100)
        assert tall.size((200, 60), "longest") == (200, 100)
        assert Style(tall.image, scale=0.5).size((60, 200), "longest") == (100, 50)

    def test_pictures_are_kept_as_float32_whatever_they_came_as(self):
        request = StylizeRequest(np.zeros((20, 20, 3), np.uint8), [Style(np.full((20, 20, 3), 7))])  # pyright: ignore[reportArgumentType]
        assert request.content.dtype == request.styles[0].image.dtype == np.float32


class TestAChosenStyle:
    def test_has_a_row_for_each_of_its_numbers(self):
        names = {each.name for each in fields(ChosenStyle)}
        assert STYLE_NUMBERS.keys() == names - {"image", "title", *STYLE_MASKS}
        rows = STYLE_NUMBERS.values()
        for key in ("flag", "plural", "label"):
            assert len({getattr(row, key) for row in rows}) == len(rows)

    @pytest.mark.parametrize("name", STYLE_NUMBERS)
    def test_refuses_a_number_out_of_range_whatever_stands_for_its_picture(self, name: str):
        for wrong in (-181.0, float("nan"), "much", None):
            numbers: dict[str, Any] = {name: wrong}
            with pytest.raises(OptionsError, match=f"{name} of a style"):
                ChosenStyle(None, **numbers)
            with pytest.raises(OptionsError, match=f"{name} of a style"):
                Style(small_picture(), **numbers)

    def test_goes_from_a_recipe_to_a_file_to_pixels_with_its_numbers_and_without_its_title(self):
        kept = ChosenStyle(None, share=np.float32(0.5), scale=2, title="night")  # pyright: ignore[reportArgumentType]
        file = kept.with_image("night.jpg")
        assert file == ChosenStyle("night.jpg", 0.5, 2.0)
        style = Style(small_picture(), **file.numbers)
        assert style.numbers == {"share": 0.5, "scale": 2.0, "turn": 0.0}
        assert all(type(number) is float for number in style.numbers.values())

    def test_with_pixels_is_equal_to_itself_alone(self):
        style = Style(small_picture())
        assert style == style
        assert style != Style(style.image)


class TestExcerpts:
    def test_a_turn_that_cuts_an_excerpt_away_is_refused_in_words(self):
        corner = np.zeros((40, 40))
        corner[:4, :4] = 1.0
        style = Style(small_picture(64, 64), excerpt=Mask.of(corner), turn=45.0)
        with pytest.raises(OptionsError, match="turn of style 1 cuts its excerpt away"):
            request_with(styles=[style])
        request_with(styles=[replace(style, turn=90.0)])
        request_with(styles=[replace(style, excerpt=READY["middle"])])

    def test_an_empty_one_is_refused(self):
        nothing = Mask(np.zeros((4, 4), np.uint8))
        with pytest.raises(OptionsError, match="excerpt of style 1 is empty"):
            request_with(styles=[Style(small_picture(), excerpt=nothing)])
