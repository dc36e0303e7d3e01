"""Forecast the work of a run, and the memory it will take, before it begins."""

from collections.abc import Sequence
from dataclasses import dataclass

from neural_style.engine.coarse_to_fine import Scale
from neural_style.engine.effort import scales_for, typical_share
from neural_style.engine.memory_plan import Conditions, choose_plan, plan_bytes
from neural_style.engine.tiling import Tiling
from neural_style.settings import Settings

TILED_COST = 1.5
"""The cost of a pixel in a tile, halo included, in those of a picture at once: each tile is read forwards twice, and
backwards once."""


@dataclass(frozen=True)
class Forecast:
    """What a run will take.

    Attributes:
        work: pixels times evaluations, as a rule; a pixel in a tile counts as what it costs.
        memory_bytes: the most beyond what the process has before.
        tile_side_px: the side of the tiles at the size of the result; None: it is painted at once.
    """

    work: float
    memory_bytes: int
    tile_side_px: int | None


def forecast(size: tuple[int, int], settings: Settings, budget_bytes: int, conditions: Conditions) -> Forecast:
    """Forecast a run.

    Args:
        size: (height, width) of the result.
        settings: how it is painted.
        budget_bytes: the memory that the run may take.
        conditions: what else decides how much it needs.

    Raises:
        OptionsError: no plan fits into the memory.
    """
    scales = scales_for(size, settings)
    sizes = [(scale.height + 2 * settings.padding_px, scale.width + 2 * settings.padding_px) for scale in scales]
    plans = [choose_plan(*each, budget_bytes, conditions) for each in sizes]
    seen = [_pixels_seen(each, plan.tile_side_px, conditions.halo_px) for each, plan in zip(sizes, plans, strict=True)]
    return Forecast(
        work=typical_share(settings) * _evaluations_times(seen, scales),
        memory_bytes=max(plan_bytes(*each, plan, conditions) for each, plan in zip(sizes, plans, strict=True)),
        tile_side_px=plans[-1].tile_side_px,
    )


def _evaluations_times(pixels: Sequence[float], scales: Sequence[Scale]) -> float:
    return sum(each * (scale.updates + 1) for each, scale in zip(pixels, scales, strict=True))


def _pixels_seen(size: tuple[int, int], tile_side_px: int | None, halo_px: int) -> float:
    """Return the pixels of an evaluation, by their cost."""
    height, width = size
    if tile_side_px is None:
        return float(height * width)
    windows = [tile.window for tile in Tiling(tile_side_px, halo_px).tiles(height, width)]
    return TILED_COST * sum((rows.stop - rows.start) * (columns.stop - columns.start) for rows, columns in windows)
