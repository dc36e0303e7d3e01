"""The variations that can be made of a result."""

from dataclasses import replace
from pathlib import Path

import pytest

from neural_style.changes import Change
from neural_style.errors import OptionsError
from neural_style.service.options import ServerOptions
from neural_style.service.orders import APP_SETTINGS
from neural_style.service.pictures import Picture
from neural_style.service.variations import ANOTHER_NOISE, MORE_STEPS, VARIATIONS
from neural_style.ui.texts import texts
from tests.service.helpers import result_in


def test_keep_going_makes_more_steps_from_the_picture_at_its_size(tmp_path: Path) -> None:
    result = result_in(tmp_path)
    order = VARIATIONS["keep_going"](result, ServerOptions())
    assert order.initial == Picture(result.files.picture, "a.png")
    changed = {"start": "image", "iterations": MORE_STEPS, "effort": None, "scales": 1}
    assert order.settings == replace(APP_SETTINGS, **changed)
    assert (order.content, order.styles) == (result.order.content, result.order.styles)
    few = VARIATIONS["keep_going"](result_in(tmp_path), ServerOptions(steps_limit=60))
    assert few.settings.iterations == min(60, MORE_STEPS)


def test_keep_going_goes_on_with_the_run_where_it_is_kept(tmp_path: Path) -> None:
    result = result_in(tmp_path)
    run = tmp_path / "run.npz"
    run.touch()
    kept = replace(result, files=replace(result.files, run=run))
    order = VARIATIONS["keep_going"](kept, ServerOptions())
    assert order.begin == run
    assert order.settings == result.order.settings
    assert order.initial is None
    assert order.changes == (Change(step=result.outcome.step, more=MORE_STEPS),)
    assert order.more_steps == MORE_STEPS
    stopped = replace(kept, outcome=replace(result.outcome, stopped=True))
    assert VARIATIONS["keep_going"](stopped, ServerOptions()).changes == ()


def test_a_variation_is_of_what_the_picture_became_while_it_was_painted(tmp_path: Path) -> None:
    result = result_in(tmp_path)
    moved = replace(result.order, changes=(Change(step=2, settings={"weights.content": 9.0}),))
    for name in ("another", "bigger"):
        order = VARIATIONS[name](replace(result, order=moved), ServerOptions())
        assert order.settings.weights.content == 9.0
        assert (order.changes, order.begin) == ((), None)


def test_bigger_doubles_the_sides_up_to_the_limit(tmp_path: Path) -> None:
    larger = VARIATIONS["bigger"](result_in(tmp_path), ServerOptions())
    assert (larger.settings.width, larger.settings.longest_side_px, larger.settings.start) == (320, None, "image")
    assert larger.settings.effort == APP_SETTINGS.effort
    upright = VARIATIONS["bigger"](result_in(tmp_path, size=(400, 300)), ServerOptions(side_limit_px=600))
    assert upright.settings.width == 450
    with pytest.raises(OptionsError, match="300x400 px; this server paints at most 410"):
        VARIATIONS["bigger"](result_in(tmp_path, size=(400, 300)), ServerOptions(side_limit_px=410))


def test_another_has_another_seed_and_some_noise_to_use_it(tmp_path: Path) -> None:
    result = result_in(tmp_path)
    seeds = {VARIATIONS["another"](result, ServerOptions()).settings.seed for _ in range(3)}
    assert len(seeds) == 3
    assert VARIATIONS["another"](result, ServerOptions()).settings.noise_share == ANOTHER_NOISE
    noisy = result_in(tmp_path, replace(APP_SETTINGS, start="noise"))
    assert VARIATIONS["another"](noisy, ServerOptions()).settings.noise_share == 1.0


def test_every_variation_has_a_button() -> None:
    assert texts().variations.keys() == VARIATIONS.keys()
