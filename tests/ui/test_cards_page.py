"""The cards of a session's results bring their settings back, are kept, deleted, and fetched as one file."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from neural_style.presets import PRESETS
from tests.browser import TIMEOUT_MS, choose, previews, set_number, visit
from tests.ui.conftest import Server, download, serving, wait_until

pytestmark = pytest.mark.browser
expect.set_options(timeout=TIMEOUT_MS)

NIGHT, WAVE = "starry_night_van_gogh", "great_wave_hokusai"


def paint(page: Page) -> None:
    page.click("#paint")
    expect(page.locator("#paint")).to_be_hidden()
    expect(page.locator("#paint")).to_be_visible()
    expect(page.locator("#download")).to_be_visible()


def paint_twice(page: Page, photo: str) -> None:
    """Paint a small Bold by The Starry Night, and then something larger by the Great Wave."""
    choose(page, photo, {NIGHT: 50})
    page.get_by_label(PRESETS["bold"].label, exact=True).check()
    set_number(page, "side", 128)
    page.wait_for_timeout(500)
    paint(page)
    page.click(f'.card[data-key="{NIGHT}"]')
    page.click(f'.card[data-key="{WAVE}"]')
    page.get_by_label(PRESETS["print"].label, exact=True).check()
    set_number(page, "side", 150)
    page.wait_for_timeout(500)
    paint(page)
    expect(page.locator(".strip-result")).to_have_count(2)


def test_a_card_brings_back_the_settings_that_its_picture_was_painted_with(
    server: Server, browser: Browser, photo: str
) -> None:
    server.stylizer.steps, server.stylizer.delay_s = 3, 0.1
    with visit(browser, server.url) as page:
        paint_twice(page, photo)
        page.locator(".strip-result").last.click()
        expect(page.get_by_label(PRESETS["bold"].label, exact=True)).to_be_checked()
        expect(page.locator("#side input")).to_have_value("128")
        expect(page.locator(f'.card[data-key="{NIGHT}"]')).to_have_attribute("aria-pressed", "true")
        expect(page.locator(f'.card[data-key="{WAVE}"]')).to_have_attribute("aria-pressed", "false")
        paint(page)
    first, _, third = server.stylizer.requests
    assert third.settings == first.settings
    assert [style.title for style in third.styles] == [NIGHT]


def test_cards_are_deleted_one_by_one_and_the_picture_in_view_with_its_own(
    server: Server, browser: Browser, photo: str
) -> None:
    server.stylizer.steps, server.stylizer.delay_s = 3, 0.1
    with visit(browser, server.url) as page:
        paint_twice(page, photo)
        shown = page.locator("#viewer .after").get_attribute("src")
        page.locator(".strip-delete").first.click()
        expect(page.locator(".strip-result")).to_have_count(1)
        expect(page.locator("#viewer .after")).not_to_have_attribute("src", shown or "")
        expect(page.locator("#download")).to_be_visible()
        page.reload()
        expect(page.locator("#download")).to_contain_text("128")
        assert page.locator(".strip-result").count() == 1


def test_all_pictures_or_those_with_a_star_come_as_one_file(
    server: Server, browser: Browser, photo: str, tmp_path: Path
) -> None:
    server.stylizer.steps, server.stylizer.delay_s = 3, 0.1
    with visit(browser, server.url, accept_downloads=True) as page:
        paint_twice(page, photo)
        with zipfile.ZipFile(download(page, "#archive", tmp_path)) as archive:
            assert len(archive.namelist()) == 2
        page.locator(".strip-star").last.click()
        expect(page.locator(".strip-star").last).to_have_attribute("aria-pressed", "true")
        with zipfile.ZipFile(download(page, "#archive", tmp_path)) as archive:
            assert archive.namelist() == [f"01-my_photo-{NIGHT}.png"]


def test_a_job_that_is_left_before_its_first_step_leaves_no_card(browser: Browser, photo: str) -> None:
    with serving() as server, visit(browser, server.url) as page:
        server.stylizer.delay_s, server.stylizer.steps = 4.0, 100
        choose(page, photo, {NIGHT: 50})
        page.click("#paint")
        page.click("#stop")
        wait_until(lambda: server.stylizer.closed == 1, timeout_s=20)
        expect(page.locator("#paint")).to_be_visible()
        expect(page.locator("#download")).to_be_hidden()
        server.stylizer.delay_s, server.stylizer.steps = 0.1, 10
        page.click("#paint")
        previews(page, 2)
        expect(page.locator("#download")).to_be_visible()
        expect(page.locator(".strip-result")).to_have_count(1)
