"""A variation turns the order of a result into another order: more steps, a larger picture, or another one like it."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace

from neural_style.changes import Change
from neural_style.errors import OptionsError
from neural_style.service.messages import messages
from neural_style.service.options import ServerOptions
from neural_style.service.orders import Order
from neural_style.service.pictures import Picture
from neural_style.service.results import Result
from neural_style.settings import with_changes

MORE_STEPS = 50
"""The number of steps that "Keep going" adds; fewer where the server makes no more."""

ENLARGEMENT = 2.0
"""The factor by which "Bigger" enlarges each side; less where the server's limit comes first."""

MIN_ENLARGEMENT = 1.1

ANOTHER_NOISE = 0.5
"""The noise share of the start picture where the look has none: without noise, every seed gives the same picture.

With 0.5 the strokes lie elsewhere and the picture is as good, by eye and by its loss (0.98 to 1.03 times); with 0.15
one has to look for the difference.
"""


def keep_going(result: Result, options: ServerOptions) -> Order:
    """Return an order for more steps at the size of this picture, of its run where that is kept.

    A run that was stopped goes on as it was meant to.
    """
    steps, run = min(MORE_STEPS, options.steps_limit), result.files.run
    if run is None or not run.exists():
        return _going_on(result, iterations=steps, effort=None, scales=1)
    more = () if result.outcome.stopped else (Change(step=result.outcome.step, more=steps),)
    return replace(result.order, changes=(*result.order.changes, *more), begin=run)


def bigger(result: Result, options: ServerOptions) -> Order:
    """Return an order for the same at a larger size, from this picture; the photo is enlarged where it must be.

    Raises:
        OptionsError: the result is as large as this server paints.
    """
    height, width = result.size
    factor = min(ENLARGEMENT, options.side_limit_px / max(height, width))
    if factor < MIN_ENLARGEMENT:
        raise OptionsError(messages().no_bigger.format(width=width, height=height, limit=options.side_limit_px))
    return _going_on(result, width=int(width * factor), longest_side_px=None, scales=2, first_px=None)


def another(result: Result, _options: ServerOptions) -> Order:
    """Return an order for the same with another seed of the noise."""
    order = result.order.changed(result.order.changes)
    settings = order.settings
    noise = settings.initial_noiseblend if settings.noise_share else ANOTHER_NOISE
    seed = secrets.randbelow(2**32)
    return replace(order, settings=replace(settings, seed=seed, initial_noiseblend=noise))


VARIATIONS: Mapping[str, Callable[[Result, ServerOptions], Order]] = {
    "keep_going": keep_going,
    "bigger": bigger,
    "another": another,
}


def _going_on(result: Result, **changes: object) -> Order:
    picture, order = result.files.picture, result.order.changed(result.order.changes)
    changes = {"start": "image", "initial_noiseblend": None, **changes}
    settings = with_changes(order.settings, changes)
    return replace(order, settings=settings, initial=Picture(picture, picture.name))
