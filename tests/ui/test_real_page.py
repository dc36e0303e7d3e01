"""The whole line: the page over the real engine and the network that comes with pip, in a process of its own."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from playwright.sync_api import Browser, expect

from neural_style.images import load_image, read_recipe, resize
from neural_style.resources import resource
from tests.browser import TIMEOUT_MS, choose, previews, set_slider, visit
from tests.ui.conftest import free_port, wait_until
from tests.ui.test_serve import clean_environment, wait_for_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NIGHT, MOSAIC = "starry_night_van_gogh", "stained_glass_mosaic"


@pytest.fixture
def server_process(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    environment = {**clean_environment(), "GRADIO_SERVER_PORT": str(port)}
    app = Path(__file__).parents[2] / "app.py"
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, str(app)], stdout=log, stderr=log, env=environment, cwd=tmp_path)
    try:
        url = f"http://127.0.0.1:{port}/"
        wait_for_page(url)
        yield process, url
    finally:
        process.kill()
        process.wait()


def test_a_photo_is_painted_live_and_the_server_ends_promptly_while_it_paints(
    server_process: tuple[subprocess.Popen[bytes], str], browser: Browser, tmp_path: Path
) -> None:
    process, url = server_process
    photo = resource("examples", "content", "coffee_cup.jpg")
    with visit(browser, url, accept_downloads=True) as page:
        page.set_default_timeout(3 * TIMEOUT_MS)  # TensorFlow is still being loaded
        choose(page, str(photo), {NIGHT: 70, MOSAIC: 30})
        set_slider(page, "side", 160)
        page.click("#paint")
        assert len(previews(page, 3)) == 3
        page.click("#stop")
        expect(page.locator("#status")).to_contain_text("the best picture so far. Painted with embedded VGG-16")
        with page.expect_download() as download:
            page.click("#download")
        download.value.save_as(tmp_path / "result.png")

    job = Client(url, verbose=False).submit(handle_file(photo), [handle_file(photo)], api_name="/stylize")
    wait_until(lambda: len(job.outputs()) > 2)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert time.monotonic() - began < 4

    result = load_image(tmp_path / "result.png")
    content = resize(load_image(photo), *result.shape[:2])
    assert result.shape == (107, 160, 3)
    assert result.std() > 20  # not a constant
    assert np.abs(result - content).mean() > 10  # not the photo
    recipe = json.loads(read_recipe(tmp_path / "result.png") or "")
    assert [style["share"] for style in recipe["styles"]] == [70, 30]
