"""What was made for a network is kept with it."""

import gc

from neural_style.engine.network_cache import NetworkCache
from tests.fakes import tiny_network


def test_only_what_was_used_last_is_kept():
    cache, network, made = NetworkCache(capacity=2), tiny_network(), []

    def get(key: str) -> None:
        cache.get(network, key, lambda: made.append(key) or {})

    for key in ("a", "b", "a", "c", "a", "b"):
        get(key)
    assert made == ["a", "b", "c", "b"]


def test_what_is_kept_goes_with_its_network():
    cache, network = NetworkCache(16), tiny_network()
    cache.get(network, "a", dict)
    assert len(cache._of_networks) == 1
    del network
    gc.collect()
    assert len(cache._of_networks) == 0


def test_of_two_that_are_made_at_once_both_get_the_first_that_was_kept():
    cache, network, inner = NetworkCache(16), tiny_network(), []

    def make() -> object:
        inner.append(cache.get(network, "a", object))
        return object()

    assert cache.get(network, "a", make) is inner[0]
    assert cache.get(network, "a", object) is inner[0]
