"""Runs that paint at several sizes, and runs that end by their losses."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from neural_style import stylize
from neural_style.engine.canvas import prepare_canvas
from neural_style.engine.effort import EFFORTS, WINDOWS, iterations_of
from neural_style.engine.targets import PictureSources
from neural_style.images.resize import resize
from neural_style.losses.objective import objective
from neural_style.request import Style, StylizeRequest
from tests.fakes import small_request, tiny_network

NETWORK = tiny_network()


def paint(request: StylizeRequest) -> list:
    return list(stylize(request, lambda: NETWORK))


@pytest.fixture(scope="module")
def iterates() -> list:
    return paint(small_request(iterations=8, scales=3, optimizer="lbfgs", start="colors"))


def test_the_sizes_follow_one_another_up_to_that_of_the_result(iterates):
    sizes = [iterate.painted_size for iterate in iterates]
    assert [size for size, _ in itertools.groupby(sizes)] == [(20, 28), (28, 40), (40, 56)]


def test_steps_count_on_through_the_scales_and_the_last_is_the_last(iterates):
    assert [iterate.step for iterate in iterates] == list(range(len(iterates)))
    assert {iterate.steps for iterate in iterates} == {len(iterates) - 1}
    assert [iterate.is_last for iterate in iterates] == [False] * (len(iterates) - 1) + [True]


def test_the_work_done_grows_from_little_to_all(iterates):
    done = [iterate.work_done for iterate in iterates]
    assert 0.0 < done[0] < 0.1
    assert done == sorted(done)
    assert done[-1] == 1.0


def test_every_picture_has_the_size_of_the_result(iterates):
    for iterate in iterates:
        assert iterate.picture().shape == iterate.result().shape == (40, 56, 3)


def test_a_larger_scale_goes_on_from_the_best_picture_of_the_smaller_one(iterates):
    first_of_last = next(index for index, iterate in enumerate(iterates) if iterate.painted_size == (40, 56))
    before, after = iterates[first_of_last - 1], iterates[first_of_last]
    difference = before.result().astype(float) - after.picture()
    assert np.abs(difference).mean() < 1.0


def test_a_run_stopped_early_has_a_result_of_the_full_size():
    run = stylize(small_request(iterations=8, scales=3, optimizer="lbfgs", start="content"), lambda: NETWORK)
    first = next(run)
    run.close()
    assert first.painted_size == (20, 28)
    content = small_request().content
    expected = resize(resize(content, 20, 28), 40, 56)
    np.testing.assert_allclose(first.result(), expected, atol=1.0)


def test_colours_are_kept_at_every_scale():
    iterates = paint(small_request(iterations=4, scales=2, optimizer="lbfgs", start="colors", preserve_colors=True))
    assert all(iterate.result().shape == (40, 56, 3) for iterate in iterates)


@pytest.mark.slow
@pytest.mark.parametrize("scales", [1, 2])
def test_an_effort_ends_a_run_before_its_bound_and_greater_efforts_go_lower(scales):
    runs = {
        effort: paint(small_request(effort=effort, scales=scales, optimizer="lbfgs", start="colors"))
        for effort in ("quick", "good")
    }
    for effort, iterates in runs.items():
        bound = iterations_of(small_request(effort=effort, optimizer="lbfgs").settings)
        assert iterates[-1].is_last
        assert iterates[-1].step == iterates[-1].steps
        assert iterates[-1].work_done == 1.0
        assert iterates[0].steps >= iterates[-1].steps
        assert len(iterates) <= bound + 1 if scales == 1 else True
    assert len(runs["good"]) >= len(runs["quick"])
    assert runs["good"][-1].best_losses.total <= runs["quick"][-1].best_losses.total


def test_what_several_styles_differ_among_themselves_does_not_end_a_run_early():
    light, dark = (Style(np.full((48, 48, 3), value, np.float32)) for value in (230.0, 20.0))
    request = small_request(effort="quick", optimizer="lbfgs", start="colors")
    request = replace(request, styles=[light, dark])
    canvas = prepare_canvas(request, NETWORK.mean_rgb)
    least = objective(PictureSources(canvas, NETWORK, request.settings)).least
    losses = [iterate.best_losses.total - least for iterate in paint(request)]
    assert least > 10.0 * losses[-1]  # so the whole loss hardly falls at all
    window, min_gain = WINDOWS["lbfgs"], EFFORTS["quick"].min_gain
    gains = [1.0 - losses[index] / losses[index - window] for index in range(window, len(losses))]
    assert all(gain >= min_gain for gain in gains[:-1])
    assert len(gains) > 1
