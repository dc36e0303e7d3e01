import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from neural_style.errors import NetworkError
from neural_style.layers import convolution_names
from neural_style.networks import store
from neural_style.networks.store import Store
from neural_style.resources import checkout
from neural_style.vgg.network import Network
from tests.fakes import tiny_network
from tests.networks.tools import ROOT

NETWORK = replace(
    tiny_network("VGG-19"), sha256="ab" * 32, mean_rgb=(123.68, 1 / 3, 103.939), notes={"kernel order": "x"}
)


def assert_same(first: Network, second: Network) -> None:
    for name in ("title", "topology", "source", "sha256", "mean_rgb", "notes"):
        assert getattr(first, name) == getattr(second, name)
    for name in convolution_names(first.topology):
        np.testing.assert_array_equal(first.kernels[name], second.kernels[name])
        np.testing.assert_array_equal(first.biases[name], second.biases[name])


def test_what_is_saved_is_loaded_to_the_last_bit(tmp_path: Path) -> None:
    kept = Store(tmp_path / "new" / "folder")
    path = kept.save(NETWORK)
    assert_same(kept.load(NETWORK.sha256), NETWORK)
    assert store.read_title(path) == NETWORK.title
    assert list(kept.folder.iterdir()) == [path]


def test_an_absent_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="no network file"):
        Store(tmp_path).load("0" * 64)


def test_a_network_of_another_source_under_the_name_is_refused(tmp_path: Path) -> None:
    kept = Store(tmp_path)
    kept.save(NETWORK).rename(kept.path("cd" * 32))
    with pytest.raises(NetworkError, match="converted from a file of SHA-256 abababababab…, not cdcdcdcdcdcd…"):
        kept.load("cd" * 32)


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff" * 100, b"\x02\0\0\0\0\0\0\0{}", b"\x02\0\0\0\0\0\0\0[]"])
def test_a_file_that_is_no_safetensors_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "network.safetensors"
    path.write_bytes(content)
    with pytest.raises(NetworkError, match=f"network.safetensors .{len(content)} bytes. is not a usable network"):
        store.load(path)


def test_a_safetensors_file_of_another_program_is_refused(tmp_path: Path) -> None:
    save_file({"weight": np.zeros(3, np.float32)}, tmp_path / "other.safetensors")
    with pytest.raises(NetworkError, match="no description of a network"):
        store.load(tmp_path / "other.safetensors")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return Store(tmp_path_factory.mktemp("store")).save(NETWORK).read_bytes()


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store") / "damaged.safetensors"


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_a_network_error_or_the_same_network(
    data: st.DataObject, whole: bytes, scratch: Path
) -> None:
    damaged = bytearray(whole[: data.draw(st.sampled_from([len(whole), len(whole) - 1, len(whole) // 2, 9, 7]))])
    for _ in range(data.draw(st.integers(0, 2))):
        position = data.draw(st.one_of(st.integers(0, 5000), st.integers(0, len(damaged) - 1)))
        if position < len(damaged):
            damaged[position] ^= data.draw(st.integers(1, 255))
    scratch.write_bytes(damaged)
    try:
        network = store.load(scratch)
    except NetworkError:
        return
    assert_same(network, NETWORK)


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(NetworkError, match="Choose a folder with NEURAL_STYLE_WEIGHTS"):
        Store(tmp_path / "file" / "weights").save(NETWORK)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """Root may write anywhere, so this becomes a user without rights once everything is imported."""
    program = f"""
import os
from pathlib import Path
from safetensors.numpy import save
from neural_style.errors import NetworkError
from neural_style.networks.store import Store
from tests.networks.test_store import NETWORK
os.setuid(65534)
try:
    Store(Path({str(tmp_path)!r}) / "weights").save(NETWORK)
except NetworkError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert "Permission denied" in done.stdout


def test_the_folder_is_the_chosen_one_else_the_checkouts_else_the_persons_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURAL_STYLE_WEIGHTS", str(tmp_path))
    assert store.default_folder() == tmp_path
    monkeypatch.delenv("NEURAL_STYLE_WEIGHTS")
    root = checkout()
    assert root is not None
    assert store.default_folder() == root / "weights"
    monkeypatch.setattr(store, "checkout", lambda: None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert store.default_folder() == tmp_path / "neural-style"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/ignored")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert store.default_folder() == tmp_path / ".cache" / "neural-style"


def test_a_network_of_vgg19s_size_is_kept_in_eighty_megabytes(tmp_path: Path) -> None:
    kernels, biases, channels = {}, {}, 3
    for name in convolution_names("VGG-19"):
        out = min(64 << (int(name[4]) - 1), 512)
        kernels[name], biases[name] = np.ones((3, 3, channels, out), np.float32), np.ones(out, np.float32)
        channels = out
    kept = Store(tmp_path)
    path = kept.save(replace(NETWORK, kernels=kernels, biases=biases))
    assert path.stat().st_size == pytest.approx(80e6, rel=0.01)
    assert kept.load(NETWORK.sha256).kernels.keys() == kernels.keys()
