"""Several parts of the page are built from these small pieces of HTML."""

import html

import gradio as gr

BARE = "bare"
"""The CSS class of an HTML block without Gradio's padding, which its own argument does not take away."""


def heading(text: str, hint: str = "") -> None:
    """Put the heading of a part into the current layout, with a hint beside it."""
    gr.HTML(f'<div class="heading"><h2>{text}</h2><span>{html.escape(hint)}</span></div>', elem_classes=BARE)


def note(elem_id: str, *, script: str | None = None) -> gr.HTML:
    """Put an empty place for a note on a file into the current layout, beside the file."""
    return gr.HTML(js_on_load=script, elem_id=elem_id, elem_classes=[BARE, "note"])
