"""Estimates of the time that a picture will take on this machine are measured at the start and corrected by every run.

The wait is proportional to the work, which is pixels times evaluations of the losses
(`engine.coarse_to_fine.Scale.work`).
"""

import threading
from collections.abc import Mapping, Sequence

from neural_style.engine.coarse_to_fine import Scale
from neural_style.engine.effort import scales_for, scales_of
from neural_style.iterate import Iterate
from neural_style.request import StylizeRequest
from neural_style.settings import Effort, Settings

OVERHEAD_S = 1.5
"""The time around the steps, in which pictures are read and resized, the step is compiled and the result is written."""

TYPICAL_SHARE: Mapping[Effort | None, float] = {None: 1.0, "quick": 0.95, "good": 0.8, "best": 0.7}
"""The share of the most work that a run of that effort does until its losses end it, where it begins without noise."""

NEWEST_WEIGHT = 0.5
"""The weight of the latest run in what is known of the speed."""


class SpeedEstimate:
    """The seconds that this machine takes for a unit of work; safe to use from many threads."""

    def __init__(self) -> None:
        self._seconds_per_work: float | None = None
        self._lock = threading.Lock()

    def begin_with(self, seconds_per_work: float) -> None:
        """Take the speed that a trial at the start has found, unless it is known already: runs know better."""
        with self._lock:
            self._seconds_per_work = self._seconds_per_work or seconds_per_work

    def learn(self, request: StylizeRequest, iterate: Iterate) -> None:
        """Correct the speed by the last iterate of a run that was not ended early."""
        work = _work(scales_of(request), request.settings)
        found = max(iterate.elapsed_s - OVERHEAD_S, 0.1 * iterate.elapsed_s) / work
        with self._lock:
            before = self._seconds_per_work
            self._seconds_per_work = found if before is None else before + NEWEST_WEIGHT * (found - before)

    def estimate_s(self, size: tuple[int, int], settings: Settings) -> float | None:
        """Return the seconds that a picture of that (height, width) will take; None while nothing is known."""
        if self._seconds_per_work is None:
            return None
        work = _work(scales_for(size, settings), settings)
        return OVERHEAD_S + self._seconds_per_work * work


def _work(scales: Sequence[Scale], settings: Settings) -> float:
    """Return the pixels times evaluations that such a run takes as a rule, padding included."""
    padding = 2 * settings.padding_px
    most = sum((scale.height + padding) * (scale.width + padding) * (scale.updates + 1) for scale in scales)
    return most * typical_share(settings)


def typical_share(settings: Settings) -> float:
    """Return the share of the most work that a run usually does; from noise its losses fall usefully to the end."""
    return 1.0 if settings.noise_share else TYPICAL_SHARE[settings.effort]


def remaining_s(iterate: Iterate, settings: Settings) -> float | None:
    """Return the seconds left, at the pace of this run so far, to where such a run ends as a rule, or later."""
    share = typical_share(settings)
    if iterate.remaining_s is None or not iterate.work_done < share:
        return iterate.remaining_s
    return iterate.elapsed_s / iterate.work_done * (share - iterate.work_done)
