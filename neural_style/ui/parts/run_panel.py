"""The picture appears in this part of the page, above the bar with its status and buttons, and the earlier results."""

from dataclasses import dataclass

import gradio as gr

from neural_style.languages import spoken
from neural_style.ui.parts.blocks import BARE, script
from neural_style.ui.parts.result_panel import ResultPanel, lay_out_result_panel
from neural_style.ui.parts.status import message
from neural_style.ui.parts.viewer import picture_viewer, result_strip
from neural_style.ui.texts import texts

_CHOSEN = '<div class="chosen" aria-hidden="true"></div>'
_SESSION_KEY = "neural-style-session"
_SESSION_SECRET = "known to every page"
"""What the token is encrypted with in the browser; it stays the same, so that a server started again can be told it."""


@dataclass(frozen=True, eq=False)
class RunPanel:
    """The picture with its result's buttons; the bar, with buttons of which one is shown at a time; and tokens.

    Below Stop stands what can be done meanwhile (`follows`).

    On phones the bar stays at the bottom of the screen, with small pictures of what is `chosen`.

    The tokens: that of the job which waits or runs, the key of the result that is shown, and the browser's session.
    """

    paint: gr.Button
    leave: gr.Button
    stop: gr.Button
    follows: gr.HTML
    estimate: gr.HTML
    viewer: gr.HTML
    result: ResultPanel
    chosen: gr.HTML
    status: gr.HTML
    strip: gr.HTML
    archive: gr.Button
    archive_file: gr.DownloadButton
    details: gr.HTML
    network: gr.HTML
    job: gr.State
    shown: gr.State
    session: gr.BrowserState


def lay_out_run_panel() -> RunPanel:
    """Build the part inside the current layout."""
    viewer = picture_viewer()
    result = lay_out_result_panel()
    with gr.Column(elem_id="bar"):
        chosen = gr.HTML(
            _CHOSEN,
            js_on_load=script("copy.js", "bar.js"),
            elem_id="chosen",
            elem_classes=BARE,
            language=spoken(),
        )
        status = gr.HTML(elem_id="status", elem_classes=BARE)
        paint = gr.Button(texts().paint, variant="primary", size="lg", elem_id="paint")
        leave = gr.Button(texts().leave, variant="stop", size="lg", visible=False, elem_id="leave")
        stop = gr.Button(texts().stop, variant="stop", size="lg", visible=False, elem_id="stop")
        follows = gr.HTML(message(texts().follows), visible=False, elem_id="follows", elem_classes=BARE)
        estimate = gr.HTML(elem_id="estimate", elem_classes=BARE)
        gr.HTML(
            f'<button type="button" class="tell" aria-pressed="false" hidden>{texts().tell}</button>',
            js_on_load=script("tell.js"),
            elem_id="tell",
            elem_classes=BARE,
            words={"tell": texts().tell, "failed_status": texts().status_failed, **texts().tell_words},
        )
    strip = result_strip()
    archive = gr.Button(texts().archive, size="sm", elem_id="archive")
    archive_file = gr.DownloadButton(texts().archive, elem_id="archive-file")
    with gr.Accordion(texts().details_heading, open=False, elem_id="details"):
        details = gr.HTML(elem_id="losses", elem_classes=BARE)
        network = gr.HTML(elem_id="network", elem_classes=BARE)
    return RunPanel(
        paint=paint,
        leave=leave,
        stop=stop,
        follows=follows,
        estimate=estimate,
        viewer=viewer,
        result=result,
        chosen=chosen,
        status=status,
        strip=strip,
        archive=archive,
        archive_file=archive_file,
        details=details,
        network=network,
        job=gr.State(""),
        shown=gr.State(""),
        session=gr.BrowserState("", storage_key=_SESSION_KEY, secret=_SESSION_SECRET),
    )
