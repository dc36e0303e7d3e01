"""One job, from its request to its files."""

import io
import threading
from dataclasses import replace
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from neural_style.engine.canvas import prepare_canvas
from neural_style.images.load import load_image
from neural_style.images.resize import resize
from neural_style.record.timelapse import Timelapse
from neural_style.request import Style, StylizeRequest
from neural_style.service.orders import APP_SETTINGS, Order
from neural_style.service.runner import (
    FIRST_INTERVAL_S,
    MIN_PREVIEW_INTERVAL_S,
    PREVIEW_PX,
    PreviewClock,
    first_preview,
)
from neural_style.vgg.network import IMAGENET_MEAN_RGB
from tests.fakes import FakeStylizer, small_picture
from tests.service.helpers import fake_painter, paint, request_for


def test_a_picture_of_sixteen_bits_is_given_where_that_is_asked_for(order: Order) -> None:
    runner, _ = fake_painter()
    *_, final = paint(runner, replace(order, settings=replace(order.settings, bits=16)), threading.Event())
    assert final.files is not None
    with av.open(str(final.files.picture)) as file:
        assert next(file.decode(video=0)).format.name == "rgb48be"


def test_stopping_gives_the_best_so_far_and_closes_the_engine(order: Order) -> None:
    runner, stylizer = fake_painter()
    stop = threading.Event()
    updates = paint(runner, order, stop)
    assert [next(updates).files for _ in range(4)] == [None] * 4
    stop.set()
    final = next(updates)
    assert final.stopped
    assert final.iterate.step == 4
    assert stylizer.closed == 1
    assert final.files is not None
    assert final.files.picture.name == "photo-style.png"
    assert final.files.film is not None
    assert (final.files.film.name, final.files.recipe_file.name) == ("photo-style.mp4", "photo-style.json")
    assert load_image(final.files.before).shape == (40, 56, 3)
    with pytest.raises(StopIteration):
        next(updates)


def test_two_results_never_share_a_path(order: Order) -> None:
    runner, _ = fake_painter()
    files = [list(paint(runner, order))[-1].files for _ in range(2)]
    assert len({each.picture for each in files if each}) == 2


def test_closing_a_job_closes_the_engine(order: Order) -> None:
    runner, stylizer = fake_painter()
    updates = paint(runner, order)
    next(updates)
    updates.close()
    assert stylizer.closed == 1
    assert stylizer.steps_done == 1


def test_a_picture_that_nobody_wants_any_more_ends_without_files(order: Order) -> None:
    runner, stylizer = fake_painter()
    given_up = threading.Event()
    updates = paint(runner, order, given_up=given_up)
    assert [next(updates).files for _ in range(3)] == [None] * 3
    given_up.set()
    assert list(updates) == []
    assert stylizer.closed == 1
    assert not runner.results.exists() or not any(runner.results.iterdir())


def test_what_is_told_of_an_update_holds_no_picture(order: Order) -> None:
    runner, _ = fake_painter()
    *_, final = paint(runner, order)
    told = final.told()
    assert (told.files, told.iterate.step, told.iterate.losses) == (
        final.files,
        final.iterate.step,
        final.iterate.losses,
    )
    assert (told.iterate.exact, told.iterate.state, told.preview) == (None, None, None)
    for picture in (told.iterate.picture, told.iterate.result):
        with pytest.raises(RuntimeError):
            picture()


def test_a_film_that_cannot_be_written_costs_no_picture(order: Order, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    runner, _ = fake_painter()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Timelapse, "finish", fail)
        files = list(paint(runner, order))[-1].files
    assert files is not None
    assert files.film is None
    assert files.picture.exists()
    assert "timelapse could not be written" in caplog.text


@pytest.mark.parametrize("size", [(40, 56), (1000, 1400)])
def test_there_is_something_to_show_before_the_engine_has_anything(size: tuple[int, int]) -> None:
    request = StylizeRequest(small_picture(*size), [Style(small_picture(48, 48, seed=2))], APP_SETTINGS)
    request = replace(request, settings=replace(APP_SETTINGS, longest_side_px=size[1]))
    shown = first_preview(request)
    assert shown is not None
    with Image.open(io.BytesIO(shown)) as image:
        assert max(image.size) == min(size[1], PREVIEW_PX)
        picture = np.asarray(image, np.float32)
    start = prepare_canvas(replace(request, settings=replace(request.settings, padding_px=0)), IMAGENET_MEAN_RGB).start
    assert np.abs(picture - resize(start, *picture.shape[:2])).mean() < 8.0  # its colours are those of a smaller size


@pytest.mark.parametrize("changes", [{"start": "content"}, {"initial_noiseblend": 0.2}, {"preserve_colors": True}])
def test_a_run_that_begins_otherwise_shows_nothing_beforehand(order: Order, changes: dict[str, Any]) -> None:
    assert first_preview(request_for(replace(order, settings=replace(order.settings, **changes)))) is None


def test_previews_come_by_time_and_cost_at_most_a_twentieth(order: Order) -> None:
    now = 0.0
    iterate = next(iter(FakeStylizer()(request_for(order))))

    def clock() -> float:
        return now

    previews = PreviewClock(clock)
    assert previews.take(iterate) is not None
    now += FIRST_INTERVAL_S + 0.01
    assert previews.take(iterate) is not None
    now += MIN_PREVIEW_INTERVAL_S - 0.01
    assert previews.take(iterate) is None
    now += 0.02
    assert previews.take(iterate) is not None

    def slow_picture() -> np.ndarray:
        nonlocal now
        now += 2.0
        return np.zeros((4, 4, 3), np.uint8)

    object.__setattr__(iterate, "picture", slow_picture)
    now += 1.0
    assert previews.take(iterate) is not None
    now += 39.9
    assert previews.take(iterate) is None
    now += 0.2
    assert previews.take(iterate) is not None
