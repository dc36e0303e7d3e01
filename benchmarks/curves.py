"""Draws loss against seconds for the optimisers and the starts, on one pair, for people to read.

The runs take turns by the part of their steps that is done, each with its own clock. Seconds include the preparation of
the run and the tracing of its step. The losses are the lowest so far.
"""

import argparse
import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from benchmarks.common import (
    PAIRS,
    add_folder,
    add_pairs,
    machine,
    machine_in_words,
    significant,
    write_report,
)
from benchmarks.drawing import Panel, draw
from benchmarks.time_to_loss import Curve, Losses, race
from neural_style.engine.precision import choose_arithmetic
from neural_style.engine.stylize import stylize, warm_up
from neural_style.networks.provider import NetworkProvider
from neural_style.request import StylizeRequest
from neural_style.settings import OptimizerName, Settings, Start
from neural_style.vgg.network import Network

OPTIMIZERS: dict[OptimizerName, str] = {"lbfgs": "L-BFGS", "adam": "Adam"}
STARTS: dict[Start, str] = {"noise": "noise", "content": "the photo", "colors": "the photo in the painting's colours"}


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_folder(parser)
    add_pairs(parser, PAIRS[:1])
    parser.add_argument("--size", type=int, default=256, help="longest side in pixels")
    parser.add_argument("--lbfgs-steps", type=int, default=150)
    parser.add_argument("--adam-steps", type=int, default=500)


def run(arguments: argparse.Namespace) -> None:
    """Write `curves.json` and `curves.png`, one panel for each pair."""
    network = NetworkProvider()()
    warm_up(lambda: network)
    steps: dict[OptimizerName, int] = {"lbfgs": arguments.lbfgs_steps, "adam": arguments.adam_steps}
    facts = machine()
    panels: list[Panel] = []
    report: dict[str, Any] = {
        "machine": facts,
        "network": network.title,
        "arithmetic": choose_arithmetic("auto", network),
        "longest_side_px": arguments.size,
        "pairs": {},
    }
    for pair in arguments.pairs:
        curves = measure(pair.request(Settings(longest_side_px=arguments.size)), network, steps)
        report["pairs"][str(pair)] = {name: _described(curve) for name, curve in curves.items()}
        panels.append(Panel(f"{pair}, {arguments.size} px", {name: curve.thinned() for name, curve in curves.items()}))
        write_report(arguments.folder, "curves", report)
        draw(arguments.folder / "curves.png", f"Optimisers and starts. {machine_in_words(facts)}", panels)


def measure(request: StylizeRequest, network: Network, steps: dict[OptimizerName, int]) -> dict[str, Curve]:
    """Return a curve for each optimiser and start."""
    runs: dict[str, Losses] = {}
    updates: list[int] = []
    kinds: Iterator[tuple[Start, OptimizerName]] = itertools.product(STARTS, OPTIMIZERS)
    for start, optimizer in kinds:
        settings = replace(request.settings, optimizer=optimizer, start=start, iterations=steps[optimizer])
        name = f"{OPTIMIZERS[optimizer]} from {STARTS[start]}"
        runs[name] = _losses(replace(request, settings=settings), network)
        updates.append(steps[optimizer])
    return dict(zip(runs, race(list(runs.values()), updates), strict=True))


def _losses(request: StylizeRequest, network: Network) -> Losses:
    for iterate in stylize(request, lambda: network):
        yield iterate.losses.total


def _described(curve: Curve) -> dict[str, Any]:
    return {
        "updates": curve.updates,
        "lowest_loss": significant(curve.losses[-1]),
        "median_step_s": significant(curve.median_step_s),
        "curve": curve.thinned(),
    }
