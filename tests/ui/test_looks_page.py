"""Looks, strengths and paintings on a visitor's own photo, the choice among them, and looks of one's own."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from neural_style.presets import PRESETS
from neural_style.service.messages import messages
from neural_style.service.sketches import SKETCH_PX, SKETCHED_LOOKS, SKETCHED_STRENGTHS
from neural_style.strength import strength_of
from neural_style.ui.texts import texts
from tests.browser import TIMEOUT_MS, choose, set_number, unfold, visit
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
        page.locator("#try-looks").scroll_into_view_if_needed()
        page.click("#try-looks")
        expect(page.locator("#photo")).to_contain_text(messages().no_photo)
        expect(page.locator("#photo .validation-error")).to_be_in_viewport()
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


def test_sketches_can_be_stopped_and_those_that_are_done_stay_also_after_a_reload(
    server: Server, browser: Browser, photo: str
) -> None:
    server.stylizer.steps, server.stylizer.delay_s = 8, 0.1
    with visit(browser, server.url, tolerated="AbortError|Connection errored") as page:
        choose(page, photo, {NIGHT: 50})
        page.click("#try-strengths")
        expect(page.locator("#try-strengths")).to_contain_text("about")
        expect(page.locator("#try-looks")).to_be_disabled()
        expect(page.locator(".sheet-sketch")).to_have_count(len(SKETCHED_STRENGTHS))
        expect(page.locator(".sheet-sketch img")).to_have_count(1)
        page.click("#stop-trying")
        expect(page.locator("#try-looks")).to_be_enabled()
        expect(page.locator("#stop-trying")).to_be_hidden()
        done = page.locator(".sheet-sketch img").count()
        assert 1 <= done < len(SKETCHED_STRENGTHS)
        page.wait_for_timeout(1000)  # the page is kept in the meantime
        page.reload()
        page.wait_for_selector("#estimate p")
        expect(page.locator(".sheet-sketch img")).to_have_count(done)
        page.click('.photo[data-key="red_panda"]')
        expect(page.locator(".sheet-sketch")).to_have_count(0)


def test_strengths_are_tried_and_a_click_takes_one(server: Server, browser: Browser, photo: str) -> None:
    server.stylizer.steps = 2
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50})
        page.click("#try-strengths")
        expect(page.locator(".sheet-sketch img")).to_have_count(len(SKETCHED_STRENGTHS))
        expect(page.locator(".sheet")).to_have_attribute("aria-label", texts().sheet_labels["strengths"])
        expect(page.locator(".sheet-label").first).to_have_text(f"0 · {texts().strength_ends[0]}")
        page.locator('.sheet-sketch[data-name="0.75"]').click()
        expect(page.locator("#strength input[type=number]")).to_have_value("0.75")
        page.click("#paint")
        expect(page.locator("#download")).to_be_visible()
    assert strength_of(server.stylizer.requests[-1].settings) == 0.75


def test_of_several_paintings_each_is_tried_alone_and_a_click_leaves_that_one(
    server: Server, browser: Browser, photo: str
) -> None:
    server.stylizer.steps = 2
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50, "the_sun_munch": 20})
        page.click("#try-paintings")
        expect(page.locator(".sheet-sketch img")).to_have_count(2)
        page.locator(".sheet-sketch", has_text="The Sun").click()
        expect(page.locator('.card[aria-pressed="true"]')).to_have_count(1)
        expect(page.locator('.card[data-key="the_sun_munch"]')).to_have_attribute("aria-pressed", "true")
    assert [len(request.styles) for request in server.stylizer.requests] == [1, 1]


def test_a_look_of_ones_own_is_kept_by_the_browser_used_exported_and_imported(
    server: Server, browser: Browser, tmp_path: Path
) -> None:
    words = texts().own_look_words
    with visit(browser, server.url) as page:
        unfold(page, texts().own_looks_heading)
        unfold(page, texts().advanced_heading)
        set_number(page, "advanced-weights-content", 3)
        page.get_by_label("Print", exact=True).check()
        page.wait_for_timeout(500)
        set_number(page, "advanced-weights-content", 3)
        page.fill(".own-name", "<Mine> & thine")
        page.click(".own-form button")
        expect(page.locator(".own-use")).to_have_text("<Mine> & thine")
        with page.expect_download() as started:
            page.click(".own-export")
        started.value.save_as(tmp_path / "looks.json")
        page.reload()
        page.wait_for_selector("#estimate p")
        page.get_by_label("Bold", exact=True).check()
        unfold(page, texts().own_looks_heading)
        page.click(".own-use")
        taken = texts().own_look_taken.format(name="<Mine> & thine")
        expect(page.locator(".toast-body", has_text=taken)).to_be_visible()
        unfold(page, texts().advanced_heading)
        expect(page.locator("#advanced-weights-content input")).to_have_value("3")
        expect(page.locator("#look input:checked")).to_have_count(0)
        page.click(".own-delete")
        expect(page.locator(".own-use")).to_have_count(0)
    with visit(browser, server.url) as page:
        unfold(page, texts().own_looks_heading)
        (tmp_path / "no.json").write_text('{"looks": [1]}')
        page.set_input_files(".own-file", str(tmp_path / "no.json"))
        expect(page.locator(".own-note")).to_have_text(words["none"].format(file="no.json"))
        page.set_input_files(".own-file", str(tmp_path / "looks.json"))
        expect(page.locator(".own-use")).to_have_text("<Mine> & thine")
        expect(page.locator(".own-note")).to_have_text("")


def test_an_imported_look_that_cannot_be_is_refused_in_words(server: Server, browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "looks.json").write_text('{"looks": {"Odd": {"weights": {"content": "much"}}}}')
    with visit(browser, server.url, tolerated="500|422") as page:
        unfold(page, texts().own_looks_heading)
        page.set_input_files(".own-file", str(tmp_path / "looks.json"))
        page.click(".own-use")
        expect(page.locator(".toast-body")).to_contain_text("content weight")
