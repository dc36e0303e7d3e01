"""Drive a real Chromium for the tests of the page, and check what a page must never do."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
TIMEOUT_MS = 20_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the installed browser; without one the test is skipped, except in continuous integration."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@contextmanager
def visit(browser: Browser, url: str, *, tolerated: str = "\0", script: str = "", **context: Any) -> Iterator[Page]:
    """Open a page for a visitor, who at the end has seen no error in the console and no request to another site.

    Errors that match the tolerated expression are none: a refusal of the server's is one to the browser. The script
    runs before any of the page's own.
    """
    with browser.new_context(**context) as visitor:
        visitor.set_default_timeout(TIMEOUT_MS)
        page, wrong = visitor.new_page(), []
        page.add_init_script(script)
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.append(request.url) if _is_foreign(request.url, url) else None)
        page.goto(url)
        page.wait_for_selector(".card")
        yield page
        wrong = [each for each in wrong if not re.search(tolerated, each)]
        assert not wrong, wrong


def choose(page: Page, photo: str, shares: dict[str, int]) -> None:
    """Put a photo in, press the cards, and pull the sliders."""
    page.set_input_files("#photo input[type=file]", photo)
    page.wait_for_selector("#photo img")
    for key in shares:
        page.click(f'.card[data-key="{key}"]')
    if len(shares) > 1:
        for key, share in shares.items():
            page.locator(f'.mix input.share[data-key="{key}"]').evaluate(
                "(slider, share) => { slider.value = share; slider.dispatchEvent(new Event('input')); }", share
            )


def add_painting(page: Page, path: str) -> None:
    """Add a painting to the gallery, from a file."""
    with page.expect_file_chooser() as chooser:
        page.click("#upload")
    chooser.value.set_files(path)


def unfold(page: Page, heading: str) -> None:
    """Open or close one of Gradio's accordions."""
    page.locator("button.label-wrap", has_text=heading).click()


def set_number(page: Page, element_id: str, value: float) -> None:
    """Type a number into one of Gradio's fields."""
    field = page.locator(f"#{element_id} input")
    field.fill(str(value))
    field.press("Tab")


def set_slider(page: Page, element_id: str, value: float) -> None:
    """Type a number beside one of Gradio's sliders."""
    field = page.locator(f"#{element_id} input[type=number]")
    field.fill(str(value))
    field.press("Tab")


def previews(page: Page, count: int) -> set[str]:
    """Watch until so many different pictures have been on the viewer; return their addresses."""
    seen: set[str] = set()
    while len(seen) < count:
        address = page.wait_for_function(
            """seen => {
                const address = document.querySelector('#viewer .after')?.src;
                return !address || seen.includes(address) ? null : address;
            }""",
            arg=list(seen),
        )
        seen.add(address.json_value())
    return seen


def _is_foreign(address: str, url: str) -> bool:
    return not address.startswith((url.partition("?")[0], "data:", "blob:"))
