"""The two galleries of pictures to click: one photo, and any number of paintings with a share and a brush size each.

Both are `gr.HTML` components with a little script, so that a click answers at once, whatever the queue does.
"""

import html
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypedDict

import gradio as gr

from neural_style.errors import OptionsError
from neural_style.record.recipe import KeptStyle
from neural_style.service import messages
from neural_style.service.examples import Example
from neural_style.service.orders import ChosenStyle, Picture
from neural_style.ui import texts

BARE = "bare"
"""CSS class of an HTML block without Gradio's padding, which its own argument does not take away."""

DEFAULT_SHARE = 50
"""Of a painting just chosen, on a scale from 1 to 100."""

_GALLERY_SCRIPT = Path(__file__).with_name("gallery.js").read_text(encoding="utf-8")

_PHOTO_SCRIPT = """
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-key]");
  if (button) trigger("click", { key: button.dataset.key });
});
"""

_PASTE_SCRIPT = """
document.addEventListener("paste", (event) => {
  const photo = [...event.clipboardData.files].find((file) => file.type.startsWith("image/"));
  const input = document.querySelector("#photo input[type=file]");
  if (!photo || !input || event.target.closest?.("input, textarea")) return;
  const transfer = new DataTransfer();
  transfer.items.add(photo);
  input.files = transfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
"""


class Painting(TypedDict):
    """A card on the gallery, as the script knows it."""

    key: str
    title: str
    maker: str
    year: str
    thumbnail: str


class Mix(TypedDict):
    """What was chosen for a painting: its share from 1 to 100, and its scale as in `request.Style`."""

    share: float
    scale: float


class Choice(TypedDict):
    """The gallery's value: key -> mix of each chosen painting, and the cards of the visitor's own ones."""

    styles: dict[str, Mix]
    own: list[Painting]


def photo_gallery(photos: Iterable[Example]) -> gr.HTML:
    """Small photos; a click triggers `click` with the `key` of one."""
    buttons = [
        f'<button type="button" class="photo" data-key="{html.escape(photo.key)}" title="{html.escape(photo.title)}">'
        f'<img src="{photo.thumbnail}" alt="{html.escape(photo.title)}" loading="lazy"></button>'
        for photo in photos
    ]
    return gr.HTML(
        f'<p class="photos-hint">{texts.PHOTO_EXAMPLES}</p><div class="photos">{"".join(buttons)}</div>',
        js_on_load=_PHOTO_SCRIPT,
        elem_id="photos",
        elem_classes=BARE,
        visible=bool(buttons),
    )


def photo_note() -> gr.HTML:
    """What is to be said of the photo. It also listens for one that is pasted, wherever on the page that is."""
    return gr.HTML(js_on_load=_PASTE_SCRIPT, elem_id="photo-note", elem_classes=[BARE, "note"])


def painting_gallery(paintings: Iterable[Example]) -> gr.HTML:
    """Cards to press, and under them the mix of the pressed ones; its value is a `Choice`."""
    return gr.HTML(
        {"styles": {}, "own": []},  # pyright: ignore[reportArgumentType] - any JSON may be a value
        html_template=(
            f'<div class="gallery" role="group" aria-label="{texts.PAINTINGS_HEADING}"></div>'
            f'<div class="mix" role="group" aria-label="{texts.MIX_HEADING}" hidden></div>'
        ),
        js_on_load=_GALLERY_SCRIPT,
        apply_default_css=False,
        elem_id="paintings",
        elem_classes=BARE,
        paintings=[_card(painting) for painting in paintings],
        words=texts.MIX_WORDS,
        default_share=DEFAULT_SHARE,
    )


def with_own(choice: Choice, own: Iterable[tuple[str, Picture, str]]) -> Choice:
    """The choice with the visitor's own paintings, each (key, picture, thumbnail), on the gallery and chosen."""
    cards = [
        Painting(key=key, title=picture.name, maker=texts.OWN_PAINTING, year="", thumbnail=thumbnail)
        for key, picture, thumbnail in own
    ]
    styles = {card["key"]: Mix(share=DEFAULT_SHARE, scale=1.0) for card in cards}
    return Choice(styles=choice["styles"] | styles, own=[*choice["own"], *cards])


def restored(choice: Choice, kept: Iterable[KeptStyle], hanging: Mapping[str, object]) -> tuple[Choice, int]:
    """The choice that a recipe asks for, as far as its paintings hang here.

    Those that it does not name are taken to be the chosen ones of the visitor's own, in their order.

    Returns:
        The choice, and how many of the recipe's paintings the visitor still has to add.
    """
    kept = list(kept)
    own = iter([card["key"] for card in choice["own"] if card["key"] in choice["styles"]])
    keys = [style.title if style.title in hanging else next(own, "") for style in kept]
    largest = max([style.share for style in kept], default=0.0) or 1.0
    styles = {
        key: Mix(share=100.0 * style.share / largest, scale=style.scale)
        for key, style in zip(keys, kept, strict=True)
        if key
    }
    return Choice(styles=styles, own=choice["own"]), keys.count("")


def chosen(choice: Any, known: Mapping[str, Picture]) -> tuple[ChosenStyle, ...]:
    """The paintings of a choice; the page's word is not taken for where they lie.

    Raises:
        OptionsError: the choice is malformed or names an unknown painting.
    """
    styles = choice.get("styles") if isinstance(choice, dict) else None
    if not isinstance(styles, dict) or not styles.keys() <= known.keys():
        raise OptionsError(messages.UNKNOWN_PAINTING)
    if not all(isinstance(mix, dict) and mix.keys() == Mix.__annotations__.keys() for mix in styles.values()):
        raise OptionsError(messages.UNKNOWN_PAINTING)
    return tuple(ChosenStyle(known[key], mix["share"], mix["scale"]) for key, mix in styles.items())


def _card(painting: Example) -> Painting:
    return Painting(
        key=painting.key, title=painting.title, maker=painting.maker, year=painting.year, thumbnail=painting.thumbnail
    )
