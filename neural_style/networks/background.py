"""Fetch the network while people paint: a child process, watched by a daemon thread, tried again when it fails."""

import json
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from neural_style.networks.child import child_command, child_environment
from neural_style.networks.store import Store

FetchState = Literal["off", "fetching", "failed", "done"]

RETRY_DELAYS_S = (60.0, 300.0, 900.0, 1800.0)
"""The waits after the first failure, the second, ...; the last one repeats."""


@dataclass(frozen=True)
class FetchStatus:
    """The status of the fetch: its state, bytes here and in all (0 where unknown), and why it failed."""

    state: FetchState = "off"
    done_bytes: int = 0
    total_bytes: int = 0
    error: str = ""


class BackgroundFetch:
    """Fetches the wanted network into a store without the program waiting for it, even at its end.

    Args:
        store: where to.
        retry_delays_s: seconds to wait after each failure; the last one repeats.
    """

    def __init__(self, store: Store, retry_delays_s: Sequence[float] = RETRY_DELAYS_S) -> None:
        self._store = store
        self._delays = tuple(retry_delays_s)
        self._lock = threading.Lock()
        self._status = FetchStatus()
        self._stopped = threading.Event()
        self._child: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None

    @property
    def status(self) -> FetchStatus:
        """Return the status of the fetch now."""
        return self._status

    def start(self) -> None:
        """Begin the fetch, unless it is under way; return at once."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return
            self._stopped.clear()
            self._status = FetchStatus("fetching")
            self._thread = threading.Thread(target=self._run, name="fetch network", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the child process and the retries; what is fetched stays for the next time."""
        self._stopped.set()
        with self._lock:
            if self._child is not None:
                self._child.kill()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            self._status = replace(self._status, state="fetching")
            error = self._fetch_once()
            if error is None:
                self._status = replace(self._status, state="done", error="")
                return
            self._status = replace(self._status, state="failed", error=error)
            self._stopped.wait(self._delays[min(failures, len(self._delays) - 1)])
            failures += 1

    def _fetch_once(self) -> str | None:
        """Run one child to its end; return what went wrong, or None."""
        try:
            child = self._spawn()
        except OSError as error:
            return f"The process that fetches the network cannot be started ({error})."
        if child is None:
            return "The fetch was stopped."
        with child:  # closes its pipes and reaps it
            outcome: dict[str, str | int] = {}
            for line in child.stdout or ():
                outcome = json.loads(line)
                if "done" in outcome:
                    self._status = replace(
                        self._status, done_bytes=int(outcome["done"]), total_bytes=int(outcome["total"])
                    )
        if "stored" in outcome:
            return None
        return str(outcome.get("error") or f"The fetch ended unexpectedly (exit status {child.returncode}).")

    def _spawn(self) -> "subprocess.Popen[str] | None":
        """Start the child; it ends when its standard input closes, so with us, and nothing is ever written to that."""
        with self._lock:
            if self._stopped.is_set():
                return None
            self._child = subprocess.Popen(
                child_command("-m", "neural_style.networks.fetching", str(self._store.folder.absolute())),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                env=child_environment(),
            )
            return self._child
