"""Measures a step against that of another version of the program, two processes in turn.

`git worktree add ../old COMMIT` makes the folder of another version. Both paint the same photo with the same network
and the original program's weights, from commit 43d8d33 on. A step is loss, gradient and update; medians of the rounds.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.common import add_folder, add_sizes, report_of, significant, write_report
from neural_style.engine.precision import choose_arithmetic
from neural_style.networks import store
from neural_style.networks.provider import NETWORK, NetworkProvider
from neural_style.resources import checkout

SIZES = (128, 256, 512, 1024)
STEPS_BEFORE = 3
"""The steps that are made before those that are timed: the first ones compile."""

CHILD = Path(__file__).with_name("against_child.py")


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    parser.add_argument("other", type=Path, help="the folder of the other version")
    add_folder(parser)
    add_sizes(parser, *SIZES)
    parser.add_argument("--rounds", type=int, default=9, help="steps of each that the median is taken of")
    parser.add_argument(
        "--evaluations", type=int, default=80, help="the lowest losses of so many are compared, at the smallest size"
    )


def run(arguments: argparse.Namespace) -> None:
    """Write `against.json`."""
    network = NetworkProvider()()
    arithmetic = choose_arithmetic("auto", network)
    report = report_of(network, arithmetic=arithmetic, rounds=arguments.rounds, sizes=[])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "network.safetensors")
        store.save(network, file)
        with version(checkout() or Path(), file) as ours, version(arguments.other, file) as other:
            for size in arguments.sizes:
                evaluations = arguments.evaluations if size == min(arguments.sizes) else 0
                order = {"prepare": size, "arithmetic": arithmetic}
                report["sizes"].append(compared(ours, other, order, arguments.rounds, evaluations))
                print(report["sizes"][-1], flush=True)
                write_report(arguments.folder, "against", report)


class Version:
    """A version of the program, in a process of its own that waits for orders."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, **order: Any) -> dict[str, Any]:
        """Return what the process answers to an order.

        Raises:
            RuntimeError: it has ended.
        """
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the process has no pipes")
        with contextlib.suppress(BrokenPipeError):  # it says nothing then, either
            print(json.dumps(order), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the process has ended, exit status {self._process.wait()}; the order was {order}")
        return json.loads(answer)


@contextmanager
def version(folder: Path, network: Path) -> Iterator[Version]:
    """Start the version in a folder, with the network of a file, and end it after the context."""
    environment = {**os.environ, NETWORK.name: str(network)}
    command = [sys.executable, str(CHILD)]
    pipes: Mapping[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=folder, env=environment, text=True, **pipes) as process:
        try:
            yield Version(process)
        finally:
            process.kill()


def compared(ours: Version, other: Version, order: dict[str, Any], rounds: int, evaluations: int) -> dict[str, Any]:
    """Time the steps of both in turn at one size; return medians and ratios, and the ratio of the lowest losses."""
    both = {"ours": ours, "other": other}
    for process in both.values():
        process(**order)
    before = {name: process(steps=STEPS_BEFORE) for name, process in both.items()}
    timed = [{name: process(steps=1) for name, process in both.items()} for _ in range(rounds)]
    row: dict[str, Any] = {"longest_side_px": order["prepare"]}
    for unit in ("seconds", "cpu_seconds"):
        row[unit] = {name: significant(statistics.median(step[name][unit] for step in timed)) for name in both}
        ratio = statistics.median(step["other"][unit] / step["ours"][unit] for step in timed)
        row[unit]["other_over_ours"] = significant(ratio, 3)
    left = evaluations - STEPS_BEFORE - rounds
    if left > 0:
        made = [before, *timed, {name: process(steps=left) for name, process in both.items()}]
        losses = {name: min(steps[name]["lowest_loss"] for steps in made) for name in both}
        ratio = significant(losses["ours"] / losses["other"])
        row["loss"] = {"evaluations": evaluations, **losses, "ours_over_other": ratio}
    return row
