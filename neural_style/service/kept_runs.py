"""Kept runs: the states of finished pictures, with which they go on being painted as if they had never stopped.

A state is a hundred times as large as its picture. So they are kept as long as there is room, the latest ones.
"""

import contextlib
import logging
from pathlib import Path

from neural_style.errors import NeuralStyleError, OptionsError
from neural_style.iterate import Iterate, RunState
from neural_style.record.run_state import fingerprint, load_state, save_state
from neural_style.request import StylizeRequest
from neural_style.service.messages import messages

NAME = "run.npz"
"""The name of the file, in the folder of its result."""

MOST_BYTES = 2_000_000_000
"""The most bytes of all kept runs together: twenty at the size of a screen."""

MOST_BYTES_OF_ONE = 400_000_000
"""The most bytes of one: it has about 340 a pixel."""

_BYTES_PER_PIXEL = 340

_logger = logging.getLogger(__name__)


def keep_run(folder: Path, request: StylizeRequest, iterate: Iterate) -> Path | None:
    """Write the state of a run that ended with that iterate into the folder of its result.

    Returns:
        The file; None where the run cannot be gone on with exactly, or is too large, or the disk is full.
    """
    height, width = request.canvas_size
    if iterate.state is None or iterate.notice is not None or height * width * _BYTES_PER_PIXEL > MOST_BYTES_OF_ONE:
        return None
    state = iterate.state()
    if state.optimizer is None:
        return None
    path = folder / NAME
    try:
        save_state(path, state, fingerprint(request, iterate.network))
    except NeuralStyleError:
        _logger.warning("The state of a run could not be kept.", exc_info=True)
        return None
    return path


def load_run(path: Path, request: StylizeRequest, network: str | None) -> RunState:
    """Read what `keep_run` wrote, for the same request and the network of that title.

    Raises:
        OptionsError: it is gone, or of another request or network.
    """
    try:
        state = load_state(path, fingerprint(request, network))
    except OptionsError:
        state = None
    if state is None:
        raise OptionsError(messages().no_going_on)
    return state


def drop_old_runs(results: Path, most_bytes: int = MOST_BYTES) -> None:
    """Delete the oldest runs in the folders of results, as far as all are too many bytes."""
    found = []
    for path in results.glob(f"*/{NAME}"):
        with contextlib.suppress(OSError):  # deleted meanwhile
            facts = path.stat()
            found.append((facts.st_mtime, facts.st_size, path))
    total = sum(size for _, size, _ in found)
    for _, size, path in sorted(found)[:-1]:
        if total <= most_bytes:
            return
        with contextlib.suppress(OSError):
            path.unlink()
        total -= size
