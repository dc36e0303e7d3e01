"""Mixing while it paints: a run takes changes, follows them, and is repeated exactly by its timeline."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from neural_style.changes import FOLLOWING_UPDATES, Change
from neural_style.engine.memory_plan import Conditions, Plan, plan_bytes
from neural_style.engine.stylize import stylize
from neural_style.errors import ImageError, OptionsError
from neural_style.iterate import Iterate, RunState
from neural_style.request import Style, StylizeRequest
from neural_style.settings import LossWeights, Settings
from tests.fakes import small_picture, tiny_network

RED = np.full((48, 48, 3), [220.0, 40.0, 30.0])
BLUE = np.full((48, 48, 3), [30.0, 50.0, 210.0])


def request_of(shares: Sequence[float] = (1.0, 0.0), **settings: Any) -> StylizeRequest:
    styles = [
        Style(np.clip(color + small_picture(48, 48, seed=seed) / 8.0, 0.0, 255.0).astype(np.float32), share=share)
        for seed, (color, share) in enumerate(zip((RED, BLUE), shares, strict=True))
    ]
    given = {
        "precision": "float32",
        "optimizer": "lbfgs",
        "start": "content",
        "iterations": 8,
        "weights": LossWeights(content=0.1),
        **settings,
    }
    return StylizeRequest(small_picture(40, 56, seed=9), styles, Settings(**given))


def painted(request: StylizeRequest, sent: Mapping[int, Change] | None = None) -> list[Iterate]:
    """Paint it, and send each change after the iterate of its step."""
    run, iterates = stylize(request, tiny_network), list[Iterate]()
    change = None
    while True:
        try:
            iterate = run.send(change)
        except StopIteration:
            return iterates
        iterates.append(iterate)
        change = (sent or {}).get(iterate.step)


def state_of(iterate: Iterate) -> RunState:
    assert iterate.state is not None
    return iterate.state()


def redness(iterate: Iterate) -> float:
    pixels = iterate.result().astype(np.float64)
    return float((pixels[..., 0] - pixels[..., 2]).mean())


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_the_picture_follows_the_shares_without_a_new_start(optimizer):
    still = painted(request_of(optimizer=optimizer, iterations=12))
    moved = painted(request_of(optimizer=optimizer, iterations=12), {6: Change(shares=(0.0, 1.0))})
    assert redness(still[6]) == redness(moved[6])
    assert redness(moved[-1]) < redness(still[-1]) - 20.0
    assert moved[-1].steps == 6 + 1 + FOLLOWING_UPDATES


@pytest.mark.parametrize("scales", [1, 2])
@pytest.mark.parametrize(
    "change",
    [
        Change(shares=(0.5, 2.0)),
        Change(settings={"weights.content": 40.0, "weights.total_variation": 1.0}),
        Change(settings={"weights.wasserstein": 50.0, "weights.style": 0.0}),
        Change(settings={"preserve_colors": True, "color_strength": 0.5}),
    ],
    ids=["shares", "weights", "another statistic", "colours"],
)
def test_a_repeat_by_the_timeline_gives_the_same_picture_bit_by_bit(change, scales):
    request = request_of(scales=scales)
    live = painted(request, {3: change, 5: Change(settings={"weights.chroma_smoothing": 3.0})})
    assert [made.step for made in live[-1].changes] == [3, 5]
    assert live[3].changes == ()
    again = painted(replace(request, changes=live[-1].changes))
    assert [iterate.losses.total for iterate in again] == [iterate.losses.total for iterate in live]
    np.testing.assert_array_equal(again[-1].result(), live[-1].result())
    assert again[-1].changes == live[-1].changes
    assert not np.array_equal(painted(request)[-1].result(), live[-1].result())


@pytest.mark.parametrize("stop_at", [2, 3, 4, 9])
def test_a_changed_run_goes_on_from_any_state_as_if_it_had_not_stopped(stop_at):
    request = request_of(scales=2)
    whole = painted(request, {3: Change(shares=(0.2, 1.0))})
    begun = stylize(request, tiny_network)
    change, state = None, None
    while state is None:
        iterate = begun.send(change)
        change = Change(shares=(0.2, 1.0)) if iterate.step == 3 else None
        if iterate.step == stop_at:
            assert iterate.state is not None
            state = iterate.state()
    begun.close()
    timeline = replace(request, changes=whole[-1].changes)
    *_, last = stylize(timeline, tiny_network, begin=state)
    assert last.step == whole[-1].step
    found, expected = (each.exact() for each in (last, whole[-1]) if each.exact is not None)
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_the_strength_of_the_colours_is_seen_at_once_and_costs_no_step():
    request = request_of(preserve_colors=True)
    still, moved = painted(request), painted(request, {4: Change(settings={"color_strength": 0.0})})
    assert len(moved) == len(still)
    assert [iterate.losses.total for iterate in moved] == [iterate.losses.total for iterate in still]
    np.testing.assert_array_equal(moved[4].result(), still[4].result())
    assert not np.array_equal(moved[5].result(), still[5].result())


def test_a_change_at_a_smaller_size_holds_for_the_larger_ones_too():
    moved = painted(request_of(scales=2), {0: Change(settings={"weights.style": 1.0})})
    strong = painted(request_of(scales=2))
    assert moved[-1].painted_size == (40, 56)
    assert moved[-1].losses["style"] < 0.1 * strong[-1].losses["style"]


def test_what_cannot_be_moved_is_refused_before_it_is_sent_and_what_does_not_fit_is_passed_over():
    with pytest.raises(OptionsError, match=r"'scales' cannot be changed\. What can is weights\.content"):
        Change(settings={"scales": 3})
    with pytest.raises(OptionsError, match="content weight must be a number of at least 0"):
        Change(settings={"weights.content": -1.0})
    with pytest.raises(OptionsError, match="share of a style must be a number"):
        Change(shares=(float("nan"),))
    still = painted(request_of())
    nothing = Change(settings={"weights.content": 0.0, "weights.style": 0.0})
    asked = painted(request_of(), {1: Change(shares=(1.0, 1.0, 1.0)), 3: nothing, 4: Change(shares=(1.0, 0.0))})
    assert asked[-1].changes == ()
    np.testing.assert_array_equal(asked[-1].result(), still[-1].result())


def test_what_needs_more_memory_than_there_is_is_passed_over_and_refused_beforehand_where_it_is_planned():
    request, matched = request_of(shares=(1.0, 1.0)), Change(settings={"weights.matching": 1.0})
    plain, more = (
        plan_bytes(40, 56, Plan(None, 0), Conditions(is_matched=is_matched, updates=0)) for is_matched in (False, True)
    )
    budget_gb = (plain + more) / 2e9 + 0.002
    run, change, last = stylize(request, tiny_network, memory_gb=budget_gb), None, None
    with contextlib.suppress(StopIteration):
        while True:
            last = run.send(change)
            change = matched if last.step == 3 else None
    assert last is not None
    assert last.is_last
    if last.changes == ():
        with pytest.raises(OptionsError, match="takes at least"):
            next(stylize(replace(request, changes=[matched.at(3)]), tiny_network, memory_gb=budget_gb))


@pytest.mark.parametrize(
    "change",
    [
        Change(settings={"weights.content": 0.0, "weights.style": 0.0}, step=3),
        Change(shares=(1.0, 1.0), step=3),
    ],
    ids=["nothing to paint", "a style too small to be seen"],
)
def test_a_planned_change_that_cannot_be_made_is_refused_before_any_work(change):
    tiny = Style(small_picture(48, 48, seed=5), share=0.0, scale=0.1)
    with pytest.raises((OptionsError, ImageError)):
        replace(request_of(), styles=[request_of().styles[0], tiny], changes=[change])


def test_a_planned_change_without_effect_at_the_last_step_leaves_it_the_last():
    request = request_of()
    *_, last = painted(replace(request, changes=[Change(settings={"weights.content": 0.1}, step=8)]))
    assert last.is_last
    assert last.changes == ()


@pytest.mark.parametrize("stop_at", [9, 11, 13])
def test_a_run_that_was_given_more_or_fewer_steps_goes_on_as_the_whole_of_it(stop_at):
    for change in (Change(step=8, more=6), Change(step=3, more=11)):
        request = replace(request_of(effort="quick"), changes=[change])
        *_, whole = stylize(request, tiny_network)
        states = [state_of(iterate) for iterate in stylize(request, tiny_network) if iterate.step == stop_at]
        *_, last = stylize(request, tiny_network, begin=states[0])
        assert last.step == whole.step
        np.testing.assert_allclose(last.losses.total, whole.losses.total, rtol=1e-4)


def test_a_state_goes_on_with_the_changes_that_it_was_made_by_alone():
    request = request_of()
    begun = [iterate for iterate in painted(request, {2: Change(shares=(0.0, 1.0))}) if iterate.step == 5]
    other = replace(request, changes=[Change(shares=(0.5, 1.0), step=2)])
    with pytest.raises(OptionsError, match="another request"):
        next(stylize(other, tiny_network, begin=state_of(begun[0])))


@pytest.mark.parametrize("effort", [None, "quick"])
@pytest.mark.parametrize("scales", [1, 2])
def test_a_run_that_is_over_goes_on_for_more_steps_as_if_it_had_not_stopped(scales, effort):
    request = request_of(scales=scales, effort=effort)
    whole = painted(request)
    end = whole[-1]
    assert end.state is not None
    asked = replace(request, changes=[Change(step=end.step, more=5)])
    *_, gone_on = stylize(asked, tiny_network, begin=end.state())
    assert gone_on.step == gone_on.steps == end.step + 5
    *_, at_once = stylize(asked, tiny_network)
    assert at_once.step == gone_on.step
    found, expected = (each.exact() for each in (gone_on, at_once) if each.exact is not None)
    np.testing.assert_allclose(found, expected, atol=1e-3)
    assert gone_on.best_losses.total < end.best_losses.total


def test_as_many_steps_more_are_the_steps_of_one_run():
    short, long = request_of(iterations=6), request_of(iterations=12)
    *_, gone_on = stylize(replace(short, changes=[Change(step=6, more=6)]), tiny_network)
    *_, at_once = stylize(long, tiny_network)
    np.testing.assert_array_equal(gone_on.result(), at_once.result())
