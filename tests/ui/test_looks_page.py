"""All looks on a visitor's own photo, and the choice among them."""

import pytest
from playwright.sync_api import Browser, expect

from neural_style.presets import PRESETS
from neural_style.service.messages import messages
from neural_style.service.sketches import SKETCH_PX, SKETCHED_LOOKS
from neural_style.ui.texts import texts
from tests.browser import TIMEOUT_MS, choose, visit
from tests.ui.conftest import Server, wait_until

pytestmark = pytest.mark.browser
expect.set_options(timeout=TIMEOUT_MS)

NIGHT = "starry_night_van_gogh"


def test_every_look_is_tried_on_the_photo_and_a_click_chooses_one(server: Server, browser: Browser, photo: str) -> None:
    server.stylizer.steps, server.stylizer.delay_s = 3, 0.1
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50})
        page.click("#try-looks")
        expect(page.locator("#try-looks")).to_be_disabled()
        expect(page.locator(".sheet-sketch")).to_have_count(len(SKETCHED_LOOKS))
        expect(page.locator(".sheet-sketch img")).to_have_count(len(SKETCHED_LOOKS))
        expect(page.locator("#try-looks")).to_have_text(texts().tries["looks"])
        page.locator(".sheet-sketch", has_text=PRESETS["bold"].label).click()
        expect(page.get_by_label(PRESETS["bold"].label, exact=True)).to_be_checked()
        expect(page.locator("#strength input[type=number]")).to_have_value("0.7")
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text("Finished")
    *sketches, painted = server.stylizer.requests
    assert [request.settings.longest_side_px for request in sketches] == [SKETCH_PX] * len(SKETCHED_LOOKS)
    assert painted.settings.weights == PRESETS["bold"].settings.weights


def test_looks_are_tried_on_nothing_only_in_words(server: Server, browser: Browser) -> None:
    with visit(browser, server.url, tolerated="422") as page:
        page.wait_for_selector("#estimate p")
        page.click("#try-looks")
        expect(page.locator("#photo")).to_contain_text(messages().no_photo)
        expect(page.locator("#try-looks")).to_be_enabled()
    assert server.stylizer.requests == []


def test_who_closes_the_page_has_no_more_looks_painted(server: Server, browser: Browser, photo: str) -> None:
    server.stylizer.steps, server.stylizer.delay_s = 1000, 0.05
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50})
        page.click("#try-looks")
        wait_until(lambda: server.stylizer.steps_done > 2)
    wait_until(lambda: server.stylizer.closed == 1, timeout_s=30)
    assert len(server.stylizer.requests) == 1
