"""Taking a picture along: as a JPEG, by the device's share sheet, and being told when it is done."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from neural_style.service.messages import messages
from neural_style.ui.texts import texts
from tests.browser import TIMEOUT_MS, choose, visit
from tests.ui.conftest import Server, download

pytestmark = pytest.mark.browser
expect.set_options(timeout=TIMEOUT_MS)

NIGHT = "starry_night_van_gogh"

SHARE_SHEET = """
navigator.canShare = ({ files }) => files.every(({ type }) => type === "image/jpeg");
navigator.share = async ({ files: [file] }) => {
  const head = [...new Uint8Array(await file.arrayBuffer()).slice(0, 3)];
  window.shared = [...(window.shared ?? []), { name: file.name, type: file.type, head }];
  if (window.isClosed) throw new DOMException("closed", "AbortError");
};
"""

NOTIFICATIONS = """
window.told = [];
window.Notification = class {
  static permission = "default";
  static async requestPermission() { return (Notification.permission = window.answer ?? "granted"); }
  constructor(title, { body }) { window.told.push({ title, body }); }
  addEventListener() {}
};
Object.defineProperty(document, "hidden", { get: () => Boolean(window.isAway) });
"""


def paint(page: Page, photo: str) -> None:
    choose(page, photo, {NIGHT: 50})
    page.click("#paint")


def test_a_picture_can_be_had_as_a_jpeg_that_looks_the_same(
    server: Server, browser: Browser, photo: str, tmp_path: Path
) -> None:
    server.stylizer.steps = 2
    with visit(browser, server.url) as page:
        expect(page.locator(".jpeg")).to_be_hidden()
        paint(page, photo)
        expect(page.locator("#download")).to_be_visible()
        expect(page.locator(".share")).to_be_hidden()  # this browser has no share sheet
        files = download(page, "#download", tmp_path), download(page, ".jpeg", tmp_path)
        expect(page.locator(".jpeg")).to_be_enabled()
    png, jpeg = map(Image.open, files)
    assert (jpeg.format, jpeg.size, files[1].stem) == ("JPEG", png.size, files[0].stem)
    assert np.abs(np.asarray(jpeg, float) - np.asarray(png.convert("RGB"), float)).mean() < 8.0  # of a noisy picture


def test_a_picture_that_is_gone_is_missed_in_words(server: Server, browser: Browser, photo: str) -> None:
    server.stylizer.steps = 2
    with visit(browser, server.url, tolerated="40[34]") as page:
        paint(page, photo)
        expect(page.locator(".jpeg")).to_be_visible()
        page.evaluate("window.fetch = async () => new Response(null, { status: 404 })")  # its time is over
        page.click(".jpeg")
        expect(page.locator(".share-note")).to_have_text(messages().result_gone)


def test_where_the_device_has_a_share_sheet_the_picture_is_handed_to_it(
    server: Server, browser: Browser, photo: str
) -> None:
    server.stylizer.steps = 2
    with visit(browser, server.url, script=SHARE_SHEET) as page:
        paint(page, photo)
        page.click(".share")
        page.wait_for_function("window.shared?.length === 1")
        shared = page.evaluate("window.shared[0]")
        assert (shared["type"], shared["head"]) == ("image/jpeg", [0xFF, 0xD8, 0xFF])
        assert shared["name"].endswith(".jpg")
        page.evaluate("window.isClosed = true")
        page.click(".share")  # and who closes the sheet gets no download
        page.wait_for_function("window.shared.length === 2")
        expect(page.locator(".share")).to_be_enabled()


def test_who_looks_elsewhere_is_told_when_the_picture_is_done(server: Server, browser: Browser, photo: str) -> None:
    server.stylizer.steps, server.stylizer.delay_s = 30, 0.1
    with visit(browser, server.url, script=NOTIFICATIONS) as page:
        expect(page.locator(".tell")).to_be_hidden()
        paint(page, photo)
        page.click(".tell")
        expect(page.locator(".tell")).to_have_text(texts().tell_words["told"])
        page.evaluate("window.isAway = true")
        expect(page.locator("#download")).to_be_visible()
        page.wait_for_function("window.told.length === 1")
        told = page.evaluate("window.told[0]")
        assert told["title"] == texts().tell_words["done"]
        assert "Finished after 30 steps" in told["body"]
        expect(page.locator(".tell")).to_be_hidden()


def test_a_failure_is_not_told_as_a_success(server: Server, browser: Browser, photo: str) -> None:
    server.stylizer.delay_s = 0.3
    with visit(browser, server.url, script=NOTIFICATIONS, tolerated="500") as page:
        paint(page, photo)
        page.click(".tell")
        page.evaluate("window.isAway = true")
        server.stylizer.delay_s = -1.0  # no time can be slept backwards
        page.wait_for_function("window.told.length === 1")
        assert page.evaluate("window.told[0].title") == texts().tell_words["failed"]


def test_who_looks_at_the_page_or_says_no_is_told_nothing(server: Server, browser: Browser, photo: str) -> None:
    server.stylizer.steps, server.stylizer.delay_s = 10, 0.1
    with visit(browser, server.url, script=NOTIFICATIONS) as page:
        paint(page, photo)
        page.click(".tell")
        expect(page.locator("#download")).to_be_visible()
        server.stylizer.steps = 20
        page.evaluate("window.answer = 'denied'")
        page.evaluate("Notification.permission = 'default'")
        page.click("#paint")
        page.click(".tell")
        expect(page.locator(".tell")).to_be_hidden()
        expect(page.locator("#paint")).to_be_visible()
        assert page.evaluate("window.told") == []
