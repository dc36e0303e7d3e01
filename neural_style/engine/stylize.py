"""The loop: a request in, a frame for every step out (Gatys et al. 2016), at one size after the other."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import tensorflow as tf

from neural_style.core.color import keep_colors
from neural_style.core.network import Network
from neural_style.core.scales import Scale, step_count
from neural_style.engine.budget import memory_budget_bytes
from neural_style.engine.canvas import margin_of, prepare_canvas, without_margin
from neural_style.engine.device import grow_gpu_memory
from neural_style.engine.memory import keep_freed_memory, release_memory
from neural_style.engine.painter import Painter, Workshop
from neural_style.engine.precision import choose_arithmetic
from neural_style.engine.stopping import scales_of
from neural_style.frame import Frame, Frames
from neural_style.images import ByteImage, FloatImage, resize, to_bytes
from neural_style.request import Style, StylizeRequest
from neural_style.settings import Settings

_WARM_UP_SIZE = (192, 192)
"""Large enough for Winograd's way in all layers before the last block, which uses it in large pictures only."""

_WARM_UP_STEPS = 4


def stylize(
    request: StylizeRequest, provider: Callable[[], Network] | None = None, *, memory_gb: float | None = None
) -> Frames:
    """Paint. Close the generator to stop early; that frees all that the run holds.

    Args:
        request: what to paint.
        provider: called once, for the network to paint with. None: the best that this installation has now.
        memory_gb: most memory that the run may take, in units of 10^9 bytes; a picture that needs more is evaluated in
            tiles, to the same result. None: three quarters of what is free.

    Yields:
        A frame for the start picture and one after every update, each with the losses of its picture. The result of
        the last frame is the best picture of its size. A loss that is not finite ends the run: the frame then carries
        a notice and the last good pictures.

    Raises:
        NetworkError: there is no network that can be used.
        OptionsError: the picture cannot be painted in that much memory.
    """
    keep_freed_memory()
    grow_gpu_memory()
    try:
        yield from _run(request, provider or _default_provider(), memory_gb)
    finally:  # behind the run, whose own variables are gone by now
        release_memory()


def _run(request: StylizeRequest, provider: Callable[[], Network], memory_gb: float | None) -> Frames:
    began = time.monotonic()
    settings, network = request.settings, provider()
    arithmetic = choose_arithmetic(settings.precision, network)
    workshop = Workshop(network, settings, request.shares, arithmetic, memory_budget_bytes(memory_gb))
    margin_px = margin_of(settings.margin_px, request.canvas_size)
    workshop.plan(*(side + 2 * margin_px for side in request.canvas_size))  # refuses before any work what will not fit
    scales = scales_of(request)
    report = _Report(request, workshop, scales, began)
    painted = None
    for index, scale in enumerate(scales):
        canvas = prepare_canvas(request, network.mean_rgb, (scale.height, scale.width), painted)
        painter = Painter(workshop, canvas, scale, goes_on=index > 0)
        while painter.updates_left:
            painter.advance()
            yield report.frame(index, painter)
        if painter.bad_term is not None:
            return
        painted = without_margin(painter.best.numpy(), painter.margin_px)


@dataclass(eq=False)
class _Report:
    """Makes frames of what the painters do, and counts the steps through all scales."""

    request: StylizeRequest
    workshop: Workshop
    scales: tuple[Scale, ...]
    began: float
    step: int = -1

    def frame(self, index: int, painter: Painter) -> Frame:
        """After an evaluation at the scale of that index."""
        self.step += 1
        losses, bad_term = painter.losses, painter.bad_term
        steps_after = 0 if bad_term else step_count(self.scales[index + 1 :])
        steps_left = painter.updates_left + steps_after
        return Frame(
            step=self.step,
            steps=self.step + steps_left,
            work_done=self._work_done(index, painter),
            losses=losses,
            best_losses=painter.best_losses or losses,
            elapsed_s=time.monotonic() - self.began,
            network=self.workshop.network.title,
            painted_size=(self.scales[index].height, self.scales[index].width),
            arithmetic=self.workshop.arithmetic,
            tile_px=painter.plan.tile_side_px,
            is_last=steps_left == 0,
            picture=partial(_finish, painter.picture, painter.margin_px, self.request),
            result=partial(_finish, painter.best, painter.margin_px, self.request),
            exact=partial(_finish_exactly, painter.best, painter.margin_px, self.request),
            notice=_divergence_notice(bad_term, self.step) if bad_term else None,
        )

    def _work_done(self, index: int, painter: Painter) -> float:
        scale = self.scales[index]
        evaluations = painter.updates + 1 if painter.updates_left else scale.updates + 1
        done = sum(before.work for before in self.scales[:index]) + scale.height * scale.width * evaluations
        return done / sum(each.work for each in self.scales)


def _finish(picture: tf.Tensor, margin_px: int, request: StylizeRequest) -> ByteImage:
    """From the optimiser's floats to a picture for people: the size promised, colours kept if asked, rounded once."""
    image = _at_size(picture, margin_px, request)
    return to_bytes(_in_its_colors(to_bytes(image).astype("float32"), request))


def _finish_exactly(picture: tf.Tensor, margin_px: int, request: StylizeRequest) -> FloatImage:
    """The same without rounding."""
    return _in_its_colors(_at_size(picture, margin_px, request), request)


def _at_size(picture: tf.Tensor, margin_px: int, request: StylizeRequest) -> FloatImage:
    image = resize(without_margin(picture.numpy(), margin_px), *request.canvas_size)
    return np.clip(image, 0.0, 255.0)


def _in_its_colors(image: FloatImage, request: StylizeRequest) -> FloatImage:
    if not request.settings.preserve_colors:
        return image
    return keep_colors(image, resize(request.content, *request.canvas_size))


def warm_up(provider: Callable[[], Network]) -> float:
    """Do once, on a small flat picture, what the first run would otherwise have to wait for.

    That is: load the network, find the fastest arithmetic, transform the kernels, and trace a step for the first time.

    Returns:
        Seconds that an evaluation takes for each pixel, from the steps after the first.
    """
    picture = np.full((*_WARM_UP_SIZE, 3), 128.0, np.float32)
    settings = Settings(optimizer="lbfgs", start="content", iterations=_WARM_UP_STEPS)
    times = [frame.elapsed_s for frame in stylize(StylizeRequest(picture, [Style(picture)], settings), provider)]
    return (times[-1] - times[1]) / (len(times) - 2) / (_WARM_UP_SIZE[0] * _WARM_UP_SIZE[1])


def _divergence_notice(term: str, step: int) -> str:
    return (
        f"The {term} loss was no longer a finite number after step {step}, so the run ended there with the best "
        "picture so far. Lower the weights or the learning rate."
    )


def _default_provider() -> Callable[[], Network]:
    from neural_style.networks.provider import NetworkProvider

    return NetworkProvider()
