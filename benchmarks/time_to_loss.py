"""How long the seed's algorithm and ours take to the same loss: `python -m benchmarks.time_to_loss`.

Both paint the same pairs with the same network and weights in one process, step by step in turn: the one goes next
whose own clock is behind, so that whatever else the machine does meets both. A clock runs only while its own step does.
Compared are the seconds to the loss that the seed's had reached after 100, 300 and 1000 steps, its lowest so far, which
favours it: of the steps alone, and with the preparation of the run. Writes a report after every pair.
"""

import argparse
import json
import platform
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import tensorflow as tf

from benchmarks.seed_baseline import seed_losses
from neural_style import Settings, Style, StylizeRequest, load_image, stylize
from neural_style.core.network import Network
from neural_style.engine.precision import choose_arithmetic
from neural_style.engine.stylize import warm_up
from neural_style.networks.provider import NetworkProvider
from neural_style.resources import resource

PAIRS = (
    ("neuschwanstein_castle", "starry_night_van_gogh"),
    ("red_panda", "great_wave_hokusai"),
    ("astronaut_portrait", "composition_vii_kandinsky"),
    ("coffee_cup", "stained_glass_mosaic"),
)
MARKS = (100, 300, 1000)
MAX_STEPS = 150


@dataclass(frozen=True)
class Curve:
    """The lowest loss so far after each evaluation, and the seconds on the run's own clock, preparation included."""

    losses: list[float]
    seconds: list[float]

    @property
    def clock(self) -> float:
        """Seconds so far."""
        return self.seconds[-1] if self.seconds else 0.0

    def add(self, loss: float, seconds: float) -> None:
        """Note an evaluation and what it took."""
        self.losses.append(min(loss, self.losses[-1]) if self.losses else loss)
        self.seconds.append(self.clock + seconds)

    def thinned(self, points: int = 150) -> list[tuple[float, float]]:
        """(seconds, loss) of at most so many evaluations, for a drawing."""
        every = -(-len(self.losses) // points)
        pairs = zip(self.seconds[::every], self.losses[::every], strict=True)
        return [(round(second, 2), round(loss)) for second, loss in pairs]

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
    warm_up(lambda: network)
    marks = [mark for mark in MARKS if mark <= arguments.steps]
    rows: list[dict[str, Any]] = []
    curves: dict[str, Any] = {}
    for content, style in PAIRS[: arguments.pairs]:
        name, request = f"{content} x {style}", _request(content, style, arguments.size)
        seed, ours = race(seed_losses(request, network), _our_losses(request, network), max(marks))
        rows += compare(name, seed, ours, marks)
        curves[name] = {"seed": seed.thinned(), "ours": ours.thinned()}
        report = {
            "machine": f"{platform.machine()}, {arguments.machine}, TensorFlow {tf.__version__}",
            "network": network.title,
            "arithmetic": {"seed": "float32", "ours": choose_arithmetic("auto", network)},
            "longest_side_px": arguments.size,
            "median_ratio": medians(rows, marks),
            "rows": rows,
            "curves": curves,
        }
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(medians(rows, marks)))


def medians(rows: list[dict[str, Any]], marks: list[int]) -> dict[str, dict[str, float]]:
    """Over the pairs, for each mark: of the ratios of seconds, with and without the start, and of evaluations."""
    found: dict[str, dict[str, float]] = {}
    for mark in marks:
        reached = [row for row in rows if row["seed_steps"] == mark and "ratio" in row]
        if reached:
            names = ("ratio", "ratio_with_start", "ratio_of_evaluations")
            found[str(mark)] = {name: round(statistics.median(row[name] for row in reached), 2) for name in names}
    return found


def compare(name: str, seed: Curve, ours: Curve, marks: list[int]) -> list[dict[str, Any]]:
    """One row for each mark of one pair."""
    rows = []
    for mark in marks:
        goal = seed.losses[mark]
        index = ours.reaches(goal)
        row = {"pair": name, "seed_steps": mark, "loss": round(goal), "seed_s": round(seed.step_seconds(mark), 1)}
        if index is not None:
            seconds = max(ours.step_seconds(index), 1e-9)
            row |= {
                "our_evaluations": index,
                "ratio_of_evaluations": round(mark / max(index, 1), 2),
                "our_s": round(seconds, 1),
                "ratio": round(seed.step_seconds(mark) / seconds, 2),
                "ratio_with_start": round(seed.seconds[mark] / ours.seconds[index], 2),
            }
        print(row, flush=True)
        rows.append(row)
    return rows


def race(seed: Iterator[float], ours: Iterator[float], seed_steps: int) -> tuple[Curve, Curve]:
    """Step by step in turn, by their own clocks, until the seed's has made its steps."""
    curves = Curve([], []), Curve([], [])
    runs, ours_goes_on = (seed, ours), True
    while len(curves[0].losses) <= seed_steps:
        turn = ours_goes_on and curves[1].clock < curves[0].clock
        began = time.perf_counter()
        loss = next(runs[turn], None)
        if loss is None:
            ours_goes_on = False
        else:
            curves[turn].add(loss, time.perf_counter() - began)
    return curves


def _our_losses(request: StylizeRequest, network: Network) -> Iterator[float]:
    """Ours, with the optimiser and start of the page and the seed's weights, at one scale."""
    settings = replace(request.settings, optimizer="lbfgs", start="colors", iterations=MAX_STEPS)
    for frame in stylize(replace(request, settings=settings), lambda: network):
        yield frame.losses.total


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
    parser.add_argument("--output", type=Path, default=Path("docs/benchmarks/time_to_loss.json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
