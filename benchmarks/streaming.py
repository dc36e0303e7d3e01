"""Measures what it costs to be watched: the same run by the engine alone, with previews, and through the server.

Three ways take turns, several rounds: (engine) iterates only; (previews) the page's painter with its preview clock, in
this process; (server) the real web server here, and a gradio_client in another process that takes every update. The
clock is on the engine's own generator, from its first iterate to its last: all that a consumer does in between counts.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.common import PAIRS, Pair, add_folder, report_of, significant, write_report
from neural_style.engine.stylize import stylize, warm_up
from neural_style.iterate import Iterates, RunState
from neural_style.networks.provider import NetworkProvider
from neural_style.record.recipe import settings_to_dict
from neural_style.request import StylizeRequest
from neural_style.settings import Settings
from neural_style.vgg.network import Network

WAYS = ("engine", "previews", "server")


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_folder(parser)
    parser.add_argument("--size", type=int, default=256, help="longest side in pixels")
    parser.add_argument("--steps", type=int, default=40, help="updates of each run")
    parser.add_argument("--rounds", type=int, default=5)


def run(arguments: argparse.Namespace) -> None:
    """Write `streaming.json`."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    network = NetworkProvider()()
    report = report_of(network, longest_side_px=arguments.size)
    report["updates"] = arguments.steps
    settings = Settings(
        optimizer="lbfgs", start="colors", longest_side_px=arguments.size, iterations=arguments.steps, scales=1
    )
    rounds = measure(PAIRS[0], settings, network, arguments.rounds)
    report |= {"rounds": rounds, "medians": summary(rounds)}
    write_report(arguments.folder, "streaming", report)
    print(report["medians"], flush=True)


def measure(pair: Pair, settings: Settings, network: Network, rounds: int) -> list[dict[str, float]]:
    """Return the seconds a step of each way, round by round; the order of the ways changes from round to round."""
    from neural_style.service.context import ServiceContext
    from neural_style.service.options import ServerOptions
    from neural_style.ui.app import build_app
    from neural_style.ui.serve import close_page, open_page, private_folder

    engine = ClockedEngine(network)
    options = ServerOptions(side_limit_px=4096, steps_limit=100_000)
    with private_folder(options), ExitStack() as ended:
        app = build_app(ServiceContext(engine, NetworkProvider().status), options)
        url = open_page(app, options)
        ended.callback(close_page, app)
        warm_up(lambda: network)
        ways: dict[str, Callable[[], None]] = {
            "engine": lambda: _frames_only(engine, pair.request(settings)),
            "previews": lambda: _with_previews(engine, pair.request(settings)),
            "server": lambda: _through_server(url, pair, settings),
        }
        found = []
        for number in range(rounds):
            turn = [WAYS[(number + shift) % len(WAYS)] for shift in range(len(WAYS))]
            of_round = {way: _seconds_a_step(engine, ways[way]) for way in turn}
            found.append({way: significant(of_round[way]) for way in WAYS})
            print(found[-1], flush=True)
        return found


def summary(rounds: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Return the medians of the seconds a step, and of the ratios to the engine alone within each round."""
    return {
        way: {
            "seconds": significant(statistics.median(of_round[way] for of_round in rounds)),
            "ratio": significant(statistics.median(of_round[way] / of_round["engine"] for of_round in rounds), 4),
        }
        for way in WAYS
    }


@dataclass(eq=False)
class ClockedEngine:
    """A stylizer that notes when each iterate of its last run was there."""

    network: Network
    times: list[float] = field(default_factory=list)

    def __call__(self, request: StylizeRequest, begin: RunState | None = None, /) -> Iterates:
        """Paint with `stylize`, and note when each iterate is there."""
        self.times = []
        for iterate in stylize(request, lambda: self.network, begin=begin):
            self.times.append(time.perf_counter())
            yield iterate


def _seconds_a_step(engine: ClockedEngine, way: Callable[[], None]) -> float:
    way()
    return (engine.times[-1] - engine.times[0]) / (len(engine.times) - 1)


def _frames_only(engine: ClockedEngine, request: StylizeRequest) -> None:
    for iterate in engine(request):
        if iterate.is_last:
            iterate.result()


def _with_previews(engine: ClockedEngine, request: StylizeRequest) -> None:
    from neural_style.service.context import ServiceContext
    from neural_style.service.runner import Runner

    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(ServiceContext(engine, NetworkProvider().status), Path(folder))
        for _ in runner.paint(request, "benchmark", threading.Event(), threading.Event()):
            pass


def _through_server(url: str, pair: Pair, settings: Settings) -> None:
    photo, painting = pair.files
    order = {"url": url, "photo": str(photo), "painting": str(painting), "settings": settings_to_dict(settings)}
    command = [sys.executable, "-m", "benchmarks.streaming_client", json.dumps(order)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
