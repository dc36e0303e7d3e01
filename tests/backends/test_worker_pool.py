"""A pool's workers, here numbers: which one is lent, and what happens when they die or find no room."""

import itertools
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field

import pytest

from neural_style.backends import worker_pool
from neural_style.backends.worker_pool import WorkerPool
from neural_style.errors import BackendError


@dataclass
class Machine:
    """Starts workers as far as it has room, and knows which are alive.

    Attributes:
        room: the number of workers that it has room for.
        fails: whether a worker dies while it starts.
    """

    room: int
    fails: bool = False
    alive: set[int] = field(default_factory=set)
    waiting: list[tuple[int, Future[int]]] = field(default_factory=list)
    started: int = 0
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def start(self) -> tuple[int, Future[int]]:
        self.started += 1
        number, future = next(self._numbers), Future[int]()
        self.waiting.append((number, future))
        self.make_room(0)
        return number, future

    def make_room(self, more: int) -> None:
        self.room += more
        while self.waiting and (self.fails or len(self.alive) < self.room):
            number, future = self.waiting.pop(0)
            if self.fails:
                future.set_exception(OSError("it cannot be imported"))
            else:
                self.alive.add(number)
                future.set_result(number)

    def kill(self, number: int) -> None:
        self.alive.discard(number)

    def lose(self, number: int) -> None:
        """Lose a worker, and the room that it had."""
        self.room -= 1
        self.kill(number)

    def pool(self, workers: int) -> WorkerPool[int]:
        return WorkerPool(workers, self.start, self.kill, self.alive.__contains__)


def test_the_worker_that_was_used_last_is_lent_first() -> None:
    pool = Machine(room=2).pool(2)
    with pool.lent() as first, pool.lent() as second:
        assert {first.actor, second.actor} == {1, 2}
        assert pool.idle() == ()
    with pool.lent() as again:
        assert again.actor == first.actor


def test_a_run_waits_for_a_worker() -> None:
    pool = Machine(room=1).pool(1)
    lent = threading.Event()

    def run() -> None:
        with pool.lent():
            lent.set()

    with pool.lent():
        waiting = threading.Thread(target=run)
        waiting.start()
        assert not lent.wait(0.1)
    assert lent.wait(10)
    waiting.join()


def test_a_worker_that_died_under_its_run_is_replaced() -> None:
    machine = Machine(room=1)
    pool = machine.pool(1)
    with pool.lent() as worker:
        worker.is_dead = True
    assert machine.alive == {2}, "the first one is ended for good: it might only have been out of reach"
    with pool.lent() as worker:
        assert worker.actor == 2


def test_a_worker_that_died_idle_is_replaced_before_it_is_lent() -> None:
    machine = Machine(room=1)
    pool = machine.pool(1)
    machine.kill(1)
    with pool.lent() as worker:
        assert worker.actor == 2


def test_with_less_room_the_others_go_on_and_with_more_again_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "START_PATIENCE_S", 0.05)
    machine = Machine(room=2)
    pool = machine.pool(2)
    machine.lose(2)
    with pool.lent() as worker:
        assert worker.actor == 1
        late: list[int] = []

        def run() -> None:
            with pool.lent() as other:
                late.append(other.actor)

        waiting = threading.Thread(target=run)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive(), "it waits longer than for a first worker, since there is one that works"
        machine.make_room(1)
        waiting.join(10)
        assert late == [3]


def test_where_nothing_has_room_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "START_PATIENCE_S", 0.05)
    with pytest.raises(BackendError, match="No machine had room for a worker"), Machine(room=0).pool(1).lent():
        pass


def test_a_worker_that_cannot_start_is_tried_again_with_pauses_and_its_error_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker_pool, "START_PATIENCE_S", 0.3)
    monkeypatch.setattr(worker_pool, "LONGEST_PAUSE_S", 0.1)
    machine = Machine(room=1, fails=True)
    pool = machine.pool(1)
    with pytest.raises(BackendError, match=r"No worker starts \(it cannot be imported\)"), pool.lent():
        pass
    assert machine.started > 1
    machine.fails = False
    with pool.lent() as worker:
        assert worker.actor == machine.started


def test_a_worker_that_starts_while_the_others_are_ended_holds_nothing_up() -> None:
    machine = Machine(room=1)
    pool, (_, second) = machine.pool(2), (machine.waiting or [(0, Future[int]())])[0]

    def kill(_number: int) -> None:
        starting = threading.Thread(target=second.set_result, args=(2,), daemon=True)
        if not second.done():
            starting.start()
            starting.join(10)
            assert not starting.is_alive(), "it waits for the lock of the pool"

    pool._kill = kill
    pool.close()


def test_closing_tells_those_that_wait_for_a_worker() -> None:
    pool = Machine(room=0).pool(1)
    threading.Timer(0.1, pool.close).start()
    with pytest.raises(BackendError, match="The workers were ended"), pool.lent():
        pass


def test_closing_ends_all_workers_and_starts_no_other() -> None:
    machine = Machine(room=2)
    pool = machine.pool(2)
    with pool.lent() as worker:
        pool.close()
        assert machine.alive == set()
        worker.is_dead = True
    time.sleep(0.01)
    assert machine.started == 2
