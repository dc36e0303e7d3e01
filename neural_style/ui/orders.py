"""What a visitor sent -> a request that can be painted: the same way for the page and for programs."""

import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from neural_style.engine.stopping import LENGTHS, iterations_of
from neural_style.errors import OptionsError
from neural_style.images import FloatImage, load_image
from neural_style.presets import APP_PRESET, PRESETS
from neural_style.record.recipe import settings_from_dict, settings_to_dict
from neural_style.request import Length, Settings, Style, StylizeRequest
from neural_style.ui import texts
from neural_style.ui.environment import ServerOptions

APP_SETTINGS = replace(PRESETS[APP_PRESET].settings, longest_side_px=320)
"""What the page paints with. 320 px take about a minute on two CPU cores; larger is a slider away."""

_MAX_NAME_LENGTH = 40


@dataclass(frozen=True)
class Picture:
    """A picture file of this server: where it lies, and what its owner calls it."""

    path: Path
    name: str

    @classmethod
    def of(cls, path: Path) -> "Picture":
        """An example: called as its file."""
        return cls(path, path.name)

    @classmethod
    def from_upload(cls, file: Mapping[str, Any] | None) -> "Picture | None":
        """Gradio's record of an uploaded file, which Gradio has checked to lie in its upload folder."""
        path = (file or {}).get("path")
        return cls(Path(path), Path((file or {}).get("orig_name") or path).name) if path else None

    def load(self) -> FloatImage:
        """`[H, W, 3] float32, RGB, 0..255`.

        Raises:
            ImageError: it cannot be read; the sentence has the owner's name for it, not the server's path.
        """
        try:
            file = io.BytesIO(self.path.read_bytes())
        except OSError:
            file = io.BytesIO()  # deleted meanwhile
        file.name = self.name
        return load_image(file)


@dataclass(frozen=True, eq=False)
class Order:
    """A request, and the file name to offer its result under."""

    request: StylizeRequest
    file_name: str


def take_order(
    content: Picture | None, styles: Sequence[tuple[Picture, float]], settings: Settings, options: ServerOptions
) -> Order:
    """Read the pictures and check everything.

    Args:
        content: the photo.
        styles: the paintings, each with its share.
        settings: how to paint.
        options: the limits of this server.

    Raises:
        NeuralStyleError: something is missing, cannot be read, or is beyond a limit.
    """
    if content is None:
        raise OptionsError(texts.NO_PHOTO)
    if not styles:
        raise OptionsError(texts.NO_PAINTING)
    if iterations_of(settings) > options.steps_limit:
        template = texts.STEPS_LIMIT if settings.length is None else texts.LENGTH_LIMIT
        raise OptionsError(
            template.format(length=settings.length, steps=iterations_of(settings), limit=options.steps_limit)
        )
    request = StylizeRequest(
        content=content.load(),
        styles=[Style(picture.load(), share) for picture, share in styles],
        settings=settings,
    )
    height, width = request.canvas_size
    if max(height, width) > options.side_limit_px:
        raise OptionsError(texts.SIDE_LIMIT.format(width=width, height=height, limit=options.side_limit_px))
    return Order(request, _file_name([content, *(picture for picture, _ in styles)]))


def lengths_within(options: ServerOptions) -> tuple[Length, ...]:
    """Those that the page offers: the ones that may not take more steps than this server makes; shortest first."""
    limit = options.steps_limit
    return tuple(length for length in LENGTHS if iterations_of(replace(APP_SETTINGS, length=length)) <= limit)


def settings_of_look(look: object, side: Any, length: Any) -> Settings:
    """What the page asks for; only the looks that it offers are taken.

    Raises:
        OptionsError: a value cannot be used.
    """
    return replace(_preset(look, texts.LOOKS), longest_side_px=side, length=length)


def settings_from_json(overrides: object) -> Settings:
    """`APP_SETTINGS` with the fields that a program gave; iterations alone take the place of the length.

    A `preset` among them names the look that the others change.

    Raises:
        OptionsError: a name is unknown or a value cannot be used.
    """
    if overrides is not None and not isinstance(overrides, Mapping):
        raise OptionsError(texts.BAD_SETTINGS.format(settings=f"{overrides!r:.60}"))
    given = dict(overrides or {})
    preset = _preset(given.pop("preset", APP_PRESET), PRESETS)
    values = settings_to_dict(replace(preset, longest_side_px=APP_SETTINGS.longest_side_px))
    for name, value in given.items():
        if isinstance(value, Mapping) and isinstance(values.get(name), Mapping):
            value = {**values[name], **value}
        values[name] = value
    if "width" in given and "longest_side_px" not in given:
        values["longest_side_px"] = None
    if "iterations" in given and "length" not in given:
        values["length"] = None
    return settings_from_dict(values)


def _preset(name: object, offered: Collection[str]) -> Settings:
    if not (isinstance(name, str) and name in offered):
        raise OptionsError(texts.UNKNOWN_LOOK.format(look=f"{name!r:.60}", known=", ".join(offered)))
    return PRESETS[name].settings


def _file_name(pictures: Sequence[Picture]) -> str:
    """`red_panda-starry_night_van_gogh.png`: what a person will look for in a folder of downloads."""
    stems = [re.sub(r"[^\w]+", "_", Path(picture.name).stem).strip("_")[:_MAX_NAME_LENGTH] for picture in pictures]
    return "-".join([stem or "picture" for stem in stems][:3]) + ".png"
