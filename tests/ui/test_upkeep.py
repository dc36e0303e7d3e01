"""A server keeps going: the bound of its queue, its log, and its end."""

import logging
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from playwright.sync_api import Browser, expect

from neural_style.images.load import load_image
from neural_style.resources import resource
from neural_style.service.messages import messages
from tests.browser import TIMEOUT_MS, add_painting, choose, previews, visit
from tests.ui.conftest import Server, free_port, health, picture_file, serving, submit, wait_until
from tests.ui.test_serve import clean_environment, wait_for_page

expect.set_options(timeout=TIMEOUT_MS)


@pytest.mark.browser
def test_a_full_queue_is_refused_in_words_and_who_only_looks_around_is_not(
    browser: Browser, photo: str, tmp_path: Path
) -> None:
    with serving(queue_size=1) as server:
        server.stylizer.delay_s = 0.2
        jobs = [submit(server, photo, tmp_path) for _ in range(2)]
        wait_until(lambda: health(server)[1]["waiting"] == 1)
        sentence = messages().queue_full.format(jobs=1)
        with pytest.raises(AppError, match=sentence):
            submit(server, photo, tmp_path).result(timeout=20)
        with visit(browser, server.url) as page:
            choose(page, photo, {"the_sun_munch": 50})
            add_painting(page, photo)
            expect(page.locator(".mix-row")).to_have_count(2)
            page.click("#paint")
            page.locator(".toast-body", has_text=sentence).wait_for()
            expect(page.locator("#paint")).to_be_visible()
        for job in jobs:
            job.cancel()
        wait_until(lambda: health(server)[1]["running"] == 0)


def test_too_many_paintings_are_refused(photo: str, tmp_path: Path) -> None:
    with serving(styles_limit=2) as server:
        client = Client(server.url, verbose=False, download_files=tmp_path)
        with pytest.raises(AppError, match="3 paintings were given; this server takes at most 2"):
            client.predict(handle_file(photo), [handle_file(photo)] * 3, api_name="/stylize")


def test_the_log_has_an_id_and_numbers_and_no_names(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "neural_style")
    photo = picture_file(tmp_path / "my secret holiday.png", 1)
    submit(server, photo, tmp_path, iterations=3).result(timeout=20)
    server.stylizer.delay_s = 0.2
    job = submit(server, photo, tmp_path)
    wait_until(lambda: server.stylizer.steps_done > 6)
    job.cancel()
    wait_until(lambda: "outcome=left" in caplog.text)
    (first, *_) = re.findall(r"job=([0-9a-f]{8}) event=begin size=160x120 styles=1", caplog.text)
    assert f"job={first} event=end outcome=finished steps=3 seconds=" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.browser
@pytest.mark.slow
def test_a_server_that_is_ended_gives_the_running_job_its_best_picture(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    environment = {**clean_environment(), "GRADIO_SERVER_PORT": str(port)}
    photo = resource("examples", "content", "coffee_cup.jpg")
    command = [sys.executable, str(Path(__file__).parents[2] / "app.py")]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=tmp_path)
    try:
        url = f"http://127.0.0.1:{port}/"
        wait_for_page(url)
        with visit(browser, url, tolerated="ERR_|Connection|Failed to fetch|AbortError") as page:
            page.set_default_timeout(3 * TIMEOUT_MS)
            choose(page, str(photo), {"the_sun_munch": 50})
            page.click("#paint")
            previews(page, 3)
            job = submit(Server(url, None, None), str(photo), tmp_path)  # pyright: ignore[reportArgumentType]
            process.send_signal(signal.SIGTERM)
            expect(page.locator("#status")).to_contain_text("the best picture so far")
            assert process.wait(10) == 0
            shown = page.locator("#viewer .after").evaluate("image => [image.complete, image.naturalWidth]")
        assert shown == [True, 600]
        assert job.done() or job.cancel() is not None
    finally:
        process.kill()
        process.wait()
    assert "Traceback" not in (tmp_path / "log").read_text()
    assert "outcome=stopped" in (tmp_path / "log").read_text()


@pytest.mark.slow
def test_a_server_that_is_ended_gives_a_program_its_best_picture(tmp_path: Path) -> None:
    port = free_port()
    environment = {**clean_environment(), "GRADIO_SERVER_PORT": str(port)}
    photo = resource("examples", "content", "coffee_cup.jpg")
    command = [sys.executable, str(Path(__file__).parents[2] / "app.py")]
    process = subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}/"
        wait_for_page(url)
        job = submit(Server(url, None, None), str(photo), tmp_path)  # pyright: ignore[reportArgumentType]
        wait_until(lambda: len(job.outputs()) > 3, timeout_s=120)
        process.send_signal(signal.SIGTERM)
        _, _, result = job.result(timeout=10)
        assert process.wait(12) == 0
    finally:
        process.kill()
        process.wait()
    picture = load_image(result)
    assert picture.shape[1] == 600
    assert np.std(picture) > 20
