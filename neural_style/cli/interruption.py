"""Handle Ctrl-C and its kin: the first one ends a run in good order, the second one at once."""

import signal
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]  # SIGHUP: the terminal was closed; Windows has none


class Stopped(KeyboardInterrupt):
    """Raised when a signal ends the program; `status` is its exit status: 128 and the signal's number."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.strsignal(number) or f"signal {number}")
        self.status = 128 + number


class Interruption:
    """Notes a signal in `status` instead of ending the program, while it is open and once `is_deferred` is set.

    Attributes:
        is_deferred: whether there is something worth keeping, so that a first signal waits to be noticed.
        status: None, or the exit status for the signal that came.
    """

    def __init__(self) -> None:
        self.is_deferred = False
        self.status: int | None = None
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup, and jobs in the background, ignore some
                self._previous[number] = signal.signal(number, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, previous in self._previous.items():
            signal.signal(number, previous)

    def check(self) -> None:
        """Raise `Stopped` where a signal came."""
        if self.status is not None:
            raise Stopped(self.status - 128)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if not self.is_deferred or self.status is not None:
            raise Stopped(number)
        self.status = 128 + number
