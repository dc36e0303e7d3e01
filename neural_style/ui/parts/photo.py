"""The photo is put in here, in its part of the page: uploaded, pasted, taken, or clicked among the examples."""

import html
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from neural_style.service.examples import Example
from neural_style.ui import texts
from neural_style.ui.parts.blocks import BARE, ROVE, heading, note

_HEIGHT_PX = 250

_EXAMPLES_SCRIPT = f"""{ROVE}
rove(element, "[data-key]");
element.addEventListener("click", (event) => {{
  const button = event.target.closest("[data-key]");
  if (button) trigger("click", {{ key: button.dataset.key }});
}});
"""

_SCRIPT = Path(__file__).with_name("photo.js").read_text(encoding="utf-8")


@dataclass(frozen=True, eq=False)
class PhotoPart:
    """The photo, a note on it, and the examples; a click on one triggers `click` with its `key`."""

    image: gr.Image
    note: gr.HTML
    examples: gr.HTML


def lay_out_photo(examples: Iterable[Example]) -> PhotoPart:
    """Build the part inside the current layout."""
    heading(texts.PHOTO_HEADING)
    image = gr.Image(
        label=texts.PHOTO_LABEL,
        show_label=False,
        type="filepath",
        image_mode=None,  # the original file, whatever it is
        sources=["upload", "webcam", "clipboard"],
        height=_HEIGHT_PX,
        placeholder=texts.PHOTO_PLACEHOLDER,
        alt_text=texts.PHOTO_ALT,
        buttons=["fullscreen"],
        elem_id="photo",
    )
    told = note("photo-note", script=_SCRIPT, words={"one": texts.PHOTO_ONE})
    return PhotoPart(image=image, note=told, examples=_examples(examples))


def _examples(photos: Iterable[Example]) -> gr.HTML:
    buttons = [
        f'<button type="button" class="photo" data-key="{html.escape(photo.key)}" title="{html.escape(photo.title)}">'
        f'<img src="{photo.thumbnail}" alt="{html.escape(photo.title)}" loading="lazy"></button>'
        for photo in photos
    ]
    return gr.HTML(
        f'<p class="photos-hint">{texts.PHOTO_EXAMPLES}</p><div class="photos">{"".join(buttons)}</div>',
        js_on_load=_EXAMPLES_SCRIPT,
        elem_id="photos",
        elem_classes=BARE,
        visible=bool(buttons),
    )
