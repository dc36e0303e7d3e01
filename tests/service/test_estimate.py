"""The estimate of how long a picture will take."""

from dataclasses import replace

import pytest

from neural_style.engine.effort import scales_for
from neural_style.service.estimate import NEWEST_WEIGHT, OVERHEAD_S, TYPICAL_SHARE, SpeedEstimate, remaining_s
from neural_style.service.orders import APP_SETTINGS
from neural_style.settings import Settings
from tests.fakes import FakeStylizer, small_request


def work(size: tuple[int, int], settings: Settings) -> float:
    scales = scales_for(size, settings)
    padding = 2 * settings.padding_px
    return sum((scale.height + padding) * (scale.width + padding) * (scale.updates + 1) for scale in scales)


def test_the_wait_is_proportional_to_the_work_and_learnt_from_runs() -> None:
    estimate, settings = SpeedEstimate(), Settings(iterations=10)
    assert estimate.estimate_s((40, 56), settings) is None
    estimate.begin_with(1e-5)
    estimate.begin_with(5.0)  # a second trial changes nothing
    assert estimate.estimate_s((40, 56), settings) == pytest.approx(OVERHEAD_S + 40 * 56 * 11 * 1e-5)
    request = small_request(iterations=10)
    *_, last = FakeStylizer()(request)
    estimate.learn(request, replace(last, elapsed_s=OVERHEAD_S + 40 * 56 * 11 * 3e-5))
    learnt = 1e-5 + NEWEST_WEIGHT * 2e-5
    assert estimate.estimate_s((40, 56), settings) == pytest.approx(OVERHEAD_S + 40 * 56 * 11 * learnt)


def test_efforts_are_expected_to_end_before_their_bound() -> None:
    estimate = SpeedEstimate()
    estimate.begin_with(1e-6)
    for effort, share in TYPICAL_SHARE.items():
        settings = replace(APP_SETTINGS, effort=effort)
        expected = OVERHEAD_S + 1e-6 * share * work((200, 300), settings)
        assert estimate.estimate_s((200, 300), settings) == pytest.approx(expected)
    noisy = replace(APP_SETTINGS, initial_noiseblend=0.3)  # there is much to do, and it ends at its bound
    assert estimate.estimate_s((200, 300), noisy) == pytest.approx(OVERHEAD_S + 1e-6 * work((200, 300), noisy))


def test_the_time_left_counts_to_where_such_a_run_ends_as_a_rule() -> None:
    first, second, *_ = FakeStylizer()(small_request(iterations=10))
    to_the_end, good = replace(APP_SETTINGS, effort=None), replace(APP_SETTINGS, effort="good")
    assert remaining_s(first, to_the_end) is None
    half = replace(second, work_done=0.4, elapsed_s=8.0)
    assert remaining_s(half, to_the_end) == pytest.approx(12.0)
    assert remaining_s(half, good) == pytest.approx(8.0 / 0.4 * (TYPICAL_SHARE["good"] - 0.4))
    late = replace(second, work_done=0.9, elapsed_s=9.0)
    assert remaining_s(late, good) == pytest.approx(1.0)
