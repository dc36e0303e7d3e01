"""The result panel, below a finished picture, has its file, its variations, and the film of its painting."""

from collections.abc import Mapping
from dataclasses import dataclass

import gradio as gr

from neural_style.ui import texts


@dataclass(frozen=True, eq=False)
class ResultPanel:
    """The buttons and files of a finished picture; `group` hides or shows them all."""

    group: gr.Column
    download: gr.DownloadButton
    variations: Mapping[str, gr.Button]
    timelapse: gr.Accordion
    video: gr.Video
    mp4: gr.DownloadButton
    webp: gr.DownloadButton


def lay_out_result_panel() -> ResultPanel:
    """Build the part inside the current layout, hidden."""
    with gr.Column(visible=False, elem_id="result") as group:
        with gr.Row():
            download = gr.DownloadButton(
                texts.DOWNLOAD, variant="primary", size="md", min_width=130, elem_id="download"
            )
            variations = {
                name: gr.Button(label, size="md", min_width=130, elem_id=name.replace("_", "-"))
                for name, label in texts.VARIATIONS.items()
            }
        with gr.Accordion(texts.TIMELAPSE_HEADING, open=False, elem_id="timelapse") as timelapse:
            video = gr.Video(
                label=texts.TIMELAPSE_LABEL, interactive=False, autoplay=True, buttons=[], elem_id="film", height=360
            )
            with gr.Row():
                mp4 = gr.DownloadButton(texts.TIMELAPSE_MP4, size="sm", interactive=False, elem_id="mp4")
                webp = gr.DownloadButton(texts.TIMELAPSE_WEBP, size="sm", interactive=False, elem_id="webp")
    return ResultPanel(
        group=group, download=download, variations=variations, timelapse=timelapse, video=video, mp4=mp4, webp=webp
    )
