"""The photo is put in here, in its part of the page: uploaded, pasted, taken, or clicked among the examples."""

import html
from collections.abc import Iterable
from dataclasses import dataclass

import gradio as gr

from neural_style.service.examples import Example
from neural_style.ui.parts.blocks import BARE, heading, note, pictures_button, script
from neural_style.ui.texts import texts

_HEIGHT_PX = 250

_EXAMPLES_SCRIPT = f"""{script("rove.js")}
rove(element, "[data-key]");
element.addEventListener("click", (event) => {{
  const button = event.target.closest("[data-key]");
  if (button) trigger("click", {{ key: button.dataset.key }});
}});
"""


@dataclass(frozen=True, eq=False)
class PhotoPart:
    """The photo, a note on it, the examples, of which a click triggers `click` with a `key`, and several photos.

    `album` has the several photos; `paint_all` paints them, and is shown where there are any.
    """

    image: gr.Image
    note: gr.HTML
    examples: gr.HTML
    several: gr.UploadButton
    album: gr.State
    paint_all: gr.Button


def lay_out_photo(examples: Iterable[Example], most_px: int) -> PhotoPart:
    """Build the part inside the current layout; photos far above `most_px` are made smaller before they are sent."""
    heading(texts().photo_heading)
    image = gr.Image(
        label=texts().photo_label,
        show_label=False,
        type="filepath",
        image_mode=None,  # the original file, whatever it is
        sources=["upload", "webcam", "clipboard"],
        height=_HEIGHT_PX,
        placeholder=texts().photo_placeholder,
        alt_text=texts().photo_alt,
        buttons=["fullscreen"],
        elem_id="photo",
    )
    words = {"one": texts().photo_one, "shrunk": texts().photo_shrunk, "paste": texts().photo_paste}
    told = note("photo-note", js=script("photo.js"), words=words, most_px=most_px)
    shown = _examples(examples)
    with gr.Row(elem_id="album"):
        several = pictures_button(texts().several, "several")
        paint_all = gr.Button("", size="sm", variant="primary", visible=False, elem_id="paint-all")
    return PhotoPart(image=image, note=told, examples=shown, several=several, album=gr.State(()), paint_all=paint_all)


def _examples(photos: Iterable[Example]) -> gr.HTML:
    buttons = [
        f'<button type="button" class="photo" data-key="{html.escape(photo.key)}" title="{html.escape(photo.title)}">'
        f'<img src="{photo.thumbnail}" alt="{html.escape(photo.title)}" loading="lazy"></button>'
        for photo in photos
    ]
    return gr.HTML(
        f'<p class="photos-hint">{texts().photo_examples}</p><div class="photos">{"".join(buttons)}</div>',
        js_on_load=_EXAMPLES_SCRIPT,
        elem_id="photos",
        elem_classes=BARE,
        visible=bool(buttons),
    )
