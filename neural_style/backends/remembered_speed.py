"""Remember how fast this machine paints, so that a new process can say at once how long a picture will take."""

import math
from collections.abc import Callable, Mapping
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

    def read(self) -> Mapping[str, float]:
        """Return kind -> seconds for a unit of work; nothing where nothing is known, or the file holds no numbers."""
        found = self._notes.read().get(machine_key(self.provider()))
        if not isinstance(found, dict):
            return {}
        return {kind: float(seconds) for kind, seconds in found.items() if _is_speed(seconds)}

    def keep(self, speeds: Mapping[str, float]) -> None:
        """Keep what is known by now."""
        self._notes.keep(machine_key(self.provider()), dict(speeds))

    @property
    def _notes(self) -> MachineNotes:
        return MachineNotes(self.folder / FILE_NAME)


def _is_speed(seconds: object) -> bool:
    return isinstance(seconds, int | float) and math.isfinite(seconds) and seconds > 0.0
