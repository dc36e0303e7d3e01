"""The result panel, below a finished picture, has its file, its variations, and the film of its painting."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from neural_style.service.messages import messages
from neural_style.ui.files import file_record
from neural_style.ui.parts.blocks import BARE, script
from neural_style.ui.texts import texts


@dataclass(frozen=True, eq=False)
class ResultPanel:
    """The buttons of a finished picture, which `group` hides or shows; `share` hands it on as a JPEG."""

    group: gr.Row
    download: gr.DownloadButton
    share: gr.HTML
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
        download = gr.DownloadButton(texts().download, variant="primary", size="md", min_width=120, elem_id="download")
        variations = {
            name: gr.Button(label, size="md", min_width=120, elem_id=name.replace("_", "-"))
            for name, label in texts().variations.items()
        }
        share = gr.HTML(
            to_share(None),  # pyright: ignore[reportArgumentType] - any JSON may be a value
            html_template=(
                f'<button type="button" class="jpeg" hidden>{texts().jpeg}</button>'
                f'<button type="button" class="share" hidden>{texts().share}</button>'
                '<span class="share-note" role="alert"></span>'
            ),
            js_on_load=script("share.js"),
            apply_default_css=False,
            elem_id="share",
            elem_classes=BARE,
        )
    return ResultPanel(group=group, download=download, share=share, variations=variations)


def to_share(picture: Path | None) -> dict[str, Any]:
    """Return the value of `share`: the picture, and what is said where it is gone by the time it is asked for.

    That is no fixed property, since Gradio forgets those of a component that is hidden at first.
    """
    return {"picture": picture and file_record(picture), "gone": messages().result_gone}


def lay_out_film_panel() -> FilmPanel:
    """Build the fold with the film inside the current layout, hidden."""
    with gr.Accordion(texts().timelapse_heading, open=False, visible=False, elem_id="timelapse") as fold:
        video = gr.Video(
            label=texts().timelapse_label, interactive=False, autoplay=True, buttons=[], elem_id="film", height=360
        )
        with gr.Row():
            mp4 = gr.DownloadButton(texts().timelapse_mp4, size="sm", interactive=False, elem_id="mp4")
            webp = gr.DownloadButton(texts().timelapse_webp, size="sm", interactive=False, elem_id="webp")
    return FilmPanel(fold=fold, video=video, mp4=mp4, webp=webp)
