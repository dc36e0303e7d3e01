"""The picture appears in this part of the page: the buttons, the picture with its status, and the session's results."""

from dataclasses import dataclass

import gradio as gr

from neural_style.ui import texts
from neural_style.ui.parts.blocks import BARE
from neural_style.ui.parts.viewer import picture_viewer, result_strip

_SESSION_KEY = "neural-style-session"


@dataclass(frozen=True, eq=False)
class RunPanel:
    """The three buttons, of which one is shown at a time, the picture, and the tokens that the page holds.

    The tokens: that of the job which waits or runs, the key of the result that is shown, and the browser's session.
    """

    paint: gr.Button
    leave: gr.Button
    stop: gr.Button
    estimate: gr.HTML
    viewer: gr.HTML
    status: gr.HTML
    strip: gr.HTML
    network: gr.HTML
    job: gr.State
    shown: gr.State
    session: gr.BrowserState


def lay_out_run_panel() -> RunPanel:
    """Build the part inside the current layout."""
    paint = gr.Button(texts.PAINT, variant="primary", size="lg", elem_id="paint")
    leave = gr.Button(texts.LEAVE, variant="stop", size="lg", visible=False, elem_id="leave")
    stop = gr.Button(texts.STOP, variant="stop", size="lg", visible=False, elem_id="stop")
    estimate = gr.HTML(elem_id="estimate", elem_classes=BARE)
    return RunPanel(
        paint=paint,
        leave=leave,
        stop=stop,
        estimate=estimate,
        viewer=picture_viewer(),
        status=gr.HTML(elem_id="status", elem_classes=BARE),
        strip=result_strip(),
        network=gr.HTML(elem_id="network", elem_classes=BARE),
        job=gr.State(""),
        shown=gr.State(""),
        session=gr.BrowserState("", storage_key=_SESSION_KEY),
    )
