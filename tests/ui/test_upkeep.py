"""What keeps a server going: its health, the bound of its queue, its log, old files, and its end."""

import logging
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from playwright.sync_api import Browser, expect

from neural_style.images.load import load_image
from neural_style.resources import resource
from neural_style.service import messages
from neural_style.service.pictures import PictureCache
from neural_style.service.retention import delete_older_than, keep_clean
from neural_style.service.shutdown import Shutdown
from neural_style.ui.files import results_folder
from tests.browser import TIMEOUT_MS, add_painting, choose, previews, visit
from tests.ui.conftest import NETWORK, Server, free_port, picture_file, serving, wait_until
from tests.ui.test_serve import clean_environment, wait_for_page

expect.set_options(timeout=TIMEOUT_MS)


def health(server: Server) -> tuple[int, dict[str, object]]:
    answer = httpx.get(f"{server.url}healthz")
    return answer.status_code, answer.json()


def submit(server: Server, photo: str, folder: Path, iterations: int = 100):
    client = Client(server.url, verbose=False, download_files=folder / "downloads")
    settings = {"iterations": iterations}
    return client.submit(handle_file(photo), [handle_file(photo)], settings=settings, api_name="/stylize")


def test_the_health_says_what_paints_what_runs_and_how_many_wait(photo: str, tmp_path: Path) -> None:
    with serving() as server:
        idle = {"status": "ok", "network": NETWORK.title, "fetch": "off", "waiting": 0, "running": 0}
        assert health(server) == (200, idle)
        server.stylizer.delay_s = 0.2
        jobs = [submit(server, photo, tmp_path) for _ in range(3)]
        wait_until(lambda: health(server)[1] == {**idle, "waiting": 2, "running": 1})
        for job in jobs:
            job.cancel()
        wait_until(lambda: health(server)[1] == idle)


def test_a_password_does_not_hide_the_health(tmp_path: Path) -> None:
    with serving(auth=(("ann", "secret"),)) as server:
        assert health(server)[0] == 200


@pytest.mark.browser
def test_a_full_queue_is_refused_in_words_and_who_only_looks_around_is_not(
    browser: Browser, photo: str, tmp_path: Path
) -> None:
    with serving(queue_size=1) as server:
        server.stylizer.delay_s = 0.2
        jobs = [submit(server, photo, tmp_path) for _ in range(2)]
        wait_until(lambda: health(server)[1]["waiting"] == 1)
        sentence = messages.QUEUE_FULL.format(jobs=1)
        with pytest.raises(Exception, match="Queue is full"):  # the client's own words
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


def test_old_results_are_deleted_and_new_ones_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    assert results_folder() == tmp_path / "results"
    delete_older_than(results_folder(), 0.0)  # there is none yet
    (results_folder() / "new").mkdir(parents=True)
    (results_folder() / "new" / "a.png").write_bytes(b"x")
    delete_older_than(results_folder(), 60.0)
    assert (results_folder() / "new" / "a.png").exists()
    ended = threading.Event()
    cleaner = threading.Thread(target=keep_clean, args=(results_folder(), 0.05, PictureCache(), ended))
    cleaner.start()
    wait_until(lambda: list(results_folder().iterdir()) == [])
    ended.set()
    cleaner.join(5)
    assert not cleaner.is_alive()


def test_the_end_waits_for_jobs_and_takes_no_new_ones() -> None:
    shutdown = Shutdown()
    assert not shutdown.begin(0.1)
    shutdown = Shutdown()
    entered, leave = threading.Event(), threading.Event()

    def job() -> None:
        with shutdown.job():
            entered.set()
            leave.wait(5)

    worker = threading.Thread(target=job)
    worker.start()
    assert entered.wait(5)
    began = time.monotonic()
    assert shutdown.begin(0.2)  # it does not wait for ever
    assert 0.15 < time.monotonic() - began < 3
    leave.set()
    assert shutdown.begin(5.0) in (True, False)
    worker.join(5)
    assert shutdown.running == 0
    with pytest.raises(Exception, match="about to end"), shutdown.job():
        pass


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
        assert shown == [True, 320]
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
        wait_until(lambda: len(job.outputs()) > 3, timeout_s=40)
        process.send_signal(signal.SIGTERM)
        _, _, result = job.result(timeout=10)
        assert process.wait(12) == 0
    finally:
        process.kill()
        process.wait()
    picture = load_image(result)
    assert picture.shape[1] == 320
    assert np.std(picture) > 20
