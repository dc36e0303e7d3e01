import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from neural_style.errors import NetworkError
from neural_style.networks import embedded, store
from neural_style.networks.provider import NetworkProvider
from neural_style.networks.sources import load_table
from neural_style.networks.store import Store
from neural_style.vgg.network import Network
from tests.fakes import tiny_network
from tests.networks.tools import write_mat, write_table


@pytest.fixture(autouse=True)
def own_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that wants a small file, an empty cache, and no fetching."""
    mat = write_mat(tmp_path / "wanted.mat", tiny_network("VGG-19", seed=3))
    monkeypatch.setenv("NEURAL_STYLE_SOURCES", str(write_table(tmp_path / "sources.toml", mat.read_bytes())))
    monkeypatch.setenv("NEURAL_STYLE_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("NEURAL_STYLE_FETCH", "0")
    monkeypatch.delenv("NEURAL_STYLE_NETWORK", raising=False)


@pytest.fixture
def vgg19() -> Network:
    return replace(tiny_network("VGG-19"), title="VGG-19 (test)", sha256=load_table().wanted.sha256)


def test_with_nothing_stored_the_embedded_network_paints() -> None:
    provider = NetworkProvider()
    assert provider().title == embedded.TITLE
    assert provider() is provider()
    status = provider.status()
    assert (status.title, status.fetch) == (embedded.TITLE, "off")
    assert status.sentence == (
        "Painting with VGG-16 (ImageNet); VGG-19 (test) is not here, because NEURAL_STYLE_FETCH is off."
    )


def test_a_stored_vgg19_is_taken_from_the_next_call_on(vgg19: Network) -> None:
    provider = NetworkProvider()
    assert provider().topology == "VGG-16"
    provider.store.save(vgg19)
    assert provider.status().sentence == "Painting with VGG-19 (test)."
    assert provider().title == "VGG-19 (test)"


def test_a_damaged_stored_network_counts_as_absent(vgg19: Network) -> None:
    provider = NetworkProvider()
    path = provider.store.save(vgg19)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert provider().title == embedded.TITLE
    assert provider.status().title == embedded.TITLE
    provider.store.save(vgg19)
    assert provider().title == "VGG-19 (test)"


@pytest.mark.parametrize("by_variable", [False, True])
def test_a_chosen_file_goes_before_all_others(
    tmp_path: Path, vgg19: Network, by_variable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = write_mat(tmp_path / "own.mat", tiny_network("VGG-16"))
    if by_variable:
        monkeypatch.setenv("NEURAL_STYLE_NETWORK", str(own))
    provider = NetworkProvider(None if by_variable else own)
    provider.store.save(vgg19)
    assert provider.status().title == "own.mat"
    assert provider().title == "VGG-16 from own.mat"
    assert provider.status().sentence == "Painting with VGG-16 from own.mat."
    provider.start_fetching()
    assert provider.status().fetch == "off"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("own.mat", b"<html>", "it is a web page"),
        ("own.mat", None, "no network file"),
        ("own.safetensors", b"", "not a usable network"),
        ("own.pt", b"PK", "must be a .mat"),
    ],
)
def test_a_chosen_file_that_cannot_be_used_is_refused_and_never_replaced(
    tmp_path: Path, vgg19: Network, name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    provider = NetworkProvider(tmp_path / name)
    provider.store.save(vgg19)
    for attempt in (provider.check, provider, provider):
        with pytest.raises(NetworkError, match=words):
            attempt()
    provider.status()  # says what it can, and does not raise


def test_a_chosen_mat_file_is_converted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = write_mat(tmp_path / "own.mat", tiny_network())
    first = NetworkProvider(own)()
    monkeypatch.setattr("neural_style.networks.matconvnet.read", lambda path: pytest.fail(f"read {path} again"))
    again = NetworkProvider(own)()
    np.testing.assert_array_equal(again.kernels["conv1_1"], first.kernels["conv1_1"])


def test_the_wanted_file_given_by_hand_is_stored_as_if_it_had_been_fetched(tmp_path: Path) -> None:
    assert NetworkProvider(tmp_path / "wanted.mat")().title == "VGG-19 (test)"
    assert NetworkProvider()().title == "VGG-19 (test)"


def test_a_chosen_file_is_used_where_nothing_can_be_stored(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    provider = NetworkProvider(tmp_path / "wanted.mat", Store(tmp_path / "file" / "weights"))
    assert provider().topology == "VGG-19"


def test_without_any_network_the_call_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "SHARDS", {**embedded.SHARDS, "vgg16-part-5.safetensors": "0" * 64})
    provider = NetworkProvider()
    with pytest.raises(NetworkError, match=r"incomplete: weights/vgg16-part-5\.safetensors is missing.* Get it again"):
        provider()
    assert provider.status().title == ""
    assert "Get it again" in provider.status().sentence


def test_a_part_of_the_embedded_network_that_is_chosen_is_not_called_damaged() -> None:
    with pytest.raises(NetworkError, match="is a part of the embedded network, which paints where no file is chosen"):
        NetworkProvider(embedded.data_files()[0])()


def test_a_damaged_table_is_named_by_the_call_and_by_the_status(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text("damaged")
    provider = NetworkProvider()
    with pytest.raises(NetworkError, match=r"sources\.toml is damaged"):
        provider()
    assert "sources.toml is damaged" in provider.status().sentence


def test_many_threads_get_the_one_network_that_was_loaded_once(vgg19: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = NetworkProvider()
    provider.store.save(vgg19)
    loads = []
    load = store.load

    def counted(path: Path) -> Network:
        loads.append(path)
        time.sleep(0.1)
        return load(path)

    monkeypatch.setattr(store, "load", counted)
    together = threading.Barrier(16)

    def visit(_number: int) -> Network:
        together.wait()
        return provider()

    with ThreadPoolExecutor(16) as pool:
        networks = list(pool.map(visit, range(16)))
    assert len(loads) == 1
    assert all(network is networks[0] for network in networks)


def test_asking_for_the_status_while_the_network_is_loading_does_not_wait(
    vgg19: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = NetworkProvider()
    provider.store.save(vgg19)
    begun, go_on = threading.Event(), threading.Event()
    load = store.load

    def slow(path: Path) -> Network:
        begun.set()
        assert go_on.wait(10)
        return load(path)

    monkeypatch.setattr(store, "load", slow)
    visitor = threading.Thread(target=provider)
    visitor.start()
    assert begun.wait(10)
    assert provider.status().title == "VGG-19 (test)"
    go_on.set()
    visitor.join()
