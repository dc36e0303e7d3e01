"""A cache of what was made for a network: it goes with the network, and keeps what was used last."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any
from weakref import WeakKeyDictionary

from neural_style.vgg.network import Network


class NetworkCache:
    """A cache for many networks, safe for many threads.

    Args:
        capacity: the number of things that are kept for each network.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._of_networks: WeakKeyDictionary[Network, OrderedDict[Hashable, Any]] = WeakKeyDictionary()

    def get(self, network: Network, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return what is kept under `key`, or else what `make` gives; of two made at once all get the first kept."""
        with self._lock:
            kept = self._of_networks.setdefault(network, OrderedDict())
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        made = make()
        with self._lock:
            found = kept.setdefault(key, made)
            kept.move_to_end(key)
            while len(kept) > self._capacity:
                kept.popitem(last=False)
        return found
