"""Count the operations of a step, from the table of layers: additions and multiplications of the convolutions.

The gradient of the picture takes as many as the forward pass, since kernels are constant. Gram matrices, losses and
optimiser are not counted: below a tenth of it.
"""

from collections.abc import Iterator

from neural_style.layers import convolution_names
from neural_style.vgg.convolution import gains_by_winograd
from neural_style.vgg.network import Network
from neural_style.vgg.winograd import INPUT_TILE, OUTPUT_TILE, tile_count


def step_flop(network: Network, height: int, width: int, deepest: str) -> int:
    """Return the operations of a step of `height` x `width` px up to `deepest` ("relu5_1"), worked out directly."""
    return 2 * sum(_direct_flop(*layer) for layer in _layers(network, height, width, deepest))


def winograd_step_flop(network: Network, height: int, width: int, deepest: str) -> int:
    """Return the operations of the same step by Winograd's method, its transforms included."""
    total = 0
    for rows, columns, inputs, outputs in _layers(network, height, width, deepest):
        if gains_by_winograd(inputs, outputs):
            tiles = tile_count(rows, columns)
            total += _winograd_flop(tiles, inputs, outputs) + _winograd_flop(tiles, outputs, inputs)
        else:
            total += 2 * _direct_flop(rows, columns, inputs, outputs)
    return total


def _layers(network: Network, height: int, width: int, deepest: str) -> Iterator[tuple[int, int, int, int]]:
    """Yield (height, width, input channels, output channels) of each convolution up to the deepest."""
    for name in convolution_names(network.topology):
        cell = 2 ** (int(name[len("conv")]) - 1)
        yield -(-height // cell), -(-width // cell), *network.kernels[name].shape[2:]
        if name == deepest.replace("relu", "conv"):
            return


def _direct_flop(rows: int, columns: int, inputs: int, outputs: int) -> int:
    return 2 * rows * columns * 9 * inputs * outputs


def _winograd_flop(tiles: int, inputs: int, outputs: int) -> int:
    points = INPUT_TILE**2
    products = points * inputs * outputs
    transforms = points * points * inputs + OUTPUT_TILE**2 * points * outputs
    return 2 * tiles * (products + transforms)
