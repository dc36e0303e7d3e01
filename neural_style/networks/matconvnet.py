"""Reading a VGG from a MatConvNet `.mat` file, in the old (beta16) and in the new layout, VGG-16 and VGG-19 alike.

Both layouts hold a cell array `layers` of structures with the fields `name`, `type` and, for convolutions, `weights`: a
cell pair of kernel and bias. The old one keeps `normalization` and `classes` beside it, the new one inside `meta`.
Fields are looked up by name, because their order differs between the layouts. MatConvNet stores fully connected layers
as convolutions too, so fc6 is a kernel of shape `[7, 7, in, out]`.

Whether a kernel's first axis is its height or its width is left to `kernel_order`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neural_style.core.layers import convolution_names
from neural_style.core.network import Network
from neural_style.errors import NetworkError
from neural_style.networks import mat5
from neural_style.networks.fingerprint import Fingerprint
from neural_style.networks.sources import SourceTable, load_table

CLASSIFIER_LAYERS = ("fc6", "fc7", "fc8")

_VARIABLES = ("layers", "meta", "normalization", "classes")


@dataclass(frozen=True, eq=False)
class Layer:
    """One convolution as the file has it: kernel `[a, b, in, out] float32` in MATLAB's memory order, bias `[out]`."""

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class MatFile:
    """What a `.mat` file says about its network.

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
        """Told by the layer names: a VGG-19 has a fourth convolution in its last three blocks."""
        extra = set(convolution_names("VGG-19")) - set(convolution_names("VGG-16"))
        return "VGG-19" if extra & set(self.layers) else "VGG-16"


def read(path: Path, table: SourceTable | None = None) -> Network:
    """The convolutions of a `.mat` file, in TensorFlow's kernel order.

    Where the file can classify, this runs the network on two photographs and so loads TensorFlow; see `kernel_order`.

    Raises:
        NetworkError: the file is missing, is not a `.mat` file, is damaged, or lacks a layer; the message names the
            file, its size and what is wrong.
    """
    from neural_style.networks.kernel_order import settle

    fingerprint = Fingerprint.of(path)
    known = (table or load_table()).identify(fingerprint)
    content = parse(path)
    names = [name for name in convolution_names(content.topology) if name in content.layers]
    network = Network(
        title=known.title if known else f"{content.topology} from {path.name}",
        topology=content.topology,
        source=f"{path.name} ({known.layout if known else 'not a known file'})",
        sha256=fingerprint.sha256,
        mean_rgb=content.mean_rgb,
        kernels={name: np.ascontiguousarray(content.layers[name].kernel) for name in names},
        biases={name: content.layers[name].bias for name in names},
        notes={},
    )
    return settle(network, content)


def parse(path: Path) -> MatFile:
    """Read a `.mat` file as it is.

    Raises:
        NetworkError: as `read`.
    """
    _check_head(path)
    try:
        data = mat5.read(path, _VARIABLES)
    except (ValueError, OSError, RecursionError, MemoryError) as error:
        raise _refused(path, f"it is damaged or incomplete ({error or type(error).__name__})") from error
    try:
        meta = data["meta"][0] if "meta" in data else data
        return MatFile(_layers(data["layers"]), _mean_rgb(meta), _classes(meta))
    except KeyError as error:
        raise _refused(path, f"it is not a network as MatConvNet writes it ({error} is missing)") from error
    except (ValueError, IndexError, TypeError, AttributeError) as error:
        raise _refused(path, f"it is not a network as MatConvNet writes it ({error})") from error


def _check_head(path: Path) -> None:
    """Recognise what people end up with instead of the file, before SciPy stumbles over it."""
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


def _layers(cells: list[list[Mapping[str, Any]]]) -> dict[str, Layer]:
    layers = {}
    for (record,) in cells:
        pair = record.get("weights", [])
        if len(pair) == 2:  # poolings and ReLUs have an empty one, or none
            kernel, bias = (np.asarray(part, np.float32) for part in pair)
            layers[str(record["name"])] = Layer(_four_axes(kernel), bias.ravel())
    return layers


def _four_axes(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """MATLAB drops trailing axes of length 1. A view, so that 500 MB of classifier stay in the mapped file."""
    return kernel.reshape(kernel.shape + (1,) * (4 - kernel.ndim), order="F")


def _mean_rgb(meta: Mapping[str, Any]) -> tuple[float, float, float]:
    """From a mean picture `[h, w, 3]` (old layout) or a mean colour `[1, 1, 3]` or `[1, 3]` (new)."""
    average = np.asarray(meta["normalization"][0]["averageImage"], np.float64)
    red, green, blue = (float(value) for value in average.reshape(-1, 3).mean(axis=0))
    if not all(0.0 <= value <= 255.0 for value in (red, green, blue)):  # also refuses NaN
        raise ValueError(f"its mean colour is {red:g}, {green:g}, {blue:g}, not within 0..255")
    return red, green, blue


def _classes(meta: Mapping[str, Any]) -> tuple[str, ...]:
    """Descriptions of the classes, or none: nothing that painting needs."""
    try:
        return tuple(str(text) for text in meta["classes"][0]["description"])
    except (KeyError, IndexError, TypeError):
        return ()


def _refused(path: Path, reason: str) -> NetworkError:
    size = f"{path.stat().st_size:,} bytes" if path.exists() else "missing"
    return NetworkError(f"The network file {path} ({size}) cannot be used: {reason}.")
