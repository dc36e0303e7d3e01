"""The verified cache: a converted network in one safetensors file, loaded in a fraction of a second.

The file holds float32 tensors `conv1_1.kernel`, `conv1_1.bias`, ... and, in its metadata, what else a `Network` has and
a SHA-256 over all of it. A file that does not agree with that hash is refused: it may be damaged, but it is never a
slightly different network. Files are named by the hash of the file that they were converted from.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neural_style.errors import NetworkError
from neural_style.files import check_regular, replacing
from neural_style.networks.variables import WEIGHTS
from neural_style.resources import checkout
from neural_style.vgg.network import Network

_FACTS, _CHECKSUM = "neural-style network", "sha256"
_LARGEST_HEADER_BYTES = 1 << 20


def default_folder() -> Path:
    """Return `NEURAL_STYLE_WEIGHTS`, else `weights/` of a writable checkout, else the person's cache folder."""
    if chosen := WEIGHTS.text():
        return Path(chosen).expanduser()
    root = checkout()
    if root is not None and os.access(root / "weights", os.W_OK):
        return root / "weights"
    cache = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(cache) if Path(cache).is_absolute() else Path.home() / ".cache") / "neural-style"


@dataclass(frozen=True)
class Store:
    """The converted networks in one folder, which need not exist yet."""

    folder: Path

    @property
    def downloads(self) -> Path:
        """The folder of a file that is being fetched, until it is converted."""
        return self.folder / "downloads"

    @property
    def lock(self) -> Path:
        """The lock file, held by the one process that fetches."""
        return self.folder / "fetch.lock"

    def path(self, source_sha256: str) -> Path:
        """Return the path that the network converted from the file of that SHA-256 has, or would have."""
        return self.folder / f"network-{source_sha256[:16]}.safetensors"

    def kept(self) -> list[Path]:
        """Return the paths of all networks in the folder, which in a clone has the embedded network's files, too."""
        return sorted(self.folder.glob("network-*.safetensors"))

    def load(self, source_sha256: str) -> Network:
        """Return the network converted from the file of that SHA-256.

        Raises:
            NetworkError: it is not here, or what is here is damaged or comes from another file.
        """
        path = self.path(source_sha256)
        network = load(path)
        if network.sha256 != source_sha256:
            raise NetworkError(
                f"{path} was converted from a file of SHA-256 {network.sha256[:12]}…, not {source_sha256[:12]}…. "
                "Delete it."
            )
        return network

    def save(self, network: Network) -> Path:
        """Store a network, replacing what is kept of the same source file.

        Raises:
            NetworkError: the folder cannot be written to.
        """
        path = self.path(network.sha256)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            save(network, path)
        except OSError as error:
            raise NetworkError(
                f"The converted network cannot be kept at {path} ({error.strerror or error}). "
                f"Choose a folder with {WEIGHTS.name}."
            ) from error
        return path


def save(network: Network, path: Path) -> None:
    """Write a network to a safetensors file; the final name only ever holds a whole file.

    Raises:
        OSError: the file cannot be written.
    """
    from safetensors.numpy import save as serialize

    tensors = {
        f"{layer}.{part}": np.ascontiguousarray(values, np.float32)
        for part, layers in (("kernel", network.kernels), ("bias", network.biases))
        for layer, values in layers.items()
    }
    facts = json.dumps(
        {
            "title": network.title,
            "topology": network.topology,
            "source": network.source,
            "sha256": network.sha256,
            "mean_rgb": network.mean_rgb,
            "notes": dict(network.notes),
        },
        sort_keys=True,
    )
    with replacing(path) as temporary:
        temporary.write_bytes(serialize(tensors, {_FACTS: facts, _CHECKSUM: _checksum(facts, tensors)}))


def load(path: Path) -> Network:
    """Read and verify a file that `save` wrote.

    Raises:
        NetworkError: there is no such file, it cannot be read, it is damaged, or another program wrote it.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load as deserialize

    metadata = _metadata(path)
    try:
        tensors = deserialize(path.read_bytes())
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise _damaged(path, str(error)) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    if _checksum(metadata[_FACTS], tensors) != metadata[_CHECKSUM]:
        raise _damaged(path, "its content does not agree with its checksum")
    facts = json.loads(metadata[_FACTS])
    return Network(
        **{**facts, "mean_rgb": tuple(facts["mean_rgb"])},
        kernels=_part(tensors, ".kernel"),
        biases=_part(tensors, ".bias"),
    )


def read_title(path: Path) -> str:
    """Return the title of a stored network from the head of its file: cheap, and not verified.

    Raises:
        NetworkError: as `load`, as far as the head shows it.
    """
    try:
        return str(json.loads(_metadata(path)[_FACTS])["title"])
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path, "its description cannot be read") from error


def _metadata(path: Path) -> Mapping[str, str]:
    """Return the metadata of a safetensors file: 8 bytes of length (little-endian), then that many bytes of JSON."""
    try:
        check_regular(path)
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = file.read(length) if length <= _LARGEST_HEADER_BYTES else b""
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        metadata = json.loads(header)["__metadata__"]
        return {key: str(metadata[key]) for key in (_FACTS, _CHECKSUM)}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path, "it has no description of a network, as neural-style writes it") from error


def _checksum(facts: str, tensors: Mapping[str, NDArray[Any]]) -> str:
    """Return the SHA-256 of the facts and of every tensor's name, type, shape and bytes."""
    digest = hashlib.sha256(facts.encode())
    for name in sorted(tensors):
        values = tensors[name]
        digest.update(f"\n{name} {values.dtype.str} {values.shape}\n".encode())
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()


def _part(tensors: Mapping[str, NDArray[Any]], suffix: str) -> dict[str, NDArray[np.float32]]:
    return {name.removesuffix(suffix): values for name, values in tensors.items() if name.endswith(suffix)}


def _damaged(path: Path, reason: str) -> NetworkError:
    size = path.stat().st_size if path.exists() else 0
    return NetworkError(
        f"{path} ({size:,} bytes) is not a usable network: {reason}. Delete it; `neural-style weights fetch` makes "
        "another."
    )


def _unreadable(path: Path, error: OSError) -> NetworkError:
    if isinstance(error, FileNotFoundError):
        return NetworkError(f"There is no network file {path}. Check the path.")
    return NetworkError(f"The network file {path} cannot be read ({error.strerror or error}).")
