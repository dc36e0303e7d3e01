"""Estimates of the time that a picture will take on this machine are measured by a trial and corrected by every run.

The wait is proportional to the work, which is pixels times evaluations of the losses (`engine.forecast`).
"""

import threading
from typing import Protocol

from neural_style.engine.effort import typical_share
from neural_style.errors import OptionsError
from neural_style.iterate import Iterate
from neural_style.settings import Settings

OVERHEAD_S = 1.5
"""The time around the steps, in which pictures are read and resized, the step is compiled and the result is written."""

LEAST_LEARNT_S = 4.0
"""The least seconds of a run whose speed says anything: a shorter one is mostly preparation."""

NEWEST_WEIGHT = 0.5
"""The weight of the latest run in what is known of the speed."""

SMALL_TRIAL = 0.77
"""The cost of a pixel in a large picture, in those of the small one of a trial: 0.73 on a processor with AVX2."""

_TOPOLOGY = "VGG-16"


class SpeedNotes(Protocol):
    """Where the seconds that this machine takes for a unit of work are kept from one process to the next."""

    def read(self) -> float | None:
        """Return what was kept; None: nothing."""
        ...

    def keep(self, seconds_per_work: float) -> None:
        """Keep what is known by now."""
        ...


class SpeedEstimate:
    """The seconds that this machine takes for a unit of work; safe to use from many threads.

    Args:
        notes: where what is known is kept; None: nowhere.
        memory_gb: the most memory that a run may take, in units of 10^9 bytes; None: three quarters of what is free.
    """

    def __init__(self, notes: SpeedNotes | None = None, memory_gb: float | None = None) -> None:
        self._notes, self._memory_gb = notes, memory_gb
        self._seconds_per_work: float | None = None
        self._lock = threading.Lock()

    def recall(self) -> bool:
        """Read the notes, and return whether anything is known of the speed."""
        found = None if self._notes is None else self._notes.read()
        with self._lock:
            self._seconds_per_work = self._seconds_per_work or found
            return self._seconds_per_work is not None

    def begin_with(self, seconds_per_pixel: float) -> None:
        """Take the seconds for a pixel and an evaluation that a trial has found, unless runs have found them before."""
        with self._lock:
            self._seconds_per_work = self._seconds_per_work or SMALL_TRIAL * seconds_per_pixel

    def learn(self, size: tuple[int, int], settings: Settings, iterate: Iterate) -> None:
        """Correct the speed by the last iterate of a run that was not ended early; a short run teaches nothing."""
        if iterate.elapsed_s < LEAST_LEARNT_S:
            return
        work = self._work(size, settings)
        if work is None:
            return
        found = (iterate.elapsed_s - OVERHEAD_S) / work
        with self._lock:
            before = self._seconds_per_work
            known = found if before is None else before + NEWEST_WEIGHT * (found - before)
            self._seconds_per_work = known
        if self._notes is not None:
            self._notes.keep(known)

    def estimate_s(self, size: tuple[int, int], settings: Settings) -> float | None:
        """Return the seconds that a picture of that (height, width) will take; None while that cannot be known."""
        seconds_per_work = self._seconds_per_work
        work = None if seconds_per_work is None else self._work(size, settings)
        return None if seconds_per_work is None or work is None else OVERHEAD_S + seconds_per_work * work

    def _work(self, size: tuple[int, int], settings: Settings) -> float | None:
        """Return the work of such a run; None where it does not fit into the memory."""
        from neural_style.engine.forecast import forecast  # it loads TensorFlow
        from neural_style.engine.memory_plan import Conditions, memory_budget_bytes

        conditions = Conditions.of(settings, _TOPOLOGY, "float32")
        try:
            return forecast(size, settings, memory_budget_bytes(self._memory_gb), conditions).work
        except OptionsError:
            return None


def remaining_s(iterate: Iterate, settings: Settings) -> float | None:
    """Return the seconds left, at the pace of this run so far, to where such a run ends as a rule, or later."""
    share = typical_share(settings)
    if iterate.remaining_s is None or not iterate.work_done < share:
        return iterate.remaining_s
    return iterate.elapsed_s / iterate.work_done * (share - iterate.work_done)


def rough_duration(seconds: float) -> str:
    """Return a duration as a person would say it who does not know exactly, such as `15 s`, `4 min` or `2 h 10 min`."""
    if seconds < 90:
        step = 1 if seconds < 10 else 5
        return f"{max(1, round(seconds / step)) * step} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(round(minutes / 10) * 10, 60)
    return f"{hours} h {minutes} min" if minutes and hours < 10 else f"{hours + (minutes >= 30)} h"
