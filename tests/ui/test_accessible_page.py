"""The page for those who use a keyboard, a screen reader or a phone, in a real browser."""

from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from neural_style.presets import PRESETS
from neural_style.service.orders import APP_SETTINGS
from neural_style.ui.texts import texts
from tests.browser import TIMEOUT_MS, choose, unfold, visit
from tests.ui.conftest import Server

pytestmark = pytest.mark.browser
expect.set_options(timeout=TIMEOUT_MS)

NIGHT, WAVE, SUN = "starry_night_van_gogh", "great_wave_hokusai", "the_sun_munch"
DESKTOP, PHONE, NARROW = ({"width": 1440, "height": 900}, {"width": 390, "height": 844}, {"width": 360, "height": 640})


def barriers(page: Page) -> list[dict[str, Any]]:
    """Return what axe-core finds, of any severity, once no colour is on its way to another any more.

    The footer is Gradio's: its pictures have alternative texts that repeat the words beside them.
    """
    page.wait_for_function("() => !document.querySelector('p.loading')")  # Gradio's, outside of all landmarks
    page.wait_for_function("() => !document.getAnimations().some(each => each instanceof CSSTransition)")
    found = Axe().run(page, {"exclude": [["footer"]]}).response["violations"]
    return [
        {"id": each["id"], "nodes": [(node["html"][:160], node["failureSummary"][:200]) for node in each["nodes"]]}
        for each in found
    ]


def open_all(page: Page) -> None:
    for heading in (texts().advanced_heading, texts().recipe_heading, texts().sources_heading):
        unfold(page, heading)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier_before_and_after_a_picture(
    server: Server, browser: Browser, photo: str, scheme: str
) -> None:
    server.stylizer.steps = 3
    with visit(browser, server.url, viewport=DESKTOP, color_scheme=scheme) as page:
        assert barriers(page) == []
        choose(page, photo, {NIGHT: 50, WAVE: 50})
        page.click("#paint")
        expect(page.locator("#download")).to_be_visible()
        page.click("#keep-going")
        expect(page.locator("#strip .strip-result")).to_have_count(2)
        open_all(page)
        unfold(page, texts().timelapse_heading)
        expect(page.locator("#film video")).to_be_visible()
        expect(page.locator("#webp")).to_be_enabled()
        assert barriers(page) == []


MOST_TABS_TO_PAINT = 24
"""The most presses of Tab from the top of the page to Paint."""


def test_the_first_minute_needs_no_mouse(server: Server, browser: Browser) -> None:
    server.stylizer.steps = 3
    with visit(browser, server.url, viewport=DESKTOP) as page:
        passed = []

        def tab_to(selector: str) -> None:
            for _ in range(80):
                page.keyboard.press("Tab")
                passed.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
                if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                    return
            pytest.fail(f"{selector} was not reached by Tab; passed: {passed[-80:]}")

        tab_to("#paint")
        assert len(passed) <= MOST_TABS_TO_PAINT
        page.reload()
        page.wait_for_selector(".card")

        tab_to(".photo")
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        expect(page.locator('.photo[data-key="kingfisher"]')).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_selector("#photo img")
        tab_to(".card")
        page.keyboard.press("ArrowRight")
        expect(page.locator(f'.card[data-key="{WAVE}"]')).to_be_focused()
        page.keyboard.press("Space")
        tab_to("input.scale")
        page.keyboard.press("ArrowLeft")
        tab_to('#look input[value="painted"]')
        page.keyboard.press("ArrowLeft")
        tab_to("#paint")
        page.keyboard.press("Enter")
        expect(page.locator("#status")).to_contain_text("Finished")
        tab_to("#viewer .cut")
        page.keyboard.press("ArrowRight")
    request = server.stylizer.requests[0]
    assert request.styles[0].scale < 1
    assert request.settings == replace(PRESETS["faithful"].settings, longest_side_px=APP_SETTINGS.longest_side_px)


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (NARROW, "light")])
def test_a_phone_has_no_sideways_scrolling_and_shows_the_picture_when_it_paints(
    server: Server, browser: Browser, photo: str, viewport: dict[str, int], scheme: str
) -> None:
    server.stylizer.steps, server.stylizer.delay_s = 20, 0.1
    phone = {"viewport": viewport, "color_scheme": scheme, "has_touch": True, "is_mobile": True}
    with visit(browser, server.url, **phone) as page:
        width = "document.documentElement.scrollWidth"
        assert page.evaluate(width) == viewport["width"]
        choose(page, photo, {NIGHT: 40, WAVE: 30, SUN: 30})
        page.tap("#paint")
        page.wait_for_function(
            """() => {
                const box = document.querySelector('#viewer').getBoundingClientRect();
                return box.height > 0 && box.top >= -1 && box.top < innerHeight * 0.9;
            }"""
        )
        expect(page.locator("#status")).to_contain_text("Finished")
        open_all(page)
        assert page.evaluate(width) == viewport["width"]
        assert barriers(page) == []
