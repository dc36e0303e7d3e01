"""The look sheet shows a visitor's own photo in every look; a click on a picture chooses its look."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from neural_style.presets import PRESETS
from neural_style.service.sketches import SKETCHED_LOOKS
from neural_style.ui import texts
from neural_style.ui.parts.blocks import BARE, script


@dataclass(frozen=True, eq=False)
class LookSheet:
    """The button that has the sketches painted, and the sheet; a click on one triggers `click` with its `look`."""

    button: gr.Button
    sheet: gr.HTML


def lay_out_look_sheet() -> LookSheet:
    """Build the part inside the current layout, empty."""
    button = gr.Button(texts.TRY_LOOKS, size="sm", elem_id="try-looks")
    sheet = gr.HTML(
        on_sheet({}),  # pyright: ignore[reportArgumentType] - any JSON may be a value
        html_template=f'<div class="sheet" role="group" aria-label="{texts.LOOK_SHEET_LABEL}" hidden></div>',
        js_on_load=script("rove.js", "look_sheet.js"),
        apply_default_css=False,
        elem_id="look-sheet",
        elem_classes=BARE,
    )
    return LookSheet(button=button, sheet=sheet)


def on_sheet(sketches: Mapping[str, str]) -> dict[str, Any]:
    """Return the sheet's value from look -> picture as a data URL; with a first one, all places are shown."""
    places = [{"look": look, "label": PRESETS[look].label, "url": sketches.get(look)} for look in SKETCHED_LOOKS]
    return {"places": places if sketches else []}
