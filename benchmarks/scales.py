"""Compares coarse to fine with one scale: the loss at the final size and the picture, for the same work.

Each schedule has the same number of evaluations times pixels, planned by `neural_style.engine.coarse_to_fine`, with
what the page paints with in all else. Losses of different sizes are not compared: only schedules of one pair at one
size are.
"""

import argparse
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import (
    PAIRS,
    Pair,
    add_folder,
    add_pairs,
    add_sizes,
    last_iterate,
    machine,
    median,
    significant,
    write_report,
)
from benchmarks.contact_sheet import sheet
from neural_style.engine.coarse_to_fine import automatic_count
from neural_style.engine.effort import scales_of
from neural_style.engine.precision import choose_arithmetic
from neural_style.engine.stylize import stylize, warm_up
from neural_style.files import replacing
from neural_style.images.load import load_image
from neural_style.networks.provider import NetworkProvider
from neural_style.presets import APP_PRESET, PRESETS
from neural_style.settings import Scales

LARGE_PAIRS = (
    *PAIRS[:2],
    Pair("honey_bee_aster", "composition_vii_kandinsky"),
    Pair("citrus_fruits", "stained_glass_mosaic"),
    Pair("great_wall_of_china", "the_sun_munch"),
    Pair("kingfisher", "adele_bloch_bauer_klimt"),
)
"""The pairs with photos of 1024 px at least: none is enlarged."""

ITERATIONS = 60
"""The updates of the picture at its full size; as many as a picture takes that the page stops at "good"."""

SCHEDULES: tuple[Scales, ...] = (1, "auto")
SHEET_CELL_PX = 512


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_folder(parser)
    add_pairs(parser, LARGE_PAIRS)
    add_sizes(parser, 512, 1024)
    parser.add_argument("--iterations", type=int, default=ITERATIONS, help="the work, in updates at the full size")
    parser.add_argument("--schedules", type=_scales, nargs="+", default=SCHEDULES, help="numbers of scales, or auto")


def run(arguments: argparse.Namespace) -> None:
    """Write `scales.json`, and for each size `scales_SIZE.jpg`: a row for each pair, a column for each schedule."""
    provider = NetworkProvider()
    warm_up(provider)
    report: dict[str, Any] = {
        "machine": machine(),
        "network": provider().title,
        "arithmetic": choose_arithmetic("auto", provider()),
        "iterations": arguments.iterations,
        "medians": [],
        "rows": [],
    }
    for size in arguments.sizes:
        pictures: list[list[np.ndarray | None]] = []
        for pair in arguments.pairs:
            photo, painting = (load_image(path) for path in pair.files)
            painted = [_painted(pair, size, scales, arguments.iterations, provider) for scales in arguments.schedules]
            pictures.append([photo, painting, *(picture for _, picture in painted)])
            rows = [row for row, _ in painted]
            for row in rows:
                row["loss_over_first"] = significant(row["loss"] / rows[0]["loss"], 4)
                print(row, flush=True)
            report["rows"] += rows
            report["medians"] = list(_medians(report["rows"]))
            write_report(arguments.folder, "scales", report)
            _save(arguments.folder / f"scales_{size}.jpg", pictures)
    print(report["medians"], flush=True)


def _painted(
    pair: Pair, size: int, scales: Scales, iterations: int, provider: NetworkProvider
) -> tuple[dict[str, Any], np.ndarray]:
    """Paint a pair by a schedule; return the row of the report, and the picture."""
    settings = PRESETS[APP_PRESET].settings
    settings = replace(settings, longest_side_px=size, scales=scales, first_px=None, iterations=iterations, effort=None)
    request = pair.request(settings)
    iterate = last_iterate(stylize(request, provider))
    row = {
        "pair": str(pair),
        "longest_side_px": size,
        "scales": scales,
        "sizes": [f"{each.width}x{each.height}" for each in scales_of(request)],
        "updates_each": scales_of(request)[0].updates,
        "loss": significant(iterate.best_losses.total),
        "seconds": significant(iterate.elapsed_s, 4),
    }
    return row, iterate.result()


def _medians(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the medians over the pairs of each size and schedule."""
    sizes, schedules = (list(dict.fromkeys(row[name] for row in rows)) for name in ("longest_side_px", "scales"))
    for size, scales in itertools.product(sizes, schedules):
        of_kind = [row for row in rows if (row["longest_side_px"], row["scales"]) == (size, scales)]
        if of_kind:
            yield {
                "longest_side_px": size,
                "scales": automatic_count(size) if scales == "auto" else scales,
                "pairs": len(of_kind),
                "loss_over_first": median(row["loss_over_first"] for row in of_kind),
                "seconds": median(row["seconds"] for row in of_kind),
            }


def _save(path: Path, pictures: list[list[np.ndarray | None]]) -> None:
    with replacing(path) as temporary:
        sheet(pictures, SHEET_CELL_PX).save(temporary, format="jpeg", quality=85)


def _scales(text: str) -> Scales:
    return "auto" if text == "auto" else int(text)
