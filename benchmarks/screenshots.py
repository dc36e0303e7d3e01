"""Take the README's picture of the page, with the real engine: `python -m benchmarks.screenshots`."""

import contextlib
import os

from neural_style.networks.provider import FETCH_VARIABLE, NetworkProvider
from neural_style.resources import resource
from neural_style.ui.environment import ServerOptions
from neural_style.ui.serve import close_page, compose, open_page, private_folder
from tests.browser import choose, chromium, visit

PHOTO = "red_panda.jpg"
SHARES = {"great_wave_hokusai": 70, "starry_night_van_gogh": 30}
VIEWPORT = {"width": 1440, "height": 1100}
TIMEOUT_MS = 900_000


def main() -> None:
    """Paint once, and write `docs/page.png`."""
    os.environ[FETCH_VARIABLE] = "0"
    options = ServerOptions()
    with private_folder(), chromium() as browser:
        app = compose(NetworkProvider(), options)
        with contextlib.ExitStack() as ended:
            ended.callback(close_page, app)
            url = open_page(app, options)
            with visit(browser, url, viewport=VIEWPORT) as page:
                choose(page, str(resource("examples", "content", PHOTO)), SHARES)
                page.click("#paint")
                page.wait_for_selector("#download", timeout=TIMEOUT_MS)
                page.mouse.move(0, 0)
                page.evaluate("scrollTo(0, 0)")
                page.wait_for_timeout(1000)
                page.screenshot(path=resource("docs") / "page.png")


if __name__ == "__main__":
    main()
