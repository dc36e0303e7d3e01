import pytest

from neural_style.engine.effort import EFFORTS, iterations_of, stopping_rule
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
