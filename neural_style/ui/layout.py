"""The layout says which part of the page stands where. What the parts do is in `form_events` and `run_events`."""

import html
from dataclasses import dataclass

import gradio as gr

from neural_style.service.examples import Examples
from neural_style.service.options import ServerOptions
from neural_style.ui.parts.advanced import Panel, advanced_panel
from neural_style.ui.parts.blocks import BARE, note
from neural_style.ui.parts.gallery import PaintingsPart, lay_out_paintings
from neural_style.ui.parts.options import OptionsPart, lay_out_options
from neural_style.ui.parts.photo import PhotoPart, lay_out_photo
from neural_style.ui.parts.recipe_panel import RecipePanel, lay_out_recipe_panel
from neural_style.ui.parts.regions import lay_out_regions
from neural_style.ui.parts.result_panel import FilmPanel, ResultPanel, lay_out_film_panel
from neural_style.ui.parts.run_panel import RunPanel, lay_out_run_panel
from neural_style.ui.texts import texts

_REFRESH_S = 10
"""The seconds from one look at the network's state and the speed of the machine to the next."""


@dataclass(frozen=True, eq=False)
class Page:
    """The parts of the page, whose components the events read and change.

    The value of `regions` is what `parts.regions.drawn` reads. `recipe_note` says what became of a recipe that was put
    in; `refresh` ticks while the page is open.
    """

    photo: PhotoPart
    paintings: PaintingsPart
    regions: gr.HTML
    options: OptionsPart
    advanced: Panel
    recipe_note: gr.HTML
    run: RunPanel
    result: ResultPanel
    film: FilmPanel
    recipe: RecipePanel
    refresh: gr.Timer


def lay_out(server: ServerOptions, examples: Examples) -> Page:
    """Build the page inside the current `gr.Blocks`: what to paint and how on the left, the picture on the right.

    Args:
        server: the limits that the page keeps within.
        examples: the pictures to click.
    """
    title = f"<header><h1>{html.escape(server.title)}</h1><p>{texts().subtitle}</p></header>"
    gr.HTML(title, elem_id="header", elem_classes=BARE)
    with gr.Row(equal_height=False):
        with gr.Column(scale=5, min_width=320, elem_id="inputs"):
            photo = lay_out_photo(examples.photos.values(), server.side_limit_px)
            paintings = lay_out_paintings(examples.paintings.values())
            regions = lay_out_regions()
            recipe_note = note("recipe-note")
            options = lay_out_options(server)
            advanced = advanced_panel(server)
        with gr.Column(scale=7, min_width=320, elem_id="run"):
            run = lay_out_run_panel()
            film = lay_out_film_panel()
            recipe = lay_out_recipe_panel()
    sources = examples.sources()
    with gr.Accordion(texts().sources_heading, open=False, elem_id="sources", visible=bool(sources)):
        gr.Markdown(sources)
    return Page(
        photo=photo,
        paintings=paintings,
        regions=regions,
        options=options,
        advanced=advanced,
        recipe_note=recipe_note,
        run=run,
        result=run.result,
        film=film,
        recipe=recipe,
        refresh=gr.Timer(_REFRESH_S),
    )
