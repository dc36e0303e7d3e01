from pathlib import Path

import pytest

from benchmarks import common
from neural_style.networks import store
from neural_style.networks.variables import NETWORK
from neural_style.vgg.network import Network
from tests.fakes import tiny_network


@pytest.fixture(scope="session")
def tiny_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("network") / "tiny.safetensors"
    store.save(tiny_network(), path)
    return path


@pytest.fixture
def tiny(tiny_file: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    """Set the network that all commands paint with, in processes that they start, too."""
    monkeypatch.setenv(NETWORK.name, str(tiny_file))
    monkeypatch.setattr(common, "ceiling_flop_per_s", lambda: 1e11)
    return store.load(tiny_file)
