import dataclasses

import numpy as np
import pytest

from neural_style.errors import NetworkError
from tests.fakes import tiny_network


def test_a_missing_layer_is_named():
    network = tiny_network()
    kernels = {name: kernel for name, kernel in network.kernels.items() if name != "conv4_2"}
    with pytest.raises(NetworkError, match="lacks the layer conv4_2"):
        dataclasses.replace(network, kernels=kernels)


def test_a_kernel_that_does_not_fit_behind_its_predecessor_is_refused_with_both_shapes():
    network = tiny_network()
    kernels = dict(network.kernels, conv2_1=np.zeros((3, 3, 9, 5), np.float32))
    with pytest.raises(NetworkError, match=r"conv2_1.*\(3, 3, 9, 5\).*\(3, 3, 4, 5\) and \(5,\)"):
        dataclasses.replace(network, kernels=kernels)


def test_numbers_that_are_not_finite_are_refused():
    network = tiny_network()
    biases = dict(network.biases, conv3_1=np.full_like(network.biases["conv3_1"], np.nan))
    with pytest.raises(NetworkError, match=r"conv3_1.*not finite"):
        dataclasses.replace(network, biases=biases)


def test_an_unknown_topology_is_refused():
    with pytest.raises(NetworkError, match="VGG-16 or VGG-19"):
        dataclasses.replace(tiny_network(), topology="VGG-11")
