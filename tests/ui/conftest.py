"""Provide a real server with a page over a fake stylizer, and a real browser."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.client import Job
from playwright.sync_api import Browser, Page

from neural_style.engine import Stylizer
from neural_style.engine.effort import iterations_of
from neural_style.images.save import save_image
from neural_style.networks.provider import ProviderStatus
from neural_style.record.recipe import recipe
from neural_style.service.context import ServiceContext
from neural_style.service.jobs import Jobs
from neural_style.service.journal import Journal
from neural_style.service.options import ServerOptions
from neural_style.service.sessions import Sessions
from neural_style.settings import Settings
from neural_style.ui.app import build_app
from neural_style.ui.health import add_health
from neural_style.ui.serve import close_page, open_page, private_folder
from tests.browser import chromium
from tests.fakes import FakeStylizer, small_picture

NETWORK = ProviderStatus("fake <network>", "off", 0, 0, "Painting with a fake network.")


STEPS_LIMIT = iterations_of(Settings(effort="best", optimizer="adam")) - 1
"""The most steps of the server: the longest effort takes more, but by Adam only."""


@dataclass(frozen=True)
class Server:
    """A running page, and what paints behind it."""

    url: str
    stylizer: FakeStylizer
    context: ServiceContext


@contextmanager
def serving(paint: Stylizer | None = None, **options: Any) -> Iterator[Server]:
    """Serve the page over a fake stylizer, or over another one."""
    stylizer = FakeStylizer()
    context = ServiceContext(paint or stylizer, lambda: NETWORK, recipe)
    context.estimate.begin_with(1e-6)
    limits = ServerOptions(**{"port": free_port(), "side_limit_px": 700, "steps_limit": STEPS_LIMIT, **options})
    with private_folder(limits) as folder:
        jobs = Jobs()
        app = build_app(context, limits, jobs, Sessions(limits.keep_s, journal=Journal(folder.journal)))
        jobs.resume()
        url = open_page(app, limits)
        jobs.begin()
        add_health(app, context, jobs)
        yield Server(url, stylizer, context)
        close_page(app)


@pytest.fixture(scope="session")
def _server() -> Iterator[Server]:
    with serving(jobs_at_once=2) as server:
        yield server


@pytest.fixture
def server(_server: Server) -> Server:
    """Return the page over a stylizer that paints at once and remembers nothing of other tests."""
    _server.stylizer.__init__()
    return _server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as installed:
        yield installed


@pytest.fixture
def photo(tmp_path: Path) -> str:
    return picture_file(tmp_path / "my photo.png", seed=1)


def picture_file(path: Path, seed: int, height: int = 120, width: int = 160) -> str:
    save_image(path, small_picture(height, width, seed))
    return str(path)


def download(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as started:
        page.click(button)
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


def wait_until(condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def health(server: Server) -> tuple[int, dict[str, object]]:
    """Return the status of the answer, and what it says."""
    answer = httpx.get(f"{server.url}healthz")
    return answer.status_code, answer.json()


def submit(server: Server, photo: str, folder: Path, iterations: int = 100) -> Job:
    """Have the photo painted in its own style, as a program does."""
    client = Client(server.url, verbose=False, download_files=folder / "downloads")
    settings = {"iterations": iterations}
    return client.submit(handle_file(photo), [handle_file(photo)], settings=settings, api_name="/stylize")
