"""Settle whether a kernel's first axis is its height or its width, by letting the network say what it sees.

The original program transposes every kernel of MatConvNet's file, because it takes the file as (width, height, in,
out). MatConvNet's own converter writes (height, width, in, out), TensorFlow's order, and users of the original program
reported better pictures without the transpose. Nobody measured it. A file that has its classifier can answer: in the
right order the network recognises photographs better than in the wrong one, in which it sees them mirrored at the
diagonal.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from neural_style.images.arrays import FloatImage
from neural_style.images.load import load_image
from neural_style.images.resize import resize
from neural_style.networks.matfile import CLASSIFIER_LAYERS, Layer, MatFile
from neural_style.resources import resource
from neural_style.vgg.network import Network

Order = Literal["height, width", "width, height"]

EXAMPLES: Mapping[str, frozenset[str]] = {
    "red_panda.jpg": frozenset({"lesser panda"}),
    "coffee_cup.jpg": frozenset({"espresso", "cup"}),
}
"""The ImageNet classes that are right for each shipped photograph, by their first names."""

NOTE = "kernel order"
"""The key in `Network.notes`."""

_LEAST_PROBABILITY = 0.05
"""The least probability, in the better order, with which a network must recognise the photographs to be believed."""

_SIDE_PX = 224
"""The side of the pictures that VGG was trained on: the classifier takes no other size."""


def settle(network: Network, content: MatFile) -> Network:
    """Return the network with its kernels as (height, width, in, out), and a note on how that order was found.

    Args:
        network: with its kernels as the file has them.
        content: the file, for its classifier.
    """
    reason = _why_not_measurable(content)
    if reason is not None:
        return _noted(network, f"(height, width), as MatConvNet's converter writes it; not measured, because {reason}")
    as_it_is = mean_probability(network, content, "height, width")
    transposed = mean_probability(network, content, "width, height")
    scores = f"{as_it_is:.3f} as (height, width), {transposed:.3f} as (width, height)"
    measured = f"measured by classifying {len(EXAMPLES)} photographs: mean probability of the right class {scores}"
    if max(as_it_is, transposed) < _LEAST_PROBABILITY:
        return _noted(network, f"(height, width), as MatConvNet's converter writes it; undecided when {measured}")
    if transposed > as_it_is:
        return _noted(_in_order(network, "width, height"), f"(width, height) in the file, transposed here; {measured}")
    return _noted(network, f"(height, width) in the file; {measured}")


def mean_probability(network: Network, content: MatFile, order: Order) -> float:
    """Return the mean probability, 0..1, of the example photographs' right classes, with kernels read in `order`."""
    import tensorflow as tf

    from neural_style.vgg.extractor import FeatureExtractor

    extractor = FeatureExtractor(_in_order(network, order), ["pool5"])
    fc6, fc7, fc8 = (content.layers[name] for name in CLASSIFIER_LAYERS)
    probabilities = []
    for photograph, names in EXAMPLES.items():
        image = classifier_input(load_image(resource("examples", "content", photograph)))
        cells = np.asarray(extractor(tf.convert_to_tensor(image))["pool5"])
        if order == "width, height":  # as good as transposing the 411 MB of fc6
            cells = cells.transpose(1, 0, 2)
        hidden = np.maximum(_fully_connected(np.maximum(_fully_connected(cells, fc6), 0.0), fc7), 0.0)
        right = _softmax(_fully_connected(hidden, fc8))[_class_indices(content.classes, names)]
        probabilities.append(float(right.sum()))
    return float(np.mean(probabilities))


def classifier_input(image: FloatImage) -> FloatImage:
    """Return the middle of a picture at the classifier's size: `[224, 224, 3] float32, RGB, 0..255`."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return resize(image[top : top + side, left : left + side], _SIDE_PX, _SIDE_PX)


def _why_not_measurable(content: MatFile) -> str | None:
    if not set(CLASSIFIER_LAYERS) <= set(content.layers):
        return "the file has no classifier"
    fc6, fc7, fc8 = (content.layers[name] for name in CLASSIFIER_LAYERS)
    chain = [(7, 7, fc6.kernel.shape[2]), (1, 1, fc6.kernel.shape[3]), (1, 1, fc7.kernel.shape[3])]
    fits = [layer.kernel.shape[:3] for layer in (fc6, fc7, fc8)] == chain
    fits = fits and all(layer.bias.shape == layer.kernel.shape[3:] for layer in (fc6, fc7, fc8))
    if not fits or len(content.classes) != fc8.kernel.shape[3] or fc6.kernel.shape[2] != _pool5_channels(content):
        return "the file's classifier has other shapes than VGG's"
    if any(not _class_indices(content.classes, names) for names in EXAMPLES.values()):
        return "the file's classifier does not know what the example photographs show"
    return None


def _pool5_channels(content: MatFile) -> int:
    last = "conv5_4" if content.topology == "VGG-19" else "conv5_3"
    return content.layers[last].kernel.shape[3] if last in content.layers else -1


def _in_order(network: Network, order: Order) -> Network:
    if order == "height, width":
        return network
    return replace(network, kernels={name: _swap(kernel) for name, kernel in network.kernels.items()})


def _swap(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.ascontiguousarray(kernel.transpose(1, 0, 2, 3))


def _fully_connected(values: NDArray[np.float32], layer: Layer) -> NDArray[np.float32]:
    """Convolve with a kernel as large as its input, not copied (see `Layer`): `[a, b, in]` or `[in]` -> `[out]`."""
    return values.reshape(-1, order="F") @ layer.kernel.reshape(-1, layer.kernel.shape[3], order="F") + layer.bias


def _softmax(values: NDArray[np.float32]) -> NDArray[np.float32]:
    exponentials = np.exp(values - values.max())
    return exponentials / exponentials.sum()


def _class_indices(classes: tuple[str, ...], names: frozenset[str]) -> list[int]:
    """Return the positions of the classes whose description, a list of synonyms, begins with one of the names."""
    return [index for index, text in enumerate(classes) if text.split(",")[0].strip() in names]


def _noted(network: Network, text: str) -> Network:
    return replace(network, notes={**network.notes, NOTE: text})
