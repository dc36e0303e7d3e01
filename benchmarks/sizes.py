"""Test whether a recipe gives the same picture at several sizes, with strokes that grow with it.

Usage: python -m benchmarks.sizes [--recipe painted] [--sizes 256 512 1024]

Writes `sizes.json` with the measures of every picture, and how far those that say what a picture looks like move
between its sizes, and `sizes.jpg`: a row for each pair, a column for each size, all shown equally large.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import Pair, exit_status, machine, median, significant, write_report
from benchmarks.contact_sheet import sheet
from benchmarks.measures import Measures, measure
from benchmarks.painted import ServiceContext
from benchmarks.recipes import parse_recipe
from benchmarks.scales import LARGE_PAIRS
from benchmarks.side_by_side import write_jpeg
from neural_style.engine.canvas import prepare_canvas, without_padding
from neural_style.engine.stylize import warm_up
from neural_style.images.arrays import ByteImage, to_bytes
from neural_style.images.resize import resize
from neural_style.networks.provider import NetworkProvider
from neural_style.presets import APP_PRESET
from neural_style.resources import checkout

SIZES = (256, 512, 1024)

COMPARED = ("palette", "style")
"""The measures whose movement from size to size is reported; those of detail, edges and the border count pixels."""

CELL_PX = 480


def main(words: Sequence[str] | None = None) -> int:
    """Paint, measure, and write the report and the sheet; return the exit status."""
    arguments = build_parser().parse_args(words)
    return exit_status(lambda: run(arguments))


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    root = checkout() or Path()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sizes", description=__doc__)
    parser.add_argument("--recipe", default=APP_PRESET, metavar="PRESET[:KEY=VALUE,...]")
    parser.add_argument("--pairs", type=Pair.named, nargs="+", default=LARGE_PAIRS, metavar="PHOTO:PAINTING")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="longest sides in pixels")
    parser.add_argument("--iterations", type=int, default=100, help="work, if the recipe does not name its own")
    parser.add_argument("--folder", type=Path, default=root / "docs" / "quality", help="where the files go")
    parser.add_argument("--cache", type=Path, default=root / "build" / "quality", help="where what is painted is kept")
    parser.add_argument("--again", action="store_true", help="paint anew what was painted before, too")
    return parser


def run(arguments: argparse.Namespace) -> None:
    """Do the work of `main` for parsed arguments.

    Raises:
        NeuralStyleError: something asked for cannot be used.
    """
    recipes = {size: parse_recipe(arguments.recipe, size, arguments.iterations) for size in arguments.sizes}
    network = NetworkProvider()()
    warm_up(lambda: network)
    context = ServiceContext(network, arguments.cache, arguments.again)
    report: dict[str, Any] = {"machine": machine(), "network": network.title, "recipe": arguments.recipe}
    rows: list[dict[str, Any]] = []
    pictures: list[list[np.ndarray | None]] = []
    for pair in arguments.pairs:
        shown: list[np.ndarray | None] = []
        for size, recipe in recipes.items():
            canvas = prepare_canvas(pair.request(recipe.settings), network.mean_rgb)
            painted = context.painted(recipe, pair)
            photo = without_padding(canvas.content, canvas.padding_px)
            found = measure(painted.picture, photo, canvas.styles[0], network)
            rows.append(_row(pair, size, painted.facts.seconds, found))
            print(rows[-1], flush=True)
            shown.append(shown_at(painted.picture, CELL_PX))
        pictures.append(shown)
        write_report(arguments.folder, "sizes", {**report, "movement": movement(rows), "rows": rows})
    write_jpeg(arguments.folder / "sizes.jpg", sheet(pictures, CELL_PX))
    print(movement(rows))


def shown_at(picture: ByteImage, longest_side_px: int) -> ByteImage:
    """Return the picture enlarged or shrunk: `[H, W, 3] uint8`."""
    factor = longest_side_px / max(picture.shape[:2])
    height, width = (round(side * factor) for side in picture.shape[:2])
    return to_bytes(resize(picture.astype(np.float32), height, width))


def movement(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Return each compared measure's largest over least among a pair's sizes, the median and the worst of the pairs.

    Args:
        rows: each with its `pair` and `measures`.
    """
    pairs = list(dict.fromkeys(row["pair"] for row in rows))
    found: dict[str, dict[str, float]] = {}
    for name in COMPARED:
        values = [[row["measures"][name] for row in rows if row["pair"] == pair] for pair in pairs]
        ratios = [max(of_pair) / min(of_pair) for of_pair in values]
        found[name] = {"median": median(ratios), "worst": significant(max(ratios), 4)}
    return found


def _row(pair: Pair, size: int, seconds: float, found: Measures) -> dict[str, Any]:
    measures = {name: significant(value, 4) for name, value in found.as_dict().items()}
    return {"pair": str(pair), "longest_side_px": size, "seconds": significant(seconds, 4), "measures": measures}


if __name__ == "__main__":
    sys.exit(main())
