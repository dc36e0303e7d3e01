"""The photo in several ways, small."""

from dataclasses import replace

from neural_style.presets import PRESETS
from neural_style.service.jobs import Job
from neural_style.service.options import ServerOptions
from neural_style.service.orders import Order
from neural_style.service.sketches import (
    SKETCH_PX,
    SKETCHED_LOOKS,
    SKETCHED_STRENGTHS,
    SketchPainter,
    sketches_of_looks,
    sketches_of_paintings,
    sketches_of_strengths,
)
from neural_style.strength import strength_of
from tests.service.helpers import fake_painter


def test_a_sketch_is_small_quick_and_of_its_look(order: Order) -> None:
    wanted = replace(order, settings=replace(order.settings, seed=7, longest_side_px=3000, start="image"))
    sketches = sketches_of_looks(wanted, ServerOptions())
    assert list(sketches) == list(SKETCHED_LOOKS)
    sketch = sketches["bold"]
    expected = replace(PRESETS["bold"].settings, longest_side_px=SKETCH_PX, effort="quick", seed=7)
    assert sketch.settings == expected
    assert (sketch.content, sketch.styles, sketch.initial) == (order.content, order.styles, None)


def test_sketches_at_several_strengths_are_of_the_settings_that_are_chosen(order: Order) -> None:
    wanted = replace(order, settings=replace(order.settings, width=2000, longest_side_px=None, dpi=300, seed=3))
    sketches = sketches_of_strengths(wanted, ServerOptions(side_limit_px=160))
    assert list(sketches) == ["0", "0.25", "0.5", "0.75", "1"]
    for strength, sketch in zip(SKETCHED_STRENGTHS, sketches.values(), strict=True):
        settings = sketch.settings
        assert strength_of(settings) == strength
        assert (settings.longest_side_px, settings.width, settings.effort, settings.seed) == (160, None, "quick", 3)


def test_sketches_of_paintings_have_one_painting_each(order: Order) -> None:
    paintings = {"a": order.styles[0], "b": replace(order.styles[0], scale=0.5)}
    sketches = sketches_of_paintings(order, ServerOptions(), paintings)
    assert {key: sketch.styles for key, sketch in sketches.items()} == {key: (each,) for key, each in paintings.items()}
    assert {sketch.settings.longest_side_px for sketch in sketches.values()} == {SKETCH_PX}


def test_every_look_is_told_one_after_the_other(order: Order) -> None:
    runner, stylizer = fake_painter()
    stylizer.steps = 2
    job = Job(order, "a")
    SketchPainter(runner.context, ServerOptions(), sketches_of_looks(order, ServerOptions()))(job)
    sketches = [moment.sketch for moment in job.moments if moment.sketch is not None]
    assert [look for look, _ in sketches] == list(SKETCHED_LOOKS)
    assert all(url.startswith("data:image/jpeg;base64,") for _, url in sketches)
    assert stylizer.closed == len(SKETCHED_LOOKS)
    assert not runner.results.exists() or not any(runner.results.iterdir())


def test_who_is_gone_has_no_more_of_them_painted(order: Order) -> None:
    runner, stylizer = fake_painter()
    job = Job(order, "a")
    job.given_up.set()
    SketchPainter(runner.context, ServerOptions(), sketches_of_looks(order, ServerOptions()))(job)
    assert not [moment for moment in job.moments if moment.sketch is not None]
    assert stylizer.steps_done == 1
