"""The estimate of how long a picture will take."""

from dataclasses import dataclass, replace

import pytest

from neural_style.engine.effort import TYPICAL_SHARE
from neural_style.engine.forecast import forecast
from neural_style.engine.memory_plan import Conditions
from neural_style.service.estimate import (
    LEAST_LEARNT_S,
    NEWEST_WEIGHT,
    OVERHEAD_S,
    SMALL_TRIAL,
    SpeedEstimate,
    remaining_s,
    rough_duration,
)
from neural_style.service.orders import APP_SETTINGS
from neural_style.settings import Settings
from tests.fakes import FakeStylizer, small_request

PLENTY = 10**12


def work(size: tuple[int, int], settings: Settings) -> float:
    return forecast(size, settings, PLENTY, Conditions.of(settings, "VGG-16", "float32")).work


def test_the_wait_is_proportional_to_the_work_and_learnt_from_runs() -> None:
    estimate, settings = SpeedEstimate(), Settings(iterations=10)
    assert estimate.estimate_s((40, 56), settings) is None
    estimate.begin_with(1e-3)
    estimate.begin_with(5.0)  # a second trial changes nothing
    its_work = work((40, 56), settings)
    assert estimate.estimate_s((40, 56), settings) == pytest.approx(OVERHEAD_S + its_work * SMALL_TRIAL * 1e-3)
    request = small_request(iterations=10)
    *_, last = FakeStylizer()(request)
    estimate.learn((40, 56), settings, replace(last, elapsed_s=OVERHEAD_S + its_work * 3e-3))
    learnt = SMALL_TRIAL * 1e-3 + NEWEST_WEIGHT * (3e-3 - SMALL_TRIAL * 1e-3)
    assert estimate.estimate_s((40, 56), settings) == pytest.approx(OVERHEAD_S + its_work * learnt)
    estimate.learn((40, 56), settings, replace(last, elapsed_s=LEAST_LEARNT_S / 2))  # mostly preparation
    assert estimate.estimate_s((40, 56), settings) == pytest.approx(OVERHEAD_S + its_work * learnt)


def test_efforts_are_expected_to_end_before_their_bound() -> None:
    shares = []
    for effort in ("quick", "good", "best"):
        settings = replace(APP_SETTINGS, effort=effort)
        noisy = replace(settings, initial_noiseblend=0.3)  # there is much to do, and it ends at its bound
        shares.append(work((200, 300), settings) / work((200, 300), noisy))
    assert shares == sorted(shares, reverse=True)
    assert all(
        TYPICAL_SHARE[effort] < share < 1.0 for effort, share in zip(("quick", "good", "best"), shares, strict=True)
    )


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

    kept: float | None = None

    def read(self) -> float | None:
        return self.kept

    def keep(self, seconds_per_work: float) -> None:
        self.kept = seconds_per_work


def test_what_is_known_is_kept_and_recalled_by_the_next_process() -> None:
    notes = Notes()
    first, settings, request = SpeedEstimate(notes), Settings(iterations=10), small_request(iterations=10)
    assert not first.recall()
    *_, last = FakeStylizer()(request)
    first.learn((40, 56), settings, replace(last, elapsed_s=10.0))
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
