import pytest

from neural_style.engine.stopping import LENGTHS, Plateau, iterations_of, plateau_of
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


def test_longer_lengths_have_more_patience_and_a_higher_bound():
    sketch, good, fine = (LENGTHS[name] for name in ("sketch", "good", "fine"))
    assert sketch.min_gain > good.min_gain > fine.min_gain > 0.0
    assert sketch.bound < good.bound < fine.bound


def test_without_a_length_the_iterations_decide():
    settings = Settings(iterations=70)
    assert iterations_of(settings) == 70
    assert plateau_of(settings) is None


@pytest.mark.parametrize("length", list(LENGTHS))
def test_adam_gets_five_times_the_bound_of_l_bfgs(length):
    bounds = [iterations_of(Settings(length=length, optimizer=name)) for name in ("lbfgs", "adam")]
    assert bounds == [LENGTHS[length].bound, 5 * LENGTHS[length].bound]
