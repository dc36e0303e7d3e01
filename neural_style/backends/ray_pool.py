"""The Ray backend: runs are painted by workers of a cluster, each an engine in a process of its own.

A run is led from here step by step: its worker makes a step when the next iterate is asked for, and sends facts;
pictures are sent when they are fetched. So a run that nobody asks for any more stands still and is ended, and of Ray,
in which nothing is done exactly once, nothing is asked that could be done twice. Where a worker dies, another one goes
on from the last state of the run that was fetched, or from its beginning.
"""

import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from neural_style.backends.ray_worker import Facts, Order, Part, Worker
from neural_style.backends.worker_pool import WorkerPool
from neural_style.changes import Change
from neural_style.errors import BackendError, NeuralStyleError
from neural_style.extras import RAY
from neural_style.images.arrays import ByteImage, to_bytes
from neural_style.images.resize import resize
from neural_style.iterate import Iterate, Iterates, RunState
from neural_style.request import StylizeRequest
from neural_style.validation import counted
from neural_style.vgg.network import Network

MOST_ATTEMPTS = 4
"""The number of workers that may die under a run before it fails: a picture that kills each of them must end, too."""

STATE_INTERVAL_S = 30.0
"""The time from one fetched state of a run to the next: what is painted anew where a worker dies is at most that."""

CONNECT_PATIENCE_S = 10.0
"""The time for the head of a cluster to answer."""

HEAD_INTERVAL_S, HEAD_PATIENCE_S = 5.0, 15.0
"""The time from one look at the head of the cluster to the next, and that after which a silent one counts as lost.

Ray itself waits for a minute, and ends the process then.
"""

_CONNECTION = {"log_to_driver": False, "logging_level": logging.ERROR, "namespace": "neural-style"}
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ClusterOptions:
    """The workers that a pool has.

    Attributes:
        address: of the cluster, such as "auto" or "ray://head:10001"; None: one is started on this machine, and ends
            with this process.
        workers: the number of workers, >= 1.
        threads: the threads, and cores of a node, that each takes; None: the cores of this machine, shared among them.
        gpus: the GPUs that each takes; a part, such as 0.5, shares one.
        memory_gb: the most memory that a run may take, in units of 10^9 bytes; None: three quarters of what is free.
    """

    address: str | None = None
    workers: int = 1
    threads: int | None = None
    gpus: float = 0.0
    memory_gb: float | None = None

    @property
    def threads_of_each(self) -> int:
        """The threads that each worker takes."""
        return self.threads or max(1, (os.cpu_count() or 1) // self.workers)

    @property
    def in_words(self) -> str:
        """The workers, such as "2 workers of 4 threads"."""
        return f"{counted(self.workers, 'worker')} of {counted(self.threads_of_each, 'thread')}"


class RayStylizer:
    """A `Stylizer` that paints on the workers of a Ray cluster; safe to use from many threads.

    As many runs as there are workers go on at the same time; one more waits for a worker.

    Args:
        provider: gives the network to paint with; each run calls it once.
        options: which cluster, and how many workers of what size.

    Attributes:
        is_lost: whether the head of the cluster answers no more, so that nothing can be ended in order.

    Raises:
        MissingExtraError: Ray is not installed.
        BackendError: there is no such cluster, or no machine of it can hold a worker.
    """

    def __init__(self, provider: Callable[[], Network], options: ClusterOptions) -> None:
        RAY.require("Painting on a cluster")
        os.environ.setdefault("RAY_ENABLE_AUTO_CONNECT", "0")  # a late call must not start a cluster after the end
        import ray

        self._ray, self._provider, self._options = ray, provider, options
        self._is_connected_here = not ray.is_initialized()
        if self._is_connected_here:
            self._connect()
        self._check_room()
        self._head = options.address or ""
        if not self._head.startswith("ray://"):
            self._head = ray.get_runtime_context().gcs_address
        self._looked_at = self._answered_at = time.monotonic()
        self.is_lost = False
        self._sent: dict[str, Any] = {}  # SHA-256 of a network -> its reference in Ray's object store
        self._lock = threading.Lock()
        self._workers = WorkerPool(options.workers, self._start_worker, ray.kill, self._answers)

    @property
    def workers(self) -> int:
        """The number of runs that go on at the same time."""
        return self._options.workers

    @property
    def is_closed(self) -> bool:
        """Whether the workers were ended."""
        return self._workers.is_closed

    def __call__(self, request: StylizeRequest) -> Iterates:
        """Paint a request; see `engine.stylize.stylize`.

        Raises:
            BackendError: one worker after the other died under the run, or none starts or finds room.
        """
        state: RunState | None = None
        for attempt in range(1, MOST_ATTEMPTS + 1):
            with self._workers.lent() as worker:
                run = _Run(self, worker.actor, request, state)
                try:
                    yield from run.iterates()
                except self.died:
                    state, request = run.state, run.request
                    worker.is_dead = True
                    if self.is_closed:
                        break
                    _logger.warning("A worker died under a run; attempt %d of %d.", attempt, MOST_ATTEMPTS)
                else:
                    return
        if self.is_closed:
            raise BackendError("The workers were ended.")
        raise BackendError(
            f"{MOST_ATTEMPTS} workers died one after the other while they painted this picture, which may need more "
            "memory than they have. Paint it smaller, or give each worker more."
        )

    def check_head(self) -> None:
        """Look now and then whether the head of the cluster still answers; to be called again and again by one thread.

        Raises:
            BackendError: it has not for a while.
        """
        now = time.monotonic()
        if now - self._looked_at < HEAD_INTERVAL_S:
            return
        try:
            _check_reachable(self._head)
        except OSError as error:
            if now - self._answered_at > HEAD_PATIENCE_S:
                self.is_lost = True
                raise BackendError(
                    f"The head of the Ray cluster at {self._head} does not answer any more ({error}). What was painted "
                    "is there; when the cluster is back, the same command goes on."
                ) from error
        else:
            self._answered_at = now
        self._looked_at = time.monotonic()

    def close(self) -> None:
        """End the workers, and the connection where it was made here; without a head they end by themselves."""
        if not self.is_lost:
            self._workers.close()
            self._disconnect()

    @property
    def died(self) -> tuple[type[Exception], ...]:
        """The errors of calling a worker that has died, or whose answer went down with its machine."""
        return self._ray.exceptions.RayActorError, self._ray.exceptions.ObjectLostError

    def call(self, method: Any, *arguments: Any) -> Any:
        """Call a method of a worker and wait for its answer.

        Raises:
            NeuralStyleError: the worker raised it.
            BackendError: the worker raised anything else: a bug, or an error of TensorFlow's.
            RayActorError, ObjectLostError: the worker died; see `died`.
        """
        try:
            return self._ray.get(method.remote(*arguments))
        except self._ray.exceptions.RayTaskError as error:
            cause = error.cause
            if isinstance(cause, NeuralStyleError):
                raise cause from None
            raise BackendError(f"A worker failed with {cause!r}.") from error

    def teach(self, actor: Any, network: Network) -> None:
        """See that a worker has a network; its numbers lie in Ray's object store once."""
        if self.call(actor.knows, network.sha256):
            return
        with self._lock:
            if network.sha256 not in self._sent:
                self._sent[network.sha256] = self._ray.put(network)
        self.call(actor.learn, self._sent[network.sha256])

    def network(self) -> Network:
        """Return the network to paint with."""
        return self._provider()

    def _connect(self) -> None:
        options, cores = self._options, self._options.threads_of_each * self._options.workers
        own = {"num_cpus": max(cores, os.cpu_count() or 1), "include_dashboard": False}
        failures = OSError, ValueError, RuntimeError, self._ray.exceptions.RayError
        if options.address is None:
            try:
                with _signals_kept():  # "local": one of its own, whatever clusters the environment knows
                    self._ray.init("local", **own, **_CONNECTION)
            except failures as error:
                raise BackendError(f"A Ray cluster cannot be started on this machine ({error}).") from error
            return
        try:
            _check_reachable(options.address)
        except OSError as error:
            raise BackendError(
                f"There is no Ray cluster at {options.address} ({error}). Start one: ray start --head"
            ) from error
        try:
            with _signals_kept():
                self._ray.init(options.address, **_CONNECTION)
        except failures as error:
            raise BackendError(
                f"The Ray cluster at {options.address} cannot be joined ({error}). It needs the same versions of Ray "
                "and Python, and may want its token: copy ~/.ray/auth_token from its first machine."
            ) from error

    def _disconnect(self) -> None:
        if self._is_connected_here:
            self._ray.shutdown()

    def _check_room(self) -> None:
        """Refuse workers that no machine of the cluster can hold, and say where they wait for those of others."""
        options = self._options
        needs = {"CPU": float(options.threads_of_each), "GPU": options.gpus}
        machines = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]

        def shortage(machine: Mapping[str, float]) -> float:
            return sum(max(0.0, need - machine.get(name, 0.0)) for name, need in needs.items())

        largest = min(machines, key=shortage, default={})
        if shortage(largest) > 0.0:
            self._disconnect()
            raise BackendError(
                f"Each worker takes {_in_words(needs)}, and no machine of the cluster has room for that: the one that "
                f"comes closest has {_in_words(largest)}. Give each fewer cores or GPUs, or add a machine."
            )
        if shortage(self._ray.available_resources()) > 0.0:
            _logger.warning("Waiting for room in the cluster.")

    def _start_worker(self) -> tuple[Any, Future[int]]:
        """Have Ray start a worker wherever there is room; return it, and a future that is done when it has started."""
        needs = {"num_cpus": self._options.threads_of_each, "num_gpus": self._options.gpus}
        actor = self._ray.remote(Worker).options(**needs, max_restarts=0)
        started = actor.remote(self._options.threads_of_each, self._options.memory_gb)
        return started, started.ready.remote().future()

    def _answers(self, actor: Any) -> bool:
        """Whether a worker that was idle is still alive."""
        try:
            self.call(actor.ready)
        except self.died:
            return False
        return True


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Keep what the program does on a signal: Ray would end it by its own handler, which prints C++ frames."""
    numbers = (signal.SIGINT, signal.SIGTERM) if threading.current_thread() is threading.main_thread() else ()
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)


def _in_words(resources: Mapping[str, float]) -> str:
    return f"{counted(resources.get('CPU', 0.0), 'core')} and {counted(resources.get('GPU', 0.0), 'GPU')}"


_GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
"""The first bytes of a client of HTTP/2 (RFC 9113), which gRPC is, and Ray by it: the preface, and no settings."""

_SETTINGS = 4
"""The type of the frame that a server answers with; it is the fourth byte."""


def _check_reachable(address: str) -> None:
    """Raise an OSError where nothing, or something else, listens at the host and port of an address.

    Ray itself tries for many minutes.
    """
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():
        return
    with socket.create_connection((host.strip("[]"), int(port)), CONNECT_PATIENCE_S) as connection:
        if os.environ.get("RAY_USE_TLS", "0") == "1":
            return
        connection.sendall(_GREETING)
        answer = connection.recv(_SETTINGS, socket.MSG_WAITALL)
    if answer[3:] != bytes([_SETTINGS]):
        raise OSError("what listens there is not Ray")


class _Run:
    """A run on one worker.

    Attributes:
        request: what is painted, with the changes that were sent so far.
        state: the latest state of it that was fetched; None: there is none.
    """

    def __init__(self, pool: RayStylizer, actor: Any, request: StylizeRequest, state: RunState | None) -> None:
        self._pool, self._actor = pool, actor
        self.request, self.state = request, state
        self._token = secrets.token_hex(8)
        self._latest_picture: ByteImage | None = None
        self._fetched_at = time.monotonic()

    def iterates(self) -> Iterates:
        """Yield the iterates; see `iterate.Iterates`."""
        pool, actor, network = self._pool, self._actor, self._pool.network()
        pool.teach(actor, network)
        pool.call(actor.begin, Order(self.request, self._token, network.sha256, self.state))
        change: Change | None = None
        try:
            while (facts := pool.call(actor.advance, change)) is not None:
                fetch = self._fetch if facts.values["is_last"] else self._fetch_or_recall
                iterate = facts.iterate(partial(fetch, facts))
                self._keep_state(iterate)
                change = yield iterate
                if change is not None:  # a worker that takes over makes it, too
                    planned = *self.request.changes, change.at(iterate.step)
                    self.request = replace(self.request, changes=planned)
        finally:
            self._end()

    def _fetch(self, facts: Facts, part: Part) -> Any:
        return self._pool.call(self._actor.fetch, part, self._token, facts.values["step"])

    def _fetch_or_recall(self, facts: Facts, part: Part) -> Any:
        """Fetch a picture; of a worker that has died meanwhile the one before: the next step notices its death."""
        try:
            fetched = self._fetch(facts, part)
        except self._pool.died:
            if part == "state":
                raise
            picture = self._latest_picture
            if picture is None:
                picture = to_bytes(resize(self.request.content, *self.request.canvas_size))
            return picture.astype(np.float32) if part == "exact" else picture
        if part in ("picture", "result"):
            self._latest_picture = fetched
        return fetched

    def _keep_state(self, iterate: Iterate) -> None:
        if iterate.state is not None and time.monotonic() - self._fetched_at > STATE_INTERVAL_S:
            self.state, self._fetched_at = iterate.state(), time.monotonic()

    def _end(self) -> None:
        """Have the worker free what the run holds; it is not waited for, and may be dead."""
        if not self._pool.is_closed:
            self._actor.end.remote()
