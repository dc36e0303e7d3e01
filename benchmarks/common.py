"""The common parts of the benchmarks: pairs and requests, facts about the machine, and reports."""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import tensorflow as tf

from neural_style.errors import NeuralStyleError
from neural_style.files import replacing
from neural_style.images.load import load_image
from neural_style.iterate import Iterate
from neural_style.processor import cores, processor_facts, processor_name
from neural_style.request import Style, StylizeRequest
from neural_style.resources import checkout, resource
from neural_style.settings import Settings
from neural_style.vgg.network import Network

REPORTS = Path("docs", "benchmarks")
"""The folder of the reports in the clone."""

MATRIX_SIDE = 2048
"""The side of the matrices whose products measure the machine's ceiling."""

Key = TypeVar("Key")

_CPU_FLAGS = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")


@dataclass(frozen=True)
class Pair:
    """A photo and a painting of the examples, by the stems of their files."""

    photo: str
    painting: str

    @classmethod
    def named(cls, text: str) -> "Pair":
        """Return the pair that is written as `photo:painting`."""
        photo, _, painting = text.partition(":")
        return cls(photo, painting)

    @property
    def files(self) -> tuple[Path, Path]:
        """The paths of the photo and the painting."""
        photo = resource("examples", "content", f"{self.photo}.jpg")
        return photo, resource("examples", "style", f"{self.painting}.jpg")

    def request(self, settings: Settings) -> StylizeRequest:
        """Return a request to paint the pair with those settings."""
        photo, painting = self.files
        return StylizeRequest(load_image(photo), [Style(load_image(painting))], settings)

    def __str__(self) -> str:
        return f"{self.photo} x {self.painting}"


PAIRS = (
    Pair("neuschwanstein_castle", "starry_night_van_gogh"),
    Pair("red_panda", "great_wave_hokusai"),
    Pair("astronaut_portrait", "composition_vii_kandinsky"),
    Pair("coffee_cup", "stained_glass_mosaic"),
)


def add_folder(parser: argparse.ArgumentParser) -> None:
    """Add the flag that all commands have."""
    root = checkout() or Path()
    parser.add_argument("--folder", type=Path, default=root / REPORTS, help="where the reports go")


def add_pairs(parser: argparse.ArgumentParser, default: Sequence[Pair] = PAIRS) -> None:
    """Add the flag of the commands that paint examples."""
    parser.add_argument(
        "--pairs", type=Pair.named, nargs="+", default=default, metavar="PHOTO:PAINTING", help="names of examples"
    )


def add_sizes(parser: argparse.ArgumentParser, *default: int) -> None:
    """Add the flag of the commands that go through sizes."""
    parser.add_argument("--sizes", type=int, nargs="+", default=default, help="longest sides in pixels")


def last_iterate(iterates: Iterable[Iterate]) -> Iterate:
    """Return the last iterate of a run, keeping no other."""
    return deque(iterates, maxlen=1).pop()


def write_report(folder: Path, name: str, data: Mapping[str, Any]) -> Path:
    """Write `NAME.json`; the name only ever holds a whole report."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    with replacing(path) as temporary:
        temporary.write_text(_dumped(data) + "\n", encoding="utf-8")
    return path


def report_of(network: Network, **facts: Any) -> dict[str, Any]:
    """Return the beginning of a report: the machine, the network, and what else is to be said before the figures."""
    return {"machine": machine(), "network": network.title, **facts}


def machine() -> dict[str, Any]:
    """Return facts about the machine, in words that fit any such machine: no names of hosts.

    The load is that of the minute before: how many programs wanted a processor. Figures of a machine that is not idle
    are worth less.
    """
    gpus = tf.config.list_physical_devices("GPU")
    return {
        "processor": processor_name(),
        "flags": [flag for flag in _CPU_FLAGS if flag in processor_facts().get("flags", "").split()],
        "cores": cores(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0,
        "gpus": [tf.config.experimental.get_device_details(gpu).get("device_name", "unknown") for gpu in gpus],
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "matrix_product_gflop_per_s": round(ceiling_flop_per_s() / 1e9, 1),
        "commit": commit(),
        "date": datetime.now(UTC).date().isoformat(),
    }


def commit() -> str:
    """Return the short name of the commit of this clone, with a + where files differ from it; empty elsewhere."""
    root = checkout()
    if root is None:
        return ""
    command = ["git", "-C", str(root), "describe", "--always", "--dirty=+", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def machine_in_words(facts: Mapping[str, Any]) -> str:
    """Return one line about the machine for the title of a drawing."""
    place = ", ".join(facts["gpus"]) or f"{facts['processor']}, {facts['cores']} cores"
    return f"{place}, TensorFlow {facts['tensorflow']}"


def ceiling_flop_per_s(side: int = MATRIX_SIDE, repeats: int = 5) -> float:
    """Return the best of several products of two square float32 matrices: two operations for each of side^3."""
    matrix = tf.random.stateless_uniform([side, side], (0, 0))
    return 2.0 * side**3 / min(seconds_of(lambda: tf.matmul(matrix, matrix)[0, 0].numpy(), repeats + 1)[1:])


def seconds_of(run: Callable[[], Any], repeats: int) -> list[float]:
    """Return the seconds that each call takes."""
    return [time_of(run) for _ in range(repeats)]


class Cost(NamedTuple):
    """What a call takes: seconds on the clock, and those of all processors together."""

    seconds: float
    cpu_seconds: float


def time_of(run: Callable[[], Any]) -> float:
    """Return the seconds of one call."""
    return cost_of(run).seconds


def cost_of(run: Callable[[], Any]) -> Cost:
    """Return what one call takes."""
    began, cpu_before = time.perf_counter(), time.process_time()
    run()
    return Cost(time.perf_counter() - began, time.process_time() - cpu_before)


def median_seconds(runs: Mapping[Key, Callable[[], Any]], rounds: int) -> dict[Key, float]:
    """Return the median of the seconds of each; see `median_costs`."""
    return {key: cost.seconds for key, cost in median_costs(runs, rounds).items()}


def median_costs(runs: Mapping[Key, Callable[[], Any]], rounds: int) -> dict[Key, Cost]:
    """Return the medians of each, in turns so that a disturbance meets all; a first, untimed round compiles."""
    for run in runs.values():
        run()
    costs = [{key: cost_of(run) for key, run in runs.items()} for _ in range(rounds)]
    return {key: Cost(*(map(statistics.median, zip(*(each[key] for each in costs), strict=True)))) for key in runs}


def exit_status(run: Callable[[], int | None]) -> int:
    """Run a command and return its exit status; an error of the program is printed as its sentence."""
    try:
        return run() or 0
    except NeuralStyleError as error:
        print(error, file=sys.stderr)
        return 2


def last_words(error: Exception) -> str:
    """Return the last line that a program wrote before it failed, or else what the error says, without a full stop."""
    said = getattr(error, "stderr", None)
    said = said.strip() if isinstance(said, str) else ""  # of a program that ran too long it may be bytes
    return (said or str(error)).splitlines()[-1].rstrip(".")


def significant(value: float, digits: int = 5) -> float:
    """Return the value rounded for a report."""
    return float(f"{value:.{digits}g}")


def median(values: Iterable[float]) -> float:
    """Return the median, rounded for a report."""
    return significant(statistics.median(values), 3)


def _dumped(data: Mapping[str, Any]) -> str:
    """Return indented JSON with lists of plain values on one line."""
    return re.sub(r"\[[^\[\]{}]*\]", lambda found: " ".join(found[0].split()), json.dumps(data, indent=1))
