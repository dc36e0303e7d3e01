"""Take the pictures of the page that README.md and `docs/page/` show, with the real engine: `make screenshots`.

The empty page, a running job and a finished one, on a desktop and on a phone, light and dark.
"""

import contextlib
import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from benchmarks.side_by_side import write_jpeg
from neural_style.engine.stylize import warm_up
from neural_style.networks.provider import NetworkProvider
from neural_style.networks.variables import FETCH
from neural_style.resources import resource
from neural_style.service.options import ServerOptions
from neural_style.ui.serve import close_page, compose, open_page, private_folder, service_context
from tests.browser import choose, chromium, previews, visit

PHOTO = "red_panda.jpg"
SHARES = {"great_wave_hokusai": 70, "starry_night_van_gogh": 30}
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
SCHEMES = ("light", "dark")
TIMEOUT_MS = 300_000
SHOWN_COMPARISON = "28"
"""The percentage of the photo that a finished page shows."""


def main() -> None:
    """Paint once for each size and scheme, and write `docs/page/*.jpg`."""
    os.environ[FETCH.name] = "0"
    provider, options = NetworkProvider(), ServerOptions()
    context = service_context(provider, options)
    context.estimate.begin_with(warm_up(provider))
    folder = resource("docs") / "page"
    folder.mkdir(exist_ok=True)
    with private_folder(), chromium() as browser, contextlib.ExitStack() as ended:
        app = compose(context, options)
        ended.callback(close_page, app)
        url = open_page(app, options)
        for size in SIZES:
            for scheme in SCHEMES:
                _take(browser, url, size, scheme, folder)


def _take(browser: Browser, url: str, size: str, scheme: str, folder: Path) -> None:
    with visit(browser, url, viewport=SIZES[size], color_scheme=scheme) as page:
        page.locator("#estimate p").wait_for()
        _shoot(page, folder / f"empty_{size}_{scheme}.jpg")
        choose(page, str(resource("examples", "content", PHOTO)), SHARES)
        page.click("#paint")
        previews(page, 5)
        _shoot(page, folder / f"running_{size}_{scheme}.jpg", at="#paint, #stop")
        page.wait_for_selector("#download", timeout=TIMEOUT_MS)
        page.locator("#viewer .cut").fill(SHOWN_COMPARISON)
        page.mouse.move(0, 0)
        _shoot(page, folder / f"finished_{size}_{scheme}.jpg", at="#viewer")


def _shoot(page: Page, path: Path, at: str = "#header") -> None:
    """Take a picture of the page with the first visible one of these at the top, or as near to it as the page goes."""
    page.locator(f":is({at}):visible").first.evaluate(
        "element => scrollTo(0, element.getBoundingClientRect().top + scrollY - 12)"
    )
    page.wait_for_timeout(700)
    with Image.open(io.BytesIO(page.screenshot())) as shot:
        write_jpeg(path, shot.convert("RGB"))
    print(path, flush=True)


if __name__ == "__main__":
    main()
