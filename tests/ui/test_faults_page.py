"""Faults that visitors of the page once met, each of which must not come back; in a real browser."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from neural_style.ui.texts import texts
from tests.browser import TIMEOUT_MS, choose, set_number, unfold, visit
from tests.ui.conftest import Server, picture_file, serving

pytestmark = pytest.mark.browser
expect.set_options(timeout=TIMEOUT_MS)

NIGHT = "starry_night_van_gogh"
FIELD = "advanced-weights-content"


DENIED_CLIPBOARD = """
const write = () => Promise.reject(new DOMException("denied", "NotAllowedError"));
Object.defineProperty(Clipboard.prototype, "writeText", { value: write });
document.addEventListener("copy", () => {
  window.copied = getSelection().toString() || document.activeElement.value;
});
"""


def noisy_file(path: Path, width: int, height: int) -> str:
    """Write a photo that cannot be made small, as those of cameras."""
    pixels = np.random.default_rng(0).integers(0, 255, (height, width, 3), np.uint8)
    Image.fromarray(pixels).save(path, quality=90)
    return str(path)


def test_a_value_that_cannot_be_is_said_at_its_field_and_the_field_is_gone_to(
    server: Server, browser: Browser, photo: str
) -> None:
    with visit(browser, server.url, tolerated="422") as page:
        choose(page, photo, {NIGHT: 50})
        unfold(page, texts().advanced_heading)
        set_number(page, FIELD, -5)
        unfold(page, texts().advanced_heading)
        expect(page.locator(f"#{FIELD} input")).to_be_hidden()
        page.click("#paint")
        expect(page.locator(f"#{FIELD} input")).to_be_focused()
        expect(page.locator(f"#{FIELD}")).to_contain_text("must be a number of at least 0; got -5")
        expect(page.locator(f"#{FIELD} input")).to_be_in_viewport()
        assert server.stylizer.requests == []
        set_number(page, FIELD, 5)
        expect(page.locator(f"#{FIELD} .validation-error")).to_have_count(0)
        page.click("#paint")
        expect(page.locator("#download")).to_be_visible()


def test_the_upload_icon_asks_for_another_photo_and_takes_none_away(
    server: Server, browser: Browser, photo: str, tmp_path: Path
) -> None:
    server.stylizer.steps = 2
    other = picture_file(tmp_path / "other.png", seed=4, height=90)
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50})
        with page.expect_file_chooser() as chooser:
            page.locator("#photo .source-selection button").first.click()
        expect(page.locator("#photo img")).to_be_visible()
        chooser.value.set_files(other)
        expect(page.locator("#photo img")).to_have_js_property("naturalHeight", 90)
        page.click("#paint")
        expect(page.locator("#download")).to_be_visible()
    assert server.stylizer.requests[0].content.shape[0] == 90


def test_a_photo_far_larger_than_any_picture_painted_is_sent_smaller_and_that_is_said(
    browser: Browser, tmp_path: Path
) -> None:
    large = noisy_file(tmp_path / "IMG_2.jpg", 1600, 1200)
    with serving(side_limit_px=400) as server, visit(browser, server.url) as page:
        sent: list[int] = []
        page.on("request", lambda request: sent.append(len(request.post_data_buffer or b"")))
        page.set_input_files("#photo input[type=file]", large)
        expect(page.locator("#photo img")).to_have_js_property("naturalWidth", 400)
        expect(page.locator("#photo-note")).to_contain_text(texts().photo_shrunk.format(width=400, height=300))
        assert max(sent) < Path(large).stat().st_size / 8


def test_a_photo_of_a_size_that_can_be_painted_is_sent_as_it_is(browser: Browser, tmp_path: Path) -> None:
    photo = noisy_file(tmp_path / "a.jpg", 500, 300)
    with serving(side_limit_px=400) as server, visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50})
        page.click("#paint")
        expect(page.locator("#download")).to_be_visible()
        [request] = server.stylizer.requests
    assert request.content.shape == (300, 500, 3)


def test_a_denied_clipboard_is_no_error_and_the_text_is_copied_all_the_same(
    server: Server, browser: Browser, photo: str
) -> None:
    server.stylizer.steps = 2
    with visit(browser, server.url, script=DENIED_CLIPBOARD) as page:
        choose(page, photo, {NIGHT: 50})
        page.click("#paint")
        expect(page.locator("#download")).to_be_visible()
        unfold(page, texts().recipe_heading)
        link = page.locator("#recipe-link textarea, #recipe-link input").first.input_value()
        page.locator("#recipe-link button").first.click()
        page.wait_for_function("window.copied")
        assert page.evaluate("window.copied") == link


def test_a_recipe_says_which_paintings_are_still_to_be_added(
    server: Server, browser: Browser, photo: str, tmp_path: Path
) -> None:
    recipe = tmp_path / "recipe.json"
    styles = [{"title": NIGHT, "share": 1}, {"share": 3}]
    recipe.write_text(json.dumps({"settings": {"preset": "bold"}, "styles": styles}))
    with visit(browser, server.url) as page:
        unfold(page, texts().recipe_heading)
        page.set_input_files("#recipe-drop input[type=file]", str(recipe))
        expect(page.locator("#recipe-note")).to_contain_text("Of its 2 paintings")
        expect(page.locator("#recipe-note")).to_contain_text("number 2.")


def test_an_upload_above_the_limit_is_told_the_limit_as_it_was_set(browser: Browser, tmp_path: Path) -> None:
    large = noisy_file(tmp_path / "large.png", 900, 700)
    with serving(upload_mb=1) as server, visit(browser, server.url, tolerated=".") as page:
        page.set_input_files("#photo input[type=file]", large)
        expect(page.locator(".toast-body").first).to_contain_text(re.compile(r"\b1(\.0+)? ?MB", re.IGNORECASE))


def small_targets(page: Page) -> list[list[object]]:
    return page.evaluate(
        """() => [...document.querySelectorAll('button, input, a, select, textarea')]
            .filter((each) => each.offsetParent && getComputedStyle(each).opacity !== "0")
            .map((each) => [each.getBoundingClientRect(), each.outerHTML.slice(0, 100)])
            .filter(([{ width, height }]) => width < 24 || height < 24)
            .map(([{ width, height }, html]) => [Math.round(width), Math.round(height), html])"""
    )


def test_nothing_to_press_is_smaller_than_24_px(server: Server, browser: Browser, photo: str) -> None:
    server.stylizer.steps = 2
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50, "the_sun_munch": 50})
        for paintings in range(1, 3):
            page.click("#paint")
            expect(page.locator("#download")).to_be_visible()
            if paintings == 2:
                expect(page.locator(".strip-card")).to_have_count(2)
        for heading in (texts().own_looks_heading, texts().advanced_heading, texts().recipe_heading):
            unfold(page, heading)
        page.wait_for_selector("#advanced-weights-content input")
        small = small_targets(page)
        assert not small, "\n".join(map(str, small))
