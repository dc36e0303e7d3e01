"""The result panel, below a finished picture, has its file, its variations, and the film of its painting."""

from collections.abc import Mapping
from dataclasses import dataclass

import gradio as gr

from neural_style.ui import texts


@dataclass(frozen=True, eq=False)
class ResultPanel:
    """The buttons of a finished picture, which `group` hides or shows."""

    group: gr.Row
    download: gr.DownloadButton
    variations: Mapping[str, gr.Button]


@dataclass(frozen=True, eq=False)
class FilmPanel:
    """The film of a painting, and its files; `fold` is shown where there is a film."""

    fold: gr.Accordion
    video: gr.Video
    mp4: gr.DownloadButton
    webp: gr.DownloadButton


def lay_out_result_panel() -> ResultPanel:
    """Build the row of buttons inside the current layout, hidden."""
    with gr.Row(visible=False, elem_id="result") as group:
        download = gr.DownloadButton(texts.DOWNLOAD, variant="primary", size="md", min_width=150, elem_id="download")
        variations = {
            name: gr.Button(label, size="md", min_width=150, elem_id=name.replace("_", "-"))
            for name, label in texts.VARIATIONS.items()
        }
    return ResultPanel(group=group, download=download, variations=variations)


def lay_out_film_panel() -> FilmPanel:
    """Build the fold with the film inside the current layout, hidden."""
    with gr.Accordion(texts.TIMELAPSE_HEADING, open=False, visible=False, elem_id="timelapse") as fold:
        video = gr.Video(
            label=texts.TIMELAPSE_LABEL, interactive=False, autoplay=True, buttons=[], elem_id="film", height=360
        )
        with gr.Row():
            mp4 = gr.DownloadButton(texts.TIMELAPSE_MP4, size="sm", interactive=False, elem_id="mp4")
            webp = gr.DownloadButton(texts.TIMELAPSE_WEBP, size="sm", interactive=False, elem_id="webp")
    return FilmPanel(fold=fold, video=video, mp4=mp4, webp=webp)
