"""Paint a few pairs by every preset, laid out as one picture: a row for each pair, a column for each preset.

Usage: python -m benchmarks.looks [--size 384] [--presets painted bold] [--output docs/looks.jpg]
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.common import Pair, last_iterate
from benchmarks.contact_sheet import sheet
from benchmarks.side_by_side import write_jpeg
from neural_style.engine.stylize import stylize, warm_up
from neural_style.images.arrays import ByteImage
from neural_style.images.load import load_image
from neural_style.networks.provider import NetworkProvider
from neural_style.presets import PRESETS
from neural_style.resources import checkout
from neural_style.settings import Settings

PAIRS = (
    Pair("astronaut_portrait", "starry_night_van_gogh"),
    Pair("red_panda", "composition_vii_kandinsky"),
    Pair("great_wall_of_china", "great_wave_hokusai"),
)

CLASSIC_STEPS = 100
"""The steps of the preset that has the original program's 1000: about the time of the others. The sheet says so."""

CELL_PX = 320
LABEL_PX = 24


def main(words: Sequence[str] | None = None) -> None:
    """Paint every pair by every preset and write the sheet."""
    arguments = build_parser().parse_args(words)
    provider = NetworkProvider()
    warm_up(provider)
    rows: list[list[np.ndarray | None]] = [[None, *(label(title(name), CELL_PX) for name in arguments.presets)]]
    for pair in arguments.pairs:
        row: list[np.ndarray | None] = [load_image(pair.files[1])]
        for name in arguments.presets:
            iterate = last_iterate(stylize(pair.request(settings_of(name, arguments.size)), provider))
            print(f"{pair}, {name}: {iterate.elapsed_s:.0f} s, {iterate.step} steps", flush=True)
            row.append(iterate.result())
        rows.append(row)
    write_jpeg(arguments.output, sheet(rows, CELL_PX))


def settings_of(preset: str, longest_side_px: int) -> Settings:
    """Return the settings of the preset, at that size; the original program's for a tenth of its steps."""
    settings = replace(PRESETS[preset].settings, longest_side_px=longest_side_px)
    return replace(settings, iterations=CLASSIC_STEPS) if preset == "classic" else settings


def title(preset: str) -> str:
    """Return the text above a column."""
    return f"{preset}, {CLASSIC_STEPS} steps" if preset == "classic" else preset


def label(text: str, width: int) -> ByteImage:
    """Draw a label in black on white, `[LABEL_PX, width, 3] uint8`."""
    image = Image.new("RGB", (width, LABEL_PX), "white")
    font = ImageFont.load_default(LABEL_PX * 3 // 4)
    ImageDraw.Draw(image).text((width / 2, LABEL_PX / 2), text, fill="black", anchor="mm", font=font)
    return np.asarray(image)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    root = checkout() or Path()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.looks", description=__doc__)
    parser.add_argument("--size", type=int, default=384, help="longest side of each result in pixels")
    parser.add_argument("--presets", nargs="+", choices=PRESETS, default=list(PRESETS))
    parser.add_argument("--pairs", type=Pair.named, nargs="+", default=PAIRS, metavar="PHOTO:PAINTING")
    parser.add_argument("--output", type=Path, default=root / "docs" / "looks.jpg")
    return parser


if __name__ == "__main__":
    main()
