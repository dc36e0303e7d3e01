"""The layers of VGG (Simonyan and Zisserman 2014): their names, their grids, and how far their cells see.

Needs no TensorFlow, so that what merely names layers does not load it.
"""

import math
import re
from collections.abc import Iterable
from typing import Any

from neural_style.errors import OptionsError

CONVOLUTIONS_PER_BLOCK = {"VGG-16": (2, 2, 3, 3, 3), "VGG-19": (2, 2, 4, 4, 4)}
"""The topology -> the number of 3x3 convolutions in each of the five blocks; a 2x2 pooling ends each block."""


def convolution_names(topology: str) -> tuple[str, ...]:
    """Return `conv1_1`, `conv1_2`, `conv2_1`, ... in the order of the network."""
    return tuple(
        f"conv{block}_{index}"
        for block, count in enumerate(CONVOLUTIONS_PER_BLOCK[topology], start=1)
        for index in range(1, count + 1)
    )


def block_of(layer: str) -> int:
    """Return the number of the block of a ReLU layer, 1 to 5."""
    return int(layer[len("relu")])


def cell_px(layer: str) -> int:
    """Return the side in pixels of a cell of a ReLU layer, which each pooling before its block doubles.

    The empty name stands for the picture itself, whose cells are pixels.
    """
    return 2 ** (block_of(layer) - 1) if layer else 1


def cells_in(start_px: Any, stop_px: Any, layer: str) -> slice:
    """Return the cells of a layer that lie within pixels `start_px` to `stop_px`, numbers or integer tensors.

    A cell that is cut by the end counts, as in SAME padding; `start_px` is a multiple of the cell's side.
    """
    side = cell_px(layer)
    return slice(start_px // side, -(-stop_px // side))


def check_layers(topology: str, layers: Iterable[str]) -> None:
    """Refuse ReLU layers that a network of that topology lacks.

    Raises:
        OptionsError: with the first of them.
    """
    known = {name.replace("conv", "relu") for name in convolution_names(topology)}
    for layer in layers:
        if layer not in known:
            raise OptionsError(f"The network is a {topology} and has no layer {layer}. Name another one.")


def receptive_radius_px(topology: str, layers: Iterable[str]) -> int:
    """Return how far beyond its own pixels a cell of the deepest of `layers` sees; 0 without layers.

    Each 3x3 convolution adds one cell of its block: 1, 2, 4, 8 or 16 px. The 2x2 poolings add nothing, since their
    windows do not overlap. At relu5_1 it is 58 px for VGG-16 and 70 px for VGG-19.
    """
    names = [name.replace("conv", "relu") for name in convolution_names(topology)]
    deepest = max((names.index(layer) for layer in layers), default=-1)
    return sum(cell_px(name) for name in names[: deepest + 1])


def layer_weights(text: str) -> dict[str, float]:
    """Read names of ReLU layers, each perhaps with a weight: "relu2_1 relu3_1:0.5" -> {"relu2_1": 1, "relu3_1": 0.5}.

    They stand apart by spaces or commas, and a layer without a weight has 1. All layers of VGG-19 are known, of which
    VGG-16 lacks three.

    Raises:
        OptionsError: there is none, one is unknown or there twice, or a weight is no number from 1e-6 to 1e6.
    """
    weights: dict[str, float] = {}
    for part in re.split(r"[\s,]+", text.strip()):
        name, colon, weight = part.partition(":")
        try:
            value = float(weight) if colon else 1.0
        except ValueError:
            value = math.nan
        if name not in _RELU_LAYERS or name in weights or not 1 / _MOST_WEIGHT <= value <= _MOST_WEIGHT:
            raise OptionsError(f"The layers must be {LAYERS_WANTED}; got {part!r:.60} in {text!r:.60}.")
        weights[name] = value
    return weights


LAYERS_WANTED = "ReLU layers of VGG, each once and perhaps with a weight, such as relu2_1 relu3_1:0.5"
"""What `layer_weights` reads, in words that follow "must be"."""

_MOST_WEIGHT = 1e6

_RELU_LAYERS = frozenset(name.replace("conv", "relu") for name in convolution_names("VGG-19"))
