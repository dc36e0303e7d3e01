"""Measures the memory of one evaluation or one run, in a process of its own that `benchmarks.memory` starts.

It takes one JSON object, `{"kind", "height", "width", "arithmetic"}` with `"tile_side_px"` or `"memory_gb"`, and
answers with one line of JSON. The peak is Linux's VmHWM, set back before the evaluation; elsewhere that of the whole
process.
"""

import contextlib
import json
import resource as limits
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.common import median
from benchmarks.stepping import OURS, request_of
from neural_style.engine.allocator import keep_freed_memory, release_memory
from neural_style.engine.canvas import prepare_canvas
from neural_style.engine.evaluation import compiled_loss
from neural_style.engine.memory_plan import Conditions, tiled_bytes, untiled_bytes
from neural_style.engine.optimizer import vectors_of_device
from neural_style.engine.scale_run import RunContext
from neural_style.engine.stylize import stylize
from neural_style.engine.targets import PictureSources
from neural_style.engine.tiles import build_evaluation
from neural_style.losses.objective import objective
from neural_style.networks.provider import NetworkProvider
from neural_style.settings import Arithmetic
from neural_style.vgg.network import Network

STEPS_OF_A_RUN = 3
SECOND_EVALUATION_BELOW_PX = 2_000_000
"""The most pixels of a picture that is evaluated twice: for larger ones that takes minutes and no more memory."""


def measure(order: dict[str, Any], network: Network) -> dict[str, Any]:
    """Return `{"base_mb", "growth_mb", "estimated_mb"}` and what else there is to say of that kind."""
    keep_freed_memory()
    prepared, facts = (_run if order["kind"] == "run" else _evaluation)(order, network)
    release_memory()
    base = resident_bytes()
    reset_peak()
    facts |= prepared()
    growth = peak_bytes() - base
    return {"base_mb": round(base / 1e6), "growth_mb": round(growth / 1e6, 1), **facts}


def _evaluation(order: dict[str, Any], network: Network) -> tuple[Callable[[], dict[str, Any]], dict[str, Any]]:
    arithmetic: Arithmetic = order["arithmetic"]
    size, tile = (order["height"], order["width"]), order.get("tile_side_px")
    request = request_of(*size)
    canvas = prepare_canvas(request, network.mean_rgb)
    targets = objective(PictureSources(canvas, network, OURS))
    picture = vectors_of_device().of(canvas.start)
    loss = compiled_loss(network, targets, OURS.pooling, arithmetic)
    evaluate = build_evaluation(loss, targets, network.topology, tile)
    if tile is None:
        estimated = untiled_bytes(*size, arithmetic)
    else:
        estimated = tiled_bytes(*size, tile, _conditions(network, arithmetic))

    def evaluated() -> dict[str, Any]:
        seconds = []
        for _ in range(2 if size[0] * size[1] < SECOND_EVALUATION_BELOW_PX else 1):
            began = time.perf_counter()
            evaluate(picture)
            seconds.append(time.perf_counter() - began)
        return {"seconds": median(seconds[-1:])}

    return evaluated, {"estimated_mb": round(estimated / 1e6, 1)}


def _run(order: dict[str, Any], network: Network) -> tuple[Callable[[], dict[str, Any]], dict[str, Any]]:
    """Return the run to measure, and as its estimate the memory that it may take and plans by."""
    settings = replace(OURS, iterations=STEPS_OF_A_RUN, precision=order["arithmetic"])
    request = request_of(order["height"], order["width"], settings)

    def painted() -> dict[str, Any]:
        iterate = None
        for iterate in stylize(request, lambda: network, memory_gb=order["memory_gb"]):
            iterate.picture()
        return {"tile_px": iterate.tile_px if iterate else None}

    return painted, {"estimated_mb": order["memory_gb"] * 1e3}


def _conditions(network: Network, arithmetic: Arithmetic) -> Conditions:
    return RunContext(network, OURS, arithmetic, 0).conditions


def resident_bytes() -> int:
    """Return what the process holds now; where the system does not say, its peak."""
    return _status_bytes("VmRSS") or peak_bytes()


def peak_bytes() -> int:
    """Return the most that the process held since `reset_peak`."""
    factor = 1 if sys.platform == "darwin" else 1024
    return _status_bytes("VmHWM") or limits.getrusage(limits.RUSAGE_SELF).ru_maxrss * factor


def reset_peak() -> None:
    """Reset the peak by proc(5)'s clear_refs; where that is not allowed, it stays that of the whole process."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _status_bytes(field: str) -> int:
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) * 1024
    return 0


if __name__ == "__main__":
    print(json.dumps(measure(json.loads(sys.argv[1]), NetworkProvider()())))
