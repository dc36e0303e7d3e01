"""Compares tiled with untiled: relative errors of loss and gradient, for odd sizes, both poolings and both formats.

Both add the same numbers in another order, so what is left is rounding. The errors are those of the loss's total, and
of the gradient as the length of the difference over the length of the untiled one, and as its largest value over the
largest of the untiled one. `format_*` is what the number format itself makes of it: untiled, against float32.
"""

import argparse
import itertools
import time
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.common import add_folder, report_of, significant, write_report
from benchmarks.stepping import OURS, photo, request_of
from neural_style.engine.allocator import keep_freed_memory, release_memory
from neural_style.engine.canvas import prepare_canvas
from neural_style.engine.evaluation import WholeEvaluation, compiled_loss
from neural_style.engine.targets import PictureSources
from neural_style.engine.tiles import TiledEvaluation
from neural_style.engine.tiling import tiling_for
from neural_style.images.arrays import FloatImage
from neural_style.losses.objective import loss_layers, objective
from neural_style.networks.provider import NetworkProvider
from neural_style.optimizers.protocol import Evaluate
from neural_style.settings import Arithmetic, Pooling, Settings
from neural_style.vgg.network import Network

SIZES = ((243, 333), (509, 383), (767, 1021))
POOLINGS: tuple[Pooling, ...] = ("max", "avg")
FORMATS: tuple[Arithmetic, ...] = ("float32", "winograd")

Evaluated = tuple[float, np.ndarray]
"""The total loss, and its gradient in float64."""


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_folder(parser)
    parser.add_argument("--sizes", type=_size, nargs="+", default=SIZES, metavar="HEIGHTxWIDTH", help="in pixels")
    parser.add_argument("--tile", type=int, default=128, help="side of a tile in pixels, a multiple of 16")


def run(arguments: argparse.Namespace) -> None:
    """Write `tiles.json`."""
    keep_freed_memory()
    network = NetworkProvider()()
    report = report_of(network, tile_side_px=arguments.tile)
    report["rows"] = rows = []
    for size, pooling in itertools.product(arguments.sizes, POOLINGS):
        rows += rows_of(size, replace(OURS, pooling=pooling), network, arguments.tile)
        report["largest"] = {
            name: max(row[name] for row in rows) for name in ("loss_error", "gradient_error", "gradient_error_of_max")
        }
        write_report(arguments.folder, "tiles", report)
        release_memory()
    print(report["largest"], flush=True)


def rows_of(size: tuple[int, int], settings: Settings, network: Network, tile: int) -> list[dict[str, Any]]:
    """Return one row for each format."""
    request = request_of(*size, settings=settings)
    canvas = prepare_canvas(request, network.mean_rgb)
    targets = objective(PictureSources(canvas, network, settings))
    mixed = 0.7 * canvas.start + 0.3 * photo(*size)[:, ::-1]  # something of everywhere, not a target
    picture = mixed.astype(np.float32)
    tiling = tiling_for(tile, network.topology, targets.layers)
    exact: Evaluated | None = None
    rows = []
    for arithmetic in FORMATS:
        loss = compiled_loss(network, targets, settings.pooling, arithmetic)
        whole, whole_s = _evaluate(WholeEvaluation(loss, targets), picture)
        tiled, tiled_s = _evaluate(TiledEvaluation(loss, targets, tiling), picture)
        exact = exact or whole
        rows.append(
            {"height": size[0], "width": size[1], "tiles": _tile_count(size, network, tile)}
            | {"pooling": settings.pooling, "arithmetic": arithmetic}
            | errors(whole, tiled)
            | {f"format_{name}": error for name, error in errors(exact, whole).items() if arithmetic != "float32"}
            | {"seconds": {"whole": significant(whole_s, 3), "tiled": significant(tiled_s, 3)}}
        )
        print(rows[-1], flush=True)
    return rows


def errors(wanted: Evaluated, came: Evaluated) -> dict[str, float]:
    """Return the relative errors of `came`."""
    difference = came[1] - wanted[1]
    return {
        "loss_error": significant(abs(came[0] - wanted[0]) / abs(wanted[0]), 3),
        "gradient_error": significant(float(np.linalg.norm(difference) / np.linalg.norm(wanted[1])), 3),
        "gradient_error_of_max": significant(float(np.abs(difference).max() / np.abs(wanted[1]).max()), 3),
    }


def _tile_count(size: tuple[int, int], network: Network, tile: int) -> int:
    layers = loss_layers(OURS.weights)
    return sum(1 for _ in tiling_for(tile, network.topology, layers).tiles(*size))


def _evaluate(evaluate: Evaluate, picture: FloatImage) -> tuple[Evaluated, float]:
    """Return the evaluated loss and gradient, and the seconds of a second call, when all is compiled."""
    evaluate(picture)
    began = time.perf_counter()
    terms, gradient = evaluate(picture)
    evaluated = terms[-1], np.asarray(gradient, np.float64)
    return evaluated, time.perf_counter() - began


def _size(text: str) -> tuple[int, int]:
    height, width = text.split("x")
    return int(height), int(width)
