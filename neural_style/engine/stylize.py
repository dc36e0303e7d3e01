"""The loop: a request in, a frame for every step out (Gatys et al. 2016)."""

import time
from collections.abc import Callable
from functools import partial

import tensorflow as tf

from neural_style.core.color import keep_colors
from neural_style.core.network import Network
from neural_style.engine.canvas import prepare_canvas
from neural_style.engine.memory import keep_freed_memory, release_memory
from neural_style.engine.step import build_step
from neural_style.engine.targets import compute_targets
from neural_style.frame import Frame, Frames, StepLosses
from neural_style.images import ByteImage, FloatImage, to_bytes
from neural_style.request import StylizeRequest


def stylize(request: StylizeRequest, provider: Callable[[], Network] | None = None) -> Frames:
    """Paint. Close the generator to stop early; that frees all that the run holds.

    Args:
        request: what to paint.
        provider: called once, for the network to paint with. None: the best that this installation has now.

    Yields:
        A frame for the start picture and one after every update, each with the losses of its picture. The result of
        the last frame is the best picture of the whole run. A loss that is not finite ends the run: the frame then
        carries a notice and the last good pictures.

    Raises:
        NetworkError: there is no network that can be used.
    """
    keep_freed_memory()
    try:
        yield from _run(request, provider or _default_provider())
    finally:  # behind the run, whose own variables are gone by now
        release_memory()


def _run(request: StylizeRequest, provider: Callable[[], Network]) -> Frames:
    began = time.monotonic()
    network = provider()
    settings = request.settings
    canvas = prepare_canvas(request, network.mean_rgb)
    targets = compute_targets(canvas, request.shares, network, settings)
    step, state = build_step(tf.constant(canvas.start), targets, network, settings)
    finish = partial(_finish, colors_of=canvas.content if settings.preserve_colors else None)

    best, best_losses = state.trial, None
    for index in range(settings.iterations + 1):
        picture = state.trial
        state, terms = step(state)
        losses = StepLosses(*terms.numpy().tolist())
        bad_term = losses.first_non_finite()
        if bad_term is None and (best_losses is None or losses.total < best_losses.total):
            best, best_losses = picture, losses
        yield Frame(
            step=index,
            steps=settings.iterations,
            losses=losses,
            best_losses=best_losses or losses,
            elapsed_s=time.monotonic() - began,
            network=network.title,
            is_last=bad_term is not None or index == settings.iterations,
            picture=partial(finish, best if bad_term else picture),
            result=partial(finish, best),
            notice=_divergence_notice(bad_term, index) if bad_term else None,
        )
        if bad_term:
            return


def _finish(picture: tf.Tensor, *, colors_of: FloatImage | None) -> ByteImage:
    """From the optimiser's floats to a picture for people: colours kept if asked, clipped and rounded once."""
    image = picture.numpy()
    return to_bytes(image if colors_of is None else keep_colors(to_bytes(image).astype("float32"), colors_of))


def _divergence_notice(term: str, step: int) -> str:
    return (
        f"The {term} loss was no longer a finite number after step {step}, so the run ended there with the best "
        "picture so far. Lower the weights or the learning rate."
    )


def _default_provider() -> Callable[[], Network]:
    from neural_style.networks.provider import NetworkProvider

    return NetworkProvider()
