"""Faults that visitors of the page once met, each of which must not come back; in a real browser."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from neural_style.service.messages import messages
from neural_style.ui.texts import texts
from tests.browser import TIMEOUT_MS, add_painting, choose, set_number, unfold, visit
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


def test_what_is_said_of_a_photo_goes_with_it_and_paintings_are_sent_as_they_are(
    browser: Browser, photo: str, tmp_path: Path
) -> None:
    large = noisy_file(tmp_path / "IMG_2.jpg", 1600, 1200)
    with serving(side_limit_px=400) as server, visit(browser, server.url) as page:
        choose(page, large, {NIGHT: 50})
        expect(page.locator(".photo-said")).to_be_visible()
        page.set_input_files("#photo input[type=file]", photo)
        expect(page.locator(".photo-said")).to_have_count(0)
        add_painting(page, large)
        expect(page.locator(".mix-row")).to_have_count(2)
        expect(page.locator(".photo-said")).to_have_count(0)
        page.click("#paint")
        expect(page.locator("#download")).to_be_visible()
        [request] = server.stylizer.requests
    assert request.content.shape[1] == 160
    assert sorted(style.image.shape[1] for style in request.styles)[-1] == 1600


def test_nothing_is_painted_while_another_photo_is_made_smaller(browser: Browser, photo: str, tmp_path: Path) -> None:
    large = noisy_file(tmp_path / "IMG_2.jpg", 3200, 2400)
    with serving(side_limit_px=400) as server, visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50})
        page.set_input_files("#photo input[type=file]", large)
        page.evaluate("document.querySelector('#paint').click()")
        expect(page.locator("#photo img")).to_have_js_property("naturalWidth", 400)
        page.click("#paint")
        expect(page.locator("#download")).to_be_visible()
        assert [request.content.shape[1] for request in server.stylizer.requests] == [400]


@pytest.mark.parametrize("size", [(1440, 900), (1366, 768), (1024, 768), (1920, 1080)])
def test_what_is_below_the_picture_stays_below_it_on_low_windows(
    server: Server, browser: Browser, photo: str, size: tuple[int, int]
) -> None:
    server.stylizer.steps = 2
    with visit(browser, server.url, viewport={"width": size[0], "height": size[1]}) as page:
        width = page.evaluate("document.querySelector('.gradio-container').clientWidth")
        choose(page, photo, {NIGHT: 50})
        page.click("#paint")
        expect(page.locator("#download")).to_be_visible()
        run = "document.querySelector('#run')"
        assert page.evaluate(f"{run}.scrollWidth <= {run}.clientWidth")
        for part in ("#strip", "#details", "#recipe"):
            inside = (
                f"document.querySelector('{part}').getBoundingClientRect().right <= {run}.getBoundingClientRect().right"
            )
            assert page.evaluate(inside), part
        assert page.evaluate("document.querySelector('.gradio-container').clientWidth") == width


def test_a_missing_painting_is_asked_for_where_it_can_be_read(server: Server, browser: Browser, photo: str) -> None:
    with visit(browser, server.url, tolerated="422") as page:
        page.wait_for_selector("#estimate p")
        page.set_input_files("#photo input[type=file]", photo)
        page.wait_for_selector("#photo img")
        page.wait_for_timeout(1000)  # the answer to another event takes such sentences away
        page.click("#paint")
        error = page.locator("#paintings .validation-error")
        expect(error).to_have_text(messages().no_painting)
        expect(error).to_be_in_viewport()
        assert error.evaluate(
            """each => {
                const { left, right, top, bottom } = each.getBoundingClientRect();
                return each.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
            }"""
        )


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
