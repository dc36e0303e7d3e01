"""The procedure that settles the kernel order, on files whose right order is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from neural_style.images.load import load_image
from neural_style.networks import matconvnet
from neural_style.networks.kernel_order import EXAMPLES, classifier_input
from neural_style.networks.matfile import Layer
from neural_style.resources import resource
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.network import Network
from tests.fakes import tiny_network
from tests.networks.tools import Layout, write_mat

CLASSES = (
    "wombat",
    "lesser panda, red panda, panda, bear cat, cat bear, Ailurus fulgens",
    "espresso",
    "cup",
    "coffee mug",
    "teapot",
)
RIGHT = {"red_panda.jpg": 1, "coffee_cup.jpg": 2}
HIDDEN = 24


def transposed(kernel: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(kernel.transpose(1, 0, 2, 3))


def transposed_network(network: Network) -> Network:
    return replace(network, kernels={name: transposed(kernel) for name, kernel in network.kernels.items()})


def hidden_activations(network: Network, fc6: Layer, fc7: Layer, photograph: str) -> np.ndarray:
    image = classifier_input(load_image(resource("examples", "content", photograph)))
    cells = np.asarray(FeatureExtractor(network, ["pool5"])(tf.convert_to_tensor(image))["pool5"])
    sixth = np.maximum(np.einsum("hwi,hwio->o", cells, fc6.kernel) + fc6.bias, 0)
    return np.maximum(sixth @ fc7.kernel[0, 0] + fc7.bias, 0)


def fitted_classifier(network: Network) -> dict[str, Layer]:
    """Random fc6 and fc7, and an fc8 by least squares: right in the network's own order, "wombat" in the other."""
    rng = np.random.default_rng(5)
    channels = network.kernels["conv5_3"].shape[3]
    fc6 = Layer(rng.normal(0, 0.1, (7, 7, channels, HIDDEN)).astype(np.float32), np.ones(HIDDEN, np.float32))
    fc7 = Layer(rng.normal(0, 0.3, (1, 1, HIDDEN, HIDDEN)).astype(np.float32), np.ones(HIDDEN, np.float32))
    mirrored = transposed_network(network), replace(fc6, kernel=transposed(fc6.kernel))
    inputs, logits = [], []
    for photograph, right in RIGHT.items():
        inputs += [hidden_activations(network, fc6, fc7, photograph), hidden_activations(*mirrored, fc7, photograph)]
        logits += [5.0 * np.eye(len(CLASSES))[right], 5.0 * np.eye(len(CLASSES))[0]]
    weights = np.linalg.lstsq(np.array(inputs), np.array(logits), rcond=None)[0].astype(np.float32)
    return {"fc6": fc6, "fc7": fc7, "fc8": Layer(weights[None, None], np.zeros(len(CLASSES), np.float32))}


@pytest.fixture(scope="module")
def network() -> Network:
    return tiny_network()


@pytest.fixture(scope="module")
def classifier(network: Network) -> dict[str, Layer]:
    return fitted_classifier(network)


@pytest.mark.parametrize("layout", ["old", "new"])
def test_a_file_in_the_converters_order_is_kept_as_it_is(
    tmp_path: Path, network: Network, classifier: dict[str, Layer], layout: Layout
) -> None:
    read = matconvnet.read(write_mat(tmp_path / "own.mat", network, layout, classifier, CLASSES))
    np.testing.assert_array_equal(read.kernels["conv3_2"], network.kernels["conv3_2"])
    assert read.notes["kernel order"].startswith("(height, width) in the file; measured by classifying 2 photographs")


@pytest.mark.parametrize("layout", ["old", "new"])
def test_a_file_in_the_other_order_is_transposed(
    tmp_path: Path, network: Network, classifier: dict[str, Layer], layout: Layout
) -> None:
    mirrored = {**classifier, "fc6": replace(classifier["fc6"], kernel=transposed(classifier["fc6"].kernel))}
    path = write_mat(tmp_path / "own.mat", transposed_network(network), layout, mirrored, CLASSES)
    read = matconvnet.read(path)
    for name, kernel in network.kernels.items():
        np.testing.assert_array_equal(read.kernels[name], kernel)
    assert read.notes["kernel order"].startswith("(width, height) in the file, transposed here; measured")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("no fc7", "the file has no classifier"),
        ("few classes", "other shapes than VGG's"),
        ("other classes", "does not know what the example photographs show"),
    ],
)
def test_a_classifier_that_cannot_answer_is_not_asked(
    tmp_path: Path, network: Network, classifier: dict[str, Layer], change: str, words: str
) -> None:
    layers = {name: layer for name, layer in classifier.items() if change != "no fc7" or name != "fc7"}
    classes = {"few classes": CLASSES[:3], "other classes": [f"thing {k}" for k in range(len(CLASSES))]}
    path = write_mat(tmp_path / "own.mat", network, "new", layers, classes.get(change, CLASSES))
    read = matconvnet.read(path)
    np.testing.assert_array_equal(read.kernels["conv3_2"], network.kernels["conv3_2"])
    assert words in read.notes["kernel order"]


def test_a_classifier_that_recognises_nothing_decides_nothing(
    tmp_path: Path, network: Network, classifier: dict[str, Layer]
) -> None:
    blind = replace(classifier["fc8"], bias=np.array([0, -30, -30, -30, 0, 0], np.float32))
    mirrored = {
        **classifier,
        "fc6": replace(classifier["fc6"], kernel=transposed(classifier["fc6"].kernel)),
        "fc8": blind,
    }
    written = transposed_network(network)
    read = matconvnet.read(write_mat(tmp_path / "own.mat", written, "new", mirrored, CLASSES))
    np.testing.assert_array_equal(read.kernels["conv3_2"], written.kernels["conv3_2"])
    assert "undecided" in read.notes["kernel order"]


def test_the_photographs_are_shipped() -> None:
    for photograph in EXAMPLES:
        assert classifier_input(load_image(resource("examples", "content", photograph))).shape == (224, 224, 3)
