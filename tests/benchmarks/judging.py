"""Small networks with random numbers that stand for those of LPIPS, and LPIPS in float64 to compare with."""

from collections.abc import Sequence

import numpy as np

from benchmarks.judges import Judges
from benchmarks.perceptual import ALEXNET, VGG16, FeatureNetwork, Layer

SHIFT, SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)


def random_network(layers: Sequence[Layer], first_kernel_px: int = 3, seed: int = 0, channels: int = 4):
    random = np.random.default_rng(seed)
    inputs, kernels, biases, heads = 3, [], [], []
    for index, layer in enumerate(layers):
        side = first_kernel_px if index == 0 else 2 * layer.padding_px + 1
        outputs = channels + index
        kernels.append(
            random.normal(0, (2 / side**2 / inputs) ** 0.5, (side, side, inputs, outputs)).astype(np.float32)
        )
        biases.append(random.normal(0, 0.1, outputs).astype(np.float32))
        if layer.compared:
            heads.append(random.uniform(0, 1, outputs).astype(np.float32))
        inputs = outputs
    return FeatureNetwork(layers, kernels, biases, heads)


def random_judges() -> Judges:
    return Judges(random_network(ALEXNET, first_kernel_px=11), random_network(VGG16))


def features_in_float64(picture, network: FeatureNetwork) -> list[np.ndarray]:
    state = ((np.asarray(picture, np.float64) / 255 * 2 - 1) - SHIFT) / SCALE
    found = []
    for layer, kernel, bias in zip(network.layers, network.kernels, network.biases, strict=True):
        if layer.pool_px:
            state = windows(state, layer.pool_px, 2).max(axis=(2, 3))
        around = (layer.padding_px, layer.padding_px)
        seen = windows(np.pad(state, (around, around, (0, 0))), len(kernel), layer.stride)
        state = np.maximum(0, np.tensordot(seen, kernel.astype(np.float64), 3) + bias)
        if layer.compared:
            found.append(state)
    return found


def windows(plane, side, step):
    """`[h, w, C]` -> `[rows, columns, side, side, C]`."""
    seen = np.lib.stride_tricks.sliding_window_view(plane, (side, side), axis=(0, 1))[::step, ::step]
    return np.moveaxis(seen, 2, -1)


def lpips_in_float64(picture, other, network: FeatureNetwork) -> float:
    total = 0.0
    for ours, theirs, head in zip(
        features_in_float64(picture, network), features_in_float64(other, network), network.heads, strict=True
    ):
        units = [each / (np.sqrt((each**2).sum(-1, keepdims=True)) + 1e-10) for each in (ours, theirs)]
        total += (((units[0] - units[1]) ** 2) * head).sum(-1).mean()
    return total
