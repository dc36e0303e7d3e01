"""Settings cannot be built wrong, and begin as the original program does."""

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neural_style.errors import OptionsError
from neural_style.layers import layer_weights
from neural_style.settings import MAX_ITERATIONS, MIN_SIDE_PX, ROWS, AdamSettings, LossWeights, Settings

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
    def test_the_defaults_are_those_of_the_original_program(self):
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
            (LossWeights, {"content": -1.0}, r"^The content weight must be a number of at least 0; got -1\.0\.$"),
            (LossWeights, {"content": math.nan}, "content weight"),
            (LossWeights, {"content": 10**400}, "content weight"),
            (LossWeights, {"content": 10**5000}, "thousands of digits"),
            (LossWeights, {"content": True}, "content weight"),
            (LossWeights, {"style": math.inf}, "style weight"),
            (LossWeights, {"content": 0, "style": 0}, "nothing to paint"),
            (LossWeights, {"content_blend": 1.1}, "content weight blend must be a number from 0 to 1"),
            (LossWeights, {"style_layer_exponent": 0.0}, "above 0"),
            (LossWeights, {"total_variation": "much"}, "total variation weight"),
            (AdamSettings, {"learning_rate": 0.0}, "learning rate"),
            (AdamSettings, {"beta1": 1.0}, "beta1 must be a number of at least 0 and below 1; got 1"),
            (AdamSettings, {"beta2": -0.1}, "beta2"),
            (AdamSettings, {"epsilon": 0.0}, "epsilon"),
            (Settings, {"iterations": 0}, "from 1"),
            (Settings, {"iterations": 2.0}, "whole number"),
            (Settings, {"iterations": MAX_ITERATIONS + 1}, "whole number"),
            (Settings, {"seed": -1}, "seed"),
            (Settings, {"seed": "x" * 1000}, r"seed .{100,120}\.\.\.\.$"),
            (Settings, {"pooling": "min"}, r"^The pooling must be one of max, avg, scaled-avg, l2; got 'min'\.$"),
            (Settings, {"optimizer": "sgd"}, "lbfgs, adam"),
            (Settings, {"start": "black"}, "noise, content, colors, image"),
            (Settings, {"initial_noiseblend": 1.5}, "noise blend"),
            (Settings, {"preserve_colors": "no"}, "photo's colours\" must be yes or no"),
            (Settings, {"scales": "all"}, "number of scales must be auto or a whole number from 1 to 8; got 'all'"),
            (Settings, {"bits": 12}, "one of 8, 16; got 12"),
            (Settings, {"weights": {"style": 3}}, "weights must be LossWeights; got {'style': 3}"),
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
        words = ("style_balance", "style_statistic", "style_layers", "content_layers", "normalize_gradients")
        numbers = {name: value for name, value in vars(weights).items() if name not in words}
        assert weights.style_balance in ("absolute", "relative")
        for layers in (weights.style_layers, weights.content_layers):
            assert layers is None or layer_weights(layers)
        assert all(math.isfinite(value) and value >= 0 for value in numbers.values())


def test_nothing_of_them_can_be_changed_afterwards():
    with pytest.raises(AttributeError):
        Settings().iterations = 5  # pyright: ignore[reportAttributeAccessIssue]


class TestRows:
    def test_every_field_of_the_settings_and_of_the_records_in_them_has_a_row(self):
        own = {name for name in Settings.__dataclass_fields__ if name not in ("weights", "adam")}
        weights = {f"weights.{name}" for name in LossWeights.__dataclass_fields__}
        adam = {f"adam.{name}" for name in AdamSettings.__dataclass_fields__}
        assert ROWS.keys() == own | weights | adam

    @pytest.mark.parametrize("path", ROWS)
    def test_every_row_says_in_a_sentence_what_the_setting_does(self, path: str):
        row = ROWS[path]
        assert row.label
        assert row.group
        assert re.fullmatch(r"[A-Z][^.]+\.", row.help)
        assert row.titles.keys() <= set(row.kind.words)
        row.check(row.default)

    def test_no_two_rows_share_a_label_a_flag_or_a_sentence(self):
        for of in (lambda row: row.label, lambda row: row.flag, lambda row: row.help):
            assert len({of(row) for row in ROWS.values()}) == len(ROWS)

    def test_what_a_setting_takes_the_place_of_can_be_left_out(self):
        others = [ROWS[row.instead_of] for row in ROWS.values() if row.instead_of]
        assert [other.path for other in others] == ["effort", "longest_side_px"]
        assert all(other.kind.optional for other in others)
