"""Forecast the work of a run, and the memory it will take, before it begins."""

from dataclasses import dataclass, replace

from neural_style.engine.canvas import padded_size
from neural_style.engine.effort import scales_for, typical_share
from neural_style.engine.memory_plan import Conditions, choose_plan, plan_bytes
from neural_style.engine.tiling import Tiling
from neural_style.settings import Settings

TILED_COST = 1.4
"""The cost of a pixel in a tile, halo included, in those of a picture at once: each tile is read forwards twice, and
backwards once. It was 1.33 to 1.40 at 2048 px, on a CPU with AVX2."""

PREPARATION, SEARCH = 1.4, 4.0
"""The cost of the targets of a size, and of the search for matches, in evaluations of it; measured likewise."""


@dataclass(frozen=True)
class Forecast:
    """What a run will take.

    Attributes:
        work: pixels times evaluations, as a rule, the preparation included; a pixel in a tile counts as what it costs.
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
    sizes = [padded_size((scale.height, scale.width), settings.padding_px) for scale in scales]
    of_scales = [replace(conditions, updates=scale.updates) for scale in scales]
    plans = [choose_plan(*each, budget_bytes, of_scale) for each, of_scale in zip(sizes, of_scales, strict=True)]
    preparation = PREPARATION + (SEARCH if conditions.is_matched else 0.0)
    share, work = typical_share(settings), 0.0
    for (height, width), plan, scale in zip(sizes, plans, scales, strict=True):
        seen = _pixels_seen(height, width, plan.tile_side_px, conditions.halo_px)
        work += share * (scale.updates + 1) * seen + preparation * height * width
    needed = [plan_bytes(*each, plan, of_scale) for each, plan, of_scale in zip(sizes, plans, of_scales, strict=True)]
    return Forecast(work, max(needed), plans[-1].tile_side_px)


def _pixels_seen(height: int, width: int, tile_side_px: int | None, halo_px: int) -> float:
    """Return the pixels of an evaluation, by their cost."""
    if tile_side_px is None:
        return float(height * width)
    windows = [tile.window for tile in Tiling(tile_side_px, halo_px).tiles(height, width)]
    return TILED_COST * sum((rows.stop - rows.start) * (columns.stop - columns.start) for rows, columns in windows)
