"""What a person sees while a picture is painted: a bar on a terminal, plain lines in a log."""

import contextlib
import sys
from types import TracebackType
from typing import Self, TextIO

from tqdm import tqdm

from neural_style.frame import Frame, StepLosses

LOG_INTERVAL_S = 30.0
"""Seconds from one line to the next where standard error is not a terminal."""


class Progress:
    """Shows frames on standard error and, every `print_iterations` steps, a line of losses on standard output."""

    def __init__(self, print_iterations: int | None = None) -> None:
        self._print_iterations = print_iterations
        self._bar: tqdm | None = None
        self._next_line_s = LOG_INTERVAL_S

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def show(self, frame: Frame) -> None:
        """Take note of the next frame. Fetches no picture."""
        if sys.stderr.isatty():
            self._show_on_bar(frame)
        elif frame.elapsed_s >= self._next_line_s:
            self._next_line_s = frame.elapsed_s + LOG_INTERVAL_S
            say(f"step {frame.step} of {frame.steps}, {losses_text(frame.losses)}, {_time_left(frame)}", sys.stderr)
        if self._print_iterations and frame.step % self._print_iterations == 0:
            say(f"step {frame.step}: {losses_text(frame.losses)}")

    def _show_on_bar(self, frame: Frame) -> None:
        if self._bar is None:  # only now, so that the time left is not reckoned from the preparation
            self._bar = tqdm(total=frame.steps, initial=frame.step, unit="step", dynamic_ncols=True)
        self._bar.set_postfix_str(losses_text(frame.losses), refresh=False)
        self._bar.update(frame.step - self._bar.n)


def losses_text(losses: StepLosses) -> str:
    """Compact: the total, then its terms."""
    terms = (("content", losses.content), ("style", losses.style), ("tv", losses.total_variation))
    return f"loss {losses.total:.3g} = " + " + ".join(f"{name} {value:.3g}" for name, value in terms)


def say(text: str, stream: TextIO | None = None) -> None:
    """Print a line without disturbing a bar; a reader who is gone (a closed pipe or terminal) costs no picture."""
    with contextlib.suppress(OSError):
        tqdm.write(text, file=stream or sys.stdout)
        (stream or sys.stdout).flush()


def _time_left(frame: Frame) -> str:
    seconds = frame.remaining_s
    return "time left unknown" if seconds is None else f"{tqdm.format_interval(seconds)} left"
