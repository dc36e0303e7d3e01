import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from hypothesis import given, settings
from hypothesis import strategies as st

from neural_style.errors import NetworkError
from neural_style.layers import convolution_names
from neural_style.networks import matconvnet
from neural_style.vgg.network import Network
from tests.fakes import tiny_network
from tests.networks.tools import Layout, write_mat

MEAN = (123.68, 116.779, 103.939)


@pytest.mark.parametrize("layout", ["old", "new"])
@pytest.mark.parametrize("topology", ["VGG-16", "VGG-19"])
def test_both_layouts_and_both_topologies_are_read_as_they_were_written(
    tmp_path: Path, layout: Layout, topology: str
) -> None:
    written = tiny_network(topology)
    network = matconvnet.read(write_mat(tmp_path / "own.mat", written, layout))
    assert network.topology == topology
    assert network.title == f"{topology} from own.mat"
    assert network.mean_rgb == pytest.approx(MEAN)
    for name in convolution_names(topology):
        np.testing.assert_array_equal(network.kernels[name], written.kernels[name])
        np.testing.assert_array_equal(network.biases[name], written.biases[name])
        assert network.kernels[name].dtype == np.float32
        assert network.kernels[name].flags.c_contiguous


def test_the_layouts_are_those_that_the_original_program_reads_by_position(tmp_path: Path) -> None:
    """The addresses are the original program's, so the files written here are laid out as the published ones are."""
    written = tiny_network()
    old = scipy.io.loadmat(write_mat(tmp_path / "old.mat", written, "old"))
    new = scipy.io.loadmat(write_mat(tmp_path / "new.mat", written, "new"))
    kernel, bias = old["layers"][0][0][0][0][0][0]
    np.testing.assert_array_equal(kernel, written.kernels["conv1_1"])
    kernel, bias = new["layers"][0][0][0][0][2][0]
    np.testing.assert_array_equal(bias.ravel(), written.biases["conv1_1"])
    assert np.mean(old["normalization"][0][0][0], axis=(0, 1)) == pytest.approx(MEAN)


def test_a_file_without_a_classifier_keeps_the_converters_order_and_says_so(tmp_path: Path) -> None:
    network = matconvnet.read(write_mat(tmp_path / "own.mat", tiny_network()))
    assert network.notes["kernel order"].startswith(
        "(height, width), as MatConvNet's converter writes it; not measured"
    )


def test_a_file_without_some_layer_is_refused_with_the_layers_name(tmp_path: Path) -> None:
    whole = tiny_network("VGG-19")
    for missing in ("conv3_4", "conv5_4", "conv1_1"):
        part = {name: kernel for name, kernel in whole.kernels.items() if name != missing}
        damaged = object.__new__(Network)
        damaged.__dict__.update(whole.__dict__, kernels=part)
        with pytest.raises(NetworkError, match=f"lacks the layer {missing} of VGG-19"):
            matconvnet.read(write_mat(tmp_path / "own.mat", damaged))


def test_a_mat_file_of_something_else_is_refused(tmp_path: Path) -> None:
    scipy.io.savemat(tmp_path / "own.mat", {"something": np.eye(3)})
    with pytest.raises(NetworkError, match=r"not a network as MatConvNet writes it \('layers' is missing"):
        matconvnet.read(tmp_path / "own.mat")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "(0 bytes) cannot be used: it is empty"),
        (b"\n<!DOCTYPE html><html>Log in</html>", "(35 bytes) cannot be used: it is a web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        (b"\x89HDF\r\n\x1a\n" + bytes(1000), "does not begin as a .mat file does"),
        (b"MATLAB 7.3 MAT-file" + b" " * 105 + b"\x00\x02IM" + bytes(600), "save it as version 7 or older"),
        (b"MATLAB 5.0 MAT-file" + bytes(40), "damaged or incomplete"),
    ],
)
def test_what_is_not_such_a_file_is_refused_with_name_size_and_reason(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "vgg.mat"
    path.write_bytes(content)
    with pytest.raises(NetworkError) as refusal:
        matconvnet.read(path)
    assert str(path) in str(refusal.value)
    assert words in str(refusal.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="no network file"):
        matconvnet.read(tmp_path / "absent.mat")
    with pytest.raises(NetworkError, match="is a folder"):
        matconvnet.read(tmp_path)


def test_an_impossible_mean_colour_is_refused(tmp_path: Path) -> None:
    network = replace(tiny_network(), mean_rgb=(123.68, float("nan"), 103.939))
    with pytest.raises(NetworkError, match=r"mean colour is 123\.68, nan"):
        matconvnet.read(write_mat(tmp_path / "own.mat", network))


@pytest.mark.parametrize(("offset", "value"), [(3, 0x79), (0, 0x63), (4, 0x10), (7, 0x7F)])
def test_a_damaged_type_or_length_is_refused(tmp_path: Path, offset: int, value: int) -> None:
    """SciPy's reader ends its process with a segmentation fault on some of these: ours must go on."""
    network = tiny_network()
    path = write_mat(tmp_path / "own.mat", network)
    content = bytearray(path.read_bytes())
    numbers = network.kernels["conv1_1"].tobytes(order="F")
    tag = content.index(numbers) - 8
    content[tag + offset] = value
    path.write_bytes(content)
    with pytest.raises(NetworkError, match=r"own\.mat \([\d,]+ bytes\) cannot be used: it is "):
        matconvnet.read(path)


def test_a_reader_that_dies_is_a_sentence_and_not_the_end_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_mat(tmp_path / "own.mat", tiny_network())
    dying = ["-c", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"]
    monkeypatch.setattr("neural_style.networks.matfile.child_command", lambda *_: [sys.executable, *dying])
    with pytest.raises(NetworkError, match=r"it is damaged: reading it ended with status -11"):
        matconvnet.read(path)


def test_a_compressed_file_is_read_too(tmp_path: Path) -> None:
    written = tiny_network()
    network = matconvnet.read(write_mat(tmp_path / "own.mat", written, do_compression=True))
    np.testing.assert_array_equal(network.kernels["conv5_3"], written.kernels["conv5_3"])


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "compressed"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("mat") / "whole.mat"
    return write_mat(path, tiny_network(), do_compression=request.param).read_bytes()


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mat") / "damaged.mat"


@st.composite
def damages(draw: st.DrawFn) -> tuple[float, list[tuple[float, int]]]:
    """The part of the file that is left, 0..1, and the bytes that are flipped: (place in the file 0..1, bits)."""
    left = draw(st.one_of(st.just(1.0), st.floats(0, 1)))
    place = st.one_of(st.floats(0, 1), st.floats(0, 0.1))
    return left, draw(st.lists(st.tuples(place, st.integers(1, 255)), min_size=1, max_size=4))


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(damage=damages())
def test_a_damaged_file_is_a_network_error_or_still_a_network(
    whole: bytes, scratch: Path, damage: tuple[float, list[tuple[float, int]]]
) -> None:
    """An unknown file has no hash to hold it to: a flipped bit in a number cannot be seen, but nothing else happens."""
    left, flips = damage
    damaged = bytearray(whole[: int(left * len(whole))])
    for place, bits in flips:
        if damaged:
            damaged[min(int(place * len(damaged)), len(damaged) - 1)] ^= bits
    scratch.write_bytes(damaged)
    try:
        network = matconvnet.read(scratch)
    except NetworkError:
        return
    assert set(network.kernels) == set(convolution_names("VGG-16"))
