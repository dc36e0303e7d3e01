"""Show the progress of a painting: as a bar on a terminal, as plain lines in a log."""

import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from tqdm import tqdm

from neural_style.iterate import Iterate, LossValues
from neural_style.record.loss_table import columns

LOG_INTERVAL_S = 30.0
"""The seconds from one line to the next where standard error is not a terminal."""


BAR_OPTIONS: Mapping[str, Any] = {
    "total": 1.0,
    "miniters": 0,
    "dynamic_ncols": True,
    "bar_format": "{percentage:3.0f}%|{bar:12}| {desc}",
}
"""The options of `tqdm` for a bar of the work done: its own estimate assumes a fixed number of equally long steps."""


class Bar:
    """A bar of the work done on standard error, closed at the end of its `with` block; lines where that is a log."""

    def __init__(self) -> None:
        self._bar: tqdm | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def prepare(self, what: str) -> None:
        """Show what is being done before the first step, such as `Loading TensorFlow`."""
        if sys.stderr.isatty():
            self._draw(what, 0.0).refresh()
        else:
            say(f"{what} ...", sys.stderr)

    def _draw(self, text: str, work_done: float) -> tqdm:
        if self._bar is None:
            self._bar = tqdm(desc=text, initial=work_done, **BAR_OPTIONS)
        self._bar.set_description_str(text, refresh=False)
        self._bar.update(work_done - self._bar.n)
        return self._bar


class Progress(Bar):
    """Shows iterates on standard error and, every `print_iterations` steps, a line of losses on standard output.

    Args:
        print_iterations: steps from one line to the next; None: no lines.
        ends_by_losses: whether the run may end before its last step, as with an effort.
    """

    def __init__(self, print_iterations: int | None = None, *, ends_by_losses: bool = False) -> None:
        super().__init__()
        self._print_iterations = print_iterations
        self._ends_by_losses = ends_by_losses
        self._next_line_s = LOG_INTERVAL_S

    def show(self, iterate: Iterate) -> None:
        """Show the next iterate, without fetching its picture."""
        if sys.stderr.isatty():
            facts = ", ".join([self._step(iterate), self._time_left(iterate), losses_text(iterate.losses)])
            self._draw(facts, iterate.work_done)
        elif iterate.elapsed_s >= self._next_line_s:
            self._next_line_s = iterate.elapsed_s + LOG_INTERVAL_S
            say(", ".join([self._step(iterate), losses_text(iterate.losses), self._time_left(iterate)]), sys.stderr)
        if self._print_iterations and iterate.step % self._print_iterations == 0:
            say(f"step {iterate.step}: {losses_text(iterate.losses)}")

    def _step(self, iterate: Iterate) -> str:
        return f"step {step_text(iterate, ends_by_losses=self._ends_by_losses)}"

    def _time_left(self, iterate: Iterate) -> str:
        if iterate.remaining_s is None:
            return "time left unknown"
        return f"{tqdm.format_interval(iterate.remaining_s)} left{' or less' if self._ends_by_losses else ''}"


def step_text(iterate: Iterate, *, ends_by_losses: bool) -> str:
    """Return how many steps are done, and how many there will be, or may be."""
    return f"{iterate.step} of {'at most ' if ends_by_losses else ''}{iterate.steps}"


def losses_text(losses: LossValues) -> str:
    """Return the losses as compact text: the total, then its terms."""
    *terms, (_, total) = columns(losses).items()
    return f"loss {total:.3g} = " + " + ".join(f"{name} {value:.3g}" for name, value in terms)


def say(text: str, stream: TextIO | None = None) -> None:
    """Print a line without disturbing a bar; a reader who is gone (a closed pipe or terminal) costs no picture."""
    wanted = stream or sys.stdout
    try:
        tqdm.write(text, file=wanted)
        wanted.flush()
    except OSError:
        _give_up(wanted)


def _give_up(stream: TextIO) -> None:
    """Redirect the stream to nowhere, or Python would complain of what it still holds when flushing it at the end."""
    with contextlib.suppress(OSError), Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())
