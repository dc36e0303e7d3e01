"""The photo in every look, small."""

from dataclasses import replace

import pytest

from neural_style.errors import OptionsError
from neural_style.presets import PRESETS
from neural_style.service.jobs import Job
from neural_style.service.options import ServerOptions
from neural_style.service.orders import Order
from neural_style.service.sketches import SKETCH_PX, SKETCHED_LOOKS, SketchPainter, sketch_order
from tests.service.helpers import fake_painter


def test_a_sketch_is_small_quick_and_of_its_look(order: Order) -> None:
    wanted = replace(order, settings=replace(order.settings, seed=7, longest_side_px=3000, start="image"))
    sketch = sketch_order(wanted, "bold", ServerOptions())
    expected = replace(PRESETS["bold"].settings, longest_side_px=SKETCH_PX, effort="quick", seed=7)
    assert sketch.settings == expected
    assert (sketch.content, sketch.styles, sketch.initial) == (order.content, order.styles, None)
    with pytest.raises(OptionsError, match="no look"):
        sketch_order(wanted, "oil", ServerOptions())


def test_every_look_is_told_one_after_the_other(order: Order) -> None:
    runner, stylizer = fake_painter()
    stylizer.steps = 2
    job = Job(order, "a")
    SketchPainter(runner.context, ServerOptions())(job)
    sketches = [moment.sketch for moment in job.moments if moment.sketch is not None]
    assert [look for look, _ in sketches] == list(SKETCHED_LOOKS)
    assert all(url.startswith("data:image/jpeg;base64,") for _, url in sketches)
    assert stylizer.closed == len(SKETCHED_LOOKS)
    assert not runner.results.exists() or not any(runner.results.iterdir())


def test_who_is_gone_has_no_more_of_them_painted(order: Order) -> None:
    runner, stylizer = fake_painter()
    job = Job(order, "a")
    job.given_up.set()
    SketchPainter(runner.context, ServerOptions())(job)
    assert not [moment for moment in job.moments if moment.sketch is not None]
    assert stylizer.steps_done == 1
