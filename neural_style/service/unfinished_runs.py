"""Unfinished runs: the state of a picture that is being painted, for the next server to go on with if this one dies."""

import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from neural_style.changes import Change
from neural_style.errors import ImageError, OptionsError
from neural_style.iterate import Iterate, RunState
from neural_style.record.checkpoint import Checkpoint
from neural_style.record.run_state import fingerprint, load_state
from neural_style.request import StylizeRequest
from neural_style.service.kept_runs import MOST_BYTES_OF_ONE

NAME = "checkpoint.npz"
"""The name of the file, in a folder of its own."""

MIN_INTERVAL_S = 20.0
"""The least seconds from one writing to the next: so much of the painting is lost."""

_logger = logging.getLogger(__name__)


@dataclass
class UnfinishedRun:
    """A run that is kept in a folder until its end.

    Attributes:
        folder: of this run alone.
        request: what is painted.
        network: the title of what paints.
    """

    folder: Path
    request: StylizeRequest
    network: str

    def state(self) -> RunState | None:
        """Return where to go on from; None: it is begun, since nothing was kept or is of another request or network."""
        try:
            return load_state(self._checkpoint.path, self._checkpoint.fingerprint)
        except OptionsError:
            _logger.warning("A run cannot go on from where it was, and is begun anew.", exc_info=True)
            return None

    def keep(self, iterate: Iterate) -> None:
        """Write the state if it is time; a disk that is full costs the going on, not the picture."""
        if not self._checkpoint.is_due:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._checkpoint.keep(iterate)
        except (ImageError, OSError):
            _logger.warning("The state of a run could not be kept.", exc_info=True)

    def end(self) -> None:
        """Delete what is kept: the run has come to its end."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @cached_property
    def _checkpoint(self) -> Checkpoint:
        of = fingerprint(self.request, self.network)
        return Checkpoint(self.folder / NAME, of, MIN_INTERVAL_S, MOST_BYTES_OF_ONE)


def folder_of(results: Path, token: str) -> Path:
    """Return the folder for the run of a job, in that of the results."""
    return results / token


def request_with(made: Sequence[Change], request: StylizeRequest) -> StylizeRequest:
    """Return the request with the changes that its run made before it was killed, and those that were planned."""
    planned = [change for change in request.changes if change not in made]
    return replace(request, changes=(*made, *planned)) if made else request


def request_after(state: RunState, request: StylizeRequest) -> StylizeRequest:
    """Return the request with the changes that its run had made until a state, and those that were to come after it."""
    later = [change for change in request.changes if (change.step or 0) >= state.step]
    return request_with(state.changes, replace(request, changes=tuple(later)))
