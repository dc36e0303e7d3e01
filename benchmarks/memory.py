"""Measures how much memory an evaluation takes, whole and in tiles, and whether a run keeps to what it may take.

Each figure is the growth of one fresh process's largest resident set over what it held before the evaluation: with the
network, the pictures and the targets loaded. A line is fitted through the whole pictures of each format; its largest
deviation is the error of an estimate. Each figure comes with what `neural_style.engine.memory_plan` estimates.
"""

import argparse
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.common import add_folder, machine, significant, write_report
from benchmarks.stepping import size_of
from neural_style.engine.precision import choose_arithmetic
from neural_style.networks.provider import NetworkProvider

WHOLE = (256, 384, 512, 768, 1024, 1280, 1536)
TILED = (1024, 1536, 2048, 3072, 6000)
RUNS = (768, 1536)

Order = dict[str, Any]
"""The order of one process, which says what to measure: see `memory_child`."""


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_folder(parser)
    parser.add_argument("--whole", type=int, nargs="*", default=WHOLE, help="longest sides of whole pictures, 3:2")
    parser.add_argument("--formats", nargs="+", default=("float32", "winograd"), help="of whole pictures")
    parser.add_argument("--tiled", type=int, nargs="*", default=TILED, help="longest sides in tiles, 3:2")
    parser.add_argument("--tile", type=int, default=512, help="side of a tile in pixels, a multiple of 16")
    parser.add_argument("--runs", type=int, nargs="*", default=RUNS, help="longest sides of whole runs, 3:2")
    parser.add_argument("--memory-gb", type=float, default=2.0, help="what a run may take")


def run(arguments: argparse.Namespace) -> None:
    """Write `memory.json`."""
    network = NetworkProvider()()
    report: dict[str, Any] = {
        "machine": machine(),
        "network": network.title,
        "tile_side_px": arguments.tile,
        "fits": {},
        "rows": [],
    }
    for order in orders(arguments, choose_arithmetic("auto", network)):
        row = with_shares({**order, **measured_in_child(order)})
        print(row, flush=True)
        report["rows"].append(row)
        report["fits"] = fits(report["rows"])
        write_report(arguments.folder, "memory", report)
    print(report["fits"], flush=True)


def orders(arguments: argparse.Namespace, fastest: str) -> Iterator[Order]:
    """Yield the orders: whole evaluations in each format; tiled ones and runs in the format that is chosen here."""
    for arithmetic, side in itertools.product(arguments.formats, arguments.whole):
        yield {"kind": "whole", **_size(side), "arithmetic": arithmetic}
    for side in arguments.tiled:
        yield {"kind": "tiled", **_size(side), "arithmetic": fastest, "tile_side_px": arguments.tile}
    for side in arguments.runs:
        yield {"kind": "run", **_size(side), "arithmetic": fastest, "memory_gb": arguments.memory_gb}


def measured_in_child(order: Order) -> dict[str, Any]:
    """Return what `memory_child` measures for that order, in a process of its own.

    Raises:
        RuntimeError: the process failed.
    """
    command = [sys.executable, "-m", "benchmarks.memory_child", json.dumps(order)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{order} could not be measured: {done.stderr.strip().splitlines()[-1:]}")
    return json.loads(done.stdout.splitlines()[-1])


def with_shares(row: dict[str, Any]) -> dict[str, Any]:
    """Add bytes a pixel, and what was taken over what was estimated or allowed."""
    row["bytes_per_pixel"] = round(row["growth_mb"] * 1e6 / (row["height"] * row["width"]))
    row["share_of_estimate"] = significant(row["growth_mb"] / row["estimated_mb"], 3)
    return row


def fits(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Fit a line for each format through its whole pictures, where there are two or more."""
    found = {}
    for arithmetic in {row["arithmetic"] for row in rows if row["kind"] == "whole"}:
        points = [
            (row["height"] * row["width"], row["growth_mb"])
            for row in rows
            if row["kind"] == "whole" and row["arithmetic"] == arithmetic
        ]
        if len(points) > 1:
            found[arithmetic] = line_through(points)
    return dict(sorted(found.items()))


def line_through(points: Sequence[tuple[int, float]]) -> dict[str, float]:
    """Fit by least squares of the relative deviations, so that small pictures count as much as large ones."""
    pixels, megabytes = np.array(points, np.float64).T
    slope, fixed = np.polyfit(pixels, megabytes, 1, w=1.0 / megabytes)
    deviations = (slope * pixels + fixed) / megabytes - 1.0
    return {
        "bytes_per_pixel": round(slope * 1e6),
        "fixed_mb": round(fixed),
        "largest_deviation": significant(float(np.abs(deviations).max()), 3),
    }


def _size(longest_side_px: int) -> dict[str, int]:
    height, width = size_of(longest_side_px)
    return {"height": height, "width": width}
