"""The parts of the page that need neither server nor browser."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest

from neural_style.errors import NeuralStyleError, OptionsError
from neural_style.images import save_image
from neural_style.resources import resource
from neural_style.ui import catalogue
from neural_style.ui.edge import errors_for_visitors
from neural_style.ui.environment import ServerOptions
from neural_style.ui.orders import APP_SETTINGS, Picture, settings_from_json, take_order
from neural_style.ui.painting import MIN_PREVIEW_INTERVAL_S, Painter, PreviewClock
from neural_style.ui.status import duration, status_html
from neural_style.ui.stops import StopFlags
from neural_style.ui.wall import chosen
from tests.fakes import FakeStylizer, small_picture


@pytest.fixture
def order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    for name in ("photo", "style"):
        save_image(tmp_path / f"{name}.png", small_picture())
    photo, style = (Picture.of(tmp_path / f"{name}.png") for name in ("photo", "style"))
    return take_order(photo, [(style, 1.0)], APP_SETTINGS, ServerOptions())


def fake_painter() -> tuple[Painter, FakeStylizer]:
    stylizer = FakeStylizer()
    return Painter(stylizer), stylizer


def test_the_environment_is_read_and_checked() -> None:
    options = ServerOptions.from_environment({"GRADIO_SERVER_NAME": "0.0.0.0", "NEURAL_STYLE_MAX_STEPS": " 50 "})
    assert (options.host, options.port, options.steps_limit) == ("0.0.0.0", None, 50)
    for name, value in [
        ("NEURAL_STYLE_MAX_SIDE", "big"),
        ("NEURAL_STYLE_JOBS_AT_ONCE", "0"),
        ("GRADIO_SERVER_PORT", "99999"),
    ]:
        with pytest.raises(OptionsError, match=value):
            ServerOptions.from_environment({name: value})


def test_every_variable_of_the_environment_is_in_the_table() -> None:
    from neural_style.ui import environment

    assert all(f"| `{name}` |" in (environment.__doc__ or "") for name in environment._VARIABLES.values())


def test_the_labels_are_those_of_the_sources_and_every_example_has_one() -> None:
    sources = resource("examples", "SOURCES.md").read_text(encoding="utf-8")
    rows = {row.split(" | ")[0][2:]: row for row in sources.splitlines() if row.startswith("| ")}
    for folder, examples in (("style", catalogue.paintings()), ("content", catalogue.photos())):
        assert {path.name for path in resource("examples", folder).glob("*.jpg")} == {f"{key}.jpg" for key in examples}
        for example in examples.values():
            row = rows[example.path.name]
            assert all(part in row for part in (example.title, example.maker, example.year)), row
    shown = {row.split(" | ")[0][2:] for row in catalogue.sources().splitlines()[2:]}
    assert shown == {example.path.name for example in (*catalogue.paintings().values(), *catalogue.photos().values())}


def test_stopping_gives_the_best_so_far_and_closes_the_engine(order: Any) -> None:
    painter, stylizer = fake_painter()
    stop = threading.Event()
    updates = painter.paint(order, stop)
    assert [next(updates).result for _ in range(4)] == [None] * 4
    stop.set()
    final = next(updates)
    assert final.stopped
    assert final.frame.step == 4
    assert stylizer.closed == 1
    assert final.result is not None
    assert final.result.name == "photo-style.png"
    with pytest.raises(StopIteration):
        next(updates)


def test_two_results_never_share_a_path(order: Any) -> None:
    painter, _ = fake_painter()
    paths = {list(painter.paint(order, threading.Event()))[-1].result for _ in range(2)}
    assert len(paths) == 2


def test_closing_a_job_closes_the_engine(order: Any) -> None:
    painter, stylizer = fake_painter()
    updates = painter.paint(order, threading.Event())
    next(updates)
    updates.close()
    assert stylizer.closed == 1
    assert stylizer.steps_done == 1


def test_previews_come_by_time_and_cost_at_most_a_twentieth(order: Any) -> None:
    now = 0.0
    frame = next(iter(FakeStylizer()(order.request)))

    def clock() -> float:
        return now

    previews = PreviewClock(clock)
    assert previews.take(frame) is not None
    now += MIN_PREVIEW_INTERVAL_S - 0.01
    assert previews.take(frame) is None
    now += 0.02
    assert previews.take(frame) is not None

    def slow_picture() -> np.ndarray:
        nonlocal now
        now += 2.0
        return np.zeros((4, 4, 3), np.uint8)

    object.__setattr__(frame, "picture", slow_picture)
    now += 1.0
    assert previews.take(frame) is not None
    now += 39.9
    assert previews.take(frame) is None
    now += 0.2
    assert previews.take(frame) is not None


def test_stop_flags_are_forgotten_with_their_jobs() -> None:
    flags = StopFlags()
    token, other = flags.register(), flags.register()
    flags.stop("unknown")
    with flags.running(token) as flag:
        assert not flag.is_set()
        flags.stop(token)
        assert flag.is_set()
    flags.forget(other)
    assert len(flags) == 0


def test_errors_for_people_pass_and_others_become_an_id(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(gr.Error) as told, errors_for_visitors():
        raise NeuralStyleError("<b> is no picture.")
    assert told.value.message == "&lt;b&gt; is no picture."
    with pytest.raises(gr.Error) as told, errors_for_visitors():
        raise ZeroDivisionError("secret")
    assert "secret" not in told.value.message
    assert "secret" in caplog.text


def test_a_broken_or_vanished_file_is_called_by_its_owners_name(tmp_path: Path) -> None:
    picture = Picture.from_upload({"path": str(tmp_path / "a1b2.bin"), "orig_name": "Holiday.heic"})
    assert picture is not None
    with pytest.raises(NeuralStyleError) as told:
        picture.load()
    assert "Holiday.heic" in str(told.value)
    assert str(tmp_path) not in str(told.value)


def test_a_choice_of_the_page_is_not_taken_on_trust() -> None:
    known = {"a": Picture(Path("a.jpg"), "a.jpg")}
    assert chosen({"shares": {"a": 3}, "own": []}, known) == [(known["a"], 3)]
    for malformed in (None, [], {"shares": [1]}, {"shares": {"../etc/passwd": 1}}):
        with pytest.raises(OptionsError):
            chosen(malformed, known)


def test_settings_of_a_program_are_laid_over_those_of_the_page() -> None:
    assert settings_from_json(None) == APP_SETTINGS
    wide = settings_from_json({"width": 300, "adam": {"learning_rate": 2.0}})
    assert (wide.width, wide.longest_side_px) == (300, None)
    assert (wide.adam.learning_rate, wide.adam.beta1) == (2.0, APP_SETTINGS.adam.beta1)


def test_the_status_escapes_what_is_not_its_own(order: Any) -> None:
    painter = Painter(FakeStylizer(network="<script>"))
    texts: Iterator[str] = map(status_html, painter.paint(order, threading.Event()))
    assert all("<script>" not in text and "&lt;script&gt;" in text for text in texts)


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s")])
def test_durations_are_said_as_a_person_would(seconds: float, said: str) -> None:
    assert duration(seconds) == said
