"""A run that goes on from the state of another one."""

from dataclasses import replace

import numpy as np
import pytest

from neural_style.engine.effort import scales_of
from neural_style.engine.stylize import stylize
from neural_style.errors import OptionsError
from neural_style.iterate import Iterate, RunState
from neural_style.request import StylizeRequest
from tests.fakes import small_request, tiny_network

NETWORK = tiny_network()
REQUEST = small_request(iterations=8, scales=2, optimizer="lbfgs", start="colors", padding_px=3)


def painted(begin: RunState | None = None, request: StylizeRequest = REQUEST) -> list[Iterate]:
    return list(stylize(request, lambda: NETWORK, begin=begin))


def state_of(iterate: Iterate) -> RunState:
    assert iterate.state is not None
    return iterate.state()


WHOLE = painted()
STATES = [state_of(iterate) for iterate in WHOLE]


def test_a_state_says_where_the_run_is_and_holds_the_best_picture_of_that_size() -> None:
    small, large = scales_of(REQUEST)
    assert [state.scale for state in STATES] == [0] * (small.updates + 1) + [1] * (large.updates + 1)
    assert [state.updates for state in STATES] == [*range(small.updates + 1), *range(large.updates + 1)]
    assert [state.step for state in STATES] == list(range(len(WHOLE)))
    assert STATES[0].picture.shape == (small.height + 6, small.width + 6, 3)
    assert STATES[-1].picture.shape == (large.height + 6, large.width + 6, 3)
    np.testing.assert_array_equal(np.rint(STATES[-1].picture[3:-3, 3:-3]), WHOLE[-1].result())


@pytest.mark.parametrize("step", [0, 3, *range(len(WHOLE) - 3, len(WHOLE))])
def test_what_goes_on_makes_the_steps_that_were_left_and_ends_as_well(step: int) -> None:
    rest = painted(STATES[step])
    assert [iterate.step for iterate in rest] == list(range(step, len(WHOLE)))
    assert rest[0].work_done == pytest.approx(WHOLE[step].work_done)
    assert rest[0].best_losses.total == pytest.approx(WHOLE[step].best_losses.total, rel=1e-4)
    assert rest[0].elapsed_s >= STATES[step].elapsed_s
    assert rest[-1].is_last
    if STATES[step].scale == 1:
        assert rest[-1].best_losses.total <= WHOLE[step].best_losses.total * 1.0001
    else:
        assert rest[-1].best_losses.total == pytest.approx(WHOLE[-1].best_losses.total, rel=0.3)


@pytest.mark.parametrize(
    "changed",
    [{"scale": 2}, {"scale": -1}, {"updates": 99}, {"updates": -1}, {"picture": STATES[0].picture}],
    ids=str,
)
def test_a_state_that_no_such_run_can_be_in_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(OptionsError, match="another request"):
        painted(replace(STATES[-1], **changed))  # pyright: ignore[reportArgumentType]


def test_a_picture_that_is_not_finite_is_refused() -> None:
    broken = STATES[-1].picture.copy()
    broken[0, 0] = np.nan
    with pytest.raises(OptionsError, match="another request"):
        painted(replace(STATES[-1], picture=broken))
