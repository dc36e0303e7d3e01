"""The parts of the page that need neither server nor browser."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest

from neural_style.engine.stopping import iterations_of
from neural_style.errors import NeuralStyleError, OptionsError
from neural_style.frame import Frame
from neural_style.images import save_image
from neural_style.presets import APP_PRESET, PRESETS
from neural_style.request import Length, Settings
from neural_style.resources import resource
from neural_style.ui import catalogue, texts
from neural_style.ui.edge import errors_for_visitors
from neural_style.ui.environment import MIN_STEPS_LIMIT, ServerOptions
from neural_style.ui.orders import (
    APP_SETTINGS,
    Order,
    Picture,
    lengths_within,
    settings_from_json,
    settings_of_look,
    take_order,
)
from neural_style.ui.painting import MIN_PREVIEW_INTERVAL_S, Painter, PreviewClock, Update
from neural_style.ui.status import duration, status_html, status_json
from neural_style.ui.stops import StopFlags
from neural_style.ui.wall import chosen
from tests.fakes import FakeStylizer, small_picture


def order_for(folder: Path, settings: Settings = APP_SETTINGS, **options: Any) -> Order:
    for name in ("photo", "style"):
        save_image(folder / f"{name}.png", small_picture())
    photo, style = (Picture.of(folder / f"{name}.png") for name in ("photo", "style"))
    return take_order(photo, [(style, 1.0)], settings, ServerOptions(**options))


@pytest.fixture
def order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Order:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    return order_for(tmp_path)


def fake_painter() -> tuple[Painter, FakeStylizer]:
    stylizer = FakeStylizer()
    return Painter(stylizer), stylizer


def test_the_environment_is_read_and_checked() -> None:
    options = ServerOptions.from_environment({"GRADIO_SERVER_NAME": "0.0.0.0", "NEURAL_STYLE_MAX_STEPS": " 90 "})
    assert (options.host, options.port, options.steps_limit, options.memory_gb) == ("0.0.0.0", None, 90, None)
    assert ServerOptions.from_environment({"NEURAL_STYLE_MEMORY_GB": "2.5"}).memory_gb == 2.5
    for name, value in [
        ("NEURAL_STYLE_MAX_SIDE", "big"),
        ("NEURAL_STYLE_JOBS_AT_ONCE", "0"),
        ("GRADIO_SERVER_PORT", "99999"),
        ("NEURAL_STYLE_MAX_STEPS", "59"),
        ("NEURAL_STYLE_MEMORY_GB", "much"),
        ("NEURAL_STYLE_MEMORY_GB", "0"),
        ("NEURAL_STYLE_MEMORY_GB", "nan"),
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


def test_stopping_gives_the_best_so_far_and_closes_the_engine(order: Order) -> None:
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


def test_two_results_never_share_a_path(order: Order) -> None:
    painter, _ = fake_painter()
    paths = {list(painter.paint(order, threading.Event()))[-1].result for _ in range(2)}
    assert len(paths) == 2


def test_closing_a_job_closes_the_engine(order: Order) -> None:
    painter, stylizer = fake_painter()
    updates = painter.paint(order, threading.Event())
    next(updates)
    updates.close()
    assert stylizer.closed == 1
    assert stylizer.steps_done == 1


def test_previews_come_by_time_and_cost_at_most_a_twentieth(order: Order) -> None:
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


def test_a_program_may_name_a_preset_and_change_it() -> None:
    bold = settings_from_json({"preset": "bold", "weights": {"content": 1.0}})
    assert bold == replace(
        PRESETS["bold"].settings,
        longest_side_px=APP_SETTINGS.longest_side_px,
        weights=replace(PRESETS["bold"].settings.weights, content=1.0),
    )


def test_every_look_of_the_page_is_a_preset_at_the_size_and_the_length_that_were_chosen() -> None:
    for look in texts.LOOKS:
        expected = replace(PRESETS[look].settings, longest_side_px=200, length="sketch")
        assert settings_of_look(look, 200, "sketch") == expected
    assert APP_PRESET in texts.LOOKS


@pytest.mark.parametrize("look", ["oil", "seed", None, ["bold"], {}])
def test_a_look_that_the_page_does_not_offer_is_refused(look: object) -> None:
    with pytest.raises(OptionsError, match="There is no look"):
        settings_of_look(look, 200, "sketch")


def test_iterations_of_a_program_take_the_place_of_the_pages_length() -> None:
    assert APP_SETTINGS.length is not None
    assert settings_from_json({"seed": 3}).length == APP_SETTINGS.length
    assert settings_from_json({"iterations": 7}).length is None
    assert settings_from_json({"iterations": 7, "length": "fine"}).length == "fine"


@pytest.mark.parametrize(
    ("limit", "offered"),
    [
        (MIN_STEPS_LIMIT, ("sketch",)),
        (149, ("sketch",)),
        (150, ("sketch", "good")),
        (500, ("sketch", "good", "fine")),
    ],
)
def test_the_page_offers_the_lengths_that_a_server_allows_and_takes_no_other(
    tmp_path: Path, limit: int, offered: tuple[Length, ...]
) -> None:
    assert lengths_within(ServerOptions(steps_limit=limit)) == offered
    for length in texts.LENGTHS:
        settings = settings_from_json({"length": length})
        if length in offered:
            assert order_for(tmp_path, settings, steps_limit=limit).request.settings == settings
        else:
            sentence = f"length {length} may take {iterations_of(settings)} steps; this server makes at most {limit}"
            with pytest.raises(OptionsError, match=sentence):
                order_for(tmp_path, settings, steps_limit=limit)


def test_a_number_of_steps_is_held_to_the_limit_of_the_server(tmp_path: Path) -> None:
    assert order_for(tmp_path, settings_from_json({"iterations": 60}), steps_limit=60)
    with pytest.raises(OptionsError, match="61 steps were asked for; this server makes at most 60"):
        order_for(tmp_path, settings_from_json({"iterations": 61}), steps_limit=60)


def frame_of(order: Order, **changes: Any) -> Frame:
    first, second, *_ = FakeStylizer()(order.request)
    assert first.step == 0
    return replace(second, **changes)


def test_the_status_says_the_size_that_is_painted_at_only_where_it_is_not_that_of_the_result(order: Order) -> None:
    size = order.request.canvas_size
    small = Update(frame_of(order, painted_size=(20, 28), work_done=0.25, elapsed_s=10.0), size)
    assert "Step 1 of at most 80 · painting at 28 px · about 30 s left, or less." in status_html(small)
    assert '<progress value="0.2500"' in status_html(small)
    large = Update(frame_of(order, painted_size=size), size)
    assert "painting at" not in status_html(large)


def test_a_run_whose_length_was_reached_is_finished_and_one_with_a_notice_is_not(order: Order) -> None:
    size = order.request.canvas_size
    reached = Update(frame_of(order, steps=1, is_last=True), size, result=Path("a.png"))
    assert "Finished after 1 steps in" in status_html(reached)
    notice = "The style loss was no longer finite."
    ended = Update(frame_of(order, steps=1, is_last=True, notice=notice), size, result=Path("a.png"))
    assert f"Ended after 1 steps. {notice}" in status_html(ended)


def test_programs_are_told_what_the_page_leaves_out(order: Order) -> None:
    told = status_json(Update(frame_of(order, work_done=0.25), order.request.canvas_size))
    assert (told["work_done"], told["arithmetic"]) == (0.25, "float32")
    assert told["painted_size"] == {"width": 56, "height": 40}


def test_the_status_escapes_what_is_not_its_own(order: Order) -> None:
    painter = Painter(FakeStylizer(network="<script>"))
    texts: Iterator[str] = map(status_html, painter.paint(order, threading.Event()))
    assert all("<script>" not in text and "&lt;script&gt;" in text for text in texts)


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s")])
def test_durations_are_said_as_a_person_would(seconds: float, said: str) -> None:
    assert duration(seconds) == said
