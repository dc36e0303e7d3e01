"""Compare two recipes on the same photos and paintings, at the same work, by numbers that neither of them minimises.

Usage: python -m benchmarks.quality [--recipes classic painted:total_variation=100,scales=4] [--size 384] [--crops]

Every recipe has the same work, in updates at the size of the result, which on one machine is the same time but for
noise; the report says what the times were. What was painted is kept in `build/quality`. See `measures` for the numbers;
those of `judges` are there, too, where their networks are.
"""

import argparse
import itertools
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.common import Pair, exit_status, machine, significant, write_report
from benchmarks.judges import LEFT_OUT, Judges, judges_here
from benchmarks.measures import HEADLINES, measure
from benchmarks.painted import Painted, ServiceContext, code_fingerprint
from benchmarks.recipes import Recipe, parse_recipe
from benchmarks.side_by_side import Shown, write_crops, write_sheets
from neural_style.engine.canvas import prepare_canvas, without_padding
from neural_style.engine.effort import iterations_of
from neural_style.engine.stylize import warm_up
from neural_style.networks.provider import NetworkProvider
from neural_style.record.recipe import settings_to_dict
from neural_style.resources import checkout, resource
from neural_style.validation import require
from neural_style.vgg.network import Network

RECIPES = ("classic", "painted")

PHOTOS = (
    "neuschwanstein_castle",
    "red_panda",
    "astronaut_portrait",
    "coffee_cup",
    "great_wall_of_china",
    "kingfisher",
)

PAINTINGS = (
    "starry_night_van_gogh",
    "great_wave_hokusai",
    "composition_vii_kandinsky",
    "stained_glass_mosaic",
    "the_sun_munch",
    "adele_bloch_bauer_klimt",
)

SIDES = ("first", "second")
"""The names of the two recipes in a report, in the order in which they were given."""

_DIGITS = 4


@dataclass(frozen=True, eq=False)
class Cell:
    """A photo in a painting's style by both recipes, in their order; measures are name -> number."""

    shown: Shown
    painted: tuple[Painted, Painted]
    measures: tuple[dict[str, float], dict[str, float]]


def main(words: Sequence[str] | None = None) -> int:
    """Paint, measure, and write the report and the sheets; return the exit status."""
    arguments = build_parser().parse_args(words)
    return exit_status(lambda: run(arguments))


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    root = checkout() or Path()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--recipes", nargs=2, default=RECIPES, metavar="PRESET[:KEY=VALUE,...]")
    parser.add_argument("--photos", nargs="+", default=PHOTOS, help="names of examples")
    parser.add_argument("--paintings", nargs="+", default=PAINTINGS, help="names of examples")
    parser.add_argument("--size", type=int, default=384, help="longest side of each result in pixels")
    parser.add_argument("--iterations", type=int, default=100, help="work of a recipe that does not name its own")
    parser.add_argument("--name", help="of the files written; as the recipes are called, if not given")
    parser.add_argument("--folder", type=Path, default=root / "docs" / "quality", help="where they go")
    parser.add_argument("--cache", type=Path, default=root / "build" / "quality", help="where what is painted is kept")
    parser.add_argument("--again", action="store_true", help="paint anew what was painted before, too")
    parser.add_argument("--lpips", type=Path, metavar="FILE", help="the networks of LPIPS, if not those in build/")
    parser.add_argument("--crops", action="store_true", help="also show flat places and corners at 200 %%")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Do the work of `main` for parsed arguments.

    Raises:
        NeuralStyleError: something asked for cannot be used.
    """
    first, second = (parse_recipe(text, arguments.size, arguments.iterations) for text in arguments.recipes)
    pairs = read_pairs(arguments.photos, arguments.paintings)
    judges = judges_here(arguments.lpips)
    if judges is None:
        print(LEFT_OUT, flush=True)
    network = NetworkProvider()()
    warm_up(lambda: network)
    context = ServiceContext(network, arguments.cache, arguments.again)
    name = arguments.name or f"{first.slug}_vs_{second.slug}"
    head = described(arguments.size, (first, second), network)
    cells: list[Cell] = []
    for pair in pairs:
        cells.append(compared(pair, (first, second), context, judges))
        write_report(arguments.folder, name, head | report(cells))
        print(f"{pair}: {_in_words(cells[-1])}", flush=True)
    shown = [cell.shown for cell in cells]
    write_sheets(arguments.folder, name, arguments.recipes, shown)
    if arguments.crops:
        write_crops(arguments.folder, name, arguments.recipes, shown)
    print(table(report(cells)))
    return 0


def read_pairs(photos: Sequence[str], paintings: Sequence[str]) -> list[Pair]:
    """Return all photos with all paintings, photo by photo.

    Raises:
        OptionsError: there is no example of that name.
    """
    for kind, folder, names in (("photo", "content", photos), ("painting", "style", paintings)):
        known = sorted(path.stem for path in resource("examples", folder).glob("*.jpg"))
        for name in names:
            require(name in known, f"There is no {kind} {name!r} among the examples. Known are {', '.join(known)}.")
    return [Pair(*names) for names in itertools.product(dict.fromkeys(photos), dict.fromkeys(paintings))]


def compared(pair: Pair, recipes: tuple[Recipe, Recipe], context: ServiceContext, judges: Judges | None = None) -> Cell:
    """Paint the pair by both recipes, one directly after the other, and measure both."""
    canvas = prepare_canvas(pair.request(recipes[0].settings), context.network.mean_rgb)
    photo, painting = without_padding(canvas.content, canvas.padding_px), canvas.styles[0]
    first, second = (context.painted(recipe, pair) for recipe in recipes)
    of_first, of_second = (
        measure(each.picture, photo, painting, context.network).as_dict()
        | (judges.measures(each.picture, photo, painting) if judges else {})
        for each in (first, second)
    )
    shown = Shown(pair, photo, painting, (first.picture, second.picture))
    return Cell(shown, (first, second), (of_first, of_second))


def described(size: int, recipes: tuple[Recipe, Recipe], network: Network) -> dict[str, Any]:
    """Return the part of a report that is known before anything is painted."""
    works = [iterations_of(recipe.settings) for recipe in recipes]
    by_losses = any(recipe.settings.effort is not None for recipe in recipes)
    return {
        "machine": machine(),
        "network": network.title,
        "longest_side_px": size,
        "recipes": {
            side: {"text": recipe.text, "updates_at_full_size": work, "settings": settings_to_dict(recipe.settings)}
            for side, recipe, work in zip(SIDES, recipes, works, strict=True)
        },
        "equal_work": works[0] == works[1] and not by_losses,
    }


def report(cells: Sequence[Cell]) -> dict[str, Any]:
    """Return the results: over all cells, then cell by cell."""
    rows = [_row(cell) for cell in cells]
    seconds = [[row[side]["seconds"] for row in rows] for side in SIDES]
    codes = [painted.facts.code for cell in cells for painted in cell.painted]
    return {
        "seconds_ratio": significant(statistics.median(b / a for a, b in zip(*seconds, strict=True)), _DIGITS),
        "pictures_by_other_code": sum(code != code_fingerprint() for code in codes),
        "measures": summary([tuple(row[side]["measures"] for side in SIDES) for row in rows]),
        "cells": rows,
    }


def summary(measured: Sequence[tuple[dict[str, float], ...]]) -> dict[str, dict[str, float | None]]:
    """Return for each measure the medians of both recipes, their ratio, and in how many cells which is better.

    Args:
        measured: for each cell what was measured of the first and of the second recipe.
    """
    found: dict[str, dict[str, float | None]] = {}
    for name in measured[0][0]:
        values = [(first[name], second[name]) for first, second in measured]
        medians = [statistics.median(of_recipe) for of_recipe in zip(*values, strict=True)]
        found[name] = {
            **{side: significant(value, _DIGITS) for side, value in zip(SIDES, medians, strict=True)},
            "ratio": significant(medians[1] / medians[0], _DIGITS) if medians[0] else None,
            "second_better": sum(second < first for first, second in values),
            "equal": sum(second == first for first, second in values),
        }
    return found


def table(found: dict[str, Any]) -> str:
    """Return the summary of a report as lines of text."""
    count = len(found["cells"])
    lines = [f"{'less is better':16}{'first':>10}{'second':>10}{'ratio':>8}  second better in"]
    for name, row in found["measures"].items():
        ratio = "-" if row["ratio"] is None else f"{row['ratio']:.2f}"
        equal = f", equal in {row['equal']}" if row["equal"] else ""
        lines.append(
            f"{name:16}{row['first']:>10.4g}{row['second']:>10.4g}{ratio:>8}  {row['second_better']} of {count}{equal}"
        )
    lines.append(f"Seconds of the second over those of the first: {found['seconds_ratio']:.2f}.")
    if found["pictures_by_other_code"]:
        lines.append(f"{found['pictures_by_other_code']} pictures are by other code than now; --again paints all anew.")
    return "\n".join(lines)


def _row(cell: Cell) -> dict[str, Any]:
    row: dict[str, Any] = {"photo": cell.shown.pair.photo, "painting": cell.shown.pair.painting}
    for side, painted, measures in zip(SIDES, cell.painted, cell.measures, strict=True):
        facts = asdict(painted.facts)
        row[side] = {
            "seconds": significant(facts["seconds"]),
            "loss": significant(facts["loss"]),
            "arithmetic": facts["arithmetic"],
            "notice": facts["notice"],
            "measures": {name: significant(value, _DIGITS) for name, value in measures.items()},
        }
    return row


def _in_words(cell: Cell) -> str:
    """Return the headline measures of both, for watching."""
    first, second = cell.measures
    return ", ".join(f"{name} {first[name]:.3g} | {second[name]:.3g}" for name in HEADLINES)


if __name__ == "__main__":
    sys.exit(main())
