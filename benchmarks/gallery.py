"""Paint an example of each control, what goes in beside what comes out, into `docs/gallery`.

Usage: python -m benchmarks.gallery [--size 448] [--only regions] [--folder docs/gallery]
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import numpy as np

from benchmarks.common import last_iterate
from benchmarks.contact_sheet import sheet
from benchmarks.looks import label
from benchmarks.side_by_side import write_jpeg
from neural_style.engine.stylize import stylize, warm_up
from neural_style.images.arrays import ByteImage, FloatImage, to_bytes
from neural_style.images.load import load_image
from neural_style.images.resize import resize
from neural_style.masks import READY, Mask
from neural_style.networks.provider import NetworkProvider
from neural_style.presets import APP_PRESET, PRESETS
from neural_style.request import Style, StylizeRequest
from neural_style.resources import checkout, resource
from neural_style.settings import ColorWay, with_changes

CELL_PX = 360
COLUMNS = 4
"""The most pictures of a row."""

Column = tuple[str, FloatImage | ByteImage]
"""A label, and the picture below it."""

UNSELECTED = 0.25
"""The brightness of what a mask does not select, where it is shown."""


@dataclass(frozen=True)
class Control:
    """A control, and what to show it on.

    Attributes:
        photo: stem of an example.
        regions: stem of a painting -> where it paints; None: the rest.
        left_alone: what stays as it is in the photo, or None.
        results: label -> settings that differ from those of the look `painted`; painted in their order.
    """

    photo: str
    regions: Mapping[str, Mask | None]
    left_alone: Mask | None = None
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {"result": {}})

    def request(self, changes: Mapping[str, Any], size_px: int) -> StylizeRequest:
        """Return the request to paint it with those changes."""
        styles = [Style(painting_of(name), region=mask) for name, mask in self.regions.items()]
        settings = with_changes(PRESETS[APP_PRESET].settings, {"longest_side_px": size_px, **changes})
        return StylizeRequest(photo_of(self.photo), styles, settings, left_alone=self.left_alone)


SOFT = 0.02

CONTROLS: Mapping[str, Control] = {
    "regions": Control(
        "neuschwanstein_castle",
        {"starry_night_van_gogh": READY["sky"].feathered(SOFT), "stained_glass_mosaic": None},
    ),
    "halves": Control(
        "red_panda",
        {
            "great_wave_hokusai": READY["left"].feathered(SOFT),
            "composition_vii_kandinsky": READY["right"].feathered(SOFT),
        },
    ),
    "leave_alone": Control("astronaut_portrait", {"starry_night_van_gogh": None}, READY["middle"].feathered(SOFT)),
    "colors": Control(
        "kingfisher",
        {"the_sun_munch": None},
        results={
            "the painting's colours": {},
            **{way: {"preserve_colors": True, "color_way": way} for way in get_args(ColorWay)},
        },
    ),
    "color_strength": Control(
        "hawa_mahal_jaipur",
        {"great_wave_hokusai": None},
        results={
            f"strength {strength:g}": {"preserve_colors": True, "color_way": "lab", "color_strength": strength}
            for strength in (0.0, 0.5, 1.0)
        },
    ),
}
"""The name of a picture of the gallery -> the control that it shows."""


def main(words: Sequence[str] | None = None) -> None:
    """Paint the examples and write a picture for each control."""
    arguments = build_parser().parse_args(words)
    provider = NetworkProvider()
    warm_up(provider)
    for name in arguments.only:
        write_jpeg(arguments.folder / f"{name}.jpg", sheet(rows_of(CONTROLS[name], arguments.size, provider), CELL_PX))
        print(name, flush=True)


def rows_of(control: Control, size_px: int, provider: NetworkProvider) -> list[list[np.ndarray | None]]:
    """Return rows of labels and of pictures: the photo, each painting and where it paints, and the results."""
    photo = photo_of(control.photo)
    columns: list[Column] = [("photo", photo)]
    for number, (name, mask) in enumerate(control.regions.items(), start=1):
        columns.append((f"painting {number}", painting_of(name)))
        if mask is not None:
            columns.append((f"where it paints: {number}", lit(photo, mask)))
    if control.left_alone is not None:
        columns.append(("left alone", lit(photo, control.left_alone)))
    for text, changes in control.results.items():
        columns.append((text, last_iterate(stylize(control.request(changes, size_px), provider)).result()))
    rows: list[list[np.ndarray | None]] = []
    for part in batched(columns, COLUMNS):
        rest = [None] * (min(COLUMNS, len(columns)) - len(part))
        rows += [[*(label(text, CELL_PX) for text, _ in part), *rest], [*(picture for _, picture in part), *rest]]
    return rows


def batched(columns: Sequence[Column], count: int) -> Iterator[Sequence[Column]]:
    """Yield so many columns at a time."""
    return (columns[start : start + count] for start in range(0, len(columns), count))


def lit(photo: FloatImage, mask: Mask) -> ByteImage:
    """Return the photo with what is selected as it is, and the rest dark."""
    brightness = UNSELECTED + (1.0 - UNSELECTED) * mask.at(*photo.shape[:2])[..., np.newaxis]
    return to_bytes(photo * brightness)


def photo_of(name: str) -> FloatImage:
    """Return an example photo at a size that is shown."""
    photo = load_image(resource("examples", "content", f"{name}.jpg"))
    scale = min(1.0, 1024 / max(photo.shape))
    return resize(photo, round(scale * photo.shape[0]), round(scale * photo.shape[1]))


def painting_of(name: str) -> FloatImage:
    """Return an example painting."""
    return load_image(resource("examples", "style", f"{name}.jpg"))


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    root = checkout() or Path()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gallery", description=__doc__)
    parser.add_argument("--size", type=int, default=448, help="longest side of each result in pixels")
    parser.add_argument("--only", nargs="+", choices=CONTROLS, default=list(CONTROLS), help="controls to paint")
    parser.add_argument("--folder", type=Path, default=root / "docs" / "gallery", help="where the pictures go")
    return parser


if __name__ == "__main__":
    main()
