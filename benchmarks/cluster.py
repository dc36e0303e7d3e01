"""Measures what a pool of workers on a Ray cluster costs, against as many processes that paint a batch by themselves.

Each worker, and each of those processes, paints with one thread. Both ways paint the same photos in turn, everything
loaded and compiled before, and have to give the same pictures bit by bit. The nodes of the cluster are processes of
this machine.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.batch import write_photos
from benchmarks.cluster_child import Order
from benchmarks.common import Cost, add_folder, report_of, significant, write_report
from neural_style.engine.precision import choose_arithmetic
from neural_style.images.load import load_image
from neural_style.networks.provider import NetworkProvider

WORKERS = (1, 2)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_folder(parser)
    parser.add_argument("--workers", type=int, nargs="+", default=WORKERS, help="numbers of workers")
    parser.add_argument("--photos", type=int, default=8, help="photos for each worker")
    parser.add_argument("--size", type=int, default=192, help="longest side in pixels")
    parser.add_argument("--steps", type=int, default=40, help="updates of each picture")
    parser.add_argument("--rounds", type=int, default=3, help="how often both ways paint all")


def run(arguments: argparse.Namespace) -> None:
    """Write `cluster.json`."""
    network = NetworkProvider()()
    arithmetic = choose_arithmetic("auto", network)
    told = {"longest_side_px": arguments.size, "steps": arguments.steps}
    report = report_of(network, arithmetic=arithmetic, **told, rows=[])
    for workers in arguments.workers:
        with tempfile.TemporaryDirectory() as folder:
            photos = write_photos(Path(folder, "photos"), arguments.photos * workers)
            order = Order(
                [str(photo) for photo in photos], folder, workers, arguments.size, arguments.steps, arithmetic
            )
            report["rows"].append(compared(order, arguments.rounds))
        print(report["rows"][-1], flush=True)
        write_report(arguments.folder, "cluster", report)


def compared(order: Order, rounds: int) -> dict[str, Any]:
    """Paint in both ways in turn; return the medians, their ratio, and whether the pictures are the same."""
    costs: dict[str, list[Cost]] = {"processes": [], "cluster": []}
    same = True
    for number in range(rounds):
        ways = {"processes": by_processes, "cluster": by_cluster}
        folders = {name: Path(order.folder, f"{name}{number}") for name in ways}
        for name, paint in ways.items():
            costs[name].append(paint(order, folders[name]))
        same &= same_pictures(*folders.values())
    row: dict[str, Any] = {"workers": order.workers, "photos": len(order.photos), "rounds": rounds}
    for name, taken in costs.items():
        seconds, cpu_seconds = (statistics.median(values) for values in zip(*taken, strict=True))
        row[name] = {
            "seconds": significant(seconds, 4),
            "cpu_seconds": significant(cpu_seconds, 4),
            "photos_per_minute": significant(60.0 * len(order.photos) / seconds, 4),
        }
    pairs = list(zip(costs["cluster"], costs["processes"], strict=True))
    row["cluster_over_processes"] = {
        name: significant(statistics.median(getattr(one, name) / getattr(other, name) for one, other in pairs), 4)
        for name in Cost._fields
    }
    return {**row, "same_pictures": same}


def by_cluster(order: Order, folder: Path) -> Cost:
    """Paint all photos on one pool."""
    return cost_of_painting([_Part(order, order.photos, folder, order.workers)])


def by_processes(order: Order, folder: Path) -> Cost:
    """Paint an equal share of the photos in each of as many processes as there are workers."""
    shares = [order.photos[first :: order.workers] for first in range(order.workers)]
    return cost_of_painting([_Part(order, share, folder / str(number), 0) for number, share in enumerate(shares)])


@dataclass(frozen=True)
class _Part:
    """The photos that one process paints."""

    order: Order
    photos: Sequence[str]
    folder: Path
    workers: int

    @property
    def words(self) -> str:
        facts = asdict(self.order) | {"photos": self.photos, "folder": str(self.folder), "workers": self.workers}
        return json.dumps(facts)


def cost_of_painting(parts: Sequence[_Part]) -> Cost:
    """Start a process for each part, let all begin when each is ready, and return what it takes until all are done."""
    with ExitStack() as stack:
        processes = [stack.enter_context(_started(part)) for part in parts]
        for process in processes:
            _line(process)
        began, busy = time.perf_counter(), busy_seconds()
        for process in processes:
            print(file=process.stdin, flush=True)
        for process in processes:
            _line(process)
        return Cost(time.perf_counter() - began, busy_seconds() - busy)


def busy_seconds(stat: Path = Path("/proc/stat")) -> float:
    """Return the seconds that all processors have worked since the machine was started, for all of its programs."""
    user, nice, system = map(int, stat.read_text().split()[1:4])
    return (user + nice + system) / 100.0


def same_pictures(one: Path, other: Path) -> bool:
    """Whether both folders have the same pictures, in whichever folders of their own."""
    digests = [sorted(_pixels(path) for path in folder.rglob("painted/*.png")) for folder in (one, other)]
    return bool(digests[0]) and digests[0] == digests[1]


def _pixels(path: Path) -> bytes:
    return np.asarray(load_image(path)).tobytes()


@contextmanager
def _started(part: _Part) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "benchmarks.cluster_child", part.words]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **pipes) as process:
        yield process


def _line(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise RuntimeError(f"a process that paints has ended, exit status {process.wait()}")
    return line
