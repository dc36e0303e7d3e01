"""Read a MatConvNet `.mat` file with SciPy, in a process of its own.

SciPy's reader takes the types and lengths in a file at their word, and a single flipped byte can end the whole process
with a segmentation fault (seen with SciPy 1.17). A file that people bring along must not end the page for everybody, so
it is read in a child process, which hands back what it found or says what is wrong.

Both layouts hold a cell array `layers` of structures with the fields `name`, `type` and, for convolutions, `weights`: a
cell pair of kernel and bias. The old one (beta16) keeps `normalization` and `classes` beside it, the new one inside
`meta`. Fields are looked up by name, because their order differs between the layouts. MatConvNet stores fully connected
layers as convolutions too, so fc6 is a kernel of shape `[7, 7, in, out]`.
"""

import pickle
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neural_style.errors import NetworkError
from neural_style.layers import convolution_names
from neural_style.networks.child import child_command, child_environment

CLASSIFIER_LAYERS = ("fc6", "fc7", "fc8")

_VARIABLES = ("layers", "meta", "normalization", "classes")
_NOT_A_LAYER = (KeyError, ValueError, IndexError, TypeError, AttributeError)


@dataclass(frozen=True, eq=False)
class Layer:
    """A convolution as the file has it: kernel `[a, b, in, out] float32`, bias `[out] float32`."""

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class MatFile:
    """The contents of a `.mat` file: the network's convolutions, mean colour and classes.

    Attributes:
        layers: name -> convolution, the fully connected ones included.
        mean_rgb: mean colour of the training pictures, RGB, 0..255.
        classes: description of each class that fc8 tells apart, such as "lesser panda, red panda, panda"; empty where
            the file has none.
    """

    layers: Mapping[str, Layer]
    mean_rgb: tuple[float, float, float]
    classes: tuple[str, ...]

    @property
    def topology(self) -> str:
        """The topology, told by the layer names: a VGG-19 has a fourth convolution in its last three blocks."""
        extra = set(convolution_names("VGG-19")) - set(convolution_names("VGG-16"))
        return "VGG-19" if extra & set(self.layers) else "VGG-16"


def parse(path: Path) -> MatFile:
    """Read a `.mat` file as it is.

    Raises:
        NetworkError: the file is missing, is not a `.mat` file, is damaged, or holds something else; the message names
            the file, its size and what is wrong.
    """
    _check_head(path)
    child = subprocess.run(
        child_command("-c", "from neural_style.networks import matfile; matfile.answer()", str(path)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=child_environment(),
        check=False,
    )
    if child.returncode != 0:
        raise _refused(path, f"it is damaged: reading it ended with status {child.returncode}")
    found = pickle.loads(child.stdout)  # written by our own child
    if isinstance(found, str):
        raise _refused(path, found)
    return found


def answer() -> None:
    """Write to standard output, in the child and pickled, the `MatFile` in the file, or what is wrong with it."""
    pickle.dump(_read(sys.argv[1]), sys.stdout.buffer, protocol=5)


def _read(path: str) -> MatFile | str:
    from scipy.io import loadmat

    try:
        data = loadmat(path, variable_names=_VARIABLES)
    except Exception as error:  # SciPy documents none, and a damaged file raises nearly any of them
        return f"it is damaged or incomplete ({_in_words(error)})"
    try:
        meta = _structure(data["meta"]) if "meta" in data else data
        layers = _layers(data["layers"])
        mean = _mean_rgb(_structure(meta["normalization"])["averageImage"])
    except _NOT_A_LAYER as error:
        return f"it is not a network as MatConvNet writes it ({_in_words(error)})"
    return MatFile(layers, mean, _classes(meta))


def _check_head(path: Path) -> None:
    """Recognise the kinds of file that people end up with instead, before SciPy stumbles over them."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise _refused(path, f"it cannot be read ({error.strerror or error})") from error
    if not head:
        raise _refused(path, "it is empty")
    start = head.lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        raise _refused(path, "it is a web page; the download went to a page instead of the file")
    if start.startswith(b"version https://git-lfs"):
        raise _refused(path, "it is a Git LFS pointer; fetch the file it points to")
    if head.startswith(b"MATLAB 7.3"):
        raise _refused(path, "it is in MATLAB's 7.3 format; save it as version 7 or older")
    if not head.startswith(b"MATLAB"):
        raise _refused(path, "it does not begin as a .mat file does")


def _structure(value: NDArray[Any]) -> Any:
    """Return the record inside a MATLAB structure `[1, 1]` as SciPy reads it; its fields are looked up by name."""
    return value.ravel()[0]


def _layers(cells: NDArray[Any]) -> dict[str, Layer]:
    layers = {}
    for cell in cells.ravel():
        record = _structure(cell)
        if "weights" not in (record.dtype.names or ()):
            continue
        pair = record["weights"].ravel()
        if pair.size == 2:  # poolings and ReLUs have an empty one, or none
            kernel, bias = (np.asarray(part, np.float32) for part in pair)
            layers[str(record["name"].ravel()[0])] = Layer(_four_axes(kernel), bias.ravel())
    return layers


def _four_axes(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """Restore the trailing axes of length 1, which MATLAB drops."""
    return np.ascontiguousarray(kernel.reshape(kernel.shape + (1,) * (4 - kernel.ndim)))


def _mean_rgb(average: NDArray[Any]) -> tuple[float, float, float]:
    """Return the colour of a mean picture `[h, w, 3]` (old layout) or mean colour `[1, 1, 3]` or `[1, 3]` (new)."""
    red, green, blue = (float(value) for value in np.asarray(average, np.float64).reshape(-1, 3).mean(axis=0))
    if not all(0.0 <= value <= 255.0 for value in (red, green, blue)):  # also refuses NaN
        raise ValueError(f"its mean colour is {red:g}, {green:g}, {blue:g}, not within 0..255")
    return red, green, blue


def _classes(meta: Any) -> tuple[str, ...]:
    """Return the descriptions of the classes, or none: painting does not need them."""
    try:
        descriptions = _structure(meta["classes"])["description"].ravel()
        return tuple(str(text.ravel()[0]) for text in descriptions)
    except _NOT_A_LAYER:
        return ()


def _in_words(error: Exception) -> str:
    missing = isinstance(error, (KeyError, ValueError)) and "no field" in str(error)
    if isinstance(error, KeyError) or missing:
        return f"{error.args[0]!r} is missing" if not missing else str(error.args[0])
    return str(error) or type(error).__name__


def _refused(path: Path, reason: str) -> NetworkError:
    size = f"{path.stat().st_size:,} bytes" if path.exists() else "missing"
    return NetworkError(f"The network file {path} ({size}) cannot be used: {reason}.")
