"""Take pictures of the page, with the real engine: `make screenshots`.

Those that README.md and the documentation show go to `docs/page/`, the others to `build/page/`, to be looked at: the
page in every state, on a desktop, a tablet and a phone, light and dark.
"""

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from benchmarks.served import served
from benchmarks.side_by_side import write_jpeg
from neural_style.networks.provider import NetworkProvider
from neural_style.resources import resource
from neural_style.service.sketches import SKETCHED_LOOKS
from tests.browser import choose, chromium, previews, set_number, visit

PHOTO = "red_panda.jpg"
SHARES = {"great_wave_hokusai": 70, "starry_night_van_gogh": 30}
SIZES = {
    "desktop": {"width": 1440, "height": 900},
    "tablet": {"width": 820, "height": 1180},
    "phone": {"width": 390, "height": 844},
}
SCHEMES = ("light", "dark")
SHOWN = {
    "running_desktop_light",
    "finished_desktop_dark",
    "sketches_desktop_light",
    "empty_phone_light",
    "running_phone_light",
    "finished_phone_dark",
}
"""The pictures that the documentation shows."""

TIMEOUT_MS = 600_000
PAINTED_PX = 480
SHOWN_COMPARISON = "28"
"""The percentage of the photo that a finished page shows."""


def main() -> None:
    """Visit the page once for each size, and write a picture of each of its states in each scheme."""
    with served(NetworkProvider()) as url, chromium() as browser:
        for size in SIZES:
            _visit(browser, url, size)


def _visit(browser: Browser, url: str, size: str) -> None:
    is_phone = size == "phone"
    with visit(browser, url, viewport=SIZES[size], has_touch=is_phone, is_mobile=is_phone) as page:

        def shoot(state: str, at: str) -> None:
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                name = f"{state}_{size}_{scheme}"
                _shoot(page, (resource("docs") if name in SHOWN else Path("build")) / "page" / f"{name}.jpg", at)

        page.locator("#estimate p").wait_for()
        shoot("empty", "#header")
        choose(page, str(resource("examples", "content", PHOTO)), SHARES)
        set_number(page, "side", PAINTED_PX)
        _paint_twice(page, shoot)
        page.click("#try-looks")
        page.wait_for_function(
            "count => document.querySelectorAll('.sheet-sketch img').length === count",
            arg=len(SKETCHED_LOOKS),
            timeout=TIMEOUT_MS,
        )
        shoot("sketches", "#look")


def _paint_twice(page: Page, shoot: Callable[[str, str], None]) -> None:
    """Show a run, its picture over the photo, a second picture beside the first, and the cards of both."""
    page.click("#paint")
    previews(page, 5)
    shoot("running", "#viewer")
    page.wait_for_selector("#download", timeout=TIMEOUT_MS)
    page.locator("#viewer .cut").fill(SHOWN_COMPARISON)
    page.mouse.move(0, 0)
    shoot("finished", "#viewer")
    page.get_by_label("Abstract", exact=True).check()
    page.click("#paint")
    page.wait_for_selector("#stop:visible")
    page.wait_for_selector("#download:visible", timeout=TIMEOUT_MS)
    page.locator(".strip-compare:visible").first.click()
    page.click('[data-does="beside"]')
    shoot("comparing", "#viewer")
    shoot("gallery", "#strip")


def _shoot(page: Page, path: Path, at: str) -> None:
    """Take a picture of the page with a part of it at the top, or as near to it as the page goes."""
    page.locator(at).evaluate("part => scrollTo(0, part.getBoundingClientRect().top + scrollY - 12)")
    page.wait_for_timeout(700)
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(page.screenshot())) as shot:
        write_jpeg(path, shot.convert("RGB"))
    print(path, flush=True)


if __name__ == "__main__":
    main()
