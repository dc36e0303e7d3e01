"""A flag for each painting job, so that Stop can ask for the best picture so far.

Cancelling a Gradio event closes its generator, and with it the chance to hand over a result. So Stop raises a flag
that the job sees at its next step. Jobs are named by unguessable tokens that only their own session knows.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class StopFlags:
    """The flags of all jobs of this server; safe to use from many threads."""

    def __init__(self) -> None:
        self._flags: dict[str, threading.Event] = {}

    def __len__(self) -> int:
        return len(self._flags)

    def register(self) -> str:
        """A token for a job that is about to be queued."""
        token = secrets.token_urlsafe(16)
        self._flags[token] = threading.Event()
        return token

    def forget(self, token: str) -> None:
        """The job is over, or its visitor has left; unknown tokens are fine."""
        self._flags.pop(token, None)

    def stop(self, token: str) -> None:
        """Ask a job for its end; unknown tokens are fine."""
        flag = self._flags.get(token)
        if flag is not None:
            flag.set()

    @contextmanager
    def running(self, token: str) -> Iterator[threading.Event]:
        """The flag of a job while it runs; afterwards the job is forgotten."""
        flag = self._flags.get(token) or threading.Event()
        try:
            yield flag
        finally:
            self.forget(token)
