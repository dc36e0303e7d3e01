from dataclasses import replace

import pytest

from neural_style.engine.effort import EFFORTS, LEAST_UPDATES, iterations_of, scales_for, stopping_rule
from neural_style.presets import PRESETS
from neural_style.settings import Settings


def test_greater_efforts_have_more_patience_and_a_higher_bound():
    quick, good, best = (EFFORTS[name] for name in ("quick", "good", "best"))
    assert quick.min_gain > good.min_gain > best.min_gain > 0.0
    assert quick.bound < good.bound < best.bound


def test_without_an_effort_the_iterations_decide():
    settings = Settings(iterations=70)
    assert iterations_of(settings) == 70
    assert stopping_rule(settings) is None
    assert stopping_rule(Settings(effort="good")) == EFFORTS["good"]


@pytest.mark.parametrize("effort", list(EFFORTS))
def test_adam_gets_five_times_the_bound_of_l_bfgs(effort):
    bounds = [iterations_of(Settings(effort=effort, optimizer=name)) for name in ("lbfgs", "adam")]
    assert bounds == [EFFORTS[effort].bound, 5 * EFFORTS[effort].bound]


def test_with_an_effort_sizes_beyond_1024_px_have_fewer_updates_and_with_iterations_they_have_not() -> None:
    settings = replace(PRESETS["painted"].settings, effort="good")
    scales = scales_for((4000, 6000), settings)
    assert len({scale.updates for scale in scales if scale.width <= 1024}) == 1
    assert [scale.updates for scale in scales] == sorted((scale.updates for scale in scales), reverse=True)
    assert scales[-1].updates == LEAST_UPDATES < scales[0].updates
    same = scales_for((4000, 6000), replace(settings, effort=None, iterations=40))
    assert len({scale.updates for scale in same}) == 1


def test_a_few_updates_are_not_made_more() -> None:
    scales = scales_for((4000, 6000), Settings(effort="quick", scales=8))
    assert all(1 <= scale.updates <= scales_for((600, 900), Settings(effort="quick"))[-1].updates for scale in scales)
