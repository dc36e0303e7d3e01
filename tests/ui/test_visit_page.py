"""Nothing of a visit is lost: a page that is reloaded, closed or offline finds its form, its job and its picture."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from neural_style.presets import PRESETS
from neural_style.settings import ROWS
from neural_style.ui.texts import texts
from tests.browser import TIMEOUT_MS, add_painting, choose, previews, set_number, set_slider, unfold, visit
from tests.ui.conftest import Server, free_port, picture_file, serving, wait_until

pytestmark = pytest.mark.browser
expect.set_options(timeout=TIMEOUT_MS)

NIGHT, WAVE = "starry_night_van_gogh", "great_wave_hokusai"
NETWORK_LOSS = "AbortError|Connection|ERR_|Failed to fetch|Failed to load|network"
"""What a browser says on its console of a network that is gone."""


def is_painting(page: Page) -> None:
    expect(page.locator("#stop")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("Step")


def test_a_reload_while_it_paints_goes_on_in_view_to_the_finished_picture(
    server: Server, browser: Browser, photo: str
) -> None:
    server.stylizer.delay_s, server.stylizer.steps = 0.1, 60
    with visit(browser, server.url, tolerated=NETWORK_LOSS) as page:
        choose(page, photo, {NIGHT: 50})
        page.click("#paint")
        previews(page, 2)
        page.reload()
        is_painting(page)
        previews(page, 2)
        expect(page.locator("#photo img")).to_be_visible()
        expect(page.locator(".mix-row")).to_have_count(1)
        expect(page.locator("#status")).to_contain_text("Finished after 60 steps")
        expect(page.locator("#download")).to_be_visible()
        expect(page.locator("#paint")).to_be_visible()
    assert len(server.stylizer.requests) == 1


def test_a_tab_that_is_closed_and_opened_again_finds_the_job_or_its_picture(
    server: Server, browser: Browser, photo: str
) -> None:
    server.stylizer.delay_s, server.stylizer.steps = 0.1, 50
    with visit(browser, server.url, tolerated=NETWORK_LOSS) as page:
        choose(page, photo, {NIGHT: 50})
        page.click("#paint")
        previews(page, 2)
        context = page.context
        page.close()
        again = context.new_page()
        again.goto(server.url)
        is_painting(again)
        again.close()
        wait_until(lambda: server.stylizer.closed == 1)
        last = context.new_page()
        last.goto(server.url)
        expect(last.locator("#status")).to_contain_text("Finished after 50 steps")
        expect(last.locator("#download")).to_be_visible()
        expect(last.locator("#photo img")).to_be_visible()


def test_a_lost_network_costs_neither_the_choice_nor_the_picture(server: Server, browser: Browser, photo: str) -> None:
    server.stylizer.delay_s, server.stylizer.steps = 0.2, 80
    with visit(browser, server.url, tolerated=NETWORK_LOSS) as page:
        page.set_default_timeout(2 * TIMEOUT_MS)
        choose(page, photo, {NIGHT: 50, WAVE: 50})
        page.click("#paint")
        previews(page, 2)
        page.context.set_offline(True)
        page.wait_for_timeout(8_000)
        page.context.set_offline(False)
        expect(page.locator("#status")).to_contain_text("Finished after 80 steps", timeout=60_000)
        expect(page.locator(".mix-row")).to_have_count(2)
        expect(page.locator("#photo img")).to_be_visible()
    assert len(server.stylizer.requests) == 1


@pytest.mark.slow
def test_an_untouched_page_that_was_offline_has_its_choice_when_the_network_is_back(
    server: Server, browser: Browser, photo: str
) -> None:
    with visit(browser, server.url, tolerated=NETWORK_LOSS) as page:
        page.set_default_timeout(2 * TIMEOUT_MS)
        choose(page, photo, {NIGHT: 50, WAVE: 50})
        page.get_by_label(PRESETS["bold"].label, exact=True).check()
        page.wait_for_timeout(1000)
        page.context.set_offline(True)
        page.wait_for_timeout(30_000)
        page.context.set_offline(False)
        page.wait_for_timeout(6_000)
        expect(page.locator(".mix-row")).to_have_count(2)
        expect(page.locator("#photo img")).to_be_visible()
        expect(page.get_by_label(PRESETS["bold"].label, exact=True)).to_be_checked()
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text("Finished")


def test_a_reload_brings_back_all_that_was_put_in(server: Server, browser: Browser, photo: str, tmp_path: Path) -> None:
    server.stylizer.steps = 2
    own = picture_file(tmp_path / "mine.png", seed=3)
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 80, WAVE: 20})
        add_painting(page, own)
        expect(page.locator(".mix-row")).to_have_count(3)
        page.locator(f'.mix input.scale[data-key="{WAVE}"]').fill("-2")
        page.get_by_label(PRESETS["bold"].label, exact=True).check()
        set_slider(page, "strength", 0.65)
        set_number(page, "side", 200)
        page.get_by_label(ROWS["effort"].title("best"), exact=True).check()
        unfold(page, texts().advanced_heading)
        page.locator("#advanced-seed input").fill("7")
        page.locator("#advanced-seed input").press("Tab")
        page.wait_for_timeout(1500)
        page.reload()
        expect(page.locator(".mix-row")).to_have_count(3)
        expect(page.locator("#photo img")).to_be_visible()
        expect(page.get_by_label(PRESETS["bold"].label, exact=True)).to_be_checked()
        expect(page.locator("#strength input[type=number]")).to_have_value("0.65")
        expect(page.locator("#side input")).to_have_value("200")
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text("Finished")
    (request,) = server.stylizer.requests
    assert [style.title for style in request.styles] == [NIGHT, WAVE, ""]
    assert [(style.share, style.scale) for style in request.styles] == [(80, 1.0), (20, 0.5), (50, 1.0)]
    settings = request.settings
    assert (settings.seed, settings.longest_side_px, settings.effort) == (7, 200, "best")
    assert request.content.shape == (120, 160, 3)


def test_a_server_that_is_started_again_in_its_folder_has_what_its_visitors_left(
    browser: Browser, photo: str, tmp_path: Path
) -> None:
    again: dict[str, Any] = {"folder": tmp_path / "visitors", "port": free_port()}
    own = picture_file(tmp_path / "mine.png", seed=3)
    with browser.new_context() as visitor:
        visitor.set_default_timeout(TIMEOUT_MS)
        with serving(**again) as server:
            server.stylizer.steps = 2
            page = visitor.new_page()
            page.goto(server.url)
            choose(page, photo, {NIGHT: 80})
            add_painting(page, own)
            expect(page.locator(".mix-row")).to_have_count(2)
            page.click("#paint")
            expect(page.locator("#status")).to_contain_text("Finished")
            page.close()
        with serving(**again) as server:
            server.stylizer.steps = 2
            page = visitor.new_page()
            page.goto(server.url)
            expect(page.locator("#status")).to_contain_text("Finished")
            expect(page.locator(".strip-result")).to_have_count(1)
            expect(page.locator(".mix-row")).to_have_count(2)
            expect(page.locator("#photo img")).to_be_visible()
            page.click("#paint")
            expect(page.locator(".strip-result")).to_have_count(2)
            assert [style.title for style in server.stylizer.requests[0].styles] == [NIGHT, ""]


def test_another_browser_sees_nothing_of_it(browser: Browser, photo: str) -> None:
    with serving() as server, visit(browser, server.url) as page:
        server.stylizer.delay_s, server.stylizer.steps = 0.2, 1000
        choose(page, photo, {NIGHT: 50})
        page.click("#paint")
        previews(page, 2)
        with visit(browser, server.url) as other:
            other.wait_for_timeout(1500)
            expect(other.locator("#paint")).to_be_visible()
            expect(other.locator("#stop")).to_be_hidden()
            expect(other.locator(".mix-row")).to_have_count(0)
            expect(other.locator("#viewer")).to_contain_text(texts().viewer_empty)
        page.click("#stop")
        expect(page.locator("#status")).to_contain_text("the best picture so far")
