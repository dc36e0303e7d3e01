import pytest

from neural_style.optimizers.plateau import Plateau
from tests.optimizers.scripted import Counting, states_of


def first_reached(losses: list[float], window: int = 4, min_gain: float = 0.1, least: float = 0.0) -> int | None:
    plateau = Plateau(Counting(), window, min_gain, least)
    return next((index for index, state in enumerate(states_of(plateau, losses)) if plateau.is_done(state)), None)


def test_a_loss_that_falls_usefully_goes_on():
    assert first_reached([100.0 * 0.97**step for step in range(60)]) is None


def test_a_loss_that_falls_too_slowly_ends_after_one_window():
    assert first_reached([100.0 * 0.98**step for step in range(60)]) == 4


def test_it_ends_where_the_fall_slows_down():
    falling = [100.0, 80.0, 64.0, 51.0, 41.0]
    assert first_reached([*falling, 40.5, 40.0, 39.5, 39.0, 38.5]) == 8


def test_a_loss_that_rises_again_counts_by_its_lowest():
    assert first_reached([100.0, 50.0, 80.0, 90.0, 95.0, 99.0, 99.0]) == 5


def test_what_no_picture_can_get_below_does_not_count():
    falling = [1000.0 + 100.0 * 0.9**step for step in range(12)]
    assert first_reached(falling) == 4
    assert first_reached(falling, least=1000.0) is None


@pytest.mark.parametrize("broken", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_is_not_the_lowest(broken):
    assert first_reached([100.0, broken, 80.0, 60.0, 40.0, 30.0]) is None


def test_a_restart_keeps_the_losses_so_far():
    plateau = Plateau(Counting(), 4, 0.1)
    state = states_of(plateau, [100.0, 90.0])[-1]
    assert plateau.restart(state).lowest == state.lowest
    assert state.lowest[-2:] == (100.0, 90.0)


def test_its_state_stays_as_long_however_many_steps_are_made():
    plateau = Plateau(Counting(), 4, 0.1)
    states = states_of(plateau, [100.0 - step for step in range(40)])
    assert {len(state.lowest) for state in states} == {5}
