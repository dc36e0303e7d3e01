"""Iterates and their losses."""

import math
from typing import Any

import numpy as np
import pytest

from neural_style.iterate import Iterate, LossValues


def losses(**terms: float) -> LossValues:
    values = {"content": 1.0, "style": 2.0, "total_variation": 3.0, "total": 6.0, **terms}
    total = values.pop("total")
    return LossValues(values, total)


def iterate(step: int, elapsed_s: float, work_done: float = 0.5) -> Iterate:
    fields: dict[str, Any] = {"losses": losses(), "best_losses": losses(), "network": "none", "is_last": False}
    fields |= {"work_done": work_done, "painted_size": (1, 1), "arithmetic": "float32"}
    pictures: dict[str, Any] = dict.fromkeys(("picture", "result"), lambda: np.zeros((1, 1, 3), np.uint8))
    return Iterate(step=step, steps=10, elapsed_s=elapsed_s, **fields, **pictures)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_the_first_term_that_is_not_finite_is_named_in_words(bad: float):
    assert losses().first_non_finite() is None
    assert losses(total_variation=bad, total=bad).first_non_finite() == "total variation"
    assert losses(content=bad, total=bad).first_non_finite() == "content"


def test_the_time_left_is_that_of_the_work_left_at_the_pace_so_far():
    assert iterate(step=4, elapsed_s=8.0, work_done=0.4).remaining_s == pytest.approx(12.0)
    assert iterate(step=10, elapsed_s=8.0, work_done=1.0).remaining_s == 0.0


def test_before_the_first_update_the_time_left_is_not_known():
    assert iterate(step=0, elapsed_s=8.0).remaining_s is None
