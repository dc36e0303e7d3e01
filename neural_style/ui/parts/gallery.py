"""Paintings are chosen in this part of the page: any number of cards to press, and the numbers of the pressed ones.

The gallery is a `gr.HTML` component with a script, so that a click answers at once, whatever the queue does. Its
controls are made from `request.STYLE_NUMBERS`: a number of kind "part" is a slider from 1 to 100 whose relation to the
others is shown, one of kind "factor" a slider that doubles and halves, and one of kind "angle" a slider from -90 to 90
degrees.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypedDict

import gradio as gr

from neural_style.errors import OptionsError
from neural_style.masks import Mask
from neural_style.request import STYLE_NUMBERS, ChosenStyle
from neural_style.service.examples import Example
from neural_style.service.messages import messages
from neural_style.service.pictures import Picture
from neural_style.ui.parts.blocks import BARE, heading, note, pictures_button, script
from neural_style.ui.texts import texts

MOST_PART = 100.0
"""The largest part on the page: a part is a number from 1 to this."""

DEFAULT_PART = 50.0
"""The part of a painting just chosen: there is room for more and for less."""

Numbers = dict[str, float]
"""The numbers of one painting: name in `STYLE_NUMBERS` -> value."""


class Card(TypedDict):
    """A painting in the gallery, as the script knows it."""

    key: str
    title: str
    maker: str
    year: str
    thumbnail: str


class Choice(TypedDict):
    """The gallery's value: key -> numbers of each chosen painting, and the cards of the visitor's own ones."""

    styles: dict[str, Numbers]
    own: list[Card]


@dataclass(frozen=True, eq=False)
class PaintingsPart:
    """The gallery, whose value is a `Choice`, the visitor's own paintings, key -> `Picture`, and masks of paintings.

    The masks, key -> `Mask`, say which part of a painting is the style; they come with recipes.
    """

    gallery: gr.HTML
    upload: gr.UploadButton
    note: gr.HTML
    own: gr.State
    excerpts: gr.State


def lay_out_paintings(examples: Iterable[Example]) -> PaintingsPart:
    """Build the part inside the current layout."""
    heading(texts().paintings_heading, texts().paintings_hint)
    gallery = _gallery(examples)
    upload = pictures_button(texts().paintings_upload, "upload")
    return PaintingsPart(
        gallery=gallery, upload=upload, note=note("upload-note"), own=gr.State({}), excerpts=gr.State({})
    )


def with_own(choice: Choice, own: Iterable[tuple[str, Picture, str]]) -> Choice:
    """Return the choice with the visitor's own paintings, each (key, picture, thumbnail), shown and chosen."""
    cards = [
        Card(key=key, title=picture.name, maker=texts().own_painting, year="", thumbnail=thumbnail)
        for key, picture, thumbnail in own
    ]
    styles = {card["key"]: _default_numbers() for card in cards}
    return Choice(styles=choice["styles"] | styles, own=[*choice["own"], *cards])


def only(choice: Any, key: Any, shown: Mapping[str, object]) -> Choice:
    """Return the choice of that one painting, with its numbers where it has some.

    Args:
        choice: what is chosen now.
        key: of the painting.
        shown: the keys of the examples.

    Raises:
        OptionsError: the choice is malformed, or there is no such painting.
    """
    own = choice.get("own") if isinstance(choice, dict) else None
    if not isinstance(own, list) or not isinstance(key, str) or not isinstance(choice.get("styles"), dict):
        raise OptionsError(messages().unknown_painting)
    if key not in shown and key not in [card.get("key") for card in own if isinstance(card, dict)]:
        raise OptionsError(messages().unknown_painting)
    return Choice(styles={key: choice["styles"].get(key, _default_numbers())}, own=choice["own"])


def restored(
    choice: Choice, styles: Iterable[ChosenStyle[None]], shown: Mapping[str, object]
) -> tuple[Choice, list[int]]:
    """Return the choice that a recipe asks for, as far as its paintings are shown here.

    Those that it does not name are taken to be the chosen ones of the visitor's own, in their order.

    Args:
        choice: what is chosen now.
        styles: those of the recipe.
        shown: the keys of the examples.

    Returns:
        The choice, and which of the recipe's paintings the visitor still has to add, by their numbers from 1.
    """
    styles = list(styles)
    own = iter([card["key"] for card in choice["own"] if card["key"] in choice["styles"]])
    keys = [style.title if style.title in shown else next(own, "") for style in styles]
    numbers = _on_page(styles)
    found = {key: its for key, its in zip(keys, numbers, strict=True) if key}
    return Choice(styles=found, own=choice["own"]), [number for number, key in enumerate(keys, start=1) if not key]


def chosen(
    choice: Any, known: Mapping[str, ChosenStyle[Picture]], regions: Mapping[str, Mask] = MappingProxyType({})
) -> tuple[ChosenStyle[Picture], ...]:
    """Return the paintings of a choice; the page's word is not taken for where they lie.

    Args:
        choice: the gallery's value, which may be anything at all.
        known: the paintings that there are, by their keys.
        regions: key -> where the painting paints; one that is not there paints the rest.

    Raises:
        OptionsError: the choice is malformed, names an unknown painting, or has a number that no style can have.
    """
    styles = choice.get("styles") if isinstance(choice, dict) else None
    if not isinstance(styles, dict) or not styles.keys() <= known.keys():
        raise OptionsError(messages().unknown_painting)
    if not all(isinstance(its, dict) and its.keys() == STYLE_NUMBERS.keys() for its in styles.values()):
        raise OptionsError(messages().unknown_painting)
    return tuple(replace(known[key], **its, region=regions.get(key)) for key, its in styles.items())


def _gallery(paintings: Iterable[Example]) -> gr.HTML:
    return gr.HTML(
        {"styles": {}, "own": []},  # pyright: ignore[reportArgumentType] - any JSON may be a value
        html_template=(
            f'<div class="gallery" role="group" aria-label="{texts().paintings_heading}"></div>'
            f'<div class="mix" role="group" aria-label="{texts().mix_heading}" hidden></div>'
        ),
        js_on_load=script("make.js", "rove.js", "gallery.js"),
        apply_default_css=False,
        elem_id="paintings",
        elem_classes=BARE,
        paintings=[_card(painting) for painting in paintings],
        words=texts().mix_words,
        numbers=[
            {"name": name, "label": texts().style_numbers[name], "kind": row.kind}
            for name, row in STYLE_NUMBERS.items()
        ],
        most_part=MOST_PART,
        defaults=_default_numbers(),
    )


def _default_numbers() -> Numbers:
    return {
        name: DEFAULT_PART if row.kind == "part" else getattr(ChosenStyle, name) for name, row in STYLE_NUMBERS.items()
    }


def _on_page(styles: list[ChosenStyle[None]]) -> list[Numbers]:
    """Bring the parts of a recipe, which are of any size, to the page's: the largest one is `MOST_PART`."""
    parts = [name for name, row in STYLE_NUMBERS.items() if row.kind == "part"]
    largest = {name: max([style.numbers[name] for style in styles], default=0.0) or 1.0 for name in parts}
    return [
        style.numbers | {name: MOST_PART * style.numbers[name] / largest[name] for name in parts} for style in styles
    ]


def _card(painting: Example) -> Card:
    return Card(
        key=painting.key, title=painting.title, maker=painting.maker, year=painting.year, thumbnail=painting.thumbnail
    )
