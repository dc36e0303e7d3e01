"""A request cannot be built wrong, and what it says about itself is right."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neural_style.errors import ImageError, NeuralStyleError, OptionsError
from neural_style.request import (
    MAX_ASPECT,
    MAX_ITERATIONS,
    MAX_PIXELS,
    MIN_SIDE_PX,
    AdamSettings,
    LossWeights,
    Settings,
    Style,
    StylizeRequest,
    check_size,
    checked_image,
)
from tests.fakes import small_picture

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["", "noise", "avg", "-1"]),
    st.just(10**400),
    st.just(np.float32(0.5)),
)


def request_with(*, styles: list[Style] | None = None, **options: Any) -> StylizeRequest:
    styles = [Style(small_picture(seed=2))] if styles is None else styles
    return StylizeRequest(content=small_picture(seed=1), styles=styles, settings=Settings(**options))


class TestDefaults:
    def test_the_defaults_are_those_of_the_seeds_program(self):
        built, weights, adam = Settings(), LossWeights(), AdamSettings()
        assert (weights.content, weights.content_blend, weights.style) == (5.0, 1.0, 500.0)
        assert (weights.style_layer_exponent, weights.total_variation) == (1.0, 100.0)
        assert (adam.learning_rate, adam.beta1, adam.beta2, adam.epsilon) == (10.0, 0.9, 0.999, 1e-8)
        assert (built.optimizer, built.pooling, built.iterations) == ("adam", "max", 1000)
        assert (built.start, built.noise_share, built.preserve_colors) == ("noise", 1.0, False)
        assert Style(small_picture()).scale == 1.0

    @pytest.mark.parametrize("start", ["content", "colors", "image"])
    def test_any_other_start_has_no_noise_unless_asked(self, start: Any):
        assert Settings(start=start).noise_share == 0.0
        assert Settings(start=start, initial_noiseblend=0.3).noise_share == 0.3

    def test_noise_can_be_mixed_with_the_content(self):
        assert Settings(initial_noiseblend=0.3).noise_share == 0.3


class TestRefusals:
    @pytest.mark.parametrize(
        ("kind", "values", "words"),
        [
            (LossWeights, {"content": -1.0}, "content weight"),
            (LossWeights, {"content": math.nan}, "content weight"),
            (LossWeights, {"content": 10**400}, "content weight"),
            (LossWeights, {"content": 10**5000}, "thousands of digits"),
            (LossWeights, {"content": True}, "content weight"),
            (LossWeights, {"style": math.inf}, "style weight"),
            (LossWeights, {"content": 0, "style": 0}, "nothing to paint"),
            (LossWeights, {"content_blend": 1.1}, "at most 1"),
            (LossWeights, {"style_layer_exponent": 0.0}, "above 0"),
            (LossWeights, {"total_variation": "much"}, "total variation weight"),
            (AdamSettings, {"learning_rate": 0.0}, "learning rate"),
            (AdamSettings, {"beta1": 1.0}, "beta1"),
            (AdamSettings, {"beta2": -0.1}, "beta2"),
            (AdamSettings, {"epsilon": 0.0}, "epsilon"),
            (Settings, {"iterations": 0}, "from 1"),
            (Settings, {"iterations": 2.0}, "whole number"),
            (Settings, {"iterations": MAX_ITERATIONS + 1}, "whole number"),
            (Settings, {"seed": -1}, "seed"),
            (Settings, {"seed": "x" * 1000}, r"seed .{100,120}\.\.\.\.$"),
            (Settings, {"pooling": "min"}, "max, avg"),
            (Settings, {"optimizer": "sgd"}, "lbfgs, adam"),
            (Settings, {"start": "black"}, "noise, content, colors, image"),
            (Settings, {"initial_noiseblend": 1.5}, "noise blend"),
            (Settings, {"preserve_colors": "no"}, "yes or no"),
            (Settings, {"width": MIN_SIDE_PX - 1}, "width"),
            (Settings, {"longest_side_px": 0}, "longest side"),
            (Settings, {"width": 64, "longest_side_px": 64}, "only one of them"),
        ],
    )
    def test_a_value_that_cannot_be_used_is_named(self, kind: Any, values: dict[str, Any], words: str):
        with pytest.raises(OptionsError, match=words):
            kind(**values)

    @given(
        st.dictionaries(st.sampled_from(sorted(Settings.__dataclass_fields__.keys() - {"weights", "adam"})), ANYTHING)
    )
    def test_any_values_give_settings_or_are_refused(self, values: dict[str, Any]):
        try:
            built = Settings(**values)
        except OptionsError:
            return
        assert 0.0 <= built.noise_share <= 1.0
        assert built.iterations >= 1

    @settings(deadline=None)
    @given(st.dictionaries(st.sampled_from(sorted(LossWeights.__dataclass_fields__)), ANYTHING))
    def test_any_weights_are_finite_or_refused(self, values: dict[str, Any]):
        try:
            weights = LossWeights(**values)
        except OptionsError:
            return
        numbers = {name: value for name, value in vars(weights).items() if name != "style_balance"}
        assert weights.style_balance in ("absolute", "relative")
        assert all(math.isfinite(value) and value >= 0 for value in numbers.values())

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
        "image",
        [
            np.zeros((20, 20)),
            np.zeros((20, 20, 4)),
            np.zeros((0, 20, 3)),
            np.full((20, 20, 3), np.nan),
            np.full((20, 20, 3), 256.0),
            np.full((20, 20, 3), -1),
            np.full((20, 20, 3), "red"),
            np.zeros((20, 20, 3), bool),
        ],
    )
    def test_arrays_that_are_no_rgb_pictures_are_refused(self, image: np.ndarray):
        with pytest.raises(ImageError, match="content picture must"):
            checked_image(image, "content picture")

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
        assert style.size(canvas_width=200) == (50, 100)
        assert Style(small_picture(50, 100)).size(canvas_width=64) == (32, 64)

    def test_pictures_are_kept_as_float32_whatever_they_came_as(self):
        request = StylizeRequest(np.zeros((20, 20, 3), np.uint8), [Style(np.full((20, 20, 3), 7))])  # pyright: ignore[reportArgumentType]
        assert request.content.dtype == request.styles[0].image.dtype == np.float32

    def test_nothing_of_it_can_be_changed_afterwards(self):
        with pytest.raises(AttributeError):
            Settings().iterations = 5  # pyright: ignore[reportAttributeAccessIssue]
