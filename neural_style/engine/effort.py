"""An effort instead of a number of steps: a run stops when the loss no longer falls usefully."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from neural_style.engine.coarse_to_fine import Scale, plan_scales
from neural_style.request import StylizeRequest
from neural_style.settings import Effort, OptimizerName, Settings


@dataclass(frozen=True)
class StoppingRule:
    """The rule that an effort stands for: when a scale of a run ends.

    Attributes:
        min_gain: the part of the loss that `WINDOWS` steps must take off it to be worth their time.
        bound: most updates, in those of L-BFGS at the size of the result.
    """

    min_gain: float
    bound: int


EFFORTS: Mapping[Effort, StoppingRule] = {
    "quick": StoppingRule(min_gain=0.1, bound=22),
    "good": StoppingRule(min_gain=0.05, bound=40),
    "best": StoppingRule(min_gain=0.02, bound=130),
}

WINDOWS: Mapping[OptimizerName, int] = {"lbfgs": 10, "adam": 50}
"""The number of steps over which the gain is measured: Adam needs about five times as many for the same."""

TYPICAL_SHARE: Mapping[Effort | None, float] = {None: 1.0, "quick": 0.95, "good": 0.8, "best": 0.7}
"""The share of the most work that a run of that effort does until its losses end it, where it begins without noise."""

FULL_UPDATES_PX, LEAST_UPDATES = 1024, 6
"""The longest side up to which a size has all the updates of an effort; larger ones have fewer in the same proportion,
though not less than the least."""


def iterations_of(settings: Settings) -> int:
    """Return the updates of a run, at the size of the result; with an effort, the most that it may have."""
    if settings.effort is None:
        return settings.iterations
    return EFFORTS[settings.effort].bound * WINDOWS[settings.optimizer] // WINDOWS["lbfgs"]


def scales_of(request: StylizeRequest) -> tuple[Scale, ...]:
    """Return the sizes at which the request is painted, with the most updates that each may have."""
    return scales_for(request.canvas_size, request.settings)


def scales_for(size: tuple[int, int], settings: Settings) -> tuple[Scale, ...]:
    """Return the sizes at which a picture of that (height, width) is painted with those settings.

    With an effort the largest sizes have fewer updates: what they add is finer than what a picture is looked at for,
    and an update of theirs takes minutes.
    """
    scales = plan_scales(*size, iterations_of(settings), settings.scales, settings.first_px)
    return scales if settings.effort is None else tuple(_tapered(scale) for scale in scales)


def _tapered(scale: Scale) -> Scale:
    part = min(1.0, FULL_UPDATES_PX / max(scale.height, scale.width))
    return replace(scale, updates=max(min(scale.updates, LEAST_UPDATES), round(part * scale.updates)))


def stopping_rule(settings: Settings) -> StoppingRule | None:
    """Return the rule that ends a scale of a run with an effort; None where the number of steps decides."""
    return None if settings.effort is None else EFFORTS[settings.effort]


def typical_share(settings: Settings) -> float:
    """Return the share of the most work that a run usually does; from noise its losses fall usefully to the end."""
    return 1.0 if settings.noise_share else TYPICAL_SHARE[settings.effort]
