"""Paint a few pairs with each of two networks, side by side: a row for each pair, a column for each network.

Usage: python -m benchmarks.networks A B [--preset painted] [--size 384] [--pairs PHOTO:PAINTING ...] [--output FILE]

A and B are network files, `.mat` or `.safetensors`, or the word `embedded`. Both paint by the same settings, in turn.
The measures are those of `measures` that look at colours and lines only: the others take a network's word for what
style is, and would find for the one that they take it from. What is printed is no judgement. Look.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks import measures
from benchmarks.common import Pair, add_pairs, exit_status, last_iterate
from benchmarks.contact_sheet import sheet
from benchmarks.looks import CELL_PX, PAIRS, label
from benchmarks.side_by_side import LABELS, write_jpeg
from neural_style.engine.canvas import prepare_canvas, without_padding
from neural_style.engine.stylize import stylize, warm_up
from neural_style.images.arrays import ByteImage, FloatImage
from neural_style.networks import embedded
from neural_style.networks.provider import NetworkProvider
from neural_style.presets import APP_PRESET, PRESETS
from neural_style.settings import Settings
from neural_style.vgg.network import Network

EMBEDDED = "embedded"

MEASURES: Mapping[str, Callable[[ByteImage, FloatImage, FloatImage], float]] = {
    "speckle": lambda result, _photo, painting: measures.speckle(result, painting),
    "softness": lambda result, _photo, painting: measures.softness(result, painting),
    "flat_speckle": lambda result, photo, _painting: measures.flat_speckle(result, photo),
    "chroma_noise": lambda result, _photo, painting: measures.chroma_noise(result, painting),
    "border": lambda result, photo, _painting: measures.border(result, photo),
    "palette": lambda result, _photo, painting: measures.palette(result, painting),
    "structure": lambda result, photo, _painting: measures.structure(result, photo),
}
"""The measures that need no network, as functions of the result, the photo and the painting."""


def main(words: Sequence[str] | None = None) -> int:
    """Paint every pair with both networks, print what was measured, and write the sheet; return the exit status."""
    arguments = build_parser().parse_args(words)

    def paint() -> None:
        networks = [network_named(name) for name in arguments.networks]
        run(networks, arguments.pairs, settings_for(arguments), arguments.output)

    return exit_status(paint)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.networks", description=__doc__)
    parser.add_argument("networks", nargs=2, metavar="NETWORK", help=f"a network file, or {EMBEDDED}")
    parser.add_argument("--preset", choices=PRESETS, default=APP_PRESET)
    parser.add_argument("--iterations", type=int, help="steps, in place of the preset's effort")
    parser.add_argument("--size", type=int, default=384, help="longest side of each result in pixels")
    add_pairs(parser, PAIRS)
    parser.add_argument("--output", type=Path, default=Path("build", "networks.jpg"))
    return parser


def settings_for(arguments: argparse.Namespace) -> Settings:
    """Return the settings of the preset, at the size and for the steps that were asked for."""
    settings = replace(PRESETS[arguments.preset].settings, longest_side_px=arguments.size)
    return settings if arguments.iterations is None else replace(settings, iterations=arguments.iterations, effort=None)


def network_named(name: str) -> Network:
    """Return the embedded network, or that of a file.

    Raises:
        NetworkError: it cannot be used.
    """
    return embedded.load() if name == EMBEDDED else NetworkProvider(name)()


def run(networks: Sequence[Network], pairs: Sequence[Pair], settings: Settings, output: Path) -> None:
    """Paint every pair with both networks and write the sheet."""
    warm_up(lambda: networks[0])
    titles = [f"{letter}: {network.title}" for letter, network in zip(LABELS, networks, strict=True)]
    print(f"{'less is better':48}{'seconds':>9}", *(f"{name:>12}" for name in MEASURES))
    rows: list[list[np.ndarray | None]] = [[label(text, CELL_PX) for text in ("photo", "painting", *titles)]]
    for pair in pairs:
        request = pair.request(settings)
        canvas = prepare_canvas(request, networks[0].mean_rgb)
        photo, painting = without_padding(canvas.content, canvas.padding_px), canvas.styles[0]
        rows.append([photo, painting])
        for letter, network in zip(LABELS, networks, strict=True):
            last = last_iterate(stylize(request, lambda network=network: network))
            result = last.result()
            numbers = [f"{measure(result, photo, painting):>12.3g}" for measure in MEASURES.values()]
            print(f"{f'{pair}, {letter}':48}{last.elapsed_s:>9.1f}", *numbers, flush=True)
            rows[-1].append(result)
    write_jpeg(output, sheet(rows, CELL_PX))
    print(f"The sheet is {output}.")


if __name__ == "__main__":
    sys.exit(main())
