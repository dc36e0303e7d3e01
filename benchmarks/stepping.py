"""Make steps to be timed: ours in each format and the original program's, on photos of any size."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from benchmarks.common import PAIRS
from benchmarks.original_baseline import original_step
from neural_style.engine.canvas import prepare_canvas
from neural_style.engine.evaluation import WholeEvaluation, compiled_loss
from neural_style.engine.optimizer import build_optimizer
from neural_style.engine.precision import Probe, probe
from neural_style.engine.targets import PictureSources
from neural_style.images.arrays import FloatImage
from neural_style.images.load import load_image
from neural_style.images.resize import resize
from neural_style.losses.objective import objective
from neural_style.masks import Mask
from neural_style.request import Style, StylizeRequest
from neural_style.resources import resource
from neural_style.settings import Arithmetic, Settings
from neural_style.vgg.network import Network

OURS = Settings(optimizer="lbfgs", start="colors")
"""The optimiser and start of the page, the original program's weights."""

MIN_SPEEDUP = 0.9
"""The bound on a format's slowness: one that a convolution shows to be slower than float32 by more is not timed."""


class Steps:
    """A run of steps; each call makes one step and waits for it."""

    def __init__(self, step: Callable[[Any], tuple[Any, Any]], state: Any) -> None:
        self._step, self._state = step, state

    def __call__(self) -> float:
        """The loss of the picture that was evaluated."""
        self._state, terms = self._step(self._state)
        return float(np.ravel(terms)[-1])

    @property
    def device(self) -> str:
        """The device of the picture, for example "GPU:0"."""
        picture = self._state.trial
        return picture.device.rpartition("device:")[-1] if tf.is_tensor(picture) else "CPU:0"


def photo(height: int, width: int) -> FloatImage:
    """Return an example, made to have that size: `[height, width, 3] float32, RGB, 0..255`."""
    return resize(load_image(PAIRS[0].files[0]), height, width)


def size_of(longest_side_px: int) -> tuple[int, int]:
    """Return (height, width) of a photo in the format 3:2."""
    return round(longest_side_px * 2 / 3), longest_side_px


def paintings(count: int) -> list[Style]:
    """Return the first examples."""
    files = sorted(resource("examples", "style").glob("*.jpg"))[:count]
    return [Style(load_image(file)) for file in files]


def request_of(
    height: int, width: int, settings: Settings = OURS, styles: int = 1, *, in_regions: bool = False
) -> StylizeRequest:
    """Return a request for the example photo at exactly that size, perhaps with a column of it for each painting."""
    chosen = paintings(styles)
    if in_regions:
        across = np.arange(width) * styles // width
        masks = [np.tile(across == number, (height, 1)) for number in range(styles)]
        chosen = [Style(style.image, region=Mask.of(mask)) for style, mask in zip(chosen, masks, strict=True)]
    return StylizeRequest(photo(height, width), chosen, settings)


def our_step(request: StylizeRequest, network: Network, arithmetic: Arithmetic) -> Steps:
    """Return the stepping of our algorithm, each step whole: loss, gradient and the move of the optimiser."""
    settings = request.settings
    canvas = prepare_canvas(request, network.mean_rgb)
    targets = objective(PictureSources(canvas, network, settings))
    evaluate = WholeEvaluation(compiled_loss(network, targets, settings.pooling, arithmetic), targets)
    optimizer = build_optimizer(settings)
    return Steps(lambda state: optimizer.step(state, evaluate), optimizer.start(canvas.start))


def step_of_original(height: int, width: int, network: Network) -> Steps:
    """Return the stepping of the original algorithm."""
    return Steps(*original_step(request_of(height, width, Settings()), network))


def formats_worth_timing(network: Network) -> tuple[Sequence[Arithmetic], Probe]:
    """Return float32 and the formats that the probe did not find slower, with what it found."""
    found = probe(network)
    return ("float32", *[name for name, speedup in found.speedups.items() if speedup >= MIN_SPEEDUP]), found
