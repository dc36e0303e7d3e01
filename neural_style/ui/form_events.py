"""What the events of choosing do: the photo, the paintings, the look, a recipe that is put in, and the time it takes.

Pictures arrive as Gradio's records of files, so that the originals are read, by us.
"""

import contextlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image

from neural_style.errors import ImageError, NeuralStyleError
from neural_style.images.load import READABLE_FORMATS
from neural_style.images.resize import size_for_longest_side, size_for_width
from neural_style.images.save import save_image
from neural_style.presets import APP_PRESET, PAGE_PRESETS, PRESETS
from neural_style.record.recipe import Recipe, load_recipe, parse_recipe, settings_to_changes
from neural_style.service import messages
from neural_style.service.estimate import SpeedEstimate
from neural_style.service.examples import Examples, thumbnail_url
from neural_style.service.options import MIN_SIDE_LIMIT_PX, ServerOptions
from neural_style.service.orders import APP_SETTINGS, Order, Picture, efforts_within, settings_of_look
from neural_style.settings import Settings
from neural_style.ui import texts
from neural_style.ui.errors import errors_as_sentences
from neural_style.ui.files import file_record
from neural_style.ui.layout import Page
from neural_style.ui.parts.advanced import read_page, values_of
from neural_style.ui.parts.gallery import Choice, chosen, restored, with_own
from neural_style.ui.parts.status import message, problem

LINK_PARAMETER = "recipe"
"""Of the page's address: a recipe as JSON."""

Changes = dict[Any, Any]
"""Component -> its new value, as Gradio takes it."""

_NOT_SHOWN_BY_BROWSERS = frozenset({".heic", ".heif", ".hif", ".tif", ".tiff", ".ppm"})

_USUAL_SIZE = 1000, 1500
"""(height, width) of a photo that is not there yet."""


@dataclass(frozen=True)
class FormEvents:
    """The part of the page where a person says what is to be painted."""

    page: Page
    examples: Examples
    options: ServerOptions
    estimate: SpeedEstimate

    @property
    def inputs(self) -> list[gr.Component]:
        """What `read` reads, in its order."""
        inputs, options, panel = self.page.inputs, self.page.options, self.page.options.panel
        chosen_things = [inputs.photo, inputs.gallery, inputs.own, options.look, options.side, options.effort]
        return [*chosen_things, panel.start_picture, panel.filled, *panel.fields]

    @property
    def settings_outputs(self) -> list[gr.Component]:
        """What a look or a recipe changes."""
        options, panel = self.page.options, self.page.options.panel
        others = [self.page.inputs.gallery, self.page.drop.note]
        return [*others, options.look, options.side, options.effort, panel.filled, *panel.fields]

    def read(self, photo: Any, choice: Any, own: dict[str, Picture], *options: Any) -> Order:
        """What the page asks for.

        Raises:
            OptionsError: a value cannot be used.
        """
        look, side, effort, start_picture, filled, *values = options
        known = {key: Picture.of(example.path) for key, example in self.examples.paintings.items()} | own
        settings = read_page((look, filled), side, effort, values)
        initial = Picture.from_upload(start_picture)
        return Order(Picture.from_upload(photo), chosen(choice, known), settings, initial)

    def missing(self, photo: Any, choice: Any, *others: Any) -> list[dict[str, Any]]:
        """What Gradio shows at the parts of the page that still want something: one answer for each input."""
        styles = choice.get("styles") if isinstance(choice, Mapping) else None
        answers = [gr.validate(bool(photo), messages.NO_PHOTO), gr.validate(bool(styles), messages.NO_PAINTING)]
        return answers + [gr.validate(is_valid=True, message="")] * len(others)

    def choose_photo(self, event: gr.EventData) -> tuple[str, str]:
        """A click on an example: nothing is to be said of it."""
        return str(self.examples.photos[event.key].path), ""

    def add_paintings(
        self, files: list[dict[str, Any]], choice: Choice, own: dict[str, Picture]
    ) -> tuple[Choice, dict[str, Picture], str]:
        """The visitor's own paintings, on the gallery and chosen; those that cannot be read are told, and left out."""
        cards, problems = [], []
        with errors_as_sentences():
            for picture in filter(None, map(Picture.from_upload, files)):
                try:
                    cards.append((secrets.token_urlsafe(8), picture, thumbnail_url(picture.load().image)))
                except ImageError as error:
                    problems.append(problem(str(error)))
            added = {key: picture for key, picture, _ in cards}
            return with_own(choice, cards), {**own, **added}, "".join(problems)

    def show_photo(self, file: dict[str, Any] | None) -> tuple[Any, str]:
        """The photo, and what is to be said of it, such as that it cannot be read.

        What browsers cannot show, such as HEIC, is shown, and painted, as the PNG that it is turned into.
        """
        picture = Picture.from_upload(file)
        if picture is None:
            return gr.skip(), ""
        with errors_as_sentences():
            try:
                photo = picture.load()
            except ImageError as error:
                return gr.skip(), problem(str(error))
            note = message(photo.notice) if photo.notice else ""
            if picture.path.suffix.lower() not in _NOT_SHOWN_BY_BROWSERS:
                return gr.skip(), note
            shown = picture.path.with_name(f"{Path(picture.name).stem or 'photo'}.png")
            save_image(shown, photo.image, alpha=photo.alpha)
            return file_record(shown), note

    def choose_look(self, look: str | None) -> Changes:
        """What it is for, below the looks; and its settings in the panel. None: the one that the page begins with."""
        look = look or APP_PRESET
        with errors_as_sentences():
            settings = settings_of_look(look)
        return self._show_look(look) | self._fill(look, settings)

    def estimate_s(self, *order: Any) -> float | None:
        """How long it would take from its turn on, in seconds; None where that cannot be known now."""
        try:
            wanted = self.read(*order)
            return self.estimate.estimate_s(_size_of(wanted), wanted.settings)
        except NeuralStyleError:
            return None  # Paint will say what is wrong

    def use_recipe(self, file: dict[str, Any] | None, choice: Choice) -> Changes:
        """A PNG painted here, or a JSON file, was put in: its settings go to the page."""
        picture = Picture.from_upload(file)
        if picture is None:  # taken out again
            return {self.page.drop.note: ""}
        with errors_as_sentences():
            return self._on_page(load_recipe(picture.path, picture.name), choice)

    def open_link(self, choice: Choice, request: gr.Request) -> Changes:
        """The page's address may hold a recipe; one that cannot be used is said and left alone."""
        text = dict(request.query_params).get(LINK_PARAMETER)
        if text is None:
            return {self.page.drop.note: gr.skip()}
        try:
            return self._on_page(parse_recipe(text), choice)
        except NeuralStyleError as error:
            return {self.page.drop.note: message(texts.RECIPE_LINK_BROKEN.format(reason=error))}

    def _on_page(self, recipe: Recipe, choice: Choice) -> Changes:
        settings, options = recipe.settings, self.page.options
        found, to_add = restored(choice, recipe.styles, self.examples.paintings)
        look = _look_of(settings)
        changes = self._show_look(look) | self._fill(look or "", settings)
        changes[options.side] = self._side_of(settings)
        changes[self.page.drop.note] = message(_told(settings, to_add))
        if settings.effort in efforts_within(self.options):
            changes[options.effort] = settings.effort
        if recipe.styles:
            changes[self.page.inputs.gallery] = found
        return changes

    def _show_look(self, look: str | None) -> Changes:
        purpose = PRESETS[look].purpose if look else texts.LOOK_OF_YOUR_OWN
        return {self.page.options.look: gr.update(value=look, info=purpose)}

    def _fill(self, filled: str, settings: Settings) -> Changes:
        panel = self.page.options.panel
        return {panel.filled: filled, **dict(zip(panel.fields, values_of(settings), strict=True))}

    def _side_of(self, settings: Settings) -> int:
        """What the slider shows; without any bound, its end."""
        side = settings.longest_side_px or (APP_SETTINGS.longest_side_px if settings.width else None)
        return max(MIN_SIDE_LIMIT_PX, min(side or self.options.side_limit_px, self.options.side_limit_px))


def link_query(recipe: str) -> str:
    """The recipe without what a link need not say, as short JSON."""
    kept, content = parse_recipe(recipe), json.loads(recipe)
    short = {"settings": settings_to_changes(kept.settings), "styles": content["styles"]}
    return json.dumps(short, separators=(",", ":"))


def _look_of(settings: Settings) -> str | None:
    """The look of the page that these are settings of, whatever their size, effort, seed, arithmetic, and file."""

    def alike(settings: Settings) -> Settings:
        others = {"longest_side_px": None, "width": None, "alpha": "white", "bits": 8}
        return replace(settings, effort=None, iterations=1, seed=0, precision="auto", **others)

    return next((look for look in PAGE_PRESETS if alike(PRESETS[look].settings) == alike(settings)), None)


def _told(settings: Settings, to_add: int) -> str:
    sentences = [texts.RECIPE_RESTORED]
    if to_add:
        paintings = texts.RECIPE_ONE if to_add == 1 else texts.RECIPE_SEVERAL.format(count=to_add)
        sentences.append(texts.RECIPE_MISSING.format(paintings=paintings))
    if settings.start == "image":
        sentences.append(texts.RECIPE_START)
    return " ".join(sentences)


def _size_of(order: Order) -> tuple[int, int]:
    """(height, width) of the result, from the head of the photo's file."""
    height, width = _USUAL_SIZE
    if order.content is not None:
        with contextlib.suppress(Exception), Image.open(order.content.path, formats=READABLE_FORMATS) as photo:
            width, height = photo.size  # what is wrong with it is said when it is painted
    if order.settings.width is not None:
        return size_for_width(height, width, order.settings.width)
    return size_for_longest_side(height, width, order.settings.longest_side_px or max(height, width))
