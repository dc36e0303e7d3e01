"""Looks of a visitor's own are settings under a name, which the browser keeps: the server knows none of them."""

import html

import gradio as gr

from neural_style.ui.parts.blocks import BARE, script
from neural_style.ui.texts import texts

MOST_CHARACTERS = 60
"""The most characters of a name."""


def own_looks() -> gr.HTML:
    """Put the part, folded, into the current layout.

    It triggers `submit` with the `name` under which the page's settings shall be kept, and `click` with the `settings`
    and the `name` of a look to use. Its value is what is to be kept, and a token that is new each time.
    """
    words = texts().own_look_words
    with gr.Accordion(texts().own_looks_heading, open=False, elem_id="own-looks"):
        return gr.HTML(
            {"kept": None, "token": ""},  # pyright: ignore[reportArgumentType] - any JSON may be a value
            html_template=(
                f'<p class="own-hint">{html.escape(texts().own_looks_hint)}</p>'
                '<div class="own-looks" role="group"></div><p class="own-note" role="status"></p>'
                '<form class="own-form">'
                f'<input class="own-name" maxlength="{MOST_CHARACTERS}" required aria-label="{words["name"]}" '
                f'placeholder="{words["name"]}"><button type="submit">{words["save"]}</button></form>'
                f'<div class="own-files"><button type="button" class="own-export">{words["export"]}</button>'
                f'<button type="button" class="own-import">{words["import"]}</button>'
                '<input type="file" class="own-file" accept=".json" hidden></div>'
            ),
            js_on_load=script("make.js", "own_looks.js"),
            apply_default_css=False,
            elem_id="own-looks-list",
            elem_classes=BARE,
            words=dict(words),
        )
