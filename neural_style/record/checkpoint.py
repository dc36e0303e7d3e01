"""The checkpoint of a run is its latest state in a file, from which it goes on where the process was killed."""

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from neural_style.iterate import Iterate, RunState
from neural_style.record.run_state import save_state

MAX_COST = 0.02
"""The most of the time that may go into writing."""


@dataclass
class Checkpoint:
    """A checkpoint that is written now and then.

    Attributes:
        path: the file.
        fingerprint: of what is painted; see `record.run_state`.
        min_interval_s: the least seconds from one writing to the next: so much work may be lost.
        most_bytes: a larger state is written without what the optimiser knew; None: there is no bound.
    """

    path: Path
    fingerprint: str
    min_interval_s: float
    most_bytes: int | None = None
    _next_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._next_at = time.monotonic() + self.min_interval_s

    @property
    def is_due(self) -> bool:
        """Whether it is time to write the state again."""
        return time.monotonic() >= self._next_at

    def keep(self, iterate: Iterate) -> None:
        """Write the state of the run if it is time.

        Raises:
            ImageError: it cannot be written; it is tried again when it is time again.
        """
        if iterate.state is None or not self.is_due:
            return
        began = time.monotonic()
        self._next_at = began + self.min_interval_s
        self.save(iterate)
        done = time.monotonic()
        self._next_at = done + max(self.min_interval_s, (done - began) / MAX_COST)

    def save(self, iterate: Iterate) -> None:
        """Write the state now, if the run can go on from one.

        Raises:
            ImageError: it cannot be written.
        """
        if iterate.state is not None:
            save_state(self.path, self._bounded(iterate.state()), self.fingerprint)

    def _bounded(self, state: RunState) -> RunState:
        known = [value for value in (state.optimizer or {}).values() if hasattr(value, "nbytes")]
        is_large = self.most_bytes is not None and sum(value.nbytes for value in known) > self.most_bytes
        return replace(state, optimizer=None, start=None) if is_large else state
