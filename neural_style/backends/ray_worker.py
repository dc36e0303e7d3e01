"""A worker of a Ray cluster: the engine in a process of its own, which is led from elsewhere one step at a time.

Importing this module loads neither Ray nor TensorFlow.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, Literal

from neural_style.backends.loading import load_tensorflow
from neural_style.backends.local import LocalStylizer
from neural_style.changes import Change
from neural_style.engine.allocator import keep_freed_memory
from neural_style.iterate import Iterate, Iterates, RunState
from neural_style.request import StylizeRequest
from neural_style.vgg.network import Network

Part = Literal["picture", "result", "exact", "state", "nearness"]
"""The parts of an iterate that are sent only where they are asked for."""

PARTS: tuple[Part, ...] = ("picture", "result", "exact", "state", "nearness")


@dataclass(frozen=True)
class Facts:
    """An iterate without its pictures: what is sent after every step.

    Attributes:
        values: the fields of the iterate by their names, but for its `PARTS`.
        parts: those of its `PARTS` that can be asked for, until the next step.
    """

    values: dict[str, Any]
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, iterate: Iterate) -> "Facts":
        """Return the facts of an iterate."""
        values = {field.name: getattr(iterate, field.name) for field in fields(iterate) if field.name not in PARTS}
        return cls(values, tuple(part for part in PARTS if getattr(iterate, part) is not None))

    def iterate(self, fetch: Callable[[Part], Any]) -> Iterate:
        """Return the iterate, whose pictures are fetched when they are asked for; those of the last one at once."""
        is_last = self.values["is_last"]

        def fetched(part: Part) -> Callable[[], Any] | None:
            if part not in self.parts:
                return None
            if is_last and part != "state":
                return partial(_same, fetch(part))
            return partial(fetch, part)

        pictures: dict[str, Any] = {part: fetched(part) for part in PARTS}
        return Iterate(**self.values, **pictures)


@dataclass(frozen=True)
class Order:
    """A run that a worker is to begin.

    Attributes:
        request: what to paint.
        token: names the run.
        network: the identity of the network, its SHA-256.
        begin: where to go on from; None: from the beginning.
    """

    request: StylizeRequest
    token: str
    network: str
    begin: RunState | None = None


def _same(value: Any) -> Any:
    return value


class Worker:
    """A worker paints one run at a time; Ray makes an actor of it, whose methods are called one after the other.

    Args:
        threads: the threads that TensorFlow takes.
        memory_gb: the most memory that a run may take, in units of 10^9 bytes; None: three quarters of what is free.
    """

    def __init__(self, threads: int, memory_gb: float | None = None) -> None:
        for variable in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
            os.environ[variable] = str(threads)
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        keep_freed_memory()
        load_tensorflow()
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        self._memory_gb = memory_gb
        self._networks: dict[str, Network] = {}
        self._run: Iterates | None = None
        self._token = ""
        self._latest: Iterate | None = None

    def ready(self) -> int:
        """Return the id of the process, once there is one."""
        return os.getpid()

    def knows(self, network: str) -> bool:
        """Whether the worker has the network with that SHA-256."""
        return network in self._networks

    def learn(self, network: Network) -> None:
        """Keep a network for the runs to come, so that what is made for it is made once."""
        self._networks[network.sha256] = network

    def begin(self, order: Order) -> None:
        """Begin a run; one that was left is over."""
        self.end()
        self._token, self._latest = order.token, None
        network = self._networks[order.network]
        self._run = LocalStylizer(lambda: network, self._memory_gb, begin=order.begin)(order.request)

    def advance(self, change: Change | None = None) -> Facts | None:
        """Make a change, if there is one, and a step, and return its facts; None: the run is over.

        Raises:
            NeuralStyleError: the request cannot be painted, or not be changed so.
        """
        if self._run is None:
            return None
        try:
            self._latest = self._run.send(change)
        except StopIteration:
            return None
        return Facts.of(self._latest)

    def fetch(self, part: Part, token: str, step: int) -> Any:
        """Return a part of the latest iterate, also after the end of its run, until the next one begins.

        A state is sent without what the optimiser knows, which is thirty times as much as a picture.

        Raises:
            LookupError: another step has been made since the one that is asked for, or another run has begun.
        """
        if self._latest is None or (self._token, self._latest.step) != (token, step):
            raise LookupError(f"The {part} of step {step} is no longer there.")
        found = getattr(self._latest, part)()
        return replace(found, start=None, optimizer=None) if isinstance(found, RunState) else found

    def end(self) -> None:
        """End the run and free what it holds, but for the pictures of its latest iterate."""
        if self._run is not None:
            self._run.close()
        self._run = None
