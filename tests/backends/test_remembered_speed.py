"""The speed of this machine, from one process to the next."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from neural_style.backends.local import speed_estimate
from neural_style.backends.machine_notes import machine_key
from neural_style.backends.remembered_speed import FILE_NAME, RememberedSpeed
from neural_style.networks.provider import NetworkProvider
from neural_style.networks.store import Store
from neural_style.settings import Settings
from tests.fakes import tiny_network

NETWORK = tiny_network()


def test_speeds_are_kept_for_each_machine_and_network(tmp_path: Path) -> None:
    RememberedSpeed(tmp_path, lambda: NETWORK).keep(1e-6)
    assert RememberedSpeed(tmp_path, lambda: NETWORK).read() == 1e-6
    other = replace(NETWORK, sha256="f" * 64)
    assert RememberedSpeed(tmp_path, lambda: other).read() is None


@pytest.mark.parametrize("kept", ["[]", "{}", '"fast"', "-1", "0", "NaN", "null", "Infinity"])
def test_what_is_no_speed_is_passed_over(tmp_path: Path, kept: str) -> None:
    (tmp_path / FILE_NAME).write_text(f'{{"{machine_key(NETWORK)}": {kept}}}')
    assert RememberedSpeed(tmp_path, lambda: NETWORK).read() is None


def test_the_estimate_of_an_installation_begins_with_what_lies_beside_its_network(tmp_path: Path) -> None:
    provider = NetworkProvider(cache=Store(tmp_path))
    (tmp_path / FILE_NAME).write_text(json.dumps({machine_key(provider()): 1e-6}))
    estimate = speed_estimate(provider)
    assert estimate.estimate_s((300, 400), Settings()) is None
    assert estimate.recall()
    assert estimate.estimate_s((300, 400), Settings()) is not None
