"""The connection to a Ray cluster: joined, or started, with its room checked, and watched while it is used."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from neural_style.errors import BackendError
from neural_style.extras import RAY
from neural_style.validation import counted

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


class RayConnection:
    """A connection of this process to a cluster.

    Args:
        options: which cluster, and what workers it is to hold.

    Attributes:
        ray: the module.
        is_lost: whether the head of the cluster answers no more, so that nothing can be ended in order.

    Raises:
        MissingExtraError: Ray is not installed.
        BackendError: there is no such cluster, or no machine of it can hold a worker.
    """

    def __init__(self, options: ClusterOptions) -> None:
        RAY.require("Painting on a cluster")
        os.environ.setdefault("RAY_ENABLE_AUTO_CONNECT", "0")  # a late call must not start a cluster after the end
        import ray

        self.ray: Any = ray
        self._options, self._is_connected_here = options, not ray.is_initialized()
        if self._is_connected_here:
            self._connect()
        self._check_room()
        self._head = options.address or ""
        if not self._head.startswith("ray://"):
            self._head = ray.get_runtime_context().gcs_address
        self._looked_at = self._answered_at = time.monotonic()
        self.is_lost = False

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
        """End the connection where it was made here."""
        if self._is_connected_here:
            self.ray.shutdown()

    def _connect(self) -> None:
        options, cores = self._options, self._options.threads_of_each * self._options.workers
        own = {"num_cpus": max(cores, os.cpu_count() or 1), "include_dashboard": False}
        failures = OSError, ValueError, RuntimeError, self.ray.exceptions.RayError
        if options.address is None:
            try:
                with _signals_kept():  # "local": one of its own, whatever clusters the environment knows
                    self.ray.init("local", **own, **_CONNECTION)
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
                self.ray.init(options.address, **_CONNECTION)
        except failures as error:
            raise BackendError(
                f"The Ray cluster at {options.address} cannot be joined ({error}). It needs the same versions of Ray "
                "and Python, and may want its token: copy ~/.ray/auth_token from its first machine."
            ) from error

    def _check_room(self) -> None:
        """Refuse workers that no machine of the cluster can hold, and say where they wait for those of others."""
        options = self._options
        needs = {"CPU": float(options.threads_of_each), "GPU": options.gpus}
        machines = [node["Resources"] for node in self.ray.nodes() if node["Alive"]]

        def shortage(machine: Mapping[str, float]) -> float:
            return sum(max(0.0, need - machine.get(name, 0.0)) for name, need in needs.items())

        largest = min(machines, key=shortage, default={})
        if shortage(largest) > 0.0:
            self.close()
            raise BackendError(
                f"Each worker takes {_in_words(needs)}, and no machine of the cluster has room for that: the one that "
                f"comes closest has {_in_words(largest)}. Give each fewer cores or GPUs, or add a machine."
            )
        if shortage(self.ray.available_resources()) > 0.0:
            _logger.warning("Waiting for room in the cluster.")


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
