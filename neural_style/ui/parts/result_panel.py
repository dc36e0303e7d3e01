"""The components below the picture: its files, what can be made of it, and recipes to take and to put in."""

from collections.abc import Mapping
from dataclasses import dataclass

import gradio as gr

from neural_style.ui import texts


@dataclass(frozen=True, eq=False)
class ResultPanel:
    """What can be done with a finished picture."""

    group: gr.Column
    download: gr.DownloadButton
    variations: Mapping[str, gr.Button]
    timelapse: gr.Accordion
    video: gr.Video
    mp4: gr.DownloadButton
    webp: gr.DownloadButton
    kept_recipe: gr.Column
    recipe: gr.Textbox
    recipe_download: gr.DownloadButton
    link: gr.Textbox


def lay_out_result_panel() -> tuple[ResultPanel, gr.File]:
    """And where a recipe is put in, which stands beside the one of the picture."""
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
    with gr.Accordion(texts.RECIPE_HEADING, open=False, elem_id="recipe"):
        gr.Markdown(texts.RECIPE_HINT)
        file = gr.File(label=texts.RECIPE_DROP, file_types=[".png", ".json"], height=140, elem_id="recipe-drop")
        with gr.Column(visible=False) as kept_recipe:
            recipe = gr.Textbox(
                label=texts.RECIPE_LABEL,
                lines=6,
                max_lines=12,
                interactive=False,
                buttons=["copy"],
                elem_id="recipe-text",
            )
            link = gr.Textbox(
                label=texts.RECIPE_LINK, max_lines=2, interactive=False, buttons=["copy"], elem_id="recipe-link"
            )
            recipe_download = gr.DownloadButton(texts.RECIPE_DOWNLOAD, size="sm", elem_id="recipe-download")
    result = ResultPanel(
        group=group,
        download=download,
        variations=variations,
        timelapse=timelapse,
        video=video,
        mp4=mp4,
        webp=webp,
        kept_recipe=kept_recipe,
        recipe=recipe,
        recipe_download=recipe_download,
        link=link,
    )
    return result, file
