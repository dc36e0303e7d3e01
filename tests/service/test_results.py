"""The facts of how a run ended."""

from dataclasses import replace

from neural_style.service.loss_curve import LossPoint
from neural_style.service.orders import Order
from neural_style.service.results import Outcome
from neural_style.service.runner import Update
from tests.service.helpers import iterate_of, request_for


def test_an_outcome_has_the_last_steps_numbers_and_the_losses_on_the_way(order: Order) -> None:
    nearness = {"style": {"relu1_1": 0.5}}
    iterate = iterate_of(order, notice="It ended.", nearness=lambda: nearness)
    points = [LossPoint.of(replace(iterate, step=step)) for step in (0, 1)]
    outcome = Outcome.of(Update.of(request_for(order), iterate, stopped=True), points)
    assert (outcome.step, outcome.elapsed_s, outcome.network) == (iterate.step, iterate.elapsed_s, iterate.network)
    assert (outcome.stopped, outcome.notice, outcome.nearness) == (True, "It ended.", nearness)
    assert outcome.losses is iterate.best_losses
    assert [point.step for point in outcome.curve] == [0, 1]


def test_a_run_that_cannot_be_measured_has_no_nearness(order: Order) -> None:
    assert Outcome.of(Update.of(request_for(order), iterate_of(order, nearness=None)), []).nearness is None
