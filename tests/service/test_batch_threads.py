"""Jobs are painted at the same time, and a stop ends all of them, whatever they wait for."""

import threading
import time
from collections.abc import Iterator

import pytest

from neural_style.iterate import Iterate
from neural_style.request import StylizeRequest
from neural_style.service import batch_threads
from neural_style.service.batch_threads import PaintingThreads, Watch
from tests.fakes import FakeStylizer, small_request


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """An event that what hangs waits for."""
    event = threading.Event()
    yield event
    event.set()


def nothing() -> None:
    pass


def watch(_request: StylizeRequest, _iterate: Iterate) -> None:
    pass


def iterates(steps: int) -> list[Iterate]:
    return list(FakeStylizer(steps)(small_request()))


def test_jobs_end_with_what_they_give_or_raise():
    def paint(job: int, _watch: Watch) -> int:
        return 10 // job

    threads = PaintingThreads(paint, watch)
    for job in (0, 5):
        threads.begin(job)
    ended = dict(threads.next_ended(nothing) for _ in range(2))
    assert isinstance(ended[0].exception(), ZeroDivisionError)
    assert ended[5].result() == 2
    assert threads.running == 0


def test_a_check_ends_the_waiting(released: threading.Event):
    threads = PaintingThreads(lambda _job, _watch: released.wait(), watch)
    threads.begin(1)

    def check() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        threads.next_ended(check)


def test_a_stop_waits_for_nothing_that_has_not_begun_with_its_steps(released: threading.Event):
    threads = PaintingThreads(lambda _job, _watch: released.wait(), watch)
    threads.begin(1)
    began = time.monotonic()
    assert list(threads.stop()) == []
    assert time.monotonic() - began < batch_threads.STOP_PATIENCE_S / 2


def test_a_stop_waits_only_so_long_for_a_step_that_hangs(released: threading.Event, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batch_threads, "STOP_PATIENCE_S", 0.3)
    hangs = threading.Event()

    def paint(_job: int, watch: Watch) -> None:
        watch(small_request(), iterates(2)[0])
        hangs.set()
        released.wait()

    threads = PaintingThreads(paint, watch)
    threads.begin(1)
    hangs.wait()
    assert list(threads.stop()) == []
    assert threads.running == 1


def test_after_a_stop_a_picture_is_finished_whose_last_step_was_made_and_others_end_at_their_next_one():
    begun, going_on = threading.Barrier(3), threading.Event()

    def paint(job: str, watch: Watch) -> str:
        first, *_, last = iterates(3)
        watch(small_request(), first)
        begun.wait()
        going_on.wait()
        watch(small_request(), last if job == "last" else first)
        return job

    threads = PaintingThreads(paint, watch)
    for job in ("last", "other"):
        threads.begin(job)
    begun.wait()
    stopping = threads.stop()
    threading.Timer(0.1, going_on.set).start()
    ended = dict(stopping)
    assert ended["last"].result() == "last"
    assert type(ended["other"].exception()).__name__ == "_Stopping"
