"""The sketch sheet shows a visitor's own photo in several ways; a click on a picture chooses what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from neural_style.ui.parts.blocks import BARE, script
from neural_style.ui.texts import texts


@dataclass(frozen=True, eq=False)
class SketchSheet:
    """The buttons that have sketches painted, by their kind, one that ends that, the token of the job, and the sheet.

    A click on a sketch triggers `click` with the `kind` of the sheet and the `name` of the sketch.
    """

    buttons: Mapping[str, gr.Button]
    stop: gr.Button
    job: gr.State
    sheet: gr.HTML


def lay_out_sketch_sheet() -> SketchSheet:
    """Build the part inside the current layout, empty."""
    with gr.Row(elem_id="tries"):
        buttons = {
            kind: gr.Button(text, size="sm", min_width=90, elem_id=f"try-{kind}")
            for kind, text in texts().tries.items()
        }
        stop = gr.Button(texts().leave, size="sm", variant="stop", min_width=90, visible=False, elem_id="stop-trying")
    sheet = gr.HTML(
        on_sheet("", {}, {}),  # pyright: ignore[reportArgumentType] - any JSON may be a value
        html_template='<div class="sheet" role="group" hidden></div>',
        js_on_load=script("make.js", "rove.js", "sketch_sheet.js"),
        apply_default_css=False,
        elem_id="sketch-sheet",
        elem_classes=BARE,
    )
    return SketchSheet(buttons=buttons, stop=stop, job=gr.State(""), sheet=sheet)


def on_sheet(kind: str, labels: Mapping[str, str], sketches: Mapping[str, str]) -> dict[str, Any]:
    """Return the sheet's value.

    Args:
        kind: what differs from sketch to sketch.
        labels: the name -> the label of each sketch; none: the sheet is empty.
        sketches: the name -> the picture, as a data URL, of those that there are.
    """
    places = [{"name": name, "label": label, "url": sketches.get(name)} for name, label in labels.items()]
    return {"kind": kind, "label": texts().sheet_labels.get(kind, ""), "places": places}
