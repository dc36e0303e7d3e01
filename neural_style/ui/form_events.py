"""The form's events choose photo, paintings, look and strength, take a recipe that is put in, and estimate the time.

Pictures arrive as Gradio's records of files, so that the originals are read, by us.
"""

import contextlib
import html
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr
from gradio.components import Component

from neural_style.errors import ImageError, NeuralStyleError, OptionsError
from neural_style.images.resize import size_for_longest_side, size_for_width
from neural_style.images.save import save_image
from neural_style.record.recipe import Recipe, load_recipe, parse_recipe, settings_to_changes
from neural_style.record.result import file_stem
from neural_style.request import ChosenStyle
from neural_style.service.context import ServiceContext
from neural_style.service.examples import Examples, thumbnail_url
from neural_style.service.messages import messages
from neural_style.service.mix import Mix
from neural_style.service.options import MIN_SIDE_LIMIT_PX, ServerOptions
from neural_style.service.orders import APP_SETTINGS, Order, efforts_within, settings_of_look
from neural_style.service.pictures import Picture, PictureCache
from neural_style.service.sizes import PRINT, PRINTS, SCREENS, name_of, print_size
from neural_style.service.sketches import LOOKS, PAINTINGS, SKETCHED_STRENGTHS, STRENGTHS
from neural_style.settings import Settings
from neural_style.strength import PATHS, at_strength
from neural_style.ui.errors import errors_as_sentences
from neural_style.ui.files import file_record
from neural_style.ui.layout import Page
from neural_style.ui.parts.advanced import problems_in, read_page, values_of
from neural_style.ui.parts.gallery import Choice, chosen, only, restored, with_own
from neural_style.ui.parts.own_looks import MOST_CHARACTERS
from neural_style.ui.parts.regions import drawn, on_canvas
from neural_style.ui.parts.status import message, problem
from neural_style.ui.recipes import look_near, look_of, sentences_on, shown_strength
from neural_style.ui.texts import texts
from neural_style.validation import require

LINK_PARAMETER = "recipe"
"""The parameter of the page's address that holds a recipe as JSON."""

Values = Mapping[Component, Any]
"""The values of components, as Gradio sends them: component -> value."""

Changes = dict[Any, Any]
"""The new values of components, as Gradio takes them: component -> value; what is left out stays as it is."""

_SHOWN_BY_BROWSERS = frozenset({"JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF"})

_USUAL_SIZE = 1000, 1500
"""The (height, width) that is assumed of a photo that is not there yet."""


@dataclass(frozen=True)
class FormEvents:
    """The handlers of the part of the page where a person says what is to be painted.

    A handler of several components is given their values by component, as Gradio does where the inputs are a set.
    """

    page: Page
    examples: Examples
    options: ServerOptions
    context: ServiceContext

    @property
    def inputs(self) -> set[Component]:
        """The components that `read` reads."""
        page = self.page
        part = page.paintings
        chosen_things = {page.photo.image, part.gallery, part.own, part.excerpts, page.regions, *self._choices}
        return {*chosen_things, page.advanced.start_picture}

    @property
    def settings_outputs(self) -> list[Component]:
        """The components that a look, a strength or a recipe changes."""
        part = self.page.paintings
        return [part.gallery, part.excerpts, self.page.regions, self.page.recipe_note, *self._choices]

    @property
    def _choices(self) -> list[Component]:
        """The components that settings are read from."""
        options, advanced = self.page.options, self.page.advanced
        filled = [advanced.filled, advanced.filled_strength, *advanced.fields.values()]
        return [options.look, options.strength, options.size, options.side, options.paper, options.effort, *filled]

    def read(self, values: Values) -> Order:
        """Return the order that the page asks for.

        Raises:
            OptionsError: a value cannot be used.
        """
        page, options, advanced = self.page, self.page.options, self.page.advanced
        settings = read_page(
            looks=(values[options.look], values[advanced.filled]),
            strengths=(values[options.strength], values[advanced.filled_strength]),
            side=values[options.side],
            effort=values[options.effort],
            values={path: values[field] for path, field in advanced.fields.items()},
        )
        photo = Picture.from_upload(values[page.photo.image])
        if settings.width is None and values[options.side] is None:
            raise OptionsError(messages().no_size)
        if values[options.size] == PRINT:
            settings = as_print(settings, photo, values[options.paper], self.context.pictures)
        known = self._known(values[page.paintings.own])
        excerpts = values[page.paintings.excerpts]
        known = {key: replace(style, excerpt=excerpts.get(key)) for key, style in known.items()}
        shapes = drawn(values[page.regions], known)
        styles = chosen(values[page.paintings.gallery], known, shapes.regions)
        initial = Picture.from_upload(values[advanced.start_picture])
        return Order(photo, styles, settings, initial, shapes.left_alone)

    def mix(self, values: Values) -> Mix | None:
        """Return what the page has in the controls that can be moved while a picture is painted; None: it is amiss."""
        try:
            return Mix.of(self.read(values))
        except NeuralStyleError:
            return None

    def missing(self, values: Values) -> Changes:
        """Return what Gradio shows at the parts of the page that still want something, or have what cannot be."""
        photo, gallery = self.page.photo.image, self.page.paintings.gallery
        choice = values[gallery]
        styles = choice.get("styles") if isinstance(choice, Mapping) else None
        missing = {
            photo: gr.validate(bool(values[photo]), messages().no_photo),
            gallery: gr.validate(bool(styles), messages().no_painting),
        }
        panel, look = self.page.advanced, values[self.page.options.look]
        if (look or "") != (values[panel.filled] or ""):
            return missing  # the panel is not looked at
        wrong = problems_in({path: values[field] for path, field in panel.fields.items()})
        return missing | {
            panel.fields[path]: gr.validate(is_valid=False, message=sentence) for path, sentence in wrong.items()
        }

    def choose_photo(self, event: gr.EventData) -> Changes:
        """Take the example photo that was clicked, without a note."""
        return {self.page.photo.image: str(self.examples.photos[event.key].path), self.page.photo.note: ""}

    def add_paintings(self, values: Values) -> Changes:
        """Put a visitor's own paintings into the gallery, chosen; report those that cannot be read and omit them."""
        part, cards, problems = self.page.paintings, [], []
        with errors_as_sentences():
            for picture in filter(None, map(Picture.from_upload, values[part.upload])):
                try:
                    thumbnail = thumbnail_url(self.context.pictures.load(picture).image)
                    cards.append((secrets.token_urlsafe(8), picture, thumbnail))
                except ImageError as error:
                    problems.append(problem(str(error)))
            added = {key: picture for key, picture, _ in cards}
            choice = with_own(values[part.gallery], cards)
            return {part.gallery: choice, part.own: {**values[part.own], **added}, part.note: "".join(problems)}

    def show_photo(self, file: dict[str, Any] | None) -> Changes:
        """Show the photo with a note where there is something to say, such as that it cannot be read.

        What browsers cannot show, such as HEIC, is shown, and painted, as the PNG that it is turned into.
        """
        part, picture = self.page.photo, Picture.from_upload(file)
        if picture is None:
            return {part.note: ""}
        with errors_as_sentences():
            try:
                photo = self.context.pictures.load(picture)
            except ImageError as error:
                return {part.note: problem(str(error))}
            note = {part.note: message(photo.notice) if photo.notice else ""}
            if photo.format in _SHOWN_BY_BROWSERS:
                return note
            shown = picture.path.with_name(f"{file_stem([picture.name])}.png")
            save_image(shown, photo.image, alpha=photo.alpha)
            return {part.image: file_record(shown), **note}

    def choose(self, values: Values) -> Changes:
        """Fill the panel from the look and the strength that are chosen, and say below the looks what this one is for.

        From the look that it is filled from already, only what the strength stands for is filled: the rest of the panel
        may have been changed. The nearest look is shown as chosen, where looks differ in nothing but the strength.
        """
        options, panel = self.page.options, self.page.advanced
        look, strength = values[options.look], values[options.strength]
        with errors_as_sentences():
            near, is_filled = look_near(look, strength), (look or "") == (values[panel.filled] or "")
            shown = values_of(at_strength(APP_SETTINGS if is_filled else settings_of_look(look), strength))
        changes = self.show_look(near) if near != look else {options.look: gr.update(info=_purpose(look))}
        changes |= {panel.filled: near or "", panel.filled_strength: strength}
        return changes | {panel.fields[path]: shown[path] for path in (PATHS if is_filled else shown)}

    def use_look(self, look: Any) -> Changes:
        """Choose a look at its own strength, and fill the panel from it."""
        with errors_as_sentences():
            settings = settings_of_look(look)
        strength = {self.page.options.strength: shown_strength(settings)}
        return self.show_look(look) | self._fill(look, settings) | strength

    def use_sketch(self, event: gr.EventData, choice: Choice) -> Changes:
        """Choose the look, the strength or the painting whose sketch was clicked."""
        kind, name = said(event, "kind"), said(event, "name")
        with errors_as_sentences():
            if kind == LOOKS:
                return self.use_look(name)
            if kind == PAINTINGS:
                return {self.page.paintings.gallery: only(choice, name, self.examples.paintings)}
            is_strength = kind == STRENGTHS and name in map("{:g}".format, SKETCHED_STRENGTHS)
            require(is_strength, messages().unknown_sketch)
            return {self.page.options.strength: float(name)}

    def paintings_to_try(self, values: Values) -> dict[str, ChosenStyle[Picture]]:
        """Return the chosen paintings by their keys, or all of the gallery where there is no choice among them."""
        known = self._known(values[self.page.paintings.own])
        picked = [key for key in values[self.page.paintings.gallery]["styles"] if key in known]
        return {key: known[key] for key in (picked if len(picked) > 1 else known)}

    def choose_size(self, name: str) -> Changes:
        """Set the longest side to that of the size with that name; a print has its paper instead."""
        options = self.page.options
        changes = {options.paper: gr.update(visible=name == PRINT), options.side: gr.update(visible=name != PRINT)}
        if name in SCREENS:
            side = min(SCREENS[name].side_px, self.options.side_limit_px)
            changes[options.side] = gr.update(visible=True, value=side)
        return changes

    def show_size(self, side: Any) -> str | None:
        """Return the name of the size that has the longest side which was typed; None: it has none."""
        return name_of(side)

    def size_and_seconds(self, values: Values) -> tuple[tuple[int, int], float] | None:
        """Return the (height, width) of the result, and the seconds it would take; None where they are not known."""
        try:
            wanted = self.read(values)
            size = size_of(wanted, self.context.pictures)
            seconds = self.context.estimate.estimate_s(size, wanted.settings)
        except NeuralStyleError:
            return None  # Paint will say what is wrong
        return None if seconds is None else (size, seconds)

    def keep_look(self, values: Values, event: gr.EventData) -> Changes:
        """Hand the settings of the page, but for the size, to the browser, which keeps them under a name."""
        with errors_as_sentences():
            name = said(event, "name")
            is_name = isinstance(name, str) and 0 < len(name) <= MOST_CHARACTERS
            require(is_name, messages().no_look_name.format(most=MOST_CHARACTERS))
            settings = replace(self.read(values).settings, longest_side_px=None, width=None, dpi=None)
            kept = {"name": name, "settings": settings_to_changes(settings)}
        return {self.page.options.own_looks: {"kept": kept, "token": secrets.token_urlsafe(8)}}

    def use_own_look(self, event: gr.EventData) -> Changes:
        """Bring the settings that a browser has kept to the page, at the size that is chosen there."""
        with errors_as_sentences():
            settings = parse_recipe({"settings": said(event, "settings")}).settings
        look, options = look_of(settings), self.page.options
        changes = self.show_look(look) | self._fill(look or "", settings)
        changes |= {options.strength: shown_strength(settings)}
        if settings.effort in efforts_within(self.options):
            changes[options.effort] = settings.effort
        gr.Info(html.escape(texts().own_look_taken.format(name=said(event, "name"))))
        return changes

    def use_recipe(self, values: Values) -> Changes:
        """Bring to the page the settings of a recipe that was put in: a PNG painted here, or a JSON file."""
        picture = Picture.from_upload(values[self.page.recipe.file])
        if picture is None:  # taken out again
            return {self.page.recipe_note: ""}
        with errors_as_sentences():
            recipe = load_recipe(picture.path, picture.name)
            return self._on_page(recipe, values[self.page.paintings.gallery])

    def open_link(self, choice: Choice, request: gr.Request) -> Changes:
        """Use the recipe that the page's address may hold; where it cannot be used, say so and leave it alone."""
        text = dict(request.query_params).get(LINK_PARAMETER)
        if text is None:
            return {self.page.recipe_note: gr.skip()}
        try:
            return self._on_page(parse_recipe(text), choice)
        except NeuralStyleError as error:
            sentence = texts().recipe_link_broken.format(reason=error)
            gr.Warning(html.escape(sentence))
            return {self.page.recipe_note: message(sentence)}

    def _known(self, own: Mapping[str, Picture]) -> dict[str, ChosenStyle[Picture]]:
        """Return the paintings of the gallery by their keys; recipes name the examples, and no visitor's own."""
        examples = {
            key: ChosenStyle(Picture.of(example.path), title=key) for key, example in self.examples.paintings.items()
        }
        return examples | {key: ChosenStyle(picture) for key, picture in own.items()}

    def _on_page(self, recipe: Recipe, choice: Choice) -> Changes:
        settings, options, gallery = recipe.settings, self.page.options, self.page.paintings.gallery
        found, to_add = restored(choice, recipe.styles, self.examples.paintings)
        look = look_of(settings)
        changes = self.show_look(look) | self._fill(look or "", settings)
        changes[options.strength] = shown_strength(settings)
        side = self._side_of(settings)
        changes[options.size] = name_of(side)
        changes[options.side] = gr.update(value=side, visible=True)
        changes[options.paper] = gr.update(visible=False)
        changes[self.page.recipe_note] = message(sentences_on(recipe, to_add))
        gr.Info(html.escape(sentences_on(recipe, to_add)))
        if settings.effort in efforts_within(self.options):
            changes[options.effort] = settings.effort
        if recipe.styles:
            changes[gallery] = found
            there = [style for number, style in enumerate(recipe.styles, start=1) if number not in to_add]
            masks = list(zip(found["styles"], there, strict=True))
            changes[self.page.paintings.excerpts] = {key: its.excerpt for key, its in masks if its.excerpt}
            regions = {key: its.region for key, its in masks if its.region}
            changes[self.page.regions] = on_canvas(regions, recipe.left_alone)
        return changes

    def show_look(self, look: str | None) -> Changes:
        """Return the look as the chosen one, with what it is for."""
        return {self.page.options.look: gr.update(value=look, info=_purpose(look))}

    def _fill(self, filled: str, settings: Settings) -> Changes:
        panel, values = self.page.advanced, values_of(settings)
        source = {panel.filled: filled, panel.filled_strength: shown_strength(settings)}
        return {**source, **{field: values[path] for path, field in panel.fields.items()}}

    def _side_of(self, settings: Settings) -> int:
        """Return the longest side that the slider shows; without any bound, the slider's end."""
        side = settings.longest_side_px or (APP_SETTINGS.longest_side_px if settings.width else None)
        return max(MIN_SIDE_LIMIT_PX, min(side or self.options.side_limit_px, self.options.side_limit_px))


def said(event: gr.EventData, name: str) -> Any:
    """Return what an event says under a name; None where it says nothing, or is no event of this page's scripts."""
    try:
        return getattr(event, name)
    except (AttributeError, KeyError, TypeError):
        return None


def as_print(settings: Settings, photo: Picture | None, paper: Any, pictures: PictureCache) -> Settings:
    """Return the settings of a print on that paper.

    Raises:
        OptionsError: there is no such paper.
    """
    if paper not in PRINTS:
        raise OptionsError(messages().unknown_paper.format(paper=f"{paper!r:.40}", known=", ".join(PRINTS)))
    _, width = print_size(_photo_size(photo, pictures), PRINTS[paper])
    return replace(settings, width=width, longest_side_px=None, dpi=PRINTS[paper].dpi)


def _purpose(look: str | None) -> str:
    return texts().purposes[look] if look else texts().look_of_your_own


def _photo_size(photo: Picture | None, pictures: PictureCache) -> tuple[int, int]:
    """Return the (height, width) of a photo as it is seen; without one, a usual size."""
    with contextlib.suppress(ImageError):  # which is said when it is painted
        return _USUAL_SIZE if photo is None else pictures.size(photo)
    return _USUAL_SIZE


def size_of(order: Order, pictures: PictureCache) -> tuple[int, int]:
    """Return the (height, width) of the result."""
    height, width = _photo_size(order.content, pictures)
    if order.settings.width is not None:
        return size_for_width(height, width, order.settings.width)
    return size_for_longest_side(height, width, order.settings.longest_side_px or max(height, width))
