"""Prints one line about this machine and what a step takes on it, to be pasted into an issue.

Steps of the original program's weights by L-BFGS, with one painting: loss, gradient and update; medians of all rounds,
on the clock and of all processors together.
"""

import argparse
from collections.abc import Sequence
from typing import Any

from benchmarks.common import Cost, add_sizes, machine, median_costs
from benchmarks.stepping import our_step, request_of, size_of
from neural_style import __version__
from neural_style.engine.allocator import keep_freed_memory
from neural_style.engine.precision import Probe, probe
from neural_style.networks.provider import NetworkProvider

SIZES = (256, 512)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_sizes(parser, *SIZES)
    parser.add_argument("--rounds", type=int, default=7, help="steps of each that the median is taken of")


def run(arguments: argparse.Namespace) -> None:
    """Print the line."""
    keep_freed_memory()
    facts = machine()
    network = NetworkProvider()()
    found = probe(network)
    steps = {size: our_step(request_of(*size), network, found.chosen) for size in map(size_of, arguments.sizes)}
    print(line(facts, found, network.title, median_costs(steps, arguments.rounds)))


def line(facts: dict[str, Any], found: Probe, network: str, costs: dict[tuple[int, int], Cost]) -> str:
    """Return the facts of `common.machine`, what the probe has found, and the cost of a step by size, in one line."""
    speedups = ", ".join(f"{name} {speedup:.2f}" for name, speedup in found.speedups.items())
    parts = [
        f"neural-style {__version__} ({facts['commit'] or 'no commit'})",
        f"{facts['processor']}, {facts['cores']} cores ({_listed(facts['flags']) or 'neither AVX2 nor AVX-512'})",
        *([f"GPU {_listed(facts['gpus'])}"] if facts["gpus"] else []),
        f"load {facts['load']:.1f}",
        f"Python {facts['python']}, TensorFlow {facts['tensorflow']}",
        f"matrix product {facts['matrix_product_gflop_per_s']:.0f} GFLOP/s",
        f"{network}, {found.chosen} (speed over float32: {speedups})",
        *(
            f"step {width}x{height} {cost.seconds:.3f} s (CPU {cost.cpu_seconds:.3f} s)"
            for (height, width), cost in costs.items()
        ),
    ]
    return "; ".join(parts)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)
