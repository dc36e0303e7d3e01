"""Remember how fast this machine paints, so that a new process can say at once how long a picture will take."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from neural_style.backends.machine_notes import MachineNotes, machine_key
from neural_style.vgg.network import Network

FILE_NAME = "speed.json"


@dataclass(frozen=True)
class RememberedSpeed:
    """The `SpeedNotes` of this machine, beside those of its arithmetic.

    Attributes:
        folder: where the notes are, such as that of the network's numbers.
        provider: gives the network that paints.
    """

    folder: Path
    provider: Callable[[], Network]

    def read(self) -> float | None:
        """Return the seconds for a unit of work; None where nothing is known, or the file holds something else."""
        found = self._notes.read().get(machine_key(self.provider()))
        return float(found) if isinstance(found, int | float) and math.isfinite(found) and found > 0.0 else None

    def keep(self, seconds_per_work: float) -> None:
        """Keep what is known by now."""
        self._notes.keep(machine_key(self.provider()), seconds_per_work)

    @property
    def _notes(self) -> MachineNotes:
        return MachineNotes(self.folder / FILE_NAME)
