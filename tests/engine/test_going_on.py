"""A run that goes on from the state of another one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from neural_style.engine.effort import scales_of
from neural_style.engine.stylize import stylize
from neural_style.errors import OptionsError
from neural_style.iterate import Iterate, RunState
from neural_style.record.run_state import load_state, save_state
from neural_style.request import StylizeRequest
from neural_style.settings import LossWeights
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
    assert rest[-1].best_losses.total == pytest.approx(WHOLE[-1].best_losses.total, rel=1e-4)


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


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
@pytest.mark.parametrize("matching", [0.0, 0.5])
def test_half_the_steps_and_then_the_other_half_give_the_same_picture_as_all_at_once(
    optimizer: str, matching: float, tmp_path: Path
) -> None:
    weights = LossWeights(content=1.0, style=100.0, matching=matching)
    settings = {"optimizer": optimizer, "start": "colors", "padding_px": 3, "weights": weights}
    asked = small_request(**settings, iterations=16)
    *_, whole = painted(request=asked)
    *_, half = painted(request=small_request(**settings, iterations=8))
    save_state(tmp_path / "run", state_of(half), "half")
    kept = load_state(tmp_path / "run", "half")
    rest = painted(kept, asked)
    assert [iterate.step for iterate in rest] == list(range(8, 17))
    assert rest[0].best_losses.total == half.best_losses.total
    assert whole.exact is not None
    assert rest[-1].exact is not None
    np.testing.assert_allclose(rest[-1].exact(), whole.exact(), atol=1e-3)
    assert rest[-1].best_losses.total == pytest.approx(whole.best_losses.total, rel=1e-6)


@pytest.mark.parametrize("step", [3, 6, 9])
def test_a_run_that_was_killed_at_any_size_ends_as_if_it_had_not(step: int) -> None:
    weights = LossWeights(content=1.0, style=10.0, matching=0.5)
    asked = small_request(iterations=8, scales=2, optimizer="lbfgs", start="colors", effort=None, weights=weights)
    whole = painted(request=asked)
    rest = painted(state_of(whole[step]), asked)
    assert [iterate.step for iterate in rest] == list(range(step, len(whole)))
    np.testing.assert_allclose(rest[-1].result().astype(float), whole[-1].result(), atol=1)
    assert rest[-1].best_losses.total == pytest.approx(whole[-1].best_losses.total, rel=1e-4)


def test_without_what_the_optimiser_knew_it_goes_on_from_the_best_picture() -> None:
    state = replace(STATES[3], start=None, optimizer=None)
    rest = painted(state)
    assert [iterate.step for iterate in rest] == list(range(3, len(WHOLE)))
    np.testing.assert_array_equal(rest[0].picture(), WHOLE[3].result())


def test_what_another_optimiser_knew_is_refused() -> None:
    known = STATES[-1].optimizer
    assert known is not None
    for wrong in ({}, {"inner": 3}, {name: value for name, value in known.items() if name != "best"}):
        with pytest.raises(OptionsError, match="another request"):
            painted(replace(STATES[-1], optimizer={"x": 1, **wrong}))


def test_more_than_is_worth_keeping_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neural_style.engine.scale_run.MOST_SAVED_BYTES", 1000)
    assert state_of(painted()[2]).optimizer is None
