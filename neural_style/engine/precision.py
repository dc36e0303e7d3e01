"""Choose the arithmetic of a run's convolutions: the fastest one here that agrees with float32, found by trying.

No list of processors knows what is fast on the one at hand, nor whether a network's numbers fit into float16. So two
convolutions are timed in each arithmetic, and those that are clearly faster have to show the same gradient of a whole
loss. This takes well under a second, once for each network and process.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import tensorflow as tf

from neural_style.engine.device import kind_of_device
from neural_style.losses.gram import gram_gradient, gram_matrix
from neural_style.losses.term import View
from neural_style.settings import Arithmetic, Precision
from neural_style.vgg.convolution import convolution, data_type
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.network import Network

MIN_SPEEDUP = 1.1
"""The least gain that is worth the rounding of a format.

Winograd's is 1.2 to 1.35 by this trial on a processor with AVX2, and 1.4 in a run: nearer to that, an unquiet moment
would decide.
"""

MIN_COSINE = 0.99
"""The least cosine of the angle between the gradients of the two arithmetics."""

CANDIDATES: Mapping[str, tuple[Arithmetic, ...]] = {"CPU": ("winograd", "bfloat16"), "GPU": ("bfloat16", "float16")}
"""Kind of device -> what may beat float32 there. On a GPU, cuDNN chooses Winograd's way by itself."""

TIMED_LAYERS: Mapping[str, tuple[int, int]] = {"conv2_1": (96, 128), "conv3_2": (48, 64)}
"""Layer -> its size in a picture of 192x256 px. Winograd's way leaves one alone and gains most on the other, with
a third and two thirds of the multiplications, about as in the whole network: the gain on one alone misleads."""

AGREEMENT_PX = 64
"""The side of the picture whose gradients are compared."""

_REPEATS = 4


@dataclass(frozen=True)
class Probe:
    """The outcome of a probe of the arithmetics on this device.

    Attributes:
        chosen: the arithmetic to use.
        speedups: arithmetic -> how many times as fast as float32 the convolutions and their gradients are.
        cosines: arithmetic -> cosine of the angle between its gradient and float32's; only of those fast enough.
    """

    chosen: Arithmetic
    speedups: Mapping[Arithmetic, float]
    cosines: Mapping[Arithmetic, float]


def choose_arithmetic(precision: Precision, network: Network) -> Arithmetic:
    """Return the arithmetic asked for, or with "auto" the one that `probe` finds, once for each network."""
    if precision != "auto":
        return precision
    if network not in _PROBES:
        _PROBES[network] = probe(network)
    return _PROBES[network].chosen


_PROBES: WeakKeyDictionary[Network, Probe] = WeakKeyDictionary()


def probe(network: Network) -> Probe:
    """Time every candidate of this device and compare the gradients of the fast ones with float32's."""
    candidates = CANDIDATES[kind_of_device()]
    seconds = _seconds(network, ("float32", *candidates))
    speedups: dict[Arithmetic, float] = {name: seconds["float32"] / seconds[name] for name in candidates}
    return fastest_that_agrees(speedups, partial(gradient_cosine, network))


def fastest_that_agrees(speedups: Mapping[Arithmetic, float], cosine_of: Callable[[Arithmetic], float]) -> Probe:
    """Try the arithmetics that are worth it, the fastest first, until one agrees with float32.

    Args:
        speedups: arithmetic -> how many times as fast as float32 it is.
        cosine_of: gives the cosine between its gradient and float32's; called for those that are tried alone.
    """
    cosines: dict[Arithmetic, float] = {}
    for name in sorted(speedups, key=speedups.__getitem__, reverse=True):
        if speedups[name] < MIN_SPEEDUP:
            break
        cosines[name] = cosine_of(name)
        if cosines[name] >= MIN_COSINE:
            return Probe(name, speedups, cosines)
    return Probe("float32", speedups, cosines)


def gradient_cosine(network: Network, arithmetic: Arithmetic) -> float:
    """Return the cosine between the gradients of a style loss in that arithmetic and in float32; -1 for NaN."""
    ours, exact = (_loss_gradient(network, name) for name in (arithmetic, "float32"))
    cosine = float(np.vdot(ours, exact) / (np.linalg.norm(ours) * np.linalg.norm(exact)))
    return cosine if np.isfinite(cosine) else -1.0


def _seconds(network: Network, candidates: tuple[Arithmetic, ...]) -> Mapping[Arithmetic, float]:
    """Time the layers with their gradients, the least of several; candidates take turns, so a disturbance hits all."""
    passes = {(name, layer): _timed_pass(network, name, layer) for name in candidates for layer in TIMED_LAYERS}
    seconds = dict.fromkeys(passes, float("inf"))
    for _ in range(_REPEATS):
        for (name, layer), run in passes.items():
            seconds[name, layer] = min(seconds[name, layer], _time_of(run, is_candidate=name != "float32"))
    return {name: sum(seconds[name, layer] for layer in TIMED_LAYERS) for name in candidates}


def _time_of(run: Callable[[], Any], *, is_candidate: bool) -> float:
    """Return the seconds of a call; infinite where TensorFlow cannot work a candidate out on this processor.

    oneDNN says so only when it is asked, and by less than the processor has where `ONEDNN_MAX_CPU_ISA` bounds it.
    """
    began = time.perf_counter()
    try:
        run()
    except tf.errors.OpError:
        if is_candidate:
            return math.inf
        raise
    return time.perf_counter() - began


def _timed_pass(network: Network, arithmetic: Arithmetic, layer: str) -> Callable[[], Any]:
    convolve = convolution(network, layer, arithmetic)
    channels = network.kernels[layer].shape[2]
    values = np.random.default_rng(0).uniform(0.0, 1.0, (1, *TIMED_LAYERS[layer], channels))
    inputs = tf.constant(values, data_type(arithmetic))

    def both_ways(values: tf.Tensor) -> tf.Tensor:
        return convolve.pull_back(convolve(values))

    function: Any = tf.function(both_ways, autograph=False)
    compiled = function.get_concrete_function(inputs)  # calling the function, TensorFlow would warn of many traces
    return lambda: compiled(inputs).numpy()  # waits for the device


def _loss_gradient(network: Network, arithmetic: Arithmetic) -> np.ndarray:
    """Return the gradient of the logarithms of the energies of Gram matrices, added up, in float64 and flat."""
    extract = FeatureExtractor(network, ("relu1_1", "relu2_1", "relu3_1", "relu4_1"), arithmetic=arithmetic)
    ramp = np.linspace(0.0, 255.0, AGREEMENT_PX, dtype=np.float32)
    texture = np.random.default_rng(0).uniform(0.0, 60.0, (AGREEMENT_PX, AGREEMENT_PX, 3)).astype(np.float32)
    image = tf.constant(np.clip(ramp[:, None, None] * 0.6 + ramp[None, :, None] * 0.2 + texture, 0.0, 255.0))

    features, pull_back = extract.with_pull_back(image)
    upstream = {}
    for layer, values in features.items():
        gram = gram_matrix(values)
        view, derivative = View(image, features, {}), gram / tf.reduce_sum(tf.square(gram))
        upstream[layer] = gram_gradient(view, layer, derivative)
    return pull_back(upstream).numpy().astype(np.float64).ravel()
