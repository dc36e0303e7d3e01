"""Measures a GPU: where the work runs, the formats, steps by size, copies to the host, and too little memory.

Without a GPU it says so in a sentence and ends with status 1. The table should show that every step has kernels on the
GPU and its picture stays there; that the copies to the host of a step are a handful of small ones (its loss terms, and
what L-BFGS decides by); and that a run whose memory is limited paints in tiles instead of ending.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from benchmarks.common import add_folder, add_sizes, machine, median_seconds, significant, write_report
from benchmarks.operations import step_flop
from benchmarks.step_cost import DEEPEST
from benchmarks.stepping import Steps, our_step, request_of, size_of, step_of_original
from benchmarks.traces import Trace, traced
from neural_style.engine.device import grow_gpu_memory
from neural_style.engine.precision import CANDIDATES, probe
from neural_style.networks.provider import NetworkProvider
from neural_style.settings import Arithmetic
from neural_style.vgg.network import Network

NO_GPU = "TensorFlow sees no GPU on this machine, so there is nothing to measure."

SIZES = (256, 512, 1024, 2048)
TRACED_STEPS = 5


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_folder(parser)
    add_sizes(parser, *SIZES)
    parser.add_argument("--rounds", type=int, default=20, help="steps of each that the median is taken of")
    parser.add_argument("--limit-mb", type=int, default=3000, help="GPU memory for the runs that fall back to tiles")
    parser.add_argument("--limited-size", type=int, default=1536, help="longest side of those runs")


def run(arguments: argparse.Namespace) -> int:
    """Print the table and write `gpu.json`."""
    if not tf.config.list_physical_devices("GPU"):
        print(NO_GPU)
        return 1
    fallen_back = [tiles_by(arguments, way) for way in ("plan", "exhaustion")]  # before this process takes the card
    grow_gpu_memory()
    report = measure(NetworkProvider()(), arguments.sizes, arguments.rounds)
    report["tiles_fall_back"] = fallen_back
    print(table(report))
    write_report(arguments.folder, "gpu", report)
    return 0


def measure(network: Network, sizes: Sequence[int], rounds: int) -> dict[str, Any]:
    """Measure all but the runs with limited memory; this works without a GPU, too."""
    found = probe(network)
    formats: tuple[Arithmetic, ...] = ("float32", *CANDIDATES["GPU"])
    rows = [row for size in sizes for row in rows_of_size(network, size, formats, rounds)]
    return {
        "machine": machine(),
        "network": network.title,
        "probe": {"chosen": found.chosen, "speedups": dict(found.speedups), "cosines": dict(found.cosines)},
        "rows": rows,
    }


def rows_of_size(network: Network, size: int, formats: Sequence[Arithmetic], rounds: int) -> list[dict[str, Any]]:
    """Return one row for each format and one for the original algorithm."""
    height, width = size_of(size)
    request = request_of(height, width)
    steps: dict[str, Steps] = {name: our_step(request, network, name) for name in formats}
    steps["original"] = step_of_original(height, width, network)
    seconds = median_seconds(steps, rounds)
    rows = []
    for name, step in steps.items():
        flop = step_flop(network, height, width, DEEPEST["original" if name == "original" else "ours"])
        row: dict[str, Any] = {"width": width, "height": height, "format": name, "picture_on": step.device}
        row |= {"ms": significant(1e3 * seconds[name], 4), "tflop_per_s": significant(flop / seconds[name] / 1e12, 3)}
        row["original_over_this"] = significant(seconds["original"] / seconds[name], 3)
        rows.append(row | of_trace(traced(step, TRACED_STEPS), TRACED_STEPS))
    return rows


def of_trace(trace: Trace | None, steps: int) -> dict[str, Any]:
    """Return a step's share of what was traced; nothing where this TensorFlow has no way to read it."""
    if trace is None:
        return {}
    return {
        "kernels": round(trace.kernels / steps, 1),
        "copies_to_host": round(trace.to_host / steps, 1),
        "copies_to_device": round(trace.to_device / steps, 1),
        "gpu_busy_ms": significant(1e3 * trace.busy_s / steps, 4),
    }


def tiles_by(arguments: argparse.Namespace, way: str) -> dict[str, Any]:
    """Paint with little GPU memory, in a process of its own: foreseen by its plan, or met as an exhausted device."""
    height, width = size_of(arguments.limited_size)
    order = {"height": height, "width": width, "limit_mb": arguments.limit_mb, "way": way}
    command = [sys.executable, "-m", "benchmarks.gpu_child", json.dumps(order)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {**order, "failed": done.stderr.strip().splitlines()[-1:]}
    return {**order, **json.loads(done.stdout.splitlines()[-1])}


def table(report: dict[str, Any]) -> str:
    """Return the report as a table for people."""
    facts, found = report["machine"], report["probe"]
    lines = [
        f"{', '.join(facts['gpus']) or 'no GPU'}; TensorFlow {facts['tensorflow']}; {report['network']}",
        f"best float32 matrix product: {facts['matrix_product_gflop_per_s'] / 1e3:.1f} TFLOP/s",
        f"format chosen: {found['chosen']}; speedups {_listed(found['speedups'])}; cosines {_listed(found['cosines'])}",
        "",
    ]
    names = list(dict.fromkeys(name for row in report["rows"] for name in row))
    lines.append("  ".join(f"{name:>16}" for name in names))
    lines += ["  ".join(f"{row.get(name, '-')!s:>16}" for name in names) for row in report["rows"]]
    lines += ["", *(f"little memory, by {row['way']}: {row}" for row in report.get("tiles_fall_back", []))]
    return "\n".join(lines)


def _listed(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3g}" for name, value in values.items()) or "none"
