import gc
import weakref

import numpy as np
import pytest
import tensorflow as tf

from neural_style.vgg.convolution import MIN_WINOGRAD_CHANNELS, Convolution, convolution, data_type, gains_by_winograd
from tests import oracle
from tests.fakes import tiny_network

RNG = np.random.default_rng(0)
TOLERANCES = {"float32": 1e-6, "winograd": 3e-5, "bfloat16": 2e-2, "float16": 2e-3}
MANY = MIN_WINOGRAD_CHANNELS


def random_kernel(inputs: int, outputs: int) -> np.ndarray:
    return RNG.normal(0.0, (9 * inputs) ** -0.5, (3, 3, inputs, outputs)).astype(np.float32)


def random_bias(outputs: int) -> np.ndarray:
    return RNG.normal(size=outputs).astype(np.float32)


def random_inputs(height: int, width: int, channels: int) -> tf.Tensor:
    return tf.constant(RNG.normal(size=(1, height, width, channels)).astype(np.float32))


def assert_close(found: tf.Tensor, expected: np.ndarray, tolerance: float) -> None:
    np.testing.assert_allclose(tf.cast(found, tf.float32), expected, atol=tolerance * np.abs(expected).max())


@pytest.mark.parametrize("arithmetic", TOLERANCES)
def test_outputs_and_gradient_are_those_of_the_plain_convolution_with_bias_and_relu(arithmetic):
    kernel, bias = random_kernel(MANY, MANY), random_bias(MANY)
    convolve = Convolution(kernel, bias, arithmetic)
    inputs, upstream = random_inputs(26, 31, MANY), random_inputs(26, 31, MANY)
    outputs = convolve(inputs)
    gradient = convolve.pull_back(upstream)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        plain = tf.nn.conv2d(inputs, kernel, 1, "SAME") + bias
        product = tf.reduce_sum(plain * upstream)
    expected = np.asarray(tape.gradient(product, inputs))

    assert outputs.dtype == gradient.dtype == data_type(arithmetic)
    assert_close(outputs, np.maximum(plain.numpy(), 0.0), TOLERANCES[arithmetic])
    assert_close(gradient, expected, TOLERANCES[arithmetic])


@pytest.mark.parametrize("size", [(2, 3), (40, 24)])
def test_few_channels_are_convolved_directly_and_rightly(size):
    kernel, bias = random_kernel(3, 4), random_bias(4)
    inputs = random_inputs(size[0], size[1], 3)
    convolve = Convolution(kernel, bias, "winograd")
    expected = np.maximum(oracle.convolve(inputs.numpy()[0], kernel) + bias, 0.0)
    np.testing.assert_allclose(convolve(inputs).numpy()[0], expected, atol=1e-5)
    np.testing.assert_array_equal(convolve(inputs), Convolution(kernel, bias, "float32")(inputs))


def test_winograds_way_is_for_many_channels_on_both_sides():
    assert gains_by_winograd(MANY, MANY)
    assert not gains_by_winograd(MANY - 1, MANY)
    assert not gains_by_winograd(MANY, MANY - 1)


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (5, 4)])
def test_few_tiles_of_many_channels_are_right_too(size):
    kernel, bias = random_kernel(MANY, MANY), random_bias(MANY)
    inputs = random_inputs(size[0], size[1], MANY)
    outputs = Convolution(kernel, bias, "winograd")(inputs)
    plain = tf.nn.relu(tf.nn.conv2d(inputs, kernel, 1, "SAME") + bias).numpy()
    assert_close(outputs, plain, TOLERANCES["winograd"])


def test_a_gradient_is_not_stopped_by_the_relu_which_is_left_to_the_caller():
    kernel = np.zeros((3, 3, 1, 1), np.float32)
    kernel[1, 1] = 3.0
    convolve = Convolution(kernel, np.array([-1e6], np.float32), "float32")
    inputs = random_inputs(4, 5, 1)
    np.testing.assert_array_equal(convolve(inputs), np.zeros([1, 4, 5, 1]))
    np.testing.assert_allclose(convolve.pull_back(inputs), 3.0 * inputs.numpy(), rtol=1e-6)


@pytest.mark.parametrize("arithmetic", TOLERANCES)
def test_what_a_kernel_became_in_one_function_can_be_used_in_another(arithmetic):
    convolve = Convolution(random_kernel(MANY, MANY), random_bias(MANY), arithmetic)
    inputs = tf.ones([1, 12, 12, MANY])
    first = tf.function(lambda values: convolve(values), autograph=False)(inputs)
    second = tf.function(lambda values: 2.0 * convolve(values), autograph=False)(inputs)
    np.testing.assert_allclose(tf.cast(second, tf.float32), 2.0 * tf.cast(first, tf.float32), rtol=1e-6)


@pytest.mark.parametrize("arithmetic", TOLERANCES)
def test_sizes_may_be_unknown_when_a_function_is_compiled(arithmetic):
    convolve = Convolution(random_kernel(MANY, MANY), random_bias(MANY), arithmetic)

    @tf.function(input_signature=[tf.TensorSpec([1, None, None, MANY])], autograph=False)
    def compiled(values: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return (
            convolve(values),
            convolve.pull_back(values),
        )

    for size in ((4, 8), (7, 5)):
        inputs = random_inputs(size[0], size[1], MANY)
        for found, expected in zip(compiled(inputs), (convolve(inputs), convolve.pull_back(inputs)), strict=True):
            assert_close(found, tf.cast(expected, tf.float32).numpy(), TOLERANCES[arithmetic])


def test_a_function_that_is_compiled_has_a_direct_kernel_as_its_constant_and_captures_nothing():
    convolve = Convolution(random_kernel(3, 4), random_bias(4), "float32")
    compiled = tf.function(lambda values: convolve.pull_back(convolve(values)), autograph=False)
    made = compiled.get_concrete_function(tf.TensorSpec([1, None, None, 3]))
    assert made.captured_inputs == []


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
