"""Keep the state of a long run in a file, from which the same command goes on."""

import contextlib
import sys
from dataclasses import dataclass, field
from pathlib import Path

from neural_style.cli.progress import say
from neural_style.errors import ImageError
from neural_style.iterate import Iterate, RunState
from neural_style.record.checkpoint import Checkpoint
from neural_style.record.run_state import load_state

MIN_INTERVAL_S = 60.0
"""The least seconds from one writing to the next: so much work may be lost."""


@dataclass
class Resume:
    """The file of the flag `--resume`.

    Attributes:
        path: where it is.
        fingerprint: of what is painted; see `record.run_state`.
    """

    path: Path
    fingerprint: str
    _checkpoint: Checkpoint = field(init=False)

    def __post_init__(self) -> None:
        self._checkpoint = Checkpoint(self.path, self.fingerprint, MIN_INTERVAL_S)

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
        try:
            self._checkpoint.keep(iterate)
        except ImageError as error:
            say(f"neural-style: {error}", sys.stderr)

    def save(self, iterate: Iterate) -> None:
        """Write the state now.

        Raises:
            ImageError: it cannot be written.
        """
        self._checkpoint.save(iterate)

    def end(self) -> None:
        """Delete the file: the picture is finished."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
