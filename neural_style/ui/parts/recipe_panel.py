"""The recipe panel has two recipes: one to put in, and that of the picture that is shown."""

from dataclasses import dataclass

import gradio as gr

from neural_style.ui import texts


@dataclass(frozen=True, eq=False)
class RecipePanel:
    """A place to put a recipe in, and the recipe of the shown picture; `group` hides or shows the latter."""

    file: gr.File
    group: gr.Column
    text: gr.Textbox
    link: gr.Textbox
    download: gr.DownloadButton


def lay_out_recipe_panel() -> RecipePanel:
    """Build the part, folded, inside the current layout."""
    with gr.Accordion(texts.RECIPE_HEADING, open=False, elem_id="recipe"):
        gr.Markdown(texts.RECIPE_HINT)
        file = gr.File(label=texts.RECIPE_DROP, file_types=[".png", ".json"], height=140, elem_id="recipe-drop")
        with gr.Column(visible=False) as group:
            text = gr.Textbox(
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
            download = gr.DownloadButton(texts.RECIPE_DOWNLOAD, size="sm", elem_id="recipe-download")
    return RecipePanel(file=file, group=group, text=text, link=link, download=download)
