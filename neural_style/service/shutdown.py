"""A server ends in order: jobs that run hand over their best pictures first."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from neural_style.errors import OptionsError
from neural_style.service.messages import messages


class ServerEndsError(OptionsError):
    """The server is about to end, and begins nothing new."""


class Shutdown:
    """A shutdown lets jobs hand over their best pictures before the server ends; safe to use from many threads."""

    def __init__(self) -> None:
        self._begun = threading.Event()
        self._changed = threading.Condition()
        self._running = 0

    @property
    def has_begun(self) -> bool:
        """Whether jobs are asked to come to their end."""
        return self._begun.is_set()

    @property
    def running(self) -> int:
        """The number of jobs that are being painted."""
        return self._running

    @contextmanager
    def job(self) -> Iterator[None]:
        """Count the job in the `with` block as running.

        Raises:
            ServerEndsError: the server is ending, and begins nothing new.
        """
        if self.has_begun:
            raise ServerEndsError(messages().server_ends)
        with self._changed:
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def begin(self, patience_s: float) -> bool:
        """Ask all jobs to end, wait for them, and return whether there were any."""
        self._begun.set()
        deadline = time.monotonic() + patience_s
        with self._changed:
            had_jobs = self._running > 0
            while self._running and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
        return had_jobs
