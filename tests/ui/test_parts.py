"""The parts of the page that need neither server nor browser."""

import threading
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import gradio as gr
import numpy as np
import pytest

from neural_style.engine.stopping import iterations_of
from neural_style.errors import NeuralStyleError, OptionsError
from neural_style.frame import Frame
from neural_style.images import load_image
from neural_style.networks.provider import ProviderStatus
from neural_style.output import save_image
from neural_style.presets import APP_PRESET, PRESETS
from neural_style.record.recipe import KeptStyle, settings_to_dict
from neural_style.record.timelapse import Timelapse
from neural_style.request import StylizeRequest
from neural_style.resources import resource
from neural_style.settings import Length, LossWeights, Settings
from neural_style.ui import texts
from neural_style.ui.advanced import FIELDS, read_page, values_of
from neural_style.ui.catalogue import Catalogue
from neural_style.ui.edge import errors_for_visitors
from neural_style.ui.environment import MIN_STEPS_LIMIT, ServerOptions
from neural_style.ui.jobs import Jobs
from neural_style.ui.orders import (
    APP_SETTINGS,
    ChosenStyle,
    Order,
    Picture,
    lengths_within,
    settings_from_json,
    settings_of_look,
)
from neural_style.ui.painting import FIRST_INTERVAL_S, MIN_PREVIEW_INTERVAL_S, Kept, Painter, PreviewClock, Update
from neural_style.ui.status import badge, duration, rough_duration, status_html, status_json
from neural_style.ui.studio import Studio
from neural_style.ui.wall import chosen, restored
from tests.fakes import FakeStylizer, small_picture


def order_for(folder: Path, settings: Settings = APP_SETTINGS) -> Order:
    for name in ("photo", "style"):
        save_image(folder / f"{name}.png", small_picture())
    photo, style = (Picture.of(folder / f"{name}.png") for name in ("photo", "style"))
    return Order(photo, (ChosenStyle(style),), settings)


def request_for(order: Order, **options: Any) -> StylizeRequest:
    return order.request(ServerOptions(**options))


@pytest.fixture
def order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Order:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    return order_for(tmp_path)


def painter_over(stylizer: FakeStylizer) -> Painter:
    return Painter(Studio(stylizer, lambda: ProviderStatus("fake", "off", 0, 0, "")))


def fake_painter() -> tuple[Painter, FakeStylizer]:
    stylizer = FakeStylizer()
    return painter_over(stylizer), stylizer


def paint(
    painter: Painter, order: Order, stop: threading.Event | None = None, **more: Any
) -> Generator[Update, None, None]:
    return painter.paint(request_for(order), order.file_stem, stop or threading.Event(), **more)


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
        ("NEURAL_STYLE_MAX_UPLOAD_MB", "0"),
        ("NEURAL_STYLE_MCP", "maybe"),
        ("NEURAL_STYLE_EXAMPLES", "/no/such/folder"),
    ]:
        with pytest.raises(OptionsError, match=value):
            ServerOptions.from_environment({name: value})


def test_words_switches_and_accounts_are_read_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "style").mkdir()
    options = ServerOptions.from_environment(
        {
            "NEURAL_STYLE_TITLE": "The Atelier",
            "NEURAL_STYLE_AUTH": "ann:pa:ss, bob:word",
            "NEURAL_STYLE_EXAMPLES": str(tmp_path),
            "NEURAL_STYLE_MCP": "No",
        }
    )
    assert (options.title, options.examples, options.mcp) == ("The Atelier", tmp_path, False)
    assert ServerOptions.from_environment({"NEURAL_STYLE_MCP": "Yes"}).mcp
    assert options.auth == (("ann", "pa:ss"), ("bob", "word"))
    with pytest.raises(OptionsError, match="NEURAL_STYLE_AUTH must be name:password") as told:
        ServerOptions.from_environment({"NEURAL_STYLE_AUTH": "ann:ok,secret"})
    assert "secret" not in str(told.value)


def test_tools_without_passwords_are_not_offered_beside_a_page_with_them() -> None:
    with pytest.raises(OptionsError, match="NEURAL_STYLE_MCP and NEURAL_STYLE_AUTH do not go together"):
        ServerOptions(mcp=True, auth=(("ann", "secret"),))


def test_every_variable_of_the_environment_is_in_both_tables() -> None:
    from neural_style.ui import environment

    readme = resource("README.md").read_text(encoding="utf-8")
    rows = [line for line in (environment.__doc__ or "").splitlines() if line.startswith("| `")]
    assert {row.split("`")[1] for row in rows} == set(environment._VARIABLES.values())
    assert all(row in readme for row in rows)


def test_the_labels_are_those_of_the_sources_and_every_example_has_one() -> None:
    sources = resource("examples", "SOURCES.md").read_text(encoding="utf-8")
    rows = {row.split(" | ")[0][2:]: row for row in sources.splitlines() if row.startswith("| ")}
    catalogue = Catalogue()
    for folder, examples in (("style", catalogue.paintings), ("content", catalogue.photos)):
        assert {path.name for path in resource("examples", folder).glob("*.jpg")} == {f"{key}.jpg" for key in examples}
        for example in examples.values():
            row = rows[example.path.name]
            assert all(part in row for part in (example.title, example.maker, example.year)), row
    shown = {row.split(" | ")[0][2:] for row in catalogue.sources().splitlines()[2:]}
    assert shown == {example.path.name for example in (*catalogue.paintings.values(), *catalogue.photos.values())}


def test_an_operators_folder_takes_the_place_of_the_examples(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("content/my_cat.png", "style/b.png", "style/a.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        save_image(tmp_path / name, small_picture())
    (tmp_path / "style" / "notes.txt").write_text("no picture")
    catalogue = Catalogue(tmp_path)
    assert [(key, photo.title) for key, photo in catalogue.photos.items()] == [("my_cat", "my cat")]
    assert list(catalogue.paintings) == ["a", "b"]
    assert "notes.txt" in caplog.text
    assert catalogue.sources() == ""
    (tmp_path / "SOURCES.md").write_text("All mine.")
    assert catalogue.sources() == "All mine."


def test_a_picture_of_sixteen_bits_is_given_where_that_is_asked_for(order: Order) -> None:
    painter, _ = fake_painter()
    *_, final = paint(painter, replace(order, settings=replace(order.settings, bits=16)), threading.Event())
    assert final.kept is not None
    with av.open(str(final.kept.picture)) as file:
        assert next(file.decode(video=0)).format.name == "rgb48be"


def test_stopping_gives_the_best_so_far_and_closes_the_engine(order: Order) -> None:
    painter, stylizer = fake_painter()
    stop = threading.Event()
    updates = paint(painter, order, stop)
    assert [next(updates).kept for _ in range(4)] == [None] * 4
    stop.set()
    final = next(updates)
    assert final.stopped
    assert final.frame.step == 4
    assert stylizer.closed == 1
    assert final.kept is not None
    assert final.kept.picture.name == "photo-style.png"
    assert final.kept.film is not None
    assert (final.kept.film.name, final.kept.recipe_file.name) == ("photo-style.mp4", "photo-style.json")
    assert load_image(final.kept.before).shape == (40, 56, 3)
    with pytest.raises(StopIteration):
        next(updates)


def test_two_results_never_share_a_path(order: Order) -> None:
    painter, _ = fake_painter()
    kept = [list(paint(painter, order))[-1].kept for _ in range(2)]
    assert len({each.picture for each in kept if each}) == 2


def test_closing_a_job_closes_the_engine(order: Order) -> None:
    painter, stylizer = fake_painter()
    updates = paint(painter, order)
    next(updates)
    updates.close()
    assert stylizer.closed == 1
    assert stylizer.steps_done == 1


def test_who_leaves_leaves_the_best_so_far_behind(order: Order) -> None:
    painter, stylizer = fake_painter()
    left: list[Update] = []
    updates = paint(painter, order, leave_behind=left.append)
    next(updates)
    next(updates)
    updates.close()
    assert stylizer.closed == 1
    (final,) = left
    assert final.stopped
    assert final.kept is not None
    np.testing.assert_array_equal(load_image(final.kept.picture), final.frame.result())


def test_a_film_that_cannot_be_written_costs_no_picture(order: Order, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    painter, _ = fake_painter()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Timelapse, "finish", fail)
        kept = list(paint(painter, order))[-1].kept
    assert kept is not None
    assert kept.film is None
    assert kept.picture.exists()
    assert "timelapse could not be written" in caplog.text


def test_previews_come_by_time_and_cost_at_most_a_twentieth(order: Order) -> None:
    now = 0.0
    frame = next(iter(FakeStylizer()(request_for(order))))

    def clock() -> float:
        return now

    previews = PreviewClock(clock)
    assert previews.take(frame) is not None
    now += FIRST_INTERVAL_S + 0.01
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


def test_jobs_are_forgotten_when_they_are_over(order: Order) -> None:
    jobs = Jobs()
    token, other = jobs.register(order, "a visit"), jobs.register(order, "another")
    jobs.stop("unknown")
    with jobs.running(token) as job:
        assert (job.order, job.visit, job.stop.is_set()) == (order, "a visit", False)
        jobs.stop(token)
        assert job.stop.is_set()
    jobs.forget(other)
    assert len(jobs) == 0
    with pytest.raises(OptionsError, match=texts.STATUS_LEFT_QUEUE), jobs.running(token):
        pass


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
    mix = {"share": 3, "scale": 0.5}
    assert chosen({"styles": {"a": mix}, "own": []}, known) == (ChosenStyle(known["a"], 3, 0.5),)
    for malformed in (
        *(None, [], {"styles": [1]}, {"styles": {"../etc/passwd": mix}}),
        *({"styles": {"a": 3}}, {"styles": {"a": {"share": 3}}}, {"styles": {"a": {**mix, "path": "x"}}}),
    ):
        with pytest.raises(OptionsError):
            chosen(malformed, known)


def test_a_recipe_hangs_what_it_names_and_takes_the_visitors_own_for_the_rest() -> None:
    own: Any = [{"key": key, "title": key, "maker": "", "year": "", "thumbnail": ""} for key in ("x", "y", "z")]
    before: Any = {"styles": {"z": {"share": 50, "scale": 1.0}}, "own": own}
    kept = [KeptStyle(0.5, 2.0, "night"), KeptStyle(1.0), KeptStyle(0.25, title="no longer here")]
    after, to_add = restored(before, kept, {"night": None})
    assert after["styles"] == {"night": {"share": 50.0, "scale": 2.0}, "z": {"share": 100.0, "scale": 1.0}}
    assert (after["own"], to_add) == (own, 1)
    assert restored(before, [], {}) == ({"styles": {}, "own": own}, 0)
    nothing = restored(before, [KeptStyle(0.0, title="night")], {"night": None})
    assert nothing[0]["styles"]["night"]["share"] == 0.0


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


def panel_of(look: str) -> list[Any]:
    return values_of(PRESETS[look].settings)


def test_every_look_of_the_page_is_a_preset_at_the_size_and_the_length_that_were_chosen() -> None:
    for look in texts.LOOKS:
        expected = replace(PRESETS[look].settings, longest_side_px=200, length="sketch")
        assert read_page((look, look), 200, "sketch", panel_of(look)) == expected
        late = read_page((look, "another"), 200, "sketch", panel_of("seed"))  # the panel has not been filled yet
        assert late == expected
    assert APP_PRESET in texts.LOOKS


@pytest.mark.parametrize("look", ["oil", "seed", None, ["bold"], {}])
def test_a_look_that_the_page_does_not_offer_is_refused(look: object) -> None:
    with pytest.raises(OptionsError, match="There is no look"):
        settings_of_look(look)


def test_the_panel_shows_every_setting_and_reads_it_back() -> None:
    settings = Settings(
        weights=LossWeights(style=0.5, style_balance="relative"),
        optimizer="adam",
        start="noise",
        initial_noiseblend=0.25,
        iterations=7,
        width=300,
        seed=9,
    )
    assert read_page((None, ""), 200, "good", values_of(settings)) == settings
    paths = {field.path for field in FIELDS} | {"length", "longest_side_px"}
    names = set(settings_to_dict(settings)) - {"weights", "adam"}
    names |= {f"{name}.{key}" for name in ("weights", "adam") for key in settings_to_dict(settings)[name]}
    assert paths == names
    assert texts.ADVANCED.keys() == {field.path for field in FIELDS}


def test_a_field_that_is_empty_or_no_number_is_named() -> None:
    values = dict(zip([field.path for field in FIELDS], panel_of("painted"), strict=True))
    for path, value, words in [
        ("weights.style", None, '"Style weight" in Advanced is empty'),
        ("width", "wide", "\"Exact width in pixels\" in Advanced must be a number or empty; got 'wide'"),
        ("initial_noiseblend", "2", "initial noise blend"),
        ("seed", -1, "seed"),
    ]:
        with pytest.raises(OptionsError, match=words):
            read_page(("painted", "painted"), 200, "good", list((values | {path: value}).values()))
    empty = read_page(("painted", "painted"), 200, "good", list((values | {"width": " "}).values()))
    assert empty.width is None


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
            assert request_for(order_for(tmp_path, settings), steps_limit=limit).settings == settings
        else:
            sentence = f"length {length} may take {iterations_of(settings)} steps; this server makes at most {limit}"
            with pytest.raises(OptionsError, match=sentence):
                request_for(order_for(tmp_path, settings), steps_limit=limit)


def test_a_number_of_steps_is_held_to_the_limit_of_the_server(tmp_path: Path) -> None:
    assert request_for(order_for(tmp_path, settings_from_json({"iterations": 60})), steps_limit=60)
    with pytest.raises(OptionsError, match="61 steps were asked for; this server makes at most 60"):
        request_for(order_for(tmp_path, settings_from_json({"iterations": 61})), steps_limit=60)


def frame_of(order: Order, **changes: Any) -> Frame:
    first, second, *_ = FakeStylizer()(request_for(order))
    assert first.step == 0
    return replace(second, **changes)


def kept(folder: Path) -> Kept:
    return Kept(picture=folder / "a.png", before=folder / "before.jpg", film=None, recipe="{}")


def test_the_status_says_the_size_that_is_painted_at_only_where_it_is_not_that_of_the_result(order: Order) -> None:
    request = request_for(order)
    small = Update(frame_of(order, painted_size=(20, 28), work_done=0.2, elapsed_s=10.0), request)
    assert "Step 1 of at most 80 · painting at 28 px · about 30 s left." in status_html(small)
    assert '<progress value="0.2000"' in status_html(small)
    large = Update(frame_of(order, painted_size=request.canvas_size), request)
    assert "painting at" not in status_html(large)


def test_a_run_whose_length_was_reached_is_finished_and_one_with_a_notice_is_not(order: Order) -> None:
    request = request_for(order)
    reached = Update(frame_of(order, steps=1, is_last=True), request, kept=kept(Path()))
    assert "Finished after 1 steps in" in status_html(reached)
    notice = "The style loss was no longer finite."
    ended = Update(frame_of(order, steps=1, is_last=True, notice=notice), request, kept=kept(Path()))
    assert f"Ended after 1 steps. {notice}" in status_html(ended)


def test_programs_are_told_what_the_page_leaves_out(order: Order) -> None:
    told = status_json(Update(frame_of(order, work_done=0.25), request_for(order)))
    assert (told["work_done"], told["arithmetic"]) == (0.25, "float32")
    assert told["painted_size"] == {"width": 56, "height": 40}


def test_the_status_escapes_what_is_not_its_own(order: Order) -> None:
    painter = painter_over(FakeStylizer(network="<script>"))
    said = map(status_html, paint(painter, order))
    assert all("<script>" not in text and "&lt;script&gt;" in text for text in said)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (ProviderStatus("VGG-19", "done", 5, 5, "all"), "Painting with VGG-19."),
        (ProviderStatus("a <b>", "off", 0, 0, "all"), "Painting with a &lt;b&gt;."),
        (ProviderStatus("small", "fetching", 0, 0, "all"), "Painting with small. VGG-19 is on its way."),
        (ProviderStatus("small", "fetching", 267, 535, "all"), "Painting with small. VGG-19 is on its way: 49 %."),
        (ProviderStatus("small", "failed", 0, 0, "all"), "could not be fetched"),
        (ProviderStatus("", "off", 0, 0, "No file."), "There is no network to paint with."),
    ],
)
def test_the_badge_says_which_network_paints_and_how_the_better_one_comes_along(
    status: ProviderStatus, said: str
) -> None:
    assert said in badge(status)
    assert f'class="badge {status.fetch}" title="{status.sentence}"' in badge(status)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "1 s"), (7.4, "7 s"), (43, "45 s"), (89, "90 s"), (91, "2 min"), (290, "5 min")]
)
def test_an_estimate_is_said_roughly(seconds: float, said: str) -> None:
    assert rough_duration(seconds) == said


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s")])
def test_durations_are_said_as_a_person_would(seconds: float, said: str) -> None:
    assert duration(seconds) == said
