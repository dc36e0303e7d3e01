"""The page by keys alone: shortcuts, and a focus that is never lost."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import TIMEOUT_MS, choose, previews, visit
from tests.ui.conftest import Server

pytestmark = pytest.mark.browser
expect.set_options(timeout=TIMEOUT_MS)

NIGHT = "starry_night_van_gogh"


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.tagName")


def test_control_enter_paints_and_escape_stops(server: Server, browser: Browser, photo: str) -> None:
    server.stylizer.steps, server.stylizer.delay_s = 1000, 0.1
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50})
        page.keyboard.press("Control+Enter")
        previews(page, 2)
        page.keyboard.press("Escape")
        expect(page.locator("#status")).to_contain_text("the best picture so far")
        expect(page.locator("#paint")).to_be_visible()
    assert len(server.stylizer.requests) == 1


def test_the_focus_goes_from_paint_to_stop_and_to_the_finished_picture(
    server: Server, browser: Browser, photo: str
) -> None:
    server.stylizer.steps, server.stylizer.delay_s = 20, 0.1
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50})
        page.focus("#paint")
        page.keyboard.press("Enter")
        expect(page.locator("#stop")).to_be_focused()
        expect(page.locator("#download")).to_be_visible()
        page.wait_for_function("document.activeElement !== document.body")
        assert focused(page) in ("download", "paint")


def test_each_group_of_choices_is_one_stop_with_arrows_inside(server: Server, browser: Browser) -> None:
    with visit(browser, server.url) as page:
        for group, chosen, next_one in (
            ("#look", 'input[value="painted"]', 'input[value="bold"]'),
            ("#size", 'input[value="screen"]', None),
            ("#effort", 'input[value="good"]', 'input[value="best"]'),
        ):
            page.focus(f"{group} {chosen}")
            page.keyboard.press("Tab")
            assert not page.evaluate(f"document.querySelector('{group}').contains(document.activeElement)"), group
            if next_one is not None:
                page.focus(f"{group} {chosen}")
                page.keyboard.press("ArrowRight")
                expect(page.locator(f"{group} {next_one}")).to_be_focused()
                expect(page.locator(f"{group} {next_one}")).to_be_checked()
        for group, button in (("#photos", ".photo"), ("#paintings", ".card")):
            page.focus(f"{group} {button} >> nth=0")
            page.keyboard.press("End")
            assert page.locator(f"{group} {button}").last.evaluate("button => button === document.activeElement")
            page.keyboard.press("Shift+Tab")
            assert not page.evaluate(f"document.activeElement.matches('{group} {button}')")
