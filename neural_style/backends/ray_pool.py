"""The Ray backend: runs are painted by workers of a cluster, each an engine in a process of its own.

A run is led from here step by step: its worker makes a step when the next iterate is asked for, and sends facts;
pictures are sent when they are fetched. So a run that nobody asks for any more stands still and is ended, and of Ray,
in which nothing is done exactly once, nothing is asked that could be done twice. Where a worker dies, another one goes
on from the last state of the run that was fetched, or from its beginning.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from neural_style.backends.ray_connection import ClusterOptions, RayConnection
from neural_style.backends.ray_worker import Facts, Order, Part, Worker
from neural_style.backends.worker_pool import WorkerPool
from neural_style.changes import Change
from neural_style.errors import BackendError, NeuralStyleError
from neural_style.images.arrays import ByteImage, to_bytes
from neural_style.images.resize import resize
from neural_style.iterate import Iterate, Iterates, RunState
from neural_style.request import StylizeRequest
from neural_style.vgg.network import Network

MOST_ATTEMPTS = 4
"""The number of workers that may die under a run before it fails: a picture that kills each of them must end, too."""

STATE_INTERVAL_S = 30.0
"""The time from one fetched state of a run to the next: what is painted anew where a worker dies is at most that."""

_logger = logging.getLogger(__name__)


class RayStylizer:
    """A `Stylizer` that paints on the workers of a Ray cluster; safe to use from many threads.

    As many runs as there are workers go on at the same time; one more waits for a worker.

    Args:
        provider: gives the network to paint with; each run calls it once.
        options: which cluster, and how many workers of what size.

    Attributes:
        connection: to the cluster.

    Raises:
        MissingExtraError: Ray is not installed.
        BackendError: there is no such cluster, or no machine of it can hold a worker.
    """

    def __init__(self, provider: Callable[[], Network], options: ClusterOptions) -> None:
        self.connection = RayConnection(options)
        self._ray, self._provider, self._options = self.connection.ray, provider, options
        self._sent: dict[str, Any] = {}  # SHA-256 of a network -> its reference in Ray's object store
        self._lock = threading.Lock()
        self._workers = WorkerPool(options.workers, self._start_worker, self._ray.kill, self._answers)

    @property
    def workers(self) -> int:
        """The number of runs that go on at the same time."""
        return self._options.workers

    @property
    def is_closed(self) -> bool:
        """Whether the workers were ended."""
        return self._workers.is_closed

    def __call__(self, request: StylizeRequest, begin: RunState | None = None, /) -> Iterates:
        """Paint a request, or go on with it; see `engine.stylize.stylize`.

        Raises:
            BackendError: one worker after the other died under the run, or none starts or finds room.
        """
        state = begin
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

    def close(self) -> None:
        """End the workers, and the connection where it was made here; without a head they end by themselves."""
        if not self.connection.is_lost:
            self._workers.close()
            self.connection.close()

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
            if part in ("state", "nearness"):
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
