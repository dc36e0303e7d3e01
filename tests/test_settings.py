"""Settings cannot be built wrong, and begin as the original program does."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neural_style.errors import OptionsError
from neural_style.settings import MAX_ITERATIONS, MIN_SIDE_PX, AdamSettings, LossWeights, Settings

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["", "noise", "avg", "-1"]),
    st.just(10**400),
    st.just(np.float32(0.5)),
)


class TestDefaults:
    def test_the_defaults_are_those_of_the_seeds_program(self):
        built, weights, adam = Settings(), LossWeights(), AdamSettings()
        assert (weights.content, weights.content_blend, weights.style) == (5.0, 1.0, 500.0)
        assert (weights.style_layer_exponent, weights.total_variation) == (1.0, 100.0)
        assert (adam.learning_rate, adam.beta1, adam.beta2, adam.epsilon) == (10.0, 0.9, 0.999, 1e-8)
        assert (built.optimizer, built.pooling, built.iterations) == ("adam", "max", 1000)
        assert (built.start, built.noise_share, built.preserve_colors) == ("noise", 1.0, False)

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


def test_nothing_of_them_can_be_changed_afterwards():
    with pytest.raises(AttributeError):
        Settings().iterations = 5  # pyright: ignore[reportAttributeAccessIssue]
