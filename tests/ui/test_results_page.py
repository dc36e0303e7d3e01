"""A finished picture on the page, and finding it again, in a real browser."""

import json
import re
from pathlib import Path
from threading import Event
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from neural_style.images.load import load_image
from neural_style.presets import PRESETS
from neural_style.record.recipe import load_recipe
from neural_style.record.timelapse import animated_webp
from neural_style.settings import ROWS
from neural_style.ui.texts import texts
from tests.browser import TIMEOUT_MS, add_painting, choose, previews, set_slider, unfold, visit
from tests.ui.conftest import Server, download, picture_file, serving

pytestmark = pytest.mark.browser
expect.set_options(timeout=TIMEOUT_MS)

NIGHT, WAVE = "starry_night_van_gogh", "great_wave_hokusai"


def paint(page: Page, photo: str) -> None:
    choose(page, photo, {NIGHT: 50})
    page.click("#paint")
    finished(page)


def finished(page: Page) -> None:
    expect(page.locator("#status")).to_contain_text("Finished")
    expect(page.locator("#paint")).to_be_visible()
    expect(page.locator("#download")).to_be_visible()


def cut_of(page: Page) -> float:
    return page.locator("#viewer .viewer").evaluate("figure => parseFloat(figure.style.getPropertyValue('--cut'))")


def test_photo_and_picture_are_compared_by_pointer_and_by_keyboard(
    server: Server, browser: Browser, photo: str
) -> None:
    server.stylizer.steps = 3
    with visit(browser, server.url) as page:
        paint(page, photo)
        viewer = page.locator("#viewer")
        sizes = [
            viewer.locator(name).evaluate("image => [image.naturalWidth, image.naturalHeight]")
            for name in (".before", ".after")
        ]
        assert sizes == [[160, 120], [160, 120]]
        assert cut_of(page) == 0
        box = viewer.locator(".after").bounding_box()
        assert box
        y = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 5, y)
        page.mouse.down()
        page.mouse.move(box["x"] + 0.6 * box["width"], y, steps=4)
        page.mouse.up()
        assert cut_of(page) == pytest.approx(60, abs=1)
        slider = page.get_by_label(texts().compare_label)
        slider.press("Home")
        assert cut_of(page) == 0
        for _ in range(3):
            slider.press("ArrowRight")
        assert cut_of(page) == 3


def test_the_film_can_be_watched_and_ends_with_the_picture(
    server: Server, browser: Browser, photo: str, tmp_path: Path
) -> None:
    server.stylizer.steps = 30
    with visit(browser, server.url, accept_downloads=True) as page:
        paint(page, photo)
        unfold(page, texts().timelapse_heading)
        expect(page.locator("#film video")).to_be_visible()
        result = load_image(download(page, "#download", tmp_path))
        film, animation = download(page, "#mp4", tmp_path), download(page, "#webp", tmp_path)
    assert (film.name, animation.name) == (f"my_photo-{NIGHT}.mp4", f"my_photo-{NIGHT}.webp")
    with av.open(str(film)) as container:
        iterates = [iterate.to_ndarray(format="rgb24") for iterate in container.decode(video=0)]
    assert len({iterate.tobytes() for iterate in iterates}) > 10
    assert np.abs(iterates[-1] - result).mean() < 8  # colour has half the resolution
    assert np.abs(iterates[0] - result).mean() > 20
    with Image.open(animation) as shown:
        assert getattr(shown, "n_frames", 1) > 10


def test_a_file_that_is_still_being_made_cannot_be_fetched(
    server: Server, browser: Browser, photo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Event()

    def slowly(film: Path, animation: Path) -> None:
        assert made.wait(20)
        animated_webp(film, animation)

    monkeypatch.setattr("neural_style.ui.run_events.animated_webp", slowly)
    with visit(browser, server.url) as page:
        paint(page, photo)
        unfold(page, texts().timelapse_heading)
        expect(page.locator("#mp4")).to_be_enabled()
        expect(page.locator("#webp")).to_be_disabled()
        made.set()
        expect(page.locator("#webp")).to_be_enabled()


def test_a_picture_is_gone_on_from_enlarged_and_made_anew(
    server: Server, browser: Browser, photo: str, tmp_path: Path
) -> None:
    server.stylizer.steps = 3
    with visit(browser, server.url, accept_downloads=True) as page:
        paint(page, photo)
        first = load_image(download(page, "#download", tmp_path))
        for button in ("#keep-going", "#bigger", "#another"):
            page.click(button)
            expect(page.locator("#download")).to_be_hidden()
            finished(page)
        expect(page.locator("#strip .strip-result")).to_have_count(4)
    plain, more, larger, other = server.stylizer.requests
    for request in (more, larger):
        assert request.settings.start == "image"
        assert request.initial is not None
    np.testing.assert_array_equal(more.initial, first)
    assert (more.settings.iterations, more.settings.effort, more.canvas_size) == (50, None, (120, 160))
    assert larger.canvas_size == (240, 320)
    assert other.settings.seed != plain.settings.seed
    assert other.settings.noise_share > 0
    assert all(request.content.shape == plain.content.shape for request in server.stylizer.requests)


def test_bigger_ends_in_words_at_the_servers_limit(server: Server, browser: Browser, tmp_path: Path) -> None:
    server.stylizer.steps = 2
    large = picture_file(tmp_path / "large.png", 1, height=400, width=660)
    with visit(browser, server.url) as page:
        choose(page, large, {NIGHT: 50})
        page.locator("#side input[type=number]").fill("660")
        page.locator("#side input[type=number]").press("Tab")
        page.click("#paint")
        finished(page)
        page.click("#bigger")
        page.locator(".toast-body", has_text="at most 700 px").wait_for()
        expect(page.locator("#download")).to_be_visible()
    assert len(server.stylizer.requests) == 1


def test_the_strip_brings_an_earlier_picture_back(server: Server, browser: Browser, photo: str, tmp_path: Path) -> None:
    server.stylizer.steps = 2
    with visit(browser, server.url, accept_downloads=True) as page:
        paint(page, photo)
        expect(page.locator("#strip .strip-result")).to_have_count(1)
        page.click('.photo[data-key="red_panda"]')
        expect(page.locator("#photo img")).to_have_attribute("src", re.compile("red_panda"))
        page.click("#paint")
        expect(page.locator("#strip .strip-result")).to_have_count(2)
        page.locator("#strip .strip-result").last.click()
        expect(page.locator("#strip .strip-result").last).to_have_attribute("aria-pressed", "true")
        assert load_image(download(page, "#download", tmp_path)).shape == (120, 160, 3)
        page.locator("#strip .strip-result").first.click()
        expect(page.locator("#strip .strip-result").first).to_have_attribute("aria-pressed", "true")
        assert load_image(download(page, "#download", tmp_path)).shape == (360, 640, 3)


def test_a_reload_finds_the_last_picture_and_another_browser_does_not(
    server: Server, browser: Browser, photo: str, tmp_path: Path
) -> None:
    server.stylizer.steps = 3
    with visit(browser, server.url, accept_downloads=True) as page:
        paint(page, photo)
        first = load_image(download(page, "#download", tmp_path))
        page.reload()
        expect(page.locator("#status")).to_contain_text("Finished after 3 steps")
        np.testing.assert_array_equal(load_image(download(page, "#download", tmp_path)), first)
        page.click("#keep-going")
        expect(page.locator("#strip .strip-result")).to_have_count(2)
        with visit(browser, server.url) as stranger:
            stranger.wait_for_timeout(1000)
            expect(stranger.locator("#download")).to_be_hidden()
            expect(stranger.locator("#viewer")).to_contain_text(texts().viewer_empty)


def test_a_recipe_is_shown_and_put_into_another_page(
    server: Server, browser: Browser, photo: str, tmp_path: Path
) -> None:
    server.stylizer.steps = 3
    with visit(browser, server.url, accept_downloads=True) as page:
        choose(page, photo, {NIGHT: 80, WAVE: 20})
        page.locator(f'.mix input.scale[data-key="{WAVE}"]').fill("-2")
        page.get_by_label(PRESETS["bold"].label, exact=True).check()
        page.get_by_label(ROWS["effort"].title("best"), exact=True).check()
        page.click("#paint")
        finished(page)
        picture = download(page, "#download", tmp_path)
        unfold(page, texts().recipe_heading)
        recipe = download(page, "#recipe-download", tmp_path)
        assert page.locator("#recipe-text textarea").input_value() == recipe.read_text(encoding="utf-8")
        link = page.locator("#recipe-link").get_by_role("textbox").input_value()
    assert recipe.suffix == ".json"
    assert load_recipe(recipe) == load_recipe(picture)
    for source in (picture, recipe, link):
        with visit(browser, source if isinstance(source, str) else server.url) as page:
            if isinstance(source, Path):
                unfold(page, texts().recipe_heading)
                page.set_input_files("#recipe-drop input[type=file]", source)
            expect(page.locator("#recipe-note")).to_contain_text(texts().recipe_restored)
            expect(page.locator(".mix-value.share")).to_have_text(["80 %", "20 %"])
            expect(page.get_by_label(PRESETS["bold"].label, exact=True)).to_be_checked()
            page.set_input_files("#photo input[type=file]", photo)
            page.wait_for_selector("#photo img")
            page.click("#paint")
            finished(page)
    first, *others = server.stylizer.requests
    assert len(others) == 3
    for request in others:
        kept = load_recipe(picture).settings
        assert request.settings == kept
        assert [style.scale for style in request.styles] == [style.scale for style in first.styles] == [1.0, 0.5]
        assert request.shares == first.shares == (0.8, 0.2)


@pytest.mark.parametrize(
    ("changes", "look", "strength"),
    [({}, "print", "0.33"), ({"weights": {"matching": 7}}, None, "0.4")],
    ids=["on the scale", "off it"],
)
def test_a_recipe_at_a_strength_between_the_steps_of_the_page_is_painted_as_it_is(
    server: Server, browser: Browser, photo: str, tmp_path: Path, *, changes: Any, look: str | None, strength: str
) -> None:
    server.stylizer.steps = 2
    recipe = tmp_path / "recipe.json"
    given = {"preset": "print", "strength": 0.33, "longest_side_px": 128, **changes}
    recipe.write_text(json.dumps({"settings": given}), encoding="utf-8")
    with visit(browser, server.url) as page:
        set_slider(page, "strength", 0.9)
        unfold(page, texts().recipe_heading)
        page.set_input_files("#recipe-drop input[type=file]", recipe)
        expect(page.locator("#recipe-note")).to_contain_text(texts().recipe_restored)
        expect(page.locator("#strength input[type=number]")).to_have_value(strength)
        expect(page.locator("#look input:checked")).to_have_count(0 if look is None else 1)
        if look is not None:
            expect(page.get_by_label(PRESETS[look].label, exact=True)).to_be_checked()
        paint(page, photo)
    assert server.stylizer.requests[0].settings == load_recipe(recipe).settings


def test_what_is_no_recipe_is_said(server: Server, browser: Browser, photo: str) -> None:
    with visit(browser, server.url) as page:
        unfold(page, texts().recipe_heading)
        page.set_input_files("#recipe-drop input[type=file]", photo)
        page.locator(".toast-body", has_text="No recipe can be read from my photo.png").wait_for()
    with visit(browser, server.url + "?recipe={oops") as page:
        expect(page.locator("#recipe-note")).to_contain_text("A recipe is JSON")


def test_own_paintings_of_a_recipe_are_asked_for(server: Server, browser: Browser, photo: str, tmp_path: Path) -> None:
    server.stylizer.steps = 2
    own = picture_file(tmp_path / "own.png", seed=3)
    with visit(browser, server.url, accept_downloads=True) as page:
        choose(page, photo, {NIGHT: 50})
        add_painting(page, own)
        expect(page.locator(".mix-row")).to_have_count(2)
        page.click("#paint")
        finished(page)
        picture = download(page, "#download", tmp_path)
    with visit(browser, server.url) as page:
        unfold(page, texts().recipe_heading)
        page.set_input_files("#recipe-drop input[type=file]", picture)
        expect(page.locator("#recipe-note")).to_contain_text(texts().recipe_missing.format(all=2, numbers=2))
        expect(page.locator(".mix-row")).to_have_count(1)


def test_the_wait_is_said_before_the_start(browser: Browser, photo: str) -> None:
    with serving() as server, visit(browser, server.url) as page:
        expect(page.locator("#estimate")).to_have_text(pattern(texts().estimate))
        before = page.locator("#estimate").inner_text()
        page.get_by_label(ROWS["effort"].title("best"), exact=True).check()
        expect(page.locator("#estimate")).not_to_have_text(before)


def pattern(template: str) -> re.Pattern[str]:
    """Return what a sentence on the wait looks like, whatever its size and time."""
    return re.compile(template.replace("{time}", r"\d+ s").replace("{width}", r"\d+").replace("{height}", r"\d+"))


def test_the_wait_counts_the_pictures_before_and_is_no_news_while_it_paints(browser: Browser, photo: str) -> None:
    alone, after_one, after_two = (
        pattern(texts().estimate),
        pattern(texts().estimate_after_one),
        pattern(texts().estimate_after.replace("{ahead}", "2")),
    )
    with serving() as server, visit(browser, server.url) as first:
        server.stylizer.delay_s, server.stylizer.steps = 0.1, 1000  # until it is stopped
        choose(first, photo, {NIGHT: 50})
        first.click("#paint")
        previews(first, 2)
        expect(first.locator("#estimate")).to_be_hidden()
        set_slider(first, "side", 256)  # it is worked out anew
        first.wait_for_timeout(500)
        leaving = "AbortError|Connection errored"  # what Gradio says of events that a reload ends
        with visit(browser, server.url) as second, visit(browser, server.url, tolerated=leaving) as third:
            expect(second.locator("#estimate")).to_have_text(after_one)
            choose(second, photo, {NIGHT: 50})
            second.click("#paint")
            expect(second.locator("#leave")).to_be_visible()
            third.reload()
            expect(third.locator("#estimate")).to_have_text(after_two)
            second.click("#leave")
            expect(second.locator("#estimate")).to_have_text(after_one)
        first.click("#stop")
        expect(first.locator("#paint")).to_be_visible()
        expect(first.locator("#estimate")).to_have_text(alone)  # one's own picture was none to wait for
