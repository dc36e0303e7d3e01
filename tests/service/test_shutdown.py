"""The orderly end of a server."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from neural_style.errors import OptionsError
from neural_style.service.messages import messages
from neural_style.service.shutdown import Shutdown


@contextmanager
def running_job(shutdown: Shutdown, leave: threading.Event) -> Iterator[None]:
    """A job in a thread of its own, until it may leave."""
    entered = threading.Event()

    def job() -> None:
        with shutdown.job():
            entered.set()
            assert leave.wait(10)

    worker = threading.Thread(target=job)
    worker.start()
    assert entered.wait(10)
    yield
    leave.set()
    worker.join(10)
    assert not worker.is_alive()


def test_without_jobs_the_end_is_at_once() -> None:
    shutdown = Shutdown()
    assert not shutdown.has_begun
    began = time.monotonic()
    assert not shutdown.begin(60.0)
    assert time.monotonic() - began < 10.0
    assert shutdown.has_begun


def test_the_end_waits_for_a_job_as_long_as_it_takes() -> None:
    shutdown, leave = Shutdown(), threading.Event()
    with running_job(shutdown, leave):
        assert shutdown.running == 1
        asked = threading.Timer(0.2, leave.set)
        asked.start()
        assert shutdown.begin(60.0)
        assert leave.is_set()
        assert shutdown.running == 0


def test_the_end_does_not_wait_for_ever() -> None:
    shutdown, leave = Shutdown(), threading.Event()
    with running_job(shutdown, leave):
        began = time.monotonic()
        assert shutdown.begin(0.2)
        assert time.monotonic() - began >= 0.2
        assert shutdown.running == 1
    assert shutdown.running == 0


def test_once_the_end_has_begun_nothing_new_is_begun() -> None:
    shutdown = Shutdown()
    shutdown.begin(0.0)
    with pytest.raises(OptionsError, match=messages().server_ends), shutdown.job():
        pytest.fail("a job was begun")
    assert shutdown.running == 0


def test_a_job_that_fails_is_over_too() -> None:
    shutdown = Shutdown()
    with pytest.raises(ZeroDivisionError), shutdown.job():
        raise ZeroDivisionError
    assert shutdown.running == 0
