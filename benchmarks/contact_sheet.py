"""Paint several photos in several styles and lay the results out as one picture, styles across, photos down.

Usage: python -m benchmarks.contact_sheet [--size 256] [--cell 256] [--iterations N] [--output build/contact_sheet.jpg]
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.common import PAIRS, Pair
from neural_style import load_image, stylize
from neural_style.images.arrays import to_bytes
from neural_style.networks.provider import NetworkProvider
from neural_style.presets import APP_PRESET, PRESETS

CONTENTS = tuple(pair.photo for pair in PAIRS)
STYLES = tuple(pair.painting for pair in PAIRS)
MARGIN_PX = 8


def main() -> None:
    """Paint every pair and write the sheet."""
    arguments = _parse()
    settings = replace(PRESETS[arguments.preset].settings, longest_side_px=arguments.size)
    if arguments.iterations is not None:
        settings = replace(settings, iterations=arguments.iterations, effort=None)
    provider = NetworkProvider()
    rows: list[list[np.ndarray | None]] = []
    for content_name in arguments.contents:
        row: list[np.ndarray | None] = [load_image(Pair(content_name, arguments.styles[0]).files[0])]
        for style_name in arguments.styles:
            iterates = list(stylize(Pair(content_name, style_name).request(settings), provider))
            row.append(iterates[-1].result())
            print(
                f"{content_name} x {style_name}: loss {iterates[-1].best_losses.total:.4g} "
                f"in {iterates[-1].elapsed_s:.0f} s by {iterates[-1].network}",
                flush=True,
            )
        rows.append(row)
    header = [None, *(load_image(Pair(CONTENTS[0], name).files[1]) for name in arguments.styles)]
    sheet([header, *rows], arguments.cell or arguments.size).save(arguments.output, quality=88)


def sheet(rows: list[list[np.ndarray | None]], cell_px: int) -> Image.Image:
    """Lay pictures out in rows of equally wide cells, each shrunk to fit; a row is as high as its highest picture."""
    shown = [[_fitted(picture, cell_px) for picture in row] for row in rows]
    heights = [max(picture.height for picture in row if picture is not None) for row in shown]
    step = cell_px + MARGIN_PX
    page = Image.new("RGB", (len(rows[0]) * step + MARGIN_PX, sum(heights) + (len(rows) + 1) * MARGIN_PX), "white")
    top = MARGIN_PX
    for row, height in zip(shown, heights, strict=True):
        for column, picture in enumerate(row):
            if picture is not None:
                left = MARGIN_PX + column * step + (cell_px - picture.width) // 2
                page.paste(picture, (left, top + (height - picture.height) // 2))
        top += height + MARGIN_PX
    return page


def _fitted(picture: np.ndarray | None, cell_px: int) -> Image.Image | None:
    if picture is None:
        return None
    fitted = Image.fromarray(to_bytes(picture))
    fitted.thumbnail((cell_px, cell_px))
    return fitted


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Paint several photos in several styles and lay the results out as one picture."
    )
    parser.add_argument("--size", type=int, default=256, help="longest side of each result in pixels")
    parser.add_argument("--cell", type=int, help="longest side of each picture on the sheet, in place of the size")
    parser.add_argument("--iterations", type=int, help="steps, in place of the preset's effort")
    parser.add_argument("--preset", choices=PRESETS, default=APP_PRESET)
    parser.add_argument("--contents", nargs="+", default=CONTENTS)
    parser.add_argument("--styles", nargs="+", default=STYLES)
    parser.add_argument("--output", type=Path, default=Path("build/contact_sheet.jpg"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
