"""Keep the state of a long run in a file, from which the same command goes on."""

import contextlib
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from neural_style.cli.progress import say
from neural_style.errors import ImageError
from neural_style.iterate import Iterate, RunState
from neural_style.record.run_state import load_state, save_state

MIN_INTERVAL_S = 60.0
"""The least seconds from one writing to the next: so much work may be lost."""

MAX_COST = 0.02
"""The most of the time that may go into writing."""


@dataclass
class Resume:
    """The file of the flag `--resume`.

    Attributes:
        path: where it is.
        fingerprint: of what is painted; see `record.run_state`.
    """

    path: Path
    fingerprint: str
    _next_at: float = field(default_factory=lambda: time.monotonic() + MIN_INTERVAL_S)

    def begin(self) -> RunState | None:
        """Return the state to go on from, None at the first time; say what is done.

        Raises:
            OptionsError: the file is something else, or belongs to another run.
        """
        state = load_state(self.path, self.fingerprint)
        if state is not None:
            height, width = state.picture.shape[:2]
            say(f"Going on from {self.path}: step {state.step}, at {width} x {height} px.", sys.stderr)
        return state

    def keep(self, iterate: Iterate) -> None:
        """Write the state if it is time; what cannot be written is no reason to give up the picture."""
        began = time.monotonic()
        if iterate.state is None or began < self._next_at:
            return
        try:
            self.save(iterate)
        except ImageError as error:
            say(f"neural-style: {error}", sys.stderr)
        done = time.monotonic()
        self._next_at = done + max(MIN_INTERVAL_S, (done - began) / MAX_COST)

    def save(self, iterate: Iterate) -> None:
        """Write the state now.

        Raises:
            ImageError: it cannot be written.
        """
        if iterate.state is not None:
            save_state(self.path, iterate.state(), self.fingerprint)

    def end(self) -> None:
        """Delete the file: the picture is finished."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
