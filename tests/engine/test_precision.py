import pytest

import neural_style.engine.precision as module
from neural_style.engine.precision import Probe, choose_arithmetic, gradient_cosine, probe
from neural_style.networks import embedded
from tests.fakes import tiny_network


def with_seconds(monkeypatch, **seconds: float):
    monkeypatch.setattr(module, "_seconds", lambda _network, candidates: {name: seconds[name] for name in candidates})


def test_a_format_that_is_hardly_faster_is_not_taken(monkeypatch):
    with_seconds(monkeypatch, float32=1.0, winograd=0.9, bfloat16=1.25)
    assert probe(tiny_network()) == Probe("float32", {"winograd": 1.0 / 0.9, "bfloat16": 0.8}, {})


def test_the_fastest_one_that_agrees_is_taken(monkeypatch):
    with_seconds(monkeypatch, float32=1.0, winograd=0.6, bfloat16=0.5)
    monkeypatch.setattr(module, "gradient_cosine", lambda _network, name: {"bfloat16": 0.98, "winograd": 1.0}[name])
    found = probe(tiny_network())
    assert found.chosen == "winograd"
    assert found.cosines == {"bfloat16": 0.98, "winograd": 1.0}


def test_what_is_asked_for_is_taken_without_trying(monkeypatch):
    monkeypatch.setattr(module, "probe", lambda _network: pytest.fail("was tried"))
    assert choose_arithmetic("float16", tiny_network()) == "float16"


def test_a_network_is_tried_once(monkeypatch):
    tried = []
    monkeypatch.setattr(module, "probe", lambda _network: tried.append(1) or Probe("winograd", {}, {}))
    network = tiny_network()
    assert [choose_arithmetic("auto", network) for _ in range(3)] == ["winograd"] * 3
    assert tried == [1]


@pytest.mark.slow
@pytest.mark.parametrize(("arithmetic", "least"), [("winograd", 0.99999), ("bfloat16", 0.99), ("float16", 0.99)])
def test_with_the_embedded_network_every_arithmetic_agrees_with_float32(arithmetic, least):
    assert gradient_cosine(embedded.load(), arithmetic) > least


def test_numbers_that_do_not_fit_into_float16_are_found_out():
    network = tiny_network()
    huge = {name: kernel * 30.0 for name, kernel in network.kernels.items()}
    assert gradient_cosine(module.Network(**{**vars(network), "kernels": huge}), "float16") < 0.99


def test_the_real_probe_settles_on_something_that_agrees():
    found = probe(tiny_network())
    assert all(speedup > 0.0 for speedup in found.speedups.values())
    assert found.chosen == "float32" or found.cosines[found.chosen] >= module.MIN_COSINE
