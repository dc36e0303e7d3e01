"""The recipe panel has two recipes: one to put in, and that of the picture that is shown."""

from dataclasses import dataclass

import gradio as gr

from neural_style.ui.texts import texts


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
    with gr.Accordion(texts().recipe_heading, open=False, elem_id="recipe"):
        gr.Markdown(texts().recipe_hint)
        file = gr.File(label=texts().recipe_drop, file_types=[".png", ".json"], height=140, elem_id="recipe-drop")
        with gr.Column(visible=False) as group:
            text = gr.Textbox(
                label=texts().recipe_label,
                lines=6,
                max_lines=12,
                interactive=False,
                buttons=["copy"],
                elem_id="recipe-text",
            )
            link = gr.Textbox(
                label=texts().recipe_link, max_lines=2, interactive=False, buttons=["copy"], elem_id="recipe-link"
            )
            download = gr.DownloadButton(texts().recipe_download, size="sm", elem_id="recipe-download")
    return RecipePanel(file=file, group=group, text=text, link=link, download=download)
