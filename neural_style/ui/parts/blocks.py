"""Several parts of the page are built from these small pieces of HTML."""

import html
from pathlib import Path
from typing import Any

import gradio as gr

from neural_style.images.load import READABLE_FORMATS

BARE = "bare"
"""The CSS class of an HTML block without Gradio's padding, which its own argument does not take away."""


_EXTENSIONS = (
    *(f".{name.lower()}" for name in READABLE_FORMATS),
    *(".heic", ".hif", ".tif", ".jpg", ".jfif", ".jpe", ".pgm", ".pbm", ".pnm", ".apng"),
)
"""The extensions of files that are read, some of which browsers know no type for."""


def script(*names: str) -> str:
    """Return the scripts beside this module with these names, one after the other, as the script of one component.

    `make.js` and `rove.js` have what several of them call.
    """
    return "\n".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in names)


def pictures_button(label: str, elem_id: str) -> gr.UploadButton:
    """Put a button that takes several picture files, of every format that is read here, into the current layout."""
    return gr.UploadButton(
        label,
        file_count="multiple",
        file_types=["image", *_EXTENSIONS],
        size="sm",
        elem_id=elem_id,
    )


def heading(text: str, hint: str = "") -> None:
    """Put the heading of a part into the current layout, with a hint beside it."""
    gr.HTML(f'<div class="heading"><h2>{text}</h2><span>{html.escape(hint)}</span></div>', elem_classes=BARE)


def note(elem_id: str, *, js: str | None = None, **props: Any) -> gr.HTML:
    """Put an empty place for a note on a file into the current layout, beside the file."""
    return gr.HTML(js_on_load=js, elem_id=elem_id, elem_classes=[BARE, "note"], **props)
