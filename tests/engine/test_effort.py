import pytest

from neural_style.engine.effort import EFFORTS, iterations_of, plateau_of
from neural_style.optimizers.plateau import Plateau
from neural_style.settings import Settings


def first_reached(losses: list[float], window: int = 4, min_gain: float = 0.1) -> int | None:
    plateau = Plateau(window, min_gain)
    return next((index for index, loss in enumerate(losses) if plateau.reached(loss)), None)


def test_a_loss_that_falls_usefully_goes_on():
    assert first_reached([100.0 * 0.97**step for step in range(60)]) is None


def test_a_loss_that_falls_too_slowly_ends_after_one_window():
    assert first_reached([100.0 * 0.98**step for step in range(60)]) == 4


def test_it_ends_where_the_fall_slows_down():
    falling = [100.0, 80.0, 64.0, 51.0, 41.0]
    assert first_reached([*falling, 40.5, 40.0, 39.5, 39.0, 38.5]) == 8


def test_greater_efforts_have_more_patience_and_a_higher_bound():
    quick, good, best = (EFFORTS[name] for name in ("quick", "good", "best"))
    assert quick.min_gain > good.min_gain > best.min_gain > 0.0
    assert quick.bound < good.bound < best.bound


def test_without_an_effort_the_iterations_decide():
    settings = Settings(iterations=70)
    assert iterations_of(settings) == 70
    assert plateau_of(settings) is None


@pytest.mark.parametrize("effort", list(EFFORTS))
def test_adam_gets_five_times_the_bound_of_l_bfgs(effort):
    bounds = [iterations_of(Settings(effort=effort, optimizer=name)) for name in ("lbfgs", "adam")]
    assert bounds == [EFFORTS[effort].bound, 5 * EFFORTS[effort].bound]
