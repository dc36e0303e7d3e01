"""Measures the time from a click on Paint to the first changed picture, with a real server, a real browser, warm.

Two moments are clocked in the page, from the click on: when the photo in the paintings' colours is on the viewer, which
is the first change, and when the first picture of a step is.
"""

import argparse
import statistics
from typing import Any

from playwright.sync_api import Page

from benchmarks.common import PAIRS, Pair, add_folder, machine, significant, write_report
from benchmarks.served import served
from neural_style.networks.provider import NetworkProvider
from tests.browser import choose, chromium, set_number, visit

_CLOCK = """() => {
    const image = document.querySelector("#viewer .after");
    window.changes = [];
    document.addEventListener("click", ({ target }) => {
        if (!target.closest("#paint")) return;
        const clicked = performance.now();
        window.changes = [];
        const watcher = new MutationObserver(() => {
            if (image.src) window.changes.push((performance.now() - clicked) / 1000);
            if (window.changes.length > 1) watcher.disconnect();
        });
        watcher.observe(image, { attributes: true, attributeFilter: ["src"] });
    }, { capture: true });
}"""


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_folder(parser)
    parser.add_argument("--size", type=int, default=256, help="longest side in pixels")
    parser.add_argument("--rounds", type=int, default=6, help="clicks; the first one is not counted")


def run(arguments: argparse.Namespace) -> None:
    """Write `first_change.json`."""
    provider = NetworkProvider()
    with served(provider) as url, chromium() as browser, visit(browser, url) as page:
        rounds = measure(page, PAIRS[0], arguments.size, arguments.rounds)[1:]
    report: dict[str, Any] = {"machine": machine(), "network": provider.status().title, "pair": str(PAIRS[0])}
    names = ("first_change_s", "first_step_s")
    report |= {"longest_side_px": arguments.size, "rounds": [dict(zip(names, each, strict=True)) for each in rounds]}
    report["medians"] = {
        name: significant(statistics.median(times))
        for name, times in zip(names, zip(*rounds, strict=True), strict=True)
    }
    write_report(arguments.folder, "first_change", report)
    print(report["medians"], flush=True)


def measure(page: Page, pair: Pair, size: int, rounds: int) -> list[tuple[float, float]]:
    """Return the seconds from the click to the first change and to the first step, round by round."""
    photo, painting = pair.files
    choose(page, str(photo), {painting.stem: 50})
    set_number(page, "side", size)
    page.evaluate(_CLOCK)
    found = []
    for _ in range(rounds):
        page.click("#paint")
        page.wait_for_function("() => window.changes.length > 1")
        first, second = page.evaluate("window.changes")[:2]
        found.append((significant(first), significant(second)))
        print(found[-1], flush=True)
        page.click("#stop")
        page.wait_for_selector("#paint:visible")
        page.wait_for_selector("#download:visible")
    return found
