"""Measures how long the original algorithm and ours take to the same loss.

Both paint the same pairs with the same network and weights in one process, step by step in turn, so that whatever else
the machine does meets both: the one goes next that has done the smaller part of its steps. (Taking turns by seconds,
ours would be done before the original program's has its first mark.) A clock runs only while its own step does.

It compares evaluations and seconds to the loss that the original program's had reached after 100, 300 and 1000
updates, its lowest so far. That favours it: its program keeps the best at checkpoints only. The report is written after
every pair.
"""

import argparse
import statistics
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.common import (
    Pair,
    add_folder,
    add_pairs,
    add_sizes,
    machine,
    machine_in_words,
    median,
    significant,
    write_report,
)
from benchmarks.drawing import Panel, draw
from benchmarks.original_baseline import original_losses
from neural_style.engine.precision import choose_arithmetic
from neural_style.engine.stylize import stylize, warm_up
from neural_style.networks.provider import NetworkProvider
from neural_style.request import StylizeRequest
from neural_style.settings import Settings
from neural_style.vgg.network import Network

Losses = Generator[float, None, None]
"""A generator of the total of each evaluation; closing it frees the run."""

MARKS = (100, 300, 1000)
OUR_STEPS = 400
POINTS = 150
"""The most points of a curve that are reported."""

NOTES = {
    "seconds": "of a run's own steps, from the first evaluation on; with_start: preparation, tracing and first too",
    "warm": "the network is loaded and our number format probed beforehand, as in an app that has painted once",
    "original": "float32, the lowest loss so far, though its program keeps the best at checkpoints only",
    "ours": "L-BFGS from the matched colours, one scale, automatic precision, the original program's weights",
    "by_step_times": "evaluations times median seconds of a step: what a disturbed moment changes least",
    "ratio": "the original's over ours; 0 where ours did not get there. Medians are over the pairs",
}

RATIOS = ("evaluations", "seconds", "seconds_with_start", "seconds_by_step_times")


@dataclass(frozen=True)
class Curve:
    """The lowest loss so far after each evaluation, and the seconds on the run's own clock, preparation included."""

    losses: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, loss: float, seconds: float) -> None:
        """Note an evaluation and what it took."""
        self.losses.append(min(loss, self.losses[-1]) if self.losses else loss)
        self.seconds.append(self.seconds[-1] + seconds if self.seconds else seconds)

    @property
    def updates(self) -> int:
        """The number of updates of the picture; the start picture is evaluated before any."""
        return len(self.losses) - 1

    def reaches(self, loss: float) -> int | None:
        """Return the updates until the loss was at or below `loss` for the first time."""
        return next((index for index, value in enumerate(self.losses) if value <= loss), None)

    def seconds_of_steps(self, index: int) -> float:
        """Return the seconds from the first evaluation to that one: of steps, without preparation and tracing."""
        return self.seconds[index] - self.seconds[0]

    @property
    def median_step_s(self) -> float:
        """The median seconds of all steps but the first, which is traced."""
        steps = [after - before for before, after in zip(self.seconds, self.seconds[1:], strict=False)]
        return statistics.median(steps) if steps else 0.0

    def thinned(self, points: int = POINTS) -> list[tuple[float, float]]:
        """Return points (seconds, loss), dense at the beginning as a logarithmic axis shows it, with the last one."""
        last = len(self.losses) - 1
        wanted = sorted({round((last + 1) ** (i / (points - 1))) - 1 for i in range(points)}) if points > 1 else [last]
        return [(significant(self.seconds[index], 4), significant(self.losses[index])) for index in wanted]


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_folder(parser)
    add_pairs(parser)
    add_sizes(parser, 256)
    parser.add_argument("--original-steps", type=int, default=max(MARKS), help="updates of the original algorithm")
    parser.add_argument("--our-steps", type=int, default=OUR_STEPS, help="updates of ours")


def run(arguments: argparse.Namespace) -> None:
    """Measure the pairs; write `time_to_loss.json` and `.png`."""
    network = NetworkProvider()()
    warm_up(lambda: network)
    facts = {
        "machine": machine(),
        "network": network.title,
        "arithmetic": {"original": "float32", "ours": choose_arithmetic("auto", network)},
        "steps": {"original": arguments.original_steps, "ours": arguments.our_steps},
        "notes": NOTES,
    }
    rows: list[dict[str, Any]] = []
    runs: list[dict[str, Any]] = []
    for size in arguments.sizes:
        for pair in arguments.pairs:
            curves = measure(pair, size, network, arguments)
            rows += compare(pair, size, *curves)
            runs.append(_described(pair, size, *curves))
            report = {**facts, "median_ratios": medians(rows), "rows": rows, "runs": runs}
            write_report(arguments.folder, "time_to_loss", report)
            draw_runs(arguments.folder / "time_to_loss.png", report)
    print(medians(rows), flush=True)


def measure(pair: Pair, size: int, network: Network, arguments: argparse.Namespace) -> tuple[Curve, Curve]:
    """Return the curves of the original algorithm and of ours."""
    request = pair.request(Settings(longest_side_px=size))
    runs = original_losses(request, network), our_losses(request, network, arguments.our_steps)
    original, ours = race(runs, (arguments.original_steps, arguments.our_steps))
    return original, ours


def our_losses(request: StylizeRequest, network: Network, updates: int) -> Losses:
    """Run ours, with the optimiser and start of the page and the original program's weights, at one scale."""
    settings = replace(request.settings, optimizer="lbfgs", start="colors", iterations=updates)
    for iterate in stylize(replace(request, settings=settings), lambda: network):
        yield iterate.losses.total


def race(runs: Sequence[Losses], updates: Sequence[int]) -> list[Curve]:
    """Advance the run that has done the smallest part of its updates, until all have done them; close each then."""
    curves = [Curve() for _ in runs]
    left = set(range(len(runs)))
    while left:
        turn = min(left, key=lambda index: (curves[index].updates / updates[index], index))
        began = time.perf_counter()
        loss = next(runs[turn], None)
        if loss is not None:
            curves[turn].add(loss, time.perf_counter() - began)
        if loss is None or curves[turn].updates >= updates[turn]:
            left.remove(turn)
            runs[turn].close()
    return curves


def compare(pair: Pair, size: int, original: Curve, ours: Curve) -> list[dict[str, Any]]:
    """Yield one row for each mark that the original program's run reached."""
    rows = []
    for mark in (mark for mark in MARKS if mark <= original.updates):
        goal = original.losses[mark]
        row: dict[str, Any] = {"pair": str(pair), "longest_side_px": size, "original_evaluations": mark}
        row |= {"loss": significant(goal), "original": _costs(original, mark)}
        index = ours.reaches(goal)
        if index is None:
            row |= {"our_lowest_loss": significant(ours.losses[-1]), "ratios": dict.fromkeys(RATIOS, 0.0)}
        else:
            row |= {"ours": _costs(ours, index), "ratios": _ratios(_costs(original, mark), _costs(ours, index))}
        print(row, flush=True)
        rows.append(row)
    return rows


def medians(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the medians over the pairs of a size and a mark."""
    kinds = sorted({(row["longest_side_px"], row["original_evaluations"]) for row in rows})
    found = []
    for size, mark in kinds:
        ratios = [
            row["ratios"] for row in rows if (row["longest_side_px"], row["original_evaluations"]) == (size, mark)
        ]
        of_kind = {name: median(of_row[name] for of_row in ratios) for name in RATIOS}
        found.append({"longest_side_px": size, "original_evaluations": mark, "pairs": len(ratios), **of_kind})
    return found


def draw_runs(path: Path, report: Mapping[str, Any]) -> None:
    """Draw one panel for each pair and size, the marks on the original program's curve."""
    panels = []
    for described in report["runs"]:
        marks = {str(mark): (seconds, loss) for mark, seconds, loss in described["marks"]}
        lines = {"the original algorithm": described["original"]["curve"], "ours": described["ours"]["curve"]}
        panels.append(Panel(f"{described['pair']}, {described['longest_side_px']} px", lines, marks))
    draw(
        path,
        f"Loss against time; marks: the original program's iterations. {machine_in_words(report['machine'])}",
        panels,
    )


def _costs(curve: Curve, index: int) -> dict[str, float]:
    return {
        "evaluations": index,
        "seconds": significant(curve.seconds_of_steps(index)),
        "seconds_with_start": significant(curve.seconds[index]),
        "seconds_by_step_times": significant(index * curve.median_step_s),
    }


def _ratios(original: Mapping[str, float], ours: Mapping[str, float]) -> dict[str, float]:
    """Return the original's costs over ours; where ours begins below the goal, as if it had taken one evaluation."""
    return {
        name: significant(original[name] / ours[name], 3) if ours[name] else original["evaluations"] for name in RATIOS
    }


def _described(pair: Pair, size: int, original: Curve, ours: Curve) -> dict[str, Any]:
    marks = [(mark, original.seconds[mark], original.losses[mark]) for mark in MARKS if mark <= original.updates]
    sides = {
        name: {"median_step_s": significant(curve.median_step_s), "curve": curve.thinned()}
        for name, curve in (("original", original), ("ours", ours))
    }
    return {"pair": str(pair), "longest_side_px": size, "marks": marks, **sides}
