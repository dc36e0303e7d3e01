"""Provide the best network available now: a chosen file, else VGG-19 from the verified cache, else the embedded one."""

import contextlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from neural_style.errors import NetworkError
from neural_style.networks import embedded, matconvnet, store
from neural_style.networks.background import BackgroundFetch, FetchState, FetchStatus
from neural_style.networks.fingerprint import sha256_of
from neural_style.networks.sources import WantedFile, load_table
from neural_style.networks.store import Store
from neural_style.networks.variables import FETCH, NETWORK
from neural_style.validation import OFF_WORDS, ON_WORDS
from neural_style.vgg.network import Network

_FileState = tuple[int, int, int]
"""The inode, modification time in ns and size of a file: another value means another file."""


@dataclass(frozen=True)
class ProviderStatus:
    """A report on which network would paint now, and on how far the fetch of the better one is.

    Attributes:
        title: of the network that would paint now; empty where there is none.
        fetch: "off", "fetching", "failed" (it is tried again) or "done".
        done_bytes: of VGG-19's file, here already.
        total_bytes: of VGG-19's file; 0 while that is unknown.
        sentence: all of it for people.
        error: why the last attempt to fetch failed, for people; empty where none did.
    """

    title: str
    fetch: FetchState
    done_bytes: int
    total_bytes: int
    sentence: str
    error: str = ""


class NetworkProvider:
    """Returns the network to paint with when called; safe to call from many threads.

    What was loaded is kept in memory, and a VGG-19 that has been stored meanwhile is taken from the next call on. A
    file that a person chose is never replaced by another network: where it cannot be used, the call raises.

    Args:
        network_file: the chosen file; None: `NEURAL_STYLE_NETWORK`, if set.
        cache: where VGG-19 is kept; None: `store.default_folder()`.
    """

    def __init__(self, network_file: str | os.PathLike[str] | None = None, cache: Store | None = None) -> None:
        chosen = network_file or NETWORK.text() or None
        self.network_file = Path(chosen) if chosen else None
        self.store = cache or Store(store.default_folder())
        self._background = BackgroundFetch(self.store)
        self._fetch_is_wanted = False
        self._lock = threading.Lock()
        self._loaded: tuple[Path, _FileState | None, Network] | None = None
        self._unusable: tuple[Path, _FileState | None] | None = None

    def __call__(self) -> Network:
        """Return the network to paint with: at once if loaded, else in well under a second, except for a `.mat`.

        Raises:
            NetworkError: the chosen file cannot be used; or there is neither a stored nor an embedded network.
        """
        with self._lock:
            if self.network_file is not None:
                return self._load(self.network_file, lambda path: read_file(path, self.store))
            return self._stored() or self._load(embedded.data_files()[0], lambda _path: embedded.load())

    def check(self) -> None:
        """Load the network now, so that a chosen file that cannot be used is refused before the page opens.

        Raises:
            NetworkError: as a call.
        """
        self()

    def start_fetching(self) -> None:
        """Begin to fetch VGG-19 in the background, where that is wanted and needed; return at once.

        Raises:
            NetworkError: the table of sources is damaged.
        """
        self._fetch_is_wanted = not self._reason_not_to_fetch()
        if self._fetch_is_wanted and self._usable_stored_path() is None:
            self._background.start()

    def stop_fetching(self) -> None:
        """End a fetch under way, keeping what is here for the next time; the program's end does this by itself."""
        self._fetch_is_wanted = False
        self._background.stop()

    def status(self) -> ProviderStatus:
        """Return the status cheaply: read at most the head of a file, load nothing, wait for nothing, never raise."""
        fetch = self._background.status
        try:
            title = self._title()
            sentence = self._sentence(title, fetch)
        except NetworkError as error:
            title, sentence = "", str(error)
        return ProviderStatus(title, fetch.state, fetch.done_bytes, fetch.total_bytes, sentence, fetch.error)

    @cached_property
    def _wanted(self) -> WantedFile:
        return load_table().wanted

    def _stored(self) -> Network | None:
        """Return VGG-19 from the cache, or None; a damaged one counts as absent and is fetched again."""
        path = self._usable_stored_path()
        if path is None:
            return None
        state = _state_of(path)
        try:
            return self._load(path, lambda _path: self.store.load(self._wanted.sha256))
        except NetworkError:
            self._unusable = path, state
            if self._fetch_is_wanted:
                self._background.start()
            return None

    def _usable_stored_path(self) -> Path | None:
        path = self.store.path(self._wanted.sha256)
        state = _state_of(path)
        return None if state is None or self._unusable == (path, state) else path

    def _load(self, path: Path, read: Callable[[Path], Network]) -> Network:
        state = _state_of(path)
        if self._loaded is None or self._loaded[:2] != (path, state):
            self._loaded = path, state, read(path)
        return self._loaded[2]

    def _title(self) -> str:
        if self.network_file is not None:
            return self._title_of_chosen(self.network_file)
        stored = self._usable_stored_path()
        if stored is not None:
            with contextlib.suppress(NetworkError):  # the next call finds out what is wrong with it
                return store.read_title(stored)
        embedded.data_files()  # raises where one is missing
        return embedded.TITLE

    def _title_of_chosen(self, path: Path) -> str:
        loaded = self._loaded
        if loaded is not None and loaded[0] == path:
            return loaded[2].title
        if not path.is_file():
            raise NetworkError(f"There is no network file {path}. Check the path.")
        return store.read_title(path) if path.suffix == ".safetensors" else path.name

    def _sentence(self, title: str, fetch: FetchStatus) -> str:
        if title != embedded.TITLE:
            return f"Painting with {title}."
        return f"Painting with {title}; {self._wanted.title} {self._outlook(fetch)}."

    def _outlook(self, fetch: FetchStatus) -> str:
        """Return the words that follow the better network's title: what is happening with it."""
        if fetch.state == "fetching":
            if fetch.total_bytes == 0:
                return "is being fetched"
            if fetch.done_bytes >= fetch.total_bytes:
                return "has arrived and is being prepared"
            return f"is being fetched ({100 * fetch.done_bytes // fetch.total_bytes} %)"
        if fetch.state == "failed":
            return "could not be fetched and will be tried again"
        reason = self._reason_not_to_fetch() or "`neural-style weights fetch` has not been run"
        return f"is not here, because {reason}"

    def _reason_not_to_fetch(self) -> str:
        if self.network_file is not None:
            return "another network was chosen"
        if FETCH.text().lower() in OFF_WORDS:
            return f"{FETCH.name} is off"
        if os.environ.get("HF_HUB_OFFLINE", "").strip().lower() in ON_WORDS:
            return "HF_HUB_OFFLINE is on"
        return ""


def read_file(path: Path, cache: Store) -> Network:
    """Return the network of a file that a person chose: `.safetensors` as `store.save` writes it, or `.mat`.

    A `.mat` is converted once: the result is kept in the cache under the hash of the file, where that can be written.

    Raises:
        NetworkError: the file is missing, damaged, or of another kind.
    """
    suffix = path.suffix.lower()
    if path.name in embedded.SHARDS:
        raise NetworkError(f"{path} is a part of the embedded network, which paints where no file is chosen.")
    if suffix == ".safetensors":
        return store.load(path)
    if suffix != ".mat":
        raise NetworkError(f"The network file {path} must be a .mat (MatConvNet) or a .safetensors of this program.")
    sha256 = sha256_of(path)
    with contextlib.suppress(NetworkError):
        return cache.load(sha256)
    network = matconvnet.read(path)
    with contextlib.suppress(NetworkError):
        cache.save(network)
    return network


def _state_of(path: Path) -> _FileState | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns, facts.st_size
