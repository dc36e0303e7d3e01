"""One scale of a run: tiles where memory is short, and smaller ones where it runs out all the same."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from neural_style import stylize
from neural_style.engine.evaluation import WholeEvaluation
from neural_style.engine.tiles import TiledEvaluation
from neural_style.errors import OptionsError
from neural_style.request import Style, StylizeRequest
from neural_style.settings import Settings
from tests.fakes import small_picture, tiny_network

NETWORK = tiny_network()


def large_request(**settings: object) -> StylizeRequest:
    given = {"iterations": 2, "optimizer": "lbfgs", "start": "colors", "precision": "float32", **settings}
    return StylizeRequest(
        small_picture(560, 420, seed=1),
        [Style(small_picture(48, 48, seed=2))],
        Settings(**given),  # pyright: ignore[reportArgumentType]
    )


def paint(request: StylizeRequest, memory_gb: float | None = None):
    return list(stylize(request, lambda: NETWORK, memory_gb=memory_gb))


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_little_memory_means_tiles_and_the_same_picture(optimizer):
    request = large_request(optimizer=optimizer)
    whole, tiled = paint(request), paint(request, memory_gb=2.0)
    assert [iterate.tile_px for iterate in whole] == [None] * 3
    assert all(iterate.tile_px is not None for iterate in tiled)
    assert [iterate.losses.total for iterate in tiled] == pytest.approx(
        [iterate.losses.total for iterate in whole], rel=1e-4
    )
    difference = whole[-1].result().astype(float) - tiled[-1].result()
    assert np.abs(difference).mean() < 0.1


def test_a_picture_that_does_not_fit_in_any_way_is_refused_before_any_work():
    with pytest.raises(OptionsError, match=r"The largest size of this shape that fits is|No size fits"):
        paint(large_request(), memory_gb=0.21)


def running_out(times: int, monkeypatch, after: int = 0) -> list[int]:
    """Let evaluations of the next runs, whole or in tiles, fail as a full device makes them fail.

    Args:
        times: how many of them, one after the other.
        monkeypatch: takes it back.
        after: how many succeed before.
    """
    failures: list[int] = []
    made: list[int] = []

    def failing(evaluate):
        def evaluation(self, image):
            made.append(1)
            if len(made) > after and len(failures) < times:
                failures.append(1)
                raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")
            return evaluate(self, image)

        return evaluation

    for evaluation in (WholeEvaluation, TiledEvaluation):
        monkeypatch.setattr(evaluation, "__call__", failing(evaluation.__call__))
    return failures


def test_where_memory_runs_out_the_run_goes_on_in_tiles_to_the_same_picture(monkeypatch):
    request = large_request()
    expected = paint(request)
    failures = running_out(2, monkeypatch)
    iterates = paint(request)
    assert len(failures) == 2
    assert [iterate.tile_px for iterate in iterates] == [256] * 3
    assert [iterate.step for iterate in iterates] == [0, 1, 2]
    assert iterates[-1].losses.total == pytest.approx(expected[-1].losses.total, rel=1e-4)


def test_where_memory_runs_out_later_the_run_goes_on_from_the_picture_it_had_and_keeps_the_best(monkeypatch):
    request = large_request(iterations=4)
    expected = list(itertools.islice(stylize(request, lambda: NETWORK), 3))
    failures = running_out(1, monkeypatch, after=2)
    iterates = paint(request)
    assert len(failures) == 1
    assert [iterate.tile_px is None for iterate in iterates] == [True, True, False, False, False]
    assert [iterate.step for iterate in iterates] == [0, 1, 2, 3, 4]
    totals, of_expected = ([iterate.losses.total for iterate in run] for run in (iterates, expected))
    assert totals[:3] == pytest.approx(of_expected, rel=1e-4)
    assert iterates[-1].best_losses.total == min(totals)


def test_where_even_the_smallest_tiles_are_too_large_there_is_a_sentence_and_the_next_run_works(monkeypatch):
    with monkeypatch.context() as patch:
        running_out(99, patch)
        with pytest.raises(OptionsError, match="The memory was exhausted"):
            paint(large_request())
    assert len(paint(large_request(iterations=1))) == 2
