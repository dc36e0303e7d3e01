"""Measures whether a server's memory grows from job to job: the resident set after each of many jobs of many sizes.

Small and large sizes alternate, so that a growth is not that of the sizes. Photos and paintings change from job to job.
The ratio of the last job to the tenth must stay within 1.10.
"""

import argparse
import itertools
from dataclasses import replace
from typing import Any

from benchmarks.common import PAIRS, add_folder, report_of, significant, write_report
from benchmarks.memory_child import resident_bytes
from benchmarks.stepping import OURS
from neural_style.engine.stylize import stylize, warm_up
from neural_style.networks.provider import NetworkProvider
from neural_style.vgg.network import Network

SMALLEST_PX, STEP_PX = 64, 8
REFERENCE_JOB = 10
LIMIT = 1.10


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_folder(parser)
    parser.add_argument("--jobs", type=int, default=30, help=f"of {SMALLEST_PX} px and {STEP_PX} px more for each")
    parser.add_argument("--steps", type=int, default=4, help="updates of each job")


def run(arguments: argparse.Namespace) -> int:
    """Write `jobs.json`; the exit status is 1 where the memory grew by more than is allowed."""
    network = NetworkProvider()()
    warm_up(lambda: network)
    rows: list[dict[str, Any]] = []
    report = report_of(network, rows=rows)
    pairs = itertools.cycle(PAIRS)
    for number, side in enumerate(sides(arguments.jobs), start=1):
        paint(next(pairs).request(replace(OURS, longest_side_px=side, iterations=arguments.steps)), network)
        rows.append({"job": number, "longest_side_px": side, "resident_mb": round(resident_bytes() / 1e6)})
        report["growth"] = growth([row["resident_mb"] for row in rows])
        write_report(arguments.folder, "jobs", report)
    print(report["growth"], flush=True)
    return 0 if report["growth"]["within_limit"] else 1


def paint(request: Any, network: Network) -> None:
    """Paint in the way of a visitor's job: with previews on the way, and the result."""
    for iterate in stylize(request, lambda: network):
        iterate.picture()
        if iterate.is_last:
            iterate.result()


def sides(jobs: int) -> list[int]:
    """Return the longest sides, all different, from the small and the large half in turn."""
    ascending = [SMALLEST_PX + STEP_PX * index for index in range(jobs)]
    middle = (jobs + 1) // 2
    pairs = itertools.zip_longest(ascending[:middle], reversed(ascending[middle:]))
    return [side for pair in pairs for side in pair if side is not None]


def growth(resident_mb: list[int]) -> dict[str, Any]:
    """Compare the last job with the tenth, or with the first third where there are fewer than thirty."""
    reference = min(REFERENCE_JOB, max(1, len(resident_mb) // 3))
    ratio = resident_mb[-1] / resident_mb[reference - 1]
    return {
        "from_job": reference,
        "to_job": len(resident_mb),
        "ratio": significant(ratio, 4),
        "largest_mb": max(resident_mb),
        "limit": LIMIT,
        "within_limit": ratio <= LIMIT,
    }
