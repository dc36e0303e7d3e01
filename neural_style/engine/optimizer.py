"""The optimiser of one scale of a run."""

from neural_style.engine.device import kind_of_device
from neural_style.optimizers.adam import Adam
from neural_style.optimizers.lbfgs import FIRST_STEP, HISTORY, Lbfgs
from neural_style.optimizers.protocol import Optimizer
from neural_style.optimizers.vectors import DeviceVectors, HostVectors, Vectors
from neural_style.settings import Settings

NOISE_FIRST_STEP = 2.0 * FIRST_STEP
"""The first step from noise, in grey levels: everything is still to be moved, so it may be longer."""

NEXT_SCALE_FIRST_STEP = FIRST_STEP / 3.0
"""The first step from a smaller scale, in grey levels: such a picture lacks only fine strokes."""


def vectors_of_device() -> Vectors:
    """Return the arithmetic of pictures and gradients where they are."""
    return DeviceVectors() if kind_of_device() == "GPU" else HostVectors()


def build_optimizer(settings: Settings, *, goes_on: bool = False, history: int = HISTORY) -> Optimizer:
    """Build the optimiser.

    Args:
        settings: which optimiser, and from what start.
        goes_on: the picture was painted at a smaller scale already.
        history: curvature pairs that L-BFGS keeps.
    """
    if settings.optimizer == "adam":
        return Adam(settings.adam, vectors_of_device())
    first_step = NOISE_FIRST_STEP if settings.start == "noise" else FIRST_STEP
    return Lbfgs(history, NEXT_SCALE_FIRST_STEP if goes_on else first_step, vectors=vectors_of_device())
