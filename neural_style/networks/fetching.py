"""Fetch the wanted file, convert it, and keep the result in the verified cache.

In one process this is `fetch_network`, which the command line calls. While the page paints, the same runs in a process
of its own (`python -m neural_style.networks.fetching FOLDER`), because reading and converting 535 MB would hold up the
painting. That process reports on its standard output, one JSON object a line, and ends when its standard input does:
so it never outlives the program that started it, however that ended.
"""

import contextlib
import json
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from neural_style.errors import NetworkError, NeuralStyleError
from neural_style.networks import hub, matconvnet
from neural_style.networks.hub import Progress
from neural_style.networks.sources import SourceTable, load_table
from neural_style.networks.store import Store
from neural_style.networks.variables import WEIGHTS
from neural_style.vgg.network import Network

_LOCK_POLL_S = 0.5
_NICENESS = 10


def fetch_network(store: Store, table: SourceTable, progress: Progress = lambda _done, _total: None) -> Network:
    """Return the wanted network, from the store or else from the Hub, and keep it in the store.

    When another process is fetching into the same store, this waits for it and reports its progress. A stored network
    that is damaged is replaced. The fetched `.mat` file is deleted once its conversion is kept.

    Raises:
        NetworkError: no source has the file, it cannot be converted, or the folder cannot be written to.
    """
    wanted = table.wanted
    with contextlib.suppress(NetworkError):
        return store.load(wanted.sha256)
    with _only_one(store, table, progress):
        with contextlib.suppress(NetworkError):
            return store.load(wanted.sha256)
        path = hub.fetch(wanted, table.sources, store.downloads, progress)
        network = matconvnet.read(path, table)
        store.save(network)
        if path.parent == store.downloads:
            path.unlink(missing_ok=True)
        return network


@contextlib.contextmanager
def _only_one(store: Store, table: SourceTable, progress: Progress) -> Iterator[None]:
    """Hold the store's lock, which the system releases when this process ends in whatever way."""
    from filelock import FileLock, Timeout

    partial, total = hub.partial_path(store.downloads, table.wanted), table.wanted.size
    lock = FileLock(store.lock)
    while True:
        try:
            store.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=_LOCK_POLL_S)
            break
        except Timeout:
            with contextlib.suppress(OSError):
                progress(partial.stat().st_size, total)
        except OSError as error:
            raise NetworkError(
                f"Nothing can be kept in {store.folder} ({error.strerror or error}). Choose a folder with "
                f"{WEIGHTS.name}."
            ) from error
    try:
        yield
    finally:
        lock.release()


def main(folder: str) -> int:
    """Fetch into `folder` as a child of the page's process; see the module's description."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    try:
        network = fetch_network(Store(Path(folder)), load_table(), lambda done, total: _tell(done=done, total=total))
    except NeuralStyleError as error:
        _tell(error=str(error))
        return 2
    _tell(stored=network.title)
    return 0


def _tell(**facts: int | str) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)  # at once: what is fetched so far is on the disk, and the next run goes on from there


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
