"""An order has files and settings as a visitor or a program sent them, light enough to wait, and becomes a request."""

import base64
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from neural_style.changes import Change, checked_changes, movable, steps_of
from neural_style.engine.effort import EFFORTS, iterations_of
from neural_style.errors import OptionsError
from neural_style.images.load import notices_of
from neural_style.masks import READY, Mask
from neural_style.presets import APP_PRESET, PAGE_PRESETS, PRESETS
from neural_style.record.recipe import settings_from_dict
from neural_style.record.result import file_stem
from neural_style.request import ChosenStyle, Style, StylizeRequest
from neural_style.service.messages import messages
from neural_style.service.options import ServerOptions
from neural_style.service.pictures import Picture, PictureCache
from neural_style.service.sizes import SCREEN, SCREENS
from neural_style.settings import Effort, Settings
from neural_style.strength import settings_at

APP_SETTINGS = replace(PRESETS[APP_PRESET].settings, longest_side_px=SCREENS[SCREEN].side_px)
"""The page begins with these settings: a picture worth keeping, in a minute or two on two CPU cores."""


@dataclass(frozen=True)
class Order:
    """An order for a picture to be painted, as files and settings, without pixels.

    Attributes:
        content: the photo.
        styles: the paintings.
        settings: how to paint.
        initial: the picture to begin with, where the settings say so.
        left_alone: the part of the photo that stays as it is; None: see `StylizeRequest.left_alone`.
        notices: what the person shall be told beside what there is to say of the files.
        changes: those that are made while it is painted.
        begin: the file of a run of the same order to go on with, before these changes; None: it is begun.
    """

    content: Picture | None
    styles: tuple[ChosenStyle[Picture], ...]
    settings: Settings
    initial: Picture | None = None
    left_alone: Mask | None = None
    notices: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    begin: Path | None = None

    def request(self, options: ServerOptions, pictures: PictureCache) -> StylizeRequest:
        """Read the pictures, as far as they are not known by now, and check everything.

        Raises:
            NeuralStyleError: something is missing, cannot be read, or is beyond a limit of this server.
        """
        if self.content is None:
            raise OptionsError(messages().no_photo)
        if not self.styles:
            raise OptionsError(messages().no_painting)
        if len(self.styles) > options.styles_limit:
            raise OptionsError(messages().styles_limit.format(styles=len(self.styles), limit=options.styles_limit))
        check_steps(self.settings, options, 0 if self.begin else steps_of(self.changes))
        if self.settings.start == "image" and self.initial is None:
            raise OptionsError(messages().no_start_picture)
        content, paintings = pictures.load(self.content), [pictures.load(style.image) for style in self.styles]
        initial = pictures.load(self.initial) if self.initial and self.settings.start == "image" else None
        request = StylizeRequest(
            content=content.image,
            styles=[
                Style(painting.image, title=style.title, **style.facts)
                for painting, style in zip(paintings, self.styles, strict=True)
            ],
            settings=self.settings,
            initial=initial and initial.image,
            content_alpha=content.alpha,
            left_alone=self.left_alone,
            changes=self.changes,
            notices=(*self.notices, *notices_of([content, *paintings, initial])),
        )
        height, width = request.canvas_size
        if max(height, width) > options.side_limit_px:
            raise OptionsError(messages().side_limit.format(width=width, height=height, limit=options.side_limit_px))
        return request

    def changed(self, changes: Sequence[Change]) -> "Order":
        """Return the order for what the picture has become by these changes, without them."""
        settings, styles = self.settings, self.styles
        for change in checked_changes([change.at(change.step or 0) for change in changes], len(styles)):
            settings = change.applied_to(settings)
            if change.shares is not None:
                styles = tuple(replace(style, share=share) for style, share in zip(styles, change.shares, strict=True))
        return replace(self, settings=settings, styles=styles, changes=(), begin=None)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that it takes to paint it."""
        pictures = (self.content, *(style.image for style in self.styles), self.initial)
        return tuple(each.path for each in pictures if each is not None) + ((self.begin,) if self.begin else ())

    @property
    def more_steps(self) -> int:
        """The number of steps that it makes from where it begins, or at most makes."""
        return sum(change.more or 0 for change in self.changes[-1:]) or iterations_of(self.settings)

    @property
    def file_stem(self) -> str:
        """The name to look for in a folder of downloads, such as `red_panda-starry_night_van_gogh`."""
        return file_stem(picture.name for picture in (self.content, *(style.image for style in self.styles)) if picture)


def check_steps(settings: Settings, options: ServerOptions, more: int = 0) -> None:
    """Refuse more steps than this server makes, with those that changes add.

    Raises:
        OptionsError: with the limit.
    """
    steps = iterations_of(settings) + more
    if steps > options.steps_limit:
        template = messages().steps_limit if settings.effort is None else messages().effort_limit
        raise OptionsError(template.format(effort=settings.effort, steps=steps, limit=options.steps_limit))


def efforts_within(options: ServerOptions) -> tuple[Effort, ...]:
    """Return the efforts that may not take more steps than this server makes, shortest first."""
    limit = options.steps_limit
    return tuple(effort for effort in EFFORTS if iterations_of(replace(APP_SETTINGS, effort=effort)) <= limit)


def settings_of_look(look: object, offered: Collection[str] = tuple(PAGE_PRESETS)) -> Settings:
    """Return the settings of a look that the page offers, without a size.

    Raises:
        OptionsError: it is not offered.
    """
    if not (isinstance(look, str) and look in offered):
        raise OptionsError(messages().unknown_look.format(look=f"{look!r:.60}", known=", ".join(offered)))
    return PRESETS[look].settings


def mask_from_json(value: object, pictures: PictureCache) -> Mask | None:
    """Return the mask that a program means by null, the name of a ready one, or a picture as a data URL.

    Args:
        value: what came.
        pictures: decodes the picture.

    Raises:
        NeuralStyleError: it is something else, or cannot be read.
    """
    if value is None:
        return None
    if isinstance(value, str) and value in READY:
        return READY[value]
    header, _, data = value.partition(",") if isinstance(value, str) else ("", "", "")
    if not (header.startswith("data:image/") and header.endswith(";base64")):
        raise OptionsError(messages().bad_mask.format(value=f"{value!r:.60}", known=", ".join(READY)))
    try:
        file = io.BytesIO(base64.b64decode(data, validate=True))
    except ValueError:
        file = io.BytesIO()
    file.name = "The mask"
    shown = pictures.decode(file).unpacked()
    return Mask.of_picture(shown.image, shown.alpha)


def change_from_json(value: object) -> Change:
    """Return the change that a program means by an object with `shares`, `strength` and `settings`, each if it likes.

    A setting is named by its path, such as `weights.content`, or within objects, as settings are. Of what a strength
    stands for, those settings change that can be moved while a picture is painted.

    Raises:
        OptionsError: it is something else, or something that cannot be changed.
    """
    given: Mapping[Any, Any] = value if isinstance(value, Mapping) else {"": value}
    settings, shares, strength = (given.get(name) for name in ("settings", "shares", "strength"))
    is_usable = bool(given) and given.keys() <= {"settings", "shares", "strength"}
    is_usable = is_usable and isinstance({} if settings is None else settings, Mapping)
    if not (is_usable and isinstance([] if shares is None else shares, list)):
        raise OptionsError(messages().bad_change.format(change=f"{value!r:.60}"))
    of_strength = {} if strength is None else movable(settings_at(strength))
    return Change(shares, {**of_strength, **_by_path(settings or {})})


def _by_path(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings within objects by their paths."""
    found: dict[str, Any] = {}
    for name, value in settings.items():
        inner = {f"{name}.{key}": each for key, each in value.items()} if isinstance(value, Mapping) else {name: value}
        found |= inner
    return found


def settings_from_json(overrides: object) -> Settings:
    """Return `APP_SETTINGS` with the fields that a program gave, as `record.recipe.settings_from_dict` takes them.

    Raises:
        OptionsError: a name is unknown or a value cannot be used.
    """
    if overrides is not None and not isinstance(overrides, Mapping):
        raise OptionsError(messages().bad_settings.format(settings=f"{overrides!r:.60}"))
    given = {"preset": APP_PRESET, **(overrides or {})}
    if "width" not in given:
        given.setdefault("longest_side_px", APP_SETTINGS.longest_side_px)
    return settings_from_dict(given)
