from pathlib import Path

import pytest

from benchmarks import common
from benchmarks.judges import Judges
from benchmarks.perceptual_file import fetched
from neural_style.errors import NetworkError
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


@pytest.fixture(scope="session")
def judges() -> Judges:
    """The networks of LPIPS with their published numbers, which pip fetches once."""
    try:
        return Judges.of_file(fetched())
    except NetworkError as error:
        pytest.skip(str(error))
