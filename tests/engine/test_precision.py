import gc
from dataclasses import replace
from functools import partial
from unittest.mock import Mock

import pytest
import tensorflow as tf

import neural_style.engine.precision as module
from neural_style.engine.device import kind_of_device
from neural_style.engine.precision import (
    CANDIDATES,
    Probe,
    choose_arithmetic,
    fastest_that_agrees,
    gradient_cosine,
    probe,
)
from neural_style.networks import embedded
from neural_style.settings import Arithmetic
from neural_style.vgg.network import Network
from tests.fakes import tiny_network


def network_too_large_for_float16() -> Network:
    network = tiny_network()
    return replace(network, kernels={name: kernel * 30.0 for name, kernel in network.kernels.items()})


def test_a_format_that_is_hardly_faster_is_not_tried():
    cosine_of = Mock()
    found = fastest_that_agrees({"winograd": 1.05, "bfloat16": 0.8}, cosine_of)
    assert found == Probe("float32", {"winograd": 1.05, "bfloat16": 0.8}, {})
    cosine_of.assert_not_called()


def test_the_fastest_that_agrees_is_taken_and_no_slower_one_is_tried():
    speedups: dict[Arithmetic, float] = {"winograd": 1.6, "bfloat16": 2.0, "float16": 1.5}
    found = fastest_that_agrees(speedups, {"bfloat16": 0.98, "winograd": 1.0}.__getitem__)
    assert found == Probe("winograd", speedups, {"bfloat16": 0.98, "winograd": 1.0})


def test_a_format_that_the_networks_numbers_do_not_fit_into_is_not_taken_however_fast_it_is():
    found = fastest_that_agrees({"float16": 9.0}, partial(gradient_cosine, network_too_large_for_float16()))
    assert found.chosen == "float32"
    assert fastest_that_agrees({"float16": 9.0}, partial(gradient_cosine, tiny_network())).chosen == "float16"


def test_every_candidate_of_this_device_is_timed_and_the_one_chosen_has_float32s_gradient():
    network = tiny_network()
    found = probe(network)
    assert found.speedups.keys() == set(CANDIDATES[kind_of_device()])
    assert all(0.0 < speedup < 1000.0 for speedup in found.speedups.values())
    assert gradient_cosine(network, found.chosen) >= 0.99
    for name, cosine in found.cosines.items():
        assert cosine == pytest.approx(gradient_cosine(network, name), abs=1e-6)


def test_an_arithmetic_that_the_processor_does_not_have_is_not_taken(monkeypatch: pytest.MonkeyPatch):
    timed = module._timed_pass

    def without_bfloat16(network, arithmetic, layer):
        refusal = tf.errors.AbortedError(None, None, "could not create a primitive descriptor")
        return Mock(side_effect=refusal) if arithmetic != "float32" else timed(network, arithmetic, layer)

    monkeypatch.setattr(module, "_timed_pass", without_bfloat16)
    found = probe(tiny_network())
    assert found.chosen == "float32"
    assert set(found.speedups.values()) == {0.0}
    broken = Mock(side_effect=tf.errors.InternalError(None, None, ""))
    monkeypatch.setattr(module, "_timed_pass", Mock(return_value=broken))
    with pytest.raises(tf.errors.InternalError):
        probe(tiny_network())


def test_what_is_asked_for_is_taken_without_trying():
    untryable = replace(tiny_network())
    vars(untryable)["kernels"] = {}
    with pytest.raises(KeyError):
        probe(untryable)
    assert choose_arithmetic("float16", untryable) == "float16"


def test_a_network_is_tried_once_and_forgotten_with_it(monkeypatch: pytest.MonkeyPatch):
    tried = Mock(wraps=probe)
    monkeypatch.setattr(module, "probe", tried)
    network, remembered = tiny_network(), len(module._PROBES)
    chosen = {choose_arithmetic("auto", network) for _ in range(3)}
    assert tried.call_count == 1
    assert chosen == {module._PROBES[network].chosen}
    tried.reset_mock()
    del network
    gc.collect()
    assert len(module._PROBES) == remembered


@pytest.mark.slow
@pytest.mark.parametrize(("arithmetic", "least"), [("winograd", 0.99999), ("bfloat16", 0.99), ("float16", 0.99)])
def test_with_the_embedded_network_every_arithmetic_agrees_with_float32(arithmetic, least):
    assert gradient_cosine(embedded.load(), arithmetic) > least


def test_the_cosine_is_that_of_the_gradients_and_not_a_number_is_no_agreement():
    assert gradient_cosine(tiny_network(), "float32") == pytest.approx(1.0, abs=1e-12)
    assert 0.99 < gradient_cosine(tiny_network(), "bfloat16") < 1.0 - 1e-7
    assert gradient_cosine(network_too_large_for_float16(), "float16") == -1.0
