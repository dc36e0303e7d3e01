"""What a run will take, before it begins."""

from dataclasses import replace

import pytest

from neural_style.engine.effort import scales_for
from neural_style.engine.forecast import PREPARATION, SEARCH, TILED_COST, forecast
from neural_style.engine.memory_plan import Conditions, choose_plan, plan_bytes
from neural_style.engine.tiling import Tiling
from neural_style.errors import OptionsError
from neural_style.service.orders import APP_SETTINGS
from neural_style.settings import Settings

PLENTY, CONDITIONS = 10**12, Conditions(halo_px=64)


def test_at_once_the_work_is_evaluations_times_pixels_of_every_size_and_its_preparation() -> None:
    settings = Settings(iterations=20, scales=3)
    expected = forecast((300, 400), settings, PLENTY, CONDITIONS)
    scales = scales_for((300, 400), settings)
    assert len(scales) == 3
    assert expected.tile_side_px is None
    pixels = sum(scale.height * scale.width for scale in scales)
    assert expected.work == pytest.approx(sum(scale.work for scale in scales) + PREPARATION * pixels)
    searched = forecast((300, 400), settings, PLENTY, replace(CONDITIONS, is_matched=True))
    assert searched.work - expected.work == pytest.approx(SEARCH * pixels)
    of_last = replace(CONDITIONS, updates=scales[-1].updates)
    assert expected.memory_bytes == plan_bytes(300, 400, choose_plan(300, 400, PLENTY, of_last), of_last)


def test_in_tiles_the_halos_cost_too_and_each_tile_is_read_twice() -> None:
    settings, size, budget = Settings(iterations=9, scales=1), (2000, 3000), 5 * 10**9
    of_run = replace(CONDITIONS, updates=9)
    expected, plan = forecast(size, settings, budget, CONDITIONS), choose_plan(*size, budget, of_run)
    assert plan.tile_side_px is not None
    assert expected.tile_side_px == plan.tile_side_px
    windows = [tile.window for tile in Tiling(plan.tile_side_px, 64).tiles(*size)]
    seen = sum((rows.stop - rows.start) * (columns.stop - columns.start) for rows, columns in windows)
    assert seen > 2000 * 3000
    assert expected.work == pytest.approx(10 * TILED_COST * seen + PREPARATION * 2000 * 3000)
    assert expected.memory_bytes <= budget


def test_padding_is_painted_too() -> None:
    bare = Settings(iterations=9, scales=1)
    padded = Settings(iterations=9, scales=1, padding_px=16)
    ratio = forecast((100, 200), padded, PLENTY, CONDITIONS).work / forecast((100, 200), bare, PLENTY, CONDITIONS).work
    assert ratio == pytest.approx(132 * 232 / (100 * 200))


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(OptionsError, match="takes at least"):
        forecast((4000, 6000), APP_SETTINGS, 10**9, CONDITIONS)
