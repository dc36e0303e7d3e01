"""Measures what a step costs by size, number format and number of styles, and how near it is to the machine's limit.

All that is compared takes turns, and medians are reported. The share is that of the machine's best float32 matrix
product. Winograd's method does fewer operations for the same result: both its own and those that a direct convolution
would have needed are given, and the latter may be above 1.
"""

import argparse
import statistics
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from benchmarks.common import (
    Cost,
    add_folder,
    add_sizes,
    cost_of,
    machine,
    median_costs,
    significant,
    time_of,
    write_report,
)
from benchmarks.operations import step_flop, winograd_step_flop
from benchmarks.stepping import OURS, Steps, formats_worth_timing, our_step, request_of, size_of, step_of_original
from neural_style.engine.allocator import keep_freed_memory, release_memory
from neural_style.losses.layers import STYLE_LAYERS
from neural_style.networks.provider import NetworkProvider
from neural_style.presets import APP_PRESET, PRESETS
from neural_style.settings import Arithmetic
from neural_style.vgg.network import Network

SIZES = (128, 192, 256, 384, 512, 768, 1024)
STYLE_COUNTS = (1, 2, 4, 8)
DEEPEST = {"ours": STYLE_LAYERS[-1], "original": "relu5_2"}


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_folder(parser)
    add_sizes(parser, *SIZES)
    parser.add_argument("--rounds", type=int, default=7, help="steps of each that the median is taken of")
    parser.add_argument("--styles-size", type=int, default=256, help="longest side for the numbers of styles")
    parser.add_argument("--styles", type=int, nargs="+", default=STYLE_COUNTS, help="numbers of styles")


def run(arguments: argparse.Namespace) -> None:
    """Write `step_cost.json`."""
    keep_freed_memory()
    network = NetworkProvider()()
    formats, probe = formats_worth_timing(network)
    report: dict[str, Any] = {
        "machine": machine(),
        "network": network.title,
        "probe": {"chosen": probe.chosen, "speedups": _rounded(probe.speedups), "cosines": _rounded(probe.cosines)},
        "rounds": arguments.rounds,
        "sizes": [],
    }
    for size in arguments.sizes:
        report["sizes"].append(cost_of_size(size, network, formats, arguments.rounds, report["machine"]))
        print(report["sizes"][-1], flush=True)
        write_report(arguments.folder, "step_cost", report)
    report["styles"] = cost_of_styles(arguments, network, probe.chosen)
    print(report["styles"], flush=True)
    report["regions"] = cost_of_regions(arguments, network, probe.chosen)
    print(report["regions"], flush=True)
    write_report(arguments.folder, "step_cost", report)


def cost_of_size(
    size: int, network: Network, formats: Sequence[Arithmetic], rounds: int, facts: dict[str, Any]
) -> dict[str, Any]:
    """Return one row: our formats and the original program's step on the same photo."""
    height, width = size_of(size)
    request = request_of(height, width)
    steps: dict[str, Steps] = {name: our_step(request, network, name) for name in formats}
    costs = median_costs({**steps, "original": step_of_original(height, width, network)}, rounds)
    del steps
    release_memory()
    direct = step_flop(network, height, width, DEEPEST["ours"])
    ceiling = facts["matrix_product_gflop_per_s"] * 1e9
    row: dict[str, Any] = {"width": width, "height": height, "gflop": significant(direct / 1e9, 4), "ours": {}}
    for name in formats:
        row["ours"][name] = _performance(direct, costs[name], ceiling)
        row["ours"][name]["original_over_ours"] = significant(costs["original"].seconds / costs[name].seconds, 3)
        if name == "winograd":
            own = winograd_step_flop(network, height, width, DEEPEST["ours"])
            row["ours"][name]["own_operations"] = _performance(own, costs[name], ceiling)
    of_original = step_flop(network, height, width, DEEPEST["original"])
    row["original"] = {
        "gflop": significant(of_original / 1e9, 4),
        **_performance(of_original, costs["original"], ceiling),
    }
    return row


def cost_of_styles(arguments: argparse.Namespace, network: Network, arithmetic: Arithmetic) -> dict[str, Any]:
    """Compare steps with several styles with those with the first number; the ratio is the median over the rounds."""
    size = size_of(arguments.styles_size)
    steps = [our_step(request_of(*size, styles=count), network, arithmetic) for count in arguments.styles]
    for step in steps:
        step()
    rounds = [[time_of(step) for step in steps] for _ in range(max(3, 3 * arguments.rounds))]
    rows = []
    for index, count in enumerate(arguments.styles):
        seconds = statistics.median(of_round[index] for of_round in rounds)
        ratio = statistics.median(of_round[index] / of_round[0] for of_round in rounds)
        rows.append({"styles": count, "seconds": significant(seconds), "ratio": significant(ratio, 4)})
    return {"longest_side_px": arguments.styles_size, "arithmetic": arithmetic, "rounds": len(rounds), "rows": rows}


def cost_of_regions(arguments: argparse.Namespace, network: Network, arithmetic: Arithmetic) -> list[dict[str, Any]]:
    """Compare steps with two paintings, a half of the picture each, with those with one painting for all of it."""
    size, rows = size_of(arguments.styles_size), []
    for look in ("classic", APP_PRESET):
        settings = replace(OURS, weights=PRESETS[look].settings.weights)
        one = our_step(request_of(*size, settings), network, arithmetic)
        two = our_step(request_of(*size, settings, styles=2, in_regions=True), network, arithmetic)
        for step in (one, two):
            step()
        rounds = [(cost_of(one), cost_of(two)) for _ in range(max(3, 3 * arguments.rounds))]
        ratios = [statistics.median(b[unit] / a[unit] for a, b in rounds) for unit in (0, 1)]
        row = {"look": look, "longest_side_px": arguments.styles_size, "arithmetic": arithmetic}
        rows.append({**row, "two_over_one": dict(zip(Cost._fields, map(significant, ratios), strict=True))})
    return rows


def _performance(flop: int, cost: Cost, ceiling: float) -> dict[str, float]:
    return {
        "seconds": significant(cost.seconds),
        "cpu_seconds": significant(cost.cpu_seconds),
        "gflop_per_s": significant(flop / cost.seconds / 1e9, 4),
        "share_of_ceiling": significant(flop / cost.seconds / ceiling, 3),
    }


def _rounded(values: Any) -> dict[str, float]:
    return {name: significant(value, 4) for name, value in values.items()}
