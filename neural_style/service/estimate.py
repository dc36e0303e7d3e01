"""Estimates of the time that a picture will take on this machine are measured by a trial and corrected by every run.

The wait is proportional to the work, which is pixels times evaluations of the losses (`engine.forecast`).
"""

import threading
from collections.abc import Mapping
from typing import Literal, Protocol

from neural_style.engine.effort import typical_share
from neural_style.errors import OptionsError
from neural_style.iterate import Iterate
from neural_style.request import StylizeRequest
from neural_style.settings import Settings

OVERHEAD_S = 1.5
"""The time around the steps, in which pictures are read and resized, the step is compiled and the result is written."""

LEAST_LEARNT_S = 4.0
"""The least seconds of a run whose speed says anything: a shorter one is mostly preparation."""

NEWEST_WEIGHT = 0.5
"""The weight of the latest run in what is known of the speed."""

Kind = Literal["matched", "plain"]

COST: Mapping[Kind, float] = {"matched": 1.0, "plain": 0.75}
"""The cost of a unit of work by the kind of loss, with or without matches and the search for them."""

_TOPOLOGY = "VGG-16"


class SpeedNotes(Protocol):
    """Where the speed of this machine is kept from one process to the next: kind of loss -> seconds."""

    def read(self) -> Mapping[str, float]:
        """Return what was kept."""
        ...

    def keep(self, speeds: Mapping[str, float]) -> None:
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
        self._speeds: dict[str, float] = {}
        self._lock = threading.Lock()

    def recall(self) -> bool:
        """Read the notes, and return whether anything is known of the speed."""
        found = {} if self._notes is None else self._notes.read()
        with self._lock:
            self._speeds = {**found, **self._speeds}
            return bool(self._speeds)

    def begin_with(self, seconds_per_work: float) -> None:
        """Take the speed that a trial with matches has found, unless it is known already: runs know better."""
        with self._lock:
            self._speeds.setdefault("matched", seconds_per_work)

    def learn(self, request: StylizeRequest, iterate: Iterate) -> None:
        """Correct the speed by the last iterate of a run that was not ended early; a short run teaches nothing."""
        work = self._work(request.canvas_size, request.settings)
        if work is None or iterate.elapsed_s < LEAST_LEARNT_S:
            return
        found = (iterate.elapsed_s - OVERHEAD_S) / work
        kind = _kind_of(request.settings)
        with self._lock:
            before = self._speeds.get(kind)
            self._speeds[kind] = found if before is None else before + NEWEST_WEIGHT * (found - before)
            known = dict(self._speeds)
        if self._notes is not None:
            self._notes.keep(known)

    def estimate_s(self, size: tuple[int, int], settings: Settings) -> float | None:
        """Return the seconds that a picture of that (height, width) will take; None while that cannot be known."""
        speed = self._speed(_kind_of(settings))
        work = None if speed is None else self._work(size, settings)
        return None if speed is None or work is None else OVERHEAD_S + speed * work

    def _speed(self, kind: Kind) -> float | None:
        """Return what is known of that kind, or follows from another one."""
        with self._lock:
            if kind in self._speeds:
                return self._speeds[kind]
            others = [COST[kind] / COST[other] * self._speeds[other] for other in COST if other in self._speeds]
            return next(iter(others), None)

    def _work(self, size: tuple[int, int], settings: Settings) -> float | None:
        """Return the work of such a run; None where it does not fit into the memory."""
        from neural_style.engine.forecast import forecast  # it loads TensorFlow
        from neural_style.engine.memory_plan import Conditions, memory_budget_bytes

        conditions = Conditions.of(settings, _TOPOLOGY, "float32")
        try:
            return forecast(size, settings, memory_budget_bytes(self._memory_gb), conditions).work
        except OptionsError:
            return None


def _kind_of(settings: Settings) -> Kind:
    return "matched" if settings.weights.matching > 0 else "plain"


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
