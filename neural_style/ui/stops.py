"""A flag for each painting job, so that Stop can ask for the best picture so far.

Cancelling a Gradio event closes its generator, and with it the chance to hand over a result. So Stop raises a flag
that the job sees at its next step. Jobs are named by unguessable tokens that only their own session knows.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class _Job:
    stop: threading.Event = field(default_factory=threading.Event)
    has_begun: bool = False


class StopFlags:
    """The flags of all jobs of this server; safe to use from many threads."""

    def __init__(self) -> None:
        self._jobs: dict[str, _Job] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    def register(self) -> str:
        """A token for a job that is about to be queued."""
        token = secrets.token_urlsafe(16)
        self._jobs[token] = _Job()
        return token

    def forget(self, token: str) -> None:
        """The job is over, or its visitor has left; unknown tokens are fine."""
        self._jobs.pop(token, None)

    def stop(self, token: str) -> bool:
        """Raise the flag. Returns whether the job has begun and will see it; False: it still waits, or is over."""
        job = self._jobs.get(token)
        if job is None:
            return False
        job.stop.set()
        return job.has_begun

    @contextmanager
    def begun(self, token: str) -> Iterator[threading.Event]:
        """Its flag, while the job runs; afterwards the job is forgotten."""
        job = self._jobs.setdefault(token, _Job())
        job.has_begun = True
        try:
            yield job.stop
        finally:
            self.forget(token)

    def stop_all(self) -> None:
        """The server ends: every job stops at its next step."""
        for job in list(self._jobs.values()):
            job.stop.set()
