"""Paints photos as a batch does, here or on a cluster, in a process that `benchmarks.cluster` starts.

It takes one JSON object; see `Order`. Every worker paints one picture beforehand, so that TensorFlow is loaded and all
is compiled. Then it writes a line, waits for one, paints the photos and writes what they took.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.common import time_of
from neural_style.backends.ray_pool import ClusterOptions, RayStylizer
from neural_style.backends.ray_worker import Worker as Engine
from neural_style.engine import Stylizer
from neural_style.engine.allocator import keep_freed_memory
from neural_style.networks.provider import NetworkProvider
from neural_style.request import ChosenStyle
from neural_style.resources import resource
from neural_style.service.batch import Worker, paint_all
from neural_style.service.batch_jobs import BatchJob
from neural_style.service.batch_plan import Planner
from neural_style.service.manifest import NAME, Read, open_manifest
from neural_style.settings import Arithmetic, Settings
from neural_style.vgg.network import Network

PAINTING = "great_wave_hokusai"


@dataclass(frozen=True)
class Order:
    """What a process is to paint.

    Attributes:
        photos: their files.
        folder: where the pictures go.
        workers: of the cluster; 0: paint in this process.
        side_px: longest side of the pictures.
        steps: updates of each.
        arithmetic: of the network.
    """

    photos: Sequence[str]
    folder: str
    workers: int
    side_px: int
    steps: int
    arithmetic: Arithmetic

    @property
    def settings(self) -> Settings:
        """The settings of each picture."""
        return Settings(longest_side_px=self.side_px, iterations=self.steps, precision=self.arithmetic)


def stylizer_of(workers: int, network: Network) -> Stylizer:
    """Return what paints with one thread: here as a worker of a cluster does, or on so many workers of one."""
    if workers:
        return RayStylizer(lambda: network, ClusterOptions(workers=workers, threads=1))
    return _here(network)


def _here(network: Network) -> Stylizer:
    from neural_style.backends.local import LocalStylizer

    Engine(threads=1)  # limits TensorFlow in this process as in a worker's
    keep_freed_memory()
    return LocalStylizer(lambda: network)


def paint(order: Order, stylizer: Stylizer, name: str, photos: Sequence[str]) -> None:
    """Paint photos into a folder of that name, with a manifest."""
    folder = Path(order.folder, name)
    style = (ChosenStyle(resource("examples", "style", f"{PAINTING}.jpg")),)
    jobs = [
        BatchJob(photo=Path(photo), styles=style, settings=order.settings, output=folder / f"{number:03d}.png")
        for number, photo in enumerate(photos)
    ]
    worker = Worker(stylizer, at_once=order.workers)
    plan = Planner(folder / NAME, worker.digests).plan(jobs, Read())
    with open_manifest(folder / NAME) as manifest:
        for entry in paint_all(plan, manifest, worker, lambda _request, _step: None):
            if entry.state != "painted":
                raise RuntimeError(entry.error)


def run(order: Order) -> None:
    """Prepare, wait for a line, paint, and write the seconds."""
    stylizer = stylizer_of(order.workers, NetworkProvider()())
    paint(order, stylizer, "before", [order.photos[0]] * max(1, order.workers))
    _say("ready")
    sys.stdin.readline()
    _say(time_of(lambda: paint(order, stylizer, "painted", order.photos)))


def _say(value: Any) -> None:
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    run(Order(**json.loads(sys.argv[1])))
