"""How long the seed's algorithm and ours take to the same loss: `python -m benchmarks.time_to_loss`.

Both paint the same pairs with the same network and weights in one process, in turn: the seed's for a number of steps,
then ours until it is below what the seed's reached after 100, 300 and 1000 of them. Seconds of the steps alone are
compared, and of the whole, start included. Writes `docs/time_to_loss.json`.
"""

import argparse
import json
import platform
import statistics
import time
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import tensorflow as tf

from benchmarks.seed_baseline import seed_losses
from neural_style import Settings, Style, StylizeRequest, load_image, stylize
from neural_style.core.network import Network
from neural_style.networks.provider import NetworkProvider
from neural_style.presets import PRESETS
from neural_style.resources import resource

PAIRS = (
    ("neuschwanstein_castle", "starry_night_van_gogh"),
    ("red_panda", "great_wave_hokusai"),
    ("astronaut_portrait", "composition_vii_kandinsky"),
    ("coffee_cup", "stained_glass_mosaic"),
)
MARKS = (100, 300, 1000)
MAX_STEPS = 300


@dataclass(frozen=True)
class Curve:
    """The lowest loss so far after each evaluation, and the seconds since the run began, preparation included."""

    losses: list[float]
    seconds: list[float]

    def reaches(self, loss: float) -> int | None:
        """Index of the first evaluation at or below `loss`."""
        return next((index for index, value in enumerate(self.losses) if value <= loss), None)

    def step_seconds(self, index: int) -> float:
        """Seconds from the first evaluation to that one: what a step costs, without preparation and tracing."""
        return self.seconds[index] - self.seconds[0]


def main() -> None:
    """Measure the pairs and write the table."""
    arguments = _parse()
    network = NetworkProvider()()
    rows = []
    for content, style in PAIRS[: arguments.pairs]:
        request = _request(content, style, arguments.size)
        rows += compare(f"{content} x {style}", request, network, [m for m in MARKS if m <= arguments.steps])
    report = {
        "machine": f"{platform.machine()}, {arguments.machine}, TensorFlow {tf.__version__}, float32",
        "network": network.title,
        "longest_side_px": arguments.size,
        "rows": rows,
        "median_ratio_of_seconds": {
            str(mark): round(statistics.median(row["ratio"] for row in rows if row["seed_steps"] == mark), 2)
            for mark in MARKS
            if mark <= arguments.steps
        },
    }
    arguments.output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(report["median_ratio_of_seconds"]))


def compare(name: str, request: StylizeRequest, network: Network, marks: list[int]) -> list[dict[str, Any]]:
    """One row for each mark of one pair."""
    seed = measure_seed(request, network, max(marks))
    ours = measure_ours(request, network, min(seed.losses))
    rows = []
    for mark in marks:
        goal = seed.losses[mark]
        index = ours.reaches(goal)
        row = {"pair": name, "seed_steps": mark, "loss": round(goal), "seed_s": round(seed.step_seconds(mark), 1)}
        if index is not None:
            seconds = max(ours.step_seconds(index), 1e-9)
            row |= {
                "our_evaluations": index,
                "our_s": round(seconds, 1),
                "ratio": round(seed.step_seconds(mark) / seconds, 2),
                "ratio_with_start": round(seed.seconds[mark] / ours.seconds[index], 2),
            }
        print(row, flush=True)
        rows.append(row)
    return rows


def measure_seed(request: StylizeRequest, network: Network, steps: int) -> Curve:
    """The seed's algorithm for so many steps."""
    began = time.monotonic()
    return _curve((loss, time.monotonic() - began) for loss in islice(seed_losses(request, network), steps + 1))


def measure_ours(request: StylizeRequest, network: Network, goal: float) -> Curve:
    """Ours, with the optimiser and start of the page and the seed's weights, until it is below `goal`."""
    painted = PRESETS["painted"].settings
    settings = replace(request.settings, optimizer=painted.optimizer, start=painted.start, iterations=MAX_STEPS, seed=0)
    points = []
    for frame in stylize(replace(request, settings=settings), lambda: network):
        points.append((frame.losses.total, frame.elapsed_s))
        if frame.losses.total <= goal:
            break
    return _curve(points)


def _curve(points: Any) -> Curve:
    losses, seconds, lowest = [], [], float("inf")
    for loss, second in points:
        lowest = min(lowest, loss)
        losses.append(lowest)
        seconds.append(second)
    return Curve(losses, seconds)


def _request(content: str, style: str, size: int) -> StylizeRequest:
    return StylizeRequest(
        content=load_image(resource("examples", "content", f"{content}.jpg")),
        styles=[Style(load_image(resource("examples", "style", f"{style}.jpg")))],
        settings=Settings(longest_side_px=size),
    )


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the seed's algorithm with ours by the time to a loss.")
    parser.add_argument("--size", type=int, default=256, help="longest side in pixels")
    parser.add_argument("--steps", type=int, default=max(MARKS), help="steps of the seed's algorithm")
    parser.add_argument("--pairs", type=int, default=len(PAIRS), help="how many pairs")
    parser.add_argument("--machine", default="this machine", help="its name, for the report")
    parser.add_argument("--output", type=Path, default=Path("docs/time_to_loss.json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
