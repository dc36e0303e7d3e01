"""The loop of a run: it turns a request into an iterate for every step (Gatys et al. 2016), one size after another."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

import numpy as np

from neural_style.color_ways import finished, way_of
from neural_style.engine import Choose
from neural_style.engine.allocator import keep_freed_memory, release_memory
from neural_style.engine.canvas import Canvas, padded_size, prepare_canvas, recolored_photo, without_padding
from neural_style.engine.coarse_to_fine import Scale, step_count
from neural_style.engine.device import grow_gpu_memory
from neural_style.engine.effort import scales_of
from neural_style.engine.memory_plan import memory_budget_bytes
from neural_style.engine.nearness import nearness
from neural_style.engine.precision import choose_arithmetic
from neural_style.engine.scale_run import RunContext, ScaleRun
from neural_style.engine.timeline import Timeline
from neural_style.errors import OptionsError
from neural_style.images.arrays import ByteImage, FloatImage, to_bytes
from neural_style.images.resize import resize
from neural_style.iterate import Iterate, Iterates, Nearness, RunState
from neural_style.optimizers.protocol import Saved, is_array
from neural_style.optimizers.vectors import Array
from neural_style.presets import APP_PRESET, PRESETS
from neural_style.request import Style, StylizeRequest
from neural_style.settings import Arithmetic
from neural_style.vgg.network import Network

_logger = logging.getLogger(__name__)

_WARM_UP_SIZE = (192, 192)
"""A size at which a step costs what its pixels do."""

_WARM_UP_STEPS = 4

_OTHER_RUN = "The run cannot go on from that state: it is of another request. Begin anew."


def stylize(
    request: StylizeRequest,
    provider: Callable[[], Network],
    *,
    memory_gb: float | None = None,
    choose: Choose = choose_arithmetic,
    begin: RunState | None = None,
) -> Iterates:
    """Paint a picture step by step. Close the generator to stop early; that frees all that the run holds.

    Args:
        request: what to paint.
        provider: called once, for the network to paint with.
        memory_gb: most memory that the run may take, in units of 10^9 bytes; a picture that needs more is evaluated in
            tiles, to the same result. None: three quarters of what is free.
        choose: chooses the arithmetic.
        begin: where to go on from; None: from the beginning.

    Receives:
        A change that is to be made at once, or None; see `iterate.Iterates`.

    Yields:
        An iterate for the start picture and one after every update, each with the losses of its picture. The result of
        the last iterate is the best picture of its size. A loss that is not finite ends the run: the iterate then
        carries a notice and the last good pictures.

    Raises:
        NetworkError: there is no network that can be used.
        OptionsError: the picture cannot be painted in that much memory, or cannot go on from there.
    """
    keep_freed_memory()
    grow_gpu_memory()
    try:
        yield from _run(request, provider(), memory_gb, choose, begin)
    finally:  # behind the run, whose own variables are gone by now
        release_memory()


def _run(
    request: StylizeRequest, network: Network, memory_gb: float | None, choose: Choose, begin: RunState | None
) -> Iterates:
    began = time.monotonic()
    settings = request.settings
    arithmetic = choose(settings.precision, network)
    context = RunContext(network, settings, arithmetic, memory_budget_bytes(memory_gb))
    scales = scales_of(request)
    timeline, painted = Timeline(request), None
    for planned in (request, *timeline.requests()):  # refuses what will not fit
        whole = padded_size(request.canvas_size, settings.padding_px)
        replace(context, settings=planned.settings).plan(whole, scales[-1].updates)
    report = _Report(network, arithmetic, scales, began)
    if begin is not None:
        report = _gone_on_from(begin, timeline, report, settings.padding_px)
    for index, scale in enumerate(scales):
        if begin is not None and index < begin.scale:
            continue
        context = replace(context, settings=timeline.request.settings)
        canvas = prepare_canvas(timeline.request, network.mean_rgb, (scale.height, scale.width), painted)
        if begin is not None and index == begin.scale:
            run = _gone_on(context, canvas, scale, begin)
            sent = (yield report.iterate(index, run, timeline)) if begin.optimizer is not None else None
        else:
            run, sent = ScaleRun(context, canvas, scale, goes_on=painted is not None), None
        while True:
            if timeline.advance(report.step, sent):
                context = _changed(run, context, timeline, (scale.height, scale.width))
            run.extend(timeline.more)
            if not run.updates_left:
                break
            run.advance()
            sent = yield report.iterate(index, run, timeline)
        if run.bad_term is not None:
            return
        painted = without_padding(np.asarray(run.best), run.padding_px)
        del run  # its curvature pairs and targets would be there beside those of the next size


def _gone_on_from(begin: RunState, timeline: Timeline, report: "_Report", padding_px: int) -> "_Report":
    """Bring the timeline to where a state is, and return the report from there on.

    Raises:
        OptionsError: the state is of another run.
    """
    _check_state(begin, report.scales, padding_px)
    timeline.go_on_after(begin.step)
    if timeline.made != begin.changes:
        raise OptionsError(_OTHER_RUN)
    return report.after(begin)


def _changed(run: ScaleRun, context: RunContext, timeline: Timeline, size: tuple[int, int]) -> RunContext:
    """Have the run paint what the timeline says now, and return its context; one that does not fit is taken back."""
    changed = replace(context, settings=timeline.request.settings)
    if run.bad_term is not None:  # it is over
        return context
    try:
        run.change(changed, prepare_canvas(timeline.request, context.network.mean_rgb, size))
    except OptionsError:
        _logger.warning("A change that takes more memory than there is was passed over.", exc_info=True)
        timeline.take_back()
        return context
    return changed


def _gone_on(context: RunContext, canvas: Canvas, scale: Scale, begin: RunState) -> ScaleRun:
    """Return the run of a scale from a state on; without what the optimiser knew, the state is evaluated once more.

    Raises:
        OptionsError: the state is of another run.
    """
    start = begin.picture if begin.start is None or begin.optimizer is None else begin.start
    canvas = replace(canvas, start=start, is_painted=begin.scale > 0)
    goes_on = begin.scale > 0 or begin.optimizer is None
    scale = replace(scale, updates=_most_updates(begin, scale))
    try:
        done = {"updates_done": begin.updates, "saved": begin.optimizer, "is_extended": begin.is_extended}
        return ScaleRun(context, canvas, scale, goes_on=goes_on, **done)
    except (KeyError, TypeError, ValueError) as error:
        if begin.optimizer is None:
            raise
        raise OptionsError(_OTHER_RUN) from error


def _check_state(state: RunState, scales: tuple[Scale, ...], padding_px: int) -> None:
    """Refuse a state that no run by these sizes can have been in."""
    if 0 <= state.scale < len(scales):
        scale = scales[state.scale]
        wanted = (*padded_size((scale.height, scale.width), padding_px), 3)
        arrays = [state.picture, *([] if state.start is None else [state.start]), *_pictures_in(state.optimizer or {})]
        fits = all(array.shape == wanted for array in arrays) and np.isfinite(state.picture).all()
        if fits and 0 <= state.updates <= _most_updates(state, scale):
            return
    raise OptionsError(_OTHER_RUN)


def _most_updates(state: RunState, scale: Scale) -> int:
    """Return the most updates of a scale that a run goes on at, which changes may have made others."""
    return scale.updates if state.most_updates is None else state.most_updates


def _pictures_in(saved: Mapping[str, Any]) -> Iterator[np.ndarray]:
    """Yield the arrays of what an optimiser saved that are as large as the picture."""
    return (value for value in saved.values() if isinstance(value, np.ndarray) and value.ndim > 1)


@dataclass(eq=False)
class _Report:
    """A report on a run: it makes iterates from its scales, and counts the steps through all of them."""

    network: Network
    arithmetic: Arithmetic
    scales: tuple[Scale, ...]
    began: float
    step: int = -1

    def after(self, state: RunState) -> "_Report":
        """Return a report that goes on from there: the first iterate is that of the state once more."""
        return replace(self, began=self.began - state.elapsed_s, step=state.step - 1)

    def iterate(self, index: int, run: ScaleRun, timeline: Timeline) -> Iterate:
        """Return the iterate after an evaluation at the scale of that index."""
        self.step += 1
        self.scales = *self.scales[:index], run.scale, *self.scales[index + 1 :]  # changes may have made it longer
        request = timeline.request
        losses, bad_term, elapsed_s = run.losses, run.bad_term, time.monotonic() - self.began
        steps_after = 0 if bad_term else step_count(self.scales[index + 1 :])
        steps_left = run.updates_left + steps_after
        return Iterate(
            step=self.step,
            steps=self.step + steps_left,
            work_done=self._work_done(index, run),
            losses=losses,
            best_losses=run.best_losses or losses,
            elapsed_s=elapsed_s,
            network=self.network.title,
            painted_size=(self.scales[index].height, self.scales[index].width),
            arithmetic=self.arithmetic,
            tile_px=run.tile_px,
            is_last=steps_left == 0 and (bad_term is not None or not timeline.goes_on_after(self.step)),
            picture=partial(_finish, run.picture, run.padding_px, request),
            result=partial(_finish, run.best, run.padding_px, request),
            exact=partial(_finish_exactly, run.best, run.padding_px, request),
            state=partial(_state, self._place(index, run, elapsed_s, timeline), run.best, run.start, run.saved),
            changes=timeline.made,
            nearness=cache(partial(_nearness, run.best, run.padding_px, request, self.network)),
            notice=_divergence_notice(bad_term, self.step) if bad_term else None,
        )

    def _place(self, index: int, run: ScaleRun, elapsed_s: float, timeline: Timeline) -> dict[str, Any]:
        """Return where the run is, and what was changed until then."""
        most_updates = run.scale.updates if run.is_changed else None
        numbers = {"scale": index, "updates": run.updates, "step": self.step, "elapsed_s": elapsed_s}
        return {**numbers, "most_updates": most_updates, "is_extended": run.is_extended, "changes": timeline.made}

    def _work_done(self, index: int, run: ScaleRun) -> float:
        scale = self.scales[index]
        evaluations = run.updates + 1 if run.updates_left else scale.updates + 1
        done = sum(before.work for before in self.scales[:index]) + scale.height * scale.width * evaluations
        return done / sum(each.work for each in self.scales)


def _state(place: dict[str, Any], best: Array, start: FloatImage, saved: Saved | None) -> RunState:
    optimizer = saved and {name: np.asarray(value) if is_array(value) else value for name, value in saved.items()}
    return RunState(**place, picture=np.array(best), start=start, optimizer=optimizer)


def _finish(picture: Array, padding_px: int, request: StylizeRequest) -> ByteImage:
    """Turn the optimiser's floats into the result: the size promised, colours kept if asked, rounded once."""
    image = _at_size(picture, padding_px, request)
    return to_bytes(_with_the_photos(to_bytes(image).astype("float32"), request))


def _finish_exactly(picture: Array, padding_px: int, request: StylizeRequest) -> FloatImage:
    """Turn the optimiser's floats into the result without rounding."""
    return _with_the_photos(_at_size(picture, padding_px, request), request)


def _nearness(picture: Array, padding_px: int, request: StylizeRequest, network: Network) -> Nearness:
    """Measure the result as people see it."""
    return nearness(request, _finish_exactly(picture, padding_px, request), network)


def _at_size(picture: Array, padding_px: int, request: StylizeRequest) -> FloatImage:
    image = resize(without_padding(np.asarray(picture), padding_px), *request.canvas_size)
    return np.clip(image, 0.0, 255.0)


def _with_the_photos(image: FloatImage, request: StylizeRequest) -> FloatImage:
    """Return the picture with what it has of the photograph as it is: its colours, or parts that are left alone."""
    size, settings = request.canvas_size, request.settings
    division = request.division(size)
    if division.kept is None and way_of(settings).result is None:
        return image
    content = resize(request.content, *size)
    painted = finished(image, content, settings, lambda: recolored_photo(request, size))
    return division.with_kept(painted, content)


def warm_up(provider: Callable[[], Network], choose: Choose = choose_arithmetic) -> float:
    """Do once, on a small flat picture, what the first run would otherwise have to wait for.

    That is: load the network, find the fastest arithmetic, transform the kernels, and trace a step for the first time.

    Returns:
        Seconds that an evaluation takes for each pixel, from the steps after the first.
    """
    picture = np.full((*_WARM_UP_SIZE, 3), 128.0, np.float32)
    settings = replace(PRESETS[APP_PRESET].settings, effort=None, iterations=_WARM_UP_STEPS, scales=1)
    run = stylize(StylizeRequest(picture, [Style(picture)], settings), provider, choose=choose)
    times = [iterate.elapsed_s for iterate in run]
    return (times[-1] - times[1]) / (len(times) - 2) / (_WARM_UP_SIZE[0] * _WARM_UP_SIZE[1])


def _divergence_notice(term: str, step: int) -> str:
    return (
        f"The {term} loss was no longer a finite number after step {step}, so the run ended there with the best "
        "picture so far. Lower the weights or the learning rate."
    )
