"""The levels of activations: by how much VGG-19's are larger than those of torchvision's networks, layer by layer.

The losses compare activations, so their weights hold for one level of them. MatConvNet's VGG-19 takes pixels of 0..255
and torchvision's networks take about -2..2, and what the layers make of them differs more: a weight that was found for
the one says nothing for the other. The embedded network is brought to VGG-19's levels, and what was found for
torchvision's activations divides by them.
"""

from collections.abc import Mapping

from neural_style.layers import convolution_names

LEVELS: Mapping[str, float] = {
    "conv1_1": 44.42,
    "conv2_1": 107.10,
    "conv3_1": 60.42,
    "conv4_1": 315.28,
    "conv5_1": 58.23,
    "conv5_2": 33.66,
}
"""The level of each convolution over torchvision's; a layer not named has that of the one before it.

Measured with `benchmarks/embedded_factors.py`, so that the geometric mean over the eleven photographs of
examples/content, at 512 px on the longest side, is VGG-19's value."""


def level_of(layer: str) -> float:
    """Return the level of a layer such as "relu4_2"."""
    level = 1.0
    for name in convolution_names("VGG-19"):
        level = LEVELS.get(name, level)
        if name == layer.replace("relu", "conv"):
            break
    return level
