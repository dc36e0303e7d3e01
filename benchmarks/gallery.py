"""Paint an example of each control, what goes in beside what comes out, into `docs/gallery`.

Usage: python -m benchmarks.gallery [--size 448] [--only regions] [--folder docs/gallery]
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import numpy as np

from benchmarks.common import last_iterate
from benchmarks.contact_sheet import sheet
from benchmarks.looks import label
from benchmarks.side_by_side import write_jpeg
from neural_style.changes import Change
from neural_style.engine.stylize import stylize, warm_up
from neural_style.images.arrays import ByteImage, FloatImage, to_bytes
from neural_style.images.load import load_image
from neural_style.images.resize import resize
from neural_style.loss_weights import StyleStatistic
from neural_style.masks import READY, Mask
from neural_style.networks.provider import NetworkProvider
from neural_style.presets import APP_PRESET, PRESETS
from neural_style.request import Style, StylizeRequest
from neural_style.resources import checkout, resource
from neural_style.settings import ColorWay, Pooling, with_changes

CELL_PX = 360
COLUMNS = 4
"""The most pictures of a row."""

Column = tuple[str, FloatImage | ByteImage]
"""A label, and the picture below it."""

UNSELECTED = 0.25
"""The brightness of what a mask does not select, where it is shown."""


@dataclass(frozen=True)
class Result:
    """What is different where a picture is painted in another way.

    Attributes:
        settings: path -> value that differs from that of the look `painted`.
        styles: of each painting, what differs of its `Style`: field -> value.
        changes: those that are made while it is painted.
        step: the step whose picture is shown; None: the result.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    styles: Sequence[Mapping[str, Any]] = ()
    changes: Sequence[Change] = ()
    step: int | None = None


@dataclass(frozen=True)
class Control:
    """A control, and what to show it on.

    Attributes:
        photo: stem of an example.
        regions: stem of a painting -> where it paints; None: the rest.
        left_alone: what stays as it is in the photo, or None.
        results: label -> how it is painted; in their order.
    """

    photo: str
    regions: Mapping[str, Mask | None]
    left_alone: Mask | None = None
    results: Mapping[str, Result] = field(default_factory=lambda: {"result": Result()})

    def request(self, result: Result, size_px: int) -> StylizeRequest:
        """Return the request to paint it in that way; a painting may be taken more often than it is shown."""
        masks = list(self.regions.items())
        chosen = result.styles or [{}] * len(masks)
        names = masks if len(chosen) == len(masks) else masks[:1] * len(chosen)
        styles = [Style(painting_of(name), region=mask, **own) for (name, mask), own in zip(names, chosen, strict=True)]
        settings = with_changes(PRESETS[APP_PRESET].settings, {"longest_side_px": size_px, **result.settings})
        return StylizeRequest(
            photo_of(self.photo), styles, settings, left_alone=self.left_alone, changes=result.changes
        )

    def painted(self, result: Result, size_px: int, provider: NetworkProvider) -> ByteImage:
        """Paint it in that way, and return what is to be shown."""
        run = stylize(self.request(result, size_px), provider)
        if result.step is None:
            return last_iterate(run).result()
        with closing(run):
            return next(iterate for iterate in run if iterate.step == result.step).result()


SOFT = 0.02

_STRONG = {"weights.content": 0.8, "weights.matching": 30.0}

_LONG = {"effort": None, "iterations": 50}
_ONE_OF_TWO: Sequence[Mapping[str, Any]] = ({"share": 1.0}, {"share": 0.0})
_MOVED = (Change(shares=(0.0, 1.0), step=60),)


def _statistic(name: str) -> dict[str, Any]:
    """Return settings by which that statistic alone is compared."""
    return {
        "weights.wasserstein": 0.0,
        "weights.matching": 0.0,
        "weights.style": 40.0,
        "weights.style_balance": "relative",
        "weights.style_statistic": name,
    }


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
            "the painting's colours": Result(),
            **{way: Result({"preserve_colors": True, "color_way": way}) for way in get_args(ColorWay)},
        },
    ),
    "color_strength": Control(
        "hawa_mahal_jaipur",
        {"great_wave_hokusai": None},
        results={
            f"strength {strength:g}": Result({"preserve_colors": True, "color_way": "lab", "color_strength": strength})
            for strength in (0.0, 0.5, 1.0)
        },
    ),
    "turns": Control(
        "neuschwanstein_castle",
        {"great_wave_hokusai": None},
        results={f"turned by {turn}°": Result(_STRONG, [{"turn": turn}]) for turn in (0, 45, 90)},
    ),
    "brush": Control(
        "red_panda",
        {"the_sun_munch": None},
        results={
            "brush size 0.5": Result(styles=[{"scale": 0.5}]),
            "brush size 2": Result(styles=[{"scale": 2.0}]),
            "both at once": Result(styles=[{"scale": 0.5}, {"scale": 2.0}]),
        },
    ),
    "excerpt": Control(
        "coffee_cup",
        {"great_wave_hokusai": None},
        results={
            "the whole painting": Result(),
            "its upper third": Result(styles=[{"excerpt": READY["sky"]}]),
            "its lower half": Result(styles=[{"excerpt": READY["bottom"]}]),
        },
    ),
    "content_layers": Control(
        "astronaut_portrait",
        {"composition_vii_kandinsky": None},
        results={
            layers: Result({"weights.content_layers": layers, "weights.content": weight})
            for layers, weight in (("relu2_2", 40.0), ("relu4_2", 1.5), ("relu5_2", 30.0))
        },
    ),
    "style_layers": Control(
        "kingfisher",
        {"starry_night_van_gogh": None},
        results={
            layers: Result({**_statistic("gram"), "weights.style_layers": layers})
            for layers in ("relu1_1", "relu1_1 relu2_1", "relu3_1", "relu4_1", "relu1_1 relu2_1 relu3_1 relu4_1")
        },
    ),
    "statistics": Control(
        "hawa_mahal_jaipur",
        {"starry_night_van_gogh": None},
        results={
            **{name: Result(_statistic(name)) for name in get_args(StyleStatistic)},
            "Wasserstein": Result({"weights.matching": 0.0}),
            "matched strokes": Result({"weights.wasserstein": 0.0, "weights.matching": 30.0}),
        },
    ),
    "poolings": Control(
        "red_panda",
        {"starry_night_van_gogh": None},
        results={name: Result({"pooling": name}) for name in get_args(Pooling)},
    ),
    "even_pull": Control(
        "coffee_cup",
        {"the_sun_munch": None},
        results={
            f"content {content:g}, style 1": Result(
                {
                    **_statistic("gram"),
                    "weights.normalize_gradients": True,
                    "weights.content": content,
                    "weights.style": 1.0,
                    "weights.total_variation": 0.1,
                }
            )
            for content in (0.1, 0.3, 1.0)
        },
    ),
    "mixing": Control(
        "neuschwanstein_castle",
        {"starry_night_van_gogh": None, "stained_glass_mosaic": None},
        results={
            "step 60, before": Result(_LONG, _ONE_OF_TWO, _MOVED, step=60),
            "step 62": Result(_LONG, _ONE_OF_TWO, _MOVED, step=62),
            "step 66": Result(_LONG, _ONE_OF_TWO, _MOVED, step=66),
            "in the end": Result(_LONG, _ONE_OF_TWO, _MOVED),
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
    columns += [(text, control.painted(result, size_px, provider)) for text, result in control.results.items()]
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
