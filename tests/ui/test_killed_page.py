"""A server that is killed while it paints, and started again, over the real engine in a real browser."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from neural_style.images.load import load_image, read_recipe
from neural_style.service.unfinished_runs import MIN_INTERVAL_S, NAME
from tests.browser import visit
from tests.ui.conftest import free_port, wait_until
from tests.ui.test_control_page import (
    NIGHT,
    PATIENCE_MS,
    SUN,
    finished,
    move_share,
    paint_above_the_ground,
    prepare,
    repeated,
)
from tests.ui.test_serve import kill, start_app
from tests.ui.test_visit_page import NETWORK_LOSS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]


@dataclass
class App:
    """app.py in a process, which can be killed and started again at the same port and in the same folder."""

    folder: Path

    def __post_init__(self) -> None:
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}/"
        self.start()

    def start(self) -> None:
        self._process = start_app(self.folder, self._port)

    def kill(self) -> None:
        kill(self._process)

    def checkpoint(self) -> Path | None:
        return next(self.folder.glob(f"temp/*/files-*/results/*/{NAME}"), None)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    running = App(tmp_path)
    yield running
    running.kill()


def paint_until_it_is_kept(page: Page, app: App) -> None:
    """Paint with a part left alone and a share that is moved, until the state after that is on the disk."""
    prepare(page, {NIGHT: 100, SUN: 20}, side=128)
    paint_above_the_ground(page, iterations=500)
    page.wait_for_timeout(3000)
    move_share(page, SUN, 100)
    wait_until(lambda: app.checkpoint() is not None, 4 * MIN_INTERVAL_S)
    time.sleep(1.0)  # some steps further
    expect(page.locator("#stop")).to_be_visible()


def check_whole(picture: Path) -> None:
    """The picture is the one of a run that was never interrupted, bit by bit."""
    recipe = json.loads(read_recipe(picture) or "")
    assert recipe["steps"]["done"] >= 500
    (change,) = recipe["changes"]
    assert change["shares"] == [100.0, 100.0]
    np.testing.assert_array_equal(repeated(picture, (NIGHT, SUN)), load_image(picture))


def test_a_picture_goes_on_after_its_server_was_killed_on_the_page_that_was_open(
    app: App, browser: Browser, tmp_path: Path
) -> None:
    with visit(browser, app.url, accept_downloads=True, tolerated=NETWORK_LOSS) as page:
        paint_until_it_is_kept(page, app)
        app.kill()
        app.start()
        expect(page.locator("#stop")).to_be_visible(timeout=PATIENCE_MS)
        picture = finished(page, tmp_path / "first")
        expect(page.locator(".mix-row")).to_have_count(2)
        expect(page.locator("#photo img")).to_be_visible()
    check_whole(picture)
