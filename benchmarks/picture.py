"""Measures where the seconds of one picture go, from the order to its files, as a server paints it.

Each part has its own seconds only, without those of other parts that it calls. The first picture of a process compiles
what later ones need no more; so the same picture is painted twice. To load TensorFlow is measured by itself, in a
process of its own.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.common import PAIRS, Cost, Pair, add_folder, machine, significant, write_report
from neural_style.backends.local import LocalStylizer
from neural_style.engine import scale_run, stylize, targets
from neural_style.engine.evaluation import CompiledLoss
from neural_style.engine.precision import choose_arithmetic
from neural_style.losses import matching
from neural_style.networks.provider import NetworkProvider
from neural_style.presets import APP_PRESET, PRESETS
from neural_style.record.recipe import recipe
from neural_style.record.timelapse import Timelapse
from neural_style.service import runner
from neural_style.service.context import ServiceContext
from neural_style.settings import Settings

_LOADING = """
import time
from neural_style.backends.loading import load_tensorflow
load_tensorflow()
print(time.process_time())
"""


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_folder(parser)
    parser.add_argument("--size", type=int, default=512, help="longest side in pixels")
    parser.add_argument("--look", choices=tuple(PRESETS), default=APP_PRESET)
    parser.add_argument("--pair", type=Pair.named, default=PAIRS[0], metavar="PHOTO:PAINTING")


def run(arguments: argparse.Namespace) -> None:
    """Write `picture.json`, and print both paintings as a table."""
    settings = replace(PRESETS[arguments.look].settings, longest_side_px=arguments.size)
    report: dict[str, Any] = {
        "machine": machine(),
        "pair": str(arguments.pair),
        "look": arguments.look,
        "longest_side_px": arguments.size,
        "loading": _rounded(cost_of_loading()),
    }
    provider = NetworkProvider()
    for name in ("first", "second"):
        report[name] = {part: _rounded(cost) for part, cost in parts_of_a_picture(arguments.pair, settings, provider)}
    write_report(arguments.folder, "picture", report)
    print(table(report))


def cost_of_loading() -> Cost:
    """Return what it takes a new process to load TensorFlow; the CPU seconds include Python's own start."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", _LOADING], capture_output=True, text=True, check=True)
    return Cost(time.perf_counter() - began, float(done.stdout))


def parts_of_a_picture(pair: Pair, settings: Settings, provider: NetworkProvider) -> Iterator[tuple[str, Cost]]:
    """Paint the pair, and yield the parts with what each took, the whole last."""
    clock, began, cpu_before = PartsClock(), time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder, _timed_parts(clock, provider):
        context = ServiceContext(LocalStylizer(provider), provider.status, recipe)
        request = clock.timed("reading the pictures", pair.request)(settings)
        for _ in runner.Runner(context, Path(folder)).paint(request, "painted", threading.Event(), threading.Event()):
            pass
    whole = Cost(time.perf_counter() - began, time.process_time() - cpu_before)
    yield from clock.costs.items()
    known = [sum(of_parts) for of_parts in zip(*clock.costs.values(), strict=True)]
    yield "the rest", Cost(whole.seconds - known[0], whole.cpu_seconds - known[1])
    yield "all", whole


@dataclass
class PartsClock:
    """A clock for parts that call each other: each second counts for the innermost one.

    Attributes:
        costs: name of a part -> what it took so far.
    """

    costs: dict[str, Cost] = field(default_factory=dict)
    _inner: list[Cost] = field(default_factory=list)

    def timed(self, part: str | Callable[..., str], function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with a clock around it; the name of the part may depend on the arguments."""

        @wraps(function)
        def call(*arguments: Any, **named: Any) -> Any:
            began, cpu_before = time.perf_counter(), time.process_time()
            self._inner.append(Cost(0.0, 0.0))
            try:
                return function(*arguments, **named)
            finally:
                taken = Cost(time.perf_counter() - began, time.process_time() - cpu_before)
                within = self._inner.pop()
                name = part if isinstance(part, str) else part(*arguments)
                self.costs[name] = _sum(self.costs.get(name, Cost(0.0, 0.0)), taken, within)
                if self._inner:
                    self._inner[-1] = Cost(*map(sum, zip(self._inner[-1], taken, strict=True)))

        return call


def _sum(before: Cost, taken: Cost, within: Cost) -> Cost:
    return Cost(*(known + more - less for known, more, less in zip(before, taken, within, strict=True)))


@contextmanager
def _timed_parts(clock: PartsClock, provider: NetworkProvider) -> Iterator[None]:
    """Put the clock around the parts of a run, as long as the context lasts."""
    advance = scale_run.ScaleRun.advance
    parts: list[tuple[Any, str, Any]] = [
        (stylize, "prepare_canvas", clock.timed("pictures at each size", stylize.prepare_canvas)),
        (scale_run, "objective", clock.timed("targets", scale_run.objective)),
        (matching, "find_matches", clock.timed("search for matches", matching.find_matches)),
        (targets, "smoothness_of_regions", clock.timed("map of smoothness", targets.smoothness_of_regions)),
        (CompiledLoss, "_compiled", clock.timed("compiling", CompiledLoss._compiled)),
        (scale_run.ScaleRun, "advance", clock.timed(_size_of_step, advance)),
        (runner, "encode_preview", clock.timed("previews", runner.encode_preview)),
        (Timelapse, "add", clock.timed("film", Timelapse.add)),
        (runner, "save_film", clock.timed("film", runner.save_film)),
        (runner, "save_result", clock.timed("files", runner.save_result)),
    ]
    network = clock.timed("network", provider)()
    clock.timed("choosing the arithmetic", choose_arithmetic)("auto", network)  # once in a process; the run asks again
    with ExitStack() as patches:
        for place, name, function in parts:
            patches.enter_context(patch.object(place, name, function))
        yield


def _size_of_step(run: scale_run.ScaleRun) -> str:
    height, width = run.picture.shape[:2]
    return f"steps at {width}x{height} px"


def table(report: dict[str, Any]) -> str:
    """Return the two paintings as a table in Markdown."""
    lines = ["| part | first picture | second picture |", "|---|---|---|"]
    for part in dict.fromkeys([*report["first"], *report["second"]]):
        cells = [_cell(report[name].get(part), report[name]["all"]) for name in ("first", "second")]
        lines.append(f"| {part} | {cells[0]} | {cells[1]} |")
    loading = report["loading"]
    return "\n".join([*lines, "", f"Loading TensorFlow: {loading['seconds']} s (CPU {loading['cpu_seconds']} s)."])


def _cell(cost: dict[str, float] | None, whole: dict[str, float]) -> str:
    if cost is None:
        return ""
    share = 100.0 * cost["seconds"] / whole["seconds"]
    return f"{cost['seconds']:.2f} s (CPU {cost['cpu_seconds']:.2f} s), {share:.0f} %"


def _rounded(cost: Cost) -> dict[str, float]:
    return {"seconds": significant(cost.seconds, 4), "cpu_seconds": significant(cost.cpu_seconds, 4)}
