"""Remember which arithmetic was the fastest on this machine."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from neural_style.backends.machine_notes import MachineNotes, machine_key
from neural_style.settings import Arithmetic, Precision
from neural_style.vgg.network import Network

FILE_NAME = "arithmetic.json"

_LOCK = threading.Lock()


@dataclass(frozen=True)
class RememberedChoice:
    """A `Choose` for the engine that asks its notes first, and then the machine.

    Attributes:
        folder: where the notes are, such as that of the network's numbers.
    """

    folder: Path

    def __call__(self, precision: Precision, network: Network) -> Arithmetic:
        """Return the arithmetic asked for, or with "auto" the fastest one; see `engine.precision`."""
        if precision != "auto":
            return precision
        key, notes = machine_key(network), MachineNotes(self.folder / FILE_NAME)
        with _LOCK:  # two that try at once disturb each other
            remembered: Any = notes.read().get(key)
            if remembered in get_args(Arithmetic):
                return remembered
            chosen = by_trying(precision, network)
            notes.keep(key, chosen)
            return chosen


def by_trying(precision: Precision, network: Network) -> Arithmetic:
    """Return the arithmetic that `engine.precision` chooses, once in each process; it loads TensorFlow."""
    from neural_style.engine.precision import choose_arithmetic

    return choose_arithmetic(precision, network)
