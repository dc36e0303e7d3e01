"""One step of a run: one evaluation of loss and gradient and one move of the optimiser, as one compiled function."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from neural_style.engine.tiles import TiledEvaluation
from neural_style.engine.tiling import tiling_for
from neural_style.losses.objective import Objective
from neural_style.optimizers.adam import Adam
from neural_style.optimizers.lbfgs import FIRST_STEP, HISTORY, Lbfgs
from neural_style.optimizers.protocol import Evaluate, Optimizer
from neural_style.settings import Arithmetic, Settings
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.gradient import losses_and_gradient
from neural_style.vgg.network import Network

Step = Callable[[Any], tuple[Any, tf.Tensor]]
"""A function of the optimiser's state: it returns (the next state, the loss terms of `state.trial`)."""

NOISE_FIRST_STEP = 2.0 * FIRST_STEP
"""The first step from noise, in grey levels: everything is still to be moved, so it may be longer."""

NEXT_SCALE_FIRST_STEP = FIRST_STEP / 3.0
"""The first step from a smaller scale, in grey levels: such a picture lacks only fine strokes."""


def build_optimizer(size: int, settings: Settings, *, goes_on: bool = False, history: int = HISTORY) -> Optimizer:
    """Build the optimiser of one scale.

    Args:
        size: number of values in the picture.
        settings: which optimiser, and from what start.
        goes_on: the picture was painted at a smaller scale already.
        history: curvature pairs that L-BFGS keeps.
    """
    if settings.optimizer == "adam":
        return Adam(settings.adam)
    first_step = NOISE_FIRST_STEP if settings.start == "noise" else FIRST_STEP
    return Lbfgs(size, history, NEXT_SCALE_FIRST_STEP if goes_on else first_step)


def compiled(optimizer: Optimizer, evaluate: Evaluate) -> Step:
    """Compile the whole step as one function. It is made afresh for each request and discarded with it.

    One kept for all requests would keep a trace for every size that was ever asked for.
    """

    @tf.function(autograph=False)  # its rewriting of the source costs time and leaves files; nothing here needs it
    def step(state: Any) -> tuple[Any, tf.Tensor]:
        return optimizer.step(state, evaluate)

    return step


def in_parts(optimizer: Optimizer, evaluate: Evaluate) -> Step:
    """Return the step of an evaluation that compiles its own parts, as tiles do: only the move is compiled here."""

    @tf.function(autograph=False)
    def move(state: Any, terms: tf.Tensor, gradient: tf.Tensor) -> Any:
        return optimizer.step(state, lambda _trial: (terms, gradient))[0]

    def step(state: Any) -> tuple[Any, tf.Tensor]:
        terms, gradient = evaluate(state.trial)
        return move(state, terms, gradient), terms

    return step


def evaluation(
    objective: Objective, network: Network, settings: Settings, arithmetic: Arithmetic = "float32"
) -> Evaluate:
    """Return the loss of a picture and its gradient, as one function to hand to an optimiser."""
    extract = FeatureExtractor(network, objective.layers, settings.pooling, arithmetic)
    return lambda image: losses_and_gradient(image, extract, objective)


def tiled_evaluation(
    objective: Objective, network: Network, settings: Settings, arithmetic: Arithmetic, tile_side_px: int
) -> Evaluate:
    """Return the same loss and gradient in the memory of one tile; it compiles its parts itself.

    Raises:
        OptionsError: a term of the loss needs the whole picture at once.
    """
    extract = FeatureExtractor(network, objective.layers, settings.pooling, arithmetic)
    return TiledEvaluation(extract, objective, tiling_for(tile_side_px, network.topology, objective.layers))
