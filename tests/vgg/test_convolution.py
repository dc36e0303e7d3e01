import gc
import weakref

import numpy as np
import pytest
import tensorflow as tf

from neural_style.vgg.convolution import MIN_WINOGRAD_CHANNELS, Convolution, convolution
from tests import oracle
from tests.fakes import tiny_network

RNG = np.random.default_rng(0)
TOLERANCES = {"float32": 1e-6, "winograd": 3e-5, "bfloat16": 2e-2, "float16": 2e-3}


def random_kernel(inputs: int, outputs: int) -> np.ndarray:
    return RNG.normal(0.0, (9 * inputs) ** -0.5, (3, 3, inputs, outputs)).astype(np.float32)


@pytest.mark.parametrize("arithmetic", TOLERANCES)
def test_outputs_and_gradient_are_those_of_the_plain_convolution(arithmetic):
    channels = MIN_WINOGRAD_CHANNELS
    kernel = random_kernel(channels, channels)
    convolve = Convolution(kernel, arithmetic)
    inputs = tf.constant(RNG.normal(size=(1, 26, 31, channels)).astype(np.float32))
    upstream = tf.constant(RNG.normal(size=(1, 26, 31, channels)).astype(np.float32))

    data_type = "float32" if arithmetic == "winograd" else arithmetic
    outputs = tf.cast(convolve(tf.cast(inputs, data_type)), tf.float32)
    gradient = tf.cast(convolve.pull_back(tf.cast(upstream, data_type)), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        plain = tf.nn.conv2d(inputs, kernel, 1, "SAME")
        product = tf.reduce_sum(plain * upstream)
    expected = np.asarray(tape.gradient(product, inputs))

    tolerance = TOLERANCES[arithmetic]
    np.testing.assert_allclose(outputs, plain, atol=tolerance * np.abs(plain.numpy()).max())
    np.testing.assert_allclose(gradient, expected, atol=tolerance * np.abs(expected).max())


@pytest.mark.parametrize("size", [(2, 3), (40, 24)])
def test_few_channels_or_few_tiles_are_convolved_directly_and_rightly(size):
    kernel = random_kernel(3, 4)
    inputs = RNG.normal(size=(1, *size, 3)).astype(np.float32)
    outputs = Convolution(kernel, "winograd")(tf.constant(inputs)).numpy()[0]
    np.testing.assert_allclose(outputs, oracle.convolve(inputs[0], kernel), atol=1e-5)


def test_what_a_kernel_became_in_one_function_can_be_used_in_another():
    convolve = Convolution(random_kernel(MIN_WINOGRAD_CHANNELS, MIN_WINOGRAD_CHANNELS), "winograd")
    inputs = tf.ones([1, 24, 24, MIN_WINOGRAD_CHANNELS])
    first = tf.function(convolve, autograph=False)(inputs)
    second = tf.function(lambda values: 2.0 * convolve(values), autograph=False)(inputs)
    np.testing.assert_allclose(second, 2.0 * first, rtol=1e-6)


def test_a_layer_is_made_once_for_a_network_and_goes_with_it():
    network = tiny_network()
    made = convolution(network, "conv1_1", "float32")
    assert convolution(network, "conv1_1", "float32") is made
    assert convolution(network, "conv1_1", "winograd") is not made
    assert convolution(tiny_network(), "conv1_1", "float32") is not made
    gone = weakref.ref(made)
    del made, network
    gc.collect()
    assert gone() is None
