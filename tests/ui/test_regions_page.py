"""Parts of the photo are drawn in a real browser, by mouse, by finger and without either, and painted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from neural_style.images.load import load_image
from neural_style.masks import READY, Mask
from neural_style.record.recipe import load_recipe
from neural_style.request import StylizeRequest
from neural_style.ui.parts.blocks import script
from neural_style.ui.texts import texts
from tests.browser import TIMEOUT_MS, choose, unfold, visit
from tests.ui.conftest import Server, download, wait_until

pytestmark = pytest.mark.browser
expect.set_options(timeout=TIMEOUT_MS)

NIGHT, WAVE = "starry_night_van_gogh", "great_wave_hokusai"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LEAVING = "AbortError|Connection errored"
"""What Gradio says of events that a reload ends."""


@pytest.fixture
def page(server: Server, browser: Browser, photo: str) -> Iterator[Page]:
    server.stylizer.steps = 5
    with visit(browser, server.url, tolerated=LEAVING, viewport={"width": 1400, "height": 1600}) as page:
        open_regions(page, photo, {NIGHT: 50, WAVE: 50})
        yield page


def open_regions(page: Page, photo: str, shares: dict[str, int]) -> None:
    choose(page, photo, shares)
    page.click("#regions summary")
    page.wait_for_function("document.querySelector('.region-canvas')?.width === 160")
    expect(page.locator(".region-brush")).to_have_count(len(shares) + 2)


def brush_of(page: Page, name: str) -> None:
    page.locator(".region-brush", has_text=name).click()


def title_of(page: Page, key: str) -> str:
    return page.locator(f'.mix-row[data-key="{key}"] .mix-title').inner_text()


def set_size(page: Page, percent: int) -> None:
    page.locator(".region-size").evaluate("(slider, size) => { slider.value = size; }", percent)


def stroke(page: Page, *points: tuple[float, float]) -> None:
    """Draw with the mouse, by parts of the photo's width and height."""
    page.locator(".region-canvas").scroll_into_view_if_needed()
    box = page.locator(".region-canvas").bounding_box()
    assert box is not None
    places = [(box["x"] + right * box["width"], box["y"] + down * box["height"]) for right, down in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def touch(page: Page, before: list[tuple[float, float]], after: list[tuple[float, float]]) -> None:
    """Put one finger or several on the screen, one after the other, move them, and lift them."""
    session = page.context.new_cdp_session(page)

    def send(kind: str, places: list[tuple[float, float]]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for count in range(1, len(before) + 1):
        send("touchStart", before[:count])
    for part in (0.25, 0.5, 0.75, 1.0):
        pairs = zip(before, after, strict=True)
        send("touchMove", [(x + part * (to_x - x), y + part * (to_y - y)) for (x, y), (to_x, to_y) in pairs])
    send("touchEnd", [])
    session.detach()


def fill(page: Page, name: str) -> None:
    page.select_option(".region-ready", name)
    page.click(".region-fill")


def paint(page: Page, server: Server) -> StylizeRequest:
    """Press Paint, wait for the result, and return what the engine was asked for."""
    before = len(server.stylizer.requests)
    page.click("#paint")
    wait_until(lambda: len(server.stylizer.requests) > before)
    page.wait_for_selector("#download:visible")
    return server.stylizer.requests[-1]


def regions_of(request: StylizeRequest) -> dict[str, Mask | None]:
    return {style.title: style.region for style in request.styles}


def at(mask: Mask | None, right: float, down: float) -> float:
    assert mask is not None
    plane = mask.at(120, 160)
    return float(plane[int(down * 119), int(right * 159)])


def test_two_regions_are_brushed_one_is_undone_and_each_painting_has_its_own(page: Page, server: Server) -> None:
    set_size(page, 40)
    brush_of(page, title_of(page, NIGHT))
    stroke(page, (0.1, 0.1), (0.1, 0.9))
    stroke(page, (0.3, 0.1), (0.3, 0.9))
    brush_of(page, title_of(page, WAVE))
    stroke(page, (0.5, 0.5), (0.5, 0.6))
    expect(page.locator(".region-redo")).to_be_disabled()
    page.click(".region-undo")
    expect(page.locator(".region-redo")).to_be_enabled()
    stroke(page, (0.8, 0.1), (0.8, 0.9))
    found = regions_of(paint(page, server))
    assert (at(found[NIGHT], 0.1, 0.5), at(found[NIGHT], 0.8, 0.5)) == (1.0, 0.0)
    assert (at(found[WAVE], 0.1, 0.5), at(found[WAVE], 0.8, 0.5)) == (0.0, 1.0)
    assert at(found[WAVE], 0.5, 0.55) < 0.1, "that stroke was undone"
    assert server.stylizer.requests[-1].left_alone is None


def test_what_is_left_alone_the_eraser_and_the_keys_of_undo(page: Page, server: Server) -> None:
    brush_of(page, texts().region_words["keep"])
    set_size(page, 30)
    stroke(page, (0.5, 0.2), (0.5, 0.8))
    brush_of(page, texts().region_words["eraser"])
    stroke(page, (0.5, 0.2), (0.5, 0.2))
    stroke(page, (0.5, 0.8), (0.5, 0.8))
    page.locator(".region-brush >> nth=0").focus()
    page.keyboard.press("Control+z")
    request = paint(page, server)
    assert at(request.left_alone, 0.5, 0.2) < 0.5 < at(request.left_alone, 0.5, 0.8)
    assert regions_of(request) == {NIGHT: None, WAVE: None}


def test_without_drawing_a_ready_part_is_filled_by_the_keyboard(page: Page, server: Server) -> None:
    page.locator(".region-brush", has_text=title_of(page, WAVE)).press("Enter")
    page.locator(".region-ready").focus()
    page.keyboard.type(texts().ready_regions["sky"])
    page.locator(".region-fill").press("Enter")
    page.locator(".region-invert").press("Enter")
    found = regions_of(paint(page, server))
    assert found[NIGHT] is None
    assert at(found[WAVE], 0.5, 0.1) < 0.01 < 0.99 < at(found[WAVE], 0.5, 0.6)


def test_a_mask_from_a_file_and_clearing_it(page: Page, server: Server, tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "mask.png"
    Image.fromarray(READY["right"].levels).save(path)
    page.set_input_files(".region-file", path)
    expect(page.locator(".region-undo")).to_be_enabled()
    found = regions_of(paint(page, server))
    assert (at(found[NIGHT], 0.1, 0.5), at(found[NIGHT], 0.9, 0.5)) == (0.0, 1.0)
    page.click(".region-clear")
    assert regions_of(paint(page, server)) == {NIGHT: None, WAVE: None}
    path.write_text("no picture")
    page.set_input_files(".region-file", path)
    expect(page.locator(".region-said")).to_contain_text("mask.png cannot be read")


def test_zoomed_in_a_stroke_is_where_the_mouse_is(page: Page, server: Server) -> None:
    page.click(".region-closer")
    page.click(".region-closer")
    page.locator(".region-stage").scroll_into_view_if_needed()
    page.locator(".region-stage").evaluate("stage => stage.scrollTo(stage.scrollWidth, stage.scrollHeight)")
    box = page.locator(".region-stage").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.up()
    seen = page.locator(".region-canvas").evaluate(
        """canvas => {
            const [whole, seen] = [canvas, canvas.closest(".region-stage")].map((each) => each.getBoundingClientRect());
            const [x, y] = [seen.x + seen.width / 2, seen.y + seen.height / 2];
            return [(x - whole.x) / whole.width, (y - whole.y) / whole.height];
        }"""
    )
    assert seen[0] > 0.75
    assert at(regions_of(paint(page, server))[NIGHT], *seen) > 0.9


def test_another_photo_takes_what_was_drawn_away(page: Page, server: Server) -> None:
    fill(page, "left")
    page.click('.photo[data-key="red_panda"]')
    page.wait_for_function("document.querySelector('.region-canvas').width > 160")
    assert regions_of(paint(page, server)) == {NIGHT: None, WAVE: None}


def test_a_page_that_is_opened_again_has_what_was_drawn(page: Page, server: Server) -> None:
    fill(page, "left")
    page.wait_for_timeout(500)  # it is kept after the change
    page.reload()
    page.wait_for_selector("#photo img")
    page.wait_for_selector('.card[aria-pressed="true"]')
    found = regions_of(paint(page, server))
    assert (at(found[NIGHT], 0.2, 0.5), at(found[NIGHT], 0.8, 0.5)) == (1.0, 0.0)


def test_a_recipe_brings_the_masks_back_bit_by_bit(page: Page, server: Server, tmp_path: Path) -> None:
    brush_of(page, title_of(page, WAVE))
    stroke(page, (0.2, 0.2), (0.7, 0.6))
    asked = paint(page, server)
    path = download(page, "#download", tmp_path)
    kept = load_recipe(path)
    assert [style.region for style in kept.styles] == [style.region for style in asked.styles]
    page.click(".region-clear")
    unfold(page, texts().recipe_heading)
    page.set_input_files("#recipe-drop input[type=file]", path)
    page.wait_for_selector("#recipe-note p")
    again = paint(page, server)
    assert regions_of(again) == regions_of(asked)
    np.testing.assert_array_equal(load_image(path), load_image(download(page, "#download", tmp_path)))


def test_a_finger_draws_and_two_fingers_look_closer(server: Server, browser: Browser, photo: str) -> None:
    with visit(browser, server.url, **PHONE) as page:
        open_regions(page, photo, {NIGHT: 50})
        page.locator(".region-canvas").scroll_into_view_if_needed()
        box: Any = page.locator(".region-canvas").bounding_box()

        def place(right: float, down: float) -> tuple[float, float]:
            return box["x"] + right * box["width"], box["y"] + down * box["height"]

        touch(page, [place(0.2, 0.2)], [place(0.2, 0.8)])
        touch(page, [place(0.45, 0.5), place(0.55, 0.5)], [place(0.2, 0.5), place(0.8, 0.5)])
        expect(page.locator(".region-farther")).to_be_enabled()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        region = regions_of(paint(page, server))[NIGHT]
        assert at(region, 0.2, 0.5) == 1.0
        assert at(region, 0.5, 0.5) == 0.0, "what the first of two fingers drew is taken back"


def test_the_ready_parts_are_those_of_the_command_line(page: Page) -> None:
    for name, mask in READY.items():
        size = mask.levels.shape[0]
        cells = page.evaluate(
            f"([name, side]) => {{ {script('labels.js')}\n"
            "const map = noLabels(side, side); fill(map, 1, READY[name](map)); return [...map.cells]; }",
            [name, size],
        )
        np.testing.assert_array_equal(255 * np.reshape(cells, (size, size)), mask.levels)
