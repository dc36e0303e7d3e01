"""One step of a run: one evaluation of loss and gradient and one move of the optimiser, as one compiled function."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from neural_style.core.adam import Adam
from neural_style.core.lbfgs import FIRST_STEP, Lbfgs
from neural_style.core.losses import Targets, loss_layers, loss_terms
from neural_style.core.network import Network
from neural_style.core.optimizer import Evaluate, Optimizer
from neural_style.core.vgg import FeatureExtractor
from neural_style.request import Settings

Step = Callable[[Any], tuple[Any, tf.Tensor]]
"""The optimiser's state -> (the next state, the loss terms of `state.trial`)."""

NOISE_FIRST_STEP = 2.0 * FIRST_STEP
"""From noise everything is still to be moved, so the first step may be longer."""


def build_step(start: tf.Tensor, targets: Targets, network: Network, settings: Settings) -> tuple[Step, Any]:
    """The compiled step of one request and the state to call it with first.

    The function is made afresh for each request and goes with it: one kept for all would keep a trace for every size
    that was ever asked for.
    """
    optimizer = _optimizer(start, settings)
    evaluate = evaluation(targets, network, settings)

    @tf.function(autograph=False)  # its rewriting of the source costs time and leaves files; nothing here needs it
    def step(state: Any) -> tuple[Any, tf.Tensor]:
        return optimizer.step(state, evaluate)

    return step, optimizer.start(start)


def evaluation(targets: Targets, network: Network, settings: Settings) -> Evaluate:
    """The loss of a picture and its gradient, as one function to hand to an optimiser."""
    content_layers, style_layers = loss_layers(settings.weights)
    extract = FeatureExtractor(network, content_layers + style_layers, settings.pooling)

    def evaluate(image: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:  # opened and closed within a step: a tape must not cross threads
            tape.watch(image)
            terms = loss_terms(image, extract(image), targets, settings.weights)
            total = terms[-1]
        return terms, tf.convert_to_tensor(tape.gradient(total, image))

    return evaluate


def _optimizer(start: tf.Tensor, settings: Settings) -> Optimizer:
    if settings.optimizer == "adam":
        return Adam(settings.adam)
    first_step = NOISE_FIRST_STEP if settings.start == "noise" else FIRST_STEP
    return Lbfgs(size=int(tf.size(start)), first_step=first_step)
