"""A newcomer's first minute on a phone, by touch: nothing to look for, nothing scrolled but what a thumb does."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from neural_style.service.messages import messages
from tests.browser import TIMEOUT_MS, visit
from tests.ui.conftest import Server

pytestmark = pytest.mark.browser
expect.set_options(timeout=TIMEOUT_MS)

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def phone(server: Server, browser: Browser) -> Iterator[Page]:
    server.stylizer.steps, server.stylizer.delay_s = 15, 0.1
    with visit(browser, server.url, tolerated="422", **PHONE) as page:
        page.wait_for_selector("#estimate p")
        yield page


def is_in_view(page: Page, selector: str) -> bool:
    """Whether all of it can be seen, and nothing lies over its middle."""
    return page.locator(selector).evaluate(
        """element => {
            const { left, right, top, bottom, width } = element.getBoundingClientRect();
            const seen = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
            return width > 0 && top >= 0 && bottom <= innerHeight && (element === seen || element.contains(seen));
        }"""
    )


def tap(page: Page, selector: str) -> None:
    """Tap what can be seen; unlike Playwright's own tap, scroll nowhere."""
    assert is_in_view(page, selector), f"{selector} is not in view"
    box = page.locator(selector).bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_three_taps_make_a_picture_that_is_in_view_with_its_download(phone: Page) -> None:
    tap(phone, '.photo[data-key="red_panda"]')
    phone.wait_for_selector("#photo img")
    tap(phone, ".card >> nth=0")
    expect(phone.locator('.card[aria-pressed="true"]')).to_have_count(1)
    expect(phone.locator(".chosen img")).to_have_count(2)
    tap(phone, "#paint")
    expect(phone.locator("#stop")).to_be_visible()
    phone.wait_for_function("document.querySelector('#status progress')")
    phone.wait_for_timeout(700)  # it scrolls smoothly
    for part in ("#viewer .frame", "#stop", "#status progress"):
        assert is_in_view(phone, part), part
    expect(phone.locator("#download")).to_be_visible()
    phone.wait_for_timeout(500)
    assert is_in_view(phone, "#download")
    assert is_in_view(phone, "#paint")
    tap(phone, "#download")


def test_paint_with_something_missing_goes_there_and_says_so(phone: Page) -> None:
    phone.evaluate("scrollTo(0, document.body.scrollHeight)")
    phone.wait_for_timeout(300)
    tap(phone, "#paint")
    expect(phone.locator("#photo")).to_contain_text(messages().no_photo)
    phone.wait_for_timeout(900)
    assert is_in_view(phone, "#photo")
    tap(phone, '.photo[data-key="red_panda"]')
    phone.wait_for_selector("#photo img")
    phone.evaluate("scrollTo(0, document.body.scrollHeight)")
    phone.wait_for_timeout(300)
    tap(phone, "#paint")
    expect(phone.locator("#paintings")).to_contain_text(messages().no_painting)
    phone.wait_for_timeout(900)
    assert is_in_view(phone, ".card >> nth=4")


def test_the_percentage_is_in_the_title_of_the_tab_while_it_paints(phone: Page) -> None:
    before = phone.title()
    tap(phone, '.photo[data-key="red_panda"]')
    phone.wait_for_selector("#photo img")
    tap(phone, ".card >> nth=0")
    tap(phone, "#paint")
    phone.wait_for_function("title => /^\\d+ % · /.test(document.title) && document.title.endsWith(title)", arg=before)
    expect(phone.locator("#download")).to_be_visible()
    phone.wait_for_function("title => document.title === title", arg=before)
