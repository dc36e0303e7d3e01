"""Sends fifty visitors in five minutes to a real server in its own process: who gets what, and what is left behind.

Every visitor's photo has a colour of its own, and paints in the photo's colours, so that a picture says whose it is.
Of ten visitors six wait for their picture, one cancels, one drops the connection, one brings a file that is no picture,
and one is a process that is killed. Afterwards the queue must be empty, and memory and disk where they were.

Loopback only; bounded in time. The exit status is 1 where a visitor got something wrong or something is left behind.
"""

import argparse
import colorsys
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from gradio_client import Client, handle_file

from benchmarks.common import add_folder, machine, significant, write_report
from neural_style.images.load import load_image
from neural_style.images.save import save_image
from neural_style.resources import resource

SETTINGS: dict[str, Any] = {"preset": "photo-colors", "longest_side_px": 128, "iterations": 30}
KINDS = ("waits",) * 6 + ("cancels", "leaves", "bad file", "killed")
WARM_JOBS = 5
PATIENCE_S = 120
MEMORY_RATIO = 1.25
"""The most memory at the end, over that after the first jobs."""


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_folder(parser)
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=300.0, help="over which they come")
    parser.add_argument("--queue", type=int, default=8, help="jobs that the server lets wait")


def run(arguments: argparse.Namespace) -> int:
    """Write `load.json`."""
    with tempfile.TemporaryDirectory() as name, server(Path(name), arguments.queue) as (process, url):
        folder = Path(name)
        crowd = Crowd(url, folder, arguments.visitors)
        for index in range(WARM_JOBS):
            crowd.visit(index, "waits")
        crowd.outcomes.clear()
        before = resident_mb(process.pid), disk_mb(folder / "temp")
        crowd.come(arguments.seconds)
        queue = emptied(url)
        cleared_after_s = cleared(folder / "temp", before[1])
        after = resident_mb(process.pid), disk_mb(folder / "temp")
    report: dict[str, Any] = {"machine": machine(), "visitors": arguments.visitors, "seconds": arguments.seconds}
    report |= {"outcomes": dict(Counter(map(": ".join, crowd.outcomes))), "wrong": crowd.wrong, "queue": queue}
    report["longest_wait_s"] = significant(max(crowd.waits, default=0.0))
    report["memory_mb"] = {"before": before[0], "after": after[0], "ratio": significant(after[0] / before[0])}
    report["disk_mb"] = {"before": before[1], "after": after[1], "cleared_after_s": cleared_after_s}
    write_report(arguments.folder, "load", report)
    print(json.dumps({key: report[key] for key in report if key != "machine"}, indent=1), flush=True)
    is_well = not crowd.wrong and queue == {"waiting": 0, "running": 0} and after[0] <= MEMORY_RATIO * before[0]
    return 0 if is_well and after[1] <= before[1] else 1


@contextmanager
def server(folder: Path, queue_size: int) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """Start the app as people start it, with files of its own that it keeps for a minute."""
    port = free_port()
    (folder / "temp").mkdir()
    environment = {
        **os.environ,
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_TEMP_DIR": str(folder / "temp"),
        "NEURAL_STYLE_FETCH": "0",
        "NEURAL_STYLE_QUEUE_SIZE": str(queue_size),
        "NEURAL_STYLE_KEEP_MINUTES": "1",
    }
    command = [sys.executable, "-c", "from neural_style.__main__ import main; raise SystemExit(main(['app']))"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}/"
    try:
        _wait_for(lambda: httpx.get(f"{url}healthz", timeout=5).status_code == 200)
        yield process, url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


class Crowd:
    """The visitors, what became of each, and what was wrong."""

    def __init__(self, url: str, folder: Path, count: int) -> None:
        self.url, self.folder, self.count = url, folder, count
        self.outcomes: list[tuple[str, str]] = []
        self.wrong: list[str] = []
        self.waits: list[float] = []
        self.style = folder / "style.png"
        self._ways: dict[str, Callable[[int], str]] = {
            "waits": self._wait,
            "cancels": self._cancel,
            "leaves": self._leave,
            "bad file": self._bring_a_bad_file,
            "killed": self._be_killed,
        }
        save_image(self.style, load_image(resource("examples", "style", "the_sun_munch.jpg"))[::4, ::4])

    def come(self, seconds: float) -> None:
        """Send all visitors, at random times, each in a thread of its own."""
        rng = random.Random(0)
        kinds = [KINDS[index % len(KINDS)] for index in range(self.count)]
        rng.shuffle(kinds)
        threads = []
        times = sorted(rng.uniform(0, seconds) for _ in kinds)
        began = time.monotonic()
        for index, (kind, at) in enumerate(zip(kinds, times, strict=True)):
            time.sleep(max(0.0, began + at - time.monotonic()))
            threads.append(threading.Thread(target=self.visit, args=(index, kind), daemon=True))
            threads[-1].start()
        for thread in threads:
            thread.join(PATIENCE_S)
            if thread.is_alive():
                self.wrong.append("a visitor was still waiting at the end")

    def visit(self, index: int, kind: str) -> None:
        """Play one visitor, from the first click to the last."""
        began = time.monotonic()
        try:
            outcome = self._ways[kind](index)
        except Exception as error:
            outcome = _sentence_of(error)
            if outcome is None:
                self.wrong.append(f"visitor {index} ({kind}): {error!r:.300}")
                outcome = "an error without a sentence"
        self.outcomes.append((kind, outcome))
        if kind == "waits":
            self.waits.append(time.monotonic() - began)
        print(f"{index:3} {kind}: {outcome} ({time.monotonic() - began:.1f} s)", flush=True)

    def _wait(self, index: int) -> str:
        client = Client(self.url, verbose=False, download_files=self.folder / f"of {index}")
        _, _, result = client.predict(**self._order(index))
        chroma = _chroma(load_image(result))
        found = int(np.argmin([np.linalg.norm(chroma - self._color(other)) for other in range(self.count)]))
        if found != index:
            self.wrong.append(f"visitor {index} got the picture of visitor {found}")
        return "got the right picture" if found == index else "got another's picture"

    def _cancel(self, index: int) -> str:
        client = Client(self.url, verbose=False, download_files=self.folder / f"of {index}")
        job = client.submit(**self._order(index, iterations=400))
        time.sleep(1.0)
        job.cancel()
        return "cancelled"

    def _leave(self, index: int) -> str:
        api = f"{self.url}gradio_api"
        with httpx.Client(timeout=PATIENCE_S) as web:
            files = [("files", (path.name, path.read_bytes())) for path in (self._photo(index), self.style)]
            paths = web.post(f"{api}/upload", files=files).json()
            photo, style = ({"path": path, "meta": {"_type": "gradio.FileData"}} for path in paths)
            data = [photo, [style], None, {**SETTINGS, "iterations": 400}, None, None]
            answer = web.post(f"{api}/call/stylize", json={"data": data})
            if answer.status_code == 503:
                return "was refused in words"
            with web.stream("GET", f"{api}/call/stylize/{answer.json()['event_id']}") as stream:
                for _ in zip(range(6), stream.iter_lines(), strict=False):
                    pass
        return "left"

    def _bring_a_bad_file(self, index: int) -> str:
        bad = self.folder / f"bad {index}.png"
        bad.write_bytes(b"no picture")
        Client(self.url, verbose=False).predict(**{**self._order(index), "content": handle_file(bad)})
        raise RuntimeError("a bad file was painted")

    def _be_killed(self, index: int) -> str:
        order: dict[str, Any] = {"url": self.url, "photo": str(self._photo(index)), "painting": str(self.style)}
        order["settings"] = {**SETTINGS, "iterations": 400}
        command = [sys.executable, "-m", "benchmarks.streaming_client", json.dumps(order)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(4.0)
        process.kill()
        process.wait()
        return "was killed"

    def _order(self, index: int, **changes: Any) -> dict[str, Any]:
        settings = {**SETTINGS, **changes}
        files = {"content": handle_file(self._photo(index)), "styles": [handle_file(self.style)]}
        return {**files, "settings": settings, "api_name": "/stylize"}

    def _photo(self, index: int) -> Path:
        """Write the visitor's photo: a few shapes in the visitor's colour."""
        path = self.folder / f"photo {index}.png"
        y, x = np.mgrid[0:96, 0:128]
        light = 0.75 + 0.25 * np.sin(x / 9.0 + index) * np.cos(y / 7.0)
        save_image(path, light[..., None] * self._rgb(index))
        return path

    def _rgb(self, index: int) -> np.ndarray:
        return 255.0 * np.asarray(colorsys.hsv_to_rgb(index / self.count, 0.55, 0.8))

    def _color(self, index: int) -> np.ndarray:
        return _chroma(load_image(self._photo(index)))


def _chroma(image: np.ndarray) -> np.ndarray:
    """Return the mean differences of the channels, which lightness does not change."""
    red, green, blue = image.mean((0, 1))
    return np.asarray([red - green, green - blue])


def _sentence_of(error: Exception) -> str | None:
    """Return the kind of refusal that a visitor was told in words; None for any other error."""
    told = str(error)
    if "Queue is full" in told or "are waiting already" in told:
        return "was refused in words"
    return "was told what is wrong" if "not a picture" in told else None


def resident_mb(process_id: int) -> float:
    """Return the memory of another process, by proc(5)."""
    lines = Path(f"/proc/{process_id}/status").read_text().splitlines()
    return significant(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1000)


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def emptied(url: str) -> dict[str, int]:
    """Return how many jobs wait and run, once none does, or when patience ends."""
    told: dict[str, int] = {}

    def is_empty() -> bool:
        nonlocal told
        answer = httpx.get(f"{url}healthz", timeout=10).json()
        told = {name: answer[name] for name in ("waiting", "running")}
        return not any(told.values())

    _wait_for(is_empty, 30.0)
    return told


def cleared(folder: Path, before_mb: float) -> float:
    """Return the seconds until visitors' files are deleted, or until patience ends."""
    began = time.monotonic()
    _wait_for(lambda: disk_mb(folder) <= before_mb, 200.0)
    return significant(time.monotonic() - began)


def disk_mb(folder: Path) -> float:
    """Return the size of all files in a folder."""
    return significant(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6)


def _wait_for(condition: Any, timeout_s: float = 60.0) -> None:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
