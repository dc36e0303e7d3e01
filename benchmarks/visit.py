"""Measures a newcomer's first minute on a phone, with a real server, a real browser and a real photo of 12 megapixels.

What a visitor does and waits for, from the opened page to a kept picture: taps, swipes, seconds from the tap on Paint
to the first changed picture and to the finished one, and the bytes that the browser sends and receives; and on a
desktop the presses of Tab to Paint.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page

from benchmarks.common import add_folder, machine, significant, write_report
from benchmarks.served import served
from neural_style.networks.provider import NetworkProvider
from neural_style.resources import resource
from tests.browser import chromium, set_number, visit

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PHOTO_SIZE = 4032, 3024
MOST_TABS = 200
TIMEOUT_MS = 1_200_000

_CHANGES = """() => {
    const image = document.querySelector("#viewer .after");
    window.changed = null;
    new MutationObserver(() => { window.changed ??= performance.now(); }).observe(image, { attributeFilter: ["src"] });
    document.addEventListener("click", ({ target }) => {
        if (target.closest("#paint")) window.clicked = performance.now();
    }, { capture: true });
}"""


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_folder(parser)
    parser.add_argument("--size", type=int, help="longest side in pixels; left out: that of the page")


def run(arguments: argparse.Namespace) -> None:
    """Write `visit.json`."""
    provider = NetworkProvider()
    with served(provider) as url, chromium() as browser, tempfile.TemporaryDirectory() as folder:
        photo = camera_photo(Path(folder, "IMG_0001.jpg"))
        report: dict[str, Any] = {"machine": machine(), "network": provider.status().title}
        report |= {"photo_bytes": photo.stat().st_size, "photo_size": list(PHOTO_SIZE)}
        report |= {"tabs_to_paint": tabs_to_paint(browser, url), **first_minute(browser, url, photo, arguments.size)}
    write_report(arguments.folder, "visit", report)
    print(report, flush=True)


def camera_photo(path: Path) -> Path:
    """Write a photo of 12 megapixels with the noise of a camera."""
    with Image.open(resource("examples", "content", "red_panda.jpg")) as small:
        large = np.asarray(small.convert("RGB").resize(PHOTO_SIZE, Image.Resampling.LANCZOS), np.float32)
    noise = np.random.default_rng(0).normal(0.0, 4.0, large.shape).astype(np.float32)
    Image.fromarray(np.clip(large + noise, 0, 255).astype(np.uint8)).save(path, quality=92)
    return path


def tabs_to_paint(browser: Browser, url: str) -> int:
    """Return the presses of Tab from the top of the page to Paint."""
    with visit(browser, url, viewport={"width": 1440, "height": 900}) as page:
        for presses in range(1, MOST_TABS):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "paint":
                return presses
    raise RuntimeError("Paint cannot be reached by Tab.")


def first_minute(browser: Browser, url: str, photo: Path, size: int | None = None) -> dict[str, Any]:
    """Paint that photo after the first painting, by touch, and return what it took; `size`: the longest side."""
    with visit(browser, url, tolerated=".", **PHONE) as page:
        traffic = _traffic(page)
        page.wait_for_selector("#estimate p")
        opened = dict(traffic)
        began = time.perf_counter()
        with page.expect_file_chooser() as chooser:
            page.tap("#photo button")
        chooser.value.set_files(photo)
        page.wait_for_selector("#photo img")
        uploaded_s, taps, swipes = time.perf_counter() - began, 1, 0
        if size is not None:
            set_number(page, "side", size)
            page.evaluate("scrollTo(0, 0)")
        page.evaluate(_CHANGES)
        for target in (".card >> nth=0", "#paint"):
            swipes += not _is_in_view(page, target)
            page.tap(target)
            taps += 1
        page.wait_for_function("window.changed", timeout=TIMEOUT_MS)
        first_s = page.evaluate("(window.changed - window.clicked) / 1000")
        tapped = time.perf_counter()
        page.wait_for_selector("#download:visible", timeout=TIMEOUT_MS)
        finished_s = first_s + time.perf_counter() - tapped
        page.wait_for_timeout(1500)
        swipes += not _is_in_view(page, "#download")
        painted = page.locator("#viewer .after").evaluate("each => [each.naturalWidth, each.naturalHeight]")
    return {
        "taps_to_paint": taps,
        "taps_to_a_kept_picture": taps + 1,
        "swipes": swipes,
        "upload_s": significant(uploaded_s),
        "first_change_s": significant(first_s),
        "finished_s": significant(finished_s),
        "picture": painted,
        "bytes_to_open": opened,
        "bytes_after_that": {name: traffic[name] - opened[name] for name in traffic},
    }


def _traffic(page: Page) -> dict[str, int]:
    """Return the bytes of all requests and answers of the page, with their heads; they grow as it goes on."""
    traffic = {"sent": 0, "received": 0}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def received(event: dict[str, Any]) -> None:
        traffic["received"] += int(event.get("encodedDataLength", 0))

    def sent(event: dict[str, Any]) -> None:
        lengths = {name.lower(): value for name, value in event["headers"].items()}
        head = sum(len(name) + len(value) for name, value in lengths.items())
        traffic["sent"] += int(lengths.get("content-length", 0)) + head

    session.on("Network.dataReceived", received)
    session.on("Network.requestWillBeSentExtraInfo", sent)
    return traffic


def _is_in_view(page: Page, target: str) -> bool:
    return page.locator(target).evaluate(
        "each => { const box = each.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }"
    )
