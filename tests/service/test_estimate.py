"""The estimate of how long a picture will take."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from neural_style.engine.effort import TYPICAL_SHARE, scales_for
from neural_style.service.estimate import (
    COST,
    LEAST_LEARNT_S,
    NEWEST_WEIGHT,
    OVERHEAD_S,
    SpeedEstimate,
    remaining_s,
    rough_duration,
)
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
    cheaper = COST["plain"] * 1e-5  # the trial has matches, these settings none
    assert estimate.estimate_s((40, 56), settings) == pytest.approx(OVERHEAD_S + 40 * 56 * 11 * cheaper)
    request = small_request(iterations=10)
    *_, last = FakeStylizer()(request)
    estimate.learn(request, replace(last, elapsed_s=OVERHEAD_S + 40 * 56 * 11 * 3e-4))
    assert estimate.estimate_s((40, 56), settings) == pytest.approx(OVERHEAD_S + 40 * 56 * 11 * 3e-4)
    estimate.learn(request, replace(last, elapsed_s=OVERHEAD_S + 40 * 56 * 11 * 5e-4))
    learnt = 3e-4 + NEWEST_WEIGHT * 2e-4
    assert estimate.estimate_s((40, 56), settings) == pytest.approx(OVERHEAD_S + 40 * 56 * 11 * learnt)
    estimate.learn(request, replace(last, elapsed_s=LEAST_LEARNT_S / 2))  # mostly preparation
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


@dataclass
class Notes:
    """Notes in memory."""

    kept: dict[str, float]

    def read(self) -> Mapping[str, float]:
        return self.kept

    def keep(self, speeds: Mapping[str, float]) -> None:
        self.kept = dict(speeds)


def test_what_is_known_is_kept_and_recalled_by_the_next_process() -> None:
    notes = Notes({})
    first, settings, request = SpeedEstimate(notes), Settings(iterations=10), small_request(iterations=10)
    assert not first.recall()
    *_, last = FakeStylizer()(request)
    first.learn(request, replace(last, elapsed_s=10.0))
    assert notes.kept.keys() == {"plain"}
    second = SpeedEstimate(notes)
    assert second.estimate_s((40, 56), settings) is None
    assert second.recall()
    assert second.estimate_s((40, 56), settings) == pytest.approx(10.0)


def test_nothing_is_said_of_a_picture_that_does_not_fit_into_the_memory() -> None:
    estimate = SpeedEstimate(memory_gb=0.1)
    estimate.begin_with(1e-6)
    assert estimate.estimate_s((3000, 4000), APP_SETTINGS) is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "1 s"),
        (7.4, "7 s"),
        (43, "45 s"),
        (89, "90 s"),
        (91, "2 min"),
        (290, "5 min"),
        (5300, "88 min"),
        (5500, "1 h 30 min"),
        (7200, "2 h"),
        (35990, "10 h"),
        (49000, "14 h"),
    ],
)
def test_an_estimate_is_said_roughly(seconds: float, said: str) -> None:
    assert rough_duration(seconds) == said
