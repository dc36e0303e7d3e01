"""The two walls of pictures to click: one photo, and any number of paintings with a share each.

Both are `gr.HTML` components with a little script, so that a click answers at once, whatever the queue does.
"""

import html
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypedDict

import gradio as gr

from neural_style.errors import OptionsError
from neural_style.ui import texts
from neural_style.ui.catalogue import Example
from neural_style.ui.orders import Picture

BARE = "bare"
"""CSS class of an HTML block without Gradio's padding, which its own argument does not take away."""

DEFAULT_SHARE = 50
"""Of a painting just chosen, on a scale from 1 to 100."""

_WALL_SCRIPT = Path(__file__).with_name("wall.js").read_text(encoding="utf-8")

_PHOTO_SCRIPT = """
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-key]");
  if (button) trigger("click", { key: button.dataset.key });
});
"""


class Painting(TypedDict):
    """A card on the wall, as the script knows it."""

    key: str
    title: str
    maker: str
    year: str
    thumbnail: str


class Choice(TypedDict):
    """The wall's value: key -> share of each chosen painting, and the cards of the visitor's own ones."""

    shares: dict[str, float]
    own: list[Painting]


def photo_wall(photos: Iterable[Example]) -> gr.HTML:
    """Small photos; a click triggers `click` with the `key` of one."""
    buttons = [
        f'<button type="button" class="photo" data-key="{photo.key}" title="{html.escape(photo.title)}">'
        f'<img src="{photo.thumbnail}" alt="{html.escape(photo.title)}" loading="lazy"></button>'
        for photo in photos
    ]
    return gr.HTML(
        f'<p class="photos-hint">{texts.PHOTO_EXAMPLES}</p><div class="photos">{"".join(buttons)}</div>',
        js_on_load=_PHOTO_SCRIPT,
        elem_id="photos",
        elem_classes=BARE,
    )


def painting_wall(paintings: Iterable[Example]) -> gr.HTML:
    """Cards to press, and under them a slider for each pressed one; its value is a `Choice`."""
    return gr.HTML(
        {"shares": {}, "own": []},  # pyright: ignore[reportArgumentType] - any JSON may be a value
        html_template=(
            f'<div class="wall" role="group" aria-label="{texts.PAINTINGS_HEADING}"></div>'
            f'<div class="mix" role="group" aria-label="{texts.SHARES_HEADING}" hidden></div>'
        ),
        js_on_load=_WALL_SCRIPT,
        apply_default_css=False,
        elem_id="paintings",
        elem_classes=BARE,
        paintings=[_card(painting) for painting in paintings],
        share_label=texts.SHARE_LABEL,
        default_share=DEFAULT_SHARE,
    )


def with_own(choice: Choice, own: Iterable[tuple[str, Picture, str]]) -> Choice:
    """The choice with the visitor's own paintings, each (key, picture, thumbnail), on the wall and chosen."""
    cards = [
        Painting(key=key, title=picture.name, maker=texts.OWN_PAINTING, year="", thumbnail=thumbnail)
        for key, picture, thumbnail in own
    ]
    shares = dict.fromkeys((card["key"] for card in cards), float(DEFAULT_SHARE))
    return Choice(shares=choice["shares"] | shares, own=[*choice["own"], *cards])


def chosen(choice: Any, known: Mapping[str, Picture]) -> list[tuple[Picture, float]]:
    """The pictures of a choice with their shares; the page's word is not taken for where they lie.

    Raises:
        OptionsError: the choice is malformed or names an unknown painting.
    """
    shares = choice.get("shares") if isinstance(choice, dict) else None
    if not isinstance(shares, dict) or not shares.keys() <= known.keys():
        raise OptionsError(texts.UNKNOWN_PAINTING)
    return [(known[key], share) for key, share in shares.items()]


def _card(painting: Example) -> Painting:
    return Painting(
        key=painting.key, title=painting.title, maker=painting.maker, year=painting.year, thumbnail=painting.thumbnail
    )
