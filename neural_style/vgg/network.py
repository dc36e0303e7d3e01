"""A network as numbers: the kernels and biases of a VGG, where they come from, and the colour they expect removed."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neural_style.errors import NetworkError
from neural_style.layers import CONVOLUTIONS_PER_BLOCK, convolution_names

IMAGENET_MEAN_RGB = (123.68, 116.779, 103.939)
"""The mean colour of VGG's training pictures, 0..255 (Simonyan and Zisserman 2014; MatConvNet's files carry it)."""


@dataclass(frozen=True, eq=False)
class Network:
    """The convolutions of a VGG-16 or VGG-19.

    Attributes:
        title: what people are told painted their picture, for example "VGG-19 (ImageNet)".
        topology: "VGG-16" or "VGG-19".
        source: where the numbers come from: a file name or a package with its version.
        sha256: hash of the source file, 64 hexadecimal digits.
        mean_rgb: subtracted from the picture before the first convolution, RGB, 0..255.
        kernels: layer name -> `[3, 3, in, out] float32` (height, width, in, out), cross-correlation as in TensorFlow.
        biases: layer name -> `[out] float32`.
        notes: further facts for `weights info`, such as how the kernel order was settled.
    """

    title: str
    topology: str
    source: str
    sha256: str
    mean_rgb: tuple[float, float, float]
    kernels: Mapping[str, NDArray[np.float32]]
    biases: Mapping[str, NDArray[np.float32]]
    notes: Mapping[str, str]

    def __post_init__(self) -> None:
        if self.topology not in CONVOLUTIONS_PER_BLOCK:
            known = " or ".join(CONVOLUTIONS_PER_BLOCK)
            raise NetworkError(f"The topology of {self.source} is {self.topology!r}; {known} is needed.")
        channels = 3
        for name in convolution_names(self.topology):
            channels = self._check_layer(name, channels)

    def channels(self, layer: str) -> int:
        """Return the number of channels of a layer such as "relu4_2"."""
        return self.kernels[layer.replace("relu", "conv")].shape[-1]

    def _check_layer(self, name: str, in_channels: int) -> int:
        """Refuse a layer that does not fit behind one with `in_channels`; return its number of output channels."""
        if name not in self.kernels or name not in self.biases:
            raise NetworkError(f"{self.source} lacks the layer {name} of {self.topology}.")
        kernel, bias = self.kernels[name], self.biases[name]
        wanted = (3, 3, in_channels, kernel.shape[-1])
        if kernel.shape != wanted or bias.shape != wanted[3:]:
            raise NetworkError(
                f"Layer {name} of {self.source} has a kernel of shape {kernel.shape} and a bias of shape {bias.shape}; "
                f"{wanted} and {wanted[3:]} are needed."
            )
        if not (np.isfinite(kernel).all() and np.isfinite(bias).all()):
            raise NetworkError(f"Layer {name} of {self.source} holds numbers that are not finite.")
        return wanted[3]
