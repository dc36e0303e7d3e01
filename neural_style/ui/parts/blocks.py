"""Several parts of the page are built from these small pieces of HTML."""

import html
from pathlib import Path
from typing import Any

import gradio as gr

BARE = "bare"
"""The CSS class of an HTML block without Gradio's padding, which its own argument does not take away."""


ROVE = Path(__file__).with_name("rove.js").read_text(encoding="utf-8")
"""The function `rove(group, selector)` for scripts of groups of buttons: one tab stop, and arrow keys from there."""


def heading(text: str, hint: str = "") -> None:
    """Put the heading of a part into the current layout, with a hint beside it."""
    gr.HTML(f'<div class="heading"><h2>{text}</h2><span>{html.escape(hint)}</span></div>', elem_classes=BARE)


def note(elem_id: str, *, script: str | None = None, **props: Any) -> gr.HTML:
    """Put an empty place for a note on a file into the current layout, beside the file."""
    return gr.HTML(js_on_load=script, elem_id=elem_id, elem_classes=[BARE, "note"], **props)
