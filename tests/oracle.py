"""The losses once more, in NumPy and SciPy float64 and as plain as possible, to compare the program with.

They are written from the formulas, not from the program; only the names of the layers are shared.
"""

from collections.abc import Sequence

import numpy as np
from scipy.signal import correlate

from neural_style.layers import convolution_names
from neural_style.losses.layers import CONTENT_LAYERS, STYLE_LAYERS
from neural_style.settings import LossWeights
from neural_style.vgg.network import Network


def features(network: Network, image: np.ndarray, pooling: str) -> dict[str, np.ndarray]:
    """Return every ReLU and pooling of the network for `[H, W, 3]`, RGB, 0..255."""
    found = {}
    current = np.asarray(image, np.float64) - np.array(network.mean_rgb)
    block = "1"
    for name in convolution_names(network.topology):
        if name[4] != block:
            current = found[f"pool{block}"] = pool(current, pooling)
            block = name[4]
        current = np.maximum(convolve(current, network.kernels[name]) + network.biases[name], 0.0)
        found[name.replace("conv", "relu")] = current
    found[f"pool{block}"] = pool(current, pooling)
    return found


def convolve(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Return the cross-correlation with zeros outside the picture."""
    padded = np.pad(image, ((1, 1), (1, 1), (0, 0)))
    planes = [
        sum(correlate(padded[..., i], kernel[..., i, o].astype(np.float64), "valid") for i in range(kernel.shape[2]))
        for o in range(kernel.shape[3])
    ]
    return np.stack(planes, -1)


def pool(image: np.ndarray, pooling: str) -> np.ndarray:
    """Pool 2x2 with stride 2; at an odd edge the window holds only what is inside the picture."""
    height, width, channels = image.shape
    rows, columns = -(-height // 2), -(-width // 2)
    pooled = np.empty((rows, columns, channels))
    for i in range(rows):
        for j in range(columns):
            window = image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].reshape(-1, channels)
            pooled[i, j] = window.max(0) if pooling == "max" else window.mean(0)
    return pooled


def gram(activations: np.ndarray) -> np.ndarray:
    flat = activations.reshape(-1, activations.shape[-1])
    return flat.T @ flat / activations.size


def loss_terms(
    network: Network,
    image: np.ndarray,
    content: np.ndarray,
    styles: Sequence[np.ndarray],
    shares: Sequence[float],
    weights: LossWeights,
    pooling: str,
) -> tuple[float, float, float]:
    """Return (content, style, total variation), each weighted; the style loss is summed over the styles one by one."""
    seen = features(network, image, pooling)
    wanted = features(network, content, pooling)
    blends = (weights.content_blend, 1.0 - weights.content_blend)
    content_loss = sum(
        weights.content * blend * ((seen[layer] - wanted[layer]) ** 2).sum() / wanted[layer].size
        for layer, blend in zip(CONTENT_LAYERS, blends, strict=True)
    )
    layer_weights = weights.style_layer_exponent ** np.arange(len(STYLE_LAYERS))
    layer_weights = layer_weights / layer_weights.sum()
    paintings = [features(network, style, pooling) for style in styles]
    style_loss = 0.0
    for layer, layer_weight in zip(STYLE_LAYERS, layer_weights, strict=True):
        targets = [gram(painting[layer]) for painting in paintings]
        unit = 1.0
        if weights.style_balance == "relative":
            blended = np.tensordot(shares, targets, axes=1)
            unit = (blended**2).mean() / 1e5  # a picture without any activations has 1e5 then
        for target, share in zip(targets, shares, strict=True):
            difference = gram(seen[layer]) - target
            style_loss += weights.style * share * layer_weight * (difference**2).sum() / target.size / unit
    picture = np.asarray(image, np.float64)
    luma = picture @ [[0.299] * 3, [0.587] * 3, [0.114] * 3]
    picture = luma + weights.chroma_smoothing**0.5 * (picture - luma)
    down, across = np.diff(picture, axis=0), np.diff(picture, axis=1)
    smoothing = weights.total_variation * ((down**2).sum() / down.size + (across**2).sum() / across.size)
    return content_loss, style_loss, smoothing
