"""One scale of a run: tiles where memory is short, and smaller ones where it runs out all the same."""

import numpy as np
import pytest
import tensorflow as tf

import neural_style.engine.scale_run as module
from neural_style import stylize
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
    whole, tiled = paint(request), paint(request, memory_gb=0.75)
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


def running_out(times: int, monkeypatch) -> list[int]:
    """Let the first evaluations of the next runs fail as a full device makes them fail."""
    failures: list[int] = []

    def wrapped(build):
        def building(*parts):
            step = build(*parts)

            def failing(state):
                if len(failures) < times:
                    failures.append(1)
                    raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")
                return step(state)

            return failing

        return building

    for name in ("compiled", "in_parts"):
        monkeypatch.setattr(module, name, wrapped(getattr(module, name)))
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


def test_where_even_the_smallest_tiles_are_too_large_there_is_a_sentence_and_the_next_run_works(monkeypatch):
    with monkeypatch.context() as patch:
        running_out(99, patch)
        with pytest.raises(OptionsError, match="The memory was exhausted"):
            paint(large_request())
    assert len(paint(large_request(iterations=1))) == 2
