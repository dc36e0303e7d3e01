"""The page over a real Ray cluster of two workers, in real browsers."""

import logging
import os
import signal
from collections.abc import Iterator

import pytest
import ray
from playwright.sync_api import Browser, Page, expect

from neural_style.backends.ray_pool import ClusterOptions, RayStylizer
from neural_style.networks.provider import NetworkProvider
from tests.browser import TIMEOUT_MS, choose, previews, set_number, visit
from tests.ui.conftest import Server, health, serving, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
expect.set_options(timeout=TIMEOUT_MS)

NIGHT = "starry_night_van_gogh"


@pytest.fixture(scope="module")
def pool() -> Iterator[RayStylizer]:
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    network = NetworkProvider()()
    stylizer = RayStylizer(lambda: network, ClusterOptions(workers=2, threads=1))
    yield stylizer
    stylizer.close()
    ray.shutdown()


@pytest.fixture(scope="module")
def cluster(pool: RayStylizer) -> Iterator[Server]:
    with serving(pool, jobs_at_once=2) as server:
        yield server


def prepare(page: Page, photo: str) -> None:
    choose(page, photo, {NIGHT: 50})
    set_number(page, "side", 192)
    page.get_by_label("Quick", exact=True).check()


def test_two_visitors_paint_at_once_and_one_of_them_stops(cluster: Server, browser: Browser, photo: str) -> None:
    with visit(browser, cluster.url) as first, visit(browser, cluster.url) as second:
        for page in (first, second):
            page.set_default_timeout(120_000)  # each worker has one thread, and loads TensorFlow first
            prepare(page, photo)
        for page in (first, second):
            page.click("#paint")
        wait_until(lambda: health(cluster)[1]["running"] == 2, timeout_s=60)
        previews(first, 2)
        first.click("#stop")
        for page, outcome in ((first, "the best picture so far"), (second, "Finished")):
            page.wait_for_selector("#download:visible")
            expect(page.locator("#status")).to_contain_text(outcome)


def test_a_worker_that_is_killed_under_the_page_costs_time_and_no_picture(
    cluster: Server, pool: RayStylizer, browser: Browser, photo: str
) -> None:
    with visit(browser, cluster.url) as page:
        page.set_default_timeout(180_000)
        prepare(page, photo)
        workers = {pool.call(actor.ready) for actor in pool._workers.idle()}
        page.click("#paint")
        previews(page, 2)
        (painting,) = workers - {pool.call(actor.ready) for actor in pool._workers.idle()}
        os.kill(painting, signal.SIGKILL)
        page.wait_for_selector("#download:visible")
        expect(page.locator("#status")).to_contain_text("Finished")
